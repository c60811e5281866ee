"""Meetings for the stories: a date is fixed as if the group had just decided it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import inbox
from storage import db
from storage.groups import Group
from storage.meetings import Attendance, Meeting
from tests.story import Actor, Story

PARIS = ZoneInfo("Europe/Paris")
THURSDAY = dt.datetime(2026, 3, 12, 19, 30, tzinfo=PARIS)  # the story begins on Tuesday 3 March


def fix(story: Story, start: dt.datetime = THURSDAY, group: Group | None = None, **facts: Any) -> Meeting:
    """The group meets at that moment, and has been told so. facts: place, length, capacity, plus_ones … or poll."""
    poll = facts.pop("poll", None)
    with db.transaction():
        meeting = Meeting.fix(group or story.home(), start, **facts)
        inbox.happen("meeting_fixed", meeting, poll=poll)
    story.settle()
    return meeting


def change(story: Story, kind: str, meeting: Meeting, **facts: Any) -> None:
    """Tell the features what became of the meeting: meeting_moved(old=…), meeting_cancelled …"""
    with db.transaction():
        inbox.happen(kind, meeting, **facts)
    story.settle()


def until(story: Story, moment: dt.datetime) -> None:
    """Move the clock to that moment, stopping at each due time on the way."""
    story.later(seconds=(moment - db.now()).total_seconds())


def answer_of(meeting: Meeting, actor: Actor) -> str:
    """What the person has answered; empty for nothing."""
    mine = Attendance.of(meeting, actor.person)
    return mine.answer if mine else ""


def here(meeting: Meeting) -> Meeting:
    """The meeting as it is now."""
    return Meeting.get_by_id(meeting.id)

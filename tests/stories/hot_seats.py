"""Meetings with a hot seat for the stories: who comes, and who is there."""

import datetime as dt

from handlers.kit import inbox
from storage import db
from storage.hotseats import HotSeat
from storage.meetings import YES, Meeting
from storage.people import TELEGRAM, WHATSAPP
from storage.rosters import put
from storage.sessions import Session
from tests.stories.meetings import THURSDAY, fix, until
from tests.story import Actor, Story


def come(meeting: Meeting, *actors: Actor) -> None:
    """They said yes."""
    for actor in actors:
        with db.transaction():
            done = put(meeting, actor.person, YES)
            assert done is not None
            inbox.happen("answered", done.attendance)
    actors[0].story.settle()


def planned(story: Story, *actors: Actor, start: dt.datetime = THURSDAY) -> Meeting:
    """A meeting to which they come."""
    meeting = fix(story, start)
    come(meeting, *actors)
    return meeting


def together(story: Story, lead: Actor, *others: Actor) -> Meeting:
    """They meet: it is half past seven, lead has started the meeting, all of them are there."""
    meeting = planned(story, lead, *others)
    until(story, meeting.start + dt.timedelta(minutes=1))
    with db.transaction():
        session, _fresh = Session.begin(meeting, lead.person)
        for actor in (lead, *others):
            session.mark(actor.person, True)
        inbox.happen("session_started", session)
    story.settle()
    for actor in (lead, *others):
        if actor.platform == WHATSAPP:
            actor.says("je suis là")  # their window opens
    return meeting


def reads_in_chat(story: Story, actor: Actor) -> bool:
    """Does this person read the group's Telegram chat?"""
    return story.chat is not None and actor.platform == TELEGRAM and story.inside(actor)


def never_heard(story: Story, actor: Actor, words: str) -> None:
    """Neither in private nor in the group's chat."""
    actor.never_hears(words)
    if reads_in_chat(story, actor):
        actor.never_hears(words, chat=story.chat)


def sat(actor: Actor, meeting: Meeting, days_ago: float) -> HotSeat:
    """They had the hot seat so many days ago."""
    then = db.now() - dt.timedelta(days=days_ago)
    facts = {"state": "done", "meeting": meeting, "started_at": then, "ended_at": then, "step": 6}
    return HotSeat.create(group=meeting.group, person=actor.person, **facts)


def begin(story: Story, actor: Actor) -> None:
    """The hot seat begins, by words and a tap."""
    actor.says("on fait le hot seat")
    tap(story, actor, "On y va")


def tap(story: Story, actor: Actor, label: str) -> None:
    """Press a button where this person reads the card: in the group's chat, or in private."""
    if reads_in_chat(story, actor):
        actor.taps(label, chat=story.chat)
    else:
        actor.taps(label)


def heard(story: Story, actor: Actor, words: str) -> str:
    """What this person reads: in the group's chat when they are in it, else in private."""
    if reads_in_chat(story, actor):
        return actor.hears(words, chat=story.chat).text
    return actor.hears(words).text


def answered(story: Story, actor: Actor, words: str) -> None:
    """The word over the button in the group's chat, or the answer in private."""
    if reads_in_chat(story, actor):
        assert words.lower() in actor.toast.lower(), actor.toast
    else:
        actor.hears(words)

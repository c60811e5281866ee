"""The day before, the group reads what the evening is about, if there is anything to say."""

import datetime as dt

import pytest

from storage import db
from storage.meetings import NO, YES, Attendance, Meeting
from storage.notes import Note
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.evenings import card
from tests.stories.meetings import THURSDAY, change, fix, until
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
EVE = dt.datetime.combine(THURSDAY.date() - dt.timedelta(days=1), dt.time(18, 31), THURSDAY.tzinfo)


def planned(story: Story) -> tuple[Meeting, list[Actor]]:
    people = [story.organizer("Marc"), story.member("Léa"), story.member("Hugo")]
    meeting = fix(story)
    with db.transaction():
        for actor, said in zip(people, (YES, YES, NO), strict=True):
            Attendance.create(meeting=meeting, person=actor.person, answer=said)
    return meeting, people


def promise(actor: Actor, group_meeting: Meeting, words: str) -> None:
    """An action of an earlier meeting."""
    with db.transaction():
        past = Meeting.fix(group_meeting.group, db.now() - dt.timedelta(days=7), state="closed")
        Note.put(past, actor.person, "action", words, owner=actor.person, source=words)


def test_topics_and_actions_are_announced_once(story: Story) -> None:
    meeting, (marc, lea, hugo) = planned(story)
    promise(marc, meeting, "je réserve la salle")
    lea.says("sujet : comment fixer ses prix ?")
    until(story, EVE)
    story.later(seconds=10)
    for actor in (marc, lea):
        actor.says("bonjour")
    shown = card(story, marc, "📋")
    assert "comment fixer ses prix ?" in shown and "Marc : je réserve la salle" in shown
    assert "Marc et Léa" in shown and len(shown[shown.index("📋") :].splitlines()) <= 14
    if lea.platform == WHATSAPP:
        lea.hears("📋")
    hugo.never_hears("📋")
    story.later(hours=12)
    assert lea.count("📋") <= 1


@mixed
def test_nothing_to_say_is_not_said_but_answered(story: Story) -> None:
    _meeting, (marc, lea, _hugo) = planned(story)
    marc.says("programme")
    marc.hears("à part se voir")
    until(story, EVE + dt.timedelta(hours=12))
    said = marc.count("📋") + sum("📋" in bubble.text for bubble in (story.chat.messages() if story.chat else ()))
    assert said <= 2
    zoe = story.stranger("Zoé", on=TELEGRAM)
    zoe.says("programme")
    zoe.never_hears("📋")
    assert lea.count("à part se voir") == 0


@mixed
def test_a_cancelled_meeting_has_no_programme(story: Story) -> None:
    meeting, (_marc, lea, _hugo) = planned(story)
    lea.says("sujet : comment fixer ses prix ?")
    with db.transaction():
        meeting.cancel()
    change(story, "meeting_cancelled", meeting)
    until(story, EVE + dt.timedelta(hours=2))
    lea.never_hears("📋")


@mixed
def test_a_moved_meeting_is_announced_on_its_new_eve(story: Story) -> None:
    meeting, (_marc, lea, _hugo) = planned(story)
    lea.says("sujet : comment fixer ses prix ?")
    old = meeting.start
    with db.transaction():
        meeting.move(THURSDAY + dt.timedelta(days=7))
    change(story, "meeting_moved", meeting, old=old)
    lea.says("oui")
    with db.transaction():
        Attendance.update(answer=YES).where(Attendance.person == lea.person).execute()
    until(story, EVE + dt.timedelta(hours=2))
    lea.never_hears("📋")
    lea.says("bonjour")
    until(story, EVE + dt.timedelta(days=7))
    story.later(seconds=10)
    assert "fixer ses prix" in card(story, lea, "📋")


@mixed
def test_it_waits_for_nobody_asking_in_two_groups(story: Story) -> None:
    _meeting, (_marc, lea, _hugo) = planned(story)
    other = story.another_group("Les indés de Rennes")
    story.seat(lea, other)
    lea.says("sujet : un secret de Nantes")
    lea.hears("De quel groupe")
    lea.says("Nantes")
    lea.says("sujets")
    lea.says("Rennes")
    assert "secret" not in lea.last

"""After the meeting, in private: what concerns who was away, and a word to who came for the first time."""

import datetime as dt

import pytest

from storage import db
from storage.groups import Membership
from storage.meetings import Attendance, Meeting
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.evenings import TONIGHT
from tests.stories.hands import carried, press
from tests.stories.meetings import fix, until
from tests.stories.summaries import NEXT, close, closed, evening
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
MORNING = NEXT.replace(day=4, hour=10, minute=5)
AFTERNOON = NEXT.replace(day=4, hour=18, minute=5)


# ------------------------------------------------------------------ who was away


def test_who_was_away_reads_what_concerns_them_the_next_morning(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    session = evening(story, marc, lea)
    marc.says("#décision on garde le jeudi")
    marc.says("#action Zoé appelle le café avant mardi")
    fix(story, NEXT)
    close(story, session, marc)
    zoe.never_hears("ce qui te concerne")
    until(story, MORNING)
    if zoe.platform == WHATSAPP:  # a day after her last word, a template opens the window
        zoe.says("oui")
    told = zoe.hears("ce qui te concerne")
    assert "Décidé : on garde le jeudi" in told.text and "Pour toi :" in told.text and "café" in told.text
    assert "jeudi 19 mars" in told.text
    press(zoe, "Je viens")
    ahead = Meeting.next_of(story.home())
    mine = Attendance.of(ahead, zoe.person) if ahead else None
    assert mine is not None and mine.answer == "yes"
    marc.never_hears("ce qui te concerne")
    lea.never_hears("ce qui te concerne")
    story.later(days=2)
    assert zoe.count("ce qui te concerne") == 1


@MIXED
def test_nothing_is_said_when_nothing_concerns_them(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    session = evening(story, marc, lea)
    lea.says("#action j'appelle le café avant mardi")
    lea.says("#idée un pique-nique")
    close(story, session, marc)
    until(story, MORNING + dt.timedelta(days=2))
    zoe.never_hears("ce qui te concerne")


@MIXED
def test_a_pause_or_only_the_essential_means_silence(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    zoe, paul, ines = story.member("Zoé"), story.member("Paul"), story.member("Inès", on=TELEGRAM, started=False)
    with db.transaction():
        for actor, dial in ((zoe, "pause"), (paul, "essential")):
            seat = Membership.of(story.home(), actor.person)
            assert seat is not None
            seat.set_dial(dial)
    closed(story, marc, lea)
    until(story, MORNING + dt.timedelta(days=2))
    for actor in (zoe, paul, ines):
        actor.never_hears("ce qui te concerne")
    if paul.platform != TELEGRAM:
        assert paul.count("Compte rendu") == 1, "who hears only the essential hears the summary itself"


@MIXED
def test_who_joined_afterwards_or_left_was_not_away(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    closed(story, marc, lea)
    until(story, TONIGHT + dt.timedelta(hours=4))
    paul = story.member("Paul")
    with db.transaction():
        seat = Membership.of(story.home(), zoe.person)
        assert seat is not None and seat.leave()
    until(story, MORNING)
    paul.never_hears("ce qui te concerne")
    zoe.never_hears("ce qui te concerne")


# ------------------------------------------------------------------ the first time


def earlier(story: Story, *actors: Actor) -> None:
    """The group met two weeks ago, and these were there."""
    with db.transaction():
        meeting = Meeting.fix(story.home(), TONIGHT - dt.timedelta(days=14))
        meeting.close(len(actors))
        for actor in actors:
            Attendance.create(meeting=meeting, person=actor.person, answer="yes", present=True)


def test_after_a_first_meeting_one_is_asked_how_it_was_once(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    earlier(story, marc, lea)
    closed(story, marc, lea, zoe)
    zoe.never_hears("première réunion")
    until(story, AFTERNOON)
    told = zoe.hears("Comment c'était ?")
    assert "jeudi 19 mars" in told.text
    press(zoe, "J'ai aimé")
    zoe.hears("Ça fait plaisir")
    lea.never_hears("première réunion")
    story.later(days=4)
    assert zoe.count("Comment c'était") == 1


@MIXED
def test_what_was_missing_is_passed_on_to_who_looks_after_the_group(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    earlier(story, marc, lea)
    closed(story, marc, lea, zoe)
    until(story, AFTERNOON)
    press(zoe, "Pas vraiment")
    zoe.hears("je ne la montre qu'à Marc")
    zoe.sends("photo")
    zoe.hears("Je ne lis que les mots")
    zoe.says("Je n'ai pas osé parler")
    zoe.hears("je transmets")
    marc.hears("Je n'ai pas osé parler")
    lea.never_hears("pas osé")


@MIXED
def test_a_group_that_meets_for_the_first_time_is_not_asked(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    closed(story, marc, lea)
    until(story, AFTERNOON)
    lea.never_hears("première réunion")


@MIXED
def test_nobody_presses_anothers_answer(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa", on=TELEGRAM), story.member("Zoé", on=TELEGRAM)
    earlier(story, marc, lea)
    closed(story, marc, lea, zoe)
    until(story, AFTERNOON)
    lea.taps(0, raw_data=carried(zoe, "J'ai aimé"))
    lea.hears("Ce bouton est celui de quelqu'un d'autre")

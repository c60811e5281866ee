"""The day before: a real question, in private, to those who said yes."""

import datetime as dt

import pytest

from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import carried, press
from tests.stories.meetings import THURSDAY, answer_of, fix, until
from tests.stories.test_remind import keep_open
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def sure(meeting: Meeting, actor: Actor) -> bool:
    """Have they confirmed?"""
    row = Attendance.of(meeting, actor.person)
    return row is not None and row.sure_at is not None


def eve(story: Story, *actors: Actor) -> None:
    """The evening before, just after the question; WhatsApp windows open."""
    until(story, THURSDAY - DAY - 10 * MINUTE)
    keep_open(*actors)
    until(story, THURSDAY - DAY + MINUTE)


def test_who_said_yes_is_asked_once_and_confirms(story: Story) -> None:
    lea, ben, zoe = story.member("Léa"), story.member("Benoît"), story.member("Zoé")
    meeting = fix(story)
    lea.says("je viens")
    ben.says("je viens")
    zoe.says("je ne viens pas")
    eve(story, lea, ben, zoe)
    for actor in (lea, ben):
        actor.hears("Tu viens toujours demain, jeudi 12 mars à 19h30 ?")
        assert actor.count("Tu viens toujours") == 1 and actor.count("⏰") == 0, "never both"
    zoe.never_hears("Tu viens toujours")
    press(lea, "Oui, je viens")
    press(lea, "Oui, je viens")
    lea.hears("Parfait, à jeudi 12 mars")
    assert sure(meeting, lea) and not sure(meeting, ben)
    assert answer_of(meeting, ben) == YES, "no answer: still counted"


def test_who_cannot_any_more_frees_the_seat(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story, capacity=1)
    lea.says("je viens")
    ben.says("je viens")
    eve(story, lea, ben)
    ben.never_hears("Tu viens toujours")
    press(lea, "Je ne peux plus")
    assert answer_of(meeting, lea) == NO
    ben.hears("Une place s'est libérée")
    assert sure(meeting, ben)


@MIXED
def test_not_sure_is_an_honest_maybe(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("je viens")
    eve(story, lea)
    press(lea, "Pas sûr")
    assert answer_of(meeting, lea) == MAYBE
    lea.hears("peut-être")


@MIXED
def test_who_said_yes_that_very_day_is_not_asked_again(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    until(story, THURSDAY - DAY - dt.timedelta(hours=2))
    lea.says("je viens")
    eve(story, lea)
    lea.never_hears("Tu viens toujours")
    assert sure(meeting, lea)


@MIXED
def test_nobody_answers_for_somebody_else(story: Story) -> None:
    lea, ben = story.member("Léa", on=TELEGRAM), story.member("Benoît", on=TELEGRAM)
    meeting = fix(story)
    lea.says("je viens")
    ben.says("je viens")
    eve(story, lea, ben)
    ben.taps(raw_data=carried(lea, "Je ne peux plus"))
    assert answer_of(meeting, lea) == YES


@MIXED
def test_behind_a_closed_window_the_question_names_the_day(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    fix(story)
    ben.says("je viens")
    until(story, THURSDAY - dt.timedelta(hours=10))
    ben.never_hears("Tu viens toujours")
    ben.taps("Voir")
    ben.hears("Tu viens toujours jeudi 12 mars à 19h30 ?")


@MIXED
def test_a_late_tap_after_the_meeting(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("je viens")
    eve(story, lea)
    until(story, THURSDAY + DAY)
    press(lea, "Oui, je viens")
    lea.hears("Cette réunion est passée")
    assert not sure(meeting, lea)


@MIXED
def test_a_no_show_is_remembered_and_never_said(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("je viens")
    Attendance.came(meeting, lea.person, False)
    row = Attendance.of(meeting, lea.person)
    assert row is not None and row.present is False
    until(story, THURSDAY + 2 * DAY)
    for chat in (None, story.chat):
        lea.never_hears("absen", chat=chat)

""" "annuler" takes back the last thing that one did, and says so; or why it stays."""

import pytest

from storage import db
from storage.meetings import Attendance, Meeting
from storage.polls import Poll
from storage.rhythms import Pause, Rhythm
from tests.stories.hands import press
from tests.stories.meetings import answer_of, fix, here
from tests.stories.polling import open_poll, the_poll, vote, votes_of
from tests.story import Story

one_platform = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def test_a_vote_is_taken_back_to_what_it_was(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    poll = open_poll(story, marc)
    vote(story, lea, "1 oui")
    vote(story, lea, "1 non")
    assert votes_of(lea, poll)[0] == "n"
    lea.says("annuler")
    lea.hears("C'est repris")
    assert votes_of(lea, poll)[0] == "y"
    lea.says("annuler")
    assert votes_of(lea, poll)[0] == "-"
    lea.says("annuler")
    lea.hears("rien")


def test_an_answer_to_a_meeting_is_taken_back(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("je viens")
    lea.says("je ne peux plus")
    assert answer_of(meeting, lea) == "no"
    lea.says("annuler")
    assert answer_of(meeting, lea) == "yes"
    lea.says("annuler")
    assert answer_of(meeting, lea) == ""


def test_a_meeting_moved_goes_back(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    marc.says("décale la réunion au vendredi 13 mars à 20h")
    press(marc, "Oui, déplace-la")
    assert here(meeting).start.day == 13
    marc.says("annuler")
    marc.hears("C'est repris")
    assert here(meeting).start.day == 12
    lea.hears("jeudi 12 mars", chat=story.chat if lea.platform == "telegram" else None)
    marc.says("annuler")
    assert here(meeting).start.day == 12, "an undoing is not undone by the same word"


@one_platform
def test_a_meeting_cancelled_is_on_again(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("annule la réunion")
    press(marc, "Oui, annule-la")
    assert here(meeting).state == "cancelled"
    marc.says("annuler")
    assert here(meeting).state == "fixed"


@one_platform
def test_ten_minutes_later_it_stays(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("annule la réunion")
    press(marc, "Oui, annule-la")
    story.later(minutes=15)
    marc.says("annuler")
    assert here(meeting).state == "cancelled"


@one_platform
def test_a_vote_just_opened_goes_but_not_once_others_voted(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    open_poll(story, marc)
    marc.says("annuler")
    assert the_poll().state == "cancelled"
    open_poll(story, marc)
    vote(story, lea, "1 oui")
    marc.says("annuler")
    marc.hears("D'autres ont déjà voté")
    assert the_poll().open
    assert Poll.select().count() == 2


@one_platform
def test_a_rhythm_is_as_before(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("quorum 5")
    assert Rhythm.of(story.home()).quorum == 5
    marc.says("annuler")
    assert Rhythm.of(story.home()).quorum == 3


@one_platform
def test_a_pause_is_called_off(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("on fait une pause jusqu'au 5 avril")
    press(marc, "Oui, on fait pause")
    assert Pause.current(story.home())
    marc.says("annuler")
    assert Pause.current(story.home()) is None
    lea_hears = lea.said() + (lea.said(story.chat) if lea.platform == "telegram" else [])
    assert any("Pas de pause" in text for text in lea_hears)


@one_platform
def test_nobody_takes_back_what_somebody_else_did(story: Story) -> None:
    story.organizer("Marc")
    lea, zoe = story.member("Léa"), story.member("Zoé")
    meeting = fix(story)
    lea.says("je viens")
    zoe.says("annuler")
    assert answer_of(meeting, lea) == "yes"
    assert Attendance.select().count() == 1


@one_platform
def test_who_no_longer_organizes_moves_nothing_back(story: Story) -> None:
    marc, zoe = story.organizer("Marc"), story.organizer("Zoé")
    meeting = fix(story)
    zoe.says("décale la réunion au vendredi 13 mars à 20h")
    press(zoe, "Oui, déplace-la")
    seat = story.home().membership_of(zoe.person)
    assert seat is not None and marc.person
    with db.transaction():
        seat.step_down()
    zoe.says("annuler")
    assert here(meeting).start.day == 13


@one_platform
def test_a_date_that_was_announced_stays(story: Story) -> None:
    marc, _lea = story.organizer("Marc"), story.member("Léa")
    marc.says("la prochaine réunion est le jeudi 12 mars à 19h30")
    press(marc, "Oui, fixe-la")
    marc.says("annuler")
    marc.hears("annule la réunion")
    assert Meeting.next_of(story.home())

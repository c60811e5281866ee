"""What was promised is done, handed over or dropped; one reminder at most, and none at night."""

import datetime as dt

import pytest

from storage import db
from storage.notes import Note
from storage.people import TELEGRAM
from storage.sessions import Session
from tests.stories.evenings import begin, tonight
from tests.stories.hands import press
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def evening(story: Story) -> list[Actor]:
    people = [story.organizer("Marc"), story.member("Léa"), story.member("Hugo")]
    tonight(story, *people)
    begin(story, *people)
    return people


def parted(story: Story) -> None:
    """The meeting is over."""
    with db.transaction():
        Session.get().close(None)


def test_mine_by_buttons_and_words(story: Story) -> None:
    _marc, lea, _hugo = evening(story)
    lea.says("action : j'appelle le café avant mardi")
    lea.says("action : je réserve la salle")
    lea.says("mes actions")
    assert "1. j'appelle le café (d'ici mardi 10 mars)" in lea.last and "2. je réserve la salle" in lea.last
    press(lea, "✓ 1 fait")
    lea.hears("Bravo")
    assert [note.words for note in Note.mine(lea.person)] == ["je réserve la salle"]
    press(lea, "Pas encore")
    assert len(Note.mine(lea.person)) == 2
    lea.says("fait")
    lea.hears("Laquelle")
    lea.says("fait 2")
    lea.says("c'est fait")
    assert Note.mine(lea.person) == []
    lea.says("mes actions")
    lea.hears("aucune action en cours")


@mixed
def test_another_one_cannot_tick_it(story: Story) -> None:
    marc, lea, _hugo = evening(story)
    lea.says("action : je réserve la salle")
    marc.says("mes actions")
    marc.hears("aucune action en cours")
    marc.says("actions du groupe")
    marc.hears("Léa : je réserve la salle")
    marc.says("fait 1")
    assert len(Note.mine(lea.person)) == 1
    zoe = story.stranger("Zoé")
    zoe.says("actions du groupe")
    zoe.never_hears("salle")


def test_handed_over_once_the_other_agrees(story: Story) -> None:
    _marc, lea, hugo = evening(story)
    lea.says("action : je réserve la salle")
    lea.says("donne 1 à Hugo")
    lea.hears("Je demande à Hugo")
    assert Note.get().owner == lea.person
    hugo.hears("Léa aimerait te confier une action")
    press(hugo, "D'accord")
    assert Note.get().owner == hugo.person
    lea.hears("Hugo prend le relais")
    hugo.says("abandonne")
    hugo.hears("pas de souci")
    assert Note.mine(hugo.person) == []


@mixed
def test_who_says_no_leaves_it_where_it_was(story: Story) -> None:
    _marc, lea, hugo = evening(story)
    lea.says("action : je réserve la salle")
    lea.says("donne à Hugo")
    press(hugo, "Pas moi")
    assert Note.get().owner == lea.person
    lea.hears("reste à toi")
    lea.says("donne à Zoé")
    lea.hears("personne de ce nom")


def test_one_reminder_on_the_eve_by_day(story: Story) -> None:
    _marc, lea, _hugo = evening(story)
    lea.says("action : j'appelle le café avant mardi")
    parted(story)
    story.later(days=5, hours=12)
    assert lea.count("Petit rappel") == 0
    heard = lea
    story.later(days=1, hours=20)
    if lea.platform == TELEGRAM:
        assert heard.count("Petit rappel") == 1
    assert Note.get().nudged_at == Note.get().nudged_at and Note.get().nudged_at is not None
    nudged = Note.get().nudged_at
    assert nudged.date() == dt.date(2026, 3, 9) and 7 <= nudged.hour < 20
    story.later(days=10)
    assert Note.get().nudged_at == nudged


@mixed
def test_never_means_never_and_done_needs_none(story: Story) -> None:
    marc, lea, _hugo = evening(story)
    lea.says("action : j'appelle le café avant mardi")
    lea.says("relance : jamais")
    lea.hears("jamais")
    marc.says("action : je réserve la salle avant mardi")
    marc.says("fait")
    parted(story)
    story.later(days=12)
    assert lea.count("rappel, comme convenu") + marc.count("rappel, comme convenu") == 0


@mixed
def test_half_way_without_a_day(story: Story) -> None:
    marc, _lea, _hugo = evening(story)
    marc.says("action : je réserve la salle")
    parted(story)
    story.later(days=6)
    assert marc.count("Petit rappel") == 0
    story.later(days=3)
    assert marc.count("Petit rappel") == 1
    marc.says("fait")
    assert Note.mine(marc.person) == []


@mixed
def test_an_action_of_somebody_who_left_is_silent(story: Story) -> None:
    _marc, _lea, hugo = evening(story)
    hugo.says("action : je réserve la salle avant mardi")
    parted(story)
    seat = story.home().membership_of(hugo.person)
    assert seat is not None and seat.leave()
    story.later(days=12)
    assert hugo.count("Petit rappel") == 0

"""How many will be there: what is sure, what the past teaches, and what to do when it is too few."""

import datetime as dt

import pytest

from storage import db
from storage.meetings import YES, Attendance, Meeting
from storage.people import TELEGRAM, Person
from storage.rosters import Expected
from tests.stories.hands import press
from tests.stories.meetings import THURSDAY, fix, here, until
from tests.story import Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
DAY = dt.timedelta(days=1)


def past(story: Story, *counts: int) -> None:
    """Meetings that took place every fortnight, with so many people, the latest first."""
    with db.transaction():
        for number, count in enumerate(counts, 1):
            start = THURSDAY - dt.timedelta(days=14 * number)
            Meeting.fix(story.home(), start, state="closed", head_count=count, closed_at=start)


def test_on_demand_the_sure_ones_and_the_range(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    past(story, 8, 6, 7, 9, 7, 5)
    fix(story, plus_ones=True)
    lea.says("je viens avec une amie")
    ben.says("je viens peut-être")
    ben.says("combien on sera ?")
    text = ben.last
    assert "2 places prises" in text and "0 confirmée" in text and "1 personne dit peut-être" in text
    assert "Compte entre 6 et 8 : aux 6 dernières réunions, 7 en moyenne, à 1,3 près" in text


@MIXED
def test_with_no_history_it_says_so(story: Story) -> None:
    lea = story.member("Léa")
    fix(story)
    lea.says("combien viennent ?")
    lea.hears("Pas encore d'historique")


@MIXED
def test_without_a_date_it_says_what_to_do(story: Story) -> None:
    lea = story.member("Léa")
    story.member("Benoît")
    lea.says("how many are coming?")
    lea.hears("Aucune date n'est fixée")


@MIXED
def test_a_stranger_learns_nothing(story: Story) -> None:
    story.member("Léa")
    fix(story)
    zoe = story.stranger("Zoé")
    zoe.says("combien on sera ?")
    zoe.hears("aucun groupe")


def test_the_range_is_mean_and_spread_of_the_last_six() -> None:
    known = Expected.learnt([8, 6, 7, 9, 7, 5, 100])
    assert known is not None
    assert (known.of, known.mean, round(known.spread, 2), known.low, known.high) == (6, 7.0, 1.29, 6, 8)
    assert Expected.learnt([]) is None
    one = Expected.learnt([4])
    assert one is not None and (one.low, one.high) == (4, 4)


@MIXED
def test_without_a_count_those_who_said_yes_at_the_end_are_counted(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    with db.transaction():
        old = Meeting.fix(story.home(), THURSDAY - 14 * DAY, state="closed")
        for name in ("Ana", "Bob", "Cléo"):
            Attendance.create(meeting=old, person=Person.create(name=name), answer=YES, guests=1)
    fix(story)
    lea.says("combien on sera ?")
    lea.hears("La dernière fois, 6 personnes sont venues.")


@MIXED
def test_whoever_books_the_table_is_told_on_time(story: Story) -> None:
    camille = story.organizer("Camille", on=TELEGRAM)
    lea, ben, zoe = (story.member(name, on=TELEGRAM) for name in ("Léa", "Benoît", "Zoé"))
    meeting = fix(story)
    for actor in (lea, ben, zoe):
        actor.says("je viens")
    ben.says("je réserve la table")
    ben.hears("Merci Benoît")
    lea.says("je réserve la table")
    lea.hears("Benoît s'en occupe déjà")
    until(story, THURSDAY - DAY + dt.timedelta(minutes=5))
    press(zoe, "Oui, je viens")
    said = ben.count("places prises")
    until(story, THURSDAY - dt.timedelta(hours=10))
    assert ben.count("places prises") == said + 1
    ben.hears("3 places prises, accompagnants compris ;\n1 confirmée.")
    camille.never_hears("places prises")
    assert here(meeting).booked_by_id == ben.person.id


@MIXED
def test_too_few_on_the_eve_and_the_animator_decides(story: Story) -> None:
    camille, lea = story.organizer("Camille", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    fix(story)
    lea.says("je viens")
    until(story, THURSDAY - dt.timedelta(hours=10))
    camille.hears("1 seule personne vient")
    lea.never_hears("seule personne")
    press(camille, "On la garde")
    camille.hears("À peu, on se parle mieux")


@MIXED
def test_too_few_may_be_cancelled_once_confirmed(story: Story) -> None:
    camille, lea = story.organizer("Camille", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("je viens")
    until(story, THURSDAY - dt.timedelta(hours=10))
    press(camille, "Une autre date")
    assert here(meeting).state == "fixed"
    press(camille, "On l'annule")
    assert here(meeting).state == "fixed", "it is read back first"
    camille.taps("Oui, annule-la")
    assert here(meeting).state == "cancelled"
    lea.hears("est annulée", chat=story.chat)


@MIXED
def test_many_are_two_tables(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    with db.transaction():
        from storage.groups import Membership

        for number in range(9):
            person = Person.create(name=f"Ami{number}")
            Membership.create(group=story.home(), person=person)
            Attendance.create(meeting=meeting, person=person, answer=YES)
    lea.says("combien on sera ?")
    lea.hears("pense à deux tables")

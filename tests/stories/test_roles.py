"""Roles of the day: in turn, refused or swapped by a tap; whoever is there can take over."""

import datetime as dt

import pytest

from storage import db
from storage.meetings import Meeting
from storage.people import WHATSAPP
from storage.sessions import Role, Session
from tests.stories.evenings import TONIGHT, begin, card, names, tonight
from tests.stories.hands import press
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def held(meeting: Meeting) -> dict[str, str]:
    """Who has which role."""
    return {role.kind: names([role.person])[0] for role in Role.of_meeting(meeting)}


def evening(story: Story) -> tuple[Meeting, list[Actor]]:
    """Four people at a meeting that Marc started."""
    people = [story.organizer("Marc"), *(story.member(name) for name in ("Léa", "Hugo", "Zoé"))]
    meeting = tonight(story, *people)
    begin(story, *people)
    return meeting, people


def test_roles_are_given_ten_minutes_after_the_start(story: Story) -> None:
    meeting, people = evening(story)
    assert not held(meeting)
    story.later(minutes=11)
    assert held(meeting) == {"animator": "Marc", "timekeeper": "Léa", "scribe": "Hugo"}
    people[1].hears("tu gardes le temps")
    people[2].hears("tu prends les notes")
    if story.platform != WHATSAPP:
        assert "Léa garde le temps" in card(story, people[0], "Marc anime")


def test_whoever_would_rather_not_hands_it_on_and_twice_is_once(story: Story) -> None:
    meeting, people = evening(story)
    people[0].says("qui fait quoi")
    press(people[1], "Pas aujourd'hui")
    people[1].hears("je demande à la personne suivante")
    assert held(meeting)["timekeeper"] == "Zoé"
    press(people[1], "Pas aujourd'hui")
    people[1].hears("déjà ce rôle")
    assert held(meeting)["timekeeper"] == "Zoé"


def test_a_swap_is_asked_and_taken(story: Story) -> None:
    meeting, people = evening(story)
    _marc, lea, hugo, _zoe = people
    people[0].says("rôles")
    press(lea, "Échanger")
    lea.hears("Avec qui")
    lea.says("Bernard")
    lea.hears("Qui veux-tu dire")
    lea.says("hugo")
    hugo.hears("voudrait échanger avec toi")
    press(hugo, "Je m'en charge")
    assert held(meeting) == {"animator": "Marc", "timekeeper": "Hugo", "scribe": "Léa"}
    lea.hears("Hugo prend le relais")


def test_anybody_here_takes_over_when_the_animators_phone_dies(story: Story) -> None:
    _meeting, people = evening(story)
    people[3].says("j'anime")
    people[3].hears("Tu animes à partir de maintenant")
    assert Session.get().animator == people[3].person
    people[3].says("j'anime")
    people[3].hears("Tu animes déjà")


@mixed
def test_the_one_who_had_it_least_comes_first(story: Story) -> None:
    meeting, people = evening(story)
    for weeks, keeper in ((2, people[1]), (1, people[2])):
        with db.transaction():
            past = Meeting.fix(story.home(), TONIGHT - dt.timedelta(weeks=weeks))
            Role.give(past, "timekeeper", keeper.person)
            Role.give(past, "scribe", people[3].person)
    people[0].says("rôles")
    assert held(meeting) == {"animator": "Marc", "timekeeper": "Zoé", "scribe": "Léa"}


@mixed
def test_who_leaves_hands_the_role_on(story: Story) -> None:
    meeting, people = evening(story)
    people[0].says("rôles")
    people[1].says("je pars")
    assert held(meeting)["timekeeper"] == "Zoé"


@mixed
def test_two_are_too_few_for_roles(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = tonight(story, marc, lea)
    begin(story, marc, lea)
    marc.says("rôles")
    marc.hears("à partir de trois")
    story.later(minutes=15)
    assert not held(meeting)


@mixed
def test_a_tap_after_the_evening_changes_nothing(story: Story) -> None:
    meeting, people = evening(story)
    people[0].says("rôles")
    with db.transaction():
        Session.get().close(people[0].person)
    press(people[1], "Pas aujourd'hui")
    people[1].hears("Cette réunion est finie")
    assert held(meeting)["timekeeper"] == "Léa"

"""Somebody lives elsewhere, or the group does: the hours are told there, the nights respected there."""

from zoneinfo import ZoneInfo

import pytest

from storage import noise
from storage.groups import Group
from storage.people import Person
from tests.story import Actor, Story

ONE = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def zone(actor: Actor) -> str | None:
    return Person.get_by_id(actor.person.id).timezone


def test_a_member_says_where_she_is_and_hears_the_hour_there(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("je suis à Montréal")
    lea.hears("Montréal, Canada, où il est 4h")
    assert zone(lea) == "America/Toronto"
    lea.taps("L'heure du groupe")
    assert zone(lea) is None


@ONE
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("mon fuseau : Europe/London", "Europe/London"),
        ("/fuseau Bruxelles", "Europe/Brussels"),
        ("my time zone is New York", "America/New_York"),
        ("I live in London", "Europe/London"),
        ("je vis à Nouméa", "Pacific/Noumea"),
        ("mon fuseau horaire : UTC+4", "Etc/GMT-4"),
        ("mon fuseau GMT -5", "Etc/GMT+5"),
        ("j'habite à Saint-Denis, Réunion", "Indian/Reunion"),
    ],
)
def test_places_and_zones_have_many_names(story: Story, words: str, expected: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    assert zone(lea) == expected


@ONE
@pytest.mark.parametrize(
    "words", ["je suis à table", "je suis à la bourre", "je suis à 10 minutes", "I'm in a hurry"]
)
def test_ordinary_words_are_no_place(story: Story, words: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    assert zone(lea) is None


@ONE
def test_an_unknown_place_is_asked_again(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/fuseau")
    lea.hears("Dans quelle ville es-tu")
    lea.says("Xqzwkv")
    lea.hears("Je ne connais pas cet endroit")
    lea.says("Lyon")
    assert zone(lea) == "Europe/Paris"
    lea.says("/fuseau")
    lea.says("annuler")
    lea.hears("Ton heure : Paris")


@ONE
@pytest.mark.parametrize("words", ["mon fuseau ../../etc/passwd", "mon fuseau Etc/Nowhere", "fuseau <b>=1+1</b>"])
def test_names_that_lead_elsewhere_are_no_zones(story: Story, words: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    assert zone(lea) in (None, "Europe/Paris")


def test_an_organizer_sets_the_group_s_clock_and_takes_it_back(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("le groupe est à l'heure de Bruxelles")
    marc.hears("à l'heure de Bruxelles")
    assert Group.get_by_id(story.home().id).timezone == "Europe/Brussels"
    marc.taps("Annuler")
    assert Group.get_by_id(story.home().id).timezone == "Europe/Paris"


@ONE
def test_a_member_cannot_set_the_group_s_clock(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("le groupe est à l'heure de Tokyo")
    lea.hears("Seuls les organisateurs")
    assert Group.get_by_id(story.home().id).timezone == "Europe/Paris"


@ONE
def test_the_zones_of_a_group_are_its_own_and_those_of_its_members(story: Story) -> None:
    story.organizer("Marc")
    lea, zoe = story.member("Léa"), story.member("Zoé")
    lea.says("je suis à Montréal")
    zoe.says("je suis à Paris")
    zones = noise.zones_of(story.home())
    assert zones == (ZoneInfo("Europe/Paris"), ZoneInfo("America/Toronto"))

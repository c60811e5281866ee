"""A meeting's moment as each reader sees it: the wall time of its place, and one's own hour where it differs."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine

from handlers.kit.texts import Reader, When, hour, show

PARIS, LONDON, MONTREAL, SYDNEY = (
    ZoneInfo(name) for name in ("Europe/Paris", "Europe/London", "America/Montreal", "Australia/Sydney")
)
THURSDAY = dt.datetime(2026, 3, 12, 19, 30, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 3, 3, tzinfo=dt.UTC)):
        yield


@pytest.mark.parametrize(
    ("when", "reader", "words"),
    [
        (When(THURSDAY), Reader("fr", PARIS), "jeudi 12 mars à 19h30"),
        (When(THURSDAY), Reader("en", PARIS), "Thursday 12 March, 7:30 PM"),
        (When(THURSDAY, short=True), Reader("fr", PARIS), "jeu. 12 mars à 19h30"),
        (
            When(THURSDAY, end=THURSDAY + dt.timedelta(hours=2)),
            Reader("fr", PARIS),
            "jeudi 12 mars à 19h30–21h30",
        ),
        (When(THURSDAY), Reader("fr", LONDON), "jeudi 12 mars à 19h30 (heure de Paris ; 18h30 chez toi)"),
        (When(THURSDAY), Reader("fr", MONTREAL), "jeudi 12 mars à 19h30 (heure de Paris ; 14h30 chez toi)"),
        (When(THURSDAY), Reader("en", SYDNEY), "Thursday 12 March, 7:30 PM (Paris time; Fri 5:30 AM for you)"),
        (
            When(THURSDAY, zones=(PARIS, LONDON)),
            Reader("fr", PARIS),
            "jeudi 12 mars à 19h30 (heure de Paris ; 18h30 à Londres)",
        ),
        (When(THURSDAY, zones=(PARIS,)), Reader("fr", PARIS), "jeudi 12 mars à 19h30"),
        (When(THURSDAY.replace(day=1)), Reader("fr", PARIS), "dimanche 1er mars à 19h30"),
        (When(THURSDAY.replace(day=11)), Reader("fr", PARIS), "mercredi 11 mars à 19h30"),
        (When(THURSDAY.replace(year=2027)), Reader("fr", PARIS), "vendredi 12 mars 2027 à 19h30"),
    ],
)
def test_a_moment_is_said_in_the_time_of_its_place(when: When, reader: Reader, words: str) -> None:
    assert show(when, reader) == words


def test_two_zones_with_the_same_hour_are_one() -> None:
    brussels = Reader("fr", ZoneInfo("Europe/Brussels"))
    assert "heure" not in show(When(THURSDAY), brussels)


@pytest.mark.parametrize(
    ("time", "french", "english"),
    [
        (dt.time(0, 5), "0h05", "12:05 AM"),
        (dt.time(12), "12h", "12:00 PM"),
        (dt.time(19, 30), "19h30", "7:30 PM"),
    ],
)
def test_an_hour_is_written_as_people_write_it(time: dt.time, french: str, english: str) -> None:
    assert (hour(time, "fr"), hour(time, "en")) == (french, english)

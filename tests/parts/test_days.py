"""Days as people write them, in both languages."""

import datetime as dt

import pytest

from handlers.kit.reading.days import read_day

TODAY = dt.date(2026, 1, 7)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("jusqu'au 5 janvier", "fr", "2027-01-05"),
        ("jusqu’au 12 janvier", "fr", "2026-01-12"),
        ("5/02", "fr", "2026-02-05"),
        ("05.02.2027", "fr", "2027-02-05"),
        ("2026-02-03", "fr", "2026-02-03"),
        ("1er mars", "fr", "2026-03-01"),
        ("Le 1er Août 2026 !", "fr", "2026-08-01"),
        ("dans 3 semaines", "fr", "2026-01-28"),
        ("3 semaines", "fr", "2026-01-28"),
        ("une semaine", "fr", "2026-01-14"),
        ("quinze jours", "fr", "2026-01-22"),
        ("un mois", "fr", "2026-02-07"),
        ("lundi", "fr", "2026-01-12"),
        ("jusqu'à mercredi", "fr", "2026-01-14"),
        ("lundi prochain", "fr", "2026-01-12"),
        ("mardi 13", "fr", "2026-01-13"),
        ("jusqu'au 20", "fr", "2026-01-20"),
        ("le 5", "fr", "2026-02-05"),
        ("demain", "fr", "2026-01-08"),
        ("après-demain", "fr", "2026-01-09"),
        ("la semaine prochaine", "fr", "2026-01-12"),
        ("jusqu'à fin août", "fr", "2026-08-31"),
        ("fin du mois", "fr", "2026-01-31"),
        ("until Jan 15", "en", "2026-01-15"),
        ("until January 5th, 2027", "en", "2027-01-05"),
        ("5 Jan", "en", "2027-01-05"),
        ("next monday", "en", "2026-01-12"),
        ("next week", "en", "2026-01-12"),
        ("in two weeks", "en", "2026-01-21"),
        ("a month", "en", "2026-02-07"),
        ("tomorrow", "en", "2026-01-08"),
        ("until the 20th", "en", "2026-01-20"),
        ("end of August", "en", "2026-08-31"),
        ("mar 3", "en", "2026-03-03"),
        ("mar", "fr", "2026-01-13"),
        ("fri", "en", "2026-01-09"),
        ("jusqu'en avril", "fr", "2026-04-01"),
        ("jusqu'à mi-avril", "fr", "2026-04-15"),
        ("jusqu'à la fin de la semaine", "fr", "2026-01-11"),
        ("pendant les 2 prochaines semaines", "fr", "2026-01-21"),
        ("for a fortnight", "en", "2026-01-21"),
        ("for a couple of weeks", "en", "2026-01-21"),
        ("until the end of next week", "en", "2026-01-18"),
        ("lundi en 8", "fr", "2026-01-19"),
        ("until a week on friday", "en", "2026-01-16"),
        ("jeudi de la semaine pro", "fr", "2026-01-15"),
        ("sous huitaine", "fr", "2026-01-14"),
        ("jusqu'au we", "fr", "2026-01-11"),
        ("jusqu'à la fin du mois prochain", "fr", "2026-02-28"),
        ("through march", "en", "2026-03-31"),
        ("until january", "en", "2026-01-31"),
        ("48h de plus", "fr", "2026-01-09"),
    ],
)
def test_the_day_meant_is_found(text: str, language: str, day: str) -> None:
    assert read_day(text, TODAY, language) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    ["", "je ne sais pas", "plus tard", "31/02/2026", "32 janvier", "<b>", "=1+1", "🙂", "x" * 10_000, "99"],
)
def test_words_without_a_day_are_not_guessed(text: str) -> None:
    assert read_day(text, TODAY) is None


def test_a_full_date_in_the_past_is_left_to_the_caller() -> None:
    assert read_day("5 janvier 2020", TODAY) == dt.date(2020, 1, 5)


def test_the_last_day_of_february_is_not_overrun() -> None:
    assert read_day("un mois", dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)

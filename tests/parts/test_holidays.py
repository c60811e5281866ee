"""Holidays: which days a group's next dates avoid, by country and by school zone (41, M12)."""

import datetime as dt

import pytest

from handlers.kit.reading import holidays
from handlers.kit.reading.holidays import country_of, is_holiday, school_holiday
from jobs import schedule
from storage import db, facts
from storage.groups import Group


@pytest.fixture(autouse=True)
def opened(service: object) -> None:
    """A database."""
    facts.forget()


@pytest.mark.parametrize(
    ("country", "day", "french", "english"),
    [
        ("FR", "2026-05-14", "Ascension", "Ascension Day"),
        ("FR", "2026-05-25", "Lundi de Pentecôte", "Pentecost Monday"),
        ("FR", "2027-03-29", "Lundi de Pâques", "Easter Monday"),
        ("BE", "2026-07-21", "Fête nationale", "National Day"),
        ("CH", "2026-08-01", "Fête nationale", "National Day"),
        ("CA", "2026-07-01", "Fête du Canada", "Canada Day"),
        ("LU", "2026-06-23", "Fête nationale", "National Day"),
    ],
)
def test_a_public_holiday_has_its_name(country: str, day: str, french: str, english: str) -> None:
    date = dt.date.fromisoformat(day)
    holidays.learn(country, (date.year,))
    assert is_holiday(date, country) == french
    assert is_holiday(date, country, "en") == english


def test_other_days_and_unknown_countries_have_none() -> None:
    holidays.learn("FR", (2026,))
    holidays.learn("XX", (2026,))
    assert is_holiday(dt.date(2026, 4, 3), "FR") is None, "Good Friday is kept in Alsace-Moselle alone"
    assert is_holiday(dt.date(2026, 7, 14), "XX") is None
    assert is_holiday(dt.date(2026, 7, 14), "") is None


def test_a_year_that_nobody_looked_up_has_none() -> None:
    assert is_holiday(dt.date(2031, 7, 14), "FR") is None


@pytest.mark.parametrize(
    ("zone", "day", "name"),
    [
        ("A", "2026-02-08", "Vacances d'hiver"),
        ("B", "2026-02-08", None),
        ("B", "2026-02-20", "Vacances d'hiver"),
        ("C", "2026-03-08", "Vacances d'hiver"),
        ("B", "2026-08-03", "Vacances d'été"),
        ("A", "2026-12-24", "Vacances de Noël"),
        ("A", "2026-01-03", "Vacances de Noël"),
        ("A", "2026-06-16", None),
    ],
)
def test_school_holidays_go_by_zone(zone: str, day: str, name: str | None) -> None:
    holidays.learn("FR", (2026,), school=True)
    assert school_holiday(dt.date.fromisoformat(day), zone) == name


@pytest.mark.parametrize(
    ("country", "zone", "found"),
    [
        ("", "Europe/Paris", "FR"),
        ("BE", "Europe/Paris", "BE"),
        ("", "America/Toronto", "CA"),
        ("", "Etc/GMT-2", ""),
        ("", "UTC", ""),
    ],
)
def test_a_group_without_a_town_has_the_country_of_its_zone(country: str, zone: str, found: str) -> None:
    assert country_of(Group(name="G", country=country, timezone=zone)) == found


def test_the_hourly_job_knows_the_countries_of_all_groups_beforehand() -> None:
    Group.create(name="G", state="live", country="BE", timezone="Europe/Brussels")
    schedule.tidy()
    year = db.now().year + 1
    assert facts.ask(f"holidays BE {year}")


def test_nothing_heavy_stays_in_the_process() -> None:
    import sys

    holidays.learn("FR", (2028,), school=True)
    assert "vacances_scolaires_france" not in sys.modules
    assert "holidays" not in sys.modules

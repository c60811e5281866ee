"""Public holidays of a country and French school holidays, kept in storage: the libraries are heavy."""

import datetime as dt
import functools
import json
import subprocess
import sys
from typing import Any

import structlog
from babel.core import get_global

from storage import facts
from storage.db import now
from storage.groups import Group
from storage.settings import HERE

log = structlog.get_logger()
SCHOOL_ZONES = ("A", "B", "C")  # the three zones of metropolitan France
PATIENCE = 20  # seconds; a look takes about one
NOWHERE = ("001", "ZZ")  # the territories of zones without a country


def country_of(group: Group) -> str:
    """The group's country (ISO 3166, two letters): its town's, else that of its zone; empty when none is known."""
    territories = get_global("zone_territories")
    found = group.country or territories.get(group.timezone, "")
    return "" if found in NOWHERE else str(found)


def is_holiday(day: dt.date, country: str, language: str = "fr") -> str | None:
    """The name of the public holiday in that language; None on other days, or while the year is not known here."""
    names = _kept(_public(country, day.year)).get(day.isoformat())
    return names and str(names.get(language) or names["en"])


def school_holiday(day: dt.date, zone: str) -> str | None:
    """The French name of the school holidays of zone A, B or C on that day; None on school days."""
    spans = _kept(_school(zone, day.year))
    written = day.isoformat()
    return next((name.strip() for name, (first, last) in spans.items() if first <= written <= last), None)


def learn_all() -> None:
    """Keep this year and the next one of every country where a group lives (an hourly job)."""
    years = (now().year, now().year + 1)
    live = Group.select(Group.country, Group.timezone).where(Group.state == "live").distinct()
    for country in {country_of(group) for group in live}:
        learn(country, years, school=country == "FR")


def learn(country: str, years: tuple[int, ...], school: bool = False) -> None:
    """Have those years looked up and kept, unless they are; a job's work, a second the first time.

    school: the three zones of French school holidays as well.
    """
    wanted = [year for year in years if country and not facts.ask(_public(country, year))]
    zones = [year for year in years if school and not facts.ask(_school("A", year))]
    for name, found in _looked_up(country if wanted else "", sorted({*wanted, *zones}), bool(zones)).items():
        facts.tell(name, json.dumps(found, ensure_ascii=False))


def _public(country: str, year: int) -> str:
    return f"holidays {country} {year}"


def _school(zone: str, year: int) -> str:
    return f"school {zone} {year}"


def _kept(name: str) -> dict[str, Any]:
    return _read(facts.ask(name))


@functools.lru_cache(maxsize=32)
def _read(written: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written or "{}")
    return found


def _looked_up(country: str, years: list[int], school: bool) -> dict[str, dict[str, Any]]:
    """Asked in a process of its own: nothing of the 20 megabytes stays in ours."""
    if not years:
        return {}
    words = [sys.executable, "-m", __name__, country or "-", "school" if school else "-", *map(str, years)]
    try:
        done = subprocess.run(words, cwd=HERE, capture_output=True, text=True, timeout=PATIENCE, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("holidays unknown", country=country, error=type(error).__name__)
        return {}
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


# ------------------------------------------------------------------ in the process of its own


def main() -> None:
    """Print what the libraries know: country or "-", "school" or "-", years."""
    country, school, *written = sys.argv[1:]
    found: dict[str, Any] = {}
    for year in map(int, written):
        if country != "-":
            found[_public(country, year)] = _public_of(country, year)
        if school != "-":
            found |= {_school(zone, year): _school_of(zone, year) for zone in SCHOOL_ZONES}
    print(json.dumps(found))


def _public_of(country: str, year: int) -> dict[str, dict[str, str]]:
    """Day: its names in French and English. Days that only a part of the country keeps are left out."""
    import holidays

    names: dict[str, dict[str, str]] = {}
    try:
        spoken = holidays.country_holidays(country).supported_languages
        for language in ("en", "fr"):
            chosen = next((code for code in spoken if code.startswith(language)), None)
            for day, name in holidays.country_holidays(country, years=year, language=chosen).items():
                names.setdefault(day.isoformat(), {})[language] = name
    except NotImplementedError:  # a country that the library doesn't know
        return {}
    return names


def _school_of(zone: str, year: int) -> dict[str, list[str]]:
    """Name of the holidays: their first and last day in that year; Christmas comes twice."""
    from vacances_scolaires_france import UnsupportedYearException

    try:
        days = _calendar().holidays_for_year_and_zone(year, zone)
    except UnsupportedYearException:
        return {}
    spans: dict[str, list[str]] = {}
    for day in sorted(days):
        name = days[day]["nom_vacances"]
        if name in spans and (day - dt.date.fromisoformat(spans[name][1])).days > 1:
            name += " "  # the same name at the other end of the year
        spans.setdefault(name, [day.isoformat(), ""])[1] = day.isoformat()
    return spans


@functools.cache
def _calendar() -> Any:
    from vacances_scolaires_france import SchoolHolidayDates

    return SchoolHolidayDates()


if __name__ == "__main__":
    main()

"""Reminders ring at the right minute, over ten years and five zones, through every change of the hour (M8, F24)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handlers.kit.cards.reminders import bells, nominal
from handlers.kit.texts import Reader, When, show
from storage.meetings import Meeting
from storage.noise import civil_time
from tests.properties.bare import memory

ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Paris", "America/Bogota", "America/Montreal", "Asia/Bangkok", "Pacific/Noumea")
]
YEARS = range(2026, 2036)
HOURS = (dt.time(8), dt.time(12, 30), dt.time(19, 30), dt.time(23, 45))
BEFORE = (60, 120, 24 * 60, 3 * 24 * 60, 7 * 24 * 60)  # minutes


def days() -> list[dt.date]:
    """Every nineteenth day of ten years, and each week after the hour changed in Europe or America."""
    first = dt.date(YEARS.start, 1, 1)
    count = (dt.date(YEARS.stop, 1, 1) - first).days
    plain = {first + dt.timedelta(days=n) for n in range(0, count, 19)}
    changes = {sundays(year, month)[nth] for year in YEARS for month, nth in ((3, -1), (10, -1), (3, 1), (11, 0))}
    return sorted(plain | {day + dt.timedelta(days=n) for day in changes for n in (0, 1, 4)})


def sundays(year: int, month: int) -> list[dt.date]:
    return [day for n in range(1, 31) if (day := dt.date(year, month, n)).weekday() == 6]


def meetings(zone: ZoneInfo) -> list[Meeting]:
    """One at each of these hours of each of these days, not stored."""
    found = []
    for day in days():
        for hour in HOURS:
            start = dt.datetime.combine(day, hour, zone)
            wall = start.replace(tzinfo=None).isoformat(timespec="minutes")
            found.append(Meeting(wall=wall, zone=zone.key, starts_at=start.astimezone(dt.UTC)))
    return found


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_m8_no_reminder_is_wrong_by_a_minute(zone: ZoneInfo) -> None:
    """M8: so many days before, the clock on the wall shows the meeting's hour; so many hours before, they pass."""
    for meeting in meetings(zone):
        for minutes in BEFORE:
            at = nominal(meeting, minutes)
            if minutes % (24 * 60):
                assert meeting.starts_at - at == dt.timedelta(minutes=minutes)
            else:
                wall = at.astimezone(zone).replace(tzinfo=None)
                assert wall == meeting.start.replace(tzinfo=None) - dt.timedelta(minutes=minutes), (
                    meeting.wall,
                    wall,
                )


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_m8_no_reminder_rings_by_night_where_its_reader_lives(zone: ZoneInfo) -> None:
    """M8: whoever reads it in any of the zones; never after the meeting has begun."""
    for meeting in meetings(zone)[::3]:
        for reader in ZONES:
            for bell in bells(meeting, reader, BEFORE):
                hours = [moment.astimezone(reader).time() for moment in bell.at]
                assert all(dt.time(8) <= hour < dt.time(21) for hour in hours), (meeting.wall, reader, hours)
                assert max(bell.at) < meeting.starts_at


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_m8_what_is_unasked_goes_out_by_day(zone: ZoneInfo) -> None:
    with memory():
        for day in days():
            for hour in range(0, 24, 4):
                due = dt.datetime.combine(day, dt.time(hour, 30), dt.UTC)
                local = civil_time(due, zone).astimezone(zone)
                assert dt.time(8) <= local.time() < dt.time(21) and abs(local - due) <= dt.timedelta(hours=12)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_m8_what_is_said_is_the_hour_of_the_place(zone: ZoneInfo) -> None:
    with memory():
        said = [(one.start, show(When(one.start), Reader("fr", zone))) for one in meetings(zone)[::2]]
    for start, words in said:
        hour = start.time()
        assert words.endswith(f"à {hour.hour}h{hour.minute:02}" if hour.minute else f"à {hour.hour}h"), words

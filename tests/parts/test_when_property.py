"""Dates, whatever they are: written out and read back over ten years and five zones; no text breaks the reader."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.kit.reading.when import Option, Reading, read

ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Paris", "America/Bogota", "America/Montreal", "Asia/Bangkok", "Pacific/Noumea")
]
DAY = dt.timedelta(days=1)
MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2035, 12, 31, 23, 59))
AHEAD = st.integers(1, 300)
HOURS = st.times().map(lambda hour: hour.replace(minute=hour.minute // 5 * 5, second=0, microsecond=0))
FRENCH = [
    "{weekday} {day} {month} à {h}h{m:02}",
    "le {day} {month} {year} à {h}h{m:02}",
    "{day:02}/{n:02}/{year} {h}:{m:02}",
]
ENGLISH = [
    "{weekday} {day} {month} {year}, {h:02}:{m:02}",
    "{month} {day}, {year} at {clock}",
    "{year}-{n:02}-{day:02} {clock}",
]


def written(pattern: str, day: dt.date, hour: dt.time, language: str) -> str:
    """The moment in that pattern."""
    clock = f"{(hour.hour - 1) % 12 + 1}:{hour.minute:02} {'pm' if hour.hour >= 12 else 'am'}"
    names = {name: format_date(day, form, locale=language) for name, form in (("weekday", "EEEE"), ("month", "MMMM"))}
    return pattern.format(day=day.day, n=day.month, year=day.year, h=hour.hour, m=hour.minute, clock=clock, **names)


def only(reading: Reading) -> Option:
    """The one date of a reading without questions."""
    assert not reading.asks, reading
    (option,) = reading.options
    return option


def change(day: dt.date, hour: dt.time, zone: ZoneInfo) -> str:
    """Told by the offsets alone: "missing hour", "twice" or ""."""
    wall = dt.datetime.combine(day, hour)
    found = {
        utc
        for hours in range(-14, 15)
        for utc in [(wall + dt.timedelta(hours=hours)).replace(tzinfo=dt.UTC)]
        if utc.astimezone(zone).replace(tzinfo=None) == wall
    }
    return {0: "missing hour", 1: "", 2: "twice"}[len(found)]


@settings(max_examples=300, deadline=None)
@given(
    now=MOMENTS,
    ahead=AHEAD,
    hour=HOURS,
    zone=st.sampled_from(ZONES),
    style=st.sampled_from([("fr", pattern) for pattern in FRENCH] + [("en", pattern) for pattern in ENGLISH]),
)
def test_f24_a_date_written_out_is_read_back(
    now: dt.datetime, ahead: int, hour: dt.time, zone: ZoneInfo, style: tuple[str, str]
) -> None:
    language, pattern = style
    day = now.date() + DAY * ahead
    reading = read(written(pattern, day, hour, language), now.replace(tzinfo=zone), zone, language)
    if trouble := change(day, hour, zone):
        assert [ask.kind for ask in reading.asks] == [trouble]
    else:
        option = only(reading)
        assert option.start is not None
        assert option.start.replace(tzinfo=None) == dt.datetime.combine(day, hour)
        assert option.start.tzinfo is zone


@settings(max_examples=200, deadline=None)
@given(now=MOMENTS, number=st.integers(0, 6), zone=st.sampled_from(ZONES), language=st.sampled_from(["fr", "en"]))
def test_a_weekday_is_the_coming_one(now: dt.datetime, number: int, zone: ZoneInfo, language: str) -> None:
    weekday = format_date(dt.date(2026, 1, 5) + DAY * number, "EEEE", locale=language)
    for words in (weekday, f"next {weekday}" if language == "en" else f"{weekday} prochain"):
        (option,) = read(words, now.replace(tzinfo=zone), zone, language).options
        assert option.day.weekday() == number
        assert 1 <= (option.day - now.date()).days <= 7
    (later,) = read(f"{weekday} en huit", now.replace(tzinfo=zone), zone, "fr").options
    assert later.day == option.day + DAY * 7


@settings(max_examples=200, deadline=None)
@given(now=MOMENTS, days=st.integers(1, 99), hour=HOURS, zone=st.sampled_from(ZONES))
def test_so_many_days_later_keep_the_hour_of_the_wall(
    now: dt.datetime, days: int, hour: dt.time, zone: ZoneInfo
) -> None:
    day = now.date() + DAY * days
    reading = read(f"dans {days} jours à {hour.hour}h{hour.minute:02}", now.replace(tzinfo=zone), zone, "fr")
    if trouble := change(day, hour, zone):
        assert [ask.kind for ask in reading.asks] == [trouble]
    else:
        option = only(reading)
        assert option.start is not None
        assert (option.start.date(), option.start.time()) == (day, hour)


@settings(max_examples=200, deadline=None)
@given(now=MOMENTS, hours=st.integers(1, 72), zone=st.sampled_from(ZONES))
def test_so_many_hours_later_are_hours_that_pass(now: dt.datetime, hours: int, zone: ZoneInfo) -> None:
    here = now.replace(tzinfo=zone)
    option = only(read(f"dans {hours}h", here, zone, "fr"))
    assert option.start is not None
    assert option.start.astimezone(dt.UTC) - here.astimezone(dt.UTC) == dt.timedelta(hours=hours)


@settings(max_examples=100, deadline=None)
@given(now=MOMENTS, ago=st.integers(1, 2000), zone=st.sampled_from(ZONES))
def test_a_full_date_in_the_past_is_asked(now: dt.datetime, ago: int, zone: ZoneInfo) -> None:
    day = now.date() - DAY * ago
    reading = read(written(FRENCH[1], day, dt.time(18), "fr"), now.replace(tzinfo=zone), zone, "fr")
    assert reading.options == ()
    assert [ask.kind for ask in reading.asks] == ["past"]


PIECES = """
lundi mardi le du au 14 2 99 janvier mars 18h30 h midi soir dans 15 jours en huit sauf avant week next tue pm ou
, ; / - : . '
""".split()


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)),
    now=MOMENTS,
    zone=st.sampled_from(ZONES),
    language=st.sampled_from(["fr", "en"]),
)
def test_no_text_breaks_the_reader(text: str, now: dt.datetime, zone: ZoneInfo, language: str) -> None:
    here = now.replace(tzinfo=zone)
    reading = read(text, here, zone, language)
    assert 0 <= reading.confidence <= 1
    for option in reading.options:
        assert option.day >= here.date()
        assert option.start is None or option.start.utcoffset() is not None
        assert option.end is None or option.start is None or option.end >= option.start


@pytest.mark.parametrize("signs", ["1" * 600, "mardi " * 100, "le 1 ou " * 80, "18h-" * 150, "dans " * 120])
def test_a_long_text_is_read_in_no_time(signs: str) -> None:
    read(signs, dt.datetime(2026, 1, 7, 10, tzinfo=ZONES[0]), ZONES[0], "fr")

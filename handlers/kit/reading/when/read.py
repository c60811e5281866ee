"""Reads the dates of one message: what is sure becomes an option, what is not is asked, never guessed."""

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from handlers.kit.reading.when import leftover
from handlers.kit.reading.when.days import find_days
from handlers.kit.reading.when.page import Ahead, Clock, Days, Doubt, Mark, Page
from handlers.kit.reading.when.reckon import coming_number
from handlers.kit.reading.when.signs import find_signs
from handlers.kit.reading.when.spans import Slot, hour_of, join_ranges, slots_of
from handlers.kit.reading.when.times import find_parts, find_times
from handlers.kit.reading.when.words import plain, told_in

DAY = dt.timedelta(days=1)
LONGEST = 600  # signs; a date poll is asked in a sentence or two
SURE, HOUR_ALONE = 0.75, 0.7


@dataclass(frozen=True)
class Option:
    """One date: start (aware) when the hour is known, its day, the part of the day that was said, and the words.

    said: what names the day: "day" (a date, tomorrow), "weekday" (a weekday alone: the coming one, or the one of the
    week in talk) or "hour" (no day at all: today, or tomorrow when that hour has passed).
    """

    start: dt.datetime | None
    day: dt.date
    hour: dt.time | None
    end: dt.datetime | None
    words: str
    part: str = ""
    said: str = "day"


@dataclass(frozen=True)
class Ask:
    """What must be asked before a date is kept, and the words it is about.

    kind: "past", "ambiguous", "impossible", "no hour", "missing hour" (the clocks jump over it), "twice" (they come
    back to it), "month only" (or a season, or holidays), "week only", "repeated" or "unread".
    """

    kind: str
    words: str


@dataclass(frozen=True)
class Reading:
    """What one message says: options, days that don't suit, questions, words left; until: last day to answer.

    excluded_weekdays: those of excluded that were said by their weekday alone (0 is Monday).
    """

    options: tuple[Option, ...] = ()
    excluded: tuple[dt.date, ...] = ()
    asks: tuple[Ask, ...] = ()
    unread: tuple[str, ...] = ()
    confidence: float = 1.0
    until: dt.date | None = None
    excluded_weekdays: tuple[int, ...] = ()

    @property
    def sure(self) -> bool:
        """Nothing has to be asked but the hour."""
        return all(ask.kind == "no hour" for ask in self.asks)


def read(text: str, now: dt.datetime, zone: ZoneInfo, language: str) -> Reading:
    """The dates of a message.

    now: aware; days are counted in zone. language: "fr" or "en", of whoever writes; a date that is told in the other
    one is read in that. Never raises on any text.

    A correction is read like any other message; the caller merges it with the dates in talk:
    - "19h plutôt": one option, said "hour": keep the day, take its hour;
    - "plutôt jeudi": one option, said "weekday", start None: keep the hour, and the week of the date in talk;
    - "ajoute le 14 à 20h": an option, said "day": one more date;
    - "enlève mardi": no option, the day in excluded, and its weekday in excluded_weekdays: drop the dates in talk on
      that day or, as no date was given, on that weekday;
    - "jeudi au lieu de mardi": an option and an excluded day: drop the one, add the other with its hour.
    """
    now, language = now.astimezone(zone), told_in(text[:LONGEST], language)
    words, guessed = plain(text[:LONGEST], language)
    page = Page(words, now.date())
    find_times(page, language)
    find_days(page, language)
    find_parts(page)
    find_signs(page)
    return _weigh(page, _gather(page, now, zone), guessed)


def _gather(page: Page, now: dt.datetime, zone: ZoneInfo) -> Reading:
    marks = join_ranges(page)
    slots, hours, part = slots_of(page, marks)
    doubts = [(mark, mark.value) for mark in marks if isinstance(mark.value, Doubt)]
    asks = [Ask(doubt.kind, page.words[mark.start : mark.end]) for mark, doubt in doubts]
    options = [_ahead(mark, page, now) for mark in marks if isinstance(mark.value, Ahead)]
    if not slots and not doubts and not options and hours:
        slots = [_alone(page, clock, now, part) for clock in hours]
    for slot in slots:
        if slot.kind == "option":
            found, more = _options(slot, page, now, zone, part)
            options += found
            asks += more
        elif slot.kind == "busy" and slot.clocks:  # busy at that hour: the whole day?
            asks.append(Ask("ambiguous", page.words[slot.start : slot.end]))
    monday = next((doubt.monday for _mark, doubt in doubts if doubt.monday), None) or _week_of(options)
    refused = [slot for slot in slots if slot.kind in ("not", "except") or (slot.kind == "busy" and not slot.clocks)]
    taken = {option.day for option in options}
    excluded = [day for slot in refused for day in _moved(slot.days, monday, taken)]
    if taken & set(excluded):  # mardi matin non, mardi soir oui
        asks.append(Ask("ambiguous", page.words))
    weekdays = {day.weekday() for slot in refused if slot.days.said == "weekday" for day in slot.days.days}
    until = next((slot.days.days[-1] for slot in slots if slot.kind == "until"), None)
    found_options = tuple(_once(options))
    return Reading(found_options, tuple(excluded), tuple(asks), (), 1.0, until, tuple(sorted(weekdays)))


def _week_of(options: list[Option]) -> dt.date | None:
    """The Monday of the week of the first date that is named by its number."""
    day = next((option.day for option in options if option.said == "day"), None)
    return day - DAY * day.weekday() if day else None


def _moved(days: Days, monday: dt.date | None, taken: set[dt.date]) -> list[dt.date]:
    """la semaine prochaine sauf jeudi, lundi 16 ou mardi 17 mais pas mercredi: the day of that week"""
    if days.said != "weekday" or monday is None:
        return list(days.days)
    moved = [monday + DAY * day.weekday() if day < monday else day for day in days.days]
    return [day if late in taken else late for day, late in zip(days.days, moved, strict=True)]


def _once(options: list[Option]) -> list[Option]:
    """The same moment said twice is one option; a day said again without its hour adds nothing."""
    kept: dict[tuple[dt.date, dt.datetime | None, str], Option] = {}
    timed = {option.day for option in options if option.start}
    for option in options:
        if option.start or option.part or option.day not in timed:
            kept.setdefault((option.day, option.start, option.part if not option.start else ""), option)
    return list(kept.values())


def _ahead(mark: Mark, page: Page, now: dt.datetime) -> Option:
    """dans 2h: so much time later, whatever the clocks do in between"""
    minutes = mark.value.minutes if isinstance(mark.value, Ahead) else 0
    start = (now.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(now.tzinfo)
    return Option(start, start.date(), start.time(), None, page.words[mark.start : mark.end])


def _alone(page: Page, clock: Clock, now: dt.datetime, part: str) -> Slot:
    """à 20h: today, or tomorrow when it is later than that"""
    day = page.today + DAY * (hour_of(clock, part)[0] <= now.time())
    return Slot(0, len(page.words), Days((day,), said="hour"), [clock], part)


def _options(slot: Slot, page: Page, now: dt.datetime, zone: ZoneInfo, part: str) -> tuple[list[Option], list[Ask]]:
    words = page.words[slot.start : slot.end]
    options: list[Option] = []
    asks: list[Ask] = []
    for day in slot.days.days:
        if not slot.clocks:
            parts = [slot.part or part, *slot.parts]
            options += [Option(None, day, None, None, words, name, slot.days.said) for name in parts]
        for clock in slot.clocks:
            found = _placed(slot, clock, _rolled(slot.days, day, clock, now), now, zone, words)
            if isinstance(found, Option):
                options.append(found)
            else:
                asks.append(found)
    if asks and asks[-1].kind == "ambiguous" and any(clock.unsure for clock in slot.clocks):
        return [Option(None, day, None, None, words, "", slot.days.said) for day in slot.days.days], asks
    if slot.unclear:
        asks.append(Ask("ambiguous", words))
    if any(option.hour is None for option in options):
        asks.append(Ask("no hour", words))
    return options, asks


def _placed(slot: Slot, clock: Clock, day: dt.date, now: dt.datetime, zone: ZoneInfo, words: str) -> Option | Ask:
    """A day and an hour made one moment, or what has to be asked about it."""
    if clock.unsure and not slot.part:
        return Ask("ambiguous", words)
    if clock.midnight:
        if day != now.date():
            return Ask("ambiguous", words)
        day += DAY
    hour, end = hour_of(clock, slot.part)
    start = dt.datetime.combine(day, hour, zone)
    if start <= now:
        return Ask("past", words)
    if trouble := _clock_change(start):
        return Ask(trouble, words)
    finish = dt.datetime.combine(day + DAY * (end <= hour), end, zone) if end else None
    finish = start + dt.timedelta(minutes=slot.length) if slot.length else finish
    return Option(start, day, hour, finish, words, slot.part, slot.days.said)


def _clock_change(start: dt.datetime) -> str:
    """ "missing hour" when the clocks jump over it, "twice" when they come back to it, "" on any other day."""
    if start.astimezone(dt.UTC).astimezone(start.tzinfo).replace(tzinfo=None) != start.replace(tzinfo=None):
        return "missing hour"
    return "twice" if start.utcoffset() != start.replace(fold=1).utcoffset() else ""


def _rolled(days: Days, day: dt.date, clock: Clock, now: dt.datetime) -> dt.date:
    """le 30 à 19h, said on the 30th at 21h: next month's"""
    if days.bare and day == now.date() and clock.hour <= now.time():
        return coming_number(day.day, day + DAY) or day
    return day


def _weigh(page: Page, reading: Reading, guessed: int) -> Reading:
    """Words left unread make a reading less sure; below SURE they are asked about."""
    said = reading.options or reading.excluded or reading.asks or reading.until
    if not said:
        return replace(reading, unread=leftover.unread(page.left), confidence=0.0)
    unread = leftover.unread(page.left)
    confidence = max(0.0, 1.0 - 0.05 * guessed - leftover.doubt(page.left))
    if unread and "@" not in page.left and any(isinstance(mark.value, Clock) for mark in page.marks):
        confidence = min(confidence, HOUR_ALONE)  # "jeud 19h": the word nobody read may be the day
    asks = reading.asks
    if confidence < SURE:
        asks += (Ask("unread", " ".join(unread)),)
    return replace(reading, asks=asks, unread=unread, confidence=round(confidence, 2))

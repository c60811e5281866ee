"""One moment out of somebody's words, for a meeting to be fixed or moved: sure, or what has to be asked."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.kit.reading import shift
from handlers.kit.reading.when import Ask, Option, read
from handlers.kit.texts import Sayable, _, fold
from storage.db import now

PARTS = {"morning": (6, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (19, 24)}
NUMBERS: dict[str, float] = {
    "un": 1,
    "une": 1,
    "a": 1,
    "an": 1,
    "one": 1,
    "deux": 2,
    "two": 2,
    "trois": 3,
    "three": 3,
    "quatre": 4,
    "four": 4,
}
SAME_HOUR = re.compile(
    r",?\s*(?:\b(?:à|a) )?(?:la )?\bm[eê]me heure\b|,?\s*\b(?:at )?the same (?:time|hour)\b|,? same time", re.I
)
INSTEAD = re.compile(r",?\s*\b(?:au lieu d[eu']|instead of|plut[oô]t qu[e'])\s*.+?(?=\s+(?:à|a|at)\s+\d|$)", re.I)
LASTING = (
    re.compile(r"\b(?P<h>\d{1,2})\s*(?:h|heures?|hours?|hrs?)\s*(?P<m>\d{2})?\b"),
    re.compile(r"\b(?P<m>\d{2,3})\s*(?:min|minutes?|mn)\b"),
    re.compile(r"\b(?P<h>une|one|an|a|deux|two|trois|three|quatre|four) (?:heures?|hours?)\b"),
)
HALF = re.compile(r"\b(?:et demie?|and a half)\b")
SHORTEST, LONGEST = 10, 12 * 60  # minutes


@dataclass(frozen=True)
class Moment:
    """What was understood: a start (aware), or a day without an hour, or several options, or what has to be asked.

    length: minutes, when the end was said. unread: words that may have meant something. dated: was anything read?
    """

    start: dt.datetime | None = None
    day: dt.date | None = None
    length: int | None = None
    several: tuple[Option, ...] = ()
    trouble: Sayable | None = None
    unread: str = ""
    dated: bool = True


def read_moment(
    words: str, zone: ZoneInfo, language: str, before: dt.date | None = None, usual: dt.time | None = None
) -> Moment:
    """The one moment that the words mean, counted in zone.

    before: the present start of the meeting (aware), or only its day: an hour alone keeps the day, a day alone the
    hour, "d'une heure" and "au lendemain" shift it. usual: the hour of a day that comes without one.
    """
    words = SAME_HOUR.sub("", words) if isinstance(before, dt.datetime) else words
    if isinstance(before, dt.datetime) and (start := shift.beside(words, before.replace(tzinfo=zone), moving=True)):
        return Moment(start, start.date()) if start > now() else Moment(trouble=_past(words))
    words = INSTEAD.sub("", words)
    reading = read(words, now(), zone, language)
    doubt = next((ask for ask in reading.asks if ask.kind not in ("no hour", "unread")), None)
    if doubt is not None:
        return Moment(trouble=trouble(doubt))
    if not reading.options:
        return Moment(trouble=NO_DATE, dated=False)
    if len(reading.options) > 1:
        return Moment(several=reading.options)
    asked = next((ask.words for ask in reading.asks if ask.kind == "unread"), "")
    return _placed(reading.options[0], zone, before, usual, asked)


def _placed(option: Option, zone: ZoneInfo, before: dt.date | None, usual: dt.time | None, unread: str) -> Moment:
    day = _day(option, before)
    hour = option.hour or _fitting(before.time() if isinstance(before, dt.datetime) else usual, option.part)
    if hour is None:
        return Moment(None, day, unread=unread)
    start = dt.datetime.combine(day, hour, zone)
    if start <= now():
        return Moment(trouble=_past(option.words))
    length = int((option.end - option.start).total_seconds() // 60) if option.end and option.start else None
    return Moment(start, day, length, unread=unread)


def _day(option: Option, before: dt.date | None) -> dt.date:
    """The day meant: an hour alone keeps the meeting's, a weekday alone is that of the meeting's week."""
    if before is None or option.said == "day":
        return option.day
    known = before.date() if isinstance(before, dt.datetime) else before
    if option.said == "hour":
        return known
    near = known + dt.timedelta(days=option.day.weekday() - known.weekday())
    return near if near >= now().date() else option.day


def _fitting(hour: dt.time | None, part: str) -> dt.time | None:
    """The hour, unless another part of the day was said."""
    first, last = PARTS.get(part, (0, 24))
    return hour if hour and first <= hour.hour < last else None


def has_date(words: str, zone: ZoneInfo | None = None) -> bool:
    """Do the words hold a day or an hour, in French or English?"""
    zone = zone or ZoneInfo("UTC")
    for language in ("fr", "en"):
        reading = read(words, now(), zone, language)
        numbers = any(word.isdigit() for word in reading.unread)
        if numbers or reading.options or reading.excluded or any(ask.kind != "unread" for ask in reading.asks):
            return True
    return False


def read_length(words: str) -> int | None:
    """Minutes, out of "1h30", "90 min", "deux heures et demie", "two hours"; None when there is no length."""
    folded = fold(words)
    for pattern in LASTING:
        if found := pattern.search(folded):
            told = found.groupdict()
            hours = told.get("h") or "0"
            minutes = int((int(hours) if hours.isdigit() else NUMBERS[hours]) * 60) + int(told.get("m") or 0)
            return minutes + 30 * bool(HALF.search(folded))
    return None


NO_DATE = _("I found no day and no hour in that. Write for example: Thursday 12 at 19:30")


def _past(words: str) -> Sayable:
    return _("“{words}” has passed already. Which day to come?", words=words)


def trouble(ask: Ask) -> Sayable:
    """What has to be asked about a date, in one short question."""
    match ask.kind:
        case "past":
            return _past(ask.words)
        case "impossible":
            return _("“{words}” isn't in the calendar. Which day do you mean?", words=ask.words)
        case "missing hour":
            return _("That night the clocks go forward, and that hour doesn't exist. Which other hour?")
        case "twice":
            return _("That night the clocks go back, and that hour comes twice. Which other hour?")
        case "month only" | "week only" | "repeated":
            return _("“{words}”: which day exactly? For example: Thursday 12 at 19:30", words=ask.words)
        case _:
            return _(
                "“{words}” may mean two things. Write the day and the hour: Thursday 12 at 19:30", words=ask.words
            )

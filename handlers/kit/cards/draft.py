"""A vote being prepared: dates, place and deadline out of free words (27, 31); amend.py corrects it."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.kit.cards.deadline import closing
from handlers.kit.reading import spots
from handlers.kit.reading.days import DAY_NUMBER
from handlers.kit.reading.when import Ask, Option, Reading
from handlers.kit.reading.when import read as read_dates
from handlers.kit.texts import fold
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting
from storage.people import Person
from storage.polls import MOST, Choice, Poll
from storage.rhythms import Rhythm

SAME_PLACE = re.compile(
    r"\b(?:(?:au|dans le|le) )?m[eê]me (?:endroit|lieu)\b|\b(?:at the )?same place\b",
    re.I,
)
ADD = re.compile(
    r"^(?:(?:et|and|ou|or|puis) )?(?:(?:r?ajoute[rz]?|r?ajoutons|aussi|plus|add|also|alors|bien|encore|mets aussi)\b"
    r"(?: aussi| also)?|\+)[ :]*|^(?:et|and|ou|or|puis) "
)
# "répondez avant jeudi": the last day to answer, which is no date.
DEADLINE = re.compile(
    r"[,;.]?\s*\b(?:r[ée]pon(?:dez|ds|se|ses)|votez|vote|on vote|r[ée]ponse attendue|answer|reply|rsvp)"
    r"(?:\s+(?:svp|stp|please|moi))?\s+(?P<until>(?:avant|jusqu|d'ici|before|by|until)[^,;.]*)",
    re.I,
)
CLOCK = re.compile(r"\d ?h(?:\d|\b)|\d:\d|\d ?[ap]m\b", re.I)
HOUR = re.compile(r"\b\d{1,2} ?(?:h(?: ?\d{2})?|:\d{2}|(?::\d{2})? ?[ap]m)\b", re.I)
NEEDED = ("past", "ambiguous", "impossible", "missing hour", "twice", "month only", "week only", "repeated")
COMMON = {
    "": (dt.time(12, 30), dt.time(18, 30), dt.time(19, 30)),
    "morning": (dt.time(8, 30), dt.time(9), dt.time(10)),
    "afternoon": (dt.time(14), dt.time(15), dt.time(16)),
    "evening": (dt.time(18, 30), dt.time(19, 30), dt.time(20)),
    "night": (dt.time(20), dt.time(20, 30), dt.time(21)),
}
SPANS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (19, 24)}
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
AHEAD = dt.timedelta(days=300)  # from then on the coming day of that name is next year's
NAMED_DAY = re.compile(r"\d{1,2}(?:er)? (?:[a-z]{3,})|\d{1,2}/\d{1,2}|[a-z]{3,} \d{1,2}")
WEEKDAY_AND_NUMBER = re.compile(
    rf"\b(?P<weekday>{'|'.join(DAY_NUMBER)}) (?:le |the )?(?P<number>\d{{1,2}}(?: [a-z]{{3,}})?)(?P<rest>.*)$"
)
FAR = re.compile(r"(?i)\b(?:proch|next|sem|week|en huit|ce |cette |this )")
REPEATED_DAY = re.compile(rf"\b(?P<weekday>{'|'.join(DAY_NUMBER)})s?\b(?P<rest>.*)$")


@dataclass(frozen=True)
class Understood:
    """What became of some words: was anything changed, what must be asked, which words meant nothing to us."""

    changed: bool = False
    ask: Ask | None = None
    unread: tuple[str, ...] = ()


def begin(group: Group, person: Person, words: str) -> tuple[Poll, Understood]:
    """A new draft of the person, with what the words say."""
    poll = Poll.draft(group, person, words=words[:600])
    return poll, add(poll, words, person)


# ------------------------------------------------------------------ words become dates


def add(
    poll: Poll, words: str, person: Person, hour: dt.time | None = None, week: dt.datetime | None = None
) -> Understood:
    """Put what the words say into the draft. hour: of days that come without one; week: from when weekdays count."""
    words = ADD.sub("", fold(words)) if ADD.match(fold(words)) else words
    words, until = _take_deadline(poll, words, person)
    words, placed = _take_place(poll, words, person)
    reading = reading_of(poll, words, person)
    if week and reading.options and all(one.said == "weekday" for one in reading.options) and not FAR.search(words):
        reading = reading_of(poll, words, person, week)
    until = until or reading.until
    room = MOST - len(poll.choices())
    for option in [one for one in reading.options if one.day not in reading.excluded][:room]:
        _keep(poll, option, person, hour)
    if until:
        poll.closes_at = closing(poll, until=until)
        poll.save(only=[Poll.closes_at])
    ask = next((ask for ask in reading.asks if ask.kind in NEEDED), None)
    if ask is not None:
        _suppose(poll, ask, words, person)
    changed = bool(placed or reading.options or until)
    doubtful = any(one.kind == "unread" for one in reading.asks)
    return Understood(changed, ask, reading.unread if doubtful or not changed else ())


def reading_of(poll: Poll, words: str, person: Person, at: dt.datetime | None = None) -> Reading:
    """What the words say at the group's place, in their author's language; days are counted from at."""
    return read_dates(words, at or now(), ZoneInfo(poll.group.timezone), person.language or "fr")


def _take_deadline(poll: Poll, words: str, person: Person) -> tuple[str, dt.date | None]:
    """The words without "répondez avant jeudi", and that last day to answer."""
    found = DEADLINE.search(words)
    until = reading_of(poll, found["until"], person).until if found else None
    return (words[: found.start()] + words[found.end() :], until) if found and until else (words, None)


def _keep(poll: Poll, option: Option, person: Person, hour: dt.time | None, doubtful: bool = False) -> None:
    zone = ZoneInfo(poll.group.timezone)
    start = option.start or (dt.datetime.combine(option.day, hour, zone) if hour and not option.part else None)
    if start is None:
        made = Choice.day(poll, option.day, option.part, by=person)
    elif start > now():
        length = int((option.end - option.start).total_seconds() // 60) if option.end and option.start else None
        made = Choice.date(poll, start, length, by=person)
    else:
        return
    if doubtful:
        made.doubtful = True
        made.save(only=[Choice.doubtful])


def _take_place(poll: Poll, words: str, person: Person) -> tuple[str, bool]:
    """The words without the place in them; the draft keeps it."""
    if SAME_PLACE.search(words):
        last = Meeting.last_of(poll.group)
        if last is not None:
            poll.venue, poll.place = last.venue, last.place
            poll.save(only=[Poll.venue, Poll.place])
        return SAME_PLACE.sub(" ", words), last is not None
    rest, place = spots.split_place(words)
    if not place or CLOCK.search(place):
        return words, False
    spot = spots.read_spot(place, person, poll.group)
    known = spots.find(poll.group, spot.name) if spot.name else []
    poll.venue = known[0] if known else None
    told = ", ".join(part for part in (spot.name, spot.address, spot.town) if part)
    poll.place = "" if known else (told or place)[:255]
    poll.save(only=[Poll.venue, Poll.place])
    return rest, True


# ------------------------------------------------------------------ what is asked, never guessed


def _suppose(poll: Poll, ask: Ask, said: str, person: Person) -> None:
    """Dates that the doubtful words may mean, to be confirmed by a button; at the one hour that was said."""
    clocks = {match.group() for match in HOUR.finditer(said)}
    hour = f" à {clocks.pop()}" if len(clocks) == 1 and not HOUR.search(ask.words) else ""
    for words, at in _candidates(ask):
        for option in reading_of(poll, words + hour, person, at).options[:2]:
            if option.day > now().astimezone(ZoneInfo(poll.group.timezone)).date():
                _keep(poll, option, person, None, doubtful=True)


def _candidates(ask: Ask) -> list[tuple[str, dt.datetime | None]]:
    """Words that are clear, and the moment from which their days are counted."""
    if ask.kind == "past" and NAMED_DAY.search(ask.words):
        return [(YEAR.sub("", ask.words), now() + AHEAD)]
    if ask.kind == "ambiguous" and (found := WEEKDAY_AND_NUMBER.search(ask.words)):
        return [(f"le {found['number']}{found['rest']}", None), (f"{found['weekday']}{found['rest']}", None)]
    if ask.kind == "repeated" and (found := REPEATED_DAY.search(ask.words)):
        return [(f"{found['weekday']}{found['rest']}", None)]
    return []


def hours(poll: Poll) -> list[dt.time]:
    """Hours to choose from, three at most: those of the draft's other dates, the usual one, common ones."""
    choices = poll.choices()
    part = next((choice.words for choice in choices if not choice.timed and choice.words), "")
    first, last = SPANS.get(part, (0, 24))
    usual = Rhythm.of(poll.group).hour
    known = [choice.start.time() for choice in choices if choice.timed] + ([usual] if usual else [])
    fitting = [hour for hour in known if first <= hour.hour < last]
    return list(dict.fromkeys([*fitting, *COMMON.get(part, COMMON[""])]))[:3]


def set_hours(poll: Poll, hour: dt.time, every: bool = False) -> None:
    """The hour of the days that have none yet, or of every date; those that have passed at that hour are left out."""
    for choice in poll.choices():
        if every or not choice.timed:
            choice.set_hour(hour)
    poll.forget_passed()

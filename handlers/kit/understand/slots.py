"""What a sentence names: dates, hours, people, places, cards, numbers, lengths of time, and what it excludes."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from handlers.kit import names
from handlers.kit.reading import when
from handlers.kit.reading.days import read_day
from handlers.kit.texts import fold
from handlers.kit.understand import spelling
from storage.people import Person

WORDS = {
    "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "cinq": 5,
    "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10,
    "douze": 12, "twelve": 12, "quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30,
    "premier": 1, "premiere": 1, "first": 1, "1er": 1, "1ere": 1, "deuxieme": 2, "seconde": 2, "second": 2,
    "troisieme": 3, "third": 3, "derniere": -1, "dernier": -1, "last": -1,
    "onze": 11, "eleven": 11, "treize": 13, "quatorze": 14, "seize": 16, "dix-sept": 17, "dix-huit": 18,
    "dix-neuf": 19, "vingt-cinq": 25, "quarante": 40, "forty": 40, "quarante-cinq": 45, "forty-five": 45,
    "cinquante": 50, "fifty": 50,
}  # fmt: skip
COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
LENGTHS = (
    (re.compile(r"(?<!\bvers )\b([0-5]) ?h(?:eures?)? ?(\d{2})\b"), lambda m: int(m[1]) * 60 + int(m[2])),
    (
        re.compile(rf"\b({COUNT}|an?) (?:heures?|hours?) (?:et |and )?({COUNT})\b"),
        lambda m: number(m[1]) * 60 + number(m[2]),
    ),
    (re.compile(r"\bune heure et demie\b|\ban hour and a half\b"), lambda _m: 90),
    (re.compile(rf"\b({COUNT}) heures? et demie?\b"), lambda m: number(m[1]) * 60 + 30),
    (re.compile(r"\btrois quarts d'heure\b|\bthree quarters of an hour\b"), lambda _m: 45),
    (re.compile(r"\bquart d'heure\b|\bquarter of an hour\b"), lambda _m: 15),
    (re.compile(r"\bdemi[- ]?heure\b|\bhalf an? hour\b"), lambda _m: 30),
    (re.compile(rf"\b({COUNT}) ?(?:min\b|mn\b|minutes?\b|m\b)"), lambda m: number(m[1])),
    (re.compile(rf"\b({COUNT}|an?|d'une) (?:heures?\b|hours?\b)"), lambda m: number(m[1]) * 60),
    (re.compile(r"(?<!\ba )(?<!\bvers )\b([1-6]) ?h\b"), lambda m: int(m[1]) * 60),  # "20h" is an hour of the day
)
CARDS = {
    "date": r"date|prochaine date", "lieu": r"lieu|venue|place", "accueil": r"accueil\w*|welcome",
    "compte rendu": r"compte[- ]rendu|cr|summary|recap|write-up|minutes", "photo": r"photos?|picture",
    "hôte": r"hote|host", "brise-glace": r"brise[- ]glace|icebreaker|ice-breaker",
}  # fmt: skip
TAGS = {
    "decision": r"#?decisions?", "action": r"#?actions?|#?todo", "idea": r"#?idees?|#?ideas?",
    "link": r"#?liens?|#?links?",
}  # fmt: skip
SPAN = re.compile(
    rf"\b(?:{COUNT}|an?|a couple of) (?:autres? |more |prochaine?s |next )?"
    r"(?:jours?|semaines?|mois|quinzaines?|days?|weeks?|months?|fortnight)\b"
)
UNTIL = re.compile(
    r"\b(?:jusqu'?e?(?:a|au|en)?|until|till|(?<!pas )avant(?: le)?|d'ici(?! la)|(?<!not )before|"
    r"through|by(?! an?\b))\b"
)
UNTIL_THEN = re.compile(r"\b(?:d'ici la|until then|till then|by then|je reviens|i'm back|on reprend)\b")


class Place(Protocol):
    """A place with a name."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Slots:
    """What was named. dates: aware, or days where no hour is said; minutes: a length of time; people in order."""

    dates: tuple[dt.datetime | dt.date, ...] = ()
    excluded: tuple[dt.date, ...] = ()
    until: dt.date | None = None
    people: tuple[Person, ...] = ()
    numbers: tuple[int, ...] = ()
    minutes: int | None = None
    card: str = ""
    place: str = ""
    tag: str = ""


def read(
    text: str, now: dt.datetime, zone: ZoneInfo, language: str,
    people: Iterable[Person] = (), places: Sequence[Place] = (), ahead: Iterable[dt.datetime] = (),
) -> Slots:  # fmt: skip
    """All that the text names; nothing of it need be meant. ahead: what stands open, meant by its weekday alone."""
    out = spelling.plain(text)
    folded = fold(out)
    found = when.read(out, now, zone, language)
    known = {moment.astimezone(zone).date() for moment in ahead}
    by_name = set(found.excluded_weekdays)
    excluded = tuple(_open_day(day, known, day.weekday() in by_name) for day in found.excluded)
    dates = tuple(_of_what_is_open(option, known, zone) for option in found.options)
    until = _until(folded, now, zone, language, dates) or found.until
    return Slots(
        dates, excluded, until, people_in(out, people), numbers_in(folded), minutes_in(folded),
        _named(CARDS, folded), place_in(folded, places), _tagged(folded),
    )  # fmt: skip


def _of_what_is_open(option: when.Option, known: set[dt.date], zone: ZoneInfo) -> dt.datetime | dt.date:
    day = _open_day(option.day, known, option.said == "weekday")
    return dt.datetime.combine(day, option.hour, zone) if option.start is not None and option.hour else day


def _open_day(day: dt.date, known: set[dt.date], by_name: bool) -> dt.date:
    """ "Thursday" is the one on which something stands open, if there is just one."""
    same = [one for one in known if one.weekday() == day.weekday()]
    return same[0] if by_name and len(same) == 1 else day


def _until(
    folded: str, now: dt.datetime, zone: ZoneInfo, language: str, dates: tuple[dt.datetime | dt.date, ...]
) -> dt.date | None:
    today, mark = now.astimezone(zone).date(), UNTIL.search(folded)
    if mark is None and dates and UNTIL_THEN.search(folded):
        return dates[-1].date() if isinstance(dates[-1], dt.datetime) else dates[-1]
    if mark is None:
        return read_day(span.group(), today, language) if (span := SPAN.search(folded)) else None
    rest = folded[mark.end() :]
    told = when.read(rest, now, zone, language).options
    return told[0].day if told else read_day(folded[mark.start() :], today, language)


def number(word: str) -> int:
    """ "deux", "2", "premier": how many, or which one (-1 is the last)."""
    return int(word) if word.isdigit() else WORDS.get(word, 1)


def numbers_in(folded: str) -> tuple[int, ...]:
    """The numbers that are no hour and no date, as digits or ordinals."""
    shape = rf"(?<![\w:/])({COUNT})(?![\w:/]|(?: ?(?:h|heures?|min|mn|minutes?|hours?|am|pm|%|€))\b)"
    return tuple(number(match[1]) for match in re.finditer(shape, folded) if match[1] not in ("un", "une", "one"))


def minutes_in(folded: str) -> int | None:
    """The length of time that is named first, in minutes."""
    return next((minutes(match) for shape, minutes in LENGTHS if (match := shape.search(folded))), None)


def people_in(text: str, people: Iterable[Person]) -> tuple[Person, ...]:
    """Who is named, by first name or nickname, also written nearly right."""
    everyone, found = list(people), []
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    for one in [*(f"{a} {b}" for a, b in itertools.pairwise(words)), *words]:
        meant = names.find(everyone, one) if len(one) > 1 else []
        if len(meant) == 1 and meant[0] not in found:
            found.append(meant[0])
    return tuple(sorted(found, key=lambda person: _place_of(text, person)))


def _place_of(text: str, person: Person) -> int:
    at = fold(text).find(fold(person.name).split()[0][:3])
    return at if at >= 0 else len(text)


def place_in(folded: str, places: Sequence[Place]) -> str:
    """The known place that is named, by its name or nearly."""
    scored = [(fuzz.partial_ratio(_bare(place.name), folded), place.name) for place in places]
    best = max(scored, default=(0, ""))
    return best[1] if best[0] >= 85 else ""


def _bare(name: str) -> str:
    return re.sub(r"^(?:la|le|les|chez|the) ", "", fold(name))


def _named(known: dict[str, str], folded: str) -> str:
    return next((name for name, shape in known.items() if re.search(rf"\b(?:{shape})\b", folded)), "")


def _tagged(folded: str) -> str:
    return next((name for name, shape in TAGS.items() if re.match(rf"(?:{shape})(?:\b|(?= ?:))", folded)), "")

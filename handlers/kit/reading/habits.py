"""Reads how a group meets: "toutes les deux semaines, le mardi ou le jeudi, de 18h30 à 20h30, quorum 4"."""

import datetime as dt
import re
from dataclasses import dataclass

from handlers.kit.reading.days import DAY_NUMBER
from handlers.kit.reading.fields import LONGEST, NUMBERS, read_rhythm
from handlers.kit.texts import fold

SHORTEST, DAY_LONG = 15, 12 * 60  # minutes that a meeting lasts
MOST_PEOPLE, MOST_DAYS = 50, 30
COUNT = r"(\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
DAY = "(?:" + "|".join(DAY_NUMBER) + ")s?"
CLOCK = (
    r"(?:(\d{1,2}) ?(?:h|:) ?(\d{2})?(?!\d)|(\d{1,2})(?:[:.](\d{2}))? ?([ap])\.?m\b\.?|(midi et demi[e]?|midi|noon))"
)


@dataclass(frozen=True)
class Habits:
    """What was understood of it; None where nothing was said.

    every: days. weekdays: 0 is Monday. length: minutes. school_zone: "" means that they are not avoided.
    """

    every: int | None = None
    weekdays: tuple[int, ...] = ()
    start: dt.time | None = None
    length: int | None = None
    quorum: int | None = None
    poll_days: int | None = None
    avoids_holidays: bool | None = None
    school_zone: str | None = None
    proposes: bool | None = None

    def __bool__(self) -> bool:
        """Was anything understood?"""
        return self != Habits()


def read(text: str) -> Habits:
    """The habits that a sentence in French or English tells; each piece that was read is not read again."""
    rest = _Rest(fold(text))
    avoids, school = _avoided(rest)
    proposes = _proposes(rest)
    quorum, poll_days, lasts = _quorum(rest), _poll_days(rest), _lasts(rest)
    start, until = _hours(rest)
    every = _every(rest)
    return Habits(
        every=every,
        weekdays=_weekdays(rest.words),
        start=start,
        length=lasts or until,
        quorum=quorum,
        poll_days=poll_days,
        avoids_holidays=avoids,
        school_zone=school,
        proposes=proposes,
    )


class _Rest:
    """What of the text nobody has read yet."""

    def __init__(self, words: str) -> None:
        self.words = words

    def take(self, shape: str) -> "re.Match[str] | None":
        """The first place of that shape, taken out."""
        found = re.search(shape, self.words)
        if found:
            self.words = f"{self.words[: found.start()]} , {self.words[found.end() :]}"
        return found


def _number(word: str | None) -> int:
    return int(word) if word and word.isdigit() else NUMBERS.get(word or "", 0)


# ------------------------------------------------------------------ holidays, and who proposes

NOT = r"(?:n'|ne |don't |do not |not |no longer |plus |meme |also |keep |garde[rz]? )"


def _avoided(rest: _Rest) -> tuple[bool | None, str | None]:
    school = rest.take(
        rf"({NOT}[^,;.]{{0,24}})?\b(?:vacances|school holidays?)(?: scolaires?)?(?:[^,;.]{{0,12}}\bzone ([abc]))?\b"
    )
    public = rest.take(rf"({NOT}[^,;.]{{0,24}})?\b(?:jours? )?(?:feries?|(?:public|bank) holidays?)\b")
    zone = None
    if school:
        named = school[2] or (alone[1] if (alone := rest.take(r"\bzone ([abc])\b")) else "?")
        zone = "" if school[1] else named.upper()
    return (not public[1] if public else None), zone


def _proposes(rest: _Rest) -> bool | None:
    found = rest.take(
        r"\b(ne |don't |do not |stop )?(?:propos\w+)(?: plus| pas)?(?: toi-?meme)?(?: the| les| des)?"
        r"(?: next| prochaines)? dates?(?: toi-?meme| tout seul| yourself)?\b"
    )
    return None if found is None else not found[1]


# ------------------------------------------------------------------ numbers of people and of days


def _quorum(rest: _Rest) -> int | None:
    if rest.take(r"\b(?:sans|aucun|no|without) quorum\b"):
        return 1
    found = rest.take(
        rf"\bquorum(?: (?:de|of|is|a|est de|at|to))?[ :=]*{COUNT}\b(?: (?:personnes?|people|membres?|members?))?"
    )
    found = found or rest.take(
        rf"\b(?:au moins|at least|a partir de|from|minimum) {COUNT} ?"
        r"(?:personnes?|people|membres?|members?|presents?)\b"
    )
    return _within(found, MOST_PEOPLE)


def _poll_days(rest: _Rest) -> int | None:
    found = rest.take(
        rf"\b(?:sondages?|votes?|on vote|polls?|voting)\b[^,;\d]{{0,20}}?\b{COUNT} ?(?:jours?|days?)\b"
    ) or rest.take(rf"\b{COUNT} ?(?:jours?|days?) (?:pour|to) (?:voter|repondre|vote|answer)\b")
    return _within(found, MOST_DAYS)


def _within(found: "re.Match[str] | None", most: int) -> int | None:
    number = _number(found[1]) if found else 0
    return number if 1 <= number <= most else None


# ------------------------------------------------------------------ hours


def _lasts(rest: _Rest) -> int | None:
    found = rest.take(
        r"\b(?:pendant|dure\w*|durent|duree|lasts?|for|length)(?: (?:de|of|environ|about))?[ :]*"
        r"(?:(\d{1,2}) ?(?:h|heures?|hours?)(?: ?(?:et )?(\d{2}|demie|half))?|(\d{2,3}) ?(?:min\w*|mn)"
        r"|(?:une|an|one) (?:heure|hour)( et demie)?)"
    )
    if found is None:
        return None
    if found[3]:
        return _length(int(found[3]))
    half = 30 if found[2] in ("demie", "half") or found[4] else int(found[2] or 0)
    return _length(60 * int(found[1] or 1) + half)


def _length(minutes: int) -> int | None:
    return minutes if SHORTEST <= minutes <= DAY_LONG else None


def _hours(rest: _Rest) -> tuple[dt.time | None, int | None]:
    """The hour it begins, and the minutes until it ends if that is said."""
    span = rest.take(rf"\b(?:de |from |between |entre )?{CLOCK} ?(?:a|to|until|jusqu'a|et|and|-|–) ?{CLOCK}(?!\w)")
    if span:
        start, end = _clock(*span.groups()[:6]), _clock(*span.groups()[6:])
        return start, _length(_minutes(start, end)) if start and end else None
    bare = rest.take(r"\b(?:from|between) (\d{1,2})() (?:to|and|-) (\d{1,2}) ?([ap])\.?m\b")
    if bare:
        start, end = (
            _clock(None, None, bare[1], None, bare[4], None),
            _clock(None, None, bare[3], None, bare[4], None),
        )
        return start, _length(_minutes(start, end)) if start and end else None
    once = rest.take(rf"(?:\b(?:a|at|vers|des) )?(?<!\d){CLOCK}(?!\w)")
    return (_clock(*once.groups()), None) if once else (None, None)


def _clock(
    hour: str | None, minute: str | None, twelve: str | None, past: str | None, half: str | None, noon: str | None
) -> dt.time | None:
    if noon:
        return dt.time(12, 30 if "demi" in noon else 0)
    if twelve:
        hour, minute = str(int(twelve) % 12 + (12 if half == "p" else 0)), past
    at = int(hour or 99), int(minute or 0)
    return dt.time(*at) if at[0] < 24 and at[1] < 60 else None


def _minutes(start: dt.time | None, end: dt.time | None) -> int:
    if start is None or end is None:
        return 0
    return ((end.hour - start.hour) * 60 + end.minute - start.minute) % (24 * 60)


# ------------------------------------------------------------------ how often, and which days
OFTEN = (
    r"\d+ ?(?:jours?|days?)|\b(?:quinze jours|dix jours|semaines?|weeks?|mois|months?|hebdo\w*|weekly|fortnightly|"
    r"biweekly|bimensuel\w*|mensuel\w*|monthly)\b(?!-?end)"
)


def _every(rest: _Rest) -> int | None:
    words = rest.words
    if re.search(rf"\bun[e]? (?:{DAY}|semaine|week) (?:sur|out of) deux\b|\bevery other (?:{DAY}|week)\b", words):
        return 14
    if re.search(rf"\bun[e]? (?:{DAY}|semaine) sur trois\b", words):
        return 21
    if re.search(rf"\b(?:{DAY})\b[^,;]{{0,12}}\bdu mois\b|\b(?:{DAY}) of (?:the|each|every) month\b", words):
        return 30
    said = re.search(OFTEN, words)
    if said:
        days = read_rhythm(words)
        return days if days and days <= LONGEST else None
    return 7 if re.search(rf"\b(?:tous les|chaque|every|each) (?:{DAY})\b", words) else None


def _weekdays(words: str) -> tuple[int, ...]:
    if re.search(r"\b(?:en semaine|jours? de semaine|weekdays?)\b", words):
        return (0, 1, 2, 3, 4)
    if re.search(r"\b(?:week-?ends?)\b", words):
        return (5, 6)
    span = re.search(rf"\b(?:du|from) ({DAY}) (?:au|to) ({DAY})\b", words)
    if span:
        first, last = _day(span[1]), _day(span[2])
        return tuple(sorted((first + n) % 7 for n in range((last - first) % 7 + 1)))
    return tuple(sorted({_day(name) for name in re.findall(rf"\b{DAY}\b", words)}))


def _day(name: str) -> int:
    return DAY_NUMBER[name] if name in DAY_NUMBER else DAY_NUMBER[name.removesuffix("s")]

"""Which dates or places of a vote some words name: "jeudi midi", "la 2", "les deux premières", "Café des Arts"."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handlers.kit.reading.days import MONTH_NUMBER
from handlers.kit.reading.vote_words import (
    BOTH_DAYS,
    BY_HOUR,
    DATE,
    DAY,
    EACH_ONE,
    FIRST_FEW,
    HOW_MANY,
    NUMBER,
    ORDINAL,
    ORDINALS,
    PART,
    PARTS,
    WEEKDAY_OF,
)
from handlers.kit.texts import fold


class Named(Protocol):
    """What of a choice is told by its name: the start of a date (aware), or the words of a place."""

    @property
    def id(self) -> Any: ...
    @property
    def local(self) -> dt.datetime | None: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Mention:
    """Choices named: their ids; all_: every one, rest: those not named otherwise."""

    ids: tuple[int, ...] = ()
    all_: bool = False
    rest: bool = False


def named_at(words: str, at: int, choices: Sequence[Named]) -> tuple[Mention | None, int]:
    """The choices that are named there, and where their name ends; (None, at) when none is."""
    if at and words[at - 1].isalnum():
        return None, at
    if together := _together(words, at, choices):
        return together
    for pattern in (DAY, DATE, BY_HOUR):
        if match := pattern.match(words, at):
            ids = _dated(match, choices)
            return _of_part(ids, words, match.end(), choices) if ids else (None, at)
    if match := ORDINAL.match(words, at):
        return _counted(ORDINALS[match["ordinal"]], choices), match.end()
    if match := NUMBER.match(words, at):
        found = _numbered(match, choices)
        return _of_part(found.ids, words, match.end(), choices) if found else (None, at)
    return _placed(words, at, choices)


def _together(words: str, at: int, choices: Sequence[Named]) -> tuple[Mention, int] | None:
    """ "les trois", "les deux premières", "both thursdays", "le midi": several at once."""
    if match := FIRST_FEW.match(words, at):
        count = _how_many(match["count"] or match["count2"])
        last = re.match("dern|last", match["which"] or match["which2"])
        return Mention(tuple(one.id for one in (choices[-count:] if last else choices[:count]))), match.end()
    if (match := BOTH_DAYS.match(words, at)) and (day := DAY.match(words, match.end())):
        ids = _dated(day, choices)
        return (Mention(ids), day.end()) if ids else None
    if (match := EACH_ONE.match(words, at)) and _how_many(match["count"]) == len(choices):
        return Mention(all_=True), match.end()
    if (match := PART.match(words, at)) and not words[:at].endswith(("ce ", "cet ", "this ")):
        ids = _in_part(match["part"], choices)
        return (Mention(ids), match.end()) if 0 < len(ids) < len(choices) else None
    return None


def _how_many(word: str) -> int:
    return HOW_MANY.get(word) or int(word)


def _in_part(part: str, choices: Sequence[Named]) -> tuple[int, ...]:
    first, last = PARTS[part]
    return tuple(one.id for one in choices if one.local is not None and first <= one.local.hour < last)


def _of_part(ids: tuple[int, ...], words: str, end: int, choices: Sequence[Named]) -> tuple[Mention, int]:
    """ "jeudi midi": of the Thursdays named, those at noon; any of them where none is."""
    match = PART.match(words, end + 1) if words[end : end + 1] == " " else None
    if match is None:
        return Mention(ids), end
    within = set(_in_part(match["part"], choices))
    return Mention(tuple(one for one in ids if one in within) or ids), match.end()


def _dated(match: "re.Match[str]", choices: Sequence[Named]) -> tuple[int, ...]:
    """The choices on that weekday, day, month and hour, as far as they are said."""
    said = match.groupdict()
    weekday = WEEKDAY_OF.get(said.get("weekday") or "")
    day = said.get("day") or said.get("day2") or said.get("day3")
    month = said.get("month") or said.get("month2")
    number = MONTH_NUMBER.get(month, 3) if month else int(said["month3"]) if said.get("month3") else None
    found = []
    for choice in choices:
        local = choice.local
        fits = local is not None and (
            (weekday is None or local.weekday() == weekday)
            and (not day or local.day == int(day))
            and (number is None or local.month == number)
            and _at_hour(said, local)
        )
        if fits:
            found.append(choice.id)
    return tuple(found)


def _at_hour(said: Mapping[str, str | None], local: dt.datetime) -> bool:
    if not said.get("hour"):
        return True
    hour = int(said["hour"] or 0) + (12 if said.get("half") == "pm" and int(said["hour"] or 0) < 12 else 0)
    return local.hour == hour and (not said.get("minute") or local.minute == int(said["minute"] or 0))


def _counted(number: int, choices: Sequence[Named]) -> Mention | None:
    place = len(choices) if number < 0 else number
    return Mention((choices[place - 1].id,)) if 1 <= place <= len(choices) else None


def _numbered(match: "re.Match[str]", choices: Sequence[Named]) -> Mention | None:
    """A number is a line of the card; "le 14", or a number beyond the card, a day of the month."""
    number = int(match["number"])
    on_day = tuple(choice.id for choice in choices if choice.local and choice.local.day == number)
    a_day = match["lead"] in ("le", "the") or match["th"]
    if on_day and (a_day or not 1 <= number <= len(choices)):
        return Mention(on_day)
    return _counted(number, choices) if number else None


def _placed(words: str, at: int, choices: Sequence[Named]) -> tuple[Mention | None, int]:
    """A place by its name, or by its first word of some length that no other place has."""
    names = {choice.id: fold(choice.name) for choice in choices if choice.name}
    for wanted, name in sorted(names.items(), key=lambda item: -len(item[1])):
        if re.compile(rf"{re.escape(name)}(?!\w)").match(words, at):
            return Mention((wanted,)), at + len(name)
    for wanted, name in names.items():
        others = {part for other, told in names.items() if other != wanted for part in told.split()}
        for part in name.split():
            if len(part) >= 4 and part not in others and re.compile(rf"{re.escape(part)}(?!\w)").match(words, at):
                return Mention((wanted,)), at + len(part)
    return None, at

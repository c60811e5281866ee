"""A phrase while it is being read: what was found and where, and the words that are left."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clock:
    """An hour, and the end of a range; unsure when morning or evening isn't said, midnight when 0:00 is a word."""

    hour: dt.time
    end: dt.time | None = None
    unsure: bool = False
    midnight: bool = False


@dataclass(frozen=True)
class Part:
    """morning, afternoon, evening or night"""

    name: str


@dataclass(frozen=True)
class Days:
    """One day or several; bare: only a number, which moves on once passed; said: "day", "weekday" or "hour"."""

    days: tuple[dt.date, ...]
    bare: bool = False
    said: str = "day"


@dataclass(frozen=True)
class Ahead:
    """So many minutes from now."""

    minutes: int


@dataclass(frozen=True)
class Length:
    """It lasts so many minutes."""

    minutes: int


@dataclass(frozen=True)
class Doubt:
    """Something to be asked; monday: of the week that was meant."""

    kind: str
    monday: dt.date | None = None


@dataclass(frozen=True)
class Sign:
    """A word that turns the day before or behind it: see signs.py; "noise" is a number that is no date."""

    kind: str


Value = Clock | Part | Days | Ahead | Length | Doubt | Sign
Rule = Callable[["re.Match[str]", dt.date], Value | None]
BLANK: dict[type, str] = {Clock: "#", Ahead: "#", Days: "@", Doubt: "@"}


@dataclass(frozen=True)
class Mark:
    """What stands between two places of the phrase."""

    start: int
    end: int
    value: Value


@dataclass
class Page:
    """The phrase; what has been read is blanked, so that no later rule reads it again."""

    words: str
    today: dt.date
    marks: list[Mark] = field(default_factory=list)
    left: str = ""

    def __post_init__(self) -> None:
        self.left = self.words

    def sweep(self, pattern: "re.Pattern[str]", rule: Rule) -> None:
        """Let a rule read each place where its pattern matches; None leaves the words to the other rules."""
        for match in pattern.finditer(self.left):
            value = rule(match, self.today)
            if value is None:
                continue
            start, end = match.span("at") if "at" in pattern.groupindex else match.span()
            self.marks.append(Mark(start, end, value))
            blank = BLANK.get(type(value), "~")
            self.left = self.left[:start] + blank * (end - start) + self.left[end:]

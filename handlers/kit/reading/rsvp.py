"""Reads what somebody says about coming: "j'en suis", "je viens avec 2 amis", "10 min de retard"."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.kit.reading import rsvp_words as words_of
from handlers.kit.reading.days import DAY_NUMBER
from handlers.kit.reading.rsvp_words import (
    AT_HOUR,
    BREAK,
    BRINGING,
    CHATTER,
    GUESTS,
    HEDGE,
    LATE_CLAUSE,
    MINUTES,
    NUMBERS,
    SPANS,
    around,
)
from handlers.kit.texts import fold
from storage.db import now
from storage.meetings import MAYBE, NO, YES, Meeting

LATE = "late"
LONGEST = 240  # signs: more than that is a story, not an answer
MOST_COMMENT = 160
LATEST = 120  # minutes after the beginning: who arrives later than that speaks of something else
NEAR = dt.timedelta(hours=24)  # a lateness without a day is about today's meeting, or tomorrow's
FROM_NOW = {"demain": 1, "tomorrow": 1, "ce soir": 0, "tonight": 0, "aujourd'hui": 0, "today": 0}


@dataclass(frozen=True)
class Said:
    """An answer in words. answer: yes, maybe, no or late. guests: none when they name none.

    minutes: of lateness, none when they don't say how many. dated: was the day named?
    """

    answer: str
    guests: int | None = None
    comment: str = ""
    minutes: int | None = None
    dated: bool = False


def read_card(text: str, meeting: Meeting, language: str) -> Said | None:
    """What words say right at the card of a meeting, where "oui" is enough; None when they say nothing about it."""
    # Once it has begun, "je suis là" says that one is there.
    return _read(text, meeting, loose=now() < meeting.starts_at)


def read_open(text: str, meeting: Meeting, language: str) -> Said | None:
    """What words say about a meeting that is only due: they must speak of coming."""
    return _read(text, meeting, loose=False)


def read_late(text: str, meeting: Meeting, language: str) -> Said | None:
    """How late somebody says they are; None unless it is about this meeting: near, or its day is named."""
    if "?" in text or len(text) > LONGEST:
        return None
    for clause in _clauses(text):
        match = LATE_CLAUSE.fullmatch(clause.words)
        if match and _fits(match, meeting):
            dated = bool(_days(match))
            if dated or meeting.starts_at - now() < NEAR:
                minutes = _minutes(clause.words) or _minutes(fold(text))
                return Said(LATE, minutes=minutes, comment=_cause(text, clause), dated=dated)
        if said := _arrives(text, clause, meeting):
            return said
    return None


def _arrives(text: str, clause: "_Clause", meeting: Meeting) -> Said | None:
    """ "j'arriverai vers 19h20": twenty minutes late where it begins at 19:00."""
    match = AT_HOUR.fullmatch(clause.words)
    if match is None or not _fits(match, meeting):
        return None
    dated, start = bool(_days(match)), meeting.start
    hour = int(match["hour"]) + (12 if int(match["hour"]) + 12 in (start.hour, start.hour + 1) else 0)
    minutes = (hour - start.hour) * 60 + int(match["minute"] or 0) - start.minute
    if 0 < minutes <= LATEST and (dated or meeting.starts_at - now() < NEAR):
        return Said(LATE, minutes=minutes, comment=_cause(text, clause), dated=dated)
    return None


def _cause(text: str, clause: "_Clause") -> str:
    """Why, if they say so; neither how late nor that they come."""
    rest = _rest(text, clause)
    told = re.search(MINUTES, fold(rest)) or fold(rest).startswith("je viens")
    return "" if told else rest


@dataclass(frozen=True)
class _Clause:
    words: str
    start: int
    end: int


def _clauses(text: str) -> Iterator[_Clause]:
    start = 0
    for mark in [*BREAK.finditer(text), None]:
        end = mark.start() if mark else len(text)
        words = fold(text[start:end]).strip(" .!,;:")
        if words:
            yield _Clause(words, start, end)
        start = mark.end() if mark else end


def _shapes(*cores: tuple[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    return [(answer, re.compile(around(core))) for answer, core in cores]


STRICT = _shapes((NO, words_of.NO_CORE), (MAYBE, words_of.MAYBE_CORE), (YES, words_of.YES_CORE))
LOOSE = STRICT + _shapes((NO, words_of.NO_LOOSE), (MAYBE, words_of.MAYBE_LOOSE), (YES, words_of.YES_LOOSE))


def _read(text: str, meeting: Meeting, loose: bool) -> Said | None:
    if "?" in text or len(text) > LONGEST or not text.strip():
        return None
    if any(LATE_CLAUSE.fullmatch(clause.words) for clause in _clauses(text)):
        return None
    if any(HEDGE.match(clause.words) for clause in _clauses(text)):
        return None  # "je viens, ou peut-être pas": better to be asked than to be misread
    clear = _answers(text, meeting, STRICT)
    found = clear or (_answers(text, meeting, LOOSE) if loose else []) or _brought(text, meeting)
    if len({said.answer for said in found}) != 1:
        return None
    party = next((n for clause in _clauses(text) if (n := _party(clause)) is not None), None)
    return found[0] if party is None else replace(found[0], guests=party, comment="")


def _answers(text: str, meeting: Meeting, shapes: list[tuple[str, re.Pattern[str]]]) -> list[Said]:
    found = (_of_clause(text, clause, meeting, shapes) for clause in _clauses(text))
    return [said for said in found if said is not None]


def _brought(text: str, meeting: Meeting) -> list[Said]:
    """ "j'amène ma sœur": both come."""
    found = ((clause, BRINGING.fullmatch(clause.words)) for clause in _clauses(text))
    return [Said(YES, _guests(match), _rest(text, one)) for one, match in found if match and _fits(match, meeting)]


def _party(clause: _Clause) -> int | None:
    """How many guests a clause names that says nothing else: "on sera 3"."""
    match = re.fullmatch(GUESTS, clause.words) or BRINGING.fullmatch(clause.words)
    return _guests(match) if match else None


def _of_clause(
    text: str, clause: _Clause, meeting: Meeting, shapes: list[tuple[str, re.Pattern[str]]]
) -> Said | None:
    for answer, shape in shapes:
        match = shape.fullmatch(clause.words)
        if match and _fits(match, meeting):
            said = Said(answer, _guests(match), _rest(text, clause))
            hours = match.groupdict().get("hours") or match.groupdict().get("hours2")
            return replace(said, comment=_joined(hours, said.comment)) if hours else said
    return None


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)[:MOST_COMMENT]


def _fits(match: re.Match[str], meeting: Meeting) -> bool:
    """Is the day that the words name, if any, the meeting's?"""
    start = meeting.start
    ahead = (start.date() - now().astimezone(start.tzinfo).date()).days
    return all(
        FROM_NOW[day] == ahead if day in FROM_NOW else DAY_NUMBER[day] == start.weekday() for day in _days(match)
    )


def _days(match: re.Match[str]) -> list[str]:
    found = match.groupdict()
    return [found[name] for name in ("day0", "day", "day2") if found.get(name)]


def _guests(match: re.Match[str]) -> int | None:
    facts = match.groupdict()
    for name in ("guests", "guests2", "friends"):
        if facts.get(name):
            return _number(str(facts[name]))
    for name in ("all", "all2"):
        if facts.get(name):
            return max(0, _number(str(facts[name])) - 1)
    if facts.get("alone") or facts.get("alone2"):
        return 0
    return 1 if facts.get("own") or facts.get("own2") else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _minutes(words: str) -> int | None:
    if found := re.search(rf"({MINUTES})", words):
        return _number(re.split(r"(?<=\d)(?=\D)| ", found[1])[0])
    return next((minutes for shape, minutes in SPANS if re.search(shape, words)), None)


def _rest(text: str, clause: _Clause) -> str:
    """What else was said, in its own words; empty for greetings and thanks."""
    around = (text[: clause.start], text[clause.end :])
    parts = [re.sub(rf"^(?:{BREAK.pattern}|[\s:])+", "", part, flags=re.I).strip(" ,;:\n") for part in around]
    kept = [part for part in parts if part and not CHATTER.fullmatch(fold(part))]
    return _joined(*kept)

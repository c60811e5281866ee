"""Votes in words: "1 et 3, 2 si besoin", "toutes sauf jeudi", "je peux pas le 14"; ordinary chatter is no vote."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from handlers.kit.reading.days import MONTH_NUMBER
from handlers.kit.reading.vote_words import (
    ALL,
    BY_HOUR,
    CHATTER,
    DATE,
    DAY,
    DENIALS,
    HARMLESS,
    NOBODY,
    NUMBER,
    ORDINAL,
    ORDINALS,
    REST,
    STOP,
    SUITS,
    UNSURE,
    WEEKDAY_OF,
    WORDS,
    Value,
)
from handlers.kit.texts import fold
from storage.polls import IF_NEEDED, NO, YES

LONGEST = 160  # signs: a vote is short, a story is not one


class Named(Protocol):
    """What of a choice is told by its name: the start of a date (aware), or the words of a place."""

    @property
    def id(self) -> Any: ...
    @property
    def local(self) -> dt.datetime | None: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Said:
    """What words say: a value for each choice named (by its id); whole: every choice was meant.

    unsure: answered, without a vote ("je ne sais pas encore").
    """

    votes: Mapping[int, int] = field(default_factory=dict)
    whole: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Mention:
    """Choices named: their ids; all_: every one, rest: those not named otherwise."""

    ids: tuple[int, ...] = ()
    all_: bool = False
    rest: bool = False


@dataclass(frozen=True)
class Stop:
    """A comma, a full stop, "mais": what follows is said anew."""


Token = Value | Mention | Stop
Clause = list[Value | Mention]
ValuesInWords = list[tuple[Value, re.Pattern[str]]]


def read(text: str, choices: Sequence[Named]) -> Said | None:
    """What a text says about these choices, in their order (1 is the first); None when it is no vote."""
    words = _plain(text)
    if not words or len(words) > LONGEST or "?" in text or not choices:
        return None
    if UNSURE.fullmatch(words):
        return Said(unsure=True)
    if CHATTER.fullmatch(words):
        return None
    tokens = list(_tokens(words, choices))
    if not tokens or any(token is None for token in tokens):
        return None
    return _weigh([token for token in tokens if token], [choice.id for choice in choices], words)


def clearer(text: str, choices: Sequence[Named], language: str) -> str | None:
    """What a vote with words beside it likely says, in words that read() understands: "1 oui, 2 non"."""
    words = _plain(text)
    tokens = list(_half_read(words, choices)) if len(words) <= LONGEST and "?" not in text else []
    if not any(isinstance(token, Mention) for token in tokens):
        return None
    said = _weigh(tokens, [choice.id for choice in choices], words)
    named = IN_WORDS["fr" if language == "fr" else "en"]
    votes = said.votes if said else {}
    told = [f"{n} {named[votes[one.id]]}" for n, one in enumerate(choices, 1) if one.id in votes]
    return ", ".join(told) or None


IN_WORDS = {"fr": {YES: "oui", IF_NEEDED: "si besoin", NO: "non"}, "en": {YES: "yes", IF_NEEDED: "maybe", NO: "no"}}


def _half_read(words: str, choices: Sequence[Named]) -> Iterator[Token]:
    """The tokens in order, whatever stands between them."""
    at = 0
    while at < len(words):
        token, end = _token(words, at, choices) if words[at] != " " else (None, at + 1)
        if token is not None:
            yield token
        if end == at:
            end = at + 1
            while end < len(words) and words[end - 1].isalnum() and words[end].isalnum():
                end += 1
        at = end


def mentioned(text: str, choices: Sequence[Named]) -> list[int]:
    """The ids of the choices that a text names, whatever else it says; in the order of the choices."""
    found: set[int] = set()
    words, at = _plain(text), 0
    while at < len(words):
        mention, end = _mention(words, at, choices)
        found |= set(mention.ids) if mention else set()
        at = end if mention else at + 1
        while at < len(words) and words[at - 1].isalnum() and words[at].isalnum():
            at += 1
    return [choice.id for choice in choices if choice.id in found]


def _plain(text: str) -> str:
    words = fold(text.replace("\n", " , ")).replace("’", "'").strip(" .!,;…")
    return re.sub(r"\s+", " ", words)


# ------------------------------------------------------------------ words into tokens


def _tokens(words: str, choices: Sequence[Named]) -> Iterator[Token | None]:
    """The tokens in order; a None where a word belongs to no vote."""
    at = 0
    while at < len(words):
        if words[at] == " ":
            at += 1
            continue
        token, end = _token(words, at, choices)
        if end == at:
            yield None
            return
        if token is not None:
            yield token
        at = end


def _token(words: str, at: int, choices: Sequence[Named]) -> tuple[Token | None, int]:
    """The token that begins there and where it ends; (None, end) for harmless words, (None, at) for others."""
    if whole := NOBODY.match(words, at):
        return Mention(all_=True, ids=(-1,)), whole.end()
    if others := REST.match(words, at):
        return Mention(rest=True), others.end()
    if denial := _valued(words, at, DENIALS):
        return denial
    mention, end = _mention(words, at, choices)
    if mention:
        return mention, end
    if every := ALL.match(words, at):
        return Mention(all_=True), every.end()
    if valued := _valued(words, at, WORDS):
        return valued
    if stop := STOP.match(words, at):
        return Stop(), stop.end()
    if harmless := HARMLESS.match(words, at):
        end = harmless.end()
        if end == len(words) or not (words[end - 1].isalpha() and words[end].isalnum()):
            return None, end
    if words[at] == "'":
        return None, at + 1
    return None, at


def _valued(words: str, at: int, known: ValuesInWords) -> tuple[Value, int] | None:
    found = ((value, pattern.match(words, at)) for value, pattern in known)
    return next(((value, match.end()) for value, match in found if match), None)


def _mention(words: str, at: int, choices: Sequence[Named]) -> tuple[Mention | None, int]:
    if at and words[at - 1].isalnum():
        return None, at
    for pattern in (DAY, DATE, BY_HOUR):
        if match := pattern.match(words, at):
            ids = _dated(match, choices)
            return (Mention(ids), match.end()) if ids else (None, at)
    if match := ORDINAL.match(words, at):
        return _counted(ORDINALS[match["ordinal"]], choices), match.end()
    if match := NUMBER.match(words, at):
        found = _numbered(match, choices)
        return (found, match.end()) if found else (None, at)
    return _placed(words, at, choices)


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


# ------------------------------------------------------------------ tokens into votes


def _weigh(tokens: list[Token], ids: list[int], words: str) -> Said | None:
    """Each clause says a value of what it names; what names nothing goes to the clause before or after it."""
    votes: dict[int, int] = {}
    open_: tuple[int, ...] = ()  # named without a value: yes, unless the next clause is a value alone
    waiting: Value | None = None
    rest: int | None = None
    base: int | None = None
    for clause in _clauses(tokens):
        found = _pairs(clause)
        if found is None:
            return None
        for value, mention in found:
            if mention is None and value is not None:
                if open_ and not value.flips:
                    votes |= dict.fromkeys(open_, value.value)
                    open_ = ()
                waiting = value
                continue
            if mention is None:
                continue
            meant = _value(value, waiting, base)
            if mention.rest:
                rest = meant
                continue
            if mention.all_:
                base = NO if mention.ids else meant
                votes |= dict.fromkeys(ids, base)
                continue
            if value is not None and value.flips and base is None:
                base = YES
                votes |= {one: YES for one in ids if one not in votes}
            votes |= dict.fromkeys(mention.ids, meant)
            open_ = mention.ids if value is None and waiting is None else ()
            waiting = value if value is not None and clause and isinstance(clause[0], Value) else waiting
    if rest is not None:
        votes |= {one: rest for one in ids if one not in votes}
    if not votes:
        return _alone(waiting, words, ids)
    return Said(votes, whole=base is not None or rest is not None)


def _value(value: Value | None, waiting: Value | None, base: int | None) -> int:
    said = value or waiting
    if said is None:
        return YES
    return YES if said.flips and base == NO else said.value


def _alone(value: Value | None, words: str, ids: list[int]) -> Said | None:
    """ "ça me va" names no date: of one date it is a vote, and a yes of several says all."""
    if value is None or value.flips:
        return None
    if len(ids) == 1 or (value.value == YES and SUITS.search(words)):
        return Said(dict.fromkeys(ids, value.value), whole=True)
    return None


def _clauses(tokens: list[Token]) -> Iterator[Clause]:
    clause: Clause = []
    for token in tokens:
        if isinstance(token, Stop):
            if clause:
                yield clause
            clause = []
        else:
            clause.append(token)
    if clause:
        yield clause


Pairs = list[tuple[Value, Mention | None] | tuple[Value | None, Mention]]


def _pairs(clause: Clause) -> Pairs | None:
    """Who gets which value: "oui pour jeudi", "1 oui 2 non", "jeudi"; None when that can't be told."""
    clause = _merged(clause)
    values = [token for token in clause if isinstance(token, Value)]
    mentions = [token for token in clause if isinstance(token, Mention)]
    if not values:
        return [(None, mention) for mention in mentions]
    if not mentions:
        same = len({value.value for value in values}) == 1
        return [(values[-1], None)] if same else None
    if isinstance(clause[0], Value):
        return _forward(clause)
    if isinstance(clause[-1], Mention):
        # "1 et 3 si besoin 2" goes forward; "jeudi non vendredi" could be either.
        first = next(i for i, token in enumerate(clause) if isinstance(token, Value))
        value = clause[first]
        if isinstance(value, Value) and value.value == NO and not value.flips and not mentions[0].all_:
            return None
        ahead = _forward(clause[first:])
        head: Pairs = [(None, token) for token in clause[:first] if isinstance(token, Mention)]
        return None if ahead is None else head + ahead
    return _backward(clause)


def _merged(clause: Clause) -> Clause:
    """ "oui ça me va" is one value; "oui si besoin" is the weaker of both."""
    kept: Clause = []
    for token in clause:
        last = kept[-1] if kept else None
        if isinstance(token, Value) and isinstance(last, Value):
            kept[-1] = token if last.value == YES or token.value == IF_NEEDED else last
        else:
            kept.append(token)
    return kept


def _forward(clause: Clause) -> Pairs | None:
    pairs: Pairs = []
    value: Value | None = None
    for place, token in enumerate(clause):
        if isinstance(token, Value):
            if place == len(clause) - 1 and value is not None:
                return pairs if token.value == value.value else None
            value = token
        else:
            pairs.append((value, token))
    return pairs


def _backward(clause: Clause) -> Pairs:
    pairs: Pairs = []
    named: list[Mention] = []
    for token in clause:
        if isinstance(token, Mention):
            named.append(token)
        else:
            pairs += [(token, mention) for mention in named]
            named = []
    return pairs

"""Votes in words: "1 et 3, 2 si besoin", "toutes sauf jeudi", "je peux pas le 14"; ordinary chatter is no vote."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.kit.reading.choices import Mention, Named, named_at
from handlers.kit.reading.vote_words import (
    ALL,
    CHATTER,
    DENIALS,
    HARMLESS,
    NOBODY,
    REST,
    STOP,
    SUITS,
    UNSURE,
    WORDS,
    Value,
)
from handlers.kit.reading.when.words import COUNT_OF, any_of
from handlers.kit.texts import fold
from storage.polls import IF_NEEDED, NO, YES

LONGEST = 160  # signs: a vote is short, a story is not one


@dataclass(frozen=True)
class Said:
    """What words say: a value for each choice named (by its id); whole: every choice was meant.

    unsure: answered, without a vote ("je ne sais pas encore").
    """

    votes: Mapping[int, int] = field(default_factory=dict)
    whole: bool = False
    unsure: bool = False


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
    ids = [choice.id for choice in choices]
    said = _weigh([token for token in tokens if token], ids, words)
    return _only(said, ids) if said and CAN_ONLY.search(words) else said


# "je ne peux que le 17" refuses the others; "seulement la 2" leaves them open.
CAN_ONLY = re.compile(
    r"(?:peux|pourrai|pourrais|suis|serai|dispos?|disponible|libre) que (?=(?:le|la|les|ce|\d|l))(?!.*\bsi\b)|"
    r"\b(?:can|could) only\b|\b(?:am|i'm|im) only (?:free|available|around)\b|"
    r"\b(?:only|seulement|uniquement)\b(?!.*\b(?:si|if)\b).*\b(?:sorry|desolee?)\b"
)


def _only(said: Said, ids: Sequence[int]) -> Said:
    """Those named suit, the others don't."""
    if not said.votes or any(value != YES for value in said.votes.values()):
        return said
    return Said({one: said.votes.get(one, NO) for one in ids}, whole=True)


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
        mention, end = named_at(words, at, choices)
        found |= set(mention.ids) if mention else set()
        at = end if mention else at + 1
        while at < len(words) and words[at - 1].isalnum() and words[at].isalnum():
            at += 1
    return [choice.id for choice in choices if choice.id in found]


def _plain(text: str) -> str:
    words = fold(text.replace("\n", " , ")).replace("’", "'").strip(" .!,;…")
    words = IN_LETTERS.sub(lambda match: str(COUNT_OF[match.group()]), words)
    return re.sub(r"\s+", " ", words)


# "le dix-sept", as people dictate it; smaller numbers count the choices
IN_LETTERS = re.compile(rf"\b{any_of(name for name, number in COUNT_OF.items() if number > 10)}\b")

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
    mention, end = named_at(words, at, choices)
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
                refused = {one: NO for one, said in votes.items() if said == NO and base == YES}
                votes |= dict.fromkeys(ids, base) | refused  # "pas le midi, sinon tout"
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

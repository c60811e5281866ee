"""What words likely mean: the examples of every feature that share most with them. It offers, and never acts."""

import functools
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit.on import Only, declared, registry
from handlers.kit.texts import LANGUAGES, fold
from handlers.kit.understand import concepts, manners, spelling

GRAM = 4
WORD = re.compile(r"[\w+]+")
SMALL = frozenset("le la les un une des du de d l the a an of to et and est is en au aux ce je tu i you it".split())
MOST = 24
FAR = 0.03  # what shares no more is nothing like it
RARE = 0.05  # how often a feature's words are taken to hold what none of its examples holds
TOLD = 0.3  # what all examples of a feature say together, beside the one that is nearest
STEEP = 1.0  # how fast the likeness falls behind the likeliest
HINTED = 0.5  # the likeness of what a hint names
WEIGHTS = {"word": 1.0, "gram": 0.35, "concept": 1.2, "pair": 0.8}


@dataclass(frozen=True)
class Guess:
    """A feature's function that words may mean, and how much they share with its examples (0 to 1)."""

    function: Any
    only: Only
    likeness: float
    example: str


@dataclass(frozen=True, eq=False)
class Model:
    """The examples, as weighed features: for each feature the examples that have it."""

    examples: tuple[tuple[Any, Only, str], ...]
    having: dict[str, list[tuple[int, float]]]
    rarity: dict[str, float]
    rights: dict[Any, Only]
    spoken: "Spoken"


@dataclass(frozen=True)
class Spoken:
    """How each function is spoken of by all its examples together (naive Bayes over the same features).

    silent: what a function is worth of which the words hold nothing; counts: how often its examples hold a feature.
    """

    silent: dict[Any, float]
    counts: dict[Any, dict[str, float]]


def guesses(text: str, most: int = 12) -> Sequence[Guess]:
    """What the text may mean, the likeliest first, each function once."""
    return _guesses(text, model())[:most]


@functools.lru_cache(maxsize=8)  # a text is asked about again while it is being understood
def _guesses(text: str, known: Model) -> tuple[Guess, ...]:
    folded = fold(spelling.plain(text))
    hinted = {function: Guess(function, known.rights.get(function), HINTED, "") for function in _hinted(folded)}
    found = {}
    for function, (likeness, number) in _ranked(known, text)[:MOST]:
        _function, only, example = known.examples[number]
        found[function] = Guess(function, only, likeness, example)
    best = found | {one.function: one for one in hinted.values() if found.get(one.function, one).likeness <= HINTED}
    return tuple(sorted(best.values(), key=lambda guess: -guess.likeness))


def _hinted(folded: str) -> list[Any]:
    return [function for holds, function in registry.hints if holds(folded)]


def _ranked(known: Model, text: str) -> list[tuple[Any, tuple[float, int]]]:
    """Each function that shares something with the text, with its likeness and nearest example; the likeliest first.

    The nearest example tells how near the whole is; that and what all examples say together, who is the nearest.
    """
    told = features(_core(text))
    nearest: dict[Any, tuple[float, int]] = {}
    for number, likeness in enumerate(_shared(known, told)):
        function = known.examples[number][0]
        if likeness > nearest.get(function, (FAR, 0))[0]:
            nearest[function] = likeness, number
    together = _together(known, told, nearest)
    worth = {function: likeness + TOLD * together[function] for function, (likeness, _n) in nearest.items()}
    most = max(worth.values(), default=0.0)
    whole = max((likeness for likeness, _number in nearest.values()), default=0.0)
    ranked = sorted(nearest, key=lambda function: -worth[function])
    return [
        (function, (whole * math.exp(STEEP * (worth[function] - most)), nearest[function][1])) for function in ranked
    ]


def _together(known: Model, told: dict[str, float], functions: Iterable[Any]) -> dict[Any, float]:
    """What all examples of each function say to the features of a text."""
    found = {name: weight for name, weight in told.items() if name in known.rarity}
    length = sum(found.values()) or 1
    worth = {}
    for function in functions:
        counts = known.spoken.counts[function]
        speaks = (weight * math.log(1 + counts[name] / RARE) for name, weight in found.items() if name in counts)
        worth[function] = known.spoken.silent[function] + sum(speaks) / length
    return worth


def _shared(known: Model, told: dict[str, float]) -> list[float]:
    """How much each example shares with the features of a text (0 to 1)."""
    weighed = {name: n * known.rarity.get(name, 6.0) for name, n in told.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1
    shared = [0.0] * len(known.examples)
    for name, weight in weighed.items():
        weight /= length
        for number, theirs in known.having.get(name, ()):
            shared[number] += weight * theirs
    return shared


def model() -> Model:
    """Learnt from the examples that the features declare, when it is first needed."""
    return _learn(len(registry.phrases), len(registry.likes))


@functools.lru_cache(maxsize=1)
def _learn(_phrases: int, _likes: int) -> Model:
    rights: dict[Any, Only] = {one.function: one.only for one in declared()}
    examples = [(p.function, p.only, p.words) for p in registry.phrases]
    examples += [(c.function, c.only, name) for name, c in registry.commands.items() if len(name) > 2]
    examples += [(function, rights.get(function), said) for function, said in registry.likes]
    for command in {id(one): one for one in registry.commands.values() if one.help}.values():
        told = [command.help.plain(language) for language in LANGUAGES if command.help]
        examples += [(command.function, command.only, words) for words in told]
    counted = [features(fold(words)) for _function, _only, words in examples]
    seen = Counter(name for found in counted for name in found)
    rarity = {name: math.log(1 + len(examples) / count) for name, count in seen.items()}
    having: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, found in enumerate(counted):
        weighed = {name: n * rarity[name] for name, n in found.items()}
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1
        for name, weight in weighed.items():
            having[name].append((number, weight / length))
    spoken = _spoken([(one[0], found) for one, found in zip(examples, counted, strict=True)], len(rarity))
    return Model(tuple(examples), dict(having), rarity, rights, spoken)


def _spoken(examples: list[tuple[Any, dict[str, float]]], kinds: int) -> Spoken:
    """Each function's examples added up; kinds: how many features there are."""
    counts: dict[Any, dict[str, float]] = {}
    for function, found in examples:
        into = counts.setdefault(function, {})
        for name, weight in found.items():
            into[name] = into.get(name, 0.0) + weight
    unheard = RARE * kinds
    silent = {function: math.log(unheard / (sum(found.values()) + unheard)) for function, found in counts.items()}
    return Spoken(silent, counts)


def _core(text: str) -> str:
    """Without what is only polite."""
    folded = fold(spelling.plain(text))
    spans = manners.bare(folded)
    start, end = spans[-1][0] if spans else (0, len(folded))
    return folded[start:end]


def features(words: str) -> dict[str, float]:
    """Words, their letters in fours, what they mean, and pairs of words, each with its weight."""
    found: dict[str, float] = {}
    told = WORD.findall(words)
    for word in told:
        found |= _of_word(word)
    for one, two in itertools.pairwise(told):
        found[f"{one} {two}"] = WEIGHTS["pair"]
    return found


@functools.lru_cache(maxsize=8192)
def _of_word(word: str) -> dict[str, float]:
    found = {name: WEIGHTS["concept"] for name in concepts.of(word)}
    if word in SMALL:
        return found
    padded = f" {word} "
    grams = {f"~{padded[at : at + GRAM]}": WEIGHTS["gram"] for at in range(max(1, len(padded) - GRAM + 1))}
    return {word: WEIGHTS["word"], **grams, **found}

"""Finds the phrase that words are or begin with: by letters, or loosely, whatever the articles and endings."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from handlers.kit.on import Phrase, declared, registry
from handlers.kit.texts import fold
from handlers.kit.understand import manners, spelling

EMPTY = frozenset(
    "le la les l' un une des du de d' the a an of to ne n' notre nos our is that cette cet ce this".split()
)
TOKEN = re.compile(r"(?:qu|[jldnsmtc])'(?=\w)|[\w+#/]+(?:['-]\w+)*")
TOLD = re.compile(r" (?:est|sont|etait|sera|a ete|is|are|was|has|have|will)\b")
ENDINGS = ("er", "ez", "ons", "ent")
LONGEST = 80  # signs: a mistyped phrase is no story
ALIKE = 86


@dataclass(frozen=True)
class Found:
    """A phrase, and what follows it in the text as it was written."""

    phrase: Phrase
    words: str = ""


@dataclass(frozen=True)
class Index:
    """All phrases, found by their words and by the words that matter."""

    exact: dict[str, Phrase]
    begins: dict[str, list[Phrase]]
    loose: dict[tuple[str, ...], Phrase]
    loose_begins: dict[tuple[str, ...], Phrase]
    whole: tuple[str, ...]
    longest: int


def index() -> Index:
    """The phrases of every feature that is loaded."""
    return _index(len(registry.phrases) + len(registry.likes))


@functools.lru_cache(maxsize=1)
def _index(_count: int) -> Index:
    found = Index({}, {}, {}, {}, tuple(p.words for p in registry.phrases if not p.prefix), 0)
    rights = {one.function: one.only for one in declared()}
    for phrase in registry.phrases:
        found.exact.setdefault(phrase.words, phrase)
        key = tuple(_stems(phrase.words))
        found.loose.setdefault(key, phrase)
        if phrase.prefix:
            found.begins.setdefault(phrase.words.split(" ")[0], []).append(phrase)
            if len(phrase.words) > 3 and key:
                found.loose_begins.setdefault(key, phrase)
    for function, said in registry.likes:  # whole, an example is as good as a phrase; but none presses a button
        if function in registry.codes:
            continue
        key = tuple(_stems(fold(said)))
        found.loose.setdefault(key, Phrase(function, fold(said), rights.get(function), said=said))
    for known in found.begins.values():
        known.sort(key=lambda phrase: -len(phrase.words))  # "on se voit plutôt" before "on se voit"
    longest = max((len(key) for key in found.loose_begins), default=0)
    return Index(found.exact, found.begins, found.loose, found.loose_begins, found.whole, longest)


def strict(text: str) -> Found | None:
    """The phrase that the text is or begins with, letter by letter; the longest."""
    words = fold(text)
    trimmed, known = words.strip(" .!?…"), index()
    if whole := known.exact.get(trimmed):
        return Found(whole)
    first = re.split(r"[ .,:;!?…]", words, maxsplit=1)[0]
    starts = {words.split(" ")[0], first, first + ":"}
    begun = (phrase for start in starts for phrase in known.begins.get(start, ()) if _begins(phrase.words, words))
    found = max(begun, key=lambda phrase: len(phrase.words), default=None)
    return Found(found, _after(text, found.words)) if found else None


def _begins(phrase: str, words: str) -> bool:
    after = words[len(phrase) : len(phrase) + 1]
    if not words.startswith(phrase) or after == "" or after.isalnum() or after == "_":
        return False
    return " " in phrase or not TOLD.match(words[len(phrase) :])  # "venue is booked" tells, and asks for nothing


def _after(text: str, words: str) -> str:
    """What follows the phrase in the text as it was written."""
    for end in range(len(words), len(text) + 1):
        if fold(text[:end]) == words:
            return text[end:].lstrip(" :,-–—").strip()
    return text


def loose(text: str) -> Found | None:
    """The phrase whose words that matter the text has, alone or at its beginning."""
    told, known = tokens(text), index()
    key = tuple(word for word, _at in told)
    if not key:
        return None
    if whole := known.loose.get(key):
        return Found(whole)
    for count in range(min(len(key), known.longest), 1, -1):
        if begun := known.loose_begins.get(key[:count]):
            return Found(begun, " ".join(text.split()[told[count - 1][1] + 1 :]).lstrip(" :,-–—"))
    return None


def mistyped(text: str) -> Found | None:
    """The phrase that the text is nearly, a letter away."""
    trimmed, known = fold(text).strip(" .!?…"), index()
    if not 3 < len(trimmed) <= LONGEST:
        return None
    near = process.extractOne(trimmed, known.whole, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return Found(known.exact[near[0]]) if near and len(near[0]) > 3 else None


def tokens(text: str) -> list[tuple[str, int]]:
    """The words that matter, without articles and endings, each with its place in the text."""
    return list(_tokens(text))


@functools.lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[tuple[str, int], ...]:
    told = []
    for place, word in enumerate(text.split()):
        told += [(stem, place) for stem in _stems(fold(word))]
    return tuple(told)


def _stems(folded: str) -> list[str]:
    return [_stem(token) for token in TOKEN.findall(_apart(folded)) if token not in EMPTY]


def _apart(word: str) -> str:
    """ "mets-moi" is said like "mets moi"."""
    return word.replace("-", " ")


def _stem(word: str) -> str:
    """ "annuler", "annulez", "annule": one word; "dates" and "date" as well."""
    if len(word) > 4 and word.endswith(ENDINGS):
        word = re.sub(r"(?:er|ez|ons|ent)$", "e", word)
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word


@dataclass(frozen=True)
class Way:
    """How the same might have been said; wish: what "est-ce que tu peux" asked for was cut out."""

    text: str
    wish: bool = False


def ways(text: str) -> Sequence[Way]:
    """The text, then without what is only polite, shorter each time; as it is written, then written out."""
    return _ways(text)


@functools.lru_cache(maxsize=256)
def _ways(text: str) -> tuple[Way, ...]:
    found: dict[str, Way] = {}
    for out in (text, spelling.plain(text)):
        folded, words = fold(out), out.split()
        spans = manners.bare(folded) if len(folded.split()) == len(words) else ()
        for span, wish in spans:
            told = _words(folded, words, span)
            found.setdefault(told, Way(told, wish))
        found.setdefault(out, Way(out))
    return tuple(found.values())


def _words(folded: str, words: list[str], span: tuple[int, int]) -> str:
    """The words of a span, as they were written."""
    first = folded.count(" ", 0, span[0])
    last = first + folded.count(" ", *span) + 1
    told = " ".join(words[first:last])
    cut = span[0] - (folded.rfind(" ", 0, span[0]) + 1)
    return told[cut:].strip(" ,;:") if cut else told.strip(" ,;:")


def rest(text: str, function: object) -> str:
    """What of a text is no phrase of the function itself: "on décale plutôt à vendredi" -> "vendredi"."""
    mine = [phrase for phrase in registry.phrases if phrase.function is function]
    if not any(phrase.prefix for phrase in mine):
        return ""
    examples = {token for phrase in mine for token, _at in tokens(phrase.words)}
    way = ways(text)[-1].text
    told = tokens(way)
    at = next((place for token, place in told if token not in examples and token not in LEADING), 0)
    return " ".join(way.split()[at:])


LEADING = frozenset(
    "a au aux pour on je tu il elle c' j' se ce sera serait plutot at for it we i be will would".split()
)

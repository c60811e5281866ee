"""`python -m tests.corpus.candidates`: ways to guess an intent from the sentence alone, on the tuning part."""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz

from handlers.kit import on, router
from handlers.kit.texts import fold
from handlers.kit.understand import likely, manners, spelling
from tests.corpus import sentences

Ranked = list[str]


def examples() -> list[tuple[str, str]]:
    """Function's name and folded example, as the features declare them."""
    likely.model()
    return [(router.named(function), fold(said)) for function, _only, said in likely.model().examples]


def token_set(known: list[tuple[str, str]]) -> Callable[[str], Ranked]:
    """rapidfuzz token_set."""
    return lambda text: _best((name, fuzz.token_set_ratio(text, said)) for name, said in known)


def bayes(known: list[tuple[str, str]]) -> Callable[[str], Ranked]:
    """Naive Bayes on words and letters in threes."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, said in known:
        counts[name].update(_grams(said))
    totals = {name: sum(found.values()) for name, found in counts.items()}

    def rank(text: str) -> Ranked:
        grams = _grams(text)
        return _best((n, sum(math.log((c[g] + 0.1) / (totals[n] + 400)) for g in grams)) for n, c in counts.items())

    return rank


def _grams(text: str) -> list[str]:
    padded = f" {text} "
    return text.split() + [padded[at : at + 3] for at in range(len(padded) - 2)]


def neighbours(text: str) -> Ranked:
    """TF-IDF neighbours by letters, words, pairs of words and what they mean: ours."""
    return [router.named(guess.function) for guess in likely.guesses(text)]


def _best(scored: Iterable[tuple[str, float]]) -> Ranked:
    best: dict[str, float] = {}
    for name, score in scored:
        best[name] = max(score, best.get(name, -1e9))
    return sorted(best, key=lambda name: -best[name])


def main() -> None:
    """Right at first, right among three, and milliseconds of processor a sentence."""
    on.load()
    known = examples()
    spoken = {name for name, _said in known}
    wanted = [one for one in sentences.read("tune") if one.intents & spoken]
    ways = {"token_set": token_set(known), "naive Bayes": bayes(known), "TF-IDF neighbours": neighbours}
    for name, rank in ways.items():
        begun = time.process_time()
        ranked = [(one, rank(_core(one.text) if name != "TF-IDF neighbours" else one.text)) for one in wanted]
        spent = (time.process_time() - begun) * 1000 / len(wanted)
        first = sum(bool(one.intents & set(found[:1])) for one, found in ranked) / len(wanted)
        three = sum(bool(one.intents & set(found[:3])) for one, found in ranked) / len(wanted)
        print(f"{name:20} first {first:.0%}, among three {three:.0%}, {spent:.1f} ms a sentence")


def _core(text: str) -> str:
    folded = fold(spelling.plain(text))
    spans = manners.bare(folded)
    start, end = spans[-1][0] if spans else (0, len(folded))
    return folded[start:end]


if __name__ == "__main__":
    main()

"""How an offered button is called: the feature's own words, in the reader's language, as near as can be."""

import functools
from collections.abc import Callable
from typing import Any

from rapidfuzz import fuzz

from handlers.kit import guess
from handlers.kit.on import registry
from handlers.kit.texts import fold

LONGEST = 20  # signs (WhatsApp: the title of a quick reply)


def label(function: Callable[..., Any], language: str, text: str) -> str:
    """The example that is most like what was written, short enough for a button."""
    known = _examples(function)
    mine = [said for said, spoken in known if spoken in (language, None)] or [said for said, _spoken in known]
    short = [said for said in mine if len(said) <= LONGEST] or [min(mine, key=len)]
    folded = fold(text)
    best = max(short, key=lambda said: fuzz.token_set_ratio(fold(said), folded) + len(said) / 10)
    return best[:1].upper() + best[1:]


@functools.lru_cache(maxsize=512)
def _examples(function: Callable[..., Any]) -> tuple[tuple[str, str | None], ...]:
    """What one may say for it, and in which language; French comes first where the features give both."""
    told: list[tuple[str, str | None]] = []
    for phrase in registry.phrases:
        if phrase.function is function:
            before = told[-1][1] if told else "fr"
            told.append((phrase.said.rstrip(" :"), guess.language(phrase.said) or before))
    names: list[tuple[str, str | None]] = [
        (name, None) for name, command in registry.commands.items() if command.function is function
    ]
    likes = [(said, guess.language(said)) for known, said in registry.likes if known is function]
    return tuple(told or names or likes)

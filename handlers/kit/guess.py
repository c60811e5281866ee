"""Which language somebody writes, from a few frequent words or the country of a number."""

import re

from handlers.kit.texts import fold

FRENCH = set(
    "je tu il nous vous le la les un une des du de et est suis pas pour avec bonjour salut merci oui non "
    "qui que quoi mon ma mes veux voudrais groupe rejoindre c'est j'ai au aux dans sur bonsoir coucou aide "
    "combien quand viens vient".split()
)
ENGLISH = set(
    "i you he we they the a an of and is am are not for with hello hi thanks yes no who what my want would "
    "group join it's i'm how when where in to at do does can please good morning help".split()
)
SEVERAL = 4  # frequent words that make a sentence of a language
FRENCH_SPEAKING = (
    "+33",
    "+32",
    "+41",
    "+352",
    "+262",
    "+590",
    "+594",
    "+596",
    "+687",
    "+689",
    "+221",
    "+225",
)
ENGLISH_SPEAKING = ("+1", "+44", "+61", "+64", "+353", "+27")


def language(text: str) -> str | None:
    """ "fr" or "en" when the words tell clearly; None otherwise."""
    french, english = _counted(text)
    if french == english:
        return None
    return "fr" if french > english else "en"


def only_in(text: str) -> str | None:
    """ "fr" or "en" when a whole sentence is in that language without a word of the other; None otherwise."""
    french, english = _counted(text)
    if min(french, english) or max(french, english) < SEVERAL:
        return None
    return language(text)


def _counted(text: str) -> tuple[int, int]:
    words = re.findall(r"[a-z']+", fold(text))
    return sum(word in FRENCH for word in words), sum(word in ENGLISH for word in words)


def by_number(number: str) -> str | None:
    """The likely language of a telephone number's country; a hint, no more."""
    if number.startswith(FRENCH_SPEAKING) or number.startswith("FR."):
        return "fr"
    return "en" if number.startswith(ENGLISH_SPEAKING) or number[:3] in ("GB.", "US.") else None

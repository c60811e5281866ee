"""Weighs a guess with what stands open and who speaks: what is likely enough to be offered by a button."""

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit import duties
from handlers.kit.on import About, registry
from handlers.kit.understand import likely, spelling
from handlers.kit.understand.likely import Guess
from handlers.kit.understand.phrases import Found
from storage.db import Record, now
from storage.groups import ORGANIZER, Membership

Open = Sequence[tuple[Membership, About, list[Record]]]  # what stands open in somebody's groups

OWN_KINDS = ("coming", "late")  # whose record is that of the buttons of the same feature
OFFERED = 3  # Twilio: quick replies
ENOUGH, SAID_ALOUD = 0.2, 0.4  # in private one is answered anyway; in a group only who is nearly clear
ALONE = 0.5  # what one word by itself must reach
WORD = re.compile(r"\w{2,}")
CLEAR, BEHIND = 0.42, 0.8
OWN_CLEAR, OWN_BEHIND = 0.6, 0.6
MISLED, MISLEADING = 0.45, 0.6  # what the other wish must reach, and how far the word's own is behind it
SOME, MANY = 0.14, 24
NEAR = 0.35  # of the first's likeness
# What of a folder is likelier while such a card is open, and by how much less otherwise.
SETTINGS = {
    "during": ("evening", 1.2, 0.95),
    "meet.end_poll": ("poll", 1.2, 0.8),
    "meet.vote": ("poll", 1.2, 0.8),
    "meet.headcount": ("coming", 1.15, 0.9),
    "meet.move": ("coming", 1.15, 0.85),
    "meet.agenda": ("coming", 1.1, 1.0),
    "meet.attend": ("coming", 1.4, 0.5),
    "meet.late": ("coming", 1.1, 0.5),
    "after.next_date": ("close", 1.2, 0.7),
    "after.close": ("evening", 1.15, 0.8),
}


@dataclass(frozen=True)
class Offer:
    """What is offered by a button: a feature's function, for a tap with its record; or clear words to say instead."""

    function: Any
    likeness: float = 1.0
    record: Record | None = None
    says: str = ""


def offers(text: str, language: str, seat: Membership | None, open_: Open, least: float = ENOUGH) -> list[Offer]:
    """At most three, the likeliest first; none when nothing is likely enough."""
    kinds = {about.kind for _seat, about, records in open_ if records}
    may = functools.cache(lambda duty: seat is not None and duties.has(seat, duty))
    guessed = (_offer(guess, seat, open_, kinds, may) for guess in likely.guesses(text, MANY))
    ranked = sorted((one for one in guessed if one), key=lambda one: -one.likeness)
    least = least if len(WORD.findall(text)) > 1 else max(least, ALONE)
    found = [one for one in ranked if one.likeness >= max(least, ranked[0].likeness * NEAR)]
    kept = [*_clearer(text, language, open_), *found][:OFFERED]
    answers = [one for one in ranked if one.record is not None]
    if kept and kept[0].record is not None and not kept[0].says:
        others = [one for one in kept if one.record is None]  # they answer what they were asked: which way, they say
        return [*answers[:2], *others[:1], *answers[2:]][:OFFERED]
    answer = next((one for one in answers if one.likeness >= SOME), None)
    if kept and answer is not None and all(one.record is None for one in kept):
        kept = [*kept[: OFFERED - 1], answer]  # what they were asked last may always be what they answer
    return kept


def clear(offers: Sequence[Offer], text: str) -> Offer | None:
    """The one that may be done at once: nothing else is nearly as likely, and it harms nobody.

    It only tells something; or it concerns only who writes, is asked for without a question, and is clearer still.
    """
    first, others = (offers[0], offers[1:]) if offers else (None, ())
    if first is None or first.says:
        return None
    if first.function in registry.tells:
        least, behind = CLEAR, BEHIND
    elif first.function in registry.own and "?" not in text:
        least, behind = OWN_CLEAR, OWN_BEHIND
    else:
        return None
    return (
        first if first.likeness >= least and all(one.likeness < first.likeness * behind for one in others) else None
    )


def misleads(found: Found, text: str) -> bool:
    """ "donne le lien" gives no action away: is a word that begins the text likelier that of another wish?"""
    phrase = found.phrase
    if not phrase.prefix or " " in phrase.words or phrase.words.endswith(":") or not found.words:
        return False
    guessed = likely.guesses(text, MANY)
    best = guessed[0].likeness if guessed else 0.0
    same = next((one.likeness for one in guessed if one.function is phrase.function), 0.0)
    return best >= MISLED and same < best * MISLEADING


def _clearer(text: str, language: str, open_: Open) -> list[Offer]:
    """What an open card makes of words that it only half understands."""
    for _seat, about, records in open_:
        for record in records if about.clearer else ():
            if about.clearer and (says := about.clearer(spelling.plain(text), record, language)):
                return [Offer(about.function, says=says, record=record)]
    return []


def _offer(
    guess: Guess, seat: Membership | None, open_: Open, kinds: set[str], may: Callable[[str], bool]
) -> Offer | None:
    code = registry.codes.get(guess.function)
    model = registry.buttons[code].model if code in registry.buttons else None
    record = None
    if model is not None:
        rows = (row for _seat, about, records in open_ if about.kind in OWN_KINDS for row in records)
        record = next(
            (row for row in rows if isinstance(row, model) and getattr(row, "starts_at", now()) >= now()), None
        )
        if record is None:
            return None
    return Offer(guess.function, guess.likeness * _weight(guess, seat, kinds, may), record)


def _weight(guess: Guess, seat: Membership | None, kinds: set[str], may: Callable[[str], bool]) -> float:
    if guess.only and seat is None:
        return 0.6
    if guess.only == ORGANIZER and not may(duties.duty_of(guess.function)):
        return 0.6
    place = guess.function.__module__.removeprefix("handlers.")
    found = SETTINGS.get(place) or SETTINGS.get(place.partition(".")[0])
    if found is None:
        return 1.0
    kind, likelier, less = found
    return likelier if kind in kinds else less

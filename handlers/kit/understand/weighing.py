"""Weighs a guess with what stands open and who speaks: what is likely enough to be offered by a button."""

from collections.abc import Collection
from dataclasses import replace

from handlers.kit import duties
from handlers.kit.understand import likely
from handlers.kit.understand.likely import Guess
from storage.groups import ORGANIZER, Membership

OFFERED = 3  # Twilio: quick replies
ENOUGH, SAID_ALOUD = 0.26, 0.45  # in private one is answered anyway; in a group only who is nearly clear
NEAR = 0.45  # of the first's likeness
# What of a folder is likelier while such a card is open, and by how much less otherwise.
SETTINGS = {
    "during": ("evening", 1.2, 0.8),
    "meet.end_poll": ("poll", 1.2, 0.8),
    "meet.vote": ("poll", 1.2, 0.8),
    "meet.headcount": ("coming", 1.15, 0.9),
    "meet.move": ("coming", 1.15, 0.85),
    "meet.agenda": ("coming", 1.1, 1.0),
    "after.next_date": ("close", 1.2, 0.7),
    "after.close": ("evening", 1.15, 0.8),
}


def offers(text: str, seat: Membership | None, open_now: Collection[str], least: float = ENOUGH) -> list[Guess]:
    """At most three guesses, the likeliest first; none when nothing is likely enough."""
    weighed = (
        replace(guess, likeness=guess.likeness * _weight(guess, seat, open_now)) for guess in likely.guesses(text)
    )
    ranked = sorted(weighed, key=lambda guess: -guess.likeness)
    if not ranked or ranked[0].likeness < least:
        return []
    return [guess for guess in ranked[:OFFERED] if guess.likeness >= ranked[0].likeness * NEAR]


def _weight(guess: Guess, seat: Membership | None, open_now: Collection[str]) -> float:
    if guess.only and seat is None:
        return 0.6
    if guess.only == ORGANIZER and seat is not None and not duties.may(seat, guess.function):
        return 0.6
    place = guess.function.__module__.removeprefix("handlers.")
    found = SETTINGS.get(place) or SETTINGS.get(place.partition(".")[0])
    if found is None:
        return 1.0
    kind, likelier, less = found
    return likelier if kind in open_now else less

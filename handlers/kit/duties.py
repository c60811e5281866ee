"""Which duty a feature belongs to: an organizer's delegate may press its buttons and say its words (V04, V05)."""

from collections.abc import Callable
from typing import Any

from storage.groups import ORGANIZER, Membership
from storage.terms import ALL, ANIMATE

OF = {
    "handlers.welcome.decide": "applications",
    "handlers.welcome.gate": "applications",
    "handlers.welcome.sponsor": "applications",
    "handlers.meet.venue": "venue",
    "handlers.meet.places": "venue",
    "handlers.meet.place_vote": "venue",
    "handlers.after.summary": "summary",
    "handlers.meet.watchdog": ANIMATE,
    "handlers.meet.next_dates": ANIMATE,
    "handlers.meet.headcount": ANIMATE,
}
FOLDERS = {"handlers.meet": "dates", "handlers.during": "hotseat", "handlers.govern": "own"}
OWN = {"organizer", "name_somebody", "next_page", "ask_sure", "name_them"}  # who decides is for organizers alone


def duty_of(function: Callable[..., Any]) -> str:
    """The duty that a function serves; "own" for what only an organizer may do."""
    module = function.__module__
    if module == "handlers.found.organize" and function.__name__ in OWN:
        return "own"
    return OF.get(module) or FOLDERS.get(module.rpartition(".")[0], ALL)


def may(seat: Membership, function: Callable[..., Any]) -> bool:
    """May this member do what organizers do there: as one, as their delegate, or because they animate?"""
    return has(seat, duty_of(function))


def has(seat: Membership, duty: str) -> bool:
    """Is that duty theirs?"""
    if seat.role == ORGANIZER:
        return True
    if duty == "own":
        return False
    if duty == ANIMATE:
        return seat.may("dates") or any(one.id == seat.person_id for one in seat.group.in_charge())
    return seat.may(duty)

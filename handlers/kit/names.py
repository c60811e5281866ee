"""People by their first names: how the others call them, a list of them, and whom a name in a sentence means."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from handlers.kit.texts import Text, _, _n, fold
from storage.people import Person

MOST = 10  # names in a list that is read on a phone
ALIKE = 84  # of 100: "Lea" and "Léa", "Marck" and "Marc"


def first(person: Person) -> str | Text:
    """How the others call them."""
    if person.erased_at is not None:
        return _("A former member")
    return person.name.split()[0] if person.name.strip() else _("A member")


def listed(people: Sequence[Person], most: int = MOST) -> list[str | Text]:
    """First names, folded: "Zoé, Léa and 12 more"; people of the same name get the first letter of their last."""
    shown: list[str | Text] = [_told_apart(person, people) for person in people[:most]]
    more = len(people) - most
    return [*shown, _n("one more", "{n} more", n=more)] if more > 0 else shown


def _told_apart(person: Person, people: Iterable[Person]) -> str | Text:
    name, words = first(person), person.name.split()
    same = any(other.id != person.id and first(other) == name for other in people)
    return f"{name} {words[-1][0]}." if same and len(words) > 1 else name


def find(people: Iterable[Person], words: str) -> list[Person]:
    """Who is meant by a first or whole name, written nearly right; several when the name is shared, or nobody."""
    wanted = fold(words).strip(" .,!?@")
    if not wanted:
        return []
    everyone = list(people)
    for fits in (_whole, _first, _initials, _nearly):
        if found := [person for person in everyone if fits(fold(person.name), wanted)]:
            return found
    return []


def _whole(name: str, wanted: str) -> bool:
    return name == wanted


def _first(name: str, wanted: str) -> bool:
    return name.split()[:1] == [wanted]


def _initials(name: str, wanted: str) -> bool:
    """ "JP" is Jean-Philippe; so is "Jean Philippe"."""
    parts = re.split(r"[-' ]", name.split()[0] if name else "")
    return len(parts) > 1 and wanted in ("".join(part[:1] for part in parts), " ".join(parts), "".join(parts))


def _nearly(name: str, wanted: str) -> bool:
    likely = len(wanted) > 3 and " " not in wanted
    return likely and bool(name) and fuzz.ratio(name.split()[0], wanted) >= ALIKE

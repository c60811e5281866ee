"""The way from the chat to a page of one's own: a button with a link that opens once, for whoever asked (S24)."""

import datetime as dt

from handlers.kit import say
from handlers.kit.texts import Sayable, _, lines
from storage import settings
from storage.groups import Group
from storage.passes import LINK_LIFE, Pass
from storage.people import Person

ME, CARD, FACES = "me", "card", "people"  # a person's own page, a group's health card, its members
DATA = "data"  # all that is kept about a person, to read and as a file (R3)
TITLES = {ME: _("My page"), CARD: _("The group's health"), FACES: _("The faces of the group"), DATA: _("My data")}
ONCE = _(
    "This link is yours alone: it opens once, within a quarter of an hour. The page then stays open for 12 hours."
)


def link(person: Person, page: str, group: Group | None = None, life: dt.timedelta = LINK_LIFE) -> str:
    """A fresh link for the person to that page (of that group)."""
    return f"{settings.current().public_url}/in/{Pass.issue(person, page, group, life)}"


def told(person: Person, page: str, text: Sayable, group: Group | None = None) -> say.Tell:
    """The words about a page, and the button that leads there."""
    return say.tell(person, lines(text, ONCE), say.link(TITLES[page], link(person, page, group)), group=group)

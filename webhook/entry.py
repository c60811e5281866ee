"""The door to pages of one's own: a link from the chat opens once, by a press, and leaves a cookie (S24, S25)."""

import hmac
from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Redirect

from handlers.kit import entry
from handlers.kit.texts import LANGUAGES, Sayable, _
from storage import db, settings
from storage.groups import Group, Membership
from storage.passes import Pass
from storage.people import Person
from webhook import headers, reader

routes = Blueprint("entry", __name__)
MOST = 64  # signs of a secret
LARGEST = 2**31 - 1  # id that a column holds
NUMBER = f"int(max={LARGEST})"
FRESH = _("Write “{words}” to the bot: it gives you a fresh link.")
WORDS = {
    entry.ME: _("my page"),
    entry.CARD: _("group health"),
    entry.FACES: _("who is who"),
    entry.DATA: _("my data"),
}
ENDED = _("This page is closed")
ENDED_WHY = _("A link from the chat opens once, within a quarter of an hour, and the page closes after 12 hours.")
Answer = Response | Redirect


@routes.get("/in/<secret>")
def door(secret: str) -> Answer:
    """A button alone: robots that preview links open nothing by looking."""
    found = Pass.waiting(secret[:MOST])
    if found is None:
        return closed(entry.ME)
    title, group = entry.TITLES[found.page], found.group
    return reader.page("enter.html", language(found.person), title=title, group=group.name if group else "")


@routes.post("/in/<secret>")
def enter(secret: str) -> Answer:
    """Spend the link, and know this browser for some hours."""
    with db.transaction():
        found = Pass.waiting(secret[:MOST])
        key = found.spend() if found else None
    if found is None or key is None:
        return closed(entry.ME)
    answer = make_response(redirect(path(found.page, found.group_id) + _asked_language(), 303))
    return headers.keep(answer, _cookie(found.page, found.group_id), key)


def path(page: str, group: int | None) -> str:
    """Where a page is."""
    return f"/{page}" if group is None else f"/{page}/{group}"


def _cookie(page: str, group: int | None) -> str:
    return page if group is None else f"{page}-{group}"


def _asked_language() -> str:
    asked = request.args.get("lang", "")
    return f"?lang={asked}" if asked in LANGUAGES else ""


def guest(page: str, group: int | None = None) -> Pass | None:
    """Whoever this browser was let in for: to that page, or to their own page, which leads to the others."""
    found = Pass.of_browser(headers.kept(_cookie(page, group))[:MOST], page, group)
    return found or Pass.of_browser(headers.kept(_cookie(entry.ME, None))[:MOST], entry.ME)


def member(page: str, group: int, role: str | None = None) -> tuple[Pass, Membership] | None:
    """The guest of a group's page and their seat, looked up now; None unless they are (still) in, with that role."""
    found = guest(page, group)
    home = Group.get_or_none(Group.id == group) if found else None
    seat = Membership.of(home, found.person) if found and home else None
    if found is None or seat is None or role not in (None, seat.role):
        return None
    return found, seat


def number(words: str) -> int | None:
    """An id out of a form; None for anything else."""
    known = int(words) if words.isascii() and words.isdigit() and len(words) < 11 else 0
    return known if 0 < known <= LARGEST else None


def sealed(found: Pass) -> bool:
    """Does the form carry its page's seal?"""
    return hmac.compare_digest(request.form.get("seal", "").encode(), found.seal().encode())


@routes.post("/out")
def leave() -> Answer:
    """Close the page in this browser."""
    page = request.form.get("page", "")
    found = guest(page, number(request.form.get("group", ""))) if page in WORDS else None
    if found is None or not sealed(found):
        return closed(page)
    with db.transaction():
        found.delete_instance()
    return headers.drop(closed(found.page, 200), _cookie(found.page, found.group_id))


def closed(page: str, status: int = 404, person: Person | None = None) -> Response:
    """The page that says how to come in."""
    following = FRESH.given(words=WORDS.get(page, WORDS[entry.ME]))
    lines: Sequence[Sayable] = (ENDED_WHY, following)
    spoken = language(person) if person else reader.language(settings.current().language)
    return reader.page("gone.html", spoken, status, title=ENDED, lines=lines)


def language(person: Person) -> str:
    """The address's (?lang=en), else the person's own, else the browser's."""
    asked = request.args.get("lang", "")
    own = person.language if person.language in LANGUAGES else None
    return asked if asked in LANGUAGES else own or reader.language(settings.current().language)

"""Forgets somebody: what is theirs goes, what keeps the history of others stays without them (R5).

Votes, presences and decisions stay, of a person without name or address; their words go, and their name
disappears from what the others wrote.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from peewee import DoesNotExist, Field

from storage import alarms
from storage.applications import OPEN, Application, Exchange
from storage.changes import Change
from storage.db import Record, now
from storage.groups import ApplyLink, Chat, Group, Membership
from storage.meetings import Meeting
from storage.notes import ACTION, DECISION, Note
from storage.outbox import Card, DeadLetter, Post, Reminder, Seen
from storage.people import Address, Person
from storage.polls import Poll
from storage.privacy import TABLES, named_in, personal
from storage.venues import Venue

ENDED = ("sent", "dead", "dropped", "uncertain")
LEAST = 8  # signs: shorter words are not looked for in what was said to others
BEGINNING = 32  # of a long text: where only its first words were told
WHOLE = {"place", "address", "link", "map_link", "facts", "words"}  # shared columns: the name of a home
CHUNK = 500


def erase(person: Person, former: str) -> int:
    """Forget the person; returns how many rows were deleted or emptied. The caller holds the transaction.

    former: what stands for their name in the words of others.
    """
    gone = _Gone(person, former)
    touched = _rows(person, gone.addresses) + _decided(person) + _homes(person, gone)
    if (operator := alarms.operator()) is not None and operator.person_id == person.id:
        alarms.leave()
    touched += _said(gone) + sum(_named(model, gone) for model in TABLES if model is not Post)
    touched += Address.delete().where(Address.person == person).execute()
    nobody = {"name": "", "language": None, "timezone": None, "language_chosen": False, "erased_at": now()}
    return int(touched + Person.update(nobody).where(Person.id == person.id).execute())


class _Gone:
    """What is looked for: their names, where they were written to, and what they wrote."""

    def __init__(self, person: Person, former: str) -> None:
        self.former = former
        self.addresses = [address.id for address in Address.select().where(Address.person == person)]
        self.groups = _groups(person)
        self.names = _names(person)
        self.signs = _signs(person)
        self.numbers = {int(sign) for sign in self.signs if sign.isascii() and sign.isdigit()}
        self.words = _words(person, self.signs)
        self._shared = _shared_names(person, self.groups)
        self._patterns = {name: re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.I) for name in self.names}

    def told(self, text: str, group: int | None) -> bool:
        """Does the text hold anything of theirs?"""
        return any(word in text for word in self.words) or self.without(text, group) != text

    def without(self, text: str, group: int | None) -> str:
        """The text without their addresses and names; a first name that another member bears stays."""
        for sign in self.signs:
            text = re.sub(rf"(?<!\d){re.escape(sign)}(?!\d)", "…", text)
        if group is not None and group not in self.groups:
            return text
        for name, pattern in self._patterns.items():
            if (group, name.casefold()) not in self._shared:
                text = pattern.sub(self.former, text)
        return text


def _groups(person: Person) -> set[int]:
    """Every group that they were in or wanted to join."""
    seats = Membership.select(Membership.group).where(Membership.person == person)
    asked = Application.select(Application.group).where(Application.person == person)
    return {row.group_id for row in (*seats, *asked)}


def _names(person: Person) -> list[str]:
    """The whole name before the first name, so that no half of it is left."""
    names = [person.name.strip(), *person.name.split()[:1]]
    return list(dict.fromkeys(name for name in names if len(name) > 1))


def _shared_names(person: Person, groups: set[int]) -> set[tuple[int | None, str]]:
    """(group, name) where somebody who stays bears the same; without a group: anybody at all."""
    seats = Membership.select(Membership, Person).join(Person)
    others = seats.where(Membership.group.in_(groups), Membership.state == "in", Membership.person != person)
    found: set[tuple[int | None, str]] = {(s.group_id, name.casefold()) for s in others for name in _names(s.person)}
    first = _names(person)[-1:]
    alike = Person.select().where(Person.id != person.id, Person.name.startswith(first[0])) if first else ()
    return found | {(None, name.casefold()) for other in alike for name in _names(other)}


def _signs(person: Person) -> list[str]:
    """Their addresses, as others could have come by them."""
    rows = Address.select().where(Address.person == person)
    found = {sign.removeprefix("whatsapp:") for row in rows for sign in (row.address, row.external) if sign}
    return sorted((sign for sign in found if len(sign) > 4), key=len, reverse=True)


def _words(person: Person, signs: list[str]) -> list[str]:
    """What they wrote, as it may stand in a message to others: in whole or its beginning."""
    found = set(signs)
    for model, kept in TABLES.items():
        for relation in (*kept.rows.split(), *kept.blank, *kept.stays.split()):
            column = model._meta.fields[relation]
            if column.rel_model is Person:
                for row in model.select().where(column == person):
                    found |= {text for name in personal(model) for text in _strings(getattr(row, name))}
    return sorted(text[:BEGINNING] for text in found if len(text) >= LEAST)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))


# ------------------------------------------------------------------ what is theirs


def _rows(person: Person, addresses: list[int]) -> int:
    """Delete or empty what the tables' declarations say."""
    chats = [row.address for row in Address.select(Address.address).where(Address.person == person)]
    touched = (
        Card.delete().where(Card.chat.in_(chats)).execute() + Post.delete().where(Post.chat.in_(chats)).execute()
    )
    touched += Group.delete().where(Group.founder == person, Group.state == "founding").execute()
    asked = Application.select(Application.id).where(Application.person == person)
    touched += Exchange.delete().where(Exchange.application.in_(asked)).execute()
    Application.update(state="withdrawn").where(Application.person == person, Application.state.in_(OPEN)).execute()
    touched += Poll.delete().where(Poll.asked_by == person, Poll.state == "draft").execute()
    touched += Change.delete().where(Change.by == person, Change.state.in_(("draft", "asked"))).execute()
    ApplyLink.update(revoked_at=now(), label=None).where(
        ApplyLink.sponsor == person, ApplyLink.revoked_at.is_null()
    ).execute()
    for model, kept in TABLES.items():
        for relation, facts in kept.blank.items():
            touched += model.update(facts).where(model._meta.fields[relation] == person).execute()
        for relation in kept.rows.split():
            column = model._meta.fields[relation]
            mine = column.in_(addresses) if column.rel_model is Address else column == person
            if model is not Address:
                touched += _delete(model, mine)
    return int(touched)


def _delete(model: type[Record], mine: Any) -> int:
    """The rows and their timers: a number may be given again, and must not wake what is not meant."""
    gone = [row.id for row in model.select(model._meta.primary_key).where(mine)]
    Reminder.delete().where(Reminder.model == model.__name__, Reminder.record.in_(gone)).execute()
    return int(model.delete().where(mine).execute())


def _decided(person: Person) -> int:
    """Of what they noted, decisions and what others have promised stay, without its source; the rest goes."""
    mine = Note.by == person
    stays = (Note.kind == DECISION) | ((Note.kind == ACTION) & Note.owner.is_null(False))
    gone = _delete(Note, mine & ~stays)
    kept = [note.id for note in Note.select(Note.id).where(mine)]
    for number in kept:
        Note.update(source=f"former:{number}").where(Note.id == number).execute()
    return gone + len(kept)


def _homes(person: Person, gone: _Gone) -> int:
    """A place that bears their name is where they live: nobody meets there any more."""
    mine = [v for v in Venue.select().where(Venue.by == person) if gone.without(v.name, v.group_id) != v.name]
    facts: dict[str, Any] = {"name": gone.former, "address": "", "town": "", "link": "", "map_link": "", "notes": []}
    ids = [venue.id for venue in mine]
    Meeting.update(venue=None, place="").where(Meeting.venue.in_(ids), Meeting.starts_at > now()).execute()
    return int(Venue.update(facts | {"retired": True}).where(Venue.id.in_(ids)).execute())


# ------------------------------------------------------------------ what was said to others


def _said(gone: _Gone) -> int:
    """Messages to others that name them or repeat their words: sent ones lose their text, others the name."""
    about = Post.group.is_null() | Post.group.in_(gone.groups)
    touched = 0
    for post in Post.select().where(about).iterator():
        user = post.payload.get("user")  # an errand about their account
        written = list(_strings(post.payload))
        if user in gone.numbers or any(gone.told(text, post.group_id) for text in written):
            Post.update(_retold(post, gone)).where(Post.id == post.id).execute()
            touched += 1
    letters = [row.id for row in DeadLetter.select() if gone.told(f"{row.body}{row.error}", None)]
    touched += DeadLetter.delete().where(DeadLetter.id.in_(letters)).execute()
    return int(touched + Seen.update(reply=None).where(Seen.reply.is_null(False)).execute())


def _retold(post: Post, gone: _Gone) -> dict[str, Any]:
    payload = _changed(post.payload, lambda text: gone.without(text, post.group_id))
    if payload.get("user") in gone.numbers:
        return {"payload": {}, "state": post.state if post.state in ENDED else "dropped"}
    repeats = any(word in text for text in _strings(payload) for word in gone.words)
    if post.state in ENDED:
        return {"payload": payload | {"text": ""}}
    if repeats:
        return {"payload": payload | {"text": ""}, "state": "dropped", "reason": "its author was forgotten"}
    return {"payload": payload}


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_changed(part, change) for part in value]
    if isinstance(value, dict):
        return {name: _changed(part, change) for name, part in value.items()}
    return value


# ------------------------------------------------------------------ their name in the words of others


def _named(model: type[Record], gone: _Gone) -> int:
    """Take their name out of a table's texts; returns the number of rows."""
    columns = named_in(model)
    if not columns or not gone.names + gone.signs or model in (Person, Address, DeadLetter, Seen):
        return 0
    touched = 0
    for row in model.select().where(_mentions(columns, gone)).iterator():
        facts = _unnamed(model, row, columns, gone)
        if facts:
            touched += model.update(facts).where(model._meta.primary_key == row.id).execute()
    return touched


def _mentions(columns: list[Field], gone: _Gone) -> Any:
    """Rows worth a look: JSON columns may hold an accent as its code, so they are all looked at."""
    wanted: Any = None
    for column in columns:
        for sign in (*gone.names[-1:], *gone.signs):
            found = column.contains(sign) if column.field_type != "JSON" else column.is_null(False)
            wanted = found if wanted is None else wanted | found
    return wanted


def _unnamed(model: type[Record], row: Record, columns: list[Field], gone: _Gone) -> dict[str, Any]:
    group, shared = _group_of(row), TABLES[model].shared.split()
    facts = {}
    for column in columns:
        whole = column.name in shared and column.name in WHOLE
        old = getattr(row, column.name)
        new = _changed(old, functools.partial(_one, whole, group, gone))
        if new != old:
            facts[column.name] = new
    return facts


def _one(whole: bool, group: int | None, gone: _Gone, text: str) -> str:
    kept = gone.without(text, group)
    return "" if whole and kept != text else kept


def _group_of(row: Record) -> int | None:
    """The group that a row belongs to; None for what belongs to none, or to every one."""
    if isinstance(row, Group):
        return row.id
    if isinstance(row, Chat):
        return row.group.id if row.group else None
    try:
        group = getattr(row, "group", None)
    except DoesNotExist:  # its parent is gone
        return None
    return group.id if isinstance(group, Group) else None

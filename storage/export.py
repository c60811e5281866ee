"""All that is kept about somebody, read from the tables' declarations (R3, R14): nothing is left out by being new."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from peewee import BlobField, Field, ForeignKeyField

from storage.applications import Exchange
from storage.db import Record, now
from storage.groups import Group, Membership
from storage.hotseats import Advice, Step
from storage.meetings import Meeting
from storage.people import Address, Person
from storage.privacy import TABLES, relations, texts

PARENTS: dict[type[Record], str] = {Exchange: "application", Step: "hotseat", Advice: "hotseat"}
SECRET = {"digest", "link", "key", "token", "lease", "lease_until", "leased_until"}  # they would open something
OTHER = "somebody else"  # people appear in nobody else's export
SHORT = "%Y-%m-%dT%H:%M:%SZ"


def export(person: Person) -> dict[str, Any]:
    """Every row about the person by table, and the notes of others that name them (JSON-ready)."""
    own: dict[type[Record], list[Record]] = {}
    for model in TABLES:
        if rows := _rows(model, person, own):
            own[model] = rows
    tables = {table(model): [_told(row, person) for row in rows] for model, rows in own.items()}
    return {
        "format": "noyau-1",
        "made_at": now().strftime(SHORT),
        "tables": tables,
        "named_by_others": list(_naming(person, own)),
    }


def table(model: type[Record]) -> str:
    """The table's name as the export says it."""
    return str(model._meta.table_name)


def _rows(model: type[Record], person: Person, own: dict[type[Record], list[Record]]) -> list[Record]:
    """Rows that point at the person, at an address of theirs, or at a row of theirs."""
    addresses = [row.id for row in own.get(Address, ())]
    wanted: Any = (Person.id == person.id) if model is Person else None
    for column in relations(model):
        mine = column.in_(addresses) if column.rel_model is Address else column == person
        wanted = mine if wanted is None else wanted | mine
    if parent := PARENTS.get(model):
        column = model._meta.fields[parent]
        under = column.in_([row.id for row in own.get(column.rel_model, ())])
        wanted = under if wanted is None else wanted | under
    return [] if wanted is None else list(model.select().where(wanted).order_by(model._meta.primary_key))


def _told(row: Record, person: Person) -> dict[str, Any]:
    """A row in words: groups and meetings by name, other people not at all, secrets left out."""
    facts = {}
    for column in row._meta.sorted_fields:
        if column.name not in SECRET and not isinstance(column, BlobField):
            facts[column.name] = _value(row, column, person)
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


def _value(row: Record, column: Field, person: Person) -> Any:
    if isinstance(column, ForeignKeyField):
        return _pointed(column, getattr(row, column.object_id_name), row, person)
    value = getattr(row, column.name)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime(SHORT)
    return value.isoformat() if isinstance(value, dt.date) else value


def _pointed(column: ForeignKeyField, known: Any, row: Record, person: Person) -> Any:
    if known is None:
        return None
    if column.rel_model is Person:
        return "me" if known == person.id else OTHER
    if column.rel_model is Group:
        return getattr(row, column.name).name
    if column.rel_model is Meeting:
        return getattr(row, column.name).start.isoformat()
    return known


def _naming(person: Person, own: dict[type[Record], list[Record]]) -> Iterable[dict[str, Any]]:
    """Words of others in the person's groups that name them, whoever wrote them (R14)."""
    first = person.name.split()[:1]
    groups = {seat.group_id for seat in own.get(Membership, ()) if isinstance(seat, Membership)}
    pattern = re.compile(rf"(?<!\w){re.escape(first[0])}(?!\w)", re.I) if first else None
    for model in NAMING if pattern else ():
        seen = {row.id for row in own.get(model, ())}
        here = model._meta.fields["group"].in_(groups) if "group" in model._meta.fields else True
        for row in model.select().where(here).order_by(model._meta.primary_key):
            words = [str(getattr(row, column.name)) for column in texts(model) if column.name in WORDS]
            group = getattr(row, "group", None)
            about = pattern is not None and any(pattern.search(text) for text in words)
            if about and row.id not in seen and getattr(group, "id", None) in groups:
                yield {"table": table(model), "words": " · ".join(words)}


def _models(*names: str) -> list[type[Record]]:
    return [model for model in TABLES if model.__name__ in names]


NAMING = _models("Note", "Addition", "Topic", "Thanks", "Advice", "Idea")
WORDS = {"words", "owner_words"}

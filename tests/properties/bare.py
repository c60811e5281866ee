"""The real handlers on a database in memory, without web, worker or messengers: thousands of events a second."""

import contextlib
import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DateField,
    Field,
    FloatField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    TextField,
    TimeField,
)

from handlers.kit import on
from handlers.kit.events import Incoming, Sender
from storage import db, facts, settings
from storage.db import Record, UTCDateTimeField
from storage.groups import MEMBER, Chat, Group, Membership
from storage.models import MODELS
from storage.people import TELEGRAM, Address, Person, meet
from tests.stage import START, some_settings

_numbers = itertools.count(1)
# What some columns hold: nobody's words, but one of few values.
SENSIBLE = {
    "zone": "Europe/Paris",
    "timezone": "Europe/Paris",
    "wall": "2026-03-10T19:30",
    "Mission.code": "host",
    "Note.kind": "decision",
    "Role.kind": "scribe",
}


class Rollback(Exception):
    """Ends a piece of a test, and what it wrote."""


@contextlib.contextmanager
def memory() -> Iterator[None]:
    """An empty database in memory, on the Tuesday morning when stories begin; all of it in one transaction."""
    settings.use(dataclasses.replace(some_settings(), playground=True))
    database = db.connect("sqlite:///:memory:")
    database.create_tables(MODELS)
    facts.forget()
    db.forget_shift()
    with contextlib.suppress(Rollback), db.transaction():
        db.shift_clock((START - db.real_now()).total_seconds())
        facts.tell(facts.BOT_NAME, "noyau_bot")
        on.load()
        yield
        raise Rollback
    database.close()
    facts.forget()
    db.forget_shift()


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """What is written here is undone at the end."""
    with contextlib.suppress(Rollback), db.real.atomic():
        yield
        raise Rollback


# ------------------------------------------------------------------ people, groups, events


def somebody(name: str, platform: str = TELEGRAM) -> Address:
    """A person with one address, who pressed Start or wrote lately."""
    number = next(_numbers)
    address = meet(
        platform, str(7_000_000 + number) if platform == TELEGRAM else f"+336{number:08}", name=name, language="fr"
    )
    address.heard(db.now())
    return address


def a_group(name: str, chat: bool = True) -> Group:
    """A live group with its Telegram chat."""
    group = Group.create(
        name=name, purpose="S'entraider.", city="Nantes", charter="On vient.", state="live", founded_at=db.now()
    )
    if chat:
        rights = {"can_invite_users": True, "can_delete_messages": True, "can_restrict_members": True}
        group.settle_in(
            Chat.create(chat_id=-1_000_000 - next(_numbers), title=name, kind="supergroup", rights=rights)
        )
    return group


def seat(group: Group, address: Address, role: str = MEMBER) -> Membership:
    """A member who has introduced themselves."""
    made = Membership.welcome(group, address.person, address, role)
    Membership.update(introduced_at=db.now()).where(Membership.id == made.id).execute()
    return made


def event(address: Address, kind: str = "text", chat: str = "", **facts: Any) -> Incoming:
    """An event from somebody; in private unless a chat is given."""
    number = next(_numbers)
    return Incoming(
        f"t:{number}",
        address.platform,
        kind,
        db.now(),
        Sender(address.platform, address.address, name=address.person.name, language="fr"),
        chat=chat or address.address,
        private=not chat,
        message=str(number),
        callback=str(number) if kind == "tap" and address.platform == TELEGRAM else "",
        addressed=True,
        **facts,
    )


# ------------------------------------------------------------------ a record of any model


class Rows:
    """One record of each model that belongs to a group, made from the models' own fields."""

    def __init__(self, group: Group, person: Person, address: Address, words: str) -> None:
        self.words = words
        self._making: set[type[Any]] = set()
        self._made: dict[type[Any], Any] = {Group: group, Person: person, Address: address}

    def of(self, model: type[Any]) -> Any:
        """The record of that model, with whatever it needs around it."""
        if model not in self._made:
            self._making.add(model)
            self._made[model] = model.create(**self._facts(model))
            self._making.discard(model)
        return self._made[model]

    def know(self, record: Record) -> None:
        """Take this one as the record of its model."""
        self._made[type(record)] = record

    def _facts(self, model: type[Any]) -> dict[str, Any]:
        fields = model._meta.sorted_fields
        return {field.name: self._value(field) for field in fields if self._wanted(field)}

    def _wanted(self, field: Field) -> bool:
        if isinstance(field, AutoField):
            return False
        if isinstance(field, ForeignKeyField):
            return not field.null or field.rel_model not in self._making
        known = f"{field.model.__name__}.{field.name}" in SENSIBLE or field.name in SENSIBLE
        return known or (not field.null and field.default in (None, ""))

    def _value(self, field: Field) -> Any:
        if known := SENSIBLE.get(f"{field.model.__name__}.{field.name}") or SENSIBLE.get(field.name):
            return known
        match field:
            case ForeignKeyField():
                return self.of(field.rel_model)
            case UTCDateTimeField():
                return db.now() + dt.timedelta(days=7)
            case BooleanField():
                return False
            case DateField():
                return (db.now() + dt.timedelta(days=7)).date()
            case TimeField():
                return dt.time(19, 30)
            case IntegerField() | FloatField():
                return next(_numbers) % 30_000
            case JSONField():
                return []
            case CharField() | TextField():
                return f"{self.words} {next(_numbers)}"[: getattr(field, "max_length", 255) or 255]
        return None

"""Compiled statements read and write as peewee itself does, on both engines."""

import datetime as dt

import pytest

from storage import db, migrate
from storage.compiled import Statement
from storage.db import Record, constant
from storage.groups import Group, Membership
from storage.outbox import Post
from storage.people import Address, Person


@pytest.fixture(params=["sqlite", "postgres"], autouse=True)
def opened(engine: str) -> None:
    database = db.connect(engine)
    migrate.run()
    assert database


pytestmark = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


def somebody() -> Membership:
    group = Group.create(name="Banc", questions=["Pourquoi ?"], draft={"é": [1, None]}, state="live")
    person = Person.create(name="Léa", language="fr")
    address = Address.create(person=person, platform="telegram", address="7", last_inbound_at=db.now())
    return Membership.welcome(group, person, address)


def same(one: Record | None, other: Record) -> bool:
    assert one is not None
    assert one.__data__ == other.__data__ and not one._dirty
    return type(one) is type(other)

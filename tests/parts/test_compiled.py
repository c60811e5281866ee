"""Compiled statements read and write as peewee itself does, on both engines."""

import datetime as dt
from collections.abc import Iterator

import pytest
from peewee import DoesNotExist

from storage import db, migrate
from storage.db import Record, constant
from storage.groups import Group, Membership
from storage.outbox import Post, Seen
from storage.people import TELEGRAM, WHATSAPP, Address, Person, find_address

pytestmark = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def opened(engine: str) -> Iterator[None]:
    database = db.connect(engine)
    migrate.run()
    with db.connection():
        yield
    getattr(database, "close_all", database.close)()


def somebody(platform: str = TELEGRAM, place: str = "7") -> Membership:
    group = Group.create(name="Banc", questions=["Pourquoi ?"], draft={"é": [1, None]}, state="live")
    person = Person.create(name="Léa", language="fr", language_chosen=True)
    address = Address.create(person=person, platform=platform, address=place, last_inbound_at=db.now())
    return Membership.welcome(group, person, address)


def same(one: Record | None, other: Record) -> bool:
    assert one is not None and one.is_dirty() == other.is_dirty()
    return type(one) is type(other) and one.__data__ == other.__data__


def test_a_record_by_its_id_is_what_peewee_reads() -> None:
    group = somebody().group
    read = Group.select().where(Group.id == group.id).get()
    assert same(Group.get_or_none(id=group.id), read)
    assert same(Group.get_by_id(group.id), read)
    assert read.draft == {"é": [1, None]} and read.created_at.tzinfo is dt.UTC


def test_nobody_there_is_none_or_an_error() -> None:
    assert Group.get_or_none(id=12345) is None
    with pytest.raises(DoesNotExist):
        Group.get_by_id(12345)


def test_joined_records_come_along_without_another_look() -> None:
    seat = somebody()
    known = find_address(TELEGRAM, "7")
    assert known is not None and same(known, Address.select().where(Address.id == seat.address).get())
    assert known.person == seat.person and "person" in known.__rel__


@pytest.mark.parametrize(
    ("kept", "given"),
    [
        (("+33601", None), ("+33601", None)),
        (("+33601", None), ("+33601", "FR.1")),
        (("+33601", "FR.1"), ("FR.1", "FR.1")),
        (("FR.1", "FR.1"), ("+33601", "FR.1")),
    ],
)
def test_a_number_and_an_id_find_the_same_person(kept: tuple[str, str | None], given: tuple[str, str | None]) -> None:
    seat = somebody(WHATSAPP, kept[0])
    Address.update(external=kept[1]).where(Address.id == seat.address).execute()
    known = find_address(WHATSAPP, *given)
    assert known is not None and known.id == seat.address_id


def test_a_row_is_added_with_its_defaults_and_only_once() -> None:
    seat = somebody()
    facts = {"platform": TELEGRAM, "chat": "7", "address": seat.address, "payload": {"text": "é ✓"}}
    assert db.add(Post, key="k", **facts) and not db.add(Post, key="k", **facts)
    post = Post.get(Post.key == "k")
    assert post.payload == {"text": "é ✓"} and post.state == "pending" and post.due <= db.now()
    assert post.address_id == seat.address_id and post.attempts == 0 and post.template is False
    assert Seen.first("a") and not Seen.first("a")


def test_a_value_is_given_the_form_of_its_column() -> None:
    seat = somebody()
    moment = db.now() + dt.timedelta(days=2)
    seat.set_dial("pause", moment)
    read = Membership.select().where(Membership.id == seat.id).get()
    assert (read.dial, read.paused_until, read.dial_before) == ("pause", moment, "all")


def test_a_change_for_each_of_many() -> None:
    seats = [somebody(place=str(n)) for n in range(5)]
    rename = constant(lambda name, id: Person.update(name=name).where(Person.id == id))
    assert rename.each([(f"P{n}", seat.person_id) for n, seat in enumerate(seats)]) == 5
    assert [seat.person.name for seat in Membership.select().order_by(Membership.id)] == [f"P{n}" for n in range(5)]


def test_what_a_waiting_card_says_is_replaced_and_keeps_its_moment() -> None:
    soon, late = db.now() + dt.timedelta(seconds=2), db.now() + dt.timedelta(hours=2)
    for card, due in (("soon", soon), ("late", late)):
        db.add(Post, platform=TELEGRAM, chat="7", card=card, payload={"text": "old"}, due=due)
        assert Post.coalesce("7", card, {"text": "new"}, False, None)
    waiting = {post.card: post for post in Post.select()}
    assert waiting["soon"].due == soon, "an edit that waits for its turn goes on waiting"
    assert waiting["late"].due <= db.now() and waiting["late"].payload == {"text": "new"}
    assert Post.coalesce("7", "late", {"text": "new"}, False, late) and Post.get(Post.card == "late").due == late
    assert not Post.coalesce("8", "late", {"text": "new"}, False, None)

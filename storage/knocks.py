"""People who stand at the door of a Telegram chat, or came in without having applied (25)."""

import datetime as dt
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Address, Person

PATIENCE = dt.timedelta(hours=24)


class Knock(Record):
    """A join request (kind request) or somebody who is in without an application (kind inside).

    state: pending, then approved, kept, declined, removed, or gone (left on their own).
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    address = ForeignKeyField(Address, on_delete="CASCADE")
    kind = CharField(16)
    state = CharField(16, default="pending")
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        address_id: int

    class Meta:
        indexes = ((("group", "address", "kind"), True),)

    PERSONAL = ()

    @classmethod
    def note(cls, group: Group, address: Address, kind: str) -> Optional["Knock"]:
        """Remember it; None when it was pending already."""
        row: Knock
        row, fresh = cls.get_or_create(group=group, address=address, kind=kind)
        if fresh:
            return row
        row.state, row.at = "pending", now()
        changed = cls.update(state=row.state, at=row.at).where(cls.id == row.id, cls.state != "pending").execute()
        return row if changed else None

    @classmethod
    def known(cls, group: Group, address: Address) -> bool:
        """Did they ever stand at the door here, whatever became of it?"""
        return bool(cls.select().where(cls.group == group, cls.address == address).exists())

    @classmethod
    def pending(cls, group: Group, kind: str) -> list["Knock"]:
        """Who waits there, eldest first."""
        query = (
            cls.select(cls, Address, Person)
            .join(Address)
            .join(Person)
            .where(cls.group == group, cls.kind == kind, cls.state == "pending")
        )
        return list(query.order_by(cls.id))

    @classmethod
    def of(cls, group: Group, person: Person, kind: str) -> Optional["Knock"]:
        """The person's own, if pending."""
        mine = [knock for knock in cls.pending(group, kind) if knock.address.person.id == person.id]
        return mine[0] if mine else None

    def settle(self, state: str, before: str = "pending") -> bool:
        """Let in, kept, turned away or gone; False when that was done."""
        changed = Knock.update(state=state).where(Knock.id == self.id, Knock.state == before).execute()
        return bool(changed)

"""Words that members had said to their group, counted and not kept (row 121: counted and capped)."""

import datetime as dt
from typing import TYPE_CHECKING

from peewee import ForeignKeyField, IntegerField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Person

DAY = dt.timedelta(hours=24)
A_DAY, A_DAY_FOR_ALL = 3, 12


class Relay(Record):
    """Somebody spoke to the whole group; only who, when and how much, never the words (R7)."""

    group = ForeignKeyField(Group, on_delete="CASCADE", index=False)
    person = ForeignKeyField(Person, on_delete="CASCADE")
    at = UTCDateTimeField(default=now)
    length = IntegerField()

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        indexes = ((("group", "at"), False),)

    PERSONAL = ()

    @classmethod
    def lately(cls, group: Group) -> list["Relay"]:
        """What was relayed here within 24 hours, eldest first."""
        return list(cls.select().where(cls.group == group, cls.at > now() - DAY).order_by(cls.at))

    @classmethod
    def said_by(cls, group: Group, person: Person) -> int:
        """How many times the person spoke to the group within 24 hours."""
        return sum(relay.person_id == person.id for relay in cls.lately(group))

    @classmethod
    def free_again(cls, group: Group, person: Person) -> dt.datetime | None:
        """When the person may speak to the group again; None when that is now."""
        said = cls.lately(group)
        mine = [relay for relay in said if relay.person_id == person.id]
        ends = [said[-A_DAY_FOR_ALL].at + DAY] if len(said) >= A_DAY_FOR_ALL else []
        ends += [mine[-A_DAY].at + DAY] if len(mine) >= A_DAY else []
        return max(ends, default=None)

    @classmethod
    def left(cls, group: Group, person: Person) -> int:
        """How many times the person may still speak to the group today."""
        return max(0, min(A_DAY - cls.said_by(group, person), A_DAY_FOR_ALL - len(cls.lately(group))))

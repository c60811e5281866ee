"""Where groups meet: places with their address, room and notes, and rooms on line (M10, M16)."""

from typing import TYPE_CHECKING

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Person


class Venue(Record):
    """A place that a group knows. notes: what members said of it, [{"by": person id, "words": …}].

    link: the address of the video room of an on-line place; map_link: a map given by somebody.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    name = CharField(120)
    address = CharField(255, default="")
    town = CharField(120, default="")
    link = CharField(512, default="")
    map_link = CharField(512, default="")
    capacity = IntegerField(null=True)
    notes = JSONField(default=list)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    retired = BooleanField(default=False)
    created_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ("notes",)

    @property
    def online(self) -> bool:
        """Is it only a video room?"""
        return bool(self.link) and not self.address

    @classmethod
    def known(cls, group: Group) -> list["Venue"]:
        """The places of a group, newest first."""
        return list(cls.select().where(cls.group == group, ~cls.retired).order_by(cls.id.desc()))

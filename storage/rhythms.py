"""How a group meets: its usual days and hours, what it avoids, its habits, and its pauses."""

import datetime as dt
from typing import TYPE_CHECKING, Optional

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField, JSONField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Person

QUORUM = 3  # X02: a meeting is worth it from three or four people on
POLL_DAYS = 4
LENGTH = 120  # minutes
REMINDERS = (24 * 60, 3 * 60)  # minutes before: D-1 and H-3


class Rhythm(Record):
    """The habits of a group's meetings (M01, M08, M16).

    weekdays: 0 is Monday. start: "18:30", or none. length: minutes. proposes: offers the next dates by itself.
    school_zone: A, B or C when French school holidays are avoided. reminders: minutes before a meeting.
    """

    group = ForeignKeyField(Group, unique=True, on_delete="CASCADE")
    weekdays = JSONField(default=list)
    start = CharField(5, null=True)
    length = IntegerField(default=LENGTH)
    proposes = BooleanField(default=False)
    avoids_holidays = BooleanField(default=True)
    school_zone = CharField(1, null=True)
    quorum = IntegerField(default=QUORUM)
    capacity = IntegerField(null=True)
    plus_ones = BooleanField(default=False)
    poll_days = IntegerField(default=POLL_DAYS)
    reminders = JSONField(default=lambda: list(REMINDERS))

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ()

    @classmethod
    def of(cls, group: Group) -> "Rhythm":
        """The group's habits; the usual ones until it has its own (not written down before they change)."""
        return cls.get_or_none(cls.group == group) or cls(group=group)

    def keep(self) -> None:
        """Write the habits down."""
        self.save()

    @property
    def hour(self) -> dt.time | None:
        """The usual hour, at the group's place."""
        return dt.time.fromisoformat(self.start) if self.start else None


class Pause(Record):
    """A holiday of the whole group: nothing unasked is said until the day of return (V16, M12)."""

    group = ForeignKeyField(Group, on_delete="CASCADE")
    since = UTCDateTimeField(default=now)
    until = DateField()
    ends_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ()

    @classmethod
    def current(cls, group: Group | int, at: dt.datetime | None = None) -> Optional["Pause"]:
        """The pause that is on at that moment (now), or None."""
        moment = at or now()
        on = (cls.group == group) & cls.ended_at.is_null() & (cls.since <= moment) & (cls.ends_at > moment)
        return cls.get_or_none(on)

    def end(self) -> bool:
        """Back together; False when it had ended."""
        changed = Pause.update(ended_at=now()).where(Pause.id == self.id, Pause.ended_at.is_null()).execute()
        return bool(changed)

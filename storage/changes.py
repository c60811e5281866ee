"""What somebody wants to change about a meeting, from their words until it is done: read back, confirmed once."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Optional
from zoneinfo import ZoneInfo

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.meetings import Meeting
from storage.people import Person
from storage.venues import Venue

FIX, MOVE, CANCEL, PLACE = "fix", "move", "cancel", "place"
UNDO_LIFE = dt.timedelta(minutes=10)


class Change(Record):
    """A date to fix, a meeting to move or to cancel, a place to meet in; nothing happens before somebody says yes.

    kind: fix, move, cancel or place. state: draft (read back to whoever wrote it), asked (passed on to the
    organizers), done, dropped, stale or voted (it became a choice of a vote). sequence: of the meeting, as it was
    read back. wall, zone: the new moment, as a meeting keeps it; length: minutes. words: what was written.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    meeting = ForeignKeyField(Meeting, null=True, on_delete="CASCADE")
    kind = CharField(8)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    sequence = IntegerField(null=True)
    wall = CharField(16, null=True)
    zone = CharField(64, null=True)
    length = IntegerField(null=True)
    venue = ForeignKeyField(Venue, null=True, on_delete="CASCADE")
    place = CharField(255, default="")
    link = CharField(512, default="")
    words = TextField(default="")
    state = CharField(8, default="draft")
    created_at = UTCDateTimeField(default=now)
    done_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    done_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int
        meeting_id: int | None
        by_id: int | None
        done_by_id: int | None
        venue_id: int | None

    PERSONAL = ("words",)

    @classmethod
    def want(
        cls,
        kind: str,
        group: Group,
        by: Person,
        meeting: Meeting | None,
        start: dt.datetime | None = None,
        **facts: Any,
    ) -> "Change":
        """Note what is wanted. start: the new moment, aware, in the zone of its place."""
        if start is not None:
            zone = start.tzinfo if isinstance(start.tzinfo, ZoneInfo) else ZoneInfo(group.timezone)
            local = start.astimezone(zone)
            facts |= {"wall": local.replace(tzinfo=None).isoformat(timespec="minutes"), "zone": zone.key}
        sequence = meeting.sequence if meeting else None
        return cls.create(kind=kind, group=group, by=by, meeting=meeting, sequence=sequence, **facts)

    @property
    def start(self) -> dt.datetime:
        """The new moment, aware, in the zone of its place. Raises ValueError when none is wanted."""
        return dt.datetime.fromisoformat(self.wall or "").replace(tzinfo=ZoneInfo(self.zone or "UTC"))

    @property
    def open(self) -> bool:
        """May it still be confirmed?"""
        return self.state in ("draft", "asked")

    def where(self) -> str:
        """The new place in its own words; empty when none is wanted."""
        if self.venue is not None:
            return ", ".join(part for part in (self.venue.name, self.venue.address) if part)
        return self.place

    def pass_on(self) -> bool:
        """Ask the organizers; False when that was done, or decided already."""
        return self._go("asked", ("draft",))

    def take(self, by: Person) -> bool:
        """Do it: True for the one who is first."""
        return self._go("done", ("draft", "asked"), by)

    def drop(self, by: Person | None = None, state: str = "dropped") -> bool:
        """Leave it (dropped), or give it up as the meeting changed meanwhile (stale); False when it was decided."""
        return self._go(state, ("draft", "asked"), by)

    def _go(self, state: str, before: tuple[str, ...], by: Person | None = None) -> bool:
        facts: dict[str, Any] = {"state": state}
        facts |= {"done_by": by, "done_at": now()} if state != "asked" else {}
        changed = Change.update(**facts).where(Change.id == self.id, Change.state.in_(before)).execute()
        fresh = Change.get_by_id(self.id)
        self.state, self.done_at = fresh.state, fresh.done_at
        setattr(self, "done_by", fresh.done_by_id)  # noqa: B010 - the id alone: it is looked up when it is needed
        return bool(changed)

    @property
    def undoable(self) -> bool:
        """May it be undone by a tap: within ten minutes?"""
        return self.done_at is not None and now() - self.done_at <= UNDO_LIFE

    @classmethod
    def ideas(cls, meeting: Meeting) -> list["Change"]:
        """The places proposed for a meeting, on which nobody has decided; in the order in which they came."""
        asked = (cls.meeting == meeting) & (cls.kind == PLACE) & (cls.state == "asked")
        return list(cls.select().where(asked).order_by(cls.id))

    @classmethod
    def last_cancel(cls, group: Group) -> Optional["Change"]:
        """The group's latest cancelling, if it may still be undone."""
        done = (cls.group == group) & (cls.kind == CANCEL) & (cls.state == "done")
        found: Change | None = cls.select().where(done).order_by(cls.done_at.desc()).first()
        return found if found and found.undoable else None

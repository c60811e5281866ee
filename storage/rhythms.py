"""How a group meets: its usual days and hours, what it avoids, its habits, and its pauses."""

import datetime as dt
from typing import TYPE_CHECKING, Optional

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField, JSONField

from storage.db import Record, UTCDateTimeField, add, constant, now
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
    offered_at: when the animator was asked whether we propose. before: what the last change replaced.
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
    offered_at = UTCDateTimeField(null=True)
    before = JSONField(default=dict)

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ()

    @classmethod
    def of(cls, group: Group) -> "Rhythm":
        """The group's habits; the usual ones until it has its own (not written down before they change)."""
        found: Rhythm | None = RHYTHM.first(group)
        return found or cls(group=group)

    def keep(self) -> None:
        """Write the habits down."""
        self.save()

    def offer(self) -> bool:
        """Note that the animator is asked whether we propose the dates, once; False when that was done."""
        if self.id is None:
            Rhythm.insert(group=self.group).on_conflict_ignore().execute()
            self.id = Rhythm.get(Rhythm.group == self.group).id
        mine = (Rhythm.id == self.id) & Rhythm.offered_at.is_null()
        return bool(Rhythm.update(offered_at=now()).where(mine).execute())

    @property
    def settled(self) -> bool:
        """Are a weekday and an hour known, so that dates can be proposed?"""
        return bool(self.weekdays) and self.start is not None

    @property
    def hour(self) -> dt.time | None:
        """The usual hour, at the group's place."""
        return dt.time.fromisoformat(self.start) if self.start else None


class Pause(Record):
    """A holiday of the whole group: nothing unasked is said until the day of return (V16, M12).

    until: the day of return, at the group's place; ends_at: its moment. decided_at: none while it is only suggested.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    since = UTCDateTimeField(default=now)
    until = DateField()
    ends_at = UTCDateTimeField()
    ended_at = UTCDateTimeField(null=True)
    decided_at = UTCDateTimeField(null=True, default=now)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")

    if TYPE_CHECKING:
        group_id: int
        by_id: int | None

    PERSONAL = ()

    @classmethod
    def current(cls, group: Group | int, at: dt.datetime | None = None) -> Optional["Pause"]:
        """The pause that is on at that moment (now), or None."""
        moment = at or now()
        return ON.first(group, moment, moment)

    @classmethod
    def suggest(cls, group: Group, until: dt.date, ends_at: dt.datetime, by: Person) -> "Pause":
        """A pause that somebody has in mind; nothing changes before it is decided."""
        return cls.create(group=group, until=until, ends_at=ends_at, by=by, decided_at=None)

    def decide(self, by: Person) -> bool:
        """It begins now, in the place of any other; False when it was decided, dropped, or its day has come."""
        moment = now()
        mine = (Pause.id == self.id) & Pause.decided_at.is_null() & Pause.ended_at.is_null()
        facts = {"decided_at": moment, "since": moment, "by": by}
        if not Pause.update(**facts).where(mine, Pause.ends_at > moment).execute():
            return False
        others = (Pause.group == self.group_id) & (Pause.id != self.id) & Pause.ended_at.is_null()
        Pause.update(ended_at=moment).where(others).execute()
        self.decided_at, self.since, self.by = moment, moment, by
        return True

    def end(self) -> bool:
        """Back together; False when it had ended."""
        changed = Pause.update(ended_at=now()).where(Pause.id == self.id, Pause.ended_at.is_null()).execute()
        return bool(changed)


RHYTHM = constant(lambda group: Rhythm.select().where(Rhythm.group == group))
ON = constant(
    lambda group, moment, again: (
        Pause.select()
        .where(
            Pause.group == group,
            Pause.ended_at.is_null(),
            Pause.decided_at.is_null(False),
            Pause.since <= moment,
            Pause.ends_at > again,
        )
        .limit(1)
    )
)


class Watch(Record):
    """What the watchdog of a group has said so far (M11).

    step: 0 nothing, 1 the animator knows, 2 the deputy too, 3 the group too. told_at: when it last spoke.
    quiet_until: silent until then. looks_at: when it looks next.
    """

    group = ForeignKeyField(Group, unique=True, on_delete="CASCADE")
    step = IntegerField(default=0)
    told_at = UTCDateTimeField(null=True)
    quiet_until = UTCDateTimeField(null=True)
    looks_at = UTCDateTimeField(index=True)

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ()

    @classmethod
    def begin(cls, group: Group, looks_at: dt.datetime) -> bool:
        """Watch over the group from then on; False when that is so already."""
        return add(cls, group=group.id, looks_at=looks_at)

    @classmethod
    def over(cls, group: Group) -> Optional["Watch"]:
        """The group's watch, if it has begun."""
        return cls.get_or_none(cls.group == group)

    @classmethod
    def unwatched(cls) -> list[Group]:
        """Live groups over which nobody watches, or whose watch has fallen asleep."""
        late = cls.looks_at < now() - dt.timedelta(days=1)
        found = Group.select().left_outer_join(cls, on=(cls.group == Group.id))
        return list(found.where(Group.state == "live", cls.id.is_null() | late))

    def climb(self, step: int, before: int) -> bool:
        """Note that this step is taken now; False when it was, or somebody has set a date meanwhile."""
        mine = (Watch.id == self.id) & (Watch.step == before)
        return bool(Watch.update(step=step, told_at=now(), quiet_until=None).where(mine).execute())

    def hush(self, until: dt.datetime | None) -> None:
        """Begin anew, and say nothing before that moment."""
        Watch.update(step=0, quiet_until=until).where(Watch.id == self.id).execute()

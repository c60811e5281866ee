"""A meeting while it is on: who runs it, who is here, and the roles of the day."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Optional

from peewee import CharField, DateField, ForeignKeyField

from storage.db import Record, UTCDateTimeField, add, constant, now
from storage.groups import Group, Membership
from storage.meetings import Attendance, Meeting
from storage.people import Person

RUNNING, CLOSING, CLOSED = "running", "closing", "closed"
STRUCTURED, CAFE = "structured", "cafe"
EARLY, LATE = dt.timedelta(hours=1), dt.timedelta(hours=3)  # around a meeting, when it may be started
ANIMATOR, TIMEKEEPER, SCRIBE = "animator", "timekeeper", "scribe"


class Session(Record):
    """What happens at a meeting, from "on commence" to its closing (45-61).

    state: running, closing (the ritual is on) or closed. mode: structured, or cafe, in which nothing is said before
    the end (54). animator: whoever runs it now. ends_expected: when it should be over. closed_by: none when nobody
    closed it and the next morning did. skip_until: no next date before that day, as they said (M04). told_at: when
    the others (session_closed) heard that all is settled.
    """

    meeting = ForeignKeyField(Meeting, unique=True, on_delete="CASCADE")
    state = CharField(16, default=RUNNING)
    mode = CharField(16, default=STRUCTURED)
    started_at = UTCDateTimeField(default=now)
    started_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    animator = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    ends_expected = UTCDateTimeField()
    closing_at = UTCDateTimeField(null=True)
    closed_at = UTCDateTimeField(null=True)
    closed_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    skip_until = DateField(null=True)
    told_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        meeting_id: int
        animator_id: int | None
        started_by_id: int | None

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @property
    def on(self) -> bool:
        """Is it not closed yet?"""
        return self.state != CLOSED

    @property
    def cafe(self) -> bool:
        """Is the bot to keep silent until the end (54)?"""
        return self.mode == CAFE

    @classmethod
    def begin(cls, meeting: Meeting, by: Person) -> tuple["Session", bool]:
        """The meeting's session, and whether it has begun by this call: two who start at once make one."""
        moment = now()
        ends = max(meeting.end.astimezone(dt.UTC), moment + dt.timedelta(minutes=30))
        facts = {"started_at": moment, "started_by": by.id, "animator": by.id, "ends_expected": ends}
        fresh = add(cls, meeting=meeting.id, **facts)
        return cls.get(cls.meeting == meeting), fresh

    @classmethod
    def startable(cls, group: Group) -> Meeting | None:
        """The meeting that may be started now: of today, or of last night while it would still be on."""
        moment = now()
        near = Meeting.starts_at.between(moment - dt.timedelta(hours=16), moment + dt.timedelta(hours=24))
        found = [one for one in Meeting.select().where(Meeting.group == group, Meeting.state == "fixed", near)]
        found = [one for one in found if may_start(one)]
        return min(found, key=lambda one: abs(one.starts_at - moment), default=None)

    @classmethod
    def of(cls, meeting: Meeting) -> Optional["Session"]:
        """The meeting's session, if it was started."""
        return cls.get_or_none(cls.meeting == meeting)

    @classmethod
    def running_in(cls, group: Group) -> Optional["Session"]:
        """The group's meeting that is on now, the closing ritual included; None between meetings."""
        return RUNNING_IN.first(group)

    @classmethod
    def running_for(cls, person: Person) -> list["Session"]:
        """The meetings that are on in the person's groups, the latest first."""
        seats = Membership.select(Membership.group).where(Membership.person == person, Membership.state == "in")
        found = cls.select(cls, Meeting).join(Meeting).where(Meeting.group.in_(seats), cls.state != CLOSED)
        return list(found.order_by(cls.started_at.desc()))

    def present(self) -> list[Person]:
        """Every member who was here, in order of arrival, those who left early included."""
        return [here.person for here in self.arrivals()]

    def here(self) -> list[Person]:
        """The members who are here now, in order of arrival."""
        return [one.person for one in self.arrivals() if one.left_at is None]

    def arrivals(self) -> list[Attendance]:
        """The attendance of every member who was here, with the person, in order of arrival."""
        return ARRIVALS.all(self.meeting_id, self.group.id)

    def has(self, person: Person) -> bool:
        """Is the person here now?"""
        return any(one.id == person.id for one in self.here())

    def mark(self, person: Person, here: bool) -> bool:
        """The person is here, or was marked by mistake; False when that was known."""
        if here:
            return arrive(self.meeting, person)
        return unmark(self.meeting_id, person)

    def depart(self, person: Person) -> bool:
        """The person leaves before the end; they were here all the same. False when they are not here."""
        mine = (Attendance.meeting == self.meeting_id) & (Attendance.person == person) & Attendance.present
        return bool(Attendance.update(left_at=now()).where(mine, Attendance.left_at.is_null()).execute())

    def hand_to(self, person: Person) -> bool:
        """The person runs it from now on; False when they do already, or it is over."""
        other = Session.animator.is_null() | (Session.animator != person)
        return self._change(other & (Session.state != CLOSED), animator=person)

    def switch(self, mode: str) -> bool:
        """Structured, or cafe; False when it is so already, or it is over."""
        return self._change((Session.mode != mode) & (Session.state != CLOSED), mode=mode)

    def start_closing(self, by: Person) -> bool:
        """The closing ritual begins, and whoever asked for it runs it if nobody does; False when it had begun."""
        animator = self.animator_id or by.id
        return self._change(Session.state == RUNNING, state=CLOSING, closing_at=now(), animator=animator)

    def reopen(self) -> bool:
        """One goes on after all; False unless the ritual had begun and nothing more."""
        return self._change(Session.state == CLOSING, state=RUNNING, closing_at=None)

    def close(self, by: Person | None) -> bool:
        """It is over, and with it the meeting, by: none when nobody said so; False when it was over."""
        changed = self._change(Session.state != CLOSED, state=CLOSED, closed_at=now(), closed_by=by)
        if changed:
            self.meeting.close(len(self.arrivals()) or None)
        return changed

    def skip(self, until: dt.date | None) -> None:
        """No next date before that day, as those present want it."""
        self._change(Session.id == self.id, skip_until=until)

    def tell(self) -> bool:
        """Note that what comes after it may begin; once ever."""
        return self._change(Session.told_at.is_null(), told_at=now())

    @classmethod
    def skipped(cls, group: Group, today: dt.date) -> dt.date | None:
        """Until when the group wants no next date, said at its last closing; None when it wants one."""
        rows = cls.select(cls.skip_until).join(Meeting).where(Meeting.group == group).order_by(cls.id.desc())
        last: Session | None = rows.first()
        return last.skip_until if last and last.skip_until and last.skip_until > today else None

    def _change(self, only_if: Any, **facts: Any) -> bool:
        changed = Session.update(**facts).where(Session.id == self.id, only_if).execute()
        if changed:
            for name, value in facts.items():
                setattr(self, name, value)
        return bool(changed)


RUNNING_IN = constant(
    lambda group: (
        Session.select(Session, Meeting)
        .join(Meeting)
        .where(Meeting.group == group, Session.state != CLOSED)
        .order_by(Session.started_at.desc())
        .limit(1)
    )
)
ARRIVALS = constant(
    lambda meeting, group: (
        Attendance.select(Attendance, Person)
        .join(Person)
        .join(Membership, on=((Membership.person == Person.id) & (Membership.group == group)))
        .where(Attendance.meeting == meeting, Attendance.present == True, Membership.state == "in")  # noqa: E712
        .order_by(Attendance.arrived_at, Attendance.id)
    )
)


def arrive(meeting: Meeting, person: Person) -> bool:
    """The person is there, perhaps before it starts; False when that was known."""
    facts: dict[str, Any] = {"present": True, "arrived_at": now(), "left_at": None}
    mine = (Attendance.meeting == meeting) & (Attendance.person == person)
    away = Attendance.present.is_null() | (Attendance.present == False)  # noqa: E712
    if Attendance.update(**facts).where(mine, away).execute():
        return True
    if Attendance.update(left_at=None).where(mine, Attendance.left_at.is_null(False)).execute():
        return True  # they came back
    return add(Attendance, meeting=meeting.id, person=person.id, answer="", **facts)


def unmark(meeting: Meeting | int, person: Person) -> bool:
    """The person was marked by mistake; False when they weren't."""
    mine = (Attendance.meeting == meeting) & (Attendance.person == person)
    changed = Attendance.update(present=False, arrived_at=None, left_at=None).where(mine, Attendance.present)
    return bool(changed.execute())


def may_start(meeting: Meeting) -> bool:
    """Is it today, or would it still be on?"""
    moment = now()
    today: bool = moment.astimezone(meeting.start.tzinfo).date() == meeting.start.date()
    on = meeting.start - EARLY <= moment <= meeting.end + LATE
    return meeting.state == "fixed" and (today or on)


class Role(Record):
    """A role of the day: animator, timekeeper or scribe (53).

    refused_at: they would rather not; the row stays, so that they aren't asked again, but counts for nothing.
    """

    meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    kind = CharField(16)
    given_at = UTCDateTimeField(default=now)
    refused_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        meeting_id: int
        person_id: int

    class Meta:
        indexes = ((("meeting", "kind", "person"), True),)

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> list["Role"]:
        """The roles held at that meeting, with their people, animator first."""
        held = HELD.all(meeting)
        order = (ANIMATOR, TIMEKEEPER, SCRIBE)
        return sorted(held, key=lambda role: (order.index(role.kind), role.id))

    @classmethod
    def refused_at_meeting(cls, meeting: Meeting, kind: str) -> set[int]:
        """Ids of the people who would not have that role today."""
        rows = cls.select(cls.person).where(cls.meeting == meeting, cls.kind == kind, cls.refused_at.is_null(False))
        return {row.person_id for row in rows}

    @classmethod
    def history(cls, group: Group, kind: str, but: Meeting) -> dict[int, list[dt.datetime]]:
        """When each person had that role at the group's other meetings: person id -> moments, the latest first."""
        rows = cls.select(cls, Meeting).join(Meeting)
        rows = rows.where(Meeting.group == group, cls.kind == kind, cls.refused_at.is_null(), Meeting.id != but.id)
        found: dict[int, list[dt.datetime]] = {}
        for row in rows.order_by(Meeting.starts_at.desc()):
            found.setdefault(row.person_id, []).append(row.meeting.starts_at)
        return found

    @classmethod
    def give(cls, meeting: Meeting, kind: str, person: Person) -> bool:
        """The person has that role, in the place of whoever had it; False when they have it already."""
        mine = (cls.meeting == meeting) & (cls.kind == kind)
        if cls.select().where(mine, cls.person == person, cls.refused_at.is_null()).exists():
            return False
        cls.delete().where(mine, cls.person != person, cls.refused_at.is_null()).execute()
        if not add(cls, meeting=meeting.id, kind=kind, person=person.id):
            cls.update(refused_at=None, given_at=now()).where(mine, cls.person == person).execute()
        return True

    def refuse(self) -> bool:
        """They would rather not today; False when they had said so, or it is another's by now."""
        mine = (Role.id == self.id) & Role.refused_at.is_null()
        return bool(Role.update(refused_at=now()).where(mine).execute())


HELD = constant(
    lambda meeting: Role.select(Role, Person).join(Person).where(Role.meeting == meeting, Role.refused_at.is_null())
)

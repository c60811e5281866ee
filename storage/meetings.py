"""Meetings: when and where, who comes, who came; and the members' calendar addresses."""

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, Optional
from zoneinfo import ZoneInfo

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, ModelSelect, TextField

from storage.db import Record, UTCDateTimeField, constant, lock, now
from storage.groups import Group, Membership
from storage.people import Person
from storage.venues import Venue

YES, MAYBE, NO = "yes", "maybe", "no"
HISTORY = 6  # meetings that the expected head-count is learnt from (36)


class Meeting(Record):
    """A meeting that is fixed: the wall time and zone of its place (contract: promise 8).

    wall: "2026-03-12T19:30"; starts_at: the same moment in UTC, to sort by. length: minutes.
    state: fixed, cancelled or closed. sequence: of the invitation (RFC 5545), one more at each change.
    capacity: seats, guests included; none is no limit. head_count: who was there, once it is known.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    uid = CharField(64, unique=True, default=lambda: secrets.token_hex(16))
    wall = CharField(16)
    zone = CharField(64)
    starts_at = UTCDateTimeField(index=True)
    length = IntegerField(default=120)
    title = CharField(120, default="")
    venue = ForeignKeyField(Venue, null=True, on_delete="SET NULL")
    place = CharField(255, default="")
    link = CharField(512, default="")
    state = CharField(16, default="fixed")
    sequence = IntegerField(default=0)
    capacity = IntegerField(null=True)
    plus_ones = BooleanField(default=False)
    fixed_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    booked_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    head_count = IntegerField(null=True)
    created_at = UTCDateTimeField(default=now)
    changed_at = UTCDateTimeField(default=now)
    closed_at = UTCDateTimeField(null=True)
    over_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int
        venue_id: int | None
        fixed_by_id: int | None
        booked_by_id: int | None

    class Meta:
        indexes = ((("group", "starts_at"), False),)

    PERSONAL = ()

    @classmethod
    def fix(cls, group: Group, start: dt.datetime, **facts: Any) -> "Meeting":
        """A meeting at that aware moment, kept as the wall time of its zone (the group's for a plain offset)."""
        return cls.create(group=group, **_moment(start, group), **facts)

    @property
    def start(self) -> dt.datetime:
        """The moment, aware, in the zone of the place."""
        return dt.datetime.fromisoformat(self.wall).replace(tzinfo=ZoneInfo(self.zone))

    @property
    def end(self) -> dt.datetime:
        """When it should be over, in the zone of the place."""
        over: dt.datetime = self.starts_at + dt.timedelta(minutes=self.length)
        return over.astimezone(ZoneInfo(self.zone))

    @property
    def coming(self) -> bool:
        """Is it fixed and not over yet?"""
        return self.state == "fixed" and now() < self.end

    @classmethod
    def next_of(cls, group: Group) -> Optional["Meeting"]:
        """The group's next meeting, or the one that is on; None when no date is set."""
        return next(iter(cls.coming_of(group)), None)

    @classmethod
    def coming_of(cls, group: Group) -> list["Meeting"]:
        """The group's meetings that are fixed and not over, the nearest first."""
        recent = COMING.all(group, now() - dt.timedelta(days=2))
        return [meeting for meeting in recent if meeting.coming]

    @classmethod
    def called_off(cls, group: Group) -> list["Meeting"]:
        """The group's meetings to come that were cancelled, the nearest first."""
        return CALLED_OFF.all(group, now())

    @classmethod
    def last_of(cls, group: Group) -> Optional["Meeting"]:
        """The group's latest meeting that is over."""
        return next(iter(cls.past_of(group, 1)), None)

    @classmethod
    def past_of(cls, group: Group, most: int = HISTORY) -> list["Meeting"]:
        """The group's last meetings that took place, the latest first."""
        over = cls.select().where(cls.group == group, cls.state != "cancelled", cls.starts_at < now())
        return [one for one in over.order_by(cls.starts_at.desc()).limit(most + 1) if not one.coming][:most]

    @classmethod
    def visits(cls, group: Group) -> dict[int, list[dt.datetime]]:
        """When the group met in each of its places: venue id -> past moments, the latest first."""
        query = cls.select(cls.venue, cls.starts_at).where(
            cls.group == group, cls.state != "cancelled", cls.starts_at < now(), cls.venue.is_null(False)
        )
        found: dict[int, list[dt.datetime]] = {}
        for one in query.order_by(cls.starts_at.desc()):
            found.setdefault(int(one.venue_id or 0), []).append(one.starts_at)
        return found

    def move(self, start: dt.datetime) -> bool:
        """Meet at another moment; False when it is that moment already, or no longer fixed."""
        facts = _moment(start, self.group)
        return self._change(Meeting.wall != facts["wall"], **facts)

    def last(self, minutes: int) -> bool:
        """It takes that long; False when it did already, or is no longer fixed."""
        return self._change(Meeting.length != minutes, length=minutes)

    def cancel(self) -> bool:
        """It doesn't take place; False when it was cancelled or closed."""
        return self._change(True, state="cancelled")

    def revive(self) -> bool:
        """It takes place after all; False when it was not cancelled, or its hour has passed."""
        facts = {"state": "fixed", "sequence": Meeting.sequence + 1, "changed_at": now()}
        query = Meeting.update(**facts).where(
            Meeting.id == self.id, Meeting.state == "cancelled", Meeting.starts_at > now()
        )
        changed = bool(query.execute())
        self._reload()
        return changed

    def meet_at(self, venue: Venue | None, place: str = "", link: str = "") -> bool:
        """Meet in that place; False when nothing changes."""
        other = (Meeting.place != place) | (Meeting.link != link)
        other |= Meeting.venue.is_null(False) if venue is None else Meeting.venue.is_null() | (Meeting.venue != venue)
        return self._change(other, venue=venue, place=place, link=link)

    def _change(self, only_if: Any, **facts: Any) -> bool:
        more = {"sequence": Meeting.sequence + 1, "changed_at": now()}
        query = Meeting.update(**facts, **more).where(Meeting.id == self.id, Meeting.state == "fixed")
        changed = bool((query if only_if is True else query.where(only_if)).execute())
        self._reload()
        return changed

    def _reload(self) -> None:
        fresh = Meeting.get_by_id(self.id)
        for name in ("wall", "zone", "starts_at", "length", "state", "sequence", "place", "link", "changed_at"):
            setattr(self, name, getattr(fresh, name))
        setattr(self, "venue", fresh.venue_id)  # noqa: B010 - the id alone: it is looked up when it is needed

    def close(self, head_count: int | None = None) -> bool:
        """It has taken place; False when it was closed or cancelled."""
        facts = {"state": "closed", "closed_at": now(), "head_count": head_count}
        changed = Meeting.update(**facts).where(Meeting.id == self.id, Meeting.state == "fixed").execute()
        self._reload()
        return bool(changed)

    def count(self, head_count: int) -> None:
        """Note how many were there, once that is known better."""
        Meeting.update(head_count=head_count).where(Meeting.id == self.id).execute()
        self.head_count = head_count

    def finish(self) -> bool:
        """Note that its end has passed: True for the one who notes it first."""
        mine = (Meeting.id == self.id) & Meeting.over_at.is_null() & (Meeting.state != "cancelled")
        return bool(Meeting.update(over_at=now()).where(mine).execute())

    def book(self, person: Person | None, instead_of: Person | None = None) -> bool:
        """Somebody sees to the table (None: nobody does any more); False when another one does."""
        free = Meeting.booked_by.is_null() if instead_of is None else Meeting.booked_by == instead_of
        changed = Meeting.update(booked_by=person).where(Meeting.id == self.id, free).execute()
        if changed:
            self.booked_by = person
        return bool(changed)

    def where(self) -> str:
        """The place in its own words; empty when none is known."""
        if self.venue is not None:
            return ", ".join(part for part in (self.venue.name, self.venue.address) if part)
        return self.place


CALLED_OFF = constant(
    lambda group, since: (
        Meeting.select()
        .where(Meeting.group == group, Meeting.state == "cancelled", Meeting.starts_at > since)
        .order_by(Meeting.starts_at)
        .limit(3)
    )
)
COMING = constant(
    lambda group, since: (
        Meeting.select()
        .where(Meeting.group == group, Meeting.state == "fixed", Meeting.starts_at > since)
        .order_by(Meeting.starts_at, Meeting.id)
    )
)


def _moment(start: dt.datetime, group: Group) -> dict[str, Any]:
    if start.tzinfo is None:
        raise ValueError("naive datetime")
    zone = start.tzinfo if isinstance(start.tzinfo, ZoneInfo) else ZoneInfo(group.timezone)
    local = start.astimezone(zone)
    return {
        "wall": local.replace(tzinfo=None).isoformat(timespec="minutes"),
        "zone": zone.key,
        "starts_at": local.astimezone(dt.UTC),
    }


class Attendance(Record):
    """Somebody's answer to a meeting, and what became of it (33, 34).

    answer: yes, maybe, no, or empty when they are asked again; was: what they had said then. guests: people they
    bring. waits_since: on the waiting list. asked_at, sure_at: asked and confirmed the day before. late: minutes
    announced (0: how many is unknown). signalled_at, relayed_at: their last late signal, and when the others heard
    one. dropped_at: said yes and withdrew. present: were they there, once known. arrived_at, left_at: when they came
    to a meeting that is on, and left it before its end.
    """

    meeting = ForeignKeyField(Meeting, backref="attendances", on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    answer = CharField(8)
    guests = IntegerField(default=0)
    comment = TextField(default="")
    waits_since = UTCDateTimeField(null=True)
    sure_at = UTCDateTimeField(null=True)
    asked_at = UTCDateTimeField(null=True)
    late = IntegerField(null=True)
    was = CharField(8, default="")
    signalled_at = UTCDateTimeField(null=True)
    relayed_at = UTCDateTimeField(null=True)
    dropped_at = UTCDateTimeField(null=True)
    present = BooleanField(null=True)
    arrived_at = UTCDateTimeField(null=True)
    left_at = UTCDateTimeField(null=True)
    answered_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        meeting_id: int
        person_id: int
        waits: bool

    class Meta:
        indexes = ((("meeting", "person"), True),)

    PERSONAL = ("comment",)

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @property
    def seats(self) -> int:
        """Chairs taken: oneself and one's guests."""
        return 1 + self.guests

    @property
    def seated(self) -> bool:
        """Do they come, and have a chair?"""
        return self.answer == YES and self.waits_since is None

    def note(self, **facts: Any) -> None:
        """Write down what became of it."""
        Attendance.update(**facts).where(Attendance.id == self.id).execute()
        for name, value in facts.items():
            setattr(self, name, value)

    def relay(self, gap: dt.timedelta) -> bool:
        """Claim that the others are told now: False when they heard from this person less than gap ago."""
        moment = now()
        rested = Attendance.relayed_at.is_null() | (Attendance.relayed_at <= moment - gap)
        changed = Attendance.update(relayed_at=moment).where(Attendance.id == self.id, rested).execute()
        if changed:
            self.relayed_at = moment
        return bool(changed)

    @classmethod
    def came(cls, meeting: Meeting, person: Person, present: bool) -> None:
        """Remember whether they were there; a no-show is never said in public (34)."""
        facts: dict[str, Any] = {"present": present}
        if not cls.update(**facts).where(cls.meeting == meeting, cls.person == person).execute():
            cls.insert(meeting=meeting, person=person, answer="", **facts).on_conflict_ignore().execute()

    @classmethod
    def of(cls, meeting: Meeting, person: Person) -> Optional["Attendance"]:
        """The person's answer to that meeting."""
        found: Attendance | None = ANSWER_OF.first(meeting, person)
        return found

    @classmethod
    def all_of(cls, meeting: Meeting) -> list["Attendance"]:
        """Every answer of people who are still members, in the order in which they came."""
        return list(ANSWERS.all(meeting, meeting.group_id))


ANSWER_OF = constant(
    lambda meeting, person: Attendance.select().where(Attendance.meeting == meeting, Attendance.person == person)
)
ANSWERS = constant(
    lambda meeting, group: (
        Attendance.select(Attendance, Person)
        .join(Person)
        .join(Membership, on=((Membership.person == Person.id) & (Membership.group == group)))
        .where(Attendance.meeting == meeting, Membership.state == "in")
        .order_by(Attendance.answered_at, Attendance.id)
    )
)


def lock_meeting(meeting: Meeting) -> Meeting:
    """Hold the meeting's row until the end of the transaction (PostgreSQL); returns it as it is now.

    Seats are counted by one at a time.
    """
    held: Meeting | None = HELD.first(meeting.id)
    return held or Meeting.get_by_id(meeting.id)


HELD = constant(lambda meeting: lock(Meeting.select().where(Meeting.id == meeting)))


class Feed(Record):
    """A member's calendar address: all their meetings, for a calendar application; revocable."""

    person = ForeignKeyField(Person, on_delete="CASCADE")
    token = CharField(48, unique=True, default=lambda: secrets.token_urlsafe(24))
    created_at = UTCDateTimeField(default=now)
    revoked_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        person_id: int
        select_all: "ModelSelect[Feed]"

    PERSONAL = ("token",)

    @classmethod
    def open_of(cls, person: Person) -> "Feed":
        """The person's address, made on first use."""
        known = cls.select().where(cls.person == person, cls.revoked_at.is_null()).order_by(cls.id).first()
        return known or cls.create(person=person)

    @classmethod
    def by_token(cls, token: str) -> Optional["Feed"]:
        """The feed behind the address, revoked or not; None when unknown."""
        return cls.get_or_none(cls.token == token)

    def revoke(self) -> bool:
        """Close the person's address, and any other that a race left them; False when it was closed."""
        theirs = (Feed.person == self.person_id) & Feed.revoked_at.is_null()
        return bool(Feed.update(revoked_at=now()).where(theirs).execute())

    def meetings(self) -> list[tuple[Meeting, str]]:
        """What the person's calendar shows, by date, each with their answer ("" for none): no meeting declined.

        The meetings of their groups from the last three months on; cancelled ones too, so that a calendar drops them.
        """
        groups = [seat.group_id for seat in Membership.all_of(self.person)]
        found = Meeting.select(Meeting, Group).join(Group).where(Meeting.group.in_(groups))
        found = found.where(Meeting.starts_at > now() - dt.timedelta(days=92)).order_by(Meeting.starts_at, Meeting.id)
        answers = self._answers(groups)
        return [(meeting, answers.get(meeting.id, "")) for meeting in found if answers.get(meeting.id) != NO]

    def _answers(self, groups: list[int]) -> dict[int, str]:
        mine = Attendance.select(Attendance.meeting, Attendance.answer).join(Meeting)
        rows = mine.where(Attendance.person == self.person, Meeting.group.in_(groups))
        return {row.meeting_id: row.answer for row in rows}

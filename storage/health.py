"""How a group is doing, for its organizers: dates, attendance, who is there, who is missing, what was sent (118)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from peewee import ForeignKeyField, fn

from storage import prices
from storage.db import Record, UTCDateTimeField, now
from storage.deeds import Deed
from storage.groups import Group, Membership
from storage.meetings import Attendance, Meeting
from storage.outbox import Post, Reminder
from storage.people import WHATSAPP, Address, Person
from storage.polls import DATE, Choice, Poll, Vote
from storage.prices import Traffic

MEETINGS = 10  # on the card
RECENT = 6  # of them, whom the core is learnt from
CORE = 2 / 3  # of the recent meetings at which the core was
CORE_LEAST = 2  # meetings, before there is a core
SILENT = dt.timedelta(days=60)
SPAN = dt.timedelta(days=30)  # of what was sent; posts are kept so long (R7)


@dataclass(frozen=True)
class Sitting:
    """A meeting that took place. came: how many were there, None if nobody noted it; said: how many had said yes."""

    meeting: Meeting
    came: int | None
    said: int


@dataclass(frozen=True)
class Missed:
    """Somebody whom nothing reaches. why: blocked, gone, invalid, unstarted, stopped or nowhere (no address)."""

    person: Person
    why: str


@dataclass(frozen=True)
class Sent:
    """What was said to the group and its members in the last 30 days, and what still waits.

    whatsapp: of them through WhatsApp; templates: of these, the ones that asked to open a window. waiting: will still
    be said; held: of them, until somebody writes, presses Start or has their digest; lost: did not arrive.
    """

    telegram: int = 0
    whatsapp: int = 0
    templates: int = 0
    waiting: int = 0
    held: int = 0
    lost: int = 0

    @property
    def cost(self) -> float:
        """US dollars that WhatsApp took for what we sent, at today's prices."""
        return Traffic(self.whatsapp, self.templates, 0).cost(prices.on(now().date()))


@dataclass(frozen=True)
class Health:
    """How a group is doing; each fact is looked up when it is asked for, and once."""

    group: Group

    @cached_property
    def ahead(self) -> Meeting | None:
        """The next date."""
        return Meeting.next_of(self.group)

    @cached_property
    def poll(self) -> Poll | None:
        """The vote on a date that is open."""
        return next(iter(Poll.open_of(self.group, DATE)), None)

    @cached_property
    def seats(self) -> list[Membership]:
        """The members, eldest first, with their address."""
        query = Membership.select(Membership, Person, Address).join(Person).switch(Membership)
        query = query.left_outer_join(Address, on=(Membership.address == Address.id))
        mine = (Membership.group == self.group, Membership.state == "in")
        return list(query.where(*mine).order_by(Membership.joined_at, Membership.id))

    @cached_property
    def sittings(self) -> list[Sitting]:
        """The last meetings, the eldest first."""
        past = Meeting.past_of(self.group, MEETINGS)[::-1]
        came, said = self._counted(past, Attendance.present), self._counted(past, Attendance.answer == "yes")
        return [Sitting(one, _came(one, came), said.get(one.id, 0)) for one in past]

    def _counted(self, meetings: list[Meeting], which: Any) -> dict[int, int]:
        query = Attendance.select(Attendance.meeting, fn.COUNT(Attendance.id)).where(which)
        rows: Any = query.where(Attendance.meeting.in_(meetings)).group_by(Attendance.meeting).tuples()
        return {int(meeting): int(count) for meeting, count in rows} if meetings else {}

    @cached_property
    def mean(self) -> float | None:
        """How many come, of the recent meetings where it was noted."""
        known = [one.came for one in self.sittings[-RECENT:] if one.came is not None]
        return sum(known) / len(known) if known else None

    @cached_property
    def core(self) -> list[Person]:
        """Who was at two thirds of the recent meetings, whoever comes most first (N11)."""
        noted = [one.meeting for one in self.sittings if one.came is not None][-RECENT:]
        if len(noted) < CORE_LEAST:
            return []
        times = self._times(noted)
        people = [seat.person for seat in self.seats if times.get(seat.person_id, 0) >= CORE * len(noted)]
        return sorted(people, key=lambda person: -times[person.id])

    def _times(self, meetings: list[Meeting]) -> dict[int, int]:
        query = Attendance.select(Attendance.person, fn.COUNT(Attendance.id))
        query = query.where(Attendance.meeting.in_(meetings), Attendance.present).group_by(Attendance.person)
        rows: Any = query.tuples()
        return {int(person): int(count) for person, count in rows}

    @cached_property
    def newcomers(self) -> list[Person]:
        """Who joined in the last two months and was at no meeting yet; nobody before the group has met."""
        since = now() - SILENT
        if not self.sittings:
            return []
        return [seat.person for seat in self.seats if seat.joined_at > since and seat.person_id not in self._seen]

    @cached_property
    def _seen(self) -> set[int]:
        query = Attendance.select(Attendance.person).join(Meeting).where(Meeting.group == self.group)
        return {row.person_id for row in query.where(Attendance.present).distinct()}

    @cached_property
    def silent(self) -> list[Person]:
        """Who gave no sign for two months: neither came, nor answered, voted or wrote; nobody who is on a pause."""
        since = now() - SILENT
        quiet = [seat for seat in self.seats if seat.joined_at <= since and seat.dial != "pause"]
        heard = {s.person_id for s in quiet if s.address and (s.address.last_inbound_at or since) > since}
        heard |= _active(self.group, since) if quiet else set()
        return [seat.person for seat in quiet if seat.person_id not in heard]

    @cached_property
    def unreachable(self) -> list[Missed]:
        """Whom what we write in private does not reach."""
        found = [(seat.person, _why(seat.address)) for seat in self.seats]
        return [Missed(person, why) for person, why in found if why]

    @cached_property
    def no_shows(self) -> int:
        """How often in the recent meetings somebody had said yes and was not there; never who (34)."""
        noted = [one.meeting for one in self.sittings if one.came is not None][-RECENT:]
        missing = (Attendance.present == False) & (Attendance.answer == "yes")  # noqa: E712
        return sum(self._counted(noted, missing).values())

    @cached_property
    def sent(self) -> Sent:
        """The messages of the last 30 days, and what waits."""
        since = now() - SPAN
        query = Post.select(Post.platform, Post.state, Post.template, Post.waits, fn.COUNT(Post.id))
        mine = (Post.group == self.group) & (Post.created_at > since) & Post.kind.in_(("text", "picture", "file"))
        rows: Any = query.where(mine).group_by(Post.platform, Post.state, Post.template, Post.waits).tuples()
        return _sum(rows)


def _came(meeting: Meeting, present: dict[int, int]) -> int | None:
    return present.get(meeting.id) if meeting.head_count is None else meeting.head_count


def _active(group: Group, since: dt.datetime) -> set[int]:
    """Who came, answered, voted or did something there since."""
    mine = Attendance.select(Attendance.person).join(Meeting).where(Meeting.group == group)
    votes = Vote.select(Vote.person).join(Choice).join(Poll).where(Poll.group == group, Vote.at > since)
    deeds = Deed.select(Deed.person).where(Deed.group == group, Deed.at > since, Deed.person.is_null(False))
    came = mine.where(Attendance.present, Meeting.starts_at > since)
    said = mine.where(Attendance.answered_at > since, Attendance.answer != "")
    return {int(row.person_id) for query in (came, said, votes, deeds) for row in query.distinct() if row.person_id}


def _why(address: Address | None) -> str:
    if address is None:
        return "nowhere"
    if address.stopped:
        return "stopped"
    return "" if address.state == "ok" else str(address.state)


def _sum(rows: Iterable[tuple[str, str, bool, str, int]]) -> Sent:
    sums = dict.fromkeys(("telegram", "whatsapp", "templates", "waiting", "held", "lost"), 0)
    for platform, state, template, waits, count in rows:
        if state == "sent":
            sums[platform] += count
            sums["templates"] += count if template and platform == WHATSAPP else 0
        elif state in ("pending", "sending"):
            sums["waiting"] += count
            sums["held"] += count if waits else 0
        elif state in ("dead", "uncertain"):
            sums["lost"] += count
    return Sent(**sums)


class NoCard(Record):
    """An organizer who wants no health card each month; they may ask for it whenever they like."""

    seat = ForeignKeyField(Membership, unique=True, on_delete="CASCADE")
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        seat_id: int

    PERSONAL = ()

    @classmethod
    def wish(cls, seat: Membership, none: bool) -> None:
        """No card each month from now on, or one again."""
        if none:
            cls.insert(seat=seat).on_conflict_ignore().execute()
        else:
            cls.delete().where(cls.seat == seat).execute()

    @classmethod
    def wanted(cls, group: Group) -> list[Membership]:
        """The seats of the organizers who get one each month, eldest first."""
        refused = {row.seat_id for row in cls.select().join(Membership).where(Membership.group == group)}
        return [seat for seat in group.members(role="organizer") if seat.id not in refused]


def unplanned(code: str) -> list[Group]:
    """Live groups for which no timer of that code is set."""
    known = Reminder.select(Reminder.record).where(
        Reminder.code == code, Reminder.model == "Group", Reminder.state == "set"
    )
    return list(Group.select().where(Group.state == "live", Group.id.not_in(known)))

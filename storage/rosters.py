"""Who comes to a meeting: answers set under one lock, chairs, the waiting list, and what the past teaches."""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, pstdev
from typing import Any

from peewee import fn

from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import HISTORY, MAYBE, NO, YES, Attendance, Meeting, lock_meeting
from storage.people import Address, Person
from storage.polls import IF_NEEDED, Choice, Vote
from storage.polls import YES as VOTED_YES

MOST_GUESTS = 9
NEAR = dt.timedelta(hours=24)  # who says yes so late need not be asked again the day before


@dataclass(frozen=True)
class Answered:
    """What became of an answer.

    before: what they had answered, had: with how many guests. seated: had they a chair. fewer: are there fewer
    guests than they wished. fresh: did anything change. meeting: as it is now.
    """

    meeting: Meeting
    attendance: Attendance
    before: str = ""
    seated: bool = False
    fewer: bool = False
    fresh: bool = True
    had: int = 0

    @property
    def withdrew(self) -> bool:
        """Had they a chair, and don't come any more?"""
        return self.seated and self.attendance.answer != YES


def put(
    meeting: Meeting, person: Person, answer: str, guests: int | None = None, comment: str | None = None
) -> Answered | None:
    """Set the person's answer, whatever it was; None when the meeting is over or cancelled.

    guests: None leaves them as they were. Without a free chair a yes waits in turn (33).
    """
    meeting = lock_meeting(meeting)
    if not meeting.coming:
        return None
    known = Attendance.of(meeting, person)
    wanted = _guests(meeting, known, guests) if answer == YES else 0
    facts = _facts(known, answer) | _chair(meeting, known, person, answer, wanted)
    if comment is not None or (known is not None and known.answer != answer):
        facts["comment"] = comment or ""  # what was said of another answer holds no more
    before, seated = (known.answer, known.seated) if known else ("", False)
    fresh = known is None or any(getattr(known, name) != value for name, value in facts.items())
    had = known.guests if known else 0
    row = _write(meeting, person, known, facts)
    fewer = answer == YES and facts["guests"] < (guests if guests is not None else wanted)
    return Answered(meeting, row, before, seated, fewer, fresh, had)


def _guests(meeting: Meeting, known: Attendance | None, guests: int | None) -> int:
    kept = known.guests if known and YES in (known.answer, known.was) else 0
    wanted = kept if guests is None else guests
    return min(max(wanted, 0), MOST_GUESTS) if meeting.plus_ones else 0


def _facts(known: Attendance | None, answer: str) -> dict[str, Any]:
    moment = now()
    same = known is not None and known.answer == answer
    facts: dict[str, Any] = {"answer": answer, "was": ""}
    if not same:
        facts["answered_at"] = moment
    if answer == YES:
        facts["dropped_at"] = None
    else:
        dropped = moment if known and known.answer == YES else known and known.dropped_at
        facts |= {"dropped_at": dropped, "sure_at": None, "late": None}
    return facts


def _chair(meeting: Meeting, known: Attendance | None, person: Person, answer: str, wanted: int) -> dict[str, Any]:
    if answer != YES:
        return {"guests": 0, "waits_since": None}
    seated = known is not None and known.seated
    free = _free(meeting, but=person)
    sure = {"sure_at": known.sure_at if seated and known and known.sure_at else _sure(meeting)}
    if free is None:
        return {"guests": wanted, "waits_since": None} | sure
    if seated and known:
        return {"guests": min(wanted, max(known.guests, free - 1)), "waits_since": None} | sure
    if free < 1:
        since = known.waits_since if known and known.waits_since else now()
        return {"guests": wanted, "waits_since": since}
    return {"guests": min(wanted, free - 1), "waits_since": None} | sure


def _sure(meeting: Meeting) -> dt.datetime | None:
    return now() if meeting.starts_at - now() < NEAR else None


def _write(meeting: Meeting, person: Person, known: Attendance | None, facts: dict[str, Any]) -> Attendance:
    if known is None:
        return Attendance.create(meeting=meeting, person=person, **facts)
    known.note(**facts)
    known.person = person
    return known


def _free(meeting: Meeting, but: Person | None = None) -> int | None:
    """Chairs that nobody has (but that person); None when there is no limit."""
    if meeting.capacity is None:
        return None
    rows = Attendance.all_of(meeting)
    return meeting.capacity - sum(r.seats for r in rows if r.seated and (but is None or r.person_id != but.id))


def promote(meeting: Meeting) -> list[Attendance]:
    """Give free chairs to those who wait, the first come first; returns who has one now."""
    meeting = lock_meeting(meeting)
    waiting = Roster.of(meeting).waiting
    moved: list[Attendance] = []
    for row in waiting:
        free = _free(meeting)
        if free is not None and free < 1:
            break
        guests = row.guests if free is None else min(row.guests, free - 1)
        row.note(waits_since=None, guests=guests, sure_at=_sure(meeting))
        moved.append(row)
    return moved


def give_up(meeting: Meeting, person: Person) -> bool:
    """They have left the group: their chair is free; False when they had none."""
    lock_meeting(meeting)
    mine = (Attendance.meeting == meeting) & (Attendance.person == person) & (Attendance.answer == YES)
    facts = {"answer": NO, "guests": 0, "waits_since": None, "sure_at": None, "dropped_at": now()}
    return bool(Attendance.update(**facts).where(mine).execute())


def ask_again(meeting: Meeting) -> None:
    """The day is another: nobody has answered any more, what they had said is kept beside."""
    mine = (Attendance.meeting == meeting) & (Attendance.answer != "")
    facts = {"was": Attendance.answer, "answer": "", "waits_since": None, "sure_at": None}
    facts |= {"late": None, "asked_at": None, "dropped_at": None}
    Attendance.update(**facts).where(mine).execute()


def count_votes(meeting: Meeting, poll: int) -> None:
    """What members voted for that date becomes their answer, in the order of their votes; if needed is maybe."""
    choice = Choice.get_or_none((Choice.poll == poll) & (Choice.starts_at == meeting.starts_at))
    if choice is None:
        return
    lock_meeting(meeting)
    votes = (
        Vote.select()
        .join(Membership, on=((Membership.person == Vote.person) & (Membership.group == meeting.group_id)))
        .where(Vote.choice == choice, Membership.state == "in")
        .order_by(Vote.at, Vote.id)
    )
    rows, chairs = [], 0
    for vote in votes:
        answer = {VOTED_YES: YES, IF_NEEDED: MAYBE}.get(vote.value, NO)
        full = meeting.capacity is not None and chairs >= meeting.capacity
        chairs += answer == YES
        waits = vote.at if answer == YES and full else None
        rows.append(
            {"meeting": meeting, "person": vote.person_id, "answer": answer, "answered_at": vote.at}
            | {"waits_since": waits}
        )
    if rows:
        Attendance.insert_many(rows).on_conflict_ignore().execute()


@dataclass(frozen=True)
class Roster:
    """The answers to a meeting, in the order in which they came."""

    meeting: Meeting
    answers: tuple[Attendance, ...]

    @classmethod
    def of(cls, meeting: Meeting) -> "Roster":
        """The answers of people who are still members; one look."""
        return cls(meeting, tuple(Attendance.all_of(meeting)))

    @cached_property
    def coming(self) -> list[Attendance]:
        """Who comes and has a chair."""
        return [row for row in self.answers if row.seated]

    @cached_property
    def waiting(self) -> list[Attendance]:
        """Who waits for a chair, the first come first."""
        rows = [row for row in self.answers if row.answer == YES and row.waits_since]
        return sorted(rows, key=lambda row: (row.waits_since, row.id))

    @cached_property
    def maybe(self) -> list[Attendance]:
        """Who may come."""
        return [row for row in self.answers if row.answer == MAYBE]

    @cached_property
    def absent(self) -> list[Attendance]:
        """Who does not come."""
        return [row for row in self.answers if row.answer == NO]

    @cached_property
    def asked(self) -> list[Attendance]:
        """Who came on the day of before, and has not answered for the new one."""
        return [row for row in self.answers if not row.answer and row.was == YES]

    @property
    def chairs(self) -> int:
        """Chairs taken, guests included."""
        return sum(row.seats for row in self.coming)

    @property
    def sure(self) -> int:
        """Chairs of those who confirmed, guests included."""
        return sum(row.seats for row in self.coming if row.sure_at)

    @property
    def free(self) -> int | None:
        """Chairs left; None when there is no limit."""
        return None if self.meeting.capacity is None else max(0, self.meeting.capacity - self.chairs)

    def answer_of(self, person: Person) -> Attendance | None:
        """The person's own answer."""
        return next((row for row in self.answers if row.person_id == person.id), None)


@dataclass(frozen=True)
class Expected:
    """What the last meetings teach about the number of people who come (36).

    mean: of so many meetings; spread: the standard deviation around it; low to high: the mean, less and more it.
    """

    of: int
    mean: float
    spread: float

    @property
    def low(self) -> int:
        """The fewest to count on."""
        return max(0, math.floor(self.mean - self.spread + 0.5))

    @property
    def high(self) -> int:
        """The most to count on."""
        return math.floor(self.mean + self.spread + 0.5)

    @classmethod
    def learnt(cls, counts: Iterable[int]) -> "Expected | None":
        """Out of how many people came each time; None with no history."""
        known = list(counts)[:HISTORY]
        return cls(len(known), fmean(known), pstdev(known)) if known else None

    @classmethod
    def at(cls, group: Group) -> "Expected | None":
        """Out of the group's last six meetings: who was counted there, else who had said yes at the end."""
        past = Meeting.past_of(group)
        said = _said_yes([meeting for meeting in past if meeting.head_count is None])
        counts = [said.get(m.id) if m.head_count is None else m.head_count for m in past]
        return cls.learnt(count for count in counts if count is not None)


def _said_yes(meetings: list[Meeting]) -> dict[int, int]:
    chairs = fn.COUNT(Attendance.id) + fn.SUM(Attendance.guests)
    query = (
        Attendance.select(Attendance.meeting, chairs.alias("chairs"))
        .where(Attendance.meeting.in_(meetings), Attendance.answer == YES, Attendance.waits_since.is_null())
        .group_by(Attendance.meeting)
    )
    rows: Any = query.tuples() if meetings else ()
    return {int(meeting): int(count) for meeting, count in rows}


def seats_of(group: Group, people: Iterable[int]) -> dict[int, Membership]:
    """The seats of these people in the group, with their address: person id -> membership; one look."""
    query = (
        Membership.select(Membership, Person, Address)
        .join(Person)
        .switch(Membership)
        .join(Address, on=(Membership.address == Address.id))
        .where(Membership.group == group, Membership.state == "in", Membership.person.in_(list(people)))
    )
    return {seat.person_id: seat for seat in query}

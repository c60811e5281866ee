"""Polls about dates or places: choices, votes on both messengers, one tally (27, 28, 29, 30)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional
from zoneinfo import ZoneInfo

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, TextField, fn

from storage.db import Record, UTCDateTimeField, constant, lock, now
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.people import Address, Person
from storage.venues import Venue

YES, IF_NEEDED, NO = 2, 1, 0
DATE, PLACE = "date", "place"
MOST = 24  # choices of one poll
GRACE = dt.timedelta(minutes=5)  # after the last vote of all, to change one's mind


class Poll(Record):
    """A question to the whole group: which date, or which place.

    kind: date or place. state: draft, open, closed (decided), failed (closed without a result) or cancelled.
    closed_how: all, deadline or hand. meeting: the one whose place or date is asked, or that came of it.
    page: which eight choices the card shows. place, venue, length (minutes): of the meeting that is being planned.
    words: what the draft was read from.
    complete_at: everybody has answered, and this is when it closes unless somebody changes their mind.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    kind = CharField(8, default=DATE)
    asked_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    title = CharField(120, default="")
    words = TextField(default="")
    place = CharField(255, default="")
    venue = ForeignKeyField(Venue, null=True, on_delete="SET NULL")
    length = IntegerField(null=True)
    meeting = ForeignKeyField(Meeting, null=True, on_delete="SET NULL")
    state = CharField(16, default="draft")
    quorum = IntegerField(default=0)
    page = IntegerField(default=0)
    created_at = UTCDateTimeField(default=now)
    opened_at = UTCDateTimeField(null=True)
    closes_at = UTCDateTimeField(null=True)
    complete_at = UTCDateTimeField(null=True)
    closed_at = UTCDateTimeField(null=True)
    closed_how = CharField(16, null=True)
    closed_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")

    if TYPE_CHECKING:
        group_id: int
        asked_by_id: int | None
        meeting_id: int | None
        venue_id: int | None
        closed_by_id: int | None

    class Meta:
        indexes = ((("group", "state"), False),)

    PERSONAL = ("words",)

    @property
    def open(self) -> bool:
        """May one vote?"""
        return self.state == "open"

    @classmethod
    def open_of(cls, group: Group, kind: str | None = None) -> list["Poll"]:
        """The group's open polls, newest first; of one kind if given."""
        found = OPEN_POLLS.all(group)
        return [poll for poll in found if kind in (None, poll.kind)]

    @classmethod
    def undecided_of(cls, group: Group, kind: str = DATE) -> list["Poll"]:
        """The group's polls of that kind that are open, or closed without a result, newest first."""
        wanted = (cls.group == group) & (cls.kind == kind) & cls.state.in_(("open", "failed"))
        return list(cls.select().where(wanted).order_by(cls.id.desc()))

    @classmethod
    def draft_of(cls, group: Group, person: Person, kind: str = DATE) -> Optional["Poll"]:
        """What the person is preparing there, if anything."""
        found: Poll | None = cls.select().where(_drafts(group, person, kind)).order_by(cls.id.desc()).first()
        return found

    @classmethod
    def draft(cls, group: Group, person: Person, kind: str = DATE, **facts: Any) -> "Poll":
        """A new draft of the person; the one before is dropped."""
        dropped = {"state": "cancelled", "closed_at": now()}
        cls.update(**dropped).where(_drafts(group, person, kind)).execute()
        return cls.create(group=group, asked_by=person, kind=kind, **facts)

    def choices(self) -> list["Choice"]:
        """What may be chosen: dates by time, places in the order of proposal."""
        return sorted(CHOICES.all(self), key=lambda choice: (choice.moment, choice.id))

    def start(self, closes_at: dt.datetime) -> bool:
        """Open the vote; False when it was opened already."""
        facts = {"state": "open", "opened_at": now(), "closes_at": closes_at}
        changed = Poll.update(**facts).where(Poll.id == self.id, Poll.state == "draft").execute()
        if changed:
            self.state, self.opened_at, self.closes_at = "open", facts["opened_at"], closes_at
        return bool(changed)

    def extend(self, closes_at: dt.datetime) -> bool:
        """Vote on until that moment; False when it was decided or cancelled."""
        facts = {"state": "open", "closes_at": closes_at, "closed_at": None, "closed_how": None, "complete_at": None}
        changed = Poll.update(**facts).where(Poll.id == self.id, Poll.state.in_(("open", "failed"))).execute()
        if changed:
            self.state, self.closes_at, self.complete_at = "open", closes_at, None
        return bool(changed)

    def end(self, how: str, by: Person | None = None, state: str = "closed") -> bool:
        """Close it, once: True for the one who did. how: all, deadline or hand; state: closed or failed."""
        facts: dict[str, Any] = {"state": state, "closed_at": now(), "closed_how": how, "closed_by": by}
        changed = Poll.update(**facts).where(Poll.id == self.id, Poll.state.in_(("open", "failed"))).execute()
        if changed:
            self.state, self.closed_how, self.closed_by_id = state, how, by.id if by else None
        return bool(changed)

    def cancel(self, by: Person | None = None) -> bool:
        """Drop it; False when it was decided already."""
        facts: dict[str, Any] = {"state": "cancelled", "closed_at": now(), "closed_by": by}
        open_ = Poll.state.in_(("draft", "open", "failed"))
        changed = Poll.update(**facts).where(Poll.id == self.id, open_).execute()
        if changed:
            self.state = "cancelled"
        return bool(changed)

    def revive(self) -> bool:
        """It goes on after all; False when it was not dropped, or its deadline has passed."""
        dropped = (Poll.state == "cancelled") & Poll.opened_at.is_null(False) & (Poll.closes_at > now())
        facts: dict[str, Any] = {"state": "open", "closed_at": None, "closed_by": None}
        changed = Poll.update(**facts).where(Poll.id == self.id, dropped).execute()
        if changed:
            self.state = "open"
        return bool(changed)

    def hold(self) -> bool:
        """Nobody else votes or closes until this transaction ends; is it open?"""
        row = HELD.first(self.id)
        if row is None:
            return False
        self.state, self.complete_at, self.closes_at = row.state, row.complete_at, row.closes_at
        return self.open

    def turn_page(self, pages: int) -> None:
        """Show the next choices on the card."""
        self.page = (self.page + 1) % max(1, pages)
        Poll.update(page=self.page).where(Poll.id == self.id).execute()

    def take_in(self, draft: "Poll", by: Person) -> list["Choice"]:
        """Add the dates of a draft to this open poll; returns the new ones. It no longer counts as complete."""
        known = {choice.moment for choice in self.choices()}
        room = MOST - len(known)
        fresh = [choice for choice in draft.choices() if choice.timed and choice.moment not in known][:room]
        added = [Choice.date(self, choice.start, choice.length, by) for choice in fresh]
        if added and self.complete_at:
            self.complete_at = None
            SET_COMPLETE.run(None, self.id)
        return added

    def settle_alone(self, by: Person) -> bool:
        """The draft's one date is fixed without a vote; False when it was launched, fixed or dropped."""
        facts: dict[str, Any] = {"state": "closed", "closed_at": now(), "closed_how": "hand", "closed_by": by}
        return bool(Poll.update(**facts).where(Poll.id == self.id, Poll.state == "draft").execute())

    def forget_passed(self) -> list["Choice"]:
        """Before it opens: leave out dates that have passed meanwhile; returns those that are left."""
        for choice in self.choices():
            if choice.passed:
                choice.delete_instance()
        return self.choices()

    def decide(self, meeting: Meeting) -> None:
        """The meeting that came of it."""
        self.meeting = meeting
        self.save(only=[Poll.meeting])

    def note_complete(self, tally: "Tally") -> bool:
        """Everybody has answered: it closes after a grace, anew at each vote; True when that is so."""
        at = min(now() + GRACE, self.closes_at or now() + GRACE) if tally.complete else None
        if at != self.complete_at:
            self.complete_at = at
            SET_COMPLETE.run(at, self.id)
        return tally.complete

    def cast(self, person: Person, votes: Mapping["Choice", int]) -> bool:
        """Set the person's votes (never toggled: a press may come twice); False when the vote is over."""
        if not self.hold():
            return False
        for choice, value in votes.items():
            Vote.put(choice, person, value)
        Ballot.answered(self, person)
        return True

    def restore(self, person: Person, before: Mapping[int, int | None]) -> bool:
        """Put the person's votes back, by choice id (None: not voted on); False when the vote is over."""
        if not self.hold():
            return False
        for choice in self.choices():
            if choice.id in before:
                value = before[choice.id]
                if value is None:
                    Vote.delete().where(Vote.choice == choice, Vote.person == person).execute()
                else:
                    Vote.put(choice, person, value)
        if not Vote.of(self, person):
            Ballot.update(answered_at=None).where(Ballot.poll == self, Ballot.person == person).execute()
        return True

    def tally(self) -> "Tally":
        """Every vote of people who are still members."""
        tally = Tally(self.choices())
        for choice, value, name, person in VOTES.rows(self.id, self.group_id):
            tally.add(choice, value, name, person)
        tally.voters = int(VOTERS.value(self.id, self.group_id) or 0)
        tally.silent = int(HOW_MANY_SILENT.value(self.group_id, self.id) or 0)
        return tally

    def silent(self) -> list[Membership]:
        """Members who have answered nothing, and are not on pause."""
        return list(SILENT.all(self.group_id, self.id))


@dataclass
class Tally:
    """Who says what to each choice; the best one by the rule that the card states."""

    choices: list["Choice"]
    voters: int = 0
    silent: int = 0
    said: dict[int, dict[int, list[str]]] = field(default_factory=dict)
    by: dict[int, dict[int, int]] = field(default_factory=dict)

    def add(self, choice: int, value: int, name: str, person: int) -> None:
        """One vote."""
        self.said.setdefault(choice, {}).setdefault(value, []).append(name)
        self.by.setdefault(person, {})[choice] = value

    @property
    def total(self) -> int:
        """How many are asked: those who have answered, and the silent who are not on pause."""
        return self.voters + self.silent

    @property
    def complete(self) -> bool:
        """Has everybody answered?"""
        return self.voters > 0 and self.silent == 0

    def of(self, person: Person) -> dict[int, int]:
        """The person's own votes, by choice id."""
        return self.by.get(person.id, {})

    def names(self, choice: "Choice", value: int) -> list[str]:
        """Who says that to the choice, in the order in which they voted."""
        return self.said.get(choice.id, {}).get(value, [])

    def count(self, choice: "Choice", value: int) -> int:
        """How many say that."""
        return len(self.names(choice, value))

    def can(self, choice: "Choice") -> int:
        """How many can come: yes, and if needed."""
        return self.count(choice, YES) + self.count(choice, IF_NEEDED)

    def ranked(self) -> list["Choice"]:
        """Most yes, then fewest no, then the earliest (for places: the first proposed)."""
        order = {choice.id: place for place, choice in enumerate(self.choices)}
        return sorted(self.choices, key=lambda c: (-self.count(c, YES), self.count(c, NO), order[c.id]))

    def best(self) -> Optional["Choice"]:
        """The first of the ranked ones that somebody can come to, and that has not passed."""
        return next((choice for choice in self.ranked() if self.can(choice) and not choice.passed), None)


class Choice(Record):
    """One date or place of a poll. A date is kept as the wall time of its zone.

    In a draft the wall may be a day without its hour ("2026-03-12"), the words the part of the day that was said, and
    a doubtful choice one that is asked about: it is none before it was confirmed.
    """

    poll = ForeignKeyField(Poll, on_delete="CASCADE")
    wall = CharField(16, null=True)
    zone = CharField(64, null=True)
    starts_at = UTCDateTimeField(null=True)
    length = IntegerField(null=True)
    venue = ForeignKeyField(Venue, null=True, on_delete="CASCADE")
    words = CharField(255, default="")
    doubtful = BooleanField(default=False)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")

    if TYPE_CHECKING:
        poll_id: int
        venue_id: int | None
        by_id: int | None

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The poll's group, against which a button is checked."""
        return self.poll.group

    @property
    def start(self) -> dt.datetime:
        """A date's moment, aware, in the zone of its place."""
        return dt.datetime.fromisoformat(self.wall or "").replace(tzinfo=ZoneInfo(self.zone or "UTC"))

    @property
    def moment(self) -> str:
        """What dates are sorted by; empty for a place."""
        return f"{self.starts_at:%Y-%m-%dT%H:%M}" if self.starts_at else self.wall or ""

    @property
    def local(self) -> dt.datetime | None:
        """A date's moment where it takes place; midnight while its hour is unknown, none for a place."""
        return self.start if self.wall else None

    @property
    def name(self) -> str:
        """A place's name."""
        return self.venue.name if self.venue is not None else self.words

    @property
    def passed(self) -> bool:
        """Is it too late for this date?"""
        return self.starts_at is not None and self.starts_at <= now()

    @property
    def timed(self) -> bool:
        """Is its hour known?"""
        return self.starts_at is not None

    @classmethod
    def day(cls, poll: Poll, day: dt.date, part: str = "", by: Person | None = None) -> "Choice":
        """Add a day of a draft whose hour is still to be said."""
        facts = {"wall": day.isoformat(), "zone": poll.group.timezone, "by": by, "words": part}
        return cls.get_or_none((cls.poll == poll) & (cls.wall == day.isoformat())) or cls.create(poll=poll, **facts)

    def set_hour(self, hour: dt.time) -> None:
        """The hour of a draft's date; two dates that become the same one are one."""
        wall = dt.datetime.combine(self.start.date(), hour)
        moment = wall.replace(tzinfo=ZoneInfo(self.zone or "UTC")).astimezone(dt.UTC)
        same = (Choice.poll == self.poll_id) & (Choice.starts_at == moment) & (Choice.id != self.id)
        Choice.delete().where(same).execute()
        self.wall, self.starts_at, self.words = wall.isoformat(timespec="minutes"), moment, ""
        self.save(only=[Choice.wall, Choice.starts_at, Choice.words])

    def confirm(self) -> None:
        """It was meant indeed: the other doubtful ones of the draft were not."""
        Choice.update(doubtful=False).where(Choice.id == self.id).execute()
        Choice.forget_doubts(self.poll_id)

    @classmethod
    def forget_doubts(cls, poll: "Poll | int") -> None:
        """None of the doubtful ones was meant."""
        cls.delete().where(cls.poll == poll, cls.doubtful).execute()

    @classmethod
    def doubts(cls, poll: Poll) -> list["Choice"]:
        """The choices of a draft that are asked about, the earliest first."""
        return list(cls.select().where(cls.poll == poll, cls.doubtful).order_by(cls.wall))

    @classmethod
    def date(cls, poll: Poll, start: dt.datetime, length: int | None = None, by: Person | None = None) -> "Choice":
        """Add a date (aware); the one that is there when it was proposed before."""
        zone = start.tzinfo if isinstance(start.tzinfo, ZoneInfo) else ZoneInfo(poll.group.timezone)
        local = start.astimezone(zone)
        moment = local.astimezone(dt.UTC)
        known = cls.get_or_none((cls.poll == poll) & (cls.starts_at == moment))
        wall = local.replace(tzinfo=None).isoformat(timespec="minutes")
        facts = {"wall": wall, "zone": zone.key, "starts_at": moment, "length": length, "by": by}
        return known or cls.create(poll=poll, **facts)


class Vote(Record):
    """What somebody says to a choice: 2 yes, 1 if needed, 0 no."""

    choice = ForeignKeyField(Choice, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    value = IntegerField()
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        choice_id: int
        person_id: int

    class Meta:
        indexes = ((("choice", "person"), True),)

    PERSONAL = ("value",)

    @classmethod
    def of(cls, poll: Poll, person: Person) -> dict[int, int]:
        """The person's votes in the poll, by choice id."""
        return {vote.choice_id: vote.value for vote in VOTES_OF.all(poll, person)}

    @classmethod
    def put(cls, choice: Choice, person: Person, value: int) -> None:
        """Set it, whatever it was."""
        moment = now()
        if not SET_VOTE.run(value, moment, choice, person):
            cls.insert(choice=choice, person=person, value=value, at=moment).on_conflict_ignore().execute()


class Ballot(Record):
    """Somebody's part in a poll: whether they answered anything, and how often they were nudged (29)."""

    poll = ForeignKeyField(Poll, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    answered_at = UTCDateTimeField(null=True)
    nudges = IntegerField(default=0)
    words = TextField(default="")

    if TYPE_CHECKING:
        poll_id: int
        person_id: int

    class Meta:
        indexes = ((("poll", "person"), True),)

    PERSONAL = ("words",)

    @classmethod
    def of(cls, poll: Poll, person: Person) -> Optional["Ballot"]:
        """The person's part in the poll, if there is any."""
        return cls.get_or_none((cls.poll == poll) & (cls.person == person))

    @classmethod
    def answered(cls, poll: Poll, person: Person, words: str = "") -> None:
        """They answered something, if only "none of them" or "I don't know yet"."""
        moment = now()
        if not ANSWERED.run(moment, poll, person):
            cls.insert(poll=poll, person=person, answered_at=moment).on_conflict_ignore().execute()
        if words:
            cls.update(words=words).where(cls.poll == poll, cls.person == person).execute()

    @classmethod
    def nudge(cls, poll: Poll, person: Person, most: int = 2) -> bool:
        """Count a nudge; False when that would be one too many, or they have answered."""
        cls.insert(poll=poll, person=person).on_conflict_ignore().execute()
        mine = (cls.poll == poll) & (cls.person == person) & cls.answered_at.is_null() & (cls.nudges < most)
        return bool(cls.update(nudges=cls.nudges + 1).where(mine).execute())

    @classmethod
    def answered_in(cls, poll: Poll) -> list[Membership]:
        """Members who have answered, with their person, their address and their dial."""
        query = (
            Membership.select(Membership, Person, Address)
            .join(Person)
            .switch(Membership)
            .join(Address, on=(Membership.address == Address.id))
            .switch(Membership)
            .join(cls, on=((cls.person == Membership.person) & (cls.poll == poll)))
        )
        here = (Membership.group == poll.group_id, Membership.state == "in", cls.answered_at.is_null(False))
        return list(query.where(*here).order_by(Membership.id))


OPEN_POLLS = constant(
    lambda group: Poll.select().where(Poll.group == group, Poll.state == "open").order_by(Poll.id.desc())
)
CHOICES = constant(lambda poll: Choice.select().where(Choice.poll == poll, ~Choice.doubtful).order_by(Choice.id))
HELD = constant(
    lambda poll: lock(Poll.select(Poll.id, Poll.state, Poll.complete_at, Poll.closes_at).where(Poll.id == poll))
)
ANSWERED = constant(
    lambda at, poll, person: Ballot.update(answered_at=at).where(Ballot.poll == poll, Ballot.person == person)
)
SET_COMPLETE = constant(lambda at, poll: Poll.update(complete_at=at).where(Poll.id == poll))
SET_VOTE = constant(
    lambda value, at, choice, person: Vote.update(value=value, at=at).where(
        Vote.choice == choice, Vote.person == person
    )
)
VOTES = constant(
    lambda poll, group: (
        Vote.select(Vote.choice, Vote.value, Person.name, Vote.person)
        .join(Person)
        .switch(Vote)
        .join(Choice)
        .join(Membership, on=((Membership.person == Vote.person) & (Membership.group == group)))
        .where(Choice.poll == poll, Membership.state == "in")
        .order_by(Vote.id)
    )
)
VOTES_OF = constant(lambda poll, person: Vote.select().join(Choice).where(Choice.poll == poll, Vote.person == person))
VOTERS = constant(
    lambda poll, group: (
        Ballot.select(fn.COUNT(Ballot.id))
        .join(Membership, on=((Membership.person == Ballot.person) & (Membership.group == group)))
        .where(Ballot.poll == poll, Ballot.answered_at.is_null(False), Membership.state == "in")
    )
)


def _silent(query: Any, group: Any, poll: Any) -> Any:
    answered = Ballot.select(Ballot.person).where(Ballot.poll == poll, Ballot.answered_at.is_null(False))
    here = (Membership.group == group, Membership.state == "in", Membership.dial != "pause")
    return query.where(*here, Membership.person.not_in(answered))


SILENT = constant(
    lambda group, poll: _silent(Membership.select(Membership, Person).join(Person), group, poll).order_by(
        Membership.id
    )
)
HOW_MANY_SILENT = constant(lambda group, poll: _silent(Membership.select(fn.COUNT(Membership.id)), group, poll))


def _drafts(group: Group, person: Person, kind: str) -> Any:
    return (Poll.group == group) & (Poll.asked_by == person) & (Poll.kind == kind) & (Poll.state == "draft")


def several(names: Iterable[str], most: int = 4) -> tuple[list[str], int]:
    """The first names that are shown, and how many more there are."""
    firsts = [name.split()[0] if name.split() else "?" for name in names]
    return firsts[:most], max(0, len(firsts) - most)

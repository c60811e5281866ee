"""Mission cards: the deck, the fair draw among those present, who holds what; ratings and thanks of a meeting."""

import datetime as dt
import random
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, TypeVar

from peewee import JOIN, CharField, ForeignKeyField, IntegerField, JSONField

from storage.db import Record, UTCDateTimeField, add, constant, now
from storage.groups import Group, Membership
from storage.meetings import Attendance, Meeting, lock_meeting
from storage.people import Person

DATE, VENUE, SUMMARY = "date", "venue", "summary"
HOST, WELCOME, ICEBREAKER, PHOTO, OWN = "host", "welcome", "icebreaker", "photo", "own"
ESSENTIAL = (DATE, VENUE, SUMMARY)  # dealt first when there are more cards than people
COMMON = (*ESSENTIAL, HOST, WELCOME, ICEBREAKER, PHOTO)
FREE, HELD, DONE, DECLINED, PASSED = "free", "held", "done", "declined", "passed"
LOW, FINE, GREAT = 1, 2, 3
LONG_AGO = 60  # draws that fairness looks back at
TRIES = 60  # random hands before a systematic one

C = TypeVar("C", bound=Hashable)


class Mission(Record):
    """A card of the deck (A01, A03): one of the seven that every group has, or a group's own.

    group: none for the common ones. code: which of the seven, or own; key: keeps a card from being made twice.
    state: proposed (by a member), kept or removed; a group removes a common card by a row of its own.
    """

    group = ForeignKeyField(Group, null=True, on_delete="CASCADE")
    code = CharField(16)
    key = CharField(96, unique=True)
    title = CharField(60, default="")
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    state = CharField(8, default="kept")
    created_at = UTCDateTimeField(default=now)
    changed_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int | None
        by_id: int | None

    PERSONAL = ()

    @classmethod
    def common(cls, code: str) -> "Mission":
        """One of the seven cards that every group has."""
        known: Mission | None = BY_KEY.first(code)
        if known is None:
            add(cls, code=code, key=code)
        return known or cls.get(cls.key == code)

    @classmethod
    def deck(cls, group: Group) -> list["Mission"]:
        """The group's cards: the common ones that it kept, then its own, in the order in which they came."""
        rows = list(cls.select().where(cls.group == group).order_by(cls.id))
        off = {row.code for row in rows if row.code != OWN and row.state == "removed"}
        own = [row for row in rows if row.code == OWN and row.state == "kept"]
        return [cls.common(code) for code in COMMON if code not in off] + own

    @classmethod
    def propose(cls, group: Group, title: str, folded: str, by: Person, kept: bool) -> tuple["Mission", bool]:
        """A group's own card, and whether that is new; kept: an organizer's is in the deck at once."""
        key = f"{group.id}:{folded}"[:96]
        state = "kept" if kept else "proposed"
        if add(cls, group=group.id, code=OWN, key=key, title=title, by=by.id, state=state):
            return cls.get(cls.key == key), True
        known = cls.get(cls.key == key)
        if known.state == "removed":
            return known, known.turn(state)
        return known, kept and known.turn("kept", "proposed")

    @classmethod
    def remove(cls, group: Group, card: "Mission") -> "Mission":
        """The group plays without that card from now on; the row that says so."""
        if card.group_id is not None:
            card.turn("removed")
            return card
        key = f"{group.id}:{card.code}:off"
        add(cls, group=group.id, code=card.code, key=key, state="removed")
        row: Mission = cls.get(cls.key == key)
        row.turn("removed")
        return row

    def turn(self, state: str, *before: str) -> bool:
        """Propose, keep or remove it; False when it is so already, or no longer what it was before."""
        allowed = (Mission.state != state) & (Mission.state.in_(before) if before else Mission.id == self.id)
        changed = Mission.update(state=state, changed_at=now()).where(Mission.id == self.id, allowed).execute()
        self.state = state if changed else Mission.get_by_id(self.id).state
        return bool(changed)


BY_KEY = constant(lambda key: Mission.select().where(Mission.key == key))


class Draw(Record):
    """A card of one meeting's draw and what becomes of it (A01, A03, A04).

    person: who holds it, or did it; none while it is free. drawn: whom it was dealt to. due: when it should be done.
    state: free, held, done, declined (given back by whoever held it: free, too) or passed (nobody did it).
    passes: how often it went on by itself, once at most. refused: ids of the people who gave it back.
    """

    mission = ForeignKeyField(Mission, on_delete="CASCADE")
    meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
    person = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    drawn = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    state = CharField(8, default=FREE)
    drawn_at = UTCDateTimeField(default=now)
    held_at = UTCDateTimeField(null=True)
    due = UTCDateTimeField(null=True)
    nudges = IntegerField(default=0)
    passes = IntegerField(default=0)
    refused = JSONField(default=list)
    done_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        mission_id: int
        meeting_id: int
        person_id: int | None
        drawn_id: int | None

    class Meta:
        indexes = ((("meeting", "mission"), True),)

    PERSONAL = ("refused",)

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @property
    def code(self) -> str:
        """Which card of the deck it is."""
        return str(self.mission.code)

    @property
    def free(self) -> bool:
        """May anybody take it?"""
        return self.state in (FREE, DECLINED)

    @classmethod
    def deal(
        cls, meeting: Meeting, hands: Mapping[Mission, Person | None], due: Mapping[Mission, dt.datetime]
    ) -> bool:
        """Write down who got what; False when this meeting's cards were drawn already."""
        lock_meeting(meeting)
        if cls.select().where(cls.meeting == meeting).exists():
            return False
        for mission, person in hands.items():
            held = {"state": HELD, "held_at": now()} if person else {"state": FREE}
            cls.create(meeting=meeting, mission=mission, person=person, drawn=person, due=due.get(mission), **held)
        return True

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> list["Draw"]:
        """The meeting's cards with their holders, in the order of the deck."""
        rows = cls.select(cls, Mission, Person).join(Mission).switch(cls)
        rows = rows.join(Person, JOIN.LEFT_OUTER, on=(cls.person == Person.id))
        return list(rows.where(cls.meeting == meeting).order_by(cls.id))

    @classmethod
    def latest_in(cls, group: Group) -> list["Draw"]:
        """The cards of the group's last draw; none when none was ever drawn."""
        last: Draw | None = (
            cls.select(cls, Meeting).join(Meeting).where(Meeting.group == group).order_by(cls.id.desc()).first()
        )
        return cls.of_meeting(last.meeting) if last else []

    @classmethod
    def held_by(cls, person: Person, group: Group) -> list["Draw"]:
        """The cards that the person holds in that group, the newest draw first."""
        rows = cls.select(cls, Mission, Meeting).join(Mission).switch(cls).join(Meeting)
        mine = rows.where(Meeting.group == group, cls.person == person, cls.state == HELD)
        return list(mine.order_by(cls.drawn_at.desc(), cls.id))

    @classmethod
    def any_held_by(cls, person: Person) -> bool:
        """Does the person hold a card in any group?"""
        return bool(cls.select().where(cls.person == person, cls.state == HELD).exists())

    def claim(self, person: Person, again: bool = False) -> bool:
        """They take the free card; False when somebody was faster. again: it went on to them by itself."""
        free = Draw.state.in_((FREE, DECLINED))
        facts: dict[str, Any] = {"state": HELD, "person": person.id, "held_at": now()}
        return self._change(free, **facts, **({"passes": Draw.passes + 1} if again else {}))

    def finish(self) -> bool:
        """It is done, by its holder or, of a free one, by somebody; False when it was, or came to nothing."""
        return self._change(Draw.state.in_((HELD, FREE, DECLINED)), state=DONE, done_at=now())

    def undo_finish(self) -> bool:
        """It was not done after all; False when it isn't said to be."""
        return self._change((Draw.state == DONE) & Draw.person.is_null(False), state=HELD, done_at=None)

    def give_back(self, person: Person) -> bool:
        """Whoever holds it would rather not; False when it is no longer theirs."""
        mine = (Draw.state == HELD) & (Draw.person == person)
        refused = [*self.refused, person.id]
        return self._change(mine, state=DECLINED, person=None, refused=refused)

    def release(self) -> bool:
        """Nothing has happened: it is free again, once; False when it went on before, or is no longer held."""
        refused = [*self.refused, self.person_id]
        held = (Draw.state == HELD) & (Draw.person == self.person_id) & (Draw.passes == 0)
        return self._change(held, state=FREE, person=None, refused=refused)

    def lapse(self) -> bool:
        """It comes to nothing; False when it was done."""
        return self._change(Draw.state.in_((FREE, DECLINED, HELD)), state=PASSED)

    def postpone(self, due: dt.datetime) -> None:
        """It should be done by then."""
        Draw.update(due=due).where(Draw.id == self.id).execute()
        self.due = due

    def nudge(self) -> bool:
        """Count the one reminder; False when it was sent, or the card is no longer held."""
        return self._change((Draw.state == HELD) & (Draw.nudges == 0), nudges=1)

    def _change(self, only_if: Any, **facts: Any) -> bool:
        changed = Draw.update(**facts).where(Draw.id == self.id, only_if).execute()
        fresh = Draw.get_by_id(self.id)
        for name in ("state", "nudges", "passes", "refused", "held_at", "done_at"):
            setattr(self, name, getattr(fresh, name))
        setattr(self, "person", fresh.person_id)  # noqa: B010 - the id alone: it is looked up when it is needed
        return bool(changed)


class Trade(Record):
    """Two holders who exchange their cards, when the other one agrees (A03). state: asked, agreed or refused."""

    mine = ForeignKeyField(Draw, on_delete="CASCADE")
    theirs = ForeignKeyField(Draw, on_delete="CASCADE")
    asker = ForeignKeyField(Person, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    state = CharField(8, default="asked")
    asked_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        mine_id: int
        theirs_id: int
        asker_id: int
        person_id: int

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The cards' group, against which a button is checked."""
        return self.mine.group

    @classmethod
    def ask(cls, mine: Draw, theirs: Draw, asker: Person, other: Person) -> tuple["Trade", bool]:
        """The wish, and whether it is new: asked twice is once."""
        lock_meeting(mine.meeting)
        same = (cls.mine == mine) & (cls.theirs == theirs) & (cls.asker == asker) & (cls.state == "asked")
        known = cls.get_or_none(same)
        return (known, False) if known else (cls.create(mine=mine, theirs=theirs, asker=asker, person=other), True)

    def agree(self) -> bool:
        """They exchange; False when that was answered, or one of the cards is no longer theirs."""
        lock_meeting(self.mine.meeting)
        mine, theirs = Draw.get_by_id(self.mine_id), Draw.get_by_id(self.theirs_id)
        held = mine.state == theirs.state == HELD
        if not held or (mine.person_id, theirs.person_id) != (self.asker_id, self.person_id):
            self._answer("refused")
            return False
        if not self._answer("agreed"):
            return False
        Draw.update(person=self.person_id, held_at=now()).where(Draw.id == mine.id).execute()
        Draw.update(person=self.asker_id, held_at=now()).where(Draw.id == theirs.id).execute()
        return True

    def refuse(self) -> bool:
        """They don't; False when that was answered."""
        return self._answer("refused")

    def _answer(self, state: str) -> bool:
        asked = (Trade.id == self.id) & (Trade.state == "asked")
        return bool(Trade.update(state=state).where(asked).execute())


# ------------------------------------------------------------------ the fair draw


@dataclass(frozen=True)
class Past:
    """An earlier draw: ids of those who were there, and which card each holder had, by card."""

    here: frozenset[int]
    held: Mapping[Hashable, int] = field(default_factory=dict)


def draw(
    cards: Sequence[C],
    present: Collection[int],
    history: Sequence[Past],
    dice: random.Random,
    unfit: Mapping[int, Collection[Hashable]] | None = None,
) -> dict[C, int | None]:
    """Who gets which card, none for those that stay free: a pure function (61, A03, A04).

    cards: the most important first. present: ids of people. history: earlier draws, the oldest first.
    Each person gets one card at most; first those who held fewest for the draws they were at. Nobody gets the card
    that they held last, nor one that is unfit for them; where every hand would break that, not the one they got at
    the last draw. Chance decides the rest.
    """
    owed = debts(present, history)
    people = sorted(dice.sample(sorted(present), len(present)), key=lambda person: -round(owed[person], 6))
    wanted = min(len(cards), len(people))
    dealt: dict[C, int] = {}
    for barred in (_last_held(history), _last_dealt(history)):
        for person, more in (unfit or {}).items():
            barred.setdefault(person, set()).update(more)
        found = _hand_out(cards, people, barred, dice)
        dealt = found if len(found) > len(dealt) else dealt
        if len(dealt) == wanted:
            break
    return {card: dealt.get(card) for card in cards}


def debts(present: Collection[int], history: Sequence[Past]) -> dict[int, float]:
    """How many cards each is owed: their share of those held at the draws they were at, less those they held."""
    owed = dict.fromkeys(present, 0.0)
    for past in history:
        share = len(past.held) / len(past.here) if past.here else 0.0
        for person in past.here & owed.keys():
            owed[person] += share
        for person in past.held.values():
            if person in owed:
                owed[person] -= 1
    return owed


def _last_held(history: Sequence[Past]) -> dict[int, set[Hashable]]:
    """The cards that each held the last time that they held any."""
    found: dict[int, set[Hashable]] = {}
    for past in history:
        found |= _by_holder(past)
    return found


def _last_dealt(history: Sequence[Past]) -> dict[int, set[Hashable]]:
    """The cards that each held at the very last draw."""
    return _by_holder(history[-1]) if history else {}


def _by_holder(past: Past) -> dict[int, set[Hashable]]:
    found: dict[int, set[Hashable]] = {}
    for card, person in past.held.items():
        found.setdefault(person, set()).add(card)
    return found


def _hand_out(
    cards: Sequence[C], people: Sequence[int], barred: Mapping[int, Collection[Hashable]], dice: random.Random
) -> dict[C, int]:
    """The first cards for the first people, shuffled until nobody has a barred one; else as well as it can be."""
    count = min(len(cards), len(people))
    for _try in range(TRIES):
        hand = dict(zip(dice.sample(list(cards[:count]), count), people, strict=False))
        if not any(card in barred.get(person, ()) for card, person in hand.items()):
            return hand
    return _match(cards, people, barred, count)


def _match(
    cards: Sequence[C], people: Sequence[int], barred: Mapping[int, Collection[Hashable]], most: int
) -> dict[C, int]:
    """As many cards as possible for the first people that can have one (augmenting paths)."""
    hand: dict[C, int] = {}

    def place(person: int, seen: set[C]) -> bool:
        for card in cards:
            if card in seen or card in barred.get(person, ()):
                continue
            seen.add(card)
            if card not in hand or place(hand[card], seen):
                hand[card] = person
                return True
        return False

    for person in people:
        if len(hand) < most:
            place(person, set())
    return hand


def past_draws(group: Group, but: Meeting) -> list[Past]:
    """The group's last draws before that meeting's, the oldest first; cards by the id of their mission."""
    drawn = Draw.select(Draw.meeting).join(Meeting).where(Meeting.group == group, Draw.meeting != but).distinct()
    meetings = Meeting.select(Meeting.id).where(Meeting.id.in_(drawn)).order_by(Meeting.starts_at.desc())
    ids = [row.id for row in meetings.limit(LONG_AGO)][::-1]
    here: dict[int, set[int]] = {number: set() for number in ids}
    held: dict[int, dict[Hashable, int]] = {number: {} for number in ids}
    there = Attendance.select(Attendance.meeting, Attendance.person)
    for row in there.where(Attendance.meeting.in_(ids), Attendance.present):
        here[row.meeting_id].add(row.person_id)
    rows = Draw.select(Draw.meeting, Draw.mission, Draw.person)
    for one in rows.where(Draw.meeting.in_(ids), Draw.person.is_null(False)):
        held[one.meeting_id][one.mission_id] = int(one.person_id or 0)
    return [Past(frozenset(here[number]), held[number]) for number in ids]


def newcomers(group: Group, since: dt.datetime) -> list[Person]:
    """The members who joined since then, the first first."""
    seats = Membership.select(Membership, Person).join(Person)
    here = (Membership.group == group, Membership.state == "in", Membership.joined_at >= since)
    return [seat.person for seat in seats.where(*here).order_by(Membership.joined_at, Membership.id)]


# ------------------------------------------------------------------ ratings and thanks


class Rating(Record):
    """How somebody liked the format of a meeting: 3 a lot, 2 well, 1 so-so; only the average is shown (57)."""

    meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    value = IntegerField()
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        meeting_id: int
        person_id: int

    class Meta:
        indexes = ((("meeting", "person"), True),)

    PERSONAL = ("value",)

    @classmethod
    def put(cls, meeting: Meeting, person: Person, value: int) -> bool:
        """Set it, whatever it was; False when it was the same."""
        if add(cls, meeting=meeting.id, person=person.id, value=value):
            return True
        mine = (cls.meeting == meeting) & (cls.person == person) & (cls.value != value)
        return bool(cls.update(value=value, at=now()).where(mine).execute())

    @classmethod
    def of(cls, meeting: Meeting, person: Person) -> int | None:
        """What they said of it; None for nothing."""
        mine = cls.get_or_none((cls.meeting == meeting) & (cls.person == person))
        return mine.value if mine is not None else None

    @classmethod
    def take_back(cls, meeting: Meeting, person: Person, before: int | None) -> None:
        """What they said before holds again, or nothing."""
        mine = (cls.meeting == meeting) & (cls.person == person)
        (cls.delete() if before is None else cls.update(value=before)).where(mine).execute()

    @classmethod
    def average(cls, meeting: Meeting) -> tuple[float, int]:
        """Their mean and how many there are; 0.0 of none."""
        values = [row.value for row in cls.select(cls.value).where(cls.meeting == meeting)]
        return (sum(values) / len(values) if values else 0.0), len(values)


class Thanks(Record):
    """What somebody thanks another one for at the closing of a meeting (59); words: as they were said."""

    meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
    by = ForeignKeyField(Person, on_delete="CASCADE")
    person = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    words = CharField(200)
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        meeting_id: int
        by_id: int
        person_id: int | None

    class Meta:
        indexes = ((("meeting", "by", "words"), True),)

    PERSONAL = ("words",)

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @classmethod
    def say(cls, meeting: Meeting, by: Person, person: Person | None, words: str) -> bool:
        """Keep it; False when the same person said the same."""
        return add(cls, meeting=meeting.id, by=by.id, person=person.id if person else None, words=words[:200])

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> list["Thanks"]:
        """What was said, in that order, each with who said it."""
        rows = cls.select(cls, Person).join(Person, on=(cls.by == Person.id))
        return list(rows.where(cls.meeting == meeting).order_by(cls.id))

    @classmethod
    def unsay(cls, meeting: Meeting, by: Person) -> bool:
        """Forget the last that the person said there; False when there is nothing."""
        last = cls.last_of(meeting, by)
        return last is not None and bool(last.delete_instance())

    @classmethod
    def last_of(cls, meeting: Meeting, by: Person) -> Optional["Thanks"]:
        """The last that the person said there."""
        rows = cls.select().where(cls.meeting == meeting, cls.by == by).order_by(cls.id.desc())
        found: Thanks | None = rows.first()
        return found

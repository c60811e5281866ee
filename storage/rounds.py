"""The round: each in turn, who passes once comes back at the end; and sub-groups drawn at random (49, 56)."""

import math
import random
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField, IntegerField, fn

from storage.db import Record, UTCDateTimeField, add, constant, lock, now
from storage.groups import Group
from storage.people import Person
from storage.sessions import Session

WAITING, SPEAKING, SPOKE, PASSED = "waiting", "speaking", "spoke", "passed"


class Round(Record):
    """A round among those who are here. state: on or over."""

    session = ForeignKeyField(Session, on_delete="CASCADE")
    state = CharField(8, default="on")
    started_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    started_at = UTCDateTimeField(default=now)
    ended_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        session_id: int

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.session.group

    @classmethod
    def open_in(cls, session: Session) -> Optional["Round"]:
        """The round that is on at that meeting, if any."""
        found: Round | None = ON.first(session)
        return found

    @classmethod
    def begin(cls, session: Session, by: Person, people: Sequence[Person]) -> tuple["Round", bool]:
        """A round in that order, the first one speaking; the one that is on already, and False, if there is one."""
        hold(session)
        if known := cls.open_in(session):
            return known, False
        made = cls.create(session=session, started_by=by)
        for place, person in enumerate(people):
            add(Speaker, round=made.id, person=person.id, place=place)
        made.give_word()
        return made, True

    def speakers(self) -> list["Speaker"]:
        """Everybody in the round with their person, in order."""
        return SPEAKERS.all(self)

    def speaking(self) -> Optional["Speaker"]:
        """Who has the word."""
        return next((one for one in self.speakers() if one.state == SPEAKING), None)

    def of(self, person: Person) -> Optional["Speaker"]:
        """That person's place in the round."""
        return Speaker.get_or_none((Speaker.round == self) & (Speaker.person == person))

    def join(self, people: Iterable[Person]) -> bool:
        """Who arrives late comes at the end; False when all were in it."""
        last = Speaker.select(fn.MAX(Speaker.place)).where(Speaker.round == self).scalar() or 0
        added = [add(Speaker, round=self.id, person=one.id, place=last + n) for n, one in enumerate(people, 1)]
        return any(added)

    def give_word(self) -> Optional["Speaker"]:
        """The next one who is still here speaks; the round ends when nobody is left. None then."""
        here = {person.id for person in self.session.here()}
        following = next((one for one in self.speakers() if one.state == WAITING and one.person_id in here), None)
        if following is None:
            Round.update(state="over", ended_at=now()).where(Round.id == self.id, Round.state == "on").execute()
            self.state = "over"
            return None
        Speaker.update(state=SPEAKING, at=now()).where(Speaker.id == following.id).execute()
        following.state = SPEAKING
        return following

    def reorder(self, people: Sequence[Person]) -> bool:
        """Another order; False once somebody has spoken or passed."""
        rows = self.speakers()
        if any(one.state in (SPOKE, PASSED) or one.passes for one in rows) or self.state != "on":
            return False
        for place, person in enumerate(people):
            Speaker.update(place=place, state=WAITING).where(
                Speaker.round == self, Speaker.person == person
            ).execute()
        self.give_word()
        return True

    def end(self) -> bool:
        """Stop it; False when it was over."""
        changed = Round.update(state="over", ended_at=now()).where(Round.id == self.id, Round.state == "on").execute()
        self.state = "over"
        return bool(changed)


class Speaker(Record):
    """Somebody's turn in a round. state: waiting, speaking, spoke or passed; passes: who passes once comes back."""

    round = ForeignKeyField(Round, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    place = IntegerField()
    state = CharField(8, default=WAITING)
    passes = IntegerField(default=0)
    at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        round_id: int
        person_id: int

    class Meta:
        indexes = ((("round", "person"), True),)

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.round.group

    def finish(self) -> bool:
        """They have spoken; False when the word is another's by now."""
        return self._leave(SPOKE)

    def skip(self) -> bool:
        """They pass: at the end they are asked again, once. False when the word is another's by now."""
        if self.passes:
            return self._leave(PASSED)
        last = Speaker.select(fn.MAX(Speaker.place)).where(Speaker.round == self.round_id).scalar() or 0
        return self._leave(WAITING, place=last + 1, passes=1)

    def call(self) -> bool:
        """They speak now, out of turn; False when they do already."""
        mine = (Speaker.id == self.id) & (Speaker.state != SPEAKING)
        return bool(Speaker.update(state=SPEAKING, at=now()).where(mine).execute())

    def _leave(self, state: str, **facts: int) -> bool:
        mine = (Speaker.id == self.id) & (Speaker.state == SPEAKING)
        return bool(Speaker.update(state=state, **facts).where(mine).execute())


class SubGroup(Record):
    """Where somebody is during a work in small groups: the number of theirs, from 1; one draw a meeting at a time."""

    session = ForeignKeyField(Session, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    number = IntegerField()
    drawn_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        session_id: int
        person_id: int

    class Meta:
        indexes = ((("session", "person"), True),)

    PERSONAL = ()

    @classmethod
    def draw(cls, session: Session, size: int) -> list[list[Person]]:
        """Put everybody who is here into groups of about that size; what was drawn before is forgotten."""
        hold(session)
        cls.delete().where(cls.session == session).execute()
        for number, people in enumerate(shared_out(session.here(), size, random.SystemRandom()), 1):
            for person in people:
                add(cls, session=session.id, person=person.id, number=number)
        return cls.of(session)

    @classmethod
    def of(cls, session: Session) -> list[list[Person]]:
        """The groups as they are, each with its people; empty while none were drawn."""
        rows = cls.select(cls, Person).join(Person).where(cls.session == session).order_by(cls.number, cls.id)
        found: dict[int, list[Person]] = {}
        for row in rows:
            found.setdefault(row.number, []).append(row.person)
        return list(found.values())

    @classmethod
    def join(cls, session: Session, person: Person) -> int | None:
        """Put somebody who arrives late into the smallest group: its number; None when they have one, or none is."""
        sizes = {n: len(people) for n, people in enumerate(cls.of(session), 1)}
        if not sizes:
            return None
        number = min(sizes, key=lambda n: (sizes[n], n))
        return number if add(cls, session=session.id, person=person.id, number=number) else None


ON = constant(lambda session: Round.select().where(Round.session == session, Round.state == "on"))
SPEAKERS = constant(
    lambda made: (
        Speaker.select(Speaker, Person).join(Person).where(Speaker.round == made).order_by(Speaker.place, Speaker.id)
    )
)


def shared_out(people: Sequence[Person], size: int, dice: random.Random) -> list[list[Person]]:
    """Everybody at random in groups of that size or smaller, none of them alone: an odd number makes a larger one."""
    count = max(1, min(math.ceil(len(people) / size), len(people) // 2))
    mixed = list(people)
    dice.shuffle(mixed)
    return [mixed[n::count] for n in range(count)]


def hold(session: Session) -> None:
    """One at a time: hold the session's row until the end of the transaction (PostgreSQL)."""
    lock(Session.select(Session.id).where(Session.id == session.id)).execute()

"""The hot seat: whose turn it is, the six steps and their clock, the advice given (45 to 48, 58)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField, ModelSelect, TextField, fn

from storage.db import Record, UTCDateTimeField, add, constant, lock, now
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.people import Person

WAITING, PLANNED, RUNNING, DONE, DROPPED = "waiting", "planned", "running", "done", "dropped"
OPEN = (WAITING, PLANNED)
PRESENTATION, QUESTIONS, REQUEST, ADVICE, PLAN, LEARNING = range(1, 7)
MINUTES = (5, 10, 5, 20, 10, 5)  # of the six steps, unless the group has its own
MORE = dt.timedelta(minutes=5)  # what an extension adds
OWED = 3  # turns at most that somebody who was away catches up
TWO_SEATS_ABOVE = 8  # people present
REOPENED = dt.timedelta(minutes=15)  # a hot seat stopped by mistake may go on within that time


class Script(Record):
    """A group's habits for its hot seats.

    minutes: of the six steps. seats: how many at a meeting; none: one, two above eight people. auto: goes on to the
    next step by itself. before: what the last change replaced.
    """

    group = ForeignKeyField(Group, unique=True, on_delete="CASCADE")
    minutes = JSONField(default=lambda: list(MINUTES))
    seats = IntegerField(null=True)
    auto = BooleanField(default=False)
    before = JSONField(default=dict)

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ()

    @classmethod
    def of(cls, group: Group) -> "Script":
        """The group's habits; the usual ones until it has its own (not written down before they change)."""
        return cls.get_or_none(cls.group == group) or cls(group=group)

    def change(self, **facts: Any) -> None:
        """Keep these, and what they replace, so that it can be undone."""
        self.before = {name: getattr(self, name) for name in facts}
        for name, value in facts.items():
            setattr(self, name, value)
        self.save()

    def undo(self) -> bool:
        """As before the last change; False when nothing is left to undo."""
        for name, value in self.before.items():
            setattr(self, name, value)
        undone, self.before = bool(self.before), {}
        if self.id is not None:
            self.save()
        return undone

    def seats_for(self, people: int) -> int:
        """How many hot seats a meeting of so many people has."""
        return self.seats or (2 if people > TWO_SEATS_ABOVE else 1)


class HotSeat(Record):
    """Somebody's turn, from the first wish or brief to the learning.

    state: waiting (wished for, urgent or prepared), planned (for the meeting), running, done or dropped. passes: the
    meeting at which they would rather not. urgent_words: asked for at once; urgent: the animator agrees. problem,
    tried, request: their brief. advised_at: they have been given the advice. share: may the summary tell the problem
    and the best advice (none: unasked). step: 1 to 6 once it runs. news: what became of it, told before the next
    meeting; news_asked_at: when that was asked.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    meeting = ForeignKeyField(Meeting, null=True, on_delete="SET NULL")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    state = CharField(8, default=WAITING)
    passes = ForeignKeyField(Meeting, null=True, on_delete="SET NULL")
    urgent = BooleanField(default=False)
    urgent_words = TextField(default="")
    agreed_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    agreed_at = UTCDateTimeField(null=True)
    problem = TextField(default="")
    tried = TextField(default="")
    request = TextField(default="")
    plan = TextField(default="")
    learned = TextField(default="")
    share = BooleanField(null=True)
    step = IntegerField(default=0)
    created_at = UTCDateTimeField(default=now)
    started_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    started_at = UTCDateTimeField(null=True)
    advised_at = UTCDateTimeField(null=True)
    angles_at = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)
    news = TextField(default="")
    news_asked_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int
        meeting_id: int | None
        person_id: int
        passes_id: int | None
        steps: "ModelSelect[Step]"

    class Meta:
        indexes = ((("group", "state"), False), (("meeting",), False))

    PERSONAL = ("urgent_words", "problem", "tried", "request", "plan", "learned", "news")

    # ------------------------------------------------------------------ finding one

    @classmethod
    def open_of(cls, group: Group, person: Person) -> Optional["HotSeat"]:
        """What the person has in preparation there, if anything."""
        mine = (cls.group == group) & (cls.person == person) & cls.state.in_(OPEN)
        found: HotSeat | None = cls.select().where(mine).order_by(cls.id.desc()).first()
        return found

    @classmethod
    def prepare(cls, group: Group, person: Person) -> "HotSeat":
        """The person's one preparation there, begun on first use."""
        lock(Person.select(Person.id).where(Person.id == person.id)).execute()
        return cls.open_of(group, person) or cls.create(group=group, person=person)

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> list["HotSeat"]:
        """The hot seats of a meeting that were planned, run or held, in the order in which they began."""
        found = cls.select(cls, Person).join(Person, on=(cls.person == Person.id))
        found = found.where(cls.meeting == meeting, cls.state.in_((PLANNED, RUNNING, DONE)))
        return sorted(found, key=lambda seat: (seat.started_at is None, seat.started_at or now(), seat.id))

    @classmethod
    def running_in(cls, group: Group) -> Optional["HotSeat"]:
        """The group's hot seat that is on, or None."""
        found: HotSeat | None = IS_RUNNING.first(group)
        return found

    @classmethod
    def last_done(cls, group: Group) -> Optional["HotSeat"]:
        """The group's latest hot seat that was held: its owner is asked next time what became of it (58)."""
        done = cls.select().where(cls.group == group, cls.state == DONE)
        found: HotSeat | None = done.order_by(cls.ended_at.desc(), cls.id.desc()).first()
        return found

    @classmethod
    def planned_for(cls, meeting: Meeting) -> list["HotSeat"]:
        """Those who were told that it is their turn at that meeting, first told first."""
        return list(PLANNED_FOR.all(meeting))

    # ------------------------------------------------------------------ before

    @property
    def prepared(self) -> bool:
        """Is there anything of a brief?"""
        return bool(self.problem or self.tried or self.request)

    def note(self, **facts: Any) -> None:
        """Write something down about it."""
        HotSeat.update(**facts).where(HotSeat.id == self.id).execute()
        for name, value in facts.items():
            setattr(self, name, value)

    def claim(self, only_if: Any, **facts: Any) -> bool:
        """Write it down under that condition: True for the one who is first."""
        changed = HotSeat.update(**facts).where(HotSeat.id == self.id, only_if).execute()
        if changed:
            for name, value in facts.items():
                setattr(self, name, value)
        return bool(changed)

    def plan_for(self, meeting: Meeting) -> bool:
        """It is their turn at that meeting; False when they know, or it is under way."""
        other = HotSeat.meeting.is_null() | (HotSeat.meeting != meeting) | (HotSeat.state == WAITING)
        return self.claim(HotSeat.state.in_(OPEN) & other, state=PLANNED, meeting=meeting)

    def release(self) -> bool:
        """No longer told, nor urgent: back to their rank; what they prepared is kept. False when it was so."""
        told = (HotSeat.state == PLANNED) | ((HotSeat.state == WAITING) & (HotSeat.urgent_words != ""))
        return self.claim(told, state=WAITING, meeting=None, urgent=False, urgent_words="")

    def calm_down(self) -> bool:
        """Not urgent enough: their rank is kept; False when it was not asked for, or was agreed."""
        asked = HotSeat.state.in_(OPEN) & (HotSeat.urgent_words != "") & (HotSeat.urgent == False)  # noqa: E712
        return self.claim(asked, urgent_words="")

    def drop(self) -> bool:
        """They left: nothing of it stays open; False when it was over."""
        return self.claim(HotSeat.state.in_(OPEN), state=DROPPED)

    @property
    def ahead(self) -> bool:
        """Do they come before all who only wait?"""
        return self.urgent or self.state == PLANNED

    def pass_on(self, meeting: Meeting) -> bool:
        """Not at that meeting, and no rank is lost; False when that was said, or it is under way."""
        other = HotSeat.passes.is_null() | (HotSeat.passes != meeting)
        facts = {"passes": meeting, "state": WAITING, "meeting": None, "urgent": False, "urgent_words": ""}
        return self.claim(HotSeat.state.in_(OPEN) & other, **facts)

    def agree(self, by: Person) -> bool:
        """It is urgent indeed: first in the queue; False when that was agreed, withdrawn or refused."""
        asked = HotSeat.state.in_(OPEN) & (HotSeat.urgent_words != "") & (HotSeat.urgent == False)  # noqa: E712
        return self.claim(asked, urgent=True, agreed_by=by, agreed_at=now())

    # ------------------------------------------------------------------ during

    def start(self, meeting: Meeting, by: Person) -> Optional["Step"]:
        """It begins, with its first step; None when it had begun, or another one of the group is on."""
        lock(Group.select(Group.id).where(Group.id == self.group_id)).execute()
        if HotSeat.running_in(self.group) is not None:
            return None
        facts = {"state": RUNNING, "meeting": meeting, "started_by": by, "started_at": now(), "step": 0}
        if not self.claim(HotSeat.state.in_(OPEN), **facts):
            return None
        Step.delete().where(Step.hotseat == self).execute()  # of a first try that was stopped early
        return Step.begin(self, PRESENTATION)

    def current(self) -> Optional["Step"]:
        """The step that is on; none unless it runs."""
        if self.state != RUNNING:
            return None
        return Step.get_or_none((Step.hotseat == self) & (Step.number == self.step))

    @property
    def held(self) -> bool:
        """Did it get as far as the advice? Then it was their turn; before that they keep it."""
        return self.step >= ADVICE

    def end(self) -> bool:
        """It is over: done once the advice was reached, else they keep their turn; False when it was over."""
        fresh = HotSeat.get_by_id(self.id)
        self.step = fresh.step
        facts = {"state": DONE if self.held else WAITING, "ended_at": now()}
        return self.claim(HotSeat.state == RUNNING, **facts)

    def reopen(self) -> Optional["Step"]:
        """It was stopped by mistake and goes on where it stood; None when too late or another one is on."""
        lock(Group.select(Group.id).where(Group.id == self.group_id)).execute()
        recent = HotSeat.ended_at.is_null(False) & (HotSeat.ended_at > now() - REOPENED)
        if HotSeat.running_in(self.group) is not None:
            return None
        if not self.claim(HotSeat.state.in_((DONE, WAITING)) & (HotSeat.step > 0) & recent, state=RUNNING):
            return None
        step = Step.get((Step.hotseat == self) & (Step.number == self.step))
        step.wind_up()
        return step

    # ------------------------------------------------------------------ after

    def ask_news(self) -> bool:
        """Note that they are asked what became of it; once ever."""
        return self.claim(HotSeat.news_asked_at.is_null(), news_asked_at=now())

    @property
    def source(self) -> str:
        """Where its plan's actions come from, as notes keep it."""
        return f"seat:{self.id}"

    def advices(self) -> list["Advice"]:
        """What was advised, in the order in which it was said, with the people."""
        found = (
            Advice.select(Advice, Person).join(Person, on=(Advice.person == Person.id)).where(Advice.hotseat == self)
        )
        return list(found.order_by(Advice.id))

    def best_advice(self) -> Optional["Advice"]:
        """The one that its owner liked best; the only one if there is just one."""
        found = self.advices()
        starred = next((one for one in found if one.stars), None)
        return starred or (found[0] if len(found) == 1 else None)


PLANNED_FOR = constant(
    lambda meeting: HotSeat.select().where(HotSeat.meeting == meeting, HotSeat.state == PLANNED).order_by(HotSeat.id)
)
IS_RUNNING = constant(lambda group: HotSeat.select().where(HotSeat.group == group, HotSeat.state == RUNNING).limit(1))


class Step(Record):
    """One of the six steps, with its clock: buttons and timers are about it, so that old ones know they are old.

    ends_at: its planned end; none while it pauses, then rest is what remains, in seconds. extended: how many times.
    over_at: when the next one began, or all was over.
    """

    hotseat = ForeignKeyField(HotSeat, backref="steps", on_delete="CASCADE")
    number = IntegerField()
    started_at = UTCDateTimeField(default=now)
    ends_at = UTCDateTimeField(null=True)
    rest = IntegerField(null=True)
    extended = IntegerField(default=0)

    if TYPE_CHECKING:
        hotseat_id: int

    class Meta:
        indexes = ((("hotseat", "number"), True),)

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The hot seat's group, against which a button is checked."""
        return self.hotseat.group

    @classmethod
    def begin(cls, seat: HotSeat, number: int) -> Optional["Step"]:
        """That step begins now; None when it had."""
        before = (HotSeat.state == RUNNING) & (HotSeat.step == number - 1)
        if not seat.claim(before, step=number):
            return None
        ends = now() + dt.timedelta(minutes=Script.of(seat.group).minutes[number - 1])
        add(cls, hotseat=seat.id, number=number, ends_at=ends)
        return cls.get((cls.hotseat == seat) & (cls.number == number))

    @property
    def current(self) -> bool:
        """Is it the one that is on?"""
        seat = self.hotseat
        return seat.state == RUNNING and seat.step == self.number

    @property
    def paused(self) -> bool:
        """Does its clock stand still?"""
        return self.rest is not None

    def next(self) -> Optional["Step"]:
        """The next one begins; None when somebody was faster, or this was the last."""
        return Step.begin(self.hotseat, self.number + 1) if self.number < LEARNING else None

    def back(self) -> Optional["Step"]:
        """It began by mistake: the one before goes on; None when that moved on meanwhile, or it is the first."""
        on_it = (HotSeat.state == RUNNING) & (HotSeat.step == self.number)
        if self.number < 2 or not self.hotseat.claim(on_it, step=self.number - 1):
            return None
        Step.delete().where(Step.id == self.id).execute()
        before = Step.get((Step.hotseat == self.hotseat_id) & (Step.number == self.number - 1))
        before.wind_up()
        return Step.get_by_id(before.id)

    def extend(self) -> Optional["Step"]:
        """It with five minutes more, counted from now when its time is over; None when it pauses, or was extended."""
        end = self.ends_at
        if end is None:
            return None
        longer, same = max(end, now()) + MORE, (Step.id == self.id) & (Step.ends_at == end)
        changed = Step.update(ends_at=longer, extended=Step.extended + 1).where(same).execute()
        return Step.get_by_id(self.id) if changed else None

    def pause(self) -> bool:
        """Stop its clock; what remains is kept. False when it stands still already."""
        if self.ends_at is None:
            return False
        rest = max(0, int((self.ends_at - now()).total_seconds()))
        return self._claim(Step.ends_at == self.ends_at, ends_at=None, rest=rest)

    def resume(self) -> bool:
        """Let its clock go on; False when it does already."""
        if self.rest is None:
            return False
        end = now() + dt.timedelta(seconds=self.rest)
        return self._claim(Step.rest == self.rest, ends_at=end, rest=None)

    def wind_up(self) -> None:
        """Give it at least a minute more: it goes on after a stop."""
        if self.ends_at is not None:
            self._claim(Step.id == self.id, ends_at=max(self.ends_at, now() + dt.timedelta(minutes=1)))

    def _claim(self, only_if: Any, **facts: Any) -> bool:
        changed = Step.update(**facts).where(Step.id == self.id, only_if).execute()
        fresh = Step.get_by_id(self.id)
        self.ends_at, self.rest, self.extended = fresh.ends_at, fresh.rest, fresh.extended
        return bool(changed)

    def ask_more(self, person: Person) -> int:
        """Somebody present would like more time: how many have said so since the last extension."""
        lock(Step.select(Step.id).where(Step.id == self.id)).execute()  # two who ask at once must see each other
        add(Extension, step=self.id, person=person.id, round=self.extended)
        asked = Extension.select(fn.COUNT(Extension.id)).where(
            Extension.step == self, Extension.round == self.extended
        )
        return int(asked.scalar())


class Extension(Record):
    """Somebody's wish for five minutes more, in the round after so many extensions."""

    step = ForeignKeyField(Step, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    round = IntegerField()

    class Meta:
        indexes = ((("step", "person", "round"), True),)

    PERSONAL = ()


class Advice(Record):
    """What somebody advised (D02); source: the platform, chat and message, so that an edit corrects it.

    stars: 1 for the one that the owner of the seat liked best.
    """

    hotseat = ForeignKeyField(HotSeat, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    words = TextField()
    at = UTCDateTimeField(default=now)
    stars = IntegerField(default=0)
    source = CharField(160, default="")

    if TYPE_CHECKING:
        hotseat_id: int
        person_id: int

    class Meta:
        indexes = ((("hotseat", "source"), False),)

    PERSONAL = ("words",)

    @property
    def group(self) -> Group:
        """The hot seat's group, against which a button is checked."""
        return self.hotseat.group

    @classmethod
    def give(cls, seat: HotSeat, person: Person, words: str, source: str = "") -> bool:
        """Keep it; False when the same person has said the same."""
        same = (cls.hotseat == seat) & (cls.person == person) & (cls.words == words)
        if cls.select().where(same).exists():
            return False
        cls.create(hotseat=seat, person=person, words=words, source=source)
        return True

    @classmethod
    def written_in(cls, source: str) -> Optional["Advice"]:
        """What was advised in that message, if anything."""
        return cls.get_or_none(cls.source == source)

    def rewrite(self, words: str) -> None:
        """The message was edited."""
        self.words = words
        self.save(only=[Advice.words])

    def star(self) -> None:
        """The best of them all, in the place of any other."""
        Advice.update(stars=0).where(Advice.hotseat == self.hotseat_id, Advice.id != self.id).execute()
        Advice.update(stars=1).where(Advice.id == self.id).execute()
        self.stars = 1


class Swap(Record):
    """Two people who change places in the queue of a meeting; person: the one who is asked.

    state: asked, agreed or refused.
    """

    meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
    asker = ForeignKeyField(Person, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    state = CharField(8, default="asked")
    asked_at = UTCDateTimeField(default=now)
    agreed_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        meeting_id: int
        asker_id: int
        person_id: int

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @classmethod
    def ask(cls, meeting: Meeting, asker: Person, other: Person) -> tuple["Swap", bool]:
        """The wish, and whether it is new: asked twice is once."""
        lock(Meeting.select(Meeting.id).where(Meeting.id == meeting.id)).execute()
        mine = (cls.meeting == meeting) & (cls.asker == asker) & (cls.person == other) & (cls.state == "asked")
        known = cls.get_or_none(mine)
        return (known, False) if known else (cls.create(meeting=meeting, asker=asker, person=other), True)

    @classmethod
    def agreed_for(cls, meeting: Meeting) -> list["Swap"]:
        """What was agreed for that meeting, in that order."""
        return list(cls.select().where(cls.meeting == meeting, cls.state == "agreed").order_by(cls.agreed_at, cls.id))

    def agree(self) -> bool:
        """They change places; False when that was answered."""
        return self._answer("agreed", agreed_at=now())

    def refuse(self) -> bool:
        """They don't; False when that was answered."""
        return self._answer("refused")

    def _answer(self, state: str, **facts: Any) -> bool:
        mine = (Swap.id == self.id) & (Swap.state == "asked")
        return bool(Swap.update(state=state, **facts).where(mine).execute())


# ------------------------------------------------------------------ the queue


def queue(group: Group, comers: Iterable[Person], meeting: Meeting | None = None) -> list[Person]:
    """Whose turn it is at the group's next meeting (or that one): comers in turn, the longest waiting first (D01).

    First who has an urgent matter, then who was told that it is theirs, then everybody since their last hot seat, or
    since they joined; who missed a whole round while away is owed it. Who would rather not this time is left out.
    """
    meeting = meeting or Meeting.next_of(group)
    people = {person.id: person for person in comers}
    preparing = list(HotSeat.select().where(HotSeat.group == group, HotSeat.state.in_(OPEN)).order_by(HotSeat.id))
    passing = {seat.person_id for seat in preparing if meeting and seat.passes_id == meeting.id}
    joined, held = _history(group)
    waits = {number: since for number, since in (joined | dict(held)).items() if number in people.keys() - passing}
    swaps = [(swap.asker_id, swap.person_id) for swap in Swap.agreed_for(meeting)] if meeting else []
    order = in_turn(waits, _first(preparing, meeting), swaps, turns(joined, held))
    return [people[number] for number in order]


def _first(preparing: list[HotSeat], meeting: Meeting | None) -> list[int]:
    urgent = sorted((seat for seat in preparing if seat.urgent), key=lambda seat: seat.agreed_at or seat.created_at)
    told = [seat for seat in preparing if seat.state == PLANNED and meeting and seat.meeting_id == meeting.id]
    return [seat.person_id for seat in (*urgent, *told)]


def _history(group: Group) -> tuple[dict[int, dt.datetime], list[tuple[int, dt.datetime]]]:
    """When each member joined, and every hot seat that members held since, in order: person ids and moments."""
    seats = Membership.select(Membership.person, Membership.joined_at)
    joined = {
        seat.person_id: seat.joined_at for seat in seats.where(Membership.group == group, Membership.state == "in")
    }
    done = HotSeat.select(HotSeat.person, HotSeat.ended_at).where(HotSeat.group == group, HotSeat.state == DONE)
    held = [(seat.person_id, seat.ended_at) for seat in done.order_by(HotSeat.ended_at, HotSeat.id)]
    return joined, [(number, at) for number, at in held if number in joined and at >= joined[number]]


def turns(joined: Mapping[int, dt.datetime], held: Iterable[tuple[int, dt.datetime]]) -> dict[int, int]:
    """How many turns each has had, so that who was away is owed a round that they missed: a pure function.

    joined: when, by person id; held: who sat there and when, in order. A newcomer begins with as many as the others
    have; nobody is owed more than three.
    """
    counted: dict[int, int] = {}
    newcomers = sorted(joined, key=lambda number: (joined[number], number))
    for number, at in (*held, (0, None)):
        while newcomers and (at is None or joined[newcomers[0]] <= at):
            counted[newcomers.pop(0)] = max(counted.values(), default=0)
        if at is not None:
            counted[number] += 1
            most = counted[number]
            counted = {one: max(count, most - OWED) for one, count in counted.items()}
    return counted


def in_turn(
    waits: Mapping[int, dt.datetime],
    first: Iterable[int] = (),
    swaps: Iterable[tuple[int, int]] = (),
    turns: Mapping[int, int] | None = None,
) -> list[int]:
    """The queue as a pure function: ids in turn.

    waits: since when each waits; first: who comes before all others, in that order; swaps: pairs that change places;
    turns: how many each has had, as turns() counts them.
    """
    had = turns or {}
    order = sorted(waits, key=lambda number: (had.get(number, 0), waits[number], number))
    for one, other in swaps:
        if one in waits and other in waits:
            here, there = order.index(one), order.index(other)
            order[here], order[there] = other, one
    ahead = [number for number in dict.fromkeys(first) if number in waits]
    return ahead + [number for number in order if number not in ahead]

"""Who animates in turn, who stands in for whom until a date, and who takes a group over (99, 101; V01-V06)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField, ModelSelect, TextField

from storage.db import Record, UTCDateTimeField, constant, now
from storage.groups import ORGANIZER, Group, Membership, lock_group
from storage.people import Person

MEETINGS = 2  # of a term, until the group says otherwise
MOST_MEETINGS = 12
ALL = "all"
DUTIES = (ALL, "dates", "venue", "summary", "hotseat", "applications")
ANIMATE = "animate"  # what whoever is in charge may do without being an organizer


class Rota(Record):
    """How a group takes turns at animating. offered_at: when the organizers were asked whether it should (V09)."""

    group = ForeignKeyField(Group, unique=True, on_delete="CASCADE")
    turns = BooleanField(default=False)
    meetings = IntegerField(default=MEETINGS)
    offered_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ()

    @classmethod
    def of(cls, group: Group) -> "Rota":
        """The group's way, noted down on first use."""
        known = cls.get_or_none(cls.group == group)
        if known is None:
            cls.insert(group=group).on_conflict_ignore().execute()
        return known or cls.get(cls.group == group)

    def offer(self) -> bool:
        """Note that the organizers are asked, once; False when they were, or turns are taken already."""
        mine = (Rota.id == self.id) & Rota.offered_at.is_null() & ~Rota.turns
        return bool(Rota.update(offered_at=now()).where(mine).execute())

    def choose(self, **facts: Any) -> bool:
        """Set turns or the meetings of a term; False when it was so already."""
        [(name, value)] = facts.items()
        changed = Rota.update(**facts).where(Rota.id == self.id, getattr(Rota, name) != value).execute()
        setattr(self, name, value)
        return bool(changed)


class Term(Record):
    """Somebody's turn to animate.

    state: asked, next (said yes, begins when the one before ends), on, over, passed (not this time) or silent (no
    answer). meetings: how many it lasts; held: how many of them are over. instead: the term it would be swapped with.
    note: the hand-over note for whoever comes next.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    state = CharField(8, default="asked")
    meetings = IntegerField(default=MEETINGS)
    held = IntegerField(default=0)
    instead = ForeignKeyField("self", null=True, on_delete="SET NULL")
    note = TextField(default="")
    asked_at = UTCDateTimeField(default=now)
    began_at = UTCDateTimeField(null=True)
    ended_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int
        person_id: int
        instead_id: int | None

    class Meta:
        indexes = ((("group", "state"), False),)

    PERSONAL = ("note",)

    @classmethod
    def _in(cls, group: Group, *states: str) -> list["Term"]:
        query = cls.select(cls, Person).join(Person).where(cls.group == group, cls.state.in_(states))
        return list(query.order_by(cls.id.desc()))

    @classmethod
    def current(cls, group: Group) -> Optional["Term"]:
        """The term that is on."""
        return next(iter(cls._in(group, "on")), None)

    @classmethod
    def coming(cls, group: Group) -> Optional["Term"]:
        """The one who said yes to the next term."""
        return next(iter(cls._in(group, "next")), None)

    @classmethod
    def asked_of(cls, group: Group) -> Optional["Term"]:
        """The one who was asked to take the next term, and has not answered yet; swaps apart."""
        return next((term for term in cls._in(group, "asked") if term.instead_id is None), None)

    @classmethod
    def of(cls, group: Group, person: Person) -> Optional["Term"]:
        """The person's term that is on, to come or asked about; else their last one."""
        found = [term for term in cls._in(group, "on", "next", "asked", "over") if term.person_id == person.id]
        order = {"on": 0, "next": 1, "asked": 2, "over": 3}
        return min(found, key=lambda term: order[term.state], default=None)

    @classmethod
    def last_over(cls, group: Group) -> Optional["Term"]:
        """The term that ended last."""
        over = cls.select().where(cls.group == group, cls.state == "over").order_by(cls.ended_at.desc())
        found: Term | None = over.first()
        return found

    @classmethod
    def ask(cls, group: Group, person: Person, instead: Optional["Term"] = None) -> "Term":
        """Ask somebody to take the next term, or to swap."""
        return cls.create(group=group, person=person, meetings=Rota.of(group).meetings, instead=instead)

    def accept(self) -> bool:
        """Yes: it is on if nobody else is, else it comes next; False when somebody is next already."""
        lock_group(self.group)
        mine = (Term.id == self.id) & Term.state.in_(("asked", "silent", "passed"))
        if Term.coming(self.group) is not None:
            return False
        free = Term.current(self.group) is None
        facts: dict[str, Any] = {"state": "on", "began_at": now()} if free else {"state": "next"}
        return self._set(mine, **facts)

    def swap(self) -> bool:
        """Yes to a swap: this term takes the place of the other; False when that one is no longer there."""
        lock_group(self.group)
        other = Term.get_or_none(Term.id == self.instead_id)
        if other is None or other.state not in ("asked", "next", "on"):
            return False
        if other.state == "asked":
            return other.leave("passed") and self._set(Term.id == self.id, instead=None) and self.accept()
        if not self._set((Term.id == self.id) & (Term.state == "asked"), state=other.state, held=other.held):
            return False
        began = other.began_at
        other.leave("over" if other.state == "on" and other.held else "passed")
        return self._set(Term.id == self.id, began_at=began, meetings=other.meetings)

    def leave(self, state: str) -> bool:
        """It is passed, silent or over; False when it is no longer open."""
        return self._set((Term.id == self.id) & Term.state.in_(("asked", "next", "on")), state=state, ended_at=now())

    def begin(self) -> bool:
        """The next one begins; False when it was not next."""
        return self._set((Term.id == self.id) & (Term.state == "next"), state="on", began_at=now())

    def advance(self) -> bool:
        """One of its meetings is over; False when the term is no longer on."""
        return self._set((Term.id == self.id) & (Term.state == "on"), held=Term.held + 1)

    def hand_over(self, words: str) -> None:
        """Leave a note for whoever comes next."""
        self._set(Term.id == self.id, note=words)

    def _set(self, only: Any, **facts: Any) -> bool:
        changed = Term.update(**facts).where(only).execute()
        fresh = Term.get_by_id(self.id)
        for name in ("state", "held", "meetings", "note", "began_at", "ended_at"):
            setattr(self, name, getattr(fresh, name))
        return bool(changed)

    @classmethod
    def candidates(cls, group: Group) -> list[Person]:
        """Whose turn it is, in order; nobody on a pause, with a term already, or who was asked this time."""
        terms = list(cls.select().where(cls.group == group))
        began = max((term.began_at for term in terms if term.began_at and term.state in ("on", "over")), default=None)
        out = {term.person_id for term in terms if term.state in ("on", "next", "asked")}
        out |= {
            term.person_id
            for term in terms
            if term.state in ("passed", "silent") and (began is None or term.asked_at >= began)
        }
        members = [seat.person for seat in group.members() if seat.dial != "pause"]
        held: dict[int, list[dt.datetime]] = {}
        for term in terms:
            if term.began_at:
                held.setdefault(term.person_id, []).append(term.began_at)
        return in_turn([person for person in members if person.id not in out], held)


def in_turn(people: Iterable[Person], held: Mapping[int, list[dt.datetime]]) -> list[Person]:
    """Fewest terms first, then the one whose last is longest ago, then the eldest member (as given)."""
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(people, key=lambda one: (len(held.get(one.id, [])), max(held.get(one.id, []), default=never)))


class Delegation(Record):
    """An organizer lets a member do one duty, or all of them, until a day (V04, V05).

    state: asked, on, refused, over (its day came) or taken (back, or given back). ends_at: nine in the morning after
    the last day, at the group's place.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    giver = ForeignKeyField(Person, on_delete="CASCADE")
    holder = ForeignKeyField(Person, on_delete="CASCADE")
    duty = CharField(16, default=ALL)
    until = DateField()
    ends_at = UTCDateTimeField()
    state = CharField(8, default="asked")
    asked_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int
        giver_id: int
        holder_id: int

    class Meta:
        indexes = ((("group", "state"), False),)

    PERSONAL = ()

    @classmethod
    def running(cls, group: Group, *states: str) -> list["Delegation"]:
        """What is delegated there now, by organizers to members; newest first."""
        found = [one for state in states or ("on",) for one in DELEGATED.all(group, state, now())]
        return sorted(found, key=lambda one: -one.id)

    def turn(self, state: str, *before: str) -> bool:
        """Change its state; False when somebody was faster, or its day has come."""
        mine = (Delegation.id == self.id) & Delegation.state.in_(before)
        changed = Delegation.update(state=state).where(mine).execute()
        self.state = state if changed else Delegation.get_by_id(self.id).state
        return bool(changed)


def _delegated(group: Group, state: str, today: dt.datetime) -> "ModelSelect[Delegation]":
    giver, holder = Membership.alias(), Membership.alias()
    return (
        Delegation.select()
        .join(giver, on=((giver.person == Delegation.giver) & (giver.group == Delegation.group)))
        .switch(Delegation)
        .join(holder, on=((holder.person == Delegation.holder) & (holder.group == Delegation.group)))
        .where(Delegation.group == group, Delegation.state == state, Delegation.ends_at > today)
        .where(giver.state == "in", giver.role == ORGANIZER, holder.state == "in")
    )


DELEGATED = constant(_delegated)


def holds(group: Group, person: Person | int, duty: str) -> bool:
    """Is that duty, or everything, delegated to this person now?"""
    number = person if isinstance(person, int) else person.id
    return any(one.holder_id == number and one.duty in (duty, ALL) for one in Delegation.running(group))


def deciders(group: Group, duty: str) -> list[Person]:
    """Whom that duty is for: the organizers, each who has delegated it replaced by who holds it."""
    given = {one.giver_id: one.holder for one in Delegation.running(group) if one.duty in (duty, ALL)}
    return _once(given.get(person.id, person) for person in group.organizers())


def in_charge(group: Group) -> list[Person]:
    """Who animates, who comes next, then the organizers or their delegates; nobody who is on a pause.

    All of them when everybody is on one: somebody must be.
    """
    terms = [term.person for term in (Term.current(group), Term.coming(group)) if term is not None]
    here = {seat.person_id: seat.dial for seat in group.members()}
    people = _once([*terms, *deciders(group, "dates"), *group.organizers()])
    present = [person for person in people if person.id in here]
    return [person for person in present if here[person.id] != "pause"] or present


def _once(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


class Handover(Record):
    """An organizer who gives the group into other hands: to a named heir, or to whoever taps first.

    state: draft (named, not yet confirmed), open (asked), offered (somebody said yes to a call, the giver is asked),
    done or dropped. giver: none when there is no organizer left.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    giver = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    heir = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    state = CharField(8, default="draft")
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int
        giver_id: int | None
        heir_id: int | None

    PERSONAL = ()

    @classmethod
    def begin(
        cls, group: Group, giver: Person | None, heir: Person | None = None, state: str = "draft"
    ) -> "Handover":
        """A new one; what the same giver had begun is dropped."""
        mine = cls.giver.is_null() if giver is None else cls.giver == giver
        cls.update(state="dropped").where(
            cls.group == group, mine, cls.state.in_(("draft", "open", "offered"))
        ).execute()
        return cls.create(group=group, giver=giver, heir=heir, state=state)

    def turn(self, state: str, *before: str, heir: Person | None = None) -> bool:
        """Change its state; False when somebody was faster."""
        facts: dict[str, Any] = {"state": state} | ({"heir": heir} if heir is not None else {})
        changed = Handover.update(**facts).where(Handover.id == self.id, Handover.state.in_(before)).execute()
        if changed:
            self.state, self.heir = state, heir or self.heir
        return bool(changed)

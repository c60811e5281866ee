"""Notes: what was decided, promised, thought of or linked at a meeting; and the topics for the next one."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Optional

from peewee import JOIN, CharField, DateField, ForeignKeyField, IntegerField, JSONField, TextField, fn

from storage.db import Record, UTCDateTimeField, add, constant, now
from storage.groups import Group, Membership, lock_group
from storage.meetings import Meeting
from storage.people import Person
from storage.sessions import Session

DECISION, ACTION, IDEA, LINK, VOICE = "decision", "action", "idea", "link", "voice"
OPEN, DONE, DROPPED = "open", "done", "dropped"
CORRECTABLE = dt.timedelta(hours=24)  # so long its author may correct or take back a note
AFTER = dt.timedelta(hours=24)  # so long after a meeting something may still be noted
MOST = 300  # signs of a note or a topic
EVE, HALF_WAY, NEVER = "eve", "half", "never"


class Note(Record):
    """A line of the meeting's notes (51, 62).

    kind: decision, action, idea, link or voice. owner: who does an action; owner_words: whom the words named, in
    their own spelling. candidates: ids of the people whom that name may mean. asked: whose yes is awaited, who may be
    the owner already (they were named) or not (it is handed to them). asked_at: when they heard of it. due: the day
    by which, in the group's zone. state, of an action: open, done or dropped. nudged_at: its one reminder. undone_at:
    taken back. source: "platform:chat:message" of the words; position: which note of that message.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    meeting = ForeignKeyField(Meeting, on_delete="CASCADE")
    kind = CharField(8)
    words = TextField()
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    owner = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    owner_words = CharField(64, default="")
    candidates = JSONField(default=list)
    asked = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    asked_at = UTCDateTimeField(null=True)
    due = DateField(null=True)
    state = CharField(8, default=OPEN)
    done_at = UTCDateTimeField(null=True)
    nudged_at = UTCDateTimeField(null=True)
    at = UTCDateTimeField(default=now)
    undone_at = UTCDateTimeField(null=True)
    source = CharField(200)
    position = IntegerField(default=0)

    if TYPE_CHECKING:
        group_id: int
        meeting_id: int
        by_id: int | None
        owner_id: int | None
        asked_id: int | None

    class Meta:
        indexes = ((("source", "position"), True), (("group", "kind", "state"), False), (("meeting",), False))

    PERSONAL = ("words", "owner_words", "source")

    # ------------------------------------------------------------------ finding some

    @classmethod
    def of_meeting(cls, meeting: Meeting, kind: str | None = None) -> list["Note"]:
        """What was noted at that meeting and not taken back, in order, with the people."""
        rows = _with_people().where(cls.meeting == meeting, cls.undone_at.is_null())
        return list((rows if kind is None else rows.where(cls.kind == kind)).order_by(cls.id))

    @classmethod
    def open_actions(cls, group: Group, owner: Person | None = None) -> list["Note"]:
        """The group's actions that are still to be done, of one person or of all; the most urgent first."""
        rows = _with_people().where(cls.group == group, _to_do())
        rows = rows if owner is None else rows.where(cls.owner == owner)
        return sorted(rows, key=_urgency)

    @classmethod
    def mine(cls, person: Person) -> list["Note"]:
        """What the person has promised in the groups they are in, the most urgent first."""
        groups = [seat.group_id for seat in Membership.all_of(person)]
        rows = _with_people().where(cls.owner == person, cls.group.in_(groups), _to_do())
        return sorted(rows, key=_urgency)

    @classmethod
    def last_done_of(cls, person: Person) -> Optional["Note"]:
        """The action that the person said was done last."""
        rows = cls.select().where(cls.owner == person, cls.state == DONE, cls.undone_at.is_null())
        found: Note | None = rows.order_by(cls.done_at.desc(), cls.id.desc()).first()
        return found

    @classmethod
    def written_in(cls, source: str) -> list["Note"]:
        """The notes of that message, those taken back included, in order."""
        return list(cls.select().where(cls.source == source).order_by(cls.position))

    @classmethod
    def last_by(cls, person: Person) -> Optional["Note"]:
        """The person's latest note that may still be taken back."""
        recent = cls.undone_at.is_null() & (cls.at > now() - CORRECTABLE)
        found: Note | None = cls.select().where(cls.by == person, recent).order_by(cls.id.desc()).first()
        return found

    @classmethod
    def session_for(cls, group: Group) -> Session | None:
        """The meeting whose notes are open in that group: it is on, or was over less than a day ago."""
        found: Session | None = NOTED_IN.first(group, now() - AFTER)
        return found

    # ------------------------------------------------------------------ writing

    @classmethod
    def put(cls, meeting: Meeting, by: Person, kind: str, words: str, **facts: Any) -> tuple["Note", bool]:
        """Keep a note; the one that is there, and False, when that message was read before. facts: source, owner …"""
        fresh = add(cls, meeting=meeting.id, group=meeting.group_id, by=by.id, kind=kind, words=words, **_ids(facts))
        same = (cls.source == facts["source"]) & (cls.position == facts.get("position", 0))
        return cls.get(same), fresh

    @property
    def correctable(self) -> bool:
        """Is it young enough to be corrected, and there?"""
        recent: bool = now() < self.at + CORRECTABLE
        return recent and self.undone_at is None

    @property
    def to_do(self) -> bool:
        """Is it an action that is still to be done?"""
        return self.kind == ACTION and self.state == OPEN and self.undone_at is None

    def may_correct(self, person: Person) -> bool:
        """Its author; for a decision anybody who was present."""
        if person.id == self.by_id:
            return True
        session = Session.of(self.meeting) if self.kind == DECISION else None
        return session is not None and any(one.id == person.id for one in session.present())

    def in_charge(self, person: Person) -> bool:
        """An organizer of its group: nobody has to bear what somebody noted about them (S38)."""
        return any(one.id == person.id for one in self.meeting.group.organizers())

    def undo(self) -> bool:
        """Take it back; False when it was."""
        return self._change(Note.undone_at.is_null(), undone_at=now())

    def rewrite(self, **facts: Any) -> bool:
        """Other words, kind, owner or day; False when nothing changes."""
        if self.undone_at is None and all(getattr(self, name) == value for name, value in facts.items()):
            return False
        return self._change(Note.id == self.id, undone_at=None, **facts)

    def note(self, **facts: Any) -> None:
        """Write something down about it."""
        self._change(Note.id == self.id, **facts)

    # ------------------------------------------------------------------ an action's life

    def take(self, person: Person) -> bool:
        """The person sees to it; False when somebody does, or it is no longer to be done."""
        return self._change(_to_do() & Note.owner.is_null(), owner=person, asked=None, candidates=[])

    def give(self, person: Person) -> bool:
        """Its owner would hand it to that person, who is asked; False when it is no longer to be done."""
        return self._change(_to_do(), asked=person, asked_at=now())

    def accept(self, person: Person) -> bool:
        """Who was asked says yes; False when they aren't asked any more."""
        return self._change(_to_do() & (Note.asked == person), owner=person, asked=None)

    def refuse(self, person: Person) -> bool:
        """Who was asked says no: it is nobody's, or stays its owner's; False when they aren't asked any more."""
        owner = None if self.owner_id == person.id else self.owner
        return self._change(_to_do() & (Note.asked == person), owner=owner, asked=None)

    def finish(self) -> bool:
        """It is done; False when it was, or was dropped."""
        return self._change(_to_do(), state=DONE, done_at=now(), asked=None)

    def drop(self) -> bool:
        """It need not be done any more; False when it was done or dropped."""
        return self._change(_to_do(), state=DROPPED, done_at=now(), asked=None)

    def reopen(self) -> bool:
        """It is still to be done after all; False when it was."""
        return self._change(Note.state != OPEN, state=OPEN, done_at=None)

    def nudge(self) -> bool:
        """Claim its one reminder; False when it had it, or it is no longer to be done."""
        return self._change(_to_do() & Note.nudged_at.is_null(), nudged_at=now())

    def _change(self, only_if: Any, **facts: Any) -> bool:
        changed = Note.update(**facts).where(Note.id == self.id, only_if).execute()
        if changed:
            for name, value in facts.items():
                setattr(self, name, value)
        return bool(changed)


Owner = Person.alias()


def _with_people() -> Any:
    rows = Note.select(Note, Person, Owner)
    rows = rows.join(Person, JOIN.LEFT_OUTER, on=(Note.by == Person.id), attr="by").switch(Note)
    return rows.join(Owner, JOIN.LEFT_OUTER, on=(Note.owner == Owner.id), attr="owner")


def _to_do() -> Any:
    return (Note.kind == ACTION) & (Note.state == OPEN) & Note.undone_at.is_null()


def _urgency(note: Note) -> tuple[dt.date, int]:
    return note.due or dt.date.max, note.id


def _ids(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.id if isinstance(value, Record) else value for name, value in facts.items()}


NOTED_IN = constant(
    lambda group, since: (
        Session.select(Session, Meeting)
        .join(Meeting)
        .where(Meeting.group == group, Session.closed_at.is_null() | (Session.closed_at > since))
        .order_by(Session.started_at.desc())
        .limit(1)
    )
)


class Pace(Record):
    """How somebody wants to be reminded of their actions: never, half way, or on the eve of the day (the usual)."""

    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    pace = CharField(8, default=EVE)

    PERSONAL = ()

    @classmethod
    def of(cls, person: Person) -> str:
        """eve, half or never; the usual one until they choose."""
        row = cls.get_or_none(cls.person == person)
        return row.pace if row else EVE

    @classmethod
    def choose(cls, person: Person, pace: str) -> None:
        """From now on like that."""
        if not cls.update(pace=pace).where(cls.person == person).execute():
            add(cls, person=person.id, pace=pace)


class Topic(Record):
    """Something to talk about when one meets (50).

    state: open, done (talked about at that meeting), withdrawn by its author or closed by an organizer.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    words = TextField()
    state = CharField(12, default="open")
    meeting = ForeignKeyField(Meeting, null=True, on_delete="SET NULL")
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int
        by_id: int | None
        votes: int

    class Meta:
        indexes = ((("group", "state"), False),)

    PERSONAL = ("words",)

    @classmethod
    def put(cls, group: Group, by: Person, words: str) -> tuple["Topic", bool]:
        """Into the box; the one with the same words, and False, when it is there already."""
        lock_group(group)
        same = (topic for topic in cls.box(group) if topic.words.casefold() == words.casefold())
        known = next(same, None)
        return (known, False) if known else (cls.create(group=group, by=by, words=words), True)

    @classmethod
    def box(cls, group: Group) -> list["Topic"]:
        """What is in the group's box, in the order in which it came; `votes` tells how many want each."""
        count = fn.COUNT(TopicVote.id)
        rows = cls.select(cls, count.alias("votes")).join(TopicVote, JOIN.LEFT_OUTER)
        rows = rows.where(cls.group == group, cls.state == "open").group_by(cls.id)
        return list(rows.order_by(cls.id))

    @classmethod
    def ranked(cls, group: Group) -> list["Topic"]:
        """What is in the box, the most wanted first, then the eldest."""
        return sorted(cls.box(group), key=lambda topic: (-topic.votes, topic.id))

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> list["Topic"]:
        """What was talked about at that meeting."""
        return list(cls.select().where(cls.meeting == meeting, cls.state == "done").order_by(cls.id))

    @classmethod
    def wanted_by(cls, person: Person, group: Group) -> set[int]:
        """Ids of the topics in the box that have the person's vote."""
        rows = TopicVote.select(TopicVote.topic).join(cls).where(TopicVote.person == person, cls.group == group)
        return {row.topic_id for row in rows}

    def want(self, person: Person) -> bool:
        """The person's vote; False when it had it, or left the box."""
        return Topic.get_by_id(self.id).state == "open" and add(TopicVote, topic=self.id, person=person.id)

    def unwant(self, person: Person) -> bool:
        """Without that vote; False when it had none."""
        return bool(TopicVote.delete().where(TopicVote.topic == self, TopicVote.person == person).execute())

    def talk(self, meeting: Meeting) -> bool:
        """It is talked about: out of the box; False when it was."""
        return self._change("open", state="done", meeting=meeting)

    def put_back(self) -> bool:
        """Not talked about after all, or not wholly; False when it is in the box."""
        changed = Topic.update(state="open", meeting=None).where(Topic.id == self.id, Topic.state != "open").execute()
        return bool(changed)

    def remove(self, by: Person) -> bool:
        """Withdrawn by its author, or closed by somebody else; False when it had left the box."""
        return self._change("open", state="withdrawn" if by.id == self.by_id else "closed")

    def _change(self, before: str, **facts: Any) -> bool:
        changed = Topic.update(**facts).where(Topic.id == self.id, Topic.state == before).execute()
        if changed:
            for name, value in facts.items():
                setattr(self, name, value)
        return bool(changed)


class TopicVote(Record):
    """Somebody would like to talk about it."""

    topic = ForeignKeyField(Topic, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        topic_id: int
        person_id: int

    class Meta:
        indexes = ((("topic", "person"), True),)

    PERSONAL = ()

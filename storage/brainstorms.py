"""Silent brainstorm: ideas sent in private, shown all at once, without names (55)."""

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField, TextField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Person
from storage.rounds import hold
from storage.sessions import Session

MOST = 300  # signs of an idea
MOST_EACH = 30  # ideas of one person


class Brainstorm(Record):
    """A question to which everybody here thinks by themselves. state: open, shown or dropped."""

    session = ForeignKeyField(Session, on_delete="CASCADE")
    asked_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    question = TextField()
    state = CharField(8, default="open")
    started_at = UTCDateTimeField(default=now)
    reveals_at = UTCDateTimeField()
    shown_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        session_id: int
        asked_by_id: int | None

    PERSONAL = ("question",)

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.session.group

    @property
    def open(self) -> bool:
        """Are ideas taken still?"""
        return self.state == "open"

    @classmethod
    def open_in(cls, session: Session) -> Optional["Brainstorm"]:
        """The one that is on at that meeting, if any."""
        return cls.get_or_none((cls.session == session) & (cls.state == "open"))

    @classmethod
    def begin(cls, session: Session, by: Person, question: str, lasts: dt.timedelta) -> tuple["Brainstorm", bool]:
        """Ask; the one that is on already, and False, if there is one."""
        hold(session)
        if known := cls.open_in(session):
            return known, False
        return cls.create(session=session, asked_by=by, question=question, reveals_at=now() + lasts), True

    def reveal(self) -> bool:
        """The ideas may be shown; False when they were, or nobody wants them any more."""
        return self._end("shown", shown_at=now())

    def drop(self) -> bool:
        """Nobody wants it any more; False when it was over."""
        return self._end("dropped")

    def _end(self, state: str, **facts: dt.datetime) -> bool:
        mine = (Brainstorm.id == self.id) & (Brainstorm.state == "open")
        changed = Brainstorm.update(state=state, **facts).where(mine).execute()
        if changed:
            self.state = state
        return bool(changed)

    def put(self, person: Person, ideas: list[str]) -> int:
        """Keep these ideas of a person, as many as one may have; how many were kept (none once it is over)."""
        hold(self.session)
        if Brainstorm.get_by_id(self.id).state != "open":
            return 0
        had = Idea.select().where(Idea.brainstorm == self, Idea.person == person).count()
        kept = ideas[: max(0, MOST_EACH - had)]
        for words in kept:
            Idea.create(brainstorm=self, person=person, words=words)
        return len(kept)

    def take_back(self, person: Person) -> str | None:
        """Take back the person's last idea: its words; None when there is none, or all were shown."""
        mine = Idea.select().where(Idea.brainstorm == self, Idea.person == person).order_by(Idea.id.desc())
        last = mine.first() if Brainstorm.get_by_id(self.id).state == "open" else None
        if last is None:
            return None
        last.delete_instance()
        return str(last.words)

    def count(self) -> tuple[int, int]:
        """How many ideas there are, and of how many people."""
        rows = [row.person_id for row in Idea.select(Idea.person).where(Idea.brainstorm == self)]
        return len(rows), len(set(rows))

    def ideas(self) -> list[str]:
        """The ideas in an order that gives nobody away, always the same."""
        rows = list(Idea.select().where(Idea.brainstorm == self))
        rows.sort(key=lambda row: hashlib.sha256(f"{row.id}:{row.words}".encode()).digest())
        return [row.words for row in rows]


class Idea(Record):
    """What somebody thought of; whose it is, is never shown."""

    brainstorm = ForeignKeyField(Brainstorm, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    words = TextField()
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        person_id: int

    PERSONAL = ("words",)

"""What people ask about their own data, and what they agree to: consents, being forgotten (115)."""

import datetime as dt
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Person

GRACE = dt.timedelta(hours=1)  # between the second tap and being forgotten
WITHIN = dt.timedelta(hours=48)  # whatever happens, forgotten by then (R5)


class Consent(Record):
    """A yes to something that nobody has to agree to: dated, in the person's words, taken back by one tap (R2).

    kind: photo, directory, coffee, birthday or voice. group: where; none for everywhere. Without a row: no.
    """

    person = ForeignKeyField(Person, on_delete="CASCADE")
    group = ForeignKeyField(Group, null=True, on_delete="CASCADE")
    kind = CharField(16)
    words = TextField(default="")
    given_at = UTCDateTimeField(default=now)
    withdrawn_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        person_id: int
        group_id: int | None

    class Meta:
        indexes = ((("person", "kind"), False),)

    PERSONAL = ("words",)

    @classmethod
    def given(cls, person: Person, kind: str, group: Group | None = None) -> Optional["Consent"]:
        """The consent as it stands; None when it was never given, or taken back."""
        here = cls.group.is_null() if group is None else (cls.group == group)
        return cls.get_or_none((cls.person == person) & (cls.kind == kind) & here & cls.withdrawn_at.is_null())

    @classmethod
    def give(cls, person: Person, kind: str, words: str, group: Group | None = None) -> "Consent":
        """Note the yes and the words it was given with; the one there is, when it was given."""
        known = cls.given(person, kind, group)
        return known or cls.create(person=person, kind=kind, words=words[:200], group=group)

    @classmethod
    def standing(cls, person: Person) -> list["Consent"]:
        """All that the person agrees to at present, eldest first."""
        return list(cls.select().where(cls.person == person, cls.withdrawn_at.is_null()).order_by(cls.id))

    def withdraw(self) -> bool:
        """Take it back; False when that was done."""
        open_ = (Consent.id == self.id) & Consent.withdrawn_at.is_null()
        return bool(Consent.update(withdrawn_at=now()).where(open_).execute())


class Erasure(Record):
    """Somebody is to be forgotten, and was; kept without anything about them, as a proof (R5).

    asked_at: the second tap, or the day when the time of keeping was over. due: when it is carried out.
    rows: how many rows were deleted or emptied.
    """

    person = ForeignKeyField(Person, on_delete="CASCADE")
    asked_at = UTCDateTimeField(default=now)
    due = UTCDateTimeField()
    done_at = UTCDateTimeField(null=True)
    stopped_at = UTCDateTimeField(null=True)
    rows = IntegerField(default=0)

    if TYPE_CHECKING:
        person_id: int

    PERSONAL = ()

    @classmethod
    def open_of(cls, person: Person) -> Optional["Erasure"]:
        """The person's request that is neither carried out nor taken back."""
        return cls.get_or_none((cls.person == person) & cls.done_at.is_null() & cls.stopped_at.is_null())

    @classmethod
    def ask(cls, person: Person) -> "Erasure":
        """The person asks; the request there is, when they did."""
        return cls.open_of(person) or cls.create(person=person, due=now() + GRACE)

    @classmethod
    def overdue(cls) -> list["Erasure"]:
        """Requests that should have been carried out: their timer was lost."""
        open_ = cls.done_at.is_null() & cls.stopped_at.is_null()
        return list(cls.select().where(open_, cls.due < now()).order_by(cls.id))

    def stop(self) -> bool:
        """The person changed their mind; False when it is too late, or was done."""
        return self._end(stopped_at=now())

    def finish(self) -> bool:
        """Claim the carrying out: True for one caller."""
        return self._end(done_at=now())

    def _end(self, **facts: dt.datetime) -> bool:
        open_ = (Erasure.id == self.id) & Erasure.done_at.is_null() & Erasure.stopped_at.is_null()
        return bool(Erasure.update(**facts).where(open_).execute())

    def count(self, rows: int) -> None:
        """Note how many rows were deleted or emptied."""
        Erasure.update(rows=rows).where(Erasure.id == self.id).execute()

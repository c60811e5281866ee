"""Summaries: what of a meeting was told to the group, what was added to it, and until when it may be corrected."""

import datetime as dt
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField, TextField

from storage.db import Record, UTCDateTimeField, add, now
from storage.groups import Group
from storage.meetings import Meeting
from storage.people import Person

CORRECTABLE = dt.timedelta(hours=24)  # so long those who were there may correct it
COMPLETABLE = dt.timedelta(days=14)  # so long whoever writes it may add to it
LINK_LIFE = dt.timedelta(days=30)  # of a link to its page
MOST = 500  # signs of an added line


class Summary(Record):
    """The one summary of a meeting (63).

    digest: of what those were told whose messages cannot be edited; told_at: when they heard a correction.
    """

    meeting = ForeignKeyField(Meeting, unique=True, on_delete="CASCADE")
    posted_at = UTCDateTimeField(default=now)
    digest = CharField(64, default="")
    told_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        meeting_id: int

    PERSONAL = ()

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.meeting.group

    @property
    def correctable(self) -> bool:
        """May those who were there still correct it?"""
        return bool(now() < self.posted_at + CORRECTABLE)

    @property
    def completable(self) -> bool:
        """May something still be added?"""
        return bool(now() < self.posted_at + COMPLETABLE)

    @classmethod
    def begin(cls, meeting: Meeting) -> tuple["Summary", bool]:
        """The meeting's summary, and whether it is made by this call."""
        fresh = add(cls, meeting=meeting.id)
        return cls.get(cls.meeting == meeting), fresh

    @classmethod
    def of(cls, meeting: Meeting) -> Optional["Summary"]:
        """The meeting's summary, if it was posted."""
        return cls.get_or_none(cls.meeting == meeting)

    @classmethod
    def last_of(cls, group: Group) -> Optional["Summary"]:
        """The group's latest summary."""
        rows = cls.select(cls, Meeting).join(Meeting).where(Meeting.group == group)
        found: Summary | None = rows.order_by(Meeting.starts_at.desc(), cls.id.desc()).first()
        return found

    def note(self, digest: str) -> None:
        """What those were told whose messages cannot be edited."""
        Summary.update(digest=digest).where(Summary.id == self.id).execute()
        self.digest = digest

    def tell_again(self, digest: str) -> bool:
        """Claim that they hear the corrected one: once ever, and only when it differs."""
        other = (Summary.id == self.id) & (Summary.digest != digest) & Summary.told_at.is_null()
        return bool(Summary.update(digest=digest, told_at=now()).where(other).execute())


class Addition(Record):
    """A line that somebody added to a summary in their own words; undone_at: taken out again."""

    summary = ForeignKeyField(Summary, on_delete="CASCADE")
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    words = TextField()
    source = CharField(200)
    at = UTCDateTimeField(default=now)
    undone_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        summary_id: int
        by_id: int | None

    class Meta:
        indexes = ((("source",), True),)

    PERSONAL = ("words", "source")

    @property
    def group(self) -> Group:
        """The meeting's group, against which a button is checked."""
        return self.summary.group

    @classmethod
    def put(cls, summary: Summary, by: Person, words: str, source: str) -> bool:
        """Keep the line; False when that message was read before. source: "platform:chat:message:line"."""
        return add(cls, summary=summary.id, by=by.id, words=words, source=source)

    @classmethod
    def of_summary(cls, summary: Summary) -> list["Addition"]:
        """What was added and not taken out, in order."""
        return list(cls.select().where(cls.summary == summary, cls.undone_at.is_null()).order_by(cls.id))

    def rewrite(self, words: str) -> bool:
        """Other words; False when it was taken out."""
        kept = (Addition.id == self.id) & Addition.undone_at.is_null()
        return bool(Addition.update(words=words).where(kept).execute())

    def undo(self) -> bool:
        """Take it out; False when it was."""
        kept = (Addition.id == self.id) & Addition.undone_at.is_null()
        return bool(Addition.update(undone_at=now()).where(kept).execute())

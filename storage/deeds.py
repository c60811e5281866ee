"""What people did that others may look up, and that they may take back for a while (116, V06)."""

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any, Optional

from peewee import CharField, ForeignKeyField, JSONField

from storage.db import Record, UTCDateTimeField, add, now
from storage.groups import Group
from storage.people import Person

OWN_LIFE = dt.timedelta(days=1)  # one's own answers
SMALL_LIFE = dt.timedelta(hours=1)  # other small things that concern oneself, with a button of their own
LIFE = dt.timedelta(minutes=10)  # what the others are told of
EDITABLE = dt.timedelta(days=2)  # Telegram lets people edit what they wrote for so long
ANSWERS = ("voted", "attended", "noted", "proposed", "rated", "late")
SMALL = ("own", "here", "went", "dial", "thanked", "news")  # own: by a button that another one takes back
OWN = (
    *ANSWERS,
    *SMALL,
    "told",  # words that others have read
)  # no line of the journal: one's own answers and drafts
BEFALLS = ("animator", "delegated", "handed_over", "entered", "gone", "group_back")  # happen to the person named
GROUP_CHAT = "group"


class Deed(Record):
    """Something that somebody did in a group.

    kind: what (voted, moved, rhythm …). person: who, none when time did it. facts: ids, moments and what the group
    says of itself, never anybody's words; "press" is the code of a button that takes it back, "record" the id of
    what it is about; "source" is the trace of the message that said it.
    "where" is telegram, whatsapp or group: the chat in which it was done.
    undone_at: when it was taken back. A line is never deleted while the group keeps its journal, nor said otherwise.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    person = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    kind = CharField(24)
    facts = JSONField(default=dict)
    at = UTCDateTimeField(default=now)
    undone_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int
        person_id: int | None

    class Meta:
        indexes = ((("group", "at"), False), (("person", "at"), False))

    PERSONAL = ()

    @classmethod
    def note(cls, group: Group, person: Person | None, kind: str, **facts: Any) -> None:
        """Write down that it was done."""
        add(cls, group=group.id, person=person.id if person else None, kind=kind, facts=facts)

    @classmethod
    def latest_of(cls, person: Person, where: str, group: Group | None = None, most: int = 20) -> list["Deed"]:
        """What the person did and may still take back, the latest first; what was just done in that chat before all.

        where: telegram, whatsapp or group. group: only what was done in the chat of that group.
        """
        moment = now()
        mine = (cls.person == person) & cls.undone_at.is_null() & cls.kind.not_in(BEFALLS)
        young = cls.at >= moment - LIFE
        for kinds, life in ((ANSWERS, OWN_LIFE), (SMALL, SMALL_LIFE)):
            young |= cls.kind.in_(kinds) & (cls.at >= moment - life)
        query = cls.select().where(mine, young).order_by(cls.at.desc(), cls.id.desc())
        found = [deed for deed in query.limit(most) if group is None or deed._done_in(group)]
        just = [deed for deed in found if deed.at >= moment - LIFE and deed.facts.get("where", where) == where]
        return [*just, *(deed for deed in found if deed not in just)]

    def _done_in(self, group: Group) -> bool:
        return self.group_id == group.id and self.facts.get("where") == GROUP_CHAT

    @classmethod
    def written_in(cls, person: Person, source: str) -> Optional["Deed"]:
        """What the person did by that message, unless it is taken back or too old to be edited; None for nothing."""
        mine = (cls.person == person) & cls.undone_at.is_null() & (cls.at >= now() - EDITABLE)
        deeds = cls.select().where(mine, cls.kind.in_(OWN)).order_by(cls.id.desc())
        return next((deed for deed in deeds if deed.facts.get("source") == source), None)

    @property
    def last(self) -> bool:
        """Has whoever did it done nothing since?"""
        newer = Deed.select().where(Deed.person == self.person_id, Deed.id > self.id, Deed.undone_at.is_null())
        return not newer.exists()

    def amend(self, **facts: Any) -> None:
        """Other facts: the message that did it was edited."""
        self.facts = self.facts | facts
        self.save(only=[Deed.facts])

    @classmethod
    def log_of(
        cls, group: Group, but: tuple[str, ...] = (), before: int | None = None, most: int = 8
    ) -> list["Deed"]:
        """What was done in the group, the latest first, without those kinds; before: older than that one's id."""
        query = cls.select().where(cls.group == group, cls.kind.not_in((*OWN, *but)))
        query = query if before is None else query.where(cls.id < before)
        return list(query.order_by(cls.id.desc()).limit(most))

    def take_back(self) -> bool:
        """Claim that it is undone: True for the one who is first."""
        changed = Deed.update(undone_at=now()).where(Deed.id == self.id, Deed.undone_at.is_null()).execute()
        return bool(changed)

    @classmethod
    def pressed_back(cls, group: Group, press: str, record: int, by: Person | None) -> None:
        """That button took back what it is for: the latest such line of the group says so, or one's own of that."""
        query = cls.select().where(cls.group == group, cls.undone_at.is_null(), cls.at >= now() - EDITABLE)
        for deed in query.order_by(cls.id.desc()):
            mine = deed.kind not in OWN or (by is not None and deed.person_id == by.id)
            if mine and deed.facts.get("press") == press and deed.facts.get("record") == record:
                deed.take_back()
                return

    def keep(self) -> None:
        """It could not be undone after all."""
        Deed.update(undone_at=None).where(Deed.id == self.id).execute()


def trace(platform: str, chat: str, message: str) -> str:
    """The mark of a message, to know it again when it is edited; nobody's number can be read from it."""
    return hashlib.sha256(f"{platform}:{chat}:{message}".encode()).hexdigest()[:20]

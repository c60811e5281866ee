"""The photos that members show each other in a group: given for that, small, and gone with the yes (87, R2)."""

from typing import TYPE_CHECKING, Optional

from peewee import BlobField, CharField, ForeignKeyField, TextField, fn

from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group, Membership
from storage.people import Person
from storage.rights import Consent

KIND = "photo"  # of the consent


class Portrait(Record):
    """Somebody's photo for one group.

    platform, source: where the photo they sent is to be fetched, until it is. body: it as a small JPEG.
    """

    person = ForeignKeyField(Person, on_delete="CASCADE")
    group = ForeignKeyField(Group, on_delete="CASCADE")
    platform = CharField(16)
    source = TextField(default="")
    body = BlobField(null=True)
    at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        person_id: int
        group_id: int

    class Meta:
        indexes = ((("person", "group"), True),)

    PERSONAL = ("source", "body")

    @classmethod
    def put(cls, seat: Membership, platform: str, source: str, words: str) -> "Portrait":
        """The photo that they sent for that group, instead of any before; words: what they agreed to."""
        cls.take_away(seat)
        Consent.give(seat.person, KIND, words, seat.group)
        return cls.create(person=seat.person_id, group=seat.group_id, platform=platform, source=source)

    @classmethod
    def of(cls, seat: Membership) -> Optional["Portrait"]:
        """The photo that the others may see: fetched, and still allowed."""
        mine = (cls.person == seat.person_id) & (cls.group == seat.group_id) & cls.body.is_null(False)
        return cls.get_or_none(mine) if Consent.given(seat.person, KIND, seat.group) else None

    @classmethod
    def shown(cls, group: Group) -> set[int]:
        """The ids of the people whose photo the members of the group may see."""
        agreed = Consent.select(Consent.person).where(
            Consent.group == group, Consent.kind == KIND, Consent.withdrawn_at.is_null()
        )
        found = cls.select(cls.person).where(cls.group == group, cls.body.is_null(False), cls.person.in_(agreed))
        return {row.person_id for row in found}

    def keep(self, body: bytes) -> None:
        """It is fetched: where it came from is forgotten."""
        Portrait.update(body=body, source="").where(Portrait.id == self.id).execute()

    @classmethod
    def take_away(cls, seat: Membership) -> bool:
        """No photo any more, nor the yes to one; False when there was none."""
        if (consent := Consent.given(seat.person, KIND, seat.group)) is not None:
            consent.withdraw()
        return bool(cls.delete().where(cls.person == seat.person_id, cls.group == seat.group_id).execute())

    @classmethod
    def tidy(cls) -> None:
        """Forget photos whose yes was taken back elsewhere, or whose person has left the group."""
        agreed = Consent.select(Consent.id).where(
            Consent.person == cls.person,
            Consent.group == cls.group,
            Consent.kind == KIND,
            Consent.withdrawn_at.is_null(),
        )
        seated = Membership.select(Membership.id).where(
            Membership.person == cls.person, Membership.group == cls.group, Membership.state == "in"
        )
        gone = [row.id for row in cls.select(cls.id).where(~fn.EXISTS(agreed) | ~fn.EXISTS(seated))]
        cls.delete().where(cls.id.in_(gone)).execute()

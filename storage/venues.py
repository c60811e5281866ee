"""Where groups meet: places with their address, room and notes, and rooms on line (M10, M16)."""

from typing import TYPE_CHECKING, Any

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField

from storage.db import Record, UTCDateTimeField, lock, now
from storage.groups import Group
from storage.people import Person


class Venue(Record):
    """A place that a group knows. notes: what members said of it, [{"by": person id, "words": …}].

    link: the address of the video room of an on-line place; map_link: a map given by somebody.
    """

    group = ForeignKeyField(Group, on_delete="CASCADE")
    name = CharField(120)
    address = CharField(255, default="")
    town = CharField(120, default="")
    link = CharField(512, default="")
    map_link = CharField(512, default="")
    capacity = IntegerField(null=True)
    notes = JSONField(default=list)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    retired = BooleanField(default=False)
    created_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int

    PERSONAL = ("notes",)

    @property
    def online(self) -> bool:
        """Is it only a video room?"""
        return bool(self.link) and not self.address

    @classmethod
    def known(cls, group: Group) -> list["Venue"]:
        """The places of a group, newest first."""
        return list(cls.select().where(cls.group == group, ~cls.retired).order_by(cls.id.desc()))

    def rename(self, name: str) -> bool:
        """Call it otherwise; False when it is called so already."""
        changed = Venue.update(name=name).where(Venue.id == self.id, Venue.name != name).execute()
        self.name = name
        return bool(changed)

    def retire(self) -> bool:
        """Offer it no more; False when that was done."""
        return self._retired(True)

    def restore(self) -> bool:
        """Offer it again; False when it was never retired."""
        return self._retired(False)

    def _retired(self, value: bool) -> bool:
        changed = Venue.update(retired=value).where(Venue.id == self.id, Venue.retired != value).execute()
        self.retired = value
        return bool(changed)

    def complete(self, **facts: Any) -> None:
        """Note what was not known of it: address, town, link, map_link, capacity; what is empty changes nothing."""
        told = {name: value for name, value in facts.items() if value}
        for name, value in told.items():
            setattr(self, name, value)
        if told:
            Venue.update(**told).where(Venue.id == self.id).execute()

    def note(self, person: Person, words: str) -> None:
        """Keep what a member says of it; one note a person, the newest."""
        self._write(person, [{"by": person.id, "words": words}])

    def forget_note(self, person: Person) -> bool:
        """Take a member's note back; False when there is none."""
        there = any(note["by"] == person.id for note in self.notes)
        self._write(person, [])
        return there

    def _write(self, person: Person, more: list[dict[str, Any]]) -> None:
        kept = lock(Venue.select(Venue.notes).where(Venue.id == self.id)).get().notes
        self.notes = [note for note in kept if note["by"] != person.id] + more
        Venue.update(notes=self.notes).where(Venue.id == self.id).execute()

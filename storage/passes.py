"""From a chat to a page of one's own: a link that opens once, then a browser known for some hours (S24, S25)."""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField

from storage import settings
from storage.db import Record, UTCDateTimeField, now
from storage.groups import Group
from storage.people import Person

LINK_LIFE = dt.timedelta(minutes=15)
VISIT = dt.timedelta(hours=12)
KEPT = dt.timedelta(days=1)  # after its end, until it is forgotten
BYTES = 16  # of a secret: 128 bits


class Pass(Record):
    """One entry to one page; only hashes of its two secrets are kept.

    page: which page it opens. group: whose, if it is a group's. link: of the secret in the link, which opens once
    until expires_at; key: of the one in the browser's cookie since used_at, good until ends_at.
    """

    person = ForeignKeyField(Person, on_delete="CASCADE")
    group = ForeignKeyField(Group, null=True, on_delete="CASCADE")
    page = CharField(16)
    link = CharField(64, unique=True)
    key = CharField(64, null=True, unique=True)
    created_at = UTCDateTimeField(default=now)
    expires_at = UTCDateTimeField()
    used_at = UTCDateTimeField(null=True)
    ends_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        person_id: int
        group_id: int | None

    PERSONAL = ()

    @classmethod
    def issue(cls, person: Person, page: str, group: Group | None = None, life: dt.timedelta = LINK_LIFE) -> str:
        """A fresh link's secret, good once and for so long; unused ones to the same page are closed."""
        unused = (cls.person == person) & (cls.page == page) & cls.used_at.is_null()
        cls.delete().where(unused, cls.group.is_null() if group is None else cls.group == group).execute()
        secret = secrets.token_urlsafe(BYTES)
        cls.create(person=person, group=group, page=page, link=_hash("link", secret), expires_at=now() + life)
        return secret

    @classmethod
    def waiting(cls, secret: str) -> Optional["Pass"]:
        """What an unused link would open; None when it is made up, spent or too old."""
        fresh = cls.used_at.is_null() & (cls.expires_at > now())
        return cls.get_or_none((cls.link == _hash("link", secret)) & fresh)

    def spend(self) -> str | None:
        """Use the link, once: the secret for the browser, or None when it was spent or is too old."""
        secret = secrets.token_urlsafe(BYTES)
        facts = {"key": _hash("key", secret), "used_at": now(), "ends_at": now() + VISIT}
        mine = (Pass.id == self.id) & Pass.used_at.is_null() & (Pass.expires_at > now())
        return secret if Pass.update(**facts).where(mine).execute() else None

    @classmethod
    def of_browser(cls, secret: str, page: str, group: int | None = None) -> Optional["Pass"]:
        """The pass of the browser that has this secret, for that page (of that group)."""
        mine = (cls.key == _hash("key", secret)) & (cls.page == page) & (cls.ends_at > now())
        return cls.get_or_none(mine & (cls.group.is_null() if group is None else cls.group == group))

    def seal(self) -> str:
        """What a form on its page sends back, so that no other site can send it (S25)."""
        return _hash("form", f"{self.id}:{self.key}")[:32]

    @classmethod
    def close_all(cls, person: Person) -> int:
        """Nobody is known any more as that person, nor can enter by a link given before; how many that were."""
        return int(cls.delete().where(cls.person == person).execute())

    @classmethod
    def tidy(cls) -> None:
        """Forget what opens nothing any more."""
        over = (cls.used_at.is_null() & (cls.expires_at < now() - KEPT)) | (cls.ends_at < now() - KEPT)
        cls.delete().where(over).execute()


def _hash(kind: str, secret: str) -> str:
    key = settings.current().secret_key.encode()
    return hmac.digest(key, f"pass:{kind}:{secret}".encode("utf-8", "replace"), hashlib.sha256).hex()

"""What comes in: a platform's event as we read it, and what a feature is handed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from storage.db import Record
from storage.groups import Group, Membership
from storage.people import Address, Person

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Sender:
    """Who speaks, as the platform names them."""

    platform: str
    address: str
    external: str | None = None
    name: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Incoming:
    """One event of a platform, read and not yet understood.

    kind: text, tap, media, edited, joined, left, join_request, blocked, unblocked, bot_added, bot_removed,
    bot_rights, migrated, title, or nothing. chat: the platform's id of the chat (a Telegram chat id, the
    person's address on WhatsApp). addressed: in a group, is it said to us (command, reply, mention)?
    """

    key: str
    platform: str
    kind: str
    at: dt.datetime
    sender: Sender | None = None
    chat: str = ""
    private: bool = True
    title: str = ""
    text: str = ""
    data: str = ""
    message: str = ""
    quoted: str = ""
    addressed: bool = False
    callback: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class WrongGroup(Exception):
    """A record of another group, or no record at all: the tap has no effect (S12)."""


@dataclass(frozen=True)
class Spoken:
    """What every handler gets: who, from where, in which group."""

    person: Person
    address: Address
    event: Incoming
    group: Group | None = None
    membership: Membership | None = None

    @property
    def private(self) -> bool:
        """Was it said to us alone?"""
        return self.event.private

    @property
    def platform(self) -> str:
        """telegram or whatsapp."""
        return self.event.platform

    def home(self) -> Group:
        """The group this is about; a feature that says `only=` always has one."""
        if self.group is None:
            raise WrongGroup
        return self.group

    def seat(self) -> Membership:
        """The speaker's membership there; a feature that says `only=` always has one."""
        if self.membership is None:
            raise WrongGroup
        return self.membership


@dataclass(frozen=True)
class Message(Spoken):
    """A text said to us: text is what the person wrote, words what follows the command or phrase."""

    text: str = ""
    words: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    media: str = ""
    record: Record | None = None
    reading: Any = None

    def about_card(self, model: type[R]) -> R:
        """The record of the card that the words are about (on.card)."""
        if not isinstance(self.record, model):
            raise WrongGroup
        return self.record

    def about(self, group: Group | None) -> "Message":
        """The same message, meant for that group."""
        seat = Membership.of(group, self.person) if group else None
        return replace(self, group=group, membership=seat)


@dataclass(frozen=True)
class Tap(Spoken):
    """A button was pressed (or its title or number written)."""

    record: Record | None = None

    def about(self, model: type[R]) -> R:
        """The record the button is about, already checked against the group of whoever taps."""
        if not isinstance(self.record, model):
            raise WrongGroup
        return self.record


@dataclass(frozen=True)
class Due:
    """A timer rings."""

    record: Record
    at: dt.datetime

    def about(self, model: type[R]) -> R:
        """The record the timer is about."""
        if not isinstance(self.record, model):
            raise WrongGroup
        return self.record


@dataclass(frozen=True)
class Happening:
    """Something happened: to a chat (joined, left, migrated …) or to a post (link_created, undeliverable …)."""

    kind: str
    event: Incoming | None = None
    person: Person | None = None
    address: Address | None = None
    record: Record | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def about(self, model: type[R]) -> R:
        """The record concerned."""
        if not isinstance(self.record, model):
            raise WrongGroup
        return self.record

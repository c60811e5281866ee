"""What a feature says: frozen effects, yielded; `speak` turns them into rows of the same transaction."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.kit.texts import Sayable, Text
from storage.db import Record
from storage.groups import Chat, Group
from storage.outbox import Post
from storage.people import Address, Person

Says = Iterator["Say"]


@dataclass(frozen=True)
class Button:
    """A button: pressing it calls the function about the record, or opens a link; only: on that messenger."""

    function: Callable[..., Any] | None
    record: Record | None
    label: Sayable | str | None = None
    url: str | None = None
    only: str | None = None


@dataclass(frozen=True)
class Say:
    """An effect."""


@dataclass(frozen=True)
class Reply(Say):
    """To whoever spoke: the toast of a tap in a group, a message in private, a reply in the group."""

    text: Sayable
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Toast(Say):
    """The little word over a tapped button (200 characters); nothing elsewhere."""

    text: Sayable


@dataclass(frozen=True)
class Tell(Say):
    """To one person, at the address chosen for the group."""

    person: Person
    text: Sayable
    buttons: tuple[Button, ...] = ()
    group: Group | None = None
    address: Address | None = None
    key: str | None = None
    once: str | None = None
    unasked: bool = False
    in_place: bool = False
    at: dt.datetime | None = None
    until: dt.datetime | None = None
    picture: tuple[str, int] | None = None
    file: tuple[str, int] | None = None
    brief: Sayable | None = None
    template: str = ""
    columns: int = 0


@dataclass(frozen=True)
class PostTo(Say):
    """To the group: its Telegram chat once, and each member who is elsewhere."""

    group: Group
    text: Sayable
    buttons: tuple[Button, ...] = ()
    key: str | None = None
    once: str | None = None
    level: str = "ordinary"
    unasked: bool = False
    but: Person | None = None
    chat: bool = True
    silent: bool = True
    at: dt.datetime | None = None
    until: dt.datetime | None = None
    in_place: bool = False
    template: str = ""
    columns: int = 0
    also: Mapping[int, Sayable] = field(default_factory=dict)
    among: frozenset[int] | None = None


@dataclass(frozen=True)
class InChat(Say):
    """To one Telegram chat alone, home of a group or not yet: no copies."""

    chat: Chat
    text: Sayable
    buttons: tuple[Button, ...] = ()
    language: str | None = None
    once: str | None = None
    unasked: bool = False
    reply: str = ""


@dataclass(frozen=True)
class Ask(Say):
    """Say something in private and hand the next text to the function."""

    function: Callable[..., Any]
    text: Sayable
    buttons: tuple[Button, ...] = ()
    group: Group | None = None
    person: Person | None = None
    address: Address | None = None
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Later(Say):
    """Set a timer: the function is called about the record at that moment."""

    function: Callable[..., Any]
    record: Record
    at: dt.datetime


@dataclass(frozen=True)
class Never(Say):
    """Forget the timers of that function about that record."""

    function: Callable[..., Any]
    record: Record


@dataclass(frozen=True)
class Errand(Say):
    """Something the platform does for us: create_link, revoke_link, approve, decline, remove, delete, leave."""

    kind: str
    chat: int
    group: Group | None
    facts: dict[str, Any] = field(default_factory=dict)
    once: str | None = None


@dataclass(frozen=True)
class Repeat(Say):
    """Say again, to whoever spoke, what was said to them before, buttons included."""

    post: Post


@dataclass(frozen=True)
class Replay(Say):
    """Understand these words as if the person had just written them in private, about that group."""

    text: str
    group: Group | None = None
    meant: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Signal(Say):
    """Tell the features that something happened; those that listen (on.event) go on at once."""

    kind: str
    record: Record
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done(Say):
    """The open question is answered: nothing is asked any more."""

    address: Address | None = None


def reply(text: Sayable, *buttons: Button) -> Reply:
    """Answer whoever spoke."""
    return Reply(text, buttons)


def toast(text: Sayable) -> Toast:
    """A word over the tapped button, wherever it was tapped."""
    return Toast(text)


def tell(person: Person, text: Sayable, *buttons: Button, **how: Any) -> Tell:
    """Tell one person. group= whom it is about; key= a live card; once= an idempotency key;

    unasked= counts in the noise budget; in_place= only edits what stands there (WhatsApp: nothing);
    at= not before; until= pointless after; picture=/file= (maker, record id), made by a job;
    brief= what WhatsApp, which edits nothing, hears instead of the whole card again;
    template= which WhatsApp template asks to open a closed window (news unless said);
    columns= so many buttons a row on Telegram (else two when they are short).
    """
    return Tell(person, text, buttons, **how)


def post(group: Group, text: Sayable, *buttons: Button, **how: Any) -> PostTo:
    """Tell the group; the same key= replaces the message. level= essential or ordinary (the dials).

    in_place= only edits what stands there: nothing new anywhere, and nothing at all on WhatsApp.
    also= a line under the copy of one person, by id; among= ids of those whom copies go to, if not all.
    The rest as in tell.
    """
    return PostTo(group, text, buttons, **how)


def in_chat(chat: Chat, text: Sayable, *buttons: Button, **how: Any) -> InChat:
    """Say it silently in that Telegram chat alone. language= if it has no group; once= idempotency."""
    return InChat(chat, text, buttons, **how)


def ask(
    function: Callable[..., Any],
    text: Sayable,
    *buttons: Button,
    group: Group | None = None,
    person: Person | None = None,
    address: Address | None = None,
    **answers: Any,
) -> Ask:
    """Ask in private; the next text goes to the function, with answers as msg.answers."""
    return Ask(function, text, buttons, group, person, address, answers)


def button(
    function: Callable[..., Any],
    record: Record | None = None,
    label: Sayable | str | None = None,
    only: str | None = None,
) -> Button:
    """A button that calls a function registered with on.tap about a record. only: telegram or whatsapp."""
    return Button(function, record, label, only=only)


def link(label: Sayable, url: str) -> Button:
    """A button that opens an address."""
    return Button(None, None, label, url)


def later(function: Callable[..., Any], record: Record, at: dt.datetime) -> Later:
    """Call a function registered with on.due about the record at that moment."""
    return Later(function, record, at)


def never(function: Callable[..., Any], record: Record) -> Never:
    """Cancel what say.later set."""
    return Never(function, record)


def errand(kind: str, chat: int, group: Group | None = None, once: str | None = None, **facts: Any) -> Errand:
    """Have the platform do something in a Telegram chat; what comes of it arrives as an on.event."""
    return Errand(kind, chat, group, facts, once)


def repeat(post: Post) -> Repeat:
    """Say a post again to whoever spoke; its buttons work as before."""
    return Repeat(post)


def replay(text: str, group: Group | None = None, meant: Callable[..., Any] | None = None) -> Replay:
    """Do what these words would do, written in private now; group= the group they mean; meant= by this feature."""
    return Replay(text, group, meant)


def signal(kind: str, record: Record, **facts: Any) -> Signal:
    """Let another feature go on from here (on.event(kind)), in the same transaction."""
    return Signal(kind, record, facts)


def done(address: Address | None = None) -> Done:
    """Close the open question."""
    return Done(address)


__all__ = [
    "Button",
    "Says",
    "Text",
    "ask",
    "button",
    "done",
    "errand",
    "in_chat",
    "later",
    "link",
    "never",
    "post",
]
__all__ += ["repeat", "replay", "reply", "tell", "toast"]

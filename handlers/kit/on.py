"""What a feature answers to: decorators that register and leave the function plain.

A stable code goes into buttons, questions and timers, so renaming a function changes nothing.
"""

import functools
import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from handlers.kit.texts import Sayable, fold
from storage.db import Record
from storage.groups import Group
from storage.people import Person

F = TypeVar("F", bound=Callable[..., Any])
Only = str | None  # "organizer", "member", "self" (the record's person), or None: anyone
Fits = Callable[[str, bool], bool]  # the text, is a question open
Wanted = Callable[[Group], bool]  # in that group, now?


@dataclass
class Command:
    """A command with its names in both languages and its line of the help.

    word: what the help says to write, when that is not the name. always: even after STOP.
    """

    function: Callable[..., Any]
    names: tuple[str, ...]
    only: Only = None
    help: Sayable | None = None
    group: bool = False
    word: Sayable | None = None
    always: bool = False


@dataclass
class Phrase:
    """Words that mean the function, folded, and as they are said."""

    function: Callable[..., Any]
    words: str
    only: Only = None
    prefix: bool = False
    always: bool = False
    said: str = ""


@dataclass
class Button:
    """A kind of button: its function, label, model of the record and who may press."""

    function: Callable[..., Any]
    code: str
    model: type[Record] | None
    label: Sayable | None
    only: Only = None


@dataclass
class About:
    """A kind of card that may be answered in words: "1 et 3, 2 si besoin", "je viens" (30, 111).

    reads: the words, the record and the writer's language -> what they say, or None when they don't concern it.
    finds: the records of a group that words without a card may mean.
    quoted: reads words that quote the card, where more may be meant; like reads unless it is given.
    clearer: words that are only half read -> what they say, in clear words that reads() understands; to be asked.
    model: of the record, whose id ends the card's key.
    """

    function: Callable[..., Any]
    kind: str
    model: type[Record]
    reads: Callable[[str, Any, str], Any]
    finds: Callable[[Group], Sequence[Record]] | None
    only: Only
    quoted: Callable[[str, Any, str], Any] | None = None
    clearer: Callable[[str, Any, str], str | None] | None = None


@dataclass
class Asked:
    """A function that takes the next text, and its ways back and out; free: whatever the text is about."""

    function: Callable[..., Any]
    code: str
    free: bool = False
    back: Callable[..., Any] | None = None
    cancel: Callable[..., Any] | None = None


@dataclass
class Registry:
    """All that the features answer to."""

    commands: dict[str, Command] = field(default_factory=dict)
    phrases: list[Phrase] = field(default_factory=list)
    likes: list[tuple[Callable[..., Any], str]] = field(default_factory=list)
    tells: set[Callable[..., Any]] = field(default_factory=set)
    own: set[Callable[..., Any]] = field(default_factory=set)
    refuses: set[Callable[..., Any]] = field(default_factory=set)
    hints: list[tuple[Callable[[str], bool], Callable[..., Any]]] = field(default_factory=list)
    buttons: dict[str, Button] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    timers: dict[str, tuple[Callable[..., Any], type[Record]]] = field(default_factory=dict)
    events: dict[str, list[Callable[..., Any]]] = field(default_factory=dict)
    cards: dict[str, About] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], Fits, Callable[..., Any]]] = field(default_factory=list)
    overheard: list[tuple[Callable[[str], bool], Wanted, Callable[..., Any]]] = field(default_factory=list)
    media: dict[str, tuple[Callable[[Person], bool], Callable[..., Any]]] = field(default_factory=dict)
    stops: dict[str, Callable[..., Any]] = field(default_factory=dict)
    codes: dict[Callable[..., Any], str] = field(default_factory=dict)


registry = Registry()


def command(
    *names: str,
    help: Sayable | None = None,
    only: Only = None,
    group: bool = False,
    word: Sayable | None = None,
    always: bool = False,
) -> Callable[[F], F]:
    """Answer to /name (and to the bare word in private). group: also meant for group chats.

    word: what the help says to write instead of the name; always: also from somebody who said STOP.
    """

    def register(function: F) -> F:
        known = Command(function, names, only, help, group, word, always)
        registry.commands.update({name: known for name in names})
        return function

    return register


def phrase(*examples: str, only: Only = None, prefix: bool = False, always: bool = False) -> Callable[[F], F]:
    """Answer to these words, both languages together; prefix: what follows them is msg.words.

    always: also from somebody who said STOP.
    """

    def register(function: F) -> F:
        registry.phrases += [Phrase(function, fold(words), only, prefix, always, words) for words in examples]
        return function

    return register


def like(*examples: str) -> Callable[[F], F]:
    """What else people write for it, both languages together: to guess by, never enough to act."""

    def register(function: F) -> F:
        registry.likes += [(function, example) for example in examples]
        return function

    return register


def tells(function: F) -> F:
    """It only tells or asks something and changes nothing: words that are nearly clear may run it."""
    registry.tells.add(function)
    return function


def own(function: F) -> F:
    """It concerns only who writes, who may say otherwise at once: words that clearly mean it may run it."""
    registry.own.add(function)
    return function


def refuses(function: F) -> F:
    """Its button leaves all as it is: "non" and "annuler" right under the card mean it."""
    registry.refuses.add(function)
    return function


def hint(holds: Callable[[str], bool]) -> Callable[[F], F]:
    """Words in which this holds (they are folded) may mean the function: it is offered, whatever else they say."""

    def register(function: F) -> F:
        registry.hints.append((holds, function))
        return function

    return register


def pattern(shape: str, fits: Fits) -> Callable[[F], F]:
    """Answer to a text of this shape (a regular expression on folded words), even while a question is open.

    fits: is this really such a text? It gets the text as written, and whether a question is open.
    """

    def register(function: F) -> F:
        registry.patterns.append((re.compile(shape), fits, function))
        return function

    return register


def overheard(holds: Callable[[str], bool], wanted: Wanted) -> Callable[[F], F]:
    """Answer to such words of members in a group's chat, said to us or not; all the rest there stays unread.

    holds: are they such words? wanted: does that group want it now? Asked after holds.
    """

    def register(function: F) -> F:
        registry.overheard.append((holds, wanted, function))
        return function

    return register


def media(*kinds: str, wanted: Callable[[Person], bool]) -> Callable[[F], F]:
    """Take what a person sends in private without words (voice, photo …) while nothing is asked."""

    def register(function: F) -> F:
        registry.media.update({kind: (wanted, function) for kind in kinds})
        return function

    return register


def stop(*words: str) -> Callable[[F], F]:
    """Answer to words that come before everything else: STOP and its kin, in private."""

    def register(function: F) -> F:
        registry.stops.update({fold(word): function for word in words})
        return function

    return register


def answer(code: str, free: bool = False) -> Callable[[F], F]:
    """Take the text that answers say.ask(function). free: also one that would be a question to us elsewhere."""

    def register(function: F) -> F:
        registry.asked[code] = Asked(function, code, free)
        registry.codes[function] = code
        return function

    return register


def back(question: Callable[..., Any]) -> Callable[[F], F]:
    """What "retour" does while that question is open."""

    def register(function: F) -> F:
        registry.asked[registry.codes[question]].back = function
        return function

    return register


def cancel(question: Callable[..., Any]) -> Callable[[F], F]:
    """What "annuler" does while that question is open."""

    def register(function: F) -> F:
        registry.asked[registry.codes[question]].cancel = function
        return function

    return register


def tap(
    code: str, model: type[Record] | None = None, label: Sayable | None = None, only: Only = None
) -> Callable[[F], F]:
    """Answer to a button about a record of that model; its label unless say.button gives another."""

    def register(function: F) -> F:
        registry.buttons[code] = Button(function, code, model, label, only)
        registry.codes[function] = code
        return function

    return register


def card(
    kind: str,
    model: type[Record],
    reads: Callable[[str, Any, str], Any],
    finds: Callable[[Group], Sequence[Record]] | None = None,
    only: Only = None,
    quoted: Callable[[str, Any, str], Any] | None = None,
    clearer: Callable[[str, Any, str], str | None] | None = None,
) -> Callable[[F], F]:
    """Answer to words about the card with key "kind:id".

    msg.about_card(model) is its record, msg.reading what reads() made of the words.
    The card quoted, else the last one shown, else those that finds() names for the person's groups.
    quoted() reads words that quote it instead of reads(), where an answer may be anything.
    clearer() says in clear words what half read words likely mean: that is offered by a button.
    """

    def register(function: F) -> F:
        registry.cards[kind] = About(function, kind, model, reads, finds, only, quoted, clearer)
        return function

    return register


def due(code: str, model: type[Record]) -> Callable[[F], F]:
    """Answer to a timer about a record of that model."""

    def register(function: F) -> F:
        registry.timers[code] = (function, model)
        registry.codes[function] = code
        return function

    return register


def event(*kinds: str) -> Callable[[F], F]:
    """Answer to what happens to a chat or a post: joined, left, migrated, link_created …"""

    def register(function: F) -> F:
        for kind in kinds:
            registry.events.setdefault(kind, []).append(function)
        return function

    return register


def tapped(code: str) -> Callable[..., Any]:
    """The function of another feature's button, for a button that leads there."""
    return load().buttons[code].function


@functools.cache
def load() -> Registry:
    """Import every feature of the table of contents, once."""
    from handlers import FEATURES

    for name in FEATURES:
        importlib.import_module(f"handlers.{name}")
    return registry


def declared() -> Iterator[Command | Phrase]:
    """All that may be said in words, commands and phrases, with who may."""
    yield from registry.commands.values()
    yield from registry.phrases


def spoken(name: str) -> Callable[..., Any] | None:
    """The function that words may mean, by its module and name ("handlers.meet.vote.show")."""
    known = [*(one.function for one in declared()), *(function for function, _said in registry.likes)]
    return next((one for one in known if f"{one.__module__}.{one.__name__}" == name), None)


def helps() -> Iterator[Command]:
    """Commands with a line of help, each once, in the order of the table of contents."""
    shown = set()
    for known in load().commands.values():
        if known.help and id(known) not in shown:
            shown.add(id(known))
            yield known

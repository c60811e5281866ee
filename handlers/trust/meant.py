"""Meant: half understood words are asked about, with at most three buttons that really do it (31, 111)."""

from collections.abc import Callable
from typing import Any

from handlers.kit import Message, Says, Tap, _, on, say
from handlers.kit.texts import fold
from handlers.kit.understand import labels
from storage import settings
from storage.outbox import Question

ONE = _("Do you mean “{wish}”?")
SEVERAL = _("Do you mean one of these?")
OVER = _("That was a while ago: tell me again what you would like.")
YES = frozenset("oui yes ouais yep si exact exactement voila ok d'accord c'est ca that's it yeah right".split())
NO = frozenset("non no nope nan rien aucun none nothing laisse".split())


@on.event("half_understood")
def ask(msg: Message) -> Says:
    """What the words likely mean is offered; a question that is open elsewhere is not pushed aside."""
    language = msg.person.language or settings.current().language
    found: list[Callable[..., Any]] = [guess.function for guess in msg.reading]
    names = [labels.label(function, language, msg.text) for function in found]
    Question.ask(msg.address, "un.which", {"words": msg.text, "meant": [_name(one) for one in found]}, msg.group)
    text = ONE if len(found) == 1 else SEVERAL
    buttons = [say.button(tap, None, name) for tap, name in zip((first, second, third), names, strict=False)]
    yield say.reply(text.given(wish=names[0]), *buttons)


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"


def _function(name: str) -> Callable[..., Any] | None:
    return next((one.function for one in on.declared() if _name(one.function) == name), None)


def _do(spoken: Message | Tap, number: int) -> Says:
    question = Question.of(spoken.address)
    answers = question.answers if question is not None and question.code == "un.which" else {}
    names = answers.get("meant", [])
    function = _function(names[number]) if number < len(names) else None
    if question is None or function is None:
        yield say.reply(OVER)
    else:
        yield say.done()
        yield say.replay(answers["words"], question.group, function)


@on.answer("un.which")
def which(msg: Message) -> Says:
    """ "oui" is the first; "non" is none of them; anything else is said anew."""
    words = fold(msg.text).strip(" .!?…")
    if words in YES:
        yield from _do(msg, 0)
        return
    yield say.done()
    if words in NO:
        yield say.reply(_("All right, I leave it. “help” shows what I can do."))
    elif msg.text.strip():
        yield say.replay(msg.text)


@on.cancel(which)
def none_of_them(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, I leave it. “help” shows what I can do."))


@on.tap("un.1", None)
def first(tap: Tap) -> Says:
    yield from _do(tap, 0)


@on.tap("un.2", None)
def second(tap: Tap) -> Says:
    yield from _do(tap, 1)


@on.tap("un.3", None)
def third(tap: Tap) -> Says:
    yield from _do(tap, 2)

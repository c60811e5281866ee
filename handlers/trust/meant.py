"""Meant: half understood words are asked about, with at most three buttons that really do it (31, 111)."""

from collections.abc import Callable
from typing import Any

from handlers.kit import Message, Says, Tap, _, on, say
from handlers.kit.texts import fold
from handlers.kit.understand import labels
from handlers.kit.understand.weighing import Offer
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
    offers: list[Offer] = msg.reading
    named = [_label(offer, language, msg.text) for offer in offers]
    says = [offer.says for offer in offers]
    names = [_name(offer.function) for offer in offers]
    Question.ask(msg.address, "un.which", {"words": msg.text, "meant": names, "says": says}, msg.group)
    ways = zip((first, second, third), offers, named, strict=False)
    buttons = [_button(tap, offer, label) for tap, offer, label in ways]
    yield say.reply(ONE.given(wish=named[0]) if len(named) == 1 else SEVERAL, *buttons)


def _label(offer: Offer, language: str, text: str) -> str:
    button = on.registry.buttons.get(on.registry.codes.get(offer.function, ""))
    if offer.says:
        return offer.says
    if button is not None and button.label is not None:
        return button.label.plain(language)
    return labels.label(offer.function, language, text)


def _button(tap: Callable[[Tap], Says], offer: Offer, label: str) -> say.Button:
    """A feature's own button where there is one; else ours, which remembers what was written."""
    if offer.record is not None and not offer.says:
        return say.button(offer.function, offer.record)
    return say.button(tap, None, label)


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"


def _do(spoken: Message | Tap, number: int) -> Says:
    question = Question.of(spoken.address)
    answers = question.answers if question is not None and question.code == "un.which" else {}
    names, says = answers.get("meant", []), answers.get("says", [])
    function = on.spoken(names[number]) if number < len(names) else None
    yield from [say.done()] if answers else []
    if question is not None and number < len(says) and says[number]:
        yield say.replay(says[number], question.group)
    elif question is not None and function is not None:
        yield say.replay(answers["words"], question.group, function)
    else:
        yield say.reply(OVER)


@on.answer("un.which")
def which(msg: Message) -> Says:
    """ "oui" is the first; "non" is none of them; anything else is said anew."""
    words = fold(msg.text).strip(" .!?…")
    if words in YES:
        yield from _do(msg, 0)
        return
    yield say.done()
    if words in NO:
        yield say.reply(_("All right, I'll leave it. “help” shows what I can do."))
    elif msg.text.strip():
        yield say.replay(msg.text)


@on.cancel(which)
def none_of_them(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, I'll leave it. “help” shows what I can do."))


@on.tap("un.1", None)
def first(tap: Tap) -> Says:
    yield from _do(tap, 0)


@on.tap("un.2", None)
def second(tap: Tap) -> Says:
    yield from _do(tap, 1)


@on.tap("un.3", None)
def third(tap: Tap) -> Says:
    yield from _do(tap, 2)

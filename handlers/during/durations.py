"""How a group holds its hot seats: the minutes of the six steps, how many a meeting, who turns the page (47)."""

import re

from handlers.kit import Message, Sayable, Says, Tap, _, lines, on, say
from handlers.kit.cards import hot_seats
from storage.groups import Group
from storage.hotseats import MINUTES, Script

LONGEST = 90  # minutes of one step
MOST = 3  # hot seats of one meeting
WORDS = {"un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3}


@on.phrase(
    "durées du hot seat",
    "durée du hot seat",
    "durées hot seat",
    "hot seat durations",
    "hot seat minutes",
    "durations of the hot seat",
    only="organizer",
    prefix=True,
)
@on.like(
    "change les durées du hot seat", "10 minutes de questions", "combien de temps dure un hot seat",
    "how long is a hot seat", "change the hot seat timing", "règle les temps du hot seat",
    "5 minutes de plus pour les conseils", "change how long each step takes", "combien de minutes par étape",
)  # fmt: skip
def durations(msg: Message) -> Says:
    script = Script.of(msg.home())
    found = [int(number) for number in re.findall(r"\d{1,3}", msg.words)]
    if not msg.words:
        yield say.reply(lines(_shown(script), _HOW))
    elif len(found) != len(MINUTES) or not all(1 <= minutes <= LONGEST for minutes in found):
        yield say.reply(lines(_("Six numbers, please, from 1 to {most} minutes.", most=LONGEST), _HOW))
    else:
        script.change(minutes=found)
        yield say.reply(_shown(script), say.button(undo, msg.home()))
        yield say.signal("did", msg.home(), what="durations", press="du.undo")


_HOW = _("For example: “hot seat durations 5 10 5 20 10 5”.")


def _shown(script: Script) -> Sayable:
    rows = zip(hot_seats.TITLES, script.minutes, strict=True)
    return lines(
        _("<b>The six steps of a hot seat</b>, {n} minutes in all:", n=sum(script.minutes)),
        *(_("• {step}: {n} min", step=title, n=minutes) for title, minutes in rows),
    )


@on.phrase("hot seats par réunion", "nombre de hot seats", "hot seats per meeting", only="organizer", prefix=True)
@on.like(
    "deux hot seats par séance", "on fait combien de hot seats", "how many hot seats", "trois passages par réunion",
    "combien de passages par réunion", "two people per meeting on the hot seat",
)  # fmt: skip
def how_many(msg: Message) -> Says:
    yield from _set_seats(msg, _number(msg.words))


@on.like(
    "un seul hot seat par soirée",
    "une seule personne passe à chaque réunion",
    "only one hot seat each time",
)
@on.phrase("un hot seat par réunion", "one hot seat per meeting", only="organizer")
def one_seat(msg: Message) -> Says:
    yield from _set_seats(msg, 1)


@on.like(
    "deux personnes passent à chaque réunion",
    "on fait deux hot seats à chaque fois",
    "two hot seats each time",
)
@on.phrase("deux hot seats par réunion", "two hot seats per meeting", only="organizer")
def two_seats(msg: Message) -> Says:
    yield from _set_seats(msg, 2)


def _number(words: str) -> int | None:
    found = re.search(r"\d+", words)
    return int(found.group()) if found else WORDS.get(words.strip(" :.").lower())


def _set_seats(msg: Message, seats: int | None) -> Says:
    if seats is None or not 1 <= seats <= MOST:
        yield say.reply(_("How many? From 1 to {most}. For example: “hot seats per meeting: 2”.", most=MOST))
        return
    Script.of(msg.home()).change(seats=seats)
    yield say.reply(_("From now on: {n} at each meeting.", n=seats), say.button(undo, msg.home()))
    yield say.signal("did", msg.home(), what="durations", press="du.undo")


@on.phrase("hot seat automatique", "automatic hot seat", only="organizer")
@on.like(
    "que le hot seat avance tout seul", "make the hot seat automatic", "que les étapes s'enchaînent toutes seules",
    "passe aux étapes automatiquement", "let the steps follow by themselves",
    "enchaîne les étapes du hot seat sans qu'on te le dise", "go through the hot seat steps by yourself",
)  # fmt: skip
def automatic(msg: Message) -> Says:
    Script.of(msg.home()).change(auto=True)
    yield say.reply(_("The next step begins by itself when time is over."), say.button(undo, msg.home()))
    yield say.signal("did", msg.home(), what="durations", press="du.undo")


@on.phrase("hot seat manuel", "manual hot seat", only="organizer")
@on.like(
    "je veux gérer le hot seat à la main", "make the hot seat manual", "c'est moi qui passe les étapes",
    "je veux passer à l'étape suivante moi-même", "I move the steps myself",
    "n'avance plus les étapes du hot seat tout seul", "on passera les étapes nous-mêmes",
    "don't move the hot seat steps by yourself",
)  # fmt: skip
def manual(msg: Message) -> Says:
    Script.of(msg.home()).change(auto=False)
    yield say.reply(_("The next step begins when somebody taps “Next step”."), say.button(undo, msg.home()))
    yield say.signal("did", msg.home(), what="durations", press="du.undo")


@on.tap("du.undo", Group, _("Undo"), only="organizer")
def undo(tap: Tap) -> Says:
    script = Script.of(tap.home())
    if script.undo():
        yield say.reply(lines(_("As before."), _shown(script)))
        yield say.signal("taken_back", tap.home(), press="du.undo")
    else:
        yield say.reply(_("There is nothing left to undo."))

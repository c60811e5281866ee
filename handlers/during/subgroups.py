"""Sub-groups in one tap: two, three or four together, at random; who arrives late gets one too (56)."""

import re

from handlers.kit import Happening, Message, Sayable, Says, Tap, Text, _, lines, names, on, say
from handlers.kit.cards import evening
from handlers.kit.texts import fold
from storage.people import Person
from storage.rounds import SubGroup
from storage.sessions import Session

USUAL = 3
FEWEST = 4  # people: with fewer, there is nothing to share out
SIZE = re.compile(r"\b(?:de|par|of|by)? ?(?P<n>[2-9]|deux|trois|quatre|two|three|four)\b")
SIZES = {"deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4}
OVER = _("That meeting is over. See you at the next one!")


@on.command("sousgroupes", "subgroups", only="member", group=True)
@on.phrase(
    "sous-groupes", "sous groupes", "petits groupes", "en groupes", "fais des groupes", "sub-groups", "small groups",
    prefix=True,
)  # fmt: skip
@on.like(
    "fais des groupes de trois", "on se met par deux", "sépare-nous en deux groupes", "des binômes",
    "split us in groups of three", "pair us up", "make two groups",
    "divise-nous en petits groupes", "on se répartit à trois", "mets-nous par paires",
    "break us into small groups", "split into pairs", "deux équipes au hasard",
)  # fmt: skip
def ask(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
        return
    found = SIZE.search(fold(msg.words))
    size = found["n"] if found else str(USUAL)
    yield from _draw(msg, session, SIZES.get(size) or int(size))


@on.tap("sg.three", Session, _("Sub-groups"), only="member")
def by_three(tap: Tap) -> Says:
    yield from _again(tap, USUAL)


@on.tap("sg.two", Session, _("By twos"), only="member")
def by_two(tap: Tap) -> Says:
    yield from _again(tap, 2)


@on.tap("sg.four", Session, _("By fours"), only="member")
def by_four(tap: Tap) -> Says:
    yield from _again(tap, 4)


def _again(tap: Tap, size: int) -> Says:
    session = tap.about(Session)
    if session.on:
        yield from _draw(tap, session, size)
    else:
        yield say.reply(OVER)


def _draw(spoken: Message | Tap, session: Session, size: int) -> Says:
    if session.mark(spoken.person, True):
        yield say.signal("presence_changed", session)
    count = len(session.here())
    if count < FEWEST:
        yield say.reply(_("You are {n} so far: stay together, and I share you out from four on.", n=count))
        return
    drawn = SubGroup.draw(session, size)
    yield say.toast(_("Done: {n} groups.", n=len(drawn)))
    yield _card(session, drawn)
    for number, people in enumerate(drawn, 1):
        for person in people:
            if evening.apart(session.group, person):
                yield say.tell(person, _yours(number, people, person), group=session.group)


def _card(session: Session, drawn: list[list[Person]], in_place: bool = False) -> say.Say:
    """In the group's chat alone: the others are told theirs in private."""
    buttons = [
        say.button(by_two, session),
        say.button(by_three, session, _("By threes")),
        say.button(by_four, session),
    ]
    return say.post(
        session.group,
        lines(_("👥 <b>Sub-groups</b>"), *_listed(drawn)),
        *(buttons if session.on else ()),
        key=f"subgroups:{session.id}",
        among=frozenset(),
        in_place=in_place,
        columns=3,
    )


def _listed(drawn: list[list[Person]]) -> list[Sayable]:
    return [_("{n}. {names}", n=n, names=names.listed(people)) for n, people in enumerate(drawn, 1)]


def _yours(number: int, people: list[Person], person: Person) -> Text:
    others = [one for one in people if one.id != person.id]
    return _("👥 Sub-group {n}: you with {names}.", n=number, names=names.listed(others))


@on.event("presence_changed")
def keep_up(happening: Happening) -> Says:
    """Late arrivals go to the smallest group."""
    session = happening.about(Session)
    if not session.on or not SubGroup.of(session):
        return
    joined = [(person, number) for person in session.here() if (number := SubGroup.join(session, person))]
    drawn = SubGroup.of(session)
    for person, number in joined:
        yield say.tell(person, _yours(number, drawn[number - 1], person), group=session.group)
    if joined:
        yield _card(session, drawn, in_place=True)

"""The mission cards as they are said: their names, what each asks for, who has which, and whom a word means."""

import re
from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz

from handlers.kit import names, on, say
from handlers.kit.texts import On, Sayable, Text, _, fold, lines
from storage.meetings import Meeting
from storage.missions import (
    DATE,
    DONE,
    HOST,
    ICEBREAKER,
    OWN,
    PASSED,
    PHOTO,
    SUMMARY,
    VENUE,
    WELCOME,
    Draw,
    Mission,
    newcomers,
)
from storage.people import Person
from storage.sessions import Session

NAMES = {
    DATE: _("Next date"),
    VENUE: _("Venue"),
    SUMMARY: _("Write-up"),
    HOST: _("Greeting"),
    WELCOME: _("Newcomer"),
    ICEBREAKER: _("Icebreaker"),
    PHOTO: _("Photo"),
}
TASKS = {
    DATE: _("Propose two or three dates for the next meeting, then keep the best one."),
    VENUE: _("Find where you meet next: one place, or several for the group to choose from."),
    SUMMARY: _("Add to the write-up what the others should know."),
    HOST: _("Next time, come ten minutes early and greet each one by name."),
    WELCOME: _("Write a friendly word to whoever has just joined, before the next meeting."),
    ICEBREAKER: _("Bring a question or a small game to open the next meeting with."),
    PHOTO: _("Next time, take a picture of the group, if everybody agrees."),
}
SAID = {
    "date": DATE, "prochaine date": DATE, "next date": DATE, "dates": DATE,
    "lieu": VENUE, "endroit": VENUE, "venue": VENUE, "place": VENUE,
    "compte rendu": SUMMARY, "compte-rendu": SUMMARY, "resume": SUMMARY, "write-up": SUMMARY, "summary": SUMMARY,
    "accueil": HOST, "hote": HOST, "host": HOST, "greeting": HOST,
    "bienvenue": WELCOME, "nouveau": WELCOME, "nouvelle": WELCOME, "newcomer": WELCOME, "welcome": WELCOME,
    "brise-glace": ICEBREAKER, "brise glace": ICEBREAKER, "icebreaker": ICEBREAKER, "ice breaker": ICEBREAKER,
    "photo": PHOTO, "photos": PHOTO, "picture": PHOTO,
}  # fmt: skip
ARTICLES = re.compile(
    r"^(?:(?:la |le |l'|the )?(?:carte|card)s? (?:de |du |d'|of |mission )?)?(?:la |le |les |l'|the )?"
)
POWERS = {DATE: "mc.dates", VENUE: "mc.venue", SUMMARY: "mc.sum"}
SHOWN_FREE = 3


def name(card: Mission) -> Text | str:
    """What the card is called."""
    return card.title if card.code == OWN else NAMES[card.code]


def task(card: Mission) -> Text | None:
    """What it asks for, in a sentence; a group's own says it by its name."""
    return TASKS.get(card.code)


def find(cards: Sequence[Mission], words: str) -> Mission | None:
    """The card that words name: "la carte lieu", "compte rendu", "gâteau"; None when they name none, or several."""
    wanted = ARTICLES.sub("", re.sub(r" card$", "", fold(words).strip(" .!?:“”«»\"'"))).strip(" “”«»\"'")
    if not wanted:
        return None
    own = [card for card in cards if card.code == OWN]
    exact = [card for card in own if fold(card.title) == wanted]
    found = exact or [card for card in cards if card.code == SAID.get(wanted)]
    found = found or [card for card in own if len(wanted) > 2 and fuzz.partial_ratio(wanted, fold(card.title)) >= 88]
    return found[0] if len(found) == 1 else None


# ------------------------------------------------------------------ who has which


def key(meeting: Meeting) -> str:
    """The name of the group's card."""
    return f"cards:{meeting.id}"


def shared(session: Session, draws: list[Draw], in_place: bool = False) -> say.Say:
    """Who has which card: once in the group's chat, and to each WhatsApp member who was there."""
    return say.post(
        session.group,
        told(draws),
        *buttons(draws),
        key=key(session.meeting),
        among=frozenset(person.id for person in session.present()),
        in_place=in_place,
        template="mission",
    )


def refresh(meeting: Meeting) -> list[say.Say]:
    """Change what stands in the group already; nothing new anywhere (113)."""
    session = Session.of(meeting)
    return [shared(session, Draw.of_meeting(meeting), in_place=True)] if session else []


def shown_to(person: Person, draws: list[Draw]) -> say.Say:
    """Who has which, for one person in private."""
    meeting = draws[0].meeting
    return say.tell(person, told(draws), *buttons(draws), group=meeting.group, key=key(meeting))


def told(draws: list[Draw]) -> Sayable:
    """A line for each card that somebody has, one for those that are free."""
    held = [draw for draw in draws if draw.person is not None and draw.state != PASSED]
    settled = [draw for draw in draws if draw.person is None and draw.state == DONE]
    free = [draw for draw in draws if draw.free]
    return lines(
        _("🃏 <b>Mission cards</b>"),
        *(_line(draw) for draw in (*held, *settled)),
        _("Free: {cards}", cards=[name(draw.mission) for draw in free]) if free else None,
        _free_words(free) if free else None,
    )


def _line(draw: Draw) -> Text:
    if draw.person is None:
        return _("✓ {card}", card=name(draw.mission))
    who = names.first(draw.person)
    if draw.state == DONE:
        return _("✓ {card}: {name}", card=name(draw.mission), name=who)
    return _("• {card}: {name}", card=name(draw.mission), name=who)


def _free_words(free: list[Draw]) -> Sayable:
    """How to take one; there are buttons for the first ones on Telegram."""
    words = _("To take one, write: I take the card {card}", card=name(free[0].mission))
    return words if len(free) > SHOWN_FREE else On("", words)


def buttons(draws: list[Draw]) -> list[say.Button]:
    """Take a free card."""
    free = [draw for draw in draws if draw.free]
    return [say.button(on.tapped("mc.take"), draw, _take(draw)) for draw in free[:SHOWN_FREE]]


def _take(draw: Draw) -> Text:
    return _("I take: {card}", card=name(draw.mission))


# ------------------------------------------------------------------ one's own card


def hand(draw: Draw, person: Person, lead: Sayable | None = None, **how: Any) -> say.Say:
    """The card in its holder's hand: its picture, what it asks for, and what its buttons do."""
    text = lines(
        lead,
        _("Your mission card: <b>{card}</b>", card=name(draw.mission)),
        task(draw.mission),
        _welcomed(draw, person),
    )
    facts: dict[str, Any] = {"picture": ("mission", draw.id), "template": "mission"}
    return say.tell(person, text, *ways(draw), group=draw.group, **(facts | how))


def _welcomed(draw: Draw, holder: Person) -> Text | None:
    """Whom the newcomer's card is about."""
    if draw.code != WELCOME:
        return None
    people = [one for one in newly_come(draw.meeting) if one.id != holder.id]
    return _("It is about {names}.", names=names.listed(people, 4)) if people else None


def ways(draw: Draw) -> list[say.Button]:
    """Its power, done, exchange, give back."""
    power = POWERS.get(draw.code)
    codes = ([power] if power else []) + ["mc.done", "mc.swap", "mc.pass"]
    return [say.button(on.tapped(code), draw) for code in codes]


def newly_come(meeting: Meeting) -> list[Person]:
    """Who joined since the group's meeting before that one; nobody when it is the first."""
    earlier = [one for one in Meeting.past_of(meeting.group, 2) if one.id != meeting.id]
    return newcomers(meeting.group, earlier[0].starts_at) if earlier else []

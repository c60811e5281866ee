"""Mission cards: drawn at random among those present, each with a power; taken, done or given back (61; A01–A04)."""

import datetime as dt
import re
import secrets

from handlers.kit import Happening, Message, Says, Tap, _, names, on, say
from handlers.kit.cards import closing, missions
from handlers.kit.texts import fold
from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.missions import DATE, ESSENTIAL, PASSED, SUMMARY, VENUE, WELCOME, Draw, Mission, draw, past_draws
from storage.people import Person
from storage.polls import DATE as DATES
from storage.polls import Poll
from storage.sessions import Session

TAKES = re.compile(
    r"^(?:(?:ok|bon|allez|alors|moi|oui|et|well|yes|me)[ ,]+)*"
    r"(?:(?:je prends|je veux bien|i take|i'll take) (?:la |the )(?:carte|card) "
    r"|(?:je me charge|je m'occupe) (?:de |du )|i(?:'ll)? take care of )"
    r"(?P<card>[^,;.!?]{2,40}?)(?: cette (?:fois|semaine)| this (?:time|week))?(?:[,;.!?].*)?$"
)
SOON = dt.timedelta(days=3)  # for the date and the summary
NOT_YOURS = _("That card is no longer yours. “My cards” shows the ones you hold.")
NO_DRAW = _("No mission cards were drawn yet: that is done when a meeting is closed.")
BACK = _("I keep it after all")
TAKEN = _("Somebody else was faster: that card is taken.")


# ------------------------------------------------------------------ the draw


@on.tap("mc.draw", Session, _("Draw the cards"), only="member")
def deal(tap: Tap) -> Says:
    session = tap.about(Session)
    if closing.ended(session):
        yield say.reply(closing.OVER)
    elif not closing.may(session, tap):
        yield say.reply(closing.NOT_HERE)
    elif not session.present():
        yield say.reply(_("Nobody is noted as here yet: one tap on “I'm here” each, then draw again."))
    else:
        yield from _deal(session)


def _deal(session: Session) -> Says:
    """Write down who got what; the second of two who draw at once finds it done."""
    meeting = session.meeting
    hands = _hands(session)
    if not Draw.deal(meeting, hands, {card: due_of(card, session) for card in hands}):
        yield say.reply(_("The cards are drawn already: look in the group, or write “my cards”."))
        return
    draws = Draw.of_meeting(meeting)
    yield missions.shared(session, draws)
    for one in draws:
        if one.person is not None:
            yield missions.hand(one, one.person)
    yield say.toast(_("The cards are drawn."))
    yield say.signal("cards_drawn", meeting)


def _hands(session: Session) -> dict[Mission, Person | None]:
    """Who gets which card: those who are here still, the essential cards first, the others in any order."""
    dice = secrets.SystemRandom()
    people = {person.id: person for person in session.here() or session.present()}
    deck = [card for card in Mission.deck(session.group) if _useful(card, session)]
    first = [card for card in deck if card.code in ESSENTIAL]
    others = [card for card in deck if card.code not in ESSENTIAL]
    cards = {card.id: card for card in (*first, *dice.sample(others, len(others)))}
    welcome = {card.id for card in cards.values() if card.code == WELCOME}
    unfit = {person.id: welcome for person in missions.newly_come(session.meeting)} if welcome else {}
    hand = draw(list(cards), list(people), past_draws(session.group, session.meeting), dice, unfit)
    return {cards[number]: people.get(person or 0) for number, person in hand.items()}


def _useful(card: Mission, session: Session) -> bool:
    """Nobody need find a date that is set, a place that is known, or greet a newcomer who isn't there."""
    ahead = closing.next_meeting(session)
    if card.code == DATE:
        return ahead is None and not Poll.open_of(session.group, DATES)
    if card.code == VENUE:
        return ahead is None or not (ahead.where() or ahead.link)
    return card.code != WELCOME or bool(missions.newly_come(session.meeting))


def due_of(card: Mission, session: Session) -> dt.datetime:
    """When it should be done: soon, half way to the next meeting, or at it."""
    ahead = closing.next_meeting(session)
    usual = now() + dt.timedelta(days=session.group.rhythm_days)
    next_time = ahead.starts_at if ahead else usual
    if card.code in (DATE, SUMMARY):
        return min(now() + SOON, next_time)
    return now() + (next_time - now()) / 2 if card.code in (VENUE, WELCOME) else next_time


# ------------------------------------------------------------------ who has which


@on.command("cartes", "missions", "cards", help=_("the mission cards, and who has which"), only="member", group=True)
@on.phrase("les cartes", "cartes mission", "qui a quelle carte", "mission cards", "who has which card", only="member")
@on.tells
@on.like(
    "montre les cartes", "c'est quoi les cartes mission", "qui a la carte lieu", "qui a quoi comme carte",
    "quelles cartes sont libres", "show the cards", "who has the venue card", "which cards are free",
    "il reste quoi comme cartes", "les cartes sont réparties comment", "c'est qui qui a quoi comme carte",
    "which cards are left", "who got which card",
)  # fmt: skip
def show(msg: Message) -> Says:
    draws = Draw.latest_in(msg.home())
    if not draws:
        yield say.reply(NO_DRAW)
    elif msg.private:
        yield missions.shown_to(msg.person, draws)
    else:
        yield say.reply(missions.told(draws), *missions.buttons(draws))


@on.phrase("mes cartes", "ma carte", "ma mission", "mes missions", "my cards", "my card", "my mission", only="member")
@on.tells
@on.like(
    "c'est quoi ma carte", "j'ai quelle carte", "quelle est ma mission", "rappelle-moi ma carte",
    "j'ai quoi comme mission", "what's my card", "which card do I have", "remind me of my mission",
    "je devais faire quoi comme mission", "ma carte c'est laquelle déjà", "what was my mission again",
    "which one is my card",
)  # fmt: skip
def mine(msg: Message) -> Says:
    held = Draw.held_by(msg.person, msg.home())
    for one in held[:3]:
        yield missions.hand(one, msg.person)
    if not held:
        yield say.reply(_("You hold no mission card. “Cards” shows who has which, and which are free."))


# ------------------------------------------------------------------ a free one


@on.tap("mc.take", Draw, _("I take it"), only="member")
def take(tap: Tap) -> Says:
    yield from _take(tap, tap.about(Draw))


@on.phrase(
    "je prends la carte", "je veux la carte", "je prends la mission", "je me charge de la carte",
    "I take the card", "I'll take the card", "I want the card",
    only="member", prefix=True,
)  # fmt: skip
@on.like(
    "je prends la carte compte rendu", "je veux bien rédiger le résumé", "happy to do the summary",
    "I can write the summary", "je prends le compte rendu", "je m'occupe du compte rendu",
    "je me charge de l'accueil", "je veux bien faire le compte rendu", "donne-moi la carte photo",
    "je fais l'accueil", "I'll take the summary", "I take care of the welcome", "give me the photo card",
    "I'll do the summary",
    "je me dévoue pour le compte rendu", "je veux bien m'occuper de l'accueil", "allez je fais le résumé",
    "je me propose pour le compte rendu", "count on me for the summary", "I volunteer for the write-up",
    "put me down for the summary", "I don't mind writing it up",
)  # fmt: skip
def take_in_words(msg: Message) -> Says:
    draws = Draw.latest_in(msg.home())
    card = missions.find([one.mission for one in draws], msg.words)
    wanted = next((one for one in draws if card is not None and one.mission_id == card.id), None)
    free = [one for one in draws if one.free]
    if wanted is not None:
        yield from _take(msg, wanted)
    elif free:
        shown = [missions.name(one.mission) for one in free]
        yield say.reply(_("Which card? Free now: {cards}.", cards=shown), *missions.buttons(draws))
    else:
        yield say.reply(_("No card is free now.") if draws else NO_DRAW)


def _says_taken(text: str) -> bool:
    return TAKES.match(fold(text)) is not None


def _something_free(group: Group) -> bool:
    return any(one.free for one in Draw.latest_in(group))


@on.overheard(_says_taken, wanted=_something_free)
def take_in_chat(msg: Message) -> Says:
    """ "je prends la carte lieu", said among the others: the card, and nothing else of what they say."""
    draws = Draw.latest_in(msg.home())
    found = TAKES.match(fold(msg.text))
    card = missions.find([one.mission for one in draws], found["card"]) if found else None
    for one in draws:
        if card is not None and one.mission_id == card.id:
            yield from _take(msg, one)


def _take(spoken: Message | Tap, one: Draw) -> Says:
    if one.person_id == spoken.person.id:
        yield say.reply(_("You hold that card already. Thank you!"))
    elif not _latest(one):
        yield say.reply(_("Those cards are from a meeting of before: the new ones count now."))
    elif one.claim(spoken.person):
        yield from _held(spoken, one)
    else:
        yield say.reply(TAKEN)


def _latest(one: Draw) -> bool:
    newest = Draw.latest_in(one.group)
    return bool(newest) and newest[0].meeting_id == one.meeting_id


def _held(spoken: Message | Tap, one: Draw) -> Says:
    if not spoken.private:
        yield say.reply(
            _("It is yours, {name}: thank you! The rest comes in private.", name=names.first(spoken.person))
        )
    yield missions.hand(one, spoken.person, _("It is yours, thank you!") if spoken.private else None)
    yield say.signal("card_held", one)
    yield say.signal("taken_back", one, press="mc.take")
    yield say.signal("did", one, what="own", press="mc.pass")
    yield from missions.refresh(one.meeting)


# ------------------------------------------------------------------ done, or not


@on.tap("mc.done", Draw, _("It's done"), only="member")
def done(tap: Tap) -> Says:
    one = tap.about(Draw)
    if one.person_id != tap.person.id:
        yield say.reply(NOT_YOURS)
    elif one.finish():
        yield say.reply(_("Thank you! It is ticked off."), say.button(not_yet, one))
        yield say.signal("did", one, what="card", press="mc.undone")
        yield from missions.refresh(one.meeting)
    else:
        yield say.reply(_("It is ticked off already. Thank you!"))


@on.phrase(
    "carte faite", "ma carte est faite", "j'ai fait ma carte", "mission accomplie", "mission faite",
    "card done", "my card is done", "mission accomplished",
    only="member",
)  # fmt: skip
@on.like(
    "j'ai trouvé le lieu c'est bon", "ma mission est faite", "j'ai fini ma mission", "c'est fait pour ma carte",
    "le lieu est réservé, carte faite", "my mission is done", "I've done my card", "I found the place, card done",
    "le lieu est trouvé", "le lieu est réservé", "c'est réservé, fait", "venue is booked, done",
    "I booked the place",
    "la salle est trouvée, ma carte est bonne", "ma mission c'est fait", "j'ai fait ce que demandait ma carte",
    "that's my card sorted", "the place is found",
)  # fmt: skip
def done_in_words(msg: Message) -> Says:
    held = Draw.held_by(msg.person, msg.home())
    if len(held) == 1 and held[0].finish():
        yield say.reply(_("Thank you! It is ticked off."), say.button(not_yet, held[0]))
        yield say.signal("did", held[0], what="card", press="mc.undone")
        yield from missions.refresh(held[0].meeting)
    elif held:
        buttons = [say.button(done, one, missions.name(one.mission)) for one in held]
        yield say.reply(_("Which card is done?"), *buttons)
    else:
        yield say.reply(_("You hold no mission card. “Cards” shows who has which, and which are free."))


@on.tap("mc.undone", Draw, _("Not yet after all"), only="member")
def not_yet(tap: Tap) -> Says:
    one = tap.about(Draw)
    if one.person_id == tap.person.id and one.undo_finish():
        yield say.reply(_("All right, the card is yours still."))
        yield say.signal("taken_back", one, press="mc.undone")
        yield from missions.refresh(one.meeting)
    else:
        yield say.reply(NOT_YOURS)


@on.tap("mc.pass", Draw, _("I pass"), only="member")
def give_back(tap: Tap) -> Says:
    one = tap.about(Draw)
    if one.give_back(tap.person):
        yield say.reply(_("No problem: the card is free, whoever likes takes it."), say.button(take, one, BACK))
        yield say.signal("card_freed", one)
        yield say.signal("taken_back", one, press="mc.pass")
        yield say.signal("did", one, what="card_back", press="mc.take")
        yield from missions.refresh(one.meeting)
    else:
        yield say.reply(NOT_YOURS)


@on.event("gone")
def left(happening: Happening) -> Says:
    """Who leaves the group leaves their cards to the others."""
    seat = happening.about(Membership)
    for one in Draw.held_by(seat.person, seat.group):
        if one.give_back(seat.person):
            yield say.signal("card_freed", one)
            yield from missions.refresh(one.meeting)


# ------------------------------------------------------------------ the powers


@on.tap("mc.dates", Draw, _("Propose dates"), only="member")
def propose(tap: Tap) -> Says:
    yield from _use(tap, "/dates")


@on.tap("mc.venue", Draw, _("Propose a place"), only="member")
def find_place(tap: Tap) -> Says:
    yield from _use(tap, "/lieu")


@on.tap("mc.sum", Draw, _("Complete write-up"), only="member")
def complete(tap: Tap) -> Says:
    yield from _use(tap, "compte rendu")


def _use(tap: Tap, words: str) -> Says:
    """What the card gives the right to do, under its holder's name: they also keep the date of their own vote."""
    one = tap.about(Draw)
    if one.person_id == tap.person.id:
        yield say.replay(words, tap.home())
    else:
        yield say.reply(NOT_YOURS)


# ------------------------------------------------------------------ it happened: the card is done


@on.event("poll_opened")
def dates_proposed(happening: Happening) -> Says:
    poll = happening.about(Poll)
    if poll.kind == DATES:
        yield from _happened(poll.group, DATE)


@on.event("meeting_fixed")
def date_fixed(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield from _happened(meeting.group, DATE)
    if meeting.where() or meeting.link:
        yield from _happened(meeting.group, VENUE)


@on.event("place_changed")
def place_set(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    if meeting.where() or meeting.link:
        yield from _happened(meeting.group, VENUE)


@on.event("summary_completed")
def summary_completed(happening: Happening) -> Says:
    meeting = getattr(happening.record, "meeting", None)
    if isinstance(meeting, Meeting):
        yield from _happened(meeting.group, SUMMARY)


def _happened(group: Group, code: str) -> Says:
    """Whoever did it: the card of the last draw is ticked off, nobody is reminded of it any more."""
    for one in Draw.latest_in(group):
        if one.code == code and one.state != PASSED and one.finish():
            yield from missions.refresh(one.meeting)

"""Advice: kept per person while one advises, given to the owner in one message, the best one starred (47)."""

import random
import re
from collections.abc import Iterator

from handlers.kit import Happening, Message, Sayable, Says, Tap, Text, _, _n, lines, names, on, say
from handlers.kit.cards import evening, hot_seats
from storage.db import now
from storage.hotseats import ADVICE, PLAN, Advice, HotSeat, Step
from storage.people import Person
from storage.sessions import Session

LONGEST = 1000  # signs
MOST_STARS = 8  # buttons: WhatsApp lists ten (Twilio: list picker), one is for the plan
TAG = re.compile(r"^\s*(?:@\w+[ ,:]*)?#?(?:mon |my )?(?:conseil|advice)\b\s*[:\-–—]?\s*", re.I)
TAGGED = re.compile(r"^\s*#(?:conseil|advice)\b", re.I)

ANGLES: tuple[Text, ...] = (
    _("<b>The customer.</b> You buy what {name} sells. What would make you say yes, or leave?"),
    _("<b>The devil's advocate.</b> Look for the weak point of every idea, kindly."),
    _("<b>The novice.</b> You know nothing about it: ask what everybody takes for granted."),
    _("<b>The banker.</b> What does it cost, what does it bring in, and when?"),
    _("<b>The optimist.</b> What if it were easy? What is going well already?"),
    _("<b>In ten years.</b> {name} looks back on this: what really mattered?"),
    _("<b>The thief of ideas.</b> Who has solved this already, in another trade?"),
    _("<b>The smallest step.</b> What could be done tomorrow morning, in ten minutes?"),
)


# ------------------------------------------------------------------ kept


@on.phrase("#conseil", "#advice", prefix=True)
def tagged(msg: Message) -> Says:
    yield from _told(msg, msg.words)


@on.overheard(lambda text: bool(TAGGED.match(text)), lambda group: HotSeat.running_in(group) is not None)
def overheard(msg: Message) -> Says:
    """ "#conseil …" in the group's chat, while a hot seat is on."""
    yield from _told(msg, TAG.sub("", msg.text, count=1))


@on.pattern(r"^(?:@\w+[ ,:]*)?(?:mon |my )?(?:conseil|advice) ?:", lambda text, asked: True)
@on.like(
    "conseil : parle à un comptable", "mon conseil : augmente tes prix", "advice: talk to an accountant",
)  # fmt: skip
def in_private(msg: Message) -> Says:
    """ "conseil : …", whatever else is being asked."""
    yield from _told(msg, TAG.sub("", msg.text, count=1))


@on.event("advised")
def answered(happening: Happening) -> Says:
    """An answer to the card of the step."""
    msg = happening.facts["msg"]
    yield from _keep(msg, happening.about(HotSeat), TAG.sub("", happening.facts["words"], count=1))


def _told(msg: Message, words: str) -> Says:
    seat = _running(msg)
    if seat is not None:
        yield from _keep(msg, seat, words)
    elif msg.private:
        yield say.reply(_("No hot seat is on: advice is for the one who sits there."))


def _running(msg: Message) -> HotSeat | None:
    """The hot seat of the group that is meant, else of the meeting where the writer is."""
    if msg.group is not None:
        return HotSeat.running_in(msg.group) if msg.membership is not None else None
    seats = (HotSeat.running_in(session.group) for session in Session.running_for(msg.person))
    return next((seat for seat in seats if seat is not None), None)


def _keep(msg: Message, seat: HotSeat, words: str) -> Says:
    session = Session.running_in(seat.group)
    words = " ".join(words.split())[:LONGEST]
    if session is None or not session.has(msg.person):
        yield say.reply(_("Advice comes from those who are here. Are you? Then write “I'm here”."))
    elif msg.person.id == seat.person_id:
        yield say.reply(_("You are in the hot seat: listen, the others advise you."))
    elif not words:
        yield say.reply(_("Write your advice after the word: “advice: …”"))
    else:
        fresh = Advice.give(seat, msg.person, words, _source(msg))
        yield from _noted(msg, seat, session, fresh)


def _source(msg: Message) -> str:
    return f"{msg.platform}:{msg.event.chat}:{msg.event.message}"


def _noted(msg: Message, seat: HotSeat, session: Session, fresh: bool) -> Says:
    """A word in private; in the group the card says so, and nothing else."""
    if msg.private:
        yield say.reply(_("Noted for {name}. Thank you!", name=names.first(seat.person)))
    step = seat.current()
    if fresh and step is not None and step.number >= ADVICE:
        yield hot_seats.card(step, session, in_place=True)
    if fresh and seat.advised_at is not None:
        yield _given(seat, in_place=True)


@on.event("edited")
def corrected(happening: Happening) -> Says:
    """The message was edited: so is the advice."""
    event = happening.event
    advice = Advice.written_in(f"{event.platform}:{event.chat}:{event.message}") if event else None
    if event is None or advice is None or happening.person is None or advice.person_id != happening.person.id:
        return
    if words := " ".join(TAG.sub("", event.text, count=1).split())[:LONGEST]:
        advice.rewrite(words)
        if advice.hotseat.advised_at is not None:
            yield _given(advice.hotseat, in_place=True)


# ------------------------------------------------------------------ given to the owner of the seat


@on.event("hot_seat_step")
def give(happening: Happening) -> Says:
    """The plan begins: all the advice, for one's eyes alone."""
    step = happening.about(Step)
    if step.number == PLAN:
        yield from _give(step.hotseat)


@on.event("hot_seat_ended")
def give_at_the_end(happening: Happening) -> Says:
    """It ended before the plan."""
    seat = happening.about(HotSeat)
    if seat.held:
        yield from _give(seat)


def _give(seat: HotSeat) -> Says:
    if seat.claim(HotSeat.advised_at.is_null(), advised_at=now()):
        yield _given(seat)


def _given(seat: HotSeat, in_place: bool = False) -> say.Say:
    advices = seat.advices()
    stars = [say.button(star, one, _star(n, one)) for n, one in enumerate(advices[:MOST_STARS], 1)]
    return say.tell(
        seat.person,
        _all(advices),
        say.button(on.tapped("sp.plan"), seat),
        *(stars if len(advices) > 1 else ()),
        group=seat.group,
        key=f"advice:{seat.id}",
        in_place=in_place,
        template="news",
    )


def _all(advices: list[Advice]) -> Sayable:
    if not advices:
        return lines(
            _("<b>Your plan</b>"),
            _("Nobody wrote their advice down. What do you keep of what you heard?"),
        )
    return lines(
        _n("<b>The advice you were given</b>", "<b>The {n} pieces of advice you were given</b>", n=len(advices)),
        *_rows(advices),
        _("Tap the one that helps you most, then write your plan.") if len(advices) > 1 else None,
    )


def _rows(advices: list[Advice]) -> Iterator[Text]:
    for n, one in enumerate(advices, 1):
        row = _("⭐ {n}. {name}: {words}") if one.stars else _("{n}. {name}: {words}")
        yield row.given(n=n, name=names.first(one.person), words=one.words)


def _star(n: int, advice: Advice) -> Text:
    return _("⭐ {n}. {name}", n=n, name=names.first(advice.person))


@on.tap("ad.star", Advice, only="member")
def star(tap: Tap) -> Says:
    advice = tap.about(Advice)
    if advice.hotseat.person_id != tap.person.id:
        yield say.reply(_("This button is somebody else's."))
        return
    advice.star()  # set, never toggle: a press may come twice
    yield _given(advice.hotseat, in_place=True)
    yield say.reply(_("Noted: what {name} said helps you most.", name=names.first(advice.person)))
    yield say.signal("hot_seat_changed", advice.hotseat)


# ------------------------------------------------------------------ angles


@on.tap("ad.angle", HotSeat, _("Angle cards"), only="member")
def angles(tap: Tap) -> Says:
    yield from _deal(tap, tap.about(HotSeat))


@on.phrase("cartes d'angle", "les cartes d'angle", "donne les angles", "angle cards")
@on.like(
    "donne-nous des angles", "des cartes pour trouver des idées", "give us angles", "show the angle cards",
    "on sèche, donne des angles", "des pistes pour aider", "we're stuck, give us angles",
    "t'as des angles pour Zoé", "donne-nous quelques angles", "quelques idées d'angle pour débloquer",
    "some angles please, we're out of ideas", "help us with a few angles",
)  # fmt: skip
def angles_in_words(msg: Message) -> Says:
    seat = _running(msg)
    if seat is None:
        yield say.reply(_("Angle cards are dealt while a hot seat is on."))
    else:
        yield from _deal(msg, seat)


def _deal(spoken: Message | Tap, seat: HotSeat) -> Says:
    """Another way of looking for each who advises, in private (D05)."""
    session = Session.running_in(seat.group)
    if session is None or seat.state != "running":
        yield say.reply(evening.NOT_ON if session is None else _("That hot seat is over. Thank you!"))
    elif not hot_seats.may_press(session, spoken.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE)
    elif not seat.claim(HotSeat.angles_at.is_null(), angles_at=now()):
        yield say.reply(_("The angle cards are dealt already: yours is in our private chat."))
    else:
        yield from _dealt(seat, [person for person in session.here() if person.id != seat.person_id])
        yield say.reply(_("Each who advises gets a card, in private."))
        if (step := seat.current()) is not None:
            yield hot_seats.card(step, session, in_place=True)


def _dealt(seat: HotSeat, people: list[Person]) -> Says:
    name = names.first(seat.person)
    order = random.sample(range(len(ANGLES)), len(ANGLES))
    for n, person in enumerate(people):
        angle = ANGLES[order[n % len(ANGLES)]].given(name=name)
        role = _("🎭 Your angle, to advise {name}:", name=name)
        yield say.tell(person, lines(role, angle), group=seat.group)

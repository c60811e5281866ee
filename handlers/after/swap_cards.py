"""Swap cards: two holders exchange their mission cards, when the other one agrees (61; A03)."""

from handlers.kit import Message, Sayable, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import missions
from storage.missions import HELD, Draw, Trade
from storage.outbox import Question
from storage.people import Person

MOST = 9
NOT_YOURS = _("That card is no longer yours. “My cards” shows the ones you hold.")
CHANGED = _("One of the two cards has changed hands meanwhile: nothing is exchanged.")


@on.tap("mc.swap", Draw, _("Exchange it"), only="member")
def swap(tap: Tap) -> Says:
    mine = tap.about(Draw)
    if mine.person_id != tap.person.id or mine.state != HELD:
        yield say.reply(NOT_YOURS)
        return
    others = _others(mine)
    if others:
        yield _ask_with(mine, others)
    else:
        yield say.reply(_("Nobody else holds a card now. If it doesn't suit you, “I pass” frees it."))


def _others(mine: Draw) -> list[Draw]:
    found = [one for one in Draw.of_meeting(mine.meeting) if one.state == HELD and one.person_id != mine.person_id]
    return [one for one in found if one.person and one.group.membership_of(one.person)][:MOST]


def _ask_with(mine: Draw, others: list[Draw], lead: Sayable | None = None) -> say.Say:
    text = lines(
        lead, _("With whom do you exchange “{card}”? They are asked first.", card=missions.name(mine.mission))
    )
    buttons = [say.button(choose, one, _label(one)) for one in others]
    return say.ask(told, text, *buttons, group=mine.group, draw=mine.id)


def _label(one: Draw) -> Sayable:
    who = names.first(one.person) if one.person else ""
    return _("{name}: {card}", name=who, card=missions.name(one.mission))


@on.answer("mc.with")
def told(msg: Message) -> Says:
    """A first name, or the card one would like."""
    mine = Draw.get_or_none(Draw.id == msg.answers.get("draw", 0))
    if mine is None or msg.membership is None or mine.person_id != msg.person.id:
        yield say.done()
        yield say.reply(NOT_YOURS)
        return
    others = _others(mine)
    people = [one.person for one in others if one.person is not None]
    meant = names.find(people, msg.text)
    card = missions.find([one.mission for one in others], msg.text)
    found = [one for one in others if one.person in meant or (card is not None and one.mission_id == card.id)]
    if len(found) == 1:
        yield say.done()
        yield from _propose(mine, found[0], msg.person)
    elif others:
        yield _ask_with(mine, others, _("I don't find them among those who hold a card."))
    else:
        yield say.done()
        yield say.reply(_("Nobody else holds a card now. If it doesn't suit you, “I pass” frees it."))


@on.back(told)
@on.cancel(told)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, you keep your card."))


@on.tap("mc.choose", Draw, only="member")
def choose(tap: Tap) -> Says:
    """Whom to exchange with; one's own card is kept with the question."""
    theirs = tap.about(Draw)
    question = Question.of(tap.address)
    number = question.answers.get("draw", 0) if question and question.code == "mc.with" else 0
    held = [one for one in Draw.held_by(tap.person, tap.home()) if one.meeting_id == theirs.meeting_id]
    mine = next((one for one in held if one.id == number), next(iter(held), None))
    yield say.done()
    if mine is None:
        yield say.reply(NOT_YOURS)
    elif theirs.state != HELD or theirs.person is None:
        yield say.reply(CHANGED)
    else:
        yield from _propose(mine, theirs, tap.person)


def _propose(mine: Draw, theirs: Draw, asker: Person) -> Says:
    other = theirs.person
    if other is None or other.id == asker.id:
        yield say.reply(CHANGED)
        return
    trade, fresh = Trade.ask(mine, theirs, asker, other)
    if fresh:
        text = _(
            "{name} would exchange cards with you: their “{theirs}” for your “{yours}”. Does that suit you?",
            name=names.first(asker),
            theirs=missions.name(mine.mission),
            yours=missions.name(theirs.mission),
        )
        buttons = say.button(agree, trade), say.button(refuse, trade)
        yield say.tell(other, text, *buttons, group=mine.group, template="mission")
    yield say.reply(_("I asked {name}. Until they answer, you keep your card.", name=names.first(other)))


@on.tap("mc.agree", Trade, _("Gladly"), only="self")
def agree(tap: Tap) -> Says:
    trade = tap.about(Trade)
    if not trade.agree():
        yield say.reply(CHANGED)
        return
    for number, lead in ((trade.mine_id, _("Exchanged!")), (trade.theirs_id, _("Exchanged: it is agreed."))):
        one = Draw.get_by_id(number)
        if one.person is not None:
            yield missions.hand(one, one.person, lead)
            yield say.signal("card_held", one)
    yield from missions.refresh(trade.mine.meeting)


@on.tap("mc.refuse", Trade, _("I keep mine"), only="self")
def refuse(tap: Tap) -> Says:
    trade = tap.about(Trade)
    if trade.refuse():
        yield say.reply(_("All right, each keeps theirs."))
        text = _("{name} would rather keep their card. Yours stays with you.", name=names.first(tap.person))
        yield say.tell(trade.asker, text, group=trade.group)
    else:
        yield say.reply(CHANGED)

"""Whose turn it is in the hot seat, once one meets: the longest waiting of those here, or somebody else (45, 47)."""

from handlers.kit import Message, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import evening, hot_seats
from storage.hotseats import HotSeat, Script
from storage.meetings import Meeting
from storage.sessions import Session


@on.tap("hs.next", Meeting, _("Hot seat"), only="member")
def offer(tap: Tap) -> Says:
    session = Session.of(tap.about(Meeting))
    if session is None or not session.on:
        yield say.reply(evening.NOT_ON)
    else:
        yield from _offer(tap, session)


@on.phrase(
    "on fait le hot seat",
    "on passe au hot seat",
    "lance le hot seat",
    "commence le hot seat",
    "début du hot seat",
    "start the hot seat",
    "begin the hot seat",
)
@on.like(
    "on lance le hot seat", "c'est parti pour le hot seat", "passons au hot seat", "let's do the hot seat",
    "start the hot seat now",
    "place au hot seat", "on attaque le hot seat", "time for the hot seat", "hot seat time, who goes",
)  # fmt: skip
def offer_in_words(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    else:
        yield from _offer(msg, session)


def _offer(spoken: Message | Tap, session: Session) -> Says:
    running = HotSeat.running_in(session.group)
    step = running.current() if running else None
    person = hot_seats.next_up(session)
    if not hot_seats.may_press(session, spoken.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE)
    elif step is not None:
        yield say.toast(_("The hot seat is on."))
        yield hot_seats.card(step, session)
    elif person is None:
        here = session.here()
        yield say.reply(
            _("Everybody here has had the hot seat, or would rather not.") if here else hot_seats.NOBODY_HERE
        )
    else:
        yield say.toast(_("It is the turn of {name}.", name=names.first(person)))
        yield _turn(HotSeat.prepare(session.group, person), session)


def _turn(seat: HotSeat, session: Session) -> say.Say:
    """Whose turn it is, before anything runs."""
    name = names.first(seat.person)
    minutes = sum(Script.of(seat.group).minutes)
    return say.post(
        seat.group,
        lines(
            _("🪑 <b>Hot seat: it is the turn of {name}</b>", name=name),
            _("Who has waited longest among those here. Six steps, {n} minutes in all.", n=minutes),
        ),
        say.button(on.tapped("hs.go"), seat),
        say.button(somebody_else, seat),
        key=hot_seats.key(seat),
        among=frozenset(person.id for person in session.here()),
    )


@on.tap("hs.other", HotSeat, _("Somebody else"), only="member")
def somebody_else(tap: Tap) -> Says:
    """Not this time: they keep their rank, and the next in turn is asked."""
    seat = tap.about(HotSeat)
    session = Session.running_in(seat.group)
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif not hot_seats.may_press(session, tap.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE)
    elif not seat.pass_on(session.meeting):
        yield say.reply(_("That is settled already. “hot seat” shows the queue."))
    else:
        yield say.post(
            seat.group,
            _("{name} keeps their turn for next time.", name=names.first(seat.person)),
            key=hot_seats.key(seat),
            in_place=True,
        )
        yield from _offer(tap, session)

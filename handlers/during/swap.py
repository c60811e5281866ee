"""Two people change places in the queue of the hot seat, when both agree (45)."""

from handlers.kit import Message, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import hot_seats
from storage.groups import Membership
from storage.hotseats import HotSeat, Swap, queue
from storage.meetings import Meeting
from storage.people import Person
from storage.sessions import Session

SHOWN = 8


@on.phrase(
    "échange avec",
    "échange ma place avec",
    "échanger avec",
    "échanger ma place avec",
    "je change de place avec",
    "swap with",
    "change places with",
    only="member",
    prefix=True,
)
@on.like(
    "je peux échanger ma place avec Zoé", "on échange nos places avec Karim", "Zoé peut passer avant moi",
    "can I swap with Zoé", "swap places with Karim",
    "je voudrais échanger mon passage avec Ana", "Ana peut prendre mon tour sur le hot seat",
    "on inverse avec Zoé pour le hot seat", "trade my hot seat turn with Ana", "Ana and I want to swap turns",
)  # fmt: skip
def swap(msg: Message) -> Says:
    group = msg.home()
    meeting, comers = hot_seats.comers(group)
    waiting = queue(group, comers, meeting)
    if meeting is None:
        yield say.reply(_("No date is set yet: places are changed once we know who comes."))
    elif not hot_seats.rank(waiting, msg.person):
        yield say.reply(
            hot_seats.NOT_COMING.given(when=hot_seats.moment(meeting)), say.button(on.tapped("at.yes"), meeting)
        )
    else:
        yield from _with(msg, meeting, [one for one in waiting if one.id != msg.person.id])


def _with(msg: Message, meeting: Meeting, others: list[Person]) -> Says:
    found = names.find(others, msg.words)
    if len(found) == 1:
        yield from _ask_swap(meeting, msg.person, found[0])
    elif others:
        seats = [Membership.of(msg.home(), one) for one in (found or others)[:SHOWN]]
        ask = _("Whom do you mean?") if found else _("With whom? These come as well:")
        yield say.reply(ask, *(say.button(swap_with, one, one.person.name or "?") for one in seats if one))
    else:
        yield say.reply(_("You are alone in the queue so far: it is your turn."))


@on.tap("hq.with", Membership, only="member")
def swap_with(tap: Tap) -> Says:
    other = tap.about(Membership).person
    meeting, comers = hot_seats.comers(tap.home())
    waiting = queue(tap.home(), comers, meeting)
    if meeting is None or not (hot_seats.rank(waiting, tap.person) and hot_seats.rank(waiting, other)):
        yield say.reply(_("Both of you must be in the queue for that. “hot seat” shows it."))
    elif other.id != tap.person.id:
        yield from _ask_swap(meeting, tap.person, other)


def _ask_swap(meeting: Meeting, asker: Person, other: Person) -> Says:
    wish, fresh = Swap.ask(meeting, asker, other)
    if not fresh:
        yield say.reply(_("{name} has the question already: the answer comes here.", name=names.first(other)))
        return
    waiting = queue(meeting.group, hot_seats.comers(meeting.group)[1], meeting)
    facts = {"name": names.first(asker), "n": hot_seats.rank(waiting, other), "m": hot_seats.rank(waiting, asker)}
    when = hot_seats.moment(meeting)
    question = _("{name} would like to change places with you in the hot seat's queue, {when}.", when=when, **facts)
    places = _("You would be number {m} instead of {n}. All right?", **facts)
    buttons = say.button(swap_yes, wish), say.button(swap_no, wish)
    yield say.tell(other, lines(question, places), *buttons, group=meeting.group, template="vote")
    yield say.reply(_("I've asked {name}: the answer comes here.", name=names.first(other)))


@on.tap("hq.yes", Swap, _("All right"), only="self")
def swap_yes(tap: Tap) -> Says:
    wish = tap.about(Swap)
    meeting = Meeting.get_by_id(wish.meeting_id)
    if not _still(meeting):
        yield say.reply(_("That meeting is over: the queue of the next one starts from the same places."))
    elif not wish.agree():
        yield say.reply(_("That was answered already. “hot seat” shows the queue."))
    else:
        given = _exchange(meeting, wish.asker, wish.person)
        waiting = queue(meeting.group, hot_seats.comers(meeting.group)[1], meeting)
        for person, other in ((wish.person, wish.asker), (wish.asker, wish.person)):
            told = _("Done: you changed places with {name}.", name=names.first(other))
            rank = hot_seats.rank(waiting, person)
            text = lines(told, _("You are number {n} now.", n=rank) if rank else None)
            yield say.tell(person, text, group=meeting.group)
        for seat in given:
            yield say.signal("hot_seat_given", seat)
        yield say.signal("queue_changed", meeting)


def _still(meeting: Meeting) -> bool:
    session = Session.of(meeting)
    return meeting.coming or (session is not None and session.on)


def _exchange(meeting: Meeting, one: Person, other: Person) -> list[HotSeat]:
    """Whoever of the two was ahead of all others gives that to the other one as well; returns who got it."""
    seats = [HotSeat.prepare(meeting.group, person) for person in (one, other)]
    was = [seat.ahead for seat in seats]
    for seat, had in zip(seats, was, strict=True):
        if had and not all(was):
            seat.release()
    given = [seat for seat, had in zip(seats, reversed(was), strict=True) if had and not all(was)]
    return [seat for seat in given if seat.plan_for(meeting)]


@on.tap("hq.no", Swap, _("Rather not"), only="self")
def swap_no(tap: Tap) -> Says:
    wish = tap.about(Swap)
    if wish.refuse():
        yield say.reply(_("All right, nothing changes."))
        kept = _("{name} would rather keep their place. Yours is kept as well.", name=names.first(wish.person))
        yield say.tell(wish.asker, kept, group=wish.group)
    else:
        yield say.reply(_("That was answered already. “hot seat” shows the queue."))

"""The queue of the hot seat: whose turn it is, wishing for it, and not this time (45)."""

from handlers.kit import Message, Sayable, Says, Tap, _, _n, lines, names, on, say
from handlers.kit.cards import hot_seats
from storage.groups import Group, Membership
from storage.hotseats import HotSeat, queue
from storage.meetings import Meeting
from storage.people import Person
from storage.sessions import Session

SHOWN = 8

RULE = _("The longest waiting comes first. Being away costs nobody their place.")


@on.command("hotseat", "file", "queue", help=_("whose turn it is in the hot seat"), only="member", group=True)
@on.phrase(
    "hot seat",
    "le hot seat",
    "la file",
    "la file du hot seat",
    "à qui le tour",
    "à qui le tour ?",
    "à qui est le hot seat",
    "qui passe au hot seat",
    "quel est mon rang",
    "whose turn is it",
    "whose turn",
    "the queue",
    "the hot seat",
    only="member",
)
@on.tells
@on.like(
    "qui passe sur le hot seat", "c'est qui le prochain hot seat", "c'est quand mon tour",
    "quand est-ce que je passe", "l'ordre de passage", "who's on the hot seat", "who's next on the hot seat",
    "when is my turn", "what's my place in the queue", "qui est le prochain à passer", "je suis combientième",
    "c'est bientôt à moi", "am I next", "who goes after me",
    "c'est à qui de passer", "y a combien de monde avant moi", "who's up next", "how many before me",
    "c'est qui après Zoé",
)  # fmt: skip
def show(msg: Message) -> Says:
    group = msg.home()
    meeting, comers = hot_seats.comers(group)
    waiting = queue(group, comers, meeting)
    mine = _mine(group, waiting, msg.person, meeting) if msg.private else None
    buttons = _for_one(msg.seat(), waiting, meeting) if msg.private else ()
    yield say.reply(lines(_shown(group, waiting, meeting), mine), *_begin(group), *buttons)


def _shown(group: Group, waiting: list[Person], meeting: Meeting | None) -> Sayable:
    title = _("<b>Hot seat, the queue</b>")
    title = _("<b>Hot seat, {when}</b>", when=hot_seats.moment(meeting)) if meeting else title
    if not waiting:
        return lines(title, _("Nobody has said yes yet: the queue is made of those who come."))
    seats = hot_seats.seats_of(group, waiting)
    rows = [_row(n, person, n <= seats and meeting is not None) for n, person in enumerate(waiting[:SHOWN], 1)]
    more = len(waiting) - SHOWN
    return lines(title, *rows, _n("… and one more", "… and {n} more", n=more) if more > 0 else None, RULE)


def _row(n: int, person: Person, now_theirs: bool) -> Sayable:
    if now_theirs:
        return _("{n}. <b>{name}</b>: this time", n=n, name=names.first(person))
    return _("{n}. {name}", n=n, name=names.first(person))


def _mine(group: Group, waiting: list[Person], person: Person, meeting: Meeting | None) -> Sayable | None:
    rank = hot_seats.rank(waiting, person)
    seat = HotSeat.open_of(group, person)
    if rank:
        return _("You are number {n}.", n=rank)
    if seat is not None and meeting is not None and seat.passes_id == meeting.id:
        return _("You said: not this time. Your place is kept for the next one.")
    return None


def _begin(group: Group) -> list[say.Button]:
    """While one meets, the way to the hot seat itself."""
    session = Session.running_in(group)
    if session is None or HotSeat.running_in(group) is not None:
        return []
    return [say.button(on.tapped("hs.next"), session.meeting)]


def _for_one(seat: Membership, waiting: list[Person], meeting: Meeting | None) -> list[say.Button]:
    rank = hot_seats.rank(waiting, seat.person)
    if not rank or meeting is None:
        return [] if rank else [say.button(want, seat)]
    first = rank <= hot_seats.seats_of(seat.group, waiting)
    shown = [say.button(on.tapped("br.begin"), HotSeat.prepare(seat.group, seat.person))] if first else []
    return [*shown, *([] if first else [say.button(on.tapped("hq.urgent"), seat)]), say.button(not_now, seat)]


# ------------------------------------------------------------------ I'd like it


@on.phrase(
    "je veux le hot seat",
    "je voudrais le hot seat",
    "j'aimerais le hot seat",
    "je prends le hot seat",
    "le hot seat pour moi",
    "I want the hot seat",
    "I'd like the hot seat",
    "I take the hot seat",
    only="member",
)
@on.like(
    "je veux passer sur le hot seat", "mets-moi dans la file", "ajoute-moi à la file",
    "j'aimerais passer la prochaine fois",
    "je voudrais parler de mon problème au groupe", "je veux bien passer", "mets-moi sur la liste du hot seat",
    "inscris-moi au hot seat", "j'ai besoin du hot seat", "put me on the hot seat", "I want to go on the hot seat",
    "can I have the hot seat next time", "add me to the queue",
    "je peux passer la prochaine fois", "j'ai un cas à soumettre au groupe", "je voudrais un créneau hot seat",
    "j'aimerais exposer mon souci", "je peux avoir le hot seat", "I have a case to bring to the group",
    "could I be next on the hot seat", "sign me up for the hot seat", "I need a hot seat",
)  # fmt: skip
@on.own
def wish(msg: Message) -> Says:
    yield from _want(msg.seat())


@on.tap("hq.want", Membership, _("I'd like it"), only="self")
def want(tap: Tap) -> Says:
    yield from _want(tap.seat())


def _want(seat: Membership) -> Says:
    group, person = seat.group, seat.person
    meeting, comers = hot_seats.comers(group)
    mine = HotSeat.prepare(group, person)
    if mine.passes_id is not None:
        mine.note(passes=None)
        yield say.signal("taken_back", seat, press="hq.want")
        yield say.signal("did", seat, what="own", press="hq.not")
    waiting = queue(group, comers, meeting)
    rank = hot_seats.rank(waiting, person)
    if not rank and meeting is not None:
        when = hot_seats.moment(meeting)
        yield say.reply(hot_seats.NOT_COMING.given(when=when), say.button(on.tapped("at.yes"), meeting))
    elif rank <= hot_seats.seats_of(group, waiting):
        yield say.reply(_first_in_turn(meeting), say.button(on.tapped("br.begin"), mine))
    else:
        yield say.reply(_earlier(rank, waiting[0]), say.button(on.tapped("hq.urgent"), seat))
    if meeting is not None:
        yield say.signal("queue_changed", meeting)


def _first_in_turn(meeting: Meeting | None) -> Sayable:
    if meeting is None:
        return _("It is your turn at the next meeting. Three questions help you to get ready.")
    when = hot_seats.moment(meeting)
    return _("It is your turn on {when}. Three questions help you to get ready.", when=when)


def _earlier(rank: int, first: Person) -> Sayable:
    return lines(
        _("Noted. You are number {n} in the queue; your turn comes.", n=rank),
        _("Sooner? Write “swap with {name}”, or “it's urgent: …” in one sentence.", name=names.first(first)),
    )


# ------------------------------------------------------------------ not this time


@on.phrase(
    "pas cette fois",
    "pas de hot seat pour moi",
    "pas de hot seat cette fois",
    "je passe le hot seat",
    "je laisse mon tour",
    "not this time",
    "no hot seat for me",
    "I give up my turn",
    only="member",
)
@on.like(
    "je préfère passer mon tour pour le hot seat", "je ne veux pas le hot seat", "retire-moi du hot seat",
    "pas de hot seat pour moi ce soir", "I'd rather skip the hot seat", "take me off the queue",
    "I pass on the hot seat",
    "je cède ma place sur le hot seat", "je saute mon tour", "quelqu'un d'autre peut passer à ma place",
    "let somebody else go, I skip", "I'd rather not be on the hot seat",
)  # fmt: skip
@on.own
def let_pass(msg: Message) -> Says:
    yield from _pass(msg, msg.seat())


@on.tap("hq.not", Membership, _("Not this time"), only="self")
def not_now(tap: Tap) -> Says:
    yield from _pass(tap, tap.seat())


@on.tap("hq.pass", HotSeat, _("Not this time"), only="self")
def pass_on(tap: Tap) -> Says:
    """The same, under the brief."""
    yield from _pass(tap, tap.seat())


def _pass(spoken: Message | Tap, seat: Membership) -> Says:
    meeting, comers = hot_seats.comers(seat.group)
    running = HotSeat.running_in(seat.group)
    if meeting is None:
        yield say.reply(_("No date is set yet: I'll ask you when your turn comes."))
    elif running is not None and running.person_id == seat.person_id:
        yield say.reply(_("You are in the hot seat right now. “Stop the hot seat” ends it."))
    elif HotSeat.prepare(seat.group, seat.person).pass_on(meeting):
        yield say.reply(_kept(meeting, any(one.id == seat.person_id for one in comers)), *_after_pass(seat, meeting))
        yield say.signal("queue_changed", meeting)
        yield say.signal("taken_back", seat, press="hq.not")
        yield say.signal("did", seat, what="own", press="hq.want")
    else:
        yield say.reply(_("That was noted already. Next time you are at the same place in the queue."))


def _kept(meeting: Meeting, comes: bool) -> Sayable:
    noted = _("Noted: no hot seat for you on {when}.", when=hot_seats.moment(meeting))
    return lines(noted, _("You keep your place: next time you are first in turn again.") if comes else None)


def _after_pass(seat: Membership, meeting: Meeting) -> list[say.Button]:
    shown = [say.button(want, seat, _("I want it after all"))]
    return [*shown, say.button(on.tapped("at.no"), meeting, _("I can't come at all"))] if meeting.coming else shown

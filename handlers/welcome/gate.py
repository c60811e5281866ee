"""The gate: who comes to the Telegram chat without having applied; silent in public, tidy behind (25)."""

from handlers.kit import Due, Happening, Sayable, Says, Tap, _, _n, doors, on, paragraphs, say
from storage.applications import Application
from storage.groups import Chat, Group, Membership
from storage.knocks import PATIENCE, Knock
from storage.people import Address

NAMES = 10


@on.event("knocked")
def knock(happening: Happening) -> Says:
    """A join request by somebody unknown: five minutes to tell them how to apply (Bot API: user_chat_id)."""
    group = happening.about(Group)
    address = Address.get_by_id(int(happening.facts["address"]))
    fresh = Knock.note(group, address, "request")
    if fresh is None:
        return
    address.mark("ok")  # without Start, too: the request opens five minutes
    door = doors.telegram_apply_link(group.public_link())
    yield say.tell(
        address.person,
        _(
            "Hello! {group} gets to know people before opening the door: a few short questions, "
            "then the organizers decide. Your request waits meanwhile.",
            group=group.name,
        ),
        say.link(_("Apply"), door),
        address=address,
        group=group,
    )
    yield say.later(turn_away, fresh, fresh.at + PATIENCE)


@on.due("gt.away", Knock)
def turn_away(due: Due) -> Says:
    """A day later the request is declined without a word, unless they are applying."""
    waiting = due.about(Knock)
    person, group = waiting.address.person, waiting.group
    if waiting.state != "pending" or group.chat is None:
        return
    if Application.open_of(group, person):
        yield say.later(turn_away, waiting, due.at + PATIENCE)
    elif waiting.settle("declined"):
        yield say.errand("decline", group.chat.chat_id, group, user=int(waiting.address.address))


@on.event("walked_in")
def walk_in(happening: Happening) -> Says:
    """Somebody is inside who never applied: one card for the organizers, however many come."""
    group = happening.about(Group)
    address = Address.get_by_id(int(happening.facts["address"]))
    if Knock.note(group, address, "inside") is not None:
        yield from _card(group)


@on.event("left")
def walk_out(happening: Happening) -> Says:
    """Who has left again is nobody to keep or to show out."""
    event, address = happening.event, happening.address
    chat = Chat.get_or_none(Chat.chat_id == int(event.chat)) if event else None
    group = chat.group if chat else None
    if group is None or address is None:
        return
    waiting = Knock.of(group, address.person, "inside")
    if waiting is not None and waiting.settle("gone"):
        yield from _card(group, in_place=True)


def _card(group: Group, in_place: bool = False) -> Says:
    inside = Knock.pending(group, "inside")
    names = [waiting.address.person.name or _("Somebody") for waiting in inside]
    more = len(names) - NAMES
    text = paragraphs(
        _n(
            "{who} entered the Telegram group without having applied.",
            "{n} people entered the Telegram group without having applied: {who}.",
            n=len(inside),
            who=[*names[:NAMES], _n("one more", "{n} more", n=more)] if more > 0 else names,
        ),
        _("Nothing was said in the group. Keep them, or show them out?"),
    )
    buttons = (say.button(keep, group), say.button(show_out, group)) if inside else ()
    for organizer in group.deciders("applications"):
        shown = text if inside else _("Everyone in the Telegram group is known.")
        yield say.tell(organizer, shown, *buttons, group=group, key=f"gate:{group.id}", in_place=in_place)


@on.tap("gt.keep", Group, _("Keep"), only="organizer")
def keep(tap: Tap) -> Says:
    group = tap.about(Group)
    kept = [waiting for waiting in Knock.pending(group, "inside") if waiting.settle("kept")]
    for waiting in kept:
        seat = Membership.welcome(group, waiting.address.person, waiting.address)
        yield say.signal("entered", seat)
    yield from _outcome(group, _n("One new member.", "{n} new members.", n=len(kept)), len(kept))


@on.tap("gt.out", Group, _("Show out"), only="organizer")
def show_out(tap: Tap) -> Says:
    group = tap.about(Group)
    chat = group.chat
    out = [waiting for waiting in Knock.pending(group, "inside") if waiting.settle("removed")]
    if chat is not None:
        for waiting in out:
            yield say.errand("remove", chat.chat_id, group, user=int(waiting.address.address))
    if out:
        yield say.signal("did", group, what="shown_out")
    done = _n("One person is out; they may still apply.", "{n} people are out; they may still apply.", n=len(out))
    yield from _outcome(group, done, len(out))


def _outcome(group: Group, text: Sayable, count: int) -> Says:
    said = text if count else _("That was settled already.")
    yield say.reply(said)
    yield from _card(group, in_place=True)

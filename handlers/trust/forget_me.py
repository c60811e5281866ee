"""Forget me: in two taps everything about somebody goes, an hour later; what others need stays without them (R5)."""

from handlers.kit import Due, Happening, Message, Says, Tap, _, lines, on, say
from handlers.kit.texts import Join
from storage import settings
from storage.erase import erase
from storage.groups import Group, Invite, Membership, lock_group
from storage.people import Person
from storage.rights import Erasure

FORMER = _("a former member")
KEPT = _("Good! Nothing has changed.")


@on.command("oubliemoi", "forgetme", help=_("delete all I know of you"), word=_("forget me"))
@on.phrase(
    *(
        "oublie-moi",
        "oublie moi",
        "oubliez-moi",
        "supprime mes données",
        "supprimer mes données",
        "efface mes données",
    ),
    *("effacer mes données", "supprime mon compte", "supprimer mon compte", "efface-moi", "efface tout sur moi"),
    *("supprime toutes mes données", "droit à l'oubli", "je veux que tu m'oublies", "forget me", "delete my data"),
    *("delete my account", "erase my data", "erase me", "delete everything about me"),
)
@on.tells
def ask(msg: Message) -> Says:
    person = msg.person
    if not msg.private:
        yield say.reply(_("That is between us: write “forget me” to me in private."))
    elif known := Erasure.open_of(person):
        yield say.reply(_("It is under way: I forget you within the hour."), say.button(stop, known))
    else:
        ways = [say.button(sure, person), say.button(on.tapped("md.mine"), person), say.button(keep, person)]
        yield say.reply(_what_goes(person), *_relief(person), *ways)


def _what_goes(person: Person) -> Join:
    """What goes, what stays, and what becomes of the groups that they organize alone."""
    alone = [seat.group for seat in Membership.all_of(person) if needed(seat)]
    kind = _("You alone organize <b>{group}</b>: name somebody first, or I ask its members who takes over.")
    return lines(
        _("Shall I forget you? You leave your groups, and your name, address, answers and notes are deleted."),
        _("Votes and decisions stay, as those of “a former member”. What is written in the chats, you delete there."),
        *(kind.given(group=group.name) for group in alone),
    )


def needed(seat: Membership) -> bool:
    """The only organizer of a group in which others stay?"""
    alone = [person.id for person in seat.group.organizers()] == [seat.person_id]
    return alone and len(seat.group.members()) > 1


def _relief(person: Person) -> list[say.Button]:
    """To hand the first such group over before going."""
    first = next((seat.group for seat in Membership.all_of(person) if needed(seat)), None)
    return [say.button(on.tapped("og.organizer"), first, _("Name somebody"))] if first is not None else []


# ------------------------------------------------------------------ two taps


@on.tap("fg.keep", Person, _("No, I stay"), only="self")
@on.refuses
def keep(tap: Tap) -> Says:
    yield say.reply(KEPT)


@on.tap("fg.sure", Person, _("Forget me"), only="self")
def sure(tap: Tap) -> Says:
    text = lines(
        _("Sure? It can't be undone later: nobody will be able to bring it back."),
        _("If you come back one day, you will be somebody new to me."),
    )
    yield say.reply(text, say.button(go, tap.person), say.button(keep, tap.person))


@on.tap("fg.go", Person, _("Yes, delete it all"), only="self")
def go(tap: Tap) -> Says:
    known = Erasure.open_of(tap.person)
    erasure = known or Erasure.ask(tap.person)
    if known is None:
        yield say.later(forget, erasure, at=erasure.due)
    text = lines(
        _("Understood. In an hour I forget you; copies kept against breakdowns go within 30 days."),
        _("These are my last words to you. Thank you for having been there, and take care."),
    )
    yield say.reply(text, say.button(stop, erasure))


@on.tap("fg.stop", Erasure, _("I changed my mind"), only="self")
def stop(tap: Tap) -> Says:
    erasure = tap.about(Erasure)
    if erasure.stop():
        yield say.never(forget, erasure)
    yield say.reply(KEPT)


# ------------------------------------------------------------------ an hour later


@on.due("fg.due", Erasure)
def forget(due: Due) -> Says:
    yield from forgotten(due.about(Erasure))


@on.event("forget")
def overdue(happening: Happening) -> Says:
    """Whose time of keeping is over, or whose timer was lost (R7)."""
    yield from forgotten(happening.about(Erasure))


def forgotten(erasure: Erasure) -> Says:
    """They leave as anybody leaves, then there is nothing left of them."""
    if not erasure.finish():
        return
    person = erasure.person
    for seat in Membership.all_of(person):
        yield from _out(seat)
    known = Membership.get_or_none(Membership.person == person)
    language = known.group.language if known else settings.current().language
    erasure.count(erase(person, FORMER.plain(language)))


def _out(seat: Membership) -> Says:
    group: Group = seat.group
    lock_group(group)
    if not seat.leave():
        return
    for invite in Invite.pending_of(group, seat.person):
        if invite.move(("wanted", "ready"), "revoked") and invite.link and group.chat is not None:
            yield say.errand("revoke_link", group.chat.chat_id, group, link=invite.link)
    if not group.members():
        group.public_link().revoke()
    for person in group.organizers():
        yield say.tell(person, _("Somebody has left {group}.", group=group.name), group=group)
    yield say.signal("gone", seat)

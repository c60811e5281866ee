"""Leave: a member goes, gently: confirmed, the door shown, and the way back told (F38)."""

from handlers.kit import Message, Sayable, Says, Tap, _, doors, lines, on, say
from storage.groups import ORGANIZER, Group, Invite, Membership, lock_group
from storage.people import TELEGRAM, Person


@on.command("quitter", "leave", "quittergroupe", "leavegroup", help=_("leave the group"), only="member")
@on.phrase(
    "quitter le groupe",
    "je quitte le groupe",
    "je veux quitter le groupe",
    "je souhaite quitter le groupe",
    "je pars du groupe",
    "sortir du groupe",
    "leave the group",
    "I want to leave the group",
    "I am leaving the group",
    "quit the group",
    only="member",
)
@on.like(
    "je veux sortir du groupe", "désinscris-moi", "je ne veux plus faire partie du groupe", "retire-moi du groupe",
    "je m'en vais du groupe", "j'arrête le groupe", "remove me from the group", "unsubscribe me",
    "I don't want to be in the group any more", "take me out of the group", "I quit",
    "je veux partir du groupe", "comment on quitte le groupe", "comment partir du groupe",
    "je ne souhaite plus être dans le groupe", "how do I leave the group", "I'm done with this group",
    "get me out of this group", "enlève-moi du groupe",
)  # fmt: skip
@on.tells
def leave(msg: Message) -> Says:
    seat, group = msg.seat(), msg.home()
    if not msg.private:
        yield say.reply(_("Let's talk about it in private: write “leave the group” to me there."))
    elif _needed(seat, group):
        yield _name_first(group)
    else:
        text = lines(
            _("Leave <b>{group}</b>?", group=group.name),
            _("You would hear nothing of it any more, and your place at its meetings goes to others."),
            _("If you only need air, take a break: your place stays yours."),
        )
        yield say.reply(text, say.button(go, seat), say.button(on.tapped("dl.pause"), seat), say.button(stay, seat))


def _needed(seat: Membership, group: Group) -> bool:
    """The only organizer of a group in which others stay?"""
    alone = [person.id for person in group.organizers()] == [seat.person_id]
    return alone and len(group.members()) > 1


def _name_first(group: Group) -> say.Say:
    text = lines(
        _("You are the only organizer of <b>{group}</b>: without you, nobody could decide.", group=group.name),
        _("Name somebody who takes over; then write “leave the group” again."),
    )
    return say.reply(text, say.button(on.tapped("og.organizer"), group), say.button(on.tapped("ow.call"), group))


@on.tap("lv.stay", Membership, _("I stay"), only="self")
@on.refuses
def stay(tap: Tap) -> Says:
    group = tap.home()
    if tap.membership is None:
        yield say.reply(_gone(group))
    else:
        yield say.reply(_("Good! You stay in {group}, nothing has changed.", group=group.name))


@on.tap("lv.go", Membership, _("Leave for good"), only="self")
def go(tap: Tap) -> Says:
    seat, group = tap.about(Membership), tap.home()
    lock_group(group)
    if tap.membership is None or seat.state != "in":
        yield say.reply(_gone(group))
    elif _needed(seat, group):
        yield _name_first(group)
    elif seat.leave():
        yield from _close_doors(group, tap.person)
        yield say.reply(_goodbye(group, tap), *_out_of_chat(seat, group, tap.person))
        yield from _tell_organizers(group, tap.person)
        yield say.signal("gone", seat)


def _gone(group: Group) -> Sayable:
    return _("You have left {group} already. To come back, apply again with its link.", group=group.name)


def _close_doors(group: Group, person: Person) -> Says:
    """Personal links die with the seat (S14); the last one out closes the public door."""
    for invite in Invite.pending_of(group, person):
        if invite.move(("wanted", "ready"), "revoked") and invite.link and group.chat is not None:
            yield say.errand("revoke_link", group.chat.chat_id, group, link=invite.link)
    if not group.members():
        group.public_link().revoke()


def _goodbye(group: Group, tap: Tap) -> Sayable:
    if not group.members():
        return lines(
            _("You have left <b>{group}</b>, and were the last: its door is closed.", group=group.name),
            _("Thank you for all you gave. You can found a group again whenever you like."),
        )
    links = doors.apply_links(group.public_link(), tap.person.language or group.language)
    near = sorted(links, key=lambda link: link[0].lower() != tap.platform)  # that of their messenger first
    way = near[0][1] if near else doors.join_words(group.public_link().code)
    return lines(
        _("You have left <b>{group}</b>. Thank you for all you gave, and take care.", group=group.name),
        _("The door stays open. To come back: {link}", link=way),
    )


def _out_of_chat(seat: Membership, group: Group, person: Person) -> list[say.Button]:
    if group.chat is None or not group.chat.present or person.address_on(TELEGRAM) is None:
        return []
    return [say.button(out, seat)]


@on.tap("lv.out", Membership, _("Leave Telegram too"), only="self")
def out(tap: Tap) -> Says:
    seat, group = tap.about(Membership), tap.home()
    address = tap.person.address_on(TELEGRAM)
    if tap.membership is not None or seat.state == "in":
        yield say.reply(_("You are in {group} again, so I leave you in its chat.", group=group.name))
    elif group.chat is None or address is None:
        yield say.reply(_("{group} has no Telegram group at the moment.", group=group.name))
    else:
        yield say.errand("remove", group.chat.chat_id, group, user=int(address.address), once=f"lv.out:{seat.id}")
        yield say.reply(_("Done: you are out of the Telegram chat as well."))


def _tell_organizers(group: Group, person: Person) -> Says:
    for seat in group.members(ORGANIZER):
        text = _("{name} has left {group}.", name=person.name or _("Somebody"), group=group.name)
        yield say.tell(seat.person, text, group=group)

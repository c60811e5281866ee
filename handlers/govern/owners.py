"""Owners: a group goes into other hands and never stays without any: transferred, or taken by a volunteer (101)."""

from handlers.kit import Happening, Message, Says, Tap, _, lines, names, on, say
from storage.groups import ORGANIZER, Group, Membership, lock_group
from storage.outbox import Post
from storage.people import Person
from storage.terms import Handover

SETTLED = _("That is settled already. “journal” shows what was decided.")
WHOM = _("To whom? Write “transfer the group to” and the first name of a member.")


# ------------------------------------------------------------------ to somebody in particular


@on.command("transferer", "transfer", help=_("hand the group over to somebody"), only="organizer")
@on.phrase(
    *("transfère le groupe à", "transférer le groupe à", "je transfère le groupe à", "je confie le groupe à"),
    *("je passe la main à", "transfère le groupe", "transfer the group to", "transfer the group"),
    *("hand the group over to", "I hand the group over to"),
    only="organizer",
    prefix=True,
)
@on.like(
    "je veux donner le groupe à Karim", "Karim reprend le groupe", "je ne veux plus être organisateur",
    "I want to hand the group to Karim", "make Karim the owner",
    "le groupe est à Karim maintenant", "Ana devient responsable du groupe à ma place", "give the group to Ana",
    "Ana should own the group",
)  # fmt: skip
def transfer(msg: Message) -> Says:
    others = [seat.person for seat in msg.home().members() if seat.person_id != msg.person.id]
    found = names.find(others, msg.words)
    if len(found) != 1:
        yield say.reply(WHOM)
        return
    name = names.first(found[0])
    over = Handover.begin(msg.home(), msg.person, found[0])
    text = lines(
        _("Hand <b>{group}</b> over to {name}?", group=msg.home().name, name=name),
        _("{name} is asked first. You stay an organizer until you give that back or leave.", name=name),
    )
    yield say.reply(text, say.button(confirm, over), say.button(drop, over))


@on.tap("ow.ask", Handover, _("Yes, ask"), only="organizer")
def confirm(tap: Tap) -> Says:
    over = tap.about(Handover)
    if over.giver_id != tap.person.id or over.heir is None:
        yield say.reply(_("This button is somebody else's."))
    elif not over.turn("open", "draft"):
        yield say.reply(SETTLED)
    else:
        yield say.reply(_("I've asked {name}: the answer comes here.", name=names.first(over.heir)))
        text = lines(
            _("{name} would like to hand <b>{group}</b> over to you.", name=tap.person.name, group=tap.home().name),
            _("You would receive the applications and decide with the other organizers. All of it can be shared."),
        )
        yield say.tell(over.heir, text, say.button(accept, over), say.button(refuse, over), group=tap.home())


@on.tap("ow.drop", Handover, _("No, leave it"), only="member")
@on.refuses
def drop(tap: Tap) -> Says:
    over = tap.about(Handover)
    mine = over.giver_id == tap.person.id
    yield say.reply(
        _("All right, nothing has changed.") if mine and over.turn("dropped", "draft", "open") else SETTLED
    )


@on.tap("ow.yes", Handover, _("I accept"), only="member")
def accept(tap: Tap) -> Says:
    over = tap.about(Handover)
    if over.heir_id != tap.person.id:
        yield say.reply(_("This button is somebody else's."))
    elif over.giver is not None and not _organizes(over.group, over.giver):
        yield say.reply(SETTLED)
    elif not over.turn("done", "open"):
        yield say.reply(SETTLED)
    else:
        yield from _take_over(over, tap.person)


@on.tap("ow.no", Handover, _("Rather not"), only="member")
def refuse(tap: Tap) -> Says:
    over = tap.about(Handover)
    if over.heir_id != tap.person.id or not over.turn("dropped", "open"):
        yield say.reply(SETTLED)
        return
    yield say.reply(_("All right, nothing has changed."))
    if over.giver is not None:
        text = _("{name} would rather not take the group over.", name=names.first(tap.person))
        yield say.tell(over.giver, text, say.button(call, over.group), group=over.group)


def _organizes(group: Group, person: Person) -> bool:
    seat = Membership.of(group, person)
    return seat is not None and seat.role == ORGANIZER


def _take_over(over: Handover, heir: Person) -> Says:
    """The heir organizes and counts as the founder; the giver stays an organizer, and may go now."""
    group, seat = over.group, Membership.of(over.group, heir)
    if seat is None:
        return
    lock_group(group)
    seat.promote()
    Group.update(founder=heir).where(Group.id == group.id).execute()
    thanks = _("Thank you! You organize <b>{group}</b> now. Write “group” to see everything.", group=group.name)
    yield say.tell(heir, thanks, group=group, once=f"heir:{over.id}")
    giver = Membership.of(group, over.giver) if over.giver is not None else None
    if giver is not None:
        text = _(
            "{name} has taken over <b>{group}</b>. You may stay, step down or leave.",
            name=names.first(heir),
            group=group.name,
        )
        ways = [say.button(on.tapped(code), giver) for code in ("og.renounce", "lv.go")]
        yield say.tell(giver.person, text, *ways, group=group)
    yield say.post(group, _("{name} looks after the group from now on.", name=names.first(heir)), but=heir)
    yield say.signal("handed_over", over)


# ------------------------------------------------------------------ to whoever likes


@on.phrase(
    *("qui prend le relais", "cherche un relais", "je cherche un relais", "je passe la main"),
    *("who takes over", "find somebody to take over", "I look for somebody to take over"),
    only="organizer",
)
@on.like(
    "il faut trouver quelqu'un pour reprendre le groupe", "je ne peux plus m'occuper du groupe",
    "qui peut me remplacer comme organisateur", "someone has to take over the group",
    "I can't run the group any more", "je n'ai plus le temps d'organiser", "il faut un repreneur",
    "I have no time to run the group any more", "someone should take over from me",
    "je n'ai plus la force de porter le groupe", "qui veut reprendre l'organisation",
    "I'm stepping down, who wants the group", "je cherche quelqu'un pour me succéder",
)  # fmt: skip
def call_in_words(msg: Message) -> Says:
    text = _("Shall I ask the whole group who takes it on? You confirm whoever says yes.")
    yield say.reply(text, say.button(call, msg.home()), say.button(not_yet, msg.home()))


@on.tap("ow.not", Group, _("Not yet"), only="organizer")
@on.refuses
def not_yet(tap: Tap) -> Says:
    yield say.reply(_("All right, nothing has changed."))


@on.tap("ow.call", Group, _("Ask who takes over"), only="organizer")
def call(tap: Tap) -> Says:
    yield from _call(tap.home(), tap.person)


def _call(group: Group, giver: Person) -> Says:
    over = Handover.begin(group, giver, state="open")
    text = lines(
        _("{name} would like to hand the group over. Who takes it on?", name=names.first(giver)),
        _("It means reading the applications and deciding with the others; it can be shared."),
    )
    yield say.reply(_("I'm asking the group. As soon as somebody says yes, I ask you to confirm."))
    yield say.post(group, text, say.button(volunteer, over), but=giver, level="essential", key=f"handover:{over.id}")


@on.event("gone")
def orphan(happening: Happening) -> Says:
    """The last organizer is gone: whoever taps first looks after the group; it never stays without anybody."""
    yield from _ask_who(happening.about(Membership).group)


@on.event("undeliverable")
def vanished(happening: Happening) -> Says:
    """An organizer deleted the account that was their only one: when nobody else organizes, as above (F38)."""
    address = happening.about(Post).address
    if address is None or happening.facts.get("why") != "gone" or address.person.addresses.count() > 1:
        return
    for seat in Membership.all_of(address.person):
        others = [one for one in seat.group.organizers() if one.id != address.person_id]
        if not others and seat.vanish():
            yield from _ask_who(seat.group)


def _ask_who(group: Group) -> Says:
    if group.state != "live" or group.organizers() or not group.members():
        return
    over = Handover.begin(group, None, state="open")
    text = _("Nobody organizes the group any more. It goes on: who looks after it?")
    yield say.post(group, text, say.button(volunteer, over), level="essential", key=f"handover:{over.id}")


@on.tap("ow.me", Handover, _("I'll take it on"), only="member")
def volunteer(tap: Tap) -> Says:
    """The first one to tap; the one who leaves confirms, if there is one."""
    over = tap.about(Handover)
    if over.giver_id == tap.person.id:
        yield say.reply(_("You organize it already. Somebody else has to tap."))
    elif over.giver is None or not _organizes(over.group, over.giver):
        if over.group.organizers() or not over.turn("done", "open", heir=tap.person):
            yield say.reply(_("Thank you! Somebody was faster."))
        else:
            yield from _stands(over, tap.person)
            yield from _take_over(over, tap.person)
    elif not over.turn("offered", "open", heir=tap.person):
        yield say.reply(_("Thank you! Somebody was faster."))
    else:
        yield say.reply(_("Thank you! {name} is asked to confirm.", name=names.first(over.giver)))
        yield from _stands(over, tap.person)
        text = _("{name} would take the group on. Right?", name=names.first(tap.person))
        yield say.tell(over.giver, text, say.button(agree, over), say.button(disagree, over), group=over.group)


def _stands(over: Handover, heir: Person) -> Says:
    """The group's card says who said yes, and loses its button."""
    text = _("{name} takes the group on. Thank you!", name=names.first(heir))
    yield say.post(over.group, text, key=f"handover:{over.id}", in_place=True)


@on.tap("ow.agree", Handover, _("Yes, gladly"), only="organizer")
def agree(tap: Tap) -> Says:
    over = tap.about(Handover)
    if over.giver_id != tap.person.id or over.heir is None or not over.turn("done", "offered"):
        yield say.reply(SETTLED)
    else:
        yield from _take_over(over, over.heir)


@on.tap("ow.other", Handover, _("No, ask again"), only="organizer")
def disagree(tap: Tap) -> Says:
    over = tap.about(Handover)
    if over.giver_id != tap.person.id or not over.turn("dropped", "offered"):
        yield say.reply(SETTLED)
        return
    if over.heir is not None:
        text = _("{name} keeps looking for now. Thank you for offering!", name=names.first(tap.person))
        yield say.tell(over.heir, text, group=over.group)
    yield from _call(over.group, tap.person)

"""Undo, for what makes an organizer: named or given back by mistake, and the link that lets members in (116)."""

from handlers.kit import Message, Sayable, Says, _, names, on, say
from storage.deeds import Deed
from storage.groups import ORGANIZER, Group, Membership

NOT_ANY_MORE = _("You may no longer decide that here. Ask an organizer of the group.")
CHANGED = _("That has changed again meanwhile, so I leave it. “journal” shows what was changed.")


@on.event("undo_organizer")
def named(msg: Message) -> Says:
    """Whoever named somebody takes it back, within ten minutes; they hear it."""
    deed = msg.about_card(Deed)
    seat: Membership = Membership.get_by_id(deed.facts["record"])
    name, group = names.first(seat.person), msg.home()
    if msg.seat().role != ORGANIZER:
        yield from _stays(deed, NOT_ANY_MORE)
    elif not seat.step_down():
        yield from _stays(deed, CHANGED)
    else:
        yield say.reply(_("Taken back: {name} is a member as before, and I'm telling them.", name=name))
        text = _("{by} had named you an organizer of <b>{name}</b> by mistake, and took it back.")
        yield say.tell(seat.person, text.given(by=msg.person.name, name=group.name), group=group)


@on.event("undo_stepped_down")
def gave_back(msg: Message) -> Says:
    """The role that one has just given back oneself."""
    deed, seat, group = msg.about_card(Deed), msg.seat(), msg.home()
    if seat.id != deed.facts["record"] or not seat.promote():
        yield from _stays(deed, CHANGED)
        return
    yield say.reply(_("Taken back: you organize <b>{name}</b> as before.", name=group.name))
    text = _("{name} organizes with you after all.", name=msg.person.name)
    for person in group.organizers():
        if person.id != msg.person.id:
            yield say.tell(person, text, group=group)


@on.event("undo_whatsapp")
def link(msg: Message) -> Says:
    deed, group = msg.about_card(Deed), msg.home()
    if not msg.seat().may("all"):
        yield from _stays(deed, NOT_ANY_MORE)
    elif "whatsapp_before" not in group.draft:
        yield from _stays(deed, CHANGED)
    else:
        group.whatsapp_link = group.draft["whatsapp_before"]
        group.draft = {name: value for name, value in group.draft.items() if name != "whatsapp_before"}
        group.save(only=[Group.whatsapp_link, Group.draft])
        given = _("Taken back: I give the link I gave before.")
        yield say.reply(given if group.whatsapp_link else _("Taken back: I give no WhatsApp link, as before."))


def _stays(deed: Deed, why: Sayable) -> Says:
    deed.keep()
    yield say.reply(why)

"""Delivery: when something can't arrive, the organizers learn it once, with what to do."""

from handlers.kit import Happening, Message, Says, _, doors, lines, on, say, waiting
from handlers.kit.texts import Sayable
from storage.db import now
from storage.groups import ORGANIZER, Group, Membership
from storage.outbox import Post
from storage.people import TELEGRAM, Address, Person

SOMEBODY = _("Somebody")
START = _("To get what concerns only you, press Start once: Telegram lets me write to you after that.")

ABOUT_PEOPLE = {
    "blocked": _(
        "{name} has blocked me on {messenger}: what I write there does not arrive. “Unblock”, in their chat "
        "with me, is enough."
    ),
    "gone": _("The {messenger} account of {name} no longer exists. Ask them to write to me from a new one."),
    "unstarted": _("I can't write to {name} yet: Telegram wants them to press Start first."),
    "invalid": _("The number of {name} takes no {messenger} messages. Ask them to write to me, there or elsewhere."),
    "opted_out": _("{name} wants no more messages on {messenger}. The word RESUME brings them back."),
    "no_template": _(
        "{name} has not written for 24 hours, so WhatsApp lets me send nothing. Ask them for a word to me."
    ),
    "uncertain": _("I don't know whether my last message reached {name}: the line broke. I don't send it twice."),
    "dead": _("A message did not reach {name} on {messenger}. Ask them whether they got what they wait for."),
}
ABOUT_CHATS = {
    "kicked": _("I am no longer in the Telegram group of {group}. Add me again, nothing is lost:"),
    "chat_gone": _("The Telegram group of {group} no longer exists. Add me to the new one:"),
    "is_admin": _("I can't remove an administrator from the Telegram group of {group}: do it by hand."),
    "uncertain": _("I don't know whether my last message arrived in the Telegram group of {group}. Have a look."),
    "dead": _("Telegram refused a message of mine in the group of {group}. Have a look, and tell the members."),
}
RIGHTS = {
    "create_link": _("Invite users via link"),
    "revoke_link": _("Invite users via link"),
    "approve": _("Invite users via link"),
    "decline": _("Invite users via link"),
    "delete": _("Delete messages"),
    "remove": _("Ban users"),
}


@on.event("undeliverable")
def undeliverable(event: Happening) -> Says:
    post, why = event.about(Post), str(event.facts.get("why"))
    if post.address is not None:
        yield from _unreachable(post.address, post.group, why)
    elif post.group is not None:
        yield from _chat_refused(post, post.group, why)


def _unreachable(address: Address, group: Group | None, why: str) -> Says:
    """Somebody got nothing: told to the organizers of that group, or of all the person's groups."""
    if why not in ABOUT_PEOPLE:
        return
    person = address.person
    messenger = "Telegram" if address.platform == TELEGRAM else "WhatsApp"
    sentence = ABOUT_PEOPLE[why].given(name=person.name or SOMEBODY, messenger=messenger)
    concerned = [group] if group else [seat.group for seat in Membership.all_of(person)]
    for home in concerned:
        yield from _tell_organizers(home, sentence, f"{why}:{address.id}", but=person)
        if why == "unstarted":
            yield from _ask_to_start(home)


def _ask_to_start(group: Group) -> Says:
    """One shared button in the Telegram group, at most weekly (decisions: who never pressed Start)."""
    link, chat = doors.start_link("s"), group.chat
    if link and chat is not None and chat.present and chat.ask_to_start():
        yield say.in_chat(chat, START, say.link(_("Press Start"), link), unasked=True)


@doors.opens("s")
def started(msg: Message) -> Says:
    """The shared button was pressed; what waited is on its way."""
    yield say.reply(_("Thank you! From now on I can write to you here. Write “help” to see what I do."))


def _chat_refused(post: Post, group: Group, why: str) -> Says:
    chat = group.chat
    if why == "no_rights":
        right = RIGHTS.get(post.kind, _("Send messages"))
        need = _("In the Telegram group of {group} I lack the right “{right}”.", group=group.name, right=right)
        yield from _tell_organizers(group, lines(need, doors.HOW_TO_GIVE_RIGHTS), f"{why}:{post.kind}")
    elif why in ABOUT_CHATS and (chat is None or chat.present):  # else they know: I was removed
        again = why in ("kicked", "chat_gone") and doors.startgroup_link(group)
        add = [say.link(_("Add me to the group"), again)] if again else []
        sentence = ABOUT_CHATS[why].given(group=group.name)
        yield from _tell_organizers(group, sentence, f"{why}:chat", *add)
        if why in ("kicked", "chat_gone") and chat is not None and str(chat.chat_id) == post.chat:
            chat.settle(present=False)  # no call more: until I am added again, the group hears in private (F18, F35)


def _tell_organizers(
    group: Group, text: Sayable, cause: str, *buttons: say.Button, but: Person | None = None
) -> Says:
    """Each organizer once a week and cause; when nobody else organizes, the eldest member (F18, F38)."""
    year, week, _day = now().isocalendar()
    for person in _who_must_know(group, but):
        once = f"undeliv:{cause}:{group.id}:{year}-{week}:{person.id}"
        yield say.tell(person, text, *buttons, group=group, once=once, unasked=True)


def _who_must_know(group: Group, but: Person | None) -> list[Person]:
    seats = [seat for seat in group.members() if seat.person != but]
    organizers = [seat.person for seat in seats if seat.role == ORGANIZER]
    return organizers or [seat.person for seat in seats[:1]]


# ------------------------------------------------------------------ somebody closes or opens the door


@on.event("blocked")
def blocked(event: Happening) -> Says:
    """Marked now, so no call will fail and tell: the organizers learn it here."""
    if event.address is not None and event.address.mark("blocked"):
        yield from _unreachable(event.address, None, "blocked")


@on.event("unblocked")
def unblocked(event: Happening) -> Says:
    if event.address is not None and event.address.mark("ok"):
        waiting.release(event.address)
    yield from ()

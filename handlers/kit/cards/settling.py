"""A group and its Telegram chat: the short hello there, and what its organizers are told in private."""

from handlers.kit import doors, say
from handlers.kit.cards.privacy_words import page_link
from handlers.kit.say import Says
from handlers.kit.texts import Sayable, Text, _, lines, paragraphs
from storage.groups import Chat, Group
from storage.people import Person


def settle(group: Group, chat: Chat, by: Person | None = None) -> Says:
    """Live in that chat, say hello there once, and ask the organizers for the right that is missing.

    by: who brought the group here, and so is in the chat. Signals "chat_settled", for the other members.
    """
    if group.chat != chat:
        if not group.settle_in(chat):
            return
        hello = _(
            "Hello! I'm <b>Noyau</b>, I help <b>{name}</b>. I hear only what is said to me, and keep nothing else.",
            name=group.name,
        )
        rights = _("Who keeps what, what for and for how long: {link}", link=page_link())  # R1
        yield say.in_chat(chat, lines(hello, rights), once=f"hello:{chat.id}:{group.id}")
        yield from back(group, chat)
        inside = by or chat.added_by
        yield say.signal("chat_settled", group, by=inside.id if inside else None)
    else:
        yield say.in_chat(chat, _("I'm already here, for <b>{name}</b>.", name=group.name))


def back(group: Group, chat: Chat) -> Says:
    """I am in the chat (again): all set, or what is still missing."""
    if chat.may_invite:
        yield from ready(group, chat)
    else:
        yield from ask_rights(group, chat)


def ready(group: Group, chat: Chat) -> Says:
    """Tell the organizers that everything works."""
    text = _("All set in the Telegram chat <b>{title}</b>: I'm there, and I may invite.", title=chat.title)
    yield from _tell(group, text)


def ask_rights(group: Group, chat: Chat) -> Says:
    """Tell the organizers which right to give, and where to tap."""
    why = _(
        "I'm in the Telegram chat <b>{title}</b>, but I may not invite: nobody you accept could come in.",
        title=chat.title,
    )
    yield from _tell(group, paragraphs(why, doors.HOW_TO_GIVE_RIGHTS))


def gone(group: Group, chat: Chat) -> Says:
    """Tell the organizers that I was removed, and how to bring me back."""
    text = _(
        "I was removed from the Telegram chat <b>{title}</b>: what I say no longer reaches it. "
        "If that was not meant, bring me back with this button; nothing is lost.",
        title=chat.title,
    )
    yield from _tell(group, text, say.link(_("Add me again"), doors.startgroup_link(group)))


def _tell(group: Group, text: Sayable | Text, *buttons: say.Button) -> Says:
    for organizer in group.organizers():
        yield say.tell(organizer, text, *buttons, group=group)

"""The bot in a Telegram chat: added, bound to a group, given rights, moved, removed; and what Start opens."""

import datetime as dt
from dataclasses import replace

from handlers.kit import Due, Happening, Message, Says, Tap, _, doors, inbox, lines, on, say, waiting
from handlers.kit.cards import settling
from storage import facts
from storage.db import now
from storage.groups import ORGANIZER, ApplyLink, Chat, Group, Membership
from storage.moves import migrate
from storage.people import Person

PATIENCE = dt.timedelta(minutes=1)  # an unknown chat may be an upgrade of a known one (Bot API: migration)


# ------------------------------------------------------------------ Start


@on.command("start", group=True)
def start(msg: Message) -> Says:
    if not msg.private:
        yield from start_in_chat(msg)
    elif found := doors.opener(msg.words):
        function, rest = found
        first_come(msg)
        yield from function(replace(msg, words=rest))
    else:
        yield welcome(lost=bool(msg.words))


def first_come(msg: Message) -> None:
    """Added by an anonymous administrator: whoever opens the link shown in that chat first may found there."""
    prefix, _line, rest = msg.words.strip().partition("_")
    number = doors.unsealed("f", rest) if prefix == "f" else None
    chat = Chat.get_or_none(Chat.id == number) if number else None
    if chat is not None and chat.present and chat.group is None:
        chat.claim(msg.person)


def welcome(lost: bool = False) -> say.Say:
    """Who I am and what to do here; lost: a link led here that I don't know."""
    text = lines(
        _("I don't know this link: ask whoever gave it to you for a new one, or choose below.") if lost else None,
        _("Hello! I'm <b>Noyau</b>: I help small mutual-help groups to begin, to meet and to last."),
        _("I read what you write to me here; in a group, only what is said to me."),
        _("Were you given a group's link? Follow it, and your application begins."),
        _("Or found your own group: ten minutes are enough."),
    )
    help_button = [say.button(on.tapped("hp.help"))] if "hp.help" in on.registry.buttons else []
    return say.reply(text, say.button(on.tapped("fd.new")), say.button(have_link), *help_button)


@on.tap("tc.link", label=_("I have a link"))
def have_link(tap: Tap) -> Says:
    yield say.reply(
        _(
            "Follow the link, or write “join” and the code at its end, for example: “join {code}”.",
            code="K7QM3XHP",
        )
    )


@doors.opens("g")
def not_here(msg: Message) -> Says:
    """A startgroup payload followed in private: it needs a group chat."""
    yield say.reply(_("That link adds me to a Telegram group: open it again and choose the group."))


def start_in_chat(msg: Message) -> Says:
    """ "/start@bot g_code" in a group chat binds it; without a code, say where things stand."""
    chat = msg.answers.get("chat") or known_chat(int(msg.event.chat), msg.event.title, msg.person)
    prefix, _line, code = msg.words.partition("_")
    link = ApplyLink.by_code(code) if prefix == "g" else None
    if link and link.group.state == "live":
        yield from bind(msg, link.group, chat)
    elif chat.group:
        yield say.reply(_("I'm here for <b>{name}</b>. Write to me in private, or /help.", name=chat.group.name))
    else:
        yield found_here(chat, msg.person.language)


def bind(msg: Message, group: Group, chat: Chat) -> Says:
    seat = Membership.of(group, msg.person)
    if seat is None or seat.role != ORGANIZER:
        yield say.reply(_("Only an organizer of that group can bring it here. Ask one of them to add me."))
    elif chat.group and chat.group != group:
        yield say.reply(_("This chat is already the home of another group, <b>{name}</b>.", name=chat.group.name))
    else:
        yield from settling.settle(group, chat, msg.person)


def known_chat(number: int, title: str, by: Person) -> Chat:
    """The chat, noted down if the update that says we were added has not come yet."""
    chat = Chat.at(number)
    if not chat.title:
        chat.title, chat.added_by = title, chat.added_by or by
        chat.save(only=[Chat.title, Chat.added_by])
    return chat


# ------------------------------------------------------------------ added, upgraded, removed


@on.event("bot_added")
def added(happening: Happening) -> Says:
    chat = note(happening)
    if chat.moved_to:
        return
    returned = chat.settle(present=True)
    if returned:
        waiting.release_chat(chat)
    if chat.group is None:
        yield say.later(offer, chat, at=now() + PATIENCE)
    elif returned:
        yield from settling.back(chat.group, chat)
        tell_of_rights(chat.group, chat)


def note(happening: Happening) -> Chat:
    """The chat as the update describes it."""
    event = happening.event
    assert event is not None  # noqa: S101 - these events come from a chat
    chat = Chat.at(int(event.chat))
    chat.title = event.title or chat.title
    chat.kind = str(event.facts.get("kind") or chat.kind)
    chat.rights = dict(event.facts.get("rights") or {})
    if event.kind == "bot_added":
        chat.added_by = happening.person
    chat.save(only=[Chat.title, Chat.kind, Chat.rights, Chat.added_by])
    return chat


@on.due("tc.offer", Chat)
def offer(due: Due) -> Says:
    """A minute later: still here, no group's home, not an upgrade? Then offer to found one here."""
    chat = due.about(Chat)
    if chat.present and chat.group is None and chat.moved_to is None:
        yield found_here(
            chat,
            chat.added_by.language if chat.added_by else None,
            once=f"offer:{chat.id}:{due.at:%Y%m%d%H%M}",
        )


def found_here(chat: Chat, language: str | None, once: str | None = None) -> say.Say:
    link = doors.start_link(doors.sealed("f", chat.id))
    text = _("Hello! I'm Noyau. This chat has no group with me yet: whoever added me can found it in ten minutes.")
    return say.in_chat(chat, text, say.link(_("Found the group here"), link), language=language, once=once)


@on.event("bot_removed")
def removed(happening: Happening) -> Says:
    chat = Chat.get_or_none(Chat.chat_id == int(happening.event.chat)) if happening.event else None
    if chat is None or chat.moved_to or not chat.settle(present=False) or chat.group is None:
        return
    chat.rights = {}
    chat.save(only=[Chat.rights])
    yield from settling.gone(chat.group, chat)


@on.event("bot_rights")
def rights(happening: Happening) -> Says:
    before = Chat.get_or_none(Chat.chat_id == int(happening.event.chat)) if happening.event else None
    could = before is not None and before.may_invite
    chat = note(happening)
    if chat.rights and chat.settle(present=True):  # that I was added was told while nobody listened
        waiting.release_chat(chat)
    group = chat.group
    if group is None:
        return
    if could != chat.may_invite:
        yield from settling.back(group, chat)
    tell_of_rights(group, chat)


def tell_of_rights(group: Group, chat: Chat) -> None:
    """At every sign of the right to invite: that it had been taken away may never have reached us (F36)."""
    if chat.may_invite:
        inbox.happen("rights_back", group)


@on.event("migrated")
def moved(happening: Happening) -> Says:
    migrate(int(happening.facts["old"]), int(happening.facts["new"]))
    yield from ()


@on.event("title")
def renamed(happening: Happening) -> Says:
    if happening.event:
        Chat.update(title=str(happening.facts["title"])).where(Chat.chat_id == int(happening.event.chat)).execute()
    yield from ()


@on.event("anonymous")
def unknown(happening: Happening) -> Says:
    """An anonymous administrator's command: we can't know who it is (Bot API: GroupAnonymousBot)."""
    event = happening.event
    chat = Chat.get_or_none(Chat.chat_id == int(event.chat)) if event else None
    if event is None or chat is None or not for_us(event.text):
        return
    yield say.in_chat(
        chat,
        _("I can't see who writes anonymously. Write to me in private, or in your own name."),
        reply=event.message,
        once=f"anonymous:{chat.id}:{event.at:%Y%m%d%H}",
    )


def for_us(text: str) -> bool:
    """Is it one of our group commands, and not addressed to another bot?"""
    name, _at, bot = (text.split() or [""])[0].lstrip("/").partition("@")
    known = on.registry.commands.get(name.lower())
    return known is not None and known.group and bot.lower() in ("", facts.ask(facts.BOT_NAME).lower())

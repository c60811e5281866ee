"""Phones for tests: each call returns once the webhook has answered."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from .telegram_people import is_typing
from .world import ADMIN_RIGHTS, Bubble, Button, Chat, Subscriber, User, fold, seen

if TYPE_CHECKING:
    from .server import Emulators

MODEST = (
    "can_manage_chat",
    "can_delete_messages",
    "can_restrict_members",
    "can_invite_users",
    "can_pin_messages",
)


def find_button(bubbles: list[Bubble], label: str | int, skip: int = 0) -> tuple[Bubble, Button]:
    """The newest bubble with a button of that label (part of it, no accents or case), or at that position.

    Raises AssertionError that lists what is on the screen.
    """
    for bubble in reversed(bubbles):
        for position, button in enumerate(bubble.choices):
            if isinstance(label, int):
                match = position == label % len(bubble.choices)
            else:
                match = fold(label) in fold(button.label)
            if match and skip == 0:
                return bubble, button
            if match:
                skip -= 1
                break
    screen = [f"- {b.text[:70]!r} {[c.label for c in b.choices]}" for b in bubbles[-12:]]
    raise AssertionError(f"no button {label!r} on the screen:\n" + "\n".join(screen))


class TelegramPhone:
    """One person's Telegram."""

    def __init__(self, emulators: "Emulators", user: User) -> None:
        self.emu = emulators
        self.user = user

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def toast(self) -> str | None:
        """The last answer to a tap."""
        return self.user.toast

    @property
    def opened(self) -> str | None:
        """The last link followed."""
        return self.user.opened

    def _chat(self, chat: "TelegramGroup | int | None") -> Chat:
        if chat is None:
            return self.emu.world.private(self.user)
        return chat.chat if isinstance(chat, TelegramGroup) else self.emu.world.chats[chat]

    def _do(self, act: Coroutine[Any, Any, int]) -> int:
        return self.emu.run(act)

    def says(
        self,
        text: str,
        chat: "TelegramGroup | int | None" = None,
        reply_to: Bubble | int | None = None,
        thread: int | None = None,
    ) -> int:
        original = reply_to.id if isinstance(reply_to, Bubble) else reply_to
        number = int(original) if original is not None else None
        return self._do(self.emu.telegram.says(self.user, text, self._chat(chat), number, thread))

    def starts(self, payload: str = "") -> int:
        return self._do(self.emu.telegram.starts(self.user, payload))

    def taps(
        self,
        label: str | int = 0,
        chat: "TelegramGroup | int | None" = None,
        nth_from_last: int = 0,
        raw_data: str | None = None,
        message_id: int | None = None,
    ) -> int:
        """Press a button; `raw_data` forges what it carries, `message_id` picks an old (or deleted) card."""
        room = self._chat(chat)
        bubbles = [room.by_id[message_id]] if message_id is not None else self._screen(room)
        if raw_data is not None and (message_id is not None or not any(b.choices for b in bubbles)):
            return self._do(self.emu.telegram.presses(self.user, bubbles[-1], raw_data))
        bubble, button = find_button(bubbles, label, nth_from_last)
        if raw_data is None and button.is_link:
            return self.follows(button.value)
        original = self.emu.world.chats[int(bubble.chat)].by_id[int(bubble.id)]
        return self._do(self.emu.telegram.presses(self.user, original, raw_data or button.value))

    def sends(self, kind: str, caption: str | None = None, chat: "TelegramGroup | int | None" = None) -> int:
        return self._do(self.emu.telegram.sends(self.user, kind, self._chat(chat), caption))

    def edits(self, message_id: int | Bubble, text: str, chat: "TelegramGroup | int | None" = None) -> int:
        number = int(message_id.id) if isinstance(message_id, Bubble) else message_id
        return self._do(self.emu.telegram.edits(self.user, self._chat(chat).by_id[number], text))

    def reacts(self, message_id: int | Bubble, emoji: str | None, chat: "TelegramGroup | int") -> int:
        number = int(message_id.id) if isinstance(message_id, Bubble) else message_id
        return self._do(self.emu.telegram.reacts(self.user, self._chat(chat).by_id[number], emoji))

    def blocks(self) -> int:
        return self._do(self.emu.telegram.blocks(self.user))

    def unblocks(self) -> int:
        return self._do(self.emu.telegram.unblocks(self.user))

    def follows(self, link: str, into: "TelegramGroup | None" = None) -> int:
        """Open a link; `into` is the group chosen for a startgroup link."""
        chat = into.chat if into else None
        return self._do(self.emu.telegram.follows(self.user, link, chat))

    def _screen(self, room: Chat) -> list[Bubble]:
        if room.type != "private" and room not in self.emu.world.groups_of(self.user):
            return []
        return seen(self.emu.world.history(room))

    def messages(self, chat: "TelegramGroup | int | None" = None) -> list[Bubble]:
        """What is on the screen, oldest first."""
        return self._screen(self._chat(chat))

    def last(self, chat: "TelegramGroup | int | None" = None) -> Bubble:
        """The newest bubble; AssertionError when the chat is empty."""
        bubbles = self.messages(chat)
        assert bubbles, f"{self.name} has no message"  # noqa: S101 - a test's own words
        return bubbles[-1]

    def heard(self, text: str, chat: "TelegramGroup | int | None" = None) -> list[Bubble]:
        """The bot's bubbles that contain the text, in private and in every group, or in one chat."""
        rooms = [self._chat(chat)] if chat is not None else self._rooms()
        spoken = [b for room in rooms for b in self._screen(room) if b.from_bot]
        return [b for b in spoken if fold(text) in fold(b.text)]

    def _rooms(self) -> list[Chat]:
        return [self.emu.world.private(self.user), *self.emu.world.groups_of(self.user)]

    def sees_typing(self, chat: "TelegramGroup | int | None" = None) -> bool:
        return is_typing(self._chat(chat))


class TelegramGroup:
    """A group chat and what its people do to it."""

    def __init__(self, emulators: "Emulators", chat: Chat) -> None:
        self.emu = emulators
        self.chat = chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def bot_status(self) -> str:
        return self.chat.bot_status

    def _do(self, act: Coroutine[Any, Any, int]) -> int:
        return self.emu.run(act)

    def messages(self) -> list[Bubble]:
        return seen(self.emu.world.history(self.chat))

    def last(self) -> Bubble:
        bubbles = self.messages()
        assert bubbles, f"{self.chat.title} is empty"  # noqa: S101 - a test's own words
        return bubbles[-1]

    def heard(self, text: str) -> list[Bubble]:
        return [b for b in self.messages() if b.from_bot and fold(text) in fold(b.text)]

    def add_bot(self, by: TelegramPhone, payload: str | None = None, admin: bool = False) -> int:
        rights = set(MODEST) if admin else None
        return self._do(self.emu.telegram.adds_bot(self.chat, by.user, payload, rights))

    def promote_bot(self, by: TelegramPhone, **rights: bool) -> int:
        """Make the bot an administrator with a helper's rights; pass can_…=False to withhold one."""
        wanted = dict.fromkeys(MODEST, True) | rights
        held = {right for right, given in wanted.items() if given and right in ADMIN_RIGHTS}
        return self._do(self.emu.telegram.promotes_bot(self.chat, by.user, held))

    def demote_bot(self, by: TelegramPhone) -> int:
        return self._do(self.emu.telegram.demotes_bot(self.chat, by.user))

    def kick_bot(self, by: TelegramPhone) -> int:
        return self._do(self.emu.telegram.kicks_bot(self.chat, by.user))

    def mute_bot(self, muted: bool = True) -> None:
        self.chat.bot_muted = muted

    def join(self, person: TelegramPhone, invite_link: str | None = None) -> int:
        if invite_link:
            return person.follows(invite_link)
        return self._do(self.emu.telegram.joins(person.user, self.chat))

    def add(self, person: TelegramPhone, by: TelegramPhone) -> int:
        return self._do(self.emu.telegram.joins(person.user, self.chat, by=by.user))

    def leave(self, person: TelegramPhone) -> int:
        return self._do(self.emu.telegram.leaves(person.user, self.chat))

    def remove(self, person: TelegramPhone, by: TelegramPhone) -> int:
        return self._do(self.emu.telegram.leaves(person.user, self.chat, by.user, status="kicked"))

    def rename(self, title: str, by: TelegramPhone) -> int:
        return self._do(self.emu.telegram.renames(self.chat, by.user, title))

    def says_anonymously(self, text: str) -> int:
        return self._do(self.emu.telegram.says_anonymously(self.chat, text))

    def make_admin(self, person: TelegramPhone) -> None:
        self.chat.members[person.id] = "administrator"

    def delete(self) -> None:
        """The whole group disappears."""
        self.chat.deleted = True

    def migrate(self, by: TelegramPhone | None = None, order: tuple[str, ...] = ("mine", "to", "from")) -> int:
        """Become a supergroup; the new id. `order` of the updates: mine (my_chat_member), to, from."""
        owner = next(number for number, status in self.chat.members.items() if status == "creator")
        actor = by.user if by else self.emu.world.users[owner]
        new_id = self.emu.new_group_id("supergroup")
        self.chat = self.emu.run(self.emu.telegram.migrates(self.chat, actor, new_id, order))
        return new_id


class WhatsAppPhone:
    """One person's WhatsApp: a single chat, with the bot."""

    def __init__(self, emulators: "Emulators", person: Subscriber) -> None:
        self.emu = emulators
        self.person = person

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def address(self) -> str:
        return self.person.address

    @property
    def number(self) -> str:
        return self.person.number

    @property
    def opened(self) -> str | None:
        return self.person.opened

    def _do(self, act: Coroutine[Any, Any, int]) -> int:
        return self.emu.run(act)

    def says(self, text: str, quoting: Bubble | None = None) -> int:
        return self._do(self.emu.whatsapp.says(self.person, text, quoting))

    def taps(self, label: str | int = 0, nth_from_last: int = 0, raw_data: str | None = None) -> int:
        """A quick reply or a list item; a link button is followed."""
        bubble, button = find_button(self.messages(), label, nth_from_last)
        if button.is_link and raw_data is None:
            return self.follows(button.value)
        return self._do(self.emu.whatsapp.taps(self.person, bubble, button.label, raw_data or button.value))

    def sends(self, kind: str, caption: str | None = None) -> int:
        return self._do(self.emu.whatsapp.sends(self.person, kind, caption))

    def follows(self, link: str, text: str | None = None) -> int:
        return self._do(self.emu.whatsapp.follows(self.person, link, text))

    def blocks(self) -> None:
        """WhatsApp tells nobody: messages stay at "sent"."""
        self.person.blocked = True

    def unblocks(self) -> None:
        self.person.blocked = False

    def hides_number(self, bsuid: str | None = None) -> None:
        """Adopt a username: from now on only the business-scoped id is seen."""
        self.emu.hide_number(self.person, bsuid)

    def close_window(self) -> None:
        """As if the last message were more than 24 hours old."""
        self.person.last_inbound = None

    def messages(self) -> list[Bubble]:
        return seen(self.person.bubbles)

    def last(self) -> Bubble:
        bubbles = self.messages()
        assert bubbles, f"{self.name} has no message"  # noqa: S101 - a test's own words
        return bubbles[-1]

    def heard(self, text: str) -> list[Bubble]:
        return [b for b in self.messages() if b.from_bot and fold(text) in fold(b.text)]

    def refused(self) -> list[Bubble]:
        """What never arrived, with `error`."""
        return [b for b in self.person.bubbles if b.status in ("failed", "undelivered")]

"""What people do on Telegram, and the updates the bot receives for it."""

import asyncio
import json
import re
import struct
import time
import uuid
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .courier import Answer, Courier, Parcel
from .markup import spoken
from .world import ADMIN_RIGHTS, IN_GROUP, Bubble, Button, Chat, InviteLink, Json, User, World

ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ON_REQUEST = ("chat_member", "message_reaction", "message_reaction_count")
TYPES = {
    "photo": "image/png",
    "document": "application/pdf",
    "voice": "audio/ogg",
    "sticker": "image/webp",
    "video": "video/mp4",
}


class TelegramPeople:
    """Acts of people; each returns the HTTP status of the last webhook, 0 when the bot is told nothing."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self.courier = courier
        self.last_update: Json = {}
        # Runs the one method that a webhook's answer may carry; set by whoever owns the API.
        self.run_answer: Callable[[Answer], Awaitable[None]] | None = None

    # How things look to the bot

    def bot(self) -> Json:
        world = self.world
        return {
            "id": world.bot_id,
            "is_bot": True,
            "first_name": world.bot_name,
            "username": world.bot_username,
        }

    def user(self, user: User) -> Json:
        known = {"id": user.id, "is_bot": False, "first_name": user.first_name}
        more = {"last_name": user.last_name, "username": user.username, "language_code": user.language_code}
        return known | {key: value for key, value in more.items() if value}

    def chat(self, chat: Chat) -> Json:
        if chat.type != "private":
            forum = {"is_forum": True} if chat.topics else {}
            return {"id": chat.id, "type": chat.type, "title": chat.title} | forum
        user = self.world.users[chat.id]
        names = {"first_name": user.first_name, "last_name": user.last_name, "username": user.username}
        return {"id": chat.id, "type": "private"} | {key: name for key, name in names.items() if name}

    def message(self, bubble: Bubble, with_reply: bool = True) -> Json:
        chat = self.world.chats[int(bubble.chat)]
        sender = self._sender(bubble)
        what: Json = {"message_id": bubble.id, **sender, "chat": self.chat(chat)}
        what["date"] = int(bubble.at.timestamp())
        if not bubble.service:
            what |= self._words(bubble)
        what |= bubble.extra
        if bubble.thread:
            what |= {"message_thread_id": bubble.thread, "is_topic_message": True}
        if bubble.markup and "inline_keyboard" in bubble.markup:
            what["reply_markup"] = bubble.markup
        original = chat.by_id.get(int(bubble.reply_to)) if bubble.reply_to else None
        if original and with_reply and not original.deleted:
            what["reply_to_message"] = self.message(original, with_reply=False)
        return what

    def _sender(self, bubble: Bubble) -> Json:
        if bubble.from_bot:
            return {"from": self.bot()}
        if bubble.sender_id == ANONYMOUS["id"]:
            chat = self.chat(self.world.chats[int(bubble.chat)])
            return {"from": ANONYMOUS, "sender_chat": chat, "author_signature": "Orga"}
        return {"from": self.user(self.world.users[int(bubble.sender_id)])}

    def _words(self, bubble: Bubble) -> Json:
        if not bubble.text or "poll" in bubble.extra:
            return {}
        text, entities = ("caption", "caption_entities") if bubble.media else ("text", "entities")
        return {text: bubble.text} | ({entities: bubble.entities} if bubble.entities else {})

    def bot_member(self, chat: Chat, status: str | None = None, rights: set[str] | None = None) -> Json:
        status = status or chat.bot_status
        member: Json = {"user": self.bot(), "status": status}
        if status == "administrator":
            held = chat.bot_rights if rights is None else rights
            member |= {"can_be_edited": False, "is_anonymous": False}
            member |= {right: right in held for right in ADMIN_RIGHTS}
        return member | ({"until_date": 0} if status == "kicked" else {})

    def member(self, user: User, status: str) -> Json:
        member: Json = {"user": self.user(user), "status": status}
        if status == "creator":
            member["is_anonymous"] = False
        if status == "administrator":
            member |= {"can_be_edited": False, "is_anonymous": False}
            member |= {right: True for right in ADMIN_RIGHTS}
        return member | ({"until_date": 0} if status == "kicked" else {})

    def link(self, link: InviteLink) -> Json:
        made: Json = {
            "invite_link": link.url,
            "creator": self.bot(),
            "creates_join_request": link.creates_join_request,
            "is_primary": False,
            "is_revoked": link.is_revoked,
        }
        more = {"name": link.name, "member_limit": link.member_limit, "expire_date": link.expire_date}
        return made | {key: value for key, value in more.items() if value is not None}

    # Delivering

    async def update(self, kind: str, what: Json, queue: str) -> int:
        """Send one update to the bot; the HTTP status, or 0 when the bot did not ask for this kind."""
        if not self._wanted(kind):
            return 0
        self.last_update = update = {"update_id": next(self.world.update_ids), kind: what}
        headers = {"Content-Type": "application/json"}
        if secret := self.world.webhook.get("secret_token", self.world.secret):
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        body = json.dumps(update, ensure_ascii=False).encode()
        parcel = Parcel("/webhook/telegram", body, headers, kind, queue, self.world.now())
        return await self.accepted(await self.courier.deliver(parcel))

    async def accepted(self, answer: Answer) -> int:
        """Run the method that a 2xx JSON answer may carry."""
        if answer.status // 100 == 2 and answer.content_type == "application/json" and self.run_answer:
            await self.run_answer(answer)
        return answer.status

    def _wanted(self, kind: str) -> bool:
        asked = self.world.webhook.get("allowed_updates")
        if asked is None:
            return True
        return kind in asked if asked else kind not in ON_REQUEST

    async def _message(self, chat: Chat, bubble: Bubble) -> int:
        self.world.changed()
        if not self._hears(chat, bubble):
            return 0
        return await self.update("message", self.message(bubble), f"chat:{chat.id}")

    def _hears(self, chat: Chat, bubble: Bubble) -> bool:
        """Privacy mode: what of a group reaches the bot."""
        if chat.type == "private":
            return True
        if not chat.bot_is_in:
            return False
        if bubble.service or chat.bot_is_admin or not self.world.privacy:
            return True
        original = chat.by_id.get(int(bubble.reply_to)) if bubble.reply_to else None
        return bool(original and original.from_bot) or self._addressed(chat, bubble)

    def _addressed(self, chat: Chat, bubble: Bubble) -> bool:
        found = re.match(r"/\w+(?:@(\w+))?", bubble.text)
        if not found:
            return False
        if found[1] is None:
            return chat.bot_spoke
        return found[1].lower() == self.world.bot_username.lower()

    def write(self, chat: Chat, user: User | None, text: str = "", **more: Any) -> Bubble:
        """Put a person's bubble (None: an anonymous administrator's) in a chat."""
        bubble = Bubble(
            id=self.world.next_message_id(chat),
            chat=chat.id,
            sender=user.name if user else chat.title,
            sender_id=user.id if user else ANONYMOUS["id"],
            text=text,
            raw=text,
            at=self.world.now(),
            entities=spoken(text),
            **more,
        )
        chat.add(bubble)
        return bubble

    # Talking

    async def says(
        self, user: User, text: str, chat: Chat, reply_to: int | None = None, thread: int | None = None
    ) -> int:
        """A text in private or in a group."""
        if chat.type == "private":
            self._may_write(user)
            user.started = True
        bubble = self.write(chat, user, text.strip(), reply_to=reply_to, thread=thread)
        return await self._message(chat, bubble)

    def _may_write(self, user: User) -> None:
        if user.blocked:
            raise AssertionError(f"{user.name} has blocked the bot: unblocks() or starts() first")

    async def starts(self, user: User, payload: str = "") -> int:
        """The Start button, with the payload of a link."""
        if user.blocked:
            await self.unblocks(user)
        return await self.says(user, f"/start {payload}".strip(), self.world.private(user))

    async def sends(self, user: User, kind: str, chat: Chat, caption: str | None = None) -> int:
        """Something that is not text: photo, voice, sticker, location, document, contact or video."""
        if chat.type == "private":
            self._may_write(user)
            user.started = True
        extra, content = self._attachment(user, kind)
        bubble = self.write(chat, user, caption or "", media=kind, caption=caption, content=content, extra=extra)
        bubble.filename = extra.get("document", {}).get("file_name")
        return await self._message(chat, bubble)

    def _attachment(self, user: User, kind: str) -> tuple[Json, bytes | None]:
        if kind == "location":
            return {"location": {"latitude": 47.218371, "longitude": -1.553621}}, None
        if kind == "contact":
            card = {"phone_number": "+33639980001", "first_name": user.first_name, "user_id": user.id}
            return {"contact": card}, None
        content = a_picture() if kind in ("photo", "sticker") else b"OggS" + bytes(64)
        name = {"document": "dossier.pdf", "photo": "photo.png"}.get(kind, kind)
        file: Json = {"file_id": self.world.keep(content, TYPES[kind], name), "file_size": len(content)}
        file["file_unique_id"] = "AQAD" + file["file_id"][-8:]
        return {kind: self._shape(kind, file)}, content

    def _shape(self, kind: str, file: Json) -> Any:
        if kind == "photo":
            return [file | {"width": 90, "height": 60}, file | {"width": 480, "height": 320}]
        if kind == "voice":
            return file | {"duration": 14, "mime_type": "audio/ogg"}
        if kind == "sticker":
            shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return file | shape | {"emoji": "🎉", "set_name": "DemoStickers"}
        if kind == "video":
            return file | {"width": 640, "height": 360, "duration": 9, "mime_type": "video/mp4"}
        return file | {"file_name": "dossier.pdf", "mime_type": "application/pdf"}

    async def edits(self, user: User, bubble: Bubble, text: str) -> int:
        bubble.text = bubble.raw = text
        bubble.entities = spoken(text)
        bubble.edited, bubble.edits = True, bubble.edits + 1
        bubble.extra["edit_date"] = self.world.unix()
        chat = self.world.chats[int(bubble.chat)]
        self.world.changed()
        if not self._hears(chat, bubble):
            return 0
        return await self.update("edited_message", self.message(bubble), f"chat:{chat.id}")

    async def reacts(self, user: User, bubble: Bubble, emoji: str | None) -> int:
        chat = self.world.chats[int(bubble.chat)]
        if not chat.bot_is_admin:
            return 0
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        what: Json = {"chat": self.chat(chat), "message_id": bubble.id, "user": self.user(user)}
        what |= {"date": self.world.unix(), "old_reaction": [], "new_reaction": new}
        return await self.update("message_reaction", what, f"reaction:{chat.id}")

    async def says_anonymously(self, chat: Chat, text: str) -> int:
        return await self._message(chat, self.write(chat, None, text))

    # Buttons

    async def presses(self, user: User, bubble: Bubble, data: str) -> int:
        """Tap an inline button; the toast is what the bot answers."""
        world, chat = self.world, self.world.chats[int(bubble.chat)]
        user.toast, user.toast_alert = None, False
        query_id = str(next(world.query_ids))
        world.queries[query_id] = (user, world.now())
        message = self.message(bubble)
        if bubble.deleted:
            message = {"chat": self.chat(chat), "message_id": bubble.id, "date": 0}
        what: Json = {"id": query_id, "from": self.user(user), "message": message}
        what |= {"chat_instance": str(-3_800_000_000_000_000_000 - abs(chat.id)), "data": data}
        return await self.update("callback_query", what, f"press:{user.id}")

    async def follows(self, user: User, link: str, into: Chat | None = None) -> int:
        """Open a link: start, startgroup (with the group chosen, and the rights asked for), or an invitation."""
        user.opened = link
        parts = urlsplit(link if "//" in link else f"https://{link}")
        asked, path = parse_qs(parts.query, keep_blank_values=True), parts.path.strip("/")
        if parts.hostname not in ("t.me", "telegram.me"):
            self.world.changed()
            return 0
        if path.startswith(("+", "joinchat/")):
            return await self.enters(user, link)
        if path.lower() != self.world.bot_username.lower():
            return 0
        if "startgroup" in asked:
            rights = {f"can_{right}" for right in asked.get("admin", [""])[0].split()}
            return await self.adds_bot(into, user, asked["startgroup"][0], rights or None) if into else 0
        if "start" in asked:
            return await self.starts(user, asked["start"][0])
        return 0

    # The private chat

    async def blocks(self, user: User) -> int:
        user.blocked = True
        return await self._private_status(user, "member", "kicked")

    async def unblocks(self, user: User) -> int:
        user.blocked, user.started = False, True
        return await self._private_status(user, "kicked", "member")

    async def _private_status(self, user: User, old: str, new: str) -> int:
        return await self._my_status(self.world.private(user), user, old, new)

    async def _my_status(self, chat: Chat, by: User | None, old: str, new: str, held: set[str] | None = None) -> int:
        self.world.changed()
        what: Json = {"chat": self.chat(chat), "from": self.user(by) if by else self.bot()}
        what["date"] = self.world.unix()
        what["old_chat_member"] = self.bot_member(chat, old, held)
        what["new_chat_member"] = self.bot_member(chat, new)
        return await self.update("my_chat_member", what, f"mine:{chat.id}")

    # The bot in a group

    async def adds_bot(self, chat: Chat, by: User, payload: str | None = None, rights: set[str] | None = None) -> int:
        """Add the bot, as administrator when `rights` is given; then "/start@bot payload" if there is one."""
        old = chat.bot_status
        chat.bot_status = "administrator" if rights else "member"
        chat.bot_rights, chat.bot_was_here = rights or set(), True
        await self._my_status(chat, by, old, chat.bot_status)
        status = await self._service(chat, by, {"new_chat_members": [self.bot()]})
        if payload is not None:
            text = f"/start@{self.world.bot_username} {payload}".strip()
            status = await self._message(chat, self.write(chat, by, text))
        return status

    async def promotes_bot(self, chat: Chat, by: User, rights: set[str]) -> int:
        old, held = chat.bot_status, chat.bot_rights
        chat.bot_status, chat.bot_rights = "administrator", rights | {"can_manage_chat"}
        return await self._my_status(chat, by, old, "administrator", held)

    async def demotes_bot(self, chat: Chat, by: User) -> int:
        old, held = chat.bot_status, chat.bot_rights
        chat.bot_status, chat.bot_rights = "member", set()
        return await self._my_status(chat, by, old, "member", held)

    async def kicks_bot(self, chat: Chat, by: User) -> int:
        old, held = chat.bot_status, chat.bot_rights
        chat.bot_status, chat.bot_rights = "kicked", set()
        return await self._my_status(chat, by, old, "kicked", held)

    async def bot_leaves(self, chat: Chat) -> int:
        old, held = chat.bot_status, chat.bot_rights
        chat.bot_status, chat.bot_rights = "left", set()
        return await self._my_status(chat, None, old, "left", held)

    async def _service(self, chat: Chat, by: User | None, what: Json) -> int:
        bubble = self.write(chat, by, "", service=True, extra=what)
        if by is None:
            bubble.sender, bubble.sender_id = "bot", self.world.bot_id
        return await self._message(chat, bubble)

    # People coming and going

    async def enters(self, user: User, url: str) -> int:
        """Follow an invitation: in, or a request, or refused (expired, revoked, full, banned)."""
        chat, link = self._invitation(url)
        if not chat or not link or self._closed(link) or chat.members.get(user.id) == "kicked":
            user.toast, user.toasts = "This invite link has expired.", user.toasts + 1
            self.world.changed()
            return 0
        if chat.members.get(user.id) in IN_GROUP:
            return 0
        if link.creates_join_request:
            return await self._requests(user, chat, link)
        link.uses += 1
        return await self.joins(user, chat, link)

    def _invitation(self, url: str) -> tuple[Chat | None, InviteLink | None]:
        code = url.rsplit("/", 1)[-1].lstrip("+")
        for chat in self.world.groups():
            for known, link in chat.links.items():
                if known.rsplit("/", 1)[-1].lstrip("+") == code:
                    return chat, link
        return None, None

    def _closed(self, link: InviteLink) -> bool:
        late = link.expire_date is not None and self.world.unix() >= link.expire_date
        full = link.member_limit is not None and link.uses >= link.member_limit
        return link.is_revoked or late or full

    async def _requests(self, user: User, chat: Chat, link: InviteLink) -> int:
        chat.requests[user.id] = link
        user.may_be_written_until = self.world.now() + timedelta(minutes=5)
        self.world.private(user)
        self.world.changed()
        if not (chat.bot_is_admin and "can_invite_users" in chat.bot_rights):
            return 0
        what: Json = {"chat": self.chat(chat), "from": self.user(user), "user_chat_id": user.id}
        what |= {"date": self.world.unix(), "invite_link": self.link(link)}
        what |= {"bio": user.bio} if user.bio else {}
        return await self.update("chat_join_request", what, f"user:{user.id}")

    async def joins(
        self,
        user: User,
        chat: Chat,
        link: InviteLink | None = None,
        by: User | None = None,
        approved: bool = False,
    ) -> int:
        """Become a member: by a link, added by someone, or approved by the bot."""
        old = chat.members.get(user.id, "left")
        chat.members[user.id] = "member"
        actor = self.bot() if approved else self.user(by or user)
        more: Json = {"invite_link": self.link(link)} if link else {}
        more |= {"via_join_request": True} if approved else {}
        told = await self._their_status(chat, user, old, "member", actor, more)
        return await self._service(chat, by or user, {"new_chat_members": [self.user(user)]}) or told

    async def leaves(
        self, user: User, chat: Chat, by: User | None = None, by_bot: bool = False, status: str = "left"
    ) -> int:
        """Go, or be removed (`status` "kicked" when banned)."""
        old = chat.members.get(user.id, "left")
        chat.members[user.id] = status
        actor = self.bot() if by_bot else self.user(by or user)
        told = await self._their_status(chat, user, old, status, actor, {})
        return (
            await self._service(chat, None if by_bot else by or user, {"left_chat_member": self.user(user)}) or told
        )

    async def _their_status(self, chat: Chat, user: User, old: str, new: str, actor: Json, more: Json) -> int:
        if not chat.bot_is_admin:
            return 0
        what: Json = {"chat": self.chat(chat), "from": actor, "date": self.world.unix()}
        what["old_chat_member"] = self.member(user, old)
        what["new_chat_member"] = self.member(user, new)
        return await self.update("chat_member", what | more, f"user:{user.id}")

    async def pins(self, chat: Chat, bubble: Bubble) -> int:
        """The service message after the bot pinned something."""
        return await self._service(chat, None, {"pinned_message": self.message(bubble, with_reply=False)})

    async def renames(self, chat: Chat, by: User, title: str) -> int:
        chat.title = title
        return await self._service(chat, by, {"new_chat_title": title})

    # Basic group to supergroup

    async def migrates(self, old: Chat, by: User, new_id: int, order: tuple[str, ...]) -> Chat:
        """Upgrade: a new chat with another id; the updates come in the given order."""
        new = Chat(new_id, "supergroup", old.title, members=dict(old.members), migrated_from=old.id)
        new.bot_status, new.bot_rights, new.bot_was_here = old.bot_status, set(old.bot_rights), True
        self.world.chats[new_id] = new
        to = self.write(old, by, service=True, extra={"migrate_to_chat_id": new_id})
        start = self.write(new, by, service=True, extra={"migrate_from_chat_id": old.id})
        old.migrated_to = new_id
        if new.bot_is_in:
            for step in order:
                if step == "mine":
                    await self._my_status(new, by, "left", new.bot_status, set())
                else:
                    chat, bubble = (old, to) if step == "to" else (new, start)
                    await self.update("message", self.message(bubble), f"chat:{chat.id}")
        self.world.changed()
        return new


def new_link(chat: Chat, asked: Json) -> InviteLink:
    """A fresh invitation of a chat."""
    link = InviteLink(f"https://t.me/+{uuid.uuid4().hex[:16]}", **asked)
    chat.links[link.url] = link
    return link


def keyboard(markup: Json | None) -> list[list[Button]]:
    """The buttons of an inline keyboard as they are seen."""
    rows = (markup or {}).get("inline_keyboard", [])
    return [[Button(b["text"], str(b.get("callback_data", b.get("url", "")))) for b in row] for row in rows]


def is_typing(chat: Chat) -> bool:
    return chat.typing_until > time.monotonic()


async def pause(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


@cache
def a_picture(width: int = 240, height: int = 160) -> bytes:
    """A small PNG, drawn here: a sun over the sea."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            sun = (x - width * 0.62) ** 2 + (y - height * 0.45) ** 2 < (height * 0.17) ** 2
            sea = y > height * 0.62
            rows += bytes((255, 214, 120) if sun and not sea else _sky(y, height, sea))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _sky(y: int, height: int, sea: bool) -> tuple[int, int, int]:
    part = y / height
    return (
        (38, int(110 - 40 * part), int(150 - 30 * part)) if sea else (int(250 - 60 * part), 170, int(140 + 60 * part))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

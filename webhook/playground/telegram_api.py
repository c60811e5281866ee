"""The Bot API as the bot sees it: it does what Telegram does, and refuses what Telegram refuses."""

import inspect
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from .courier import LOOPBACK, Answer, Courier
from .markup import render
from .telegram_people import TelegramPeople, keyboard, new_link
from .world import ADMIN_RIGHTS, IN_GROUP, Bubble, Call, Chat, Json, Refusal, User, World, utf16

QUERY_LIFE = timedelta(seconds=150)
NOT_IN_ANSWERS = ("setwebhook", "deletewebhook", "close", "logout")
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
MEDIA = {
    "photo": "image/jpeg",
    "document": "application/octet-stream",
    "video": "video/mp4",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "animation": "video/mp4",
    "sticker": "image/webp",
}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Upload(NamedTuple):
    """A file in a multipart request."""

    content: bytes
    filename: str
    content_type: str


def bad(text: str, parameters: Json | None = None) -> Refusal:
    return Refusal(400, f"Bad Request: {text}", parameters)


class Params(Json):
    """The arguments of one call, whatever they came as: form strings, JSON values, uploads."""

    def word(self, name: str) -> str:
        value = self.get(name)
        return "" if value is None else str(value)

    def whole(self, name: str) -> int | None:
        try:
            return int(self[name]) if self.get(name) not in (None, "") else None
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        return str(self.get(name, "")).lower() in ("true", "1", "yes")

    def tree(self, name: str) -> Any:
        """A nested value: JSON text in forms, already a value in JSON bodies."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None


class BotMethods:
    """The methods; each public function `send_message` answers the call `sendMessage`."""

    def __init__(self, world: World, people: TelegramPeople, courier: Courier) -> None:
        self._world = world
        self._people = people
        self._courier = courier

    # Myself

    def get_me(self, p: Params) -> Json:
        can = {"can_read_all_group_messages": not self._world.privacy} | self._world.bot_facts
        return self._people.bot() | can | {"supports_inline_queries": False, "has_main_web_app": False}

    def set_webhook(self, p: Params) -> Any:
        url, secret = p.word("url"), p.word("secret_token")
        if not url:
            return self.delete_webhook(p)
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256:
            raise bad("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad("secret token contains unallowed characters")
        kept = {"allowed_updates": self._world.webhook.get("allowed_updates")}
        if p.get("allowed_updates") is not None:
            kept["allowed_updates"] = p.tree("allowed_updates")
        count = p.whole("max_connections") or 40
        self._world.webhook = {"url": url, "secret_token": secret, "max_connections": count} | kept
        if p.flag("drop_pending_updates"):
            self._courier.undelivered.clear()
        return True

    def delete_webhook(self, p: Params) -> bool:
        self._world.webhook = {}
        return True

    def get_webhook_info(self, p: Params) -> Json:
        hook = self._world.webhook
        info = {"url": hook.get("url", ""), "has_custom_certificate": False}
        info["pending_update_count"] = sum(p.path == "/webhook/telegram" for p in self._courier.undelivered)
        more = {key: hook.get(key) for key in ("max_connections", "allowed_updates")}
        return info | {key: value for key, value in more.items() if value is not None} | self._world.hook_fault

    def get_updates(self, p: Params) -> Any:
        way_out = "use deleteWebhook to delete the webhook first"
        text = f"Conflict: can't use getUpdates method while webhook is active; {way_out}"
        raise Refusal(409, text)

    def set_my_commands(self, p: Params) -> bool:
        commands = p.tree("commands") or []
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.commands[self._scope(p)] = commands
        return True

    def get_my_commands(self, p: Params) -> list[Json]:
        return self._world.commands.get(self._scope(p), [])

    def delete_my_commands(self, p: Params) -> bool:
        self._world.commands.pop(self._scope(p), None)
        return True

    def _scope(self, p: Params) -> tuple[str, str]:
        scope = p.tree("scope") or {"type": "default"}
        return json.dumps(scope, sort_keys=True), p.word("language_code")

    def set_my_name(self, p: Params) -> bool:
        return self._profile(p, "name", 64)

    def set_my_description(self, p: Params) -> bool:
        return self._profile(p, "description", 512)

    def set_my_short_description(self, p: Params) -> bool:
        return self._profile(p, "short_description", 120)

    def _profile(self, p: Params, what: str, most: int) -> bool:
        if len(p.word(what)) > most:
            raise bad(f"{what.upper()}_TOO_LONG")
        self._world.profile[what, p.word("language_code")] = p.word(what)
        return True

    def get_my_name(self, p: Params) -> Json:
        return {"name": self._said("name", p) or self._world.bot_name}

    def get_my_description(self, p: Params) -> Json:
        return {"description": self._said("description", p)}

    def get_my_short_description(self, p: Params) -> Json:
        return {"short_description": self._said("short_description", p)}

    def _said(self, what: str, p: Params) -> str:
        profile = self._world.profile
        return profile.get((what, p.word("language_code"))) or profile.get((what, "")) or ""

    def set_chat_menu_button(self, p: Params) -> bool:
        self._world.menu_button = p.tree("menu_button") or {"type": "default"}
        return True

    def get_chat_menu_button(self, p: Params) -> Json:
        return self._world.menu_button

    def set_my_default_administrator_rights(self, p: Params) -> bool:
        return True

    # Sending

    def send_message(self, p: Params) -> Json:
        chat = self._writable(p)
        text, entities = self._formatted(p, "text", 4096)
        if not text:
            raise bad("message text is empty")
        return self._people.message(self._post(chat, p, text, entities))

    async def send_photo(self, p: Params) -> Json:
        return await self._send_media(p, "photo")

    async def send_document(self, p: Params) -> Json:
        return await self._send_media(p, "document")

    async def send_video(self, p: Params) -> Json:
        return await self._send_media(p, "video")

    async def send_voice(self, p: Params) -> Json:
        return await self._send_media(p, "voice")

    async def send_audio(self, p: Params) -> Json:
        return await self._send_media(p, "audio")

    async def send_animation(self, p: Params) -> Json:
        return await self._send_media(p, "animation")

    async def send_sticker(self, p: Params) -> Json:
        return await self._send_media(p, "sticker")

    async def _send_media(self, p: Params, kind: str) -> Json:
        chat = self._writable(p)
        caption, entities = self._formatted(p, "caption", 1024)
        upload = await self._file(p, p.get(kind), kind)
        return self._people.message(self._post(chat, p, caption, entities, kind, upload))

    async def send_media_group(self, p: Params) -> list[Json]:
        chat, items = self._writable(p), p.tree("media") or []
        if not 2 <= len(items) <= 10:
            raise bad("there must be from 2 to 10 media to send")
        parts = [(item, *self._formatted(Params(item), "caption", 1024)) for item in items]
        files = [await self._file(p, item.get("media"), item["type"]) for item in items]
        self._spend(chat, len(items))
        album = {"media_group_id": str(next(self._world.query_ids))}
        sent = [
            self._put(chat, p, caption, entities, item["type"], file, album)
            for (item, caption, entities), file in zip(parts, files, strict=True)
        ]
        return [self._people.message(bubble) for bubble in sent]

    def send_location(self, p: Params) -> Json:
        chat = self._writable(p)
        place = {"location": {"latitude": float(p["latitude"]), "longitude": float(p["longitude"])}}
        return self._people.message(self._post(chat, p, "", [], "location", None, place))

    def send_poll(self, p: Params) -> Json:
        chat, options = self._writable(p), p.tree("options") or []
        labels = [option["text"] if isinstance(option, dict) else str(option) for option in options]
        if not 1 <= len(p.word("question")) <= 300 or not 1 <= len(labels) <= 12:
            raise bad("poll must have at least 1 option and a question")
        poll: Json = {"id": str(next(self._world.query_ids)), "question": p.word("question")}
        poll["options"] = [
            {"persistent_id": f"o{n}", "text": label, "voter_count": 0} for n, label in enumerate(labels)
        ]
        poll |= {"total_voter_count": 0, "is_closed": False, "type": "regular"}
        poll |= {"is_anonymous": p.word("is_anonymous").lower() != "false"}
        poll |= {"allows_multiple_answers": p.flag("allows_multiple_answers"), "allows_revoting": True}
        poll |= {"members_only": False}
        bubble = self._post(chat, p, "", [], None, None, {"poll": poll})
        bubble.text = "\n".join([p.word("question"), *(f"○ {label}" for label in labels)])
        return self._people.message(bubble)

    def stop_poll(self, p: Params) -> Json:
        bubble = self._own(p, "edit")
        poll: Json | None = bubble.extra.get("poll")
        if not poll:
            raise bad("poll to stop not found")
        poll["is_closed"] = True
        return poll

    def send_chat_action(self, p: Params) -> bool:
        self._writable(p).typing_until = time.monotonic() + 5
        self._world.changed()
        return True

    def set_message_reaction(self, p: Params) -> bool:
        self._bubble(p, "react to")
        return True

    # Changing what was sent

    def edit_message_text(self, p: Params) -> Json:
        bubble = self._own(p, "edit")
        if bubble.media:
            raise bad("there is no text in the message to edit")
        text, entities = self._formatted(p, "text", 4096)
        if not text:
            raise bad("message text is empty")
        return self._edit(bubble, p, text, entities, p.tree("reply_markup"))

    def edit_message_caption(self, p: Params) -> Json:
        bubble = self._own(p, "edit")
        if not bubble.media:
            raise bad("there is no caption in the message to edit")
        caption, entities = self._formatted(p, "caption", 1024)
        return self._edit(bubble, p, caption, entities, p.tree("reply_markup"))

    def edit_message_reply_markup(self, p: Params) -> Json:
        bubble = self._own(p, "edit")
        return self._edit(bubble, p, bubble.text, bubble.entities, p.tree("reply_markup"))

    async def edit_message_media(self, p: Params) -> Json:
        bubble, media = self._own(p, "edit"), p.tree("media") or {}
        caption, entities = self._formatted(Params(media), "caption", 1024)
        upload = await self._file(p, media.get("media"), media.get("type", "photo"))
        same = upload.content == bubble.content
        self._attach(bubble, media.get("type", "photo"), upload)
        return self._edit(bubble, p, caption, entities, p.tree("reply_markup"), force=not same)

    def _edit(
        self, bubble: Bubble, p: Params, text: str, entities: list[Json], markup: Any, force: bool = False
    ) -> Json:
        markup = self._markup(markup)
        if not force and (text, entities, markup) == (bubble.text, bubble.entities, bubble.markup):
            raise bad(NOT_MODIFIED)
        self._spend(self._world.chats[int(bubble.chat)], 1)
        bubble.text, bubble.entities, bubble.markup = text, entities, markup
        bubble.raw, bubble.parse_mode = p.word("text") or p.word("caption") or bubble.raw, p.get("parse_mode")
        bubble.caption = text if bubble.media else None
        bubble.buttons, bubble.edited, bubble.edits = keyboard(markup), True, bubble.edits + 1
        bubble.extra["edit_date"] = self._world.unix()
        self._world.changed()
        return self._people.message(bubble)

    def delete_message(self, p: Params) -> bool:
        bubble, chat = self._bubble(p, "delete"), self._known(p)
        late = self._world.now() - bubble.at > timedelta(hours=48)
        others = not bubble.from_bot and chat.type != "private" and not self._holds(chat, "can_delete_messages")
        if late or others:
            raise bad("message can't be deleted")
        bubble.deleted = True
        self._world.changed()
        return True

    def delete_messages(self, p: Params) -> bool:
        for number in p.tree("message_ids") or []:
            self.delete_message(Params(p | {"message_id": number}))
        return True

    def pin_chat_message(self, p: Params) -> bool:
        chat = self._writable(p)
        self._need(chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
        bubble = self._bubble(p, "pin")
        self._spend(chat, 1)
        bubble.pinned = True
        self._world.spawn(self._people.pins(chat, bubble))
        return True

    def unpin_chat_message(self, p: Params) -> bool:
        chat = self._writable(p)
        self._need(chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
        asked = p.whole("message_id")
        for bubble in chat.bubbles:
            if bubble.pinned and asked in (None, bubble.id):
                bubble.pinned = False
        self._world.changed()
        return True

    def unpin_all_chat_messages(self, p: Params) -> bool:
        return self.unpin_chat_message(Params(p | {"message_id": None}))

    def answer_callback_query(self, p: Params) -> bool:
        asked = self._world.queries.get(p.word("callback_query_id"))
        if asked is None or self._world.now() - asked[1] > QUERY_LIFE:
            raise bad(TOO_OLD)
        if len(p.word("text")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        user = asked[0]
        if p.word("text"):
            user.toast, user.toast_alert = p.word("text"), p.flag("show_alert")
            user.toasts += 1
        if p.word("url"):
            user.opened = p.word("url")
        self._world.changed()
        return True

    # Groups

    def create_chat_invite_link(self, p: Params) -> Json:
        chat = self._group(p)
        self._need(chat, "can_invite_users", "not enough rights to manage chat invite link")
        return self._people.link(new_link(chat, self._link_terms(p)))

    def edit_chat_invite_link(self, p: Params) -> Json:
        link = self._link(p)
        for key, value in self._link_terms(p).items():
            setattr(link, key, value)
        return self._people.link(link)

    def revoke_chat_invite_link(self, p: Params) -> Json:
        link = self._link(p)
        link.is_revoked = True
        self._world.changed()
        return self._people.link(link)

    def export_chat_invite_link(self, p: Params) -> str:
        return str(self.create_chat_invite_link(p)["invite_link"])

    def _link(self, p: Params) -> Any:
        chat = self._group(p)
        self._need(chat, "can_invite_users", "not enough rights to manage chat invite link")
        if p.word("invite_link") not in chat.links:
            raise bad("INVITE_HASH_EXPIRED")
        return chat.links[p.word("invite_link")]

    def _link_terms(self, p: Params) -> Json:
        limit, request = p.whole("member_limit") or None, p.flag("creates_join_request")
        if request and limit:
            raise bad("member limit can't be specified for links requiring administrator approval")
        if len(p.word("name")) > 32:
            raise bad("invite link name is too long")
        if limit and not 1 <= limit <= 99999:
            raise bad("member limit must be between 1 and 99999")
        terms = {"name": p.word("name") or None, "member_limit": limit, "creates_join_request": request}
        return terms | {"expire_date": p.whole("expire_date") or None}

    def approve_chat_join_request(self, p: Params) -> bool:
        chat, user, link = self._request(p)
        self._world.spawn(self._people.joins(user, chat, link, approved=True))
        return True

    def decline_chat_join_request(self, p: Params) -> bool:
        self._request(p)
        return True

    def _request(self, p: Params) -> tuple[Chat, User, Any]:
        chat, user = self._group(p), self._world.users.get(p.whole("user_id") or 0)
        self._need(chat, "can_invite_users", "CHAT_ADMIN_REQUIRED")
        if user and chat.members.get(user.id) in IN_GROUP:
            raise bad("USER_ALREADY_PARTICIPANT")
        if user is None or user.id not in chat.requests:
            raise bad("HIDE_REQUESTER_MISSING")
        user.may_be_written_until = None
        self._world.changed()
        return chat, user, chat.requests.pop(user.id)

    def get_chat(self, p: Params) -> Json:
        chat = self._known(p)
        full = self._people.chat(chat) | {"accent_color_id": 0, "max_reaction_count": 11}
        full["accepted_gift_types"] = {f"{gift}_gifts": False for gift in ("unlimited", "limited", "unique")} | {
            "premium_subscription": False,
            "gifts_from_channels": False,
        }
        if chat.type != "private":
            self._here(chat)
            allowed = not chat.bot_muted
            full["permissions"] = {"can_send_messages": allowed, "can_invite_users": True}
        return full

    def get_chat_member(self, p: Params) -> Json:
        chat, wanted = self._group(p), p.whole("user_id") or 0
        if wanted == self._world.bot_id:
            return self._people.bot_member(chat)
        user = self._world.users.get(wanted)
        if user is None:
            raise bad("invalid user_id specified")
        return self._people.member(user, chat.members.get(wanted, "left"))

    def get_chat_administrators(self, p: Params) -> list[Json]:
        chat = self._group(p)
        chiefs = [(n, status) for n, status in chat.members.items() if status in ("creator", "administrator")]
        found = [self._people.member(self._world.users[number], status) for number, status in chiefs]
        return found + ([self._people.bot_member(chat)] if chat.bot_is_admin else [])

    def get_chat_member_count(self, p: Params) -> int:
        chat = self._group(p)
        return sum(status in IN_GROUP for status in chat.members.values()) + 1

    def ban_chat_member(self, p: Params) -> bool:
        chat, user = self._group(p), self._world.users.get(p.whole("user_id") or 0)
        self._need(chat, "can_restrict_members", "not enough rights to restrict/unrestrict chat member")
        if user is None:
            raise bad("PARTICIPANT_ID_INVALID")
        status = chat.members.get(user.id, "left")
        if status == "creator":
            raise bad("can't remove chat owner")
        if status == "administrator":
            raise bad("user is an administrator of the chat")
        if status in IN_GROUP:
            self._world.spawn(self._people.leaves(user, chat, by_bot=True, status="kicked"))
        chat.members[user.id] = "kicked" if status not in IN_GROUP else status
        return True

    def unban_chat_member(self, p: Params) -> bool:
        chat, wanted = self._group(p), p.whole("user_id") or 0
        self._need(chat, "can_restrict_members", "not enough rights to restrict/unrestrict chat member")
        status = chat.members.get(wanted)
        if status == "kicked":
            chat.members[wanted] = "left"
        elif status in IN_GROUP and not p.flag("only_if_banned"):
            self._world.spawn(self._people.leaves(self._world.users[wanted], chat, by_bot=True))
        return True

    def leave_chat(self, p: Params) -> bool:
        self._world.spawn(self._people.bot_leaves(self._group(p)))
        return True

    def get_file(self, p: Params) -> Json:
        kept = self._world.files.get(p.word("file_id"))
        if kept is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        known = {"file_id": p.word("file_id"), "file_unique_id": "AQAD" + p.word("file_id")[-8:]}
        return known | {"file_size": len(kept.content), "file_path": f"files/{p.word('file_id')}"}

    # Who may be written to

    def _known(self, p: Params) -> Chat:
        number = p.whole("chat_id")
        if number is None:
            raise bad("chat_id is empty" if not p.word("chat_id") else "chat not found")
        chat = self._world.chats.get(number)
        if chat is None and number in self._world.users:
            chat = self._world.private(self._world.users[number])
        if chat is None:
            if number == self._world.bot_id:
                raise Refusal(403, "Forbidden: the bot can't send messages to the bot")
            raise bad("chat not found")
        if chat.migrated_to:
            upgraded = {"migrate_to_chat_id": chat.migrated_to}
            raise bad("group chat was upgraded to a supergroup chat", upgraded)
        return chat

    def _group(self, p: Params) -> Chat:
        chat = self._known(p)
        if chat.type == "private":
            raise bad("method is available for supergroup and channel chats only")
        return self._here(chat)

    def _here(self, chat: Chat) -> Chat:
        kind = "supergroup chat" if chat.type == "supergroup" else "group chat"
        if chat.deleted:
            raise Refusal(403, "Forbidden: the group chat was deleted")
        if chat.bot_status == "kicked":
            raise Refusal(403, f"Forbidden: bot was kicked from the {kind}")
        if not chat.bot_is_in:
            if not chat.bot_was_here:
                raise bad("chat not found")
            raise Refusal(403, f"Forbidden: bot is not a member of the {kind}")
        return chat

    def _writable(self, p: Params) -> Chat:
        chat = self._known(p)
        if chat.type != "private":
            self._here(chat)
            if chat.bot_muted and not chat.bot_is_admin:
                raise bad("not enough rights to send text messages to the chat")
            thread = p.whole("message_thread_id")
            if thread is not None and thread not in chat.topics:
                raise bad("message thread not found")
            return chat
        user = self._world.users[chat.id]
        if user.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if user.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        until = user.may_be_written_until
        if not user.started and not (until and self._world.now() < until):
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _holds(self, chat: Chat, right: str) -> bool:
        return chat.bot_is_admin and right in chat.bot_rights

    def _need(self, chat: Chat, right: str, otherwise: str) -> None:
        if chat.type != "private" and not self._holds(chat, right):
            raise bad(otherwise)

    # Finding and putting messages

    def _bubble(self, p: Params, purpose: str) -> Bubble:
        bubble = self._known(p).by_id.get(p.whole("message_id") or 0)
        if bubble is None or bubble.deleted:
            raise bad(f"message to {purpose} not found")
        return bubble

    def _own(self, p: Params, purpose: str) -> Bubble:
        chat = self._known(p)
        if chat.type != "private":
            self._here(chat)
        bubble = self._bubble(p, purpose)
        if not bubble.from_bot or bubble.service:
            raise bad("message can't be edited")
        return bubble

    def _formatted(self, p: Params, name: str, most: int) -> tuple[str, list[Json]]:
        """The text of a call and its entities; refuses what is wrong or too long once read."""
        source = p.word(name).strip()
        if p.word("parse_mode").lower() == "html":
            text, entities = render(source)
        else:
            text, entities = source, p.tree("caption_entities" if name == "caption" else "entities") or []
        if utf16(text) > most:
            raise bad("message caption is too long" if name == "caption" else "message is too long")
        return text, entities

    def _markup(self, markup: Any) -> Json | None:
        if not isinstance(markup, dict):
            return None
        rows = markup.get("inline_keyboard")
        if rows is None:
            return markup
        buttons = [button for row in rows for button in row]
        if len(buttons) > 100:
            raise bad("reply markup is too long")
        for button in buttons:
            self._check_button(button)
        return markup if buttons else None

    def _check_button(self, button: Json) -> None:
        if not str(button.get("text", "")).strip():
            raise bad("Text buttons are unallowed in the inline keyboard")
        data, url = button.get("callback_data"), button.get("url")
        if data is not None and not 1 <= len(str(data).encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
        if url is not None and not re.match(r"(https?|tg)://[^\s]+$", str(url)):
            raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        if not any(key in button for key in ("callback_data", "url", "switch_inline_query", "web_app", "copy_text")):
            raise bad("Text buttons are unallowed in the inline keyboard")

    def _reply_to(self, p: Params, chat: Chat) -> int | None:
        asked = p.tree("reply_parameters") or {}
        number = asked.get("message_id") or p.whole("reply_to_message_id")
        if not number:
            return None
        original = chat.by_id.get(int(number))
        if original and not original.deleted:
            return int(number)
        if asked.get("allow_sending_without_reply") or p.flag("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")

    def _spend(self, chat: Chat, calls: int) -> None:
        wait = self._world.pace.wait(chat.id, calls) if self._world.limits else 0
        if wait:
            raise Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})

    def _post(
        self,
        chat: Chat,
        p: Params,
        text: str,
        entities: list[Json],
        media: str | None = None,
        file: Upload | None = None,
        extra: Json | None = None,
    ) -> Bubble:
        self._reply_to(p, chat)
        self._markup(p.tree("reply_markup"))
        self._spend(chat, 1)
        return self._put(chat, p, text, entities, media, file, extra)

    def _put(
        self,
        chat: Chat,
        p: Params,
        text: str,
        entities: list[Json],
        media: str | None,
        file: Upload | None,
        extra: Json | None,
    ) -> Bubble:
        world, markup = self._world, self._markup(p.tree("reply_markup"))
        bubble = Bubble(
            id=world.next_message_id(chat),
            chat=chat.id,
            sender="bot",
            sender_id=world.bot_id,
            text=text,
            raw=p.word("text") or p.word("caption") or text,
            parse_mode=p.get("parse_mode"),
            at=world.now(),
            buttons=keyboard(markup),
            markup=markup,
            entities=entities,
            silent=p.flag("disable_notification"),
            reply_to=self._reply_to(p, chat),
            thread=p.whole("message_thread_id"),
            extra=dict(extra or {}),
        )
        if media:
            bubble.media, bubble.caption = media, text
        if media and file:
            self._attach(bubble, media, file)
        chat.add(bubble)
        chat.bot_spoke, chat.typing_until = True, 0.0
        world.changed()
        return bubble

    # Files

    async def _file(self, p: Params, value: Any, kind: str) -> Upload:
        if isinstance(value, str) and value.startswith("attach://"):
            value = p.get(value.removeprefix("attach://"))
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            got = await self._courier.fetch(value)
            if got is None:
                raise bad("failed to get HTTP URL content")
            value = Upload(got[0], value.rsplit("/", 1)[-1], got[1])
        elif isinstance(value, str):
            kept = self._world.files.get(value)
            value = Upload(kept.content, kept.filename, kept.content_type) if kept else None
        if not isinstance(value, Upload):
            raise bad("wrong file_id or the file is temporarily unavailable")
        return self._checked(value, kind)

    def _checked(self, upload: Upload, kind: str) -> Upload:
        if not upload.content:
            raise bad("file must be non-empty")
        if kind != "photo":
            return upload
        if len(upload.content) > 10 * 2**20:
            raise bad("file is too big")
        if not upload.content.startswith(IMAGES):
            raise bad("IMAGE_PROCESS_FAILED")
        if upload.content.startswith(b"\x89PNG"):
            width, height = _size(upload.content)
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise bad("PHOTO_INVALID_DIMENSIONS")
        return upload

    def _attach(self, bubble: Bubble, kind: str, upload: Upload) -> None:
        content_type = upload.content_type or MEDIA.get(kind, "application/octet-stream")
        file_id = self._world.keep(upload.content, content_type, upload.filename)
        bubble.media, bubble.content, bubble.filename = kind, upload.content, upload.filename
        bubble.url = f"/world/media/{file_id}"
        file: Json = {"file_id": file_id, "file_unique_id": "AQAD" + file_id[-8:]}
        file["file_size"] = len(upload.content)
        bubble.extra = {key: value for key, value in bubble.extra.items() if key not in MEDIA}
        bubble.extra[kind] = (
            [file | {"width": 1280, "height": 960}] if kind == "photo" else _shaped(kind, file, upload)
        )


def _shaped(kind: str, file: Json, upload: Upload) -> Json:
    if kind in ("video", "animation"):
        return file | {"width": 640, "height": 360, "duration": 9}
    if kind in ("voice", "audio"):
        return file | {"duration": 9}
    if kind == "sticker":
        return file | {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
    return file | {"file_name": upload.filename, "mime_type": upload.content_type}


def _size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big") or 1, int.from_bytes(png[20:24], "big") or 1


class TelegramApi:
    """HTTP in front of the methods: token, bodies, faults, the log."""

    def __init__(self, world: World, people: TelegramPeople, courier: Courier) -> None:
        self.world = world
        self.methods = BotMethods(world, people, courier)
        self._by_name: dict[str, tuple[str, Callable[[Params], Any]]] = {}
        for name, function in inspect.getmembers(self.methods, inspect.ismethod):
            if not name.startswith("_"):
                first, *rest = name.split("_")
                proper = first + "".join(word.capitalize() for word in rest)
                self._by_name[name.replace("_", "")] = proper, function
        people.run_answer = self.run_answer

    def name(self, method: str) -> str:
        """The usual spelling of a method, which may come in any case."""
        return self._by_name.get(method.lower(), (method, None))[0]

    async def perform(self, method: str, p: Params) -> tuple[int, Json]:
        """Run one method; HTTP status and body."""
        found = self._by_name.get(method.lower())
        chat = p.word("chat_id") or None
        try:
            if found is None:
                raise Refusal(404, "Not Found: method not found")
            result = found[1](p)
            if inspect.isawaitable(result):
                result = await result
            status, body = 200, {"ok": True, "result": result}
        except Refusal as refusal:
            status, body = refusal.status, _refused(refusal)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            status, body = 400, _refused(bad(f"wrong parameters specified: {error!r}"))
        self.note(method, p, status, chat)
        return status, body

    def note(self, method: str, p: Params, status: int, chat: str | None) -> None:
        self.world.count_429 += status == 429
        moment = self.world.now()
        name = self.name(method)
        self.world.calls.append(Call(time.monotonic(), moment, "telegram", name, dict(p), status, chat))

    async def run_answer(self, answer: Answer) -> None:
        """Run the method inside a webhook's answer; its result and errors are lost, as on Telegram."""
        try:
            said = json.loads(answer.body)
        except ValueError:
            return
        if not isinstance(said, dict) or not isinstance(said.get("method"), str):
            return
        method = said.pop("method")
        if not method.lower().startswith("get") and method.lower() not in NOT_IN_ANSWERS:
            await self.perform(method, Params(said))


def _refused(refusal: Refusal) -> Json:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.text}
    return body | ({"parameters": refusal.parameters} if refusal.parameters else {})


async def read_params(request: web.BaseRequest) -> Params:
    """The arguments of a request, from its query string and its body of any kind."""
    params = Params(parse_qsl(request.query_string, keep_blank_values=True)) if request.query_string else Params()
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                params[name] = Upload(value.file.read(), value.filename, value.content_type)
            else:
                params[name] = value
        return params
    body = await request.read()
    if kind.startswith("application/json") and body:
        read = json.loads(body)
        params.update(read if isinstance(read, dict) else {})
    elif body:
        params.update(parse_qsl(body.decode(), keep_blank_values=True))
    return params


ALL_RIGHTS = frozenset(ADMIN_RIGHTS)

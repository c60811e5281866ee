"""A Telegram update (raw dictionary) as an event; pure, without python-telegram-bot (Bot API: Update)."""

import datetime as dt
import re
from typing import Any

from handlers.kit.events import Incoming, Sender
from storage.db import now
from storage.people import TELEGRAM, clean

ANONYMOUS, CHANNEL, SERVICE = 1087968824, 136817688, 777000
MEDIA = (
    "photo",
    "voice",
    "video_note",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contact",
    "poll",
)
IN = ("creator", "administrator", "member")
Raw = dict[str, Any]


def read(update: Raw, bot_id: str) -> Incoming | None:
    """The event, or None for what does not concern us (other bots, channels, unknown kinds).

    Raises KeyError, TypeError, ValueError or AttributeError on a malformed update: keep it as a dead letter.
    """
    number = update["update_id"]
    if not isinstance(number, int):
        raise ValueError("update_id")
    key = f"tg:{bot_id}:{number}"
    if isinstance(query := update.get("callback_query"), dict):
        return _tap(query, key)
    if isinstance(message := update.get("message"), dict):
        return _message(message, key, bot_id, "text")
    if isinstance(message := update.get("edited_message"), dict):
        return _message(message, key, bot_id, "edited")
    if isinstance(change := update.get("my_chat_member"), dict):
        return _my_membership(change, key)
    if isinstance(change := update.get("chat_member"), dict):
        return _membership(change, key)
    if isinstance(request := update.get("chat_join_request"), dict):
        return _join_request(request, key)
    return None


def _sender(user: Raw) -> Sender | None:
    """The person; None for bots, channels and the service account, which never act."""
    if user.get("is_bot") or user["id"] in (ANONYMOUS, CHANNEL, SERVICE):
        return None
    name = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    language = user.get("language_code")
    language = language if isinstance(language, str) else None
    return Sender(TELEGRAM, str(_id(user["id"])), name=name, language=language)


def _id(number: Any) -> int:
    """An id of Telegram's; ValueError for what no column could hold (Bot API: at most 52 significant bits)."""
    known = int(number)
    if abs(known) >= 2**63:
        raise ValueError("an id out of range")
    return known


def _at(seconds: Any) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(seconds or 0), dt.UTC)


def _chat(chat: Raw) -> dict[str, Any]:
    return {
        "chat": str(_id(chat["id"])),
        "private": chat.get("type") == "private",
        "title": clean(chat.get("title") or "")[:255],
    }


def _tap(query: Raw, key: str) -> Incoming | None:
    message = query.get("message")
    if not isinstance(message, dict):
        return None
    return Incoming(
        key,
        TELEGRAM,
        "tap",
        now(),
        _sender(query["from"]),
        data=str(query.get("data") or ""),
        message=str(message["message_id"]),
        quoted=str(message["message_id"]),
        addressed=True,
        callback=str(query["id"]),
        **_chat(message["chat"]),
    )


def _message(message: Raw, key: str, bot_id: str, kind: str) -> Incoming | None:
    chat = message["chat"]
    if chat.get("type") not in ("private", "group", "supergroup"):
        return None
    if kind == "text" and (service := _service(message, key, bot_id)):
        return service
    sender = _sender(message.get("from") or {"id": 0, "is_bot": True})
    if sender is None or message.get("via_bot") or message.get("is_automatic_forward"):
        return _anonymous(message, key)
    if message.get("sender_chat"):
        return None
    text, media = _words(message)
    reply = message.get("reply_to_message") or {}
    return Incoming(
        key,
        TELEGRAM,
        "media" if kind == "text" and media and not text else kind,
        _at(message.get("date")),
        sender,
        text=text,
        message=str(message["message_id"]),
        quoted=str(reply.get("message_id") or ""),
        addressed=_addressed(message, text, reply, bot_id),
        facts={
            "media": media,
            "file": _photo(message),
            "forwarded": bool(message.get("forward_origin")),
            "kind": chat.get("type"),
            # Outside a forum the thread of a reply must not be sent back (Bot API: Message.is_topic_message).
            "thread": message.get("message_thread_id") if message.get("is_topic_message") else None,
        },
        **_chat(chat),
    )


def _photo(message: Raw) -> str:
    """The id of a photo's largest size (Bot API: PhotoSize, the last one)."""
    sizes = message.get("photo") or [{}]
    return str(sizes[-1].get("file_id") or "")[:200]


def _words(message: Raw) -> tuple[str, str]:
    media = next((kind for kind in MEDIA if message.get(kind)), "")
    text = message.get("text") or message.get("caption") or ""
    return clean(str(text)), media


def _addressed(message: Raw, text: str, reply: Raw, bot_id: str) -> bool:
    """Is it said to us? A command (not another bot's), a reply to the bot, or a mention of it."""
    if message.get("forward_origin"):
        return False  # quoted words never act (S22)
    entities = message.get("entities") or message.get("caption_entities") or []
    for entity in entities:
        if entity.get("type") == "bot_command" and entity.get("offset") == 0:
            name = text.split()[0].partition("@")[2] if text.split() else ""
            return not name or name.lower() in _names(bot_id)
        if entity.get("type") == "mention":
            mentioned = re.findall(r"@(\w+)", text)
            if any(name.lower() in _names(bot_id) for name in mentioned):
                return True
    return str((reply.get("from") or {}).get("id") or "") == bot_id


_known_names: dict[str, set[str]] = {}


def know_name(bot_id: str, username: str) -> None:
    """Remember the bot's @name, learnt from getMe or from what it reads."""
    _known_names.setdefault(bot_id, set()).add(username.lower())


def _names(bot_id: str) -> set[str]:
    return _known_names.get(bot_id, set())


def _anonymous(message: Raw, key: str) -> Incoming | None:
    """An anonymous administrator proves only "some administrator": a command is answered by a hint."""
    user = message.get("from") or {}
    text, _media = _words(message)
    same_chat = (message.get("sender_chat") or {}).get("id") == message["chat"]["id"]
    if user.get("id") != ANONYMOUS or not same_chat or not text.startswith("/"):
        return None
    return Incoming(
        key,
        TELEGRAM,
        "anonymous",
        _at(message.get("date")),
        text=text,
        message=str(message["message_id"]),
        **_chat(message["chat"]),
    )


def _service(message: Raw, key: str, bot_id: str) -> Incoming | None:
    """Service messages that matter: an upgrade, people who came, a new title."""
    facts: dict[str, Any] = {}
    if old := message.get("migrate_from_chat_id"):
        kind, facts = "migrated", {"old": _id(old), "new": _id(message["chat"]["id"])}
    elif new := message.get("migrate_to_chat_id"):
        kind, facts = "migrated", {"old": _id(message["chat"]["id"]), "new": _id(new)}
    elif people := message.get("new_chat_members"):
        found = [user for user in people if str(user["id"]) != bot_id]
        kind, facts = ("arrived", {"people": [_sender(user) for user in found if not user.get("is_bot")]})
    elif title := message.get("new_chat_title"):
        kind, facts = "title", {"title": clean(str(title))[:255]}
    elif message.get("left_chat_member") or message.get("pinned_message") or message.get("group_chat_created"):
        kind = "nothing"
    else:
        return None
    facts["message"] = _id(message["message_id"])
    return Incoming(
        key,
        TELEGRAM,
        kind,
        _at(message.get("date")),
        message=str(message["message_id"]),
        facts=facts,
        **_chat(message["chat"]),
    )


def _status(member: Raw) -> str:
    status = str(member.get("status") or "")
    if status == "restricted":
        return "member" if member.get("is_member", True) else "left"
    return "member" if status in IN else "left"


def _my_membership(change: Raw, key: str) -> Incoming:
    before, after = _status(change["old_chat_member"]), _status(change["new_chat_member"])
    chat, new = change["chat"], change["new_chat_member"]
    if chat.get("type") == "private":
        kind = "unblocked" if after == "member" else "blocked"
    elif before != after:
        kind = "bot_added" if after == "member" else "bot_removed"
    else:
        kind = "bot_rights"
    rights = {name: bool(value) for name, value in new.items() if name.startswith("can_")}
    admin = new.get("status") in ("administrator", "creator")
    return Incoming(
        key,
        TELEGRAM,
        kind,
        _at(change.get("date")),
        _sender(change["from"]),
        facts={"rights": rights if admin else {}, "admin": admin, "kind": chat.get("type")},
        **_chat(chat),
    )


def _membership(change: Raw, key: str) -> Incoming | None:
    before, after = _status(change["old_chat_member"]), _status(change["new_chat_member"])
    who = _sender(change["new_chat_member"]["user"])
    if before == after or who is None:
        return None
    link = change.get("invite_link") or {}
    by = _id(change["from"]["id"])
    banned = change["new_chat_member"].get("status") == "kicked"
    return Incoming(
        key,
        TELEGRAM,
        "joined" if after == "member" else "left",
        _at(change.get("date")),
        who,
        facts={
            "link": str(link.get("invite_link") or ""),
            "by": by,
            "removed": banned or str(by) != who.address,
            "via_request": bool(change.get("via_join_request")),
        },
        **_chat(change["chat"]),
    )


def _join_request(request: Raw, key: str) -> Incoming | None:
    link = request.get("invite_link") or {}
    sender = _sender(request["from"])
    if sender is None:
        return None
    return Incoming(
        key,
        TELEGRAM,
        "join_request",
        _at(request.get("date")),
        sender,
        facts={"link": str(link.get("invite_link") or ""), "user_chat": _id(request["user_chat_id"])},
        **_chat(request["chat"]),
    )

"""The routes of the page of phones: what is on every screen, and what a person does next."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from .cast import furnish
from .courier import LOOPBACK
from .phones import MODEST
from .telegram_people import is_typing, pause
from .world import IN_GROUP, Bubble, Chat, Json, Subscriber, User

if TYPE_CHECKING:
    from .server import Emulators

KEPT = 80  # bubbles of a chat that a screen shows
HEARTBEAT = 20.0  # seconds a page waits for a change before it asks again


@dataclass(frozen=True)
class Act:
    """What the page asks: a phone, a verb and its words."""

    phone: str
    do: str
    chat: int | None
    text: str
    message: str
    button: int
    group: int | None
    kind: str
    link: str


class Control:
    """GET /world, /world/events, /world/media/…; POST /world/act, /world/reset; loopback only."""

    def __init__(self, emulators: "Emulators") -> None:
        self.emu = emulators

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
        if host not in LOOPBACK or (origin and not self._welcome(origin)):
            return web.Response(status=403)
        answer = await self._answer(request)
        if origin:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
            answer.headers["Vary"] = "Origin"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def _welcome(self, origin: str) -> bool:
        ours, there = urlsplit(self.emu.public_url), urlsplit(origin)
        same_port = (ours.scheme, ours.port) == (there.scheme, there.port)
        same_host = there.hostname == ours.hostname
        return same_port and (same_host or (there.hostname in LOOPBACK and ours.hostname in LOOPBACK))

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return web.Response(status=204)
        route = f"{request.method} {request.path.rstrip('/')}"
        if request.method == "GET" and request.path.startswith("/world/media/"):
            return self._media(request.path.rsplit("/", 1)[-1])
        if route in ("GET /world", "GET /world/events"):
            return await self._look(request, route)
        if request.method == "POST" and request.content_type != "application/json":
            # A page elsewhere can post a form without asking; it can't post JSON.
            return web.Response(status=415)
        if route == "POST /world/act":
            return await self._act(await request.read())
        if route == "POST /world/reset":
            return await self._reset(await request.read())
        return web.Response(status=404)

    async def _look(self, request: web.BaseRequest, route: str) -> web.StreamResponse:
        since = request.query.get("since", "")
        if since.isdigit():
            await self.emu.world.change(int(since), HEARTBEAT)
            # What comes together is drawn together.
            await pause(0.04)
        if route.endswith("events"):
            return web.json_response({"version": self.emu.world.version})
        return web.json_response(self.snapshot())

    def _media(self, file_id: str) -> web.StreamResponse:
        kept = self.emu.world.files.get(file_id)
        if kept is None:
            return web.Response(status=404)
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
        return web.Response(body=kept.content, content_type=kept.content_type, headers=headers)

    async def _reset(self, body: bytes) -> web.StreamResponse:
        await self.emu.forget()
        if json.loads(body or b"{}").get("cast"):
            furnish(self.emu)
        return web.json_response({"ok": True})

    # Acting

    async def _act(self, body: bytes) -> web.StreamResponse:
        try:
            act = read_act(json.loads(body))
            status = await self._perform(act)
        except (AssertionError, KeyError, ValueError, TypeError, StopIteration) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"status": status})

    async def _perform(self, act: Act) -> int:
        messenger, _, number = act.phone.partition(":")
        if messenger == "tg":
            return await self._on_telegram(self.emu.world.users[int(number)], act)
        return await self._on_whatsapp(self.emu.world.subscribers[number], act)

    async def _on_telegram(self, user: User, act: Act) -> int:
        people, world = self.emu.telegram, self.emu.world
        chat = world.chats[act.chat] if act.chat else world.private(user)
        acts: dict[str, Callable[[], Awaitable[int]]] = {
            "say": lambda: people.says(user, act.text, chat, int(act.message) if act.message else None),
            "start": lambda: people.starts(user, act.text),
            "tap": lambda: self._press(user, chat, act),
            "follow": lambda: people.follows(user, act.link, world.chats[act.group] if act.group else None),
            "send": lambda: people.sends(user, act.kind, chat, act.text or None),
            "add_bot": lambda: people.adds_bot(world.chats[int(act.group or 0)], user),
            "promote_bot": lambda: people.promotes_bot(world.chats[int(act.group or 0)], user, set(MODEST)),
            "leave": lambda: people.leaves(user, chat),
            "block": lambda: people.blocks(user),
            "unblock": lambda: people.unblocks(user),
        }
        return await acts[act.do]()

    async def _press(self, user: User, chat: Chat, act: Act) -> int:
        bubble = next(b for b in self.emu.world.history(chat) if str(b.id) == act.message)
        button = bubble.choices[act.button]
        if button.is_link:
            return await self.emu.telegram.follows(user, button.value)
        return await self.emu.telegram.presses(user, bubble, button.value)

    async def _on_whatsapp(self, person: Subscriber, act: Act) -> int:
        people = self.emu.whatsapp
        quoted = next((b for b in person.bubbles if str(b.id) == act.message), None)
        acts: dict[str, Callable[[], Awaitable[int]]] = {
            "say": lambda: people.says(person, act.text, quoted),
            "tap": lambda: self._choose(person, quoted, act),
            "follow": lambda: people.follows(person, act.link, act.text or None),
            "send": lambda: people.sends(person, act.kind, act.text or None),
        }
        return await acts[act.do]()

    async def _choose(self, person: Subscriber, bubble: Bubble | None, act: Act) -> int:
        if bubble is None:
            raise KeyError("no such message")
        button = bubble.choices[act.button]
        if button.is_link:
            return await self.emu.whatsapp.follows(person, button.value)
        return await self.emu.whatsapp.taps(person, bubble, button.label, button.value)

    # Looking

    def snapshot(self) -> Json:
        """Everything the page draws."""
        world = self.emu.world
        telegram = [self._telegram(user) for user in world.users.values()]
        whatsapp = [self._whatsapp(person) for person in world.subscribers.values()]
        bot: Json = {"name": world.bot_name, "username": world.bot_username, "number": self.emu.whatsapp.number}
        bot |= {
            "commands": self._commands("all_private_chats"),
            "group_commands": self._commands("all_group_chats"),
        }
        phones = [phone for pair in zip_all(telegram, whatsapp) for phone in pair]
        groups = [self._group(chat) for chat in world.groups() if not chat.migrated_to]
        now = world.now().isoformat()
        return {"version": world.version, "now": now, "bot": bot, "phones": phones, "groups": groups}

    def _commands(self, scope: str) -> Json:
        """The command menu by language: the narrowest that was registered."""
        menus: Json = {}
        for kind in ("default", scope):
            for (asked, language), commands in self.emu.world.commands.items():
                if json.loads(asked)["type"] == kind:
                    menus[language or "fr"] = commands
        return menus

    def _group(self, chat: Chat) -> Json:
        members = [str(n) for n, status in chat.members.items() if status in IN_GROUP]
        known = {"id": str(chat.id), "title": chat.title, "kind": chat.type, "members": members}
        return known | {"bot": chat.bot_status, "admin": chat.bot_is_admin}

    def _telegram(self, user: User) -> Json:
        world = self.emu.world
        private = self._chat(world.private(user), world.bot_name, user)
        rooms = [self._chat(chat, chat.title, user) for chat in world.groups_of(user)]
        known = {
            "id": f"tg:{user.id}",
            "name": user.name,
            "messenger": "telegram",
            "chats": [private, *rooms],
        }
        toast = {"text": user.toast, "alert": user.toast_alert, "n": user.toasts}
        return known | {"started": user.started, "blocked": user.blocked, "toast": toast}

    def _chat(self, chat: Chat, title: str, user: User) -> Json:
        shown = self.emu.world.history(chat)[-KEPT:]
        bubbles = [self._bubble(b, b.sender_id == user.id) for b in shown if not b.deleted]
        kind = "private" if chat.type == "private" else "group"
        known: Json = {"id": "" if kind == "private" else str(chat.id), "title": title, "kind": kind}
        owns = chat.members.get(user.id) in ("creator", "administrator")
        typing = is_typing(chat)
        return known | {"bubbles": bubbles, "bot": chat.bot_status, "owner": owns, "typing": typing}

    def _whatsapp(self, person: Subscriber) -> Json:
        known = {"id": f"wa:{person.number}", "name": person.name, "messenger": "whatsapp", "started": True}
        bubbles = [self._bubble(b, not b.from_bot) for b in person.bubbles[-KEPT:]]
        typing = person.typing_until > time.monotonic()
        chat = {
            "id": "",
            "title": self.emu.world.bot_name,
            "kind": "private",
            "bubbles": bubbles,
            "typing": typing,
        }
        window = self.emu.whatsapp.window_open(person)
        return known | {"chats": [chat], "blocked": person.blocked, "number": person.number, "window": window}

    def _bubble(self, bubble: Bubble, mine: bool) -> Json:
        known: Json = {"id": str(bubble.id), "mine": mine, "sender": bubble.sender, "bot": bubble.from_bot}
        known |= {"text": bubble.text, "entities": bubble.entities, "at": bubble.at.isoformat()}
        known["buttons"] = [
            [{"label": b.label, "link": b.value if b.is_link else ""} for b in r] for r in bubble.buttons
        ]
        if bubble.list_button:
            known |= {"list": bubble.list_button, "descriptions": bubble.extra.get("descriptions", [])}
        if bubble.media:
            known["media"] = {"kind": bubble.media, "url": self._url(bubble), "filename": bubble.filename}
        if bubble.service:
            known["service"] = service(bubble)
        if original := self._original(bubble):
            known["reply"] = {"sender": original.sender, "text": original.text[:90], "bot": original.from_bot}
        known |= {"edited": bubble.edited, "status": bubble.status, "error": bubble.error}
        return known | {"template": bubble.template, "silent": bubble.silent, "pinned": bubble.pinned}

    def _url(self, bubble: Bubble) -> str:
        if bubble.url and bubble.url.startswith("/world/media/"):
            return bubble.url
        for shape in bubble.extra.values():
            file = shape[-1] if isinstance(shape, list) and shape else shape
            if isinstance(file, dict) and file.get("file_id") in self.emu.world.files:
                return f"/world/media/{file['file_id']}"
        return ""

    def _original(self, bubble: Bubble) -> Bubble | None:
        if bubble.reply_to is None:
            return None
        if isinstance(bubble.reply_to, int):
            return self.emu.world.chats[int(bubble.chat)].by_id.get(bubble.reply_to)
        return self.emu.world.outbound.get(bubble.reply_to)


def read_act(said: Json) -> Act:
    """The words of a request; raises KeyError or ValueError when they make no sense."""

    def whole(name: str) -> int | None:
        return int(said[name]) if said.get(name) not in (None, "") else None

    def word(name: str) -> str:
        return str(said.get(name) or "")

    text, message = word("text"), word("message")
    if said["do"] == "say" and not text.strip():
        raise ValueError("nothing to say")
    button = whole("button") or 0
    return Act(
        said["phone"],
        said["do"],
        whole("chat"),
        text,
        message,
        button,
        whole("group"),
        word("kind"),
        word("link"),
    )


def service(bubble: Bubble) -> Json:
    """What a service line tells: kind and names."""
    extra = bubble.extra
    if people := extra.get("new_chat_members"):
        return {"kind": "joined", "who": ", ".join(person["first_name"] for person in people)}
    if person := extra.get("left_chat_member"):
        return {"kind": "left", "who": person["first_name"]}
    if title := extra.get("new_chat_title"):
        return {"kind": "title", "who": title}
    if "pinned_message" in extra:
        return {"kind": "pinned", "who": ""}
    return {"kind": "upgraded", "who": ""}


def zip_all(first: list[Json], second: list[Json]) -> list[list[Json]]:
    """Pairs from two lists, the longer one's rest alone: phones of both messengers side by side."""
    length = max(len(first), len(second))
    return [[*first[n : n + 1], *second[n : n + 1]] for n in range(length)]

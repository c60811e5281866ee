"""Speaks to Telegram: one Bot over aiohttp, one loop; messages, edits, pictures, links (Bot API)."""

import asyncio
import json
import logging
import os
import urllib.request
from dataclasses import dataclass
from typing import Any, cast

os.environ.setdefault("PTB_TIMEDELTA", "1")  # before telegram is imported: retry_after is a timedelta

import aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from jobs import errors
from jobs.errors import Refused, Sent, Verdict
from storage import settings
from storage.outbox import Card, Post, digest_of

READ_TIMEOUT = 8.0  # a stop takes 10 s at most, so a call must end before
POOL = 32
CAPTION = 1024
Files = dict[str, tuple[str, bytes, str]]  # parameter -> file name, content, MIME type


class NotSent(NetworkError):
    """The request surely did not leave (connection refused, DNS, TLS): trying again is safe."""


class Unwell(NetworkError):
    """The platform answered that it could not (5xx): it is tried again, after a while (F17)."""


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's transport over aiohttp: a seventh of the CPU of its own at 32 in flight."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take."""
        return READ_TIMEOUT

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=POOL, keepalive_timeout=15)
            proxied = bool(urllib.request.getproxies())  # else aiohttp would look for a .netrc at every call
            self._session = aiohttp.ClientSession(connector=connector, trust_env=proxied)

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Send one request; NotSent when it surely did not leave, TimedOut or NetworkError when unknown."""
        await self.initialize()
        assert self._session is not None  # noqa: S101
        # No sock_read: aiohttp leaves its timer running on the pooled connection, where it ends a later call.
        timeout = aiohttp.ClientTimeout(sock_connect=4, total=READ_TIMEOUT)
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=timeout) as answer:
                if answer.status >= 500:
                    raise Unwell(str(answer.status))
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None


def _body(data: RequestData | None) -> Any:
    if data is None or not data.contains_files:
        return data and data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


class Telegram:
    """The adapter: send(post) on this process's loop."""

    def __init__(self) -> None:
        known = settings.current()
        logging.getLogger("httpx").setLevel("WARNING")  # its INFO lines hold the token
        self._request = AiohttpRequest()
        self.bot = Bot(
            known.telegram_token,
            base_url=known.telegram_api_base,
            request=self._request,
            get_updates_request=self._request,  # else httpx builds a TLS context of its own
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()

    async def send(self, post: Post, card: Card | None, made: tuple[bytes, str, str] | None) -> Sent | Refused:
        """Make the call that the post stands for."""
        try:
            return await self._call(post, card, made)
        except RetryAfter as error:
            seconds = error.retry_after if isinstance(error.retry_after, int) else error.retry_after.total_seconds()
            return Refused(Verdict("hold", after=float(seconds) + 0.2), "429")
        except ChatMigrated as error:
            return Refused(Verdict("again"), "migrated", moved_to=error.new_chat_id)
        except (Forbidden, BadRequest) as error:
            return Refused(errors.of_telegram(str(error)), str(error)[:200])
        except InvalidToken:
            return Refused(Verdict("stop", after=300, tell="stopped"), "the token is not accepted")
        except (NotSent, Unwell) as error:
            return Refused(Verdict("again"), f"{type(error).__name__}: {error}")
        except (TimedOut, NetworkError) as error:
            return Refused(Verdict("uncertain"), f"no answer: {type(error).__name__}")
        except TelegramError as error:
            return Refused(Verdict("uncertain"), str(error)[:200])

    async def _call(self, post: Post, card: Card | None, made: tuple[bytes, str, str] | None) -> Sent:
        match post.kind:
            case "picture" | "file" if made:
                return await self._upload(post, made)
            case "text":
                return await self._say(post, card)
            case _:
                return await self._errand(post)

    async def _say(self, post: Post, card: Card | None) -> Sent:
        body = _message(post.payload)
        if card and card.message and not post.payload.get("fresh"):
            if card.digest == digest_of(post.payload):
                return Sent(card.message)
            result = await self.call("editMessageText", {"chat_id": post.chat, "message_id": card.message} | body)
        else:
            more: dict[str, Any] = {"disable_notification": True} if post.payload.get("silent") else {}
            if (reply := post.payload.get("reply")) and not post.payload.get("bare"):
                more["reply_parameters"] = {"message_id": int(reply), "allow_sending_without_reply": True}
            if (thread := post.payload.get("thread")) and not post.payload.get("bare"):
                more["message_thread_id"] = int(thread)
            result = await self.call("sendMessage", {"chat_id": post.chat} | body | more)
        return _said(result)

    async def _upload(self, post: Post, made: tuple[bytes, str, str]) -> Sent:
        content, mime, name = made
        facts = {"chat_id": post.chat, "caption": post.payload.get("text", "")[:CAPTION]}
        if not post.payload.get("plain"):
            facts["parse_mode"] = "HTML"
        if post.kind == "file":
            return _said(await self.call("sendDocument", facts, {"document": (name, content, mime)}))
        markup = _keyboard(post.payload)
        more = {"reply_markup": markup} if markup else {}
        return _said(await self.call("sendPhoto", facts | more, {"photo": (name, content, mime)}))

    async def _errand(self, post: Post) -> Sent:
        facts = post.payload
        match post.kind:
            case "create_link":
                wanted = {"chat_id": post.chat, "name": facts["name"], "expire_date": facts["expires"]}
                kind = {"creates_join_request": True} if facts["request"] else {"member_limit": 1}
                made = await self.call("createChatInviteLink", wanted | kind)
                return Sent(facts={"link": made["invite_link"]})
            case "revoke_link":
                await self.call("revokeChatInviteLink", {"chat_id": post.chat, "invite_link": facts["link"]})
            case "approve":
                await self.call("approveChatJoinRequest", {"chat_id": post.chat, "user_id": facts["user"]})
            case "decline":
                await self.call("declineChatJoinRequest", {"chat_id": post.chat, "user_id": facts["user"]})
            case "remove":
                await self.call("banChatMember", {"chat_id": post.chat, "user_id": facts["user"]})
                await self.call(
                    "unbanChatMember",
                    {"chat_id": post.chat, "user_id": facts["user"], "only_if_banned": True},
                )
            case "delete":
                await self.call("deleteMessage", {"chat_id": post.chat, "message_id": facts["message"]})
            case "leave":
                await self.call("leaveChat", {"chat_id": post.chat})
        return Sent()

    async def call(self, method: str, facts: dict[str, Any], files: Files | None = None) -> Any:
        """One call through the library's own errors, without its parsing (a third of the CPU of a send).

        Its parsing also fails where an answer lacks a field, and then nobody knows that the message is there.
        """
        data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in facts.items()}
        ready = cast(RequestData, _Ready(data, files or {}))
        return await self._request.post(
            f"{self.bot.base_url}/{method}", request_data=ready, read_timeout=READ_TIMEOUT
        )


@dataclass(frozen=True)
class _Ready:
    """Parameters that are already texts, and files; stands in for RequestData, which only our transport reads."""

    json_parameters: dict[str, str]
    multipart_data: Files

    @property
    def contains_files(self) -> bool:
        """Is it a form with files?"""
        return bool(self.multipart_data)


def _said(result: Any) -> Sent:
    """The message that an answer names; none where it names none, and it was said all the same."""
    number = result.get("message_id") if isinstance(result, dict) else None
    return Sent(str(number) if number else None)


def _message(payload: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"text": payload["text"], "link_preview_options": {"is_disabled": True}}
    if not payload.get("plain"):
        body["parse_mode"] = "HTML"
    markup = _keyboard(payload)
    return body | ({"reply_markup": markup} if markup else {})


def _keyboard(payload: dict[str, Any]) -> dict[str, Any] | None:
    """Buttons, two a row when short or as many as asked, then links; no keyboard removes the one of a card."""
    rows: list[list[dict[str, str]]] = []
    columns = payload.get("columns", 0)
    for title, data in payload.get("buttons", ()):
        button = {"text": title, "callback_data": data}
        if columns:
            if not rows or len(rows[-1]) == columns:
                rows.append([])
            rows[-1].append(button)
        elif rows and len(rows[-1]) == 1 and len(rows[-1][0]["text"]) + len(title) <= 26:
            rows[-1].append(button)
        else:
            rows.append([button])
    rows += [[{"text": title, "url": url}] for title, url in payload.get("urls", ())]
    return {"inline_keyboard": rows} if rows else None


def new_loop() -> asyncio.AbstractEventLoop:
    """This process's one loop."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop

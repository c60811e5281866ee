"""Listens to Telegram: checks the secret, hands the update over, wakes the deliverer (Bot API: setWebhook)."""

import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from peewee import InterfaceError, OperationalError

from handlers.kit import inbox
from handlers.kit import telegram as reader
from handlers.kit.inbox import Unavailable
from jobs import limits
from jobs.bell import wake
from storage import db, facts, settings

routes = Blueprint("telegram", __name__)
PATH = "/webhook/telegram"
HALVED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Reply:
    """What Telegram is answered."""

    status: str
    body: bytes = b""
    kind: str = "text/plain"

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Content-Type, Content-Length, and when to come again."""
        known = [("Content-Type", self.kind), ("Content-Length", str(len(self.body)))]
        return [*known, ("Retry-After", "5")] if self.status.startswith("503") else known


@routes.post(PATH)
def listen() -> Response:
    """One update; 200 once it is durable, 403 without the secret, 503 while the database is away."""
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    reply = answer(given, lambda: request.get_data(cache=False))
    return Response(reply.body, reply.status, reply.headers)


def at_once(environ: dict[str, Any], most: int) -> Reply | None:
    """The same without Flask's rounds, which cost as much as half of an update (`make bench`).

    None for whatever is not a plain POST to us of at most so many bytes: Flask knows how to refuse it.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    plain = length.isascii() and length.isdigit() and int(length) <= most
    if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST" or not plain:
        return None
    try:
        given = environ.get("HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN", "")
        return answer(given, lambda: environ["wsgi.input"].read(int(length)))
    finally:
        db.give_back()


def answer(secret: str, read: Callable[[], bytes]) -> Reply:
    """Check the secret, then take the update that read() gives."""
    known = settings.current()
    given, right = secret.encode("utf-8", "replace"), known.telegram_secret.encode()
    if not (known.telegram and right and hmac.compare_digest(given, right)):
        return Reply("403 FORBIDDEN", b"forbidden")
    try:
        return _take(read(), known.telegram_bot)
    except (Unavailable, OperationalError, InterfaceError):
        # 503, so that Telegram comes again; anything else but 200 blocks the chat for hours.
        return Reply("503 SERVICE UNAVAILABLE", b"later")


def _take(body: bytes, bot_id: str) -> Reply:
    try:
        event = reader.read(_update(body), bot_id)
    except MALFORMED as error:
        inbox.bury("telegram", body.decode("utf-8", "replace"), f"{type(error).__name__}: {error}")
        return Reply("200 OK")
    if event is None:
        return Reply("200 OK")
    if name := facts.ask(facts.BOT_NAME):
        reader.know_name(bot_id, name)
    taken = limits.receive(event)
    if taken.spoke:
        wake()
    return Reply("200 OK", (taken.body or "").encode(), "application/json")


def _update(body: bytes) -> dict[str, Any]:
    update = json.loads(body)
    if not isinstance(update, dict):
        raise TypeError("an update is an object")
    return _whole(update) if HALVED.search(body) else update


def _whole(value: Any) -> Any:
    """The same without NUL and lone surrogates, which JSON may carry and no database takes (S17)."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value

"""Listens to Telegram: checks the secret, hands the update over, wakes the deliverer (Bot API: setWebhook)."""

import hmac
import json
from typing import Any

from flask import Blueprint, Response, request

from handlers.kit import inbox
from handlers.kit import telegram as reader
from handlers.kit.inbox import Unavailable
from jobs.bell import wake
from storage import facts, settings

routes = Blueprint("telegram", __name__)
LATER = {"Retry-After": "5"}
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


@routes.post("/webhook/telegram")
def listen() -> Response:
    """One update; 200 once it is durable, 403 without the secret, 503 while the database is away."""
    known = settings.current()
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode("utf-8", "replace")
    if not known.telegram or not hmac.compare_digest(given, known.telegram_secret.encode()):
        return Response("forbidden", 403)
    body = request.get_data(cache=False)
    try:
        return _take(body, known.telegram_bot)
    except Unavailable:
        # 503, so that Telegram comes again; anything else but 200 blocks the chat for hours.
        return Response("later", 503, LATER)


def _take(body: bytes, bot_id: str) -> Response:
    try:
        event = reader.read(_update(body), bot_id)
    except MALFORMED as error:
        inbox.bury("telegram", body.decode("utf-8", "replace"), f"{type(error).__name__}: {error}")
        return Response("", 200)
    if event is None:
        return Response("", 200)
    if name := facts.ask(facts.BOT_NAME):
        reader.know_name(bot_id, name)
    answer = inbox.receive(event)
    if answer.spoke:
        wake()
    return Response(answer.body or "", 200, content_type="application/json")


def _update(body: bytes) -> dict[str, Any]:
    update = json.loads(body)
    if not isinstance(update, dict):
        raise TypeError("an update is an object")
    return update

"""Watches over the service for its operators: each cause is told once, and once more when it is over (F46, F47)."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError

from handlers.kit import inbox
from jobs import catch_up, setup
from jobs.bell import wake
from jobs.telegram import Telegram
from storage import alarms, db, facts, migrate, settings, vitals
from storage.db import real_now
from storage.outbox import ANSWER, Post

log = structlog.get_logger()
WAITING, CALM = 300.0, 60.0  # seconds that the oldest post may wait; and when that is over
DEATHS = 5  # posts that could not be delivered within an hour
BACKLOG = 50  # updates that wait at Telegram
RECENT = dt.timedelta(minutes=10)
PENDING, LAST_ERROR = vitals.PENDING, vitals.LAST_ERROR
SEPARATE = "."  # what comes before it in a cause names the check
Found = dict[str, str]  # cause -> detail


class NotSeen(Exception):
    """The platform did not answer: nobody knows whether the cause is there."""


def run() -> None:
    """Look at everything once."""
    for name, check in CHECKS.items():
        try:
            found = check()
        except NotSeen:
            continue
        _compare(name, found)


def _compare(name: str, found: Found) -> None:
    """Tell what is new and what is over, of the causes of that check."""
    mine = {
        cause: kept for cause, kept in alarms.standing().items() if cause == name or cause.startswith(name + SEPARATE)
    }
    with db.transaction():
        for cause, detail in found.items():
            if alarms.sound(cause, detail):
                _tell("alarm", cause, detail, str(alarms.standing()[cause]["since"]))
        for cause in mine.keys() - found.keys():
            if alarms.end(cause):
                _tell("alarm_over", cause, mine[cause]["detail"], mine[cause]["since"])
    if found.keys() ^ mine.keys():
        wake()


def _tell(kind: str, cause: str, detail: str, since: str) -> None:
    log.warning(kind, cause=cause, since=since)
    before = Post.select(Post.id).order_by(Post.id.desc()).limit(1).scalar() or 0
    inbox.happen(kind, cause=cause, detail=detail, since=since)
    # Before all that waits: a long queue is what it may be about.
    Post.update(urgency=ANSWER).where(Post.id > before, Post.key.endswith(f":{cause}:{since}")).execute()


# ------------------------------------------------------------------ our own house


def _delivery() -> Found:
    """Does what is due go out? Over only when the queue is short again, so that it is not told to and fro."""
    age = vitals.oldest()
    bound = CALM if "delivery" in alarms.standing() else WAITING
    return {"delivery": str(int(age // 60))} if age > bound else {}


def _migrations() -> Found:
    lacking = migrate.missing()
    return {"migrations": ", ".join(lacking)} if lacking else {}


def _deaths() -> Found:
    count = vitals.deaths(dt.timedelta(hours=1))
    return {"deaths": str(count)} if count >= DEATHS else {}


def _letters() -> Found:
    """One cause for each kind of error: a second event stopped by the same bug is no news."""
    return {f"letters{SEPARATE}{kind[:40]}": str(count) for kind, count in vitals.letters().items()}


# ------------------------------------------------------------------ the messengers


def _whatsapp() -> Found:
    """What the last catch-up met."""
    if not settings.current().whatsapp:
        return {}
    refused, fetched = facts.fresh(catch_up.REFUSED), facts.fresh(catch_up.FETCHED)
    found = {"whatsapp.account": refused} if refused else {}
    return found | ({"whatsapp.missed": fetched} if fetched not in ("", "0") else {})


def _telegram() -> Found:
    """What Telegram says of our webhook; a lost one is set again (Bot API: getWebhookInfo)."""
    if not settings.current().telegram or not facts.fresh(facts.BOT_NAME):
        return {}  # `python -m jobs setup` was not run yet: the webhook is not lost, it never was
    try:
        info, again = asyncio.run(_look_at_webhook())
    except InvalidToken:
        return {"telegram.token": ""}
    except TelegramError as error:
        raise NotSeen from error
    _note(info)
    return {"telegram.lost": ""} if again else _troubles(info)


@dataclass(frozen=True)
class Webhook:
    """What getWebhookInfo says. failed_at: when Telegram last could not deliver, or None."""

    url: str
    updates: tuple[str, ...] | None
    pending: int
    failed_at: dt.datetime | None
    error: str

    @property
    def failing(self) -> bool:
        """Did a delivery fail lately?"""
        return self.failed_at is not None and real_now() - self.failed_at < RECENT


async def _look_at_webhook() -> tuple[Webhook, bool]:
    """Ask; set it again where it is gone, hears too little, or does not know our secret. Was that done?"""
    telegram = Telegram()
    try:
        info = _read(await telegram.call("getWebhookInfo", {}))
        lost = _is_lost(info)
        if lost:
            await telegram.call("setWebhook", wanted())
        return info, lost
    finally:
        await telegram.close()


def _read(info: dict[str, Any]) -> Webhook:
    failed, updates = info.get("last_error_date"), info.get("allowed_updates")
    return Webhook(
        url=str(info.get("url") or ""),
        updates=tuple(updates) if updates is not None else None,
        pending=int(info.get("pending_update_count") or 0),
        failed_at=dt.datetime.fromtimestamp(int(failed), dt.UTC) if failed else None,
        error=str(info.get("last_error_message") or ""),
    )


def _is_lost(info: Webhook) -> bool:
    """Another address is left alone: two services with one token would take it from each other for ever."""
    if info.url and info.url != wanted()["url"]:
        return False
    unheard = not set(setup.UPDATES) <= set(info.updates or ())
    return not info.url or unheard or (info.failing and "403" in info.error)


def wanted() -> dict[str, Any]:
    """The arguments of setWebhook; drop_pending_updates never is among them: what waits is wanted."""
    known = settings.current()
    return {
        "url": f"{known.public_url}/webhook/telegram",
        "secret_token": known.telegram_secret,
        "allowed_updates": list(setup.UPDATES),
        "max_connections": setup.CONNECTIONS,
    }


def _note(info: Webhook) -> None:
    """For /metrics, which asks nobody."""
    with db.transaction():
        facts.tell(PENDING, str(info.pending))
        facts.tell(LAST_ERROR, str(int(info.failed_at.timestamp())) if info.failed_at else "0")


def _troubles(info: Webhook) -> Found:
    if info.url != wanted()["url"]:
        return {"telegram.elsewhere": ""}
    if info.pending >= BACKLOG or (info.failing and info.pending):
        return {"telegram.webhook": info.error}
    return {}


CHECKS: dict[str, Callable[[], Found]] = {
    "delivery": _delivery,
    "migrations": _migrations,
    "deaths": _deaths,
    "letters": _letters,
    "whatsapp": _whatsapp,
    "telegram": _telegram,
}

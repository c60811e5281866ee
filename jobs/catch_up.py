"""Asks Twilio what came while we were away, and gives it its effect once (F42; Twilio: Messages).

Twilio tries a webhook once more at most; what we did not take is then only in its own list. A message from the list
has the same key as from the webhook, so whichever comes first counts. Receipts that got lost are read there too.
"""

import contextlib
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import requests
import structlog
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response

from handlers.kit import inbox, waiting
from handlers.kit import whatsapp as reader
from handlers.kit.events import Incoming
from handlers.kit.inbox import Unavailable
from jobs import settle
from jobs.bell import wake
from jobs.whatsapp import client
from storage import db, facts, lives, settings, vitals
from storage.db import now
from storage.outbox import ANSWER, Post, Seen
from storage.people import WHATSAPP, Address, find_address

log = structlog.get_logger()
LOOKED, FETCHED, REFUSED = vitals.LOOKED, vitals.FETCHED, vitals.REFUSED
YOUNG = dt.timedelta(minutes=2)  # whatever is younger may still come by the webhook, with its buttons
SOON = dt.timedelta(minutes=1)
OVERLAP = dt.timedelta(minutes=10)
FARTHEST = dt.timedelta(days=7)
LATE = dt.timedelta(minutes=10)  # several answers to words older than that are said in one message
PAGE, MOST = 1000, 20_000  # messages in one answer, and in one look


@dataclass(frozen=True)
class Listed:
    """One message as Twilio's list shows it."""

    sid: str
    account: str
    sender: str
    to: str
    body: str
    media: int
    at: dt.datetime
    inbound: bool
    status: str
    error: str


def now_and_then() -> int:
    """Look, unless that was done a moment ago: a clock that is started again and again costs no calls."""
    known = facts.fresh(LOOKED)
    lately = known and abs(now() - YOUNG - dt.datetime.fromisoformat(known)) < SOON
    return 0 if lately else run()


def run() -> int:
    """Look once; returns how many messages had their effect only now. What fails is looked at the next time."""
    if not settings.current().whatsapp:
        return 0
    moment = now() - YOUNG
    try:
        found = _list(_since(moment), moment)
    except (TwilioException, requests.RequestException, OSError, ValueError) as error:
        _note_refusal(error)
        return 0
    try:
        taken = _take([one for one in found if one.inbound])
        moved = _note_receipts(one for one in found if not one.inbound)
    except Unavailable:
        return 0
    with db.transaction():
        for name, value in ((LOOKED, moment.isoformat()), (FETCHED, str(taken)), (REFUSED, "")):
            facts.tell(name, value)
    if taken or moved:
        log.info("caught up", platform=WHATSAPP, messages=taken, receipts=moved)
        wake()
    return taken


def _since(moment: dt.datetime) -> dt.datetime:
    """From where on; never from the future, which the playground's clock may have left behind."""
    known = facts.fresh(LOOKED)
    last = min(dt.datetime.fromisoformat(known), moment) if known else moment
    return max(last - OVERLAP, moment - FARTHEST)


def _list(since: dt.datetime, until: dt.datetime) -> list[Listed]:
    """Every message of the account since then, both ways, oldest first."""
    asked = client().messages.stream(date_sent_after=since, page_size=PAGE, limit=MOST)
    found = [_read(one) for one in asked]
    return sorted((one for one in found if one.at <= until), key=lambda one: one.at)


def _read(one: Any) -> Listed:
    return Listed(
        sid=str(one.sid),
        account=str(one.account_sid),
        sender=str(one.from_ or ""),
        to=str(one.to or ""),
        body=str(one.body or ""),
        media=int(one.num_media or 0),
        at=one.date_sent or one.date_created,
        inbound=str(one.direction) == "inbound",
        status=str(one.status or ""),
        error=str(one.error_code or ""),
    )


def _note_refusal(error: Exception) -> None:
    log.warning("catch-up failed", platform=WHATSAPP, error=type(error).__name__)
    answer = next((one for one in error.args if isinstance(one, Response)), None)  # as the library's pages raise it
    if answer is not None and answer.status_code in (401, 403):
        with db.transaction():
            facts.tell(REFUSED, str(answer.status_code))


# ------------------------------------------------------------------ what people wrote


def _take(listed: list[Listed]) -> int:
    """Give the unknown ones their effect, person by person, each person's in the order of writing."""
    events = _unknown([event for one in listed if (event := as_event(one)) is not None])
    by_person = sorted(events, key=lambda event: event.chat)  # the sort is stable: the order of writing stays
    return sum(_take_from(list(theirs)) for _chat, theirs in groupby(by_person, key=lambda event: event.chat))


def as_event(one: Listed) -> Incoming | None:
    """What the webhook would have told of the message, as far as the list knows it: no button, no name."""
    if not one.sender.startswith("whatsapp:"):
        return None
    form = {
        "MessageSid": one.sid,
        "AccountSid": one.account,
        "From": one.sender,
        "To": one.to,
        "Body": one.body,
        "NumMedia": str(one.media),
    }
    known = settings.current()
    event = reader.read(form, known.twilio_account, known.twilio_from)
    return event and replace(event, at=one.at, facts={**event.facts, "late": True})


def _unknown(events: list[Incoming]) -> list[Incoming]:
    """Those that had no effect yet: a look without a lock; inbox.receive decides."""
    keys = {event.key: Seen.hashed(event.key) for event in events}
    known: set[str] = set()
    hashed = list(keys.values())
    for start in range(0, len(hashed), 500):
        some = Seen.select(Seen.key).where(Seen.key.in_(hashed[start : start + 500]))
        known.update(row.key for row in some)
    return [event for event in events if keys[event.key] not in known]


def _take_from(events: list[Incoming]) -> int:
    """One person's messages in one transaction, so that nothing goes out before the answers are one message."""
    chat = events[0].chat
    # After a sudden death each has a transaction of its own, so that the one that kills is found (F30).
    with contextlib.nullcontext() if lives.careful() else db.transaction():
        known = find_address(WHATSAPP, chat)
        newest = Post.select(Post.id).order_by(Post.id.desc()).limit(1).scalar() or 0
        taken = sum(inbox.receive(event).fresh for event in events)
        _date_window(chat, known.last_inbound_at if known else None, events[-1].at)
        if now() - events[0].at > LATE:
            _merge(chat, newest)
    return taken


def _date_window(chat: str, before: dt.datetime | None, written: dt.datetime) -> None:
    """The 24 hours of free text count from the writing, not from our reading it (Twilio: 63016)."""
    opened = max(before or written, written)
    Address.update(last_inbound_at=opened).where(Address.platform == WHATSAPP, Address.address == chat).execute()


def _merge(chat: str, before: int) -> None:
    """Whoever wrote five times while nobody answered reads one message, not five (F25)."""
    answers = (Post.id > before, Post.platform == WHATSAPP, Post.chat == chat, Post.urgency == ANSWER)
    rows = list(Post.select().where(*answers, Post.state == "pending", Post.waits == "").order_by(Post.id))
    if len(rows) > 1:
        waiting.merge_all(rows)


# ------------------------------------------------------------------ what became of ours


def _note_receipts(listed: Iterable[Listed]) -> int:
    """Receipts that did not reach us; returns how many gave the deliverer work."""
    moved = 0
    for one in listed:
        post = Post.by_message(WHATSAPP, one.sid)
        if post is not None and reader.moves_on(post.status, one.status):
            with db.transaction():
                moved += settle.receipt(one.sid, one.status, one.error)
    return moved

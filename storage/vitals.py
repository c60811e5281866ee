"""How the service is doing, read from its rows: what waits and for how long, what became of it, what was buried."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from peewee import fn

from storage.db import now, real
from storage.outbox import READ, DeadLetter, Post, Seen, pause_after
from storage.people import WHATSAPP, WINDOW, Address

# Facts that the worker notes of the platforms, and /metrics shows.
PENDING, LAST_ERROR = "telegram.pending", "telegram.last_error"  # what Telegram says of our webhook
LOOKED = "twilio.looked"  # up to which moment every message of Twilio's list was taken
FETCHED = "twilio.fetched"  # how many messages the last look there brought
REFUSED = "twilio.refused"  # what Twilio said when it did not let us look, or an empty text
UNSENT = Post.state.in_(("pending", "sending"))


def oldest() -> float:
    """Seconds that the post which waits longest has been due: untried ones, and those tried in vain."""
    return max(_untried(), _in_vain())


def _untried() -> float:
    due = Post.select(Post.due).where(UNSENT, Post.waits == "", Post.due <= now()).order_by(Post.due).limit(1)
    longest: float = max(((now() - row.due).total_seconds() for row in due), default=0.0)
    return longest


def _in_vain() -> float:
    """A retry moves the due time on: the waiting so far is what the tries before it were apart.

    Only what people read counts; an errand may wait for a right that an organizer has to give.
    """
    tried = Post.select(Post.attempts, Post.due, Post.created_at).where(
        Post.state == "pending", Post.waits == "", Post.attempts > 0, Post.due > now(), Post.kind.in_(READ)
    )
    longest: float = max((_tried_for(row) for row in tried.order_by(Post.attempts.desc()).limit(50)), default=0.0)
    return longest


def _tried_for(post: Post) -> float:
    pauses = sum(pause_after(tries) for tries in range(1, post.attempts + 1))
    passed: float = pauses - (post.due - now()).total_seconds()
    since: float = (now() - post.created_at).total_seconds()
    return max(0.0, min(passed, since))


def deaths(span: dt.timedelta) -> int:
    """Posts that were given up or of unknown fate, made within the span."""
    ended = Post.state.in_(("dead", "uncertain"))
    return int(Post.select().where(ended, Post.created_at > now() - span).count())


def letters() -> dict[str, int]:
    """Events that nobody has looked after yet, by the kind of error."""
    kept = DeadLetter.select(DeadLetter.error).where(DeadLetter.state == "kept")
    return dict(Counter(kind_of(row.error) for row in kept))


def kind_of(error: str | None) -> str:
    """The kind of error that ends a trace: "KeyError"; never its words, which may be somebody's."""
    last = (error or "").strip().splitlines()[-1:] or [""]
    name = last[0].partition(":")[0].strip().rpartition(".")[2]
    return name if name.isidentifier() else "error"


def posts() -> list[tuple[str, str, str, int]]:
    """How many posts there are: platform, state, what they wait for."""
    facts = (Post.platform, Post.state, Post.waits)
    return _rows(Post.select(*facts, fn.COUNT(Post.id)).group_by(*facts))


def sends() -> list[tuple[str, str, str, int]]:
    """What became of the calls of the kept days: platform, kind, result (a receipt's word where there is one)."""
    facts = (Post.platform, Post.kind, Post.state, Post.status)
    ended = Post.state.in_(("sent", "dead", "uncertain", "dropped"))
    counts: Counter[tuple[str, str, str]] = Counter()
    for platform, kind, state, status, count in _rows(
        Post.select(*facts, fn.COUNT(Post.id)).where(ended).group_by(*facts)
    ):
        counts[platform, kind, (status or "sent") if state == "sent" else state] += count
    return [(*facts_, count) for facts_, count in counts.items()]


def delivered(span: dt.timedelta) -> int:
    """How many posts went out within the span."""
    return int(Post.select().where(Post.state == "sent", Post.sent_at > now() - span).count())


def waits(span: dt.timedelta, most: int = 500) -> list[float]:
    """Seconds between due and sent of the newest that went out within the span, shortest first."""
    sent = Post.select(Post.due, Post.sent_at).where(Post.state == "sent", Post.sent_at > now() - span)
    rows = sent.order_by(Post.id.desc()).limit(most)
    return sorted(max(0.0, (row.sent_at - row.due).total_seconds()) for row in rows if row.sent_at)


def windows() -> dict[str, int]:
    """WhatsApp addresses by window: open, closed, or stopped by the person's STOP."""
    mine, since = Address.platform == WHATSAPP, now() - WINDOW
    stopped = Address.opted_out_at.is_null(False)
    opened = Address.select().where(mine, ~stopped, Address.last_inbound_at > since).count()
    gone = Address.select().where(mine, stopped).count()
    every = Address.select().where(mine).count()
    return {"open": opened, "stopped": gone, "closed": every - opened - gone}


def events() -> int:
    """Events that had their effect, of the kept year."""
    return int(Seen.select().count())


def _rows(query: Any) -> list[Any]:
    rows: Iterable[Any] = real.execute(query).fetchall()
    return list(rows)

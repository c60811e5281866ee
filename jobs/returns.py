"""Back after an absence: what is stale is dropped, and each chat hears one message first (F25, F26)."""

import structlog

from handlers.kit import inbox, waiting
from storage import absences, db
from storage.db import now
from storage.outbox import READ, Post, Reminder
from storage.people import Address

log = structlog.get_logger()


def look() -> None:
    """Give a sign of life; after an absence, come back before anybody speaks."""
    absence = absences.noticed()
    if absence is None:
        return
    rung = 0
    while due := Reminder.due_now(100):
        if not (rang := sum(inbox.ring(reminder) for reminder in due)):
            break
        rung += rang
    with db.transaction():
        dropped = absences.drop_stale()
        inbox.happen("back", since=absence.since, until=absence.until, dropped=dropped)
    with db.transaction():
        _merge()
    total = sum(dropped.values())
    log.warning("back", since=str(absence.since), until=str(absence.until), timers=rung, dropped=total)


def _merge() -> None:
    """All that waits for somebody is one message; what was not asked for keeps its own rules."""
    due = Post.state == "pending", Post.waits == "", Post.due <= now(), Post.kind.in_(READ), ~Post.unasked
    several = Post.select(Post.address).where(*due, Post.address.is_null(False), Post.lease.is_null())
    for row in list(several.distinct()):
        mine = Post.address == row.address_id, Post.lease.is_null()
        waiting.merge_all(waiting.useful(Post.select().where(*due, *mine), Address.get_by_id(row.address_id)))

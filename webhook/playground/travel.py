"""Moves the playground's clock: it stops at each due time and goes on once what was due is delivered."""

import datetime as dt
import time

from jobs import bell
from storage import db
from storage.db import now
from storage.outbox import Post, Reminder

PATIENCE = 10.0  # seconds to wait at a stop; then time goes on all the same
LOOK = 0.05  # seconds between two looks while waiting
RING = 0.5  # seconds between two rings while waiting
MOST = 300  # stops of one journey
LONGEST = 120.0  # seconds that one journey may take


def to(goal: dt.datetime) -> int:
    """Go to that moment; returns the number of stops on the way."""
    stops, end = 0, time.monotonic() + LONGEST
    wait()
    while stops < MOST and time.monotonic() < end:
        due = upcoming()
        if due is None or due > goal:
            break
        jump(due)
        stops += 1
        wait()
    if goal > now():
        jump(goal)
    return stops


def jump(moment: dt.datetime) -> None:
    """Be at that moment, at once."""
    # Whole seconds are kept: one too late rather than too early.
    db.shift_clock((moment - db.real_now()).total_seconds() + 0.999)


def upcoming() -> dt.datetime | None:
    """The next due time that is still ahead, or None."""
    post = (
        Post.select(Post.due)
        .where(Post.state == "pending", Post.waits.in_(("", "digest")), Post.due > now())
        .order_by(Post.due)
        .first()
    )
    timer = (
        Reminder.select(Reminder.due)
        .where(Reminder.state == "set", Reminder.due > now())
        .order_by(Reminder.due)
        .first()
    )
    return min((row.due for row in (post, timer) if row is not None), default=None)


def wait(seconds: float = PATIENCE) -> bool:
    """Wait until nothing is due or under way; False when that took too long."""
    end, rung = time.monotonic() + seconds, 0.0
    while busy():
        if time.monotonic() > end:
            return False
        if time.monotonic() - rung > RING:
            rung = time.monotonic()
            _ring()
        time.sleep(LOOK)
    return True


def busy() -> bool:
    """Is anything due, or being sent?"""
    due = (Post.state == "pending") & Post.waits.in_(("", "digest")) & (Post.due <= now())
    return Post.select().where(due | (Post.state == "sending")).exists() or bool(Reminder.due_now(1))


def _ring() -> None:
    bell.wake()
    if Reminder.due_now(1):
        bell.Bell(bell.for_web()).enqueue("jobs.schedule.ring")

"""Every recurring call, on one page: timers that are due, and forgetting what is past its time."""

import structlog

from handlers.kit import inbox
from handlers.kit.reading import holidays
from jobs import aside, returns
from jobs.bell import wake
from storage import db, outbox
from storage.db import PeeweeException
from storage.outbox import DEADLY, Reminder
from storage.passes import Pass

log = structlog.get_logger()


def ring() -> int:
    """The job: ring the timers that are due; returns how many this call rang."""
    rung = 0
    with db.connection():
        returns.look()
        while due := Reminder.due_now(100):
            rang = _ring_some(due)
            rung += rang
            if not rang:
                break
    if rung:
        wake()
    return rung


def _ring_some(due: list[Reminder]) -> int:
    """Those never tried before, together; else one that was: it may be what killed a worker (F7)."""
    fresh = [reminder for reminder in due if not reminder.tries]
    if not fresh and due[0].tries >= DEADLY:
        return inbox.give_up(due[0])
    chosen = fresh or due[:1]
    with db.transaction():
        Reminder.begin(chosen)
    try:
        return sum(inbox.ring(reminder) for reminder in chosen)
    except PeeweeException:
        with db.transaction():
            Reminder.forgive(chosen)
        raise


def tidy() -> None:
    """The job of each hour: forget what is past its time (R7), wake what fell asleep, look holidays up."""
    with db.connection():
        with db.transaction():
            outbox.tidy()
            Pass.tidy()
        with db.transaction():
            inbox.happen("hour_passed")
        holidays.learn_all()


def catch_up() -> None:
    """The job of each quarter of an hour, and of the start: what Twilio kept for us (F42)."""
    from jobs import catch_up

    aside.begin(catch_up.now_and_then)


def watch() -> None:
    """The job of every five minutes: what the operators must know (F46, F47)."""
    from jobs import watch

    aside.begin(watch.run)

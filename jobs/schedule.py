"""Every recurring call, on one page: timers that are due, and forgetting what is past its time."""

import structlog

from handlers.kit import holidays, inbox
from jobs.bell import wake
from storage import db, outbox
from storage.outbox import Reminder
from storage.passes import Pass

log = structlog.get_logger()


def ring() -> int:
    """The job: ring the timers that are due; returns how many this call rang."""
    rung = 0
    with db.connection():
        while due := Reminder.due_now(100):
            rang = sum(inbox.ring(reminder) for reminder in due)
            rung += rang
            if not rang:
                break
    if rung:
        wake()
    return rung


def tidy() -> None:
    """The job of each hour: forget what is past its time (R7), wake what fell asleep, look holidays up."""
    with db.connection():
        with db.transaction():
            outbox.tidy()
            Pass.tidy()
        with db.transaction():
            inbox.happen("hour_passed")
        holidays.learn_all()

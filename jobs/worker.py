"""The worker process: waits for bells and runs their jobs, one after the other, in this process."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import structlog
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker

from jobs import bell, logs, outbox, schedule
from storage import db, lives, settings
from storage.db import PeeweeException

log = structlog.get_logger()
LAST = 9.5  # seconds after SIGTERM; what is then under way becomes uncertain, never lost


def main() -> None:
    """Work until SIGTERM; what is in hand is finished or given back."""
    logs.configure()
    db.connect(settings.checked().database_url, pool=4)
    lives.begin("worker")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: outbox.stop())
    try:
        _serve()
    finally:
        lives.end()


def _serve() -> None:
    while not outbox.stopping():
        try:
            _look()
            if outbox.stopping() or _work():
                return
        except PeeweeException as error:
            log.warning("database away", error=type(error).__name__)
            time.sleep(1)
        except (RedisError, OSError) as error:
            log.warning("redis away", error=type(error).__name__)
            time.sleep(1)


def _look() -> None:
    """What is due at the start, and each second while Redis is away and nobody can ring (F8, F10)."""
    schedule.ring()
    outbox.deliver()


class Worker(SimpleWorker):
    """Remembers that it was told to stop; RQ forgets it when no job was running."""

    told = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """What SIGTERM and Ctrl-C call; within ten seconds it is over, even while Redis is away."""
        if not self.told:
            self.told = True
            outbox.stop()
            last = threading.Timer(LAST, os._exit, (0,))
            last.daemon = True
            last.start()
        stop: Callable[[int, FrameType | None], None] = super().request_stop
        stop(signum, frame)


def _work() -> bool:
    redis = bell.for_worker()
    queue = Queue(bell.QUEUE, connection=redis, serializer="json")
    worker = Worker([queue], connection=redis, serializer="json", worker_ttl=45, maintenance_interval=30)
    worker.work(logging_level="WARNING")
    return worker.told


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
    os._exit(0)

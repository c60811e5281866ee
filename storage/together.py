"""Group commit: what several threads have to write goes into one transaction, so one flush serves them all.

Only SQLite needs it: its writers queue anyway, and the flush is most of what an event costs on a slow disk.
Each piece of work has a savepoint of its own, and nobody goes on before the commit of all.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from storage import db

T = TypeVar("T")
MOST = 32  # pieces of work in one transaction


class _Job:
    """A piece of work, and what became of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.error: BaseException | None = None
        self.turn = threading.Event()  # it is done, or its thread leads now
        self.done = False

    def attempt(self) -> None:
        """Do it; when it fails, only its own writes are undone."""
        try:
            with db.real.atomic():
                self.work()
        except Exception as error:
            self.error = error


class _Queue:
    """The jobs that wait; the first thread to come leads, the others wait for their turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Job] = []
        self._led = False

    def run(self, job: _Job) -> None:
        with self._lock:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            job.turn.wait()
        if not job.done:
            self._lead()
        if job.error is not None:
            raise job.error

    def _lead(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            with db.transaction():
                if len(batch) == 1:
                    batch[0].work()
                else:
                    for job in batch:
                        job.attempt()
        except BaseException as error:
            for job in batch:
                job.error = error
        self._hand_over(batch)

    def _hand_over(self, batch: list[_Job]) -> None:
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        for job in batch:
            job.done = True
            job.turn.set()
        if following:
            following.turn.set()


_queue = _Queue()


def together(work: Callable[[], T]) -> T:
    """Do the work in a transaction, shared with whoever writes at the same moment; durable on return.

    Raises what the work raises, its writes undone, or the database's error when nothing could be stored.
    """
    if db.is_postgres() or db.real.in_transaction():
        with db.transaction():
            return work()
    results: list[T] = []
    _queue.run(_Job(lambda: results.append(work())))
    return results[0]

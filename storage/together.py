"""Group commit: what several threads have to write goes into one transaction, so one flush serves them all.

Only SQLite needs it: its writers queue anyway, and the flush is most of what an event costs on a slow disk.
One thread writes for all: each piece of work has a savepoint of its own, and nobody goes on before the commit.
"""

import queue
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
        self.done = threading.Event()

    def attempt(self) -> None:
        """Do it; when it fails, only its own writes are undone."""
        try:
            with db.real.atomic():
                self.work()
        except Exception as error:
            self.error = error


class _Writer:
    """The thread that writes, with the one connection whose cache is warm; it starts with the first job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()

    def run(self, job: _Job) -> None:
        """Have the job done and wait for its commit; raises what it raised, or what stopped the commit."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # nor is it after a fork
                self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
                self._thread.start()
        self._jobs.put(job)
        job.done.wait()
        if job.error is not None:
            raise job.error

    def _write(self) -> None:
        while True:
            batch = [self._jobs.get()]
            while len(batch) < MOST and not self._jobs.empty():
                batch.append(self._jobs.get())
            try:
                _commit(batch)
            except BaseException as error:
                for job in batch:
                    job.error = error
            for job in batch:
                job.done.set()


def _commit(batch: list[_Job]) -> None:
    with db.transaction():
        if len(batch) == 1:
            batch[0].work()
        else:
            for job in batch:
                job.attempt()


_writer = _Writer()


def together(work: Callable[[], T]) -> T:
    """Do the work in a transaction, shared with whoever writes at the same moment; durable on return.

    Raises what the work raises, its writes undone, or the database's error when nothing could be stored.
    """
    if db.is_postgres() or db.real.in_transaction():
        with db.transaction():
            return work()
    results: list[T] = []
    _writer.run(_Job(lambda: results.append(work())))
    return results[0]

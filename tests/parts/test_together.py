"""Group commit: one transaction for many threads, each with its own success or failure."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from peewee import IntegrityError, OperationalError

from storage import db
from storage.outbox import Seen
from storage.people import Person
from storage.together import together

THREADS = 12


@pytest.fixture(autouse=True)
def opened(engine: str) -> Iterator[Any]:
    database: Any = db.connect(engine)
    yield database
    getattr(database, "close_all", database.close)()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What the work of each thread returned or raised, all of them begun at the same moment."""
    gate = threading.Barrier(THREADS)

    def one(n: int) -> Any:
        gate.wait(5)
        try:
            return together(lambda: work(n))
        except Exception as error:
            return error
        finally:
            if not db.real.is_closed():
                db.real.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_each_thread_gets_what_its_own_work_returned() -> None:
    assert at_once(lambda n: (Person.create(name=f"P{n}"), n)[1]) == list(range(THREADS))
    assert Person.select().count() == THREADS


def test_several_works_share_a_transaction(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[None] = []
    begin = opened.begin

    def counted(*how: Any) -> None:
        begun.append(None)
        begin(*how)

    monkeypatch.setattr(opened, "begin", counted)
    with db.transaction():  # whoever comes first has to wait, so the others gather
        pool = ThreadPoolExecutor(1)
        done = pool.submit(at_once, lambda n: Person.create(name=f"P{n}").id)
        while sum(thread.name.startswith("ThreadPool") for thread in threading.enumerate()) < THREADS:
            pass
        threading.Event().wait(0.3)
    assert len(set(done.result(10))) == THREADS
    assert len(begun) < THREADS
    pool.shutdown()


def test_a_work_that_fails_undoes_only_its_own_writes() -> None:
    def work(n: int) -> int:
        Person.create(name=f"P{n}")
        if n % 3 == 0:
            raise IntegrityError("no")
        return n

    results = at_once(work)
    assert [type(result) for result in results[::3]] == [IntegrityError] * (THREADS // 3)
    assert Person.select().count() == THREADS - THREADS // 3


def test_nobody_is_told_that_it_worked_when_the_commit_failed(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr(opened, "commit", refuse)
    results = at_once(lambda n: Person.create(name=f"P{n}").id)
    monkeypatch.undo()
    assert {type(result) for result in results} == {OperationalError}
    assert Person.select().count() == 0


def test_one_of_many_deliveries_of_an_event_counts() -> None:
    assert sum(at_once(lambda _n: Seen.first("tg:1:7"))) == 1


def test_inside_a_transaction_it_is_part_of_it() -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        together(lambda: Person.create(name="P"))
        raise ZeroDivisionError
    assert Person.select().count() == 0

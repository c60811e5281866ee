"""When the clock rings and how long it sleeps; what runs beside the worker and how it stops (F8, F9, F11, F27)."""

import dataclasses
import datetime as dt
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis
from rq import Queue

from jobs import aside, bell, catch_up, logs, outbox, schedule, watch, worker
from jobs.clock import EVERY, LEASE_KEY, LEASE_SECONDS, Clock
from jobs.clock import main as clock_main
from storage import db, settings
from storage.db import now, real_now
from storage.facts import Fact
from storage.outbox import Lease, Post, Reminder
from tests.properties.bare import memory

NOBODY = "redis://127.0.0.1:1/0"  # nobody listens there
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def redis(valkey: str) -> Iterator[Redis]:
    """An empty Redis, and an empty database in memory."""
    url = valkey.removesuffix("/0") + "/8"
    with memory():
        settings.use(dataclasses.replace(settings.current(), redis_url=url))
        made = Redis.from_url(url)
        made.flushdb()
        yield made
        made.flushdb()


def asked(redis: Redis) -> list[str]:
    """Which jobs wait for a worker; they are taken away."""
    queue = Queue(bell.QUEUE, connection=redis, serializer="json")
    names = [str(job.func_name) for job in queue.get_jobs()]
    redis.delete(queue.key, bell.RUNG)
    return names


def a_post(**facts: Any) -> Post:
    """A post of one chat."""
    return Post.create(**{"platform": "telegram", "chat": "7", "payload": {"text": "x"}} | facts)


def test_each_recurring_job_is_asked_for_at_the_start_and_again_in_its_time(redis: Redis) -> None:
    clock = Clock(bell.for_web())
    assert clock.tick() == 1.0 and sorted(asked(redis)) == sorted(EVERY)
    assert clock.tick() == 1.0 and not asked(redis)
    for job, seconds in EVERY.items():
        clock._next[job] -= seconds - 5
        clock.tick()
        assert not asked(redis)
        clock._next[job] -= 5
        clock.tick()
        assert asked(redis) == [job]


def test_f8_a_job_that_redis_did_not_take_is_asked_for_half_a_minute_later(redis: Redis) -> None:
    there = settings.current()
    settings.use(dataclasses.replace(there, redis_url=NOBODY))
    clock = Clock(bell.for_web())
    assert clock.tick() == 1.0
    settings.use(there)
    clock.bell = bell.Bell(bell.for_web())
    for seconds, jobs in ((25, []), (6, sorted(EVERY))):
        clock._next = {job: at - seconds for job, at in clock._next.items()}
        clock.tick()
        assert sorted(asked(redis)) == jobs


def test_f9_one_of_two_clocks_rings_and_the_other_when_it_is_gone(redis: Redis) -> None:
    first, second = Clock(bell.for_web()), Clock(bell.for_web())
    a_post()
    assert (first.tick(), second.tick()) == (0.5, 1.0)
    assert 0 < redis.pttl(LEASE_KEY) <= LEASE_SECONDS * 1000
    first._led -= LEASE_SECONDS
    assert first.tick() == 0.5, "its own lease is renewed"
    redis.set(LEASE_KEY, second.me)
    assert (first.tick(), second.tick()) == (0.5, 0.5), "the first looks again after half of its lease"
    first._led -= LEASE_SECONDS
    asked(redis)
    assert first.tick() == 1.0 and not asked(redis)
    assert not first._led, "and asks again at once"


def test_f9_without_redis_the_lease_is_a_row(redis: Redis) -> None:
    settings.use(dataclasses.replace(settings.current(), redis_url=NOBODY))
    first, second = Clock(bell.for_web()), Clock(bell.for_web())
    a_post()
    assert (first.tick(), second.tick()) == (0.5, 1.0)
    assert Lease.get().holder == first.me
    assert 0 < (Lease.get().until - real_now()).total_seconds() <= LEASE_SECONDS


@pytest.mark.parametrize(
    "post",
    [
        {},
        {"waits": "digest"},
        {"state": "sending", "lease": "a", "leased_until": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
    ids=["due", "a digest", "left by a worker"],
)
def test_the_clock_rings_for_what_somebody_can_do_now(redis: Redis, post: dict[str, Any]) -> None:
    a_post(due=now() - SECOND, **post)
    assert Clock(bell.for_web()).tick() == 0.5
    assert bell.JOB in asked(redis)


def test_the_clock_rings_for_a_timer_and_for_what_it_will_say(redis: Redis) -> None:
    Reminder.put("x", "Group", 1, now() - SECOND)
    assert Clock(bell.for_web()).tick() == 0.5
    assert {"jobs.schedule.ring", bell.JOB} <= set(asked(redis))


def test_the_clock_sleeps_until_the_next_due_time_and_never_long(redis: Redis) -> None:
    clock = Clock(bell.for_web())
    a_post(due=now() + dt.timedelta(hours=1))
    assert clock.tick() == 1.0
    Reminder.put("x", "Group", 1, now() + dt.timedelta(seconds=0.9))
    assert 0.02 <= clock.tick() < 1.0
    assert bell.JOB not in asked(redis)


def test_what_stands_behind_another_try_is_not_rung_for(redis: Redis) -> None:
    a_post(attempts=1, due=now() + dt.timedelta(minutes=1))
    a_post(due=now() - SECOND)
    assert Clock(bell.for_web()).tick() == 1.0
    assert bell.JOB not in asked(redis)


@pytest.mark.parametrize("away", [False, True])
def test_f8_a_clock_looks_until_it_is_stopped_though_the_database_is_away(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    clock, slept = Clock(bell.for_web()), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            clock.stop()

    monkeypatch.setattr("jobs.clock.time.sleep", sleep)
    a_post()
    if away:
        Reminder.drop_table()
    clock.run()
    assert slept == ([1.0, 1.0] if away else [0.5, 0.5])


# ------------------------------------------------------------------ beside the worker


def finish(work: Callable[[], None]) -> None:
    """Wait for its thread."""
    for thread in threading.enumerate():
        if thread.name.endswith(f".{work.__name__}"):
            assert thread.daemon, "it must not hold the process"
            thread.join(10)


def test_slow_work_runs_once_at_a_time_beside_the_worker_with_a_connection_of_its_own(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, opened, closed = threading.Event(), list[Any](), list[Any]()
    monkeypatch.setattr(db.real.obj, "_close", closed.append)

    def slow_work() -> None:
        opened.append(db.real.connection())
        go.wait(10)

    aside.begin(slow_work)
    aside.begin(slow_work)
    go.set()
    finish(slow_work)
    aside.begin(slow_work)
    finish(slow_work)
    assert len(opened) == 2 and db.real.connection() not in opened
    assert closed == opened, "closed with its thread"


def test_work_beside_the_worker_that_fails_is_tried_again_when_it_is_asked_for(redis: Redis) -> None:
    tried: list[int] = []

    def failing_work() -> None:
        tried.append(1)
        raise OSError("nobody answers")

    for _time in range(2):
        aside.begin(failing_work)
        finish(failing_work)
    assert len(tried) == 2


def test_what_asks_a_platform_runs_beside_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Callable[[], object]] = []
    monkeypatch.setattr(aside, "begin", begun.append)
    schedule.watch()
    schedule.catch_up()
    assert begun == [watch.run, catch_up.now_and_then]


# ------------------------------------------------------------------ the worker


@pytest.fixture
def last(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """After how many seconds the process would end in any case; it does not, here."""
    seen: list[float] = []

    class Timer:
        def __init__(self, seconds: float, _end: Callable[..., None], _status: tuple[int]) -> None:
            self.seconds, self.daemon = seconds, False

        def start(self) -> None:
            assert self.daemon, "it must not hold the process"
            seen.append(self.seconds)

    outbox.forget()
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(threading, "Timer", Timer)
    yield seen
    outbox._stop_asked.clear()
    outbox.forget()
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_f27_a_worker_that_is_told_to_stop_ends_within_ten_seconds(redis: Redis, last: list[float]) -> None:
    queue = Queue(bell.QUEUE, connection=redis, serializer="json")
    queue.enqueue("signal.raise_signal", int(signal.SIGTERM))
    assert worker._work() is True
    assert outbox.stopping() and not queue.get_jobs()
    assert len(last) == 1 and last[0] < 10


def test_f8_a_worker_looks_again_a_second_after_its_database_was_away(
    redis: Redis, last: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            outbox.stop()

    monkeypatch.setattr("jobs.worker.time.sleep", sleep)
    Reminder.drop_table()
    worker._serve()
    assert slept == [1, 1]


def test_f27_a_worker_that_is_told_to_stop_while_it_looks_does_not_wait_for_work(
    last: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(worker, "_look", outbox.stop)
    monkeypatch.setattr(worker, "_work", lambda: begun.append("work"))
    worker._serve()
    assert not begun


def test_a_worker_looks_again_when_its_waiting_ends_without_a_word(
    last: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(worker, "_look", lambda: looked.append(1))
    monkeypatch.setattr(worker, "_work", lambda: len(looked) == 3)
    worker._serve()
    assert len(looked) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_f27_f30_a_worker_hears_a_stop_from_its_first_moment_and_says_when_it_ends_well(
    engine: str, last: list[float], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    known = dataclasses.replace(settings.current(), database_url=engine)
    monkeypatch.setattr(settings, "checked", lambda: known)
    monkeypatch.setattr(logs, "configure", lambda: None)
    marks: list[int] = []

    def serve() -> None:
        marks.append(Fact.select().where(Fact.name.startswith("life.worker.")).count())
        assert not outbox.stopping()
        signal.raise_signal(number)

    monkeypatch.setattr(worker, "_serve", serve)
    worker.main()
    assert outbox.stopping() and marks == [1]
    assert not Fact.select().where(Fact.name.startswith("life.")).exists()
    db.real.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_f27_a_clock_ends_at_its_next_look_after_a_stop(
    redis: Redis, last: list[float], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    known = dataclasses.replace(settings.current(), database_url="sqlite:///:memory:")
    monkeypatch.setattr(settings, "checked", lambda: known)
    monkeypatch.setattr(logs, "configure", lambda: None)
    monkeypatch.setattr(db, "connect", lambda _url, pool: db.real.obj)
    looked: list[int] = []

    def tick(_clock: Clock) -> float:
        looked.append(1)
        signal.raise_signal(number)
        return 0.0

    monkeypatch.setattr(Clock, "tick", tick)
    clock_main()
    assert looked == [1]

"""Whatever is committed and rung for is said at once, whatever the deliverer was doing; no clock helps here."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rq import Queue

from jobs import bell
from jobs.outbox import Deliverer
from storage import db
from storage import outbox as posts
from storage.outbox import Post
from storage.people import TELEGRAM
from tests.story import Story

LINGER = 0.02
LATE = 30  # seconds; a bell that nobody hears is never answered here, and a starved machine is slow
pytestmark = pytest.mark.parametrize("platform", [TELEGRAM], indirect=True)


class Worker(threading.Thread):
    """What the worker process does: a slice for each job that the bell asks for."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.deliverer: Deliverer | None = None
        self.ended = threading.Event()
        self.slices = 0

    def run(self) -> None:
        self.deliverer = Deliverer(lifted=True)
        redis, queue = bell.for_worker(), Queue(bell.QUEUE, connection=bell.for_worker())
        while not self.ended.is_set():
            if redis.blpop([queue.key], 0.2):
                self.slices += 1
                self.deliverer.run(linger=LINGER)
        self.deliverer.close()

    def stop(self) -> None:
        self.ended.set()
        self.join(10)


@pytest.fixture
def worker(story: Story) -> Iterator[Worker]:
    story.member("Léa")
    opened: Any = db.real.obj
    opened.pragma("synchronous", "off", permanent=True)  # a slow disk is not what is measured
    started = Worker()
    started.start()
    yield started
    started.stop()


def say_something(story: Story) -> int:
    """Commit a post and ring, as the web process does; its id."""
    lea = story.actors[0]
    with db.connection(), db.transaction():
        post = Post.create(platform=TELEGRAM, chat=lea.id, address=lea.address, payload={"text": "Bonjour"})
    bell.wake()
    return int(post.id)


def seconds_until_said(post_id: int) -> float:
    """How long until the post is marked as sent; LATE when nobody says it."""
    started = time.monotonic()
    while (waited := time.monotonic() - started) < LATE:
        if Post.get_by_id(post_id).state == "sent":
            break
        time.sleep(0.001)
    return waited


def test_three_hundred_posts_at_any_moment_are_all_said_at_once(story: Story, worker: Worker) -> None:
    rng, waits = random.Random(7), []
    for _n in range(300):
        waits.append(seconds_until_said(say_something(story)))
        time.sleep(rng.uniform(0, 2.5 * LINGER))
    waits.sort()
    assert worker.slices > 30, "the deliverer went idle many times"
    print(f"the slowest took {waits[-1]:.2f} s")  # `make bench` measures; here none may be left unsaid
    assert waits[-1] < LATE


def before(function: Callable[..., object], then: Callable[[], object]) -> Callable[..., object]:
    """The function, with something that happens just before it."""

    def both(*args: object) -> object:
        then()
        return function(*args)

    return both


def after(function: Callable[..., object], then: Callable[[], object]) -> Callable[..., object]:
    """The function, with something that happens just after it."""

    def both(*args: object) -> object:
        result = function(*args)
        then()
        return result

    return both


@pytest.mark.parametrize("when", [before, after])
@pytest.mark.parametrize(
    ("place", "step"),
    [(Deliverer, "_announce"), (Deliverer, "_refill"), (Deliverer, "_stop"), (posts, "free")],
    ids=["announcing", "looking", "stopping", "looking ahead"],
)
def test_a_commit_at_each_step_of_going_idle_is_said_at_once(
    story: Story,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    when: Callable[..., Callable[..., object]],
    place: object,
    step: str,
) -> None:
    said: list[int] = []
    counted = {"steps": 0}

    def commit_once() -> None:
        counted["steps"] += 1
        if counted["steps"] <= 6:  # the first steps of a slice and those of its end
            said.append(say_something(story))

    seconds_until_said(say_something(story))
    monkeypatch.setattr(place, step, when(getattr(place, step), commit_once))
    say_something(story)
    deadline = time.monotonic() + LATE
    while counted["steps"] < 6 and time.monotonic() < deadline:
        time.sleep(0.01)
    monkeypatch.undo()
    assert said and max(seconds_until_said(post_id) for post_id in said) < LATE

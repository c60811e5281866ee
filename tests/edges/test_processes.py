"""The real processes: a worker killed in the act, a clock that rings, a Redis that forgets (F2 to F6, F9, F27)."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from handlers.kit import say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from jobs import bell
from storage import db, settings
from storage.outbox import Post
from storage.settings import HERE
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["telegram"], indirect=True)

MEASURED = "COVERAGE_PROCESS_CONFIG" in os.environ


def until(true: Callable[[], Any], seconds: float = 90) -> None:
    """Wait for a condition, for long: a starved machine is slow; `make bench` and `make faults` take the time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


class Processes:
    """Workers and clocks of this test, all ended with it."""

    def __init__(self, known: settings.Settings) -> None:
        self.children: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "DATABASE_URL": known.database_url,
            "REDIS_URL": known.redis_url,
            "PUBLIC_URL": known.public_url,
            "SECRET_KEY": known.secret_key,
            "TELEGRAM_BOT_TOKEN": known.telegram_token,
            "TELEGRAM_WEBHOOK_SECRET": known.telegram_secret,
            "TELEGRAM_API_BASE": known.telegram_api_base,
            "TWILIO_ACCOUNT_SID": known.twilio_account,
            "TWILIO_AUTH_TOKEN": known.twilio_token,
            "TWILIO_WHATSAPP_FROM": known.twilio_from,
            "TWILIO_API_BASE": known.twilio_api_base,
            "NOYAU_PLAYGROUND": "1",
            "NOYAU_NO_LIMITS": "1",
        }

    def start(self, module: str, **more: str) -> "subprocess.Popen[bytes]":
        """Start `python -m module`."""
        child = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=HERE,
            env=self.environment | more,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.children.append(child)
        return child

    def end(self) -> None:
        """End all of them; kindly where they measure their coverage, though that takes a second."""
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM if MEASURED else signal.SIGKILL)
        for child in self.children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:  # a starved machine
                child.kill()
                child.wait(10)


@pytest.fixture
def processes(story: Story) -> Iterator[Processes]:
    known = dataclasses.replace(settings.current(), telegram_api_base=story.emu.telegram_base)
    started = Processes(known)
    yield started
    started.end()


def put(story: Story, who: Actor, words: str) -> int:
    """A post in the outbox, and nobody woken."""
    with db.transaction():
        Turn().carry_out([say.tell(who.person, _("{words}", words=words), group=story.home())])
    return int(Post.select().order_by(Post.id.desc()).get().id)


def state(number: int) -> str:
    """What became of the post."""
    return str(Post.get_by_id(number).state)


def is_sent(number: int) -> bool:
    """Did it go out?"""
    return state(number) == "sent"


def test_a_worker_killed_before_the_call_is_replaced(story: Story, processes: Processes) -> None:
    """F4: the lease runs out and another worker sends, once."""
    lea = story.member("Léa")
    number = put(story, lea, "Bonjour")
    victim = processes.start("jobs.worker", NOYAU_CRASH_AT="worker.before_send")
    bell.wake()
    assert victim.wait(60) == -signal.SIGKILL

    processes.start("jobs.worker")
    processes.start("jobs.clock")
    until(lambda: state(number) == "sent")

    assert lea.count("Bonjour") == 1


def test_a_worker_killed_after_the_call_leaves_no_second_copy(story: Story, processes: Processes) -> None:
    """F5: what may have gone out is shown as uncertain, not said again."""
    lea = story.member("Léa")
    number = put(story, lea, "Bonjour")
    victim = processes.start("jobs.worker", NOYAU_CRASH_AT="worker.after_send")
    bell.wake()
    assert victim.wait(60) == -signal.SIGKILL

    processes.start("jobs.worker")
    processes.start("jobs.clock")
    until(lambda: state(number) == "uncertain")

    assert lea.count("Bonjour") == 1


def test_f09_the_clock_rings_for_what_nobody_woke_and_a_second_one_does_no_harm(
    story: Story, processes: Processes
) -> None:
    """F3, F6, F9: no bell at all, an emptied Redis, two clocks."""
    lea = story.member("Léa")
    processes.start("jobs.worker")
    processes.start("jobs.clock")
    processes.start("jobs.clock")
    for n in range(3):
        number = put(story, lea, f"Bonjour {n}")
        bell.for_worker().flushall()
        until(partial(is_sent, number))

    assert [lea.count(f"Bonjour {n}") for n in range(3)] == [1, 1, 1]


def test_f27_a_stop_is_quick_and_loses_nothing(story: Story, processes: Processes) -> None:
    """F27: SIGTERM during work; the rest goes out with the next worker."""
    lea = story.member("Léa")
    story.emu.latency = 0.05
    numbers = [put(story, lea, f"mot {n}") for n in range(30)]
    worker = processes.start("jobs.worker")
    bell.wake()
    until(lambda: state(numbers[2]) == "sent")

    worker.terminate()
    worker.wait(30)
    processes.start("jobs.worker")
    processes.start("jobs.clock")
    until(lambda: all(map(is_sent, numbers)))

    told = [text for text in lea.said() if text.startswith("mot")]
    assert told == [f"mot {n}" for n in range(30)]

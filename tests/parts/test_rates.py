"""Rates by Redis, one clock for all workers; without Redis slower than any limit (F8, F16)."""

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from jobs.limits import HORIZON, Limits
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP

NOBODY = "redis://127.0.0.1:1/0"  # nobody listens there


@pytest.fixture
def limits(valkey: str) -> Iterator[Limits]:
    redis = Redis.from_url(valkey.removesuffix("/0") + "/6")
    redis.flushdb()
    yield Limits(redis)
    redis.flushdb()


def post(chat: str = "1", platform: str = TELEGRAM) -> Post:
    return Post(platform=platform, chat=chat)


@pytest.mark.parametrize(
    ("chat", "platform", "burst", "gap"),
    [("1", TELEGRAM, 3, 1.03), ("-1", TELEGRAM, 5, 4.0), ("+33600000001", WHATSAPP, 6, 1.0)],
)
def test_a_chat_hears_a_few_at_once_then_one_a_gap(
    limits: Limits, chat: str, platform: str, burst: int, gap: float
) -> None:
    since, granted, wait = time.monotonic(), 0, 0.0
    while wait < 0.2 and granted < 30:  # shorter waits are the whole platform's
        wait = limits.take([post(chat, platform)])[0]
        granted += wait <= HORIZON
    took = time.monotonic() - since
    assert burst <= granted <= burst + 1 + took / gap
    assert wait <= gap


def test_the_platform_hears_all_chats_spaced(limits: Limits) -> None:
    asked = limits.take([post(str(n)) for n in range(5)])
    assert asked[0] == 0.0 and asked[1] > 0.0
    assert [one for one in asked if one > HORIZON], "thirty a second, not five at once"


def test_what_a_call_was_late_by_is_added_before_the_next_turns(limits: Limits) -> None:
    limits.take([post("1")])
    limits.delay(TELEGRAM, 0.019)
    limits.delay(WHATSAPP, 5)
    assert limits.take([post("2")])[0] <= 0.034
    limits.delay(TELEGRAM, 2)
    assert 1.5 < limits.take([post("3")])[0] <= 2.05


def test_another_messenger_has_its_own_pace(limits: Limits) -> None:
    limits.take([post()])
    assert limits.take([post("+33600000001", WHATSAPP)]) == [0.0]


def test_f16_a_held_platform_keeps_still_and_the_other_does_not(limits: Limits) -> None:
    """F16: a 429 of the whole platform."""
    limits.hold(TELEGRAM, 30)
    assert 28 < limits.take([post()])[0] <= 30
    assert limits.take([post("+33600000001", WHATSAPP)]) == [0.0]


@pytest.mark.parametrize(("chat", "platform"), [("1", TELEGRAM), ("-1", TELEGRAM), ("+33600000001", WHATSAPP)])
def test_f16_a_held_chat_keeps_still_and_the_others_do_not(limits: Limits, chat: str, platform: str) -> None:
    """F16: a 429 of one chat, which its burst does not get around."""
    limits.hold(platform, 30, chat)
    assert 28 < limits.take([post(chat, platform)])[0] <= 30
    assert limits.take([post("7", platform)]) == [0.0]


def test_without_redis_one_goes_out_a_second() -> None:
    """F8."""
    alone = Limits(Redis.from_url(NOBODY))
    first, second = alone.take([post("1"), post("2")])
    assert first == 0.0 and 1.0 < second - HORIZON <= 1.1


def test_without_redis_a_platform_is_held_too() -> None:
    alone = Limits(Redis.from_url(NOBODY))
    alone.hold(TELEGRAM, 30)
    assert 28 < alone.take([post()])[0] <= 30 + HORIZON


def test_lifted_limits_let_everything_out() -> None:
    assert Limits(Redis.from_url(NOBODY), lifted=True).take([post("1")] * 9) == [0.0] * 9
    assert Limits(Redis.from_url(NOBODY)).take([]) == []

"""Slices of the deliverer in which one step fails: no post is lost, none is said twice (F7 to F14)."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peewee import OperationalError
from redis import Redis

from jobs import outbox, settle
from jobs.outbox import Deliverer
from storage import outbox as posts
from storage import settings
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from tests.properties.bare import memory, somebody
from tests.services import Web

NOBODY = "redis://127.0.0.1:1/0"  # nobody listens there
SAID = b'{"ok": true, "result": {"message_id": 5}}'


@pytest.fixture
def calls(valkey: str) -> Iterator[list[str]]:
    """The calls that a Telegram gets which takes everything; around it an empty database and Redis."""
    made: list[str] = []

    def take(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        made.append(environ["PATH_INFO"].rpartition("/")[2])
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start("200 OK", [])
        return [SAID]

    web, url = Web(take), valkey.removesuffix("/0") + "/6"
    with memory():
        use(redis_url=url, telegram_api_base=f"{web.url}/bot")
        Redis.from_url(url).flushdb()
        yield made
    Redis.from_url(url).flushdb()
    web.stop()


def use(**changed: Any) -> None:
    """These settings, and the others as they are."""
    settings.use(dataclasses.replace(settings.current(), **changed))


def a_post(platform: str = TELEGRAM, **facts: Any) -> Post:
    """Something due for somebody who reads us."""
    address = somebody("Léa", platform)
    known = {"platform": platform, "chat": address.address, "address": address, "payload": {"text": "Bonjour"}}
    made: Post = Post.create(**known | facts)
    return made


def deliver(times: int = 1) -> None:
    """So many slices of a deliverer of their own."""
    deliverer = Deliverer()
    try:
        for _slice in range(times):
            deliverer.run(5, linger=0)
    finally:
        deliverer.close()


def state(post: Post) -> tuple[str, int]:
    """How it stands, and how often it was tried."""
    row = Post.get_by_id(post.id)
    return row.state, row.attempts


def test_f11_without_redis_what_is_due_goes_out_all_the_same(calls: list[str]) -> None:
    use(redis_url=NOBODY)
    post = a_post()
    deliver()
    assert state(post) == ("sent", 1) and calls == ["sendMessage"]


@pytest.mark.parametrize(
    ("off", "platform"),
    [
        ({"telegram_token": "", "telegram_secret": ""}, TELEGRAM),
        ({"twilio_account": "", "twilio_token": "", "twilio_from": ""}, WHATSAPP),
    ],
)
def test_what_is_for_a_messenger_that_was_taken_away_ends_with_its_reason(
    calls: list[str], off: dict[str, str], platform: str
) -> None:
    use(**off)
    post = a_post(platform)
    deliver()
    assert state(post) == ("dead", 0) and not calls
    assert Post.get_by_id(post.id).reason == f"{platform} is not connected"


def test_f20_a_window_that_no_approved_template_opens_is_told(calls: list[str]) -> None:
    post = a_post(WHATSAPP, template=True)
    deliver()
    assert state(post) == ("dead", 1)
    assert Post.get_by_id(post.id).reason == "no approved template"


def test_f7_a_picture_that_cannot_be_made_ends_alone(calls: list[str]) -> None:
    broken = a_post(kind="picture", payload={"text": "", "made_by": ["nothing", 1]})
    post = a_post()
    deliver()
    assert state(broken) == ("dead", 1) and "KeyError" in (Post.get_by_id(broken.id).reason or "")
    assert state(post) == ("sent", 1) and calls == ["sendMessage"]


def failing(function: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """The function, which fails the first time."""
    left = [error]

    def once(*given: Any) -> Any:
        if left:
            raise left.pop()
        return function(*given)

    return once


def test_f10_a_call_that_could_not_be_noted_as_begun_is_made_later(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    post = a_post()
    monkeypatch.setattr(posts, "start", failing(posts.start, OperationalError("database is locked")))
    deliver(2)
    assert state(post) == ("sent", 1) and calls == ["sendMessage"]


def test_f13_what_came_of_a_call_is_written_down_when_the_database_is_back(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F13, F14."""
    post = a_post()
    monkeypatch.setattr(settle, "settle", failing(settle.settle, OperationalError("database is locked")))
    with pytest.raises(OperationalError):
        deliver()
    assert state(post) == ("sent", 1) and calls == ["sendMessage"]


def test_a_bug_in_writing_down_does_not_hold_the_deliverer_for_ever(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = a_post()
    monkeypatch.setattr(settle, "settle", failing(settle.settle, LookupError("a bug")))
    deliverer = Deliverer()
    with pytest.raises(LookupError):
        deliverer.run(5, linger=0)
    second = a_post()
    deliverer.run(5, linger=0)
    deliverer.close()
    assert state(first) == ("sending", 1), "its lease runs out, and it is uncertain"
    assert state(second) == ("sent", 1) and len(calls) == 2


def test_f27_what_waits_for_its_turn_at_the_stop_is_given_back_untried(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = [a_post() for _n in range(3)]
    monkeypatch.setattr(posts, "start", stopping(posts.start))
    try:
        deliver()
    finally:
        outbox._stop_asked.clear()
    assert [state(post) for post in row] == [("sent", 1), ("pending", 0), ("pending", 0)]
    assert len(calls) == 1


def stopping(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, while the process is told to stop."""

    def told(*given: Any) -> Any:
        outbox.stop()
        return function(*given)

    return told

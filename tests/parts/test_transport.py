"""The way to Telegram: a connection that waited in the pool does not spoil the next call."""

import asyncio
import time
from typing import Any

import pytest

from jobs import telegram
from jobs.errors import Sent
from jobs.telegram import Telegram
from storage.outbox import Post
from storage.people import TELEGRAM
from tests.story import Story

pytestmark = pytest.mark.parametrize("platform", [TELEGRAM], indirect=True)


def test_a_connection_that_waited_as_long_as_a_read_may_take_is_still_good(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer of the call before used to run on; it ended the next one, which then counted as uncertain."""
    monkeypatch.setattr(telegram, "READ_TIMEOUT", 0.4)
    lea = story.stranger("Léa", on=TELEGRAM)
    post = Post(platform=TELEGRAM, chat=lea.id, payload={"text": "Bonjour"})

    async def twice() -> list[Any]:
        adapter = Telegram()
        first = await adapter.send(post, None, None)
        waiting = asyncio.create_task(adapter.send(post, None, None))
        time.sleep(0.5)  # the loop stands still, as while the deliverer writes
        second = await waiting
        await adapter.close()
        return [first, second]

    assert [type(result) for result in asyncio.run(twice())] == [Sent, Sent]
    assert lea.count("Bonjour") == 2

"""The way to the messengers: what surely did not leave, what may have, and a connection that waited in the pool."""

import asyncio
import dataclasses
import time
from collections.abc import Callable
from typing import Any

import pytest

from jobs import telegram, whatsapp
from jobs.errors import Refused, Sent
from jobs.telegram import Telegram
from jobs.whatsapp import Outgoing, WhatsApp
from storage import settings
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from tests.story import Actor, Story


@pytest.mark.parametrize("platform", [TELEGRAM], indirect=True)
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


NOWHERE = "http://127.0.0.1:9"  # nobody listens there


def to_telegram(lea: Actor) -> Sent | Refused:
    """One call, by a fresh adapter."""
    post = Post(platform=TELEGRAM, chat=lea.id, payload={"text": "Bonjour"})

    async def once() -> Sent | Refused:
        adapter = Telegram()
        try:
            return await adapter.send(post, None, None)
        finally:
            await adapter.close()

    return asyncio.run(once())


def to_whatsapp(lea: Actor) -> Sent | Refused:
    """One call, by a fresh adapter."""
    return WhatsApp().send(lea.id, Outgoing(body="Bonjour"))


@pytest.mark.parametrize(
    ("platform", "call"), [(TELEGRAM, to_telegram), (WHATSAPP, to_whatsapp)], indirect=["platform"]
)
def test_f12_what_surely_did_not_leave_is_tried_again_and_a_silence_is_not(
    story: Story, call: Callable[[Actor], Sent | Refused], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection refused is known to have done nothing; an answer that does not come in time may have done all."""
    lea = story.member("Léa")
    for module, name in ((telegram, "READ_TIMEOUT"), (whatsapp, "TIMEOUT")):
        monkeypatch.setattr(module, name, 0.3)
    story.emu.fault("*", "slow", times=1, seconds=0.6)
    silent = call(lea)
    story.emu.settle()
    assert isinstance(silent, Refused) and silent.verdict.what == "uncertain"

    known = dataclasses.replace(settings.current(), telegram_api_base=f"{NOWHERE}/bot", twilio_api_base=NOWHERE)
    settings.use(known)
    refused = call(lea)
    assert isinstance(refused, Refused) and refused.verdict.what == "again"

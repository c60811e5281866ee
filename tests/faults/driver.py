"""Sends numbered messages as the platforms do: in order per person, again until they are taken, some twice."""

import asyncio
import dataclasses
import random
import time
from collections import Counter
from typing import Any

import aiohttp

from storage.people import TELEGRAM
from tests.bench import crowd
from tests.faults.ground import Ground, Somebody

PATHS = {"telegram": "/webhook/telegram", "whatsapp": "/webhook/whatsapp"}
TWICE = 0.02


@dataclasses.dataclass
class Tally:
    """When each numbered input was due and taken, and how the service answered."""

    due: dict[int, float] = dataclasses.field(default_factory=dict)
    taken: dict[int, float] = dataclasses.field(default_factory=dict)
    answers: Counter[int] = dataclasses.field(default_factory=Counter)
    waits: list[float] = dataclasses.field(default_factory=list)


class Driver:
    """The platforms' side of the webhooks."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.random, self.tally = ground, random.Random(seed), Tally()
        self.stopped, self.next = False, 1

    def run(self, count: int, rate: float) -> range:
        """Send so many inputs, so many a second; returns their numbers once all are taken."""
        first, self.next = self.next, self.next + count
        asyncio.run(self._run(first, count, rate))
        return range(first, first + count)

    def run_words(self, one: Somebody, *words: str) -> None:
        """One person writes these, one after the other."""

        async def say() -> None:
            async with aiohttp.ClientSession() as session:
                for text in words:
                    await self._deliver(session, *self.parcel(one, text))

        asyncio.run(say())

    async def _run(self, first: int, count: int, rate: float) -> None:
        connector = aiohttp.TCPConnector(limit=64)
        people = self.ground.people
        queues: list[asyncio.Queue[int | None]] = [asyncio.Queue() for _ in people]
        async with aiohttp.ClientSession(connector=connector) as session:
            workers = [
                asyncio.create_task(self._person(session, one, queue))
                for one, queue in zip(people, queues, strict=True)
            ]
            began = time.monotonic()
            for n in range(count):
                await asyncio.sleep(max(0.0, began + n / rate - time.monotonic()))
                self.tally.due[first + n] = time.monotonic()
                queues[(first + n - 1) % len(people)].put_nowait(first + n)
            for queue in queues:
                queue.put_nowait(None)
            await asyncio.gather(*workers)

    async def _person(
        self, session: aiohttp.ClientSession, one: Somebody, queue: "asyncio.Queue[int | None]"
    ) -> None:
        """One chat: the next message only once the one before was taken, as Telegram does."""
        while (number := await queue.get()) is not None:
            parcel = self.parcel(one, f"/mot {number}")
            again = self.random.random() < TWICE
            await asyncio.gather(*(self._deliver(session, *parcel) for _ in range(2 if again else 1)))
            self.tally.taken[number] = time.monotonic()

    def parcel(self, one: Somebody, words: str) -> tuple[str, bytes, dict[str, str]]:
        """The address, body and headers of one message."""
        known = self.ground.known
        url = known.public_url + PATHS[one.platform]
        if one.platform == TELEGRAM:
            headers = {"Content-Type": "application/json"}
            headers["X-Telegram-Bot-Api-Secret-Token"] = known.telegram_secret
            return url, crowd.Someone(one.n, 0).text(words), headers
        return url, *crowd.form(one.chat, f"Nom{one.n}", words, url)

    async def _deliver(self, session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> None:
        wait = 0.05
        while not self.stopped:
            started, status = time.monotonic(), 0
            try:
                timeout = aiohttp.ClientTimeout(total=15)
                async with session.post(url, data=body, headers=headers, timeout=timeout) as answer:
                    await answer.read()
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            self.tally.answers[status] += 1
            if status:
                self.tally.waits.append(time.monotonic() - started)
            if status // 100 == 2:
                return
            await asyncio.sleep(wait)
            wait = min(1.0, wait * 2)


def answered_at(ground: Ground, word: str = "écho") -> dict[int, float]:
    """When each input's answer first reached the messenger (monotonic seconds)."""
    found: dict[int, float] = {}
    for call in list(ground.emu.calls):
        text = _text(call.params)
        if call.http_status in (200, 201) and text.startswith(word):
            found.setdefault(int(text.split()[-1]), call.at)
    return found


def _text(params: dict[str, Any]) -> str:
    return str(params.get("text") or params.get("Body") or "")

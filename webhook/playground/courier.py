"""Carries webhooks to the product, as the platforms do: in order per queue, again when they failed."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp

from .world import Received, World

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Parcel:
    """One webhook request, kept byte for byte so that it can be sent again."""

    path: str
    body: bytes
    headers: dict[str, str]
    kind: str
    queue: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What the product answered; status 0 when it did not."""

    status: int
    body: bytes = b""
    content_type: str = ""


class Courier:
    """Posts parcels to the product's public address."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.retries = 0
        self.in_order = True
        self.last: Parcel | None = None
        self.undelivered: list[Parcel] = []
        self.session: aiohttp.ClientSession | None = None
        self._queues: dict[str, asyncio.Lock] = {}

    def empty(self) -> None:
        self.last = None
        self.undelivered.clear()
        self._queues.clear()

    def _client(self) -> aiohttp.ClientSession:
        if self.session is None:
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=60)
            self.session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self.session

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()
            self.session = None

    async def deliver(self, parcel: Parcel) -> Answer:
        """Post a parcel in its queue's turn; keep it when the product does not take it."""
        self.last = parcel
        if not self.in_order:
            return await self._deliver(parcel)
        async with self._queues.setdefault(parcel.queue, asyncio.Lock()):
            return await self._deliver(parcel)

    async def _deliver(self, parcel: Parcel) -> Answer:
        answer = await self.post(parcel)
        for again in range(self.retries):
            if answer.status // 100 == 2:
                return answer
            await asyncio.sleep(0.5 * 2**again)
            answer = await self.post(parcel)
        if answer.status // 100 != 2:
            self.undelivered.append(parcel)
        return answer

    async def post(self, parcel: Parcel) -> Answer:
        """One attempt, noted in `world.received`."""
        started, answer = time.monotonic(), Answer(0)
        url = self.world.public_url.rstrip("/") + parcel.path
        try:
            async with self._client().post(
                url, data=parcel.body, headers=parcel.headers, allow_redirects=False
            ) as got:
                answer = Answer(got.status, await got.read(), got.content_type)
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        seconds = time.monotonic() - started
        self.world.received.append(Received(started, parcel.path, parcel.kind, answer.status, seconds))
        return answer

    async def redeliver(self) -> list[tuple[Parcel, Answer]]:
        """Send again what failed, oldest first; button presses older than 150 s are forgotten."""
        waiting, self.undelivered = self.undelivered, []
        horizon = self.world.now() - timedelta(seconds=150)
        alive = [p for p in waiting if p.kind != "callback_query" or p.at >= horizon]
        return [(parcel, await self._deliver(parcel)) for parcel in alive]

    async def fetch(self, url: str) -> tuple[bytes, str] | None:
        """The bytes at a public address, when it is the product's own on this machine; else None."""
        there, ours = urlsplit(url), urlsplit(self.world.public_url)
        if there.netloc != ours.netloc or there.hostname not in LOOPBACK:
            return None
        try:
            async with self._client().get(url, allow_redirects=False) as got:
                return (await got.read(), got.content_type) if got.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

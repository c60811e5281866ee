"""Sends webhooks over kept connections, with as little work of its own as can be."""

import asyncio
import time
from collections.abc import Callable

from tests.bench.crowd import some_settings

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
)
LENGTH = b"content-length: "


class Line(asyncio.Protocol):
    """One connection: one request at a time, and a future that holds its answer."""

    def __init__(self, head: str) -> None:
        self._head = head.encode()
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def post(self, body: bytes, head: bytes = b"") -> "asyncio.Future[tuple[int, bytes]]":
        """Send one body (after another head than the line's own); the answer comes in the future."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write((head or self._head) + str(len(body)).encode() + b"\r\n\r\n" + body)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Take the answer once it is whole."""
        self._buffer += data
        head, gap, body = self._buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        at = head.lower().find(LENGTH)
        length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) >= length and self._answer is not None:
            answer, self._answer, self._buffer = self._answer, None, b""
            answer.set_result((int(head[9:12]), body[:length]))

    def connection_lost(self, error: Exception | None) -> None:
        """The server hung up."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("hung up"))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def lines(port: int, count: int, path: str = "/webhook/telegram") -> list[Line]:
    """That many open connections."""
    loop = asyncio.get_running_loop()
    head = HEAD.format(path=path, secret=some_settings().telegram_secret)
    made = [await loop.create_connection(lambda: Line(head), "127.0.0.1", port) for _ in range(count)]
    return [line for _transport, line in made]


async def in_turn(port: int, people: int, body: Callable[[int, int], bytes], seconds: float) -> float:
    """People who each wait for their answer before they go on; answers per second."""
    opened = await lines(port, people)
    started = time.monotonic()
    end, answered = started + seconds, 0

    async def person(n: int) -> None:
        nonlocal answered
        turn = n
        while time.monotonic() < end:
            status, _body = await opened[n].post(body(n, turn))
            if status != 200:
                raise RuntimeError(f"the server answered {status}")
            answered, turn = answered + 1, turn + 1

    await asyncio.gather(*(person(n) for n in range(people)))
    rate = answered / (time.monotonic() - started)
    for line in opened:
        line.close()
    return rate


async def steadily(
    port: int, people: int, body: Callable[[int], bytes], rate: float, seconds: float
) -> dict[int, float]:
    """Send at a fixed rate whatever the answers do; when each was sent, by its number (monotonic seconds)."""
    opened, sent = await lines(port, people), dict[int, float]()
    waiting: list[asyncio.Future[tuple[int, bytes]]] = []
    started = time.monotonic()
    for n in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + n / rate - time.monotonic()))
        if n >= people:
            await waiting[n - people]
        sent[n] = time.monotonic()
        waiting.append(opened[n % people].post(body(n)))
    for status, _body in await asyncio.gather(*waiting):
        assert status == 200
    for line in opened:
        line.close()
    return sent

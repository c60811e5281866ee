"""The cheapest Telegram there can be, for the peer: says yes to everything, tells who was answered."""

import asyncio
import contextlib
import json
import re

from tests.bench.crowd import some_settings

ME = {"id": 7_000_000_001, "is_bot": True, "first_name": "Peer", "username": "peer_bot"}
QUERY = re.compile(rb"callback_query_id=(\d+)")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class TinyApi:
    """A server of this loop; wait_for(query) ends when that tap was answered."""

    def __init__(self) -> None:
        self._answers: dict[str, asyncio.Future[None]] = {}
        self.port = 0

    async def start(self) -> asyncio.Server:
        """Listen on a free port."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    @property
    def base(self) -> str:
        """What goes before the token."""
        return f"http://127.0.0.1:{self.port}/bot"

    def wait_for(self, query: str) -> "asyncio.Future[None]":
        """Done when answerCallbackQuery for it arrives."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers[query] = future
        return future

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = LENGTH.search(head)
                body = await reader.readexactly(int(found[1])) if found else b""
                if (query := QUERY.search(body)) and (waits := self._answers.pop(query[1].decode(), None)):
                    waits.set_result(None)
                result = ME if b"/getMe" in head else True
                answer = json.dumps({"ok": True, "result": result}).encode()
                start = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(start.encode() + answer)
        writer.close()


def token() -> str:
    """The peer's token."""
    return some_settings().telegram_token

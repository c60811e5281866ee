"""The emulated platforms as a process of the bench, with a crowd; tells when each call reached them."""

import argparse
import asyncio
import json
from typing import Any

from aiohttp import web

from tests.bench import crowd
from webhook.playground.server import Emulators, answer_json


class Watched(Emulators):
    """Emulators that tell what they saw, from the n-th call on, and take new settings."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """As ever, and /bench: the calls as [monotonic seconds, chat, method, HTTP status]."""
        if request.path != "/bench":
            return await super().handle(request)
        asked: dict[str, Any] = json.loads(await request.read() or b"{}")
        self.limits = asked.get("limits", self.limits)
        self.latency = asked.get("latency", self.latency)
        if asked.get("forget"):
            self.calls.clear()
            self.world.count_429 = 0
        seen = [[call.at, call.chat, call.method, call.http_status] for call in self.calls]
        return answer_json(200, {"calls": seen, "refused": self.count_429})


async def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--public-url", required=True)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--groups", type=int, default=0)
    asked = parser.parse_args()
    known = crowd.some_settings()
    emulators = Watched(
        public_url=asked.public_url,
        token=known.telegram_token,
        secret=known.telegram_secret,
        account_sid=known.twilio_account,
        auth_token=known.twilio_token,
        whatsapp_from=known.twilio_from,
        limits=False,
        auto_approve=True,
    )
    await emulators.serve()
    for n in range(asked.people):
        emulators.telegram_person(f"Nom{n}", id=crowd.telegram_id(n)).user.started = True
        emulators.whatsapp_person(f"Nom{n}", crowd.number(n)).person.last_inbound = emulators.world.now()
    for _n in range(asked.groups):
        chat = emulators.telegram_group("Banc").chat
        chat.bot_status, chat.bot_was_here = "administrator", True
    print(emulators.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())

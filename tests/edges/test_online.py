"""The path of a newcomer: the Procfile on PostgreSQL and Valkey, setup, doctor, a first word on both messengers."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from jobs.clock import LEASE_KEY
from tests.procfile import STOP, Host, environment, lines
from tests.services import free_port
from webhook.playground.phones import TelegramPhone, WhatsAppPhone
from webhook.playground.server import Emulators


@pytest.fixture
def host(postgres_server: Any, valkey: str, tmp_path: Path) -> Iterator[tuple[Host, Emulators]]:
    """A host with nothing on it yet."""
    postgres_server.psql("drop database if exists online")
    postgres_server.psql("create database online")
    port = free_port()
    emulators = Emulators(public_url=f"http://127.0.0.1:{port}", auto_approve=True).start()
    redis = valkey.removesuffix("/0") + "/5"
    made = Host(tmp_path, environment(emulators, str(postgres_server.get_uri("online")), redis, port))
    yield made, emulators
    made.stop()
    emulators.stop()


def until(true: Callable[[], Any], host: Host, seconds: float = 40) -> None:
    """Wait for a condition; else show what the processes said."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, [host.said(name) for name in host.children]
        time.sleep(0.05)


def answered(phone: TelegramPhone | WhatsAppPhone) -> bool:
    """Did Noyau say anything there?"""
    return any(bubble.from_bot for bubble in phone.messages())


def test_a_newcomer_puts_it_online_and_speaks_to_it(host: tuple[Host, Emulators]) -> None:
    there, emulators = host
    there.start("worker", "clock", "web")  # before the migration, as where `release` is `postdeploy`
    status, told = there.run(lines()["release"])
    assert status == 0 and "0001_founding" in told
    status, told = there.run("python -m jobs setup")
    assert status == 0 and f"@{emulators.bot_username}" in told, told
    lea, marc = emulators.telegram_person("Léa"), emulators.whatsapp_person("Marc")
    lea.starts()
    marc.says("créer un groupe")
    for phone in (lea, marc):
        until(partial(answered, phone), there)

    redis = Redis.from_url(there.known["REDIS_URL"])
    until(lambda: redis.exists(LEASE_KEY), there)
    status, told = there.run("python -m jobs doctor")
    assert status == 0 and "✗" not in told and "Tout va bien." in told, told
    took = there.stop()
    assert max(took.values()) < STOP, took

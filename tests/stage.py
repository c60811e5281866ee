"""The stage of a story without pytest: Valkey, emulated platforms, the web app and an empty database."""

import contextlib
import copy
import dataclasses
import datetime as dt
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs import bell, outbox, setup
from storage import absences, db, facts, migrate, settings
from storage.outbox import Content
from tests.services import Web, start_valkey
from tests.story import Story
from webhook import create_app
from webhook.playground.server import Emulators

TOKEN = "7000000001:AAtesttesttesttesttesttesttesttest1"
SECRET = "test-secret"
ACCOUNT = "AC" + "0" * 31 + "1"
AUTH = "0" * 32
START = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)  # a Tuesday morning


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


def some_emulators() -> Emulators:
    """Telegram and Twilio for the settings of the tests, started."""
    made = Emulators(
        token=TOKEN, secret=SECRET, account_sid=ACCOUNT, auth_token=AUTH, limits=False, auto_approve=True
    )
    return made.start()


@contextlib.contextmanager
def stage(platform: str = "mixed") -> Iterator[Story]:
    """A story with everything real around it; all of it ends with the story."""
    logging.getLogger("werkzeug").setLevel("ERROR")
    with tempfile.TemporaryDirectory(prefix="noyau-story-") as folder, contextlib.ExitStack() as later:
        valkey, redis_url = start_valkey(Path(folder) / "valkey")
        later.callback(valkey.wait, 5)
        later.callback(valkey.terminate)
        emulators = some_emulators()
        later.callback(emulators.stop)
        known = dataclasses.replace(
            some_settings(redis_url),
            database_url=f"sqlite:///{folder}/noyau.db",
            telegram_api_base=emulators.telegram_base,
            twilio_api_base=emulators.twilio_base,
        )
        settings.use(known)
        opened = db.connect(known.database_url)
        later.callback(opened.close)
        migrate.run()
        web = Web(create_app(check=False))
        later.callback(web.stop)
        emulators.public_url = web.url
        known = dataclasses.replace(known, public_url=web.url, playground=True)
        begin(emulators, known)
        later.callback(outbox.forget)
        yield Story(emulators, platform, known)
        emulators.settle()


def begin(emulators: Emulators, known: settings.Settings) -> None:
    """Tuesday morning, nobody there yet, the WhatsApp contents made."""
    settings.use(known)
    emulators.now = db.now
    facts.forget()
    absences.forget()
    db.forget_shift()
    db.shift_clock((START - db.real_now()).total_seconds())
    facts.tell(facts.BOT_NAME, emulators.bot_username)
    bell.for_worker().flushdb()
    outbox.LINGER = 0.0
    os.environ["NOYAU_NO_LIMITS"] = "1"  # rates are tested where they are the subject
    _have_contents(emulators)


_made: dict[int, tuple[list[dict[str, Any]], dict[str, Any]]] = {}  # per emulators: our rows, theirs


def _have_contents(emulators: Emulators) -> None:
    """The WhatsApp contents: made over HTTP once, put back as they were for every story after it."""
    known = _made.get(id(emulators))
    if known is None:
        setup.make_contents(report=lambda _line: None)
        rows = [dict(row.__data__) for row in Content.select()]
        _made[id(emulators)] = rows, dict(emulators.world.contents)
        return
    rows, theirs = known
    Content.insert_many(rows).execute()
    emulators.world.contents.update(copy.deepcopy(theirs))


def close(database: Any) -> None:
    """End its connections, pooled or not."""
    (database.close_all if hasattr(database, "close_all") else database.close)()

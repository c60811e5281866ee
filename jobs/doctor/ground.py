"""What stands under the service: database, migrations, Redis, the public address, the processes."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError
from rq import Worker

from handlers.kit.texts import _
from jobs import bell
from jobs.clock import LEASE_KEY
from jobs.doctor.lines import Line, bad, first_line, good, note
from storage import db, migrate, outbox, settings
from storage.db import PeeweeException, now
from storage.outbox import DeadLetter, Post

OURS = 16  # connections to PostgreSQL at most: web 10, worker 4, clock 2
WAIT = 8.0  # seconds that an answer may take
LATE = 300.0  # seconds that a post may wait

# ------------------------------------------------------------------ the database


@contextlib.contextmanager
def opened() -> Iterator[Exception | None]:
    """The database for the time of the look; gives the error when it does not open."""
    try:
        db.connect(settings.current().database_url, pool=2)
        db.real.connect(reuse_if_open=True)
    except Exception as error:
        yield error
        return
    with contextlib.closing(db.real):
        yield None


def database(error: Exception | None) -> Iterator[Line]:
    """Does it answer, is it up to date, are there connections enough?"""
    place = _place(settings.current().database_url)
    if error is not None:
        sentence = _("no answer from {place}: {why}. Check DATABASE_URL, and that the database is started.")
        yield bad("database", sentence.given(place=place, why=first_line(error)))
        return
    yield good("database", _("{engine} answers at {place}.", engine=_engine(), place=place))
    yield from _migrations()
    if db.is_postgres():
        yield from _connections()
        yield from _encrypted()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}" if parts.hostname else parts.path


def _one(sql: str) -> Any:
    return db.real.execute_sql(sql).fetchone()[0]


def _engine() -> str:
    if db.is_postgres():
        return f"PostgreSQL {_one('show server_version')}".split(" (")[0]
    return f"SQLite {_one('select sqlite_version()')}"


def _migrations() -> Iterator[Line]:
    missing, unknown = migrate.missing(), migrate.unknown()
    if missing:
        names = ", ".join(missing)
        sentence = _("not applied: {names}. Run `python -m storage.migrate` (the release process does it).")
        yield bad("migrations", sentence.given(names=names))
    if unknown:
        names = ", ".join(unknown)
        yield bad(
            "migrations",
            _("the database is newer than this code, which lacks {names}: deploy the newer code.", names=names),
        )
    if not missing and not unknown:
        yield good("migrations", _("all are in."))


def _connections() -> Iterator[Line]:
    limits = (
        "select least(current_setting('max_connections')::int - "
        "current_setting('superuser_reserved_connections')::int,"
        " nullif(rolconnlimit, -1), nullif(datconnlimit, -1))"
        " from pg_roles, pg_database where rolname = current_user and datname = current_database()"
    )
    allowed = int(_one(limits))
    used = int(_one("select count(*) from pg_stat_activity where datname = current_database()"))
    facts = {"allowed": allowed, "used": used, "ours": OURS}
    if allowed < OURS:
        sentence = _("only {allowed} connections are allowed and Noyau may take {ours}: take a larger plan.")
        yield bad("connections", sentence.given(**facts))
    else:
        yield good("connections", _("{used} of {allowed} in use; Noyau takes {ours} at most.", **facts))


def _encrypted() -> Iterator[Line]:
    host = urlsplit(settings.current().database_url).hostname or ""
    if host in settings.LOOPBACK or settings.near(host):
        return
    if not _one("select ssl from pg_stat_ssl where pid = pg_backend_pid()"):
        yield note(
            "database", _("the way there is not encrypted: add ?sslmode=require to DATABASE_URL if the host can.")
        )


# ------------------------------------------------------------------ Redis


def redis() -> Iterator[Line]:
    """Does it answer, and keep what it is given?"""
    if not settings.current().redis_url:
        return  # the settings' line says so
    try:
        yield from _ask(_redis())
    except AuthenticationError:
        yield bad("Redis", _("it refuses the password: copy REDIS_URL again from the host."))
    except (RedisError, OSError, ValueError) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            yield bad("Redis", _("its certificate is not known: if the host signs its own, set REDIS_TLS_VERIFY=0."))
        else:
            sentence = _("no answer from {place}: {why}. Check REDIS_URL, and that Redis is started.")
            place = urlsplit(settings.current().redis_url).hostname or "?"
            yield bad("Redis", sentence.given(place=place, why=first_line(error)))


def _redis() -> Redis:
    return Redis.from_url(bell.address(), socket_timeout=WAIT, socket_connect_timeout=WAIT)


def _ask(there: Redis) -> Iterator[Line]:
    there.set("noyau:doctor", "1", px=1000)
    facts: dict[str, Any] = there.info()
    name = (
        f"Valkey {facts['valkey_version']}" if facts.get("valkey_version") else f"Redis {facts.get('redis_version')}"
    )
    url = urlsplit(settings.current().redis_url)
    yield good("Redis", _("{name} answers at {place}.", name=name, place=url.hostname or "?"))
    if facts.get("maxmemory_policy", "noeviction") != "noeviction" and facts.get("maxmemory"):
        yield note(
            "Redis",
            _(
                "it forgets when it is full (set maxmemory-policy to noeviction): answers may then take "
                "a second longer, and nothing is lost."
            ),
        )
    if url.scheme == "redis" and not settings.near(url.hostname or ""):
        yield note("Redis", _("the way there is not encrypted: use rediss:// if the host has it."))


# ------------------------------------------------------------------ the public address


def public() -> Iterator[Line]:
    """Does PUBLIC_URL lead to this service, as the platforms see it?"""
    base = settings.current().public_url
    try:
        with requests.Session() as session:
            session.trust_env = urlsplit(base).hostname not in settings.LOOPBACK
            yield from _visit(session, base)
    except requests.exceptions.SSLError as error:
        sentence = _("the certificate of {url} is not valid ({why}): have the host renew it.")
        yield bad("PUBLIC_URL", sentence.given(url=base, why=first_line(error)))
    except requests.RequestException as error:
        sentence = _("{url} does not answer ({why}): is the web process started, and does the name lead to it?")
        yield bad("PUBLIC_URL", sentence.given(url=base, why=type(error).__name__))


def _visit(session: requests.Session, base: str) -> Iterator[Line]:
    answer = session.get(f"{base}/health", timeout=WAIT, allow_redirects=False)
    if answer.is_redirect or answer.is_permanent_redirect:
        there = answer.headers.get("Location", "?")
        yield bad(
            "PUBLIC_URL",
            _(
                "{url} sends on to {there}, and the platforms don't follow: set PUBLIC_URL to where it leads.",
                url=base,
                there=there,
            ),
        )
        return
    if answer.status_code != 200 or "version" not in answer.text:
        yield bad(
            "PUBLIC_URL",
            _(
                "something else than Noyau answers at {url} (status {status}): check the name, and the "
                "proxy before it.",
                url=base,
                status=answer.status_code,
            ),
        )
        return
    forged = session.post(f"{base}/webhook/telegram", json={}, timeout=WAIT, allow_redirects=False)
    if forged.status_code not in (403, 404):
        yield bad(
            "PUBLIC_URL",
            _(
                "a webhook without its secret is answered by {status} instead of 403: something stands "
                "between; let /webhook/ pass as it is.",
                status=forged.status_code,
            ),
        )
        return
    yield good("PUBLIC_URL", _("{url} leads here.", url=base))
    ready = session.get(f"{base}/ready", timeout=WAIT, allow_redirects=False)
    if ready.status_code != 200:
        yield bad(
            "web",
            _("the web process lacks: {names}. Its environment may differ from this one's.", names=_lacking(ready)),
        )


def _lacking(answer: requests.Response) -> str:
    try:
        return ", ".join(answer.json().get("missing", [])) or "?"
    except (ValueError, AttributeError, TypeError):
        return str(answer.status_code)


# ------------------------------------------------------------------ the processes


def processes() -> Iterator[Line]:
    """Is there a worker, is there a clock, and does anything wait for them?"""
    with contextlib.suppress(RedisError, OSError, ValueError):
        there = _redis()
        working = Worker.count(connection=there)
        yield (
            good("worker", _("{n} at work.", n=working))
            if working
            else bad(
                "worker",
                _(
                    "none is at work, so nothing is said: start `python -m jobs.worker` (on a host, scale "
                    "worker to 1)."
                ),
            )
        )
        if there.exists(LEASE_KEY):
            yield good("clock", _("it rings."))
        else:
            yield bad(
                "clock",
                _(
                    "it does not ring, so nobody is reminded: start `python -m jobs.clock` (on a host, scale "
                    "clock to 1)."
                ),
            )
    with contextlib.suppress(PeeweeException):
        yield from _waiting()


def _waiting() -> Iterator[Line]:
    due = outbox.next_due()
    late = (now() - due).total_seconds() if due else 0.0
    if late > LATE:
        yield bad(
            "messages", _("the oldest has been waiting for {n} minutes: look at the worker's log.", n=int(late // 60))
        )
    stuck = Post.select().where(Post.state.in_(("dead", "uncertain"))).count() + DeadLetter.select().count()
    if stuck:
        yield note("messages", _("{n} could not be delivered or read: `python -m jobs letters` lists them.", n=stuck))

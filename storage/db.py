"""The database handle, what every record shares, transactions and the present moment."""

import contextlib
import datetime as dt
import functools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from peewee import (
    OP,
    AutoField,
    Database,
    DatabaseProxy,
    DateTimeField,
    Expression,
    IntegerField,
    Model,
    ModelSelect,
    PostgresqlDatabase,
)
from peewee import PeeweeException as PeeweeException
from playhouse.db_url import connect as connect_url

from storage import settings
from storage.compiled import Statement

UTC = dt.UTC
PGBOUNCER = 6432  # the port at which one listens
real = DatabaseProxy()
_writing = threading.RLock()
_offset: list[float] = [0.0, -1.0]  # seconds ahead of the real clock, when it was last read
M = TypeVar("M", bound="Record")


class UTCDateTimeField(DateTimeField):
    """Aware UTC in Python, naive UTC in the column: the same on both engines, and it sorts."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            if value.tzinfo is None:
                raise ValueError("naive datetime")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        return value.replace(tzinfo=UTC) if isinstance(value, dt.datetime) else value


def constant(build: Callable[..., Any]) -> Statement[Any]:
    """A statement compiled once; its parameters are the lambda's, filled at each call."""
    return Statement(real, build)


class Record(Model):
    """The base of every model: an integer id, one database."""

    id = AutoField()

    class Meta:
        database = real
        legacy_table_names = False

    @classmethod
    def get(cls, *query: Any, **filters: Any) -> Self:
        """As ever; a look-up by id alone, which relations and buttons do all the time, is compiled once."""
        wanted = _only_id(cls, query, filters)
        found: Self | None = None if wanted is None else _by_id(cls).first(wanted)
        return super().get(*query, **filters) if found is None else found


def _only_id(model: type[Record], query: tuple[Any, ...], filters: dict[str, Any]) -> int | None:
    wanted = filters.get("id") if len(filters) == 1 and not query else None
    if len(query) == 1 and not filters:
        only = query[0]
        if isinstance(only, Expression) and only.op == OP.EQ and only.lhs is model._meta.primary_key:
            wanted = only.rhs
    return wanted if isinstance(wanted, int) else None


def add(model: type[Record], /, **facts: Any) -> bool:
    """Insert a row unless its key is taken, without making a record of it; True when it was inserted."""
    meta: Any = model._meta
    row = meta.get_default_dict() | facts
    return _insert(model).run(*(row.get(field.name) for field in _written(model))) == 1


@functools.cache
def _written(model: type[Record]) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.sorted_fields if field is not model._meta.primary_key)


@functools.cache
def _insert(model: type[Record]) -> Statement[Any]:
    fields = _written(model)
    return Statement(
        real,
        lambda *holes: model.insert(dict(zip(fields, holes, strict=True))).on_conflict_ignore(),
        len(fields),
    )


@functools.cache
def _by_id(model: type[Record]) -> Statement[Any]:
    return constant(lambda id: model.select().where(model._meta.primary_key == id))


class ClockShift(Record):
    """How far the playground's clock runs ahead, in seconds (one row)."""

    seconds = IntegerField(default=0)

    PERSONAL = ()


def connect(url: str, pool: int = 10) -> Database:
    """Open the database that url names (sqlite, postgres or postgresql) and make it ours."""
    if url.startswith("sqlite"):
        pragmas = {
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": 1,
            "cache_size": -2000,  # kilobytes a thread; the system caches the file as well
            "temp_store": "memory",
        }
        database = connect_url(url, pragmas=pragmas, timeout=5, lock_type="immediate")
    else:
        database = connect_url(
            "postgresql+pool://" + url.split("://", 1)[1],
            unquote_user=True,
            unquote_password=True,
            max_connections=pool,
            stale_timeout=300,
            timeout=5,
            options="-c timezone=UTC -c lock_timeout=5000",
            **_prepared(url),
        )
    opened: Database = database
    real.initialize(opened)
    return opened


def _prepared(url: str) -> dict[str, int | None]:
    """Statements are prepared once (half of PostgreSQL's work), but for a PgBouncer, which may not know them.

    One is known by its usual port; at another, `?prepare_threshold=none` in the address says so (peewee reads it).
    """
    parts = urlsplit(url)
    if "prepare_threshold" in parts.query:
        return {}
    return {"prepare_threshold": None if parts.port == PGBOUNCER else 3}


def is_postgres() -> bool:
    """Is the engine PostgreSQL? Only row locks may ask."""
    return isinstance(real.obj, PostgresqlDatabase)


@contextlib.contextmanager
def transaction() -> Iterator[None]:
    """All or nothing. SQLite writers of one process queue here instead of sleeping on the file's lock."""
    with contextlib.nullcontext() if is_postgres() else _writing, real.atomic():
        yield


@contextlib.contextmanager
def connection() -> Iterator[None]:
    """A connection for a job; given back afterwards, also on an error."""
    if not real.is_closed():
        yield
        return
    real.connect()
    try:
        yield
    finally:
        give_back()


def give_back() -> None:
    """After a request or a job: to the pool, lest a cut connection is kept; on SQLite a thread keeps its own."""
    if is_postgres() and not real.is_closed():
        real.close()


def lock(query: "ModelSelect[M]") -> "ModelSelect[M]":
    """Lock the rows read (PostgreSQL); on SQLite the transaction itself is the lock."""
    return query.for_update() if is_postgres() else query


def now() -> dt.datetime:
    """The present moment, aware UTC; in the playground and in tests it can run ahead."""
    moment = dt.datetime.now(UTC)
    if settings.current().playground:
        moment += dt.timedelta(seconds=_shift())
    return moment


def real_now() -> dt.datetime:
    """The machine's own clock, for leases, back-off and rates (decisions: time in the playground)."""
    return dt.datetime.now(UTC)


def _shift() -> float:
    if time.monotonic() - _offset[1] > 0.2:
        row = ClockShift.get_or_none()
        _offset[:] = [float(row.seconds) if row else 0.0, time.monotonic()]
    return _offset[0]


def shift_clock(seconds: float) -> None:
    """Set how many seconds the clock runs ahead of the real one, for every process."""
    if not ClockShift.update(seconds=int(seconds)).execute():
        ClockShift.create(seconds=int(seconds))
    _offset[:] = [float(int(seconds)), time.monotonic()]


def forget_shift() -> None:
    """Read the shift anew at the next look (another database was opened)."""
    _offset[1] = -1.0

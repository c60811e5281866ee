"""Copies everything to another database: `python -m storage.move FROM TO`. A move, a backup, or its restoration.

FROM and TO are addresses, postgres://… or sqlite:///…; the word DATABASE_URL stands for the service's own. TO must be
empty: it is migrated, filled in one transaction, and compared. FROM is only read. Stop the service first to move it;
a backup needs no stop.
"""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peewee import Database, PostgresqlDatabase

from storage import db, migrate, models, settings
from storage.db import PeeweeException, Record

OURS = "DATABASE_URL"
AT_ONCE = 500  # rows in one statement, or fewer: SQLite takes 32,766 values
VALUES = 30_000
Row = dict[str, Any]


class CannotMove(SystemExit):
    """Nothing was moved; the message says why and what to do."""


def move(source: str, target: str, report: Callable[[str], None] = print) -> int:
    """Copy every row; returns how many. Raises CannotMove, and then the target is as it was."""
    _look(source, target)
    there, here = _open(target), _open(source)
    try:
        with there.connection_context(), here.connection_context():
            _prepare(here, there)
            return _copy(here, there, report)
    except PeeweeException as error:
        raise CannotMove(f"Nothing was moved: {str(error).splitlines()[0]}") from None
    finally:
        for database in (here, there):
            (database.close_all if hasattr(database, "close_all") else database.close)()


def _look(source: str, target: str) -> None:
    if source == target:
        raise CannotMove("FROM and TO are the same database: nothing was moved.")
    for url in (source, target):
        if urlsplit(url).scheme not in ("sqlite", "postgres", "postgresql"):
            raise CannotMove(f"{url.partition(':')[0]}: is no database: postgres://, postgresql:// or sqlite:///.")
    path = urlsplit(source).path.removeprefix("/")
    if source.startswith("sqlite") and not Path(path).is_file():
        raise CannotMove(f"There is no file {path}: nothing was moved.")


def _open(url: str) -> Database:
    try:
        opened = db.connect(url, pool=2)
        opened.connect()
        opened.close()
    except Exception as error:
        place = urlsplit(url)
        raise CannotMove(f"{place.hostname or place.path} does not open: {str(error).splitlines()[0]}") from None
    return opened


def _prepare(here: Database, there: Database) -> None:
    """Both have the same tables, and the target nothing in them."""
    _use(here)
    if migrate.missing() or migrate.unknown():
        raise CannotMove("FROM is not of this version: run `python -m storage.migrate` on it first.")
    _use(there)
    migrate.run()
    for model in models.MODELS:
        if model.select().limit(1).exists():
            raise CannotMove(f"TO is not empty ({model.__name__} has rows): give a fresh database.")


def _use(database: Database) -> None:
    db.real.initialize(database)


def _copy(here: Database, there: Database, report: Callable[[str], None]) -> int:
    total = 0
    with here.atomic(), there.atomic():  # a steady look at the one, all or nothing in the other
        if isinstance(here, PostgresqlDatabase):
            here.execute_sql("set transaction isolation level repeatable read")
        for model in models.MODELS:
            total += _table(model, here, there, report)
    return total


def _table(model: type[Record], here: Database, there: Database, report: Callable[[str], None]) -> int:
    count, last = 0, 0
    sums = hashlib.sha256(), hashlib.sha256()
    while True:
        _use(here)
        rows = _after(model, last)
        if not rows:
            break
        _use(there)
        _write(model, rows)
        kept = _after(model, last, len(rows))
        for digest, part in zip(sums, (rows, kept), strict=True):
            digest.update(_seen(part))
        count, last = count + len(rows), rows[-1]["id"]
    if sums[0].digest() != sums[1].digest():
        raise CannotMove(f"{model.__name__} came out otherwise than it went in: nothing was moved.")
    _use(there)
    _count_on(model, last)
    if count:
        report(f"{model.__name__}: {count}")
    return count


def _after(model: type[Record], last: int, most: int = 0) -> list[Row]:
    most = most or min(AT_ONCE, VALUES // len(model._meta.sorted_fields))
    query = model.select().where(model.id > last).order_by(model.id).limit(most)
    return [dict(row.__data__) for row in query]


def _write(model: type[Record], rows: list[Row]) -> None:
    try:
        model.insert_many([_plain(row) for row in rows]).execute()
    except PeeweeException as error:
        ids = f"{rows[0]['id']} to {rows[-1]['id']}"
        why = str(error).splitlines()[0]
        raise CannotMove(f"{model.__name__} {ids}: {why}. Nothing was moved.") from None


def _plain(row: Row) -> Row:
    """Bytes as bytes: one engine reads them as a view of memory."""
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


def _seen(rows: list[Row]) -> bytes:
    return repr([sorted(_plain(row).items()) for row in rows]).encode()


def _count_on(model: type[Record], last: int) -> None:
    """PostgreSQL's next id is the one after the last that was moved."""
    if last and db.is_postgres():
        table = model._meta.table_name
        db.real.execute_sql("select setval(pg_get_serial_sequence(%s, 'id'), %s)", (f'"{table}"', last))


def main(words: list[str]) -> int:
    """The command."""
    if len(words) != 2:
        print(__doc__, end="")
        return 2
    source, target = (settings.current().database_url if word == OURS else word for word in words)
    print(f"{move(source, target)} rows copied; FROM was left as it is.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

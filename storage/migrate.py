"""Brings the database up to date: `python -m storage.migrate`; `new NAME` writes the next migration."""

import os
import re
import sys
import tempfile
from pathlib import Path

from peewee import ForeignKeyField
from playhouse.migrations import Runner, template
from playhouse.schema_diff import diff_models

from storage import db, models, settings

FOLDER = str(Path(__file__).parent / "migrations")
LOCK = 7_205_341  # one migration at a time: a PostgreSQL advisory lock


def run() -> list[str]:
    """Apply what is missing; returns the names of what was applied."""
    with db.connection():
        if db.is_postgres():
            db.real.execute_sql("select pg_advisory_lock(%s)", (LOCK,))
        try:
            return [str(name) for name in Runner(db.real.obj, FOLDER).up()]
        finally:
            if db.is_postgres():
                db.real.execute_sql("select pg_advisory_unlock(%s)", (LOCK,))


def missing() -> list[str]:
    """Names of the migrations that this database lacks."""
    return [row.name for row in Runner(db.real.obj, FOLDER).status() if row.path and not row.applied]


def unknown() -> list[str]:
    """Names of the migrations that this database has and this code lacks: the code is older."""
    return [str(row.name) for row in Runner(db.real.obj, FOLDER).status() if not row.path]


def drift() -> str:
    """What a migrated database lacks against the models, as a migration; empty when nothing."""
    found = diff_models(db.real.obj, list(models.MODELS))
    # Defaults that are functions of ours are made by the models, not by the database: no work is left there.
    kept = [line for line in str(template(found)).splitlines() if "default <function" not in line]
    return _unindexed("\n".join(kept) + "\n") if found else ""


def _unindexed(body: str) -> str:
    """The generator forgets index=False on foreign keys: put it back, class by class."""
    for model in models.MODELS:
        bare = [f for f in model._meta.sorted_fields if isinstance(f, ForeignKeyField) and not f.index]
        start = body.find(f"    class {model.__name__}(Model):")
        end = body.find("db.create_tables", start)
        if start < 0 or not bare:
            continue
        block = body[start:end]
        for field in bare:
            block = re.sub(rf"(\b{field.name} = ForeignKeyField\([^)]*)\)", r"\1, index=False)", block)
        body = body[:start] + block + body[end:]
    return body


def write(name: str) -> str:
    """Write the next migration from what the models have and the migrations lack; returns its path."""
    with tempfile.TemporaryDirectory() as folder:
        database = db.connect(f"sqlite:///{folder}/empty.db")
        run()
        body = drift()
        path = Runner(database, FOLDER).create(name, body=body) if body else ""
        database.close()
    return str(path)


def main() -> None:
    """The command."""
    if sys.argv[1:2] == ["new"]:
        print(write(sys.argv[2]) or "the models have nothing new")
        return
    known = settings.current()
    if faults := settings.database_faults(known, dict(os.environ)):
        raise settings.WrongSettings(faults)
    db.connect(known.database_url)
    done = run()
    print("migrations applied:", ", ".join(done) if done else "none, all were in")


if __name__ == "__main__":
    main()

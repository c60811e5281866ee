"""Statements compiled once: written with peewee, kept as SQL, for what every event does (performance).

peewee builds a query anew each time, which costs ten times its execution. Here the first use builds it with
holes for the values; from then on only the values are filled in, and rows become records directly.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import peewee
from peewee import (
    AutoField,
    CharField,
    Database,
    DatabaseProxy,
    Field,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    ModelSelect,
    Node,
    SqliteDatabase,
    TextField,
)

Convert = Callable[[Any], Any]
M = TypeVar("M", bound=Model)
ERRORS: Any = vars(peewee)["__exception_wrapper__"]  # a driver's error becomes peewee's, as everywhere
AS_THEY_ARE = (AutoField, IntegerField, CharField, TextField, ForeignKeyField)  # both drivers read them right


class Hole(Node):
    """Where a value goes; it learns from the query how the column wants it."""

    def __init__(self, index: int, convert: Convert | None = None) -> None:
        self.index = index
        self.convert = convert

    def __sql__(self, ctx: Any) -> Any:
        self.convert = self.convert or ctx.state.converter
        return ctx.value(Slot(self.index, self.convert), converter=False)


@dataclass(frozen=True)
class Slot:
    """A parameter of the compiled text: which value, and how it is converted."""

    index: int
    convert: Convert | None


@dataclass(frozen=True)
class Part:
    """The columns of a row that make one record."""

    model: type[Model]
    start: int
    names: tuple[str, ...]
    converted: tuple[tuple[str, int, Convert], ...]

    def record(self, row: Sequence[Any]) -> Any:
        """The record, as peewee would have made it."""
        made: Any = self.model.__new__(self.model)
        data = dict(zip(self.names, row[self.start : self.start + len(self.names)], strict=True))
        for name, at, convert in self.converted:
            data[name] = convert(row[at])
        made.__data__, made.__rel__, made._dirty = data, {}, set()
        return made


@dataclass(frozen=True)
class Compiled:
    """SQL of one kind of database, what fills it and what its rows become."""

    sql: str
    slots: tuple[Any, ...]
    parts: tuple[Part, ...]
    links: tuple[tuple[int, str, int], ...]

    def fill(self, values: Sequence[Any]) -> list[Any]:
        """The parameters for these values."""
        return [
            slot if type(slot) is not Slot
            else values[slot.index] if slot.convert is None
            else slot.convert(values[slot.index])
            for slot in self.slots
        ]  # fmt: skip

    def record(self, row: Sequence[Any]) -> Any:
        """The first record of a row, with those it was joined to."""
        if len(self.parts) == 1:
            return self.parts[0].record(row)
        made = [part.record(row) for part in self.parts]
        for source, name, target in self.links:
            made[source].__rel__[name] = made[target]
        return made[0]


class Statement(Generic[M]):
    """A query with holes: Statement(database, lambda name: Person.select().where(Person.name == name))."""

    def __init__(self, database: DatabaseProxy, build: Callable[..., Any], holes: int | None = None) -> None:
        self._database = database
        self._build = build
        self._holes = len(inspect.signature(build).parameters) if holes is None else holes
        self._known: dict[type[Database], Compiled] = {}

    def run(self, *values: Any) -> int:
        """Change something; how many rows that were."""
        return int(self._cursor(values).rowcount)

    def each(self, rows: Iterable[Sequence[Any]]) -> int:
        """Change something for each of these; how many rows that were."""
        compiled = self._compiled()
        filled = [compiled.fill(values) for values in rows]
        if not filled:
            return 0
        with ERRORS:
            cursor = self._database.obj.cursor()
            cursor.executemany(compiled.sql, filled)
        return int(cursor.rowcount)

    def first(self, *values: Any) -> M | None:
        """The first record, or None."""
        row = self._cursor(values).fetchone()
        return self._compiled().record(row) if row is not None else None

    def all(self, *values: Any) -> list[M]:
        """Every record."""
        compiled = self._compiled()
        return [compiled.record(row) for row in self._cursor(values).fetchall()]

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Every row as the driver gives it: for a few plain columns of many rows."""
        return list(self._cursor(values).fetchall())

    def value(self, *values: Any) -> Any:
        """The first column of the first row, as the driver gives it; None without a row."""
        row = self._cursor(values).fetchone()
        return row[0] if row is not None else None

    def plan(self, *values: Any) -> str:
        """How the database would find it, in its own words."""
        compiled, database = self._compiled(), self._database.obj
        explain = "explain query plan " if isinstance(database, SqliteDatabase) else "explain "
        rows = database.execute_sql(explain + compiled.sql, compiled.fill(values)).fetchall()
        return "; ".join(str(row[-1]).strip() for row in rows)

    def _cursor(self, values: Sequence[Any]) -> Any:
        compiled = self._compiled()
        return self._database.obj.execute_sql(compiled.sql, compiled.fill(values))

    def _compiled(self) -> Compiled:
        kind = type(self._database.obj)
        if kind not in self._known:
            self._known[kind] = self._compile()
        return self._known[kind]

    def _compile(self) -> Compiled:
        query = self._build(*map(Hole, range(self._holes)))
        _tell_columns(query, isinstance(self._database.obj, SqliteDatabase))
        sql, slots = query.sql()
        parts, links = _reading(query) if isinstance(query, ModelSelect) else ((), ())
        return Compiled(sql, tuple(slots), parts, links)


def _tell_columns(query: Any, sqlite: bool) -> None:
    """In what is written, a hole takes its column's form; elsewhere peewee says it while it compiles."""
    written = getattr(query, "_update", None) or getattr(query, "_insert", None) or {}
    for field, hole in written.items():
        if isinstance(hole, Hole):
            # On SQLite JSON is text: peewee would wrap it in a call of json(), which only checks it again.
            hole.convert = json.dumps if sqlite and isinstance(field, JSONField) else field.db_value


def _reading(query: Any) -> tuple[tuple[Part, ...], tuple[tuple[int, str, int], ...]]:
    """How the rows of a select become records, joined ones included."""
    fields = [field for field in query._returning if isinstance(field, Field)]
    if len(fields) != len(query._returning):
        return (), ()
    parts: list[Part] = []
    for at, field in enumerate(fields):
        if not parts or parts[-1].model is not field.model:
            mine = [other for other in fields if other.model is field.model]
            parts.append(_part(field.model, at, mine))
    models = [part.model for part in parts]
    links = [
        (models.index(source), name, models.index(target))
        for source, joined in query._joins.items()
        for target, name, _constructor, _kind in joined
        if target in models
    ]
    return tuple(parts), tuple(links)


def _part(model: type[Model], start: int, fields: list[Field]) -> Part:
    converted = [
        (field.name, start + at, field.python_value)
        for at, field in enumerate(fields)
        if type(field) not in AS_THEY_ARE
    ]
    return Part(model, start, tuple(field.name for field in fields), tuple(converted))

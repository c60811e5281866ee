"""Small facts that processes tell each other: the bot's @name, when something was last done."""

import functools

from peewee import CharField, TextField

from storage.db import Record

BOT_NAME = "telegram.username"


class Fact(Record):
    """A named value."""

    name = CharField(64, unique=True)
    value = TextField()

    PERSONAL = ()


def tell(name: str, value: str) -> None:
    """Set a fact."""
    if not Fact.update(value=value).where(Fact.name == name).execute():
        Fact.insert(name=name, value=value).on_conflict_ignore().execute()
    _cached.cache_clear()


def ask(name: str) -> str:
    """The value, or an empty text; remembered by the process once known."""
    try:
        return _cached(name)
    except KeyError:
        return ""


def fresh(name: str) -> str:
    """The value as it is now, or an empty text: for what other processes change."""
    row = Fact.get_or_none(Fact.name == name)
    return row.value if row else ""


@functools.cache
def _cached(name: str) -> str:
    row = Fact.get_or_none(Fact.name == name)
    if row is None:
        raise KeyError(name)  # an exception is not cached: the next call looks again
    return row.value


def forget() -> None:
    """Look everything up anew (another database was opened)."""
    _cached.cache_clear()

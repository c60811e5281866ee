"""Small facts that processes tell each other: the bot's @name, when something was last done."""

import functools

from peewee import CharField, TextField

from storage.db import Record, constant

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
    return str(VALUE.value(name) or "")


@functools.cache
def _cached(name: str) -> str:
    value = VALUE.value(name)
    if value is None:
        raise KeyError(name)  # an exception is not cached: the next call looks again
    return str(value)


def forget() -> None:
    """Look everything up anew (another database was opened)."""
    _cached.cache_clear()


VALUE = constant(lambda name: Fact.select(Fact.value).where(Fact.name == name))

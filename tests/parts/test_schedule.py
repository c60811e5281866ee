"""Timers that kill, that another worker rings meanwhile, or that find no database (F7, F10)."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from peewee import OperationalError

from handlers.kit import on, say
from handlers.kit.events import Due
from jobs import schedule
from storage import db, settings
from storage.groups import Group
from storage.outbox import DEADLY, DeadLetter, Reminder
from tests.properties.bare import a_group, memory

rung: list[int] = []


def away(_due: Due) -> Iterator[say.Say]:
    """A feature that finds no database."""
    raise OperationalError("database is locked")


def noted(due: Due) -> Iterator[say.Say]:
    """A feature that only notes that its timer rang."""
    rung.append(due.record.id)
    yield say.done()


@pytest.fixture
def timer(valkey: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Reminder]]:
    """Sets a timer that is due, of one of these features."""
    with memory():
        settings.use(dataclasses.replace(settings.current(), redis_url=valkey))
        monkeypatch.setitem(on.load().timers, "xx.noted", (noted, Group))
        monkeypatch.setitem(on.load().timers, "xx.away", (away, Group))
        rung.clear()

        def put(code: str, tries: int = 0) -> Reminder:
            facts = {"code": code, "model": "group", "record": a_group("Les indés", chat=False).id}
            made: Reminder = Reminder.create(**facts, due=db.now() - dt.timedelta(minutes=1), tries=tries)
            return made

        yield put


def state(one: Reminder) -> tuple[str, int]:
    """Whether it rang, and how often that was tried."""
    row = Reminder.get_by_id(one.id)
    return row.state, row.tries


def test_f7_a_timer_that_kills_is_buried_after_the_others_have_rung(timer: Callable[..., Reminder]) -> None:
    deadly, fresh, suspect = timer("xx.noted", DEADLY), timer("xx.noted"), timer("xx.noted", 1)
    assert schedule.ring() == 3
    assert rung == [fresh.record, suspect.record], "what was tried before comes last, and one at a time"
    assert state(deadly) == ("failed", DEADLY)
    assert "killed the worker" in (DeadLetter.get().error or "")


def test_f10_a_timer_that_finds_no_database_stays_set_and_is_no_suspect(timer: Callable[..., Reminder]) -> None:
    one = timer("xx.away")
    with pytest.raises(OperationalError):
        schedule.ring()
    assert state(one) == ("set", 0)


def test_a_timer_that_another_worker_rings_meanwhile_is_not_rung_again(
    timer: Callable[..., Reminder], monkeypatch: pytest.MonkeyPatch
) -> None:
    timer("xx.noted")
    monkeypatch.setattr(Reminder, "begin", lambda _timers: Reminder.update(state="rung").execute())
    assert schedule.ring() == 0 and rung == []

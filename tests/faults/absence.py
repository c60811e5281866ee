"""M7, F25: a thousand posts wait when the service comes back after three days."""

import datetime as dt

from handlers.kit import say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from storage import absences, db
from storage.facts import Fact
from storage.outbox import Post
from storage.people import TELEGRAM
from tests.bench.figures import Table
from tests.stage import stage
from tests.story import Story

PEOPLE, ROWS = 50, 1_000


def come_back(table: Table) -> None:
    """Half of it is stale by then; what is not must reach whoever can be reached."""
    with stage("mixed") as story:
        story.organizer("Camille")
        for n in range(PEOPLE):
            story.member(f"Nom{n}")
        story.settle()
        before = [len(one.said()) for one in story.actors]
        _wait(story)
        away(story, dt.timedelta(days=3))
        first = [len(one.said()) - then for one, then in zip(story.actors, before, strict=True)]
        stale = sum(one.count("trop tard") - one.count("arrivaient trop tard") for one in story.actors)
        story.later(minutes=11)
        missing = sum(_missing(story, n) for n in range(ROWS) if n % 2)
        account = story.actors[0].count("J'étais absent")
    table.below(f"M7 {ROWS:,} posts after three days: messages to one member in ten minutes, at most", max(first), 1)
    table.below("M7 stale ones said", stale, 0)
    table.below("M7 valid ones not said to who can be reached", missing, 0)
    table.at_least("M7 accounts to the organizer", account, 1)


def away(story: Story, gone: dt.timedelta) -> None:
    """So long nothing runs; then the worker is back, and ten minutes have not passed."""
    Fact.delete().where(Fact.name == absences.ALIVE).execute()
    Fact.create(name=absences.ALIVE, value=(db.real_now() - gone).isoformat())
    absences.forget()
    db.shift_clock((db.now() + gone - db.real_now()).total_seconds())
    story.settle()


def _wait(story: Story) -> None:
    """Every second post is still of use in three days; the others are not."""
    moment = db.now()
    with db.transaction():
        for n in range(ROWS):
            words, days = (f"utile {n}.", 9) if n % 2 else (f"trop tard {n}.", 1)
            who = story.actors[1 + (n // 2) % PEOPLE]
            until = moment + dt.timedelta(days=days)
            Turn().carry_out([say.tell(who.person, _("{words}", words=words), group=story.home(), until=until)])


def _missing(story: Story, n: int) -> bool:
    who = story.actors[1 + (n // 2) % PEOPLE]
    if who.platform != TELEGRAM:  # the window has closed: it waits there, and a template has asked to open it
        return not Post.select().where(Post.address == who.address, Post.waits == "window").exists()
    return not who.count(f"utile {n}.")

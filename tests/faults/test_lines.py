"""Faults that need no process of their own: clocks that jump, parts that fail, a sink that is closed (F23 to F45)."""

import datetime as dt
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from handlers.kit import inbox, say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from jobs import makers
from storage import db, outbox
from storage.outbox import DEADLY, DIED, Card, Post, Reminder
from storage.settings import HERE
from tests.story import Actor, Story

on_telegram = pytest.mark.parametrize("platform", ["telegram"], indirect=True)
on_whatsapp = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)


def put(story: Story, who: Actor, words: str, **how: object) -> Post:
    """A post that waits."""
    with db.transaction():
        Turn().carry_out([say.tell(who.person, _("{words}", words=words), group=story.home(), **how)])
    row: Post = Post.select().order_by(Post.id.desc()).get()
    return row


def left_by_a_dead_worker(post: Post) -> None:
    """Its call had begun when the worker died."""
    begun = {"state": "sending", "lease": "dead", "leased_until": db.real_now() - dt.timedelta(seconds=1)}
    Post.update(**begun).where(Post.id == post.id).execute()


@on_telegram
def test_f05_an_edit_cut_short_is_made_again_and_a_message_is_not(story: Story) -> None:
    lea = story.member("Léa")
    put(story, lea, "un", key="carte")
    story.settle()
    edit, message = put(story, lea, "deux", key="carte"), put(story, lea, "bonjour")
    for post in (edit, message):
        left_by_a_dead_worker(post)

    with db.transaction():
        ended = outbox.recover()
    story.settle()

    assert [post.id for post in ended] == [message.id]
    assert lea.said() == ["deux"]
    assert Card.at(edit.chat, "carte")


@on_telegram
def test_f07_an_errand_that_kills_every_worker_is_given_up(story: Story) -> None:
    story.member("Léa")
    post = Post.create(platform="telegram", chat="-100", kind="revoke_link", payload={"link": "x"})
    for _death in range(DEADLY):
        left_by_a_dead_worker(post)
        outbox.recover()

    post = Post.get_by_id(post.id)
    assert post.state == "dead" and DIED in str(post.reason)


@on_telegram
def test_f07_a_timer_that_kills_every_worker_is_given_up(story: Story) -> None:
    group = story.home()
    Reminder.put("re.over", "Group", group.id, db.now())
    timer = Reminder.get(Reminder.record == group.id, Reminder.code == "re.over")
    for _death in range(DEADLY):
        Reminder.begin([timer])

    assert inbox.give_up(Reminder.get_by_id(timer.id))
    assert Reminder.get_by_id(timer.id).state == "failed"
    assert not inbox.give_up(timer)


@on_telegram
def test_f13_a_message_waits_for_a_locked_database_and_is_answered(story: Story) -> None:
    lea = story.member("Léa")
    path = str(db.real.database)
    link = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    link.execute("begin exclusive")
    threading.Timer(0.4, lambda: link.execute("rollback")).start()

    assert lea.says("aide", settle=False) == 200
    story.settle()

    assert lea.count() == 1


@on_telegram
@pytest.mark.parametrize("hours", [-1, 1])
def test_f23_a_clock_that_jumps_rings_nothing_twice(story: Story, hours: int) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    camille.says("/dates jeudi 5 mars 19h, vendredi 6 mars 19h")
    put(story, lea, "bonjour", at=db.now() + dt.timedelta(minutes=5))
    story.later(minutes=10)
    rung = Reminder.select().where(Reminder.state == "rung").count()
    db.shift_clock((db.now() - db.real_now()).total_seconds() + 3600 * hours)
    story.settle()
    if hours < 0:
        assert Reminder.select().where(Reminder.state == "rung").count() == rung
    story.later(hours=2)

    assert lea.count("bonjour") == 1


def test_f28_a_migration_only_adds_so_that_the_version_before_goes_on_meanwhile() -> None:
    for path in sorted((HERE / "storage" / "migrations").glob("0*.py")):
        up = path.read_text().split("def down(")[0]
        taken = [word for word in ("drop_column", "drop_table", "rename_", "drop_not_null") if word in up]
        assert not taken, f"{path.name}: {taken}"


@on_telegram
def test_f32_a_slow_picture_holds_nobody_else_up(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    poster = makers.MAKERS["poster"]

    def slow(record: int, language: str) -> tuple[bytes, str, str]:
        time.sleep(0.5)
        return poster(record, language)

    monkeypatch.setitem(makers.MAKERS, "poster", slow)
    picture = put(story, camille, "L'affiche", picture=("poster", story.home().id))
    words = put(story, lea, "bonjour")
    story.settle()

    picture, words = Post.get_by_id(picture.id), Post.get_by_id(words.id)
    assert picture.state == words.state == "sent"
    assert words.sent_at < picture.sent_at


@on_whatsapp
def test_f33_one_bad_number_does_not_stop_a_post_to_many(story: Story) -> None:
    people = [story.member(f"Nom{n}") for n in range(8)]
    story.emu.fault(method="Messages", kind="400:63024", times=1, chat=f"whatsapp:{people[2].id}")
    with db.transaction():
        Turn().carry_out([say.post(story.home(), _("{n} heures", n=19))])
    story.settle()

    assert [one.count("19 heures") for one in people] == [1, 1, 0, 1, 1, 1, 1, 1]
    assert Post.select().where(Post.state == "dead").count() == 1


@on_telegram
def test_f34_a_part_that_fails_for_good_is_told_and_the_rest_still_goes(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    story.emu.fault(method="sendMessage", kind="slow", times=2, seconds=0, chat=lea.id)
    story.emu.fault(method="sendMessage", kind="400:Bad Request: nobody has seen this", times=1, chat=lea.id)
    put(story, lea, "\n".join(f"ligne {n} {'x' * 90}" for n in range(200)))
    story.settle()

    ends = [row.state for row in Post.select().where(Post.chat == lea.id).order_by(Post.id)]
    assert ends[2] == "dead" and set(ends[:2] + ends[3:]) == {"sent"}
    camille.hears("Léa")


def test_f45_a_closed_log_stops_nothing() -> None:
    code = (
        "import os, structlog; from jobs import logs; logs.configure(); os.close(1); os.close(2); "
        "[structlog.get_logger().warning('a line', n=n) for n in range(3)]; os._exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(HERE), check=False).returncode == 7

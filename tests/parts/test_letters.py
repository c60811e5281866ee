"""The operator's commands for what did not arrive or was not understood, and for alarms (F7, F30, F31, F47)."""

import datetime as dt
from typing import Any

import pytest

from handlers.kit import router
from handlers.kit.events import Incoming
from jobs import alerts, letters
from jobs.__main__ import main
from storage import alarms, db, settings
from storage.outbox import DeadLetter, Post
from tests.story import Story

Said = pytest.CaptureFixture[str]


def dead(state: str = "dead", **facts: Any) -> Post:
    payload = {"text": "secret words"}
    row: Post = Post.create(platform="telegram", chat="70012345", payload=payload, state=state, reason="403", **facts)
    return row


def told(said: Said, *words: str) -> tuple[int, str]:
    """Run the command; its status and what it printed."""
    said.readouterr()
    status = letters.run(list(words))
    return status, said.readouterr().out


def test_an_empty_list_says_so(service: Any, capsys: Said) -> None:
    assert told(capsys) == (0, "nothing: everything arrived, everything was understood\n")


def test_a_post_is_shown_with_its_reason_and_its_words_only_when_asked_for(service: Any, capsys: Said) -> None:
    """S8, R8."""
    row = dead(attempts=3)
    assert f"post {row.id} dead telegram text" in told(capsys)[1]
    status, out = told(capsys, "show", str(row.id))
    assert status == 0 and "403" in out and "tried 3 times" in out and "…345" in out
    assert "secret" not in out and "70012345" not in out
    assert [line.split()[0] for line in out.splitlines()] == ["post", "what", "group", "to", "made", "reason"]
    assert "secret words" in told(capsys, "show", str(row.id), "words")[1]
    assert told(capsys, "show", "999")[0] == told(capsys, "show", "event", "999")[0] == 1


def test_a_post_is_sent_again_once(service: Any, capsys: Said) -> None:
    row = dead()
    assert told(capsys, "again", str(row.id)) == (0, "1 queued again\n")
    assert Post.get_by_id(row.id).state == "pending"
    assert told(capsys, "again", str(row.id))[0] == 1


def test_all_that_are_dead_are_sent_again_but_what_may_have_arrived_is_not(service: Any, capsys: Said) -> None:
    """F5: an uncertain post is sent again by its number alone."""
    rows, unsure = [dead(), dead()], dead("uncertain")
    assert told(capsys, "again", "all") == (0, "2 queued again\n")
    assert {Post.get_by_id(row.id).state for row in rows} == {"pending"}
    assert Post.get_by_id(unsure.id).state == "uncertain"
    assert told(capsys, "again", str(unsure.id))[0] == 0


@pytest.mark.parametrize(
    ("state", "facts", "dropped"),
    [
        ("dead", {}, True),
        ("uncertain", {}, True),
        ("pending", {}, True),
        ("pending", {"lease": "x", "leased_until": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)}, False),
        ("sending", {"lease": "x"}, False),
        ("sent", {}, False),
        ("dropped", {}, False),
    ],
)
def test_only_what_is_not_under_way_nor_arrived_is_dropped(
    service: Any, capsys: Said, state: str, facts: dict[str, Any], dropped: bool
) -> None:
    row = dead(state, **facts)
    assert told(capsys, "drop", str(row.id))[0] == int(not dropped)
    now_ = Post.get_by_id(row.id)
    assert now_.state == ("dropped" if dropped else state)
    why = str(now_.reason)
    assert why.startswith("403") and ("by an operator" in why) == dropped


def test_dropping_all_leaves_what_still_goes_out(service: Any, capsys: Said) -> None:
    dead(), dead("uncertain")
    waiting = dead("pending")
    assert told(capsys, "drop", "all") == (0, "2 dropped\n")
    assert Post.get_by_id(waiting.id).state == "pending"


def test_a_wrong_word_shows_the_usage(service: Any, capsys: Said) -> None:
    status, out = told(capsys, "burn", "3")
    assert status == 2 and "letters show ID" in out


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_an_event_that_a_bug_stopped_is_shown_replayed_after_the_mending_and_once_only(
    story: Story, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """F30, F31: kept with its trace, replayable, and its words are nobody's business."""
    lea, answer = story.member("Léa"), router.answer

    def broken(_event: Incoming) -> Any:
        raise KeyError("aide au secours")

    monkeypatch.setattr(router, "answer", broken)
    lea.says("aide")
    event = DeadLetter.get()
    status, out = told(capsys)
    assert status == 0 and f"event {event.id} telegram" in out and "KeyError at parts/test_letters.py" in out
    status, out = told(capsys, "show", "event", str(event.id))
    assert status == 0 and "it can be replayed" in out and "secours" not in out
    assert "aide" in told(capsys, "show", "event", str(event.id), "words")[1]

    status, out = told(capsys, "replay", str(event.id))
    assert status == 1 and "still stops: KeyError" in out
    monkeypatch.setattr(router, "answer", answer)
    before = lea.count()
    assert told(capsys, "replay", "all")[0] == 0
    story.settle()
    assert lea.count() == before + 1
    assert told(capsys, "replay", str(event.id))[0] == 1
    assert "nothing" in told(capsys)[1]


def test_what_could_not_be_read_is_dropped_by_hand(service: Any, capsys: Said) -> None:
    event = DeadLetter.create(platform="telegram", body="{", error="ValueError: secret words")
    assert "secret" not in told(capsys)[1]
    assert "could not be read" in told(capsys, "show", "event", str(event.id))[1]
    assert told(capsys, "replay", str(event.id))[0] == 1
    assert told(capsys, "drop", "event", str(event.id)) == (0, "1 dropped\n")
    assert told(capsys, "drop", "event", str(event.id))[0] == 1


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_the_alerts_command_says_who_hears_and_what_is_wrong(story: Story) -> None:
    said: list[str] = []
    story.emu.world.webhook.clear()
    assert alerts.run([], said.append) == 0
    assert "nobody" in said[0] and said[1] == "nothing is wrong"

    assert alerts.run(["here"], said.append) == 0
    words = said[-1].partition("/")[2]
    nora = story.stranger("Nora")
    nora.says("bonjour")
    nora.says(f"/{words}")
    nora.hears("quelque chose ne va pas")
    Post.create(platform="telegram", chat="1", payload={}, state="sending", due=db.now() - dt.timedelta(hours=1))
    assert alerts.run(["look"], said.append) == 1
    assert any(line.startswith("delivery since") and line.endswith(": 60") for line in said)
    assert f"told to: telegram …{nora.id[-3:]}" in said
    assert nora.id not in "".join(said)
    alarms.end("delivery")
    assert alerts.run(["off"], said.append) == 0
    assert alarms.operator() is None and said[-1] == "nobody hears of trouble any more"
    assert alerts.run(["off"], said.append) == 0 and said[-1] == "nobody heard of trouble before"
    assert alerts.run(["loud"], said.append) == 2


def test_the_commands_are_reached_by_python_m_jobs(
    service: Any, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "connect", lambda _url: db.real.obj)
    settings.use(settings.current())
    assert main(["letters"]) == 0
    assert main(["alerts"]) == 0
    assert main(["letters", "nonsense"]) == 2
    assert "python -m jobs letters" in capsys.readouterr().out

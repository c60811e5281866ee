"""The operators hear once of each cause of trouble, and once that it is over (F46, F47)."""

import dataclasses
import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest

from handlers.kit import router
from handlers.kit.events import Incoming
from jobs import catch_up, setup, watch
from storage import alarms, db, facts, migrate, outbox, settings, vitals
from storage.outbox import DeadLetter, Post
from storage.people import TELEGRAM, WHATSAPP
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def operator(story: Story, on: str = TELEGRAM) -> Actor:
    """Whoever runs the service, after `python -m jobs alerts here`."""
    nora = story.stranger("Nora", on)
    nora.says(f"/operateur {alarms.invite()}")
    nora.hears("quelque chose ne va pas dans le service")
    return nora


def looks(story: Story) -> None:
    """The watch of every five minutes."""
    watch.run()
    story.settle()


def stuck(story: Story, minutes: float = 6) -> Post:
    """A post to somebody else that has been due for so long and is in a worker's hands."""
    due = db.now() - dt.timedelta(minutes=minutes)
    held = {"state": "sending", "leased_until": db.real_now() + dt.timedelta(hours=1)}
    row: Post = Post.create(platform="telegram", chat="1", payload={"text": "x"}, due=due, **held)
    return row


def test_the_word_works_once_for_whoever_has_it(story: Story) -> None:
    """S24: a fresh word, one use, an hour; kept as a hash."""
    nora, zoe = story.stranger("Nora"), story.stranger("Zoé")
    word = alarms.invite()
    assert word not in facts.fresh(alarms.CODE)
    zoe.says("/operator 0123456789")
    zoe.hears("un mot tout frais")
    nora.says(f"/operator {word}")
    zoe.says(f"/operateur {word}")
    zoe.never_hears("Désormais")
    found = alarms.operator()
    assert found is not None and found.address == nora.id


def test_a_word_is_stale_after_an_hour(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "LIFE", dt.timedelta(seconds=-1))
    nora = story.stranger("Nora")
    nora.says(f"/operator {alarms.invite()}")
    nora.hears("un mot tout frais")
    assert alarms.operator() is None


@pytest.mark.parametrize("where", [TELEGRAM, WHATSAPP])
def test_f47_a_queue_that_grows_is_told_once_and_once_when_it_is_over(story: Story, where: str) -> None:
    nora = operator(story, where)
    rows = [stuck(story, minutes) for minutes in (6, 7, 8)]
    for _look in range(3):
        looks(story)
    assert nora.count("plus de cinq minutes") == 1

    Post.update(state="dropped").where(Post.id.in_([row.id for row in rows])).execute()
    for _look in range(3):
        looks(story)
    assert nora.count("Les messages partent à nouveau") == 1
    assert alarms.standing() == {}
    stuck(story)
    looks(story)
    assert nora.count("plus de cinq minutes") == 2


def test_f47_the_alarm_about_a_queue_does_not_stand_in_it(story: Story) -> None:
    nora, lea = operator(story), story.member("Léa", TELEGRAM)
    due = db.now() - dt.timedelta(minutes=6)
    facts_ = {"platform": TELEGRAM, "chat": lea.id, "payload": {"text": "x"}, "due": due, "address": lea.address}
    Post.insert_many([facts_ for _row in range(150)]).execute()
    watch.run()
    _lease, rows = outbox.claim(5)
    assert (rows[0].chat, str(rows[0].key).startswith("alarm:delivery")) == (nora.id, True)
    outbox.release(rows)
    Post.update(state="dropped").where(Post.chat == lea.id).execute()


def test_a_queue_that_is_nearly_empty_again_is_not_over_yet(story: Story) -> None:
    nora = operator(story)
    row = stuck(story)
    looks(story)
    Post.update(due=db.now() - dt.timedelta(minutes=2)).where(Post.id == row.id).execute()
    looks(story)
    nora.never_hears("partent à nouveau")


def test_f46_posts_tried_in_vain_count_though_their_next_try_is_to_come(story: Story) -> None:
    made = db.now() - dt.timedelta(hours=1)
    facts_ = {"platform": "telegram", "chat": "1", "payload": {"text": "x"}, "created_at": made}
    row = Post.create(**facts_, attempts=3, due=db.now() + dt.timedelta(seconds=8))
    assert vitals.oldest() < 60
    Post.update(attempts=9, due=db.now() + dt.timedelta(seconds=200)).where(Post.id == row.id).execute()
    assert vitals.oldest() > 300
    Post.update(kind="approve").where(Post.id == row.id).execute()
    assert vitals.oldest() == 0


def test_a_missing_migration_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    nora = operator(story)
    monkeypatch.setattr(migrate, "missing", lambda: ["0009_next"])
    looks(story)
    nora.hears("Il manque une migration")


def test_many_dead_posts_are_one_word(story: Story) -> None:
    nora = operator(story)
    for _post in range(watch.DEATHS + 3):
        Post.create(platform="telegram", chat="1", payload={"text": "x"}, state="dead", reason="403")
    looks(story)
    looks(story)
    assert nora.count("n'ont pas pu être remis") == 1
    story.later(hours=2)
    looks(story)
    nora.hears("Les messages arrivent à nouveau")


def test_a_bug_is_told_once_a_kind_and_never_with_somebodys_words(story: Story) -> None:
    """S8."""
    nora = operator(story)
    for _event in range(3):
        DeadLetter.create(platform="telegram", body="secret words", error="Traceback\nKeyError: 'secret words'")
    DeadLetter.create(platform="whatsapp", body="{", error="json.decoder.JSONDecodeError: secret words")
    looks(story)
    looks(story)
    assert nora.count("m'a fait trébucher") == 2
    nora.never_hears("secret")
    assert set(alarms.standing()) == {"letters.KeyError", "letters.JSONDecodeError"}
    DeadLetter.update(state="dropped").execute()
    looks(story)
    assert nora.count("est réglé") == 2


def test_nobody_is_told_when_nobody_wanted_to_hear(story: Story) -> None:
    set_up(story)
    stuck(story)
    before = Post.select().count()
    looks(story)
    assert Post.select().count() == before
    assert list(alarms.standing()) == ["delivery"]
    nora = operator(story)
    nora.hears("plus de cinq minutes")


# ------------------------------------------------------------------ the messengers


def told_by_telegram(story: Story, **said: Any) -> None:
    """What getWebhookInfo says from now on."""
    story.emu.world.webhook.update(said)


def set_up(story: Story) -> dict[str, Any]:
    """The webhook as `setup` leaves it."""
    story.emu.world.webhook.clear()
    story.emu.world.webhook.update(watch.wanted())
    return dict(story.emu.world.webhook)


def calls(story: Story, method: str) -> int:
    return sum(call.method == method for call in story.emu.calls)


def test_a_good_webhook_is_left_alone(story: Story) -> None:
    set_up(story)
    before = calls(story, "setWebhook")
    looks(story)
    assert (calls(story, "setWebhook"), alarms.standing()) == (before, {})
    assert facts.fresh(watch.PENDING) == "0"


@pytest.mark.parametrize("lost", ["gone", "fewer updates", "another secret"])
def test_a_lost_webhook_is_set_again_and_told(story: Story, lost: str) -> None:
    """F17, S6: never with drop_pending_updates."""
    good, world = set_up(story), story.emu.world
    if lost == "gone":
        world.webhook.clear()
    elif lost == "fewer updates":
        world.webhook["allowed_updates"] = ["message"]
    else:
        world.hook_fault = failing("Wrong response from the webhook: 403 FORBIDDEN")
    nora = operator(story)
    looks(story)
    assert world.webhook == good
    nora.hears("Je le lui ai redit")
    world.hook_fault = {}
    looks(story)
    nora.hears("Telegram sait où")
    assert not any("drop_pending_updates" in call.params for call in story.emu.calls if call.method == "setWebhook")


def test_a_webhook_that_somebody_else_has_is_not_taken_back(story: Story) -> None:
    set_up(story)
    nora = operator(story)
    told_by_telegram(story, url="https://elsewhere.example.org/webhook/telegram")
    before = calls(story, "setWebhook")
    looks(story)
    looks(story)
    assert calls(story, "setWebhook") == before
    assert nora.count("à une autre adresse") == 1


def failing(message: str, ago: float = 60) -> dict[str, Any]:
    return {"last_error_date": int(time.time() - ago), "last_error_message": message, "pending_update_count": 3}


def test_updates_that_wait_at_telegram_are_told_with_its_words(story: Story) -> None:
    set_up(story)
    nora = operator(story)
    story.emu.world.hook_fault = failing("Read timeout expired")
    looks(story)
    nora.hears("Read timeout expired")
    assert (facts.fresh(watch.PENDING), int(facts.fresh(watch.LAST_ERROR)) > 0) == ("3", True)
    story.emu.world.hook_fault = failing("Read timeout expired", ago=3600)
    looks(story)
    nora.hears("me remet à nouveau")


@pytest.mark.parametrize("kind", ["500", "drop", "502html", "429"])
def test_a_telegram_that_does_not_answer_changes_nothing(story: Story, kind: str) -> None:
    set_up(story)
    story.emu.world.hook_fault = failing("Connection refused")
    looks(story)
    assert list(alarms.standing()) == ["telegram.webhook"]
    story.emu.world.hook_fault = {}
    story.emu.fault("getWebhookInfo", kind)
    looks(story)
    assert list(alarms.standing()) == ["telegram.webhook"]
    looks(story)
    assert alarms.standing() == {}


def test_a_token_that_is_no_longer_good_is_told_on_the_other_messenger(story: Story) -> None:
    set_up(story)
    nora = operator(story, WHATSAPP)
    good = settings.current()
    settings.use(dataclasses.replace(good, telegram_token="999:wrongwrongwrong"))
    watch.run()
    settings.use(good)
    story.settle()
    nora.hears("Telegram n'accepte plus le jeton")


def test_before_setup_nothing_is_lost(story: Story) -> None:
    facts.Fact.delete().where(facts.Fact.name == facts.BOT_NAME).execute()
    story.emu.world.webhook.clear()
    looks(story)
    assert (story.emu.world.webhook, alarms.standing()) == ({}, {})


def test_words_that_only_the_catch_up_brought_are_told_and_a_refusal_too(story: Story) -> None:
    """F42."""
    set_up(story)
    nora = operator(story)
    catch_up.run()
    facts.tell(catch_up.FETCHED, "4")
    looks(story)
    nora.hears("jamais arrivés d'eux-mêmes : 4")
    story.emu.fault("Messages.list", "401")
    catch_up.run()
    looks(story)
    nora.hears("Twilio refuse le compte")
    catch_up.run()
    looks(story)
    nora.hears("Twilio accepte le compte")
    nora.hears("arrivent à nouveau d'eux-mêmes")


def test_the_webhook_asked_for_is_what_setup_asks_for(story: Story) -> None:
    assert setup.run(lambda _line: None)
    assert {name: story.emu.world.webhook[name] for name in watch.wanted()} == watch.wanted()


def broken(_event: Incoming) -> Any:
    raise KeyError("x")


def test_an_event_stopped_by_a_bug_reaches_the_operator(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """F31, from the webhook to the alarm."""
    set_up(story)
    nora, lea = operator(story), story.member("Léa")
    answer: Callable[..., Any] = router.answer
    monkeypatch.setattr(router, "answer", broken)
    lea.says("aide")
    monkeypatch.setattr(router, "answer", answer)
    looks(story)
    nora.hears("m'a fait trébucher")

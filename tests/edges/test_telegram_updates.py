"""Recorded Telegram updates, forged requests and what the webhook makes of them (S1, S19, F20, F30)."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from handlers.kit import telegram as reader
from jobs.letters import run as letters
from storage import settings
from storage.outbox import DeadLetter, Post, Seen
from storage.people import Person
from tests.conftest import SECRET
from tests.story import Story
from webhook import create_app
from webhook.playground.server import Emulators

FOLDER = Path(__file__).parent / "fixtures" / "telegram"
UPDATES = sorted(path for path in FOLDER.glob("[0-9]*.json"))
BOT = "7000000001"
Service = tuple[Emulators, Any, settings.Settings]


def post(url: str, body: bytes, **headers: str) -> int:
    """One request to the webhook; its status."""
    request = urllib.request.Request(f"{url}/webhook/telegram", body, {"Content-Type": "application/json"})
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def send(url: str, body: bytes) -> int:
    """The same with the right secret."""
    return post(url, body, X_Telegram_Bot_Api_Secret_Token=SECRET)


def test_m3_m5_every_recorded_update_is_answered_200_and_again(service: Service) -> None:
    """M3: 100 % 2xx; delivered three times, one effect (M5)."""
    url = service[1].url
    for path in UPDATES:
        assert send(url, path.read_bytes()) == 200, path.name
    posts, people = Post.select().count(), Person.select().count()
    for path in UPDATES * 2:
        assert send(url, path.read_bytes()) == 200, path.name
    assert (Post.select().count(), Person.select().count()) == (posts, people)
    assert not DeadLetter.select().where(DeadLetter.key.is_null(False)).count(), "a feature raised"


def test_m3_every_recorded_press_is_answered_at_once(service: Service) -> None:
    """M3: as the webhook's own answer, forged and old buttons too; but inline messages, which are not ours."""
    client = create_app(check=False).test_client()
    presses = [path for path in UPDATES if "message" in json.loads(path.read_text()).get("callback_query", {})]
    for path in presses:
        body = path.read_bytes()
        answer = client.post("/webhook/telegram", data=body, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET})
        said = answer.get_json()
        assert said["method"] == "answerCallbackQuery", path.name
        assert said["callback_query_id"] == json.loads(body)["callback_query"]["id"], path.name
    assert len(presses) >= 5


@pytest.mark.parametrize("path", UPDATES, ids=lambda path: path.stem)
def test_f39_reading_never_takes_a_bot_or_channel_for_a_person(path: Path) -> None:
    """F39."""
    event = reader.read(json.loads(path.read_text()), BOT)
    if event is not None and event.sender is not None:
        assert event.sender.address not in ("1087968824", "136817688", "777000", BOT)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("01_message_private_start_deeplink", "text"),
        ("25_message_voice", "media"),
        ("36_service_migrate_to_chat_id", "migrated"),
        ("37_service_migrate_from_chat_id", "migrated"),
        ("38_message_anonymous_admin", "anonymous"),
        ("45_edited_message_private", "edited"),
        ("48_callback_query_supergroup_vote", "tap"),
        ("57_my_chat_member_added_to_group", "bot_added"),
        ("58_my_chat_member_promoted", "bot_rights"),
        ("60_my_chat_member_kicked_from_group", "bot_removed"),
        ("61_my_chat_member_blocked_by_user", "blocked"),
        ("63_chat_member_joined_by_invite_link", "joined"),
        ("65_chat_member_left", "left"),
        ("66_chat_member_banned", "left"),
        ("69_chat_join_request_full", "join_request"),
    ],
)
def test_what_an_update_is(name: str, kind: str) -> None:
    event = reader.read(json.loads((FOLDER / f"{name}.json").read_text()), BOT)
    assert event is not None and event.kind == kind


@pytest.mark.parametrize(
    "name",
    [
        "39_message_sender_chat_channel",
        "40_message_automatic_forward",
        "42_message_from_other_bot",
        "43_message_via_bot",
        "47_channel_post",
        "67_chat_member_restricted",
        "68_chat_member_restricted_missing_fields",
        "80_future_unknown_update_type",
        "81_future_chat_type_unknown",
    ],
)
def test_what_is_none_of_our_business(name: str) -> None:
    assert reader.read(json.loads((FOLDER / f"{name}.json").read_text()), BOT) is None


def test_other_bots_commands_and_chatter_are_not_addressed_to_us() -> None:
    for name in ("11_message_group_command_for_other_bot", "16_message_forum_topic", "30_message_user_poll"):
        event = reader.read(json.loads((FOLDER / f"{name}.json").read_text()), BOT)
        assert event is None or not event.addressed, name


@pytest.mark.parametrize(
    "secret", ["", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "é" * 10, f"{SECRET},{SECRET}"]
)
def test_s1_a_wrong_secret_is_refused_and_leaves_nothing(service: Service, secret: str) -> None:
    headers = {"X_Telegram_Bot_Api_Secret_Token": secret.encode().decode("latin-1")} if secret else {}
    assert post(service[1].url, UPDATES[0].read_bytes(), **headers) == 403
    assert not Seen.select().count() and not DeadLetter.select().count()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"update_id": "x"}',
        b'{"update_id": 1, "message": {}}',
        b'{"update_id": 2, "message": {"chat": {"id": "a", "type": "private"}}}',
        b'{"update_id": 3, "callback_query": {"id": 1, "message": {"chat": {}}}}',
        b"[" * 3000,
        b'{"update_id": 4, "message": {"chat": {"id": 1, "type": "private"}, "from": {"id": true}, "text": 5}}',
    ],
)
def test_the_unreadable_is_kept_and_answered_200(service: Service, body: bytes) -> None:
    """Anything but 200 would block that chat for hours (Bot API: webhooks)."""
    assert send(service[1].url, body) == 200


def test_a_huge_body_is_refused(service: Service) -> None:
    assert send(service[1].url, b'{"update_id": 1, "x": "' + b"x" * 400_000 + b'"}') == 413


def test_m5_fifty_deliveries_at_once_have_one_effect(service: Service) -> None:
    """M5: the same update by 50 threads."""
    body = UPDATES[0].read_bytes()
    statuses = service[0].concurrently(*[lambda: send(service[1].url, body) for _n in range(50)])
    assert set(statuses) == {200}
    assert Seen.select().count() == 1


def test_a_crash_in_a_feature_says_sorry_once_and_keeps_the_event(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F31: everything rolls back, the event is kept with its trace, the webhook answers 200."""
    from handlers.kit import on

    story = Story(service[0], "telegram", service[2])
    zoe = story.stranger("Zoé")

    def broken(_msg: object) -> Any:
        raise RuntimeError("broken on purpose")

    on.load()
    monkeypatch.setattr(on.registry.commands["aide"], "function", broken)
    assert zoe.says("aide") == 200
    service[0].deliver_again(times=2)
    story.settle()

    assert zoe.count("Quelque chose a mal tourné") == 1
    letter = DeadLetter.get()
    assert "broken on purpose" in str(letter.error)
    monkeypatch.undo()
    assert letters(["replay", str(letter.id)]) == 0
    story.settle()
    zoe.hears("où en suis-je")


def test_f30_an_event_is_kept_and_answered_200_when_the_apology_fails_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F30: anything but 200 would block that chat for a day; the next message is answered as ever."""
    from handlers.kit import inbox, on

    story = Story(service[0], "telegram", service[2])
    zoe = story.stranger("Zoé")

    def broken(*_given: object) -> Any:
        raise RuntimeError("broken on purpose")

    on.load()
    monkeypatch.setattr(on.registry.commands["aide"], "function", broken)
    monkeypatch.setattr(inbox, "meet", broken)  # whom to say sorry to can't be found out
    assert zoe.says("aide") == 200
    assert zoe.count() == 0 and DeadLetter.get().state == "kept"
    assert service[0].deliver_again() == 200 and DeadLetter.select().count() == 1

    monkeypatch.undo()
    zoe.says("aide")
    zoe.hears("où en suis-je")
    assert letters(["replay", str(DeadLetter.get().id)]) == 0


def test_an_unreadable_letter_cannot_be_replayed(service: Service) -> None:
    letter = DeadLetter.create(platform="telegram", body="{", error="ValueError")
    assert letters(["replay", str(letter.id)]) == 1


def test_a_topic_is_answered_in_its_topic_and_a_reply_thread_is_not(service: Service) -> None:
    for name, thread in (("16_message_forum_topic", True), ("20_message_supergroup_reply_thread_nonforum", False)):
        event = reader.read(json.loads((FOLDER / f"{name}.json").read_text()), BOT)
        assert event is not None and bool(event.facts["thread"]) == thread

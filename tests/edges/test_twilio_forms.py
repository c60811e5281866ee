"""Recorded Twilio forms, their signatures, forgeries and receipts (S2, S4, S5, F41, F43)."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from handlers.kit import whatsapp as reader
from storage import db, settings
from storage.groups import MEMBER, ORGANIZER, Group, Membership
from storage.outbox import DeadLetter, Post, Question, Seen
from storage.people import Address, Person, find_address, meet
from webhook import create_app

FOLDER = Path(__file__).parent / "fixtures" / "twilio"
SIGNED: dict[str, Any] = json.loads((FOLDER / "signatures.json").read_text())
FORMS = sorted(path for path in FOLDER.glob("[0-9]*.json"))
ACCOUNT = "AC00000000000000000000000000000001"


@pytest.fixture
def client(service: tuple[Any, Any, settings.Settings]) -> Iterator[FlaskClient]:
    """The web app as the recorded signatures knew it."""
    settings.use(
        dataclasses.replace(
            settings.current(),
            twilio_token=SIGNED["auth_token"],
            twilio_account=ACCOUNT,
            public_url="https://noyau.example.org",
        )
    )
    yield create_app(check=False).test_client()


def deliver(client: FlaskClient, path: Path, **changes: str) -> int:
    """Post a recorded form with its recorded signature."""
    known = SIGNED["signatures"][path.name]
    address = known["url"].removeprefix("https://noyau.example.org")
    form = json.loads(path.read_text()) | changes
    return client.post(address, data=form, headers={"X-Twilio-Signature": known["hmac_sha1"]}).status_code


def test_m3_m5_every_recorded_form_is_believed_and_has_one_effect(client: FlaskClient) -> None:
    """M3: 100 % 2xx; delivered three times, one effect (M5)."""
    for path in FORMS:
        assert deliver(client, path) in (200, 204), path.name
    counts = Post.select().count(), Person.select().count(), Seen.select().count()
    for path in FORMS * 2:
        assert deliver(client, path) in (200, 204), path.name
    assert (Post.select().count(), Person.select().count(), Seen.select().count()) == counts
    assert not DeadLetter.select().count()


@pytest.mark.parametrize("path", FORMS[:3], ids=lambda path: path.stem)
def test_s2_a_changed_form_is_refused(client: FlaskClient, path: Path) -> None:
    assert deliver(client, path, Body="autre chose") == 403
    assert deliver(client, path, More="x") == 403
    assert deliver(client, path, From="whatsapp:+33600000000") == 403
    assert not Seen.select().count()


@pytest.mark.parametrize("signature", ["", "x", "é", "AAAA" * 7, None])
def test_s2_a_wrong_signature_is_refused(client: FlaskClient, signature: str | None) -> None:
    form = json.loads(FORMS[0].read_text())
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    assert client.post("/webhook/whatsapp", data=form, headers=headers).status_code == 403
    assert client.post("/webhook/whatsapp/status", data=form, headers=headers).status_code == 403


def test_s5_only_our_own_address_counts(client: FlaskClient) -> None:
    """S5: what the request claims about its host changes nothing."""
    form = json.loads(FORMS[0].read_text())
    good = SIGNED["signatures"][FORMS[0].name]["hmac_sha1"]
    headers = {"X-Twilio-Signature": good, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    assert client.post("/webhook/whatsapp", data=form, headers=headers).status_code == 200


def test_s4_another_account_is_ignored() -> None:
    """S4."""
    form = json.loads(FORMS[0].read_text()) | {"AccountSid": "AC" + "9" * 32}
    assert reader.read(form, ACCOUNT) is None


@pytest.mark.parametrize(
    ("name", "kind", "media"),
    [
        ("01_inbound_text", "text", ""),
        ("08_inbound_image_with_caption", "text", "photo"),
        ("09_inbound_image_no_caption", "media", "photo"),
        ("10_inbound_voice_note", "media", "voice"),
        ("13_inbound_sticker", "media", "sticker"),
        ("15_inbound_location", "media", "location"),
        ("16_inbound_quick_reply_in_session", "tap", ""),
        ("17_inbound_template_button", "tap", ""),
        ("18_inbound_list_reply", "tap", ""),
        ("32_inbound_empty_everything", "media", "nothing"),
    ],
)
def test_what_a_form_is(name: str, kind: str, media: str) -> None:
    event = reader.read(json.loads((FOLDER / f"{name}.json").read_text()), ACCOUNT)
    assert event is not None and (event.kind, event.facts["media"]) == (kind, media)


def test_f43_a_number_and_an_id_without_number_are_one_person(client: FlaskClient) -> None:
    """First the number, then both, then the id alone."""
    for name in ("01_inbound_text", "29_inbound_phone_and_bsuid", "30_inbound_bsuid_only"):
        assert deliver(client, FOLDER / f"{name}.json") == 200
    row = Address.get(Address.platform == "whatsapp")
    assert (row.address, row.external) == ("+33639980012", "FR.1502576394655843")
    assert Person.select().count() == 1


def test_f43_an_id_met_first_and_its_number_later_are_one_person(client: FlaskClient) -> None:
    for name in ("30_inbound_bsuid_only", "29_inbound_phone_and_bsuid"):
        assert deliver(client, FOLDER / f"{name}.json") == 200
    row = Address.get(Address.platform == "whatsapp")
    assert (row.address, row.external) == ("+33639980012", "FR.1502576394655843")
    assert Person.select().count() == 1


def test_f43_two_who_turn_out_to_be_one_keep_their_stop_and_what_waits(client: FlaskClient) -> None:
    """First the id alone, then the number alone, then both: nothing of the row that goes is lost."""
    assert deliver(client, FOLDER / "30_inbound_bsuid_only.json") == 200
    gone = Address.get()
    gone.stop()
    post = Post.create(platform="whatsapp", chat=gone.address, address=gone, payload={"text": "x"}, waits="window")
    Question.ask(gone, "welcome.introduce.story", {}, None)
    assert deliver(client, FOLDER / "01_inbound_text.json") == 200
    assert Person.select().count() == 2
    Question.delete().where(Question.address != gone).execute()
    group = Group.create(name="Les indés", state="live")
    for address, role in ((gone, ORGANIZER), (find_address("whatsapp", "+33639980012"), MEMBER)):
        assert address is not None
        Membership.welcome(group, address.person, address, role)

    with db.transaction():
        one = meet("whatsapp", "+33639980012", "FR.1502576394655843")
    assert [row.id for row in Address.select()] == [one.id] and Person.select().count() == 1
    assert Address.get_by_id(one.id).stopped and Post.get_by_id(post.id).address == one
    assert Question.of(one) is not None
    assert [(seat.person, seat.role, seat.address) for seat in group.members()] == [(one.person, ORGANIZER, one)]


def test_f41_receipts_never_go_back(client: FlaskClient) -> None:
    """Queued, sent, read, then delivered late and twice."""
    post = Post.create(
        platform="whatsapp",
        chat="+33639980012",
        state="sent",
        message="MM754bfb2936aaff994cf65c8b577da9bc",
        payload={"text": "x"},
    )
    for name in ("34_status_sent", "36_status_read", "37_status_delivered_after_read", "35_status_delivered"):
        assert deliver(client, FOLDER / f"{name}.json") == 204
    assert Post.get_by_id(post.id).status == "read"

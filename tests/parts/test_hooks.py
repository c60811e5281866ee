"""The two webhooks without messengers: who is believed, what is kept of nonsense, who is woken (S1-S6, S17, F30)."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.datastructures import MultiDict

from jobs import bell
from storage import settings
from storage.outbox import DeadLetter, Post, Seen
from storage.people import Address
from tests.properties.bare import memory, undone
from tests.stage import ACCOUNT, AUTH, SECRET, some_settings
from webhook import create_app, telegram, whatsapp

OURS = "https://noyau.example.org"
FIRST = "SM" + "1" * 32
PERSON = {"id": 7, "is_bot": False, "first_name": "Léa", "language_code": "fr"}
CHAT = {"id": 7, "type": "private"}


@pytest.fixture(scope="module")
def made() -> Iterator[FlaskClient]:
    with memory():
        yield create_app(check=False).test_client()


@pytest.fixture
def redis(valkey: str) -> Redis:
    """Nobody listens there yet, nobody has rung."""
    settings.use(dataclasses.replace(some_settings(valkey.removesuffix("/0") + "/8"), public_url=OURS))
    found = Redis.from_url(bell.address())
    found.flushdb()
    bell._bells.clear()
    return found


@pytest.fixture
def client(made: FlaskClient, redis: Redis) -> Iterator[FlaskClient]:
    with undone():
        yield made
    redis.flushdb()


def rung(redis: Redis) -> int:
    """Jobs that the bell asked for."""
    return int(redis.llen("rq:queue:bell"))


def update(**message: Any) -> bytes:
    """Léa writes to us in private."""
    known = {"message_id": 1, "date": 1_772_528_400, "from": PERSON, "chat": CHAT, "text": "allô"}
    return json.dumps({"update_id": 5, "message": known | message}).encode()


def told(client: FlaskClient, body: bytes, secret: str | None = SECRET, **how: Any) -> Any:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post("/webhook/telegram", data=body, headers=headers, **how)


# ------------------------------------------------------------------ Telegram


def test_words_are_heard_once_and_somebody_is_woken(client: FlaskClient, redis: Redis) -> None:
    for _time in range(2):
        answered = Post.select().count()
        answer = told(client, update())
        assert answer.status_code == 200 and answer.content_type == "application/json"
        assert "Retry-After" not in answer.headers
        assert rung(redis) == 1
    assert Address.select().where(Address.address == "7").count() == 1
    assert Post.select().count() == answered > 0


def test_what_asks_for_nothing_wakes_nobody(client: FlaskClient, redis: Redis) -> None:
    assert told(client, b'{"update_id": 6}').status_code == 200
    assert rung(redis) == 0 and not DeadLetter.select().count()


@pytest.mark.parametrize("secret", [None, "", "x", SECRET + "x", SECRET[:-1], "é", SECRET.upper()])
def test_s1_without_the_secret_nothing_is_heard(client: FlaskClient, secret: str | None) -> None:
    answer = told(client, update(), secret)
    assert (answer.status_code, answer.text) == (403, "forbidden")
    assert not Seen.select().count() and not DeadLetter.select().count()


def test_s1_the_secret_counts_in_its_header_alone(client: FlaskClient) -> None:
    name = "X-Telegram-Bot-Api-Secret-Token"
    for where in (f"?{name}={SECRET}", f"?secret_token={SECRET}", f"/{SECRET}"):
        assert client.post(f"/webhook/telegram{where}", data=update()).status_code in (403, 404)
    for given in ([("Authorization", SECRET)], [(name, SECRET), (name, SECRET)], [(name, "x"), (name, SECRET)]):
        assert client.post("/webhook/telegram", data=update(), headers=given).status_code == 403
    assert not Seen.select().count()


def test_s1_nobody_is_telegram_where_there_is_none(client: FlaskClient) -> None:
    settings.use(dataclasses.replace(settings.current(), telegram_token="", telegram_secret=""))
    assert told(client, update(), "").status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"', b"\xff"])
def test_f30_nonsense_is_kept_and_never_asked_for_again(client: FlaskClient, body: bytes) -> None:
    assert told(client, body).status_code == 200
    kept = DeadLetter.select()
    assert [(row.platform, row.body) for row in kept] == [("telegram", body.decode("utf-8", "replace"))]
    assert ":" in kept[0].error


def test_what_flask_alone_can_judge_is_left_to_it(client: FlaskClient) -> None:
    assert client.get("/webhook/telegram").status_code == 405
    assert told(client, b"x" * (256 * 1024 + 1)).status_code == 413
    unmeasured = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    assert told(client, update(), environ_overrides=unmeasured).status_code == 200
    assert told(client, update(), None, environ_overrides=unmeasured).status_code == 403
    assert Address.select().where(Address.address == "7").count() == 1


@pytest.mark.parametrize("length", [0, 255, 256 * 1024])
def test_a_body_of_at_most_what_is_allowed_is_read_at_once(client: FlaskClient, length: int) -> None:
    environment = client.application.test_request_context(
        "/webhook/telegram", method="POST", data=b" " * length, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
    ).request.environ | {"CONTENT_LENGTH": str(length)}
    assert telegram.at_once(environment, 256 * 1024) is not None
    assert telegram.at_once(environment | {"PATH_INFO": "/x"}, 256 * 1024) is None
    assert telegram.at_once(environment | {"REQUEST_METHOD": "PUT"}, 256 * 1024) is None
    assert telegram.at_once(environment | {"CONTENT_LENGTH": "²"}, 256 * 1024) is None


def test_s17_what_no_database_takes_is_taken_out_wherever_it_stands() -> None:
    body = b'{"a\\u0000": ["x\\u0000y", {"k": "\\ud800z", "n": 7, "t": true, "z": null}], "e": "\\ud83d\\ude00"}'
    assert telegram._update(body) == {"a": ["xy", {"k": "?z", "n": 7, "t": True, "z": None}], "e": "😀"}


def test_s6_without_a_secret_set_nobody_is_believed(client: FlaskClient) -> None:
    """Such a service does not start; should it run all the same, an empty secret opens nothing."""
    settings.use(dataclasses.replace(settings.current(), telegram_secret="", twilio_token=""))
    assert told(client, update(), "").status_code == told(client, update(), None).status_code == 403
    assert signed(client, "/webhook/whatsapp", secret="", MessageSid=FIRST, Body="allô").status_code == 403
    assert not Seen.select().count()


# ------------------------------------------------------------------ Twilio


def signed(client: FlaskClient, path: str, secret: str = AUTH, port: str = "", **form: str) -> Any:
    form = {"AccountSid": ACCOUNT, "From": "whatsapp:+33639980012", "To": "whatsapp:+14155238886"} | form
    made = whatsapp.signature(f"{OURS}{port}{path}", MultiDict(form), secret).decode()
    return client.post(path, data=form, headers={"X-Twilio-Signature": made})


def test_a_message_is_heard_once_and_somebody_is_woken(client: FlaskClient, redis: Redis) -> None:
    for _time in range(2):
        answered = Post.select().count()
        answer = signed(client, "/webhook/whatsapp", MessageSid=FIRST, Body="allô", NumMedia="0")
        assert answer.status_code == 200 and answer.content_type.startswith("text/xml")
        assert answer.text == whatsapp.NOTHING_TO_SAY
        assert rung(redis) == 1
    assert Post.select().count() == answered > 0


def test_f30_a_form_without_what_it_must_have_is_kept(client: FlaskClient, redis: Redis) -> None:
    assert signed(client, "/webhook/whatsapp", Body="allô", From="nonsense").status_code == 200
    assert [row.platform for row in DeadLetter.select()] == ["whatsapp"]
    assert rung(redis) == 0


@pytest.mark.parametrize("port", ["", ":443"])
def test_s2_the_signature_may_name_the_port(client: FlaskClient, port: str) -> None:
    assert signed(client, "/webhook/whatsapp?a=b", port=port, MessageSid=FIRST, Body="allô").status_code in (200, 403)
    assert signed(client, "/webhook/whatsapp", port=port, MessageSid=FIRST, Body="allô").status_code == 200


def test_s2_another_port_another_token_or_none_at_all_is_refused(client: FlaskClient) -> None:
    assert signed(client, "/webhook/whatsapp", port=":80", MessageSid=FIRST).status_code == 403
    assert signed(client, "/webhook/whatsapp", secret="1" * 32, MessageSid=FIRST).status_code == 403
    settings.use(dataclasses.replace(settings.current(), twilio_account="", twilio_token=""))
    assert signed(client, "/webhook/whatsapp", secret="", MessageSid=FIRST).status_code == 403


@pytest.mark.parametrize(
    ("url", "with_port"),
    [
        ("https://h/a/b?c=d", "https://h:443/a/b?c=d"),
        ("http://h/a", "http://h:80/a"),
        ("https://h", "https://h:443"),
        ("https://h:8443/a", "https://h:8443/a"),
    ],
)
def test_s2_the_port_of_an_address(url: str, with_port: str) -> None:
    assert whatsapp._with_port(url) == with_port


@pytest.mark.parametrize(
    ("caller", "expected"),
    [("+14158675309", b"RSOYDt4T1cUTdK1PDd93/VVr8B8="), ("+12349013030", b"0/KCTR6DLpKmkAf8muzZqo1nDgQ=")],
)
def test_s2_the_published_signatures_are_ours(caller: str, expected: bytes) -> None:
    """Twilio: security."""
    form = {"Digits": "1234", "To": "+18005551212", "From": caller, "Caller": caller, "CallSid": "CA1234567890ABCDE"}
    made = whatsapp.signature("https://mycompany.com/myapp.php?foo=1&bar=2", MultiDict(form), "12345")
    assert made == expected


def test_s2_what_was_signed_is_what_must_come(client: FlaskClient) -> None:
    """One parameter or the address changed, one added, removed or given twice: each alone is refused."""
    known = {"AccountSid": ACCOUNT, "MessageSid": FIRST, "Body": "allô", "From": "whatsapp:+33639980012"}
    form, good = MultiDict(known), OURS + "/webhook/whatsapp"
    twice, fewer = MultiDict(form), MultiDict(form)
    twice.add("Body", "oui")
    fewer.pop("Body")
    for sent in (MultiDict(known | {"Body": "oui"}), MultiDict(known | {"More": ""} | {"Extra": "x"}), twice, fewer):
        assert posted(client, sent, whatsapp.signature(good, form, AUTH)) == 403, sent
    for url in (good.replace("https", "http"), good + "/status", good + "?a=b", good.replace("example", "exemple")):
        assert posted(client, form, whatsapp.signature(url, form, AUTH)) == 403, url
    assert not Seen.select().count()
    assert posted(client, form, whatsapp.signature(good, form, AUTH)) == 200


def posted(client: FlaskClient, form: "MultiDict[str, str]", made: bytes) -> int:
    """The status of that form under that signature."""
    headers = {"X-Twilio-Signature": made.decode()}
    return client.post("/webhook/whatsapp", data=form, headers=headers).status_code


def test_s3_the_same_signature_is_not_good_for_another_message(client: FlaskClient) -> None:
    """Names and values are signed run together: an id that swallows what follows it keeps the signature."""
    form = {"AccountSid": ACCOUNT, "Body": "allô", "From": "whatsapp:+33639980012", "MessageSid": FIRST}
    good = whatsapp.signature(OURS + "/webhook/whatsapp", MultiDict(form | {"NumMedia": "0"}), AUTH)
    assert posted(client, MultiDict(form | {"NumMedia": "0"}), good) == 200
    before = Seen.select().count(), Post.select().count()
    for sid, rest in ((FIRST + "NumMedia0", {}), (FIRST[:-1], {}), (FIRST + "NumMedia", {"0": ""})):
        bent = MultiDict(form | {"MessageSid": sid} | rest)
        posted(client, bent, good)
        assert (Seen.select().count(), Post.select().count()) == before
    assert (
        whatsapp.signature(OURS + "/webhook/whatsapp", MultiDict(form | {"MessageSid": FIRST + "NumMedia0"}), AUTH)
        == good
    )


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({}, True),
        ({"To": ""}, True),
        ({"To": "whatsapp:US.1502576394655843"}, True),
        ({"To": "whatsapp:+14155230000"}, False),
        ({"AccountSid": "AC" + "9" * 32}, False),
    ],
)
def test_s4_what_is_for_another_account_or_number_is_ignored(
    client: FlaskClient, changes: dict[str, str], heard: bool
) -> None:
    answer = signed(client, "/webhook/whatsapp", MessageSid=FIRST, Body="allô", **changes)
    assert answer.status_code == 200
    assert bool(Seen.select().count()) == bool(Post.select().count()) == heard and not DeadLetter.select().count()


def test_s4_a_messaging_service_may_have_several_numbers(client: FlaskClient) -> None:
    settings.use(dataclasses.replace(settings.current(), twilio_from="MG" + "0" * 32))
    signed(client, "/webhook/whatsapp", MessageSid=FIRST, Body="allô", To="whatsapp:+14155230000")
    assert Seen.select().count() == 1


def test_s5_no_claim_of_a_request_moves_the_address_that_was_signed(client: FlaskClient) -> None:
    form = MultiDict({"AccountSid": ACCOUNT, "MessageSid": FIRST, "Body": "allô", "From": "whatsapp:+33639980012"})
    claims = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    claims |= {"X-Forwarded-For": "127.0.0.1", "Forwarded": "host=evil.example;proto=http", "X-Original-URL": "/x"}
    theirs = whatsapp.signature("http://evil.example/webhook/whatsapp", form, AUTH).decode()
    ours = whatsapp.signature(OURS + "/webhook/whatsapp", form, AUTH).decode()
    for made, status in ((theirs, 403), (ours, 200)):
        headers = claims | {"X-Twilio-Signature": made}
        assert client.post("/webhook/whatsapp", data=form, headers=headers).status_code == status


def test_f41_a_receipt_moves_its_message_on_and_wakes_only_for_a_second_try(
    client: FlaskClient, redis: Redis
) -> None:
    signed(client, "/webhook/whatsapp", MessageSid=FIRST, Body="allô")
    Post.delete().where(Post.id != Post.get().id).execute()
    Post.update(state="sent", message="SM9", status="queued", attempts=1, lease="mine").execute()
    redis.flushdb()
    answer = signed(client, "/webhook/whatsapp/status", MessageSid="SM9", MessageStatus="delivered")
    assert (answer.status_code, answer.text) == (204, "")
    assert Post.get().status == "delivered" and rung(redis) == 0
    again = {"MessageSid": "SM9", "MessageStatus": "failed", "ErrorCode": "63012"}
    Post.update(status="queued").execute()
    assert signed(client, "/webhook/whatsapp/status", **again).status_code == 204
    assert Post.get().state == "pending" and rung(redis) == 1


def test_a_receipt_of_nothing_is_nothing(client: FlaskClient, redis: Redis) -> None:
    answer = signed(client, "/webhook/whatsapp/status", From="x")
    assert answer.status_code == 204 and rung(redis) == 0
    assert signed(client, "/webhook/whatsapp/status", secret="x", MessageSid="SM9").status_code == 403

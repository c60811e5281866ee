"""What the web process answers and the bell does while the database or Redis is away (F8, F10, F11, F46)."""

import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.datastructures import MultiDict

from jobs import bell
from storage import db, facts, settings
from tests.stage import AUTH, SECRET, close, some_settings
from webhook import create_app, whatsapp

NOBODY = "redis://127.0.0.1:1/0"  # nobody listens there
OURS = "https://noyau.example.org"
PERSON = {"id": 7, "is_bot": False, "first_name": "Léa"}
CHAT = {"id": 7, "type": "private"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """The web app without its database and without its Redis."""
    settings.use(dataclasses.replace(some_settings(NOBODY), public_url=OURS))
    facts.forget()
    opened = db.connect(f"sqlite:///{tmp_path}/noyau.db")
    app = create_app(check=False)
    close(opened)
    opened = db.connect(f"sqlite:///{tmp_path}/nowhere/noyau.db")
    yield app.test_client()
    close(opened)
    facts.forget()


def test_f46_ready_names_all_that_is_missing_and_health_asks_nobody(client: FlaskClient) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"ready": False, "missing": ["database", "migrations", "redis", "delivery"]}
    assert client.get("/health").get_json()["status"] == "ok"


def test_metrics_say_that_they_cannot(client: FlaskClient) -> None:
    answer = client.get("/metrics", headers={"Authorization": "Bearer metrics"})
    assert answer.status_code == 503


def test_the_home_page_is_one_line_without_a_playground(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain") and "Noyau" in answer.text


def test_f10_telegram_is_told_to_come_again(client: FlaskClient) -> None:
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "allô", "from": PERSON, "chat": CHAT}}
    answer = client.post(
        "/webhook/telegram", data=json.dumps(update), headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
    )
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/webhook/whatsapp", {"From": "whatsapp:+33639980012", "To": "x", "Body": "allô"}),
        ("/webhook/whatsapp/status", {"MessageStatus": "read"}),
    ],
)
def test_f10_twilio_is_told_to_come_again(client: FlaskClient, path: str, form: dict[str, str]) -> None:
    form = form | {"AccountSid": settings.current().twilio_account, "MessageSid": "SM" + "1" * 32}
    signed = whatsapp.signature(OURS + path, MultiDict(form), AUTH)
    answer = client.post(path, data=form, headers={"X-Twilio-Signature": signed.decode()})
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert client.post(path, data=form, headers={"X-Twilio-Signature": "x"}).status_code == 403


# ------------------------------------------------------------------ the bell


def test_f11_a_bell_without_redis_gives_up_at_once_and_keeps_still_for_a_while(valkey: str) -> None:
    settings.use(some_settings(NOBODY))
    deaf = bell.Bell(bell.for_web())
    since = time.monotonic()
    assert deaf.ring() is False and deaf.enqueue("jobs.schedule.tidy") is False
    assert time.monotonic() - since < 5
    deaf._redis = Redis.from_url(valkey)
    deaf._ring = deaf._redis.register_script(bell.RING)
    assert deaf.ring() is False, "it keeps still though Redis is back"
    deaf._silent_until = 0.0
    assert deaf.ring() is True


def test_f8_without_redis_nobody_is_woken_and_nothing_is_raised() -> None:
    settings.use(some_settings(NOBODY))
    bell._bells.pop(NOBODY, None)
    assert bell.wake() is False
    kept = bell._bells[NOBODY]
    assert bell.wake() is False and bell._bells[NOBODY] is kept, "the one that keeps still"


@pytest.mark.parametrize(
    ("url", "verified", "address"),
    [
        ("redis://h:1/0", False, "redis://h:1/0"),
        ("rediss://h:1/0", True, "rediss://h:1/0"),
        ("rediss://h:1/0", False, "rediss://h:1/0?ssl_cert_reqs=none"),
        ("rediss://h:1/0?a=b", False, "rediss://h:1/0?a=b&ssl_cert_reqs=none"),
    ],
)
def test_a_self_signed_redis_is_believed_only_when_asked_to(url: str, verified: bool, address: str) -> None:
    settings.use(dataclasses.replace(some_settings(url), redis_tls_verify=verified))
    assert bell.address() == address


def test_a_ring_wakes_whoever_listens_and_else_asks_for_one_job(valkey: str) -> None:
    redis = Redis.from_url(valkey.removesuffix("/0") + "/7")
    redis.flushdb()
    settings.use(some_settings(valkey.removesuffix("/0") + "/7"))
    made = bell.Bell(bell.for_web())
    assert made.ring() and made.ring()
    assert redis.llen("rq:queue:bell") == 1, "one job a second, however often it rings"
    redis.delete(bell.RUNG)
    redis.set(bell.LISTENING, "1")
    assert made.ring() and made.ring()
    assert redis.llen(bell.TOKENS) == 1 and redis.llen("rq:queue:bell") == 1
    assert 0 < redis.pttl(bell.TOKENS) <= 10_000
    assert made.enqueue("jobs.schedule.tidy") and redis.llen("rq:queue:bell") == 2
    redis.flushdb()

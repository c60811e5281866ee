"""What the operator does: settings that refuse to start, setup, contents, dead letters (F50, S6)."""

import dataclasses
import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

import jobs.doctor.ground as ground
from handlers.kit import doors
from handlers.kit.texts import Text
from jobs import contents, logs, rest, setup
from jobs.doctor import lines
from jobs.letters import run as letters
from storage import facts, settings
from storage.outbox import Content, DeadLetter, Post
from tests.stage import some_settings
from webhook import create_app

GOOD = dataclasses.replace(
    some_settings("redis://127.0.0.1:6379/0"),
    public_url="https://noyau.example.org",
    telegram_token="123456:abcdefghijklmnopqrstuvwxyz",
    telegram_api_base="https://api.telegram.org/bot",
    database_url="postgres://u:p@127.0.0.1/n",
)


LOCAL: dict[str, Any] = {
    "playground": True,
    "public_url": "http://127.0.0.1:8000",
    "telegram_api_base": "http://127.0.0.1:8001/bot",
    "twilio_api_base": "http://127.0.0.1:8001",
}


def test_good_settings_have_no_fault() -> None:
    assert settings.check(GOOD, {}) == []


def test_s32_the_playground_is_for_loopback_and_emulators_alone() -> None:
    assert settings.check(dataclasses.replace(GOOD, **LOCAL), {}) == []
    only = dataclasses.replace(GOOD, **LOCAL | {"twilio_account": "", "twilio_token": "", "twilio_from": ""})
    assert settings.check(dataclasses.replace(only, twilio_api_base=""), {}) == []


@pytest.mark.parametrize("missing", ["telegram_secret", "twilio_token"])
def test_s6_no_webhook_opens_without_its_secret(missing: str) -> None:
    nothing: dict[str, Any] = {missing: ""}
    settings.use(dataclasses.replace(GOOD, **nothing))
    with pytest.raises(settings.WrongSettings, match=r"TELEGRAM_WEBHOOK_SECRET|TWILIO_AUTH_TOKEN"):
        create_app()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"redis_url": ""}, "REDIS_URL"),
        ({"redis_url": "redis://far.example.org:6379"}, "REDIS_URL"),
        ({"public_url": "http://noyau.example.org"}, "PUBLIC_URL"),
        ({"telegram_token": "abc"}, "TELEGRAM_BOT_TOKEN"),
        ({"telegram_secret": ""}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"telegram_secret": "é è"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"telegram_token": "", "twilio_account": ""}, "No messenger"),
        ({"twilio_account": "AC12"}, "TWILIO_ACCOUNT_SID"),
        ({"twilio_token": ""}, "TWILIO_AUTH_TOKEN"),
        ({"twilio_from": "+33612345678"}, "TWILIO_WHATSAPP_FROM"),
        ({"playground": True}, "NOYAU_PLAYGROUND"),
        (LOCAL | {"public_url": GOOD.public_url}, "NOYAU_PLAYGROUND"),
        (LOCAL | {"telegram_api_base": "https://api.telegram.org/bot"}, "NOYAU_PLAYGROUND"),
        (LOCAL | {"telegram_api_base": "https://bot-api.example.org/bot"}, "NOYAU_PLAYGROUND"),
        (LOCAL | {"twilio_api_base": ""}, "NOYAU_PLAYGROUND"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"database_url": "mysql://u:p@h/n"}, "DATABASE_URL"),
        ({"redis_url": "http://far.example.org"}, "REDIS_URL"),
        ({"redis_url": "redis://34.1.2.3:6379"}, "REDIS_URL"),
        ({"public_url": "https://noyau.example.org/bot"}, "PUBLIC_URL"),
        ({"public_url": "https://noyau.example.org:8000"}, "PUBLIC_URL"),
        ({"public_url": "https://noyau.example.org:99999"}, "PUBLIC_URL"),
        ({"telegram_api_base": "api.telegram.org"}, "TELEGRAM_API_BASE"),
        ({"twilio_account": ""}, "TWILIO_ACCOUNT_SID"),
        ({"twilio_token": "SK0000"}, "TWILIO_AUTH_TOKEN"),
        ({"twilio_api_base": "localhost"}, "TWILIO_API_BASE"),
        ({"language": "de"}, "DEFAULT_LANGUAGE"),
        ({"timezone": "Paris/Europe"}, "DEFAULT_TIMEZONE"),
    ],
)
def test_f50_a_wrong_setting_is_named_with_what_to_do(changes: dict[str, Any], named: str) -> None:
    faults = settings.check(dataclasses.replace(GOOD, **changes), {})
    assert any(named in fault for fault in faults), faults


@pytest.mark.parametrize(
    "url",
    [
        "redis://red-abc123:6379",  # Render's own network
        "redis://10.0.3.4:6379",
        "redis://noyau.railway.internal:6379",
        "redis://:secret@noyau.redis.example.org:6379",
        "rediss://far.example.org:6379",
    ],
)
def test_a_redis_that_is_near_or_guarded_is_taken(url: str) -> None:
    assert settings.check(dataclasses.replace(GOOD, redis_url=url), {}) == []


def test_a_wish_about_certificates_that_nobody_understands_is_named() -> None:
    assert any("REDIS_TLS_VERIFY" in fault for fault in settings.check(GOOD, {"REDIS_TLS_VERIFY": "no"}))


def test_a_secret_that_a_host_invents_in_base64_is_one_that_telegram_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "q+8/ZhN4bWVzc2FnZXM0b2Yrb3VyL293bmFuZG1vcmU=")
    assert settings.read().telegram_secret == "q-8_ZhN4bWVzc2FnZXM0b2Yrb3VyL293bmFuZG1vcmU"


def test_f50_the_web_says_why_and_ends_too() -> None:
    """F50: granian ends with the status 1 when its worker can't be made, and shows what was raised."""
    settings.use(dataclasses.replace(GOOD, secret_key="", redis_url="http://x"))
    with pytest.raises(settings.WrongSettings) as raised:
        create_app()
    assert "SECRET_KEY" in str(raised.value) and "REDIS_URL" in str(raised.value)


@pytest.mark.parametrize("module", ["jobs.worker", "jobs.clock", "storage.migrate"])
def test_f50_a_process_that_cannot_work_says_why_and_ends(module: str) -> None:
    """F50: one sentence a fault, nothing else, and an exit status that a host shows."""
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "TWILIO", "REDIS"))
    }
    known |= {"DYNO": "web.1", "DATABASE_URL": "", "SECRET_KEY": "", "PUBLIC_URL": "http://noyau.example.org"}
    done = subprocess.run(
        [sys.executable, "-m", module], env=known, capture_output=True, text=True, cwd=settings.HERE
    )
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert told[0] == "Noyau cannot start:" and all(line.startswith("- ") for line in told[1:]), done.stderr
    named = {line.split()[1] for line in told[1:]}
    wanted = (
        {"DATABASE_URL"} if module == "storage.migrate" else {"DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "REDIS_URL"}
    )
    assert wanted <= named


@pytest.mark.parametrize("name", settings.EPHEMERAL)
def test_sqlite_on_a_host_that_forgets_its_disk_is_refused(name: str) -> None:
    known = dataclasses.replace(GOOD, database_url="sqlite:///x.db")
    assert any("DATABASE_URL" in fault for fault in settings.check(known, {name: "1"}))
    assert settings.check(known, {}) == []


def test_setup_sets_webhooks_menus_and_contents_and_may_run_again(service: Any) -> None:
    said: list[str] = []
    assert setup.run(said.append)
    assert any("est réglé" in line for line in said)
    assert facts.ask(facts.BOT_NAME) == service[0].bot_username
    count = sum(call.method == "Content" for call in service[0].calls)

    assert setup.run(said.append)
    assert sum(call.method == "Content" for call in service[0].calls) == count


def test_setup_says_what_is_wrong_with_the_token(service: Any) -> None:
    settings.use(dataclasses.replace(settings.current(), telegram_token="999:wrongwrongwrong"))
    said: list[str] = []
    assert not setup.run(said.append)
    assert any("TELEGRAM_BOT_TOKEN" in line for line in said)


def test_contents_keep_whatsapps_rules() -> None:
    """No variable first, last or beside another; titles and counts within the limits (Twilio: Content API)."""
    found = contents.declared()
    assert {c.name for c in found} >= {"choice1", "choice2", "choice3", "list4", "list10", "news", "accepted"}
    assert {c.language for c in found} == {"fr", "en"}
    for content in found:
        (kind, facts_), *_others = content.types.items()
        body = facts_["body"]
        assert not body.startswith("{{") and not body.endswith("}}") and "}}{{" not in body, content.name
        assert len(body) <= 1024
        if kind == "twilio/quick-reply":
            assert len(facts_["actions"]) <= 3
        assert len(content.friendly_name) <= 64 and content.friendly_name == content.friendly_name.lower()


def test_approval_is_noted(service: Any) -> None:
    setup.make_contents(lambda _line: None)
    assert Content.select().where(Content.name == "news").count() == 2
    row = Content.of("news", "fr")
    assert row is not None and row.approved


def test_dead_posts_are_listed_sent_again_and_dropped(service: Any, capsys: pytest.CaptureFixture[str]) -> None:
    dead = Post.create(platform="telegram", chat="1", payload={"text": "secret words"}, state="dead", reason="403")
    DeadLetter.create(platform="telegram", body="{", error="ValueError: x")

    assert letters([]) == 0
    said = capsys.readouterr().out
    assert f"post {dead.id} dead telegram" in said and "secret words" not in said
    assert letters(["again", str(dead.id)]) == 0
    assert Post.get_by_id(dead.id).state == "pending"
    assert letters(["again", str(dead.id)]) == 1
    assert letters(["drop", str(dead.id)]) == 0
    assert Post.get_by_id(dead.id).state == "dropped"
    assert letters(["what"]) == 2


def test_a_messaging_services_number_is_read_for_the_links() -> None:
    answers = {"senders": [{"sender": "+33100000000"}, {"sender": "whatsapp:+33639980001"}]}
    assert setup.whatsapp_number(answers) == "whatsapp:+33639980001"
    assert setup.whatsapp_number({"senders": [{"sender": None}]}) == ""


def test_a_messaging_service_without_a_number_says_what_to_set(service: Any) -> None:
    settings.use(dataclasses.replace(settings.current(), twilio_from="MG" + "0" * 32))
    said: list[str] = []
    assert not setup.run(said.append)
    assert any("TWILIO_WHATSAPP_FROM" in line for line in said)
    assert facts.ask(doors.NUMBER) == ""


# ------------------------------------------------------------------ what the doctor's sentences are made of


class Answering:
    """A Twilio whose every answer is this one."""

    def __init__(self, status: int, text: str | None) -> None:
        self.status_code, self.text = status, text

    def request(self, *_asked: Any, **_how: Any) -> "Answering":
        return self


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (400, '{"code": 21211}', 21211),
        (404, '{"code": "20404"}', 20404),
        (403, '{"code": null}', 0),
        (500, "<h1>Bad gateway</h1>", 0),
        (502, "[20404]", 0),
        (503, None, 0),
    ],
)
def test_a_refusal_of_twilio_says_its_status_and_its_code(status: int, text: str | None, code: int) -> None:
    with pytest.raises(rest.Refusal, match=str(status)) as raised:
        rest.ask(Answering(status, text), "GET", "https://content.twilio.com/v1/Content")
    assert (raised.value.status, raised.value.code) == (status, code)
    assert ("error" in str(raised.value)) == bool(code)


def test_what_twilio_answers_is_an_object_or_nothing() -> None:
    assert rest.ask(Answering(200, '{"sid": "HX1"}'), "GET", "https://x") == {"sid": "HX1"}
    assert rest.ask(Answering(200, "[1]"), "GET", "https://x") == {}
    assert rest.ask(Answering(204, None), "DELETE", "https://x") == {}


def test_an_error_is_told_by_its_first_words_or_its_class() -> None:
    assert lines.first_line(OSError(" no route to host. \nTraceback")) == "no route to host"
    assert lines.first_line(OSError("x" * 200)) == "x" * 160
    assert lines.first_line(TimeoutError()) == "TimeoutError"


class Told:
    """A Redis that says this of itself."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts

    def set(self, *_key: Any, **_how: Any) -> bool:
        return True

    def info(self) -> dict[str, Any]:
        return self.facts


@pytest.mark.parametrize(
    ("url", "facts", "notes"),
    [
        ("redis://127.0.0.1:6379", {"valkey_version": "8.1"}, []),
        ("redis://127.0.0.1:6379", {"maxmemory_policy": "allkeys-lru", "maxmemory": 1}, ["noeviction"]),
        ("redis://127.0.0.1:6379", {"maxmemory_policy": "allkeys-lru", "maxmemory": 0}, []),
        ("redis://127.0.0.1:6379", {"maxmemory_policy": "noeviction", "maxmemory": 1}, []),
        ("redis://:secret@far.example.org:6379", {"redis_version": "7.4"}, ["not encrypted"]),
        ("rediss://:secret@far.example.org:6379", {"redis_version": "7.4"}, []),
    ],
)
def test_the_doctor_says_what_to_know_of_a_redis(url: str, facts: dict[str, Any], notes: list[str]) -> None:
    settings.use(dataclasses.replace(GOOD, redis_url=url))
    there: Any = Told(**facts)
    first, *others = (line.plain("en") for line in ground._ask(there))
    assert (facts.get("valkey_version") or facts.get("redis_version") or "") in first and "secret" not in first
    assert ("far.example.org" if "far" in url else "127.0.0.1") in first
    assert len(others) == len(notes) and all(note in line for note, line in zip(notes, others, strict=True))


def test_a_line_of_telegrams_menu_is_as_long_as_telegram_takes() -> None:
    assert setup._line(Text("é" * 300), "en") == "É" + "é" * 255


# ------------------------------------------------------------------ the log


@pytest.fixture
def logging_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logs as a process of ours begins them; afterwards as they were."""
    shape = structlog.get_config()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    yield
    structlog.configure(**shape)


def test_s7_the_log_has_no_secrets_and_nothing_of_every_call(
    logging_anew: None, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    url = f"https://api.telegram.org/bot{GOOD.telegram_token}/getMe"
    for library in ("httpx", "twilio.http_client", "rq.worker"):
        logging.getLogger(library).info("POST %s", url)
    logging.getLogger("httpx").warning("no answer: %s", url)
    structlog.get_logger().warning("no answer", name="à côté", url=url, number="+33639980012", after=3)
    said = "".join(capsys.readouterr())
    assert GOOD.telegram_token not in said and "+336" not in said and "POST" not in said
    assert said.count("no answer") == 2 and "WARNING httpx no answer: https://api.telegram.org/…/getMe" in said
    assert '"name": "à côté"' in said and '"after": 3' in said and '"level": "warning"' in said


def test_f45_a_log_that_is_full_or_closed_loses_its_lines_and_nothing_else() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None:
            raise ValueError("closed")

    full = logs._Sink(Full())
    assert full.write("abc") == 3
    full.flush()
    there = io.StringIO()
    assert logs._Sink(there).write("abc") == 3 and there.getvalue() == "abc"

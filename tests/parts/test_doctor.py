"""`python -m jobs doctor` and `setup` against the emulators: all is well, then every fault, one after the other."""

import contextlib
import copy
import dataclasses
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import rq
from flask import Flask

import jobs.doctor.ground as ground
import jobs.doctor.telegram as telegram
import jobs.doctor.whatsapp as whatsapp
from handlers.kit import doors
from jobs import contents, doctor, setup
from jobs.__main__ import main
from jobs.clock import LEASE_KEY
from jobs.doctor.lines import BAD, GOOD, Line
from storage import db, facts, settings
from storage.outbox import Content, Post
from tests.services import Web, free_port
from tests.story import Story
from webhook import pages
from webhook.playground.world import World

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
SERVICE = "MG" + "0" * 31 + "1"


@pytest.fixture
def online(story: Story) -> Iterator[Story]:
    """A service that is set up, with a group in a Telegram chat, a worker and a clock."""
    story.home()
    assert story.chat is not None
    story.chat.chat.bot_rights |= {"can_pin_messages"}
    assert setup.run(lambda _line: None)
    yield story


def said(lines: Iterable[Line], mark: str = BAD) -> list[str]:
    """The lines of one mark, in English."""
    return [line.plain("en") for line in lines if line.mark == mark]


@contextlib.contextmanager
def changed(thing: Any, **facts_: Any) -> Iterator[None]:
    """These attributes for a while."""
    before = {name: copy.copy(getattr(thing, name)) for name in facts_}
    for name, value in facts_.items():
        setattr(thing, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(thing, name, value)


@contextlib.contextmanager
def set_to(**facts_: Any) -> Iterator[None]:
    """These settings for a while."""
    before = settings.current()
    settings.use(dataclasses.replace(before, **facts_))
    try:
        yield
    finally:
        settings.use(before)


# ------------------------------------------------------------------ the ground


def test_all_is_well_in_both_languages_when_everything_is(online: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = ground._redis()
    redis.set(LEASE_KEY, "somebody", px=20_000)
    monkeypatch.setattr(rq.Worker, "count", lambda connection: 1)
    with set_to(public_url=online.known.public_url):
        english: list[str] = []
        assert doctor.run(english.append, "en"), english
        french: list[str] = []
        assert doctor.run(french.append), french
    assert english[-1] == "All is well." and french[-1] == "Tout va bien."
    for about in ("settings", "database", "migrations", "Redis", "PUBLIC_URL", "worker", "clock", "Telegram"):
        assert any(line.startswith(f"✓ {about}: ") for line in english), (about, english)
    for about in ("Twilio", "WhatsApp", "contents", "webhook", "Les indés de Nantes"):
        assert any(line.startswith(f"✓ {about}: ") for line in english), (about, english)
    known = settings.current()
    for secret in (known.telegram_token, known.telegram_secret, known.twilio_token, known.secret_key):
        assert not any(secret in line for line in english + french)


def test_what_is_missing_under_the_service_is_named(
    online: Story, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "WAIT", 0.5)
    nobody = f"127.0.0.1:{free_port()}"
    with set_to(database_url=f"postgres://noyau:secret-word@{nobody}/noyau"), ground.opened() as error:
        (line,) = said(ground.database(error))
        assert "DATABASE_URL" in line and nobody.split(":")[0] in line and "secret-word" not in line
    with set_to(database_url=f"sqlite:///{tmp_path}/empty.db"), ground.opened() as error:
        assert any("python -m storage.migrate" in line for line in said(ground.database(error)))
    with set_to(redis_url=f"redis://{nobody}/0"):
        assert any("REDIS_URL" in line for line in said(ground.redis()))
    with set_to(redis_url=settings.current().redis_url.replace("redis://", "rediss://")):
        assert said(ground.redis())
    db.connect(settings.current().database_url)


def test_a_newer_database_and_processes_that_do_not_run_are_named(online: Story) -> None:
    db.real.execute_sql("insert into schema_migration (name, applied) values ('9999_later', '2030-01-01')")
    assert any("newer than this code" in line for line in said(ground._migrations()))
    ground._redis().delete(LEASE_KEY)
    told = said(ground.processes())
    assert any("jobs.worker" in line for line in told) and any("jobs.clock" in line for line in told)


def test_a_public_address_that_leads_elsewhere_is_named(online: Story) -> None:
    with set_to(public_url=f"http://127.0.0.1:{free_port()}"):
        assert any("does not answer" in line for line in said(ground.public()))
    with set_to(public_url=online.emu.base):
        assert any("something else than Noyau" in line for line in said(ground.public()))


@contextlib.contextmanager
def between(**answers: Any) -> Iterator[None]:
    """PUBLIC_URL leads to something else, which answers so at /health, /webhook/telegram and /ready."""
    app = Flask("between")
    for name, path in (("health", "/health"), ("hook", "/webhook/telegram"), ("ready", "/ready")):
        given = answers.get(name, ("{}", 200))
        app.add_url_rule(path, name, lambda given=given: given, methods=["GET", "POST"])
    there = Web(app)
    try:
        with set_to(public_url=there.url):
            yield
    finally:
        there.stop()


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        (
            {"health": ("", 301, {"Location": "https://www.example.org/health"})},
            "sends on to https://www.example.org",
        ),
        ({"health": ('{"version": "1"}', 200), "hook": ("hello", 200)}, "without its secret is answered by 200"),
        (
            {"health": ('{"version": "1"}', 200), "hook": ("", 403), "ready": ("<h1>Bad gateway</h1>", 502)},
            "the web process lacks: 502",
        ),
    ],
)
def test_what_stands_before_the_web_process_is_named(online: Story, answers: dict[str, Any], named: str) -> None:
    with between(**answers):
        lines = said(ground.public())
    assert len(lines) == 1 and named in lines[0], lines


def test_a_wrong_certificate_and_a_wrong_password_are_named(online: Story) -> None:
    with set_to(public_url=online.known.public_url.replace("http://", "https://")):
        assert any("certificate" in line for line in said(ground.public()))
    with set_to(redis_url=settings.current().redis_url.replace("redis://", "redis://somebody:wrong@")):
        assert any("refuses the password" in line for line in said(ground.redis()))


def test_what_is_not_connected_is_no_fault_and_what_is_not_set_is_named(online: Story) -> None:
    with set_to(telegram_token="", telegram_secret=""):
        assert any("Telegram: not connected" in line for line in said(doctor.look(), "·"))
    with set_to(twilio_account="", twilio_token="", twilio_from="", redis_url=""):
        lines = list(doctor.look())
    assert any("WhatsApp: not connected" in line for line in said(lines, "·"))
    assert any("REDIS_URL" in line for line in said(lines)) and not any("Redis: " in line for line in said(lines))
    db.connect(settings.current().database_url)


def test_without_tables_the_messengers_are_asked_all_the_same(online: Story, tmp_path: Any) -> None:
    with set_to(database_url=f"sqlite:///{tmp_path}/empty.db"), ground.opened():
        assert said(telegram.look(True)) == [] and said(whatsapp.look(True)) == []
        assert any("webhook" in line for line in said(telegram.look(True), GOOD))
    db.connect(settings.current().database_url)


# ------------------------------------------------------------------ Telegram


def hour_ago(world: World, words: str, seconds: float = 60) -> dict[str, Any]:
    return {"last_error_date": int(time.time() - seconds), "last_error_message": words}


def test_every_fault_of_telegram_says_what_to_do_where(online: Story) -> None:
    assert online.chat is not None
    world, chat = online.emu.world, online.chat.chat
    hook = dict(world.webhook)
    told: list[tuple[Any, str, tuple[str, ...]]] = [
        (changed(world, token="1:other"), "token is refused", ("@BotFather", "TELEGRAM_BOT_TOKEN")),
        (changed(world, bot_facts={"can_join_groups": False}), "may not join", ("/setjoingroups",)),
        (changed(world, webhook={}), "none is set", ("python -m jobs setup",)),
        (changed(world, webhook=hook | {"url": "https://old.example.org"}), "instead of", ("jobs setup",)),
        (changed(world, webhook=hook | {"allowed_updates": ["message"]}), "chat_member", ("jobs setup",)),
        (changed(world, commands={}), "no commands", ("jobs setup",)),
        (changed(world, hook_fault={"pending_update_count": 90}), "90 messages wait", ()),
        (changed(chat, bot_status="member"), "no administrator", ("Add administrator",)),
        (changed(chat, bot_status="kicked"), "can't be reached", ("t.me/",)),
        (changed(chat, bot_rights=set()), "inviting by link", ("Administrators",)),
    ]
    words = {
        "Wrong response from the webhook: 403 Forbidden": "TELEGRAM_WEBHOOK_SECRET",
        "Wrong response from the webhook: 404 Not Found": "jobs setup",
        "Wrong response from the webhook: 302 Found": "PUBLIC_URL",
        "Wrong response from the webhook: 502 Bad Gateway": "its log",
        "Read timeout expired": "asleep",
        "Connection refused": "start the web process",
        "SSL error {error:0A000086:SSL routines::certificate verify failed}": "renew",
        "Failed to resolve host: Name or service not known": "DNS",
        "Something never seen": "the log of the web process",
    }
    told += [(changed(world, hook_fault=hour_ago(world, said_)), said_, (do,)) for said_, do in words.items()]
    assert said(telegram.look(True)) == []
    for fault, named, advice in told:
        with fault:
            lines = said(telegram.look(True))
        assert any(named in line and all(word in line for word in advice) for line in lines), (named, lines)
    with changed(world, hook_fault=hour_ago(world, "Connection refused", 7200)):
        assert said(telegram.look(True)) == []
    with changed(world, privacy=False):
        assert any("/setprivacy" in line for line in said(telegram.look(True), "·"))
    with changed(chat, bot_rights={"can_invite_users", "can_pin_messages"}):
        assert any("deleting" in line for line in said(telegram.look(True), "·"))
    with set_to(telegram_api_base=f"http://127.0.0.1:{free_port()}/bot"):
        assert any("no answer" in line for line in said(telegram.look(True)))


# ------------------------------------------------------------------ WhatsApp


def test_every_fault_of_twilio_says_what_to_do_where(online: Story) -> None:
    world = online.emu.world
    offline = {"status": "OFFLINE", "offline_reasons": [{"code": "63020", "message": "Meta blocked the number"}]}
    base = settings.current().public_url
    told: list[tuple[Any, str, tuple[str, ...]]] = [
        (changed(world, auth_token="f" * 32), "refuses TWILIO_ACCOUNT_SID", ("TWILIO_AUTH_TOKEN",)),
        (changed(world, account={"status": "suspended", "type": "Full"}), "suspended", ("console",)),
        (changed(world, sender=offline), "Meta blocked the number", ("WhatsApp senders",)),
        (changed(world, sender_webhook={}), f"instead of {base}/webhook/whatsapp/status", ("jobs setup",)),
        (moved(world, fallback_url="https://old.example.org/x"), "first address fails", ("jobs setup",)),
        (moved(world, callback_method="GET"), "GET", ("jobs setup",)),
        (changed(world, contents={}), "deleted at Twilio", ("python -m jobs contents",)),
        (approval(world, "rejected", "TAG_CONTENT_MISMATCH"), "TAG_CONTENT_MISMATCH", ("jobs/contents.py",)),
        (approval(world, "unsubmitted"), "never sent for approval", ("jobs contents",)),
        (approval(world, "paused"), "is paused by WhatsApp", ("console",)),
    ]
    assert said(whatsapp.look(True)) == []
    for fault, named, advice in told:
        with fault:
            lines = said(whatsapp.look(True))
        assert any(named in line and all(word in line for word in advice) for line in lines), (named, lines)
    with approval(world, "received"):
        assert any("waits for WhatsApp" in line for line in said(whatsapp.look(True), "·"))
    with changed(world, account={"status": "active", "type": "Trial"}):
        assert any("trial" in line for line in said(whatsapp.look(True), "·"))
    with changed(world, sender={}):
        assert any("sandbox" in line for line in said(whatsapp.look(True), "·"))
        with set_to(twilio_from="whatsapp:+33612345678"):
            assert any("no WhatsApp sender of this account" in line for line in said(whatsapp.look(True)))
    with set_to(twilio_api_base=f"http://127.0.0.1:{free_port()}"):
        assert any("no answer" in line for line in said(whatsapp.look(True)))
    online.emu.fault("Accounts.get", "500")
    assert any("status.twilio.com" in line for line in said(whatsapp.look(True)))


def moved(world: World, **facts_: str) -> Any:
    """The sender's addresses with one of them wrong."""
    return changed(world, sender_webhook=world.sender_webhook | facts_)


@contextlib.contextmanager
def approval(world: World, status: str, reason: str = "") -> Iterator[None]:
    """One of the templates in that state."""
    one = next(content for content in world.contents.values() if content.approval_name)
    with changed(one, approval=status, rejection=reason):
        yield


def test_a_template_approved_since_and_contents_never_made_are_named(online: Story) -> None:
    Content.update(approval="received").where(Content.name == "news").execute()
    assert any("was approved since" in line for line in said(whatsapp.look(True)))
    Content.delete().where(Content.name == "choice1").execute()
    assert any("2 buttons, lists or templates are not made" in line for line in said(whatsapp.look(True)))


def test_a_messaging_service_is_looked_into_and_set_up(online: Story) -> None:
    world = online.emu.world
    elsewhere = {"use_inbound_webhook_on_number": False, "inbound_request_url": "https://old.example.org"}
    with changed(world, whatsapp_from=SERVICE, service=elsewhere), set_to(twilio_from=SERVICE):
        assert any("Defer to sender's webhook" in line for line in said(whatsapp.look(True)))
        assert setup.run(lambda _line: None)
        assert said(whatsapp.look(True)) == []
        with changed(world, sender={}):
            assert any("no WhatsApp number" in line for line in said(whatsapp.look(True)))
        with set_to(twilio_from="MG" + "0" * 32):
            assert any("no Messaging Service" in line for line in said(whatsapp.look(True)))


# ------------------------------------------------------------------ setup


def heard(run: Callable[..., bool]) -> tuple[bool, str]:
    """What a command says in English, and whether all went well."""
    lines: list[str] = []
    return run(lines.append, "en"), "\n".join(lines)


def test_every_fault_of_setup_says_what_to_do(online: Story) -> None:
    world = online.emu.world
    told: list[tuple[Any, str]] = [
        (changed(world, token="1:other"), "TELEGRAM_BOT_TOKEN is refused"),
        (changed(world, auth_token="f" * 32), "TWILIO_AUTH_TOKEN: copy both again"),
        (set_to(twilio_api_base=f"http://127.0.0.1:{free_port()}"), "no answer from Twilio"),
        (set_to(telegram_api_base=f"http://127.0.0.1:{free_port()}/bot"), "run this again in a moment"),
        (set_to(public_url="http://noyau.example.org"), "PUBLIC_URL must begin with https://"),
        (approval(world, "rejected", "TAG"), "word it otherwise"),
    ]
    for fault, named in told:
        with fault:
            good, words = heard(setup.run)
        assert named in words, (named, words)
        assert not good or "word it otherwise" in words
    online.emu.fault("setWebhook", "400:bad webhook: IP address 10.0.0.1 is reserved")
    assert "reserved" in heard(setup.run)[1]
    with changed(world, sender={}):
        good, words = heard(setup.run)
        assert good and "sandbox" in words and "/webhook/whatsapp/status" in words
        with set_to(twilio_from="whatsapp:+33612345678"):
            good, words = heard(setup.run)
            assert not good and "no such sender" in words
    with changed(world, bot_facts={"can_join_groups": False}):
        assert "/setjoingroups" in heard(setup.run)[1]
    with changed(world, privacy=False):
        assert "privacy mode" not in heard(setup.run)[1]
    assert heard(setup.run)[0]


def test_setup_is_for_the_messengers_that_are_set_alone(online: Story) -> None:
    with set_to(telegram_token="", telegram_secret=""):
        good, words = heard(setup.run)
    assert good and "WhatsApp" in words and "Telegram" not in words
    with set_to(twilio_account="", twilio_token="", twilio_from=""):
        good, words = heard(setup.run)
    assert good and "Telegram" in words and "WhatsApp" not in words


def test_what_twilio_could_not_do_in_the_midst_of_setup_is_said(online: Story) -> None:
    """An answer may be a page of HTML: a proxy of Twilio's own said it."""
    online.emu.fault("Senders.list", "502html")
    good, words = heard(setup.run)
    assert not good and "could not be set up (Twilio answered 502)" in words and "status_callback_url" in words
    online.emu.world.contents.popitem()
    online.emu.fault("Content.create", "500")
    good, words = heard(setup.run)
    assert not good and "Run this again later" in words
    assert heard(setup.run)[0], "what is missing is made the next time"


def test_a_service_whose_number_is_not_told_is_asked_for_it_unless_it_is_known(online: Story) -> None:
    with set_to(twilio_from="MG" + "0" * 32):
        assert "does not tell its number" in heard(setup.run)[1]
        facts.tell(doors.NUMBER, "+14155238886")
        assert "does not tell its number" not in heard(setup.run)[1]
        online.emu.fault("ChannelSenders.list", "500")
        assert "could not be set up" in heard(setup.run)[1]
    online.emu.fault("Services.get", "500")
    with set_to(twilio_from=SERVICE):
        assert any("status.twilio.com" in line for line in said(whatsapp.look(True)))


def test_contents_deleted_at_twilio_are_made_again(online: Story) -> None:
    world = online.emu.world
    gone = Content.get(Content.name == "choice2", Content.language == "fr").sid
    del world.contents[gone]
    assert setup.make_contents(lambda _line: None)
    fresh = Content.get(Content.name == "choice2", Content.language == "fr").sid
    assert fresh != gone and fresh in world.contents
    assert len(world.contents) == len(contents.declared())


def test_the_commands_are_words_of_the_shell(online: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup"]) == 0
    assert main(["doctor"]) == 1  # no worker, no clock
    told = capsys.readouterr().out
    assert f"@{facts.ask(facts.BOT_NAME)}" in told and "jobs.clock" in told
    assert main(["cost", "12"]) == 0
    assert "USD" in capsys.readouterr().out
    assert main(["what"]) == 2


def test_old_messages_that_wait_are_named(online: Story) -> None:
    old = db.now() - dt.timedelta(minutes=30)
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, due=old, created_at=old)
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, state="dead", reason="403")
    lines = list(ground._waiting())
    assert any("30 minutes" in line for line in said(lines))
    assert any("python -m jobs letters" in line for line in said(lines, "·"))


def test_a_plan_with_too_few_connections_is_named(
    online: Story, postgres: str, postgres_server: Any, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert platform
    name = postgres.partition("?")[0].rpartition("/")[2]
    with set_to(database_url=postgres), ground.opened() as error:
        assert said(ground.database(error)) == []
        postgres_server.psql(f"alter database {name} connection limit 10")
        assert any("only 10 connections" in line for line in said(ground.database(error)))
        assert not any("sslmode" in line for line in said(ground.database(error), "·")), "it is near"
        monkeypatch.setattr(settings, "near", lambda _host: False)
        assert any("sslmode=require" in line for line in said(ground.database(error), "·"))


def test_a_service_that_is_there_but_lacks_something_is_named(online: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pages.CHECKS, "migrations", lambda: False)
    assert any("lacks: migrations" in line for line in said(ground.public()))
    ground._redis().config_set("maxmemory-policy", "allkeys-lru")
    ground._redis().config_set("maxmemory", "100mb")
    try:
        assert any("noeviction" in line for line in said(ground.redis(), "·"))
        monkeypatch.setattr(settings, "near", lambda _host: False)
        assert any("rediss://" in line for line in said(ground.redis(), "·"))
    finally:
        ground._redis().config_set("maxmemory-policy", "noeviction")
        ground._redis().config_set("maxmemory", "0")

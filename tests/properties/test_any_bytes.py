"""Any bytes at any webhook: never a 5xx, never a feature that raises, the service unharmed (M2, M4, S1, S2, S19)."""

import copy
import dataclasses
import io
import json
import os
import random
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from storage import settings
from storage.outbox import DeadLetter, Seen
from storage.people import Person
from tests.properties.bare import memory, undone
from tests.stage import ACCOUNT, SECRET
from webhook import create_app
from webhook.whatsapp import signature

FIXTURES = Path(__file__).parent.parent / "edges" / "fixtures"
UPDATES = [json.loads(path.read_text()) for path in sorted((FIXTURES / "telegram").glob("[0-9]*.json"))]
FORMS = [json.loads(path.read_text()) for path in sorted((FIXTURES / "twilio").glob("[0-9]*.json"))]
UNSAID = [one for one in UPDATES if "text" not in one.get("message", {})]  # what nobody said: cheaper to answer
BATCH = 500  # payloads that share a database
COUNT = int(os.environ.get("NOYAU_FUZZ", "20000"))
SEED = int(os.environ.get("NOYAU_SEED", "901666"))  # another one looks elsewhere
GROWTH = 60  # megabytes that the process may grow by (M2 asks 30 of the service, here its client is inside as well)
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    10**40,
    1e308,
    "",
    " ",
    "\x00",
    "\ud800",
    "é" * 70,
    "'; drop table person; --",
    "<b>x</b>&amp;",
    "\u202e\u200bz\u0301\u0301\u0301\u0301",
    "9" * 400,
    "/start " + "a" * 300,
    "👨‍👩‍👧‍👦",
    [],
    {},
    [[]],
    {"id": {}},
    "-",
    "NaN",
]


@pytest.fixture
def app() -> Iterator[Flask]:
    with memory():
        settings.use(dataclasses.replace(settings.current(), playground=False, redis_url="redis://127.0.0.1:1/0"))
        yield create_app(check=False)


def ask(app: Flask, path: str, body: bytes, kind: str, **headers: str) -> int:
    """One POST through the real WSGI application, without a client's own costs; its status."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        **headers,
    }
    status: list[str] = []

    def start(code: str, _headers: Any, _info: Any = None) -> Callable[[bytes], object]:
        status.append(code)
        return bytes

    b"".join(app.wsgi_app(environ, start))
    return int(status[0][:3])


def telegram(app: Flask, body: bytes) -> int:
    return ask(app, "/webhook/telegram", body, "application/json", HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN=SECRET)


def twilio(app: Flask, form: dict[str, str], path: str = "/webhook/whatsapp") -> int:
    body = urlencode(form, errors="replace").encode()
    read = MultiDict((name, value.encode("utf-8", "replace").decode()) for name, value in form.items())
    good = signature(settings.current().public_url + path, read, settings.current().twilio_token).decode()
    return ask(app, path, body, "application/x-www-form-urlencoded", HTTP_X_TWILIO_SIGNATURE=good)


# ------------------------------------------------------------------ what is sent


def spoiled(value: Any, dice: random.Random, left: int = 3) -> Any:
    """The same with some of its parts replaced, dropped, doubled or nested."""
    if isinstance(value, dict) and value:
        name = dice.choice(list(value))
        kind = dice.random()
        if kind < 0.2:
            value.pop(name)
        elif kind < 0.5 or left == 0:
            value[name] = dice.choice(ODD)
        elif kind < 0.6:
            value[dice.choice(list(value))] = copy.deepcopy(value[name])
        else:
            value[name] = spoiled(value[name], dice, left - 1)
        return value
    if isinstance(value, list) and value and left:
        value[0] = spoiled(value[0], dice, left - 1)
        return value
    return dice.choice(ODD)


def bytes_of(update: Any, dice: random.Random) -> bytes:
    """An update as bytes, now and then with a few of them changed, cut, or not text at all."""
    body = json.dumps(update).encode()
    kind = dice.random()
    if kind < 0.15:
        return body[: dice.randrange(len(body))]
    if kind < 0.3:
        changed = bytearray(body)
        for _time in range(dice.randrange(1, 6)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        return bytes(changed)
    if kind < 0.4:
        return dice.randbytes(dice.randrange(400))
    if kind < 0.41:
        return dice.choice([b"[" * 3000, b'{"a":' * 2000, b"", b"9" * 5000, b'"' + b"x" * 200_000 + b'"'])
    return body


def words(dice: random.Random) -> str:
    """Any signs of any script, a few of those that mean something somewhere, or a sentence of ours."""
    kind = dice.random()
    if kind < 0.4:
        return "".join(chr(dice.choice(RANGES)(dice)) for _sign in range(dice.randrange(60)))
    if kind < 0.6:
        return str(dice.choice([odd for odd in ODD if isinstance(odd, str)]))
    return " ".join(dice.choices(SAID, k=dice.randrange(1, 5)))


RANGES: list[Callable[[random.Random], int]] = [
    lambda dice: dice.randrange(0x20, 0x7F),
    lambda dice: dice.randrange(0x00, 0x20),
    lambda dice: dice.randrange(0x80, 0x3000),
    lambda dice: dice.randrange(0x200B, 0x2070),
    lambda dice: dice.randrange(0x1F300, 0x1FAFF),
    lambda dice: dice.randrange(0xE000, 0x10FFFF),
]
SAID = (
    "/start créer aide groupe dates vote oui non 1 2 99 0 -1 annuler retour stop reprendre jeudi 19h30 12/13 31/2 "
    "rejoindre ABCDEFGH lier 12345678 /candidater langue anglais où mes tout le monde : ; ? « » @noyau_bot #conseil"
).split()


# ------------------------------------------------------------------ the properties


@pytest.mark.timeout(1200)
def test_m2_no_bytes_make_a_webhook_fail(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M2: recorded updates and forms, spoiled; 200 or 4xx, and no feature raises."""
    dice, statuses, raised = random.Random(SEED), set[int](), list[str]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for start in range(0, COUNT, BATCH):
        monkeypatch.setenv("NOYAU_NO_LIMITS", str(int(start % (10 * BATCH) == 0)))  # else most are a flood (S20)
        with undone():
            for number in range(start, start + BATCH):
                statuses.add(an_update(app, dice, number) if number % 4 else a_form(app, dice, number))
            raised += [str(letter.error) for letter in DeadLetter.select().where(DeadLetter.key.is_null(False))]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    with capsys.disabled():
        print(f"M2: {COUNT} payloads, seed {SEED}, {grown:.0f} MB more, {len(raised)} raised")
    assert not raised, (SEED, raised[0])
    assert max(statuses) < 500, (SEED, statuses)
    assert grown < GROWTH, SEED


def an_update(app: Flask, dice: random.Random, number: int) -> int:
    update = copy.deepcopy(dice.choice(UPDATES if dice.random() < 0.5 else UNSAID))
    if isinstance(update.get("message"), dict) and dice.random() < 0.2:
        update["message"]["text"] = words(dice)
    update = spoiled(update, dice) if dice.random() < 0.8 else update
    if isinstance(update, dict) and dice.random() < 0.97:
        update["update_id"] = number
    return telegram(app, bytes_of(update, dice))


def a_form(app: Flask, dice: random.Random, number: int) -> int:
    form = {name: str(value) for name, value in dice.choice(FORMS).items()}
    form |= {"MessageSid": f"SM{number:032}", "AccountSid": ACCOUNT}
    for _time in range(dice.randrange(4)):
        name = dice.choice(list(form))
        if dice.random() < 0.3:
            form.pop(name)
        else:
            form[name] = words(dice)
    if dice.random() < 0.2:
        form["Body"] = words(dice)
    return twilio(
        app, form, dice.choice(["/webhook/whatsapp", "/webhook/whatsapp/status", "/webhook/whatsapp/status"])
    )


def test_m4_no_forged_request_leaves_a_trace(app: Flask) -> None:
    """M4, S1, S2: two thousand forgeries of both secrets, each refused with 403, nothing stored."""
    dice = random.Random(SEED)
    body, form = json.dumps(UPDATES[0]).encode(), {name: str(value) for name, value in FORMS[0].items()}
    plain = urlencode(form).encode()
    good = signature(settings.current().public_url + "/webhook/whatsapp", MultiDict(form), "another token").decode()
    for _number in range(1000):
        secret = forged(SECRET, dice)
        header = {"HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN": secret} if secret is not None else {}
        assert ask(app, "/webhook/telegram", body, "application/json", **header) == 403, (SEED, secret)
        sign = forged(good, dice)
        header = {"HTTP_X_TWILIO_SIGNATURE": sign} if sign is not None else {}
        path = dice.choice(["/webhook/whatsapp", "/webhook/whatsapp/status"])
        assert ask(app, path, plain, "application/x-www-form-urlencoded", **header) == 403, (SEED, sign)
    assert not Seen.select().count() and not DeadLetter.select().count() and not Person.select().count()


def forged(good: str, dice: random.Random) -> str | None:
    """Nearly the right thing."""
    at = dice.randrange(len(good))
    return dice.choice(
        [
            None,
            "",
            good[:at],
            good + good[at:] + "x",
            good[:at] + chr((ord(good[at]) + dice.randrange(1, 90)) % 256) + good[at + 1 :],
            good.swapcase(),
            f"{good}, {good}",
            f" {good}\x00",
            good.encode().hex(),
            "é" * len(good),
            "x" * 5000,
        ]
    )

"""M4: forged requests are refused, every one, and leave nothing."""

import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from flask.testing import FlaskClient

from storage import settings
from storage.outbox import DeadLetter, Post, Receipt, Seen
from tests.bench import crowd
from tests.bench.figures import Table
from tests.bench.measures import at_home
from webhook import create_app

Forgery = Callable[[FlaskClient, random.Random], int]
TELEGRAM, WHATSAPP, STATUS = "/webhook/telegram", "/webhook/whatsapp", "/webhook/whatsapp/status"


def refused(table: Table, folder: Path, many: int, seed: int = 4) -> None:
    """So many variants of a stolen, bent or missing proof."""
    url = f"sqlite:///{folder}/forged.db"
    crowd.settle(url, 2)
    chance, statuses = random.Random(seed), list[int]()
    with at_home(url):
        client = create_app(check=False).test_client()
        for n in range(many):
            statuses.append((_telegram, _whatsapp)[n % 2](client, chance))
        left = sum(model.select().count() for model in (Seen, Post, DeadLetter, Receipt))
    table.below(f"M4 {many:,} forged requests: not refused", sum(status != 403 for status in statuses), 0)
    table.below("M4 effects", left, 0)


def _telegram(client: FlaskClient, chance: random.Random) -> int:
    right = settings.current().telegram_secret
    at = chance.randrange(len(right))
    wrong = (
        right[:at],
        right + chance.choice("a -_é"),
        right.swapcase(),
        right[:at] + "\xff" + right[at + 1 :],
        "".join(chance.choices(right, k=len(right))) + "x",
        "",
    )
    name = "X-Telegram-Bot-Api-Secret-Token"
    headers = {name: chance.choice(wrong)} if chance.random() < 0.9 else {}
    where = TELEGRAM + (f"?{name}={right}" if chance.random() < 0.1 else "")
    body = crowd.Someone(0, 1).text("aide")
    return client.post(where, data=body, headers=headers, content_type="application/json").status_code


def _whatsapp(client: FlaskClient, chance: random.Random) -> int:
    known, path = settings.current(), chance.choice((WHATSAPP, STATUS))
    body, headers = crowd.form(crowd.number(1), "Nom1", "aide", known.public_url + path)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    match chance.randrange(6):
        case 0:
            fields["Body"] = f"autre {chance.random()}"
        case 1:
            fields[f"Extra{chance.randrange(99)}"] = "1"
        case 2:
            fields.pop(chance.choice(sorted(fields)))
        case 3:
            headers["X-Twilio-Signature"] = headers["X-Twilio-Signature"][::-1]
        case 4:
            headers.pop("X-Twilio-Signature")
        case _:
            path += f"?x={chance.randrange(99)}"
    content = headers.pop("Content-Type")
    return client.post(path, data=urlencode(fields), headers=headers, content_type=content).status_code

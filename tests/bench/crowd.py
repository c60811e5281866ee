"""The people of the bench, their groups and what their messengers send."""

import dataclasses
import itertools
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from handlers.kit.buttons import data_for
from storage import db, facts, migrate, settings
from storage.groups import Group, Membership
from storage.outbox import Post, Reminder
from storage.people import TELEGRAM, WHATSAPP, Address, Person
from webhook.playground.twilio_people import new_sid, signature

DIALS = ("dl.all", "dl.ess", "dl.digest")
_updates = itertools.count(1)


def some_settings() -> settings.Settings:
    """Made-up settings that pass the service's own check."""
    return settings.Settings(
        port=0,
        database_url="",
        redis_url="",
        redis_tls_verify=True,
        public_url="http://127.0.0.1",
        secret_key="a secret for the bench only",
        telegram_token="7000000001:AAbenchbenchbenchbenchbenchbench1",
        telegram_secret="bench-secret",
        telegram_api_base="",
        twilio_account="AC" + "0" * 31 + "1",
        twilio_token="0" * 32,
        twilio_from="whatsapp:+14155238886",
        twilio_api_base="",
        language="fr",
        timezone="Europe/Paris",
        metrics_token="",
        playground=False,
        crash_at="",
    )


def telegram_id(n: int) -> int:
    """The n-th person on Telegram."""
    return 5_000_001 + n


def number(n: int) -> str:
    """The n-th person on WhatsApp."""
    return f"+3363{9_000_000 + n}"


@dataclass(frozen=True)
class Someone:
    """A member, ready to tap and to write on Telegram."""

    n: int
    seat: int

    @property
    def chat(self) -> str:
        """The private chat's id."""
        return str(telegram_id(self.n))

    def tap(self, turn: int) -> bytes:
        """A tap on the dial's card: another choice each time."""
        return self.press(DIALS[turn % 3], self.seat)

    def press(self, code: str, record: int, chat: int = 0, after: float = 0.0) -> bytes:
        """A tap on a button, in private or in a group's chat, so many seconds from now."""
        where = {"id": chat, "type": "supergroup", "title": "Banc"} if chat else self._chat()
        message = {"message_id": 7, "date": int(time.time() + after), "chat": where, "text": "Carte"}
        query = {"id": str(next(_updates)), "from": self._user(), "chat_instance": "1", "message": message}
        return update("callback_query", query | {"data": data_for(code, record)})

    def text(self, words: str, after: float = 0.0) -> bytes:
        """A private message, so many seconds from now: what is older than a minute reaches us late (F22)."""
        message = {"message_id": next(_updates), "date": int(time.time() + after), "from": self._user()}
        return update("message", message | {"chat": self._chat(), "text": words})

    def _user(self) -> dict[str, Any]:
        return {"id": telegram_id(self.n), "is_bot": False, "first_name": f"Nom{self.n}", "language_code": "fr"}

    def _chat(self) -> dict[str, Any]:
        return {"id": telegram_id(self.n), "type": "private", "first_name": f"Nom{self.n}"}


def update(kind: str, what: dict[str, Any]) -> bytes:
    """A Telegram update as the webhook receives it."""
    return json.dumps({"update_id": next(_updates), kind: what}, ensure_ascii=False).encode()


def form(number: str, name: str, words: str, url: str, **more: str) -> tuple[bytes, dict[str, str]]:
    """A WhatsApp message as Twilio posts it to url: the body and its signed headers."""
    known = some_settings()
    said = {
        "AccountSid": known.twilio_account,
        "MessageSid": new_sid("SM"),
        "From": f"whatsapp:{number}",
        "To": known.twilio_from,
        "ProfileName": name,
        "Body": words,
        "NumMedia": "0",
        "MessageType": "text",
    } | more
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return urlencode(said).encode(), headers | {"X-Twilio-Signature": signature(known.twilio_token, url, said)}


def settle(url: str, people: int) -> list[Someone]:
    """Migrate an empty database and seat people in one live group without a chat."""
    settings.use(dataclasses.replace(some_settings(), database_url=url))
    opened = db.connect(url)
    migrate.run()
    with db.connection(), db.transaction():
        facts.tell(facts.BOT_NAME, "noyau_demo_bot")
        group = a_group("Banc")
        seats = [seat(group, TELEGRAM, str(telegram_id(n)), n) for n in range(people)]
    close(opened)
    return [Someone(n, seat.id) for n, seat in enumerate(seats)]


def a_group(name: str) -> Group:
    """A live group without a Telegram chat: each member hears its posts in private."""
    return Group.create(name=name, purpose="Mesurer.", city="Nantes", state="live", founded_at=db.now())


def groups(count: int) -> None:
    """So many live groups, at once."""
    moment = db.now()
    rows = [{"name": f"Banc {n}", "state": "live", "founded_at": moment} for n in range(count)]
    for start in range(0, count, 500):
        Group.insert_many(rows[start : start + 500]).execute()


def empty() -> None:
    """Nobody and nothing."""
    with db.transaction():
        for model in (Post, Reminder, Membership, Address, Person, Group):
            model.delete().execute()


def seat(group: Group, platform: str, address: str, n: int) -> Membership:
    """Make somebody a member, known and reachable."""
    person = Person.create(name=f"Nom{n}", language="fr")
    known = Address.create(person=person, platform=platform, address=address)
    if platform == WHATSAPP:
        known.heard(db.now())
    return Membership.welcome(group, person, known)


def close(opened: Any) -> None:
    """Give every connection back."""
    (opened.close_all if hasattr(opened, "close_all") else opened.close)()

"""What is wrong with the service as its operators should hear it: each cause once, until it is over (F47)."""

import datetime as dt
import hashlib
import hmac
import json
import secrets

from storage import facts
from storage.db import now, real_now
from storage.facts import Fact
from storage.people import Address

ALARM = "alarm."  # facts: what stands, by cause
WHO = "operator.address"  # the fact: the address that hears of it
CODE = "operator.code"  # the fact: the word that makes an address the operator's, hashed, and until when
LIFE = dt.timedelta(hours=1)


def sound(cause: str, detail: str = "") -> bool:
    """The cause is there: True when that is news. cause: 58 signs at most."""
    value = json.dumps({"since": now().isoformat(), "detail": detail[:300]}, ensure_ascii=False)
    made = Fact.insert(name=ALARM + cause, value=value).on_conflict_ignore().as_rowcount()
    return bool(made.execute())


def end(cause: str) -> bool:
    """The cause is gone: True when that is news."""
    return bool(Fact.delete().where(Fact.name == ALARM + cause).execute())


def standing() -> dict[str, dict[str, str]]:
    """What is wrong now: since (ISO 8601, UTC) and detail by cause."""
    rows = Fact.select().where(Fact.name.startswith(ALARM)).order_by(Fact.id)
    return {row.name.removeprefix(ALARM): json.loads(row.value) for row in rows}


def operator() -> Address | None:
    """The address that hears of alarms; None when nobody wanted them, or the person is forgotten."""
    number = facts.fresh(WHO)
    return Address.get_or_none(Address.id == int(number)) if number else None


def invite() -> str:
    """A word for an hour: whoever writes it to the bot hears of alarms from then on (S24: kept as a hash)."""
    word = f"{secrets.randbelow(10**12):012d}"  # digits: letters might be taken for a language
    facts.tell(CODE, f"{_hashed(word)} {(real_now() + LIFE).isoformat()}")
    return word


def enter(word: str, address: Address) -> bool:
    """Send the alarms to this address from now on, if the word is the one that was given, in time and unused."""
    kept, _space, until = facts.fresh(CODE).partition(" ")
    good = hmac.compare_digest(kept.encode(), _hashed(word.strip().lower()).encode())
    if not good or dt.datetime.fromisoformat(until) < real_now():
        return False
    used = Fact.delete().where(Fact.name == CODE, Fact.value == f"{kept} {until}").execute()
    if used:
        facts.tell(WHO, str(address.id))
    return bool(used)


def leave() -> bool:
    """Nobody hears of alarms any more; False when nobody did."""
    return bool(Fact.delete().where(Fact.name == WHO).execute())


def _hashed(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()

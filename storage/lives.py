"""Which processes ended well: after a sudden death the next one is careful for a while (F30).

An event that kills its process (out of memory, a fault below Python) leaves no trace of its own, and its platform
sends it again. Noting each event before it is tried would cost every one of them a flush; so that is done only by a
process that finds the mark of one of its kind that did not say goodbye.
"""

import time
import uuid
from multiprocessing.util import Finalize

from storage import db, facts
from storage.db import PeeweeException, now
from storage.facts import Fact

LIFE = "life."  # facts: processes of a kind that have not ended well, yet or ever
CAREFUL = 600.0  # seconds; Telegram tries again within two minutes
TRIES, PAUSE = 5, 0.2  # seconds: processes that start together stand in each other's way
DEADLY = 2  # noted deaths: what has killed so many careful processes is not tried again

_me = ""
_until = 0.0


def begin(kind: str) -> None:
    """This process begins. kind: web or worker; a mark left by another of its kind makes it careful."""
    global _me, _until
    _me = f"{LIFE}{kind}.{uuid.uuid4().hex}"
    found = next((found for found in (_mark(kind) for _try in range(TRIES)) if found is not None), 1)
    _until = time.monotonic() + CAREFUL if found else 0.0
    Finalize(None, end, exitpriority=10)  # the server's worker is a child of multiprocessing: atexit is not for it


def _mark(kind: str) -> int | None:
    """Put our mark in place of those left; how many there were, or None while the database is away or busy."""
    try:
        with db.connection(), db.transaction():
            found = Fact.delete().where(Fact.name.startswith(f"{LIFE}{kind}.")).execute()
            facts.tell(_me, now().isoformat())
    except PeeweeException:
        time.sleep(PAUSE)
        return None
    return int(found)


def end() -> None:
    """It ends well: the mark goes."""
    global _me, _until
    mine, _me, _until = _me, "", 0.0
    if not mine:
        return
    try:
        with db.connection(), db.transaction():
            Fact.delete().where(Fact.name == mine).execute()
    except PeeweeException:
        return  # the next one is careful for nothing


def careful() -> bool:
    """Did one of this kind die lately?"""
    return time.monotonic() < _until

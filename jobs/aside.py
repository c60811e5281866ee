"""Work beside the delivering: a platform that answers slowly must not hold up what is to be said."""

import threading
from collections.abc import Callable

import structlog

from storage import db

log = structlog.get_logger()
_under_way: set[str] = set()


def begin(work: Callable[[], object]) -> None:
    """Do it in a thread of this worker; nothing when that very work is still under way here."""
    name = f"{work.__module__}.{work.__name__}"
    if name not in _under_way:
        _under_way.add(name)
        threading.Thread(target=_run, args=(name, work), name=name, daemon=True).start()


def _run(name: str, work: Callable[[], object]) -> None:
    try:
        with db.connection():
            work()
    except Exception as error:
        log.error("failed aside", what=name, error=type(error).__name__)
    finally:
        _under_way.discard(name)
        db.real.close()  # this thread's own; nothing where it was given back

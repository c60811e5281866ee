"""Dies where a fault test says so (NOYAU_CRASH_AT=point or point:n, the n-th time; off in production)."""

import itertools
import os
import signal

from storage import settings

_passed = itertools.count(1)


def crash(point: str) -> None:
    """The process ends here, as by kill -9, when this is the point it was told to die at."""
    name, _colon, turn = settings.current().crash_at.partition(":")
    if name == point and next(_passed) == int(turn or 1):
        os.kill(os.getpid(), signal.SIGKILL)

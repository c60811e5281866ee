"""`python -m tests.mutants [module …]`: how many small faults the tests notice (M17).

NOYAU_MUTANTS=25 tries so many of each module (all by default), NOYAU_SEED chooses which. Each one lives in a
process of its own, forked from this one, where its tests run until the first fails.
"""

import contextlib
import importlib
import os
import random
import signal
import sys
import time
from types import ModuleType

import pytest

from handlers.kit import on
from tests.mutants.changes import Mutant, mutants

PERMISSION = {
    "press",
    "_refusal",
    "_own_seat",
    "_group_of",
    "_is_home",
    "_seat",
    "_came_since",
    "_check_and_run",
    "_tapped",
}
INSIDE = ["tests/abuse", "tests/edges/test_twilio_forms.py", "tests/edges/test_telegram_updates.py"]
PAGES = ["tests/abuse/test_web.py", "tests/edges", "--ignore=tests/edges/test_playground.py"]
SENDING = [
    "tests/parts",
    "tests/edges/test_errors.py",
    "tests/stories/test_delivery.py",
    "tests/stories/test_window.py",
]
# Which tests know a module; the stories alone would notice more, and take a day.
TESTS: dict[str, list[str]] = {
    "handlers.kit.router": [
        "tests/properties/test_across_groups.py",
        "tests/abuse",
        "tests/stories/test_two_groups.py",
    ],
    "handlers.kit.buttons": [*INSIDE, "tests/stories/test_two_groups.py"],
    "handlers.kit.duties": ["tests/stories/test_delegation.py", "tests/stories/test_animator.py"],
    "webhook.headers": PAGES[:1],
    "webhook.telegram": INSIDE,
    "webhook.whatsapp": INSIDE,
    "webhook.reader": PAGES,
    "webhook.pages": PAGES,
    "webhook.entry": PAGES,
    "webhook.media": PAGES,
    "webhook.calendar": PAGES,
    "webhook.meeting_page": PAGES,
    "webhook.summary_page": PAGES,
    "jobs.limits": ["tests/abuse/test_floods.py", *SENDING],
    "jobs.media": ["tests/edges/test_pages.py", *SENDING],
    "jobs.logs": ["tests/abuse/test_inside.py"],
    "jobs.calendars": ["tests/parts/test_calendars.py", "tests/edges/test_calendar_pages.py"],
    "jobs.outbox": SENDING,
    "jobs.settle": SENDING,
    "jobs.errors": SENDING,
    "jobs.whatsapp": SENDING,
    "jobs.telegram": SENDING,
}
PATIENCE = 240  # seconds that the tests of one mutant may take; one that hangs is noticed as well
AIM = 0.8


def main(names: list[str]) -> int:
    """Print each mutant that survives and the share noticed of each module; 1 below four of five."""
    on.load()
    total = noticed = 0
    for name in names or TESTS:
        module = importlib.import_module(name)
        if not _passes(TESTS[name]):
            print(f"{name}: its tests fail without any mutant")
            return 1
        chosen = _chosen(module)
        killed = sum(_noticed(one, TESTS[name]) for one in chosen)
        total, noticed = total + len(chosen), noticed + killed
        print(f"{name}: {killed} of {len(chosen)} noticed", flush=True)
    print(f"M17: {noticed} of {total} mutants noticed, {noticed / max(1, total):.0%}")
    return int(noticed < AIM * total)


def _chosen(module: ModuleType) -> list[Mutant]:
    found = list(mutants(module, PERMISSION if module.__name__ == "handlers.kit.router" else None))
    most = int(os.environ.get("NOYAU_MUTANTS", "0")) or len(found)
    dice = random.Random(int(os.environ.get("NOYAU_SEED", "1")))
    return sorted(dice.sample(found, min(most, len(found))), key=lambda one: one.line)


def _noticed(mutant: Mutant, tests: list[str]) -> bool:
    if not _passes(tests, mutant):
        return True
    function = mutant.function
    print(f"  survives: {function.__module__}:{mutant.line} {function.__qualname__}, {mutant.what}", flush=True)
    return False


def _passes(tests: list[str], mutant: Mutant | None = None) -> bool:
    """Do the tests pass, in a process of their own?"""
    child = os.fork()
    if child == 0:
        os._exit(_run(tests, mutant))
    return _ended(child) == 0


def _run(tests: list[str], mutant: Mutant | None) -> int:
    os.setsid()
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
        if mutant is not None:
            mutant.take_over()
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))


def _ended(child: int) -> int:
    """Its status; one that takes too long is ended with all that it started."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

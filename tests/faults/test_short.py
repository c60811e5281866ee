"""The short form of the fault suite: real processes, killed at the exact points while people write (M1, F1 to F7)."""

import json
import os
from pathlib import Path

import pytest

from storage import db, vitals
from storage.lives import DEADLY
from storage.outbox import DeadLetter
from tests.faults.checks import check, wait_until_quiet
from tests.faults.driver import Driver
from tests.faults.ground import Ground, ground, until

SEED = int(os.environ.get("NOYAU_SEED", "7"))
pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("base", ["sqlite"])
def test_f01_to_f07_processes_die_at_the_exact_points_and_nothing_is_lost_or_doubled(
    base: str, tmp_path: Path
) -> None:
    """F1, F2, F3, F5, F6, F7, F20 in one go; the seed is printed and can be given (NOYAU_SEED)."""
    print(f"NOYAU_SEED={SEED}")
    with ground(tmp_path, f"sqlite:///{tmp_path}/noyau.db", people=12, workers=1) as place:
        place.start("web", NOYAU_CRASH_AT="web.before_commit:9")
        place.start("worker0", NOYAU_CRASH_AT="worker.after_send:4")
        place.start("clock0", NOYAU_CRASH_AT="clock.after_enqueue:2")
        place.supervise()
        driver = Driver(place, SEED)
        driver.run(60, 30)
        place.doom("web", "web.after_commit:5")
        place.doom("worker0", "timer.before_commit")
        driver.run(60, 30)
        found = check(place, driver)
        _a_deadly_timer(place, driver)
        _a_deadly_message(place, driver)
        print(json.dumps(place.deaths))

    assert not found.wrong
    assert (found.inputs, found.lost, found.doubled, found.unordered) == (120, 0, 0, 0)
    assert sum(place.deaths.values()) >= 4


def _a_deadly_timer(place: Ground, driver: Driver) -> None:
    """F7: a timer that kills its worker is buried after three deaths, and the queue goes on."""
    driver.run_words(place.people[0], "/mourir", "/mot 777")
    assert until(_buried, 60), "the deadly timer was never given up"
    assert wait_until_quiet(place)
    assert place.heard(place.people[0]).count("écho 777") == 1
    assert "jamais" not in place.heard(place.people[0])


def _a_deadly_message(place: Ground, driver: Driver) -> None:
    """F30: a message that kills the web process is set aside, told once, and the others of its chat go on."""
    one, before = place.people[0], place.deaths["web"]
    driver.run_words(one, "/foudre", "/mot 778")  # until each is taken, as Telegram does
    assert wait_until_quiet(place)
    heard = place.heard(one)
    assert heard.count("écho 778") == 1 and "jamais" not in heard
    assert sum("Quelque chose a mal tourné" in text for text in heard) == 1
    assert before + DEADLY <= place.deaths["web"] <= before + DEADLY + 1
    with db.connection():
        assert vitals.letters()["Killed"] == 1


def _buried() -> bool:
    with db.connection():
        letters = DeadLetter.select().where(DeadLetter.body.startswith("zz.die"))
        return any("killed the worker" in (letter.error or "") for letter in letters)

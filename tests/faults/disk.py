"""F15: the disk is full; the platform is told to come again, nothing is torn, and it goes on once there is room."""

import contextlib
import sqlite3
import threading
from pathlib import Path

from tests.bench.figures import Table
from tests.faults.checks import check
from tests.faults.driver import Driver
from tests.faults.ground import ground, until


def full(table: Table, folder: Path) -> None:
    """SQLite may not grow by a page; later it may."""
    path = folder / "full.db"
    with ground(folder / "full", f"sqlite:///{path}", people=8, workers=1) as place:
        place.start("worker0", "clock0")
        place.start("web", FAULT_MAX_PAGES="1")  # below its size: it may not grow at all
        place.supervise()
        driver = Driver(place, 1)
        writing = threading.Thread(target=lambda: driver.run(150, 40), daemon=True)
        writing.start()
        refused = until(lambda: driver.tally.answers[503] > 20, 60)
        place.kill("web")  # there is room again: the next one has no such limit
        writing.join(90)
        found = check(place, driver)
    with contextlib.closing(sqlite3.connect(path)) as link:
        torn = link.execute("pragma integrity_check").fetchone()[0] != "ok"
    table.at_least("F15 disk full: answers of 503", driver.tally.answers[503] if refused else 0, 1)
    table.below("F15 answers of 500", driver.tally.answers[500], 0)
    table.below("F15 lost", found.lost + 150 - found.inputs, 0)
    table.below("F15 doubled", found.doubled, 0)
    table.below("F15 the file is torn", int(torn), 0)

"""M2: recorded updates and forms, spoiled in every way: no answer of 5xx, no growth, soon answered."""

import dataclasses
import os
import random
import time
from pathlib import Path

from storage import settings
from storage.outbox import DeadLetter
from tests.bench.figures import Table, percentile
from tests.properties.bare import memory, undone
from tests.properties.test_any_bytes import BATCH, GROWTH, a_form, an_update
from webhook import create_app


def spoiled(table: Table, many: int, seed: int) -> None:
    """So many payloads with the right proof; every tenth batch without the limits, else most are a flood (S20)."""
    dice, waits, failed, raised = random.Random(seed), list[float](), 0, 0
    with memory():
        settings.use(dataclasses.replace(settings.current(), playground=False, redis_url="redis://127.0.0.1:1/0"))
        app, before = create_app(check=False), _megabytes()
        for start in range(0, many, BATCH):
            os.environ["NOYAU_NO_LIMITS"] = str(int(start % (10 * BATCH) == 0))
            with undone():
                for number in range(start, start + BATCH):
                    began = time.monotonic()
                    status = an_update(app, dice, number) if number % 4 else a_form(app, dice, number)
                    waits.append(time.monotonic() - began)
                    failed += status >= 500
                raised += DeadLetter.select().where(DeadLetter.key.is_null(False)).count()
        os.environ.pop("NOYAU_NO_LIMITS")
    table.below(f"M2 {many:,} spoiled payloads: answers of 5xx", failed, 0)
    table.below("M2 features that raised", raised, 0)
    table.below("M2 answered, p99", percentile(waits, 0.99) * 1000, 200, "ms")
    table.below("M2 growth, with its client", _megabytes() - before, GROWTH, "MB")


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

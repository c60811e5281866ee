"""`python -m tests.mutants [module …]`: how many small faults the tests notice (M17).

NOYAU_MUTANTS=25 tries so many of each module (all by default), NOYAU_SEED chooses which. Tests are first
played once to see which of them reach which function; then only these judge the function's mutants.
"""

import contextlib
import importlib
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from types import ModuleType

from handlers.kit import on
from tests.mutants.changes import Mutant, mutants
from tests.mutants.inside import Reach, name
from tests.mutants.process import play, try_all
from tests.mutants.table import AIM, DRAWN, PERMISSION, SECURITY, STRICT, TESTS


def main(names: list[str]) -> int:
    """Print each mutant that survives and the share noticed of each module; 1 below four of five."""
    on.load()
    seed = int(os.environ.get("NOYAU_SEED") or random.SystemRandom().randrange(10_000))
    print(f"NOYAU_SEED={seed}", flush=True)
    sums: Counter[str] = Counter()
    weak = []
    for tests, modules in _by_tests(names or list(TESTS)).items():
        for module, (killed, tried) in _judge(list(tests), modules, seed):
            print(f"{module}: {killed} of {tried} noticed", flush=True)
            sums.update(killed=killed, tried=tried)
            if module in SECURITY and killed < STRICT * tried:
                weak.append(module)
    share = sums["killed"] / max(1, sums["tried"])
    print(f"M17: {sums['killed']} of {sums['tried']} mutants noticed, {share:.0%} (seed {seed})")
    if weak:
        print(f"below {STRICT:.0%} where it matters most: {', '.join(weak)}")
    return int(share < AIM or bool(weak))


def _by_tests(names: list[str]) -> dict[tuple[str, ...], list[ModuleType]]:
    """Modules that the same tests judge, together: these are played once for all of them."""
    found: dict[tuple[str, ...], list[ModuleType]] = {}
    for one in names:
        found.setdefault(tuple(TESTS[one]), []).append(importlib.import_module(one))
    return found


def _judge(tests: list[str], modules: list[ModuleType], seed: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """By module: how many of its mutants were noticed, of how many."""
    chosen = [one for module in modules for one in _chosen(module, seed)]
    reach, killed = try_all(chosen, tests, modules)
    for test in reach.failing:
        print(f"  fails without any mutant, and does not count: {test}")
    for number, mutant in enumerate(chosen):
        if number not in killed and _noticed_early(mutant, tests, reach):
            killed[number] = "while the stage is built"
        elif number not in killed:
            _tell(mutant, reach)
    for module in modules:
        own = [number for number, one in enumerate(chosen) if one.function.__module__ == module.__name__]
        yield module.__name__, (sum(number in killed for number in own), len(own))


def _chosen(module: ModuleType, seed: int) -> list[Mutant]:
    names = PERMISSION.get(module.__name__)
    found = list(mutants(module, names, numbers=module.__name__ not in DRAWN))
    most = int(os.environ.get("NOYAU_MUTANTS", "0")) or len(found)
    dice = random.Random(f"{seed} {module.__name__}")
    return sorted(dice.sample(found, min(most, len(found))), key=lambda one: one.line)


def _noticed_early(mutant: Mutant, tests: list[str], reach: Reach) -> bool:
    """What is called once, before the first test, is tried from the beginning by all of them."""
    return name(mutant.function) in reach.early and not play(tests, mutant, reach.failing)


def _tell(mutant: Mutant, reach: Reach) -> None:
    function = mutant.function
    unreached = "" if name(function) in reach.tests else " (no test reaches it)"
    print(
        f"  survives: {function.__module__}:{mutant.line} {function.__qualname__}, {mutant.what}{unreached}",
        flush=True,
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))

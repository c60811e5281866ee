"""A process for the tests, forked from this one, which outlives its crashes and its hangs."""

import contextlib
import json
import os
import select
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from tests.mutants.changes import Mutant
from tests.mutants.inside import Inside, Reach, teller

PATIENCE = 240  # seconds without a word after which a mutant counts as hanging, and so as noticed
LEARNING = 3000  # seconds that all tests together may take without any
ALONE = ["-p", "no:cacheprovider", "-p", "no:xdist", "-q", "--timeout=40", "-k", "not postgres and not browser"]


def try_all(chosen: list[Mutant], tests: list[str], modules: list[ModuleType]) -> tuple[Reach, dict[int, str]]:
    """What the tests reach, and which of these mutants are noticed, by what.

    A process that a mutant breaks is followed by a fresh one.
    """
    found: Found = Found(dict(enumerate(chosen)))
    while found.left:
        before = found.state()
        left = sorted(found.left.items(), key=lambda one: one[0] not in found.suspected)
        with _process(found.files or tests, modules, found.reach, left) as words:
            for word in words(PATIENCE if found.reach else LEARNING):
                found.hear(word)
        found.ended()
        if before == found.state():
            raise RuntimeError("the tests can't be played")
    return found.reach or Reach(), found.killed


@dataclass
class Found:
    """What the processes told so far."""

    left: dict[int, Mutant]
    killed: dict[int, str] = field(default_factory=dict)
    suspected: set[int] = field(default_factory=set)
    reach: Reach | None = None
    trying: int | None = None

    @property
    def files(self) -> list[str]:
        """The files of the tests that reach anything."""
        found = self.reach.tests.values() if self.reach else ()
        return sorted({test.partition("::")[0] for tests in found for test in tests})

    def state(self) -> tuple[int, int, bool]:
        """It changes with every process, or they are of no use."""
        return len(self.left), len(self.suspected), self.reach is None

    def hear(self, word: dict[str, Any]) -> None:
        """Take one line of a process."""
        match word:
            case {"tests": tests, "early": early, "failing": failing}:
                self.reach = Reach(tests, set(early), failing)
            case {"trying": number}:
                self.trying = number
            case {"tried": number, "by": by}:
                self._note(number, by)
            case {"broken": number, "by": by}:
                if number in self.suspected:  # so it was in a fresh process as well
                    self._note(number, by)
                self.suspected.add(number)
                self.trying = None
            case {"fault": fault}:
                raise RuntimeError(fault)

    def ended(self) -> None:
        """The process is over; one that ended or hung over a mutant has noticed it."""
        if self.trying is not None:
            self._note(self.trying, "its process ended")

    def _note(self, number: int, by: str) -> None:
        self.trying = None
        self.left.pop(number, None)
        if by:
            self.killed[number] = by


@contextlib.contextmanager
def _process(
    tests: list[str], modules: list[ModuleType], reach: Reach | None, left: list[tuple[int, Mutant]]
) -> Iterator[Callable[[float], Iterator[dict[str, Any]]]]:
    """A child that plays the tests under that plugin; what it tells, until it ends or is silent for too long."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        os._exit(_run([*ALONE, *tests], [Inside(teller(mouth), modules, reach, left)]))
    os.close(mouth)
    try:
        yield lambda patience: _words(ear, patience)
    finally:
        os.close(ear)
        _end(child)


def _words(ear: int, patience: float) -> Iterator[dict[str, Any]]:
    heard = b""
    while select.select([ear], [], [], patience)[0]:
        more = os.read(ear, 1 << 16)
        if not more:
            return
        *lines, heard = (heard + more).split(b"\n")
        yield from (json.loads(line) for line in lines)


def play(tests: list[str], mutant: Mutant, failing: list[str]) -> bool:
    """Do the tests pass with this mutant from the very beginning?"""
    child = os.fork()
    if child == 0:
        mutant.take_over()
        without = [part for test in failing for part in ("--deselect", test)]
        os._exit(_run([*ALONE, "-x", *without, *tests], []))
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(child, 0)[1] == 0
    return False


def _run(words: list[str], plugins: list[Any]) -> int:
    os.setsid()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    return int(pytest.main(words, plugins))


def _end(child: int) -> None:
    """End the child and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)

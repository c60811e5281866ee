"""In the process of the tests: which test reaches which function, then mutant after mutant, each by its tests."""

import ast
import collections
import functools
import inspect
import json
import os
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.mutants.changes import Mutant, compiled, functions

MARK = "__reached__"
CACHING = type(functools.cache(len))
BUDGET = 30.0  # seconds that the tests of one mutant may take in all


@dataclass
class Reach:
    """What the tests reach: by function its tests with their seconds; and what they call while the stage is built."""

    tests: dict[str, dict[str, float]] = field(default_factory=dict)
    early: set[str] = field(default_factory=set)
    failing: list[str] = field(default_factory=list)


def name(function: FunctionType) -> str:
    """The function's whole name."""
    return f"{function.__module__}:{function.__qualname__}"


class Inside:
    """A plugin of pytest that plays the tests itself; tell() hands each finding to the parent process."""

    def __init__(
        self,
        tell: Callable[[dict[str, Any]], None],
        modules: list[ModuleType],
        known: Reach | None,
        left: list[tuple[int, Mutant]],
    ) -> None:
        self.tell, self.modules, self.known, self.left = tell, modules, known, left
        self.killers: dict[str, collections.Counter[str]] = {}
        self.failed = False
        self.early: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Each story on one messenger is enough, on both at once where it may be."""
        chosen: dict[str, pytest.Item] = {}
        for item in sorted(items, key=lambda one: "mixed" not in one.name):
            chosen.setdefault(_story(item), item)
        items[:] = chosen.values()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own loop."""
        items = {item.nodeid: item for item in session.items}
        after: Any = SimpleNamespace(listchain=lambda: [session])  # so that only the session's fixtures stay
        if self.known is None:
            self.known = self._learn(items, after)
        self._try_all(items, after)
        return True

    def pytest_internalerror(self, excrepr: object) -> None:
        """A fault of this plugin is not one that the tests noticed."""
        self.tell({"fault": str(excrepr)})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails in any of its phases has noticed something."""
        self.failed = self.failed or bool(report.failed)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """What is called while a fixture of the whole session is made is never called again."""
        before = set(_reached)
        yield
        if fixturedef.scope == "session":
            self.early |= _reached - before

    def _learn(self, items: dict[str, pytest.Item], after: Any) -> Reach:
        with _marked(self.modules):
            known = Reach()
            for nodeid, item in items.items():
                _reached.clear()
                since = time.monotonic()
                if not self._passes(item, after):
                    known.failing.append(nodeid)
                    continue
                for reached in _reached:
                    known.tests.setdefault(reached, {})[nodeid] = time.monotonic() - since
        known.early = self.early
        self.tell({"tests": known.tests, "early": sorted(known.early), "failing": known.failing})
        return known

    def _try_all(self, items: dict[str, pytest.Item], after: Any) -> None:
        for number, mutant in self.left:
            self.tell({"trying": number})
            killer = self._killer(mutant, items, after)
            if killer and not self._passes(items[killer], after):
                self.tell({"broken": number, "by": killer})  # the mutant is gone, and yet: a fresh process must say
                return
            self.tell({"tried": number, "by": killer})

    def _killer(self, mutant: Mutant, items: dict[str, pytest.Item], after: Any) -> str:
        """The test that notices it; empty when none does."""
        function = mutant.function
        original, end = function.__code__, time.monotonic() + BUDGET
        _forget_answers(function)
        mutant.take_over()
        try:
            for nodeid in self._in_order(name(function), function.__module__):
                if time.monotonic() > end:
                    return ""
                if nodeid in items and not self._passes(items[nodeid], after):
                    self.killers.setdefault(name(function), collections.Counter())[nodeid] += 1
                    self.killers.setdefault(function.__module__, collections.Counter())[nodeid] += 1
                    return nodeid
            return ""
        finally:
            function.__code__ = original
            _forget_answers(function)

    def _in_order(self, function: str, module: str) -> list[str]:
        """Who noticed a fault there before comes first, then the quick ones that reach little else."""
        assert self.known is not None
        tests = self.known.tests.get(function, {})
        here, near = (self.killers.get(one, collections.Counter()) for one in (function, module))
        width = collections.Counter(test for reaching in self.known.tests.values() for test in reaching)
        return sorted(tests, key=lambda test: (-here[test], tests[test] * width[test] / (1 + near[test])))

    def _passes(self, item: pytest.Item, after: Any) -> bool:
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        return not self.failed


def _story(item: pytest.Item) -> str:
    """The test's name whatever messenger it is played on."""
    calls = getattr(item, "callspec", None)
    others = {key: call for key, call in calls.params.items() if key != "platform"} if calls else {}
    return f"{item.nodeid.partition('[')[0]}{others!r}"


_reached: set[str] = set()


class _marked:
    """While this is open, each function of the modules tells that it was called."""

    def __init__(self, modules: list[ModuleType]) -> None:
        self.found = [one for module in modules for one in functions(module)]
        self.codes: dict[int, CodeType] = {}

    def __enter__(self) -> None:
        for number, function in enumerate(self.found):
            code = _telling(function)
            if code is not None:
                function.__globals__[MARK] = _reached
                self.codes[number], function.__code__ = function.__code__, code

    def __exit__(self, *_error: object) -> None:
        for number, code in self.codes.items():
            self.found[number].__code__ = code


def _telling(function: FunctionType) -> CodeType | None:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return None
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return None
    definition.decorator_list = []
    definition.body.insert(0, ast.parse(f"{MARK}.add({name(function)!r})").body[0])
    return compiled(tree, function)


def _forget_answers(function: FunctionType) -> None:
    """Kept answers of its module would hide what a change does."""
    for one in list(function.__globals__.values()):
        if type(one) is CACHING:
            one.cache_clear()


def teller(pipe: int) -> Callable[[dict[str, Any]], None]:
    """Writes one line of JSON into the pipe."""
    return lambda found: _write(pipe, json.dumps(found).encode() + b"\n")


def _write(pipe: int, line: bytes) -> None:
    while line:
        line = line[os.write(pipe, line) :]

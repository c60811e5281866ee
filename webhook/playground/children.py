"""The processes of the playground: started one after the other, restarted when they die, ended all together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 40.0  # seconds until a process must answer
GRACE = 10.0  # seconds between SIGTERM and SIGKILL (contract: SIGTERM)
PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds before a restart; the last one repeats
STEADY = 30.0  # seconds of life after which a process is taken for healthy again
LOOK = 0.1
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Broken(Exception):
    """A process did not start; the message says which and shows its last lines."""


@dataclass
class Child:
    """One process and how to start it again."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    since: float = 0.0
    again_at: float = 0.0
    deaths: int = 0


@dataclass
class Children:
    """Every process of the playground; the last started ends first."""

    logs: Path
    root: Path
    stopping: bool = False
    all: list[Child] = field(default_factory=list)

    def run(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run something to its end; raises Broken when it fails."""
        child = Child(name, command, environment)
        self._spawn(child)
        self.all.append(child)
        while child.process is not None and child.process.poll() is None and not self.stopping:
            time.sleep(LOOK / 5)
        if self.stopping:
            return
        self.all.remove(child)
        if child.process is not None and child.process.returncode:
            raise Broken(f"{name} failed:\n{self.tail(name)}")

    def start(
        self, name: str, command: list[str], environment: dict[str, str], ready: Callable[[], bool] | None = None
    ) -> None:
        """Start something that stays, and wait until it answers; raises Broken when it does not."""
        if self.stopping:
            return
        child = Child(name, command, environment)
        self._spawn(child)
        self.all.append(child)
        end = time.monotonic() + PATIENCE
        while ready is not None and not self.stopping and not ready():
            if time.monotonic() > end or (child.process is not None and child.process.poll() is not None):
                raise Broken(f"{name} did not start:\n{self.tail(name)}")
            time.sleep(LOOK / 5)

    def watch(self) -> int:
        """Restart what dies, until told to stop; returns the exit status."""
        while not self.stopping:
            for child in self.all:
                self._look_after(child)
            time.sleep(LOOK)
        return 0

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.again_at:
                self._spawn(child)
            return
        status = child.process.poll()
        if status is None:
            return
        child.deaths = 0 if time.monotonic() - child.since > STEADY else child.deaths
        pause = PAUSES[min(child.deaths, len(PAUSES) - 1)]
        child.process, child.again_at, child.deaths = None, time.monotonic() + pause, child.deaths + 1
        print(f"{child.name} stopped ({_why(status)}): it is started again in {pause:.0f} s.", flush=True)
        if child.deaths > 1:
            print(self.tail(child.name), flush=True)

    def stop(self, *_signal: object) -> None:
        """End at the next look (a signal's handler)."""
        self.stopping = True

    def end(self) -> None:
        """End every process: those that work first, what they lean on last."""
        self.stopping = True
        leaning = [child for child in self.all if child.name not in ("valkey", "phones")]
        self._end(leaning)
        self._end([child for child in self.all if child not in leaning])

    def _end(self, children: list[Child]) -> None:
        alive = [child.process for child in children if child.process and child.process.poll() is None]
        for process in alive:
            _tell(process, signal.SIGTERM)
        end = time.monotonic() + GRACE
        for process in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
            _tell(process, signal.SIGKILL)  # whatever is left of its group
            process.wait()

    def tail(self, name: str, lines: int = 15) -> str:
        """The last lines that a process wrote."""
        with contextlib.suppress(OSError):
            written = self._log(name).read_text(errors="replace").splitlines()[-lines:]
            return "\n".join(f"  {line[:300]}" for line in written)
        return ""

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _spawn(self, child: Child) -> None:
        self.logs.mkdir(exist_ok=True)
        with self._log(child.name).open("ab" if child.since else "wb") as log:
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                child.command,
                cwd=self.root,
                env=child.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal reaches us alone, and we end them in order
                preexec_fn=_die_with(os.getpid()),
            )
        child.since = time.monotonic()


def _die_with(parent: int) -> Callable[[], None]:
    """What a child does before it begins: ask for SIGTERM at its parent's death (Linux)."""

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _tell(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _why(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"

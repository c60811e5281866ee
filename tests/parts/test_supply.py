"""What we install is locked, allowed and can be audited; no secret is in the tree (S7, S35)."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.supply import audit, licences, secrets
from tests.supply.lock import LOCKS, ROOT, hashes, pins

# Planted ones are put together here, so that this file holds none.
PLANTED = {
    "a Telegram bot's token": "TELEGRAM = '81234567" + ":AAHk3jR9_" + "xQ7dLw2mZp0vYb5sTnCeGfUi4o'",
    "a Twilio account or key": "sid = 'AC" + "4f3a9be2c1d07856" * 2 + "'",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a token of a code host": "gh" + "p_" + "k3jR9xQ7dLw2mZp0vYb5sTnCeGfUi4oA1B2c",
    "a key of a cloud": "AK" + "IAQ3EGTVSL7RZMN4WD",
    "a chat or payment token": "sk_" + "live_9xQ7dLw2mZp0vYb5sTnC",
    "a token of a registry": "py" + "pi-" + "AgEIcHlwaS5vcmcCJDk3jR9xQ7dLw2mZp0vYb5sTnCeGfUi4o",
    "a signed token": "ey" + "Jhbmdpb2x1cG9scXE" + ".ey" + "Jzdm9pZGZtZ2hqa2w" + ".k3jR9xQ7dLw2mZp0vYb5s",
    "a password in an address": "postgres:" + "//noyau:k3jR9xQ7d@db.hosting.net:5432/noyau",
    "a value of a secret setting": "SECRET" + "_KEY=k3jR9xQ7dLw2mZp0vYb5sTnCeGfUi4o",
}
INNOCENT = (
    "TELEGRAM_BOT_TOKEN=",
    "SECRET_KEY = settings.current().secret_key",
    "token: str = os.environ['TELEGRAM_WEBHOOK_SECRET']",
    "postgres://user:password@host:5432/name",
    "redis://127.0.0.1:6379/0",
    "sqlite:////var/lib/noyau/noyau.db",
    "--hash=sha256:" + "0f17b89f2a4eaaedc4f28c622998aa69" * 2,
    "AC" + "0" * 31 + "1",
    "secret_token_of_the_webhook_that_telegram_sends",
)


def test_s35_no_secret_is_in_the_tree() -> None:
    """S35: what git keeps, or would keep."""
    try:
        hits = list(secrets.scan(ROOT))
    except subprocess.CalledProcessError:
        pytest.skip("not a git checkout: what belongs to the tree is unknown")
    assert not [str(hit) for hit in hits]


@pytest.mark.parametrize("what", PLANTED)
def test_s35_a_planted_secret_is_found_and_not_repeated(what: str, tmp_path: Path) -> None:
    """S35: in a new file that nobody has added yet."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "notes.txt").write_text(f"line one\n{PLANTED[what]}\n")
    hits = list(secrets.scan(tmp_path))
    assert (hits[0].path, hits[0].line) == ("notes.txt", 2)
    assert what in {hit.what for hit in hits}
    assert not any(part in str(hits) for part in ("k3jR9", "4f3a9", "QX7dLw"))


def test_every_shape_has_a_planted_one() -> None:
    assert set(PLANTED) == set(secrets.SHAPES)


@pytest.mark.parametrize("line", INNOCENT)
def test_what_only_looks_like_one_is_left_alone(line: str) -> None:
    assert not list(secrets.found("x", line))


@pytest.mark.parametrize("ours", LOCKS)
def test_s35_the_lock_holds_what_the_requirements_pin_and_the_hashes_of_all(ours: str) -> None:
    """S35: after a change of a pin, `make lock` writes the lock anew."""
    lock = ROOT / LOCKS[ours]
    locked = pins(lock)
    assert {name: locked.get(name) for name in pins(ROOT / ours)} == pins(ROOT / ours), "run `make lock`"
    assert not [name for name, digests in hashes(lock).items() if not digests]
    assert set(hashes(lock)) == set(locked)
    text = lock.read_text()
    assert "://" not in text and "index-url" not in text and "find-links" not in text


def test_both_locks_agree() -> None:
    ours, every = (pins(ROOT / lock) for lock in LOCKS.values())
    assert {name: every.get(name) for name in ours} == ours


def test_s35_every_licence_is_on_the_list() -> None:
    """S35."""
    assert not [f"{row.name}: {row.licence}" for row in licences.taken() if not row.allowed]


@pytest.mark.parametrize(
    ("expression", "classed", "free", "read", "allowed"),
    [
        ("MIT", [], "", "MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", [], "", "Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", [], "", "MIT AND GPL-3.0-only", False),
        ("", ["MIT License"], "long text " * 30, "MIT", True),
        ("", [], "Apache 2.0", "Apache-2.0", True),
        ("", [], "GPL-3.0", "GPL-3.0", False),
        ("", [], "", "?", False),
        ("", ["Other/Proprietary License"], "", "?", False),
    ],
)
def test_a_licence_is_read_as_the_package_tells_it(
    expression: str, classed: list[str], free: str, read: str, allowed: bool
) -> None:
    assert licences.read(expression, classed, free) == read
    assert licences.Taken("x", "1", read, True).allowed == allowed


def test_what_lies_in_the_tree_of_others_brings_its_licence() -> None:
    """The fonts, which no registry brings."""
    assert "Bitstream" in (ROOT / "jobs" / "fonts" / "LICENSE").read_text()


# ------------------------------------------------------------------ advisories


class Advisories(BaseHTTPRequestHandler):
    """Knows one hole, in flask."""

    asked: list[dict[str, object]] = []

    def do_POST(self) -> None:
        """Answer a batch as the database does, in the order of the questions."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Advisories.asked += body["queries"]
        flask = {"vulns": [{"id": "PYSEC-0000-1", "modified": "2026-01-01T00:00:00Z"}]}
        results = [flask if one["package"]["name"] == "flask" else {} for one in body["queries"]]
        answer = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def advisories(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Advisories)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(audit, "SERVICE", f"http://127.0.0.1:{server.server_port}")
    Advisories.asked.clear()
    yield server
    server.shutdown()
    server.server_close()


def test_an_advisory_is_told_and_fails(
    advisories: HTTPServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S35: every package of both locks is asked for, with its version."""
    monkeypatch.setattr(audit, "AT_ONCE", 20)
    assert audit.run() == 1
    assert "flask 3" in (out := capsys.readouterr().out) and "PYSEC-0000-1" in out
    assert len(Advisories.asked) == len(pins(ROOT / LOCKS["requirements-dev.txt"]))


def test_where_nobody_can_be_asked_it_says_so_kindly(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SERVICE", "http://127.0.0.1:9")
    assert audit.run() == 0
    assert "nothing was checked" in capsys.readouterr().out
    monkeypatch.setenv("STRICT", "1")
    assert audit.run() == 1


def test_the_command_says_what_it_can() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.supply", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "lock | audit | licences | secrets" in done.stdout

"""What must not be in the code, the logs or a served folder (S7, S8, S13, S30, S31, S32, S34, S40)."""

import ast
import functools
import io
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from handlers.kit import inbox, on
from jobs import logs, portraits
from jobs.logs import SECRETS
from storage import settings
from storage.outbox import DeadLetter
from storage.settings import HERE
from tests.properties.bare import event, memory, somebody
from tests.stage import ACCOUNT, some_settings

OURS = [
    path for folder in ("handlers", "jobs", "storage", "webhook") for path in sorted((HERE / folder).rglob("*.py"))
]
SERVICE = [path for path in OURS if "playground" not in path.parts]


@functools.cache
def called(path: Path) -> list[tuple[str, ast.Call]]:
    """Everything that a file calls, by its name."""
    nodes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return [(dotted(node.func), node) for node in nodes]


def dotted(node: ast.expr) -> str:
    """ "requests.get" """
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def calls(path: Path) -> set[str]:
    """Their names."""
    return {name for name, _node in called(path)}


def test_s13_one_file_alone_fetches_what_somebody_sent() -> None:
    """S13: a member's photo, and nothing else; every other address is the messengers' own."""
    for path in SERVICE:
        fetching = {name for name in calls(path) if re.fullmatch(r"requests\.\w+|(.*\.)?urlopen", name)}
        assert not fetching or path.parts[-2] == "jobs" or path.parent.name == "doctor", (path, fetching)
        assert "MediaUrl" not in path.read_text() or path.name == "whatsapp.py", path


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "file:///etc/passwd",
        "https://api.twilio.com.evil.example/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com@evil.example/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://evil.example#@api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "http://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com:8443/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1",
        "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME1",
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/../../Media/ME1",
        "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/MM1/Media/ME1?x=y",
        "",
    ],
)
def test_s13_no_other_host_gets_our_credentials(address: str) -> None:
    settings.use(some_settings())
    good = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    assert portraits.twilios(good) and not portraits.twilios(address.format(account=ACCOUNT))


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a b", "x?y", "http://evil.example", ""])
def test_s13_telegram_names_a_plain_path_or_none(path: str) -> None:
    with pytest.raises(portraits.Refused):
        portraits._path(f'{{"file_path": "{path}"}}'.encode())


def test_s31_jobs_are_names_in_json_never_pickles() -> None:
    """S31: a shared Redis runs nothing of its own here."""
    for path in SERVICE:
        assert not calls(path) & {"pickle.loads", "pickle.load", "marshal.loads", "eval", "exec"}, path
        for made in re.findall(r"Queue\([^)]*\)", path.read_text()):
            assert "asyncio" in made or "json" in made or "queue.Queue" in made or made == "Queue()", (path, made)


def test_s30_no_words_go_into_sql() -> None:
    """S30: statements take parameters; LIKE is never given somebody's words."""
    for path in SERVICE:
        for name, node in called(path):
            if name.endswith("execute_sql") and "migrate" not in path.name and "move" not in path.name:
                assert not isinstance(node.args[0], ast.JoinedStr), path
        assert not re.search(r"\.contains\((msg|text|words)", path.read_text()), path


def test_s29_there_is_no_file_whose_cells_could_be_formulas() -> None:
    """S29: exports are JSON, Markdown, PDF and calendars; whoever adds a table must think of = + - and @ first."""
    for path in SERVICE:
        assert not re.search(r"^\s*(import|from) (csv|openpyxl|xlsxwriter)\b", path.read_text(), re.M), path


def test_s34_secrets_are_compared_in_constant_time() -> None:
    for name in ("telegram", "whatsapp", "pages"):
        assert "compare_digest" in (HERE / "webhook" / f"{name}.py").read_text() or name == "pages"
    assert "compare_digest" in (HERE / "handlers" / "kit" / "buttons.py").read_text()


def test_s40_only_what_is_meant_to_be_seen_lies_in_a_served_folder() -> None:
    kinds = {path.suffix for path in (HERE / "webhook" / "static").rglob("*") if path.is_file()}
    assert kinds <= {".css", ".js", ".png", ".svg", ".ico"}, kinds


@pytest.mark.parametrize(
    "secret",
    [
        "https://api.telegram.org/bot7000000001:AAtesttesttesttesttesttesttesttest1/sendMessage",
        "+33639980012",
        "https://t.me/+AbCdEfGhIjKlMnOp",
        "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv",
        "GET /in/Zm9vYmFyYmF6cXV4MTIz",
        "GET /media/ImFiYyI.abc.def_ghi",
        "GET /calendar/Zm9vYmFyYmF6cXV4MTIz.ics",
        "GET /s/12_0b5a0_Zm9vYmFyYmF6cXV4",
    ],
)
def test_s7_no_secret_is_written_into_the_log(secret: str) -> None:
    """S7, S8, S14: tokens, numbers, invitations and what opens a page."""
    shown = SECRETS.sub("…", f"while asking {secret} it failed")
    kept = re.sub(r"https?://[\w.]+/|GET /\w+/|…|while asking | it failed|bot|/sendMessage|\+", "", shown)
    assert len(kept) < 8, shown


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Lines as a process of ours writes them; afterwards as pytest had them."""
    root = logging.getLogger()
    before, level, shape = root.handlers[:], root.level, structlog.get_config()
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", out)
    logs.configure()
    monkeypatch.setattr(inbox, "log", structlog.get_logger())  # not the one of a test before this
    yield out
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**shape)


WORDS = "Zéphyrine, 06 39 98 00 12, chez ma tante Zigomar"


def test_s8_a_bug_is_logged_without_anybodys_words(logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """S8: what an error says may be what somebody wrote; the log has its kind and place, the kept event the rest."""

    def broken(msg: Any) -> Any:
        raise KeyError(f"{msg.person.name}\n{msg.words}")

    with memory():
        monkeypatch.setattr(on.load().commands["aide"], "function", broken)
        inbox.receive(event(somebody("Zéphyrine"), text=f"/aide {WORDS}"))
        assert "Zigomar" in str(DeadLetter.get().error)
    said = logged.getvalue()
    assert "KeyError" in said and "test_inside.py" in said
    assert not [word for word in ("Zéphyrine", "Zigomar", "06 39") if word in said], said


def test_s7_s8_no_secret_and_no_words_in_what_libraries_log(logged: io.StringIO) -> None:
    """S7, S8: the library of HTTP names the whole address in its errors, token and all."""
    try:
        raise ConnectionError(f"/bot7000000001:AAtesttesttesttesttesttesttesttest1/sendMessage {WORDS}")
    except ConnectionError:
        logging.getLogger("werkzeug").exception("asking +33639980012 failed")
    said = logged.getvalue()
    assert "ConnectionError" in said and "test_inside.py" in said
    assert not [word for word in ("AAtest", "Zigomar", "33639980012") if word in said], said

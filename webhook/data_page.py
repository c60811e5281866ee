"""All that is kept about somebody, to read and as a JSON file, for whom the one-time link let in (R3)."""

import json
import re
from typing import Any

from flask import Blueprint, Response

from handlers.kit import entry
from handlers.kit.cards import privacy_words
from handlers.kit.texts import Text, _
from storage import privacy
from storage.export import OTHER, export, table
from storage.people import Person
from webhook import reader
from webhook.entry import Answer, closed, guest, language

routes = Blueprint("data_page", __name__)
COUNTED = {"value", "guests", "late", "length", "stars"}  # other numbers are ids
MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$")
MOST = 200  # rows of a table on the page; the file has all
DATES = (
    "at",
    "asked_at",
    "given_at",
    "answered_at",
    "joined_at",
    "started_at",
    "opened_at",
    "created_at",
    "drawn_at",
)


@routes.get("/data")
def mine() -> Answer:
    """The page; closed to a browser that no link has let in."""
    found = guest(entry.DATA)
    if found is None:
        return closed(entry.DATA)
    kept, spoken = export(found.person), language(found.person)
    return reader.page(
        "data.html",
        spoken,
        parts=_parts(kept["tables"], spoken),
        named=[row["words"] for row in kept["named_by_others"]],
        seal=found.seal(),
        page=entry.DATA,
    )


def _parts(tables: dict[str, Any], language: str) -> list[tuple[Text, list[tuple[Text, list[str]]]]]:
    """What it is kept for, and under it each table: its title and its newest rows in words."""
    parts = []
    for area in privacy.AREAS:
        names = [table(model) for model, kept in privacy.TABLES.items() if kept.area == area]
        held = [
            (_title(name), [_row(row, language) for row in tables[name][-MOST:]]) for name in names if name in tables
        ]
        if held:
            parts.append((privacy_words.PURPOSES[area], held))
    return parts


def _title(name: str) -> Text:
    return privacy_words.TABLES.get(name, _("Other"))


def _row(row: dict[str, Any], language: str) -> str:
    """ "2026-03-03 · Les indés de Nantes · what was written": the day, where, then all that says something."""
    other = _("somebody else").plain(language)
    day = next((str(row[name])[:10] for name in DATES if name in row), "")
    left_out = {"id", "person", *DATES}
    told = {name: value for name, value in row.items() if name not in left_out and not name.endswith("_at")}
    said = [_plain(value) for name, value in told.items() if not isinstance(value, int) or name in COUNTED]
    return " · ".join(other if part == OTHER else part for part in (day, *said) if part)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("text") or json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return "" if isinstance(value, bool) or value == "me" else MOMENT.sub(r"\1 \2", str(value))


@routes.get("/data.json")
def file() -> Answer:
    """The same for a machine (art. 20: portability)."""
    found = guest(entry.DATA)
    if found is None:
        return closed(entry.DATA)
    return _file(found.person)


def _file(person: Person) -> Response:
    body = json.dumps(export(person), ensure_ascii=False, indent=1)
    answer = Response(body, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="noyau.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer

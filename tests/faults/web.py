"""The web process with the echo feature; the server calls create_app()."""

import os

from flask import Flask

import tests.faults.echo  # noqa: F401 - registers itself
import webhook
from storage import db, settings


def create_app() -> Flask:
    """The service; FAULT_MAX_PAGES makes its SQLite disk full at so many pages (F15)."""
    if most := os.environ.get("FAULT_MAX_PAGES"):
        opened = db.connect(settings.current().database_url)
        opened.pragma("max_page_count", int(most), permanent=True)  # type: ignore[attr-defined]
    return webhook.create_app()

"""LISTENS: the only folder that knows HTTP. create_app() is what the server runs."""

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from jobs import logs
from storage import db, lives, settings
from storage.settings import WrongSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

MOST = 256 * 1024  # bytes of a request; the platforms send a few kilobytes


class Service(Flask):
    """Flask, after a look at the one address that nearly all requests are for."""

    def wsgi_app(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        from webhook import counts, telegram

        since = time.perf_counter()
        reply = telegram.at_once(environ, MOST)
        if reply is None:
            return super().wsgi_app(environ, counts.watched(environ["PATH_INFO"], since, start_response))
        counts.took(telegram.PATH, reply.status, since)
        start_response(reply.status, reply.headers)
        return [reply.body]


def create_app(check: bool = True) -> Flask:
    """The service; raises WrongSettings with a sentence a fault."""
    from webhook import (
        calendar,
        data_page,
        entry,
        group_page,
        headers,
        health_page,
        me_page,
        media,
        meeting_page,
        pages,
        people_page,
        privacy_page,
        summary_page,
        telegram,
        whatsapp,
    )

    logs.configure()
    known = settings.current()
    if check and (faults := settings.check(known, dict(os.environ))):
        raise WrongSettings(faults)
    if db.real.obj is None:
        db.connect(known.database_url)
    if check:
        lives.begin("web")
    app = Service(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=MOST,
        MAX_FORM_MEMORY_SIZE=MOST,
        MAX_FORM_PARTS=300,
    )  # no SECRET_KEY: there are no sessions, and Flask would prepare one at every request
    app.teardown_request(_close)
    headers.guard(app)
    for part in (telegram, whatsapp, media, pages, calendar, meeting_page, summary_page, group_page):
        app.register_blueprint(part.routes)
    for part in (entry, me_page, people_page, health_page, data_page, privacy_page):
        app.register_blueprint(part.routes)
    if known.playground:
        _playground(app)
    return app


def _playground(app: Flask) -> None:
    from webhook.playground import clock, page

    app.register_blueprint(page.blueprint(os.environ.get("NOYAU_WORLD", "")))
    app.register_blueprint(clock.routes)


def _close(_error: BaseException | None) -> None:
    db.give_back()

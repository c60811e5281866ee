"""Calendars for applications: the file of one meeting, and a member's own address to subscribe to (P05, M09)."""

import re
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, request

from handlers.kit import doors
from handlers.kit.texts import _
from jobs import calendars
from storage import settings
from storage.meetings import Feed
from webhook import reader

routes = Blueprint("calendar", __name__)
MIME = "text/calendar; charset=utf-8"
FRESH = "private, max-age=300"  # seconds; applications ask every hour or so


@routes.get("/c/<token>.ics")
def one(token: str) -> Response:
    """The file of a meeting; 404 for a link that is made up, closed or long past."""
    found = doors.behind(token[:60], doors.OWN, doors.INSIDE, doors.OUTSIDE)
    if found is None:
        return reader.gone()
    meeting, view = found
    body = calendars.one(meeting, reader.language(meeting.group.language), view)
    return _file(body, calendars.filename(meeting.group))


@routes.get("/calendar/<token>.ics")
def feed(token: str) -> Response:
    """A member's whole calendar; 404 for an unknown address, 410 for a revoked one."""
    known = _known(token)
    if known is None or known.revoked_at is not None:
        return reader.gone(404 if known is None else 410)
    body = calendars.feed(known, known.person.language or settings.current().language)
    return _file(body, "noyau.ics")


def _known(token: str) -> Feed | None:
    """The feed of an address; one that we never gave is not even looked up."""
    return Feed.by_token(token) if re.fullmatch(r"[A-Za-z0-9_-]{20,48}", token) else None


def _file(body: bytes, name: str) -> Response:
    """Not sent again to an application that has it (If-None-Match)."""
    answer = Response(body, content_type=MIME)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = FRESH
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@routes.get("/calendar/<token>")
def subscribe(token: str) -> Response:
    """A button for each kind of application; 404 for an unknown address, 410 for a revoked one."""
    known = _known(token)
    if known is None or known.revoked_at is not None:
        return reader.gone(404 if known is None else 410)
    language = reader.language(known.person.language or settings.current().language)
    address = doors.feed_link(known)
    return reader.page("calendar.html", language, address=address, ways=_ways(address))


def _ways(address: str) -> list[tuple[object, str]]:
    """Each kind of application and the link that subscribes there."""
    webcal = f"webcal:{address.removeprefix(urlsplit(address).scheme + ':')}"
    return [
        (_("iPhone, iPad, Mac"), webcal),
        (_("Google Calendar"), f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"),
        (_("Outlook"), f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}"),
    ]

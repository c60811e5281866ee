"""Listens to Twilio: checks the signature, hands messages and receipts over (Twilio: webhook request)."""

import base64
import hashlib
import hmac

from flask import Blueprint, Response, request
from peewee import InterfaceError, OperationalError
from werkzeug.datastructures import MultiDict

from handlers.kit import inbox
from handlers.kit import whatsapp as reader
from handlers.kit.inbox import Unavailable
from jobs import limits, settle
from jobs.bell import wake
from storage import db, settings
from storage.people import WHATSAPP

routes = Blueprint("whatsapp", __name__)
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
LATER = {"Retry-After": "5"}


@routes.post("/webhook/whatsapp")
def listen() -> Response:
    """One message; always answered empty, since replies go through the outbox."""
    if not _signed():
        return Response("forbidden", 403)
    form = request.form.to_dict()
    known = settings.current()
    try:
        try:
            event = reader.read(form, known.twilio_account, known.twilio_from)
        except (KeyError, ValueError) as error:
            inbox.bury(WHATSAPP, repr(form), f"{type(error).__name__}: {error}")
            event = None
        if event is not None and limits.receive(event).spoke:
            wake()
    except Unavailable:
        return Response("later", 503, LATER)
    return Response(NOTHING_TO_SAY, 200, content_type="text/xml")


@routes.post("/webhook/whatsapp/status")
def receipt() -> Response:
    """One delivery receipt; they come twice and out of order."""
    if not _signed():
        return Response("forbidden", 403)
    try:
        status = reader.read_status(request.form.to_dict(), settings.current().twilio_account)
    except KeyError:
        return Response("", 204)
    try:
        if status is not None and _note(status):
            wake()
    except (OperationalError, InterfaceError):
        return Response("later", 503, LATER)
    return Response("", 204)


def _note(status: reader.Status) -> bool:
    with db.transaction():
        return settle.receipt(status.message, status.status, status.error)


def _signed() -> bool:
    """Is it Twilio? Checked on PUBLIC_URL and the path, never on what the request claims (S2, S5)."""
    known = settings.current()
    given = request.headers.get("X-Twilio-Signature", "")
    if not known.whatsapp or not known.twilio_token or not given:
        return False
    url = known.public_url + request.path + (f"?{request.query_string.decode()}" if request.query_string else "")
    return any(
        hmac.compare_digest(given.encode("utf-8", "replace"), signature(one, request.form, known.twilio_token))
        for one in (url, _with_port(url))
    )


def signature(url: str, form: "MultiDict[str, str]", token: str) -> bytes:
    """Base64 of HMAC-SHA1 over the address and the sorted parameters (Twilio: security)."""
    text = url
    for name in sorted(form):
        for value in sorted(set(form.getlist(name))):
            text += name + value
    return base64.b64encode(hmac.digest(token.encode(), text.encode("utf-8", "replace"), hashlib.sha1))


def _with_port(url: str) -> str:
    scheme, _sep, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if ":" in host:
        return url
    return f"{scheme}://{host}:{443 if scheme == 'https' else 80}{slash}{path}"

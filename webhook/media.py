"""Serves pictures to Twilio from signed, expiring addresses (contract: GET /media/…)."""

from flask import Blueprint, Response

from jobs import media

routes = Blueprint("media", __name__)


@routes.get("/media/<token>")
def show(token: str) -> Response:
    """The picture, or 404 for anything unknown, forged or too old."""
    found = media.find(token[:300])
    if found is None:
        return Response("not found", 404)
    return Response(bytes(found.body), 200, {"Cache-Control": "private, no-store"}, content_type=found.mime)

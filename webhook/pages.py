"""The few pages: health, readiness, metrics and the way in."""

import hmac

from flask import Blueprint, Response, jsonify, redirect, request
from peewee import PeeweeException
from redis.exceptions import RedisError
from werkzeug.wrappers import Response as Redirect

from jobs import bell
from storage import db, migrate, settings, vitals

routes = Blueprint("pages", __name__)
VERSION = "0.1.0"
OLDEST = 300  # seconds that a due post may wait before /ready turns red (F46)


@routes.get("/")
def home() -> Redirect | Response:
    """The playground when there is one; else one plain line."""
    if settings.current().playground:
        return redirect("/playground")
    return Response("Noyau is running.\n", content_type="text/plain")


@routes.get("/health")
def health() -> Response:
    """200 while the process lives."""
    return jsonify(status="ok", version=VERSION)


@routes.get("/ready")
def ready() -> tuple[Response, int]:
    """200 when all that is needed answers, else 503 and what is missing."""
    faults = [name for name, check in CHECKS.items() if not check()]
    return jsonify(ready=not faults, missing=faults), 503 if faults else 200


def _database() -> bool:
    try:
        db.real.execute_sql("select 1")
        return True
    except PeeweeException:
        return False


def _migrated() -> bool:
    try:
        return not migrate.missing()
    except PeeweeException:
        return False


def _redis() -> bool:
    try:
        return bool(bell.for_web().ping())
    except (RedisError, OSError, ValueError):
        return False


def _moving() -> bool:
    try:
        return vitals.oldest() < OLDEST
    except PeeweeException:
        return False


CHECKS = {"database": _database, "migrations": _migrated, "redis": _redis, "delivery": _moving}


@routes.get("/metrics")
def metrics() -> Response:
    """Prometheus text; only with the bearer token."""
    token = settings.current().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
    if not token or not hmac.compare_digest(given, token.encode()):
        return Response("not found", 404)
    from webhook import metrics as page  # its library is loaded where somebody asks

    try:
        return Response(page.text(), content_type="text/plain; version=0.0.4")
    except PeeweeException:
        return Response("the database does not answer", 503)

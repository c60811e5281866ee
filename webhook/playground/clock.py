"""The playground's own switches: time that jumps, a world made anew, the links that lead into its groups."""

import datetime as dt
import os
import subprocess
import sys
import threading
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request

from handlers.kit import doors
from storage import db, facts, outbox
from storage.db import now
from storage.groups import Group
from storage.models import MODELS
from storage.settings import HERE, LOOPBACK
from webhook.playground import living, travel

routes = Blueprint("playground_clock", __name__, url_prefix="/playground")
SPANS = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}
_one_at_a_time = threading.Lock()


@routes.before_request
def guard() -> None:
    """Only this machine, by its own name, and never a page from elsewhere in this machine's browser (S20)."""
    here = urlsplit(request.host_url)
    origin = request.headers.get("Origin")
    if request.remote_addr not in LOOPBACK or here.hostname not in LOOPBACK:
        abort(403)
    if origin is not None and origin != f"{here.scheme}://{here.netloc}":
        abort(403)
    if request.method == "POST" and not request.is_json:
        abort(415)


@routes.post("/clock")
def move() -> Response | tuple[Response, int]:
    """{"to": "hour", "day" or "next"}: time goes on; 204 when "next" finds nothing planned."""
    asked = str(_said().get("to"))
    with _one_at_a_time:
        goal = outbox.next_due() if asked == "next" else now() + SPANS[asked] if asked in SPANS else None
        if goal is None:
            return (Response(status=204), 204) if asked == "next" else (jsonify(error="to: hour, day or next"), 400)
        stops = travel.to(goal)
    return jsonify(now=now().isoformat(), stops=stops)


@routes.post("/world")
def renew() -> Response | tuple[Response, int]:
    """{"kind": "empty" or "living"}: everything is wiped; the cast alone, or a group that lives already."""
    kind = _said().get("kind")
    if kind not in ("empty", "living"):
        return jsonify(error="kind: empty or living"), 400
    with _one_at_a_time:
        world = living.World(os.environ["NOYAU_WORLD"])
        travel.wait(3)
        wipe()
        world.empty()
        set_up()
        if kind == "living":
            living.found(world)
    return jsonify(now=now().isoformat(), kind=kind)


@routes.get("/links")
def links() -> Response:
    """The ways to apply to each group, for the phones of those who are in none."""
    known = []
    for group in Group.select().where(Group.state == "live").order_by(Group.id):
        doors_of = doors.apply_links(group.public_link(), group.language)
        known.append({"group": group.name, "links": {name.lower(): link for name, link in doors_of}})
    return jsonify(groups=known)


def _said() -> dict[str, object]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def wipe() -> None:
    """Forget everything in the database, the playground's time included."""
    with db.transaction():
        db.real.execute_sql("pragma defer_foreign_keys = on")
        for model in reversed(MODELS):
            model.delete().execute()
    facts.forget()
    db.forget_shift()


def set_up() -> None:
    """Menus, webhooks and contents at the emulated platforms, as an operator does it."""
    command = [sys.executable, "-m", "jobs", "setup"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"jobs setup: {done.stdout[-500:]}{done.stderr[-500:]}")
    facts.forget()

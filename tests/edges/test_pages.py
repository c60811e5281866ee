"""Health, readiness, metrics and pictures: who sees what, and what each header says (F46, S26)."""

import datetime as dt
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from jobs import media
from storage import db, settings
from storage.outbox import Media, Post

Service = tuple[Any, Any, settings.Settings]


def get(service: Service, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request; status, headers, body."""
    request = urllib.request.Request(service[1].url + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_health_says_its_version_without_asking_anybody(service: Service) -> None:
    status, _headers, body = get(service, "/health")
    assert status == 200 and json.loads(body)["version"]


def test_ready_when_everything_answers(service: Service) -> None:
    status, _headers, body = get(service, "/ready")
    assert (status, json.loads(body)) == (200, {"ready": True, "missing": []})


def test_ready_turns_red_when_a_post_is_stuck(service: Service) -> None:
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, due=db.now() - dt.timedelta(minutes=6))
    status, _headers, body = get(service, "/ready")
    assert (status, json.loads(body)["missing"]) == (503, ["delivery"])


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Bearer é"])
def test_metrics_are_not_there_without_the_token(service: Service, token: str) -> None:
    headers = {"Authorization": token.encode().decode("latin-1")} if token else {}
    assert get(service, "/metrics", **headers)[0] == 404


def test_metrics_count_posts_by_state(service: Service) -> None:
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, state="dead")
    status, _headers, body = get(service, "/metrics", Authorization="Bearer metrics")
    assert status == 200
    assert b'noyau_posts{platform="telegram",state="dead",waits=""} 1.0' in body
    assert b"noyau_oldest_due_seconds" in body


def test_a_picture_has_a_signed_address_that_expires(service: Service) -> None:
    row = Post.create(platform="whatsapp", chat="+1", payload={"text": "x"})
    from storage.groups import Group

    group = Group.create(name="Les indés", state="live")
    address = media.keep(row, media.make("poster", group.id, "fr"))
    path = address.removeprefix(settings.current().public_url)

    status, headers, body = get(service, path)
    assert status == 200 and body[:4] == b"\x89PNG" and headers["Content-Type"] == "image/png"
    assert get(service, path[:-2] + "xx")[0] == 404
    Media.update(expires_at=db.now() - dt.timedelta(seconds=1)).execute()
    assert get(service, path)[0] == 404


def test_every_page_carries_its_headers(service: Service) -> None:
    for path in ("/health", "/ready", "/nothing-here"):
        _status, headers, _body = get(service, path)
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_playground_is_not_there_in_production(service: Service) -> None:
    """S32."""
    for path in ("/playground", "/playground/clock", "/playground/world"):
        assert get(service, path)[0] == 404

"""Health, readiness, metrics and pictures: who sees what, and what each header says (F46, S26)."""

import datetime as dt
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from jobs import media
from storage import alarms, db, facts, migrate, settings, vitals
from storage.outbox import DeadLetter, Media, Post
from storage.people import meet

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


def test_f46_ready_turns_red_when_a_post_is_stuck(service: Service) -> None:
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, due=db.now() - dt.timedelta(minutes=6))
    status, _headers, body = get(service, "/ready")
    assert (status, json.loads(body)["missing"]) == (503, ["delivery"])


def test_f46_ready_turns_red_when_posts_are_tried_in_vain(service: Service) -> None:
    """F46: the time of the next try is to come, and still nothing goes out."""
    made, due = db.now() - dt.timedelta(hours=1), db.now() + dt.timedelta(minutes=2)
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, attempts=9, created_at=made, due=due)
    status, _headers, body = get(service, "/ready")
    assert (status, json.loads(body)["missing"]) == (503, ["delivery"])


def test_ready_stays_green_for_what_is_to_wait(service: Service) -> None:
    """A closed window, a digest and a later day are no stuck queue; health asks nobody."""
    old = db.now() - dt.timedelta(hours=1)
    for waits in ("window", "start", "digest"):
        Post.create(platform="whatsapp", chat="+1", payload={"text": "x"}, due=old, waits=waits)
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, due=db.now() + dt.timedelta(days=1))
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, due=old, state="dead")
    assert get(service, "/ready")[0] == 200


def test_ready_turns_red_when_a_migration_is_missing(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """F28, F46."""
    monkeypatch.setattr(migrate, "missing", lambda: ["0009_next"])
    status, _headers, body = get(service, "/ready")
    assert (status, json.loads(body)["missing"]) == (503, ["migrations"])
    assert get(service, "/health")[0] == 200


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


def scrape(service: Service) -> dict[str, float]:
    """Every sample of /metrics, by name and labels."""
    _status, _headers, body = get(service, "/metrics", Authorization="Bearer metrics")
    rows = [line.rpartition(" ") for line in body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in rows}


def test_metrics_count_webhooks_and_their_time(service: Service) -> None:
    """One update taken, one without the secret, one receipt without a signature."""
    before = scrape(service)
    assert service[0].post_update({"update_id": 1}) == 200
    assert service[0].post_update({"update_id": 2}, secret="wrong") == 403
    assert service[0].post_raw("/webhook/whatsapp/status", b"", {}) == 403
    assert service[0].post_raw("/webhook/nothing-here", b"", {}) == 404
    after = scrape(service)
    grown = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert grown['noyau_updates_total{status="200",webhook="telegram"}'] == 1
    assert grown['noyau_updates_total{status="403",webhook="telegram"}'] == 1
    assert grown['noyau_updates_total{status="403",webhook="whatsapp/status"}'] == 1
    assert grown['noyau_update_seconds_bucket{le="+Inf",webhook="telegram"}'] == 2
    assert grown['noyau_update_seconds_count{webhook="telegram"}'] == 2
    assert not [name for name in after if "nothing" in name]


def test_metrics_tell_what_became_of_sends_and_how_long_they_took(service: Service) -> None:
    sent = {"state": "sent", "sent_at": db.now(), "due": db.now() - dt.timedelta(seconds=2)}
    for platform, state in (("telegram", {}), ("whatsapp", {"status": "read"}), ("whatsapp", {"status": "failed"})):
        Post.create(platform=platform, chat="1", payload={"text": "x"}, **sent, **state)
    Post.create(platform="telegram", chat="1", payload={"text": "x"}, state="uncertain")
    found = scrape(service)
    assert found['noyau_sends{kind="text",platform="telegram",result="sent"}'] == 1
    assert found['noyau_sends{kind="text",platform="telegram",result="uncertain"}'] == 1
    assert found['noyau_sends{kind="text",platform="whatsapp",result="read"}'] == 1
    assert found['noyau_sends{kind="text",platform="whatsapp",result="failed"}'] == 1
    assert found["noyau_delivered_lately"] == 3
    assert 1.9 < found['noyau_delivery_seconds{quantile="0.99"}'] < 2.5


def test_metrics_tell_windows_letters_alarms_and_what_the_platforms_said(service: Service) -> None:
    """Numbers and kinds alone: nobody's name, number or word (S8)."""
    for number, hours in (("+33639980001", 1), ("+33639980002", 30), ("+33639980003", 1)):
        meet("whatsapp", number).heard(db.now() - dt.timedelta(hours=hours))
    meet("whatsapp", "+33639980003").stop()
    DeadLetter.create(platform="telegram", body="secret", error="KeyError: 'secret'")
    alarms.sound("letters.KeyError", "secret")
    facts.tell(vitals.PENDING, "7")
    found = scrape(service)
    assert [found[f'noyau_whatsapp_windows{{state="{s}"}}'] for s in ("open", "closed", "stopped")] == [1, 1, 1]
    assert found['noyau_dead_letters{error="KeyError"}'] == 1
    assert found['noyau_alarms{cause="letters.KeyError"}'] == 1
    assert found["noyau_telegram_pending_updates"] == 7
    assert not [name for name in found if "secret" in name or "3363" in name]


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


def test_s32_the_playground_is_not_there_in_production(service: Service) -> None:
    """S32."""
    for path in ("/playground", "/playground/clock", "/playground/world"):
        assert get(service, path)[0] == 404

"""The web side of abuse: headers and cookies, foreign forms, guessed and leaked addresses (S24 to S27, S33)."""

import contextlib
import dataclasses
import gzip
import logging
import re
import secrets
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from handlers.kit import doors
from storage import settings
from storage.meetings import Meeting
from storage.passes import Pass
from storage.people import LinkCode
from tests.properties.bare import a_group, event, memory, seat, somebody
from webhook import create_app, headers

OURS = "https://noyau.example.org"
SCANNED = ("/.git/config", "/wp-admin/", "/api/v1/users", "/webhook", "/webhook/telegrams", "/playground", "/status")


@pytest.fixture
def app() -> Iterator[Flask]:
    with memory():
        settings.use(dataclasses.replace(settings.current(), public_url=OURS, playground=False))
        yield create_app(check=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every address of the service with a method, its places filled with something made up."""
    found = []
    for known in app.url_map.iter_rules():
        path = re.sub(r"<int:\w+>", "7", re.sub(r"<(?:path:)?\w+>", "x" * 30, known.rule))
        found += [(method, path) for method in (known.methods or set()) - {"OPTIONS", "HEAD"}]
    return sorted(found)


def test_s26_every_answer_is_dressed(app: Flask, client: FlaskClient) -> None:
    """S26, S33, S39: each address asked with something made up; no 5xx, no hint of what there is."""
    for method, path in [*addresses(app), ("GET", "/.env"), ("GET", "/wp-login.php"), ("PUT", "/health")]:
        if path == "/ready":
            continue  # it asks Redis
        answer = client.open(path, method=method)
        if path.startswith("/webhook/"):
            assert answer.status_code == 403 and "Content-Security-Policy" not in answer.headers, path
            continue
        assert answer.status_code < 500, path
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
            assert answer.headers.get(name) == headers.CARRIED[name], (path, name)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"] and answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers.get("Cache-Control") or path.startswith("/static/"), path
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": OURS},
        {"Origin": "https://evil.example"},
        {"Origin": "https://noyau.example.org.evil.example"},
        {"Origin": "http://noyau.example.org"},
        {"Origin": "null", "Cookie": "__Host-me=x"},
        {"Cookie": "__Host-me=x"},
    ],
)
def test_s25_a_foreign_form_is_refused_everywhere(app: Flask, client: FlaskClient, sent: dict[str, str]) -> None:
    sent = dict(sent)
    if cookie := sent.pop("Cookie", ""):
        client.set_cookie(*cookie.split("="), domain="localhost")
    for method, path in addresses(app):
        if method == "POST" and not path.startswith("/webhook/"):
            assert client.post(path, headers=sent).status_code == 403, path


@pytest.mark.parametrize(
    "sent", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": OURS}, {"Sec-Fetch-Site": "none", "Origin": "null"}, {}]
)
def test_s25_our_own_forms_are_taken(client: FlaskClient, sent: dict[str, str]) -> None:
    assert client.post("/in/made-up", headers=sent).status_code != 403


def test_s25_a_cookie_is_for_us_alone(app: Flask) -> None:
    with app.test_request_context("/"):
        kept = headers.keep(Response(), "me", "secret").headers["Set-Cookie"]
    parts = {part.strip() for part in kept.split(";")}
    assert kept.startswith("__Host-me=secret") and {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= parts
    assert f"Max-Age={12 * 3600}" in parts and not [part for part in parts if part.startswith("Domain")]
    with app.test_request_context("/"):
        dropped = headers.drop(Response(), "me").headers["Set-Cookie"]
    parts = {part.strip() for part in dropped.split(";")}
    assert (
        dropped.startswith("__Host-me=;") and {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=0"} <= parts
    )


def test_s26_pages_are_kept_by_nobody_and_styles_may_be(client: FlaskClient) -> None:
    assert client.get("/health").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/static/page.css").headers.get("Cache-Control", "")


def test_s24_a_link_opens_once_by_a_button_and_is_kept_as_a_hash(client: FlaskClient) -> None:
    """S24: looked at by robots it stays whole; opened twice, guessed or old it is nothing."""
    zoe = somebody("Zoé")
    secret = Pass.issue(zoe.person, "me")
    assert len(secret) >= 22 and not [row for row in Pass.select() if secret in repr(row.__data__)]
    for _robot in range(3):
        page = client.get(f"/in/{secret}")
        assert page.status_code == 200 and "Set-Cookie" not in page.headers
        assert page.headers["Referrer-Policy"] == "no-referrer" and "no-store" in page.headers["Cache-Control"]

    first = client.post(f"/in/{secret}")
    assert first.status_code == 303 and "__Host-me=" in first.headers["Set-Cookie"]
    again = client.application.test_client().post(f"/in/{secret}")
    assert again.status_code in (404, 410) and "Set-Cookie" not in again.headers
    for _guess in range(50):
        assert client.application.test_client().post(f"/in/{secrets.token_urlsafe(16)}").status_code in (404, 410)


def test_s25_no_session_is_fixed_from_outside(app: Flask) -> None:
    """S25: a cookie somebody planted is worth nothing, and is replaced by a fresh one at the door."""
    visitor = app.test_client()
    visitor.set_cookie("__Host-me", "planted", domain="localhost", secure=True)
    secret = Pass.issue(somebody("Zoé").person, "me")
    taken = visitor.post(f"/in/{secret}", headers={"Sec-Fetch-Site": "same-origin"})
    assert "planted" not in taken.headers["Set-Cookie"]


def test_s27_no_address_leads_elsewhere(app: Flask, client: FlaskClient) -> None:
    """S27, S5: neither next= nor a forged host moves a redirect or a link."""
    group = a_group("Les indés")
    meeting = Meeting.fix(group, event(somebody("x")).at)
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    page = client.get(doors.meeting_link(meeting).removeprefix(OURS), headers=forged)
    assert page.status_code == 200 and "evil.example" not in page.text
    secret = Pass.issue(somebody("Zoé").person, "me")
    for asked in ("?next=https://evil.example", "?lang=//evil.example"):
        answer = client.post(f"/in/{secret}{asked}")
        assert "evil" not in answer.headers.get("Location", "")


def test_s33_a_guessed_number_is_the_same_nothing_as_a_foreign_one(client: FlaskClient) -> None:
    """S33, S34: no page is found by counting, and what is not yours looks like what is not there."""
    group, zoe = a_group("Les indés"), somebody("Zoé")
    seat(group, somebody("Camille"), "organizer")
    meeting = Meeting.fix(group, event(zoe).at)
    good = doors.meeting_link(meeting).rpartition("/")[2]
    forged = [good[:-1] + ("A" if good[-1] != "A" else "B"), f"{meeting.id}", f"{meeting.id}_", good.swapcase()]
    assert {client.get(f"/m/{token}").status_code for token in forged} == {404}
    client.post(f"/in/{Pass.issue(zoe.person, 'me')}")
    theirs, nobodys = client.get(f"/card/{group.id}"), client.get("/card/999")
    assert theirs.status_code == nobodys.status_code and theirs.data == nobodys.data


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 400_000, {}),
        (gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"}),
        (b"&".join(b"a%d=1" % n for n in range(10_000)), {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"a=" + b"%41" * 100_000, {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"a":' * 30_000, {"Content-Type": "application/json"}),
    ],
)
def test_s19_what_is_huge_deep_or_folded_is_refused(
    client: FlaskClient, body: bytes, headers: dict[str, str]
) -> None:
    """S19: at every address that takes something, with a signature that must be checked; never a 5xx."""
    headers = headers | {"X-Twilio-Signature": "x", "X-Telegram-Bot-Api-Secret-Token": "x"}
    for path in ("/webhook/telegram", "/webhook/whatsapp", "/webhook/whatsapp/status", "/in/x", "/me"):
        assert client.post(path, data=body, headers=headers).status_code in (400, 403, 404, 405, 413), path


def test_s39_a_scanner_finds_nothing_and_costs_nothing(
    client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    """S39: 404 without a trace or a look at the database. There is no bucket a caller's address: behind a host's
    proxy it is what the caller claims (S5), and webhooks are refused by their secret before they are read."""
    paths = [*SCANNED, "/static/../.env", "/static/%2e%2e/%2e%2e/.env", "/admin?id=1'--", "/%00"]
    with queries() as asked:
        answers = [client.open(path, method=method) for path in paths for method in ("GET", "POST")]
    assert {answer.status_code for answer in answers} <= {403, 404, 405}
    assert max(len(answer.data) for answer in answers) < 3000
    assert not asked and "Traceback" not in "".join(capfd.readouterr())


class Keeper(logging.Handler):
    """Remembers what is logged."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        self.kept.append(str(record.msg))


@contextlib.contextmanager
def queries() -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    asked: list[str] = []
    log, keeper = logging.getLogger("peewee"), Keeper(asked)
    log.addHandler(keeper)
    level = log.level
    log.setLevel(logging.DEBUG)
    yield asked
    log.setLevel(level)
    log.removeHandler(keeper)


def test_s24_a_link_code_is_guessed_by_nobody() -> None:
    """S24: eight digits, a quarter of an hour, and sixty tries at once (S20): one chance in a hundred thousand."""
    with memory():
        zoe = somebody("Zoé")
        codes = {LinkCode.issue(zoe.person) for _time in range(20)}
        assert len(codes) == 20 and all(re.fullmatch(r"\d{8}", code) for code in codes)
        assert LinkCode.select().count() == 1
        assert (60 + 15 * 60) / 10**8 < 1e-5


def test_s24_a_browser_that_was_let_in_sees_its_own_pages_until_it_goes_out_by_its_seal(client: FlaskClient) -> None:
    """S24, S25: an organizer's page is for organizers; a form without its page's seal does nothing."""
    group, zoe, camille = a_group("Les indés"), somebody("Zoé"), somebody("Camille")
    seat(group, zoe)
    seat(group, camille, "organizer")
    here = {"base_url": OURS, "headers": {"Sec-Fetch-Site": "same-origin"}}
    seen = {}
    for who in (zoe, camille):
        visitor = client.application.test_client()
        assert visitor.get("/me", **here).status_code == 404
        assert visitor.post(f"/in/{Pass.issue(who.person, 'me')}", **here).status_code == 303
        seen[who.id] = [visitor.get(path, **here).status_code for path in ("/me", f"/card/{group.id}", "/card/999")]
    assert seen == {zoe.id: [200, 404, 404], camille.id: [200, 200, 404]}

    page = visitor.get("/me", **here).text
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found is not None
    for form in ({"page": "me"}, {"page": "me", "seal": "x"}, {"page": "nothing", "seal": found[1]}):
        assert visitor.post("/out", data=form, **here).status_code == 404
        assert visitor.get("/me", **here).status_code == 200
    gone = visitor.post("/out", data={"page": "me", "seal": found[1]}, **here)
    assert gone.status_code == 200 and "Max-Age=0" in gone.headers["Set-Cookie"]
    assert visitor.get("/me", **here).status_code == 404

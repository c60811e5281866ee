"""The addresses of calendars and meetings, asked over HTTP: who reads what, how it looks (39, M18, S12)."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from handlers.kit import doors
from jobs.logs import SECRETS
from storage import db, settings
from storage.groups import Group, Membership
from storage.meetings import Attendance, Feed, Meeting
from storage.people import meet
from storage.venues import Venue
from tests.edges.test_pages import Service, get
from tests.edges.test_playground import ARTIFACTS, chromium

PARIS = ZoneInfo("Europe/Paris")
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


def path(link: str) -> str:
    """The link without its host."""
    return link.removeprefix(settings.current().public_url)


def fixed(group: Group | None = None, **facts: Any) -> Meeting:
    """A meeting in nine days, at half past seven in Paris."""
    start = dt.datetime.combine(db.now().date() + dt.timedelta(days=9), dt.time(19, 30), PARIS)
    home = group or Group.create(name="Les indés de Nantes", city="Nantes", purpose="On s'entraide.", state="live")
    return Meeting.fix(home, start, **facts)


def cafe(group: Group) -> Venue:
    return Venue.create(group=group, name="Café des Arts", address="3 rue du Port", map_link="https://osm.example/1")


def french(service: Service, link: str, **headers: str) -> tuple[int, dict[str, str], str]:
    status, kept, body = get(service, path(link), **{"Accept-Language": "fr-CA,fr;q=0.9"} | headers)
    return status, kept, body.decode().replace("\u2060", "").replace("\u00a0", " ")


# ------------------------------------------------------------------ the page of a meeting


def test_the_page_says_when_and_where_and_names_nobody(service: Service) -> None:
    meeting = fixed()
    meeting.meet_at(cafe(meeting.group))
    address = meet("telegram", "1", name="Zoé")
    Membership.welcome(meeting.group, address.person, address)
    Attendance.create(meeting=meeting, person=address.person, answer="yes")

    status, headers, html = french(service, doors.meeting_link(meeting))
    assert status == 200 and "19h30–21h30" in html and "Heure locale : Paris (UTC+" in html
    assert "Café des Arts, 3 rue du Port" in html and "Zoé" not in html
    assert doors.ics_link(meeting, doors.INSIDE) in html and "calendar.google.com" in html
    assert headers["X-Robots-Tag"] == "noindex, nofollow" and headers["Cache-Control"] == "private, no-store"


def test_the_page_speaks_the_readers_language(service: Service) -> None:
    link = doors.meeting_link(fixed())
    _status, _headers, html = french(service, link)
    assert '<html lang="fr">' in html and "Ajouter à mon agenda" in html
    assert "Add to my calendar" in get(service, path(link), **{"Accept-Language": "en-GB"})[2].decode()
    assert "Add to my calendar" in get(service, path(link) + "?lang=en", **{"Accept-Language": "fr"})[2].decode()
    assert "Ajouter à mon agenda" in get(service, path(link) + "?lang=xx", **{"Accept-Language": "de"})[2].decode()


def test_outsiders_have_a_page_only_while_the_group_wants_it(service: Service) -> None:
    meeting = fixed()
    meeting.meet_at(cafe(meeting.group), link="https://visio.example/salle")
    link, file = doors.event_link(meeting), doors.ics_link(meeting, doors.OUTSIDE)
    assert french(service, link)[0] == 404 and french(service, file)[0] == 404

    meeting.group.open_page(True)
    status, headers, html = french(service, link)
    assert status == 200 and "Café des Arts" in html and "Nantes" in html and "visio.example" not in html
    assert "X-Robots-Tag" not in headers
    assert "Pas encore membre" in html and "start=a_" in html.replace("&#61;", "=")
    assert doors.ics_link(meeting, doors.OUTSIDE) in html and doors.meeting_link(meeting) not in html
    _status, _headers, body = get(service, path(file))
    assert b"visio.example" not in body and doors.meeting_link(meeting).encode() not in body

    meeting.group.open_page(False)
    assert french(service, link)[0] == 404


def test_an_online_place_shows_no_link(service: Service) -> None:
    meeting = fixed()
    meeting.meet_at(Venue.create(group=meeting.group, name="En ligne", link="https://visio.example/salle"))
    html = french(service, doors.meeting_link(meeting))[2]
    assert "les membres trouvent le lien" in html and "visio.example" not in html


def test_a_forged_or_foreign_link_is_no_page(service: Service) -> None:
    meeting, other = fixed(), fixed()
    good = path(doors.meeting_link(meeting)).removeprefix("/m/")
    number, _line, seal = good.partition("_")
    for forged in (f"{other.id}_{seal}", number, f"{number}_", f"{number}_{'A' * 12}", "x" * 200, "%00", "１_x"):
        status, _headers, html = french(service, "/m/" + forged.replace("１", "%EF%BC%91"))
        assert status == 404 and "demande" in html.lower(), forged
    assert french(service, f"/c/{good}x.ics")[0] == 404
    assert french(service, path(doors.ics_link(meeting)).removesuffix(".ics").replace("/c/", "/m/"))[0] == 404


def test_a_page_goes_two_months_after_its_meeting(service: Service) -> None:
    meeting = fixed()
    db.shift_clock(db._offset[0] + dt.timedelta(days=20).total_seconds())
    status, _headers, html = french(service, doors.meeting_link(meeting))
    assert status == 200 and "Cette réunion est passée." in html and "Ajouter à mon agenda" not in html
    db.shift_clock(db._offset[0] + dt.timedelta(days=60).total_seconds())
    assert french(service, doors.meeting_link(meeting))[0] == 404
    assert french(service, doors.ics_link(meeting))[0] == 404


def test_a_cancelled_meeting_leads_to_the_next_one(service: Service) -> None:
    meeting = fixed()
    following = Meeting.fix(meeting.group, meeting.start + dt.timedelta(days=7))
    meeting.cancel()
    _status, _headers, html = french(service, doors.meeting_link(meeting))
    assert "Cette réunion est annulée." in html and doors.meeting_link(following) in html
    assert b"STATUS:CANCELLED" in get(service, path(doors.ics_link(meeting)))[2]


def test_s28_words_on_the_page_stay_words(service: Service) -> None:
    """S28: a group's name, a place or a map link is never a tag or a script."""
    name = '<script>alert(1)</script>"onload="x'
    group = Group.create(name=name, city="<b>Nantes</b>", purpose="<img src=x>", state="live", public_page=True)
    meeting = fixed(group, title="{{ 7*7 }}")
    meeting.meet_at(Venue.create(group=group, name="<i>Lou</i>", map_link="javascript:alert(1)"))
    for link in (doors.meeting_link(meeting), doors.event_link(meeting)):
        _status, _headers, html = french(service, link)
        assert not re.search(r"<script|<img|<i>|<b>|javascript:", html) and "{{ 7*7 }}" in html


# ------------------------------------------------------------------ a member's calendar


def a_member(meeting: Meeting) -> Feed:
    address = meet("telegram", "1", name="Zoé", language="fr")
    Membership.welcome(meeting.group, address.person, address)
    return Feed.open_of(address.person)


def test_a_calendar_is_fetched_and_not_sent_twice(service: Service) -> None:
    meeting = fixed()
    feed = a_member(meeting)
    status, headers, body = get(service, path(doors.feed_link(feed)))
    assert status == 200 and headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert meeting.uid.encode() in body and b"ATTENDEE" not in body and "Zoé".encode() not in body
    assert headers["Cache-Control"].startswith("private")

    again = get(service, path(doors.feed_link(feed)), **{"If-None-Match": headers["ETag"]})
    assert again[0] == 304 and again[2] == b""
    meeting.move(meeting.start + dt.timedelta(days=1))
    status, _headers, body = get(service, path(doors.feed_link(feed)), **{"If-None-Match": headers["ETag"]})
    assert status == 200 and b"SEQUENCE:1" in body


def test_a_revoked_calendar_is_gone(service: Service) -> None:
    feed = a_member(fixed())
    feed.revoke()
    for link in (doors.feed_link(feed), doors.feed_page(feed)):
        assert french(service, link)[0] == 410
    for unknown in ("/calendar/abc.ics", "/calendar/abc", "/calendar/" + "x" * 500, "/calendar/%00"):
        assert french(service, unknown)[0] == 404


def test_whoever_left_the_group_sees_its_meetings_no_longer(service: Service) -> None:
    meeting = fixed()
    feed = a_member(meeting)
    seat = Membership.of(meeting.group, feed.person)
    assert seat is not None and seat.leave()
    assert meeting.uid.encode() not in get(service, path(doors.feed_link(feed)))[2]


def test_the_page_of_the_calendar_has_a_button_for_each_application(service: Service) -> None:
    feed = a_member(fixed())
    status, headers, html = french(service, doors.feed_page(feed))
    assert status == 200 and f'value="{doors.feed_link(feed)}"' in html
    assert f'href="webcal://{doors.feed_link(feed).partition("://")[2]}"' in html and "calendar.google.com" in html
    assert headers["Cache-Control"] == "private, no-store" and headers["Referrer-Policy"] == "no-referrer"


def test_no_log_line_holds_the_address_of_a_calendar(service: Service) -> None:
    """S7."""
    feed = a_member(fixed())
    line = f"Exception on {path(doors.feed_link(feed))} [GET]"
    assert feed.token not in SECRETS.sub("…", line)


# ------------------------------------------------------------------ in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    where = chromium()
    if where is None:
        missing = "no Chromium is installed: the pages were not tried in a browser"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_in_a_browser(service: Service, browser: Browser, size: str, scheme: Any) -> None:
    """Nothing overflows, everything can be tapped, no script is needed."""
    meeting = fixed()
    meeting.meet_at(cafe(meeting.group))
    meeting.group.open_page(True)
    cancelled = fixed(meeting.group)
    cancelled.cancel()
    pages = {
        "meeting": doors.meeting_link(meeting),
        "event": doors.event_link(meeting),
        "cancelled": doors.meeting_link(cancelled),
        "calendar": doors.feed_page(a_member(meeting)),
        "gone": settings.current().public_url + "/m/nothing",
    }
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="fr-FR",
        color_scheme=scheme,
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    ARTIFACTS.mkdir(exist_ok=True)
    for name, link in pages.items():
        page.goto(link)
        page.screenshot(path=ARTIFACTS / f"page-{name}-{size}-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.evaluate(SMALL) == [], name
        assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
    context.close()
    assert not [line for line in said if "404" not in line]


SMALL = """() => [...document.querySelectorAll('a, button, input')]
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([box]) => box.width && (box.width < 43.5 || box.height < 43.5))
  .map(([box, e]) => `${e.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""

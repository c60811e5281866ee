"""Calendar files, read back by a library that did not write them (39, RFC 5545)."""

import datetime as dt
import urllib.parse
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from handlers.kit import doors
from jobs import calendars
from jobs.makers import MAKERS
from storage import db, settings
from storage.groups import Group, Membership
from storage.meetings import Attendance, Feed, Meeting
from storage.people import meet
from storage.venues import Venue
from tests.stage import some_settings

PARIS = ZoneInfo("Europe/Paris")
THURSDAY = dt.datetime(2030, 3, 14, 19, 30, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def database(engine: str) -> None:
    settings.use(some_settings())
    db.connect(engine)


def group(name: str = "Les indés de Nantes", **facts: Any) -> Group:
    return Group.create(name=name, state="live", **facts)


def read(body: bytes) -> Calendar:
    """Read as a calendar application does; the lines are no longer than RFC 5545 allows (3.1)."""
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    return IcsCalendarStream.calendar_from_ics(body.decode())


def event(meeting: Meeting, view: str = doors.OWN) -> Event:
    """The one event of the meeting's file."""
    found = read(calendars.one(meeting, "fr", view)).events
    assert len(found) == 1
    return found[0]


def test_a_meeting_is_read_back_as_it_was_fixed() -> None:
    meeting = Meeting.fix(group(), THURSDAY, length=90, place="Café des Arts, 3 rue du Port")
    seen = event(meeting)
    assert (seen.uid, seen.sequence, seen.status) == (f"{meeting.uid}@noyau", 0, "CONFIRMED")
    assert seen.dtstart == THURSDAY and seen.dtend == THURSDAY + dt.timedelta(minutes=90)
    assert (seen.summary, seen.location) == ("Les indés de Nantes", "Café des Arts, 3 rue du Port")
    assert seen.url is not None and str(seen.url) == doors.meeting_link(meeting)
    assert seen.attendees == [] and seen.organizer is None


def test_the_time_is_the_walls_with_the_rules_of_its_zone() -> None:
    body = calendars.one(Meeting.fix(group(), THURSDAY), "fr")
    assert b"DTSTART;TZID=Europe/Paris:20300314T193000" in body
    assert b"BEGIN:VTIMEZONE" in body and b"METHOD:PUBLISH" in body and len(body) < 2000


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        (dt.datetime(2030, 3, 30, 19, 30, tzinfo=PARIS), dt.datetime(2030, 3, 30, 18, 30, tzinfo=dt.UTC)),
        (dt.datetime(2030, 3, 31, 1, 30, tzinfo=PARIS), dt.datetime(2030, 3, 31, 0, 30, tzinfo=dt.UTC)),
        (dt.datetime(2030, 3, 31, 19, 30, tzinfo=PARIS), dt.datetime(2030, 3, 31, 17, 30, tzinfo=dt.UTC)),
        (dt.datetime(2030, 10, 26, 19, 30, tzinfo=PARIS), dt.datetime(2030, 10, 26, 17, 30, tzinfo=dt.UTC)),
        (dt.datetime(2030, 10, 27, 1, 30, tzinfo=PARIS), dt.datetime(2030, 10, 26, 23, 30, tzinfo=dt.UTC)),
        (dt.datetime(2030, 10, 27, 19, 30, tzinfo=PARIS), dt.datetime(2030, 10, 27, 18, 30, tzinfo=dt.UTC)),
    ],
)
def test_both_changes_of_hour(start: dt.datetime, utc: dt.datetime) -> None:
    seen = event(Meeting.fix(group(), start, length=180))
    assert isinstance(seen.dtstart, dt.datetime) and seen.dtstart.astimezone(dt.UTC) == utc
    assert isinstance(seen.dtend, dt.datetime) and seen.dtend.astimezone(dt.UTC) == utc + dt.timedelta(hours=3)


@pytest.mark.parametrize("zone", ["America/Toronto", "Asia/Kathmandu", "Indian/Reunion", "Australia/Lord_Howe"])
def test_far_zones(zone: str) -> None:
    start = dt.datetime(2030, 7, 4, 18, 0, tzinfo=ZoneInfo(zone))
    assert event(Meeting.fix(group(timezone=zone), start)).dtstart == start


def test_a_move_keeps_the_uid_and_raises_the_sequence() -> None:
    meeting = Meeting.fix(group(), THURSDAY)
    before = event(meeting)
    meeting.move(THURSDAY + dt.timedelta(days=1))
    meeting.meet_at(None, "Chez Lou")
    after = event(Meeting.get_by_id(meeting.id))
    assert after.uid == before.uid and (before.sequence, after.sequence) == (0, 2)
    assert after.dtstart == THURSDAY + dt.timedelta(days=1) and after.location == "Chez Lou"


def test_a_cancelled_meeting_says_so() -> None:
    meeting = Meeting.fix(group(), THURSDAY)
    meeting.cancel()
    seen = event(Meeting.get_by_id(meeting.id))
    assert (seen.status, seen.sequence) == ("CANCELLED", 1)
    assert seen.summary == "Annulée : Les indés de Nantes"


NASTY = [
    "Les indés\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "A;B,C\\n:D\\",
    "Réunion 🙂👩‍👩‍👧 " + "é" * 60,
    "x\u2028ATTENDEE:mailto:a@b.c\u0085y",
    "tab\tand\x0bvertical\x0cfeed\x00nul\u202eoverride",
]


@pytest.mark.parametrize("words", NASTY)
def test_words_stay_words(words: str) -> None:
    """S28: neither a group's name nor a place can add a line to the file."""
    place = Venue.create(group=group(), name=words[:120], address=words)
    meeting = Meeting.fix(group(words[:120]), THURSDAY, title=words[:120], venue=place)
    seen = event(meeting)
    assert seen.uid == f"{meeting.uid}@noyau" and seen.attendees == []
    assert seen.summary is not None and "\n" not in seen.summary and "\n" not in (seen.location or "")


@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=100))
def test_any_words_can_be_read_back(words: str) -> None:
    with db.transaction():
        meeting = Meeting.fix(group(words.replace("\x00", "").encode("utf-8", "ignore").decode()), THURSDAY)
    assert event(meeting).uid == f"{meeting.uid}@noyau"


def test_the_video_room_is_for_members_alone() -> None:
    meeting = Meeting.fix(group(), THURSDAY, link="https://visio.example/salle")
    assert event(meeting).location == "https://visio.example/salle"
    for view in (doors.INSIDE, doors.OUTSIDE):
        assert b"visio.example" not in calendars.one(meeting, "fr", view)
    assert "visio.example" not in calendars.google(meeting, doors.INSIDE)


def test_a_members_feed() -> None:
    mine, other, foreign = group("A"), group("B"), group("C")
    address = meet("telegram", "1", name="Léa")
    for one in (mine, other):
        Membership.welcome(one, address.person, address)
    said = {"yes": "CONFIRMED", "maybe": "TENTATIVE", "": "TENTATIVE", "no": None}
    for day, answer in enumerate(said):
        meeting = Meeting.fix(mine if day % 2 else other, THURSDAY + dt.timedelta(days=day))
        if answer:
            Attendance.create(meeting=meeting, person=address.person, answer=answer)
    Meeting.fix(foreign, THURSDAY)
    gone = Meeting.fix(mine, THURSDAY + dt.timedelta(days=9))
    gone.cancel()

    feed = Feed.open_of(address.person)
    body = calendars.feed(feed, "fr")
    seen = read(body)
    assert [one.status for one in seen.events] == ["CONFIRMED", "TENTATIVE", "TENTATIVE", "CANCELLED"]
    assert [one.transparency for one in seen.events] == ["OPAQUE", "TRANSPARENT", "TRANSPARENT", "TRANSPARENT"]
    assert b"X-PUBLISHED-TTL:PT1H" in body and b"REFRESH-INTERVAL" in body
    assert calendars.feed(feed, "fr") == body, "nothing changed, so not a byte does"

    seat = Membership.of(mine, address.person)
    assert seat is not None and seat.leave()
    assert len(read(calendars.feed(feed, "fr")).events) == 2


def test_an_empty_feed_is_a_calendar() -> None:
    feed = Feed.open_of(meet("telegram", "1").person)
    assert read(calendars.feed(feed, "fr")).events == []


def test_a_revoked_feed_gives_way_to_another() -> None:
    person = meet("telegram", "1").person
    feed = Feed.open_of(person)
    assert Feed.open_of(person).id == feed.id and feed.revoke() and not feed.revoke()
    fresh = Feed.open_of(person)
    assert fresh.token != feed.token and len(fresh.token) >= 32
    Feed.create(person=person)  # two who ask at once
    assert fresh.revoke() and not Feed.select().where(Feed.revoked_at.is_null()).exists()


def test_google_is_told_the_same() -> None:
    meeting = Meeting.fix(group("Les indés & co"), THURSDAY, length=90, place="Café des Arts")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(calendars.google(meeting, doors.INSIDE)).query))
    assert asked["text"] == "Les indés & co" and asked["location"] == "Café des Arts"
    assert asked["dates"] == "20300314T183000Z/20300314T200000Z"


def test_the_file_has_a_plain_name() -> None:
    meeting = Meeting.fix(group('Été "2026"/../\r\nx 🙂'), THURSDAY)
    body, mime, name = MAKERS["ics"](meeting.id, "fr")
    assert mime.startswith("text/calendar") and name == "ete-2026-x.ics" and body.startswith(b"BEGIN:VCALENDAR")

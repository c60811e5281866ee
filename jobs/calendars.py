"""Meetings for calendar applications: one file that updates in place, and a member's whole calendar (39, P05, M09).

As RFC 5545 says: the UID stays, SEQUENCE grows with each change, a cancelled meeting says so; nobody is named.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from handlers.kit import doors
from handlers.kit.texts import Text, _, fold
from storage.groups import Group
from storage.meetings import MAYBE, YES, Feed, Meeting
from storage.people import clean

if TYPE_CHECKING:
    from icalendar import Calendar, Event

PRODUCT = "-//Noyau//Noyau//FR"
HOURLY = dt.timedelta(hours=1)
AROUND = dt.timedelta(days=60)  # days of a zone's rules that are written out before and after the meetings
GOOGLE = "https://calendar.google.com/calendar/render"


def one(meeting: Meeting, language: str, view: str = doors.OWN) -> bytes:
    """The file of one meeting, text/calendar. view: whom it is for (handlers.kit.doors)."""
    calendar = _calendar(meeting.uid, title(meeting))
    calendar.add_component(_event(meeting, language, view))
    return _written(calendar, [meeting])


def feed(feed: Feed, language: str) -> bytes:
    """A member's calendar, text/calendar; the same bytes as long as nothing changed."""
    found = feed.meetings()
    calendar = _calendar(f"feed-{feed.id}", _("My meetings").plain(language))
    calendar.add("refresh-interval", HOURLY)
    calendar.add("x-published-ttl", "PT1H")
    for meeting, answer in found:
        calendar.add_component(_event(meeting, language, doors.OWN, sure=answer == YES, answer=answer))
    return _written(calendar, [meeting for meeting, _answer in found])


def _calendar(uid: str, name: str) -> "Calendar":
    from icalendar import Calendar

    return Calendar.new(prodid=PRODUCT, method="PUBLISH", name=name, uid=f"{uid}@noyau")


def _event(meeting: Meeting, language: str, view: str, sure: bool = True, answer: str = "") -> "Event":
    from icalendar import Event

    event = Event.new(
        uid=f"{meeting.uid}@noyau",
        sequence=meeting.sequence,
        stamp=meeting.changed_at,
        last_modified=meeting.changed_at,
        start=meeting.start,
        end=meeting.end,
        summary=_summary(meeting, language),
        location=place(meeting, view) or None,
        description=_description(meeting, language, view, answer),
        url=_page(meeting, view),
    )
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED" if sure else "TENTATIVE")
    event.add("transp", "OPAQUE" if sure else "TRANSPARENT")
    return event


def _summary(meeting: Meeting, language: str) -> str:
    """Many applications show no status: a cancelled meeting says it in its name."""
    name = title(meeting)
    return _("Cancelled: {meeting}", meeting=name).plain(language) if meeting.state == "cancelled" else name


def _description(meeting: Meeting, language: str, view: str, answer: str) -> str:
    said = {YES: _("You said that you are coming."), MAYBE: _("You said maybe.")}
    parts: list[Text | None] = [
        said.get(answer),
        _("Video room: {link}", link=room(meeting)) if room(meeting) and view == doors.OWN else None,
        _("Up to date here: {link}", link=_page(meeting, view)),
    ]
    return "\n".join(part.plain(language) for part in parts if part)


def _page(meeting: Meeting, view: str) -> str:
    return doors.event_link(meeting) if view == doors.OUTSIDE else doors.meeting_link(meeting)


def _written(calendar: "Calendar", meetings: Sequence[Meeting]) -> bytes:
    """With the rules of the zones that are used, not their whole history."""
    if meetings:
        days = sorted(meeting.start.date() for meeting in meetings)
        calendar.add_missing_timezones(first_date=days[0] - AROUND, last_date=days[-1] + 6 * AROUND)
    return bytes(calendar.to_ical())


def title(meeting: Meeting) -> str:
    """What a meeting is called outside the chat: the group, and the meeting's own title if it has one."""
    parts = (one_line(meeting.group.name), one_line(meeting.title))
    return " – ".join(part for part in parts if part) or "Noyau"


def place(meeting: Meeting, view: str) -> str:
    """Where it is, as far as the link's holder may know: a video room is for members alone; empty if unknown."""
    where = one_line(meeting.where())
    return where or (room(meeting) if view == doors.OWN else "")


def room(meeting: Meeting) -> str:
    """The address of the video room, if there is one."""
    return meeting.link or (meeting.venue.link if meeting.venue is not None else "")


def one_line(words: str) -> str:
    """Somebody's words on one line, without hidden signs."""
    return " ".join(clean(words).split())


def google(meeting: Meeting, view: str) -> str:
    """The link that opens Google Calendar with the meeting filled in."""
    stamps = [moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ") for moment in (meeting.start, meeting.end)]
    facts = {"action": "TEMPLATE", "text": title(meeting), "dates": "/".join(stamps), "ctz": meeting.zone}
    facts |= {"location": place(meeting, view), "details": _page(meeting, view)}
    return f"{GOOGLE}?{urlencode({name: value for name, value in facts.items() if value})}"


def filename(group: Group, ending: str = "ics") -> str:
    """A name for the file: plain letters, whatever the group is called."""
    name = re.sub(r"[^a-z0-9]+", "-", fold(group.name))[:40].strip("-") or "noyau"
    return f"{name}.{ending}"


def ics(record: int, language: str) -> tuple[bytes, str, str]:
    """Maker of the file that is sent in private: the meeting's id, the reader's language."""
    meeting = Meeting.get_by_id(record)
    return one(meeting, language), "text/calendar; charset=utf-8", filename(meeting.group)

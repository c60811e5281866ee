"""The page of a meeting: when, where, how to note it; members have one link, outsiders the one that is opened."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from handlers.kit import doors
from handlers.kit.reading import spots
from handlers.kit.texts import Day, Reader, Text, When, _, city_of, lines, show
from jobs import calendars
from storage.meetings import Meeting
from webhook import reader

routes = Blueprint("meeting_page", __name__)


@routes.get("/m/<token>")
def meeting(token: str) -> Response:
    """The page, which names nobody (M18); 404 for a link that is made up, closed or long past."""
    found = doors.behind(token[:60], doors.INSIDE, doors.OUTSIDE)
    if found is None:
        return reader.gone()
    meeting, view = found
    group, language = meeting.group, reader.language(meeting.group.language)
    return reader.page(
        "meeting.html",
        language,
        public=view == doors.OUTSIDE,
        group=calendars.one_line(group.name),
        title=calendars.one_line(meeting.title),
        purpose=group.purpose,
        starts=meeting.start.isoformat(),
        when=_when(meeting, language),
        zone=_zone(meeting, language),
        notice=_notice(meeting),
        following=_following(meeting, view),
        where=_where(meeting),
        town=_town(meeting),
        map=_map(meeting),
        preview=lines(_when(meeting, language), _where(meeting)),
        ics=doors.ics_link(meeting, view),
        google=calendars.google(meeting, view),
        doors=doors.apply_links(group.public_link(), language),
    )


def _when(meeting: Meeting, language: str) -> str:
    """ "jeudi 12 mars à 19h30–21h30", in the time of the place; both hours stay on one line"""
    words = show(When(meeting.start, end=meeting.end), Reader(language, ZoneInfo(meeting.zone)))
    return words.replace("–", "\u2060–\u2060")


def _zone(meeting: Meeting, language: str) -> Text:
    """Whose hours these are: "Heure de Paris (UTC+1)"."""
    minutes = int((meeting.start.utcoffset() or dt.timedelta()) / dt.timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
    return _("{city} time (UTC{offset})", city=city_of(meeting.zone, language), offset=offset)


def _notice(meeting: Meeting) -> Text | None:
    """What changes everything: cancelled, or over."""
    if meeting.state == "cancelled":
        return _("This meeting is cancelled.")
    return None if meeting.coming else _("This meeting is over.")


def _following(meeting: Meeting, view: str) -> tuple[Text, str] | None:
    """The meeting that comes instead, and its page."""
    following = None if meeting.coming else Meeting.next_of(meeting.group)
    if following is None:
        return None
    link = doors.event_link if view == doors.OUTSIDE else doors.meeting_link
    return _("The next one: {day}", day=Day(following.start.date())), link(following)


def _where(meeting: Meeting) -> Text | str:
    """The place; of a video room only that there is one."""
    online = meeting.venue is not None and meeting.venue.online
    if (known := calendars.place(meeting, doors.INSIDE)) and not online:
        return known
    if calendars.room(meeting):
        return _("On line: members find the link in their conversation.")
    return _("The place is not chosen yet.")


def _town(meeting: Meeting) -> str:
    """The town, where the place does not say it already."""
    venue, place = meeting.venue, calendars.place(meeting, doors.INSIDE)
    town = calendars.one_line((venue.town if venue is not None else "") or meeting.group.city)
    return town if place and town.casefold() not in place.casefold() else ""


def _map(meeting: Meeting) -> str:
    """A map of the place, if its address is one of the web."""
    link = spots.map_of(meeting.venue) if meeting.venue is not None else ""
    return link if link.startswith("https://") else ""

"""A change of a meeting, told: what is wanted beside what is, and who decides it."""

import datetime as dt

from handlers.kit.reading import spots
from handlers.kit.texts import Sayable, When, _, _n, lines
from storage.changes import CANCEL, FIX, MOVE, PLACE, Change
from storage.groups import Membership
from storage.meetings import YES, Attendance, Meeting
from storage.people import Person
from storage.polls import several


def decides(change: Change, person: Person) -> bool:
    """Organizers decide; about the place also who fixed the meeting, books the table, or hosts."""
    seat = Membership.of(change.group, person)
    duty = "venue" if change.kind == PLACE else "dates"
    if seat is None or seat.may(duty) or change.kind != PLACE or change.meeting is None:
        return seat is not None and seat.may(duty)
    hosts = change.by_id == person.id and spots.is_home(change.words)
    return hosts or person.id in (change.meeting.fixed_by_id, change.meeting.booked_by_id)


def shown(change: Change) -> Sayable:
    """What is wanted, in two or three lines: the new beside the old."""
    if change.kind == FIX:
        return lines(_("A meeting: <b>{when}</b>", when=_new(change)), _where_line(change), _beside(change))
    meeting = meeting_of(change)
    if change.kind == MOVE:
        moved = _("{old} → <b>{new}</b>", old=When(meeting.start), new=_new(change))
        return lines(_("Move the meeting:"), moved, _where_line(change), _said_yes(meeting))
    if change.kind == CANCEL:
        return lines(_("Cancel the meeting of <b>{when}</b>.", when=When(meeting.start)), _said_yes(meeting))
    return _place_shown(change, meeting)


def _place_shown(change: Change, meeting: Meeting) -> Sayable:
    if change.venue is None:
        return lines(_("Meeting of {when}:", when=When(meeting.start)), _("video room {link}", link=change.link))
    before = meeting.where()
    return lines(
        _("Meeting of {when}:", when=When(meeting.start)),
        _("<b>{place}</b>", place=spots.told(change.venue)),
        _("instead of {place}", place=before) if before and before != change.where() else None,
        _too_small(change, meeting),
        spots.towns_line(change.group, change.venue),
    )


def _too_small(change: Change, meeting: Meeting) -> Sayable | None:
    coming = sum(one.seats for one in Attendance.all_of(meeting) if one.answer == YES and one.waits_since is None)
    room = change.venue.capacity if change.venue else None
    if not room or coming <= room:
        return None
    return _("Careful: {n} people come, and there are {room} seats.", n=coming, room=room)


def _new(change: Change) -> When:
    end = change.start + dt.timedelta(minutes=change.length) if change.length else None
    return When(change.start, end=end)


def _where_line(change: Change) -> Sayable | None:
    return _("Place: {place}", place=change.where()) if change.where() else None


def _beside(change: Change) -> Sayable | None:
    if change.meeting is None or not change.meeting.coming:
        return None
    return _("There is one already: {when}.", when=When(change.meeting.start))


def _said_yes(meeting: Meeting) -> Sayable | None:
    coming = [one.person.name for one in Attendance.all_of(meeting) if one.answer == YES]
    names, more = several(coming)
    if not names:
        return None
    listed = [*names, _n("one more", "{n} more", n=more)] if more else names
    return _("Said yes: {names}. I'll tell them.", names=listed)


def meeting_of(change: Change) -> Meeting:
    """The meeting to be changed. Raises ValueError when there is none."""
    if change.meeting is None:
        raise ValueError("a change without its meeting")
    return change.meeting

"""The day before: who said yes is asked in private whether they still come, in the place of a reminder (34)."""

import datetime as dt

from handlers.kit import Happening, Says, Tap, Text, _, lines, on, say
from handlers.kit.cards import gathering
from storage.db import now
from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.noise import quiet_until, zone_of
from storage.rosters import seats_of

CONFIRMED = dt.timedelta(hours=12)  # who said yes so lately has just confirmed it


@on.event("day_before")
def ask(happening: Happening) -> Says:
    row = happening.about(Attendance)
    meeting, minutes = row.meeting, happening.facts["bell"]
    if row.answered_at > meeting.created_at and now() - row.answered_at < CONFIRMED:
        row.note(sure_at=row.answered_at)
        return
    seat = seats_of(meeting.group, [row.person_id]).get(row.person_id)
    open_now = seat is not None and seat.address is not None and seat.address.window_open(now())
    at = quiet_until(now(), zone_of(row.person, meeting.group), None)
    row.note(asked_at=now())
    yield say.tell(
        row.person,
        lines(_question(meeting, open_now), gathering.where(meeting)),
        *(say.button(function, row) for function in (still, cannot, unsure)),
        group=meeting.group,
        once=gathering.personal(meeting, row.person, f"{meeting.wall}:{minutes}"),
        at=at if at and at < meeting.starts_at else None,
        until=meeting.starts_at,
        template="reminder",
    )


def _question(meeting: Meeting, read_now: bool) -> Text:
    """ "Tomorrow" only for somebody who reads it today: behind a closed window it may wait."""
    today = now().astimezone(meeting.start.tzinfo).date()
    if read_now and meeting.start.date() - today == dt.timedelta(days=1):
        return _("Are you still coming <b>tomorrow</b>, {when}?", when=gathering.moment(meeting))
    return _("Are you still coming on <b>{when}</b>?", when=gathering.moment(meeting))


# ------------------------------------------------------------------ the answers


@on.tap("db.yes", Attendance, _("Yes, I'm coming"), only="self")
def still(tap: Tap) -> Says:
    row = tap.about(Attendance)
    meeting = row.meeting
    if not meeting.coming or row.answer != YES:
        yield from gathering.answer(tap, meeting, YES)
        return
    row.note(sure_at=now())
    yield say.reply(_("Perfect, see you on {when}!", when=gathering.moment(meeting)))
    yield gathering.refresh(meeting)


@on.tap("db.no", Attendance, _("I can't any more"), only="self")
def cannot(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Attendance).meeting, NO)


@on.tap("db.unsure", Attendance, _("Not sure"), only="self")
def unsure(tap: Tap) -> Says:
    """Better an honest maybe than a chair that stays empty."""
    yield from gathering.answer(tap, tap.about(Attendance).meeting, MAYBE)

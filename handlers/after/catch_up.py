"""Catch-up: the next morning, who was not there reads in private what concerns them, in one message (63, R02)."""

import datetime as dt

from handlers.kit import Due, Happening, Sayable, Says, Text, _, _n, doors, lines, on, say
from handlers.kit.cards import gathering, recap, report
from handlers.kit.cards.report import Report
from handlers.kit.texts import Day, When
from storage.db import now
from storage.groups import Membership
from storage.meetings import Attendance
from storage.noise import zone_of
from storage.notes import ACTION, DECISION, Note
from storage.sessions import Session
from storage.summaries import LINK_LIFE, Summary

MORNING = dt.time(10)
RESTED = dt.timedelta(minutes=20)  # between the summary and this
USEFUL = dt.timedelta(hours=30)
ITEMS, SIGNS = 4, 90


@on.event("session_closed")
def plan(happening: Happening) -> Says:
    session = happening.about(Session)
    if session.told_at is not None:
        yield say.later(tell, session, _morning(session))


def _morning(session: Session) -> dt.datetime:
    """The first ten o'clock that comes where the group lives, as UTC."""
    local = (now() + RESTED).astimezone(zone_of(None, session.group))
    day = local.date() + dt.timedelta(days=1 if local.time() > MORNING else 0)
    return dt.datetime.combine(day, MORNING, local.tzinfo).astimezone(dt.UTC)


@on.due("cu.tell", Session)
def tell(due: Due) -> Says:
    """Each of the absent, if there is anything for them; not who hears only the essential."""
    session = due.about(Session)
    summary = Summary.of(session.meeting)
    if summary is None or now() > due.at + USEFUL:
        return
    found = report.of(session.meeting)
    for seat in _absent(session, found):
        if _mine(found, seat) or found.of(DECISION):
            yield _told(seat, summary, found, due.at + USEFUL)


def _absent(session: Session, found: Report) -> list[Membership]:
    """Who could have come and did not, and listens in private."""
    there = {person.id for person in found.present}
    members = (seat for seat in session.group.members() if seat.person_id not in there)
    return [seat for seat in members if seat.joined_at < session.meeting.end and _listens(seat)]


def _listens(seat: Membership) -> bool:
    started = seat.address is not None and seat.address.state != "unstarted"
    return started and seat.hears("ordinary", now()) == "now"


def _mine(found: Report, seat: Membership) -> list[Note]:
    """The actions that are theirs, or that they are asked to take."""
    return [note for note in found.of(ACTION) if note.to_do and seat.person_id in (note.owner_id, note.asked_id)]


def _told(seat: Membership, summary: Summary, found: Report, until: dt.datetime) -> say.Say:
    return say.tell(
        seat.person,
        _text(found, _mine(found, seat)),
        *_buttons(seat, summary, found),
        group=summary.group,
        once=f"cu:{summary.meeting_id}:{seat.person_id}",
        unasked=True,
        until=until,
        template="news",
    )


def _text(found: Report, mine: list[Note]) -> Sayable:
    decisions = found.of(DECISION)
    more = max(0, len(mine) - ITEMS) + max(0, len(decisions) - ITEMS)
    return lines(
        _("<b>{group}</b>, {when}: what is for you.", group=found.group.name, when=When(found.meeting.start)),
        *(_action(note) for note in mine[:ITEMS]),
        *(_("Decided: {words}", words=recap.short(note.words, SIGNS)) for note in decisions[:ITEMS]),
        _n("… and one more line on the page.", "… and {n} more lines on the page.", n=more) if more else None,
        report.next_date(found),
    )


def _action(note: Note) -> Text:
    words = recap.short(note.words, SIGNS)
    if note.due is None:
        return _("Yours: {words}", words=words)
    return _("Yours: {words} (by {day})", words=words, day=Day(note.due))


def _buttons(seat: Membership, summary: Summary, found: Report) -> list[say.Button]:
    """The next date, unless they have answered it; the page."""
    page = say.link(_("Read all of it"), doors.summary_link(summary, now() + LINK_LIFE))
    return [*_dates(seat, found), page]


def _dates(seat: Membership, found: Report) -> list[say.Button]:
    if found.ahead is None:
        return [say.button(on.tapped("ag.vote"), found.poll)] if found.poll else []
    answer = Attendance.of(found.ahead, seat.person)
    if answer is not None and answer.answer:
        return []
    return gathering.buttons(found.ahead)[:3]

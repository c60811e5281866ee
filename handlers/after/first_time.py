"""The first time: the day after somebody's first meeting, one private word, and no chase after it (23, A07, N11)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, _, lines, names, on, say
from handlers.kit.texts import When
from storage.db import now
from storage.groups import ORGANIZER, Membership
from storage.meetings import Attendance, Meeting
from storage.noise import zone_of
from storage.people import Person

HOUR = dt.time(18)
USEFUL = dt.timedelta(days=1)
MOST = 1000  # signs


@on.event("meeting_over")
def plan(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    day = meeting.start.date() + dt.timedelta(days=1)
    at = dt.datetime.combine(day, HOUR, zone_of(None, meeting.group)).astimezone(dt.UTC)
    if now() < at + USEFUL:
        yield say.later(ask, meeting, max(at, now()))


@on.due("ft.ask", Meeting)
def ask(due: Due) -> Says:
    meeting = due.about(Meeting)
    if meeting.state == "cancelled" or now() > due.at + USEFUL:
        return
    ahead = Meeting.next_of(meeting.group)
    for seat in first_comers(meeting):
        yield say.tell(
            seat.person,
            _question(meeting, ahead),
            *_buttons(seat, ahead),
            group=meeting.group,
            once=f"ft:{seat.id}",  # once ever, whatever became of it
            unasked=True,
            until=due.at + USEFUL,
            template="news",
        )


def first_comers(meeting: Meeting) -> list[Membership]:
    """Members who were there, and never before; nobody when the group itself met for the first time."""
    before = [one.id for one in Meeting.past_of(meeting.group) if one.starts_at < meeting.starts_at]
    if not before:
        return []
    known = Attendance.select(Attendance.person).where(Attendance.meeting.in_(before), Attendance.present)
    old = {row.person_id for row in known}
    rows = Attendance.select(Attendance.person).where(Attendance.meeting == meeting, Attendance.present)
    there = {row.person_id for row in rows} - old
    members = meeting.group.members()
    return [seat for seat in members if seat.person_id in there and seat.role != ORGANIZER]


def _question(meeting: Meeting, ahead: Meeting | None) -> Sayable:
    return lines(
        _(
            "On {when} you met {group} for the first time. <b>How was it?</b>",
            when=When(meeting.start),
            group=meeting.group.name,
        ),
        _("The next meeting is on {when}. Come if you feel like it.", when=When(ahead.start)) if ahead else None,
    )


def _buttons(seat: Membership, ahead: Meeting | None) -> list[say.Button]:
    mine = Attendance.of(ahead, seat.person) if ahead is not None else None
    asked = ahead is not None and (mine is None or not mine.answer)
    come = [say.button(on.tapped("at.yes"), ahead)] if asked else []
    return [say.button(good, seat), say.button(so_so, seat), *come]


@on.tap("ft.good", Membership, _("I liked it"), only="self")
def good(tap: Tap) -> Says:
    yield say.reply(_("Lovely, thank you! It is good that you are there."))


@on.tap("ft.soso", Membership, _("Not quite"), only="self")
def so_so(tap: Tap) -> Says:
    seat = tap.about(Membership)
    lead = _lead(seat)
    if lead is None:
        yield say.reply(_("Thank you for saying so. Each meeting is another one."))
        return
    text = lines(
        _("Thank you for saying so. What did you miss, or find too much?"),
        _("A sentence is enough; {name}, who looks after the group, is the only one to read it.", name=lead.name),
    )
    yield say.ask(missed, text, say.button(nothing, seat), group=seat.group, seat=seat.id)


def _lead(seat: Membership) -> Person | None:
    return next((person for person in seat.group.in_charge() if person.id != seat.person_id), None)


@on.tap("ft.nil", Membership, _("Nothing to add"), only="self")
def nothing(tap: Tap) -> Says:
    yield say.done()
    yield say.reply(_("All right. Each meeting is another one."))


@on.answer("ft.missed")
def missed(msg: Message) -> Says:
    seat = Membership.get_by_id(int(msg.answers["seat"]))
    words, lead = msg.text.strip()[:MOST], _lead(seat)
    if not words:
        yield say.ask(missed, _("I only read words: a sentence is enough."), group=seat.group, seat=seat.id)
        return
    yield say.done()
    if lead is not None:
        text = lines(
            _("{name} came for the first time, and tells you:", name=names.first(msg.person)),
            _("“{words}”", words=words),
            _("They agreed that you read it. A friendly word from you would do good."),
        )
        yield say.tell(lead, text, group=seat.group, template="news")
    yield say.reply(_("Thank you, I pass it on. Each meeting is another one."))

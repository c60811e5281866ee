"""Remind: whoever comes is reminded at the group's hours, never by night; the end of a meeting is noticed (40)."""

import datetime as dt

from handlers.kit import Due, Happening, Says, _, lines, on, say
from handlers.kit.cards import gathering
from handlers.kit.cards.reminders import Bell, ahead, bells
from handlers.kit.texts import Sayable
from storage.db import now
from storage.groups import Membership
from storage.meetings import MAYBE, Attendance, Meeting
from storage.noise import quiet_until, zone_of, zones_of
from storage.people import Person
from storage.rhythms import Pause
from storage.rosters import Roster, seats_of

JUST_SAID = dt.timedelta(hours=1)  # who answered so lately knows
SLIPPED = dt.timedelta(minutes=10)  # a timer that rings later than that was held up by an outage


@on.event("meeting_fixed", "meeting_moved", "meeting_revived", "reminders_changed")
def plan(happening: Happening) -> Says:
    """Set the timers anew: those of the old hour are forgotten."""
    meeting = happening.about(Meeting)
    yield say.never(ring, meeting)
    yield say.never(over, meeting)
    for moment in ahead(meeting, zones_of(meeting.group), now()):
        yield say.later(ring, meeting, moment)
    yield say.later(over, meeting, meeting.end)


@on.event("meeting_cancelled")
def drop(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield say.never(ring, meeting)
    yield say.never(over, meeting)


@on.event("place_changed")
def also_online(happening: Happening) -> Says:
    """A meeting that goes on line has one reminder more."""
    meeting = happening.about(Meeting)
    if meeting.coming:
        for moment in ahead(meeting, zones_of(meeting.group), now()):
            yield say.later(ring, meeting, moment)


@on.event("answered")
def for_their_zone(happening: Happening) -> Says:
    """Whoever comes may have moved to another zone since the date was set."""
    row = happening.about(Attendance)
    zone = zone_of(row.person, row.meeting.group)
    for moment in ahead(row.meeting, [zone], now()):
        yield say.later(ring, row.meeting, moment)


@on.event("zone_changed")
def in_their_new_zone(happening: Happening) -> Says:
    """Somebody lives elsewhere from now on: their night is another one."""
    person = happening.about(Person)
    for seat in Membership.all_of(person):
        for meeting in Meeting.coming_of(seat.group):
            for moment in ahead(meeting, [zone_of(person, seat.group)], now()):
                yield say.later(ring, meeting, moment)


# ------------------------------------------------------------------ it rings


@on.due("re.ring", Meeting)
def ring(due: Due) -> Says:
    """Whom it concerns is decided now: who comes today, and is not on a break."""
    meeting = due.about(Meeting)
    if meeting.state != "fixed" or now() >= meeting.starts_at or Pause.current(meeting.group):
        return
    roster = Roster.of(meeting)
    rows = [*roster.coming, *roster.maybe]
    seats = seats_of(meeting.group, [row.person_id for row in rows])
    unheard = []
    for row in rows:
        seat = seats.get(row.person_id)
        bell = _bell_of(meeting, seat, due.at) if seat and seat.dial != "pause" else None
        if seat is None or bell is None or _pointless(row, bell):
            continue
        if bell.asks and row.answer != MAYBE and _last_question(meeting, seat, bell):
            yield say.signal("day_before", row, bell=bell.minutes)
        elif seat.address is not None and seat.address.state == "unstarted":
            unheard.append(row)
        else:
            yield _reminder(meeting, row, seat, bell)
    yield from _in_the_chat(meeting, unheard)


def _bell_of(meeting: Meeting, seat: Membership, at: dt.datetime) -> Bell | None:
    """The reminder that rings for them with this timer: the shortest, and not when a later one is due as well."""
    mine = list(bells(meeting, zone_of(seat.person, meeting.group)))
    ringing = [bell for bell in mine if at in bell.at]
    if not ringing:
        return None
    bell = min(ringing, key=lambda one: one.minutes)
    late = now() - at > SLIPPED
    overtaken = late and any(one.minutes < bell.minutes and one.at[0] <= now() for one in mine)
    return None if overtaken else bell


def _pointless(row: Attendance, bell: Bell) -> bool:
    if row.answer == MAYBE and not bell.asks:
        return True
    said_it_themselves = row.answered_at > row.meeting.created_at
    return bool(said_it_themselves and now() - row.answered_at < JUST_SAID)


def _last_question(meeting: Meeting, seat: Membership, bell: Bell) -> bool:
    """Only the last of the early reminders asks whether they still come."""
    mine = bells(meeting, zone_of(seat.person, meeting.group))
    return bell.minutes == min(one.minutes for one in mine if one.asks)


def _reminder(meeting: Meeting, row: Attendance, seat: Membership, bell: Bell) -> say.Say:
    at = quiet_until(now(), zone_of(seat.person, meeting.group), None)
    return say.tell(
        row.person,
        _text(meeting, row),
        *_buttons(meeting, row),
        group=meeting.group,
        once=gathering.personal(meeting, row.person, f"{meeting.wall}:{bell.minutes}"),
        at=at if at and at < meeting.starts_at else None,
        until=meeting.starts_at,
        template="reminder",
    )


def _text(meeting: Meeting, row: Attendance) -> Sayable:
    roster = Roster.of(meeting)
    maybe = _("You said maybe: do you come?") if row.answer == MAYBE else None
    return lines(
        _("⏰ <b>{when}</b>", when=gathering.moment(meeting)),
        gathering.where(meeting),
        _coming(roster),
        maybe,
    )


def _coming(roster: Roster) -> Sayable | None:
    names = gathering.named(roster.coming, late=True)
    return _("Coming ({n}): {names}", n=roster.chairs, names=names) if names else None


def _buttons(meeting: Meeting, row: Attendance) -> list[say.Button]:
    yes, no, late = on.tapped("at.yes"), on.tapped("at.no"), on.tapped("la.late")
    if row.answer == MAYBE:
        return [say.button(yes, meeting), say.button(no, meeting)]
    return [
        say.button(no, meeting, _("I can't any more")),
        say.button(late, meeting),
        *gathering.links(meeting)[:-1],
    ]


def _in_the_chat(meeting: Meeting, rows: list[Attendance]) -> Says:
    """Who never pressed Start is reminded in the group's chat, together and by name."""
    chat = meeting.group.chat
    if rows and chat is not None and chat.present:
        names = gathering.named(rows)
        text = lines(_("⏰ <b>{when}</b>", when=gathering.moment(meeting)), gathering.where(meeting))
        yield say.in_chat(chat, lines(text, _("A reminder for {names}.", names=names)))


# ------------------------------------------------------------------ it is over


@on.due("re.over", Meeting)
def over(due: Due) -> Says:
    """The end has passed: said once to the features that go on from here."""
    meeting = due.about(Meeting)
    if meeting.coming:
        yield say.later(over, meeting, meeting.end)
    elif meeting.finish():
        yield gathering.refresh(meeting)
        yield say.signal("meeting_over", meeting)

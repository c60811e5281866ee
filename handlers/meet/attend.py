"""Attend: a date is set, everyone hears it once and says whether they come, by a tap or in their own words (33)."""

from handlers.kit import Happening, Message, Says, Tap, _, gathering, on, rsvp
from storage.groups import Group, Membership
from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.rhythms import Rhythm
from storage.rosters import count_votes, give_up


@on.event("meeting_fixed")
def announce(happening: Happening) -> Says:
    """One message in each place: the outcome, who comes by the votes, and the buttons."""
    meeting = happening.about(Meeting)
    _take_habits(meeting)
    poll = happening.facts.get("poll")
    if poll is not None:
        count_votes(meeting, int(poll))
    once = f"fixed:{meeting.id}:{meeting.sequence}"
    yield gathering.card(meeting, once=once, level="essential", template="news")


def _take_habits(meeting: Meeting) -> None:
    """Seats and guests as the group usually has them, unless they were given with the date."""
    habits = Rhythm.of(meeting.group)
    room = meeting.venue.capacity if meeting.venue else None
    meeting.capacity = meeting.capacity or habits.capacity or room
    meeting.plus_ones = meeting.plus_ones or habits.plus_ones
    facts = {"capacity": meeting.capacity, "plus_ones": meeting.plus_ones}
    Meeting.update(**facts).where(Meeting.id == meeting.id).execute()


# ------------------------------------------------------------------ by a tap


@on.tap("at.yes", Meeting, _("I'm coming"), only="member")
def yes(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Meeting), YES)


@on.tap("at.maybe", Meeting, _("Maybe"), only="member")
def maybe(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Meeting), MAYBE)


@on.tap("at.no", Meeting, _("Not this time"), only="member")
def no(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Meeting), NO)


@on.tap("at.plus", Meeting, _("With somebody"), only="member")
def with_somebody(tap: Tap) -> Says:
    """Set, never toggled: a press that comes twice still is one guest."""
    yield from gathering.answer(tap, tap.about(Meeting), YES, guests=1)


# ------------------------------------------------------------------ in words


@on.card("meeting", Meeting, reads=rsvp.read_card, only="member")
def said_at_the_card(msg: Message) -> Says:
    yield from _said(msg)


@on.card("coming", Meeting, reads=rsvp.read_open, finds=lambda group: _ahead(group), only="member")
def said(msg: Message) -> Says:
    yield from _said(msg)


def _ahead(group: Group) -> list[Meeting]:
    """What may be answered; or what was called off, so that nobody gets ready for it."""
    return Meeting.coming_of(group) or Meeting.called_off(group)


def _said(msg: Message) -> Says:
    reading: rsvp.Said = msg.reading
    meeting = msg.about_card(Meeting)
    if reading.answer == NO:
        meeting = _nearest_yes(msg, meeting)
    yield from gathering.answer(msg, meeting, reading.answer, reading.guests, reading.comment or None)


def _nearest_yes(msg: Message, meeting: Meeting) -> Meeting:
    """ "Je ne peux plus" is about the meeting that they said yes to, if they did so to one alone."""
    if msg.event.quoted:
        return meeting
    coming = [one for one in Meeting.coming_of(msg.home()) if _comes(one, msg)]
    return coming[0] if coming and meeting not in coming else meeting


def _comes(meeting: Meeting, msg: Message) -> bool:
    mine = Attendance.of(meeting, msg.person)
    return mine is not None and mine.answer == YES


# ------------------------------------------------------------------ who comes and goes


@on.event("entered")
def show_the_next(happening: Happening) -> Says:
    """A newcomer sees when the group meets next (W08)."""
    seat = happening.about(Membership)
    meeting = Meeting.next_of(seat.group)
    if meeting is not None:
        yield gathering.shown_to(meeting, seat.person, address=seat.address)


@on.event("gone")
def free_the_seat(happening: Happening) -> Says:
    """Somebody left: their chair is for whoever waits."""
    seat = happening.about(Membership)
    for meeting in Meeting.coming_of(seat.group):
        gathering.forget(meeting, seat.person)
        if give_up(meeting, seat.person):
            yield from gathering.fill(meeting)
        yield gathering.refresh(meeting)

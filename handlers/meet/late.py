"""Late signals: who is late, or can't come any more, says so up to the last minute; those who come hear it (35)."""

import datetime as dt
import re

from handlers.kit import Due, Happening, Message, Says, Tap, _, _n, lines, on, say
from handlers.kit.cards import gathering
from handlers.kit.reading import rsvp
from handlers.kit.texts import Sayable
from storage.db import now
from storage.deeds import Deed
from storage.groups import Membership
from storage.meetings import YES, Attendance, Meeting
from storage.people import TELEGRAM, Person
from storage.rosters import Roster, put, seats_of

CLOSE = dt.timedelta(hours=1)  # so long before, and until its end, the others hear it at once
GAP = dt.timedelta(minutes=10)  # between two signals of one person
SOON = dt.timedelta(hours=24)
MOST = 180  # minutes: later than that is another evening
HOW_LATE = _("How many minutes late will you be? Choose, or write the number.")


# ------------------------------------------------------------------ "j'arrive en retard"


@on.card("late", Meeting, reads=rsvp.read_late, finds=Meeting.coming_of, only="member")
def said(msg: Message) -> Says:
    reading: rsvp.Said = msg.reading
    meeting = msg.about_card(Meeting)
    mine = [one for one in Meeting.coming_of(msg.home()) if _comes(one, msg.person)]
    if not reading.dated and len(_near(mine)) > 1:
        yield _which(_near(mine), reading.minutes)
        return
    if not reading.dated and mine:
        meeting = mine[0]
    if reading.minutes is None and msg.private:
        yield say.ask(minutes, HOW_LATE, *_choices(meeting), group=msg.home(), meeting=meeting.id)
    else:
        yield from _late(msg, meeting, reading.minutes or 0, reading.comment)


def _comes(meeting: Meeting, person: Person) -> bool:
    mine = Attendance.of(meeting, person)
    return mine is not None and mine.answer == YES


def _near(meetings: list[Meeting]) -> list[Meeting]:
    return [one for one in meetings if one.starts_at - now() < SOON]


def _which(meetings: list[Meeting], minutes: int | None) -> say.Say:
    """Two meetings within a day: which one is it about?"""
    buttons = [say.button(late, one, _("{when}", when=gathering.moment(one))) for one in meetings[:3]]
    return say.reply(_("Which meeting will you be late for?"), *buttons)


@on.tap("la.late", Meeting, _("I'll be late"), only="member")
@on.like(
    "j'arriverai plutôt vers 19h30", "je serai à la bourre", "je serai en retard d'un quart d'heure",
    "je vais arriver un peu après", "commencez sans moi, j'arrive à 19h30", "mon train a du retard",
    "coincé dans les bouchons", "je suis dans le tram, j'arrive", "retenue au boulot, j'arrive vers 20h",
    "running late", "I'll be late", "stuck in traffic, start without me", "I'll arrive around 7.30",
    "my train is late", "j'aurai dix minutes de retard", "je serai là vers 20h",
    "gardez-moi une place j'arrive un peu tard", "je rate le début", "je vous rejoins plus tard", "retard du bus",
    "be there around eight", "I'll join you later", "ten minutes late",
    "j'aurai du retard", "je serai pas à l'heure", "j'arrive après le début", "commencez je vous rejoins",
    "je suis à la bourre", "bloqué sur le périph", "won't be on time", "running behind, sorry",
    "I'll be a bit late",
)  # fmt: skip
def late(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if not meeting.coming:
        yield say.reply(gathering.too_late(meeting))
    else:
        yield say.toast(_("How late?"))
        yield say.ask(minutes, HOW_LATE, *_choices(meeting), group=tap.home(), meeting=meeting.id)


def _choices(meeting: Meeting) -> list[say.Button]:
    return [say.button(function, meeting) for function in (ten, twenty, thirty)]


@on.tap("la.10", Meeting, _("10 minutes"), only="member")
def ten(tap: Tap) -> Says:
    yield from _tapped(tap, 10)


@on.tap("la.20", Meeting, _("20 minutes"), only="member")
def twenty(tap: Tap) -> Says:
    yield from _tapped(tap, 20)


@on.tap("la.30", Meeting, _("30 minutes"), only="member")
def thirty(tap: Tap) -> Says:
    yield from _tapped(tap, 30)


def _tapped(tap: Tap, count: int) -> Says:
    yield say.done()
    yield from _late(tap, tap.about(Meeting), count)


@on.answer("la.minutes")
def minutes(msg: Message) -> Says:
    meeting = Meeting.get_or_none(Meeting.id == msg.answers.get("meeting", 0))
    if meeting is None or msg.membership is None:
        yield say.done()
        return
    reading = rsvp.read_late(msg.text, meeting, "fr")
    bare = re.fullmatch(r"\D{0,12}(\d{1,3})(?: ?(?:min\w*|mn|m|'))?\D{0,3}", msg.text.strip().lower())
    count = reading.minutes if reading else None
    count = int(bare[1]) if count is None and bare else count
    if count is None:
        yield say.done()
        if msg.text.strip():
            yield say.replay(msg.text, msg.group)
        else:
            yield say.ask(minutes, HOW_LATE, *_choices(meeting), group=msg.home(), meeting=meeting.id)
        return
    yield say.done()
    yield from _late(msg, meeting, count)


@on.cancel(minutes)
@on.back(minutes)
def on_time(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right: I say nothing, you are expected on time."))


def _late(spoken: Message | Tap, meeting: Meeting, count: int, cause: str = "") -> Says:
    """Note it for the reminder; those who come hear it at once when the meeting is near."""
    done = put(meeting, spoken.person, YES, comment=cause or None)
    if done is None:
        yield say.reply(gathering.too_late(Meeting.get_by_id(meeting.id)))
        return
    row = done.attendance
    if row.waits_since:
        yield say.reply(gathering.noted(done))
        yield from gathering.follow(done)
        return
    before = row.late
    row.note(late=min(count, MOST), signalled_at=now())
    yield from gathering.follow(done)
    yield say.signal("did", meeting, what="late", before=before)
    if not done.fresh:
        yield gathering.refresh(done.meeting)
    if not _is_close(done.meeting):
        yield say.reply(_("Noted: those who come read it in their reminder."))
    elif row.relay(GAP):
        heard = list(_relay(done.meeting, row, _late_words(row), spoken))
        yield from heard
        yield say.reply(_told(len(heard)))
    else:
        again = (row.relayed_at or now()) + GAP
        yield say.later(relay_later, row, again)
        yield say.reply(_("Noted. The others have just heard from you: I tell them again in a few minutes."))


@on.event("undo_late")
def in_time(msg: Message) -> Says:
    """ "annuler": in time after all; those who heard of it hear that too (116)."""
    deed = msg.about_card(Deed)
    meeting, before = Meeting.get_by_id(deed.facts["record"]), deed.facts["before"]
    row = Attendance.of(meeting, msg.person)
    if row is None or row.answer != YES or not meeting.coming:
        deed.keep()
        yield say.reply(gathering.too_late(meeting))
        return
    told = row.relayed_at is not None and row.relayed_at >= deed.at
    row.note(late=before)
    yield gathering.refresh(meeting)
    if before is not None:
        yield say.reply(_("Taken back: what you had said before holds."))
    else:
        yield say.reply(_("Taken back: you are expected on time."))
    if told:
        name = gathering.first_name(msg.person)
        text = _late_words(row) if before is not None else _("{name} comes on time after all.", name=name)
        yield from _relay(meeting, row, text, msg)


def _is_close(meeting: Meeting) -> bool:
    return bool(meeting.starts_at - CLOSE <= now() < meeting.end)


def _late_words(row: Attendance) -> Sayable:
    name, cause = gathering.first_name(row.person), row.comment
    if row.late:
        text = _n("{name} will be {n} minute late.", "{name} will be {n} minutes late.", n=row.late, name=name)
    else:
        text = _("{name} will be late.", name=name)
    return lines(text, _("“{words}”", words=cause) if cause else None)


def _told(count: int) -> Sayable:
    if not count:
        return _("Noted.")
    return _n("Noted, and {n} person who comes knows.", "Noted, and the {n} others who come know.", n=count)


def _relay(meeting: Meeting, row: Attendance, text: Sayable, spoken: Message | Tap | None = None) -> Says:
    """To those who come, in private; not to who has just read it in the group's chat."""
    roster = Roster.of(meeting)
    others = [one for one in roster.coming if one.person_id != row.person_id]
    in_chat = spoken is not None and not spoken.private and spoken.event.kind == "text"
    if in_chat:
        seats = seats_of(meeting.group, [one.person_id for one in others])
        others = [one for one in others if not _reads_the_chat(seats.get(one.person_id))]
    yield from gathering.tell_each(meeting, others, text, until=meeting.end, template="reminder")


def _reads_the_chat(seat: Membership | None) -> bool:
    return seat is not None and seat.address is not None and seat.address.platform == TELEGRAM


@on.due("la.relay", Attendance)
def relay_later(due: Due) -> Says:
    """What was said too soon after the last signal; only if it still holds."""
    row = due.about(Attendance)
    unheard = row.signalled_at is not None and (row.relayed_at is None or row.signalled_at > row.relayed_at)
    if unheard and row.answer == YES and row.late is not None and _is_close(row.meeting) and row.relay(GAP):
        yield from _relay(row.meeting, row, _late_words(row))


# ------------------------------------------------------------------ "je ne peux plus"


@on.event("withdrew")
def withdrew(happening: Happening) -> Says:
    """Near the meeting, those who come hear it; before, only who books the table."""
    row = happening.about(Attendance)
    meeting = row.meeting
    text = lines(
        _("{name} can't come after all.", name=gathering.first_name(row.person)),
        _("“{words}”", words=row.comment) if row.comment else None,
    )
    if _is_close(meeting):
        row.relay(GAP)
        yield from _relay(meeting, row, text)
    elif meeting.booked_by_id == row.person_id:
        yield from _nobody_books(meeting, row.person)
    elif meeting.booked_by_id is not None or meeting.starts_at - now() < SOON:
        yield from _tell_booker(meeting, row, text)


def _tell_booker(meeting: Meeting, row: Attendance, text: Sayable) -> Says:
    booker = gathering.booker(meeting)
    if booker is not None and booker.id != row.person_id:
        left = _("So far you are {n} for {when}.", n=Roster.of(meeting).chairs, when=gathering.moment(meeting))
        at = gathering.by_day(meeting, booker)
        yield say.tell(booker, lines(text, left), group=meeting.group, at=at, until=meeting.end, template="reminder")


def _nobody_books(meeting: Meeting, person: Person) -> Says:
    """Who had promised to book the table doesn't come: the animator knows."""
    meeting.book(None, instead_of=person)
    heir = next((one for one in meeting.group.in_charge() if one.id != person.id), None)
    if heir is not None:
        text = _(
            "{name}, who was to book the table for {when}, can't come after all. Somebody else should see to it.",
            name=gathering.first_name(person),
            when=gathering.moment(meeting),
        )
        yield say.tell(heir, text, group=meeting.group, until=meeting.end)

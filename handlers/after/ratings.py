"""Ratings: how the meeting was, in one tap a person; twice in a row so-so, another format is suggested (57; D10)."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Due, Happening, Message, Says, Tap, Text, _, on, say
from handlers.kit.cards import closing
from storage.db import now
from storage.deeds import Deed
from storage.meetings import Attendance, Meeting
from storage.missions import FINE, GREAT, LOW, Rating
from storage.rhythms import Pause
from storage.sessions import CAFE, Session

OPEN_FOR = dt.timedelta(days=7)
SO_SO = 2.0  # an average under "well"
SUGGESTED_AT = dt.time(11)


@on.tap("rt.3", Meeting, _("😀"), only="member")
def great(tap: Tap) -> Says:
    yield from _rate(tap, GREAT)


@on.tap("rt.2", Meeting, _("🙂"), only="member")
def fine(tap: Tap) -> Says:
    yield from _rate(tap, FINE)


@on.tap("rt.1", Meeting, _("😐"), only="member")
def so_so(tap: Tap) -> Says:
    yield from _rate(tap, LOW)


def _rate(tap: Tap, value: int) -> Says:
    """Set, never toggled; who wasn't there has nothing to say about it."""
    meeting = tap.about(Meeting)
    session, mine = Session.of(meeting), Attendance.of(meeting, tap.person)
    before = Rating.of(meeting, tap.person)
    if session is None or now() > session.started_at + OPEN_FOR:
        yield say.reply(_("That meeting is too long ago. You'll be asked again after the next one."))
    elif mine is None or not mine.present:
        yield say.reply(_("That is for those who were there. See you next time!"))
    elif Rating.put(meeting, tap.person, value):
        yield say.reply(
            _("Noted {face}. Only the average is shown, from three opinions on.", face=closing.FACES[value])
        )
        yield say.signal("rated", session)
        yield say.signal("did", meeting, what="rated", before=before)
    else:
        yield say.reply(_("I have that already {face}.", face=closing.FACES[value]))


@on.event("undo_rated")
def take_back(msg: Message) -> Says:
    """ "annuler": the face before, or none (116)."""
    deed = msg.about_card(Deed)
    meeting, before = Meeting.get_by_id(deed.facts["record"]), deed.facts["before"]
    Rating.take_back(meeting, msg.person, before)
    if before is None:
        yield say.reply(_("Taken back: you have said nothing of how it was."))
    else:
        yield say.reply(_("Taken back: {face} holds again.", face=closing.FACES[before]))
    if session := Session.of(meeting):
        yield say.signal("rated", session)


# ------------------------------------------------------------------ two in a row


@on.event("session_closed")
def closed(happening: Happening) -> Says:
    session = happening.about(Session)
    zone = ZoneInfo(session.group.timezone)
    day = now().astimezone(zone).date() + dt.timedelta(days=1)
    yield say.later(look, session, dt.datetime.combine(day, SUGGESTED_AT, zone).astimezone(dt.UTC))


@on.due("rt.look", Session)
def look(due: Due) -> Says:
    """The day after, to whoever looks after the group, once."""
    session = due.about(Session)
    if Pause.current(session.group) or not all(_was_so_so(one) for one in _last_two(session)):
        return
    for person in session.group.in_charge()[:1]:
        yield say.tell(person, _another(session), group=session.group, unasked=True, once=f"rt.look:{session.id}")


def _last_two(session: Session) -> list[Meeting | None]:
    earlier = Session.select(Session, Meeting).join(Meeting).where(Meeting.group == session.group)
    before = earlier.where(Session.id < session.id).order_by(Session.id.desc()).first()
    return [session.meeting, before.meeting if before else None]


def _was_so_so(meeting: Meeting | None) -> bool:
    if meeting is None:
        return False
    mean, count = Rating.average(meeting)
    return count >= closing.ENOUGH and mean < SO_SO


def _another(session: Session) -> Text:
    if session.mode == CAFE:
        return _(
            "Your last two meetings pleased a little less. An idea for the next one: a round, then one hot seat; "
            "the buttons are on the evening's card."
        )
    return _(
        "Your last two meetings pleased a little less. An idea for the next one: small groups for a while, "
        "or simply “café mode”; the buttons are on the evening's card."
    )

"""Start: the day's card an hour before, and "on commence": by who animates, or five minutes later by anybody (45)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import evening
from handlers.kit.texts import When
from storage.db import now
from storage.groups import Group, Membership, lock_group
from storage.meetings import Attendance, Meeting
from storage.people import Person
from storage.rhythms import Pause, Rhythm
from storage.sessions import EARLY, Session, may_start

GRACE = dt.timedelta(minutes=5)  # after the hour, whoever is there may start
STALE = dt.timedelta(minutes=30)  # a day's card that would be this late is not shown


@on.command("commencer", "begin", help=_("start the meeting, once you are together"), only="member", group=True)
@on.phrase(
    "on commence",
    "on commence la réunion",
    "commençons",
    "on démarre",
    "on démarre la réunion",
    "commence la réunion",
    "démarre la réunion",
    "la réunion commence",
    "c'est parti",
    "let's start",
    "let's begin",
    "we start",
    "we are starting",
    "we're starting",
    "start the meeting",
    only="member",
)
@on.like(
    "on y va, on commence", "on peut commencer", "tout le monde est là on démarre", "lance la réunion",
    "démarre la séance", "on attaque", "allez on commence", "let's get going", "start the session",
    "we can start now", "everyone's here, let's start",
    "bon allez c'est l'heure on s'y met", "ouvre la séance", "we can kick off", "let's kick off",
    "allez hop on démarre",
)  # fmt: skip
def begin(msg: Message) -> Says:
    group = msg.home()
    session, meeting = Session.running_in(group), Session.startable(group)
    if session is not None:
        yield from _running(msg, session)
    elif meeting is not None:
        yield from _try(msg, meeting)
    elif msg.private:
        sure = say.button(begin_now, msg.seat()), say.button(not_now, msg.seat())
        yield say.reply(_("No meeting is planned today. Start one now?"), *sure)
    else:
        yield say.reply(_("No meeting is planned today. To start one all the same, write “let's start” to me alone."))


# ------------------------------------------------------------------ the day's card


@on.event("meeting_fixed", "meeting_moved", "meeting_revived")
def plan(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield say.never(day, meeting)
    yield say.later(day, meeting, max(meeting.starts_at - EARLY, now()))


@on.due("st.day", Meeting)
def day(due: Due) -> Says:
    """An hour before: who comes, and the button that starts; copies only to who animates."""
    meeting = due.about(Meeting)
    soon = meeting.starts_at - EARLY - GRACE <= now() <= meeting.starts_at + STALE
    if not soon or meeting.state != "fixed" or Session.of(meeting) or Pause.current(meeting.group):
        return
    yield _day_card(
        meeting, _day_text(meeting), say.button(start, meeting), say.button(on.tapped("pr.here"), meeting)
    )


def _day_card(meeting: Meeting, text: Sayable, *buttons: say.Button, in_place: bool = False) -> say.Say:
    leads = frozenset(person.id for person in meeting.group.in_charge()[:1])
    key = f"day:{meeting.id}.{meeting.wall}"  # a meeting that is moved gets a new one, under what was said since
    return say.post(
        meeting.group, text, *buttons, key=key, among=leads, until=meeting.end, in_place=in_place, template="reminder"
    )


def _day_text(meeting: Meeting) -> Sayable:
    coming = [row.person for row in Attendance.all_of(meeting) if row.seated]
    place = meeting.where()
    return lines(
        _("📍 <b>{when}</b>", when=When(meeting.start)),
        _("Where: {place}", place=place) if place else None,
        _("Coming ({n}): {names}", n=len(coming), names=names.listed(coming)) if coming else None,
        _who_starts(meeting),
    )


def _who_starts(meeting: Meeting) -> Sayable:
    leads = meeting.group.in_charge()[:1]
    if not leads:
        return _("Whoever is there first starts it with one tap.")
    return _("{name} starts it with one tap; five minutes after the hour, anybody can.", name=names.first(leads[0]))


@on.event("meeting_cancelled", "meeting_moved")
def no_longer(happening: Happening) -> Says:
    """A day's card that stands already says so."""
    meeting = happening.about(Meeting)
    if meeting.state == "cancelled":
        yield say.never(day, meeting)
        yield _day_card(meeting, _("The meeting is cancelled."), in_place=True)


# ------------------------------------------------------------------ who may, and when


@on.tap("st.begin", Meeting, _("We start"), only="member")
def start(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    session = Session.of(meeting)
    if session is not None and session.on:
        yield from _running(tap, session)
    elif session is not None or not may_start(meeting):
        yield say.reply(_over(meeting))
    else:
        yield from _try(tap, meeting)


def _over(meeting: Meeting) -> Sayable:
    if meeting.state == "cancelled":
        return _("That meeting is cancelled. If you meet all the same, write “let's start” to me on the spot.")
    if now() < meeting.starts_at:
        return _("It is too early: the meeting is on {when}.", when=When(meeting.start))
    return _("That meeting is over. On the day of the next one, write “let's start”.")


def _try(spoken: Message | Tap, meeting: Meeting) -> Says:
    leads = meeting.group.in_charge()
    if any(one.id == spoken.person.id for one in leads):
        early = now() < meeting.starts_at - EARLY
        yield from _ask_early(meeting) if early else _begin(spoken, meeting)
    elif leads and now() < meeting.starts_at + GRACE:
        yield say.reply(_wait(meeting, leads[0]))
    else:
        yield from _begin(spoken, meeting)


def _wait(meeting: Meeting, lead: Person) -> Sayable:
    return _(
        "{name} starts the meeting. If nothing has happened five minutes after the hour ({when}), you can.",
        name=names.first(lead),
        when=When(meeting.start, short=True),
    )


def _ask_early(meeting: Meeting) -> Says:
    text = _("The meeting is planned for {when}. Start it now all the same?", when=When(meeting.start))
    yield say.reply(text, say.button(start_early, meeting))


@on.tap("st.early", Meeting, _("Yes, we start now"), only="member")
def start_early(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if may_start(meeting) and Session.of(meeting) is None:
        yield from _begin(tap, meeting)
    else:
        yield from start(tap)


# ------------------------------------------------------------------ a meeting that nobody planned


@on.tap("st.now", Membership, _("Yes, now"), only="self")
def begin_now(tap: Tap) -> Says:
    if tap.membership is None:
        yield say.reply(_("You are no longer in {group}.", group=tap.home().name))
        return
    group = tap.home()
    lock_group(group)  # two people who start at once make one meeting
    session = Session.running_in(group)
    if session is not None:
        yield from _running(tap, session)
        return
    meeting = Session.startable(group) or _unplanned(group, tap.person)
    yield from _begin(tap, meeting)


def _unplanned(group: Group, by: Person) -> Meeting:
    return Meeting.fix(group, now(), length=Rhythm.of(group).length, fixed_by=by)


@on.tap("st.not", Membership, _("No, not now"), only="self")
def not_now(tap: Tap) -> Says:
    yield say.reply(_("All right. “dates” puts dates to the vote, whenever you like."))


# ------------------------------------------------------------------ it begins


def _begin(spoken: Message | Tap, meeting: Meeting) -> Says:
    session, fresh = Session.begin(meeting, spoken.person)
    session.mark(spoken.person, True)
    if not fresh:
        yield from _running(spoken, session)
        return
    yield say.signal("session_started", session)
    yield say.signal("did", session, what="started")
    yield _day_card(meeting, _("▶️ The meeting has begun."), in_place=True)
    yield evening.card(session)
    yield say.toast(_("Off you go. Have a good meeting!"))
    if isinstance(spoken, Message) or spoken.private:
        yield from _alone(spoken, session)


def _alone(spoken: Message | Tap, session: Session) -> Says:
    """Who started it in private, while the card went to the group's chat."""
    chat = session.group.chat
    if spoken.private and spoken.platform == "telegram" and chat is not None and chat.present:
        yield say.reply(_("Off you go: the card is in the group. Have a good meeting!"))


def _running(spoken: Message | Tap, session: Session) -> Says:
    """It has begun already: who wanted to start it is there."""
    if session.mark(spoken.person, True):
        yield say.signal("presence_changed", session)
    who = names.first(session.started_by) if session.started_by else _("Somebody")
    yield say.reply(_("{name} has started it already: I've noted that you are here.", name=who))


@on.event("presence_changed", "roles_changed", "round_changed", "hot_seat_started", "hot_seat_ended")
def show(happening: Happening) -> Says:
    """The card keeps up with what happens."""
    session = _session_of(happening)
    if session is not None:
        yield evening.refresh(session)


@on.event("session_closing", "session_closed")
def close(happening: Happening) -> Says:
    yield evening.refresh(happening.about(Session))


@on.event("entered", "gone")
def came_or_left(happening: Happening) -> Says:
    """Somebody joins or leaves the group while it meets."""
    session = Session.running_in(happening.about(Membership).group)
    if session is not None:
        yield say.signal("presence_changed", session)


def _session_of(happening: Happening) -> Session | None:
    if isinstance(happening.record, Session):
        return happening.record
    meeting = getattr(happening.record, "meeting", None)
    return Session.of(meeting) if isinstance(meeting, Meeting) else None

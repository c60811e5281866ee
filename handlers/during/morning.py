"""The morning after: a meeting that nobody closed, or that nobody started, and one question to who animates."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, Text, _, lines, names, on, say
from handlers.kit.cards.evening import AND
from handlers.kit.texts import When, fold
from storage.db import now
from storage.groups import Membership
from storage.meetings import Attendance, Meeting
from storage.noise import zone_of
from storage.people import Person
from storage.sessions import LATE, Session, arrive

MORNING = dt.time(9, 30)
ALL = {"tous", "toutes", "tout le monde", "everybody", "everyone", "all"}
BUT = ("tous sauf", "toutes sauf", "tout le monde sauf", "everybody but", "everyone but", "all but")


def morning_after(end: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first morning that begins three hours after the end, or later: a night that goes on is not disturbed."""
    local = (end + LATE).astimezone(zone)
    day = local.date() + dt.timedelta(days=1 if local.time() > MORNING else 0)
    return dt.datetime.combine(day, MORNING, zone).astimezone(dt.UTC)


# ------------------------------------------------------------------ nobody closed it


@on.event("session_started")
def watch(happening: Happening) -> Says:
    session = happening.about(Session)
    yield say.later(forgotten, session, morning_after(session.ends_expected, zone_of(None, session.group)))


@on.due("mo.forgot", Session)
def forgotten(due: Due) -> Says:
    """Close it with what is known, and ask whether it is right; the summary is corrected by the answer."""
    session = due.about(Session)
    if not session.close(None):
        return
    leader = _leader(session)
    if leader is not None:
        yield say.tell(
            leader,
            _left_open(session),
            say.button(right, session.meeting),
            say.button(complete, session.meeting),
            group=session.group,
            once=f"mo:{session.id}",
        )
    yield say.signal("session_forgotten", session)
    yield say.signal("session_closed", session)


def _leader(session: Session) -> Person | None:
    """Who led it, if they are still a member, else who animates."""
    if session.animator is not None and Membership.of(session.group, session.animator):
        return session.animator
    return next(iter(session.group.in_charge()), None)


def _left_open(session: Session) -> Sayable:
    people = session.present()
    noted = _("I noted these people: {names}. Is that right?", names=names.listed(people))
    return lines(
        _(
            "You met on {when}, and nobody closed the meeting: I did it this morning.",
            when=When(session.meeting.start),
        ),
        noted if people else _("I noted nobody. Who was there?"),
    )


@on.tap("mo.right", Meeting, _("That's right"), only="member")
def right(tap: Tap) -> Says:
    yield say.reply(_("Thank you, so it stays."))


# ------------------------------------------------------------------ nobody started it


@on.event("meeting_fixed", "meeting_moved", "meeting_revived")
def plan(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield say.never(unstarted, meeting)
    yield say.later(unstarted, meeting, morning_after(meeting.end, ZoneInfo(meeting.zone)))


@on.due("mo.unstart", Meeting)
def unstarted(due: Due) -> Says:
    """Did it take place without me? One question, the morning after."""
    meeting = due.about(Meeting)
    lead = next(iter(meeting.group.in_charge()), None)
    late = now() > due.at + dt.timedelta(days=3)
    if meeting.state != "fixed" or now() < meeting.end or Session.of(meeting) or lead is None or late:
        return
    coming = _seated(meeting)
    who = _n_yes(len(coming))
    buttons = [say.button(everybody, meeting, who)] if coming else []
    text = lines(
        _("Did you meet on {when}?", when=When(meeting.start)),
        _("They had said yes: {names}.", names=names.listed(coming)) if coming else None,
    )
    yield say.tell(
        lead,
        text,
        *buttons,
        say.button(complete, meeting, _("Yes: I choose who")),
        say.button(did_not, meeting),
        group=meeting.group,
        unasked=True,
        once=f"mo:un:{meeting.id}",
    )


def _n_yes(count: int) -> Text:
    return _("Yes, all {n}", n=count) if count > 1 else _("Yes, as planned")


def _seated(meeting: Meeting) -> list[Person]:
    return [row.person for row in Attendance.all_of(meeting) if row.seated]


@on.tap("mo.all", Meeting, _("Yes, as planned"), only="member")
def everybody(tap: Tap) -> Says:
    yield from _took_place(tap, tap.about(Meeting), _seated(tap.about(Meeting)))


@on.tap("mo.not", Meeting, _("No, it didn't happen"), only="member")
def did_not(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if Session.of(meeting) is None and meeting.cancel():
        yield say.reply(_("Noted. No harm done: “dates” finds another day."))
    else:
        yield say.reply(_("That is settled already."))


@on.tap("mo.choose", Meeting, _("Complete"), only="member")
def complete(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    yield say.ask(who, _who_was_there(meeting), group=tap.home(), meeting=meeting.id)


def _who_was_there(meeting: Meeting) -> Sayable:
    people = [seat.person for seat in meeting.group.members()]
    return lines(
        _("Who was there? Write the first names, “everybody”, or “everybody but Zoé”."),
        _("In the group: {names}", names=names.listed(people, 20)),
    )


@on.answer("mo.who")
def who(msg: Message) -> Says:
    meeting = Meeting.get_by_id(msg.answers["meeting"])
    people, unknown = _named(meeting, msg.text)
    if unknown or not people:
        told = _("I don't find “{words}” in the group. Write the first names once more.", words=unknown)
        yield say.ask(who, told if unknown else _who_was_there(meeting), group=msg.home(), meeting=meeting.id)
        return
    yield say.done()
    yield from _took_place(msg, meeting, people)


def _named(meeting: Meeting, text: str) -> tuple[list[Person], str]:
    """Who is meant, and the first name that nobody, or more than one, bears."""
    members, words = [seat.person for seat in meeting.group.members()], fold(text).strip(" .!")
    if words in ALL:
        return members, ""
    but = next((lead for lead in BUT if words.startswith(lead + " ")), "")
    found: list[Person] = []
    for part in AND.split(words.removeprefix(but).strip()):
        people = names.find(members, part)
        if part and len(people) != 1:
            return [], part
        found += people
    ids = {person.id for person in found}
    return ([one for one in members if one.id not in ids] if but else found), ""


def _took_place(spoken: Message | Tap, meeting: Meeting, people: list[Person]) -> Says:
    """Write down who came: for a meeting without a session it is closed by that, else only corrected."""
    session = Session.of(meeting)
    if session is None and not meeting.close(len(people)):
        yield say.reply(_("That is settled already."))
        return
    ids = {person.id for person in people}
    for row in Attendance.all_of(meeting):
        if row.person_id not in ids:
            Attendance.came(meeting, row.person, False)
    for person in people:
        arrive(meeting, person)
    meeting.count(len(people))
    yield say.reply(_("Noted, thank you: {names}.", names=names.listed(people)))
    if session is not None:
        yield say.signal("presence_changed", session)

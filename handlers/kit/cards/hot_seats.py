"""The hot seat's voice: whose turn it is, the card of the running step, who may press what."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.kit import names, on, say
from handlers.kit.texts import Sayable, Text, When, _, _n, lines
from storage.groups import Group
from storage.hotseats import ADVICE, LEARNING, HotSeat, Script, Step, queue
from storage.meetings import Attendance, Meeting
from storage.people import TELEGRAM, Person
from storage.sessions import TIMEKEEPER, Role, Session

TITLES: tuple[Text, ...] = (
    _("Presentation"),
    _("Clarifying questions"),
    _("The request"),
    _("Advice"),
    _("Synthesis and plan"),
    _("Learning"),
)
WHAT_TO_DO: tuple[Text, ...] = (
    _("{name} tells the problem. Everybody else listens."),
    _("Ask {name} only to understand: no advice yet."),
    _("{name} says in one sentence what they ask of the group."),
    _("Each gives {name} a piece of advice. {name} listens, without answering."),
    _("{name} says what they keep, and up to three actions: what, and by when."),
    _("Each says in a sentence what they take home."),
)
FOR_THOSE_HERE = _("That is for those who are here. Are you? Then write “I'm here”.")
AN_EVENING = dt.timedelta(hours=6)
HOW_TO_ADVISE = _("Answer this message, or write “advice: …” to me alone.")
NOT_COMING = _("The queue is made of those who come: say yes to {when} first.")
NOBODY_HERE = _("Nobody is noted as here yet: write “I'm here” first.")


# ------------------------------------------------------------------ whose turn


def comers(group: Group) -> tuple[Meeting | None, list[Person]]:
    """The meeting that is on or comes next, and who is there or comes; without a date all members."""
    session = Session.running_in(group)
    if session is not None:
        return session.meeting, session.here() or coming(session.meeting)
    meeting = Meeting.next_of(group)
    if meeting is None:
        return None, [seat.person for seat in group.members()]
    return meeting, coming(meeting)


def coming(meeting: Meeting) -> list[Person]:
    """Who has said yes and has a chair."""
    return [row.person for row in Attendance.all_of(meeting) if row.seated]


def rank(waiting: Sequence[Person], person: Person) -> int:
    """The place in the queue, from 1; 0 for who is not in it."""
    return next((n for n, one in enumerate(waiting, 1) if one.id == person.id), 0)


def seats_of(group: Group, people: Sequence[Person]) -> int:
    """How many hot seats the meeting of these people has."""
    return Script.of(group).seats_for(len(people))


def next_up(session: Session) -> Person | None:
    """Whose turn it is among those who are here; nobody twice at one meeting."""
    held = {seat.person_id for seat in HotSeat.of_meeting(session.meeting) if seat.state == "done"}
    waiting = queue(session.group, session.here(), session.meeting)
    return next((person for person in waiting if person.id not in held), None)


def one_more(session: Session) -> bool:
    """Is there to be another hot seat at this meeting?"""
    held = sum(seat.state == "done" for seat in HotSeat.of_meeting(session.meeting))
    return held < seats_of(session.group, session.here())


# ------------------------------------------------------------------ who may


def leads(session: Session, person: Person) -> bool:
    """Do they animate this meeting?"""
    return person.id == session.animator_id


def at_hand(step: Step) -> Session | None:
    """The meeting at which it runs, while that is on."""
    meeting = step.hotseat.meeting
    session = Session.of(meeting) if meeting is not None else None
    return session if session is not None and session.on else None


def may_press(session: Session | None, person: Person) -> bool:
    """Only those who are here, and who animates."""
    return session is not None and (session.has(person) or leads(session, person))


def watchers(session: Session, seat: HotSeat) -> frozenset[int]:
    """Who hears the clock wherever they are: who sits there, who animates, who keeps the time."""
    keepers = {role.person_id for role in Role.of_meeting(session.meeting) if role.kind == TIMEKEEPER}
    return frozenset(keepers | {seat.person_id} | ({session.animator_id} if session.animator_id else set()))


# ------------------------------------------------------------------ the card of the running step


def card(step: Step, session: Session, in_place: bool = False) -> say.Say:
    """The live card: once in the group's chat, and to each one here who reads elsewhere."""
    seat = step.hotseat
    return say.post(
        seat.group,
        told(step, session),
        *buttons(step),
        key=key(seat),
        among=frozenset(person.id for person in session.here()) | {seat.person_id},
        in_place=in_place,
        template="news",
    )


def key(seat: HotSeat) -> str:
    """The name of the card."""
    return f"seat:{seat.id}"


def told(step: Step, session: Session) -> Sayable:
    """Which step, what to do, and until when: five lines at most."""
    name, number = names.first(step.hotseat.person), step.number
    return lines(
        _("🪑 <b>Hot seat: {name}</b> · step {n} of 6", name=name, n=number),
        _clock(step, session),
        WHAT_TO_DO[number - 1].given(name=name),
        HOW_TO_ADVISE if number == ADVICE else None,
        _advised(step.hotseat) if number >= ADVICE else None,
    )


def _clock(step: Step, session: Session) -> Text:
    title = TITLES[step.number - 1]
    if step.ends_at is None:
        minutes = max(1, round((step.rest or 0) / 60))
        return _n("<b>{step}</b>: pause, {n} min left", "<b>{step}</b>: pause, {n} min left", n=minutes, step=title)
    return _("<b>{step}</b> until {hour}", step=title, hour=hour_of(step.ends_at, session.meeting))


def hour_of(moment: dt.datetime, meeting: Meeting) -> dt.time:
    """The hour on the wall where one meets."""
    return moment.astimezone(ZoneInfo(meeting.zone)).time()


def _advised(seat: HotSeat) -> Text | None:
    people = list({one.person_id: one.person for one in seat.advices()}.values())
    return _("Advice noted: {names}", names=names.listed(people)) if people else None


def buttons(step: Step) -> list[say.Button]:
    """Next, more time, pause, stop, angles; WhatsApp shows three, and the others are words there."""
    seat = step.hotseat
    shown = [say.button(on.tapped("hs.step"), step, _("Finish") if step.number == LEARNING else None)]
    if step.paused:
        shown.append(say.button(on.tapped("hs.go_on"), step))
    else:
        shown += [say.button(on.tapped(code), step) for code in ("hs.more", "hs.pause")]
    if step.number == ADVICE and seat.angles_at is None:
        shown.append(say.button(on.tapped("ad.angle"), seat, only=TELEGRAM))
    return [*shown, say.button(on.tapped("hs.stop"), step, only=TELEGRAM)]


# ------------------------------------------------------------------ shared words


def moment(meeting: Meeting) -> When:
    """When it is, in a sentence."""
    return When(meeting.start)


def brief(seat: HotSeat) -> Sayable | None:
    """What was prepared, for its owner alone; None when nothing was."""
    if not seat.prepared:
        return None
    return lines(
        _("The problem: {words}", words=seat.problem) if seat.problem else None,
        _("Tried: {words}", words=seat.tried) if seat.tried else None,
        _("The request: {words}", words=seat.request) if seat.request else None,
    )

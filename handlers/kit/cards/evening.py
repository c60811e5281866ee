"""The card of a meeting that is on: who is here, what runs now, who does what; and the words every part shares."""

import datetime as dt
import re
from collections.abc import Callable
from typing import TypeVar

from handlers.kit import names, on, say
from handlers.kit.events import Message, Tap
from handlers.kit.texts import On, Sayable, Text, When, _, lines
from storage.db import now
from storage.groups import Group
from storage.meetings import MAYBE, YES, Attendance, Meeting
from storage.people import TELEGRAM, Person
from storage.sessions import CAFE, Session

Line = Callable[[Session], Sayable | None]
F = TypeVar("F", bound=Line)
EXPECTED_FOR = dt.timedelta(minutes=45)  # so long after the start, whoever isn't there yet is still named
BUTTONS = ("pr.here", "rd.start", "hs.next", "cf.cafe", "cl.begin")  # of several features; those that exist are shown
AT_HAND = ("pr.here", "rd.start", "cl.begin")  # WhatsApp shows three as buttons; the rest is said in words

AND = re.compile(r"\s*(?:,|;|&|\bet\b|\band\b)\s*")
NOT_ON = _("No meeting is on right now. When you are together, write “let's start”.")
IN_WORDS = _("Here you can also write: “I'm here”, “next”, “action: …”, “let's close”.")
CHARTER = _("What is said here stays here.")

_lines: list[tuple[int, Line]] = []


def shows(place: int) -> Callable[[F], F]:
    """Add a line to the card: the function gives it, or None when there is nothing to say; lower places first."""

    def register(function: F) -> F:
        _lines.append((place, function))
        _lines.sort(key=lambda known: known[0])
        return function

    return register


# ------------------------------------------------------------------ the card


def card(session: Session, **how: bool) -> say.Say:
    """The live card: once in the group's chat, and to each WhatsApp member who is here or comes."""
    return say.post(
        session.group,
        told(session),
        *buttons(session),
        key=key(session.meeting),
        among=frozenset(concerned(session)),
        template="news",
        **how,
    )


def refresh(session: Session) -> say.Say:
    """Change what stands there already; nothing new anywhere (113)."""
    return card(session, in_place=True)


def shown_to(session: Session, person: Person) -> say.Say:
    """The card for one person, in private."""
    return say.tell(person, told(session), *buttons(session), group=session.group, key=key(session.meeting))


def key(meeting: Meeting) -> str:
    """The name of the card."""
    return f"evening:{meeting.id}"


def concerned(session: Session) -> set[int]:
    """Ids of the members who are here or said that they would come."""
    rows = Attendance.all_of(session.meeting)
    return {row.person_id for row in rows if row.left_at is None and (row.present or row.answer in (YES, MAYBE))}


def told(session: Session) -> Sayable:
    """At most twelve lines: what is on, who is here, and a line of each thing that runs."""
    meeting, here = session.meeting, session.here()
    if not session.on:
        return lines(_("<b>We met on {when}.</b>", when=When(meeting.start)), _who(session.present()))
    return lines(
        _title(session),
        _("{title}", title=meeting.title) if meeting.title else None,
        _here(here),
        _expected(session, here),
        *(() if session.cafe else (line(session) for _place, line in _lines)),
        CHARTER,
        None if session.cafe else On("", IN_WORDS),
    )


def _title(session: Session) -> Text:
    if session.mode == CAFE:
        return _("☕ <b>Café mode</b>: I keep silent until the end.")
    return _("▶️ <b>The meeting has begun</b>")


def _who(people: list[Person]) -> Sayable | None:
    return _("There were {n}: {names}", n=len(people), names=names.listed(people)) if people else None


def _here(people: list[Person]) -> Sayable:
    if not people:
        return _("Who is here? One tap each.")
    return _("Here ({n}): {names}", n=len(people), names=names.listed(people))


def _expected(session: Session, here: list[Person]) -> Sayable | None:
    """Whom one waits for, in the beginning; those who said that they would be late come last."""
    if session.cafe or now() > session.started_at + EXPECTED_FOR:
        return None
    rows = [row for row in Attendance.all_of(session.meeting) if row.seated and row.present is None]
    rows.sort(key=lambda row: row.late is not None)
    people = [row.person for row in rows]
    return _("On their way: {names}", names=names.listed(people)) if people else None


def buttons(session: Session) -> list[say.Button]:
    """What one tap does during the meeting; nothing once it is over."""
    if not session.on:
        return []
    codes = [code for code in BUTTONS if code in on.registry.buttons]
    if session.cafe:
        codes = [code for code in codes if code in ("pr.here", "cl.begin")] + ["cf.back"]
    return [_button(code, session) for code in codes]


def _button(code: str, session: Session) -> say.Button:
    known = on.registry.buttons[code]
    record = session if known.model is Session else session.meeting
    return say.button(known.function, record, only=None if code in AT_HAND else TELEGRAM)


# ------------------------------------------------------------------ which meeting, and whose


def running(spoken: Message | Tap) -> Session | None:
    """The meeting that words are about: of the group they name, else the one that is on for the speaker."""
    if spoken.group is not None:
        return Session.running_in(spoken.group) if spoken.membership is not None else None
    return next(iter(Session.running_for(spoken.person)), None)


def open_in(group: Group) -> list[Meeting]:
    """For on.card(finds=): the group's meeting that is on, if any."""
    session = Session.running_in(group)
    return [session.meeting] if session else []


def apart(group: Group, person: Person) -> bool:
    """Does the person not read the group's Telegram chat, so that what concerns them is told in private?"""
    seat, chat = group.membership_of(person), group.chat
    address = seat.address if seat else None
    return address is not None and (address.platform != TELEGRAM or chat is None or not chat.present)


def may_lead(session: Session, person: Person) -> bool:
    """Does the person run it, or the group?"""
    return session.animator_id == person.id or any(one.id == person.id for one in session.group.in_charge())


def members(session: Session) -> list[Person]:
    """Everybody of the group, whom a name may mean."""
    return [seat.person for seat in session.group.members()]

"""The notes of a meeting: how a line reads, the one live card in the group, whose yes is awaited."""

import datetime as dt
from collections.abc import Sequence

from handlers.kit import names, on, say
from handlers.kit.say import Says
from handlers.kit.texts import Day, Sayable, Text, _, _n, lines
from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import MAYBE, YES, Attendance
from storage.noise import quiet_until, zone_of
from storage.notes import ACTION, DECISION, DONE, DROPPED, IDEA, LINK, NEVER, VOICE, Note, Pace
from storage.people import Person
from storage.sessions import Session

SHOWN, TAKEN = 9, 3  # lines of the card, which is read on a phone; its buttons
SHORT = 26
A_WEEK = dt.timedelta(days=7)
NOT_AT_ONCE = dt.timedelta(hours=-6)  # nobody is reminded of what they have just promised


def line(note: Note) -> Text:
    """One note in one line: what it is, whose it is, by when."""
    if note.kind == ACTION:
        return _action(note)
    said = {
        DECISION: _("Decision: {words}"),
        IDEA: _("Idea: {words}"),
        LINK: _("Link: {words}"),
        VOICE: _("Voice note of {name}"),
    }
    return said[note.kind].given(words=note.words, name=names.first(note.by) if note.by else _("A member"))


def _action(note: Note) -> Text:
    if note.owner is None:
        return _("Action, who takes it? {words}", words=promised(note))
    if note.state == DONE:
        return _("Done, {name}: {words}", name=names.first(note.owner), words=note.words)
    if note.state == DROPPED:
        return _("Dropped: {words}", words=note.words)
    return _("Action, {name}: {words}", name=names.first(note.owner), words=promised(note))


def promised(note: Note) -> Text:
    """What is to be done, and by when."""
    if note.due is None:
        return _("{words}", words=note.words)
    return _("{words} (by {day})", words=note.words, day=Day(note.due))


def short(words: str, most: int = SHORT) -> str:
    """Words for a button."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


# ------------------------------------------------------------------ the card in the group


def card(session: Session) -> Says:
    """The list in the group's chat, edited in place; in cafe mode it waits for the end."""
    notes = Note.of_meeting(session.meeting)
    if session.cafe and session.state == "running":
        return
    yield say.post(session.group, _told(notes), *takers(notes), key=key(session), among=frozenset(), silent=True)


def key(session: Session) -> str:
    """The name of the card."""
    return f"notes:{session.meeting_id}"


def _told(notes: Sequence[Note]) -> Sayable:
    if not notes:
        return lines(_("📝 <b>Notes</b>"), _("Nothing is noted any more."))
    earlier = len(notes) - SHOWN
    more = _n("One more before: “notes” shows all.", "{n} more before: “notes” shows all.", n=earlier)
    return lines(
        _("📝 <b>Notes</b>"),
        more if earlier > 0 else None,
        *(line(note) for note in notes[-SHOWN:]),
    )


def takers(notes: Sequence[Note]) -> list[say.Button]:
    """A button for each action that is nobody's yet."""
    free = [note for note in notes if note.to_do and note.owner_id is None and not note.candidates]
    take = on.tapped("nt.take")
    one = len(free) == 1
    return [
        say.button(take, note, None if one else _("I take: {words}", words=short(note.words, 13)))
        for note in free[-TAKEN:]
    ]


# ------------------------------------------------------------------ whose yes is awaited


def ask_owner(note: Note, session: Session | None) -> Says:
    """Tell whoever was named, in private; not by night, unless they sit there. In cafe mode it waits for the end."""
    if note.asked is None or (session is not None and session.cafe and session.state == "running"):
        return
    person = note.asked
    here = session is not None and session.on and session.has(person)
    note.note(asked_at=now())
    yield say.tell(
        person,
        lines(_asks(note), _("“{words}”", words=promised(note))),
        say.button(on.tapped("nt.yes"), note),
        say.button(on.tapped("nt.no"), note),
        group=note.group,
        at=None if here else quiet_until(now(), zone_of(person, note.group), None),
        template="mission",
    )


def _asks(note: Note) -> Text:
    giver = note.owner if note.owner_id not in (None, note.asked_id) else note.by
    name = names.first(giver) if giver else _("Somebody")
    if note.owner_id not in (None, note.asked_id):
        return _("{name} would like to hand you an action. Is that all right?", name=name)
    return _("{name} noted an action for you. Is that all right?", name=name)


# ------------------------------------------------------------------ which meeting


def open_in(group: Group) -> bool:
    """Are notes taken in that group now?"""
    return Note.session_for(group) is not None


def session_of(person: Person, group: Group | None = None) -> Session | None:
    """The meeting that the person's words in private are noted at: where they are, else where they come."""
    groups = [group] if group else [seat.group for seat in Membership.all_of(person)]
    found = [session for one in groups if (session := Note.session_for(one)) is not None]
    return next((session for session in found if takes_part(session, person)), None)


def takes_part(session: Session, person: Person) -> bool:
    """Present, or still expected."""
    row = Attendance.of(session.meeting, person)
    return row is not None and bool(row.present or (session.on and row.answer in (YES, MAYBE)))


# ------------------------------------------------------------------ the one reminder


def reminder_at(note: Note, ahead: dt.datetime | None, late: dt.timedelta = NOT_AT_ONCE) -> dt.datetime | None:
    """When its owner is reminded, by their pace; None: not at all.

    ahead: the next meeting. late: a reminder that would be so old is pointless; by default it is some hours ahead.
    """
    if note.owner is None or note.nudged_at is not None or not note.to_do:
        return None
    pace, zone = Pace.of(note.owner), zone_of(note.owner, note.group)
    begun: dt.datetime = note.at
    end = dt.datetime.combine(note.due, dt.time(18), zone) if note.due else ahead or begun + 2 * A_WEEK
    if pace == NEVER:
        return None
    if pace == "eve" and note.due:
        at = dt.datetime.combine(note.due - dt.timedelta(days=1), dt.time(18), zone)
    else:
        at = begun + (end - begun) / 2
    local = at.astimezone(zone)
    at = dt.datetime.combine(local.date(), min(max(local.time(), dt.time(9)), dt.time(20)), zone)
    return at.astimezone(dt.UTC) if at > now() - late else None

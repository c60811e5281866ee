"""What a meeting leaves, gathered once: for the post in the group, the longer page and the file."""

import datetime as dt
from dataclasses import dataclass

from handlers.kit import names
from handlers.kit.cards import missions
from handlers.kit.texts import Day, Sayable, Text, When, _, fold
from storage.groups import Group
from storage.hotseats import DONE, HotSeat
from storage.meetings import Meeting
from storage.missions import DONE as ACCOMPLISHED
from storage.missions import PASSED, Draw, Rating, Thanks
from storage.notes import DROPPED, Note
from storage.people import Person
from storage.polls import DATE, Poll
from storage.sessions import Session
from storage.summaries import Addition, Summary

RATINGS = 3  # before their average is shown: nobody is to be guessed from it


@dataclass(frozen=True)
class Seat:
    """A hot seat that was held; problem, advice and adviser only when its owner agreed (D07)."""

    person: Person
    problem: str = ""
    advice: str = ""
    adviser: Person | None = None


@dataclass(frozen=True)
class Report:
    """What of a meeting may be told to the group.

    present: in order of arrival. cards: held or done. ahead: the next meeting; poll: the vote on its date;
    not_before: no next date until that day. mean: of the ratings, 1 to 3, none while there are fewer than three.
    """

    meeting: Meeting
    present: list[Person]
    seats: list[Seat]
    notes: list[Note]
    added: list[Addition]
    cards: list[Draw]
    thanks: list[Thanks]
    mean: float | None
    ahead: Meeting | None
    poll: Poll | None
    not_before: dt.date | None

    @property
    def group(self) -> Group:
        """Whose meeting it was."""
        return self.meeting.group

    def of(self, kind: str) -> list[Note]:
        """The notes of one kind: decision, action, idea, link or voice."""
        return [note for note in self.notes if note.kind == kind]

    @property
    def empty(self) -> bool:
        """Is there nothing but who was there?"""
        return not (self.seats or self.notes or self.added or self.cards or self.thanks)


def of(meeting: Meeting) -> Report:
    """All that may be told of that meeting, as it is now."""
    session = Session.of(meeting)
    summary = Summary.of(meeting)
    mean, count = Rating.average(meeting)
    ahead = _ahead(meeting)
    polls = [] if ahead else Poll.open_of(meeting.group, DATE)
    return Report(
        meeting,
        session.present() if session else [],
        [_seat(seat) for seat in HotSeat.of_meeting(meeting) if seat.state == DONE],
        [note for note in Note.of_meeting(meeting) if note.state != DROPPED],
        Addition.of_summary(summary) if summary else [],
        [draw for draw in Draw.of_meeting(meeting) if _shown(draw)],
        Thanks.of_meeting(meeting),
        mean if count >= RATINGS else None,
        ahead,
        polls[0] if polls else None,
        session.skip_until if session and not ahead and not polls else None,
    )


def _seat(seat: HotSeat) -> Seat:
    if not seat.share:
        return Seat(seat.person)
    best = seat.best_advice()
    return Seat(seat.person, seat.problem, best.words, best.person) if best else Seat(seat.person, seat.problem)


def _shown(draw: Draw) -> bool:
    return draw.person is not None and draw.state != PASSED


def _ahead(meeting: Meeting) -> Meeting | None:
    """The group's next meeting after that one."""
    later = (one for one in Meeting.coming_of(meeting.group) if one.id != meeting.id)
    return next((one for one in later if one.starts_at > meeting.starts_at), None)


# ------------------------------------------------------------------ how a part reads


def promised(note: Note, words: str | None = None) -> Text:
    """An action: who, what, by when; ticked when it is done."""
    said: Sayable | str = note.words if words is None else words
    owner = names.first(note.owner) if note.owner else _("who takes it?")
    if not _named_first(note):
        said = _("{name}: {words}", name=owner, words=said)
    if note.state == ACCOMPLISHED:
        return _("✓ {words}", words=said)
    if note.due is None:
        return _("• {words}", words=said)
    return _("• {words} (by {day})", words=said, day=Day(note.due))


def _named_first(note: Note) -> bool:
    """Do the words begin with their owner: "Zoé appelle le café"?"""
    name = names.first(note.owner) if note.owner else ""
    return isinstance(name, str) and name != "" and fold(note.words).startswith(f"{fold(name)} ")


def carried(draw: Draw) -> Text:
    """A mission card and who has it."""
    person = draw.person
    return _("{card} ({name})", card=missions.name(draw.mission), name=names.first(person) if person else "")


def next_date(report: Report) -> Text:
    """What is known of the next date."""
    if report.ahead is not None:
        return _("➡️ Next date: <b>{when}</b>", when=When(report.ahead.start))
    if report.poll is not None:
        return _("➡️ Next date: the vote is open.")
    if report.not_before is not None:
        return _("➡️ No next date before {day}, as you wished.", day=Day(report.not_before))
    return _("➡️ No next date yet: who proposes one?")

"""The programme, the day before: hot seats, topics, actions that come back, last time's hot seat (50, 62)."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Due, Happening, Message, Sayable, Says, Text, _, _n, lines, names, on, say
from handlers.kit.cards import gathering, hot_seats, noting
from storage.db import now
from storage.hotseats import HotSeat, queue
from storage.meetings import NO, Attendance, Meeting
from storage.notes import Note, Topic
from storage.people import Person
from storage.rhythms import Pause

AT = dt.time(18, 30)  # the evening before, at the place of the meeting
STALE = dt.timedelta(hours=3)  # before the start it is too late to announce anything
TOPICS, ACTIONS = 3, 3


@on.event("meeting_fixed", "meeting_moved", "meeting_revived")
def plan(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield say.never(announce, meeting)
    at = dt.datetime.combine(meeting.start.date() - dt.timedelta(days=1), AT, ZoneInfo(meeting.zone))
    if at > now():
        yield say.later(announce, meeting, at.astimezone(dt.UTC))


@on.event("meeting_cancelled")
def forget(happening: Happening) -> Says:
    yield say.never(announce, happening.about(Meeting))


@on.due("pg.eve", Meeting)
def announce(due: Due) -> Says:
    """One post, if there is anything to say but the date; not to those who don't come."""
    meeting = due.about(Meeting)
    left = meeting.starts_at - now()
    if meeting.state != "fixed" or not STALE < left <= dt.timedelta(days=2) or Pause.current(meeting.group):
        return
    parts = _parts(meeting)
    if parts:
        away = {row.person_id for row in Attendance.all_of(meeting) if row.answer == NO}
        yield say.post(
            meeting.group,
            _told(meeting, parts),
            key=f"programme:{meeting.id}",
            among=frozenset(seat.person_id for seat in meeting.group.members()) - away,
            until=meeting.starts_at,
            template="reminder",
        )


@on.command("programme", "ordredujour", help=_("what the next meeting is about"), only="member", group=True)
@on.phrase("ordre du jour", "l'ordre du jour", "le programme", "quel est le programme", only="member")
@on.phrase("the programme", "the agenda of the meeting", "what is on the agenda", "what's the plan", only="member")
@on.tells
@on.like(
    "c'est quoi le programme", "quel est l'ordre du jour", "on fait quoi ce soir",
    "qu'est-ce qu'il y a au programme", "le déroulé de la réunion", "what's on the agenda", "what's the programme",
    "what are we doing tonight", "qu'est-ce qu'on fait pendant la réunion", "comment se passe la soirée",
    "c'est quoi le plan ce soir", "what's the plan tonight",
    "comment va se dérouler la soirée", "c'est quoi la suite", "on enchaîne sur quoi", "what's next",
    "how does tonight go", "what happens at the meeting",
)  # fmt: skip
def ask(msg: Message) -> Says:
    meeting = Meeting.next_of(msg.home())
    if meeting is None:
        yield say.reply(_("No next date is set yet. To put a topic in the box meanwhile: “topic: …”"))
    else:
        parts = _parts(meeting)
        nothing = _("Nothing is planned yet beyond meeting. To put a topic in the box: “topic: …”")
        yield say.reply(_told(meeting, parts or [nothing]))


# ------------------------------------------------------------------ what it says


def _told(meeting: Meeting, parts: list[Sayable]) -> Sayable:
    coming = hot_seats.coming(meeting)
    return lines(
        _("📋 <b>Programme of {when}</b>", when=gathering.moment(meeting)),
        _("Coming ({n}): {names}", n=len(coming), names=names.listed(coming)) if coming else None,
        *parts,
    )


def _parts(meeting: Meeting) -> list[Sayable]:
    """At most ten lines, whatever there is."""
    return [*_news(meeting), *_seats(meeting), *_topics(meeting), *_actions(meeting)]


def _news(meeting: Meeting) -> list[Sayable]:
    """What became of last time's hot seat is asked first; its words stay with its owner."""
    last = HotSeat.last_done(meeting.group)
    if last is None or last.meeting_id in (None, meeting.id) or meeting.group.membership_of(last.person) is None:
        return []
    return [_("First, news of last time's hot seat: {name}", name=names.first(last.person))]


def _seats(meeting: Meeting) -> list[Sayable]:
    people = [seat.person for seat in HotSeat.planned_for(meeting)] or _next(meeting)
    if not people:
        return []
    return [_n("Hot seat: {names}", "Hot seats: {names}", n=len(people), names=names.listed(people))]


def _next(meeting: Meeting) -> list[Person]:
    """Whose turn it would be, in a group that has held hot seats before."""
    if HotSeat.last_done(meeting.group) is None:
        return []
    coming = hot_seats.coming(meeting)
    return queue(meeting.group, coming, meeting)[: hot_seats.seats_of(meeting.group, coming)]


def _topics(meeting: Meeting) -> list[Sayable]:
    topics = Topic.ranked(meeting.group)
    if not topics:
        return []
    shown: list[Sayable] = [_("• {words}", words=noting.short(topic.words, 80)) for topic in topics[:TOPICS]]
    return [_("<b>Topics</b>"), *shown, *_folded(len(topics) - TOPICS)]


def _actions(meeting: Meeting) -> list[Sayable]:
    """What was promised before is asked back, kindly."""
    notes = [note for note in Note.open_actions(meeting.group) if note.meeting_id != meeting.id]
    if not notes:
        return []
    return [
        _("<b>Where are we with</b>"),
        *(_action(note) for note in notes[:ACTIONS]),
        *_folded(len(notes) - ACTIONS),
    ]


def _action(note: Note) -> Text:
    words = noting.short(note.words, 80)
    if note.owner is None:
        return _("• {words}: who takes it?", words=words)
    return _("• {name}: {words}", name=names.first(note.owner), words=words)


def _folded(more: int) -> list[Sayable]:
    return [_n("… and one more", "… and {n} more", n=more)] if more > 0 else []

"""The one reminder of an action, at its owner's pace: on the eve of its day, half way or never; never twice (62)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Says, _, _n, lines, on, say
from handlers.kit.cards import noting
from storage.db import now
from storage.groups import Membership
from storage.meetings import Meeting
from storage.notes import EVE, HALF_WAY, NEVER, Note, Pace

GATHERED = dt.timedelta(days=1)  # what is due to be reminded so soon is said at once


@on.event("noted", "note_changed")
def plan(happening: Happening) -> Says:
    note = happening.about(Note)
    if note.kind == "action":
        yield from _plan(note)


@on.event("meeting_fixed", "meeting_moved")
def plan_again(happening: Happening) -> Says:
    """Half way is half way to the next meeting, where an action has no day."""
    for note in Note.open_actions(happening.about(Meeting).group):
        yield from _plan(note)


def _plan(note: Note) -> Says:
    yield say.never(remind, note)
    at = noting.reminder_at(note, _next(note))
    if at is not None:
        yield say.later(remind, note, at)


def _next(note: Note) -> dt.datetime | None:
    """The next meeting after the one where it was promised."""
    ahead = (one for one in Meeting.coming_of(note.group) if one.id != note.meeting_id)
    meeting = next(ahead, None)
    return meeting.starts_at if meeting else None


@on.due("ac.nudge", Note)
def remind(due: Due) -> Says:
    """Together with what else of theirs would be reminded within a day."""
    first = due.about(Note)
    if first.owner is None or first.asked_id == first.owner_id or Membership.of(first.group, first.owner) is None:
        return
    late = first.due is not None and now().date() > first.due
    notes = [] if late else [note for note in Note.open_actions(first.group, first.owner) if _with(note, first)]
    notes = [note for note in notes if note.nudge()]
    if not notes:
        return
    rows = [_("• {words}", words=noting.promised(note)) for note in notes]
    title = _n(
        "A small reminder, as promised at the meeting:", "Small reminders, as promised at the meeting:", n=len(notes)
    )
    how = _("“done” when it is, “give 1 to Marc” to hand it over, “reminder: never” for none.")
    yield say.tell(
        first.owner,
        lines(title, *rows, how),
        *(say.button(on.tapped("ac.done"), note, _("✓ {n} done", n=n)) for n, note in enumerate(notes[:3], 1)),
        group=first.group,
        unasked=True,
        once=f"ac.nudge:{first.id}",
        until=now() + dt.timedelta(days=2),
        template="reminder",
    )


def _with(note: Note, first: Note) -> bool:
    at = noting.reminder_at(note, _next(note), GATHERED)
    return note.id == first.id or (at is not None and at <= now() + GATHERED)


# ------------------------------------------------------------------ one's pace


@on.phrase("relance : jamais", "relance jamais", "ne me relance pas", "aucune relance", "pas de relance")
@on.phrase("reminder: never", "reminders: never", "don't remind me", "never remind me")
@on.like(
    "ne me rappelle plus mes actions", "arrête de me relancer pour mes actions",
    "stop reminding me about my actions", "don't remind me of actions", "pas de rappel pour celle-là",
    "pas besoin de me rappeler cette action", "no reminder for that one",
    "laisse-moi tranquille avec mes actions", "je m'en souviendrai tout seul",
    "no nudges about my tasks please", "I'll remember by myself",
)  # fmt: skip
def never(msg: Message) -> Says:
    yield from _choose(msg, NEVER)


@on.phrase("relance : à mi-chemin", "relance à mi-chemin", "relance-moi à mi-chemin")
@on.phrase("reminder: half way", "remind me half way", "reminders: half way")
@on.like(
    "rappelle-moi mes actions à mi-chemin", "relance-moi au milieu", "remind me half way",
    "un rappel à mi-parcours", "remind me midway",
    "préviens-moi au milieu du délai", "un petit rappel à la moitié du temps", "rappelle-la-moi à mi-échéance",
    "nudge me when half the time is gone", "remind me in the middle",
)  # fmt: skip
def half_way(msg: Message) -> Says:
    yield from _choose(msg, HALF_WAY)


@on.phrase("relance : la veille", "relance la veille", "relance : la veille de l'échéance", "relance-moi la veille")
@on.phrase("reminder: the day before", "remind me the day before", "reminders: the day before")
@on.like(
    "rappelle-moi mes actions la veille", "un rappel des actions la veille",
    "remind me of my actions the day before",
    "préviens-moi un jour avant", "un rappel juste avant l'échéance", "nudge me the day before it's due",
    "ping me one day before",
)  # fmt: skip
def eve(msg: Message) -> Says:
    yield from _choose(msg, EVE)


@on.phrase("relance", "mes relances", "reminder", "reminders", "my reminders")
@on.like(
    "quand me rappelles-tu mes actions", "change le rappel de mes actions", "when do you remind me of actions",
    "comment tu me relances", "change mes relances", "how do you nudge me about my tasks",
    "quand est-ce que tu me relances",
)  # fmt: skip
def which(msg: Message) -> Says:
    yield say.reply(
        lines(
            _("How shall I remind you of your actions? Once at most, by day:"),
            _("“reminder: the day before” its day (half way without one), “reminder: half way”, “reminder: never”."),
        )
    )


def _choose(msg: Message, pace: str) -> Says:
    Pace.choose(msg.person, pace)
    for note in Note.mine(msg.person):
        yield from _plan(note)
    said = {
        NEVER: _("Noted: I never remind you of your actions. “my actions” shows them."),
        HALF_WAY: _("Noted: I remind you once, half way."),
        EVE: _("Noted: I remind you once, on the eve of its day."),
    }
    yield say.reply(said[pace])

"""News: a meeting is moved, cancelled, put back or has another place; whom it concerns hears it once, old → new."""

import datetime as dt

from handlers.kit import Happening, Says, _, lines, on, say
from handlers.kit.cards import gathering
from handlers.kit.texts import Sayable, When
from storage.db import now
from storage.groups import Membership
from storage.meetings import NO, Meeting
from storage.outbox import Card
from storage.rosters import Roster, ask_again

KEPT = dt.timedelta(hours=1)  # a shift so small, the same day, leaves the answers as they are


@on.event("meeting_moved")
def moved(happening: Happening) -> Says:
    """Old → new to everyone, with the buttons: who came on the day of before is asked whether this one suits too."""
    meeting, old = happening.about(Meeting), happening.facts["old"]
    gathering.forget(meeting)
    if meeting.start == old:
        yield gathering.refresh(meeting)  # only its length is another
        return
    again = not _slight(old, meeting.start)
    if again:
        ask_again(meeting)
    text = lines(
        _("The meeting has moved: {old} → <b>{new}</b>.", old=When(old), new=gathering.when(meeting)),
        _("Do you come on the new date?")
        if again
        else _("Your answers stay; change yours if it no longer suits you."),
    )
    yield from _anew(meeting, text, f"moved:{meeting.id}:{meeting.sequence}")


def _slight(old: dt.datetime, new: dt.datetime) -> bool:
    return abs(new - old) <= KEPT and old.date() == new.date()


def _anew(meeting: Meeting, above: Sayable, once: str) -> Says:
    """The card as a new message, which people notice; the old one only points to it."""
    old = f"old:{once}"
    Card.rename(meeting.group, gathering.key(meeting), old)
    yield say.post(meeting.group, _("This meeting has changed: see its new card below."), key=old, in_place=True)
    yield gathering.card(meeting, above=above, once=once, level="essential", silent=False, template="news")


@on.event("meeting_cancelled")
def cancelled(happening: Happening) -> Says:
    """Told once, but not to those who would not have come; the card says so."""
    meeting = happening.about(Meeting)
    gathering.forget(meeting)
    yield gathering.refresh(meeting)
    text = lines(
        _("The meeting of <b>{when}</b> is cancelled.", when=gathering.moment(meeting)),
        _("As soon as another date is set, you hear it here."),
    )
    yield _to_concerned(meeting, text, f"cancelled:{meeting.id}:{meeting.sequence}")


@on.event("meeting_revived")
def revived(happening: Happening) -> Says:
    """It takes place after all; the answers are those of before."""
    meeting = happening.about(Meeting)
    yield gathering.refresh(meeting)
    text = _("The meeting of <b>{when}</b> takes place after all.", when=gathering.moment(meeting))
    yield _to_concerned(meeting, text, f"revived:{meeting.id}:{meeting.sequence}", *gathering.buttons(meeting))


def _to_concerned(meeting: Meeting, text: Sayable, once: str, *buttons: say.Button) -> say.Say:
    out = {row.person_id for row in Roster.of(meeting).answers if row.answer == NO}
    among = frozenset(seat.person_id for seat in _seats(meeting) if seat.person_id not in out)
    how = {"once": once, "level": "essential", "silent": False, "template": "news", "until": meeting.end}
    return say.post(meeting.group, text, *buttons, among=among, **how)


def _seats(meeting: Meeting) -> list[Membership]:
    return meeting.group.members()


@on.event("place_changed")
def placed(happening: Happening) -> Says:
    """The card shows the place; who comes or may come is told, in private."""
    meeting, old = happening.about(Meeting), str(happening.facts.get("old") or "")
    yield gathering.refresh(meeting)
    if not meeting.coming:
        return
    roster = Roster.of(meeting)
    where, before = gathering.where(meeting), old if old != meeting.where() else ""
    text = lines(
        _("For the meeting of <b>{when}</b>:", when=gathering.moment(meeting)),
        where or _("The place is open again."),
        _("It was: {place}", place=before) if before else None,
    )
    rows = [*roster.coming, *roster.waiting, *roster.maybe]
    by = {"until": meeting.end, "template": "news"}
    yield from gathering.tell_each(meeting, rows, text, *gathering.links(meeting)[:-1], at=_morning(meeting), **by)


def _morning(meeting: Meeting) -> dt.datetime | None:
    """By night it waits until eight, unless the meeting is before, or soon."""
    at = gathering.by_day(meeting, None)
    return at if at and meeting.starts_at - now() > dt.timedelta(hours=12) else None

"""Journal: who decided, moved, cancelled or changed what, when, and whether it was taken back (116, V06)."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import Happening, Message, Sayable, Says, Tap, Text, _, lines, names, on, say
from handlers.kit.texts import Day, When
from storage.applications import Application
from storage.db import Record, now
from storage.deeds import GROUP_CHAT, OWN, Deed, trace
from storage.groups import Group, Membership
from storage.meetings import Attendance, Meeting
from storage.notes import Note
from storage.people import TELEGRAM, Person
from storage.polls import Poll
from storage.rhythms import Pause
from storage.sessions import Session
from storage.terms import Delegation, Handover, Term

PAGE = 8
INNER = ("accepted", "refused", "delegated", "shown_out")  # for the organizers alone


# ------------------------------------------------------------------ written down


@on.event("did")
def did(happening: Happening) -> Says:
    """A feature says what was done, and which of its buttons takes it back."""
    group, what = getattr(happening.record, "group", None), str(happening.facts["what"])
    by_the_clock = what in OWN and happening.person is None
    if isinstance(group, Group) and happening.record is not None and not by_the_clock:
        facts = {name: value for name, value in happening.facts.items() if name not in ("what", "undone")}
        _write(happening, group, what, record=happening.record.id, **facts)
    yield from ()


@on.event("taken_back")
def taken_back(happening: Happening) -> Says:
    """A feature's button took back what it is for: the line says so, however it was pressed."""
    group, press = getattr(happening.record, "group", None), str(happening.facts["press"])
    if isinstance(group, Group) and happening.record is not None and not happening.facts.get("undone"):
        Deed.pressed_back(group, press, happening.record.id, happening.person)
    yield from ()


@on.event("words_changed")
def said_otherwise(happening: Happening) -> Says:
    """The group's own words, with those before: they can be put back."""
    facts = {name: happening.facts[name] for name in ("was", "now")}
    _write(happening, happening.about(Group), "words", **facts)
    yield from ()


@on.event("skipped")
def skipped(happening: Happening) -> Says:
    session = happening.about(Session)
    _write(happening, session.group, "skipped", session=session.id, until=str(session.skip_until))
    yield from ()


@on.event("poll_opened", "poll_closed", "poll_dropped")
def voted_on(happening: Happening) -> Says:
    poll = happening.about(Poll)
    kind = happening.kind
    if kind == "poll_opened" and poll.opened_at and now() - poll.opened_at > dt.timedelta(seconds=10):
        kind = "poll_prolonged"
    by_hand = poll.closed_how == "hand" if kind == "poll_closed" else True
    _write(happening, poll.group, kind, happening.person if by_hand else None, poll=poll.id)
    yield from ()


@on.event("meeting_fixed", "meeting_cancelled", "meeting_revived", "place_changed")
def about_a_meeting(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    if happening.kind != "meeting_fixed" or happening.facts.get("poll") is None:
        old = {"old": happening.facts["old"]} if happening.kind == "place_changed" else {}
        _write(happening, meeting.group, happening.kind, meeting=meeting.id, place=meeting.where(), **old)
    yield from ()


@on.event("meeting_moved")
def moved(happening: Happening) -> Says:
    meeting, old = happening.about(Meeting), happening.facts["old"]
    if old != meeting.start:
        moments = {"old": old.isoformat(), "new": meeting.start.isoformat(), "zone": meeting.zone}
        _write(happening, meeting.group, "meeting_moved", meeting=meeting.id, **moments)
    yield from ()


@on.event("group_paused", "group_back")
def paused(happening: Happening) -> Says:
    pause = happening.about(Pause)
    _write(happening, pause.group, happening.kind, pause=pause.id, until=pause.until.isoformat())
    yield from ()


@on.event("animator_began")
def animates(happening: Happening) -> Says:
    term = happening.about(Term)
    _write(happening, term.group, "animator", term.person, meetings=term.meetings - term.held)
    yield from ()


@on.event("delegated", "undelegated")
def delegated(happening: Happening) -> Says:
    given = happening.about(Delegation)
    _write(happening, given.group, "delegated", given.giver, delegation=given.id, on=happening.kind == "delegated")
    yield from ()


@on.event("handed_over")
def handed_over(happening: Happening) -> Says:
    over = happening.about(Handover)
    _write(happening, over.group, "handed_over", over.heir)
    yield from ()


@on.event("application_accepted", "application_refused")
def decided(happening: Happening) -> Says:
    one = happening.about(Application)
    kind = happening.kind.removeprefix("application_")
    _write(happening, one.group, kind, application=one.id, press="de.undo", record=one.id)
    yield from ()


@on.event("entered", "gone")
def came_and_went(happening: Happening) -> Says:
    seat = happening.about(Membership)
    _write(happening, seat.group, happening.kind, seat.person)
    yield from ()


@on.event("voted")
def voted(happening: Happening) -> Says:
    """One's own votes: only to be taken back, no line of the journal."""
    poll = happening.about(Poll)
    facts = {name: happening.facts[name] for name in ("before", "answered")}
    _write(happening, poll.group, "voted", poll=poll.id, **facts, **_source(happening))
    yield from ()


@on.event("proposed")
def proposed(happening: Happening) -> Says:
    """A draft of dates out of one's own words, which may be edited."""
    poll = happening.about(Poll)
    if source := _source(happening):
        _write(happening, poll.group, "proposed", poll=poll.id, **source)
    yield from ()


@on.event("attended")
def attended(happening: Happening) -> Says:
    row = happening.about(Attendance)
    before = {name: happening.facts[name] for name in ("before", "guests")}
    facts = {"meeting": row.meeting_id, **before, **_source(happening)}
    if happening.person is not None and happening.person.id == row.person_id:
        _write(happening, row.meeting.group, "attended", **facts)
    yield from ()


@on.event("noted")
def noted(happening: Happening) -> Says:
    note = happening.about(Note)
    _write(happening, note.group, "noted", note.by, press="nt.undo", record=note.id)
    yield from ()


def _source(happening: Happening) -> dict[str, Any]:
    """The message that said it, where it was said in words that its author may edit."""
    event = happening.event
    said = event is not None and event.platform == TELEGRAM and event.kind in ("text", "edited") and event.message
    return {"source": trace(event.platform, event.chat, event.message)} if event and said else {}


def _write(happening: Happening, group: Group, kind: str, person: Person | None = None, **facts: object) -> None:
    if not happening.facts.get("undone"):
        doer = person or (None if kind == "poll_closed" else happening.person)
        Deed.note(group, doer, kind, **facts, **_where(happening))


def _where(happening: Happening) -> dict[str, str]:
    """The chat in which it was done: "annuler" said there means it first."""
    event = happening.event
    if event is None or event.sender is None:
        return {}
    return {"where": event.platform if event.private else GROUP_CHAT}


# ------------------------------------------------------------------ looked up


@on.command("journal", "log", "historique", help=_("see who decided and changed what"), only="member")
@on.phrase(
    *("le journal", "le journal du groupe", "qui a changé quoi", "qui a fait quoi", "qu'est-ce qui a changé"),
    *("the journal", "the log", "who changed what", "who did what", "what has changed"),
    only="member",
)
@on.tells
@on.like(
    "qui a déplacé la réunion", "qui a changé la date", "qu'est-ce qui s'est passé dans le groupe",
    "montre l'historique", "l'historique des changements", "who moved the meeting", "show the history",
    "what happened", "who changed the date",
    "qui a touché à la date", "c'est qui qui a annulé", "il s'est passé quoi pendant mon absence",
    "who cancelled it", "what changed while I was away", "les derniers changements",
)  # fmt: skip
def show(msg: Message) -> Says:
    yield from _page(msg.seat(), None)


@on.tap("jr.older", Deed, _("Earlier"), only="member")
def older(tap: Tap) -> Says:
    yield from _page(tap.seat(), tap.about(Deed).id)


def _page(seat: Membership, before: int | None) -> Says:
    """Eight lines, the latest first; members see what concerns everybody, organizers the rest as well."""
    group: Group = seat.group
    deeds = Deed.log_of(group, () if seat.may("all") else INNER, before, PAGE + 1)
    if not deeds:
        yield say.reply(_("Nothing was decided or changed yet.") if before is None else _("That is all there is."))
        return
    shown = deeds[:PAGE]
    more = [say.button(older, shown[-1])] if len(deeds) > PAGE else []
    title = _("<b>{group}</b>: what was decided and changed", group=group.name)
    yield say.reply(lines(title, *(_line(deed) for deed in shown)), *more)


def _line(deed: Deed) -> Sayable:
    day = Day(deed.at.astimezone(ZoneInfo(deed.group.timezone)).date())
    what = _what(deed)
    if deed.undone_at is not None:
        what = _("{what} (taken back)", what=what)
    if deed.person is None:
        return _("• {day} – {what}", day=day, what=what)
    return _("• {day}, {name} – {what}", day=day, name=names.first(deed.person), what=what)


def _what(deed: Deed) -> Sayable:
    said = WHAT.get(deed.kind)
    return said(deed) if said else PLAIN.get(deed.kind, _("a setting changed"))


PLAIN: dict[str, Text] = {
    "poll_opened": _("a vote opened"),
    "poll_prolonged": _("the vote goes on longer"),
    "poll_dropped": _("a vote dropped"),
    "group_back": _("the pause is over"),
    "entered": _("is one of the group now"),
    "gone": _("has left the group"),
    "rhythm": _("the rhythm changed"),
    "length": _("how long the meeting lasts changed"),
    "seats": _("seats, guests or reminders changed"),
    "durations": _("the hot seat's lengths changed"),
    "timezone": _("the group's time zone changed"),
    "turns": _("turns at animating changed"),
    "handed_over": _("organizes the group from now on"),
    "organizer": _("named one more organizer"),
    "card": _("a mission is done"),
    "card_back": _("a mission card given back"),
    "deck": _("the deck of mission cards changed"),
    "started": _("the meeting was started"),
    "closed": _("the meeting was closed"),
    "skipped": _("no next date for a while"),
    "stepped_down": _("organizes no more"),
    "whatsapp": _("the WhatsApp group's link changed"),
    "page_open": _("the public page was opened"),
    "page_closed": _("the public page was closed"),
    "door_closed": _("a link to apply was closed"),
    "door_open": _("a link to apply was opened"),
    "shown_out": _("showed out who had not applied"),
    "place_gone": _("a place is used no more"),
    "renamed": _("a place has another name"),
    "kept": _("the group wishes to be kept"),
}


def _of(model: type[Record], deed: Deed, name: str) -> Record | None:
    return model.get_or_none(id=int(deed.facts.get(name) or 0))


def _closed(deed: Deed) -> Sayable:
    poll = _of(Poll, deed, "poll")
    meeting = poll.meeting if isinstance(poll, Poll) else None
    if meeting is None:
        return _("the vote is closed")
    return _("the vote is closed: {when}", when=When(meeting.start, short=True))


def _meeting(text: Text) -> Callable[[Deed], Sayable]:
    def said(deed: Deed) -> Sayable:
        meeting = _of(Meeting, deed, "meeting")
        return text.given(when=When(meeting.start, short=True)) if isinstance(meeting, Meeting) else _("a meeting")

    return said


def _moved(deed: Deed) -> Sayable:
    old, new = (moment(deed, name) for name in ("old", "new"))
    return _("meeting moved: {old} → {new}", old=When(old, short=True), new=When(new, short=True))


def moment(deed: Deed, name: str) -> dt.datetime:
    """A moment that the deed remembers, aware, in the zone of the place."""
    return dt.datetime.fromisoformat(deed.facts[name]).astimezone(ZoneInfo(deed.facts["zone"]))


def _place(deed: Deed) -> Sayable:
    return _("the meeting's place: {place}", place=deed.facts.get("place") or "?")


def _paused(deed: Deed) -> Sayable:
    return _("a pause until {day}", day=Day(dt.date.fromisoformat(deed.facts["until"])))


def _applicant(text: Text) -> Callable[[Deed], Sayable]:
    def said(deed: Deed) -> Sayable:
        one = _of(Application, deed, "application")
        return text.given(name=names.first(one.person) if isinstance(one, Application) else "?")

    return said


def _delegated(deed: Deed) -> Sayable:
    given = _of(Delegation, deed, "delegation")
    if not isinstance(given, Delegation):
        return _("a delegation")
    name = names.first(given.holder)
    return (
        _("a delegation to {name}", name=name) if deed.facts["on"] else _("end of a delegation to {name}", name=name)
    )


def _words(deed: Deed) -> Sayable:
    """Which of the group's words; the words themselves are on its card."""
    said = {NAMED[name].message: NAMED[name] for name in deed.facts.get("now", {}) if name in NAMED}
    return _("the group's words changed: {which}", which=list(said.values()) or [_("the group")])


NAMED: dict[str, Text] = {
    "name": _("the name"),
    "purpose": _("for whom and why"),
    "city": _("the town"),
    "rhythm_days": _("the rhythm"),
    "expectations": _("the commitment"),
    "charter": _("the charter"),
    "questions": _("the application questions"),
    "words_required": _("the effort asked of applicants"),
    "on_telegram": _("the messengers"),
    "on_whatsapp": _("the messengers"),
}


WHAT: dict[str, Callable[[Deed], Sayable]] = {
    "words": _words,
    "poll_closed": _closed,
    "meeting_fixed": _meeting(_("meeting fixed: {when}")),
    "meeting_cancelled": _meeting(_("meeting cancelled: {when}")),
    "meeting_revived": _meeting(_("meeting put back: {when}")),
    "meeting_moved": _moved,
    "place_changed": _place,
    "group_paused": _paused,
    "animator": lambda deed: _("animates from now on"),
    "accepted": _applicant(_("accepted {name}")),
    "refused": _applicant(_("refused {name}")),
    "delegated": _delegated,
}

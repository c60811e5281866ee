"""Corrections: for a day, anybody who was there changes or takes out a line of the summary, in private (63)."""

import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from handlers.kit import Message, Sayable, Says, Tap, Text, _, lines, on, say
from handlers.kit.cards import noting, recap
from handlers.kit.reading import note_words
from handlers.kit.reading.note_words import NAMED
from handlers.kit.texts import fold
from storage import settings
from storage.db import Record, now
from storage.hotseats import DONE, HotSeat
from storage.meetings import Meeting
from storage.notes import ACTION, VOICE, Note
from storage.notes import MOST as LONGEST_NOTE
from storage.people import Person
from storage.sessions import Session
from storage.summaries import Addition, Summary

SHOWN, BUTTONS = 24, 8
ALIKE = 80  # of 100: words of a line
SETTLED = _("That summary is more than a day old, and stays as it is. “summary: …” still adds a line.")
NOT_THERE = _("Those who were there correct it: tell one of them what is wrong.")


@dataclass(frozen=True)
class Line:
    """What may be corrected: a note, an added line, or the problem of one's own hot seat."""

    record: Record
    words: str
    shown: Text


def lines_of(summary: Summary, person: Person) -> list[Line]:
    """What that person may correct, in the order of the summary."""
    seats = [seat for seat in HotSeat.of_meeting(summary.meeting) if seat.state == DONE and seat.share]
    own = [seat for seat in seats if seat.person_id == person.id and seat.problem]
    notes = Note.of_meeting(summary.meeting)
    return [
        *(Line(seat, seat.problem, _("Your hot seat: {words}", words=_short(seat.problem))) for seat in own),
        *(Line(note, note.words, noting.line(note)) for note in notes),
        *(Line(line, line.words, _("{words}", words=_short(line.words))) for line in Addition.of_summary(summary)),
    ]


def _short(words: str) -> str:
    return recap.short(words, 80)


# ------------------------------------------------------------------ which line


@on.phrase(
    "corriger le compte rendu",
    "corrige le compte rendu",
    "corriger le compte-rendu",
    "correct the summary",
    "fix the summary",
    only="member",
)
@on.like(
    "il y a une erreur dans le compte rendu", "c'est faux dans le compte rendu",
    "there is a mistake in the summary", "the summary is wrong",
    "ce qui est écrit dans le résumé est faux", "rectifie le résumé", "il y a une faute dans le récap",
    "the recap has an error", "something's off in the write-up",
)  # fmt: skip
def in_words(msg: Message) -> Says:
    summary = Summary.last_of(msg.home())
    if summary is None:
        yield say.reply(_("There is no summary yet: I write one at the end of each meeting."))
    else:
        yield from _begin(msg, summary)


@on.tap("sm.fix", Summary, _("Correct"), only="member")
def correct(tap: Tap) -> Says:
    yield from _begin(tap, tap.about(Summary))


def _begin(spoken: Message | Tap, summary: Summary) -> Says:
    if refusal := _refusal(summary, spoken.person):
        yield say.reply(refusal)
        return
    yield _ask(summary, spoken.person)
    if not spoken.private:
        yield say.reply(_("I ask you in private which line."))


def _refusal(summary: Summary, person: Person) -> Text | None:
    if not summary.correctable:
        return SETTLED
    return None if recap.may_correct(summary, person) else NOT_THERE


def _ask(summary: Summary, person: Person, before: Sayable | None = None) -> say.Say:
    found = lines_of(summary, person)
    shown = [_("{n}. {line}", n=n, line=line.shown) for n, line in enumerate(found[:SHOWN], 1)]
    text = lines(
        before,
        _("Which line is to be corrected? Its number, or a few of its words.") if found else None,
        *shown,
        None if found else _("Nothing is written that could be corrected. Who was there can be."),
    )
    chosen = [_button(n, line) for n, line in enumerate(found, 1)] if len(found) <= BUTTONS else []
    there = say.button(on.tapped("mo.choose"), summary.meeting, _("Who was there"))
    return say.ask(which, text, *chosen, there, group=summary.group, person=person, summary=summary.id)


def _button(number: int, line: Line) -> say.Button:
    taps = {Note: of_note, Addition: of_addition, HotSeat: of_seat}
    label = _("{n}. {words}", n=number, words=noting.short(line.words, 15)) if line.words else line.shown
    return say.button(taps[type(line.record)], line.record, label)


@on.answer("sm.which")
def which(msg: Message) -> Says:
    summary = Summary.get_by_id(int(msg.answers["summary"]))
    line = _find(lines_of(summary, msg.person), msg.text)
    if refusal := _refusal(summary, msg.person):
        yield say.done()
        yield say.reply(refusal)
    elif line is None:
        yield _ask(summary, msg.person, _("I don't find that line."))
    else:
        yield _ask_words(summary, line.record, line.words)


def _find(found: list[Line], text: str) -> Line | None:
    words = fold(text).strip(" .!?")
    if number := re.fullmatch(r"(?:le |la |ligne |line |n°)*(\d{1,2})", words):
        index = int(number[1]) - 1
        return found[index] if 0 <= index < len(found) else None
    scored = [(fuzz.partial_ratio(words, fold(line.words)), line) for line in found] if len(words) > 2 else []
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


@on.tap("sm.note", Note, only="member")
def of_note(tap: Tap) -> Says:
    note = tap.about(Note)
    yield from _chosen(tap, note.meeting, note, note.words)


@on.tap("sm.line", Addition, only="member")
def of_addition(tap: Tap) -> Says:
    line = tap.about(Addition)
    yield from _chosen(tap, line.summary.meeting, line, line.words)


@on.tap("sm.seat", HotSeat, only="self")
def of_seat(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    yield from _chosen(tap, seat.meeting, seat, seat.problem)


def _chosen(tap: Tap, meeting: Meeting | None, record: Record, words: str) -> Says:
    summary = Summary.of(meeting) if meeting is not None else None
    refusal = _refusal(summary, tap.person) if summary is not None else SETTLED
    if refusal is None and summary is not None:
        yield _ask_words(summary, record, words)
    else:
        yield say.reply(refusal or SETTLED)


# ------------------------------------------------------------------ how it should read


def _ask_words(summary: Summary, record: Record, words: str) -> say.Say:
    takers = {Note: out_note, Addition: out_addition, HotSeat: out_seat}
    facts: dict[str, Any] = {"summary": summary.id, "kind": type(record).__name__, "record": record.id}
    spoken = isinstance(record, Note) and record.kind == VOICE
    text = _("A voice note can only be taken out.") if spoken else _("How should it read? It says:")
    out = say.button(takers[type(record)], record)
    return say.ask(
        reads, lines(text, _("“{words}”", words=words) if words else None), out, group=summary.group, **facts
    )


@on.answer("sm.reads")
def reads(msg: Message) -> Says:
    summary = Summary.get_by_id(int(msg.answers["summary"]))
    record = _record(str(msg.answers["kind"]), int(msg.answers["record"]))
    words = " ".join(msg.text.split())
    spoken = isinstance(record, Note) and record.kind == VOICE
    if refusal := _refusal(summary, msg.person):
        yield say.done()
        yield say.reply(refusal)
    elif not words or len(words) > LONGEST_NOTE or spoken:
        text = _("In words please, {most} characters at most: how should it read?", most=LONGEST_NOTE)
        yield say.ask(reads, text, group=summary.group, **msg.answers)
    else:
        yield say.done()
        yield from _rewritten(summary, record, words, msg.person)
        yield say.reply(_("Corrected, thank you. Anything else? “correct the summary” shows the lines again."))


def _record(kind: str, number: int) -> Note | Addition | HotSeat:
    models: dict[str, type[Note] | type[Addition] | type[HotSeat]]
    models = {"Note": Note, "Addition": Addition, "HotSeat": HotSeat}
    return models[kind].get_by_id(number)


def _rewritten(summary: Summary, record: Note | Addition | HotSeat, words: str, by: Person) -> Says:
    if isinstance(record, Addition):
        record.rewrite(words)
        yield recap.refresh(summary)
    elif isinstance(record, HotSeat):
        record.note(problem=words)
        yield say.signal("hot_seat_changed", record)
    elif record.rewrite(**_facts(record, words, by)):
        yield from _note_changed(record)


def _facts(note: Note, words: str, by: Person) -> dict[str, object]:
    """Of an action also whose it is and by when, if the new words say so."""
    if note.kind != ACTION:
        return {"words": words}
    people = [seat.person for seat in note.group.members()]
    language = by.language or settings.current().language
    said = note_words.read(words, people, now(), ZoneInfo(note.meeting.zone), language, ACTION)[0]
    facts: dict[str, object] = {"words": said.words or words, "due": said.due or note.due}
    if said.owner == NAMED and len(said.people) == 1 and said.people[0].id != note.owner_id:
        asked = said.people[0] if said.people[0].id != by.id else None
        facts |= {"owner": said.people[0], "asked": asked, "candidates": []}
    return facts


def _note_changed(note: Note) -> Says:
    session = Session.of(note.meeting)
    yield say.signal("note_changed", note)
    if session is not None:
        yield from noting.card(session)
    if note.asked is not None and note.asked_at is None:
        yield from noting.ask_owner(note, session)


# ------------------------------------------------------------------ taken out


@on.tap("sm.outn", Note, _("Take it out"), only="member")
def out_note(tap: Tap) -> Says:
    note = tap.about(Note)
    yield from _taken_out(tap, note.meeting)
    if _refused(tap, note.meeting) is None and note.undo():
        yield from _note_changed(note)


@on.tap("sm.outa", Addition, _("Take it out"), only="member")
def out_addition(tap: Tap) -> Says:
    line = tap.about(Addition)
    yield from _taken_out(tap, line.summary.meeting)
    if _refused(tap, line.summary.meeting) is None and line.undo():
        yield recap.refresh(line.summary)


@on.tap("sm.outs", HotSeat, _("Don't tell it"), only="self")
def out_seat(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    seat.note(share=False)
    yield say.done()
    yield say.reply(_("Taken out."))
    yield say.signal("hot_seat_changed", seat)


def _taken_out(tap: Tap, meeting: Meeting) -> Says:
    yield say.done()
    yield say.reply(_refused(tap, meeting) or _("Taken out."))


def _refused(tap: Tap, meeting: Meeting) -> Text | None:
    summary = Summary.of(meeting)
    return _refusal(summary, tap.person) if summary is not None else SETTLED

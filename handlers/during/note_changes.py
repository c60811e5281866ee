"""Notes corrected and taken back within a day: by their author, a decision by anybody who was there (51, 116).

Organizers take back whatever was noted, at any time, and hear who did (S38).
"""

import re
from zoneinfo import ZoneInfo

from handlers.kit import Message, Says, Tap, Text, _, lines, names, on, say
from handlers.kit.cards import evening, noting
from handlers.kit.reading import note_words
from handlers.kit.reading.note_words import ME, NAMED, Said
from storage import settings
from storage.db import now
from storage.notes import ACTION, MOST, Note
from storage.people import Person
from storage.sessions import Session

TOO_OLD = _("That note is more than a day old, and stays as it is.")
NOT_YOURS = _("Whoever wrote it can change it; a decision, anybody who was here.")
ASK = _("How should it read? Write it anew, or only who does it, or only by when.")
NUMBER = re.compile(r"\D{0,4}(\d{1,2})\b")


# ------------------------------------------------------------------ taken back


@on.tap("nt.undo", Note, _("Take it back"), only="member")
def undo(tap: Tap) -> Says:
    yield from _undo(tap, tap.about(Note))


@on.event("undo")
def undo_last(msg: Message) -> Says:
    """ "annuler", while nothing is asked: the last note."""
    note = Note.last_by(msg.person)
    if note is not None:
        yield from _undo(msg, note)


def _undo(spoken: Message | Tap, note: Note) -> Says:
    leads = note.undone_at is None and note.in_charge(spoken.person)  # at any time, whoever wrote it
    if not leads and (refusal := _refusal(note, spoken.person)):
        yield refusal
        return
    note.undo()
    yield say.signal("taken_back", note, press="nt.undo")
    told = lines(_("Taken back: “{note}”", note=noting.line(note)), _author(spoken, note) if leads else None)
    yield say.reply(told, say.button(redo, note))
    yield from _shown(note)


def _author(spoken: Message | Tap, note: Note) -> Text | None:
    """Who wrote it, told to the organizer alone (S38)."""
    theirs = spoken.private and note.by is not None and note.by_id != spoken.person.id
    return _("It was noted by {name}.", name=names.first(note.by)) if theirs and note.by else None


def _refusal(note: Note, person: Person) -> say.Say | None:
    if note.undone_at is not None:
        return say.reply(_("That note is taken back already."), say.button(redo, note))
    if not note.correctable:
        return say.reply(TOO_OLD)
    return None if note.may_correct(person) else say.reply(NOT_YOURS)


def _shown(note: Note) -> Says:
    yield say.signal("note_changed", note)
    session = Session.of(note.meeting)
    if session is not None:
        yield from noting.card(session)


@on.tap("nt.redo", Note, _("Put the note back"), only="member")
def redo(tap: Tap) -> Says:
    note = tap.about(Note)
    if not note.may_correct(tap.person):
        yield say.reply(NOT_YOURS)
    elif note.undone_at is None:
        yield say.reply(_("It is there."))
    elif note.rewrite(words=note.words):
        yield say.reply(_("There it is again: “{note}”", note=noting.line(note)))
        yield from _shown(note)


# ------------------------------------------------------------------ in other words


@on.tap("nt.fix", Note, _("Correct"), only="member")
def correct(tap: Tap) -> Says:
    note = tap.about(Note)
    if refusal := _refusal(note, tap.person):
        yield refusal
    else:
        yield say.ask(words, ASK, group=tap.home(), note=note.id)


@on.answer("nt.words")
def words(msg: Message) -> Says:
    note = Note.get_or_none(Note.id == msg.answers.get("note", 0))
    if note is None or msg.membership is None or (refusal := _refusal(note, msg.person)):
        yield say.done()
        yield say.reply(TOO_OLD) if note is None or msg.membership is None else refusal or say.reply(TOO_OLD)
    elif not msg.text.strip():
        yield say.ask(words, _("I only read words: how should it read?"), group=msg.home(), note=note.id)
    elif len(msg.text) > MOST:
        text = _("One note in {most} characters at most, please: say it shorter.", most=MOST)
        yield say.ask(words, text, group=msg.home(), note=note.id)
    else:
        yield say.done()
        yield from _correct(msg, note)


@on.cancel(words)
@on.back(words)
def keep(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, the note stays as it is."))


def _correct(msg: Message, note: Note) -> Says:
    session = Session.of(note.meeting)
    zone, language = ZoneInfo(note.meeting.zone), msg.person.language or settings.current().language
    people = evening.members(session) if session else []
    named = names.find(people, msg.text) if note.kind == ACTION else []
    day = note_words.only_day(msg.text, now(), zone, language) if note.kind == ACTION else None
    if day is not None:
        note.rewrite(due=day)
    elif len(named) == 1:
        note.rewrite(**_handed(note, named[0], msg.person))
    elif read := note_words.read(msg.text, people, now(), zone, language, note.kind)[:1]:
        note.rewrite(**_facts(note, read[0], msg.person))
    yield say.reply(lines(_("Corrected."), noting.line(note)), say.button(undo, note))
    if session is not None:
        yield from noting.ask_owner(note, session)
    yield from _shown(note)


def _handed(note: Note, person: Person, by: Person) -> dict[str, object]:
    same = person.id in (by.id, note.owner_id)
    return {"owner": person, "asked": None if same else person, "candidates": []}


def _facts(note: Note, said: Said, by: Person) -> dict[str, object]:
    facts: dict[str, object] = {"kind": said.kind, "words": said.words or note.words, "due": said.due or note.due}
    if said.owner == ME:
        return facts | _handed(note, by, by)
    if said.owner == NAMED and len(said.people) == 1:
        return facts | _handed(note, said.people[0], by)
    return facts


# ------------------------------------------------------------------ the list, with numbers


@on.command("notes", help=_("what was noted at the meeting"), only="member", group=True)
@on.phrase(
    "les notes", "les notes de la réunion", "nos notes", "the notes", "our notes", "meeting notes", only="member"
)
@on.tells
@on.like(
    "qu'est-ce qu'on a noté", "relis les notes", "montre les notes de ce soir", "les notes de la dernière fois",
    "what did we note", "show me the notes", "read the notes back",
    "on a noté quoi jusqu'ici", "fais voir les notes", "what's been noted so far", "can I see the notes",
)  # fmt: skip
def show(msg: Message) -> Says:
    session = Note.session_for(msg.home())
    notes = Note.of_meeting(session.meeting) if session is not None else []
    if not notes:
        yield say.reply(_("Nothing is noted yet. While you meet: “#decision …”, “#action …”, “#idea …”, “#link …”."))
        return
    numbered = [_("{n}. {note}", n=n, note=noting.line(note)) for n, note in enumerate(notes, 1)]
    yield say.reply(lines(_("📝 <b>Notes</b>"), *numbered, _("“undo note 2” or “correct note 2” changes one.")))


@on.phrase(
    "annule la note", "annuler la note", "retire la note", "undo note", "remove note", only="member", prefix=True
)
@on.like(
    "efface ma dernière note", "supprime la note 2", "delete note 2", "remove my last note",
    "la dernière note est à jeter", "enlève la note que je viens de faire", "scrap my last note",
    "vire la note 3",
)  # fmt: skip
def undo_one(msg: Message) -> Says:
    note = _numbered(msg)
    if note is None:
        yield say.reply(_("Which one? “notes” shows them with their numbers."))
    else:
        yield from _undo(msg, note)


@on.phrase("corrige la note", "corriger la note", "change la note", "correct note", only="member", prefix=True)
@on.like(
    "la note 2 est fausse", "modifie la note 1", "note 2 is wrong", "fix note 1",
    "il y a une erreur dans la note 3", "la première note n'est pas juste", "there's a mistake in note 2",
    "réécris la note 1",
)  # fmt: skip
def correct_one(msg: Message) -> Says:
    note = _numbered(msg)
    if note is None:
        yield say.reply(_("Which one? “notes” shows them with their numbers."))
    elif refusal := _refusal(note, msg.person):
        yield refusal
    elif msg.private:
        yield say.ask(words, ASK, group=msg.home(), note=note.id)
    else:
        yield say.reply(_("Write me that in private, please: “correct note {n}”.", n=msg.words))


def _numbered(msg: Message) -> Note | None:
    session, number = Note.session_for(msg.home()), NUMBER.match(msg.words)
    notes = Note.of_meeting(session.meeting) if session is not None else []
    return notes[int(number[1]) - 1] if number and 0 < int(number[1]) <= len(notes) else None

"""Promises: an action noted for somebody is theirs once they agree; one that is nobody's is taken by a tap (62)."""

from handlers.kit import Happening, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import noting
from storage.notes import Note
from storage.people import Person
from storage.sessions import Session

SETTLED = _("That is settled already. “my actions” shows yours.")


@on.tap("nt.take", Note, _("I take it"), only="member")
def take(tap: Tap) -> Says:
    note = tap.about(Note)
    if note.take(tap.person):
        yield say.reply(_("It is yours, thank you: {words}", words=noting.promised(note)))
        yield from _shown(note)
    elif note.owner_id == tap.person.id:
        yield say.reply(_("It is yours already. “my actions” shows them."))
    elif note.to_do and note.owner is not None:
        yield say.reply(_("{name} takes it already. Thank you!", name=names.first(note.owner)))
    else:
        yield say.reply(SETTLED)


@on.tap("nt.yes", Note, _("All right"), only="member")
def accept(tap: Tap) -> Says:
    note = tap.about(Note)
    before = note.owner
    if not note.accept(tap.person):
        yield say.reply(_("It is yours already. “my actions” shows them.") if _has(note, tap.person) else SETTLED)
        return
    yield say.reply(_("Noted, thank you! “my actions” shows what you have promised."))
    if before is not None and before.id != tap.person.id:
        name = names.first(tap.person)
        yield say.tell(before, _("{name} takes over: {words}", name=name, words=note.words), group=note.group)
    yield from _shown(note)


def _has(note: Note, person: Person) -> bool:
    return note.owner_id == person.id and note.to_do


@on.tap("nt.no", Note, _("Not me"), only="member")
def refuse(tap: Tap) -> Says:
    note = tap.about(Note)
    if not note.refuse(tap.person):
        yield say.reply(SETTLED)
        return
    yield say.reply(_("All right, thank you for saying so. The group finds somebody else."))
    yield from _told_of_refusal(note, tap.person)
    yield from _shown(note)


def _told_of_refusal(note: Note, person: Person) -> Says:
    """Whoever asked hears it in private, with a way on."""
    asker = note.owner or note.by
    if asker is None or asker.id == person.id:
        return
    text = lines(
        _("{name} can't take this on: {words}", name=names.first(person), words=noting.promised(note)),
        _("It stays with you until somebody else takes it.") if note.owner else None,
    )
    take_it = () if note.owner else (say.button(take, note),)
    yield say.tell(asker, text, *take_it, group=note.group, template="mission")


# ------------------------------------------------------------------ two people of one name


@on.tap("nt.who1", Note, only="member")
def first(tap: Tap) -> Says:
    yield from _meant(tap, 0)


@on.tap("nt.who2", Note, only="member")
def second(tap: Tap) -> Says:
    yield from _meant(tap, 1)


@on.tap("nt.who3", Note, only="member")
def third(tap: Tap) -> Says:
    yield from _meant(tap, 2)


def _meant(tap: Tap, place: int) -> Says:
    note = tap.about(Note)
    person = Person.get_or_none(Person.id == note.candidates[place]) if place < len(note.candidates) else None
    if person is None or not note.take(person):
        yield say.reply(SETTLED)
        return
    if person.id != tap.person.id:
        note.note(asked=person)
        yield from noting.ask_owner(note, Session.of(note.meeting))
    yield say.reply(_("Noted: {note}", note=noting.line(note)))
    yield from _shown(note)


def _shown(note: Note) -> Says:
    yield say.signal("note_changed", note)
    session = Session.of(note.meeting)
    if session is not None:
        yield from noting.card(session)


# ------------------------------------------------------------------ after the silence of the café mode


@on.event("session_closing", "session_closed")
def at_the_end(happening: Happening) -> Says:
    """What was kept without a word is shown, and those named are asked."""
    session = happening.about(Session)
    notes = Note.of_meeting(session.meeting)
    for note in notes:
        if note.asked_id is not None and note.asked_at is None:
            yield from noting.ask_owner(note, session)
    if notes:
        yield from noting.card(session)

"""Notes by tag: #décision #action #idée #lien, in the group or to me alone; the card shows them all (51)."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import Happening, Message, Says, Text, _, _n, lines, names, on, say
from handlers.kit.cards import evening, noting
from handlers.kit.reading import note_words
from handlers.kit.reading.note_words import ME, NAMED, US, Said
from storage import settings
from storage.db import now
from storage.groups import Chat, Membership
from storage.notes import ACTION, CORRECTABLE, DECISION, IDEA, LINK, MOST, VOICE, Note
from storage.people import Person
from storage.sessions import Session

VOICES = ("voice", "audio", "video_note")
NOT_HERE = _("Notes are taken by those who are here. Are you? Then write “I'm here”, and your note again.")
NO_MEETING = _("Notes are taken while you meet, and until a day after. For the next time, write “topic: …”.")
TOO_LONG = _("One note in {most} characters at most, please: say it shorter.", most=MOST)
EXAMPLES = {
    DECISION: _("What was decided? Write it behind the tag: “#decision we keep Thursday”."),
    ACTION: _("What is to be done? Write it behind the tag: “#action I call the café before Tuesday”."),
    IDEA: _("Which idea? Write it behind the tag: “#idea a picnic in June”."),
    LINK: _("Which link? Write it behind the tag: “#link https://…”."),
}


# ------------------------------------------------------------------ heard


@on.overheard(note_words.holds, wanted=noting.open_in)
def in_group(msg: Message) -> Says:
    """A tag in the group's chat: kept without a word, but on the card."""
    session = Note.session_for(msg.home())
    if session is not None:
        yield from _keep(msg, session)


@on.pattern("", lambda text, asked: note_words.holds(text, labels=not asked))
def in_private(msg: Message) -> Says:
    session = noting.session_of(msg.person, msg.group)
    if session is not None:
        yield from _keep(msg, session)
    else:
        near = any(noting.open_in(seat.group) for seat in Membership.all_of(msg.person))
        yield say.reply(NOT_HERE if near else NO_MEETING)


def _keep(msg: Message, session: Session) -> Says:
    said = _read(msg.text, session, msg.person)
    notes = [note for n, one in enumerate(said) if (note := _put(session, msg.person, one, _source(msg), n))]
    for one in said:
        if not one.words:
            yield say.reply(EXAMPLES[one.kind])
        elif len(one.words) > MOST:
            yield say.reply(TOO_LONG)
    for note in notes:
        yield from _follow(note, session)
    if notes:
        yield from noting.card(session)
        yield from _confirm(msg, session, list(zip(notes, _kept(said), strict=True)))


def _kept(said: Sequence[Said]) -> list[Said]:
    return [one for one in said if one.words and len(one.words) <= MOST]


def _read(text: str, session: Session, person: Person, kind: str = "") -> list[Said]:
    people, zone = evening.members(session), ZoneInfo(session.meeting.zone)
    return note_words.read(text, people, now(), zone, person.language or settings.current().language, kind)


def _source(msg: Message) -> str:
    return f"{msg.platform}:{msg.event.chat}:{msg.event.message}"


def _put(session: Session, by: Person, said: Said, source: str, position: int) -> Note | None:
    if not said.words or len(said.words) > MOST:
        return None
    facts = _owned(said, by) | {"due": said.due, "source": source, "position": position}
    return Note.put(session.meeting, by, said.kind, said.words, **facts)[0]


def _owned(said: Said, by: Person) -> dict[str, Any]:
    """Whose it is: the writer's, somebody's who is asked, one of several of that name, or nobody's yet."""
    one = said.people[0] if said.owner == NAMED and len(said.people) == 1 else None
    several = [person.id for person in said.people] if len(said.people) > 1 else []
    owner = by if said.owner == ME else one
    asked = one if one is not None and one.id != by.id else None
    return {"owner": owner, "asked": asked, "owner_words": said.name[:64], "candidates": several}


def _follow(note: Note, session: Session) -> Says:
    """Whoever is named hears of it; the other features go on from here."""
    yield say.signal("noted", note)
    yield from noting.ask_owner(note, session)


# ------------------------------------------------------------------ said back


def _confirm(msg: Message, session: Session, kept: list[tuple[Note, Said]]) -> Says:
    """In private a line and two buttons; in the group the card says it, and only a shared name is asked."""
    unclear = [note for note, _said in kept if note.candidates]
    if msg.private:
        shown = [noting.line(note) for note, _said in kept]
        doubts = [_doubt(said) for _note, said in kept]
        noted = _n("One note kept.", "{n} notes kept.", n=len(kept))
        text = lines(noted, *shown, *doubts)
        yield say.reply(text, *(_corrections(kept[0][0]) if len(kept) == 1 else ()))
    for note in unclear:
        yield say.reply(_("Which {name} is it?", name=note.owner_words), *_which(note))
    if msg.private and session.group.chat is None:
        yield from _who_takes(msg, session, [note for note, _said in kept])


def _doubt(said: Said) -> Text | None:
    if said.unsure:
        return _("I'm not sure which day “{words}” is, so I left it out: “correct” adds it.", words=said.unsure)
    return None


def _corrections(note: Note) -> list[say.Button]:
    take = [say.button(on.tapped("nt.take"), note)] if note.kind == ACTION and note.owner is None else []
    return [
        *(() if note.candidates else take),
        say.button(on.tapped("nt.fix"), note),
        say.button(on.tapped("nt.undo"), note),
    ]


def _which(note: Note) -> list[say.Button]:
    codes = [on.tapped(f"nt.who{n}") for n in (1, 2, 3)]
    people = [Person.get_by_id(number) for number in note.candidates[: len(codes)]]
    named = names.listed(people)
    return [say.button(code, note, _("{name}", name=name)) for code, name in zip(codes, named, strict=False)]


def _who_takes(msg: Message, session: Session, notes: list[Note]) -> Says:
    """Where there is no group chat, an action that is nobody's is offered to those who are here."""
    here = frozenset(person.id for person in session.here() if person.id != msg.person.id)
    free = [note for note in notes if note.to_do and note.owner_id is None and not note.candidates]
    for note in free if here and not session.cafe else ():
        take = say.button(on.tapped("nt.take"), note)
        yield say.post(session.group, noting.line(note), take, key=f"take:{note.id}", among=here, template="mission")


# ------------------------------------------------------------------ voice notes


def _during(person: Person) -> bool:
    session = noting.session_of(person)
    return session is not None and session.on


@on.media(*VOICES, wanted=_during)
def voice(msg: Message) -> Says:
    """Nobody listens to it for them, but that it was sent is kept, with its hour."""
    session = noting.session_of(msg.person)
    if session is None:
        return
    note, fresh = Note.put(session.meeting, msg.person, VOICE, "", source=_source(msg))
    if fresh:
        yield say.signal("noted", note)
        yield from noting.card(session)
    kept = _("Kept as “{note}”.", note=noting.line(note))
    yield say.reply(
        lines(kept, _("I can't listen to it: a few words, such as “#idea …”, are read by everybody.")),
        say.button(on.tapped("nt.undo"), note),
    )


# ------------------------------------------------------------------ edited, on Telegram


@on.event("edited")
def edited(happening: Happening) -> Says:
    event, person = happening.event, happening.person
    if event is None or person is None:
        return
    source = f"{event.platform}:{event.chat}:{event.message}"
    known = Note.written_in(source)
    session = Session.of(known[0].meeting) if known else None
    if known and (known[0].by_id != person.id or now() >= known[0].at + CORRECTABLE):
        return
    if session is None and note_words.holds(event.text):
        session = _where(happening)
    if session is None or Membership.of(session.group, person) is None:
        return
    yield from _rewrite(session, person, known, event.text, source)
    if event.private:
        shown = [noting.line(note) for note in Note.written_in(source) if note.undone_at is None]
        text = lines(_("Corrected."), *shown) if shown else _("Taken back.")
        yield say.tell(person, text, group=session.group, address=happening.address)


def _where(happening: Happening) -> Session | None:
    """A message that got its tag only now."""
    event, person = happening.event, happening.person
    if event is None or person is None:
        return None
    if event.private:
        return noting.session_of(person)
    chat = Chat.get_or_none(Chat.chat_id == int(event.chat))
    return Note.session_for(chat.group) if chat is not None and chat.group is not None else None


def _rewrite(session: Session, person: Person, known: list[Note], text: str, source: str) -> Says:
    said = _kept(_read(text, session, person))
    for note in known[len(said) :]:
        if note.undo():
            yield say.signal("note_changed", note)
    for n, one in enumerate(said):
        if n >= len(known):
            fresh = _put(session, person, one, source, n)
            if fresh is not None:
                yield from _follow(fresh, session)
        elif (one.kind, one.words, one.due) != (known[n].kind, known[n].words, known[n].due) or known[n].undone_at:
            yield from _change(known[n], one, person, session)
    yield from noting.card(session)


def _change(note: Note, said: Said, by: Person, session: Session) -> Says:
    """Other words: whoever is named only now is asked, whoever had said yes keeps it."""
    owned = _owned(said, by)
    same = said.owner == US or getattr(owned["owner"], "id", None) == note.owner_id
    facts: dict[str, Any] = {} if same and note.kind == said.kind else owned
    if note.rewrite(kind=said.kind, words=said.words, due=said.due, **facts):
        yield say.signal("note_changed", note)
        if facts:
            yield from noting.ask_owner(note, session)

"""Taking turns at animating: who is asked, who begins, what is handed over; said by one voice (99, V03)."""

import datetime as dt

from handlers.kit import names, on, say
from handlers.kit.say import Says
from handlers.kit.texts import Sayable, _, _n, lines
from storage.db import now
from storage.groups import Group
from storage.noise import civil_time, zone_of
from storage.people import Person
from storage.terms import Term

PATIENCE = dt.timedelta(days=3)  # then somebody else is asked
NOTE = 600  # characters of a hand-over note


def go_on(group: Group) -> Says:
    """See that a term is on, or somebody asked for it: the next one begins, else is looked for."""
    coming = Term.coming(group)
    if Term.current(group) is None and coming is not None:
        if coming.begin():
            yield from began(coming)
    elif coming is None and Term.asked_of(group) is None:
        yield from ask_next(group)


def ask_next(group: Group) -> Says:
    """Whose turn it is hears so; when nobody is left to ask, all goes on as it is."""
    people = Term.candidates(group)
    if people:
        yield from asked(Term.ask(group, people[0]))
        return
    current = Term.current(group)
    for person in [current.person] if current else group.organizers()[:1]:
        text = _("Nobody is free to animate next for now. All goes on as it is; whoever likes writes “I'd animate”.")
        yield say.tell(person, text, group=group, unasked=True)


def asked(term: Term, asker: Person | None = None) -> Says:
    """The question to one person; three days later somebody else is asked, without a word of blame."""
    codes = ("tm.yes", "tm.no") if asker else ("tm.yes", "tm.no", "tm.swap")
    buttons = [say.button(on.tapped(code), term) for code in codes]
    yield say.tell(term.person, question(term, asker), *buttons, group=term.group, key=card(term), template="mission")
    timer, _model = on.load().timers["tm.silent"]
    yield say.later(timer, term, civil_time(now() + PATIENCE, zone_of(term.person, term.group)))


def card(term: Term) -> str:
    """The live card's key of what one person is asked."""
    return f"term:{term.id}"


def question(term: Term, asker: Person | None = None) -> Sayable:
    swap = _("{name} would like to hand this over to you.", name=names.first(asker)) if asker else None
    return lines(
        swap,
        _n(
            "Would you animate the next meeting of <b>{group}</b>?",
            "Would you animate the next {n} meetings of <b>{group}</b>?",
            n=max(1, term.meetings - term.held),
            group=term.group.name,
        ),
        _("You begin and close it with one tap, and I remind you of the rest. It gives duties, no rank."),
        _("Not the moment? Somebody else is asked, and your turn comes again."),
    )


def began(term: Term, before: Term | None = None) -> Says:
    """A term begins: who animates knows what to do, the group who it is."""
    before = before or Term.last_over(term.group)
    note = before.note if before and before.person_id != term.person_id else ""
    text = lines(
        _n(
            "You animate the next meeting of <b>{group}</b>. Thank you!",
            "You animate the next {n} meetings of <b>{group}</b>. Thank you!",
            n=max(1, term.meetings - term.held),
            group=term.group.name,
        ),
        _("An hour before, I send you the button that begins it; “who animates” shows where you are."),
        handed(before.person, note) if note and before else None,
    )
    yield say.tell(term.person, text, group=term.group, once=f"term.on:{term.id}")
    told = _n(
        "{name} animates our next meeting.",
        "{name} animates our next {n} meetings.",
        n=max(1, term.meetings - term.held),
        name=names.first(term.person),
    )
    yield say.post(term.group, told, but=term.person, unasked=True, once=f"term.post:{term.id}")
    yield say.signal("animator_began", term)


def handed(giver: Person, note: str) -> Sayable:
    return _("{name} leaves you a word: “{words}”", name=names.first(giver), words=note)


def ended(term: Term) -> Says:
    """Thanks, and a word for the next one if they like."""
    text = lines(
        _("Your turn at animating <b>{group}</b> is over. Thank you for all of it!", group=term.group.name),
        None if term.note else _("Anything the next one should know? One sentence is enough."),
    )
    buttons = [] if term.note else [say.button(on.tapped("tm.note"), term)]
    yield say.tell(term.person, text, *buttons, group=term.group, once=f"term.over:{term.id}")


def hand(note: Term, words: str) -> Says:
    """Keep the word, and give it at once to whoever has begun already."""
    note.hand_over(words[:NOTE])
    current = Term.current(note.group)
    if current is not None and current.person_id != note.person_id:
        yield say.tell(current.person, handed(note.person, note.note), group=note.group)
        yield say.reply(_("Passed on to {name}. Thank you!", name=names.first(current.person)))
    else:
        yield say.reply(_("Noted: whoever comes next reads it on the first day. Thank you!"))

"""Actions: what one has promised, done or dropped by a tap or in words; and the list of the whole group (62)."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from handlers.kit import Message, Says, Tap, Text, _, _n, lines, names, on, say
from handlers.kit.cards import noting
from handlers.kit.texts import fold
from storage.groups import Membership
from storage.missions import Draw
from storage.notes import Note
from storage.people import Person

SHOWN = 8  # read on a phone; WhatsApp lists ten buttons
ALIKE = 80
NONE = _("You have promised nothing that is still open. “the group's actions” shows those of the others.")
WHICH = _("Which one? Its number is enough, for example “done 2”.")
NUMBER = re.compile(r"^(?:l'action |action |la |le |n°|number )?(\d{1,2})\b[ :,]*")


# ------------------------------------------------------------------ my own


@on.command("mesactions", "actions", "tasks", help=_("what you have promised"), word=_("my actions"))
@on.phrase("mes actions", "mes tâches", "mes choses à faire", "qu'est-ce que je dois faire", "qu'ai-je promis")
@on.phrase("my actions", "my tasks", "my todos", "what have I promised", "what do I have to do")
@on.tells
@on.like(
    "c'est quoi mes actions", "qu'est-ce que je dois faire", "j'ai quoi à faire", "mes trucs à faire",
    "qu'est-ce que j'avais promis", "ma todo", "la liste de mes tâches", "what do I have to do", "my to-do list",
    "what did I promise", "what are my tasks", "my open actions",
    "il me reste quoi à faire", "je me suis engagé à quoi", "j'ai promis quoi déjà", "what's left for me to do",
    "what's still on my list", "what did I sign up to do", "mes engagements", "qu'est-ce que j'ai sur le feu",
    "anything I still owe the group",
)  # fmt: skip
def mine(msg: Message) -> Says:
    yield card(msg.person)


def card(person: Person, in_place: bool = False) -> say.Say:
    """What the person has promised in all their groups, each with its button."""
    notes = Note.mine(person)[:SHOWN]
    buttons = [say.button(done, note, _("✓ {n} done", n=n)) for n, note in enumerate(notes, 1)]
    several = Membership.several(person)
    told = [_row(n, note, several) for n, note in enumerate(notes, 1)]
    title = _("<b>Your actions</b>")
    how = _("“drop 2” takes one off, “give 2 to Marc” hands one over.")
    text = lines(title, *told, how) if notes else NONE
    return say.tell(person, text, *buttons, key=f"actions:{person.id}", in_place=in_place)


def _row(n: int, note: Note, several: bool) -> Text:
    asked = note.asked if note.asked_id not in (None, note.owner_id) else None
    if asked is not None:
        return _("{n}. {words}, offered to {name}", n=n, words=noting.promised(note), name=names.first(asked))
    if several:
        return _("{n}. {words} ({group})", n=n, words=noting.promised(note), group=note.group.name)
    return _("{n}. {words}", n=n, words=noting.promised(note))


# ------------------------------------------------------------------ done


@on.tap("ac.done", Note, _("Done"), only="member")
def done(tap: Tap) -> Says:
    yield from _done(tap, tap.about(Note))


@on.phrase("fait", "c'est fait", "action faite", "j'ai fait", "done", "it's done", "I did", "I've done", prefix=True)
@on.like(
    "j'ai fini la première", "c'est bon pour le café", "j'ai appelé le café", "le devis est envoyé",
    "j'ai envoyé le devis", "l'action 2 est faite", "coche la 1", "c'est réglé pour l'action",
    "j'ai terminé l'action", "I finished the first one", "number 2 is done", "I sent the quote",
    "I called the café", "tick off number 1", "mark it as done", "les deux sont faites", "tout est fait",
    "la deuxième c'est fait", "fait et refait", "both are done", "all done", "first one's done",
    "le café est appelé", "je m'en suis occupé", "c'est envoyé pour le devis", "j'ai bouclé la deuxième",
    "that one is sorted", "taken care of, number 2", "just sent it", "the café is called",
)  # fmt: skip
def done_in_words(msg: Message) -> Says:
    """ "fait" alone where there is just one; "fait 2", "j'ai fait : le café"."""
    note = _meant(msg)
    if isinstance(note, Note):
        yield from _done(msg, note)
    elif not note and not msg.words and Draw.any_held_by(msg.person):
        yield say.replay("carte faite", msg.group)  # "c'est fait", of a mission card
    else:
        yield from _ask_which(msg, note)


def _done(spoken: Message | Tap, note: Note) -> Says:
    if note.owner_id != spoken.person.id:
        yield say.reply(_not_yours(note))
    elif note.finish():
        yield say.reply(_("Well done: {words}", words=note.words), say.button(reopen, note))
        yield say.signal("did", note, what="own", press="ac.reopen")
        yield from _after(spoken, note)
    else:
        yield say.reply(_("That is settled already. “my actions” shows yours."))


def _not_yours(note: Note) -> Text:
    if note.owner is None:
        return _("That one is nobody's yet. “the group's actions” lets you take it.")
    return _("That one is {name}'s.", name=names.first(note.owner))


def _after(spoken: Message | Tap, note: Note) -> Says:
    yield say.signal("note_changed", note)
    if isinstance(spoken, Tap):
        yield card(spoken.person, in_place=True)


@on.tap("ac.reopen", Note, _("Still to do"), only="member")
def reopen(tap: Tap) -> Says:
    note = tap.about(Note)
    if note.owner_id != tap.person.id:
        yield say.reply(_not_yours(note))
    elif note.reopen():
        yield say.reply(_("All right, it is open again: {words}", words=noting.promised(note)))
        yield say.signal("taken_back", note, press="ac.reopen")
        yield from _after(tap, note)
    else:
        yield say.reply(_("It is still open: {words}", words=noting.promised(note)))


# ------------------------------------------------------------------ dropped, handed over


@on.phrase("abandonne l'action", "abandonne", "laisse tomber l'action", "enlève l'action", "drop", prefix=True)
@on.like(
    "je laisse tomber l'action 2", "je ne ferai pas l'action 1", "supprime l'action 2",
    "je n'ai pas le temps pour l'action", "enlève la 2 de ma liste", "drop action 2", "I won't do number 1",
    "remove action 2",
    "finalement je ne ferai pas la deuxième", "je renonce à cette action", "raye la 2, je ne la ferai pas",
    "j'y arriverai pas, enlève-la", "I'm not going to do the second one", "cross off number 2, I won't do it",
    "I give up on that task",
)  # fmt: skip
def drop(msg: Message) -> Says:
    note = _meant(msg)
    if not isinstance(note, Note):
        yield from _ask_which(msg, note)
    elif note.drop():
        yield say.reply(_("Taken off, no harm done: {words}", words=note.words), say.button(reopen, note))
        yield say.signal("did", note, what="own", press="ac.reopen")
        yield from _after(msg, note)


@on.phrase("donne", "je donne", "give", prefix=True)
@on.like(
    "Karim peut prendre l'action 2", "passe l'action à Zoé", "je confie l'action 1 à Zoé",
    "Zoé s'en occupe à ma place", "file l'action 2 à Karim", "hand action 2 to Karim", "can Karim take number 2",
    "pass my action to Zoé", "je file la 1 à Zoé", "Karim peut le faire à ma place",
    "je peux pas m'occuper du devis Karim peut le faire", "tu peux passer la 2 à Karim", "Zoé prend la première",
    "let Karim do the second one", "Zoé will take number 1",
    "Ana s'occupera du café à ma place", "Zoé pourrait s'en charger pour moi",
    "quelqu'un d'autre fait la deuxième, c'est Karim", "refile la première à Sofiane",
    "Ana takes over the quote", "could Karim do it instead of me", "Sofiane can take care of it for me",
    "Marc reprend mon action", "c'est Zoé qui va appeler le café",
)  # fmt: skip
def hand_over(msg: Message) -> Says:
    """ "donne 2 à Marc", "donne l'action à Marc": theirs once they agree."""
    what, _to, whom = _parted(msg.words)
    notes = Note.mine(msg.person)
    note = _chosen(what, notes) if whom else None
    people = names.find(_others(note, msg.person), whom) if note else []
    if not notes:
        yield say.reply(NONE)
    elif not whom or note is None:
        yield say.reply(_("To whom, and which one? For example “give 2 to Marc”. “my actions” shows the numbers."))
    elif len(people) != 1:
        yield say.reply(
            _several(people) if people else _("I know nobody of that name in {group}.", group=note.group.name)
        )
    elif note.give(people[0]):
        yield say.reply(_("{name} is asked; until then it stays with you.", name=names.first(people[0])))
        yield from noting.ask_owner(note, None)


def _parted(words: str) -> tuple[str, str, str]:
    """ "2 à Marc", "à Marc le 2": what, and to whom."""
    found = re.search(r"(?:^|\s)(?:à|a|to)\s+", words)
    if found is None:
        return words, "", ""
    return words[: found.start()].strip(), "to", words[found.end() :].strip(" .!")


def _others(note: Note | None, person: Person) -> list[Person]:
    seats = note.group.members() if note is not None else []
    return [seat.person for seat in seats if seat.person_id != person.id]


def _several(people: Sequence[Person]) -> Text:
    return _("Which one: {names}? Write the whole name.", names=[person.name for person in people])


# ------------------------------------------------------------------ which one


def _meant(msg: Message) -> Note | list[Note]:
    """The action that the words name, or all that it might be."""
    notes = Note.mine(msg.person)
    return _chosen(msg.words, notes) or notes


def _chosen(words: str, notes: Sequence[Note]) -> Note | None:
    number = NUMBER.match(fold(words))
    if number:
        return notes[int(number[1]) - 1] if 0 < int(number[1]) <= len(notes) else None
    told = fold(words).strip(" :.!,")
    if told in ("", "l'action", "mon action", "my action", "the action", "it"):
        return notes[0] if len(notes) == 1 else None
    near = [note for note in notes if fuzz.partial_ratio(told, fold(note.words)) >= ALIKE and len(told) > 3]
    return near[0] if len(near) == 1 else None


def _ask_which(msg: Message, notes: list[Note]) -> Says:
    if not notes:
        yield say.reply(NONE)
    else:
        yield say.reply(WHICH)
        yield card(msg.person)


# ------------------------------------------------------------------ the group's


@on.command("actionsdugroupe", "groupactions", only="member", group=True)
@on.phrase("actions du groupe", "les actions du groupe", "les actions", "nos actions", only="member")
@on.phrase("the group's actions", "group actions", "our actions", only="member")
@on.tells
@on.like(
    "qui doit faire quoi", "qui fait quoi", "who does what", "les actions de tout le monde",
    "qu'est-ce que le groupe doit faire",
    "les tâches du groupe", "où en sont les actions du groupe", "who has to do what", "everyone's actions",
    "the group's to-do list",
    "qui s'est engagé à quoi", "les engagements de chacun", "les trucs à faire du groupe", "who promised what",
    "what is everyone working on", "what's left to do for the group", "les actions en cours de tous",
)  # fmt: skip
def of_the_group(msg: Message) -> Says:
    notes = Note.open_actions(msg.home())
    if not notes:
        yield say.reply(_("No action is open in {group}.", group=msg.home().name))
        return
    more = len(notes) - SHOWN
    folded = _n("… and one more", "… and {n} more", n=more) if more > 0 else None
    shown = [_theirs(note) for note in notes[:SHOWN]]
    yield say.reply(lines(_("<b>Open actions</b>"), *shown, folded), *noting.takers(notes))


def _theirs(note: Note) -> Text:
    if note.owner is None:
        return _("• {words}: who takes it?", words=noting.promised(note))
    return _("• {name}: {words}", name=names.first(note.owner), words=noting.promised(note))

"""Animator: who looks after the next meetings, for a term and in turn; duties, and no rank (99, V01, V03, V09)."""

import re
from collections.abc import Callable

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, _, _n, lines, names, on, say
from handlers.kit.cards import turns
from storage.groups import ORGANIZER, Group, Membership
from storage.meetings import Meeting
from storage.people import Person
from storage.terms import MOST_MEETINGS, Rota, Term

MANY = 10  # members: from there on the bot offers to take turns (V09)
GONE = _("You are no longer in this group: others see to it.")
NO_TURNS = _("You take no turns: nothing to end. “rotating animator” begins it.")
SETTLED = _("That is settled already. “who animates” shows how things stand.")


# ------------------------------------------------------------------ who animates


@on.command(
    "animateur",
    "animation",
    "animator",
    help=_("see who animates, and whose turn is next"),
    only="member",
    group=True,
)
@on.phrase(
    *("qui anime", "qui anime la prochaine", "qui anime la prochaine réunion", "qui est l'animateur", "animatrice"),
    *(
        "c'est à qui d'animer",
        "who animates",
        "who animates next",
        "who is the animator",
        "whose turn is it to animate",
    ),
    only="member",
)
@on.like(
    "qui anime la prochaine fois", "c'est qui l'animateur", "qui anime jeudi", "c'est le tour de qui d'animer",
    "c'est à qui d'animer la prochaine réunion", "who leads next time", "who is facilitating",
    "who's leading the next meeting",
    "c'est qui qui mène la prochaine", "qui s'en charge la prochaine fois pour animer",
    "who's hosting next time", "whose turn to lead",
)  # fmt: skip
def show(msg: Message) -> Says:
    group = msg.home()
    yield say.reply(card(group), *(buttons(group, msg.seat()) if msg.private else []))


def card(group: Group) -> Sayable:
    """Who animates now, and who comes next."""
    rota, current = Rota.of(group), Term.current(group)
    if not rota.turns and current is None:
        return lines(_unnamed(group), _("An organizer can have you take turns: “rotating animator”."))
    return lines(_now(group, current), _next(group))


def _unnamed(group: Group) -> Sayable:
    people = group.in_charge()[:1]
    if not people:
        return _("Nobody in particular animates: whoever is there first begins.")
    return _("Nobody has a term: {name} sees to the meetings, with whoever likes.", name=names.first(people[0]))


def _now(group: Group, current: Term | None) -> Sayable:
    if current is None:
        return _unnamed(group)
    return _(
        "<b>{name}</b> animates: meeting {n} of {total}.",
        name=names.first(current.person),
        n=min(current.held + 1, current.meetings),
        total=current.meetings,
    )


def _next(group: Group) -> Sayable:
    coming, waiting = Term.coming(group), Term.asked_of(group)
    if coming is not None:
        return _("Next: <b>{name}</b>.", name=names.first(coming.person))
    if waiting is not None:
        return _("For the next turn I have asked {name}.", name=names.first(waiting.person))
    return _("Nobody is named for the next turn yet: whoever likes writes “I'd animate”.")


def buttons(group: Group, seat: Membership) -> list[say.Button]:
    """What this member may do about it."""
    if not Rota.of(group).turns:
        return [say.button(take_turns, group)] if seat.role == ORGANIZER else []
    mine = Term.of(group, seat.person)
    if mine is not None and mine.state in ("on", "next"):
        return [say.button(swap_it, mine), say.button(pass_it, mine), say.button(note_it, mine)]
    if mine is not None and mine.state == "asked":
        return [say.button(accept, mine), say.button(pass_it, mine), say.button(swap_it, mine)]
    return [] if Term.coming(group) else [say.button(volunteer, group)]


# ------------------------------------------------------------------ taking turns begins, ends, lasts


@on.phrase(
    *("animateur tournant", "animation tournante", "animatrice tournante", "on anime à tour de rôle"),
    *("animer à tour de rôle", "rotating animator", "take turns at animating", "we take turns at animating"),
    only="organizer",
)
@on.like(
    "on tourne pour animer", "chacun anime à son tour", "que l'animation tourne", "each of us animates in turn",
    "rotate the animation",
    "on change d'animateur à chaque fois", "chacun son tour pour animer", "everyone leads in turn",
    "let's take turns leading", "une personne différente anime chaque fois",
)  # fmt: skip
def begin(msg: Message) -> Says:
    yield from _begin(msg.home())


@on.tap("tm.on", Group, _("Take turns"), only="organizer")
def take_turns(tap: Tap) -> Says:
    yield from _begin(tap.home())


def _begin(group: Group) -> Says:
    rota = Rota.of(group)
    if not rota.choose(turns=True):
        yield say.reply(lines(_("You take turns already."), card(group)))
        return
    text = _n(
        "Agreed: each one animates {n} meeting, then the next one. I ask whose turn it is.",
        "Agreed: each one animates {n} meetings, then the next one. I ask whose turn it is.",
        n=rota.meetings,
    )
    how = _("“terms of 3 meetings” changes the length, “no more turns” ends it.")
    yield say.reply(lines(text, how), say.button(end_turns, group))
    yield say.signal("did", group, what="turns")
    yield from turns.go_on(group)


@on.tap("tm.never", Group, _("No thanks"), only="organizer")
def leave_it(tap: Tap) -> Says:
    yield say.reply(_("As you like. “rotating animator” begins it whenever you want."))


@on.phrase(
    *("plus d'animateur tournant", "pas d'animateur tournant", "arrête l'animateur tournant"),
    *("arrête l'animation tournante", "no more turns", "no rotating animator", "stop the turns"),
    only="organizer",
)
@on.like(
    "on arrête de tourner pour l'animation", "plus de tour d'animation", "stop rotating the animator",
    "on n'alterne plus l'animation", "stop le roulement des animateurs", "we stop taking turns leading",
)  # fmt: skip
def end(msg: Message) -> Says:
    group = msg.home()
    if Rota.of(group).turns:
        text = _("No more turns? Whoever animates, or is asked just now, is free of it.")
        yield say.reply(text, say.button(end_turns, group), say.button(keep_turns, group))
    else:
        yield say.reply(NO_TURNS)


@on.tap("tm.keep", Group, _("Keep the turns"), only="organizer")
@on.refuses
def keep_turns(tap: Tap) -> Says:
    yield say.reply(_("All right, nothing has changed."))


@on.tap("tm.end", Group, _("End the turns"), only="organizer")
def end_turns(tap: Tap) -> Says:
    group = tap.home()
    if not Rota.of(group).choose(turns=False):
        yield say.reply(NO_TURNS)
        return
    for term in (Term.current(group), Term.coming(group), Term.asked_of(group)):
        if term is not None:
            term.leave("over" if term.state == "on" else "passed")
    yield say.reply(_("Done: no more turns. “rotating animator” begins again."))
    yield say.signal("did", group, what="turns")


@on.phrase(
    *("mandat de", "mandats de", "un mandat de", "des mandats de", "mandat", "term of", "terms of", "a term of"),
    only="organizer",
    prefix=True,
)
@on.like(
    "chacun anime deux réunions", "l'animateur change toutes les trois réunions", "un mandat de trois réunions",
    "each animator for two meetings", "a term lasts three meetings",
    "chaque animateur reste quatre réunions", "on garde le même animateur deux mois",
    "l'animateur reste pour deux séances", "the same animator for three meetings",
    "an animator stays two meetings", "combien de réunions dure un mandat",
)  # fmt: skip
def how_long(msg: Message) -> Says:
    found = re.search(r"\d{1,2}", msg.words)
    count = (
        int(found.group()) if found else {"une": 1, "one": 1, "deux": 2, "trois": 3}.get(msg.words.split(" ")[0], 0)
    )
    if not 1 <= count <= MOST_MEETINGS:
        yield say.reply(_("How many meetings? For example: terms of 3 meetings (up to {n}).", n=MOST_MEETINGS))
        return
    rota = Rota.of(msg.home())
    before = LENGTHS[rota.meetings - 1]
    yield from _last(
        rota, count, *([say.button(before, msg.home(), _("As before"))] if count != rota.meetings else [])
    )


def _last(rota: Rota, count: int, *buttons: say.Button) -> Says:
    rota.choose(meetings=count)
    noted = _n(
        "Noted: from the next turn on, {n} meeting each.", "Noted: from the next turn on, {n} meetings each.", n=count
    )
    yield say.reply(noted, *buttons)
    yield say.signal("did", rota.group, what="turns")


def _length(count: int) -> Callable[[Tap], Says]:
    @on.tap(f"tm.n{count}", Group, only="organizer")
    def choose(tap: Tap) -> Says:
        yield from _last(Rota.of(tap.home()), count)

    return choose


LENGTHS = [_length(count) for count in range(1, MOST_MEETINGS + 1)]


@on.event("entered")
def many(happening: Happening) -> Says:
    """More than ten: the organizers are asked once whether the group takes turns."""
    group = happening.about(Membership).group
    count = len(group.members())
    if count <= MANY or not Rota.of(group).offer():
        return
    text = _(
        "There are {n} of you in {group} now. Shall animating go round, a few meetings each? Nobody has to.",
        n=count,
        group=group.name,
    )
    for person in group.organizers():
        ways = [say.button(take_turns, group), say.button(leave_it, group)]
        yield say.tell(person, text, *ways, group=group, unasked=True)


# ------------------------------------------------------------------ asked: yes, not this time, silence


@on.tap("tm.yes", Term, _("Yes, gladly"), only="self")
def accept(tap: Tap) -> Says:
    term = tap.about(Term)
    if tap.membership is None:
        yield say.reply(GONE)
    elif term.instead_id is not None:
        yield from _swap(term)
    elif not term.accept():
        yield say.reply(SETTLED)
    else:
        yield from _accepted(term)


def _accepted(term: Term) -> Says:
    if term.state == "on":
        yield from turns.began(term)
        return
    current = Term.current(term.group)
    after = names.first(current.person) if current else ""
    yield say.reply(_("Thank you! You come after {name}, and I tell you when your turn begins.", name=after))


@on.tap("tm.no", Term, _("Not this time"), only="self")
def pass_it(tap: Tap) -> Says:
    term = tap.about(Term)
    was, other = term.state, term.instead
    if not term.leave("over" if was == "on" and term.held else "passed"):
        yield say.reply(SETTLED)
        return
    yield say.reply(_("No problem: I ask somebody else, and your turn comes again."))
    if other is not None:
        text = _("{name} can't take your turn just now. You may ask somebody else.", name=names.first(term.person))
        yield say.tell(other.person, text, group=term.group)
    elif tap.membership is not None and Rota.of(term.group).turns:
        yield from turns.go_on(term.group)


@on.due("tm.silent", Term)
def silent(due: Due) -> Says:
    term = due.about(Term)
    if term.state == "asked" and term.leave("silent") and term.instead_id is None and Rota.of(term.group).turns:
        yield from turns.go_on(term.group)


@on.command("jevoudraisanimer", "volunteer", only="member")
@on.phrase(
    *("j'animerais", "j'animerais bien", "je veux animer", "je voudrais animer", "je me propose pour animer"),
    *("je suis volontaire pour animer", "j'anime la prochaine", "I'd animate", "I would animate", "let me animate"),
    only="member",
)
@on.like(
    "je veux bien animer la prochaine", "je peux animer la prochaine fois", "je suis partant pour animer",
    "j'aimerais animer", "I can lead next time", "I'd like to animate the next one", "I volunteer to lead",
    "happy to facilitate next time",
    "je suis volontaire", "j'animerais bien à mon tour", "moi je veux bien mener la prochaine",
    "à mon tour d'animer, ça me dit", "I'd be happy to host the next one", "let me facilitate next time",
    "count me in to lead one",
)  # fmt: skip
def offer(msg: Message) -> Says:
    yield from _volunteer(msg.home(), msg.person)


@on.tap("tm.me", Group, _("I'd animate"), only="member")
def volunteer(tap: Tap) -> Says:
    yield from _volunteer(tap.home(), tap.person)


def _volunteer(group: Group, person: Person) -> Says:
    mine, coming = Term.of(group, person), Term.coming(group)
    if mine is not None and mine.state in ("on", "next"):
        yield say.reply(lines(_("It is you already, thank you!"), card(group)))
    elif coming is not None:
        yield say.reply(_("{name} comes next. Write it again then, and you follow.", name=names.first(coming.person)))
    else:
        waiting = Term.asked_of(group)
        term = waiting if waiting and waiting.person_id == person.id else Term.ask(group, person)
        if waiting is not None and waiting.id != term.id:
            waiting.leave("passed")
        yield from _accepted(term) if term.accept() else iter([say.reply(SETTLED)])


# ------------------------------------------------------------------ swapped


@on.tap("tm.swap", Term, _("Swap"), only="self")
def swap_it(tap: Tap) -> Says:
    term = tap.about(Term)
    others = [seat for seat in term.group.members() if seat.person_id != tap.person.id and seat.dial != "pause"]
    if term.state not in ("asked", "next", "on"):
        yield say.reply(SETTLED)
    elif not others:
        yield say.reply(_("There is nobody to swap with at the moment."))
    else:
        choices = [say.button(swap_with, seat, names.first(seat.person)) for seat in others[:8]]
        yield say.reply(_("With whom? Tap, or write “swap my turn with” and a first name."), *choices)


@on.tap("tm.with", Membership, only="member")
def swap_with(tap: Tap) -> Says:
    yield from _offer_swap(tap.home(), tap.person, tap.about(Membership).person)


@on.phrase(
    *("échange mon tour avec", "échange mon mandat avec", "échange l'animation avec", "je passe l'animation à"),
    *("swap my turn with", "swap my term with", "swap animating with"),
    only="member",
    prefix=True,
)
@on.like(
    "est-ce que Karim peut animer à ma place", "j'échange mon tour d'animation avec Zoé",
    "can Zoé lead instead of me", "I swap my turn with Karim",
    "quelqu'un peut animer à ma place jeudi", "je ne peux pas animer, Ana peut le faire",
    "someone else lead instead of me on thursday",
)  # fmt: skip
def swap_in_words(msg: Message) -> Says:
    found = names.find([seat.person for seat in msg.home().members() if seat.person_id != msg.person.id], msg.words)
    if len(found) == 1:
        yield from _offer_swap(msg.home(), msg.person, found[0])
    else:
        yield say.reply(_("Whom do you mean? Write “swap my turn with” and the first name of a member."))


def _offer_swap(group: Group, person: Person, other: Person) -> Says:
    mine = Term.of(group, person)
    if mine is None or mine.state not in ("asked", "next", "on"):
        yield say.reply(_("You have no turn to swap at the moment. “who animates” shows how things stand."))
    elif Membership.of(group, other) is None:
        yield say.reply(_("{name} has left the group meanwhile.", name=names.first(other)))
    else:
        yield say.reply(_("I've asked {name}: the answer comes here.", name=names.first(other)))
        yield from turns.asked(Term.ask(group, other, instead=mine), person)


def _swap(term: Term) -> Says:
    other = term.instead
    if other is None or not term.swap():
        yield say.reply(SETTLED)
        return
    text = _("{name} takes your turn. Yours comes again later.", name=names.first(term.person))
    yield say.tell(other.person, text, group=term.group)
    if term.state == "on":
        yield from turns.began(term, other)
    else:
        yield say.reply(_("Thank you! Your turn comes next, and I tell you when it begins."))


# ------------------------------------------------------------------ the term goes on


@on.event("meeting_over")
def one_more(happening: Happening) -> Says:
    """A meeting is over: the last but one looks for who comes next, the last one hands over."""
    group = happening.about(Meeting).group
    term = Term.current(group)
    if not Rota.of(group).turns:
        return
    if term is None or not term.advance():
        yield from turns.go_on(group)
    elif term.held >= term.meetings and Term.coming(group) is not None:
        term.leave("over")
        yield from turns.ended(term)
        yield from turns.go_on(group)
    elif term.held >= term.meetings - 1:
        yield from turns.go_on(group)


@on.event("gone")
def gone(happening: Happening) -> Says:
    """Who leaves hands nothing over: the next one is looked for."""
    seat = happening.about(Membership)
    term = Term.of(seat.group, seat.person)
    if term is not None and term.leave("over" if term.held else "passed") and Rota.of(seat.group).turns:
        yield from turns.go_on(seat.group)


# ------------------------------------------------------------------ a word for the next one


@on.tap("tm.note", Term, _("Leave a word"), only="self")
def note_it(tap: Tap) -> Says:
    text = _("What should the next one know? A place that was full, a promise made, a tip …")
    yield say.ask(noted, text, group=tap.home(), term=tap.about(Term).id)


@on.answer("tm.noted")
def noted(msg: Message) -> Says:
    term = Term.get_or_none(Term.id == msg.answers["term"])
    if not msg.text.strip():
        yield say.reply(_("I need words here: one sentence, or “cancel”."))
        return
    yield say.done()
    if term is not None:
        yield from turns.hand(term, msg.text.strip())


@on.cancel(noted)
@on.back(noted)
def no_note(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, no word. Thank you for animating!"))


@on.phrase(
    *("passation", "note de passation", "pour la suite", "hand-over", "handover", "hand-over note"),
    only="member",
    prefix=True,
)
@on.like(
    "note pour le prochain animateur", "à transmettre à l'animateur suivant", "pour la passation : penser au café",
    "hand-over note for the next animator", "passe l'animation à Émilie", "à savoir pour qui anime ensuite",
    "for the next animator: the room closes at ten",
    "je transmets l'animation à Zoé", "je donne l'animation à Karim",
    "message pour celui qui animera après moi", "pass leading on to Zoé", "Zoé takes over as animator",
)  # fmt: skip
def hand_over(msg: Message) -> Says:
    term = Term.of(msg.home(), msg.person)
    if term is None or term.state not in ("on", "over"):
        yield say.reply(_("A hand-over is for who animates. “who animates” shows who that is."))
    elif not msg.words.strip():
        yield say.ask(noted, _("What should the next one know?"), group=msg.home(), term=term.id)
    else:
        yield from turns.hand(term, msg.words.strip())

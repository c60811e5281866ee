"""Presence: who is here, by one tap or in words; whoever leads marks the others (52)."""

import re

from handlers.kit import Message, Says, Tap, _, names, on, say
from handlers.kit.cards import evening
from handlers.kit.texts import fold
from storage.db import now
from storage.deeds import Deed
from storage.meetings import Meeting
from storage.people import Person
from storage.sessions import EARLY, Session, arrive, may_start, unmark

ARE_HERE = re.compile(
    r"^(?P<names>.{2,80}?) (?P<not>n'est pas |ne sont pas |isn't |aren't |is not |are not )?"
    r"(?:est|sont|is|are|vient|viennent)?\s*(?:d'|de )?(?:arrivee?s?|presente?s?|here|bien la|la|arrived|arriver)"
    r"(?: aussi| too| enfin| deja| maintenant| now| already| avec (?:nous|moi)| with (?:us|me))?$"
)


@on.tap("pr.here", Meeting, _("I'm here"), only="member")
def here(tap: Tap) -> Says:
    yield from _come(tap, tap.about(Meeting))


@on.phrase(
    "je suis là",
    "me voilà",
    "me voici",
    "présent",
    "présente",
    "j'arrive, je suis là",
    "je suis arrivé",
    "je suis arrivée",
    "je suis bien là",
    "I'm here",
    "I am here",
    "present",
    "I have arrived",
    "I've arrived",
)
@on.like(
    "je suis arrivé", "je viens d'arriver", "je suis sur place", "ça y est je suis là", "je suis au café",
    "j'y suis", "coucou je suis là", "just arrived", "I'm at the café", "I made it", "here I am", "I just got here",
    "ça y est j'ai trouvé, je suis dans la salle", "je viens de me garer j'entre", "enfin arrivé", "I'm inside",
    "made it, I'm at the door", "I'm in the room",
)  # fmt: skip
def am_here(msg: Message) -> Says:
    """While nothing is on, the same words mean that one will come."""
    session = evening.running(msg)
    meeting = session.meeting if session else _about_to_start(msg)
    if meeting is not None:
        yield from _come(msg, meeting)
    elif msg.group is not None and msg.membership is not None and (ahead := Meeting.next_of(msg.group)):
        coming = Tap(msg.person, msg.address, msg.event, msg.group, msg.membership, ahead)
        yield from on.tapped("at.yes")(coming)
    else:
        yield say.reply(evening.NOT_ON)


def _about_to_start(msg: Message) -> Meeting | None:
    meeting = Session.startable(msg.group) if msg.group is not None and msg.membership is not None else None
    return meeting if meeting is not None and now() >= meeting.starts_at - EARLY else None


def _come(spoken: Message | Tap, meeting: Meeting) -> Says:
    session = Session.of(meeting)
    if (session is not None and not session.on) or (session is None and not may_start(meeting)):
        yield say.reply(_("That meeting is over. See you at the next one!"))
    elif session is None and now() < meeting.starts_at - EARLY:
        yield say.reply(_("It is still early: tell me again when you are there."))
    elif not arrive(meeting, spoken.person):
        yield say.reply(_("I have you here already."))
    else:
        yield say.reply(_("Good to have you here, {name}!", name=names.first(spoken.person)))
        yield say.signal("did", meeting, what="here")
        if session is not None:
            yield say.signal("presence_changed", session)


# ------------------------------------------------------------------ leaving before the end


@on.phrase(
    "je pars",
    "je m'en vais",
    "je dois partir",
    "je dois y aller",
    "je file",
    "je rentre",
    "I'm leaving",
    "I am leaving",
    "I have to go",
    "I must go",
    "I'm off",
)
@on.like(
    "je dois filer", "je m'éclipse", "je vous laisse", "je dois vous quitter", "il faut que je parte",
    "je me sauve", "je quitte la réunion", "je dois partir plus tôt", "gotta go", "I need to leave",
    "I'm heading off", "leaving now", "je dois courir, les enfants attendent",
    "allez je rentre, salut tout le monde", "bonne fin de soirée à tous je pars", "I have to run",
    "I need to get home", "got to go, the kids are waiting",
    "faut que j'y aille", "je dois me sauver", "je décolle", "bon je vous abandonne",
    "j'ai un train à prendre, je pars", "time for me to go", "I'm out, see you", "heading home now",
    "I've got to dash",
)  # fmt: skip
def leave(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif session.depart(msg.person):
        yield say.reply(_("Thank you for coming, and safe travels! You'll get the summary."))
        yield say.signal("did", session.meeting, what="went")
        yield say.signal("presence_changed", session)
    else:
        yield say.reply(_("I hadn't noted you as here. See you next time!"))


# ------------------------------------------------------------------ said too soon


@on.event("undo_here", "undo_went")
def not_so(msg: Message) -> Says:
    """ "annuler" after a tap too early: not here after all, or here still (116)."""
    deed = msg.about_card(Deed)
    meeting = Meeting.get_by_id(deed.facts["record"])
    session = Session.of(meeting)
    if session is not None and not session.on:
        deed.keep()
        yield say.reply(_("That meeting is over. Whoever led it can still correct who was there."))
        return
    if deed.kind == "here":
        unmark(meeting, msg.person)
        yield say.reply(_("Taken back: you are not here yet. Tap “I'm here” when you are."))
    else:
        arrive(meeting, msg.person)
        yield say.reply(_("Taken back: you are here still."))
    if session is not None:
        yield say.signal("presence_changed", session)


# ------------------------------------------------------------------ who is here, and the others


@on.phrase("qui est là", "qui est présent", "qui est arrivé", "les présents", "who is here", "who's here")
@on.tells
@on.like(
    "qui est arrivé", "qui est déjà là", "il y a qui ce soir", "on est combien ce soir", "tout le monde est arrivé",
    "who's there tonight", "who has arrived", "is everybody here",
    "qui manque encore", "il manque qui", "on attend encore qui", "who's missing", "who are we waiting for",
    "is everyone in",
)  # fmt: skip
def who(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None and msg.private:
        yield say.replay("qui vient ?", msg.group)
    elif session is None:
        yield say.reply(evening.NOT_ON)
    elif msg.private:
        yield evening.shown_to(session, msg.person)
    else:
        people = session.here()
        none = _("Nobody is noted yet: one tap on “I'm here” does it.")
        yield say.reply(_("Here ({n}): {names}", n=len(people), names=names.listed(people)) if people else none)


def reads(text: str, meeting: Meeting, language: str) -> tuple[list[Person], bool] | None:
    """ "Zoé est là", "Zoé et Marc sont arrivés", "Hugo n'est pas là": who, and whether they are there."""
    found = ARE_HERE.match(fold(text).strip(" .!"))
    if found is None:
        return None
    members = [seat.person for seat in meeting.group.members()]
    meant = [names.find(members, part) for part in evening.AND.split(found["names"])]
    if not all(len(people) == 1 for people in meant):
        return None
    return [people[0] for people in meant], not found["not"]


@on.card("evening", Meeting, reads=reads, finds=evening.open_in, only="member")
def others(msg: Message) -> Says:
    session = Session.of(msg.about_card(Meeting))
    people, there = msg.reading
    if session is None or not session.on:
        yield say.reply(evening.NOT_ON)
    elif not evening.may_lead(session, msg.person) and people != [msg.person]:
        lead = names.first(session.animator) if session.animator else _("Whoever leads")
        yield say.reply(_("{name} notes who is here. Each can also tell me “I'm here”.", name=lead))
    else:
        yield from _mark(session, people, there)


def _mark(session: Session, people: list[Person], there: bool) -> Says:
    changed = [person for person in people if session.mark(person, there)]
    listed = names.listed(people)
    noted = _("Noted: {names} here.", names=listed) if there else _("Noted: {names} not here.", names=listed)
    yield say.reply(noted if changed else _("I had that already."))
    if changed:
        yield say.signal("presence_changed", session)

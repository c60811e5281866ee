"""Attend: a date is set, everyone hears it once and says whether they come, by a tap or in their own words (33)."""

import datetime as dt

from handlers.kit import Happening, Message, Says, Tap, _, on, say
from handlers.kit.cards import gathering
from handlers.kit.reading import rsvp
from storage.db import now
from storage.deeds import Deed
from storage.groups import Group, Membership
from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.rhythms import Rhythm
from storage.rosters import count_votes, give_up

JUST_OVER = dt.timedelta(days=1)  # so long, words about coming are about the meeting that was


@on.event("meeting_fixed")
def announce(happening: Happening) -> Says:
    """One message in each place: the outcome, who comes by the votes, and the buttons."""
    meeting = happening.about(Meeting)
    _take_habits(meeting)
    poll = happening.facts.get("poll")
    if poll is not None:
        count_votes(meeting, int(poll))
    once = f"fixed:{meeting.id}:{meeting.sequence}"
    yield gathering.card(meeting, once=once, level="essential", template="news")


def _take_habits(meeting: Meeting) -> None:
    """Seats and guests as the group usually has them, unless they were given with the date."""
    habits = Rhythm.of(meeting.group)
    room = meeting.venue.capacity if meeting.venue else None
    meeting.capacity = meeting.capacity or habits.capacity or room
    meeting.plus_ones = meeting.plus_ones or habits.plus_ones
    facts = {"capacity": meeting.capacity, "plus_ones": meeting.plus_ones}
    Meeting.update(**facts).where(Meeting.id == meeting.id).execute()


# ------------------------------------------------------------------ by a tap


@on.tap("at.yes", Meeting, _("I'm coming"), only="member")
@on.like(
    "je confirme ma présence", "c'est bon pour moi", "grave chaud je viens", "carrément", "j'y serai sans faute",
    "on sera trois, moi et deux collègues", "je viens avec ma sœur", "c'est noté je serai là",
    "je serai des vôtres", "je suis dispo jeudi", "ça marche pour jeudi", "présent pour jeudi",
    "je confirme pour jeudi", "je me joins à vous", "avec joie", "hâte d'y être", "vous pouvez compter sur moi",
    "j'en suis évidemment", "ok pour jeudi", "yes and I'm bringing a friend", "I'll be there for sure",
    "sounds good, I'm in", "see you there", "see you thursday", "definitely coming", "happy to come",
    "works for me", "I'm bringing someone", "sign me up", "wouldn't miss it", "finalement je viens",
    "en fait je peux venir", "bonne nouvelle je peux venir", "oui je serai présente", "top, je serai là",
    "parfait pour moi, à jeudi", "à jeudi alors", "je note, j'y serai", "bien sûr que je viens",
    "je viens direct après le boulot", "je peux me libérer", "j'ai réussi à m'organiser, je viens",
    "oui oui je viens", "je suis de la partie", "vous me verrez jeudi", "je passe vous voir",
    "je viens avec mon associé", "on vient à deux", "mets-moi dans la liste", "inscris-moi", "compte-moi dedans",
    "je serai présent avec plaisir", "chouette, je viens", "great, I'll be there", "see ya thursday", "put me down",
    "I can make it", "yes please count me", "I'm coming with a colleague", "plus one for me", "I'll come along",
    "all good for thursday", "finally I can come", "I changed my mind, I'm coming",
)  # fmt: skip
def yes(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Meeting), YES)


@on.tap("at.maybe", Meeting, _("Maybe"), only="member")
@on.like(
    "je sais pas encore ça dépend", "peut-être, je te redis", "je te confirme demain",
    "ça dépend de la baby-sitter", "pas sûr de pouvoir venir", "je vais essayer de venir",
    "si j'arrive à me libérer", "à voir selon le boulot", "j'essaie de m'arranger", "50/50 pour jeudi",
    "je vous dis ça mercredi", "pas encore décidé", "je voulais dire peut-être", "not sure yet, it depends",
    "I'll try to make it", "I'll let you know", "fifty fifty", "depends on work", "can't say yet",
    "maybe, if I can", "je ne peux pas encore dire", "je vous redis ça vite", "ça dépendra de mon train",
    "possible mais pas sûr", "j'espère venir", "je croise les doigts pour venir", "sous réserve",
    "je verrai si je peux", "en attente d'une réponse de mon client", "je ne promets rien",
    "pas certaine d'être là", "j'hésite encore", "will try", "hopefully", "not 100% sure",
    "depends if I get a sitter", "tentative", "maybe yes maybe no", "I'd say perhaps", "will confirm later",
)  # fmt: skip
def maybe(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Meeting), MAYBE)


@on.tap("at.no", Meeting, _("Not this time"), only="member")
@on.like(
    "malheureusement ce sera sans moi", "mort pour jeudi, trop de travail", "pas dispo désolé",
    "je suis pas dispo jeudi", "je ne pourrai pas être là", "je ne peux finalement pas", "je serai en déplacement",
    "je serai en vacances", "j'ai un empêchement", "je dois garder les enfants", "je suis malade",
    "ne comptez pas sur moi", "je décline", "pas possible pour moi jeudi", "je passe mon tour cette fois",
    "trop de boulot je ne viens pas", "un client m'est tombé dessus, je viendrai pas", "je me désiste",
    "je ne viens plus", "can't do thursday, stuck at work", "sorry I won't make it", "I'm away that day",
    "I have to bail", "I'm sick, not coming", "won't be able to come", "I'll pass this time", "I can't after all",
    "not available on thursday", "count me out", "je ne serai pas des vôtres", "je suis pris jeudi",
    "j'ai un autre rendez-vous jeudi", "impossible pour moi", "c'est mort", "je bosse ce soir-là", "j'ai piscine",
    "je peux plus venir", "j'ai un truc qui tombe ce jour-là", "ça ne va pas le faire pour jeudi", "pas là jeudi",
    "je serai pas là", "grippé, je reste chez moi", "ce coup-ci je peux pas", "tant pis pour moi, je serai absent",
    "enlève-moi de la liste", "je dois annuler ma venue", "désinscris-moi de jeudi", "finalement non pour jeudi",
    "je vais rater celle-ci", "next time for me", "can't join you", "I have another thing that day", "no can do",
    "I'm out of town", "got the flu, staying home", "I won't be there", "something came up",
    "take me off the list for thursday", "had to cancel, sorry", "I'm busy thursday",
)  # fmt: skip
def no(tap: Tap) -> Says:
    yield from gathering.answer(tap, tap.about(Meeting), NO)


@on.tap("at.plus", Meeting, _("With somebody"), only="member")
def with_somebody(tap: Tap) -> Says:
    """Set, never toggled: a press that comes twice still is one guest."""
    yield from gathering.answer(tap, tap.about(Meeting), YES, guests=1)


# ------------------------------------------------------------------ in words


@on.card("meeting", Meeting, reads=rsvp.read_card, only="member")
def said_at_the_card(msg: Message) -> Says:
    yield from _said(msg)


@on.card("coming", Meeting, reads=rsvp.read_open, finds=lambda group: _ahead(group), only="member")
def said(msg: Message) -> Says:
    yield from _said(msg)


def _ahead(group: Group) -> list[Meeting]:
    """What may be answered; or what was called off or is just over, so that nobody gets ready for it."""
    return Meeting.coming_of(group) or Meeting.called_off(group) or _just_over(group)


def _just_over(group: Group) -> list[Meeting]:
    last = Meeting.last_of(group)
    return [last] if last is not None and now() < last.end + JUST_OVER else []


def _said(msg: Message) -> Says:
    reading: rsvp.Said = msg.reading
    meeting = _meant_then(msg) or msg.about_card(Meeting)
    if reading.answer == NO and meeting.coming:
        meeting = _nearest_yes(msg, meeting)
    yield from gathering.answer(msg, meeting, reading.answer, reading.guests, reading.comment or None)


def _meant_then(msg: Message) -> Meeting | None:
    """What words that come a day late were about: the meeting that has passed since they were written (F22)."""
    last = None if msg.event.quoted else Meeting.last_of(msg.home())
    return last if last is not None and msg.event.at < last.starts_at else None


def _nearest_yes(msg: Message, meeting: Meeting) -> Meeting:
    """ "Je ne peux plus" is about the meeting that they said yes to, if they did so to one alone."""
    if msg.event.quoted:
        return meeting
    coming = [one for one in Meeting.coming_of(msg.home()) if _comes(one, msg)]
    return coming[0] if coming and meeting not in coming else meeting


def _comes(meeting: Meeting, msg: Message) -> bool:
    mine = Attendance.of(meeting, msg.person)
    return mine is not None and mine.answer == YES


# ------------------------------------------------------------------ edited, on Telegram


@on.event("edited_attended")
def said_anew(msg: Message) -> Says:
    """The message that answered reads otherwise now: so does the answer."""
    deed = msg.about_card(Deed)
    meeting = Meeting.get_by_id(deed.facts["meeting"])
    reading, row = rsvp.read_card(msg.text, meeting, ""), Attendance.of(meeting, msg.person)
    if reading is None or row is None:
        return
    guests = 0 if reading.guests is None and deed.last else reading.guests
    if reading.answer == row.answer and guests in (None, row.guests):
        return
    if meeting.coming and now() < meeting.end:
        yield from gathering.answer(msg, meeting, reading.answer, guests, reading.comment or None)
    elif msg.private:
        yield say.reply(gathering.too_late(meeting))


# ------------------------------------------------------------------ who comes and goes


@on.event("entered")
def show_the_next(happening: Happening) -> Says:
    """A newcomer sees when the group meets next (W08)."""
    seat = happening.about(Membership)
    meeting = Meeting.next_of(seat.group)
    if meeting is not None:
        yield gathering.shown_to(meeting, seat.person, address=seat.address)


@on.event("gone")
def free_the_seat(happening: Happening) -> Says:
    """Somebody left: their chair is for whoever waits."""
    seat = happening.about(Membership)
    for meeting in Meeting.coming_of(seat.group):
        gathering.forget(meeting, seat.person)
        if give_up(meeting, seat.person):
            yield from gathering.fill(meeting)
        yield gathering.refresh(meeting)

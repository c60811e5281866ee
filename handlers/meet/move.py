"""Move: another day or hour for a meeting that is fixed, another length, or no meeting after all."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import Happening, Message, Sayable, Says, Tap, _, lines, on, say
from handlers.kit.reading import spots
from handlers.kit.reading.days import DAY_NUMBER
from handlers.kit.reading.moment import LONGEST, NO_DATE, SHORTEST, read_length, read_moment
from handlers.kit.reading.when import read
from handlers.kit.texts import When, hour
from storage.changes import CANCEL, MOVE, Change
from storage.db import now
from storage.deeds import LIFE, Deed
from storage.groups import Group
from storage.meetings import Meeting, lock_meeting
from storage.people import Person

NOUN = re.compile(
    r"^(?:(?:(?:la|le|cette|notre|the|our|this)\s+)?(?:prochaine?\s+|next\s+)?"
    r"(?:r[eé]union|rencontre|s[eé]ance|rdv|rendez-vous|meeting|session|date)|celle|celui|the one|it)\b\s*",
    re.I,
)
# "du 12 au vendredi 13 à 20h": which meeting, and its new moment
BOTH = re.compile(r"^(?P<which>(?:du|de celle du|de|of|from)\s+.+?)\s+(?P<new>(?:au|à|a|pour|to)\s+.+)$", re.I)
# "jeudi au lendemain", "jeudi 12 à vendredi"
DAY_TO_DAY = re.compile(
    rf"^(?P<which>(?:le |the )?(?:{'|'.join(DAY_NUMBER)})(?: \d{{1,2}}(?: [^\W\d_]{{3,}})?)?"
    r"(?:['’]?s (?:meeting|session|date|one))?)\s+"
    r"(?P<new>(?:au|à|a|pour|to)\s+(?:le |la |the )?"
    rf"(?:{'|'.join(DAY_NUMBER)}|lendemain|veille|next day|\d{{1,2}}(?! ?[h:\d])).*)$",
    re.I,
)
SHIFT = re.compile(r"^(?:d['’]|de\s|by\s)", re.I)
TO_WHEN = _("To when? For example: Friday 13 at 20:00, or only the new hour")
NONE_SET = _("No meeting is fixed at the moment. Propose dates with /dates, or write “the next meeting is …”.")


@on.command(
    "decaler",
    "move",
    "deplacer",
    "reporter",
    help=_("move the meeting: /move Friday 13 at 20:00"),
    only="member",
    group=True,
)
@on.phrase(
    "décale",
    "décaler",
    "décalons",
    "on décale",
    "déplace",
    "déplacer",
    "on déplace",
    "reporte",
    "reporter",
    "reportons",
    "on reporte",
    "repousse",
    "repousser",
    "on repousse",
    "change la date",
    "changer la date",
    "on se voit plutôt",
    "on se retrouve plutôt",
    "la réunion passe",
    "la réunion est décalée",
    "la réunion est reportée",
    "move",
    "reschedule",
    "postpone",
    "push it back",
    "push it to",
    "push the meeting",
    "move it",
    "let's rather meet",
    only="member",
    prefix=True,
)
@on.like(
    "il faut déplacer la réunion à vendredi", "on peut mettre la réunion à 20h plutôt",
    "change l'heure de la réunion", "finalement ce sera vendredi à 19h", "on passe la réunion au 19 mars",
    "on repousse d'une semaine", "on commence une demi-heure plus tard", "faut reporter la prochaine réunion",
    "la réunion ne sera pas jeudi mais vendredi", "plutôt 19h30 que 19h pour la réunion",
    "change the time of the meeting to 8pm", "can we push the meeting by a week", "move the meeting to friday",
    "let's do friday instead of thursday", "delay the meeting by half an hour", "put it off by a week",
    "jeudi ne marche plus, on passe à vendredi", "on glisse à la semaine suivante", "mettons ça un autre jour",
    "la date ne va plus, il faut la changer", "thursday no longer works, make it friday",
    "shift it to next week", "another day would be better",
)  # fmt: skip
def move(msg: Message) -> Says:
    which, new = parts(msg.words)
    yield from _wanted(msg, which, new)


@on.phrase(
    "avance",
    "avancer",
    "avançons",
    "on avance",
    "bring forward",
    "bring it forward",
    "bring the meeting forward",
    only="member",
    prefix=True,
)
@on.like(
    "on se voit une heure plus tôt", "la réunion une demi-heure plus tôt", "avance la réunion",
    "on peut avancer la réunion d'une heure", "mettre la réunion plus tôt", "start one hour earlier",
    "make the meeting earlier", "bring the meeting forward",
    "on peut faire ça plus tôt", "une demi-heure plus tôt ce serait mieux", "could we start earlier",
    "let's meet earlier",
)  # fmt: skip
def bring_forward(msg: Message) -> Says:
    """ "avance d'une heure": earlier."""
    which, new = parts(msg.words)
    yield from _wanted(msg, which, f"{new} earlier" if SHIFT.match(new) else new)


def parts(words: str) -> tuple[str, str]:
    """Which meeting is meant ("" for the next one), and the words of its new moment."""
    rest = NOUN.sub("", words.strip(" .!"), count=1)
    both = BOTH.match(rest) or DAY_TO_DAY.match(rest)
    return (both["which"], both["new"]) if both else ("", rest)


def _wanted(msg: Message, which: str, new: str) -> Says:
    group, person = msg.home(), msg.person
    meeting = _named(group, which)
    if meeting is None:
        yield say.reply(_no_such(group))
    elif new:
        yield from _propose(meeting, person, new, msg.private)
    else:
        yield _ask(lines(_now_on(meeting), TO_WHEN), meeting, msg.private)


def _named(group: Group, words: str) -> Meeting | None:
    """The meeting of that day; the next one when no day is said."""
    coming = Meeting.coming_of(group)
    options = read(words, now(), ZoneInfo(group.timezone), "fr").options if words else ()
    if not options:
        return next(iter(coming), None)
    day = options[0].day
    exact = [meeting for meeting in coming if meeting.start.date() == day]
    near = [
        meeting for meeting in coming if options[0].said == "weekday" and meeting.start.weekday() == day.weekday()
    ]
    return next(iter(exact or near), None)


def _no_such(group: Group) -> Sayable:
    coming = Meeting.coming_of(group)
    if not coming:
        return NONE_SET
    shown = [When(meeting.start, short=True) for meeting in coming[:5]]
    return _("No meeting is fixed on that day. These are: {dates}.", dates=shown)


def _now_on(meeting: Meeting) -> Sayable:
    return _("The meeting is on <b>{when}</b>.", when=When(meeting.start))


def _ask(text: Sayable, meeting: Meeting, private: bool) -> say.Say:
    if private:
        return say.ask(told, text, group=meeting.group, meeting=meeting.id)
    return say.reply(lines(text, _("Write it in one go: /move Friday 13 at 20:00")))


@on.answer("mv.told")
def told(msg: Message) -> Says:
    meeting = Meeting.get_or_none(Meeting.id == msg.answers["meeting"])
    if not msg.text.strip() and meeting is not None:
        yield _ask(TO_WHEN, meeting, True)
        return
    yield say.done()
    if meeting is None or meeting.state != "fixed":
        yield say.reply(_("That meeting was cancelled or is over meanwhile: nothing has changed."))
    elif msg.membership is None:
        yield say.reply(_("You are no longer in {group}.", group=msg.home().name))
    else:
        yield from _propose(meeting, msg.person, parts(msg.text)[1], True)


@on.cancel(told)
@on.back(told)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, nothing has changed."))


@on.event("change_reworded")
def reworded(happening: Happening) -> Says:
    """ "plutôt 20h30": the same meeting, another moment."""
    change = happening.about(Change)
    if change.kind == MOVE and change.by is not None and change.meeting is not None:
        words, private = str(happening.facts["words"]), bool(happening.facts["private"])
        yield from _propose(change.meeting, change.by, words, private, change.start)


def _propose(meeting: Meeting, person: Person, new: str, private: bool, before: dt.datetime | None = None) -> Says:
    dates, place = spots.split_place(new)
    before = before or meeting.start
    moment = read_moment(dates, ZoneInfo(meeting.zone), person.language or "fr", before)
    if not moment.dated and place:
        yield say.replay(f"/lieu {place}", meeting.group)
    elif moment.several:
        yield _ask(_("A meeting moves to one date. Which one?"), meeting, private)
    elif moment.trouble is not None or moment.start is None:
        missing = _("That day, at what time?") if moment.day else NO_DATE
        yield _ask(moment.trouble or missing, meeting, private)
    elif moment.start == meeting.start and not place:
        yield say.reply(_("It is on <b>{when}</b> already.", when=When(meeting.start)))
    else:
        if moment.unread:
            yield say.reply(_("I didn't understand “{words}”; look whether the date is right.", words=moment.unread))
        facts = {"length": moment.length, "words": new} | _place(meeting.group, person, place)
        change = Change.want(MOVE, meeting.group, person, meeting, moment.start, **facts)
        yield say.signal("change_wanted", change, private=private)


def _place(group: Group, person: Person, words: str) -> dict[str, Any]:
    spot = spots.read_spot(words, person, group) if words else None
    if spot is None or spot.trouble is not None:
        return {}
    return {"venue": spots.venue_of(group, spot, person)}


# ------------------------------------------------------------------ no meeting after all


@on.command("annulerreunion", "cancelmeeting", only="member", group=True)
@on.phrase(
    "annule la réunion",
    "annuler la réunion",
    "annulons la réunion",
    "on annule la réunion",
    "annule la rencontre",
    "annuler la rencontre",
    "annule la séance",
    "annule la prochaine réunion",
    "annule celle",
    "annule le rendez-vous",
    "la réunion est annulée",
    "pas de réunion",
    "cancel the meeting",
    "cancel our meeting",
    "cancel the next meeting",
    "cancel the one",
    "no meeting",
    only="member",
    prefix=True,
)
@on.like(
    "il faut annuler la réunion de jeudi", "la réunion tombe à l'eau", "on n'aura pas de réunion jeudi",
    "supprime la réunion", "plus de réunion jeudi", "on laisse tomber la réunion de jeudi",
    "la réunion n'aura pas lieu", "annule jeudi", "la rencontre est annulée", "il n'y aura pas de réunion jeudi",
    "call off the meeting", "the meeting is off", "cancel thursday's meeting",
    "there will be no meeting on thursday", "we have to cancel",
    "on ne se verra pas jeudi finalement", "jeudi c'est annulé", "la réunion saute", "faut annuler",
    "we won't be meeting on thursday after all", "thursday is cancelled", "let's scrap the meeting",
)  # fmt: skip
def cancel(msg: Message) -> Says:
    meeting = _named(msg.home(), msg.words)
    if meeting is None:
        yield say.reply(_no_such(msg.home()))
    else:
        change = Change.want(CANCEL, meeting.group, msg.person, meeting, words=msg.words)
        yield say.signal("change_wanted", change, private=msg.private)


# ------------------------------------------------------------------ how long it lasts


@on.phrase(
    "elle dure",
    "la réunion dure",
    "la réunion durera",
    "elle durera",
    "la rencontre dure",
    "durée",
    "the meeting lasts",
    "it lasts",
    only="member",
    prefix=True,
)
@on.like(
    "la réunion durera deux heures", "prévoir 1h30", "la réunion fera 90 minutes", "mets la durée à deux heures",
    "on finit à 21h", "ça dure combien de temps", "the meeting will last two hours", "make it 90 minutes long",
    "change the length to 2 hours", "how long is the meeting",
    "on reste deux heures cette fois", "ça durera trois heures", "prévois deux heures", "on va jusqu'à 22h",
    "let's make it two hours", "it'll take an hour and a half", "we finish at ten",
)  # fmt: skip
def length(msg: Message) -> Says:
    group, minutes = msg.home(), read_length(msg.words)
    meeting = Meeting.next_of(group)
    if meeting is None:
        yield say.reply(NONE_SET)
    elif not msg.seat().may("dates"):
        yield say.reply(
            _("The organizers of {group} set how long a meeting lasts: ask one of them.", group=group.name)
        )
    elif minutes is None or not SHORTEST <= minutes <= LONGEST:
        yield say.reply(_("How long? For example: it lasts 1h30 (between ten minutes and twelve hours)."))
    elif meeting.length != minutes:
        old = meeting.length
        yield from _lengthen(msg, meeting, minutes)
        deed = Deed.create(
            group=group, person=msg.person, kind="length", facts={"meeting": meeting.id, "old": old, "new": minutes}
        )
        yield say.reply(_lasts(meeting, msg.person.language or group.language), say.button(as_before, deed))
    else:
        yield say.reply(_lasts(meeting, msg.person.language or group.language))


def _lengthen(spoken: Message | Tap, meeting: Meeting, minutes: int) -> Says:
    if meeting.last(minutes):
        meeting.length = minutes
        yield say.signal("meeting_moved", meeting, old=meeting.start)  # the same moment: only the card is renewed


@on.tap("mv.length", Deed, _("As before"), only="member")
def as_before(tap: Tap) -> Says:
    """One tap within ten minutes puts the length back (116)."""
    deed = tap.about(Deed)
    if deed.at < now() - LIFE or not deed.take_back():
        yield say.reply(_("That is settled already. “it lasts 2h” changes how long the meeting is."))
    else:
        yield from _put_back(tap, deed)


@on.event("undo_length")
def undo_length(msg: Message) -> Says:
    yield from _put_back(msg, msg.about_card(Deed))


def _put_back(spoken: Message | Tap, deed: Deed) -> Says:
    meeting = lock_meeting(Meeting.get_by_id(deed.facts["meeting"]))
    if not spoken.seat().may("dates") or meeting.length != deed.facts["new"] or not meeting.coming:
        deed.keep()
        yield say.reply(_("That has changed again meanwhile, so I leave it. “journal” shows what was changed."))
        return
    yield from _lengthen(spoken, meeting, int(deed.facts["old"]))
    yield say.reply(_lasts(meeting, spoken.person.language or deed.group.language))


def _lasts(meeting: Meeting, language: str) -> Sayable:
    until = hour(meeting.end, language)
    return _("Noted: the meeting of {when} lasts until {hour}.", when=When(meeting.start), hour=until)

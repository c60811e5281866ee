"""Agenda: ask at any time when and where the next meeting is, and who comes; and all of one's dates."""

from collections.abc import Callable

from handlers.kit import Day, Join, Message, Says, Tap, Text, _, _n, asked, lines, on, say
from handlers.kit.cards import gathering
from handlers.kit.reading import inquiry, spots
from handlers.kit.texts import Sayable, When
from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.people import Person
from storage.polls import DATE, PLACE, Poll
from storage.rhythms import Pause
from storage.rosters import Roster

Facet = Callable[[Meeting], list[Sayable]]
Buttons = list[say.Button]

NO_GROUP = _("You are in no group yet. Use the application link that a group gave you, or write “create a group”.")
NOT_MEMBER = _("That is for the members of {group}. Ask them for their application link.")
PRIVATE = _("Your dates are between us: write “my dates” to me in private.")
SAID = {YES: _("You are coming."), MAYBE: _("You said maybe."), NO: _("You said that you can't come.")}
BRIEF = {YES: _("you are coming"), MAYBE: _("maybe"), NO: _("you can't come"), "": _("not answered yet")}
GROUPS, DATES, NAMES = 5, 5, 8  # shown at once


@on.pattern(inquiry.WHEN, fits=inquiry.aloud)
@on.phrase(*inquiry.WHEN_WORDS)
@on.phrase(
    "on se voit quel jour", "on se voit à quelle heure", "on se retrouve quand", "on se retrouve quel jour",
    "on se retrouve à quelle heure", "quand est-ce qu'on se retrouve", "on se voit quand", "on se revoit quand",
    "on se voit quelle heure", "à quelle heure on commence", "à quelle heure on se voit",
    prefix=True,
)  # fmt: skip
@on.tells
@on.like(
    "c'est quand la prochaine fois", "la réunion est à quelle heure", "on se voit quel jour",
    "elle est quand la prochaine rencontre", "la prochaine rencontre c'est quand", "c'est bien jeudi la réunion",
    "c'est jeudi ou vendredi", "quand est-ce qu'on se voit", "ça commence à quelle heure",
    "il y a une réunion cette semaine", "quand a lieu la réunion", "c'est à quelle heure jeudi",
    "rappelle-moi la date", "quelle est la date de la prochaine", "when is the meeting", "what time on thursday",
    "when are we meeting", "what day is the meeting", "is there a meeting this week", "remind me when it is",
    "when do we meet next", "when's the next one", "at what time do we start", "dis-moi juste l'heure",
    "redonne la date à tout le monde", "rendez-vous à quelle heure jeudi", "on a quelque chose de prévu ce mois-ci",
    "c'est toujours à 19h", "quand déjà", "il reste combien de jours avant la réunion", "remind us when we meet",
    "do we have anything planned this month", "is it still at seven", "just tell me the time",
    "tu te souviens c'est quand qu'on se voit", "quand est-ce déjà", "c'est pour quand", "when is it again",
    "il y a une séance bientôt", "une date de prévue ?", "ça tombe quel jour",
    "c'est prévu pour quand la suite", "la prochaine séance c'est quand", "y a une rencontre bientôt",
    "when's our get-together", "any date yet", "is there something soon", "on a rendez-vous quand",
    "which day are we meeting", "rappelle-moi l'heure du rendez-vous",
)  # fmt: skip
def when(msg: Message) -> Says:
    yield from _answer(msg, _when)


@on.pattern(inquiry.WHERE, fits=inquiry.aloud)
@on.phrase(*inquiry.WHERE_WORDS)
@on.phrase("on se retrouve où", "on se voit où", "où est-ce qu'on se retrouve", prefix=True)
@on.tells
@on.like(
    "c'est où jeudi", "on se voit où jeudi", "où est la réunion", "où on se retrouve", "c'est à quel endroit",
    "quelle est l'adresse", "donne-moi l'adresse", "où ça se passe", "le lieu c'est où", "on se retrouve où",
    "rappelle-moi l'adresse", "dans quel café", "where do we meet", "where's the meeting", "what's the address",
    "where is it happening", "what's the venue", "which place", "remind me where it is",
    "c'est quoi le nom du café", "le nom du bar déjà", "comment on y va", "c'est dans quel quartier",
    "le lieu est confirmé", "je suis perdu c'est où", "what's the name of the café", "how do I get there",
    "which café is it", "where's that again", "où déjà", "where was it again",
    "on a rendez-vous où", "rappelle-moi le lieu", "le lieu du rendez-vous",
    "c'est quoi le lieu de la prochaine rencontre", "où est le rendez-vous", "il faut aller où",
    "envoie le plan", "where am I supposed to go", "where exactly", "the location please",
    "remind me of the place", "c'est où le rendez-vous de jeudi",
)  # fmt: skip
def where(msg: Message) -> Says:
    yield from _answer(msg, _where)


@on.pattern(inquiry.WHO, fits=inquiry.aloud)
@on.phrase(*inquiry.WHO_WORDS)
@on.tells
@on.like(
    "qui vient jeudi", "qui a répondu", "qui sera là jeudi", "qui participe à la réunion", "qui vient finalement",
    "qui a dit oui", "il y aura qui", "il y a qui jeudi", "Zoé vient", "est-ce que Karim vient", "qui ne vient pas",
    "who's in", "who is coming on thursday", "who said yes", "who will be at the meeting", "is Karim coming",
    "who has answered", "il y aura qui jeudi", "who else will be there", "qui d'autre vient",
    "il y a du monde jeudi", "qui est inscrit", "qui est de la partie", "Ana sera là ?", "who's signed up",
    "will Ana be there", "which people are coming",
)  # fmt: skip
def who(msg: Message) -> Says:
    yield from _answer(msg, _who)


def _answer(msg: Message, facet: Facet) -> Says:
    if not msg.private:
        yield from _in_group(msg, facet)
        return
    groups = [msg.group] if msg.group else [seat.group for seat in Membership.all_of(msg.person)]
    if not groups:
        yield say.reply(NO_GROUP)
    elif len(groups) == 1:
        yield _about(msg.person, groups[0], facet)
    else:
        yield _overview(msg.person, groups, facet)
    yield from asked.again(msg.address)


def _in_group(msg: Message, facet: Facet) -> Says:
    """In the group's chat: the same, without anything personal."""
    if msg.group is None:
        return
    if msg.membership is None:
        yield say.reply(NOT_MEMBER.given(group=msg.group.name))
        return
    meeting = Meeting.next_of(msg.group)
    yield say.reply(lines(*facet(meeting)) if meeting else _none(msg.group, msg.person)[0])


# ------------------------------------------------------------------ one group


def _about(person: Person, group: Group, facet: Facet) -> say.Tell:
    """What is asked, one's own answer, and the buttons to give it."""
    meeting = Meeting.next_of(group)
    if meeting is None:
        why, buttons = _none(group, person)
        return say.tell(person, why, *buttons, group=group)
    said = Attendance.of(meeting, person)
    text = lines(*facet(meeting), _own(said))
    return say.tell(person, text, *_buttons(meeting, said), group=group)


def _own(said: Attendance | None) -> Text:
    if said is not None and said.answer == YES and said.waits_since is not None:
        return _("You are on the waiting list: I'll write as soon as there is a seat.")
    return SAID.get(said.answer if said else "", _("And you, are you coming?"))


def _buttons(meeting: Meeting, said: Attendance | None) -> Buttons:
    if said is not None and said.answer:
        return [say.button(on.tapped("cl.file"), meeting)]
    return [say.button(on.tapped(code), meeting) for code in ("at.yes", "at.maybe", "at.no")]


def _when(meeting: Meeting) -> list[Sayable]:
    head = _("The next meeting: <b>{when}</b>.", when=gathering.when(meeting))
    if meeting.starts_at <= now():
        head = _("It is on right now: <b>{when}</b>.", when=gathering.when(meeting))
    coming = Roster.of(meeting).chairs
    count = [_n("{n} person is coming so far.", "{n} people are coming so far.", n=coming)] if coming else []
    return [head, _place(meeting), *count]


def _where(meeting: Meeting) -> list[Sayable]:
    link = spots.map_of(meeting.venue) if meeting.venue else ""
    told: list[Sayable] = [_place(meeting)]
    told += [_("Map: {link}", link=link)] if link else []
    return [*told, _("It is on {when}.", when=gathering.when(meeting))]


def _place(meeting: Meeting) -> Sayable:
    """The place, the video room, both; or how it will be known."""
    if where := gathering.where(meeting):
        return where
    if Poll.open_of(meeting.group, PLACE):
        return _("The place is being voted on: write “vote” to have your say.")
    return _("The place is not chosen yet.")


def _who(meeting: Meeting) -> list[Sayable]:
    roster = Roster.of(meeting)
    told: list[Sayable] = [_("For <b>{when}</b>:", when=gathering.moment(meeting))]
    for sentence, rows in (
        (_("Coming ({n}): {names}", n=roster.chairs), roster.coming),
        (_("Waiting list: {names}"), roster.waiting),
        (_("Maybe: {names}"), roster.maybe),
    ):
        told += [sentence.given(names=gathering.named(rows, NAMES))] if rows else []
    return told if len(told) > 1 else [*told, _("Nobody has said yes yet.")]


# ------------------------------------------------------------------ no date


def _none(group: Group, person: Person) -> tuple[Text, Buttons]:
    """Why there is no date, and what one can do about it."""
    if pause := Pause.current(group):
        return _("We are on a break: back on {day}.", day=Day(pause.until)), []
    if polls := Poll.open_of(group, DATE):
        return _voting(polls[0]), [say.button(vote, polls[0])]
    propose = [say.button(dates, group)]
    charge = next(iter(group.in_charge()), None)
    if charge is None:
        return _("No date is set yet. You may propose some."), propose
    if charge.id == person.id:
        return _("No date is set yet, and the next one is in your hands."), propose
    return _("No date is set yet. {name} looks after it, and you may propose some too.", name=charge.name), propose


def _voting(poll: Poll) -> Text:
    if poll.closes_at is None:
        return _("No date is set yet: the vote is open.")
    return _("No date is set yet: the vote is open until {moment}.", moment=poll.closes_at)


@on.tap("ag.vote", Poll, _("Vote"), only="member")
def vote(tap: Tap) -> Says:
    yield say.replay("voter", tap.home())


@on.tap("ag.dates", Group, _("Propose dates"), only="member")
def dates(tap: Tap) -> Says:
    yield say.replay("/dates", tap.home())


# ------------------------------------------------------------------ several groups


def _overview(person: Person, groups: list[Group], facet: Facet) -> say.Tell:
    """A line a group, and a button for more about each."""
    found = [(group, Meeting.next_of(group)) for group in groups]
    found.sort(key=lambda pair: (pair[1] is None, pair[1].starts_at if pair[1] else now()))
    shown = found[:GROUPS]
    told: list[Sayable] = [_line(group, meeting, facet) for group, meeting in shown]
    buttons = [say.button(show_group, group, _("{group}", group=group.name)) for group, _meeting in shown]
    return say.tell(person, lines(*told, _more(len(found) - len(shown)), _("For more, choose a group:")), *buttons)


def _line(group: Group, meeting: Meeting | None, facet: Facet) -> Text:
    if meeting is None:
        return _line_without(group)
    facts = {"group": group.name, "when": When(meeting.start, short=True)}
    if facet is _who:
        n = Roster.of(meeting).chairs
        return _n("<b>{group}</b>, {when}: {n} coming", "<b>{group}</b>, {when}: {n} coming", n=n, **facts)
    if place := meeting.where():
        return _("<b>{group}</b>: {when}, {place}", place=place, **facts)
    return _("<b>{group}</b>: {when}", **facts)


def _line_without(group: Group) -> Text:
    if pause := Pause.current(group):
        return _("<b>{group}</b>: on a break, back on {day}", group=group.name, day=Day(pause.until))
    if Poll.open_of(group, DATE):
        return _("<b>{group}</b>: the vote on the date is open", group=group.name)
    return _("<b>{group}</b>: no date yet", group=group.name)


def _more(rest: int) -> Text | None:
    return _n("… and {n} more", "… and {n} more", n=rest) if rest > 0 else None


@on.tap("ag.group", Group, _("The next meeting"), only="member")
def show_group(tap: Tap) -> Says:
    yield _about(tap.person, tap.about(Group), _when)


# ------------------------------------------------------------------ my dates


@on.command("mesdates", "mydates", help=_("your next meetings, and what you answered"), word=_("my dates"))
@on.phrase(
    "mes dates",
    "mes réunions",
    "mes prochaines dates",
    "mes prochaines réunions",
    "mes rendez-vous",
    "my dates",
    "my meetings",
    "my next meetings",
)
@on.tells
@on.like(
    "c'est quoi mes prochains rendez-vous", "quand est-ce que j'ai réunion", "quelles sont mes réunions",
    "mes dates à venir", "toutes mes dates", "what are my next dates", "when are my meetings",
    "show my upcoming meetings", "j'ai quelque chose de prévu avec le groupe", "à quoi je suis inscrit",
    "where am I expected", "what have I signed up for",
    "mes prochains rdv", "je suis attendu quand", "tout ce que j'ai de prévu", "anything coming up for me",
    "any meetups coming up", "what's in the diary for me",
)  # fmt: skip
def mine(msg: Message) -> Says:
    if not msg.private:
        yield say.reply(PRIVATE)
        return
    seats = Membership.all_of(msg.person)
    coming = [meeting for seat in seats for meeting in Meeting.coming_of(seat.group)]
    coming.sort(key=lambda meeting: meeting.starts_at)
    if not seats:
        yield say.reply(NO_GROUP)
    elif not coming and len(seats) == 1:
        yield _about(msg.person, seats[0].group, _when)
    elif not coming:
        yield _overview(msg.person, [seat.group for seat in seats], _when)
    else:
        yield _dates(msg.person, coming, len(seats) > 1)
    yield from asked.again(msg.address)


def _dates(person: Person, coming: list[Meeting], named: bool) -> say.Tell:
    """The dates with one's answers, buttons for those that have none, and the way to one's own calendar."""
    answers = {meeting.id: _given(meeting, person) for meeting in coming[:DATES]}
    told = [_date(meeting, answers[meeting.id], named) for meeting in coming[:DATES]]
    open_ = [meeting for meeting in coming[:DATES] if not answers[meeting.id]]
    buttons = [say.button(show, meeting, _("{when}", when=When(meeting.start, short=True))) for meeting in open_[:2]]
    text: Join = lines(
        _("Your next dates:"),
        *told,
        _more(len(coming) - DATES),
        _("To answer, choose a date:") if open_ else None,
    )
    return say.tell(person, text, *buttons, say.button(on.tapped("cl.mine")))


def _given(meeting: Meeting, person: Person) -> str:
    said = Attendance.of(meeting, person)
    return said.answer if said else ""


def _date(meeting: Meeting, answer: str, named: bool) -> Text:
    facts = {"when": When(meeting.start, short=True), "answer": BRIEF[answer]}
    if named:
        return _("• {when}, <b>{group}</b>: {answer}", group=meeting.group.name, **facts)
    return _("• {when}: {answer}", **facts)


@on.tap("ag.meet", Meeting, _("Answer"), only="member")
def show(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if not meeting.coming:
        yield say.reply(_("This meeting is over or cancelled. Write “my dates” to see what comes."))
        return
    said = Attendance.of(meeting, tap.person)
    buttons = [say.button(on.tapped(code), meeting) for code in ("at.yes", "at.maybe", "at.no")]
    head = _("<b>{when}</b>", when=When(meeting.start, end=meeting.end))
    yield say.tell(tap.person, lines(head, _place(meeting), _own(said)), *buttons, group=meeting.group)

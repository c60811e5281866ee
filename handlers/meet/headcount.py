"""Head-count: who books the table learns how many are sure and how many to expect; too few is asked (36, 37)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Says, Tap, _, _n, lines, on, say
from handlers.kit.cards import gathering
from handlers.kit.cards.reminders import bells
from handlers.kit.texts import Sayable
from storage.db import now
from storage.meetings import Meeting
from storage.noise import QUIET_FROM, quiet_until, zone_of
from storage.people import Person
from storage.rhythms import Pause, Rhythm
from storage.rosters import Expected, Roster

ANSWERS = dt.timedelta(hours=2)  # that people have, after the question of the day before
BEFORE = dt.timedelta(hours=3)  # the latest moment at which a table can still be changed
TABLE = 9  # from so many on, one conversation becomes two
NO_DATE = _("No date is set yet: propose some by writing “dates”.")


@on.event("meeting_fixed", "meeting_moved", "meeting_revived", "reminders_changed")
def plan(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield say.never(tell, meeting)
    if (at := moment_of(meeting)) > now():
        yield say.later(tell, meeting, at)


@on.event("meeting_cancelled")
def drop(happening: Happening) -> Says:
    yield say.never(tell, happening.about(Meeting))


def moment_of(meeting: Meeting) -> dt.datetime:
    """After the answers of the day before: two hours later, else the next morning, else three hours before."""
    zone = meeting.start.tzinfo
    place = zone_of(None, meeting.group)
    asked = [bell.at[0] for bell in bells(meeting, place) if bell.asks]
    at = asked[-1] + ANSWERS if asked else meeting.starts_at - BEFORE
    if at.astimezone(zone).time() >= QUIET_FROM:
        morning = dt.datetime.combine(at.astimezone(zone).date() + dt.timedelta(days=1), dt.time(9), zone)
        evening = dt.datetime.combine(at.astimezone(zone).date(), dt.time(20, 45), zone)
        at = morning if morning <= meeting.start - BEFORE else evening
    return at.astimezone(dt.UTC)


@on.due("hc.tell", Meeting)
def tell(due: Due) -> Says:
    meeting = due.about(Meeting)
    booker = gathering.booker(meeting)
    if not meeting.coming or now() >= meeting.starts_at or booker is None or Pause.current(meeting.group):
        return
    at = quiet_until(now(), zone_of(booker, meeting.group), None)
    how = {"at": at if at and at < meeting.starts_at else None, "until": meeting.starts_at, "template": "reminder"}
    once = gathering.personal(meeting, booker, f"{meeting.wall}:count")
    yield say.tell(booker, count(meeting), *gathering.links(meeting)[:-1], group=meeting.group, once=once, **how)
    yield from _too_few(meeting)


# ------------------------------------------------------------------ the count


@on.phrase(
    "combien on sera", "combien on est", "combien serons-nous", "on sera combien", "combien viennent",
    "combien de personnes viennent", "combien de monde", "on est combien", "how many are coming",
    "how many are we", "how many people are coming", "head count", "headcount", only="member",
)  # fmt: skip
@on.command(
    "combien", "howmany", only="member", group=True, help=_("how many you will be"), word=_("how many are we")
)
@on.tells
@on.like(
    "on sera combien jeudi", "combien on est pour jeudi", "combien de personnes ont dit oui",
    "combien sont inscrits", "ils sont combien à venir", "ça fait combien de monde", "combien de participants",
    "how many of us on thursday", "how many said yes", "how many will we be", "how many people for thursday",
    "on attend combien de personnes", "y a combien d'inscrits", "what's the headcount",
    "how big will the group be", "combien de places je réserve",
)  # fmt: skip
def how_many(msg: Message) -> Says:
    meeting = Meeting.next_of(msg.home())
    if meeting is None:
        yield say.reply(NO_DATE)
    else:
        yield say.reply(count(meeting))


def count(meeting: Meeting) -> Sayable:
    """The sure ones, the announced ones, and what the last meetings teach."""
    roster = Roster.of(meeting)
    return lines(
        _("<b>{when}</b>", when=gathering.moment(meeting)),
        _n("{n} seat is taken, guests included;", "{n} seats are taken, guests included;", n=roster.chairs),
        _n("{n} of them has confirmed.", "{n} of them have confirmed.", n=roster.sure),
        _n("{n} person says maybe.", "{n} people say maybe.", n=len(roster.maybe)) if roster.maybe else None,
        _n("{n} person waits for a seat.", "{n} people wait for a seat.", n=len(roster.waiting))
        if roster.waiting
        else None,
        _expected(Expected.at(meeting.group)),
        _crowd(roster),
    )


def _expected(known: Expected | None) -> Sayable:
    if known is None:
        return _("No history yet: after your first meetings I'll tell how many to expect.")
    if known.of == 1:
        return _n("Last time, {n} person came.", "Last time, {n} people came.", n=known.low)
    return _(
        "Expect {low} to {high}: at the last {of} meetings {mean} came on average, give or take {spread}.",
        low=known.low,
        high=known.high,
        of=known.of,
        mean=_decimal(known.mean),
        spread=_decimal(known.spread),
    )


def _decimal(value: float) -> Sayable:
    whole, tenth = divmod(round(value * 10), 10)
    return _("{whole}.{tenth}", whole=whole, tenth=tenth) if tenth else _("{whole}", whole=whole)


def _crowd(roster: Roster) -> Sayable | None:
    """Above a table's size (37): two tables, two hot seats."""
    full = roster.meeting.capacity is not None and roster.waiting
    if roster.chairs < TABLE and not full:
        return None
    return _("That is many for one conversation: think of two tables, with a hot seat at each.")


# ------------------------------------------------------------------ too few


def _too_few(meeting: Meeting) -> Says:
    """Below the quorum on the eve: whoever is in charge decides; nobody else is worried."""
    roster, quorum = Roster.of(meeting), Rhythm.of(meeting.group).quorum
    animator = next(iter(meeting.group.in_charge()), None)
    if animator is None or roster.chairs >= quorum:
        return
    text = lines(
        _n("So far only {n} person comes on <b>{when}</b>.", "So far only {n} people come on <b>{when}</b>.",
           n=roster.chairs, when=gathering.moment(meeting)) if roster.chairs
        else _("So far nobody comes on <b>{when}</b>.", when=gathering.moment(meeting)),
        _("You usually meet from {n} on. What do you want to do?", n=quorum),
    )  # fmt: skip
    taps = [say.button(function, meeting) for function in (keep, move, cancel)]
    at = quiet_until(now(), zone_of(animator, meeting.group), None)
    how = {"at": at if at and at < meeting.starts_at else None, "until": meeting.starts_at, "template": "reminder"}
    once = gathering.personal(meeting, animator, f"{meeting.wall}:few")
    yield say.tell(animator, text, *taps, group=meeting.group, once=once, **how)


@on.tap("hc.keep", Meeting, _("Keep it"), only="organizer")
def keep(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if meeting.coming:
        yield say.reply(_("It stays: {when}. Small groups have the best talks.", when=gathering.moment(meeting)))
    else:
        yield say.reply(gathering.too_late(meeting))


@on.tap("hc.move", Meeting, _("Another date"), only="organizer")
def move(tap: Tap) -> Says:
    yield from _lead_to(tap, "décale la réunion")


@on.tap("hc.cancel", Meeting, _("Cancel it"), only="organizer")
def cancel(tap: Tap) -> Says:
    yield from _lead_to(tap, "annule la réunion")


def _lead_to(tap: Tap, words: str) -> Says:
    """There, it is read back and confirmed."""
    meeting = tap.about(Meeting)
    if meeting.coming:
        yield say.done()  # these words answer no question that happens to be open
        yield say.replay(words, tap.home())
    else:
        yield say.reply(gathering.too_late(meeting))


# ------------------------------------------------------------------ who books the table


@on.phrase(
    "je réserve la table", "je réserve", "je m'occupe de la table", "je m'occupe de réserver",
    "je m'occupe de la réservation", "je fais la réservation", "I book the table", "I'll book the table",
    "I will book the table", "I'll book", only="member",
)  # fmt: skip
@on.like(
    "je m'occupe de réserver la table pour jeudi", "je peux réserver le resto", "c'est moi qui réserve",
    "je réserve pour nous", "je vais appeler pour réserver", "I can book the table",
    "I'll take care of the booking", "I'm booking the restaurant",
    "je passe un coup de fil au resto", "c'est bon je m'occupe du resto", "I'll call the restaurant",
    "leave the table to me",
)  # fmt: skip
def book(msg: Message) -> Says:
    meeting = Meeting.next_of(msg.home())
    if meeting is None:
        yield say.reply(NO_DATE)
    elif meeting.book(msg.person) or meeting.booked_by_id == msg.person.id:
        yield from _booked(meeting, msg.person)
    else:
        name = gathering.first_name(meeting.booked_by) if meeting.booked_by else _("Somebody")
        yield say.reply(_("{name} sees to it already. Thank you all the same!", name=name))


def _booked(meeting: Meeting, person: Person) -> Says:
    at = moment_of(meeting)
    later = _("I'll tell you how many you are, once everyone has confirmed.") if at > now() else None
    thanks = _("Thank you {name}! You book the table for {when}.", name=gathering.first_name(person),
               when=gathering.moment(meeting))  # fmt: skip
    yield say.reply(lines(thanks, later, count(meeting)), say.button(unbook, meeting))
    yield say.signal("did", meeting, what="own", press="hc.unbook")


@on.tap("hc.unbook", Meeting, _("I don't, after all"), only="member")
def unbook(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if meeting.book(None, instead_of=tap.person):
        yield say.reply(_("All right, somebody else may do it: “I book the table” is enough."))
        yield say.signal("taken_back", meeting, press="hc.unbook")
    else:
        yield say.reply(_("You weren't booking it."))

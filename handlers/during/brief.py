"""The brief: two days before, whoever is next in the hot seat gets ready with three questions (46)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Says, Tap, Text, _, lines, names, on, paragraphs, say
from handlers.kit.cards import hot_seats
from storage.db import now
from storage.groups import Group, Membership
from storage.hotseats import HotSeat, queue
from storage.meetings import Attendance, Meeting
from storage.noise import civil_time, quiet_until, zone_of
from storage.people import Person
from storage.rhythms import Pause

BEFORE = dt.timedelta(days=2)
SETTLING = dt.timedelta(hours=1)  # for answers to come, when a date is fixed less than two days ahead
TOO_LATE = dt.timedelta(hours=1)  # before the start nobody gets ready any more
LONGEST = 1000  # signs of an answer

PROBLEM = _("1/3 In about three lines: what is your problem?")
TRIED = _("2/3 What have you tried already?")
REQUEST = _("3/3 What do you ask of the group, precisely? For example: “How do I announce a higher price?”")
ONLY_WORDS = _("I only read words: write it in a few sentences, or “skip”.")
SKIPS = {"passer", "passe", "skip", "-"}


@on.event("meeting_fixed", "meeting_moved", "meeting_revived")
def plan(happening: Happening) -> Says:
    meeting = happening.about(Meeting)
    yield say.never(remind, meeting)
    if meeting.coming:
        yield say.later(remind, meeting, _at(meeting))


def _at(meeting: Meeting) -> dt.datetime:
    """Two days before, by day; or in an hour, when that has passed."""
    zone = zone_of(None, meeting.group)
    at = civil_time(meeting.starts_at - BEFORE, zone)
    soon = now() + SETTLING
    return at if at > now() else quiet_until(soon, zone, None) or soon


@on.due("br.remind", Meeting)
def remind(due: Due) -> Says:
    meeting = due.about(Meeting)
    if _soon(meeting, BEFORE + dt.timedelta(hours=12)):
        yield from _call(meeting)
        yield say.signal("hot_seat_eve", meeting)


@on.event("answered", "withdrew", "queue_changed")
def again(happening: Happening) -> Says:
    """Somebody comes, doesn't come or lets pass: whoever is next now gets the brief, once."""
    record = happening.record
    meeting = record.meeting if isinstance(record, Attendance) else record
    if not isinstance(meeting, Meeting):
        return
    if isinstance(record, Attendance) and not record.seated:
        _let_go(meeting, record.person)
    if _soon(meeting, BEFORE) or HotSeat.planned_for(meeting):
        yield from _call(meeting)


@on.event("hot_seat_given")
def given(happening: Happening) -> Says:
    """Somebody changed places with who was told already."""
    seat = happening.about(HotSeat)
    if seat.meeting is not None:
        yield _invite(seat, seat.meeting)


def _soon(meeting: Meeting, ahead: dt.timedelta) -> bool:
    left = meeting.starts_at - now()
    return meeting.state == "fixed" and TOO_LATE < left <= ahead and Pause.current(meeting.group) is None


def _let_go(meeting: Meeting, person: Person) -> None:
    """Who doesn't come any more makes room; what they prepared is kept."""
    seat = HotSeat.open_of(meeting.group, person)
    if seat is not None and seat.state == "planned" and seat.meeting_id == meeting.id:
        seat.release()


def _call(meeting: Meeting) -> Says:
    """Tell those whose turn it is, as things stand now."""
    comers = hot_seats.coming(meeting)
    for person in queue(meeting.group, comers, meeting)[: hot_seats.seats_of(meeting.group, comers)]:
        seat = HotSeat.prepare(meeting.group, person)
        if seat.plan_for(meeting):
            yield _invite(seat, meeting)


def _invite(seat: HotSeat, meeting: Meeting) -> say.Say:
    theirs = _("🪑 <b>The hot seat is yours on {when}.</b>", when=hot_seats.moment(meeting))
    ready = _("The group listens to you and advises you. Three questions help you to get ready, in five minutes.")
    if seat.prepared:
        ready = _("You have prepared it already; you can still change your answers.")
    return say.tell(
        seat.person,
        lines(theirs, ready),
        say.button(begin, seat),
        say.button(on.tapped("hq.pass"), seat),
        group=seat.group,
        at=quiet_until(now(), zone_of(seat.person, seat.group), None),
        until=meeting.starts_at,
        template="reminder",
    )


# ------------------------------------------------------------------ three questions


@on.phrase(
    "je prépare mon hot seat",
    "préparer mon hot seat",
    "préparer le hot seat",
    "mon hot seat",
    "prepare my hot seat",
    "my hot seat",
    only="member",
)
@on.like(
    "je voudrais préparer mon passage", "comment préparer mon hot seat", "préparer mon sujet pour jeudi",
    "help me prepare my hot seat", "prepare my turn", "aide-moi à préparer mon passage",
    "je prépare mon passage de jeudi", "I'd like to prepare for thursday's hot seat",
    "je veux préparer ma question pour le hot seat", "c'est moi qui passe jeudi, on prépare",
    "I'm on the hot seat next, help me get ready",
)  # fmt: skip
def prepare(msg: Message) -> Says:
    yield _ask_problem(HotSeat.prepare(msg.home(), msg.person))


@on.tap("br.begin", HotSeat, _("I get ready"), only="self")
def begin(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    if seat.state in ("waiting", "planned"):
        yield _ask_problem(seat)
    else:
        yield say.reply(_("That hot seat is over. “my hot seat” prepares the next one."))


def _ask_problem(seat: HotSeat, before: Text | None = None) -> say.Say:
    text = lines(before or _("I show your answers to nobody but you."), PROBLEM, _now(seat.problem))
    return say.ask(problem, text, say.button(skip_problem, seat), group=seat.group, seat=seat.id)


def _ask_tried(seat: HotSeat, before: Text | None = None) -> say.Say:
    text = lines(before, TRIED, _now(seat.tried))
    return say.ask(tried, text, say.button(skip_tried, seat), group=seat.group, seat=seat.id)


def _ask_request(seat: HotSeat, before: Text | None = None) -> say.Say:
    text = lines(before, REQUEST, _now(seat.request))
    return say.ask(request, text, say.button(skip_request, seat), group=seat.group, seat=seat.id)


def _now(words: str) -> Text | None:
    return _("Written so far: “{words}”", words=words) if words else None


@on.answer("br.problem")
def problem(msg: Message) -> Says:
    seat = _seat(msg)
    if words := _words(msg):
        seat.note(problem=words)
    yield _ask_tried(seat) if words or _skips(msg) else _ask_problem(seat, ONLY_WORDS)


@on.answer("br.tried")
def tried(msg: Message) -> Says:
    seat = _seat(msg)
    if words := _words(msg):
        seat.note(tried=words)
    yield _ask_request(seat) if words or _skips(msg) else _ask_tried(seat, ONLY_WORDS)


@on.answer("br.request")
def request(msg: Message) -> Says:
    seat = _seat(msg)
    if words := _words(msg):
        seat.note(request=words)
    if words or _skips(msg):
        yield from _ready(seat)
    else:
        yield _ask_request(seat, ONLY_WORDS)


def _seat(msg: Message) -> HotSeat:
    return HotSeat.get_by_id(int(msg.answers["seat"]))


def _words(msg: Message) -> str:
    return "" if _skips(msg) else msg.text.strip()[:LONGEST]


def _skips(msg: Message) -> bool:
    return msg.text.strip(" .!").lower() in SKIPS


@on.tap("br.skip1", HotSeat, _("Skip"), only="self")
def skip_problem(tap: Tap) -> Says:
    yield _ask_tried(tap.about(HotSeat))


@on.tap("br.skip2", HotSeat, _("Skip"), only="self")
def skip_tried(tap: Tap) -> Says:
    yield _ask_request(tap.about(HotSeat))


@on.tap("br.skip3", HotSeat, _("Skip"), only="self")
def skip_request(tap: Tap) -> Says:
    yield from _ready(tap.about(HotSeat))


@on.back(tried)
def back_to_problem(msg: Message) -> Says:
    yield _ask_problem(_seat(msg))


@on.back(request)
def back_to_tried(msg: Message) -> Says:
    yield _ask_tried(_seat(msg))


@on.cancel(problem)
@on.cancel(tried)
@on.cancel(request)
def stop(msg: Message) -> Says:
    yield from _ready(_seat(msg))


def _ready(seat: HotSeat) -> Says:
    yield say.done()
    kept = hot_seats.brief(seat)
    if kept is None:
        yield say.reply(_("Nothing is written: you can tell it as it comes. “my hot seat” asks me again."))
        return
    ready = _("Kept, for you alone. I give it back to you when the hot seat begins:")
    yield say.tell(seat.person, paragraphs(ready, kept), say.button(begin, seat, _("Change")), group=seat.group)


@on.event("hot_seat_started")
def give_back(happening: Happening) -> Says:
    """It begins: their own words, before their eyes alone."""
    seat = happening.about(HotSeat)
    if kept := hot_seats.brief(seat):
        name = names.first(seat.person)
        prepared = _("It is your turn, {name}. You had prepared:", name=name)
        yield say.tell(seat.person, paragraphs(prepared, kept), group=seat.group)


@on.event("gone")
def left(happening: Happening) -> Says:
    """Somebody left the group: their turn goes to the next."""
    membership = happening.about(Membership)
    yield from _forget(membership.group, membership.person)


def _forget(group: Group, person: Person) -> Says:
    seat = HotSeat.open_of(group, person)
    meeting = seat.meeting if seat is not None and seat.state == "planned" else None
    if seat is not None:
        seat.drop()
    if meeting is not None:
        yield say.signal("queue_changed", meeting)

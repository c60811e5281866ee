"""Next date: from the closing card to a vote, a date that is fixed, or "not before" a given day (60; M04, V11)."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from handlers.kit import Day, Due, Message, Says, Tap, Text, _, on, say
from handlers.kit.cards import closing, evening
from handlers.kit.reading import cadence
from handlers.kit.reading.days import read_day
from storage.db import now
from storage.deeds import Deed
from storage.groups import Group, lock_group
from storage.people import Person
from storage.polls import DATE, Choice, Poll
from storage.rhythms import Pause, Rhythm, Watch
from storage.sessions import Session

LONGEST = dt.timedelta(days=366)
A_DAY = dt.timedelta(days=1)  # for the rhythm's dates to be proposed, before the watchdog asks
WHEN = _("When? In your own words, for example: Thursday 12:30, or the 14th at 19:30")
AT = _("When is it? For example: Thursday 12 at 19:30 at the Café des Arts")
UNTIL = _("Not before which day? For example “15 April” or “in 3 weeks”. Until then I leave you in peace.")
IN_PRIVATE = _("I'm asking you in private.")


# ------------------------------------------------------------------ a vote


@on.tap("cl.dates", Session, _("Dates to vote"), only="member")
def dates(tap: Tap) -> Says:
    session = tap.about(Session)
    if refusal := _refusal(tap, session):
        yield say.reply(refusal)
    elif Rhythm.of(session.group).settled:
        rhythm = Rhythm.of(session.group)
        poll = Poll.draft(session.group, tap.person, DATE, length=rhythm.length, quorum=rhythm.quorum)
        yield say.later(usual, poll, now())
        yield say.reply(_("I put your usual days to the vote: the card is on its way."))
    else:
        yield from _ask_dates(session.group, tap.person)
        yield say.toast(IN_PRIVATE)


def _ask_dates(group: Group, person: Person) -> Says:
    Poll.draft(group, person)
    yield say.ask(on.load().asked["pr.said"].function, WHEN, group=group, person=person)


@on.due("cl.usual", Poll)
def usual(due: Due) -> Says:
    """The days of the group's rhythm are voted on at once; holidays are looked up here, where it may take long."""
    poll = due.about(Poll)
    lock_group(poll.group)
    if poll.state != "draft":
        return
    if Poll.open_of(poll.group, DATE):
        poll.cancel()
        return
    for start in cadence.coming(poll.group):
        Choice.date(poll, start, poll.length)
    if poll.choices():
        yield say.signal("poll_ready", poll)
    elif poll.asked_by is not None:
        yield from _ask_dates(poll.group, poll.asked_by)


@on.tap("cl.fix", Session, _("Fix a date"), only="member")
def fix(tap: Tap) -> Says:
    session = tap.about(Session)
    if refusal := _refusal(tap, session):
        yield say.reply(refusal)
    else:
        yield say.ask(on.load().asked["fx.told"].function, AT, group=session.group)
        yield say.toast(IN_PRIVATE)


def _refusal(tap: Tap, session: Session) -> Text | None:
    """Why nothing is asked: it is over, they weren't there, or the date is settled."""
    if closing.ended(session):
        return closing.OVER
    if not closing.may(session, tap):
        return closing.NOT_HERE
    return _settled(session)


def _settled(session: Session) -> Text | None:
    if session.skip_until is not None and closing.next_meeting(session) is None:
        return None  # they change their mind: a date after all
    return _("That is settled already: look at the closing card.") if closing.settled(session) else None


# ------------------------------------------------------------------ not before a given day


@on.tap("cl.skip", Session, _("Not before …"), only="member")
def skip(tap: Tap) -> Says:
    session = tap.about(Session)
    if refusal := _refusal(tap, session):
        yield say.reply(refusal)
    else:
        yield _ask_day(session)
        yield say.toast(IN_PRIVATE)


def _ask_day(session: Session, text: Text = UNTIL) -> say.Say:
    buttons = [say.button(length, session) for length in LENGTHS]
    return say.ask(until, text, *buttons, group=session.group, session=session.id)


def _length(code: str, label: Text, days: int) -> Callable[[Tap], Says]:
    @on.tap(f"cl.{code}", Session, label, only="member")
    def choose(tap: Tap) -> Says:
        session = tap.about(Session)
        if refusal := _refusal(tap, session):
            yield say.reply(refusal)
        else:
            yield from _skip(session, _today(session.group) + dt.timedelta(days=days))

    return choose


LENGTHS = [
    _length("w3", _("In three weeks"), 21),
    _length("w6", _("In six weeks"), 42),
    _length("w12", _("In three months"), 91),
]


@on.answer("cl.until")
def until(msg: Message) -> Says:
    session = Session.get_or_none(Session.id == msg.answers.get("session", 0))
    if session is None or closing.ended(session) or msg.membership is None:
        yield say.done()
        yield say.reply(closing.OVER)
        return
    today = _today(session.group)
    day = read_day(msg.text, today, msg.person.language or "fr") if msg.text.strip() else None
    if day is None:
        yield _ask_day(session, _("I found no day in that. For example “15 April”, “in 3 weeks”, or choose:"))
    elif not today < day <= today + LONGEST:
        yield _ask_day(session, _("Which day to come, within a year? For example “15 April”:"))
    else:
        yield from _skip(session, day)


@on.back(until)
@on.cancel(until)
def no_skip(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right: dates to vote, or a date to fix, then."))


def _today(group: Group) -> dt.date:
    return now().astimezone(ZoneInfo(group.timezone)).date()


def _skip(session: Session, day: dt.date) -> Says:
    """Kept, and nobody asks for a date before that morning."""
    session.skip(day)
    at = dt.datetime.combine(day, dt.time(9, 30), ZoneInfo(session.group.timezone)).astimezone(dt.UTC)
    if watch := Watch.over(session.group):
        watch.hush(at + A_DAY if Rhythm.of(session.group).settled else at)
    yield say.never(resume, session)
    yield say.later(resume, session, at)
    yield say.done()
    yield say.reply(_("Noted: no date before {day}. I come back to it that morning.", day=Day(day)))
    yield say.signal("skipped", session)


@on.event("undo_skipped")
def unskip(msg: Message) -> Says:
    """ "annuler": dates are welcome again (116)."""
    deed = msg.about_card(Deed)
    session = Session.get_by_id(deed.facts["session"])
    if str(session.skip_until) != deed.facts["until"]:
        deed.keep()
        yield say.reply(_("That has changed again meanwhile, so I leave it. “journal” shows what was changed."))
        return
    session.skip(None)
    if watch := Watch.over(session.group):
        watch.hush(None)
    yield say.never(resume, session)
    yield say.reply(_("Taken back: dates are welcome again. “dates” puts some to the vote."))
    yield say.signal("skipped", session)


@on.due("cl.resume", Session)
def resume(due: Due) -> Says:
    """The day has come: the rhythm's dates; a group without one hears from its watchdog."""
    session = due.about(Session)
    group = session.group
    if session.skip_until is None or _today(group) < session.skip_until or Pause.current(group):
        return
    if closing.next_meeting(session) is not None or Poll.open_of(group, DATE) or not _latest(session):
        return
    if Rhythm.of(group).settled:
        yield say.signal("dates_wanted", group)


def _latest(session: Session) -> bool:
    newer = closing.of_group(session.group)
    return newer is None or newer.id <= session.id


@on.phrase("pas avant", "pas de date avant", "pas de réunion avant", "not before", "no date before", prefix=True)
@on.like(
    "pas de date pour l'instant", "on verra plus tard pour la date", "no date for now",
    "we'll see about the date later",
    "on fixera plus tard", "pas de prochaine date tout de suite", "on en reparlera pour la date",
    "we'll pick a date another time", "let's not set a date yet",
)  # fmt: skip
def said_skip(msg: Message) -> Says:
    """ "pas avant le 12 avril", while the meeting is being closed."""
    session = evening.running(msg)
    if session is None or not closing.may(session, msg):
        yield say.reply(evening.NOT_ON if session is None else closing.NOT_HERE)
        return
    today = _today(session.group)
    day = read_day(msg.words, today, msg.person.language or "fr")
    if day is None or not today < day <= today + LONGEST:
        yield say.reply(_("Which day to come? For example: not before 15 April"))
    else:
        yield from _skip(session, day)

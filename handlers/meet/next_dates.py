"""Next dates: after each meeting, and after a pause, a group with a rhythm finds the coming dates proposed."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Due, Says, Tap, Text, _, lines, on, say
from handlers.kit.events import Happening
from handlers.kit.reading import cadence
from handlers.kit.texts import When, hour
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting
from storage.noise import zone_of
from storage.people import Person
from storage.polls import DATE, Poll
from storage.polls import Choice as Date
from storage.rhythms import Pause, Rhythm, Watch
from storage.sessions import Session

NOTICE = dt.timedelta(hours=3)  # between the word to the animator and the vote
LATEST, MORNING = dt.time(19), dt.time(10)  # a vote opens by day
SOON = dt.timedelta(days=14)  # after a pause


@on.event("meeting_over")
def over(happening: Happening) -> Says:
    """The group's own rule goes on from here; or, after the second meeting, we offer to make it one."""
    group = happening.about(Meeting).group
    rhythm = Rhythm.of(group)
    if rhythm.proposes and rhythm.settled:
        yield say.later(prepare, group, cadence.civil(group))
    elif not rhythm.proposes and len(past := Meeting.past_of(group, 2)) == 2 and rhythm.offer():
        yield from _offer(group, past)


@on.event("dates_wanted")
def wanted(happening: Happening) -> Says:
    """Somebody asked for dates, or has just given us the right to propose them."""
    group = happening.about(Group)
    if _lacks(group) and Rhythm.of(group).settled:
        yield say.later(prepare, group, cadence.civil(group))


@on.event("group_back")
def back(happening: Happening) -> Says:
    """On the day of return the vote is open at once: coming dates within two weeks."""
    group = happening.about(Pause).group
    if _lacks(group) and (poll := _draft(group, SOON.days)):
        yield say.signal("poll_ready", poll)


# ------------------------------------------------------------------ a word to the animator, then the vote


@on.due("nd.prepare", Group)
def prepare(due: Due) -> Says:
    group = due.about(Group)
    if not _lacks(group) or not (poll := _draft(group)):
        return
    opens_at = _by_day(group)
    for person in group.in_charge()[:1]:
        yield say.tell(person, _told(poll, person, opens_at), *_ways(poll), group=group)
    yield say.later(launch, poll, opens_at)


def _lacks(group: Group) -> bool:
    """Neither date nor vote nor pause, nor a day before which none is wanted: somebody must propose."""
    today = now().astimezone(ZoneInfo(group.timezone)).date()
    if group.state != "live" or Pause.current(group) or Session.skipped(group, today):
        return False
    return Meeting.next_of(group) is None and not Poll.open_of(group, DATE)


def _draft(group: Group, within: int | None = None) -> Poll | None:
    """The dates by the rhythm, ready to be voted on; what was ready before is dropped."""
    dates = cadence.coming(group, within)
    for old in Poll.select().where(Poll.group == group, Poll.asked_by.is_null(), Poll.state == "draft"):
        old.cancel()
    if not dates:
        return None
    rhythm = Rhythm.of(group)
    poll = Poll.create(group=group, kind=DATE, length=rhythm.length, quorum=rhythm.quorum)
    for start in dates:
        Date.date(poll, start, rhythm.length)
    return poll


def _by_day(group: Group) -> dt.datetime:
    """In three hours, or tomorrow morning when that is too late in the evening."""
    opens = now().astimezone(ZoneInfo(group.timezone)) + NOTICE
    if MORNING <= opens.time() < LATEST:
        return opens.astimezone(dt.UTC)
    day = opens.date() + dt.timedelta(days=1 if opens.time() >= LATEST else 0)
    return dt.datetime.combine(day, MORNING, opens.tzinfo).astimezone(dt.UTC)


def _told(poll: Poll, person: Person, opens_at: dt.datetime) -> Text:
    local = opens_at.astimezone(zone_of(person, poll.group))
    at = hour(local, person.language or poll.group.language)
    dates = lines(*(_("• {when}", when=When(choice.start)) for choice in poll.choices()))
    if local.date() == now().astimezone(local.tzinfo).date():
        return _("Today at {hour} I put these dates to the group's vote:\n{dates}", hour=at, dates=dates)
    return _("Tomorrow at {hour} I put these dates to the group's vote:\n{dates}", hour=at, dates=dates)


def _ways(poll: Poll) -> list[say.Button]:
    return [say.button(function, poll) for function in (at_once, not_this_time, take_over)]


@on.due("nd.launch", Poll)
def launch(due: Due) -> Says:
    poll = due.about(Poll)
    if poll.state != "draft":
        return
    if not _lacks(poll.group):
        poll.cancel()
    elif poll.choices()[0].start < now() + dt.timedelta(days=1):  # late, after an outage: these dates are too near
        yield say.later(prepare, poll.group, cadence.civil(poll.group))
    else:
        yield say.signal("poll_ready", poll)


@on.tap("nd.go", Poll, _("Open the vote"), only="organizer")
def at_once(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if poll.state == "draft" and _lacks(poll.group):
        yield say.never(launch, poll)
        yield say.signal("poll_ready", poll)
        yield say.reply(_("The vote is open."))
    else:
        yield say.reply(_settled(poll))


@on.tap("nd.skip", Poll, _("Not this time"), only="organizer")
def not_this_time(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if _withdraw(poll, tap.person):
        _let_rest(poll.group)
        yield say.never(launch, poll)
        yield say.reply(_("All right, I propose nothing this time. Write “dates” when you feel like it."))
    else:
        yield say.reply(_settled(poll))


@on.tap("nd.mine", Poll, _("I'll do it"), only="organizer")
def take_over(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if _withdraw(poll, tap.person):
        yield say.never(launch, poll)
        yield say.replay("/dates", group=poll.group)
    else:
        yield say.reply(_settled(poll))


def _withdraw(poll: Poll, by: Person) -> bool:
    return poll.state == "draft" and poll.cancel(by)


def _let_rest(group: Group) -> None:
    """Whoever skips a date does so knowingly: the watchdog says nothing for a rhythm."""
    if watch := Watch.over(group):
        watch.hush(now() + dt.timedelta(days=group.rhythm_days))


def _settled(poll: Poll) -> Text:
    if meeting := Meeting.next_of(poll.group):
        return _("A date is set already: {when}.", when=When(meeting.start))
    if Poll.open_of(poll.group, DATE):
        return _("The vote is open already.")
    return _("These dates are withdrawn. Write “dates” to propose others.")


# ------------------------------------------------------------------ asked once: shall we propose ourselves?


def _offer(group: Group, past: list[Meeting]) -> Says:
    for person in group.in_charge()[:1]:
        buttons = [say.button(function, group) for function in (yes, no)]
        yield say.tell(person, _question(group, past), *buttons, group=group, unasked=True)


def _question(group: Group, past: list[Meeting]) -> Text:
    if Rhythm.of(group).settled:
        return _("Shall I propose the next dates myself after each meeting?")
    return _(
        "You last met on {when}. Shall I propose the next dates myself after each meeting, on such a day and hour?",
        when=When(past[0].start),
    )


@on.tap("nd.yes", Group, _("Yes, gladly"), only="organizer")
def yes(tap: Tap) -> Says:
    group = tap.home()
    rhythm, past = Rhythm.of(group), Meeting.past_of(group, 2)
    rhythm.proposes = True
    if not rhythm.settled and past:
        rhythm.weekdays = sorted({meeting.start.weekday() for meeting in past})
        rhythm.start = past[0].start.strftime("%H:%M")
    rhythm.keep()
    yield say.reply(_("Agreed: I propose them from now on. “rhythm” shows the days and hours, and changes them."))
    yield say.signal("dates_wanted", group)


@on.tap("nd.no", Group, _("No, I'll do it"), only="organizer")
def no(tap: Tap) -> Says:
    yield say.reply(_("As you like: write “dates” to propose some. “rhythm” has this setting too."))

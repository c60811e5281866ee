"""Watchdog: no next date, and the animator hears of it, then the deputy, then the group (44, M11)."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Due, Says, Tap, Text, _, _n, on, say
from handlers.kit.events import Happening
from handlers.kit.reading import cadence
from handlers.kit.texts import When
from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.outbox import Post
from storage.polls import Poll
from storage.rhythms import Pause, Rhythm, Watch

LOOKS_AT = dt.time(10)  # at the group's place
AFTER_MEETING, AFTER_FOUNDING = dt.timedelta(days=2), dt.timedelta(days=3)
STEP = dt.timedelta(days=3)
ENOUGH_MEMBERS = 3
TOO_LONG = 1.5  # times the rhythm
ANIMATOR, DEPUTY, EVERYBODY = 1, 2, 3
CALM = "The watchdog has nothing to say any more: a date, a vote or a pause."


# ------------------------------------------------------------------ the daily look


@on.event("hour_passed")
def wake(happening: Happening) -> Says:
    """Every group is watched over, also those founded before there was a watchdog, or whose look was lost."""
    for group in Watch.unwatched():
        yield from _watch(group)


@on.event("entered")
def somebody_entered(happening: Happening) -> Says:
    group = happening.about(Membership).group
    if Watch.over(group) is None:
        yield from _watch(group)


@on.event("meeting_fixed", "meeting_over")
def met(happening: Happening) -> Says:
    group = happening.about(Meeting).group
    if Watch.over(group) is None:
        yield from _watch(group)


def _watch(group: Group) -> Says:
    at = _next_look(group)
    if not Watch.begin(group, at):
        Watch.update(looks_at=at).where(Watch.group == group).execute()
    yield say.never(look, group)
    yield say.later(look, group, at)


def _next_look(group: Group) -> dt.datetime:
    """Tomorrow at ten, a little later for some, so that not all groups are looked at in one second."""
    zone = ZoneInfo(group.timezone)
    day = now().astimezone(zone).date() + dt.timedelta(days=1)
    at = dt.datetime.combine(day, LOOKS_AT, zone) + dt.timedelta(seconds=group.id * 7 % 1800)
    return at.astimezone(dt.UTC)


@on.due("wd.look", Group)
def look(due: Due) -> Says:
    group = due.about(Group)
    watch = Watch.over(group)
    if watch is None or group.state != "live":
        return
    yield from _watch(group)
    if _cared_for(group):
        _calm(group, watch)
        if meeting := _far(group):
            yield from _tell_far(group, meeting)
    elif _waits(group, watch):
        yield from _speak(group, watch)


def _cared_for(group: Group) -> bool:
    """A date, a vote or a pause: there is nothing to say."""
    return bool(Pause.current(group) or Poll.open_of(group) or Meeting.next_of(group))


def _waits(group: Group, watch: Watch) -> bool:
    """Has it been so long enough since something happened, or since we last spoke?"""
    if watch.quiet_until and now() < watch.quiet_until:
        return False
    if watch.step == 0:
        since = _since(group)
        return since is not None and now() >= since
    pause = dt.timedelta(days=group.rhythm_days) if watch.step == EVERYBODY else STEP
    return watch.told_at is None or now() >= watch.told_at + pause - dt.timedelta(hours=1)


def _since(group: Group) -> dt.datetime | None:
    """From when on a missing date is worth a word; None for a group that is still too small."""
    last = Meeting.last_of(group)
    moments = [last.end.astimezone(dt.UTC) + AFTER_MEETING] if last else []
    if not last:
        if len(group.members()) < ENOUGH_MEMBERS:
            return None
        moments.append((group.founded_at or group.created_at) + AFTER_FOUNDING)
    return max(moments + [moment + AFTER_MEETING for moment in _lately(group)])


def _lately(group: Group) -> list[dt.datetime]:
    """When a vote, a meeting or a pause came to nothing or to its end: somebody has cared since then."""
    polls = Poll.select(Poll.closed_at).where(Poll.group == group, Poll.closed_at.is_null(False))
    meetings = Meeting.select(Meeting.changed_at).where(Meeting.group == group, Meeting.state == "cancelled")
    pauses = Pause.select(Pause.ends_at, Pause.ended_at).where(Pause.group == group, Pause.decided_at.is_null(False))
    ends = [min(filter(None, (pause.ends_at, pause.ended_at))) for pause in pauses.order_by(Pause.id.desc()).limit(1)]
    voted = [poll.closed_at for poll in polls.order_by(Poll.closed_at.desc()).limit(1)]
    return [*voted, *ends, *(one.changed_at for one in meetings.order_by(Meeting.changed_at.desc()).limit(1))]


# ------------------------------------------------------------------ one step a time


def _speak(group: Group, watch: Watch) -> Says:
    people = group.in_charge()
    before, step = watch.step, watch.step % EVERYBODY + 1
    if step == ANIMATOR and not people:
        step = EVERYBODY
    if step == DEPUTY and len(people) < DEPUTY:
        step = EVERYBODY
    if not watch.climb(step, before):
        return
    once = f"watch:{group.id}:{now().date()}"
    if step == EVERYBODY:
        yield say.post(group, _for_all(group), say.button(propose, group), unasked=True, once=once)
    else:
        ways = [say.button(function, group) for function in (propose, in_three_days, take_break)]
        yield say.tell(people[step - 1], _for_one(group), *ways, group=group, unasked=True, once=once)


def _for_one(group: Group) -> Text:
    days = _days_since(group)
    if days is None:
        return _("Your group has no first date yet. It begins with one: shall we propose some?")
    if days > TOO_LONG * group.rhythm_days:
        return _n(
            "It is {n} day since your last meeting, and no date is set. Shall we propose some?",
            "It is {n} days since your last meeting, and no date is set. Shall we propose some?",
            days,
        )
    return _("No next date is set yet. Shall we propose some while the last meeting is fresh?")


def _for_all(group: Group) -> Text:
    if _days_since(group) is None:
        return _("We have no first date yet. Whoever likes proposes one: “let's meet Thursday at 7 pm?”")
    return _("No next date is set. Whoever likes proposes one: “let's meet Thursday at 7 pm?”")


def _days_since(group: Group) -> int | None:
    last = Meeting.last_of(group)
    return (now() - last.end).days if last else None


@on.tap("wd.dates", Group, _("Propose dates"), only="member")
def propose(tap: Tap) -> Says:
    group = tap.home()
    if _cared_for(group):
        yield say.reply(_settled(group))
    elif Rhythm.of(group).settled and tap.person in group.in_charge():
        yield say.reply(_("I look for dates that fit your rhythm, and show them to you in a moment."))
        yield say.signal("dates_wanted", group)
    else:
        yield say.replay("/dates", group=group)


@on.tap("wd.later", Group, _("In 3 days"), only="organizer")
def in_three_days(tap: Tap) -> Says:
    group = tap.home()
    if watch := Watch.over(group):
        watch.hush(cadence.civil(group, now() + STEP - dt.timedelta(hours=2)))
    yield say.reply(_("All right, I come back to it in three days."))


@on.tap("wd.pause", Group, _("Take a break"), only="organizer")
def take_break(tap: Tap) -> Says:
    yield say.replay("/pausegroupe", group=tap.home())


def _settled(group: Group) -> Text:
    if meeting := Meeting.next_of(group):
        return _("A date is set already: {when}.", when=When(meeting.start))
    if Poll.open_of(group):
        return _("A vote is open already: write “vote” to see it.")
    return _("The group is on a pause: nothing is missing.")


# ------------------------------------------------------------------ calm again


@on.event("poll_ready", "meeting_fixed", "group_paused")
def cared_for(happening: Happening) -> Says:
    """Somebody cares: what we have not said yet is not said any more."""
    record = happening.record
    group = record.group if isinstance(record, Poll | Meeting | Pause) else None
    if group and (watch := Watch.over(group)):
        _calm(group, watch)
    yield from ()


def _calm(group: Group, watch: Watch) -> None:
    if watch.step or watch.quiet_until:
        watch.hush(None)
        Post.withdraw(f"watch:{group.id}:", CALM)


# ------------------------------------------------------------------ a date, but far away


def _far(group: Group) -> Meeting | None:
    """The next meeting, when the gap before it exceeds one and a half times the rhythm; outside pauses."""
    last, coming = Meeting.last_of(group), Meeting.next_of(group)
    if last is None or coming is None or Pause.current(group) or Poll.open_of(group):
        return None
    gap = coming.start - max([last.end, *(moment for moment in _lately(group) if moment < now())])
    return coming if gap > TOO_LONG * dt.timedelta(days=group.rhythm_days) else None


def _tell_far(group: Group, meeting: Meeting) -> Says:
    """Once a meeting, to the animator alone: it may well be meant so."""
    text = _n(
        "Your next meeting is {when}, {n} day from now. Longer than usual: another date before that?",
        "Your next meeting is {when}, {n} days from now. Longer than usual: another date before that?",
        (meeting.start - now()).days,
        when=When(meeting.start),
    )
    for person in group.in_charge()[:1]:
        button = say.button(another, group)
        yield say.tell(
            person, text, button, group=group, unasked=True, once=f"far:{meeting.id}:{meeting.starts_at:%j}"
        )


@on.tap("wd.another", Group, _("Propose dates"), only="member")
def another(tap: Tap) -> Says:
    yield say.replay("/dates", group=tap.home())

"""When a vote ends and whom it waits for: always before the first date, never at night."""

import datetime as dt
from zoneinfo import ZoneInfo

from storage.db import now
from storage.noise import QUIET_FROM, QUIET_TO, civil_time
from storage.polls import Poll
from storage.rhythms import POLL_DAYS, Rhythm

CLOSING = dt.time(20)  # at the group's place
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SHORT = DAY  # a vote shorter than this has one reminder


def closing(poll: Poll, until: dt.date | None = None, days: int | None = None) -> dt.datetime:
    """When the vote ends (aware, UTC): the evening of the day that was said, else after the group's usual days.

    until: the last day to answer. It ends half a day before the first date that is still to come; when that date is
    near, after two thirds of what is left; never at night unless the date leaves no other hour.
    """
    zone = ZoneInfo(poll.group.timezone)
    wanted = until or (now() + DAY * (days or Rhythm.of(poll.group).poll_days or POLL_DAYS)).astimezone(zone).date()
    at = dt.datetime.combine(wanted, CLOSING, zone)
    if at <= now() + HOUR:
        at = now() + 3 * HOUR
    latest = _latest(poll)
    if latest is not None and at > latest:
        at = _evening_before(latest, zone)
    return _civil(at, latest, zone).astimezone(dt.UTC)


def _latest(poll: Poll) -> dt.datetime | None:
    """The last moment at which a result is of use, if a date is asked."""
    starts = [choice.starts_at for choice in poll.choices() if choice.starts_at and not choice.passed]
    if not starts:
        return None
    first: dt.datetime = min(starts)
    left = first - now()
    return first - DAY / 2 if left > 2 * DAY else now() + left * 2 / 3


def _evening_before(latest: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The last evening hour before that moment, or the moment itself when none is left."""
    day = latest.astimezone(zone).date()
    evenings = (dt.datetime.combine(day - DAY * back, CLOSING, zone) for back in (0, 1))
    return next((evening for evening in evenings if now() + HOUR < evening <= latest), latest)


def _civil(at: dt.datetime, latest: dt.datetime | None, zone: ZoneInfo) -> dt.datetime:
    """Out of the night: the evening before it, else the morning after it while that is of use."""
    if QUIET_TO <= at.astimezone(zone).time() < QUIET_FROM:
        return at
    moved = civil_time(at, zone)
    too_late = latest is not None and moved > latest + HOUR * 3
    return at if moved <= now() or too_late else moved


def nudge_times(poll: Poll) -> list[dt.datetime]:
    """When the silent are reminded: at half time, and a day before the end (a quarter, when that is later); UTC.

    A vote of less than a day has one reminder, at half time.
    """
    if poll.opened_at is None or poll.closes_at is None:
        return []
    begun: dt.datetime = poll.opened_at
    ends: dt.datetime = poll.closes_at
    span = ends - begun
    zone = ZoneInfo(poll.group.timezone)
    wanted = [begun + span / 2]
    if span >= SHORT:
        wanted.append(ends - min(DAY, span / 4))
    return [moment for moment in (civil_time(at, zone) for at in wanted) if now() < moment < ends]

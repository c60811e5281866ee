"""The next dates at the distance of a group's rhythm, on its days, holidays left out (26, M01)."""

import datetime as dt
from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

from handlers.kit.reading import holidays
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting
from storage.noise import QUIET_TO, quiet_until
from storage.rhythms import Rhythm

FEWEST, MOST = 2, 4
NOTICE = 3  # days between the proposal and the first date: time to vote
FARTHEST = 70  # days: past a whole summer without school


def coming(group: Group, within: int | None = None) -> list[dt.datetime]:
    """Two to four moments for the next meeting, aware, in the group's zone; none while day or hour are unknown.

    within: so many days from today on, whatever the rhythm (the return from a pause).
    Looks holidays up if nobody has: a timer's work, not the web's.
    """
    rhythm, zone = Rhythm.of(group), ZoneInfo(group.timezone)
    hour = rhythm.hour
    if not rhythm.settled or hour is None:
        return []
    today = now().astimezone(zone).date()
    last = Meeting.last_of(group)
    since = last.start.date() if last else today
    aim = today + dt.timedelta(days=within // 2) if within else since + dt.timedelta(days=group.rhythm_days)
    every = within or group.rhythm_days
    days = near(aim, every, rhythm.weekdays, today + dt.timedelta(days=NOTICE), free_days(group, rhythm, today))
    return [dt.datetime.combine(day, hour, zone) for day in days]


def near(
    aim: dt.date, every: int, weekdays: Collection[int], earliest: dt.date, free: Callable[[dt.date], bool]
) -> list[dt.date]:
    """The allowed days nearest to the one aimed at, in order; farther ones while there are fewer than two.

    every: days of the rhythm; a third of it before the aim and half of it after are near. weekdays: 0 is Monday.
    """
    aim = max(aim, earliest)
    first = max(earliest, aim - dt.timedelta(days=every // 3))
    found: list[dt.date] = []
    for reach in (every // 2, every, FARTHEST):
        span = (aim + dt.timedelta(days=reach) - first).days
        days = [first + dt.timedelta(days=n) for n in range(span + 1)]
        found = [day for day in days if day.weekday() in weekdays and free(day)]
        if len(found) >= FEWEST:
            break
    most = MOST if reach < FARTHEST else FEWEST
    return sorted(sorted(found, key=lambda day: (abs(day - aim), day))[:most])


def free_days(group: Group, rhythm: Rhythm, today: dt.date) -> Callable[[dt.date], bool]:
    """Tells whether a day is neither a public holiday there nor, if asked, one of the school's."""
    country, zone = holidays.country_of(group), rhythm.school_zone
    if rhythm.avoids_holidays or zone:
        holidays.learn(country, (today.year, today.year + 1), school=bool(zone))

    def free(day: dt.date) -> bool:
        public = rhythm.avoids_holidays and holidays.is_holiday(day, country)
        return not public and not (zone and holidays.school_holiday(day, zone))

    return free


def civil(group: Group, at: dt.datetime | None = None) -> dt.datetime:
    """That moment (now), or nine in the morning when it is night at the group's place."""
    moment, zone = at or now(), ZoneInfo(group.timezone)
    until = quiet_until(moment, zone, None)
    return moment if until is None else until + dt.timedelta(hours=9 - QUIET_TO.hour)

"""When the reminders of a meeting ring: on the wall time of its place, never by night where its reader lives (40)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from storage.meetings import Meeting
from storage.noise import QUIET_FROM, QUIET_TO
from storage.rhythms import Rhythm

DAY = 24 * 60  # minutes
EVENING = dt.time(20, 45)
DAYISH = 12 * 60  # so long before, it is a question whether they still come
ONLINE = 60  # minutes before a meeting on line, its link is said once more (M16)


@dataclass(frozen=True)
class Bell:
    """A reminder for readers of one zone. minutes: before the meeting; at: the moments when it may ring, in UTC."""

    minutes: int
    at: tuple[dt.datetime, ...]

    @property
    def asks(self) -> bool:
        """Is it so long before that it asks whether they still come?"""
        return self.minutes >= DAYISH


def minutes_of(meeting: Meeting) -> list[int]:
    """The group's reminders of this meeting, the longest before it first."""
    chosen = {int(minutes) for minutes in Rhythm.of(meeting.group).reminders}
    return sorted(chosen | ({ONLINE} if chosen and meeting.link else set()), reverse=True)


def nominal(meeting: Meeting, minutes: int) -> dt.datetime:
    """So long before: whole days on the wall clock (the same hour), hours as they pass."""
    days, rest = divmod(minutes, DAY)
    if rest == 0:
        return (meeting.start - dt.timedelta(days=days)).astimezone(dt.UTC)
    starts: dt.datetime = meeting.starts_at
    return starts - dt.timedelta(minutes=minutes)


def bells(meeting: Meeting, zone: ZoneInfo, minutes: Iterable[int] | None = None) -> Iterator[Bell]:
    """The reminders of somebody who lives in that zone; by night, the evening before or else eight in the morning."""
    for before in minutes_of(meeting) if minutes is None else minutes:
        at = tuple(moment for moment in _civil(nominal(meeting, before), zone) if moment < meeting.starts_at)
        if at:
            yield Bell(before, at)


def _civil(at: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, ...]:
    local = at.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return (at,)
    evening = local.date() - dt.timedelta(days=0 if local.time() >= QUIET_FROM else 1)
    before = dt.datetime.combine(evening, EVENING, zone)
    morning = dt.datetime.combine(evening + dt.timedelta(days=1), QUIET_TO, zone)
    return before.astimezone(dt.UTC), morning.astimezone(dt.UTC)


def ahead(meeting: Meeting, zones: Iterable[ZoneInfo], now: dt.datetime) -> list[dt.datetime]:
    """Every moment to come at which somebody in one of these zones is reminded."""
    found = set()
    for zone in zones:
        for bell in bells(meeting, zone):
            coming = [moment for moment in bell.at if moment > now]
            found |= set(coming[:1])
    return sorted(found)

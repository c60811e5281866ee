"""The one gate that everything said passes: STOP, pauses, quiet hours, the noise budget (112, 113, 114)."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from storage import settings
from storage.db import constant, now
from storage.groups import Group, Membership
from storage.outbox import Post
from storage.people import Address, Person
from storage.rhythms import Pause

QUIET_FROM, QUIET_TO = dt.time(21), dt.time(8)
GROUP_POSTS_A_DAY = 1
PRIVATE_A_WEEK = 2
DIGEST_WEEKDAY, DIGEST_HOUR = 6, 18  # Sunday, 18:00 in the member's zone


@dataclass(frozen=True)
class Verdict:
    """Send now, hold until a moment, keep for the digest, or drop with a reason."""

    what: str
    until: dt.datetime | None = None
    reason: str = ""


SEND = Verdict("send")


def judge(post: Post, address: Address | None, moment: dt.datetime) -> Verdict:
    """May this post go out at that moment? Asked when it is written and again when it is sent."""
    if post.valid_until and moment > post.valid_until:
        return Verdict("drop", reason="too late to be useful")
    if post.unasked and post.group_id is not None and Pause.current(post.group_id, moment):
        return Verdict("drop", reason="the group is on a pause")
    if address is not None:
        verdict = _person(post, address, moment)
        if verdict.what != "send":
            return verdict
    return _unasked(post, address, moment) if post.unasked else SEND


def _person(post: Post, address: Address, moment: dt.datetime) -> Verdict:
    if address.stopped and post.level != "answer":
        return Verdict("drop", reason="said STOP")
    if post.group_id is None or post.level == "answer" or not (post.copy or post.unasked):
        return SEND
    member = SEAT_EVER.first(post.group_id, address.person_id)
    if member is None:
        return SEND if post.unasked else Verdict("drop", reason="not a member")
    if member.state != "in":
        return Verdict("drop", reason="has left")
    heard = member.hears(post.level, moment)
    if heard == "never":
        return Verdict("drop", reason=f"dial: {member.dial}")
    if heard == "digest" and post.copy:
        return Verdict("digest", digest_time(zone_of(address.person, post.group), moment))
    return SEND


SEAT_EVER = constant(
    lambda group, person: Membership.select().where(Membership.group == group, Membership.person == person)
)


def _unasked(post: Post, address: Address | None, moment: dt.datetime) -> Verdict:
    zone = zone_of(address.person if address else None, post.group)
    until = quiet_until(moment, zone, post.valid_until)
    if until is not None:
        if post.valid_until and until > post.valid_until:
            return Verdict("drop", reason="only quiet hours were left")
        return Verdict("hold", until)
    if over := _over_budget(post, moment):
        return Verdict("hold", over)
    return SEND


def quiet_until(moment: dt.datetime, zone: ZoneInfo, valid_until: dt.datetime | None) -> dt.datetime | None:
    """When quiet hours end, if it is quiet now in that zone; None by day."""
    local = moment.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return None
    day = local.date() + dt.timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return dt.datetime.combine(day, QUIET_TO, zone).astimezone(dt.UTC)


def civil_time(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Where an unasked thing planned for the night goes: 20:45 the evening before, else 8:00."""
    local = at.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return at
    evening = local.date() - dt.timedelta(days=0 if local.time() >= QUIET_FROM else 1)
    before = dt.datetime.combine(evening, dt.time(20, 45), zone).astimezone(dt.UTC)
    after = dt.datetime.combine(evening + dt.timedelta(days=1), QUIET_TO, zone).astimezone(dt.UTC)
    return before if before > now() else after


def _over_budget(post: Post, moment: dt.datetime) -> dt.datetime | None:
    """When the budget has room again, or None when it has room now."""
    if post.copy:
        return None
    if post.address_id is None:
        span, most = dt.timedelta(days=1), GROUP_POSTS_A_DAY
        same = (Post.group == post.group_id) & Post.address.is_null()
    else:
        span, most = dt.timedelta(days=7), PRIVATE_A_WEEK
        same = (Post.address == post.address_id) & ~Post.copy
    going = (Post.state == "sending") | ((Post.state == "pending") & Post.lease.is_null(False) & (Post.id < post.id))
    said = (Post.state == "sent") & (Post.sent_at > moment - span)
    rows = Post.select(Post.sent_at).where(same, Post.unasked, Post.id != post.id, said | going)
    spent = sorted((row.sent_at or moment for row in rows), reverse=True)
    return spent[most - 1] + span if len(spent) >= most else None


def digest_time(zone: ZoneInfo, moment: dt.datetime) -> dt.datetime:
    """The next Sunday at 18:00 in that zone, as UTC."""
    local = moment.astimezone(zone)
    day = local.date() + dt.timedelta(days=(DIGEST_WEEKDAY - local.weekday()) % 7)
    due = dt.datetime.combine(day, dt.time(DIGEST_HOUR), zone)
    return (due if due > local else due + dt.timedelta(days=7)).astimezone(dt.UTC)


def zone_of(person: Person | None, group: Group | None) -> ZoneInfo:
    """The zone somebody lives in: their own, else the group's, else the deployment's."""
    name = (person and person.timezone) or (group and group.timezone) or settings.current().timezone
    return ZoneInfo(name)


def zones_of(group: Group) -> tuple[ZoneInfo, ...]:
    """The zones in which the members of a group live, the group's own first; one look."""
    own = group.timezone or settings.current().timezone
    others = [row.timezone for row in ZONES.all(group) if row.timezone]
    return tuple(ZoneInfo(name) for name in dict.fromkeys((own, *others)))


ZONES = constant(
    lambda group: (
        Person.select(Person.timezone)
        .join(Membership, on=(Membership.person == Person.id))
        .where(Membership.group == group, Membership.state == "in")
        .distinct()
    )
)


def end_pause(member: Membership) -> None:
    """The pause is over when its day has come."""
    if member.dial == "pause" and member.paused_until and member.paused_until <= now():
        member.end_pause()

"""Keeping: each day what is past its time goes; a group that sleeps for a year is asked first, then deleted (R7)."""

import datetime as dt

from handlers.kit import Due, Happening, Says, Tap, _, lines, on, say
from handlers.kit.texts import Day
from storage import facts, retention
from storage.db import now
from storage.groups import Group
from storage.noise import zone_of
from storage.outbox import Reminder
from storage.periods import PERIODS
from storage.rights import Erasure

LAST = "retention.last"  # fact: the day of the last look


@on.event("hour_passed")
def look(happening: Happening) -> Says:
    """Each hour those who asked to be forgotten and were not; each day the rest."""
    for erasure in Erasure.overdue():
        yield say.signal("forget", erasure)
    today = now().date().isoformat()
    if facts.fresh(LAST) == today:
        return
    facts.tell(LAST, today)
    retention.expire()
    retention.drafts()
    for person in retention.strangers():
        yield say.signal("forget", Erasure.ask(person))
    for group in retention.asleep():
        yield from _ask(group)


def _ask(group: Group) -> Says:
    """Once: the timer that stands says that it was asked."""
    code = on.registry.codes[end]
    known = (Reminder.code == code) & (Reminder.record == group.id) & (Reminder.state == "set")
    if Reminder.select().where(known).exists():
        return
    at = now() + PERIODS["asked asleep"]
    yield say.later(end, group, at=at)
    for person in group.organizers() or [seat.person for seat in group.members()]:
        day = Day(at.astimezone(zone_of(person, group)).date())
        text = lines(
            _("<b>{group}</b> has been asleep for a year. Shall I keep it?", group=group.name),
            _("If nobody answers by {day}, I delete it with all that it holds.", day=day),
        )
        yield say.tell(
            person, text, say.button(keep, group), group=group, once=f"asleep:{group.id}:{at:%Y}:{person.id}"
        )


@on.tap("kp.keep", Group, _("Yes, keep it"), only="member")
def keep(tap: Tap) -> Says:
    group = tap.home()
    yield say.never(end, group)
    yield say.signal("did", group, what="kept")
    yield say.reply(_("Good, {group} stays. “dates” wakes it up.", group=group.name))


@on.due("kp.end", Group)
def end(due: Due) -> Says:
    """Still asleep a month later: it is deleted; its members are forgotten when their own time is over."""
    group = due.about(Group)
    if due.at + dt.timedelta(days=2) > now() and group.id in [one.id for one in retention.asleep()]:
        group.delete_instance()
    yield from ()

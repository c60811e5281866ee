"""Card care: one reminder at half time; a card with which nothing happens goes on, once (61; A03)."""

import datetime as dt

from handlers.kit import Due, Happening, Says, _, lines, on, say
from handlers.kit.cards import missions
from handlers.kit.texts import Sayable
from storage.db import now
from storage.groups import Membership
from storage.meetings import Meeting
from storage.missions import DATE, HELD, SUMMARY, VENUE, WELCOME, Draw, debts, past_draws
from storage.noise import civil_time, zone_of
from storage.people import Person
from storage.rhythms import Pause
from storage.sessions import Session

ACTIVE = (DATE, VENUE, SUMMARY, WELCOME)  # cards of which something must come before the next meeting
A_DAY = dt.timedelta(days=1)  # for somebody to take a free card, before the next in turn is asked
BEFORE = dt.timedelta(days=2)  # a card for the meeting itself is remembered so long before it
NEW_TIME = dt.timedelta(days=3)  # for whoever it went on to


# ------------------------------------------------------------------ half time


@on.event("cards_drawn")
def drawn(happening: Happening) -> Says:
    for one in Draw.of_meeting(happening.about(Meeting)):
        if one.state == HELD:
            yield from _plan(one)


@on.event("card_held")
def held(happening: Happening) -> Says:
    """Taken, exchanged or passed on: its clock begins anew, but it is reminded of once in all."""
    yield from _plan(happening.about(Draw))


def _plan(one: Draw) -> Says:
    yield say.never(half, one)
    yield say.never(over, one)
    yield say.never(onward, one)
    if one.due is None or one.person is None:
        return
    due = max(one.due, now() + A_DAY)
    middle = now() + (due - now()) / 2
    at = middle if one.code in ACTIVE else max(middle, due - BEFORE)
    zone = zone_of(one.person, one.group)
    yield say.later(half, one, civil_time(at, zone))
    if one.code in ACTIVE:
        yield say.later(over, one, civil_time(due, zone))


@on.due("mc.half", Draw)
def half(due: Due) -> Says:
    """Kindly, once, with a way out."""
    one = due.about(Draw)
    if one.person is None or not _holds(one) or not one.nudge():
        return
    text = lines(
        _("You hold the card <b>{card}</b>. How is it going?", card=missions.name(one.mission)),
        missions.task(one.mission),
        _("If you have no time for it, one tap frees it."),
    )
    yield say.tell(
        one.person, text, *missions.ways(one), group=one.group, template="mission", once=f"mc.half:{one.id}"
    )


def _holds(one: Draw) -> bool:
    """Is it still to be done, by a member who isn't on a break, while the group isn't either?"""
    seat = Membership.of(one.group, one.person) if one.person else None
    latest = Draw.latest_in(one.group)
    current = bool(latest) and latest[0].meeting_id == one.meeting_id
    return one.state == HELD and seat is not None and seat.dial != "pause" and current and not _paused(one)


def _paused(one: Draw) -> bool:
    return Pause.current(one.group) is not None


# ------------------------------------------------------------------ nothing happened


@on.due("mc.over", Draw)
def over(due: Due) -> Says:
    """First it is free for the group to take; who held it is not blamed."""
    one = due.about(Draw)
    if _paused(one) or not one.release():
        return
    session = Session.of(one.meeting)
    if session is None:
        return
    yield say.post(
        one.group,
        _("A mission card is looking for somebody: <b>{card}</b>. Who takes it?", card=missions.name(one.mission)),
        say.button(on.tapped("mc.take"), one, _("I take it")),
        once=f"mc.over:{one.id}",
        unasked=True,
        template="mission",
    )
    yield from missions.refresh(one.meeting)
    yield say.later(onward, one, _in_a_day(one))


@on.event("card_freed")
def freed(happening: Happening) -> Says:
    """Given back, or its holder has left: whoever likes takes it, else it goes on in a day."""
    one = happening.about(Draw)
    yield say.never(half, one)
    yield say.never(over, one)
    if one.code in ACTIVE:
        yield say.later(onward, one, _in_a_day(one))


def _in_a_day(one: Draw) -> dt.datetime:
    return civil_time(now() + A_DAY, zone_of(None, one.group))


@on.due("mc.next", Draw)
def onward(due: Due) -> Says:
    """Nobody took it: the next in turn is asked, once; after that it comes to nothing."""
    one = due.about(Draw)
    if not one.free or _paused(one):
        return
    person = _next_in_turn(one) if one.passes == 0 else None
    if person is None or not one.claim(person, again=True):
        if one.lapse():
            yield from missions.refresh(one.meeting)
        return
    one.postpone(now() + NEW_TIME)
    yield missions.hand(one, person, _your_turn(), unasked=True)
    yield from missions.refresh(one.meeting)
    yield from _remember(one)


def _remember(one: Draw) -> Says:
    """Whoever got it that way isn't reminded again; in the end it simply comes to nothing."""
    yield say.never(half, one)
    yield say.never(over, one)
    yield say.later(lapse, one, civil_time(now() + NEW_TIME, zone_of(one.person, one.group)))


@on.due("mc.lapse", Draw)
def lapse(due: Due) -> Says:
    one = due.about(Draw)
    if one.code in ACTIVE and one.passes and one.due is not None and now() >= one.due and one.lapse():
        yield from missions.refresh(one.meeting)


def _your_turn() -> Sayable:
    return _("This card was left over, and you are next in turn. If it doesn't suit you, “I pass” is fine.")


def _next_in_turn(one: Draw) -> Person | None:
    """Of those who were there, who owes most, holds nothing now and has not given it back."""
    session = Session.of(one.meeting)
    people = session.present() if session else []
    holding = {other.person_id for other in Draw.of_meeting(one.meeting) if other.state == HELD}
    away = {seat.person_id for seat in one.group.members() if seat.dial == "pause"}
    fit = [person for person in people if person.id not in {*one.refused, *away}]
    fit = [person for person in fit if person.id not in holding] or fit
    owed = debts([person.id for person in fit], past_draws(one.group, one.meeting))
    return max(fit, key=lambda person: owed[person.id], default=None)

"""Nudge: only those who have answered nothing, twice at most, in private; and a newcomer sees the vote (29)."""

import datetime as dt

from handlers.kit import Due, Happening, Says, _, on, say
from handlers.kit.cards import ballot
from handlers.kit.cards.deadline import nudge_times
from storage.db import now
from storage.groups import Membership
from storage.noise import quiet_until, zone_of
from storage.outbox import Card
from storage.polls import Ballot, Poll, Tally
from storage.rhythms import Pause

LATE = dt.timedelta(hours=12)  # after an outage: a reminder of yesterday is left out
SETTLED = dt.timedelta(hours=1)  # a newcomer introduces themselves first
LEAD = _("The vote is still open, and your voice counts:")


@on.event("poll_opened")
def plan(happening: Happening) -> Says:
    """Another deadline plans the reminders anew."""
    poll = happening.about(Poll)
    yield say.never(nudge, poll)
    for at in nudge_times(poll):
        yield say.later(nudge, poll, at)


@on.due("nv.nudge", Poll)
def nudge(due: Due) -> Says:
    poll = due.about(Poll)
    pointless = not poll.open or now() - due.at > LATE or (poll.closes_at and poll.closes_at <= now())
    if pointless or Pause.current(poll.group):
        return
    silent = [seat for seat in poll.silent() if Ballot.nudge(poll, seat.person)]
    tally = poll.tally()
    for seat in silent:
        yield from _show(seat, poll, tally, due)


def _show(seat: Membership, poll: Poll, tally: Tally, due: Due) -> Says:
    """The card anew, at the bottom of the private chat: an edit far above would remind nobody."""
    if seat.address is not None:
        Card.forget(seat.address.address, ballot.key(poll))
    once = f"nv.nudge:{poll.id}:{seat.person_id}:{int(due.at.timestamp())}"
    yield ballot.shown(seat.person, poll, tally, LEAD, unasked=True, until=poll.closes_at, once=once)


@on.event("entered")
def entered(happening: Happening) -> Says:
    """Somebody joins while a vote is open: it waits for them too, and they are shown it a little later."""
    seat = happening.about(Membership)
    for poll in Poll.open_of(seat.group):
        poll.note_complete(poll.tally())
        at = now() + SETTLED
        yield say.later(welcome, seat, quiet_until(at, zone_of(seat.person, seat.group), None) or at)


@on.due("nv.welcome", Membership)
def welcome(due: Due) -> Says:
    seat = due.about(Membership)
    if seat.state != "in" or seat.dial == "pause" or Pause.current(seat.group):
        return
    for poll in Poll.open_of(seat.group):
        known = Ballot.of(poll, seat.person)
        if known is None or known.answered_at is None:
            lead = _("The group is choosing its next date, and you may vote:")
            yield ballot.shown(seat.person, poll, poll.tally(), lead, until=poll.closes_at)

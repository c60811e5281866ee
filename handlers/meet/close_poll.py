"""Close a poll when all have answered or at its deadline; below the quorum, those in charge are asked (28, 32)."""

from handlers.kit import Due, Happening, Says, Tap, Text, _, _n, lines, on, say
from handlers.kit.cards import ballot, outcome
from handlers.kit.cards.deadline import closing
from storage.db import now
from storage.groups import Membership
from storage.noise import civil_time, zone_of
from storage.polls import Choice, Poll, Tally
from storage.rhythms import Pause

MORE = 2  # days, when a vote is extended


# ------------------------------------------------------------------ the clock


@on.event("poll_opened")
def opened(happening: Happening) -> Says:
    yield from _wait(happening.about(Poll))


def _wait(poll: Poll) -> Says:
    yield say.never(at_deadline, poll)
    if poll.closes_at:
        yield say.later(at_deadline, poll, poll.closes_at)


@on.event("poll_complete")
def complete(happening: Happening) -> Says:
    """Everybody has answered: a few minutes to change one's mind."""
    poll = happening.about(Poll)
    if poll.complete_at:
        yield say.later(all_in, poll, poll.complete_at)


@on.due("cp.all", Poll)
def all_in(due: Due) -> Says:
    poll = due.about(Poll)
    # A vote since then moved the moment, a newcomer took it away.
    if poll.hold() and poll.complete_at and poll.complete_at <= now() and poll.tally().complete:
        yield from _ripe(poll, "all")


@on.due("cp.deadline", Poll)
def at_deadline(due: Due) -> Says:
    poll = due.about(Poll)
    if poll.hold() and poll.closes_at and poll.closes_at <= now():
        yield from _ripe(poll, "deadline")


def _ripe(poll: Poll, how: str) -> Says:
    """Close it now; during a pause of the group, on the day of return."""
    pause = Pause.current(poll.group)
    if pause is None:
        yield from outcome.close(poll, how)
    else:
        yield say.later(at_deadline, poll, civil_time(pause.ends_at, zone_of(None, poll.group)))


@on.event("gone")
def left(happening: Happening) -> Says:
    """Whoever left is waited for no more."""
    for poll in Poll.open_of(happening.about(Membership).group):
        tally = poll.tally()
        if poll.note_complete(tally):
            yield say.signal("poll_complete", poll)
        yield ballot.in_chat(poll, ballot.card(poll, tally), *ballot.buttons(poll, tally.choices))


# ------------------------------------------------------------------ when it fails


@on.event("poll_failed")
def ask(happening: Happening) -> Says:
    """Whoever asked, and the organizers: keep the best one, vote on, propose others, or drop it."""
    poll = happening.about(Poll)
    tally = poll.tally()
    best = tally.best()
    for person in outcome.deciders(poll):
        yield say.tell(
            person,
            lines(_why(poll, tally, best), _("What shall we do?")),
            *_ways(poll, best),
            group=poll.group,
            key=outcome.asking(poll),
        )


def _why(poll: Poll, tally: Tally, best: Choice | None) -> Text:
    if all(choice.passed for choice in tally.choices):
        return _("The vote is over, but all its dates have passed meanwhile.")
    if best is None:
        return _("The vote is over, and nobody can come on any of the dates.")
    return _n(
        "The vote is over: {n} person can come on {choice}, and you wanted {quorum} at least.",
        "The vote is over: {n} people can come on {choice}, and you wanted {quorum} at least.",
        n=tally.can(best),
        choice=ballot.name(best),
        quorum=outcome.quorum(poll),
    )


def _ways(poll: Poll, best: Choice | None) -> list[say.Button]:
    ways = [say.button(keep, poll)] if best else []
    ways += [say.button(extend, poll)] if any(not choice.passed for choice in poll.choices()) else []
    return [*ways, say.button(on.tapped("pr.other"), poll), say.button(drop, poll)]


@on.tap("cp.keep", Poll, _("Keep the best date"), only="member")
def keep(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if not outcome.may_decide(poll, tap.membership):
        yield say.reply(outcome.refusal(poll))
        return
    poll.hold()
    tally = poll.tally()
    best = tally.best()
    if poll.state not in ("open", "failed"):
        yield say.reply(outcome.decided(poll))
    elif best is None:
        yield say.reply(_("No date is left that somebody can come to. Propose others: write “dates”."))
    else:
        yield from outcome.win(poll, tally, best, "hand", tap.person)
        yield from outcome.told(poll)


@on.tap("cp.extend", Poll, _("Vote two days more"), only="member")
def extend(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if not outcome.may_decide(poll, tap.membership):
        yield say.reply(outcome.refusal(poll))
        return
    poll.hold()
    if poll.state not in ("open", "failed"):
        yield say.reply(outcome.decided(poll))
        return
    yield from outcome.reopen(poll, closing(poll, days=MORE))


@on.tap("cp.drop", Poll, _("Drop it"), only="member")
def drop(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if not outcome.may_decide(poll, tap.membership):
        yield say.reply(outcome.refusal(poll))
    elif not poll.cancel(tap.person):
        poll.hold()
        yield say.reply(outcome.decided(poll))
    else:
        yield from outcome.settle(poll, poll.tally())
        yield say.signal("poll_dropped", poll)
        yield say.post(
            poll.group,
            _("The vote is dropped: no date is set for now. Anybody may propose one: write “dates” to me."),
            once=f"cp.drop:{poll.id}",
        )
        if tap.private:
            yield say.reply(_("Dropped. Write “dates” whenever you want to propose others."))

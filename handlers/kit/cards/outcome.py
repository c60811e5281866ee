"""What becomes of a poll: the best choice wins, or those in charge decide; said wherever its card stands."""

import datetime as dt

from handlers.kit import say
from handlers.kit.cards import ballot
from handlers.kit.say import Says
from handlers.kit.texts import Text, When, _
from storage.groups import Membership
from storage.meetings import Meeting
from storage.noise import zone_of
from storage.outbox import Card, Post
from storage.people import TELEGRAM, Address, Person
from storage.polls import DATE, Choice, Poll, Tally
from storage.rhythms import Rhythm

NOT_YOURS = _("Only {name} or an organizer can do that.")


def close(poll: Poll, how: str, by: Person | None = None) -> Says:
    """The best choice wins, if enough can come; else those who look after the group are asked."""
    tally = poll.tally()
    best = tally.best()
    if best is not None and (poll.kind != DATE or tally.can(best) >= quorum(poll)):
        yield from win(poll, tally, best, how, by)
    elif poll.end(how, by, state="failed"):
        yield from settle(poll, tally)
        yield say.signal("poll_failed", poll)


def quorum(poll: Poll) -> int:
    """How many must be able to come; a group of two needs two."""
    wanted = poll.quorum or Rhythm.of(poll.group).quorum
    return min(wanted, max(1, len(poll.group.members())))


def win(poll: Poll, tally: Tally, best: Choice, how: str, by: Person | None) -> Says:
    if not poll.end(how, by):
        return
    if poll.kind != DATE:
        yield from settle(poll, tally)
        yield say.signal("poll_closed", poll)
        return
    meeting = _fix(poll, best, by)
    poll.decide(meeting)
    yield from settle(poll, tally)
    yield say.signal("poll_closed", poll)
    yield say.signal("meeting_fixed", meeting, poll=poll.id)


def _fix(poll: Poll, best: Choice, by: Person | None) -> Meeting:
    rhythm = Rhythm.of(poll.group)
    venue, place = ballot.place_of(poll)
    return Meeting.fix(
        poll.group,
        best.start,
        length=best.length or poll.length or rhythm.length,
        venue=venue,
        place=place,
        link=venue.link if venue else "",
        title=poll.title,
        capacity=rhythm.capacity,
        plus_ones=rhythm.plus_ones,
        fixed_by=by or poll.asked_by,
    )


def settle(poll: Poll, tally: Tally) -> Says:
    """The card says what became of it, wherever it stands; copies that still wait are pointless."""
    text = ballot.closed(poll, tally)
    Post.drop_copies(poll.group, ballot.key(poll), "the vote is over")
    if poll.state != "failed":
        yield from _answered(poll, ballot.verdict(poll))
    yield ballot.in_chat(poll, text)
    for address in _standing(poll):
        yield say.tell(
            address.person, text, group=poll.group, address=address, key=ballot.key(poll), columns=3, in_place=True
        )


def _standing(poll: Poll) -> list[Address]:
    """The Telegram members in whose private chat the card stands."""
    query = (
        Address.select(Address, Person)
        .join(Person)
        .switch(Address)
        .join(Membership, on=(Membership.address == Address.id))
        .where(Membership.group == poll.group, Membership.state == "in", Address.platform == TELEGRAM)
    )
    there = {address.address: address for address in query}
    cards = Card.select(Card.chat).where(Card.key == ballot.key(poll), Card.chat.in_(list(there)))
    return [there[card.chat] for card in cards]


def deciders(poll: Poll) -> list[Person]:
    """Whoever asked, if still a member, and the organizers."""
    found = {person.id: person for person in poll.group.deciders("dates")}
    if poll.asked_by is not None and Membership.of(poll.group, poll.asked_by):
        found.setdefault(poll.asked_by.id, poll.asked_by)
    return list(found.values())


def asking(poll: Poll) -> str:
    """The key of the card that asks what to do with a vote that failed."""
    return f"failed:{poll.id}"


def _answered(poll: Poll, text: Text) -> Says:
    """Whoever was asked what to do sees that it is done: the buttons go."""
    for person in deciders(poll):
        yield say.tell(person, text, group=poll.group, key=asking(poll), in_place=True)


def reopen(poll: Poll, until: dt.datetime) -> Says:
    """Vote on until then; nobody is told but by the card, and the silent are reminded as ever."""
    if not poll.extend(until):
        yield say.reply(decided(poll))
        return
    tally = poll.tally()
    yield say.signal("poll_opened", poll)
    yield ballot.in_chat(poll, ballot.card(poll, tally), *ballot.buttons(poll, tally.choices))
    yield from _answered(poll, _("The vote goes on until {until}.", until=local(poll, until)))
    yield say.reply(_("The vote goes on until {until}.", until=local(poll, until)))


def told(poll: Poll) -> Says:
    """The one who closed it hears what came of it; a failed vote asks them by its own card."""
    if poll.meeting is not None and poll.state == "closed":
        yield say.reply(_("Done: we meet on {when}. Everybody is told.", when=When(poll.meeting.start)))
    elif poll.state == "closed":
        yield say.reply(_("Done: the vote is closed."))


# ------------------------------------------------------------------ who decides


def may_decide(poll: Poll, seat: Membership | None) -> bool:
    """Is this the one who asked, or an organizer?"""
    return seat is not None and (seat.person_id == poll.asked_by_id or seat.may("dates"))


def refusal(poll: Poll) -> Text:
    return NOT_YOURS.given(name=poll.asked_by.name if poll.asked_by else _("whoever asked"))


def decided(poll: Poll) -> Text:
    """Somebody was faster: what they decided."""
    fresh = Poll.get_by_id(poll.id)
    by = fresh.closed_by.name if fresh.closed_by else _("somebody")
    if fresh.state == "cancelled":
        return _("Already done: {name} dropped this vote.", name=by)
    if fresh.meeting is not None:
        return _("Already done: we meet on {when}.", when=When(fresh.meeting.start))
    if fresh.state == "open":
        return _("Already done: this vote is open again.")
    return _("Already done: this vote is closed.")


def local(poll: Poll, at: dt.datetime) -> Text:
    return Text("{when}", {"when": When(at.astimezone(zone_of(None, poll.group)))})

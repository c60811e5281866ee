"""Place vote: several places for one meeting become a vote of the group, and the one that wins its place (38)."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Happening, Says, Tap, _, on, say
from handlers.kit.texts import When
from storage.changes import Change
from storage.db import now
from storage.meetings import Meeting
from storage.noise import civil_time
from storage.people import Person
from storage.polls import MOST, PLACE, Choice, Poll
from storage.venues import Venue

VOTE_LIFE, BEFORE = dt.timedelta(days=2), dt.timedelta(hours=6)
SHORTEST_VOTE = dt.timedelta(hours=2)
TOO_NEAR = _("The meeting is too near for a vote: the organizers choose. One place is enough: /place …")


@on.tap("pv.launch", Poll, _("Put them to the vote"), only="member")
def launch(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if poll.state != "draft" or poll.asked_by_id != tap.person.id:
        yield say.reply(_("That was settled already."))
    else:
        yield from _open(poll, tap.person)


@on.tap("pv.drop", Poll, _("No"), only="member")
def drop(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if poll.state == "draft" and poll.asked_by_id == tap.person.id and poll.cancel(tap.person):
        yield say.reply(_("All right, the place stays as it is."))
    else:
        yield say.reply(_("That was settled already."))


@on.event("place_proposed")
def proposed(happening: Happening) -> Says:
    """One more idea: a choice of the open vote, the second one opens it, the first one waits for the organizers."""
    change = happening.about(Change)
    meeting, venue = change.meeting, change.venue
    if meeting is None or venue is None or change.by is None:
        yield say.signal("place_considered", change)
        return
    venue.restore()
    running = next((poll for poll in Poll.open_of(change.group, PLACE) if poll.meeting_id == meeting.id), None)
    ideas = [one for one in Change.ideas(meeting) if one.venue_id != venue.id]
    if running is not None:
        yield from _add(running, change, venue, change.by)
    elif ideas and meeting.where() == "" and _closing(meeting) is not None:
        yield from _vote_on([*ideas, change], meeting, change.by)
    else:
        second = _("Thank you! The organizers have your idea; with a second one, I open a vote.")
        settled = _("Thank you! The organizers have your idea, and their answer comes here.")
        yield say.reply(settled if meeting.where() else second)
        yield say.signal("place_considered", change)


@on.tap("pv.ideas", Change, _("Put them to the vote"), only="organizer")
def vote_on_ideas(tap: Tap) -> Says:
    """The ideas of the members, and the place so far, are for the group to choose."""
    meeting = tap.about(Change).meeting
    ideas = Change.ideas(meeting) if meeting is not None else []
    if meeting is None or not ideas or not meeting.coming:
        yield say.reply(_("That was settled already."))
    elif _closing(meeting) is None:
        yield say.reply(TOO_NEAR)
    else:
        yield from _vote_on(ideas, meeting, tap.person)


def _add(poll: Poll, change: Change, venue: Venue, person: Person) -> Says:
    change.drop(person, "voted")
    if any(choice.venue_id == venue.id for choice in poll.choices()):
        yield say.reply(_("It is in the vote already: vote for it there."))
    elif len(poll.choices()) >= MOST:
        yield say.reply(_("The vote has {n} places already: choose among them.", n=MOST))
    else:
        choice = Choice.create(poll=poll, venue=venue, words=venue.name, by=person)
        yield say.reply(_("{place} is in the vote now.", place=venue.name))
        yield say.signal("choice_added", choice)


def _vote_on(ideas: list[Change], meeting: Meeting, person: Person) -> Says:
    poll = Poll.create(group=meeting.group, kind=PLACE, asked_by=ideas[0].by, meeting=meeting)
    if meeting.venue is not None:
        Choice.create(poll=poll, venue=meeting.venue, words=meeting.venue.name)
    for idea in ideas:
        if idea.venue is not None and idea.drop(person, "voted"):
            Choice.create(poll=poll, venue=idea.venue, words=idea.venue.name, by=idea.by)
            yield say.signal("place_settled", idea)
    yield from _open(poll, person)


def _open(poll: Poll, person: Person) -> Says:
    """Open the vote, if there is time for one."""
    closes = _closing(poll.meeting) if poll.meeting else None
    running = [one for one in Poll.open_of(poll.group, PLACE) if one.meeting_id == poll.meeting_id]
    for choice in poll.choices():
        if choice.venue is not None:
            choice.venue.restore()
    if closes is None:
        yield say.reply(TOO_NEAR)
    elif running:
        for choice in poll.choices():
            yield from _join(running[0], choice)
        poll.cancel(person)
        yield say.reply(_("A vote on the place is open already: your places are in it."))
    else:
        until = When(closes.astimezone(ZoneInfo(poll.group.timezone)))
        yield say.reply(_("The vote on the place is open. I say the result on {until}.", until=until))
        yield say.signal("poll_ready", poll, closes_at=closes)


def _join(running: Poll, choice: Choice) -> Says:
    if all(other.venue_id != choice.venue_id for other in running.choices()):
        added = Choice.create(poll=running, venue=choice.venue, words=choice.words, by=choice.by)
        yield say.signal("choice_added", added)


def _closing(meeting: Meeting) -> dt.datetime | None:
    """Two days of vote, done six hours before the meeting and by day; None when no time is left for it."""
    last = min(now() + VOTE_LIFE, meeting.starts_at - BEFORE)
    closes = civil_time(last, ZoneInfo(meeting.zone))
    return closes if now() + SHORTEST_VOTE <= closes < meeting.starts_at else None


@on.event("poll_closed")
def decided(happening: Happening) -> Says:
    """The place that won is where one meets."""
    poll = happening.about(Poll)
    best = poll.tally().best() if poll.kind == PLACE else None
    meeting = poll.meeting
    if best is None or best.venue is None or meeting is None or not meeting.coming:
        return
    old = meeting.where()
    if meeting.meet_at(best.venue, "", best.venue.link or meeting.link):
        yield say.signal("place_changed", meeting, old=old)

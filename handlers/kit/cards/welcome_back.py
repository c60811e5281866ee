"""What one hears on the return from a pause: the last time, and what comes next (43, M12)."""

from handlers.kit import Day, Says, lines, say
from handlers.kit.speak import reader_of
from handlers.kit.texts import Sayable, Text, When, _
from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import YES, Attendance, Meeting
from storage.outbox import Post
from storage.people import Person
from storage.polls import DATE, Poll, several

Last = dict[int, tuple[Meeting, list[str]]]  # by person: the last meeting they were at, and who else was


def before_the_vote(group: Group, once: str) -> Says:
    """For those whose WhatsApp window is closed: the word waits with the vote, and is said in front of it.

    once: the idempotency key of the return.
    """
    hello = _Hello(group)
    for seat in group.members():
        if _waits(seat):
            yield _told(seat, hello.to(seat.person), once)


def words(group: Group, once: str, poll: Poll | None) -> Says:
    """One word to each of the others; it opens the vote's own message where that goes to them in private."""
    hello = _Hello(group)
    for seat in group.members():
        text = hello.to(seat.person)
        if not _waits(seat) and _reachable(seat) and not (poll and _opens(seat, poll, text)):
            yield _told(seat, lines(text, coming(group)), once)


def _waits(seat: Membership) -> bool:
    return seat.address is not None and not seat.address.window_open(now())


def _reachable(seat: Membership) -> bool:
    return seat.address is None or seat.address.state == "ok"


def _told(seat: Membership, text: Sayable, once: str) -> say.Say:
    how = {"unasked": True, "once": f"{once}:{seat.id}", "template": "vote"}
    return say.tell(seat.person, text, group=seat.group, **how)


def _opens(seat: Membership, poll: Poll, text: Text) -> bool:
    """Nobody gets two messages: the card that is on its way to them begins with the word."""
    if seat.address is None:
        return False
    reader = reader_of(seat.person, poll.group, seat.address.platform)
    return Post.preface(seat.address.address, f"poll:{poll.id}", text.render(reader))


class _Hello:
    """Knows when each member was last there, and with whom."""

    def __init__(self, group: Group) -> None:
        self.last, self.latest = _last_times(group), Meeting.last_of(group)

    def to(self, person: Person) -> Text:
        """The word itself."""
        name = person.name.split()[0] if person.name.split() else "?"
        if person.id in self.last:
            meeting, others = self.last[person.id]
            return _met(name, Day(meeting.start.date()), others)
        if self.latest:
            day = Day(self.latest.start.date())
            return _("{name}, the break is over! The last meeting was {day}.", name=name, day=day)
        return _("{name}, the break is over!", name=name)


def _met(name: str, day: Day, others: list[str]) -> Text:
    if others:
        return _("{name}, the break is over! Last time, {day}, with {others}.", name=name, day=day, others=others)
    return _("{name}, the break is over! Last time you were there, {day}.", name=name, day=day)


def _last_times(group: Group) -> Last:
    found: Last = {}
    for meeting in Meeting.past_of(group):
        came = [one for one in Attendance.all_of(meeting) if _came(one)]
        for one in came:
            others, _more = several(other.person.name for other in came if other.person_id != one.person_id)
            found.setdefault(one.person_id, (meeting, others[:2]))
    return found


def _came(one: Attendance) -> bool:
    return one.present if one.present is not None else one.answer == YES and one.dropped_at is None


def coming(group: Group) -> Sayable | None:
    """What comes next: the date that is set, or the vote that is open; None when there is neither."""
    if meeting := Meeting.next_of(group):
        return _("Next meeting: {when}.", when=When(meeting.start))
    if Poll.open_of(group, DATE):
        return _("A vote on the next dates is open: write “vote” to take part.")
    return None

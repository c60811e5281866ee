"""What became of last time's hot seat: asked two days before the next meeting, told when one meets (58)."""

from handlers.kit import Happening, Message, Says, Tap, _, lines, on, say
from handlers.kit.cards import hot_seats
from storage.db import now
from storage.deeds import Deed
from storage.groups import Membership
from storage.hotseats import HotSeat
from storage.meetings import NO, Attendance, Meeting
from storage.notes import Note

LONGEST = 1000  # signs
SHORT = 120


@on.event("hot_seat_eve")
def ask(happening: Happening) -> Says:
    """Each who sat there last time, once; not who said that they don't come."""
    meeting = happening.about(Meeting)
    last = HotSeat.last_done(meeting.group)
    if last is None or last.meeting is None:
        return
    for seat in HotSeat.of_meeting(last.meeting):
        if seat.state == "done" and _comes(seat, meeting) and seat.ask_news():
            yield _question(seat, meeting)


def _comes(seat: HotSeat, meeting: Meeting) -> bool:
    answer = Attendance.of(meeting, seat.person)
    return Membership.of(seat.group, seat.person) is not None and (answer is None or answer.answer != NO)


def _question(seat: HotSeat, meeting: Meeting) -> say.Say:
    about = seat.request or seat.problem
    to_do = [_short(note.words) for note in Note.written_in(seat.source) if note.to_do]
    return say.tell(
        seat.person,
        lines(
            _("You were in the hot seat last time. <b>What has become of it?</b>"),
            _("It was about: “{words}”", words=_short(about)) if about else None,
            _("Still to do: {words}", words=to_do) if to_do else None,
            _("Two sentences are enough; you tell the group yourself on {when}.", when=hot_seats.moment(meeting)),
        ),
        say.button(tell, seat),
        group=seat.group,
        unasked=True,
        until=meeting.starts_at,
        template="reminder",
    )


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= SHORT else words[: SHORT - 1].rstrip() + "…"


@on.tap("ls.tell", HotSeat, _("I tell"), only="self")
def tell(tap: Tap) -> Says:
    yield say.ask(news, _("What has become of it?"), group=tap.home(), seat=tap.about(HotSeat).id)


@on.answer("ls.news")
def news(msg: Message) -> Says:
    seat = HotSeat.get_by_id(int(msg.answers["seat"]))
    if not msg.text.strip():
        yield say.ask(news, _("I only read words: tell it in a sentence or two."), group=msg.group, seat=seat.id)
        return
    seat.note(news=msg.text.strip()[:LONGEST])
    yield say.done()
    yield say.signal("did", seat, what="news")
    yield say.reply(_("Thank you, that is kept. I give it back to you when you meet, so that you can tell it."))


@on.event("undo_news")
def unsaid(msg: Message) -> Says:
    """ "annuler": nothing of it is kept (116)."""
    seat = HotSeat.get_by_id(msg.about_card(Deed).facts["record"])
    seat.note(news="")
    yield say.reply(_("Taken back: I have forgotten it."))


@on.event("session_started")
def give_back(happening: Happening) -> Says:
    """One meets: their words, before their own eyes."""
    meeting = getattr(happening.record, "meeting", None)
    last = HotSeat.last_done(meeting.group) if isinstance(meeting, Meeting) else None
    if last is None or last.meeting is None or last.meeting == meeting:
        return
    for seat in HotSeat.of_meeting(last.meeting):
        if seat.state == "done" and seat.news and Membership.of(seat.group, seat.person):
            yield say.tell(
                seat.person,
                lines(_("To tell the group, on your last hot seat:"), _("“{words}”", words=seat.news)),
                group=seat.group,
                once=f"ls.back:{seat.id}",
                until=now() + hot_seats.AN_EVENING,
            )

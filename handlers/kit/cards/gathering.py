"""The card of a meeting: when, where and who comes; and what every answer to it brings with it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from handlers.kit import doors, on, say
from handlers.kit.events import Message, Tap
from handlers.kit.reading import spots
from handlers.kit.say import Says
from handlers.kit.texts import On, Sayable, Text, When, _, _n, lines
from storage.db import now
from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.noise import quiet_until, zone_of, zones_of
from storage.outbox import Card, Post
from storage.people import TELEGRAM, Person
from storage.rosters import Answered, Roster, promote, put, seats_of

NAMES, COMMENTS, WORDS = 10, 1, 80  # shown on the card, which is read on a phone


# ------------------------------------------------------------------ the card


def card(meeting: Meeting, above: Sayable | None = None, **how: Any) -> say.Say:
    """The live card, once in each place where the group reads; in private with one's own answer under it.

    above: what has changed, said in the place of its moment.
    """
    roster = Roster.of(meeting)
    also = {row.person_id: own for row in roster.answers if (own := _own(row))}
    return say.post(meeting.group, told(roster, above), *buttons(meeting), key=key(meeting), also=also, **how)


def refresh(meeting: Meeting) -> say.Say:
    """Change what stands there already; nothing new anywhere (113)."""
    return card(meeting, in_place=True)


def shown_to(meeting: Meeting, person: Person, **how: Any) -> say.Say:
    """The card for one person, in private."""
    roster = Roster.of(meeting)
    mine = roster.answer_of(person)
    text = lines(told(roster), _own(mine) if mine else None)
    return say.tell(person, text, *buttons(meeting), group=meeting.group, key=key(meeting), **how)


def key(meeting: Meeting) -> str:
    """The name of the card."""
    return f"meeting:{meeting.id}"


def told(roster: Roster, above: Sayable | None = None) -> Sayable:
    """When (or what stands above), where, who: at most twelve lines, however many come."""
    meeting = roster.meeting
    if meeting.state == "cancelled":
        return lines(_("<b>Cancelled</b>: {when}.", when=when(meeting)))
    over = now() >= meeting.end
    return lines(
        above or _moment_line(meeting, over),
        _("{title}", title=meeting.title) if meeting.title else None,
        where(meeting),
        *_who(roster),
        *_comments(roster),
        None if over else _room(roster),
    )


def _moment_line(meeting: Meeting, over: bool) -> Sayable:
    return _("We met on <b>{when}</b>.", when=when(meeting)) if over else _("📅 <b>{when}</b>", when=when(meeting))


def when(meeting: Meeting) -> When:
    """Its moment, with the hours of members in other zones."""
    return When(meeting.start, meeting.end, zones_of(meeting.group))


def moment(meeting: Meeting) -> When:
    """Its moment in short, for a sentence."""
    return When(meeting.start)


def where(meeting: Meeting) -> Sayable | None:
    """The place, and the room on line; None while neither is known."""
    place = meeting.where()
    room = _("Online: {link}", link=meeting.link) if meeting.link else None
    return lines(_("Where: {place}", place=place) if place else None, room) if place or room else None


def _who(roster: Roster) -> list[Sayable | None]:
    if not roster.answers or not any(row.answer or row.was for row in roster.answers):
        return [_("Who is coming? Come if you feel like it.")]
    return [
        _("Coming ({n}): {names}", n=roster.chairs, names=named(roster.coming)) if roster.coming else None,
        _("Waiting list: {names}", names=named(roster.waiting)) if roster.waiting else None,
        _("Maybe: {names}", names=named(roster.maybe)) if roster.maybe else None,
        _("To be asked again: {names}", names=named(roster.asked)) if roster.asked else None,
        _n("{n} can't this time", "{n} can't this time", n=len(roster.absent)) if roster.absent else None,
    ]


def named(rows: list[Attendance], most: int = NAMES, late: bool = False) -> list[Text | str]:
    """First names with guests, folded: "Zoé, Léa +1 and 12 more". late: lateness too (M09)."""
    shown: list[Text | str] = [_name(row, late) for row in rows[:most]]
    more = len(rows) - most
    return [*shown, _n("one more", "{n} more", n=more)] if more > 0 else shown


def _name(row: Attendance, late: bool) -> Text | str:
    name = first_name(row.person)
    name = _("{name} +{n}", name=name, n=row.guests) if row.guests else name
    if row.late is None or not late:
        return name
    return _("{name} ({n} min late)", name=name, n=row.late) if row.late else _("{name} (late)", name=name)


def first_name(person: Person) -> str | Text:
    """How the others call them."""
    return person.name.split()[0] if person.name.strip() else _("A member")


def _comments(roster: Roster) -> list[Text]:
    said = [row for row in roster.answers if row.comment and row.answer]
    return [
        _("{name}: “{words}”", name=first_name(row.person), words=_short(row.comment)) for row in said[-COMMENTS:]
    ]


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= WORDS else words[: WORDS - 1].rstrip() + "…"


def _room(roster: Roster) -> Text | None:
    if roster.free is None:
        return None
    if not roster.free:
        return _("It is full: whoever says yes now waits in turn.")
    return _n("{n} seat left", "{n} seats left", n=roster.free)


def _own(row: Attendance) -> Text | None:
    """What stands for the reader, where the message is theirs alone."""
    if row.answer == YES and row.waits_since:
        return _("→ You are on the waiting list.")
    said = {YES: _("→ You are coming."), MAYBE: _("→ You said maybe."), NO: _("→ You can't this time.")}
    asked = _("→ You were coming on the day of before: are you free on this one?") if row.was == YES else None
    return said.get(row.answer, asked)


# ------------------------------------------------------------------ its buttons


def buttons(meeting: Meeting) -> list[say.Button]:
    """Yes, maybe, no, with somebody; and the links. None to press once it is over or cancelled."""
    if not meeting.coming:
        return []
    codes = ["at.yes", "at.maybe", "at.no"] + (["at.plus"] if meeting.plus_ones else [])
    return [*(say.button(on.tapped(code), meeting) for code in codes), *links(meeting)]


def links(meeting: Meeting) -> list[say.Button]:
    """The map, and the page that puts it into a calendar."""
    address = spots.map_of(meeting.venue) if meeting.venue else ""
    shown = [say.link(_("Map"), address)] if address else []
    return [*shown, say.link(_("Calendar"), doors.meeting_link(meeting))]


# ------------------------------------------------------------------ answers


def answer(
    spoken: Message | Tap, meeting: Meeting, said: str, guests: int | None = None, comment: str | None = None
) -> Says:
    """Set what they say, tell them what it means, and let everything follow that hangs on it."""
    done = put(meeting, spoken.person, said, guests, comment)
    if done is None:
        yield say.reply(too_late(Meeting.get_by_id(meeting.id)))
        return
    yield from acknowledge(spoken, done.meeting, noted(done, guests))
    yield from follow(done)


def acknowledge(spoken: Message | Tap, meeting: Meeting, text: Sayable) -> Says:
    """A word over the button where the card itself shows the rest, else a message."""
    live = isinstance(spoken, Tap) and spoken.private and spoken.platform == TELEGRAM
    stands = Card.at(spoken.address.address, key(meeting)) if live else None
    if stands is None or stands.message != spoken.event.message:
        yield say.reply(text)
        return
    yield say.toast(text)
    if spoken.group is not None and spoken.group.chat_id is not None:
        yield shown_to(meeting, spoken.person, in_place=True)


def follow(done: Answered) -> Says:
    """A chair that became free goes to who waits; the card changes; the others hear what concerns them."""
    if not done.fresh:
        return
    yield from fill(done.meeting)
    yield refresh(done.meeting)
    row = done.attendance
    yield say.signal("attended", row, before=done.before, guests=done.had)
    if done.withdrew:
        forget(done.meeting, row.person)
        yield say.signal("withdrew", row)
    elif row.answer in (YES, MAYBE) and row.answer != done.before:
        yield say.signal("answered", row)


def fill(meeting: Meeting) -> Says:
    """Give free chairs to who waits, and tell them in private: at once, by night at eight."""
    if meeting.capacity is None and not Roster.of(meeting).waiting:
        return
    for row in promote(meeting):
        yield say.tell(
            row.person,
            _got_a_seat(meeting, row),
            say.button(on.tapped("at.no"), meeting, _("I can't any more")),
            group=meeting.group,
            at=by_day(meeting, row.person),
            until=meeting.end,
            once=personal(meeting, row.person, f"seat:{row.id}:{now():%d%H%M%S}"),
            template="reminder",
        )
        yield say.signal("answered", row)


def _got_a_seat(meeting: Meeting, row: Attendance) -> Sayable:
    with_guests = _n("There is room for {n} guest too.", "There is room for {n} guests too.", n=row.guests)
    return lines(
        _("A seat is free: you are coming on <b>{when}</b>!", when=moment(meeting)),
        with_guests if row.guests else None,
        _("If it no longer suits you, one tap gives it to the next."),
    )


def by_day(meeting: Meeting, person: Person | None) -> dt.datetime | None:
    """When it is night where they live: eight in the morning, unless the meeting is before; else None."""
    morning = quiet_until(now(), zone_of(person, meeting.group), None)
    return morning if morning and morning < meeting.starts_at else None


def noted(done: Answered, guests: int | None = None) -> Sayable:
    """What their answer means, in a line or two."""
    row, meeting = done.attendance, done.meeting
    if row.answer == MAYBE:
        return _("Noted: maybe on {when}. Tell me when you know.", when=moment(meeting))
    if row.answer == NO:
        return lines(
            _("Noted: not on {when}. Thank you for telling me, see you another time!", when=moment(meeting)),
            _comment(row),
        )
    if row.waits_since:
        place = [one.id for one in Roster.of(meeting).waiting].index(row.id) + 1
        return lines(
            _("It is full for {when}: you are number {n} on the waiting list.", when=moment(meeting), n=place),
            _("As soon as a seat is free it is yours, and I tell you."),
        )
    return lines(_coming(row, meeting), _fewer(done, guests), _comment(row), _company(meeting))


def _company(meeting: Meeting) -> On:
    """Who comes, where the card itself is not edited."""
    roster = Roster.of(meeting)
    return On("", _("Coming ({n}): {names}", n=roster.chairs, names=named(roster.coming)))


def _coming(row: Attendance, meeting: Meeting) -> Text:
    if row.guests:
        return _n(
            "Noted: you are coming on {when}, with {n} guest.",
            "Noted: you are coming on {when}, with {n} guests.",
            n=row.guests,
            when=moment(meeting),
        )
    return _("Noted: you are coming on {when}.", when=moment(meeting))


def _fewer(done: Answered, guests: int | None) -> Text | None:
    if not done.fewer:
        return None
    if not done.meeting.plus_ones:
        return _("This group meets without guests: I noted you alone. The organizers can change that.")
    return _("There is no seat left for more guests.") if guests else None


def _comment(row: Attendance) -> Text | None:
    return _("The others will see your word: “{words}”", words=_short(row.comment)) if row.comment else None


def too_late(meeting: Meeting) -> Sayable:
    """Why nothing can be answered any more, and what comes next."""
    ahead = Meeting.next_of(meeting.group)
    what = _("That meeting is over.")
    if meeting.state == "cancelled":
        what = _("The meeting of {when} is cancelled.", when=moment(meeting))
    follows = _("The next one is on <b>{when}</b>.", when=moment(ahead)) if ahead else _("No next date is set yet.")
    return lines(what, follows)


# ------------------------------------------------------------------ whom to reach


def personal(meeting: Meeting, person: Person, what: str) -> str:
    """The idempotency key of a private word about a meeting, so that it can be dropped when it is pointless."""
    return f"mt:{meeting.id}:{person.id}:{what}"


def forget(meeting: Meeting, person: Person | None = None) -> None:
    """Drop the private words about it that still wait: it was moved, cancelled, or they don't come any more."""
    whose = f"{person.id}:" if person else ""
    Post.forget(f"mt:{meeting.id}:{whose}", "the meeting or the answer changed")


def tell_each(
    meeting: Meeting, people: Iterable[Attendance], text: Sayable, *buttons: say.Button, **how: Any
) -> Says:
    """Tell each of them in private; who never pressed Start reads it in the group's chat."""
    rows = list(people)
    seats = seats_of(meeting.group, [row.person_id for row in rows])
    unheard = False
    for row in rows:
        seat = seats.get(row.person_id)
        if seat is None or seat.dial == "pause":
            continue
        if seat.address is not None and seat.address.state == "unstarted" and meeting.group.chat_id is not None:
            unheard = True
        else:
            yield say.tell(row.person, text, *buttons, group=meeting.group, **how)
    chat = meeting.group.chat
    if unheard and chat is not None and chat.present:
        yield say.in_chat(chat, text, *buttons)


def booker(meeting: Meeting) -> Person | None:
    """Who books the table: who said so, else who fixed the date, else the animator; a member today."""
    asked = [one for one in (meeting.booked_by_id, meeting.fixed_by_id) if one]
    members = seats_of(meeting.group, asked)
    for one in asked:
        if one in members:
            return members[one].person
    return next(iter(meeting.group.in_charge()), None)

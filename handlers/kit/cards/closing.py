"""The closing card: who was here, the actions, the next date, the cards, the thanks and how one liked it (59, 60)."""

from handlers.kit import names, on, say
from handlers.kit.events import Message, Tap
from handlers.kit.texts import Day, Sayable, Text, When, _, _n, lines
from storage.groups import Group
from storage.meetings import Meeting
from storage.missions import FINE, GREAT, LOW, Draw, Rating, Thanks
from storage.notes import ACTION, Note
from storage.people import Person
from storage.polls import DATE, Poll
from storage.sessions import CLOSING, Session

ENOUGH = 3  # ratings, before their average is shown: nobody is to be guessed from it
THANKS = 3  # shown on the card
FACES = {GREAT: "😀", FINE: "🙂", LOW: "😐"}
OVER = _("That meeting is closed. See you at the next one!")
NOT_HERE = _("That is for those who are at the meeting. If you are, write “I'm here” first.")


def key(meeting: Meeting) -> str:
    """The name of the card."""
    return f"close:{meeting.id}"


def card(session: Session, in_place: bool = False) -> say.Say:
    """The live card: once in the group's chat, and to each WhatsApp member who was there."""
    among = {person.id for person in session.present()} | ({session.animator_id} if session.animator_id else set())
    return say.post(
        session.group,
        told(session),
        *buttons(session),
        key=key(session.meeting),
        among=frozenset(among),
        columns=3,
        in_place=in_place,
        template="news",
    )


def refresh(session: Session) -> say.Say:
    """Change what stands there already; nothing new anywhere (113)."""
    return card(session, in_place=True)


def shown_to(session: Session, person: Person, lead: Sayable | None = None, in_place: bool = False) -> say.Say:
    """The card for one person, in private."""
    text = lines(lead, told(session))
    how = {"group": session.group, "key": key(session.meeting), "columns": 3}
    return say.tell(person, text, *buttons(session), in_place=in_place, **how)


# ------------------------------------------------------------------ what it says


def told(session: Session) -> Sayable:
    """A line for each part, ticked when it is done."""
    meeting = session.meeting
    return lines(
        _title(session),
        _present(session),
        _actions(meeting),
        settled(session) or (None if ended(session) else _("○ Next date: none yet")),
        _cards(session),
        _rated(meeting, ended(session)),
        *_thanked(meeting),
        _("To thank somebody, answer: “thanks to Zoé for …”") if session.on else None,
    )


def _title(session: Session) -> Text:
    if ended(session):
        return _("<b>The meeting is closed. Thank you all!</b>")
    if session.on:
        return _("<b>Before we part</b>")
    return _("<b>Your meeting of {when}</b>", when=When(session.meeting.start))


def _present(session: Session) -> Text:
    people = session.present()
    if not people:
        return _("○ Here: nobody noted yet")
    return _("✓ Here ({n}): {names}", n=len(people), names=names.listed(people))


def _actions(meeting: Meeting) -> Text:
    count = len(Note.of_meeting(meeting, ACTION))
    return _n("✓ {n} action noted", "✓ {n} actions noted", n=count) if count else _("✓ No action noted")


def settled(session: Session) -> Text | None:
    """How the next date is taken care of: fixed, voted on, or left for later on purpose (M04)."""
    ahead = next_meeting(session)
    if ahead is not None:
        return _("✓ Next date: <b>{when}</b>", when=When(ahead.start))
    if Poll.open_of(session.group, DATE):
        return _("✓ Next date: the vote is open")
    if session.skip_until is not None:
        return _("✓ Next date: not before {day}", day=Day(session.skip_until))
    return None


def next_meeting(session: Session) -> Meeting | None:
    """The meeting after this one, if its date is set."""
    others = (one for one in Meeting.coming_of(session.group) if one.id != session.meeting_id)
    return next((one for one in others if one.starts_at > session.meeting.starts_at), None)


def drawn(session: Session) -> bool:
    """Were the mission cards drawn?"""
    return bool(Draw.select().where(Draw.meeting == session.meeting_id).exists())


def _cards(session: Session) -> Text | None:
    if drawn(session):
        return _("✓ Mission cards drawn")
    return None if ended(session) else _("○ Mission cards: to be drawn")


def _rated(meeting: Meeting, over: bool) -> Text | None:
    mean, count = Rating.average(meeting)
    if count >= ENOUGH:
        return _n(
            "How it was: {face} on average ({n} opinion)",
            "How it was: {face} on average ({n} opinions)",
            n=count,
            face=face_of(mean),
        )
    if count:
        return _n("How it was: {n} opinion so far", "How it was: {n} opinions so far", n=count)
    return None if over else _("How was it? One tap below, nobody sees whose.")


def face_of(mean: float) -> str:
    """The face nearest to an average."""
    return FACES[min(GREAT, max(LOW, int(mean + 0.5)))]


def _thanked(meeting: Meeting) -> list[Sayable]:
    found = Thanks.of_meeting(meeting)
    shown: list[Sayable] = [
        _("♡ {words} ({name})", words=thanks.words, name=names.first(thanks.by)) for thanks in found[-THANKS:]
    ]
    more = len(found) - THANKS
    return [*shown, _n("♡ and one more", "♡ and {n} more", n=more)] if more > 0 else shown


# ------------------------------------------------------------------ its buttons


def ended(session: Session) -> bool:
    """Is all said and settled?"""
    return session.told_at is not None


def buttons(session: Session) -> list[say.Button]:
    """What is still missing first; the faces stay when all is over."""
    faces = [say.button(on.tapped(f"rt.{value}"), session.meeting) for value in (GREAT, FINE, LOW)]
    if ended(session):
        return faces
    missing = ["cl.dates", "cl.fix", "cl.skip"] if settled(session) is None else []
    rest = ([] if drawn(session) else ["mc.draw"]) + ["cl.end"]
    return [
        *(say.button(on.tapped(code), session) for code in missing),
        *faces,
        *(say.button(on.tapped(code), session) for code in rest),
    ]


# ------------------------------------------------------------------ which meeting, and whose


def open_in(group: Group) -> list[Meeting]:
    """For on.card(finds=): the group's meeting that is being closed, or that is on."""
    session = Session.running_in(group)
    return [session.meeting] if session else []


def may(session: Session, spoken: Message | Tap) -> bool:
    """Is it somebody who was there, runs it, or looks after the group?"""
    person = spoken.person
    there = {one.id for one in (*session.present(), *session.group.in_charge())}
    return person.id in there or person.id == session.animator_id


def is_closing(session: Session) -> bool:
    """Does the card stand in the group: the ritual is on, or was left open?"""
    return session.state == CLOSING or (session.closed_at is not None and not ended(session))


def of_group(group: Group) -> Session | None:
    """The group's session whose closing is not over: the one that is on, else one that was left open."""
    running = Session.running_in(group)
    if running is not None:
        return running
    query = Session.select(Session, Meeting).join(Meeting).where(Meeting.group == group, Session.told_at.is_null())
    left: Session | None = query.order_by(Session.id.desc()).first()
    return left

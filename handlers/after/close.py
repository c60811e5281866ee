"""Close: one card for the end of a meeting, which cannot end without a next date (59, 60; A06, M04)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Says, Tap, _, on, say
from handlers.kit.cards import closing, evening
from handlers.kit.texts import Text
from storage.db import now
from storage.meetings import Meeting
from storage.noise import civil_time, zone_of
from storage.people import Person
from storage.polls import DATE, Poll
from storage.sessions import RUNNING, Session

MISSING = _(
    "Only the next date is missing: put dates to the vote, fix one, or say “not before …” if you need a break."
)
CORRECTING = dt.timedelta(hours=2)  # for whoever animates to say who was there, before the summary goes out
EVENING = dt.timedelta(hours=8)  # after a forgotten closing, when it goes out without a next date


@on.command("clore", "close", help=_("close the meeting, or a vote"), only="member", group=True)
@on.phrase(
    "on clôt", "on clôture", "on conclut", "clore la réunion", "clôturer la réunion", "on clôt la réunion",
    "on termine", "on termine la réunion", "on a fini", "c'est fini pour ce soir", "fin de la réunion",
    "let's close", "let's wrap up", "we close", "we're done", "close the meeting", "end the meeting",
    only="member",
)  # fmt: skip
@on.like(
    "on s'arrête là", "c'est terminé pour aujourd'hui", "on clôture la séance", "la réunion est finie",
    "on peut clore", "bon on a fini", "fin de séance", "that's it for tonight", "we're finished", "let's stop here",
    "wrap up the meeting",
)  # fmt: skip
def ask(msg: Message) -> Says:
    session = closing.of_group(msg.home())
    if session is not None and (session.on or closing.is_closing(session)):
        yield from _begin(msg, session)
    elif Poll.open_of(msg.home()) and msg.private:
        yield say.replay("clore le vote", msg.home())
    else:
        yield say.reply(evening.NOT_ON)


@on.tap("cl.begin", Session, _("Close"), only="member")
def begin(tap: Tap) -> Says:
    yield from _begin(tap, tap.about(Session))


def _begin(spoken: Message | Tap, session: Session) -> Says:
    """The card comes once; who asks again hears what is missing, or sees it in private."""
    if closing.ended(session):
        yield say.reply(closing.OVER)
    elif not closing.may(session, spoken):
        yield say.reply(closing.NOT_HERE)
    elif session.start_closing(spoken.person):
        yield say.signal("session_closing", session)
        yield closing.card(session)
        yield from _where(spoken, session)
    elif spoken.private:
        yield closing.shown_to(session, spoken.person)
    else:
        yield closing.refresh(session)
        yield say.reply(_still(session))


def _where(spoken: Message | Tap, session: Session) -> Says:
    """Who asked in private, while the card went to the group's chat."""
    chat = session.group.chat
    if spoken.private and spoken.platform == "telegram" and chat is not None and chat.present:
        yield say.reply(_("The closing card is in the group: presence, next date, cards, thanks."))
    else:
        yield say.toast(_("The closing card is there."))


def _still(session: Session) -> Text:
    return MISSING if closing.settled(session) is None else _("All is there: tap “Finish” on the closing card.")


# ------------------------------------------------------------------ the end


@on.tap("cl.end", Session, _("Finish"), only="member")
def finish(tap: Tap) -> Says:
    session = tap.about(Session)
    if closing.ended(session):
        yield say.reply(closing.OVER)
    elif not closing.may(session, tap):
        yield say.reply(closing.NOT_HERE)
    elif closing.settled(session) is None:
        yield from _not_yet(tap, session)
    else:
        if session.close(tap.person):
            yield say.signal("did", session, what="closed")
        yield from _over(session)
        yield say.reply(_("It is closed. Thank you, and safe travels!"))


def _not_yet(tap: Tap, session: Session) -> Says:
    """What is missing, with its buttons where they aren't at hand."""
    if tap.private:
        yield say.reply(MISSING, *closing.buttons(session)[:3])
    else:
        yield say.reply(MISSING)


def _over(session: Session) -> Says:
    """Said once: the cards change, and the summary may go out."""
    if session.tell():
        yield say.never(at_last, session)
        yield say.signal("session_closed", session)
        yield closing.refresh(session)


# ------------------------------------------------------------------ nobody closed it


@on.event("session_forgotten")
def forgotten(happening: Happening) -> Says:
    """The morning after: what is known stands, and the next date is asked for all the same."""
    session = happening.about(Session)
    missing = closing.settled(session) is None
    yield say.later(at_last, session, _by_day(session, EVENING if missing else CORRECTING))
    leader = _leader(session)
    if missing and leader is not None:
        lead = _("One thing is left from your meeting: the next date.")
        yield closing.shown_to(session, leader, lead)


def _by_day(session: Session, span: dt.timedelta) -> dt.datetime:
    return civil_time(now() + span, zone_of(None, session.group))


def _leader(session: Session) -> Person | None:
    """Who led it, if they are still a member, else who looks after the group."""
    led = session.animator
    if led is not None and session.group.membership_of(led) is not None:
        return led
    return next(iter(session.group.in_charge()), None)


@on.due("cl.last", Session)
def at_last(due: Due) -> Says:
    """Hours later it goes out with what is known; the watchdog sees to the date from here."""
    yield from _over(due.about(Session))


# ------------------------------------------------------------------ the card keeps up


@on.event("meeting_fixed", "meeting_cancelled", "meeting_moved", "meeting_revived")
def dated(happening: Happening) -> Says:
    yield from _follow(closing.of_group(happening.about(Meeting).group))


@on.event("poll_opened", "poll_dropped", "poll_failed")
def voted(happening: Happening) -> Says:
    poll = happening.about(Poll)
    if poll.kind == DATE:
        yield from _follow(closing.of_group(poll.group))


@on.event("presence_changed", "skipped", "thanked", "rated")
def changed(happening: Happening) -> Says:
    yield from _follow(happening.about(Session))


@on.event("cards_drawn", "noted")
def more(happening: Happening) -> Says:
    record = happening.record
    meeting = record if isinstance(record, Meeting) else getattr(record, "meeting", None)
    yield from _follow(Session.of(meeting) if isinstance(meeting, Meeting) else None)


def _follow(session: Session | None) -> Says:
    """The card changes where it stands; one that was left open ends once its date is settled."""
    if session is None or session.state == RUNNING:
        return
    yield closing.refresh(session)
    if not session.on and not closing.ended(session) and closing.settled(session) is not None:
        yield say.later(at_last, session, _by_day(session, CORRECTING))


# ------------------------------------------------------------------ going on after all


@on.phrase("on continue", "finalement on continue", "on reprend", "we go on", "let's go on", only="member")
@on.like(
    "attends on n'a pas fini", "rouvre la réunion", "on n'a pas fini la réunion", "wait, we're not done",
    "reopen the meeting",
    "pas si vite on continue", "on n'avait pas terminé", "hold on we are still going",
    "not finished yet, keep going",
)  # fmt: skip
def go_on(msg: Message) -> Says:
    session = Session.running_in(msg.home())
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif not closing.may(session, msg):
        yield say.reply(closing.NOT_HERE)
    elif session.reopen():
        yield say.reply(_("On you go: write “let's close” when you are done."))
        yield say.signal("presence_changed", session)
    else:
        yield say.reply(_("The meeting is on: I'm listening."))

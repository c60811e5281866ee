"""The hot seat itself: six steps with a clock, run by those who are here (47, 48)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import evening, hot_seats
from handlers.kit.reading import hot_seat_words as words
from storage.db import now
from storage.hotseats import LEARNING, HotSeat, Script, Step
from storage.people import TELEGRAM, Person
from storage.sessions import Session

WARNING = dt.timedelta(minutes=1)
STALE = dt.timedelta(seconds=40)  # a warning this late says nothing that helps
FORGOTTEN = dt.timedelta(hours=1)  # a bell this late rings for nobody
ENOUGH = 2  # people who want more time


# ------------------------------------------------------------------ it begins


@on.tap("hs.go", HotSeat, _("Off we go"), only="member")
def go(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    session = Session.running_in(seat.group)
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif not hot_seats.may_press(session, tap.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE)
    elif not session.has(seat.person):
        yield say.reply(_("{name} isn't here any more: choose somebody else.", name=names.first(seat.person)))
    elif (step := seat.start(session.meeting, tap.person)) is None:
        yield say.reply(_("A hot seat is on already."))
    else:
        yield say.toast(_("Off we go."))
        yield from _enter(step, session)
        yield say.signal("hot_seat_started", seat)


def _enter(step: Step, session: Session) -> Says:
    """A step begins: its card, its clock, and whoever listens."""
    yield hot_seats.card(step, session)
    yield from _wind(step)
    yield say.signal("hot_seat_step", step)


def _wind(step: Step) -> Says:
    if step.ends_at is not None:
        if step.ends_at - WARNING > now():
            yield say.later(warn, step, step.ends_at - WARNING)
        yield say.later(ring, step, step.ends_at)


# ------------------------------------------------------------------ its clock


@on.due("hs.warn", Step)
def warn(due: Due) -> Says:
    """One minute left; for an old end, a pause or a step that is over it says nothing."""
    step = due.about(Step)
    session = _ticking(step, due.at + WARNING)
    if session is None or now() - due.at > STALE:
        return
    title = hot_seats.TITLES[step.number - 1]
    yield say.post(
        session.group,
        _("⏳ One minute left: {step}.", step=title),
        say.button(more, step),
        key=_key("warn", step),
        among=hot_seats.watchers(session, step.hotseat),
        until=due.at + WARNING,
    )


@on.due("hs.ring", Step)
def ring(due: Due) -> Says:
    """Time is over: those here decide what comes next, unless the group lets the clock decide."""
    step = due.about(Step)
    session = _ticking(step, due.at)
    if session is None or now() - due.at > FORGOTTEN:
        return
    if Script.of(session.group).auto:
        yield from _on(step, session)
        return
    yield say.post(
        session.group,
        _("🔔 Time is over: {step}. Shall we go on?", step=hot_seats.TITLES[step.number - 1]),
        say.button(forward, step, _("Finish") if step.number == LEARNING else None),
        say.button(more, step),
        key=_key("bell", step),
        among=hot_seats.watchers(session, step.hotseat),
        silent=False,
    )


def _key(what: str, step: Step) -> str:
    """Each warning and each bell is a message of its own, which loses its buttons once it is answered."""
    return f"{what}:{step.id}.{step.extended}"


def _hush(step: Step, session: Session, text: Sayable) -> Says:
    """What has rung for a step tells what became of it: old buttons mislead."""
    if step.ends_at is None or step.ends_at - WARNING > now():
        return
    rang = step.ends_at <= now()
    warned = _("⏳ One minute left: {step}.", step=hot_seats.TITLES[step.number - 1])
    yield say.post(session.group, warned if rang else text, key=_key("warn", step), in_place=True)
    if rang:
        yield say.post(session.group, text, key=_key("bell", step), in_place=True)


def _ticking(step: Step, end: dt.datetime) -> Session | None:
    """The meeting, if the step is on, its clock runs to that very end, and one may speak."""
    if not step.current or step.ends_at is None or abs(step.ends_at - end) > dt.timedelta(seconds=1):
        return None
    session = hot_seats.at_hand(step)
    return None if session is None or session.cafe else session


# ------------------------------------------------------------------ its buttons


@on.tap("hs.step", Step, _("Next step"), only="member")
def forward(tap: Tap) -> Says:
    yield from _pressed(tap, tap.about(Step), words.NEXT)


@on.tap("hs.more", Step, _("+5 min"), only="member")
def more(tap: Tap) -> Says:
    yield from _pressed(tap, tap.about(Step), words.MORE)


@on.tap("hs.pause", Step, _("Pause"), only="member")
def pause(tap: Tap) -> Says:
    yield from _pressed(tap, tap.about(Step), words.PAUSE)


@on.tap("hs.go_on", Step, _("Go on"), only="member")
def go_on(tap: Tap) -> Says:
    yield from _pressed(tap, tap.about(Step), words.GO_ON)


@on.tap("hs.stop", Step, _("Stop"), only="member")
def stop(tap: Tap) -> Says:
    yield from _pressed(tap, tap.about(Step), words.STOP)


def _pressed(spoken: Message | Tap, step: Step, what: str) -> Says:
    session = hot_seats.at_hand(step)
    if not step.current:
        yield say.reply(_old(step))
    elif session is None or not hot_seats.may_press(session, spoken.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE)
    elif what == words.NEXT:
        yield from _on(step, session)
    elif what == words.MORE:
        yield from _longer(spoken.person, step, session)
    elif what == words.PAUSE:
        yield from _stand_still(step, session)
    elif what == words.GO_ON:
        yield from _tick_again(step, session)
    else:
        yield from _end(step.hotseat, session)


def _old(step: Step) -> Sayable:
    seat = HotSeat.get_by_id(step.hotseat_id)
    if seat.state != "running":
        return _("That hot seat is over. Thank you!")
    return _("You are at step {n} of 6 already: {step}.", n=seat.step, step=hot_seats.TITLES[seat.step - 1])


def _on(step: Step, session: Session) -> Says:
    if step.number == LEARNING:
        yield from _end(step.hotseat, session)
    elif (following := step.next()) is not None:
        yield say.toast(hot_seats.TITLES[following.number - 1])
        yield from _hush(step, session, _now(following, session))
        yield from _enter(following, session)
        yield say.signal("did", following, what="own", press="hs.back")
    else:
        yield say.reply(_old(step))


@on.tap("hs.back", Step, _("Back one step"), only="member")
def back(tap: Tap) -> Says:
    """The next step was tapped by mistake: the one before goes on, for a minute at least (116)."""
    step = tap.about(Step)
    session = hot_seats.at_hand(step)
    if session is None or not hot_seats.may_press(session, tap.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE)
    elif (before := step.back()) is None:
        yield say.reply(_old(step))
    else:
        yield hot_seats.card(before, session)
        yield from _wind(before)
        yield say.reply(_("Back to: {step}.", step=hot_seats.TITLES[before.number - 1]))
        yield say.signal("taken_back", step, press="hs.back")


def _now(step: Step, session: Session) -> Sayable:
    hour = hot_seats.hour_of(step.ends_at or now(), session.meeting)
    return _(
        "→ Step {n} of 6: {step}, until {hour}.", n=step.number, step=hot_seats.TITLES[step.number - 1], hour=hour
    )


def _longer(person: Person, step: Step, session: Session) -> Says:
    """Five minutes more: two people want it, or whoever animates."""
    if step.paused:
        yield say.reply(_("The clock stands still: “Go on” first."))
    elif not hot_seats.leads(session, person) and step.ask_more(person) < ENOUGH:
        yield say.reply(_("Noted. As soon as a second person asks, there are five minutes more."))
    elif (longer := step.extend()) is not None:
        yield from _hush(step, session, _until(longer, session))
        step = longer
        yield from _wind(step)
        yield hot_seats.card(step, session, in_place=True)
        yield say.reply(_until(step, session))
    else:
        yield say.reply(_("Somebody was faster: there are five minutes more already."))


def _until(step: Step, session: Session) -> Sayable:
    hour = hot_seats.hour_of(step.ends_at or now(), session.meeting)
    return _("{step}: until {hour}.", step=hot_seats.TITLES[step.number - 1], hour=hour)


def _stand_still(step: Step, session: Session) -> Says:
    if step.pause():
        yield hot_seats.card(step, session, in_place=True)
        yield say.reply(_("The clock stands still."), say.button(go_on, step))
    else:
        yield say.reply(_("The clock stands still already."), say.button(go_on, step))


def _tick_again(step: Step, session: Session) -> Says:
    if step.resume():
        yield from _wind(step)
        yield hot_seats.card(step, session, in_place=True)
        yield say.reply(_until(step, session))
    else:
        yield say.reply(_("The clock is running already."))


# ------------------------------------------------------------------ its end


def _end(seat: HotSeat, session: Session) -> Says:
    step = seat.current()
    if not seat.end():
        yield say.reply(_("That hot seat is over. Thank you!"))
        return
    if step is not None:
        yield from _hush(step, session, _("The hot seat is over."))
    yield say.toast(_("Over. Thank you!"))
    yield say.signal("did", seat, what="own", press="hs.reopen")
    yield _over(seat, session)
    yield say.signal("hot_seat_ended", seat)


def _over(seat: HotSeat, session: Session, in_place: bool = False) -> say.Say:
    follows = (
        [say.button(on.tapped("hs.next"), session.meeting)] if session.on and hot_seats.one_more(session) else []
    )
    name = names.first(seat.person)
    told = _("🪑 <b>The hot seat of {name} is over.</b> Thank you all!", name=name)
    kept = _("🪑 <b>The hot seat of {name} stops here.</b> {name} keeps their turn.", name=name)
    return say.post(
        seat.group,
        lines(told if seat.held else kept, _next_turn(session) if follows else None),
        *follows,
        say.button(reopen, seat, only=TELEGRAM),
        key=hot_seats.key(seat),
        among=frozenset(person.id for person in session.here()),
        in_place=in_place,
    )


def _next_turn(session: Session) -> Sayable | None:
    person = hot_seats.next_up(session)
    return _("There is time for another one: {name} is next.", name=names.first(person)) if person else None


@on.tap("hs.reopen", HotSeat, _("Go on after all"), only="member")
def reopen(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    session = Session.running_in(seat.group)
    if session is None or not hot_seats.may_press(session, tap.person):
        yield say.reply(hot_seats.FOR_THOSE_HERE if session else evening.NOT_ON)
    elif (step := seat.reopen()) is not None:
        yield say.toast(_("We go on."))
        yield say.signal("taken_back", seat, press="hs.reopen")
        yield hot_seats.card(step, session)
        yield from _wind(step)
    else:
        yield say.reply(_("It is too late for that, or another hot seat is on."))


@on.event("session_closing", "session_closed", "session_forgotten")
def close(happening: Happening) -> Says:
    """The meeting ends, and with it the hot seat that nobody ended."""
    session = happening.about(Session)
    seat = HotSeat.running_in(session.group)
    if seat is not None and seat.end():
        yield _over(seat, session, in_place=True)
        yield say.signal("hot_seat_ended", seat)


# ------------------------------------------------------------------ in words


@on.card("seat", HotSeat, reads=words.reads, finds=words.running, only="member", quoted=words.reads_answer)
def in_words(msg: Message) -> Says:
    seat = msg.about_card(HotSeat)
    what, told = msg.reading
    step = seat.current()
    if what == words.ADVISED:
        yield say.signal("advised", seat, msg=msg, words=told)
    elif step is not None:
        yield from _pressed(msg, step, what)


@evening.shows(20)
def line(session: Session) -> Sayable | None:
    """The hot seat's line on the card of the day."""
    seat = HotSeat.running_in(session.group)
    return _("🪑 Hot seat: {name}", name=names.first(seat.person)) if seat else None

"""Roles of the day: animator, timekeeper and scribe, given in turn; swapped or handed on by a tap (53)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, Text, _, lines, names, on, say
from handlers.kit.cards import evening
from storage.db import now
from storage.people import Person
from storage.rounds import hold
from storage.sessions import ANIMATOR, SCRIBE, TIMEKEEPER, Role, Session

FEWEST = 3  # people: below, nobody needs a role
GIVEN_AFTER = dt.timedelta(minutes=10)  # by then most are there
KINDS = (ANIMATOR, TIMEKEEPER, SCRIBE)
TOO_FEW = _("Roles are worth it from three people on: you are {n} so far.")


@on.command("roles", "role", only="member", group=True)
@on.phrase(
    "rôles", "les rôles", "qui fait quoi", "rôles du jour", "attribue les rôles", "who does what", "give out roles"
)
@on.like(
    "qui est gardien du temps", "qui prend les notes ce soir", "répartis les rôles", "distribue les rôles",
    "c'est qui le scribe", "who takes notes", "who keeps time", "hand out the roles",
    "qui tient le chrono", "c'est qui qui note ce soir", "il nous faut un gardien du temps",
    "who's the timekeeper", "we need a note taker",
)  # fmt: skip
def roles(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif not Role.of_meeting(session.meeting) and len(session.here()) < FEWEST:
        yield say.reply(TOO_FEW.given(n=len(session.here())))
    else:
        yield from _give(session)
        yield say.reply(_told(session), *(_mine(session, msg.person) if msg.private else ()))


@on.event("session_started")
def plan(happening: Happening) -> Says:
    session = happening.about(Session)
    yield say.later(give, session, session.started_at + GIVEN_AFTER)


@on.due("rl.give", Session)
def give(due: Due) -> Says:
    """Ten minutes after the start, if nobody has asked for it yet."""
    session = due.about(Session)
    late = now() > due.at + dt.timedelta(hours=1)
    if session.state == "running" and not session.cafe and not late and len(session.here()) >= FEWEST:
        yield from _give(session)


def _give(session: Session) -> Says:
    """Fill the roles that nobody has; each new holder who isn't in the group's chat hears it."""
    hold(session)
    fresh = [role for kind in KINDS if (role := _fill(session, kind))]
    for role in fresh:
        if role.kind != ANIMATOR or role.person_id != session.animator_id:
            yield _tell(role)
    if fresh:
        yield say.signal("roles_changed", session)


def _fill(session: Session, kind: str) -> Role | None:
    held = Role.of_meeting(session.meeting)
    if any(role.kind == kind for role in held):
        return None
    person = session.animator if kind == ANIMATOR else _in_turn(session, kind, {role.person_id for role in held})
    if person is None or not Role.give(session.meeting, kind, person):
        return None
    return next(role for role in Role.of_meeting(session.meeting) if role.kind == kind)


def _in_turn(session: Session, kind: str, busy: set[int]) -> Person | None:
    """Of those here without another role: who had it least often, then longest ago, then who came first."""
    history = Role.history(session.group, kind, session.meeting)
    refused = Role.refused_at_meeting(session.meeting, kind) | busy | {session.animator_id or 0}
    free = [person for person in session.here() if person.id not in refused]
    return min(free, key=lambda one: _merit(history.get(one.id, [])), default=None)


def _merit(times: list[dt.datetime]) -> tuple[int, float]:
    return len(times), times[0].timestamp() if times else 0.0


# ------------------------------------------------------------------ who does what


@evening.shows(10)
def line(session: Session) -> Sayable | None:
    """The roles on the evening's card."""
    held = Role.of_meeting(session.meeting)
    return _("🎭 {roles}", roles=[_named(role) for role in held]) if held else None


def _told(session: Session) -> Sayable:
    return lines(_("<b>Roles of the day</b>"), *(_named(role) for role in Role.of_meeting(session.meeting)))


def _named(role: Role) -> Text:
    name = names.first(role.person)
    match role.kind:
        case "animator":
            return _("{name} leads", name=name)
        case "timekeeper":
            return _("{name} keeps the time", name=name)
        case _:
            return _("{name} takes notes", name=name)


def _what(role: Role) -> Text:
    match role.kind:
        case "animator":
            return _("Today you lead: you open, give the word, and close.")
        case "timekeeper":
            return _("Today you keep the time: you tell the others when it is up, kindly.")
        case _:
            return _("Today you take notes. One line each does: “decision: …”, “action: …”, “idea: …”.")


def _tell(role: Role) -> say.Say:
    session = Session.of(role.meeting)
    until = session.ends_expected if session else None
    return say.tell(role.person, _what(role), *_choices(role), group=role.group, until=until)


def _choices(role: Role) -> tuple[say.Button, ...]:
    return say.button(swap, role), say.button(refuse, role)


def _mine(session: Session, person: Person) -> list[say.Button]:
    """Under the list, in private: what one may do with one's own role, or take another's."""
    held = Role.of_meeting(session.meeting)
    own = next((role for role in held if role.person_id == person.id), None)
    if own is not None:
        return list(_choices(own))
    return [say.button(take, role, _takes(role)) for role in held if role.kind != ANIMATOR]


def _takes(role: Role) -> Text:
    return _("I keep the time") if role.kind == TIMEKEEPER else _("I take notes")


# ------------------------------------------------------------------ refuse, swap, take


@on.tap("rl.no", Role, _("Not today"), only="self")
def refuse(tap: Tap) -> Says:
    role = tap.about(Role)
    session = Session.of(role.meeting)
    if session is None or not session.on:
        yield say.reply(_("That meeting is over. See you at the next one!"))
    elif not role.refuse():
        yield say.reply(_("Somebody else has that role by now."))
    else:
        yield say.reply(_("No problem: I ask the next one."))
        yield from _pass_on(session, role)


def _pass_on(session: Session, role: Role) -> Says:
    if role.kind == ANIMATOR:
        successor = _in_turn(session, ANIMATOR, {role.person_id})
        if successor is not None and session.hand_to(successor):
            Role.give(session.meeting, ANIMATOR, successor)
            yield from (_tell(one) for one in Role.of_meeting(session.meeting) if one.kind == ANIMATOR)
    else:
        yield from _give(session)
    yield say.signal("roles_changed", session)


@on.tap("rl.swap", Role, _("Swap"), only="self")
def swap(tap: Tap) -> Says:
    """Offer it to the others who are here: the first who takes it, has it."""
    role = tap.about(Role)
    session = Session.of(role.meeting)
    if session is None or not session.on:
        yield say.reply(_("That meeting is over. See you at the next one!"))
        return
    others = [one for one in session.here() if one.id != tap.person.id][:8]
    if not others:
        yield say.reply(_("Nobody else is noted as here yet."))
        return
    yield say.ask(whom, _("With whom? Write a first name."), group=tap.home(), role=role.id)


@on.answer("rl.whom")
def whom(msg: Message) -> Says:
    role = Role.get_or_none(Role.id == msg.answers["role"])
    session = Session.of(role.meeting) if role else None
    if role is None or session is None or not session.on or role.refused_at is not None:
        yield say.done()
        yield say.reply(_("That role is no longer yours to give."))
        return
    people = names.find(session.here(), msg.text)
    if len(people) != 1 or people[0].id == msg.person.id:
        listed = names.listed([one for one in session.here() if one.id != msg.person.id])
        text = _("Whom do you mean? Here are: {names}. “cancel” keeps it with you.", names=listed)
        yield say.ask(whom, text, group=msg.home(), role=role.id)
        return
    yield say.done()
    yield say.reply(_("I ask {name}.", name=names.first(people[0])))
    wish = _("{name} would like to swap with you. {what}", name=names.first(msg.person), what=_asked(role))
    yield say.tell(people[0], wish, say.button(take, role, _("I'll do it")), group=role.group)


def _asked(role: Role) -> Text:
    match role.kind:
        case "animator":
            return _("Would you lead today?")
        case "timekeeper":
            return _("Would you keep the time today?")
        case _:
            return _("Would you take the notes today?")


@on.tap("rl.take", Role, _("I'll do it"), only="member")
def take(tap: Tap) -> Says:
    role = tap.about(Role)
    session = Session.of(role.meeting)
    if session is None or not session.on:
        yield say.reply(_("That meeting is over. See you at the next one!"))
        return
    hold(session)
    mine = next((one for one in Role.of_meeting(role.meeting) if one.person_id == tap.person.id), None)
    session.mark(tap.person, True)
    if mine is not None and mine.kind == role.kind:
        yield say.reply(_("You have it already. Thank you!"))
        return
    yield from _trade(session, role, mine, tap.person)
    yield say.reply(_("Thank you {name}: it is yours.", name=names.first(tap.person)))
    yield say.signal("roles_changed", session)


def _trade(session: Session, role: Role, mine: Role | None, person: Person) -> Says:
    """They take that role; what they had goes to whoever had it."""
    before = role.person
    Role.give(session.meeting, role.kind, person)
    if role.kind == ANIMATOR:
        session.hand_to(person)
    if mine is not None:
        Role.give(session.meeting, mine.kind, before)
        if mine.kind == ANIMATOR:
            session.hand_to(before)
    yield say.tell(before, _("{name} takes over from you.", name=names.first(person)), group=session.group)


# ------------------------------------------------------------------ "j'anime": whoever led can't any more


@on.phrase(
    "j'anime",
    "je prends l'animation",
    "je reprends l'animation",
    "c'est moi qui anime",
    "I'll lead",
    "I lead",
    "I take over",
)
@on.like(
    "c'est moi qui anime ce soir", "je prends l'animation de la réunion", "j'anime ce soir", "I'm leading tonight",
    "I'll run the meeting", "let me lead",
    "je peux animer là si vous voulez", "je mène la réunion ce soir", "I'll take the lead tonight",
    "I'm running it tonight",
)  # fmt: skip
def lead(msg: Message) -> Says:
    """Anybody who is here can take over: a phone dies, somebody must leave."""
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
        return
    arrived = session.mark(msg.person, True)
    if session.hand_to(msg.person):
        Role.give(session.meeting, ANIMATOR, msg.person)
        yield say.reply(_("You lead from now on. Thank you, {name}!", name=names.first(msg.person)))
        yield say.signal("roles_changed", session)
    else:
        yield say.reply(_("You lead already. Have a good meeting!"))
    if arrived:
        yield say.signal("presence_changed", session)


@on.event("presence_changed")
def keep_up(happening: Happening) -> Says:
    """Whoever had a role and has left hands it on; who led, to the next one."""
    session = happening.about(Session)
    here = {person.id for person in session.here()}
    gone = [role for role in Role.of_meeting(session.meeting) if role.person_id not in here]
    for role in gone:
        if session.on and not session.cafe and here and role.refuse():
            yield from _pass_on(session, role)

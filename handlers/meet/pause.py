"""Pause: the whole group takes a break until a day; on that day a vote is ready, and each member gets a word."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from handlers.kit import Day, Due, Message, Says, Tap, Text, _, lines, on, say
from handlers.kit.cards import outcome, welcome_back
from handlers.kit.reading import cadence
from handlers.kit.reading.days import read_day
from handlers.kit.texts import Sayable, When
from storage.db import now
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.people import Person
from storage.polls import DATE, Poll
from storage.rhythms import Pause

BACK_AT = dt.time(9)  # at the group's place: the return is by day
LONGEST = dt.timedelta(days=366)
UNTIL = _("Until when does the group take a break? Write the day of return, for example “5 January”, or choose:")
NOT_IN = _("You are no longer in this group: its pauses are for its members to decide.")


@on.command("pausegroupe", "grouppause", help=_("take a break with the whole group"), only="member")
@on.phrase(
    *("on fait une pause", "on fait la pause", "on se met en pause", "on prend une pause", "on prend des vacances"),
    *("le groupe fait une pause", "le groupe se met en pause", "le groupe est en pause", "pause du groupe"),
    *("pause de groupe", "mets le groupe en pause", "met le groupe en pause", "faisons une pause"),
    *("we take a break", "we're taking a break", "let's take a break", "our group takes a break"),
    *("the group takes a break", "the group is on a break", "group pause", "pause the group", "pause for the group"),
    only="member",
    prefix=True,
)
@on.like(
    "on arrête jusqu'à septembre", "le groupe fait une pause cet été", "pas de réunion jusqu'en avril",
    "on suspend les réunions", "on met le groupe en pause pendant les vacances", "trêve jusqu'en janvier",
    "we pause until september", "no meetings during the holidays", "let's take the summer off",
    "suspend the group until april",
    "le groupe s'arrête pour l'été", "plus de réunion avant septembre", "we stop for the summer",
    "nothing until september",
)  # fmt: skip
def pause(msg: Message) -> Says:
    if msg.words:
        yield from _until(msg.seat(), msg.home(), msg.person, msg.words)
    else:
        yield _ask(msg.home())


def _ask(group: Group, text: Text = UNTIL) -> say.Say:
    return say.ask(until, text, *(say.button(length, group) for length in LENGTHS), group=group)


@on.answer("ps.until")
def until(msg: Message) -> Says:
    if msg.membership is None:
        yield say.done()
        yield say.reply(NOT_IN)
    elif not msg.text.strip():
        yield _ask(msg.home(), _("I need words here: write the day of return, for example “5 January”, or choose:"))
    else:
        yield from _until(msg.membership, msg.home(), msg.person, msg.text)


@on.back(until)
@on.cancel(until)
def no_pause(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("No pause then: everything goes on."))


def _length(code: str, label: Text, days: int) -> Callable[[Tap], Says]:
    @on.tap(f"ps.{code}", Group, label, only="member")
    def choose(tap: Tap) -> Says:
        group = tap.home()
        yield from _suggested(tap.seat(), group, tap.person, _today(group) + dt.timedelta(days=days))

    return choose


LENGTHS = [
    _length("2w", _("Two weeks"), 14),
    _length("4w", _("Four weeks"), 28),
    _length("8w", _("Two months"), 56),
]


def _until(seat: Membership, group: Group, person: Person, words: str) -> Says:
    today = _today(group)
    day = read_day(words, today, person.language or "fr")
    if day is None:
        yield _ask(group, _("I found no day in that. When do you meet again? For example “5 January” or “3 weeks”:"))
    elif day <= today:
        yield _ask(group, _("{day} has passed. Which day to come, for example “5 January”?", day=Day(day)))
    elif day > today + LONGEST:
        yield _ask(group, _("A pause lasts a year at most. Which day of return before then?"))
    else:
        yield from _suggested(seat, group, person, day)


def _today(group: Group) -> dt.date:
    return now().astimezone(ZoneInfo(group.timezone)).date()


# ------------------------------------------------------------------ what it means, then yes or no


def _suggested(seat: Membership, group: Group, person: Person, day: dt.date) -> Says:
    ends_at = dt.datetime.combine(day, BACK_AT, ZoneInfo(group.timezone)).astimezone(dt.UTC)
    wish = Pause.suggest(group, day, ends_at, person)
    yield say.done()
    if seat.may("dates"):
        yield say.reply(_meaning(wish), *_choices(wish))
    else:
        yield say.reply(_not_alone(wish), say.button(pass_on, wish))


def _meaning(wish: Pause) -> Sayable:
    """What is in the pause, what it stops and what happens on the day of return."""
    return lines(
        _("A pause of the group until {day}?", day=Day(wish.until)),
        _("I then say nothing unasked before that day; what members write to each other still arrives."),
        *_inside(wish),
        _("On {day} I open a vote on the next dates and write a word to each of you.", day=Day(wish.until)),
    )


def _inside(wish: Pause) -> list[Text]:
    """A vote or meetings in the way of the pause."""
    found = [_("To settle: the meeting of {when} falls into it.", when=When(one.start)) for one in _meetings_in(wish)]
    return found + [_("To settle: a vote is still open.") for _poll in Poll.open_of(wish.group)[:1]]


def _meetings_in(wish: Pause) -> list[Meeting]:
    return [meeting for meeting in Meeting.coming_of(wish.group) if meeting.starts_at < wish.ends_at]


def _choices(wish: Pause) -> list[say.Button]:
    if _inside(wish):
        return [say.button(function, wish) for function in (clear, keep, refuse)]
    return [say.button(keep, wish, _("Yes, take a break")), say.button(refuse, wish)]


@on.tap("ps.clear", Pause, _("Yes, and cancel"), only="organizer")
def clear(tap: Tap) -> Says:
    wish = tap.about(Pause)
    meetings, polls = _meetings_in(wish), Poll.open_of(wish.group)
    if not wish.decide(tap.person):
        yield say.reply(_too_late(wish))
        return
    for poll in polls:
        if poll.cancel(tap.person):
            yield from outcome.settle(poll, poll.tally())
            yield say.signal("poll_dropped", poll)
    for meeting in meetings:
        if meeting.cancel():
            yield say.signal("meeting_cancelled", meeting)
    yield from _begin(wish, tap.person)


@on.tap("ps.keep", Pause, _("Yes, and keep"), only="organizer")
def keep(tap: Tap) -> Says:
    wish = tap.about(Pause)
    if wish.decide(tap.person):
        yield from _begin(wish, tap.person)
    else:
        yield say.reply(_too_late(wish))


@on.tap("ps.no", Pause, _("No pause"), only="organizer")
@on.refuses
def refuse(tap: Tap) -> Says:
    wish = tap.about(Pause)
    if wish.decided_at is None and wish.end():
        yield say.reply(_("No pause then: everything goes on."))
    else:
        yield say.reply(_too_late(wish))


def _too_late(wish: Pause) -> Text:
    current = Pause.current(wish.group)
    if current:
        return _(
            "The group is on a pause until {day}. Write “we are back” to end it earlier.", day=Day(current.until)
        )
    return _("This question is settled already. Write “we take a break until 5 January” to ask again.")


def _begin(wish: Pause, by: Person) -> Says:
    text = _(
        "We take a break until {day}, as {name} has decided. Until then I only answer. Enjoy it! 🌴",
        day=Day(wish.until),
        name=by.name,
    )
    yield say.later(come_back, wish, wish.ends_at)
    yield say.signal("group_paused", wish)
    yield say.reply(_("Noted: pause until {day}. “We are back” ends it earlier.", day=Day(wish.until)))
    yield say.post(wish.group, text, but=by, level="essential", once=f"pause:{wish.id}")


# ------------------------------------------------------------------ suggested by a member


def _not_alone(wish: Pause) -> Text:
    return _(
        "A pause of the whole group is for the organizers to decide. "
        "Shall I suggest {day} as day of return? For yourself alone, write “pause”.",
        day=Day(wish.until),
    )


@on.tap("ps.pass", Pause, _("Suggest it"), only="member")
def pass_on(tap: Tap) -> Says:
    wish = tap.about(Pause)
    text = lines(_("{name} suggests a break.", name=tap.person.name), _meaning(wish))
    for person in wish.group.deciders("dates"):
        yield say.tell(person, text, *_choices(wish), group=wish.group, once=f"wish:{wish.id}:{person.id}")
    yield say.reply(_("I have suggested it to the organizers."))


# ------------------------------------------------------------------ back together


@on.command("reprisegroupe", "groupback", only="organizer")
@on.phrase(
    *(
        "on reprend",
        "le groupe reprend",
        "reprise",
        "reprise du groupe",
        "on recommence",
        "fin de la pause du groupe",
    ),
    *("we are back", "we're back", "we start again", "the group is back", "end the group pause"),
    only="organizer",
)
@on.like(
    "on relance le groupe", "la pause est finie pour le groupe", "le groupe reprend ses réunions",
    "on redémarre le groupe", "restart the group", "the break is over for the group", "let's resume the group",
    "fini la pause, le groupe repart", "on peut reprendre les réunions", "meetings start again",
)  # fmt: skip
def back_by_hand(msg: Message) -> Says:
    current = Pause.current(msg.home())
    if current is None:
        yield say.reply(_("The group is not on a pause. For your own pause, write “resume”."))
    else:
        text = _(
            "End the pause of the group now? I then open a vote on the next dates and write a word to each of you."
        )
        yield say.reply(text, say.button(back_now, current), say.button(pause_on, current))


@on.tap("ps.now", Pause, _("Yes, we are back"), only="organizer")
def back_now(tap: Tap) -> Says:
    current = Pause.current(tap.home())
    if current is None or current.id != tap.about(Pause).id:
        yield say.reply(_("That pause is over already."))
        return
    Pause.update(ends_at=now()).where(Pause.id == current.id).execute()
    yield say.never(come_back, current)
    yield say.later(come_back, current, cadence.civil(tap.home()))
    yield say.reply(_("Welcome back! I open a vote on the next dates and write a word to each of you."))


@on.tap("ps.on", Pause, _("No, keep the pause"), only="organizer")
@on.refuses
def pause_on(tap: Tap) -> Says:
    yield say.reply(_("All right, nothing has changed."))


@on.due("ps.back", Pause)
def come_back(due: Due) -> Says:
    """Once, by day: the vote first, then one word to each member, in the vote's own message where it is private."""
    over = due.about(Pause)
    group = over.group
    if over.decided_at is None or over.ends_at > now() or Pause.current(group) or not over.end():
        return
    if group.state != "live":
        return
    yield from welcome_back.before_the_vote(group, f"back:{over.id}")
    yield say.signal("group_back", over)
    poll = next(iter(Poll.open_of(group, DATE)), None)
    yield from welcome_back.words(group, f"back:{over.id}", poll)
    if poll is None and Meeting.next_of(group) is None:
        yield from _ask_for_dates(over)


def _ask_for_dates(over: Pause) -> Says:
    """Neither day nor hour is known: the animator proposes."""
    for person in over.group.in_charge()[:1]:
        button = say.button(on.tapped("wd.dates"), over.group)
        text = _("The pause is over. When do you meet again?")
        yield say.tell(person, text, button, group=over.group, once=f"dates:{over.id}")

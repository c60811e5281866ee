"""Rhythm: how often, on which days and when a group meets, in free words or by buttons, always read back."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from handlers.kit import Message, Says, Tap, Text, _, _n, lines, on, paragraphs, say
from handlers.kit.reading import fields, holidays
from handlers.kit.reading.habits import Habits, read
from handlers.kit.texts import Join, Sayable, fold
from storage.groups import Group, Membership
from storage.rhythms import Rhythm

KEPT = ("weekdays", "start", "length", "quorum", "poll_days", "avoids_holidays", "school_zone", "proposes")
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
HOURS, QUORUMS = ("12:30", "18:30", "19:30"), (3, 4, 5)
UNITS = {"hour": "{}h", "quorum": "quorum {}"}  # what a bare number means, by what was asked
ENOUGH = {"c'est bon", "ok", "fini", "termine", "merci", "done", "that's it", "thanks"}
EXAMPLE = _("For example: “every two weeks, Tuesday or Thursday, 18:30 to 20:30, quorum 4”.")
UNCLEAR = _("I found no rhythm in that.")
LOST_RIGHT = _("Only the organizers change the rhythm; tell them what you would like.")


@on.command("rythme", "rhythm", help=_("see when the group meets, or change it"), only="member", group=True)
@on.phrase("rythme", "rhythm", "notre rythme", "le rythme", "our rhythm", only="member", prefix=True)
@on.phrase(
    "on se voit tous les combien", "on se réunit tous les combien", "on se retrouve tous les combien",
    only="member", prefix=True,
)  # fmt: skip
@on.tells
@on.like(
    "on se voit tous les combien", "c'est quoi notre rythme", "à quelle fréquence on se voit",
    "on se réunit tous les combien", "change le rythme", "how often do we meet", "what's our rhythm",
    "change how often we meet", "c'est tous les combien", "à quel rythme on se réunit", "how frequently do we meet",
    "on se voit à quel rythme", "la fréquence des réunions", "what's our usual frequency",
)  # fmt: skip
def show(msg: Message) -> Says:
    if not msg.words:
        yield say.reply(card(msg.home()), *(buttons(msg.seat()) if msg.private else []))
    elif not msg.seat().may("dates"):
        yield say.reply(lines(LOST_RIGHT, card(msg.home())))
    else:
        yield from change(msg.home(), msg.words)


@on.phrase(
    *("on se voit toutes les", "on se voit tous les", "on se voit chaque", "on se retrouve toutes les"),
    *("on se retrouve tous les", "on se retrouve chaque", "on se réunit toutes les", "on se réunit tous les"),
    *("on se voit le premier", "on se voit le deuxième", "on se voit le dernier", "on se voit une fois par"),
    *("toutes les semaines", "toutes les deux semaines", "tous les quinze jours", "toutes les trois semaines"),
    *("we meet every", "let's meet every", "every two weeks", "every week", "every other week"),
    *("quorum", "sans quorum", "no quorum", "évite les jours fériés", "évite les vacances", "vacances scolaires"),
    *("n'évite plus les jours fériés", "n'évite plus les vacances", "avoid school holidays"),
    *("avoid public holidays", "avoid bank holidays", "don't avoid school holidays", "don't avoid public holidays"),
    *("propose les dates toi-même", "propose toi-même les dates", "ne propose plus les dates"),
    *("ne propose plus de dates", "propose the dates yourself", "don't propose dates", "don't propose the dates"),
    only="organizer",
    prefix=True,
)
@on.like(
    "on se réunit une fois par mois", "on passe à une réunion par mois", "une réunion tous les quinze jours",
    "chaque premier jeudi du mois", "il faut être au moins quatre", "propose des dates automatiquement",
    "arrête de proposer des dates", "meet once a month", "we meet every two weeks", "every first thursday",
    "at least four people", "stop proposing dates", "on se voit le premier jeudi de chaque mois",
    "une fois toutes les trois semaines", "on se verra tous les mois", "every three weeks", "once every month",
    "désormais on se voit un jeudi sur deux", "un mardi sur deux à 19h", "maintenant c'est tous les mois",
    "dorénavant toutes les trois semaines", "from now on every other tuesday", "let's switch to monthly",
    "une semaine sur deux", "every second thursday",
)  # fmt: skip
def told_at_once(msg: Message) -> Says:
    yield from change(msg.home(), msg.text)


# ------------------------------------------------------------------ a change, read back


def change(group: Group, words: str) -> Says:
    """Keep what the words say and read it back; ask when nothing was understood."""
    habits = read(words)
    if not habits:
        yield question(group, UNCLEAR)
    elif habits.school_zone and holidays.country_of(group) != "FR":
        yield say.done()
        yield say.reply(_("I only know the school holidays of France; public holidays I do know."))
    elif habits.school_zone == "?":
        keep(group, Habits(**asdict(habits) | {"school_zone": None}))
        yield say.reply(_("Which school zone do you live in?"), *(say.button(zone, group) for zone in ZONES))
    else:
        keep(group, habits)
        yield from read_back(group)
        if habits.proposes:
            yield say.signal("dates_wanted", group)


def keep(group: Group, habits: Habits) -> None:
    """Write the habits down; what they replace is kept for one undo."""
    rhythm = Rhythm.of(group)
    rhythm.before = {name: getattr(rhythm, name) for name in KEPT} | {"every": group.rhythm_days}
    for name in ("length", "quorum", "poll_days", "avoids_holidays", "proposes"):
        if (value := getattr(habits, name)) is not None:
            setattr(rhythm, name, value)
    rhythm.weekdays = list(habits.weekdays) or rhythm.weekdays
    rhythm.start = habits.start.isoformat("minutes") if habits.start else rhythm.start
    if habits.school_zone is not None:
        rhythm.school_zone = habits.school_zone or None
    rhythm.keep()
    meet_every(group, habits.every)


def meet_every(group: Group, days: int | None) -> None:
    if days:
        group.rhythm_days = days
        group.save(only=[Group.rhythm_days])


def read_back(group: Group) -> Says:
    """What holds now, one tap to undo it; and, once, whether the dates are proposed by themselves."""
    rhythm = Rhythm.of(group)
    asks = rhythm.settled and not rhythm.proposes and rhythm.offer()
    offered = _("Shall I propose the next dates myself after each meeting?") if asks else None
    taps = [say.button(function, group) for function in (proposes, proposes_not) if asks]
    yield say.done()
    yield say.reply(paragraphs(lines(_("Noted."), card(group)), offered), *taps, say.button(undo, group))
    yield say.signal("did", group, what="rhythm", press="rh.undo")


@on.tap("rh.undo", Group, _("Undo this change"), only="organizer")
def undo(tap: Tap) -> Says:
    group = tap.home()
    rhythm = Rhythm.of(group)
    before: dict[str, Any] = dict(rhythm.before)
    changed = bool(before)
    meet_every(group, before.pop("every", None))
    for name, value in before.items():
        setattr(rhythm, name, value)
    rhythm.before = {}
    rhythm.keep()
    yield say.reply(lines(_("As before:") if changed else _("There is nothing to undo. It holds:"), card(group)))
    if changed:
        yield say.signal("taken_back", group, press="rh.undo")


# ------------------------------------------------------------------ the card


def card(group: Group) -> Join:
    """All habits, one a line."""
    rhythm = Rhythm.of(group)
    return lines(
        _("<b>Our rhythm</b>: {every}", every=fields.rhythm(group.rhythm_days)),
        _("Days: {days}", days=either(rhythm.weekdays)) if rhythm.weekdays else None,
        hours(rhythm),
        _n("Quorum: {n} person", "Quorum: {n} people", rhythm.quorum),
        _n("A vote is open for {n} day", "A vote is open for {n} days", rhythm.poll_days),
        avoided(rhythm),
        proposer(rhythm),
    )


def either(weekdays: list[int]) -> Text:
    """ "Tuesday, Wednesday or Thursday"."""
    *others, last = [DAYS[number] for number in weekdays]
    if not others:
        return last
    first = others[0]
    for day in others[1:]:
        first = _("{first}, {then}", first=first, then=day)
    return _("{first} or {last}", first=first, last=last)


def hours(rhythm: Rhythm) -> Text:
    start = rhythm.hour
    if start is None and rhythm.length % 60 == 0:
        return _n("Length: {n} hour", "Length: {n} hours", rhythm.length // 60)
    if start is None:
        return _n("Length: {n} minute", "Length: {n} minutes", rhythm.length)
    over = (start.hour * 60 + start.minute + rhythm.length) % (24 * 60)
    return _("Hours: {start} to {end}", start=start, end=start.replace(hour=over // 60, minute=over % 60))


def avoided(rhythm: Rhythm) -> Text | None:
    if rhythm.school_zone and rhythm.avoids_holidays:
        return _("I avoid public holidays and the school holidays of zone {zone}", zone=rhythm.school_zone)
    if rhythm.school_zone:
        return _("I avoid the school holidays of zone {zone}", zone=rhythm.school_zone)
    return _("I avoid public holidays") if rhythm.avoids_holidays else None


def proposer(rhythm: Rhythm) -> Text:
    if not rhythm.proposes:
        return _("Next dates: anybody proposes them, by writing “dates”")
    if not rhythm.settled:
        return _("Next dates: I propose them once I know a day and an hour")
    return _("Next dates: I propose them after each meeting")


def buttons(seat: Membership) -> list[say.Button]:
    if not seat.may("dates"):
        return []
    turn = proposes_not if Rhythm.of(seat.group).proposes else proposes
    shown = [say.button(function, seat.group) for function in (the_days, the_hour, the_quorum)]
    return [*shown, say.button(turn, seat.group, STOP if turn is proposes_not else START)]


START, STOP = _("Propose the dates"), _("Don't propose")


@on.tap("rh.yes", Group, _("Yes, propose them"), only="organizer")
def proposes(tap: Tap) -> Says:
    keep(tap.home(), Habits(proposes=True))
    yield from changed(tap)
    yield say.signal("dates_wanted", tap.home())


@on.tap("rh.no", Group, _("No thanks"), only="organizer")
def proposes_not(tap: Tap) -> Says:
    keep(tap.home(), Habits(proposes=False))
    yield from changed(tap)


def changed(tap: Tap) -> Says:
    yield say.done()
    yield say.reply(lines(_("Noted."), card(tap.home())), *buttons(tap.seat()))
    yield say.signal("did", tap.home(), what="rhythm", press="rh.undo")


# ------------------------------------------------------------------ by buttons


@on.tap("rh.days", Group, _("The days"), only="organizer")
def the_days(tap: Tap) -> Says:
    yield weekdays_of(tap.home())


def weekdays_of(group: Group) -> say.Say:
    """All seven, the chosen ones marked; a button says what it will do, so a press may come twice."""
    chosen = Rhythm.of(group).weekdays
    taps = [
        say.button(WITHOUT[n], group, _("✓ {day}", day=day)) if n in chosen else say.button(WITH[n], group, day)
        for n, day in enumerate(DAYS)
    ]
    return say.ask(told, _("On which days? Tap them, or write “Tuesday or Thursday”, then “ok”."), *taps, group=group)


def _weekday(number: int, code: str, chosen: bool) -> Callable[[Tap], Says]:
    @on.tap(f"rh.{code}{number}", Group, DAYS[number], only="organizer")
    def set_it(tap: Tap) -> Says:
        rhythm = Rhythm.of(tap.home())
        rhythm.weekdays = sorted({*rhythm.weekdays, number} if chosen else {*rhythm.weekdays} - {number})
        rhythm.keep()
        yield say.toast(_("Noted."))
        yield weekdays_of(tap.home())

    return set_it


WITH = [_weekday(number, "d", True) for number in range(7)]
WITHOUT = [_weekday(number, "x", False) for number in range(7)]


@on.tap("rh.hour", Group, _("The hour"), only="organizer")
def the_hour(tap: Tap) -> Says:
    text = _("At what time do you meet? For example “18:30 to 20:30”, or choose:")
    yield say.ask(told, text, *(say.button(hour, tap.home()) for hour in AT), group=tap.home(), about="hour")


@on.tap("rh.quorum", Group, _("The quorum"), only="organizer")
def the_quorum(tap: Tap) -> Says:
    text = _("From how many people on is a meeting worth it? Write “quorum 4”, or choose:")
    yield say.ask(told, text, *(say.button(number, tap.home()) for number in OF), group=tap.home(), about="quorum")


def _choice(code: str, label: Sayable, words: str) -> Callable[[Tap], Says]:
    @on.tap(f"rh.{code}", Group, label, only="organizer")
    def choose(tap: Tap) -> Says:
        keep(tap.home(), read(words))
        yield from read_back(tap.home())

    return choose


AT = [_choice(f"h{n}", _("{hour}", hour=read(hour).start), hour) for n, hour in enumerate(HOURS)]
OF = [_choice(f"q{n}", _n("{n} person", "{n} people", n), f"quorum {n}") for n in QUORUMS]
ZONES = [_choice(f"z{name}", _("Zone {name}", name=name), f"vacances zone {name}") for name in holidays.SCHOOL_ZONES]


# ------------------------------------------------------------------ in words


def question(group: Group, before: Text | None = None) -> say.Say:
    return say.ask(
        told, lines(before, _("How often, on which days and at what time do you meet?"), EXAMPLE), group=group
    )


@on.answer("rh.told")
def told(msg: Message) -> Says:
    if msg.membership is None or not msg.membership.may("dates"):
        yield say.done()
        yield say.reply(LOST_RIGHT)
    elif fold(msg.text).strip(" .!") in ENOUGH:
        yield from read_back(msg.home())
    elif not msg.text.strip():
        yield question(msg.home(), _("I need words here: I can't listen to voice notes yet."))
    elif msg.text.strip().isdigit() and (unit := UNITS.get(str(msg.answers.get("about")))):
        yield from change(msg.home(), unit.format(msg.text.strip()))
    else:
        yield from change(msg.home(), msg.text)


@on.back(told)
@on.cancel(told)
def unchanged(msg: Message) -> Says:
    yield say.done()
    yield say.reply(lines(_("Nothing has changed."), card(msg.home())))

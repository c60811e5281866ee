"""Delegation: an organizer hands one duty, or all of them, to a member until a day (101, V04, V05)."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from handlers.kit import Day, Due, Message, Sayable, Says, Tap, Text, _, lines, names, on, say
from handlers.kit.reading.days import read_day
from handlers.kit.texts import fold
from storage.db import now
from storage.groups import Group
from storage.people import Person
from storage.terms import ALL, Delegation

AT = dt.time(9)  # at the group's place, the day after the last one: never by night
LONGEST = dt.timedelta(days=366)
KINDS = {
    "applications": ("candidature", "application", "demande"),
    "dates": ("date", "sondage", "vote", "reunion", "meeting", "poll"),
    "venue": ("lieu", "endroit", "salle", "place", "venue"),
    "summary": ("compte rendu", "compte-rendu", "resume", "summar"),
    "hotseat": ("hot seat", "hotseat"),
    ALL: ("tout", "everything", "all"),
}
CALLED: dict[str, Text] = {
    "applications": _("the applications"),
    "dates": _("the dates"),
    "venue": _("the places"),
    "summary": _("the summaries"),
    "hotseat": _("the hot seat"),
    ALL: _("everything"),
}
HOW = _("Write what, to whom and until when: “I delegate the applications to Léa until 12 April”.")
SETTLED = _("That is settled already. “delegations” shows what is delegated.")
SHAPE = re.compile(
    r"^(?P<what>.*?)\s*\b(?:à|a|to)\s+(?P<who>.+?)(?P<until>\s+(?:jusqu|until|till|pendant|pour|for|\d).*)?$", re.I
)


# ------------------------------------------------------------------ what, to whom, until when


@on.command("deleguer", "delegate", help=_("let somebody stand in for you until a day"), only="organizer")
@on.phrase("je délègue", "délègue", "I delegate", "delegate", only="organizer", prefix=True)
@on.like(
    "je délègue les dates à Zoé", "Karim s'occupe des lieux à ma place", "Zoé peut décider des candidatures",
    "que Karim gère les dates pendant mes vacances", "let Zoé handle the dates",
    "Karim takes care of venues for me", "pendant mon absence c'est Zoé qui décide",
    "je laisse Karim gérer les lieux", "je donne la main à Zoé pour les dates", "Zoé decides while I'm away",
    "Karim me remplace jusqu'à la fin du mois", "Zoé prend ma place pendant deux semaines",
    "je confie les candidatures à Ana", "Ana gère les lieux désormais", "Ana stands in for me until the 20th",
    "Zoé replaces me while I'm on leave", "Karim can handle applications",
)  # fmt: skip
def delegate(msg: Message) -> Says:
    yield from _read(msg, msg.words)


def _read(msg: Message, words: str) -> Says:
    group, found = msg.home(), SHAPE.match(words.strip(" ."))
    duty = _duty(found["what"]) if found else None
    others = [seat.person for seat in group.members() if seat.person_id != msg.person.id]
    people = names.find(others, found["who"]) if found else []
    if found is None or duty is None:
        yield say.reply(HOW)
    elif len(people) != 1:
        yield say.reply(lines(_("I find no member called “{name}”.", name=found["who"][:60]), HOW))
    elif not found["until"]:
        question = _("Until when? Write a day, for example “12 April” or “3 weeks”.")
        yield say.ask(until, question, group=group, duty=duty, holder=people[0].id)
    else:
        yield from _until(msg, duty, people[0], found["until"])


def _duty(words: str) -> str | None:
    text = fold(words)
    return next((duty for duty, signs in KINDS.items() if any(sign in text for sign in signs)), None)


@on.answer("dg.until")
def until(msg: Message) -> Says:
    holder = Person.get_or_none(Person.id == msg.answers["holder"])
    if msg.membership is None or holder is None or not msg.text.strip():
        yield say.reply(_("I need a day here: “12 April”, “3 weeks”; or “cancel”."))
    else:
        yield from _until(msg, str(msg.answers["duty"]), holder, msg.text)


@on.cancel(until)
@on.back(until)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, nothing is delegated."))


def _until(msg: Message, duty: str, holder: Person, words: str) -> Says:
    group = msg.home()
    zone = ZoneInfo(group.timezone)
    today = now().astimezone(zone).date()
    day = read_day(words, today, msg.person.language or "fr")
    if day is None or day <= today or day > today + LONGEST:
        question = _("Until which day, within a year? For example “12 April” or “3 weeks”.")
        yield say.ask(until, question, group=group, duty=duty, holder=holder.id)
        return
    ends = dt.datetime.combine(day + dt.timedelta(days=1), AT, zone).astimezone(dt.UTC)
    given = Delegation.create(group=group, giver=msg.person, holder=holder, duty=duty, until=day, ends_at=ends)
    yield say.done()
    facts = {"what": CALLED[duty], "day": Day(day)}
    asked = _("I've asked {name}: {what}, until {day}.", name=names.first(holder), **facts)
    yield say.reply(asked, say.button(take_back, given))
    text = lines(
        _(
            "{name} asks you to look after <b>{what}</b> for {group} until {day}.",
            name=names.first(msg.person),
            group=group.name,
            **facts,
        ),
        _("You would decide about that like an organizer. It ends by itself, and you may give it back."),
    )
    yield say.tell(
        holder, text, say.button(accept, given), say.button(refuse, given), group=group, template="mission"
    )


# ------------------------------------------------------------------ yes, no


@on.tap("dg.yes", Delegation, _("Yes, gladly"), only="member")
def accept(tap: Tap) -> Says:
    given = tap.about(Delegation)
    if given.holder_id != tap.person.id:
        yield say.reply(_("This button is somebody else's."))
    elif given.ends_at <= now() or not given.turn("on", "asked"):
        yield say.reply(SETTLED)
    else:
        yield say.reply(
            _(
                "Thank you! Until {day} you look after {what}. “help” shows more now.",
                day=Day(given.until),
                what=_what(given),
            ),
            say.button(give_back, given),
        )
        text = _(
            "{name} looks after {what} until {day}.",
            name=names.first(tap.person),
            what=_what(given),
            day=Day(given.until),
        )
        yield say.tell(given.giver, text, say.button(take_back, given), group=given.group)
        yield say.later(ended, given, given.ends_at)
        yield say.signal("delegated", given)


@on.tap("dg.no", Delegation, _("Rather not"), only="member")
def refuse(tap: Tap) -> Says:
    given = tap.about(Delegation)
    if given.holder_id != tap.person.id or not given.turn("refused", "asked"):
        yield say.reply(SETTLED)
    else:
        yield say.reply(_("All right, I tell {name}.", name=names.first(given.giver)))
        text = _(
            "{name} can't look after {what} just now. You may ask somebody else.",
            name=names.first(tap.person),
            what=_what(given),
        )
        yield say.tell(given.giver, text, group=given.group)


def _what(given: Delegation) -> Text:
    return CALLED.get(given.duty, CALLED[ALL])


# ------------------------------------------------------------------ its day comes, or it is taken back


@on.due("dg.ended", Delegation)
def ended(due: Due) -> Says:
    given = due.about(Delegation)
    if given.ends_at <= now() and given.turn("over", "on"):
        yield from _over(given, given.giver, given.holder)


def _over(given: Delegation, *people: Person) -> Says:
    yield say.never(ended, given)
    for person in people:
        other = given.holder if person.id == given.giver_id else given.giver
        text = (
            _("{what}: back with you. {name} no longer stands in.", what=_what(given), name=names.first(other))
            if person.id == given.giver_id
            else _(
                "You no longer look after {what}: it is {name}'s again. Thank you!",
                what=_what(given),
                name=names.first(other),
            )
        )
        yield say.tell(person, text, group=given.group, once=f"dg.over:{given.id}:{person.id}")
    yield say.signal("undelegated", given)


@on.tap("dg.back", Delegation, _("Take it back"), only="member")
def take_back(tap: Tap) -> Says:
    given = tap.about(Delegation)
    if given.giver_id != tap.person.id:
        yield say.reply(_("This button is somebody else's."))
    else:
        yield from _end(given)


@on.tap("dg.give", Delegation, _("Give it back"), only="member")
def give_back(tap: Tap) -> Says:
    given = tap.about(Delegation)
    if given.holder_id != tap.person.id:
        yield say.reply(_("This button is somebody else's."))
    else:
        yield from _end(given)


def _end(given: Delegation) -> Says:
    asked = given.state == "asked"
    if not given.turn("taken", "asked", "on"):
        yield say.reply(SETTLED)
    elif asked:
        yield say.reply(_("Taken back: nothing is delegated."))
    else:
        yield from _over(given, given.giver, given.holder)


@on.command("delegations", "delegation", only="member")
@on.phrase("les délégations", "qui remplace qui", "the delegations", "who stands in for whom", only="member")
@on.tells
@on.like(
    "à qui j'ai délégué", "qui s'occupe de quoi en ce moment", "montre les délégations", "who did I delegate to",
    "show the delegations",
    "qui me remplace en ce moment", "j'ai confié quoi à qui", "who is standing in for me",
)  # fmt: skip
def show(msg: Message) -> Says:
    given = Delegation.running(msg.home())
    if not given:
        yield say.reply(lines(_("Nothing is delegated."), HOW if msg.seat().role == "organizer" else None))
        return
    mine = [one for one in given if msg.person.id in (one.giver_id, one.holder_id)]
    yield say.reply(lines(*(_line(one) for one in given)), *(_way_out(one, msg.person) for one in mine[:3]))


def _line(one: Delegation) -> Sayable:
    facts = {"what": _what(one), "giver": names.first(one.giver), "holder": names.first(one.holder)}
    return _("• {what}: {holder} for {giver}, until {day}", day=Day(one.until), **facts)


def _way_out(one: Delegation, person: Person) -> say.Button:
    return say.button(take_back if one.giver_id == person.id else give_back, one)


@on.phrase("je reprends tout", "reprends la délégation", "take the delegation back", only="organizer")
@on.like(
    "je reprends la main sur tout", "fin des délégations", "I take everything back", "end the delegations",
    "je suis rentré, je reprends tout en main", "retire les délégations", "cancel the delegations",
    "je récupère tous mes droits", "c'est fini, plus personne ne me remplace",
    "I'm back in charge of everything",
)  # fmt: skip
def all_back(msg: Message) -> Says:
    mine = [one for one in Delegation.running(msg.home(), "on", "asked") if one.giver_id == msg.person.id]
    if not mine:
        yield say.reply(_("You have delegated nothing."))
    else:
        stay = say.button(leave_it, msg.home())
        text = _("One tap takes it back, and I tell whoever stands in for you:")
        yield say.reply(
            lines(text, *(_line(one) for one in mine)), *(_back_from(one, len(mine)) for one in mine[:8]), stay
        )


@on.tap("dg.stay", Group, _("Not yet"), only="organizer")
@on.refuses
def leave_it(tap: Tap) -> Says:
    yield say.reply(_("All right, nothing has changed."))


def _back_from(one: Delegation, many: int) -> say.Button:
    called = _("Back from {name}: {what}", name=names.first(one.holder), what=_what(one))
    return say.button(take_back, one, called if many > 1 else None)

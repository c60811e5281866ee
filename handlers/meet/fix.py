"""Fix: a meeting whose date is known already, written down without a vote."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import Happening, Message, Sayable, Says, Tap, _, doors, lines, on, say
from handlers.kit.reading import moment, spots
from handlers.kit.reading.moment import Moment, read_length, read_moment
from handlers.kit.texts import Day, When, fold, hour
from storage.changes import FIX, Change
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting
from storage.people import Person
from storage.rhythms import Rhythm
from storage.venues import Venue

WHEN = _("When is it? For example: Thursday 12 at 19:30 at the Café des Arts")
HOURS = (dt.time(12, 30), dt.time(18, 30), dt.time(19, 30))
ASKING = ("quand", "ou ", "ou est", "when", "where", "a quelle", "what time", "qui ", "who ", "bien ", "quel")


@on.command(
    "fixer", "fix", help=_("write down a date that is settled: /fix Thursday 12 at 19:30"), only="member", group=True
)
@on.phrase(
    "la prochaine réunion est",
    "la prochaine réunion sera",
    "la prochaine rencontre est",
    "la prochaine rencontre sera",
    "la prochaine séance est",
    "la prochaine séance sera",
    "la prochaine est",
    "la prochaine sera",
    "la prochaine réunion c'est",
    "prochaine réunion",
    "fixe la réunion",
    "fixe la prochaine réunion",
    "fixe la date",
    "fixe",
    "fixons",
    "on fixe",
    "the next meeting is",
    "next meeting is",
    "the next meeting will be",
    "set the meeting",
    "fix the meeting",
    only="member",
    prefix=True,
)
@on.like(
    "on fixe la date à jeudi 12 mars 19h", "c'est décidé on se voit jeudi 12 à 19h", "on garde le jeudi 12 mars",
    "on prend le 12", "on choisit jeudi", "note que la prochaine réunion est le 12 mars",
    "la date est fixée au 19 mars", "on valide jeudi 12", "bloque le jeudi 12 mars à 19h",
    "allons-y pour le 12", "disons le 12", "let's go with the 12th", "let's say the 12th", "we'll take the 12th",
    "pas besoin de voter c'est le 12", "on part sur le 12 mars", "it's settled, we meet on thursday 12",
    "let's go with march 12", "fix the date for thursday", "the meeting is on march 12 at 7pm",
    "set it for thursday",
    "c'est acté on se voit mardi 10 mars", "c'est calé pour le 12", "la date est prise, jeudi 12",
    "on retient jeudi", "va pour le 19", "c'est officiel, mardi 10 à 20h", "the date is set, tuesday the 10th",
    "okay the 17th it is", "go for the 19th", "we're meeting on the 12th, that's decided",
)  # fmt: skip
def fix(msg: Message) -> Says:
    if fold(msg.words).startswith(ASKING) or msg.words.strip() == "?":
        yield say.replay("c'est quand la prochaine ?", msg.group)
    elif msg.words:
        yield from _wanted(msg.home(), msg.person, msg.words, msg.private)
    elif msg.private:
        yield say.ask(told, WHEN, group=msg.home())
    else:
        yield _in_private()


def _in_private() -> say.Say:
    link = doors.start_link()
    text = _("Write it in one go: /fix Thursday 12 at 19:30. Or to me in private, and I'll ask what is missing.")
    return say.reply(text, *([say.link(_("Write to me"), link)] if link else []))


@on.answer("fx.told")
def told(msg: Message) -> Says:
    if not msg.text.strip():
        yield say.ask(told, WHEN, group=msg.home(), **msg.answers)
        return
    yield say.done()
    if msg.membership is None:
        yield say.reply(_("You are no longer in {group}.", group=msg.home().name))
        return
    day = msg.answers.get("day")
    words = f"{msg.text} {msg.answers.get('place', '')}".strip()
    yield from _wanted(msg.home(), msg.person, words, True, day=dt.date.fromisoformat(day) if day else None)


@on.cancel(told)
@on.back(told)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, no date is fixed."))


@on.event("change_reworded")
def reworded(happening: Happening) -> Says:
    """ "plutôt 20h", "non, vendredi": the same meeting, with what was corrected."""
    change = happening.about(Change)
    if change.kind == FIX and change.by is not None:
        words = str(happening.facts["words"])
        yield from _wanted(change.group, change.by, words, bool(happening.facts["private"]), change)


# ------------------------------------------------------------------ what was written


def _wanted(
    group: Group,
    person: Person,
    words: str,
    private: bool,
    corrects: Change | None = None,
    day: dt.date | None = None,
) -> Says:
    zone, language = ZoneInfo(group.timezone), person.language or "fr"
    dates, place = spots.split_place(words)
    usual = Rhythm.of(group).hour
    read = read_moment(dates, zone, language, corrects.start if corrects else day, usual)
    if read.several:
        yield from _several(group, person, words, read)
    elif read.trouble is not None:
        yield _again(read.trouble, group, private)
    elif read.start is None:
        yield from _ask_hour(group, person, read, place, private)
    else:
        yield from _propose(group, person, words, read, place, private, corrects)


def _again(text: Sayable, group: Group, private: bool) -> say.Say:
    return say.ask(told, text, group=group) if private else say.reply(text)


def _propose(
    group: Group, person: Person, words: str, read: Moment, place: str, private: bool, corrects: Change | None
) -> Says:
    facts = _place(group, person, place) if place or corrects is None else _same(corrects)
    length = read.length or _length(words) or (corrects.length if corrects else None)
    beside = _beside(group)
    change = Change.want(FIX, group, person, beside, read.start, length=length, words=words, **facts)
    if read.unread:
        yield say.reply(_("I didn't understand “{words}”; look whether the date is right.", words=read.unread))
    yield say.signal("change_wanted", change, private=private)


def _beside(group: Group) -> Meeting | None:
    """The next meeting that has not begun: the one that is on is no longer moved."""
    return next((meeting for meeting in Meeting.coming_of(group) if now() < meeting.starts_at), None)


def _length(words: str) -> int | None:
    """ "pendant 1h30": an hour alone is no length."""
    folded = fold(words)
    for word in ("pendant", "pour une duree de", "dure", "for ", "lasting"):
        if word in folded:
            return read_length(folded.partition(word)[2])
    return None


def _same(change: Change) -> dict[str, Any]:
    return {"venue": change.venue, "place": change.place, "link": change.link}


def _place(group: Group, person: Person, words: str) -> dict[str, Any]:
    """The place that was said with the date: one that the group knows, or its own words."""
    if not words:
        return {}
    spot = spots.read_spot(words, person, group)
    if spot.trouble is not None:
        return {"place": words[:255]}
    venue: Venue = spots.venue_of(group, spot, person)
    return {"venue": venue, "link": venue.link}


# ------------------------------------------------------------------ what is missing


def _ask_hour(group: Group, person: Person, read: Moment, place: str, private: bool) -> Says:
    """The day is known, the hour is not: three usual ones, or any other in words."""
    if read.day is None:
        yield _again(moment.NO_DATE, group, private)
        return
    draft = Change.want(FIX, group, person, _beside(group), **_place(group, person, place))
    draft.wall, draft.zone = read.day.isoformat(), group.timezone
    draft.save(only=[Change.wall, Change.zone])
    language = person.language or "fr"
    buttons = [say.button(button, draft, hour(at, language)) for button, at in zip(HOUR_BUTTONS, HOURS, strict=True)]
    text = _("{day}, at what time?", day=Day(read.day))
    if private:
        yield say.ask(told, text, *buttons, group=group, day=read.day.isoformat(), place=place)
    else:
        yield say.reply(text, *buttons)


def _at(number: int) -> Callable[[Tap], Says]:
    @on.tap(f"fx.at{number}", Change, only="member")
    def choose(tap: Tap) -> Says:
        draft = tap.about(Change)
        if draft.by_id != tap.person.id:
            yield say.reply(_("This button is somebody else's."))
            return
        day = dt.date.fromisoformat((draft.wall or "")[:10])
        start = dt.datetime.combine(day, HOURS[number], ZoneInfo(draft.zone or "UTC"))
        draft.wall = start.replace(tzinfo=None).isoformat(timespec="minutes")
        draft.save(only=[Change.wall])
        yield say.done()
        yield say.signal("change_wanted", draft, private=tap.private)

    return choose


HOUR_BUTTONS = [_at(number) for number in range(len(HOURS))]


# ------------------------------------------------------------------ several dates are a vote


def _several(group: Group, person: Person, words: str, read: Moment) -> Says:
    shown = [When(option.start, short=True) if option.start else Day(option.day) for option in read.several[:6]]
    change = Change.want(FIX, group, person, None, words=words)
    text = lines(
        _("I read several dates: {dates}.", dates=shown),
        _("Only one can be fixed. Shall the group choose? Or write the one that is settled."),
    )
    yield say.reply(text, say.button(vote, change))


@on.tap("fx.vote", Change, _("Put them to the vote"), only="member")
def vote(tap: Tap) -> Says:
    change = tap.about(Change)
    if change.drop(tap.person):
        yield say.replay(f"/dates {change.words}", tap.home())
    else:
        yield say.reply(_("That was done already."))

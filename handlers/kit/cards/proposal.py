"""The draft of a vote as its author sees it: the one question that is left, or the card with what may be done."""

import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from handlers.kit import on, say
from handlers.kit.cards import ballot, draft
from handlers.kit.cards.deadline import closing
from handlers.kit.cards.draft import Understood
from handlers.kit.reading import moment
from handlers.kit.reading.when import Ask
from handlers.kit.texts import Day, Join, Reader, Sayable, Text, When, _, city_of, hour, lines
from storage.groups import Membership
from storage.people import Person
from storage.polls import DATE, Choice, Poll

NOTHING = _("I found no date in that. Write for example: Thursday 12:30, or the 14th at 19:30")


class Clock(Text):
    """An hour: "19h30", "7:30 PM"."""

    def render(self, reader: Reader) -> str:
        """As it is said in the reader's language."""
        return hour(self.values["at"], reader.language)


def at(time: dt.time) -> Text:
    """An hour of the day."""
    return Clock("{at}", {"at": time})


def is_sure(poll: Poll, understood: Understood) -> bool:
    """Is nothing left to be asked?"""
    choices = poll.choices()
    return bool(choices) and all(choice.timed for choice in choices) and not understood.ask and not understood.unread


def useful(poll: Poll) -> bool:
    """Was a last day to answer said, and is it still before the first date?"""
    return poll.closes_at is not None and poll.closes_at <= closing(poll, until=poll.closes_at.date())


def next_step(poll: Poll, person: Person, understood: Understood) -> say.Say:
    """Ask what must be asked, in one short question; else show the card."""
    if understood.ask is not None:
        return _ask(poll, understood.ask)
    untimed = [choice for choice in poll.choices() if not choice.timed]
    if untimed:
        return _ask_hour(poll, untimed, understood)
    if not poll.choices():
        return _question(poll, NOTHING)
    seat = Membership.of(poll.group, person)
    notes = _notes(understood)
    return _question(poll, lines(notes, shown(poll)), *(ways(poll, seat) if seat else []))


def _question(
    poll: Poll, text: Sayable, *buttons: say.Button, asked: str = "", hours: list[str] | None = None
) -> say.Ask:
    said = on.load().asked["pr.said"].function
    return say.ask(said, text, *buttons, group=poll.group, asked=asked, hours=hours or [])


def _notes(understood: Understood) -> Text | None:
    """What was not understood is said, so that nothing is left out in silence."""
    if not understood.unread:
        return None
    words = " ".join(understood.unread)[:60]
    if not understood.changed:
        return _("I did not understand “{words}”. Here is where we are:", words=words)
    return _("I left out “{words}”, which I did not understand. The rest reads:", words=words)


# ------------------------------------------------------------------ questions


def _ask(poll: Poll, ask: Ask) -> say.Say:
    """A doubtful date: with what it may mean on buttons, else to be said again."""
    ask = replace(ask, words=re.sub(r"\bsemaine prochain\b", "semaine prochaine", ask.words))
    doubts = Choice.doubts(poll)
    drop = say.button(on.tapped("pr.drop"), poll)
    if not doubts:
        return _question(poll, moment.trouble(ask), drop, asked=_span(ask))
    meant = on.tapped("pr.meant")
    if len(doubts) > 1 or ask.kind != "past":
        shown_ = [say.button(meant, choice, _day_or_hour(choice)) for choice in doubts[:4]]
        text = _("“{words}”: which one do you mean? Choose, or write the day.", words=ask.words)
        return _question(poll, text, *shown_, drop)
    text = _("“{words}” has passed. Did you mean {date}?", words=ask.words, date=_long(doubts[0]))
    return _question(poll, text, say.button(meant, doubts[0]), drop)


def _span(ask: Ask) -> str:
    """The week or month that the next answer is about: "mardi" then means the Tuesday of that week."""
    return ask.words if ask.kind in ("week only", "month only") else ""


def _ask_hour(poll: Poll, untimed: list[Choice], understood: Understood) -> say.Say:
    offered = draft.hours(poll)
    taps = [on.tapped(code) for code in ("pr.at1", "pr.at2", "pr.at3")]
    buttons = [say.button(tap, poll, at(time)) for tap, time in zip(taps, offered, strict=False)]
    days = [Text("{day}", {"day": Day(choice.start.date())}) for choice in untimed[:6]]
    text = lines(_notes(understood), _("At what hour, {days}?", days=Join(tuple(days), ", ")))
    return _question(poll, text, *buttons, hours=[time.isoformat("minutes") for time in offered])


def _day_or_hour(choice: Choice) -> Text:
    return ballot.tight(choice) if choice.timed else Text("{day}", {"day": Day(choice.start.date())})


def _long(choice: Choice) -> Text:
    if choice.timed:
        return Text("{when}", {"when": When(choice.start)})
    return Text("{day}", {"day": Day(choice.start.date())})


# ------------------------------------------------------------------ the card


def shown(poll: Poll, in_chat: bool = False) -> Sayable:
    """What was understood: weekday, date, hour and zone of each date, the place, the deadline."""
    choices = poll.choices()
    running = Poll.open_of(poll.group, DATE)
    dates = [_("{number}. {date}", number=n, date=_dated(choice)) for n, choice in enumerate(choices, 1)]
    known = ballot.known_of(poll)
    place = _("Place and length: {known}", known=known) if known else None
    head = _("<b>You propose:</b>") if not in_chat else _("<b>{name} proposes:</b>", name=_author(poll))
    how = _("To change something, just say it: “19:30 instead”, “without the 2”, “add the 14th at 20:00”.")
    return lines(head, *dates, _zone(poll), place, _until(poll, running), None if in_chat else how)


def _author(poll: Poll) -> str:
    return poll.asked_by.name if poll.asked_by else ""


def _dated(choice: Choice) -> Text:
    end = choice.start + dt.timedelta(minutes=choice.length) if choice.length else None
    return Text("{when}", {"when": When(choice.start, end=end)})


class City(Text):
    """The city that a zone is named after."""

    def render(self, reader: Reader) -> str:
        """In the reader's language."""
        return city_of(str(self.values["zone"]), reader.language)


def _zone(poll: Poll) -> Text:
    return _("(time of {city})", city=City("{zone}", {"zone": poll.group.timezone}))


def _until(poll: Poll, running: list[Poll]) -> Text | None:
    if running:
        return _("A vote on dates is open already: I can add these to it.")
    if len(poll.choices()) == 0:
        return None
    ends = closing(poll, until=poll.closes_at.date()) if poll.closes_at else closing(poll)
    local = ends.astimezone(ZoneInfo(poll.group.timezone))
    return _("Answers until {until}.", until=Text("{when}", {"when": When(local, short=True)}))


def ways(poll: Poll, seat: Membership, brief: bool = False) -> list[say.Button]:
    """Open the vote (or add to the one that is open), fix the only date, add, cancel."""
    drop = say.button(on.tapped("pr.drop"), poll)
    if Poll.open_of(poll.group, DATE):
        return [say.button(on.tapped("pr.join"), poll), drop]
    single = len(poll.choices()) == 1
    go = say.button(on.tapped("pr.go"), poll, _("Ask who can") if single else None)
    if brief:
        return [go, drop]
    if single and seat.may("dates"):
        return [say.button(on.tapped("pr.fix"), poll), go, drop]
    return [go, say.button(on.tapped("pr.add"), poll), drop]

"""The card of a poll: who asks, each date or place with its votes, the rule, the deadline; and its closed form."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from handlers.kit import on, say
from handlers.kit.texts import Join, On, Reader, Sayable, Text, When, _, _n, first, hour, lines
from storage.meetings import Meeting
from storage.noise import zones_of
from storage.people import TELEGRAM, WHATSAPP, Person
from storage.polls import DATE, IF_NEEDED, NO, YES, Choice, Poll, Tally, several
from storage.venues import Venue

PAGE = 8  # choices that the Telegram card shows at once: twelve lines in all
LISTED = 9  # choices of a WhatsApp list, with "none of them" as the tenth line
WORDS = {YES: _("yes"), IF_NEEDED: _("if needed"), NO: _("no")}


class Tight(Text):
    """A date as a button shows it, in 20 signs: "jeu. 12 mars 19h30"."""

    def render(self, reader: Reader) -> str:
        """In the time of its place."""
        start: dt.datetime = self.values["start"]
        day = first(format_date(start.date(), "EEE d MMM", locale=reader.language), reader.language)
        return f"{day} {hour(start, reader.language)}"


def name(choice: Choice, zones: tuple[ZoneInfo, ...] = ()) -> Text:
    """A choice in a line: "jeu. 12 mars à 19h30", or the place's name."""
    if choice.wall:
        return Text("{start}", {"start": When(choice.start, zones=zones, short=True)})
    return Text("{name}", {"name": choice.name})


def tight(choice: Choice) -> Text:
    """A choice on a button."""
    return Tight("{start}", {"start": choice.start}) if choice.wall else name(choice)


# ------------------------------------------------------------------ the open card


def card(poll: Poll, tally: Tally, lead: Sayable | None = None) -> Sayable:
    """The whole card, twelve lines at most for eight choices. lead: a line before it, in a private reminder."""
    zones = zones_of(poll.group)[1:]  # of members who live elsewhere: their hours are written beside
    numbers, more = page(poll, tally.choices)
    total = len(tally.choices)
    paged = _("Dates {first} to {last} of {n}.", first=numbers[0], last=numbers[-1], n=total) if more else None
    told = [_line(n, tally.choices[n - 1], tally, zones) for n in numbers]
    telegram = lines(lead, title(poll), *told, paged, _so_far(poll, tally), _rule(poll))
    everything = [_line(n, choice, tally, zones) for n, choice in enumerate(tally.choices, 1)]
    listed = everything if len(everything) <= LISTED else []  # longer ones are the numbered lines under the text
    whatsapp = lines(lead, title(poll), *listed, _so_far(poll, tally), _rule(poll), _how(tally.choices))
    return On(telegram, whatsapp)


def page(poll: Poll, choices: Sequence[Choice]) -> tuple[list[int], bool]:
    """The numbers of the choices on the page that the card shows; are there other pages?"""
    pages = max(1, -(-len(choices) // PAGE))
    first = (poll.page % pages) * PAGE
    return list(range(first + 1, min(first + PAGE, len(choices)) + 1)), pages > 1


def title(poll: Poll) -> Join:
    """Who asks what, and what is known of the meeting."""
    who = poll.asked_by.name if poll.asked_by else ""
    if poll.kind != DATE:
        ask = _("<b>{name} asks: where shall we meet?</b>", name=who) if who else _("<b>Where shall we meet?</b>")
    else:
        ask = _("<b>{name} asks: when shall we meet?</b>", name=who) if who else _("<b>When shall we meet?</b>")
    known = known_of(poll)
    return Join((ask, _("({known})", known=known)) if known else (ask,), " ")


def known_of(poll: Poll) -> Join | None:
    """The place and the length, as far as they are known."""
    place = poll.venue.name if poll.venue else poll.place
    parts = [Text("{place}", {"place": place})] if place else []
    parts += [length(poll.length)] if poll.length else []
    return Join(tuple(parts), ", ") if parts else None


def length(minutes: int) -> Text:
    """ "1h30", "2h", "45 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return Text("{n} min", {"n": rest})
    return Text("{h}h{m}", {"h": hours, "m": f"{rest:02}" if rest else ""})


def _line(number: int, choice: Choice, tally: Tally, zones: tuple[ZoneInfo, ...]) -> Text:
    """ "1. jeu. 12 mars à 19h30 : 3 oui (Zoé, Marc +1), 1 si besoin"."""
    counts = counted(choice, tally)
    named = name(choice, zones)
    if counts is None:
        return _("{number}. {choice}", number=number, choice=named)
    return _("{number}. {choice}: {votes}", number=number, choice=named, votes=counts)


def counted(choice: Choice, tally: Tally) -> Join | None:
    """ "3 oui (Zoé, Marc +1), 1 si besoin, 2 non"; None while nobody has voted on it."""
    yes, maybe, no = (tally.count(choice, value) for value in (YES, IF_NEEDED, NO))
    parts: list[Sayable] = []
    if yes:
        parts.append(_("{n} yes ({names})", n=yes, names=_folded(choice, tally)))
    if maybe:
        parts.append(_("{n} if needed", n=maybe))
    if no:
        parts.append(_("{n} no", n=no))
    return Join(tuple(parts), ", ") if parts else None


def _folded(choice: Choice, tally: Tally) -> Text:
    shown, more = several(tally.names(choice, YES), 4 if len(tally.choices) <= 4 else 2)
    names = ", ".join(shown)
    return Text("{names} +{more}", {"names": names, "more": more}) if more else Text("{names}", {"names": names})


def _so_far(poll: Poll, tally: Tally) -> Sayable | None:
    """How many have answered, and until when one may."""
    if poll.complete_at:
        return _("All {n} have answered: I close in five minutes, unless somebody changes a vote.", n=tally.total)
    if poll.closes_at is None:
        return None
    closes = Text("{until}", {"until": When(poll.closes_at.astimezone(ZoneInfo(poll.group.timezone)), short=True)})
    return _n(
        "{n} of {total} has answered. Vote until {until}.",
        "{n} of {total} have answered. Vote until {until}.",
        n=tally.voters,
        total=tally.total,
        until=closes,
    )


def _rule(poll: Poll) -> Text:
    if poll.kind == DATE:
        return _("The date with most yes wins, then fewest no, then the earliest.")
    return _("The place with most yes wins, then fewest no, then the first proposed.")


def _how(choices: Sequence[Choice]) -> Text:
    """What may be written: WhatsApp has one button a date."""
    if len(choices) == 1:
        return _("Answer “yes for 1”, “1 if needed” or “none”.")
    if len(choices) == 2:
        return _("Tap a date for yes, or answer for example “1, 2 if needed” or “none”.")
    return _("Tap a date for yes, or answer for example “1 and 3, 2 if needed”, “all but 2” or “none”.")


def buttons(poll: Poll, choices: Sequence[Choice]) -> list[say.Button]:
    """Three a choice on Telegram, one a choice on WhatsApp; then "none of them" and the next page."""
    yes, maybe, no = (on.tapped(code) for code in ("vt.yes", "vt.maybe", "vt.no"))
    numbers, paged = page(poll, choices)
    made: list[say.Button] = []
    for number in numbers:
        choice = choices[number - 1]
        made.append(say.button(yes, choice, _("{number} yes", number=number), only=TELEGRAM))
        made.append(say.button(maybe, choice, _("{number} if needed", number=number), only=TELEGRAM))
        made.append(say.button(no, choice, _("{number} no", number=number), only=TELEGRAM))
    made += [say.button(yes, choice, tight(choice), only=WHATSAPP) for choice in choices]
    made.append(say.button(on.tapped("vt.none"), poll))
    return made + ([say.button(on.tapped("vt.page"), poll, only=TELEGRAM)] if paged else [])


def key(poll: Poll) -> str:
    """The live card's key."""
    return f"poll:{poll.id}"


def posted(poll: Poll, tally: Tally) -> say.PostTo:
    """The card said to the whole group, once."""
    made = buttons(poll, tally.choices)
    how: dict[str, Any] = {"key": key(poll), "columns": 3, "level": "essential", "template": "vote"}
    return say.post(poll.group, card(poll, tally), *made, until=poll.closes_at, **how)


def shown(person: Person, poll: Poll, tally: Tally, lead: Sayable | None = None, **how: Any) -> say.Tell:
    """The card for one person, in private: a voting card like the group's."""
    made = buttons(poll, tally.choices)
    facts: dict[str, Any] = {"group": poll.group, "key": key(poll), "columns": 3, "template": "vote"}
    return say.tell(person, card(poll, tally, lead), *made, **facts, **how)


def in_chat(poll: Poll, text: Sayable, *made: say.Button) -> say.PostTo:
    """The card as it stands in the group's Telegram chat, changed; nothing else anywhere."""
    return say.post(poll.group, text, *made, key=key(poll), columns=3, in_place=True, among=frozenset())


# ------------------------------------------------------------------ what somebody said


def own(votes: dict[int, int], choices: Sequence[Choice]) -> Sayable:
    """One's own votes in a few words, for a toast: "1 oui · 2 si besoin · 3 non"."""
    said = [
        Text("{number} {word}", {"number": number, "word": WORDS[votes[choice.id]]})
        for number, choice in enumerate(choices, 1)
        if choice.id in votes
    ]
    return Join(tuple(said), " · ") if said else _("nothing yet")


def heard(votes: dict[int, int], tally: Tally) -> Sayable:
    """What was noted, read back by date: "oui : jeu. 12 mars à 19h30 ; non : mar. 10 mars à 18h30"."""
    groups = []
    for value in (YES, IF_NEEDED, NO):
        named = [name(choice) for choice in tally.choices if votes.get(choice.id) == value]
        if not named:
            continue
        if len(named) == len(tally.choices) > 1:
            groups.append(Text("{word}", {"word": EVERY[value]}))
        else:
            groups.append(_("{word} for {dates}", word=WORDS[value], dates=Join(tuple(named), ", ")))
    return Join(tuple(groups), " ; ")


EVERY = {YES: _("yes to all"), IF_NEEDED: _("all if needed"), NO: _("none of them")}


def leading(tally: Tally) -> Text | None:
    """Which choice is ahead now."""
    best = tally.best()
    if best is None:
        return None
    return _n(
        "Ahead for now: {choice} ({n} yes).",
        "Ahead for now: {choice} ({n} yes).",
        n=tally.count(best, YES),
        choice=name(best),
    )


# ------------------------------------------------------------------ the closed card


def closed(poll: Poll, tally: Tally) -> Sayable:
    """What became of the poll, and the votes as they stand."""
    shown = tally.ranked()[:PAGE]
    told = [_result(choice, tally) for choice in shown]
    return lines(verdict(poll), *told)


def _result(choice: Choice, tally: Tally) -> Text:
    votes = counted(choice, tally)
    if votes is None:
        return _("• {choice}", choice=name(choice))
    return _("• {choice}: {votes}", choice=name(choice), votes=votes)


def verdict(poll: Poll) -> Text:
    """One line: what was decided, and how."""
    if poll.state == "cancelled":
        return _("<b>This vote was dropped.</b>")
    if poll.state == "failed":
        return _("<b>The vote is closed; the organizers decide what comes next.</b>")
    if poll.kind != DATE:
        return _("<b>The vote about the place is closed.</b>")
    meeting: Meeting | None = poll.meeting
    if meeting is None:
        return _("<b>The vote is closed.</b>")
    return _("<b>It is settled: {when}.</b>", when=When(meeting.start))


def place_of(poll: Poll) -> tuple[Venue | None, str]:
    """Where the planned meeting takes place, as Meeting keeps it: a place that is known, or words."""
    return (poll.venue, "") if poll.venue else (None, poll.place)

"""Vote: oui, si besoin or non for each date, by buttons or in words, with one tally for both messengers (27, 30)."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit import Due, Happening, Join, Message, Says, Tap, Text, _, _n, doors, lines, names, on, say
from handlers.kit.cards import ballot
from handlers.kit.cards.deadline import closing
from handlers.kit.reading import spoken_votes
from handlers.kit.reading.days import read_day
from handlers.kit.reading.spoken_votes import Said
from handlers.kit.texts import Sayable, When, fold
from storage.db import now
from storage.deeds import Deed
from storage.groups import Group
from storage.noise import zone_of
from storage.outbox import Card
from storage.people import TELEGRAM, Person
from storage.polls import IF_NEEDED, NO, YES, Ballot, Choice, Poll, Tally, Vote

REFRESH = dt.timedelta(minutes=1)  # between two edits of the copies in private: fifty votes are one edit
NONE_FITS = _("None of them")
NOTHING_OPEN = _("Nothing is being voted on. Write “dates” to propose some.")
UNTIL = re.compile(r"^(?:le )?(?:vote |repondez |vous avez |on vote )?(?:jusqu'?(?:a|au|en) |avant |until |by )")


@dataclass(frozen=True)
class Until:
    """ "jusqu'à dimanche", said of the card: another last day to answer."""

    day: dt.date


# ------------------------------------------------------------------ opened


@on.event("poll_ready")
def open_vote(happening: Happening) -> Says:
    """Somebody's draft becomes a vote: the card, once for each destination."""
    poll = happening.about(Poll)
    choices = poll.forget_passed()
    if not choices or not poll.start(happening.facts.get("closes_at") or closing(poll)):
        return
    if poll.asked_by is not None:
        theirs = {choice: YES for choice in choices if choice.by_id == poll.asked_by_id}
        if theirs:
            poll.cast(poll.asked_by, theirs)
    tally = poll.tally()
    poll.note_complete(tally)
    yield ballot.posted(poll, tally)
    yield say.signal("poll_opened", poll)
    yield from _completed(poll, tally)


@on.command("vote", "voter", help=_("vote on the dates that are proposed"), only="member")
@on.phrase("je veux voter", "voir le vote", "le vote", "I want to vote", "show the poll", "the poll", only="member")
@on.tells
@on.like(
    "comment je vote", "où est-ce qu'on vote", "je veux changer mon vote", "montre-moi le sondage",
    "c'est quoi les dates proposées", "les dates proposées c'est quoi", "où en est le vote", "où en est le sondage",
    "on en est où du vote", "qui a voté quoi", "qui a voté", "quels sont les résultats du vote",
    "quelle date est en tête", "remontre-moi les dates", "how do I vote", "which dates are proposed",
    "show me the dates", "where does the vote stand", "who voted", "what are the results", "which date is leading",
    "change my vote", "qui gagne pour l'instant", "remets le sondage", "renvoie le sondage",
    "je retrouve plus le sondage", "il est où le sondage", "le vote en est où", "combien ont voté",
    "who's winning so far", "send the poll again", "where's the poll gone", "repost the poll",
    "ça donne quoi les votes", "ça en est où les votes", "c'est quoi le score", "fais voir les votes",
    "quel jour l'emporte", "how's the vote looking", "let me see the votes", "what's winning",
)  # fmt: skip
def show(msg: Message) -> Says:
    polls = Poll.open_of(msg.home())
    for poll in polls:
        yield ballot.shown(msg.person, poll, poll.tally())
    if not polls:
        yield say.reply(NOTHING_OPEN)


@on.phrase(
    "qui n'a pas voté", "qui n'a pas encore voté", "qui doit encore voter", "who hasn't voted",
    "who hasn't voted yet", "who has not voted yet", "who still has to vote",
    only="member",
)  # fmt: skip
@on.tells
def awaited(msg: Message) -> Says:
    """In private alone: naming the silent before everybody would shame them (M03)."""
    polls = Poll.open_of(msg.home())
    if polls and not msg.private:
        yield from show(msg)
        return
    for poll in polls:
        people = [seat.person for seat in poll.silent()]
        some = _("Still to vote: {names}.", names=names.listed(people, 15))
        yield say.reply(some if people else _("Everybody has voted."))
    if not polls:
        yield say.reply(NOTHING_OPEN)


# ------------------------------------------------------------------ by button


@on.tap("vt.yes", Choice, _("Yes"), only="member")
def yes(tap: Tap) -> Says:
    yield from _tapped(tap, YES)


@on.tap("vt.maybe", Choice, _("If needed"), only="member")
def if_needed(tap: Tap) -> Says:
    yield from _tapped(tap, IF_NEEDED)


@on.tap("vt.no", Choice, _("No"), only="member")
def no(tap: Tap) -> Says:
    yield from _tapped(tap, NO)


def _tapped(tap: Tap, value: int) -> Says:
    choice = tap.about(Choice)
    yield from _cast(tap, choice.poll, {choice: value})


@on.tap("vt.none", Poll, NONE_FITS, only="member")
def none(tap: Tap) -> Says:
    poll = tap.about(Poll)
    yield from _cast(tap, poll, dict.fromkeys(poll.choices(), NO))


@on.tap("vt.page", Poll, _("More dates ▸"), only="member")
def turn(tap: Tap) -> Says:
    poll = tap.about(Poll)
    choices = poll.choices()
    if not poll.open:
        yield say.reply(late(poll))
        return
    poll.turn_page(-(-len(choices) // ballot.PAGE))
    tally = poll.tally()
    yield from _refresh(poll, tally)
    yield from _own_card(tap, poll, tally)


def _cast(spoken: Tap | Message, poll: Poll, votes: dict[Choice, int]) -> Says:
    """Set the votes, say so in short, and let the card follow."""
    before = _of(poll, spoken.person, votes)
    if not poll.cast(spoken.person, votes):
        yield say.reply(late(poll))
        return
    tally = poll.tally()
    poll.note_complete(tally)
    said = {choice.id: value for choice, value in votes.items()}
    yield from _tell_them(spoken, poll, tally, said)
    yield from _refresh(poll, tally)
    yield from _own_card(spoken, poll, tally)
    yield from _completed(poll, tally)
    if any(value != said[int(choice)] for choice, value in before["before"].items()):
        yield say.signal("voted", poll, **before)


def _of(poll: Poll, person: Person, votes: Iterable[Choice]) -> dict[str, Any]:
    """What the person had said to these dates, so that it can be taken back."""
    known = Vote.of(poll, person)
    return {"before": {str(choice.id): known.get(choice.id) for choice in votes}, "answered": bool(known)}


@on.event("undo_voted")
def take_back(msg: Message) -> Says:
    """The votes as they were before the last one (116)."""
    deed = msg.about_card(Deed)
    poll = Poll.get_by_id(deed.facts["poll"])
    if not poll.restore(msg.person, {int(choice): value for choice, value in deed.facts["before"].items()}):
        deed.keep()
        yield say.reply(late(poll))
        return
    tally = poll.tally()
    poll.note_complete(tally)
    mine = tally.of(msg.person)
    yield say.reply(
        _("Taken back. Your votes: {votes}", votes=ballot.own(mine, tally.choices))
        if mine
        else _("Taken back: you have not voted yet.")
    )
    yield from _refresh(poll, tally)
    yield from _own_card(msg, poll, tally)


def _completed(poll: Poll, tally: Tally) -> Says:
    if tally.complete:
        yield say.signal("poll_complete", poll)


def _tell_them(spoken: Tap | Message, poll: Poll, tally: Tally, said: dict[int, int]) -> Says:
    """A toast over a Telegram button; else one short answer, with another way when no date fits."""
    mine = tally.of(spoken.person)
    fits = any(mine.values()) or not mine
    if isinstance(spoken, Tap) and spoken.platform == TELEGRAM:
        yield say.toast(_your_votes(mine, tally, fits))
        if fits or not spoken.private:
            return
    text = lines(_("Noted: {votes}.", votes=ballot.heard(said, tally)), _standing(poll, tally))
    if fits:
        yield say.reply(text)
    else:
        yield say.reply(text, say.button(on.tapped("pr.other"), poll))


def _your_votes(mine: dict[int, int], tally: Tally, fits: bool) -> Text:
    if fits:
        return _("Your votes: {votes}", votes=ballot.own(mine, tally.choices))
    return _("Noted: none fits. Write “dates” to me in private to propose another one.")


def _standing(poll: Poll, tally: Tally) -> Sayable:
    """How many have answered, and what is ahead."""
    count = _n("{n} of {total} has answered.", "{n} of {total} have answered.", n=tally.voters, total=tally.total)
    return Join(tuple(part for part in (count, ballot.leading(tally)) if part), " ")


def _refresh(poll: Poll, tally: Tally) -> Says:
    """The group's card at once; copies in private, where there is no group chat, together and a little later."""
    group: Group = poll.group
    if group.chat is not None and group.chat.present:
        yield ballot.in_chat(poll, ballot.card(poll, tally), *ballot.buttons(poll, tally.choices))
    elif TELEGRAM in doors.platforms():
        step = int(REFRESH.total_seconds())
        yield say.later(refresh, poll, dt.datetime.fromtimestamp((now().timestamp() // step + 1) * step, dt.UTC))


@on.due("vt.refresh", Poll)
def refresh(due: Due) -> Says:
    poll = due.about(Poll)
    if poll.open:
        tally = poll.tally()
        made = ballot.buttons(poll, tally.choices)
        yield say.post(poll.group, ballot.card(poll, tally), *made, key=ballot.key(poll), columns=3, in_place=True)


def _own_card(spoken: Tap | Message, poll: Poll, tally: Tally) -> Says:
    """The card in the voter's private chat, if there is one."""
    if spoken.private and spoken.platform == TELEGRAM:
        yield ballot.shown(spoken.person, poll, tally, in_place=True)


# ------------------------------------------------------------------ one choice more


@on.event("choice_added")
def added(happening: Happening) -> Says:
    """The card shows it; those who had answered are told once, in private, if they hear the ordinary."""
    choice = happening.about(Choice)
    poll, by = choice.poll, choice.by
    if not poll.open:
        return
    tally = poll.tally()
    yield from _refresh(poll, tally)
    name = by.name if by else _("Somebody")
    lead = _("{name} adds {choice}: what do you say to it?", name=name, choice=ballot.name(choice))
    for seat in Ballot.answered_in(poll):
        if seat.address and seat.person_id != choice.by_id and seat.hears("ordinary", now()) == "now":
            Card.forget(seat.address.address, ballot.key(poll))
            once = f"vt.more:{poll.id}:{seat.person_id}"
            yield ballot.shown(seat.person, poll, tally, lead, unasked=True, until=poll.closes_at, once=once)


# ------------------------------------------------------------------ in words


def read(text: str, poll: Poll, language: str) -> Said | Until | None:
    """Votes in words, or another deadline; nothing else is read."""
    if poll.state == "draft":
        return None
    words = fold(text).strip(" .!")
    if UNTIL.match(words) and len(words) < 60 and poll.open:
        today = now().astimezone(zone_of(None, poll.group)).date()
        day = read_day(words, today, language)
        return Until(day) if day else None
    said = spoken_votes.read(text, poll.choices())
    if said is None or (not poll.open and Poll.open_of(poll.group)):
        return None
    return said


def open_polls(group: Group) -> Sequence[Poll]:
    """What words without a card may mean: a vote about dates before one about places."""
    return sorted(Poll.open_of(group), key=lambda poll: poll.kind)


def clearer(text: str, poll: Poll, language: str) -> str | None:
    """A vote with words beside it, said again without them."""
    return spoken_votes.clearer(text, poll.choices(), language) if poll.open else None


@on.card("poll", Poll, reads=read, finds=open_polls, only="member", clearer=clearer)
def in_words(msg: Message) -> Says:
    poll, said = msg.about_card(Poll), msg.reading
    if isinstance(said, Until):
        yield say.signal("poll_until", poll, day=said.day, by=msg.person)
        return
    if said.unsure:
        yield from _unsure(msg, poll)
        return
    choices = poll.choices()
    meant = _filled(said, choices, Vote.of(poll, msg.person))
    yield from _cast(msg, poll, {choice: meant[choice.id] for choice in choices if choice.id in meant})


def _filled(said: Said, choices: list[Choice], known: dict[int, int]) -> dict[int, int]:
    """Who says yes to some and never voted on the others means no to those."""
    if said.whole or not any(said.votes.values()):
        return dict(said.votes)
    return {choice.id: NO for choice in choices if choice.id not in known} | dict(said.votes)


def _unsure(msg: Message, poll: Poll) -> Says:
    if not poll.cast(msg.person, {}):
        yield say.reply(late(poll))
        return
    tally = poll.tally()
    poll.note_complete(tally)
    yield say.reply(_("Noted: you don't know yet. I won't ask again; vote whenever you like."))
    yield from _refresh(poll, tally)
    yield from _own_card(msg, poll, tally)
    yield from _completed(poll, tally)


# ------------------------------------------------------------------ edited, on Telegram


@on.event("edited_voted")
def said_anew(msg: Message) -> Says:
    """The message that voted reads otherwise now: as if it had said so from the first."""
    deed = msg.about_card(Deed)
    poll: Poll = Poll.get_by_id(deed.facts["poll"])
    said = read(msg.text, poll, "")
    if not isinstance(said, Said) or said.unsure:
        return
    choices, stands = poll.choices(), Vote.of(poll, msg.person)
    before = {int(choice): value for choice, value in deed.facts["before"].items()} if deed.last else {}
    first = {choice: value for choice, value in (stands | before).items() if value is not None}
    meant = _filled(said, choices, first)
    if first | meant == stands:
        return
    if poll.restore(msg.person, before):
        yield from _cast(msg, poll, {choice: meant[choice.id] for choice in choices if choice.id in meant})
        deed.amend(before={str(choice): first.get(choice) for choice in before | meant})
    elif msg.private:
        yield say.reply(late(poll))


# ------------------------------------------------------------------ too late


def late(poll: Poll) -> Text:
    """What became of the vote, and what one may do now."""
    if poll.state == "cancelled":
        return _("This vote was dropped. Write “dates” to propose others.")
    if poll.state == "failed":
        return _("This vote is over without a date: the organizers decide what comes next.")
    if poll.state == "draft":
        return _("This vote is not open yet.")
    meeting = poll.meeting
    if meeting is None or not meeting.coming:
        return _("This vote is over. Write “dates” to propose a next meeting.")
    return _(
        "This vote is over: we meet on {when}. Write “I'm coming” or “I can't come” to me.",
        when=When(meeting.start),
    )

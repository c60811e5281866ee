"""End a poll by hand: close it now, drop it, or move its deadline (28)."""

import datetime as dt

from handlers.kit import Happening, Message, Says, Tap, Text, _, _n, lines, on, say
from handlers.kit.cards import ballot, outcome
from handlers.kit.cards.deadline import closing
from handlers.kit.reading.days import is_longer, read_day
from storage.db import now
from storage.groups import Membership
from storage.noise import zone_of
from storage.outbox import Question
from storage.polls import Poll

MORE = 2  # days, when a vote is extended
NO_POLL = _("No vote is open. Write “dates” to propose some.")


@on.phrase(
    "clore le vote", "clos le vote", "ferme le vote", "fermer le vote", "clôture le vote", "clôturer le vote",
    "close the vote", "close the poll", "end the vote", "end the poll",
    only="member",
)  # fmt: skip
@on.like(
    "on arrête le vote", "stop le vote", "c'est bon tout le monde a voté tu peux clore",
    "on peut fermer le sondage", "termine le sondage", "mets fin au vote", "clôture le sondage maintenant",
    "on clôt le vote et on prend la date gagnante", "arrête le sondage là", "stop the poll",
    "you can close the poll now", "finish the vote", "everyone voted, close it",
    "assez de votes, on ferme", "on s'arrête là pour le vote", "ferme-moi ce sondage",
    "that's enough votes, close it", "wrap up the poll",
)  # fmt: skip
@on.tells
def ask_close(msg: Message) -> Says:
    poll = next(iter(Poll.open_of(msg.home())), None)
    if poll is None:
        yield say.reply(NO_POLL)
    elif not outcome.may_decide(poll, msg.membership):
        yield say.reply(outcome.refusal(poll))
    else:
        tally = poll.tally()
        ahead = ballot.leading(tally) or _("Nobody can come on any date so far.")
        answered = _n(
            "{n} of {total} has answered.", "{n} of {total} have answered.", n=tally.voters, total=tally.total
        )
        yield say.reply(
            lines(_("Close the vote now?"), answered, ahead),
            say.button(close_now, poll),
            say.button(leave_open, poll),
        )


@on.tap("cp.now", Poll, _("Close now"), only="member")
def close_now(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if not outcome.may_decide(poll, tap.membership):
        yield say.reply(outcome.refusal(poll))
    elif not poll.hold():
        yield say.reply(outcome.decided(poll))
    else:
        yield from outcome.close(poll, "hand", tap.person)
        yield from outcome.told(poll)


@on.tap("cp.leave", Poll, _("Leave it open"), only="member")
@on.refuses
def leave_open(tap: Tap) -> Says:
    poll = tap.about(Poll)
    yield say.reply(_stays(poll))


@on.phrase(
    "annuler le vote", "annule le vote", "supprime le vote", "annuler le sondage", "annule le sondage",
    "cancel the vote", "cancel the poll", "drop the vote",
    only="member",
)  # fmt: skip
@on.like(
    "laisse tomber ce sondage", "abandonne le vote", "retire le sondage", "oublie ce sondage",
    "on laisse tomber le vote", "finalement pas de vote", "efface le sondage", "le sondage ne sert plus à rien",
    "scrap the poll", "forget about the poll", "delete the poll", "remove the vote", "never mind the poll",
    "abandonne ce sondage", "jette ce sondage j'en referai un", "on annule ce vote", "poubelle ce sondage",
    "bin the poll", "throw the poll away", "ditch that vote, I'll make a new one",
)  # fmt: skip
@on.tells
def ask_drop(msg: Message) -> Says:
    poll = next(iter(Poll.open_of(msg.home())), None) or next(iter(Poll.undecided_of(msg.home())), None)
    if poll is None:
        yield say.reply(NO_POLL)
    elif not outcome.may_decide(poll, msg.membership):
        yield say.reply(outcome.refusal(poll))
    else:
        voters = poll.tally().voters
        sure = _n(
            "Drop the vote? {n} person has answered already.",
            "Drop the vote? {n} people have answered already.",
            n=voters,
        )
        yield say.reply(sure, say.button(on.tapped("cp.drop"), poll), say.button(leave_open, poll))


# ------------------------------------------------------------------ another deadline


@on.phrase(
    "prolonge le vote", "prolonger le vote", "prolonge le sondage", "vote jusqu'à", "vote jusqu'au",
    "le vote dure jusqu'à", "répondez avant", "répondez jusqu'à", "extend the vote", "extend the poll", "vote until",
    only="member", prefix=True,
)  # fmt: skip
@on.like(
    "laisse encore deux jours pour voter", "rallonge le vote jusqu'à dimanche", "repousse la fin du vote",
    "laisse le sondage ouvert jusqu'à lundi", "donne plus de temps pour voter", "on prolonge le vote de deux jours",
    "prolonge jusqu'à vendredi", "keep the poll open until sunday", "give people more time to vote",
    "leave the vote open two more days", "donne-leur jusqu'à dimanche pour voter",
    "encore un peu de temps pour voter", "give them until sunday to vote", "more time for the vote",
    "rajoute deux jours au vote", "attends encore avant de fermer le vote",
    "tout le monde n'a pas voté, attends mercredi", "wait until monday before closing",
    "not everyone voted, wait a bit",
)  # fmt: skip
def prolong(msg: Message) -> Says:
    poll = next(iter(Poll.undecided_of(msg.home())), None)
    day = _day_said(poll, msg) if poll and msg.words else None
    if poll is None:
        yield say.reply(NO_POLL)
    elif not outcome.may_decide(poll, msg.membership):
        yield say.reply(outcome.refusal(poll))
    else:
        yield from _sure(poll, day)


def _day_said(poll: Poll, msg: Message) -> dt.date | None:
    """ "jusqu'à dimanche" counts from today, "de deux jours" from the present end."""
    zone = zone_of(None, poll.group)
    today = now().astimezone(zone).date()
    if poll.closes_at and is_longer(msg.words):
        today = max(today, poll.closes_at.astimezone(zone).date())
    return read_day(msg.words, today, msg.person.language or "fr")


def _days_left(poll: Poll) -> int:
    left = (poll.closes_at - now()).days if poll.closes_at else 0
    return max(0, left)


@on.event("poll_until")
def until_said(happening: Happening) -> Says:
    """ "jusqu'à dimanche", said of the card."""
    poll, by = happening.about(Poll), happening.facts["by"]
    if outcome.may_decide(poll, Membership.of(poll.group, by)):
        yield from _sure(poll, happening.facts["day"])
    else:
        yield say.reply(outcome.refusal(poll))


def _sure(poll: Poll, day: dt.date | None) -> Says:
    """It concerns everybody who votes: asked first; the day is kept with the question."""
    zone = zone_of(None, poll.group)
    if day is not None and day < now().astimezone(zone).date():
        yield say.reply(_("That day has passed. Until which day may one vote?"))
        return
    at = _end(poll, day)
    short = day is not None and at.astimezone(zone).date() < day
    yield say.ask(
        another_end,
        lines(
            _("The vote has to end before the first date.") if short else None,
            _("Let the vote go on until {until}?", until=outcome.local(poll, at)),
        ),
        say.button(longer, poll),
        say.button(as_it_is, poll),
        group=poll.group,
        poll=poll.id,
        day=day.isoformat() if day else "",
    )


def _end(poll: Poll, day: dt.date | None) -> dt.datetime:
    return closing(poll, until=day) if day else closing(poll, days=_days_left(poll) + MORE)


@on.answer("ep.until")
def another_end(msg: Message) -> Says:
    """Another day is asked about in turn; whatever else is said leaves the vote as it is."""
    poll = Poll.get_or_none(Poll.id == msg.answers["poll"])
    today = now().astimezone(zone_of(None, msg.home())).date()
    day = read_day(msg.text, today, msg.person.language or "fr")
    if poll is not None and day is not None:
        yield from _sure(poll, day)
    else:
        yield say.done()
        yield say.replay(msg.text, msg.group)


@on.cancel(another_end)
def never_mind(msg: Message) -> Says:
    poll = Poll.get_or_none(Poll.id == msg.answers["poll"])
    yield say.done()
    if poll is not None:
        yield say.reply(_stays(poll))


@on.tap("ep.longer", Poll, _("Let it go on"), only="member")
def longer(tap: Tap) -> Says:
    poll, question = tap.about(Poll), _asked(tap)
    if not outcome.may_decide(poll, tap.membership):
        yield say.reply(outcome.refusal(poll))
    elif question is None:  # tapped before, or on a card whose day is no longer known
        yield say.reply(_stays(poll))
    else:
        day = question.answers["day"]
        yield say.done()
        yield from outcome.reopen(poll, _end(poll, dt.date.fromisoformat(day) if day else None))


@on.tap("ep.as_it_is", Poll, _("Leave it as it is"), only="member")
@on.refuses
def as_it_is(tap: Tap) -> Says:
    if _asked(tap) is not None:
        yield say.done()
    yield say.reply(_stays(tap.about(Poll)))


def _asked(tap: Tap) -> Question | None:
    """The open question about this vote."""
    question = Question.of(tap.address)
    mine = question is not None and question.code == "ep.until" and question.answers["poll"] == tap.about(Poll).id
    return question if mine else None


def _stays(poll: Poll) -> Text:
    if poll.open and poll.closes_at:
        return _("It stays open until {until}.", until=outcome.local(poll, poll.closes_at))
    return outcome.decided(poll)

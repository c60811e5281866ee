"""Propose: dates in free words, shown as understood, corrected by one sentence, then voted on (27, 31)."""

import datetime as dt
import re

from handlers.kit import Message, Says, Tap, _, doors, on, say
from handlers.kit.cards import amend, draft, proposal
from handlers.kit.cards.draft import Understood
from handlers.kit.reading import moment, spots
from handlers.kit.texts import Text, When, fold
from handlers.kit.understand import phrases
from storage.deeds import Deed
from storage.groups import Membership
from storage.meetings import Meeting
from storage.outbox import Question
from storage.polls import DATE, YES, Choice, Poll
from storage.rhythms import Rhythm

WHEN = _("When? In your own words, for example: Thursday 12:30, or the 14th at 19:30")
GO = {
    "lance", "lance le vote", "lancer", "lance la", "ok", "oui", "c'est bon", "c'est ca", "go", "vas-y", "parfait",
    "envoie", "ouvre le vote", "yes", "launch", "launch it", "open the vote", "that's right", "send it", "fine",
}  # fmt: skip
DAY = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday|tomorrow"
    r"|\d{1,2}(?:er|th|st|nd|rd)? (?:jan|fev|feb|mar|avr|apr|mai|may|jui|jun|jul|aou|aug|sep|oct|nov|dec))"
)
HOUR = re.compile(r"\b(?:\d{1,2} ?h(?:\d\d)?|\d{1,2}:\d\d|\d{1,2} ?[ap]m|midi|noon|soir|evening|tonight)\b")
SETTLED = re.compile(
    r"\bc'est (?:acte|decide|cale|fixe|officiel)\b|\bit(?:'s| is) (?:decided|settled|set|official)\b"
)
OPENED = _(
    "The vote on these dates is open already, so it stays. “dates” and a day adds one, “cancel the vote” ends it."
)
OLD = _("That draft is closed. Write “dates” to propose others.")


@on.command(
    "dates", "sondage", "poll", help=_("propose dates: /dates Thursday 12:30 or the 14th at 19:30"),
    only="member", group=True,
)  # fmt: skip
@on.phrase(
    "je propose", "je vous propose", "on se voit", "on se retrouve", "on pourrait se voit", "on pourrait se voir",
    "proposer des dates", "propose des dates", "propose", "sondage", "trouvons une date", "trouver une date",
    "cherchons une date", "let's meet", "lets meet", "we could meet", "find a date", "propose dates", "I propose",
    "I suggest", "ça vous irait de se retrouver", "ça vous irait de se voir", "ça vous irait qu'on se voie",
    "ça vous dit de se retrouver", "ça vous dit de se voir", "ça vous dit qu'on se voie", "et si on se voyait",
    "shall we meet", "would you like to meet", "how about meeting",
    only="member", prefix=True,
)  # fmt: skip
@on.hint(lambda words: bool(DAY.search(words) and HOUR.search(words)))
@on.phrase(
    "quand est-ce qu'on se voit", "quand est ce qu'on se voit", "on se voit quand", "quand se voit-on",
    "when do we meet", "when shall we meet",
    only="member",
)  # fmt: skip
@on.like(
    "ça vous dit qu'on se voie jeudi à 19h", "on pourrait se faire un truc mardi 10 mars",
    "et si on se voyait jeudi soir", "on se fait une réunion la semaine prochaine",
    "vous seriez dispo mardi ou jeudi", "qui serait dispo jeudi 12 à 19h", "lance un sondage pour mardi ou jeudi",
    "je voudrais proposer une date", "j'aimerais qu'on se retrouve samedi",
    "il faudrait qu'on trouve une date pour la prochaine réunion", "on se voit quand la prochaine fois",
    "organise une réunion jeudi prochain", "une réunion le 12 mars ça irait", "mets au vote mardi 10 et jeudi 12",
    "fais un doodle pour la prochaine réunion", "on cale une date", "faudrait caler une date",
    "could we meet on thursday at 7pm", "how about meeting next tuesday", "what about march 12",
    "I'd like to propose a date", "let's find a date for the next meeting", "set up a poll for tuesday or thursday",
    "are you free on thursday", "can we set a date", "shall we meet thursday evening",
    "demande au groupe si lundi 16 convient", "demande si le 16 mars à 20h va à tout le monde",
    "est-ce que le mardi 10 vous irait", "ask the group whether monday the 16th suits",
    "see if friday suits everyone", "on essaie de se voir vendredi", "une date pour se revoir ?",
    "tout le monde est libre le 12 ?",
)  # fmt: skip
def propose(msg: Message) -> Says:
    words = msg.words.strip(" ?.")
    if words and spots.looks_like_place(words) and "lieu" in on.load().commands:
        yield say.replay(f"/lieu {msg.words}", msg.group)
    elif words and SETTLED.search(fold(words)):
        yield say.replay(f"/fixer {msg.words}", msg.group)
    elif not msg.private:
        yield from _in_chat(msg, words)
    elif not words:
        Poll.draft(msg.home(), msg.person)
        yield say.ask(said, WHEN, group=msg.home())
    else:
        yield from _begin(msg, msg.words)


def _begin(msg: Message, words: str) -> Says:
    poll, understood = draft.begin(msg.home(), msg.person, words)
    yield proposal.next_step(poll, msg.person, understood)
    yield say.signal("proposed", poll)


# ------------------------------------------------------------------ in the group's chat


def _in_chat(msg: Message, words: str) -> Says:
    """What is sure is shown there; whatever must be asked is asked in private."""
    poll, understood = draft.begin(msg.home(), msg.person, words)
    yield say.signal("proposed", poll)
    if proposal.is_sure(poll, understood):
        yield say.reply(proposal.shown(poll, in_chat=True), *proposal.ways(poll, msg.seat(), brief=True))
        return
    link = doors.start_link(doors.sealed("pr", poll.id))
    text = _("Gladly. I have a question or two about it: let's do that in private, I keep your words.")
    yield say.reply(text, *([say.link(_("Write to me"), link)] if link else []))


@doors.opens("pr")
def resume(msg: Message) -> Says:
    """The link from the group's chat: the words written there go on here."""
    number = doors.unsealed("pr", msg.words)
    poll = Poll.get_or_none(Poll.id == number) if number else None
    seat = Membership.of(poll.group, msg.person) if poll else None
    if poll is None or seat is None or poll.asked_by_id != msg.person.id or poll.state != "draft":
        yield say.reply(OLD)
    elif not poll.words:
        yield say.ask(said, WHEN, group=poll.group)
    else:
        again, understood = draft.begin(poll.group, msg.person, poll.words)
        yield proposal.next_step(again, msg.person, understood)


# ------------------------------------------------------------------ one sentence


@on.answer("pr.said")
def said(msg: Message) -> Says:
    """Whatever is said of the draft: a date, a correction, an hour, a place, or "go"."""
    poll = Poll.draft_of(msg.home(), msg.person)
    if msg.membership is None or poll is None:
        yield say.done()
        yield say.reply(OLD)
    elif not msg.text.strip():
        yield say.ask(said, _("I only read words: which day, and at what hour?"), group=poll.group, **msg.answers)
    elif _goes(fold(msg.text)) and poll.choices():
        yield from _launch(poll, msg)
    else:
        first = not poll.choices()
        understood = amend.correct(poll, msg.text, msg.person, str(msg.answers.get("asked", "")))
        yield proposal.next_step(poll, msg.person, understood)
        yield from [say.signal("proposed", poll)] if first else []


def _goes(folded: str) -> bool:
    """ "oui, lance": each part of it says that the vote may open."""
    words = folded.strip(" .!,")
    first, _space, rest = words.partition(" ")
    return words in GO or (first.strip(",.!") in GO and rest.strip(" ,") in GO)


@on.cancel(said)
def dropped(msg: Message) -> Says:
    yield say.done()
    poll = Poll.draft_of(msg.home(), msg.person)
    if poll is not None:
        poll.cancel(msg.person)
    yield say.reply(_("All right, no vote. Write “dates” when you want to propose some."))


@on.back(said)
def back(msg: Message) -> Says:
    poll = Poll.draft_of(msg.home(), msg.person)
    if poll is None or not poll.choices():
        yield say.ask(said, WHEN, group=msg.home())
    else:
        Choice.forget_doubts(poll)
        yield proposal.next_step(poll, msg.person, Understood(changed=True))


# ------------------------------------------------------------------ edited, on Telegram


@on.event("edited_proposed")
def said_anew(msg: Message) -> Says:
    """The message that proposed reads otherwise now: its draft begins again; a vote that is open stays."""
    deed = msg.about_card(Deed)
    poll: Poll = Poll.get_by_id(deed.facts["poll"])
    words = _proposed(msg.text)
    if not moment.has_date(words) or fold(words) == fold(poll.words):
        return
    if poll.state == "draft" and deed.take_back():
        yield from _begin(msg, words) if msg.private else _in_chat(msg, words)
    elif msg.private:
        yield say.reply(OPENED if poll.open else _already(poll))


def _proposed(text: str) -> str:
    """What is proposed, without the words that say so."""
    found = phrases.strict(text)
    said = found.words if found and found.phrase.function is propose else re.sub(r"^/\S+\s*", "", text)
    return said.strip(" ?.")


# ------------------------------------------------------------------ the draft's buttons


def _mine(tap: Tap) -> bool:
    return tap.about(Poll).asked_by_id == tap.person.id


def _not_mine(poll: Poll) -> Text:
    return _("This is {name}'s proposal: only they can launch it.", name=poll.asked_by.name if poll.asked_by else "")


@on.tap("pr.go", Poll, _("Open the vote"), only="member")
def launch(tap: Tap) -> Says:
    yield from _launch(tap.about(Poll), tap) if _mine(tap) else iter((say.reply(_not_mine(tap.about(Poll))),))


def _launch(poll: Poll, by: Tap | Message) -> Says:
    """Open the vote, unless it is open, its dates have passed, or another one runs."""
    if poll.state != "draft":
        yield say.reply(_already(poll))
    elif not poll.choices() or not all(choice.timed for choice in poll.choices()):
        yield proposal.next_step(poll, by.person, Understood(changed=True))
    elif not poll.forget_passed():
        yield say.reply(_("Those dates have passed meanwhile. Write “dates” to propose others."))
    elif Poll.open_of(poll.group, DATE):
        yield from _join(poll, by)
    else:
        yield from _open(poll, by)


def _open(poll: Poll, by: Tap | Message) -> Says:
    for stale in Poll.undecided_of(poll.group, DATE):
        stale.cancel(by.person)  # what had failed gives way to the new vote
    yield from _done(by)
    known = {"closes_at": poll.closes_at} if proposal.useful(poll) else {}
    if by.private:
        yield say.reply(_("The vote is open. I remind those who forget, and tell everybody the outcome."))
    else:
        yield say.reply(_("The vote is open."))
    yield say.signal("poll_ready", poll, **known)


def _done(by: Tap | Message) -> Says:
    """The question about this draft is answered; another one stays open."""
    question = Question.of(by.address)
    if question is not None and question.code == "pr.said":
        yield say.done()


def _already(poll: Poll) -> Text:
    if poll.state == "cancelled":
        return OLD
    if poll.meeting is not None:
        return _("Done already: we meet on {when}.", when=When(poll.meeting.start))
    return _("Done already: this vote was opened.")


@on.tap("pr.fix", Poll, _("Fix it now"), only="organizer")
def fix(tap: Tap) -> Says:
    """One date, and an organizer who knows that it suits: no vote."""
    poll = tap.about(Poll)
    choices = poll.choices()
    if not _mine(tap):
        yield say.reply(_not_mine(poll))
    elif poll.state != "draft":
        yield say.reply(_already(poll))
    elif len(choices) != 1 or not choices[0].timed or choices[0].passed:
        yield proposal.next_step(poll, tap.person, Understood(changed=True))
    elif poll.settle_alone(tap.person):
        yield from _fix(tap, poll, choices[0])


def _fix(tap: Tap, poll: Poll, choice: Choice) -> Says:
    rhythm = Rhythm.of(poll.group)
    meeting = Meeting.fix(
        poll.group,
        choice.start,
        length=choice.length or poll.length or rhythm.length,
        venue=poll.venue,
        place=poll.place,
        link=poll.venue.link if poll.venue else "",
        capacity=rhythm.capacity,
        plus_ones=rhythm.plus_ones,
        fixed_by=tap.person,
    )
    poll.decide(meeting)
    yield from _done(tap)
    yield say.reply(_("Fixed: {when}. Everybody is told.", when=When(meeting.start)))
    yield say.signal("meeting_fixed", meeting, poll=None)


@on.tap("pr.add", Poll, _("Add a date"), only="member")
def more(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if not _mine(tap):
        yield say.reply(_not_mine(poll))
    elif poll.state != "draft":
        yield say.reply(_already(poll))
    else:
        yield say.ask(said, _("Which date shall I add?"), group=poll.group)


@on.tap("pr.drop", Poll, _("Cancel"), only="member")
def drop(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if not _mine(tap):
        yield say.reply(_not_mine(poll))
    elif poll.state != "draft" or not poll.cancel(tap.person):
        yield say.reply(_already(poll))
    else:
        yield from _done(tap)
        yield say.reply(_("All right, no vote. Write “dates” when you want to propose some."))


@on.tap("pr.at1", Poll, None, only="member")
def first_hour(tap: Tap) -> Says:
    yield from _at(tap, 0)


@on.tap("pr.at2", Poll, None, only="member")
def second_hour(tap: Tap) -> Says:
    yield from _at(tap, 1)


@on.tap("pr.at3", Poll, None, only="member")
def third_hour(tap: Tap) -> Says:
    yield from _at(tap, 2)


def _at(tap: Tap, place: int) -> Says:
    """One of the hours that were offered; they are kept with the question."""
    poll = tap.about(Poll)
    question = Question.of(tap.address)
    offered = question.answers.get("hours", []) if question and question.code == "pr.said" else []
    if not _mine(tap):
        yield say.reply(_not_mine(poll))
    elif poll.state != "draft":
        yield say.reply(_already(poll))
    else:
        if place < len(offered):
            draft.set_hours(poll, dt.time.fromisoformat(offered[place]))
        yield proposal.next_step(poll, tap.person, Understood(changed=True))


@on.tap("pr.meant", Choice, _("Yes"), only="member")
def meant(tap: Tap) -> Says:
    """The date that was asked about is the one."""
    choice = tap.about(Choice)
    poll = choice.poll
    if poll.asked_by_id != tap.person.id:
        yield say.reply(_not_mine(poll))
    elif poll.state != "draft":
        yield say.reply(_already(poll))
    else:
        choice.confirm()
        yield proposal.next_step(poll, tap.person, Understood(changed=True))


# ------------------------------------------------------------------ another date for an open vote


@on.tap("pr.other", Poll, _("Propose another date"), only="member")
def other(tap: Tap) -> Says:
    poll = tap.about(Poll)
    if poll.kind != DATE:
        yield say.reply(_("Which place then? Write “place” and its name to me."))
    elif not tap.private:
        yield say.reply(_("Write “dates” and your date to me in private."))
    else:
        Poll.draft(poll.group, tap.person)
        yield say.ask(said, _("Which date would suit you? For example: Thursday 19:30"), group=poll.group)


@on.tap("pr.join", Poll, _("Add to the open vote"), only="member")
def join(tap: Tap) -> Says:
    yield from _launch(tap.about(Poll), tap) if _mine(tap) else iter((say.reply(_not_mine(tap.about(Poll))),))


def _join(poll: Poll, by: Tap | Message) -> Says:
    """The draft's dates become dates of the vote that is open; its card shows them to all."""
    running = Poll.open_of(poll.group, DATE)[0]
    if not running.hold():
        yield say.reply(_("That vote has just ended. Write “dates” to open another one."))
        return
    fresh = running.take_in(poll, by.person)
    poll.cancel(by.person)
    yield from _done(by)
    if not fresh:
        yield say.reply(_("These dates are in the vote already: vote for them there."))
        return
    running.cast(by.person, dict.fromkeys(fresh, YES))
    yield say.reply(_("Added to the vote, with your yes. Those who answered before are told once."))
    yield say.signal("choice_added", fresh[0], by=by.person)

"""Silent brainstorm: a question, ideas sent in private, all shown together without names; angle cards help (55)."""

import datetime as dt
import random
import re

from handlers.kit import Due, Happening, Join, Message, Sayable, Says, Tap, Text, _, _n, doors, lines, names, on, say
from handlers.kit.cards import evening
from handlers.kit.texts import fold
from storage.brainstorms import MOST, Brainstorm
from storage.outbox import Question
from storage.people import Person
from storage.sessions import Session

LASTS = dt.timedelta(minutes=5)
LONGEST = 60  # minutes
MINUTES = re.compile(r"^(?:en |de |in )?(?P<n>\d{1,2}) ?(?:min(?:ute)?s?|mn)\b\s*:?\s*", re.I)
BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s*")
ENOUGH = {"fini", "j'ai fini", "c'est fini", "c'est tout", "termine", "terminé", "done", "i'm done", "that's all"}
ANGLE = {"angle", "un angle", "an angle", "une carte", "a card"}
OVER = _("This brainstorm is over: the ideas are in the group.")
ASK = _("Write me your ideas: one a line, as many messages as you like. Nobody sees whose they are. “done” ends.")
ANGLES = (
    _("What if money played no part?"),
    _("What would you tell a friend who asks you this?"),
    _("And the opposite: how would one make it fail for sure?"),
    _("What can be done in ten minutes, today?"),
    _("Who has solved this already, in quite another trade?"),
    _("What would a child of eight propose?"),
    _("What if it had to be done tomorrow morning?"),
    _("What can simply be left out?"),
    _("Whom in this group or around it could one ask?"),
    _("What would make it fun?"),
    _("What has worked before, even a little?"),
    _("What would you try if nobody were watching?"),
)


@on.command("brainstorm", "remueméninges", only="member", group=True)
@on.phrase("brainstorm", "brainstorming", "brainstorm silencieux", "remue-méninges", "silent brainstorm", prefix=True)
@on.like(
    "on fait un brainstorming sur le nom", "lance un brainstorm", "chacun écrit ses idées", "let's brainstorm",
    "start a brainstorm about the name",
    "on cherche des idées chacun dans son coin", "un brainstorm en silence", "everyone writes ideas silently",
    "time to brainstorm",
)  # fmt: skip
def ask(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif len(fold(msg.words)) < 3:
        yield say.reply(_("On which question? For example: brainstorm: how to find a first client?"))
    elif len(msg.words) > MOST:
        yield say.reply(_("That is long for a question: {most} characters at most.", most=MOST))
    else:
        yield from _begin(msg, session)


def _begin(msg: Message, session: Session) -> Says:
    if session.mark(msg.person, True):
        yield say.signal("presence_changed", session)
    question, lasts = _timed(msg.words)
    storm, fresh = Brainstorm.begin(session, msg.person, question, lasts)
    if not fresh:
        yield say.reply(_("A brainstorm is on already: “{question}” Show its ideas first.", question=storm.question))
        return
    yield say.later(time_is_up, storm, storm.reveals_at)
    yield _card(storm)
    for person in session.here():
        yield from _invite(storm, person)


def _timed(words: str) -> tuple[str, dt.timedelta]:
    """ "10 minutes : comment …?": the question, and how long one thinks."""
    found = MINUTES.match(words)
    rest = words[found.end() :].strip() if found else words
    if found is None or not rest:
        return words, LASTS
    return rest, dt.timedelta(minutes=min(LONGEST, max(1, int(found["n"]))))


def _invite(storm: Brainstorm, person: Person) -> Says:
    """Ask in private; whoever never pressed Start finds the way on the card."""
    seat = storm.group.membership_of(person)
    if seat is None or seat.address is None or seat.address.state == "unstarted":
        return
    text = lines(_("💭 <b>{question}</b>", question=storm.question), ASK)
    yield say.ask(ideas, text, say.button(angle, storm), group=storm.group, person=person, storm=storm.id)


# ------------------------------------------------------------------ the card in the group


def _card(storm: Brainstorm, in_place: bool = False) -> say.Say:
    return say.post(
        storm.group,
        _told(storm),
        *(_buttons(storm) if storm.open else ()),
        key=f"storm:{storm.id}",
        among=frozenset(),
        in_place=in_place,
    )


def _told(storm: Brainstorm) -> Sayable:
    ideas_, people = storm.count()
    count = _n("{n} idea so far", "{n} ideas so far", n=ideas_)
    if not storm.open:
        return lines(_("💭 <b>{question}</b>", question=storm.question), _("It is over."))
    return lines(
        _("💭 <b>{question}</b>", question=storm.question),
        _("Silence: everybody writes their ideas to me in private. They are shown all together, without names."),
        _("{count}, from {people} of {here}.", count=count, people=people, here=len(storm.session.here())),
    )


def _buttons(storm: Brainstorm) -> list[say.Button]:
    link = doors.start_link(doors.sealed("bs", storm.id))
    write = [say.link(_("Write my ideas"), link)] if link else []
    return [*write, say.button(reveal, storm)]


@doors.opens("bs")
def come_in(msg: Message) -> Says:
    """ "Write my ideas" on the card opens the private chat."""
    record = doors.unsealed("bs", msg.words)
    storm = Brainstorm.get_or_none(Brainstorm.id == record) if record is not None else None
    if storm is None or storm.group.membership_of(msg.person) is None:
        yield say.reply(evening.NOT_ON)
    elif not storm.open:
        yield say.reply(OVER)
    else:
        if storm.session.mark(msg.person, True):
            yield say.signal("presence_changed", storm.session)
        text = lines(_("💭 <b>{question}</b>", question=storm.question), ASK)
        yield say.ask(ideas, text, say.button(angle, storm), group=storm.group, storm=storm.id)


# ------------------------------------------------------------------ ideas in private


@on.answer("bs.ideas")
def ideas(msg: Message) -> Says:
    storm = Brainstorm.get_or_none(Brainstorm.id == msg.answers["storm"])
    if storm is None or not storm.open or msg.membership is None:
        yield say.done()
        yield say.reply(OVER)
    elif fold(msg.text).strip(" .!") in ENOUGH:
        yield say.done()
        yield say.reply(_("Thank you! All ideas are shown together."))
    elif fold(msg.text).strip(" .!") in ANGLE:
        yield say.reply(_angle())
    elif not msg.text.strip():
        yield say.reply(_("Write your idea in a few words, please: that is what I can show."))
    else:
        yield from _keep(msg, storm)


@on.cancel(ideas)
def take_back(msg: Message) -> Says:
    """ "annuler" takes the last idea back; without any, one leaves."""
    storm = Brainstorm.get_or_none(Brainstorm.id == msg.answers["storm"])
    words = storm.take_back(msg.person) if storm else None
    if storm is None or words is None:
        yield say.done()
        yield say.reply(_("All right, without you. You still see the ideas at the end."))
    else:
        yield say.reply(_("Taken back: “{words}”", words=words))
        yield _card(storm, in_place=True)


def _keep(msg: Message, storm: Brainstorm) -> Says:
    told = [BULLET.sub("", line).strip() for line in msg.text.splitlines()]
    told = [words for words in told if words]
    short = [words for words in told if len(words) <= MOST]
    kept = storm.put(msg.person, short)
    if len(short) < len(told):
        yield say.reply(_("One idea in {most} characters at most, please: say it shorter.", most=MOST))
    elif kept < len(short):
        yield say.reply(_("That is plenty, thank you! I keep what you sent before."))
    else:
        yield say.reply(_n("Kept. Another one?", "{n} ideas kept. Another one?", n=kept))
    if kept:
        yield _card(storm, in_place=True)


@on.tap("bs.angle", Brainstorm, _("An angle, please"), only="member")
def angle(tap: Tap) -> Says:
    storm = tap.about(Brainstorm)
    yield say.reply(_angle() if storm.open else OVER)


def _angle() -> Text:
    return _("🃏 {angle}", angle=random.SystemRandom().choice(ANGLES))


# ------------------------------------------------------------------ all together


@on.tap("bs.reveal", Brainstorm, _("Show the ideas"), only="member")
def reveal(tap: Tap) -> Says:
    storm = tap.about(Brainstorm)
    if not storm.open:
        yield say.reply(_("The ideas have been shown already."))
    elif storm.asked_by_id != tap.person.id and not evening.may_lead(storm.session, tap.person):
        asker = names.first(storm.asked_by) if storm.asked_by else _("Whoever leads")
        yield say.reply(_("{name} shows them, or time does.", name=asker))
    else:
        yield from _reveal(storm)


@on.phrase("montre les idées", "révèle les idées", "on révèle", "show the ideas", "reveal", "reveal the ideas")
@on.like(
    "on regarde les idées", "dévoile les idées", "fais voir les idées", "show us the ideas", "let's see the ideas",
    "alors ces idées ça donne quoi", "affiche toutes les idées", "on découvre les idées",
    "time to see everybody's ideas",
)  # fmt: skip
def reveal_in_words(msg: Message) -> Says:
    session = evening.running(msg)
    storm = Brainstorm.open_in(session) if session else None
    if storm is None:
        yield say.reply(_("No brainstorm is on. To begin one: “brainstorm: how to find a first client?”"))
    elif storm.asked_by_id != msg.person.id and not evening.may_lead(storm.session, msg.person):
        asker = names.first(storm.asked_by) if storm.asked_by else _("Whoever leads")
        yield say.reply(_("{name} shows them, or time does.", name=asker))
    else:
        yield say.reply(
            _("Show everybody the ideas now? Nobody can add any after that."),
            say.button(reveal, storm),
            say.button(not_yet, storm),
        )


@on.tap("bs.wait", Brainstorm, _("Not yet"), only="member")
@on.refuses
def not_yet(tap: Tap) -> Says:
    storm = tap.about(Brainstorm)
    yield say.reply(_("They stay hidden for now.") if storm.open else _("The ideas have been shown already."))


@on.due("bs.time", Brainstorm)
def time_is_up(due: Due) -> Says:
    storm = due.about(Brainstorm)
    if storm.open:
        yield from _reveal(storm)


@on.event("session_closing", "session_closed")
def over(happening: Happening) -> Says:
    """What was thought is shown before one parts."""
    storm = Brainstorm.open_in(happening.about(Session))
    if storm is not None:
        yield from _reveal(storm)


def _reveal(storm: Brainstorm) -> Says:
    if not storm.reveal():
        return
    yield say.never(time_is_up, storm)
    yield _card(storm, in_place=True)
    here = frozenset(person.id for person in storm.session.here())
    yield say.post(storm.group, _all(storm), among=here, template="news")
    yield from _hush(storm)


def _all(storm: Brainstorm) -> Join:
    found = storm.ideas()
    none = _("No idea came this time. You could also talk about it aloud.")
    title = _("💭 <b>{question}</b>", question=storm.question)
    return lines(title, *(_("• {words}", words=words) for words in found), None if found else none)


def _hush(storm: Brainstorm) -> Says:
    """Nobody is asked for ideas any more."""
    for seat in storm.group.members():
        question = Question.of(seat.address) if seat.address else None
        if question is not None and question.code == "bs.ideas" and question.answers.get("storm") == storm.id:
            yield say.done(seat.address)

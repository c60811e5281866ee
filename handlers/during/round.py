"""The round ("tour de table"): who speaks now, who passes and comes back, who has not spoken yet (49)."""

import random
import re

from handlers.kit import Happening, Message, Sayable, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import evening
from handlers.kit.texts import fold
from storage.groups import Group
from storage.people import TELEGRAM, Person
from storage.rounds import PASSED, SPOKE, WAITING, Round, Speaker
from storage.sessions import Session

HAND_OVER = re.compile(
    r"^(?:(?:je (?:donne|passe) |on donne )?la parole (?:est )?a|au tour de|a toi,?|over to|next is) (?P<name>.+)$"
)
WORDS = {
    "next": {"suivant", "suivante", "au suivant", "j'ai fini", "j'ai termine", "next", "next one", "i'm done"},
    "pass": {"je passe", "je passe mon tour", "i pass", "pass", "skip me"},
    "stop": {"fin du tour", "fin du tour de table", "on arrete le tour", "stop the round", "end the round"},
}
NO_ROUND = _("No round is on. Whoever is here starts one with “round”.")


@on.command("tourdetable", "round", "tour", only="member", group=True)
@on.phrase(
    "tour de table", "on fait un tour de table", "faisons un tour", "on fait un tour", "go round", "let's go round"
)
@on.like(
    "on fait le tour de table", "lance le tour de table", "chacun se présente", "un petit tour de table",
    "on passe au tour de table", "à qui de parler", "start the round", "let's do a round", "a quick go-around",
    "chacun dit un mot", "on se fait un tour", "un tour rapide pour commencer", "everybody says a word",
    "quick round to start",
)  # fmt: skip
def ask(msg: Message) -> Says:
    yield from _begin_for(msg, arrival="arriv" in fold(msg.words))


@on.phrase("tour de table par ordre d'arrivée", "tour de table dans l'ordre d'arrivée", "round in order of arrival")
@on.like(
    "tour de table dans l'ordre", "in the order of arrival",
    "un tour selon l'arrivée de chacun", "first come first to speak in the round",
)  # fmt: skip
def ask_in_order(msg: Message) -> Says:
    yield from _begin_for(msg, arrival=True)


def _begin_for(msg: Message, arrival: bool) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    else:
        yield from _begin(msg, session, arrival)


@on.tap("rd.start", Session, _("Round"), only="member")
def start(tap: Tap) -> Says:
    session = tap.about(Session)
    if not session.on:
        yield say.reply(_("That meeting is over. See you at the next one!"))
    else:
        yield from _begin(tap, session, arrival=False)


def _begin(spoken: Message | Tap, session: Session, arrival: bool) -> Says:
    if session.mark(spoken.person, True):
        yield say.signal("presence_changed", session)
    people = session.here()
    if len(people) < 2:
        yield say.reply(_("A round needs two people: one tap each on “I'm here” first."))
        return
    round_, fresh = Round.begin(session, spoken.person, people if arrival else _mixed(people))
    if not fresh:
        yield say.reply(_("A round is on already: {line}", line=_now(round_)))
        return
    yield _card(round_)
    yield from _call(round_)
    yield say.signal("round_changed", session)


def _mixed(people: list[Person]) -> list[Person]:
    return random.SystemRandom().sample(people, len(people))


# ------------------------------------------------------------------ the card


def _card(round_: Round, in_place: bool = False) -> say.Say:
    speaking = round_.speaking()
    here = frozenset(person.id for person in round_.session.here())
    return say.post(
        round_.group,
        _told(round_),
        *_buttons(round_, speaking),
        key=f"round:{round_.id}",
        among=here,
        in_place=in_place,
    )


def _told(round_: Round) -> Sayable:
    rows = round_.speakers()
    spoke, waiting, passed = (_people(rows, state) for state in (SPOKE, WAITING, PASSED))
    if round_.state != "on":
        return lines(
            _("<b>The round is over.</b> Thank you all!"),
            _("Spoke: {names}", names=names.listed(spoke)) if spoke else None,
            _("Passed: {names}", names=names.listed([*waiting, *passed])) if waiting or passed else None,
        )
    return lines(
        _("🗣️ <b>Round</b>"),
        _now(round_),
        _("Then: {names}", names=names.listed(waiting)) if waiting else None,
        _("Spoke: {names}", names=names.listed(spoke)) if spoke else None,
    )


def _people(rows: list[Speaker], state: str) -> list[Person]:
    return [row.person for row in rows if row.state == state]


def _now(round_: Round) -> Sayable:
    speaking = round_.speaking()
    return _("<b>{name}</b> speaks.", name=names.first(speaking.person)) if speaking else _("Nobody speaks.")


def _buttons(round_: Round, speaking: Speaker | None) -> list[say.Button]:
    """On WhatsApp, where nothing is edited, only whose turn it is gets buttons, in their own message."""
    if speaking is None or round_.state != "on":
        return []
    shown = [say.button(following, speaking, only=TELEGRAM), say.button(skip, speaking, only=TELEGRAM)]
    fresh = not any(row.state == SPOKE or row.passes for row in round_.speakers())
    return shown + ([say.button(in_order, round_, only=TELEGRAM)] if fresh else [])


@evening.shows(20)
def line(session: Session) -> Sayable | None:
    """The round on the evening's card."""
    round_ = Round.open_in(session)
    return _("🗣️ Round: {line}", line=_now(round_)) if round_ else None


# ------------------------------------------------------------------ from one to the next


@on.tap("rd.next", Speaker, _("Next"), only="member")
def following(tap: Tap) -> Says:
    speaker = tap.about(Speaker)
    if speaker.finish():
        yield from _go_on(speaker.round)
    else:
        yield from _not_theirs(speaker.round)


@on.tap("rd.skip", Speaker, _("I pass"), only="member")
def skip(tap: Tap) -> Says:
    speaker = tap.about(Speaker)
    if speaker.person_id != tap.person.id and not evening.may_lead(speaker.round.session, tap.person):
        yield say.reply(_("It is {name}'s turn: only they can pass.", name=names.first(speaker.person)))
    elif speaker.skip():
        yield say.reply(_passed(speaker))
        yield from _go_on(speaker.round)
    else:
        yield from _not_theirs(speaker.round)


@on.tap("rd.order", Round, _("Order of arrival"), only="member")
def in_order(tap: Tap) -> Says:
    round_ = tap.about(Round)
    if round_.reorder(round_.session.here()):
        yield _card(round_, in_place=True)
        yield from _call(round_)
        yield say.signal("round_changed", round_.session)
    else:
        yield say.reply(_("The round has begun: the order stays."))


def _passed(speaker: Speaker) -> Sayable:
    again = _("All right, without a word about it. Your turn comes once more at the end.")
    return _("All right, without a word about it.") if speaker.passes else again


def _not_theirs(round_: Round) -> Says:
    yield say.reply(_now(round_) if Round.get_by_id(round_.id).state == "on" else _("This round is over."))


def _go_on(round_: Round) -> Says:
    round_.give_word()
    yield _card(round_, in_place=True)
    yield from _call(round_)
    yield say.signal("round_changed", round_.session)


def _call(round_: Round) -> Says:
    """Whoever speaks now hears it in private on WhatsApp, or where no chat shows the card."""
    speaking = round_.speaking()
    if speaking is None or not evening.apart(round_.group, speaking.person):
        return
    text = _("It is your turn to speak. When you have finished, tap here.")
    buttons = say.button(following, speaking, _("I've finished")), say.button(skip, speaking)
    yield say.tell(speaking.person, text, *buttons, group=round_.group, until=round_.session.ends_expected)


# ------------------------------------------------------------------ in words


@on.phrase("qui n'a pas parlé", "qui n'a pas encore parlé", "who has not spoken", "who hasn't spoken")
@on.like(
    "il reste qui pour le tour de table", "qui doit encore parler", "who still has to speak", "who is left",
    "un tour de table silencieux, chacun écrit", "silent round",
    "tout le monde a parlé ?", "qui n'a encore rien dit", "who hasn't said anything yet", "has everyone spoken",
)  # fmt: skip
def silent(msg: Message) -> Says:
    speaker = _speaker(msg)
    if speaker is None:
        yield say.reply(NO_ROUND)
        return
    rest = [row.person for row in speaker.round.speakers() if row.state == WAITING]
    none = _("Everybody has had the word.")
    yield say.reply(_("Still to speak: {names}", names=names.listed(rest)) if rest else none)


def _speaker(msg: Message) -> Speaker | None:
    session = evening.running(msg)
    round_ = Round.open_in(session) if session else None
    return round_.speaking() if round_ else None


def reads(text: str, round_: Round, language: str) -> tuple[str, Person | None] | None:
    """ "suivant", "je passe", "la parole à Zoé": only while a round is on, so that a hot seat may use them too."""
    words = fold(text).strip(" .!")
    if what := next((what for what, known in WORDS.items() if words in known), None):
        return what, None
    found = HAND_OVER.match(words)
    people = names.find(evening.members(round_.session), found["name"]) if found else []
    return ("call", people[0]) if len(people) == 1 else None


def _open_in(group: Group) -> list[Round]:
    session = Session.running_in(group)
    round_ = Round.open_in(session) if session else None
    return [round_] if round_ else []


@on.card("round", Round, reads=reads, finds=_open_in, only="member")
def said(msg: Message) -> Says:
    round_ = msg.about_card(Round)
    what, person = msg.reading
    speaking = round_.speaking()
    if round_.state != "on" or speaking is None:
        yield say.reply(NO_ROUND)
    elif what == "next":
        yield from _finish(speaking)
    elif what == "pass":
        yield from _pass(msg, speaking)
    elif what == "stop":
        yield from _stop(round_)
    else:
        yield from _hand_over(round_, speaking, person)


def _finish(speaking: Speaker) -> Says:
    if speaking.finish():
        yield from _go_on(speaking.round)
    yield say.reply(_now(speaking.round) if speaking.round.state == "on" else _("The round is over. Thank you!"))


def _pass(msg: Message, speaking: Speaker) -> Says:
    if speaking.person_id != msg.person.id:
        yield say.reply(_("It isn't your turn yet: {line}", line=_now(speaking.round)))
    elif speaking.skip():
        yield say.reply(_passed(speaking))
        yield from _go_on(speaking.round)


def _stop(round_: Round) -> Says:
    round_.end()
    yield _card(round_, in_place=True)
    yield say.reply(_("The round is over. Thank you!"))
    yield say.signal("round_changed", round_.session)


def _hand_over(round_: Round, speaking: Speaker, person: Person) -> Says:
    if round_.session.mark(person, True):
        yield say.signal("presence_changed", round_.session)
    round_.join([person])
    called = round_.of(person)
    if called is not None and called.call():
        speaking.finish()
    yield _card(round_, in_place=True)
    yield from _call(round_)
    yield say.reply(_("Over to {name}.", name=names.first(person)))
    yield say.signal("round_changed", round_.session)


# ------------------------------------------------------------------ who comes and goes meanwhile


@on.event("presence_changed")
def keep_up(happening: Happening) -> Says:
    """Late arrivals come at the end; when whoever speaks has left, the next one has the word."""
    session = happening.about(Session)
    round_ = Round.open_in(session)
    if round_ is None:
        return
    here = session.here()
    joined = round_.join(here)
    speaking = round_.speaking()
    left = speaking is not None and speaking.person_id not in {person.id for person in here}
    if speaking is not None and left and speaking.skip():
        yield from _go_on(round_)
    elif joined:
        yield _card(round_, in_place=True)


@on.event("session_closing", "session_closed")
def over(happening: Happening) -> Says:
    """Whoever closes the meeting ends the round."""
    round_ = Round.open_in(happening.about(Session))
    if round_ is not None and round_.end():
        yield _card(round_, in_place=True)

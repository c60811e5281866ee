"""Topics: a box between meetings, a vote each, and what one talks about first when one meets (50)."""

import re
from collections.abc import Sequence

from handlers.kit import Message, Sayable, Says, Tap, Text, _, _n, lines, names, on, say
from handlers.kit.cards import evening
from handlers.kit.texts import fold
from storage.groups import ORGANIZER, Group
from storage.notes import MOST, Topic
from storage.people import TELEGRAM, Person
from storage.sessions import Session

SHOWN, TALKED = 10, 5  # topics of a page; of those proposed when one meets
NUMBERS = re.compile(r"^\d{1,2}(?:(?: ?,| et| and) ?\d{1,2})*$")
EMPTY = _("The box is empty. To put a topic in: “topic: how to set one's prices?”")
GONE = _("That topic has left the box. “topics” shows what is in it.")
WHICH = _("Which one? “topics” shows them with their numbers.")


# ------------------------------------------------------------------ into the box


@on.command("sujet", "topic", help=_("put a topic in the box"), only="member", group=True)
@on.phrase("sujet :", "sujet:", "un sujet :", "topic:", "topic :", "a topic:", only="member", prefix=True)
@on.like(
    "je voudrais parler de la facturation", "ajoute un sujet : la facturation",
    "j'ai un sujet pour la prochaine fois", "on pourrait parler de la facturation jeudi",
    "mets à l'ordre du jour la facturation", "add a topic: invoices", "I'd like to talk about invoices next time",
    "put invoices on the agenda", "sujet à ajouter pour la prochaine : les tarifs",
    "j'aimerais qu'on aborde les tarifs", "note un sujet : les impayés", "can we discuss pricing next time",
    "topic for next time: pricing", "propose comme sujet les impayés",
    "je voudrais qu'on parle de la trésorerie", "est-ce qu'on peut aborder les devis la prochaine fois",
    "ce serait bien de parler des contrats", "j'ai un thème à proposer",
    "parlons des tarifs à la prochaine réunion", "I want us to talk about taxes at the next meeting",
    "could we talk about contracts next time", "I have something to put in the topic box",
    "mets ça dans la boîte à sujets",
)  # fmt: skip
def put(msg: Message) -> Says:
    words = " ".join(msg.words.lstrip(" :").split())
    if not words:
        yield from show(msg)
    elif len(words) > MOST:
        yield say.reply(_("One topic in {most} characters at most, please: say it shorter.", most=MOST))
    else:
        topic, fresh = Topic.put(msg.home(), msg.person, words)
        topic.want(msg.person)
        known = _("It is in the box already, and has your vote: “{words}”", words=topic.words)
        noted = _("In the box, with your vote: “{words}”", words=topic.words)
        buttons = (say.button(remove, topic),) if fresh and msg.private else ()
        yield say.reply(noted if fresh else known, *buttons, say.button(see, msg.home()))
        yield say.signal("did", topic, what="own", press="tp.remove" if fresh else "tp.unvote")
        yield _card(msg.home(), in_place=True)


@on.tap("tp.remove", Topic, _("Take it out"), only="member")
def remove(tap: Tap) -> Says:
    yield from _remove(tap, tap.about(Topic))


@on.phrase(
    "retire le sujet", "enlève le sujet", "ferme le sujet", "remove topic", "close topic", prefix=True, only="member"
)
@on.like(
    "retire mon sujet", "enlève le sujet 2", "remove my topic", "delete topic 2", "vire mon sujet sur les tarifs",
    "j'abandonne mon sujet", "laisse tomber mon sujet", "forget my topic", "scrap my topic",
    "mon sujet n'est plus d'actualité", "mon sujet est réglé, enlève-le", "my topic is solved, take it out",
)  # fmt: skip
def remove_in_words(msg: Message) -> Says:
    topic = _numbered(msg)
    if topic is None:
        yield say.reply(WHICH)
    else:
        yield from _remove(msg, topic)


def _remove(spoken: Message | Tap, topic: Topic) -> Says:
    """Its author takes it out, or an organizer."""
    if topic.by_id != spoken.person.id and spoken.seat().role != ORGANIZER:
        yield say.reply(_("Whoever proposed it takes it out, or an organizer."))
    elif topic.remove(spoken.person):
        yield say.reply(_("Taken out of the box: “{words}”", words=topic.words), say.button(put_back, topic))
        yield say.signal("taken_back", topic, press="tp.remove")
        yield say.signal("did", topic, what="own", press="tp.back")
        yield _card(spoken.home(), in_place=True)
    else:
        yield say.reply(GONE)


@on.tap("tp.back", Topic, _("Put it back in"), only="member")
def put_back(tap: Tap) -> Says:
    topic = tap.about(Topic)
    if topic.put_back():
        yield say.reply(_("It is in the box again: “{words}”", words=topic.words))
        yield say.signal("taken_back", topic, press="tp.back")
        yield _card(tap.home(), in_place=True)
    else:
        yield say.reply(_("It is in the box."))


# ------------------------------------------------------------------ the box


@on.command("sujets", "topics", help=_("the topics in the box, and your votes"), only="member", group=True)
@on.phrase("boîte à sujets", "la boîte à sujets", "les sujets", "topic box", "the topics", only="member")
@on.tells
@on.like(
    "quels sont les sujets", "c'est quoi les sujets de la prochaine fois", "de quoi on parle jeudi",
    "les sujets proposés", "la boîte à sujets", "what are the topics", "what will we talk about", "list the topics",
    "il y a quoi dans la boîte à sujets", "quels thèmes ont été proposés", "what's in the topic box",
    "what topics have people put in",
)  # fmt: skip
def show(msg: Message) -> Says:
    box = Topic.box(msg.home())
    if not box:
        yield say.reply(EMPTY)
    elif msg.private:
        yield _mine(msg.person, msg.home(), box)
    else:
        yield _card(msg.home())


@on.tap("tp.see", Group, _("See the box"), only="member")
def see(tap: Tap) -> Says:
    box = Topic.box(tap.home())
    if not box:
        yield say.reply(EMPTY)
    elif tap.private:
        yield _mine(tap.person, tap.home(), box)
    else:
        yield _card(tap.home())


def _card(group: Group, in_place: bool = False) -> say.Say:
    """The box in the group's chat: a tap on a number is a vote."""
    box = Topic.box(group)
    votes = [say.button(vote, topic, _("{n}", n=n)) for n, topic in enumerate(box[:SHOWN], 1)]
    return say.post(group, _told(box, 0), *votes, key=_key(group), among=frozenset(), in_place=in_place, columns=5)


def _key(group: Group) -> str:
    return f"topics:{group.id}"


def _mine(person: Person, group: Group, box: Sequence[Topic], start: int = 0, in_place: bool = False) -> say.Say:
    """The box for one person, ten at a time, with their own votes marked."""
    wanted, shown = Topic.wanted_by(person, group), box[start : start + SHOWN]
    buttons = [_ballot(n, topic, topic.id in wanted) for n, topic in enumerate(shown, start + 1)]
    more = [say.button(page, box[start + SHOWN])] if len(box) > start + SHOWN else []
    text = lines(_told(box, start), _("Tap a number: it has your vote, or no longer."))
    return say.tell(person, text, *buttons, *more, group=group, key=_key(group), in_place=in_place, columns=5)


def _ballot(n: int, topic: Topic, wanted: bool) -> say.Button:
    return say.button(unvote, topic, _("✓ {n}", n=n)) if wanted else say.button(vote, topic, _("{n}", n=n))


def _told(box: Sequence[Topic], start: int) -> Sayable:
    if not box:
        return EMPTY
    rows = [_row(n, topic) for n, topic in enumerate(box[start : start + SHOWN], start + 1)]
    return lines(_("🗳️ <b>The topic box</b>"), *rows)


def _row(n: int, topic: Topic) -> Text:
    if not topic.votes:
        return _("{n}. {words}", n=n, words=topic.words)
    return _("{n}. {words} ({votes})", n=n, words=topic.words, votes=_n_votes(topic.votes))


def _n_votes(count: int) -> Text:
    return _n("{n} vote", "{n} votes", n=count)


@on.tap("tp.page", Topic, _("More topics"), only="member")
def page(tap: Tap) -> Says:
    box = Topic.box(tap.home())
    start = next((n for n, topic in enumerate(box) if topic.id >= tap.about(Topic).id), 0)
    yield _mine(tap.person, tap.home(), box, start - start % SHOWN) if box else say.reply(EMPTY)


# ------------------------------------------------------------------ votes


@on.tap("tp.vote", Topic, only="member")
def vote(tap: Tap) -> Says:
    topic = tap.about(Topic)
    if topic.state != "open":
        yield say.reply(GONE)
    elif topic.want(tap.person):
        yield say.reply(_("Your vote is noted: “{words}”", words=topic.words))
        yield say.signal("taken_back", topic, press="tp.vote")
        yield say.signal("did", topic, what="own", press="tp.unvote")
        yield from _shown(tap, topic)
    elif tap.private:
        yield say.reply(_("It has your vote already: “{words}”", words=topic.words), say.button(unvote, topic))
    else:
        yield say.reply(_("It has your vote already. To take it back, write “topics” to me alone."))


@on.tap("tp.unvote", Topic, _("Take my vote back"), only="member")
def unvote(tap: Tap) -> Says:
    topic = tap.about(Topic)
    if topic.unwant(tap.person):
        yield say.reply(_("Your vote is taken back: “{words}”", words=topic.words))
        yield say.signal("taken_back", topic, press="tp.unvote")
        yield say.signal("did", topic, what="own", press="tp.vote")
        yield from _shown(tap, topic)
    else:
        yield say.reply(_("It doesn't have your vote: “{words}”", words=topic.words))


def _shown(spoken: Message | Tap, topic: Topic) -> Says:
    group, box = spoken.home(), Topic.box(spoken.home())
    yield _card(group, in_place=True)
    if spoken.private and spoken.platform == TELEGRAM and box:
        place = next((n for n, one in enumerate(box) if one.id == topic.id), 0)
        yield _mine(spoken.person, group, box, place - place % SHOWN, in_place=True)


def _reads(text: str, group: Group, language: str) -> list[int] | None:
    """ "1 et 3" under the box; on WhatsApp a single number is its button."""
    words = fold(text).strip(" .!")
    return [int(number) for number in re.findall(r"\d+", words)] if NUMBERS.match(words) else None


@on.card("topics", Group, reads=_reads, only="member")
def several(msg: Message) -> Says:
    box = Topic.box(msg.home())
    wanted = [box[n - 1] for n in msg.reading if 0 < n <= len(box)]
    if not wanted:
        yield say.reply(WHICH)
        return
    for topic in wanted:
        topic.want(msg.person)
    yield say.reply(_("Your votes are noted: {words}", words=[_("“{words}”", words=topic.words) for topic in wanted]))
    yield _card(msg.home(), in_place=True)


def _numbered(msg: Message) -> Topic | None:
    box, number = Topic.box(msg.home()), re.search(r"\d{1,2}", msg.words)
    return box[int(number[0]) - 1] if number and 0 < int(number[0]) <= len(box) else None


# ------------------------------------------------------------------ when one meets


@on.phrase(
    "on parle de quoi", "de quoi on parle", "de quoi parle-t-on", "quel sujet", "what do we talk about", only="member"
)
@on.like(
    "on choisit les sujets", "votons les sujets", "on vote pour les sujets", "choose the topics", "vote on topics",
    "quels sujets on prend ce soir", "on choisit de quoi on parle", "which topics do we take tonight",
)  # fmt: skip
def propose(msg: Message) -> Says:
    """The most wanted first; while one meets, a tap takes a topic out of the box."""
    ranked, session = Topic.ranked(msg.home())[:TALKED], Session.running_in(msg.home())
    if not ranked:
        yield say.reply(EMPTY)
        return
    rows = [_row(n, topic) for n, topic in enumerate(ranked, 1)]
    talks = [say.button(talk, topic, _("We talk about {n}", n=n)) for n, topic in enumerate(ranked, 1)]
    yield say.reply(lines(_("<b>The most wanted topics</b>"), *rows), *(talks if session else ()))


@on.tap("tp.talk", Topic, _("We talk about it"), only="member")
def talk(tap: Tap) -> Says:
    topic, session = tap.about(Topic), Session.running_in(tap.home())
    if session is None:
        yield say.reply(evening.NOT_ON)
    elif topic.talk(session.meeting):
        by = names.first(topic.by) if topic.by else _("A member")
        yield say.post(
            tap.home(),
            _("💬 <b>{words}</b> (proposed by {name})", words=topic.words, name=by),
            say.button(put_back, topic, _("Not finished")),
            key=f"topic:{topic.id}",
            among=frozenset(person.id for person in session.here()),
            template="news",
        )
        yield say.toast(_("Off you go."))
        yield say.signal("did", topic, what="own", press="tp.back")
        yield _card(tap.home(), in_place=True)
    else:
        yield say.reply(GONE)

"""Relay: a member has words said to the whole group, on both messengers, signed, counted and capped."""

import datetime as dt
import re

from handlers.kit import Message, Says, Text, _, _n, on, say
from storage.db import now
from storage.groups import Group, Membership, destinations, lock_group
from storage.people import TELEGRAM, Person
from storage.relays import A_DAY, Relay

MOST = 500
THAT = re.compile(r"^(?:que |qu['’]|that )", re.I)  # "préviens les autres que …": what is said begins behind it

WHAT = _("What shall I say to the group? Write it in one message of {most} characters at most.", most=MOST)
IN_ONE_GO = _("Write the words right behind: /tell I bring the cake on Thursday")
OWN_WORDS = _("I only pass on your own words: write them to me yourself, or paste them.")


@on.command(
    "dire",
    "tell",
    help=_("your words to everybody, on both messengers"),
    word=_("tell the group: …"),
    only="member",
    group=True,
    always=True,
)
@on.phrase(
    "dis au groupe",
    "dites au groupe",
    "dis à tout le monde",
    "dis à tous",
    "tell the group",
    "say to the group",
    "tell everyone",
    "préviens les autres",
    "préviens le groupe",
    "préviens tout le monde",
    "dis aux autres",
    "annonce au groupe",
    "annonce aux autres",
    "tell the others",
    "let the group know",
    "let the others know",
    "let everyone know",
    only="member",
    prefix=True,
    always=True,
)
@on.like(
    "préviens le groupe que je serai en retard", "transmets au groupe", "fais passer le message à tous",
    "envoie un message au groupe", "je voudrais écrire à tout le monde", "let everyone know",
    "pass it on to the group", "send a message to everyone", "dis aux autres que j'ai trouvé une salle",
    "préviens les autres", "annonce au groupe que je cherche un local", "tell the others I found a room",
    "let the group know",
    "passe le mot aux autres", "fais savoir au groupe que la salle est prise",
    "dis-leur que j'apporte le gâteau", "spread the word", "let them know I bring the cake",
)  # fmt: skip
def tell(msg: Message) -> Says:
    if msg.event.facts.get("forwarded"):
        yield say.reply(OWN_WORDS)
    elif msg.words:
        yield from _pass_on(msg, THAT.sub("", msg.words, count=1))
    elif msg.private:
        yield say.ask(words, WHAT, group=msg.home())
    else:
        yield say.reply(IN_ONE_GO)


@on.answer("re.words", free=True)
def words(msg: Message) -> Says:
    if msg.event.facts.get("forwarded") or not msg.text.strip():
        yield say.ask(words, OWN_WORDS, group=msg.home())
    elif len(msg.text) > MOST:
        yield say.ask(words, _too_long(msg.text), group=msg.home())
    elif msg.membership is None:
        yield say.done()
        yield say.reply(_("You are no longer in {group}, so I can't pass it on.", group=msg.home().name))
    else:
        yield say.done()
        yield from _pass_on(msg, msg.text.strip())


def _pass_on(msg: Message, text: str) -> Says:
    group = msg.home()
    if len(text) > MOST:
        yield say.reply(_too_long(text))
        return
    lock_group(group)  # two messages at once must not both take the last place
    said_there = not msg.private
    hearers = _hearers(group, msg.person, said_there)
    if again := Relay.free_again(group, msg.person):
        yield say.reply(_enough(group, msg.person, again))
    elif not hearers:
        yield say.reply(_("Nobody else would hear it in {group} for now. Try again later.", group=group.name))
    else:
        Relay.create(group=group, person=msg.person, length=len(text))
        signed = _("<b>{name}</b>, to the group:\n{words}", name=_first_name(msg.person), words=text)
        yield say.post(group, signed, but=msg.person, chat=not said_there)
        yield say.reply(_done(hearers, Relay.left(group, msg.person)))
        yield say.signal("did", group, what="told")


def _hearers(group: Group, speaker: Person, said_there: bool) -> int:
    """How many other people this reaches: in the Telegram chat, and one by one."""
    copies = [seat for seat in destinations(group, but=speaker) if _hears(seat)]
    chat = group.chat
    if said_there or chat is None or not chat.present:
        return len(copies)
    seats = [seat for seat in group.members() if seat.person_id != speaker.id]
    return len(copies) + sum(seat.address is not None and seat.address.platform == TELEGRAM for seat in seats)


def _hears(seat: Membership) -> bool:
    stopped = seat.address is None or seat.address.stopped
    return not stopped and seat.hears("ordinary", now()) != "never"


def _enough(group: Group, person: Person, again: dt.datetime) -> Text:
    if Relay.said_by(group, person) >= A_DAY:
        own = _("You have spoken to the group {n} times in a day: leave room for the others.", n=A_DAY)
        return _("{why} Next time: {again}.", why=own, again=again)
    full = _("The group has heard many messages today.")
    return _("{why} Next time: {again}.", why=full, again=again)


def _too_long(text: str) -> Text:
    return _(
        "That is {length} characters long and {most} fit. Say it shorter, or keep it for the next meeting.",
        length=len(text),
        most=MOST,
    )


def _done(hearers: int, left: int) -> Text:
    said = _n("Said to {n} person.", "Said to {n} people.", n=hearers)
    more = _n("You can do it {n} more time today.", "You can do it {n} more times today.", n=left)
    none = _("That was the last time for today.")
    return _("{said} {more}", said=said, more=more if left else none)


def _first_name(person: Person) -> str | Text:
    return person.name.split()[0] if person.name.strip() else _("A member")

"""Report: a member tells those who organize about words that hurt or disturb, and nobody else hears of it (S38)."""

import datetime as dt

from handlers.kit import Message, Says, Text, _, asked, lines, on, paragraphs, say
from storage.db import now
from storage.groups import Membership
from storage.outbox import Post
from storage.people import Person

MOST = 1000
A_DAY = 3
DAY = dt.timedelta(hours=24)

ONE_MESSAGE = _("Write it in one message of {most} characters at most.", most=MOST)
ENOUGH = _("You have reported {n} times in a day. Write to somebody who organizes yourself, please.", n=A_DAY)
ALONE = _("Nobody but you organizes this group: there is nobody to pass it on to.")
DANGER = _("If somebody is in danger, call 112.")
IN_PRIVATE = _("I'm writing to you in private.")


@on.command(
    *("signaler", "report", "signalement"),
    help=_("tell those who organize what disturbs you"),
    word=_("report"),
    only="member",
    group=True,
)
@on.phrase(
    *("je veux signaler un message", "signaler un message", "je signale un message", "signaler quelqu'un"),
    *("je veux signaler quelqu'un", "signaler un problème", "signaler un abus", "signaler ce message"),
    *("report a message", "I want to report a message", "report this message", "report somebody", "report someone"),
    *("I want to report somebody", "I want to report someone", "report abuse"),
    only="member",
)
def report(msg: Message) -> Says:
    """In the group's chat as an answer to the message, or in private; what follows is private."""
    readers = _readers(msg)
    if not readers:
        yield say.reply(ALONE)
    elif _lately(msg.seat()) >= A_DAY:
        yield say.reply(ENOUGH)
    elif msg.words and msg.private:
        yield from _pass_on(msg, msg.words, _quoted(msg))
    else:
        if not msg.private:
            yield say.reply(IN_PRIVATE)
        yield say.ask(words, _asking(readers), group=msg.home(), quoted=_quoted(msg))


@on.answer("rp.words", free=True)
def words(msg: Message) -> Says:
    if msg.membership is None:
        yield say.done()
        yield say.reply(_("You are no longer in {group}, so I can't pass it on.", group=msg.home().name))
    elif not msg.text.strip() or len(msg.text) > MOST:
        yield say.ask(words, ONE_MESSAGE, group=msg.home(), **msg.answers)
    else:
        yield say.done()
        yield from _pass_on(msg, msg.text.strip(), str(msg.answers.get("quoted") or ""))


@on.cancel(words)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, nobody hears of it."))


def _pass_on(msg: Message, text: str, quoted: str) -> Says:
    group, readers = msg.home(), _readers(msg)
    told = paragraphs(
        lines(_("⚠️ <b>{name}</b> reports something in {group}:", name=_name(msg.person), group=group.name), text),
        lines(_("It is about this message:"), quoted) if quoted else None,
        _(
            "Only those who organize read this. Answer {name} in private, and listen to everybody.",
            name=_name(msg.person),
        ),
    )
    for reader in readers:
        yield say.tell(reader, told, group=group, once=f"report:{msg.seat().id}:{now():%Y%m%d%H%M%S}:{reader.id}")
    yield say.reply(
        lines(_("Thank you for saying it. {names} will read it, nobody else.", names=_names(readers)), DANGER)
    )


def _readers(msg: Message) -> list[Person]:
    return [person for person in msg.home().organizers() if person != msg.person]


def _quoted(msg: Message) -> str:
    """The words of the bot that the report answers to: what members said through it is among them."""
    event = msg.event
    post = Post.to_message(event.platform, event.chat, event.quoted) if event.quoted else None
    return asked.plain(str(post.payload.get("text", "")))[:MOST] if post else ""


def _lately(seat: Membership) -> int:
    """How many times the member has reported something within a day."""
    mine = Post.key.startswith(f"report:{seat.id}:") & (Post.created_at > now() - DAY)
    return len({str(post.key).rsplit(":", 1)[0] for post in Post.select(Post.key).where(mine)})


def _asking(readers: list[Person]) -> Text:
    return _(
        "What happened? {names} will read what you write, nobody else, and whoever it is about is not told. “Cancel” "
        "drops it.",
        names=_names(readers),
    )


def _names(people: list[Person]) -> list[str | Text]:
    return [_name(person) for person in people]


def _name(person: Person) -> str | Text:
    return person.name or _("A member")

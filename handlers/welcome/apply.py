"""Apply: somebody follows a group's link, answers its questions one by one and accepts the charter."""

import datetime as dt
import re
from urllib.parse import unquote

from handlers.kit import Due, Message, Sayable, Says, Tap, _, _n, doors, lines, on, paragraphs, say
from handlers.kit.cards import standing
from handlers.kit.cards.questions import questions_of
from handlers.kit.texts import Day, fold
from storage.applications import DRAFT_LIFE, NUDGE_AFTER, Application
from storage.db import now
from storage.groups import ApplyLink, Membership
from storage.noise import civil_time, quiet_until, zone_of

CODE = re.compile(r"(?<![^\W_])[2-9A-HJ-NP-Z]{8}(?![^\W_])")  # a whole word, also after the _ of a Start link
BRIEF = 60  # characters: a longer text that answers a question is an answer, whatever it holds
LONGEST = 2000
YES = {
    "oui",
    "ok",
    "d'accord",
    "daccord",
    "j'accepte",
    "yes",
    "i accept",
    "accept",
    "accepte",
    "oui j'accepte",
}


@doors.opens("a")
def follow(msg: Message) -> Says:
    """The Telegram apply link was followed: its code is msg.words."""
    yield from enter(msg, ApplyLink.by_code(msg.words))


def code_in(text: str) -> str | None:
    """The code that a text holds: of the words that could be one, the one that is; else the first."""
    words = CODE.findall(unquote(text).upper())
    return next((word for word in words[:9] if ApplyLink.by_code(word)), words[0] if words else None)


def names_a_link(text: str, asked: bool) -> bool:
    """Does it hold the code of a link? "Ensemble" could be one, and is not."""
    found = code_in(text) if not asked or len(text.strip()) <= BRIEF else None
    return found is not None and ApplyLink.by_code(found) is not None


@on.pattern(r"\b(rejoindre|join|candidater|apply)\b.*\b[2-9a-hj-np-z]{8}\b", fits=names_a_link)
@on.phrase("rejoindre", "je veux rejoindre", "candidater", "join", "i want to join", "apply", prefix=True)
@on.command("candidater", "apply", help=_("apply to a group: “join” and its code"))
@on.like(
    "comment rejoindre un groupe", "je veux entrer dans le groupe", "comment je fais pour participer",
    "je souhaite postuler", "j'aimerais faire partie du groupe", "je veux m'inscrire", "comment on s'inscrit",
    "how do I join", "I'd like to be part of the group", "I want to sign up", "can I join the group",
    "il reste de la place dans le groupe", "on m'a parlé du groupe, je peux venir",
    "vous prenez encore du monde", "je suis intéressé par le groupe", "je cherche à intégrer un groupe",
    "a friend told me about this group", "is there room for one more", "I'm interested in joining",
    "are you taking new members",
)  # fmt: skip
def join(msg: Message) -> Says:
    """ "rejoindre NANTES-7QM3XK9P", however it is written."""
    found = code_in(msg.words) or code_in(msg.text)
    if found is None and (waiting := Application.all_open_of(msg.person)):
        yield from resume(waiting[0], msg)
    elif found is None:
        yield say.ask(code, _("Which group? Send me the code of its application link (eight letters and digits)."))
    else:
        yield from enter(msg, ApplyLink.by_code(found))


@on.answer("ap.code")
def code(msg: Message) -> Says:
    found = code_in(msg.text)
    yield say.done()
    yield from enter(msg, ApplyLink.by_code(found) if found else None)


@on.cancel(code)
def forget_code(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right. Come back with the group's link whenever you like."))


def enter(msg: Message, link: ApplyLink | None) -> Says:
    """Somebody stands at the door with this link: explain, resume or begin."""
    if link is None or link.group.state != "live":
        yield say.reply(_("I don't know this link. Check it, or ask whoever gave it to you for a new one."))
        return
    if not link.usable:
        yield say.reply(_("This link no longer works. Ask a member of {group} for a new one.", group=link.group.name))
        return
    if Membership.of(link.group, msg.person):
        yield say.reply(_("You are already a member of {group}.", group=link.group.name))
        return
    known = Application.open_of(link.group, msg.person)
    if known is not None:
        yield from resume(known, msg)
    elif rest := Application.rest_until(link.group, msg.person):
        yield say.reply(
            _(
                "The organizers of {group} have read three applications of yours lately. "
                "Let it rest for now: from {day} on you may apply again.",
                group=link.group.name,
                day=Day(rest.date()),
            )
        )
    else:
        yield from begin(msg, link)


def begin(msg: Message, link: ApplyLink) -> Says:
    """A fresh application: what the group is, what happens, the first question."""
    group = link.group
    last = Application.latest_of(group, msg.person)
    language = msg.person.language or group.language
    application = Application.begin(group, msg.person, msg.address, link, questions_of(group, language))
    msg.address.opt_in(msg.text)
    ApplyLink.update(uses=ApplyLink.uses + 1).where(ApplyLink.id == link.id).execute()
    hello = _("You are applying to <b>{group}</b>.", group=group.name)
    if last is not None and last.state == "refused":
        hello = _("Welcome back! You are applying to <b>{group}</b> again.", group=group.name)
    yield say.reply(
        paragraphs(
            hello,
            group.purpose or None,
            _n(
                "One question and the charter. Then the organizers read your answers and I tell you here.",
                "{n} short questions and the charter. Then the organizers read your answers and I tell you here.",
                n=len(application.questions),
            ),
            _("At any time: “back”, “cancel”. What you write here is read by the organizers only."),
        )
    )
    yield from _timers(application)
    yield from ask(application, msg)


def _timers(application: Application) -> Says:
    zone = zone_of(application.person, application.group)
    yield say.later(nudge, application, civil_time(now() + NUDGE_AFTER, zone))
    yield say.later(expire, application, _by_day(application, now() + DRAFT_LIFE))


def _by_day(application: Application, at: dt.datetime) -> dt.datetime:
    """That moment, or eight in the morning when it falls in the night: nobody waits for this word."""
    return quiet_until(at, zone_of(application.person, application.group), None) or at


def ask(application: Application, msg: Message) -> Says:
    """The current question, or the charter, or the last look before sending."""
    if application.complete:
        yield from _charter(application)
        return
    number, total = application.step + 1, len(application.questions)
    text = lines(
        _("<b>Question {number} of {total}</b>", number=number, total=total),
        application.questions[application.step],
    )
    yield say.ask(answer, text, group=application.group, application=application.id)


def resume(application: Application, msg: Message) -> Says:
    """Days later: where things stand, and on from there."""
    group = application.group
    if application.state == "waiting":
        yield say.reply(
            _(
                "The organizers of {group} have your application. You'll get their answer here, "
                "usually within a few days.",
                group=group.name,
            )
        )
        return
    yield say.reply(_("Let's go on with your application to {group}.", group=group.name))
    yield from ask(application, msg)


@on.answer("ap.answer")
def answer(msg: Message) -> Says:
    application = _draft(msg)
    if application is None:
        yield from _closed()
        return
    text = msg.text.strip()
    if not text:
        yield say.reply(_("I need words here, please: a photo or a voice note can't be read by everyone."))
        yield from ask(application, msg)
    elif len(text) > LONGEST:
        yield say.reply(
            _(
                "That is a lot! Please tell it in {most} characters at most, the essence is enough.",
                most=LONGEST,
            )
        )
        yield from ask(application, msg)
    elif too_short(text, application.group.words_required) and application.retry():
        yield from _encourage(application)
    else:
        application.answer(text)
        yield from ask(application, msg)


def too_short(text: str, required: int) -> bool:
    """The effort gate (W04): fewer words than the group asks for; emoji and digits are no words."""
    return len(re.findall(r"[^\W\d_]{2,}", text)) < required


def _encourage(application: Application) -> Says:
    """One kind retry with an example, never a wall: the next answer is taken as it is."""
    yield say.ask(
        answer,
        paragraphs(
            _(
                "Could you say a little more? About {words} words help the others to get to know you.",
                words=application.group.words_required,
            ),
            EXAMPLES[min(application.step, len(EXAMPLES) - 1)] if not application.group.questions else None,
            _("If that was all, just send it again."),
        ),
        group=application.group,
        application=application.id,
    )


EXAMPLES: tuple[Sayable, ...] = (
    _(
        "For instance: “I have been a translator for six years, two of them on my own; "
        "I work from home, mostly for publishers.”"
    ),
    _(
        "For instance: “I have no client for January yet, and I keep putting off calling the old ones "
        "because I don't know what to say.”"
    ),
    _("For instance: “I know taxes for the self-employed well, and I can reread quotes and web pages.”"),
    _("For instance: “People to talk to about prices, and somebody who asks me every two weeks how far I got.”"),
)


@on.back(answer)
def back(msg: Message) -> Says:
    application = _draft(msg)
    if application is None:
        yield from _closed()
        return
    if not application.step_back():
        yield say.reply(_("This is the first question. “cancel” ends the application."))
    yield from ask(application, msg)


@on.cancel(answer)
def cancel(msg: Message) -> Says:
    application = _draft(msg)
    yield say.done()
    if application is not None and application.withdraw():
        yield say.never(nudge, application)
        yield say.never(expire, application)
        yield say.reply(
            _(
                "Your application to {group} is withdrawn; nobody has read it. The link stays open to you.",
                group=application.group.name,
            )
        )


def _draft(msg: Message) -> Application | None:
    row = Application.get_or_none(Application.id == msg.answers.get("application", 0))
    return row if row and row.person == msg.person and row.state == "draft" else None


def _closed() -> Says:
    yield say.done()
    yield say.reply(_("This application is closed. Follow the group's link again to start anew."))


# ------------------------------------------------------------------ the charter


def _charter(application: Application) -> Says:
    group = application.group
    yield say.ask(
        agree,
        paragraphs(
            _("Last step, the charter of <b>{group}</b>:", group=group.name),
            group.charter or None,
            group.expectations or None,
            standing.rhythm(group),
            _("No tourists, please: whoever joins comes. Do you accept?"),
        ),
        say.button(accept, application),
        say.button(refuse, application),
        group=group,
        application=application.id,
    )


@on.answer("ap.agree")
def agree(msg: Message) -> Says:
    application = _draft(msg)
    if application is None:
        yield from _closed()
    elif fold(msg.text).strip(" .!") in YES:
        yield from _send(application)
    else:
        yield say.reply(_("Answer “yes” to accept and send, “back” to change an answer, “cancel” to stop."))
        yield from ask(application, msg)


@on.back(agree)
def back_to_questions(msg: Message) -> Says:
    yield from back(msg)


@on.cancel(agree)
def cancel_at_charter(msg: Message) -> Says:
    yield from cancel(msg)


@on.tap("ap.yes", Application, _("I accept, send"), only="self")
def accept(tap: Tap) -> Says:
    application = tap.about(Application)
    if application.state == "draft" and application.complete:
        yield from _send(application)
    else:
        yield say.reply(standing.where_it_stands(application))


@on.tap("ap.no", Application, _("Not for me"), only="self")
def refuse(tap: Tap) -> Says:
    application = tap.about(Application)
    if application.state == "draft" and application.withdraw():
        yield say.done()
        yield say.never(nudge, application)
        yield say.never(expire, application)
        yield say.reply(_("Thank you for saying so: better now than later. Your answers are not passed on."))
    else:
        yield say.reply(standing.where_it_stands(application))


def _send(application: Application) -> Says:
    if not application.send():
        return
    yield say.done()
    yield say.never(nudge, application)
    yield say.never(expire, application)
    yield say.tell(
        application.person,
        _(
            "Thank you! Your application to <b>{group}</b> is with the organizers. You'll get their answer "
            "here, usually within a few days; “where am I” tells you how it stands.",
            group=application.group.name,
        ),
        address=application.address,
        group=application.group,
    )
    yield say.signal("application_sent", application)


# ------------------------------------------------------------------ left half-way


@on.due("ap.nudge", Application)
def nudge(due: Due) -> Says:
    application = due.about(Application)
    if application.state == "draft" and application.nudge():
        yield say.tell(
            application.person,
            _(
                "Your application to {group} is waiting at question {number}. "
                "Answer here to go on, or “cancel” to stop.",
                group=application.group.name,
                number=min(application.step + 1, len(application.questions)),
            ),
            say.button(go_on, application),
            address=application.address,
            group=application.group,
            unasked=True,
            once=f"ap.nudge:{application.id}",
            until=application.started_at + DRAFT_LIFE,
        )


@on.tap("ap.go", Application, _("Go on"), only="self")
def go_on(tap: Tap) -> Says:
    application = tap.about(Application)
    if application.state == "draft":
        yield from ask(application, Message(tap.person, tap.address, tap.event, application.group))
    else:
        yield say.reply(standing.where_it_stands(application))


@on.due("ap.expire", Application)
def expire(due: Due) -> Says:
    application = due.about(Application)
    idle = application.touched_at + DRAFT_LIFE
    if application.state == "draft" and idle > now() + dt.timedelta(minutes=1):
        yield say.later(expire, application, _by_day(application, idle))
    elif application.expire():
        yield say.done(application.address)
        yield say.tell(
            application.person,
            _(
                "Your application to {group} has expired: seven days went by without an answer. "
                "Nobody has read it. The group's link lets you start again whenever you like.",
                group=application.group.name,
            ),
            address=application.address,
            group=application.group,
            once=f"ap.expire:{application.id}",
        )

"""Decide: every organizer gets the card of an application; one decision counts, whoever is first."""

import datetime as dt
from typing import Any

from handlers.kit import (
    Due,
    Happening,
    Join,
    Message,
    Sayable,
    Says,
    Tap,
    Text,
    _,
    _n,
    asked,
    lines,
    on,
    paragraphs,
    say,
)
from handlers.kit.speak import clip
from storage.applications import UNDO_LIFE, Application, Exchange
from storage.db import now
from storage.groups import Group
from storage.noise import civil_time, zone_of
from storage.outbox import Post, Question
from storage.people import Person

SHOWN = 500  # characters of an answer on the card; longer ones are sent whole before it
REMIND = (dt.timedelta(days=3), dt.timedelta(days=7))
LONGEST = 600
MANY, HOUR = 8, dt.timedelta(hours=1)  # applications in so long that still get a card each (S21)

REASONS: dict[str, tuple[Text, Text]] = {
    "short": (
        _("Answers too short"),
        _("Your answers were too short to get to know you. Apply again with a few more sentences, we'll read it."),
    ),
    "topic": (
        _("Not our topic"),
        _("What you are looking for is not what this group does. A group closer to your subject will help more."),
    ),
    "time": (
        _("Not available enough"),
        _("The group meets regularly and counts on everyone. Apply again when you can come to most meetings."),
    ),
    "full": (
        _("Group is full"),
        _("The group is full at the moment. Apply again in two or three months: people leave, places open."),
    ),
    "far": (
        _("Too far away"),
        _("The group meets in person, too far from you. Look for one near you, or found your own: write “create”."),
    ),
}


# ------------------------------------------------------------------ the card


@on.event("application_sent")
def show(happening: Happening) -> Says:
    """A new application: its card to every organizer, and a look after three and seven days."""
    application = happening.about(Application)
    if Application.sent_since(application.group, now() - HOUR) > MANY:
        yield from _flood(application.group)
    else:
        if whole := _whole(application):
            for organizer in application.group.deciders("applications"):
                yield say.tell(organizer, whole, group=application.group)
        yield from cards(application)
    for span in REMIND:
        at = civil_time(now() + span, zone_of(None, application.group))
        yield say.later(remind, application, at)


def _flood(group: Group) -> Says:
    """More than anybody reads at once: one word an hour instead of a card each (S21)."""
    waiting = len(Application.waiting_in(group))
    for organizer in group.deciders("applications"):
        yield say.tell(
            organizer,
            _n(
                "One application to <b>{group}</b> is waiting. “applications” shows it.",
                "{n} applications to <b>{group}</b> are waiting. “applications” shows the first of them.",
                n=waiting,
                group=group.name,
            ),
            group=group,
            once=f"de.flood:{group.id}:{now():%Y%m%d%H}:{organizer.id}",
        )


def cards(application: Application, but: Person | None = None) -> Says:
    """The card as it stands, to every organizer: edited in place on Telegram, said again on WhatsApp."""
    for organizer in application.group.deciders("applications"):
        if but is None or organizer.id != but.id:
            yield card(application, organizer)


def card(application: Application, organizer: Person, in_place: bool = False) -> say.Say:
    buttons: tuple[say.Button, ...] = ()
    if application.state == "waiting":
        buttons = tuple(say.button(act, application) for act in (accept, inquire, wait, decline))
    elif application.state in ("accepted", "refused") and _undoable(application):
        buttons = (say.button(undo, application),)
    return say.tell(
        organizer,
        paragraphs(*_facts(application)),
        *buttons,
        group=application.group,
        key=f"application:{application.id}",
        in_place=in_place,
        brief=_brief(application),
    )


def _brief(application: Application) -> Sayable | None:
    """What changed, for a card that can't be edited; None for a card that is new."""
    thread = list(application.exchanges.order_by(Exchange.id.desc()).limit(1))
    news = _verdict(application) or (_thread(thread[0]) if thread else None)
    if news is None:
        return None
    return lines(
        _("<b>{name}</b>, application to {group}", name=_name(application), group=application.group.name), news
    )


def _facts(application: Application) -> list[Sayable | None]:
    answers = zip(application.questions, application.answers, strict=False)
    return [
        lines(
            _("<b>{name}</b> wants to join {group}", name=_name(application), group=application.group.name),
            _sponsor(application),
            _preread(application),
        ),
        *(lines(_("<b>{question}</b>", question=q), _quote(clip(a, SHOWN))) for q, a in answers),
        *(_thread(exchange) for exchange in application.exchanges.order_by(Exchange.id)),
        _verdict(application),
    ]


def _name(application: Application) -> Text | str:
    return application.person.name or _("Somebody")


def _quote(words: str) -> Text:
    return _("{words}", words=words)


def _sponsor(application: Application) -> Text | None:
    link = application.link
    if link is None:
        return None
    if link.sponsor is not None:
        return _("Recommended by {name}", name=link.sponsor.name or _("a member"))
    return _("Came through {label}", label=link.label) if link.label else None


def _preread(application: Application) -> Text:
    """The quality pre-read: how many words, how many answers below what the group asks for (W04)."""
    counts = [len(answer.split()) for answer in application.answers]
    short = sum(count < application.group.words_required for count in counts)
    if short:
        return _n(
            "{words} words; one answer is short",
            "{words} words; {n} answers are short",
            n=short,
            words=sum(counts),
        )
    return _("{words} words, every answer has substance", words=sum(counts))


def _thread(exchange: Exchange) -> Join:
    asker = exchange.asked_by.name if exchange.asked_by else _("Somebody")
    return lines(
        _("{name} asked: {question}", name=asker, question=clip(exchange.question, 300)),
        _("→ {answer}", answer=clip(exchange.answer, SHOWN)) if exchange.answer else _("→ no answer yet"),
    )


def _verdict(application: Application) -> Sayable | None:
    by = application.decided_by.name if application.decided_by else ""
    match application.state:
        case "accepted":
            return _("✅ Accepted by {name}, {at}", name=by, at=application.decided_at)
        case "refused":
            return _("Refused by {name}, {at}", name=by, at=application.decided_at)
        case "withdrawn":
            return _("Withdrawn by the applicant.")
        case "waiting" if application.held_by is not None:
            return _("{name} would rather wait.", name=application.held_by.name)
        case _:
            return None


def _undoable(application: Application) -> bool:
    return application.decided_at is not None and application.decided_at > now() - UNDO_LIFE


def _whole(application: Application) -> Sayable | None:
    """The answers that the card cuts, in full."""
    cut = [
        lines(_("<b>{question}</b>", question=q), _quote(a))
        for q, a in zip(application.questions, application.answers, strict=False)
        if len(a) > SHOWN
    ]
    return paragraphs(_("{name} wrote at length:", name=_name(application)), *cut) if cut else None


def _decided(application: Application) -> Sayable:
    """What somebody hears who comes second (F37)."""
    verdict = _verdict(application)
    return verdict or _("This application is open again.")


# ------------------------------------------------------------------ accept


@on.tap("de.yes", Application, _("Accept"), only="organizer")
def accept(tap: Tap) -> Says:
    application = tap.about(Application).fresh()
    if application.accept(by=tap.person):
        yield say.toast(_("Accepted. You can undo this for ten minutes."))
        yield say.signal("application_accepted", application)
        yield from cards(application)
        yield say.later(close_undo, application, now() + UNDO_LIFE)
    else:
        yield from _too_late(tap, application)


def _too_late(tap: Tap, application: Application) -> Says:
    """The other organizer was faster: who and when, and this card says so too."""
    application = Application.get_by_id(application.id)
    yield say.reply(_decided(application))
    yield card(application, tap.person, in_place=True)


# ------------------------------------------------------------------ ask a question


@on.tap("de.ask", Application, _("Ask"), only="organizer")
def inquire(tap: Tap) -> Says:
    application = tap.about(Application)
    if application.state != "waiting":
        yield from _too_late(tap, application)
        return
    yield say.toast(_("Write me your question in private."))
    yield say.ask(
        question,
        _(
            "What do you want to ask {name}? Write one question; I pass it on in your name.",
            name=_name(application),
        ),
        group=application.group,
        application=application.id,
    )


@on.answer("de.question")
def question(msg: Message) -> Says:
    application = _waiting(msg)
    if application is None:
        yield say.done()
        yield say.reply(_("This application is decided meanwhile; your question was not sent."))
        return
    text = msg.text.strip()
    if not text or len(text) > LONGEST:
        yield say.reply(_("Write your question in words, {most} characters at most.", most=LONGEST))
        return
    exchange = Exchange.create(application=application, asked_by=msg.person, question=text)
    yield say.done()
    if _answering(application):
        yield say.reply(
            _(
                "{name} has another question to answer first; yours comes right after it. "
                "The answer will come here and on the card.",
                name=_name(application),
            )
        )
    else:
        yield _put_to(exchange, asked.set_aside(application.address) if application.address else None)
        yield say.reply(_("Asked. The answer will come here and on the card."))
    yield say.signal("did", application, what="told")
    yield from cards(application, but=msg.person)
    yield card(application, msg.person, in_place=True)


def _answering(application: Application) -> bool:
    """Does the applicant have an organizer's question before them? One at a time, or answers get mixed up."""
    now_asked = Question.of(application.address) if application.address else None
    return now_asked is not None and now_asked.code == "de.respond"


def _put_to(exchange: Exchange, before: dict[str, Any] | None) -> say.Say:
    """Ask the applicant; before: their own question that this one interrupts."""
    application = exchange.application
    return say.ask(
        respond,
        paragraphs(
            _(
                "{name}, of {group}, has a question about your application:",
                name=exchange.asked_by.name if exchange.asked_by else _("Somebody"),
                group=application.group.name,
            ),
            _quote(exchange.question),
            _("Just answer here."),
        ),
        group=application.group,
        person=application.person,
        address=application.address,
        exchange=exchange.id,
        before=before,
    )


@on.cancel(question)
def keep_question(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("Nothing was asked. The application still waits for a decision."))


def _waiting(msg: Message) -> Application | None:
    row = Application.get_or_none(Application.id == msg.answers.get("application", 0))
    seat = row.group.membership_of(msg.person) if row else None
    if row is None or seat is None or seat.role != "organizer" or row.state != "waiting":
        return None
    return row


@on.answer("de.respond")
def respond(msg: Message) -> Says:
    """The applicant answers an organizer's question."""
    exchange = Exchange.get_or_none(Exchange.id == msg.answers.get("exchange", 0))
    if exchange is None or exchange.application.person != msg.person:
        yield say.done()
        return
    text = msg.text.strip()[:2000]
    if not text:
        yield say.reply(_("I need words here, please: a photo or a voice note can't be read by everyone."))
        return
    Exchange.update(answer=text, answered_at=now()).where(Exchange.id == exchange.id).execute()
    yield say.done()
    yield say.reply(_("Thank you, it is passed on. The organizers' answer comes here."))
    yield from _go_on(msg, Exchange.unanswered(msg.person, msg.address))
    yield from _pass_on(Exchange.get_by_id(exchange.id))


@on.cancel(respond)
def leave_open(msg: Message) -> Says:
    """No answer to this one; the next question waits already."""
    yield say.done()
    yield say.reply(_("All right, nothing is passed on. The organizers still have your application."))
    later = [row for row in Exchange.unanswered(msg.person, msg.address) if row.id > msg.answers.get("exchange", 0)]
    yield from _go_on(msg, later)


def _go_on(msg: Message, waiting: list[Exchange]) -> Says:
    """The next question of an organizer, else what these questions interrupted."""
    before = msg.answers.get("before")
    if waiting:
        yield _put_to(waiting[0], before)
    else:
        yield from asked.take_up(msg.address, before)


def _pass_on(exchange: Exchange) -> Says:
    application, asker = exchange.application, exchange.asked_by
    if asker is not None and application.group.membership_of(asker):
        buttons = [say.button(act, application) for act in (accept, inquire, wait, decline)]
        yield say.tell(
            asker,
            lines(
                _("<b>{name}</b> answers: {answer}", name=_name(application), answer=exchange.answer),
                _("Your question was: {question}", question=exchange.question),
            ),
            *(buttons if application.state == "waiting" else ()),
            group=application.group,
        )
        yield card(application, asker, in_place=True)
    yield from cards(application, but=asker)


# ------------------------------------------------------------------ wait


@on.tap("de.wait", Application, _("Wait"), only="organizer")
def wait(tap: Tap) -> Says:
    application = tap.about(Application)
    fresh = application.held_by is None
    if not application.hold(by=tap.person):
        yield from _too_late(tap, application)
        return
    application = Application.get_by_id(application.id)
    yield say.toast(_("Noted: it stays open, and I'll remind you."))
    for organizer in application.group.deciders("applications"):
        yield card(application, organizer, in_place=organizer.id != tap.person.id)
    if fresh:
        yield say.tell(
            application.person,
            _(
                "The organizers of {group} take a little more time over your application. "
                "You'll hear from them here by {by}.",
                group=application.group.name,
                by=application.sent_at + REMIND[1] if application.sent_at else now() + REMIND[1],
            ),
            address=application.address,
            group=application.group,
            once=f"de.wait:{application.id}",
        )


# ------------------------------------------------------------------ refuse


@on.tap("de.no", Application, _("Refuse"), only="organizer")
def decline(tap: Tap) -> Says:
    application = tap.about(Application)
    if application.state != "waiting":
        yield from _too_late(tap, application)
        return
    yield say.toast(_("Tell me why, in private: it helps the person."))
    yield say.ask(
        reason,
        _(
            "Why not {name}? Choose, or write it in your words: I'll pass it on warmly, with how to apply again.",
            name=_name(application),
        ),
        *(say.button(act, application) for act in REFUSALS),
        group=application.group,
        application=application.id,
    )


@on.answer("de.reason")
def reason(msg: Message) -> Says:
    application = _waiting(msg)
    text = msg.text.strip()
    if application is None:
        yield say.done()
        yield say.reply(_("This application was decided meanwhile: nothing was sent."))
    elif len(text) < 10 or len(text) > LONGEST:
        yield say.reply(
            _(
                "Write a reason that helps, between 10 and {most} characters, or choose one above.",
                most=LONGEST,
            )
        )
    else:
        yield from _refuse(application, msg.person, _quote(text), text)


@on.cancel(reason)
def keep(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("Nothing was sent. The application still waits for a decision."))


def _choose(tap: Tap, key: str) -> Says:
    application = tap.about(Application)
    if application.state != "waiting":
        yield from _too_late(tap, application)
        return
    label, advice = REASONS[key]
    yield from _refuse(application, tap.person, advice, label.plain("en"))


@on.tap("de.r.short", Application, REASONS["short"][0], only="organizer")
def too_short(tap: Tap) -> Says:
    yield from _choose(tap, "short")


@on.tap("de.r.topic", Application, REASONS["topic"][0], only="organizer")
def other_topic(tap: Tap) -> Says:
    yield from _choose(tap, "topic")


@on.tap("de.r.time", Application, REASONS["time"][0], only="organizer")
def no_time(tap: Tap) -> Says:
    yield from _choose(tap, "time")


@on.tap("de.r.full", Application, REASONS["full"][0], only="organizer")
def full(tap: Tap) -> Says:
    yield from _choose(tap, "full")


@on.tap("de.r.far", Application, REASONS["far"][0], only="organizer")
def far_away(tap: Tap) -> Says:
    yield from _choose(tap, "far")


REFUSALS = (too_short, other_topic, no_time, full, far_away)


def _refuse(application: Application, by: Person, why: Sayable, kept: str) -> Says:
    yield say.done()
    if not application.refuse(by, kept):
        yield say.reply(_decided(Application.get_by_id(application.id)))
        return
    yield say.signal("application_refused", application)
    until = now() + UNDO_LIFE
    yield say.tell(
        application.person,
        paragraphs(
            _("Thank you for applying to {group}. This time the answer is no.", group=application.group.name),
            why,
            _("You may apply again whenever you like with the same link. All the best!"),
        ),
        address=application.address,
        group=application.group,
        once=_refusal_key(application),
        at=until,
        template="accepted",
    )
    yield say.reply(
        _("Done. {name} will read it in ten minutes; until then you can undo.", name=_name(application)),
        say.button(undo, application),
    )
    yield from cards(application, but=by)
    yield card(application, by, in_place=True)
    yield say.later(close_undo, application, until)


def _refusal_key(application: Application) -> str:
    decided = application.decided_at or now()
    return f"de.no:{application.id}:{int(decided.timestamp())}"


# ------------------------------------------------------------------ undo


@on.tap("de.undo", Application, _("Undo"), only="organizer")
def undo(tap: Tap) -> Says:
    application = tap.about(Application).fresh()
    before, key = application.state, _refusal_key(application)
    if not application.undo():
        yield say.reply(_("Too late to undo: ten minutes have passed. Write to the person in your own words."))
        return
    if before == "refused":
        for post in Post.select().where(Post.key == key):
            post.drop("the refusal was undone")
    else:
        yield say.signal("application_reopened", application)
    application = Application.get_by_id(application.id)
    yield say.toast(_("Undone: the application is open again."))
    yield say.signal("taken_back", application, press="de.undo")
    yield from cards(application)


@on.due("de.closed", Application)
def close_undo(due: Due) -> Says:
    """Ten minutes later the cards lose their undo button."""
    application = due.about(Application)
    if application.state in ("accepted", "refused"):
        for organizer in application.group.deciders("applications"):
            yield card(application, organizer, in_place=True)


# ------------------------------------------------------------------ what waits


@on.due("de.remind", Application)
def remind(due: Due) -> Says:
    application = due.about(Application)
    if application.state != "waiting" or application.sent_at is None:
        return
    days = (now() - application.sent_at).days
    for organizer in application.group.deciders("applications"):
        yield say.tell(
            organizer,
            _n(
                "{name} has been waiting for your answer since yesterday.",
                "{name} has been waiting for your answer for {n} days.",
                n=max(days, 1),
                name=_name(application),
            ),
            *(say.button(act, application) for act in (accept, inquire, wait, decline)),
            group=application.group,
            unasked=True,
            once=f"de.remind:{application.id}:{organizer.id}:{days}",
            until=now() + dt.timedelta(days=2),
        )


@on.command("candidatures", "applications", help=_("see the applications that wait"), only="organizer")
@on.phrase("les candidatures", "qui a candidate", "candidatures en attente", "who applied", only="organizer")
@on.tells
@on.like(
    "il y a des candidatures", "qui attend une réponse", "qui attend à la porte", "who is waiting to join",
    "qui veut entrer", "des nouvelles demandes", "quelles candidatures j'ai à traiter",
    "des gens ont postulé", "montre-moi les candidats", "any applications", "who wants to join",
    "show me the applicants", "are there new applications",
    "quelqu'un a candidaté", "des demandes d'entrée", "y a du monde qui veut entrer", "who's waiting",
    "anybody at the door", "new people who want in",
)  # fmt: skip
def waiting(msg: Message) -> Says:
    group: Group = msg.home()
    found = Application.waiting_in(group)
    if not found:
        link = group.public_link()
        yield say.reply(_("No application is waiting. The code of the public link is {code}.", code=link.code))
    for application in found[:5]:
        yield say.reply(paragraphs(*_facts(application)), *_choices(application))
    if len(found) > 5:
        yield say.reply(_n("One more is waiting.", "{n} more are waiting.", n=len(found) - 5))


def _choices(application: Application) -> list[say.Button]:
    return [say.button(act, application) for act in (accept, inquire, wait, decline)]

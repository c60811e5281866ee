"""Introduce: a newcomer's own answers become a draft that they validate and the group reads (20, 21)."""

import datetime as dt

from handlers.kit import Due, Happening, Message, Sayable, Says, Tap, Text, _, _n, lines, on, paragraphs, say
from handlers.kit.texts import Join
from storage.applications import Application
from storage.db import now
from storage.groups import Membership
from storage.noise import civil_time, zone_of

NUDGE_AFTER = dt.timedelta(hours=48)
TELL_AFTER = dt.timedelta(days=5)
LONGEST = 1200
LEADS = (_("I do: {words}"), _("At the moment: {words}"), _("I bring: {words}"), _("I look for: {words}"))


@on.event("entered")
def offer(happening: Happening) -> Says:
    """A newcomer: their draft, with publish, change and later."""
    seat = happening.about(Membership)
    if seat.introduced_at is not None:
        return
    yield from _show_draft(seat)
    zone = zone_of(seat.person, seat.group)
    yield say.later(nudge, seat, civil_time(now() + NUDGE_AFTER, zone))
    yield say.later(give_up, seat, civil_time(now() + TELL_AFTER, zone))


def _show_draft(seat: Membership) -> Says:
    draft = draft_of(seat)
    if draft is None:
        yield say.ask(
            rewrite,
            _(
                "Introduce yourself to {group} in a few sentences: what you do, what occupies you now, "
                "what you bring, what you look for. I show it to you before it is published.",
                group=seat.group.name,
            ),
            group=seat.group,
            person=seat.person,
            address=seat.address,
        )
        return
    yield say.tell(
        seat.person,
        paragraphs(_("Here is your introduction, made from your answers. Nobody sees it before you publish:"), draft),
        say.button(publish, seat),
        say.button(change, seat),
        say.button(later, seat),
        address=seat.address,
        group=seat.group,
        key=f"introduction:{seat.id}",
    )


def draft_of(seat: Membership) -> Sayable | None:
    """The introduction: the person's own text, else one made from the application (W07)."""
    if seat.introduction:
        return _("{words}", words=seat.introduction)
    application = Application.latest_of(seat.group, seat.person)
    if application is None or application.state != "accepted" or not application.answers:
        return None
    pairs = zip(application.questions, application.answers, strict=False)
    if application.group.questions:
        return Join(tuple(lines(_("{question}", question=q), _("{words}", words=a)) for q, a in pairs), "\n")
    return Join(tuple(_led(lead, answer) for lead, answer in zip(LEADS, application.answers, strict=False)))


def _led(lead: Text, answer: str) -> Text:
    return Text(lead.message, {"words": answer})


@on.tap("in.pub", Membership, _("Publish"), only="self")
def publish(tap: Tap) -> Says:
    seat = tap.about(Membership)
    draft = draft_of(seat)
    if seat.state != "in":
        yield say.reply(_("You are not a member of {group} any more.", group=seat.group.name))
    elif draft is None:
        yield from _show_draft(seat)
    elif not _once(seat):
        yield say.reply(_("Your introduction is published already. “introduce” lets you write a new one."))
    else:
        yield from _publish(seat, draft)


def _once(seat: Membership) -> bool:
    changed = (
        Membership.update(introduced_at=now())
        .where(Membership.id == seat.id, Membership.introduced_at.is_null())
        .execute()
    )
    return bool(changed)


def _publish(seat: Membership, draft: Sayable) -> Says:
    group, person = seat.group, seat.person
    others = group.memberships.where(Membership.state == "in").count() - 1
    yield say.never(nudge, seat)
    yield say.never(give_up, seat)
    yield say.done(seat.address)
    yield say.post(
        group,
        paragraphs(
            lines(_("<b>{name}</b> joins us", name=person.name or _("Somebody")), _vouched(seat)),
            draft,
            _("A word of welcome goes a long way."),
        ),
        but=person,
        once=f"in.post:{seat.id}:{int(now().timestamp())}",
    )
    yield say.tell(
        person,
        _n(
            "Published: one person reads it. Welcome!",
            "Published: {n} people read it. Welcome!",
            n=max(others, 0),
        ),
        address=seat.address,
        group=group,
        key=f"introduction:{seat.id}",
    )


def _vouched(seat: Membership) -> Text | None:
    return _("recommended by {name}", name=seat.sponsor.name) if seat.sponsor else None


@on.tap("in.edit", Membership, _("Change"), only="self")
def change(tap: Tap) -> Says:
    seat = tap.about(Membership)
    if seat.state != "in":
        yield say.reply(_("You are not a member of {group} any more.", group=seat.group.name))
        return
    yield say.ask(
        rewrite,
        _("Send me your introduction as it should read ({most} characters at most).", most=LONGEST),
        group=seat.group,
    )


@on.answer("in.text")
def rewrite(msg: Message) -> Says:
    text, seat = msg.text.strip(), msg.membership
    if seat is None:
        yield say.done()
        yield say.reply(_("You are not a member of {group} any more.", group=msg.home().name))
    elif not text:
        yield say.reply(_("Send it in words, please; a photo or a voice note can't be read by everyone."))
    elif len(text) > LONGEST:
        yield say.reply(_("That is a little long: {most} characters at most, please.", most=LONGEST))
    else:
        seat.introduction = text
        seat.save(only=[Membership.introduction])
        yield say.done()
        yield say.reply(
            paragraphs(_("It will read like this:"), _("{words}", words=text)),
            say.button(publish, seat),
            say.button(change, seat),
            say.button(later, seat),
        )


@on.cancel(rewrite)
def keep(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("Nothing is published. Write “introduce” when you feel like it."))


@on.tap("in.later", Membership, _("Later"), only="self")
def later(tap: Tap) -> Says:
    seat = tap.about(Membership)
    yield say.done()
    yield say.reply(
        _("No hurry. Write “introduce” to find your draft again; I'll remind you once, then keep quiet.")
        if seat.introduced_at is None
        else _("Your introduction is published already. “introduce” lets you write a new one.")
    )


@on.command("presentation", "introduce", help=_("introduce yourself to the group"), only="member")
@on.phrase("me presenter", "je me presente", "ma presentation", "introduce myself", "my introduction", only="member")
@on.like(
    "je voudrais changer ma présentation", "refaire ma présentation", "modifier ma présentation",
    "je veux me présenter au groupe", "mettre à jour mon profil", "change my introduction",
    "I want to introduce myself", "update my bio", "redo my introduction",
    "ma présentation n'est plus à jour", "je veux réécrire ma bio", "my bio is out of date",
    "let me redo my intro",
)  # fmt: skip
def again(msg: Message) -> Says:
    seat = msg.seat()
    if seat.introduced_at is not None:
        Membership.update(introduced_at=None, introduction=None).where(Membership.id == seat.id).execute()
        yield say.ask(
            rewrite,
            _(
                "Send me your new introduction ({most} characters at most). I show it before publishing.",
                most=LONGEST,
            ),
            group=seat.group,
        )
    else:
        yield from _show_draft(seat)


@on.due("in.nudge", Membership)
def nudge(due: Due) -> Says:
    seat = due.about(Membership)
    if seat.state == "in" and seat.introduced_at is None:
        yield say.tell(
            seat.person,
            _(
                "The others of {group} would like to know who you are. Your introduction is ready:",
                group=seat.group.name,
            ),
            say.button(publish, seat),
            say.button(change, seat),
            say.button(later, seat),
            address=seat.address,
            group=seat.group,
            unasked=True,
            once=f"in.nudge:{seat.id}:{int(seat.joined_at.timestamp())}",
            until=now() + dt.timedelta(days=2),
        )


@on.due("in.quiet", Membership)
def give_up(due: Due) -> Says:
    """After one nudge: silence for the newcomer, a word to the organizers (manners 1)."""
    seat = due.about(Membership)
    if seat.state != "in" or seat.introduced_at is not None:
        return
    for organizer in seat.group.organizers():
        if organizer.id != seat.person_id:
            yield say.tell(
                organizer,
                _(
                    "{name} has not introduced themselves yet. I reminded them once and leave it at that; "
                    "a word from you may help.",
                    name=seat.person.name or _("A newcomer"),
                ),
                group=seat.group,
                unasked=True,
                once=f"in.quiet:{seat.id}:{organizer.id}:{int(seat.joined_at.timestamp())}",
                until=now() + dt.timedelta(days=3),
            )

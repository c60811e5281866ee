"""Summary: posted when the meeting is closed, kept up to date where it stands, completed by who writes it (63)."""

import datetime as dt
import re

from handlers.kit import Due, Happening, Message, Says, Tap, Text, _, _n, lines, names, on, say
from handlers.kit.cards import recap, report
from handlers.kit.doors import summary_link
from handlers.kit.texts import When
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting
from storage.missions import SUMMARY, Draw
from storage.noise import zone_of
from storage.people import Person
from storage.polls import DATE, Poll
from storage.sessions import Session
from storage.summaries import CORRECTABLE, LINK_LIFE, MOST, Addition, Summary

EVENING, HALF_A_DAY = dt.time(19), dt.timedelta(hours=12)  # whoever wrote at half past seven is still in the window
LINES = 8  # added by one message
LABEL = re.compile(r"^\s*(?:@\w+[ ,:]*)?/?(?:le |the )?(?:compte[ _-]?rendu|summary|write-?up)\s*:\s*", re.I)
NONE_YET = _("There is no summary yet: I write one at the end of each meeting.")
WHEN = _("When? In your own words, for example: Thursday 12:30, or the 14th at 19:30")
HOW = _("What shall I add? A line for each thing; “cancel” leaves it as it is.")


@on.event("session_closed")
def post(happening: Happening) -> Says:
    """Once, in the transaction that closes the meeting; a worker says it at once."""
    session = happening.about(Session)
    if session.told_at is None:
        return  # closed because nobody did: first somebody says who was there
    summary, fresh = Summary.begin(session.meeting)
    if not fresh:
        return
    found = report.of(session.meeting)
    summary.note(recap.digest(found))
    yield recap.posted(summary, found, once=f"summary:{summary.meeting_id}")
    yield say.later(say_again, summary, _evening(summary))
    yield say.later(settle, summary, summary.posted_at + CORRECTABLE)


def _evening(summary: Summary) -> dt.datetime:
    """The first seven in the evening that comes half a day later, or more."""
    zone = zone_of(None, summary.group)
    local = (summary.posted_at + HALF_A_DAY).astimezone(zone)
    day = local.date() + dt.timedelta(days=1 if local.time() > EVENING else 0)
    return dt.datetime.combine(day, EVENING, zone).astimezone(dt.UTC)


# ------------------------------------------------------------------ it keeps up


@on.event("noted", "note_changed", "hot_seat_changed", "card_held", "cards_drawn", "presence_changed", "thanked")
def changed(happening: Happening) -> Says:
    record = happening.record
    meeting = record if isinstance(record, Meeting) else getattr(record, "meeting", None)
    summary = Summary.of(meeting) if isinstance(meeting, Meeting) else None
    if summary is not None and summary.completable:
        yield recap.refresh(summary)


@on.event("meeting_fixed", "meeting_moved", "meeting_cancelled", "meeting_revived", "skipped")
@on.event("poll_opened", "poll_dropped", "poll_failed")
def dated(happening: Happening) -> Says:
    """The next date is another one: the last line and the buttons change."""
    group = getattr(happening.record, "group", None)
    summary = Summary.last_of(group) if isinstance(group, Group) else None
    if summary is not None and now() < summary.posted_at + LINK_LIFE:
        yield recap.refresh(summary)


@on.due("sm.settle", Summary)
def settle(due: Due) -> Says:
    """A day later it stands: the button that corrects it goes."""
    yield recap.refresh(due.about(Summary))


@on.due("sm.again", Summary)
def say_again(due: Due) -> Says:
    """What cannot be edited is said once more, at the end of the day, if it was corrected."""
    summary = due.about(Summary)
    found = report.of(summary.meeting)
    if now() > due.at + HALF_A_DAY or not summary.tell_again(recap.digest(found)):
        return
    text = lines(_("The summary was corrected:"), recap.told(summary, found))
    yield say.post(
        summary.group,
        text,
        *recap.buttons(summary, found),
        key=recap.key(summary.meeting),
        among=recap.readers(found),
        chat=False,
        level="essential",
        template="news",
    )


# ------------------------------------------------------------------ asked for


@on.command(
    "compterendu",
    "summary",
    help=_("what the last meeting decided, with its page"),
    word=_("summary"),
    only="member",
    group=True,
)
@on.tells
@on.like(
    "c'est quoi le compte rendu", "je voudrais le compte rendu de la dernière réunion", "qu'est-ce qui s'est dit",
    "envoie-moi le compte rendu", "j'ai raté la réunion, tu me résumes", "what did I miss",
    "send me the summary of the last meeting", "what was said last time",
    "il s'est dit quoi à la réunion", "j'étais pas là, il s'est passé quoi", "je veux relire le compte rendu",
    "I missed the meeting, what happened", "can I read the summary", "remind me what we decided last time",
    "qu'est-ce qu'on a décidé la dernière fois",
)  # fmt: skip
def ask(msg: Message) -> Says:
    yield from _add(msg, msg.words) if LABEL.match(msg.text) and msg.words else _show(msg)


@on.phrase(
    "compte rendu",
    "compte-rendu",
    "le compte rendu",
    "le compte-rendu",
    "résumé de la réunion",
    "le résumé de la réunion",
    "the summary",
    "summary",
    "write-up",
    only="member",
    prefix=True,
)
@on.tells
@on.like(
    "tu peux me faire un résumé de la réunion", "le récap de la réunion", "montre le compte rendu",
    "qu'est-ce que j'ai raté", "show the summary", "a recap of the meeting",
)  # fmt: skip
def said(msg: Message) -> Says:
    """Alone it is asked for; with a colon and words, these are added."""
    words = LABEL.sub("", msg.text, count=1).strip() if LABEL.match(msg.text) else ""
    yield from _add(msg, words) if words else _show(msg)


def _show(msg: Message) -> Says:
    summary = Summary.last_of(msg.home())
    if summary is None:
        yield say.reply(NONE_YET)
    elif msg.private:
        yield recap.shown_to(summary, msg.person, *_ways(summary, msg.person))
    else:
        page = say.link(_("Read all of it"), summary_link(summary, now() + LINK_LIFE))
        yield say.reply(_("The summary of {when}:", when=When(summary.meeting.start)), page)


def _ways(summary: Summary, person: Person) -> list[say.Button]:
    add = [say.button(complete, summary)] if may_complete(summary, person) else []
    fix = [say.button(on.tapped("sm.fix"), summary)] if recap.may_correct(summary, person) else []
    return add + fix


@on.tap("sm.dates", Summary, _("Propose dates"), only="member")
def dates(tap: Tap) -> Says:
    """The meeting ended without a next date: whoever likes proposes some, in private."""
    group = tap.home()
    if Meeting.next_of(group) or Poll.open_of(group, DATE):
        yield say.reply(_("The next date is taken care of already: “when do we meet?” shows it."))
        return
    Poll.draft(group, tap.person)
    yield say.ask(on.load().asked["pr.said"].function, WHEN, group=group, person=tap.person)
    if not tap.private:
        yield say.toast(_("I'm asking you in private."))


# ------------------------------------------------------------------ completed


def may_complete(summary: Summary, person: Person) -> bool:
    """Who holds the card, who led, who looks after the group; without a card anybody who was there."""
    session = Session.of(summary.meeting)
    if not summary.completable or session is None:
        return False
    trusted = {one.id for one in summary.group.in_charge()} | {session.animator_id}
    holders = {draw.person_id for draw in _cards(summary)}
    return person.id in trusted | holders or (not holders and recap.was_there(summary, person))


def _cards(summary: Summary) -> list[Draw]:
    held = (draw for draw in Draw.of_meeting(summary.meeting) if draw.code == SUMMARY)
    return [draw for draw in held if draw.person_id is not None]


@on.phrase(
    "compléter le compte rendu",
    "complète le compte rendu",
    "je complète le compte rendu",
    "complete the summary",
    "add to the summary",
    only="member",
)
@on.like(
    "je veux ajouter quelque chose au compte rendu", "il manque un truc dans le compte rendu",
    "add something to the summary", "something is missing in the summary",
    "j'ai une chose à rajouter au compte rendu", "rajoute au résumé",
    "on a oublié un point dans le compte rendu", "I've got something to add to the recap",
    "the summary forgot a point",
)  # fmt: skip
def complete_in_words(msg: Message) -> Says:
    yield from _complete(msg, Summary.last_of(msg.home()))


@on.tap("sm.add", Summary, _("Add to it"), only="member")
def complete(tap: Tap) -> Says:
    yield from _complete(tap, tap.about(Summary))


def _complete(spoken: Message | Tap, summary: Summary | None) -> Says:
    if summary is None:
        yield say.reply(NONE_YET)
    elif not may_complete(summary, spoken.person):
        yield say.reply(_refused(summary))
    else:
        yield say.ask(added, HOW, group=summary.group, summary=summary.id)


def _refused(summary: Summary) -> Text:
    if not summary.completable:
        return _("That summary is settled by now. For the next meeting, write “topic: …”.")
    holder = next((draw.person for draw in _cards(summary) if draw.person is not None), None)
    if holder is None:
        return _("Those who were there add to it. For the next meeting, write “topic: …”.")
    return _("{name} has the card: tell them what is missing.", name=names.first(holder))


@on.answer("sm.added")
def added(msg: Message) -> Says:
    summary = Summary.get_by_id(int(msg.answers["summary"]))
    if not msg.text.strip():
        text = lines(_("I only read words."), HOW)
        yield say.ask(added, text, group=summary.group, summary=summary.id)
        return
    yield say.done()
    yield from _keep(msg, summary, LABEL.sub("", msg.text, count=1))


def _add(msg: Message, words: str) -> Says:
    summary = Summary.last_of(msg.home())
    if summary is None:
        yield say.reply(NONE_YET)
    else:
        yield from _keep(msg, summary, words)


def _keep(msg: Message, summary: Summary, words: str) -> Says:
    if not may_complete(summary, msg.person):
        yield say.reply(_refused(summary))
        return
    rows = [" ".join(row.split()).lstrip("-•* ")[:MOST] for row in words.splitlines()]
    source = f"{msg.platform}:{msg.event.chat}:{msg.event.message}"
    kept = [row for row in rows if row][:LINES]
    for n, row in enumerate(kept):
        Addition.put(summary, msg.person, row, f"{source}:{n}")
    yield say.reply(_n("Added to the summary. Thank you!", "{n} lines added to the summary. Thank you!", n=len(kept)))
    yield recap.refresh(summary)
    yield say.signal("summary_completed", summary)

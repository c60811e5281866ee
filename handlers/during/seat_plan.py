"""After the hot seat, in private: up to three actions, what was learnt, and what the summary may tell (47, A05)."""

import datetime as dt
import re
from dataclasses import dataclass

from handlers.kit import Day, Happening, Message, Sayable, Says, Tap, Text, _, lines, on, paragraphs, say
from handlers.kit.reading.when import read
from storage import settings
from storage.db import now
from storage.hotseats import HotSeat
from storage.noise import zone_of
from storage.notes import ACTION, Note

MOST = 3
LONGEST = 300  # signs of an action
MARK = re.compile(r"^\s*(?:[-•*–]|\(?\d{1,2}[.)])\s*")
SKIPS = {"passer", "passe", "skip", "rien", "nothing", "-"}

ASKED = _("Your plan: up to three actions, one a line, each with its day. They join the group's actions.")
EXAMPLE = _("For example: “Call three old customers before Friday”")
LEARNED = _("And what have you learnt, in a sentence? It stays with you.")


@dataclass(frozen=True)
class Action:
    """One line of a plan: what, and the day it names, if it is sure."""

    words: str
    due: dt.date | None = None


# ------------------------------------------------------------------ the plan


@on.tap("sp.plan", HotSeat, _("Write my plan"), only="self")
def write(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    yield _ask(seat, _("Written so far: “{words}”", words=seat.plan) if seat.plan else None)


def _ask(seat: HotSeat, before: Text | None = None) -> say.Say:
    return say.ask(plan, lines(before, ASKED, EXAMPLE), group=seat.group, seat=seat.id)


@on.answer("sp.plan")
def plan(msg: Message) -> Says:
    seat = HotSeat.get_by_id(int(msg.answers["seat"]))
    rows = [row for row in (MARK.sub("", row).strip() for row in msg.text.splitlines()) if row]
    if not rows:
        yield _ask(seat, _("I only read words."))
    elif len(rows) > MOST:
        yield _ask(seat, _("That is {n} actions. Which three matter most?", n=len(rows)))
    else:
        actions = [_read(row[:LONGEST], msg) for row in rows]
        seat.note(plan="\n".join(action.words for action in actions))
        yield from _noted(seat, actions)
        yield _ask_learned(seat, _kept(actions))


def _read(row: str, msg: Message) -> Action:
    """An unsure day is left out, never guessed."""
    language = msg.person.language or settings.current().language
    reading = read(row, now(), zone_of(msg.person, msg.group), language)
    sure = len(reading.options) == 1 and all(ask.kind in ("no hour", "unread") for ask in reading.asks)
    due = reading.options[0].day if sure else reading.until
    return Action(row, due)


def _noted(seat: HotSeat, actions: list[Action]) -> Says:
    """Among the meeting's actions; a plan that is written again takes the place of the first."""
    meeting, source = seat.meeting, seat.source
    if meeting is None:
        return
    for n, action in enumerate(actions):
        facts = {"source": source, "position": n, "owner": seat.person, "due": action.due}
        note, fresh = Note.put(meeting, seat.person, ACTION, action.words, **facts)
        if fresh:
            yield say.signal("noted", note)
        elif note.rewrite(words=action.words, due=action.due):
            yield say.signal("note_changed", note)
    for note in Note.written_in(source)[len(actions) :]:
        if note.undo():
            yield say.signal("note_changed", note)


def _kept(actions: list[Action]) -> Sayable:
    return lines(_("<b>Your plan</b>"), *(_row(n, action) for n, action in enumerate(actions, 1)))


def _row(n: int, action: Action) -> Text:
    if action.due is None:
        return _("{n}. {words}", n=n, words=action.words)
    return _("{n}. {words} → {day}", n=n, words=action.words, day=Day(action.due))


# ------------------------------------------------------------------ what was learnt


def _ask_learned(seat: HotSeat, before: Sayable) -> say.Say:
    buttons = say.button(skip, seat), say.button(write, seat, _("Change the plan"))
    return say.ask(learned, paragraphs(before, LEARNED), *buttons, group=seat.group, seat=seat.id)


@on.answer("sp.learned")
def learned(msg: Message) -> Says:
    seat = HotSeat.get_by_id(int(msg.answers["seat"]))
    words = msg.text.strip()
    if not words:
        yield say.ask(learned, _("I only read words: one sentence, or “skip”."), group=msg.group, seat=seat.id)
        return
    if words.lower().strip(" .!") not in SKIPS:
        seat.note(learned=words[:LONGEST])
    yield say.done()
    yield say.reply(_("Kept. Before the next meeting I ask you what has become of it."))


@on.tap("sp.skip", HotSeat, _("Skip"), only="self")
def skip(tap: Tap) -> Says:
    yield say.done()
    yield say.reply(_("All right. Before the next meeting I ask you what has become of it."))


# ------------------------------------------------------------------ what the summary may tell


@on.event("hot_seat_ended")
def ask_consent(happening: Happening) -> Says:
    seat = happening.about(HotSeat)
    if not seat.held or seat.share is not None:
        return
    yield say.tell(
        seat.person,
        lines(
            _("May the meeting's summary tell <b>your problem and the best advice</b>?"),
            _("Without your yes it only says that you had the hot seat."),
        ),
        say.button(share, seat),
        say.button(keep, seat),
        group=seat.group,
        once=f"sp.consent:{seat.id}",
        template="vote",
    )


@on.tap("sp.share", HotSeat, _("Yes, it may"), only="self")
def share(tap: Tap) -> Says:
    yield from _decide(tap, True)


@on.tap("sp.keep", HotSeat, _("No, keep it"), only="self")
def keep(tap: Tap) -> Says:
    yield from _decide(tap, False)


def _decide(tap: Tap, may: bool) -> Says:
    seat = tap.about(HotSeat)
    seat.note(share=may)
    if not may:
        yield say.reply(_("It stays among those who were here."))
    elif seat.problem:
        yield say.reply(_("Thank you: the summary tells it in your words."))
    else:
        yield say.ask(problem, _("Thank you. In one sentence: what was it about?"), group=seat.group, seat=seat.id)
    yield say.signal("hot_seat_changed", seat)


@on.answer("sp.problem")
def problem(msg: Message) -> Says:
    seat = HotSeat.get_by_id(int(msg.answers["seat"]))
    if not msg.text.strip():
        yield say.ask(problem, _("I only read words: one sentence, please."), group=msg.group, seat=seat.id)
        return
    seat.note(problem=msg.text.strip()[:LONGEST])
    yield say.done()
    yield say.reply(_("Thank you: the summary tells it in your words."))
    yield say.signal("hot_seat_changed", seat)

"""The summary as a post: at most fifteen lines on a phone, edited in place while it is corrected (63)."""

import hashlib
import math
from typing import Any

from handlers.kit import doors, names, on, say
from handlers.kit.cards import noting, report
from handlers.kit.cards.report import Report
from handlers.kit.texts import Reader, Sayable, Text, When, _, _n, lines
from storage.db import now
from storage.groups import destinations
from storage.meetings import Attendance, Meeting
from storage.notes import ACTION, DECISION, IDEA, LINK, VOICE, Note
from storage.people import TELEGRAM, WHATSAPP, Person
from storage.summaries import LINK_LIFE, Summary

MOST, WIDTH = 15, 42  # lines of a phone, and signs of a line at the usual size
ROOMY, TIGHT = 64, 40  # signs of an item: above, ideas and links are shown; below, neither cards nor thanks
TIGHTER = ((90, 8), (64, 5), (48, 3), (38, 3), (29, 2), (24, 1))  # signs of an item, items of a part, until it fits


def posted(summary: Summary, found: Report, **how: Any) -> say.Say:
    """The card: once in the group's chat, and to those elsewhere who were there (or hear only the essential)."""
    return say.post(
        summary.group,
        told(summary, found),
        *buttons(summary, found),
        key=key(summary.meeting),
        among=readers(found),
        level="essential",
        template="news",
        **how,
    )


def refresh(summary: Summary) -> say.Say:
    """Change what stands there already; nothing new anywhere (113)."""
    return posted(summary, report.of(summary.meeting), in_place=True)


def shown_to(summary: Summary, person: Person, *more: say.Button) -> say.Say:
    """The summary for one person, in private, with a fresh link."""
    found = report.of(summary.meeting)
    page = say.link(_("Read all of it"), doors.summary_link(summary, now() + LINK_LIFE))
    how = {"group": summary.group, "key": key(summary.meeting), "template": "news"}
    return say.tell(person, told(summary, found), page, *more, *_dates(summary, found), **how)


def key(meeting: Meeting) -> str:
    """The name of the card."""
    return f"summary:{meeting.id}"


def readers(found: Report) -> frozenset[int]:
    """Ids of those whom a copy goes to: who was there, and who would not hear the word for the absent."""
    there = {person.id for person in found.present}
    deaf = {seat.person_id for seat in destinations(found.group) if seat.hears("ordinary", now()) != "now"}
    return frozenset(there | deaf)


def was_there(summary: Summary, person: Person) -> bool:
    """Were they at that meeting?"""
    row = Attendance.of(summary.meeting, person)
    return row is not None and bool(row.present)


def may_correct(summary: Summary, person: Person) -> bool:
    """For a day: who was there, or looks after the group."""
    trusted = was_there(summary, person) or any(one.id == person.id for one in summary.group.in_charge())
    return summary.correctable and trusted


def digest(found: Report) -> str:
    """What was told of the evening itself, to see whether a correction changed it."""
    words = lines(*_body(found, 200, 60)).plain("en")
    return hashlib.sha256(words.encode()).hexdigest()


# ------------------------------------------------------------------ what it says


def told(summary: Summary, found: Report) -> Sayable:
    """As much as fifteen lines hold; the page has the rest."""
    if found.empty:
        return lines(_nothing(found), report.next_date(found))
    for signs, items in TIGHTER:
        text = lines(_title(found), *_body(found, signs, items), report.next_date(found))
        if height(text, summary.group.language) <= MOST:
            break
    return text


def height(text: Sayable, language: str) -> int:
    """How many lines a phone takes for it."""
    rows = text.render(Reader(language)).split("\n")
    return sum(max(1, math.ceil(len(row) / WIDTH)) for row in rows)


def _nothing(found: Report) -> Text:
    if not found.present:
        return _("📝 You met on {when}. Nothing was noted.", when=When(found.meeting.start))
    return _(
        "📝 You met on {when}: {names}. Nothing was noted.",
        when=When(found.meeting.start),
        names=names.listed(found.present),
    )


def _title(found: Report) -> Text:
    return _("📝 <b>Summary of {when}</b>", when=When(found.meeting.start, short=True))


def _body(found: Report, signs: int, items: int) -> list[Sayable]:
    """Who was there, hot seats, decisions, actions, what was added, cards, thanks; and how much more there is."""
    decisions, actions = found.of(DECISION), _by_owner(found)
    rows: list[Sayable] = []
    if found.present:
        rows.append(
            _("There were {n}: {names}", n=len(found.present), names=names.listed(found.present, max(3, items + 4)))
        )
    for seat in found.seats:
        rows += _seat(seat, signs)
    rows += [_("Decided: {words}", words=short(note.words, signs)) for note in decisions[:items]]
    rows += [report.promised(note, short(note.words, signs)) for note in actions[:items]]
    rows += [_("+ {words}", words=short(line.words, signs)) for line in found.added[:items]]
    others = [note for kind in (IDEA, LINK, VOICE) for note in found.of(kind)]
    shown = others[:items] if signs >= ROOMY else []
    rows += [_other(note, signs) for note in shown]
    if found.cards and signs > TIGHT:
        rows.append(_("🃏 {cards}", cards=_folded([report.carried(draw) for draw in found.cards], items + 1)))
    if found.thanks and signs > TIGHT:
        rows.append(_thanked(found, items))
    more = sum(max(0, len(part) - items) for part in (decisions, actions, found.added))
    if more := more + len(others) - len(shown):
        rows.append(_n("… and one more line on the page.", "… and {n} more lines on the page.", n=more))
    return rows


def _seat(seat: report.Seat, signs: int) -> list[Sayable]:
    name = names.first(seat.person)
    rows: list[Sayable] = [_("🪑 {name} had the hot seat.", name=name)]
    if seat.problem:
        rows = [_("🪑 {name}: “{words}”", name=name, words=short(seat.problem, signs))]
    if seat.advice and seat.adviser is not None:
        rows.append(_("→ {name}: “{words}”", name=names.first(seat.adviser), words=short(seat.advice, signs)))
    return rows


def _other(note: Note, signs: int) -> Text:
    said = {IDEA: _("Idea: {words}"), LINK: _("Link: {words}")}
    if note.kind not in said:
        return noting.line(note)
    return said[note.kind].given(words=note.words if note.kind == LINK else short(note.words, signs))


def _by_owner(found: Report) -> list[Note]:
    """Actions that somebody has first, then those that wait for somebody."""
    return sorted(found.of(ACTION), key=lambda note: note.owner_id is None)


def _folded(parts: list[Text], most: int) -> list[Text]:
    more = len(parts) - most
    return [*parts[:most], _n("one more card", "{n} more cards", n=more)] if more > 0 else parts


def _thanked(found: Report, items: int) -> Text:
    people = {thanks.person_id for thanks in found.thanks if thanks.person_id}
    known = [person for person in found.present if person.id in people]
    if not known:
        return _n("♡ {n} thanks was said.", "♡ {n} thanks were said.", n=len(found.thanks))
    return _("♡ Thanks to {names}", names=names.listed(known, items + 2))


def short(words: str, most: int) -> str:
    """In one line, cut at a word."""
    words = " ".join(words.split())
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    return (cut.rpartition(" ")[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:.") + "…"


# ------------------------------------------------------------------ its buttons


def buttons(summary: Summary, found: Report) -> list[say.Button]:
    """Answer the next date; all of it; correct it, for a day."""
    page = say.link(_("Read all of it"), doors.summary_link(summary, summary.posted_at + LINK_LIFE))
    fix = [say.button(on.tapped("sm.fix"), summary, only=TELEGRAM)] if summary.correctable else []
    return [*_dates(summary, found), page, *fix]


def _dates(summary: Summary, found: Report) -> list[say.Button]:
    if found.ahead is not None:
        return [say.button(on.tapped(code), found.ahead) for code in ("at.yes", "at.maybe", "at.no")]
    if found.poll is not None:
        return [
            say.button(on.tapped("ag.vote"), found.poll, only=WHATSAPP)
        ]  # on Telegram the vote's card stands above
    return [] if found.not_before else [say.button(on.tapped("sm.dates"), summary)]

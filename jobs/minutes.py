"""The whole of a meeting's summary, part by part: for the page, and as a Markdown file to keep (63)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.kit import names
from handlers.kit.cards import closing, missions, report
from handlers.kit.cards.report import Report
from handlers.kit.texts import Day, Reader, Sayable, Text, When, _, _n, show
from storage.missions import Draw
from storage.notes import ACTION, DECISION, DONE, IDEA, LINK, VOICE, Note

MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
ADDRESS = re.compile(r"https?://[^\s<>]+")
ENDS = ".,;:!?)]»”"  # of the sentence around an address, not of the address


@dataclass(frozen=True)
class Row:
    """A line of a part; label: whose it is, or what; links: may addresses in it be followed."""

    words: Sayable | str
    label: Sayable | str | None = None
    links: bool = False


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    title: Sayable
    rows: tuple[Row, ...]


def parts(found: Report) -> list[Part]:
    """Every part that has something, in the order of the evening."""
    made = [
        *_seats(found),
        Part(_("Decisions"), tuple(Row(note.words) for note in found.of(DECISION))),
        Part(_("Actions"), tuple(_action(note) for note in found.of(ACTION))),
        Part(_("Ideas"), tuple(Row(note.words) for note in found.of(IDEA))),
        Part(_("Links"), tuple(Row(note.words, links=True) for note in found.of(LINK))),
        Part(_("Voice notes"), tuple(_voice(note) for note in found.of(VOICE))),
        Part(_("Also"), tuple(Row(line.words) for line in found.added)),
        Part(_("Mission cards"), tuple(_card(draw) for draw in found.cards)),
        Part(_("Thanks"), tuple(Row(thanks.words, names.first(thanks.by)) for thanks in found.thanks)),
    ]
    return [part for part in made if part.rows]


def _seats(found: Report) -> Iterator[Part]:
    for seat in found.seats:
        name = names.first(seat.person)
        rows = [Row(seat.problem, _("The problem"))] if seat.problem else []
        if seat.advice and seat.adviser is not None:
            rows.append(
                Row(seat.advice, _("The advice that helped most, from {name}", name=names.first(seat.adviser)))
            )
        alone = Row(_("{name} had the hot seat. What was said stays among those who were here.", name=name))
        yield Part(_("Hot seat of {name}", name=name), tuple(rows) or (alone,))


def _action(note: Note) -> Row:
    owner = names.first(note.owner) if note.owner else _("Who takes it?")
    if note.state == DONE:
        return Row(_("{words} (done)", words=note.words), owner)
    if note.due is not None:
        return Row(_("{words} (by {day})", words=note.words, day=Day(note.due)), owner)
    return Row(note.words, owner)


def _voice(note: Note) -> Row:
    return Row(_("Voice note of {name}", name=names.first(note.by) if note.by else _("A member")))


def _card(draw: Draw) -> Row:
    person = draw.person
    return Row(names.first(person) if person else "", missions.name(draw.mission))


def present(found: Report) -> Sayable | None:
    """Everybody who was there, by first name."""
    if not found.present:
        return None
    people = names.listed(found.present, len(found.present))
    return _n("{names} ({n} person)", "{names} ({n} people)", n=len(found.present), names=people)


def rated(found: Report) -> Text | None:
    """How those present liked it, once three have said so."""
    return _("How it was, on average: {face}", face=closing.face_of(found.mean)) if found.mean is not None else None


# ------------------------------------------------------------------ the file


def markdown(found: Report, language: str) -> bytes:
    """The same as Markdown (CommonMark), UTF-8; people's words stay words."""
    head = _("Summary: {group}", group=found.group.name)
    moment = show(When(found.meeting.start, end=found.meeting.end), Reader(language, ZoneInfo(found.meeting.zone)))
    rows = [f"# {_written(head, language)}", "", _escape(moment), ""]
    for label, value in ((_("Where"), found.meeting.where()), (_("Present"), present(found))):
        if value:
            rows.append(f"- **{label.plain(language)}** {_written(value, language)}")
    for part in parts(found):
        rows += ["", f"## {_written(part.title, language)}", ""]
        rows += [_line(row, language) for row in part.rows]
    following = report.next_date(found).plain(language).lstrip("➡️ ")
    last = rated(found)
    rows += ["", *([_written(last, language), ""] if last else []), _escape(following), ""]
    return "\n".join(rows).encode()


def _line(row: Row, language: str) -> str:
    words = _linked(str(row.words)) if row.links else _written(row.words, language)
    return f"- **{_written(row.label, language)}** {words}" if row.label else f"- {words}"


def _written(text: Sayable | str, language: str) -> str:
    return _escape(text if isinstance(text, str) else text.plain(language))


def _linked(words: str) -> str:
    """Addresses as they are, in angle brackets; the rest escaped."""
    words, end, rows = " ".join(words.split()), 0, list[str]()
    for found in ADDRESS.finditer(words):
        link = found.group().rstrip(ENDS)
        rows += [_unmarked(words[end : found.start()]), f"<{link}>"]
        end = found.start() + len(link)
    return "".join([*rows, _unmarked(words[end:])])


def _escape(words: str) -> str:
    """One line without any mark."""
    return _unmarked(" ".join(words.split()))


def _unmarked(words: str) -> str:
    return MARKS.sub(r"\\\1", words)

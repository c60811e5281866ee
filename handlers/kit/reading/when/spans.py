"""Puts what was found side by side: an hour beside its day, ranges, lists, exclusions, last days to answer."""

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import pairwise

from handlers.kit.reading.when.page import Clock, Days, Length, Mark, Page, Part, Sign

RANGE = re.compile(r",? ?(?:-|>|->|a|jusqu'a|jusque|to|until|till|til|through) ?")
BETWEEN = re.compile(r" (?:et|and) ")
LIST = re.compile(
    r"[ ,;/]*(?:(?:ou|et|or|and|puis|sinon|a defaut|au pire|bien|encore|voire|le|les|the|on|"
    r"either|soit|a|ni|nor|then|alors|"
    r"du) ?|[,;/+&] ?)*"
)
BREAK = re.compile(r"[.!?;]|\b(?:mais|but|ok|oui|yes|plutot|je peux|par contre|sinon|instead|dispo)\b")
NEXT_TO = re.compile(r" ?(?:a |le |la |at |in the |les |vers |the |l')*")
BESIDE = re.compile(
    r"[ ,:]*(?:(?:c'est|c|je|j'|i|i'm|on|ca|is|non|moi|perso|pour moi|pour ma part|for me|suis|am|serai|part|"
    r"pars|partons|sorry|dsl|"
    r"desolee?|malheureusement|unfortunately|par contre|en fait|la)\b[ ,:]*)*"
)
ALSO = re.compile(r" (?:et|and|ni|nor|&) (?:le )?")
COMMA_OR_ALSO = re.compile(r" ?(?:,|et|and|ni) (?:le )?")
NO = ("not", "except", "busy")
AND = re.compile(r" ?(?:et|and|ni|nor|ou|or|,) ")
LATER = ("afternoon", "evening", "night")


@dataclass
class Slot:
    """A day or several, with the hours said beside them; words: from where to where."""

    start: int
    end: int
    days: Days
    clocks: list[Clock] = field(default_factory=list)
    part: str = ""
    parts: list[str] = field(default_factory=list)  # the others: samedi matin ou aprem
    length: int = 0
    before: bool = False  # the hour was said before the day
    kind: str = "option"  # or "not", "except", "busy", "until"
    unclear: bool = False  # two hours, and no "or" between them


def join_ranges(page: Page) -> list[Mark]:
    """The marks in order, "de 18h30 à 20h" made one."""
    joined: list[Mark] = []
    for mark in sorted(page.marks, key=lambda mark: mark.start):
        last = joined[-1] if joined else None
        if last and (whole := _range(page, last, mark)):
            joined[-1] = Mark(last.start, mark.end, whole)
        else:
            joined.append(mark)
    return joined


def _range(page: Page, last: Mark, mark: Mark) -> Clock | None:
    if not (isinstance(last.value, Clock) and isinstance(mark.value, Clock)) or last.value.end or mark.value.end:
        return None
    gap, lead = page.left[last.end : mark.start], page.left[: last.start]
    between = BETWEEN.fullmatch(gap) and re.search(r"\b(?:entre|between) $", lead)
    about = re.fullmatch(" ", gap) and re.search(r"\b(?:vers|around) $", lead)
    if not (RANGE.fullmatch(gap) or between or about):
        return None
    return Clock(last.value.hour, mark.value.hour, last.value.unsure and mark.value.unsure)


def slots_of(page: Page, marks: list[Mark]) -> tuple[list[Slot], list[Clock], str]:
    """The days with their hours; then the hours and the part of the day that stand without any."""
    slots: list[Slot] = []
    waiting: list[Mark] = []
    part, kind, last_end, unclear = "", "option", 0, False
    for index, mark in enumerate(marks):
        gap, last_end = page.left[last_end : mark.start], mark.end
        if BREAK.search(gap):
            kind = "option"
        match mark.value:
            case Sign(kind="not" | "except" | "not that") if _of_an_hour(page, marks, index):
                unclear = True
            case Sign(kind="not that" | "until that" | "fine that" | "same hour" as sign) if slots:
                _turn(page, slots, sign)
                kind = "option"
            case Sign(kind="not" | "except" | "busy" | "until" | "not one" as sign):
                if sign in NO and _said_after(page, marks, index, slots):
                    _refuse(page, slots, sign)
                else:
                    kind = sign
            case Days() as days:
                kind = kind if not slots or kind in ("option", "not one") or _listed(page, slots, mark) else "option"
                slots.append(_slot(mark, days, waiting, kind.removesuffix(" one"), part))
                part, waiting, kind = "", [], "option" if kind == "not one" else kind
            case Clock() | Part() | Length() if slots and not _belongs_ahead(page, marks, index, slots[-1]):
                slots[-1].unclear |= _second_hour(page, slots[-1], mark)
                _beside(slots[-1], mark)
            case Clock() | Length():
                waiting.append(mark)
            case Part(name=name):
                part = name
    _share(page, slots)
    for slot in slots:
        _at_lunch(slot)
        slot.unclear |= unclear
    return slots, [mark.value for mark in waiting if isinstance(mark.value, Clock)], part.replace("lunch", "")


def _of_an_hour(page: Page, marks: list[Mark], index: int) -> bool:
    """jeudi mais pas à 18h, 18h c'est trop tôt, 19h: an hour is refused, or a part of the day, rather than the day"""
    following = marks[index + 1 : index + 3]
    if not following or not isinstance(following[0].value, Clock | Part):
        return False
    if marks[index].value == Sign("not that"):
        day_follows = len(following) > 1 and isinstance(following[1].value, Days)
        day_stands = any(isinstance(mark.value, Days) for mark in marks[:index])
        return index > 0 and isinstance(marks[index - 1].value, Clock) and not (day_follows and day_stands)
    return bool(NEXT_TO.fullmatch(page.left[marks[index].end : following[0].start]))


def _turn(page: Page, slots: list[Slot], sign: str) -> None:
    """jeudi c'est mort, vendredi au plus tard, mercredi même heure: the sign follows its day"""
    match sign:
        case "not that":
            _refuse(page, slots, "not")
        case "until that":
            slots[-1].kind = "until"
        case "fine that" if len(slots) > 1 and slots[-2].kind in NO and slots[-1].kind in NO:
            slots[-1].kind = "option"
        case "same hour" if len(slots) > 1 and not slots[-1].clocks:
            slots[-1].clocks = slots[-2].clocks


def _at_lunch(slot: Slot) -> None:
    """vendredi pour déjeuner: at noon, unless an hour is said"""
    if slot.part == "lunch":
        slot.part, slot.clocks = "", slot.clocks or [Clock(dt.time(12))]


def _refuse(page: Page, slots: list[Slot], sign: str) -> None:
    """lundi, mardi et jeudi c'est non: none of the three"""
    slots[-1].kind, link = sign, ALSO
    for slot, following in reversed(list(pairwise(slots))):
        if slot.kind != "option" or slot.clocks or not link.fullmatch(page.left[slot.end : following.start]):
            break
        slot.kind, link = sign, COMMA_OR_ALSO


def _listed(page: Page, slots: list[Slot], mark: Mark) -> bool:
    """Whether this day goes on with the list that a "sauf" opened."""
    gap = page.left[slots[-1].end : mark.start]
    if slots[-1].kind in ("not", "busy") and gap.strip(" le") == "," and not AND.match(page.left, mark.end):
        return False  # "pas le 14, le 15"; "sauf lundi, mardi et jeudi" is a list
    return slots[-1].kind == "option" or bool(LIST.fullmatch(gap)) or "~" in gap


def _said_after(page: Page, marks: list[Mark], index: int, slots: list[Slot]) -> bool:
    """mardi je ne peux pas: the sign follows its day, and no other day follows it"""
    if not slots:
        return False
    following = next((mark for mark in marks[index + 1 :] if isinstance(mark.value, Days)), None)
    gap = page.left[slots[-1].end : marks[index].start]
    if following is None:
        return bool(BESIDE.fullmatch(gap))
    after = page.left[marks[index].end : following.start]
    if BESIDE.fullmatch(gap) and "," in after:
        return True
    return bool(BREAK.search(after)) and not BREAK.search(gap) and "," not in gap


def _slot(mark: Mark, days: Days, waiting: list[Mark], kind: str, part: str) -> Slot:
    clocks = [w.value for w in waiting if isinstance(w.value, Clock)]
    start = min([mark.start, *(w.start for w in waiting)])
    length = next((w.value.minutes for w in waiting if isinstance(w.value, Length)), 0)
    return Slot(start, mark.end, days, clocks, part, length=length, before=bool(clocks), kind=kind)


def _belongs_ahead(page: Page, marks: list[Mark], index: int, slot: Slot) -> bool:
    """10h samedi ou 11h dimanche: the hour stands right before the next day"""
    if index + 1 >= len(marks) or not isinstance(marks[index + 1].value, Days):
        return False
    gap, after = page.left[slot.end : marks[index].start], page.left[marks[index].end : marks[index + 1].start]
    another = (
        slot.clocks
        and isinstance(marks[index].value, Clock)
        and re.fullmatch(r",? (?:ou|or|et|and|sinon) (?:a )?", gap)
    )
    return (slot.before and len(after) <= 4) or bool(another and after in (" ", " le "))


def _second_hour(page: Page, slot: Slot, mark: Mark) -> bool:
    """18h mardi, donc plutôt 19h: a correction, or two choices?"""
    another = isinstance(mark.value, Clock) and slot.clocks and mark.value not in slot.clocks
    gap = page.left[slot.end : mark.start]
    return bool(another) and not LIST.fullmatch(gap) and not re.search(r"\b(?:ou|or|sinon|otherwise) $", gap)


def _beside(slot: Slot, mark: Mark) -> None:
    slot.end = max(slot.end, mark.end)
    match mark.value:
        case Part(name=name):
            slot.parts += [name] if name not in slot.parts and slot.part else []
            slot.part = slot.part or name
        case Length(minutes=minutes):
            slot.length = minutes
        case Clock() as clock if clock not in slot.clocks:
            slot.clocks.append(clock)


def _share(page: Page, slots: list[Slot]) -> None:
    """mardi ou jeudi 18h: the hour is that of both; à 18h mardi ou jeudi: likewise"""
    for slot, following in pairwise(slots):  # "pas lundi et mardi, mercredi soir"
        said = following.clocks or following.part
        if slot.kind == following.kind and slot.kind in NO and said and not slot.clocks and not slot.part:
            following.kind = "option" if "," in page.left[slot.end : following.start] else slot.kind
    for slot, following in reversed(list(pairwise(slots))):
        same = slot.kind == following.kind == "option" and LIST.fullmatch(page.left[slot.end : following.start])
        if same and not slot.clocks and not slot.part and not following.before:
            slot.clocks, slot.part, slot.length = following.clocks, following.part, following.length
    for slot, following in pairwise(slots):
        same = slot.kind == following.kind == "option" and LIST.fullmatch(page.left[slot.end : following.start])
        if same and slot.before and not following.clocks and not following.part:
            following.clocks, following.before = slot.clocks, True


def hour_of(clock: Clock, part: str) -> tuple[dt.time, dt.time | None]:
    """The hour and its end, with "du soir" taken into account."""
    return _later(clock.hour, part), _later(clock.end, part) if clock.end else None


def _later(hour: dt.time, part: str) -> dt.time:
    early = part == "night" and hour.hour < 6
    return hour.replace(hour=hour.hour + 12) if part in LATER and 0 < hour.hour < 12 and not early else hour

"""Puts what was found side by side: an hour beside its day, ranges, lists, exclusions, last days to answer."""

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import pairwise

from handlers.kit.when.page import Clock, Days, Doubt, Length, Mark, Page, Part, Sign

NOT = re.compile(
    r"\b(?:sauf|hormis|excepte|a part|pas(?: dispos?| libre| possible)?(?: pour)?|except(?: for)?|but not|not|"
    r"(?:je )?(?:ne |n')?(?:peux|peut|pourrai|serai|suis) pas(?: la| dispo| libre)?|(?:i )?(?:can't|cannot|"
    r"can not|won't)"
    r"(?: do| make| come)?(?: it)?(?: on)?|impossible(?: pour moi)?|indispo(?:nible)?|absente?|jamais|never|ni|"
    r"neither|"
    r"any(?:thing|one|day| \w+) but|busy)(?: le| on)?(?=\W|$)"
)
NOT_THAT = re.compile(
    r"(?<=@) (?:(?:is|was|est|c'est) (?:bad|mort|out|no good|impossible)|"
    r"(?:ca )?(?:ne )?(?:va|marche|convient|colle) pas|"
    r"doesn't work|won't work|i can't)\b"
)
UNTIL = re.compile(
    r"\b(?:au plus tard|avant|jusqu'a|jusqu'au|d'ici|before|by|until|till|no later than|deadline|"
    r"date limite)(?: le| the)?"
    r"(?= ?@)"
)
# "à partir de 18h" begins at 18:00; "à partir du 5" is no single day, and "mardi, non, mercredi" takes one back.
OPEN = re.compile(r"\b(?:pas (?:possible |dispo )?avant|apres|after|a partir de|des|from|not before)(?= ?#)")
UNCLEAR = [
    re.compile(
        r"\b(?:pas apres|not after|pas plus tard que|no later than)(?= ?#)|"
        r"(?<!#)(?<!# )\b(?:jusqu'a|until|till)(?= ?#)"
    ),
    re.compile(
        r"\b(?:a partir|a compter|des|from|since|starting|depuis|pas avant|not before|after|apres)"
        r"(?: d[ue]| le| the| on)? ?(?=@)"
    ),
    re.compile(
        r"\b(?:au lieu|instead of|rather than|plutot que|repousser?|decaler?|decalons|reporter?|move)"
        r"\b(?= d[eu] @| @.* (?:a|au|to) @)"
    ),
    re.compile(r"(?<=@) (?:que|than) (?=@)|(?<=@) ?-+>? ?(?=@)|(?<=@)[ ?!,.;]+(?:non|no|pardon|euh|sorry)\b"),
    re.compile(r"(?<=#) ?/ ?(?=#)"),
    re.compile(r"(?<=@) (?:suivant|d'apres|after next)\b"),
]
RANGE = re.compile(r" ?(?:-|>|->|a|jusqu'a|jusque|to|until|till|til|through) ?")
BETWEEN = re.compile(r" (?:et|and) ")
LIST = re.compile(
    r"[ ,;/]*(?:(?:ou|et|or|and|puis|sinon|a defaut|au pire|bien|encore|voire|le|les|the|on|"
    r"either|soit|a|ni|nor|then|alors|"
    r"du) ?|[,;/+&] ?)*"
)
BREAK = re.compile(r"[.!?;]|\b(?:mais|but|ok|oui|yes|plutot|je peux|par contre|sinon|instead|dispo)\b")
LATER = ("afternoon", "evening", "night")


@dataclass
class Slot:
    """A day or several, with the hours said beside them; words: from where to where."""

    start: int
    end: int
    days: Days
    clocks: list[Clock] = field(default_factory=list)
    part: str = ""
    length: int = 0
    before: bool = False  # the hour was said before the day
    kind: str = "option"  # or "not", "until"
    unclear: bool = False  # two hours, and no "or" between them


def find_signs(page: Page) -> None:
    """Mark "sauf" and "avant" where they stand near a day."""
    for unclear in UNCLEAR:
        page.sweep(unclear, lambda match, today: Doubt("ambiguous"))
    page.sweep(OPEN, lambda match, today: Sign("noise"))
    page.sweep(UNTIL, lambda match, today: Sign("until"))
    if "@" in page.left:
        page.sweep(NOT_THAT, lambda match, today: Sign("not that"))
        page.sweep(NOT, lambda match, today: Sign("not"))


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
    if not (RANGE.fullmatch(gap) or between):
        return None
    return Clock(last.value.hour, mark.value.hour, last.value.unsure and mark.value.unsure)


def slots_of(page: Page, marks: list[Mark]) -> tuple[list[Slot], list[Clock], str]:
    """The days with their hours; then the hours and the part of the day that stand without any."""
    slots: list[Slot] = []
    waiting: list[Mark] = []
    part, kind, last_end = "", "option", 0
    for index, mark in enumerate(marks):
        gap, last_end = page.left[last_end : mark.start], mark.end
        if BREAK.search(gap):
            kind = "option"
        match mark.value:
            case Sign(kind="not that") if slots:
                slots[-1].kind = "not"
            case Sign(kind="not" | "until" as sign):
                if sign == "not" and _said_after(page, marks, index, slots):
                    slots[-1].kind = "not"
                else:
                    kind = sign
            case Days() as days:
                kind = kind if not slots or kind == "option" or _listed(page, slots, mark) else "option"
                slots.append(_slot(mark, days, waiting, kind, part))
                part, waiting = "", []
            case Clock() | Part() | Length() if slots and not _belongs_ahead(page, marks, index, slots[-1]):
                slots[-1].unclear |= _second_hour(page, slots[-1], mark)
                _beside(slots[-1], mark)
            case Clock():
                waiting.append(mark)
            case Part(name=name):
                part = name
    _share(page, slots)
    return slots, [mark.value for mark in waiting if isinstance(mark.value, Clock)], part


def _listed(page: Page, slots: list[Slot], mark: Mark) -> bool:
    """Whether this day goes on with the list that a "sauf" opened."""
    gap = page.left[slots[-1].end : mark.start]
    return slots[-1].kind == "option" or bool(LIST.fullmatch(gap)) or "~" in gap


def _said_after(page: Page, marks: list[Mark], index: int, slots: list[Slot]) -> bool:
    """mardi je ne peux pas: the sign follows its day, and no other day follows it"""
    if not slots:
        return False
    following = next((mark for mark in marks[index + 1 :] if isinstance(mark.value, Days)), None)
    gap = page.left[slots[-1].end : marks[index].start]
    if following is None:
        return bool(re.fullmatch(r"[ ,:]*(?:c'est|je|i|ca|is|non|moi|pour moi|for me|suis|am|serai)?[ ,:]*", gap))
    after = page.left[marks[index].end : following.start]
    return bool(BREAK.search(after)) and not BREAK.search(gap) and "," not in gap


def _slot(mark: Mark, days: Days, waiting: list[Mark], kind: str, part: str) -> Slot:
    clocks = [w.value for w in waiting if isinstance(w.value, Clock)]
    start = min([mark.start, *(w.start for w in waiting)])
    return Slot(start, mark.end, days, clocks, part, 0, bool(clocks), kind)


def _belongs_ahead(page: Page, marks: list[Mark], index: int, slot: Slot) -> bool:
    """10h samedi ou 11h dimanche: the hour stands right before the next day"""
    if not slot.before or index + 1 >= len(marks) or not isinstance(marks[index + 1].value, Days):
        return False
    return len(page.left[marks[index].end : marks[index + 1].start]) <= 4


def _second_hour(page: Page, slot: Slot, mark: Mark) -> bool:
    """18h mardi, donc plutôt 19h: a correction, or two choices?"""
    another = isinstance(mark.value, Clock) and slot.clocks and mark.value not in slot.clocks
    return bool(another) and not LIST.fullmatch(page.left[slot.end : mark.start])


def _beside(slot: Slot, mark: Mark) -> None:
    slot.end = max(slot.end, mark.end)
    match mark.value:
        case Part(name=name):
            slot.part = slot.part or name
        case Length(minutes=minutes):
            slot.length = minutes
        case Clock() as clock if clock not in slot.clocks:
            slot.clocks.append(clock)


def _share(page: Page, slots: list[Slot]) -> None:
    """mardi ou jeudi 18h: the hour is that of both; à 18h mardi ou jeudi: likewise"""
    for slot, following in pairwise(slots):  # "pas lundi et mardi, mercredi soir"
        said = following.clocks or following.part
        if slot.kind == following.kind == "not" and said and not slot.clocks and not slot.part:
            following.kind = "option" if "," in page.left[slot.end : following.start] else "not"
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

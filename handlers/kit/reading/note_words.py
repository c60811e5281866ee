"""Reads notes out of a message: "#décision …", "#action …", "action : j'appelle le café avant mardi" (51)."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from handlers.kit import names
from handlers.kit.reading import when
from handlers.kit.texts import fold
from storage.notes import ACTION, DECISION, IDEA, LINK
from storage.people import Person

ME, US, NAMED = "me", "us", "named"
KINDS = {
    DECISION: "decision decisions decide decided",
    ACTION: "action actions todo todos afaire a_faire",
    IDEA: "idee idees idea ideas",
    LINK: "lien liens link links",
}
KIND = {word: kind for kind, words in KINDS.items() for word in words.split()}
TAG = re.compile(r"(?<![\w/#&=])[#＃](\w+)[ \t]*:?", re.I)
LABEL = re.compile(
    r"^\s*(?:[-*•–—]\s*)?(?:une? |an? )?(décisions?|decisions?|décidé|decided|actions?|à faire|a faire|to[ -]?do|"
    r"idées?|idees?|ideas?|liens?|links?)\s*:\s*",
    re.I,
)
# "note une action pour Karim : envoyer le devis" -> "action : Karim : envoyer le devis"
FOR_NAME = re.compile(
    r"^(\s*)(?:note[rz]?\s+|add\s+)?(?:une?\s+|an?\s+)?(actions?)\s+(?:pour|for)\s+(@?[^\W\d_][\w'-]*)\s*:",
    re.I | re.M,
)
BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s+")
SHAPE = r"[#＃]\s?(?:" + "|".join(sorted(KIND, key=len, reverse=True)) + r")\b"
LABELLED = (
    r"(?:^|\n)\s*(?:@\w+[ ,:]*)?(?:[-*•–—]\s*)?(?:note[rz]? |add )?(?:une? |an? )?"
    r"(?:decisions?|decide|decided|actions?(?: (?:pour|for) @?[\w'-]+)?|"
    r"a faire|to[ -]?do|idees?|ideas?|liens?|links?)\s*:"
)

I_DO = re.compile(r"^(?:je |j'|moi[ ,:]|i |i'll |i'm |i'd |me[ ,:]|c'est moi qui )")
WE_DO = re.compile(r"^(?:on |nous |we |we'll |let's |quelqu'un |somebody |someone )")
BY_NAME = re.compile(r"(?:\(|→|->|\b(?:par|by|pour|for)\b|:)\s*@?(?P<name>[^\W\d_][\w'-]*)\s*\)?[.!]?$", re.I)
NAME = re.compile(r"^@?(?P<name>[^\W\d_][\w'-]*(?: [A-ZÀ-Þ]\.?(?=[ ,:]))?)\s*(?P<sign>[:,→]?)")
AND_NAME = re.compile(r"^(?:et|and|&|,)\s", re.I)

LEADS = re.compile(
    r"\b(?:avant|d'ici|pour|jusqu'(?:a|au)|au plus tard|ce|cette|le|dans|demain|apres-demain|hier|fin|aujourd'hui|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|semaine|before|by|until|on|in|this|next|the|tomorrow|"
    r"yesterday|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|end)\b"
)
CALENDAR = re.compile(
    r"(?:avant|d'ici|ici|pour|jusqu'?a?u?|au?|plus|tard|ce|cet|cette|les?|la|l|des?|du|d|dans|demain|apres|hier|fin|debut|mi|"
    r"aujourd'hui|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|semaines?|mois|jours?|week|end|weekend|prochaine?|"
    r"huit|quinze|quinzaine|un|une|deux|trois|quatre|cinq|six|sept|dix|janvier|fevrier|mars|avril|mai|juin|juillet|aout|"
    r"septembre|octobre|novembre|decembre|before|by|until|on|in|this|next|the|of|at|tomorrow|yesterday|today|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday|weeks?|days?|months?|one|two|three|four|january|february|march|"
    r"april|may|june|july|august|september|october|november|december|midi|noon|soir|matin|morning|evening|latest|"
    r"\d+(?:er|e|st|nd|rd|th)?|\d*h\d*)"
)
OF = {"de", "du", "des", "d", "of", "from", "since", "depuis"}


@dataclass(frozen=True)
class Said:
    """One note of a message.

    owner: me, us (said of nobody in particular), named or "" where it is no action; name: as it was written; people:
    whom it may mean. due: the day by which. unsure: words that look like a day and are not clear.
    """

    kind: str
    words: str
    owner: str = ""
    name: str = ""
    people: tuple[Person, ...] = ()
    due: dt.date | None = None
    unsure: str = ""


def holds(text: str, labels: bool = True) -> bool:
    """Does a known tag, or a label at the start of a line, stand in this text?"""
    folded = "\n".join(fold(line) for line in text.splitlines())
    return any(_kind(tag[1]) for tag in TAG.finditer(text)) or (labels and bool(re.search(LABELLED, folded)))


def read(
    text: str, people: Sequence[Person], now: dt.datetime, zone: ZoneInfo, language: str, kind: str = ""
) -> list[Said]:
    """The notes of a message, in order; empty words where a tag has none.

    people: of the group, whom a name may mean. now: aware; days are counted in zone. kind: of words without a tag.
    """
    written = FOR_NAME.sub(r"\1\2 : \3 :", re.sub(r"^@\w+[ ,:]*", "", text.strip()))
    found = list(_joined(_lines(written, kind)))
    return [_complete(said, people, now, zone, language) for said in found]


# ------------------------------------------------------------------ tags and lines


def _kind(word: str) -> str:
    return KIND.get(fold(word), "")


def _lines(text: str, kind: str) -> Iterator[tuple[str, str, bool]]:
    """(kind, words, is it a line of a list) for each note; a line that says only a kind is the title of a list."""
    title, last = kind, ""
    for line in text.splitlines():
        notes = list(_notes(line))
        if not line.strip():
            title = ""
            last = ""
        elif notes and not any(words for _kind, words in notes):
            title, last = notes[-1][0], ""
            yield title, "", True
        elif notes:
            title = ""
            last = notes[-1][0]
            for one, words in notes:
                yield one, words, False
        elif title:
            yield title, BULLET.sub("", line).strip(), True
        elif last:
            yield "", line.strip(), False


def _joined(found: Iterable[tuple[str, str, bool]]) -> Iterator[Said]:
    """Titles of lists are no notes; a line without a kind goes on with the one before."""
    notes: list[Said] = []
    for kind, words, listed in found:
        if not kind and notes:
            notes[-1] = replace(notes[-1], words=f"{notes[-1].words} {words}")
        elif words and listed and notes and notes[-1] == Said(kind, ""):
            notes[-1] = Said(kind, words)
        else:
            notes.append(Said(kind, words))
    yield from notes


def _notes(line: str) -> Iterator[tuple[str, str]]:
    """The notes of one line: each tag has the words that follow it, or those before it where none do."""
    tags = [tag for tag in TAG.finditer(line) if _kind(tag[1])]
    if not tags:
        label = LABEL.match(line)
        if label:
            yield _kind(re.sub(r"[ -]", "", fold(label[1]))), _tidy(line[label.end() :])
        return
    ends = [*(tag.start() for tag in tags[1:]), len(line)]
    before = _tidy(BULLET.sub("", line[: tags[0].start()]))
    parts = [_tidy(line[tag.end() : end]) for tag, end in zip(tags, ends, strict=True)]
    yield from zip((_kind(tag[1]) for tag in tags), _spread(before, parts), strict=True)


def _spread(before: str, parts: list[str]) -> list[str]:
    if before and not parts[-1]:
        return [before, *parts[:-1]]
    if before:
        return [" ".join(part for part in (before, parts[0]) if part), *parts[1:]]
    for at in range(len(parts) - 1, 0, -1):  # "#décision #action appeler le café": both say the same
        parts[at - 1] = parts[at - 1] or parts[at]
    return parts


def _tidy(words: str) -> str:
    return " ".join(words.split()).strip(" :–—-,;")


# ------------------------------------------------------------------ who, and by when


def _complete(said: Said, people: Sequence[Person], now: dt.datetime, zone: ZoneInfo, language: str) -> Said:
    """The day may stand before or behind the name: "avant mardi, Zoé relit", "relire avant mardi (Zoé)"."""
    if said.kind != ACTION or not said.words:
        return said
    words, due, unsure = day_of(said.words, now, zone, language)
    owned = _owned(replace(said, words=words), people)
    if due is None and owned.owner == NAMED:
        words, due, unsure = day_of(owned.words, now, zone, language)
        owned = replace(owned, words=words)
    return replace(owned, due=due, unsure=unsure)


def _owned(said: Said, people: Sequence[Person]) -> Said:
    words = said.words
    folded = fold(words)
    if I_DO.match(folded):
        return replace(said, owner=ME, words=re.sub(r"^(?:moi|me)\s*[,:]\s*", "", words, flags=re.I))
    if WE_DO.match(folded):
        return replace(said, owner=US)
    return _first_named(said, people) or _last_named(said, people) or replace(said, owner=US)


def _first_named(said: Said, people: Sequence[Person]) -> Said | None:
    """ "Marc appelle le café", "@Marc : appeler le café"."""
    found = NAME.match(said.words)
    whole = [one for one in people if " " in one.name and fold(said.words).startswith(fold(one.name) + " ")]
    meant = whole or (_meant(people, found["name"]) if found else [])
    if found is None or not meant:
        return None
    rest = said.words[found.end() :].strip()
    if AND_NAME.match(rest):
        return replace(said, owner=US)  # "Marc et moi": one of them takes it
    words = rest if found["sign"] or said.words.startswith("@") else said.words
    return replace(said, owner=NAMED, name=found["name"], people=tuple(meant), words=words or said.words)


def _meant(people: Sequence[Person], name: str) -> list[Person]:
    """Everybody of that first name, though one of them may have given no other; else who is nearly called so."""
    same = [person for person in people if fold(person.name).split()[:1] == [fold(name)]]
    return same or names.find(people, name)


def _last_named(said: Said, people: Sequence[Person]) -> Said | None:
    """ "appeler le café (Marc)", "appeler le café → Marc"."""
    found = BY_NAME.search(said.words)
    meant = _meant(people, found["name"]) if found else []
    words = said.words[: found.start()].strip(" ,:–-") if found else ""
    if found is None or not meant or not words:
        return None
    return replace(said, owner=NAMED, name=found["name"], people=tuple(meant), words=words)


def day_of(words: str, now: dt.datetime, zone: ZoneInfo, language: str) -> tuple[str, dt.date | None, str]:
    """The words without their day, the day, and what looks like one but is not clear."""
    flat = words.replace("’", "'")
    found = next((at for at in _leads(flat) if _dated(flat[at:]) and not _of(flat[:at])), None)
    kept = words[:found].strip(" ,;–-(") if found else ""
    if found and kept:
        due, doubt = _day(flat[found:], now, zone, language)
        return (kept, due, "") if due else (words, None, flat[found:] if doubt else "")
    head, comma, rest = flat.partition(",")
    due = _day(head, now, zone, language)[0] if comma and _dated(head) else None
    return (rest.strip(), due, "") if due and rest.strip() else (words, None, "")


def _leads(flat: str) -> Iterator[int]:
    """Where words begin that may lead to a day."""
    for word in re.finditer(r"(?<![^\s(])\S+", flat):
        if LEADS.match(fold(word.group())):
            yield word.start()


def _dated(tail: str) -> bool:
    """Nothing but words of the calendar?"""
    tokens = re.findall(r"[\w']+", fold(tail))
    return bool(tokens) and all(CALENDAR.fullmatch(token) for token in tokens)


def _of(before: str) -> bool:
    """ "la réunion de jeudi", "les notes de la semaine": which one, not by when."""
    words = fold(before).replace("'", " ").split()
    while words and words[-1] in {"la", "le", "l", "the"}:
        words.pop()
    return bool(words) and words[-1] in OF


def _day(tail: str, now: dt.datetime, zone: ZoneInfo, language: str) -> tuple[dt.date | None, bool]:
    """The one day that these words are, or whether they are a day that must be asked."""
    reading = when.read(tail.strip(" .!()"), now, zone, language)
    if reading.excluded:
        return None, False
    doubts = [True for ask in reading.asks if ask.kind not in ("no hour", "unread")]
    doubts += [True for option in reading.options if option.said == "hour"]
    days = {option.day for option in reading.options} | ({reading.until} if reading.until else set())
    if doubts or len(days) > 1:
        return None, bool(doubts or days)
    day = next(iter(days), None)
    return (day, False) if day and day >= now.astimezone(zone).date() else (None, False)


def only_day(text: str, now: dt.datetime, zone: ZoneInfo, language: str) -> dt.date | None:
    """The day, where the words are nothing else: "avant mercredi"."""
    return _day(text, now, zone, language)[0] if _dated(text) else None

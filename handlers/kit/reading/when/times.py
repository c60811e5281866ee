"""Times of day, spans of hours, and the numbers that are no times: prices, phones, houses, people."""

import datetime as dt
import re

from handlers.kit.reading.when.page import Ahead, Clock, Doubt, Length, Page, Part, Rule, Sign, Value
from handlers.kit.reading.when.words import MONTH, PART, PART_OF, WEEKDAY

THINGS = (
    "personnes?|pers|gens|places?|participants?|clients?|prospects?|euros?|eur|balles|dollars?|pounds?|cfa|xpf|km|"
    "metres?|m2|kg|ans|fois|questions?|croissants?|membres?|people|members|of us|seats?|invites?|amis?|enfants?|"
    "adultes?|chaises?|bieres?|pizzas?|bouteilles?|voitures?|years old|times|kids|friends|tickets?|options?|votes?"
)
PLACES = (
    "salle|bus|ligne|metro|tram|room|bureau|porte|option|options|mission|numero|question|point|page|chapitre|etage|"
    "table|lot|niveau|version|batiment|bat|code|appt|apt|apartment|floor|number|item|choice|quai|voie|gate|platform|"
    "article|episode|saison|tome|n°|vote(?: pour)?(?: la| le)?|choix|digicode|chambre|casier|train|vol|box"
)
STREETS = "rue|avenue|av|bd|boulevard|place|chemin|allee|impasse|quai|cours|route|street|road|lane|square|ter|bis"
NOISE = [
    r"(?:\+|\b00)\d{2}(?:[ .-]?\d){8,10}\b|\b0\d(?:[ .-]?\d{2}){4}\b|\b0\d{2,4} \d{3,4} \d{3,4}\b|\b\d{7,}\b",
    rf"(?:\ba )?\b\d+(?:[.,]\d+)? ?(?:€|\$|£|%|k€|(?:{THINGS})\b)|[€$£] ?\d+(?:[.,]\d+)?",
    rf"\b(?:le )?\d+(?:er|e|eme|st|nd|rd|th)? (?:de |du )?(?:la )?(?:{STREETS})\b",
    rf"(?:\bat )?\b\d+,? (?!h\b)[a-z]{{3,}} (?:{STREETS.replace('place|', '').replace('cours|', '')})\b",
    rf"\b(?:{PLACES}) ?(?:n?° ?)?\d+\b",
    r"\b(?:le |la |au |the )?\d+(?:er|ere|e|eme|nd|st|rd|th) (?:etage|point|sujet|floor|arrondissement|fois|option|"
    r"time|item|question|reunion|edition)\b",
    r"\b(?:on|nous|we|ils) (?:est|sera|serait|etait|sommes|serons|etions|are|were|will be|sont) (?:a )?\d+"
    r"(?: ou \d+| or \d+)?(?! ?(?:h|:|/))",
    r"\bthere (?:are|were|will be) \d+\b|\b\d+ (?:d'entre nous|a table)\b",
    r"\b(?:pour|for) \d+(?= ?(?:$|[,.!?;]))(?![.:]\d)",
    r"\b(?:en )?retard de \d+ ?(?:h|mins?|minutes?)?\b|\b(?:a )?\d+ ?(?:mn|mins?|minutes?|h)"
    r" (?:de retard|a pied|en voiture|en velo|late|away|de route|de marche|walk)\b",
    r"\b(?:n'|ne )?(?:l')?oubli(?:e[rz]?|ons) (?:surtout )?pas\b|\bpas oublier\b|\bdon't forget\b|\b(?:can't|"
    r"cant) wait\b|"
    r"\bpas (?:(?:trop |plus )?tard(?! que)|cher|loin|contre|oblige|de (?:pb|prob|probs|stress|panique|"
    r"pression)|d'inquietude"
    r"|seulement|que|le choix)\b|\bno (?:later|worries|problem|rush|stress|pb|prob)\b(?! than)|\bnot (?:only|"
    r"far|a problem)\b|"
    r"\b(?:if|or|ou) not\b|\bsi (?:ca|cela) (?:ne )?(?:vous |te )?(?:derange|gene|embete) pas\b|\bsans faute\b",
    r"\bpour(?:quoi| quoi)? pas\b|\bp(?:k|q|rq)(?:oi)? pas\b|\bwhy not\b|\bsauf si\b|\bpas (?:mal|de souci|"
    r"de probleme|grave|"
    r"besoin|sur|encore)\b|\bn'est-ce pas\b|\bnot sure\b|\bnot bad\b|\bla derniere fois\b|\blast time\b|"
    r"\bsi pas\b",
    r"\b[1-3] ?h(?:\d{2})? d(?:e |')(?!la |l'|matin|apres|\d|pref)",
    r"\bil y a \d+(?! ?(?:jours?|semaines?|mois|h))\b",
]  # fmt: skip

HALF = {"et quart": 15, "et 1/4": 15, "et demi": 30, "et demie": 30, "moins le quart": -15}
UNIT = r"(?! ?(?:h|:|/|[ap]m|[ap]\.m|min|jours?|j\b|semaines?|days?|weeks?|mois|months?|\d|€|%|th|st|nd|rd|st))"
HOURS = (
    r"(?P<n>\d{1,3}|une?|an?|one) ?(?:h|heures?|hours?|hrs?)(?![a-z])(?: ?(?P<m>\d{2})\b)?(?P<half> et demie?|"
    r" and a half)?"
)
SHORTLY = (
    rf"(?P<demi>(?:une? )?demi[ -]?(?:heure|h)\b|half an hour)|(?P<q>\d|un|a) (?:quarts? d'heure|"
    rf"quarter of an hour)|"
    rf"{HOURS}|(?P<min>\d{{1,4}}) ?(?:mn|mins?|minutes?)\b"
)


def find_times(page: Page, language: str) -> None:
    """Mark the hours of the phrase, and what only looks like one."""
    page.sweep(NOISES, lambda match, today: Sign("noise"))
    for pattern, rule in TIMES + (ENGLISH if language == "en" else FRENCH):
        page.sweep(pattern, rule)


def find_parts(page: Page) -> None:
    """Mark "soir", "morning" and the like, once the days are known."""
    page.sweep(PARTS, lambda match, today: Part(PART_OF[match[1]]))
    page.sweep(MEALS, lambda match, today: Part(str(match.lastgroup)))


def _minutes(match: re.Match[str]) -> int:
    if match["demi"]:
        return 30
    if match["q"]:
        return 15 * (int(match["q"]) if match["q"].isdigit() else 1)
    if match["min"]:
        return int(match["min"])
    hours = int(match["n"]) if match["n"].isdigit() else 1
    return hours * 60 + int(match["m"] or 0) + (30 if match["half"] else 0)


def _ahead(match: re.Match[str], today: dt.date) -> Value:
    """dans 1h30, in half an hour"""
    return Ahead(_minutes(match))


def _length(match: re.Match[str], today: dt.date) -> Value | None:
    """pendant 2h, for two hours; "pour 19h" is an hour of the day"""
    minutes = _minutes(match)
    return Length(minutes) if minutes <= 300 or match.group().startswith(("pendant", "durant", "for")) else None


def clock(hour: int, minute: int = 0, half: str = "") -> dt.time | None:
    """18, 18 30, or 18 "moins le quart"; None when there is no such hour."""
    total = hour * 60 + minute + HALF.get(half, 0)
    valid = 0 <= hour <= 24 and minute < 60 and 0 <= total < 24 * 60
    return dt.time(total // 60, total % 60) if valid else None


def _said(hour: dt.time | None, unsure: bool = False) -> Value | None:
    return Clock(hour, unsure=unsure) if hour else None


def _h(match: re.Match[str], today: dt.date) -> Value | None:
    """18h30, 18 heures, 6h et demie"""
    found = clock(int(match["h"]), int(match["m"] or 0), match["half"] or "")
    return _said(found) or (Clock(dt.time(0), midnight=True) if match["h"] in ("0", "00", "24") else None)


def _pm(match: re.Match[str], today: dt.date) -> Value | None:
    """6.30pm"""
    found = _noon(int(match["h"]), int(match["m"] or 0), match["pm"])
    return Clock(found, midnight=True) if found == dt.time(0) and not match["m"] else _said(found)


def _noon(hour: int, minute: int, letter: str) -> dt.time | None:
    return clock(hour % 12 + (12 if letter == "p" else 0), minute) if 1 <= hour <= 12 else None


def _colon(match: re.Match[str], today: dt.date) -> Value | None:
    """18:30, 18.30; a number after the dot that may be a month is left to the dates"""
    if match["sep"] == "." and 0 < int(match["m"]) <= 12:
        return None
    found = clock(int(match["h"]), int(match["m"]))
    return Clock(found) if found else None


def _english_colon(match: re.Match[str], today: dt.date) -> Value | None:
    """7:30 may be the morning or the evening; 07:30 and 19:30 may not"""
    found = _colon(match, today)
    unsure = len(match["h"]) == 1
    return Clock(found.hour, unsure=unsure) if isinstance(found, Clock) else None


def _word(match: re.Match[str], today: dt.date) -> Value | None:
    """midi, noon, midi et demi, minuit"""
    if match[1] in ("minuit", "midnight"):
        return Clock(dt.time(0), midnight=True)
    return _said(clock(12, int(match["m"] or 0), match["half"] or ""))


def _past(match: re.Match[str], today: dt.date) -> Value | None:
    """half past six, quarter to eight, ten past nine"""
    minutes = {"half": 30, "quarter": 15}.get(match["n"]) or int(match["n"])
    minutes = -minutes if match["way"] in ("to", "before") else minutes
    hour = 12 if match["h"] == "noon" else int(match["h"])
    total = hour * 60 + minutes
    if match["pm"]:
        return _said(_noon(total // 60, total % 60, match["pm"]))
    return _said(clock(total // 60, total % 60), unsure=hour < 12)


def _at(match: re.Match[str], today: dt.date) -> Value | None:
    """at 7, seven o'clock: morning or evening? In French "jeudi à 19" only."""
    hour = int(match["h"])
    return _said(clock(hour), unsure=hour < 12)


def _from_to(match: re.Match[str], today: dt.date) -> Value | None:
    """de 18 à 20h, 18-20h: the first number has no unit"""
    first, last = clock(int(match["a"] or match["b"])), clock(int(match["h"]), int(match["m"] or 0))
    return Clock(first, last) if first and last and first < last else None


def _bare_from_to(match: re.Match[str], today: dt.date) -> Value | None:
    """de 9 à 11, de 5 à 7: no unit at all; below nine, morning or evening?"""
    found = _from_to(match, today)
    return Clock(found.hour, found.end, unsure=found.hour.hour < 9) if isinstance(found, Clock) else None


def _five_to_seven(match: re.Match[str], today: dt.date) -> Value:
    """un 5 à 7: a drink after work"""
    return Clock(dt.time(17), dt.time(19))


def _digits(match: re.Match[str], today: dt.date) -> Value | None:
    """1830, beside a day"""
    return _said(clock(int(match["h"]), int(match["m"])))


def _from_to_pm(match: re.Match[str], today: dt.date) -> Value | None:
    """6 to 8pm, 6:30-8pm"""
    last = _noon(int(match["h"]), int(match["m"] or 0), match["pm"])
    first = _noon(int(match["a"]), int(match["am"] or 0), match["pm"])
    if first and last and first >= last:
        first = _noon(int(match["a"]), int(match["am"] or 0), "a")
    return Clock(first, last) if first and last else None


def _lunch(match: re.Match[str], today: dt.date) -> Value:
    """entre midi et deux"""
    return Clock(dt.time(12), dt.time(14))


NOISES = re.compile("|".join(NOISE))
PARTS = re.compile(rf"\b({PART})s?\b")
MEALS = re.compile(
    r"\b(?:(?P<morning>(?:le |au |un |pour (?:le |un )?)?(?:petit[ -]?dej(?:euner)?|p'?tit[ -]?dej|ptit dej|"
    r"breakfast))|"
    r"(?P<lunch>(?:(?:a |pdt |pendant )?(?:l'|la )?pause (?:dej(?:euner)?|midi)|lunch(?: ?break)?|(?:un |le |"
    r"au |pour )?"
    r"(?:dejeuner|dejeune|dej)))|"
    r"(?P<afternoon>(?:le |au |un )?(?:gouter|4 heures)|tea ?time|afternoon tea)|"
    r"(?P<evening>(?:l'|un |a l')?(?:apero|aperitif)s?|(?:un |au |le )?(?:diner|souper|dine|dinons)|dinner|"
    r"supper|after work))\b"
)
FOUR = r"(?P<h>0[6-9]|1\d|2[0-3])(?P<m>[0-5][05])"
HALVES = r"(?: (?P<half>et quart|et 1/4|et demie?|moins le quart))?"
RULES: tuple[tuple[str, Rule], ...] = (
    (rf"\b(?:dans|in|d'ici|within) (?:{SHORTLY})", _ahead),
    (rf"\b(?:pendant|durant|for|pour|duree|ca dure|sur) (?:{SHORTLY})", _length),
    (rf"\((?:env(?:iron)?\.? |max )?(?:{SHORTLY})(?: max| env(?:iron)?)?\)", _length),
    (rf"\b(?:reunion|visio|call|seance|atelier|appel|point) (?:de |d'|of )(?:{SHORTLY})", _length),
    (r"\bentre midi et 2h?\b", _lunch),
    (r"(?<![/\d])(?:\b(?:de|from|entre|between) (?P<a>\d{1,2})(?: ?- ?| (?:a|et|to|and) )|"
     r"\b(?P<b>\d{1,2}) ?- ?)(?P<h>\d{1,2}) ?(?:h|heures)(?![a-z])"
     r"(?P<m>\d{2})?", _from_to),
    (r"\b(?:from |between )?(?P<a>\d{1,2})(?:[:.](?P<am>\d{2}))?(?: ?- ?| (?:to|and|till|until) )(?P<h>\d{1,2})"
     r"(?:[:.](?P<m>\d{2}))? ?(?P<pm>[ap])\.?m\b", _from_to_pm),
    (r"\b(?:a )?(?P<n>half|quarter|5|10|20) (?P<way>past|to|after|before) "
     r"(?P<h>\d{1,2}|noon)(?: ?(?P<pm>[ap])\.?m)?\b",
     _past),
    (r"\b(?P<h>\d{1,2})(?:[:.](?P<m>\d{2}))? ?(?P<pm>[ap])\.?m\b\.?", _pm),
    (rf"(?:\b(?:{WEEKDAY}|demain|aujourdhui|{PART})(?: \d\d?)?,? )(?P<at>(?:(?:a|at|"
     rf"vers) )?{FOUR})\b(?! ?(?:euros|€))", _digits),
    (rf"\b(?P<at>{FOUR}) (?:on |le )?(?:{WEEKDAY}|demain|aujourdhui)\b", _digits),
    (rf"\b(?P<h>\d{{1,2}}) ?(?:h|heures?|hrs?)(?![a-z'])(?: ?(?P<m>\d{{2}})(?!\d)"
     rf"(?!(?<= \d\d)(?:/| ?(?:{MONTH}|h)\b)))?{HALVES}", _h),
    (r"\bun midi\b(?! (?:et|30|15))", lambda match, today: Doubt("ambiguous")),
    (rf"\b(midi|noon|midday|lunchtime|minuit|midnight)\b(?: (?P<m>15|30|45)(?= |$))?{HALVES}", _word),
)  # fmt: skip
TIMES = tuple((re.compile(pattern), rule) for pattern, rule in RULES)
FRENCH_RULES: tuple[tuple[str, Rule], ...] = (
    (r"\b(?P<h>\d{1,2})(?P<sep>[:.])(?P<m>\d{2})(?:h\b|\b)(?![./]\d)", _colon),
    (rf"\b(?:{WEEKDAY}(?: prochain)?|demain|aujourdhui|{PART}|prochain|(?:le|{WEEKDAY}) \d{{1,2}}(?: {MONTH})?) "
     rf"(?P<at>(?:a|vers) (?P<h>[1-9]|1[0-9]|2[0-3]))\b(?= ?(?:$|[,;.!?)]| (?:ou|chez|au|pour|ca|je|c'est)\b))", _at),
    (r"\b(?:un|le|pour un) (?P<a>5) (?:a|-) (?P<b>)(?P<h>7)\b(?P<m>)(?! ?(?:h|pers))", _five_to_seven),
    (rf"(?<!\d )\b(?:de|entre) (?P<a>\d{{1,2}})(?P<b>)(?: (?:a|et) | ?- ?)(?P<h>\d{{1,2}})(?P<m>)\b{UNIT}"
     rf"(?! (?:{MONTH}|pers|ans))(?= ?(?:$|[,;.!?)]| [a-z~]))", _bare_from_to),
)  # fmt: skip
ENGLISH_RULES: tuple[tuple[str, Rule], ...] = (
    (r"\b(?P<h>\d{1,2})(?P<sep>[:.])(?P<m>\d{2})\b(?![./]\d)", _english_colon),
    (r"\b(?P<n>half)(?P<way>) (?P<h>\d{1,2})(?P<pm>)\b(?! ?(?:hour|day|term|price|of|an))", _past),
    (r"\b(?P<h>\d{1,2}) ?o'? ?clock\b(?! ?[ap]\.?m)", _at),
    (r"\b(?P<at>(?P<h>[4-9]|1[01])) (?=aujourdhui (?:soir|evening))", _at),
    (rf"\b(?:at|around|about|from|after|@) (?P<h>\d{{1,2}})\b{UNIT}(?! (?:{MONTH}|[a-z]+ (?:street|road))\b)", _at),
)  # fmt: skip
FRENCH = tuple((re.compile(pattern), rule) for pattern, rule in FRENCH_RULES)
ENGLISH = tuple((re.compile(pattern), rule) for pattern, rule in ENGLISH_RULES)

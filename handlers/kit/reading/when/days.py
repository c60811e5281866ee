"""The rules that read days, the most specific first; each says in its docstring what it reads."""

import datetime as dt
import re

from handlers.kit.reading.when.near import NEAR_RULES
from handlers.kit.reading.when.page import Days, Doubt, Page, Value
from handlers.kit.reading.when.reckon import (
    AMBIGUOUS,
    DAY,
    IMPOSSIBLE,
    LEAD,
    NUMBER,
    ONE_DAY,
    PAST,
    coming_number,
    coming_weekday,
    compiled,
    day_or_none,
    days_of,
    each,
    in_month,
    monday,
    month_ahead,
    one,
)
from handlers.kit.reading.when.vague import VAGUE_RULES
from handlers.kit.reading.when.words import DAY_OF, ENGLISH_MONTH, MONTH, MONTH_OF, ORDINAL, PART, TH, WEEKDAY, any_of


def find_days(page: Page, language: str) -> None:
    """Mark the days of the phrase, and what is too vague to be one."""
    for pattern, rule in (*VAGUE_RULES, *DAY_RULES):
        page.sweep(pattern, rule)
    page.sweep(SLASHED, _slashed if language == "fr" else _slashed_english)
    for pattern, rule in NEAR_RULES:
        page.sweep(pattern, rule)


def _written(match: re.Match[str], today: dt.date) -> Value:
    """2026-02-03"""
    return in_month(int(match[3]), int(match[2]), match[1], today, None)


def _nth(match: re.Match[str], today: dt.date) -> Value | None:
    """le deuxième jeudi de mars, dernier vendredi du mois, first tuesday of next month, last day of the month"""
    place, month = ORDINAL[match["nth"]], match["month"]
    for ahead in range(1 if "proch" in match.group() or "next" in match.group() else 0, 14):
        year, number = month_ahead(today, ahead)
        if month and MONTH_OF[month] != number:
            continue
        days = [
            day
            for day in days_of(year, number)
            if match["day"] not in DAY_OF or day.weekday() == DAY_OF[match["day"]]
        ]
        index = place - (place > 0)
        if index < len(days) and days[index] >= today:
            return Days((days[index],))
    return None


def _span(match: re.Match[str], today: dt.date) -> Value:
    """du 12 au 14 janvier, du 30 mars au 2 avril"""
    last_month = match["m2"] or match["m1"]
    month = match["m1"] or last_month
    if month:
        first = in_month(int(match["a"]), MONTH_OF[month], None, today, None)
    else:
        first = one(coming_number(int(match["a"]), today))
    if not isinstance(first, Days):
        return first
    start = first.days[0]
    end = _after(start, int(match["b"]), MONTH_OF[last_month] if last_month else None)
    return each(start, end) if end else IMPOSSIBLE


def _after(start: dt.date, number: int, month: int | None) -> dt.date | None:
    if month is None:
        return coming_number(number, start)
    found = day_or_none(start.year, month, number)
    return found if found and found >= start else day_or_none(start.year + 1, month, number)


def _week_span(match: re.Match[str], today: dt.date) -> Value:
    """du lundi au mercredi, Mon-Wed next week; "décaler de mardi à jeudi" is no span"""
    if MOVES.search(match.string, 0, match.start()):
        return AMBIGUOUS
    next_week = match.groupdict().get("next") is not None
    start = coming_weekday(DAY_OF[match["a"]], monday(today) + DAY * 6 if next_week else today)
    return each(start, coming_weekday(DAY_OF[match["b"]], start))


MOVES = re.compile(r"\b(?:mov(?:e|ing)|shift|push|resched|decal|repouss|report|avanc|chang|switch|bascul)\w*")


def _all_of_month(match: re.Match[str], today: dt.date) -> Value:
    """un mardi de décembre: each Tuesday that is still to come"""
    month = MONTH_OF[match["month"]]
    year = today.year + (month < today.month)
    days = [day for day in days_of(year, month) if day.weekday() == DAY_OF[match["day"]] and day > today]
    return Days(tuple(days)) if days else PAST


def _weekend_of(match: re.Match[str], today: dt.date) -> Value:
    """le week-end du 24 janvier: the Saturday and the Sunday around that day"""
    if match["month"]:
        near = in_month(int(match["n"]), MONTH_OF[match["month"]], None, today, None)
    else:
        near = one(coming_number(int(match["n"]), today))
    if not isinstance(near, Days):
        return near
    saturday = monday(near.days[0]) + DAY * 5
    return Days((saturday, saturday + DAY)) if near.days[0].weekday() >= 4 else AMBIGUOUS


def _named(match: re.Match[str], today: dt.date) -> Value:
    """mardi 13 janvier, 1er mars 2027, the 3rd of February"""
    return in_month(int(match["n"]), MONTH_OF[match["month"]], match["year"], today, match["day"])


def _slashed(match: re.Match[str], today: dt.date) -> Value | None:
    """14/01, 14.01.2026, 14-01-2026"""
    if match["sep"] == "-" and not match["year"]:
        return None
    return in_month(int(match["n"]), int(match["month"]), match["year"], today, match["day"])


def _slashed_english(match: re.Match[str], today: dt.date) -> Value | None:
    """3/4 is asked: March or April; 13/1 and 1/13 are not"""
    number, month = int(match["n"]), int(match["month"])
    if number <= 12 and month <= 12 and number != month:
        return AMBIGUOUS
    if month > 12:
        return in_month(month, number, match["year"], today, match["day"])
    return _slashed(match, today)


SLASHED = re.compile(
    rf"{LEAD}\b{ONE_DAY}(?:le )?(?P<n>\d{{1,2}})(?P<sep>[/.-])(?P<month>\d{{1,2}})(?:[/.-](?P<year>\d{{4}}|"
    rf"\d{{2}}))?\b\.?"
)


DAY_RULES = compiled((
    (rf"\b(?:la )?semaine du \d{{1,2}}{TH}(?: {MONTH})?\b|"
     rf"\b(?:the )?week of (?:the )?(?:{MONTH} )?\d{{1,2}}{TH}(?: {MONTH})?\b",
     lambda match, today: Doubt("week only")),
    (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", _written),
    (rf"\b(?:(?:tous|toutes) les (?:\d+ )?(?:{WEEKDAY}s?|{PART}s?|jours?|semaines?|mois|midis?)|(?:chaque|every|"
     rf"each)"
     rf"(?: other| 2)? (?:{WEEKDAY}s?|{PART}|jour|semaine|mois|week|month|day)|une? (?:{WEEKDAY}|semaine) sur \d|"
     rf"(?:les|on) {WEEKDAY}s(?! \d)|(?:every|each) (?:{any_of(ORDINAL)}) {WEEKDAY}|(?:tous|"
     rf"toutes) les \w+ {WEEKDAY}s?"
     rf"(?: du mois)?|(?:every|each|alternate) (?:second |two )?{WEEKDAY}s?|{WEEKDAY}s sur \d|every \d weeks|"
     rf"weekly|monthly|hebdo|weekdays?|en semaine)\b",
     lambda match, today: Doubt("repeated")),
    (rf"\b(?:la |the )?(?:premiere|derniere|{any_of(ORDINAL)}) (?:semaine|week) "
     rf"(?:de |d'|du |of |in )(?:the )?(?:{MONTH}|mois|month)\b",
     lambda match, today: Doubt("week only")),
    (rf"\b(?:le |the )?(?P<nth>{any_of(ORDINAL)}) (?P<day>{WEEKDAY}|jour|day) (?:du mois(?: prochain)?|(?:de |"
     rf"d'|of |in )"
     rf"(?:(?P<month>{MONTH})|next month|the month|this month|ce mois))\b", _nth),
    (rf"\b(?:hier|avant-hier|yesterday|{WEEKDAY} (?:dernier|passe)|last (?:{WEEKDAY}|night|week|month)|"
     rf"(?:la )?semaine derniere|(?:le )?weekend dernier|last weekend|(?:le )?mois dernier|"
     rf"il y a \d+ (?:jours?|semaines?|mois)|\d+ (?:days?|weeks?|months?) ago)\b", lambda match, today: PAST),
    (rf"\b(?:du|from|entre|between)(?: le| the)? (?:{WEEKDAY} )?(?P<a>\d{{1,2}}){TH}(?: (?P<m1>{MONTH}))?(?: au|"
     rf" to| and| et)"
     rf"(?: le| the)? (?:{WEEKDAY} )?(?P<b>\d{{1,2}}){TH}(?: (?:of )?(?P<m2>{MONTH}))?\b(?! ?h)", _span),
    (rf"\b(?:du |de |from |entre |between )?(?P<a>{WEEKDAY})(?: (?:au|to|through|thru|until) | ?- ?)"
     rf"(?P<b>{WEEKDAY})(?P<next> (?:de la )?semaine prochaine?)?\b", _week_span),
    (rf"\b(?:du|from|entre|between) (?P<a>{WEEKDAY}) (?:et|and|a) (?P<b>{WEEKDAY})\b", _week_span),
    (rf"\b(?:un |des |a |any |one |some )?(?P<day>{WEEKDAY})s? (?:en |de |d'|in |of "
     rf")(?P<month>{MONTH})\b", _all_of_month),
    (rf"\b(?:le |the |ce )?weekend (?:du|of)(?: the)? {NUMBER}(?: (?:of )?(?P<month>{MONTH}))?\b", _weekend_of),
    (rf"{LEAD}\b{ONE_DAY}(?:le |the )?{NUMBER}(?: of| de)? (?P<month>{MONTH})\b(?:,? (?P<year>(?:19|"
     rf"20)\d\d))?", _named),
    (rf"{LEAD}\b{ONE_DAY}(?P<month>{ENGLISH_MONTH}) (?:the )?{NUMBER}\b(?! ?h)(?:,? (?P<year>20\d\d))?", _named),
))  # fmt: skip

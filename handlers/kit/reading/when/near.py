"""The rules that read days near today: weekdays, tomorrow, in two weeks, the 20th; and what is vague."""

import datetime as dt
import re

from handlers.kit.reading.days import WEEKDAYS
from handlers.kit.reading.when.page import Days, Doubt, Value
from handlers.kit.reading.when.reckon import (
    AMBIGUOUS,
    DAY,
    IMPOSSIBLE,
    LEAD,
    NUMBER,
    PAST,
    coming_number,
    coming_weekday,
    compiled,
    day_or_none,
    monday,
    month_ahead,
)
from handlers.kit.reading.when.words import DAY_OF, MONTH, OR, PART, WEEKDAY, any_of


def _next_week(match: re.Match[str], today: dt.date) -> Value:
    """mardi et jeudi de la semaine prochaine, next week on Tuesday"""
    days = re.findall(WEEKDAY, match.group())
    return Days(tuple(monday(today) + DAY * (7 + DAY_OF[day]) for day in days))


def _this_week(match: re.Match[str], today: dt.date) -> Value:
    """jeudi de cette semaine"""
    day = monday(today) + DAY * DAY_OF[match["day"]]
    return Days((day,)) if day >= today else PAST


def _in_eight(match: re.Match[str], today: dt.date) -> Value:
    """jeudi en huit, en quinze, Thursday week, a week from Friday"""
    days = 14 if "15" in match.group() or "fortnight" in match.group() else 7
    return Days((coming_weekday(DAY_OF[match["day"] or match["day2"]], today) + DAY * days,))


def _in_count(match: re.Match[str], today: dt.date) -> Value:
    """dans 15 jours, in two weeks; with a weekday: that of the week reached"""
    count = int(match["n"]) if (match["n"] or "").isdigit() else 1
    unit = match["unit"]
    if unit.startswith("mo"):
        year, month = month_ahead(today, count)
        found = next(d for n in (today.day, 30, 29, 28) if n <= today.day and (d := day_or_none(year, month, n)))
    elif unit.startswith(("quin", "fort")):
        found = today + DAY * (count * (15 if unit[0] == "q" else 14))
    else:
        found = today + DAY * (count * (7 if unit[0] in "sw" else 1))
    after, before = match.groupdict().get("after"), match["before"]
    if after or (before and unit[0] in "sw"):
        return Days((monday(found) + DAY * DAY_OF[after or before],))
    # "mercredi dans 15 jours" counts both ends: it is in two weeks.
    return _near(found, DAY_OF[before]) if before else Days((found,))


def _near(day: dt.date, weekday: int) -> Value:
    return next((Days((near,)) for near in (day, day - DAY, day + DAY) if near.weekday() == weekday), AMBIGUOUS)


def _weekend(match: re.Match[str], today: dt.date) -> Value:
    """ce week-end, samedi de ce week-end"""
    named = re.search(WEEKDAY, match.group())
    if re.match("un |a ", match.group()) and "prochain" not in match.group():
        return AMBIGUOUS
    saturday = monday(today) + DAY * 5
    if named:
        return Days((saturday + DAY * (DAY_OF[named.group()] - 5),)) if DAY_OF[named.group()] >= 4 else AMBIGUOUS
    saturday += DAY * 7 if today.weekday() >= 5 and "prochain" in match.group() else DAY * 0
    return Days(tuple(day for day in (saturday, saturday + DAY) if day >= today))


def _next_weekend(match: re.Match[str], today: dt.date) -> Value:
    """the weekend after next: not the coming one"""
    saturday = monday(today) + DAY * 12
    return Days((saturday, saturday + DAY))


def _soon(match: re.Match[str], today: dt.date) -> Value:
    """aujourd'hui, demain, après-demain"""
    return Days((today + DAY * {"aujourdhui": 0, "demain": 1, "apresdemain": 2}[match[1]],))


def _weekday_number(match: re.Match[str], today: dt.date) -> Value:
    """mardi 13, Monday the 12th: asked when the 13th is no Tuesday"""
    found = coming_number(int(match["n"]), today)
    return Days((found,)) if found and found.weekday() == DAY_OF[match["day"]] else AMBIGUOUS


def _weekday(match: re.Match[str], today: dt.date) -> Value:
    """mardi, next tuesday, vendredi prochain"""
    return Days((coming_weekday(DAY_OF[match["day"]], today),), said="weekday")


def _this_and_next(match: re.Match[str], today: dt.date) -> Value:
    """samedi prochain ou celui d'après"""
    first = coming_weekday(DAY_OF[match["day"]], today)
    return Days((first, first + DAY * 7))


def _number(match: re.Match[str], today: dt.date) -> Value:
    """le 20, the 20th"""
    found = coming_number(int(match["n"]), today)
    return Days((found,), bare=True) if found else IMPOSSIBLE


def _vague_week(match: re.Match[str], today: dt.date) -> Value:
    """la semaine prochaine: its Monday is kept, for "sauf jeudi" """
    return Doubt("week only", monday(today) + DAY * (7 if "prochain" in match.group() else 0))


UNITS = r"(?P<unit>jours?|j|semaines?|mois|days?|weeks?|months?|quinzaines?|fortnights?)"
COUNT = rf"(?:dans|d'ici|in|within)(?: environ| about)? (?:les |une?|an?|(?P<n>\d{{1,3}})) ?{UNITS}\b"
WEEK = r"(?:de |of )?(?:la )?semaine prochaine?"
NOT_A_DAY = r"(?! ?(?:h|:|[ap]m\b|/ ?\d|\.\d|e\b|eme\b|min|€|%|jours?\b|semaines?\b|fois\b|personnes?\b|\d))"

NEAR_RULES = compiled((
    (rf"\b(?:le |on )?{WEEKDAY}(?:{OR} {WEEKDAY})*,? (?:{WEEK}|semaine prochain)\b", _next_week),
    (rf"\b(?:la )?semaine prochaine?[ ,:]*(?: on| le)? {WEEKDAY}(?:(?:{OR})? {WEEKDAY})*\b", _next_week),
    (rf"\b(?P<day>{WEEKDAY}) (?:de |of )?(?:cette semaine|this week)\b", _this_week),
    (r"\b(?:le |the )?weekend (?:after next|d'apres|suivant)\b", _next_weekend),
    (rf"\b{WEEKDAY}{OR} {WEEKDAY} en (?:8|15)\b", lambda match, today: AMBIGUOUS),
    (rf"{LEAD}\b(?P<day>{WEEKDAY})(?: prochain)? en (?:8|15)\b|\b(?P<day2>{WEEKDAY}) (?:week|"
     rf"fortnight)\b", _in_eight),
    (rf"\ba (?:week|fortnight) (?:from|on) (?P<day>{WEEKDAY})(?P<day2>)\b", _in_eight),
    (rf"\b(?:(?P<before>{WEEKDAY}),? )?{COUNT}(?:,? (?:le |on )?(?P<after>{WEEKDAY})\b)?", _in_count),
    (rf"\b(?P<before>)(?P<n>\d{{1,3}}|a|une?) ?{UNITS} from (?:now|aujourdhui)\b", _in_count),
    (rf"(?:\b(?P<day>samedi|dimanche|saturday|sunday) (?:de )?)?\b(?:(?:le|ce|this|the|next|du|"
     rf"un) )?(?:prochain )?weekend"
     rf"(?: prochain)?(?:,? (?:le )?{WEEKDAY}\b(?! \d))?", _weekend),
    (r"\b(apresdemain|demain|aujourdhui)\b", _soon),
    (rf"\b(?:(?:fin|debut|mi|courant|en|au mois de|au mois d'|in|sometime in|end of|early|late|mid|during|pour|"
     rf"vers|"
     rf"dans le courant de|beginning of)[ -](?:de |d'|du |le |mois de )*(?:{MONTH}|mois(?: prochain)?|"
     rf"de mois prochain)"
     rf"(?! \d)|(?:le )?mois prochain|next month|the month|ce mois-?(?: ?ci)?|this month|end of the month)\b",
     lambda match, today: Doubt("month only")),
    (r"\b(?:(?:fin|debut|milieu|courant|end|early|later|dans le courant|dans|pendant|toute|en fin|en debut|"
     r"of) (?:de )?|mi-)*"
     r"(?:(?:la |cette |this |the )?semaine prochaine?|(?:cette|la) semaine|(?:fin|debut|milieu) de semaine|"
     r"this week|the week|en semaine)\b", _vague_week),
    (rf"{LEAD}\b(?P<day>{WEEKDAY})(?: prochain)?,? (?:le |the )?{NUMBER}\b{NOT_A_DAY}", _weekday_number),
    (rf"\b(?:(?:un|any|some|n'importe quel) {WEEKDAY}|"
     rf"a {any_of(WEEKDAYS['en'])})\b(?! (?:\d|prochain))", lambda match, today: AMBIGUOUS),
    (rf"(?<!pas )(?<!sauf )(?<!jamais )(?<!ou )(?<!et )(?<!ni )(?<!part )(?<!hormis )(?<!excepte )"
     rf"\ble {WEEKDAY}\b(?! ?#| (?:\d|prochain|en \d|suivant|{PART}))",
     lambda match, today: Doubt("repeated")),
    (rf"{LEAD}\b(?P<day>{WEEKDAY})(?: prochain)?,? (?:ou|or|et|and) (?:celui d'apres|(?:le |celui )?d'apres|"
     rf"(?:le )?suivant|"
     rf"the (?:{WEEKDAY}|one) after(?: that)?|the (?:following|next)(?: one)?)\b", _this_and_next),
    (rf"{LEAD}\b(?P<day>{WEEKDAY})s?(?: prochain)?\b", _weekday),
    (rf"\b(?:le|the|du|au) {NUMBER}\b(?= ?(?:$|[,;.!?)#@/]|-))(?!\.\d){NOT_A_DAY}", _number),
    (rf"\b(?:le|the|du|au) {NUMBER}\b(?= (?:suits?|would|sounds?|looks?|for|ni|nor|oui|non|pas|ok|ne|nickel|a|"
     rf"at|vers|entre|de|from|around|pour|"
     rf"ou|et|or|and|en|si|sinon|c'est|ca|"
     rf"chez|je|on|"
     rf"j'?(?:peux?|suis|y|ai)|tu|moi|me|m'|c|c'|sera|serait|est|convient|va|marche|finalement|aussi|too|stp|"
     rf"mais|but|works|is|please|svp|max|plutot|if|puis|prochain|{PART}|#+|@+)(?:\b|[#@]| |"
     rf"$)){NOT_A_DAY}", _number),
))  # fmt: skip

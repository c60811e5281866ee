"""Reads the day that somebody means: "jusqu'au 5 janvier", "dans 3 semaines", "next monday"."""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable

from handlers.kit.texts import fold

WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "en": "monday tuesday wednesday thursday friday saturday sunday".split(),
}
MONTHS = (
    "janvier janv jan january",
    "fevrier fevr fev feb february",
    "mars march",
    "avril avr apr april",
    "mai may",
    "juin jun june",
    "juillet juil jul july",
    "aout aug august",
    "septembre sept sep september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
COUNTS = {"un": 1, "une": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
COUNTS |= {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "dix": 10, "douze": 12, "quinze": 15}
COUNTS |= {
    "vingt": 20,
    "trente": 30,
    "seven": 7,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
    "a couple of": 2,
    "couple of": 2,
}
DAYS_IN = {"j": 1, "d": 1, "s": 7, "w": 7, "q": 15, "f": 14}  # by the first letter of the unit; months count apart
SOON = {"apres-demain": 2, "apres demain": 2, "day after tomorrow": 2, "demain": 1, "tomorrow": 1}
SOON |= {"aujourd'hui": 0, "today": 0, "ce soir": 0, "tonight": 0}

MONTH_NUMBER = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split()}
DAY_NUMBER = {name: number for names in WEEKDAYS.values() for number, name in enumerate(names)}
SHORT_DAYS = {language: {name[:3]: DAY_NUMBER[name] for name in names} for language, names in WEEKDAYS.items()}


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


MONTH, COUNT = _any([*MONTH_NUMBER, "mar"]), rf"(?:\d{{1,3}}|{_any(COUNTS)})"
ABOUT = {"huitaine": 7, "dizaine": 10, "quinzaine": 15, "vingtaine": 20}  # days
FORTNIGHT = ("quinze", "15", "two weeks", "2 weeks", "fortnight")
TH = "(?:er|st|nd|rd|th)?"
UNITS = "(?:jours?|semaines?|days?|weeks?|h|heures?|hours?)"
LONGER = re.compile(
    rf"\b(?:(?:de |by |another )|d'){COUNT} ?{UNITS}\b|\b{COUNT} ?{UNITS} (?:de plus|supplementaires?|longer|more)\b|"
    rf"\b{COUNT} (?:more|extra) {UNITS}\b|\banother (?:day|week)\b"
)
Reader = Callable[["re.Match[str]", dt.date], dt.date | None]


def read_day(text: str, today: dt.date, language: str = "fr") -> dt.date | None:
    """The day meant, the coming one when year or month are left out; None when there is none to be found.

    today: in the zone of whoever writes. A full date may lie in the past: the caller asks again.
    """
    words = fold(text)
    for pattern, read in READERS:
        if match := re.search(pattern, words):
            return read(match, today)
    short = re.search(rf"\b{_any(SHORT_DAYS.get(language, {}))}\b", words)
    return _weekday(SHORT_DAYS[language][short.group()], today) if short else None


def is_longer(text: str) -> bool:
    """Do the words say how much longer, as "de deux jours" or "two more days" do?"""
    return bool(LONGER.search(fold(text)))


def _written(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """2026-01-05"""
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _slashed(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """5/01, 05.01.2027; month first only where it can't be otherwise"""
    day, month = int(match[1]), int(match[2])
    if month > 12:
        day, month = month, day
    return _in_month(day, month, match[3], today)


def _named(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """5 janvier, 1er mars 2027, Jan 5th"""
    day, month = match["day"] or match["day2"], match["month"] or match["month2"]
    return _in_month(int(day), MONTH_NUMBER.get(month, 3), match["year"], today)


def _end(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """fin août, end of August, la fin du mois"""
    named = match.groupdict().get("month")
    month = MONTH_NUMBER.get(named, 3) if named else today.month
    year = today.year + (month < today.month)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _begin(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """jusqu'en avril, début avril, until April; mi-avril"""
    month = MONTH_NUMBER.get(match["month"], 3)
    day = 15 if match["half"] else 1
    if month == today.month and day < today.day:
        return dt.date(today.year, month, calendar.monthrange(today.year, month)[1])  # "until March", said in March
    return _in_month(day, month, None, today)


def _week_end(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """la fin de la semaine, end of next week: its Sunday"""
    weeks = 1 if re.search(r"pro|next", match.group()) else 0
    return today + dt.timedelta(days=6 - today.weekday() + 7 * weeks)


def _week_off(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """lundi en huit, friday week, a week on friday: a week or two after that day"""
    said = match.groupdict()
    near = _weekday(DAY_NUMBER[said.get("day") or said["day2"]], today)
    return near + dt.timedelta(days=14 if (said["count"] or "") in FORTNIGHT else 7)


def _weekend(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """le we, the weekend: its Sunday"""
    return today + dt.timedelta(days=6 - today.weekday())


def _next_month(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """le mois prochain, next month: its first day, or its last"""
    first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return _end(match, first) if match["end"] else first


def _about(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """sous huitaine, une dizaine de jours"""
    return today + dt.timedelta(days=ABOUT[match[1]])


def _hours(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """48h de plus, another 24 hours: whole days"""
    return today + dt.timedelta(days=int(match[1]) // 24)


def _span(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """dans 3 semaines, quinze jours, a month"""
    count = int(match[1]) if match[1].isdigit() else COUNTS[match[1]]
    if not match[2].startswith("mo"):
        return today + dt.timedelta(days=count * DAYS_IN[match[2][0]])
    months = today.month - 1 + count
    year, month = today.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _soon(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """demain, tomorrow"""
    return today + dt.timedelta(days=SOON[match.group()])


def _next_week(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """la semaine prochaine: its Monday, or the day named"""
    monday = today + dt.timedelta(days=7 - today.weekday())
    return monday + dt.timedelta(days=DAY_NUMBER.get(match[1] or match[2] or "", 0))


def _some_weekday(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """lundi, next monday"""
    return _weekday(DAY_NUMBER[match[1]], today)


def _of_month(match: "re.Match[str]", today: dt.date) -> dt.date | None:
    """le 20, the 3rd: of this month or of the next that has one"""
    day = int(match[1])
    for ahead in range(3):
        months = today.month - 1 + ahead
        found = _day(today.year + months // 12, months % 12 + 1, day)
        if found and found >= today:
            return found
    return None


WEEKDAY = _any(DAY_NUMBER)
READERS: tuple[tuple[str, Reader], ...] = (
    (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", _written),
    (r"\b(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?\b", _slashed),
    (
        rf"\b(?:(?P<day>\d{{1,2}}){TH}(?: of| de)? (?P<month>{MONTH})|(?P<month2>{MONTH})\.? "
        rf"(?P<day2>\d{{1,2}}){TH})\b\.?(?:,? (?P<year>\d{{4}})\b)?",
        _named,
    ),
    (
        rf"\b(?:(?P<day>{WEEKDAY}) (?:en |in )?(?P<count>huit|8|quinze|15|week|a week|two weeks|2 weeks|fortnight)|"
        rf"(?:a|one) week (?:on|from) (?P<day2>{WEEKDAY}))\b(?! ?[h:])",
        _week_off,
    ),
    (
        r"\b(?P<end>(?:fin|end|bout)(?: du| de| of)?(?: the| le)? )?(?:mois (?:prochain|pro|qui vient)|next month)\b",
        _next_month,
    ),
    (rf"\b({_any(ABOUT)})\b(?: de jours)?", _about),
    (r"\b(24|48|72|96) ?(?:h|heures?|hours?|hrs?)\b", _hours),
    (rf"\b(?:fin|bout|end)(?: du| de| d'| of)?(?: the)? (?:mois|month|(?P<month>{MONTH}))\b", _end),
    (
        rf"\b(?:through|throughout|all(?: of)?|whole of|tout(?: le)?(?: mois)?(?: de| d')?) (?P<month>{MONTH})\b"
        r"(?! \d)",
        _end,
    ),
    (
        r"\b(?:fin|end|toute)(?: de| of)?(?: la| cette| the| this)? ?(?:next )?"
        r"(?:semaine(?: (?:prochaine|pro))?|week)\b(?!-| ?end)",
        _week_end,
    ),
    (
        rf"\b({COUNT}) ?(?:prochaine?s |autres? |bonnes? |petite?s? |next |more |full |whole )?"
        rf"(jours?|j|semaines?|mois|days?|weeks?|months?|quinzaines?|fortnights?)\b",
        _span,
    ),
    (rf"\b{_any(SOON)}\b", _soon),
    (
        rf"\b(?:({WEEKDAY}) (?:de )?(?:la )?sem(?:aine)? pro(?:chaine)?|"
        rf"sem(?:aine)? pro(?:chaine)?(?: ({WEEKDAY}))?)\b",
        _next_week,
    ),
    (rf"\b(?:({WEEKDAY}) next week|next week(?: (?:on )?({WEEKDAY}))?)\b", _next_week),
    (rf"\b(?:(?:{WEEKDAY} )?(?:le|the|au|{WEEKDAY}) |^)(\d{{1,2}}){TH}\b(?! ?[h:])", _of_month),
    (rf"\b({WEEKDAY})\b", _some_weekday),
    (r"\b(?:we|wk|week[- ]?end)\b", _weekend),
    (
        rf"\b(?:en|in|until|till|jusqu'(?:en|a|au)|mois d(?:e |')|debut|early|beginning of|(?P<half>mi|mid))[ -]?"
        rf"(?:debut |mois d(?:e |'))?(?P<month>{MONTH})\b",
        _begin,
    ),
)


def _weekday(number: int, today: dt.date) -> dt.date:
    return today + dt.timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _in_month(day: int, month: int, year: str | None, today: dt.date) -> dt.date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _day(today.year, month, day)
    return found if found and found >= today else _day(today.year + 1, month, day)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None

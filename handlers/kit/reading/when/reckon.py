"""Reckons with the calendar: the coming Tuesday, the coming 20th, the day of a month."""

import datetime as dt
import re

from handlers.kit.reading.when.page import Days, Doubt, Rule, Value
from handlers.kit.reading.when.words import DAY_OF, TH, WEEKDAY

DAY = dt.timedelta(days=1)
LONGEST_RANGE = 14
JUST_PASSED = 60  # days: "le 3 janvier" said on the 7th is a slip rather than next year
AMBIGUOUS, IMPOSSIBLE, PAST = Doubt("ambiguous"), Doubt("impossible"), Doubt("past")

LEAD = r"(?:\b(?:le|on|the|ce|cette|this|next|coming|ce prochain) )?"
NUMBER = rf"(?P<n>\d{{1,2}}){TH}"
ONE_DAY = rf"(?:(?P<day>{WEEKDAY})(?: prochain)?,? )?"


def day_or_none(year: int, month: int, day: int) -> dt.date | None:
    """The day, None when the calendar has no such one."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def coming_weekday(number: int, today: dt.date) -> dt.date:
    """The next one after today: Wednesday said on a Wednesday is in a week."""
    return today + DAY * ((number - today.weekday() - 1) % 7 + 1)


def coming_number(number: int, today: dt.date) -> dt.date | None:
    """The 20th: today, of this month, or of the next month that has one."""
    for ahead in range(3):
        found = day_or_none(*month_ahead(today, ahead), number)
        if found and found >= today:
            return found
    return None


def month_ahead(today: dt.date, months: int) -> tuple[int, int]:
    """Year and month, so many months later."""
    index = today.month - 1 + months
    return today.year + index // 12, index % 12 + 1


def days_of(year: int, month: int) -> list[dt.date]:
    """All days of a month."""
    return [day for number in range(1, 32) if (day := day_or_none(year, month, number))]


def monday(day: dt.date) -> dt.date:
    """The Monday of its week."""
    return day - DAY * day.weekday()


def one(day: dt.date | None) -> Value:
    """A day found, or the question about one that doesn't exist."""
    return Days((day,)) if day else IMPOSSIBLE


def _year(written: str) -> int:
    return int(written) + (2000 if len(written) == 2 else 0)


def in_month(number: int, month: int, year: str | None, today: dt.date, weekday: str | None) -> Value:
    """A day with its month: the coming one, or asked when it has just passed or is not that weekday."""
    if not 1 <= month <= 12 or not 1 <= number <= 31:
        return IMPOSSIBLE
    found = day_or_none(_year(year) if year else today.year, month, number)
    if not year and found and found < today:
        if today - found <= DAY * JUST_PASSED:
            return PAST
        found = day_or_none(today.year + 1, month, number)
    if not year and not found:  # 29 February
        found = next((d for y in range(1, 5) if (d := day_or_none(today.year + y, month, number))), None)
    if found and found < today:
        return PAST
    if found and found.year > today.year + 10:
        return AMBIGUOUS
    if found and weekday and DAY_OF[weekday] != found.weekday():
        return AMBIGUOUS
    return one(found)


def each(start: dt.date, end: dt.date) -> Value:
    """Each day of a range; a longer one is asked."""
    count = (end - start).days + 1
    return Days(tuple(start + DAY * n for n in range(count))) if count <= LONGEST_RANGE else AMBIGUOUS


def compiled(rules: tuple[tuple[str, Rule], ...]) -> tuple[tuple["re.Pattern[str]", Rule], ...]:
    """Rules with their patterns compiled."""
    return tuple((re.compile(pattern), rule) for pattern, rule in rules)

"""Reads a moment said beside another one: "une heure plus tard", "au lendemain", "le jeudi d'après à 18h"."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from handlers.kit.reading import when
from handlers.kit.reading.days import DAY_NUMBER
from handlers.kit.texts import fold
from handlers.kit.understand import spelling

UNITS = {"min": 1, "mn": 1, "h": 60, "j": 1440, "d": 1440, "s": 10080, "w": 10080}  # minutes, by how the unit begins
NUMBERS: dict[str, float] = dict.fromkeys(("un", "une", "a", "an", "one"), 1)
NUMBERS |= {"deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "cinq": 5, "five": 5, "dix": 10}
NUMBERS |= {"ten": 10, "quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30}
NUMBERS |= dict.fromkeys(("half an", "une demi", "demi", "demie", "une petite demi"), 0.5)
NUMBERS |= dict.fromkeys(("un quart d'", "quart d'", "a quarter of an", "quarter of an"), 0.25)
COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
UNIT = r"(?P<unit>minutes?|mins?|mn|heures?|hours?|hrs?|h|jours?|j|days?|semaines?|sem|weeks?)"
AFTER = r"plus tard|later|d'apres|apres|after|suivante?|back"
BEFORE = r"plus tot|earlier|d'avant|avant|before|precedente?|forward"
WAY = rf"(?: (?:(?P<after>{AFTER})|(?P<before>{BEFORE})))?"
WEEKDAYS = "(?:" + "|".join(DAY_NUMBER) + ")"
THE = r"(?:(?:au|a|pour|to|on|du|de) )?(?:(?:le|la|the|celui|celle) )?"
LEAD = re.compile(
    r"(?:(?:non|no|plutot|en fait|finalement|disons|mets|mettons|on|la|le|les|ca|it|them|tout|un peu|make|rather|"
    r"decal\w*|repouss\w*|report\w*|deplac\w*|retard\w*|avanc\w*|bring|move|push|shift|delay|postpone|put|"
    r"back)\b[ ,]*)*"
)
MOVES = re.compile(r"\b(?:decal|repouss|report|deplac|retard|avanc|bring|mov|push|shift|delay|postpone|put)\w*")
FORWARD = re.compile(r"\b(?:avanc\w*|bring|forward|earlier|plus tot)\b")
REST = r"(?: (?P<rest>(?:(?:a|at|vers|around) )?(?:\d.*|midi|noon)))?"
POLITE = re.compile(
    r"(?:[ ,]+(?:plutot|stp|svp|please|merci|thanks|instead|rather|en fait|finalement|si possible|du coup|aussi|too|"
    r"(?:(?:a )?la )?meme heure|(?:at )?(?:the )?same time))+$"
)
WHY = re.compile(r"[,;(](?! ?(?:a|at|vers) \d)|\b(?:car|parce qu|vu qu|puisqu|because)\b")  # says why, from there on
SPAN = re.compile(
    rf"(?P<by>de |d'|by |to (?=an? \w+ (?:later|earlier)))?{COUNT}[ -]?{UNIT}"
    rf"(?! ?\d)(?P<half> et demie?| and a half)?{WAY}{REST}"
)
HOURS = re.compile(rf"(?P<by>de |d'|by )?(?P<hours>\d{{1,2}}) ?h ?(?P<minutes>\d{{2}}){WAY}")
NEIGHBOUR = re.compile(
    rf"{THE}(?:(?P<two>surlendemain)|(?P<two_back>avant-veille)|"
    r"(?P<next>lendemain|jour (?:d'apres|suivant)|next day|day after|following day)|"
    rf"(?P<back>veille|jour (?:d'avant|precedent)|day before|previous day)){REST}"
)
WEEK = re.compile(
    rf"{THE}(?:(?P<day>{WEEKDAYS}) )?(?:(?:de|of) )?(?:la |the )?(?:(?P<next>semaine (?:suivante|d'apres)|"
    rf"following week|week after)|(?P<back>semaine (?:precedente|d'avant)|previous week|week before))"
    rf"(?:,? (?:le |on )?(?P<day2>{WEEKDAYS}))?{REST}"
)
WEEKDAY = re.compile(
    rf"{THE}(?:(?P<day>{WEEKDAYS}) (?:(?P<next>d'apres|suivant|after(?: that)?)|"
    rf"(?P<back>d'avant|precedent|before(?: that)?))|"
    rf"(?:following|(?P<back2>previous)) (?P<day2>{WEEKDAYS})){REST}"
)


def beside(words: str, start: dt.datetime, moving: bool = False) -> dt.datetime | None:
    """The moment that the words mean, counted from start (aware); None when they mean none beside it.

    "d'une heure" is later, "avance d'une heure" earlier; the hour stays unless another one is said.
    moving: was it said already that something moves? Then "une heure" is enough.
    """
    folded = POLITE.sub("", WHY.split(fold(spelling.plain(words)).strip(" .!?"), maxsplit=1)[0].strip())
    lead = LEAD.match(folded)
    core, moving = folded[lead.end() if lead else 0 :], moving or bool(MOVES.search(folded))
    earlier = bool(FORWARD.search(folded))
    if match := HOURS.fullmatch(core) or SPAN.fullmatch(core):
        days = _span(match, earlier) if _is_shift(match, moving) else None
    elif match := WEEK.fullmatch(core):
        days = _week(match, start)
    elif match := WEEKDAY.fullmatch(core):
        days = _weekday(match, start)
    elif match := NEIGHBOUR.fullmatch(core):
        days = _neighbour(match)
    else:
        days = None
    if match is None or days is None:
        return None
    moved = (start.replace(tzinfo=None) + days).replace(tzinfo=start.tzinfo)
    return _at_hour(moved, match.groupdict().get("rest"))


def begins(words: str) -> bool:
    """Do the words begin with a day beside another one, as in "au lendemain, même heure"?"""
    folded = fold(words)
    return any(re.match(rf"(?:{shape.pattern})\b", folded) for shape in (NEIGHBOUR, WEEK, WEEKDAY))


def _is_shift(match: "re.Match[str]", moving: bool) -> bool:
    """ "d'une heure", "deux jours plus tôt"; "une heure" alone when something moves, "20h" is an hour of the day."""
    said = match.groupdict()
    if said["by"] or said["after"] or said["before"]:
        return True
    of_the_day = said.get("unit") == "h" and (said["count"] or "").isdigit() and int(said["count"] or 0) > 4
    return moving and "unit" in said and not of_the_day


def _span(match: "re.Match[str]", earlier: bool) -> dt.timedelta:
    """How much later; less than nothing for earlier."""
    said = match.groupdict()
    way = -1 if earlier or said["before"] else 1
    if said.get("hours"):
        return dt.timedelta(hours=int(said["hours"]), minutes=int(said["minutes"])) * way
    minutes = next(value for name, value in UNITS.items() if said["unit"].startswith(name))
    count = float(said["count"]) if said["count"].isdigit() else NUMBERS[said["count"]]
    return dt.timedelta(minutes=(count + 0.5 * bool(said["half"])) * minutes) * way


def _neighbour(match: "re.Match[str]") -> dt.timedelta:
    """au lendemain, la veille, the day after"""
    days = {"two": 2, "two_back": -2, "next": 1, "back": -1}
    return dt.timedelta(days=next(n for name, n in days.items() if match[name]))


def _week(match: "re.Match[str]", start: dt.datetime) -> dt.timedelta:
    """la semaine suivante, le mardi de la semaine d'après"""
    named = match["day"] or match["day2"]
    within = DAY_NUMBER[named] - start.weekday() if named else 0
    return dt.timedelta(days=within + (7 if match["next"] else -7))


def _weekday(match: "re.Match[str]", start: dt.datetime) -> dt.timedelta:
    """le jeudi d'après: the first one after that day; the previous thursday"""
    wanted, back = DAY_NUMBER[match["day"] or match["day2"]], match["back"] or match["back2"]
    if back:
        return dt.timedelta(days=-((start.weekday() - wanted - 1) % 7 + 1))
    return dt.timedelta(days=(wanted - start.weekday() - 1) % 7 + 1)


def _at_hour(moved: dt.datetime, said: str | None) -> dt.datetime | None:
    """The same day at the hour that is said, if one is; None when it can't be read."""
    if not said or moved.tzinfo is None:
        return moved if not said else None
    language = "en" if re.search(r"\d ?[ap]m", said) else "fr"
    noon = moved.replace(hour=0, minute=0) - dt.timedelta(days=1)
    read = when.read(f"demain {said}", noon, ZoneInfo(str(moved.tzinfo)), language)
    start = read.options[0].start if len(read.options) == 1 else None
    return start

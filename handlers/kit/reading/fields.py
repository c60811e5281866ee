"""What a group says about itself, read from a founder's own words: each field is kept, or kindly refused."""

import re
from collections.abc import Callable
from typing import Any

from handlers.kit.texts import Text, _, _n, fold
from storage.groups import Group
from storage.people import TELEGRAM, WHATSAPP, clean

NAME, PURPOSE, EXPECTATIONS, CITY = 60, 300, 300, 60
CHARTER_LINES, CHARTER = 15, 1500
SENTENCES, WORDS, SHORT = 2, 4, 20
RHYTHMS = (7, 14, 21, 30)
MONTH, LONGEST = 30, 92

EXAMPLE = _("Come to two meetings out of three, say so when you can't, and answer when somebody asks for help.")
DEFAULT_CHARTER = _(
    "1. What is said here stays here.\n"
    "2. We come; when we can't, we say so in time.\n"
    "3. We give as much as we ask for.\n"
    "4. We help each other, we don't sell to each other.\n"
    "5. We speak frankly and kindly."
)

NUMBERS = {
    name: number
    for number, names in {
        1: "un une one a chaque every each",
        2: "deux two other",
        3: "trois three",
        4: "quatre four",
        5: "cinq five",
        6: "six",
        7: "sept seven",
        8: "huit eight",
        10: "dix ten",
        14: "quatorze fourteen",
        15: "quinze fifteen",
        20: "vingt twenty",
    }.items()
    for name in names.split()
}
UNITS = {"jour": 1, "day": 1, "semaine": 7, "week": 7, "mois": MONTH, "month": MONTH}
WHOLE = {
    "hebdo": 7,
    "hebdomadaire": 7,
    "weekly": 7,
    "fortnightly": 14,
    "biweekly": 14,
    "bimensuel": 14,
    "mensuel": MONTH,
    "monthly": MONTH,
}


Read = Text | dict[str, Any]  # the sentence that refuses, or what to keep


def put(group: Group, field: str, text: str) -> Text | None:
    """Keep the words in that field of the group; otherwise the sentence that says what to do.

    field: name, purpose, rhythm, expectations, charter or place; the city has its own way (towns).
    """
    read = READERS[field](clean(text).strip())
    if isinstance(read, Text):
        return read
    for name, value in read.items():
        setattr(group, name, value)
    Group.update(**read).where(Group.id == group.id).execute()
    return None


def _name(text: str) -> Read:
    name = " ".join(text.split())
    if not has_words(name):
        return _("A name needs letters or digits, so that people can say it. What is the group called?")
    if len(name) > NAME:
        return _too_long(len(name), NAME)
    return {"name": name}


def _purpose(text: str) -> Read:
    if not has_words(text) or (len(text.split()) < WORDS and len(text) < SHORT):
        return _("Say a little more, in one or two sentences: <b>for whom</b> is it, and <b>why</b>?")
    if sentences(text) > SENTENCES:
        return _(
            "I count {n} sentences. People read two: keep <b>for whom</b> and <b>why</b>, and send it again.",
            n=sentences(text),
        )
    if len(text) > PURPOSE:
        return _too_long(len(text), PURPOSE)
    return {"purpose": text}


def _rhythm(text: str) -> Read:
    days = read_rhythm(text)
    if days is None:
        return _("I can't tell how often. Write for example “every two weeks” or “every 10 days”.")
    if not 1 <= days <= LONGEST:
        return _("Between every day and every three months, please: a group that meets less often fades away.")
    return {"rhythm_days": days}


def _expectations(text: str) -> Read:
    if not has_words(text):
        return _("Write in a few words what a member does, for example: “{example}”", example=EXAMPLE)
    if len(text) > EXPECTATIONS:
        return _too_long(len(text), EXPECTATIONS)
    return {"expectations": text}


def _charter(text: str) -> Read:
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    if not has_words(text):
        return _("Write your charter in words, one rule a line, or keep the one I offered.")
    if len(rows) > CHARTER_LINES:
        return _("That is {n} lines; {most} is the most. Keep what matters.", n=len(rows), most=CHARTER_LINES)
    if len(text) > CHARTER:
        return _too_long(len(text), CHARTER)
    return {"charter": "\n".join(rows)}


def _place(text: str) -> Read:
    words = fold(text)
    telegram, whatsapp = TELEGRAM in words, WHATSAPP in words or "wa" in words.split()
    both = any(word in words for word in ("deux", "both"))
    if not (telegram or whatsapp or both):
        return _("Answer “Telegram”, “WhatsApp” or “both”.")
    return {"on_telegram": telegram or both, "on_whatsapp": whatsapp or both}


READERS: dict[str, Callable[[str], Read]] = {
    "name": _name,
    "purpose": _purpose,
    "rhythm": _rhythm,
    "expectations": _expectations,
    "charter": _charter,
    "place": _place,
}


def _too_long(count: int, most: int) -> Text:
    return _("That is {n} characters; {most} is the most. Send it again, shorter.", n=count, most=most)


def has_words(text: str) -> bool:
    """Is there a letter or digit of any script (not only signs or emoji)?"""
    return any(sign.isalnum() for sign in text)


def sentences(text: str) -> int:
    """How many sentences people would count: an end sign counts when something new begins after it."""
    ends = re.compile(r"(?:[.!?…؟]+[\"»”)]*\s+(?=[\"«“(]?[^\W_a-zà-ÿ])|[。！？]+(?=.))")
    return sum(1 + len(ends.findall(row.strip())) for row in text.splitlines() if has_words(row))


def read_rhythm(text: str) -> int | None:
    """Days, out of "toutes les 3 semaines", "every 10 days", "2 fois par mois"; None if unclear."""
    words = re.findall(r"\d+|[a-z]+", fold(text))
    if found := next((WHOLE[word] for word in words if word in WHOLE), None):
        return found
    if len(words) == 1 and words[0].isdigit():
        return int(words[0][:4])
    at = next((n for n, word in enumerate(words) if _unit(word)), None)
    if at is None:
        return None
    return _days(words[:at], _unit(words[at]))


def _unit(word: str) -> int:
    return UNITS.get(word, 0) or UNITS.get(word.rstrip("s"), 0)


def _days(before: list[str], unit: int) -> int:
    count = next((n for word in reversed(before) if (n := _number(word))), 1)
    often = {"fois", "times", "time"} & set(before)
    if "twice" in before:
        count, often = 2, {"times"}
    if "once" in before or (often and count == 1):
        return unit
    if often:
        return max(1, _weekly(unit) // count)
    return 14 if (count, unit) == (15, 1) else count * unit  # "tous les quinze jours" is two weeks


def _weekly(unit: int) -> int:
    return 28 if unit == MONTH else unit


def _number(word: str) -> int:
    return int(word[:4]) if word.isdigit() else NUMBERS.get(word, 0)


def rhythm(days: int) -> Text:
    """How often, in words."""
    if days % MONTH == 0:
        return _n("every month", "every {n} months", days // MONTH)
    if days % 7 == 0:
        return _n("every week", "every {n} weeks", days // 7)
    return _n("every day", "every {n} days", days)


def place(group: Group) -> Text:
    """Where the group lives, in words."""
    if group.on_telegram and group.on_whatsapp:
        return _("Telegram and WhatsApp")
    return _("Telegram only") if group.on_telegram else _("WhatsApp only")


def only_place(group: Group) -> str:
    """The one messenger of a group that has one."""
    return "Telegram" if group.on_telegram else "WhatsApp"

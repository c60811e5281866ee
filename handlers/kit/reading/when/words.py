"""The words of dates in French and English, and how hurried spellings become plain ones."""

import re
from collections.abc import Iterable
from functools import lru_cache

from handlers.kit.reading.days import MONTH_NUMBER, WEEKDAYS
from handlers.kit.texts import fold


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of these words, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


DAY_OF = {name: number for names in WEEKDAYS.values() for number, name in enumerate(names)}
SHORT = {
    "fr": {
        "lun": 0,
        "mar": 1,
        "mer": 2,
        "merc": 2,
        "jeu": 3,
        "jeud": 3,
        "ven": 4,
        "vend": 4,
        "vendr": 4,
        "sam": 5,
        "dim": 6,
    },
    "en": {
        "mon": 0,
        "tue": 1,
        "tues": 1,
        "wed": 2,
        "weds": 2,
        "thu": 3,
        "thur": 3,
        "thurs": 3,
        "fri": 4,
        "sat": 5,
        "sun": 6,
    },
}
MONTH_OF = {**MONTH_NUMBER, "sept": 9, "jul": 7}
PART_OF = {
    **dict.fromkeys(("matin", "matinee", "mat", "morning"), "morning"),
    **dict.fromkeys(("aprem", "afternoon"), "afternoon"),
    **dict.fromkeys(("soir", "soiree", "evening", "afterwork"), "evening"),
    **dict.fromkeys(("nuit", "night"), "night"),
}
ORDINAL = {
    **dict.fromkeys(("premier", "1er", "first", "1st"), 1),
    **dict.fromkeys(("deuxieme", "2e", "2eme", "second", "2nd"), 2),
    **dict.fromkeys(("troisieme", "3e", "3eme", "third", "3rd"), 3),
    **dict.fromkeys(("quatrieme", "4e", "4eme", "fourth", "4th"), 4),
    **dict.fromkeys(("dernier", "last"), -1),
}
UNITS = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
COUNT_OF = {name: number for number, name in enumerate(UNITS) if number > 1}
COUNT_OF |= {f"dix{sign}{name}": 10 + COUNT_OF[name] for name in ("sept", "huit", "neuf") for sign in "- "}
COUNT_OF |= {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50}
COUNT_OF |= {f"vingt{sign}{UNITS[n]}": 20 + n for n in range(2, 10) for sign in "- "}
COUNT_OF |= {"vingt et un": 21, "vingt-et-un": 21, "trente et un": 31, "quarante-cinq": 45, "quarante cinq": 45}
ENGLISH = "two three four five six seven eight nine ten eleven twelve".split()
COUNT_OF |= {name: number for number, name in enumerate(ENGLISH, 2)} | {"fifteen": 15, "twenty": 20, "thirty": 30}

WEEKDAY, MONTH, PART = any_of(DAY_OF), any_of(MONTH_OF), any_of(PART_OF)
ENGLISH_MONTH = any_of(
    "january jan february feb march april apr may june july jul august aug september sep october oct "
    "november nov december dec".split()
)
TH = "(?:er|st|nd|rd|th)?"
OR = r"(?:,|;| ?/| ou| et| or| and| puis| ni| nor)(?: ou| or| et| and| ni)?"

# Each line: a hurried or split spelling, and its plain one.
SPELLINGS = [
    (r"\bapres[ -]?(?:dem1|2main|demain|dmain|dem)\b", "apresdemain"),
    (r"\b(?:the )?day after tomorrow\b", "apresdemain"),
    (r"\b(?:2main|2m1|dem1|dmain|demin|demian|dem)\b", "demain"),
    (r"\b(?:tmrw|tmr|tmw|tmoz|2moz|2moro|2morrow|tommorow|tommorrow|tomorow|tomorrow)\b", "demain"),
    (r"\b(?:aujourd ?'? ?hui|auj|aujd|ajd|ojd|today)\b", "aujourdhui"),
    (r"\bapres[ -]?midi\b|\bapr?m\b", "aprem"),
    (r"\b(?:tonight|tonite|2nite|2night)\b", "aujourdhui soir"),
    (r"\b(?:mins|mns)\b", "min"),
    (rf"\b(?:ce|cet|cette|this) (midi|{PART})\b", r"aujourdhui \1"),
    (r"\b(?:en )?fin de journee\b|\bend of the day\b", "soir"),
    (r"\b(?:pendant )?toute la journee\b|\b(?:dans|en) (?:la )?journee\b|\ball day\b", ""),
    (r"\bweek[ -]?ends?\b", "weekend"),
    (r"\b(ce|le|du|un|au) (?:we|w-e|wkd|wkend)\b", r"\1 weekend"),
    (rf"\b({WEEKDAY}|a|le|vers|du|au)(?=\d)", r"\1 "),
    (r"\bpr\b(?= \d)", "pour"),
    (r"\bsem\b\.?", "semaine"),
    (r"(?<=\d) : ?(?=\d)", ", "),
    (rf"\b({WEEKDAY})s (?=\d)", r"\1 "),
    (rf"\b({WEEKDAY}) ?- ?({WEEKDAY}) ?- ?({WEEKDAY})\b", r"\1, \2, \3"),
    (r"\b(?<!je )(?:pro|proch)\b\.?(?= |$|,)", "prochain"),
    (r"\bsemaine prochaine\b|\bsemaine qui vient\b|\bnext week\b(?! ?end)|\bnext wk\b", "semaine prochain"),
    (rf"\b({WEEKDAY}) qui vient\b", r"\1 prochain"),
    (r"\b(?:in the|du|de l'|de la|dans la|dans l'|en|le|au) (?=(?:matin|matinee|midi|aprem|soir|soiree|morning|mat|"
     r"afternoon|evening)\b)", ""),
    (r"\b(?:en )?(?:fin|debut|milieu|fin de|debut de) (?:d'|de |de la |d' )?(?=(?:matinee|aprem|"
     r"soiree)\b)", ""),
    (rf"\b(?:premier|first|1st)(?: of)? ({MONTH})\b", r"1 \1"),
    (rf"\b({ENGLISH_MONTH}) first\b", r"\1 1"),
    (rf"\b(?<!/)(\d{{1,2}}) ?- ?(\d{{1,2}}) ({MONTH})\b", r"du \1 au \2 \3"),
    (rf"\b({ENGLISH_MONTH}) (\d{{1,2}}){TH} ?(?:-|to) ?(\d{{1,2}}){TH}\b(?! ?(?:[ap]\.?m|:|h|-))", r"du \2 au \3 \1"),
    (r"\b(midi|noon|minuit|midnight|\d{1,2} ?h?|heures?) tapantes?\b|\b(midi|minuit|h) pile\b", r"\1\2"),
]  # fmt: skip
SPELLED = [(re.compile(pattern), plain) for pattern, plain in SPELLINGS]
COUNTED = re.compile(rf"\b{any_of(COUNT_OF)}\b(?!-)")
# "un mardi soir en décembre": the part of the day moves behind, so that day and month stand together.
PART_INSIDE = re.compile(rf"\b({WEEKDAY}s?) (midi|{PART}) (en |de |d'|in |of )({MONTH})\b")
# "13 et 15 janvier": each number gets its month. "mardi 13 et 20": each gets its article.
MONTH_BEHIND = re.compile(
    rf"(?<![\d/:.])\b(\d{{1,2}}{TH})({OR} (?:le |the )?(?:{WEEKDAY} )?(?:le |the "
    rf")?\d{{1,2}}{TH}(?: of)? ({MONTH}))\b"
)
ARTICLE_BEFORE = re.compile(
    rf"\b((?:{WEEKDAY}|le|the|les) \d{{1,2}}{TH})({OR}) (\d{{1,2}}{TH})\b(?! ?(?:h|:|[ap]m|/|€|{MONTH}\b|\d|min|"
    r"personnes|rue|heures?)| ?\.\d)"
)
NOT_TYPOS = {"mardis", "lundis", "marie", "marin", "march", "marche", "match", "sundae", "mondial", "cardi"}


ONLY_FRENCH = re.compile(
    rf"\b(?:{'|'.join(WEEKDAYS['fr'])}|demain|aujourd|midi|soir|matin|aprem|prochaine?|semaines?|mois|le|la|les|du|des|"
    r"et|ou|pour|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b"
)
ONLY_ENGLISH = re.compile(
    rf"\b(?:{'|'.join(WEEKDAYS['en'])}|tues?|weds?|thu|thurs?|fri|tomorrow|tonight|today|next|weeks?|months?|evening|"
    r"morning|afternoon|noon|the|at|or|january|february|march|april|june|july|august|september|october|december|"
    r"\d{1,2}(?:st|nd|rd|th))\b|\d ?[ap]m\b"
)


@lru_cache(1024)
def told_in(text: str, language: str) -> str:
    """The language in which a date is told: that of its writer, unless every word of the calendar is of the other."""
    mine, other = (ONLY_FRENCH, ONLY_ENGLISH) if language == "fr" else (ONLY_ENGLISH, ONLY_FRENCH)
    folded = fold(text)
    if mine.search(folded) or not other.search(folded):
        return language
    return "en" if language == "fr" else "fr"


def plain(text: str, language: str) -> tuple[str, int]:
    """The text folded, with plain spellings; and how many words had to be guessed."""
    words = fold(re.sub(r"[\r\n]+", " ; ", text)).translate(DASHES)
    words = re.sub(r"[#@~*]", " ", words)
    for pattern, better in SPELLED:
        words = pattern.sub(better, words)
    words = COUNTED.sub(lambda match: str(COUNT_OF[match.group()]), words)
    words, guessed = _mend(words, language)
    words = _unfold_days(words, language)
    words = PART_INSIDE.sub(r"\1 \3\4 \2", words)
    for _again in range(4):
        before, words = words, ARTICLE_BEFORE.sub(r"\1\2 le \3", MONTH_BEHIND.sub(r"\1 \3\2", words))
        if words == before:
            break
    return re.sub(r"\ble le\b", "le", re.sub(r"(?<!tous )(?<!toutes )\bles (?=\d)", "le ", words)), guessed


DASHES = str.maketrans({"–": "-", "—": "-", "→": "-", "‑": "-", "“": " ", "”": " ", "«": " ", "»": " "})


AFTER_NUMBER = re.compile(rf"\d{TH} (?:of |de )?\Z")


def _mend(words: str, language: str) -> tuple[str, int]:
    """One wrong letter in a weekday, or in a month that follows a number."""
    guessed = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal guessed
        weekday, month = _meant(match.group(), language)
        if month and not weekday:
            month = month if AFTER_NUMBER.search(words, 0, match.start()) else ""
        guessed += bool(weekday or month)
        return weekday or month or match.group()

    return re.sub(r"\b[a-z]{5,11}\b", mend, words), guessed


@lru_cache(4096)
def _meant(word: str, language: str) -> tuple[str, str]:
    """The weekday, and the month, that this word may be a slip for; "" for none."""
    if word in KNOWN or word in NOT_TYPOS:
        return "", ""
    weekday = ONE_OFF[language].get(word) or _nearly(word, WEEKDAYS[language])
    return weekday, ONE_OFF["months"].get(word) or _nearly(word, LONG_MONTHS)


def _nearly(word: str, names: Iterable[str]) -> str:
    """The name that becomes this word when one letter is added or changed; "" for none."""
    for name in names:
        if len(name) < 5 or name[0] != word[0] or not 0 <= len(word) - len(name) <= 1:
            continue
        changed = len(word) == len(name) and sum(a != b for a, b in zip(word, name, strict=True)) == 1
        added = len(word) > len(name) and any(word[:i] + word[i + 1 :] == name for i in range(1, len(word) - 1))
        if changed or added:
            return name
    return ""


def _slips(name: str) -> set[str]:
    """The name with one letter missing, or two neighbours swapped."""
    missing = {name[:i] + name[i + 1 :] for i in range(1, len(name))}
    swapped = {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in range(len(name) - 1)}
    return {slip for slip in missing | swapped if len(slip) >= 5}


LONG_MONTHS = [name for name in MONTH_OF if len(name) >= 5 and name != "march"]
ONE_OFF = {key: {slip: name for name in names for slip in _slips(name)} for key, names in WEEKDAYS.items()}
ONE_OFF["months"] = {slip: name for name in LONG_MONTHS for slip in _slips(name)}
KNOWN = {*DAY_OF, *MONTH_OF, *(f"{name}s" for name in DAY_OF)}

FOLLOWED = (
    r"(?=(?:,|\.)? ?(?:(?:le |a |at |vers |the |de )?\d|"
    rf"{PART}\b|midi\b|noon\b|prochain\b|{MONTH}\.? \d|en (?:8|15)\b|$))"
)
SHORT_DAY = {key: re.compile(rf"\b({any_of(names)})\b(?:\.? ?{FOLLOWED}|\. )") for key, names in SHORT.items()}
SHORT_LIST = {key: re.compile(rf"\b({any_of(names)})\b(?={OR} {WEEKDAY}\b)") for key, names in SHORT.items()}
SHORT_SURE = {  # no other words, so that they need no number behind them
    "fr": re.compile(r"\b(lun|merc|jeud|vend|vendr)\b\.?"),
    "en": re.compile(
        r"\b(tues|weds|thur|thurs|fri|(?<=on )(?:mon|tue|wed|thu|sat|sun)|(?:tue|thu)(?=,| or\b| and\b))\b\.?"
    ),
}
SHORT_RANGE = {
    key: re.compile(rf"\b({any_of(names)}) ?(?:-|to|au) ?({any_of(names)})\b") for key, names in SHORT.items()
}
NO_DAY_BEFORE = re.compile(r"\b(?:\d+|ma|mon|la|de|a|my) $")


def _unfold_days(words: str, language: str) -> str:
    """Short weekdays, in the writer's language and before a number or a part of the day only."""
    names = WEEKDAYS[language]

    def unfold(match: re.Match[str]) -> str:
        # "le sam 10" is a Saturday, "2 ven à voir" and "à la mer 2 fois" are no days.
        lonely = match.end() == len(words) and not re.search(r"(?:next|on|this|ce|le) $", words[: match.start()])
        other = NO_DAY_BEFORE.search(words[: match.start()])
        return match.group() if lonely or other else names[SHORT[language][match[1]]] + " "

    def name(match: re.Match[str]) -> str:
        return "-".join(names[SHORT[language][short]] for short in match.groups())

    words = SHORT_RANGE[language].sub(name, words)
    words = SHORT_SURE[language].sub(name, words)
    words = SHORT_DAY[language].sub(unfold, words)
    words = SHORT_LIST[language].sub(lambda m: names[SHORT[language][m[1]]], words)
    if language == "en":
        words = re.sub(r"\bmar\b(?= \d)|(?<=\d )mar\b", "march", words)
    return re.sub(r" +(?=[ ,])", "", re.sub(rf"\b({MONTH})\.", r"\1 ", words)).strip()

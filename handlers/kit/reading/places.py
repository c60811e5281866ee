"""Places: the town that somebody typed, and the time zone that goes with it."""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path

TABLE = Path(__file__).with_name("cities.tsv")
AT_MOST = 8  # towns handed back, words of a name
LONG = 10  # letters: a name as long forgives two slips, a shorter one forgives one

# Letters that Unicode does not take apart into a plain one and an accent.
PLAIN = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th", "ə": "e"}
)
SHORT = {"st": "saint", "ste": "sainte"}

# Towns bear these names too (Ham, Sur, Ville, Man): alone they count, inside a sentence they do not.
FILLERS = frozenset(
    """
    a ai aide alors an and ans are as at au aussi autour aux avec banlieue base basee bien bonjour bosse
    bureau but by ca campagne ce cest chez city comment cote coucou dans de depuis des distance du elle en
    encore entre environs et euh fais from habite habitons ham hello hi home hub i ici il in is ise j je
    jhabite juste l la le les ligne live living m ma mais man me mer merci mes mi moi mon my n ne near non
    nord not nous nulle of ok on online or ou ouest oui our part partout pas plutot pour pres proche qu que
    quel quelle quelque qui region remote reste rien sa sais salut san say soit souvent sud suis sur te the
    to toi ton toute town travaille tres tu un une van vers viens village ville vis visio vit vivons vous we
    work works y you zoom
    """.split()
)

# The French administration numbers its departments and lands overseas, people add the number to the town.
OVERSEAS = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "987": "PF",
    "988": "NC",
}
FRANCE = frozenset(OVERSEAS.values()) | {"FR", "MF", "BL", "WF"}

# Languages spoken in one country before all. The others (French, English, Spanish, Arabic...) tell no zone.
HOMES = dict(
    pair.split("-")
    for pair in """
    bg-BG cs-CZ da-DK de-DE el-GR et-EE fi-FI he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT ja-JP
    ka-GE km-KH ko-KR lb-LU lt-LT lv-LV mg-MG nb-NO nl-NL no-NO pl-PL ro-RO sk-SK sl-SI sq-AL sr-RS
    sv-SE th-TH tr-TR uk-UA vi-VN
    """.split()
)


@dataclass(frozen=True)
class City:
    """A town: its name, its country (ISO 3166, two letters), its IANA time zone."""

    name: str
    country: str
    zone: str


@dataclass(frozen=True)
class _Row:
    city: City
    population: int


@dataclass(frozen=True)
class _Table:
    """The file as it is, and where in it each folded name stands: lighter than thousands of objects."""

    text: bytes
    keys: list[str]  # sorted, as the file is
    starts: "array[int]"  # of the line in text, one a key
    zones: dict[str, str]  # country: zone of its largest town

    def row(self, at: int) -> _Row:
        start = self.starts[at]
        line = self.text[start : self.text.index(b"\n", start)].decode()
        name, _, country, zone, population = line.split("\t")
        return _Row(City(name, country, zone), int(population))


def find(text: str, country_hint: str | None = "FR") -> list[City]:
    """Return the towns that a text names, at most eight, the likeliest first; an empty list when none is.

    A name given exactly wins over a beginning, a beginning over a near miss. Among namesakes the larger town
    wins, one of the hinted country (ISO 3166, two letters) counting as thirty times larger.
    """
    words = fold(text[:200]).split()[:24]
    hints = _hints(words, country_hint)
    spoken = [word for word in words if not word[0].isdigit()]
    named = _whole(spoken) or _inside(spoken) or _misspelt(spoken)
    return _in_turn([_ranked(rows, hints) for rows in named])


def zone_of_country(code: str) -> str | None:
    """Return the IANA zone of a country's largest town (code: ISO 3166, two letters), None when unknown."""
    return _table().zones.get(code.upper())


def zone_of_language(code: str, default: str) -> str:
    """Return the IANA zone a language tag ("de", "fr-CA", "pt_BR") hints at, else the default."""
    language, *subtags = code.replace("_", "-").split("-")
    regions = [tag for tag in subtags if len(tag) == 2]
    home = regions[0] if regions else HOMES.get(language.lower(), "")
    return zone_of_country(home) or default


def fold(text: str) -> str:
    """Return the plain lower-case words of a text: no accent, no punctuation, "St" written "saint"."""
    spread = unicodedata.normalize("NFKD", text.lower().translate(PLAIN))
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    return " ".join(SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", bare))


def _hints(words: list[str], country: str | None) -> dict[str, int]:
    """Return how many times larger a town counts, by country."""
    numbers = (OVERSEAS.get(word[:3]) for word in words if re.fullmatch(r"\d{3}|\d{5}", word))
    land = (country or "").upper()
    relatives = dict.fromkeys(FRANCE, 10) if land in FRANCE else {}
    return relatives | {land: 30} | {code: 1000 for code in numbers if code}


def _whole(words: list[str]) -> list[list[_Row]]:
    """Read the text as one name, then what is left of it without the fillers at both ends."""
    if not (told := _told(words)):
        return [rows] if (rows := _named(" ".join(words))) else []
    first, last = words.index(told[0]), len(words) - words[::-1].index(told[-1])
    text, middle = " ".join(words), " ".join(words[first:last])
    tries = ((_named, text), (_named, middle), (_beginning, text), (_beginning, middle), (_nearly, middle))
    return next(([rows] for look, name in tries if (rows := look(name))), [])


def _inside(words: list[str]) -> list[list[_Row]]:
    """Look for the names inside the text, the longest ones, in the order they come."""
    groups: list[list[_Row]] = []
    at = 0
    while at < len(words):
        size, rows = _longest(words, at)
        if rows:
            groups.append(rows)
        at += size
    return groups


def _longest(words: list[str], at: int) -> tuple[int, list[_Row]]:
    for size in range(min(AT_MOST, len(words) - at), 0, -1):
        name = words[at : at + size]
        if _told(name) and (rows := _named(" ".join(name))):
            return size, rows
    return 1, []


def _misspelt(words: list[str]) -> list[list[_Row]]:
    """Look for a word that begins a name, or nearly is one, the longest words first."""
    long = [word for word in sorted(_told(words), key=len, reverse=True) if len(word) > 4][:3]
    tries = ((look, word) for look in (_beginning, _nearly) for word in long)
    return next(([rows] for look, word in tries if (rows := look(word))), [])


def _told(words: list[str]) -> list[str]:
    return [word for word in words if word not in FILLERS]


def _named(name: str) -> list[_Row]:
    table = _table()
    at = bisect_left(table.keys, name)
    rows = []
    while at < len(table.keys) and table.keys[at] == name:
        rows.append(table.row(at))
        at += 1
    return rows


def _beginning(start: str) -> list[_Row]:
    if len(start) < 3:
        return []
    table = _table()
    first, last = bisect_left(table.keys, start), bisect_left(table.keys, start + "~")
    return [table.row(at) for at in range(first, last)]


def _nearly(name: str) -> list[_Row]:
    if len(name) < 4:
        return []
    # Here, because it weighs more than the table, and most people can spell where they live.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    # Whoever slips rarely slips on the first letter: one name in twenty is left to compare.
    table = _table()
    first, last = bisect_left(table.keys, name[0]), bisect_left(table.keys, name[0] + "~")
    slips = 2 if len(name) >= LONG else 1
    near = extract(name, table.keys[first:last], scorer=OSA.distance, score_cutoff=slips, limit=50)
    return [table.row(first + at) for _, distance, at in near if distance == near[0][1]]


def _ranked(rows: list[_Row], hints: dict[str, int]) -> list[City]:
    def weight(row: _Row) -> int:
        return row.population * hints.get(row.city.country, 1)

    return [row.city for row in sorted(rows, key=weight, reverse=True)]


def _in_turn(groups: list[list[City]]) -> list[City]:
    """Mix the towns of several names: the best of each, then their namesakes."""
    turns: Iterable[City | None] = (city for turn in zip_longest(*groups) for city in turn)
    return list(islice(dict.fromkeys(city for city in turns if city), AT_MOST))


@cache
def _table() -> _Table:
    """Read the file, once, when somebody first names a place."""
    text = TABLE.read_bytes()
    keys: list[str] = []
    starts = array("I")
    largest: dict[str, tuple[int, str]] = {}
    start = text.index(b"\n") + 1  # the first line says where the rest comes from
    while start < len(text):
        end = text.index(b"\n", start)
        _, name, country, zone, population = text[start:end].decode().split("\t")
        keys.append(name)
        starts.append(start)
        largest[country] = max(largest.get(country, (-1, "")), (int(population), zone))
        start = end + 1
    return _Table(text, keys, starts, {country: zone for country, (_, zone) in largest.items()})

"""Sentences as values: written in English, read in the language, zone and messenger of whoever reads.

`python -m handlers.kit.texts` brings the catalogues up to date and compiles them.
"""

import datetime as dt
import functools
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.support import NullTranslations, Translations

from storage.db import now
from storage.people import TELEGRAM, WHATSAPP, clean

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("fr", "en")
MENTION = re.compile(r"https?://\S+|(?<!\w)@(?=\w)")
MARKS = re.compile(r"https?://\S+|[*_~`]")
BOLD = re.compile(r"</?b>")
PLAIN = "plain"


@dataclass(frozen=True)
class Reader:
    """Whoever reads: language ("fr" or "en"), zone, and where (telegram, whatsapp or plain)."""

    language: str = "fr"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    platform: str = PLAIN


@dataclass(frozen=True)
class Text:
    """A sentence to be said; made by _() and _n(), rendered by its reader."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    many: str | None = None

    def render(self, reader: Reader) -> str:
        """The sentence for this reader; values are escaped for the messenger, <b> becomes its bold."""
        n = int(self.values["n"]) if self.many is not None else 0
        pattern = _pattern(reader.language, reader.platform, self.message, self.many, n)
        shown = {name: show(value, reader) for name, value in self.values.items()}
        return pattern.format_map(shown) if shown else pattern.replace("{{", "{").replace("}}", "}")

    def given(self, **values: Any) -> "Text":
        """The same sentence about these values."""
        return replace(self, values={**self.values, **values})

    def plain(self, language: str) -> str:
        """The sentence without any marks: for buttons, pages and tests."""
        return self.render(Reader(language=language))


@dataclass(frozen=True)
class Join:
    """Several texts put one under the other, with a separator between them."""

    parts: tuple["Sayable | str", ...]
    between: str = "\n"

    def render(self, reader: Reader) -> str:
        """All parts for this reader; empty ones leave no gap."""
        return self.between.join(text for part in self.parts if (text := show(part, reader)))

    def plain(self, language: str) -> str:
        """Without any marks."""
        return self.render(Reader(language=language))


@dataclass(frozen=True)
class Day:
    """A date to be written out: "jeudi 14 mars"."""

    day: dt.date


@dataclass(frozen=True)
class When:
    """The moment of a meeting, written in the time of its place: "jeudi 12 mars à 19h30".

    start: aware, in the zone of the place. Whoever lives in another zone sees both hours when they differ;
    zones: other zones whose hours are written for everybody to see (a group of several zones). end: the hour it ends.
    short: "jeu. 12 mars à 19h30".
    """

    start: dt.datetime
    end: dt.datetime | None = None
    zones: tuple[ZoneInfo, ...] = ()
    short: bool = False


@dataclass(frozen=True)
class On:
    """What is said differently on WhatsApp, where nothing is edited and buttons are few."""

    telegram: "Text | Join | str"
    whatsapp: "Text | Join | str"

    def render(self, reader: Reader) -> str:
        """The one for the reader's messenger."""
        return show(self.whatsapp if reader.platform == WHATSAPP else self.telegram, reader)

    def plain(self, language: str) -> str:
        """Without any marks."""
        return self.render(Reader(language=language))


Sayable = Text | Join | On


@dataclass(frozen=True)
class In:
    """A sentence always said in this language, whoever reads."""

    language: str
    text: Sayable


def _(message: str, /, **values: Any) -> Text:
    """A sentence: _("Hello {name}", name=person.name)."""
    return Text(message, values)


def _n(one: str, many: str, /, n: int, **values: Any) -> Text:
    """A sentence that counts: _n("{n} member", "{n} members", n=3)."""
    return Text(one, {"n": n, **values}, many)


def lines(*parts: Sayable | str | None) -> Join:
    """Parts one under the other; None and empty ones are left out."""
    return Join(tuple(part for part in parts if part))


def paragraphs(*parts: Sayable | str | None) -> Join:
    """Parts with an empty line between them."""
    return Join(tuple(part for part in parts if part), "\n\n")


def show(value: Any, reader: Reader) -> str:
    """A value as this reader reads it: texts translated, moments in their zone, words escaped."""
    match value:
        case Text() | Join() | On():
            return value.render(reader)
        case When():
            return _when(value, reader)
        case In():
            return value.text.render(Reader(value.language, reader.zone, reader.platform))
        case Day():
            pattern = "EEEE d MMMM y" if value.day.year != now().year else "EEEE d MMMM"
            return _written(value.day, pattern, reader.language)
        case dt.datetime():
            return moment(value, reader)
        case dt.time():
            return hour(value, reader.language)
        case list() | tuple():
            return format_list([show(item, reader) for item in value], locale=reader.language)
        case int() | float():
            return str(value)
        case _:
            return escape(str(value), reader.platform)


def moment(value: dt.datetime, reader: Reader) -> str:
    """A moment in the reader's zone: "jeudi 14 mars à 18h30", "Thursday 14 March, 6:30 PM"."""
    local = value.astimezone(reader.zone)
    if reader.language == "fr":
        return first(format_datetime(local, "EEEE d MMMM 'à' H'h'mm", tzinfo=reader.zone, locale="fr"), "fr")
    return format_datetime(local, "EEEE d MMMM, h:mm a", tzinfo=reader.zone, locale="en")


def clock(value: dt.datetime, reader: Reader) -> str:
    """Only the hour, in the reader's zone."""
    return hour(value.astimezone(reader.zone), reader.language)


def first(day: str, language: str) -> str:
    """In French the first of a month is "1er"."""
    return re.sub(r"(?<!\d)1 (?=[^\W\d])", "1er ", day, count=1) if language == "fr" else day


def hour(value: dt.datetime | dt.time, language: str) -> str:
    """Only the hour, as it is: "19h30", "19h", "7:30 PM"."""
    if language == "fr":
        return f"{value.hour}h{value.minute:02}" if value.minute else f"{value.hour}h"
    half = "AM" if value.hour < 12 else "PM"
    return f"{value.hour % 12 or 12}:{value.minute:02} {half}"


def _when(value: When, reader: Reader) -> str:
    start, language = value.start, reader.language
    words = _day(start, language, value.short) + hour(start, language)
    if value.end is not None:
        words += f"–{hour(value.end.astimezone(start.tzinfo), language)}"
    return words + _elsewhere(value, reader)


def _day(start: dt.datetime, language: str, short: bool) -> str:
    """ "jeudi 12 mars à ", "Thursday 12 March, "; with the year when it is another one"""
    pattern = "EEE d MMM" if short else "EEEE d MMMM"
    pattern += " y" if start.year != now().astimezone(start.tzinfo).year else ""
    day = _written(start.date(), pattern, language)
    return f"{day} à " if language == "fr" else f"{day}, "


@functools.lru_cache(512)
def _written(day: dt.date, pattern: str, language: str) -> str:
    return first(format_date(day, pattern, locale=language), language)


def _elsewhere(value: When, reader: Reader) -> str:
    """ " (heure de Paris ; 13h30 chez toi)" where the hours differ, else nothing"""
    start, place = value.start, value.start.tzinfo
    here = start.utcoffset()
    others = [zone for zone in value.zones if start.astimezone(zone).utcoffset() != here]
    mine = start.astimezone(reader.zone)
    if mine.utcoffset() == here and not others:
        return ""
    parts = [_("{city} time", city=city_of(str(place), reader.language))]
    if mine.utcoffset() != here:
        parts.append(_("{hour} for you", hour=_hour_of_day(mine, start, reader.language)))
    else:
        parts += [
            _(
                "{hour} in {city}",
                hour=_hour_of_day(start.astimezone(zone), start, reader.language),
                city=city_of(zone.key, reader.language),
            )
            for zone in others[:2]
        ]
    between = " ; " if reader.language == "fr" else "; "
    return f" ({between.join(part.render(reader) for part in parts)})"


def _hour_of_day(local: dt.datetime, start: dt.datetime, language: str) -> str:
    """The hour, with the weekday when it is another day there."""
    words = hour(local, language)
    return words if local.date() == start.date() else f"{format_date(local.date(), 'EEE', locale=language)} {words}"


def city_of(zone: str, language: str) -> str:
    """The city that a zone is named after, in that language: "Londres", "Montréal"."""
    known = Locale.parse(language).time_zones.get(zone, {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


def escape(words: str, platform: str) -> str:
    """Somebody's words, so that they stay words: no HTML, no mention, no WhatsApp marks, nothing hidden (S16-S18)."""
    words = clean(words)
    if platform == TELEGRAM:
        return html.escape(MENTION.sub(_unmarked, words), quote=False)  # "@name" would ring at whoever has it
    if platform == WHATSAPP:
        return MARKS.sub(_unmarked, words)
    return words


def _unmarked(mark: re.Match[str]) -> str:
    # A hidden sign after a mark keeps it a plain one; inside a link it would break the link.
    return mark.group() + ("\u2060" if len(mark.group()) == 1 else "")


@functools.cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English is the code itself."""
    return Translations.load(LOCALE, [language]) if language != "en" else NullTranslations()


@functools.lru_cache(4096)
def _pattern(language: str, platform: str, message: str, many: str | None, n: int) -> str:
    """The sentence of the catalogue with the messenger's marks, its values still to be put in."""
    catalogue = translations(language)
    found = catalogue.gettext(message) if many is None else catalogue.ungettext(message, many, n)
    return BOLD.sub({WHATSAPP: "*", PLAIN: ""}.get(platform, r"\g<0>"), found)


def language_of(code: str | None) -> str | None:
    """ "fr" or "en" out of a platform's language code (fr-CA, en_GB); None for any other."""
    short = (code or "").lower().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else None


def fold(text: str) -> str:
    """Lower case without accents, typographic quotes or doubled spaces: how phrases are compared."""
    import unicodedata

    text = clean(text).replace("’", "'").replace("œ", "oe").replace("Œ", "oe").casefold()
    text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(text.split())


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def main() -> None:
    """Extract the sentences of the code, bring fr.po up to date, compile it."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po, write_po

    fresh = Catalog(project="Noyau", charset="utf-8")
    keywords = {"_": None, "_n": (1, 2)}
    for folder in (LOCALE.parent, *(LOCALE.parent.parent / name for name in ("jobs", "storage", "webhook"))):
        found = extract_from_dir(folder, method_map=[("**.py", "python"), ("**.html", "jinja2")], keywords=keywords)
        for _file, _line, message, _comments, _context in found:
            fresh.add(message)
    path = LOCALE / "fr" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = read_po(path.open("rb"), locale="fr") if path.exists() else Catalog(locale="fr")
    known.update(fresh, no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    with path.open("wb") as out:
        write_po(out, known, width=100, omit_header=False, sort_output=True, ignore_obsolete=True)
    with path.with_suffix(".mo").open("wb") as out:
        write_mo(out, known)
    missing = [m.id for m in known if m.id and not _translated(m.string)]
    print(f"{len(known)} sentences, {len(missing)} without French")
    for lacking in missing:
        print("-", repr(lacking))


if __name__ == "__main__":
    main()

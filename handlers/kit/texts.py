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

from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.support import NullTranslations, Translations

from storage.people import TELEGRAM, WHATSAPP, clean

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("fr", "en")
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
        catalogue = translations(reader.language)
        if self.many is None:
            pattern = catalogue.gettext(self.message)
        else:
            pattern = catalogue.ungettext(self.message, self.many, int(self.values["n"]))
        pattern = BOLD.sub("*", pattern) if reader.platform == WHATSAPP else pattern
        pattern = BOLD.sub("", pattern) if reader.platform == PLAIN else pattern
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

    parts: tuple["Text | Join | str", ...]
    between: str = "\n"

    def render(self, reader: Reader) -> str:
        """All parts for this reader; empty ones leave no gap."""
        return self.between.join(text for part in self.parts if (text := show(part, reader)))

    def plain(self, language: str) -> str:
        """Without any marks."""
        return self.render(Reader(language=language))


Sayable = Text | Join


@dataclass(frozen=True)
class Day:
    """A date to be written out: "jeudi 14 mars"."""

    day: dt.date


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
        case Text() | Join():
            return value.render(reader)
        case In():
            return value.text.render(Reader(value.language, reader.zone, reader.platform))
        case Day():
            pattern = "EEEE d MMMM y" if value.day.year != dt.date.today().year else "EEEE d MMMM"
            return format_date(value.day, pattern, locale=reader.language)
        case dt.datetime():
            return moment(value, reader)
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
        return format_datetime(local, "EEEE d MMMM 'à' H'h'mm", tzinfo=reader.zone, locale="fr")
    return format_datetime(local, "EEEE d MMMM, h:mm a", tzinfo=reader.zone, locale="en")


def clock(value: dt.datetime, reader: Reader) -> str:
    """Only the hour, in the reader's zone."""
    pattern = "H'h'mm" if reader.language == "fr" else "h:mm a"
    return format_time(value.astimezone(reader.zone), pattern, tzinfo=reader.zone, locale=reader.language)


def escape(words: str, platform: str) -> str:
    """Somebody's words, so that they stay words: no HTML, no WhatsApp marks, nothing hidden (S16, S17)."""
    words = clean(words)
    if platform == TELEGRAM:
        return html.escape(words, quote=False)
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
    for folder in (LOCALE.parent, LOCALE.parent.parent / "jobs", LOCALE.parent.parent / "webhook"):
        for _file, _line, message, _comments, _context in extract_from_dir(folder, keywords=keywords):
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

"""Every sentence exists in French and English, with the same placeholders, and says "tu"."""

import ast
import re
import string

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from handlers.kit.speak import clip, split, units
from handlers.kit.texts import LOCALE, Reader, _, _n, escape
from storage.settings import HERE

PATH = LOCALE / "fr" / "LC_MESSAGES" / "messages.po"
VOUS = re.compile(r"\b(vous|votre|vos|veuillez|[a-zé]+ez-vous)\b", re.I)


def sentences() -> list[str | tuple[str, ...]]:
    """All sentences of the code."""
    found: list[str | tuple[str, ...]] = []
    for folder in ("handlers", "jobs", "storage", "webhook"):
        for _file, _line, message, _notes, _context in extract_from_dir(
            HERE / folder, keywords={"_": None, "_n": (1, 2)}
        ):
            found.append(message)
    return found


@pytest.fixture(scope="module")
def french() -> Catalog:
    with PATH.open("rb") as source:
        return read_po(source, locale="fr")


def strings(message: Message) -> list[str]:
    """The translations: one, or one per plural."""
    found = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return [str(text or "") for text in found]


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_every_sentence_has_its_french(french: Catalog) -> None:
    for message in sentences():
        known = french.get(message if isinstance(message, str) else message[0])
        assert known is not None, message
        assert all(strings(known)) and not known.fuzzy, message


def test_no_sentence_hides_in_an_f_string() -> None:
    """Before Python 3.12 nobody finds one there: the catalogue would depend on who made it."""
    for folder in ("handlers", "jobs", "storage", "webhook"):
        for file in (HERE / folder).rglob("*.py"):
            for formatted in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(formatted, ast.JoinedStr):
                    calls = [part.func for part in ast.walk(formatted) if isinstance(part, ast.Call)]
                    names = [called.id for called in calls if isinstance(called, ast.Name)]
                    assert not {"_", "_n"} & set(names), f"{file.name}:{formatted.lineno}"


def test_both_languages_use_the_same_placeholders(french: Catalog) -> None:
    for known in french:
        if not known.id:
            continue
        english = known.id if isinstance(known.id, str) else known.id[1]
        for text in strings(known):
            assert fields(text) <= fields(english), english
            assert fields(english) - {"n"} <= fields(text), english
            assert text.count("<b>") == text.count("</b>") == english.count("<b>"), english


def test_french_says_tu(french: Catalog) -> None:
    for known in french:
        for text in strings(known):
            assert not VOUS.search(str(text)), text


def test_the_compiled_catalogue_is_the_written_one(french: Catalog) -> None:
    with PATH.with_suffix(".mo").open("rb") as source:
        compiled = read_mo(source)
    for known in french:
        if known.id:
            entry = compiled.get(known.id if isinstance(known.id, str) else known.id[0])
            assert entry is not None and strings(entry) == strings(known)


def test_a_sentence_counts_in_both_languages() -> None:
    text = _n("One new member.", "{n} new members.", n=1)
    assert text.plain("en") == "One new member."
    assert _n("One new member.", "{n} new members.", n=3).plain("fr") == "3 nouveaux membres."


@pytest.mark.parametrize("words", ["<b>x</b>", "a & b", "*x*", "_x_", "`x`", "~x~", "{name}", "\u202eabc", "\x00x"])
def test_s16_s17_somebodys_words_stay_words(words: str) -> None:
    """S16, S17: no HTML, no marks, nothing hidden, whatever the messenger."""
    sentence = _("Hello {name}", name=words)
    telegram = sentence.render(Reader("en", platform="telegram"))
    assert "<b>" not in telegram and "\u202e" not in telegram and "\x00" not in telegram
    whatsapp = escape(words, "whatsapp")
    assert not re.search(r"[*_~`](?!\u2060)", whatsapp)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("@everyone", "@\u2060everyone"),
        ("dis à (@marc_dupont) et @lea", "dis à (@\u2060marc_dupont) et @\u2060lea"),
        ("fin.@marc", "fin.@\u2060marc"),
        ("lea@example.org, https://example.org/@lea", "lea@example.org, https://example.org/@lea"),
        ("à 19h @ la gare", "à 19h @ la gare"),
        ("<a href='tg://user?id=7'>Léa</a>", "&lt;a href='tg://user?id=7'&gt;Léa&lt;/a&gt;"),
    ],
)
def test_s18_nobodys_words_ring_at_somebody(words: str, shown: str) -> None:
    """S18: Telegram makes a mention of "@name" wherever it stands (Bot API: message entities)."""
    assert escape(words, "telegram") == shown
    assert "@\u2060" not in escape(words, "whatsapp"), "where nothing is a mention"


@pytest.mark.parametrize("sign", ["👩‍🚀", "e\u0301", "🇫🇷", "👍🏽", "1\ufe0f\u20e3", "&amp;", "&#x27;"])
@pytest.mark.parametrize("limit", [100, 101, 102, 103])
def test_f44_no_sign_is_cut_in_two(sign: str, limit: int) -> None:
    parts = split(sign * 200, limit)
    assert all(part == sign * (len(part) // len(sign)) for part in parts)
    assert "".join(parts) == sign * 200
    if "&" not in sign:
        clipped = clip(sign * 200, limit)
        assert len(clipped) <= limit and clipped == sign * (len(clipped) // len(sign)) + "…"


@pytest.mark.parametrize("limit", [100, 103, 110])
def test_f44_bold_that_is_cut_goes_on_in_the_next_part(limit: int) -> None:
    parts = split(f"<b>{'un mot ' * 60}</b> et la suite {'sans fin ' * 20}", limit)
    assert all(units(part) <= limit and part.count("<b>") == part.count("</b>") for part in parts)
    assert len(split("<b>" + "x" * 400 + "</b>", limit)) < 9


@pytest.mark.parametrize("sign", ["a", "é", "👩‍🚀", "ع", "mot ", "a\n\n"])
@pytest.mark.parametrize("limit", [100, 900, 1600, 4096])
def test_f44_long_texts_are_cut_without_loss(sign: str, limit: int) -> None:
    """F44: parts within the limit, and every word is there."""
    text = (sign * (3 * limit // len(sign))).strip()
    parts = split(text, limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())

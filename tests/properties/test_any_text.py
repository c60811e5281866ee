"""Any Unicode in any field: taken without a fault, shown as words wherever it is shown (S16, S17, S18, S28, S30)."""

import html
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.kit import inbox, on
from handlers.kit.speak import split, units
from handlers.kit.texts import escape, fold
from jobs import calendars
from storage import db
from storage.meetings import Meeting
from storage.models import MODELS
from storage.outbox import DeadLetter, Post, Question
from storage.people import HIDDEN, TELEGRAM, WHATSAPP, clean, clean_name
from tests.properties.bare import a_group, event, memory, undone
from tests.properties.test_across_groups import SAYING, Circle, a_circle, said
from tests.properties.test_any_bytes import words
from tests.properties.test_life import check

ANY = st.text(st.characters(), max_size=200)  # every plane, lone surrogates too
MENTIONED = re.compile(r"(?<![\w/])@\w")  # what Telegram makes a mention of
HOSTILE = [
    "<b>gras</b><a href='tg://user?id=1'>x</a>",
    "*gras* _it_ ~x~ `y`",
    "\u202eenvers\u200b\u2066x",
    "a\r\nATTENDEE:mailto:x@example.org\nBEGIN:VEVENT",
    "'; drop table person; --",
    "100%_\\",
    "{name} {0} %s ${x}",
    "=1+1",
    "@everyone [x](tg://user?id=1)",
    "Z" + "\u0301" * 500,
    "👨‍👩‍👧‍👦" * 30,
    "\x00\ud800fin",
]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(ANY)
def test_s16_s17_s18_any_words_stay_words(text: str) -> None:
    """S16, S17, S18: Telegram reads them back as they are, WhatsApp sees no marks, nothing hidden is left."""
    shown = escape(text, TELEGRAM)
    assert html.unescape(shown).replace("\u2060", "") == clean(text) and not re.search(r"<[a-z/]", shown)
    assert not MENTIONED.search(html.unescape(shown))
    marked = escape(text, WHATSAPP)
    assert marked.replace("\u2060", "") == clean(text).replace("\u2060", "")
    assert not HIDDEN.search(clean(text)) and clean(text).encode() is not None


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(ANY)
def test_s17_any_name_is_one_short_line(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= 64 and "\n" not in name and name == name.strip() and name.encode() is not None
    assert clean_name(name) == name and fold(name) is not None


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=900), st.integers(40, 300))
def test_f44_any_text_is_cut_within_its_limit(text: str, limit: int) -> None:
    parts = split(escape(text, TELEGRAM), limit)
    assert all(units(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", escape(text, TELEGRAM))


@pytest.fixture
def circle() -> Iterator[Circle]:
    with memory():
        yield a_circle(0)


@pytest.mark.timeout(1200)
def test_s30_any_text_after_any_command_is_taken(circle: Circle) -> None:
    """S16, S30: words of any script, SQL, marks and placeholders, after each command and phrase."""
    dice = random.Random(2026)
    for number, word in enumerate(said()):
        with undone():
            text = clean(f"{word} {HOSTILE[number % len(HOSTILE)] if number % 2 else words(dice)}")
            inbox.receive(event(circle.organizer, text=text))
            _all_is_well(text)


def test_s30_any_text_answers_any_question(circle: Circle) -> None:
    dice = random.Random(2027)
    about: dict[str, Any] = {model.__name__.lower(): circle.record(model).id for model in MODELS if _has_group(model)}
    about |= {"field": "name"}
    for number, code in enumerate(on.registry.asked):
        with undone():
            Question.ask(circle.organizer, code, about, circle.group)
            text = clean(HOSTILE[number % len(HOSTILE)] if number % 2 else words(dice))
            inbox.receive(event(circle.organizer, text=text))
            _all_is_well(f"{code}: {text}")


def _has_group(model: type[Any]) -> bool:
    return hasattr(model, "group") and model.__name__ not in SAYING


def _all_is_well(text: str) -> None:
    letters = [str(letter.error)[-700:] for letter in DeadLetter.select()]
    letters = [why for why in letters if ".answers[" not in why]  # a question that was never asked like this
    assert not letters, (text, letters[0])
    for post in Post.select():
        check(post.platform, post.payload, post.kind)


@pytest.mark.parametrize("which", range(len(HOSTILE)))
def test_s28_no_words_add_a_line_to_a_file(which: int) -> None:
    """S28: names and places in a calendar file; lines of 75 bytes at most (RFC 5545, 3.1), none of their own."""
    words = HOSTILE[which]
    with memory():
        group = a_group(clean_name(words) or "x")
        meeting = Meeting.fix(group, db.now().replace(hour=18), place=clean(words)[:200], title=clean(words)[:100])
        file = calendars.one(meeting, "fr").decode()
    unfolded = file.replace("\r\n ", "")
    lines = unfolded.split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 1 and not [line for line in lines if line.startswith("ATTENDEE")]
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n")) and "\n" not in file.replace("\r\n", "")

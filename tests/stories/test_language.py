"""Everybody is spoken to in French or in English, as they like."""

import pytest

from storage.people import TELEGRAM, WHATSAPP
from tests.story import Story


@pytest.mark.parametrize("words", ["in english please", "English", "en anglais", "speak english"])
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_english_on_request(story: Story, words: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    lea.hears("From now on I speak English to you")
    lea.says("settings")
    lea.hears("have chosen: Everything")


def test_and_back_to_french(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("in english please")
    lea.says("français s'il te plaît")
    lea.hears("Désormais je te parle français")


def test_by_button(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/langue")
    lea.taps("English")
    lea.hears("From now on")
    assert lea.person.language_chosen


def test_in_the_middle_of_a_question(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says("in english please")
    lea.says("3 weeks")
    lea.hears("pause until Tuesday 24 March")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_who_gives_no_clue_is_asked_once(story: Story) -> None:
    zoe = story.stranger("Zoé", on=TELEGRAM, language_code="de")
    zoe.says("xyzzy")
    assert zoe.count("In French or in English") == 1
    zoe.says("plugh")
    assert zoe.count("In French or in English") == 1
    zoe.taps("English")
    zoe.hears("From now on")


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_words_tell_the_language(story: Story) -> None:
    zoe = story.stranger("Zoé", on=WHATSAPP)
    zoe.says("hello, what can you do for my group please")
    assert zoe.person.language == "en"

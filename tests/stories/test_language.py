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


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_mixed_group_posts_in_its_own_language_and_answers_each_in_theirs(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    lea.says("in English please")
    marc.says("je propose jeudi 12 mars à 12h, le 14 à 19h30")
    marc.taps("Lance")
    marc.hears("on se voit quand", chat=story.chat)
    lea.hears("when shall we meet")
    lea.says("yes for the 12th")
    lea.hears("Noted: yes")
    marc.says("in english please")
    marc.hears("From now on I speak English")
    assert story.home().language == "fr"
    marc.says("en français")
    marc.hears("Désormais je te parle français")
    lea.says("what can you do")
    lea.hears("Write to me in your own words")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Bonjour, je voudrais rejoindre le groupe", "fr"),
        ("Hi, I would like to join the group", "en"),
        ("how does this work, what do you do", "en"),
        ("c koi ce truc, comment sa marche", "fr"),
    ],
)
def test_the_first_words_tell_the_language_on_either_messenger(story: Story, words: str, language: str) -> None:
    for zoe in (story.stranger("Zoé", on=TELEGRAM, language_code="de"), story.stranger("Zoé", on=WHATSAPP)):
        zoe.says(words)
        assert zoe.person.language == language, zoe.platform


def test_who_writes_in_the_other_language_is_told_once(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("can you tell me who is in the group please")
    lea.hears("Rather in English?")
    lea.says("what do you want me to do for the group")
    assert lea.count("Rather in English?") == 1
    lea.says("in English please")
    lea.hears("From now on I speak English to you")
    lea.says("je ne sais pas qui est dans le groupe")
    lea.never_hears("le français")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_few_words_or_a_choice_tell_nothing(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    lea.says("ok for me, see you jeudi avec le groupe")
    lea.never_hears("Rather in English?")
    marc.says("en français")
    marc.says("can you tell me who is in the group please")
    marc.never_hears("Rather in English?")

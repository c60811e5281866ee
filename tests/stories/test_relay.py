"""A member speaks to the whole group, whichever messenger each one is on."""

import pytest

from storage.people import TELEGRAM, WHATSAPP
from storage.relays import Relay
from tests.story import Actor, Story


@pytest.fixture
def cast(story: Story) -> tuple[Actor, Actor, Actor]:
    return story.organizer("Camille"), story.member("Léa Martin"), story.member("Marc")


def heard(story: Story, actor: Actor, words: str) -> bool:
    """Did the actor read the words, in private or in the group's chat?"""
    chats = [None] + ([story.chat] if actor.platform == TELEGRAM else [])
    return any(words in text.replace("*", "") for chat in chats for text in actor.said(chat))


def test_what_a_member_says_reaches_everybody_else_signed(story: Story, cast: tuple[Actor, ...]) -> None:
    camille, lea, marc = cast
    lea.says("Dis au groupe : j'apporte le gâteau jeudi")
    for other in (camille, marc):
        assert heard(story, other, "Léa, au groupe :\nj'apporte le gâteau jeudi")
    assert not lea.count("gâteau jeudi")
    lea.hears("Dit à 2 personnes")
    lea.hears("encore le faire 2 fois")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_it_works_in_english_and_by_command(story: Story, cast: tuple[Actor, ...]) -> None:
    camille, lea, marc = cast
    lea.says("tell the group: see you on Thursday")
    marc.says("/dire Oui, à jeudi")
    assert heard(story, camille, "see you on Thursday")
    assert heard(story, lea, "Oui, à jeudi")


def test_without_words_they_are_asked_for(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    lea.says("dis au groupe")
    lea.hears("Que veux-tu que je dise au groupe")
    lea.says("Qui vient jeudi ?")
    assert heard(story, marc, "Qui vient jeudi ?")


def test_whoever_thinks_better_of_it_cancels(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    lea.says("dis au groupe")
    lea.says("annuler")
    lea.says("une phrase au hasard")
    assert not heard(story, marc, "au hasard")
    assert not heard(story, marc, "annuler")


def test_a_photo_is_not_passed_on(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, _marc = cast
    lea.says("dis au groupe")
    lea.sends("photo")
    lea.hears("tes propres mots")
    assert not Relay.select().count()


def test_three_times_a_day_and_no_more(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    for number in range(4):
        lea.says(f"dis au groupe : nouvelle {number}")
    assert heard(story, marc, "nouvelle 2")
    assert not heard(story, marc, "nouvelle 3")
    lea.hears("laisse de la place aux autres")
    lea.hears("mercredi 4 mars")
    story.later(hours=24, minutes=1)
    lea.says("dis au groupe : nouvelle du lendemain")
    assert heard(story, marc, "nouvelle du lendemain") or marc.platform == WHATSAPP


def test_a_group_hears_twelve_a_day_and_no_more(story: Story, cast: tuple[Actor, ...]) -> None:
    camille, lea, marc = cast
    for _number in range(12):
        Relay.create(group=story.home(), person=camille.person, length=10)
    lea.says("dis au groupe : un mot de plus")
    lea.hears("déjà reçu beaucoup de messages")
    assert not heard(story, marc, "un mot de plus")


def test_five_hundred_characters_and_no_more(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    lea.says("dis au groupe : " + "a" * 501)
    lea.hears("501 caractères")
    lea.says("dis au groupe : " + "b" * 500)
    assert heard(story, marc, "b" * 500)


def test_marks_and_tags_stay_what_they_are(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    lea.says("dis au groupe : <b>gras</b> & =1+1 🙂")
    assert heard(story, marc, "<b>gras</b> & =1+1 🙂")


def test_a_stranger_may_not_speak_to_a_group(story: Story, cast: tuple[Actor, ...]) -> None:
    camille, _lea, _marc = cast
    zoe = story.stranger("Zoé")
    zoe.says("dis au groupe : achetez mes bijoux")
    zoe.hears("aucun groupe")
    assert not heard(story, camille, "bijoux")


def test_of_two_groups_the_right_one_hears_it(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    other = story.another_group("Les indés de Rennes")
    ines = story.stranger("Inès")
    story.seat(lea, other)
    story.seat(ines, other)
    lea.says("dis au groupe : on se voit à Rennes")
    lea.hears("De quel groupe")
    lea.taps("Rennes")
    assert ines.count("on se voit à Rennes")
    assert not heard(story, marc, "on se voit à Rennes")


def test_after_stop_one_may_still_speak(story: Story, cast: tuple[Actor, ...]) -> None:
    _camille, lea, marc = cast
    lea.says("stop")
    lea.says("dis au groupe : je reste muette mais je suis là")
    assert heard(story, marc, "je suis là")


def test_whoever_is_on_pause_is_left_in_peace(story: Story) -> None:
    story.organizer("Camille", on=WHATSAPP)
    lea, marc = story.member("Léa", on=WHATSAPP), story.member("Marc", on=WHATSAPP)
    marc.says("pause 2 semaines")
    lea.says("dis au groupe : bonjour tout le monde")
    assert not marc.count("bonjour tout le monde")
    lea.hears("Dit à 1 personne")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_said_in_the_telegram_group_it_goes_to_whatsapp_only(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    marc = story.member("Marc", on=WHATSAPP)
    lea.says("/dire@noyau_demo_bot Rendez-vous à midi", chat=story.chat)
    marc.hears("Rendez-vous à midi")
    assert not lea.count("Léa, au groupe", story.chat)
    lea.hears("Dit à 1 personne", story.chat)


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_ordinary_chatter_is_never_relayed(story: Story) -> None:
    lea, marc = story.member("Léa", on=TELEGRAM), story.member("Marc", on=WHATSAPP)
    lea.says("dis donc, quel temps", chat=story.chat)
    assert not marc.said()

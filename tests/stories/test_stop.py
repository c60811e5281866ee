"""One word and nothing unasked comes any more; one word and it starts again."""

import pytest

from handlers.kit import inbox
from handlers.kit.events import Incoming, Sender
from storage import db
from storage.people import TELEGRAM, WHATSAPP
from tests.story import Story


@pytest.mark.parametrize("word", ["stop", "STOP", "Arrêt", "désinscrire", "unsubscribe", "/stop", "Stop !"])
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_every_word_for_it_is_understood(story: Story, word: str) -> None:
    lea = story.member("Léa")
    lea.says(word)
    assert lea.address.stopped
    lea.hears("je ne t'écris plus")


def test_stop_is_confirmed_once_and_then_there_is_silence(story: Story) -> None:
    camille, lea = story.organizer("Camille", on=WHATSAPP), story.member("Léa", on=WHATSAPP)
    lea.says("stop")
    lea.says("stop")
    assert lea.count() == 1
    camille.says("dis au groupe : bonjour")
    lea.never_hears("bonjour")


def test_stop_works_inside_a_dialogue(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says("stop")
    assert lea.address.stopped


def test_one_hint_a_day_and_no_more(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("stop")
    lea.says("au fait")
    lea.says("tu es là ?")
    lea.says("aide")
    assert lea.count("Tu as dit STOP") == 1
    story.later(days=1)
    lea.says("et aujourd'hui ?")
    assert lea.count("Tu as dit STOP") == 2


@pytest.mark.parametrize("word", ["REPRENDRE", "start", "recommencer", "resume"])
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_one_word_brings_everything_back(story: Story, word: str) -> None:
    lea = story.member("Léa")
    lea.says("stop")
    lea.says(word)
    assert not lea.address.stopped
    assert lea.address.opted_in_words
    lea.hears("Te revoilà")
    lea.hears("Les indés de Nantes")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_start_pressed_again_brings_everything_back(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("stop")
    lea.says("/start")
    assert not lea.address.stopped
    lea.says("stop")
    lea.phone.starts("s")
    story.settle()
    assert not lea.address.stopped
    lea.hears("Désormais je peux t'écrire")


def test_the_open_question_is_still_there_afterwards(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says("stop")
    lea.says("reprendre")
    assert lea.count("Jusqu'à quand") == 2
    lea.says("dans deux semaines")
    lea.hears("pause jusqu'au mardi 17 mars")


def test_who_organizes_with_somebody_silent_is_told(story: Story) -> None:
    camille, marc = story.organizer("Camille"), story.organizer("Marc")
    lea = story.member("Léa")
    camille.says("stop")
    marc.hears("Camille m'a demandé le silence")
    lea.never_hears("Camille")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_stop_here_is_not_stop_there(story: Story) -> None:
    lea, marc = story.member("Léa", on=WHATSAPP), story.member("Marc", on=TELEGRAM)
    lea.says("stop")
    assert lea.address.stopped and not marc.address.stopped


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_stop_in_the_group_chat_silences_nobody(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/stop@noyau_demo_bot", chat=story.chat)
    assert not lea.address.stopped


def test_a_stranger_may_stop_too(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("stop")
    zoe.says("reprendre")
    zoe.hears("Te revoilà")


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_twilios_own_word_for_stop_counts_too(story: Story) -> None:
    lea = story.member("Léa")
    sender, facts = Sender(WHATSAPP, lea.id, name="Léa"), {"opt_out": "STOP"}
    inbox.receive(Incoming("op:1", WHATSAPP, "text", db.now(), sender, chat=lea.id, text="baja", facts=facts))
    assert lea.address.stopped

"""A member reports words that disturb them; those who organize hear of it, and nobody else (S38)."""

import pytest

from storage.people import TELEGRAM, WHATSAPP
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def people(story: Story) -> tuple[Actor, Actor, Actor]:
    return story.organizer("Camille"), story.member("Léa", on=TELEGRAM), story.member("Marc", on=WHATSAPP)


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_s38_a_member_reports_and_only_those_who_organize_hear(story: Story) -> None:
    camille, bruno = story.organizer("Camille"), story.organizer("Bruno")
    lea, marc = story.member("Léa"), story.member("Marc")
    lea.says("je veux signaler un message")
    lea.hears("Qui lira ce que tu écris : Camille et Bruno, et personne d'autre")
    lea.says("Marc se moque de mon accent à chaque réunion")
    lea.hears("Qui le lira : Camille et Bruno")
    lea.hears("112")
    for organizer in (camille, bruno):
        organizer.hears("Léa signale quelque chose dans le groupe")
        organizer.hears("se moque de mon accent")
    marc.never_hears("accent")
    if story.chat:
        assert not story.chat.heard("accent")


@MIXED
def test_s38_the_message_that_is_answered_goes_along(story: Story) -> None:
    """On WhatsApp in private; on Telegram in the group's chat, where nothing of it is said."""
    camille, lea, marc = people(story)
    marc.says("dis au groupe : Léa & ses <idées> sont ridicules")
    lea.says("/signaler", chat=story.chat, reply_to=lea.bubbles(story.chat)[-1])
    lea.hears("Que s'est-il passé")
    lea.says("c'est blessant")
    camille.hears("c'est blessant")
    camille.hears("Marc, au groupe :\nLéa & ses <idées> sont ridicules")
    assert lea.count("blessant", story.chat) == 0 and marc.count("blessant") == 0
    lea.says("dis au groupe : Marc est nul")
    marc.says("signaler", quoting=marc.bubbles()[-1])
    marc.says("ça continue")
    camille.hears("Marc est nul")


@MIXED
def test_whoever_thinks_better_of_it_cancels(story: Story) -> None:
    camille, lea, _marc = people(story)
    lea.says("signaler")
    lea.says("annuler")
    lea.hears("personne n'en saura rien")
    lea.says("signaler")
    lea.sends("photo")
    lea.hears("en un seul message")
    camille.never_hears("signale")


@MIXED
def test_who_may_not_report_and_how_often(story: Story) -> None:
    camille, lea, _marc = people(story)
    zoe = story.stranger("Zoé")
    zoe.says("signaler")
    zoe.never_hears("Que s'est-il passé")
    camille.says("signaler")
    camille.hears("Il n'y a que toi qui organises")
    for number in range(3):
        lea.says(f"/signaler souci {number}")
        story.later(minutes=1)
    lea.says("/signaler souci 3")
    lea.hears("3 signalements en un jour")
    assert [camille.count(f"souci {number}") for number in range(4)] == [1, 1, 1, 0]
    story.later(days=1)
    lea.says("/signaler souci 4")
    assert camille.count("souci 4") == 1


@MIXED
@pytest.mark.parametrize("words", ["je signale que je serai en retard", "signale-moi si ça change", "c'est signalé"])
def test_ordinary_words_report_nothing(story: Story, words: str) -> None:
    _camille, lea, _marc = people(story)
    lea.says(words)
    lea.never_hears("Que s'est-il passé")

"""A member leaves: confirmed, thanked, with a way back; a group is never left without an organizer."""

import pytest

from storage.groups import Membership
from storage.people import TELEGRAM
from tests.stories.hands import carried, press
from tests.story import Actor, Story


def inside(story: Story, actor: Actor) -> bool:
    return Membership.of(story.home(), actor.person) is not None


def test_leaving_is_confirmed_and_the_way_back_told(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("quitter le groupe")
    lea.hears("Quitter le groupe Les indés de Nantes")
    assert inside(story, lea)
    press(lea, "Quitter pour de bon")
    lea.hears("prends soin de toi")
    lea.hears("Pour revenir")
    assert not inside(story, lea)
    marc.hears("Léa a quitté le groupe")
    lea.says("réglages")
    lea.hears("aucun groupe")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize("words", ["/quitter", "je veux quitter le groupe", "leave the group", "/leave"])
def test_in_other_words(story: Story, words: str) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says(words)
    press(lea, "Je reste")
    lea.hears("Tu restes dans le groupe")
    assert inside(story, lea)


def test_the_same_tap_twice(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("quitter le groupe")
    press(lea, "Quitter pour de bon")
    lea.taps("Quitter pour de bon") if lea.platform == TELEGRAM else press(lea, "Quitter pour de bon")
    assert not inside(story, lea) and marc.count("Léa a quitté") == 1


def test_f38_the_only_organizer_names_somebody_first(story: Story) -> None:
    """F38."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("quitter le groupe")
    marc.hears("Nomme d'abord quelqu'un")
    assert inside(story, marc)
    press(marc, "Co-organiser")
    press(marc, "Léa")
    press(marc, "Oui")
    marc.says("quitter le groupe")
    press(marc, "Quitter pour de bon")
    assert not inside(story, marc)
    lea.hears("Marc a quitté")


@pytest.mark.parametrize("platform", ["telegram", "postgres"], indirect=True)
def test_two_last_organizers_at_once(story: Story) -> None:
    marc, ines = story.organizer("Marc", on=TELEGRAM), story.organizer("Inès", on=TELEGRAM)
    story.member("Léa")
    for actor in (marc, ines):
        actor.says("quitter le groupe")
    leave = "Quitter pour de bon"
    story.emu.concurrently(lambda: marc.taps(leave, settle=False), lambda: ines.taps(leave, settle=False))
    story.settle()
    assert inside(story, marc) != inside(story, ines), "one of them stays"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_last_one_closes_the_door(story: Story) -> None:
    marc = story.organizer("Marc")
    link = story.home().public_link()
    marc.says("quitter le groupe")
    press(marc, "Quitter pour de bon")
    marc.hears("sa porte est fermée")
    assert not type(link).get_by_id(link.id).usable


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_out_of_the_telegram_chat_only_if_wished(story: Story) -> None:
    story.organizer("Marc")
    lea, zoe = story.member("Léa"), story.member("Zoé")
    for actor in (lea, zoe):
        actor.says("quitter le groupe")
        press(actor, "Quitter pour de bon")
        assert story.inside(actor)
    press(lea, "Sortir du Telegram")
    lea.hears("hors de la discussion")
    assert not story.inside(lea) and story.inside(zoe)
    zoe.says("/lieu Café", chat=story.chat)
    assert not inside(story, zoe), "words in the chat don't bring back who has left"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_nobody_leaves_for_somebody_else(story: Story) -> None:
    story.organizer("Marc")
    lea, zoe = story.member("Léa"), story.member("Zoé")
    lea.says("quitter le groupe")
    data = carried(lea, "Quitter pour de bon")
    zoe.says("aide")
    zoe.taps(0, raw_data=data)
    assert inside(story, lea) and inside(story, zoe)
    story.stranger("Ana").says("quitter le groupe")


def test_one_of_two_groups(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    other = story.another_group("Les voisins")
    story.seat(lea, other)
    lea.says("quitter le groupe")
    lea.hears("De quel groupe")
    press(lea, "Les voisins")
    press(lea, "Quitter pour de bon")
    assert inside(story, lea) and Membership.of(other, lea.person) is None


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_group_it_is_said_in_private(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("/quitter@NoyauTestBot quitter", chat=story.chat)
    assert inside(story, lea)

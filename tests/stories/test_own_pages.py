"""The way from the chat to pages of one's own: who gets which link, and where (87, S24)."""

import pytest

from storage.passes import Pass
from tests.stories.hands import carried, press
from tests.story import Actor, Story


def links(actor: Actor) -> int:
    """How many messages lead to a page of one's own."""
    return sum("/in/" in f"{bubble.text} {[choice.value for choice in bubble.choices]}" for bubble in actor.bubbles())


def test_a_member_gets_the_way_to_their_page_and_to_the_faces(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("ma page")
    lea.hears("tes groupes, ce que tu en reçois")
    lea.hears("il s'ouvre une fois")
    lea.says("qui est qui")
    lea.hears("Les indés de Nantes, 2 membres : Marc et Léa.")
    assert links(lea) == 2 and links(marc) == 0
    assert {(row.page, row.person) for row in Pass.select()} == {("me", lea.person), ("people", lea.person)}


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_stranger_has_a_page_of_their_own_but_sees_no_faces(story: Story) -> None:
    story.organizer("Marc")
    zoe = story.stranger("Zoé")
    zoe.says("trombinoscope")
    assert links(zoe) == 0
    zoe.says("my page")
    assert links(zoe) == 1


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_groups_chat_no_link_is_shown(story: Story) -> None:
    lea = story.member("Léa")
    assert story.chat is not None
    for words in ("/mapage", "/trombi"):
        lea.says(words, chat=story.chat)
        lea.hears("en privé", chat=story.chat)
    assert Pass.select().count() == 0


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_somebody_in_two_groups_is_asked_which_faces(story: Story) -> None:
    lea = story.member("Léa")
    other = story.another_group("Les lundis")
    story.seat(lea, other)
    lea.says("qui est qui")
    press(lea, "Les lundis")
    lea.hears("Les lundis, un membre : Léa.")
    assert [row.group for row in Pass.select()] == [other]


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_announcement_leads_to_the_groups_page(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("annonce")
    assert "/g/" in str(marc.bubbles()[-1])


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_an_organizers_button_leads_nobody_else_to_the_card(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("santé du groupe")
    lea.says("aide")
    lea.taps(0, raw_data=carried(marc, "Tous les chiffres"))
    assert links(lea) == 0 and Pass.select().count() == 0

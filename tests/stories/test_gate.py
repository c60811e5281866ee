"""The gate: who comes without having applied is handled without a word in the group (25)."""

import json
import urllib.request

import pytest

from storage.groups import Membership
from storage.knocks import Knock
from tests.stories.applying import LONG
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["telegram"], indirect=True)


def walk_in(story: Story, name: str) -> Actor:
    """Somebody enters the Telegram group by a link that is not ours."""
    eve = story.stranger(name, started=False)
    assert story.chat
    story.chat.join(eve.phone)
    story.settle()
    return eve


def test_a_walk_in_is_a_quiet_card_for_the_organizers(story: Story) -> None:
    camille = story.organizer("Camille")
    before = len(story.chat.messages()) if story.chat else 0

    eve = walk_in(story, "Ève")

    camille.hears("Ève est dans le groupe Telegram sans avoir candidaté")
    assert story.chat and not [b for b in story.chat.messages()[before:] if b.from_bot]
    camille.taps("Raccompagner")
    assert not story.inside(eve)
    assert not Membership.select().where(Membership.person == eve.person, Membership.state == "in").count()


def test_a_raid_is_one_card(story: Story) -> None:
    camille = story.organizer("Camille")

    for n in range(12):
        walk_in(story, f"Bot{n}")

    assert camille.count("sans avoir candidaté") == 1
    camille.hears("12 personnes")
    camille.taps("Raccompagner")
    assert not Knock.pending(story.home(), "inside")
    assert not [a for a in story.actors if a.name.startswith("Bot") and story.inside(a)]


def test_kept_people_become_members_and_introduce_themselves(story: Story) -> None:
    camille = story.organizer("Camille")
    eve = walk_in(story, "Ève")

    camille.taps("Garder")

    assert Membership.of(story.home(), eve.person)


def test_a_stranger_who_knocks_is_shown_how_to_apply(story: Story) -> None:
    camille = story.organizer("Camille")
    zoe = story.stranger("Zoé", started=False)
    zoe.follows(handmade_link(story))

    zoe.hears("fait connaissance avant d'ouvrir la porte")
    zoe.taps("Candidater")
    for _question in range(4):
        zoe.says(LONG)
    zoe.taps("J'accepte")
    camille.taps("Accepter")

    assert story.inside(zoe)


def handmade_link(story: Story) -> str:
    """A join-request link that an administrator made, unknown to us."""
    assert story.chat
    url = f"{story.emu.telegram_base}{story.emu.token}/createChatInviteLink"
    facts = {"chat_id": story.chat.id, "creates_join_request": True, "name": "à la main"}
    request = urllib.request.Request(url, json.dumps(facts).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["result"]["invite_link"])


def test_members_cannot_show_anybody_out(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    eve = walk_in(story, "Ève")
    card = camille.hears("sans avoir candidaté")
    lea.says("bonjour")

    lea.taps(raw_data=card.choices[1].value)

    lea.hears("Seuls les organisateurs")
    assert story.chat and story.inside(eve)

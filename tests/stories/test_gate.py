"""The gate: who comes without having applied is handled without a word in the group (25)."""

import json
import urllib.request

import pytest

from storage import db
from storage.groups import Membership
from storage.knocks import Knock
from storage.outbox import Post
from storage.people import meet
from tests.stories.applying import LONG, apply
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


def test_undoing_an_acceptance_takes_back_an_approved_request(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé", started=False)
    zoe.follows(handmade_link(story))
    zoe.taps("Candidater")
    for _question in range(4):
        zoe.says(LONG)
    zoe.taps("J'accepte")
    camille.taps("Accepter")
    assert story.inside(zoe)

    camille.taps("Annuler")

    assert not story.inside(zoe)


def test_a_knock_is_answered_even_when_start_was_never_pressed(story: Story) -> None:
    story.organizer("Camille")
    zoe = story.stranger("Zoé", started=False)
    with db.transaction():
        meet("telegram", zoe.id, name="Zoé").mark("unstarted")

    zoe.follows(handmade_link(story))

    zoe.hears("fait connaissance avant d'ouvrir la porte")


def test_a_second_knock_is_answered_and_turned_away_a_day_later(story: Story) -> None:
    story.organizer("Camille")
    zoe = story.stranger("Zoé", started=False)
    link = handmade_link(story)
    zoe.follows(link)
    story.later(hours=25)
    assert Knock.get().state == "declined"

    zoe.follows(link)
    assert zoe.count("fait connaissance") == 2 and Knock.get().state == "pending"
    story.later(hours=25)

    assert Knock.get().state == "declined"
    assert Post.select().where(Post.kind == "decline", Post.state == "sent").count() == 2


def test_speaking_to_the_bot_does_not_open_the_gate(story: Story) -> None:
    camille = story.organizer("Camille")
    eve = walk_in(story, "Ève")

    eve.says(f"/start@{story.emu.bot_username}", chat=story.chat)
    assert Membership.of(story.home(), eve.person) is None

    camille.taps("Raccompagner")
    assert story.chat
    story.chat.chat.members[eve.phone.id] = "member"
    eve.says(f"/start@{story.emu.bot_username}", chat=story.chat)
    assert Membership.of(story.home(), eve.person) is None


def test_who_was_there_before_the_bot_is_learnt_when_they_speak(story: Story) -> None:
    story.organizer("Camille")
    tom = story.stranger("Tom", started=False)
    assert story.chat
    story.chat.chat.members[tom.phone.id] = "member"

    tom.says(f"/start@{story.emu.bot_username}", chat=story.chat)

    assert Membership.of(story.home(), tom.person)


def test_a_refused_applicant_is_not_seated_by_a_word_in_the_chat(story: Story) -> None:
    story.organizer("Camille")
    zoe = story.stranger("Zoé")
    apply(story, zoe)
    assert story.chat
    story.chat.chat.members[zoe.phone.id] = "member"

    zoe.says(f"/start@{story.emu.bot_username}", chat=story.chat)

    assert Membership.of(story.home(), zoe.person) is None


def test_who_left_again_is_no_longer_to_decide_about(story: Story) -> None:
    camille = story.organizer("Camille")
    eve, tom = walk_in(story, "Ève"), walk_in(story, "Tom")
    assert story.chat

    story.chat.leave(eve.phone)
    story.settle()
    camille.hears("Tom est dans le groupe Telegram sans avoir candidaté")
    camille.taps("Garder")

    assert Membership.of(story.home(), tom.person)
    assert Membership.of(story.home(), eve.person) is None


def test_a_bot_that_is_no_administrator_still_sees_who_walks_in(story: Story) -> None:
    camille = story.organizer("Camille")
    assert story.chat
    story.chat.demote_bot(camille.phone)
    story.settle()

    eve = walk_in(story, "Ève")

    camille.hears("Ève est dans le groupe Telegram sans avoir candidaté")
    eve.says(f"/start@{story.emu.bot_username}", chat=story.chat)
    assert Membership.of(story.home(), eve.person) is None


def test_a_member_who_comes_is_no_walk_in_without_an_administrators_eyes(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    assert story.chat
    story.chat.demote_bot(camille.phone)
    story.settle()

    story.chat.join(lea.phone)
    story.settle()

    camille.never_hears("sans avoir candidaté")
    assert not Knock.select().exists()


def test_members_cannot_show_anybody_out(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    eve = walk_in(story, "Ève")
    card = camille.hears("sans avoir candidaté")
    lea.says("bonjour")

    lea.taps(raw_data=card.choices[1].value)

    lea.hears("Seuls les organisateurs")
    assert story.chat and story.inside(eve)

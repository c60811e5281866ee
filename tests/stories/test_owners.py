"""A group goes into other hands, and never stays without anybody."""

import pytest

from handlers.kit import inbox, say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from storage import db
from storage.groups import Group, Membership
from tests.stories.hands import press
from tests.story import Actor, Story

one_platform = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def role(story: Story, actor: Actor) -> str:
    seat = Membership.of(story.home(), actor.person)
    return seat.role if seat else "gone"


def take(story: Story, actor: Actor) -> None:
    if actor.platform == "telegram" and story.chat is not None:
        actor.taps("Je prends le relais", chat=story.chat)
    else:
        press(actor, "Je prends le relais")


def test_a_group_is_transferred_and_the_founder_may_go(story: Story) -> None:
    marc, lea, _zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    marc.says("transfère le groupe à Léa")
    press(marc, "Oui, demande")
    lea.hears("aimerait te transférer")
    assert role(story, lea) == "member"
    press(lea, "J'accepte")
    assert role(story, lea) == "organizer"
    assert Group.get_by_id(story.home().id).founder == lea.person
    press(marc, "Quitter pour de bon")
    assert role(story, marc) == "gone"
    assert [one.name for one in story.home().organizers()] == ["Léa"]


def test_the_last_one_who_leaves_finds_a_volunteer(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    marc.says("quitter le groupe")
    press(marc, "Demander la relève")
    take(story, lea)
    take(story, zoe) if zoe.platform == "whatsapp" else None
    assert role(story, lea) == "member"
    marc.hears("Léa prendrait le relais")
    press(marc, "Oui, volontiers")
    assert role(story, lea) == "organizer"
    assert role(story, zoe) == "member"


@one_platform
def test_a_refusal_changes_nothing(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("transfère le groupe à Léa")
    press(marc, "Oui, demande")
    press(lea, "Plutôt pas")
    marc.hears("préfère ne pas")
    press(lea, "J'accepte")
    lea.hears("déjà réglé")
    assert role(story, lea) == "member"


@one_platform
def test_a_member_transfers_nothing(story: Story) -> None:
    story.organizer("Marc")
    lea, zoe = story.member("Léa"), story.member("Zoé")
    lea.says("transfère le groupe à Zoé")
    zoe.never_hears("transférer")


@one_platform
def test_a_group_without_organizers_asks_who_looks_after_it(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    seat = Membership.of(story.home(), marc.person)
    assert seat is not None
    with db.transaction():
        seat.leave("removed")
        inbox.happen("gone", seat)
    story.settle()
    take(story, lea)
    assert role(story, lea) == "organizer"
    zoe.hears("Léa", chat=story.chat) if zoe.platform == "telegram" else None


@one_platform
def test_two_volunteers_at_once_are_one(story: Story) -> None:
    marc = story.organizer("Marc")
    lea, zoe = story.member("Léa", on="whatsapp"), story.member("Zoé", on="whatsapp")
    marc.says("qui prend le relais")
    marc.taps("Demander la relève")
    story.emu.concurrently(
        lambda: lea.taps("Je prends le relais", settle=False), lambda: zoe.taps("Je prends le relais", settle=False)
    )
    story.settle()
    assert marc.count("prendrait le relais") == 1


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_f38_when_the_only_organizer_blocks_the_bot_the_eldest_member_knows(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    marc.phone.blocks()
    story.settle()
    assert (lea.count("Marc m'a bloqué"), zoe.count()) == (1, 0)
    assert role(story, marc) == "organizer", "who blocks may unblock"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_f38_when_the_only_organizer_deletes_the_account_the_group_asks_who_takes_over(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    marc.phone.user.deactivated = True
    with db.transaction():
        Turn().carry_out([say.tell(marc.person, _("Hello"), group=story.home())])
    story.settle()
    assert lea.count("n'existe plus") == 1
    take(story, zoe)
    assert (role(story, marc), role(story, lea), role(story, zoe)) == ("member", "member", "organizer")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_f38_one_of_two_organizers_who_deletes_the_account_leaves_the_other(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.organizer("Léa")
    marc.phone.user.deactivated = True
    with db.transaction():
        Turn().carry_out([say.tell(marc.person, _("Hello"), group=story.home())])
    story.settle()
    assert lea.count("n'existe plus") == lea.count() == 1
    assert story.chat and not story.chat.heard("Plus personne")

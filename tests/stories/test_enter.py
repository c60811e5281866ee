"""Entering: a link of one's own, approved for its owner alone, revoked when used or too old (17, 8, S14)."""

import pytest

from storage.groups import ApplyLink, Invite, Membership
from storage.outbox import Post
from storage.people import Address
from tests.stories.applying import apply
from tests.story import Actor, Story

on_telegram = pytest.mark.parametrize("platform", ["telegram"], indirect=True)
on_whatsapp = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
on_both = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def accepted(story: Story, on: str | None = None) -> tuple[Actor, Actor]:
    """An organizer and somebody who was just accepted."""
    camille, zoe = story.organizer("Camille", on="telegram"), story.stranger("Zoé", on=on)
    apply(story, zoe)
    camille.taps("Accepter")
    return camille, zoe


def link_of(who: Actor) -> str:
    """The invitation link under the last card that has one."""
    for bubble in reversed(who.bubbles()):
        for choice in bubble.choices:
            if choice.is_link and "/+" in choice.value:
                return str(choice.value)
    raise AssertionError(f"{who.name} has no link")


@on_telegram
def test_an_accepted_person_enters_by_their_own_link(story: Story) -> None:
    camille, zoe = accepted(story)

    zoe.follows(link_of(zoe))

    assert story.chat and story.inside(zoe)
    assert Invite.get().state == "used"
    assert Post.select().where(Post.kind == "revoke_link", Post.state == "sent").count() == 1
    camille.never_hears("lien personnel")


@on_telegram
def test_somebody_else_with_the_link_is_not_let_in_and_the_organizer_knows(story: Story) -> None:
    camille, zoe = accepted(story)
    eve = story.stranger("Ève", on="telegram")

    eve.follows(link_of(zoe))

    assert story.chat and not story.inside(eve)
    camille.hears("Ève a voulu entrer avec le lien personnel de Zoé")
    zoe.hears("Quelqu'un d'autre s'est servi de ton lien")
    assert Invite.get().state == "revoked"
    zoe.taps("Aussi sur Telegram")
    zoe.follows(link_of(zoe))
    assert story.inside(zoe)


@on_telegram
def test_an_unused_link_dies_after_48_hours_and_a_new_one_is_a_tap_away(story: Story) -> None:
    _camille, zoe = accepted(story)
    first = link_of(zoe)

    story.later(hours=49)

    zoe.hears("a expiré")
    assert Invite.get().state == "revoked"
    zoe.taps("Aussi sur Telegram")
    assert link_of(zoe) != first


@on_telegram
def test_links_never_appear_in_the_group(story: Story) -> None:
    _camille, zoe = accepted(story)

    assert story.chat
    assert not [b for b in story.chat.messages() if "t.me/+" in b.text]
    zoe.follows(link_of(zoe))
    assert not [b for b in story.chat.messages() if "t.me/+" in b.text]


@on_telegram
def test_the_acceptance_waits_when_the_bot_may_not_invite(story: Story) -> None:
    """F36: the organizer gets one instruction; the approval is kept and goes on when rights are back."""
    camille = story.organizer("Camille", on="telegram")
    zoe = story.stranger("Zoé")
    assert story.chat
    story.chat.chat.bot_rights = set()
    apply(story, zoe)

    camille.taps("Accepter")
    zoe.hears("t'accueille")
    assert Membership.of(story.home(), zoe.person)
    assert not [b for b in zoe.bubbles() if any("/+" in c.value for c in b.choices)]

    story.chat.promote_bot(camille.phone, can_invite_users=True)
    story.settle()
    story.later(hours=2)
    assert link_of(zoe)


@on_both
def test_a_whatsapp_newcomer_may_also_enter_on_telegram_and_confirms_it(story: Story) -> None:
    _camille, ben = accepted(story, on="whatsapp")
    ben.hears("Ce que dit le groupe t'arrive ici")

    ben.taps("Aussi sur Telegram")
    invite = Invite.get()
    assert invite.kind == "single"
    phone = story.stranger("Benoît", on="telegram")
    phone.follows(str(invite.link))
    ben.hears("C'est toi ?")
    ben.taps("Oui, c'est moi")

    assert Address.get(Address.address == phone.id).person == ben.person
    assert Membership.select().where(Membership.person == ben.person).count() == 1
    ben.hears("tu lis le groupe Les indés de Nantes sur Telegram")


@on_both
def test_a_leaked_single_use_link_is_closed_by_its_owner(story: Story) -> None:
    camille, ben = accepted(story, on="whatsapp")
    ben.taps("Aussi sur Telegram")
    eve = story.stranger("Ève", on="telegram")
    eve.follows(str(Invite.get().link))

    ben.taps("Non")

    assert story.chat and not story.inside(eve)
    camille.hears("Ève a voulu entrer avec le lien personnel de Zoé")


@on_whatsapp
def test_a_whatsapp_group_gives_its_private_link_to_the_accepted_only(story: Story) -> None:
    group = story.home()
    group.whatsapp_link = "https://chat.whatsapp.com/AbCdEf"
    group.save()
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")
    apply(story, zoe)
    zoe.never_hears("chat.whatsapp.com")

    camille.taps("Accepter")

    zoe.hears("https://chat.whatsapp.com/AbCdEf")


def test_a_sponsor_is_named_on_the_card_and_thanked(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    link = ApplyLink.open(story.home(), "sponsor", sponsor=lea.person)
    zoe = story.stranger("Zoé")

    apply(story, zoe, link.code)
    camille.hears("De la part de Léa")
    camille.taps("Accepter")

    lea.hears("Zoé, qui vient de ta part")
    seat = Membership.of(story.home(), zoe.person)
    assert seat and seat.sponsor == lea.person


@on_telegram
def test_leaving_the_chat_ends_the_membership_and_the_links(story: Story) -> None:
    _camille, zoe = accepted(story)
    zoe.follows(link_of(zoe))

    assert story.chat
    story.chat.leave(zoe.phone)
    story.settle()

    assert Membership.of(story.home(), zoe.person) is None
    assert Membership.get(Membership.person == zoe.person).state == "left"

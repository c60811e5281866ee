"""Entering: a link of one's own, approved for its owner alone, revoked when used or too old (17, 8, S14)."""

import re

import pytest

from storage.groups import ApplyLink, Invite, Membership
from storage.knocks import Knock
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
def test_f36_the_acceptance_waits_when_the_bot_may_not_invite(story: Story) -> None:
    """The organizer gets one instruction; the approval is kept and goes on when rights are back."""
    camille = story.organizer("Camille", on="telegram")
    zoe = story.stranger("Zoé")
    assert story.chat
    story.chat.chat.bot_rights = set()
    apply(story, zoe)

    camille.taps("Accepter")
    zoe.hears("t'accueille")
    assert Membership.of(story.home(), zoe.person)
    zoe.hears("prend un peu plus de temps")
    assert not [b for b in zoe.bubbles() if any("/+" in c.value for c in b.choices)]

    story.later(hours=3)
    story.chat.promote_bot(camille.phone, can_invite_users=True)
    story.settle()
    assert link_of(zoe)
    assert camille.count("il me manque le droit") == zoe.count("prend un peu plus de temps") == 1


@on_telegram
def test_f36_rights_that_come_back_days_later_still_make_the_link(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")
    assert story.chat
    story.chat.chat.bot_rights = set()
    apply(story, zoe)
    camille.taps("Accepter")
    story.later(hours=50)
    assert Post.get(Post.kind == "create_link").state == "dead"

    story.chat.promote_bot(camille.phone, can_invite_users=True)
    story.settle()
    zoe.follows(link_of(zoe))
    assert story.inside(zoe), "the 48 hours of the link count from its making"


@on_telegram
def test_f21_words_in_the_chat_may_come_before_the_word_that_somebody_joined(story: Story) -> None:
    _camille, zoe = accepted(story)
    zoe.follows(link_of(zoe), settle=False)
    there, story.emu.public_url = story.emu.public_url, "http://127.0.0.1:9"
    story.settle()
    story.emu.public_url = there
    assert story.inside(zoe)

    assert zoe.says("/aide", chat=story.chat) == 200
    assert story.emu.redeliver() > 0
    story.settle()
    assert Invite.get().state == "used"
    assert Membership.select().where(Membership.person == zoe.person, Membership.state == "in").count() == 1


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


def with_link_in_other_hands(story: Story, holder: Actor) -> Actor:
    """Somebody accepted on WhatsApp, whose Telegram link another account has just used."""
    _camille, ben = accepted(story, on="whatsapp")
    ben.taps("Aussi sur Telegram")
    holder.follows(str(Invite.get().link))
    ben.hears("C'est toi ?")
    return ben


@on_both
def test_nobody_becomes_an_organizer_by_sending_them_a_link(story: Story) -> None:
    marc = story.stranger("Marc", on="telegram")
    other = story.another_group("Les artisans")
    story.seat(marc, other, "organizer")
    ben = with_link_in_other_hands(story, marc)

    ben.taps("Oui, c'est moi")

    ben.hears("écris-moi « lier » là-bas, sur Telegram")
    assert marc.person != ben.person
    assert Membership.of(other, ben.person) is None
    story.actors[1].hears("sans avoir candidaté")


@on_both
def test_an_account_linked_to_another_whatsapp_is_not_taken_over(story: Story) -> None:
    marc, phone = story.stranger("Marc", on="telegram"), story.stranger("Marc", on="whatsapp")
    marc.says("lier")
    phone.says("lier " + "".join(re.findall(r"lier (\d{8})", marc.last)))
    assert phone.person == marc.person
    ben = with_link_in_other_hands(story, marc)

    ben.taps("Oui, c'est moi")

    ben.hears("écris-moi « lier »")
    assert phone.person != ben.person


@on_both
def test_who_links_both_accounts_then_says_yes_is_in(story: Story) -> None:
    other = story.another_group("Les artisans")
    phone = story.stranger("Benoît", on="telegram")
    story.seat(phone, other)
    ben = with_link_in_other_hands(story, phone)
    ben.taps("Oui, c'est moi")

    phone.says("lier")
    ben.says("lier " + "".join(re.findall(r"lier (\d{8})", phone.last)))
    ben.taps("Oui, les deux")
    yes = next(b for b in ben.bubbles() if "C'est toi ?" in b.text)
    ben.taps(raw_data=yes.choices[0].value)

    assert Invite.get().state == "confirmed"
    assert phone.person == ben.person
    assert not Knock.pending(story.home(), "inside")
    seat = Membership.of(story.home(), ben.person)
    assert seat and seat.address == phone.address


@on_both
def test_whoever_entered_by_a_link_is_no_member_before_its_owner_says_yes(story: Story) -> None:
    eve = story.stranger("Ève", on="telegram")
    with_link_in_other_hands(story, eve)

    eve.says(f"/start@{story.emu.bot_username}", chat=story.chat)

    assert not Membership.select().where(Membership.person == eve.person).exists()


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


@on_telegram
def test_when_the_only_organizer_leaves_the_eldest_member_looks_after_the_group(story: Story) -> None:
    camille = story.organizer("Camille")
    lea, tom = story.member("Léa"), story.member("Tom")
    assert story.chat

    story.chat.leave(camille.phone)
    story.settle()

    assert [person.name for person in story.home().organizers()] == ["Léa"]
    lea.hears("Camille a quitté")
    tom.never_hears("a quitté")
    lea.says("groupe")
    lea.hears("Les indés de Nantes")


@on_telegram
def test_while_another_organizer_remains_nobody_is_named(story: Story) -> None:
    camille, marc = story.organizer("Camille"), story.organizer("Marc")
    lea = story.member("Léa")
    assert story.chat

    story.chat.leave(camille.phone)
    story.settle()

    assert story.home().organizers() == [marc.person]
    lea.never_hears("a quitté")


@on_telegram
def test_the_last_to_leave_leaves_an_empty_group(story: Story) -> None:
    camille = story.organizer("Camille")
    assert story.chat

    story.chat.leave(camille.phone)
    story.settle()

    assert not story.home().members()


@on_telegram
def test_undoing_an_acceptance_takes_the_newcomer_out_of_the_chat(story: Story) -> None:
    camille, zoe = accepted(story)
    zoe.follows(link_of(zoe))
    assert story.inside(zoe)

    camille.taps("Annuler")

    assert not story.inside(zoe)
    assert Membership.of(story.home(), zoe.person) is None
    zoe.hears("lisent encore ta candidature")
    camille.taps("Accepter")
    zoe.follows(link_of(zoe))
    assert story.inside(zoe)


@on_both
def test_undoing_an_acceptance_takes_out_whoever_came_by_the_link(story: Story) -> None:
    camille, ben = accepted(story, on="whatsapp")
    ben.taps("Aussi sur Telegram")
    phone = story.stranger("Benoît", on="telegram")
    phone.follows(str(Invite.get().link))
    assert story.inside(phone)

    camille.taps("Annuler")

    assert not story.inside(phone)
    ben.taps("Oui, c'est moi")
    ben.hears("C'est déjà réglé")
    assert phone.person != ben.person


@on_telegram
def test_who_was_a_member_before_stays_one_when_the_acceptance_is_undone(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")
    apply(story, zoe)
    story.seat(zoe, story.home())
    camille.taps("Accepter")

    camille.taps("Annuler")

    assert Membership.of(story.home(), zoe.person)
    assert story.inside(zoe)
    zoe.never_hears("lisent encore ta candidature")

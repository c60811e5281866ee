"""A member vouches for somebody; an organizer opens a door for a cohort."""

from storage.applications import Application
from storage.groups import ApplyLink, Membership
from storage.people import TELEGRAM
from tests.story import Actor, Story


def follow(story: Story, who: Actor, code: str) -> None:
    if who.platform == TELEGRAM:
        who.follows(f"https://t.me/{story.emu.bot_username}?start=a_{code}")
    else:
        who.says(f"Rejoindre {code}")


def test_a_member_gets_a_link_of_their_own_always_the_same(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    lea.says("inviter quelqu'un")
    lea.says("/parrainer")
    marc.says("invite someone")
    links = list(ApplyLink.select().where(ApplyLink.kind == "sponsor").order_by(ApplyLink.id))
    assert [link.sponsor for link in links] == [lea.person, marc.person]
    lea.hears(links[0].code)
    lea.hears("j'ai pensé à toi")


def test_whoever_comes_by_it_is_known_to_be_vouched_for(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.stranger("Zoé")
    lea.says("inviter quelqu'un")
    link = ApplyLink.get(ApplyLink.kind == "sponsor")
    follow(story, zoe, link.code)
    assert [a.link for a in Application.all_open_of(zoe.person)] == [link]
    assert link.sponsor == lea.person


def test_the_link_dies_when_its_sponsor_leaves(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.stranger("Zoé")
    lea.says("inviter quelqu'un")
    link = ApplyLink.get(ApplyLink.kind == "sponsor")
    seat = Membership.of(story.home(), lea.person)
    assert seat is not None
    seat.leave()
    follow(story, zoe, link.code)
    assert not Application.all_open_of(zoe.person)


def test_a_stranger_invites_nobody(story: Story) -> None:
    story.home()
    zoe = story.stranger("Zoé")
    zoe.says("inviter quelqu'un")
    zoe.hears("aucun groupe")
    assert not ApplyLink.select().where(ApplyLink.kind == "sponsor").count()


def test_an_organizer_opens_lists_closes_and_reopens_a_cohort(story: Story) -> None:
    camille = story.organizer("Camille")
    camille.says("/cohorte Formation de juin")
    link = ApplyLink.get(ApplyLink.kind == "cohort")
    camille.hears(link.code)
    camille.says("/cohorte formation de JUIN")
    assert ApplyLink.select().where(ApplyLink.kind == "cohort").count() == 1
    camille.says("cohortes")
    camille.hears("Formation de juin : utilisé 0 fois")
    camille.taps("Fermer Formation")
    assert not ApplyLink.get_by_id(link.id).usable
    zoe = story.stranger("Zoé")
    follow(story, zoe, link.code)
    assert not Application.all_open_of(zoe.person)
    camille.taps("Le rouvrir")
    assert ApplyLink.get_by_id(link.id).usable


def test_without_a_name_it_is_asked_for(story: Story) -> None:
    camille = story.organizer("Camille")
    camille.says("cohorte")
    camille.hears("Quelle promotion")
    camille.sends("photo" if camille.platform == TELEGRAM else "image")
    camille.says("x" * 41)
    camille.hears("trop long")
    camille.says("Promo 2026")
    assert ApplyLink.get(ApplyLink.kind == "cohort").label == "Promo 2026"


def test_a_member_opens_no_cohort(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/cohorte Mes amis")
    assert not ApplyLink.select().where(ApplyLink.kind == "cohort").count()


def test_a_member_closes_no_cohort(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    camille.says("/cohorte Promo")
    data = next(str(choice.value) for b in camille.bubbles() for choice in b.choices if "Fermer" in choice.label)
    lea.says("réglages")
    if lea.platform == TELEGRAM:
        lea.taps(0, raw_data=data)
        assert ApplyLink.get(ApplyLink.kind == "cohort").usable

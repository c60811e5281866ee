"""One person with two messengers is one person."""

import datetime as dt
import re

import pytest

from storage import db
from storage.groups import Membership
from storage.people import TELEGRAM, WHATSAPP, LinkCode, Person
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
OTHER = {TELEGRAM: WHATSAPP, WHATSAPP: TELEGRAM}


def code_of(actor: Actor) -> str:
    found = re.search(r"lier (\d{8})", actor.last)
    assert found, actor.last
    return found.group(1)


@pytest.mark.parametrize("first", [TELEGRAM, WHATSAPP])
def test_two_messengers_become_one_person(story: Story, first: str) -> None:
    lea = story.member("Léa", on=first)
    again = story.stranger("Léa", on=OTHER[first])
    lea.says("relier mes comptes")
    again.says(f"lier {code_of(lea)}")
    again.hears("une seule personne")
    assert lea.person == again.person
    assert Person.select().count() == 1
    seat = Membership.of(story.home(), lea.person)
    assert seat is not None and seat.address == lea.address, "the group writes where it did"
    lea.hears("est maintenant relié")


def test_the_telegram_link_does_it_in_one_tap(story: Story) -> None:
    lea, again = story.member("Léa", on=WHATSAPP), story.stranger("Léa", on=TELEGRAM)
    lea.says("j'ai aussi telegram")
    again.follows(f"https://t.me/{story.emu.bot_username}?start=l_{code_of(lea)}")
    assert lea.person == again.person


def test_a_group_can_move_to_the_other_messenger(story: Story) -> None:
    lea, again = story.member("Léa", on=TELEGRAM), story.stranger("Léa", on=WHATSAPP)
    marc = story.member("Marc", on=TELEGRAM)
    lea.says("lier")
    again.says(f"lier {code_of(lea)}")
    again.taps("WhatsApp")
    again.taps("WhatsApp")
    again.hears("t'écrit sur WhatsApp")
    marc.says("dis au groupe : qui vient ?")
    again.hears("qui vient ?")
    assert not lea.count("qui vient ?"), "nobody gets two copies"


def test_a_wrong_used_or_old_code_is_refused_kindly(story: Story) -> None:
    lea, again = story.member("Léa", on=TELEGRAM), story.stranger("Léa", on=WHATSAPP)
    zoe = story.stranger("Zoé", on=WHATSAPP)
    lea.says("lier")
    code = code_of(lea)
    again.says("lier 00000000" if code != "00000000" else "lier 00000001")
    again.hears("faux, déjà utilisé")
    again.says("lier 123")
    again.hears("huit chiffres")
    again.says(f"lier {code}")
    zoe.says(f"lier {code}")
    zoe.hears("faux, déjà utilisé")
    assert zoe.person != lea.person


def test_a_code_is_good_for_fifteen_minutes(story: Story) -> None:
    lea, again = story.member("Léa", on=TELEGRAM), story.stranger("Léa", on=WHATSAPP)
    lea.says("lier")
    story.later(minutes=16)
    again.says(f"lier {code_of(lea)}")
    again.hears("faux, déjà utilisé")


def test_ones_own_code_is_for_the_other_side(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    lea.says("lier")
    lea.says(f"lier {code_of(lea)}")
    lea.hears("sur ton autre messagerie")


def test_nobody_is_taken_over_by_a_code_from_somebody_else(story: Story) -> None:
    mallory = story.stranger("Mallory", on=TELEGRAM)
    camille = story.organizer("Camille", on=WHATSAPP)
    mallory.says("lier")
    camille.says(f"lier {code_of(mallory)}")
    camille.hears("Les deux comptes sont-ils à toi")
    camille.hears("Mallory")
    camille.taps("Non")
    camille.hears("Rien n'a été relié")
    assert camille.person != mallory.person


def test_yes_may_be_written(story: Story) -> None:
    lea, also = story.member("Léa", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    lea.says("lier")
    also.says(f"lier {code_of(lea)}")
    also.says("je ne comprends pas")
    also.hears("Choisis un bouton")
    also.says("oui")
    assert lea.person == also.person


def test_a_member_on_both_sides_keeps_the_better_seat(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    also = story.organizer("Léa", on=WHATSAPP)
    lea.says("lier")
    also.says(f"lier {code_of(lea)}")
    also.taps("Oui, les deux")
    assert lea.person == also.person
    seats = list(Membership.select().where(Membership.group == story.home()))
    assert [(seat.role, seat.state) for seat in seats] == [("organizer", "in")]


def test_the_number_is_never_said_and_only_a_hash_is_kept(story: Story) -> None:
    lea, again = story.member("Léa", on=TELEGRAM), story.stranger("Léa", on=WHATSAPP)
    lea.says("lier")
    code = code_of(lea)
    assert LinkCode.get().digest != code
    assert LinkCode.get().expires_at <= db.now() + dt.timedelta(minutes=15)
    again.says(f"lier {code}")
    for said in [*lea.said(), *again.said()]:
        assert again.id.lstrip("+") not in said


def test_linked_already(story: Story) -> None:
    lea, again = story.member("Léa", on=TELEGRAM), story.stranger("Léa", on=WHATSAPP)
    lea.says("lier")
    again.says(f"lier {code_of(lea)}")
    lea.says("lier")
    lea.hears("sont reliés")

"""An organizer lets somebody stand in until a day: asked, accepted, ended by itself, taken back."""

import pytest

from storage.groups import Membership
from storage.rhythms import Rhythm
from storage.terms import Delegation
from tests.stories.hands import press
from tests.story import Actor, Story

one_platform = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def hand(story: Story, words: str = "les candidatures à Léa jusqu'au 12 avril") -> tuple[Actor, Actor]:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says(f"je délègue {words}")
    return marc, lea


def test_the_applications_are_for_who_accepts_them(story: Story) -> None:
    marc, lea = hand(story)
    marc.hears("les candidatures, jusqu'au dimanche 12 avril")
    lea.hears("Marc te demande")
    assert story.home().deciders("applications") == [marc.person]
    press(lea, "Oui, volontiers")
    marc.hears("Léa prend en charge les candidatures")
    assert story.home().deciders("applications") == [lea.person]
    lea.says("candidatures")
    lea.hears("candidature")


def test_it_ends_by_itself_by_day_and_both_hear_it(story: Story) -> None:
    marc, lea = hand(story, "tout à Léa 1 semaine")
    press(lea, "Oui, volontiers")
    story.later(days=9)
    assert Delegation.get().state == "over"
    assert story.home().deciders("dates") == [marc.person]
    if marc.platform == "telegram":
        marc.hears("C'est de nouveau à toi")
    if lea.platform == "telegram":
        lea.hears("C'est fini pour toi")


@one_platform
def test_one_duty_is_no_other(story: Story) -> None:
    _marc, lea = hand(story)
    press(lea, "Oui, volontiers")
    lea.says("quorum 5")
    assert Rhythm.of(story.home()).quorum == 3


@one_platform
def test_everything_but_naming_organizers(story: Story) -> None:
    _marc, lea = hand(story, "tout à Léa jusqu'au 12 avril")
    zoe = story.member("Zoé")
    press(lea, "Oui, volontiers")
    lea.says("quorum 5")
    assert Rhythm.of(story.home()).quorum == 5
    lea.says("/organisateur Zoé")
    lea.hears("organis")
    seat = Membership.of(story.home(), zoe.person)
    assert seat is not None and seat.role == "member"


@one_platform
def test_it_is_taken_back_at_any_time(story: Story) -> None:
    marc, lea = hand(story, "les dates à Léa 3 semaines")
    press(lea, "Oui, volontiers")
    marc.says("délégations")
    marc.hears("Léa remplace Marc")
    press(marc, "Reprendre")
    lea.says("quorum 5")
    assert Rhythm.of(story.home()).quorum == 3
    lea.hears("C'est fini pour toi")


@one_platform
def test_the_holder_gives_it_back_or_refuses(story: Story) -> None:
    marc, lea = hand(story)
    press(lea, "Plutôt pas")
    marc.hears("ne peut pas s'en occuper")
    press(lea, "Oui, volontiers")
    lea.hears("déjà réglé")
    assert Delegation.get().state == "refused"


@one_platform
def test_no_day_is_asked_and_no_name_explained(story: Story) -> None:
    marc = story.organizer("Marc")
    lea = story.member("Léa")
    marc.says("je délègue les dates à Léa")
    marc.hears("Jusqu'à quand")
    marc.says("bientôt")
    marc.says("12 avril")
    lea.hears("Marc te demande")
    marc.says("je délègue les dates à Zorro jusqu'au 12 avril")
    marc.hears("Zorro")
    marc.says("je délègue")
    marc.hears("Écris quoi")


@one_platform
def test_a_member_delegates_nothing(story: Story) -> None:
    story.organizer("Marc")
    lea, _zoe = story.member("Léa"), story.member("Zoé")
    lea.says("je délègue tout à Zoé jusqu'au 12 avril")
    assert Delegation.select().count() == 0


@one_platform
def test_the_giver_who_no_longer_organizes_gives_no_right(story: Story) -> None:
    marc, lea = hand(story, "tout à Léa 3 semaines")
    press(lea, "Oui, volontiers")
    Membership.update(role="member").where(Membership.person == marc.person).execute()
    seat = Membership.of(story.home(), lea.person)
    assert seat is not None and not seat.may("dates")

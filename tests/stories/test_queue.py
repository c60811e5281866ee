"""Members see whose turn it is, change places, come first when it is urgent, or let it pass."""

import pytest

from storage.hotseats import HotSeat, queue
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import press
from tests.stories.hot_seats import come, planned, sat
from tests.stories.meetings import THURSDAY, fix
from tests.story import Actor, Story


def order(story: Story, *actors: Actor) -> list[str]:
    """The first names of the queue, among these."""
    return [person.name for person in queue(story.home(), [actor.person for actor in actors])]


def four(story: Story) -> tuple[Actor, Actor, Actor, Actor]:
    return story.organizer("Marc"), story.member("Léa"), story.member("Zoé"), story.member("Ana")


def test_the_queue_names_those_who_come_the_longest_waiting_first(story: Story) -> None:
    marc, lea, zoe, ana = four(story)
    meeting = planned(story, marc, lea, zoe)
    sat(marc, meeting, days_ago=0)
    zoe.says("à qui le tour ?")
    text = zoe.hears("Hot seat, jeudi 12 mars").text
    assert text.index("Léa") < text.index("Zoé") < text.index("Marc")
    zoe.hears("Ton rang : 2")
    assert "Ana" not in text
    ana.says("hot seat")
    ana.hears("Hot seat, jeudi 12 mars")


def test_who_lets_it_pass_keeps_their_rank(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]
    marc.says("pas de hot seat pour moi")
    marc.hears("Tu gardes ta place")
    assert order(story, marc, lea, zoe) == ["Léa", "Zoé"]
    marc.says("pas de hot seat pour moi")
    marc.hears("déjà noté")
    marc.says("je veux le hot seat")
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]


def test_two_members_change_places_when_both_agree(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    zoe.says("échange avec Marc")
    zoe.hears("J'ai demandé à Marc")
    marc.hears("Ton rang serait 3 au lieu de 1")
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]
    press(marc, "D'accord")
    assert order(story, marc, lea, zoe) == ["Zoé", "Léa", "Marc"]
    zoe.hears("Ton rang est maintenant 1")
    marc.taps("D'accord")
    marc.hears("déjà une réponse")
    assert order(story, marc, lea, zoe) == ["Zoé", "Léa", "Marc"]


def test_a_swap_may_be_declined(story: Story) -> None:
    marc, lea, zoe, ana = four(story)
    planned(story, marc, lea, zoe)
    zoe.says("échange avec marc")
    press(marc, "Plutôt pas")
    zoe.hears("préfère garder sa place")
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]
    ana.says("échange avec Marc")
    ana.hears("dis d'abord oui")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_name_nobody_bears_is_asked(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    zoe.says("échange avec Gertrude")
    zoe.hears("Avec qui ?")
    press(zoe, "Marc")
    marc.hears("échanger sa place avec toi")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_whoever_was_told_gives_the_turn_away_with_the_swap(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    story.later(days=7, hours=10)
    assert [seat.person.name for seat in HotSeat.select().where(HotSeat.state == "planned")] == ["Marc"]
    zoe.says("échange avec Marc")
    press(marc, "D'accord")
    zoe.hears("Le hot seat est à toi")
    assert order(story, marc, lea, zoe)[0] == "Zoé"


def test_an_urgent_matter_comes_first_when_the_animator_agrees(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    zoe.says("c'est urgent : mon client principal s'en va")
    zoe.hears("J'ai demandé à Marc")
    marc.hears("mon client principal s'en va")
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]
    press(marc, "Oui, en tête")
    assert order(story, marc, lea, zoe) == ["Zoé", "Marc", "Léa"]
    zoe.hears("en tête de la file")
    marc.taps("Pas cette fois")
    assert order(story, marc, lea, zoe) == ["Zoé", "Marc", "Léa"]


def test_not_urgent_enough_and_the_rank_stays(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    zoe.says("c'est urgent")
    zoe.hears("De quoi s'agit-il")
    zoe.says("un devis à rendre demain")
    press(marc, "Pas cette fois")
    zoe.hears("ta place dans la file est gardée")
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_only_who_animates_agrees(story: Story) -> None:
    from handlers.kit.buttons import data_for

    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    zoe.says("c'est urgent : tout brûle")
    seat = HotSeat.open_of(story.home(), zoe.person)
    assert seat is not None
    lea.says("hot seat")
    lea.taps(0, raw_data=data_for("hq.agree", seat.id))
    lea.hears("qui anime")
    assert order(story, marc, lea, zoe) == ["Marc", "Léa", "Zoé"]


def test_who_does_not_come_is_asked_to_come_first(story: Story) -> None:
    marc, lea, _zoe, ana = four(story)
    planned(story, marc, lea)
    ana.says("je veux le hot seat")
    ana.hears("dis d'abord oui pour jeudi 12 mars")
    press(ana, "Je viens")
    assert order(story, marc, lea, ana) == ["Marc", "Léa", "Ana"]


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_without_a_date_everybody_is_in_the_queue(story: Story) -> None:
    _marc, lea, _zoe, _ana = four(story)
    lea.says("hot seat")
    lea.hears("Hot seat, la file")
    lea.hears("Ton rang : 2")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_groups_chat_the_queue_is_shown_to_all(story: Story) -> None:
    marc, lea, zoe, _ana = four(story)
    planned(story, marc, lea, zoe)
    lea.says("/hotseat", chat=story.chat)
    bubble = lea.hears("Hot seat, jeudi 12 mars", chat=story.chat)
    assert not bubble.choices and "Ton rang" not in bubble.text


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_stranger_sees_no_queue_and_a_person_in_two_groups_is_asked(story: Story) -> None:
    marc, lea, _zoe, _ana = four(story)
    planned(story, marc, lea)
    bob = story.stranger("Bob")
    bob.says("hot seat")
    bob.never_hears("Marc")
    other = story.another_group("Les indés de Rennes")
    story.seat(lea, other)
    lea.says("hot seat")
    lea.hears("De quel groupe")
    lea.says("Nantes")
    lea.hears("Hot seat, jeudi 12 mars")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_group_without_answers_says_so(story: Story) -> None:
    _marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    meeting = fix(story, THURSDAY)
    lea.says("hot seat")
    lea.hears("Personne n'a encore dit oui")
    come(meeting, lea)
    lea.says("hot seat")
    lea.hears("C'est pour cette fois")

"""Sub-groups in one tap; late arrivals get one; WhatsApp members are told theirs."""

import random

import pytest

from storage.people import TELEGRAM, WHATSAPP, Person
from storage.rounds import SubGroup, shared_out
from storage.sessions import Session
from tests.stories.evenings import begin, card, chat, tap, tonight
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def evening(story: Story, count: int) -> list[Actor]:
    """So many people at a meeting."""
    people = [story.organizer("Marc"), *(story.member(f"Ami{n}") for n in range(1, count))]
    tonight(story, *people)
    begin(story, *people)
    return people


def sizes() -> list[int]:
    return sorted(len(people) for people in SubGroup.of(Session.get()))


def test_small_groups_are_drawn_and_everybody_knows_theirs(story: Story) -> None:
    people = evening(story, 5)
    people[0].says("sous-groupes de 2")
    assert sizes() == [2, 3]
    for actor in people:
        if actor.platform == WHATSAPP:
            actor.hears("toi avec")
    if story.chat is not None:
        card(story, people[0], "Sous-groupes")
    if story.platform == TELEGRAM:
        people[1].never_hears("toi avec")


def test_two_draw_at_once_and_everybody_has_one_group(story: Story) -> None:
    people = evening(story, 6)
    marc, other = people[0], people[1]
    story.emu.concurrently(
        lambda: marc.phone.says("sous-groupes de 2"), lambda: other.phone.says("sous-groupes de 3")
    )
    story.settle()
    assert sizes() in ([2, 2, 2], [3, 3])


@mixed
def test_another_size_is_one_tap(story: Story) -> None:
    people = evening(story, 6)
    people[0].says("sous-groupes")
    assert sizes() == [3, 3]
    tap(story, people[0], "Par 2")
    assert sizes() == [2, 2, 2]
    story.later(seconds=10)
    assert len(chat(story).heard("Sous-groupes")) == 1, "one card, edited in place"


@mixed
def test_who_arrives_late_goes_to_the_smallest(story: Story) -> None:
    people = evening(story, 5)
    people[0].says("sous-groupes de 2")
    late = story.member("Zoé", on=WHATSAPP)
    late.says("je suis là")
    assert sizes() == [3, 3]
    late.hears("toi avec")


@mixed
def test_three_people_stay_together(story: Story) -> None:
    people = evening(story, 3)
    people[0].says("sous-groupes")
    people[0].hears("restez ensemble")


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("count", range(4, 20))
def test_nobody_is_alone_and_nobody_is_forgotten(size: int, count: int) -> None:
    people = [Person(id=n, name=f"P{n}") for n in range(count)]
    drawn = shared_out(people, size, random.Random(count))
    lengths = [len(group) for group in drawn]
    assert sum(lengths) == count
    assert min(lengths) >= 2
    assert max(lengths) - min(lengths) <= 1

"""The draw of the mission cards is fair, never repeats itself, and its rows are safe when two act at once."""

import itertools
import random
from collections import Counter
from collections.abc import Hashable

import pytest

from storage.missions import DATE, SUMMARY, VENUE, Past, debts, draw

CARDS = [DATE, VENUE, SUMMARY, "host", "icebreaker", "photo"]


def play(people: int, cards: list[str], lowest: float, meetings: int = 1000) -> tuple[Counter[int], float, int]:
    """So many meetings; who held how many, how far anybody ever was from their share, how often a card came again."""
    dice = random.Random(2026)
    often = {n: lowest + (1 - lowest) * n / people for n in range(1, people + 1)}
    history: list[Past] = []
    had: Counter[int] = Counter(dict.fromkeys(often, 0))
    last: dict[int, str] = {}
    widest, twice = 0.0, 0
    for _meeting in range(meetings):
        here = frozenset(n for n, chance in often.items() if dice.random() < chance) or frozenset({1})
        hand = draw(cards, here, history, dice)
        held: dict[Hashable, int] = {card: person for card, person in hand.items() if person is not None}
        assert len(held) == min(len(cards), len(here)) == len(set(held.values())), "a card each, none left over"
        for card, person in held.items():
            twice += last.get(person) == card
            last[person] = str(card)
            had[person] += 1
        history.append(Past(here, held))
        owed = debts(often, history)
        widest = max(widest, *(abs(turns) for turns in owed.values()))
    return had, widest, twice


@pytest.mark.parametrize("people", [2, 3, 5, 8, 12])
@pytest.mark.parametrize("count", [2, 4, 6])
def test_everybody_there_holds_as_many_cards_as_the_others(people: int, count: int) -> None:
    had, _widest, twice = play(people, CARDS[:count], 1.0)
    print(f"{people} people, {count} cards: {min(had.values())} to {max(had.values())} each, {twice} twice running")
    assert max(had.values()) - min(had.values()) <= 1
    assert twice == 0


@pytest.mark.parametrize("lowest", [0.3, 0.6, 0.9])
def test_who_is_away_now_and_then_is_neither_spared_nor_punished(lowest: float) -> None:
    """In a thousand meetings nobody is ever more than a turn from their share of the draws they were at."""
    had, widest, twice = play(9, CARDS[:4], lowest)
    print(
        f"attendance from {lowest:.0%}: {min(had.values())} to {max(had.values())} each, "
        f"never more than {widest:.2f} turns from their share, {twice} twice running"
    )
    assert twice == 0
    assert widest <= 1


def test_one_person_alone_gets_the_first_card_that_is_not_the_one_of_before() -> None:
    dice = random.Random(1)
    first = draw(CARDS, [1], [], dice)
    assert [card for card, person in first.items() if person == 1] == [DATE]
    again = draw(CARDS, [1], [Past(frozenset({1}), {DATE: 1})], dice)
    assert [card for card, person in again.items() if person == 1] == [VENUE]
    assert draw([DATE], [1], [Past(frozenset({1}), {DATE: 1})], dice) == {DATE: None}
    assert draw(CARDS, [], [], dice) == dict.fromkeys(CARDS)


def test_more_cards_than_people_the_essential_ones_are_dealt() -> None:
    hand = draw(CARDS, [1, 2], [], random.Random(3))
    assert {card for card, person in hand.items() if person} == {DATE, VENUE}


def test_chance_decides_between_equals() -> None:
    dice = random.Random(7)
    hands = [draw([DATE], range(1, 6), [], dice)[DATE] for _game in range(1000)]
    counts = Counter(hands)
    assert set(counts) == {1, 2, 3, 4, 5} and min(counts.values()) > 140


def test_the_only_card_goes_round_though_everybody_had_it() -> None:
    dice = random.Random(5)
    history: list[Past] = []
    got: list[int] = []
    for _meeting in range(9):
        person = draw([SUMMARY], [1, 2, 3], history, dice)[SUMMARY]
        assert person is not None
        got.append(person)
        history.append(Past(frozenset({1, 2, 3}), {SUMMARY: person}))
    assert all(one != other for one, other in itertools.pairwise(got))
    assert set(Counter(got).values()) == {3}


def test_a_card_that_does_not_suit_somebody_goes_to_another() -> None:
    for seed in range(30):
        hand = draw(["welcome"], [1, 2], [], random.Random(seed), unfit={2: {"welcome"}})
        assert hand == {"welcome": 1}

"""How fair the draw of the mission cards is, over a thousand simulated meetings."""

from collections.abc import Collection

from tests.bench.figures import Table
from tests.parts.test_missions import CARDS, play

MEETINGS = 1000


def draw(table: Table) -> None:
    """Everybody there, then people who are away now and then: turns apart, and cards that came twice running."""
    for people in (3, 8, 12):
        had, _widest, twice = play(people, CARDS[:4], 1.0, MEETINGS)
        table.below(f"{people} people, all there: cards between most and fewest", _spread(had.values()), 1, "turns")
        table.below(f"{people} people: the same card twice running", float(twice), 0, "times")
    for lowest in (0.3, 0.6, 0.9):
        _had, widest, twice = play(9, CARDS[:4], lowest, MEETINGS)
        told = f"9 people there {lowest:.0%} to 100%"
        table.below(f"{told}: farthest from one's share", widest, 1, "turns")
        table.below(f"{told}: twice running", float(twice), 0, "times")


def _spread(counts: Collection[int]) -> float:
    return float(max(counts) - min(counts))

"""What the outcomes of the corpus add up to; of the measuring part, never a single sentence is told."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.corpus.play import Outcome


@dataclass(frozen=True)
class Score:
    """Sums over a part of the corpus; shares between 0 and 1, times in milliseconds."""

    sentences: int
    done: float
    offered: float
    slots: float
    wrong_acts: float
    answered: float
    p50: float
    p99: float
    queries: float
    chatter: int

    @property
    def right(self) -> float:
        """Done as meant, or offered among three buttons."""
        return self.done + self.offered


def add_up(outcomes: Sequence[Outcome]) -> Score:
    """The sums. Intents are judged on what means something to us; wrong acts on everything."""
    meant = [one for one in outcomes if not one.sentence.chatter]
    overheard = [one for one in outcomes if one.sentence.intents == {"silence"}]
    wanted = [one for one in meant if one.sentence.slots and one.done]
    slots = [same(one.slots.get(name, ""), value) for one in wanted for name, value in one.sentence.slots.items()]
    times = sorted(one.ms for one in outcomes)
    return Score(
        sentences=len(outcomes),
        done=share(meant, lambda one: one.done),
        offered=share(meant, lambda one: one.was_offered),
        slots=sum(slots) / (len(slots) or 1),
        wrong_acts=share(outcomes, lambda one: one.wrong_act),
        answered=share(overheard, lambda one: one.spoke or one.acted),
        p50=statistics.median(times or [0]),
        p99=times[min(len(times) - 1, int(len(times) * 0.99))] if times else 0,
        queries=statistics.fmean(one.queries for one in outcomes) if outcomes else 0,
        chatter=len(outcomes) - len(meant),
    )


def by_slot(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """For each kind of slot, how many were right, of how many, where it was done."""
    told: dict[str, tuple[int, int]] = {}
    for one in outcomes:
        for name, value in one.sentence.slots.items() if one.done else ():
            right, of = told.get(name, (0, 0))
            told[name] = right + same(one.slots.get(name, ""), value), of + 1
    return told


def same(heard: str, wanted: str) -> bool:
    """Is it the same, in whatever order?"""
    return sorted(heard.split(",")) == sorted(wanted.split(","))


def share(outcomes: Iterable[Outcome], holds: Callable[[Outcome], bool]) -> float:
    """How many of them, between 0 and 1."""
    found = [holds(one) for one in outcomes]
    return sum(found) / (len(found) or 1)


def by_intent(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """For each intent, how many sentences were right, of how many."""
    told: dict[str, tuple[int, int]] = {}
    for one in outcomes:
        name = min(one.sentence.intents)
        right, of = told.get(name, (0, 0))
        told[name] = right + one.right, of + 1
    return dict(sorted(told.items()))

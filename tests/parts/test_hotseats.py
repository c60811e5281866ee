"""The queue of the hot seat is fair, its steps have one clock, and both survive what happens."""

import datetime as dt
import random
from collections import Counter

import pytest

from storage import db
from storage.groups import Group, Membership
from storage.hotseats import ADVICE, MINUTES, Advice, HotSeat, Script, Step, Swap, in_turn, queue, turns
from storage.meetings import Meeting
from storage.people import Person, meet

START = dt.datetime(2026, 1, 6, 18, 30, tzinfo=dt.UTC)


def test_the_longest_waiting_comes_first() -> None:
    waits = {n: START + dt.timedelta(days=n) for n in (3, 1, 2)}
    assert in_turn(waits) == [1, 2, 3]


def test_urgent_and_told_come_before_and_swaps_change_two_places() -> None:
    waits = {n: START + dt.timedelta(days=n) for n in (1, 2, 3, 4)}
    assert in_turn(waits, first=[3, 9]) == [3, 1, 2, 4], "somebody absent is not in the queue"
    assert in_turn(waits, swaps=[(4, 1)]) == [4, 2, 3, 1]
    assert in_turn(waits, swaps=[(9, 1)]) == [1, 2, 3, 4], "a swap with somebody absent is none"


@pytest.mark.parametrize("lowest", [0.6, 0.75, 0.9])
def test_turns_are_fair_over_a_thousand_meetings(lowest: float) -> None:
    """Among those who are there, nobody is ever more than one turn ahead, though each is away now and then (45)."""
    dice = random.Random(2026)
    often = {n: lowest + (0.95 - lowest) * n / 7 for n in range(1, 9)}  # how often each comes
    joined = dict.fromkeys(often, START)
    held: list[tuple[int, dt.datetime]] = []
    had: Counter[int] = Counter(dict.fromkeys(often, 0))
    widest = 0
    for meeting in range(1000):
        here = {n for n, chance in often.items() if dice.random() < chance}
        waits = {n: since for n, since in (joined | dict(held[-500:])).items() if n in here}
        for sits in in_turn(waits, turns=turns(joined, held))[:1]:
            held.append((sits, START + dt.timedelta(days=14 * (meeting + 1))))
            had[sits] += 1
            widest = max(widest, *(had[sits] - had[other] for other in here))
    spread = max(had.values()) - min(had.values())
    print(f"attendance from {lowest:.0%}: spread {spread} at the end, {widest} among those present; {dict(had)}")
    assert widest <= 1
    assert spread <= (1 if lowest >= 0.75 else 2), "who is away at the end catches up on their return"


def test_a_newcomer_waits_like_the_others_and_nobody_is_owed_a_year() -> None:
    days = [START + dt.timedelta(days=n) for n in range(40)]
    held = [(1 + n % 2, days[n]) for n in range(1, 20)]
    counted = turns({1: days[0], 2: days[0], 3: days[0], 4: days[15]}, held)
    assert counted == {1: 9, 2: 10, 3: 7, 4: 7}, "3 was away all the time, 4 came when all had had seven"


# ------------------------------------------------------------------ in the database


@pytest.fixture
def group(engine: str, valkey: str) -> Group:
    from storage import settings
    from tests.stage import some_settings

    settings.use(some_settings(valkey))
    if engine.startswith("sqlite"):
        db.connect(engine)
    return Group.create(name="Les indés", state="live", timezone="Europe/Paris")


def member(group: Group, name: str, joined: int) -> Person:
    address = meet("telegram", str(joined), name=name)
    seat = Membership.welcome(group, address.person, address)
    Membership.update(joined_at=START + dt.timedelta(days=joined)).where(Membership.id == seat.id).execute()
    return address.person


def names(people: list[Person]) -> list[str]:
    return [person.name for person in people]


def test_the_queue_reads_last_turns_and_what_was_agreed(group: Group) -> None:
    lea, marc, zoe = (member(group, name, n) for n, name in enumerate(("Léa", "Marc", "Zoé"), 1))
    meeting = Meeting.fix(group, db.now() + dt.timedelta(days=3))
    people = [lea, marc, zoe]
    assert names(queue(group, people)) == ["Léa", "Marc", "Zoé"]

    HotSeat.create(group=group, person=lea, state="done", ended_at=db.now())
    assert names(queue(group, people)) == ["Marc", "Zoé", "Léa"]
    assert names(queue(group, [lea, zoe])) == ["Zoé", "Léa"], "Marc is away"

    assert HotSeat.prepare(group, marc).pass_on(meeting)
    assert names(queue(group, people, meeting)) == ["Zoé", "Léa"]
    later = Meeting.fix(group, db.now() + dt.timedelta(days=17))
    assert names(queue(group, people, later)) == ["Marc", "Zoé", "Léa"], "the same rank as before"

    wish, fresh = Swap.ask(later, lea, marc)
    assert fresh and not Swap.ask(later, lea, marc)[1]
    assert wish.agree() and not wish.agree()
    assert names(queue(group, people, later)) == ["Léa", "Zoé", "Marc"]

    urgent = HotSeat.prepare(group, zoe)
    urgent.note(urgent_words="vite")
    assert urgent.agree(marc) and not urgent.agree(marc)
    assert names(queue(group, people, later)) == ["Zoé", "Léa", "Marc"]


def test_one_hot_seat_at_a_time_and_each_step_begins_once(group: Group) -> None:
    lea, marc = member(group, "Léa", 1), member(group, "Marc", 2)
    meeting = Meeting.fix(group, db.now())
    seat, other = HotSeat.prepare(group, lea), HotSeat.prepare(group, marc)
    first = seat.start(meeting, marc)
    assert first is not None and first.number == 1
    assert seat.start(meeting, lea) is None and other.start(meeting, marc) is None

    same = Step.get_by_id(first.id)
    assert first.next() is not None and same.next() is None, "two who tap at once go one step further"
    assert not Step.get_by_id(first.id).current
    assert [step.number for step in seat.steps] == [1, 2]


def test_a_pause_keeps_what_is_left_and_an_extension_counts_from_now(group: Group) -> None:
    lea = member(group, "Léa", 1)
    step = HotSeat.prepare(group, lea).start(Meeting.fix(group, db.now()), lea)
    assert step is not None and step.ends_at is not None
    assert step.pause() and not step.pause()
    assert step.rest is not None and 290 <= step.rest <= 300
    assert step.extend() is None and step.resume() and not step.resume()
    longer = step.extend()
    assert longer is not None and longer.ends_at == step.ends_at + dt.timedelta(minutes=5)
    assert step.extend() is None, "somebody else was faster"
    assert step.ask_more(lea) == 1 and step.ask_more(lea) == 1, "one person counts once"


def test_a_hot_seat_stopped_before_the_advice_keeps_its_turn(group: Group) -> None:
    lea = member(group, "Léa", 1)
    meeting = Meeting.fix(group, db.now())
    seat = HotSeat.prepare(group, lea)
    step = seat.start(meeting, lea)
    assert step is not None and seat.end() and not seat.end()
    assert seat.state == "waiting" and HotSeat.last_done(group) is None and HotSeat.of_meeting(meeting) == []

    again = seat.reopen()
    assert again is not None and again.number == 1
    while again is not None and again.number < ADVICE:
        again = again.next()
    assert seat.end() and seat.state == "done"
    last = HotSeat.last_done(group)
    assert last is not None and last.person == lea and HotSeat.of_meeting(meeting) == [seat]


def test_one_piece_of_advice_is_the_best(group: Group) -> None:
    lea, marc, zoe = (member(group, name, n) for n, name in enumerate(("Léa", "Marc", "Zoé"), 1))
    seat = HotSeat.prepare(group, lea)
    assert Advice.give(seat, marc, "Appelle-les") and not Advice.give(seat, marc, "Appelle-les")
    best = seat.best_advice()
    assert best is not None and best.person == marc, "the only one"
    Advice.give(seat, zoe, "Double tes prix")
    assert seat.best_advice() is None
    for one in seat.advices():
        one.star()
    best = seat.best_advice()
    assert best is not None and best.person == zoe, "the last one starred"


def test_the_durations_of_a_group_can_be_put_back(group: Group) -> None:
    script = Script.of(group)
    script.change(minutes=[1, 2, 3, 4, 5, 6])
    assert Script.of(group).minutes == [1, 2, 3, 4, 5, 6]
    assert Script.of(group).undo() and Script.of(group).minutes == list(MINUTES)
    assert not Script.of(group).undo()
    assert [script.seats_for(people) for people in (3, 8, 9)] == [1, 1, 2]

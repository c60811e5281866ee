"""Nobody acts or reads in a group not theirs, whatever button, record, person and chat (M14, S9, S10, S11, S12)."""

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from peewee import Field

from handlers.kit import doors, duties, on, router, say
from handlers.kit.events import Due, Tap
from handlers.kit.speak import Turn
from storage import db
from storage.applications import Application
from storage.brainstorms import Brainstorm
from storage.db import Record
from storage.groups import ORGANIZER, Group, Membership
from storage.meetings import Meeting
from storage.models import MODELS
from storage.outbox import Post
from storage.people import WHATSAPP, Address
from storage.polls import Poll
from tests.properties.bare import Rows, a_group, event, memory, seat, somebody, undone

GROUPS = 4
LEAST = 100_000  # triples (M14)
ALOOF = {"Person", "Address", "Seen", "Card", "Fact", "Lease", "Receipt", "Content"}  # of no group
SAYING = {"Post", "Question"}


@dataclass
class Watched(Turn):
    """A turn that notes whether the feature was reached, and runs nothing."""

    refused: bool = False
    reached: bool = False

    def carry_out(self, effects: Iterable[say.Say] | None) -> None:
        """A refusal is a list; what a feature yields is not begun."""
        if isinstance(effects, list):
            self.refused = True
        else:
            self.reached = True


@dataclass
class Circle:
    """A group, its people, one record of each kind, and words that only it knows."""

    group: Group
    canary: str
    organizer: Address
    members: list[Address] = field(default_factory=list)
    outside: list[Address] = field(default_factory=list)
    rows: Rows | None = None

    def record(self, model: type[Any] | None) -> Any:
        """Its record of that model."""
        assert self.rows is not None and model is not None
        return self.rows.of(model)


def a_circle(number: int) -> Circle:
    """A group of five people; two who left or applied stand outside."""
    canary = f"zq{'abcdefgh'[number]}canari"
    group = a_group(f"Groupe {number}")
    Group.update(purpose=canary, charter=canary, expectations=canary).where(Group.id == group.id).execute()
    organizer = somebody(f"Olga {canary}")
    seat(group, organizer, ORGANIZER)
    circle = Circle(group, canary, organizer)
    for index in range(3):
        member = somebody(f"Membre{index} {canary}", WHATSAPP if index % 2 else "telegram")
        seat(group, member)
        circle.members.append(member)
    former = somebody(f"Ancien {canary}")
    seat(group, former).leave("left")
    applicant = somebody(f"Zoe {canary}")
    Application.begin(group, applicant.person, applicant, group.public_link(), ["Pourquoi ?"])
    circle.outside = [former, applicant]
    mine = circle.members[0]
    circle.rows = Rows(group, mine.person, mine, canary)
    circle.rows.know(Membership.get(Membership.group == group, Membership.person == mine.person))
    for model in MODELS:
        if isinstance(getattr(model, "group", None), Field | property) and model.__name__ not in SAYING:
            circle.record(model)
    return circle


@pytest.fixture(scope="module")
def circles() -> Iterator[list[Circle]]:
    with memory():
        yield [a_circle(number) for number in range(GROUPS)]


def actors(circles: list[Circle]) -> list[Address]:
    """Everybody, and three strangers."""
    own = [[c.organizer, *c.members, *c.outside] for c in circles]
    return [*itertools.chain.from_iterable(own), *map(somebody, ("Inconnue", "Inconnu", "Personne"))]


@pytest.mark.timeout(1200)
def test_m14_a_hundred_thousand_triples_reach_no_feature_of_another_group(circles: list[Circle]) -> None:
    """M14: every kind of button, about every group's record, by everybody, in private and in another group's chat."""
    buttons = [known for known in on.registry.buttons.values() if known.model is not None]
    may = functools.cache(duties.may)
    wrong: list[tuple[str, str, str, str]] = []
    tried = 0
    for circle, who in itertools.product(circles, actors(circles)):
        mine = Membership.of(circle.group, who.person)
        for chat in chats(circles, circle, mine):
            tap = Tap(who.person, who, event(who, "tap", chat))
            for known in buttons:
                turn, record = Watched(tap.event), circle.record(known.model)
                router.press(turn, tap, known, record.id)
                tried += 1
                if turn.reached != expected(known, record, who, mine, may):
                    wrong.append((known.code, circle.canary, who.person.name, chat))
    print(f"M14: {tried} triples, {len(wrong)} wrong")
    assert tried >= LEAST and not wrong, wrong[:9]


def chats(circles: list[Circle], circle: Circle, mine: Membership | None) -> list[str]:
    """Where it is pressed: in private; by whom it does not concern, in every other group's chat too."""
    others = [str(one.group.chat.chat_id) for one in circles if one is not circle and one.group.chat][:2]
    return [""] if mine else ["", *others]


def expected(
    known: on.Button, record: Record, who: Address, mine: Membership | None, may: Callable[..., bool]
) -> bool:
    """The rule in other words than the router's: whose record, whose seat, whose duty."""
    if known.only is None:
        return True
    if known.only == "self":
        return getattr(record, "person_id", None) == who.person_id or record is who.person
    return mine is not None and (known.only != "organizer" or may(mine, known.function))


# ------------------------------------------------------------------ what is really run stays inside


@pytest.fixture(scope="module")
def touched(circles: list[Circle]) -> None:
    """Every row written is noted, with its group where the table has one."""
    db.real.execute_sql("create temp table touched (name text, number integer, group_id integer)")
    for model in MODELS:
        table, columns = model._meta.table_name, {one.column_name for one in model._meta.sorted_fields}
        for act, row in (("insert", "new"), ("update", "new"), ("delete", "old")):
            group = f"{row}.group_id" if "group_id" in columns else "null"
            db.real.execute_sql(
                f'create temp trigger note_{act}_{table} after {act} on main."{table}" begin '
                f"insert into touched values ('{model.__name__}', {row}.id, {group}); end"
            )


def groups_touched() -> set[int]:
    """The groups of every row written since the last look."""
    models: dict[str, Any] = {model.__name__: model for model in MODELS}
    found: set[int] = set()
    query = "select distinct name, number, group_id from touched where name not in ('Post', 'Question')"
    for name, number, group in db.real.execute_sql(query).fetchall():
        row = models[name].get_or_none(id=number) if group is None and name not in ALOOF else None
        home = row if isinstance(row, Group) else getattr(row, "group", None)
        found.add(group or (home.id if isinstance(home, Group) else 0))
    return found - {0}


def leaks(circles: list[Circle], mine: set[int], who: Address | None = None) -> list[str]:
    """What was written in other groups than these, said of them to anybody, or in their name to somebody else."""
    posts = list(Post.select())
    texts = json.dumps([post.payload for post in posts], ensure_ascii=False)
    others = [circle for circle in circles if circle.group.id not in mine]
    written = groups_touched() | {post.group_id for post in posts if who is None or post.chat != who.address}
    said = [circle.canary for circle in others if circle.canary in texts]
    return said + [f"rows of {circle.group.name}" for circle in others if circle.group.id in written]


def homes(who: Address) -> set[int]:
    """The groups of somebody, those they apply to or left included: they have things of their own there."""
    seats = Membership.select(Membership.group).where(Membership.person == who.person)
    applied = Application.select(Application.group).where(Application.person == who.person)
    return {row.group.id for row in seats} | {row.group.id for row in applied}


def played(name: str, act: Callable[[], object]) -> list[str]:
    """What it raised, if anything: rows made of thin air may be odd, and that is no leak."""
    try:
        act()
    except Exception as error:
        return [f"{name}: {type(error).__name__}: {str(error)[:60]}"]
    return []


def test_s12_no_button_writes_or_tells_in_another_group(circles: list[Circle], touched: None) -> None:
    """S9, S10, S12: each button about the first group's records, really run for whom it is and who may try."""
    circle = circles[0]
    odd: list[str] = []
    for known in on.registry.buttons.values():
        record = circle.record(known.model).id if known.model else 0
        for who in pressing(known, circle, circles[1]):
            with undone():
                turn = Turn(event(who, "tap"))
                odd += played(known.code, lambda: press(turn, who, known, record))  # noqa: B023
                found = leaks(circles, homes(who), who)
                assert not found, (known.code, who.person.name, found)
    print(f"{len(odd)} raised: {odd[:40]}")
    assert len(odd) < 20, odd


def pressing(known: on.Button, circle: Circle, other: Circle) -> list[Address]:
    """Whom the router lets through; the rest is refused before anything runs (M14)."""
    known_to = {"organizer": [circle.organizer], "member": [circle.members[1]], "self": [circle.members[0]]}
    return known_to.get(str(known.only), [circle.organizer, circle.outside[0], other.organizer])


def press(turn: Turn, who: Address, known: on.Button, record: int) -> None:
    assert turn.event is not None
    turn.spoken = tap = Tap(who.person, who, turn.event)
    router.press(turn, tap, known, record)


def test_s12_no_words_reach_another_group(circles: list[Circle], touched: None) -> None:
    """S12: each command and phrase of the first group's organizer, with another group's name and numbers after it."""
    who, other = circles[0].organizer, circles[1]
    odd: list[str] = []
    for text in (f"{word} {other.group.name} 2" for word in said()):
        with undone():
            odd += played(text, lambda: router.answer(event(who, text=text)))  # noqa: B023
            found = leaks(circles, homes(who), who)
            assert not found, (text, who.person.name, found)
    print(f"{len(odd)} raised: {odd[:40]}")
    assert len(odd) < 20, odd


def test_s12_no_link_leads_into_another_group(circles: list[Circle], touched: None) -> None:
    """S12: each kind of Start link, about the other group's records, followed by the first group's organizer.

    But for its application link: that is for everybody, and leads to an application.
    """
    who, other = circles[0].organizer, circles[1]
    known = [other.record(model) for model in (Brainstorm, Poll, Meeting, Group)] + [other.group.chat]
    for prefix, record in itertools.product(doors._openers.keys() - {"a"}, known):
        with undone():
            router.answer(event(who, text=f"/start {doors.sealed(prefix, record.id)}"))
            found = leaks(circles, homes(who), who)
            assert not found, (prefix, record, found)


def said() -> list[str]:
    """One name of each command, one phrase of each function."""
    commands = {known.function: f"/{name}" for name, known in on.registry.commands.items()}
    phrases = {known.function: known.words for known in on.registry.phrases}
    return sorted({*commands.values(), *phrases.values()})


def test_s12_no_timer_reaches_another_group(circles: list[Circle], touched: None) -> None:
    odd: list[str] = []
    for code, (function, model) in on.registry.timers.items():
        with undone():
            due = Due(circles[0].record(model), db.now())
            odd += played(code, lambda: Turn().carry_out(function(due)))  # noqa: B023
            found = leaks(circles, {circles[0].group.id})
            assert not found, (code, found)
    print(f"{len(odd)} raised: {odd[:40]}")
    assert len(odd) < 20, odd

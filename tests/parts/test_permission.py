"""Who may press a button or say a word: one seat, one role, one duty at a time (S9, S10, S14, S22, promise 5)."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from handlers.kit import buttons, duties, on, router, say
from handlers.kit.buttons import Pressed, data_for, read
from handlers.kit.events import Incoming, Message, Tap
from handlers.kit.speak import Turn
from storage import db, terms
from storage.applications import Application
from storage.groups import MEMBER, ORGANIZER, Group, Invite, Membership
from storage.knocks import Knock
from storage.outbox import Post
from storage.people import Address
from tests.properties.bare import a_group, event, memory, seat, somebody, undone


@pytest.fixture(scope="module")
def opened() -> Iterator[None]:
    with memory():
        yield


@pytest.fixture(autouse=True)
def empty(opened: None) -> Iterator[None]:
    """The database as it was before each test."""
    with undone():
        yield


@dataclass
class Circle:
    """A group with an organizer and two members, and a stranger."""

    group: Group
    camille: Address
    lea: Address
    marc: Address
    zoe: Address

    @property
    def chat(self) -> str:
        """The id of its Telegram chat."""
        found = self.group.chat
        return str(found.chat_id) if found else ""


@pytest.fixture
def circle() -> Circle:
    group = a_group("Les indés")
    camille, lea, marc, zoe = (somebody(name) for name in ("Camille", "Léa", "Marc", "Zoé"))
    seat(group, camille, ORGANIZER)
    seat(group, lea)
    seat(group, marc)
    return Circle(group, camille, lea, marc, zoe)


def feature(given: Tap | Message) -> Iterator[say.Say]:
    """A feature that only notes who reached it, and as what."""
    reached.append(given)
    yield say.done()


reached: list[Any] = []


def pressed(who: Address, only: on.Only, record: Any, chat: str = "", missing: bool = False) -> Any:
    """Press such a button; what the feature was given, or the refusal's words."""
    reached.clear()
    known = on.Button(feature, "xx.x", type(record) if record is not None else None, None, only)
    turn = Turn(event(who, "tap", chat))
    tap = turn.spoken = Tap(who.person, who, event(who, "tap", chat))
    number = 999_999 if missing else record.id if record is not None else 0
    router.press(turn, tap, known, number)
    return reached[0] if reached else turn.toast or said(who)


def tapped(tap: Incoming) -> Turn:
    """The turn of a tap as it comes in."""
    turn = Turn(tap)
    router._tapped(tap, turn)
    return turn


def said(who: Address) -> str:
    """The newest words to somebody."""
    post = Post.select().where(Post.chat == who.address).order_by(Post.id.desc()).first()
    return str(post.payload["text"]) if post else ""


def wrote(who: Address, only: on.Only, group: Group | None) -> Any:
    """Say the words of such a feature, meant for that group; what it was given, or the refusal."""
    reached.clear()
    said_so = event(who, "text", text="allons-y")
    turn, message = Turn(said_so), Message(who.person, who, said_so, text="allons-y").about(group)
    turn.spoken = message
    router._check_and_run(turn, feature, only, message)
    return reached[0] if reached else said(who)


# ------------------------------------------------------------------ buttons


def test_a_member_reaches_it_with_the_group_the_seat_and_the_record(circle: Circle) -> None:
    given = pressed(circle.lea, MEMBER, circle.group)
    assert given.group == circle.group and given.record == circle.group
    assert given.membership.person_id == circle.lea.person_id and given.person == circle.lea.person


@pytest.mark.parametrize(
    ("only", "may"),
    [(None, "camille lea zoe"), (MEMBER, "camille lea"), (ORGANIZER, "camille")],
)
def test_who_reaches_what(circle: Circle, only: on.Only, may: str) -> None:
    for name in ("camille", "lea", "zoe"):
        given = pressed(getattr(circle, name), only, circle.group)
        assert isinstance(given, Tap) == (name in may.split()), name


def test_a_refusal_names_the_group_and_says_why(circle: Circle) -> None:
    assert "Les indés" in pressed(circle.zoe, MEMBER, circle.group)
    words = pressed(circle.lea, ORGANIZER, circle.group)
    assert isinstance(words, str) and words and words != pressed(circle.zoe, ORGANIZER, circle.group)


def test_s10_who_left_is_a_stranger_again(circle: Circle) -> None:
    """S10."""
    found = Membership.of(circle.group, circle.lea.person)
    assert found is not None
    found.leave("left")
    assert isinstance(pressed(circle.lea, MEMBER, circle.group), str)
    assert isinstance(pressed(circle.lea, MEMBER, Membership.get_by_id(found.id)), str), "about their own old seat"


def test_a_button_about_a_seat_is_pressed_with_it_by_whose_it_is(circle: Circle) -> None:
    found = Membership.of(circle.group, circle.lea.person)
    assert found is not None
    given = pressed(circle.lea, "self", found)
    assert given.membership == found and given.record.person == circle.lea.person
    other = pressed(circle.marc, MEMBER, found)
    assert other.membership.person_id == circle.marc.person_id and other.record.person == circle.lea.person


def test_s9_what_is_somebody_elses_stays_theirs(circle: Circle) -> None:
    """S9."""
    found = Membership.of(circle.group, circle.lea.person)
    for who in (circle.marc, circle.camille, circle.zoe):
        assert isinstance(pressed(who, "self", found), str)
    assert isinstance(pressed(circle.lea, "self", circle.lea.person), Tap)
    assert isinstance(pressed(circle.marc, "self", circle.lea.person), str)


def test_a_record_that_is_gone_is_an_old_button(circle: Circle) -> None:
    for only in (None, MEMBER, ORGANIZER, "self"):
        words = pressed(circle.camille, only, circle.group, missing=True)
        assert isinstance(words, str) and words


def test_a_button_without_record_needs_none(circle: Circle) -> None:
    given = pressed(circle.zoe, None, None)
    assert (given.record, given.group, given.membership) == (None, None, None)


def test_s9_only_our_own_data_is_read() -> None:
    data = data_for("vt.yes", 7)
    assert len(data.encode()) <= 64 and len(data.rpartition(":")[2]) == 8
    assert read(data) == Pressed("vt.yes", 7)
    forged = [data.replace(":7:", ":8:"), data.replace("yes", "no"), data[:-1], data + "A", data.swapcase()]
    forged += [
        "2" + data[1:],
        data.rpartition(":")[0],
        f"{data}:x",
        data.replace(":7:", ":٧:"),
        data.replace("7", ""),
    ]
    for one in forged:
        assert read(one) is None, one


def test_s9_no_bytes_of_chance_are_read() -> None:
    dice = random.Random(9)
    good = data_for("vt.yes", 7)
    for _time in range(3000):
        assert read(dice.randbytes(64).decode("latin-1")) is None
        at, sign = dice.randrange(len(good)), chr(dice.randrange(32, 0x250))
        assert read(good[:at] + sign + good[at + 1 :]) is None or good[at] == sign


@pytest.mark.parametrize(("number", "known"), [(10**15 - 1, True), (10**15, False), (-7, False)])
def test_s9_only_numbers_that_a_record_may_have_are_read(number: int, known: bool) -> None:
    assert (read(data_for("vt.yes", number)) is not None) == known


def test_s9_the_data_of_another_version_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buttons, "VERSION", "0")
    data = data_for("vt.yes", 7)
    monkeypatch.undo()
    assert read(data) is None


@pytest.mark.parametrize("data", ["", "1:xx.x:1:abc", "nonsense"])
def test_forged_data_reaches_nothing(circle: Circle, data: str) -> None:
    turn = tapped(replace(event(circle.camille, "tap"), data=data))
    assert not turn.ran and (turn.toast or said(circle.camille))


def test_signed_data_of_an_unknown_code_reaches_nothing(circle: Circle) -> None:
    turn = tapped(replace(event(circle.camille, "tap"), data=data_for("zz.zz", circle.group.id)))
    assert not turn.ran and (turn.toast or said(circle.camille))


def test_signed_data_reaches_its_feature_as_whoever_tapped(circle: Circle) -> None:
    code = next(code for code, one in on.registry.buttons.items() if one.model is Group and one.only)
    turn = tapped(replace(event(circle.zoe, "tap"), data=data_for(code, circle.group.id)))
    assert not turn.ran, "a stranger is refused"
    assert turn.spoken is not None and turn.spoken.person == circle.zoe.person


def test_a_tap_of_nobody_is_nothing() -> None:
    turn = tapped(replace(event(somebody("Zoé"), "tap"), sender=None))
    assert not turn.ran and turn.spoken is None and not Post.select().count()


# ------------------------------------------------------------------ the group's own chat


def test_who_was_in_the_chat_before_us_is_a_member(circle: Circle) -> None:
    given = pressed(circle.zoe, MEMBER, circle.group, chat=circle.chat)
    assert given.membership.person_id == circle.zoe.person_id
    assert Membership.of(circle.group, circle.zoe.person) is not None


def test_s12_another_chat_makes_nobody_a_member(circle: Circle) -> None:
    """S12."""
    other = a_group("Les autres")
    assert other.chat is not None
    for chat in (str(other.chat.chat_id), "", "-1"):
        assert isinstance(pressed(circle.zoe, MEMBER, circle.group, chat=chat), str)
    assert isinstance(pressed(circle.zoe, MEMBER, a_group("Sans chat", chat=False), chat=circle.chat), str)
    assert Membership.of(circle.group, circle.zoe.person) is None


def test_a_group_that_is_not_live_learns_nobody(circle: Circle) -> None:
    Group.update(state="closed").where(Group.id == circle.group.id).execute()
    assert isinstance(pressed(circle.zoe, MEMBER, Group.get_by_id(circle.group.id), chat=circle.chat), str)


def test_s14_s22_who_left_or_came_by_the_gate_is_not_let_in_by_a_tap(circle: Circle) -> None:
    """S14, S22: the organizers decide."""
    found = Membership.of(circle.group, circle.lea.person)
    assert found is not None
    found.leave("left")
    knocking, guest, applying = (somebody(name) for name in ("Ana", "Ben", "Cléo"))
    Knock.create(group=circle.group, address=knocking, kind="inside")
    Invite.create(
        group=circle.group, person=circle.marc.person, kind="single", state="used", expires_at=db.now(), used_by=guest
    )
    Application.begin(circle.group, applying.person, applying, None, ["Pourquoi ?"])
    for who in (circle.lea, knocking, guest, applying):
        assert isinstance(pressed(who, MEMBER, circle.group, chat=circle.chat), str)
        assert Membership.of(circle.group, who.person) is None


def test_the_gate_of_another_group_does_not_matter(circle: Circle) -> None:
    other, ana = a_group("Les autres"), somebody("Ana")
    Knock.create(group=other, address=ana, kind="inside")
    Application.begin(other, ana.person, ana, None, ["Pourquoi ?"])
    assert isinstance(pressed(ana, MEMBER, circle.group, chat=circle.chat), Tap)


# ------------------------------------------------------------------ words


def test_who_may_say_what(circle: Circle) -> None:
    for only, may in ((None, "camille lea zoe"), (MEMBER, "camille lea"), (ORGANIZER, "camille")):
        for name in ("camille", "lea", "zoe"):
            given = wrote(getattr(circle, name), only, circle.group)
            assert isinstance(given, Message) == (name in may.split()), (only, name)


def test_words_of_a_stranger_to_no_group_are_told_how_to_come_in(circle: Circle) -> None:
    assert "Les indés" in wrote(circle.zoe, MEMBER, circle.group)
    assert "groupe" in wrote(circle.zoe, MEMBER, None) and "Les indés" not in said(circle.zoe)


# ------------------------------------------------------------------ duties


def of(module: str, name: str = "act") -> Any:
    """A function that says to be from there."""

    def act() -> None:
        """Nothing."""

    act.__module__, act.__name__ = module, name
    return act


@pytest.mark.parametrize(
    ("module", "name", "duty"),
    [
        ("handlers.welcome.decide", "act", "applications"),
        ("handlers.welcome.other", "act", terms.ALL),
        ("handlers.meet.venue", "act", "venue"),
        ("handlers.meet.watchdog", "act", terms.ANIMATE),
        ("handlers.meet.vote", "act", "dates"),
        ("handlers.during.notes", "act", "hotseat"),
        ("handlers.govern.roles", "act", "own"),
        ("handlers.found.organize", "organizer", "own"),
        ("handlers.found.organize", "act", terms.ALL),
        ("handlers.found.other", "organizer", terms.ALL),
        ("handlers.after.summary", "act", "summary"),
    ],
)
def test_the_duty_of_a_function_is_that_of_its_place(module: str, name: str, duty: str) -> None:
    assert duties.duty_of(of(module, name)) == duty


def test_a_delegate_does_what_was_delegated_and_nothing_else(circle: Circle) -> None:
    """V04, V05."""
    terms.Delegation.create(
        group=circle.group,
        giver=circle.camille.person,
        holder=circle.lea.person,
        duty="dates",
        state="on",
        until=db.now().date() + dt.timedelta(days=7),
        ends_at=db.now() + dt.timedelta(days=7),
    )
    lea, marc, camille = (
        Membership.of(circle.group, one.person) for one in (circle.lea, circle.marc, circle.camille)
    )
    assert lea and marc and camille
    assert [duties.has(lea, duty) for duty in ("dates", "venue", "own", terms.ANIMATE)] == [True, False, False, True]
    assert [duties.has(marc, duty) for duty in ("dates", "own", terms.ANIMATE)] == [False, False, False]
    assert all(duties.has(camille, duty) for duty in ("dates", "venue", "own", terms.ANIMATE))
    terms.Term.create(group=circle.group, person=circle.marc.person, state="on")
    assert duties.has(marc, terms.ANIMATE) and not duties.has(marc, "dates"), "who animates fixes no date"
    assert duties.may(lea, of("handlers.meet.vote")) and not duties.may(lea, of("handlers.govern.roles"))
    assert isinstance(pressed(circle.lea, ORGANIZER, circle.group), str), "dates alone, not all"

"""What storage promises, on SQLite and on PostgreSQL: once only, one winner, nothing lost."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.kit.speak import Turn
from storage import db, outbox, people
from storage.applications import Application
from storage.groups import ApplyLink, Group, Membership
from storage.outbox import Post, Question, Reminder, Seen
from storage.people import Address, LinkCode, Person, find_address, meet, merge

pytestmark = pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def opened(engine: str, valkey: str) -> None:
    from storage import settings
    from tests.stage import some_settings

    settings.use(some_settings(valkey))
    if engine.startswith("sqlite"):
        db.connect(engine)


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Run it in so many threads, each with its own connection."""
    results: list[object] = []

    def work(n: int) -> None:
        with db.connection():
            results.append(act(n))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def person(name: str = "Zoé", address: str = "1") -> Person:
    return meet("telegram", address, name=name).person


def post(chat: str = "1", **facts: object) -> Post:
    return Post.create(platform="telegram", chat=chat, payload={"text": "x"}, **facts)


def test_an_event_is_first_exactly_once() -> None:
    def claim(n: int) -> bool:
        with db.transaction():
            return Seen.first(f"tg:1:{n % 5}")

    assert sum(map(bool, at_once(40, claim))) == 5


def test_one_of_two_organizers_decides() -> None:
    group, marc, lea = Group.create(name="G"), person("Marc", "2"), person("Léa", "3")
    application = Application.create(group=group, person=person(), state="waiting")

    def decide(n: int) -> bool:
        with db.transaction():
            mine = Application.get_by_id(application.id).fresh()
            return mine.accept(marc) if n % 2 else mine.refuse(lea, "non")

    assert sum(map(bool, at_once(10, decide))) == 1


def test_every_post_is_claimed_once_and_in_order() -> None:
    for n in range(60):
        post(chat=str(n % 6))
    claimed: list[Post] = []

    def work(_n: int) -> None:
        with db.transaction():
            _lease, rows = outbox.claim(25)
            claimed.extend(rows)

    at_once(6, work)
    assert len(claimed) == len({row.id for row in claimed})
    for chat in {row.chat for row in claimed}:
        ids = [row.id for row in claimed if row.chat == chat]
        assert ids == sorted(ids)


def test_a_chat_with_something_under_way_is_left_alone() -> None:
    first, _second = post(), post()
    _lease, rows = outbox.claim(1)
    assert [row.id for row in rows] == [first.id]
    assert outbox.claim(10)[1] == []


def test_what_a_dead_worker_held_is_taken_over() -> None:
    """F4: leased and not begun goes out again; F5: begun is repeated only where that does no harm."""
    past = db.real_now() - dt.timedelta(seconds=1)
    leased = post(chat="1", lease="x", leased_until=past)
    begun = post(chat="2", state="sending", lease="x", leased_until=past)
    errand = post(chat="3", kind="revoke_link", state="sending", lease="x", leased_until=past)
    outbox.recover()
    assert {row.id for row in outbox.claim(10)[1]} == {leased.id, errand.id}
    assert Post.get_by_id(begun.id).state == "uncertain"


def test_a_worker_that_stood_still_is_not_taken_for_dead_at_the_first_look() -> None:
    """F13: after a standstill of the database every lease has run out, and the living renew theirs."""
    past, seen = db.real_now() - dt.timedelta(seconds=1), set[tuple[int, dt.datetime]]()
    dead = post(chat="1", state="sending", lease="x", leased_until=past)
    alive = post(chat="2", state="sending", lease="y", leased_until=past)
    assert outbox.recover(seen) == []
    outbox.renew(["y"])
    assert [row.id for row in outbox.recover(seen)] == [dead.id]
    assert Post.get_by_id(alive.id).state == "sending"


def test_a_call_that_was_not_made_leaves_its_post_where_it_was() -> None:
    """F14: the connection was cut while the call was noted as begun; what comes after it in the chat still waits."""
    first, second = post(), post()
    _lease, rows = outbox.claim(1)
    outbox.start(rows)
    outbox.give_back(rows[0])
    assert [row.id for row in outbox.claim(10)[1]] == [first.id, second.id]


def test_a_lost_lease_cannot_mark_the_post() -> None:
    token, rows = outbox.claim(10) if post() else ("", [])
    outbox.start(rows)
    Post.update(lease="another").execute()
    assert not rows[0].finish(token, "5")


def test_tries_end_after_a_day() -> None:
    row = post(created_at=db.now() - dt.timedelta(hours=25), attempts=99)
    token, _rows = outbox.claim(10)
    row.put_back(token, 60, "500")
    assert Post.get_by_id(row.id).state == "dead"


def test_a_timer_is_set_and_rung_once() -> None:
    due = db.now()
    for _n in range(3):
        Reminder.put("x.y", "Group", 1, due)
    assert Reminder.select().count() == 1
    row = Reminder.get()
    assert sum(map(bool, at_once(8, lambda _n: Reminder.get_by_id(row.id).take()))) == 1


def test_one_open_question_an_address() -> None:
    address = meet("telegram", "1")
    Question.ask(address, "a", {}, None)
    Question.ask(address, "b", {"x": 1}, None)
    found = Question.of(address)
    assert found is not None and (found.code, found.answers) == ("b", {"x": 1})


def test_two_people_become_one_and_nothing_points_nowhere() -> None:
    kept, gone = person("Léa", "1"), person("Léa M.", "2")
    one, two = Group.create(name="A"), Group.create(name="B")
    for who in (kept, gone):
        Membership.welcome(one, who, Address.get(Address.person == who))
    Membership.welcome(two, gone, Address.get(Address.person == gone))
    with db.transaction():
        merge(kept, gone)
    assert {seat.group.name for seat in Membership.all_of(kept)} <= {"A", "B"}
    assert Membership.select().where(Membership.person == kept).count() == 2
    assert Address.select().where(Address.person == kept).count() == 2
    assert Person.get_or_none(Person.id == gone.id) is None


def test_a_link_code_works_once_and_not_after_a_quarter_of_an_hour() -> None:
    zoe = person()
    code = LinkCode.issue(zoe)
    assert LinkCode.find("00000000") is None
    found = LinkCode.find(code)
    assert found is not None and found.person == zoe
    assert found.use() and not found.use()
    assert LinkCode.find(code) is None
    late = LinkCode.issue(zoe)
    LinkCode.update(expires_at=db.now() - dt.timedelta(seconds=1)).execute()
    assert LinkCode.find(late) is None


def test_s17_names_are_kept_short_and_clean() -> None:
    """S17: bidi, zero-width, NUL, newlines, ten thousand combining marks."""
    zoe = person("Zo\u202eé\x00\n\u200b" + "e" + "\u0301" * 500 + "x" * 200)
    assert len(zoe.name) <= 64
    assert not any(sign in zoe.name for sign in "\u202e\x00\n\u200b")


def test_big_ids_and_odd_texts_fit() -> None:
    row = meet("telegram", str(2**52), name="🦊 " * 50)
    assert find_address("telegram", str(2**52)) == row


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        Seen.create(key="x", at=dt.datetime(2026, 1, 1))


def test_a_link_of_somebody_who_left_is_dead() -> None:
    group, lea = Group.create(name="G", state="live"), person("Léa", "7")
    seat = Membership.welcome(group, lea, Address.get(Address.person == lea))
    link = ApplyLink.open(group, "sponsor", sponsor=lea)
    assert link.usable
    seat.leave()
    assert not ApplyLink.get_by_id(link.id).usable


def test_the_window_closes_ten_minutes_early() -> None:
    row = meet("whatsapp", "+33639980012")
    assert not row.window_open(db.now())
    row.heard(db.now())
    assert row.window_open(db.now() + dt.timedelta(hours=23, minutes=49))
    assert not row.window_open(db.now() + dt.timedelta(hours=23, minutes=51))
    assert people.WINDOW < dt.timedelta(hours=24)


def test_what_was_stopped_or_claimed_by_another_is_not_begun() -> None:
    """A lease that ran out, a STOP and an undo take a post out of the hand that holds it (F29)."""
    mine, stopped, stolen = post(chat="1"), post(chat="2"), post(chat="3")
    _token, rows = outbox.claim(10)
    Post.update(state="dropped").where(Post.id == stopped.id).execute()
    Post.update(lease="another").where(Post.id == stolen.id).execute()
    assert [row.id for row in outbox.start(rows)] == [mine.id]


def test_an_errand_that_waits_for_a_right_does_not_silence_its_group() -> None:
    """F36: the link is tried again in an hour; the group's posts go on."""
    later = db.now() + dt.timedelta(hours=1)
    post(chat="-100", kind="create_link", attempts=1, due=later)
    word = post(chat="-100")
    assert [row.id for row in outbox.claim(10)[1]] == [word.id]


def test_a_text_that_is_tried_again_stays_before_the_next_one() -> None:
    later = db.now() + dt.timedelta(seconds=30)
    post(chat="1", attempts=1, due=later)
    post(chat="1")
    assert outbox.claim(10)[1] == []
    assert not outbox.free()


def test_the_first_words_of_somebody_at_once_make_one_person() -> None:
    def greet(n: int) -> int:
        with db.transaction():
            found = meet("whatsapp", "+33639980012", "FR.15" if n % 2 else None, "Zoé", alone=True)
            return int(found.person.id)

    assert len(set(at_once(8, greet))) == 1
    assert Person.select().count() == Address.select().count() == 1


def test_what_one_person_does_at_once_is_done_one_after_the_other() -> None:
    group, zoe = Group.create(name="G"), person()
    application = Application.create(group=group, person=zoe, questions=["?"] * 9)

    def reply(n: int) -> None:
        with db.transaction():
            meet("telegram", "1", alone=True)
            Application.get_by_id(application.id).answer(str(n))

    at_once(6, reply)
    assert sorted(Application.get().answers) == list("012345")


def test_somebody_is_told_where_they_last_wrote() -> None:
    """Never having written comes last on both engines, which order NULL differently."""
    zoe = person()
    whatsapp = Address.create(person=zoe, platform="whatsapp", address="+33639980012")
    Address.create(person=zoe, platform="whatsapp", address="+33639980013")
    whatsapp.heard(db.now())
    assert Turn()._address_of(zoe, None) == whatsapp


def test_who_opens_the_door_meanwhile_is_waited_for() -> None:
    """F18: else a post goes to wait for an address that was opened, and released, a moment before."""
    if not db.is_postgres():
        return  # there the transaction itself is the lock
    address = meet("telegram", "510000077", name="Léa")
    address.mark("blocked")
    with ThreadPoolExecutor(1) as worker:
        with db.transaction():
            address.mark("ok")
            assert worker.submit(_held, address).result(5) is None
        assert worker.submit(_held, address).result(5) == "ok"


def _held(address: Address) -> str | None:
    with db.connection(), db.transaction():
        found = address.held()
        return found.state if found else None

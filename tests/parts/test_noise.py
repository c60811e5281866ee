"""The gate: quiet hours in the member's zone, the noise budget, dials, pauses and STOP (112, 113, 114)."""

import datetime as dt
from collections import deque
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from handlers.kit import inbox
from handlers.kit.waiting import GAP
from jobs import digests, returns
from jobs.outbox import Deliverer
from jobs.whatsapp import WhatsApp
from storage import absences, db, noise
from storage.facts import Fact
from storage.groups import Group, Membership
from storage.outbox import Post, Reminder
from storage.people import Address, meet

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.datetime(2026, 3, 10, 14, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def opened(service: object) -> None:
    """A database."""


def member(dial: str = "all", **facts: object) -> tuple[Group, Address]:
    group = Group.create(name="G", state="live")
    address = meet("whatsapp", "+33639980012", name="Léa")
    seat = Membership.welcome(group, address.person, address)
    Membership.update(dial=dial, **facts).where(Membership.id == seat.id).execute()
    return group, address


def post(group: Group, address: Address | None, **facts: object) -> Post:
    chat = address.address if address else "-100"
    return Post.create(platform="whatsapp", chat=chat, address=address, group=group, payload={"text": "x"}, **facts)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(20, 59, False), (21, 0, True), (23, 30, True), (3, 0, True), (7, 59, True), (8, 0, False)],
)
def test_quiet_hours_are_from_nine_to_eight(hour: int, minute: int, quiet: bool) -> None:
    moment = DAY.replace(hour=hour, minute=minute)
    until = noise.quiet_until(moment, PARIS, None)
    assert (until is not None) == quiet
    if until is not None:
        assert until.astimezone(PARIS).time() == dt.time(8)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Montreal", "Pacific/Noumea", "Asia/Bangkok"])
def test_the_night_is_the_members_own(zone: str) -> None:
    group, address = member()
    person = address.person
    person.timezone = zone
    person.save()
    night = dt.datetime(2026, 3, 10, 2, 0, tzinfo=ZoneInfo(zone))
    verdict = noise.judge(post(group, address, unasked=True), Address.get_by_id(address.id), night)
    assert verdict.what == "hold" and verdict.until is not None
    assert verdict.until.astimezone(ZoneInfo(zone)).hour == 8


def test_answers_pass_at_night() -> None:
    group, address = member()
    assert noise.judge(post(group, address, level="answer"), address, DAY.replace(hour=3)).what == "send"


@pytest.mark.parametrize("date", [dt.date(2026, 3, 28), dt.date(2026, 10, 24)])
def test_f24_eight_oclock_is_eight_oclock_when_the_clocks_change(date: dt.date) -> None:
    """F24."""
    night = dt.datetime.combine(date, dt.time(23), PARIS)
    until = noise.quiet_until(night, PARIS, None)
    assert until is not None and until.astimezone(PARIS).time() == dt.time(8)


def test_two_unasked_words_a_week_and_no_more() -> None:
    group, address = member()
    for _n in range(2):
        post(group, address, unasked=True, state="sent", sent_at=DAY - dt.timedelta(days=1))
    verdict = noise.judge(post(group, address, unasked=True), address, DAY)
    assert verdict.what == "hold" and verdict.until == DAY + dt.timedelta(days=6)
    assert noise.judge(post(group, address), address, DAY).what == "send"


def test_one_unasked_group_post_a_day() -> None:
    group, _address = member()
    post(group, None, unasked=True, state="sent", sent_at=DAY - dt.timedelta(hours=3))
    assert noise.judge(post(group, None, unasked=True), None, DAY).what == "hold"


@pytest.mark.parametrize(
    ("dial", "level", "what"),
    [
        ("all", "ordinary", "send"),
        ("essential", "ordinary", "drop"),
        ("essential", "essential", "send"),
        ("digest", "ordinary", "digest"),
        ("digest", "essential", "send"),
        ("pause", "essential", "drop"),
    ],
)
def test_the_dial_decides_what_a_copy_becomes(dial: str, level: str, what: str) -> None:
    group, address = member(dial)
    assert noise.judge(post(group, address, copy=True, level=level), address, DAY).what == what


def test_a_pause_ends_by_itself() -> None:
    group, address = member("pause", paused_until=DAY)
    copy = post(group, address, copy=True)
    assert noise.judge(copy, address, DAY - dt.timedelta(hours=1)).what == "drop"
    assert noise.judge(copy, address, DAY + dt.timedelta(hours=1)).what == "send"


def test_who_left_hears_nothing_more() -> None:
    group, address = member()
    Membership.update(state="left").execute()
    assert noise.judge(post(group, address, copy=True), address, DAY).what == "drop"


def test_stop_ends_everything_but_the_answer_to_it() -> None:
    group, address = member()
    address.stop()
    address = Address.get_by_id(address.id)
    for facts in ({}, {"copy": True}, {"unasked": True}):
        assert noise.judge(post(group, address, **facts), address, DAY).what == "drop"
    assert noise.judge(post(group, address, level="answer"), address, DAY).what == "send"


def test_what_is_too_late_is_dropped_not_delivered_at_three_in_the_morning() -> None:
    group, address = member()
    late = post(group, address, unasked=True, valid_until=DAY.replace(hour=23))
    assert noise.judge(late, address, DAY.replace(hour=22)).what == "drop"


def test_the_digest_is_on_sunday_evening() -> None:
    due = noise.digest_time(PARIS, DAY).astimezone(PARIS)
    assert (due.weekday(), due.hour) == (6, 18) and due > DAY


def test_plans_for_the_night_move_to_the_evening_or_the_morning() -> None:
    night = (db.now() + dt.timedelta(days=2)).astimezone(PARIS).replace(hour=23, minute=0)
    assert noise.civil_time(night, PARIS).astimezone(PARIS).time() == dt.time(20, 45)


def test_the_budget_counts_what_is_in_hand_too() -> None:
    """Five reminders held overnight are judged together at eight: two go out."""
    group, address = member()
    rows = [post(group, address, unasked=True, lease="mine") for _n in range(5)]
    assert [noise.judge(row, address, DAY).what for row in rows] == ["send", "send", "hold", "hold", "hold"]


# ------------------------------------------------------------------ what was held back is said


def held(group: Group, address: Address | None, text: str, waits: str, minutes: int = -1) -> Post:
    """Words that wait, due in so many minutes."""
    due, chat = db.now() + dt.timedelta(minutes=minutes), address.address if address else "-100"
    facts = {"address": address, "group": group, "payload": {"text": text}, "due": due, "waits": waits}
    return Post.create(platform="telegram", chat=chat, **facts)


def stands(row: Post) -> tuple[str, str, list[str]]:
    """How a post stands, what for, and its texts."""
    now_ = Post.get_by_id(row.id)
    return now_.state, now_.waits, now_.payload["text"].split(GAP)


def test_the_digest_is_one_message_a_person_of_what_is_due() -> None:
    group, lea = member("digest")
    zoe = meet("telegram", "7001", name="Zoé")
    ours = [held(group, lea, f"mot {n}", "digest") for n in range(3)]
    hers, later = held(group, zoe, "pour Zoé", "digest"), held(group, lea, "dimanche", "digest", 5)
    assert digests.merge_due() == 2
    state, waits, (header, *texts) = stands(ours[0])
    assert (state, waits, texts) == ("pending", "", ["mot 0", "mot 1", "mot 2"])
    assert header.startswith("*Ton résumé*") and stands(hers)[2][0].startswith("<b>Ton résumé</b>")
    assert [stands(row)[0] for row in ours[1:]] == ["sent", "sent"]
    assert stands(hers)[0] == "pending" and stands(later) == ("pending", "digest", ["dimanche"])
    assert digests.merge_due() == 0


def test_f25_the_calm_ends_with_one_message_a_person_and_a_groups_own_as_they_are() -> None:
    group, lea = member()
    ours = [held(group, lea, f"mot {n}", "back") for n in range(2)]
    theirs = [held(group, None, f"au groupe {n}", "back") for n in range(2)]
    later, digest = held(group, lea, "plus tard", "back", 5), held(group, lea, "dimanche", "digest", 5)
    assert digests.merge_due() == 0
    assert stands(ours[0]) == ("pending", "", ["mot 0", "mot 1"]) and stands(ours[1])[0] == "sent"
    assert [stands(row) for row in theirs] == [("pending", "", [f"au groupe {n}"]) for n in range(2)]
    assert (stands(later)[1], stands(digest)[1]) == ("back", "digest")


def test_f25_a_calm_with_nothing_held_changes_nothing() -> None:
    group, lea = member()
    waiting = held(group, lea, "fenêtre", "window")
    assert digests.merge_due() == 0 and stands(waiting)[1] == "window"


def back_after(**span: float) -> None:
    """The service comes back; its last sign of life is so long ago."""
    absences.forget()
    Fact.delete().execute()
    Fact.create(name=absences.ALIVE, value=(db.real_now() - dt.timedelta(**span)).isoformat())
    returns.look()


def test_f25_a_return_makes_one_message_of_what_waits_for_somebody() -> None:
    group, lea = member()
    zoe = meet("telegram", "7001", name="Zoé")
    ours = [held(group, lea, f"mot {n}", "") for n in range(3)]
    hers, later = held(group, zoe, "pour Zoé", ""), held(group, lea, "plus tard", "", 5)
    his = held(group, meet("telegram", "7002", name="Marc"), "pour Marc", "")
    past = db.now() - dt.timedelta(minutes=1)
    timers = [Reminder.create(code="xx.unknown", model="group", record=n, due=past) for n in range(120)]
    back_after(hours=2)
    assert [stands(row)[0] for row in ours] == ["pending"] * 3, "so short a silence is none"
    assert Reminder.select().where(Reminder.state == "set").count() == len(timers)
    back_after(hours=5)
    assert stands(ours[0]) == ("pending", "", ["mot 0", "mot 1", "mot 2"])
    assert [stands(row)[0] for row in ours[1:]] == ["sent", "sent"]
    assert stands(hers) == ("pending", "", ["pour Zoé"]) and stands(later) == ("pending", "", ["plus tard"])
    assert stands(his) == ("pending", "", ["pour Marc"])
    assert not Reminder.select().where(Reminder.state == "set").exists(), "all were rung, though nobody knows them"


def test_f25_a_return_tells_of_itself_and_drops_what_came_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    group, lea = member()
    told: list[dict[str, object]] = []
    monkeypatch.setattr(inbox, "happen", lambda kind, record=None, **facts: told.append({"kind": kind} | facts))
    stale = held(group, lea, "trop tard", "")
    Post.update(valid_until=db.now() - dt.timedelta(hours=1)).where(Post.id == stale.id).execute()
    back_after(hours=5)
    assert stands(stale)[0] == "dropped"
    [facts] = told
    since, until = facts["since"], facts["until"]
    assert isinstance(since, dt.datetime) and isinstance(until, dt.datetime)
    assert facts["kind"] == "back" and facts["dropped"] == {group.id: 1}
    assert until - since == pytest.approx(dt.timedelta(hours=5), abs=dt.timedelta(minutes=5))


# ------------------------------------------------------------------ the gate at the last moment


@pytest.fixture
def deliverer(opened: None) -> Iterator[Deliverer]:
    """One that sends nothing yet."""
    made = Deliverer(lifted=True)
    yield made
    made.close()


def at_the_gate(deliverer: Deliverer, row: Post) -> tuple[bool, str, str]:
    """Does a post in hand pass, and how does it stand then?"""
    Post.update(lease="mine", leased_until=db.real_now() + dt.timedelta(minutes=1)).where(Post.id == row.id).execute()
    passed = deliverer._passes(Post.get_by_id(row.id))
    now_ = Post.get_by_id(row.id)
    return passed, now_.state, now_.waits


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        ("ok", (True, "pending", "")),
        ("unstarted", (False, "pending", "start")),
        ("blocked", (False, "pending", "start")),
        ("gone", (False, "dropped", "")),
        ("invalid", (False, "dropped", "")),
    ],
)
def test_who_cannot_be_reached_on_telegram_is_waited_for_or_given_up(
    deliverer: Deliverer, state: str, stands: tuple[bool, str, str]
) -> None:
    zoe = meet("telegram", "7001", name="Zoé")
    Address.update(state=state).where(Address.id == zoe.id).execute()
    assert at_the_gate(deliverer, held(member()[0], Address.get_by_id(zoe.id), "mot", "")) == stands


@pytest.mark.parametrize(("hours", "opens", "passes"), [(1, False, True), (25, False, False), (25, True, True)])
def test_f20_a_closed_window_is_waited_for_unless_a_template_opens_it(
    deliverer: Deliverer, hours: int, opens: bool, passes: bool
) -> None:
    group, lea = member()
    lea.heard(db.now() - dt.timedelta(hours=hours))
    row = held(group, Address.get_by_id(lea.id), "mot", "")
    Post.update(platform="whatsapp", template=opens).where(Post.id == row.id).execute()
    assert at_the_gate(deliverer, row) == (passes, "pending", "" if passes else "window")


def test_f25_right_after_a_return_a_second_word_waits_for_the_calms_end(deliverer: Deliverer) -> None:
    group = member()[0]
    zoe = meet("telegram", "7001", name="Zoé")
    zoe.heard(db.now())
    first, second = (held(group, Address.get_by_id(zoe.id), f"mot {n}", "") for n in range(2))
    back_after(hours=0.5)
    absences._back[0] = db.now()
    assert at_the_gate(deliverer, first) == (True, "pending", "")
    assert at_the_gate(deliverer, second) == (False, "pending", "back")
    assert Post.get_by_id(second.id).due > db.now() + dt.timedelta(minutes=9)
    absences.forget()


def test_a_messenger_that_is_not_connected_any_more_is_no_way(deliverer: Deliverer) -> None:
    zoe = meet("telegram", "7001", name="Zoé")
    zoe.heard(db.now())
    row = held(member()[0], Address.get_by_id(zoe.id), "mot", "")
    assert deliverer._spoken() == {"telegram", "whatsapp"}
    deliverer.whatsapp = None
    assert at_the_gate(deliverer, row)[0] and deliverer._spoken() == {"telegram"}
    deliverer.whatsapp, deliverer.telegram = WhatsApp(), None
    assert at_the_gate(deliverer, row) == (False, "dead", "") and deliverer._spoken() == {"whatsapp"}


def test_f8_what_is_in_hand_or_under_way_stays_ours_for_as_long_as_it_takes(deliverer: Deliverer) -> None:
    group, lea = member()
    soon = db.real_now() + dt.timedelta(seconds=2)
    rows = [held(group, lea, f"mot {n}", "") for n in range(2)]
    for row, lease in zip(rows, ("mine", "over"), strict=True):
        Post.update(lease=lease, leased_until=soon).where(Post.id == row.id).execute()
    deliverer.hand[lea.address] = deque([Post.get_by_id(rows[0].id)])
    deliverer.leases = {"mine", "over"}
    deliverer._renew()
    assert deliverer.leases == {"mine"}
    assert Post.get_by_id(rows[0].id).leased_until > soon and Post.get_by_id(rows[1].id).leased_until == soon


@pytest.mark.parametrize(
    ("verdict", "stands", "held_back"),
    [
        (noise.Verdict("drop", reason="paused"), (False, "dropped", ""), False),
        (noise.Verdict("hold", until=DAY.replace(year=2099)), (False, "pending", ""), True),
        (noise.Verdict("digest", until=DAY.replace(year=2099)), (False, "pending", "digest"), True),
        (noise.Verdict("send"), (True, "pending", ""), False),
    ],
    ids=lambda one: getattr(one, "what", ""),
)
def test_what_the_gate_decides_is_written_on_the_post(
    deliverer: Deliverer,
    monkeypatch: pytest.MonkeyPatch,
    verdict: noise.Verdict,
    stands: tuple[bool, str, str],
    held_back: bool,
) -> None:
    monkeypatch.setattr(noise, "judge", lambda *_asked: verdict)
    zoe = meet("telegram", "7001", name="Zoé")
    zoe.heard(db.now())
    row = held(member()[0], Address.get_by_id(zoe.id), "mot", "")
    assert at_the_gate(deliverer, row) == stands
    assert (Post.get_by_id(row.id).due == verdict.until) == held_back

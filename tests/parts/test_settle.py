"""What is written down after a call, by the platform's verdict, and what each receipt does (F16 to F21, F41)."""

import datetime as dt
from collections.abc import Iterator

import pytest
from redis import Redis

from jobs import settle
from jobs.errors import Refused, Sent, Verdict
from jobs.limits import Limits
from storage import db
from storage.groups import Chat, Invite
from storage.outbox import BROADCAST, Card, Post, Receipt
from storage.people import TELEGRAM, WHATSAPP, Address
from tests.properties.bare import a_group, memory, seat, somebody, undone


@pytest.fixture(scope="module")
def opened() -> Iterator[None]:
    with memory():
        yield


@pytest.fixture(autouse=True)
def empty(opened: None) -> Iterator[None]:
    """The database as it was before each test."""
    with undone():
        yield


def flying(platform: str = TELEGRAM, **facts: object) -> Post:
    """A post whose call is under way, to a member of a group."""
    group, address = a_group("Les indés", chat=False), somebody("Léa", platform)
    seat(group, somebody("Camille"), "organizer")
    seat(group, address)
    known = {
        "platform": platform,
        "chat": address.address,
        "address": address,
        "group": group,
        "payload": {"text": "<b>Bonjour</b> &amp; merci"},
        "state": "sending",
        "lease": "mine",
        "attempts": 1,
    }
    return Post.create(**known | facts)


def after(post: Post, verdict: Verdict, reason: str = "because") -> Post:
    """The post once that refusal is settled."""
    settle.settle(post, Refused(verdict, reason))
    return fresh(post)


def fresh(post: Post) -> Post:
    found: Post = Post.get_by_id(post.id)
    return found


def seconds(post: Post) -> float:
    """How long until its next try."""
    return float((post.due - db.now()).total_seconds())


def told(post: Post) -> int:
    """How many posts there are beside it: what the organizers hear, or a template."""
    return Post.select().where(Post.id != post.id).count()


# ------------------------------------------------------------------ sent


def test_a_call_that_worked_is_sent_and_its_card_known() -> None:
    post = flying(card="poll:1")
    settle.settle(post, Sent("77"))
    card = Card.at(post.chat, "poll:1")
    assert (fresh(post).state, fresh(post).message, fresh(post).status) == ("sent", "77", "sent")
    assert card is not None and card.message == "77" and card.group == post.group


def test_whatsapp_has_no_card_and_its_message_is_queued() -> None:
    post = flying(WHATSAPP, card="poll:1")
    settle.settle(post, Sent("SM1"))
    assert (fresh(post).state, fresh(post).status) == ("sent", "queued")
    assert Card.at(post.chat, "poll:1") is None


def test_a_lease_that_was_lost_changes_nothing() -> None:
    post = flying(card="poll:1")
    Post.update(lease="another's").where(Post.id == post.id).execute()
    settle.settle(post, Sent("77"))
    assert fresh(post).state == "sending" and Card.at(post.chat, "poll:1") is None


def test_f21_receipts_that_came_before_the_answer_are_applied_with_it() -> None:
    post = flying(WHATSAPP)
    for status in ("sent", "delivered"):
        settle.receipt("SM1", status, "")
    settle.settle(post, Sent("SM1"))
    assert fresh(post).status == "delivered" and not Receipt.select().count()


def test_f21_on_telegram_nobody_looks_for_receipts() -> None:
    post = flying()
    settle.receipt("77", "delivered", "")
    settle.settle(post, Sent("77"))
    assert fresh(post).status == "sent" and Receipt.select().count() == 1


def test_an_errand_tells_its_feature_what_it_made() -> None:
    post = flying(kind="create_link", payload={})
    assert post.group is not None and post.address is not None
    invite = Invite.create(
        group=post.group, person=post.address.person, kind="single", expires_at=db.now() + dt.timedelta(days=1)
    )
    Post.update(payload={"invite": invite.id}).where(Post.id == post.id).execute()
    settle.settle(fresh(post), Sent(facts={"link": "https://t.me/+abc"}))
    assert fresh(post).state == "sent"
    assert Invite.get_by_id(invite.id).link == "https://t.me/+abc" and told(post) > 0


# ------------------------------------------------------------------ refused


def test_f19_posts_go_where_the_group_has_moved() -> None:
    group = a_group("Les autres")
    assert group.chat is not None
    post = flying(chat=str(group.chat.chat_id), address=None, group=group)
    settle.settle(post, Refused(Verdict("again"), "migrated", moved_to=-1_007_777))
    assert (fresh(post).chat, fresh(post).state) == ("-1007777", "pending")
    assert Chat.get_by_id(group.chat.id).chat_id == -1_007_777


@pytest.mark.parametrize(("what", "others_wait"), [("hold", False), ("stop", True)])
def test_f16_a_429_holds_its_chat_and_a_wrong_token_everybody(valkey: str, what: str, others_wait: bool) -> None:
    redis = Redis.from_url(valkey.removesuffix("/0") + "/9")
    redis.flushdb()
    limits, post = Limits(redis), flying()
    settle.settle(post, Refused(Verdict(what, after=30), "429"), limits)
    assert limits.take([Post(platform=TELEGRAM, chat=post.chat)])[0] > 20
    assert (limits.take([Post(platform=TELEGRAM, chat="9")])[0] > 20) == others_wait
    redis.flushdb()


@pytest.mark.parametrize(
    ("verdict", "state", "waits"),
    [
        (Verdict("done"), "sent", ""),
        (Verdict("dead"), "dead", ""),
        (Verdict("uncertain"), "uncertain", ""),
        (Verdict("again", after=60), "pending", ""),
        (Verdict("stop", after=300), "pending", ""),
        (Verdict("hold", after=5), "pending", ""),
        (Verdict("wait_start"), "pending", "start"),
    ],
)
def test_what_a_verdict_makes_of_a_post(verdict: Verdict, state: str, waits: str) -> None:
    post = after(flying(), verdict)
    assert (post.state, post.waits) == (state, waits)
    if verdict.after:
        assert verdict.after - 1 < seconds(post) <= verdict.after
        assert post.lease is None and post.reason == "because"


def test_without_a_word_on_when_the_next_try_is_by_the_number_of_tries() -> None:
    assert 1 < seconds(after(flying(attempts=2), Verdict("again"))) <= 4
    assert 200 < seconds(after(flying(attempts=20), Verdict("again"))) <= 300


def test_f17_after_a_day_of_tries_it_is_given_up() -> None:
    post = after(flying(created_at=db.now() - dt.timedelta(hours=24), attempts=50), Verdict("again", after=60))
    assert (post.state, post.reason) == ("dead", "because")


def test_f17_what_waited_for_days_before_its_first_try_has_its_own_day_of_tries() -> None:
    """Behind a closed window, or made for a later day."""
    post = after(flying(created_at=db.now() - dt.timedelta(days=3)), Verdict("again", after=60))
    assert post.state == "pending" and post.created_at > db.now() - dt.timedelta(minutes=1)


def test_f17_what_is_pointless_by_then_is_not_tried_again() -> None:
    post = flying(valid_until=db.now() + dt.timedelta(minutes=1))
    assert after(post, Verdict("again", after=90)).state == "dead"


def test_f17_the_pauses_grow_from_a_second_to_five_minutes_and_posts_made_at_once_are_spread() -> None:
    pauses = [Post(id=16, attempts=tries).back_off for tries in range(1, 12)]
    assert pauses == [1, 2, 4, 8, 15, 30, 60, 120, 300, 300, 300]
    spread = {Post(id=number, attempts=9).back_off for number in range(100)}
    assert len(spread) == 16 and 225 <= min(spread) < max(spread) <= 300


def test_a_chat_never_waits_for_a_start() -> None:
    assert after(flying(address=None), Verdict("wait_start")).state == "dead"


@pytest.mark.parametrize("how", ["fresh", "plain", "bare"])
def test_said_otherwise_once_and_never_twice(how: str) -> None:
    post = after(flying(card="poll:1"), Verdict(how))
    assert post.state == "pending" and post.payload[how] is True and seconds(post) <= 0
    Post.update(state="sending", lease="mine").where(Post.id == post.id).execute()
    post = fresh(post)
    assert after(post, Verdict(how)).state == "dead"
    assert told(post) > 0, "somebody hears of it"


def test_plain_is_without_marks() -> None:
    post = after(flying(), Verdict("plain"))
    assert post.payload["text"] == "Bonjour & merci"


def test_fresh_forgets_the_message_that_is_no_more_and_no_other() -> None:
    post = flying(card="poll:1")
    for chat, key in ((post.chat, "poll:1"), (post.chat, "poll:2"), ("9", "poll:1")):
        Card.keep(chat, key, "77", "", None)
    after(post, Verdict("fresh"))
    assert Card.at(post.chat, "poll:1") is None
    assert Card.at(post.chat, "poll:2") and Card.at("9", "poll:1")


def test_bare_keeps_the_card() -> None:
    post = flying(card="poll:1")
    Card.keep(post.chat, "poll:1", "77", "", None)
    after(post, Verdict("bare"))
    assert Card.at(post.chat, "poll:1")


def test_f12_an_edit_whose_answer_is_lost_is_made_again() -> None:
    """F12: editing twice does no harm."""
    post = flying(card="poll:1")
    Card.keep(post.chat, "poll:1", "77", "", None)
    assert after(post, Verdict("uncertain")).state == "pending"
    assert told(post) == 0


@pytest.mark.parametrize("platform", [TELEGRAM, WHATSAPP])
def test_a_first_showing_whose_answer_is_lost_is_not(platform: str) -> None:
    post = flying(platform, card="poll:1")
    if platform == WHATSAPP:  # there is nothing to edit there, whatever a card says
        Card.keep(post.chat, "poll:1", "77", "", None)
    assert after(post, Verdict("uncertain")).state == "uncertain"
    assert told(post) > 0, "the organizers hear of it"


# ------------------------------------------------------------------ whom it concerns


@pytest.mark.parametrize("mark", ["blocked", "gone", "invalid", "unstarted"])
def test_f18_an_address_is_marked_and_its_group_hears_once(mark: str) -> None:
    """F18."""
    post = flying()
    assert post.address is not None
    after(post, Verdict("dead", mark=mark, tell=mark))
    assert Address.get_by_id(post.address.id).state == mark
    heard = told(post)
    assert heard > 0
    Post.update(state="sending", lease="mine").where(Post.id == post.id).execute()
    after(fresh(post), Verdict("dead", mark=mark, tell=mark))
    assert told(post) == heard, "nothing new, no second word"


def test_who_said_stop_to_the_platform_is_stopped_here() -> None:
    post = flying(WHATSAPP)
    assert post.address is not None
    after(post, Verdict("dead", mark="stopped", tell="stopped_person"))
    row = Address.get_by_id(post.address.id)
    assert row.stopped and row.state == "ok"


def test_a_refusal_without_a_word_to_tell_is_told_to_nobody() -> None:
    post = flying()
    after(post, Verdict("dead"))
    assert told(post) == 0


# ------------------------------------------------------------------ the closed window


def test_a_closed_window_is_believed_and_one_template_a_day_asks_to_open_it() -> None:
    """F20, 110."""
    post = flying(WHATSAPP, payload={"text": "Bonjour", "template": "vote", "language": "en"}, level="all", copy=True)
    assert after(post, Verdict("wait_window")).waits == "window"
    assert Address.get_by_id(post.address_id).last_inbound_at is None
    asked = Post.get(Post.template)
    assert asked.payload == {"text": "", "language": "en", "template": "vote"}
    assert (asked.urgency, asked.level, asked.copy, asked.unasked) == (BROADCAST, "all", True, False)
    assert (asked.chat, asked.group_id, asked.address_id) == (post.chat, post.group_id, post.address_id)

    second = Post.create(
        platform=WHATSAPP,
        chat=post.chat,
        address=post.address_id,
        state="sending",
        lease="mine",
        payload={"text": "x"},
    )
    assert after(second, Verdict("wait_window")).waits == "window"
    assert Post.select().where(Post.template).count() == 1
    Address.update(template_at=db.now() - dt.timedelta(hours=25)).execute()
    Post.update(state="sending", lease="mine").where(Post.id == second.id).execute()
    after(fresh(second), Verdict("wait_window"))
    assert Post.select().where(Post.template).count() == 2


@pytest.mark.parametrize("in_vain", [settle.MOST_OPENERS, settle.MOST_OPENERS - 1])
def test_three_templates_in_vain_are_enough_and_one_less_asks_again(in_vain: int) -> None:
    post = flying(WHATSAPP)
    for _n in range(in_vain):
        Post.create(
            platform=WHATSAPP,
            chat=post.chat,
            address=post.address,
            template=True,
            state="sent",
            sent_at=db.now() + dt.timedelta(seconds=1),
        )
    after(post, Verdict("wait_window"))
    assert Post.select().where(Post.template).count() == settle.MOST_OPENERS


# ------------------------------------------------------------------ receipts


def delivered(**facts: object) -> Post:
    """A post that Twilio took as SM1."""
    return flying(WHATSAPP, **{"state": "sent", "message": "SM1", "status": "sent", **facts})


def test_f41_receipts_only_move_on() -> None:
    post = delivered()
    for status, then in (("read", "read"), ("delivered", "read"), ("sent", "read")):
        assert settle.receipt("SM1", status, "") is False
        assert fresh(post).status == then


def test_a_receipt_of_an_unknown_message_is_kept() -> None:
    assert settle.receipt("SM9", "delivered", "") is False
    assert [(row.message, row.status) for row in Receipt.select()] == [("SM9", "delivered")]


def test_an_error_beside_a_good_state_is_no_failure() -> None:
    post = delivered()
    assert settle.receipt("SM1", "delivered", "63024") is False
    assert fresh(post).state == "sent"


@pytest.mark.parametrize("status", ["failed", "undelivered"])
@pytest.mark.parametrize(
    ("code", "state", "waits"),
    [
        ("63024", "dead", ""),
        ("63032", "dead", ""),
        ("63027", "pending", ""),
        ("63012", "pending", ""),
        ("63016", "pending", "window"),
        ("99999", "dead", ""),
        ("words", "dead", ""),
    ],
)
def test_a_failure_that_comes_later_is_settled_like_a_refusal(status: str, code: str, state: str, waits: str) -> None:
    post = delivered()
    assert settle.receipt("SM1", status, code) is True
    assert (fresh(post).state, fresh(post).waits) == (state, waits)
    if state == "pending" and not waits:
        assert 55 < seconds(fresh(post)) <= 60


def test_what_may_not_carry_variables_is_said_plainly_the_next_time() -> None:
    post = delivered()
    settle.receipt("SM1", "failed", "63027")
    assert fresh(post).payload["plain"] is True


@pytest.mark.parametrize(("attempts", "state"), [(2, "pending"), (3, "dead")])
def test_a_failure_is_tried_again_twice(attempts: int, state: str) -> None:
    post = delivered(attempts=attempts)
    settle.receipt("SM1", "failed", "63012")
    assert fresh(post).state == state


def test_a_template_that_fails_for_the_window_is_not_followed_by_another() -> None:
    post = delivered(template=True)
    settle.receipt("SM1", "failed", "63016")
    assert fresh(post).state == "dead"

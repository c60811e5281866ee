"""A receipt may come before the answer that names its message; it is kept and applied (F21)."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from jobs import settle
from jobs.errors import Sent
from storage import db, outbox
from storage.outbox import Post, Receipt
from storage.people import meet


@pytest.fixture(autouse=True)
def opened(service: object) -> None:
    """A database."""


def under_way() -> Post:
    address = meet("whatsapp", "+33639980012", name="Léa")
    return Post.create(
        platform="whatsapp",
        chat=address.address,
        address=address,
        payload={"text": "x"},
        state="sending",
        lease="mine",
        attempts=1,
    )


def test_f21_an_early_receipt_is_applied_when_its_message_is_known() -> None:
    post = under_way()
    with db.transaction():
        settle.receipt("SM1", "sent", "")
        settle.receipt("SM1", "read", "")
        settle.receipt("SM1", "delivered", "")
        settle.settle(post, Sent("SM1"))

    assert Post.get_by_id(post.id).status == "read"
    assert not Receipt.select().count()


def test_f21_an_early_failure_counts_too() -> None:
    post = under_way()
    with db.transaction():
        settle.receipt("SM1", "failed", "63024")
        settle.settle(post, Sent("SM1"))

    post = Post.get_by_id(post.id)
    assert post.state == "dead" and post.address is not None and post.address.state == "invalid"


@pytest.mark.parametrize(("minutes", "left"), [(50, 1), (61, 0)])
def test_f41_a_receipt_of_an_unknown_message_is_kept_an_hour(minutes: int, left: int) -> None:
    with db.transaction():
        settle.receipt("SM9", "delivered", "")
    Receipt.update(at=db.now() - dt.timedelta(minutes=minutes)).execute()
    outbox.tidy()
    assert Receipt.select().count() == left


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_f41_a_receipt_that_comes_while_the_answer_is_written_down_is_not_put_aside_for_ever() -> None:
    post = under_way()
    with ThreadPoolExecutor(1) as web:
        with db.transaction():
            settle.settle(post, Sent("SM1"))
            told = web.submit(_told, "SM1")
            wait([told], timeout=0.3)  # alone, it would be over by now
        told.result(5)

    assert Post.get_by_id(post.id).status == "delivered"
    assert not Receipt.select().count()


def _told(message: str) -> None:
    with db.connection(), db.transaction():
        settle.receipt(message, "delivered", "")

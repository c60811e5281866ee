"""Passes: a link opens once and not for long, and neither secret is kept (S24, S25)."""

import datetime as dt

import pytest

from storage import db
from storage.groups import Group
from storage.passes import Pass
from storage.people import Person
from tests.edges.test_pages import Service

pytestmark = pytest.mark.usefixtures("service")


def somebody() -> Person:
    return Person.create(name="Zoé")


def after(**span: float) -> None:
    db.shift_clock(db._offset[0] + dt.timedelta(**span).total_seconds())


def test_a_link_opens_once(service: Service) -> None:
    """S24."""
    secret = Pass.issue(somebody(), "me")
    waiting, again = Pass.waiting(secret), Pass.waiting(secret)
    assert waiting is not None and again is not None
    key = waiting.spend()
    assert key and again.spend() is None and Pass.waiting(secret) is None
    found = Pass.of_browser(key, "me")
    assert found is not None and found.person == waiting.person


def test_a_link_is_too_old_after_a_quarter_of_an_hour(service: Service) -> None:
    """S24."""
    secret = Pass.issue(somebody(), "me")
    waiting = Pass.waiting(secret)
    after(minutes=15, seconds=1)
    assert Pass.waiting(secret) is None and waiting is not None and waiting.spend() is None


def test_neither_secret_is_kept(service: Service) -> None:
    """S24: 128 bits, hashed at rest."""
    secret = Pass.issue(somebody(), "me")
    waiting = Pass.waiting(secret)
    key = waiting.spend() if waiting else None
    assert len(secret) == 22 and key
    row = " ".join(str(value) for value in Pass.get().__data__.values())
    assert secret not in row and key not in row


def test_a_new_link_closes_the_one_before(service: Service) -> None:
    zoe = somebody()
    first = Pass.issue(zoe, "me")
    Pass.issue(zoe, "me")
    assert Pass.waiting(first) is None


def test_a_browser_is_known_for_that_page_and_group_alone(service: Service) -> None:
    one, other = (Group.create(name=name, state="live") for name in ("A", "B"))
    waiting = Pass.waiting(Pass.issue(somebody(), "card", one))
    key = waiting.spend() if waiting else None
    assert key and Pass.of_browser(key, "card", one.id) is not None
    for page, group in (("card", other.id), ("card", None), ("me", None), ("people", one.id)):
        assert Pass.of_browser(key, page, group) is None


def test_a_visit_ends_and_is_forgotten(service: Service) -> None:
    zoe = somebody()
    waiting = Pass.waiting(Pass.issue(zoe, "me"))
    key = waiting.spend() if waiting else None
    Pass.issue(zoe, "me")
    after(hours=12, seconds=1)
    assert key and Pass.of_browser(key, "me") is None
    after(days=2)
    Pass.tidy()
    assert Pass.select().count() == 0


def test_made_up_secrets_open_nothing(service: Service) -> None:
    for secret in ("", "x" * 500, "\x00", "\ud800", "é"):
        assert Pass.waiting(secret) is None and Pass.of_browser(secret, "me") is None

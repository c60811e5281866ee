"""An event that kills whoever reads it is found, set aside and told of; a sudden death makes careful (F30)."""

from collections.abc import Iterator

import pytest
from peewee import OperationalError

from handlers.kit import inbox, router
from handlers.kit.events import Incoming
from handlers.kit.inbox import Unavailable
from handlers.kit.speak import Turn
from storage import lives, outbox, vitals
from storage.outbox import DeadLetter, Post
from tests.properties.bare import event, memory, somebody


@pytest.fixture(autouse=True)
def bare() -> Iterator[None]:
    with memory():
        yield
        lives.end()


def dies_over(said: Incoming) -> None:
    """What a process leaves that was killed while it tried this."""
    DeadLetter.begin(said.platform, said.key, "{}")


def test_f30_whoever_follows_a_sudden_death_is_careful_and_whoever_follows_a_good_end_is_not() -> None:
    lives.begin("web")
    assert not lives.careful()
    lives.begin("worker")
    assert not lives.careful(), "another kind"
    lives.begin("web")
    assert lives.careful()
    lives.end()
    assert not lives.careful()
    lives.begin("web")
    assert not lives.careful()


def test_f30_what_killed_twice_when_one_was_careful_is_set_aside_and_shown_to_operators() -> None:
    lives.begin("web")
    lives.begin("web")
    zoe, lea = somebody("Zoé"), somebody("Léa")
    said = event(zoe, text="aide")
    for _death in range(lives.DEADLY):
        dies_over(said)

    assert not inbox.receive(said).body
    assert [post.payload["text"][:26] for post in Post.select()] == ["Quelque chose a mal tourné"]
    assert vitals.letters() == {"Killed": 1}
    assert not inbox.receive(said).fresh, "the platform's next try"
    assert inbox.receive(event(lea, text="aide")).spoke
    assert DeadLetter.select().count() == 1, "what went well leaves no note"


def test_f30_what_was_only_there_when_something_else_killed_has_its_effect() -> None:
    lives.begin("web")
    lives.begin("web")
    said = event(somebody("Zoé"), text="aide")
    dies_over(said)

    assert inbox.receive(said).spoke
    assert not DeadLetter.select().count()


def test_f30_a_database_that_is_away_counts_for_no_death(monkeypatch: pytest.MonkeyPatch) -> None:
    lives.begin("web")
    lives.begin("web")
    said, answer = event(somebody("Zoé"), text="aide"), router.answer

    def away(_event: Incoming) -> Turn:
        raise OperationalError("database is locked")

    monkeypatch.setattr(router, "answer", away)
    for _time in range(lives.DEADLY + 2):
        with pytest.raises(Unavailable):
            inbox.receive(said)
    monkeypatch.setattr(router, "answer", answer)

    assert inbox.receive(said).spoke
    assert not DeadLetter.select().count()


def test_f30_a_note_whose_event_never_came_again_is_forgotten_after_a_day() -> None:
    dies_over(event(somebody("Zoé"), text="aide"))
    DeadLetter.update(at=DeadLetter.get().at.replace(year=2025)).execute()
    outbox.tidy()
    assert not DeadLetter.select().count()

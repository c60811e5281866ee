"""Floods: one person, many accounts, many applications; the others are served meanwhile (S20, S21, S37)."""

from collections.abc import Iterator

import pytest

from jobs import limits
from jobs.limits import AT_ONCE, HEARD, QUIET, TOLD, UNHEARD, Crowd
from storage.outbox import Post
from storage.people import WHATSAPP
from tests.properties.bare import event, memory, somebody


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NOYAU_NO_LIMITS", raising=False)
    with memory():
        yield


def test_s20_who_floods_is_told_once_then_unheard_until_it_is_calm() -> None:
    crowd, zoe = Crowd(), somebody("Zoé")

    heard = [crowd.hear(event(zoe, text="allô"), at=100 + n / 100) for n in range(200)]

    assert heard.count(HEARD) in (AT_ONCE, AT_ONCE + 1)
    assert heard.count(TOLD) == 1 and heard[AT_ONCE + 2 :].count(HEARD) <= 2
    assert heard[-1] == UNHEARD
    assert crowd.hear(event(zoe, text="allô"), at=110) == HEARD
    assert crowd.hear(event(zoe, text="allô"), at=100 + QUIET + AT_ONCE) == HEARD


def test_s20_a_flood_harms_nobody_else() -> None:
    crowd, zoe, lea = Crowd(), somebody("Zoé"), somebody("Léa", WHATSAPP)
    for _n in range(500):
        crowd.hear(event(zoe, text="allô"), at=5)

    assert crowd.hear(event(lea, text="allô"), at=5) == HEARD


def test_s20_an_hour_of_a_message_a_second_is_heard_whole() -> None:
    crowd, zoe = Crowd(), somebody("Zoé")
    assert {crowd.hear(event(zoe, text="allô"), at=float(n)) for n in range(3600)} == {HEARD}


@pytest.mark.parametrize("text", ["STOP", "stop", " Arrêt. "])
def test_s20_stop_is_always_heard(text: str) -> None:
    crowd, zoe = Crowd(), somebody("Zoé", WHATSAPP)
    for _n in range(500):
        crowd.hear(event(zoe, text="allô"), at=5)

    assert crowd.hear(event(zoe, text="allô"), at=5) == UNHEARD
    assert crowd.hear(event(zoe, text=text), at=5) == HEARD


def test_s20_what_a_platform_says_of_a_chat_is_always_heard() -> None:
    crowd, zoe = Crowd(), somebody("Zoé")
    for _n in range(500):
        crowd.hear(event(zoe, "tap"), at=5)

    assert [crowd.hear(event(zoe, kind), at=5) for kind in ("joined", "left", "blocked")] == [HEARD] * 3
    assert crowd.hear(event(zoe, chat="-1001", text="bavardage"), at=5) == UNHEARD  # said to us, in a group


def test_s20_many_strangers_are_forgotten_when_they_are_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KNOWN", 50)
    crowd = Crowd()
    people = [somebody(f"P{n}") for n in range(60)]
    for n, who in enumerate(people):
        crowd.hear(event(who, text="allô"), at=1000.0 * n)

    assert len(crowd._paces) <= 51


def test_s20_m3_a_press_too_many_has_no_effect_and_its_button_stops_turning() -> None:
    zoe = somebody("Zoé")
    answers = [limits.receive(event(zoe, "tap", data="x")) for _n in range(AT_ONCE + 20)]
    assert not answers[-1].fresh and '"answerCallbackQuery"' in str(answers[-1].body)
    assert limits.receive(event(zoe, text="allô")).body is None


def test_s20_the_notice_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "crowd", Crowd())
    zoe = somebody("Zoé", WHATSAPP)

    for _n in range(150):
        limits.receive(event(zoe, text="aide"))

    texts = [post.payload["text"] for post in Post.select()]
    assert sum("je n'arrive plus à suivre" in text for text in texts) == 1
    assert len(texts) <= AT_ONCE + 3

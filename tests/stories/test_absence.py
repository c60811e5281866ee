"""Three days without anybody there: one message a person first, nothing stale, an account of it (F25, F26)."""

import datetime as dt

import pytest

from handlers.kit import say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from storage import db
from storage.outbox import Post
from tests.faults.absence import away
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def wait(story: Story, who: Actor, words: str, **how: object) -> None:
    """Something to be said, while nobody is there to say it."""
    with db.transaction():
        Turn().carry_out([say.tell(who.person, _("{words}", words=words), group=story.home(), **how)])


def heard(story: Story) -> list[int]:
    """How many messages each actor got."""
    return [len(actor.said()) for actor in story.actors]


def test_f25_after_three_days_everybody_hears_one_message_and_the_rest_ten_minutes_later(story: Story) -> None:
    camille, lea, marc = story.organizer("Camille"), story.member("Léa"), story.member("Marc")
    story.settle()
    for n in range(4):
        for who in (camille, lea, marc):
            wait(story, who, f"nouvelle {n}", until=db.now() + dt.timedelta(days=9))
    wait(story, lea, "le train de mardi", until=db.now() + dt.timedelta(days=1))
    before = heard(story)

    away(story, dt.timedelta(days=3))
    wait(story, lea, "encore un mot")
    wait(story, lea, "et un autre")
    story.settle()

    assert all(after - then <= 1 for after, then in zip(heard(story), before, strict=True))
    if lea.platform == "telegram":  # on WhatsApp the window has closed: a template asks to open it
        assert all(f"nouvelle {n}" in lea.last for n in range(4))
    lea.never_hears("le train de mardi")

    story.later(minutes=11)
    if lea.platform == "telegram":
        assert lea.last.startswith("encore un mot") and lea.last.endswith("et un autre")
    assert not Post.select().where(Post.state == "pending", Post.waits == "back").exists()


@mixed
def test_f25_the_organizers_get_an_account_of_the_absence(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    story.settle()
    for n in range(3):
        wait(story, lea, f"trop tard {n}", until=db.now() + dt.timedelta(hours=2))

    away(story, dt.timedelta(days=3))

    told = camille.hears("J'étais absent du").text
    assert "mardi" in told or "mar." in told
    assert "3 messages arrivaient trop tard" in told
    lea.never_hears("absent")


@mixed
def test_f25_an_open_vote_is_shown_again_since_taps_were_lost(story: Story) -> None:
    camille, _zoe, lea = story.organizer("Camille"), story.member("Zoé"), story.member("Léa")
    camille.says("/dates jeudi 19 mars 19h, mardi 24 mars 19h")
    for label in ("Oui", "Publier", "Lancer"):
        if any(label.lower() in button.lower() for button in camille.buttons):
            camille.taps(label)
            break
    assert story.chat is not None
    shown = [b for b in story.chat.messages() if b.from_bot and b.choices]
    assert shown

    away(story, dt.timedelta(days=3))

    again = [b for b in story.chat.messages() if b.from_bot and b.choices]
    assert len(again) == len(shown) + 1
    lea.taps("1 oui", chat=story.chat)
    assert lea.toast


@mixed
def test_f26_after_a_backup_of_last_week_nothing_of_the_past_is_said(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    story.settle()
    for n in range(5):
        wait(story, lea, f"déjà dit {n}")
    before = len(lea.said())

    away(story, dt.timedelta(days=7))
    story.later(hours=1)

    assert len(lea.said()) == before
    camille.hears("5 messages arrivaient trop tard")
    assert {row.reason for row in Post.select().where(Post.state == "dropped")}


@mixed
def test_f22_an_answer_to_words_of_yesterday_waits_its_turn(story: Story) -> None:
    """What Telegram delivers after the return is answered, but not with five messages at once."""
    lea = story.member("Léa", on="telegram")
    story.settle()
    before = len(lea.said())
    away(story, dt.timedelta(days=1))
    moment = story.emu.now
    story.emu.now = lambda: db.now() - dt.timedelta(hours=20)
    for _turn in range(4):
        lea.says("aide")
    story.emu.now = moment
    story.settle()

    assert len(lea.said()) <= before + 1
    story.later(minutes=11)
    assert before + 1 < len(lea.said()) <= before + 4


@mixed
def test_an_hour_of_silence_needs_no_words(story: Story) -> None:
    camille = story.organizer("Camille")
    story.settle()
    away(story, dt.timedelta(hours=1))
    camille.never_hears("absent")

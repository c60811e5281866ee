"""Telegram keeps what people write for a day while we are away: late words mean nothing that was said since (F22)."""

import pytest

from storage import db
from storage.outbox import Post
from storage.people import TELEGRAM
from tests.story import Story

pytestmark = pytest.mark.parametrize("platform", ["telegram"], indirect=True)


def test_f22_a_number_written_before_a_card_is_no_press_of_it(story: Story) -> None:
    """The web was away; a timer's card went out meanwhile."""
    lea = story.member("Léa")
    lea.says("langue")
    story.later(minutes=5)
    there, story.emu.public_url = story.emu.public_url, "http://127.0.0.1:9"
    lea.says("2", settle=False)
    story.emu.public_url = there
    story.later(minutes=5)
    payload = {"text": "?", "buttons": [["Non", "x"], ["Oui", "y"]]}
    sent = {"state": "sent", "sent_at": db.now(), "message": "999", "choices": True}
    Post.create(platform=TELEGRAM, chat=lea.id, address=lea.address, payload=payload, **sent)

    assert story.emu.redeliver() == 1
    story.settle()
    lea.hears("From now on I speak English")

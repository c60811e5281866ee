"""The hour of what comes in is our own clock's, which runs ahead in the playground."""

import pytest

from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from tests.story import Story


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_an_answer_far_ahead_of_the_machines_clock_is_still_an_answer(story: Story) -> None:
    """F22: only words of hours ago are answered without haste."""
    lea, marc = story.member("Léa", on=TELEGRAM), story.organizer("Marc", on=WHATSAPP)
    story.later(days=3650)
    for actor in (lea, marc):
        actor.says("aide")
    levels = {post.level for post in Post.select().where(Post.urgency == 0)}
    assert levels == {"answer"}

"""The real worker and clock, started after nobody was there: what was lost comes back by itself (F42, F25)."""

import dataclasses
from collections.abc import Iterator

import pytest

from jobs import catch_up, watch
from storage import alarms, facts, settings
from tests.edges.test_processes import Processes, until
from tests.story import Story

pytestmark = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)


@pytest.fixture
def started(story: Story) -> Iterator[Processes]:
    """The processes, which speak to the emulated platforms of this story."""
    known = dataclasses.replace(settings.current(), telegram_api_base=story.emu.telegram_base)
    processes = Processes(known)
    yield processes
    processes.end()


def test_f42_at_their_start_words_are_fetched_and_the_lost_webhook_is_set_again(
    story: Story, started: Processes
) -> None:
    lea = story.member("Léa")
    catch_up.run()
    there, story.emu.public_url = story.emu.public_url, "http://127.0.0.1:9"
    lea.says("aide", settle=False)
    story.emu.public_url = there
    story.emu.undelivered.clear()
    story.emu.world.webhook.clear()
    story.later(hours=1)

    started.start("jobs.worker")
    started.start("jobs.clock")
    until(lambda: lea.count() == 1)
    until(lambda: story.emu.world.webhook.get("url") == watch.wanted()["url"])
    until(lambda: "telegram.lost" in alarms.standing())
    until(lambda: facts.fresh(catch_up.FETCHED) == "1")
    assert lea.count() == 1

"""The bell of a hot seat rings in time, though worker and clock were killed in the middle of the step (48)."""

import subprocess

import pytest

from storage import db
from storage.hotseats import HotSeat, Step
from storage.outbox import Post, Reminder
from tests.edges.test_processes import Processes, is_sent, put, until
from tests.edges.test_processes import processes as processes
from tests.stories.hot_seats import begin, together
from tests.story import Story

pytestmark = pytest.mark.parametrize("platform", ["telegram"], indirect=True)
TOLERANCE = 60.0  # seconds from the bell's time to its post's commit on a starved machine; `make bench` measures them


@pytest.fixture
def step(story: Story) -> Step:
    """The first step of a hot seat; only its bell is set."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    together(story, marc, lea)
    begin(story, marc)
    seat = HotSeat.running_in(story.home())
    found = seat.current() if seat else None
    assert found is not None
    Reminder.delete().where(Reminder.code == "hs.warn").execute()
    return found


def bell() -> Post | None:
    """The post that says that time is over."""
    return next((post for post in Post.select() if "C'est l'heure" in post.payload.get("text", "")), None)


def both(story: Story, processes: Processes) -> list["subprocess.Popen[bytes]"]:
    """A worker and a clock, at work: what nobody woke them for has gone out."""
    children = [processes.start("jobs.worker"), processes.start("jobs.clock")]
    number = put(story, story.actors[0], f"au travail {len(processes.children)}")
    until(lambda: is_sent(number))
    return children


def test_the_bell_outlives_worker_and_clock(story: Story, step: Step, processes: Processes) -> None:
    for child in both(story, processes):
        child.kill()
        child.wait(10)
    both(story, processes)
    assert bell() is None and step.ends_at is not None

    db.shift_clock((step.ends_at - db.real_now()).total_seconds() - 3)
    until(bell)
    rung = bell()
    assert rung is not None
    late = (rung.created_at - step.ends_at).total_seconds()
    print(f"the bell's post was committed {late:.2f} s after its time")
    assert 0 <= late <= TOLERANCE

"""M12: thousands of posts with the platforms' limits on: none inside a wait, and as fast as is allowed."""

import time
from collections import Counter
from pathlib import Path

from handlers.kit import say
from handlers.kit.texts import _
from jobs import bell
from storage import db
from storage.outbox import Post
from storage.people import Person
from tests.bench.figures import Table
from tests.faults.ground import ground
from webhook.playground.world import Call

ALLOWED = 30  # a second, by Telegram; Twilio's are counted apart
PEOPLE = 400


def keep(table: Table, folder: Path, many: int) -> None:
    """Everybody is told something, in turn, until so many posts have gone out."""
    url = f"sqlite:///{folder}/pace.db"
    with ground(folder / "pace", url, people=PEOPLE, limits=True) as place:
        place.emu.latency = 0.05
        with db.connection():
            people = list(Person.select().order_by(Person.id).limit(PEOPLE))
        place.say(*(say.tell(people[n % PEOPLE], _("mot {n}", n=n)) for n in range(many)))
        place.start("worker0", "worker1", "clock0")
        bell.wake()
        deadline = time.monotonic() + 60 + many / 20
        while time.monotonic() < deadline and _left():
            time.sleep(1)
        calls, refused = list(place.emu.calls), place.emu.count_429
        left = _left()
    on_telegram = sorted(call.at for call in calls if call.method == "sendMessage" and call.http_status == 200)
    rate = (len(on_telegram) - 1) / (on_telegram[-1] - on_telegram[0])
    table.below(f"M12 {many:,} posts with limits on: left over", left, 0)
    print("   ", Counter(f"{call.method} {call.http_status}" for call in calls))
    table.below("M12 refused with 429, of both messengers", max(refused, _throttled(calls)), 0)
    table.at_least("M12 share of the 30/s that Telegram allows", rate / ALLOWED, 0.95)


def _throttled(calls: list[Call]) -> int:
    return sum(call.http_status == 429 for call in calls)


def _left() -> int:
    with db.connection():
        return int(Post.select().where(Post.state.in_(("pending", "sending"))).count())

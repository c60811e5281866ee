"""Was the service away? Its last sign of life, and the calm after a return (F25, F26)."""

import datetime as dt
import time
from dataclasses import dataclass

from storage import db
from storage.db import now, real_now
from storage.facts import Fact
from storage.outbox import READ, Card, Post

ALIVE, BACK = "alive", "back"
LONG = dt.timedelta(hours=3)  # a shorter silence needs no words
CALM = dt.timedelta(minutes=10)  # after a return nobody gets a second message that they didn't ask for
TOO_OLD = dt.timedelta(days=5)  # what waited longer is of no use, or was sent before a backup was restored
BEAT = 60.0  # seconds between two signs of life

_looked: list[float] = [0.0]
_back: list[dt.datetime | None] = [None]


@dataclass(frozen=True)
class Absence:
    """From the last sign of life to the return."""

    since: dt.datetime
    until: dt.datetime

    @property
    def length(self) -> dt.timedelta:
        """How long nobody was there."""
        return self.until - self.since


def noticed() -> Absence | None:
    """Give a sign of life; the absence that ends with it, to one caller alone."""
    if time.monotonic() - _looked[0] < BEAT and _looked[0]:
        return None
    _looked[0] = time.monotonic()
    # The machine's own clock: a clock that was moved is no absence.
    with db.transaction():
        found, absence = _sign(real_now())
        if absence is not None:
            _write(BACK, now().isoformat())
    back = Fact.get_or_none(Fact.name == BACK)
    _back[0] = dt.datetime.fromisoformat(back.value) if back else None
    return absence if found else None


def _sign(moment: dt.datetime) -> tuple[bool, Absence | None]:
    row = Fact.get_or_none(Fact.name == ALIVE)
    if row is None:
        _write(ALIVE, moment.isoformat())
        return True, None
    mine = (Fact.name == ALIVE) & (Fact.value == row.value)
    if not Fact.update(value=moment.isoformat()).where(mine).execute():
        return False, None
    silent = moment - dt.datetime.fromisoformat(row.value)
    return True, Absence(now() - silent, now()) if silent > LONG else None


def _write(name: str, value: str) -> None:
    if not Fact.update(value=value).where(Fact.name == name).execute():
        Fact.insert(name=name, value=value).on_conflict_ignore().execute()


def forget() -> None:
    """Look anew (another database was opened)."""
    _looked[0], _back[0] = 0.0, None


def calm_until(post: Post) -> dt.datetime | None:
    """Until when this post waits because its chat has heard us since the return; None when it may go."""
    back = _back[0]
    if back is None or not back <= now() < back + CALM:
        return None
    if post.level == "answer" or post.kind not in READ or _edits(post):
        return None
    said = (Post.state == "sent") & (Post.sent_at >= back) & Post.message.is_null(False)
    first = (Post.state == "pending") & Post.lease.is_null(False) & (Post.id < post.id)
    others = Post.select().where(Post.chat == post.chat, Post.kind.in_(READ), Post.id != post.id)
    return back + CALM if others.where(said | first | (Post.state == "sending")).exists() else None


def _edits(post: Post) -> bool:
    card = Card.at(post.chat, post.card) if post.card else None
    return card is not None and card.message is not None


def drop_stale() -> dict[int | None, int]:
    """End what waited too long or came too late; how many posts of each group that were."""
    moment, counts = now(), dict[int | None, int]()
    waiting = (Post.state == "pending") & (Post.waits == "") & Post.kind.in_(READ)
    stale = (Post.valid_until < moment) | (Post.due < moment - TOO_OLD)
    for row in Post.select().where(waiting, Post.due <= moment, stale):
        row.drop("it came too late, after an absence")
        counts[row.group_id] = counts.get(row.group_id, 0) + 1
    return counts

"""What must hold after any fault: every input one effect, every post with a known end, order kept per chat."""

import time
from collections import Counter
from dataclasses import dataclass, field

from storage import db, outbox
from storage.db import now
from storage.outbox import DeadLetter, Post, Reminder, Seen
from tests.faults.driver import Driver
from tests.faults.ground import Ground
from tests.faults.words import ANNOUNCE_EACH, REMIND_EACH

ENDED = ("sent", "dead", "dropped", "uncertain")


@dataclass
class Findings:
    """Counts; what is wrong is told in words as well."""

    inputs: int = 0
    lost: int = 0
    doubled: int = 0
    uncertain: int = 0
    shown: int = 0
    dead: int = 0
    unordered: int = 0
    letters: int = 0
    why: Counter[str] = field(default_factory=Counter)  # why the uncertain ones are, and whether they arrived
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, many: int, why: str) -> None:
        """Count something that must not be."""
        setattr(self, what, getattr(self, what) + many)
        if many:
            self.wrong.append(why)


def wait_until_quiet(ground: Ground, seconds: float = 60) -> bool:
    """Until nothing is due, nor under way, in the database; False when it never came to rest."""
    deadline = time.monotonic() + seconds
    calm = 0
    while time.monotonic() < deadline and calm < 3:
        time.sleep(0.2)
        with db.connection():
            moment = now()
            due = Post.state == "sending"
            due |= (Post.state == "pending") & (Post.waits == "") & (Post.due <= moment + outbox.LONGEST_BREAK / 12)
            busy = Post.select().where(due).exists() or Reminder.due_now(1)
            soon = Reminder.select().where(Reminder.state == "set", Reminder.code.startswith("zz.")).exists()
        calm = 0 if busy or soon else calm + 1
    return calm >= 3


def check(ground: Ground, driver: Driver) -> Findings:
    """Count what became of every input of that driver."""
    found = Findings(inputs=len(driver.tally.taken))
    if not wait_until_quiet(ground):
        found.wrong.append("never came to rest: " + _unrest())
    with db.connection():
        unsure = _unsure(found, ground)
        _events(found)
        _ends(found, ground)
    _answers(found, ground, driver, unsure)
    _reminders(found, ground, driver, unsure)
    _announcements(found, ground, driver, unsure)
    return found


def _unrest() -> str:
    with db.connection():
        rows = Post.select().where(Post.state.in_(("pending", "sending"))).limit(5)
        return "; ".join(f"{r.id} {r.state} {r.due} {r.attempts} {r.leased_until} {r.reason}" for r in rows)


def _unsure(found: Findings, ground: Ground) -> Counter[tuple[str, str]]:
    """What may or may not have arrived, by chat and text; each must have been shown to the organizers."""
    rows = list(Post.select().where(Post.state == "uncertain"))
    found.uncertain = len(rows)
    chats = {one.chat: one for one in ground.people}
    for row in rows:
        text = row.payload.get("text", "")
        arrived = row.chat in chats and any(said.startswith(text) for said in ground.heard(chats[row.chat]))
        found.why[f"{row.reason}, {'arrived' if arrived else 'did not arrive'}"] += 1
        told = Post.select().where(Post.key.startswith(f"undeliv:uncertain:{row.address_id or 'chat'}:")).exists()
        found.shown += bool(told)
        if not told or not row.reason:
            found.wrong.append(f"post {row.id} is uncertain and nobody knows")
    return Counter((row.chat, row.payload.get("text", "")) for row in rows)


def _events(found: Findings) -> None:
    """Each input left one event."""
    events = Seen.select().count()
    found.note("lost", max(0, found.inputs - events), f"{found.inputs - events} inputs left no event")
    found.letters = DeadLetter.select().where(DeadLetter.platform != "noyau").count()
    if found.letters:
        letter = DeadLetter.select().get()
        found.wrong.append(f"{found.letters} dead letters, the first: {(letter.error or '')[-300:]}")


def _ends(found: Findings, ground: Ground) -> None:
    """Every post that was due has an end, and a reason where it was not sent."""
    silent = Post.state.in_(("dead", "dropped")) & Post.reason.is_null()
    dead = (Post.state == "dead") & ((Post.group == ground.group) | Post.group.is_null())
    found.dead = Post.select().where(dead).count()
    if found.dead:
        first = Post.get(dead)
        found.wrong.append(f"{found.dead} dead posts: {first.reason}")
    if Post.select().where(silent).exists():
        found.wrong.append("a post ended without a reason")


def _answers(found: Findings, ground: Ground, driver: Driver, unsure: Counter[tuple[str, str]]) -> None:
    """Each input was answered once, in the order of its chat."""
    for one in ground.people:
        heard = [text for text in ground.heard(one) if text.startswith("écho")]
        numbers = [int(text.split()[-1]) for text in heard]
        times = Counter(numbers)
        mine = [n for n in driver.tally.taken if (n - 1) % len(ground.people) == one.n]
        missing = [n for n in mine if not times[n] and not unsure[one.chat, f"écho {n}"]]
        found.note("lost", len(missing), f"no answer to {missing[:5]}")
        twice = [n for n in times if times[n] > 1]
        found.note("doubled", len(twice), f"answered twice: {twice[:5]}")
        if numbers != sorted(numbers):
            found.note("unordered", 1, f"out of order for {one.n}: {numbers[:60]}")


def _reminders(found: Findings, ground: Ground, driver: Driver, unsure: Counter[tuple[str, str]]) -> None:
    """Each timer rang once."""
    for one in ground.people:
        mine = [n for n in driver.tally.taken if (n - 1) % len(ground.people) == one.n and n % REMIND_EACH == 0]
        rung = ground.heard(one).count("rappel")
        found.note("doubled", max(0, rung - len(mine)), f"{rung} reminders for {len(mine)}")
        missing = max(0, len(mine) - rung - unsure[one.chat, "rappel"])
        found.note("lost", missing, f"{missing} reminders lost for {one.n}")


def _announcements(found: Findings, ground: Ground, driver: Driver, unsure: Counter[tuple[str, str]]) -> None:
    """Each member got each announcement once."""
    numbers = [n for n in driver.tally.taken if n % ANNOUNCE_EACH == 0]
    for one in ground.people:
        heard = Counter(int(t.split()[-1]) for t in ground.heard(one) if "annonce" in t)
        for n in numbers:
            maybe = sum(many for (chat, text), many in unsure.items() if chat == one.chat and f"annonce {n}" in text)
            found.note("doubled", max(0, heard[n] - 1), f"announcement {n} twice for {one.n}")
            found.note("lost", int(not heard[n] and not maybe), f"announcement {n} lost for {one.n}")

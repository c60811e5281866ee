"""Delivers: drains the posts that are due, in order per chat, with many in flight (decisions: speaking).

A bell calls deliver() for a slice of a few seconds. Whoever is listening gets the next bells directly; before
it stops, it looks once more, so that nothing committed meanwhile waits for the clock.
"""

import asyncio
import datetime as dt
import os
import signal
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from redis.exceptions import RedisError

from handlers.kit import inbox
from jobs import bell, digests, media, settle
from jobs.bell import LISTENING, RUNG, TOKENS, wake
from jobs.errors import Refused, Sent, Verdict
from jobs.limits import Limits
from jobs.telegram import Telegram, new_loop
from jobs.whatsapp import WhatsApp
from storage import db, noise, outbox, settings
from storage.db import now
from storage.outbox import Card, Post
from storage.people import TELEGRAM, WHATSAPP, Address, Person

log = structlog.get_logger()
SLICE = 4.0  # seconds; the slice after it is another job, so that a stop takes effect in time
LINGER = 0.25
IN_FLIGHT = 32
THREADS = 8
CARD_GAP = {"group": 4.0, "private": 1.0}  # seconds between two edits of one card (F48)


class Deliverer:
    """The posts in hand, the calls in flight and the adapters of this process."""

    def __init__(self, lifted: bool = False) -> None:
        known = settings.current()
        self.loop = new_loop()
        self.redis = bell.for_worker()
        self.limits = Limits(self.redis, lifted)
        self.lifted = lifted
        self.pool = ThreadPoolExecutor(THREADS + 1, thread_name_prefix="speak")
        self.telegram = Telegram() if known.telegram else None
        self.whatsapp = WhatsApp() if known.whatsapp else None
        self.hand: dict[str, deque[Post]] = {}
        self.leases: set[str] = set()
        self.flying: dict[asyncio.Future[Sent | Refused], Post] = {}
        self.not_before: dict[str, float] = {}
        self.renewed = self.recovered = 0.0
        self.sent = 0

    def run(self, seconds: float = SLICE, linger: float | None = None) -> int:
        """Deliver for so long, or until nothing is due; returns how many calls were made."""
        self.sent = 0
        with db.connection():
            self.loop.run_until_complete(
                self._slice(time.monotonic() + seconds, LINGER if linger is None else linger)
            )
        return self.sent

    async def _slice(self, end: float, linger: float) -> None:
        self._announce(True)
        idle_since: float | None = None
        try:
            while time.monotonic() < end:
                self._land()
                self._refill()
                if await self._launch_or_wait(end):
                    idle_since = None
                    continue
                idle_since = idle_since or time.monotonic()
                if time.monotonic() - idle_since < linger:
                    await self._listen(linger)
                    continue
                self._announce(False)
                self._refill()
                if not self.hand:
                    return
                self._announce(True)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """End what is in flight, give back the rest, and ring again if something is due."""
        left = [post for posts in self.hand.values() for post in posts]
        self.hand.clear()
        outbox.release(left)
        while self.flying:
            await asyncio.wait(self.flying, timeout=1)
            self._renew()
            self._land()
        self.leases.clear()
        self._announce(False)
        due = outbox.next_due()
        if left or (due is not None and due <= now()):
            self._forget_rung()
            wake()

    def _announce(self, listening: bool) -> None:
        try:
            if listening:
                self.redis.set(LISTENING, "1", px=2000)
                self._forget_rung()
            else:
                self.redis.delete(LISTENING)
        except RedisError:
            log.warning("redis away", doing="announce")

    def _forget_rung(self) -> None:
        try:
            self.redis.delete(RUNG)
        except RedisError:
            log.warning("redis away", doing="rung")

    async def _listen(self, seconds: float) -> None:
        """Wait for a token of somebody who committed something."""
        try:
            self.redis.set(LISTENING, "1", px=2000)
            await self.loop.run_in_executor(self.pool, self.redis.blpop, [TOKENS], seconds)
        except RedisError:
            await asyncio.sleep(seconds)

    # ------------------------------------------------------------------ taking

    def _refill(self) -> None:
        """Claim what is due; each post passes the gate before anything else."""
        if time.monotonic() - self.recovered > 2:
            self.recovered = time.monotonic()
            with db.transaction():
                outbox.recover()
                digests.merge_due()
        self._renew()
        if sum(map(len, self.hand.values())) > IN_FLIGHT:
            return
        busy = {*self.hand, *(post.chat for post in self.flying.values())}
        with db.transaction():
            lease, rows = outbox.claim(100, busy)
            if not rows:
                return
            self.leases.add(lease)
            _complete(rows)
            for post in rows:
                if self._passes(post):
                    self.hand.setdefault(post.chat, deque()).append(post)

    def _renew(self) -> None:
        if self.leases and time.monotonic() - self.renewed > 3:
            self.renewed = time.monotonic()
            held = {str(p.lease) for posts in self.hand.values() for p in posts}
            held |= {str(p.lease) for p in self.flying.values()}
            self.leases = held
            with db.transaction():
                outbox.renew(held)
            self._announce(True)

    def _passes(self, post: Post) -> bool:
        """The gate, asked again at the last moment (manners 3); holds, drops or keeps what may not go."""
        lease, address = str(post.lease), post.address
        verdict = noise.judge(post, address, now())
        if verdict.what == "drop":
            post.bury(lease, verdict.reason, state="dropped")
        elif verdict.what == "hold":
            Post.update(due=verdict.until, lease=None, leased_until=None).where(Post.id == post.id).execute()
        elif verdict.what == "digest":
            post.wait_for(lease, "digest")
            Post.update(due=verdict.until).where(Post.id == post.id).execute()
        elif address is not None and address.platform == TELEGRAM and address.state == "unstarted":
            post.wait_for(lease, "start")
        elif address is not None and not address.window_open(now()) and not post.template:
            settle.wait_for_window(post, lease)
        elif post.platform not in self._spoken():
            post.bury(lease, f"{post.platform} is not connected")
        else:
            return True
        return False

    def _spoken(self) -> set[str]:
        return {TELEGRAM} if self.whatsapp is None else {TELEGRAM, WHATSAPP} if self.telegram else {WHATSAPP}

    # ------------------------------------------------------------------ sending

    async def _launch_or_wait(self, end: float) -> bool:
        """Start what may start; else wait for an answer or a token. False when there is nothing at all."""
        launched = self._launch()
        if self.flying:
            wait = min(self._soonest(), max(0.01, end - time.monotonic())) if self.hand else 0.5
            full = len(self.flying) >= IN_FLIGHT
            if launched and not full and self.lifted:
                await asyncio.sleep(0)
            await asyncio.wait(self.flying, timeout=wait if not full else 1.0, return_when=asyncio.FIRST_COMPLETED)
            return True
        if self.hand:
            await asyncio.sleep(min(self._soonest(), max(0.0, end - time.monotonic())))
            return True
        return launched

    def _soonest(self) -> float:
        moment = time.monotonic()
        waits = [self.not_before.get(chat, 0.0) - moment for chat in self.hand]
        return min(0.5, max(0.001, min(waits, default=0.5)))

    def _candidates(self) -> list[Post]:
        moment = time.monotonic()
        flying = {post.chat for post in self.flying.values()}
        ready = [
            posts[0]
            for chat, posts in self.hand.items()
            if chat not in flying and self.not_before.get(chat, 0.0) <= moment
        ]
        room = IN_FLIGHT - len(self.flying)
        return ready[: room if self.lifted else min(room, 6)]

    def _launch(self) -> bool:
        candidates = self._candidates()
        if not candidates:
            return False
        cards = _cards(candidates)
        candidates = [post for post in candidates if not self._too_soon(post, cards)]
        going = []
        for post, wait in zip(candidates, self.limits.take(candidates), strict=True):
            if wait > 0:
                self.not_before[post.chat] = time.monotonic() + wait
            else:
                going.append(post)
        if not going:
            return False
        inbox.crash("worker.before_send")
        prepared = []
        with db.transaction():
            outbox.start(going)
            for post in going:
                self._drop_from_hand(post)
                prepared.append((post, self._prepare(post, cards.get((post.chat, post.card or "")))))
        for post, call in prepared:
            self.flying[asyncio.ensure_future(call, loop=self.loop)] = post
        self.sent += len(prepared)
        return True

    def _drop_from_hand(self, post: Post) -> None:
        posts = self.hand[post.chat]
        posts.remove(post)
        if not posts:
            del self.hand[post.chat]

    def _too_soon(self, post: Post, cards: dict[tuple[str, str], Card]) -> bool:
        """Edits of one card come in gaps, so that fifty votes are a few edits (113)."""
        card = cards.get((post.chat, post.card or ""))
        if post.payload.get("in_place") and not (card and card.message):
            post.bury(str(post.lease), "nothing to edit", state="dropped")
            self._drop_from_hand(post)
            return True
        if card is None or card.shown_at is None or self.lifted or post.platform != TELEGRAM:
            return False
        gap = CARD_GAP["group" if post.chat.startswith("-") else "private"]
        wait = gap - (now() - card.shown_at).total_seconds()
        if wait <= 0 or wait > gap:
            return False
        due = now() + _seconds(wait)
        Post.update(due=due, lease=None, leased_until=None).where(Post.id == post.id).execute()
        self._drop_from_hand(post)
        return True

    def _prepare(self, post: Post, card: Card | None) -> Any:
        """The coroutine that makes the call; whatever needs the database is read here."""
        maker = post.payload.get("made_by")
        if post.platform == TELEGRAM and self.telegram is not None:
            return self._by_telegram(self.telegram, post, card, maker)
        assert self.whatsapp is not None and post.address is not None  # noqa: S101
        shown = media.address_of(post, *maker) if maker else None
        out = (
            self.whatsapp.opener(post, post.payload.get("template", "news"))
            if post.template
            else self.whatsapp.prepare(post, shown)
        )
        if out is None:
            return _nothing()
        return self.loop.run_in_executor(self.pool, self.whatsapp.send, post.chat, out)

    async def _by_telegram(
        self, telegram: Telegram, post: Post, card: Card | None, maker: list[Any] | None
    ) -> Sent | Refused:
        made = None
        if maker:
            made = media.make(maker[0], int(maker[1]), post.payload.get("language", "fr"))
        return await telegram.send(post, card, made)

    # ------------------------------------------------------------------ landing

    def _land(self) -> None:
        """Write down what became of the calls that ended, in one transaction."""
        ended = [task for task in self.flying if task.done()]
        if not ended:
            return
        inbox.crash("worker.after_send")
        results = [(self.flying.pop(task), _result(task)) for task in ended]
        with db.transaction():
            for post, result in results:
                settle.settle(post, result, self.limits)


def _seconds(value: float) -> dt.timedelta:
    return dt.timedelta(seconds=value)


async def _nothing() -> Refused:
    return Refused(Verdict("dead", tell="no_template"), "no approved template")


def _result(task: "asyncio.Future[Sent | Refused]") -> Sent | Refused:
    try:
        return task.result()
    except Exception as error:
        log.error("send failed", error=type(error).__name__)
        return Refused(Verdict("dead", tell="dead"), f"{type(error).__name__}: {error}"[:200])


def _complete(rows: list[Post]) -> None:
    """Load the addresses and their people in one query."""
    wanted = {row.address_id for row in rows if row.address_id}
    if not wanted:
        return
    query = Address.select(Address, Person).join(Person).where(Address.id.in_(wanted))
    found = {address.id: address for address in query}
    for row in rows:
        if row.address_id:
            row.address = found[row.address_id]


def _cards(posts: list[Post]) -> dict[tuple[str, str], Card]:
    keyed = [post for post in posts if post.card]
    if not keyed:
        return {}
    query = Card.select().where(Card.chat.in_({p.chat for p in keyed}), Card.key.in_({str(p.card) for p in keyed}))
    return {(card.chat, card.key): card for card in query}


_mine: dict[int, Deliverer] = {}


def deliver() -> int:
    """The job: deliver for a slice. One Deliverer a process, made after the fork."""
    pid = os.getpid()
    if pid not in _mine:
        _mine.clear()
        _mine[pid] = Deliverer(lifted=os.environ.get("NOYAU_NO_LIMITS") == "1")
    return _mine[pid].run()


def forget() -> None:
    """Close this process's deliverer (tests change the settings)."""
    for mine in _mine.values():
        if mine.telegram:
            mine.loop.run_until_complete(mine.telegram.close())
        mine.pool.shutdown(wait=False)
        mine.loop.close()
    _mine.clear()


def on_stop(then: Any) -> None:
    """Call that at SIGTERM and SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: then())

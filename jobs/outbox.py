"""Delivers: drains the posts that are due, in order per chat, with many in flight (decisions: speaking).

A bell calls deliver() for a slice of a few seconds. Whoever is listening gets the next bells directly; before
it stops, it looks once more, so that nothing committed meanwhile waits for the clock.
"""

import asyncio
import datetime as dt
import os
import threading
import time
from collections import deque
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from redis.exceptions import RedisError

from handlers.kit import inbox
from jobs import bell, digests, media, returns, settle
from jobs.bell import LISTENING, RUNG, TOKENS, wake
from jobs.errors import Refused, Sent, Verdict
from jobs.limits import HORIZON, Limits
from jobs.telegram import Telegram, new_loop
from jobs.whatsapp import Outgoing, WhatsApp
from storage import absences, db, noise, outbox, settings
from storage.crash import crash
from storage.db import PeeweeException, now
from storage.groups import ABSENT
from storage.outbox import Card, Post
from storage.people import TELEGRAM, WHATSAPP

log = structlog.get_logger()
Call = Coroutine[Any, Any, Sent | Refused]
Flights = list[tuple[Post, Coroutine[Any, Any, Sent | Refused | None]]]
SLICE = 4.0  # seconds; the slice after it is another job, so that a stop takes effect in time
LINGER = 0.25
LOOK = 1.0  # seconds between two looks for leases that ran out, and between two renewals of ours
IN_FLIGHT = 32
THREADS = 8
APART = {TELEGRAM: 0.0339, WHATSAPP: 0.0128}  # seconds between two calls, whatever held them up: 30 and 80 a second
BEGIN_AHEAD = 0.015  # seconds before its turn, a call is noted as begun
TOO_LATE, MOST_TURNS = 0.05, 8  # seconds after which a turn is over; turns taken for one call
CARD_GAP = {"group": 4.0, "private": 1.0}  # seconds between two edits of one card (F48)


class Deliverer:
    """The posts in hand, the calls in flight and the adapters of this process."""

    def __init__(self, lifted: bool = False) -> None:
        known = settings.current()
        self.loop = new_loop()
        self.redis = bell.for_deliverer()
        self.limits = Limits(self.redis, lifted)
        self.lifted = lifted
        self.pool = ThreadPoolExecutor(THREADS + 1, thread_name_prefix="speak")
        self.telegram = Telegram() if known.telegram else None
        self.whatsapp = WhatsApp() if known.whatsapp else None
        self.hand: dict[str, deque[Post]] = {}
        self.leases: set[str] = set()
        self.expired: set[tuple[int, dt.datetime]] = set()
        self.flying: dict[asyncio.Future[Sent | Refused | None], Post] = {}
        self.not_before: dict[str, float] = {}
        self.apart: dict[str, float] = dict.fromkeys(APART, 0.0)
        self.renewed = self.recovered = self.announced = self.edit_at = self.deaf_at = 0.0
        self.tokens = bell.for_loop()
        self.token: asyncio.Task[bool] | None = None
        self.sent = 0

    def run(self, seconds: float = SLICE, linger: float | None = None) -> int:
        """Deliver for so long, or until nothing is due; returns how many calls were made."""
        self.sent = 0
        with db.connection():
            self.loop.run_until_complete(
                self._slice(time.monotonic() + seconds, LINGER if linger is None else linger)
            )
        return self.sent

    def close(self) -> None:
        """Hang up everywhere."""
        self.loop.run_until_complete(self._hang_up())
        self.pool.shutdown(wait=False)
        self.loop.close()

    async def _hang_up(self) -> None:
        if self.token:
            self.token.cancel()
            await asyncio.gather(self.token, return_exceptions=True)
        await self.tokens.aclose()
        if self.telegram:
            await self.telegram.close()

    async def _slice(self, end: float, linger: float) -> None:
        for _turn in range(3):
            await asyncio.sleep(0)  # see which pooled connections were closed while the loop stood still
        self._announce(True)
        try:
            returns.look()
            await self._drain(end, linger)
        finally:
            left = await self._stop()
        # After an error only the clock rings: a job that fails at once must not ring for itself.
        if left or outbox.free():
            self._forget_rung()
            wake()

    async def _drain(self, end: float, linger: float) -> None:
        busy_until = time.monotonic() + linger
        while time.monotonic() < end and not _stop_asked.is_set():
            self._land()
            self._refill()
            self._launch()
            moment = time.monotonic()
            if self.flying or self.hand:
                busy_until = moment + linger
            elif moment >= (max(busy_until, self.edit_at) if linger else moment):
                # Silence first, then one more look: whoever commits now either is seen or enqueues a job.
                self._announce(False)
                self._refill()
                if not self.hand:
                    return
                self._announce(True)
                continue
            await self._wait(min(end, self._next_moment(busy_until)))

    def _next_moment(self, busy_until: float) -> float:
        """When there is something to do although nobody answers nor rings."""
        if not self.hand and not self.flying:
            return max(busy_until, self.edit_at)
        moments = [time.monotonic() + 0.5]
        if len(self.flying) < IN_FLIGHT:
            flying = {post.chat for post in self.flying.values()}
            moments += [self.not_before.get(chat, 0.0) for chat in self.hand if chat not in flying]
        return min(moments)

    async def _wait(self, until: float) -> None:
        """Until that moment, an answer of a platform, or a token of somebody who committed something."""
        if time.monotonic() - self.announced > 1:
            self._announce(True)
        if self.token is None or self.token.done():
            self.token = self.loop.create_task(self._next_token())
        news: set[asyncio.Future[Any]] = {self.token, *self.flying}
        pause = max(0.001, until - time.monotonic())
        await asyncio.wait(news, timeout=pause, return_when=asyncio.FIRST_COMPLETED)

    async def _next_token(self) -> bool:
        try:
            return bool(await self.tokens.blpop([TOKENS], 0))
        except RedisError:
            # A connection that was idle for long is renewed at once; a Redis that is away is left in peace.
            lately, self.deaf_at = time.monotonic() - self.deaf_at < 1, time.monotonic()
            await asyncio.sleep(0.5 if lately else 0)
            return False

    async def _stop(self) -> bool:
        """End what is in flight and give back the rest; was there any?"""
        left = [post for posts in self.hand.values() for post in posts]
        self.hand.clear()
        outbox.release(left)
        while self.flying:
            await asyncio.wait(self.flying, timeout=1)
            self._renew()
            self._land()
        self.leases.clear()
        self._announce(False)
        return bool(left)

    def _announce(self, listening: bool) -> None:
        try:
            if listening:
                self.announced = time.monotonic()
                self.redis.set(LISTENING, "1", px=2500)
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

    # ------------------------------------------------------------------ taking

    def _refill(self) -> None:
        """Claim what is due; each post passes the gate before anything else."""
        if time.monotonic() - self.recovered > LOOK:
            self.recovered = time.monotonic()
            with db.transaction():
                for post in outbox.recover(self.expired):
                    inbox.happen("undeliverable", post, why=post.state)
                digests.merge_due()
        self._renew()
        if sum(map(len, self.hand.values())) > IN_FLIGHT or not outbox.waiting():
            return
        busy = {*self.hand, *(post.chat for post in self.flying.values())}
        with db.transaction():
            lease, rows = outbox.claim(100, busy)
            if not rows:
                return
            self.leases.add(lease)
            for post in rows:
                if self._passes(post):
                    self.hand.setdefault(post.chat, deque()).append(post)

    def _renew(self) -> None:
        if self.leases and time.monotonic() - self.renewed > LOOK:
            self.renewed = time.monotonic()
            held = {str(p.lease) for posts in self.hand.values() for p in posts}
            held |= {str(p.lease) for p in self.flying.values()}
            self.leases = held
            with db.transaction():
                outbox.renew(held)

    def _passes(self, post: Post) -> bool:
        """The gate, asked again at the last moment (manners 3); holds, drops or keeps what may not go."""
        lease, address = str(post.lease), post.address
        if address is not None and (address.state != "ok" or not address.window_open(now())):
            # Whoever opens the door meanwhile must find what waits at it, or we must find it open.
            address = address.held()
            if address is None:
                post.hold(now())
                return False
        verdict = noise.judge(post, address, now())
        if verdict.what == "drop":
            post.bury(lease, verdict.reason, state="dropped")
        elif verdict.what == "hold" and verdict.until:
            post.hold(verdict.until)
        elif verdict.what == "digest":
            post.wait_for(lease, "digest")
            Post.update(due=verdict.until).where(Post.id == post.id).execute()
        elif address is not None and address.state in ("unstarted", "blocked"):
            post.wait_for(lease, "start")
        elif address is not None and address.state in ("gone", "invalid"):
            post.bury(lease, f"the address is {address.state}", state="dropped")
        elif address is not None and not address.window_open(now()) and not post.template:
            settle.wait_for_window(post, lease)
        elif address is None and post.kind in outbox.READ and _shut_out(post.chat):
            post.wait_for(lease, "chat")
        elif until := absences.calm_until(post):
            post.wait_for(lease, "back")
            Post.update(due=until).where(Post.id == post.id).execute()
        elif post.platform not in self._spoken():
            post.bury(lease, f"{post.platform} is not connected")
        else:
            return True
        return False

    def _spoken(self) -> set[str]:
        return {TELEGRAM} if self.whatsapp is None else {TELEGRAM, WHATSAPP} if self.telegram else {WHATSAPP}

    # ------------------------------------------------------------------ sending

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
        going = {}
        for post, wait in zip(candidates, self.limits.take(candidates), strict=True):
            if wait > HORIZON:
                self.not_before[post.chat] = time.monotonic() + wait - HORIZON
            else:
                going[post] = time.monotonic() + wait
        if not going:
            return False
        if self.lifted:
            flights: Flights = [(post, call) for post, call in self._begin(list(going), cards)]
        else:
            flights = [(post, self._in_turn(post, moment, cards)) for post, moment in going.items()]
        for post in going:
            self._drop_from_hand(post)
        self.flying |= {self.loop.create_task(flight): post for post, flight in flights}
        self.sent += len(flights)
        return True

    def _begin(self, posts: list[Post], cards: dict[tuple[str, str], Card]) -> list[tuple[Post, Call]]:
        """Note that the calls begin now; those that are still ours, and the calls."""
        crash("worker.before_send")
        with db.transaction():
            begun = outbox.start(posts)
            return [(post, self._prepare(post, cards.get((post.chat, post.card or "")))) for post in begun]

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
        post.hold(now() + dt.timedelta(seconds=wait))
        self.edit_at = time.monotonic() + wait
        self._drop_from_hand(post)
        return True

    def _prepare(self, post: Post, card: Card | None) -> Call:
        """The coroutine that makes the call; whatever needs the database is read here."""
        maker = post.payload.get("made_by")
        if post.platform == TELEGRAM and self.telegram is not None:
            return self._by_telegram(self.telegram, post, card, maker)
        assert self.whatsapp is not None and post.address is not None  # noqa: S101
        if maker:
            return self._picture_by_whatsapp(self.whatsapp, post, maker)
        out = (
            self.whatsapp.opener(post, post.payload.get("template", "news"))
            if post.template
            else self.whatsapp.prepare(post, None)
        )
        if out is None:
            return _nothing()
        return self._by_whatsapp(self.whatsapp, post.chat, out)

    async def _by_whatsapp(self, whatsapp: WhatsApp, chat: str, out: Outgoing) -> Sent | Refused:
        # Not the executor's future itself: that would begin at once, and its turn may be a little later.
        return await self.loop.run_in_executor(self.pool, whatsapp.send, chat, out)

    async def _draw(self, post: Post, maker: list[Any]) -> media.Made:
        """Make a picture or file in a thread: never inside a transaction, never on the loop."""
        language = post.payload.get("language", "fr")
        return await self.loop.run_in_executor(self.pool, _make, str(maker[0]), int(maker[1]), language)

    async def _picture_by_whatsapp(self, whatsapp: WhatsApp, post: Post, maker: list[Any]) -> Sent | Refused:
        made = await self._draw(post, maker)
        with db.transaction():
            out = whatsapp.prepare(post, media.keep(post, made))
        return await self._by_whatsapp(whatsapp, post.chat, out)

    async def _by_telegram(
        self, telegram: Telegram, post: Post, card: Card | None, maker: list[Any] | None
    ) -> Sent | Refused:
        made = await self._draw(post, maker) if maker else None
        return await telegram.send(post, card, made)

    async def _in_turn(self, post: Post, moment: float, cards: dict[tuple[str, str], Card]) -> Sent | Refused | None:
        """Make the call when its turn has come; None when it was not begun.

        It waits before it is begun: of what only waited for its turn when the worker died, all is known (F4).
        """
        moment = await self._turn(post, moment, BEGIN_AHEAD)
        try:
            begun = [] if _stop_asked.is_set() else self._begin([post], cards)
        except PeeweeException as error:
            log.warning("database away", error=type(error).__name__)
            return None
        if not begun:
            return None
        moment = await self._turn(post, moment)
        self.limits.delay(post.platform, time.monotonic() - max(moment, self.apart[post.platform]))
        self.apart[post.platform] = time.monotonic() + APART[post.platform]
        return await begun[0][1]

    async def _turn(self, post: Post, moment: float, ahead: float = 0.0) -> float:
        """Wait for the turn, so many seconds ahead of it; turns are given early, so that none is lost by lateness.

        Where the machine held us up, another turn is taken: a bunch of late ones, of several workers even,
        would be too many for that second.
        """
        for _turn in range(MOST_TURNS):
            while (wait := max(moment, self.apart[post.platform]) - ahead - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if time.monotonic() - moment < TOO_LATE:
                break
            while (wait := self.limits.take([post])[0]) > HORIZON:  # not granted: asked again when it can be
                await asyncio.sleep(wait - HORIZON)
            moment = time.monotonic() + wait
        return moment

    # ------------------------------------------------------------------ landing

    def _land(self) -> None:
        """Write down what became of the calls that ended, in one transaction."""
        ended = [task for task in self.flying if task.done()]
        if not ended:
            return
        crash("worker.after_send")
        try:
            with db.transaction():
                for task in ended:
                    self._settle(self.flying[task], _result(task))
        except PeeweeException:
            raise  # the database is away: what we know of these calls is written down when it is back (F13, F14)
        except BaseException:
            self._forget(ended)
            raise
        self._forget(ended)

    def _settle(self, post: Post, result: Sent | Refused | None) -> None:
        if result is None:
            outbox.give_back(post)
        else:
            settle.settle(post, result, self.limits)
        if not isinstance(result, Sent):
            self._let_go(post.chat)

    def _forget(self, ended: list["asyncio.Future[Sent | Refused | None]"]) -> None:
        for task in ended:
            self.flying.pop(task, None)

    def _let_go(self, chat: str) -> None:
        """What was not sent stays first: the chat's other posts are given back with it."""
        outbox.release(list(self.hand.pop(chat, ())))


def _shut_out(chat: str) -> bool:
    """Were we removed from that Telegram group? Until we are back, nothing calls there (F18, F35)."""
    return chat.startswith("-") and ABSENT.first(int(chat)) is not None


def _make(maker: str, record: int, language: str) -> media.Made:
    with db.connection():
        return media.make(maker, record, language)


async def _nothing() -> Refused:
    return Refused(Verdict("dead", tell="no_template"), "no approved template")


def _result(task: "asyncio.Future[Sent | Refused | None]") -> Sent | Refused | None:
    try:
        return task.result()
    except Exception as error:
        log.error("send failed", error=type(error).__name__)
        return Refused(Verdict("dead", tell="dead"), f"{type(error).__name__}: {error}"[:200])


def _cards(posts: list[Post]) -> dict[tuple[str, str], Card]:
    cards = (Card.at(post.chat, post.card) for post in posts if post.card)
    return {(card.chat, card.key): card for card in cards if card}


_mine: dict[int, Deliverer] = {}
_stop_asked = threading.Event()


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
        mine.close()
    _mine.clear()


def stopping() -> bool:
    """Was this process told to stop?"""
    return _stop_asked.is_set()


def stop() -> None:
    """End the slice: nothing new begins, what is in flight is finished, the rest is given back (F27)."""
    _stop_asked.set()

"""Rates: the platforms', shared by all workers through Redis (GCRA), and what one person may ask of us."""

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from redis import Redis
from redis.exceptions import RedisError

from handlers.kit import inbox, on
from handlers.kit.events import Incoming
from handlers.kit.texts import fold
from storage.outbox import Post
from storage.people import TELEGRAM

# (milliseconds between two sends, burst): Bot FAQ and what was measured against it (performance notes).
OVERALL = {TELEGRAM: (34, 1), "whatsapp": (14, 1)}  # eight threads send to Twilio: a little room for their jitter
CHAT = (1030, 3)  # 1 a second, and what a call may be late by
GROUP = (4000, 5)
WHATSAPP_PERSON = (1000, 6)

HORIZON = 0.04  # seconds: turns are given ahead, and whoever got one waits for it before the call

SPARE = 0.02  # seconds: what a call to Telegram may be late by without being too near to the thirtieth after it

DELAY = """
local tat=redis.call('GET',KEYS[1])
if tat then redis.call('SET',KEYS[1],tat+ARGV[1],'KEEPTTL') end
"""
TAKE = """
local horizon=tonumber(table.remove(ARGV))
local t=redis.call('TIME'); local now=t[1]*1000+math.floor(t[2]/1000)
local out={}; local at=1
for i=1,#ARGV/5 do
  local a=(i-1)*5
  local wait=0
  for j=0,1 do
    local gap,burst=tonumber(ARGV[a+2+2*j]),tonumber(ARGV[a+3+2*j])
    local w=tonumber(redis.call('GET',KEYS[at+j]) or '0')-gap*(burst-1)-now
    if w>wait then wait=w end
  end
  local held=tonumber(redis.call('GET',ARGV[a+1]) or '0')-now
  if held>wait then wait=held end
  out[i]=wait
  if wait<=horizon then
    local turn=now+math.max(wait,0)
    for j=0,1 do
      local gap=tonumber(ARGV[a+2+2*j])
      local tat=math.max(tonumber(redis.call('GET',KEYS[at+j]) or '0'),turn)+gap
      redis.call('SET',KEYS[at+j],tat,'PX',math.ceil(tat-now)+1000)
    end
  end
  at=at+2
end
return out
"""


class Limits:
    """Grants sends; without Redis it grants by a clock of its own, slower than any limit."""

    def __init__(self, redis: Redis, lifted: bool = False) -> None:
        self._redis = redis
        self._take = redis.register_script(TAKE)
        self._delay = redis.register_script(DELAY)
        self._lifted = lifted
        self._next_alone = 0.0

    def take(self, posts: list[Post]) -> list[float]:
        """Seconds that each post must still wait; up to HORIZON its turn is taken: send it then, not before."""
        if self._lifted or not posts:
            return [0.0] * len(posts)
        keys: list[str] = []
        args: list[str | float] = []
        for post in posts:
            chat, gap = f"rate:{post.platform}:{post.chat}", chat_rate(post)
            keys += [f"rate:{post.platform}", chat]
            args += [f"held:{post.platform}", *OVERALL[post.platform], *gap]
        try:
            waits = self._take(keys=keys, args=[*args, int(HORIZON * 1000)])
            return [max(0.0, wait / 1000) for wait in waits]
        except RedisError:
            return self._alone(posts)

    def delay(self, platform: str, late: float) -> None:
        """A call went out late: the turns after it move on by so much, else a second may hold one too many.

        Thirty gaps of 34 ms are a second and SPARE (Bot FAQ: 30 a second); WhatsApp's leave more than any lateness.
        """
        if self._lifted or platform != TELEGRAM or late <= SPARE:
            return
        try:
            self._delay(keys=[f"rate:{platform}"], args=[round((late - SPARE) * 1000)])
        except RedisError:
            return  # without Redis, sends are a second apart

    def _alone(self, posts: Iterable[Post]) -> list[float]:
        waits = []
        for _post in posts:
            wait = self._next_alone - time.monotonic()
            waits.append(wait + HORIZON if wait > 0 else 0.0)
            if wait <= 0:
                self._next_alone = time.monotonic() + 1.1
        return waits

    def hold(self, platform: str, seconds: float, chat: str | None = None) -> None:
        """Nobody sends to the platform (or to that chat) for so long: a 429 said so (F16)."""
        until = int(time.time() * 1000 + seconds * 1000)
        key = f"rate:{platform}:{chat}" if chat else f"held:{platform}"
        try:
            self._redis.set(key, until + (chat_burst(platform, chat) if chat else 0), px=int(seconds * 1000) + 1000)
        except RedisError:
            self._next_alone = time.monotonic() + seconds


def chat_rate(post: Post) -> tuple[int, int]:
    """The rate of the post's chat: groups are slower than people."""
    if post.platform != TELEGRAM:
        return WHATSAPP_PERSON
    return GROUP if post.chat.startswith("-") else CHAT


def chat_burst(platform: str, chat: str) -> int:
    """What the bucket would still let through, in milliseconds: added so that a held chat is really held."""
    gap, burst = (GROUP if chat.startswith("-") else CHAT) if platform == TELEGRAM else WHATSAPP_PERSON
    return gap * (burst - 1)


# ------------------------------------------------------------------ what one person may ask of us

EVERY, AT_ONCE = 1.0, 60  # seconds between two acts in the long run, and how many may come at once (S20)
QUIET = 600.0  # seconds between two notices to the same person
KNOWN = 20_000  # people remembered; those who are calm again are forgotten first
COUNTED = ("text", "media", "tap", "edited")
HEARD, TOLD, UNHEARD = "heard", "told", "unheard"


@dataclass
class _Pace:
    """When the bucket of somebody is empty again, and when they were last told to slow down."""

    free_at: float = 0.0
    told_at: float = -QUIET


class Crowd:
    """A bucket a person, in the web process: who floods us is told once, then unheard until it is calm (S20).

    Nothing of this is kept. STOP is always heard, and so is what a platform says of a chat.
    """

    def __init__(self) -> None:
        self._paces: dict[tuple[str, str], _Pace] = {}
        self._lock = threading.Lock()

    def hear(self, event: Incoming, at: float | None = None) -> str:
        """HEARD, or TOLD for the first act too many, or UNHEARD. at: monotonic seconds."""
        if event.sender is None or not self._counts(event):
            return HEARD
        with self._lock:
            return self._weigh((event.platform, event.sender.address), time.monotonic() if at is None else at)

    def _counts(self, event: Incoming) -> bool:
        if event.kind not in COUNTED or not (event.private or event.addressed):
            return False
        return os.environ.get("NOYAU_NO_LIMITS") != "1" and not _stops(event)

    def _weigh(self, who: tuple[str, str], at: float) -> str:
        if len(self._paces) > KNOWN:
            self._paces = {key: pace for key, pace in self._paces.items() if pace.told_at + QUIET > at}
        pace = self._paces.setdefault(who, _Pace())
        free_at = max(pace.free_at, at) + EVERY
        if free_at - at <= EVERY * AT_ONCE:
            pace.free_at = free_at
            return HEARD
        if at - pace.told_at < QUIET:
            return UNHEARD
        pace.told_at = at
        return TOLD


def _stops(event: Incoming) -> bool:
    return bool(event.facts.get("opt_out")) or fold(event.text).strip(" .!/") in on.load().stops


crowd = Crowd()


def receive(event: Incoming) -> inbox.Answer:
    """Give an event its effect unless its sender floods us; raises Unavailable as inbox.receive does."""
    heard = crowd.hear(event)
    if heard == HEARD:
        return inbox.receive(event)
    if heard == TOLD and event.private:
        return inbox.receive(replace(event, kind="flood"))
    return inbox.unheard(event)

"""The platforms' rates, shared by all workers through Redis: a token bucket per chat and one overall (GCRA)."""

import time
from collections.abc import Iterable

from redis import Redis
from redis.exceptions import RedisError

from storage.outbox import Post
from storage.people import TELEGRAM

# (milliseconds between two sends, burst): Bot FAQ and what was measured against it (performance notes).
OVERALL = {TELEGRAM: (34, 1), "whatsapp": (14, 1)}  # eight threads send to Twilio: a little room for their jitter
CHAT = (1030, 3)  # 1 a second, and what a call may be late by
GROUP = (4000, 5)
WHATSAPP_PERSON = (1000, 6)

HORIZON = 0.04  # seconds: turns are given ahead, and whoever got one waits for it before the call

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

"""The bell: tells a deliverer that there is work. A hint, never the truth; imports no platform adapter."""

import time

import redis.asyncio
from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from storage import settings
from storage.crash import crash

QUEUE = "bell"
LISTENING, TOKENS, RUNG = "noyau:listening", "noyau:tokens", "noyau:rung"
AFTER_FAILURE = 5.0  # seconds without trying again when Redis did not answer (decisions: the clock)
JOB = "jobs.outbox.deliver"

# Somebody listens: hand over a token. Nobody: ask for one job, at most one a second.
RING = """
if redis.call('EXISTS',KEYS[1])==1 then
  redis.call('LPUSH',KEYS[2],'1'); redis.call('LTRIM',KEYS[2],0,0); redis.call('PEXPIRE',KEYS[2],10000)
  return 0
end
if redis.call('SET',KEYS[3],'1','NX','PX',1000) then return 1 end
return 0
"""


def address() -> str:
    """REDIS_URL, with what a self-signed certificate needs (REDIS_TLS_VERIFY=0)."""
    known = settings.current()
    if known.redis_url.startswith("rediss://") and not known.redis_tls_verify:
        return known.redis_url + ("&" if "?" in known.redis_url else "?") + "ssl_cert_reqs=none"
    return known.redis_url


def for_web() -> Redis:
    """A client that gives up within 0.3 s: a lost Redis must not hold a webhook (F11)."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.1), 0)
    return Redis.from_url(address(), socket_timeout=0.2, socket_connect_timeout=0.2, retry=retry)


def for_loop() -> "redis.asyncio.Redis":
    """A client of the deliverer's loop, which waits for tokens with it."""
    return redis.asyncio.Redis.from_url(address(), socket_connect_timeout=2)


def for_deliverer() -> Redis:
    """A client that gives up within two seconds: what is in hand has leases to be renewed (F8, F11)."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.1), 1)
    return Redis.from_url(
        address(), socket_timeout=1, socket_connect_timeout=1, health_check_interval=30, retry=retry
    )


def for_worker() -> Redis:
    """A client that waits for Redis to come back."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.1, cap=5), 10)
    return Redis.from_url(address(), health_check_interval=30, retry=retry)


class Bell:
    """Rings for this process; after a failure it keeps still for five seconds."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._ring = redis.register_script(RING)
        self._silent_until = 0.0

    def ring(self) -> bool:
        """Wake a deliverer; False when Redis is away (the clock will ring). Never raises."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            if self._ring(keys=[LISTENING, TOKENS, RUNG]):
                self._enqueue()
            return True
        except (RedisError, OSError):
            self._silent_until = time.monotonic() + AFTER_FAILURE
            return False

    def _enqueue(self) -> None:
        Queue(QUEUE, connection=self._redis, serializer="json").enqueue(
            JOB, job_timeout=30, ttl=60, result_ttl=0, failure_ttl=3600
        )

    def enqueue(self, what: str) -> bool:
        """Have a worker call another job; False when Redis is away."""
        try:
            Queue(QUEUE, connection=self._redis, serializer="json").enqueue(
                what, job_timeout=60, ttl=300, result_ttl=0, failure_ttl=3600
            )
            return True
        except (RedisError, OSError):
            return False


_bells: dict[str, Bell] = {}


def wake() -> bool:
    """Ring for what was just committed."""
    url = settings.current().redis_url
    if url not in _bells:
        _bells[url] = Bell(for_web())
    crash("before_wake")
    rung = _bells[url].ring()
    crash("after_wake")
    return rung

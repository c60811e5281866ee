"""Rings what is due: sleeps until the next due time, one second at most. A second clock does no harm."""

import signal
import time
import uuid

import structlog
from redis import Redis
from redis.exceptions import RedisError

from jobs import bell, logs
from storage import db, outbox, settings
from storage.crash import crash
from storage.db import PeeweeException, now
from storage.outbox import Lease, Reminder

log = structlog.get_logger()
# Jobs that come again and again, and at each start: seconds between two times. What they do is in jobs/schedule.py.
EVERY = {"jobs.schedule.tidy": 3600.0, "jobs.schedule.catch_up": 900.0, "jobs.schedule.watch": 300.0}
AWAY = 30.0  # seconds until the next try when Redis did not take one
LEASE_KEY, LEASE_SECONDS = "noyau:clock", 5.0
RENEW = """if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) end
if redis.call('set',KEYS[1],ARGV[1],'NX','PX',ARGV[2]) then return 1 end return 0"""


class Clock:
    """One ringer; only the holder of the lease rings."""

    def __init__(self, redis: Redis) -> None:
        self.me = uuid.uuid4().hex
        self.redis = redis
        self._renew = redis.register_script(RENEW)
        self.bell = bell.Bell(bell.for_web())
        self.stopping = False
        self._led = 0.0
        self._next = dict.fromkeys(EVERY, 0.0)

    def run(self) -> None:
        """Ring until told to stop."""
        while not self.stopping:
            try:
                with db.connection():
                    wait = self.tick()
            except PeeweeException as error:
                log.warning("database away", error=type(error).__name__)
                wait = 1.0
            time.sleep(wait)

    def tick(self) -> float:
        """Look once; returns how long to sleep, in seconds."""
        if not self._leads():
            return 1.0
        self._recur()
        due, timers = outbox.next_due(), Reminder.due_now(1)
        if timers:
            crash("clock.before_enqueue")
            self.bell.enqueue("jobs.schedule.ring")
            crash("clock.after_enqueue")
        if timers or outbox.free() or outbox.lost() or outbox.digest_due():
            self.bell.ring()
            return 0.5
        if due is None or due <= now():  # what is due and not free stands behind another try of its chat
            return 1.0
        return min(1.0, max(0.02, (due - now()).total_seconds()))

    def _leads(self) -> bool:
        if time.monotonic() - self._led < LEASE_SECONDS / 2:
            return True
        held = self._hold()
        self._led = time.monotonic() if held else 0.0
        return held

    def _hold(self) -> bool:
        try:
            return bool(self._renew(keys=[LEASE_KEY], args=[self.me, int(LEASE_SECONDS * 1000)]))
        except RedisError:
            return Lease.hold(LEASE_KEY, self.me, LEASE_SECONDS)

    def _recur(self) -> None:
        """Ask for the jobs whose time has come again, however much else there is to do."""
        for job, seconds in EVERY.items():
            if time.monotonic() >= self._next[job]:
                taken = self.bell.enqueue(job)
                self._next[job] = time.monotonic() + (seconds if taken else AWAY)

    def stop(self, *_signal: object) -> None:
        """End at the next look."""
        self.stopping = True


def main() -> None:
    """The process."""
    logs.configure()
    known = settings.checked()
    db.connect(known.database_url, pool=2)
    clock = Clock(bell.for_web())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, clock.stop)
    clock.run()


if __name__ == "__main__":
    main()

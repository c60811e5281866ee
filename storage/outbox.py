"""What is to be said and when: posts, live cards, timers, open questions, events seen, dead letters."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Optional

from peewee import (
    BigAutoField,
    BlobField,
    BooleanField,
    Case,
    CharField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    TextField,
)

from storage.db import Record, UTCDateTimeField, add, constant, is_postgres, now, real, real_now
from storage.groups import Group
from storage.people import TELEGRAM, Address, Person
from storage.periods import PERIODS

LEASE = dt.timedelta(seconds=6)  # renewed each second; whoever died is missed after it
ANSWER, CONSEQUENCE, BROADCAST = 0, 1, 2  # answers go out before broadcasts
BACKOFF = (1, 2, 4, 8, 15, 30, 60, 120, 300)  # seconds between two tries; the last repeats
SPREAD = 16  # posts whose tries are apart by up to a quarter of the pause
SOON = dt.timedelta(seconds=4)  # the longest pause between two edits of a card
CLAIMING = 7_205_342  # the PostgreSQL advisory lock of a claim
RECEIPTS = 7_205_343  # and of a message's receipts
GIVE_UP = dt.timedelta(hours=24)
UNKNOWN = dt.timedelta(days=3650)  # until somebody writes or presses Start: nobody knows when
LONGEST_BREAK = dt.timedelta(hours=1)  # between two tries of a post, whatever the platform asks for

# What a worker that died in the middle of a call leaves behind: is the call made again? (F5)
# Editing, revoking, approving and declining twice does no harm; a second text or link would.
REPEATABLE = {
    "text": False,
    "picture": False,
    "file": False,
    "create_link": True,  # a link that nobody was told harms nobody
    "revoke_link": True,
    "approve": True,
    "decline": True,
    "remove": True,
    "leave": True,
    "delete": True,
}


READ = ("text", "picture", "file")
DIED = "the worker died during the call"
DEADLY = 3  # times: what has killed so many processes is not tried again (F7)


def pause_after(tries: int) -> int:
    """Seconds between that try (the first is 1) and the next, before they are spread."""
    return BACKOFF[min(tries, len(BACKOFF)) - 1]


class Post(Record):
    """One message or errand for one destination, and what became of it."""

    id = BigAutoField()
    key = CharField(160, null=True, unique=True)
    kind = CharField(16, default="text")
    platform = CharField(16)
    chat = CharField(160)
    address = ForeignKeyField(Address, null=True, on_delete="CASCADE", index=False)
    group = ForeignKeyField(Group, null=True, on_delete="CASCADE", index=False)
    card = CharField(96, null=True)
    payload = JSONField(default=dict)
    choices = BooleanField(default=False)
    urgency = IntegerField(default=CONSEQUENCE)
    level = CharField(16, default="essential")
    unasked = BooleanField(default=False)
    copy = BooleanField(default=False)
    state = CharField(16, default="pending")
    waits = CharField(16, default="")
    reason = TextField(null=True)
    due = UTCDateTimeField(default=now)
    valid_until = UTCDateTimeField(null=True)
    attempts = IntegerField(default=0)
    lease = CharField(32, null=True)
    leased_until = UTCDateTimeField(null=True)
    created_at = UTCDateTimeField(default=now)
    sent_at = UTCDateTimeField(null=True)
    message = CharField(64, null=True)
    status = CharField(24, null=True)
    template = BooleanField(default=False)

    if TYPE_CHECKING:
        address_id: int | None
        group_id: int | None

    class Meta:
        indexes = (
            (("message",), False),
            (("address", "state"), False),
            (("state", "due"), False),
            (("chat", "card"), False),
        )

    PERSONAL = ("chat", "payload")

    @classmethod
    def to_message(cls, platform: str, chat: str, message: str) -> Optional["Post"]:
        """The newest post that is that message of the chat."""
        return TO_MESSAGE.first(message, platform, chat)

    @classmethod
    def by_message(cls, platform: str, message: str) -> Optional["Post"]:
        """The post with this platform id (Twilio's ids are unique by themselves)."""
        return BY_MESSAGE.first(message, platform)

    @classmethod
    def last_choices(cls, address: Address, before: dt.datetime | None = None) -> Optional["Post"]:
        """The newest card with buttons that went to the address (before that moment): what "2" refers to."""
        return LAST_CHOICES.first(address) if before is None else LAST_CHOICES_THEN.first(address, before)

    @property
    def is_last(self) -> bool:
        """Was nothing else said to that address since?"""
        return SAID_SINCE.value(self.address_id, self.id) is None

    @classmethod
    def asking(cls, question: "Question") -> Optional["Post"]:
        """What was said when that question was opened: the first post since, or None when it is forgotten."""
        since = (cls.address == question.address) & (cls.created_at >= question.asked_at)
        post: Post | None = cls.select().where(since).order_by(cls.id).first()
        return post

    @classmethod
    def coalesce(cls, chat: str, card: str, payload: dict[str, Any], choices: bool, due: dt.datetime | None) -> bool:
        """Change what the same card will say, if it still waits there (coalesced, F48); False when it does not.

        Without a new time, one that is about to be edited keeps its moment, any other is due now.
        """
        if due is not None:
            return COALESCE.run(payload, choices, due, due, chat, card) > 0
        return COALESCE.run(payload, choices, now(), now() + SOON, chat, card) > 0

    @classmethod
    def drop_all(cls, address: Address, reason: str) -> int:
        """Drop whatever still waits for the address; returns how many posts that were."""
        query = cls.update(state="dropped", reason=reason, choices=False)
        return int(query.where(cls.address == address, cls.state == "pending").execute())

    @classmethod
    def forget(cls, begins: str, reason: str) -> None:
        """Drop what still waits of the posts whose key begins so: it has become pointless."""
        waiting = (cls.state == "pending") & cls.leased_until.is_null()
        cls.update(state="dropped", reason=reason, choices=False).where(waiting, cls.key.startswith(begins)).execute()

    @classmethod
    def preface(cls, chat: str, card: str, words: str) -> bool:
        """Begin the card that still waits for the chat with these words; False when none waits there."""
        post = UNSAID.first(chat, card)
        if post is None:
            return False
        payload = post.payload | {"text": f"{words}\n\n{post.payload.get('text', '')}"}
        return bool(cls.update(payload=payload).where(cls.id == post.id, cls.lease.is_null()).execute())

    @classmethod
    def withdraw(cls, key: str, reason: str) -> None:
        """Drop what still waits under the keys that begin so: it is not to be said any more."""
        waiting = (cls.state == "pending") & cls.lease.is_null() & cls.key.startswith(key)
        cls.update(state="dropped", reason=reason, choices=False).where(waiting).execute()

    @classmethod
    def drop_copies(cls, group: Group, card: str, reason: str) -> int:
        """Drop the copies of a card of the group that still wait: what they say is no longer true."""
        waiting = (cls.group == group) & (cls.card == card) & cls.copy & (cls.state == "pending")
        return int(cls.update(state="dropped", reason=reason, choices=False).where(waiting).execute())

    def finish(self, lease: str, message: str | None, status: str | None = None) -> bool:
        """Sent. False when the lease was lost meanwhile (another worker answers for the row)."""
        return FINISH.run(message, status, now(), self.id, lease) > 0

    @classmethod
    def give_up_chats(cls) -> None:
        """What has waited a day for a chat that we were removed from is stale, and said no more (F18)."""
        held = (cls.state == "pending", cls.waits == "chat", cls.created_at < now() - GIVE_UP)
        cls.update(state="dropped", reason="the chat was closed to us for too long").where(*held).execute()

    def put_back(self, lease: str, after: float, reason: str) -> None:
        """Try again after that many seconds; dead after 24 hours of it, or when it became pointless."""
        due, since = now() + dt.timedelta(seconds=after), self._tried_since()
        if due > (self.valid_until or since + GIVE_UP):
            self.bury(lease, reason)
            return
        facts = {"state": "pending", "due": due, "leased_until": None, "lease": None, "reason": reason[:500]}
        Post.update(facts | {"created_at": since}).where(Post.id == self.id, Post.lease == lease).execute()

    def _tried_since(self) -> dt.datetime:
        """When the first try was: what was made for a later day, or waited for a window, has its own 24 hours."""
        long_made = self.created_at < now() - LONGEST_BREAK
        return now() if self.attempts <= 1 and long_made else self.created_at

    def hold(self, until: dt.datetime) -> None:
        """Give it back until a moment: quiet hours, or too soon after the last edit of its card."""
        HOLD.run(until, self.id, self.lease)

    def wait_for(self, lease: str | None, what: str) -> None:
        """Keep it until the window opens, the person presses Start, or the digest is made."""
        facts: dict[str, Any] = {
            "state": "pending",
            "waits": what,
            "leased_until": None,
            "lease": None,
            "attempts": 0,
        }
        if what not in ("digest", "back"):
            facts["due"] = now() + UNKNOWN  # whatever looks for the next thing due need not pass it each time
        mine = (Post.lease == lease) if lease else Post.lease.is_null()
        Post.update(**facts).where(Post.id == self.id, mine).execute()

    def bury(self, lease: str, reason: str, state: str = "dead") -> None:
        """End it: dead (it should have gone out), dropped (it need not), or uncertain."""
        Post.update(state=state, reason=reason[:500], leased_until=None).where(
            Post.id == self.id, Post.lease == lease
        ).execute()

    def drop(self, reason: str) -> None:
        """It became pointless before anybody tried."""
        Post.update(state="dropped", reason=reason[:500]).where(Post.id == self.id, Post.state == "pending").execute()

    def revive(self) -> bool:
        """Send a dead or uncertain post once more (operator)."""
        changed = (
            Post.update(state="pending", due=now(), created_at=now(), attempts=0, lease=None, reason=None)
            .where(Post.id == self.id, Post.state.in_(("dead", "uncertain")))
            .execute()
        )
        return bool(changed)

    @property
    def back_off(self) -> float:
        """Seconds to wait before the next try, by the number of tries made; spread, so that not all come at once."""
        return pause_after(max(self.attempts, 1)) * (1 - self.id % SPREAD / (4 * SPREAD))


BY_MESSAGE = constant(
    lambda message, platform: Post.select().where(Post.message == message, Post.platform == platform).limit(1)
)
LAST_CHOICES = constant(
    lambda address: (
        Post.select()
        .where(Post.address == address, Post.choices, Post.state.in_(("pending", "sending", "sent")))
        .order_by(Post.id.desc())
        .limit(1)
    )
)
SAID_SINCE = constant(
    lambda address, post: (
        Post.select(Post.id)
        .where(Post.address == address, Post.id > post, Post.state.in_(("sent", "sending")), Post.kind.in_(READ))
        .limit(1)
    )
)
LAST_CHOICES_THEN = constant(
    lambda address, before: (
        Post.select()
        .where(Post.address == address, Post.choices, Post.state == "sent", Post.sent_at <= before)
        .order_by(Post.id.desc())
        .limit(1)
    )
)
TO_MESSAGE = constant(
    lambda message, platform, chat: (
        Post.select()
        .where(Post.message == message, Post.platform == platform, Post.chat == chat)
        .order_by(Post.id.desc())
        .limit(1)
    )
)
UNSAID = constant(
    lambda chat, card: (
        Post.select()
        .where(Post.chat == chat, Post.card == card, Post.state == "pending", Post.leased_until.is_null())
        .order_by(Post.id.desc())
        .limit(1)
    )
)
COALESCE = constant(
    lambda payload, choices, moment, soon, chat, card: Post.update(
        payload=payload, choices=choices, due=Case(None, ((Post.due.between(moment, soon), Post.due),), moment)
    ).where(
        Post.chat == chat,
        Post.card == card,
        Post.state == "pending",
        Post.attempts == 0,
        Post.leased_until.is_null(),
    )
)


def claim(limit: int = 100, busy: Iterable[str] = ()) -> tuple[str, list[Post]]:
    """Lease posts that are due, answers first; a chat with something under way is left alone.

    Returns the lease (a fencing token) and the rows, in the order in which each chat must get them.
    """
    moment, token, held = real_now(), uuid.uuid4().hex, set(busy)
    if is_postgres():
        # One claim at a time: a second worker must see what the first has taken, or it overtakes in a chat.
        real.execute_sql("select pg_advisory_xact_lock(%s)", (CLAIMING,))
    rows = [row for row in FREE.all(*_look(limit, moment)) if row.chat not in held]
    LEASE_IT.each([(token, moment + LEASE, row.id) for row in rows])
    for row in rows:
        row.lease = token
        row.address = ADDRESSEE.first(row.address_id) if row.address_id else None
    return token, rows


def _free(moment: Any, clock: Any, limit: Any, later: Any) -> Any:
    """Posts that are due in chats where nothing is under way, nor waits for another try.

    Each part is a range of the index on state and due: what is due in a month is never looked at.
    """
    other = Post.alias()
    sending = other.select(other.chat).where(other.state == "sending", other.due <= moment)
    taken = other.select(other.chat).where(
        other.state == "pending", other.due <= moment, other.waits == "", other.leased_until > clock
    )
    # Only what people read keeps its order: an errand that waits for a right must not silence the group.
    tried = other.select(other.chat).where(
        other.state == "pending",
        other.due > moment,
        other.due <= later,
        other.attempts > 0,
        other.waits == "",
        other.kind.in_(READ),
    )
    due = (Post.state == "pending", Post.waits == "", Post.due <= moment)
    free = [Post.chat.not_in(occupied) for occupied in (sending, taken, tried)]
    query = Post.select().where(*due, *free).order_by(Post.urgency, Post.id).limit(limit)
    return query.for_update(skip_locked=True) if is_postgres() else query


def _look(most: int, clock: dt.datetime) -> tuple[Any, ...]:
    moment = now()
    return moment, clock, most, moment + LONGEST_BREAK


FREE = constant(_free)
LEASE_IT = constant(
    lambda token, until, id: Post.update(lease=token, leased_until=until).where(
        Post.id == id, Post.state == "pending"
    )
)
ADDRESSEE = constant(lambda id: Address.select(Address, Person).join(Person).where(Address.id == id))
WAITING = constant(
    lambda moment, clock: (
        Post.select(Post.id)
        .where(
            Post.state == "pending",
            Post.waits == "",
            Post.due <= moment,
            Post.leased_until.is_null() | (Post.leased_until < clock),
        )
        .limit(1)
    )
)


def waiting() -> bool:
    """Is there anything to claim? A look that takes no lock; some of it may turn out to be occupied."""
    return WAITING.value(now(), real_now()) is not None


def free() -> bool:
    """Is there anything that a claim would get now? Posts behind a retry or in other hands don't count."""
    return FREE.first(*_look(1, real_now())) is not None


def start(rows: list[Post]) -> list[Post]:
    """Note that these calls begin now: the attempt is counted before it is made (F7).

    Returns the rows that are still ours: a lease that ran out, a STOP or an undo took the others away.
    """
    until = real_now() + LEASE
    begun = [row for row in rows if START.run(until, row.id, row.lease)]
    for row in begun:
        row.attempts += 1
    return begun


HOLD = constant(
    lambda due, id, lease: Post.update(due=due, lease=None, leased_until=None).where(
        Post.id == id, Post.lease == lease, Post.state == "pending"
    )
)
START = constant(
    lambda until, id, lease: Post.update(state="sending", attempts=Post.attempts + 1, leased_until=until).where(
        Post.id == id, Post.lease == lease, Post.state == "pending"
    )
)
FINISH = constant(
    lambda message, status, moment, id, lease: Post.update(
        state="sent", message=message, status=status, sent_at=moment, leased_until=None
    ).where(Post.id == id, Post.lease == lease, Post.state == "sending")
)


def renew(leases: Iterable[str]) -> None:
    """Keep the leases of what is in hand."""
    Post.update(leased_until=real_now() + LEASE).where(
        Post.state.in_(("pending", "sending")), Post.lease.in_(list(leases)), Post.leased_until.is_null(False)
    ).execute()


def release(rows: list[Post]) -> None:
    """Give back rows that were claimed but not begun."""
    if rows:
        Post.update(leased_until=None, lease=None).where(
            Post.id.in_([row.id for row in rows]),
            Post.lease.in_({row.lease for row in rows}),
            Post.state == "pending",
        ).execute()


def give_back(post: Post) -> None:
    """Its call was not made after all: it is due as before, and keeps its place."""
    facts = {"state": "pending", "lease": None, "leased_until": None}
    Post.update(**facts).where(
        Post.id == post.id, Post.lease == post.lease, Post.state.in_(("pending", "sending"))
    ).execute()


def recover(seen: set[tuple[int, dt.datetime]] | None = None) -> list[Post]:
    """Take over what a dead worker held; returns the posts that ended by it: uncertain, or dead.

    Leased but not begun: simply due again (the claim looks at leases). Begun: repeated where that does
    no harm, else uncertain, for the organizers to see (REPEATABLE; F4, F5, F7).
    seen: the leases that had run out at the look before, changed to those of now; only these are taken over.
    After a standstill of the database every lease has run out, and the living renew theirs at once (F13).
    """
    lost = (Post.state == "sending") & (Post.leased_until < real_now())
    rows = list(Post.select().where(lost))
    if seen is not None:
        expired = {(row.id, row.leased_until) for row in rows}
        rows = [row for row in rows if (row.id, row.leased_until) in seen]
        seen.clear()
        seen.update(expired)
    ended = []
    for row in rows:
        reason = f"{row.reason}; {DIED}" if DIED in (row.reason or "") else DIED
        deadly = reason.count(DIED) >= DEADLY
        row.state = "uncertain" if not _harmless(row) else "dead" if deadly else "pending"
        facts = {"state": row.state, "reason": reason, "leased_until": None}
        if row.state == "pending":
            facts["lease"] = None
        if Post.update(**facts).where(Post.id == row.id, lost).execute() and row.state != "pending":
            ended.append(row)
    return ended


def _harmless(post: Post) -> bool:
    """Does it no harm to make this call twice? An errand, or an edit of a card that stands there."""
    if post.kind != "text":
        return REPEATABLE.get(post.kind, False)
    card = Card.at(post.chat, post.card) if post.card and post.platform == TELEGRAM else None
    return card is not None and card.message is not None and not post.payload.get("fresh")


def lost() -> bool:
    """Does anything stand under a lease that ran out? Its worker died."""
    return LOST.value(real_now()) is not None


def digest_due() -> bool:
    """Is a digest to be made now?"""
    return DIGEST_DUE.value(now()) is not None


def next_due() -> dt.datetime | None:
    """When the next post or timer is due, or None; one indexed look each."""
    moments = [row.due for row in (NEXT_POST.first(), NEXT_TIMER.first()) if row is not None]
    return min(moments) if moments else None


DIGEST_DUE = constant(
    lambda moment: (
        Post.select(Post.id)
        .where(Post.state == "pending", Post.waits.in_(("digest", "back")), Post.due <= moment)
        .limit(1)
    )
)
LOST = constant(
    lambda clock: (
        Post.select(Post.id).where(Post.state == "sending", Post.leased_until < clock).order_by(Post.due).limit(1)
    )
)
NEXT_POST = constant(
    lambda: (
        Post.select(Post.due)
        .where(Post.state == "pending", Post.waits.in_(("", "digest", "back")))
        .order_by(Post.due)
        .limit(1)
    )
)


class Receipt(Record):
    """A delivery receipt that came before we knew its message: kept an hour (F21, F41)."""

    message = CharField(64, index=True)
    status = CharField(24)
    error = CharField(16, default="")
    at = UTCDateTimeField(default=now)

    PERSONAL = ()

    @staticmethod
    def alone(message: str) -> None:
        """Until the transaction ends, nobody else takes or puts aside receipts of that message.

        Without it, one that comes while the call's own answer is written down is put aside just after the
        writer looked there, and stays (PostgreSQL; on SQLite the transaction itself is the lock).
        """
        if is_postgres():
            real.execute_sql("select pg_advisory_xact_lock(%s, hashtext(%s))", (RECEIPTS, message))

    @classmethod
    def take(cls, message: str) -> list["Receipt"]:
        """Receipts of that message, once, in the order in which they came."""
        cls.alone(message)
        found = list(cls.select().where(cls.message == message).order_by(cls.id))
        if found:
            cls.delete().where(cls.message == message).execute()
        return found


class Card(Record):
    """A live card: one message of a chat that is edited in place instead of being said again."""

    chat = CharField(160)
    key = CharField(96)
    message = CharField(64, null=True)
    digest = CharField(64, null=True)
    shown_at = UTCDateTimeField(null=True)
    group = ForeignKeyField(Group, null=True, on_delete="CASCADE")

    class Meta:
        indexes = ((("chat", "key"), True),)

    PERSONAL = ("chat",)

    @classmethod
    def at(cls, chat: str, key: str) -> Optional["Card"]:
        """The card as it stands in that chat."""
        return CARD.first(chat, key)

    @classmethod
    def rename(cls, group: Group, key: str, new: str) -> None:
        """What stands in the group's chats is another card from now on: the next one of that key is said anew."""
        cls.update(key=new).where(cls.group == group, cls.key == key).execute()

    @classmethod
    def forget(cls, chat: str, key: str) -> None:
        """The card is to be said anew there: the message that was it is edited no more."""
        cls.delete().where(cls.chat == chat, cls.key == key).execute()

    @classmethod
    def doubt(cls, chat: str, key: str) -> None:
        """Nobody knows what it shows: the next edit is made, whatever it says."""
        cls.update(digest=None).where(cls.chat == chat, cls.key == key).execute()

    @classmethod
    def keep(cls, chat: str, key: str, message: str, digest: str, group_id: int | None) -> None:
        """Remember which message the card is now, and what it shows."""
        moment = now()
        if not SHOWN.run(message, digest, moment, chat, key):
            add(cls, chat=chat, key=key, group=group_id, message=message, digest=digest, shown_at=moment)


CARD = constant(lambda chat, key: Card.select().where(Card.chat == chat, Card.key == key))
SHOWN = constant(
    lambda message, digest, moment, chat, key: Card.update(message=message, digest=digest, shown_at=moment).where(
        Card.chat == chat, Card.key == key
    )
)


def digest_of(payload: dict[str, Any]) -> str:
    """A short fingerprint of what a card shows, to leave out edits that change nothing (F49)."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:32]


class Reminder(Record):
    """A timer: which function is due when, about which record."""

    code = CharField(64)
    model = CharField(64)
    record = IntegerField()
    due = UTCDateTimeField()
    state = CharField(16, default="set")
    tries = IntegerField(default=0)
    rung_at = UTCDateTimeField(null=True)

    class Meta:
        indexes = ((("code", "model", "record", "due"), True), (("state", "due"), False))

    PERSONAL = ()

    @classmethod
    def put(cls, code: str, model: str, record: int, due: dt.datetime) -> None:
        """Set a timer; the same one twice is one, and one that was cancelled is set again."""
        if not add(cls, code=code, model=model, record=record, due=due):
            SET_AGAIN.run("set", code, model, record, due, "cancelled")

    @classmethod
    def due_now(cls, limit: int = 100) -> list["Reminder"]:
        """Timers that are due, eldest first."""
        return TIMERS_DUE.all(now(), limit)

    @classmethod
    def begin(cls, timers: list["Reminder"]) -> None:
        """Note that these are rung now: the try is counted before it is made (F7)."""
        cls.update(tries=cls.tries + 1).where(cls.id.in_([one.id for one in timers])).execute()

    @classmethod
    def forgive(cls, timers: list["Reminder"]) -> None:
        """The database was away: that was no fault of theirs."""
        cls.update(tries=0).where(cls.id.in_([one.id for one in timers]), cls.state == "set").execute()

    def fail(self) -> bool:
        """Never ring it; False when it rang meanwhile."""
        mine = (Reminder.id == self.id) & (Reminder.state == "set")
        return bool(Reminder.update(state="failed").where(mine).execute())

    def take(self) -> bool:
        """Ring it, once: False when another worker did."""
        changed = (
            Reminder.update(state="rung", rung_at=now())
            .where(Reminder.id == self.id, Reminder.state == "set")
            .execute()
        )
        return bool(changed)

    @classmethod
    def cancel(cls, code: str, model: str, record: int) -> None:
        """Forget the timers of that function about that record."""
        cls.update(state="cancelled").where(
            cls.code == code, cls.model == model, cls.record == record, cls.state == "set"
        ).execute()


NEXT_TIMER = constant(
    lambda: Reminder.select(Reminder.due).where(Reminder.state == "set").order_by(Reminder.due).limit(1)
)
SET_AGAIN = constant(
    lambda state, code, model, record, due, cancelled: Reminder.update(state=state).where(
        Reminder.code == code,
        Reminder.model == model,
        Reminder.record == record,
        Reminder.due == due,
        Reminder.state == cancelled,
    )
)
TIMERS_DUE = constant(
    lambda moment, most: (
        Reminder.select()
        .where(Reminder.state == "set", Reminder.due <= moment)
        .order_by(Reminder.due, Reminder.id)
        .limit(most)
    )
)


class Question(Record):
    """The open question of an address: the next text goes to the function that asked."""

    address = ForeignKeyField(Address, unique=True, on_delete="CASCADE")
    code = CharField(64)
    answers = JSONField(default=dict)
    group = ForeignKeyField(Group, null=True, on_delete="CASCADE")
    asked_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        group_id: int | None

    PERSONAL = ("answers",)

    @classmethod
    def ask(cls, address: Address, code: str, answers: dict[str, Any], group: Group | None) -> None:
        """Open it; the one before is replaced."""
        if not ASK_INSTEAD.run(code, answers, group, now(), address):
            add(cls, address=address, code=code, answers=answers, group=group, asked_at=now())

    @classmethod
    def of(cls, address: Address) -> Optional["Question"]:
        """What is open, if anything."""
        return OPEN_QUESTION.first(address)

    @classmethod
    def close(cls, address: Address) -> None:
        """Nothing is asked any more."""
        cls.delete().where(cls.address == address).execute()


ASK_INSTEAD = constant(
    lambda code, answers, group, at, address: Question.update(
        {Question.code: code, Question.answers: answers, Question.group: group, Question.asked_at: at}
    ).where(Question.address == address)
)
OPEN_QUESTION = constant(lambda address: Question.select().where(Question.address == address))


class Seen(Record):
    """An event that had its effect, and the body that answered it (kept as a hash; R7)."""

    key = CharField(64, unique=True)
    reply = TextField(null=True)
    at = UTCDateTimeField(default=now)

    PERSONAL = ()

    @classmethod
    def first(cls, key: str) -> bool:
        """Claim the event: True once, False ever after, on both engines."""
        return add(cls, key=cls.hashed(key))

    @classmethod
    def remember(cls, key: str, reply: str) -> None:
        """Keep the answer's body, so that a second delivery gets the same bytes."""
        REMEMBER.run(reply, cls.hashed(key))

    @classmethod
    def reply_to(cls, key: str) -> str | None:
        """The body that answered the event before."""
        row = cls.get_or_none(cls.key == cls.hashed(key))
        return row.reply if row else None

    @staticmethod
    def hashed(key: str) -> str:
        """The key as it is kept."""
        return hashlib.sha256(key.encode()).hexdigest()[:40]


REMEMBER = constant(lambda reply, key: Seen.update(reply=reply).where(Seen.key == key))


class DeadLetter(Record):
    """An event that we could not read or that a bug stopped: kept seven days, with its trace."""

    platform = CharField(16)
    key = CharField(160, null=True)
    body = TextField()
    error = TextField(null=True)
    state = CharField(16, default="kept")
    at = UTCDateTimeField(default=now)

    PERSONAL = ("body",)

    @classmethod
    def begin(cls, platform: str, key: str, body: str, forgiven: bool = False) -> int:
        """Note an event before it is tried; returns how often it was without an end (F30). forgiven: begin anew."""
        row = cls.get_or_none((cls.key == key) & (cls.state == "begun"))
        if row is None:
            cls.create(platform=platform, key=key, body=body, state="begun", error="1")
            return 0
        before = 0 if forgiven else int(row.error or 0)
        cls.update(error=str(before + 1)).where(cls.id == row.id).execute()
        return before

    @classmethod
    def end(cls, key: str) -> None:
        """The try came to an end, good or bad: nobody died over it."""
        cls.delete().where(cls.key == key, cls.state == "begun").execute()


class Content(Record):
    """A WhatsApp content as Twilio knows it: its id and how far its approval got."""

    name = CharField(64)
    language = CharField(8)
    sid = CharField(64)
    digest = CharField(64)
    approval = CharField(24, default="unsubmitted")
    checked_at = UTCDateTimeField(default=now)

    class Meta:
        indexes = ((("name", "language"), True),)

    PERSONAL = ()

    @classmethod
    def of(cls, name: str, language: str) -> Optional["Content"]:
        """The content in that language, if it was made."""
        return cls.get_or_none((cls.name == name) & (cls.language == language))

    @property
    def approved(self) -> bool:
        """May it open a conversation? Twilio's spelling varies in case."""
        return self.approval.lower() == "approved"


class Media(Record):
    """A picture or file made for a post, served to Twilio from a signed address for a day."""

    post = ForeignKeyField(Post, null=True, on_delete="CASCADE")
    name = CharField(64, unique=True)
    mime = CharField(64)
    body = BlobField()
    expires_at = UTCDateTimeField()

    PERSONAL = ("body",)


class Lease(Record):
    """Who rings the clock, when Redis can't say (decisions: the clock)."""

    name = CharField(32, unique=True)
    holder = CharField(64)
    until = UTCDateTimeField()

    PERSONAL = ()

    @classmethod
    def hold(cls, name: str, holder: str, seconds: float) -> bool:
        """Take or keep the lease; False while somebody else has it."""
        moment = real_now()
        until = moment + dt.timedelta(seconds=seconds)
        changed = (
            cls.update(holder=holder, until=until)
            .where(cls.name == name, (cls.holder == holder) | (cls.until < moment))
            .execute()
        )
        if changed:
            return True
        fresh = cls.insert(name=name, holder=holder, until=until).on_conflict_ignore().as_rowcount()
        return bool(fresh.execute())


def tidy() -> None:
    """Forget what is past its time (R7): sent posts, seen events, letters, pictures."""
    Seen.delete().where(Seen.at < now() - PERIODS["seen"]).execute()
    DeadLetter.delete().where(DeadLetter.at < now() - PERIODS["letters"]).execute()
    DeadLetter.delete().where(DeadLetter.state == "begun", DeadLetter.at < now() - dt.timedelta(days=1)).execute()
    Media.delete().where(Media.expires_at < now()).execute()
    Receipt.delete().where(Receipt.at < now() - PERIODS["receipts"]).execute()
    Post.give_up_chats()
    ended = Post.state.in_(("sent", "dead", "dropped", "uncertain"))
    Post.delete().where(ended, Post.created_at < now() - PERIODS["sent"]).execute()
    Reminder.delete().where(Reminder.state != "set", Reminder.due < now() - PERIODS["timers"]).execute()

"""The emulated world: people, chats, bubbles, and the log of what passed between them and the bot."""

import asyncio
import math
import time
import unicodedata
import uuid
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

Json = dict[str, Any]

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
IN_GROUP = ("creator", "administrator", "member", "restricted")


class Button(NamedTuple):
    """A button as the person sees it; `value` is its callback data, its reply id or its link."""

    label: str
    value: str

    @property
    def is_link(self) -> bool:
        return self.value.startswith(("http://", "https://", "tg://"))


@dataclass
class Bubble:
    """One message on a phone.

    `text` is what is read (HTML rendered away, caption included), `raw` the source. `chat` is the Telegram
    chat id or the person's WhatsApp address. `status` and `error` are Twilio's and empty on Telegram.
    """

    id: int | str
    chat: int | str
    sender: str
    text: str
    at: datetime
    buttons: list[list[Button]] = field(default_factory=list)
    raw: str = ""
    parse_mode: str | None = None
    media: str | None = None
    content: bytes | None = None
    url: str | None = None
    filename: str | None = None
    caption: str | None = None
    edited: bool = False
    edits: int = 0
    status: str = ""
    error: int | None = None
    template: bool = False
    silent: bool = False
    deleted: bool = False
    service: bool = False
    pinned: bool = False
    sender_id: int | str = 0
    reply_to: int | str | None = None
    thread: int | None = None
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    list_button: str | None = None
    extra: Json = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        return self.sender == "bot"

    @property
    def choices(self) -> list[Button]:
        """Every button, row after row."""
        return [button for row in self.buttons for button in row]


class Call(NamedTuple):
    """One request the product made to a platform; `at` is monotonic seconds, `when` the world's time."""

    at: float
    when: datetime
    platform: str
    method: str
    params: Json
    http_status: int
    chat: str | None


class Received(NamedTuple):
    """One webhook the product received, and how it answered; status 0 means no answer at all."""

    at: float
    url: str
    kind: str
    status: int
    seconds: float


@dataclass
class Fault:
    """Something that goes wrong at a platform, for the next `times` matching calls (None: for ever)."""

    method: str
    kind: str
    times: int | None
    retry_after: int
    seconds: float
    chat: str | None

    def touches(self, method: str, chat: str | None) -> bool:
        wanted = self.method == "*" or self.method.lower() == method.lower()
        return wanted and self.times != 0 and (self.chat is None or self.chat == chat)


class Refusal(Exception):
    """A platform says no: HTTP status, text, Telegram `parameters`, Twilio error code."""

    def __init__(self, status: int, text: str, parameters: Json | None = None, code: int = 0) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.parameters = parameters
        self.code = code


@dataclass
class User:
    """A person on Telegram."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "fr"
    bio: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    may_be_written_until: datetime | None = None
    toast: str | None = None
    toast_alert: bool = False
    toasts: int = 0
    opened: str | None = None

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass
class InviteLink:
    """A link made by the bot to enter a group."""

    url: str
    name: str | None = None
    member_limit: int | None = None
    expire_date: int | None = None
    creates_join_request: bool = False
    is_revoked: bool = False
    uses: int = 0


@dataclass
class Chat:
    """A Telegram chat: private (its id is the person's), basic group or supergroup."""

    id: int
    type: str
    title: str = ""
    bubbles: list[Bubble] = field(default_factory=list)
    by_id: dict[int, Bubble] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    bot_status: str = "left"
    bot_rights: set[str] = field(default_factory=set)
    bot_was_here: bool = False
    bot_muted: bool = False
    bot_spoke: bool = False
    links: dict[str, InviteLink] = field(default_factory=dict)
    requests: dict[int, InviteLink] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    migrated_to: int | None = None
    migrated_from: int | None = None
    deleted: bool = False
    typing_until: float = 0.0

    def add(self, bubble: Bubble) -> None:
        self.bubbles.append(bubble)
        self.by_id[int(bubble.id)] = bubble

    @property
    def bot_is_in(self) -> bool:
        return self.bot_status in ("member", "administrator")

    @property
    def bot_is_admin(self) -> bool:
        return self.bot_status == "administrator"


@dataclass
class Subscriber:
    """A person on WhatsApp; `bsuid`, a business-scoped id, is sent alone once the number is hidden."""

    number: str
    name: str
    bsuid: str | None = None
    hides_number: bool = False
    last_inbound: datetime | None = None
    blocked: bool = False
    bubbles: list[Bubble] = field(default_factory=list)
    opened: str | None = None
    typing_until: float = 0.0

    @property
    def address(self) -> str:
        if self.hides_number and self.bsuid:
            return f"whatsapp:{self.bsuid}"
        return f"whatsapp:{self.number}"


@dataclass
class Content:
    """A resource of Twilio's Content API and its WhatsApp approval."""

    sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: dict[str, Json]
    at: datetime
    approval: str = "unsubmitted"
    approval_name: str = ""
    category: str = ""
    rejection: str = ""

    @property
    def kind(self) -> str:
        return next(iter(self.types))

    @property
    def template(self) -> Json:
        return self.types[self.kind]


class File(NamedTuple):
    """Bytes a platform keeps."""

    content: bytes
    content_type: str
    filename: str


class Pace:
    """Telegram's flood limits, in real time: 30 a second in all, 1 a second a chat, 20 a minute a group."""

    def __init__(self) -> None:
        self._all: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._chats: dict[int, tuple[float, float]] = {}
        self._closed: dict[int, float] = {}

    def wait(self, chat: int, calls: int = 1) -> int:
        """Seconds to wait before writing to `chat`; 0 spends the calls."""
        moment = time.monotonic()
        seconds = max(self._global(moment), self._group(chat, moment), self._bucket(chat, moment))
        seconds = max(seconds, self._closed.get(chat, 0.0) - moment)
        if seconds > 0:
            wait = max(1, math.ceil(seconds))
            self._closed[chat] = moment + seconds
            return wait
        self._spend(chat, moment, calls)
        return 0

    def _global(self, moment: float) -> float:
        while self._all and self._all[0] <= moment - 1:
            self._all.popleft()
        return self._all[0] + 1 - moment if len(self._all) >= 30 else 0.0

    def _group(self, chat: int, moment: float) -> float:
        if chat > 0:
            return 0.0
        sent = self._groups.setdefault(chat, deque())
        while sent and sent[0] <= moment - 60:
            sent.popleft()
        return sent[0] + 60 - moment if len(sent) >= 20 else 0.0

    def _bucket(self, chat: int, moment: float) -> float:
        left, seen = self._chats.get(chat, (3.0, moment))
        return max(0.0, 1 - min(3.0, left + moment - seen))

    def _spend(self, chat: int, moment: float, calls: int) -> None:
        left, seen = self._chats.get(chat, (3.0, moment))
        self._chats[chat] = (min(3.0, left + moment - seen) - calls, moment)
        self._all.extend([moment] * calls)
        if chat < 0:
            self._groups[chat].extend([moment] * calls)


class World:
    """Everything there is; only the emulators' own event loop changes it while a request runs."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.token = self.secret = self.account_sid = self.auth_token = ""
        self.whatsapp_from = self.bot_username = self.public_url = self.base = ""
        self.bot_id = 0
        self.bot_name = "Noyau"
        self.limits = True
        self.privacy = True
        self.latency = 0.0
        self.status_callbacks = True
        self.read_receipts = False
        self.auto_approve = False
        self.update_ids = count(880_000_001)
        self.message_ids = count(101)
        self.query_ids = count(2_190_000_000_880_000_001)
        self.version = 0
        self.tasks: set[asyncio.Task[Any]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()
        self.empty()

    def empty(self) -> None:
        """Forget everybody and everything; identifiers go on, so that nothing is taken for a duplicate."""
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.subscribers: dict[str, Subscriber] = {}
        self.by_bsuid: dict[str, Subscriber] = {}
        self.messages: dict[str, Json] = {}
        self.outbound: dict[str, Bubble] = {}
        self.contents: dict[str, Content] = {}
        self.rejected_names: set[str] = set()
        self.files: dict[str, File] = {}
        self.stores: list[str] = []  # where Twilio sends on whoever fetches a media, one after the other
        self.queries: dict[str, tuple[User, datetime]] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_button: Json = {"type": "commands"}
        self.webhook: Json = {}
        self.sender_webhook: Json = {}
        self.hook_fault: Json = {}  # what getWebhookInfo tells besides: last_error_date, last_error_message
        self.bot_facts: Json = {"can_join_groups": True}
        self.account: Json = {"status": "active", "type": "Full"}
        self.sender: Json = {"status": "ONLINE", "offline_reasons": None}  # {}: this account has none
        self.service: Json = {"use_inbound_webhook_on_number": True, "inbound_request_url": None}
        self.calls: list[Call] = []
        self.received: list[Received] = []
        self.faults: list[Fault] = []
        self.count_429 = 0
        self.pace = Pace()
        self.twilio_pace: deque[float] = deque()
        self.user_ids = count(510_000_011)
        self.group_ids = count(1)
        self.numbers = count(11)
        self.changed()

    # Time and change

    def unix(self) -> int:
        return int(self.now().timestamp())

    def changed(self) -> None:
        self.version += 1
        if self.loop is None:
            return
        for event in list(self._waiting):
            # The thread of a test may be the one that changes the world.
            self.loop.call_soon_threadsafe(event.set)

    async def change(self, since: int, seconds: float) -> int:
        """Wait until the version differs from `since`, `seconds` at most; return the version."""
        if self.version == since:
            event = asyncio.Event()
            self._waiting.add(event)
            try:
                await asyncio.wait_for(event.wait(), seconds)
            except TimeoutError:
                pass
            finally:
                self._waiting.discard(event)
        return self.version

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something after the answer; `settle` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # Finding

    def private(self, user: User) -> Chat:
        chat = self.chats.get(user.id)
        if chat is None:
            chat = self.chats[user.id] = Chat(user.id, "private", user.name)
        return chat

    def groups(self) -> list[Chat]:
        return [chat for chat in list(self.chats.values()) if chat.type != "private"]

    def groups_of(self, user: User) -> list[Chat]:
        return [chat for chat in self.groups() if chat.members.get(user.id) in IN_GROUP and not chat.migrated_to]

    def subscriber(self, address: str) -> Subscriber | None:
        """The person behind `whatsapp:+33…` or `whatsapp:FR.15…`."""
        plain = address.removeprefix("whatsapp:")
        return self.subscribers.get(plain) or self.by_bsuid.get(plain)

    def next_message_id(self, chat: Chat) -> int:
        return next(self.message_ids)

    def history(self, chat: Chat) -> list[Bubble]:
        """What a member scrolls through, the time before an upgrade to supergroup included."""
        before = self.chats.get(chat.migrated_from) if chat.migrated_from else None
        return [*(before.bubbles if before else []), *chat.bubbles]

    # Faults and files

    def fault(self, method: str, chat: str | None) -> Fault | None:
        """The fault that strikes this call, counted down."""
        for fault in self.faults:
            if fault.touches(method, chat):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def keep(self, content: bytes, content_type: str, filename: str) -> str:
        file_id = "AgAC" + uuid.uuid4().hex
        self.files[file_id] = File(content, content_type, filename)
        return file_id


def fold(text: str) -> str:
    """Text for comparing: no case, no accents, plain spaces."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def seen(bubbles: list[Bubble]) -> list[Bubble]:
    """Copies of the bubbles a person sees: neither deleted nor failed."""
    return [replace(b) for b in bubbles if not b.deleted and b.status not in ("failed", "undelivered")]


def in_window(person: Subscriber, moment: datetime) -> bool:
    """WhatsApp's 24 hours since the person's last message."""
    return person.last_inbound is not None and moment - person.last_inbound < timedelta(hours=24)

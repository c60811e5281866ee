"""What befalls people and chats while processes die: blocked, thrown out, moved, a closed window, stray receipts."""

import contextlib
import datetime as dt
import random
import threading
from collections.abc import Callable, Iterable

from handlers.kit import say
from handlers.kit.texts import _
from handlers.kit.whatsapp import RANK
from jobs import setup
from storage import db
from storage.groups import ORGANIZER, Chat, Group, Membership
from storage.outbox import Post, Receipt
from storage.people import Address, Person
from tests.bench import crowd
from tests.faults.ground import Ground, Somebody, until
from webhook.playground.phones import TelegramGroup, TelegramPhone
from webhook.playground.world import Bubble, Call

FIRST = 900  # the number of the first of these people: nobody else's
STRAY = ("read", "sent", "delivered", "sent", "delivered", "read", "sent")  # receipts out of order and twice (F41)
WAIT = 40.0  # seconds until what a step needs has happened
TRIES = 6  # of an update of these people, each after twice the pause of the one before
ENDED = ("sent", "dead", "dropped", "uncertain")


class Mishaps:
    """Two chats, a member on Telegram and one on WhatsApp whom everything befalls, and what must hold in the end."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.random = ground, random.Random(seed)
        self.taken: dict[str, int] = {}  # how far the receipts got that the service took, by message
        self.wrong: list[str] = []
        ground.emu.courier.retries = TRIES
        setup.make_contents(lambda _line: None)
        with db.connection(), db.transaction():
            self.group = crowd.a_group("Traversée")
            camille = self._on_telegram(FIRST, ORGANIZER, self.group)
            self.nina, self.omar = Somebody(FIRST + 2), Somebody(FIRST + 3)
            self.phone = self._on_telegram(self.nina.n, "member", self.group)
            self._on_whatsapp()
            self.atelier, self.moving = self._home("Atelier", camille)
            self.chorale, self.leaving = self._home("Chorale", camille)
        self.old = self.moving.chat.id

    def _on_telegram(self, n: int, role: str, group: Group) -> TelegramPhone:
        seat = crowd.seat(group, "telegram", str(crowd.telegram_id(n)), n)
        Membership.update(role=role).where(Membership.id == seat.id).execute()
        phone = self.ground.emu.telegram_person(f"Nom{n}", id=crowd.telegram_id(n))
        phone.user.started = True
        return phone

    def _on_whatsapp(self) -> None:
        """We think that the window is open; the platform knows better."""
        one, world = self.omar, self.ground.emu.world
        crowd.seat(self.group, one.platform, one.chat, one.n)
        self.omars = self.ground.emu.whatsapp_person(f"Nom{one.n}", one.chat)
        self.omars.person.last_inbound = world.now() - dt.timedelta(hours=30)

    def _home(self, name: str, camille: TelegramPhone) -> tuple[Group, TelegramGroup]:
        """A group with a chat of its own, and the same organizer."""
        group, made = crowd.a_group(name), self.ground.emu.telegram_group(name, kind="group", members=[camille])
        address = Address.get(Address.address == str(camille.id))
        seat = Membership.welcome(group, address.person, address)
        Membership.update(role=ORGANIZER).where(Membership.id == seat.id).execute()
        made.chat.bot_status, made.chat.bot_was_here = "administrator", True
        group.chat = Chat.create(chat_id=made.chat.id, title=name, rights={"can_invite_users": True})
        group.save(only=[Group.chat])
        return group, made

    # ------------------------------------------------------------------ what happens

    def blow(self, seconds: float, done: threading.Event) -> None:
        """Everything, in so many seconds; once people stopped writing, without a pause."""
        steps = (self.begin, self.move, self.again, self.receipts, self.return_, self.receipts)
        for step in steps:
            with contextlib.suppress(TimeoutError):
                step()
            done.wait(seconds / (len(steps) + 1))

    def begin(self) -> None:
        """Nina blocks the bot and a chat throws it out: both behind our back. Omar is written to."""
        self.phone.user.blocked = True
        self.leaving.chat.bot_status = "kicked"
        self._tell(self.nina, 1)
        self._tell(self.omar, 1)
        self._post(self.chorale, 1)
        self._post(self.atelier, 1)

    def move(self) -> None:
        """A group becomes a supergroup in the middle of three posts; its updates come in any order."""
        self._post(self.atelier, 2)
        order = ["mine", "to", "from"]
        self.random.shuffle(order)
        self.moving.migrate(order=tuple(order))
        self._post(self.atelier, 3)

    def again(self) -> None:
        """They are written to again, once the refusals are known."""
        self._until("the refusals are known", lambda: self._ended(self.nina.chat, 1) and self._ended(self._left(), 1))
        self._tell(self.nina, 2)
        self._post(self.chorale, 2)
        self._post(self.atelier, 4)

    def receipts(self) -> None:
        """Receipts of ten messages come late, in any order and twice."""
        world = self.ground.emu.world
        known = [b for b in list(world.outbound.values()) if b.status not in ("failed", "undelivered")]
        for bubble in self.random.sample(known, min(10, len(known))):
            for status in self.random.sample(STRAY, len(STRAY)):
                self._receipt(bubble, status)

    def return_(self) -> None:
        """Nina opens her door, and Omar writes: what waited for them comes."""
        self._until("a post waits for the window", self._waits)
        self._surely(lambda: self.phone.unblocks() // 100 == 2)
        self._surely(lambda: self.omars.says("me revoilà") // 100 == 2)

    def _waits(self) -> bool:
        """Receipts are told once: should ours have been asleep, the platform's list tells it later (F42)."""
        for bubble in self._failed():
            self._receipt(bubble, "failed", 63016)
        with db.connection():
            held = Post.select().where(Post.chat == self.omar.chat, Post.waits == "window").exists()
        return held or self._unsure(self.omar.chat, 1)

    def _failed(self) -> list[Bubble]:
        return [b for b in self.ground.emu.world.subscribers[self.omar.chat].bubbles if b.error == 63016]

    def _receipt(self, bubble: Bubble, status: str, error: int | None = None) -> None:
        answer = self.ground.emu.send_status(bubble, status, error=error)
        if answer // 100 == 2:
            self.taken[str(bubble.id)] = max(self.taken.get(str(bubble.id), 0), RANK[status])

    def _tell(self, one: Somebody, n: int) -> None:
        with db.connection():
            person = Person.select().join(Address).where(Address.address == one.chat).get()
        self._say(say.tell(person, _("billet {n}", n=n), group=self.group))

    def _post(self, group: Group, n: int) -> None:
        self._say(say.post(Group.get_by_id(group.id), _("billet {n}", n=n)))

    def _say(self, effect: say.Say) -> None:
        def said() -> bool:
            self.ground.say(effect)
            return True

        self._surely(said)

    def _surely(self, act: Callable[[], bool]) -> None:
        """Until it worked: the database may be locked, the web process away."""

        def tried() -> bool:
            with contextlib.suppress(db.PeeweeException):
                return act()
            return False

        self._until("a step", tried)

    def _until(self, what: str, true: Callable[[], object]) -> None:
        if not until(true, WAIT):
            self.wrong.append(f"never: {what}")

    # ------------------------------------------------------------------ what must hold

    def check(self) -> dict[str, list[str]]:
        """By the fault's name, what was found wrong, in words."""
        with db.connection():
            return {
                "F18 blocked, thrown out": [*self._blocked(), *self._kicked()],
                "F19 a group moved": [*self._moved()],
                "F40 window closed": [*self._window()],
                "F41 stray receipts": [*self._strayed()],
                "mishaps' own steps": self.wrong,
            }

    def _blocked(self) -> Iterable[str]:
        """The first ends with a reason and is told, the second waits for her without a call (F18)."""
        yield from self._given_up(self.nina.chat, "blocked")
        dead = Post.select().where(Post.chat == self.nina.chat, Post.state == "dead")
        known = any(_times([post.payload["text"]], 1) for post in dead)  # else the second was the one refused
        if known and _times(self.ground.heard(self.nina), 2) + self._unsure(self.nina.chat, 2) != 1:
            yield f"Nina, back, heard {self.ground.heard(self.nina)}"

    def _kicked(self) -> Iterable[str]:
        """From then on the group hears in private, and the chat is left alone (F18)."""
        yield from self._given_up(self._left(), "kicked")
        camille = [text for text in self.ground.heard(Somebody(FIRST)) if "Chorale" in text]
        dead = Post.select().where(Post.chat == self._left(), Post.state == "dead")
        if any(_times([post.payload["text"]], 1) for post in dead) and _times(camille, 2) != 1:
            yield f"the group without a chat did not hear in private: {camille}"

    def _given_up(self, chat: str, why: str) -> Iterable[str]:
        """Dead with that reason, the organizer told, and no call after the first refusal that we know of."""
        ended = list(Post.select().where(Post.chat == chat, Post.state.in_(("dead", "uncertain"))))
        dead = [post for post in ended if post.state == "dead"]
        refused = [call for call in self._calls(chat) if call.http_status == 403]
        told = Post.select().where(Post.key.startswith(f"undeliv:{why}:")).exists()
        if any(why not in (post.reason or "") for post in dead) or bool(dead) != told:
            yield f"{why}: {[(post.state, post.reason) for post in ended]}, told {told}"
        if len(refused) > 1 + len(ended) - len(dead) or len(dead) > 1 or not ended:
            yield f"{why}: {len(refused)} calls refused for {len(ended)} posts"

    def _moved(self) -> Iterable[str]:
        """Each post once, in order, and nothing left under the old id (F19)."""
        world, new = self.ground.emu.world, self.moving.chat.id
        bubbles = [*world.chats[self.old].bubbles, *world.chats[new].bubbles]
        heard = [bubble.text for bubble in bubbles if bubble.from_bot]
        for n in range(1, 5):
            if _times(heard, n) + (self._unsure(str(self.old), n) or self._unsure(str(new), n)) != 1:
                yield f"post {n} to the group that moved came {_times(heard, n)} times"
        if heard != sorted(heard):
            yield f"out of order: {heard}"
        group = Group.get_by_id(self.atelier.id)
        if group.chat is None or group.chat.chat_id != new:
            yield "the group did not follow its chat"
        left = Post.select().where(Post.chat == str(self.old), Post.state.not_in(("sent", "uncertain")))
        yield from (f"left under the old id: {post.state} {post.reason}" for post in left)

    def _window(self) -> Iterable[str]:
        """Said once when he wrote; until then one template at most asked him to (F40)."""
        bubbles = [b for b in self.ground.emu.world.subscribers[self.omar.chat].bubbles if b.from_bot]
        heard = [b.text for b in bubbles if not b.error]
        if _times(heard, 1) + self._unsure(self.omar.chat, 1) != 1:
            yield f"Omar, back, heard {heard}"
        templates = sum(b.template for b in bubbles)
        if templates > 1 or len(self._failed()) > 1:
            yield f"{templates} templates and {len(self._failed())} texts while the window was closed"

    def _strayed(self) -> Iterable[str]:
        """No status went back, and no receipt was put aside for a message that is known (F21, F41)."""
        for message, best in self.taken.items():
            post = Post.get_or_none(Post.message == message)
            if post is not None and RANK[post.status or "queued"] < best:
                yield f"post {post.id} went back to {post.status}"
        known = Post.select(Post.message).where(Post.message.is_null(False))
        aside = Receipt.select().where(Receipt.message.in_(known)).count()
        if aside:
            yield f"{aside} receipts were put aside though their message is known"

    def _left(self) -> str:
        return str(self.leaving.chat.id)

    def _ended(self, chat: str, n: int) -> bool:
        with db.connection():
            rows = Post.select().where(Post.chat == chat, Post.state.in_(ENDED))
            return any(_times([row.payload.get("text", "")], n) for row in rows)

    def _unsure(self, chat: str, n: int) -> bool:
        """Is it one of those of which nobody knows whether they arrived, and did not arrive? They are shown (F5)."""
        with db.connection():
            rows = Post.select().where(Post.chat == chat, Post.state == "uncertain")
            unsure = any(_times([row.payload.get("text", "")], n) for row in rows)
        return unsure and not any(
            call.http_status in (200, 201) and _times([str(call.params.get("text") or call.params.get("Body"))], n)
            for call in self._calls(chat)
        )

    def _calls(self, chat: str) -> list[Call]:
        calls = list(self.ground.emu.calls)
        return [call for call in calls if str(call.params.get("chat_id") or call.params.get("To", "")).endswith(chat)]


def _times(texts: Iterable[str], n: int) -> int:
    return sum(f"billet {n}" in text for text in texts)

"""A story: who is there, what they type and tap, what they hear; every call ends when nothing is due."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from rq import Queue

from jobs import bell
from storage import db, outbox, settings
from storage.groups import MEMBER, ORGANIZER, Chat, Group, Membership
from storage.outbox import Post, Reminder
from storage.people import TELEGRAM, WHATSAPP, Address, Person, meet
from webhook.playground.phones import TelegramGroup, TelegramPhone, WhatsAppPhone
from webhook.playground.server import Emulators
from webhook.playground.world import Bubble


@dataclass
class Actor:
    """Somebody with a phone."""

    story: "Story"
    name: str
    platform: str
    phone: Any
    mark: int = 0

    @property
    def person(self) -> Person:
        """The person as the service knows them."""
        return self.address.person

    @property
    def address(self) -> Address:
        """Their address as the service knows it."""
        return Address.get(Address.platform == self.platform, Address.address == self.id)

    @property
    def id(self) -> str:
        """The address: a Telegram id or a number."""
        return str(self.phone.id) if self.platform == TELEGRAM else str(self.phone.number)

    def says(self, text: str, settle: bool = True, **how: Any) -> int:
        """Write, in private unless chat= is given."""
        return self._act(lambda: self.phone.says(text, **how), settle)

    def taps(self, label: str | int = 0, settle: bool = True, **how: Any) -> int:
        """Press the newest button of that label."""
        return self._act(lambda: self.phone.taps(label, **how), settle)

    def follows(self, link: str, settle: bool = True, **how: Any) -> int:
        """Tap a link."""
        return self._act(lambda: self.phone.follows(link, **how), settle)

    def sends(self, kind: str, settle: bool = True, **how: Any) -> int:
        """Send a photo, a voice note, a sticker …"""
        return self._act(lambda: self.phone.sends(kind, **how), settle)

    def _act(self, act: Any, settle: bool) -> int:
        self.mark = len(self.phone.messages())
        status = int(act())
        if settle:
            self.story.settle()
        return status

    def bubbles(self, chat: Any = None) -> list[Bubble]:
        """What the bot said in that chat (the private one by default), oldest first."""
        seen = self.phone.messages() if chat is None else self.phone.messages(chat)
        return [bubble for bubble in seen if bubble.from_bot and not bubble.deleted]

    def said(self, chat: Any = None) -> list[str]:
        """The bot's texts."""
        return [bubble.text for bubble in self.bubbles(chat)]

    @property
    def last(self) -> str:
        """The bot's last words in private."""
        return self.said()[-1] if self.said() else ""

    @property
    def buttons(self) -> list[str]:
        """The labels under the last card."""
        card = next((b for b in reversed(self.bubbles()) if b.choices), None)
        return [choice.label for choice in card.choices] if card else []

    @property
    def toast(self) -> str:
        """The last word over a tapped button."""
        return str(getattr(self.phone, "toast", "") or "")

    def hears(self, words: str, chat: Any = None) -> Bubble:
        """The newest thing the bot said that holds these words; fails with what was said instead."""
        for bubble in reversed(self.bubbles(chat)):
            if plain(words) in plain(bubble.text):
                return bubble
        told = "\n".join(f"  - {text}" for text in self.said(chat)[-8:])
        raise AssertionError(f"{self.name} never heard {words!r}; heard:\n{told}")

    def never_hears(self, words: str, chat: Any = None) -> None:
        """The bot said nothing with these words."""
        assert not [text for text in self.said(chat) if plain(words) in plain(text)]

    def count(self, words: str = "", chat: Any = None) -> int:
        """How many of the bot's messages hold these words."""
        return sum(plain(words) in plain(text) for text in self.said(chat))


@dataclass
class Story:
    """The stage: phones, a group if one is founded, the clock."""

    emu: Emulators
    platform: str
    known: settings.Settings
    group: Group | None = None
    chat: TelegramGroup | None = None
    turn: int = 0
    actors: list[Actor] = field(default_factory=list)

    # ------------------------------------------------------------------ people

    def stranger(self, name: str, on: str | None = None, started: bool = True, **facts: Any) -> Actor:
        """Somebody we have never met. started: on Telegram, Start was pressed (silently)."""
        where = on or self._next()
        if where == TELEGRAM:
            phone: TelegramPhone | WhatsAppPhone = self.emu.telegram_person(name, **facts)
            if isinstance(phone, TelegramPhone):
                phone.user.started = started
        else:
            phone = self.emu.whatsapp_person(name, **facts)
        actor = Actor(self, name, where, phone)
        self.actors.append(actor)
        return actor

    def _next(self) -> str:
        self.turn += 1
        if self.platform != "mixed":
            return self.platform
        return TELEGRAM if self.turn % 2 else WHATSAPP

    def member(self, name: str, on: str | None = None, role: str = MEMBER, **facts: Any) -> Actor:
        """A member of the story's group, already known; on Telegram also in the group's chat."""
        actor = self.stranger(name, on, **facts)
        self.seat(actor, self.home(), role)
        return actor

    def organizer(self, name: str, on: str | None = None, **facts: Any) -> Actor:
        """An organizer of the story's group."""
        return self.member(name, on, ORGANIZER, **facts)

    def seat(self, actor: Actor, group: Group, role: str = MEMBER) -> Membership:
        """Make somebody a member, as if it had happened long ago."""
        with db.transaction():
            address = meet(actor.platform, actor.id, name=actor.name, language="fr")
            if actor.platform == WHATSAPP:
                address.heard(db.now())
                address.opt_in("Rejoindre")
                self._open_window(actor)
            address.person.inform(db.now())
            seat = Membership.welcome(group, address.person, address, role)
            Membership.update(introduced_at=db.now()).where(Membership.id == seat.id).execute()
        if self.chat is not None and actor.platform == TELEGRAM and group == self.group:
            self.chat.chat.members[actor.phone.id] = "member"
        return seat

    def _open_window(self, actor: Actor) -> None:
        actor.phone.person.last_inbound = self.emu.world.now()

    # ------------------------------------------------------------------ the group

    def home(self) -> Group:
        """The story's group, live; with a Telegram chat unless everybody is on WhatsApp."""
        if self.group is None:
            self.group = self.another_group("Les indés de Nantes")
            if self.platform != "whatsapp":
                self.chat = self.emu.telegram_group("Les indés de Nantes")
                self.settle_in(self.group, self.chat)
        return self.group

    def another_group(self, name: str) -> Group:
        """A live group without anybody."""
        return Group.create(
            name=name,
            purpose="Des indépendants qui s'entraident.",
            city="Nantes",
            charter="On vient. On écoute. On aide.",
            state="live",
            founded_at=db.now(),
        )

    def settle_in(self, group: Group, chat: TelegramGroup) -> Chat:
        """The group lives in this Telegram chat, where the bot may invite."""
        chat.chat.bot_status, chat.chat.bot_was_here = "administrator", True
        chat.chat.bot_rights = {"can_invite_users", "can_delete_messages", "can_restrict_members"}
        rights = dict.fromkeys(chat.chat.bot_rights, True)
        row = Chat.create(chat_id=chat.id, title=chat.chat.title, kind="supergroup", rights=rights)
        group.settle_in(row)
        return row

    def inside(self, actor: Actor) -> bool:
        """Is this phone in the story's Telegram chat?"""
        status = self.chat.chat.members.get(actor.phone.id) if self.chat else None
        return status not in (None, "left", "kicked")

    # ------------------------------------------------------------------ time and delivery

    def settle(self) -> None:
        """Let the worker work until nothing is due."""
        for _round in range(40):
            due = outbox.next_due()
            late = Reminder.due_now(1)
            if not late and (due is None or due > db.now() + SOON):
                break
            if due is not None and due > db.now():
                self._move_to(due)
            self._ring("jobs.schedule.ring" if late else bell.JOB)
        self.emu.settle()
        due = outbox.next_due()
        if due is not None and due <= db.now():
            self._ring(bell.JOB)
            self.emu.settle()

    def _ring(self, name: str) -> None:
        """Run the job, and those that it queues, by RQ in this process (real workers: edges and faults)."""
        redis = bell.for_worker()
        queue = Queue(bell.QUEUE, connection=redis, serializer="json", is_async=False)
        redis.delete(queue.key)
        jobs = [queue.enqueue(name, result_ttl=0, failure_ttl=60)]
        while queued := queue.get_jobs():  # on a slow machine a slice of deliveries rings for the next one
            assert len(jobs) < 100, "jobs queue others for ever"
            for job in queued:
                queue.remove(job)
                jobs.append(queue.run_sync(job))
        failed = [job for job in jobs if job.get_status(refresh=False) == "failed"]
        assert not failed, f"a job failed: {[job.latest_result() for job in failed]}"

    def later(self, **span: float) -> None:
        """Move the clock forward, stopping at each due time on the way."""
        goal = db.now() + dt.timedelta(**span)
        for _round in range(500):
            due = outbox.next_due()
            if due is None or due > goal:
                break
            self._move_to(max(due, db.now()))
            self.settle()
        self._move_to(max(goal, db.now()))  # never back: a slow machine may have passed it
        self.settle()

    def _move_to(self, moment: dt.datetime) -> None:
        db.shift_clock((moment - db.real_now()).total_seconds() + 0.999)

    def unsent(self) -> list[Post]:
        """Posts that ended badly."""
        return list(Post.select().where(Post.state.in_(("dead", "uncertain"))))

    def words(self, count: int) -> str:
        """A sentence of so many words."""
        picked = random.Random(count).choices(WORDS, k=count)
        return " ".join(picked).capitalize() + "."


def plain(text: str) -> str:
    """Words as they are compared: without WhatsApp's marks, case and non-breaking spaces."""
    for sign in "*_\u2060":
        text = text.replace(sign, "")
    return text.replace("\u202f", " ").replace("\u00a0", " ").lower()


SOON = dt.timedelta(seconds=5)  # gaps between edits and back-off: passed at once
WORDS = "je suis graphiste depuis dix ans et je travaille seule chez moi avec des clients variés à Nantes".split()

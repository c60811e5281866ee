"""The scenes in which a sentence is said, played by the real features in memory, without a network."""

import dataclasses
import datetime as dt
import functools
import itertools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import inbox, router
from handlers.kit.events import Incoming, Sender
from handlers.kit.speak import Turn
from storage import db, facts, migrate
from storage.groups import MEMBER, ORGANIZER, Chat, Group, Membership
from storage.meetings import Meeting
from storage.missions import SUMMARY, VENUE, Draw
from storage.notes import ACTION, Note
from storage.outbox import Post, Question, Reminder
from storage.people import TELEGRAM, WHATSAPP, Address, Person, meet
from storage.sessions import Session
from storage.venues import Venue

PARIS = ZoneInfo("Europe/Paris")
START = dt.datetime(2026, 3, 3, 10, 0, tzinfo=PARIS)  # a Tuesday
THURSDAY = dt.datetime(2026, 3, 12, 19, 0, tzinfo=PARIS)
TONIGHT = dt.datetime(2026, 3, 3, 19, 0, tzinfo=PARIS)
PEOPLE = ("Léa", "Marc", "Zoé", "Karim", "Émilie", "Jean-Philippe", "Sofiane", "Ana")
WRITERS = {"member": "Léa", "organizer": "Marc", "stranger": "Nora"}
CHAT = -1001
DATES = "jeudi 12 mars à 19h, mardi 17 mars à 19h et jeudi 19 mars à 12h30"
QUIET = {"post", "card", "question", "seen", "person", "address", "reminder", "knock", "clockshift"}


@dataclass
class Scene:
    """What stands open before the sentence is said, who says it, and on which messenger; the others have Telegram."""

    name: str
    who: str
    platform: str
    database: Any
    count: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    statements: list[str] = field(default_factory=list)

    @property
    def writer(self) -> str:
        """Who writes."""
        return WRITERS[self.who]

    @property
    def person(self) -> Person:
        """The writer, as the service knows them."""
        found: Person = Address.get(Address.address == number(self.writer)).person
        return found

    # ------------------------------------------------------------------ people

    def found(self) -> None:
        """The group, its chat, its members."""
        group = Group.create(
            name="Les indés de Nantes", purpose="S'entraider.", city="Nantes", charter="On vient.", state="live",
            founded_at=db.now(), timezone="Europe/Paris",
        )  # fmt: skip
        rights = dict.fromkeys(("can_invite_users", "can_delete_messages", "can_restrict_members"), True)
        group.settle_in(Chat.create(chat_id=CHAT, title=group.name, kind="supergroup", rights=rights))
        for name in PEOPLE:
            address = meet(self.messenger(name), number(name), name=name, language="fr")
            if address.platform == WHATSAPP:
                address.heard(db.now())
                address.opt_in("Rejoindre")
            seat = Membership.welcome(group, address.person, address, ORGANIZER if name == "Marc" else MEMBER)
            Membership.update(introduced_at=db.now()).where(Membership.id == seat.id).execute()
        Person.update(informed_at=db.now()).execute()  # they have written before
        if self.who == "stranger":
            meet(self.platform, number(self.writer), name=self.writer, language="fr")
        for name in ("Café des Arts", "La Cantine", "Chez Paulette"):
            Venue.create(group=group, name=name)

    def messenger(self, name: str) -> str:
        """Where this person writes."""
        return self.platform if name == self.writer else TELEGRAM

    # ------------------------------------------------------------------ what happens

    def says(self, name: str, text: str) -> Turn:
        """Somebody writes in private, and is answered."""
        return self.happens(self.text(name, text))

    def taps(self, name: str, label: str) -> Turn:
        """Somebody presses the newest button of that label, in private or in the group."""
        rows = Post.select().where(Post.chat.in_((number(name), str(CHAT)))).order_by(Post.id.desc())
        found = ((post, title, data) for post in rows for title, data in post.payload.get("buttons", ()))
        post, _title, data = next(one for one in found if label in one[1])
        facts = {"data": data, "message": post.message, "quoted": post.message, "callback": "1"}
        where = "named" if post.chat == str(CHAT) else "private"
        return self.happens(dataclasses.replace(self.text(name, "", where), kind="tap", **facts))

    def text(self, name: str, text: str, where: str = "private") -> Incoming:
        """What a messenger would hand over."""
        key = f"corpus:{next(self.count)}"
        platform = self.messenger(name)
        sender = Sender(platform, number(name), name=name)
        private, chat = where == "private", number(name) if where == "private" else str(CHAT)
        return Incoming(
            key, platform, "text", db.now(), sender, chat=chat, private=private, text=text, message=key,
            addressed=where == "named", facts={"media": "", "forwarded": False},
        )  # fmt: skip

    def happens(self, event: Incoming) -> Turn:
        """Give it its effect, and let everything that is due be heard."""
        with db.transaction():
            turn = router.answer(event)
        deliver()
        return turn

    def fix(self, start: dt.datetime, **facts: Any) -> Meeting:
        """The group meets then, and has been told so."""
        with db.transaction():
            venue = Venue.get(Venue.name == "Café des Arts")
            meeting = Meeting.fix(group(), start, venue=venue, place="", **facts)
            inbox.happen("meeting_fixed", meeting, poll=None)
        deliver()
        return meeting


def number(name: str) -> str:
    """The person's Telegram id."""
    return str(9001 + [*PEOPLE, "Nora"].index(name))


def group() -> Group:
    """The group of the corpus."""
    return Group.get(Group.name == "Les indés de Nantes")


def deliver() -> None:
    """Everything that is due was sent, and rings what rings now."""
    for _round in range(5):
        for reminder in Reminder.due_now(50):
            inbox.ring(reminder)
        for post in Post.select().where(Post.state == "pending", Post.due <= db.now()):
            sent = {"state": "sent", "message": str(post.id), "sent_at": db.now()}
            Post.update(sent).where(Post.id == post.id).execute()


def go_to(moment: dt.datetime) -> None:
    """Set the clock."""
    db.shift_clock((moment - db.real_now()).total_seconds())


# ------------------------------------------------------------------ the scenes


def nothing(scene: Scene) -> None:
    """Nothing stands open."""


def poll(scene: Scene) -> None:
    """A vote about three dates, opened by another."""
    asker = "Marc" if scene.writer != "Marc" else "Karim"
    scene.says(asker, f"je propose {DATES}")
    scene.taps(asker, "Lance")


def meeting(scene: Scene) -> None:
    """A date is fixed."""
    scene.fix(THURSDAY)


def came(scene: Scene) -> None:
    """The writer just said yes to it."""
    scene.fix(THURSDAY)
    scene.says(scene.writer, "je viens")


def places(scene: Scene) -> None:
    """A vote about the place of the meeting."""
    with db.transaction():
        made = Meeting.fix(group(), THURSDAY)
        inbox.happen("meeting_fixed", made, poll=None)
    deliver()
    asker = "Marc" if scene.writer != "Marc" else "Karim"
    scene.says(asker, "je propose le Café des Arts ou La Cantine ou Chez Paulette")
    scene.taps(asker, "vote")


def evening(scene: Scene) -> None:
    """Tonight's meeting has begun, everybody is there; played once for each writer."""
    opened, key = scene.database.connection(), (scene.who, scene.platform)
    if kept := _evenings.get(key):
        kept.backup(opened)
        scene.count = itertools.count(1000)
        db.forget_shift()
        return
    _begin(scene)
    _evenings[key] = sqlite3.connect(":memory:")
    opened.backup(_evenings[key])


_evenings: dict[tuple[str, str], sqlite3.Connection] = {}


def _begin(scene: Scene) -> None:
    scene.fix(TONIGHT)
    go_to(TONIGHT)
    deliver()
    scene.says("Marc", "on commence")
    for name in PEOPLE:
        scene.says(name, "je suis là")


def actions(scene: Scene) -> None:
    """The writer has promised two things."""
    evening(scene)
    for n, words in enumerate(("appeler le café", "envoyer le devis")):
        person = scene.person
        facts = {"kind": ACTION, "words": words, "by": person, "owner": person, "source": f"corpus:{n}"}
        Note.create(group=group(), meeting=Meeting.get(), **facts)
    _over()


def cards(scene: Scene) -> None:
    """The meeting is over; the writer holds the card of the place, the summary is free."""
    evening(scene)
    scene.says("Marc", "on clôt")
    told = [post.id for post in Post.select(Post.id)]
    scene.taps("Marc", "Tirer les cartes")
    Post.delete().where(Post.id.not_in(told), Post.chat == number(scene.writer)).execute()
    for draw in Draw.of_meeting(Meeting.get()):
        if draw.code == VENUE:
            Draw.update(person=scene.person, state="held").where(Draw.id == draw.id).execute()
        elif draw.code == SUMMARY or draw.person_id == scene.person.id:
            Draw.update(person=None, state="free").where(Draw.id == draw.id).execute()
    scene.says(scene.writer, "ma carte")
    _over()


def _over() -> None:
    with db.transaction():
        Session.get().close(None)
    go_to(START + dt.timedelta(days=1))


def draft(scene: Scene) -> None:
    """The writer just proposed a date, which is read back."""
    scene.says(scene.writer, "je propose jeudi 12 mars à 19h")


def photo(scene: Scene) -> None:
    """The writer is asked for their introduction."""
    Membership.update(introduced_at=None).execute()
    scene.says(scene.writer, "me présenter")


SCENES: dict[str, Callable[[Scene], None]] = {
    "none": nothing, "poll": poll, "meeting": meeting, "came": came, "places": places, "evening": evening,
    "actions": actions, "cards": cards, "draft": draft, "photo": photo, "asked": photo,
}  # fmt: skip


# ------------------------------------------------------------------ building and playing


def build(name: str, who: str, platform: str = TELEGRAM) -> Scene:
    """Play a scene in a database of its own, in memory."""
    opened = _empty()
    db.forget_shift()
    facts.forget()
    go_to(START)
    facts.tell(facts.BOT_NAME, "noyau_bot")
    scene = Scene(name, who, platform, opened)
    scene.found()
    SCENES[name](scene)
    Post.update(state="sent").where(Post.state == "pending", Post.due <= db.now()).execute()
    return scene


def _empty() -> Any:
    """A migrated database in memory, of which nothing is used yet."""
    template = _template()
    opened: Any = db.connect("sqlite:///:memory:")
    opened.connect()
    template.backup(opened.connection())
    return opened


@functools.cache
def _template() -> sqlite3.Connection:
    kept = db.real.obj
    opened: Any = db.connect("sqlite:///:memory:")
    opened.connect()
    migrate.run()
    db.real.initialize(kept)
    made: sqlite3.Connection = opened.connection()
    return made


@contextmanager
def on_stage(scene: Scene) -> Iterator[None]:
    """What happens inside leaves no trace; the statements are noted."""
    db.real.initialize(scene.database)
    db.forget_shift()
    facts.forget()
    connection: sqlite3.Connection = scene.database.connection()
    scene.statements = []
    connection.set_trace_callback(scene.statements.append)
    try:
        with db.real.atomic() as whole:
            yield
            connection.set_trace_callback(None)
            whole.rollback()
    finally:
        connection.set_trace_callback(None)


def asked(scene: Scene) -> str:
    """The code of the writer's open question."""
    question = Question.of(Address.get(Address.address == number(scene.writer)))
    return question.code if question else ""

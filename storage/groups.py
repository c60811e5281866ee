"""Groups, who belongs to them, where they live and the links that lead in."""

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, Optional

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    ModelSelect,
    TextField,
)

from storage import settings
from storage.db import Record, UTCDateTimeField, constant, lock, now
from storage.people import TELEGRAM, WHATSAPP, Address, Person, merge

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that two eyes read differently
INVITE_LIFE = dt.timedelta(hours=48)
ORGANIZER, MEMBER = "organizer", "member"
WORDS = (
    *("name", "purpose", "city", "country", "timezone", "rhythm_days", "expectations", "charter"),
    *("questions", "words_required", "on_telegram", "on_whatsapp"),
)


def fresh_code(length: int = 8) -> str:
    """A random code that people can read aloud; 31 signs, so 8 of them are 39 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Chat(Record):
    """A Telegram group chat that the bot was added to."""

    chat_id = BigIntegerField(unique=True)
    title = CharField(255, default="")
    kind = CharField(16, default="group")
    present = BooleanField(default=True)
    rights = JSONField(default=dict)
    added_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    added_at = UTCDateTimeField(default=now)
    moved_to = BigIntegerField(null=True)
    start_asked_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_set: "ModelSelect[Group]"

    PERSONAL = ("title",)

    @property
    def group(self) -> Optional["Group"]:
        """The group that lives in this chat, if one was founded."""
        return Group.get_or_none(Group.chat == self)

    @property
    def may_invite(self) -> bool:
        """Is the bot an administrator who may make invitation links?"""
        return bool(self.rights.get("can_invite_users"))

    @classmethod
    def at(cls, chat_id: int) -> "Chat":
        """The chat with this id, noted down on first sight."""
        cls.insert(chat_id=chat_id).on_conflict_ignore().execute()
        return cls.get(cls.chat_id == chat_id)

    def settle(self, present: bool) -> bool:
        """Note whether the bot is in the chat; False when that was known."""
        changed = Chat.update(present=present).where(Chat.id == self.id, Chat.present != present).execute()
        self.present = present
        return bool(changed)

    def claim(self, by: Person) -> None:
        """Count this person as who added the bot, if nobody is known to have (an anonymous administrator did)."""
        if Chat.update(added_by=by).where(Chat.id == self.id, Chat.added_by.is_null()).execute():
            self.added_by = by

    def ask_to_start(self, every: dt.timedelta = dt.timedelta(days=7)) -> bool:
        """Note that members are asked to press Start; False when that was done within the week."""
        recently = Chat.start_asked_at.is_null() | (Chat.start_asked_at < now() - every)
        return bool(Chat.update(start_asked_at=now()).where(Chat.id == self.id, recently).execute())


ABSENT = constant(
    lambda number: Chat.select().where(Chat.chat_id == number, ~Chat.present, Chat.moved_to.is_null()).limit(1)
)


class Group(Record):
    """A mutual-help group: what it is for, its rhythm and rules, and where it lives."""

    name = CharField(128, default="")
    purpose = TextField(default="")
    city = CharField(128, default="")
    country = CharField(2, default="")
    timezone = CharField(64, default=lambda: settings.current().timezone)
    language = CharField(8, default=lambda: settings.current().language)
    rhythm_days = IntegerField(default=14)
    expectations = TextField(default="")
    charter = TextField(default="")
    questions = JSONField(default=list)
    words_required = IntegerField(default=15)
    on_telegram = BooleanField(default=True)
    on_whatsapp = BooleanField(default=True)
    chat = ForeignKeyField(Chat, null=True, unique=True, on_delete="SET NULL")
    whatsapp_link = CharField(255, null=True)
    public_page = BooleanField(default=False)  # outsiders may read where a meeting is (M18)
    founder = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    state = CharField(16, default="founding")
    draft = JSONField(default=dict)
    created_at = UTCDateTimeField(default=now)
    founded_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        chat_id: int | None
        founder_id: int | None
        memberships: "ModelSelect[Membership]"

    PERSONAL = ("draft",)

    @property
    def group(self) -> "Group":
        """Itself: a button about a group is checked against that group."""
        return self

    @classmethod
    def draft_of(cls, person: Person) -> Optional["Group"]:
        """The group that the person is founding, if any."""
        found: Group | None = DRAFT_OF.first(person)
        return found

    @classmethod
    def begin(cls, founder: Person, **facts: Any) -> "Group":
        """The person's one draft: the one there is, or a fresh one."""
        lock(Person.select(Person.id).where(Person.id == founder.id)).execute()
        known = cls.draft_of(founder)
        return known or cls.create(founder=founder, **facts)

    def start_over(self) -> None:
        """Forget what the draft says; where it began (its chat) stays."""
        fresh = {name: "" for name in ("name", "purpose", "city", "country", "expectations", "charter")}
        chat = {"chat": self.draft["chat"]} if self.draft.get("chat") else {}
        for name, value in (fresh | {"rhythm_days": 14, "draft": chat}).items():
            setattr(self, name, value)
        self.save()

    def note(self, **facts: Any) -> None:
        """Keep something about the founding dialogue, or about a change under way."""
        self.draft = self.draft | facts
        self.save(only=[Group.draft])

    def membership_of(self, person: Person) -> Optional["Membership"]:
        """The person's live membership here, or None."""
        return Membership.of(self, person)

    def organizers(self) -> list[Person]:
        """Everyone who decides, eldest first."""
        return [m.person for m in self.members(role=ORGANIZER)]

    def in_charge(self) -> list[Person]:
        """Who animates, who stands in for them, then the organizers, eldest first; nobody who is on a pause."""
        from storage import terms

        return terms.in_charge(self)

    def deciders(self, duty: str) -> list[Person]:
        """Whom that duty (applications, dates …) is for: the organizers, or those to whom they delegated it."""
        from storage import terms

        return terms.deciders(self, duty)

    def members(self, role: str | None = None) -> list["Membership"]:
        """Live memberships with their person, eldest first; of one role if given."""
        return HAVING_ROLE.all(self, role) if role else MEMBERS.all(self)

    def found(self) -> bool:
        """The group opens; False when it was open already."""
        changed = (
            Group.update(state="live", founded_at=now(), draft={})
            .where(Group.id == self.id, Group.state == "founding")
            .execute()
        )
        return bool(changed)

    def settle_in(self, chat: Chat) -> bool:
        """Live in this Telegram chat; False when the chat is another group's home."""
        other = chat.group
        if other is not None and other.id != self.id:
            return False
        self.chat, self.on_telegram = chat, True
        self.save(only=[Group.chat, Group.on_telegram])
        return True

    def open_page(self, public: bool) -> bool:
        """Let outsiders read about the next meeting, or no longer; False when it was so already."""
        changed = Group.update(public_page=public).where(Group.id == self.id, Group.public_page != public).execute()
        self.public_page = public
        return bool(changed)

    def words(self) -> dict[str, Any]:
        """What the group says of itself and asks of others, as it stands: what an organizer may change."""
        return {name: getattr(self, name) for name in WORDS}

    def say_again(self, words: dict[str, Any], instead_of: dict[str, Any]) -> bool:
        """Put earlier words back; False when they were changed again meanwhile."""
        if not set(words) <= set(WORDS) or {name: getattr(self, name) for name in words} != instead_of:
            return False
        Group.update(words).where(Group.id == self.id).execute()
        for name, value in words.items():
            setattr(self, name, value)
        return True

    def public_link(self) -> "ApplyLink":
        """The group's own apply link, made on first use."""
        known = ApplyLink.get_or_none((ApplyLink.group == self) & (ApplyLink.kind == "public"))
        return known or ApplyLink.open(self, "public")


class Membership(Record):
    """A person in a group: role, dial and the one address chosen for this group."""

    group = ForeignKeyField(Group, backref="memberships", on_delete="CASCADE")
    person = ForeignKeyField(Person, backref="memberships", on_delete="CASCADE")
    address = ForeignKeyField(Address, null=True, on_delete="SET NULL")
    role = CharField(16, default=MEMBER)
    state = CharField(16, default="in")
    dial = CharField(16, default="all")
    dial_before = CharField(16, null=True)
    paused_until = UTCDateTimeField(null=True)
    sponsor = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    introduction = TextField(null=True)
    introduced_at = UTCDateTimeField(null=True)
    joined_at = UTCDateTimeField(default=now)
    left_at = UTCDateTimeField(null=True)

    if TYPE_CHECKING:
        group_id: int
        person_id: int
        address_id: int | None
        sponsor_id: int | None

    class Meta:
        indexes = ((("group", "person"), True),)

    PERSONAL = ("introduction",)

    @classmethod
    def of(cls, group: Group, person: Person) -> Optional["Membership"]:
        """The live membership, or None."""
        return SEAT.first(group, person)

    @classmethod
    def several(cls, person: Person) -> bool:
        """Is the person in two groups or more?"""
        return len(SEATS.all(person, 2)) > 1

    @classmethod
    def all_of(cls, person: Person) -> list["Membership"]:
        """The person's live memberships with their groups, eldest first."""
        return SEATS_AND_GROUPS.all(person)

    @classmethod
    def welcome(
        cls, group: Group, person: Person, address: Address, role: str = MEMBER, sponsor: Person | None = None
    ) -> "Membership":
        """Seat the person (again, if they had left); the chosen address is the one they came by."""
        changes = {
            "state": "in",
            "role": role,
            "address": address,
            "sponsor": sponsor,
            "joined_at": now(),
            "left_at": None,
        }
        with cls._meta.database.atomic():
            fresh = cls.insert(group=group, person=person, **changes).on_conflict_ignore().as_rowcount().execute()
        if not fresh:
            cls.update(**changes).where(cls.group == group, cls.person == person, cls.state != "in").execute()
        return cls.get(cls.group == group, cls.person == person)

    def set_dial(self, dial: str, until: dt.datetime | None = None) -> None:
        """Hear all, essential, digest, or nothing until a moment (dial "pause", which remembers the one before)."""
        before = self.dial_before if self.dial == "pause" else self.dial
        self.dial, self.paused_until, self.dial_before = dial, until, before if dial == "pause" else None
        SET_DIAL.run(self.dial, self.paused_until, self.dial_before, self.id)

    def write_to(self, address: Address) -> None:
        """From now on this group writes to the person there."""
        self.address = address
        self.save(only=[Membership.address])

    def end_pause(self) -> bool:
        """Hear again as before the pause; False when there is none."""
        before = self.dial_before or "all"
        changed = (
            Membership.update(dial=before, paused_until=None, dial_before=None)
            .where(Membership.id == self.id, Membership.dial == "pause")
            .execute()
        )
        if changed:
            self.dial, self.paused_until, self.dial_before = before, None, None
        return bool(changed)

    def leave(self, state: str = "left") -> bool:
        """Go (state left or removed); False when already gone."""
        changed = (
            Membership.update(state=state, left_at=now())
            .where(Membership.id == self.id, Membership.state == "in")
            .execute()
        )
        return bool(changed)

    def promote(self) -> bool:
        """Become an organizer; False when they were one."""
        changed = (
            Membership.update(role=ORGANIZER).where(Membership.id == self.id, Membership.role != ORGANIZER).execute()
        )
        return bool(changed)

    def step_down(self) -> bool:
        """Become a plain member; False for the only organizer, or who was none."""
        lock_group(self.group)
        if len(self.group.members(ORGANIZER)) < 2:
            return False
        return self.vanish()

    def vanish(self) -> bool:
        """Organize no more, even as the only one: nobody is there to do so; False for a plain member."""
        organizing = (Membership.id == self.id, Membership.role == ORGANIZER, Membership.state == "in")
        return bool(Membership.update(role=MEMBER).where(*organizing).execute())

    def may(self, duty: str) -> bool:
        """Does that duty belong to them: as an organizer, or because it was delegated to them?"""
        from storage import terms

        return self.role == ORGANIZER or terms.holds(self.group, self.person_id, duty)

    def hears(self, level: str, at: dt.datetime) -> str:
        """What the dial makes of a post of that level (essential or ordinary): now, digest or never."""
        if self.dial == "pause":
            return "never" if self.paused_until is None or at < self.paused_until else "now"
        if level == "essential" or self.dial == "all":
            return "now"
        return "digest" if self.dial == "digest" else "never"


DRAFT_OF = constant(lambda person: Group.select().where(Group.founder == person, Group.state == "founding"))
SEAT = constant(
    lambda group, person: Membership.select().where(
        Membership.group == group, Membership.person == person, Membership.state == "in"
    )
)
SEATS = constant(
    lambda person, most: (
        Membership.select(Membership.id).where(Membership.person == person, Membership.state == "in").limit(most)
    )
)
SEATS_AND_GROUPS = constant(
    lambda person: (
        Membership.select(Membership, Group)
        .join(Group)
        .where(Membership.person == person, Membership.state == "in", Group.state != "founding")
        .order_by(Membership.id)
    )
)
SET_DIAL = constant(
    lambda dial, until, before, id: Membership.update(dial=dial, paused_until=until, dial_before=before).where(
        Membership.id == id
    )
)


class ApplyLink(Record):
    """A door into the application: the public one, a sponsor's, a cohort's (F17, P10)."""

    group = ForeignKeyField(Group, on_delete="CASCADE")
    kind = CharField(16)
    code = CharField(16, unique=True)
    sponsor = ForeignKeyField(Person, null=True, on_delete="CASCADE")
    label = CharField(64, null=True)
    created_at = UTCDateTimeField(default=now)
    expires_at = UTCDateTimeField(null=True)
    revoked_at = UTCDateTimeField(null=True)
    uses = IntegerField(default=0)

    if TYPE_CHECKING:
        sponsor_id: int | None

    PERSONAL = ("label",)

    @classmethod
    def open(cls, group: Group, kind: str, **facts: Any) -> "ApplyLink":
        """A new link with a fresh code."""
        return cls.create(group=group, kind=kind, code=fresh_code(), **facts)

    @classmethod
    def by_code(cls, code: str) -> Optional["ApplyLink"]:
        """The link with this code, whatever its state; case and dashes don't matter."""
        return cls.get_or_none(cls.code == code.strip().upper())

    @property
    def usable(self) -> bool:
        """Does it still lead in? Not when revoked, too old, or its sponsor has left."""
        if self.revoked_at or (self.expires_at and self.expires_at < now()):
            return False
        return self.kind != "sponsor" or (
            self.sponsor is not None and Membership.of(self.group, self.sponsor) is not None
        )

    @classmethod
    def of_sponsor(cls, group: Group, sponsor: Person) -> "ApplyLink":
        """The member's own link into the group, made on first use."""
        own = (cls.group == group) & (cls.kind == "sponsor") & (cls.sponsor == sponsor)
        return cls.get_or_none(own & cls.revoked_at.is_null()) or cls.open(group, "sponsor", sponsor=sponsor)

    @classmethod
    def of_cohort(cls, group: Group, label: str) -> "ApplyLink":
        """The link of the cohort with that name, made on first use."""
        known = [link for link in cls.cohorts(group) if (link.label or "").casefold() == label.casefold()]
        return known[0] if known else cls.open(group, "cohort", label=label)

    @classmethod
    def cohorts(cls, group: Group) -> list["ApplyLink"]:
        """The cohorts' links that still lead in, newest first."""
        open_ = (cls.group == group) & (cls.kind == "cohort") & cls.revoked_at.is_null()
        return list(cls.select().where(open_).order_by(cls.id.desc()))

    def revoke(self) -> bool:
        """Close the door; False when it was closed."""
        changed = ApplyLink.update(revoked_at=now()).where(ApplyLink.id == self.id, ApplyLink.revoked_at.is_null())
        return bool(changed.execute())

    def reopen(self) -> bool:
        """Undo the closing; False when it was open."""
        changed = ApplyLink.update(revoked_at=None).where(
            ApplyLink.id == self.id, ApplyLink.revoked_at.is_null(False)
        )
        return bool(changed.execute())


class Invite(Record):
    """The personal way into the Telegram chat: one a person, revoked when used or too old (S14)."""

    group = ForeignKeyField(Group, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    kind = CharField(16)  # request: approved for the one user id; single: member_limit=1
    link = CharField(255, null=True, unique=True)
    state = CharField(16, default="wanted")
    expires_at = UTCDateTimeField()
    used_by = ForeignKeyField(Address, null=True, on_delete="SET NULL")

    if TYPE_CHECKING:
        person_id: int

    PERSONAL = ("link",)

    @classmethod
    def want(cls, group: Group, person: Person) -> "Invite":
        """A fresh invite, made before the platform is asked for its link."""
        kind = "request" if person.address_on(TELEGRAM) else "single"
        return cls.create(group=group, person=person, kind=kind, expires_at=now() + INVITE_LIFE)

    def renew(self) -> None:
        """Its 48 hours begin now: the link is made only now."""
        self.expires_at = now() + INVITE_LIFE
        self.save(only=[Invite.expires_at])

    @classmethod
    def pending_of(cls, group: Group, person: Person) -> list["Invite"]:
        """Invites of the person that may still be used."""
        return list(PENDING_OF.all(group, person))

    @classmethod
    def spent_by(cls, group: Group, person: Person) -> list["Invite"]:
        """Invites by which the person, or whoever holds their link, came in."""
        spent = cls.state.in_(("used", "confirmed"))
        return list(cls.select().where(cls.group == group, cls.person == person, spent))

    @classmethod
    def in_doubt(cls, group: Group, address: Address) -> bool:
        """Did this account come in by somebody's link, and is not (yet) confirmed to be theirs?"""
        doubtful = cls.state.in_(("used", "leaked"))
        return bool(cls.select().where(cls.group == group, cls.used_by == address, doubtful).exists())

    def move(self, before: tuple[str, ...], after: str) -> bool:
        """Change the state once; False when somebody else was faster."""
        changed = Invite.update(state=after).where(Invite.id == self.id, Invite.state.in_(before)).execute()
        if changed:
            self.state = after
        return bool(changed)


def lock_group(group: Group) -> None:
    """Hold the group's row until the end of the transaction (PostgreSQL)."""
    lock(Group.select(Group.id).where(Group.id == group.id)).execute()


def _members(group: Group) -> "ModelSelect[Membership]":
    return (
        Membership.select(Membership, Person)
        .join(Person)
        .where(Membership.group == group, Membership.state == "in")
        .order_by(Membership.joined_at, Membership.id)
    )


PENDING_OF = constant(
    lambda group, person: Invite.select().where(
        Invite.group == group, Invite.person == person, Invite.state.in_(("wanted", "ready"))
    )
)
MEMBERS = constant(_members)
HAVING_ROLE = constant(lambda group, role: _members(group).where(Membership.role == role))


def _reached(group: Group) -> "ModelSelect[Membership]":
    return (
        Membership.select(Membership, Person, Address)
        .join(Person)
        .switch(Membership)
        .join(Address, on=(Membership.address == Address.id))
        .where(Membership.group == group, Membership.state == "in")
        .order_by(Membership.id)
    )


REACHED = constant(_reached)
READ_APART = constant(lambda group, platform: _reached(group).where(Address.platform == platform))


def destinations(group: Group, but: Person | None = None) -> list[Membership]:
    """Whom a group post reaches one by one: members on WhatsApp, and all when no Telegram chat hears us.

    Telegram members read the group chat itself (decisions: nobody gets two copies), while the bot is there.
    """
    in_chat = group.chat is not None and group.chat.present
    found = READ_APART.all(group, WHATSAPP) if in_chat else REACHED.all(group)
    return [m for m in found if but is None or m.person_id != but.id]


def unite(kept: Person, gone: Person) -> None:
    """Make one member of two people; of two seats in one group, the one that counts more is kept (F43)."""
    if kept.id != gone.id:
        _unite_seats(kept, gone)
        merge(kept, gone)


def _unite_seats(kept: Person, gone: Person) -> None:
    for theirs in Membership.select().where(Membership.person == gone):
        mine = Membership.get_or_none(group=theirs.group_id, person=kept)
        if mine is None:
            continue
        if mine.state != "in" and theirs.state == "in":
            mine.delete_instance()
            continue
        if theirs.state == "in" and theirs.role == ORGANIZER:
            mine.promote()
        theirs.delete_instance()

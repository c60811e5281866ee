"""People, their addresses on the messengers, and the codes that link two addresses."""

import datetime as dt
import hashlib
import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any, Optional

from peewee import BooleanField, CharField, ForeignKeyField, TextField

from storage.db import Record, UTCDateTimeField, add, constant, is_postgres, now

if TYPE_CHECKING:
    from peewee import ModelSelect

TELEGRAM, WHATSAPP = "telegram", "whatsapp"
WINDOW = dt.timedelta(hours=23, minutes=50)  # WhatsApp: 24 h after the person's last message, less a margin
CODE_LIFE = dt.timedelta(minutes=15)
HIDDEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """Text without NUL, lone surrogates, direction marks and other hidden signs (S17)."""
    return HIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def clean_name(text: str | None) -> str:
    """A name as it may be shown: one line, 64 characters at most, few combining marks (S15, S17)."""
    kept, marks = [], 0
    for sign in " ".join(clean(text or "").split()):
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= 2:
            kept.append(sign)
    return "".join(kept)[:64].strip()


def own_name(text: str | None) -> str:
    """What somebody is called who told us so; marked when it passes for ours or a messenger's (S15)."""
    name = clean_name(text)
    return f"{name} (?)" if _poses(name) else name


POSES = {"noyau", "admin", "administrator", "administrateur", "administratrice", "moderator", "moderateur"}
POSES |= {"support", "telegram", "whatsapp", "twilio", "bot", "system", "systeme"}
ALIKE = str.maketrans("аеорсухіѕνтмкнв013457@$", "aeopcyxisvtmkhb" + "oieastas")


def _poses(name: str) -> bool:
    """Does it pass itself off as the service or a messenger, perhaps in letters that only look alike? (S15)"""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(ALIKE)
    words = re.sub(r"[^a-z]+", " ", "".join(s for s in plain if not unicodedata.combining(s))).split()
    return bool(words) and "(?)" not in name and set(words) <= POSES


class Person(Record):
    """Somebody who spoke to us; what they are called and how they are spoken to."""

    name = CharField(64, default="")
    language = CharField(8, null=True)
    language_chosen = BooleanField(default=False)
    timezone = CharField(64, null=True)
    created_at = UTCDateTimeField(default=now)
    informed_at = UTCDateTimeField(null=True)
    erased_at = UTCDateTimeField(null=True)  # forgotten: a row without a name, which votes and decisions point at

    if TYPE_CHECKING:
        addresses: "ModelSelect[Address]"

    PERSONAL = ("name", "language", "timezone")

    def address_on(self, platform: str) -> Optional["Address"]:
        """The person's address on that messenger, if any."""
        return Address.get_or_none((Address.person == self) & (Address.platform == platform))

    def choose_language(self, language: str) -> None:
        """Speak this language ("fr" or "en") to the person from now on."""
        self.language, self.language_chosen = language, True
        self.save(only=[Person.language, Person.language_chosen])

    def inform(self, moment: dt.datetime) -> bool:
        """Note that they were told what is kept about them (R1); False when they were."""
        self.informed_at = self.informed_at or moment
        return INFORM.run(moment, self.id) > 0

    def live_in(self, zone: str | None) -> None:
        """Tell the hours of that IANA zone from now on; None: those of each group."""
        self.timezone = zone
        self.save(only=[Person.timezone])


class Address(Record):
    """A Telegram user id, a WhatsApp number or a WhatsApp user id without any number."""

    person = ForeignKeyField(Person, backref="addresses", on_delete="CASCADE")
    platform = CharField(16)
    address = CharField(160)
    external = CharField(160, null=True)
    state = CharField(16, default="ok")
    opted_in_at = UTCDateTimeField(null=True)
    opted_in_words = TextField(null=True)
    opted_out_at = UTCDateTimeField(null=True)
    last_inbound_at = UTCDateTimeField(null=True)
    template_at = UTCDateTimeField(null=True)
    created_at = UTCDateTimeField(default=now)

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        indexes = ((("platform", "address"), True), (("platform", "external"), True))

    PERSONAL = ("address", "external", "opted_in_words")

    @property
    def stopped(self) -> bool:
        """Did the person say STOP here?"""
        return self.opted_out_at is not None

    def window_open(self, at: dt.datetime) -> bool:
        """May free text be sent? Always on Telegram; for 23 h 50 after their last message on WhatsApp."""
        if self.platform == TELEGRAM:
            return True
        return self.last_inbound_at is not None and at < self.last_inbound_at + WINDOW

    def held(self) -> Optional["Address"]:
        """As it stands, and stays until the transaction ends; None while somebody else changes it (PostgreSQL)."""
        query = Address.select().where(Address.id == self.id)
        found: Address | None = (query.for_update(skip_locked=True) if is_postgres() else query).first()
        return found

    def close_window(self) -> None:
        """The platform said that the window is closed (63016): believe it."""
        self.last_inbound_at = None
        self.save(only=[Address.last_inbound_at])

    def mark(self, state: str) -> bool:
        """Set how reachable it is: ok, unstarted, blocked, gone or invalid; True if that is news."""
        return bool(Address.update(state=state).where(Address.id == self.id, Address.state != state).execute())

    def heard(self, at: dt.datetime) -> None:
        """The person wrote from here at that moment: the window is open and the address works."""
        HEARD.run(at, self.id)
        self.last_inbound_at, self.state = at, "ok"

    def stop(self) -> bool:
        """STOP: nothing unasked goes here any more; False when that was so already."""
        moment = now()
        changed = (
            Address.update(opted_out_at=moment).where(Address.id == self.id, Address.opted_out_at.is_null()).execute()
        )
        self.opted_out_at = self.opted_out_at or moment
        return bool(changed)

    def resume(self, words: str) -> bool:
        """REPRENDRE: the opposite of stop, and a fresh opt-in in the person's own words."""
        changed = (
            Address.update(opted_out_at=None, opted_in_at=now(), opted_in_words=words[:200])
            .where(Address.id == self.id, Address.opted_out_at.is_null(False))
            .execute()
        )
        self.opted_out_at = None
        return bool(changed)

    def opt_in(self, words: str) -> None:
        """Record who agreed to be written to, when and with which words (WhatsApp's opt-in rule)."""
        if self.opted_in_at is None:
            self.opted_in_at, self.opted_in_words = now(), words[:200]
            self.save(only=[Address.opted_in_at, Address.opted_in_words])


ABSORBED = (
    Address.opted_in_at,
    Address.opted_in_words,
    Address.opted_out_at,
    Address.last_inbound_at,
    Address.template_at,
)


def find_address(platform: str, address: str, external: str | None = None, alone: bool = False) -> Address | None:
    """The known address, by its business-scoped id first and by its number second (F43).

    alone: until this transaction ends, nobody else may find it so.
    """
    if platform == TELEGRAM:
        return (ALONE_ON_TELEGRAM if alone else ON_TELEGRAM).first(address)
    rows = (ALONE_ON_WHATSAPP if alone else ON_WHATSAPP).all(address, external or address)
    return _one_of(rows, address, external) if rows else None


def _on_telegram(address: Any) -> Any:
    return (
        Address.select(Address, Person).join(Person).where(Address.platform == TELEGRAM, Address.address == address)
    )


def _on_whatsapp(number: Any, external: Any) -> Any:
    known = (
        (Address.external == external)
        | (Address.external == number)
        | (Address.address == number)
        | (Address.address == external)
    )
    return Address.select(Address, Person).join(Person).where(Address.platform == WHATSAPP, known)


def _alone(query: Any) -> Any:
    # NO KEY: whoever writes a post to this address meanwhile must not wait; two people who write to
    # each other would wait for ever.
    return query.for_update("FOR NO KEY UPDATE") if is_postgres() else query


INFORM = constant(
    lambda at, person: Person.update(informed_at=at).where(Person.id == person, Person.informed_at.is_null())
)
HEARD = constant(lambda at, address: Address.update(last_inbound_at=at, state="ok").where(Address.id == address))
ON_TELEGRAM = constant(_on_telegram)
ON_WHATSAPP = constant(_on_whatsapp)
ALONE_ON_TELEGRAM = constant(lambda address: _alone(_on_telegram(address)))
ALONE_ON_WHATSAPP = constant(lambda number, external: _alone(_on_whatsapp(number, external)))


def _one_of(rows: list[Address], address: str, external: str | None) -> Address:
    """Of the rows that carry the number or the id, the one to keep, completed with both."""
    rows.sort(key=lambda row: (row.address != address, row.id))
    kept, others = rows[0], rows[1:]
    for other in others:
        _absorb(kept, other)
    number = address if not is_external(address) else kept.address
    known = external or (address if is_external(address) else kept.external)
    if (kept.address, kept.external) != (number, known):
        kept.address, kept.external = number, known
        kept.save(only=[Address.address, Address.external])
    return kept


def _absorb(kept: Address, other: Address) -> None:
    """Two rows were one address: what waits for the second, its STOP and its open window are the first's (F43)."""
    from storage.groups import unite

    unite(kept.person, other.person)
    for field in Address._meta.backrefs:
        _repoint(field, kept, other)
    if kept.opted_in_at is None:
        kept.opted_in_at, kept.opted_in_words = other.opted_in_at, other.opted_in_words
    for name in ("opted_out_at", "last_inbound_at", "template_at"):
        setattr(kept, name, max(filter(None, (getattr(kept, name), getattr(other, name))), default=None))
    other.delete_instance()
    kept.save(only=ABSORBED)


def is_external(address: str) -> bool:
    """Is it a business-scoped id such as FR.1502576394655843 rather than a number?"""
    return bool(re.match(r"^[A-Z]{2}\.\w+$", address))


def meet(
    platform: str,
    address: str,
    external: str | None = None,
    name: str = "",
    language: str | None = None,
    alone: bool = False,
) -> Address:
    """The address and its person, made on first sight; the caller is inside a transaction.

    alone: what else the same person does at this moment waits for the end of the transaction.
    """
    if known := find_address(platform, address, external, alone):
        _rename(known.person, name)
        return known
    person = Person.create(name=own_name(name), language=language)
    mine = add(Address, person=person.id, platform=platform, address=address, external=external)
    if not mine:  # somebody was faster: theirs counts
        person.delete_instance()
    found = find_address(platform, address, external, alone)
    assert found is not None  # noqa: S101 - one of us wrote it
    return found


def _rename(person: Person, name: str) -> None:
    if not person.name and (name := own_name(name)):
        person.name = name
        person.save(only=[Person.name])


def merge(kept: Person, gone: Person) -> None:
    """Make one person of two; everything that pointed at the second points at the first (F43)."""
    if kept.id == gone.id:
        return
    for field in Person._meta.backrefs:
        _repoint(field, kept, gone)
    Person.update(language=kept.language or gone.language, name=kept.name or gone.name).where(
        Person.id == kept.id
    ).execute()
    gone.delete_instance()


def _repoint(field: ForeignKeyField, kept: Record, gone: Record) -> None:
    # Row by row in savepoints: where both had one (a membership of one group), the kept person's row stays.
    from peewee import IntegrityError

    model = field.model
    for row in model.select().where(field == gone):
        try:
            with model._meta.database.atomic():
                model.update({field: kept}).where(model._meta.primary_key == row).execute()
        except IntegrityError:
            row.delete_instance(recursive=False)


class LinkCode(Record):
    """A one-time code that proves two addresses belong to one person."""

    person = ForeignKeyField(Person, on_delete="CASCADE")
    digest = CharField(64, unique=True)
    expires_at = UTCDateTimeField()
    used_at = UTCDateTimeField(null=True)

    PERSONAL = ()

    @classmethod
    def issue(cls, person: Person) -> str:
        """A fresh code of eight digits, good for 15 minutes; only its hash is kept (S24)."""
        code = f"{secrets.randbelow(10**8):08d}"
        cls.delete().where(cls.person == person).execute()
        cls.create(person=person, digest=_digest(code), expires_at=now() + CODE_LIFE)
        return code

    @classmethod
    def open_of(cls, person: Person) -> Optional["LinkCode"]:
        """The person's code that may still be used."""
        found: LinkCode | None = CODE_OF.first(person, now())
        return found

    @classmethod
    def find(cls, code: str) -> Optional["LinkCode"]:
        """The code as it was issued; None when unknown, used or too old."""
        fresh = cls.used_at.is_null() & (cls.expires_at > now())
        return cls.get_or_none((cls.digest == _digest(code)) & fresh)

    def use(self) -> bool:
        """Spend it, once; False when it was spent or is too old."""
        changed = (
            LinkCode.update(used_at=now())
            .where(LinkCode.id == self.id, LinkCode.used_at.is_null(), LinkCode.expires_at > now())
            .execute()
        )
        return bool(changed)


def _digest(code: str) -> str:
    from storage import settings

    return hashlib.sha256((settings.current().secret_key + ":link:" + code).encode()).hexdigest()


CODE_OF = constant(
    lambda person, at: LinkCode.select().where(
        LinkCode.person == person, LinkCode.used_at.is_null(), LinkCode.expires_at > at
    )
)

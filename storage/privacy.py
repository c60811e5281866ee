"""What each table says about people, what for, for how long, and what of it goes when somebody is forgotten.

The register, the page for the public, the export and the erasure are all made from these declarations (R3, R5, R11).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import BlobField, CharField, Field, ForeignKeyField, JSONField, TextField

from storage.applications import Application, Exchange
from storage.brainstorms import Brainstorm, Idea
from storage.changes import Change
from storage.db import ClockShift, Record
from storage.deeds import Deed
from storage.facts import Fact
from storage.groups import ApplyLink, Chat, Group, Invite, Membership
from storage.health import NoCard
from storage.hotseats import Advice, Extension, HotSeat, Script, Step, Swap
from storage.knocks import Knock
from storage.meetings import Attendance, Feed, Meeting
from storage.missions import Draw, Mission, Rating, Thanks, Trade
from storage.notes import Note, Pace, Topic, TopicVote
from storage.outbox import Card, Content, DeadLetter, Lease, Media, Post, Question, Receipt, Reminder, Seen
from storage.passes import Pass
from storage.people import Address, LinkCode, Person
from storage.polls import Ballot, Choice, Poll, Vote
from storage.portraits import Portrait
from storage.relays import Relay
from storage.rhythms import Pause, Rhythm, Watch
from storage.rights import Consent, Erasure
from storage.rounds import Round, Speaker, SubGroup
from storage.sessions import Role, Session
from storage.summaries import Addition, Summary
from storage.terms import Delegation, Handover, Rota, Term
from storage.venues import Venue

# What for: the lines of the register. Each table belongs to one.
PEOPLE, MEMBERS, APPLICATIONS, MEETINGS = "people", "members", "applications", "meetings"
EVENINGS, MISSIONS, GOVERNING, MESSAGES = "evenings", "missions", "governing", "messages"
SECURITY, RIGHTS, MACHINE = "security", "rights", "machine"
AREAS = (
    *(PEOPLE, MEMBERS, APPLICATIONS, MEETINGS, EVENINGS, MISSIONS),
    *(GOVERNING, MESSAGES, SECURITY, RIGHTS, MACHINE),
)

# Which period of storage.periods ends each of them; "group" lasts as long as the group, "member" as the membership.
ENDS: dict[str, tuple[str, ...]] = {
    PEOPLE: ("left",),
    MEMBERS: ("left", "invites"),
    APPLICATIONS: ("drafts", "refused", "left"),
    MEETINGS: ("asleep", "drafts"),
    EVENINGS: ("asleep",),
    MISSIONS: ("asleep",),
    GOVERNING: ("journal",),
    MESSAGES: ("words sent", "sent", "questions"),
    SECURITY: ("letters", "seen", "codes"),
    RIGHTS: ("consents",),
    MACHINE: (),
}


@dataclass(frozen=True)
class Kept:
    """How a table keeps people; names of columns are given as one text.

    area: what for. plain: texts that never say anything about anybody (codes, states, ids). shared: words of the
    group that may name somebody. rows: relations to a person whose rows go with the person. blank: what columns
    become when the person of that relation goes. stays: relations that then point at somebody without a name.
    """

    area: str
    plain: str = ""
    shared: str = ""
    rows: str = ""
    blank: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stays: str = ""

    @property
    def relations(self) -> set[str]:
        """Every relation to a person or an address for which there is a rule."""
        return {*self.rows.split(), *self.stays.split(), *self.blank}


NOTHING: dict[str, Any] = {}
TABLES: dict[type[Record], Kept] = {
    Person: Kept(PEOPLE),
    Address: Kept(PEOPLE, "platform state", rows="person"),
    LinkCode: Kept(SECURITY, "digest", rows="person"),
    Pass: Kept(SECURITY, "page link key", rows="person"),
    Consent: Kept(RIGHTS, "kind", rows="person"),
    Erasure: Kept(RIGHTS, stays="person"),
    Portrait: Kept(MEMBERS, "platform", rows="person"),
    Chat: Kept(MEMBERS, "kind rights", blank={"added_by": {"added_by": None}}),
    Group: Kept(
        MEMBERS,
        "country timezone language whatsapp_link state",
        shared="name purpose city expectations charter questions",
        blank={"founder": {"founder": None}},
    ),
    Membership: Kept(
        MEMBERS,
        "role state dial dial_before",
        blank={"person": {"introduction": None, "address": None, "paused_until": None, "dial_before": None}},
        stays="sponsor address",
    ),
    NoCard: Kept(MESSAGES),
    ApplyLink: Kept(MEMBERS, "kind code", stays="sponsor"),
    Invite: Kept(MEMBERS, "kind state", rows="person", stays="used_by"),
    Knock: Kept(SECURITY, "kind state", rows="address"),
    Application: Kept(
        APPLICATIONS,
        "questions state",
        blank={"person": {"answers": [], "reason": None, "address": None}},  # its cards must not mean another one
        stays="address held_by decided_by",
    ),
    Exchange: Kept(APPLICATIONS, stays="asked_by"),
    Relay: Kept(MESSAGES, rows="person"),
    Rhythm: Kept(MEETINGS, "weekdays start school_zone reminders before"),
    Pause: Kept(MEETINGS, stays="by"),
    Watch: Kept(MEETINGS),
    Venue: Kept(MEETINGS, shared="name address town link map_link", stays="by"),
    Meeting: Kept(MEETINGS, "uid wall zone state", shared="title place link", stays="fixed_by booked_by"),
    Attendance: Kept(MEETINGS, "answer was", blank={"person": {"comment": ""}}),
    Feed: Kept(MEETINGS, rows="person"),
    Poll: Kept(
        MEETINGS,
        "kind state closed_how",
        shared="title place",
        blank={"asked_by": {"words": ""}},
        stays="closed_by",
    ),
    Choice: Kept(MEETINGS, "wall zone", shared="words", stays="by"),
    Vote: Kept(MEETINGS, stays="person"),
    Ballot: Kept(MEETINGS, blank={"person": {"words": ""}}),
    Change: Kept(MEETINGS, "kind wall zone state", shared="place link", blank={"by": {"words": ""}}, stays="done_by"),
    Session: Kept(EVENINGS, "state mode", stays="started_by animator closed_by"),
    Role: Kept(EVENINGS, "kind", stays="person"),
    Round: Kept(EVENINGS, "state", stays="started_by"),
    Speaker: Kept(EVENINGS, "state", stays="person"),
    SubGroup: Kept(EVENINGS, stays="person"),
    Brainstorm: Kept(EVENINGS, "state", blank={"asked_by": {"question": "…"}}),
    Idea: Kept(EVENINGS, rows="person"),
    Script: Kept(EVENINGS, "minutes before"),
    HotSeat: Kept(EVENINGS, "state", rows="person", stays="agreed_by started_by"),
    Step: Kept(EVENINGS),
    Extension: Kept(EVENINGS, stays="person"),
    Advice: Kept(EVENINGS, "source", rows="person"),
    Swap: Kept(EVENINGS, "state", rows="asker person"),
    Note: Kept(
        EVENINGS,
        "kind candidates state",
        blank={"owner": {"owner": None, "owner_words": ""}, "asked": {"asked": None, "owner_words": ""}},
        stays="by",  # a decision is the group's; what else they noted goes (storage.erase)
    ),
    Pace: Kept(EVENINGS, "pace", rows="person"),
    Topic: Kept(EVENINGS, "state", rows="by"),
    TopicVote: Kept(EVENINGS, stays="person"),
    Mission: Kept(MISSIONS, "code key state", shared="title", stays="by"),
    Draw: Kept(MISSIONS, "state", stays="person drawn"),
    Trade: Kept(MISSIONS, "state", rows="asker person"),
    Rating: Kept(MISSIONS, stays="person"),
    Thanks: Kept(MISSIONS, rows="by person"),
    Summary: Kept(MISSIONS, "digest"),
    Addition: Kept(MISSIONS, rows="by"),
    Rota: Kept(GOVERNING),
    Term: Kept(GOVERNING, "state", blank={"person": {"note": ""}}),
    Delegation: Kept(GOVERNING, "duty state", stays="giver holder"),
    Handover: Kept(GOVERNING, "state", stays="giver heir"),
    Deed: Kept(GOVERNING, "kind", shared="facts", stays="person"),
    Post: Kept(
        MESSAGES, "key kind platform card level state waits reason lease message status", rows="address"
    ),
    Media: Kept(MESSAGES, "name mime"),
    Card: Kept(MESSAGES, "key message digest"),
    Question: Kept(MESSAGES, "code", rows="address"),
    Reminder: Kept(MESSAGES, "code model state"),
    Receipt: Kept(MESSAGES, "message status error"),
    Content: Kept(MACHINE, "name language sid digest approval"),
    Seen: Kept(SECURITY, "key", shared="reply"),
    DeadLetter: Kept(SECURITY, "platform key state", shared="error"),
    Fact: Kept(MACHINE, "name value"),
    Lease: Kept(MACHINE, "name holder"),
    ClockShift: Kept(MACHINE),
}  # fmt: skip


def texts(model: type[Record]) -> list[Field]:
    """The columns that can hold somebody's words, in order."""
    kinds = (CharField, TextField, JSONField, BlobField)
    return [column for column in model._meta.sorted_fields if isinstance(column, kinds)]


def relations(model: type[Record]) -> list[ForeignKeyField]:
    """The columns that point at a person or at an address of theirs."""
    fields = [column for column in model._meta.sorted_fields if isinstance(column, ForeignKeyField)]
    return [column for column in fields if column.rel_model in (Person, Address)]


def personal(model: type[Record]) -> tuple[str, ...]:
    """The columns that are about somebody, as the table itself declares."""
    declared: tuple[str, ...] = getattr(model, "PERSONAL", ())
    return declared


def undeclared(model: type[Record]) -> list[str]:
    """What nobody has said anything about: the table itself, a text column, or a relation to a person."""
    kept = TABLES.get(model)
    if kept is None:
        return [f"{model.__name__}: add it to storage.privacy.TABLES"]
    named = {*personal(model), *kept.plain.split(), *kept.shared.split()}
    columns = [column.name for column in texts(model) if column.name not in named]
    ties = [column.name for column in relations(model) if column.name not in kept.relations]
    return [f"{model.__name__}.{name}" for name in columns + ties]


def named_in(model: type[Record]) -> list[Field]:
    """The text columns that may hold somebody's name or words: all that are not plain."""
    plain = TABLES[model].plain.split()
    return [column for column in texts(model) if column.name not in plain and not isinstance(column, BlobField)]

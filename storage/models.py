"""Every model, in the order in which the tables are made."""

from storage.applications import Application, Exchange
from storage.db import ClockShift, Record, real
from storage.facts import Fact
from storage.groups import ApplyLink, Chat, Group, Invite, Membership
from storage.knocks import Knock
from storage.outbox import Card, Content, DeadLetter, Lease, Media, Post, Question, Receipt, Reminder, Seen
from storage.people import Address, LinkCode, Person
from storage.relays import Relay

MODELS: tuple[type[Record], ...] = (
    ClockShift,
    Fact,
    Person,
    Address,
    LinkCode,
    Chat,
    Group,
    Membership,
    ApplyLink,
    Invite,
    Knock,
    Application,
    Exchange,
    Relay,
    Post,
    Receipt,
    Card,
    Reminder,
    Question,
    Seen,
    DeadLetter,
    Content,
    Media,
    Lease,
)

__all__ = ["MODELS", "real"]

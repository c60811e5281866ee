"""Every model, in the order in which the tables are made."""

from storage.applications import Application, Exchange
from storage.brainstorms import Brainstorm, Idea
from storage.changes import Change
from storage.db import ClockShift, Record, real
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
    Pass,
    NoCard,
    Consent,
    Erasure,
    Portrait,
    Knock,
    Application,
    Exchange,
    Relay,
    Rhythm,
    Pause,
    Watch,
    Venue,
    Meeting,
    Attendance,
    Feed,
    Session,
    Role,
    Round,
    Speaker,
    SubGroup,
    Brainstorm,
    Idea,
    Script,
    HotSeat,
    Step,
    Extension,
    Advice,
    Swap,
    Note,
    Pace,
    Topic,
    TopicVote,
    Mission,
    Draw,
    Trade,
    Rating,
    Thanks,
    Summary,
    Addition,
    Rota,
    Term,
    Delegation,
    Handover,
    Deed,
    Change,
    Poll,
    Choice,
    Vote,
    Ballot,
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

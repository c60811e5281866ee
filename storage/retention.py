"""Deletes what is past its time, table by table (R7, R8, R12); periods are in storage.periods alone."""

import datetime as dt
from typing import Any

from storage import alarms
from storage.applications import OPEN, Application, Exchange
from storage.changes import Change
from storage.db import now
from storage.deeds import Deed
from storage.groups import Group, Invite, Membership
from storage.meetings import Meeting
from storage.outbox import Post, Question, Seen
from storage.people import Address, LinkCode, Person
from storage.periods import PERIODS
from storage.polls import Ballot, Poll
from storage.relays import Relay
from storage.rights import Consent, Erasure
from storage.sessions import Session

SAID = ("sent", "dropped")
MOST = 100  # people at a time: nobody waits for long
AGAIN = dt.timedelta(days=7)  # looked at again, lest an outage leaves some


def expire() -> int:
    """Delete or empty all that is past its time, but for people and groups; returns how many rows."""
    moment = now()
    rules: list[Any] = [
        Seen.update(reply=None).where(Seen.reply.is_null(False), Seen.at < moment - PERIODS["answers to taps"]),
        LinkCode.delete().where(LinkCode.expires_at < moment - PERIODS["codes"]),
        Invite.delete().where(Invite.expires_at < moment - PERIODS["invites"], Invite.state != "leaked"),
        Relay.delete().where(Relay.at < moment - PERIODS["relays"]),
        Question.delete().where(Question.asked_at < moment - PERIODS["questions"]),
        Consent.delete().where(Consent.withdrawn_at < moment - PERIODS["consents"]),
        Deed.delete().where(Deed.at < moment - PERIODS["journal"]),
        *_applications(moment),
        *_words(moment),
        _wordless(moment),
    ]
    return sum(int(rule.execute()) for rule in rules)


def _applications(moment: dt.datetime) -> list[Any]:
    idle = Application.touched_at < moment - PERIODS["drafts"]
    over = Application.state.in_(("expired", "withdrawn"))
    refused = (Application.state == "refused") & (Application.decided_at < moment - PERIODS["refused"])
    past = (over & idle) | refused
    return [
        Exchange.delete().where(Exchange.application.in_(Application.select(Application.id).where(past))),
        Application.update(answers=[], reason=None, address=None).where(past),
    ]


def _words(moment: dt.datetime) -> list[Any]:
    """What was written beside a vote or a change is of no use once that is over."""
    before = moment - PERIODS["drafts"]
    polls = Poll.select(Poll.id).where(Poll.closed_at < before)
    return [
        Ballot.update(words="").where(Ballot.poll.in_(polls), Ballot.words != ""),
        Poll.update(words="").where(Poll.closed_at < before, Poll.words != ""),
        Change.update(words="").where(Change.created_at < before, Change.words != ""),
    ]


def _wordless(moment: dt.datetime) -> Any:
    """Messages that were said lose their words and buttons; that they were said is known a while longer (R8)."""
    before = moment - PERIODS["words sent"]
    old = Post.state.in_(SAID) & Post.created_at.between(before - AGAIN, before)
    asked = Question.select(Question.address)
    said_to = Post.address.is_null() | Post.address.not_in(asked)  # an open question can be said again
    return Post.update(payload={}, choices=False).where(old, said_to)


# ------------------------------------------------------------------ people


def strangers() -> list[Person]:
    """People in no group whose time is over: they left, never joined, or were refused, and were long silent."""
    before = now() - PERIODS["left"]
    seated = Membership.select(Membership.person).where((Membership.state == "in") | (Membership.left_at > before))
    waiting = Application.select(Application.person).where(
        Application.state.in_(OPEN)
        | ((Application.state == "refused") & (Application.decided_at > now() - PERIODS["refused"]))
        | (Application.touched_at > before)
    )
    founding = Group.select(Group.founder).where(Group.founder.is_null(False), Group.created_at > before)
    asked = Erasure.select(Erasure.person).where(Erasure.done_at.is_null(), Erasure.stopped_at.is_null())
    busy = [Person.id.not_in(rows) for rows in (seated, waiting, founding, asked, _spoke(before))]
    quiet = Person.select().where(Person.erased_at.is_null(), Person.created_at < before, *busy)
    operator = alarms.operator()
    return [one for one in quiet.order_by(Person.id).limit(MOST) if not operator or operator.person_id != one.id]


def _spoke(before: dt.datetime) -> Any:
    """Whoever wrote or was answered lately."""
    told = Post.select(Post.address).where(Post.address.is_null(False), Post.created_at > before)
    return Address.select(Address.person).where((Address.last_inbound_at > before) | Address.id.in_(told))


# ------------------------------------------------------------------ groups


def asleep() -> list[Group]:
    """Live groups in which nothing has happened for a year."""
    before = now() - PERIODS["asleep"]
    awake = [
        Deed.select(Deed.group).where(Deed.at > before),
        Meeting.select(Meeting.group).where(Meeting.starts_at > before),
        Membership.select(Membership.group).where(Membership.joined_at > before),
        Meeting.select(Meeting.group).join(Session).where(Session.started_at > before),
    ]
    quiet = Group.select().where(Group.state == "live", Group.founded_at < before)
    return list(quiet.where(*(Group.id.not_in(rows) for rows in awake)).order_by(Group.id))


def drafts() -> int:
    """Groups that nobody went on founding."""
    idle = Group.created_at < now() - PERIODS["drafts"]
    return int(Group.delete().where(Group.state == "founding", idle).execute())

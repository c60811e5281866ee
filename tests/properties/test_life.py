"""The life of a group as a state machine: whatever people do, in whatever order, some things stay true (S21, S23)."""

import datetime as dt
import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from peewee import fn

from handlers.kit import inbox
from handlers.kit.buttons import data_for
from handlers.kit.buttons import read as read_data
from handlers.kit.events import Incoming
from storage import db
from storage.applications import OPEN, Application
from storage.db import now
from storage.groups import ORGANIZER, Membership
from storage.meetings import Attendance, Meeting
from storage.outbox import DeadLetter, Post, Question, Reminder
from storage.people import TELEGRAM, WHATSAPP, Address
from storage.polls import Choice, Poll, Vote
from storage.terms import Delegation
from tests.properties.bare import a_group, event, memory, seat, somebody, undone
from tests.stories.applying import LONG

WHO = st.sampled_from([*range(9), 0, 0, 0, 1, 1, 2, 2, 3])  # the organizer and the members oftener than who comes
DATES = st.sampled_from(["jeudi 12 mars à 12h, le 14 à 19h30", "le 20 mars à 18h", "demain 19h ou samedi 10h"])
WORDS = st.sampled_from(
    [
        "oui",
        "non",
        "1 oui, 2 non",
        "je viens",
        "je ne viens pas",
        "peut-être",
        "je viens avec 2 personnes",
        "où en suis-je",
        "qui vient",
        "clore le vote",
        "je propose le 19 mars à 20h",
        "on déplace à vendredi 19h",
        "annuler",
        "retour",
        "hot seat",
        "file",
        "mes actions",
        "missions",
        "jeu",
        "commencer",
        "clore",
        "compte rendu",
        "les candidatures",
        "groupe",
        "pause groupe",
        "on reprend",
        "stop",
        "reprendre",
        "réglages",
        "tour de table",
        "conseil : ose en parler",
        "dis au groupe : le café est à 9 h",
        "je suis en retard",
        "je suis là",
        "animateur",
        "déléguer",
        "quitter le groupe",
        "programme",
        "sujet : la rentrée",
        "décision : on garde jeudi",
        "ma mission est faite",
        "annule",
    ]
)


class Life(RuleBasedStateMachine):
    """Four members, one of them organizing; strangers come."""

    def __init__(self) -> None:
        super().__init__()
        self._undone = undone()
        self._undone.__enter__()
        self.group = a_group("Les indés")
        self.people: list[Address] = []
        for name, platform in (("Camille", TELEGRAM), ("Marc", WHATSAPP), ("Léa", TELEGRAM), ("Tom", WHATSAPP)):
            self.people.append(somebody(name, platform))
            seat(self.group, self.people[-1], ORGANIZER if name == "Camille" else "member")
        self.code = self.group.public_link().code
        self.last: Incoming | None = None
        self.read = 0
        self.counted: dict[int, int] = {}

    def teardown(self) -> None:
        self._undone.__exit__(None, None, None)
        db.forget_shift()

    # ------------------------------------------------------------------ what happens

    def _someone(self, number: int) -> Address:
        return self.people[number % len(self.people)]

    def _hear(self, happened: Incoming) -> None:
        self.last = happened
        inbox.receive(happened)
        self._deliver()

    def _deliver(self) -> None:
        """As if the messengers took whatever is due."""
        due = (Post.state == "pending") & (Post.due <= now())
        Post.update(state="sent", sent_at=now(), message=Post.id.cast("text")).where(due).execute()

    @precondition(lambda self: len(self.people) < 9)
    @rule(platform=st.sampled_from([TELEGRAM, WHATSAPP]), steps=st.sampled_from([6, 6, 6, 3, 1]))
    def apply(self, platform: str, steps: int) -> None:
        zoe = somebody(f"Zoé{len(self.people)}", platform)
        self.people.append(zoe)
        for text in [f"rejoindre {self.code}", LONG, LONG, LONG, LONG, "oui"][:steps]:
            self._hear(event(zoe, text=text))

    @rule(who=WHO, text=WORDS)
    def say(self, who: int, text: str) -> None:
        self._hear(event(self._someone(who), text=text))

    @rule(who=WHO, text=WORDS)
    def say_in_the_chat(self, who: int, text: str) -> None:
        speaker = self._someone(who)
        if speaker.platform == TELEGRAM and self.group.chat is not None:
            self._hear(event(speaker, chat=str(self.group.chat.chat_id), text=text))

    @rule(who=WHO, dates=DATES)
    def propose(self, who: int, dates: str) -> None:
        proposer = self._someone(who)
        self._hear(event(proposer, text=f"je propose {dates}"))
        self._press(proposer, 0, 0)

    @rule(who=WHO, text=st.sampled_from(["1 oui, 2 non", "1", "tout sauf 1", "aucune", "1 et 2"]))
    def vote(self, who: int, text: str) -> None:
        self._hear(event(self._someone(who), text=text))

    @rule()
    def close(self) -> None:
        self._hear(event(self.people[0], text="clore le vote"))
        self._press(self.people[0], 0, 0)

    @rule(who=WHO, text=st.sampled_from(["je viens", "je ne viens pas", "peut-être", "je viens à 2", "commencer"]))
    def answer(self, who: int, text: str) -> None:
        self._hear(event(self._someone(who), text=text))

    @rule()
    def meet(self) -> None:
        """The evening comes, begins and is closed."""
        meeting = Meeting.next_of(self.group)
        if meeting is None:
            return
        self._wait(max(1, int((meeting.starts_at - now()).total_seconds() // 3600) + 1))
        self._ring()
        for text in ("commencer", "décision : on garde jeudi", "clore"):
            self._hear(event(self.people[0], text=text))
            self._press(self.people[0], 0, 0)

    @rule(who=WHO, which=st.integers(0, 5), age=st.integers(0, 6))
    def press(self, who: int, which: int, age: int) -> None:
        """Any button on the last cards that somebody sees, in private or in the chat; old ones too."""
        self._press(self._someone(who), which, age)

    def _press(self, who: Address, which: int, age: int) -> None:
        chats = [who.address, *([str(self.group.chat.chat_id)] if self.group.chat else [])]
        cards = Post.select().where(Post.chat.in_(chats), Post.state == "sent").order_by(Post.id.desc()).limit(30)
        shown = [card for card in cards if card.payload.get("buttons")]
        if not shown:
            return
        card = shown[age % len(shown)]
        _title, data = card.payload["buttons"][which % len(card.payload["buttons"])]
        chat = card.chat if card.chat != who.address and who.platform == TELEGRAM else ""
        self._hear(event(who, "tap", chat, data=data))

    @rule(who=WHO, code=st.sampled_from(["de.yes", "de.yes", "de.r.short", "de.wait", "de.undo"]))
    def decide(self, who: int, code: str) -> None:
        """Whoever it is tries; only organizers succeed."""
        newest = Application.select().where(Application.state != "draft").order_by(Application.id.desc()).first()
        if newest is not None:
            self._hear(event(self._someone(who), "tap", data=data_for(code, newest.id)))

    @rule(who=WHO)
    def leave_the_chat(self, who: int) -> None:
        leaver = self._someone(who)
        if leaver.platform == TELEGRAM and self.group.chat is not None:
            facts = {"by": int(leaver.address), "removed": False}
            chat = str(self.group.chat.chat_id)
            self._hear(event(leaver, "left", chat, facts=facts))

    @precondition(lambda self: self.last is not None)
    @rule()
    def come_again(self) -> None:
        """The platform delivers the last event twice: nothing more happens."""
        before = Post.select().count(), Vote.select().count(), Membership.select().count()
        assert self.last is not None and not inbox.receive(self.last).fresh
        assert (Post.select().count(), Vote.select().count(), Membership.select().count()) == before

    @rule(hours=st.sampled_from([1, 5, 26, 24 * 7]))
    def time_passes(self, hours: int) -> None:
        self._wait(hours)
        self._ring()

    @rule(days=st.sampled_from([3, 9]))
    def outage(self, days: int) -> None:
        """Nobody rings for days; then everything at once."""
        self._wait(24 * days)
        self._ring()

    def _wait(self, hours: int) -> None:
        moment = db.now() + dt.timedelta(hours=hours)
        db.shift_clock((moment - db.real_now()).total_seconds())

    def _ring(self) -> None:
        for _round in range(5):
            due = Reminder.due_now(50)
            for reminder in due:
                inbox.ring(reminder)
            self._deliver()
            if not due:
                return

    # ------------------------------------------------------------------ what stays true

    @invariant()
    def no_feature_raised(self) -> None:
        letters = [letter.error for letter in DeadLetter.select()]
        assert not letters, letters[0]

    @invariant()
    def a_group_with_members_has_an_organizer(self) -> None:
        """F38"""
        assert not self.group.members() or self.group.organizers()

    @invariant()
    def one_open_application_a_person(self) -> None:
        """S21"""
        many = Application.select(Application.person).where(Application.state.in_(OPEN))
        assert not list(many.group_by(Application.group, Application.person).having(fn.COUNT(Application.id) > 1))

    @invariant()
    def organizers_alone_decide(self) -> None:
        """S10"""
        ruled = {seat.person_id for seat in Membership.select().where(Membership.role == ORGANIZER)}
        for one in Application.select().where(Application.decided_by.is_null(False)):
            assert one.decided_by_id in ruled or one.decided_by_id in self._delegates()

    def _delegates(self) -> set[int]:
        return {one.holder_id for one in Delegation.select()}

    @invariant()
    def whoever_is_in_was_let_in(self) -> None:
        """Only four were there from the start; the others were accepted."""
        for zoe in self.people[4:]:
            if Membership.of(self.group, zoe.person):
                states = [one.state for one in Application.select().where(Application.person == zoe.person)]
                assert "accepted" in states, states

    @invariant()
    def one_vote_a_person_and_none_after_the_end(self) -> None:
        """S23"""
        cast = Vote.select(Vote.choice, fn.COUNT(Vote.id).alias("n")).group_by(Vote.choice, Vote.person)
        assert not list(cast.having(fn.COUNT(Vote.id) > 1))
        for poll in Poll.select().where(Poll.state.in_(("closed", "failed", "cancelled"))):
            votes = Vote.select(fn.SUM(Vote.value + 1)).join(Choice).where(Choice.poll == poll).scalar() or 0
            assert self.counted.setdefault(poll.id, votes) == votes
        for poll in Poll.select(Poll.id).where(Poll.state.in_(("draft", "open"))):
            self.counted.pop(poll.id, None)  # opened again

    @invariant()
    def voters_are_of_the_group(self) -> None:
        known = {seat.person_id for seat in Membership.select().where(Membership.group == self.group)}
        assert {vote.person_id for vote in Vote.select(Vote.person).distinct()} <= known
        assert {row.person_id for row in Attendance.select(Attendance.person).distinct()} <= known

    @invariant()
    def one_meeting_at_a_time(self) -> None:
        coming = [one.wall for one in Meeting.select().where(Meeting.state == "fixed")]
        assert len(coming) == len(set(coming)), coming

    @invariant()
    def one_open_question_an_address(self) -> None:
        many = Question.select(Question.address).group_by(Question.address).having(fn.COUNT(Question.id) > 1)
        assert not list(many)

    @invariant()
    def what_is_said_can_be_said(self) -> None:
        """To people of the group alone, whole, in correct HTML, with buttons that we understand."""
        known = {address.address for address in self.people} | {self.group.chat and str(self.group.chat.chat_id)}
        for post in Post.select().where(Post.id > self.read).order_by(Post.id):
            assert post.chat in known
            check(post.platform, post.payload, post.kind)
            self.read = post.id


TAG = re.compile(r"</?[a-z]+[^>]*>")


def check(platform: str, payload: dict[str, Any], kind: str) -> None:
    """A post as the platforms take it (Bot API: sendMessage, formatting; Twilio: Body)."""
    text = payload.get("text", "")
    if kind == "text":
        assert text.strip() and not re.search(r"\{\w*\}", text), text
        assert len(text) <= (4096 if platform == TELEGRAM else 1600)
    if platform == TELEGRAM:
        depth = 0
        for tag in TAG.findall(text):
            depth += -1 if tag.startswith("</") else 1
            assert tag in ("<b>", "</b>") and 0 <= depth <= 1, text
        assert depth == 0, text
    for title, data in payload.get("buttons", ()):
        assert title.strip() and len(title) <= 60 and len(data.encode()) <= 64 and read_data(data)


HOW = settings(
    max_examples=int(os.environ.get("NOYAU_LIVES", "9")),
    stateful_step_count=40,
    deadline=None,
    derandomize="NOYAU_LIVES" not in os.environ,  # NOYAU_LIVES=1000 looks further, and elsewhere each time
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(3600 if "NOYAU_LIVES" in os.environ else 1200)
def test_a_group_lives_through_whatever_its_people_do() -> None:
    with memory():
        run_state_machine_as_test(Life, settings=HOW)

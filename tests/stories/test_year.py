"""A year of a group of both messengers on the real code, the clock moved forward: there is always a next date.

Twenty-six meetings or more, two holidays of the group, both changes of hour, three who leave and four who join.
Everybody acts by day; so whatever reaches somebody by night was said by a timer that should have been silent.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest

from handlers.kit import inbox
from storage import db, prices
from storage.groups import Group, Membership
from storage.meetings import YES, Attendance, Meeting
from storage.noise import zone_of
from storage.outbox import DeadLetter, Post, Reminder
from storage.people import TELEGRAM, WHATSAPP, Person
from storage.polls import DATE, Ballot, Poll
from storage.rhythms import Pause
from tests.stage import START
from tests.story import Actor, Story

PARIS = ZoneInfo("Europe/Paris")
DAYS = 372
NOON, EVENING = dt.time(12, 10), dt.time(18)
QUIET_FROM, QUIET_TO = dt.time(21), dt.time(8)
BREAK = dt.timedelta(days=3)  # between a meeting and the vote on the next one, a week-end included
SUMMER = (dt.date(2026, 7, 20), "on fait une pause jusqu'au 24 août")
WINTER = (dt.date(2026, 12, 17), "on fait une pause jusqu'au 5 janvier")


@dataclass
class Year:
    """The group, its people and what was seen of it day by day."""

    story: Story
    dice: random.Random
    people: list[Actor] = field(default_factory=list)
    gone: list[Actor] = field(default_factory=list)
    without_a_date: list[dt.date] = field(default_factory=list)
    lacking_since: dt.datetime | None = None
    paused: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)

    @property
    def group(self) -> Group:
        """The story's group."""
        return self.story.home()

    def today(self) -> dt.date:
        """The day in Paris."""
        return db.now().astimezone(PARIS).date()

    def go_to(self, hour: dt.time) -> None:
        """Let the day go on until that hour."""
        goal = dt.datetime.combine(self.today(), hour, PARIS)
        self.story.later(seconds=max(0.0, (goal - db.now()).total_seconds()))

    def next_morning(self) -> None:
        """Let the night pass."""
        goal = dt.datetime.combine(self.today() + dt.timedelta(days=1), dt.time(9), PARIS)
        self.story.later(seconds=(goal - db.now()).total_seconds())

    # ------------------------------------------------------------------ what people do

    def live_a_day(self) -> None:
        """At noon people vote and answer; in the evening they answer whether they still come."""
        self.go_to(NOON)
        self._vote()
        self._answer()
        self.go_to(EVENING)
        self._confirm()
        self._look()
        self.next_morning()

    def _vote(self) -> None:
        for poll in Poll.open_of(self.group, DATE):
            silent = {seat.person_id for seat in poll.silent()}
            for actor in [one for one in self.people if one.person.id in silent]:
                if self.dice.random() < 0.5 and Poll.get_by_id(poll.id).open:
                    self._vote_as(actor, len(poll.choices()))

    def _vote_as(self, actor: Actor, count: int) -> None:
        chosen = [n for n in range(1, count + 1) if self.dice.random() < 0.75]
        if actor.platform == TELEGRAM:
            for number in chosen or [1]:
                actor.taps(f"{number} oui" if chosen else f"{number} non", chat=self.story.chat)
        else:
            actor.says(" et ".join(map(str, chosen)) if chosen else "aucune")

    def _answer(self) -> None:
        meeting = Meeting.next_of(self.group)
        if meeting is None or meeting.starts_at < db.now():
            return
        for actor in self.people:
            if Attendance.of(meeting, actor.person) is None and self.dice.random() < 0.4:
                if actor.platform == TELEGRAM:
                    actor.taps("Je viens", chat=self.story.chat)
                else:
                    actor.says("je viens")

    def _confirm(self) -> None:
        """To the question of the day before, most say yes, some no, some nothing."""
        meeting = Meeting.next_of(self.group)
        if meeting is None or not dt.timedelta(0) < meeting.starts_at - db.now() < dt.timedelta(hours=30):
            return
        for actor in self.people:
            row = Attendance.of(meeting, actor.person)
            if row is None or row.answer != YES or not row.asked_at or row.sure_at or not actor.bubbles():
                continue
            luck = self.dice.random()
            if luck < 0.6:
                actor.says("oui, je viens")
            elif luck < 0.7:
                actor.says("je ne peux plus venir")

    def _look(self) -> None:
        """Is there a next date, a vote on it, or a declared pause?"""
        if Meeting.next_of(self.group) or Poll.open_of(self.group, DATE) or Pause.current(self.group):
            self.lacking_since = None
            return
        self.lacking_since = self.lacking_since or db.now()
        if db.now() - self.lacking_since > BREAK:
            self.without_a_date.append(self.today())

    def pause(self, words: str) -> None:
        """The organizer declares a pause, and settles what is open."""
        camille = self.people[0]
        began = db.now()
        camille.says(words)
        camille.taps(camille.buttons[0])  # what is in the way is cancelled
        pause = Pause.current(self.group)
        assert pause is not None, camille.said()[-3:]
        self.paused.append((began, pause.ends_at))

    def leave(self, actor: Actor) -> None:
        """Somebody goes, with a goodbye."""
        actor.says("quitter le groupe")
        actor.taps("Quitter pour de bon")
        assert Membership.of(self.group, actor.person) is None, actor.said()[-2:]
        self.people.remove(actor)
        self.gone.append(actor)

    def join(self, name: str, on: str) -> None:
        """Somebody is accepted."""
        actor = self.story.stranger(name, on=on)
        seat = self.story.seat(actor, self.group)
        with db.transaction():
            inbox.happen("entered", seat)
        self.story.settle()
        self.people.append(actor)


@pytest.fixture
def year(story: Story) -> Year:
    camille = story.organizer("Camille", on=TELEGRAM)
    marc = story.organizer("Marc", on=WHATSAPP)
    names = (("Léa", TELEGRAM), ("Yann", WHATSAPP), ("Zoé", TELEGRAM), ("Ines", WHATSAPP), ("Paul", TELEGRAM))
    people = [camille, marc, *(story.member(name, on) for name, on in names)]
    shy = story.member("Noé", TELEGRAM, started=False)  # never opened the private chat
    far = story.member("Anna", WHATSAPP)
    Person.update(timezone="America/Montreal").where(Person.id == far.person.id).execute()
    return Year(story, random.Random(2026), [*people, shy, far])


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_group_lives_for_a_year_and_always_has_a_next_date(year: Year) -> None:
    camille = year.people[0]
    camille.says("on se voit tous les dix jours, le mardi ou le jeudi, de 18h30 à 20h30")
    camille.taps("propose-les")
    leaving = {dt.date(2026, 5, 4): 3, dt.date(2026, 9, 22): 4, dt.date(2026, 11, 16): 5}
    joining = {
        dt.date(2026, 4, 20): ("Rose", WHATSAPP),
        dt.date(2026, 6, 8): ("Ali", TELEGRAM),
        dt.date(2026, 10, 13): ("Jade", WHATSAPP),
        dt.date(2027, 1, 25): ("Tom", TELEGRAM),
    }
    for _day in range(DAYS):
        today = year.today()
        if today in leaving:
            year.leave(year.people[leaving[today]])
        if today in joining:
            year.join(*joining[today])
        for day, words in (SUMMER, WINTER):
            if today == day:
                year.pause(words)
        year.live_a_day()

    meetings = list(Meeting.select().where(Meeting.group == year.group, Meeting.state != "cancelled"))
    faults = [
        *_faults(year, meetings),
        *_at_another_hour(meetings),
        *_by_night(year),
        *_in_a_pause(year),
        *_to_strangers(year),
        *_twice(meetings),
    ]
    print(*_told(year), sep="\n")
    assert not faults, "\n".join(faults[:20])
    assert len([meeting for meeting in meetings if meeting.starts_at < db.now()]) >= 26
    assert len(year.gone) == 3 and len(year.paused) == 2
    counted = _traffic(year)
    print(f"one member's month on WhatsApp: {counted}")
    for name in ("said", "templates", "heard"):
        known = getattr(prices.MEMBER_MONTH, name)
        assert abs(getattr(counted, name) - known) <= 0.25 * known, f"storage/prices.py says {known}: {counted}"


def _traffic(year: Year) -> prices.Traffic:
    """What Twilio and Meta would have charged for, per member on WhatsApp and month of membership."""
    world = year.story.emu.world
    heard = sum(record["direction"] == "inbound" for record in world.messages.values())
    said = [bubble for bubble in world.outbound.values() if not bubble.error]
    seats = Membership.select().where(Membership.group == year.group)
    mine = [seat for seat in seats if seat.address and seat.address.platform == WHATSAPP]
    days = sum(((seat.left_at or db.now()) - max(seat.joined_at, START)).days for seat in mine)
    months = days / 30.44
    return prices.Traffic(len(said) / months, sum(bubble.template for bubble in said) / months, heard / months)


def _faults(year: Year, _meetings: list[Meeting]) -> Iterator[str]:
    for day in year.without_a_date:
        yield f"no next date on {day}"
    for letter in DeadLetter.select():
        yield f"a bug: {letter.error}"
    for timer in Reminder.select().where(Reminder.state == "failed"):
        yield f"a timer failed: {timer.code}"


def _at_another_hour(meetings: list[Meeting]) -> Iterator[str]:
    """Both changes of hour: every meeting is at half past six on the wall, in summer and in winter."""
    for meeting in meetings:
        if meeting.wall[11:] != "18:30":
            yield f"at another hour: {meeting.wall}"
    if len({meeting.start.utcoffset() for meeting in meetings}) != 2:
        yield "no change of hour was lived through"


def _said(year: Year) -> Iterator[tuple[Post, Person | None, dt.datetime]]:
    """What went out unprompted: no answers; the person, and the moment at which it was sent."""
    query = Post.select().where(Post.state == "sent", Post.level != "answer", Post.sent_at.is_null(False))
    for post in query.order_by(Post.id):
        merged = (post.reason or "").startswith("said in post")  # what waited is said as one answer
        if post.kind in ("text", "picture", "file") and not merged:
            yield post, post.address.person if post.address else None, post.sent_at


def _by_night(year: Year) -> Iterator[str]:
    for post, person, at in _said(year):
        local = at.astimezone(zone_of(person, year.group) if person else PARIS)
        if not (QUIET_TO <= local.time() < QUIET_FROM or _acted(post)):
            yield f"by night: {local} {post.address_id} {post.payload['text']}"


def _acted(post: Post) -> bool:
    """The direct consequence of what a member has just done reaches the other shore of the ocean by night too."""
    by_day = post.created_at.astimezone(PARIS).time()
    return not post.unasked and post.copy and QUIET_TO <= by_day < QUIET_FROM


def _in_a_pause(year: Year) -> Iterator[str]:
    for post, _person, at in _said(year):
        for began, ended in year.paused:
            if began + dt.timedelta(hours=12) < at < ended:
                yield f"in the pause: {at} {post.address_id} {post.payload['text']}"


def _to_strangers(year: Year) -> Iterator[str]:
    """Nobody hears of the group before they joined or after they left."""
    for post, person, at in _said(year):
        if person is None:
            continue
        seat = Membership.get(Membership.group == year.group, Membership.person == person)
        gone = seat.left_at is not None and at > seat.left_at + dt.timedelta(minutes=5)
        if at < seat.joined_at - dt.timedelta(minutes=1) or gone:
            yield f"to a stranger: {at} {person.name} {post.payload['text']}"


def _twice(meetings: list[Meeting]) -> Iterator[str]:
    """One reminder or question of a kind a person and meeting; two nudges a person and poll at most."""
    for ballot in Ballot.select().where(Ballot.nudges > 2):
        yield f"nudged {ballot.nudges} times: {ballot.person_id}"
    yield from _templates_twice()
    for meeting in meetings:
        near = Post.sent_at.between(meeting.starts_at - dt.timedelta(days=2), meeting.starts_at)
        sent = Post.select().where(Post.state == "sent", Post.level != "answer", Post.card.is_null(), near)
        sent = sent.where(
            ~Post.template
        )  # "you have a message" opens a window, a day after the other at the earliest
        texts = Counter((post.chat, post.payload["text"]) for post in sent if post.kind == "text")
        for (chat, text), times in texts.items():
            if times > 1:
                yield f"said {times} times to {chat}: {text}"


def _templates_twice() -> Iterator[str]:
    """A closed WhatsApp window is knocked at once a day at most: each template is paid for."""
    last: dict[str, dt.datetime] = {}
    for post in Post.select().where(Post.state == "sent", Post.template).order_by(Post.sent_at):
        if post.chat in last and post.sent_at - last[post.chat] < dt.timedelta(hours=20):
            yield f"two templates to {post.chat}: {last[post.chat]}, {post.sent_at}"
        last[post.chat] = post.sent_at


def _told(year: Year) -> list[str]:
    """Messages per member and week that reached a phone; a live card that changes in place is one message."""
    new: Counter[str] = Counter()
    edits: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    unasked = 0
    for post, person, _at in _said(year):
        who = f"{person.name} ({post.platform})" if person else "the Telegram group's chat"
        if post.card and post.message and (post.chat, post.message) in seen:
            edits[who] += 1
            continue
        seen.add((post.chat, str(post.message)))
        new[who] += 1
        unasked += post.unasked
    weeks = DAYS / 7
    told = [
        f"{who}: {count / weeks:.2f} new, {edits[who] / weeks:.2f} edits a week" for who, count in new.most_common()
    ]
    return [*told, f"unasked, all together: {unasked / weeks:.2f} a week"]

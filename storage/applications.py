"""Applications: answers given one by one, one decision, the thread of questions in between."""

import datetime as dt
from typing import TYPE_CHECKING, Optional

from peewee import CharField, ForeignKeyField, IntegerField, JSONField, ModelSelect, TextField

from storage.db import Record, UTCDateTimeField, constant, lock, now
from storage.groups import ApplyLink, Group
from storage.people import Address, Person

NUDGE_AFTER = dt.timedelta(hours=24)
DRAFT_LIFE = dt.timedelta(days=7)
UNDO_LIFE = dt.timedelta(minutes=10)
OPEN = ("draft", "waiting")
PATIENT, REST = 3, dt.timedelta(days=30)  # so many refusals in so long: then it is time to rest (S37)


class Application(Record):
    """Somebody asks to join: draft, waiting, then accepted, refused, expired or withdrawn."""

    group = ForeignKeyField(Group, backref="applications", on_delete="CASCADE")
    person = ForeignKeyField(Person, backref="applications", on_delete="CASCADE")
    address = ForeignKeyField(Address, null=True, on_delete="SET NULL")
    link = ForeignKeyField(ApplyLink, null=True, on_delete="SET NULL")
    questions = JSONField(default=list)
    answers = JSONField(default=list)
    retried = IntegerField(default=-1)
    state = CharField(16, default="draft")
    held_by = ForeignKeyField(Person, null=True, on_delete="SET NULL", backref="held")
    started_at = UTCDateTimeField(default=now)
    touched_at = UTCDateTimeField(default=now)
    sent_at = UTCDateTimeField(null=True)
    nudged_at = UTCDateTimeField(null=True)
    decided_by = ForeignKeyField(Person, null=True, on_delete="SET NULL", backref="decided")
    decided_at = UTCDateTimeField(null=True)
    reason = TextField(null=True)

    if TYPE_CHECKING:
        person_id: int
        decided_by_id: int | None
        exchanges: "ModelSelect[Exchange]"

    PERSONAL = ("answers", "reason")

    @classmethod
    def open_of(cls, group: Group, person: Person) -> Optional["Application"]:
        """The one draft or waiting application of the person here (S21)."""
        return cls.get_or_none((cls.group == group) & (cls.person == person) & cls.state.in_(OPEN))

    @classmethod
    def all_open_of(cls, person: Person) -> list["Application"]:
        """Every draft or waiting application of the person, newest first."""
        return list(OPEN_OF.all(person))

    @classmethod
    def waiting_in(cls, group: Group) -> list["Application"]:
        """What the organizers still have to decide, eldest first."""
        query = cls.select(cls, Person).join(Person).where(cls.group == group, cls.state == "waiting")
        return list(query.order_by(cls.sent_at, cls.id))

    @classmethod
    def sent_since(cls, group: Group, moment: dt.datetime) -> int:
        """How many were handed to the organizers since then, whatever became of them."""
        return int(cls.select().where(cls.group == group, cls.sent_at >= moment).count())

    @classmethod
    def rest_until(cls, group: Group, person: Person) -> dt.datetime | None:
        """Refused three times in a month: until when a fourth application waits (S37); None when there is no need."""
        refused = cls.select().where(cls.group == group, cls.person == person, cls.state == "refused")
        lately = sorted(one.decided_at for one in refused if one.decided_at and one.decided_at > now() - REST)
        return lately[-PATIENT] + REST if len(lately) >= PATIENT else None

    @classmethod
    def ended_lately(cls, person: Person) -> list["Application"]:
        """Applications of the last 30 days that came to nothing, where the person has not begun again."""
        newest = {application.group.id: application for application in ALL_OF.all(person)}
        since = now() - dt.timedelta(days=30)
        return [a for a in newest.values() if a.state in ("refused", "expired") and a.touched_at > since]

    @classmethod
    def latest_of(cls, group: Group, person: Person) -> Optional["Application"]:
        """The person's newest application here, whatever became of it."""
        mine = cls.select().where(cls.group == group, cls.person == person).order_by(cls.id.desc())
        return next(iter(mine.limit(1)), None)

    @classmethod
    def begin(
        cls, group: Group, person: Person, address: Address, link: ApplyLink | None, questions: list[str]
    ) -> "Application":
        """A fresh draft, with the questions as they stand today."""
        return cls.create(group=group, person=person, address=address, link=link, questions=questions)

    @property
    def step(self) -> int:
        """How many questions are answered."""
        return len(self.answers)

    @property
    def complete(self) -> bool:
        """Is every question answered?"""
        return self.step >= len(self.questions)

    def answer(self, text: str) -> None:
        """Keep the answer to the current question."""
        self.answers = [*self.answers, text]
        self._touch()

    def step_back(self) -> bool:
        """Forget the last answer, so that it is asked again; False at the first question."""
        if not self.answers:
            return False
        self.answers, self.retried = self.answers[:-1], -1
        self._touch()
        return True

    def retry(self) -> bool:
        """Note that this question got its one kind retry; False when it had it already (W04)."""
        if self.retried == self.step:
            return False
        self.retried = self.step
        self._touch()
        return True

    def _touch(self) -> None:
        self.touched_at = now()
        TOUCHED.run(self.answers, self.retried, self.touched_at, self.id)

    def send(self) -> bool:
        """Hand it to the organizers; False when it was sent already."""
        return self._move("draft", "waiting", sent_at=now())

    def withdraw(self) -> bool:
        """The applicant gives up."""
        return self._move("draft", "withdrawn") or self._move("waiting", "withdrawn")

    def expire(self) -> bool:
        """Seven days without a word: the draft is closed (W02)."""
        return self._move("draft", "expired")

    def nudge(self) -> bool:
        """Remind once; False when it was done or is no longer needed."""
        changed = (
            Application.update(nudged_at=now())
            .where(Application.id == self.id, Application.state == "draft", Application.nudged_at.is_null())
            .execute()
        )
        return bool(changed)

    def accept(self, by: Person) -> bool:
        """Welcome the applicant; False when another organizer was faster."""
        return self._decide("accepted", by, None)

    def refuse(self, by: Person, reason: str) -> bool:
        """Refuse with a reason that helps; False when another organizer was faster."""
        return self._decide("refused", by, reason)

    def hold(self, by: Person) -> bool:
        """Wait: stays open, and the card says who wants to wait; False when already decided."""
        changed = (
            Application.update(held_by=by).where(Application.id == self.id, Application.state == "waiting").execute()
        )
        return bool(changed)

    def undo(self) -> bool:
        """Back to waiting, within ten minutes of the decision; False when too late."""
        changed = (
            Application.update(state="waiting", decided_by=None, decided_at=None, reason=None)
            .where(
                Application.id == self.id,
                Application.state.in_(("accepted", "refused")),
                Application.decided_at > now() - UNDO_LIFE,
            )
            .execute()
        )
        return bool(changed)

    def _decide(self, state: str, by: Person, reason: str | None) -> bool:
        # The WHERE makes two organizers tapping at once safe: one UPDATE wins.
        return self._move("waiting", state, decided_by=by, decided_at=now(), reason=reason)

    def _move(self, before: str, after: str, **facts: object) -> bool:
        changed = (
            Application.update(state=after, **facts)
            .where(Application.id == self.id, Application.state == before)
            .execute()
        )
        if changed:
            self.state = after
            for name, value in facts.items():
                setattr(self, name, value)
        return bool(changed)

    def fresh(self) -> "Application":
        """The row as it stands now, locked for this transaction."""
        return lock(Application.select().where(Application.id == self.id)).get()


class Exchange(Record):
    """An organizer's question to the applicant and its answer."""

    application = ForeignKeyField(Application, backref="exchanges", on_delete="CASCADE")
    asked_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    question = TextField()
    asked_at = UTCDateTimeField(default=now)
    answer = TextField(null=True)
    answered_at = UTCDateTimeField(null=True)

    PERSONAL = ("question", "answer")

    @classmethod
    def unanswered(cls, person: Person, address: Address) -> list["Exchange"]:
        """What organizers of any group still want to know from somebody there, eldest first."""
        query = cls.select(cls, Application).join(Application).order_by(cls.id)
        mine = (Application.person == person) & (Application.address == address) & (Application.state == "waiting")
        return list(query.where(mine, cls.answer.is_null()))

    @property
    def group(self) -> Group:
        """The group of the application."""
        return self.application.group

    @property
    def person(self) -> Person:
        """Who is asked: the applicant."""
        return self.application.person


TOUCHED = constant(
    lambda answers, retried, moment, id: Application.update(
        answers=answers, retried=retried, touched_at=moment
    ).where(Application.id == id)
)
OPEN_OF = constant(
    lambda person: (
        Application.select(Application, Group)
        .join(Group)
        .where(Application.person == person, Application.state.in_(OPEN))
        .order_by(Application.id.desc())
    )
)
ALL_OF = constant(
    lambda person: (
        Application.select(Application, Group)
        .join(Group)
        .where(Application.person == person)
        .order_by(Application.id)
    )
)

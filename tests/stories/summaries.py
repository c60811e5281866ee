"""Evenings that are over, for the stories: what was noted, who sat, and the summary."""

import datetime as dt

from handlers.kit import inbox
from handlers.kit.cards import recap, report
from storage import db
from storage.hotseats import Advice, HotSeat
from storage.meetings import Meeting
from storage.people import Person
from storage.sessions import Session
from storage.summaries import Summary
from tests.stories.evenings import begin, tonight
from tests.stories.meetings import PARIS, fix
from tests.story import Actor, Story

NEXT = dt.datetime(2026, 3, 19, 19, 30, tzinfo=PARIS)
PROBLEM = "Je ne sais pas comment augmenter mes prix sans perdre mes clients"
ADVICE = "Commence par les nouveaux clients, les anciens suivront"


def evening(story: Story, *people: Actor) -> Session:
    """They meet; the first one leads."""
    tonight(story, *people)
    return begin(story, *people)


def sat(session: Session, person: Person, share: bool | None, adviser: Person | None = None) -> HotSeat:
    """They had the hot seat; share: may it be told?"""
    facts = {"state": "done", "started_at": db.now(), "ended_at": db.now(), "step": 6, "share": share}
    with db.transaction():
        seat = HotSeat.create(
            group=session.group, meeting=session.meeting, person=person, problem=PROBLEM, advised_at=db.now(), **facts
        )
        if adviser is not None:
            Advice.create(hotseat=seat, person=adviser, words=ADVICE, stars=1)
    return seat


def close(story: Story, session: Session, by: Actor) -> Summary:
    """All is settled: the session is closed."""
    with db.transaction():
        fresh = Session.get_by_id(session.id)
        fresh.close(by.person)
        assert fresh.tell()
        inbox.happen("session_closed", fresh)
    story.settle()
    return Summary.get(Summary.meeting == session.meeting_id)


def closed(story: Story, *people: Actor) -> Summary:
    """An evening with a decision and an action, then the next date, then the end."""
    session = evening(story, *people)
    people[0].says("#décision on garde le jeudi")
    people[0].says("#action j'appelle le café avant mardi")
    fix(story, NEXT)
    return close(story, session, people[0])


def post(story: Story, actor: Actor) -> str:
    """The summary as that person reads it: in the group's chat, else in private."""
    if story.chat is not None and actor.platform == "telegram":
        found = [b.text for b in story.chat.messages() if b.from_bot and is_summary(b.text)]
    else:
        found = [text for text in actor.said() if is_summary(text)]
    assert found, f"{actor.name} read no summary"
    return found[-1]


def is_summary(text: str) -> bool:
    return "Compte rendu" in text or "Rien n'a été noté" in text


def height(meeting: Meeting, language: str) -> int:
    """Lines of a phone that the post takes."""
    return recap.height(recap.told(Summary.get(Summary.meeting == meeting), report.of(meeting)), language)

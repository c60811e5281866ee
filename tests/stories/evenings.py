"""An evening for the stories: a meeting of today, and people who come to it."""

import datetime as dt
from collections.abc import Sequence

from storage import db
from storage.meetings import YES, Attendance, Meeting
from storage.people import Person
from storage.sessions import Session
from tests.stories.hands import press
from tests.stories.meetings import PARIS, fix, until
from tests.story import Actor, Story
from webhook.playground.phones import TelegramGroup

TONIGHT = dt.datetime(2026, 3, 3, 19, 30, tzinfo=PARIS)  # the story begins that Tuesday at 10:00


def tonight(story: Story, *coming: Actor) -> Meeting:
    """A meeting this evening to which those people said yes."""
    meeting = fix(story, TONIGHT)
    for actor in coming:
        with db.transaction():
            Attendance.create(meeting=meeting, person=actor.person, answer=YES)
    return meeting


def begin(story: Story, *people: Actor) -> Session:
    """It is the hour: the first one starts the meeting in private words, the others say that they are here."""
    until(story, TONIGHT)
    people[0].says("on commence")
    for actor in people[1:]:
        actor.says("je suis là")
    session = Session.get()
    story.later(seconds=10)
    return session


def card(story: Story, actor: Actor, words: str) -> str:
    """What stands in the group's chat, or in private where there is none, with those words."""
    if story.chat is not None:
        found = [b.text for b in story.chat.messages() if b.from_bot and words in b.text]
        assert found, [b.text for b in story.chat.messages() if b.from_bot]
        return found[-1]
    return actor.hears(words).text


def tap(story: Story, actor: Actor, label: str) -> None:
    """Press the button where the person sees it: in the group's chat on Telegram, else in private."""
    if actor.platform == "telegram" and story.chat is not None:
        actor.taps(label, chat=story.chat)
    else:
        press(actor, label)


def names(people: Sequence[Person]) -> list[str]:
    """First names of people, in order."""
    return [person.name.split()[0] for person in people]


def chat(story: Story) -> TelegramGroup:
    """The group's chat on Telegram."""
    assert story.chat is not None
    return story.chat


def answer(meeting: Meeting, actor: Actor) -> Attendance:
    """What is known of the person's coming."""
    found = Attendance.of(meeting, actor.person)
    assert found is not None
    return found

"""Polls for the stories: dates that somebody puts to the vote, in one sentence and one tap."""

from storage.meetings import Meeting
from storage.polls import Ballot, Poll, Vote
from tests.stories.hands import press
from tests.story import Actor, Story

DATES = "jeudi 12 mars à 12h, le 14 à 19h30 ou le 17 à 18h30"  # the story begins on Tuesday 3 March


def open_poll(story: Story, asker: Actor, words: str = DATES) -> Poll:
    """The asker proposes these dates and opens the vote."""
    asker.says(f"je propose {words}")
    press(asker, "Lance" if "," in words or " ou " in words else "Demander qui peut")
    return the_poll()


def the_poll() -> Poll:
    """The newest poll, as it is now."""
    found: Poll = Poll.select().order_by(Poll.id.desc()).get()
    return found


def votes_of(actor: Actor, poll: Poll) -> str:
    """The person's votes, in the order of the card: y, m, n, or - where they said nothing."""
    said = Vote.of(poll, actor.person)
    return "".join("nmy"[said[choice.id]] if choice.id in said else "-" for choice in poll.choices())


def answered(actor: Actor, poll: Poll) -> bool:
    """Has the person answered anything?"""
    ballot = Ballot.of(poll, actor.person)
    return ballot is not None and ballot.answered_at is not None


def starts(poll: Poll) -> list[str]:
    """The dates of the poll, as they are said where they take place."""
    return [f"{choice.start:%d/%m %H:%M}" if choice.timed else f"{choice.start:%d/%m} ?" for choice in poll.choices()]


def meeting_of(story: Story) -> Meeting | None:
    """The group's next meeting."""
    return Meeting.next_of(story.home())


def vote(story: Story, actor: Actor, label: str) -> None:
    """Vote by the buttons of the card where the actor sees it: "1 oui"; by words on WhatsApp."""
    if actor.platform == "telegram" and story.chat is not None:
        actor.taps(label, chat=story.chat)
    else:
        actor.says(label)
    story.later(seconds=5)

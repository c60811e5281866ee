"""Somebody asks to be forgotten: two taps, an hour, and nothing of theirs is left anywhere (R5)."""

import json

import pytest

from jobs import bell
from storage import db
from storage.applications import Application
from storage.models import MODELS
from storage.outbox import DeadLetter
from storage.people import Person
from storage.rights import Consent
from tests.stories.hands import press
from tests.stories.meetings import fix
from tests.story import Actor, Story

NAME, FIRST = "Zéphyrine Canari", "Zéphyrine"
WORDS = "Mon secret est un canari bleu nommé Zigomar"


def dump() -> str:
    """Every value of every table, as text."""
    rows = [[model.__name__, *row.items()] for model in MODELS for row in model.select().dicts()]
    return json.dumps(rows, default=str, ensure_ascii=False)


def redis_dump() -> str:
    """Every key and value of Redis."""
    redis = bell.for_worker()
    return "\n".join(f"{key!r} {redis.dump(key)!r}" for key in redis.keys("*"))


def canaries(actor: Actor) -> list[str]:
    return [FIRST, "Canari", "Zigomar", "canari bleu", actor.id]


def lives(story: Story) -> Actor:
    """A member who leaves traces wherever one can."""
    actor = story.member(NAME)
    marc = story.organizer("Marc")
    actor.says("dis au groupe : " + WORDS)
    actor.says("je propose jeudi 12 mars 19h ou mardi 17 mars 19h, " + WORDS)
    actor.says("présentation")
    actor.says(WORDS + ", et je suis graphiste depuis vingt ans à Nantes")
    fix(story)
    actor.says("je viens")
    marc.says("qui vient ?")
    actor.says("calendrier")
    actor.says("mes données")
    with db.transaction():
        Consent.give(actor.person, "photo", WORDS, story.home())
        DeadLetter.create(platform=actor.platform, body=json.dumps({"from": actor.id, "text": WORDS}))
        Application.create(group=story.home(), person=actor.person, answers=[WORDS], state="accepted")
    return actor


def test_r5_nothing_of_theirs_is_left_anywhere(story: Story, capfd: pytest.CaptureFixture[str]) -> None:
    """R5, M13: canaries of one person, looked for in the database, in Redis and in the logs."""
    actor = lives(story)
    person = actor.person
    assert all(word in dump() for word in canaries(actor)), "the canaries are there before"
    actor.says("oublie-moi")
    actor.hears("ancien membre")
    press(actor, "Oublie-moi")
    press(actor, "Oui, efface tout")
    words = canaries(actor)
    story.later(hours=2)
    text = dump()
    assert not [word for word in words if word in text], [
        text[max(0, text.index(w) - 120) : text.index(w) + 80] for w in words if w in text
    ]
    kept = redis_dump()
    assert not [word for word in words if word in kept]
    logs = "".join(capfd.readouterr())
    assert not [word for word in words if word in logs], "R8, S8: logs hold ids alone"
    gone = Person.get_by_id(person.id)
    assert gone.erased_at is not None and gone.name == "" and not list(gone.addresses)

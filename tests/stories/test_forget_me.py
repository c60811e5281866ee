"""Somebody asks to be forgotten: two taps, an hour, and nothing of theirs is left anywhere (R5)."""

import json
from typing import Any

import pytest

from handlers.kit import inbox
from jobs import bell, forgotten
from storage import db
from storage.applications import Application
from storage.erase import erase
from storage.export import export
from storage.groups import Membership
from storage.models import MODELS
from storage.notes import Note
from storage.outbox import DeadLetter
from storage.people import TELEGRAM, WHATSAPP, Address, Person
from storage.polls import Vote
from storage.rights import Consent, Erasure
from tests.stories.hands import carried, press
from tests.stories.meetings import fix
from tests.stories.polling import open_poll, vote
from tests.story import Actor, Story

NAME, FIRST = "Zéphyrine Canari", "Zéphyrine"
WORDS = "Mon secret est un canari bleu nommé Zigomar"


def dump() -> str:
    """Every value of every table, as text."""
    rows: list[Any] = []
    for model in MODELS:
        found: Any = model.select().dicts()
        rows += [[model.__name__, *row.items()] for row in found]
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


@pytest.mark.parametrize("platform", ["mixed", "postgres"], indirect=True)
def test_r5_nothing_of_theirs_is_left_anywhere(story: Story, capfd: pytest.CaptureFixture[str]) -> None:
    """R5, M13: canaries of one person, looked for in the database, in Redis and in the logs."""
    actor = lives(story)
    person = actor.person
    before = dump()
    assert all(word in before for word in canaries(actor)), "the canaries are there before"
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
    others = json.dumps(export(story.home().organizers()[0]), ensure_ascii=False)
    assert not [word for word in words if word in others], "exports of the others"
    gone = Person.get_by_id(person.id)
    assert gone.erased_at is not None and gone.name == "" and not list(gone.addresses)


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_r5_votes_and_presences_stay_without_them(story: Story) -> None:
    """R5: what keeps the history of others stays, as that of a former member."""
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    open_poll(story, marc)
    for actor in (lea, zoe):
        vote(story, actor, "1 oui")
    fix(story)
    lea.says("je viens")
    before = Vote.select().count()
    with db.transaction():
        erase(lea.person, "ancien membre")
    assert Vote.select().count() == before, "counted, of nobody"
    marc.says("journal")
    assert "Léa" not in marc.last


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_namesake_keeps_her_name(story: Story) -> None:
    """Two people called Léa: only one is forgotten."""
    story.organizer("Marc")
    gone, stays = story.member("Léa Roy"), story.member("Léa Blin")
    meeting = fix(story)
    with db.transaction():
        Note.put(meeting, stays.person, "decision", "Léa Roy et Léa Blin apportent le café", source="x:1")
        erase(gone.person, "ancien membre")
    assert [note.words for note in Note.select()] == ["ancien membre et Léa Blin apportent le café"]
    assert stays.person.name == "Léa Blin"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_somebody_changes_their_mind_within_the_hour(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("supprime mes données")
    press(lea, "Oublie-moi")
    press(lea, "Oui, efface tout")
    lea.says("oublie-moi")
    lea.hears("C'est en cours")
    press(lea, "changé d'avis")
    lea.hears("Rien n'a changé")
    story.later(hours=3)
    assert Membership.of(story.home(), lea.person) is not None
    lea.says("forget me")
    press(lea, "Non, je reste")
    assert not Erasure.open_of(lea.person)


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_f38_who_organizes_alone_hears_what_becomes_of_the_group(story: Story) -> None:
    """F38: the group is never left without an organizer in silence."""
    marc, lea = story.organizer("Marc"), story.member("Léa", on=WHATSAPP)
    marc.says("oublie-moi")
    marc.hears("Personne d'autre que toi n'organise")
    assert any("Nommer" in label for label in marc.buttons)
    press(marc, "Oublie-moi")
    press(marc, "Oui, efface tout")
    story.later(hours=2)
    lea.hears("Plus personne n'organise")
    press(lea, "Je prends le relais")
    assert [person.name for person in story.home().organizers()] == ["Léa"]
    lea.never_hears("Marc a quitté")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_whoever_comes_back_is_somebody_new(story: Story) -> None:
    """R5: nothing links them to who they were."""
    story.organizer("Marc")
    lea = story.member("Léa")
    before = lea.person.id
    with db.transaction():
        erase(lea.person, "ancien membre")
    lea.says("bonjour")
    lea.hears("quatre lignes sur tes données")
    assert lea.person.id != before and Membership.of(story.home(), lea.person) is None


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_not_in_front_of_everybody(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says(f"@{story.emu.bot_username} oublie-moi", chat=story.chat)
    assert not Erasure.select().exists()


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_s9_nobody_has_somebody_else_forgotten(story: Story) -> None:
    """S9: the button is its owner's alone."""
    marc, lea = story.organizer("Marc"), story.member("Léa", on=TELEGRAM)
    zoe = story.member("Zoé", on=TELEGRAM)
    lea.says("oublie-moi")
    data = carried(lea, "Oublie-moi")
    zoe.says("oublie-moi")
    zoe.taps(0, raw_data=data)
    zoe.taps(0, raw_data=data.replace("fg.sure", "fg.go"))
    assert not Erasure.select().exists() and marc.person.erased_at is None


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_lost_timer_is_caught_up(story: Story) -> None:
    """R5: within 48 hours, whatever happens."""
    story.organizer("Marc")
    lea = story.member("Léa")
    with db.transaction():
        erasure = Erasure.ask(lea.person)
    story.later(hours=2)
    with db.transaction():
        inbox.happen("hour_passed")
    assert Person.get_by_id(erasure.person_id).erased_at is not None


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_r5_a_restored_backup_brings_nobody_back(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """R5: forgotten again by a list without names; whoever is new since keeps what is theirs."""
    camille, zoe = story.organizer("Camille"), story.member("Zoé")
    before = Address.get(Address.person == zoe.person)
    kept = {"person": before.person_id, "platform": before.platform, "address": before.address}
    person = zoe.person.id
    zoe.says("oublie-moi")
    press(zoe, "Oublie-moi")
    press(zoe, "Oui, efface tout")
    story.later(hours=2)
    assert forgotten.run([]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith(f"{person} ") and "Zoé" not in listed and before.address not in listed

    Person.update(name="Zoé", erased_at=None).where(Person.id == person).execute()
    Address.create(**kept)
    assert forgotten.again(listed.splitlines()) == 1
    story.settle()
    assert Person.get_by_id(person).name == "" and not Address.select().where(Address.person == person).exists()
    assert forgotten.again(listed.splitlines()) == 0
    assert forgotten.again([f"{camille.person.id} 2020-01-01T00:00:00+00:00"]) == 0, "a number given again"
    assert camille.person.name == "Camille"
    assert forgotten.run(["nonsense"]) == 2

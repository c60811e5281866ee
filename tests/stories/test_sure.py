"""What concerns others is never done on words alone: it is confirmed by a button, or one tap takes it back."""

import datetime as dt
from typing import Any

import pytest

from storage import db
from storage.applications import Application
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.missions import Mission
from storage.notes import Topic
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Poll
from storage.rhythms import Pause, Rhythm
from storage.rights import Erasure
from storage.sessions import Session
from storage.terms import Delegation, Handover, Rota
from tests.stories.applying import apply
from tests.stories.hands import press
from tests.stories.meetings import fix
from tests.stories.polling import open_poll
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
ASKED = (
    "clore le vote", "close the poll", "annule le vote", "laisse tomber ce sondage", "scrap the poll",
    "annule la réunion", "cancel the meeting", "la réunion tombe à l'eau", "décale la réunion au vendredi 13 à 20h",
    "postpone to friday 13 at 8pm", "le lieu c'est Café des Arts", "la prochaine réunion est mardi 17 mars à 19h",
    "transfère le groupe à Léa", "hand the group over to Léa", "qui prend le relais",
    "je n'ai plus le temps d'organiser",
    "nomme Léa organisatrice", "quitte le groupe", "quitter le groupe", "I want to leave the group",
    "le groupe fait une pause jusqu'en avril", "pause the group until april", "plus d'animateur tournant",
    "no more turns", "je reprends tout", "take the delegation back", "oublie-moi", "delete my account",
    "refuse la candidature de Zoé", "vire Léa du groupe", "supprime le groupe",
)  # fmt: skip


def everything(story: Story) -> tuple[Actor, Actor]:
    """A group where all of it could be done by its founder: a vote, a meeting, turns …"""
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    story.organizer("Nour", on=WHATSAPP)
    apply(story, story.stranger("Zoé", on=WHATSAPP))
    open_poll(story, marc)
    fix(story)
    with db.transaction():
        Rota.of(story.home()).choose(turns=True)
        ends = db.now() + dt.timedelta(days=30)
        facts = {"until": ends.date(), "ends_at": ends, "state": "on"}
        Delegation.create(group=story.home(), giver=marc.person, holder=lea.person, duty="venue", **facts)
    return marc, lea


def standing() -> dict[str, Any]:
    """All that these words could change for others."""
    return {
        "polls": [(one.state, one.closes_at) for one in Poll.select().order_by(Poll.id) if one.state != "draft"],
        "meetings": [(one.state, one.starts_at, one.length, one.where()) for one in Meeting.select()],
        "seats": [(one.person_id, one.role, one.state) for one in Membership.select().order_by(Membership.id)],
        "pauses": Pause.select().where(Pause.decided_at.is_null(False), Pause.ended_at.is_null()).count(),
        "turns": [(one.turns, one.meetings) for one in Rota.select()],
        "delegations": [one.state for one in Delegation.select()],
        "handed": Handover.select().where(Handover.state.not_in(("draft", "dropped"))).count(),
        "applications": [one.state for one in Application.select()],
        "erasures": Erasure.select().count(),
        "groups": [(one.state, one.name, one.public_page, one.words_required) for one in Group.select()],
    }


@mixed
def test_words_alone_do_nothing_to_others(story: Story) -> None:
    marc, _lea = everything(story)
    before = standing()
    for words in ASKED:
        marc.says(words)
        assert standing() == before, words
        marc.says("annuler")
        assert standing() == before, f"annuler, after {words}"


@mixed
def test_a_member_is_asked_too(story: Story) -> None:
    _marc, lea = everything(story)
    before = standing()
    for words in ASKED:
        lea.says(words)
        assert standing() == before, words
        lea.says("annuler")


@mixed
@pytest.mark.parametrize(
    ("words", "back"),
    [
        ("elle dure 3h", "Comme avant"),
        ("mandats de 5 réunions", "Comme avant"),
        ("retire la carte photo", "La rétablir"),
        ("retire le sujet 1", "Remettre le sujet"),
        ("places 8", "Annuler"),
        ("page publique oui", "Fermer la page"),
        ("quorum 5", "Annuler"),
    ],
)
def test_the_rest_is_taken_back_by_one_tap(story: Story, words: str, back: str) -> None:
    marc, _lea = everything(story)
    marc.says("sujet : trouver des clients")
    marc.says("sujets")
    before = standing(), kept(story)
    marc.says(words)
    assert (standing(), kept(story)) != before, words
    press(marc, back)
    assert (standing(), kept(story)) == before, words


def kept(story: Story) -> tuple[Any, ...]:
    """The deck, the box of topics and the habits."""
    rhythm = Rhythm.of(story.home())
    deck = [one.title for one in Mission.deck(story.home())]
    return len(deck), len(Topic.box(story.home())), rhythm.quorum, rhythm.capacity


@mixed
def test_the_pause_of_the_group_ends_on_purpose(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    marc.says("on fait une pause jusqu'au 20 mars")
    marc.taps("Oui, on fait pause")
    for words in ("on reprend", "we are back"):
        marc.says(words)
        assert Pause.current(story.home()) is not None
    press(marc, "Non, la pause reste")
    assert Pause.current(story.home()) is not None
    press(marc, "Oui, on reprend")
    story.settle()
    assert Pause.current(story.home()) is None
    press(marc, "Oui, on reprend")
    marc.hears("déjà finie")


@mixed
def test_turns_end_by_a_tap_and_rights_are_asked_again(story: Story) -> None:
    marc, lea = everything(story)
    marc.says("plus d'animateur tournant")
    press(marc, "Non, on continue")
    assert Rota.of(story.home()).turns
    press(marc, "Arrêter les tours")
    assert not Rota.of(story.home()).turns
    press(marc, "Arrêter les tours")
    marc.hears("rien à arrêter")
    assert not Session.select().exists() and lea.count("erreur") == 0


@mixed
def test_a_length_goes_back_for_ten_minutes(story: Story) -> None:
    marc, lea = everything(story)
    first = Meeting.get().length
    marc.says("elle dure 3h")
    marc.says("annuler")
    assert Meeting.get().length == first
    marc.says("elle dure 3h")
    story.later(minutes=11)
    press(marc, "Comme avant")
    marc.hears("déjà réglé")
    assert Meeting.get().length == 180
    assert lea.count("erreur") == 0

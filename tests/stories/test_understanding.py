"""Sentences never seen while the rest was written, typed in a hurry in both languages (31, 111)."""

import pytest

from storage import db
from storage.venues import Venue
from tests.stories.hands import press
from tests.stories.meetings import answer_of, fix
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)

# What is typed, and what is then heard or offered by a button.
FRENCH = (
    ("coucou dis tu sais pas l'heure de la prochaine par hasard ?", "La prochaine"),
    ("et c ou deja", "Café des Arts"),
    ("ki vient du coup", "dit oui"),
    ("g un contretemps jeudi, impossible dsl 😕", "Pas cette fois"),
    ("ah bah en fait c bon jpeux venir !!", "Je viens"),
    ("tu m'écris vraiment trop mon vieux", "seulement l'essentiel"),
    ("jpeux faire entrer une copine dans le groupe ?", "ton lien"),
    ("je comprends rien à ce que tu fais", "faire"),
    ("merciii beaucoup", "avec plaisir"),
    ("mets-moi en veille jusqu'au 20 mars stp", "pause"),
)
ENGLISH = (
    ("hey so when's the next get-together?", "Thursday 12 March"),
    ("and where is it again please", "Café des Arts"),
    ("who else is coming btw", "Coming"),
    ("something came up thursday so I can't come sorry", "Not this time"),
    ("ok good news, I can come after all!", "I'm coming"),
    ("way too many messages tbh", "only the essential"),
    ("how would I invite a friend of mine?", "link"),
    ("so what can you do exactly", "example"),
    ("thank you so much!!", "welcome"),
    ("mute me till march 20 pls", "pause"),
)


@pytest.mark.parametrize(("language", "sentences"), [("fr", FRENCH), ("en", ENGLISH)])
def test_who_types_in_a_hurry_is_understood(
    story: Story, language: str, sentences: tuple[tuple[str, str], ...]
) -> None:
    story.organizer("Marc")
    lea = story.member("Léa", on="telegram" if language == "fr" else "whatsapp")
    with db.transaction():
        venue = Venue.create(group=story.home(), name="Café des Arts")
    fix(story, venue=venue, place="")
    if language == "en":
        lea.says("in English please")
    missed = [(text, got) for text, wanted in sentences if wanted.casefold() not in (got := heard(lea, text))]
    assert not missed, "\n".join(f"{text} -> {got}" for text, got in missed)


def heard(actor: Actor, text: str) -> str:
    """What is said and offered in answer."""
    before = len(actor.bubbles())
    actor.says(text)
    fresh = actor.bubbles()[before:]
    return " | ".join([*(b.text for b in fresh), *(c.label for b in fresh for c in b.choices)]).casefold()


def test_what_is_only_likely_is_done_by_its_button(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa", on="telegram")
    meeting = fix(story)
    lea.says("g un contretemps jeudi, impossible dsl 😕")
    assert answer_of(meeting, lea) == "", "a guess alone never acts"
    press(lea, "Pas cette fois")
    assert answer_of(meeting, lea) == "no"


def test_in_the_group_nothing_is_answered_but_what_is_said_to_it(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa", on="telegram")
    fix(story)
    assert story.chat is not None
    before = lea.count(chat=story.chat)
    for text in ("merci pour mardi, c'était top", "on se voit mardi pour le devis ?", "qui vient manger ?"):
        lea.says(text, chat=story.chat)
    assert lea.count(chat=story.chat) == before

"""Between meetings, everybody puts topics into the box and votes; the most wanted come first."""

import pytest

from storage.notes import Topic, TopicVote
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.evenings import begin, chat, tonight
from tests.stories.hands import press
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def box(story: Story) -> list[Actor]:
    """Marc and Léa each put a topic in; Hugo has not voted."""
    marc, lea, hugo = story.organizer("Marc"), story.member("Léa"), story.member("Hugo")
    marc.says("sujet : comment fixer ses prix ?")
    lea.says("/sujet trouver un local")
    return [marc, lea, hugo]


def votes(words: str) -> int:
    return int(TopicVote.select().join(Topic).where(Topic.words == words).count())


def test_topics_and_votes_by_number(story: Story) -> None:
    marc, lea, hugo = box(story)
    marc.hears("Dans la boîte, avec ton vote : « comment fixer ses prix ? »")
    hugo.says("sujets")
    hugo.hears("2. trouver un local (1 vote)")
    hugo.says("2")
    assert votes("trouver un local") == 2
    hugo.says("sujets")
    hugo.says("1 et 2")
    assert votes("trouver un local") == 2 and votes("comment fixer ses prix ?") == 2
    hugo.says("sujets")
    press(hugo, "✓ 1")
    assert votes("comment fixer ses prix ?") == 1
    lea.says("sujet : Comment fixer ses prix ?")
    lea.hears("déjà dans la boîte")
    assert Topic.select().count() == 2 and votes("comment fixer ses prix ?") == 2


@mixed
def test_a_vote_in_the_group_is_set_never_toggled(story: Story) -> None:
    marc, _lea, _hugo = box(story)
    ines = story.member("Inès", on=TELEGRAM, started=False)
    marc.says("/sujets", chat=story.chat)
    ines.taps("2", chat=story.chat)
    ines.taps("2", chat=story.chat)
    assert votes("trouver un local") == 2
    assert "déjà ton vote" in ines.toast
    story.later(seconds=10)
    assert "2. trouver un local (2 votes)" in chat(story).heard("boîte à sujets")[-1].text


@mixed
def test_who_may_take_it_out(story: Story) -> None:
    marc, lea, hugo = box(story)
    hugo.says("retire le sujet 2")
    hugo.hears("Seul l'auteur")
    zoe = story.stranger("Zoé", on=WHATSAPP)
    zoe.says("sujets")
    zoe.never_hears("local")
    lea.says("retire le sujet 2")
    lea.hears("Retiré de la boîte")
    press(lea, "Remettre le sujet")
    marc.says("retire le sujet 2")
    assert Topic.get(Topic.words == "trouver un local").state == "closed"
    lea.says("sujet : " + "x" * 301)
    lea.hears("300 caractères")
    assert Topic.select().count() == 2


def test_the_most_wanted_first_and_out_of_the_box(story: Story) -> None:
    marc, lea, hugo = box(story)
    hugo.says("sujets")
    hugo.says("2")
    assert votes("trouver un local") == 2
    tonight(story, marc, lea, hugo)
    marc.says("on parle de quoi ?")
    assert marc.last.index("trouver un local") < marc.last.index("fixer ses prix")
    begin(story, marc, lea, hugo)
    marc.says("on parle de quoi ?")
    press(marc, "On parle du 1")
    assert Topic.get(Topic.words == "trouver un local").state == "done"
    hugo.says("sujets")
    assert "local" not in hugo.last
    if story.chat is None:
        lea.hears("💬")
    press(marc, "On parle du 1")
    assert Topic.select().where(Topic.state == "done").count() == 1


@mixed
def test_more_than_ten_are_paged(story: Story) -> None:
    _marc, lea, hugo = box(story)
    for n in range(3, 14):
        lea.says(f"sujet : thème numéro {n}")
    hugo.says("sujets")
    assert "10. thème numéro 10" in hugo.last and "numéro 11" not in hugo.last
    press(hugo, "Plus de sujets")
    assert "11. thème numéro 11" in hugo.last
    press(hugo, "12")
    assert votes("thème numéro 12") == 2

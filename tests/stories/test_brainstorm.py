"""Silent brainstorm: ideas in private, shown together, nobody's name, nothing before."""

import pytest

from storage.brainstorms import Brainstorm, Idea
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.evenings import begin, card, chat, tap, tonight
from tests.stories.hands import press
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
QUESTION = "brainstorm : comment trouver un premier client ?"


def evening(story: Story) -> list[Actor]:
    """Three people at a meeting, and a question that Léa asks."""
    people = [story.organizer("Marc"), story.member("Léa"), story.member("Hugo")]
    tonight(story, *people)
    begin(story, *people)
    people[1].says(QUESTION)
    return people


def everywhere(story: Story, people: list[Actor]) -> str:
    """All that the bot said to anybody."""
    private = [text for actor in people for text in actor.said()]
    return "\n".join(private + ([b.text for b in chat(story).messages()] if story.chat else []))


def test_ideas_come_in_private_and_are_shown_together(story: Story) -> None:
    people = evening(story)
    marc, lea, hugo = people
    for actor in people:
        actor.hears("comment trouver un premier client")
    marc.says("- Demander à ses anciens collègues\n- Faire une affiche")
    marc.hears("2 idées gardées")
    hugo.says("Offrir un café")
    story.later(seconds=10)
    assert "Offrir un café" not in everywhere(story, [marc, lea])
    if story.chat is not None:
        card(story, marc, "3 idées pour l'instant, de 2 personnes sur 3")
    lea.says("fini")
    lea.says("montre les idées")
    assert Brainstorm.get().open, "it concerns everybody: asked first"
    press(lea, "Pas encore")
    lea.hears("cachées pour l'instant")
    lea.says("montre les idées")
    press(lea, "Montrer les idées")
    story.later(seconds=10)
    for words in ("Demander à ses anciens collègues", "Faire une affiche", "Offrir un café"):
        if story.chat is not None:
            assert len(chat(story).heard(words)) == 1
        for actor in people:
            if actor.platform == WHATSAPP:
                assert words in actor.hears("• ").text
    shown = card(story, marc, "• Offrir un café") if story.chat else lea.hears("• Offrir un café").text
    assert "Hugo" not in shown and "Marc" not in shown


def test_time_shows_them_and_nobody_is_asked_any_more(story: Story) -> None:
    people = evening(story)
    people[2].says("Une idée")
    story.later(minutes=5, seconds=10)
    assert Brainstorm.get().state == "shown"
    people[0].says("une autre idée, trop tard")
    assert Idea.select().count() == 1
    assert people[0].count("gardée") == 0


@mixed
def test_only_whoever_asked_or_leads_shows_them(story: Story) -> None:
    people = evening(story)
    people[2].says("fini")
    people[2].says("montre les idées")
    people[2].hears("C'est Léa qui les montre")
    assert Brainstorm.get().open
    people[0].says("fini")
    tap(story, people[0], "Montrer les idées")
    assert Brainstorm.get().state == "shown"
    tap_again = people[1]
    tap_again.says("fini")
    tap_again.says("montre les idées")
    tap_again.hears("Aucun brainstorm en cours")


@mixed
def test_an_idea_is_taken_back_and_a_picture_asked_in_words(story: Story) -> None:
    people = evening(story)
    hugo = people[2]
    hugo.says("Offrir un thé")
    hugo.says("annuler")
    hugo.hears("Retirée : « Offrir un thé »")
    assert not Idea.select().count()
    hugo.sends("photo")
    hugo.hears("en quelques mots")
    press(hugo, "Un angle")
    hugo.hears("🃏")
    hugo.says("x" * 301)
    hugo.hears("dis-la plus court")
    assert not Idea.select().count()


@mixed
def test_without_a_question_it_asks_for_one_and_two_are_one(story: Story) -> None:
    people = evening(story)
    people[0].says("fini")
    people[0].says("brainstorm")
    people[0].hears("Sur quelle question")
    people[0].says("brainstorm : et le prix ?")
    people[0].hears("déjà en cours")
    assert Brainstorm.select().count() == 1


@mixed
def test_who_never_pressed_start_finds_the_way_on_the_card(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    ines = story.member("Inès", on=TELEGRAM, started=False)
    tonight(story, marc, lea)
    begin(story, marc, lea)
    ines.taps("Je suis là", chat=story.chat)
    marc.says("brainstorm 10 minutes : quel nom ?")
    ines.taps("Écrire mes idées", chat=story.chat)
    ines.hears("quel nom ?")
    ines.says("Les Tournesols")
    assert Idea.get().words == "Les Tournesols"
    story.later(minutes=9)
    assert Brainstorm.get().open, "ten minutes were asked for"


@mixed
def test_a_stranger_and_a_member_of_another_group_add_nothing(story: Story) -> None:
    people = evening(story)
    zoe = story.stranger("Zoé", on=TELEGRAM)
    link = next(c.value for b in chat(story).messages() for c in b.choices if c.label == "Écrire mes idées")
    zoe.follows(link)
    zoe.says("Mon idée à moi")
    assert not Idea.select().count()
    assert people[0].count("Mon idée") == 0

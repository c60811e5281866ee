"""Organize: what an organizer looks up and changes; what nobody else may."""

import pytest

from handlers.kit.cards.questions import questions_of
from storage.applications import Application
from storage.groups import MEMBER, ORGANIZER, Group, Membership
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import carried, press
from tests.story import Actor, Story


def role(story: Story, actor: Actor) -> str:
    seat = Membership.of(story.home(), actor.person)
    return seat.role if seat else ""


def fresh(story: Story) -> Group:
    return Group.get_by_id(story.home().id)


def test_an_organizer_sees_the_state_of_the_group(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    story.member("Léa", on=WHATSAPP)
    zoe = story.stranger("Zoé")
    zoe.says("Rejoindre " + story.home().public_link().code)
    Application.update(state="waiting").execute()
    marc.says("/groupe")
    card = marc.hears("2 membres (1 sur Telegram, 1 sur WhatsApp)").text
    assert "1 candidature t'attend" in card and "wa.me" in card and "Les indés de Nantes" in card


def test_an_organizer_sees_whom_the_bot_cannot_reach(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    story.later(hours=30)
    marc.says("dis au groupe : bonjour à tous")
    marc.says("/groupe")
    assert lea.name in marc.hears("joindre pour le moment").text


def test_an_organizer_changes_the_questions_one_by_one(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("/questions")
    marc.hears("4. ")
    marc.says("ajoute : Qu'as-tu essayé ?")
    marc.hears("5. Qu'as-tu essayé ?")
    marc.says("enlève 2")
    marc.says("remplace 1 : Que fais-tu ?")
    group = fresh(story)
    assert group.questions[0] == "Que fais-tu ?" and len(group.questions) == 4
    marc.says("remets les questions d'origine")
    assert fresh(story).questions == []
    marc.says("fini")
    marc.hears("prochaines candidatures")


def test_an_applicant_is_asked_the_groups_own_questions(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("/questions")
    marc.says("1. Que fais-tu ?\n2. Que cherches-tu ?")
    marc.says("fini")
    zoe = story.stranger("Zoé")
    zoe.says("Rejoindre " + story.home().public_link().code)
    zoe.hears("Que fais-tu ?")
    assert questions_of(fresh(story), "fr") == ["Que fais-tu ?", "Que cherches-tu ?"]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("ajoute : " + "x" * 400, "300 caractères au plus"),
        ("ajoute : 🙂", "300 caractères au plus"),
        ("\n".join(f"Question {n} ?" for n in range(9)), "Huit questions au plus"),
        ("enlève 9", "pas de question 9"),
        ("bla bla", "Je n'ai pas compris"),
    ],
)
@pytest.mark.parametrize("platform", ["mixed"])
def test_questions_that_nobody_would_answer_are_refused(story: Story, said: str, heard: str) -> None:
    marc = story.organizer("Marc")
    marc.says("/questions")
    marc.says(said)
    marc.hears(heard)
    assert fresh(story).questions == []


@pytest.mark.parametrize(
    ("said", "words"), [("/effort 30", 30), ("/effort 0", 0), ("/effort 61", 15), ("/effort", 15)]
)
@pytest.mark.parametrize("platform", ["mixed"])
def test_an_organizer_sets_the_effort(story: Story, said: str, words: int) -> None:
    marc = story.organizer("Marc")
    marc.says(said)
    assert fresh(story).words_required == words
    marc.hears("une réponse demande")


def test_an_organizer_changes_name_rhythm_and_town(story: Story) -> None:
    marc = story.organizer("Marc")
    for label, said in (("Le nom", "Les artisans"), ("Le rythme", "tous les mois"), ("La ville", "Nouméa")):
        marc.says("/modifier")
        press(marc, label)
        marc.says(said)
    marc.hears("Nouméa")
    group = fresh(story)
    assert (group.name, group.rhythm_days, group.timezone) == ("Les artisans", 30, "Pacific/Noumea")


def test_a_wrong_answer_is_asked_again_and_cancel_changes_nothing(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("/modifier")
    press(marc, "Le nom")
    marc.says("🙂")
    marc.hears("Il faut des lettres")
    marc.says("annuler")
    marc.hears("Rien n'a changé")
    assert fresh(story).name == "Les indés de Nantes"


@pytest.mark.parametrize("platform", ["mixed"])
def test_an_organizer_registers_the_whatsapp_link_of_the_group(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("/lienwhatsapp https://example.org/hello")
    marc.hears("Inviter via un lien")
    assert fresh(story).whatsapp_link is None
    marc.says("/lienwhatsapp https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv")
    marc.hears("jamais en public")
    assert fresh(story).whatsapp_link == "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"
    marc.says("/lienwhatsapp aucun")
    assert fresh(story).whatsapp_link is None


def test_an_organizer_names_another_who_may_renounce(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("/organisateur lea")
    press(marc, "Oui, je confirme")
    assert role(story, lea) == ORGANIZER
    lea.hears("Marc t'a confié l'organisation")
    press(lea, "Renoncer")
    assert role(story, lea) == MEMBER
    marc.hears("Léa a renoncé")


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_the_only_organizer_cannot_renounce(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("/organisateur Léa")
    press(marc, "Oui, je confirme")
    seat = Membership.of(story.home(), marc.person)
    assert seat and seat.step_down()
    press(lea, "Renoncer")
    lea.hears("Il ne reste que toi")
    assert role(story, lea) == ORGANIZER


@pytest.mark.parametrize("platform", ["mixed"])
def test_members_are_shown_by_pages_of_eight(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    people = [story.member(f"Ami {letter}", on=TELEGRAM) for letter in "ABCDEFGHIJ"]
    marc.says("/organisateur")
    assert marc.buttons == [f"Ami {letter}" for letter in "ABCDEFGH"] + ["Les suivants"]
    marc.taps("Les suivants")
    assert marc.buttons == ["Ami I", "Ami J"]
    marc.taps("Ami J")
    marc.taps("Oui, je confirme")
    assert role(story, people[-1]) == ORGANIZER
    marc.says("/organisateur Personne")
    marc.hears("aucun membre qui s'appelle")


@pytest.mark.parametrize("platform", [TELEGRAM, WHATSAPP])
@pytest.mark.parametrize(
    "said", ["/groupe", "/questions", "/effort 3", "/modifier", "/organisateur Marc", "/lienwhatsapp aucun"]
)
def test_a_member_may_do_none_of_this(story: Story, said: str) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says(said)
    lea.hears("organis")
    assert lea.count() == 1 and fresh(story).words_required == 15


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_a_member_who_presses_an_organizers_button_changes_nothing(story: Story) -> None:
    marc, lea, tom = story.organizer("Marc"), story.member("Léa"), story.member("Tom")
    marc.says("/organisateur Tom")
    lea.says("bonjour")
    lea.taps(0, raw_data=carried(marc, "Oui, je confirme"))
    assert role(story, tom) == MEMBER
    marc.says("/questions")
    seat = Membership.of(story.home(), marc.person)
    assert seat
    Membership.update(role=MEMBER).where(Membership.id == seat.id).execute()
    marc.says("ajoute : Encore ?")
    assert fresh(story).questions == []


@pytest.mark.parametrize("platform", ["mixed"])
def test_an_organizer_of_two_groups_changes_the_one_they_choose(story: Story) -> None:
    marc = story.organizer("Marc")
    other = story.another_group("Les artisans")
    story.seat(marc, other, ORGANIZER)
    marc.says("/effort 40")
    press(marc, "Les artisans")
    assert Group.get_by_id(other.id).words_required == 40 and fresh(story).words_required == 15

"""Every act of an organizer can be looked up by who organizes, and taken back where that makes sense (116)."""

import pytest

from storage.deeds import Deed
from storage.groups import ApplyLink, Group
from tests.stories.hands import press
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def does(actor: Actor, *words: str) -> None:
    """Write, or press what is in brackets."""
    for word in words:
        press(actor, word[1:-1]) if word.startswith("[") else actor.says(word)


ACTS = {
    "le nom": ("name", ["modifier", "[Le nom]", "Les indés de Rezé"]),
    "la charte": ("charter", ["modifier", "[La charte]", "On écoute d'abord."]),
    "la ville": ("timezone", ["modifier", "[La ville]", "Montréal"]),
    "le rythme": ("rhythm_days", ["modifier", "[Le rythme]", "tous les mois"]),
    "les questions de candidature": ("questions", ["/questions", "ajoute : Que sais-tu faire ?", "fini"]),
    "l'effort": ("words_required", ["/effort 3"]),
}


@pytest.mark.parametrize("which", ACTS)
def test_the_groups_words_are_put_back(story: Story, which: str) -> None:
    """116: who changed what is in the journal, without the words; "défaire" puts the old ones back."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    field, words = ACTS[which]
    before = getattr(story.home(), field)
    does(marc, *words)
    after = getattr(Group.get_by_id(story.home().id), field)
    assert after != before
    lea.says("journal")
    lea.hears(f"les mots du groupe ont changé : {which.split()[0]}")
    assert "Rezé" not in lea.last.split("\n", 1)[1]
    marc.says("défaire")
    marc.hears("dit et demande la même chose qu'avant")
    assert getattr(Group.get_by_id(story.home().id), field) == before
    lea.says("journal")
    lea.hears("(repris)")


def test_what_was_changed_again_meanwhile_stays(story: Story) -> None:
    marc, ines = story.organizer("Marc"), story.organizer("Inès")
    marc.says("/effort 3")
    ines.says("/effort 5")
    marc.says("défaire")
    marc.hears("a encore changé")
    assert Group.get_by_id(story.home().id).words_required == 5


def test_somebody_who_organizes_no_more_takes_nothing_back(story: Story) -> None:
    """S10: the right is asked again."""
    marc, _ines = story.organizer("Marc"), story.organizer("Inès")
    marc.says("/effort 3")
    seat = story.home().membership_of(marc.person)
    assert seat is not None and seat.step_down()
    marc.says("défaire")
    assert Group.get_by_id(story.home().id).words_required == 3


def test_doors_and_pages_are_looked_up_and_closed_again(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("page publique oui")
    assert Group.get_by_id(story.home().id).public_page
    marc.says("défaire")
    assert not Group.get_by_id(story.home().id).public_page
    marc.says("cohorte Printemps")
    press(marc, "Fermer ce lien") if any("Fermer" in label for label in marc.buttons) else marc.says("cohortes")
    link = ApplyLink.get(ApplyLink.kind == "cohort")
    if link.revoked_at is None:
        press(marc, "Fermer")
    marc.says("défaire")
    assert ApplyLink.get_by_id(link.id).revoked_at is None
    marc.says("journal")
    marc.hears("un lien de candidature est fermé (repris)")


def test_the_trail_holds_no_private_words(story: Story) -> None:
    """116: facts are ids, moments and what the group says of itself; nobody's answers or notes."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("dis au groupe : mon secret est Zigomar")
    marc.says("/effort 3")
    assert not [deed for deed in Deed.select() if "Zigomar" in str(deed.facts)]
    assert not hasattr(Deed, "delete_line")

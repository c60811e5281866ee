"""Who decided, moved or cancelled what can be looked up."""

import pytest

from tests.stories.hands import press
from tests.stories.meetings import fix
from tests.story import Story


def test_the_journal_says_who_moved_what(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    fix(story)
    marc.says("décale la réunion au vendredi 13 mars à 20h")
    press(marc, "Oui, déplace-la")
    lea.says("journal")
    lea.hears("Marc – réunion déplacée")
    marc.says("annuler")
    lea.says("journal")
    lea.hears("(repris)")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_ones_own_answers_are_no_line_of_it(story: Story) -> None:
    lea = story.member("Léa")
    fix(story)
    lea.says("je viens")
    lea.says("journal")
    lea.hears("réunion fixée")
    assert "Léa" not in lea.last


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_long_journal_has_pages(story: Story) -> None:
    marc = story.organizer("Marc")
    for number in range(2, 12):
        marc.says(f"quorum {number}")
    marc.says("journal")
    assert marc.last.count("•") == 8
    press(marc, "Avant")
    assert marc.last.count("•") == 2


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_stranger_reads_nothing(story: Story) -> None:
    story.organizer("Marc")
    fix(story)
    zoe = story.stranger("Zoé")
    zoe.says("journal")
    zoe.never_hears("réunion fixée")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_an_empty_journal_says_so(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("journal")
    lea.hears("Rien n'a encore été décidé")

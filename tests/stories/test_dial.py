"""Each member chooses what to hear, and takes breaks."""

import pytest

from storage.groups import Membership
from storage.people import TELEGRAM, WHATSAPP
from tests.story import Actor, Story


def seat(story: Story, actor: Actor) -> Membership:
    found = Membership.of(story.home(), actor.person)
    assert found is not None
    return found


def tap(actor: Actor, label: str) -> None:
    """Press a button of the dial, and wait for the card: its edits come in gaps (F48)."""
    actor.taps(label)
    actor.story.later(seconds=2)


def test_a_tap_chooses_and_the_card_says_so(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("réglages")
    lea.hears("choisi : Tout")
    tap(lea, "Seulement l'essentiel")
    assert seat(story, lea).dial == "essential"
    lea.hears("choisi : Seulement l'essentiel")
    if lea.platform == TELEGRAM:
        assert "essentiel" in lea.toast
        assert len(lea.bubbles()) == 1, "the card is edited in place"


def test_two_taps_are_one(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("mes réglages")
    tap(lea, "résumé")
    tap(lea, "résumé")
    assert seat(story, lea).dial == "digest"


@pytest.mark.parametrize(
    ("words", "dial"),
    [
        ("seulement l'essentiel", "essential"),
        ("un résumé", "digest"),
        ("je veux tout recevoir", "all"),
        ("only the essential", "essential"),
    ],
)
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_words_choose_as_well(story: Story, words: str, dial: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    assert seat(story, lea).dial == dial


def test_a_pause_ends_on_its_day_and_all_is_as_before(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("un résumé")
    lea.says("mets en pause")
    lea.hears("Jusqu'à quand")
    lea.says("jusqu'au 12 mars")
    story.later(seconds=2)
    lea.hears("pause jusqu'au jeudi 12 mars")
    assert seat(story, lea).dial == "pause"
    story.later(days=8)
    assert seat(story, lea).dial == "pause"
    story.later(days=1)
    assert seat(story, lea).dial == "digest"
    if lea.platform == TELEGRAM:
        lea.hears("Ta pause est finie")


def test_a_pause_can_be_tapped(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("réglages")
    tap(lea, "Pause")
    tap(lea, "Deux semaines")
    lea.hears("pause jusqu'au mardi 17 mars")


def test_in_one_sentence(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause jusqu'au 20 mars")
    lea.hears("pause jusqu'au vendredi 20 mars")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("je ne sais pas", "pas trouvé de jour"),
        ("5 janvier 2020", "est passé"),
        ("12 mars 2031", "un an au plus"),
        ("<b>=1+1</b> 🙂", "pas trouvé de jour"),
    ],
)
def test_a_day_that_makes_no_sense_is_asked_again(story: Story, words: str, answer: str) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says(words)
    lea.hears(answer)
    lea.says("3 semaines")
    lea.hears("pause jusqu'au mardi 24 mars")


def test_back_before_the_day(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause jusqu'au 20 mars")
    lea.says("reprendre")
    lea.hears("Ta pause est finie")
    assert seat(story, lea).dial == "all"
    lea.says("pause jusqu'au 20 mars")
    assert seat(story, lea).dial == "pause"
    story.later(days=18)
    assert seat(story, lea).dial == "all", "the same pause twice ends as well"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_nothing_to_resume(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("reprendre")
    lea.hears("Rien n'est en pause")


def test_annuler_keeps_what_was_chosen(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says("annuler")
    lea.hears("choisi : Tout")
    assert seat(story, lea).dial == "all"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_nobody_turns_somebody_elses_dial(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    lea.says("réglages")
    data = next(str(choice.value) for choice in lea.bubbles()[-1].choices if "résumé" in choice.label)
    marc.says("réglages")
    marc.taps(0, raw_data=data)
    assert seat(story, lea).dial == "all"


def test_a_stranger_has_no_dial(story: Story) -> None:
    story.home()
    zoe = story.stranger("Zoé")
    zoe.says("réglages")
    zoe.hears("aucun groupe")


def test_an_old_card_of_a_group_left(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("réglages")
    seat(story, lea).leave()
    tap(lea, "résumé")
    row = Membership.get(Membership.person == lea.person)
    assert row.dial == "all"


def test_two_groups_two_dials(story: Story) -> None:
    lea = story.member("Léa")
    other = story.another_group("Les indés de Rennes")
    story.seat(lea, other)
    lea.says("seulement l'essentiel")
    lea.hears("De quel groupe")
    lea.says("Rennes")
    assert seat(story, lea).dial == "all"
    elsewhere = Membership.of(other, lea.person)
    assert elsewhere is not None and elsewhere.dial == "essential"


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_the_dial_is_obeyed(story: Story) -> None:
    lea, marc = story.member("Léa", on=WHATSAPP), story.member("Marc", on=WHATSAPP)
    marc.says("seulement l'essentiel")
    lea.says("dis au groupe : un mot pour tous")
    marc.never_hears("un mot pour tous")


@pytest.mark.parametrize("platform", [TELEGRAM], indirect=True)
def test_asking_for_the_settings_again_shows_them_again(story: Story) -> None:
    lea = story.member("Léa")
    for _time in range(3):
        lea.says("réglages")
    assert len(lea.bubbles()) == 3
    tap(lea, "Seulement l'essentiel")
    assert len(lea.bubbles()) == 3 and "l'essentiel" in lea.last

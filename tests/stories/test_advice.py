"""Those who are there advise the owner of the hot seat, who stars the best, plans, and says what may be told."""

import pytest

from storage import db
from storage.hotseats import ADVICE, HotSeat, Step
from storage.notes import Note
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import press
from tests.stories.hot_seats import begin, tap, together
from tests.story import Actor, Story


def advising(story: Story, on: int = ADVICE) -> tuple[Actor, Actor, Actor]:
    """Léa has the hot seat, and it is at that step; Marc animates, Zoé is there."""
    lea = story.member("Léa")
    marc, zoe = story.organizer("Marc"), story.member("Zoé")
    together(story, marc, lea, zoe)
    begin(story, marc)
    while running(story).number < on:
        tap(story, marc, "Étape suivante")
    return marc, lea, zoe


def running(story: Story) -> Step:
    seat = HotSeat.running_in(story.home())
    step = seat.current() if seat else None
    assert step is not None
    return step


def seat_of(story: Story) -> HotSeat:
    return HotSeat.get(HotSeat.group == story.home(), HotSeat.step > 0)


def advice(story: Story) -> list[tuple[str, str]]:
    return [(one.person.name, one.words) for one in seat_of(story).advices()]


def test_advice_is_kept_per_person_and_given_in_one_message(story: Story) -> None:
    marc, lea, zoe = advising(story)
    zoe.says("conseil : appelle tes trois meilleurs clients")
    zoe.hears("C'est noté pour Léa")
    marc.says("conseil : double tes prix")
    assert advice(story) == [("Zoé", "appelle tes trois meilleurs clients"), ("Marc", "double tes prix")]
    lea.never_hears("double tes prix")
    tap(story, marc, "Étape suivante")
    given = lea.hears("Les 2 conseils que tu as reçus").text
    assert "Zoé : appelle tes trois meilleurs clients" in given and "Marc : double tes prix" in given
    zoe.never_hears("conseils que tu as reçus")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_an_answer_to_the_card_is_advice_in_that_step_alone(story: Story) -> None:
    marc, lea, zoe = advising(story, 3)
    card = zoe.hears("étape 3 sur 6", chat=story.chat)
    zoe.says("et pourquoi pas ?", chat=story.chat, reply_to=card)
    assert advice(story) == []
    tap(story, marc, "Étape suivante")
    zoe.says("Commence par un seul client", chat=story.chat, reply_to=card)
    assert advice(story) == [("Zoé", "Commence par un seul client")]
    story.later(seconds=5)
    zoe.hears("Conseils notés : Zoé", chat=story.chat)
    lea.says("merci", chat=story.chat, reply_to=card)
    zoe.says("une pause ?", chat=story.chat)
    assert len(advice(story)) == 1, "neither the owner nor chatter advises"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_tag_in_the_groups_chat_is_heard_while_a_hot_seat_is_on(story: Story) -> None:
    marc, _lea, zoe = advising(story)
    story.emu.privacy = False
    zoe.says("#conseil commence par un seul client", chat=story.chat)
    zoe.says("moi je dirais autre chose", chat=story.chat)
    assert advice(story) == [("Zoé", "commence par un seul client")]
    marc.says("arrête le hot seat")
    said = len(zoe.said(story.chat))
    zoe.says("#conseil trop tard", chat=story.chat)
    assert len(advice(story)) == 1 and len(zoe.said(story.chat)) == said


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_an_edited_message_corrects_the_advice(story: Story) -> None:
    _marc, _lea, zoe = advising(story)
    zoe.says("conseil : double tes pris")
    mine = next(bubble for bubble in reversed(zoe.phone.messages()) if not bubble.from_bot)
    zoe.phone.edits(mine, "conseil : double tes prix")
    story.settle()
    assert advice(story) == [("Zoé", "double tes prix")]


def test_only_those_who_are_there_advise(story: Story) -> None:
    ana = story.member("Ana")
    advising(story)
    ana.says("conseil : laisse tomber")
    ana.hears("Tu y es ?")
    bob = story.stranger("Bob")
    bob.says("conseil : achète mes stylos")
    assert advice(story) == []


def test_without_a_hot_seat_advice_is_for_nobody(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("conseil : dors davantage")
    lea.hears("Aucun hot seat")


def test_the_owner_stars_the_best_and_writes_a_plan(story: Story) -> None:
    marc, lea, zoe = advising(story)
    zoe.says("conseil : appelle tes clients")
    marc.says("conseil : double tes prix")
    tap(story, marc, "Étape suivante")
    press(lea, "1. Zoé")
    lea.hears("le conseil qui t'aide le plus : Zoé")
    best = seat_of(story).best_advice()
    assert best is not None and best.person == zoe.person
    press(lea, "2. Marc")
    best = seat_of(story).best_advice()
    assert best is not None and best.person == marc.person, "one is the best"
    press(lea, "Écrire mon plan")
    lea.says("un\ndeux\ntrois\nquatre")
    lea.hears("Quelles sont les trois")
    lea.says("1. Appeler Paul avant vendredi\n2. Revoir mes tarifs")
    lea.hears("Appeler Paul avant vendredi → vendredi 13 mars")
    lea.says("Qu'il faut demander plus tôt")
    lea.hears("je te demande où tu en es")
    seat = seat_of(story)
    assert seat.learned == "Qu'il faut demander plus tôt"
    actions = Note.open_actions(story.home(), lea.person)
    assert [note.words for note in actions] == ["Appeler Paul avant vendredi", "Revoir mes tarifs"]
    assert str(actions[0].due) == "2026-03-13" and actions[1].due is None


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_plan_written_again_takes_the_place_of_the_first(story: Story) -> None:
    marc, lea, _zoe = advising(story)
    tap(story, marc, "Étape suivante")
    for words in ("Appeler Paul\nRevoir mes tarifs", "Appeler Luc"):
        press(lea, "Écrire mon plan")
        lea.says(words)
        press(lea, "Passer")
    assert [note.words for note in Note.open_actions(story.home(), lea.person)] == ["Appeler Luc"]


def test_the_summary_tells_what_its_owner_allows(story: Story) -> None:
    marc, lea, _zoe = advising(story)
    marc.says("arrête le hot seat")
    lea.hears("Le compte rendu peut-il raconter")
    assert seat_of(story).share is None
    press(lea, "Oui, il peut")
    lea.hears("de quoi s'agissait-il")
    lea.says("Mes prix sont trop bas")
    seat = seat_of(story)
    assert seat.share is True and seat.problem == "Mes prix sont trop bas"
    press(lea, "Non, ça reste ici")
    assert seat_of(story).share is False


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_nobody_else_decides_stars_or_plans(story: Story) -> None:
    from handlers.kit.buttons import data_for

    marc, _lea, zoe = advising(story)
    marc.says("conseil : double tes prix")
    zoe.says("conseil : dors")
    seat = seat_of(story)
    zoe.says("hot seat")
    for code, record in (("ad.star", seat.advices()[1].id), ("sp.share", seat.id), ("sp.plan", seat.id)):
        zoe.taps(0, raw_data=data_for(code, record))
        zoe.hears("celui de quelqu'un d'autre")
    assert seat_of(story).share is None and seat_of(story).best_advice() is None


def test_angle_cards_are_dealt_once_in_private(story: Story) -> None:
    marc, lea, zoe = advising(story)
    marc.says("cartes d'angle")
    zoe.hears("Ton angle, pour conseiller Léa")
    marc.hears("Ton angle, pour conseiller Léa")
    lea.never_hears("Ton angle")
    zoe.says("cartes d'angle")
    zoe.hears("déjà distribuées")
    assert zoe.count("Ton angle") == 1


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_person_in_two_groups_advises_where_the_hot_seat_is(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    marc, zoe = story.organizer("Marc", on=TELEGRAM), story.member("Zoé", on=WHATSAPP)
    story.seat(zoe, story.another_group("Les indés de Rennes"))
    together(story, marc, lea, zoe)
    begin(story, marc)
    zoe.says("conseil : respire")
    zoe.hears("C'est noté pour Léa")
    with db.transaction():
        assert advice(story) == [("Zoé", "respire")]


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_an_owner_who_never_pressed_start_finds_the_advice_afterwards(story: Story) -> None:
    lea = story.member("Léa", started=False)
    marc, zoe = story.organizer("Marc"), story.member("Zoé")
    together(story, marc, lea, zoe)
    begin(story, marc)
    zoe.says("conseil : appelle tes clients")
    for _step in range(4):
        tap(story, marc, "Étape suivante")
    lea.never_hears("appelle tes clients")
    lea.hears("étape 5 sur 6", chat=story.chat)
    lea.says("/start")
    lea.hears("appelle tes clients")

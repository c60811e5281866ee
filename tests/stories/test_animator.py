"""Who animates goes round: asked in turn, swapped, passed without blame, and handed over with a word."""

import datetime as dt

import pytest

from storage import db
from storage.groups import Membership
from storage.terms import Rota, Term, in_turn
from tests.stories.hands import press
from tests.stories.meetings import change, fix
from tests.story import Actor, Story


def one_meeting(story: Story) -> None:
    """The group meets, and it is over."""
    change(story, "meeting_over", fix(story, db.now() + dt.timedelta(minutes=5)))


def begin(story: Story) -> tuple[Actor, Actor, Actor]:
    """Three members, Marc organizes; they take turns, and the organizer is asked first."""
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    marc.says("animateur tournant")
    return marc, lea, zoe


def current(story: Story) -> str:
    term = Term.current(story.home())
    return term.person.name if term else ""


def test_a_turn_of_two_meetings_then_the_next_one(story: Story) -> None:
    marc, lea, _zoe = begin(story)
    marc.hears("Veux-tu animer les 2 prochaines")
    press(marc, "Oui, volontiers")
    marc.hears("Tu animes les 2 prochaines réunions")
    one_meeting(story)
    lea.hears("Veux-tu animer")
    press(lea, "Oui, volontiers")
    lea.hears("Tu passes après Marc")
    assert current(story) == "Marc"
    one_meeting(story)
    assert current(story) == "Léa"
    marc.hears("Merci pour tout")
    lea.hears("Tu animes les 2 prochaines réunions")
    marc.says("passation : le café ferme à 22 h")
    lea.hears("le café ferme à 22 h")


def test_who_animates_is_asked_and_told(story: Story) -> None:
    marc, lea, _zoe = begin(story)
    press(marc, "Oui, volontiers")
    lea.says("qui anime ?")
    lea.hears("Marc anime : réunion 1 sur 2")
    assert story.home().in_charge()[0].name == "Marc"


def test_not_this_time_asks_somebody_else_without_blame(story: Story) -> None:
    marc, lea, _zoe = begin(story)
    press(marc, "Pas cette fois")
    marc.hears("Aucun souci")
    lea.hears("Veux-tu animer")
    lea.never_hears("Marc")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_silence_is_no_either(story: Story) -> None:
    _marc, lea, _zoe = begin(story)
    story.later(days=4)
    lea.hears("Veux-tu animer")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_yes_twice_is_one_term(story: Story) -> None:
    marc, _lea, _zoe = begin(story)
    press(marc, "Oui, volontiers")
    press(marc, "Oui, volontiers")
    assert Term.select().where(Term.state == "on").count() == 1


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_late_yes_finds_somebody_else_in_place(story: Story) -> None:
    marc, lea, zoe = begin(story)
    story.later(days=4)
    lea.says("je voudrais animer")
    zoe.says("je voudrais animer")
    assert current(story) == "Léa"
    press(marc, "Oui, volontiers")
    marc.hears("déjà réglé")


def test_two_people_swap(story: Story) -> None:
    marc, lea, _zoe = begin(story)
    press(marc, "Oui, volontiers")
    marc.says("échange mon tour avec Léa")
    lea.hears("Marc aimerait te passer son tour")
    press(lea, "Oui, volontiers")
    assert current(story) == "Léa"
    marc.hears("Léa prend ton tour")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_refused_swap_leaves_all_as_it_was(story: Story) -> None:
    marc, lea, _zoe = begin(story)
    press(marc, "Oui, volontiers")
    marc.says("échange mon tour avec Léa")
    press(lea, "Pas cette fois")
    marc.hears("ne peut pas prendre ton tour")
    assert current(story) == "Marc"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_nobody_answers_for_somebody_else(story: Story) -> None:
    marc, lea, _zoe = begin(story)
    assert story.chat is not None
    data = next(str(c.value) for b in marc.bubbles() for c in b.choices if "volontiers" in c.label)
    lea.says("animateur", chat=story.chat) if lea.platform == "telegram" else lea.says("animateur")
    assert data and Term.current(story.home()) is None


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_only_organizers_begin_it(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("animateur tournant")
    lea.hears("organisateur")
    assert not Rota.of(story.home()).turns


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_length_of_a_term_is_chosen(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("mandat de 3 réunions")
    marc.hears("3 réunions")
    marc.says("mandat de 40 réunions")
    marc.hears("Combien de réunions")
    marc.says("animateur tournant")
    press(marc, "Oui, volontiers")
    marc.hears("les 3 prochaines réunions")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_somebody_on_a_pause_is_never_asked(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    lea.says("pause 3 semaines")
    marc.says("animateur tournant")
    press(marc, "Pas cette fois")
    zoe.hears("Veux-tu animer")
    lea.never_hears("Veux-tu animer")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_who_leaves_makes_room_for_the_next(story: Story) -> None:
    marc, lea, zoe = begin(story)
    press(marc, "Pas cette fois")
    press(lea, "Oui, volontiers")
    lea.says("quitter le groupe")
    press(lea, "Quitter pour de bon")
    assert current(story) == ""
    zoe.hears("Veux-tu animer")


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_more_than_ten_are_offered_turns_once(story: Story) -> None:
    marc = story.organizer("Marc")
    for number in range(11):
        seat = story.seat(story.stranger(f"Membre {number}"), story.home())
    change_seat(story, seat)
    marc.hears("Est-ce que l'animation tourne")
    change_seat(story, seat)
    assert marc.count("Est-ce que l'animation tourne") == 1


def change_seat(story: Story, seat: Membership) -> None:
    from handlers.kit import inbox

    with db.transaction():
        inbox.happen("entered", seat)
    story.settle()


def test_fewest_terms_then_longest_ago() -> None:
    from storage.people import Person

    one, two, three = (Person(id=n, name=str(n)) for n in (1, 2, 3))
    day = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    held = {1: [day], 2: [day - dt.timedelta(days=30)]}
    assert [person.id for person in in_turn([one, two, three], held)] == [3, 2, 1]

"""Found: a person creates a group, on either messenger, in one conversation or in several."""

import dataclasses

import pytest

from storage import settings
from storage.groups import ORGANIZER, Group, Membership
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import carried, press
from tests.story import Actor, Story

PURPOSE = "Pour les indépendants de Nantes. Pour s'entraider et se sentir moins seuls."


def answers(founder: Actor, *said: str) -> None:
    for text in said:
        founder.says(text)


def up_to_recap(founder: Actor, name: str = "Les indés") -> None:
    answers(founder, "je veux créer un groupe", name, PURPOSE, "Nantes")
    press(founder, "Oui, c'est ça")
    press(founder, "Toutes les 2 semaines")
    press(founder, "Prendre l'exemple")
    press(founder, "Garder la charte")
    press(founder, "Les deux")


def test_somebody_founds_a_group_in_one_conversation(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("je veux créer un groupe")
    zoe.hears("Comment s'appelle le groupe ?")
    zoe.says("Les indés")
    zoe.hears("pour qui, et pourquoi ?")
    zoe.says(PURPOSE)
    zoe.hears("Dans quelle ville")
    zoe.says("J'habite à Nantes")
    zoe.hears("Nantes, France")
    press(zoe, "Oui, c'est ça")
    zoe.hears("À quel rythme")
    press(zoe, "Toutes les 3 semaines")
    press(zoe, "Prendre l'exemple")
    zoe.hears("Ce qui se dit ici reste ici")
    press(zoe, "Garder la charte")
    zoe.hears("Où vivra-t-il ?")
    press(zoe, "Les deux")
    zoe.hears("toutes les 3 semaines")
    press(zoe, "Fonder")

    zoe.hears("est fondé, et c'est toi qui l'organises")
    zoe.hears("Tu tiens les mêmes promesses")
    zoe.hears("Pas de touristes")
    group = Group.get(Group.name == "Les indés")
    assert (group.state, group.rhythm_days, group.timezone) == ("live", 21, "Europe/Paris")
    assert (group.city, group.country, group.purpose) == ("Nantes", "FR", PURPOSE)
    assert len(group.charter.splitlines()) == 5
    seat = Membership.of(group, zoe.person)
    assert seat and seat.role == ORGANIZER and seat.address == zoe.address
    assert not story.unsent()


def test_an_english_speaker_founds_in_english_with_free_words(story: Story) -> None:
    ben = story.stranger("Ben", language_code="en") if story.platform != WHATSAPP else story.stranger("Ben")
    answers(ben, "I want to create a group", "Makers of Leeds")
    answers(ben, "For makers in Leeds who work alone. To help each other.", "Leeds")
    answers(ben, "yes", "every 10 days", "Come, and give a hand to the others.", "Be kind.\nCome.", "both")
    ben.hears("every 10 days")
    ben.says("Found it")
    ben.hears("is founded, and you are its organizer")
    group = Group.get(Group.name == "Makers of Leeds")
    assert (group.rhythm_days, group.timezone, group.charter) == (10, "Europe/London", "Be kind.\nCome.")
    assert group.on_telegram and group.on_whatsapp and group.language == "en"


def test_a_founder_who_left_comes_back_days_later_and_goes_on(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", PURPOSE)
    story.later(days=4)
    zoe.says("je veux créer un groupe")
    zoe.hears("Tu as commencé à fonder Les indés")
    press(zoe, "Reprendre")
    assert "Dans quelle ville" in zoe.last
    assert Group.select().count() == 1


def test_a_greeting_days_later_is_not_taken_for_a_name(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("/creer")
    story.later(days=2)
    zoe.says("Bonjour !")
    zoe.hears("Nous étions en train de créer ton groupe")
    assert Group.get().name == ""


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_a_founder_starts_over_and_the_old_card_founds_nothing(story: Story) -> None:
    zoe = story.stranger("Zoé")
    up_to_recap(zoe)
    found = carried(zoe, "Fonder")
    zoe.says("créer un groupe")
    press(zoe, "Tout recommencer")
    assert Group.get().name == ""
    zoe.taps(0, raw_data=found)
    assert "Comment s'appelle le groupe" in zoe.last
    assert Group.get().state == "founding"


def test_a_founder_erases_the_draft(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", "annuler")
    zoe.hears("rien n'est perdu")
    press(zoe, "Effacer le brouillon")
    zoe.hears("C'est effacé")
    assert not Group.select().exists()


def test_a_founder_goes_back_one_question(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", "retour")
    assert "Comment s'appelle" in zoe.last
    zoe.says("Les artisans")
    answers(zoe, PURPOSE, "Nantes", "retour")
    assert "Dans quelle ville" in zoe.last
    assert Group.get().name == "Les artisans"


def test_a_founder_changes_one_answer_at_the_end(story: Story) -> None:
    zoe = story.stranger("Zoé")
    up_to_recap(zoe)
    press(zoe, "Changer une réponse")
    press(zoe, "Le nom")
    zoe.says("Les artisans")
    zoe.hears("On le fonde ?")
    zoe.says("oui")
    zoe.hears("Les artisans est fondé")


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_a_second_tap_founds_nothing_twice(story: Story) -> None:
    zoe = story.stranger("Zoé")
    up_to_recap(zoe)
    press(zoe, "Fonder")
    card = len(zoe.said())
    zoe.taps(0, raw_data=carried(zoe, "Fonder"))
    zoe.hears("est déjà fondé")
    assert Group.select().count() == 1 and len(zoe.said()) == card + 1


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_an_old_rhythm_button_corrects_the_rhythm_and_asks_the_open_question_again(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", PURPOSE, "Nantes", "oui")
    data = carried(zoe, "Toutes les 3 semaines")
    press(zoe, "Toutes les 2 semaines")
    zoe.taps(0, raw_data=data)
    assert "À quoi s'engage un membre" in zoe.last
    assert Group.get().rhythm_days == 21


def test_a_founder_may_found_several_groups(story: Story) -> None:
    zoe = story.stranger("Zoé")
    for name in ("Les indés", "Les artisans"):
        up_to_recap(zoe, name)
        press(zoe, "Fonder")
    assert {m.group.name for m in Membership.all_of(zoe.person)} == {"Les indés", "Les artisans"}


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_nobody_else_may_press_the_founders_buttons(story: Story) -> None:
    zoe, marc = story.stranger("Zoé"), story.stranger("Marc")
    up_to_recap(zoe)
    marc.says("bonjour")
    marc.taps(0, raw_data=carried(zoe, "Fonder"))
    assert Group.get(Group.name == "Les indés").state == "founding"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("x" * 61, "60 au plus"),
        ("é" * 3000, "60 au plus"),
        ("🙂🎉", "Il faut des lettres"),
        ("…", "Il faut des lettres"),
    ],
)
@pytest.mark.parametrize("platform", [TELEGRAM, WHATSAPP])
def test_a_name_that_cannot_be_said_is_kindly_refused(story: Story, said: str, answer: str) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", said)
    zoe.hears(answer)
    assert Group.get().name == ""


@pytest.mark.parametrize("name", ["<b>Gras</b> & co", "=SOMME(A1)", "مجموعة المساعدة", "100 % {indé}", "*gras* _x_"])
@pytest.mark.parametrize("platform", [TELEGRAM, WHATSAPP])
def test_a_strange_name_is_shown_as_typed(story: Story, name: str) -> None:
    zoe = story.stranger("Zoé")
    up_to_recap(zoe, name)
    press(zoe, "Fonder")
    assert Group.get().name == name
    assert name in zoe.hears("est fondé").text.replace("\u2060", "")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Pour Un. Pour Deux. Pour Trois.", "Je compte 3 phrases"),
        ("Aider", "pour qui"),
        ("Pour nous " + "très " * 80, "300 au plus"),
        ("🙂 🙂 🙂 🙂", "pour qui"),
    ],
)
@pytest.mark.parametrize("platform", ["mixed"])
def test_a_vague_or_long_purpose_does_not_pass_the_gate(story: Story, said: str, answer: str) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", said)
    zoe.hears(answer)
    assert Group.get().purpose == ""


def test_a_photo_instead_of_words_is_kindly_refused(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("créer un groupe")
    zoe.sends("photo" if zoe.platform == TELEGRAM else "image")
    zoe.hears("J'ai besoin de mots")


@pytest.mark.parametrize("platform", ["mixed"])
def test_an_unknown_town_is_kept_and_its_hour_asked(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", PURPOSE, "Trifouillis-les-Oies")
    zoe.hears("quelle heure y est-il")
    zoe.says("Nouméa")
    zoe.hears("À quel rythme")
    group = Group.get()
    assert (group.city, group.timezone) == ("Trifouillis-les-Oies", "Pacific/Noumea")


@pytest.mark.parametrize("platform", ["mixed"])
def test_a_group_online_takes_a_zone_by_button(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", PURPOSE, "en ligne")
    press(zoe, "La Réunion")
    assert (Group.get().city, Group.get().timezone) == ("en ligne", "Indian/Reunion")


@pytest.mark.parametrize("platform", [WHATSAPP])
def test_numbers_answer_the_choices_on_whatsapp(story: Story) -> None:
    zoe = story.stranger("Zoé")
    answers(zoe, "créer un groupe", "Les indés", PURPOSE, "Nantes", "1", "3", "1", "1", "2", "1")
    zoe.hears("est fondé")
    group = Group.get()
    assert (group.rhythm_days, group.on_telegram, group.on_whatsapp) == (21, True, False)


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_with_one_messenger_connected_nobody_is_asked_where_the_group_lives(story: Story) -> None:
    zoe = story.stranger("Zoé")
    settings.use(dataclasses.replace(settings.current(), twilio_account=""))
    answers(zoe, "créer un groupe", "Les indés", PURPOSE, "Nantes", "oui", "hebdo", "ok", "ok")
    zoe.hears("Aucune autre messagerie que Telegram")
    zoe.never_hears("Où vivra-t-il")
    zoe.says("retour")
    assert "Garde-la, ou écris la tienne" in zoe.last
    zoe.says("ok")
    zoe.taps("Fonder")
    zoe.never_hears("wa.me")
    assert not Group.get().on_whatsapp


@pytest.mark.parametrize("platform", [TELEGRAM])
def test_two_people_found_at_the_same_time_without_mixing(story: Story) -> None:
    zoe, tom = story.stranger("Zoé"), story.stranger("Tom")
    for founder, name in ((zoe, "Les indés"), (tom, "Les artisans")):
        answers(founder, "créer un groupe", name)
    answers(zoe, PURPOSE)
    answers(tom, PURPOSE)
    assert {g.name: g.founder_id for g in Group.select()} == {
        "Les indés": zoe.person.id,
        "Les artisans": tom.person.id,
    }

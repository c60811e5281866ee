"""Deciding: a card for every organizer, one decision, a question relayed, a refusal that helps (13, 14)."""

import pytest

from storage.applications import Application, Exchange
from storage.groups import Invite, Membership
from storage.outbox import Post
from tests.stories.applying import LONG, apply, follow
from tests.story import Actor, Story


def stage(story: Story) -> tuple[Actor, Actor, Actor]:
    """Two organizers and an applicant whose application waits."""
    camille, marc, zoe = story.organizer("Camille"), story.organizer("Marc"), story.stranger("Zoé")
    apply(story, zoe)
    return camille, marc, zoe


def test_one_organizer_accepts_and_the_other_card_says_who(story: Story) -> None:
    camille, marc, zoe = stage(story)

    camille.taps("Accepter")

    zoe.hears("t'accueille")
    marc.hears("Acceptation par Camille")
    assert Membership.of(story.home(), zoe.person)


@pytest.mark.parametrize("platform", ["mixed", "postgres"], indirect=True)
def test_f37_two_organizers_accept_and_refuse_at_once_and_one_of_them_wins(story: Story) -> None:
    camille, marc, zoe = stage(story)
    marc.taps("Refuser")

    story.emu.concurrently(lambda: camille.phone.taps("Accepter"), lambda: marc.phone.taps("Groupe complet"))
    story.settle()
    story.later(minutes=11)

    row = Application.get()
    winner, loser = (camille, marc) if row.state == "accepted" else (marc, camille)
    assert (row.state, row.decided_by) in (("accepted", camille.person), ("refused", marc.person))
    assert (zoe.count("t'accueille"), zoe.count("est complet")) == ((1, 0) if winner is camille else (0, 1))
    assert Invite.select().count() == (winner is camille)
    loser.hears(f"par {winner.name}")


def test_f37_two_organizers_cannot_both_decide(story: Story) -> None:
    camille, marc, zoe = stage(story)

    story.emu.concurrently(lambda: camille.phone.taps("Accepter"), lambda: marc.phone.taps("Accepter"))
    story.settle()

    assert zoe.count("t'accueille") == 1
    assert Application.get().decided_by in (camille.person, marc.person)
    assert Membership.select().where(Membership.person == zoe.person).count() == 1


def test_the_second_organizer_hears_who_was_faster(story: Story) -> None:
    camille, marc, zoe = stage(story)
    old = marc.bubbles()[-1]
    camille.taps("Accepter")

    if marc.platform == "telegram":
        marc.taps(raw_data=old.choices[0].value, message_id=old.id)
    else:
        marc.says("1", quoting=old)

    marc.hears("Acceptation par Camille")
    assert zoe.count("t'accueille") == 1


def test_a_question_goes_to_the_applicant_and_its_answer_to_the_card(story: Story) -> None:
    camille, marc, zoe = stage(story)

    camille.taps("Demander")
    camille.says("Peux-tu venir le mardi soir ?")
    zoe.hears("Peux-tu venir le mardi soir ?")
    zoe.says("Oui, tous les mardis sauf en août.")

    camille.hears("Zoé répond : Oui, tous les mardis sauf en août.")
    marc.hears("Camille a demandé : Peux-tu venir le mardi soir ?")
    marc.hears("Oui, tous les mardis sauf en août.")
    zoe.hears("C'est transmis".replace("C'est", "c'est"))
    camille.taps("Accepter")
    zoe.hears("t'accueille")


def test_waiting_keeps_it_open_and_the_applicant_knows(story: Story) -> None:
    camille, marc, zoe = stage(story)

    camille.taps("Attendre")

    zoe.hears("prennent encore un peu de temps")
    assert Application.get().state == "waiting"
    marc.taps("Accepter")
    zoe.hears("t'accueille")


def test_a_refusal_is_read_after_ten_minutes_with_a_way_back(story: Story) -> None:
    camille, _marc, zoe = stage(story)

    camille.taps("Refuser")
    camille.taps("Groupe complet")
    zoe.never_hears("la réponse est non")
    story.later(minutes=11)

    zoe.hears("Le groupe est complet pour l'instant")
    zoe.hears("Tu peux candidater de nouveau")
    apply(story, zoe)
    assert Application.select().where(Application.state == "waiting").count() == 1


def test_a_refusal_in_own_words(story: Story) -> None:
    camille, _marc, zoe = stage(story)

    camille.taps("Refuser")
    camille.says("non")
    camille.hears("Écris une raison qui aide")
    camille.says("On cherche plutôt des gens qui débutent, pas des experts.")
    story.later(minutes=11)

    zoe.hears("On cherche plutôt des gens qui débutent")


def test_a_refusal_undone_in_time_is_never_read(story: Story) -> None:
    camille, _marc, zoe = stage(story)
    camille.taps("Refuser")
    camille.taps("Trop loin")

    story.later(minutes=5)
    camille.taps("Annuler")
    story.later(minutes=20)

    zoe.never_hears("la réponse est non")
    assert Application.get().state == "waiting"
    camille.taps("Accepter")
    zoe.hears("t'accueille")


def test_an_acceptance_can_be_undone_for_ten_minutes(story: Story) -> None:
    camille, _marc, zoe = stage(story)
    camille.taps("Accepter")

    camille.taps("Annuler")

    zoe.hears("Petite correction")
    assert Membership.of(story.home(), zoe.person) is None
    assert Application.get().state == "waiting"


def test_a_late_undo_says_so(story: Story) -> None:
    camille, _marc, zoe = stage(story)
    camille.taps("Accepter")
    button = next(b for b in reversed(camille.bubbles()) if b.choices and "Annuler" in b.choices[0].label)
    data = button.choices[0].value

    story.later(minutes=15)
    if camille.platform == "telegram":
        camille.taps(raw_data=data, message_id=button.id)
    else:
        camille.taps(raw_data=data)

    camille.hears("Trop tard pour annuler")
    assert Membership.of(story.home(), zoe.person)


def test_a_member_or_a_stranger_cannot_decide(story: Story) -> None:
    camille, _marc, zoe = stage(story)
    lea = story.member("Léa", on="telegram")
    eve = story.stranger("Ève", on="telegram")
    card = next(b for b in reversed(camille.bubbles()) if len(b.choices) == 4)
    for actor in (lea, eve):
        actor.says("bonjour")
        actor.taps(raw_data=card.choices[0].value)

    lea.hears("Seuls les organisateurs")
    eve.hears("réservé aux membres")
    assert Application.get().state == "waiting"
    zoe.never_hears("t'accueille")


def test_whatsapp_organizers_decide_by_number_and_by_words(story: Story) -> None:
    camille = story.organizer("Camille", on="whatsapp")
    zoe = story.stranger("Zoé")
    apply(story, zoe)

    camille.says("4")
    camille.hears("Pourquoi pas Zoé")
    camille.says("annuler")
    camille.hears("Rien n'est parti")
    camille.says("les candidatures")
    camille.says("accepter")

    zoe.hears("t'accueille")


def test_who_waits_three_days_is_recalled_to_the_organizers(story: Story) -> None:
    camille, _marc, _zoe = stage(story)

    story.later(days=4)
    if camille.platform == "whatsapp":
        camille.says("bonjour")

    camille.hears("attend ta réponse depuis")


def test_no_card_of_another_group(story: Story) -> None:
    """S12: an organizer of one group has no power over another's applications."""
    stage(story)
    other = story.another_group("Les voisins")
    bruno = story.stranger("Bruno", on="telegram")
    story.seat(bruno, other, "organizer")
    application = Application.get()
    from handlers.kit.buttons import data_for

    bruno.says("bonjour")
    bruno.taps(raw_data=data_for("de.yes", application.id))

    assert Application.get().state == "waiting"
    assert not Post.select().where(Post.group == other, Post.address == bruno.address, Post.copy).exists()


def test_long_answers_are_also_sent_whole(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")
    follow(story, zoe)
    zoe.says("début " + "et encore des mots utiles " * 40 + "fin")
    for _question in range(3):
        zoe.says(LONG)
    zoe.taps("J'accepte")

    camille.hears("Zoé a écrit longuement")
    assert not story.unsent()


def test_two_organizers_ask_and_each_gets_the_right_answer(story: Story) -> None:
    camille, marc, zoe = stage(story)
    camille.taps("Demander")
    camille.says("Peux-tu venir le mardi soir ?")
    marc.taps("Demander")
    marc.says("Viendrais-tu à vélo ?")

    marc.hears("la tienne vient juste après")
    zoe.never_hears("à vélo")
    zoe.says("Oui, tous les mardis.")
    zoe.hears("Viendrais-tu à vélo ?")
    zoe.says("À vélo, oui.")

    camille.hears("Zoé répond : Oui, tous les mardis.")
    marc.hears("Zoé répond : À vélo, oui.")
    assert [e.answer for e in Exchange.select().order_by(Exchange.id)] == ["Oui, tous les mardis.", "À vélo, oui."]


def test_an_unwilling_answer_leaves_the_next_question(story: Story) -> None:
    camille, marc, zoe = stage(story)
    for organizer, words in ((camille, "Quel âge as-tu ?"), (marc, "Et le mardi ?")):
        organizer.taps("Demander")
        organizer.says(words)

    zoe.says("annuler")
    zoe.hears("rien n'est transmis")
    zoe.hears("Et le mardi ?")
    zoe.says("Le mardi, oui.")

    marc.hears("Zoé répond : Le mardi, oui.")


def test_the_interrupted_application_to_another_group_goes_on(story: Story) -> None:
    camille, _marc, zoe = stage(story)
    other = story.another_group("Les voisins")
    follow(story, zoe, other.public_link().code)
    camille.taps("Demander")
    camille.says("Peux-tu venir le mardi soir ?")

    zoe.says("Oui, tous les mardis.")
    assert "Question 1 sur 4" in zoe.last.replace("*", "")
    zoe.says(LONG)

    zoe.hears("Question 2 sur 4")
    camille.hears("Zoé répond : Oui, tous les mardis.")
    assert Application.get(Application.group == other).answers == [LONG]


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_a_question_not_yet_read_is_not_answered_by_hello(story: Story) -> None:
    camille, _marc, zoe = stage(story)
    story.later(hours=30)
    camille.says("bonjour")
    camille.says("les candidatures")
    camille.taps("Demander")
    camille.says("Peux-tu venir le mardi soir ?")

    zoe.says("Bonjour, des nouvelles ?")
    zoe.hears("Peux-tu venir le mardi soir ?")
    assert Exchange.get().answer is None
    zoe.never_hears("pas compris")
    zoe.says("Oui, tous les mardis.")

    assert Exchange.get().answer == "Oui, tous les mardis."


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_a_card_that_waited_is_read_whole(story: Story) -> None:
    camille, marc, zoe = story.organizer("Camille"), story.organizer("Marc"), story.stranger("Zoé")
    story.later(hours=30)
    marc.says("bonjour")
    apply(story, zoe)
    marc.taps("Accepter")

    camille.says("bonjour")

    camille.hears("Acceptation par Marc")
    camille.hears("traductrice")
    post = Post.get(Post.address == camille.address, Post.card.startswith("application:"), Post.choices)
    assert len(post.payload["buttons"]) == 1

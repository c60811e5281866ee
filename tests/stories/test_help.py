"""What can be said, where one stands, and a kind word when nothing was understood."""

import pytest

from handlers.kit import inbox
from handlers.kit.events import Incoming, Sender
from storage import db
from storage.applications import Application
from storage.groups import Group, Membership
from storage.outbox import Question
from storage.people import TELEGRAM, WHATSAPP
from tests.story import Actor, Story


def applicant(story: Story, who: Actor, state: str = "waiting", answers: int = 2) -> Application:
    """Somebody whose application to the story's group is under way."""
    who.says("merci")
    application = Application.begin(story.home(), who.person, who.address, None, ["A ?", "B ?"])
    for _number in range(answers):
        application.answer("quelques mots")
    if state == "waiting":
        application.send()
    return application


# ------------------------------------------------------------------ help


def test_a_stranger_learns_how_to_begin(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("aide")
    zoe.hears("créer un groupe")
    zoe.never_hears("dis au groupe")
    assert len(zoe.last.splitlines()) <= 10


def test_a_member_learns_what_members_say(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("que peux-tu faire ?")
    lea.hears("dates")
    lea.hears("dis au groupe")
    lea.never_hears("candidatures")
    assert len(lea.last.splitlines()) <= 12  # WhatsApp adds how to answer
    lea.taps("Toi et le groupe")
    lea.hears("réglages")


def test_an_organizer_first_learns_what_organizers_say(story: Story) -> None:
    camille = story.organizer("Camille")
    camille.says("/help")
    camille.hears("candidatures")
    camille.taps("Vie du groupe")
    camille.hears("organisateur")
    camille.taps("Aide")
    assert camille.count("Écris-moi avec tes mots") == 2


def test_a_subject_may_be_named(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/aide se voir")
    lea.hears("Se voir")
    lea.hears("dates")


def test_help_in_a_dialogue_says_what_was_asked(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says("aide")
    lea.hears("Je te demandais : « Jusqu'à quand ?")
    lea.says("3 semaines")
    lea.hears("pause jusqu'au mardi 24 mars")


# ------------------------------------------------------------------ where am I


def test_an_applicant_knows_what_happens_next(story: Story) -> None:
    zoe = story.stranger("Zoé")
    applicant(story, zoe)
    zoe.says("où en suis-je ?")
    zoe.hears("Leur réponse arrive ici")


def test_a_draft_tells_how_far_it_got(story: Story) -> None:
    zoe = story.stranger("Zoé")
    applicant(story, zoe, "draft", answers=1)
    zoe.says("ou j'en suis")
    zoe.hears("réponses données : 1 sur 2")
    zoe.hears("mardi 10 mars")


def test_a_member_sees_pause_and_introduction(story: Story) -> None:
    lea = story.member("Léa")
    Membership.update(introduced_at=None).where(Membership.person == lea.person).execute()
    lea.says("pause jusqu'au 20 mars")
    lea.says("where am I")
    lea.hears("en pause jusqu'au vendredi 20 mars")
    lea.hears("te présenter aux autres")


def test_an_organizer_sees_who_waits(story: Story) -> None:
    camille = story.organizer("Camille")
    applicant(story, story.stranger("Zoé"))
    camille.says("/etat")
    camille.hears("1 candidature attend ta décision")


def test_two_groups_both_are_told(story: Story) -> None:
    lea = story.member("Léa")
    story.seat(lea, story.another_group("Les indés de Rennes"))
    lea.says("où en suis-je")
    lea.hears("Les indés de Nantes : tu en es membre")
    lea.hears("Les indés de Rennes : tu en es membre")


def test_a_group_being_founded_is_told(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("merci")
    Group.create(name="Les chanteurs", founder=zoe.person, state="founding")
    zoe.says("où en suis-je")
    zoe.hears("en train de fonder Les chanteurs")


def test_the_open_question_is_asked_again(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause")
    lea.says("où en suis-je")
    assert lea.count("Jusqu'à quand") == 2
    lea.taps("Une semaine")
    story.later(seconds=2)
    lea.hears("pause jusqu'au mardi 10 mars")


def test_a_stranger_has_nothing_under_way(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("où en suis-je")
    zoe.hears("Rien n'est en cours")


# ------------------------------------------------------------------ back, cancel, small talk


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("annuler", "rien à annuler"),
        ("/cancel", "rien à annuler"),
        ("retour", "Aucune question"),
        ("merci !", "Avec plaisir"),
        ("bonjour", "Que puis-je faire pour toi"),
        ("ok", "Rien n'est en cours entre nous"),
    ],
)
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_small_words_get_a_small_answer(story: Story, words: str, answer: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    lea.hears(answer)
    lea.never_hears("pas compris")


def test_a_stranger_who_says_hello_is_welcomed(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("bonjour")
    zoe.hears("Noyau")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_question_without_a_way_back_says_so(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("dis au groupe")
    lea.says("retour")
    lea.hears("pas revenir plus loin")
    assert lea.count("Que veux-tu que je dise") == 2
    lea.says("annuler")
    lea.hears("on laisse tomber")
    assert Question.of(lea.address) is None


# ------------------------------------------------------------------ not understood


def test_a_member_is_offered_three_ways_on(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("blablabla abracadabra")
    lea.hears("pas compris")
    lea.taps("Réglages")
    lea.hears("tu as choisi")


def test_an_organizer_is_offered_the_applications(story: Story) -> None:
    camille = story.organizer("Camille")
    camille.says("blablabla abracadabra")
    camille.taps("Candidatures")
    camille.hears("candidature")


def test_a_stranger_is_offered_to_begin(story: Story) -> None:
    zoe = story.stranger("Zoé")
    zoe.says("blablabla abracadabra")
    zoe.taps("Créer un groupe")
    assert Group.draft_of(zoe.person) is not None


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("voice", "messages vocaux"), ("photo", "images"), ("location", "un lieu"), ("document", "fichiers")],
)
@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_what_is_not_words_gets_its_own_answer(story: Story, kind: str, answer: str, platform: str) -> None:
    lea = story.member("Léa")
    lea.sends("image" if (kind, platform) == ("photo", "whatsapp") else kind)
    lea.hears(answer)


@pytest.mark.parametrize("words", ["x" * 9000, "<b>=1+1</b>", "שלום", "🙂🙂🙂", "{name} %s"])
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_odd_words_break_nothing(story: Story, words: str) -> None:
    lea = story.member("Léa", on=TELEGRAM if len(words) < 4000 else WHATSAPP)
    lea.says(words[:3000])
    lea.hears("pas compris")


@pytest.mark.parametrize("words", ["stop", "dis au groupe : vendez tout", "seulement l'essentiel"])
def test_forwarded_words_never_act(story: Story, words: str) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    sender = Sender(lea.platform, lea.id, name=lea.name)
    facts = {"forwarded": True}
    inbox.receive(Incoming("fw:1", lea.platform, "text", db.now(), sender, chat=lea.id, text=words, facts=facts))
    story.settle()
    lea.hears("message transféré")
    assert not lea.address.stopped
    assert not marc.said()
    assert Membership.get(Membership.person == lea.person).dial == "all"


# ------------------------------------------------------------------ which group


def test_with_two_groups_the_words_are_kept(story: Story) -> None:
    lea = story.member("Léa")
    other = story.another_group("Les indés de Rennes")
    story.seat(lea, other)
    lea.says("pause jusqu'au 20 mars")
    lea.hears("De quel groupe")
    lea.taps("Rennes")
    lea.hears("pause jusqu'au vendredi 20 mars")
    seat = Membership.of(other, lea.person)
    assert seat is not None and seat.dial == "pause"
    assert Membership.get(Membership.group == story.home(), Membership.person == lea.person).dial == "all"


def test_another_subject_instead_of_a_group(story: Story) -> None:
    lea = story.member("Léa")
    story.seat(lea, story.another_group("Les indés de Rennes"))
    lea.says("réglages")
    lea.says("merci")
    lea.hears("Avec plaisir")


def test_an_old_choice_of_group_asks_anew(story: Story) -> None:
    lea = story.member("Léa")
    story.seat(lea, story.another_group("Les indés de Rennes"))
    lea.says("réglages")
    lea.says("merci")
    lea.taps("Rennes")
    lea.hears("redis-moi ce que tu voulais")

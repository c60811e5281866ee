"""Applying: a link, a few questions, the charter, and always knowing what comes next (11, 12, 15)."""

import pytest

from storage.applications import Application
from storage.groups import ApplyLink
from storage.outbox import Post
from tests.stories.applying import LONG, apply, follow
from tests.story import Story


def test_a_stranger_applies_and_knows_what_comes_next(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")

    apply(story, zoe)

    zoe.hears("Ta candidature au groupe Les indés de Nantes est chez les organisateurs")
    camille.hears("Zoé veut rejoindre Les indés de Nantes")
    assert Application.get().state == "waiting"
    assert not story.unsent()


def test_a_short_answer_gets_one_kind_retry_and_never_a_wall(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)

    zoe.says("Traductrice")
    zoe.hears("Tu peux en dire un peu plus")
    zoe.hears("Par exemple")
    zoe.says("Traductrice")

    zoe.hears("Question 2 sur 4")


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_back_asks_the_last_question_again_and_cancel_withdraws(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)
    zoe.says(LONG)

    zoe.says("retour")
    zoe.hears("Question 1 sur 4")
    assert "Question 1" in zoe.last
    zoe.says("Retour")
    zoe.hears("C'est la première question")
    zoe.says("annuler")

    zoe.hears("est retirée")
    assert Application.get().state == "withdrawn"


def test_an_application_goes_on_after_days(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)
    zoe.says(LONG)

    story.later(days=3)
    follow(story, zoe)

    zoe.hears("Reprenons ta candidature")
    assert "Question 2 sur 4" in zoe.last.replace("*", "")


def test_a_draft_is_nudged_once_after_a_day_and_expires_after_seven(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)

    story.later(hours=25)
    if zoe.platform == "whatsapp":
        zoe.taps("Lire")  # the window was closed: a template, then what waited
    assert zoe.count("t'attend à la question 1") == 1
    story.later(days=3)
    assert zoe.count("t'attend à la question 1") == 1

    story.later(days=7)
    if zoe.platform == "whatsapp":
        zoe.says("bonjour")
    zoe.hears("a expiré")
    assert Application.get().state == "expired"
    follow(story, zoe)
    assert "Question 1" in zoe.last


def test_a_second_application_is_not_opened_while_one_waits(story: Story) -> None:
    story.organizer("Camille")
    zoe = story.stranger("Zoé")
    apply(story, zoe)

    follow(story, zoe)

    zoe.hears("ont ta candidature")
    assert Application.select().count() == 1


def test_a_member_who_follows_the_link_is_told_so(story: Story) -> None:
    lea = story.member("Léa")

    follow(story, lea)

    lea.hears("Tu fais déjà partie du groupe Les indés de Nantes")


def test_invented_and_dead_links_get_a_clear_sentence(story: Story) -> None:
    zoe, lea = story.stranger("Zoé"), story.member("Léa")
    follow(story, zoe, "ABCDEFGH")
    zoe.hears("Je ne connais pas ce lien")

    link = ApplyLink.open(story.home(), "sponsor", sponsor=lea.person)
    story.home().membership_of(lea.person).leave()  # type: ignore[union-attr]
    follow(story, zoe, link.code)

    zoe.hears("Ce lien ne marche plus")
    assert not Application.select().count()


@pytest.mark.parametrize("words", ["🎉🎉🎉", "=CMD('x')", "<b>gras</b> & <script>", "إدريس من نانت", "*a*_b_`c`"])
def test_odd_answers_are_kept_as_typed_and_break_nothing(story: Story, words: str) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé <i>*x*")
    follow(story, zoe)

    for _question in range(4):
        zoe.says(words)
        zoe.says(words)
    zoe.taps("J'accepte")

    assert Application.get().answers == [words] * 4
    camille.hears(words)
    assert not story.unsent()


def test_pictures_and_voice_notes_are_asked_for_in_words(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)

    for kind in ("photo" if zoe.platform == "telegram" else "image", "voice", "sticker", "location"):
        zoe.sends(kind)
        zoe.hears("Il me faut des mots")

    assert Application.get().answers == []


def test_a_very_long_answer_is_asked_shorter(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)

    zoe.says("mot " * 600 if zoe.platform == "telegram" else "mots " * 319)

    if zoe.platform == "telegram":
        zoe.hears("C'est beaucoup")
        assert Application.get().answers == []


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_the_same_update_twice_has_one_effect(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)
    zoe.says(LONG)
    before = Post.select().count()

    story.emu.deliver_again(times=5)
    story.settle()

    assert Application.get().step == 1
    assert Post.select().count() == before


def test_the_charter_can_be_declined_and_nobody_reads_the_answers(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")
    follow(story, zoe)
    for _question in range(4):
        zoe.says(LONG)

    zoe.taps("Pas pour moi")

    zoe.hears("mieux vaut maintenant que plus tard")
    camille.never_hears("Zoé")


def test_somebody_else_cannot_send_my_application(story: Story) -> None:
    zoe, eve = story.stranger("Zoé", on="telegram"), story.stranger("Ève", on="telegram")
    follow(story, zoe)
    for _question in range(4):
        zoe.says(LONG)
    data = zoe.bubbles()[-1].choices[0].value

    eve.says("bonjour")
    eve.taps(raw_data=data)

    assert Application.get().state == "draft"


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_an_answer_with_a_word_of_eight_letters_is_an_answer(story: Story) -> None:
    zoe = story.stranger("Zoé")
    follow(story, zoe)

    zoe.says("Je voudrais rejoindre des gens pour avancer ensemble")  # a little short: asked once more
    zoe.says("Rejoindre le groupe ensemble et y rester très longtemps")

    zoe.never_hears("Je ne connais pas ce lien")
    assert Application.get().answers == ["Rejoindre le groupe ensemble et y rester très longtemps"]


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_a_code_is_understood_however_it_is_written(story: Story) -> None:
    code = story.home().public_link().code
    for number, words in enumerate(
        (
            f"rejoindre NANTES-{code.lower()}",
            f"Bonjour, je voudrais rejoindre le groupe {code} !",
            f"rejoindre ensemble {code}",
            f"Bonjour, une amie m'a dit de rejoindre le groupe de Nantes par ce code : {code}. Merci !",
        )
    ):
        somebody = story.stranger(f"Zoé {number}")
        somebody.says(words)
        somebody.hears("Question 1 sur 4")


@pytest.mark.parametrize("platform", ["postgres"], indirect=True)
def test_two_answers_at_the_same_moment_are_both_kept(story: Story) -> None:
    zoe = story.stranger("Zoé", on="whatsapp")
    follow(story, zoe)

    story.emu.concurrently(
        lambda: zoe.phone.says(LONG + " Un."),
        lambda: zoe.phone.says(LONG + " Deux."),
    )
    story.settle()

    assert sorted(Application.get().answers) == sorted([LONG + " Un.", LONG + " Deux."])


@pytest.mark.parametrize("platform", ["postgres"], indirect=True)
def test_the_link_followed_twice_at_once_opens_one_draft(story: Story) -> None:
    code = story.home().public_link().code
    zoe = story.stranger("Zoé", on="whatsapp")

    words = f"Rejoindre {code}"
    story.emu.concurrently(lambda: zoe.phone.says(words), lambda: zoe.phone.says(words))
    story.settle()

    assert Application.select().count() == 1
    assert zoe.count("Quelque chose s'est mal passé") == 0


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_draft_begun_at_night_expires_by_day(story: Story) -> None:
    zoe = story.stranger("Zoé")
    story.later(hours=17)  # two in the morning
    follow(story, zoe)

    story.later(days=7, hours=3)
    zoe.never_hears("a expiré")
    story.later(hours=4)

    zoe.hears("a expiré")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize("where", ["telegram", "whatsapp"])
def test_f39_who_has_no_name_is_somebody(story: Story, where: str) -> None:
    """Telegram lets a first name be nothing but hidden signs; WhatsApp tells none where none was set."""
    marc, nobody = story.organizer("Marc"), story.stranger("\u200b\u2060" if where == "telegram" else "", on=where)
    apply(story, nobody)
    marc.hears("Quelqu'un veut rejoindre")
    marc.taps("Accepter")
    nobody.hears("t'accueille")
    assert not story.unsent()

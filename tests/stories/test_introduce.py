"""Introductions: drafted from one's own answers, validated by their author, read by everyone once (20, 21)."""

from storage.groups import Membership
from tests.stories.applying import apply
from tests.story import Actor, Story


def newcomer(story: Story) -> tuple[Actor, Actor, Actor]:
    """An organizer, a member, and somebody just accepted."""
    camille, lea, zoe = story.organizer("Camille"), story.member("Léa"), story.stranger("Zoé")
    apply(story, zoe)
    camille.taps("Accepter")
    return camille, lea, zoe


def test_the_draft_comes_from_the_answers_and_nobody_reads_it_before(story: Story) -> None:
    _camille, lea, zoe = newcomer(story)

    zoe.hears("Ce que je fais : Je suis traductrice")
    lea.never_hears("traductrice")
    zoe.taps("Publier")

    zoe.hears("C'est publié")
    heard(story, lea, "Zoé nous rejoint")
    heard(story, lea, "Je suis traductrice")


def heard(story: Story, who: Actor, words: str) -> None:
    """In the Telegram group, or in private for a WhatsApp member: exactly once."""
    if who.platform == "telegram":
        assert story.chat and len(story.chat.heard(words)) == 1
    else:
        assert who.count(words) == 1


def test_the_newcomer_may_rewrite_it(story: Story) -> None:
    _camille, lea, zoe = newcomer(story)

    zoe.taps("Modifier")
    zoe.says("Zoé, traductrice, je cherche des relectrices et j'apporte le café.")
    zoe.hears("Voici ce qu'on lira")
    zoe.taps("Publier")

    heard(story, lea, "j'apporte le café")
    lea.never_hears("maisons d'édition")


def test_publishing_twice_says_it_once(story: Story) -> None:
    _camille, lea, zoe = newcomer(story)
    button = next(b for b in reversed(zoe.bubbles()) if b.choices and b.choices[0].label == "Publier")
    zoe.taps("Publier")

    zoe.taps(raw_data=button.choices[0].value)

    heard(story, lea, "Zoé nous rejoint")
    zoe.hears("déjà publiée")


def test_one_nudge_after_two_days_then_silence_and_a_word_to_the_organizer(story: Story) -> None:
    camille, _lea, zoe = newcomer(story)

    story.later(days=3)
    if zoe.platform == "whatsapp":
        zoe.taps("Lire")
    assert zoe.count("aimeraient savoir qui tu es") == 1
    story.later(days=4)
    if camille.platform == "whatsapp":
        camille.says("bonjour")

    assert zoe.count("aimeraient savoir qui tu es") == 1
    camille.hears("ne s'est pas encore présenté")


def test_later_is_fine_and_the_word_brings_the_draft_back(story: Story) -> None:
    _camille, lea, zoe = newcomer(story)

    zoe.taps("Plus tard")
    zoe.says("me présenter")
    zoe.taps("Publier")

    heard(story, lea, "Zoé nous rejoint")


def test_somebody_else_cannot_publish_it(story: Story) -> None:
    _camille, lea, zoe = newcomer(story)
    button = next(b for b in reversed(zoe.bubbles()) if b.choices and b.choices[0].label == "Publier")
    eve = story.stranger("Ève", on="telegram")
    eve.says("bonjour")

    eve.taps(raw_data=button.choices[0].value)

    lea.never_hears("Zoé nous rejoint")
    assert Membership.of(story.home(), zoe.person).introduced_at is None  # type: ignore[union-attr]


def test_an_introduction_with_html_and_marks_is_shown_as_typed(story: Story) -> None:
    _camille, lea, zoe = newcomer(story)

    zoe.taps("Modifier")
    zoe.says("<b>Zoé</b> & *co* _x_ <script>")
    zoe.taps("Publier")

    heard(story, lea, "<b>zoé</b> & ")
    assert not story.unsent()


def test_the_draft_asked_for_again_comes_again(story: Story) -> None:
    _camille, _lea, zoe = newcomer(story)
    before = len(zoe.bubbles())

    zoe.says("présentation")

    assert len(zoe.bubbles()) == before + 1
    assert "Je suis traductrice" in zoe.last
    zoe.taps("Publier")
    zoe.hears("C'est publié")

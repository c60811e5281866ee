"""The WhatsApp window: closed, a template asks to open it, and what waited comes in one message (110)."""

import pytest

from handlers.kit import say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from storage import db
from storage.outbox import Post
from storage.people import Address
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)


def tell(story: Story, who: Actor, words: str, **how: object) -> None:
    """The group has something for somebody."""
    with db.transaction():
        Turn().carry_out([say.tell(who.person, _("{words}", words=words), group=story.home(), **how)])
    story.settle()


def test_what_waits_is_one_template_then_one_message(story: Story) -> None:
    ben = story.member("Benoît")
    story.later(hours=30)

    tell(story, ben, "Première nouvelle")
    tell(story, ben, "Deuxième nouvelle")
    assert ben.count("Tu as un message du groupe Les indés de Nantes") == 1
    ben.never_hears("nouvelle")
    ben.taps("Lire")

    assert "Première nouvelle" in ben.last and "Deuxième nouvelle" in ben.last
    assert not story.unsent()


def test_f40_the_window_that_whatsapp_closed_earlier_is_believed(story: Story) -> None:
    """63016 comes later, in a receipt: the window closes, one template asks, and the same post goes out again."""
    ben = story.member("Benoît")
    ben.phone.close_window()

    tell(story, ben, "Une nouvelle")
    tell(story, ben, "Une autre")
    assert ben.count("Tu as un message du groupe") == 1
    ben.taps("Lire")

    assert "Une nouvelle" in ben.last and "Une autre" in ben.last
    assert Post.select().where(Post.state == "sent", Post.reason.is_null()).count() >= 2


def test_without_an_approved_template_it_waits_and_the_organizer_sees_whom(story: Story) -> None:
    camille, ben = story.organizer("Camille"), story.member("Benoît")
    from storage.outbox import Content

    Content.update(approval="pending").execute()
    story.later(hours=30)
    camille.says("bonjour")

    tell(story, ben, "Une nouvelle")
    camille.says("groupe")

    camille.hears("Benoît")
    assert Post.select().where(Post.waits == "window", Post.state == "pending").count() == 1
    ben.says("coucou")
    ben.hears("Une nouvelle")


def test_a_tap_when_nothing_waits_says_so(story: Story) -> None:
    ben = story.member("Benoît")
    story.later(hours=30)
    tell(story, ben, "Une nouvelle")
    card = ben.bubbles()[-1]
    ben.taps("Lire")

    ben.taps(raw_data=card.choices[0].value)

    ben.hears("Tu es à jour")


def test_stop_ends_everything_at_once(story: Story) -> None:
    ben = story.member("Benoît")

    ben.says("STOP")
    tell(story, ben, "Une nouvelle")

    ben.never_hears("Une nouvelle")
    assert Address.get(Address.address == ben.id).stopped


def test_two_words_at_once_are_one_template(story: Story) -> None:
    """Each template is paid: however much waits, one asks."""
    ben = story.member("Benoît")
    story.later(hours=30)
    with db.transaction():
        for n in range(3):
            Turn().carry_out([say.tell(ben.person, _("{n}", n=f"mot {n}"), group=story.home())])
    story.settle()

    assert ben.count("Tu as un message du groupe") == 1
    ben.taps("Lire")
    assert all(f"mot {n}" in ben.last for n in range(3))


def test_who_has_left_meanwhile_is_not_told_what_waited(story: Story) -> None:
    from storage.groups import Membership

    ben = story.member("Benoît")
    story.later(hours=30)
    with db.transaction():
        Turn().carry_out([say.post(story.home(), _("{n}", n="Entre nous"))])
    story.settle()
    Membership.update(state="left").where(Membership.person == ben.person).execute()

    ben.says("coucou")

    ben.never_hears("Entre nous")

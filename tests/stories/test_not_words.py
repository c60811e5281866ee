"""Voice notes, pictures and the like: a kind and short answer, and a photo where a photo was asked for."""

import pytest

from storage.people import TELEGRAM, WHATSAPP
from storage.portraits import Portrait
from tests.stories.polling import open_poll
from tests.story import Story

KINDS = ("voice", "photo", "sticker", "location", "document", "contact", "video")
mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


@mixed
@pytest.mark.parametrize("on", [TELEGRAM, WHATSAPP])
def test_whatever_is_sent_gets_one_short_answer(story: Story, on: str) -> None:
    lea = story.member("Léa", on=on)
    for kind in KINDS:
        said = lea.count()
        lea.sends(kind)
        assert lea.count() == said + 1, kind
        assert len(lea.last) < 200 and "pas compris" not in lea.last, kind
        assert lea.buttons, kind
        story.later(minutes=2)


@mixed
@pytest.mark.parametrize("on", [TELEGRAM, WHATSAPP])
def test_in_the_middle_of_a_question_it_is_asked_again(story: Story, on: str) -> None:
    lea = story.member("Léa", on=on)
    lea.says("dates")
    for kind in ("voice", "sticker"):
        lea.sends(kind)
        lea.hears("Je ne lis que les mots")
    lea.says("le 14 mars à 20h")
    lea.hears("samedi 14 mars à 20h")


@mixed
@pytest.mark.parametrize("on", [TELEGRAM, WHATSAPP])
def test_photos_in_a_row_get_one_answer(story: Story, on: str) -> None:
    lea = story.member("Léa", on=on)
    for _photo in range(3):
        lea.sends("photo")
    assert lea.count("images") == 1
    story.later(minutes=2)
    lea.sends("photo")
    assert lea.count("images") == 2


@mixed
@pytest.mark.parametrize("on", [TELEGRAM, WHATSAPP])
def test_a_photo_that_was_asked_for_is_taken(story: Story, on: str) -> None:
    lea = story.member("Léa", on=on)
    lea.says("ma photo")
    lea.sends("sticker")
    assert not Portrait.select().exists()
    lea.sends("photo")
    assert Portrait.select().count() == 1


@mixed
def test_a_caption_counts_as_words(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=WHATSAPP), story.member("Léa", on=TELEGRAM)
    open_poll(story, marc)
    lea.sends("photo", caption="oui pour le 12")
    lea.hears("Noté")

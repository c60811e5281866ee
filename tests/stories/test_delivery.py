"""What can't arrive is told to the organizers, once, with what to do; nobody is lost in silence."""

import pytest

from handlers.kit import inbox
from storage import db
from storage.groups import Chat, Group
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP, Address
from tests.story import Actor, Story


def fails(story: Story, address: Address, why: str, group: Group | None = None) -> None:
    """The deliverer met an obstacle on the way to that address."""
    with db.transaction():
        facts = {"platform": address.platform, "chat": address.address, "address": address}
        post = Post.create(**facts, group=group or story.home(), state="dead", payload={"text": "…"})
        inbox.happen("undeliverable", post, why=why)
    story.settle()


def chat_fails(story: Story, why: str, kind: str = "text") -> None:
    """The same in the Telegram group."""
    chat = story.home().chat
    assert chat is not None
    with db.transaction():
        post = Post.create(platform=TELEGRAM, chat=str(chat.chat_id), group=story.home(), state="dead", kind=kind)
        inbox.happen("undeliverable", post, why=why)
    story.settle()


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("blocked", "m'a bloqué"),
        ("gone", "n'existe plus"),
        ("invalid", "ne reçoit pas de messages"),
        ("opted_out", "ne veut plus de messages"),
        ("no_template", "24 heures"),
        ("uncertain", "deux fois"),
        ("dead", "n'est pas arrivé"),
    ],
)
@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_organizers_learn_it_once_and_by_name(story: Story, why: str, told: str) -> None:
    camille, marc = story.organizer("Camille"), story.organizer("Marc")
    lea, ines = story.member("Léa"), story.member("Inès")
    fails(story, lea.address, why)
    fails(story, lea.address, why)
    for organizer in (camille, marc):
        assert organizer.count(told) == 1
        assert "Léa" in organizer.hears(told).text
        assert lea.id.lstrip("+") not in organizer.hears(told).text
    ines.never_hears(told)
    lea.never_hears(told)


def test_it_is_told_again_a_week_later(story: Story) -> None:
    camille, lea = story.organizer("Camille", on=TELEGRAM), story.member("Léa")
    fails(story, lea.address, "uncertain")
    story.later(days=7)
    fails(story, lea.address, "uncertain")
    assert camille.count("deux fois") == 2


def test_of_the_only_organizer_the_eldest_member_hears(story: Story) -> None:
    camille, lea, ines = story.organizer("Camille"), story.member("Léa"), story.member("Inès")
    fails(story, camille.address, "gone")
    lea.hears("Camille n'existe plus")
    ines.never_hears("Camille")


def start_buttons(story: Story, reader: Actor) -> int:
    return reader.count("appuie une fois", story.chat)


@pytest.mark.parametrize("platform", ["telegram", "mixed"], indirect=True)
def test_who_never_pressed_start_gets_one_shared_button_a_week(story: Story) -> None:
    camille = story.organizer("Camille", on=TELEGRAM)
    lea = story.member("Léa", on=TELEGRAM, started=False)
    ines = story.member("Inès", on=TELEGRAM, started=False)
    fails(story, lea.address, "unstarted")
    fails(story, ines.address, "unstarted")
    assert start_buttons(story, lea) == 1
    camille.hears("Démarrer")
    story.later(days=8)
    fails(story, lea.address, "unstarted")
    assert start_buttons(story, lea) == 2


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_pressing_the_shared_button_opens_the_door(story: Story) -> None:
    story.organizer("Camille")
    lea = story.member("Léa", started=False)
    fails(story, lea.address, "unstarted")
    lea.address.mark("unstarted")
    lea.follows(f"https://t.me/{story.emu.bot_username}?start=s")
    lea.hears("Désormais je peux t'écrire")
    assert lea.address.state == "ok"


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_without_a_telegram_group_there_is_no_button(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa", on=TELEGRAM)
    fails(story, lea.address, "unstarted")
    camille.hears("Léa")
    assert not Chat.select().count()


@pytest.mark.parametrize("platform", ["telegram", "mixed"], indirect=True)
def test_a_missing_right_is_named_with_what_to_tap(story: Story) -> None:
    camille = story.organizer("Camille")
    chat_fails(story, "no_rights", "create_link")
    chat_fails(story, "no_rights", "create_link")
    assert camille.count("Inviter via un lien") >= 1
    assert camille.count("il me manque le droit") == 1
    chat_fails(story, "no_rights", "delete")
    assert camille.count("il me manque le droit") == 2


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_who_blocks_and_unblocks(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    lea.phone.blocks()
    story.settle()
    assert lea.address.state == "blocked"
    assert camille.count("Léa m'a bloqué") == 1
    lea.phone.unblocks()
    story.settle()
    assert lea.address.state == "ok"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_stranger_who_blocks_concerns_nobody(story: Story) -> None:
    camille, zoe = story.organizer("Camille"), story.stranger("Zoé")
    zoe.says("bonjour")
    zoe.phone.blocks()
    story.settle()
    camille.never_hears("Zoé")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_only_the_organizers_of_that_group_are_told(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    other = story.another_group("Les indés de Rennes")
    ines = story.stranger("Inès", on=WHATSAPP)
    story.seat(ines, other, "organizer")
    fails(story, lea.address, "dead")
    camille.hears("Léa")
    ines.never_hears("Léa")


def test_at_night_the_organizers_sleep(story: Story) -> None:
    camille, lea = story.organizer("Camille"), story.member("Léa")
    story.later(hours=17)  # three in the morning

    fails(story, lea.address, "gone")
    camille.never_hears("n'existe plus")
    story.later(hours=6)

    camille.hears("n'existe plus")

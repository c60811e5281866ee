"""The bot in a Telegram chat: it is added, bound, given rights, moved, removed, brought back."""

import pytest

from storage.groups import Chat, Group, Membership, destinations
from storage.moves import migrate
from storage.outbox import Card, Post
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.test_found import PURPOSE
from tests.story import Actor, Story
from webhook.playground.phones import TelegramGroup

only_telegram = pytest.mark.parametrize("platform", [TELEGRAM])
with_telegram = pytest.mark.parametrize("platform", [TELEGRAM, "mixed"])


def homeless(story: Story) -> Group:
    """A live group that lives in no chat yet."""
    story.group = story.another_group("Les indés")
    return story.group


def home(group: Group | None = None) -> Chat:
    """Where the group (the only one by default) lives."""
    chat = Group.get_by_id(group.id).chat if group else Group.get().chat
    assert chat
    return chat


def room(story: Story, *people: Actor, title: str = "Indés Nantes") -> TelegramGroup:
    return story.emu.telegram_group(title, members=[actor.phone for actor in people])


def add(story: Story, chat: TelegramGroup, by: Actor, payload: str | None = None, admin: bool = False) -> None:
    chat.add_bot(by.phone, payload, admin)
    story.settle()


@with_telegram
def test_r1_an_organizer_brings_the_bot_into_the_groups_chat(story: Story) -> None:
    group = homeless(story)
    marc = story.organizer("Marc", on=TELEGRAM)
    chat = room(story, marc)
    add(story, chat, marc, f"g_{group.public_link().code}", admin=True)
    assert len(chat.heard("j'aide Les indés")) == len(chat.heard("/privacy")) == 1, "R1: before anybody acts there"
    marc.hears("Tout est prêt")
    assert home(group).chat_id == chat.id
    story.later(minutes=3)
    assert len([b for b in chat.messages() if b.from_bot]) == 1


@only_telegram
def test_without_the_right_to_invite_the_organizer_is_told_what_to_tap(story: Story) -> None:
    group = homeless(story)
    marc = story.organizer("Marc")
    chat = room(story, marc)
    add(story, chat, marc, f"g_{group.public_link().code}")
    marc.hears("Ajouter un administrateur")
    chat.promote_bot(marc.phone)
    story.settle()
    marc.hears("Tout est prêt")
    chat.demote_bot(marc.phone)
    story.settle()
    assert "Ajouter un administrateur" in marc.last


@only_telegram
def test_only_an_organizer_binds_the_chat(story: Story) -> None:
    group = homeless(story)
    story.organizer("Marc")
    lea, tom = story.member("Léa"), story.stranger("Tom")
    for somebody in (lea, tom):
        chat = room(story, somebody)
        add(story, chat, somebody, f"g_{group.public_link().code}")
        assert chat.heard("Seule une personne qui organise")
    assert Group.get_by_id(group.id).chat is None


@only_telegram
def test_a_chat_is_the_home_of_one_group_only(story: Story) -> None:
    marc = story.organizer("Marc")
    other = story.another_group("Les artisans")
    story.seat(marc, other, "organizer")
    assert story.chat
    marc.says(f"/start@{story.emu.bot_username} g_{other.public_link().code}", chat=story.chat)
    assert story.chat.heard("déjà celle d'un autre groupe")
    assert Group.get_by_id(other.id).chat is None


@only_telegram
def test_an_unknown_chat_is_offered_a_group_after_a_minute_and_its_adder_founds_it(story: Story) -> None:
    zoe, tom = story.stranger("Zoé"), story.stranger("Tom")
    chat = room(story, zoe, tom)
    add(story, chat, zoe)
    assert not [b for b in chat.messages() if b.from_bot]
    story.later(minutes=2)
    offer = chat.heard("pas encore de groupe")
    assert len(offer) == 1
    tom.taps("Fonder le groupe ici", chat=chat)
    tom.hears("Seule la personne qui m'a ajouté")
    zoe.taps("Fonder le groupe ici", chat=chat)
    zoe.hears("Comment s'appelle le groupe")
    zoe.taps("Indés Nantes")
    for text in (PURPOSE, "Nantes", "oui", "hebdo", "ok", "ok", "telegram"):
        zoe.says(text)
    zoe.taps("Fonder")
    assert home().chat_id == chat.id and Group.get().name == "Indés Nantes"
    assert len(chat.heard("j'aide Indés Nantes")) == 1
    zoe.hears("Ajouter un administrateur")


@only_telegram
def test_a_made_up_link_to_found_in_a_chat_does_nothing(story: Story) -> None:
    zoe = story.stranger("Zoé")
    add(story, room(story, zoe), zoe)
    zoe.phone.starts(f"f_{Chat.get().id}_AAAAAAAAAAAA")
    story.settle()
    zoe.hears("Ce lien ne marche plus")
    assert not Group.select().exists()


@only_telegram
def test_a_bot_removed_within_the_minute_says_nothing(story: Story) -> None:
    zoe = story.stranger("Zoé")
    chat = room(story, zoe)
    add(story, chat, zoe)
    chat.kick_bot(zoe.phone)
    story.later(minutes=2)
    assert not [b for b in chat.messages() if b.from_bot]


@only_telegram
@pytest.mark.parametrize(
    "order", [("mine", "to", "from"), ("to", "from", "mine"), ("from", "mine", "to"), ("from", "to"), ("mine", "to")]
)
def test_a_group_that_becomes_a_supergroup_stays_the_same_group(story: Story, order: tuple[str, ...]) -> None:
    group = homeless(story)
    marc = story.organizer("Marc")
    chat = story.emu.telegram_group("Indés", kind="group", members=[marc.phone])
    add(story, chat, marc, f"g_{group.public_link().code}")
    old = chat.id
    Card.keep(str(old), "dial", "12", "x", group.id)
    new = chat.migrate(by=marc.phone, order=order)
    story.settle()
    story.later(minutes=3)
    assert home(group).chat_id == new and home(group).present
    assert Chat.get(Chat.chat_id == old).moved_to == new
    assert not Card.select().where(Card.chat == str(old)).exists()
    assert not chat.heard("pas encore de groupe")
    assert not migrate(old, new)


@only_telegram
def test_what_waited_for_the_old_chat_goes_to_the_new_one(story: Story) -> None:
    story.organizer("Marc")
    assert story.chat
    old = story.chat.id
    Post.create(platform=TELEGRAM, chat=str(old), payload={"text": "Bonjour"})
    assert migrate(old, -1009999)
    assert Post.get().chat == "-1009999"
    assert home().chat_id == -1009999


@with_telegram
def test_f35_the_organizers_are_told_once_when_the_bot_is_removed_and_can_bring_it_back(story: Story) -> None:
    """F35."""
    marc, ben = story.organizer("Marc", on=TELEGRAM), story.organizer("Ben")
    chat = story.chat
    assert chat
    chat.kick_bot(marc.phone)
    story.settle()
    for somebody in (marc, ben):
        assert somebody.count("On m'a retiré") == 1
    assert not Chat.get().present
    add(story, chat, marc, admin=True)
    marc.hears("Tout est prêt")
    assert Chat.get().present and Group.get().chat is not None
    story.later(minutes=2)
    assert not chat.heard("pas encore de groupe")


@only_telegram
def test_f39_an_anonymous_administrator_is_asked_to_write_in_private(story: Story) -> None:
    """F39."""
    story.organizer("Marc")
    chat = story.chat
    assert chat
    chat.says_anonymously("/start")
    chat.says_anonymously("/start")
    chat.says_anonymously("/ban@otherbot")
    story.settle()
    assert len(chat.heard("de façon anonyme")) == 1


@only_telegram
def test_a_new_title_is_remembered_and_the_group_keeps_its_name(story: Story) -> None:
    marc = story.organizer("Marc")
    assert story.chat
    story.chat.rename("Les amis", marc.phone)
    assert Chat.get().title == "Les amis" and Group.get().name == "Les indés de Nantes"


@only_telegram
@pytest.mark.parametrize("payload", ["", "zzz", "x_1", "g_ABCDEFGH"])
def test_a_newcomer_who_presses_start_is_welcomed(story: Story, payload: str) -> None:
    zoe = story.stranger("Zoé", started=False)
    zoe.phone.starts(payload)
    story.settle()
    if payload.startswith("g_"):
        zoe.hears("Ce lien m'ajoute à un groupe Telegram")
    else:
        zoe.hears("Je suis Noyau")
        zoe.taps("J'ai un lien")
        zoe.hears("rejoindre")
        zoe.taps("Créer un groupe")
        zoe.hears("Comment s'appelle le groupe")


@only_telegram
def test_asked_to_found_in_a_chat_the_bot_goes_private(story: Story) -> None:
    zoe = story.stranger("Zoé")
    chat = room(story, zoe)
    add(story, chat, zoe)
    zoe.says(f"@{story.emu.bot_username} je veux créer un groupe", chat=chat)
    if chat.heard("en privé"):
        zoe.taps("M'écrire", chat=chat)
        zoe.hears("Comment s'appelle le groupe")


@pytest.mark.parametrize("platform", ["mixed"])
def test_whoever_is_on_whatsapp_hears_nothing_of_the_hello_in_the_chat(story: Story) -> None:
    group = homeless(story)
    marc, ben = story.organizer("Marc", on=TELEGRAM), story.member("Ben", on=WHATSAPP)
    chat = room(story, marc)
    add(story, chat, marc, f"g_{group.public_link().code}", admin=True)
    assert chat.heard("j'aide Les indés") and ben.count() == 0
    assert Membership.of(group, ben.person)


def links_in(actor: Actor) -> list[str]:
    """The invitation links under the cards of this person."""
    return [c.value for b in actor.bubbles() for c in b.choices if c.is_link and "/+" in c.value]


@pytest.mark.parametrize("platform", ["mixed"])
def test_a_chat_bound_later_invites_the_members_on_telegram_each_by_their_own_link(story: Story) -> None:
    group = homeless(story)
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    tom, ben = story.member("Tom", on=TELEGRAM), story.member("Ben", on=WHATSAPP)
    story.chat = room(story, marc)

    add(story, story.chat, marc, f"g_{group.public_link().code}", admin=True)

    assert len(links_in(lea)) == len(links_in(tom)) == 1 and links_in(lea) != links_in(tom)
    assert not links_in(marc) and not links_in(ben)
    lea.follows(links_in(lea)[0])
    assert story.inside(lea)


@only_telegram
def test_the_links_of_a_chat_bound_later_wait_for_the_right_to_invite(story: Story) -> None:
    group = homeless(story)
    marc, lea = story.organizer("Marc"), story.member("Léa")
    story.chat = room(story, marc)
    add(story, story.chat, marc, f"g_{group.public_link().code}")
    assert not links_in(lea)

    story.chat.promote_bot(marc.phone)
    story.settle()
    story.later(hours=2)

    assert links_in(lea)


@only_telegram
def test_members_hear_the_group_in_private_while_the_bot_is_out_of_the_chat(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    assert story.chat
    assert not destinations(story.home())

    story.chat.kick_bot(marc.phone)
    story.settle()
    heard = destinations(Group.get_by_id(story.home().id))
    assert [seat.person.name for seat in heard] == ["Marc", "Léa"]

    add(story, story.chat, marc, admin=True)
    assert not destinations(Group.get_by_id(story.home().id))
    assert lea.person


@only_telegram
def test_added_by_an_anonymous_administrator_the_first_who_comes_may_found(story: Story) -> None:
    zoe, tom = story.stranger("Zoé"), story.stranger("Tom")
    chat = room(story, zoe, tom)
    add(story, chat, zoe)
    Chat.update(added_by=None).execute()
    story.later(minutes=2)

    tom.taps("Fonder le groupe ici", chat=chat)
    tom.hears("Comment s'appelle le groupe")
    zoe.taps("Fonder le groupe ici", chat=chat)
    zoe.hears("Seule la personne qui m'a ajouté")


@only_telegram
def test_a_start_link_that_nobody_knows_says_so(story: Story) -> None:
    zoe = story.stranger("Zoé")
    for payload in ("zz_1", "abcdef", "x"):
        zoe.follows(f"https://t.me/{story.emu.bot_username}?start={payload}")
        assert "Je ne connais pas ce lien" in zoe.last
    zoe.says("/start")
    assert "Je ne connais pas ce lien" not in zoe.last

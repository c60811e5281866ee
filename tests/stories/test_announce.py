"""Announce: what an organizer is given to make the group known, ready to paste."""

import json

import pytest

from jobs.makers import MAKERS
from storage.groups import Group
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import carried, press
from tests.story import Story


def ready(story: Story) -> Group:
    group = story.home()
    Group.update(expectations="Venir deux fois sur trois.", rhythm_days=21).where(Group.id == group.id).execute()
    return group


def test_an_organizer_gets_the_long_and_the_short_text(story: Story) -> None:
    group = ready(story)
    marc = story.organizer("Marc")
    marc.says("l'annonce")
    press(marc, "Texte long")
    long = marc.hears("LES INDÉS DE NANTES").text
    press(marc, "Texte court")
    short = marc.last
    code = group.public_link().code
    for text in (long, short):
        assert "Pas de touristes" in text and "toutes les 3 semaines" in text
        assert f"https://wa.me/14155238886?text=Rejoindre%20{code}" in text
        assert f"https://t.me/{story.emu.bot_username}?start=a_{code}" in text
        assert "*" not in text and "<b>" not in text and "\u2060" not in text
    assert len(short) < len(long)


def test_both_texts_exist_in_english_with_english_links(story: Story) -> None:
    ready(story)
    marc = story.organizer("Marc")
    marc.says("/annonce")
    press(marc, "Textes en anglais")
    text = marc.hears("I'm founding" if Group.get().founder else "For whom and why:").text
    assert "No tourists" in text and "every 3 weeks" in text and "text=Join%20" in text


def test_the_links_in_the_announcement_lead_to_an_application(story: Story) -> None:
    ready(story)
    marc, zoe = story.organizer("Marc"), story.stranger("Zoé")
    marc.says("/annonce")
    press(marc, "Texte court")
    word = "t.me" if zoe.platform == TELEGRAM else "wa.me"
    link = next(part for part in marc.last.split() if word in part)
    zoe.follows(link)
    zoe.hears("Les indés de Nantes")


@pytest.mark.parametrize("platform", [WHATSAPP])
def test_a_group_on_whatsapp_alone_shows_no_telegram_link(story: Story) -> None:
    group = ready(story)
    Group.update(on_telegram=False).where(Group.id == group.id).execute()
    marc = story.organizer("Marc")
    marc.says("/annonce")
    press(marc, "Texte court")
    assert "wa.me" in marc.last and "t.me/" not in marc.last
    assert "Ajouter à Telegram" not in marc.buttons


def test_an_organizer_receives_the_poster(story: Story) -> None:
    ready(story)
    marc = story.organizer("Marc")
    marc.says("affiche")
    press(marc, "Affiche")
    bubble = marc.bubbles()[-1]
    assert bubble.media and "L'affiche du groupe Les indés" in bubble.text
    assert not story.unsent()


def test_the_poster_exists_in_both_languages(story: Story) -> None:
    group = ready(story)
    for name in ("poster", "poster.fr", "poster.en"):
        body, mime, filename = MAKERS[name](group.id, "fr")
        assert body.startswith(b"\x89PNG") and mime == "image/png" and filename.endswith(".png")


def test_an_organizer_names_three_people_and_gets_three_invitations(story: Story) -> None:
    ready(story)
    marc = story.organizer("Marc")
    marc.says("/annonce")
    press(marc, "Inviter 10 personnes")
    marc.says("Léa, Marc et Zoé")
    marc.hears("Voici 3 invitations")
    for name in ("Léa", "Marc", "Zoé"):
        assert "Rejoindre%20" in marc.hears(f"Salut {name} !").text


@pytest.mark.parametrize("platform", ["mixed"])
def test_ten_invitations_are_the_most_and_nonsense_is_asked_again(story: Story) -> None:
    ready(story)
    marc = story.organizer("Marc")
    marc.says("/annonce")
    press(marc, "Inviter 10 personnes")
    marc.says("🙂🙂")
    marc.hears("Il me faut des prénoms")
    marc.says("\n".join(f"- Ami{letter}" for letter in "ABCDEFGHIJKLM"))
    marc.hears("les dix premières")
    assert marc.count("Salut Ami") == 10
    marc.says("Zora")
    assert marc.count("Salut Zora") == 0


def test_the_text_follows_what_changes_in_the_group(story: Story) -> None:
    ready(story)
    marc = story.organizer("Marc")
    marc.says("/modifier")
    press(marc, "Pour qui et pourquoi")
    marc.says("Pour tous les francophones de Nantes. Pour s'entraider.")
    marc.says("/annonce")
    press(marc, "Texte court")
    assert "tous les francophones" in marc.last


def test_a_member_may_not_have_the_announcement_kit(story: Story) -> None:
    ready(story)
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    lea.says("/annonce")
    lea.hears("organis")
    marc.says("/annonce")
    before = lea.count()
    lea.taps(0, raw_data=carried(marc, "Texte long"))
    assert lea.count("Pour candidater") == 0 and lea.count() == before + 1


@pytest.mark.parametrize("platform", [TELEGRAM, "mixed"])
def test_an_organizer_is_led_to_add_the_bot_to_a_telegram_group(story: Story) -> None:
    group = ready(story)
    marc = story.organizer("Marc")
    marc.says("/annonce")
    press(marc, "Ajouter à Telegram")
    payload = json.dumps(Post.select().order_by(Post.id.desc()).get().payload)
    assert f"startgroup=g_{group.public_link().code}&admin=invite_users" in payload
    marc.hears("Inviter des utilisateurs par lien")


def test_an_organizer_of_two_groups_is_asked_which_one(story: Story) -> None:
    ready(story)
    marc = story.organizer("Marc")
    story.seat(marc, story.another_group("Les artisans"), "organizer")
    marc.says("/annonce")
    marc.hears("quel groupe")

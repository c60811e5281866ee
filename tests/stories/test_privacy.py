"""What people are told about their data, what they allow, and what they get to see of it (R1 to R4, R6, R14)."""

import json

import pytest
import requests

from handlers.kit import _, say
from handlers.kit.speak import Turn
from storage import db
from storage.applications import Application
from storage.export import export
from storage.groups import Membership
from storage.models import MODELS
from storage.notes import Note
from storage.people import TELEGRAM, WHATSAPP, Address, Person
from storage.rights import Consent
from tests.stories.hands import press
from tests.stories.meetings import fix
from tests.stories.test_forget_me import dump
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def test_r1_the_first_words_say_who_keeps_what(story: Story) -> None:
    """R1: four lines and a link before anything else; nobody is kept beyond an id before that."""
    zoe = story.stranger("Zoé")
    zoe.says("bonjour")
    first = zoe.said()[0]
    assert "quatre lignes" in first and first.count("•") == 4 and "/privacy" in first
    assert len(zoe.said()) == 2, "then what was asked for"
    assert zoe.person.informed_at is not None
    zoe.says("merci")
    assert zoe.count("quatre lignes") == 1, "once"


def test_r1_to_whoever_only_says_stop_nothing_is_explained(story: Story) -> None:
    zoe = story.stranger("Zoé", on=WHATSAPP)
    zoe.says("STOP")
    zoe.never_hears("quatre lignes")


def test_r1_the_page_tells_all_of_it(story: Story) -> None:
    """R1, R9, R12, R13: purposes, periods, who else; in both languages; no machine decides."""
    for language, words in (("fr", ("30 jours", "CNIL", "Twilio", "Aucune machine")), ("en", ("30 days", "Twilio"))):
        answer = requests.get(f"{story.known.public_url}/privacy?lang={language}", timeout=5)
        assert answer.status_code == 200 and all(word in answer.text for word in words)
        assert "max-age" in answer.headers["Cache-Control"]


def test_in_words_what_is_heard_and_kept(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("que sais-tu de moi ?")
    lea.hears("jamais les conversations")


def test_r2_everything_optional_is_off_until_a_yes_and_ends_by_one_tap(story: Story) -> None:
    """R2: default off, dated, one tap to withdraw."""
    lea = story.member("Léa")
    lea.says("mes accords")
    lea.hears("Tu n'as rien permis")
    assert Consent.given(lea.person, "photo", story.home()) is None
    with db.transaction():
        Consent.give(lea.person, "photo", "oui", story.home())
    lea.says("mes accords")
    lea.hears("ma photo pour les membres du groupe Les indés de Nantes, depuis le mardi 3 mars")
    press(lea, "Plus maintenant")
    lea.hears("Tu n'as rien permis")
    press(lea, "Plus maintenant") if lea.buttons else None
    kept = Consent.get()
    assert kept.withdrawn_at is not None and Consent.given(lea.person, "photo", story.home()) is None


def link_of(actor: Actor) -> str:
    """The address behind the newest link button."""
    for bubble in reversed(actor.bubbles()):
        for choice in bubble.choices:
            if choice.is_link:
                return choice.value
        if "/in/" in bubble.text:
            return next(word for word in bubble.text.split() if "/in/" in word)
    raise AssertionError("no link")


def test_r3_one_reads_and_keeps_all_of_it_by_a_link_that_opens_once(story: Story) -> None:
    """R3, S24: one JSON and one page; the link is good once, a look by a robot spends nothing."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    fix(story)
    lea.says("je viens")
    lea.says("mes données")
    link = link_of(lea)
    browser = requests.Session()
    assert "Léa" not in requests.get(link, timeout=5).text, "a robot looks: a button alone"
    page = browser.post(link, timeout=5)
    assert page.status_code == 200 and "Réunions" in page.text
    kept = json.loads(browser.get(f"{story.known.public_url}/data.json", timeout=5).text)
    assert kept["tables"]["person"][0]["name"] == "Léa"
    assert kept["tables"]["attendance"][0]["answer"] == "yes"
    assert marc.id not in json.dumps(kept) and "Marc" not in json.dumps(kept["tables"]["membership"])
    assert requests.post(link, timeout=5).status_code == 404, "once"
    assert requests.get(f"{story.known.public_url}/data.json", timeout=5).status_code == 404
    lea.says("mes données")
    lea.hears("Tu as ouvert tes données il y a peu")
    story.later(hours=7)
    lea.says("my data")
    assert link_of(lea) != link


def test_r3_a_link_ends_after_a_day(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("mes données")
    story.later(hours=25)
    assert requests.post(link_of(lea), timeout=5).status_code == 404


def test_r3_never_in_front_of_the_others(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    lea.says(f"@{story.emu.bot_username} mes données", chat=story.chat)
    assert not [text for text in lea.said(story.chat) if "/in/" in text]


def test_r3_r14_the_export_holds_every_row_that_names_the_person(story: Story) -> None:
    """R3, R14: schema-driven; a note of somebody else that names them is in it, and nobody else's rows."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    with db.transaction():
        Note.put(meeting, marc.person, "decision", "Léa apporte le gâteau", source="x:1")
        Note.put(meeting, marc.person, "idea", "Partir en mer", source="x:2")
        Application.create(group=story.home(), person=lea.person, answers=["Je dessine"], state="accepted")
    kept = export(lea.person)
    assert [row["words"] for row in kept["named_by_others"]] == ["Léa apporte le gâteau · "]
    assert "Je dessine" in json.dumps(kept, ensure_ascii=False)
    assert "Partir en mer" not in json.dumps(kept, ensure_ascii=False)
    for model in MODELS:
        people = [column for column in model._meta.sorted_fields if getattr(column, "rel_model", None) is Person]
        mine = {row.id for column in people for row in model.select().where(column == lea.person)}
        assert len(kept["tables"].get(model._meta.table_name, ())) >= len(mine), model.__name__


def test_r14_whoever_is_only_spoken_of_is_nobody_here(story: Story) -> None:
    """R14: names and @names in what members say, and a contact they send, make no profile of anybody."""
    story.organizer("Marc")
    lea = story.member("Léa")
    known = Person.select().count(), Address.select().count()
    lea.says("dis au groupe : Bernard Zigomar (@zigomar, 06 39 98 00 55) viendra jeudi")
    lea.says("je propose jeudi à 19h avec Bernard Zigomar")
    lea.sends("contact")
    assert (Person.select().count(), Address.select().count()) == known


def test_r4_what_is_wrong_is_corrected_at_once(story: Story) -> None:
    """R4: zone, language, introduction and answers are a word away; what was wrong is in no table afterwards."""
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("mon fuseau horaire Bangkok")
    assert lea.person.timezone == "Asia/Bangkok"
    lea.says("in English please")
    assert lea.person.language == "en"
    lea.says("en français")
    lea.says("présentation")
    lea.says("Je suis graphiste à Zigomarville depuis dix ans")
    press(lea, "Publier")
    fix(story)
    lea.says("je viens")
    lea.says("modifier ma présentation")
    press(lea, "Modifier")
    lea.says("Je suis graphiste à Nantes depuis dix ans")
    press(lea, "Publier")
    lea.says("je ne viens pas")
    mine = json.dumps(export(lea.person)["tables"], ensure_ascii=False, default=str)
    assert "Nantes" in mine and lea.person.timezone == "Asia/Bangkok"
    seat = Membership.of(story.home(), lea.person)
    assert seat is not None and "Zigomarville" not in str(seat.__data__) and marc.person.name == "Marc"


def test_r8_chatter_leaves_no_word_and_nobody_sees_a_number(story: Story) -> None:
    """R8: words of a group chat, a photo, a place, and talk that is not understood are in no table afterwards."""
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    marc.says("je passe chez ma tante Zigomar mardi, merci", chat=story.chat)
    lea.says("mon chat Zigomar dort encore")
    lea.sends("photo")
    lea.sends("location")
    lea.sends("contact")
    marc.says("qui est là ?")
    kept = dump()
    assert "Zigomar" not in kept and "latitude" not in kept
    number = lea.person.address_on(WHATSAPP)
    assert number is not None and number.address.removeprefix("whatsapp:") not in "".join(marc.said())


def test_r6_a_pause_and_stop_end_what_was_not_asked_for(story: Story) -> None:
    """R6: at once; what still waits for them is dropped (the stories of the dial and of STOP say more)."""
    lea = story.member("Léa", on=WHATSAPP)
    lea.says("STOP")
    heard = len(lea.said())
    with db.transaction():
        Turn().carry_out([say.tell(lea.person, _("Something new"), group=story.home(), unasked=True)])
    story.later(days=2)
    assert len(lea.said()) == heard


def test_r13_no_machine_decides_about_an_application(story: Story) -> None:
    """R13: a person accepts or refuses, however long it takes."""
    marc, zoe = story.organizer("Marc"), story.stranger("Zoé")
    zoe.says("bonjour")
    with db.transaction():
        one = Application.begin(story.home(), zoe.person, zoe.address, None, ["A ?"])
        one.answer("quelques mots")
        one.send()
    story.later(days=30)
    assert Application.get_by_id(one.id).state == "waiting" and marc.person.name == "Marc"


def test_r9_applications_are_for_the_organizers_of_that_group_alone(story: Story) -> None:
    """R9: neither members nor the organizers of another group read them."""
    _marc, lea = story.organizer("Marc"), story.member("Léa")
    other = story.stranger("Inès")
    story.seat(other, story.another_group("Ailleurs"), "organizer")
    zoe = story.stranger("Zoé")
    zoe.says("bonjour")
    with db.transaction():
        one = Application.begin(story.home(), zoe.person, zoe.address, None, ["A ?"])
        one.answer("mon secret Zigomar")
        one.send()
    for actor in (lea, other):
        actor.says("candidatures")
        actor.never_hears("Zigomar")

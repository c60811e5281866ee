"""Notes are taken by tag while a meeting is on, by everybody, wherever they write."""

import datetime as dt

import pytest

from storage.notes import Note
from storage.people import TELEGRAM, WHATSAPP
from storage.sessions import Session
from tests.stories.evenings import begin, card, chat, tap, tonight
from tests.stories.hands import press
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
telegram = pytest.mark.parametrize("platform", [TELEGRAM], indirect=True)


def evening(story: Story) -> list[Actor]:
    """Marc, Léa and Hugo are together; Zoé is a member who stayed at home."""
    people = [story.organizer("Marc"), story.member("Léa"), story.member("Hugo")]
    tonight(story, *people)
    begin(story, *people)
    return people


def says(story: Story, actor: Actor, text: str) -> None:
    """Where the person naturally writes: in the group's chat, else to the bot."""
    if story.chat is not None and actor.platform == TELEGRAM:
        actor.says(text, chat=story.chat)
    else:
        actor.says(text)
    story.later(seconds=10)


def edits(story: Story, actor: Actor, text: str) -> None:
    """Change one's last message in the group's chat."""
    mine = [bubble for bubble in chat(story).messages() if bubble.sender == actor.name]
    actor.phone.edits(mine[-1], text, chat=story.chat)
    story.later(seconds=10)


def kept() -> list[tuple[str, str, str]]:
    """Kind, words and owner of every note."""
    rows = Note.select().where(Note.undone_at.is_null()).order_by(Note.id)
    return [(row.kind, row.words, row.owner.name if row.owner else "") for row in rows]


def test_everybody_notes_and_one_card_shows_it(story: Story) -> None:
    marc, lea, hugo = evening(story)
    says(story, marc, "#décision on garde le jeudi")
    says(story, lea, "#action j'appelle le café avant mardi")
    says(story, hugo, "#idée un pique-nique #lien https://exemple.fr/parc")
    assert kept() == [
        ("decision", "on garde le jeudi", ""),
        ("action", "j'appelle le café", "Léa"),
        ("idea", "un pique-nique", ""),
        ("link", "https://exemple.fr/parc", ""),
    ]
    assert Note.get(Note.kind == "action").due == dt.date(2026, 3, 10)
    if story.chat is not None:
        shown = card(story, marc, "📝")
        assert "Décision : on garde le jeudi" in shown and "Action, Léa : j'appelle le café" in shown
        assert "mardi 10 mars" in shown and "pique-nique" in shown
        assert len(chat(story).heard("📝")) == 1, "one card, edited in place"
    if lea.platform == WHATSAPP:
        lea.hears("Noté.")
        lea.hears("Action, Léa : j'appelle le café (d'ici mardi 10 mars)")


@mixed
def test_chatter_and_strangers_leave_no_note(story: Story) -> None:
    evening(story)
    zoe = story.stranger("Zoé", on=TELEGRAM)
    chat(story).chat.members[zoe.phone.id] = "member"
    zoe.says("#décision je décide de tout", chat=story.chat)
    marc = story.actors[0]
    for words in ("c'était une belle action !", "voir https://exemple.fr/#action", "quelle #aventure", "#1"):
        marc.says(words, chat=story.chat)
    zoe.says("#action je note chez moi")
    assert kept() == []
    zoe.hears("pendant la réunion")
    assert not chat(story).heard("📝")


@mixed
def test_without_a_meeting_a_tag_is_not_heard(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    marc.says("#décision on garde le jeudi", chat=story.chat)
    lea.says("action : j'appelle le café")
    lea.hears("pendant la réunion")
    assert kept() == []


def test_a_named_owner_is_asked_and_may_say_no(story: Story) -> None:
    marc, _lea, hugo = evening(story)
    says(story, marc, "#action Hugo réserve la salle d'ici vendredi")
    hugo.hears("Marc a noté une action pour toi")
    press(hugo, "Pas moi")
    assert kept() == [("action", "Hugo réserve la salle", "")]
    marc.hears("Hugo ne peut pas")
    story.later(seconds=10)
    if story.chat is not None and marc.platform == TELEGRAM:
        tap(story, marc, "Je m'en charge")
        assert kept() == [("action", "Hugo réserve la salle", "Marc")]


def test_a_named_owner_agrees(story: Story) -> None:
    marc, _lea, hugo = evening(story)
    says(story, marc, "#action Ugo réserve la salle")
    says(story, marc, "#action Hugo : réserver la salle")
    hugo.hears("Marc a noté une action pour toi")
    press(hugo, "D'accord")
    hugo.hears("mes actions")
    note = Note.get(Note.words == "réserver la salle")
    assert note.owner == hugo.person and note.asked is None
    press(hugo, "D'accord")
    assert Note.get_by_id(note.id).owner == hugo.person


@mixed
def test_nobody_in_particular_is_asked_of_everybody(story: Story) -> None:
    marc, lea, hugo = evening(story)
    marc.says("#action on réserve la salle", chat=story.chat)
    story.later(seconds=10)
    assert "qui s'en charge ?" in card(story, marc, "📝")
    story.emu.concurrently(
        lambda: marc.taps("Je m'en charge", settle=False, chat=story.chat),
        lambda: hugo.taps("Je m'en charge", settle=False, chat=story.chat),
    )
    story.later(seconds=10)
    assert kept()[0][2] in ("Marc", "Hugo")
    assert "qui s'en charge" not in card(story, marc, "📝")
    lea.says("action : ranger la salle")
    press(lea, "Je m'en charge")
    assert kept()[1] == ("action", "ranger la salle", "Léa")


@mixed
def test_two_people_of_one_name_are_told_apart(story: Story) -> None:
    marc, lea, hugo = evening(story)
    other = story.member("Léa Durand", on=WHATSAPP)
    hugo.says("#action Léa imprime les cartes", chat=story.chat)
    assert chat(story).heard("Il y a plusieurs Léa")
    hugo.taps("Léa D.", chat=story.chat)
    assert Note.get().owner == other.person
    other.hears("Hugo a noté une action pour toi")
    assert marc.count("action pour toi") + lea.count("action pour toi") == 0


@telegram
def test_an_edited_message_corrects_its_note(story: Story) -> None:
    marc, lea, _hugo = evening(story)
    marc.says("#décision on garde le jeudi\n#idée un quiz", chat=story.chat)
    story.later(seconds=10)
    edits(story, marc, "#décision on garde le mardi")
    story.later(seconds=10)
    assert kept() == [("decision", "on garde le mardi", "")]
    assert "on garde le mardi" in card(story, marc, "📝") and "quiz" not in card(story, marc, "📝")
    lea.says("on change de café", chat=story.chat)
    edits(story, lea, "#décision on change de café")
    assert ("decision", "on change de café", "") in kept()
    story.later(hours=25)
    edits(story, marc, "#décision on garde le lundi")
    assert ("decision", "on garde le lundi", "") not in kept()


def test_annuler_takes_the_last_one_back(story: Story) -> None:
    _marc, lea, _hugo = evening(story)
    lea.says("décision : on change de café")
    lea.hears("Décision : on change de café")
    lea.says("annuler")
    lea.hears("Retirée")
    assert kept() == []
    press(lea, "Remettre")
    assert len(kept()) == 1
    story.later(hours=25)
    lea.says("annuler")
    assert len(kept()) == 1


def test_correct_by_a_button(story: Story) -> None:
    _marc, lea, hugo = evening(story)
    lea.says("action : j'appelle le café avant mardi")
    press(lea, "Corriger")
    lea.says("avant vendredi")
    assert Note.get().due == dt.date(2026, 3, 6)
    press(lea, "Annuler")
    press(lea, "Remettre")
    lea.says("corrige la note 1")
    lea.says("Hugo")
    assert Note.get().owner == hugo.person
    hugo.hears("Léa a noté une action pour toi")
    lea.says("corrige la note 1")
    lea.says("appeler le bistrot")
    assert kept() == [("action", "appeler le bistrot", "Hugo")]


@mixed
def test_anybody_present_corrects_a_decision_and_only_that(story: Story) -> None:
    marc, lea, hugo = evening(story)
    marc.says("#décision on garde le jeudi\n#idée un quiz", chat=story.chat)
    absent = story.member("Zoé", on=WHATSAPP)
    absent.says("annule la note 1")
    absent.hears("étaient là")
    lea.says("annule la note 2")
    lea.hears("Qui l'a écrite")
    lea.says("annule la note 1")
    assert kept() == [("idea", "un quiz", "")]
    absent.says("#décision tout change")
    absent.hears("par qui est là")
    assert len(kept()) == 1
    assert hugo.count("Retirée") == 0


@mixed
def test_s38_an_organizer_takes_back_what_was_noted_about_somebody(story: Story) -> None:
    """S38: and learns who noted it; no other member may, nor is anybody shamed in the group."""
    marc, lea, hugo = evening(story)
    hugo.says("#idée on se passe de Léa")
    lea.says("annule la note 1")
    lea.hears("Qui l'a écrite")
    assert len(kept()) == 1
    marc.says("annule la note 1")
    assert "Hugo qui l'a notée" in marc.hears("Retirée").text
    assert kept() == []
    if story.chat is not None:
        assert not chat(story).heard("qui l'a notée")
    marc.says("annule la note 1")
    marc.hears("Laquelle")


def test_a_voice_note_is_never_dropped(story: Story) -> None:
    _marc, lea, _hugo = evening(story)
    lea.sends("voice")
    lea.hears("Note vocale de Léa")
    assert Note.get().kind == "voice" and Note.get().by == lea.person
    story.later(seconds=10)
    if story.chat is not None:
        assert "Note vocale de Léa" in card(story, lea, "📝")


@mixed
def test_empty_and_endless_notes(story: Story) -> None:
    marc, lea, _hugo = evening(story)
    lea.says("#action")
    lea.hears("Qu'y a-t-il à faire")
    lea.says("#décision " + "x" * 301)
    lea.hears("300 caractères")
    marc.says("#idée", chat=story.chat)
    assert kept() == []
    lea.says("#action je passe le 31 février")
    lea.hears("le 31 février")
    assert Note.get().due is None


@mixed
def test_until_a_day_after(story: Story) -> None:
    marc, lea, _hugo = evening(story)
    session = Session.get()
    session.close(marc.person)
    story.later(hours=20)
    lea.says("#décision on change de café")
    assert len(kept()) == 1
    story.later(hours=6)
    lea.says("#décision on change de jour")
    marc.says("#décision on change de jour", chat=story.chat)
    assert len(kept()) == 1


@mixed
def test_the_cafe_mode_keeps_without_a_word(story: Story) -> None:
    marc, lea, hugo = evening(story)
    Session.get().switch("cafe")
    marc.says("#action Léa réserve la salle", chat=story.chat)
    story.later(seconds=10)
    assert len(kept()) == 1 and not chat(story).heard("📝")
    lea.never_hears("action pour toi")
    hugo.says("notes")
    hugo.hears("Léa réserve la salle")


@mixed
def test_the_list_has_numbers(story: Story) -> None:
    marc, lea, _hugo = evening(story)
    marc.says("#décision on garde le jeudi", chat=story.chat)
    marc.says("#décision on garde le jeudi", chat=story.chat)
    assert len(kept()) == 2, "two messages are two notes"
    lea.says("notes")
    lea.hears("2. Décision : on garde le jeudi")

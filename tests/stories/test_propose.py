"""Members propose dates in free words; what was understood is shown, corrected by one sentence, and never guessed."""

import pytest

from storage import db
from storage.groups import ORGANIZER
from storage.meetings import Meeting
from storage.outbox import DeadLetter
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Poll
from storage.rhythms import Rhythm
from tests.stories.hands import press
from tests.stories.polling import meeting_of, open_poll, starts, the_poll, votes_of
from tests.story import Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def test_dates_in_one_sentence_become_a_vote(story: Story) -> None:
    lea, marc = story.member("Léa"), story.organizer("Marc")
    lea.says("/dates jeudi 12h ou le 14 à 19h30 au Café des Arts")
    lea.hears("1. jeudi 5 mars à 12h")
    lea.hears("2. samedi 14 mars à 19h30")
    lea.hears("heure de Paris")
    lea.hears("Café des Arts")
    press(lea, "Lance")
    where = story.chat if marc.platform == TELEGRAM else None
    marc.hears("Léa demande : on se voit quand ? (Café des Arts)", chat=where)
    assert votes_of(lea, the_poll()) == "yy"
    press(lea, "Lance")
    assert marc.count("Léa demande", chat=where) == 1
    assert not DeadLetter.select().exists()


@MIXED
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("je propose jeudi prochain midi, ou le 14 à 19h30", ["05/03 12:00", "14/03 19:30"]),
        ("on se voit vendredi 20h ?", ["06/03 20:00"]),
        ("sondage mardi 18h30, jeudi 18h30", ["05/03 18:30", "10/03 18:30"]),
        ("let's meet tomorrow 7pm or friday 8pm", ["04/03 19:00", "06/03 20:00"]),
        ("trouvons une date : le 12 mars à 9h ou le 13 mars à 9h", ["12/03 09:00", "13/03 09:00"]),
    ],
)
def test_many_ways_of_proposing_are_understood(story: Story, words: str, expected: list[str]) -> None:
    lea = story.member("Léa")
    lea.says(words)
    assert starts(the_poll()) == expected


@MIXED
@pytest.mark.parametrize("words", ["dates", "quand est-ce qu'on se voit ?", "find a date", "sondage"])
def test_a_bare_word_asks_when(story: Story, words: str) -> None:
    lea = story.member("Léa")
    lea.says(words)
    lea.hears("Quand ? Dis-le avec tes mots")
    lea.says("le 14 mars à 20h")
    assert starts(the_poll()) == ["14/03 20:00"]


@MIXED
@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("plutôt 19h", ["10/03 19:00", "12/03 19:00"]),
        ("19h plutôt", ["10/03 19:00", "12/03 19:00"]),
        ("la 1 à 18h", ["10/03 18:00", "12/03 18:30"]),
        ("jeudi à 20h", ["10/03 18:30", "12/03 20:00"]),
        ("enlève la 2", ["10/03 18:30"]),
        ("sans jeudi", ["10/03 18:30"]),
        ("non, pas mardi, vendredi 13", ["12/03 18:30", "13/03 18:30"]),
        ("ajoute le 14 à 20h", ["10/03 18:30", "12/03 18:30", "14/03 20:00"]),
        ("plutôt le 17 mars", ["17/03 18:30"]),
        ("non, le 19 mars à 9h", ["19/03 09:00"]),
        ("une heure plus tard", ["10/03 19:30", "12/03 19:30"]),
        ("décale jeudi d'une semaine", ["10/03 18:30", "19/03 18:30"]),
        ("change jeudi par vendredi", ["10/03 18:30", "13/03 18:30"]),
        ("et aussi le lendemain", ["10/03 18:30", "12/03 18:30", "13/03 18:30"]),
        ("rajoute le 19, même heure", ["10/03 18:30", "12/03 18:30", "19/03 18:30"]),
        ("jeudi c'est pas possible, plutôt vendredi", ["10/03 18:30", "13/03 18:30"]),
    ],
)
def test_one_sentence_corrects(story: Story, correction: str, expected: list[str]) -> None:
    lea = story.member("Léa")
    lea.says("je propose le 10 mars à 18h30 ou le 12 mars à 18h30")
    lea.says(correction)
    assert starts(the_poll()) == expected


@MIXED
def test_the_place_and_the_deadline_are_kept(story: Story) -> None:
    lea = story.member("Léa", on=WHATSAPP)
    lea.says("je propose le 14 à 20h ou le 16 à 20h, répondez avant jeudi")
    lea.hears("Réponses jusqu'au jeu. 5 mars à 20h")
    lea.says("au Café des Arts")
    lea.hears("Lieu et durée : Café des Arts")
    assert len(the_poll().choices()) == 2
    lea.says("jusqu'à dimanche")
    lea.hears("Réponses jusqu'au dim. 8 mars à 20h")
    lea.says("c'est bon")
    poll = the_poll()
    assert poll.open and poll.place == "Café des Arts"
    assert poll.closes_at is not None and poll.closes_at.day == 8


@MIXED
def test_the_same_place_is_the_last_one(story: Story) -> None:
    lea = story.member("Léa")
    with db.transaction():
        from tests.stories.meetings import PARIS, THURSDAY

        Meeting.fix(story.home(), THURSDAY.replace(month=2, tzinfo=PARIS), place="La Cantine")
    lea.says("je propose dans 15 jours à 19h au même endroit")
    lea.hears("Lieu et durée : La Cantine")


@MIXED
def test_a_missing_hour_is_asked_with_the_usual_one_first(story: Story) -> None:
    lea = story.member("Léa")
    with db.transaction():
        habits = Rhythm.of(story.home())
        habits.start = "18:45"
        habits.keep()
    lea.says("je propose jeudi ou vendredi")
    lea.hears("À quelle heure, jeudi 5 mars, vendredi 6 mars ?")
    assert lea.buttons[0] == "18h45"
    press(lea, "18h45")
    assert starts(the_poll()) == ["05/03 18:45", "06/03 18:45"]


@MIXED
def test_a_part_of_the_day_offers_its_hours(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose jeudi soir")
    assert lea.buttons == ["18h30", "19h30", "20h"]
    lea.says("20h15")
    assert starts(the_poll()) == ["05/03 20:15"]


@MIXED
def test_a_past_date_is_asked_and_one_tap_means_next_year(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose le 2 mars 2026 à 19h")
    lea.hears("est passé. Tu voulais dire mardi 2 mars 2027 à 19h")
    assert starts(the_poll()) == []
    press(lea, "Oui")
    lea.hears("1. mardi 2 mars 2027 à 19h")


@MIXED
def test_a_weekday_that_does_not_fit_its_number_is_asked(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose mardi 13 à 19h")
    lea.hears("tu veux dire quand")
    assert lea.buttons[:2] == ["mar. 10 mars 19h", "ven. 13 mars 19h"]
    lea.taps("ven. 13 mars")
    assert starts(the_poll()) == ["13/03 19:00"]


@MIXED
def test_a_week_alone_is_asked_and_the_answer_is_of_that_week(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose la semaine prochaine")
    assert starts(the_poll()) == []
    lea.says("mardi et jeudi à 19h")
    assert starts(the_poll()) == ["10/03 19:00", "12/03 19:00"]


@MIXED
@pytest.mark.parametrize("words", ["le 31 février à 19h", "le 29 mars à 2h30", "en décembre", "le mardi à 19h"])
def test_what_is_not_sure_is_never_put_to_the_vote(story: Story, words: str) -> None:
    lea = story.member("Léa")
    lea.says(f"je propose {words}")
    assert starts(the_poll()) == []
    assert not any("Lance" in label for label in lea.buttons)


@MIXED
def test_words_left_out_are_told(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose jeudi 19h sinon schmurdi 12 20h")
    assert the_poll().state == "draft"
    said = " ".join(lea.said())
    assert "schmurdi" in said


@MIXED
def test_nonsense_is_answered_with_an_example(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("dates")
    lea.says("euh bof")
    lea.hears("Je n'y vois pas de date")
    lea.sends("photo")
    lea.hears("Je ne lis que les mots")
    lea.says("annuler")
    lea.hears("pas de vote")


@MIXED
def test_an_organizer_may_fix_the_only_date_without_a_vote(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("je propose le 12 mars à 19h30")
    assert not any("Fixer" in label for label in lea.buttons)
    marc.says("je propose le 12 mars à 19h30 au Café des Arts")
    press(marc, "Fixer directement")
    press(marc, "Fixer directement")
    meeting = meeting_of(story)
    assert meeting is not None and meeting.where() == "Café des Arts"
    assert Meeting.select().count() == 1


@MIXED
def test_a_second_proposal_joins_the_open_vote(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    open_poll(story, marc)
    lea.says("je propose le 20 mars à 19h")
    lea.hears("Un vote est déjà ouvert")
    press(lea, "Ajouter au vote")
    assert [poll.state for poll in Poll.select().order_by(Poll.id)] == ["open", "cancelled"]
    poll = Poll.open_of(story.home())[0]
    assert starts(poll)[-1] == "20/03 19:00"
    assert votes_of(lea, poll) == "---y"


@pytest.mark.parametrize("platform", ["telegram", "mixed"], indirect=True)
def test_in_the_group_chat_a_sure_proposal_is_launched_by_its_author(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    lea.says("/dates jeudi 12 mars à 12h ou le 14 à 19h30", chat=story.chat)
    lea.hears("Léa propose :", chat=story.chat)
    marc.taps("Lance", chat=story.chat)
    assert "c'est à son auteur" in marc.toast
    lea.taps("Lance", chat=story.chat)
    marc.hears("Léa demande : on se voit quand", chat=story.chat)
    lea.taps("Lance", chat=story.chat)
    assert marc.count("Léa demande", chat=story.chat) == 1


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_group_chat_a_doubt_goes_on_in_private(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/dates jeudi ou vendredi soir", chat=story.chat)
    lea.hears("on règle ça en privé", chat=story.chat)
    lea.taps("M'écrire", chat=story.chat)
    lea.hears("À quelle heure")
    lea.taps("19h30")
    assert starts(the_poll()) == ["05/03 19:30", "06/03 19:30"]


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_a_stranger_cannot_propose(story: Story) -> None:
    story.organizer("Marc")
    zoe = story.stranger("Zoé")
    zoe.says("/dates jeudi 12h")
    assert not Poll.select().exists()


@MIXED
def test_a_member_of_two_groups_says_which_one(story: Story) -> None:
    lea = story.member("Léa")
    other = story.another_group("Les autres")
    story.seat(lea, other, ORGANIZER)
    lea.says("je propose le 12 mars à 19h30")
    press(lea, "Les autres")
    assert the_poll().group == other


@MIXED
def test_dates_that_pass_before_the_launch_are_left_out(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose demain à 12h ou le 12 mars à 12h")
    story.later(days=2)
    press(lea, "Lance")
    assert starts(the_poll()) == ["12/03 12:00"]


@MIXED
def test_a_draft_that_was_cancelled_is_not_launched(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("je propose le 12 mars à 12h ou le 13 mars à 12h")
    press(lea, "Annuler")
    press(lea, "Lance")
    assert the_poll().state == "cancelled"

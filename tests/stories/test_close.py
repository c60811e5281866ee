"""Stories of the closing: one card, no end without a next date, and a morning after for those who forget."""

import pytest

from storage import db
from storage.groups import Membership
from storage.meetings import Meeting
from storage.missions import Thanks
from storage.polls import DATE, Poll
from storage.rhythms import Rhythm
from storage.sessions import CLOSED, CLOSING, RUNNING, Session
from tests.stories import evenings
from tests.stories.evenings import begin, tap, tonight
from tests.stories.hands import press
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def evening(story: Story) -> tuple[Actor, Actor, Actor, Session]:
    """Léa animates, Marc and Zoé are there: the meeting is on."""
    lea, marc, zoe = story.organizer("Léa"), story.member("Marc"), story.member("Zoé")
    tonight(story, lea, marc, zoe)
    return lea, marc, zoe, begin(story, lea, marc, zoe)


def now_of(session: Session) -> Session:
    return Session.get_by_id(session.id)


def card(story: Story, actor: Actor) -> str:
    return evenings.card(story, actor, "vant de se quitter")


def test_a_meeting_ends_once_its_next_date_is_fixed(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    lea.says("on clôt")
    story.later(seconds=5)
    assert now_of(session).state == CLOSING
    shown = card(story, lea)
    assert "✓ Présents (3)" in shown and "○ Prochaine date" in shown and "○ Cartes mission" in shown

    tap(story, lea, "Terminer")
    assert now_of(session).state == CLOSING, "not without a next date"
    lea.says("fixe jeudi 19 à 19h30")
    press(lea, "Oui, fixe")
    story.later(seconds=5)
    if story.chat is not None:
        assert "✓ Prochaine date : jeudi 19 mars" in card(story, lea)

    tap(story, lea, "Terminer")
    story.later(seconds=5)
    assert now_of(session).state == CLOSED and now_of(session).told_at is not None
    meeting = Meeting.get_by_id(session.meeting_id)
    assert meeting.state == "closed" and meeting.head_count == 3


def test_closing_without_a_date_says_kindly_what_is_missing(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    lea.says("on clôt")
    tap(story, lea, "Terminer")
    missing = "Il manque juste la prochaine date"
    assert missing in (lea.toast if story.chat is not None and lea.platform == "telegram" else lea.last)
    lea.says("/clore")
    story.later(seconds=2)
    assert now_of(session).state == CLOSING


def test_an_open_vote_is_enough_and_is_proposed_from_the_card(story: Story) -> None:
    lea, marc, _zoe, session = evening(story)
    lea.says("on clôt")
    tap(story, marc, "Des dates")
    marc.hears("Quand ?")
    marc.says("le 14 à 19h30 ou le 17 à 18h30")
    press(marc, "Lance")
    story.later(seconds=5)
    poll = Poll.get(Poll.state == "open")
    assert poll.asked_by_id == marc.person.id
    if story.chat is not None:
        assert "✓ Prochaine date : le vote est ouvert" in card(story, lea)
    tap(story, marc, "Terminer")
    assert now_of(session).state == CLOSED and now_of(session).closed_by == marc.person


@MIXED
def test_a_group_with_a_rhythm_finds_its_days_put_to_the_vote_at_once(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    with db.transaction():
        Rhythm.create(group=story.home(), weekdays=[1, 3], start="19:30")
    lea.says("on clôt")
    chat = evenings.chat(story)
    for _twice in range(2):
        lea.taps("Des dates", chat=chat, settle=False)
    story.settle()
    story.later(seconds=5)
    polls = list(Poll.select().where(Poll.state == "open", Poll.kind == DATE))
    assert len(polls) == 1 and {choice.start.hour for choice in polls[0].choices()} == {19}
    tap(story, lea, "Terminer")
    assert now_of(session).state == CLOSED


def test_no_date_before_a_given_day_is_an_answer_too(story: Story) -> None:
    lea, marc, _zoe, session = evening(story)
    lea.says("on clôt")
    tap(story, marc, "Pas avant")
    marc.hears("Pas avant quel jour")
    marc.says("le 1er janvier 2020")
    marc.hears("Quel jour à venir")
    marc.says("le 15 avril")
    marc.hears("pas de date avant le mercredi 15 avril")
    tap(story, lea, "Terminer")
    story.later(seconds=5)
    kept = now_of(session)
    assert kept.state == CLOSED and f"{kept.skip_until}" == "2026-04-15"

    story.later(days=30)
    lea.never_hears("aucune date n'est fixée")
    story.later(days=13)
    if lea.platform == "whatsapp":
        lea.taps("Lire")  # the window was closed: the template's button opens it
    lea.hears("aucune date n'est fixée")


@MIXED
def test_not_before_may_be_said_in_one_go(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    lea.says("on clôt")
    lea.says("pas avant le 12 avril")
    lea.hears("pas de date avant le dimanche 12 avril")
    assert f"{now_of(session).skip_until}" == "2026-04-12"


def test_a_stranger_and_a_member_who_is_not_there_close_nothing(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    hugo, stranger = story.member("Hugo"), story.stranger("Inès")
    hugo.says("on clôt")
    hugo.hears("pour ceux qui sont à la réunion")
    stranger.says("on clôt")
    assert now_of(session).state == RUNNING
    lea.says("on clôt")
    if story.chat is not None:
        on_telegram = story.member("Noé", on="telegram")
        on_telegram.taps("Terminer", chat=story.chat)
        assert "pour ceux qui sont à la réunion" in on_telegram.toast
    assert now_of(session).state == CLOSING


def test_two_who_close_at_once_make_one_card_and_one_end(story: Story) -> None:
    lea, marc, _zoe, session = evening(story)
    story.emu.concurrently(lambda: lea.phone.says("on clôt"), lambda: marc.phone.says("on clôt"))
    story.settle()
    story.later(seconds=5)
    assert now_of(session).state == CLOSING
    lea.says("pas avant le 15 avril")
    if story.chat is not None:
        assert sum("quitter" in bubble.text for bubble in story.chat.messages() if bubble.from_bot) == 1
    tap(story, lea, "Terminer")
    assert now_of(session).state == CLOSED and now_of(session).closed_by == lea.person


@MIXED
def test_a_late_tap_on_a_closed_meeting_says_so(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    lea.says("on clôt")
    chat = evenings.chat(story)
    finish = next(c.value for b in reversed(chat.messages()) for c in b.choices if c.label == "Terminer")
    lea.says("pas avant le 15 avril")
    for _twice in range(2):
        lea.taps(chat=chat, raw_data=finish)
    assert "est close" in lea.toast
    assert now_of(session).told_at is not None


def test_thanks_are_kept_and_shown(story: Story) -> None:
    lea, marc, zoe, session = evening(story)
    lea.says("on clôt")
    marc.says("Merci à Zoé pour les gâteaux !")
    marc.hears("je le garde pour le compte rendu")
    marc.says("Merci à Zoé pour les gâteaux !")
    marc.hears("Je l'ai déjà")
    kept = Thanks.of_meeting(session.meeting)
    assert [(one.by_id, one.person_id) for one in kept] == [(marc.person.id, zoe.person.id)]
    story.later(seconds=5)
    if story.chat is not None:
        assert "♡ Merci à Zoé pour les gâteaux (Marc)" in card(story, lea)
    marc.says("merci beaucoup !")
    assert Thanks.select().count() == 1


@MIXED
def test_thanks_in_the_group_by_answering_the_card(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    chat = evenings.chat(story)
    lea.says("on clôt")
    story.later(seconds=5)
    shown = next(bubble for bubble in reversed(chat.messages()) if bubble.from_bot and "quitter" in bubble.text)
    lea.says("merci à Zoé d'avoir animé", chat=chat, reply_to=shown)
    assert Thanks.of_meeting(session.meeting)[0].words == "merci à Zoé d'avoir animé"


def test_a_meeting_that_nobody_closed_still_asks_for_its_next_date(story: Story) -> None:
    lea, marc, _zoe, session = evening(story)
    story.later(hours=16)
    lea.hears("personne ne l'a close")
    lea.hears("Il reste une chose")
    marc.never_hears("Il reste une chose")
    assert now_of(session).state == CLOSED and now_of(session).told_at is None
    lea.says("fixe jeudi 19 à 19h30")
    press(lea, "Oui, fixe")
    assert now_of(session).told_at is None, "two hours for whoever animates to correct who was there"
    story.later(hours=3)
    assert now_of(session).told_at is not None


@MIXED
def test_a_forgotten_meeting_without_an_answer_ends_the_same_day(story: Story) -> None:
    _lea, _marc, _zoe, session = evening(story)
    story.later(hours=40)
    assert now_of(session).told_at is not None


@MIXED
def test_they_may_go_on_after_all(story: Story) -> None:
    lea, marc, _zoe, session = evening(story)
    lea.says("on clôt")
    marc.says("finalement on continue")
    marc.hears("Alors on continue")
    assert now_of(session).state == RUNNING
    marc.says("on clôt")
    assert now_of(session).state == CLOSING


@MIXED
def test_who_is_in_two_groups_closes_the_one_that_meets(story: Story) -> None:
    lea, _marc, _zoe, session = evening(story)
    other = story.another_group("Le club du jeudi")
    with db.transaction():
        Membership.welcome(other, lea.person, lea.address, "organizer")
    lea.says("on clôt")
    if "groupe" in lea.last.lower() and now_of(session).state == RUNNING:
        press(lea, "Les indés de Nantes")
    assert now_of(session).state == CLOSING


def test_somebody_joins_and_another_leaves_while_it_closes(story: Story) -> None:
    lea, _marc, zoe, session = evening(story)
    lea.says("on clôt")
    with db.transaction():
        seat = Membership.of(story.home(), zoe.person)
        assert seat is not None
        seat.leave()
    noe = story.member("Noé")
    noe.says("je suis là")
    story.later(seconds=5)
    assert {person.name for person in now_of(session).present()} == {"Léa", "Marc", "Noé"}
    noe.says("on clôt")
    lea.says("pas avant le 15 avril")
    tap(story, lea, "Terminer")
    assert now_of(session).state == CLOSED

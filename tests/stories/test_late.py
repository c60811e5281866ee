"""Late or not coming after all: said up to the last minute, heard by those who come."""

import datetime as dt

import pytest

from storage.meetings import NO, YES, Attendance
from storage.people import TELEGRAM, WHATSAPP
from tests.stories.hands import press
from tests.stories.meetings import THURSDAY, answer_of, fix, here, until
from tests.stories.test_remind import keep_open
from tests.story import Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
MINUTE = dt.timedelta(minutes=1)


def test_ten_minutes_late_is_told_to_those_who_come(story: Story) -> None:
    lea, ben, zoe = story.member("Léa"), story.member("Benoît"), story.member("Zoé")
    meeting = fix(story)
    for actor in (lea, ben):
        actor.says("je viens")
    zoe.says("je ne viens pas")
    until(story, THURSDAY - 20 * MINUTE)
    keep_open(lea, ben, zoe)
    lea.says("j'arrive en retard de 10 min")
    ben.hears("Léa aura 10 minutes de retard.")
    lea.hears("est prévenue")
    zoe.never_hears("de retard.")
    lea.never_hears("Léa aura")
    row = Attendance.of(meeting, lea.person)
    assert row is not None and row.late == 10


def test_up_to_the_last_minute_and_after_it(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story)
    for actor in (lea, ben):
        actor.says("je viens")
    until(story, THURSDAY + 5 * MINUTE)
    keep_open(lea, ben)
    lea.says("je ne peux plus, ma fille est malade")
    ben.hears("Léa ne peut finalement pas venir.")
    ben.hears("« ma fille est malade »")
    assert answer_of(meeting, lea) == NO


@MIXED
def test_days_before_nobody_is_disturbed(story: Story) -> None:
    lea, ben = story.member("Léa", on=TELEGRAM), story.member("Benoît", on=TELEGRAM)
    fix(story)
    lea.says("je viens")
    ben.says("je viens")
    lea.says("je ne peux plus")
    ben.never_hears("Léa ne peut")
    ben.says("je serai en retard de 20 minutes jeudi")
    ben.hears("le liront dans leur rappel")
    lea.never_hears("Benoît aura")
    story.later(seconds=6)
    lea.never_hears("retard", chat=story.chat)  # the whole group need not know


@MIXED
def test_lateness_is_told_in_the_reminder_of_those_who_come(story: Story) -> None:
    lea, ben, tom = (story.member(name, on=TELEGRAM) for name in ("Léa", "Benoît", "Tom"))
    fix(story)
    lea.says("je viens")
    ben.says("je viens")
    ben.says("je serai en retard de 20 minutes jeudi")
    until(story, THURSDAY - 170 * MINUTE)
    lea.hears("Benoît (20 min de retard)")
    tom.never_hears("retard")


@MIXED
def test_one_signal_in_ten_minutes_the_last_one_counts(story: Story) -> None:
    lea, ben = story.member("Léa", on=TELEGRAM), story.member("Benoît", on=TELEGRAM)
    fix(story)
    lea.says("je viens")
    ben.says("je viens")
    until(story, THURSDAY - 30 * MINUTE)
    for minutes in (5, 10, 20):
        lea.says(f"{minutes} min de retard")
    assert ben.count("Léa aura") == 1
    lea.hears("je leur redis dans quelques minutes")
    until(story, THURSDAY - 19 * MINUTE)
    assert ben.count("Léa aura") == 2
    ben.hears("Léa aura 20 minutes de retard.")


@MIXED
def test_how_late_is_asked_when_it_is_not_said(story: Story) -> None:
    lea, ben = story.member("Léa", on=TELEGRAM), story.member("Benoît", on=WHATSAPP)
    fix(story)
    lea.says("je viens")
    ben.says("je viens")
    until(story, THURSDAY - 30 * MINUTE)
    keep_open(ben)
    ben.says("je serai en retard")
    ben.hears("Combien de minutes de retard ?")
    ben.says("un quart d'heure de retard")
    lea.hears("Benoît aura 15 minutes de retard.")
    lea.says("I'm running late")
    lea.taps("20 minutes")
    ben.hears("Léa aura 20 minutes de retard.")


@MIXED
def test_the_reminder_has_a_button_for_it(story: Story) -> None:
    lea, ben = story.member("Léa", on=TELEGRAM), story.member("Benoît", on=TELEGRAM)
    fix(story)
    lea.says("je viens")
    ben.says("je viens")
    until(story, THURSDAY - 50 * MINUTE)
    press(lea, "J'aurai du retard")
    lea.says("25")
    ben.hears("Léa aura 25 minutes de retard.")


@MIXED
def test_in_the_group_only_those_elsewhere_are_told_again(story: Story) -> None:
    lea, zoe = story.member("Léa", on=TELEGRAM), story.member("Zoé", on=TELEGRAM)
    ben = story.member("Benoît", on=WHATSAPP)
    fix(story)
    for actor in (lea, zoe, ben):
        actor.says("je viens")
    until(story, THURSDAY - 30 * MINUTE)
    keep_open(ben)
    lea.says(f"@{story.emu.bot_username} j'arrive en retard de 10 min", chat=story.chat)
    ben.hears("Léa aura 10 minutes de retard.")
    zoe.never_hears("Léa aura")


@MIXED
def test_of_two_meetings_the_one_they_come_to_is_meant(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    first, second = fix(story), fix(story, THURSDAY + dt.timedelta(days=14))
    lea.says("je viens jeudi")
    second_card = [b for b in lea.bubbles(story.chat) if "26 mars" in b.text]
    assert second_card
    lea.says("je ne viens pas")
    assert answer_of(first, lea) == NO and answer_of(second, lea) == ""
    lea.taps("Je viens", chat=story.chat)
    assert answer_of(second, lea) == YES
    lea.says("je ne peux plus")
    assert answer_of(second, lea) == NO


@MIXED
def test_chatter_about_delays_is_left_alone(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("je viens")
    until(story, THURSDAY - 30 * MINUTE)
    lea.says("j'ai du retard sur mon projet")
    row = Attendance.of(meeting, lea.person)
    assert row is not None and row.late is None


@MIXED
def test_a_stranger_is_late_for_nothing(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    lea.says("je viens")
    zoe = story.stranger("Zoé")
    until(story, THURSDAY - 30 * MINUTE)
    zoe.says("j'arrive en retard de 10 min")
    lea.never_hears("Zoé")


@MIXED
def test_who_books_the_table_hears_of_a_withdrawal(story: Story) -> None:
    marc, lea, zoe = (story.member(name, on=TELEGRAM) for name in ("Marc", "Léa", "Zoé"))
    boss = story.organizer("Camille", on=TELEGRAM)
    meeting = fix(story)
    for actor in (marc, lea, zoe):
        actor.says("je viens")
    marc.says("je réserve la table")
    lea.says("je ne peux plus")
    marc.hears("Léa ne peut finalement pas venir.")
    marc.hears("2 personnes pour jeudi 12 mars")
    zoe.never_hears("Léa ne peut")
    marc.says("je ne peux plus venir")
    boss.hears("Marc devait réserver la table")
    assert here(meeting).booked_by_id is None

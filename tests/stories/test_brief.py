"""Whoever is next in the hot seat gets ready two days before, and says the next time what became of it."""

import datetime as dt

import pytest

from storage import db
from storage.hotseats import HotSeat
from storage.meetings import NO
from storage.people import TELEGRAM, WHATSAPP
from storage.rosters import put
from tests.stories.hands import press
from tests.stories.hot_seats import begin, come, planned, sat, together
from tests.stories.meetings import PARIS, THURSDAY, change, fix, here, until
from tests.story import Actor, Story

TUESDAY = THURSDAY - dt.timedelta(days=2)


def three(story: Story) -> tuple[Actor, Actor, Actor]:
    return story.organizer("Marc"), story.member("Léa"), story.member("Zoé")


def seat_of(story: Story, actor: Actor) -> HotSeat:
    found = HotSeat.open_of(story.home(), actor.person)
    assert found is not None
    return found


def test_the_next_one_gets_ready_with_three_questions(story: Story) -> None:
    marc, lea, zoe = three(story)
    planned(story, marc, lea, zoe)
    until(story, TUESDAY - dt.timedelta(hours=1))
    marc.never_hears("Le hot seat est à toi")
    until(story, TUESDAY + dt.timedelta(hours=1))
    _open(marc)
    marc.hears("Le hot seat est à toi jeudi 12 mars")
    lea.never_hears("Le hot seat est à toi")
    press(marc, "Je me prépare")
    marc.says("Mes clients trouvent mes prix trop élevés.\nDeux sont partis.")
    marc.says("Une remise de 10 %")
    marc.says("Comment tenir mes prix ?")
    seat = seat_of(story, marc)
    assert (seat.tried, seat.request) == ("Une remise de 10 %", "Comment tenir mes prix ?")
    marc.hears("C'est gardé")
    assert story.chat is None or "prix" not in " ".join(marc.said(story.chat)), "it is for Marc alone"


def _open(actor: Actor) -> None:
    """On WhatsApp the window has closed meanwhile: the template is answered."""
    if actor.platform == WHATSAPP:
        actor.says("bonjour")


def test_a_question_may_be_skipped_or_taken_back(story: Story) -> None:
    marc, lea, zoe = three(story)
    planned(story, marc, lea, zoe)
    marc.says("je prépare mon hot seat")
    marc.says("passer")
    marc.hears("2/3")
    marc.says("retour")
    marc.hears("1/3")
    marc.sends("voice")
    marc.hears("Je ne lis que les mots")
    marc.says("Trop de travail")
    press(marc, "Passer")
    marc.says("annuler")
    marc.hears("C'est gardé")
    assert seat_of(story, marc).problem == "Trop de travail" and seat_of(story, marc).tried == ""


def test_who_withdraws_leaves_the_brief_to_the_next(story: Story) -> None:
    marc, lea, zoe = three(story)
    meeting = planned(story, marc, lea, zoe)
    until(story, TUESDAY + dt.timedelta(hours=1))
    marc.says("je ne peux plus venir")
    _open(lea)
    lea.hears("Le hot seat est à toi")
    assert seat_of(story, marc).state == "waiting"
    come(meeting, marc)
    assert lea.count("Le hot seat est à toi") == 1
    _open(marc)
    assert marc.count("Le hot seat est à toi") == 1, "the turn stays with who has it now"


def test_not_this_time_passes_it_on_at_once(story: Story) -> None:
    marc, lea, zoe = three(story)
    planned(story, marc, lea, zoe)
    until(story, TUESDAY + dt.timedelta(hours=1))
    _open(marc)
    press(marc, "Pas cette fois")
    marc.hears("pas de hot seat pour toi")
    _open(lea)
    lea.hears("Le hot seat est à toi")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_nobody_is_woken_and_nobody_is_asked_twice(story: Story) -> None:
    marc, lea, zoe = three(story)
    planned(story, marc, lea, zoe, start=dt.datetime(2026, 3, 12, 7, 0, tzinfo=PARIS))
    until(story, dt.datetime(2026, 3, 9, 20, 0, tzinfo=PARIS))
    marc.never_hears("Le hot seat est à toi")
    until(story, dt.datetime(2026, 3, 9, 21, 0, tzinfo=PARIS))
    assert marc.count("Le hot seat est à toi") == 1
    until(story, dt.datetime(2026, 3, 11, 12, 0, tzinfo=PARIS))
    assert marc.count("Le hot seat est à toi") == 1


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_meeting_that_is_moved_is_prepared_two_days_before_its_new_date(story: Story) -> None:
    marc, lea, zoe = three(story)
    meeting = planned(story, marc, lea, zoe)
    with db.transaction():
        meeting.move(THURSDAY + dt.timedelta(days=7))
    change(story, "meeting_moved", here(meeting), old=THURSDAY)
    come(meeting, marc, lea, zoe)
    until(story, THURSDAY)
    marc.never_hears("Le hot seat est à toi")
    until(story, THURSDAY + dt.timedelta(days=6))
    marc.hears("Le hot seat est à toi jeudi 19 mars")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_date_fixed_for_tomorrow_is_prepared_soon(story: Story) -> None:
    marc, lea, zoe = three(story)
    planned(story, marc, lea, zoe, start=dt.datetime(2026, 3, 4, 19, 30, tzinfo=PARIS))
    story.later(hours=2)
    marc.hears("Le hot seat est à toi mercredi 4 mars")


def test_the_brief_is_given_back_when_the_hot_seat_begins(story: Story) -> None:
    marc, lea, zoe = three(story)
    marc.says("je prépare mon hot seat")
    marc.says("Mes prix")
    marc.says("Rien encore")
    marc.says("Que faire ?")
    together(story, marc, lea, zoe)
    begin(story, marc)
    marc.hears("Tu avais préparé")
    lea.never_hears("Mes prix")


def test_last_times_owner_is_asked_what_became_of_it(story: Story) -> None:
    marc, lea, zoe = three(story)
    last = fix(story, dt.datetime(2026, 3, 3, 11, 0, tzinfo=PARIS))
    story.later(hours=4)
    sat(lea, last, days_ago=0).note(request="Comment tenir mes prix ?")
    planned(story, marc, zoe)
    until(story, TUESDAY + dt.timedelta(hours=1))
    _open(lea)
    lea.hears("Comment tenir mes prix ?")
    press(lea, "Je raconte")
    lea.says("Deux sont revenus")
    lea.hears("c'est gardé")
    seat = HotSeat.last_done(story.home())
    assert seat is not None and seat.news == "Deux sont revenus"
    zoe.never_hears("Deux sont revenus")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_who_does_not_come_is_not_asked_what_became_of_it(story: Story) -> None:
    marc, lea, zoe = three(story)
    last = fix(story, dt.datetime(2026, 3, 3, 11, 0, tzinfo=PARIS))
    story.later(hours=4)
    sat(lea, last, days_ago=0)
    meeting = planned(story, marc, zoe)
    with db.transaction():
        put(meeting, lea.person, NO)
    until(story, THURSDAY)
    lea.never_hears("Où en es-tu")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_who_left_the_group_has_no_turn_any_more(story: Story) -> None:
    from handlers.kit import inbox
    from storage.groups import Membership

    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    lea.says("je prépare mon hot seat")
    with db.transaction():
        seat = Membership.of(story.home(), lea.person)
        assert seat is not None and seat.leave()
        inbox.happen("gone", seat)
    assert HotSeat.open_of(story.home(), lea.person) is None
    assert HotSeat.prepare(story.home(), marc.person).state == "waiting"

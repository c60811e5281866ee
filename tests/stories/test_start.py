"""The meeting begins: by who animates, or by anybody once the hour has passed."""

import datetime as dt

import pytest

from handlers.kit import inbox
from storage import db
from storage.meetings import Attendance, Meeting
from storage.people import TELEGRAM, WHATSAPP
from storage.sessions import Session
from tests.stories.evenings import TONIGHT, begin, card, chat, names, tap, tonight
from tests.stories.hands import carried, press
from tests.stories.meetings import until
from tests.story import Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def test_who_animates_starts_and_the_card_says_who_is_here(story: Story) -> None:
    marc, lea, hugo = story.organizer("Marc"), story.member("Léa"), story.member("Hugo")
    tonight(story, marc, lea, hugo)
    session = begin(story, marc, lea)
    assert names(session.present()) == ["Marc", "Léa"]
    text = card(story, marc, "La réunion a commencé")
    assert "Ce qui se dit ici reste ici" in text
    if story.platform != WHATSAPP:
        assert "Sont là (2) : Marc et Léa" in text
        assert "En chemin : Hugo" in text
        assert len(chat(story).heard("Ce qui se dit ici")) == 1, "one live card, edited in place"
    if hugo.platform == WHATSAPP:
        hugo.hears("La réunion a commencé")


def test_the_day_card_comes_an_hour_before_and_starts_the_meeting(story: Story) -> None:
    marc, _lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc)
    until(story, TONIGHT - dt.timedelta(minutes=59))
    card(story, marc, "lance la réunion d'un tap")
    until(story, TONIGHT)
    tap(story, marc, "On commence")
    assert Session.get().state == "running"
    assert names(Session.get().present()) == ["Marc"]


def test_before_the_hour_somebody_else_waits_and_five_minutes_later_may_start(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    until(story, TONIGHT)
    lea.says("on commence")
    lea.hears("C'est Marc qui lance la réunion")
    assert not Session.select().count()
    story.later(minutes=5)
    lea.says("on commence")
    assert names(Session.get().present()) == ["Léa"]
    assert Session.get().animator == lea.person


def test_two_who_start_at_once_make_one_meeting(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.organizer("Léa")
    tonight(story, marc, lea)
    until(story, TONIGHT)
    story.emu.concurrently(lambda: marc.phone.says("on commence"), lambda: lea.phone.says("on commence"))
    story.settle()
    assert Session.select().count() == 1
    assert set(names(Session.get().present())) == {"Marc", "Léa"}
    assert marc.count("l'a déjà lancée") + lea.count("l'a déjà lancée") == 1


def test_two_who_improvise_a_meeting_at_once_make_one(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("on commence")
    lea.says("on commence")
    story.emu.concurrently(lambda: marc.phone.taps("Oui, maintenant"), lambda: lea.phone.taps("Oui, maintenant"))
    story.settle()
    assert Meeting.select().count() == Session.select().count() == 1
    assert set(names(Session.get().present())) == {"Marc", "Léa"}


def test_starting_twice_changes_nothing(story: Story) -> None:
    marc = story.organizer("Marc")
    tonight(story, marc)
    begin(story, marc)
    marc.says("on commence")
    marc.hears("l'a déjà lancée")
    assert Session.select().count() == 1


def test_without_a_meeting_today_one_is_made_on_the_spot(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("on commence")
    lea.hears("En commencer une maintenant ?")
    press(lea, "Oui, maintenant")
    assert Session.get().meeting.group == story.home()
    press(lea, "Oui, maintenant")
    assert Meeting.select().count() == 1, "the same tap twice is one meeting"


@mixed
def test_a_stranger_starts_nothing(story: Story) -> None:
    marc, zoe = story.organizer("Marc"), story.stranger("Zoé", on=TELEGRAM)
    tonight(story, marc)
    until(story, TONIGHT + dt.timedelta(minutes=10))
    zoe.says("on commence")
    zoe.hears("dans aucun groupe")
    zoe.says("je suis là")
    zoe.hears("Aucune réunion n'est en cours")
    assert not Session.select().count()


@mixed
def test_much_too_early_one_is_asked_first(story: Story) -> None:
    marc = story.organizer("Marc")
    tonight(story, marc)
    marc.says("on commence")
    marc.hears("La commencer maintenant quand même")
    press(marc, "Oui, on commence")
    assert Session.get().started_by == marc.person


@mixed
def test_a_late_tap_on_yesterdays_card_starts_nothing(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    tonight(story, marc)
    until(story, TONIGHT - dt.timedelta(minutes=50))
    story.later(days=1)
    tap(story, marc, "On commence")
    assert "passée" in marc.toast
    tap(story, marc, "Je suis là")
    assert "finie" in marc.toast
    assert not Session.select().count()


@mixed
def test_somebody_in_two_groups_is_asked_which_one_starts(story: Story) -> None:
    marc = story.organizer("Marc")
    other = story.another_group("Les voisins")
    story.seat(marc, other, "organizer")
    tonight(story, marc)
    until(story, TONIGHT)
    marc.says("on commence")
    marc.hears("De quel groupe")
    press(marc, "Les indés de Nantes")
    assert Session.get().group == story.home()


@mixed
def test_in_two_groups_being_here_means_the_one_that_meets(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    story.seat(lea, story.another_group("Les voisins"))
    tonight(story, marc)
    session = begin(story, marc)
    lea.says("je suis là")
    assert names(session.present()) == ["Marc", "Léa"]


@mixed
def test_a_cancelled_meeting_is_not_started_by_its_card(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    meeting = tonight(story, marc)
    until(story, TONIGHT - dt.timedelta(minutes=50))
    old = next(b for b in reversed(chat(story).messages()) if b.from_bot and b.choices)
    value = old.choices[0].value
    with db.transaction():
        meeting.cancel()
        inbox.happen("meeting_cancelled", meeting)
    story.later(seconds=10)
    marc.taps(chat=story.chat, raw_data=value, message_id=int(old.id))
    assert "annulée" in marc.toast
    assert not Session.select().count()


def test_a_meeting_past_midnight_goes_on(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    session = begin(story, marc)
    until(story, TONIGHT + dt.timedelta(hours=5))
    lea.says("je suis là")
    assert names(session.present()) == ["Marc", "Léa"]
    assert Session.get().on


def test_nobody_closes_it_and_the_next_morning_asks_who_animated(story: Story) -> None:
    marc, lea, hugo = story.organizer("Marc"), story.member("Léa"), story.member("Hugo")
    meeting = tonight(story, marc, lea, hugo)
    begin(story, marc, lea)
    until(story, TONIGHT + dt.timedelta(hours=12))
    assert Session.get().on, "not before the morning"
    until(story, TONIGHT + dt.timedelta(hours=15))
    assert not Session.get().on
    marc.hears("personne ne l'a close")
    press(marc, "Compléter")
    marc.hears("Écris les prénoms")
    marc.says("Marc, Lea et Hugo")
    marc.hears("C'est noté, merci")
    assert names(Session.get().present()) == ["Marc", "Léa", "Hugo"]
    assert Meeting.get_by_id(meeting.id).head_count == 3
    lea.never_hears("personne ne l'a close")


def test_nobody_started_it_and_one_question_settles_who_came(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = tonight(story, marc, lea)
    until(story, TONIGHT + dt.timedelta(hours=15))
    marc.hears("a bien eu lieu")
    press(marc, "Oui, tous les 2")
    assert Meeting.get_by_id(meeting.id).state == "closed"
    assert Meeting.get_by_id(meeting.id).head_count == 2
    assert [row.present for row in Attendance.all_of(meeting)] == [True, True]
    press(marc, "Non, pas eu lieu")
    marc.hears("déjà réglé")
    assert marc.count("a bien eu lieu") == 1


@mixed
def test_it_did_not_take_place(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = tonight(story, marc)
    until(story, TONIGHT + dt.timedelta(hours=15))
    press(marc, "Non, pas eu lieu")
    marc.hears("Rien de grave")
    assert Meeting.get_by_id(meeting.id).state == "cancelled"


@mixed
def test_all_but_one_came(story: Story) -> None:
    marc, _lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    meeting = tonight(story, marc)
    until(story, TONIGHT + dt.timedelta(hours=15))
    press(marc, "Oui, je dis qui")
    marc.says("tous sauf Zozo")
    marc.hears("Je ne trouve pas « zozo »")
    marc.says("tous sauf zoe")
    came = {row.person_id for row in Attendance.all_of(meeting) if row.present}
    assert zoe.person.id not in came and len(came) == 2


@mixed
def test_cafe_mode_keeps_silent_and_comes_back(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    tonight(story, marc, lea)
    begin(story, marc, lea)
    said = len(lea.bubbles())
    tap(story, marc, "Mode café")
    story.later(seconds=10)
    assert "Mode café" in card(story, marc, "je me tais")
    lea.says("suivant")
    assert len(lea.bubbles()) == said + 1, "only the answer to what was asked"
    tap(story, marc, "Revenir à la méthode")
    story.later(seconds=10)
    card(story, marc, "La réunion a commencé")
    assert carried(lea, "Je suis là")

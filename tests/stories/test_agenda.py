"""Ask at any time: when, where, who comes, my dates; in one group or several, in private or in the chat (10)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from storage import db
from storage.groups import Group
from storage.meetings import Attendance, Meeting
from storage.people import TELEGRAM, Person
from storage.polls import PLACE, Choice, Poll
from storage.rhythms import Pause
from storage.venues import Venue
from tests.stories.hands import carried, press
from tests.stories.meetings import THURSDAY, answer_of, fix, until
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
on_telegram = pytest.mark.parametrize("platform", [TELEGRAM], indirect=True)


def say_yes(meeting: Meeting, *people: Actor, guests: int = 0) -> None:
    for person in people:
        Attendance.create(meeting=meeting, person=person.person, answer="yes", guests=guests)


def test_when_is_the_next_one(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    meeting = fix(story, place="Café des Arts, 3 rue du Port")
    say_yes(meeting, marc)
    for words in ("c'est quand la prochaine ?", "Salut, prochaine réunion ?", "next meeting?", "à quelle heure"):
        lea.says(words)
        assert "Prochaine réunion : jeudi 12 mars à 19h30–21h30." in lea.last.replace("*", ""), words
    assert "Café des Arts" in lea.last and "1 personne vient" in lea.last and "Et toi, tu viens ?" in lea.last
    assert len(lea.last.splitlines()) <= 8


def test_the_answer_can_be_given_right_there(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("c'est quand ?")
    press(lea, "Je viens")
    assert answer_of(meeting, lea) == "yes"
    lea.says("c'est quand ?")
    assert "Tu viens." in lea.last and "Et toi" not in lea.last
    assert any("agenda" in label for label in lea.buttons)


def test_who_comes(story: Story) -> None:
    lea, marc, zoe = story.member("Léa"), story.member("Marc"), story.member("Zoé")
    meeting = fix(story, plus_ones=True)
    lea.says("qui vient ?")
    assert "Personne n'a encore dit oui" in lea.last
    say_yes(meeting, marc, guests=1)
    Attendance.create(meeting=meeting, person=zoe.person, answer="maybe")
    lea.says("Qui vient jeudi ?")
    assert "(2)" in lea.last and "Marc +1" in lea.last and "Peut-être : Zoé" in lea.last


def test_where_is_it(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("où ?")
    assert "Le lieu n'est pas encore choisi" in lea.last
    Poll.create(group=story.home(), kind=PLACE, state="open")
    lea.says("c'est où ?")
    assert "écris « vote »" in lea.last
    cafe = Venue.create(
        group=story.home(), name="Café des Arts", address="3 rue du Port", map_link="https://osm.org/1"
    )
    meeting.meet_at(cafe, link="https://visio.example/salle")
    lea.says("c'est où ?")
    for words in ("Café des Arts, 3 rue du Port", "https://osm.org/1", "https://visio.example/salle", "19h30"):
        assert words in lea.last


@mixed
def test_a_meeting_that_is_on(story: Story) -> None:
    lea = story.member("Léa")
    fix(story)
    until(story, THURSDAY + dt.timedelta(minutes=30))
    lea.says("c'est quand ?")
    lea.hears("C'est en ce moment")


@mixed
def test_somebody_in_another_zone_sees_both_hours(story: Story) -> None:
    lea = story.member("Léa")
    Person.update(timezone="America/Montreal").where(Person.id == lea.person.id).execute()
    fix(story)
    lea.says("c'est quand ?")
    assert "heure de Paris" in lea.last and "14h30 chez toi" in lea.last, "New York has changed its hour already"


# ------------------------------------------------------------------ no date


def test_no_date_yet_and_who_looks_after_it(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("c'est quand la prochaine ?")
    assert "Aucune date n'est fixée. Marc s'en occupe" in lea.last and "Proposer des dates" in lea.buttons
    marc.says("c'est quand la prochaine ?")
    assert "entre tes mains" in marc.last


def test_no_date_but_a_vote(story: Story) -> None:
    lea = story.member("Léa")
    poll = Poll.create(group=story.home(), asked_by=lea.person)
    Choice.date(poll, THURSDAY)
    with db.transaction():
        poll.start(db.now() + dt.timedelta(days=2))
    lea.says("prochaine réunion ?")
    assert "le vote est ouvert jusqu'au jeudi 5 mars" in lea.last
    press(lea, "Voter")
    lea.hears("jeu. 12 mars à 19h30")


def test_a_break_has_a_day_of_return(story: Story) -> None:
    lea = story.member("Léa")
    back = dt.date(2026, 4, 6)
    ends = dt.datetime.combine(back, dt.time(9), ZoneInfo("Europe/Paris"))
    Pause.create(group=story.home(), until=back, ends_at=ends.astimezone(dt.UTC))
    lea.says("c'est quand la prochaine ?")
    assert "pause : retour le lundi 6 avril" in lea.last


@mixed
def test_a_cancelled_meeting_is_no_next_one(story: Story) -> None:
    lea = story.member("Léa")
    fix(story).cancel()
    lea.says("c'est quand la prochaine ?")
    lea.hears("Aucune date n'est fixée")


# ------------------------------------------------------------------ who may ask


@mixed
def test_a_stranger_learns_nothing(story: Story) -> None:
    story.home()
    zoe = story.stranger("Zoé")
    fix(story, place="Café des Arts")
    for words in ("c'est quand la prochaine ?", "où ?", "qui vient ?", "mes dates"):
        zoe.says(words)
        assert "aucun groupe" in zoe.last
    zoe.never_hears("Café des Arts")


@on_telegram
def test_a_button_of_a_group_one_has_left_shows_nothing(story: Story) -> None:
    lea = story.member("Léa")
    other = another(story, lea)
    fix(story, place="Café des Arts")
    lea.says("c'est quand ?")
    data = carried(lea, other.name)
    seat = other.membership_of(lea.person)
    assert seat is not None and seat.leave()
    lea.taps(0, raw_data=data)
    lea.hears("C'est réservé aux membres du groupe Les indés de Rennes")


@mixed
def test_an_open_question_waits_for_its_answer(story: Story) -> None:
    lea = story.member("Léa")
    fix(story)
    lea.says("pause")
    lea.says("c'est quand la prochaine ?")
    lea.hears("Prochaine réunion")
    assert "Jusqu'à quand" in lea.last
    lea.says("3 semaines")
    lea.hears("pause jusqu'au mardi 24 mars")


# ------------------------------------------------------------------ in the group's chat


@on_telegram
def test_in_the_chat_the_answer_is_for_everybody(story: Story) -> None:
    lea, _marc = story.member("Léa"), story.member("Marc")
    meeting = fix(story, place="Café des Arts")
    say_yes(meeting, lea)
    lea.says(f"{bot(story)} c'est quand la prochaine ?", chat=story.chat)
    told = lea.said(chat=story.chat)[-1]
    assert "jeudi 12 mars" in told and "Café des Arts" in told and "Tu viens" not in told
    lea.says(f"{bot(story)} mes dates", chat=story.chat)
    assert "restent entre nous" in lea.said(chat=story.chat)[-1]


@on_telegram
def test_talk_among_members_is_not_for_us(story: Story) -> None:
    lea = story.member("Léa")
    fix(story)
    before = len(lea.said(chat=story.chat))
    lea.says("c'est quand la prochaine ?", chat=story.chat)
    assert len(lea.said(chat=story.chat)) == before


def bot(story: Story) -> str:
    """How the bot is named in the chat."""
    return f"@{story.emu.bot_username}"


# ------------------------------------------------------------------ several groups


def another(story: Story, *people: Actor) -> Group:
    """A second group, with these people."""
    group = story.another_group("Les indés de Rennes")
    for person in people:
        story.seat(person, group)
    return group


def test_in_two_groups_both_are_named(story: Story) -> None:
    lea = story.member("Léa")
    rennes = another(story, lea)
    fix(story, place="Café des Arts")
    lea.says("c'est quand la prochaine ?")
    told = lea.last.replace("*", "")
    assert "Les indés de Nantes : jeu. 12 mars à 19h30, Café des Arts" in told
    assert "Les indés de Rennes : pas encore de date" in told
    press(lea, rennes.name)
    assert "Aucune date" in lea.last and "Rennes" in lea.last


def test_my_dates_of_all_groups_with_my_answers(story: Story) -> None:
    lea = story.member("Léa")
    rennes = another(story, lea)
    meeting = fix(story)
    fix(story, THURSDAY + dt.timedelta(days=5), group=rennes)
    say_yes(meeting, lea)
    lea.says("mes dates")
    told = lea.last.replace("*", "")
    assert "jeu. 12 mars à 19h30, Les indés de Nantes : tu viens" in told
    assert "mar. 17 mars à 19h30, Les indés de Rennes : pas encore répondu" in told
    press(lea, "mar. 17 mars à 19h30")
    assert "Et toi, tu viens ?" in lea.last and "Rennes" in lea.last
    press(lea, "Peut-être")
    assert answer_of(Meeting.next_of(rennes) or meeting, lea) == "maybe"
    assert len(told.splitlines()) <= 8


@mixed
def test_my_dates_without_any(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("mes dates")
    marc.hears("entre tes mains")


@on_telegram
def test_a_late_tap_on_an_old_date(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("mes dates")
    data = carried(lea, "jeu. 12 mars")
    meeting.cancel()
    lea.taps(0, raw_data=data)
    lea.hears("passée ou annulée")


@mixed
def test_many_groups_stay_short(story: Story) -> None:
    lea = story.member("Léa")
    for number in range(8):
        group = story.another_group(f"Groupe {number}")
        story.seat(lea, group)
        fix(story, THURSDAY + dt.timedelta(days=number), group=group)
    for words in ("c'est quand ?", "mes dates"):
        lea.says(words)
        assert len(lea.last.splitlines()) <= 8 and "de plus" in lea.last

"""Stories of the ratings: one tap each, only the average is shown, and another format after two so-so meetings."""

import datetime as dt

import pytest

from storage import db
from storage.meetings import Attendance, Meeting
from storage.missions import Rating
from storage.sessions import Session
from tests.stories import evenings
from tests.stories.evenings import TONIGHT, begin, tap, tonight
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def closing(story: Story) -> tuple[list[Actor], Session]:
    people = [story.organizer("Léa"), story.member("Marc"), story.member("Zoé")]
    tonight(story, *people)
    session = begin(story, *people)
    people[0].says("on clôt")
    story.later(seconds=5)
    return people, session


def card(story: Story, actor: Actor) -> str:
    return evenings.card(story, actor, "vant de se quitter")


def test_the_average_shows_from_three_opinions_on(story: Story) -> None:
    people, session = closing(story)
    for actor, face in zip(people[:2], ("😀", "🙂"), strict=True):
        tap(story, actor, face)
    story.later(seconds=5)
    assert Rating.average(session.meeting) == (2.5, 2)
    if story.chat is not None:
        assert "2 avis pour l'instant" in card(story, people[0]) and "😀" not in card(story, people[0])
    tap(story, people[2], "😀")
    story.later(seconds=5)
    if story.chat is not None:
        assert "Le format : 😀 en moyenne (3 avis)" in card(story, people[0])


def test_a_second_tap_changes_ones_mind_and_counts_once(story: Story) -> None:
    people, session = closing(story)
    for face in ("😐", "😐", "😀"):
        tap(story, people[1], face)
    assert Rating.average(session.meeting) == (3.0, 1)


@MIXED
def test_a_face_sent_in_private_is_read(story: Story) -> None:
    people, session = closing(story)
    people[1].says("🙂")
    people[1].hears("Seule la moyenne se voit")
    assert Rating.average(session.meeting) == (2.0, 1)


@MIXED
def test_who_was_not_there_has_nothing_to_rate(story: Story) -> None:
    _people, session = closing(story)
    noe = story.member("Noé", on="telegram")
    noe.taps("😐", chat=story.chat)
    assert "pour ceux qui étaient là" in noe.toast
    assert Rating.average(session.meeting)[1] == 0


@MIXED
def test_the_faces_stay_after_the_end_but_not_for_ever(story: Story) -> None:
    people, session = closing(story)
    people[0].says("pas avant le 15 avril")
    tap(story, people[0], "Terminer")
    story.later(days=1)
    people[0].taps("😀", chat=story.chat)
    assert Rating.average(session.meeting)[1] == 1
    story.later(days=8)
    people[2].taps("😀", chat=story.chat)
    assert "trop loin" in people[2].toast
    assert Rating.average(session.meeting)[1] == 1


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_two_so_so_meetings_in_a_row_suggest_another_format(story: Story) -> None:
    people = [story.organizer("Léa"), story.member("Marc"), story.member("Zoé")]
    with db.transaction():
        before = Meeting.fix(story.home(), TONIGHT - dt.timedelta(days=14), state="closed")
        Session.create(meeting=before, state="closed", ends_expected=before.end, told_at=db.now())
        for actor in people:
            Attendance.create(meeting=before, person=actor.person, answer="yes", present=True)
            Rating.put(before, actor.person, 1)
    tonight(story, *people)
    begin(story, *people)
    people[0].says("on clôt")
    story.later(seconds=5)
    for actor in people:
        tap(story, actor, "😐")
    people[0].says("pas avant le 15 avril")
    tap(story, people[0], "Terminer")
    story.later(hours=20)
    people[0].hears("Une idée pour la prochaine")
    people[1].never_hears("Une idée pour la prochaine")

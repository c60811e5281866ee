"""The rhythm of a group in free words or by buttons; and the next dates that come of it by themselves."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handlers.kit import inbox
from handlers.kit.reading import cadence, holidays
from storage import db
from storage.groups import Group
from storage.meetings import Meeting
from storage.polls import Poll
from storage.rhythms import Pause, Rhythm
from tests.stories.hands import press
from tests.story import Actor, Story

PARIS = ZoneInfo("Europe/Paris")
SENTENCE = "on se voit toutes les deux semaines, le mardi ou le jeudi, de 18h30 à 20h30"
ONE = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def habits(story: Story) -> Rhythm:
    return Rhythm.of(Group.get_by_id(story.home().id))


def met(story: Story, start: dt.datetime, told: bool = True) -> Meeting:
    """A meeting that is over, as of now."""
    with db.transaction():
        meeting = Meeting.fix(story.home(), start)
        if told:
            inbox.happen("meeting_over", meeting)
    story.settle()
    return meeting


def regular(story: Story, **facts: object) -> Actor:
    """A group that meets every two weeks on Tuesday or Thursday, whose dates are proposed by themselves."""
    marc = story.organizer("Marc")
    Rhythm(group=story.home(), weekdays=[1, 3], start="18:30", proposes=True, **facts).keep()
    return marc


def drafted(story: Story) -> list[str]:
    poll = Poll.select().where(Poll.group == story.home()).order_by(Poll.id.desc()).first()
    return [choice.wall for choice in poll.choices()] if poll else []


# ------------------------------------------------------------------ telling it


def test_an_organizer_tells_the_rhythm_in_a_sentence_and_reads_it_back(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says(SENTENCE)
    marc.hears("toutes les 2 semaines")
    marc.hears("mardi ou jeudi")
    marc.hears("de 18h30 à 20h30")
    kept = habits(story)
    assert (kept.weekdays, kept.start, kept.length) == ([1, 3], "18:30", 120)


def test_one_tap_undoes_the_change(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says(SENTENCE)
    marc.says("quorum 5")
    assert habits(story).quorum == 5
    marc.taps("Annuler")
    assert (habits(story).quorum, habits(story).weekdays) == (3, [1, 3])
    marc.taps("Annuler")
    marc.hears("rien à annuler")


@ONE
@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("/rythme quorum 4", "quorum", 4),
        ("quorum 4", "quorum", 4),
        ("rythme : vote 5 jours", "poll_days", 5),
        ("n'évite plus les jours fériés", "avoids_holidays", False),
        ("évite les vacances scolaires zone B", "school_zone", "B"),
        ("every two weeks on Tuesday at 6:30pm", "weekdays", [1]),
        ("propose les dates toi-même", "proposes", True),
    ],
)
def test_each_habit_has_its_words(story: Story, words: str, field: str, value: object) -> None:
    marc = story.organizer("Marc")
    marc.says(words)
    assert getattr(habits(story), field) == value


@ONE
def test_the_days_are_chosen_by_buttons(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("rythme")
    press(marc, "Les jours")
    press(marc, "mardi")
    press(marc, "jeudi")
    assert habits(story).weekdays == [1, 3]
    press(marc, "✓ mardi")
    assert habits(story).weekdays == [3]
    marc.says("ok")
    marc.hears("Jours : jeudi")


@ONE
def test_hour_and_quorum_by_buttons_or_a_bare_number(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("rythme")
    press(marc, "L'heure")
    press(marc, "18h30")
    assert habits(story).start == "18:30"
    marc.says("rythme")
    press(marc, "Le quorum")
    marc.says("6")
    assert habits(story).quorum == 6
    marc.says("rythme")
    press(marc, "L'heure")
    marc.says("19")
    assert habits(story).start == "19:00"


@ONE
def test_a_school_zone_is_asked_when_it_is_not_said(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("évite les vacances scolaires")
    marc.hears("Dans quelle zone")
    press(marc, "Zone B")
    marc.hears("vacances scolaires de la zone B")


@ONE
def test_words_without_a_rhythm_are_asked_again(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("rythme <b>=1+1</b> 🙂")
    marc.hears("pas trouvé de rythme")
    marc.says("annuler")
    marc.hears("Rien n'a changé")
    assert not habits(story).weekdays


def test_a_member_sees_the_rhythm_and_cannot_change_it(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("rythme")
    lea.hears("Notre rythme")
    lea.says("/rythme quorum 8")
    lea.hears("ce sont les organisateurs")
    lea.says("quorum 8")
    lea.hears("Seuls les organisateurs")
    assert habits(story).quorum == 3


@ONE
def test_a_stranger_sees_nothing(story: Story) -> None:
    story.organizer("Marc")
    zoe = story.stranger("Zoé")
    zoe.says("rythme")
    zoe.never_hears("Notre rythme")


# ------------------------------------------------------------------ the next dates


def test_after_a_meeting_the_animator_hears_the_dates_and_the_vote_opens(story: Story) -> None:
    marc = regular(story)
    story.later(hours=11)
    met(story, dt.datetime(2026, 3, 3, 18, 30, tzinfo=PARIS))
    marc.never_hears("vote du groupe")
    story.later(hours=12)
    marc.hears("Aujourd'hui à 12h")
    marc.hears("mardi 17 mars à 18h30")
    assert drafted(story) == ["2026-03-17T18:30", "2026-03-19T18:30", "2026-03-24T18:30"]
    story.later(hours=3)
    assert [poll.state for poll in Poll.select()] == ["open"]


@ONE
def test_a_tap_opens_the_vote_at_once_and_only_once(story: Story) -> None:
    marc = regular(story)
    met(story, dt.datetime(2026, 3, 2, 18, 30, tzinfo=PARIS))
    press(marc, "Lancer le vote")
    marc.hears("Le vote est ouvert")
    story.later(hours=5)
    assert [poll.state for poll in Poll.select()] == ["open"]


@ONE
def test_not_this_time(story: Story) -> None:
    marc = regular(story)
    met(story, dt.datetime(2026, 3, 2, 18, 30, tzinfo=PARIS))
    press(marc, "Pas cette fois")
    marc.hears("D'accord")
    story.later(days=5)
    assert not Poll.open_of(story.home())


@ONE
def test_nothing_is_proposed_while_a_date_or_a_pause_stands(story: Story) -> None:
    marc = regular(story)
    Meeting.fix(story.home(), dt.datetime(2026, 3, 20, 18, 30, tzinfo=PARIS))
    met(story, dt.datetime(2026, 3, 2, 18, 30, tzinfo=PARIS))
    story.later(days=1)
    assert not Poll.select().count()
    marc.never_hears("vote du groupe")


@ONE
def test_a_pause_declared_meanwhile_keeps_the_vote_closed(story: Story) -> None:
    regular(story)
    met(story, dt.datetime(2026, 3, 2, 18, 30, tzinfo=PARIS))
    Pause.create(group=story.home(), until=dt.date(2026, 4, 1), ends_at=db.now() + dt.timedelta(days=28))
    story.later(days=1)
    assert [poll.state for poll in Poll.select()] == ["cancelled"]


@ONE
def test_after_the_second_meeting_it_is_offered_once(story: Story) -> None:
    marc = story.organizer("Marc")
    met(story, dt.datetime(2026, 2, 17, 19, 30, tzinfo=PARIS))
    marc.never_hears("moi-même")
    met(story, dt.datetime(2026, 3, 2, 19, 30, tzinfo=PARIS))
    marc.hears("lundi 2 mars à 19h30")
    press(marc, "Oui, volontiers")
    assert (habits(story).proposes, habits(story).weekdays, habits(story).start) == (True, [0, 1], "19:30")
    marc.hears("au vote du groupe")


@ONE
def test_dates_avoid_public_and_school_holidays(story: Story) -> None:
    regular(story, school_zone="B")
    holidays.learn("FR", (2026, 2027), school=True)
    met(story, dt.datetime(2026, 3, 2, 18, 30, tzinfo=PARIS), told=False)
    story.later(days=34)
    Meeting.fix(story.home(), dt.datetime(2026, 4, 2, 18, 30, tzinfo=PARIS))
    found = [start.date() for start in cadence.coming(story.home())]
    assert found and not [day for day in found if dt.date(2026, 4, 11) <= day <= dt.date(2026, 4, 26)]
    Meeting.fix(story.home(), dt.datetime(2026, 4, 4, 18, 30, tzinfo=PARIS))
    Rhythm.update(weekdays=[4], school_zone=None).execute()
    group = Group.get_by_id(story.home().id)
    Meeting.fix(group, dt.datetime(2026, 4, 5, 18, 30, tzinfo=PARIS))
    free = cadence.free_days(group, Rhythm.of(group), dt.date(2026, 4, 20))
    assert not free(dt.date(2026, 5, 1)) and free(dt.date(2026, 5, 5))


@pytest.mark.parametrize(
    ("aim", "every", "weekdays", "found"),
    [
        ("2026-03-17", 14, [1, 3], ["2026-03-17", "2026-03-19", "2026-03-24"]),
        ("2026-03-10", 7, [1], ["2026-03-10", "2026-03-17"]),
        ("2026-04-02", 30, [3], ["2026-03-26", "2026-04-02", "2026-04-09", "2026-04-16"]),
        ("2026-02-01", 14, [1], ["2026-03-10"]),
    ],
)
def test_dates_are_near_the_rhythm(aim: str, every: int, weekdays: list[int], found: list[str]) -> None:
    days = cadence.near(dt.date.fromisoformat(aim), every, weekdays, dt.date(2026, 3, 6), lambda day: True)
    assert [day.isoformat() for day in days][: len(found)] == found
    assert 2 <= len(days) <= 4


@ONE
def test_in_the_group_chat_everybody_may_see_it(story: Story) -> None:
    story.organizer("Marc", on="telegram")
    zoe = story.member("Zoé", on="telegram")
    zoe.says("/rythme", chat=story.chat)
    zoe.hears("Notre rythme", story.chat)


@ONE
def test_who_organizes_two_groups_is_asked_which(story: Story) -> None:
    marc = story.organizer("Marc")
    other = story.another_group("Les voisins")
    story.seat(marc, other, "organizer")
    marc.says("quorum 6")
    press(marc, "Les voisins")
    assert Rhythm.of(other).quorum == 6
    assert habits(story).quorum == 3


@ONE
def test_two_taps_at_once_open_one_vote(story: Story) -> None:
    marc, lea = regular(story), story.organizer("Léa", on="telegram")
    met(story, dt.datetime(2026, 3, 2, 18, 30, tzinfo=PARIS))
    story.emu.concurrently(
        lambda: marc.taps("Lancer le vote", settle=False), lambda: marc.taps("Pas cette fois", settle=False)
    )
    story.settle()
    assert Poll.select().where(Poll.state.in_(("open", "cancelled"))).count() == 1
    assert lea.count("On se voit quand", story.chat) <= 1

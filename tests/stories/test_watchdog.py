"""No next date: the animator hears of it, then the deputy, then the group; any date, vote or pause ends it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from jobs import schedule
from storage import db
from storage.meetings import Meeting
from storage.outbox import Reminder
from storage.people import TELEGRAM
from storage.polls import Poll
from storage.rhythms import Pause, Rhythm, Watch
from tests.stories.hands import press
from tests.stories.meetings import fix
from tests.story import Actor, Story

PARIS = ZoneInfo("Europe/Paris")
ONE = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
TO_GROUP = "Qui veut en propose une"


def cast(story: Story, last: dt.datetime | None = None) -> tuple[Actor, Actor, Actor]:
    """Animator, deputy and member of a group that is watched over and met the evening before."""
    people = story.organizer("Marc"), story.organizer("Léa"), story.member("Zoé")
    Meeting.fix(story.home(), last or dt.datetime(2026, 3, 2, 19, 30, tzinfo=PARIS))
    schedule.tidy()
    return people


def keeps_window_open(*actors: Actor) -> None:
    for actor in actors:
        actor.says("merci")


def heard(actor: Actor, words: str) -> int:
    chat = actor.story.chat if actor.platform == TELEGRAM else None
    return actor.count(words, chat) if "Qui veut" in words else actor.count(words)


def day(story: Story, number: int, *actors: Actor) -> None:
    """Eleven o'clock of that day of March, every member having written that morning."""
    for _each in range(40):
        now = db.now().astimezone(PARIS)
        if now.date() >= dt.date(2026, 3, 1) + dt.timedelta(days=number - 1):
            break
        morning = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(9, 30), PARIS)
        story.later(seconds=(morning - now).total_seconds())
        keeps_window_open(*actors)
        story.later(minutes=90)


def test_animator_then_deputy_then_group_then_silence(story: Story) -> None:
    marc, lea, zoe = cast(story)
    people = (marc, lea, zoe)
    day(story, 4, *people)
    assert not marc.count("On en propose")
    day(story, 5, *people)
    assert (marc.count("On en propose"), lea.count("On en propose")) == (1, 0)
    day(story, 7, *people)
    assert (marc.count("On en propose"), lea.count("On en propose")) == (1, 0), "not twice, not sooner"
    day(story, 8, *people)
    assert (marc.count("On en propose"), lea.count("On en propose")) == (1, 1)
    assert not heard(zoe, TO_GROUP)
    day(story, 11, *people)
    assert heard(zoe, TO_GROUP) == 1
    day(story, 24, *people)
    assert (marc.count("On en propose"), heard(zoe, TO_GROUP)) == (1, 1)
    day(story, 25, *people)
    assert marc.count("On en propose") == 2, "after a rhythm it begins anew"


@ONE
@pytest.mark.parametrize("what", ["date", "vote", "pause"])
def test_any_date_vote_or_pause_stops_it(story: Story, what: str) -> None:
    marc, lea, zoe = cast(story)
    day(story, 5, marc, lea, zoe)
    assert marc.count("On en propose") == 1
    if what == "date":
        fix(story, dt.datetime(2026, 3, 16, 19, 30, tzinfo=PARIS))
    elif what == "vote":
        Poll.create(group=story.home(), state="open")
    else:
        Pause.create(group=story.home(), until=dt.date(2026, 4, 1), ends_at=db.now() + dt.timedelta(days=28))
    day(story, 12, marc, lea, zoe)
    assert not lea.count("On en propose") and not heard(zoe, TO_GROUP)


@ONE
def test_what_waits_in_a_closed_window_is_not_said_once_a_date_is_set(story: Story) -> None:
    marc = story.organizer("Marc", on="whatsapp")
    Meeting.fix(story.home(), dt.datetime(2026, 3, 2, 19, 30, tzinfo=PARIS))
    schedule.tidy()
    story.later(days=2, hours=2)
    fix(story, dt.datetime(2026, 3, 16, 19, 30, tzinfo=PARIS))
    marc.says("bonjour")
    marc.never_hears("On en propose")


@ONE
def test_without_a_deputy_the_group_is_next(story: Story) -> None:
    marc, zoe = story.organizer("Marc"), story.member("Zoé")
    Meeting.fix(story.home(), dt.datetime(2026, 3, 2, 19, 30, tzinfo=PARIS))
    schedule.tidy()
    day(story, 8, marc, zoe)
    assert heard(zoe, TO_GROUP) == 1


@ONE
def test_a_new_group_is_left_three_days_and_needs_three_people(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    schedule.tidy()
    day(story, 8, marc, lea)
    marc.never_hears("première date")
    zoe = story.member("Zoé")
    day(story, 9, marc, lea, zoe)
    marc.hears("pas encore de première date")


@ONE
def test_in_three_days(story: Story) -> None:
    marc, lea, zoe = cast(story)
    day(story, 5, marc, lea, zoe)
    press(marc, "Dans 3 jours")
    marc.hears("dans trois jours")
    day(story, 7, marc, lea, zoe)
    assert marc.count("On en propose") == 1
    day(story, 8, marc, lea, zoe)
    assert marc.count("On en propose") == 2
    assert not lea.count("On en propose")


@ONE
def test_the_buttons_lead_on(story: Story) -> None:
    marc, lea, zoe = cast(story)
    Rhythm(group=story.home(), weekdays=[1, 3], start="18:30").keep()
    day(story, 5, marc, lea, zoe)
    press(marc, "On fait une pause")
    marc.hears("Jusqu'à quand le groupe")
    marc.says("annuler")
    press(marc, "Proposer des dates")
    marc.hears("au rythme du groupe")
    marc.hears("au vote du groupe")


@ONE
def test_a_long_gap_is_told_in_days(story: Story) -> None:
    marc, lea, zoe = cast(story, dt.datetime(2026, 1, 20, 19, 30, tzinfo=PARIS))
    day(story, 4, marc, lea, zoe)
    marc.hears("date d'il y a 42 jours")


@ONE
def test_a_far_date_is_mentioned_once_to_the_animator(story: Story) -> None:
    marc, lea, zoe = cast(story)
    fix(story, dt.datetime(2026, 4, 9, 19, 30, tzinfo=PARIS))
    day(story, 8, marc, lea, zoe)
    assert marc.count("plus long que d'habitude") == 1
    assert not lea.count("plus long que d'habitude")


@ONE
def test_a_member_cannot_put_it_off(story: Story) -> None:
    marc, lea, zoe = cast(story)
    day(story, 5, marc, lea, zoe)
    zoe.never_hears("On en propose")


@ONE
def test_one_look_a_day_and_a_group_an_hourly_job_wakes_what_fell_asleep(story: Story) -> None:
    cast(story)
    schedule.tidy()
    schedule.tidy()
    waiting = Reminder.select().where(Reminder.code == "wd.look", Reminder.state == "set")
    assert waiting.count() == 1
    Reminder.delete().execute()
    story.later(days=3)
    assert waiting.count() == 0
    schedule.tidy()
    assert waiting.count() == 1 and Watch.select().count() == 1

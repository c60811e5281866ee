"""Reminders: the evening before and three hours before, to those who come, never by night, never too late."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handlers.kit import inbox
from storage import db
from storage.meetings import Meeting
from storage.people import TELEGRAM, WHATSAPP, Address, Person
from storage.rhythms import Pause, Rhythm
from tests.stories.meetings import PARIS, THURSDAY, change, fix, until
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
HOUR = dt.timedelta(hours=1)


def coming(story: Story, *actors: Actor) -> None:
    """They all say that they come; and keep their WhatsApp window open on the day."""
    for actor in actors:
        actor.says("je viens")


def keep_open(*actors: Actor) -> None:
    """Their WhatsApp window is open, as if they had just written."""
    for actor in actors:
        if actor.platform == WHATSAPP:
            with db.transaction():
                actor.address.heard(db.now())
            actor.phone.person.last_inbound = actor.story.emu.world.now()


def rung(actor: Actor) -> int:
    """How many reminders they have heard."""
    return actor.count("⏰")


def test_three_hours_before_whoever_comes_is_reminded_once(story: Story) -> None:
    lea, ben, zoe = story.member("Léa"), story.member("Benoît"), story.member("Zoé")
    fix(story, place="Café des Arts")
    coming(story, lea, ben)
    zoe.says("je ne viens pas")
    until(story, THURSDAY - 4 * HOUR)
    keep_open(lea, ben, zoe)
    assert rung(lea) == 0
    until(story, THURSDAY - 3 * HOUR + dt.timedelta(minutes=1))
    for actor in (lea, ben):
        text = actor.hears("⏰").text
        assert "jeudi 12 mars à 19h30" in text and "Café des Arts" in text and "Viennent (2)" in text
        assert rung(actor) == 1
    assert rung(zoe) == 0
    until(story, THURSDAY + 3 * HOUR)
    assert rung(lea) == rung(ben) == 1


@MIXED
def test_maybe_is_asked_the_day_before_only(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    lea.says("je viens peut-être")
    until(story, THURSDAY)
    assert rung(lea) == 1
    lea.hears("Tu avais dit peut-être : tu viens ?")


@MIXED
def test_who_withdrew_is_not_reminded(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    coming(story, lea)
    until(story, THURSDAY - 5 * HOUR)
    lea.says("je ne peux plus venir")
    until(story, THURSDAY)
    assert rung(lea) == 0


@MIXED
def test_a_cancelled_meeting_rings_no_more(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    coming(story, lea)
    with db.transaction():
        meeting.cancel()
        inbox.happen("meeting_cancelled", meeting)
    until(story, THURSDAY + HOUR)
    assert rung(lea) == 0 and lea.count("toujours") == 0


@MIXED
def test_a_moved_meeting_rings_at_its_new_hour(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    coming(story, lea)
    later = THURSDAY + dt.timedelta(days=7)
    with db.transaction():
        meeting.move(later)
        inbox.happen("meeting_moved", meeting, old=THURSDAY)
    story.settle()
    coming(story, lea)
    until(story, THURSDAY + HOUR)
    assert rung(lea) == 0
    until(story, later - 3 * HOUR + dt.timedelta(minutes=1))
    assert rung(lea) == 1
    lea.hears("⏰ jeudi 19 mars à 19h30")


@MIXED
def test_what_waits_behind_a_closed_window_is_dropped_when_the_meeting_is_cancelled(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story)
    coming(story, ben)
    until(story, THURSDAY - 2 * HOUR)
    assert ben.count("⏰") == 0, "the window is closed: it waits"
    with db.transaction():
        meeting.cancel()
        inbox.happen("meeting_cancelled", meeting)
    story.settle()
    ben.says("coucou")
    ben.never_hears("⏰")
    ben.hears("est annulée")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
@pytest.mark.parametrize(
    "day", [dt.date(2026, 3, 29), dt.date(2026, 3, 30), dt.date(2026, 10, 25), dt.date(2026, 10, 26)]
)
def test_at_the_same_wall_hour_whatever_the_clocks_do(story: Story, day: dt.date) -> None:
    lea = story.member("Léa")
    start = dt.datetime.combine(day, dt.time(19, 30), PARIS)
    fix(story, start)
    lea.says("je viens peut-être")
    eve = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(19, 29), PARIS)
    until(story, eve)
    assert rung(lea) == 0
    until(story, eve + dt.timedelta(minutes=3))
    assert rung(lea) == 1
    lea.says("je viens")
    until(story, dt.datetime.combine(day, dt.time(16, 29), PARIS))
    assert rung(lea) == 1
    until(story, dt.datetime.combine(day, dt.time(16, 32), PARIS))
    assert rung(lea) == 2


@MIXED
def test_a_reader_elsewhere_is_never_woken(story: Story) -> None:
    """19:30 in Paris is 3:30 the next day in Tokyo; three hours before is half past midnight there."""
    lea = story.member("Léa", on=TELEGRAM)
    Person.update(timezone="Asia/Tokyo").where(Person.id == lea.person.id).execute()
    fix(story)
    coming(story, lea)
    tokyo = ZoneInfo("Asia/Tokyo")
    until(story, dt.datetime(2026, 3, 12, 20, 44, tzinfo=tokyo))
    before = rung(lea)
    until(story, dt.datetime(2026, 3, 12, 20, 47, tzinfo=tokyo))
    assert rung(lea) == before + 1
    lea.hears("chez toi")
    until(story, THURSDAY + HOUR)
    assert rung(lea) == before + 1


@MIXED
def test_whoever_travels_after_their_answer_is_not_woken_either(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    coming(story, lea)
    Person.update(timezone="Asia/Tokyo").where(Person.id == lea.person.id).execute()
    with db.transaction():
        inbox.happen("zone_changed", lea.person)
    story.settle()
    until(story, dt.datetime(2026, 3, 12, 20, 47, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert rung(lea) == 1
    until(story, THURSDAY + HOUR)
    assert rung(lea) == 1


@MIXED
def test_a_morning_meeting_is_recalled_the_evening_before(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    start = dt.datetime(2026, 3, 12, 9, 0, tzinfo=PARIS)
    fix(story, start)
    coming(story, lea)
    until(story, dt.datetime(2026, 3, 11, 20, 46, tzinfo=PARIS))
    assert rung(lea) == 1
    until(story, start)
    assert rung(lea) == 1


@MIXED
def test_after_an_outage_one_reminder_and_not_two(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    coming(story, lea)
    story._move_to(THURSDAY - 2 * HOUR)  # nothing ran meanwhile
    story.settle()
    assert rung(lea) == 1 and lea.count("toujours") == 0


@MIXED
def test_after_an_outage_over_the_meeting_nothing_is_said(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    coming(story, lea)
    said = len(lea.bubbles())
    story._move_to(THURSDAY + dt.timedelta(days=2))
    story.settle()
    assert len(lea.bubbles()) == said


@MIXED
def test_nobody_on_a_break_is_reminded(story: Story) -> None:
    lea, zoe = story.member("Léa", on=TELEGRAM), story.member("Zoé", on=TELEGRAM)
    fix(story)
    coming(story, lea, zoe)
    lea.says("pause jusqu'au 20 mars")
    until(story, THURSDAY)
    assert (rung(lea), rung(zoe)) == (0, 1)


@MIXED
def test_a_group_on_a_pause_is_not_reminded(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story)
    coming(story, lea)
    with db.transaction():
        end = dt.datetime(2026, 3, 20, 9, tzinfo=PARIS)
        Pause.create(group=story.home(), until=end.date(), ends_at=end)
    until(story, THURSDAY)
    assert rung(lea) == 0 and lea.count("toujours") == 0


@MIXED
def test_the_group_changes_its_reminders(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    fix(story)
    coming(story, lea)
    lea.says("rappels 2 jours et 2 heures")
    lea.hears("Seuls les organisateurs")
    marc.says("rappels 2 jours et 2 heures")
    marc.hears("2 jours et 2 heures avant la réunion")
    assert list(Rhythm.of(story.home()).reminders) == [2880, 120]
    until(story, THURSDAY - dt.timedelta(days=2) + dt.timedelta(minutes=1))
    lea.hears("Tu viens toujours")
    until(story, THURSDAY - 2 * HOUR + dt.timedelta(minutes=1))
    assert rung(lea) == 1
    marc.says("sans rappel")
    marc.hears("Pas de rappel")
    fix(story, THURSDAY + dt.timedelta(days=14))
    lea.says("je viens")
    until(story, THURSDAY + dt.timedelta(days=14))
    assert rung(lea) == 1


@MIXED
def test_on_line_the_link_is_said_once_more_an_hour_before(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    fix(story, link="https://meet.example/abc")
    coming(story, lea)
    until(story, THURSDAY - HOUR + dt.timedelta(minutes=1))
    assert rung(lea) == 2
    lea.hears("En visio : https://meet.example/abc")


@MIXED
def test_who_never_pressed_start_is_reminded_in_the_chat(story: Story) -> None:
    zoe = story.member("Zoé", on=TELEGRAM, started=False)
    fix(story)
    zoe.taps("Je viens", chat=story.chat)
    Address.update(state="unstarted").where(Address.address == zoe.id).execute()
    until(story, THURSDAY - 3 * HOUR + dt.timedelta(minutes=1))
    zoe.hears("Petit rappel pour Zoé", chat=story.chat)


@MIXED
def test_the_end_is_noticed_once_and_the_card_has_no_buttons_left(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    coming(story, lea)
    until(story, THURSDAY + dt.timedelta(hours=2, minutes=1))
    story.later(seconds=10)
    bubble = lea.hears("On s'est vus", chat=story.chat)
    assert not [choice for choice in bubble.choices if choice.label == "Je viens"]
    known = Meeting.get_by_id(meeting.id)
    assert known.over_at is not None and not known.finish()
    change(story, "meeting_revived", meeting)

"""Those who meet run the hot seat: six steps and a clock, on both messengers."""

import pytest

from storage import db
from storage.hotseats import HotSeat, Step
from storage.outbox import Reminder
from storage.people import TELEGRAM, WHATSAPP
from storage.sessions import CAFE, Role, Session
from tests.stories.hot_seats import answered, begin, heard, never_heard, reads_in_chat, tap, together
from tests.story import Actor, Story


def three(story: Story) -> tuple[Actor, Actor, Actor]:
    """Marc animates; Léa has waited longest."""
    lea = story.member("Léa")
    return story.organizer("Marc"), lea, story.member("Zoé")


def running(story: Story) -> Step:
    seat = HotSeat.running_in(story.home())
    step = seat.current() if seat else None
    assert step is not None
    return step


def on(story: Story, number: int) -> None:
    """The hot seat is at that step by now."""
    while running(story).number < number:
        step = running(story).next()
        assert step is not None


def test_the_hot_seat_goes_through_its_six_steps(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    marc.says("on fait le hot seat")
    heard(story, marc, "c'est à Léa")
    tap(story, marc, "On y va")
    for n in range(1, 7):
        assert f"étape {n} sur 6" in heard(story, marc, f"étape {n} sur 6")
        assert running(story).number == n
        tap(story, marc, "Terminer" if n == 6 else "Étape suivante")
    heard(story, marc, "Hot seat terminé : Léa")
    seat = HotSeat.last_done(story.home())
    assert seat is not None and seat.person == lea.person and seat.step == 6
    if reads_in_chat(story, zoe):
        story.later(seconds=10)
        assert zoe.count("· étape", chat=story.chat) == 0, "one card, edited in place"


def test_a_minutes_warning_then_the_bell(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    story.later(minutes=4, seconds=10)
    heard(story, marc, "Plus qu'une minute")
    story.later(minutes=1)
    heard(story, marc, "C'est l'heure : Présentation")
    assert running(story).number == 1, "nothing goes on by itself"
    if story.chat is None:
        zoe.never_hears("Plus qu'une minute")
        zoe.hears("étape 1 sur 6")
    tap(story, marc, "Étape suivante")
    assert running(story).number == 2
    if reads_in_chat(story, marc):
        story.later(seconds=10)
        assert "Étape 2 sur 6" in marc.bubbles(story.chat)[-1].text and not marc.bubbles(story.chat)[-1].choices
        marc.never_hears("C'est l'heure", chat=story.chat)


def test_the_timekeeper_hears_the_clock_wherever_they_are(story: Story) -> None:
    marc, lea, zoe = three(story)
    meeting = together(story, marc, lea, zoe)
    with db.transaction():
        Role.give(meeting, "timekeeper", zoe.person)
    begin(story, marc)
    story.later(minutes=5, seconds=10)
    heard(story, zoe, "C'est l'heure")


def test_two_people_or_the_animator_make_a_step_longer(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    end = running(story).ends_at
    assert end is not None
    tap(story, zoe, "+5 min")
    tap(story, zoe, "+5 min")
    assert running(story).ends_at == end, "one person alone"
    answered(story, zoe, "une deuxième personne")
    tap(story, lea, "+5 min")
    assert (running(story).ends_at or end) > end
    twice = running(story).ends_at
    tap(story, marc, "+5 min")
    assert (running(story).ends_at or end) > (twice or end), "whoever animates decides alone"
    story.later(minutes=6)
    never_heard(story, marc, "C'est l'heure")  # the old end rings for nobody
    story.later(minutes=10)
    heard(story, marc, "C'est l'heure")


def test_a_pause_stops_the_clock(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    story.later(minutes=2)
    tap(story, lea, "Pause")
    assert running(story).paused
    story.later(minutes=30)
    never_heard(story, marc, "C'est l'heure")
    marc.says("relance le chrono")
    left = (running(story).ends_at or db.now()) - db.now()
    assert 100 <= left.total_seconds() <= 185
    story.later(minutes=4)
    heard(story, marc, "C'est l'heure")


def test_two_taps_on_next_are_one_step(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    tap(story, marc, "Étape suivante")
    assert running(story).number == 2
    if reads_in_chat(story, marc):
        marc.taps(0, chat=story.chat, raw_data=_data(story, 1))
        assert running(story).number == 2
        assert "déjà" in marc.toast


def _data(story: Story, number: int) -> str:
    """What the button "next" of that step carried."""
    from handlers.kit.buttons import data_for

    step = Step.get((Step.hotseat == running(story).hotseat) & (Step.number == number))
    return data_for("hs.step", step.id)


def test_only_those_who_are_there_press_its_buttons(story: Story) -> None:
    marc, lea, zoe = three(story)
    ana = story.member("Ana")
    together(story, marc, lea, zoe)
    ana.says("on fait le hot seat")
    ana.hears("celles et ceux qui sont là")
    begin(story, marc)
    ana.says("étape suivante")
    assert running(story).number == 1
    bob = story.stranger("Bob")
    bob.says("étape suivante")
    assert running(story).number == 1


def test_without_a_meeting_there_is_no_hot_seat(story: Story) -> None:
    marc, _lea, _zoe = three(story)
    marc.says("on fait le hot seat")
    marc.hears("on commence")


def test_somebody_else_is_next_and_the_first_keeps_their_turn(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    marc.says("on fait le hot seat")
    tap(story, marc, "Quelqu'un d'autre")
    heard(story, marc, "c'est à Marc")
    tap(story, marc, "Quelqu'un d'autre")
    heard(story, marc, "c'est à Zoé")
    lea.says("hot seat")
    lea.hears("Ta place est gardée")


def test_stopped_early_it_goes_on_or_the_turn_is_kept(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    marc.says("arrête le hot seat")
    heard(story, marc, "Léa garde son tour")
    assert HotSeat.running_in(story.home()) is None and HotSeat.last_done(story.home()) is None
    if reads_in_chat(story, marc):
        tap(story, marc, "On continue")
        assert running(story).number == 1


def test_the_end_of_the_meeting_ends_it(story: Story) -> None:
    from handlers.kit import inbox

    marc, lea, zoe = three(story)
    meeting = together(story, marc, lea, zoe)
    begin(story, marc)
    with db.transaction():
        on(story, 5)
        session = Session.of(meeting)
        assert session is not None and session.close(marc.person)
        inbox.happen("session_closed", session)
    story.settle()
    seat = HotSeat.last_done(story.home())
    assert seat is not None and seat.person == lea.person
    lea.hears("ton problème et le meilleur conseil")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_in_cafe_mode_the_clock_is_silent(story: Story) -> None:
    marc, lea, zoe = three(story)
    meeting = together(story, marc, lea, zoe)
    begin(story, marc)
    with db.transaction():
        session = Session.of(meeting)
        assert session is not None and session.switch(CAFE)
    story.later(minutes=10)
    zoe.never_hears("C'est l'heure", chat=story.chat)
    marc.never_hears("C'est l'heure")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_whatsapp_member_gets_the_steps_and_not_the_warnings(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    lea, zoe = story.member("Léa", on=TELEGRAM), story.member("Zoé", on=WHATSAPP)
    away = story.member("Ana", on=WHATSAPP)
    together(story, marc, lea, zoe)
    begin(story, marc)
    zoe.hears("étape 1 sur 6")
    story.later(minutes=6)
    zoe.never_hears("C'est l'heure")
    zoe.says("Étape suivante")
    zoe.hears("étape 2 sur 6")
    away.never_hears("étape")
    assert len(zoe.buttons) == 3


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_two_who_tap_at_once_go_one_step_further(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    story.emu.concurrently(
        lambda: marc.taps("Étape suivante", chat=story.chat, settle=False),
        lambda: lea.taps("Étape suivante", chat=story.chat, settle=False),
    )
    story.settle()
    assert running(story).number == 2


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_timers_are_rows_that_outlive_a_worker(story: Story) -> None:
    marc, lea, zoe = three(story)
    together(story, marc, lea, zoe)
    begin(story, marc)
    set_for = {row.code for row in Reminder.select().where(Reminder.state == "set", Reminder.model == "Step")}
    assert set_for == {"hs.warn", "hs.ring"}
    story._move_to(running(story).ends_at or db.now())  # nobody works meanwhile
    story.later(seconds=20)
    heard(story, marc, "C'est l'heure")
    never_heard(story, marc, "Plus qu'une minute")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_organizer_sets_the_durations(story: Story) -> None:
    marc, lea, zoe = three(story)
    lea.says("durées du hot seat 1 1 1 1 1 1")
    lea.never_hears("minutes en tout")
    marc.says("durées du hot seat 5 10")
    marc.hears("Six nombres")
    marc.says("durées du hot seat 3 6 2 15 8 4")
    marc.hears("38 minutes en tout")
    together(story, marc, lea, zoe)
    begin(story, marc)
    left = (running(story).ends_at or db.now()) - db.now()
    assert 170 <= left.total_seconds() <= 181
    marc.says("durées du hot seat")
    marc.hears("Questions de clarification : 6 min")

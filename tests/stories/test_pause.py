"""The group takes a break until a day; on that day a vote is ready and each member hears one word."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from storage import db
from storage.meetings import YES, Attendance, Meeting
from storage.outbox import Post
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Choice, Poll
from storage.rhythms import Pause, Rhythm
from tests.stories.hands import carried, press
from tests.stories.meetings import fix
from tests.story import Actor, Story

PARIS = ZoneInfo("Europe/Paris")
ONE = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def current(story: Story) -> Pause | None:
    return Pause.current(story.home())


def pause(story: Story, actor: Actor, words: str = "on fait une pause jusqu'au 20 mars") -> Pause:
    actor.says(words)
    press(actor, "Oui, on fait pause")
    found = current(story)
    assert found is not None
    return found


def nudge(story: Story, actor: Actor) -> Post:
    """Something unasked about the group, for that person."""
    address = actor.address
    facts = {"platform": address.platform, "chat": address.address, "address": address, "group": story.home()}
    return Post.create(**facts, payload={"text": "une relance"}, unasked=True)


def met_with(story: Story, *actors: Actor) -> Meeting:
    """A meeting of last month, with these people."""
    meeting = Meeting.fix(story.home(), dt.datetime(2026, 2, 12, 19, 30, tzinfo=PARIS))
    for actor in actors:
        Attendance.create(meeting=meeting, person=actor.person, answer=YES)
    return meeting


def regular(story: Story) -> None:
    Rhythm(group=story.home(), weekdays=[1, 3], start="18:30").keep()


# ------------------------------------------------------------------ deciding


def test_an_organizer_declares_it_and_everybody_hears_it_once(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("on fait une pause jusqu'au 20 mars")
    marc.hears("jusqu'au vendredi 20 mars")
    marc.hears("je ne dis plus rien de moi-même")
    assert current(story) is None, "nothing before the yes"
    press(marc, "Oui, on fait pause")
    found = current(story)
    assert found is not None and found.until == dt.date(2026, 3, 20)
    assert found.ends_at.astimezone(PARIS).hour == 9
    heard = "On fait une pause jusqu'au vendredi 20 mars"
    chat = story.chat if lea.platform == TELEGRAM else None
    assert lea.count(heard, chat) == 1


def test_a_day_of_return_is_required(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("on fait une pause")
    marc.hears("Jusqu'à quand")
    for words, answer in (("bientôt", "pas trouvé de jour"), ("5 janvier 2020", "passé"), ("12 mars 2031", "un an")):
        marc.says(words)
        marc.hears(answer)
    press(marc, "Deux semaines")
    marc.hears("mardi 17 mars")
    press(marc, "Pas de pause")
    marc.hears("tout continue")
    assert current(story) is None


@ONE
def test_the_same_yes_twice_and_a_late_one(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    lea = story.organizer("Léa", on=WHATSAPP)
    marc.says("on fait une pause jusqu'au 20 mars")
    yes = carried(marc, "Oui, on fait pause")
    marc.taps("Oui, on fait pause")
    marc.taps("Oui, on fait pause")
    assert Pause.select().where(Pause.decided_at.is_null(False)).count() == 1
    assert lea.count("On fait une pause jusqu'au") == 1
    lea.says("on reprend")
    press(lea, "Oui, on reprend")
    marc.says("où en suis-je")
    assert yes
    marc.taps("Oui, on fait pause")
    assert current(story) is None, "an old card begins nothing"


@ONE
def test_two_organizers_at_once(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.organizer("Léa", on=TELEGRAM)
    marc.says("on fait une pause jusqu'au 20 mars")
    lea.says("on fait une pause jusqu'au 27 mars")
    story.emu.concurrently(
        lambda: marc.taps("Oui, on fait pause", settle=False), lambda: lea.taps("Oui, on fait pause", settle=False)
    )
    story.settle()
    on = [one for one in Pause.select() if one.decided_at and not one.ended_at]
    assert len(on) == 1


def test_a_member_can_only_suggest_it(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("on fait une pause jusqu'au 20 mars")
    lea.hears("ce sont les organisateurs")
    press(lea, "Propose-le-leur")
    marc.hears("Léa propose une pause")
    assert current(story) is None
    press(marc, "Oui, on fait pause")
    assert current(story) is not None


@ONE
def test_a_stranger_has_no_group_to_pause(story: Story) -> None:
    story.organizer("Marc")
    zoe = story.stranger("Zoé")
    zoe.says("on fait une pause jusqu'au 20 mars")
    assert not Pause.select().count()


@ONE
def test_my_own_pause_is_still_mine(story: Story) -> None:
    story.organizer("Marc")
    lea = story.member("Léa")
    lea.says("pause jusqu'au 20 mars")
    lea.hears("rien avant")
    assert current(story) is None


def test_a_vote_and_a_meeting_in_the_way_are_settled(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story, dt.datetime(2026, 3, 12, 19, 30, tzinfo=PARIS))
    marc.says("on fait une pause jusqu'au 20 mars")
    marc.hears("jeudi 12 mars à 19h30")
    press(marc, "Oui, et on annule")
    assert Meeting.get_by_id(meeting.id).state == "cancelled"
    assert current(story) is not None
    lea.hears("annulée", story.chat if lea.platform == TELEGRAM else None)


@ONE
def test_they_may_be_kept(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story, dt.datetime(2026, 3, 12, 19, 30, tzinfo=PARIS))
    marc.says("le groupe fait une pause jusqu'au 20 mars")
    press(marc, "Oui, et on garde")
    assert Meeting.get_by_id(meeting.id).state == "fixed"
    assert current(story) is not None


@ONE
def test_a_vote_is_dropped_with_the_pause(story: Story) -> None:
    marc = story.organizer("Marc")
    poll = Poll.create(group=story.home(), state="open", closes_at=db.now() + dt.timedelta(days=4))
    Choice.date(poll, dt.datetime(2026, 3, 12, 19, 30, tzinfo=PARIS))
    marc.says("on fait une pause jusqu'au 20 mars")
    marc.hears("Un vote est encore ouvert")
    press(marc, "Oui, et on annule")
    assert Poll.get_by_id(poll.id).state == "cancelled"


# ------------------------------------------------------------------ during


def test_nothing_unasked_is_said_during_the_pause_but_members_may_write(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    pause(story, marc)
    post = nudge(story, lea)
    story.later(days=1)
    assert (Post.get_by_id(post.id).state, Post.get_by_id(post.id).reason) == ("dropped", "the group is on a pause")
    lea.never_hears("une relance")
    lea.says("rythme")
    lea.hears("Notre rythme")


@ONE
def test_another_group_of_the_same_person_goes_on(story: Story) -> None:
    marc = story.organizer("Marc")
    other = story.another_group("Les voisins")
    story.seat(marc, other, "organizer")
    Pause.create(group=other, until=dt.date(2026, 4, 1), ends_at=db.now() + dt.timedelta(days=28))
    nudge(story, marc)
    story.settle()
    marc.hears("une relance")


# ------------------------------------------------------------------ the return


def test_on_the_day_of_return_a_vote_is_ready_and_each_hears_one_word(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    met_with(story, marc, lea)
    regular(story)
    pause(story, marc)
    story.later(days=16, hours=20)
    polls = list(Poll.select())
    assert not polls
    before = {actor.name: len(actor.bubbles()) for actor in (marc, lea, zoe)}
    story.later(hours=5)
    assert [poll.state for poll in Poll.select()] == ["open"]
    starts = [choice.start for choice in Poll.get().choices()]
    assert 2 <= len(starts) <= 4
    assert all(dt.date(2026, 3, 21) < one.date() < dt.date(2026, 4, 6) for one in starts)
    for actor in (marc, lea, zoe):
        said = actor.bubbles()[before[actor.name] :]
        if actor.platform == TELEGRAM:
            assert len(said) == 1, [bubble.text for bubble in said]
    if lea.platform == TELEGRAM:
        lea.hears("Léa, la pause est finie ! La dernière fois, c'était le jeudi 12 février, avec Marc")
        zoe.hears("Zoé, la pause est finie ! La dernière réunion, c'était le jeudi 12 février")


@ONE
def test_on_whatsapp_the_word_opens_the_vote_itself(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    met_with(story, marc, lea)
    regular(story)
    pause(story, marc)
    story.later(days=16)
    lea.says("merci")
    before = len(lea.bubbles())
    story.later(days=1)
    said = lea.bubbles()[before:]
    assert len(said) == 1, [bubble.text for bubble in said]
    assert "Léa, la pause est finie !" in said[0].text
    assert "mars" in said[0].text


@ONE
def test_behind_a_closed_window_word_and_vote_are_one_message(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    met_with(story, marc, lea)
    regular(story)
    pause(story, marc)
    story.later(days=17)
    lea.never_hears("la pause est finie")
    lea.says("merci")
    said = lea.hears("Léa, la pause est finie !").text
    assert said.index("la pause est finie") < said.index("mars à 18h30"), said


@ONE
def test_without_a_rhythm_the_animator_is_asked(story: Story) -> None:
    marc = story.organizer("Marc")
    pause(story, marc)
    story.later(days=17)
    marc.hears("Le groupe se revoit quand")
    assert not Poll.select().count()


@ONE
def test_a_date_that_is_set_already_is_told(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    pause(story, marc)
    Meeting.fix(story.home(), dt.datetime(2026, 3, 26, 19, 30, tzinfo=PARIS))
    story.later(days=17)
    marc.hears("Prochaine réunion : jeudi 26 mars à 19h30")
    assert not Poll.select().count()


def test_back_earlier_by_hand(story: Story) -> None:
    marc = story.organizer("Marc")
    regular(story)
    pause(story, marc)
    story.later(days=2)
    marc.says("on reprend")
    press(marc, "Oui, on reprend")
    marc.hears("C'est reparti")
    assert current(story) is None
    assert Poll.select().where(Poll.state == "open").count() == 1
    story.later(days=20)
    assert Poll.select().where(Poll.asked_by.is_null()).count() == 1, "the day of return comes once"
    marc.says("on reprend")
    marc.hears("n'est pas en pause")


@ONE
def test_who_is_on_a_pause_of_their_own_hears_nothing_then_one_word(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa", on=TELEGRAM)
    pause(story, marc)
    lea.says("pause jusqu'au 30 mars")
    story.later(days=18)
    lea.never_hears("la pause est finie")
    Meeting.fix(story.home(), dt.datetime(2026, 4, 2, 19, 30, tzinfo=PARIS))
    story.later(days=9)
    lea.hears("Ta pause est finie")
    lea.hears("Prochaine réunion : jeudi 2 avril à 19h30")


@ONE
def test_a_member_who_never_pressed_start_waits_without_harm(story: Story) -> None:
    marc = story.organizer("Marc")
    zoe = story.member("Zoé", on=TELEGRAM, started=False)
    pause(story, marc)
    story.later(days=17)
    assert not zoe.bubbles()
    assert not [post for post in story.unsent() if post.state == "uncertain"]

"""A vote closes when all have answered, at its deadline or by hand; only the silent are reminded."""

import datetime as dt

import pytest

from handlers.kit import inbox
from storage import db
from storage.groups import Membership
from storage.outbox import DeadLetter, Reminder
from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Ballot, Poll
from storage.rhythms import Pause, Rhythm
from tests.stories.hands import press
from tests.stories.polling import meeting_of, open_poll, the_poll, vote
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)
TOGETHER = pytest.mark.parametrize("platform", ["mixed", "postgres"], indirect=True)


def cast(story: Story, count: int = 3) -> tuple[Actor, ...]:
    """An organizer and so many members."""
    return (story.organizer("Marc"), *(story.member(name) for name in ("Léa", "Zoé", "Ali", "Noé")[:count]))


def reminded(actor: Actor) -> int:
    return actor.count("ta voix compte")


def nudges(actor: Actor) -> int:
    """How many reminders the person's row counts."""
    ballot = Ballot.get_or_none(Ballot.person == actor.person)
    return ballot.nudges if ballot else 0


def test_when_all_have_answered_it_closes_after_five_minutes(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    open_poll(story, marc)
    lea.says("2 et 3")
    zoe.says("2, 1 si besoin")
    assert the_poll().open
    if story.chat:
        story.later(seconds=10)
        zoe.hears("je clos dans cinq minutes", chat=story.chat)
    story.later(minutes=6)
    meeting = meeting_of(story)
    assert meeting is not None and f"{meeting.start:%d/%m %H:%M}" == "14/03 19:30"
    assert the_poll().state == "closed" and the_poll().closed_how == "all"
    for actor in (lea, zoe):
        where = story.chat if actor.platform == TELEGRAM else None
        assert actor.count("samedi 14 mars à 19h30–21h30", chat=where) == 1, "the outcome is told once"
    assert not DeadLetter.select().exists()


@MIXED
def test_a_vote_in_the_grace_counts_and_renews_it(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    open_poll(story, marc)
    lea.says("2")
    zoe.says("2")
    story.later(minutes=4)
    zoe.says("2 non, 1 oui")
    story.later(minutes=3)
    assert the_poll().open, "five minutes after the last vote, not after the first complete one"
    lea.says("1")
    story.later(minutes=6)
    meeting = meeting_of(story)
    assert meeting is not None and meeting.start.day == 12


@MIXED
def test_the_deadline_closes_it_with_those_who_answered(story: Story) -> None:
    marc, lea, zoe, _ali = cast(story)
    open_poll(story, marc)
    lea.says("1, 2 si besoin")
    zoe.says("1")
    story.later(days=4, hours=12)
    poll = the_poll()
    assert poll.closes_at is not None and poll.state == "closed" and poll.closed_how == "deadline"
    assert f"{poll.closes_at.astimezone(dt.UTC):%H:%M}" == "19:00", "20:00 in Paris"
    meeting = meeting_of(story)
    assert meeting is not None and meeting.start.day == 12


@MIXED
def test_equal_dates_are_told_apart_by_the_rule(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    open_poll(story, marc)
    lea.says("2 et 3, 1 non")
    zoe.says("2 non, 1 et 3")
    story.later(minutes=6)
    meeting = meeting_of(story)
    assert meeting is not None and meeting.start.day == 17, "most yes: the 17th has three"


@TOGETHER
def test_the_last_vote_and_the_deadline_in_the_same_second_make_one_meeting(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    poll = open_poll(story, marc)
    lea.says("1")
    Poll.update(closes_at=db.now()).where(Poll.id == poll.id).execute()
    Reminder.update(due=db.now()).where(Reminder.code == "cp.deadline", Reminder.state == "set").execute()
    reminder = Reminder.get(Reminder.code == "cp.deadline", Reminder.state == "set")
    outcomes = story.emu.concurrently(lambda: zoe.says("1", settle=False), lambda: int(ring(reminder)))
    story.settle()
    story.later(minutes=10)
    assert len(outcomes) == 2
    assert the_poll().state in ("closed", "failed")
    from storage.meetings import Meeting

    assert Meeting.select().count() == (1 if the_poll().state == "closed" else 0)
    assert not DeadLetter.select().exists()


def ring(reminder: Reminder) -> bool:
    with db.connection():
        return inbox.ring(reminder)


@MIXED
def test_below_the_quorum_those_in_charge_are_asked(story: Story) -> None:
    marc, lea, _zoe, _ali = cast(story)
    lea_poll = open_poll(story, lea)
    assert lea_poll.asked_by == lea.person
    story.later(days=4, hours=12)
    assert the_poll().state == "failed"
    for actor in (marc, lea):
        if actor.platform == WHATSAPP:
            actor.taps("Lire")
        actor.hears("1 personne peut venir jeu. 12 mars à 12h, il en fallait au moins 3")
    assert meeting_of(story) is None
    press(marc, "Garder la meilleure")
    assert meeting_of(story) is not None
    press(lea, "Deux jours de plus")
    lea.hears("C'est déjà fait : on se voit jeudi 12 mars")


@MIXED
def test_when_nobody_can_others_may_be_proposed(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    open_poll(story, marc)
    for actor in (marc, lea, zoe):
        actor.says("aucune")
    story.later(minutes=6)
    marc.hears("personne ne peut à aucune des dates")
    assert not any("Garder" in label for label in marc.buttons)
    press(marc, "Proposer une date")
    marc.says("le 24 mars à 19h ou le 26 mars à 19h")
    press(marc, "Lance")
    assert [poll.state for poll in Poll.select().order_by(Poll.id)].count("open") == 1
    assert not Poll.select().where(Poll.state == "failed").exists()


@MIXED
def test_the_vote_goes_on_for_two_days_and_tells_nobody(story: Story) -> None:
    marc, lea, zoe, _ali = cast(story)
    open_poll(story, marc)
    story.later(days=4, hours=12)
    assert the_poll().state == "failed"
    before = len(zoe.said()) + len(lea.said())
    press(marc, "Deux jours de plus")
    assert the_poll().open
    assert len(zoe.said()) + len(lea.said()) == before
    zoe.says("1")
    lea.says("1")
    story.later(days=3)
    assert meeting_of(story) is not None


@MIXED
def test_a_vote_is_dropped_once_and_everybody_knows(story: Story) -> None:
    marc, lea, _zoe = cast(story, 2)
    open_poll(story, marc)
    lea.says("annule le vote")
    lea.hears("Ça revient à Marc ou à l'organisation")
    marc.says("annule le vote")
    press(marc, "Abandonner")
    press(marc, "Abandonner")
    assert the_poll().state == "cancelled"
    lea.hears("Le vote est abandonné", chat=story.chat if lea.platform == TELEGRAM else None)
    assert lea.count("pas de date pour l'instant", chat=story.chat if lea.platform == TELEGRAM else None) == 1


@TOGETHER
def test_two_close_it_at_once_and_one_wins(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    lea = story.organizer("Léa", on=WHATSAPP)
    zoe = story.member("Zoé")
    open_poll(story, marc)
    zoe.says("1")
    lea.says("1")
    marc.says("clore le vote")
    lea.says("clore le vote")
    story.emu.concurrently(
        lambda: marc.taps("Clore maintenant", settle=False), lambda: lea.taps("Clore maintenant", settle=False)
    )
    story.settle()
    from storage.meetings import Meeting

    assert Meeting.select().count() == 1
    said = f"{marc.last} {lea.last} {' '.join(marc.said()[-3:])} {' '.join(lea.said()[-3:])}"
    assert "C'est fait" in said and "C'est déjà fait" in said


@MIXED
def test_a_member_who_did_not_ask_cannot_close_it(story: Story) -> None:
    marc, lea, _zoe = cast(story, 2)
    open_poll(story, marc)
    lea.says("clore le vote")
    lea.hears("Ça revient à Marc")
    lea.says("jusqu'à samedi")
    lea.hears("Ça revient à Marc")
    assert the_poll().open


@MIXED
def test_the_deadline_moves_by_a_sentence(story: Story) -> None:
    marc, lea, _zoe = cast(story, 2)
    open_poll(story, marc)
    before = the_poll().closes_at
    marc.says("prolonge le vote jusqu'à samedi")
    marc.says("plutôt lundi")
    marc.hears("Prolonger le vote jusqu'au lundi 9 mars à 20h")
    assert the_poll().closes_at == before, "it concerns everybody: asked first"
    press(marc, "Prolonger le vote")
    marc.hears("Le vote continue jusqu'au lundi 9 mars à 20h")
    press(marc, "Prolonger le vote")
    marc.hears("Il reste ouvert jusqu'au lundi 9 mars")
    marc.says("vote jusqu'au 30 mars")
    marc.hears("doit finir avant la première date")
    marc.says("non")
    assert the_poll().closes_at and the_poll().closes_at.day == 9
    story.later(days=5)
    assert the_poll().open
    lea.says("1")
    assert Reminder.select().where(Reminder.code == "cp.deadline", Reminder.state == "set").count() == 1


def test_only_the_silent_are_reminded_in_private_and_twice_at_most(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    story.member("Ali")
    open_poll(story, marc)
    lea.says("je ne sais pas encore")
    story.later(days=3, hours=20)
    assert nudges(zoe) == 2
    assert nudges(lea) == 0 and nudges(marc) == 0
    assert reminded(lea) == reminded(marc) == 0
    if zoe.platform == TELEGRAM:
        assert reminded(zoe) == 2
        zoe.taps("1 oui")
    else:
        zoe.hears("choisit sa prochaine date")
        zoe.taps("Voter")
        assert reminded(zoe) >= 1
    story.later(days=2)
    assert nudges(zoe) == 2


@MIXED
def test_a_short_vote_has_one_reminder(story: Story) -> None:
    marc, _lea, zoe, _ali = cast(story)
    open_poll(story, marc, "demain à 20h ou demain à 21h")
    story.later(days=2)
    assert nudges(zoe) == 1


@MIXED
def test_who_is_on_pause_is_neither_waited_for_nor_reminded(story: Story) -> None:
    marc, lea, zoe, ali = cast(story)
    ali.says("pause 3 semaines")
    open_poll(story, marc)
    lea.says("1")
    zoe.says("1")
    story.later(minutes=6)
    assert meeting_of(story) is not None, "nobody else is waited for"
    assert nudges(ali) == 0


@MIXED
def test_a_newcomer_is_shown_the_vote_and_is_waited_for(story: Story) -> None:
    marc, lea, zoe = cast(story, 2)
    open_poll(story, marc)
    lea.says("1")
    zoe.says("1")
    ali = story.member("Ali", on=WHATSAPP)
    with db.transaction():
        seat = Membership.of(story.home(), ali.person)
        inbox.happen("entered", seat)
    story.later(minutes=30)
    assert the_poll().open, "a newcomer has a voice"
    ali.never_hears("tu peux voter")
    story.later(hours=1)
    ali.hears("Le groupe choisit sa prochaine date, et tu peux voter")
    ali.says("1")
    story.later(minutes=6)
    assert meeting_of(story) is not None


@MIXED
def test_who_leaves_is_counted_no_more_and_may_make_it_complete(story: Story) -> None:
    marc, lea, zoe, ali = cast(story)
    poll = open_poll(story, marc)
    lea.says("1")
    zoe.says("1")
    seat = Membership.of(story.home(), ali.person)
    assert seat is not None
    with db.transaction():
        seat.leave()
        inbox.happen("gone", seat)
    assert poll.tally().total == 3
    story.later(minutes=6)
    assert meeting_of(story) is not None


@MIXED
def test_after_an_outage_over_the_deadline_it_closes_once(story: Story) -> None:
    marc, lea, zoe, _ali = cast(story)
    open_poll(story, marc)
    lea.says("2")
    zoe.says("2")
    db.shift_clock((db.now() - db.real_now()).total_seconds() + 7 * 86400)
    story.settle()
    story.later(minutes=5)
    meeting = meeting_of(story)
    assert meeting is not None and meeting.start.day == 14
    assert nudges(_ali) == 0, "a reminder of three days ago reminds nobody"


@MIXED
def test_when_all_dates_have_passed_meanwhile_others_are_asked_for(story: Story) -> None:
    marc, lea, zoe, _ali = cast(story)
    open_poll(story, marc, "le 4 à 19h, le 5 à 19h ou le 6 à 12h")
    lea.says("2")
    zoe.says("2")
    db.shift_clock((db.now() - db.real_now()).total_seconds() + 4 * 86400)
    story.settle()
    assert meeting_of(story) is None
    assert the_poll().state == "failed"
    if marc.platform == TELEGRAM:
        marc.hears("toutes ses dates sont passées")


@MIXED
def test_a_pause_of_the_group_holds_the_vote_until_the_return(story: Story) -> None:
    marc, lea, zoe, _ali = cast(story)
    open_poll(story, marc, "le 27 mars à 12h, le 28 mars à 19h ou le 30 mars à 19h")
    lea.says("2")
    zoe.says("2")
    ends = db.now() + dt.timedelta(days=10)
    Pause.create(group=story.home(), until=ends.date(), ends_at=ends, by=marc.person)
    story.later(days=6)
    assert the_poll().open and nudges(_ali) <= 1
    story.later(days=5)
    assert meeting_of(story) is not None


@MIXED
def test_the_groups_own_quorum_is_kept(story: Story) -> None:
    marc, lea, zoe, _ali = cast(story)
    with db.transaction():
        habits = Rhythm.of(story.home())
        habits.quorum = 2
        habits.keep()
    open_poll(story, marc)
    lea.says("3")
    story.later(days=4, hours=12)
    meeting = meeting_of(story)
    assert meeting is not None and meeting.start.day == 17
    assert zoe.platform in (TELEGRAM, WHATSAPP)


@MIXED
def test_the_closed_card_has_no_buttons_left(story: Story) -> None:
    marc, lea, _zoe = cast(story, 2)
    open_poll(story, marc)
    vote(story, lea, "1 oui")
    _zoe.says("1")
    story.later(minutes=6)
    card = marc.hears("C'est décidé : jeudi 12 mars à 12h", chat=story.chat)
    assert not card.choices

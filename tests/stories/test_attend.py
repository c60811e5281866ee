"""A date is set: everyone hears it once, says whether they come, and seats are given in turn."""

import datetime as dt
from typing import Any

import pytest

from handlers.kit import inbox
from storage import db
from storage.groups import Membership
from storage.meetings import MAYBE, NO, YES, Attendance, Meeting
from storage.people import TELEGRAM, WHATSAPP, Address, Person
from storage.polls import IF_NEEDED, Choice, Poll
from storage.polls import NO as VOTED_NO
from storage.polls import YES as VOTED_YES
from storage.rhythms import Rhythm
from tests.stories.hands import carried, press
from tests.stories.meetings import PARIS, THURSDAY, answer_of, change, fix, here, until
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def where_read(actor: Actor) -> Any:
    """Where this person reads the group: its chat on Telegram, else in private."""
    return actor.story.chat if actor.platform == TELEGRAM else None


def card(actor: Actor) -> str:
    """The meeting's card as it stands where the person reads it, edits awaited."""
    actor.story.later(seconds=6)
    signs = ("📅", "Annulée", "déplacée :") + (("Viennent",) if actor.platform == WHATSAPP else ())
    texts = [text for text in actor.said(where_read(actor)) if any(sign in text for sign in signs)]
    return texts[-1] if texts else ""


def tap(actor: Actor, label: str) -> None:
    """Press it where the card is."""
    chat = where_read(actor)
    actor.taps(label, **({"chat": chat} if chat is not None else {}))


# ------------------------------------------------------------------ announced once


def test_everyone_hears_the_date_once_with_place_and_buttons(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    fix(story, place="Café des Arts")
    for actor in (lea, ben):
        assert actor.count("jeudi 12 mars à 19h30–21h30", chat=where_read(actor)) == 1
        actor.hears("Où : Café des Arts", chat=where_read(actor))
    tap(lea, "Je viens")
    assert "Viennent (1) : Léa" in card(lea)


def test_the_votes_are_the_first_answers(story: Story) -> None:
    lea, ben, zoe = story.member("Léa"), story.member("Benoît"), story.member("Zoé")
    with db.transaction():
        poll = Poll.create(group=story.home())
        choice = Choice.date(poll, THURSDAY)
        poll.start(THURSDAY - dt.timedelta(days=2))
        for actor, vote in ((lea, VOTED_YES), (ben, IF_NEEDED), (zoe, VOTED_NO)):
            poll.cast(actor.person, {choice: vote})
    meeting = fix(story, poll=poll.id)
    assert [answer_of(meeting, one) for one in (lea, ben, zoe)] == [YES, MAYBE, NO]
    text = lea.hears("jeudi 12 mars", chat=where_read(lea)).text
    assert "Viennent (1) : Léa" in text and "Peut-être : Benoît" in text and "1 ne peut pas" in text
    if ben.platform == WHATSAPP:
        ben.hears("Tu as dit peut-être")


@MIXED
def test_the_signal_twice_is_one_announcement(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story)
    change(story, "meeting_fixed", meeting, poll=None)
    assert lea.count("jeudi 12 mars", chat=story.chat) == 1 and ben.count("jeudi 12 mars") == 1


@MIXED
def test_on_a_phone_the_card_of_130_members_has_twelve_lines_at_most(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    group = story.home()
    meeting = fix(story, place="Café des Arts", title="Chaise chaude", link="https://meet.example/a", capacity=90)
    with db.transaction():
        for n in range(130):
            person = Person.create(name=f"Prénom{n} Nom", language="fr")
            Membership.create(group=group, person=person)
            answer = (YES, YES, YES, MAYBE, NO)[n % 5]
            waits = db.now() if answer == YES and n > 110 else None
            Attendance.create(meeting=meeting, person=person, answer=answer, comment="je pars tôt", waits_since=waits)
    ben.says("je viens")
    story.later(seconds=6)
    marc = story.member("Marc", on=WHATSAPP)
    with db.transaction():
        inbox.happen("entered", Membership.of(group, marc.person))
    story.settle()
    text = marc.hears("📅").text
    assert len(text.partition("\n\nAgenda")[0].splitlines()) <= 12, text
    assert "et 69 autres" in text, text


# ------------------------------------------------------------------ answers by tap and word


def test_a_tap_is_noted_and_can_be_changed_until_the_end(story: Story) -> None:
    lea = story.member("Léa")
    story.member("Benoît")
    meeting = fix(story)
    for label, answer in (("Je viens", YES), ("Peut-être", MAYBE), ("Pas cette fois", NO), ("Je viens", YES)):
        tap(lea, label)
        assert answer_of(meeting, lea) == answer
    until(story, THURSDAY + dt.timedelta(minutes=90))
    tap(lea, "Pas cette fois")
    assert answer_of(meeting, lea) == NO


def test_the_same_tap_twice_is_one_answer(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    tap(lea, "Je viens")
    tap(lea, "Je viens")
    assert Attendance.select().where(Attendance.meeting == meeting).count() == 1
    assert answer_of(meeting, lea) == YES


@pytest.mark.parametrize(
    ("words", "answer", "guests"),
    [
        ("je viens", YES, 0),
        ("J'en suis !", YES, 0),
        ("je serai là avec 2 amis", YES, 2),
        ("peut-être", MAYBE, 0),
        ("pas cette fois", NO, 0),
        ("je ne viens pas, désolé", NO, 0),
        ("oui", YES, 0),
        ("I'm in", YES, 0),
        ("I can't make it", NO, 0),
        ("jeudi je viens, on sera 3", YES, 2),
    ],
)
@MIXED
def test_words_answer_as_well(story: Story, words: str, answer: str, guests: int) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story, plus_ones=True)
    ben.says(words)
    mine = Attendance.of(meeting, ben.person)
    assert mine is not None and (mine.answer, mine.guests) == (answer, guests)
    ben.hears("C'est noté")


@pytest.mark.parametrize(
    "words",
    ["je viens de finir mon dossier", "tu viens ?", "je peux pas ouvrir le lien", "merci", "je viens mardi", "ok"],
)
@MIXED
def test_ordinary_chatter_answers_nothing(story: Story, words: str) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story)
    ben.says(words)
    assert Attendance.of(meeting, ben.person) is None


@MIXED
def test_a_comment_is_kept_and_shown(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story)
    ben.says("je viens mais je pars à 20h")
    mine = Attendance.of(meeting, ben.person)
    assert mine is not None and mine.comment == "je pars à 20h"
    ben.hears("Les autres verront ton mot")
    assert "Benoît : « je pars à 20h »" in card(lea)


@MIXED
def test_in_the_group_chat_the_bot_hears_what_is_said_to_it(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("je viens", chat=story.chat)
    assert answer_of(meeting, lea) == "", "not said to us"
    lea.says(f"@{story.emu.bot_username} je viens", chat=story.chat)
    assert answer_of(meeting, lea) == YES


@MIXED
def test_who_may_not_answer(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    zoe = story.stranger("Zoé", on=TELEGRAM)
    data = next(str(c.value) for b in lea.bubbles(story.chat) for c in b.choices if c.label == "Je viens")
    zoe.says("bonjour")
    zoe.taps(0, raw_data=data)
    zoe.says("je viens")
    assert not Attendance.select().where(Attendance.meeting == meeting).exists()


@MIXED
def test_f22_words_that_come_a_day_late_are_about_the_meeting_that_was(story: Story) -> None:
    """Telegram kept them while nobody was there: one kind line, and no answer to the meeting after that."""
    lea, ben = story.member("Léa", on=TELEGRAM), story.member("Benoît", on=TELEGRAM)
    meeting, following = fix(story), fix(story, THURSDAY + dt.timedelta(days=14))
    until(story, THURSDAY + dt.timedelta(hours=12))
    said, moment = (lea.count(), ben.count()), story.emu.now
    story.emu.now = lambda: THURSDAY - dt.timedelta(hours=8)
    lea.says("je viens")
    story.emu.now = moment
    assert lea.count("Cette réunion est passée") == 1 and (lea.count() - 1, ben.count()) == said
    assert answer_of(meeting, lea) == answer_of(following, lea) == ""
    lea.says("je viens")
    assert answer_of(following, lea) == YES


@MIXED
def test_f22_an_answer_after_the_only_meeting_gets_one_kind_line(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    until(story, THURSDAY + dt.timedelta(hours=12))
    lea.says("je viens")
    lea.hears("Cette réunion est passée")
    assert answer_of(meeting, lea) == ""


@MIXED
def test_f22_a_late_tap_says_what_comes_next(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story)
    old = carried(ben, "Je viens")
    until(story, THURSDAY + dt.timedelta(hours=3))
    fix(story, THURSDAY + dt.timedelta(days=14))
    ben.taps(raw_data=old)
    ben.hears("Cette réunion est passée")
    ben.hears("jeudi 26 mars")
    assert answer_of(meeting, ben) == ""


@MIXED
def test_a_person_in_two_groups_answers_for_one(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    other = story.another_group("Les indés de Rennes")
    story.seat(ben, other)
    first, second = fix(story), fix(story, THURSDAY + dt.timedelta(days=1), group=other)
    ben.says("je viens jeudi")
    assert (answer_of(first, ben), answer_of(second, ben)) == (YES, "")
    ben.hears("Les indés de Nantes")
    ben.says("je ne viens pas vendredi")
    assert (answer_of(first, ben), answer_of(second, ben)) == (YES, NO)


@MIXED
def test_behind_a_closed_window_the_card_comes_with_the_tap(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    story.later(hours=30)
    meeting = fix(story)
    ben.never_hears("jeudi 12 mars")
    ben.taps("Lire")
    ben.hears("jeudi 12 mars")
    press(ben, "Je viens")
    assert answer_of(meeting, ben) == YES


@MIXED
def test_somebody_who_never_pressed_start_answers_in_the_group(story: Story) -> None:
    zoe = story.member("Zoé", on=TELEGRAM, started=False)
    meeting = fix(story)
    tap(zoe, "Je viens")
    assert answer_of(meeting, zoe) == YES and "C'est noté" in zoe.toast


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_without_a_group_chat_the_card_in_private_is_edited(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.member("Zoé")
    other = story.another_group("Les indés de Rennes")
    for actor in (lea, zoe):
        story.seat(actor, other)
    meeting = fix(story, group=other)
    said = len(lea.bubbles())
    lea.taps("Je viens")
    story.later(seconds=6)
    assert answer_of(meeting, lea) == YES and "C'est noté" in lea.toast and len(lea.bubbles()) == said
    lea.hears("→ Tu viens.")
    zoe.hears("Viennent (1) : Léa")


@MIXED
def test_a_word_of_before_does_not_stick_to_another_answer(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story)
    ben.says("je viens mais je pars à 20h")
    ben.says("je ne viens pas")
    mine = Attendance.of(meeting, ben.person)
    assert mine is not None and mine.comment == ""


# ------------------------------------------------------------------ guests and seats


@MIXED
def test_guests_only_where_the_group_allows_them(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story)
    assert "Avec quelqu'un" not in ben.buttons
    ben.says("je viens avec 2 amis")
    mine = Attendance.of(meeting, ben.person)
    assert mine is not None and mine.guests == 0
    ben.hears("sans accompagnants")


def test_with_somebody_by_a_tap(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story, plus_ones=True)
    tap(lea, "Avec quelqu'un")
    tap(lea, "Avec quelqu'un")
    mine = Attendance.of(meeting, lea.person)
    assert mine is not None and (mine.answer, mine.guests) == (YES, 1)
    assert "Viennent (2) : Léa +1" in card(lea)


def test_a_full_meeting_has_a_waiting_list_and_the_first_moves_up(story: Story) -> None:
    lea, ben, zoe, marc = (story.member(name) for name in ("Léa", "Benoît", "Zoé", "Marc"))
    meeting = fix(story, capacity=2)
    for actor in (lea, ben, zoe, marc):
        actor.says("je viens")
    zoe.hears("n° 1 sur la liste d'attente")
    marc.hears("n° 2 sur la liste d'attente")
    if lea.platform == TELEGRAM:
        assert "Liste d'attente : Zoé et Marc" in card(lea)
    ben.says("je ne viens pas")
    zoe.hears("Une place s'est libérée")
    marc.never_hears("Une place s'est libérée")
    row = Attendance.of(meeting, zoe.person)
    assert row is not None and row.seated


@pytest.mark.parametrize("platform", ["mixed", "postgres"], indirect=True)
def test_two_taps_at_once_for_the_last_seat(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story, capacity=1)
    story.emu.concurrently(lambda: lea.phone.says("je viens"), lambda: ben.phone.says("je viens"))
    story.settle()
    seated = [row.seated for row in Attendance.select().where(Attendance.meeting == meeting)]
    assert sorted(seated) == [False, True]


@MIXED
def test_by_night_the_good_news_waits_until_eight(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît", on=WHATSAPP)
    fix(story, capacity=1)
    lea.says("je viens")
    ben.says("je viens")
    until(story, dt.datetime(2026, 3, 3, 23, 30, tzinfo=PARIS))
    lea.says("je ne viens pas")
    story.settle()
    ben.never_hears("Une place s'est libérée")
    until(story, dt.datetime(2026, 3, 4, 8, 1, tzinfo=PARIS))
    ben.hears("Une place s'est libérée")


@MIXED
def test_whoever_leaves_the_group_frees_the_seat(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît", on=WHATSAPP)
    fix(story, capacity=1)
    lea.says("je viens")
    ben.says("je viens")
    seat = Membership.of(story.home(), lea.person)
    assert seat is not None
    with db.transaction():
        seat.leave()
        inbox.happen("gone", seat)
    story.settle()
    ben.hears("Une place s'est libérée")


@MIXED
def test_a_newcomer_is_shown_the_next_meeting(story: Story) -> None:
    story.member("Léa")
    fix(story)
    ben = story.member("Benoît", on=WHATSAPP)
    with db.transaction():
        inbox.happen("entered", Membership.of(story.home(), ben.person))
    story.settle()
    ben.hears("jeudi 12 mars")
    press(ben, "Je viens")


# ------------------------------------------------------------------ settings


@MIXED
def test_an_organizer_sets_the_seats_and_undoes_it(story: Story) -> None:
    marc, lea, ben = story.organizer("Marc"), story.member("Léa"), story.member("Benoît")
    meeting = fix(story, capacity=1)
    lea.says("je viens")
    ben.says("je viens")
    marc.says("places 8")
    marc.hears("8 places, puis une liste d'attente")
    assert here(meeting).capacity == 8 and Rhythm.of(story.home()).capacity == 8
    ben.hears("Une place s'est libérée")
    marc.taps("Annuler")
    marc.hears("Comme avant")
    assert Rhythm.of(story.home()).capacity is None
    marc.says("accompagnants oui")
    assert here(meeting).plus_ones
    ben.says("places 2")
    ben.hears("Seuls les organisateurs")
    assert here(meeting).capacity is None


# ------------------------------------------------------------------ moved, cancelled, put back


def test_a_moved_meeting_says_old_and_new_and_asks_again(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story)
    lea.says("je viens")
    ben.says("je ne viens pas")
    with db.transaction():
        meeting.move(THURSDAY + dt.timedelta(days=5))
        inbox.happen("meeting_moved", meeting, old=THURSDAY)
    story.settle()
    for actor in (lea, ben):
        text = actor.hears("La réunion est déplacée", chat=where_read(actor)).text
        assert "jeudi 12 mars à 19h30 → " in text.replace("*", "") and "mardi 17 mars à 19h30" in text
        assert actor.count("La réunion est déplacée", chat=where_read(actor)) == 1
    assert [answer_of(meeting, one) for one in (lea, ben)] == ["", ""]
    assert "À confirmer : Léa" in card(lea)
    tap(lea, "Je viens")
    assert "Viennent (1) : Léa" in card(lea)
    if lea.platform == TELEGRAM:
        assert lea.count("sa nouvelle carte est plus bas", chat=story.chat) == 1


@MIXED
def test_a_small_shift_keeps_the_answers(story: Story) -> None:
    ben = story.member("Benoît", on=WHATSAPP)
    meeting = fix(story)
    ben.says("je viens")
    with db.transaction():
        meeting.move(THURSDAY + dt.timedelta(minutes=30))
        inbox.happen("meeting_moved", meeting, old=THURSDAY)
    story.settle()
    ben.hears("réponses restent")
    assert answer_of(meeting, ben) == YES


def test_a_cancelled_meeting_is_told_once_and_can_be_put_back(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story)
    lea.says("je viens")
    with db.transaction():
        meeting.cancel()
        inbox.happen("meeting_cancelled", meeting)
    story.settle()
    assert lea.count("est annulée", chat=where_read(lea)) == 1
    if lea.platform == TELEGRAM:
        assert "Annulée" in card(lea)
    lea.says("je viens")
    lea.hears("La réunion de jeudi 12 mars à 19h30 est annulée.")
    with db.transaction():
        meeting.revive()
        inbox.happen("meeting_revived", meeting)
    story.settle()
    lea.hears("a bien lieu", chat=where_read(lea))
    assert answer_of(meeting, lea) == YES
    ben.says("je viens")
    assert answer_of(meeting, ben) == YES


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_who_would_not_have_come_is_not_told_of_the_cancelling(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    meeting = fix(story)
    ben.says("je ne viens pas")
    with db.transaction():
        meeting.cancel()
        inbox.happen("meeting_cancelled", meeting)
    story.settle()
    lea.hears("est annulée")
    ben.never_hears("est annulée")


def test_another_place_is_told_to_those_who_come(story: Story) -> None:
    lea, ben = story.member("Léa"), story.member("Benoît")
    zoe = story.member("Zoé", on=TELEGRAM, started=False) if story.platform != "whatsapp" else None
    meeting = fix(story, place="Café des Arts")
    lea.says("je viens")
    if zoe is not None:
        tap(zoe, "Je viens")
        Address.update(state="unstarted").where(Address.address == zoe.id).execute()
    with db.transaction():
        meeting.meet_at(None, "Bar du Port")
        inbox.happen("place_changed", meeting, old="Café des Arts")
    story.settle()
    lea.hears("Où : Bar du Port")
    lea.hears("C'était : Café des Arts")
    ben.never_hears("C'était : Café des Arts")
    if zoe is not None:
        zoe.hears("C'était : Café des Arts", chat=story.chat)
    assert isinstance(meeting, Meeting)

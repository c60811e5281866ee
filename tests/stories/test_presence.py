"""Who is here: one tap, a word in private, or whoever leads notes it."""

import datetime as dt

import pytest

from handlers.kit import inbox
from storage import db
from storage.groups import Membership
from storage.meetings import Attendance
from storage.people import TELEGRAM, WHATSAPP
from storage.sessions import Session
from tests.stories.evenings import TONIGHT, answer, begin, card, chat, names, tap, tonight
from tests.stories.hands import press
from tests.stories.meetings import fix, until
from tests.story import Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def test_one_tap_says_who_is_here_and_twice_is_once(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    session = begin(story, marc)
    tap(story, lea, "Je suis là")
    if lea.platform == TELEGRAM:
        assert "Bienvenue, Léa" in lea.toast
    else:
        lea.hears("Bienvenue, Léa")
    tap(story, lea, "Je suis là")
    assert names(session.present()) == ["Marc", "Léa"]
    story.later(seconds=10)
    if story.chat is not None:
        assert "Sont là (2) : Marc et Léa" in card(story, marc, "Sont là")


def test_two_taps_at_once_are_both_kept(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    tonight(story, marc)
    session = begin(story, marc)
    story.emu.concurrently(lambda: lea.phone.says("présente"), lambda: zoe.phone.says("présente"))
    story.settle()
    assert set(names(session.present())) == {"Marc", "Léa", "Zoé"}


def test_who_leads_notes_the_others_and_a_member_does_not(story: Story) -> None:
    marc, lea, _zoe, _paul = (
        story.organizer("Marc"),
        story.member("Léa"),
        story.member("Zoé Martin"),
        story.member("Paul"),
    )
    tonight(story, marc, lea)
    session = begin(story, marc, lea)
    marc.says("Zoe et Paul sont là")
    marc.hears("C'est noté, ici : Zoé et Paul")
    assert set(names(session.present())) == {"Marc", "Léa", "Zoé", "Paul"}
    lea.says("Paul n'est pas là")
    lea.hears("C'est Marc qui note")
    marc.says("Paul n'est pas là")
    assert "Paul" not in names(session.present())


def test_who_leaves_early_was_there_all_the_same(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    session = begin(story, marc, lea)
    lea.says("je dois partir")
    lea.hears("bonne route")
    assert names(session.present()) == ["Marc", "Léa"]
    assert names(session.here()) == ["Marc"]
    lea.says("je suis là")
    assert names(session.here()) == ["Marc", "Léa"]


@mixed
def test_somebody_who_never_pressed_start_is_here_by_the_card(story: Story) -> None:
    marc = story.organizer("Marc")
    ines = story.member("Inès", on=TELEGRAM, started=False)
    tonight(story, marc)
    session = begin(story, marc)
    ines.taps("Je suis là", chat=story.chat)
    assert names(session.here()) == ["Marc", "Inès"]


@mixed
def test_a_stranger_in_the_chat_is_not_here(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    tonight(story, marc)
    session = begin(story, marc)
    zoe = story.stranger("Zoé", on=TELEGRAM)
    button = next(c for b in reversed(chat(story).messages()) for c in b.choices if c.label == "Je suis là")
    other = story.another_group("Les voisins")
    story.seat(zoe, other)
    zoe.says("bonjour")
    zoe.taps(raw_data=button.value)
    assert names(session.here()) == ["Marc"]


@mixed
def test_a_closed_window_hears_that_it_begins(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa", on=WHATSAPP)
    meeting = fix(story, TONIGHT + dt.timedelta(days=1))
    with db.transaction():
        Attendance.create(meeting=meeting, person=lea.person, answer="yes")
    until(story, meeting.start)
    marc.says("on commence")
    lea.never_hears("La réunion a commencé")
    lea.says("oui ?")
    lea.hears("La réunion a commencé")
    press(lea, "Je suis là")
    assert lea.person in Session.get().here()


@mixed
def test_late_is_shown_to_nobody_but_by_the_order(story: Story) -> None:
    marc, lea, hugo = story.organizer("Marc"), story.member("Léa"), story.member("Hugo")
    meeting = tonight(story, marc, lea, hugo)
    Attendance.update(late=20).where(Attendance.person == lea.person).execute()
    begin(story, marc)
    text = card(story, marc, "En chemin")
    assert "En chemin : Hugo et Léa" in text
    assert "retard" not in text
    assert answer(meeting, lea).present is None


@mixed
def test_who_leaves_the_group_meanwhile_is_no_longer_counted(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    session = begin(story, marc, lea)
    seat = Membership.of(story.home(), lea.person)
    assert seat is not None
    with db.transaction():
        seat.leave()
        inbox.happen("gone", seat)
    story.later(seconds=10)
    assert names(session.present()) == ["Marc"]
    assert "Sont là (1) : Marc" in card(story, marc, "Sont là")


@mixed
def test_who_joins_the_group_meanwhile_may_be_here(story: Story) -> None:
    marc = story.organizer("Marc")
    tonight(story, marc)
    session = begin(story, marc)
    ana = story.member("Ana")
    ana.says("je suis là")
    assert names(session.present()) == ["Marc", "Ana"]


@mixed
def test_between_meetings_the_same_words_mean_that_one_comes(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = tonight(story, marc)
    lea.says("je suis là")
    assert answer(meeting, lea).answer == "yes"
    assert answer(meeting, lea).present is None


@mixed
def test_chatter_marks_nobody(story: Story) -> None:
    marc, _zoe = story.organizer("Marc", on=TELEGRAM), story.member("Zoé")
    tonight(story, marc)
    session = begin(story, marc)
    for words in ("le café est là", "Zoé est une bonne amie", "tout le monde est là ?"):
        marc.says(words)
        marc.says(words, chat=story.chat)
    assert names(session.here()) == ["Marc"]


@mixed
def test_who_is_here_is_answered_in_private(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc)
    begin(story, marc, lea)
    lea.says("qui est là ?")
    assert "Sont là (2) : Marc et Léa" in lea.last

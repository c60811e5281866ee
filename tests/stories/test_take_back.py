""" "annuler" right after a wrong tap: each small act goes back, where it was done; or it says why not (116)."""

import pytest

from storage.deeds import Deed
from storage.groups import MEMBER, ORGANIZER, Group, Membership
from storage.hotseats import HotSeat
from storage.meetings import Attendance, Meeting
from storage.missions import Rating, Thanks
from storage.polls import Poll
from storage.sessions import Session
from tests.stories.evenings import begin, tap, tonight
from tests.stories.hands import press
from tests.stories.hot_seats import begin as sit
from tests.stories.hot_seats import together
from tests.stories.meetings import answer_of, fix, here
from tests.stories.polling import open_poll, the_poll, vote, votes_of
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def seat_of(story: Story, actor: Actor) -> Membership:
    seat = story.home().membership_of(actor.person)
    assert seat is not None
    return seat


def mine(meeting: Meeting, actor: Actor) -> Attendance:
    found = Attendance.of(meeting, actor.person)
    assert found is not None
    return found


def test_what_one_hears_goes_back_to_what_it_was(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("réglages")
    press(lea, "Seulement l'essentiel")
    lea.says("pause jusqu'au 5 avril")
    assert seat_of(story, lea).dial == "pause"
    lea.says("oublie")
    lea.hears("C'est repris")
    assert seat_of(story, lea).dial == "essential"
    lea.says("annuler")
    assert seat_of(story, lea).dial == "all"


def test_a_pause_ended_too_early_goes_on(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("pause jusqu'au 5 avril")
    until = seat_of(story, lea).paused_until
    lea.says("je reprends")
    lea.says("annuler")
    assert (seat_of(story, lea).dial, seat_of(story, lea).paused_until) == ("pause", until)


def test_a_vote_dropped_by_mistake_goes_on(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    poll = open_poll(story, marc)
    vote(story, lea, "1 oui")
    marc.says("annule le vote")
    press(marc, "Abandonner")
    assert the_poll().state == "cancelled"
    marc.says("défaire")
    marc.hears("le vote continue")
    assert the_poll().open
    assert votes_of(lea, poll)[0] == "y"
    marc.says("journal")
    marc.hears("un vote abandonné (repris)")


def test_a_dropped_vote_stays_once_another_one_is_open(story: Story) -> None:
    marc = story.organizer("Marc")
    open_poll(story, marc)
    marc.says("annule le vote")
    press(marc, "Abandonner")
    zoe = story.organizer("Zoé")
    open_poll(story, zoe)
    marc.says("défaire")
    marc.hears("ne peut pas continuer")
    assert [poll.state for poll in Poll.select().order_by(Poll.id)] == ["cancelled", "open"]
    marc.says("journal")
    assert "repris" not in marc.last, "what stays is not said to be taken back"


def test_somebody_named_by_mistake_is_a_member_again(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("nomme Léa organisatrice")
    press(marc, "Oui, je confirme")
    assert seat_of(story, lea).role == ORGANIZER
    lea.says("annuler")
    assert seat_of(story, lea).role == ORGANIZER, "nobody takes back what somebody else did"
    marc.says("annuler")
    marc.hears("membre comme avant")
    lea.hears("par erreur")
    assert seat_of(story, lea).role == MEMBER


def test_who_gave_the_role_back_by_mistake_has_it_again(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("nomme Léa organisatrice")
    press(marc, "Oui, je confirme")
    press(lea, "Renoncer")
    assert seat_of(story, lea).role == MEMBER
    lea.says("annuler")
    assert seat_of(story, lea).role == ORGANIZER
    marc.hears("organise finalement avec toi")


def test_after_ten_minutes_a_role_stays(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("nomme Léa organisatrice")
    press(marc, "Oui, je confirme")
    story.later(minutes=11)
    marc.says("annuler")
    assert seat_of(story, lea).role == ORGANIZER


def test_the_whatsapp_link_goes_back(story: Story) -> None:
    marc = story.organizer("Marc")
    old, new = "https://chat.whatsapp.com/AAAAAAAAAAAA", "https://chat.whatsapp.com/BBBBBBBBBBBB"
    marc.says(f"/lienwhatsapp {old}")
    marc.says(f"/lienwhatsapp {new}")
    marc.says("annuler")
    assert Group.get_by_id(story.home().id).whatsapp_link == old
    assert not [deed for deed in Deed.select() if "chat.whatsapp.com" in str(deed.facts)]


def test_a_topic_and_its_votes_go_back(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("sujet : Fixer ses tarifs")
    press(lea, "Retirer")
    lea.says("annuler")
    lea.says("boîte à sujets")
    lea.hears("Fixer ses tarifs")


def test_late_is_taken_back_and_those_who_heard_of_it_hear_that(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.member("Zoé")
    meeting = tonight(story, lea, zoe)
    story.later(hours=9)
    lea.says("j'aurai 20 minutes de retard")
    zoe.hears("20 minutes")
    lea.says("annuler")
    assert mine(meeting, lea).late is None
    zoe.hears("finalement à l'heure")


def test_here_too_early_and_gone_too_early(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = tonight(story, marc, lea)
    begin(story, marc, lea)
    lea.says("je pars")
    lea.says("annuler")
    assert (mine(meeting, lea).present, mine(meeting, lea).left_at) == (True, None)
    lea.says("annuler")
    assert not mine(meeting, lea).present


def test_no_date_before_is_taken_back_on_the_closing_card(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    session = begin(story, marc, lea)
    marc.says("on clôt")
    marc.says("pas avant le 15 avril")
    assert Session.get_by_id(session.id).skip_until
    marc.says("annuler")
    assert Session.get_by_id(session.id).skip_until is None
    tap(story, lea, "😐")
    assert Rating.of(session.meeting, lea.person) == 1
    tap(story, lea, "😀")
    lea.says("annuler")
    assert Rating.of(session.meeting, lea.person) == 1
    lea.says("annuler")
    assert Rating.of(session.meeting, lea.person) is None


def test_a_step_of_the_hot_seat_tapped_by_mistake(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    together(story, marc, lea, zoe)
    sit(story, marc)
    tap(story, marc, "Étape suivante")
    assert HotSeat.get().step == 2
    zoe.says("annuler")
    assert HotSeat.get().step == 2
    marc.says("annuler")
    marc.hears("On revient à")
    assert HotSeat.get().step == 1
    tap(story, marc, "Arrêter")
    marc.says("annuler")
    assert HotSeat.get().state == "running"


def test_the_button_and_the_word_are_the_same_undoing(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("/effort 3")
    marc.says("quorum 5")
    press(marc, "Annuler")
    marc.says("journal")
    marc.hears("le rythme changé (repris)")
    marc.says("défaire")
    assert Group.get_by_id(story.home().id).words_required != 3, "not the same thing twice: what was before it"


def test_what_was_done_here_goes_first(story: Story) -> None:
    """Said in private: what was just done there, before what was done in the group's chat since."""
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("/effort 3")
    marc.taps("Je viens", chat=story.chat)
    marc.says("annuler")
    assert Group.get_by_id(story.home().id).words_required != 3
    assert answer_of(meeting, marc) == "yes"
    marc.says("annuler")
    assert answer_of(here(meeting), marc) == ""


def test_said_twice_at_once_each_undoing_is_done_and_told_once(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("je viens")
    lea.says("je ne peux plus")
    story.emu.concurrently(lambda: lea.phone.says("annuler"), lambda: lea.phone.says("annuler"))
    story.settle()
    assert answer_of(meeting, lea) in ("yes", "")
    assert Deed.select().where(Deed.undone_at.is_null(False)).count() == len([t for t in lea.said() if "repris" in t])


def test_what_cannot_be_taken_back_says_so(story: Story) -> None:
    marc = story.organizer("Marc")
    open_poll(story, marc)
    marc.says("/effort 3")
    marc.says("prolonge le vote jusqu'au 9 mars")
    press(marc, "Prolonger le vote")
    story.later(seconds=20)
    marc.says("prolonge le vote jusqu'au 10 mars")
    press(marc, "Prolonger le vote")
    marc.says("annuler")
    marc.hears("clore le vote")
    assert Group.get_by_id(story.home().id).words_required == 3, "and nothing older goes in its stead"


def test_in_the_groups_chat_only_what_was_done_there_goes(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    marc.says("/effort 3")
    marc.taps("Je viens", chat=story.chat)
    marc.says(f"@{story.emu.bot_username} annule", chat=story.chat)
    assert answer_of(meeting, marc) == ""
    marc.says(f"@{story.emu.bot_username} annule", chat=story.chat)
    assert Group.get_by_id(story.home().id).words_required == 3
    lea.never_hears("C'est repris")


def test_what_was_changed_by_somebody_else_since_stays_and_the_journal_says_so(story: Story) -> None:
    """The line is marked only when it is really taken back."""
    marc, ines = story.organizer("Marc"), story.organizer("Inès")
    marc.says("/effort 3")
    ines.says("/effort 5")
    marc.says("annuler")
    marc.hears("a encore changé")
    marc.says("journal")
    assert "repris" not in marc.last


def test_words_that_others_read_stay_and_nothing_older_goes_instead(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("/effort 3")
    marc.says("dis au groupe : on apporte à manger")
    lea.hears("on apporte à manger", chat=story.chat if lea.platform == "telegram" else None)
    marc.says("annule")
    marc.hears("déjà lu")
    assert Group.get_by_id(story.home().id).words_required == 3


def test_thanks_are_unsaid_before_the_summary(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    begin(story, marc, lea)
    marc.says("annule")
    marc.hears("on clôt")
    marc.says("on clôt")
    marc.says("merci à Léa pour le gâteau")
    assert Thanks.select().count() == 1
    marc.says("oublie")
    assert Thanks.select().count() == 0

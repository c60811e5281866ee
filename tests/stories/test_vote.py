"""Members vote oui, si besoin or non for each date, on both messengers; there is one tally."""

import pytest

from storage import db
from storage.groups import Membership
from storage.meetings import Attendance
from storage.outbox import DeadLetter, Post
from storage.people import TELEGRAM, WHATSAPP, Person
from storage.polls import Poll, Vote
from tests.stories.hands import carried
from tests.stories.meetings import fix
from tests.stories.polling import answered, meeting_of, open_poll, the_poll, vote, votes_of
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def people(story: Story) -> tuple[Actor, Actor, Actor]:
    return story.organizer("Marc"), story.member("Léa"), story.member("Zoé")


def test_everybody_sees_one_card_and_votes_on_it(story: Story) -> None:
    marc, lea, zoe = people(story)
    poll = open_poll(story, marc)
    for actor in (lea, zoe):
        where = story.chat if actor.platform == TELEGRAM else None
        actor.hears("Marc demande : on se voit quand", chat=where)
        actor.hears("1. jeu. 12 mars à 12h", chat=where)
        assert actor.count("on se voit quand", chat=where) == 1
    vote(story, lea, "1 oui")
    vote(story, zoe, "1 oui")
    vote(story, zoe, "2 si besoin")
    assert votes_of(marc, poll) == "yyy", "whoever asks is counted"
    assert votes_of(lea, poll)[0] == votes_of(zoe, poll)[0] == "y"
    tally = the_poll().tally()
    assert tally.voters == tally.total == 3
    assert not DeadLetter.select().exists()


def test_the_telegram_card_is_edited_in_place(story: Story) -> None:
    if story.platform == WHATSAPP:
        pytest.skip("nothing is edited on WhatsApp")
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    story.member("Ali", on=WHATSAPP if story.platform == "mixed" else TELEGRAM)
    open_poll(story, marc)
    lea.taps("2 oui", chat=story.chat)
    assert "2 oui" in lea.toast
    story.later(seconds=5)
    card = lea.hears("sam. 14 mars à 19h30 : 2 oui (Marc, Léa)", chat=story.chat)
    assert lea.count("on se voit quand", chat=story.chat) == 1
    assert len(card.text.split("\n")) <= 12
    assert [choice.label for choice in card.choices][:3] == ["1 oui", "1 si besoin", "1 non"]


@MIXED
def test_a_whatsapp_member_votes_by_the_list_by_number_and_in_words(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    story.member("Ali")
    poll = open_poll(story, marc)
    assert lea.buttons == ["jeu. 12 mars 12h", "sam. 14 mars 19h30", "mar. 17 mars 18h30", "Aucune ne va"]
    lea.taps("sam. 14 mars")
    assert votes_of(lea, poll) == "-y-"
    lea.hears("C'est noté : oui pour sam. 14 mars à 19h30")
    lea.says("3")
    assert votes_of(lea, poll) == "-yy"
    lea.says("1 et 3, 2 si besoin")
    assert votes_of(lea, poll) == "ymy"
    lea.says("je peux pas le 14")
    assert votes_of(lea, poll) == "yny", "what was said before stays"
    lea.says("toutes sauf jeudi")
    assert votes_of(lea, poll) == "nyy"


@MIXED
def test_a_telegram_member_votes_in_words_in_private(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=TELEGRAM)
    story.member("Ali")
    poll = open_poll(story, marc)
    lea.says("1 et 3, 2 si besoin")
    assert votes_of(lea, poll) == "ymy"
    lea.says("vote")
    lea.hears("on se voit quand")
    lea.says("2")
    assert votes_of(lea, poll) == "yyy", "under a grid of buttons a number is a line of the card"
    lea.taps("3 non")
    assert votes_of(lea, poll) == "yyn"


@MIXED
def test_who_names_some_dates_says_no_to_the_others(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    poll = open_poll(story, marc)
    lea.says("oui pour jeudi")
    assert votes_of(lea, poll) == "ynn"


@MIXED
@pytest.mark.parametrize("words", ["bonjour", "merci", "c'est quand la prochaine ?", "à jeudi !", "on était 3 hier"])
def test_ordinary_words_are_no_vote(story: Story, words: str) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    poll = open_poll(story, marc)
    lea.says(words)
    assert not answered(lea, poll)


@MIXED
def test_who_does_not_know_yet_has_answered(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    story.member("Ali")
    poll = open_poll(story, marc)
    lea.says("je ne sais pas encore")
    lea.hears("tu ne sais pas encore")
    assert answered(lea, poll)
    assert votes_of(lea, poll) == "---"


def test_none_fits_and_another_date_is_one_tap_away(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    story.member("Ali")
    poll = open_poll(story, marc)
    lea.says("aucune ne va")
    assert votes_of(lea, poll) == "nnn"
    lea.taps("Proposer une date")
    lea.says("le 19 mars à 20h")
    lea.taps("Ajouter au vote")
    assert votes_of(lea, poll) == "nnny"
    assert votes_of(marc, poll) == "yyy-"
    assert len(the_poll().choices()) in (1, 4)
    assert len(Poll.open_of(story.home())) == 1


@MIXED
def test_who_had_answered_is_told_of_a_new_date_once(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    ali = story.member("Ali", on=WHATSAPP)
    open_poll(story, marc)
    lea.says("1 et 2")
    for day in ("19", "20"):
        marc.says(f"je propose le {day} mars à 20h")
        marc.taps("Ajouter au vote")
    assert lea.count("Marc ajoute") == 1
    assert ali.count("Marc ajoute") == 0, "the silent get the card with their reminder"


def test_the_same_tap_twice_is_one_vote(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    story.member("Ali")
    poll = open_poll(story, marc)
    vote(story, lea, "1 oui")
    vote(story, lea, "1 oui")
    assert votes_of(lea, poll)[0] == "y"
    assert the_poll().tally().count(poll.choices()[0], 2) == 2


@MIXED
def test_two_votes_at_once_both_count(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    lea, zoe = story.member("Léa", on=TELEGRAM), story.member("Zoé", on=WHATSAPP)
    story.member("Ali")
    poll = open_poll(story, marc)
    story.emu.concurrently(
        lambda: lea.taps("1 oui", settle=False, chat=story.chat), lambda: zoe.says("1 et 2", settle=False)
    )
    story.settle()
    assert votes_of(lea, poll)[0] == "y"
    assert votes_of(zoe, poll) == "yyn"
    assert the_poll().tally().voters == 3


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_a_stranger_cannot_vote(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    poll = open_poll(story, marc)
    zoe = story.stranger("Zoé")
    marc.says("vote")
    zoe.says("bonjour")
    zoe.taps(raw_data=carried(marc, "1 oui" if zoe.platform == TELEGRAM else "jeu. 12 mars"))
    assert poll.tally().voters == 1
    assert lea.count("Zoé") == 0


@MIXED
def test_a_late_tap_hears_what_was_decided(story: Story) -> None:
    marc, lea, zoe = people(story)
    open_poll(story, marc)
    zoe.says("1")
    lea.says("vote")
    old = carried(lea, "jeu. 12 mars") if lea.platform == WHATSAPP else carried(lea, "1 oui")
    lea.says("1")
    marc.says("clore le vote")
    marc.taps("Clore maintenant")
    meeting = meeting_of(story) or pytest.fail("no meeting")
    assert f"{meeting.start:%d %H:%M}" == "12 12:00"
    lea.taps(raw_data=old)
    said = lea.toast if lea.platform == TELEGRAM and lea.toast else lea.last
    assert "clos" in said or "clos" in lea.last


@MIXED
def test_s23_nobody_votes_or_answers_for_somebody_else_twice_or_once_gone(story: Story) -> None:
    """S23: one row a person and date, and only of whoever is there; cards that somebody still has open nothing."""
    marc, lea, zoe = people(story)
    poll = open_poll(story, marc)
    vote(story, lea, "1 oui")
    for words in ("Zoé vote 2 oui", "Zoé peut le 14", "vote 2 oui pour Zoé", "Zoé dit oui"):
        lea.says(words)
    assert votes_of(lea, poll) == "ynn" and not answered(zoe, poll) and votes_of(zoe, poll) == "---"
    for label in ("1 oui", "1 non", "1 oui"):
        vote(story, lea, label)
    assert Vote.select().where(Vote.person == lea.person).count() == 3 and votes_of(lea, poll)[0] == "y"

    zoe.says("vote")
    old, before = carried(zoe, "1 oui" if zoe.platform == TELEGRAM else "jeu. 12 mars"), Vote.select().count()
    seat = Membership.of(story.home(), zoe.person)
    assert seat is not None
    with db.transaction():
        seat.leave()
    zoe.taps(raw_data=old)
    zoe.says("1 oui")
    meeting = fix(story)
    zoe.says("je viens")
    assert Vote.select().count() == before
    lea.says("Marc vient")
    lea.says("Marc ne vient pas")
    assert not Attendance.select().where(Attendance.meeting == meeting).exists()


@MIXED
def test_the_votes_of_two_groups_stay_apart(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    other = story.another_group("Les autres")
    ana = story.stranger("Ana")
    from storage.groups import ORGANIZER

    story.seat(ana, other, ORGANIZER)
    story.seat(lea, other)
    first = open_poll(story, marc)
    second = open_poll(story, ana, "le 20 mars à 9h ou le 21 mars à 9h")
    lea.says("oui pour le 20 mars")
    assert votes_of(lea, second) == "yn"
    assert votes_of(lea, first) == "---"


@MIXED
def test_a_closed_window_is_opened_by_the_template_and_the_tap_shows_the_card(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa", on=WHATSAPP)
    story.member("Ali")
    story.later(hours=30)
    poll = open_poll(story, marc)
    lea.hears("choisit sa prochaine date")
    lea.never_hears("on se voit quand")
    lea.taps("Voter")
    lea.hears("on se voit quand")
    lea.taps("jeu. 12 mars")
    assert votes_of(lea, poll) == "y--"


@MIXED
def test_a_member_who_never_pressed_start_votes_in_the_group(story: Story) -> None:
    marc = story.organizer("Marc", on=TELEGRAM)
    lea = story.member("Léa", on=TELEGRAM, started=False)
    story.member("Ali")
    poll = open_poll(story, marc)
    lea.taps("1 si besoin", chat=story.chat)
    assert votes_of(lea, poll) == "m--"
    assert "1 si besoin" in lea.toast
    assert not story.unsent()


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_more_than_eight_dates_come_in_pages(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    days = ", ".join(f"le {day} mars à 19h" for day in range(10, 22))
    open_poll(story, marc, days)
    card = lea.hears("Dates 1 à 8 sur 12", chat=story.chat)
    assert len(card.text.split("\n")) <= 12
    assert len(card.choices) == 8 * 3 + 2
    lea.taps("Suite", chat=story.chat)
    story.later(seconds=5)
    lea.hears("Dates 9 à 12 sur 12", chat=story.chat)
    lea.taps("12 oui", chat=story.chat)
    assert votes_of(lea, the_poll()).endswith("y")


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_many_dates_are_numbered_lines_on_whatsapp(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    days = ", ".join(f"le {day} mars à 19h" for day in range(10, 22))
    poll = open_poll(story, marc, days)
    lea.hears("12. sam. 21 mars 19h")
    lea.says("12")
    lea.says("1 et 3")
    assert votes_of(lea, poll).startswith("yny")
    assert votes_of(lea, poll).endswith("y")


@MIXED
def test_a_group_without_a_telegram_chat_has_its_copies_edited_together(story: Story) -> None:
    group = story.another_group("Sans salon")
    story.group = group
    from storage.groups import ORGANIZER

    actors = [story.stranger(name, on=TELEGRAM) for name in ("Marc", "Léa", "Zoé")]
    for place, actor in enumerate(actors):
        story.seat(actor, group, ORGANIZER if place == 0 else "member")
    marc, lea, zoe = actors
    open_poll(story, marc)
    lea.taps("1 oui")
    story.later(minutes=2)
    zoe.hears("jeu. 12 mars à 12h : 2 oui (Marc, Léa)")
    assert zoe.count("on se voit quand") == 1


def test_130_members_vote_in_a_minute_with_few_edits(story: Story) -> None:
    if story.platform == WHATSAPP:
        pytest.skip("nothing is edited on WhatsApp")
    marc = story.organizer("Marc", on=TELEGRAM)
    lea = story.member("Léa", on=TELEGRAM)
    with db.transaction():
        group = story.home()
        for number in range(128):
            person = Person.create(name=f"Membre {number}")
            Membership.create(group=group, person=person)
    poll = open_poll(story, marc)
    before = Post.select().count()
    choices = poll.choices()
    from handlers.kit.cards import ballot
    from handlers.kit.speak import Turn

    for seat in Membership.select().where(Membership.group == group).limit(120):
        with db.transaction():
            poll.cast(seat.person, {choices[0]: 2, choices[1]: 1})
            tally = poll.tally()
            Turn().carry_out([ballot.in_chat(poll, ballot.card(poll, tally), *ballot.buttons(poll, choices))])
    assert Post.select().count() - before <= 2, "edits of one card wait in one row"
    story.settle()
    card = lea.hears("on se voit quand", chat=story.chat)
    assert "120 oui (Marc, Léa, Membre, Membre +116)" in card.text
    assert len(card.text.split("\n")) <= 12
    assert len(card.text) < 600
    lea.taps("2 oui", chat=story.chat)
    assert "2 oui" in lea.toast

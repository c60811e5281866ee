"""Editing a message on Telegram corrects what came from it: a vote, an answer, a proposal."""

import pytest

from storage.people import TELEGRAM, WHATSAPP
from storage.polls import Poll
from tests.stories.hands import press
from tests.stories.meetings import answer_of, fix
from tests.stories.polling import open_poll, starts, the_poll, votes_of
from tests.story import Actor, Story

telegram = pytest.mark.parametrize("platform", ["telegram"], indirect=True)
mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def edits(story: Story, actor: Actor, text: str, back: int = 1) -> None:
    """Change the last message that one wrote in private, or the one so many before."""
    mine = [bubble for bubble in actor.phone.messages() if bubble.sender == actor.name]
    actor.phone.edits(mine[-back], text)
    story.later(seconds=5)


def edits_here(story: Story, actor: Actor, text: str) -> None:
    """Change one's last message in the group's chat."""
    assert story.chat is not None
    mine = [bubble for bubble in story.chat.messages() if bubble.sender == actor.name]
    actor.phone.edits(mine[-1], text, chat=story.chat)
    story.later(seconds=5)


@mixed
def test_an_edited_vote_says_what_it_says_now(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=WHATSAPP), story.member("Léa", on=TELEGRAM)
    poll = open_poll(story, marc)
    lea.says("oui pour le 12")
    assert votes_of(lea, poll) == "ynn"
    edits(story, lea, "oui pour le 14")
    assert votes_of(lea, poll) == "nyn", "as if it had said so from the first"
    lea.hears("Noté")
    said = lea.count()
    edits(story, lea, "oui pour le 14 !")
    edits(story, lea, "qui garde le chat ?")
    assert votes_of(lea, poll) == "nyn" and lea.count() == said, "nothing new, nothing said"
    edits(story, lea, "le 12 et le 14")
    assert votes_of(lea, poll) == "yyn"
    lea.says("annuler")
    assert votes_of(lea, poll) == "---", "one message, one deed"
    edits(story, lea, "oui pour le 17", back=2)
    assert votes_of(lea, poll) == "---", "what was taken back stays so"


@telegram
def test_an_edit_after_the_vote_is_told_so_in_private_alone(story: Story) -> None:
    marc, lea, hugo = story.organizer("Marc"), story.member("Léa"), story.member("Hugo")
    poll = open_poll(story, marc)
    lea.says("oui pour le 12")
    hugo.says("oui pour le 12")
    marc.says("clore le vote")
    press(marc, "Clore")
    edits(story, lea, "oui pour le 14")
    lea.hears("Ce vote est clos")
    assert votes_of(lea, poll) == "ynn"
    said = hugo.count()
    edits(story, hugo, "oui pour le 12 :)")
    assert hugo.count() == said, "the same answer needs no word"
    story.later(hours=49)
    edits(story, hugo, "oui pour le 14")
    assert hugo.count("Ce vote est clos") == 0


@telegram
def test_an_edit_in_the_group_counts_and_is_silent_when_it_comes_too_late(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    poll = open_poll(story, marc)
    card = next(b for b in story.chat.messages() if "on se voit quand" in b.text) if story.chat else None
    lea.says("oui pour le 12", chat=story.chat, reply_to=card)
    story.later(seconds=5)
    assert votes_of(lea, poll) == "ynn"
    edits_here(story, lea, "oui pour le 14")
    assert votes_of(lea, poll) == "nyn"
    marc.says("clore le vote")
    press(marc, "Clore")
    here, alone = lea.count(chat=story.chat), lea.count()
    edits_here(story, lea, "oui pour le 17")
    assert votes_of(lea, poll) == "nyn"
    assert (lea.count(chat=story.chat), lea.count()) == (here, alone)


@mixed
def test_an_edited_answer_to_a_meeting_is_the_new_one(story: Story) -> None:
    story.organizer("Marc", on=WHATSAPP)
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story, plus_ones=True)
    lea.says("je viens avec un ami")
    edits(story, lea, "je viens")
    assert answer_of(meeting, lea) == "yes"
    lea.hears("Noté")
    said = lea.count()
    edits(story, lea, "je viens !")
    edits(story, lea, "il fait beau")
    assert lea.count() == said
    edits(story, lea, "finalement je ne viens pas")
    assert answer_of(meeting, lea) == "no"
    lea.says("annuler")
    assert answer_of(meeting, lea) == ""
    lea.says("je viens")
    meeting.cancel()
    edits(story, lea, "je ne viens pas")
    lea.hears("annulée")
    assert answer_of(meeting, lea) == "yes"


@mixed
def test_an_edited_proposal_begins_its_draft_again(story: Story) -> None:
    lea, _marc = story.member("Léa", on=TELEGRAM), story.organizer("Marc", on=WHATSAPP)
    lea.says("je propose jeudi 12 mars à 12h, le 14 à 19h30")
    edits(story, lea, "je propose jeudi 12 mars à 13h, le 14 à 19h30")
    assert starts(the_poll()) == ["12/03 13:00", "14/03 19:30"]
    edits(story, lea, "je propose quelque chose")
    assert starts(the_poll()) == ["12/03 13:00", "14/03 19:30"], "not understood: nothing changes"
    press(lea, "Lance")
    edits(story, lea, "je propose jeudi 12 mars à 14h, le 14 à 19h30")
    lea.hears("déjà ouvert")
    assert starts(the_poll()) == ["12/03 13:00", "14/03 19:30"] and the_poll().open


@mixed
def test_the_answer_to_when_may_be_edited_too(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    lea.says("dates")
    lea.says("le 14 mars à 20h")
    edits(story, lea, "le 15 mars à 20h")
    assert starts(the_poll()) == ["15/03 20:00"]
    lea.says("annuler")
    assert not Poll.draft_of(story.home(), lea.person)


@telegram
def test_a_proposal_edited_in_the_group_is_shown_anew(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("/dates jeudi 12 mars à 12h", chat=story.chat)
    edits_here(story, lea, "/dates jeudi 12 mars à 13h")
    assert starts(the_poll()) == ["12/03 13:00"]
    lea.hears("13h", chat=story.chat)


@mixed
def test_whoever_we_do_not_know_may_edit_what_they_like(story: Story) -> None:
    lea = story.member("Léa", on=TELEGRAM)
    zoe = story.stranger("Zoé", on=TELEGRAM, started=False)
    assert story.chat is not None
    story.chat.chat.members[zoe.phone.id] = "member"
    zoe.says("bonsoir tout le monde", chat=story.chat)
    edits_here(story, zoe, "bonsoir")
    assert zoe.count(chat=story.chat) == 0 and lea.count() == 0

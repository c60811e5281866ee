"""The round: each in turn, who passes comes back once, late arrivals come at the end."""

import pytest

from storage.people import TELEGRAM, WHATSAPP
from storage.rounds import Round
from tests.stories.evenings import begin, card, chat, names, tap, tonight
from tests.story import Actor, Story

mixed = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def speaking(everybody: list[Actor]) -> Actor:
    """Who has the word."""
    speaker = Round.get().speaking()
    assert speaker is not None
    return next(actor for actor in everybody if actor.person == speaker.person)


def test_each_speaks_in_turn_and_it_ends_by_itself(story: Story) -> None:
    everybody = [story.organizer("Marc"), story.member("Léa"), story.member("Hugo")]
    marc = everybody[0]
    tonight(story, *everybody)
    begin(story, *everybody)
    marc.says("tour de table")
    spoke = []
    for _turn in everybody:
        spoke.append(speaking(everybody))
        if spoke[-1].platform == WHATSAPP:
            spoke[-1].hears("C'est à toi de parler")
            spoke[-1].taps("J'ai fini")
        else:
            spoke[-1].says("suivant")
    assert {actor.name for actor in spoke} == {"Marc", "Léa", "Hugo"}
    assert Round.get().state == "over"
    story.later(seconds=10)
    if story.chat is not None:
        card(story, marc, "Le tour de table est fini")
        assert len(chat(story).heard("Ont parlé")) == 1, "one card, edited in place"


def test_who_passes_comes_back_once_at_the_end(story: Story) -> None:
    everybody = [story.organizer("Marc"), story.member("Léa")]
    tonight(story, *everybody)
    begin(story, *everybody)
    everybody[0].says("tour de table")
    first = speaking(everybody)
    first.says("je passe")
    first.hears("Ton tour revient une fois")
    other = speaking(everybody)
    assert other is not first
    first.says("je passe")
    assert other.name in first.last and "a la parole" in first.last.replace("*", "")
    other.says("j'ai fini")
    assert speaking(everybody) is first
    first.says("je passe")
    assert Round.get().state == "over"


@pytest.mark.parametrize("platform", [TELEGRAM, "mixed"], indirect=True)
def test_two_taps_on_next_are_one(story: Story) -> None:
    everybody = [story.organizer("Marc", on=TELEGRAM), story.member("Léa"), story.member("Hugo")]
    marc = everybody[0]
    tonight(story, *everybody)
    begin(story, *everybody)
    tap(story, marc, "Tour de table")
    old = next(b for b in reversed(chat(story).messages()) if any(c.label == "Suivant" for c in b.choices))
    value = next(c.value for c in old.choices if c.label == "Suivant")
    for _press in range(2):
        marc.taps(chat=story.chat, raw_data=value, message_id=int(old.id))
    states = [row.state for row in Round.get().speakers()]
    assert states.count("spoke") == 1
    assert "a la parole" in marc.toast


def test_two_start_a_round_at_once(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    tonight(story, marc, lea)
    begin(story, marc, lea)
    story.emu.concurrently(lambda: marc.phone.says("tour de table"), lambda: lea.phone.says("tour de table"))
    story.settle()
    assert Round.select().count() == 1
    assert marc.count("déjà en cours") + lea.count("déjà en cours") == 1


def test_two_say_next_at_once_and_nobody_is_skipped(story: Story) -> None:
    everybody = [story.organizer("Marc"), story.member("Léa"), story.member("Hugo")]
    marc, lea, hugo = everybody
    tonight(story, *everybody)
    begin(story, *everybody)
    marc.says("tour de table par ordre d'arrivée")
    story.emu.concurrently(lambda: marc.phone.says("j'ai fini"), lambda: hugo.phone.says("tour de table"))
    story.settle()
    assert speaking(everybody) is lea


@mixed
def test_alone_there_is_no_round(story: Story) -> None:
    marc = story.organizer("Marc")
    tonight(story, marc)
    begin(story, marc)
    marc.says("tour de table")
    marc.hears("il faut être deux")
    marc.says("qui n'a pas parlé ?")
    marc.hears("Aucun tour de table en cours")


@mixed
def test_the_word_is_handed_over_by_name(story: Story) -> None:
    everybody = [story.organizer("Marc"), story.member("Léa"), story.member("Zoé")]
    marc, _lea, zoe = everybody
    tonight(story, *everybody)
    begin(story, marc, _lea)
    marc.says("tour de table par ordre d'arrivée")
    assert speaking(everybody) is marc
    marc.says("la parole à Zoé")
    assert speaking(everybody) is zoe
    zoe.says("au suivant")
    assert speaking(everybody).name == "Léa"
    assert names([row.person for row in Round.get().speakers() if row.state == "spoke"]) == ["Marc", "Zoé"]


@mixed
def test_who_arrives_late_speaks_last_and_who_leaves_is_skipped(story: Story) -> None:
    everybody = [story.organizer("Marc"), story.member("Léa"), story.member("Zoé")]
    marc, lea, zoe = everybody
    tonight(story, *everybody)
    begin(story, marc, lea)
    marc.says("tour de table par ordre d'arrivée")
    zoe.says("je suis là")
    marc.says("je pars")
    assert speaking(everybody) is lea
    lea.says("suivant")
    assert speaking(everybody) is zoe
    zoe.says("qui n'a pas parlé ?")
    zoe.hears("N'ont pas encore parlé : Marc")
    zoe.says("suivant")
    assert Round.get().state == "over", "Marc has left: nobody waits for him"


@mixed
def test_order_of_arrival_only_before_the_first_word(story: Story) -> None:
    marc, lea = story.organizer("Marc", on=TELEGRAM), story.member("Léa")
    tonight(story, marc, lea)
    begin(story, marc, lea)
    tap(story, marc, "Tour de table")
    tap(story, marc, "Ordre d'arrivée")
    assert speaking([marc, lea]) is marc
    story.later(seconds=10)
    tap(story, marc, "Suivant")
    story.later(seconds=10)
    assert not [c for b in chat(story).messages() for c in b.choices if c.label == "Ordre d'arrivée"]


@mixed
def test_only_whoever_speaks_may_pass(story: Story) -> None:
    marc, lea, hugo = story.organizer("Marc"), story.member("Léa"), story.member("Hugo", on=TELEGRAM)
    tonight(story, marc, lea, hugo)
    begin(story, marc, lea, hugo)
    marc.says("tour de table par ordre d'arrivée")
    tap(story, hugo, "Je passe")
    assert "C'est au tour de Marc" in hugo.toast
    assert speaking([marc, lea, hugo]) is marc

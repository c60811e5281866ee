"""Stories of the mission cards: drawn among those present, taken, exchanged, done, given back, and passed on once."""

import pytest

from storage import db
from storage.groups import Membership
from storage.missions import DATE, DONE, HELD, SUMMARY, VENUE, Draw, Mission, Past, past_draws
from storage.outbox import Post
from storage.people import TELEGRAM
from storage.polls import Poll
from storage.sessions import Session
from tests.stories import evenings
from tests.stories.evenings import begin, tap, tonight
from tests.stories.hands import press
from tests.stories.polling import the_poll
from tests.story import Actor, Story

MIXED = pytest.mark.parametrize("platform", ["mixed"], indirect=True)


def closing(story: Story, *names: str) -> tuple[list[Actor], Session]:
    """So many people are there, the first animates, and the meeting is being closed."""
    people = [story.organizer(names[0]), *(story.member(name) for name in names[1:])]
    tonight(story, *people)
    session = begin(story, *people)
    people[0].says("on clôt")
    story.later(seconds=5)
    return people, session


def dealt(session: Session) -> dict[str, Draw]:
    return {draw.code: draw for draw in Draw.of_meeting(session.meeting)}


def holder(people: list[Actor], draw: Draw) -> Actor:
    return next(actor for actor in people if actor.person.id == draw.person_id)


def fresh(draw: Draw) -> Draw:
    return Draw.get_by_id(draw.id)


def group_card(story: Story, actor: Actor) -> str:
    return evenings.card(story, actor, "artes mission\n" if story.chat is None else "Cartes mission\n")


def test_each_one_present_gets_a_card_with_its_picture(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    absent = story.member("Hugo")
    tap(story, people[1], "Tirer les cartes")
    story.later(seconds=10)

    cards = dealt(session)
    held = [cards[code] for code in (DATE, VENUE, SUMMARY)]
    assert {draw.person_id for draw in held} == {actor.person.id for actor in people}
    assert all(draw.free for code, draw in cards.items() if code in ("host", "icebreaker", "photo"))
    for draw in held:
        holder(people, draw).hears("Ta carte mission")
    pictures = Post.select().where(Post.kind == "picture", Post.state == "sent")
    assert pictures.count() == 3
    assert "Libres" in group_card(story, people[0])
    absent.never_hears("Ta carte mission")


def test_the_cards_are_drawn_once_though_two_tap_at_once(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc")
    if story.chat is not None and people[0].platform == TELEGRAM:
        for _twice in range(2):
            people[0].taps("Tirer les cartes", chat=story.chat, settle=False)
        story.settle()
    else:
        story.emu.concurrently(
            lambda: people[0].phone.says("Tirer les cartes"), lambda: people[1].phone.says("Tirer les cartes")
        )
        story.settle()
    assert Post.select().where(Post.kind == "picture").count() == 2
    assert len({draw.mission_id for draw in Draw.of_meeting(session.meeting)}) == Draw.select().count() == 6


@MIXED
def test_who_is_not_there_draws_nothing(story: Story) -> None:
    _people, _session = closing(story, "Léa", "Marc")
    noe = story.member("Noé", on="telegram")
    noe.taps("Tirer les cartes", chat=story.chat)
    assert "pour ceux qui sont à la réunion" in noe.toast and not Draw.select().count()


def test_one_person_alone_gets_one_card_the_date(story: Story) -> None:
    (lea,), session = closing(story, "Léa")
    tap(story, lea, "Tirer les cartes")
    cards = dealt(session)
    assert cards[DATE].person_id == lea.person.id
    assert [draw for draw in cards.values() if draw.state == HELD] == [cards[DATE]]


def test_the_date_card_opens_the_vote_under_its_holders_name(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    tap(story, people[0], "Tirer les cartes")
    card = dealt(session)[DATE]
    who = holder(people, card)
    if who.platform == TELEGRAM:
        who.taps("Proposer des dates")
    else:
        who.says("Proposer des dates")
    who.says("le 14 à 19h30 ou le 17 à 18h30")
    press(who, "Lance")
    story.later(seconds=5)
    poll = the_poll()
    assert poll.open and poll.asked_by_id == who.person.id
    assert fresh(card).state == DONE, "ticked off by itself"
    if story.chat is not None:
        assert "✓ Date" in group_card(story, people[0])
    who.says("clore le vote")
    press(who, who.buttons[0])
    assert Poll.get_by_id(poll.id).state != "open", "the holder closes their own vote"


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_card_that_is_no_longer_theirs_has_no_power(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc")
    tap(story, people[0], "Tirer les cartes")
    card = dealt(session)[DATE]
    who = holder(people, card)
    other = next(actor for actor in people if actor is not who)
    who.taps("Je passe")
    other.says("je prends la carte date")
    assert fresh(card).person_id == other.person.id
    for button in ("C'est fait", "Je passe", "J'échange", "Proposer des dates"):
        who.taps(button)
        who.hears("n'est plus à toi")
    assert fresh(card).state == HELD and fresh(card).person_id == other.person.id


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_its_done_is_understood_of_the_only_card(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc")
    tap(story, people[0], "Tirer les cartes")
    card = dealt(session)[VENUE]
    who = holder(people, card)
    closed_without_date(story, people[0])
    who.says("c'est fait")
    who.hears("C'est coché")
    assert fresh(card).state == DONE


def test_a_card_is_given_back_and_taken_from_the_chat(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    tap(story, people[0], "Tirer les cartes")
    card = dealt(session)[VENUE]
    who = holder(people, card)
    press(who, "Je passe")
    who.hears("la carte est libre")
    assert fresh(card).free
    other = next(actor for actor in people if actor is not who)
    if story.chat is not None and other.platform == TELEGRAM:
        other.says("Bon, on fait quoi du lieu ?", chat=story.chat)
        assert fresh(card).free, "chatter is none of our business"
        other.says("je prends la carte lieu", chat=story.chat)
    else:
        other.says("je prends la carte lieu")
    assert fresh(card).person_id == other.person.id
    who.says("je prends la carte lieu")
    who.hears("Quelqu'un a été plus rapide")


def test_two_exchange_when_both_agree(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc")
    tap(story, people[0], "Tirer les cartes")
    cards = dealt(session)
    mine, theirs = cards[DATE], cards[VENUE]
    asker, other = holder(people, mine), holder(people, theirs)
    press(asker, "J'échange")
    asker.hears("Avec qui")
    asker.says("le lieu")
    other.hears("échangerait avec toi")
    assert fresh(mine).person_id == asker.person.id, "nothing before the other agrees"
    press(other, "Volontiers")
    assert (fresh(mine).person_id, fresh(theirs).person_id) == (other.person.id, asker.person.id)
    press(other, "Volontiers")
    assert fresh(mine).person_id == other.person.id


@MIXED
def test_an_exchange_may_be_refused(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc")
    tap(story, people[0], "Tirer les cartes")
    cards = dealt(session)
    asker, other = holder(people, cards[DATE]), holder(people, cards[VENUE])
    press(asker, "J'échange")
    asker.says(other.name)
    press(other, "Je garde la mienne")
    asker.hears("préfère garder sa carte")
    assert fresh(cards[DATE]).person_id == asker.person.id


def test_done_is_ticked_and_may_be_taken_back(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc")
    tap(story, people[0], "Tirer les cartes")
    card = dealt(session)[VENUE]
    who = holder(people, card)
    press(who, "C'est fait")
    who.hears("C'est coché")
    assert fresh(card).state == DONE
    press(who, "En fait, pas encore")
    assert fresh(card).state == HELD
    who.says("carte faite")
    assert fresh(card).state == DONE
    who.says("annuler")
    assert fresh(card).state == HELD, "“annuler” takes it back, too"


def closed_without_date(story: Story, lea: Actor) -> None:
    lea.says("pas avant le 15 mai")
    tap(story, lea, "Terminer")
    story.later(seconds=10)


def open_window(actor: Actor) -> None:
    if actor.platform != TELEGRAM:
        actor.says("où en suis-je")


def test_one_reminder_at_half_time_then_it_goes_on_once(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    tap(story, people[0], "Tirer les cartes")
    closed_without_date(story, people[0])
    card = dealt(session)[SUMMARY]
    who = holder(people, card)
    story.later(days=2)
    open_window(who)
    who.hears("Tu as la carte")
    assert fresh(card).nudges == 1

    story.later(days=1.2)
    assert fresh(card).free, "after three days it is looking for somebody"
    story.later(days=1.2)
    passed = fresh(card)
    assert passed.state == HELD and passed.passes == 1 and passed.person_id != who.person.id
    story.later(days=10)
    last = fresh(card)
    assert last.state == "passed" and last.passes == 1, "never twice"
    texts = [post.payload["text"] for post in Post.select() if post.payload.get("text")]
    assert sum("Tu as la carte <b>Compte rendu" in text or "Tu as la carte *Compte" in text for text in texts) == 1


def test_a_free_card_that_somebody_takes_does_not_go_on(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    tap(story, people[0], "Tirer les cartes")
    closed_without_date(story, people[0])
    card = dealt(session)[SUMMARY]
    who = holder(people, card)
    press(who, "Je passe") if who.platform == TELEGRAM else who.says("mes cartes")
    if fresh(card).state == HELD:
        press(who, "Je passe")
    taker = next(actor for actor in people if actor is not who)
    taker.says("je prends la carte compte rendu")
    assert fresh(card).person_id == taker.person.id
    story.later(days=1.5)
    assert fresh(card).person_id == taker.person.id and fresh(card).passes == 0


def test_who_leaves_the_group_leaves_the_card(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    tap(story, people[0], "Tirer les cartes")
    cards = dealt(session)
    zoe = people[2]
    card = next(draw for draw in cards.values() if draw.person_id == zoe.person.id)
    zoe.says("quitter le groupe")
    press(zoe, "Quitter pour de bon")
    assert Membership.of(story.home(), zoe.person) is None
    assert fresh(card).free
    other = next(actor for actor in people[:2])
    other.says(f"je prends la carte {card.code if card.code != 'venue' else 'lieu'}")
    assert fresh(card).person_id == other.person.id


def test_nobody_draws_the_same_card_at_the_next_meeting(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé")
    tap(story, people[0], "Tirer les cartes")
    before = {draw.person_id: draw.mission_id for draw in Draw.of_meeting(session.meeting) if draw.person_id}
    assert past_draws(story.home(), session.meeting) == [] and len(before) == 3
    closed_without_date(story, people[0])
    people[0].says("on commence")
    press(people[0], "Oui, maintenant")
    story.later(seconds=5)
    for actor in people[1:]:
        actor.says("je suis là")
    people[0].says("on clôt")
    story.later(seconds=5)
    tap(story, people[0], "Tirer les cartes")
    again = Session.select().order_by(Session.id.desc()).get()
    assert again.id != session.id
    now = {draw.person_id: draw.mission_id for draw in Draw.of_meeting(again.meeting) if draw.person_id}
    assert len(now) == 3 and not now.items() & before.items()
    assert past_draws(story.home(), again.meeting) == [
        Past(frozenset(before), {card: person for person, card in before.items()})
    ]


# ------------------------------------------------------------------ the deck


def test_a_member_proposes_a_card_and_an_organizer_keeps_it(story: Story) -> None:
    lea, marc = story.organizer("Léa"), story.member("Marc")
    marc.says("ajoute une carte : apporter le gâteau")
    marc.hears("J'ai demandé aux organisateurs")
    assert [card.title for card in Mission.deck(story.home()) if card.code == "own"] == []
    press(lea, "Dans le jeu")
    marc.hears("est dans le jeu. Merci")
    assert [card.title for card in Mission.deck(story.home()) if card.code == "own"] == ["Apporter le gâteau"]

    marc.says("enlève la carte gâteau")
    marc.hears("demande à l'un d'eux")
    lea.says("enlève la carte gâteau")
    lea.hears("n'est plus dans le jeu")
    assert not [card for card in Mission.deck(story.home()) if card.code == "own"]
    press(lea, "La rétablir")
    lea.hears("est de retour dans le jeu")
    assert [card.title for card in Mission.deck(story.home()) if card.code == "own"] == ["Apporter le gâteau"]


@MIXED
def test_a_common_card_may_be_left_out(story: Story) -> None:
    lea = story.organizer("Léa")
    lea.says("enlève la carte photo")
    assert "photo" not in [card.code for card in Mission.deck(story.home())]
    lea.says("jeu de cartes")
    lea.hears("Nos cartes mission")
    assert "Photo" not in lea.last.split("\n")[0]


@MIXED
def test_the_own_card_is_drawn_with_the_others(story: Story) -> None:
    people, session = closing(story, "Léa", "Marc", "Zoé", "Hugo", "Inès", "Noé", "Ana")
    people[0].says("ajoute une carte : apporter le gâteau")
    people[0].says("pas avant le 15 mai")
    tap(story, people[0], "Tirer les cartes")
    held = [draw for draw in Draw.of_meeting(session.meeting) if draw.state == HELD]
    assert len(held) == 7 and "own" in {draw.code for draw in held}


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_who_never_pressed_start_is_named_in_the_group_and_reads_the_card_later(story: Story) -> None:
    lea, ben = story.organizer("Léa"), story.member("Benoît", started=False)
    tonight(story, lea, ben)
    session = begin(story, lea)
    tap(story, ben, "Je suis là")
    lea.says("on clôt")
    story.later(seconds=5)
    tap(story, lea, "Tirer les cartes")
    story.later(seconds=5)
    card = next(draw for draw in Draw.of_meeting(session.meeting) if draw.person_id == ben.person.id)
    assert "Benoît" in group_card(story, lea) and not ben.said()
    ben.says("/start")
    ben.hears("Ta carte mission")
    assert fresh(card).state == HELD


@MIXED
def test_who_is_in_two_groups_reads_which_group_the_card_is_from(story: Story) -> None:
    people, _session = closing(story, "Léa", "Marc")
    other = story.another_group("Le club du jeudi")
    with db.transaction():
        Membership.welcome(other, people[0].person, people[0].address)
    tap(story, people[1], "Tirer les cartes")
    assert "Les indés de Nantes" in people[0].hears("Ta carte mission").text

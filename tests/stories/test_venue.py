"""Where the group meets: proposed in words, settled by who decides or by a vote, remembered with notes (38)."""

import datetime as dt

import pytest

from handlers.kit import inbox
from storage import db
from storage.meetings import Attendance, Meeting
from storage.people import TELEGRAM
from storage.polls import PLACE, YES, Poll
from storage.venues import Venue
from tests.stories.hands import carried, press
from tests.stories.meetings import PARIS, fix, here
from tests.story import Actor, Story

ARTS = "Café des Arts, 12 rue Crébillon"


def known(story: Story, name: str, **facts: object) -> Venue:
    return Venue.create(group=story.home(), name=name, **facts)


def met(story: Story, venue: Venue, day: int) -> None:
    start = dt.datetime(2026, 2, day, 19, 30, tzinfo=PARIS)
    Meeting.fix(story.home(), start, venue=venue)


def names(story: Story) -> list[str]:
    return [venue.name for venue in Venue.known(story.home())]


# ------------------------------------------------------------------ one place


def test_an_organizer_settles_the_place(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says(f"je propose le {ARTS}, 8 places")
    marc.hears("Café des Arts, 12 rue Crébillon · 8 places")
    assert here(meeting).where() == "" and names(story) == []

    press(marc, "Oui, là")
    marc.hears("C'est décidé pour le jeudi 12 mars")
    assert here(meeting).where() == ARTS
    assert Venue.get().capacity == 8 and names(story) == ["Café des Arts"]


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("lieu : Café des Arts, 12 rue Crébillon", ARTS),
        ("/lieu le Café des Arts, 12 rue Crébillon", ARTS),
        ("on se retrouve au café des Arts, 12 rue Crébillon", "Café des Arts, 12 rue Crébillon"),
        ("chez moi", "Chez Marc"),
        ("chez moi, 3 rue des Lilas", "Chez Marc, 3 rue des Lilas"),
        ("I suggest the Ferry pub", "Ferry pub"),
        ("/place La Cantine", "La Cantine"),
        ("pour jeudi 12 : le Ferry", "Ferry"),
        ("je propose le Bar du Coin https://maps.app.goo.gl/abc", "Bar du Coin"),
        ("Le Ferry https://maps.app.goo.gl/abc", "Le Ferry"),
        ("en visio : https://meet.example.org/noyau", "Visio"),
    ],
)
def test_it_may_be_said_in_many_ways(story: Story, words: str, where: str) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says(f"/lieu {words}" if words.startswith("pour") else words)
    marc.says("oui")
    assert here(meeting).where() == where, marc.said()


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
@pytest.mark.parametrize(
    "words", ["le café était bon", "chez moi il pleut jeudi", "merci pour la salle", "je propose"]
)
def test_ordinary_words_settle_nothing(story: Story, words: str) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says(words)
    marc.says("oui")
    assert here(meeting).where() == ""


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_place_is_asked_and_no_is_no(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("/lieu")
    marc.hears("Où est-ce qu'on se retrouve")
    marc.says("!!!")
    marc.hears("Comment s'appelle ce lieu")
    marc.says("le Ferry")
    marc.says("non")
    marc.hears("rien n'a changé")
    assert here(meeting).where() == "" and names(story) == []


def test_a_place_that_is_known_is_one_tap_away(story: Story) -> None:
    marc = story.organizer("Marc")
    known(story, "Café des Arts", address="12 rue Crébillon")
    meeting = fix(story)
    marc.says("/lieu")
    press(marc, "Café des Arts")
    press(marc, "Oui, là")
    assert here(meeting).where() == ARTS and Venue.select().count() == 1


def test_at_the_same_place(story: Story) -> None:
    marc = story.organizer("Marc")
    met(story, known(story, "La Cantine"), 12)
    meeting = fix(story)
    marc.says("au même endroit")
    press(marc, "Oui, là")
    assert here(meeting).where() == "La Cantine"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_old_and_new_are_shown_and_too_few_seats(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story, venue=known(story, "La Cantine"))
    for actor in (marc, lea):
        Attendance.get_or_create(meeting=meeting, person=actor.person, defaults={"answer": "yes"})
    marc.says("lieu : le Ferry, 1 place")
    marc.hears("au lieu de La Cantine")
    marc.hears("2 personnes viennent, pour 1 places")
    press(marc, "Oui, là")
    assert here(meeting).where() == "Ferry"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_without_a_meeting_the_place_is_kept(story: Story) -> None:
    lea = story.member("Léa")
    lea.says(f"je propose le {ARTS}")
    lea.hears("Je le garde parmi nos lieux")
    assert names(story) == ["Café des Arts"]


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_who_hosts_settles_their_own_home(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("chez moi, 3 rue des Lilas")
    press(lea, "Oui, là")
    assert here(meeting).where() == "Chez Léa, 3 rue des Lilas"


# ------------------------------------------------------------------ video


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_video_link_beside_the_place(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story, venue=known(story, "La Cantine"))
    marc.says("lien visio https://meet.example.org/noyau")
    press(marc, "Oui, ajoute-le")
    now = here(meeting)
    assert now.link == "https://meet.example.org/noyau" and now.where() == "La Cantine"
    marc.says("lieu : le Ferry")
    press(marc, "Oui, là")
    assert here(meeting).link == "https://meet.example.org/noyau", "another place keeps the link"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_only_safe_links_are_kept(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("en visio : http://meet.example.org/noyau")
    marc.hears("https://")
    assert here(meeting).link == ""
    marc.says("https://meet.example.org/noyau")
    marc.says("oui")
    assert here(meeting).link == "https://meet.example.org/noyau"


# ------------------------------------------------------------------ ideas and the vote


def test_a_members_idea_reaches_the_organizers(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    lea.says("je propose le café des Arts")
    press(lea, "Proposer")
    lea.hears("Les organisateurs ont ton idée")
    marc.hears("Léa propose")
    assert here(meeting).where() == ""
    press(marc, "Oui, là")
    assert here(meeting).where() == "Café des Arts"
    lea.hears("Marc a repris ton idée")


def test_a_second_idea_opens_a_vote(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    zoe = story.member("Zoé")
    meeting = fix(story)
    lea.says("je propose le café des Arts")
    press(lea, "Proposer")
    zoe.says("lieu : La Cantine, 5 quai de la Fosse")
    press(zoe, "Proposer")
    zoe.hears("Le vote sur le lieu est ouvert")

    (poll,) = Poll.select()
    assert poll.kind == PLACE and [choice.words for choice in poll.choices()] == ["Café des Arts", "La Cantine"]
    if poll.state == "draft":
        poll.start(db.now() + dt.timedelta(days=1))
    for actor in (marc, zoe):
        poll.cast(actor.person, {poll.choices()[1]: YES})
    poll.end("hand", marc.person)
    with db.transaction():
        inbox.happen("poll_closed", poll)
    story.settle()
    assert here(meeting).where() == "La Cantine, 5 quai de la Fosse"
    press(marc, "Oui, là")
    assert here(meeting).where() == "La Cantine, 5 quai de la Fosse", "an old card decides no more"


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_where_a_place_is_set_the_organizers_open_the_vote(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.member("Zoé")
    fix(story, venue=known(story, "La Cantine"))
    for actor, name in ((lea, "le café des Arts"), (zoe, "la salle Vasse")):
        actor.says(f"je propose {name}")
        press(actor, "Proposer")
        actor.hears("leur réponse arrive ici")
    assert not Poll.select().exists()
    press(marc, "Mettre au vote")
    (poll,) = Poll.select()
    assert [choice.words for choice in poll.choices()] == ["La Cantine", "Café des Arts", "Salle Vasse"]
    press(marc, "Mettre au vote")
    marc.hears("déjà")
    assert Poll.select().count() == 1


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_two_places_in_a_sentence_are_put_to_the_vote(story: Story) -> None:
    lea = story.member("Léa")
    fix(story)
    lea.says("je propose le café des Arts ou la salle Vasse")
    lea.hears("2. Salle Vasse")
    press(lea, "Mettre au vote")
    (poll,) = Poll.select()
    assert [choice.words for choice in poll.choices()] == ["Café des Arts", "Salle Vasse"]
    poll.start(db.now() + dt.timedelta(days=1))
    press(lea, "Mettre au vote")
    lea.hears("déjà")
    assert Poll.select().count() == 1


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_third_idea_joins_the_open_vote(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.member("Zoé")
    meeting = fix(story)
    lea.says("je propose le café des Arts ou la salle Vasse")
    press(lea, "Mettre au vote")
    (poll,) = Poll.select()
    if poll.state == "draft":
        poll.start(db.now() + dt.timedelta(days=1))
    zoe.says("lieu : le Ferry")
    press(zoe, "Proposer")
    zoe.hears("Ferry est maintenant dans le vote")
    zoe.says("lieu : le Ferry")
    press(zoe, "Proposer")
    zoe.hears("déjà dans le vote")
    assert [choice.words for choice in poll.choices()] == ["Café des Arts", "Salle Vasse", "Ferry"]
    assert here(meeting).where() == ""


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_an_hour_before_there_is_no_time_to_vote(story: Story) -> None:
    lea = story.member("Léa")
    fix(story, dt.datetime(2026, 3, 3, 13, 0, tzinfo=PARIS))
    lea.says("je propose le café des Arts ou la salle Vasse")
    press(lea, "Mettre au vote")
    lea.hears("trop proche pour un vote")


# ------------------------------------------------------------------ what is remembered


def test_notes_are_kept_and_taken_back(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    known(story, "Café des Arts", address="12 rue Crébillon")
    lea.says("note sur le Café des Arts : bruyant après 20h")
    lea.hears("« bruyant après 20h » (Léa)")
    marc.says("nos lieux")
    marc.hears("1 note")
    press(marc, "Café des Arts")
    marc.hears("bruyant après 20h")
    press(lea, "Retirer ma note")
    assert Venue.get().notes == []


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_note_is_asked_for(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("note sur le Café des Arts : calme")
    lea.hears("Je ne connais pas de lieu")
    known(story, "Café des Arts")
    lea.says("note sur café des arts")
    lea.sends("voice")
    lea.hears("bon de savoir")
    lea.says("on paie par carte")
    lea.hears("« on paie par carte » (Léa)")


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_the_list_is_paged_and_says_how_often(story: Story) -> None:
    lea = story.member("Léa")
    venues = [known(story, f"Café {letter}") for letter in "ABCDEFGHI"]
    met(story, venues[8], 3)
    met(story, venues[8], 17)
    lea.says("nos lieux")
    assert "Café I · 2 fois" in lea.last.replace("\u00a0", " ") and "Café B" not in lea.last
    assert len(lea.last.splitlines()) <= 10
    press(lea, "Les suivants")
    lea.hears("Café A")


@pytest.mark.parametrize("platform", ["telegram", "whatsapp"], indirect=True)
def test_organizers_rename_and_retire(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    known(story, "Cafe Art")
    lea.says("nos lieux")
    press(lea, "Cafe Art")
    assert not [label for bubble in lea.bubbles() for label in bubble.choices if "Renommer" in label.label]
    marc.says("nos lieux")
    press(marc, "Cafe Art")
    press(marc, "Renommer")
    marc.says("Café des Arts")
    marc.hears("s'appelle maintenant Café des Arts")
    press(marc, "On n'y va plus")
    assert names(story) == []
    press(marc, "Le remettre")
    assert names(story) == ["Café des Arts"]


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_an_area_of_several_towns(story: Story) -> None:
    marc = story.organizer("Marc")
    met(story, known(story, "La Cantine", town="Viroflay"), 17)
    met(story, known(story, "Le Ferry", town="Chaville"), 3)
    fix(story)
    marc.says("/lieu")
    marc.hears("La dernière fois, c'était à Viroflay")
    marc.hears("à Chaville, cette fois")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_the_map_is_a_link(story: Story) -> None:
    marc = story.organizer("Marc")
    fix(story)
    marc.says(f"lieu : {ARTS}")
    press(marc, "Oui, là")
    links = [choice.value for bubble in marc.bubbles() for choice in bubble.choices if choice.label == "Plan"]
    assert links and str(links[-1]).startswith("https://www.openstreetmap.org/search?query=12%20rue%20Cr")


# ------------------------------------------------------------------ who may not


def test_a_stranger_proposes_nothing(story: Story) -> None:
    meeting = fix(story)
    zoe = story.stranger("Zoé")
    for words in (f"je propose le {ARTS}", "lieu : le Ferry", "chez moi", "nos lieux", "note sur le Ferry : bien"):
        zoe.says(words)
    assert here(meeting).where() == "" and Venue.select().count() == 0


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_a_member_cannot_press_the_organizers_buttons(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    venue = known(story, "Le Ferry")
    meeting = fix(story)
    marc.says("lieu : le Ferry")
    sure = carried(marc, "Oui, là")
    marc.says("nos lieux")
    marc.taps("Le Ferry")
    retire = carried(marc, "On n'y va plus")
    lea.says("aide")
    for data in (sure, retire):
        lea.taps(0, raw_data=data)
    assert here(meeting).where() == "" and not Venue.get_by_id(venue.id).retired


@pytest.mark.parametrize("platform", ["telegram", "postgres"], indirect=True)
def test_two_taps_at_once_settle_once(story: Story) -> None:
    marc, ines = story.organizer("Marc", on=TELEGRAM), story.organizer("Inès", on=TELEGRAM)
    lea = story.member("Léa", on=TELEGRAM)
    meeting = fix(story)
    lea.says("lieu : le Ferry")
    press(lea, "Proposer")
    story.emu.concurrently(lambda: marc.taps("Oui, là", settle=False), lambda: ines.taps("Oui, là", settle=False))
    story.settle()
    assert here(meeting).sequence == 1 and lea.count("a repris ton idée") == 1


def test_in_two_groups_the_place_goes_to_the_one_meant(story: Story) -> None:
    marc: Actor = story.organizer("Marc")
    other = story.another_group("Les voisins")
    story.seat(marc, other, "organizer")
    mine, theirs = fix(story), fix(story, group=other)
    marc.says("je propose le café des Arts")
    marc.hears("De quel groupe")
    press(marc, "Les voisins")
    press(marc, "Oui, là")
    assert here(theirs).where() == "Café des Arts" and here(mine).where() == ""


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_group_chat(story: Story) -> None:
    marc = story.organizer("Marc", started=False)
    meeting = fix(story)
    marc.says("/lieu Café des Arts", chat=story.chat)
    marc.taps("Oui, là", chat=story.chat)
    assert here(meeting).where() == "Café des Arts"
    marc.says("/lieu", chat=story.chat)
    marc.hears("tout d'un coup", chat=story.chat)

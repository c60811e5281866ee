"""What people write about coming, and what they write about something else."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handlers.kit.reading import rsvp
from storage import settings
from storage.db import now
from storage.meetings import MAYBE, NO, YES, Meeting
from tests.stage import some_settings

PARIS = ZoneInfo("Europe/Paris")
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()


@pytest.fixture(autouse=True)
def known() -> None:
    settings.use(some_settings())


def meeting(days: int = 3) -> Meeting:
    """A meeting in so many days, at half past seven in the evening."""
    start = (now().astimezone(PARIS) + dt.timedelta(days=days)).replace(hour=19, minute=30, second=0, microsecond=0)
    wall = start.replace(tzinfo=None).isoformat(timespec="minutes")
    return Meeting(wall=wall, zone="Europe/Paris", starts_at=start)


OPEN = {
    YES: (
        "je viens", "Je viens !", "j'en suis", "J’y serai", "je serai là", "comptez sur moi", "je participe",
        "Bonjour à tous, je serai là", "oui je viens avec plaisir", "je viens aussi", "partante", "je viens bien",
        "I'm in", "I'll be there", "count me in", "we're coming", "je viens, mais je pars à 20h", "je viens vers 20h",
        "Super, je viens", "j'y serai sans faute", "on vient à deux", "je viens avec ma femme", "je peux venir",
    ),
    NO: (
        "je ne viens pas", "je viens pas", "je ne viens pas, désolé", "désolée, je ne peux pas", "je peux pas venir",
        "je ne peux plus", "je ne viendrai pas", "pas cette fois", "sans moi", "je serai absente",
        "je suis malade, je ne viens pas", "I can't make it", "I won't be there", "count me out", "not this time",
        "je dois annuler", "malheureusement je ne pourrai pas venir", "non je ne viens pas", "je ne serai pas là",
    ),
    MAYBE: (
        "je viens peut-être", "je ne sais pas encore si je viens", "peut-être que je viendrai", "I might come",
        "je ne suis pas sûre de pouvoir venir", "not sure I can make it",
    ),
}  # fmt: skip
NOTHING = (
    "je viens de finir", "je viens de Nantes", "je viens d'arriver", "tu viens ?", "je viens quand ?", "merci", "ok",
    "je peux pas ouvrir le lien", "je ne peux pas lire ton message", "on vient de m'appeler", "je viens, ou pas",
    "j'ai du retard sur mon projet", "qui vient ?", "je serai franc", "je suis là pour aider", "d'accord", "parfait",
    "je participe à un salon en mai", "sans moi ce projet serait mort", "I'm in Paris", "I can come up with an idea",
    "je viens mais je ne viens pas", "impossible de me connecter",
    "j'amène un gâteau", "j'arrive pas à voter", "oui", "non", "peut-être",
)  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), [(a, words) for a, all_ in OPEN.items() for words in all_])
def test_an_answer_is_read(answer: str, words: str) -> None:
    said = rsvp.read_open(words, meeting(), "fr")
    assert said is not None and said.answer == answer
    at_the_card = rsvp.read_card(words, meeting(), "fr")
    assert at_the_card is not None and at_the_card.answer == answer


@pytest.mark.parametrize("words", NOTHING)
def test_chatter_is_left_alone(words: str) -> None:
    assert rsvp.read_open(words, meeting(), "fr") is None
    assert rsvp.read_late(words, meeting(0), "fr") is None


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("oui", YES),
        ("Yes!", YES),
        ("volontiers", YES),
        ("non merci", NO),
        ("peut-être", MAYBE),
        ("je sais pas", MAYBE),
    ],
)
def test_right_at_the_card_a_word_is_enough(words: str, answer: str) -> None:
    said = rsvp.read_card(words, meeting(), "fr")
    assert said is not None and said.answer == answer


@pytest.mark.parametrize("words", ["ok", "ok merci", "d'accord", "merci", "super", "c'est noté"])
def test_thanks_are_no_answer(words: str) -> None:
    assert rsvp.read_card(words, meeting(), "fr") is None


@pytest.mark.parametrize(
    ("words", "guests"),
    [
        ("je viens", None),
        ("je viens avec 2 amis", 2),
        ("je viens avec une amie", 1),
        ("je viens +1", 1),
        ("on vient à trois", 2),
        ("je viens, on sera 4", 3),
        ("I'm coming with two friends", 2),
        ("je viens accompagnée", 1),
        ("je viens avec quelqu'un", 1),
        ("j'amène ma sœur", 1),
        ("j'en suis ! et j'amène ma sœur si ça gêne pas", 1),
        ("je ramène deux potes", 2),
        ("on sera 3, moi et deux amies potières", 2),
        ("see you there, bringing my flatmate along", 1),
        ("I'm in, plus my sister", 1),
    ],
)
def test_guests_are_counted(words: str, guests: int | None) -> None:
    said = rsvp.read_open(words, meeting(), "fr")
    assert said is not None and said.answer == YES and said.guests == guests


def test_the_day_must_be_the_meetings() -> None:
    due = meeting()
    day, other = DAYS[due.start.weekday()], DAYS[(due.start.weekday() + 1) % 7]
    assert rsvp.read_open(f"je viens {day}", due, "fr") is not None
    assert rsvp.read_open(f"{day} je viens", due, "fr") is not None
    assert rsvp.read_open(f"je viens {other}", due, "fr") is None
    assert rsvp.read_open("je viens demain", due, "fr") is None
    assert rsvp.read_open("je viens demain", meeting(1), "fr") is not None


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("j'arrive en retard de 10 min", 10),
        ("je serai en retard", None),
        ("10 min de retard", 10),
        ("j'aurai un quart d'heure de retard", 15),
        ("je viens mais j'aurai 20 minutes de retard", 20),
        ("désolée, une demi-heure de retard", 30),
        ("j'arrive dans 5 min", 5),
        ("I'm running late", None),
        ("running late, 5 min", 5),
        ("I'll be 15 minutes late", 15),
        ("je serai un peu en retard", None),
    ],
)
def test_lateness_is_read_near_the_meeting_only(words: str, minutes: int | None) -> None:
    said = rsvp.read_late(words, meeting(0), "fr")
    assert said is not None and said.minutes == minutes
    assert rsvp.read_open(words, meeting(0), "fr") is None
    assert rsvp.read_late(words, meeting(3), "fr") is None


@pytest.mark.parametrize(
    ("words", "late"), [("vers {}", 20), ("vers {} max", 20), ("pas avant {}", 20), ("à 6h", None)]
)
def test_who_arrives_after_the_beginning_is_late(words: str, late: int | None) -> None:
    at = meeting(0).start + dt.timedelta(minutes=20)
    said = rsvp.read_late(f"j'arriverai {words.format(f'{at.hour}h{at.minute:02}')}", meeting(0), "fr")
    assert (said.minutes if said else None) == late


def test_what_else_they_say_is_kept() -> None:
    said = rsvp.read_open("je ne peux plus, ma fille est malade", meeting(), "fr")
    assert said is not None and said.comment == "ma fille est malade"
    assert rsvp.read_open("je ne viens pas, désolé", meeting(), "fr") == rsvp.Said(NO)

"""Places and moments read out of a few words: pure tables (38)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handlers.kit.reading import moment, shift, spots
from storage.db import now
from storage.groups import Group
from storage.people import Person

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("words", "name", "address", "town", "capacity"),
    [
        ("le Café des Arts, 12 rue Crébillon", "Café des Arts", "12 rue Crébillon", "", None),
        ("Café des Arts, 12 rue Crébillon, 44000 Nantes, 8 places", "Café des Arts", "12 rue Crébillon, 44000 Nantes",
         "Nantes", 8),
        ("au Ferry à Viroflay", "Ferry", "", "Viroflay", None),
        ("La Cantine", "La Cantine", "", "", None),
        ("le resto 5 place du Commerce (12 places)", "Resto", "5 place du Commerce", "", 12),
        ("12 rue Crébillon, Nantes", "12 rue Crébillon", "", "Nantes", None),
        ("chez moi, 3 rue des Lilas", "Chez Zoé", "3 rue des Lilas", "", None),
        ("chez Léa", "Chez Léa", "", "", None),
        ("l'Atelier, Versailles", "L'Atelier", "", "Versailles", None),
    ],
)  # fmt: skip
def test_a_place_is_read(engine: str, words: str, name: str, address: str, town: str, capacity: int | None) -> None:
    from storage import db

    db.connect(engine)
    spot = spots.read_spot(words, Person(name="Zoé Martin"), Group(name="x", city="Nantes", language="fr"))
    assert (spot.name, spot.address, spot.town, spot.capacity) == (name, address, town, capacity)


@pytest.mark.parametrize(
    ("words", "speaks"),
    [
        ("le café des arts", True),
        ("chez moi", True),
        ("la salle Vasse 12 rue Colbert", True),
        ("https://maps.app.goo.gl/z", True),
        ("jeudi 12h", False),
        ("chez moi jeudi", False),
        ("le 14 au café des arts", False),
        ("une pause", False),
        ("Marc comme animateur", False),
    ],
)
def test_a_place_is_told_from_a_date_and_from_anything_else(words: str, speaks: bool) -> None:
    assert spots.looks_like_place(words) is speaks


@pytest.mark.parametrize(
    ("words", "date", "place"),
    [
        ("le 14 à 20h au Café des Arts", "le 14 à 20h", "au Café des Arts"),
        ("jeudi 12 à 19h", "jeudi 12 à 19h", ""),
        ("jeudi 12 à 19h chez moi", "jeudi 12 à 19h", "chez moi"),
        ("Thursday 12 at 7pm at the Ferry", "Thursday 12 at 7pm", "at the Ferry"),
        ("le 14 à 20h en visio", "le 14 à 20h", "en visio"),
    ],
)
def test_the_place_is_parted_from_the_date(words: str, date: str, place: str) -> None:
    assert spots.split_place(words) == (date, place)


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("1h30", 90),
        ("2h", 120),
        ("90 min", 90),
        ("deux heures et demie", 150),
        ("une heure", 60),
        ("two hours", 120),
        ("longtemps", None),
    ],
)
def test_a_length_is_read(words: str, minutes: int | None) -> None:
    assert moment.read_length(words) == minutes


@pytest.mark.parametrize(
    ("words", "days", "hour"),
    [
        ("à 20h", 0, dt.time(20)),
        ("d'une heure", 0, dt.time(20, 30)),
        ("de 2 jours plus tôt", -2, dt.time(19, 30)),
        ("by a week", 7, dt.time(19, 30)),
        ("au lendemain, même heure", 1, dt.time(19, 30)),
        ("la veille à 18h", -1, dt.time(18)),
        ("d'un quart d'heure, il y a un bouchon", 0, dt.time(19, 45)),
        ("à la semaine d'après", 7, dt.time(19, 30)),
        ("20h", 0, dt.time(20)),
    ],
)
def test_a_move_keeps_what_was_not_said(words: str, days: int, hour: dt.time) -> None:
    day = now().astimezone(PARIS).date() + dt.timedelta(days=10)
    before = dt.datetime.combine(day, dt.time(19, 30), PARIS)
    read = moment.read_moment(words, PARIS, "fr", before)
    assert read.start == dt.datetime.combine(day + dt.timedelta(days=days), hour, PARIS)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("au jeudi d'après", 7),
        ("to the following thursday", 7),
        ("au mardi de la semaine suivante", 5),
        ("le jeudi 19", None),
    ],
)
def test_a_weekday_is_counted_from_the_meeting(words: str, days: int | None) -> None:
    before = dt.datetime(2026, 3, 12, 19, 30, tzinfo=PARIS)
    assert shift.beside(words, before) == (None if days is None else before + dt.timedelta(days=days))


def test_a_day_beside_another_is_no_place() -> None:
    assert spots.split_place("au lendemain, même heure") == ("au lendemain, même heure", "")
    assert spots.split_place("au lendemain chez Paul") == ("au lendemain", "chez Paul")

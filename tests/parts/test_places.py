"""Places: what people type when they are asked where they live."""

import time
import tracemalloc
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit.reading import places
from handlers.kit.reading.places import City, find, zone_of_country, zone_of_language


@pytest.mark.parametrize(
    ("text", "name", "zone"),
    [
        ("Nantes", "Nantes", "Europe/Paris"),
        ("NANTES !", "Nantes", "Europe/Paris"),
        ("j'habite à Nantes", "Nantes", "Europe/Paris"),
        ("Nantes (44)", "Nantes", "Europe/Paris"),
        ("lyon 3e", "Lyon", "Europe/Paris"),
        ("Paris ou en visio", "Paris", "Europe/Paris"),
        ("75011 Paris", "Paris", "Europe/Paris"),
        ("Je suis à Sens", "Sens", "Europe/Paris"),
        ("au Havre", "Le Havre", "Europe/Paris"),
        ("ste foy les lyon", "Sainte-Foy-lès-Lyon", "Europe/Paris"),
        ("L’Haÿ-les-Roses", "L'Haÿ-les-Roses", "Europe/Paris"),
        ("I live in Brussels", "Brussels", "Europe/Brussels"),
        ("Bruxelles", "Brussels", "Europe/Brussels"),
        ("Genève", "Geneva", "Europe/Zurich"),
        ("Londres", "London", "Europe/London"),
        ("Barcelone", "Barcelona", "Europe/Madrid"),
        ("Lisbonne", "Lisbon", "Europe/Lisbon"),
        ("Le Caire", "Cairo", "Africa/Cairo"),
        ("Pékin", "Beijing", "Asia/Shanghai"),
        ("montreal", "Montréal", "America/Toronto"),
        ("cdmx", "Mexico City", "America/Mexico_City"),
        ("mexico", "Mexico City", "America/Mexico_City"),
        ("Saint-Denis de La Réunion", "Saint-Denis", "Indian/Reunion"),
        ("Saint-Denis (974)", "Saint-Denis", "Indian/Reunion"),
        ("97400 Saint-Denis", "Saint-Denis", "Indian/Reunion"),
        ("à La Réunion", "Saint-Denis", "Indian/Reunion"),
        ("Nouméa", "Nouméa", "Pacific/Noumea"),
        ("Tahiti", "Papeete", "Pacific/Tahiti"),
        ("je vis à Bogota", "Bogotá", "America/Bogota"),
    ],
)
def test_a_town_is_found_as_people_write_it(text: str, name: str, zone: str) -> None:
    first = find(text)[0]
    assert (first.name, first.zone) == (name, zone)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Strasbour", "Strasbourg"),
        ("j'habite à Montpell", "Montpellier"),
        ("aix en prov", "Aix-en-Provence"),
        ("Marseile", "Marseille"),
        ("Nantse", "Nantes"),
        ("j'habite plutôt vers Monpellier", "Montpellier"),
        ("clermont ferand", "Clermont-Ferrand"),
        ("les abimes", "Les Abymes"),
    ],
)
def test_an_unfinished_or_misspelt_town_is_found(text: str, name: str) -> None:
    assert find(text)[0].name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "44000",
        "en visio",
        "je ne sais pas",
        "nulle part",
        "oui",
        "ça dépend",
        "东京",
        "x" * 5000,
    ],
)
def test_no_town_is_made_up(text: str) -> None:
    assert find(text) == []


def test_the_country_decides_between_namesakes() -> None:
    assert find("Valence", "FR")[0].country == "FR"
    assert find("Valence", "ES")[0].country == "ES"
    assert find("London", "CA")[0].country == "CA"
    assert find("Saint-Denis", "RE")[0].country == "RE"
    assert [city.country for city in find("Saint-Denis")] == ["FR", "RE"]


def test_a_famous_namesake_abroad_is_not_hidden_by_a_small_town() -> None:
    assert [city.country for city in find("Vienne")] == ["AT", "FR"]
    assert find("Paris", None)[0] == City("Paris", "FR", "Europe/Paris")


def test_two_towns_come_in_the_order_they_are_said() -> None:
    assert [city.name for city in find("Vannes ou Lorient")] == ["Vannes", "Lorient"]


def test_never_more_than_eight_towns() -> None:
    assert len(find("san")) <= 8
    assert len(find("saint-")) == 8


def test_a_country_tells_the_zone_of_its_largest_town() -> None:
    assert zone_of_country("FR") == "Europe/Paris"
    assert zone_of_country("re") == "Indian/Reunion"
    assert zone_of_country("CA") == "America/Toronto"
    assert zone_of_country("XX") is None


@pytest.mark.parametrize(
    ("tag", "zone"),
    [
        ("de", "Europe/Berlin"),
        ("fr-CA", "America/Toronto"),
        ("pt_BR", "America/Sao_Paulo"),
        ("zh-Hant-TW", "Asia/Taipei"),
        ("fr", "Pacific/Noumea"),
        ("en", "Pacific/Noumea"),
        ("es-419", "Pacific/Noumea"),
        ("", "Pacific/Noumea"),
    ],
)
def test_a_language_of_one_country_tells_its_zone(tag: str, zone: str) -> None:
    assert zone_of_language(tag, "Pacific/Noumea") == zone


def test_the_table_is_sound() -> None:
    lines = places.TABLE.read_text().splitlines()
    assert "CC BY 4.0" in lines[0]
    rows = [line.split("\t") for line in lines[1:]]
    assert {len(row) for row in rows} == {5}
    names = [row[1] for row in rows]
    assert names == sorted(names)
    assert all(name == places.fold(name) for name in names)
    assert {row[3] for row in rows} <= available_timezones()


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert len(find(text)) <= 8


def test_a_search_is_quick_and_the_table_small() -> None:
    find("Nantse")
    start = time.process_time()
    for _ in range(20):
        find("zzzzz qqqqqqq wwwwww kkkkkkk")
    assert (time.process_time() - start) / 20 < 0.1  # `make bench` measures; this catches a search gone wild

    tracemalloc.start()
    kept = places._table.__wrapped__()
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.keys
    assert size < 3_000_000
    assert peak < 4_000_000

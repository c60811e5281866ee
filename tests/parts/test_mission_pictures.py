"""Every mission card has a picture of its own, whatever it is called."""

import io

import pytest
from PIL import Image

from handlers.after.thanks import THANKS
from handlers.kit.cards import missions
from handlers.kit.texts import Reader, fold, show
from jobs.mission_pictures import LOOKS, CardWords, mission
from storage.missions import COMMON, OWN, Mission


def opened(code: str, title: str, task: str = "Propose deux dates.", language: str = "fr") -> Image.Image:
    words = CardWords("Carte mission", title, task, "Les indés de Nantes", "Notre carte")
    return Image.open(io.BytesIO(mission(code, words, language)), formats=["PNG"]).convert("RGB")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_card_of_the_deck_looks_different_in_both_languages(language: str) -> None:
    seen = set()
    for code in COMMON:
        card = Mission(code=code, key=code)
        name, task = (show(text, Reader(language)) for text in (missions.name(card), missions.task(card)))
        picture = opened(code, name, task, language)
        assert picture.size == (1080, 1080)
        seen.add(picture.getpixel((10, 10)))
    assert len(seen) == len(COMMON)


@pytest.mark.parametrize(
    "title", ["Gâteau", "Apporter le gâteau au chocolat de la voisine", "x" * 40, "🎂🎂", "كعكة", "", "W" * 60]
)
def test_an_own_card_prints_whatever_it_is_called(title: str) -> None:
    assert opened(OWN, title, "").getpixel((10, 10)) == Image.new("RGB", (1, 1), LOOKS[OWN].back).getpixel((0, 0))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("lieu", "venue"), ("la carte lieu", "venue"), ("Lieu !", "venue"), ("the venue card", "venue"),
        ("compte rendu", "summary"), ("le compte-rendu", "summary"), ("la date", "date"), ("l'accueil", "host"),
        ("« Brise-glace »", "icebreaker"), ("photos", "photo"), ("the newcomer", "welcome"), ("gâteau", "own"),
        ("la carte apporter le gâteau", "own"), ("bus", None), ("", None), ("carte", None),
    ],
)  # fmt: skip
def test_a_card_is_known_by_many_names(words: str, code: str | None) -> None:
    deck = [Mission(code=code, key=code) for code in COMMON]
    deck.append(Mission(code=OWN, key="1:gateau", title="Apporter le gâteau"))
    found = missions.find(deck, words)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Merci à Zoé pour les gâteaux", "zoe"), ("un grand merci à Zoé et Marc !", "zoe et marc"),
        ("thanks to Zoé for the cake", "zoe"), ("Thank you Marc", "marc"),
        ("merci beaucoup à Léa d'avoir animé", "lea"),
        ("merci à tous", "tous"), ("merci !", None), ("Zoé est là", None), ("je remercie tout le monde", None),
    ],
)  # fmt: skip
def test_thanks_name_somebody(words: str, who: str | None) -> None:
    found = THANKS.match(fold(words))
    assert (found["names"] if found else None) == who

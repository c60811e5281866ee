"""The pictures look as they were last looked at: each is kept very small, and nothing on it may go or move.

After a change that is meant: NOYAU_LOOK=1 pytest tests/parts/test_looks.py, then look at what it kept.
"""

import datetime as dt
import io
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from jobs import health_picture, pictures, portraits
from jobs.makers import MAKERS
from jobs.mission_pictures import CardWords, mission
from storage.health import Sitting
from storage.meetings import Meeting
from storage.missions import COMMON, OWN, Draw, Mission
from tests.parts.test_pictures import TELEGRAM, WHATSAPP, WORDS
from tests.properties.bare import a_group, memory

KEPT = Path(__file__).parent / "looks"
SIDE = 180  # dots of a kept picture
APART = 40  # of 255: how far a dot may be from what was kept; fonts are ours, only their edges may differ
EVENING = dt.datetime(2026, 3, 12, 19, 30, tzinfo=ZoneInfo("Europe/Paris"))


def card(code: str) -> bytes:
    """A mission card."""
    words = CardWords("Carte mission", "Compte rendu", "Écris trois lignes.", "Les indés de Nantes", "Notre carte")
    return mission(code, words, "fr")


def health(*counts: tuple[int | None, int], ahead: bool = True) -> bytes:
    """The card of a group where so many came, and had said yes."""
    days = [at(EVENING + dt.timedelta(days=14 * n)) for n in range(len(counts))]
    sittings = [Sitting(day, came, said) for day, (came, said) in zip(days, counts, strict=True)]
    found: Any = SimpleNamespace(
        group=SimpleNamespace(name="Les indés de Nantes"),
        ahead=at(EVENING) if ahead else None,
        sittings=sittings,
        core=[1] * 4,
        newcomers=[1] * 12,
        silent=[],
        unreachable=[1],
    )
    return health_picture.draw(found, "fr")


def at(start: dt.datetime) -> Any:
    """A meeting, as far as a picture knows it."""
    return SimpleNamespace(start=start)


def poster(*links: tuple[str, str], purpose: str = "Des indépendants qui s'entraident.") -> bytes:
    """The poster of a group with these doors."""
    return pictures.poster("Les indés de Nantes", purpose, "Nantes", "Un jeudi sur deux", list(links), "fr", WORDS)


LOOKS: dict[str, Callable[[], bytes]] = {
    **{f"mission-{code}": partial(card, code) for code in (*COMMON, OWN)},
    "health": lambda: health((8, 9), (None, 5), (3, 1), (12, 12), (0, 4), (6, 6)),
    "health-new": lambda: health(ahead=False),
    "photo-sorry": lambda: portraits._sorry("fr"),
    "poster": lambda: poster(TELEGRAM, WHATSAPP),
    "poster-one": lambda: poster(TELEGRAM, purpose="On se voit, on s'écoute, on s'aide. " * 12),
    "poster-none": lambda: poster(),
}


def small(png: bytes) -> Image.Image:
    """The picture, very small."""
    return ImageOps.contain(Image.open(io.BytesIO(png)).convert("RGB"), (SIDE, SIDE), Image.Resampling.BOX)


@pytest.mark.parametrize("name", LOOKS)
def test_a_picture_looks_as_it_was_kept(name: str) -> None:
    drawn, kept = small(LOOKS[name]()), KEPT / f"{name}.png"
    if os.environ.get("NOYAU_LOOK"):
        drawn.save(kept, optimize=True)
    apart = ImageChops.difference(drawn, Image.open(kept))
    assert drawn.size == Image.open(kept).size and max(apart.tobytes()) <= APART, f"look at {name}"
    assert max(ImageStat.Stat(apart).mean) < 1


@pytest.mark.parametrize(
    ("name", "begins", "mime", "file"),
    [
        ("poster", b"\x89PNG", "image/png", "les-indes-de-nantes-fr.png"),
        ("poster.fr", b"\x89PNG", "image/png", "les-indes-de-nantes-fr.png"),
        ("poster.en", b"\x89PNG", "image/png", "les-indes-de-nantes-en.png"),
        ("poster.pdf", b"%PDF", "application/pdf", "les-indes-de-nantes-fr.pdf"),
        ("ics", b"BEGIN:VCALENDAR", "text/calendar; charset=utf-8", "les-indes-de-nantes.ics"),
        ("mission", b"\x89PNG", "image/png", "mission-date-en.png"),
        ("health", b"\x89PNG", "image/png", "health-en.png"),
        ("portrait", b"\x89PNG", "image/png", "photo.png"),
    ],
)
def test_each_maker_makes_what_it_is_called_after(name: str, begins: bytes, mime: str, file: str) -> None:
    with memory():
        group = a_group("Les indés de Nantes !", chat=False)
        meeting = Meeting.fix(group, EVENING)
        card, _made = Mission.get_or_create(code="date", key="date")
        draw = Draw.create(mission=card, meeting=meeting)
        record = {"mission": draw.id, "ics": meeting.id, "portrait": 0}.get(name, group.id)
        body, kind, called = MAKERS[name](record, "en")
        assert (body[: len(begins)], kind, called) == (begins, mime, file)


def test_a_poster_that_nobody_can_name_has_a_file_all_the_same() -> None:
    with memory():
        group = a_group("🎂", chat=False)
        assert MAKERS["poster"](group.id, "en")[2] == "noyau-fr.png"
        group.name = "Un nom bien trop long pour un fichier, et même un peu plus long"
        group.save()
        assert MAKERS["poster"](group.id, "en")[2] == "un-nom-bien-trop-long-pour-un-fichier-et-fr.png"

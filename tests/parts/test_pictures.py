"""Pictures: a poster that prints whatever a group is called, and QR codes that phones can read."""

import io

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from jobs import pictures
from jobs.pictures import PosterWords, poster, qr

WORDS = PosterWords(
    kind="Groupe d'entraide",
    nameless="Notre groupe",
    city="Où",
    rhythm="Quand",
    no_tourists="Pas de touristes : chacun donne, chacun reçoit.",
    scan="Scanne pour candidater",
    footer="Deux questions, une réponse sous 48 heures.",
)
TELEGRAM = ("Sur Telegram", "https://t.me/noyau_demo_bot?start=NANTES-7Qm3")
WHATSAPP = ("Sur WhatsApp", "https://wa.me/33639980012?text=rejoindre%20NANTES-7Qm3")


def draw(
    name: str = "Les indés de Nantes",
    purpose: str = "Des indépendants qui s'entraident.",
    city: str = "Nantes",
    rhythm: str = "Un jeudi sur deux",
    links: list[tuple[str, str]] | None = None,
) -> bytes:
    return poster(name, purpose, city, rhythm, [TELEGRAM, WHATSAPP] if links is None else links, "fr", WORDS)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")


def modules(link: str) -> list[list[bool]]:
    return [[bool(dark) for dark in row] for row in segno.make_qr(link, error="m").matrix]


def read(picture: Image.Image, left: int, top: int, scale: int, side: int) -> list[list[bool]]:
    """Look at the middle of every module."""

    def dark(row: int, column: int) -> bool:
        point = (left + column * scale + scale // 2, top + row * scale + scale // 2)
        return picture.getpixel(point) == (0, 0, 0)

    return [[dark(row, column) for column in range(side)] for row in range(side)]


@pytest.mark.parametrize("link", [TELEGRAM[1], WHATSAPP[1], "https://t.me/+" + "x" * 400])
def test_a_qr_code_says_its_link(link: str) -> None:
    picture = opened(qr(link))
    expected = modules(link)
    assert picture.size == ((len(expected) + 8) * 10,) * 2
    assert read(picture, 40, 40, 10, len(expected)) == expected
    assert picture.crop((0, 0, picture.width, 40)).getcolors() == [(picture.width * 40, (255, 255, 255))]


def test_a_link_too_long_for_a_code_is_refused() -> None:
    with pytest.raises(ValueError):
        qr("x" * 5000)


@pytest.mark.parametrize("links", [[TELEGRAM], [WHATSAPP], [TELEGRAM, WHATSAPP]])
def test_the_codes_of_a_poster_say_their_links(links: list[tuple[str, str]]) -> None:
    picture = opened(draw(links=links))
    found = list(codes(picture))
    assert found == [modules(link) for _, link in links]


def codes(picture: Image.Image) -> list[list[list[bool]]]:
    """Find the pure black squares below the header, and read them."""
    below = picture.crop((0, pictures.CARDS, *picture.size)).convert("L").point(lambda grey: 255 * (grey == 0))
    box = below.getbbox()
    assert box
    columns = below.crop((0, box[1], below.width, box[3])).reduce((1, box[3] - box[1]))
    filled = [column for column in range(columns.width) if columns.getpixel((column, 0))]
    starts = [at for at in filled if not any(at - gap in filled for gap in range(1, 40))]
    return [code_at(picture, below, start) for start in starts]


def code_at(picture: Image.Image, below: Image.Image, left: int) -> list[list[bool]]:
    box = below.crop((left, 0, min(left + 460, below.width), below.height)).getbbox()
    assert box
    top = box[1]
    finder = next(x for x in range(left, below.width) if not below.getpixel((x, top))) - left
    scale = finder // 7  # the corner of a code is seven modules wide
    side = (box[3] - box[1]) // scale
    return read(picture, left, pictures.CARDS + top, scale, side)


def test_a_poster_is_an_a4_page_of_modest_weight() -> None:
    png = draw()
    assert opened(png).size == (1240, 1754)
    assert len(png) < 400_000


HOSTILE = [
    "",
    " \n\t ",
    "X" * 5000,
    "Le très grand groupe d'entraide " * 40,
    "🚀 中文 группа 𝓝𝓪𝓷𝓽𝓮𝓼\n✨",
    "中文🙂",
    "קבוצת עזרה הדדית",
    "مجموعة المساعدة",
    "a\u202eb\u0000c\u200d\ufeff",
    "Z" + "\u0335\u0353" * 200,
    "ﷺ" * 300,
    "<b>Nantes</b> & {name} %s",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_makes_a_poster(text: str) -> None:
    png = draw(text, text, text, text, [(text, TELEGRAM[1]), (text, WHATSAPP[1])])
    assert opened(png).size == (1240, 1754)
    assert len(png) < 400_000
    assert len(codes(opened(png))) == 2


def test_a_name_that_cannot_be_printed_gives_way_to_another() -> None:
    assert draw(name="中文🙂") == draw(name=WORDS.nameless)


def test_nothing_is_written_outside_the_margins() -> None:
    picture = opened(draw("X" * 400, "Y" * 400, "Z" * 400, "W" * 400))
    page = opened(draw("", "", "", ""))
    changed = ImageChops.difference(picture, page).getbbox()
    assert changed
    assert changed[0] >= pictures.MARGIN - 4
    assert changed[2] <= pictures.WIDTH - pictures.MARGIN + 4


def test_a_poster_without_a_link_has_no_code() -> None:
    assert draw(links=[]) == draw(links=[("Sur Telegram", " ")])


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Les indés\n de  Nantes", "Les indés de Nantes"),
        ("𝓝𝓪𝓷𝓽𝓮𝓼 🚀", "Nantes"),
        ("a\u202eb\u200dc", "abc"),
        ("18\u00a0h\u202f30", "18\u00a0h\u00a030"),
        ("Cafe\u0301", "Café"),
        ("🙂 — !", ""),
        ("x" * 400, "x" * 300 + "…"),
    ],
)
def test_only_what_the_font_has_is_printed(text: str, printed: str) -> None:
    assert pictures._printable(text, pictures.BOLD) == printed


def test_letters_that_cannot_be_turned_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures._drawn.cache_clear()
    monkeypatch.setattr(pictures, "_shapes", lambda: False)
    assert pictures._printable("Nantes נאנט", pictures.BOLD) == "Nantes"
    pictures._drawn.cache_clear()


@given(text=st.text(max_size=80), width=st.integers(60, 1000), height=st.integers(1, 300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_text_stays_in_its_box(text: str, width: int, height: int) -> None:
    block = pictures._fit(text, pictures.REGULAR, width, height, 40, 16)
    assert all(block.font.getlength(line) <= width for line in block.lines)
    assert block.height <= max(height, block.step)

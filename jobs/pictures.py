"""Pictures: the poster that makes a group known, and the QR codes that lead to it."""

import io
import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps, features

FONTS = Path(__file__).with_name("fonts")
REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
MARGIN = 100
INNER = WIDTH - 2 * MARGIN
HEADER = 520
CARDS = 1108  # where the QR codes begin
CARD = 488
GAP = 40
QUIET = 4  # blank modules around a QR code: without them, phones do not find it
UNBROKEN = "\u00a0"
READ = 300  # letters of a text that are looked at
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me")  # after composition, an accent alone is a trick

WHITE = "#ffffff"
INK, ORBIT, SOFT, ACCENT = "#16243d", "#33466b", "#5b6679", "#f2b544"
WASH = "#f4f1e8"  # light enough to vanish on a black and white printer

# Where the people stand around the nucleus: radius of the orbit, angle in degrees, radius of the dot.
PEOPLE = ((150, 165, 20), (150, 262, 14), (250, 184, 16), (350, 192, 14), (350, 172, 11), (250, 212, 10))
NUCLEUS = (1010, 130)

Paint = Callable[[ImageDraw.ImageDraw], None]


@dataclass(frozen=True)
class PosterWords:
    """The sentences of a poster, in the language of its readers; an empty one is left out."""

    kind: str  # above the name: "A mutual-help group"
    nameless: str  # instead of a name that cannot be printed: "Our group"
    city: str  # label: "Where"
    rhythm: str  # label: "When"
    no_tourists: str
    scan: str  # above the codes: "Scan to apply"
    footer: str


@dataclass(frozen=True)
class _Block:
    """A text cut into lines that fit."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    step: int  # pixels from one line to the next

    @property
    def height(self) -> int:
        return self.step * len(self.lines)


@dataclass(frozen=True)
class _Page:
    picture: Image.Image
    draw: ImageDraw.ImageDraw
    language: str


@dataclass(frozen=True)
class _Part:
    """Something of the middle of the page, and how to paint it once its top is known."""

    height: int
    paint: Callable[[int], None]


def qr(link: str) -> bytes:
    """Return a PNG of the QR code of a link, 10 pixels a module; ValueError when it is too long."""
    return _png(_code(link, 10))


def poster(
    name: str,
    purpose: str,
    city: str,
    rhythm: str,
    links: list[tuple[str, str]],
    language: str,
    words: PosterWords,
) -> bytes:
    """Return an A4 poster, a PNG of 1240 x 1754 pixels: who we are, why, where, and how to apply.

    links: (caption, address) pairs, the first two with an address are drawn. language: tag of the texts
    ("fr"), it decides between shapes of a letter. What the font lacks (emoji, Chinese) is left out.
    ValueError when an address is too long for a QR code.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    page = _Page(picture, ImageDraw.Draw(picture), language)
    doors = [(caption, link.strip()) for caption, link in links if link.strip()][:2]
    _header(page, name, words)
    _middle(page, _parts(page, purpose, city, rhythm, words), CARDS if doors else HEIGHT - 140)
    _doors(page, doors, words.scan)
    _write(page, _fit(words.footer, REGULAR, INNER, 30, 24, 16), MARGIN, HEIGHT - 68, INNER, SOFT)
    return _png(picture)


def _header(page: _Page, name: str, words: PosterWords) -> None:
    page.draw.rectangle((0, 0, WIDTH, HEADER), INK)
    _atom(page)
    _write(page, _fit(words.kind, BOLD, 560, 84, 32, 22), MARGIN, 104, 640, ACCENT)
    title = _fit(name if _printable(name, BOLD) else words.nameless, BOLD, INNER, 266, 104, 44)
    _write(page, title, MARGIN, HEADER - 62 - title.height, INNER, WHITE)


def _atom(page: _Page) -> None:
    """Draw the nucleus and the people around it, beneath the name."""
    x, y = NUCLEUS

    def orbits(draw: ImageDraw.ImageDraw) -> None:
        for radius in sorted({orbit for orbit, _, _ in PEOPLE}):
            draw.circle((x * 3, y * 3), radius * 3, outline=255, width=9)

    def people(draw: ImageDraw.ImageDraw) -> None:
        for orbit, angle, radius in PEOPLE:
            turn = math.radians(angle)
            place = (3 * (x + orbit * math.cos(turn)), 3 * (y + orbit * math.sin(turn)))
            draw.circle(place, radius * 3, fill=255)
        draw.circle((x * 3, y * 3), 62 * 3, fill=255)

    _smooth(page, (0, 0, WIDTH, HEADER), ORBIT, orbits)
    _smooth(page, (0, 0, WIDTH, HEADER), ACCENT, people)


def _parts(page: _Page, purpose: str, city: str, rhythm: str, words: PosterWords) -> Iterator[_Part]:
    """Yield what stands between the name and the codes; what has no text takes no room."""
    why = _fit(purpose, REGULAR, INNER, 236, 46, 28)
    if why.lines:
        yield _Part(why.height, lambda top: _write(page, why, MARGIN, top, INNER, INK))
    facts = [(label, fact) for label, fact in ((words.city, city), (words.rhythm, rhythm)) if _printable(fact, BOLD)]
    if facts:
        yield _facts(page, facts)
    rule = _fit(words.no_tourists, BOLD, INNER - 90, 130, 34, 24)
    if rule.lines:
        yield _Part(rule.height + 48, lambda top: _rule(page, rule, top))


def _facts(page: _Page, facts: list[tuple[str, str]]) -> _Part:
    width = (INNER - GAP * (len(facts) - 1)) // len(facts)
    labels = [_fit(label, REGULAR, width, 34, 26, 18) for label, _ in facts]
    values = [_fit(fact, BOLD, width, 104, 40, 26) for _, fact in facts]
    below = max(label.height for label in labels) + 6

    def paint(top: int) -> None:
        for place, (label, value) in enumerate(zip(labels, values, strict=True)):
            left = MARGIN + place * (width + GAP)
            _write(page, label, left, top, width, SOFT)
            _write(page, value, left, top + below, width, INK)

    return _Part(below + max(value.height for value in values), paint)


def _rule(page: _Page, rule: _Block, top: int) -> None:
    height = rule.height + 48
    _panel(page, (MARGIN, top, INNER, height), WASH)
    page.draw.rectangle((MARGIN, top + 18, MARGIN + 9, top + height - 18), ACCENT)
    _write(page, rule, MARGIN + 46, top + 22, INNER - 90, INK)


def _middle(page: _Page, parts: Iterable[_Part], bottom: int) -> None:
    """Spread the parts between the header and the bottom, evenly but not too far apart."""
    shown = list(parts)
    room = bottom - HEADER - sum(part.height for part in shown)
    gap = min(room // (len(shown) + 1), 84)
    top = HEADER + (room - gap * (len(shown) - 1)) // 2
    for part in shown:
        part.paint(top)
        top += part.height + gap


def _doors(page: _Page, doors: list[tuple[str, str]], scan: str) -> None:
    if not doors:
        return
    _write(page, _fit(scan, BOLD, INNER, 48, 36, 24), MARGIN, CARDS, INNER, INK)
    for (left, top, right, _bottom), (caption, link) in zip(door_boxes(len(doors)), doors, strict=True):
        _panel(page, (left, top, right - left, CARD), WASH)
        door = _tall_door if len(doors) > 1 else _wide_door
        door(page, caption, link, left, top, right - left)


def door_boxes(count: int) -> list[tuple[int, int, int, int]]:
    """Where so many doors stand on a poster: left, top, right, bottom, in pixels."""
    width = (INNER - GAP * (count - 1)) // max(count, 1)
    lefts = [MARGIN + place * (width + GAP) for place in range(count)]
    return [(left, CARDS + 62, left + width, CARDS + 62 + CARD) for left in lefts]


def _tall_door(page: _Page, caption: str, link: str, left: int, top: int, width: int) -> None:
    """Draw caption, code and printed link one below the other."""
    title, printed = (
        _fit(caption, BOLD, width - 60, 44, 32, 20),
        _address(link, width - 40, 64, 25),
    )
    _write(page, title, left + 30, top + 18, width - 60, INK, centred=True)
    code = _code_of_about(link, 340)
    page.picture.paste(code, (left + (width - code.width) // 2, top + 68 + (328 - code.height) // 2))
    _write(page, printed, left + 20, top + 404 + (66 - printed.height) // 2, width - 40, INK, centred=True)


def _wide_door(page: _Page, caption: str, link: str, left: int, top: int, width: int) -> None:
    """Draw the code with caption and printed link beside it."""
    code = _code_of_about(link, CARD - 70)
    page.picture.paste(code, (left + 30, top + (CARD - code.height) // 2))
    start = left + 30 + code.width + 50
    room = left + width - 40 - start
    title, printed = _fit(caption, BOLD, room, 190, 48, 26), _address(link, room, 170, 32)
    start_y = top + (CARD - title.height - 24 - printed.height) // 2
    _write(page, title, start, start_y, room, INK)
    _write(page, printed, start, start_y + title.height + 24, room, INK)


def _code_of_about(link: str, side: int) -> Image.Image:
    """Draw a QR code at most so many pixels wide, a module being whole pixels: its edges stay sharp."""
    return _code(link, max(side // _code(link, 1).width, 1))


def _code(link: str, scale: int) -> Image.Image:
    rows = [bytes(0 if dark else 255 for dark in row) for row in segno.make_qr(link, error="m").matrix]
    code = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    return ImageOps.scale(ImageOps.expand(code, QUIET, 255), scale, Image.Resampling.NEAREST)


def _panel(page: _Page, box: tuple[int, int, int, int], colour: str) -> None:
    _, _, width, height = box
    corners = (0, 0, width * 3 - 1, height * 3 - 1)
    _smooth(page, box, colour, lambda draw: draw.rounded_rectangle(corners, 54, fill=255))


def _smooth(page: _Page, box: tuple[int, int, int, int], colour: str, paint: Paint) -> None:
    """Paint a shape in a box (left, top, width, height), three times too large, then shrink it: no stairs."""
    left, top, width, height = box
    mask = Image.new("L", (width * 3, height * 3))
    paint(ImageDraw.Draw(mask))
    page.picture.paste(colour, (left, top), mask.resize((width, height), Image.Resampling.BOX))


def _write(page: _Page, block: _Block, left: int, top: int, width: int, colour: str, centred: bool = False) -> None:
    """Write a block, against the side where its first letter begins unless it is centred."""
    language = page.language if _shapes() and page.language.isascii() else ""
    for line in block.lines:
        side = "m" if centred else "r" if _goes_left(block.lines[0]) else "l"
        x = left + {"l": 0, "m": width // 2, "r": width}[side]
        page.draw.text((x, top), line, colour, block.font, anchor=side + "a", language=language or None)
        top += block.step


def _fit(text: str, face: str, width: int, height: int, largest: int, smallest: int) -> _Block:
    """Cut a text into lines, as large as they fit in a box of pixels; what is too long is cut short."""
    plain = _printable(text, face)
    if not plain:
        return _Block((), _font(face, smallest), 0)
    for size in range(largest, smallest - 1, -2):
        font, step = _font(face, size), round(size * 1.26)
        most = max(height // step, 1)
        lines = list(_lines(plain, font, width))
        if len(lines) <= most and " ".join(lines) == plain:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1] + "…", font, width)]
    return _Block(tuple(lines), font, step)


def _address(link: str, width: int, height: int, largest: int) -> _Block:
    """Cut a printed address before its question mark when it needs more than a line."""
    short = link.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    whole = _fit(short, REGULAR, width, 1, largest, 20)
    if whole.lines == (short,):
        return whole
    return _fit(short.replace("?", " ?", 1), REGULAR, width, height, largest, 16)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """Break a text between words, and inside a word that is wider than the line."""
    line = ""
    for word in text.split(" "):
        if line and font.getlength(f"{line} {word}") > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while len(line) > 1 and font.getlength(line) > width:
            fits = _fitting(line, font, width)
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """Return how many of the first letters fit, one at least."""
    sizes = range(1, len(text))
    return max(bisect_right(sizes, width, key=lambda size: math.ceil(font.getlength(text[:size]))), 1)


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Shorten a text that ends with an ellipsis until it fits."""
    while len(text) > 2 and font.getlength(text) > width:
        text = text[:-2].rstrip() + "…"
    return text


def _printable(text: str, face: str) -> str:
    """Return a text on one line, without what the font cannot draw: emoji, Chinese, invisible signs."""
    signs = "".join(_plain(sign) for sign in unicodedata.normalize("NFC", text[: READ + 1]))
    short = signs if len(signs) <= READ else signs[:READ] + "…"
    drawn = "".join(sign for sign in short if sign.isspace() or _drawn(sign, face))
    words = " ".join(re.findall(f"(?:[^\\s]|{UNBROKEN})+", drawn)).strip()
    return words if any(sign.isalnum() for sign in words) else ""


def _plain(sign: str) -> str:
    """Return fancy letters as plain ones, and keep the space that holds "18 h" or "oui !" on its line."""
    return UNBROKEN if sign in (UNBROKEN, "\u202f") else unicodedata.normalize("NFKC", sign)


@lru_cache(maxsize=4096)
def _drawn(sign: str, face: str) -> bool:
    """Tell whether the font has a shape for a sign; one that it lacks comes out as the same box as U+FFFF."""
    if unicodedata.category(sign) in INVISIBLE or (_leftwards(sign) and not _shapes()):
        return False
    font = _font(face, 40)
    return bytes(font.getmask(sign)) != bytes(font.getmask("\uffff"))


@lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / face, size)


def _shapes() -> bool:
    """Tell whether Pillow can join and turn letters (Arabic, Hebrew): it borrows FriBiDi from the machine."""
    return bool(features.check("raqm"))


def _goes_left(text: str) -> bool:
    """Tell whether a text begins on the right: its first letter decides."""
    return next((_leftwards(sign) for sign in text if sign.isalpha()), False)


def _leftwards(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in ("R", "AL")


def _png(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()

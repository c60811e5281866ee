"""Mission cards as pictures: one a card, square, to be read at arm's length on a phone (61)."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from jobs.pictures import BOLD, REGULAR, _fit, _Page, _png, _printable, _write
from storage.missions import DATE, HOST, ICEBREAKER, OWN, PHOTO, SUMMARY, VENUE, WELCOME

SIDE = 1080
EDGE, CORNER = 48, 72
SCALE = 3  # shapes are drawn three times too large, then shrunk: no stairs
ICON = 420
INK, SOFT, PAPER, WHITE = "#16243d", "#4c566b", "#fffaf0", "#ffffff"
Pen = ImageDraw.ImageDraw
Icon = Callable[[Pen, str, str], None]


@dataclass(frozen=True)
class Look:
    """The colours of a card: behind everything, of the disc, and what its drawing is drawn with."""

    back: str
    disc: str
    line: str = INK


LOOKS = {
    DATE: Look("#f2b544", "#fde9bd"),
    VENUE: Look("#e2725b", "#fbdcd3"),
    SUMMARY: Look("#5b8fb9", "#d6e6f2"),
    HOST: Look("#c98d4b", "#f3e0c8"),
    WELCOME: Look("#6fa67a", "#d9ecdc"),
    ICEBREAKER: Look("#7f8fd1", "#e0e4f7"),
    PHOTO: Look("#b5739d", "#f1dcea"),
    OWN: Look("#3f8f8b", "#d0ebe9"),
}


@dataclass(frozen=True)
class CardWords:
    """The words of a card in its reader's language; an empty one is left out."""

    kind: str  # above: "Mission card"
    title: str
    task: str
    group: str  # below: the group's name
    nameless: str  # instead of a title that cannot be printed


def mission(code: str, words: CardWords, language: str) -> bytes:
    """Return a PNG of 1080 x 1080 pixels. code: which card of the deck; language: tag of the texts ("fr")."""
    look = LOOKS.get(code, LOOKS[OWN])
    picture = Image.new("RGB", (SIDE, SIDE), look.back)
    page = _Page(picture, ImageDraw.Draw(picture), language)
    _paper(picture)
    _write(page, _fit(words.kind, BOLD, 840, 50, 38, 26), 120, 108, 840, SOFT, centred=True)
    _icon(picture, ICONS.get(code, _star), look)
    title = words.title if _printable(words.title, BOLD) else words.nameless
    _texts(page, title, words)
    return _png(picture)


def _paper(picture: Image.Image) -> None:
    big = Image.new("L", (SIDE * SCALE // 2, SIDE * SCALE // 2))
    factor, pen = SCALE / 2, ImageDraw.Draw(big)
    box = [round(place * factor) for place in (EDGE, EDGE, SIDE - EDGE, SIDE - EDGE)]
    pen.rounded_rectangle(box, round(CORNER * factor), fill=255)
    picture.paste(PAPER, (0, 0), big.resize((SIDE, SIDE), Image.Resampling.BOX))


def _texts(page: _Page, title: str, words: CardWords) -> None:
    """The name in large letters and what it asks for, together in the middle of what is left."""
    name = _fit(title, BOLD, 860, 190, 96, 48)
    task = _fit(words.task, REGULAR, 820, 168, 42, 30)
    top = 610 + (360 - name.height - 24 - task.height) // 2
    _write(page, name, 110, top, 860, INK, centred=True)
    _write(page, task, 130, top + name.height + 24, 820, SOFT, centred=True)
    _write(page, _fit(words.group, BOLD, 820, 40, 28, 20), 130, 982, 820, SOFT, centred=True)


def _icon(picture: Image.Image, draw: Icon, look: Look) -> None:
    canvas = Image.new("RGBA", (ICON * SCALE, ICON * SCALE))
    pen = ImageDraw.Draw(canvas)
    pen.ellipse((0, 0, ICON * SCALE - 1, ICON * SCALE - 1), fill=look.disc)
    draw(pen, look.line, look.back)
    small = canvas.resize((ICON, ICON), Image.Resampling.BOX)
    picture.paste(small, ((SIDE - ICON) // 2, 178), small)


# ------------------------------------------------------------------ the drawings, on a square of 1260 dots

WIDE = 30  # of a line


def _calendar(pen: Pen, line: str, fill: str) -> None:
    pen.rounded_rectangle((320, 370, 940, 940), 60, fill=WHITE, outline=line, width=WIDE)
    pen.rounded_rectangle((320, 370, 940, 530), 60, fill=fill, outline=line, width=WIDE)
    for x in (470, 790):
        pen.rounded_rectangle((x - 28, 290, x + 28, 450), 28, fill=line)
    for row, y in enumerate((610, 740)):
        for column, x in enumerate((420, 570, 720)):
            chosen = (row, column) == (1, 1)
            pen.rounded_rectangle((x, y, x + 110, y + 90), 22, fill=fill if chosen else "#e6e1d6")
    pen.line((585, 785, 615, 815, 668, 752), fill=line, width=20, joint="curve")


def _pin(pen: Pen, line: str, fill: str) -> None:
    pen.ellipse((430, 900, 830, 990), fill="#00000022")
    pen.polygon((408, 650, 852, 650, 630, 950), fill=line)
    pen.ellipse((380, 290, 880, 790), fill=line)
    pen.polygon((446, 660, 814, 660, 630, 898), fill=fill)
    pen.ellipse((412, 322, 848, 758), fill=fill)
    pen.ellipse((520, 430, 740, 650), fill=WHITE, outline=line, width=WIDE)


def _sheet(pen: Pen, line: str, fill: str) -> None:
    pen.rounded_rectangle((350, 290, 830, 970), 50, fill=WHITE, outline=line, width=WIDE)
    for y, right in ((420, 730), (520, 690), (620, 730), (720, 600)):
        pen.rounded_rectangle((440, y, right, y + 30), 15, fill=fill)
    pen.polygon((870, 470, 970, 570, 700, 840, 590, 870, 600, 740), fill=fill, outline=line, width=24)
    pen.line((800, 540, 900, 640), fill=line, width=24)
    pen.polygon((590, 870, 600, 812, 648, 858), fill=line)


def _cup(pen: Pen, line: str, fill: str) -> None:
    pen.arc((770, 530, 980, 780), 250, 110, fill=line, width=44)
    pen.rounded_rectangle((330, 500, 840, 860), 110, fill=fill, outline=line, width=WIDE)
    pen.rounded_rectangle((330, 500, 840, 610), 40, fill=WHITE, outline=line, width=WIDE)
    pen.rounded_rectangle((270, 890, 900, 940), 25, fill=line)
    for x in (450, 585, 720):
        pen.arc((x - 60, 270, x + 20, 370), 270, 90, fill=line, width=24)
        pen.arc((x - 20, 346, x + 60, 446), 90, 270, fill=line, width=24)


def _people(pen: Pen, line: str, fill: str) -> None:
    for x, colour in ((440, WHITE), (820, fill)):
        pen.pieslice((x - 190, 640, x + 190, 1140), 180, 360, fill=colour, outline=line, width=WIDE)
        pen.ellipse((x - 120, 360, x + 120, 600), fill=colour, outline=line, width=WIDE)
    pen.ellipse((565, 250, 695, 380), fill=fill, outline=line, width=24)
    pen.line((630, 285, 630, 345), fill=line, width=24)
    pen.line((600, 315, 660, 315), fill=line, width=24)


def _die(pen: Pen, line: str, fill: str) -> None:
    pen.rounded_rectangle((470, 270, 930, 730), 90, fill=fill, outline=line, width=WIDE)
    for x, y in ((590, 390), (700, 500), (810, 610)):
        pen.ellipse((x - 44, y - 44, x + 44, y + 44), fill=WHITE)
    pen.rounded_rectangle((310, 530, 750, 970), 90, fill=WHITE, outline=line, width=WIDE)
    for x in (430, 630):
        for y in (650, 850):
            pen.ellipse((x - 42, y - 42, x + 42, y + 42), fill=line)


def _camera(pen: Pen, line: str, fill: str) -> None:
    pen.polygon((490, 440, 540, 350, 720, 350, 770, 440), fill=fill, outline=line, width=WIDE)
    pen.rounded_rectangle((280, 430, 980, 900), 90, fill=WHITE, outline=line, width=WIDE)
    pen.ellipse((460, 490, 800, 830), fill=fill, outline=line, width=WIDE)
    pen.ellipse((550, 580, 710, 740), fill=WHITE, outline=line, width=24)
    pen.ellipse((860, 500, 920, 560), fill=fill)


def _star(pen: Pen, line: str, fill: str) -> None:
    points = ((630, 270), (735, 500), (985, 530), (800, 702), (850, 950), (630, 826), (410, 950), (460, 702))
    pen.polygon((*points, (275, 530), (525, 500)), fill=fill, outline=line, width=WIDE)
    pen.ellipse((585, 570, 675, 660), fill=WHITE)


ICONS: dict[str, Icon] = {
    DATE: _calendar,
    VENUE: _pin,
    SUMMARY: _sheet,
    HOST: _cup,
    WELCOME: _people,
    ICEBREAKER: _die,
    PHOTO: _camera,
    OWN: _star,
}

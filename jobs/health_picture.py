"""The health card as a picture: who came to the last meetings as bars, and four numbers below (118)."""

from PIL import Image, ImageDraw

from handlers.kit.texts import Reader, Sayable, When, _, show
from jobs.pictures import ACCENT, BOLD, INK, REGULAR, SOFT, WASH, WHITE, _fit, _Page, _panel, _png, _write
from storage.health import Health, Sitting

WIDTH, HEIGHT = 1080, 1080
EDGE = 72
INNER = WIDTH - 2 * EDGE
HEAD = 236
TOP, FLOOR = 392, 742  # of the bars
TILES, TILE = 836, 184
GAP = 24
LEAST = 4  # chairs that the highest bar stands for, at least
PALE = "#d9d4c5"


def draw(health: Health, language: str) -> bytes:
    """Return a PNG of 1080 x 1080 pixels. language: of its reader ("fr" or "en")."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    page = _Page(picture, ImageDraw.Draw(picture), language)
    _head(page, health)
    _bars(page, health.sittings)
    _tiles(page, health)
    return _png(picture)


def _say(page: _Page, text: Sayable) -> str:
    return text.plain(page.language)


def _head(page: _Page, health: Health) -> None:
    page.draw.rectangle((0, 0, WIDTH, HEAD), INK)
    _write(page, _fit(_say(page, _("Health of the group")), BOLD, INNER, 40, 30, 22), EDGE, 44, INNER, ACCENT)
    name = _fit(health.group.name, BOLD, INNER, 74, 58, 30)
    _write(page, name, EDGE, 88, INNER, WHITE)
    when = _("Next date: {when}", when=When(health.ahead.start)) if health.ahead else _("No next date yet")
    line = _fit(show(when, Reader(page.language)), REGULAR, INNER, 44, 32, 22)
    _write(page, line, EDGE, 172, INNER, WHITE)


def _bars(page: _Page, sittings: list[Sitting]) -> None:
    title = _("Who came to the last meetings") if sittings else _("No meeting yet: the bars come with the first one.")
    _write(page, _fit(_say(page, title), BOLD, INNER, 48, 34, 24), EDGE, HEAD + 36, INNER, INK)
    page.draw.line((EDGE, FLOOR, WIDTH - EDGE, FLOOR), SOFT, 3)
    if not sittings:
        return
    most = max([LEAST, *(max(one.came or 0, one.said) for one in sittings)])
    room = INNER // max(len(sittings), 5)
    for place, one in enumerate(sittings):
        _bar(page, one, EDGE + place * room, room, most)


def _bar(page: _Page, one: Sitting, left: int, room: int, most: int) -> None:
    """Who came; pale, who had said yes, when nobody noted who was there."""
    count, colour = (one.came, ACCENT) if one.came is not None else (one.said, PALE)
    width = min(room - 20, 110)
    start, height = left + (room - width) // 2, round((FLOOR - TOP) * count / most)
    if height:
        page.draw.rounded_rectangle((start, FLOOR - height, start + width, FLOOR), 12, colour)
        page.draw.rectangle((start, FLOOR - min(height, 14), start + width, FLOOR), colour)
    label = str(count) if one.came is not None else f"{count}\u00a0?"  # a lone sign is not printed
    _write(page, _fit(label, BOLD, room, 44, 32, 20), left, FLOOR - height - 44, room, INK, centred=True)
    day = one.meeting.start.strftime("%d/%m" if page.language == "fr" else "%-d/%-m")
    _write(page, _fit(day, REGULAR, room, 36, 24, 16), left, FLOOR + 12, room, SOFT, centred=True)


def _tiles(page: _Page, health: Health) -> None:
    tiles = (
        (len(health.core), _("core")),
        (len(health.newcomers), _("new, not yet seen")),
        (len(health.silent), _("no sign for two months")),
        (len(health.unreachable), _("out of reach")),
    )
    width = (INNER - GAP * (len(tiles) - 1)) // len(tiles)
    for place, (count, label) in enumerate(tiles):
        left = EDGE + place * (width + GAP)
        _panel(page, (left, TILES, width, TILE), WASH)
        _write(
            page, _fit(str(count), BOLD, width - 20, 84, 64, 40), left + 10, TILES + 20, width - 20, INK, centred=True
        )
        words = _fit(_say(page, label), REGULAR, width - 20, 72, 24, 17)
        _write(page, words, left + 10, TILES + 104, width - 20, SOFT, centred=True)

"""Telegram's HTML: what is read, where the styles are, and the refusals of a source that is wrong."""

import html
import re
from typing import NamedTuple

from .world import Json, Refusal, utf16

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
PIECE = re.compile(r"<(/?)([^\s>/]*)([^>]*)>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
SPOKEN = re.compile(
    r"(?P<bot_command>(?<![\w/@])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?)"
    r"|(?P<url>https?://\S+)"
    r"|(?P<mention>(?<![\w@/])@\w{4,32})"
)


class _Open(NamedTuple):
    tag: str
    start: int
    attributes: str


def render(source: str) -> tuple[str, list[Json]]:
    """Read HTML as Telegram does: plain text, entities (UTF-16 offsets). Raises Refusal when it is wrong."""
    if "<" not in source and "&" not in source:
        return source, []
    text, entities, opened, at = "", list[Json](), list[_Open](), 0
    for piece in PIECE.finditer(source):
        text += _literal(source, at, piece.start())
        at = piece.end()
        offset = len(source[: piece.start()].encode())
        if piece[0].startswith("&"):
            text += html.unescape(piece[0])
        elif piece[1]:
            entities += _closed(opened, piece[2].lower(), offset, text)
        else:
            opened.append(_opening(piece[2].lower(), piece[3], offset, text))
    text += _literal(source, at, len(source))
    if opened:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _literal(source: str, start: int, end: int) -> str:
    part = source[start:end]
    if "<" in part:
        offset = len(source[: start + part.index("<")].encode())
        raise _wrong(f'Unsupported start tag "" at byte offset {offset}')
    return part


def _opening(tag: str, attributes: str, offset: int, text: str) -> _Open:
    if tag not in STYLES or (tag == "span" and "tg-spoiler" not in attributes):
        raise _wrong(f'Unsupported start tag "{tag}" at byte offset {offset}')
    return _Open(tag, utf16(text), attributes)


def _closed(opened: list[_Open], tag: str, offset: int, text: str) -> list[Json]:
    if not opened:
        raise _wrong(f"Unexpected end tag at byte offset {offset}")
    begun = opened.pop()
    if tag and tag != begun.tag:
        raise _wrong(f'Unmatched end tag at byte offset {offset}, expected "</{begun.tag}>", found "</{tag}>"')
    entity: Json = {"type": STYLES[begun.tag], "offset": begun.start, "length": utf16(text) - begun.start}
    if begun.tag == "a":
        found = HREF.search(begun.attributes)
        link = html.unescape(next((part for part in found.groups() if part), "")) if found else ""
        if not link:
            return []
        entity["url"] = link
    return [entity] if entity["length"] else []


def _wrong(why: str) -> Refusal:
    return Refusal(400, f"Bad Request: can't parse entities: {why}")


def spoken(text: str) -> list[Json]:
    """Entities that a client finds by itself: commands, links, mentions."""
    return [
        {"offset": utf16(text[: found.start()]), "length": utf16(found[0]), "type": str(found.lastgroup)}
        for found in SPOKEN.finditer(text)
    ]

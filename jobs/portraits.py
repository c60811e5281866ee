"""A member's photo: fetched once from the messenger it was sent on, made small, without where it was taken (S13)."""

import io
import re
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from PIL import Image, ImageDraw, ImageOps
from urllib3.exceptions import HTTPError

from handlers.kit.texts import _
from jobs.pictures import BOLD, INK, WASH, _fit, _Page, _png, _write
from storage import db, settings
from storage.people import TELEGRAM
from storage.portraits import Portrait

SIDE = 320
MOST = 5 * 1024 * 1024  # bytes (S13)
PIXELS = 50_000_000  # of what was sent: a small file may unfold to a huge picture
PATIENCE = (5, 10)  # seconds: to connect, between two pieces
LONGEST = 20.0  # seconds for the whole
KINDS = ("JPEG", "PNG", "WEBP")
# Where Twilio's API sends on whoever may have a media (Twilio: protect media access with HTTP basic authentication).
KEPT_AT = (
    "https://mms.twiliocdn.com/",
    "https://media.twiliocdn.com/",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com/",
)
HOPS = 3  # one after the other, at most
Made = tuple[bytes, str, str]


class Refused(Exception):
    """The photo can't be had, or is none."""


def portrait(record: int, language: str) -> Made:
    """The photo by its id, fetched on first use; a card that says why not, when it can't be had."""
    found = Portrait.get_or_none(Portrait.id == record)
    try:
        if found is None:
            raise Refused
        body = bytes(found.body) if found.body is not None else _fetched(found)
    except (Refused, requests.exceptions.RequestException, HTTPError):
        with db.transaction():
            Portrait.delete().where(Portrait.id == record).execute()
        return _sorry(language), "image/png", "photo.png"
    return body, "image/jpeg", "photo.jpg"


def _fetched(found: Portrait) -> bytes:
    body = small(_fetch(found.platform, found.source))
    with db.transaction():
        found.keep(body)
    return body


def _fetch(platform: str, source: str) -> bytes:
    """From the platform's own hosts alone, our credentials for its API alone (S13)."""
    known = settings.current()
    if platform != TELEGRAM:
        return _twilio(source)
    told = _whole(f"{known.telegram_api_base}{known.telegram_token}/getFile", params={"file_id": source})
    path = _path(told)
    return _whole(f"{known.telegram_api_base.removesuffix('/bot')}/file/bot{known.telegram_token}/{path}")


def _twilio(source: str) -> bytes:
    """Twilio's API first, then where it says that the media is kept: each address is looked at before it is asked.

    The hosts are constants and TLS proves them, so that no name server can lead us into our own network.
    """
    known = settings.current()
    if not twilios(source):
        raise Refused
    body, onward = _get(source, auth=(known.twilio_account, known.twilio_token))
    for _hop in range(HOPS):
        if not onward:
            return body
        if not keeps_media(onward):
            raise Refused
        body, onward = _get(onward)
    raise Refused


def _path(told: bytes) -> str:
    """Where Telegram keeps the file, if that is a plain path (Bot API: getFile)."""
    found = re.search(rb'"file_path"\s*:\s*"([\w./-]{1,200})"', told)
    path = found[1].decode() if found else ""
    if not path or ".." in path or path.startswith("/"):
        raise Refused
    return path


def twilios(source: str) -> bool:
    """Is it the address of a media of our account at Twilio's API?"""
    known = settings.current()
    ours, given = urlsplit(known.twilio_api_base or "https://api.twilio.com"), urlsplit(source)
    path = rf"/2010-04-01/Accounts/{re.escape(known.twilio_account)}/Messages/\w+/Media/\w+"
    same = (given.scheme, given.netloc) == (ours.scheme, ours.netloc)
    return same and re.fullmatch(path, given.path) is not None and not given.query


def keeps_media(address: str) -> bool:
    """Is it an address where Twilio keeps media? Compared up to the slash that ends the host."""
    return address.startswith(KEPT_AT) and ".." not in address and "\\" not in address


def _whole(address: str, **how: Any) -> bytes:
    """What stands there; Refused when it only leads elsewhere."""
    body, onward = _get(address, **how)
    if onward:
        raise Refused
    return body


def _get(address: str, **how: Any) -> tuple[bytes, str]:
    """What stands there, or nothing and where it leads; a redirect is never followed from here."""
    with requests.get(address, timeout=PATIENCE, stream=True, allow_redirects=False, **how) as answer:
        if answer.is_redirect:
            return b"", answer.headers["location"]
        if answer.status_code != 200:
            raise Refused
        body, ends = b"", time.monotonic() + LONGEST
        while piece := answer.raw.read1(65536, decode_content=True):  # what has come, lest a slow drip holds us
            body += piece
            if len(body) > MOST or time.monotonic() > ends:
                raise Refused
    return body, ""


def small(photo: bytes) -> bytes:
    """A square JPEG of 320 pixels, upright, without the notes a camera leaves; Refused when it is no photo."""
    try:
        with Image.open(io.BytesIO(photo), formats=KINDS) as opened:
            if opened.width * opened.height > PIXELS:
                raise Refused
            upright = ImageOps.exif_transpose(opened)
            square = ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused from error
    kept = io.BytesIO()
    Image.frombytes("RGB", square.size, square.tobytes()).save(kept, "JPEG", quality=84)
    return kept.getvalue()


def _sorry(language: str) -> bytes:
    picture = Image.new("RGB", (800, 400), WASH)
    page = _Page(picture, ImageDraw.Draw(picture), language)
    words = _("I could not take this photo. Please send me another one, as a picture.").plain(language)
    block = _fit(words, BOLD, 680, 240, 44, 26)
    _write(page, block, 60, (400 - block.height) // 2, 680, INK, centred=True)
    return _png(picture)

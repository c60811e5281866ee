"""What a button carries: version, stable code, record id, short HMAC; 64 bytes at most (Bot API: callback_data)."""

import functools
import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from storage import settings

VERSION = "1"


@dataclass(frozen=True)
class Pressed:
    """A button's data, read and verified."""

    code: str
    record: int


def data_for(code: str, record: int) -> str:
    """The signed data of a button; the signature only keeps guessers out, rights are checked at the tap."""
    body = f"{VERSION}:{code}:{record}"
    return f"{body}:{_sign(body)}"


def read(data: str) -> Pressed | None:
    """The button behind this data; None when forged, foreign or of an unknown version (S9)."""
    body, _colon, signature = data.rpartition(":")
    parts = body.split(":")
    if len(parts) != 3 or parts[0] != VERSION or not parts[2].isascii() or not parts[2].isdigit():
        return None
    if len(parts[2]) > 15 or not hmac.compare_digest(signature.encode(), _sign(body).encode()):
        return None
    return Pressed(parts[1], int(parts[2]))


def _sign(body: str) -> str:
    return _signature(settings.current().secret_key, body)


@functools.lru_cache(4096)
def _signature(secret: str, body: str) -> str:
    digest = hmac.digest(secret.encode(), body.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:6]).decode()

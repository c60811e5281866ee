"""Pictures and files of posts: made by a job, served to Twilio from a signed address (contract: /media/)."""

import datetime as dt
import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer

from storage import settings
from storage.db import now
from storage.outbox import Media, Post

LIFE = dt.timedelta(hours=24)
Made = tuple[bytes, str, str]  # content, MIME type, file name


def make(maker: str, record: int, language: str) -> Made:
    """Have a maker draw its picture or write its file."""
    from jobs.makers import MAKERS

    return MAKERS[maker](record, language)


def keep(post: Post, made: Made) -> str:
    """Keep it for a day; returns the public address that Twilio fetches."""
    body, mime, _file = made
    name = secrets.token_urlsafe(12)
    Media.create(post=post, name=name, mime=mime, body=body, expires_at=now() + LIFE)
    return f"{settings.current().public_url}/media/{_signer().dumps(name)}"


def find(token: str) -> Media | None:
    """The picture behind a signed token; None when forged or too old."""
    try:
        name = _signer().loads(token, max_age=int(LIFE.total_seconds()))
    except BadSignature:
        return None
    return Media.get_or_none((Media.name == name) & (Media.expires_at > now()))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.current().secret_key, salt="media")

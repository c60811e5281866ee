"""The links that lead in: Start on Telegram, a message already written on WhatsApp; and who answers them."""

import datetime as dt
import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from handlers.kit.texts import Text, _
from storage import facts, settings
from storage.db import now
from storage.groups import ApplyLink, Group
from storage.meetings import Feed, Meeting
from storage.people import TELEGRAM, WHATSAPP
from storage.summaries import Summary

F = TypeVar("F", bound=Callable[..., Any])
Opener = Callable[..., Any]
RIGHTS = ("invite_users", "delete_messages", "pin_messages")
NUMBER = "whatsapp.number"  # fact: the number behind a Messaging Service, which does not tell it
INSIDE, OUTSIDE, OWN = "page", "event", "ics"  # who a meeting's link is for: members, anybody, one member
NUMBER_AND_DAY = re.compile(r"[1-9][0-9]{0,14}_[0-9a-f]{5}")
KEPT = dt.timedelta(days=60)  # after a meeting, its page is still there

HOW_TO_GIVE_RIGHTS = _(
    "In Telegram, open the group and tap its name, then <b>Edit › Administrators › Add administrator</b>, "
    "choose me, and switch on <b>Invite users via link</b> (Delete and Pin messages help too)."
)

_openers: dict[str, Opener] = {}


def opens(prefix: str) -> Callable[[F], F]:
    """Answer to Start with a payload "prefix" or "prefix_rest"; the rest is msg.words."""

    def register(function: F) -> F:
        _openers[prefix] = function
        return function

    return register


def opener(payload: str) -> tuple[Opener, str] | None:
    """Who answers this payload of a Start link, and the rest of it; None when nobody does."""
    prefix, _line, rest = payload.strip().partition("_")
    known = _openers.get(prefix)
    return (known, rest) if known else None


def start_link(payload: str = "") -> str:
    """The link that opens the bot in Telegram; empty while Telegram is not connected (Bot API: deep linking).

    payload: at most 64 of A-Z, a-z, 0-9, _ and -.
    """
    return _bot(f"?start={payload}" if payload else "")


def startgroup_link(group: Group) -> str:
    """The link that adds the bot to a Telegram group and asks for its rights; only organizers may use it."""
    return _bot(f"?startgroup=g_{group.public_link().code}&admin={'+'.join(RIGHTS)}")


def _bot(rest: str) -> str:
    name = facts.ask(facts.BOT_NAME)
    return f"https://t.me/{name}{rest}" if name and settings.current().telegram else ""


def whatsapp_link(text: str = "") -> str:
    """The link that opens WhatsApp with a message to us written; empty while no number is known."""
    known = settings.current()
    sender = known.twilio_from
    number = facts.ask(NUMBER) if sender.startswith("MG") else sender.removeprefix("whatsapp:")
    digits = "".join(sign for sign in number if sign.isdigit())
    if not digits or not known.whatsapp:
        return ""
    return f"https://wa.me/{digits}" + (f"?text={quote(text)}" if text else "")


def telegram_apply_link(link: ApplyLink) -> str:
    """Where to apply on Telegram; empty while Telegram is not connected."""
    return start_link(f"a_{link.code}")


def whatsapp_apply_link(link: ApplyLink, language: str) -> str:
    """Where to apply on WhatsApp; empty while no number is known."""
    return whatsapp_link(join_words(link.code).plain(language))


def join_words(code: str) -> Text:
    """What somebody writes to apply by hand."""
    return _("Join {code}", code=code)


def apply_links(link: ApplyLink, language: str) -> list[tuple[str, str]]:
    """Every way to apply by that link that the group chose and the deployment has: (messenger, address)."""
    group = link.group
    doors = (
        ("Telegram", group.on_telegram, telegram_apply_link(link)),
        ("WhatsApp", group.on_whatsapp, whatsapp_apply_link(link, language)),
    )
    return [(name, address) for name, chosen, address in doors if chosen and address]


def group_link(link: ApplyLink) -> str:
    """The page of a group for whoever has this link: who we are, and every way to apply."""
    return f"{settings.current().public_url}/g/{link.code}"


def platforms() -> list[str]:
    """The messengers of this deployment."""
    known = settings.current()
    return [name for name, on in ((TELEGRAM, known.telegram), (WHATSAPP, known.whatsapp)) if on]


def meeting_link(meeting: Meeting) -> str:
    """The page of a meeting for the members: when, where, and how to note it in a calendar; no names (39)."""
    return f"{settings.current().public_url}/m/{_token(INSIDE, meeting.id)}"


def event_link(meeting: Meeting) -> str:
    """The page of a meeting for anybody, which the group opens and closes (M18)."""
    return f"{settings.current().public_url}/m/{_token(OUTSIDE, meeting.id)}"


def ics_link(meeting: Meeting, view: str = OWN) -> str:
    """The file of a meeting for a calendar. view: OWN (with the video room), INSIDE, or OUTSIDE as the page shows."""
    return f"{settings.current().public_url}/c/{_token(view, meeting.id)}.ics"


def feed_link(feed: Feed) -> str:
    """The address that a calendar application subscribes to."""
    return f"{settings.current().public_url}/calendar/{feed.token}.ics"


def feed_page(feed: Feed) -> str:
    """The page with a button for each kind of calendar application."""
    return f"{settings.current().public_url}/calendar/{feed.token}"


def summary_link(summary: Summary, until: dt.datetime) -> str:
    """The page of a meeting's summary, for members, until the end of that day."""
    last = until.astimezone(dt.UTC).date().toordinal()
    seal = _long_seal(f"summary:{summary.id}:{last}")
    return f"{settings.current().public_url}/s/{summary.id}_{last:x}_{seal}"


def summary_behind(token: str) -> tuple[Summary, dt.date] | None:
    """The summary of a link and its last day; None when the link is made up or too old."""
    number, _line, rest = token.partition("_")
    day, _line, seal = rest.partition("_")
    if not NUMBER_AND_DAY.fullmatch(f"{number}_{day}"):
        return None
    last = int(day, 16)
    good = hmac.compare_digest(seal.encode(), _long_seal(f"summary:{number}:{last}").encode())
    if not good or last < now().date().toordinal():
        return None
    summary = Summary.get_or_none(Summary.id == int(number))
    return (summary, dt.date.fromordinal(last)) if summary is not None else None


def behind(token: str, *views: str) -> tuple[Meeting, str] | None:
    """The meeting of a link and whom the link is for; None when it is made up, closed, or the meeting long past."""
    for view in views:
        record = unsealed(view, token)
        meeting = Meeting.get_or_none(Meeting.id == record) if record is not None else None
        if meeting is not None and now() < meeting.end + KEPT:
            return (meeting, view) if view != OUTSIDE or meeting.group.public_page else None
    return None


def _token(view: str, record: int) -> str:
    return sealed(view, record).removeprefix(f"{view}_")


def sealed(prefix: str, record: int) -> str:
    """A payload about a record that nobody can make up: prefix_id_signature."""
    return f"{prefix}_{record}_{_seal(prefix, record)}"


def unsealed(prefix: str, rest: str) -> int | None:
    """The record id of a sealed payload, or None when it was made up."""
    number, _line, signature = rest.partition("_")
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return None
    good = hmac.compare_digest(signature.encode(), _seal(prefix, int(number)).encode())
    return int(number) if good else None


def _long_seal(body: str) -> str:
    """Sixteen bytes: what is behind it is for members alone."""
    digest = hmac.digest(settings.current().secret_key.encode(), f"door:{body}".encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _seal(prefix: str, record: int) -> str:
    body = f"door:{prefix}:{record}".encode()
    digest = hmac.digest(settings.current().secret_key.encode(), body, hashlib.sha256)
    return urlsafe_b64encode(digest[:9]).decode()

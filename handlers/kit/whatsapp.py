"""A Twilio WhatsApp form as an event; pure, without twilio (Twilio: webhook request)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.kit.events import Incoming, Sender
from storage.db import now
from storage.people import WHATSAPP, clean

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
MEDIA = {
    "image": "photo",
    "audio": "voice",
    "voice": "voice",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
}
RANK = {
    name: rank
    for rank, names in enumerate(
        (
            ("accepted", "scheduled", "queued"),
            ("sending",),
            ("sent",),
            ("delivered",),
            ("read",),
            ("failed", "undelivered", "canceled"),
        )
    )
    for name in names
}


@dataclass(frozen=True)
class Status:
    """A delivery receipt: which message, how far, and Twilio's error code if any."""

    message: str
    status: str
    error: str
    to: str


def bare(address: str) -> str:
    """The address without its "whatsapp:" prefix."""
    return address.removeprefix("whatsapp:").strip()


def read(form: Mapping[str, str], account: str, number: str = "") -> Incoming | None:
    """The event, or None when it is not a message to us; number: ours, as it is written in To, if it is known.

    Raises KeyError or ValueError on a malformed form.
    """
    if form["AccountSid"] != account or _elsewhere(form.get("To") or "", number):
        return None  # S4
    if not SID.fullmatch(form["MessageSid"]):
        # Twilio signs names and values run together: what follows the id could be signed as a part of it, and the
        # same request, with another id, be taken again (S3).
        raise ValueError("MessageSid has another shape")
    address = bare(form["From"])
    external = bare(form.get("ExternalUserId") or "") or None
    text = clean(form.get("ButtonText") or form.get("ListTitle") or form.get("Body") or "")
    payload = form.get("ButtonPayload") or form.get("ListId") or ""
    media = _media(form)
    kind = "tap" if payload else "media" if media and not text.strip() else "text"
    sender = Sender(WHATSAPP, address, external if external != address else None, form.get("ProfileName") or "")
    return Incoming(
        f"wa:{account}:{form['MessageSid']}",
        WHATSAPP,
        kind,
        now(),
        sender,
        chat=address,
        text=text,
        data=payload,
        message=form["MessageSid"],
        quoted=form.get("OriginalRepliedMessageSid") or "",
        addressed=True,
        facts={
            "media": media,
            "file": (form.get("MediaUrl0") or "")[:500],
            "forwarded": form.get("Forwarded") == "true",
            "opt_out": form.get("OptOutType") or "",
        },
    )


def _elsewhere(to: str, number: str) -> bool:
    """Was it written to another number of the account? A Messaging Service (MG...) may have several."""
    return to != number and all(one.startswith("whatsapp:+") for one in (to, number))


def _media(form: Mapping[str, str]) -> str:
    kind = MEDIA.get((form.get("MessageType") or "").lower(), "")
    if kind or form.get("NumMedia", "0") in ("", "0"):
        if not kind and form.get("Latitude"):
            return "location"
        return kind or ("" if (form.get("Body") or "").strip() else "nothing")
    return "document"


def read_status(form: Mapping[str, str], account: str) -> Status | None:
    """A delivery receipt, or None when it is another account's. Raises KeyError on a malformed form."""
    if form["AccountSid"] != account:
        return None
    return Status(
        form["MessageSid"],
        form["MessageStatus"].lower(),
        form.get("ErrorCode") or "",
        bare(form.get("To") or ""),
    )


def moves_on(before: str | None, after: str) -> bool:
    """Does the status go forward? Receipts come twice and out of order; never go back (F41)."""
    return RANK.get(after, 0) > RANK.get(before or "", -1)

"""What a platform's refusal means for a post: one table for Telegram, one for Twilio.

Sources: Bot API (error answers), Twilio (error codes); every row is tested by the recorded answers.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """What to do with the post, and with whom it was for.

    what: done (counts as sent), again (after `after` seconds, or the usual back-off), fresh (send as a new
    message), plain (send without formatting), bare (without reply or thread), wait_start, wait_window,
    dead, hold (the whole platform waits `after` seconds), stop (the platform is misconfigured), uncertain.
    mark: a new state of the address; tell: the word for the organizers, if they must know.
    """

    what: str
    after: float = 0.0
    mark: str = ""
    tell: str = ""


@dataclass(frozen=True)
class Sent:
    """A call that worked: the message's id, and for an errand what it made."""

    message: str | None = None
    facts: dict[str, Any] | None = None


@dataclass(frozen=True)
class Refused:
    """A call that did not: what to do, and the platform's words without numbers."""

    verdict: Verdict
    reason: str
    moved_to: int | None = None


# Stable parts of Telegram's descriptions, lower case; the first that fits decides.
TELEGRAM: tuple[tuple[str, Verdict], ...] = (
    ("bot was blocked by the user", Verdict("dead", mark="blocked", tell="blocked")),
    ("user is deactivated", Verdict("dead", mark="gone", tell="gone")),
    ("can't initiate conversation", Verdict("wait_start", mark="unstarted", tell="unstarted")),
    ("can't send messages to the bot", Verdict("dead", mark="gone")),
    ("can't send messages to bots", Verdict("dead", mark="gone")),
    ("bot was kicked", Verdict("dead", tell="kicked")),
    ("bot is not a member", Verdict("dead", tell="kicked")),
    ("group chat was deleted", Verdict("dead", tell="chat_gone")),
    ("chat not found", Verdict("wait_start", mark="unstarted", tell="unstarted")),
    ("message is not modified", Verdict("done")),
    ("message to edit not found", Verdict("fresh")),
    ("message can't be edited", Verdict("fresh")),
    ("message_id_invalid", Verdict("fresh")),
    ("message to delete not found", Verdict("done")),
    ("message can't be deleted", Verdict("done")),
    ("message to pin not found", Verdict("done")),
    ("message to be replied not found", Verdict("bare")),
    ("message thread not found", Verdict("bare")),
    ("topic_closed", Verdict("bare")),
    ("query is too old", Verdict("done")),
    ("can't parse entities", Verdict("plain")),
    ("hide_requester_missing", Verdict("done")),
    ("user_already_participant", Verdict("done")),
    ("not enough rights to send", Verdict("dead", tell="no_rights")),
    ("have no write access", Verdict("dead", tell="no_rights")),
    ("chat_admin_required", Verdict("again", after=3600, tell="no_rights")),
    ("not enough rights", Verdict("again", after=3600, tell="no_rights")),
    ("user is an administrator", Verdict("dead", tell="is_admin")),
    ("wrong file_id", Verdict("again")),
    ("file is too big", Verdict("dead", tell="dead")),
)
UNKNOWN = Verdict("dead", tell="dead")

# Twilio's codes, from the REST answer or from a delivery receipt.
TWILIO: dict[int, Verdict] = {
    63016: Verdict("wait_window"),
    63018: Verdict("again", after=60),
    63017: Verdict("again", after=30),
    20429: Verdict("hold", after=2),
    21611: Verdict("hold", after=30),
    30001: Verdict("hold", after=30),
    63038: Verdict("hold", after=3600),
    63024: Verdict("dead", mark="invalid", tell="invalid"),
    63003: Verdict("dead", mark="invalid", tell="invalid"),
    21211: Verdict("dead", mark="invalid", tell="invalid"),
    21614: Verdict("dead", mark="invalid", tell="invalid"),
    21610: Verdict("dead", mark="stopped", tell="opted_out"),
    63005: Verdict("plain"),
    63013: Verdict("plain"),
    63021: Verdict("plain"),
    21656: Verdict("plain"),
    63027: Verdict("plain"),
    63028: Verdict("plain"),
    63012: Verdict("again", after=60),
    63019: Verdict("again", after=60),
    63023: Verdict("again", after=60),
    63032: Verdict("dead", tell="dead"),
    63049: Verdict("dead", tell="dead"),
    63031: Verdict("dead"),
    21617: Verdict("dead", tell="dead"),
    30008: Verdict("again", after=60),
    63007: Verdict("stop", after=300, tell="stopped"),
    63020: Verdict("stop", after=300, tell="stopped"),
    20003: Verdict("stop", after=300, tell="stopped"),
}


def of_telegram(description: str) -> Verdict:
    """The verdict for a 400 or 403 of Telegram; matched on a short stable part, whatever the case."""
    folded = description.lower()
    return next((verdict for part, verdict in TELEGRAM if part in folded), UNKNOWN)


def of_twilio(code: int, status: int = 400) -> Verdict:
    """The verdict for a Twilio error code; an unknown one is dead when 4xx, unknown outcome when 5xx."""
    if known := TWILIO.get(code):
        return known
    if status == 429:
        return Verdict("hold", after=2)
    return Verdict("uncertain") if status >= 500 else UNKNOWN

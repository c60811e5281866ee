"""Speaks to WhatsApp through Twilio: free text, quick replies, lists, templates, pictures (Twilio: Messages)."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from handlers.kit.buttons import data_for
from jobs import contents, errors
from jobs.errors import Refused, Sent, Verdict
from storage import settings
from storage.groups import Group
from storage.outbox import Content, Post

TIMEOUT = 8.0
BODY = 1600  # Twilio: 21617 above


class BaseAddressClient(TwilioHttpClient):
    """Sends every call to TWILIO_API_BASE when it is set, with the path kept (an emulator, a proxy)."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT, pool_connections=True)
        self._base = base

    def request(self, method: str, url: str, *args: Any, **how: Any) -> Response:
        """One call; the timeout is ours, since the library has none."""
        if self._base:
            asked, base = urlsplit(url), urlsplit(self._base)
            url = urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + asked.path, asked.query, ""))
        return super().request(method, url, *args, **how)


def client() -> Client:
    """A client of this process; its pool must not survive a fork."""
    known = settings.current()
    return Client(known.twilio_account, known.twilio_token, http_client=BaseAddressClient(known.twilio_api_base))


@dataclass(frozen=True)
class Outgoing:
    """The parameters of one Messages call."""

    body: str | None = None
    content: str | None = None
    variables: dict[str, str] | None = None
    media: str | None = None


class WhatsApp:
    """The adapter: send(post), called from a small thread pool."""

    def __init__(self) -> None:
        self._client = client()
        self._contents: dict[tuple[str, str], str] = {}

    def content(self, name: str, language: str, approved: bool = False) -> str | None:
        """The id of a content at Twilio, if it was made (and approved, where that is needed)."""
        row = Content.of(name, language)
        return row.sid if row and (row.approved or not approved) else None

    def prepare(self, post: Post, media: str | None) -> Outgoing:
        """What to send for a post inside the window; needs the database, so not in the pool."""
        payload = post.payload
        buttons, language = payload.get("buttons", []), payload.get("language", "fr")
        text = with_links(payload)
        if media:
            return Outgoing(body=numbered(text, buttons)[:BODY], media=media)
        if buttons and not payload.get("plain") and (known := self._choice(len(buttons), language)):
            sid, most = known
            if len(text) <= contents.BODY - 80:
                return Outgoing(content=sid, variables=contents.variables(text, buttons, most))
        return Outgoing(body=numbered(text, buttons)[:BODY])

    def _choice(self, count: int, language: str) -> tuple[str, int] | None:
        name, most = (f"choice{count}", contents.TITLE) if count <= 3 else (f"list{count}", contents.ITEM)
        sid = self.content(name, language)
        return (sid, most) if sid else None

    def opener(self, post: Post, name: str = "news") -> Outgoing | None:
        """The template that asks to open the window, or None when it is not approved."""
        language = post.payload.get("language", "fr")
        sid = self.content(name, language, approved=True)
        if sid is None:
            return None
        group: Group | None = post.group
        values = {"1": contents.tidy(group.name if group else "Noyau"), "2": data_for("wa.open", 0)}
        return Outgoing(content=sid, variables=values)

    def send(self, to: str, out: Outgoing) -> Sent | Refused:
        """Make the call (in a thread)."""
        known = settings.current()
        facts: dict[str, Any] = {
            "to": f"whatsapp:{to}",
            "status_callback": f"{known.public_url}/webhook/whatsapp/status",
        }
        sender = known.twilio_from
        facts |= {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
        if out.content:
            facts |= {"content_sid": out.content, "content_variables": json.dumps(out.variables or {})}
        else:
            facts |= {"body": out.body or ""}
        if out.media:
            facts |= {"media_url": [out.media]}
        return self._call(facts)

    def _call(self, facts: dict[str, Any]) -> Sent | Refused:
        try:
            return Sent(str(self._client.messages.create(**facts).sid))
        except TwilioRestException as error:
            code = int(error.code or 0)
            if error.status >= 500:
                return Refused(Verdict("again"), f"Twilio {error.status}")
            return Refused(errors.of_twilio(code, error.status), f"Twilio {code or error.status}")
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError) as error:
            return Refused(Verdict("again"), f"no connection: {type(error).__name__}")
        except requests.exceptions.ConnectionError as error:
            # "Connection aborted" comes after the request left; a refused connection before it.
            left = "aborted" in str(error).lower() or "reset" in str(error).lower()
            return Refused(Verdict("uncertain" if left else "again"), type(error).__name__)
        except requests.exceptions.RequestException as error:
            return Refused(Verdict("uncertain"), type(error).__name__)


def numbered(text: str, buttons: list[list[str]]) -> str:
    """The text with its buttons as numbered lines: what works always (111)."""
    if not buttons:
        return text
    return text + "\n\n" + "\n".join(f"{n}. {title}" for n, (title, _data) in enumerate(buttons, 1))


def with_links(payload: dict[str, Any]) -> str:
    """The text with its link buttons as lines: WhatsApp has none in a conversation."""
    links = [f"{title} : {url}" for title, url in payload.get("urls", ())]
    return "\n\n".join([payload.get("text", ""), *links]) if links else str(payload.get("text", ""))

"""Twilio's REST APIs as the product sees them: messages, contents and their approval, senders."""

import base64
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from .courier import Courier
from .telegram_api import Params
from .telegram_people import pause
from .twilio_people import TwilioPeople, message_record, new_sid
from .world import Bubble, Button, Call, Content, Json, Refusal, World

ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
A_SECOND = 80
TEXTS = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21619: "A text message body or media urls must be specified.",
    21655: "The ContentSid is Invalid.",
    21656: "The Content Variables parameter is invalid.",
    63007: "Twilio could not find a Channel with the specified From address",
    63031: "Channels message cannot have same From and To",
    63038: "Account exceeded the daily messages limit",
}
Answered = tuple[int, Any]


def refused(status: int, code: int, text: str | None = None) -> Refusal:
    return Refusal(status, text or TEXTS.get(code, "Bad Request"), code=code)


class TwilioApi:
    """Basic auth, routes, faults, the log; then Messages, Content and Senders."""

    def __init__(self, world: World, people: TwilioPeople, courier: Courier) -> None:
        self.world = world
        self.people = people
        self.courier = courier
        account = r"/2010-04-01/Accounts/\w+"
        self.routes: list[tuple[str, re.Pattern[str], str, Callable[..., Any]]] = [
            (verb, re.compile(path), name, function)
            for verb, path, name, function in (
                ("POST", account + r"/Messages\.json", "Messages", self.create_message),
                ("GET", account + r"/Messages\.json", "Messages.list", self.list_messages),
                ("GET", account + r"/Messages/(\w+)\.json", "Messages.get", self.one_message),
                ("DELETE", account + r"/Messages/(\w+)\.json", "Messages.delete", self.delete_message),
                ("GET", account + r"/Messages/(\w+)/Media/(\w+)", "Media.get", self.media),
                ("GET", account + r"/IncomingPhoneNumbers\.json", "IncomingPhoneNumbers", self.numbers),
                ("GET", account + r"\.json", "Accounts.get", self.account),
                ("POST", r"/v1/Content", "Content.create", self.create_content),
                ("GET", r"/v1/Content", "Content.list", self.list_contents),
                ("GET", r"/v1/ContentAndApprovals", "ContentAndApprovals.list", self.list_contents),
                ("GET", r"/v1/Content/(HX\w+)", "Content.get", self.one_content),
                ("DELETE", r"/v1/Content/(HX\w+)", "Content.delete", self.delete_content),
                ("GET", r"/v1/Content/(HX\w+)/ApprovalRequests", "ApprovalRequests.get", self.approval),
                (
                    "POST",
                    r"/v1/Content/(HX\w+)/ApprovalRequests/whatsapp",
                    "ApprovalRequests.create",
                    self.ask,
                ),
                ("GET", r"/v2/Channels/Senders", "Senders.list", self.senders),
                ("GET", r"/v2/Channels/Senders/(\w+)", "Senders.get", self.sender),
                ("POST", r"/v2/Channels/Senders/(\w+)", "Senders.update", self.update_sender),
                ("GET", r"/v1/Services/(MG\w+)", "Services.get", self.one_service),
                ("POST", r"/v1/Services/(MG\w+)", "Services.update", self.update_service),
                ("GET", r"/v1/Services/(MG\w+)/ChannelSenders", "ChannelSenders.list", self.service_senders),
                ("POST", r"/v2/Indicators/Typing\.json", "Typing", self.typing),
            )
        ]

    def authorized(self, header: str) -> bool:
        pair = f"{self.world.account_sid}:{self.world.auth_token}".encode()
        return header == "Basic " + base64.b64encode(pair).decode()

    def route(self, verb: str, path: str) -> tuple[str, Callable[..., Any], tuple[str, ...]] | None:
        for wanted, pattern, name, function in self.routes:
            if wanted == verb and (found := pattern.fullmatch(path)):
                return name, function, found.groups()
        return None

    async def perform(
        self, name: str, function: Callable[..., Any], parts: tuple[str, ...], p: Params, authorized: bool
    ) -> Answered:
        """Run one request; HTTP status and body."""
        try:
            if not authorized:
                raise refused(401, 20003)
            answer: Answered = function(p, *parts)
        except Refusal as refusal:
            answer = refusal.status, error_body(refusal)
        self.note(name, p, answer[0])
        return answer

    def note(self, name: str, p: Params, status: int) -> None:
        self.world.count_429 += status == 429
        chat = p.word("To") or None
        moment = self.world.now()
        self.world.calls.append(Call(time.monotonic(), moment, "twilio", name, dict(p), status, chat))

    # Messages

    def create_message(self, p: Params, failing: int = 0) -> Answered:
        """Accept a message: 201 queued, its fate told later. `failing` is the code of an injected failure."""
        to, body, content = self._checked(p)
        self._spend()
        sid = new_sid("MM" if p.word("MediaUrl") or content else "SM")
        bubble, error = self._compose(sid, to, body, content, p)
        number, service = self.people.number, p.word("MessagingServiceSid") or None
        record = message_record(self.world, sid, number, to, bubble.text, messaging_service_sid=service)
        record["num_media"] = "1" if p.word("MediaUrl") else "0"
        self.world.messages[sid] = record
        self._show(bubble, error or failing)
        url, callback = p.word("MediaUrl"), p.word("StatusCallback") or None
        self.world.spawn(self._fate(bubble, url, callback, error or failing))
        return 201, dict(record)

    def _checked(self, p: Params) -> tuple[str, str, Content | None]:
        sender, to, body = p.word("MessagingServiceSid") or p.word("From"), p.word("To"), p.word("Body")
        if sender not in (self.world.whatsapp_from, self.people.number):
            raise refused(400, 63007)
        if not ADDRESS.fullmatch(to):
            raise refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if to == self.people.number:
            raise refused(400, 63031)
        if len(body) > 1600:
            raise refused(400, 21617)
        content = self.world.contents.get(p.word("ContentSid"))
        if p.word("ContentSid") and content is None:
            raise refused(400, 21655)
        if not body.strip() and not content and not p.word("MediaUrl"):
            raise refused(400, 21619)
        return to, body, content

    def _spend(self) -> None:
        if not self.world.limits:
            return
        moment, sent = time.monotonic(), self.world.twilio_pace
        while sent and sent[0] <= moment - 1:
            sent.popleft()
        if len(sent) >= A_SECOND:
            raise refused(429, 20429)
        sent.append(moment)

    def _compose(self, sid: str, to: str, body: str, content: Content | None, p: Params) -> tuple[Bubble, int]:
        """The bubble, and the error that awaits it (0: none)."""
        bubble = Bubble(sid, to, "bot", body, self.world.now(), raw=body, status="queued")
        error = 0
        if content:
            error = fill(bubble, content, _variables(p))
        if p.word("MediaUrl"):
            bubble.media, bubble.url, bubble.caption = "image", p.word("MediaUrl"), body
        return bubble, self._barred(bubble, content) or error

    def _barred(self, bubble: Bubble, content: Content | None) -> int:
        person = self.world.subscriber(str(bubble.chat))
        if person is None:
            return 63024
        opened = self.people.window_open(person)
        approved = content is not None and content.approval == "approved"
        bubble.template = approved
        if not opened and not approved:
            return 63016
        if content and not approved and content.kind == "twilio/quick-reply" and not _session_fits(bubble.choices):
            return 63005
        if content and content.kind == "twilio/list-picker" and not _list_fits(bubble.choices):
            return 63005
        return 0

    def _show(self, bubble: Bubble, error: int) -> None:
        person = self.world.subscriber(str(bubble.chat))
        if error:
            bubble.status, bubble.error = "failed", error
        self.world.outbound[str(bubble.id)] = bubble
        if person:
            bubble.sender_id = self.people.number
            person.bubbles.append(bubble)
            person.typing_until = 0.0
        self.world.changed()

    async def _fate(self, bubble: Bubble, url: str, callback: str | None, error: int) -> None:
        if url and not error:
            got = await self.courier.fetch(url)
            if got is None:
                error = 63019
            else:
                bubble.content = got[0]
                bubble.media = "image" if got[1].startswith("image/") else "document"
                bubble.filename = url.rsplit("/", 1)[-1].split("?")[0]
                bubble.url = f"/world/media/{self.world.keep(got[0], got[1], bubble.filename)}"
        # Twilio answers the request first: a receipt never overtakes it.
        await pause(0.001)
        await self.people.passes(bubble, callback, error or None)

    def list_messages(self, p: Params) -> Answered:
        """Newest first, inbound too, with the To, From and DateSent filters."""
        size, page = min(p.whole("PageSize") or 50, 1000), p.whole("Page") or 0
        found = [record for record in reversed(self.world.messages.values()) if _matches(record, p)]
        shown = found[page * size : (page + 1) * size]
        path = f"/2010-04-01/Accounts/{self.world.account_sid}/Messages.json"
        more = _page(path, p, page + 1, size) if len(found) > (page + 1) * size else None
        body: Json = {"messages": shown, "page": page, "page_size": size, "next_page_uri": more}
        body |= {"first_page_uri": _page(path, p, 0, size), "uri": _page(path, p, page, size)}
        body |= {"previous_page_uri": _page(path, p, page - 1, size) if page else None}
        return 200, body | {"start": page * size, "end": page * size + len(shown) - 1}

    def one_message(self, p: Params, sid: str) -> Answered:
        return 200, self._record(sid)

    def delete_message(self, p: Params, sid: str) -> Answered:
        self._record(sid)
        del self.world.messages[sid]
        return 204, None

    def _record(self, sid: str) -> Json:
        if sid not in self.world.messages:
            raise refused(404, 20404)
        return self.world.messages[sid]

    def media(self, p: Params, sid: str, media: str) -> Answered:
        if media not in self.world.files:
            raise refused(404, 20404)
        if self.world.stores:  # an account with HTTP authentication on: a short-lived address elsewhere
            return 307, f"{self.world.stores[0]}/{media}"
        return 200, self.world.files[media]

    def typing(self, p: Params) -> Answered:
        record = self._record(p.word("messageId") or p.word("MessageId"))
        if person := self.world.subscriber(record["from"]):
            person.typing_until = time.monotonic() + 5
            self.world.changed()
        return 200, {"success": True}

    # The account

    def account(self, p: Params) -> Answered:
        sid = self.world.account_sid
        return 200, {"sid": sid, "friendly_name": "Noyau"} | self.world.account

    def numbers(self, p: Params) -> Answered:
        number = self.people.number.removeprefix("whatsapp:")
        one = {"sid": "PN" + "0" * 31 + "1", "account_sid": self.world.account_sid, "phone_number": number}
        page = {"page": 0, "page_size": 50, "next_page_uri": None, "first_page_uri": "", "uri": ""}
        return 200, {"incoming_phone_numbers": [one | {"friendly_name": number}]} | page

    def senders(self, p: Params) -> Answered:
        url = "https://messaging.twilio.com/v2/Channels/Senders?PageSize=50&Page=0"
        senders = [self._sender()] if self.world.sender else []
        return 200, {"senders": senders, "meta": _meta("senders", url, 0, 50, None)}

    def sender(self, p: Params, sid: str) -> Answered:
        return 200, self._sender()

    def update_sender(self, p: Params, sid: str) -> Answered:
        self.world.sender_webhook |= p.tree("webhook") or {}
        return 202, self._sender()

    def one_service(self, p: Params, sid: str) -> Answered:
        if sid != self.world.whatsapp_from:
            raise refused(404, 20404)
        return 200, {"sid": sid, "friendly_name": "Noyau"} | self.world.service

    def update_service(self, p: Params, sid: str) -> Answered:
        self.world.service |= {"use_inbound_webhook_on_number": p.flag("UseInboundWebhookOnNumber")}
        return self.one_service(p, sid)

    def service_senders(self, p: Params, sid: str) -> Answered:
        """The WhatsApp senders of a Messaging Service."""
        if sid != self.world.whatsapp_from:
            raise refused(404, 20404)
        one = {"sid": "XE" + "0" * 31 + "1", "messaging_service_sid": sid, "sender": self.people.number}
        url = f"https://messaging.twilio.com/v1/Services/{sid}/ChannelSenders?PageSize=50&Page=0"
        return 200, {"senders": [one] if self.world.sender else [], "meta": _meta("senders", url, 0, 50, None)}

    def _sender(self) -> Json:
        sid = "XE" + "0" * 31 + "1"
        empty = {"callback_url": "", "fallback_url": "", "status_callback_url": ""}
        hook = empty | {
            "callback_method": "POST",
            "fallback_method": "POST",
            "status_callback_method": "POST",
        }
        known = {"sid": sid, "sender_id": self.people.number} | self.world.sender
        url = f"https://messaging.twilio.com/v2/Channels/Senders/{sid}"
        return known | {"webhook": hook | self.world.sender_webhook, "url": url, "profile": {"name": "Noyau"}}

    # Contents

    def create_content(self, p: Params) -> Answered:
        types, variables = p.tree("types") or {}, p.tree("variables") or {}
        if len(types) != 1 or not p.word("language"):
            raise refused(400, 20001, "Content must have a language and exactly one type")
        kind, template = next(iter(types.items()))
        check_template(kind, template)
        name, language = p.word("friendly_name"), p.word("language")
        content = Content(new_sid("HX"), name, language, variables, types, self.world.now())
        self.world.contents[content.sid] = content
        return 201, self._content(content)

    def list_contents(self, p: Params) -> Answered:
        size, page = min(p.whole("PageSize") or 50, 1000), p.whole("Page") or 0
        every = list(self.world.contents.values())
        shown = [self._content(c, approvals=True) for c in every[page * size : (page + 1) * size]]
        path = "https://content.twilio.com/v1/Content"
        more = _page(path, p, page + 1, size) if len(every) > (page + 1) * size else None
        return 200, {
            "contents": shown,
            "meta": _meta("contents", _page(path, p, page, size), page, size, more),
        }

    def one_content(self, p: Params, sid: str) -> Answered:
        return 200, self._content(self._kept(sid))

    def delete_content(self, p: Params, sid: str) -> Answered:
        del self.world.contents[self._kept(sid).sid]
        return 204, None

    def approval(self, p: Params, sid: str) -> Answered:
        content = self._kept(sid)
        url = f"https://content.twilio.com/v1/Content/{sid}/ApprovalRequests"
        body = {"sid": sid, "account_sid": self.world.account_sid, "url": url}
        return 200, body | {"whatsapp": self._request(content)}

    def ask(self, p: Params, sid: str) -> Answered:
        """Submit a content to WhatsApp."""
        content, name = self._kept(sid), p.word("name")
        if content.kind in ("twilio/list-picker", "twilio/location"):
            raise refused(400, 20001, f"{content.kind} can't be approved for WhatsApp")
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise refused(400, 20001, "Name must be lowercase letters, digits and underscores")
        if p.word("category") not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
            raise refused(400, 20001, "Category must be UTILITY, MARKETING or AUTHENTICATION")
        if name in self.world.rejected_names:
            raise refused(400, 20001, "The name of a rejected template can't be used again")
        content.approval_name, content.category = name, p.word("category")
        content.approval = "approved" if self.world.auto_approve else "received"
        return 201, self._request(content)

    def _kept(self, sid: str) -> Content:
        if sid not in self.world.contents:
            raise refused(404, 20404)
        return self.world.contents[sid]

    def _request(self, content: Content) -> Json:
        known = {"name": content.approval_name, "category": content.category, "status": content.approval}
        more = {"content_type": content.kind, "rejection_reason": content.rejection}
        return known | more | {"allow_category_change": True}

    def _content(self, content: Content, approvals: bool = False) -> Json:
        url, moment = f"https://content.twilio.com/v1/Content/{content.sid}", content.at.astimezone(UTC)
        when = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        known: Json = {"sid": content.sid, "account_sid": self.world.account_sid, "url": url}
        known |= {"friendly_name": content.friendly_name, "language": content.language}
        known |= {"variables": content.variables, "types": content.types, "date_created": when}
        requests = f"{url}/ApprovalRequests"
        known |= {"date_updated": when, "links": {"approval_fetch": requests, "approval_create": requests}}
        return known | ({"approval_requests": self._request(content)} if approvals else {})


def error_body(refusal: Refusal) -> Json:
    """An error as Twilio words it."""
    more = f"https://www.twilio.com/docs/errors/{refusal.code}"
    return {"code": refusal.code, "message": refusal.text, "more_info": more, "status": refusal.status}


def _meta(key: str, url: str, page: int, size: int, more: str | None) -> Json:
    known = {"key": key, "url": url, "page": page, "page_size": size, "next_page_url": more}
    return known | {"first_page_url": url, "previous_page_url": None}


def _page(path: str, p: Params, page: int, size: int) -> str:
    kept = {key: value for key, value in p.items() if key not in ("Page", "PageSize", "PageToken")}
    return f"{path}?{urlencode(kept | {'PageSize': size, 'Page': page})}"


def _matches(record: Json, p: Params) -> bool:
    if p.word("To") and record["to"] != p.word("To"):
        return False
    if p.word("From") and record["from"] != p.word("From"):
        return False
    sent = parsedate_to_datetime(record["date_sent"] or record["date_created"])
    day = _moment(p.word("DateSent"))
    after, before = _moment(p.word("DateSent>")), _moment(p.word("DateSent<"))
    if day and sent.date() != day.date():
        return False
    return not (after and sent < after) and not (before and sent > before)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _variables(p: Params) -> dict[str, str]:
    text = p.word("ContentVariables")
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        raise refused(400, 21656) from None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise refused(400, 21656)
    return read


# What a content looks like, and what WhatsApp says of it


def check_template(kind: str, template: Json) -> None:
    """Refuse what the Content API refuses when a content is made."""
    if kind not in ("twilio/text", "twilio/media", "twilio/quick-reply", "twilio/list-picker",
                    "twilio/call-to-action", "twilio/card", "whatsapp/card", "twilio/location"):  # fmt: skip
        raise refused(400, 20001, f"Unknown content type {kind}")
    if kind in ("twilio/text", "twilio/quick-reply", "twilio/list-picker") and not template.get("body"):
        raise refused(400, 20001, "body must not be empty")
    limit = 1600 if kind == "twilio/text" else 1024
    if len(template.get("body", "") or "") > limit:
        raise refused(400, 20001, f"body exceeds {limit} characters")
    actions, items = template.get("actions", []), template.get("items", [])
    most = 2 if kind == "twilio/call-to-action" else 10
    if len(actions) > most or len(items) > 10:
        raise refused(400, 20001, "too many buttons or items")
    if kind == "twilio/list-picker" and (not items or not 1 <= len(template.get("button", "")) <= 20):
        raise refused(400, 20001, "a list needs items and a button of 20 characters at most")
    for choice in [*actions, *items]:
        _check_choice(choice)


def _check_choice(choice: Json) -> None:
    title = VARIABLE.sub("", str(choice.get("title") or choice.get("item") or ""))
    too_long = len(title) > (24 if "item" in choice else 25) or len(str(choice.get("id", ""))) > 200
    if too_long or len(VARIABLE.sub("", str(choice.get("description") or ""))) > 72:
        raise refused(400, 20001, "a title, description or id is too long")


def fill(bubble: Bubble, content: Content, given: dict[str, str]) -> int:
    """Write a content with its variables into a bubble; the error code that awaits it, or 0."""
    values, template = content.variables | given, content.template

    def put(text: Any) -> str:
        return VARIABLE.sub(lambda found: str(values.get(found[1], "")), str(text or ""))

    bubble.text = put(template.get("body") or template.get("title"))
    if footer := put(template.get("footer") or template.get("subtitle")):
        bubble.text += f"\n{footer}"
    bubble.raw = str(template.get("body") or template.get("title") or "")
    bubble.extra = {"content_sid": content.sid, "variables": given}
    if content.kind == "twilio/list-picker":
        items = template["items"]
        bubble.list_button = put(template["button"])
        bubble.buttons = [[Button(put(item["item"]), put(item["id"]))] for item in items]
        bubble.extra["descriptions"] = [put(item.get("description")) for item in items]
    else:
        bubble.buttons = [
            [Button(put(a.get("title")), put(a.get("id") or a.get("url") or a.get("phone") or a.get("title")))]
            for a in template.get("actions", [])
        ]
    if media := template.get("media"):
        bubble.media, bubble.url = "image", put(media[0] if isinstance(media, list) else media)
    return _content_error(bubble, content, given)


def _content_error(bubble: Bubble, content: Content, given: dict[str, str]) -> int:
    if any(not value.strip() or " " * 5 in value for value in given.values()):
        return 63013
    if content.approval == "approved" and any("\n" in v or "\t" in v for v in given.values()):
        return 63013
    used = set(VARIABLE.findall(json.dumps(content.types)))
    if used - set(content.variables | given):
        return 63028
    too_long = len(bubble.text) > (1600 if content.kind == "twilio/text" and content.approval != "approved" else 1024)
    return 63021 if too_long else 0


def _session_fits(choices: list[Button]) -> bool:
    labels = [choice.label for choice in choices]
    return len(choices) <= 3 and all(1 <= len(label) <= 20 for label in labels) and len(set(labels)) == len(labels)


def _list_fits(choices: list[Button]) -> bool:
    ids = [choice.value for choice in choices]
    return all(1 <= len(c.label) <= 24 and len(c.value) <= 200 for c in choices) and len(set(ids)) == len(ids)


async def read_request(request: web.BaseRequest) -> Params:
    """Query, form or JSON of a request; a list of JSON stays whole values."""
    params = Params(parse_qsl(request.query_string, keep_blank_values=True))
    body = await request.read()
    if request.headers.get("Content-Type", "").startswith("application/json") and body:
        read = json.loads(body)
        params.update(read if isinstance(read, dict) else {})
    elif body:
        params.update(parse_qsl(body.decode(), keep_blank_values=True))
    return params

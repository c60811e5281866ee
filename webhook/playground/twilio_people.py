"""What people do on WhatsApp, the forms Twilio posts for it, and the receipts of what was sent to them."""

import base64
import hashlib
import hmac
import json
import re
import uuid
from datetime import UTC
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from .courier import Answer, Courier, Parcel
from .telegram_people import TYPES, a_picture
from .world import Bubble, Json, Subscriber, World, in_window

MESSAGE_TYPES = {"photo": "image", "voice": "audio", "contact": "contacts"}
CONTENT_TYPES = TYPES | {"image": "image/png", "audio": "audio/ogg", "contacts": "text/vcard"}
REASONS = {
    63003: "Channel could not find To address",
    63005: "Channel did not accept given content",
    63013: "This message send failed because it violates Channel provider's policy",
    63016: "Outside messaging window. For WhatsApp, use a Message Template instead",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
}
UNDELIVERED = (63024, 63032, 63049)


def signature(auth_token: str, url: str, form: dict[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the address and the sorted fields, in base64."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def new_sid(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


class TwilioPeople:
    """Acts of people on WhatsApp; each returns the HTTP status of the webhook."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self.courier = courier
        self.last_form: dict[str, str] = {}

    @property
    def number(self) -> str:
        """The address people write to, whatever the product sends from."""
        ours = self.world.whatsapp_from
        return ours if ours.startswith("whatsapp:") else "whatsapp:+14155238886"

    # Inbound

    async def says(self, person: Subscriber, text: str, quoting: Bubble | None = None) -> int:
        original = self._quote(quoting) if quoting else {}
        return await self._inbound(person, "text", text, original, reply_to=quoting.id if quoting else None)

    async def taps(self, person: Subscriber, bubble: Bubble, label: str, value: str) -> int:
        """A quick reply, or an item of a list."""
        if bubble.list_button:
            fields, kind = {"ListId": value, "ListTitle": label}, "interactive"
        else:
            fields = {"ButtonText": label, "ButtonPayload": value}
            kind = "button" if bubble.template else "interactive"
        return await self._inbound(person, kind, label, fields | self._quote(bubble), reply_to=bubble.id)

    def _quote(self, bubble: Bubble) -> dict[str, str]:
        sender = self.number if bubble.from_bot else str(bubble.chat)
        return {"OriginalRepliedMessageSid": str(bubble.id), "OriginalRepliedMessageSender": sender}

    async def sends(self, person: Subscriber, kind: str, caption: str | None = None) -> int:
        """Something that is not text: image (photo), voice, sticker, document, video, location, contact."""
        kind = MESSAGE_TYPES.get(kind, kind)
        if kind == "location":
            place = {"Latitude": "47.218371", "Longitude": "-1.553621"}
            place |= {"Address": "1 quai de la Fosse, Nantes", "Label": "Café des Machines"}
            return await self._inbound(person, kind, "", place, media=kind)
        content = a_picture() if kind in ("image", "sticker") else b"OggS" + bytes(64)
        file_id = self.world.keep(content, CONTENT_TYPES.get(kind, "application/octet-stream"), kind)
        return await self._inbound(person, kind, caption or "", {}, media=kind, file_id=file_id)

    async def _inbound(
        self,
        person: Subscriber,
        kind: str,
        body: str,
        fields: dict[str, str],
        media: str | None = None,
        file_id: str | None = None,
        reply_to: int | str | None = None,
    ) -> int:
        sid = new_sid("MM" if file_id else "SM")
        bubble = Bubble(sid, person.address, person.name, body, self.world.now(), raw=body, media=media)
        bubble.status, bubble.reply_to, bubble.sender_id = "received", reply_to, person.address
        if file_id:
            bubble.content, bubble.url = self.world.files[file_id].content, f"/world/media/{file_id}"
            fields = fields | self._media_fields(sid, file_id)
        person.bubbles.append(bubble)
        person.last_inbound = self.world.now()
        self.world.changed()
        form = self._form(person, sid, kind, body) | fields
        self._record(form, person)
        return await self._post("/webhook/whatsapp", form, f"whatsapp:{person.number}", person, "inbound")

    def _media_fields(self, sid: str, file_id: str) -> dict[str, str]:
        account = f"{self.world.base}/2010-04-01/Accounts/{self.world.account_sid}"
        url = f"{account}/Messages/{sid}/Media/{file_id}"
        return {
            "NumMedia": "1",
            "MediaUrl0": url,
            "MediaContentType0": self.world.files[file_id].content_type,
        }

    def _form(self, person: Subscriber, sid: str, kind: str, body: str) -> dict[str, str]:
        context = {"ProfileName": person.name}
        form = {"SmsMessageSid": sid, "NumMedia": "0", "ProfileName": person.name, "MessageType": kind}
        if not person.hides_number:
            form["WaId"] = context["WaId"] = person.number.lstrip("+")
        form |= {"SmsSid": sid, "SmsStatus": "received", "Body": body, "To": self.number, "NumSegments": "1"}
        form |= {"ReferralNumMedia": "0", "MessageSid": sid, "AccountSid": self.world.account_sid}
        metadata = {"type": "whatsapp", "data": {"context": context}}
        form["ChannelMetadata"] = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
        form |= {"From": person.address, "ApiVersion": "2010-04-01"}
        if person.bsuid:
            form["ExternalUserId"] = f"whatsapp:{person.bsuid}"
        return form

    def _record(self, form: dict[str, str], person: Subscriber) -> None:
        record = message_record(self.world, form["MessageSid"], form["From"], form["To"], form["Body"])
        record |= {"direction": "inbound", "status": "received", "num_media": form["NumMedia"]}
        record["date_sent"] = record["date_created"]
        self.world.messages[form["MessageSid"]] = record

    async def _post(self, path: str, form: dict[str, str], queue: str, person: Subscriber | None, kind: str) -> int:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "User-Agent": "TwilioProxy/1.1",
        }
        url = self.world.public_url.rstrip("/") + path
        headers["X-Twilio-Signature"] = signature(self.world.auth_token, url, form)
        body = urlencode(form).encode()
        if kind == "inbound":
            self.last_form = form
            answer = await self.courier.deliver(Parcel(path, body, headers, kind, queue, self.world.now()))
            if person:
                self._answered(person, answer)
            return answer.status
        parcel = Parcel(path, body, headers, kind, queue, self.world.now())
        return (await self.courier.post(parcel)).status

    def _answered(self, person: Subscriber, answer: Answer) -> None:
        """TwiML messages, and a bare text/plain answer, are sent to the person."""
        said = re.findall(r"<Message[^>]*>(?:<Body>)?([^<]*)", answer.body.decode(errors="replace"))
        if answer.content_type == "text/plain" and answer.status // 100 == 2:
            said = [answer.body.decode(errors="replace")]
        for text in said:
            if text.strip():
                moment = self.world.now()
                bubble = Bubble(new_sid("SM"), person.address, "bot", text.strip(), moment, status="delivered")
                person.bubbles.append(bubble)
                self.world.changed()

    # Receipts

    async def passes(self, bubble: Bubble, callback: str | None, error: int | None) -> None:
        """What becomes of a message after 201: sent, delivered, read; or failed with a code."""
        person = self.world.subscriber(str(bubble.chat))
        if error:
            await self.status(bubble, "undelivered" if error in UNDELIVERED else "failed", callback, error)
            return
        steps = ["sent"] if person and person.blocked else ["sent", "delivered"]
        steps += ["read"] if self.world.read_receipts and len(steps) > 1 else []
        for step in steps:
            await self.status(bubble, step, callback)

    async def status(self, bubble: Bubble, status: str, callback: str | None, error: int | None = None) -> int:
        """One status: the record, the ticks, and the callback."""
        bubble.status, bubble.error = status, error
        record = self.world.messages.get(str(bubble.id), {})
        record |= {"status": status, "error_code": error, "date_updated": rfc2822(self.world)}
        if status == "sent":
            record["date_sent"] = rfc2822(self.world)
        self.world.changed()
        path = self._callback_path(callback)
        if path is None or not self.world.status_callbacks:
            return 0
        form = self._receipt(bubble, status, error)
        return await self._post(path, form, f"status:{bubble.id}", None, f"status:{status}")

    def _callback_path(self, callback: str | None) -> str | None:
        callback = callback or self.world.sender_webhook.get("status_callback_url")
        there, ours = urlsplit(callback or ""), urlsplit(self.world.public_url)
        if not callback or there.netloc != ours.netloc:
            return None
        return there.path + (f"?{there.query}" if there.query else "")

    def _receipt(self, bubble: Bubble, status: str, error: int | None) -> dict[str, str]:
        sid, to = str(bubble.id), str(bubble.chat)
        form = {"ApiVersion": "2010-04-01", "MessageStatus": status, "SmsSid": sid, "SmsStatus": status}
        form |= {"ChannelPrefix": "whatsapp", "ChannelInstallSid": "XE" + "0" * 31 + "1", "To": to}
        form |= {"From": self.number, "MessageSid": sid, "AccountSid": self.world.account_sid}
        form["ChannelToAddress"] = to.removeprefix("whatsapp:")
        if error:
            form["ErrorCode"] = str(error)
            form["ChannelStatusMessage"] = REASONS.get(error, "Unknown error")
            form["EventType"] = "UNDELIVERED"
        elif status in ("sent", "delivered", "read"):
            form["EventType"] = status.upper()
        if not to.startswith("whatsapp:+"):
            form["ExternalUserId"] = to
        return form

    # Links

    async def follows(self, person: Subscriber, link: str, text: str | None = None) -> int:
        """Open a link: wa.me writes its text to the bot (or `text`, when the person changes it)."""
        person.opened = link
        parts = urlsplit(link if "//" in link else f"https://{link}")
        if parts.hostname not in ("wa.me", "api.whatsapp.com"):
            self.world.changed()
            return 0
        proposed = parse_qs(parts.query).get("text", [""])[0]
        return await self.says(person, text if text is not None else proposed)

    def window_open(self, person: Subscriber) -> bool:
        return in_window(person, self.world.now())


def rfc2822(world: World) -> str:
    return format_datetime(world.now().astimezone(UTC))


def message_record(world: World, sid: str, sender: str, to: str, body: str, **more: Any) -> Json:
    """A message as Twilio's REST API shows it."""
    moment = rfc2822(world)
    return {
        "account_sid": world.account_sid,
        "api_version": "2010-04-01",
        "body": body,
        "date_created": moment,
        "date_sent": None,
        "date_updated": moment,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": sid,
        "status": "queued",
        "subresource_uris": {},
        "to": to,
        "uri": f"/2010-04-01/Accounts/{world.account_sid}/Messages/{sid}.json",
        **more,
    }

"""What an operator does once: webhooks, menus, descriptions, WhatsApp contents and their approval."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from telegram.error import TelegramError
from twilio.base.exceptions import TwilioException

from handlers.kit import doors, on
from handlers.kit.texts import LANGUAGES, Sayable, _
from jobs import contents
from jobs.telegram import Telegram
from jobs.whatsapp import client
from storage import facts, settings
from storage.db import now
from storage.outbox import Content

UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
)
CONNECTIONS = 8  # Bot API: max_connections; a small web process has eight threads
RETRIES = "#rc=3&rp=all"  # Twilio: connection overrides; by default a 5xx is not tried again
ABOUT = _("I found, run and keep alive small groups of people who help each other.")
DESCRIPTION = _(
    "I found, run and keep alive small groups of people who help each other. "
    "Write “create a group” to start one, or follow the link of a group to apply."
)
Report = Callable[[str], None]


def run(report: Report = print) -> bool:
    """Set everything up at both platforms; True when all went well. Safe to run again."""
    known = settings.current()
    good = True
    if known.telegram:
        good = _telegram(report) and good
    if known.whatsapp:
        good = _whatsapp(report) and make_contents(report) and good
    return good


# ------------------------------------------------------------------ Telegram


def _telegram(report: Report) -> bool:
    try:
        asyncio.run(_set_up_bot(report))
        return True
    except TelegramError as error:
        report(f"Telegram: refused: {error}. Check TELEGRAM_BOT_TOKEN and PUBLIC_URL.")
        return False


async def _set_up_bot(report: Report) -> None:
    known, telegram = settings.current(), Telegram()
    call = telegram.call
    try:
        me = await call("getMe", {})
        facts.tell(facts.BOT_NAME, me["username"])
        url = f"{known.public_url}/webhook/telegram"
        info = await call("getWebhookInfo", {})
        wanted = {"url": url, "secret_token": known.telegram_secret, "allowed_updates": list(UPDATES)}
        if info.get("url") != url or sorted(info.get("allowed_updates", [])) != sorted(UPDATES):
            await call("setWebhook", wanted | {"max_connections": CONNECTIONS})
        else:
            await call("setWebhook", wanted)  # the secret can't be read back
        for language in (None, *LANGUAGES):
            await _menu(call, language)
        report(f"Telegram: @{me['username']} is set up; updates come to {url}.")
        if not me.get("can_read_all_group_messages"):
            report("Telegram: privacy mode is on: in groups I hear commands, replies and buttons. That is enough.")
    finally:
        await telegram.close()


async def _menu(call: Any, language: str | None) -> None:
    """Commands and descriptions; French is what people without a known language see."""
    spoken = language or "fr"
    place = {"language_code": language} if language else {}
    commands = [{"command": names[0], "description": _line(text, spoken)} for names, text in _commands(spoken)]
    await call("setMyCommands", {"commands": commands} | place)
    await call("setMyDescription", {"description": DESCRIPTION.plain(spoken)} | place)
    await call("setMyShortDescription", {"short_description": ABOUT.plain(spoken)} | place)


def _commands(language: str) -> list[tuple[tuple[str, ...], Sayable]]:
    found = []
    for known in on.helps():
        names = known.names if language == "fr" or len(known.names) < 2 else (known.names[1], *known.names)
        if known.help is not None:
            found.append((names, known.help))
    return found[:100]


def _line(text: Sayable, language: str) -> str:
    line = text.plain(language).strip()
    return (line[:1].upper() + line[1:])[:256]


# ------------------------------------------------------------------ WhatsApp


def _whatsapp(report: Report) -> bool:
    """Point the sender's webhooks at us; where the account can't be changed so, say what to paste."""
    known, twilio = settings.current(), client()
    base = known.public_url
    hooks = {
        "callback_url": f"{base}/webhook/whatsapp{RETRIES}",
        "callback_method": "POST",
        "fallback_url": f"{base}/webhook/whatsapp",
        "fallback_method": "POST",
        "status_callback_url": f"{base}/webhook/whatsapp/status",
        "status_callback_method": "POST",
    }
    try:
        number = _number(twilio, known.twilio_from, report)
        answer = _json(twilio, "GET", "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp")
        mine = [s for s in answer.get("senders", []) if s.get("sender_id") == number]
        for sender in mine:
            _json(
                twilio,
                "POST",
                f"https://messaging.twilio.com/v2/Channels/Senders/{sender['sid']}",
                {"webhook": hooks},
            )
        if mine:
            report(f"WhatsApp: the sender's webhooks point to {base}.")
            return True
    except (TwilioException, OSError, ValueError) as error:
        report(f"WhatsApp: the sender could not be set up ({type(error).__name__}). Paste these in the console:")
    else:
        report("WhatsApp: no such sender in this account (the sandbox has none). Paste these in the console:")
    for name in ("callback_url", "fallback_url", "status_callback_url"):
        report(f"  {name}: {hooks[name]}")
    return True


def _number(twilio: Any, sender: str, report: Report) -> str:
    """The number that writes, as whatsapp:+…; a Messaging Service's own is asked for and kept for our links."""
    if not sender.startswith("MG"):
        return sender
    url = f"https://messaging.twilio.com/v1/Services/{sender}/ChannelSenders?PageSize=50"
    try:
        number = whatsapp_number(_json(twilio, "GET", url))
    except (TwilioException, OSError, ValueError):
        number = ""
    if number:
        facts.tell(doors.NUMBER, number.removeprefix("whatsapp:"))
        report(f"WhatsApp: people write to {number.removeprefix('whatsapp:')}.")
    elif not facts.ask(doors.NUMBER):
        report("WhatsApp: the Messaging Service does not tell its number, so no link can open WhatsApp.")
        report("  Set TWILIO_WHATSAPP_FROM to the number itself (whatsapp:+33…) instead, and run setup again.")
    return number


def whatsapp_number(answer: dict[str, Any]) -> str:
    """The first WhatsApp number among a service's senders, as whatsapp:+…, or "" (Twilio: ChannelSenders)."""
    numbers = (str(row.get("sender") or "") for row in answer.get("senders") or [])
    return next((number for number in numbers if re.match(r"^whatsapp:\+\d{6,15}$", number)), "")


def make_contents(report: Report = print) -> bool:
    """Create what is missing at Twilio, ask for approval of the templates, and note how far it got."""
    twilio, good = client(), True
    for wanted in contents.declared():
        try:
            _make_content(twilio, wanted, report)
        except (TwilioException, OSError, ValueError, KeyError) as error:
            report(f"WhatsApp content {wanted.name} ({wanted.language}): {type(error).__name__}: try again later.")
            good = False
    report(_summary())
    return good


def _make_content(twilio: Any, wanted: contents.Declared, report: Report) -> None:
    row = Content.of(wanted.name, wanted.language)
    if row is None or row.digest != wanted.digest:
        made = _json(
            twilio,
            "POST",
            "https://content.twilio.com/v1/Content",
            {
                "friendly_name": wanted.friendly_name,
                "language": wanted.language,
                "variables": wanted.variables,
                "types": wanted.types,
            },
        )
        row = _keep(wanted, str(made["sid"]))
    if wanted.template and not row.approved:
        _approve(twilio, wanted, row, report)


def _keep(wanted: contents.Declared, sid: str) -> Content:
    facts_ = {"sid": sid, "digest": wanted.digest, "approval": "unsubmitted", "checked_at": now()}
    changed = (
        Content.update(**facts_).where(Content.name == wanted.name, Content.language == wanted.language).execute()
    )
    if not changed:
        return Content.create(name=wanted.name, language=wanted.language, **facts_)
    return Content.get(Content.name == wanted.name, Content.language == wanted.language)


def _approve(twilio: Any, wanted: contents.Declared, row: Content, report: Report) -> None:
    base = f"https://content.twilio.com/v1/Content/{row.sid}/ApprovalRequests"
    answer = _json(twilio, "GET", base).get("whatsapp") or {}
    status = str(answer.get("status") or "unsubmitted")
    if status.lower() == "unsubmitted":
        asked = {"name": wanted.friendly_name, "category": "UTILITY"}
        status = str(_json(twilio, "POST", f"{base}/whatsapp", asked).get("status") or "received")
    if status.lower() == "rejected":
        report(
            f"WhatsApp template {wanted.friendly_name}: rejected: {answer.get('rejection_reason') or 'no reason'}."
        )
    Content.update(approval=status, checked_at=now()).where(Content.id == row.id).execute()


def _json(twilio: Any, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = twilio.request(method, url, data=body, headers={"Content-Type": "application/json"} if body else None)
    if answer.status_code >= 400:
        raise ValueError(f"Twilio answered {answer.status_code}")
    found = json.loads(answer.text or "{}")
    return found if isinstance(found, dict) else {}


def _summary() -> str:
    rows = list(Content.select())
    templates = [row for row in rows if row.name in contents.TEMPLATES]
    approved = sum(row.approved for row in templates)
    return f"WhatsApp contents: {len(rows)} kept at Twilio, {approved} of {len(templates)} templates approved."

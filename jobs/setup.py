"""What an operator does once: webhooks, menus, descriptions, WhatsApp contents and their approval."""

import asyncio
import os
import re
from collections.abc import Callable
from typing import Any

from telegram.error import BadRequest, InvalidToken, TelegramError

from handlers.kit import doors, on
from handlers.kit.texts import LANGUAGES, Sayable, Text, _
from jobs import contents, rest
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
SENDERS = "https://messaging.twilio.com/v2/Channels/Senders"
CONTENT = "https://content.twilio.com/v1/Content"
SANDBOX = "whatsapp:+14155238886"
ABOUT = _("I found, run and keep alive small groups of people who help each other.")
DESCRIPTION = _(
    "I found, run and keep alive small groups of people who help each other. "
    "Write “create a group” to start one, or follow the link of a group to apply."
)
Report = Callable[[str], None]


def run(report: Report = print, language: str = "") -> bool:
    """Set everything up at both platforms; True when all went well. Safe to run again."""
    tell, known = Teller(report, language), settings.current()
    if faults := settings.check(known, dict(os.environ)):
        for fault in faults:
            tell(Text(fault))
        return False
    good = True
    if known.telegram:
        good = _telegram(tell) and good
    if known.whatsapp:
        good = all([_whatsapp(tell), _contents(tell), good])
    return good


class Teller:
    """Says sentences to the operator, in the service's language unless told."""

    def __init__(self, report: Report, language: str = "") -> None:
        chosen = language or settings.current().language
        self.language = chosen if chosen in LANGUAGES else "fr"
        self._report = report

    def __call__(self, text: Sayable) -> None:
        self._report(text.plain(self.language))


# ------------------------------------------------------------------ Telegram


def _telegram(tell: Teller) -> bool:
    try:
        asyncio.run(_set_up_bot(tell))
        return True
    except InvalidToken:
        tell(_("Telegram: TELEGRAM_BOT_TOKEN is refused: copy it again from @BotFather, /mybots › API Token."))
    except BadRequest as error:
        tell(
            _(
                "Telegram: it does not take PUBLIC_URL ({why}): it must be an https address that the "
                "internet reaches.",
                why=str(error),
            )
        )
    except TelegramError as error:
        tell(_("Telegram: no answer ({why}): run this again in a moment.", why=str(error)))
    return False


async def _set_up_bot(tell: Teller) -> None:
    known, telegram = settings.current(), Telegram()
    call = telegram.call
    try:
        me = await call("getMe", {})
        facts.tell(facts.BOT_NAME, me["username"])
        url = f"{known.public_url}/webhook/telegram"
        wanted = {"url": url, "secret_token": known.telegram_secret, "allowed_updates": list(UPDATES)}
        await call("setWebhook", wanted | {"max_connections": CONNECTIONS})  # the secret can't be read back
        for language in (None, *LANGUAGES):
            await _menu(call, language)
        tell(_("Telegram: @{name} is set up; updates come to {url}.", name=me["username"], url=url))
        if not me.get("can_join_groups", True):
            tell(_("Telegram: the bot may not join groups yet: write /setjoingroups to @BotFather, then Enable."))
        if not me.get("can_read_all_group_messages"):
            tell(_("Telegram: privacy mode is on: in groups I hear commands, replies and buttons. That is enough."))
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


def hooks() -> dict[str, str]:
    """Where Twilio brings what people write, the same when that fails, and receipts (Twilio: Senders)."""
    base = settings.current().public_url
    return {
        "callback_url": f"{base}/webhook/whatsapp{RETRIES}",
        "callback_method": "POST",
        "fallback_url": f"{base}/webhook/whatsapp",
        "fallback_method": "POST",
        "status_callback_url": f"{base}/webhook/whatsapp/status",
        "status_callback_method": "POST",
    }


def of_service(sid: str) -> str:
    """The address of a Messaging Service in Twilio's API."""
    return f"https://messaging.twilio.com/v1/Services/{sid}"


def _whatsapp(tell: Teller) -> bool:
    """Point the sender's webhooks at us; where the account can't be changed so, say what to paste."""
    known = settings.current()
    try:
        if _point_sender(client(), tell):
            tell(_("WhatsApp: the sender's webhooks point to {url}.", url=known.public_url))
            return True
        sandbox = known.twilio_from == SANDBOX
        if sandbox:
            tell(_("WhatsApp: this is the sandbox. Paste these in its settings in the console:"))
        else:
            tell(
                _(
                    "WhatsApp: this account has no such sender. Check TWILIO_WHATSAPP_FROM, or paste these "
                    "in the console:"
                )
            )
    except rest.Refusal as refusal:
        if refusal.status in (401, 403):
            tell(
                _(
                    "WhatsApp: Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: copy both again "
                    "from its console."
                )
            )
            return False
        sandbox = False
        tell(_("WhatsApp: the sender could not be set up ({why}). Paste these in the console:", why=str(refusal)))
    except rest.FAULTS as error:
        tell(_("WhatsApp: no answer from Twilio ({why}): run this again in a moment.", why=type(error).__name__))
        return False
    for name in ("callback_url", "fallback_url", "status_callback_url"):
        tell(_("  {name}: {url}", name=name, url=hooks()[name]))
    return sandbox


def _point_sender(twilio: Any, tell: Teller) -> bool:
    """Did the account have our sender, whose webhooks are ours now?"""
    number = _number(twilio, settings.current().twilio_from, tell)
    answer = rest.ask(twilio, "GET", f"{SENDERS}?Channel=whatsapp")
    mine = [sender for sender in answer.get("senders", []) if sender.get("sender_id") == number]
    for sender in mine:
        rest.ask(twilio, "POST", f"{SENDERS}/{sender['sid']}", {"webhook": hooks()})
    return bool(mine)


def _number(twilio: Any, sender: str, tell: Teller) -> str:
    """The number that writes, as whatsapp:+…; a Messaging Service's own is asked for and kept for our links."""
    if not sender.startswith("MG"):
        return sender
    try:
        number = whatsapp_number(rest.ask(twilio, "GET", of_service(sender) + "/ChannelSenders?PageSize=50"))
        twilio.messaging.v1.services(sender).update(use_inbound_webhook_on_number=True)
    except rest.Refusal as refusal:
        if refusal.status != 404:
            raise
        number = ""
    if number:
        facts.tell(doors.NUMBER, number.removeprefix("whatsapp:"))
        tell(_("WhatsApp: people write to {number}.", number=number.removeprefix("whatsapp:")))
    elif not facts.ask(doors.NUMBER):
        tell(
            _(
                "WhatsApp: the Messaging Service does not tell its number, so no link can open WhatsApp. "
                "Set TWILIO_WHATSAPP_FROM to the number itself (whatsapp:+33…) instead, and run setup again."
            )
        )
    return number


def whatsapp_number(answer: dict[str, Any]) -> str:
    """The first WhatsApp number among a service's senders, as whatsapp:+…, or "" (Twilio: ChannelSenders)."""
    numbers = (str(row.get("sender") or "") for row in answer.get("senders") or [])
    return next((number for number in numbers if re.match(r"^whatsapp:\+\d{6,15}$", number)), "")


# ------------------------------------------------------------------ contents and their approval


def make_contents(report: Report = print, language: str = "") -> bool:
    """Create what is missing at Twilio, ask for approval of the templates, and note how far it got."""
    return _contents(Teller(report, language))


def _contents(tell: Teller) -> bool:
    twilio, good = client(), True
    try:
        there = approvals(twilio)
    except rest.FAULTS as error:
        tell(_("WhatsApp contents: no answer from Twilio ({why}): run this again in a moment.", why=str(error)[:120]))
        return False
    for wanted in contents.declared():
        try:
            _make_content(twilio, wanted, there, tell)
        except rest.FAULTS as error:
            name, why = f"{wanted.name} ({wanted.language})", str(error)[:120]
            tell(_("WhatsApp content {name}: {why}. Run this again later.", name=name, why=why))
            good = False
    tell(_summary())
    return good


def approvals(twilio: Any) -> dict[str, dict[str, Any]]:
    """The account's contents by id, with what is known of their approval (Twilio: ContentAndApprovals)."""
    url, found = f"{CONTENT}AndApprovals?PageSize=500", dict[str, dict[str, Any]]()
    while url:
        answer = rest.ask(twilio, "GET", url)
        for one in answer.get("contents", []):
            asked = one.get("approval_requests")
            found[str(one["sid"])] = asked if isinstance(asked, dict) else {}
        url = str((answer.get("meta") or {}).get("next_page_url") or "")
    return found


def _make_content(twilio: Any, wanted: contents.Declared, there: dict[str, dict[str, Any]], tell: Teller) -> None:
    row = Content.of(wanted.name, wanted.language)
    if row is None or row.digest != wanted.digest or row.sid not in there:
        body = {
            "friendly_name": wanted.friendly_name,
            "language": wanted.language,
            "variables": wanted.variables,
            "types": wanted.types,
        }
        row = _keep(wanted, str(rest.ask(twilio, "POST", CONTENT, body)["sid"]))
    if wanted.template:
        _approve(twilio, wanted, row, there.get(row.sid) or {}, tell)


def _keep(wanted: contents.Declared, sid: str) -> Content:
    facts_ = {"sid": sid, "digest": wanted.digest, "approval": "unsubmitted", "checked_at": now()}
    changed = (
        Content.update(**facts_).where(Content.name == wanted.name, Content.language == wanted.language).execute()
    )
    if not changed:
        return Content.create(name=wanted.name, language=wanted.language, **facts_)
    return Content.get(Content.name == wanted.name, Content.language == wanted.language)


def _approve(twilio: Any, wanted: contents.Declared, row: Content, asked: dict[str, Any], tell: Teller) -> None:
    """Note how far the approval got; ask for it where nobody did."""
    status = str(asked.get("status") or "unsubmitted")
    if status.lower() == "unsubmitted":
        wish = {"name": wanted.friendly_name, "category": "UTILITY"}
        answer = rest.ask(twilio, "POST", f"{CONTENT}/{row.sid}/ApprovalRequests/whatsapp", wish)
        status = str(answer.get("status") or "received")
    if status.lower() == "rejected":
        tell(rejected(wanted.friendly_name, str(asked.get("rejection_reason") or "?")))
    Content.update(approval=status, checked_at=now()).where(Content.id == row.id).execute()


def rejected(name: str, why: str) -> Text:
    """What to do about a template that WhatsApp does not want."""
    return _(
        "WhatsApp rejected {name} ({why}): word it otherwise in jobs/contents.py, then run "
        "`python -m jobs contents`.",
        name=name,
        why=why,
    )


def _summary() -> Text:
    rows = list(Content.select())
    templates = [row for row in rows if row.name in contents.TEMPLATES]
    approved = sum(row.approved for row in templates)
    facts_ = {"n": len(rows), "approved": approved, "templates": len(templates)}
    return _("WhatsApp: {n} contents kept at Twilio, {approved} of {templates} templates approved.", **facts_)

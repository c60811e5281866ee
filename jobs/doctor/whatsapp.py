"""WhatsApp as the doctor sees it: Twilio's account, the sender, its addresses, contents and their approval."""

from collections.abc import Iterator
from typing import Any

from handlers.kit.texts import _
from jobs import contents, rest
from jobs.doctor.lines import Line, bad, first_line, good, note
from jobs.setup import SANDBOX, SENDERS, approvals, hooks, of_service, rejected, whatsapp_number
from jobs.whatsapp import client
from storage import settings
from storage.db import PeeweeException
from storage.outbox import Content

WAITING = ("received", "pending", "submitted")


def look(remembered: bool) -> Iterator[Line]:
    """Every line; remembered: does the database answer, so that our contents are known?"""
    twilio = client()
    try:
        yield from _account(twilio)
        yield from _sender(twilio)
        if remembered:
            yield from _contents(twilio)
    except rest.Refusal as refusal:
        if refusal.status in (401, 403):
            yield bad(
                "Twilio",
                _(
                    "it refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: copy both again from the first "
                    "page of its console."
                ),
            )
        else:
            yield bad(
                "Twilio", _("it answers: {why}. Look at status.twilio.com, and try again.", why=first_line(refusal))
            )
    except rest.FAULTS as error:
        yield bad("Twilio", _("no answer ({why}): can this machine reach the internet?", why=type(error).__name__))


def _account(twilio: Any) -> Iterator[Line]:
    sid = settings.current().twilio_account
    facts = rest.ask(twilio, "GET", f"https://api.twilio.com/2010-04-01/Accounts/{sid}.json")
    status = str(facts.get("status") or "?")
    if status != "active":
        yield bad(
            "Twilio", _("the account is {status}: open the console's first page, which says why.", status=status)
        )
    elif facts.get("type") == "Trial":
        yield note(
            "Twilio",
            _("a trial account: 50 messages a day, and the sandbox only. Upgrade it before inviting a group."),
        )
    else:
        yield good("Twilio", _("the account is active."))


# ------------------------------------------------------------------ the sender


def _sender(twilio: Any) -> Iterator[Line]:
    number = settings.current().twilio_from
    if number.startswith("MG"):
        yield from _service(twilio, number)
        number = whatsapp_number(rest.ask(twilio, "GET", of_service(number) + "/ChannelSenders?PageSize=50"))
        if not number:
            yield bad(
                "WhatsApp",
                _(
                    "the Messaging Service has no WhatsApp number: add one to its senders, or set "
                    "TWILIO_WHATSAPP_FROM to the number."
                ),
            )
            return
    answer = rest.ask(twilio, "GET", SENDERS + "?Channel=whatsapp")
    mine = [one for one in answer.get("senders", []) if one.get("sender_id") == number]
    if mine:
        yield from _online(mine[0])
        yield from _addresses(mine[0].get("webhook") or {})
    elif number == SANDBOX:
        yield note(
            "WhatsApp",
            _(
                "this is the sandbox: each person writes “join …” to it again every three days. Its "
                "addresses can't be read: they are the lines of `python -m jobs setup`."
            ),
        )
    else:
        yield bad(
            "WhatsApp",
            _(
                "{number} is no WhatsApp sender of this account: in the console, Messaging › Senders › "
                "WhatsApp senders shows those there are.",
                number=number.removeprefix("whatsapp:"),
            ),
        )


def _service(twilio: Any, service: str) -> Iterator[Line]:
    """A service that takes the inbound messages for itself keeps them from the sender's addresses."""
    try:
        facts = rest.ask(twilio, "GET", of_service(service))
    except rest.Refusal as refusal:
        if refusal.status != 404:
            raise
        yield bad(
            "WhatsApp", _("this account has no Messaging Service {sid}: correct TWILIO_WHATSAPP_FROM.", sid=service)
        )
        return
    ours = f"{settings.current().public_url}/webhook/whatsapp"
    if not facts.get("use_inbound_webhook_on_number") and not str(facts.get("inbound_request_url") or "").startswith(
        ours
    ):
        yield bad(
            "WhatsApp",
            _(
                "the Messaging Service sends what comes in elsewhere: in its Integration page choose "
                "“Defer to sender's webhook”."
            ),
        )


def _online(sender: dict[str, Any]) -> Iterator[Line]:
    number, status = str(sender["sender_id"]).removeprefix("whatsapp:"), str(sender.get("status") or "?")
    if status.upper().startswith("ONLINE"):
        yield good("WhatsApp", _("{number} is online.", number=number))
        return
    why = "; ".join(str(one.get("message") or one.get("code")) for one in sender.get("offline_reasons") or ()) or "?"
    yield bad(
        "WhatsApp",
        _(
            "{number} is {status} ({why}): in the console, Messaging › Senders › WhatsApp senders "
            "says what Meta asks for.",
            number=number,
            status=status,
            why=why,
        ),
    )


NAMES = {
    "callback_url": _("what people write"),
    "fallback_url": _("what people write, when the first address fails"),
    "status_callback_url": _("what became of our messages"),
}


def _addresses(there: dict[str, Any]) -> Iterator[Line]:
    wrong = 0
    for name, what in NAMES.items():
        found, wanted = str(there.get(name) or ""), hooks()[name]
        method = str(there.get(name.replace("_url", "_method")) or "POST")
        if found.partition("#")[0] == wanted.partition("#")[0] and method == "POST":
            continue
        wrong += 1
        sentence = _("{what} goes to {found} instead of {wanted}: run `python -m jobs setup`.")
        yield bad(
            "WhatsApp",
            sentence.given(
                what=what, found=f"{found or '—'}{'' if method == 'POST' else ' ' + method}", wanted=wanted
            ),
        )
    if not wrong:
        yield good("WhatsApp", _("its addresses lead here: messages, fallback and receipts."))


# ------------------------------------------------------------------ contents and their approval


def _contents(twilio: Any) -> Iterator[Line]:
    declared = contents.declared()
    try:
        rows = {(row.name, row.language): row for row in Content.select()}
    except PeeweeException:
        return  # the migrations' line says so
    fresh = {
        key
        for key, row in rows.items()
        for one in declared
        if (one.name, one.language, one.digest) == (*key, row.digest)
    }
    if missing := len(declared) - len(fresh):
        yield bad(
            "contents", _("{n} buttons, lists or templates are not made: run `python -m jobs contents`.", n=missing)
        )
    states = approvals(twilio)
    if gone := [f"{name} ({language})" for (name, language), row in rows.items() if row.sid not in states]:
        yield bad("contents", _("deleted at Twilio: {names}. Run `python -m jobs contents`.", names=", ".join(gone)))
    yield from _templates([one for one in declared if one.template], rows, states)


def _templates(
    declared: list[contents.Declared], rows: dict[tuple[str, str], Content], states: dict[str, dict[str, Any]]
) -> Iterator[Line]:
    approved = 0
    for one in declared:
        row = rows.get((one.name, one.language))
        if row is None or row.sid not in states:
            continue
        asked = states[row.sid]
        status = str(asked.get("status") or "unsubmitted").lower()
        approved += status == "approved"
        yield from _template(one, status, asked, row.approved)
    sentence = _("{approved} of {n} templates are approved; they speak to those who have been silent for 24 hours.")
    yield (good if approved == len(declared) else note)(
        "contents", sentence.given(approved=approved, n=len(declared))
    )


def _template(one: contents.Declared, status: str, asked: dict[str, Any], known: bool) -> Iterator[Line]:
    name = one.friendly_name
    if status == "approved" and not known:
        yield bad(
            "contents",
            _("{name} was approved since: run `python -m jobs contents`, so that Noyau uses it.", name=name),
        )
    elif status in WAITING:
        yield note("contents", _("{name} waits for WhatsApp's approval: an hour, sometimes two days.", name=name))
    elif status == "unsubmitted":
        yield bad("contents", _("{name} was never sent for approval: run `python -m jobs contents`.", name=name))
    elif status == "rejected":
        yield bad("contents", rejected(name, str(asked.get("rejection_reason") or "?")))
    elif status != "approved":
        yield bad(
            "contents",
            _(
                "{name} is {status} by WhatsApp: its page in the console says why, and since when.",
                name=name,
                status=status,
            ),
        )

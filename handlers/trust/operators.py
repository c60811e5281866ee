"""Operators: whoever runs the service hears once of each cause of trouble, and once that it is over."""

import datetime as dt
from collections.abc import Mapping

from handlers.kit import Happening, Message, Says, _, on, paragraphs, say
from handlers.kit.texts import Sayable, Text
from storage import alarms
from storage.db import now

ALARMS: Mapping[str, Text] = {
    "delivery": _(
        "Messages have been waiting for more than five minutes. A messenger refuses them, or the worker is too slow: "
        "/ready and the worker's log say more."
    ),
    "migrations": _("The database lacks a migration: run the release command (python -m storage.migrate)."),
    "deaths": _("{detail} messages could not be delivered in the last hour: python -m jobs letters lists them."),
    "letters": _("Something that came in stopped me. It is kept; python -m jobs letters shows it."),
    "telegram.token": _(
        "Telegram no longer accepts the bot's token. Put the one from BotFather into TELEGRAM_BOT_TOKEN."
    ),
    "telegram.webhook": _(
        "Telegram can't hand over what people write (it says: {detail}). Look whether the web process answers."
    ),
    "telegram.elsewhere": _(
        "Telegram sends what people write to another address. If it is meant for this service: python -m jobs setup."
    ),
    "telegram.lost": _("Telegram had forgotten where to bring what people write. I have told it again."),
    "whatsapp.account": _(
        "Twilio refuses the account or its token (it says: {detail}). Look at the two variables TWILIO_ACCOUNT_SID "
        "and TWILIO_AUTH_TOKEN."
    ),
    "whatsapp.missed": _(
        "WhatsApp messages that never came by themselves: {detail}. I fetched them from Twilio. If I wasn't down, "
        "look at the webhook's address there."
    ),
}
OVER: Mapping[str, Text] = {
    "delivery": _("Messages go out again."),
    "migrations": _("The database is up to date."),
    "deaths": _("Messages arrive again."),
    "letters": _("What had stopped me is settled."),
    "telegram.token": _("Telegram accepts the bot's token."),
    "telegram.webhook": _("Telegram hands over what people write again."),
    "telegram.elsewhere": _("Telegram brings what people write here again."),
    "telegram.lost": _("Telegram remembers where to bring what people write."),
    "whatsapp.account": _("Twilio accepts the account and its token."),
    "whatsapp.missed": _("WhatsApp messages come by themselves again."),
}
WORRY, RELIEF = _("⚠️ <b>Service.</b> {what}"), _("✅ <b>Service.</b> {what} (after {minutes} min)")


@on.command("operateur", "operator")
def enter(msg: Message) -> Says:
    """The word from `python -m jobs alerts here`; anybody else learns nothing."""
    if alarms.enter(msg.words, msg.address):
        yield say.reply(
            _("From now on I tell you here when something goes wrong with the service, and when it is over.")
        )
        for cause, kept in alarms.standing().items():
            yield say.reply(_worry(cause, kept["detail"]))
    else:
        yield say.reply(_("This needs a fresh word, from whoever runs the service: python -m jobs alerts here."))


@on.event("alarm")
def worry(event: Happening) -> Says:
    facts = {name: str(value) for name, value in event.facts.items()}
    yield from _tell(f"alarm:{facts['cause']}:{facts['since']}", _worry(facts["cause"], facts["detail"]))


@on.event("alarm_over")
def relief(event: Happening) -> Says:
    facts = {name: str(value) for name, value in event.facts.items()}
    minutes = int((now() - dt.datetime.fromisoformat(facts["since"])).total_seconds() // 60)
    text = RELIEF.given(what=_named(OVER, facts["cause"], facts["detail"]), minutes=max(1, minutes))
    yield from _tell(f"relief:{facts['cause']}:{facts['since']}", text)


def _worry(cause: str, detail: str) -> Sayable:
    return WORRY.given(what=_named(ALARMS, cause, detail))


def _named(texts: Mapping[str, Text], cause: str, detail: str) -> Text:
    text = texts.get(cause) or texts[cause.partition(".")[0]]
    return text.given(detail=detail or "?") if "{detail}" in text.message else text


def _tell(once: str, text: Sayable) -> Says:
    address = alarms.operator()
    if address is not None:
        yield say.tell(address.person, paragraphs(text), address=address, once=once)

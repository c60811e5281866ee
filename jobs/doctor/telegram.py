"""Telegram as the doctor sees it: the token, privacy, the webhook, menus, and the rights in each group."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any

from telegram.error import InvalidToken, TelegramError

from handlers.kit import doors
from handlers.kit.texts import Text, _
from jobs.doctor.lines import Line, bad, first_line, good, note
from jobs.setup import UPDATES
from jobs.telegram import Telegram
from storage import db, settings
from storage.groups import Chat, Group

NO_CHIEF = _(
    "the bot is no administrator of its Telegram group: there, Edit › Administrators › Add administrator, "
    "and allow inviting by link."
)
LACKS = _(
    "in its Telegram group the bot lacks the right of {right}: Edit › Administrators, choose it, and allow that."
)
MANY = 50  # updates that wait at Telegram
RECENT = dt.timedelta(hours=1)
RIGHTS = {
    "can_invite_users": _("inviting by link, without which nobody new can come in"),
    "can_delete_messages": _("deleting messages, which keeps the chat tidy"),
    "can_pin_messages": _("pinning messages, which keeps the date on top"),
}
# What Telegram says of its last failed delivery -> what it means for the operator.
MEANT = {
    "403": _(
        "the secret differs: run `python -m jobs setup`, and give every process the same TELEGRAM_WEBHOOK_SECRET"
    ),
    "404": _("the address is not the one of this service: run `python -m jobs setup`"),
    "301": _("the host redirects: set PUBLIC_URL to where it leads, then run `python -m jobs setup`"),
    "302": _("the host redirects: set PUBLIC_URL to where it leads, then run `python -m jobs setup`"),
    "50": _("the web process failed or was away: look at its log; Telegram tries again by itself"),
    "timeout": _("the web process took too long: is it asleep, or too small?"),
    "timed out": _("the web process took too long: is it asleep, or too small?"),
    "refused": _("nothing listens there: start the web process"),
    "ssl": _("the certificate is not valid: have the host renew it"),
    "certificate": _("the certificate is not valid: have the host renew it"),
    "resolve": _("the name leads nowhere: check the DNS"),
}


def look(remembered: bool) -> Iterator[Line]:
    """Every line; remembered: does the database answer, so that groups are known?"""
    rooms = _rooms() if remembered else []
    yield from asyncio.run(_look(rooms))


def _rooms() -> list[tuple[str, str, int]]:
    try:
        found = Group.select(Group, Chat).join(Chat).where(Group.state == "live", Chat.moved_to.is_null())
        return [
            (group.name, doors.startgroup_link(group), group.chat.chat_id if group.chat else 0)
            for group in found.order_by(Group.id)
        ]
    except db.PeeweeException:
        return []


async def _look(rooms: list[tuple[str, str, int]]) -> list[Line]:
    telegram = Telegram()
    try:
        me = await telegram.call("getMe", {})
        lines = [*_bot(me), *_webhook(await telegram.call("getWebhookInfo", {}))]
        lines += _menu(await telegram.call("getMyCommands", {}))
        for name, link, chat in rooms:
            lines.append(await _room(telegram, int(me["id"]), name, link, chat))
        return lines
    except InvalidToken:
        return [
            bad(
                "Telegram",
                _(
                    "the token is refused: write /mybots to @BotFather, choose the bot, then API Token, and "
                    "copy it to TELEGRAM_BOT_TOKEN."
                ),
            )
        ]
    except (TelegramError, ValueError) as error:
        return [bad("Telegram", _("no answer ({why}): can this machine reach the internet?", why=first_line(error)))]
    finally:
        await telegram.close()


def _bot(me: dict[str, Any]) -> Iterator[Line]:
    yield good("Telegram", _("the token is that of @{name}.", name=me["username"]))
    if not me.get("can_join_groups", True):
        yield bad(
            "Telegram",
            _(
                "the bot may not join groups: write /setjoingroups to @BotFather, choose @{name}, then Enable.",
                name=me["username"],
            ),
        )
    if me.get("can_read_all_group_messages"):
        yield note(
            "Telegram",
            _(
                "privacy mode is off: the bot is sent every message of its groups, and drops what is not "
                "for it. /setprivacy › Enable at @BotFather is enough."
            ),
        )
    else:
        yield good(
            "Telegram", _("privacy mode is on: in groups it hears commands, replies and buttons, which is enough.")
        )


# ------------------------------------------------------------------ the webhook


def _webhook(info: dict[str, Any]) -> Iterator[Line]:
    wanted = f"{settings.current().public_url}/webhook/telegram"
    url, listening = str(info.get("url") or ""), set(info.get("allowed_updates") or ())
    if not url:
        yield bad("webhook", _("none is set, so Telegram tells us nothing: run `python -m jobs setup`."))
    elif url != wanted:
        yield bad(
            "webhook",
            _(
                "Telegram calls {url} instead of {wanted}: run `python -m jobs setup` here, or take another bot.",
                url=url,
                wanted=wanted,
            ),
        )
    elif missing := sorted(set(UPDATES) - listening):
        yield bad(
            "webhook",
            _("Telegram does not tell us of {kinds}: run `python -m jobs setup`.", kinds=", ".join(missing)),
        )
    else:
        yield good("webhook", _("Telegram calls {url}.", url=url))
    yield from _failures(info)
    if (waiting := int(info.get("pending_update_count") or 0)) > MANY:
        yield bad("webhook", _("{n} messages wait at Telegram: the web process does not take them.", n=waiting))


def _failures(info: dict[str, Any]) -> Iterator[Line]:
    said = str(info.get("last_error_message") or "")
    if not said:
        return
    at = dt.datetime.fromtimestamp(int(info.get("last_error_date") or 0), dt.UTC)
    facts = {"said": said, "at": f"{at:%Y-%m-%d %H:%M} UTC", "meant": meant(said)}
    if db.real_now() - at < RECENT:
        yield bad("webhook", _("Telegram failed to call us at {at} (“{said}”): {meant}.", **facts))
    else:
        yield note("webhook", _("the last failed call was at {at} (“{said}”), and is over.", **facts))


def meant(said: str) -> Text:
    """What to do about the words of getWebhookInfo's last_error_message (Bot API)."""
    found = (text for part, text in MEANT.items() if part in said.lower())
    return next(found, _("look at the log of the web process"))


def _menu(commands: list[dict[str, Any]]) -> Iterator[Line]:
    if not commands:
        yield bad("menu", _("the bot shows no commands: run `python -m jobs setup`."))


# ------------------------------------------------------------------ the groups


async def _room(telegram: Telegram, bot: int, name: str, link: str, chat: int) -> Line:
    """What the bot may do in that group (Bot API: getChatMember)."""
    try:
        member = await telegram.call("getChatMember", {"chat_id": chat, "user_id": bot})
    except TelegramError as error:
        away = _("its Telegram group can't be reached ({why}): an organizer adds the bot again by {link}")
        return bad(name, away.given(why=first_line(error), link=link))
    return _rights(name, link, member)


def _rights(name: str, link: str, member: dict[str, Any]) -> Line:
    status = member.get("status")
    if status in ("left", "kicked"):
        gone = _("the bot is no longer in its Telegram group: an organizer adds it again by {link}")
        return bad(name, gone.given(link=link))
    if status != "administrator":
        return bad(name, NO_CHIEF)
    lacking = [text for right, text in RIGHTS.items() if not member.get(right)]
    if not lacking:
        return good(name, _("the bot has its rights in the Telegram group."))
    tell = note if member.get("can_invite_users") else bad
    return tell(name, LACKS.given(right=lacking[0]))

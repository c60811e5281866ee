"""Writes down what became of a post: sent, tried again, kept, or ended with a reason (platforms' error tables)."""

import datetime as dt
import html
import re

from handlers.kit import inbox
from handlers.kit.whatsapp import moves_on
from jobs import errors
from jobs.errors import Refused, Sent, Verdict
from jobs.limits import Limits
from storage import moves
from storage.db import now
from storage.outbox import BROADCAST, Card, Post, Receipt, digest_of
from storage.people import TELEGRAM, WHATSAPP, Address

MOST_OPENERS = 3  # templates in a row without an answer; then we wait for the person


def settle(post: Post, result: Sent | Refused, limits: Limits | None = None) -> None:
    """Note the outcome of a call; the caller holds the transaction."""
    if isinstance(result, Sent):
        _sent(post, result)
    else:
        _refused(post, result, limits)


def _sent(post: Post, result: Sent) -> None:
    if not _finish(post, result.message, "queued" if post.platform == WHATSAPP else "sent"):
        return
    if post.platform == WHATSAPP and result.message:
        for early in Receipt.take(result.message):
            _apply(Post.get_by_id(post.id), early.status, early.error)
    if post.kind not in ("text", "picture", "file"):
        inbox.happen(f"{post.kind}_done", post, **(result.facts or {}))


def _finish(post: Post, message: str | None, status: str) -> bool:
    """It is there as that message, and so is its card; False when the post is another's by now."""
    if not post.finish(str(post.lease), message, status):
        return False
    if post.card and post.platform == TELEGRAM and message:
        Card.keep(post.chat, post.card, message, digest_of(post.payload), post.group_id)
    return True


def _refused(post: Post, result: Refused, limits: Limits | None) -> None:
    verdict, lease = result.verdict, str(post.lease)
    if result.moved_to is not None:
        moves.migrate(int(post.chat), result.moved_to)
        Post.update(chat=str(result.moved_to)).where(Post.id == post.id).execute()
    match verdict.what:
        case "done":
            _done(post)
        case "again":
            post.put_back(lease, verdict.after or post.back_off, result.reason)
        case "fresh" | "plain" | "bare" if post.payload.get(verdict.what):
            post.bury(lease, result.reason)  # it was tried so already: the same again would never end
            verdict = Verdict("dead", tell=verdict.tell or "dead")
        case "fresh" | "plain" | "bare":
            _change(post, verdict.what)
            post.put_back(lease, 0, result.reason)
        case "wait_start" if post.address is not None:
            post.wait_for(lease, "start")
        case "wait_start":  # a group's chat, where nobody can press Start: I am not there
            post.bury(lease, result.reason)
            verdict = Verdict("dead", tell="kicked")
        case "wait_window":
            if post.address is not None:
                post.address.close_window()
            wait_for_window(post, lease)
        case "hold" | "stop":
            if limits:
                limits.hold(post.platform, verdict.after, None if verdict.what == "stop" else post.chat)
            post.put_back(lease, verdict.after, result.reason)
        case "uncertain" if post.card and post.platform == TELEGRAM and Card.at(post.chat, post.card):
            verdict = Verdict("again")  # an edit made twice does no harm: nobody need hear of a doubt
            Card.doubt(post.chat, post.card)
            post.put_back(lease, post.back_off, result.reason)
        case "uncertain":
            post.bury(lease, result.reason, state="uncertain")
        case _:
            post.bury(lease, result.reason)
    _spread(post, verdict)


def _done(post: Post) -> None:
    """It is so already. A card that was edited though the answer was lost shows this now, not what we last knew."""
    card = Card.at(post.chat, post.card) if post.card and post.platform == TELEGRAM else None
    _finish(post, (card and card.message) or post.message, "sent")


def _spread(post: Post, verdict: Verdict) -> None:
    """Mark the address, and let the features tell the organizers what they must know."""
    news = True
    if post.address is not None and verdict.mark == "stopped":
        news = post.address.stop()
    elif post.address is not None and verdict.mark:
        news = post.address.mark(verdict.mark)
    if verdict.what == "uncertain":
        inbox.happen("undeliverable", post, why="uncertain")
    elif verdict.tell and news:
        inbox.happen("undeliverable", post, why=verdict.tell)


def _change(post: Post, how: str) -> None:
    payload = dict(post.payload)
    payload[how] = True
    if how == "plain":
        payload["text"] = html.unescape(re.sub(r"<[^>]+>", "", payload.get("text", "")))
    if how == "fresh" and post.card:
        Card.delete().where(Card.chat == post.chat, Card.key == post.card).execute()
    Post.update(payload=payload).where(Post.id == post.id).execute()


def wait_for_window(post: Post, lease: str) -> None:
    """The window is closed: the post waits, and one template a day asks to open it (110)."""
    post.wait_for(lease, "window")
    address = post.address
    if address is None or _asked_in_vain(address) or not _may_ask(address):
        return
    Post.create(
        platform=WHATSAPP,
        chat=address.address,
        address=address,
        group=post.group_id,
        payload={
            "text": "",
            "language": post.payload.get("language", "fr"),
            "template": post.payload.get("template", "news"),
        },
        urgency=BROADCAST,
        level=post.level,
        copy=post.copy,
        unasked=False,
        template=True,
    )


def _may_ask(address: Address) -> bool:
    """Claim today's template: True once a day, whoever asks (two posts at once are one template)."""
    day_ago = now() - dt.timedelta(days=1)
    changed = (
        Address.update(template_at=now())
        .where(Address.id == address.id, Address.template_at.is_null() | (Address.template_at < day_ago))
        .execute()
    )
    return bool(changed)


def _asked_in_vain(address: Address) -> bool:
    """Three templates went out and nobody tapped: then we wait for the person."""
    since = address.last_inbound_at or address.created_at
    unanswered = Post.select().where(
        Post.address == address, Post.template, Post.state == "sent", Post.sent_at > since
    )
    return bool(unanswered.count() >= MOST_OPENERS)


def receipt(message: str, status: str, error: str) -> bool:
    """A delivery receipt of Twilio; True when it gave the deliverer work.

    Receipts come twice, out of order and before the call's own answer: steps back change nothing, and one
    for a message that we don't know yet is kept until we do (F21, F41).
    """
    Receipt.alone(message)
    post = Post.by_message(WHATSAPP, message)
    if post is None:
        Receipt.create(message=message, status=status, error=error)
        return False
    return _apply(post, status, error)


def _apply(post: Post, status: str, error: str) -> bool:
    if not moves_on(post.status, status):
        return False
    Post.update(status=status).where(Post.id == post.id).execute()
    post.status = status
    if not error or status not in ("failed", "undelivered"):
        return False
    _failed_later(post, errors.of_twilio(int(error) if error.isdigit() else 0), error)
    return True


def _failed_later(post: Post, verdict: Verdict, error: str) -> None:
    """Twilio took it and WhatsApp did not: said again as a template, tried once more, or given up."""
    Post.update(state="sending").where(Post.id == post.id).execute()
    tried = post.attempts >= 3
    if verdict.what in ("again", "hold", "plain", "uncertain") and not tried:
        result = Refused(Verdict("again", after=verdict.after or 60), f"Twilio {error}")
        if verdict.what == "plain":
            _change(post, "plain")
        settle(post, result)
    elif verdict.what == "wait_window" and not post.template:
        settle(post, Refused(verdict, f"Twilio {error}"))
    else:
        settle(post, Refused(Verdict("dead", mark=verdict.mark, tell=verdict.tell or "dead"), f"Twilio {error}"))

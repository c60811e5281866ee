"""What waited for somebody is said in one message: when the window opens, Start is pressed, the digest is due."""

from collections.abc import Iterable
from typing import Any

from storage.db import constant, now
from storage.groups import Chat, Group
from storage.noise import judge
from storage.outbox import ANSWER, Post
from storage.people import WHATSAPP, Address

GAP = "\n\n— — —\n\n"
ROOM = {WHATSAPP: 1500}
MOST_BUTTONS = 10
HELD = constant(
    lambda address, state, window, start: Post.select().where(
        Post.address == address, Post.state == state, Post.waits.in_((window, start))
    )
)


def release(address: Address) -> frozenset[int]:
    """Send on what waited for the address, merged; returns which posts that were."""
    rows = useful(HELD.all(address.id, "pending", "window", "start"), address)
    merge_all(rows)
    return frozenset(row.id for row in rows)


def release_chat(chat: Chat) -> None:
    """We are back in a group's chat: what waited less than a day is said there, in order; the rest is stale."""
    Post.give_up_chats()
    held = (Post.chat == str(chat.chat_id), Post.state == "pending", Post.waits == "chat")
    Post.update(waits="", due=now()).where(*held).execute()


def useful(rows: Iterable[Post], address: Address) -> list[Post]:
    """The posts that are still to be said, in order; the others are dropped."""
    return [row for row in sorted(rows, key=lambda row: row.id) if _useful(row, address)]


def _useful(row: Post, address: Address) -> bool:
    """Still to be said? Not when it came too late, or the person has left or paused meanwhile."""
    verdict = judge(row, address, now())
    if verdict.what == "drop":
        row.drop(verdict.reason)
    return verdict.what != "drop"


def merge_all(rows: list[Post], header: str = "") -> None:
    """As few posts as the messenger's limits allow, in the order in which they were written."""
    merged: list[Post] = []
    for row in rows:
        if merged and not _fits(merged, row):
            merge(merged, header)
            merged, header = [], ""
        merged.append(row)
    merge(merged, header)


def _fits(rows: list[Post], row: Post) -> bool:
    if row.kind != "text" or rows[0].kind != "text":
        return False
    room = ROOM.get(row.platform, 4000)
    size = sum(len(r.payload.get("text", "")) + len(GAP) for r in [*rows, row])
    buttons = sum(len(r.payload.get("buttons", ())) for r in [*rows, row])
    return size <= (room if not buttons else min(room, 900)) and buttons <= MOST_BUTTONS


def merge(rows: list[Post], header: str = "") -> None:
    """One post out of several: texts one under the other, all their buttons; the first row carries it."""
    if not rows:
        return
    first, others = rows[0], rows[1:]
    payload: dict[str, Any] = dict(first.payload)
    if others or header:
        texts = ([header] if header else []) + [row.payload.get("text", "") for row in rows]
        payload["text"] = GAP.join(texts)
        for kind in ("buttons", "urls"):
            found = {carried: [title, carried] for row in rows for title, carried in row.payload.get(kind, ())}
            if found:  # the same button twice is one: Twilio takes no list with an id twice
                payload[kind] = list(found.values())[:MOST_BUTTONS]
    choices = bool(payload.get("buttons"))
    facts = {"waits": "", "due": now(), "urgency": ANSWER, "level": "answer", "payload": payload}
    facts |= {"unasked": False, "valid_until": None, "card": first.card if len(rows) == 1 else None}
    Post.update(choices=choices, lease=None, **facts).where(Post.id == first.id).execute()
    for row in others:
        Post.update(state="sent", waits="", reason=f"said in post {first.id}", sent_at=now(), choices=False).where(
            Post.id == row.id
        ).execute()


def waiting_for(group: Group) -> list[Address]:
    """Whom of a group we cannot reach now: window closed or Start never pressed, blocked or gone."""
    query = (
        Address.select(Address)
        .join(Post, on=(Post.address == Address.id))
        .where(Post.group == group, Post.state == "pending", Post.waits.in_(("window", "start")))
        .distinct()
    )
    return list(query)

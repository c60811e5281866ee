"""A Telegram group that becomes a supergroup gets another id: everything follows it (F19)."""

from typing import Any

from storage.groups import Chat
from storage.outbox import Card, Post
from storage.people import TELEGRAM


def migrate(old: int, new: int) -> bool:
    """A group chat became a supergroup: its row and what waits for it move; False when that is done already.

    Both chats tell it, in any order, the new one may have been noted down before, and "left" may still come
    for the old id: a row of the old id remains, with moved_to.
    """
    was = Chat.get_or_none(Chat.chat_id == old)
    if was is not None and was.moved_to is not None:
        return False
    there = Chat.get_or_none(Chat.chat_id == new)
    if was is None:
        Chat.at(new)
    elif there is None or there.group is None:
        _move(was, there, new)
    Chat.insert(chat_id=old, moved_to=new, present=False).on_conflict(
        conflict_target=[Chat.chat_id], update={Chat.moved_to: new, Chat.present: False}
    ).execute()
    _forward(str(old), str(new))
    return True


def _move(was: Chat, there: Chat | None, new: int) -> None:
    facts: dict[str, Any] = {"chat_id": new, "kind": "supergroup", "present": True}
    if there is not None:
        facts |= {"rights": there.rights or was.rights, "title": there.title or was.title}
        there.delete_instance()
    Chat.update(**facts).where(Chat.id == was.id).execute()


def _forward(old: str, new: str) -> None:
    Post.update(chat=new).where(Post.chat == old, Post.platform == TELEGRAM, Post.state == "pending").execute()
    Card.delete().where(Card.chat == old).execute()  # message ids begin anew

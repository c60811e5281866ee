"""The digest: what members chose to hear in one message is said on Sunday evening (114)."""

from handlers.kit import waiting
from handlers.kit.speak import reader_of
from handlers.kit.texts import _
from storage.db import now
from storage.outbox import Post
from storage.people import Address

HEADER = _("<b>Your digest</b>: what was said since the last one.")


def merge_due() -> int:
    """Make one post of what is due for each address; returns how many digests that made."""
    _end_calm()
    due = (Post.state == "pending", Post.waits == "digest", Post.due <= now())
    addresses = [row.address_id for row in Post.select(Post.address).where(*due).distinct()]
    for address_id in addresses:
        address = Address.get_by_id(address_id)
        rows = list(Post.select().where(*due, Post.address == address).order_by(Post.id))
        group = rows[0].group
        header = HEADER.render(reader_of(address.person, group, address.platform))
        waiting.merge_all(rows, header)
    return len(addresses)


def _end_calm() -> None:
    """What the calm after an absence held back: one message for a person, the posts of a group as they are (F25)."""
    held = (Post.state == "pending", Post.waits == "back", Post.due <= now())
    found = {row.address_id for row in Post.select(Post.address).where(*held)}
    for address in Address.select().where(Address.id.in_(found - {None})) if found else ():
        waiting.merge_all(waiting.useful(Post.select().where(*held, Post.address == address), address))
    if found:
        Post.update(waits="").where(*held).execute()

"""The WhatsApp window: a tap on the template opens it, and what waited is there already (110)."""

from handlers.kit import Says, Tap, _, on, say
from storage.db import now
from storage.outbox import Post


@on.tap("wa.open", None, _("Read"))
def opened(tap: Tap) -> Says:
    """Writing to us opened the window and sent on what waited; with nothing there, say so."""
    just_now = Post.select().where(Post.address == tap.address, Post.state == "pending", Post.due <= now())
    if not just_now.exists():
        yield say.reply(_("You are up to date: nothing is waiting for you."))

"""My page: one's groups, what one hears of them, calendars and what is known, by a link that opens once (S24)."""

from handlers.kit import Message, Says, Tap, _, entry, on, say

PRIVATE = _("Your page is between us: write “my page” to me in private.")
TEXT = _("Your page: your groups, what you hear of them, your calendars, and what I know about you.")


@on.command(
    "mapage", "mypage", help=_("your groups, settings and calendars on one page"), word=_("my page"), group=True
)
@on.phrase("ma page", "ma page perso", "mon espace", "lien vers ma page", "ouvrir ma page")
@on.phrase("my page", "my own page", "link to my page", "open my page")
def mine(msg: Message) -> Says:
    yield entry.told(msg.person, entry.ME, TEXT) if msg.private else say.reply(PRIVATE)


@on.tap("me.page", None, _("My page"))
def tap_mine(tap: Tap) -> Says:
    yield entry.told(tap.person, entry.ME, TEXT)

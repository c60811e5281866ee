"""My data: all that is kept about oneself, as a page and as a file, behind a link that opens once (115, R3)."""

import datetime as dt

from handlers.kit import Message, Says, Tap, _, entry, lines, on, say
from storage.db import now
from storage.noise import zone_of
from storage.passes import Pass
from storage.people import Person

EVERY = dt.timedelta(hours=6)
LIFE = dt.timedelta(hours=24)
IN_PRIVATE = _("That is between us: write “my data” to me in private.")


@on.command("mesdonnees", "mydata", "export", help=_("all I know of you, to read and to keep"), word=_("my data"))
@on.phrase(
    *(
        "mes données",
        "mes données personnelles",
        "voir mes données",
        "exporter mes données",
        "télécharge mes données",
    ),
    *("télécharger mes données", "donne-moi mes données", "récupérer mes données", "my data", "my personal data"),
    *("export my data", "show me my data", "download my data", "give me my data"),
)
def mine(msg: Message) -> Says:
    if msg.private:
        yield _way(msg.person)
    else:
        yield say.reply(IN_PRIVATE)


@on.tap("md.mine", Person, _("My data first"), only="self")
def tap_mine(tap: Tap) -> Says:
    yield _way(tap.person)


def _way(person: Person) -> say.Say:
    """The link; not more than one that was opened in six hours."""
    opened = _opened(person)
    if opened is not None:
        again = (opened + EVERY).astimezone(zone_of(person, None))
        lately = _("You opened your data lately, and that page stays open there. Ask me again from {hour} on.")
        return say.tell(person, lately.given(hour=again.time()))
    text = lines(
        _("All I know of you, to read and to keep as a file."),
        _("The link is yours alone: it opens once, within 24 hours."),
    )
    return say.tell(person, text, say.link(_("My data"), entry.link(person, entry.DATA, life=LIFE)))


def _opened(person: Person) -> dt.datetime | None:
    mine = (Pass.person == person) & (Pass.page == entry.DATA) & (Pass.used_at > now() - EVERY)
    found: Pass | None = Pass.select().where(mine).order_by(Pass.id.desc()).first()
    return found.used_at if found else None

"""The page of a group for anybody who has its link: who we are, how we meet, and how to apply (2, 6, M18)."""

from functools import lru_cache

import segno
from flask import Blueprint, Response
from markupsafe import Markup

from handlers.kit import doors
from handlers.kit.cards.announcement import NO_TOURISTS
from handlers.kit.reading import fields
from handlers.kit.texts import When, _
from jobs import calendars
from storage.groups import ApplyLink, Group
from storage.meetings import Meeting
from webhook import reader

routes = Blueprint("group_page", __name__)
MOST = 16  # signs of a code
NEXT = _("Ask whoever gave it to you for a fresh one.")


@routes.get("/g/<code>")
def group(code: str) -> Response:
    """The announcement, and a door for each messenger; 404 for a code that leads nowhere (any more)."""
    link = ApplyLink.by_code(code[:MOST])
    if link is None or not link.usable or link.group.state != "live":
        return reader.gone(following=NEXT)
    home, language = link.group, reader.language(link.group.language)
    ahead = Meeting.next_of(home) if home.public_page else None
    return reader.page(
        "group.html",
        language,
        public=home.public_page,
        group=calendars.one_line(home.name),
        purpose=home.purpose,
        city=home.city,
        rhythm=fields.rhythm(home.rhythm_days),
        ahead=When(ahead.start) if ahead else None,
        ahead_link=doors.event_link(ahead) if ahead else "",
        expectations=home.expectations,
        charter=_rules(home),
        no_tourists=NO_TOURISTS,
        doors=[(name, address, code_of(address)) for name, address in doors.apply_links(link, language)],
        by_hand=doors.join_words(link.code),
    )


def _rules(home: Group) -> list[str]:
    return [line.strip(" -–•\t") for line in home.charter.splitlines() if line.strip(" -–•\t")]


@lru_cache(maxsize=64)
def code_of(address: str) -> Markup:
    """The QR code of an address as a drawing inside the page; dark on light, whatever the reader's colours."""
    drawn = segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 - segno's own

"""The trombinoscope: the members of a group by face and introduction, for its members alone (87, R11)."""

from flask import Blueprint

from handlers.kit import entry
from handlers.kit.texts import Day, _
from storage.groups import ORGANIZER, Group, Membership
from storage.noise import zone_of
from webhook import reader
from webhook.entry import Answer, closed, language, member

routes = Blueprint("people_page", __name__)
HUES = 6  # colours of the discs


@routes.get("/people/<int:group>")
def faces(group: int) -> Answer:
    """Who is who; 404 for whoever is not (any more) a member."""
    found = member(entry.FACES, group)
    if found is None:
        return closed(entry.FACES)
    visit, seat = found
    home = seat.group
    return reader.page(
        "people.html",
        language(visit.person),
        group=home.name,
        group_id=home.id,
        seal=visit.seal(),
        page=visit.page,
        own=seat.id,
        people=[_card(one, home) for one in home.members()],
    )


def _card(seat: Membership, home: Group) -> dict[str, object]:
    """What the others may know: the name, and the introduction once it was sent to the group (promise 6)."""
    person = seat.person
    return {
        "id": seat.id,
        "name": person.name or _("A member"),
        "letters": "".join(word[0] for word in person.name.split()[:2]).upper() or "?",
        "hue": seat.person_id % HUES,
        "organizes": seat.role == ORGANIZER,
        "introduction": (seat.introduction or "") if seat.introduced_at else "",
        "since": _("Since {day}", day=Day(seat.joined_at.astimezone(zone_of(None, home)).date())),
    }

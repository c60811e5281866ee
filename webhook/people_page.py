"""The trombinoscope: the members of a group by face and introduction, for its members alone (87, R11)."""

from flask import Blueprint, Response

from handlers.kit import entry
from handlers.kit.texts import Day, _
from storage.groups import ORGANIZER, Group, Membership
from storage.noise import zone_of
from storage.portraits import Portrait
from webhook import reader
from webhook.entry import NUMBER, Answer, closed, language, member

routes = Blueprint("people_page", __name__)
HUES = 6  # colours of the discs


@routes.get(f"/people/<{NUMBER}:group>")
def faces(group: int) -> Answer:
    """Who is who; 404 for whoever is not (any more) a member."""
    found = member(entry.FACES, group)
    if found is None:
        return closed(entry.FACES)
    visit, seat = found
    home = seat.group
    shown = Portrait.shown(home)
    return reader.page(
        "people.html",
        language(visit.person),
        group=home.name,
        group_id=home.id,
        seal=visit.seal(),
        page=visit.page,
        own=seat.id,
        people=[_card(one, home, one.person_id in shown) for one in home.members()],
    )


@routes.get(f"/people/<{NUMBER}:group>/<{NUMBER}:seat>.jpg")
def face(group: int, seat: int) -> Answer:
    """The photo that a member allowed the others to see; 404 for anything else."""
    found = member(entry.FACES, group)
    shown = Membership.get_or_none(Membership.id == seat, Membership.group == group, Membership.state == "in")
    portrait = Portrait.of(shown) if found and shown else None
    if portrait is None or portrait.body is None:
        return closed(entry.FACES)
    return Response(bytes(portrait.body), 200, {"Cache-Control": "private, no-store"}, content_type="image/jpeg")


def _card(seat: Membership, home: Group, photo: bool) -> dict[str, object]:
    """What the others may know: the name, and the introduction once it was sent to the group (promise 6)."""
    person = seat.person
    return {
        "id": seat.id,
        "name": person.name or _("A member"),
        "letters": "".join(word[0] for word in person.name.split()[:2]).upper() or "?",
        "photo": f"/people/{home.id}/{seat.id}.jpg" if photo else "",
        "hue": seat.person_id % HUES,
        "organizes": seat.role == ORGANIZER,
        "introduction": (seat.introduction or "") if seat.introduced_at else "",
        "since": _("Since {day}", day=Day(seat.joined_at.astimezone(zone_of(None, home)).date())),
    }

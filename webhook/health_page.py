"""The organizers' page: how the group is doing, with the table behind the drawing (118)."""

from flask import Blueprint

from handlers.kit import entry, names
from handlers.kit.cards import health_words
from handlers.kit.texts import Day, Sayable, _, _n
from storage import prices
from storage.db import now
from storage.groups import ORGANIZER
from storage.health import Health, Sitting
from webhook import reader
from webhook.entry import NUMBER, Answer, closed, language, member

routes = Blueprint("health_page", __name__)
WIDTH, HEIGHT = 340, 190  # of the drawing, in its own units
TOP, FLOOR = 26, 160
LEAST = 4  # people that the highest bar stands for, at least


@routes.get(f"/card/<{NUMBER}:group>")
def card(group: int) -> Answer:
    """Everything the card of the chat says, and the figures behind it; 404 for whoever does not organize."""
    found = member(entry.CARD, group, ORGANIZER)
    if found is None:
        return closed(entry.CARD)
    visit, seat = found
    health, spoken = Health(seat.group), language(visit.person)
    return reader.page(
        "health.html",
        spoken,
        group=seat.group.name,
        group_id=seat.group.id,
        page=visit.page,
        seal=visit.seal(),
        ahead=health_words.ahead(health),
        attendance=health_words.attendance(health),
        bars=_bars(health.sittings, spoken),
        sittings=[(Day(one.meeting.start.date()), one.came, one.said) for one in reversed(health.sittings)],
        no_shows=_no_shows(health),
        people=_people(health),
        messages=_messages(health),
        faces=f"/{entry.FACES}/{seat.group.id}",
    )


def _bars(sittings: list[Sitting], spoken: str) -> list[dict[str, object]]:
    """A bar a meeting: where it stands, how high it is, what is written over and under it."""
    most = max([LEAST, *(max(one.came or 0, one.said) for one in sittings)])
    room = WIDTH / max(len(sittings), 5)
    width, crowded = min(room * 0.7, 40), len(sittings) > 7
    bars: list[dict[str, object]] = []
    for place, one in enumerate(sittings):
        count = one.said if one.came is None else one.came
        height = (FLOOR - TOP) * count / most
        bars.append(
            {
                "x": round(place * room + (room - width) / 2, 1),
                "middle": round((place + 0.5) * room, 1),
                "y": round(FLOOR - height, 1),
                "width": round(width, 1),
                "height": round(height, 1),
                "noted": one.came is not None,
                "count": "?" if one.came is None else one.came,
                "day": "" if crowded and (len(sittings) - place) % 2 == 0 else _day(one, spoken),
            }
        )
    return bars


def _day(one: Sitting, spoken: str) -> str:
    return f"{one.meeting.start:%d/%m}" if spoken == "fr" else f"{one.meeting.start:%-d %b}"


def _no_shows(health: Health) -> Sayable | None:
    if not health.no_shows:
        return None
    return _n(
        "In the last meetings, somebody had said yes once and could not come after all.",
        "In the last meetings, {n} times somebody had said yes and could not come after all.",
        n=health.no_shows,
    )


def _people(health: Health) -> list[tuple[Sayable, Sayable | None, list[object]]]:
    """Each circle of people: what it is, what to know about it, who."""
    return [
        (
            _("Core"),
            _("Those who came to two thirds of the last meetings."),
            list(names.listed(health.core, 40)),
        ),
        (
            _("New, not yet seen"),
            _("They joined in the last two months. A word before the next date helps."),
            list(names.listed(health.newcomers, 40)),
        ),
        (
            _("No sign for two months"),
            _("Who neither came, answered nor wrote. Perhaps they only read: that is fine too."),
            list(names.listed(health.silent, 40)),
        ),
        (
            _("Out of reach"),
            _("What I write to them in private does not arrive. Ask them to write me a word."),
            list(health_words.unreached(health.unreachable, 40)),
        ),
    ]


def _messages(health: Health) -> list[tuple[Sayable, Sayable | str]]:
    """What was said in a month, what it cost, what still waits."""
    sent, known = health.sent, prices.on(now().date())
    templates = _n("one template", "{n} templates", n=sent.templates)
    whatsapp = _n("one, of which {templates}", "{n}, of which {templates}", n=sent.whatsapp, templates=templates)
    cost = _(
        "{cost}, at the prices of {day}; what members write costs {each} a message more",
        cost=health_words.dollars(sent.cost),
        day=Day(known.since),
        each=health_words.dollars(known.message, 3),
    )
    rows: list[tuple[Sayable, Sayable | str]] = [
        (_("On Telegram"), _n("one, free of charge", "{n}, free of charge", n=sent.telegram))
    ]
    if sent.whatsapp:
        rows += [(_("On WhatsApp"), whatsapp), (_("Cost"), cost)]
    rows.append((_("Waiting to be said"), _waiting(sent.waiting, sent.held)))
    rows.append((_("Did not arrive"), str(sent.lost)))
    return rows


def _waiting(waiting: int, held: int) -> Sayable | str:
    if not held:
        return str(waiting)
    return _("{n}, of which {held} until somebody writes, presses Start or has their digest", n=waiting, held=held)

"""A member's own page: what is known of them, what they hear of each group, their calendars (row 87, R1)."""

import datetime as dt

from flask import Blueprint, redirect, request

from handlers.kit import doors, entry
from handlers.kit.texts import Day, Sayable, Text, When, _
from storage import db
from storage.groups import ORGANIZER, Membership
from storage.meetings import Feed, Meeting
from storage.noise import zone_of
from storage.outbox import Reminder
from storage.passes import Pass
from storage.people import TELEGRAM, Address, Person
from webhook import reader
from webhook.entry import Answer, closed, guest, language, number, sealed

routes = Blueprint("me_page", __name__)
LANGUAGES = {"fr": "Français", "en": "English"}
DIALS = {
    "all": (_("Everything"), _("each message of the group, when it is said")),
    "essential": (_("Only the essential"), _("dates, decisions, whatever needs your answer")),
    "digest": (_("A weekly digest"), _("the essential, and the rest on Sunday evening in one message")),
}


@routes.get("/me")
def mine() -> Answer:
    """The page of whoever this browser was let in for."""
    found = guest(entry.ME)
    if found is None:
        return closed(entry.ME)
    person = found.person
    return reader.page(
        "me.html",
        language(person),
        person=person,
        known=_known(person),
        seats=[_seat(seat) for seat in Membership.all_of(person)],
        dials=DIALS,
        calendar=_calendar(person),
        seal=found.seal(),
        kept=request.args.get("kept") == "1",
    )


def _known(person: Person) -> list[tuple[Sayable, Sayable | str]]:
    """What is known of them, each with its name."""
    rows: list[tuple[Sayable, Sayable | str]] = [(_("Name"), person.name or _("none"))]
    rows += [(_("On {messenger}", messenger=_messenger(one)), _shown(one)) for one in person.addresses]
    rows.append((_("Language"), LANGUAGES.get(person.language or "", _("the language of each group"))))
    rows.append((_("Time zone"), person.timezone or _("the time zone of each group")))
    rows.append((_("Known since"), _("{day}", day=_day(person, person.created_at))))
    return rows


def _messenger(address: Address) -> str:
    return "Telegram" if address.platform == TELEGRAM else "WhatsApp"


def _shown(address: Address) -> Text:
    """The end of a number is enough to know it by; somebody may look over the shoulder."""
    if address.stopped:
        return _("stopped: nothing is sent there")
    if address.platform == TELEGRAM:
        return _("connected")
    return _("connected, the number ends with {end}", end=address.address[-2:])


def _day(person: Person, moment: dt.datetime) -> Day:
    return Day(moment.astimezone(zone_of(person, None)).date())


def _seat(seat: Membership) -> dict[str, object]:
    """What the page says of one group."""
    group, ahead = seat.group, Meeting.next_of(seat.group)
    pause = _day(seat.person, seat.paused_until) if seat.dial == "pause" and seat.paused_until else None
    return {
        "id": seat.id,
        "group": group.name,
        "joined": _("Member since {day}", day=_day(seat.person, seat.joined_at)),
        "organizes": seat.role == ORGANIZER,
        "introduction": seat.introduction if seat.introduced_at else "",
        "dial": seat.dial,
        "pause": _("On a pause until {day}. Choosing below ends it.", day=pause) if pause else None,
        "ahead": _("Next date: {when}", when=When(ahead.start)) if ahead else None,
        "ahead_link": doors.meeting_link(ahead) if ahead else "",
        "faces": f"/{entry.FACES}/{group.id}",
        "card": f"/{entry.CARD}/{group.id}" if seat.role == ORGANIZER else "",
    }


def _calendar(person: Person) -> str:
    """The page of their calendar address, if they ever asked for one; looking makes none."""
    feed = Feed.select().where(Feed.person == person, Feed.revoked_at.is_null()).order_by(Feed.id).first()
    return doors.feed_page(feed) if feed else ""


@routes.post("/me/dial")
def dial() -> Answer:
    """Choose what to hear of one of one's groups."""
    found = guest(entry.ME)
    if found is None or not sealed(found):
        return closed(entry.ME)
    chosen, seat = request.form.get("dial", ""), _own_seat(found)
    if chosen in DIALS and seat is not None:
        with db.transaction():
            if seat.dial == "pause":
                Reminder.cancel("dl.back", "Membership", seat.id)
            seat.set_dial(chosen)
    return redirect(f"/me?kept=1&lang={language(found.person)}", 303)


def _own_seat(found: Pass) -> Membership | None:
    wanted = number(request.form.get("seat", "")) or 0
    mine = (Membership.id == wanted) & (Membership.person == found.person_id) & (Membership.state == "in")
    return Membership.get_or_none(mine)

"""Health: the organizers see how their group is doing, when they ask and once a month, with a picture (118)."""

import datetime as dt
from zoneinfo import ZoneInfo

from handlers.kit import Due, Happening, Message, Says, Tap, _, entry, lines, on, say
from handlers.kit.cards import health_words
from storage.db import now
from storage.groups import ORGANIZER, Group, Membership
from storage.health import Health, NoCard, unplanned
from storage.rhythms import Pause

HOUR = dt.time(10, 15)  # of the first of a month, at the group's place
USEFUL = dt.timedelta(days=5)
YOUNG = dt.timedelta(days=14)  # a group that was founded so lately knows how it is doing
LEAST = 3  # members


@on.command(
    "santedugroupe",
    "health",
    help=_("how your group is doing: dates, attendance, who is missing"),
    word=_("group health"),
    only="organizer",
)
@on.phrase("santé du groupe", "la santé du groupe", "fiche santé", "comment va le groupe", only="organizer")
@on.phrase("comment va mon groupe", "bilan du groupe", "état du groupe", only="organizer")
@on.phrase("group health", "health of the group", "health card", "how is the group doing", only="organizer")
@on.phrase("how is my group doing", "how is the group", only="organizer")
def health(msg: Message) -> Says:
    group = msg.home()
    yield say.tell(
        msg.person,
        health_words.card(Health(group)),
        say.button(page, group),
        group=group,
        picture=("health", group.id),
    )


@on.tap("hc.page", Group, _("All the figures"), only="organizer")
def page(tap: Tap) -> Says:
    group = tap.home()
    text = _("How {group} is doing, in full:", group=group.name)
    yield entry.told(tap.person, entry.CARD, text, group)


# ------------------------------------------------------------------ once a month


@on.event("hour_passed")
def wake(happening: Happening) -> Says:
    """Every live group has its day, also those founded before there was a card."""
    for group in unplanned(on.registry.codes[monthly]):
        yield say.later(monthly, group, _first_of_next_month(group))


def _first_of_next_month(group: Group) -> dt.datetime:
    """A little later for some, so that not all cards are drawn in one second."""
    zone = ZoneInfo(group.timezone)
    today = now().astimezone(zone).date()
    first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    at = dt.datetime.combine(first, HOUR, zone) + dt.timedelta(seconds=group.id * 7 % 1800)
    return at.astimezone(dt.UTC)


@on.due("hc.month", Group)
def monthly(due: Due) -> Says:
    group = due.about(Group)
    if group.state != "live":
        return
    yield say.later(monthly, group, _first_of_next_month(group))
    if now() < due.at + USEFUL and _worth_it(group):
        for seat in NoCard.wanted(group):
            yield _told(seat, due.at)


def _worth_it(group: Group) -> bool:
    young = group.founded_at is not None and group.founded_at > now() - YOUNG
    return not young and not Pause.current(group) and len(group.members()) >= LEAST


def _told(seat: Membership, at: dt.datetime) -> say.Say:
    group = seat.group
    return say.tell(
        seat.person,
        health_words.card(Health(group)),
        say.button(page, group),
        say.button(no_more, seat),
        group=group,
        picture=("health", group.id),
        once=f"hc:{seat.id}:{at:%Y-%m}",
        unasked=True,
        until=at + USEFUL,
        template="news",
    )


@on.tap("hc.none", Membership, _("No card each month"), only="self")
def no_more(tap: Tap) -> Says:
    NoCard.wish(tap.about(Membership), True)
    text = _("All right, no card each month any more. Write “group health” whenever you want to look.")
    yield (
        say.reply(text)
        if tap.membership is None
        else say.tell(tap.person, text, say.button(again, tap.membership), group=tap.home())
    )


@on.tap("hc.again", Membership, _("Send it each month"), only="self")
def again(tap: Tap) -> Says:
    seat = tap.about(Membership)
    if tap.membership is None or seat.role != ORGANIZER:
        yield say.reply(_("Only organizers get that card."))
        return
    NoCard.wish(seat, False)
    yield say.reply(lines(_("Good: the card comes on the first of each month.")))

"""How a group is doing, in a few lines: the same sentences in the chat and on the page (118)."""

from collections.abc import Sequence

from handlers.kit import names
from handlers.kit.texts import Sayable, Text, When, _, _n, lines
from storage.health import Health, Missed
from storage.people import Person

SHOWN = 6  # names in a line of the chat
WHY = {
    "blocked": _("has blocked me"),
    "gone": _("the account is gone"),
    "invalid": _("the number takes no messages"),
    "unstarted": _("has not pressed Start yet"),
    "stopped": _("wrote STOP"),
    "nowhere": _("no messenger is known"),
}


def card(health: Health) -> Sayable:
    """All that matters, on a phone: a line a fact, and none where there is nothing to say."""
    return lines(
        _("<b>How {group} is doing</b>", group=health.group.name),
        ahead(health),
        attendance(health),
        _("Core: {names}", names=names.listed(health.core, SHOWN)) if health.core else None,
        _people(_("New, not yet seen: {names}"), health.newcomers),
        _people(_("No sign for two months: {names}"), health.silent),
        _("Out of reach: {names}", names=unreached(health.unreachable)) if health.unreachable else None,
        sent(health),
        waiting(health),
    )


def ahead(health: Health) -> Text:
    """The next date, or what there is instead."""
    if health.ahead is not None:
        return _("Next date: {when}", when=When(health.ahead.start))
    if health.poll is not None:
        return _("Next date: the vote is open.")
    return _("Next date: none yet. Write “dates” to propose some.")


def attendance(health: Health) -> Text | None:
    """How many come; nothing before the first meeting."""
    known = [one.came for one in health.sittings if one.came is not None]
    if health.mean is None:
        return _("Attendance: nobody noted yet who was there.") if health.sittings else None
    if len(known) == 1:
        return _n("Attendance: one person at the first meeting.", "Attendance: {n} at the first meeting.", n=known[0])
    return _("Attendance: {mean} on average, {last} the last time.", mean=round(health.mean), last=known[-1])


def _people(sentence: Text, people: Sequence[Person]) -> Text | None:
    return sentence.given(names=names.listed(people, SHOWN)) if people else None


def unreached(missed: Sequence[Missed], most: int = SHOWN) -> list[Text]:
    """Who is out of reach, each with the reason."""
    named = names.listed([one.person for one in missed], len(missed))
    shown = [
        _("{name} ({why})", name=name, why=WHY.get(one.why, WHY["invalid"]))
        for name, one in zip(named, missed, strict=True)
    ]
    more = len(shown) - most
    return [*shown[:most], _n("one more", "{n} more", n=more)] if more > 0 else shown


def sent(health: Health) -> Text | None:
    """What was said in a month, and what WhatsApp took for it."""
    found = health.sent
    total = found.telegram + found.whatsapp
    if not total:
        return None
    if not found.whatsapp:
        return _n(
            "Said in 30 days: one message, free of charge.", "Said in 30 days: {n} messages, free of charge.", n=total
        )
    return _n(
        "Said in 30 days: one message, {whatsapp} on WhatsApp (about {cost}).",
        "Said in 30 days: {n} messages, {whatsapp} on WhatsApp (about {cost}).",
        n=total,
        whatsapp=found.whatsapp,
        cost=dollars(found.cost),
    )


def dollars(cost: float, digits: int = 2) -> Text:
    """A price: Twilio counts in US dollars."""
    whole, _point, cents = f"{cost:.{digits}f}".partition(".")
    return _("US${whole}.{cents}", whole=whole, cents=cents)


def waiting(health: Health) -> Text | None:
    """What is still to be said, and what was lost."""
    found = health.sent
    parts = [
        _n("one message waits", "{n} messages wait", n=found.waiting) if found.waiting else None,
        _n("one did not arrive", "{n} did not arrive", n=found.lost) if found.lost else None,
    ]
    known = [part for part in parts if part]
    return _("Under way: {parts}.", parts=known) if known else None

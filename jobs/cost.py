"""What a group costs on WhatsApp in a month, from the year that a test plays and the dated prices."""

import datetime as dt
from collections.abc import Iterator

from storage import prices

LINE = "{name:<34}{count:>7.0f} x {price:<6} {total:>8.2f} USD"


def told(members: int, day: dt.date | None = None) -> Iterator[str]:
    """The lines of `python -m jobs cost`: so many members on WhatsApp, one month, the prices of that day."""
    known = prices.on(day or dt.date.today())
    month = prices.MEMBER_MONTH.of(members)
    yield f"{members} members on WhatsApp, one month, prices since {known.since}:"
    yield LINE.format(
        name="said to them (Twilio)", count=month.said, price=known.message, total=month.said * known.message
    )
    yield LINE.format(
        name="heard from them (Twilio)", count=month.heard, price=known.message, total=month.heard * known.message
    )
    yield LINE.format(
        name="of the said, templates (Meta)",
        count=month.templates,
        price=known.template,
        total=month.templates * known.template,
    )
    yield f"{'in all':<50}{month.cost(known):>8.2f} USD"
    yield f"{'a member':<50}{prices.MEMBER_MONTH.cost(known):>8.2f} USD"

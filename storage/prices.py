"""What WhatsApp costs: dated prices of Twilio and Meta, and how much a member says and hears in a month."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Prices:
    """US dollars a message, from a day on; Meta's is that of a utility template sent to a French number."""

    since: dt.date
    message: float
    template: float


# Twilio charges every message, in and out; Meta a template that opens a conversation (Twilio: WhatsApp pricing;
# Meta: rates by country, reviewed every quarter). A new price is a new line: what was counted before keeps its own.
DATED = (Prices(dt.date(2025, 7, 1), message=0.005, template=0.03),)


def on(day: dt.date) -> Prices:
    """The prices of that day; the first known ones for a day before them."""
    return max((known for known in DATED if known.since <= day), key=lambda known: known.since, default=DATED[0])


@dataclass(frozen=True)
class Traffic:
    """WhatsApp messages: said by Noyau (templates counted in), those of them that are templates, and heard."""

    said: float
    templates: float
    heard: float

    def cost(self, prices: Prices) -> float:
        """US dollars."""
        return (self.said + self.heard) * prices.message + self.templates * prices.template

    def of(self, members: float) -> "Traffic":
        """The same for so many members."""
        return Traffic(self.said * members, self.templates * members, self.heard * members)


# One member in one month, as the story of a year counts it (tests/stories/test_year.py compares): a meeting about
# every ten days, votes, reminders, mission cards, two holidays.
MEMBER_MONTH = Traffic(said=16.3, templates=5.9, heard=4.6)

"""Absence: after a long silence the organizers learn of it, and open votes are shown anew in the chat (F25)."""

import datetime as dt
from dataclasses import replace

from handlers.kit import Happening, Says, _, _n, lines, on, say
from handlers.kit.cards import ballot
from handlers.kit.texts import Sayable, When
from storage.db import now
from storage.groups import Group
from storage.noise import zone_of
from storage.outbox import Card
from storage.polls import DATE, Poll
from storage.rhythms import Pause

USEFUL = dt.timedelta(days=2)


@on.event("back")
def back(event: Happening) -> Says:
    """Telegram forgets taps after 150 seconds and messages after a day: what stands open is asked again."""
    for group in Group.select().where(Group.state == "live"):
        polls = Poll.open_of(group, DATE)[:1] if _in_a_chat(group) and not Pause.current(group) else []
        yield from _account(group, event, bool(polls))
        for poll in polls:
            yield from _again(group, poll)


def _in_a_chat(group: Group) -> bool:
    return group.chat is not None and group.chat.present


def _account(group: Group, event: Happening, voting: bool) -> Says:
    since, until = event.facts["since"], event.facts["until"]
    zone = zone_of(None, group)
    away = _(
        "I was away from {start} to {end}, sorry. What still matters goes out now, one message a person.",
        start=When(since.astimezone(zone), short=True),
        end=When(until.astimezone(zone), short=True),
    )
    text = lines(away, _dropped(event.facts["dropped"].get(group.id, 0)), _lost(voting))
    once = f"back:{group.id}:{until:%Y%m%d%H%M}"
    for person in group.organizers():
        how = {"unasked": True, "until": now() + USEFUL, "once": f"{once}:{person.id}"}
        yield say.tell(person, text, group=group, **how)


def _dropped(many: int) -> Sayable | None:
    if not many:
        return None
    return _n("{n} message came too late to be of use: I dropped it.",
              "{n} messages came too late to be of use: I dropped them.", n=many)  # fmt: skip


def _lost(voting: bool) -> Sayable:
    if voting:
        return _("Taps and words of that time may be lost. The open vote is shown again in the Telegram group.")
    return _("Taps and words of that time may be lost: whoever got no answer can simply try again.")


def _again(group: Group, poll: Poll) -> Says:
    """The card anew, under what was said since; copies in private have their words and numbers."""
    if group.chat is not None:
        Card.forget(str(group.chat.chat_id), ballot.key(poll))
    yield replace(ballot.posted(poll, poll.tally()), among=frozenset())

"""Undo: "annuler", while nothing is asked, takes back the last thing that one did; it says what, or why not (116)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from handlers.kit import Message, Sayable, Says, Tap, _, duties, lines, on, say
from handlers.kit.cards import ballot, gathering, outcome
from handlers.kit.texts import When
from storage.deeds import GROUP_CHAT, OWN, Deed
from storage.groups import Group, Membership, lock_group
from storage.meetings import Attendance, Meeting, lock_meeting
from storage.polls import Ballot, Poll
from storage.rhythms import Pause
from storage.rosters import put
from storage.venues import Venue

ANNOUNCED = _("Everybody was told the date, so it stays. “move” and a day, or “cancel the meeting”, changes it.")
NOT_ANY_MORE = _("You may no longer decide that here. Ask an organizer of the group.")
CHANGED = _("That has changed again meanwhile, so I leave it. “journal” shows what was changed.")

STAYS_AS_IT_IS = _("The last thing you did can't be taken back. “journal” shows it, and “help” what changes it.")
STAYS = {
    "poll_prolonged": _("Everybody may vote longer, so it stays. “close the vote” ends it whenever you like."),
    "closed": _("The meeting is closed, so it stays. “correct the summary” changes what is told of it."),
    "told": _("Others have read it already, so I can't take it back. You may say it to them otherwise."),
    "started": _("Everybody was told that the meeting has begun, so it stays. “let's close” ends it."),
    "shown_out": _("They are out of the Telegram group. They may still apply: accept them, and they come in again."),
    "kept": _("The group goes on, and that binds nobody to anything: it stays."),
    "turns": _("That stays. “rotating animator”, “no more turns” or “terms of 3 meetings” changes it again."),
}


@on.command("undo", "defaire")
@on.phrase(
    "défais",
    "défaire",
    "reviens en arrière",
    "undo that",
    "take it back",
    "annule ça",
    "annule ce que j'ai fait",
    "scrap that",
    "scrap what I just said",
    "scrap what I said",
    "forget what I just said",
    "ignore what I just said",
    "oublie ce que je viens de dire",
    "oublie ce que j'ai dit",
    "annule ce que je viens de dire",
)
@on.like(
    "annule mon vote", "je me suis trompé", "c'était une erreur", "reviens sur ce que j'ai fait",
    "enlève ma réponse", "I made a mistake", "undo my answer", "take back my vote", "that was a mistake",
    "retire ma réponse", "enlève ce que je viens de faire", "je retire",
    "j'ai cliqué trop vite", "mauvais bouton", "oops wrong button", "scratch that", "revert that",
    "oups pas ça", "zut erreur", "je voulais pas faire ça", "je reviens sur mon vote", "enlève mon vote",
    "oops not that", "my bad, undo", "I take it back",
)  # fmt: skip
def undo(msg: Message) -> Says:
    """In so many words, where "annuler" may mean the dialogue."""
    said = list(undo_last(msg))
    yield from said or [say.reply(_("There is nothing of yours to take back. “journal” shows what was changed."))]


@on.event("undo")
def undo_last(msg: Message) -> Says:
    """The last thing this person did that can still be taken back; nothing said means there was none."""
    where, group = (msg.platform, None) if msg.private else (GROUP_CHAT, msg.group)
    for deed in Deed.latest_of(msg.person, where, group):
        told = replace(msg.about(deed.group), record=deed)
        if told.membership is None:
            continue
        if not deed.take_back():  # they said it twice at once
            yield say.reply(_("That is taken back already."))
            return
        if said := list(_undone(told, deed)):
            yield from map(_marked, said)
            return
        deed.keep()


def _marked(effect: say.Say) -> say.Say:
    """What an undoing signals is no new deed."""
    return replace(effect, facts=effect.facts | {"undone": True}) if isinstance(effect, say.Signal) else effect


def _undone(msg: Message, deed: Deed) -> Says:
    if deed.facts.get("press"):
        yield from _press(msg, deed)
        return
    functions = on.registry.events.get(f"undo_{deed.kind}", ())
    for function in functions:
        yield from function(msg)
    if not functions and (deed.kind in STAYS or deed.kind not in OWN):
        yield from _stays(deed, STAYS.get(deed.kind, STAYS_AS_IT_IS))


def _stays(deed: Deed, why: Sayable) -> Says:
    """It is not taken back after all, and the journal doesn't say so."""
    deed.keep()
    yield say.reply(why)


def _press(msg: Message, deed: Deed) -> Says:
    """The feature has a button for it: pressed for them, with the right asked again."""
    known = on.registry.buttons.get(str(deed.facts["press"]))
    record = known.model.get_or_none(id=deed.facts["record"]) if known and known.model else None
    if known is None or record is None or getattr(record, "undone_at", None) is not None:
        return
    if known.only == "organizer" and not duties.may(msg.seat(), known.function):
        yield from _stays(deed, NOT_ANY_MORE)
        return
    tap = Tap(msg.person, msg.address, msg.event, msg.group, msg.membership, record)
    said = list(known.function(tap))
    if not any(isinstance(effect, say.Signal) and effect.kind == "taken_back" for effect in said):
        deed.keep()  # too late, or changed meanwhile: the button says so
    yield from said if any(isinstance(effect, say.Reply | say.Tell) for effect in said) else map(_aloud, said)


def _aloud(effect: say.Say) -> say.Say:
    """A word over a button is a message where words asked for it."""
    return say.reply(effect.text) if isinstance(effect, say.Toast) else effect


# ------------------------------------------------------------------ one's own answers


@on.event("undo_attended")
def attended(msg: Message) -> Says:
    deed = msg.about_card(Deed)
    meeting = lock_meeting(Meeting.get_by_id(deed.facts["meeting"]))
    row = Attendance.of(meeting, msg.person)
    if row is None or not meeting.coming:
        yield from _stays(deed, gathering.too_late(meeting))
    elif before := deed.facts["before"]:
        done = put(meeting, msg.person, before, deed.facts.get("guests"))
        if done is not None:
            yield say.reply(lines(_("Taken back, as before:"), gathering.noted(done)))
            yield from gathering.follow(done)
    else:
        row.note(answer="", guests=0, waits_since=None, sure_at=None, dropped_at=None, comment="")
        yield say.reply(_("Taken back: you have not answered for {when}.", when=When(meeting.start)))
        yield from gathering.fill(meeting)
        yield gathering.refresh(meeting)


# ------------------------------------------------------------------ votes as a whole


@on.event("undo_poll_opened")
def opened(msg: Message) -> Says:
    """Nobody has voted yet: the vote goes; else it is dropped only on purpose."""
    deed = msg.about_card(Deed)
    poll = Poll.get_by_id(deed.facts["poll"])
    poll.hold()
    others = [seat for seat in Ballot.answered_in(poll) if seat.person_id != msg.person.id]
    if not poll.open:
        yield from _stays(deed, outcome.decided(poll))
    elif others:
        deed.keep()
        text = _("Others have voted already, so it stays open. Shall I drop it all the same?")
        yield say.reply(text, say.button(on.tapped("cp.drop"), poll))
    elif poll.cancel(msg.person):
        yield from outcome.settle(poll, poll.tally())
        yield say.signal("poll_dropped", poll)
        yield say.reply(_("Taken back: the vote is gone. Write “dates” to propose others."))


@on.event("undo_poll_dropped")
def dropped(msg: Message) -> Says:
    """It was dropped by mistake: it goes on, unless another one is open by now."""
    deed = msg.about_card(Deed)
    poll = Poll.get_by_id(deed.facts["poll"])
    lock_group(poll.group)
    if not outcome.may_decide(poll, msg.membership):
        yield from _stays(deed, NOT_ANY_MORE)
    elif Poll.open_of(poll.group, poll.kind) or not poll.revive():
        yield from _stays(deed, _("That vote can't go on: its time is over, or another one is open. Write “dates”."))
    else:
        tally = poll.tally()
        yield say.signal("poll_opened", poll)
        yield say.reply(_("Taken back: the vote goes on, and no answer is lost."))
        card, buttons = ballot.card(poll, tally), ballot.buttons(poll, tally.choices)
        yield say.post(poll.group, card, *buttons, key=ballot.key(poll), columns=3, template="vote")


@on.event("undo_poll_closed", "undo_meeting_fixed")
def announced(msg: Message) -> Says:
    yield from _stays(msg.about_card(Deed), ANNOUNCED)


# ------------------------------------------------------------------ meetings


def _meeting(function: Callable[[Message, Deed, Meeting], Says]) -> Callable[[Message], Says]:
    """With the meeting held, by somebody who may still decide it."""

    def held(msg: Message) -> Says:
        deed = msg.about_card(Deed)
        meeting = lock_meeting(Meeting.get_by_id(deed.facts["meeting"]))
        if msg.seat().may("dates"):
            yield from function(msg, deed, meeting)
        else:
            yield from _stays(deed, NOT_ANY_MORE)

    return held


@on.event("undo_meeting_moved")
@_meeting
def moved(msg: Message, deed: Deed, meeting: Meeting) -> Says:
    zone = ZoneInfo(deed.facts["zone"])
    old, new = (dt.datetime.fromisoformat(deed.facts[name]).astimezone(zone) for name in ("old", "new"))
    if meeting.start != new or not meeting.move(old):
        yield from _stays(deed, CHANGED)
    else:
        yield say.reply(_("Taken back: we meet on <b>{when}</b> as before. I'm telling everyone.", when=When(old)))
        yield say.signal("meeting_moved", meeting, old=new)


@on.event("undo_meeting_cancelled")
@_meeting
def cancelled(msg: Message, deed: Deed, meeting: Meeting) -> Says:
    if meeting.revive():
        yield say.reply(_("Taken back: <b>{when}</b> is on again. I'm telling everyone.", when=When(meeting.start)))
        yield say.signal("meeting_revived", meeting)
    else:
        yield from _stays(deed, CHANGED)


@on.event("undo_place_changed")
def place(msg: Message) -> Says:
    deed = msg.about_card(Deed)
    meeting = lock_meeting(Meeting.get_by_id(deed.facts["meeting"]))
    now_at, old = meeting.where(), str(deed.facts["old"])
    if now_at != deed.facts["place"] or not _back_to(meeting, old):
        yield from _stays(deed, CHANGED)
    else:
        yield say.reply(_back_at(meeting))
        yield say.signal("place_changed", meeting, old=now_at)


def _back_to(meeting: Meeting, old: str) -> bool:
    known = [venue for venue in Venue.select().where(Venue.group == meeting.group) if _named(venue) == old]
    return meeting.meet_at(known[0], "", known[0].link) if known else meeting.meet_at(None, old, meeting.link)


def _named(venue: Venue) -> str:
    return ", ".join(part for part in (venue.name, venue.address) if part)


def _back_at(meeting: Meeting) -> Sayable:
    if not meeting.where():
        return _("Taken back: no place is set, as before.")
    return _("Taken back: we meet at <b>{place}</b> as before.", place=meeting.where())


# ------------------------------------------------------------------ the group's own words


@on.event("undo_words")
def words(msg: Message) -> Says:
    deed, group = msg.about_card(Deed), msg.home()
    if not msg.seat().may("all"):
        yield from _stays(deed, NOT_ANY_MORE)
    elif not group.say_again(deed.facts["was"], deed.facts["now"]):
        yield from _stays(deed, CHANGED)
    else:
        yield say.reply(_("Taken back: {group} says and asks what it did before.", group=group.name))


# ------------------------------------------------------------------ a pause


@on.event("undo_group_paused")
def paused(msg: Message) -> Says:
    deed = msg.about_card(Deed)
    pause: Any = Pause.get_by_id(deed.facts["pause"])
    seat: Membership = msg.seat()
    group: Group = msg.home()
    if not seat.may("dates"):
        yield from _stays(deed, NOT_ANY_MORE)
    elif not pause.end():
        yield from _stays(deed, CHANGED)
    else:
        yield say.reply(_("Taken back: no pause, everything goes on."))
        yield say.post(
            group, _("No pause after all: everything goes on."), but=msg.person, once=f"unpause:{pause.id}"
        )

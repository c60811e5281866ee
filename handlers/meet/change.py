"""Change: what somebody wants of a meeting is read back, then confirmed once, passed on, or undone."""

from typing import Any

from handlers.kit import Happening, Message, Sayable, Says, Tap, _, lines, on, say
from handlers.kit.cards.changing import decides, meeting_of, shown
from handlers.kit.reading import moment, spots
from handlers.kit.texts import When, fold
from storage.changes import CANCEL, FIX, MOVE, PLACE, Change
from storage.db import now
from storage.groups import lock_group
from storage.meetings import Meeting, lock_meeting
from storage.outbox import Question
from storage.people import Person
from storage.polls import DATE, Poll
from storage.rhythms import Rhythm

YES_WORDS = set("oui ok okay yes yep ouais d'accord exact parfait go valide confirme".split())
YES_WORDS |= {"c'est ca", "c'est bon", "vas-y", "that's right", "that's it", "go ahead", "oui c'est bon", "oui merci"}
NO_WORDS = {"non", "no", "nope", "laisse", "non merci", "no thanks", "pas encore", "laisse tomber"}
QUESTIONS = {
    FIX: _("Shall I fix it?"),
    MOVE: _("Shall I move it?"),
    CANCEL: _("Shall I cancel it?"),
    PLACE: _("Shall we meet there?"),
}
YES_LABELS = {
    FIX: _("Yes, fix it"),
    MOVE: _("Yes, move it"),
    CANCEL: _("Yes, cancel it"),
    PLACE: _("Yes, there"),
}
UNCHANGED = _("All right, nothing has changed.")


# ------------------------------------------------------------------ read back


@on.event("change_wanted")
def read_back(happening: Happening) -> Says:
    """Show what was understood: who decides confirms it, who doesn't may pass it on."""
    change = happening.about(Change)
    if change.by is None:
        return
    if decides(change, change.by):
        text, buttons = lines(shown(change), _question(change)), _choices(change)
    else:
        text, buttons = lines(shown(change), _whodecides(change)), _passing(change)
    if happening.facts["private"]:
        yield say.ask(answered, text, *buttons, group=change.group, change=change.id)
    else:
        yield say.reply(text, *buttons)


def _only_link(change: Change) -> bool:
    """A video room beside a place that stays?"""
    return change.kind == PLACE and change.venue is None


def _question(change: Change) -> Sayable:
    return _("Shall I add it?") if _only_link(change) else QUESTIONS[change.kind]


def _label(change: Change) -> Sayable:
    return _("Yes, add it") if _only_link(change) else YES_LABELS[change.kind]


def _choices(change: Change) -> list[say.Button]:
    buttons = [say.button(yes, change, _label(change))]
    if change.kind == FIX and change.meeting is not None and _ahead(change.meeting):
        buttons = [say.button(yes, change, _("One more meeting")), say.button(instead, change)]
    if change.kind == PLACE and not _only_link(change):
        buttons.append(say.button(pass_on, change, _("Only an idea")))
    return [*buttons, say.button(no, change)]


def _ahead(meeting: Meeting) -> bool:
    """One that has begun is no longer moved."""
    return meeting.coming and now() < meeting.starts_at


def _passing(change: Change) -> list[say.Button]:
    label = _("Propose it") if change.kind == PLACE else None
    return [say.button(pass_on, change, label), say.button(no, change)]


def _whodecides(change: Change) -> Sayable:
    if change.kind == PLACE:
        return _("Shall I propose it to the group's organizers?")
    return _("The organizers decide that. Shall I pass your idea on to them?")


# ------------------------------------------------------------------ answered in words


@on.answer("ch.answer")
def answered(msg: Message) -> Says:
    """Yes, no, another day or hour; anything else is a new subject, and the card's buttons still work."""
    change = Change.get_or_none(Change.id == msg.answers.get("change", 0))
    words = fold(msg.text).strip(" .!,")
    if not words:
        yield say.reply(_("I need words here: “yes”, “no”, or what to change."))
        return
    yield say.done()
    if change is None or not change.open:
        yield say.replay(msg.text, msg.group)
    elif words in YES_WORDS:
        yield from _said_yes_to(change, msg)
    elif words in NO_WORDS:
        yield from _refuse(change, msg.person)
    elif change.kind in (FIX, MOVE) and moment.has_date(msg.text):
        change.drop(msg.person)
        yield say.signal("change_reworded", change, words=msg.text, private=True)
    else:
        yield say.replay(msg.text, msg.group)


@on.cancel(answered)
@on.back(answered)
def never_mind(msg: Message) -> Says:
    yield say.done()
    change = Change.get_or_none(Change.id == msg.answers.get("change", 0))
    if change is not None:
        change.drop(msg.person)
    yield say.reply(UNCHANGED)


def _said_yes_to(change: Change, msg: Message) -> Says:
    if decides(change, msg.person):
        yield from _do(change, msg.person)
    else:
        yield from _pass(change, msg.person)


# ------------------------------------------------------------------ yes, no


@on.tap("ch.yes", Change, _("Yes"), only="member")
def yes(tap: Tap) -> Says:
    change = tap.about(Change)
    if decides(change, tap.person):
        yield from _do(change, tap.person)
    else:
        yield say.reply(
            _("The organizers of {group} decide that. You can pass it on to them.", group=tap.home().name)
        )


@on.tap("ch.instead", Change, _("Move the other one"), only="organizer")
def instead(tap: Tap) -> Says:
    """Not one more meeting: the one that stands there moves."""
    change = tap.about(Change)
    if change.open and change.kind == FIX and change.meeting is not None:
        change.kind = MOVE
        change.save(only=[Change.kind])
    yield from _do(change, tap.person)


@on.tap("ch.no", Change, _("No"), only="member")
@on.refuses
def no(tap: Tap) -> Says:
    yield from _refuse(tap.about(Change), tap.person)


def _refuse(change: Change, person: Person) -> Says:
    mine = change.by_id == person.id
    if not mine and not decides(change, person):
        yield say.reply(_("Whoever asked for it, or an organizer, can say no to that."))
        return
    asked = change.state == "asked"
    yield from _close(change, person)
    if not change.drop(person):
        yield _already(change)
        return
    yield say.reply(UNCHANGED)
    if asked and not mine and change.by is not None:
        text = _("Thank you for your idea: for now, the organizers leave the meeting as it is.")
        yield say.tell(change.by, text, group=change.group)
    yield from _settled(change, person, _("{name} leaves it as it is.", name=person.name))


def _do(change: Change, person: Person) -> Says:
    """Do it, once; not when the meeting is no longer what was read back."""
    yield from _close(change, person)
    lock_group(change.group)
    change = Change.get_by_id(change.id)  # as the organizer who was faster left it
    if not change.open:
        yield _already(change)
    elif change.kind != FIX and not _as_read(change):
        change.drop(person, "stale")
        yield _meanwhile(Meeting.get_by_id(change.meeting_id))
    elif change.kind == FIX and _fixed_already(change):
        change.drop(person, "stale")
        yield say.reply(_("A meeting is fixed at that very hour already."))
    elif not change.take(person):
        yield _already(change)
    else:
        done = {FIX: _fix, MOVE: _move, CANCEL: _cancel, PLACE: _meet_there}
        yield from done[change.kind](change, person)
        yield from _settled(change, person, _("{name} said yes: it is done.", name=person.name))
        yield from _thank(change, person)


def _close(change: Change, person: Person) -> Says:
    """The question that the card asked in private is answered."""
    for address in person.addresses:
        question = Question.of(address)
        if question and question.answers.get("change") == change.id:
            yield say.done(address)


def _as_read(change: Change) -> bool:
    meeting = meeting_of(change)
    lock_meeting(meeting)
    fresh = Meeting.get_by_id(meeting.id)
    change.meeting = fresh
    return fresh.state == "fixed" and fresh.sequence == change.sequence


def _fixed_already(change: Change) -> bool:
    return any(meeting.starts_at == change.start for meeting in Meeting.coming_of(change.group))


def _meanwhile(meeting: Meeting) -> say.Say:
    if meeting.state != "fixed":
        return say.reply(_("That meeting was cancelled or is over meanwhile: nothing has changed."))
    text = _("The meeting changed meanwhile: it is on <b>{when}</b>.", when=When(meeting.start))
    return say.reply(lines(text, _("If you still want that, write it again.")))


def _already(change: Change) -> say.Say:
    if change.state == "done" and change.done_by is not None:
        return say.reply(_("{name} has done that already.", name=change.done_by.name))
    return say.reply(_("That question is closed. If you still want it, write it again."))


# ------------------------------------------------------------------ done


def _fix(change: Change, person: Person) -> Says:
    habits = Rhythm.of(change.group)
    facts: dict[str, Any] = {"capacity": habits.capacity, "plus_ones": habits.plus_ones, "fixed_by": person}
    facts |= {"venue": change.venue, "place": change.place, "link": change.link}
    if change.venue is not None:
        change.venue.restore()
    meeting = Meeting.fix(change.group, change.start, length=change.length or habits.length, **facts)
    yield say.reply(
        lines(_("It is fixed: <b>{when}</b>. I'm telling everyone.", when=When(meeting.start)), _vote(change))
    )
    yield say.signal("meeting_fixed", meeting, poll=None)


def _vote(change: Change) -> Sayable | None:
    if not Poll.open_of(change.group, DATE):
        return None
    return _("A vote on dates is still open; “close the vote” ends it.")


def _move(change: Change, person: Person) -> Says:
    meeting = meeting_of(change)
    old = meeting.start
    moved = meeting.move(change.start)
    if change.length:
        meeting.last(change.length)
    old_place = meeting.where()
    if change.venue is not None:
        change.venue.restore()
        meeting.meet_at(change.venue, "", change.venue.link or meeting.link)
    if not moved:
        yield say.reply(_("Settled for {when}: <b>{place}</b>.", when=When(meeting.start), place=meeting.where()))
        yield say.signal("place_changed", meeting, old=old_place)
        return
    yield say.reply(_("Moved: {old} → <b>{new}</b>. I'm telling everyone.", old=When(old), new=When(meeting.start)))
    yield say.signal("meeting_moved", meeting, old=old)


def _cancel(change: Change, person: Person) -> Says:
    meeting = meeting_of(change)
    if not meeting.cancel():
        yield _meanwhile(meeting)
        return
    text = lines(
        _("Cancelled: {when}. I'm telling everyone.", when=When(meeting.start)),
        _("A mistake? For ten minutes, one tap puts it back."),
    )
    yield say.reply(text, say.button(on.tapped("ch.revive"), change), say.button(on.tapped("ch.dates"), change.group))
    yield say.signal("meeting_cancelled", meeting)


def _meet_there(change: Change, person: Person) -> Says:
    meeting, venue = meeting_of(change), change.venue
    old = meeting.where()
    if venue is None:
        changed = meeting.meet_at(meeting.venue, meeting.place, change.link)
    else:
        venue.restore()
        changed = meeting.meet_at(venue, "", change.link or venue.link or meeting.link)
    if not changed:
        yield say.reply(_("That is the place already."))
        return
    if venue is None:
        yield say.reply(_("Noted for {when}, for whoever comes: {link}", when=When(meeting.start), link=meeting.link))
    else:
        settled = _("Settled for {when}: <b>{place}</b>.", when=When(meeting.start), place=meeting.where())
        yield say.reply(settled, *_map(change))
    yield say.signal("place_changed", meeting, old=old)


def _map(change: Change) -> list[say.Button]:
    address = spots.map_of(change.venue) if change.venue else ""
    return [say.link(_("Map"), address)] if address else []


def _thank(change: Change, person: Person) -> Says:
    """Whose idea it was hears that it was taken up."""
    if change.by is not None and change.by_id != person.id:
        text = _("{name} took up your idea. Thank you!", name=person.name)
        yield say.tell(change.by, text, group=change.group)


# ------------------------------------------------------------------ passed on


@on.tap("ch.pass", Change, _("Pass it on"), only="member")
def pass_on(tap: Tap) -> Says:
    change = tap.about(Change)
    if change.by_id != tap.person.id:
        yield say.reply(_("This button is somebody else's."))
    else:
        yield from _pass(change, tap.person)


def _pass(change: Change, person: Person) -> Says:
    yield from _close(change, person)
    if not change.pass_on():
        yield say.reply(_("It is with the organizers already.")) if change.state == "asked" else _already(change)
    elif change.kind == PLACE:
        yield say.signal("place_proposed", change)
    else:
        yield say.reply(_("Done: the organizers have your idea, and their answer comes here."))
        yield from _to_organizers(change)


@on.event("place_considered")
def consider(happening: Happening) -> Says:
    """One place is proposed: the organizers may take it at once."""
    yield from _to_organizers(happening.about(Change))


def _to_organizers(change: Change) -> Says:
    name = change.by.name if change.by else _("Somebody")
    text = lines(_("{name} proposes:", name=name), shown(change))
    buttons = [say.button(yes, change, _label(change)), say.button(no, change, _("No thanks"))]
    if change.kind == PLACE and change.meeting is not None and len(Change.ideas(change.meeting)) > 1:
        buttons.insert(1, say.button(on.tapped("pv.ideas"), change))
    for organizer in change.group.deciders("venue" if change.kind == PLACE else "dates"):
        if organizer.id != change.by_id:
            yield say.tell(organizer, text, *buttons, group=change.group, key=f"change:{change.id}")


@on.event("place_settled")
def settle(happening: Happening) -> Says:
    """The idea became a choice of a vote: the organizers' card says so."""
    yield from _settled(happening.about(Change), None, _("It is put to the vote."))


def _settled(change: Change, person: Person | None, what: Sayable) -> Says:
    """The organizers' cards say what became of it, and lose their buttons."""
    for organizer in change.group.deciders("venue" if change.kind == PLACE else "dates"):
        if organizer != person and organizer.id != change.by_id:
            text = lines(shown(change), what)
            yield say.tell(organizer, text, group=change.group, key=f"change:{change.id}", in_place=True)

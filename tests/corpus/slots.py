"""What the service read from a sentence: what the card's feature read, the draft it made, else the slots it names."""

import datetime as dt

from handlers.kit.events import Message
from handlers.kit.reading import rsvp
from handlers.kit.reading.spoken_votes import Said as Votes
from handlers.kit.speak import Turn
from handlers.kit.understand import slots
from storage import db
from storage.changes import CANCEL, Change
from storage.meetings import Meeting
from storage.polls import DATE, IF_NEEDED, NO, YES, Poll
from storage.rhythms import Pause
from storage.venues import Venue
from tests.corpus.scenes import PARIS, Scene, group
from tests.corpus.sentences import Sentence

VALUES = {YES: "yes", IF_NEEDED: "maybe", NO: "no"}


def heard(scene: Scene, sentence: Sentence, turn: Turn) -> dict[str, str]:
    """The slots by the corpus' names; only for sentences that have some."""
    if not sentence.slots:
        return {}
    found = _named(sentence)
    reading = turn.spoken.reading if isinstance(turn.spoken, Message) else None
    if isinstance(reading, rsvp.Said):
        found |= _coming(reading)
    elif isinstance(reading, Votes):
        choices = [choice.id for choice in Poll.open_of(group())[0].choices()]
        told = reading.votes.items()
        found["choice"] = ",".join(f"{choices.index(one) + 1}:{VALUES[value]}" for one, value in told)
    for name in turn.ran:
        if name.startswith("meet.attend."):
            found.setdefault("answer", name.rpartition(".")[2])
    return found | _made(scene, turn)


def _made(scene: Scene, turn: Turn) -> dict[str, str]:
    """What was really prepared: the draft of a vote, a change of a meeting, a pause."""
    told = {}
    draft = Poll.draft_of(group(), scene.person)
    if draft is not None and draft.choices():
        kept = [(choice.start.astimezone(PARIS), choice.timed) for choice in draft.choices()]
        told["date"] = ",".join(_told(start if timed else start.date()) for start, timed in kept)
    change = Change.select().where(Change.by == scene.person).order_by(Change.id.desc()).first()
    if change is not None and change.kind == CANCEL:
        told["date"] = _told(change.meeting.start.date())
    elif change is not None and change.wall:
        told["date"] = change.wall  # only the day, while its hour is asked
    seat = group().membership_of(scene.person)
    if seat is not None and seat.dial == "pause" and seat.paused_until:
        told["until"] = seat.paused_until.astimezone(PARIS).date().isoformat()
    pause = Pause.select().where(Pause.group == group()).order_by(Pause.id.desc()).first()
    if pause is not None and any(name.startswith("meet.pause.") for name in turn.ran):
        told["until"] = pause.until.isoformat()
    return told


def _coming(reading: rsvp.Said) -> dict[str, str]:
    told = {"answer": reading.answer if reading.answer != rsvp.LATE else ""}
    if reading.guests is not None:
        told["guests"] = str(reading.guests)
    if reading.minutes is not None:
        told["late"] = str(reading.minutes)
    return {name: value for name, value in told.items() if value}


def _named(sentence: Sentence) -> dict[str, str]:
    people = [seat.person for seat in group().members()]
    open_ = [one.starts_at for one in Meeting.coming_of(group())]
    open_ += [choice.start for poll in Poll.open_of(group(), DATE) for choice in poll.choices()]
    known = slots.read(sentence.text, db.now(), PARIS, sentence.language, people, Venue.known(group()), open_)
    told = {
        "date": ",".join(_told(one) for one in known.dates),
        "not": ",".join(day.isoformat() for day in known.excluded),
        "until": known.until.isoformat() if known.until else "",
        "person": ",".join(person.name for person in known.people[:1]),
        "number": str(known.numbers[0]) if known.numbers else "",
        "duration": str(known.minutes or ""),
        "late": str(known.minutes or ""),
        "card": known.card,
        "place": known.place,
        "tag": known.tag,
        "time": next((one.strftime("%H:%M") for one in known.dates if isinstance(one, dt.datetime)), ""),
    }
    return {name: value for name, value in told.items() if value}


def _told(moment: dt.datetime | dt.date) -> str:
    return moment.isoformat()[:16]

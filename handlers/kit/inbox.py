"""The one door for what happens: once, in one transaction, whatever the platform (F20, F30, F31)."""

import datetime as dt
import json
import threading
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from peewee import InterfaceError, OperationalError

from handlers.kit import on, router, say
from handlers.kit.events import Due, Happening, Incoming, Message, Sender
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from storage import db, lives
from storage.absences import TOO_OLD
from storage.crash import crash
from storage.db import Record, now
from storage.outbox import DeadLetter, Reminder, Seen
from storage.people import meet
from storage.together import together
from storage.traces import wordless

log = structlog.get_logger()
SORRY = _("Something went wrong on my side, sorry. Your message is kept, and my makers will look at it.")


_alone = threading.Lock()
_survived: set[str] = set()  # events whose last try here is noted, though it came to an end


class Unavailable(Exception):
    """The database is away: the platform should come again (503 with Retry-After)."""


@dataclass(frozen=True)
class Answer:
    """What the webhook says: the body for the platform, and whether the deliverer has work."""

    body: str | None = None
    spoke: bool = False
    fresh: bool = True


def receive(event: Incoming) -> Answer:
    """Give an event its effect, once. Raises Unavailable when nothing could be stored."""
    if lives.careful():
        with _alone:
            return _cautiously(event)
    return _boldly(event)


def unheard(event: Incoming) -> Answer:
    """No effect at all; but a button that was pressed stops turning."""
    return Answer(_callback_answer(event, Turn(event)), fresh=False)


def _boldly(event: Incoming) -> Answer:
    try:
        return _receive(event)
    except (OperationalError, InterfaceError) as error:
        raise Unavailable from error
    except Exception:
        return _apologise(event, traceback.format_exc())


def _cautiously(event: Incoming) -> Answer:
    """After a sudden death: one at a time, each noted before it is tried; what kills each time is set aside (F30)."""
    try:
        with db.transaction():
            tried = DeadLetter.begin(event.platform, event.key, _storable(_written(event)), event.key in _survived)
        _survived.discard(event.key)
        if tried >= lives.DEADLY:
            return _apologise(event, f"Killed: a process died over it {tried} times, the first not counted")
        return _boldly(event)
    except (Unavailable, OperationalError, InterfaceError) as error:
        _survived.add(event.key)  # the database is away, and nobody died
        raise Unavailable from error


def _receive(event: Incoming) -> Answer:
    answer, turn = together(lambda: _take(event))
    crash("web.after_commit")
    if turn is not None:
        _note(event, turn)
    return answer


def _take(event: Incoming) -> tuple[Answer, Turn | None]:
    if lives.careful():
        DeadLetter.end(event.key)
    if not Seen.first(event.key):
        return Answer(Seen.reply_to(event.key), fresh=False), None
    turn = router.answer(event)
    body = _callback_answer(event, turn)
    if body:
        Seen.remember(event.key, body)
    crash("web.before_commit")
    return Answer(body, turn.spoke), turn


def _note(event: Incoming, turn: Turn) -> None:
    """One line an event, with ids alone: no name, number or word of anybody (S8)."""
    spoken = turn.spoken
    log.info(
        "event",
        id=Seen.hashed(event.key)[:12],
        kind=event.kind,
        platform=event.platform,
        person=spoken.person.id if spoken else None,
        group=spoken.group.id if spoken and spoken.group else None,
        spoke=turn.spoke,
    )


def _callback_answer(event: Incoming, turn: Turn) -> str | None:
    """answerCallbackQuery goes out as the body of the webhook's answer (Bot API: making requests)."""
    if not event.callback:
        return None
    body = {"method": "answerCallbackQuery", "callback_query_id": event.callback}
    return json.dumps(body | ({"text": turn.toast} if turn.toast else {}), ensure_ascii=False)


def _apologise(event: Incoming, trace: str) -> Answer:
    """A bug: everything rolled back; the event is kept with its traceback, the person hears one sorry."""
    log.error("bug", kind=event.kind, platform=event.platform, trace=wordless(trace)[-2000:])
    try:
        return _keep(event, trace, aloud=True)
    except (OperationalError, InterfaceError) as error:
        raise Unavailable from error
    except Exception:
        # Not even the apology can be said: without a 200 the platform would block this chat for a day (F30).
        return _keep_in_silence(event, trace)


def _keep_in_silence(event: Incoming, trace: str) -> Answer:
    try:
        return _keep(event, trace, aloud=False)
    except (OperationalError, InterfaceError) as error:
        raise Unavailable from error


def _keep(event: Incoming, trace: str, aloud: bool) -> Answer:
    with db.transaction():
        DeadLetter.end(event.key)
        if not Seen.first(event.key):
            return Answer(fresh=False)
        body, why = _storable(_written(event)), _storable(trace)
        DeadLetter.create(platform=event.platform, key=event.key, body=body, error=why)
        turn = Turn(event)
        if aloud and event.sender is not None and (event.private or event.callback):
            who = event.sender
            address = meet(who.platform, who.address, who.external, who.name)
            turn.spoken = Message(address.person, address, event)
            turn.carry_out([say.reply(SORRY)])
        return Answer(_callback_answer(event, turn), turn.spoke)


def _written(event: Incoming) -> str:
    """The event as a dead letter keeps it, so that it can be given its effect later."""
    return json.dumps(asdict(event) | {"at": event.at.isoformat()}, ensure_ascii=False, default=str)


def _storable(text: str) -> str:
    """Without what a database refuses: a letter that can't be kept would be a 500, and block its chat (F30)."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def replay(letter: DeadLetter) -> bool:
    """Give a kept event its effect after the mending; False when the letter was not a whole event (F30, F31)."""
    try:
        facts = json.loads(letter.body)
        sender = Sender(**facts["sender"]) if facts["sender"] else None
        at = dt.datetime.fromisoformat(facts["at"])
        event = Incoming(**facts | {"sender": sender, "at": at, "callback": ""})
    except (ValueError, KeyError, TypeError):
        return False
    with db.transaction():
        router.answer(event)
        DeadLetter.update(state="replayed").where(DeadLetter.id == letter.id).execute()
    return True


def bury(platform: str, body: str, error: str) -> None:
    """Keep something unreadable, so that the platform may be answered 200 (F30)."""
    try:
        with db.transaction():
            DeadLetter.create(platform=platform, body=_storable(body[:100_000]), error=_storable(error))
    except (OperationalError, InterfaceError) as error_:
        raise Unavailable from error_


def ring(reminder: Reminder) -> bool:
    """Ring one timer: True if this call did. A bug buries the timer with its trace and stops nothing else.

    Raises peewee's OperationalError or InterfaceError when the database is away: the timer stays set.
    """
    try:
        function, model = on.load().timers[reminder.code]
        with db.transaction():
            if not reminder.take():
                return False
            record = model.get_or_none(id=reminder.record)
            if record is not None:
                late = now() - reminder.due > TOO_OLD
                _run(function, Due(record, reminder.due), "it rang days too late" if late else "")
            crash("timer.before_commit")
        crash("timer.after_commit")
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _fail("timer", f"{reminder.code} {reminder.record}", traceback.format_exc())
        with db.transaction():
            Reminder.update(state="failed").where(Reminder.id == reminder.id).execute()
    return True


def give_up(reminder: Reminder) -> bool:
    """A timer that kills the process whenever it rings is buried; the others go on (F7)."""
    with db.transaction():
        gone = reminder.fail()
    if gone:
        _fail("timer", f"{reminder.code} {reminder.record}", f"it killed the worker {reminder.tries} times")
    return gone


def happen(kind: str, record: Record | None = None, **facts: Any) -> None:
    """Tell the features what became of a post; the caller holds the transaction."""
    for function in on.load().events.get(kind, ()):
        try:
            with db.real.atomic():
                _run(function, Happening(kind, record=record, facts=facts))
        except Exception:
            _fail(kind, str(record), traceback.format_exc())


def _run(function: Callable[..., Any], given: Due | Happening, mute: str = "") -> None:
    Turn(mute=mute).carry_out(function(given))


def _fail(kind: str, body: str, trace: str) -> None:
    log.error("bug", kind=kind, trace=wordless(trace)[-2000:])
    with db.transaction():
        DeadLetter.create(platform="noyau", key=kind, body=body, error=trace)

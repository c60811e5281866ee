"""Stop: one word and nothing unasked comes any more; one word and it starts again."""

from handlers.kit import Message, Says, Text, _, asked, on, say
from handlers.kit.texts import fold
from storage.db import now
from storage.groups import ORGANIZER, Membership
from storage.outbox import Post

BACK = {"reprendre", "recommencer", "reprends", "start", "restart", "resume", "unstop", "je reviens"}

STOPPED = _("Understood: I write nothing more to you here. Write RESUME whenever you want to come back.")
SILENT = _("{name} has asked me for silence: I no longer reach them for {group}.")
HINT = _("You said STOP, so I stay silent. Write RESUME to come back.")


@on.stop(
    "stop",
    "stopper",
    "stop all",
    "stopall",
    "stop tout",
    "arret",
    "arrête",
    "arrêter",
    "arrêtez",
    "désinscrire",
    "désinscription",
    "désabonner",
    "désabonnement",
    "me désabonner",
    "me désinscrire",
    "ne m'écris plus",
    "ne m'écrivez plus",
    "unsubscribe",
    "opt out",
    "end",
)
def stop(msg: Message) -> Says:
    if msg.address.stop():  # said again: silence is what was asked for
        Post.drop_all(msg.address, "said STOP")
        yield say.tell(msg.person, STOPPED, address=msg.address)
        yield from _warn_organizers(msg)


def _warn_organizers(msg: Message) -> Says:
    """Who organizes with somebody must know that I no longer reach them (F38)."""
    silent = SILENT.given(name=msg.person.name)
    for seat in Membership.all_of(msg.person):
        others = seat.group.organizers() if seat.role == ORGANIZER and seat.address == msg.address else []
        for person in others:
            if person != msg.person:
                yield say.tell(person, silent.given(group=seat.group.name), group=seat.group)


@on.event("stopped")
def spoken_to(msg: Message) -> Says:
    """Somebody who said STOP writes."""
    words = fold(msg.text).strip(" .!?…").lstrip("/")
    first, _space, payload = words.partition(" ")
    if words in BACK:
        yield from _welcome_back(msg)
    elif first == "start" and payload and msg.text.startswith("/"):
        msg.address.resume(msg.text)
        yield say.replay(msg.text)  # a link was followed: that is what they came for
    else:
        today = now().date()
        yield say.tell(msg.person, HINT, address=msg.address, once=f"stop:hint:{msg.address.id}:{today}")


def _welcome_back(msg: Message) -> Says:
    msg.address.resume(msg.text)
    yield say.tell(msg.person, _back(msg), address=msg.address)
    yield from asked.again(msg.address)


def _back(msg: Message) -> Text:
    seats = Membership.all_of(msg.person)
    if not seats:
        return _("Welcome back! Write “help” to see what I can do for you.")
    groups = [seat.group.name for seat in seats]
    return _("Welcome back! You hear from {groups} again. Write “settings” to choose how much.", groups=groups)

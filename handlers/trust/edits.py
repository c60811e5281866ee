"""Edits: a message that its author edits is read anew, and what came from it follows (Bot API: edited_message)."""

from dataclasses import replace

from handlers.kit import Happening, Message, Says, on, say
from storage.deeds import Deed, trace

SAME = ("voted", "attended")  # the deed of the message stays, and only says something else


@on.event("edited")
def edited(happening: Happening) -> Says:
    """A vote, an answer to a meeting or a proposal; notes and advice know their own messages."""
    event, person, address = happening.event, happening.person, happening.address
    if event is None or person is None or address is None or not event.text.strip():
        return
    deed = Deed.written_in(person, trace(event.platform, event.chat, event.message))
    if deed is None:
        return
    msg = Message(person, address, event, text=event.text, record=deed).about(deed.group)
    if msg.membership is not None:
        for function in on.registry.events.get(f"edited_{deed.kind}", ()):
            yield from map(_marked, function(msg))


def _marked(effect: say.Say) -> say.Say:
    """What is only said otherwise is no new deed."""
    if isinstance(effect, say.Signal) and effect.kind in SAME:
        return replace(effect, facts=effect.facts | {"undone": True})
    return effect

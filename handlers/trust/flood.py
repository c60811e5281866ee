"""Flood: somebody writes faster than anybody reads; they are told so once, then it is quiet (S20)."""

from handlers.kit import Happening, Says, _, on, say


@on.event("flood")
def slow_down(happening: Happening) -> Says:
    if happening.person is not None and happening.address is not None:
        yield say.tell(
            happening.person,
            _("That is a lot at once, I can't follow. Wait a minute, then write to me again: I'll be there."),
            address=happening.address,
        )

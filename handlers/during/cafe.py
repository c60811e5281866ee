"""Café mode: the bot keeps silent until the end, and answers only when it is asked (54)."""

from handlers.kit import Message, Says, Tap, _, on, say
from handlers.kit.cards import evening
from storage.sessions import CAFE, STRUCTURED, Session

SILENT = _("☕ Café mode: I keep silent until the end. “structured” brings the method back, “let's close” ends.")
BACK = _("The method is back: round, hot seat and clocks.")


@on.command("cafe", "modecafe", only="member", group=True)
@on.phrase("mode café", "on passe en mode café", "tais-toi jusqu'à la fin", "café mode", "coffee mode", "just talk")
@on.like(
    "on laisse tomber la méthode ce soir", "on discute librement", "juste papoter ce soir",
    "let's just chat tonight", "no structure tonight",
    "pas de cadre ce soir, on papote", "ce soir on est en roue libre", "on veut juste discuter sans toi",
    "no method tonight, only talking", "stay quiet tonight",
)  # fmt: skip
def ask(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    else:
        yield from _switch(session, CAFE)


@on.phrase(
    "mode structuré", "on reprend la méthode", "structuré", "structured", "structured mode", "back to the method"
)
@on.like(
    "on revient à la structure", "remets la méthode", "back to structure", "fin du mode café", "tu peux reparler",
    "on reprend normalement", "stop le mode café", "end of café mode", "you can talk again",
    "on remet un peu de cadre", "tu peux reprendre la main sur la réunion", "let's get structured again",
)  # fmt: skip
def ask_back(msg: Message) -> Says:
    session = evening.running(msg)
    if session is None:
        yield say.reply(evening.NOT_ON)
    else:
        yield from _switch(session, STRUCTURED)


@on.tap("cf.cafe", Session, _("Café mode"), only="member")
def cafe(tap: Tap) -> Says:
    yield from _switch(tap.about(Session), CAFE)


@on.tap("cf.back", Session, _("Back to the method"), only="member")
def structured(tap: Tap) -> Says:
    yield from _switch(tap.about(Session), STRUCTURED)


def _switch(session: Session, mode: str) -> Says:
    if not session.on:
        yield say.reply(_("That meeting is over. See you at the next one!"))
    elif session.switch(mode):
        other = say.button(structured if mode == CAFE else cafe, session)
        yield say.reply(SILENT if mode == CAFE else BACK, other)
        yield say.signal("mode_changed", session)
        here, back = ("cf.cafe", "cf.back") if mode == CAFE else ("cf.back", "cf.cafe")
        yield say.signal("taken_back", session, press=here)
        yield say.signal("did", session, what="own", press=back)
        yield evening.refresh(session)
    else:
        yield say.reply(SILENT if mode == CAFE else BACK)

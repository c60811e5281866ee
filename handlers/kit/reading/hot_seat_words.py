"""What words say to the running hot seat: next, more time, pause, go on, stop; or a piece of advice."""

from handlers.kit.texts import fold
from storage.groups import Group
from storage.hotseats import ADVICE, HotSeat

NEXT, MORE, PAUSE, GO_ON, STOP, ADVISED = "next", "more", "pause", "go on", "stop", "advice"
WORDS = {
    NEXT: "suivant|etape suivante|on passe a la suite|la suite|passe l'etape|next|next step|skip the step",
    MORE: "+5|+ 5|+5 min|5 min de plus|5 minutes de plus|cinq minutes de plus|encore 5 minutes|more time"
    "|5 more minutes|five more minutes|prolonge|on prolonge",
    PAUSE: "pause du hot seat|mets le hot seat en pause|arrete le chrono|pause the hot seat|stop the clock",
    GO_ON: "reprends le hot seat|relance le chrono|go on|resume the hot seat|start the clock",
    STOP: "arrete le hot seat|arreter le hot seat|fin du hot seat|stop the hot seat|end the hot seat",
}
SAID = {words: what for what, all_words in WORDS.items() for words in all_words.split("|")}


def reads(text: str, seat: HotSeat, language: str) -> tuple[str, str] | None:
    """What words say to the running hot seat: next, more time, pause, go on, stop."""
    words = fold(text).strip(" .!?…")
    what = SAID.get(words) if seat.state == "running" else None
    return (what, "") if what else None


def reads_answer(text: str, seat: HotSeat, language: str) -> tuple[str, str] | None:
    """The same where the card is quoted; in the advice step any other answer is advice."""
    said = reads(text, seat, language)
    advises = seat.state == "running" and seat.step == ADVICE and text.strip()
    return said or ((ADVISED, text) if advises else None)


def running(group: Group) -> list[HotSeat]:
    """The hot seat that words without a card may mean."""
    seat = HotSeat.running_in(group)
    return [seat] if seat else []

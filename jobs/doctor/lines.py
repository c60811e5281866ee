"""One line of the doctor's report: good, to be known, or wrong with what to do where."""

from dataclasses import dataclass
from typing import Any

from handlers.kit.texts import Sayable, Text, _

GOOD, NOTE, BAD = "✓", "·", "✗"
SUBJECTS = {
    text.message: text
    for text in (
        *(_("settings"), _("database"), _("migrations"), _("connections"), _("worker"), _("clock")),
        *(_("messages"), _("webhook"), _("menu"), _("contents")),
    )
}


@dataclass(frozen=True)
class Line:
    """What was looked at, how it stands, and a sentence."""

    mark: str
    about: str
    text: Sayable

    def plain(self, language: str) -> str:
        """The line as an operator reads it."""
        about = SUBJECTS[self.about].plain(language) if self.about in SUBJECTS else self.about
        return f"{self.mark} {about}{' ' if language == 'fr' else ''}: {self.text.plain(language)}"


def good(about: str, text: Text) -> Line:
    """All is well there."""
    return Line(GOOD, about, text)


def note(about: str, text: Text) -> Line:
    """It works, and there is something to know."""
    return Line(NOTE, about, text)


def bad(about: str, text: Text) -> Line:
    """It does not work; the sentence says what to do where."""
    return Line(BAD, about, text)


def first_line(error: BaseException | Any) -> str:
    """The beginning of what an error says, short; its class when it says nothing."""
    said = str(error).strip().splitlines()
    return (said[0] if said else type(error).__name__)[:160].rstrip(". ")

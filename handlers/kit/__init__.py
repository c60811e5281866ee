"""The words features are written with: on, say, the events and the texts."""

from handlers.kit import on, say
from handlers.kit.events import Due, Happening, Message, Tap
from handlers.kit.say import Says
from handlers.kit.texts import Day, Join, Sayable, Text, _, _n, lines, paragraphs

__all__ = [
    "Day",
    "Due",
    "Happening",
    "Join",
    "Message",
    "Sayable",
    "Says",
    "Tap",
    "Text",
    "_",
    "_n",
    "lines",
    "on",
    "paragraphs",
    "say",
]

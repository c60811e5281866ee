"""When: the dates that people mean, read from free words in French and English."""

from handlers.kit.reading.when.read import Ask, Option, Reading, read

__all__ = ["Ask", "Option", "Reading", "read"]

"""The application questions of a group: its own, or the usual four and the charter."""

from handlers.kit.texts import Text, _
from storage.groups import Group

# W03, W15: activity and since when, difficulty now, what one brings, what one hopes to find.
DEFAULTS: tuple[Text, ...] = (
    _("What do you do, and since when? Tell it in your own words."),
    _("What is difficult for you right now?"),
    _("What can you bring to the others?"),
    _("What do you hope to find in the group?"),
)


def questions_of(group: Group, language: str) -> list[str]:
    """What an applicant of that group is asked, in the group's own words or the usual ones."""
    return list(group.questions) or [question.plain(language) for question in DEFAULTS]

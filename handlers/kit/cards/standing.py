"""Where things stand, in a sentence: what several features say alike."""

from handlers.kit.texts import Sayable, Text, _, _n
from storage.applications import Application
from storage.groups import Group

RHYTHMS: dict[int, Text] = {
    7: _("We meet every week."),
    14: _("We meet every two weeks."),
    21: _("We meet every three weeks."),
    30: _("We meet every month."),
}


def rhythm(group: Group) -> Sayable:
    """How often the group meets, as a sentence."""
    return RHYTHMS.get(group.rhythm_days) or _n("We meet every day.", "We meet every {n} days.", n=group.rhythm_days)


def where_it_stands(application: Application) -> Sayable:
    """What became of an application, and what comes next, for the applicant."""
    name = application.group.name
    match application.state:
        case "draft":
            return _("Your application to {group} is not finished: just answer the question.", group=name)
        case "waiting":
            return _("Your application to {group} is with the organizers; their answer comes here.", group=name)
        case "accepted":
            return _("Your application to {group} was accepted: welcome!", group=name)
        case "refused":
            return _("Your application to {group} was not accepted. You may apply again with its link.", group=name)
        case "expired":
            return _("Your application to {group} has expired. Its link lets you start again.", group=name)
        case _:
            return _("Your application to {group} is withdrawn. Its link lets you start again.", group=name)

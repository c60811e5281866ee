"""Public page: the organizers let outsiders read when and where the next meeting is, and close it again (M18)."""

from handlers.kit import Message, Says, Tap, Text, _, doors, lines, on, say
from handlers.kit.texts import fold
from storage.groups import Group
from storage.meetings import Meeting

YES = {"oui", "ouverte", "ouvre", "on", "yes", "open", "active"}
NO = {"non", "fermee", "ferme", "off", "no", "close", "closed", "arrete"}
EXPLAINED = _("It shows the date, the place and how to apply: never a name, nor the link of a video room.")


@on.command(
    "pagepublique",
    "publicpage",
    help=_("a page about the next meeting, for outsiders"),
    word=_("public page"),
    only="organizer",
)
@on.phrase("page publique", "la page publique", "public page", "the public page", prefix=True, only="organizer")
@on.like(
    "ouvre une page publique", "cache la page publique", "on peut avoir une page web du groupe",
    "montre la prochaine date sur le site", "make a public page", "hide the public page",
    "put the next date on the website", "rends la page visible", "la page du groupe doit être publique",
    "mets le groupe en ligne", "put the group's page online", "enlève la page du web",
    "que tout le monde puisse voir notre page", "une page pour le groupe sur internet", "take our page offline",
    "let anyone see our page",
)  # fmt: skip
def public_page(msg: Message) -> Says:
    group, words = msg.home(), set(fold(msg.words).strip(" .!?").split())
    if words & (YES | NO):
        yield from _open(group, bool(words & YES))
    yield _told(group)


@on.tap("pp.on", Group, _("Open the page"), only="organizer")
def open_page(tap: Tap) -> Says:
    yield from _set(tap, True)


@on.tap("pp.off", Group, _("Close the page"), only="organizer")
def close_page(tap: Tap) -> Says:
    yield from _set(tap, False)


def _set(tap: Tap, public: bool) -> Says:
    group = tap.about(Group)
    yield from _open(group, public)
    yield _told(group)


def _open(group: Group, public: bool) -> Says:
    """Set, never toggle: a press may come twice."""
    if group.open_page(public):
        what, press, other = ("page_open", "pp.off", "pp.on") if public else ("page_closed", "pp.on", "pp.off")
        yield say.signal("taken_back", group, press=other)
        yield say.signal("did", group, what=what, press=press)


def _told(group: Group) -> say.Reply:
    """Whether it is open, and the button for the other way."""
    if not group.public_page:
        closed = _("The public page of {group} is closed: outsiders see nothing.", group=group.name)
        return say.reply(lines(closed, EXPLAINED), say.button(open_page, group))
    opened = _("The public page of {group} is open.", group=group.name)
    return say.reply(lines(opened, _link(group), EXPLAINED), say.button(close_page, group))


def _link(group: Group) -> Text:
    meeting = Meeting.next_of(group)
    if meeting is None:
        return _("It appears with the next date: write “public page” then, and I'll give you its link.")
    return _("Here it is, to be passed on: {link}", link=doors.event_link(meeting))

"""Faces: who is who in the group, on a page that its members alone can open (87, N01)."""

from handlers.kit import Message, Says, Tap, _, _n, entry, names, on, say
from storage.groups import Group

PRIVATE = _("Write “who is who” to me in private: I'll send you the page of the faces.")


@on.command(
    "trombinoscope",
    "trombi",
    "faces",
    help=_("who is who in the group"),
    word=_("who is who"),
    only="member",
    group=True,
)
@on.phrase("qui est qui", "le trombinoscope", "trombinoscope", "qui sont les membres", only="member")
@on.phrase("liste des membres", "les membres du groupe", "who is who", "who's who", only="member")
@on.phrase("the faces of the group", "list of members", "who are the members", only="member")
@on.phrase(
    "on est combien dans le groupe", "combien on est dans le groupe", "combien de membres dans le groupe",
    "combien de personnes dans le groupe", "how many are we in the group", "how many people are in the group",
    "how many people are we in this group", "how many members are there", "how many members do we have",
    only="member",
)  # fmt: skip
def faces(msg: Message) -> Says:
    yield _told(msg, msg.home()) if msg.private else say.reply(PRIVATE)


@on.tap("fa.page", Group, _("Who is who"), only="member")
def tap_faces(tap: Tap) -> Says:
    yield _told(tap, tap.home())


def _told(spoken: Message | Tap, group: Group) -> say.Tell:
    """The link; whom one finds there is said at once, so that no page is needed for a name."""
    people = [seat.person for seat in group.members()]
    text = _n(
        "{group}, one member: {names}.",
        "{group}, {n} members: {names}.",
        n=len(people),
        group=group.name,
        names=names.listed(people, 15),
    )
    return entry.told(spoken.person, entry.FACES, text, group)

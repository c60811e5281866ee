"""Announce: what makes a group known, ready to paste, at any time: texts, poster, invitations, the chat."""

from handlers.kit import Message, Says, Tap, _, _n, doors, lines, on, paragraphs, say
from handlers.kit.cards import announcement
from storage.groups import Group
from storage.people import TELEGRAM


@on.command("annonce", "announcement", help=_("make the group known: texts, poster, invitations"), only="organizer")
@on.phrase("l'annonce", "the announcement", "affiche", "l'affiche", "poster", only="organizer")
@on.tells
@on.like(
    "je veux l'affiche du groupe", "donne-moi l'annonce à partager", "texte pour recruter",
    "comment faire connaître le groupe", "give me the poster", "a text to share about the group",
    "how do I advertise the group",
    "un texte à partager pour attirer du monde", "je voudrais une affiche à imprimer",
    "something I can post to find new members", "a flyer for the group",
)  # fmt: skip
def announce(msg: Message) -> Says:
    yield announcement.kit(msg.home(), msg.person)


@on.tap("an.long", Group, _("Long text"), only="organizer")
def long_text(tap: Tap) -> Says:
    yield say.tell(tap.person, announcement.long(tap.home(), tap.home().language))


@on.tap("an.short", Group, _("Short text"), only="organizer")
def short_text(tap: Tap) -> Says:
    yield say.tell(tap.person, announcement.short(tap.home(), tap.home().language))


@on.tap("an.other", Group, _("In the other language"), only="organizer")
def other_language(tap: Tap) -> Says:
    language = announcement.other(tap.home().language)
    yield say.tell(tap.person, announcement.long(tap.home(), language))
    yield say.tell(tap.person, announcement.short(tap.home(), language))


@on.tap("an.poster", Group, _("Poster"), only="organizer")
def poster(tap: Tap) -> Says:
    yield picture(tap, tap.home().language)


@on.tap("an.poster2", Group, _("Poster, other language"), only="organizer")
def other_poster(tap: Tap) -> Says:
    yield picture(tap, announcement.other(tap.home().language))


@on.tap("an.pdf", Group, _("Poster to print"), only="organizer")
def printed(tap: Tap) -> Says:
    text = _("The poster of {name}, an A4 sheet to print.", name=tap.home().name)
    yield say.tell(tap.person, text, file=("poster.pdf", tap.home().id))


def picture(tap: Tap, language: str) -> say.Say:
    text = _("The poster of {name}: to print, or to send on.", name=tap.home().name)
    return say.tell(tap.person, text, picture=(f"poster.{language}", tap.home().id))


@on.tap("an.invite", Group, _("Invite ten people"), only="organizer")
def invite(tap: Tap) -> Says:
    text = lines(
        _("Who would you love to have in <b>{name}</b>?", name=tap.home().name),
        _("Give me up to ten first names (“Léa, Marc and Zoé”), and I'll write each of them an invitation."),
    )
    yield say.ask(named, text, group=tap.home())


@on.answer("an.named")
def named(msg: Message) -> Says:
    names = announcement.names(msg.text)
    if msg.membership is None or msg.membership.role != "organizer":
        yield say.done()
        yield say.reply(_("Only organizers can do that. Write “help” to see what you can do."))
    elif not names:
        yield say.reply(_("I need first names, in words: “Léa, Marc and Zoé”. Or write “cancel”."))
    else:
        yield from drafts(msg, names)


def drafts(msg: Message, names: list[str]) -> Says:
    group, first = msg.home(), names[: announcement.MOST_NAMES]
    yield say.done()
    head = _n(
        "Here is an invitation: forward or paste it.",
        "Here are {n} invitations: forward or paste each.",
        len(first),
    )
    too_many = _("These are the first ten; send me the others afterwards.") if len(names) > len(first) else None
    yield say.reply(lines(head, too_many))
    for name in first:
        yield say.tell(msg.person, announcement.invitation(group, name, group.language))


@on.cancel(named)
@on.back(named)
def no_names(msg: Message) -> Says:
    yield say.done()
    yield announcement.kit(msg.home(), msg.person)


@on.tap("an.chat", Group, _("Add to Telegram"), only="organizer")
def add_to_chat(tap: Tap) -> Says:
    link = doors.startgroup_link(tap.home()) if TELEGRAM in doors.platforms() else ""
    if not link:
        yield say.reply(_("Telegram is not connected to this service: whoever runs it can add it."))
        return
    steps = lines(
        _("1. Press the button and choose your Telegram group (or create one first)."),
        _("2. Leave <b>Invite users via link</b> switched on; Delete and Pin messages help too."),
        _("3. Confirm: I say hello there, and it's done."),
    )
    text = paragraphs(_("Bring me into the Telegram chat of <b>{name}</b>:", name=tap.home().name), steps)
    yield say.tell(tap.person, text, say.link(_("Add to a group"), link))

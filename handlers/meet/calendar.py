"""Calendar: a member's meetings in their phone's calendar, by an address of their own or a file (39, P05, M09)."""

from collections.abc import Iterable

from handlers.kit import Message, Says, Tap, Text, _, doors, lines, on, say
from storage.groups import Membership
from storage.meetings import Feed, Meeting
from storage.people import TELEGRAM, Person

NO_GROUP = _("You are in no group yet. Use the application link that a group gave you, or write “create a group”.")
NO_DATE = _("No date is set yet. Once there is one, write “add to my calendar” and I'll send it.")
PRIVATE = _("Your calendar is between us: write “calendar” to me in private.")
MOST = 3  # files sent at once


@on.command(
    "calendrier",
    "calendar",
    "moncalendrier",
    "mycalendar",
    help=_("your meetings in your phone's calendar"),
    word=_("calendar"),
    group=True,
)
@on.phrase(
    "mon calendrier",
    "mon agenda",
    "agenda",
    "lien du calendrier",
    "abonnement calendrier",
    "synchroniser mon agenda",
    "my calendar",
    "calendar link",
    "subscribe to the calendar",
    "sync my calendar",
)
@on.tells
@on.like(
    "comment synchroniser avec google agenda", "je veux m'abonner au calendrier", "relier mon agenda",
    "lien pour mon agenda", "abonne mon téléphone au calendrier", "how do I subscribe to the calendar",
    "sync with google calendar", "calendar subscription",
    "m'abonner aux dates du groupe", "comment avoir les réunions dans mon agenda automatiquement",
    "get all the dates in my calendar automatically",
)  # fmt: skip
def mine(msg: Message) -> Says:
    if not msg.private:
        yield from _in_public(msg)
    elif not Membership.all_of(msg.person):
        yield say.reply(NO_GROUP)
    else:
        yield _address(msg.person)


@on.tap("cl.mine", None, _("My calendar"))
def tap_mine(tap: Tap) -> Says:
    yield _address(tap.person) if Membership.all_of(tap.person) else say.reply(NO_GROUP)


def _address(person: Person, *first: Text) -> say.Tell:
    """The person's own address, and how to subscribe to it."""
    feed = Feed.open_of(person)
    text = lines(
        *first,
        _("All your meetings in your own calendar, always up to date, even when a date moves."),
        _("<b>iPhone</b>: open “Subscribe”, choose “iPhone”, accept."),
        _("<b>Google</b>: open it on a computer; your phone follows."),
        _("It is yours alone. “Revoke my calendar” closes it and gives you another."),
    )
    return say.tell(person, text, say.link(_("Subscribe"), doors.feed_page(feed)), *_file_button(person))


def _file_button(person: Person) -> Iterable[say.Button]:
    soon = _next_of_each(person)[:1]
    return [say.button(only_next, meeting, _("Only the next one")) for meeting in soon]


def _next_of_each(person: Person) -> list[Meeting]:
    """The next meeting of each of the person's groups, the nearest first."""
    found = [Meeting.next_of(seat.group) for seat in Membership.all_of(person)]
    return sorted((meeting for meeting in found if meeting), key=lambda meeting: meeting.starts_at)


def _in_public(msg: Message) -> Says:
    """In the group: the page of the next meeting, from which everybody may take it."""
    meeting = Meeting.next_of(msg.group) if msg.group and msg.membership else None
    if meeting is None:
        yield say.reply(PRIVATE)
    else:
        text = _("The next meeting, for your calendar. For all of yours at once, write “calendar” to me in private.")
        yield say.reply(text, say.link(_("Add to my calendar"), doors.meeting_link(meeting)))


# ------------------------------------------------------------------ another address


@on.phrase(
    "révoque mon calendrier",
    "ferme mon calendrier",
    "nouvelle adresse de calendrier",
    "change l'adresse de mon calendrier",
    "revoke my calendar",
    "close my calendar",
    "new calendar address",
    "change my calendar address",
)
@on.like(
    "quelqu'un a mon lien de calendrier change-le", "désactive mon calendrier",
    "supprime le lien de mon calendrier", "disable my calendar link", "someone else has my calendar link",
    "mon lien d'agenda a fuité", "je ne veux plus du lien de mon agenda", "kill my calendar link",
)  # fmt: skip
def revoke(msg: Message) -> Says:
    if not msg.private:
        yield say.reply(PRIVATE)
    elif not Membership.all_of(msg.person):
        Feed.open_of(msg.person).revoke()
        yield say.reply(_("Your calendar address is closed."))
    else:
        Feed.open_of(msg.person).revoke()
        yield _address(msg.person, _("Done: the old address shows nothing any more. Here is the new one."))


# ------------------------------------------------------------------ the file


@on.phrase(
    "ajouter à mon agenda",
    "ajoute à mon agenda",
    "ajouter au calendrier",
    "mets-le dans mon agenda",
    "fichier ics",
    "le fichier de la réunion",
    "ics",
    "add to calendar",
    "add to my calendar",
    "add it to my calendar",
    "calendar file",
)
@on.like(
    "tu peux me mettre ça dans mon agenda", "envoie-moi l'invitation calendrier", "ajoute la réunion à mon agenda",
    "je veux la mettre dans mon calendrier", "enregistrer dans google agenda", "put it in my calendar",
    "send me the calendar invite", "add this to my google calendar", "save the date",
    "glisse-la dans mon agenda", "je voudrais l'événement pour mon téléphone", "an event for my phone calendar",
    "can you add the date to my agenda",
)  # fmt: skip
@on.tells
def file(msg: Message) -> Says:
    if not msg.private:
        yield from _in_public(msg)
        return
    if not Membership.all_of(msg.person):
        yield say.reply(NO_GROUP)
        return
    found = [meeting for meeting in _next_of_each(msg.person) if msg.group in (None, meeting.group)]
    if not found:
        yield say.reply(NO_DATE)
    for meeting in found[:MOST]:
        yield _file(msg.person, meeting, msg.platform)


@on.tap("cl.file", Meeting, _("Add to my calendar"), only="member")
def only_next(tap: Tap) -> Says:
    meeting = tap.about(Meeting)
    if not meeting.coming:
        yield say.reply(_("This meeting is over or cancelled. Write “my dates” to see what comes."))
        return
    if not tap.private:
        yield say.toast(_("I'm sending it to you in private."))
    yield _file(tap.person, meeting, tap.platform)


def _file(person: Person, meeting: Meeting, platform: str) -> say.Tell:
    """A file on Telegram; WhatsApp takes no calendar files, so a link that opens it there."""
    if platform == TELEGRAM:
        text = _("Open this file to note the meeting. If the date moves, ask for it again: it replaces the first.")
        return say.tell(person, text, group=meeting.group, file=("ics", meeting.id))
    link = doors.ics_link(meeting)
    text = _("To note the meeting, open {link}\nIf the date moves, open it again: it replaces the first.", link=link)
    return say.tell(person, text, group=meeting.group)

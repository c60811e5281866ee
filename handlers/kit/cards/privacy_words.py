"""What people are told about their data: the first four lines, what is kept what for and how long (115, R1)."""

import datetime as dt
from collections.abc import Mapping

from handlers.kit.texts import Sayable, Text, _, _n, lines
from storage import facts, privacy, settings
from storage.people import TELEGRAM
from storage.periods import PERIODS

CONTROLLER = "privacy.controller"  # fact: who answers for the data, with a way to reach them
THROUGH = {TELEGRAM: _("Telegram"), "whatsapp": _("WhatsApp and Twilio")}


def page_link() -> str:
    """The page that says it all, for anybody."""
    return f"{settings.current().public_url}/privacy"


def controller() -> Text | str:
    """Who answers for the data, as the register says."""
    return facts.fresh(CONTROLLER) or _("the people who organize your group")


def first(platform: str) -> Sayable:
    """Four lines and a link, at the first contact (art. 13 RGPD)."""
    return lines(
        _("Hello! I am Noyau, an assistant for mutual-help groups. Four lines about your data first:"),
        _("• Who: {who}. Through: {messenger}.", who=controller(), messenger=THROUGH[platform]),
        _("• What for: your groups alone – who is in them, dates, what you tell me for them. No advertising."),
        _("• How long: until {n} days after you leave your last group.", n=PERIODS["left"].days),
        _("• Your rights: “my data” shows all of it, “forget me” deletes it. More: {link}", link=page_link()),
    )


# ------------------------------------------------------------------ the declarations in words

PURPOSES: Mapping[str, Text] = {
    privacy.PEOPLE: _("Know who speaks, and answer in their language and at their hours"),
    privacy.MEMBERS: _("Know who is in which group, and what they wish to hear of it"),
    privacy.APPLICATIONS: _("Let the organizers of a group decide who joins it"),
    privacy.MEETINGS: _("Find dates and places, and know who comes"),
    privacy.EVENINGS: _("Run a meeting: whose turn it is, what was advised and decided"),
    privacy.MISSIONS: _("Share the tasks after a meeting, thank, and tell what was said there"),
    privacy.GOVERNING: _("Say who decided what, who organizes, and for whom"),
    privacy.MESSAGES: _("Say what is to be said once, to whom it concerns, when they wish it"),
    privacy.SECURITY: _("Let nobody in who does not belong, and do nothing twice"),
    privacy.RIGHTS: _("Prove what you agreed to, and that you were forgotten when you asked"),
    privacy.MACHINE: _("Run the service; nothing about anybody"),
}
BASES: Mapping[str, Text] = {
    privacy.APPLICATIONS: _("You ask to join a group (measures before a contract, art. 6.1.b)"),
    privacy.SECURITY: _("The security of everybody (legitimate interest, art. 6.1.f)"),
    privacy.RIGHTS: _("The law asks for it (art. 6.1.c); what is optional rests on your consent (art. 6.1.a)"),
    privacy.MACHINE: _("No personal data"),
}
BASIS = _("You belong to a group and use what it offers (contract, art. 6.1.b)")
READERS: Mapping[str, Text] = {
    privacy.PEOPLE: _("Members of your groups see your first name; your number or account, nobody"),
    privacy.MEMBERS: _("Members of the group; your introduction as you wrote it"),
    privacy.APPLICATIONS: _("The organizers of that group alone"),
    privacy.MEETINGS: _("Members of the group"),
    privacy.EVENINGS: _("Members of the group; of your hot seat what you share"),
    privacy.MISSIONS: _("Members of the group; ratings only as an average"),
    privacy.GOVERNING: _("Members of the group; what concerns applications, its organizers"),
}
NOBODY = _("Nobody but whoever runs the service")
ENDS: Mapping[str, Text] = {
    "left": _("somebody who is in no group any more"),
    "invites": _("links into a Telegram chat"),
    "drafts": _("applications that were not sent, words written with a vote or a change"),
    "refused": _("applications that were refused"),
    "asleep": _("a group in which nothing happens any more: it is asked first, then deleted"),
    "journal": _("who decided what"),
    "words sent": _("the words of messages that were sent"),
    "sent": _("that a message was sent"),
    "questions": _("dialogues that nobody ends"),
    "letters": _("messages that could not be read, whole"),
    "seen": _("the fingerprint of each message, against doubles"),
    "codes": _("codes and one-time links"),
    "consents": _("a consent that was taken back"),
}


def ends(area: str) -> list[Sayable]:
    """How long what serves that purpose is kept, in lines."""
    return [_("{span}: {what}", span=span(PERIODS[name]), what=ENDS[name]) for name in privacy.ENDS[area]]


def span(period: dt.timedelta) -> Text:
    """A period in the greatest unit that fits: "3 years", "12 months", "30 days", "1 hour"."""
    days = period.days
    if days >= 730 and days % 365 == 0:
        return _n("{n} year", "{n} years", n=days // 365)
    if days == 365:
        return _n("{n} month", "{n} months", n=12)
    return _n("{n} day", "{n} days", n=days) if days else _n("{n} hour", "{n} hours", n=period.seconds // 3600)


def processors() -> list[Text]:
    """Who else sees what passes through, and where they are (R9)."""
    known = settings.current()
    told = []
    if known.telegram:
        told.append(_("Telegram (Telegram FZ-LLC, Dubai): carries the messages on Telegram; outside the EU."))
    if known.whatsapp:
        told.append(
            _("WhatsApp (Meta, Ireland and United States) and Twilio (United States): carry those on WhatsApp.")
        )
    return [*told, _("The host of this service keeps the database and its backups, deleted within 30 days.")]


CONSENTS: Mapping[str, Text] = {
    "photo": _("my photo for the members of {group}"),
    "directory": _("my line in the directory of {group}"),
    "coffee": _("coffees for two with members of {group}"),
    "birthday": _("my birthday wished in {group}"),
    "voice": _("my voice messages written down"),
}

# Each table that may hold something about a person, as that person reads it (R3).
TABLES: Mapping[str, Text] = {
    "person": _("You"),
    "address": _("How you are reached"),
    "link_code": _("Codes that link your accounts"),
    "pass": _("One-time links you asked for"),
    "consent": _("What you allowed"),
    "erasure": _("Requests to be forgotten"),
    "chat": _("Telegram groups you brought me to"),
    "group": _("Groups you founded"),
    "membership": _("Your groups"),
    "portrait": _("Your photo for a group"),
    "apply_link": _("Links by which you invite"),
    "invite": _("Your ways into a Telegram group"),
    "knock": _("Doors you knocked at"),
    "application": _("Your applications"),
    "exchange": _("Questions about your applications"),
    "relay": _("When you spoke to a group through me"),
    "pause": _("Pauses you decided"),
    "venue": _("Places you named"),
    "meeting": _("Meetings you fixed or booked"),
    "attendance": _("Meetings: your answers and presence"),
    "feed": _("Your calendar address"),
    "poll": _("Votes you opened or closed"),
    "choice": _("Dates and places you proposed"),
    "vote": _("Your votes"),
    "ballot": _("What you added to a vote"),
    "change": _("Changes you asked for"),
    "session": _("Meetings you led"),
    "role": _("Your roles at meetings"),
    "round": _("Rounds you opened"),
    "speaker": _("Your turns in a round"),
    "sub_group": _("Your small groups"),
    "brainstorm": _("Brainstorms you opened"),
    "idea": _("Your ideas"),
    "hot_seat": _("Your hot seats"),
    "step": _("Steps of your hot seats"),
    "extension": _("Time you gave"),
    "advice": _("Advice given and received"),
    "swap": _("Turns exchanged"),
    "note": _("Notes by you or for you"),
    "pace": _("Your pace of reminders"),
    "topic": _("Topics you proposed"),
    "topic_vote": _("Topics you wished for"),
    "mission": _("Mission cards you made"),
    "draw": _("Your mission cards"),
    "trade": _("Cards exchanged"),
    "rating": _("Your ratings"),
    "thanks": _("Thanks given and received"),
    "addition": _("What you added to summaries"),
    "term": _("Your terms as animator"),
    "delegation": _("Duties given and taken"),
    "handover": _("Groups handed over"),
    "deed": _("What you did, in the journal"),
    "post": _("Messages to you, of the last days"),
    "question": _("A question still open"),
    "no_card": _("No monthly health card"),
}

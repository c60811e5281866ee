"""What makes a group known, written from its record: announcement long and short, invitations, the kit."""

import re

from handlers.kit import doors, on, say
from handlers.kit.reading import fields
from handlers.kit.say import Says
from handlers.kit.texts import In, Join, Sayable, Text, _, lines, paragraphs
from storage.groups import Group
from storage.people import Person, clean_name

MOST_NAMES = 10
NAME = 40
NO_TOURISTS = _("No tourists: whoever joins comes, gives and receives.")


def in_language(language: str, text: Sayable) -> Text:
    """A text always said in that language, whoever reads it."""
    return Text("{said}", {"said": In(language, text)})


def other(language: str) -> str:
    """The other of our two languages."""
    return "en" if language == "fr" else "fr"


def summary(group: Group) -> Join:
    """What the group says about itself, on a card."""
    return lines(
        _("<b>{name}</b>", name=group.name),
        _("{words}", words=group.purpose),
        _("📍 {city}, {rhythm}", city=group.city, rhythm=fields.rhythm(group.rhythm_days)),
        _("Commitment: {words}", words=group.expectations),
        _("Charter: {words}", words=" / ".join(group.charter.splitlines())[:300]) if group.charter else None,
        _("Lives on: {place}", place=fields.place(group)),
    )


def long(group: Group, language: str) -> Text:
    """The announcement in full, ready to paste: who, for whom and why, when, where, what for, how."""
    who = group.founder.name if group.founder else ""
    text = paragraphs(
        _("{name}", name=group.name.upper()),
        _("Hello! I'm {who}, and I'm founding a small mutual-help group.", who=who) if who else None,
        _("For whom and why: {words}", words=group.purpose),
        _("We meet {rhythm}: {city}.", rhythm=fields.rhythm(group.rhythm_days), city=group.city),
        _("What each of us commits to: {words}", words=group.expectations),
        NO_TOURISTS,
        lines(_("To apply, answer a few questions here (five minutes):"), how_to_apply(group, language)),
    )
    return in_language(language, text)


def short(group: Group, language: str) -> Text:
    """The announcement in four lines, ready to paste."""
    text = lines(
        _(
            "{name} ({city}, {rhythm}): {words}",
            name=group.name,
            city=group.city,
            rhythm=fields.rhythm(group.rhythm_days),
            words=group.purpose,
        ),
        NO_TOURISTS,
        _("To apply:"),
        how_to_apply(group, language),
    )
    return in_language(language, text)


def invitation(group: Group, name: str, language: str) -> Text:
    """A personal invitation to somebody the founder knows, ready to paste."""
    text = paragraphs(
        _(
            "Hi {name}! I'm founding a small mutual-help group, “{group}”, and I thought of you.",
            name=name,
            group=group.name,
        ),
        _("{words}", words=group.purpose),
        _("We meet {rhythm}: {city}. {no_tourists}", **_meeting(group), no_tourists=NO_TOURISTS),
        lines(_("If you feel like it, answer a few questions here:"), how_to_apply(group, language)),
        _("And if it isn't for you, tell me so simply: that's fine."),
    )
    return in_language(language, text)


def _meeting(group: Group) -> dict[str, Text | str]:
    return {"rhythm": fields.rhythm(group.rhythm_days), "city": group.city}


def how_to_apply(group: Group, language: str) -> Join:
    """Each door as a line; by hand when no link can be made."""
    link = group.public_link()
    found = doors.apply_links(link, language)
    if not found:
        return lines(_("Write “{words}” to Noyau.", words=doors.join_words(link.code)))
    return Join(tuple(_("{messenger}: {link}", messenger=name, link=address) for name, address in found))


def materials(group: Group, person: Person) -> Says:
    """Right after founding: both texts in the group's language; the rest is one tap away."""
    yield say.tell(person, long(group, group.language))
    yield say.tell(person, short(group, group.language))
    yield kit(group, person)


def kit(group: Group, person: Person) -> say.Say:
    """The card from which everything that makes the group known is one tap away."""
    text = lines(
        _("What makes <b>{name}</b> known:", name=group.name),
        _("The texts follow whatever you change about the group. “announcement” brings you back here."),
    )
    codes = ["an.long", "an.short", "an.other", "an.poster", "an.poster2", "an.pdf", "an.invite"]
    codes += ["an.chat"] if group.on_telegram and "telegram" in doors.platforms() else []
    labels = {"an.other": OTHER[other(group.language)], "an.poster2": POSTER[other(group.language)]}
    buttons = [say.button(on.tapped(code), group, labels.get(code)) for code in codes]
    page = say.link(_("The group's page"), doors.group_link(group.public_link()))
    return say.tell(person, text, *buttons, page)


OTHER = {"en": _("Both texts in English"), "fr": _("Both texts in French")}
POSTER = {"en": _("Poster in English"), "fr": _("Poster in French")}


def names(text: str) -> list[str]:
    """The first names out of "Léa, Marc et Zoé" or of one name a line, each once."""
    _intro, colon, rest = text.partition(":")
    parts = re.split(r"[,;\n/&+]|\bet\b|\band\b|\bpuis\b", rest if colon and len(_intro) < 40 else text, flags=re.I)
    found = [clean_name(re.sub(r"^[\s\-–•*\d.)]+", "", part)).strip(" .!") for part in parts]
    return list(dict.fromkeys(name[:NAME] for name in found if fields.has_words(name)))

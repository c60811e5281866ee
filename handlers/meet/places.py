"""Places: what the group remembers of where it met: the list, notes, and what organizers tidy up (38, M10)."""

import datetime as dt
import re

from handlers.kit import Day, Join, Message, Sayable, Says, Tap, _, _n, lines, on, say
from handlers.kit.reading import fields, spots
from storage.deeds import Deed
from storage.groups import Group, Membership
from storage.meetings import Meeting
from storage.noise import zone_of
from storage.people import Person, clean
from storage.venues import Venue

PAGE = 7
NOTE, NAME, NOTES_SHOWN = 300, 120, 4
NONE_YET = _("No place is known yet. Propose one: /place Café des Arts, 12 rue Crébillon")
NOT_YOURS = _("Only the organizers do that. You can note what you know of the place.")
COLON = re.compile(r"\s*[:\n]\s*|\s+[-–—]\s+")


@on.command("lieux", "places", "venues", only="member", group=True)
@on.phrase(
    "nos lieux", "les lieux", "liste des lieux", "our places", "the places", "where have we met", only="member"
)
@on.tells
@on.like(
    "on s'est déjà vus où", "quels lieux on connaît", "où est-ce qu'on est déjà allés", "liste les endroits",
    "which places do we know", "list our venues", "where have we been",
    "t'as quoi comme lieux", "on a quels endroits en stock", "which venues have we got",
    "any places we already know",
)  # fmt: skip
def listed(msg: Message) -> Says:
    yield _page(msg.home(), msg.person)


@on.tap("pl.more", Venue, _("Others"), only="member")
def others(tap: Tap) -> Says:
    yield _page(tap.home(), tap.person, tap.about(Venue))


def _page(group: Group, person: Person, after: Venue | None = None) -> say.Say:
    known = [venue for venue in Venue.known(group) if after is None or venue.id < after.id]
    if not known:
        return say.reply(NONE_YET)
    visits, shown = Meeting.visits(group), known[:PAGE]
    rows = [_row(venue, visits.get(venue.id, [])) for venue in shown]
    text = lines(_("<b>Our places</b>"), *rows, spots.towns_line(group))
    buttons = [say.button(details, venue, venue.name) for venue in shown]
    return say.reply(text, *buttons, *([say.button(others, shown[-1])] if len(known) > PAGE else []))


def _row(venue: Venue, visits: list[dt.datetime]) -> Sayable:
    known: list[Sayable] = [spots.told(venue)]
    if visits:
        known.append(_n("once", "{n} times", n=len(visits)))
    if venue.notes:
        known.append(_n("{n} note", "{n} notes", n=len(venue.notes)))
    return Join(("•", Join(tuple(known), " · ")), " ")


# ------------------------------------------------------------------ one place


@on.tap("pl.see", Venue, only="member")
def details(tap: Tap) -> Says:
    yield _card(tap.about(Venue), tap.person, tap.membership)


def _card(venue: Venue, person: Person, seat: Membership | None, before: Sayable | None = None) -> say.Say:
    visits = Meeting.visits(venue.group).get(venue.id, [])
    last = visits[0].astimezone(zone_of(person, venue.group)).date() if visits else None
    met = _n("We met there once.", "We met there {n} times.", n=len(visits)) if visits else None
    text = lines(
        before,
        _("<b>{name}</b>", name=venue.name),
        Join(tuple(part for part in (venue.address, venue.town) if part), ", "),
        _n("{n} seat", "{n} seats", n=venue.capacity) if venue.capacity else None,
        Join((met, _("Last on {day}.", day=Day(last))), " ") if met and last else None,
        *_notes(venue),
    )
    return say.reply(text, *_buttons(venue, person, seat))


def _notes(venue: Venue) -> list[Sayable]:
    shown = venue.notes[-NOTES_SHOWN:]
    names = {person.id: person.name for person in Person.select().where(Person.id.in_([one["by"] for one in shown]))}
    return [_("“{words}” ({name})", words=one["words"], name=names.get(one["by"], "?")) for one in shown]


def _buttons(venue: Venue, person: Person, seat: Membership | None) -> list[say.Button]:
    if venue.retired:
        return [say.button(restore, venue)]
    address = spots.map_of(venue)
    buttons = [say.button(on.tapped("vn.pick"), venue, _("Let's meet there")), say.button(note_it, venue)]
    if any(one["by"] == person.id for one in venue.notes):
        buttons.append(say.button(forget, venue))
    if seat is not None and seat.may("venue"):
        buttons += [say.button(rename, venue), say.button(retire, venue)]
    return [*buttons, say.link(_("Map"), address)] if address else buttons


# ------------------------------------------------------------------ notes


@on.phrase(
    "note sur",
    "une note sur",
    "à noter sur",
    "à savoir sur",
    "note on",
    "a note on",
    "note about",
    only="member",
    prefix=True,
)
@on.like(
    "à savoir sur La Cantine : bruyant", "note que La Cantine ferme à 22h", "remarque sur le lieu",
    "La Cantine est trop bruyante, note-le", "remember that La Cantine is noisy",
    "note that the place closes at 10",
    "retiens ce bistrot comme bonne adresse", "garde La Cantine en note", "note cette adresse pour plus tard",
    "note le Café des Arts dans les bonnes adresses", "keep that bar as a good address",
    "remember this place for later", "write down that the bar has wifi",
)  # fmt: skip
def note(msg: Message) -> Says:
    parts = COLON.split(msg.words, maxsplit=1)
    name, words = parts[0], parts[1] if len(parts) > 1 else ""
    found = spots.find(msg.home(), name)
    if not found:
        text = _("I know no place called “{name}”. “our places” shows those we know.", name=name[:60])
        yield say.reply(text)
    elif len(found) > 1 or not words:
        yield from _ask_note(found, msg.private)
    else:
        yield from _keep(found[0], msg.person, msg.membership, words)


def _ask_note(found: list[Venue], private: bool) -> Says:
    if len(found) > 1:
        yield say.reply(_("Which place?"), *[say.button(details, venue, venue.name) for venue in found[:PAGE]])
    elif private:
        yield say.ask(noted, _how(found[0]), group=found[0].group, venue=found[0].id)
    else:
        yield say.reply(_how(found[0]))


def _how(venue: Venue) -> Sayable:
    return _("What is good to know about {name}? For example: noisy after 8 pm, ring twice.", name=venue.name)


@on.tap("pl.note", Venue, _("Add a note"), only="member")
def note_it(tap: Tap) -> Says:
    venue = tap.about(Venue)
    yield say.ask(noted, _how(venue), group=tap.home(), venue=venue.id)


@on.answer("pl.noted")
def noted(msg: Message) -> Says:
    venue = Venue.get_or_none(Venue.id == msg.answers["venue"])
    if venue is not None and not fields.has_words(msg.text):
        yield say.ask(noted, _how(venue), group=msg.home(), venue=venue.id)
        return
    yield say.done()
    if venue is None or msg.membership is None:
        yield say.reply(_("You are no longer in {group}.", group=msg.home().name))
    else:
        yield from _keep(venue, msg.person, msg.membership, msg.text)


def _keep(venue: Venue, person: Person, seat: Membership | None, words: str) -> Says:
    words = " ".join(clean(words).split())
    if len(words) > NOTE:
        yield say.reply(_("That is long for a note: {n} characters at most.", n=NOTE))
    else:
        venue.note(person, words)
        yield say.signal("did", venue, what="own", press="pl.unnote")
        yield _card(venue, person, seat, _("Noted."))


@on.tap("pl.unnote", Venue, _("Take my note back"), only="member")
def forget(tap: Tap) -> Says:
    venue = tap.about(Venue)
    there = venue.forget_note(tap.person)
    if there:
        yield say.signal("taken_back", venue, press="pl.unnote")
    done = _("Your note is forgotten.") if there else _("You have no note there.")
    yield _card(venue, tap.person, tap.membership, done)


# ------------------------------------------------------------------ tidying up


@on.tap("pl.rename", Venue, _("Rename"), only="organizer")
def rename(tap: Tap) -> Says:
    venue = tap.about(Venue)
    yield say.ask(renamed, _("What shall {name} be called?", name=venue.name), group=tap.home(), venue=venue.id)


@on.answer("pl.renamed")
def renamed(msg: Message) -> Says:
    venue = Venue.get_or_none(Venue.id == msg.answers["venue"])
    name = " ".join(clean(msg.text).split())
    if venue is not None and (not fields.has_words(name) or len(name) > NAME):
        yield say.ask(renamed, _("A name in letters, {n} characters at most?", n=NAME), venue=venue.id)
        return
    yield say.done()
    if venue is None or msg.membership is None or not msg.membership.may("venue"):
        yield say.reply(NOT_YOURS)
    else:
        old = venue.name
        if venue.rename(name):
            yield say.signal("did", venue, what="renamed", was=old, now=name)
        yield _card(venue, msg.person, msg.membership, _("{old} is now called {new}.", old=old, new=name))


@on.event("undo_renamed")
def named_as_before(msg: Message) -> Says:
    deed = msg.about_card(Deed)
    venue = Venue.get_by_id(deed.facts["record"])
    if venue.name != deed.facts["now"] or not msg.seat().may("venue"):
        deed.keep()
        yield say.reply(_("That has changed again meanwhile, so I leave it. “journal” shows what was changed."))
    else:
        venue.rename(deed.facts["was"])
        yield _card(
            venue, msg.person, msg.membership, _("Taken back: it is called {name} as before.", name=venue.name)
        )


@on.cancel(renamed)
@on.back(renamed)
@on.cancel(noted)
@on.back(noted)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, nothing has changed."))


@on.tap("pl.retire", Venue, _("No longer there"), only="organizer")
def retire(tap: Tap) -> Says:
    venue = tap.about(Venue)
    if venue.retire():
        yield say.signal("did", venue, what="place_gone", press="pl.restore")
    text = _("{name} is no longer among our places. The meetings fixed there stay there.", name=venue.name)
    yield say.reply(text, say.button(restore, venue))


@on.tap("pl.restore", Venue, _("Bring it back"), only="organizer")
def restore(tap: Tap) -> Says:
    venue = tap.about(Venue)
    venue.restore()
    yield say.signal("taken_back", venue, press="pl.restore")
    yield _card(venue, tap.person, tap.membership, _("It is among our places again."))

"""Venue: a place for the next meeting, in words; one is settled, several are put to the vote (38, M10, M16, M17)."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from handlers.kit import Message, Sayable, Says, Tap, _, doors, lines, on, say
from handlers.kit.reading import spots
from handlers.kit.reading.spots import Spot
from handlers.kit.reading.when import read
from handlers.kit.texts import When, fold
from storage.changes import PLACE as PLACE_CHANGE
from storage.changes import Change
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting
from storage.people import Person
from storage.polls import MOST, PLACE, Choice, Poll
from storage.venues import Venue

SHOWN = 6
OR = re.compile(r"\s*(?:;|\n|\s(?:ou bien|ou|or)\s)\s*", re.I)
FOR = re.compile(r"^(?:pour|for)\s+(?P<which>[^:,]{3,40}?)\s*[:,]\s*(?P<rest>\S.*)$", re.I | re.S)
PROPOSES = re.compile(
    r"^(?:je propose|on propose|je suggere|on se voit|on se retrouve|on peut aller|on pourrait aller"
    r"|et si on allait|si on allait|pourquoi pas|rdv|rendez-vous|i suggest|i propose"
    r"|we(?:'ll| will|'re going to| are going to)? meet|let'?s meet|let'?s go to|how about|what about)\b",
)
# A room beside the place: people may come both ways (M16).
LINK = re.compile(r"^/?(?:le )?lien\b|^(?:the )?(?:video )?link\b")
VIDEO = re.compile(r"^(?:en )?visio\b")
WHERE = _("Where shall we meet? The name and the address, for example: Café des Arts, 12 rue Crébillon")


@on.command(
    "lieu",
    "place",
    "venue",
    help=_("propose where to meet: /place Café des Arts, 12 rue Crébillon"),
    only="member",
    group=True,
)
@on.phrase("lieu", "comme lieu", "le lieu", "le lieu c'est", "pour le lieu", "venue", only="member", prefix=True)
@on.phrase("en visio", "visio", "lien visio", "le lien visio", "lien de la visio", only="member", prefix=True)
@on.phrase("video link", "the video link", "the link is", only="member", prefix=True)
@on.phrase("on se voit où", "où est-ce qu'on se voit", "proposer un lieu", "propose a place", only="member")
@on.like(
    "ce sera à La Cantine", "ce sera chez Paulette", "la réunion sera au Café des Arts", "on change de lieu",
    "change le lieu", "finalement on va au Ferry", "on se retrouve au Café des Arts", "on fait ça à La Cantine",
    "on se voit où la prochaine fois", "il faut trouver un lieu", "on va où", "le rendez-vous est au café du coin",
    "j'ai trouvé un endroit", "c'est en visio", "ça se passe en ligne", "the meeting will be at La Cantine",
    "change the place", "let's go to the Ferry pub", "the venue is Café des Arts", "we meet online",
    "it's at the library", "where shall we meet", "I found a place",
    "on sera chez Paulette cette fois", "le lieu a changé", "rendez-vous à La Cantine",
    "we'll be at La Cantine this time", "the place has changed",
)  # fmt: skip
def place(msg: Message) -> Says:
    hybrid, video = LINK.match(fold(msg.text)) is not None, VIDEO.search(fold(msg.text)) is not None
    words = msg.words.strip(" ?:") or ("en visio" if video or hybrid else "")
    if words:
        yield from _proposed(msg.home(), msg.person, words, msg.private, hybrid)
    elif msg.private:
        yield from _ask_where(msg.home())
    else:
        yield _in_one_go()


def _in_one_go() -> say.Say:
    link = doors.start_link()
    text = _("Write it in one go: /place Café des Arts, 12 rue Crébillon. Or to me in private.")
    return say.reply(text, *([say.link(_("Write to me"), link)] if link else []))


def _speaks_of_place(text: str, asked: bool) -> bool:
    lead = PROPOSES.match(fold(text))
    return not asked and lead is not None and spots.looks_like_place(_without_lead(text))


def _without_lead(text: str) -> str:
    """The words behind "je propose", as they were written."""
    lead = PROPOSES.match(fold(text))
    return " ".join(text.split())[lead.end() :].strip(" :,") if lead else text


@on.pattern(PROPOSES.pattern, _speaks_of_place)
@on.like(
    "je propose La Cantine", "pourquoi pas La Cantine", "et si on allait à La Cantine",
    "on pourrait aller chez Paulette", "how about the Ferry pub", "why not La Cantine",
    "we could go to Chez Paulette",
    "La Cantine ce serait pas mal", "si on testait Chez Paulette", "La Cantine would be nice",
    "let's try Chez Paulette",
)  # fmt: skip
def suggested(msg: Message) -> Says:
    """ "je propose le Café des Arts": a place and no date."""
    yield say.replay(f"/lieu {_without_lead(msg.text)}", msg.group)


def _shares_map(text: str, asked: bool) -> bool:
    """A map shared from the telephone: a link, perhaps with a name, and no other order."""
    words = fold(text)
    order = words.startswith("/") or any(
        known.prefix and words.startswith(known.words) for known in on.registry.phrases
    )
    return not asked and not order and spots.is_map(text) and len(text.split()) < 12


@on.pattern(
    r"^(?:on peut (?:faire|se voir) |c'est |ce sera )?chez (?:moi|nous)\b|^(?:at )?my (?:place|home)\b",
    lambda text, asked: not asked and spots.looks_like_place(text),
)
@on.pattern(r"https://", _shares_map)
@on.like(
    "on peut faire ça chez moi", "je peux accueillir", "venez chez moi", "je reçois à la maison", "at my place",
    "we can do it at my place", "I can host",
    "chez moi c'est possible", "la maison est grande, venez", "my place works", "come to mine",
)  # fmt: skip
def here(msg: Message) -> Says:
    """ "chez moi", or the link of a map."""
    yield say.replay(f"/lieu {msg.text}", msg.group)


# ------------------------------------------------------------------ asked where


def _ask_where(group: Group) -> Says:
    known = sorted(Venue.known(group), key=lambda venue: _last_visit(venue, Meeting.visits(group)), reverse=True)
    meeting = Meeting.next_of(group)
    present = meeting.where() if meeting else ""
    text = lines(
        _("Next meeting: {when}.", when=When(meeting.start)) if meeting else None,
        _("Place so far: {place}", place=present) if present else None,
        spots.towns_line(group),
        WHERE,
    )
    yield say.ask(told, text, *[say.button(pick, venue, venue.name) for venue in known[:SHOWN]], group=group)


def _last_visit(venue: Venue, visits: dict[int, list[dt.datetime]]) -> dt.datetime:
    return visits[venue.id][0] if venue.id in visits else venue.created_at


@on.answer("vn.told")
def told(msg: Message) -> Says:
    if not msg.text.strip():
        yield say.ask(told, WHERE, group=msg.home(), **msg.answers)
        return
    yield say.done()
    if msg.membership is None:
        yield say.reply(_("You are no longer in {group}.", group=msg.home().name))
    else:
        words = f"{msg.answers.get('before', '')}{msg.text}{msg.answers.get('after', '')}"
        yield from _proposed(msg.home(), msg.person, words, True, hybrid=bool(msg.answers.get("hybrid")))


@on.cancel(told)
@on.back(told)
def never_mind(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, the place stays as it is."))


@on.tap("vn.pick", Venue, only="member")
def pick(tap: Tap) -> Says:
    """A place that the group knows, for the next meeting."""
    venue = tap.about(Venue)
    yield say.done()
    if venue.retired:
        yield say.reply(_("{name} is no longer among our places.", name=venue.name))
    else:
        yield from _one(tap.home(), tap.person, venue, "", tap.private, Meeting.next_of(tap.home()))


@on.phrase("au même endroit", "même endroit", "même lieu", "comme la dernière fois", only="member")
@on.phrase("same place", "at the same place", "same place as last time", only="member")
@on.like(
    "comme d'habitude pour le lieu", "pareil que la dernière fois", "toujours au même endroit",
    "on reste au même endroit", "le même café que la dernière fois", "at the usual place", "same venue",
    "the usual spot",
    "on garde le même lieu", "là où on va d'habitude", "keep the same venue", "the place we always go to",
)  # fmt: skip
def same_place(msg: Message) -> Says:
    last = next((one for one in Meeting.past_of(msg.home()) if one.venue is not None), None)
    if last is None or last.venue is None:
        yield say.reply(_("I don't know where you met last. Write it: /place Café des Arts, 12 rue Crébillon"))
    else:
        yield from _one(msg.home(), msg.person, last.venue, "", msg.private, Meeting.next_of(msg.home()))


# ------------------------------------------------------------------ what was written


def _proposed(group: Group, person: Person, words: str, private: bool, hybrid: bool = False) -> Says:
    meeting, words = _for_which(group, words)
    found = [spots.read_spot(part, person, group) for part in OR.split(words.strip()) if part.strip()]
    trouble = next((spot for spot in found if spot.trouble is not None), None)
    if trouble is not None:
        yield _again(trouble, group, private, hybrid)
    elif hybrid and found[0].link and meeting is not None:
        yield from _link(group, person, found[0].link, private, meeting)
    else:
        venues = [spots.venue_of(group, spot, person) for spot in found[:MOST]]
        distinct = list({venue.id: venue for venue in venues}.values())
        if len(distinct) == 1:
            yield from _one(group, person, distinct[0], words, private, meeting)
        else:
            yield from _several(group, person, distinct, meeting)


def _for_which(group: Group, words: str) -> tuple[Meeting | None, str]:
    """ "pour jeudi : le Ferry": the meeting of that day; else the next one."""
    found = FOR.match(words.strip(" :"))
    options = read(found["which"], now(), ZoneInfo(group.timezone), "fr").options if found else ()
    if found is None or not options:
        return Meeting.next_of(group), words.strip(" :")
    coming = Meeting.coming_of(group)
    return next((one for one in coming if one.start.date() == options[0].day), None), found["rest"]


def _again(spot: Spot, group: Group, private: bool, hybrid: bool) -> say.Say:
    """Ask for what is missing: the name of a place on a map, the link of a video room."""
    text: Sayable = spot.trouble or WHERE
    if not private:
        return say.reply(text)
    after = f" {spot.map_link}" if spot.map_link else ""
    before = "en visio " if spot.trouble in (spots.NO_LINK, spots.HTTPS) else ""
    return say.ask(told, text, group=group, before=before, after=after, hybrid=hybrid)


def _link(group: Group, person: Person, link: str, private: bool, meeting: Meeting) -> Says:
    change = Change.want(PLACE_CHANGE, group, person, meeting, link=link)
    yield say.signal("change_wanted", change, private=private)


def _one(group: Group, person: Person, venue: Venue, words: str, private: bool, meeting: Meeting | None) -> Says:
    if meeting is None:
        venue.restore()
        kept = _("No meeting is fixed yet. I keep it among our places: {place}", place=spots.told(venue))
        yield say.reply(kept, *_map(venue))
    elif meeting.venue_id == venue.id:
        yield say.reply(
            _("That is the place of the next meeting already: {place}", place=spots.told(venue)), *_map(venue)
        )
    else:
        change = Change.want(PLACE_CHANGE, group, person, meeting, venue=venue, words=words)
        yield say.signal("change_wanted", change, private=private)


def _map(venue: Venue) -> list[say.Button]:
    address = spots.map_of(venue)
    return [say.link(_("Map"), address)] if address else []


# ------------------------------------------------------------------ several places are a vote


def _several(group: Group, person: Person, venues: list[Venue], meeting: Meeting | None) -> Says:
    if meeting is None:
        for venue in venues:
            venue.restore()
        yield say.reply(_("No meeting is fixed yet. I keep these places; “our places” shows them."))
        return
    poll = Poll.create(group=group, kind=PLACE, asked_by=person, meeting=meeting)
    for venue in venues:
        Choice.create(poll=poll, venue=venue, words=venue.name, by=person)
    listed = [_("{n}. {place}", n=n, place=spots.told(venue)) for n, venue in enumerate(venues, 1)]
    text = lines(_("For {when}:", when=When(meeting.start)), *listed, _("Shall the group choose?"))
    yield say.reply(text, say.button(on.tapped("pv.launch"), poll), say.button(on.tapped("pv.drop"), poll))

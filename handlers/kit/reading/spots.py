"""A place out of somebody's words: its name, address, town, room and links; and places told again."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from rapidfuzz import fuzz

from handlers.kit.reading import fields, places, shift
from handlers.kit.reading.moment import has_date
from handlers.kit.texts import Sayable, Text, _, _n, fold, lines
from storage.groups import Group
from storage.meetings import Meeting
from storage.people import Person, clean
from storage.venues import Venue

MOST = 240  # signs of a proposal
URL = re.compile(r"\b(?:https?://|www\.)\S+", re.I)
MAPS = re.compile(
    r"^https://(?:(?:www\.|maps\.)?google\.[a-z.]{2,6}/(?:maps)?|maps\.app\.goo\.gl/|goo\.gl/maps/|maps\.apple\.com/"
    r"|(?:www\.)?openstreetmap\.org/|osm\.org/|(?:www\.)?waze\.com/)",
    re.I,
)
ROOM = re.compile(
    r"[,(]?\s*\b(?P<n>\d{1,3})\s*(?:places?|personnes?|pers|couverts?|chaises?|seats?|people)\b\)?"
    r"(?! (?:d[ue]|des|la|saint|of)\b| d')",  # "5 place du Commerce" is an address
    re.I,
)
POSTCODE = re.compile(r"^(?P<code>\d{5})\s+(?P<town>\D+)$")
STREET = re.compile(
    r"\b\d{1,4}\s?(?:bis|ter)?,?\s+(?:rue|r\.|avenue|av\.?|bd|boulevard|place|pl\.?|quai|chemin|impasse|all[ée]e|route"
    r"|cours|passage|square|[a-z]+ (?:street|road|avenue|lane|square))\b",
    re.I,
)
HINT = re.compile(
    r"\b(?:caf|resto|bar\b|brasserie|bistro|pub\b|salle|parc\b|jardin|bibliotheque|mediatheque|coworking|bureau|"
    r"cantine|maison|tiers.lieu|local\b|hotel|musee|gare|place d|rue\b|avenue|quai|square|chez |cafe|library|park\b|"
    r"office|room\b|pizzeria|creperie|auberge|taverne|atelier d)"
)
LEAD = re.compile(
    r"^(?:(?:le lieu (?:c'est|est|sera)|c'est|ce sera|on (?:va|irait|se voit|se retrouve|mange))\s+)?"
    r"(?:(?:plut[oô]t|par exemple|for example)\s+)?"
    r"(?:(?:d'aller|aller)\s+)?(?:(?:à la|au|aux|à|dans|at the|at|in|the|le|la|les|un|une)\s+)?",
)
HOME = re.compile(
    r"^(?:on (?:peut|pourrait) (?:faire|se voir|venir) |c'est |ce sera |a )?"
    r"(?:chez (?:moi|nous)|(?:at )?my (?:place|home))\b"
)
ONLINE = re.compile(
    r"^(?:en |par |a la )?(?:visio(?:conference)?|ligne|distance|zoom|meet|jitsi|teams|online|video)\b"
)
SUFFIX_TOWN = re.compile(r"\s+(?:à|in)\s+(?P<town>[A-ZÀ-Ý][\w'’ -]{2,40})$")
MARKER = re.compile(r"(?:^|\s)(?:au|aux|à la|à l['’]|chez|à|dans|at|in|en visio|@)(?:\s|$|(?<=['’]))", re.I)
LOOSE = re.compile(r"(?:^|\s)(?:à|a|au|le|la|de|du|at|on|the|,)$", re.I)  # words that wait for others
ARTICLE = re.compile(r"^(?:le|la|les|l'|the|au|a la|chez)\s*")


@dataclass(frozen=True)
class Spot:
    """A place as somebody wrote it. home: it is their own; trouble: what must be asked instead."""

    name: str = ""
    address: str = ""
    town: str = ""
    link: str = ""
    map_link: str = ""
    capacity: int | None = None
    home: bool = False
    trouble: Sayable | None = None


def is_home(words: str) -> bool:
    """ "chez moi": does whoever writes it host?"""
    return HOME.match(fold(words)) is not None


def looks_like_place(words: str) -> bool:
    """Do words after "je propose" speak of a place, and of no date?"""
    folded = fold(words)
    if not (
        URL.search(words) or HOME.match(folded) or ONLINE.match(folded) or STREET.search(words) or HINT.search(folded)
    ):
        return False
    return not has_date(ROOM.sub("", STREET.sub("", URL.sub("", words))))


def is_map(words: str) -> bool:
    """Is it a link to a map, alone or with a few words?"""
    link = URL.search(words)
    return link is not None and MAPS.match(link.group()) is not None


def read_spot(words: str, person: Person, group: Group) -> Spot:
    """The place that the words mean; its trouble says what is missing."""
    words = " ".join(clean(words).split())
    if len(words) > MOST + 400 or len(URL.sub("", words)) > MOST:
        return Spot(trouble=_("That is long for a place: its name and address are enough."))
    link, map_link, trouble = _links(words)
    if trouble is not None:
        return Spot(trouble=trouble)
    rest = URL.sub("", words).strip(" :,-–—.()")
    room = ROOM.search(rest)
    capacity = int(room["n"]) if room else None
    rest = ROOM.sub("", rest).strip(" :,-–—.")
    spot = _named(rest, person, group, link, bool(map_link))
    return Spot(spot.name, spot.address, spot.town, link, map_link, capacity, spot.home, spot.trouble)


def _links(words: str) -> tuple[str, str, Sayable | None]:
    found = URL.search(words)
    if found is None:
        return "", "", None
    link = found.group().rstrip(".,;)")
    if not link.lower().startswith("https://") or len(link) > 500:
        return "", "", HTTPS
    return ("", link, None) if MAPS.match(link) else (link, "", None)


HTTPS = _("I only keep links that begin with https://, so that nobody reads along. Send it again like that?")
NO_LINK = _("Online, gladly. Which link opens the room? It begins with https://")
NO_NAME = _("What is the place called? For example: Café des Arts, 12 rue Crébillon")


def _named(rest: str, person: Person, group: Group, link: str, mapped: bool) -> Spot:
    folded = fold(rest)
    if HOME.match(folded):
        first = person.name.split()[0] if person.name.split() else "?"
        _home, _comma, address = rest.partition(",")
        address = address or re.sub(r"(?i)^.*?chez (?:moi|nous)\s*:?", "", rest) if "chez" in folded else address
        name = _("{name}'s place", name=first).plain(group.language)
        return Spot(name, *_address(address, group), home=True)
    if ONLINE.match(folded) or (link and not fields.has_words(rest)):
        return Spot(_("Online").plain(group.language), trouble=None if link else NO_LINK)
    if not fields.has_words(rest):
        return Spot(trouble=NO_NAME)
    name, _comma, address = rest.partition(",")
    if address and re.match(r"\d", name.strip()):  # "12, rue Crébillon"
        name, address = "", rest
    name = LEAD.sub("", name.strip(), count=1).strip() or name.strip()
    street = STREET.search(name)
    if street and not street.start():
        return Spot(name[:120], *_address(rest, group))
    if street and not address:
        name, address = name[: street.start()].strip(" ,"), name[street.start() :]
    town = ""
    if (found := SUFFIX_TOWN.search(name)) and is_town(found["town"], group):
        name, town = name[: found.start()], found["town"]
    address, near = _address(address, group)
    if not name:
        name, address = address, ""
    return Spot(name[:1].upper() + name[1:120], address, near or town)


def _address(words: str, group: Group) -> tuple[str, str]:
    """The address as written, and the town at its end, if it is one."""
    words = words.strip(" ,:")[:255]
    last = words.rpartition(",")[2].strip()
    if code := POSTCODE.match(last):
        return words, code["town"].strip()
    if is_town(last, group):
        return words.rpartition(",")[0].strip() if "," in words else "", last
    return words, ""


def is_town(words: str, group: Group) -> bool:
    """Is it the name of a town, written right?"""
    if not words or len(words) > 60 or any(sign.isdigit() for sign in words):
        return False
    known = {fold(group.city)} | {fold(venue.town) for venue in Venue.known(group)}
    found = places.find(words, group.country or "FR")
    return fold(words) in known or any(places.fold(city.name) == places.fold(words) for city in found)


def split_place(words: str) -> tuple[str, str]:
    """Words about a date, and the place that stands among them: "le 14 à 20h", "Café des Arts"; "" when none does."""
    for marker in MARKER.finditer(words):
        start = marker.start()
        rest = words[start:].strip()
        ends = [match.start() for match in re.finditer(r"\s|$", rest)][::-1]
        for end in ends:
            place, after = rest[:end], rest[end:]
            if (
                not LOOSE.search(place)
                and len(place.split()) > 1
                and fields.has_words(place)
                and not shift.begins(place)
                and not has_date(STREET.sub("", place))
            ):
                return f"{words[:start]} {after}".strip(" ,"), place
    return words, ""


# ------------------------------------------------------------------ the group's memory


def find(group: Group, words: str, all_of: list[Venue] | None = None) -> list[Venue]:
    """The group's places that bear that name, or nearly."""
    wanted = _bare(words)
    if not wanted:
        return []
    known = Venue.known(group) if all_of is None else all_of
    exact = [venue for venue in known if _bare(venue.name) == wanted]
    near = [venue for venue in known if len(wanted) > 3 and wanted in _bare(venue.name)]
    return exact or near or [venue for venue in known if fuzz.ratio(wanted, _bare(venue.name)) >= 84]


def _bare(words: str) -> str:
    return ARTICLE.sub("", fold(words)).strip(" .!?,:")


def venue_of(group: Group, spot: Spot, by: Person) -> Venue:
    """The place as the group knows it; a new one stays out of the list until it is confirmed."""
    known = [venue for venue in find(group, spot.name) if _bare(venue.name) == _bare(spot.name)]
    if known and not (spot.link and known[0].link and spot.link != known[0].link):
        known[0].complete(address=spot.address, town=spot.town, map_link=spot.map_link, link=spot.link)
        known[0].complete(capacity=spot.capacity)
        return known[0]
    facts = {"address": spot.address, "town": spot.town, "link": spot.link, "map_link": spot.map_link}
    return Venue.create(group=group, name=spot.name, capacity=spot.capacity, by=by, retired=True, **facts)


def map_of(venue: Venue) -> str:
    """The address of a map of the place: the one that was given, else a search; nothing is fetched."""
    if venue.map_link or venue.online:
        return venue.map_link
    asked = ", ".join(part for part in (venue.address or venue.name, venue.town or venue.group.city) if part)
    return f"https://www.openstreetmap.org/search?query={quote(asked)}"


def told(venue: Venue) -> Sayable:
    """The place in one line: name, address, town, room."""
    parts = [part for part in (venue.address, venue.town) if part]
    where = _("{name}, {rest}", name=venue.name, rest=", ".join(parts)) if parts else _("{name}", name=venue.name)
    if not venue.capacity:
        return where
    return _("{place} · {room}", place=where, room=_n("{n} seat", "{n} seats", n=venue.capacity))


# ------------------------------------------------------------------ an area of several towns (M17)


def towns_line(group: Group, chosen: Venue | None = None) -> Sayable | None:
    """Where one met last, and whose turn it may be; nothing when all places are in one town."""
    known = Venue.known(group)
    town_of = {venue.id: venue.town for venue in known}
    visits = Meeting.visits(group)
    towns = list(dict.fromkeys(venue.town for venue in reversed(known) if venue.town))
    if len({fold(town) for town in towns}) < 2:
        return None
    last = {town: max((visits[v][0] for v in visits if town_of.get(v) == town), default=None) for town in towns}
    met = sorted((town for town in towns if last[town]), key=lambda town: str(last[town]), reverse=True)
    turn = next((town for town in towns if not last[town]), met[-1] if met else towns[0])
    if not met or (chosen and fold(chosen.town) not in ("", fold(met[0]))):
        return None
    return lines(_("Last time it was {town}.", town=met[0]), _whose_turn(turn, met))


def _whose_turn(turn: str, met: list[str]) -> Text | None:
    return _("Perhaps {town} this time?", town=turn) if turn != met[0] else None

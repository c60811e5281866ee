"""Time zone: "je suis à Montréal", "mon fuseau : Europe/London": the hours each one reads, and the group's own."""

import re
from zoneinfo import ZoneInfo

from handlers.kit import Message, Says, Tap, Text, _, lines, on, say
from handlers.kit.reading import places, towns
from handlers.kit.reading.places import City
from handlers.kit.texts import city_of, fold
from storage.groups import Group
from storage.noise import zone_of
from storage.people import Person, clean

NAMED = re.compile(r"\b[A-Za-z]+(?:/[A-Za-z][A-Za-z_+-]*\d*)+")  # Europe/London, America/Argentina/Salta
OFFSET = re.compile(r"\b(?:utc|gmt) ?([+-]) ?(\d{1,2})\b")
FIRST_WORDS = r"(?:je suis|je vis|j'habite|je me trouve|i'm|i am|i live|i'm living)"
HERE = rf"^{FIRST_WORDS} (?:maintenant |desormais |now )?(?:a|au|aux|en|in) ([\w' .,-]{{2,40}})$"
WHICH = _("In which town are you? “Montréal”, for example, or “Europe/London”.")
UNKNOWN = _("I don't know that place. Write a larger town nearby, with its country: “Montréal, Canada”.")


def names_a_town(text: str, asked: bool) -> bool:
    """Is it really a town, and said for its own sake? "Je suis à table" is not, nor an answer to a question."""
    found = re.match(HERE, fold(text).strip(" .!"))
    return not asked and found is not None and _exactly(found[1]) is not None


def _exactly(words: str) -> City | None:
    """The town of exactly that name, the likeliest one."""
    named = words.split(",")[0].strip()
    return next((city for city in places.find(words, None) if fold(city.name) == named), None)


@on.pattern(HERE, names_a_town)
@on.like(
    "je suis à Montréal", "je vis à Lisbonne", "je suis basée à Bruxelles", "I'm based in London",
    "I moved to Berlin",
)  # fmt: skip
def here(msg: Message) -> Says:
    found = re.match(HERE, fold(msg.text).strip(" .!"))
    yield from _live_in(msg, found[1] if found else msg.text)


@on.command("fuseau", "timezone", help=_("tell where you are, to read the hours of there"), word=_("time zone"))
@on.phrase("mon fuseau horaire", "mon fuseau", "fuseau horaire", "time zone", "my time zone", prefix=True)
@on.phrase("je suis à l'heure de", "je vis à l'heure de", "my timezone", prefix=True)
@on.like(
    "j'habite à Montréal", "je suis à Londres en ce moment", "j'ai déménagé à Lisbonne",
    "je ne suis pas à l'heure de Paris", "I live in London", "I'm in New York now", "change my time zone",
    "je suis en voyage, je suis à Tokyo", "my clock is different, I'm in Tokyo",
    "je suis six heures derrière vous",
)  # fmt: skip
def mine(msg: Message) -> Says:
    if msg.words:
        yield from _live_in(msg, msg.words)
    else:
        yield say.ask(told, lines(_now(msg.person, msg.group), WHICH))


@on.answer("tz.told")
def told(msg: Message) -> Says:
    if msg.text.strip():
        yield from _live_in(msg, msg.text)
    else:
        yield say.ask(told, _("I need words here: the name of your town, for example."))


@on.back(told)
@on.cancel(told)
def unchanged(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_now(msg.person, msg.group))


def _live_in(msg: Message, words: str) -> Says:
    zone, name = read_zone(words, msg)
    if zone is None:
        yield say.ask(told, UNKNOWN)
        return
    msg.person.live_in(zone)
    yield say.signal("zone_changed", msg.person)
    yield say.done()
    hour = towns.hour(zone, msg.person.language or "fr")
    noted = _("Noted: {place}, where it is {hour}.", place=name, hour=hour)
    meaning = _("I tell you the hours of our meetings there too, and I keep quiet when it is night for you.")
    yield say.reply(lines(noted, meaning), say.button(as_the_group, msg.person))


def _now(person: Person, group: Group | None) -> Text:
    language, zone = person.language or "fr", zone_of(person, group).key
    return _("Your clock: {place}, {hour}.", place=city_of(zone, language), hour=towns.hour(zone, language))


@on.tap("tz.group", Person, _("The group's time"), only="self")
def as_the_group(tap: Tap) -> Says:
    tap.person.live_in(None)
    yield say.signal("zone_changed", tap.person)
    yield say.done()
    yield say.reply(_("All right: I tell you the hours as they are at your group's place."))


# ------------------------------------------------------------------ the group's zone


@on.phrase(
    "le groupe est à l'heure de", "le groupe vit à l'heure de", "fuseau du groupe", only="organizer", prefix=True
)
@on.phrase("heure du groupe", "l'heure du groupe", "le fuseau du groupe", only="organizer", prefix=True)
@on.phrase("group time zone", "the group's time zone is", "the group is on", only="organizer", prefix=True)
@on.like(
    "le groupe est à Montréal", "mets le groupe à l'heure de Bruxelles", "the group is in London",
    "set the group's time zone",
    "le groupe vit à l'heure de Montréal maintenant", "our group is on London time",
)  # fmt: skip
def ours(msg: Message) -> Says:
    group = msg.home()
    zone, _name = read_zone(re.sub(r"\btime\b", "", msg.words, flags=re.I), msg)
    if not msg.words:
        yield say.reply(lines(_clock(group), _("To change it: “the group is on Brussels time”.")))
    elif zone is None:
        yield say.reply(UNKNOWN)
    else:
        group.note(zone_before=group.timezone)
        _set(group, zone)
        kept = _("Meetings that are fixed keep their hour and place.")
        yield say.reply(lines(_("Noted."), _clock(group), kept), say.button(undo, group))
        yield say.signal("did", group, what="timezone", press="tz.undo")


@on.tap("tz.undo", Group, _("Undo this change"), only="organizer")
def undo(tap: Tap) -> Says:
    group = tap.home()
    if before := group.draft.get("zone_before"):
        _set(group, before)
        yield say.signal("taken_back", group, press="tz.undo")
    yield say.reply(_clock(group))


def _set(group: Group, zone: str) -> None:
    group.timezone = zone
    group.save(only=[Group.timezone])


def _clock(group: Group) -> Text:
    place, hour = city_of(group.timezone, group.language), towns.hour(group.timezone, group.language)
    return _("The group lives by the clock of {place}: it is {hour} there.", place=place, hour=hour)


# ------------------------------------------------------------------ what the words mean


def read_zone(words: str, msg: Message) -> tuple[str | None, str]:
    """The IANA zone that the words name (a zone, an offset, a town), and what it is called."""
    language = msg.person.language or "fr"
    named = NAMED.search(words)
    if named and (zone := _zone(named.group())):
        return zone, city_of(zone, language)
    if offset := OFFSET.search(fold(words)):
        sign = "-" if offset[1] == "+" else "+"  # the names of these zones count westwards (POSIX)
        zone = _zone(f"Etc/GMT{sign}{int(offset[2])}" if int(offset[2]) else "Etc/UTC")
        return zone, f"UTC{offset[1]}{int(offset[2])}"
    cities = towns.candidates(clean(words).strip(" .!?:"), msg.address, language)
    return (cities[0].zone, towns.label(cities[0], language)) if cities else (None, "")


def _zone(name: str) -> str | None:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):  # no such file, a folder, or a name that leads elsewhere
        return None

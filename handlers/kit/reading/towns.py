"""The town of a group and its time zone: guessed from somebody's words, shown with the hour there."""

from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location

from handlers.kit.reading import fields, places
from handlers.kit.reading.places import City
from handlers.kit.texts import Reader, Text, _, clock
from storage import settings
from storage.db import now
from storage.groups import Group
from storage.people import WHATSAPP, Address, clean

MOST = 5
COUNTRIES = {
    "+33": "FR",
    "+32": "BE",
    "+41": "CH",
    "+352": "LU",
    "+44": "GB",
    "+353": "IE",
    "+212": "MA",
    "+213": "DZ",
    "+216": "TN",
    "+221": "SN",
    "+225": "CI",
    "+237": "CM",
    "+262": "RE",
    "+590": "GP",
    "+594": "GF",
    "+596": "MQ",
    "+687": "NC",
    "+689": "PF",
}
ZONES = {
    "fr": ("Europe/Paris", "America/Toronto", "America/Martinique", "Indian/Reunion", "Africa/Casablanca"),
    "en": ("Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/Paris"),
}


def candidates(text: str, address: Address, language: str) -> list[City]:
    """The towns that a text may mean, likeliest first, each to be told from the others."""
    found = places.find(text, _country(address, language))
    distinct = {label(city, language): city for city in reversed(found)}
    return [city for city in found if distinct[label(city, language)] == city][:MOST]


def _country(address: Address, language: str) -> str | None:
    number = address.address if address.platform == WHATSAPP else ""
    near = max((code for code in COUNTRIES if number.startswith(code)), key=len, default="")
    return COUNTRIES.get(near) or ("FR" if language == "fr" else None)


def zones(language: str) -> list[str]:
    """Zones to choose from when the town is unknown: the deployment's own, then those where one speaks so."""
    own = settings.current().timezone
    return list(dict.fromkeys((own, *ZONES.get(language, ZONES["en"]))))[:MOST]


def label(city: City, language: str) -> str:
    """ "Nantes, France"."""
    country = Locale(language).territories.get(city.country, city.country)
    return f"{city.name}, {country}"


def hour(zone: str, language: str) -> str:
    """ "14h05": what time it is there now."""
    return clock(now(), Reader(language, ZoneInfo(zone)))


def zone_label(zone: str, language: str) -> str:
    """ "Paris · 14h05": a zone by the town after which it is called."""
    town = get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)
    return f"{town} · {hour(zone, language)}"


def keep(group: Group, name: str, country: str, zone: str) -> None:
    """Note the group's town and zone."""
    group.city, group.country, group.timezone = name[: fields.CITY], country, zone
    group.save(only=[Group.city, Group.country, Group.timezone])


def refusal(text: str) -> Text | None:
    """What is wrong with words that should be a place, if anything."""
    text = clean(text).strip()
    if not fields.has_words(text):
        return _("Write the name of a town, or “online”.")
    if len(text) > fields.CITY:
        return _("Only the town, please ({most} characters at most): “Nantes”, or “online”.", most=fields.CITY)
    return None

"""Makers of pictures and files: name -> function(record id, language) -> (bytes, MIME type, file name)."""

import re
from collections.abc import Callable

from handlers.kit import doors, fields
from handlers.kit.announcement import NO_TOURISTS
from handlers.kit.texts import _, fold
from jobs import calendars, pictures
from storage.groups import Group

Made = tuple[bytes, str, str]


def poster(record: int, language: str) -> Made:
    """The poster of a group in its own language, whoever asked."""
    return _poster(record, Group.get_by_id(record).language)


def _poster(record: int, language: str) -> Made:
    group = Group.get_by_id(record)
    words = pictures.PosterWords(
        kind=_("A mutual-help group").plain(language),
        nameless=_("Our group").plain(language),
        city=_("Where").plain(language),
        rhythm=_("When").plain(language),
        no_tourists=NO_TOURISTS.plain(language),
        scan=_("Scan to apply").plain(language),
        footer=_("The organizers read every application, and answer each one.").plain(language),
    )
    often = fields.rhythm(group.rhythm_days).plain(language)
    links = doors.apply_links(group.public_link(), language)
    body = pictures.poster(group.name, group.purpose, group.city, often, links, language, words)
    name = re.sub(r"[^a-z0-9]+", "-", fold(group.name))[:40].strip("-") or "noyau"
    return body, "image/png", f"{name}-{language}.png"


def _in(language: str) -> Callable[[int, str], Made]:
    return lambda record, _reader: _poster(record, language)


MAKERS: dict[str, Callable[[int, str], Made]] = {
    "poster": poster,
    "poster.fr": _in("fr"),
    "poster.en": _in("en"),
    "ics": calendars.ics,
}

"""Makers of pictures and files: name -> function(record id, language) -> (bytes, MIME type, file name)."""

import re
from collections.abc import Callable

from handlers.kit import doors
from handlers.kit.cards import announcement, missions
from handlers.kit.cards.announcement import NO_TOURISTS
from handlers.kit.reading import fields
from handlers.kit.texts import Reader, _, fold, show
from jobs import calendars, health_picture, mission_pictures, pdf, pictures, portraits
from storage.groups import Group
from storage.health import Health
from storage.missions import Draw

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


def poster_file(record: int, language: str) -> Made:
    """The same poster as a PDF of one A4 sheet, in the group's language; its codes can be tapped."""
    group = Group.get_by_id(record)
    picture, _mime, name = _poster(record, group.language)
    links = doors.apply_links(group.public_link(), group.language)[:2]
    taps = [
        pdf.Link(box, link) for box, (_messenger, link) in zip(pictures.door_boxes(len(links)), links, strict=True)
    ]
    about = announcement.short(group, group.language).plain(group.language)
    body = pdf.page(picture, group.name, group.language, about, taps)
    return body, "application/pdf", f"{name.removesuffix('.png')}.pdf"


def _in(language: str) -> Callable[[int, str], Made]:
    return lambda record, _reader: _poster(record, language)


def mission(record: int, language: str) -> Made:
    """The picture of a mission card in its holder's language, by the id of the draw."""
    draw = Draw.get_by_id(record)
    words = mission_pictures.CardWords(
        kind=_("Mission card").plain(language),
        title=show(missions.name(draw.mission), Reader(language)),
        task=show(missions.task(draw.mission) or "", Reader(language)),
        group=draw.group.name,
        nameless=_("Our own card").plain(language),
    )
    return mission_pictures.mission(draw.code, words, language), "image/png", f"mission-{draw.code}-{language}.png"


def health(record: int, language: str) -> Made:
    """The picture of a group's health card, in its reader's language."""
    found = Health(Group.get_by_id(record))
    return health_picture.draw(found, language), "image/png", f"health-{language}.png"


MAKERS: dict[str, Callable[[int, str], Made]] = {
    "poster": poster,
    "poster.fr": _in("fr"),
    "poster.en": _in("en"),
    "poster.pdf": poster_file,
    "ics": calendars.ics,
    "mission": mission,
    "health": health,
    "portrait": portraits.portrait,
}

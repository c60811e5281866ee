"""What is kept about people, what for and how long: a page for anybody, made from the tables' declarations (R1)."""

from flask import Blueprint, Response

from handlers.kit.cards import privacy_words
from storage import privacy, settings
from webhook import reader

routes = Blueprint("privacy_page", __name__)


@routes.get("/privacy")
def told() -> Response:
    """The page, in the language of the address or of the browser."""
    language = reader.language(settings.current().language)
    areas = [area for area in privacy.AREAS if area != privacy.MACHINE]
    return reader.page(
        "privacy.html",
        language,
        public=True,
        who=privacy_words.controller(),
        processors=privacy_words.processors(),
        areas=[
            {
                "purpose": privacy_words.PURPOSES[area],
                "basis": privacy_words.BASES.get(area, privacy_words.BASIS),
                "readers": privacy_words.READERS.get(area, privacy_words.NOBODY),
                "ends": privacy_words.ends(area),
            }
            for area in areas
        ],
    )

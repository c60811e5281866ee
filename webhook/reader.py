"""How a page is read: its language, and what every page shown outside the chats carries."""

import re

from flask import Response, make_response, render_template, request

from handlers.kit.texts import LANGUAGES, Reader, Sayable, _, show

LOOSE = re.compile(r"(?<=«) | (?=[»:;?!])")  # French signs stay with their words
GONE = _("This page is not there, or no longer")
GONE_WHY = _("The link is incomplete, or it was closed.")
GONE_NEXT = _("Ask whoever gave it to you for a fresh one; members get theirs by writing “calendar” to the bot.")


def language(fallback: str) -> str:
    """ "fr" or "en": as the address says (?lang=en), else as the browser prefers, else the fallback."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or fallback


def page(template: str, language: str, status: int = 200, public: bool = False, **facts: object) -> Response:
    """A page without script; a private one is kept by nobody and found by no search engine."""

    def words(text: Sayable) -> str:
        return LOOSE.sub("\u00a0", text.plain(language))

    def shown(value: object) -> str:
        return LOOSE.sub("\u00a0", show(value, Reader(language)))

    other = "en" if language == "fr" else "fr"
    page = make_response(
        render_template(template, language=language, other=other, words=words, shown=shown, _=_, **facts), status
    )
    page.headers["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    page.headers["Vary"] = "Accept-Language"
    if not public:
        page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


def gone(status: int = 404, following: Sayable = GONE_NEXT) -> Response:
    """The page that says that there is none, and what to do."""
    return page("gone.html", language("fr"), status, title=GONE, lines=(GONE_WHY, following))

"""The page about data and the page of one's own data, over HTTP and in a browser (R1, R3, S24, S26)."""

import json

import pytest
from playwright.sync_api import Browser

from handlers.kit import entry
from storage import settings
from storage.groups import Membership
from tests.edges.test_calendar_pages import SIZES, browser
from tests.edges.test_own_pages import Visitor, _look, home, met, who
from tests.edges.test_pages import Service
from tests.edges.test_playground import ARTIFACTS

__all__ = ["browser"]


def test_ones_data_is_a_page_and_a_file_for_nobody_else(service: Service) -> None:
    """R3: kept by nobody, found by no search engine; closed without a pass."""
    group = home()
    marc, visitor = who(group, "Marc"), Visitor(service)
    assert visitor.opens("/data")[0] == visitor.opens("/data.json")[0] == 404
    status, headers, html = visitor.enters(marc, entry.DATA)
    assert status == 200 and "Tes groupes" in html and group.name in html
    assert headers["Cache-Control"] == "private, no-store" and headers["X-Robots-Tag"].startswith("noindex")
    status, headers, body = visitor.opens("/data.json")
    assert status == 200 and headers["Content-Disposition"] == 'attachment; filename="noyau.json"'
    assert json.loads(body)["tables"]["membership"][0]["person"] == "me"


def test_s28_words_on_ones_own_page_stay_words(service: Service) -> None:
    """S28: what somebody wrote is shown as typed."""
    group = home()
    marc, visitor = who(group, "Marc"), Visitor(service)
    Membership.update(introduction="<script>alert(1)</script>").where(Membership.person == marc).execute()
    assert "<script>" not in visitor.enters(marc, entry.DATA)[2]


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("size", SIZES)
def test_these_pages_in_a_browser(service: Service, browser: Browser, size: str) -> None:
    """Headings, contrast, sizes and widths as they must be, in both languages, by day and night; no script."""
    group = home()
    met(group, 3, 5)
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    page = context.new_page()
    ARTIFACTS.mkdir(exist_ok=True)
    page.goto(entry.link(who(group, "Marc"), entry.DATA))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data")
    for name in ("data", "privacy"):
        for language in ("fr", "en") if size == "narrow" else ("fr",):
            page.goto(f"{settings.current().public_url}/{name}?lang={language}")
            _look(page, f"{name}-{language}", size)
            page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
            _look(page, f"{name}-open-{language}", size)
    context.close()

"""axe-core finds nothing on any page, by day and by night (WCAG 2.2 AA)."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from handlers.kit import doors, entry
from storage import settings
from storage.people import Address
from tests.edges.test_calendar_pages import SIZES, a_member, browser, cafe, fixed, path
from tests.edges.test_own_pages import home, met, sent, shown, who
from tests.edges.test_pages import Service
from tests.edges.test_summary_page import evening, link

__all__ = ["browser"]
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.mark.xdist_group("browser")
def test_axe_finds_nothing_on_a_meetings_pages(service: Service, browser: Browser) -> None:
    meeting = fixed()
    meeting.meet_at(cafe(meeting.group))
    meeting.group.open_page(True)
    page = _page(browser)
    faults = _seen(page, doors.meeting_link(meeting), doors.event_link(meeting), doors.feed_page(a_member(meeting)))
    page.context.close()
    assert not faults


@pytest.mark.xdist_group("browser")
def test_axe_finds_nothing_on_a_summary(service: Service, browser: Browser) -> None:
    page = _page(browser)
    faults = _seen(page, link(evening()))
    page.context.close()
    assert not faults


@pytest.mark.xdist_group("browser")
def test_axe_finds_nothing_on_the_pages_of_a_group(service: Service, browser: Browser) -> None:
    """With everything that they may show: photos, a chart, people out of reach, an open page."""
    group = home()
    met(group, 3, 5, 4)
    sent(group)
    group.open_page(True)
    Address.update(state="blocked").where(Address.person == who(group, "Paul")).execute()
    shown(group, "Léa")
    marc = who(group, "Marc")
    page = _page(browser)
    faults = _enter(page, entry.link(marc, entry.ME), "/me")
    faults += _enter(page, entry.link(marc, entry.CARD, group), f"/card/{group.id}")
    faults += _enter(page, entry.link(marc, entry.FACES, group), f"/people/{group.id}")
    faults += _enter(page, entry.link(marc, entry.DATA), "/data")
    faults += _seen(page, doors.group_link(group.public_link()), "/privacy", "/card/999")
    page.context.close()
    assert not faults


@pytest.mark.xdist_group("browser")
def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    page = _page(browser)
    page.set_content("<p style='color:#999'>Pale</p><img src='x.png'>")
    faults = " ".join(_faults(page, "a bad page"))
    page.context.close()
    assert "color-contrast" in faults and "image-alt" in faults


def _page(browser: Browser) -> Page:
    width, height = SIZES["narrow"]
    return browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR").new_page()


def _seen(page: Page, *links: str) -> list[str]:
    faults = []
    for where in map(path, links):
        page.goto(settings.current().public_url + where)
        faults += _faults(page, where)
    return faults


def _enter(page: Page, link: str, page_path: str) -> list[str]:
    """What axe says of the door, and of the page behind it, all its details opened."""
    page.goto(link)
    faults = _faults(page, "the door")
    page.get_by_role("button").first.click()
    page.wait_for_url(f"**{page_path}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    return faults + _faults(page, page_path)


def _faults(page: Page, where: str) -> list[str]:
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for fault in Axe().run(page).response["violations"]:
            nodes = [node["html"][:90] for node in fault["nodes"][:3]]
            found.append(f"{where} ({scheme}): {fault['id']}: {fault['help']}: {nodes}")
    return found

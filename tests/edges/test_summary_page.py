"""The page of a summary over real HTTP, its Markdown file, and how both look in a browser and on paper."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from handlers.kit import doors
from handlers.kit.cards import report
from jobs.logs import SECRETS
from storage import db, settings
from storage.groups import Group, Membership
from storage.hotseats import Advice, HotSeat
from storage.meetings import Attendance, Meeting
from storage.missions import HELD, Draw, Mission, Rating, Thanks
from storage.notes import Note
from storage.people import Person, meet
from storage.sessions import Session
from storage.summaries import LINK_LIFE, Addition, Summary
from storage.venues import Venue
from tests.edges.test_calendar_pages import PARIS, SIZES, SMALL, browser, french, path
from tests.edges.test_pages import Service, get
from tests.edges.test_playground import ARTIFACTS

__all__ = ["browser"]
NOTES = (
    ("decision", "On garde le jeudi, une fois sur deux"),
    ("decision", "Chacun apporte une question la prochaine fois"),
    ("action", "Appeler le café pour réserver la grande table"),
    ("action", "Envoyer le modèle de devis à tout le monde"),
    ("idea", "Un pique-nique en juin, au bord de l'Erdre"),
    ("link", "Le guide des prix : https://exemple.org/un_guide_des_prix"),
    ("voice", ""),
)


def member(group: Group, n: int, name: str) -> Person:
    address = meet("telegram", str(n), name=name, language="fr")
    Membership.welcome(group, address.person, address)
    return address.person


def evening(**facts: Any) -> Summary:
    """An evening of four people with something of everything."""
    home = Group.create(name="Les indés de Nantes", city="Nantes", state="live")
    people = [
        member(home, n, name) for n, name in enumerate(("Marc Petit", "Léa Roy", "Zoé Blin", "Paul Le Gall"), 1)
    ]
    start = dt.datetime.combine(db.now().date() - dt.timedelta(days=1), dt.time(19, 30), PARIS)
    meeting = Meeting.fix(home, start, **facts)
    meeting.meet_at(Venue.create(group=home, name="Café des Arts", address="3 rue du Port"))
    for person in people:
        Attendance.create(meeting=meeting, person=person, answer="yes", present=True, arrived_at=db.now())
    Session.begin(meeting, people[0])[0].close(people[0])
    _remember(meeting, people)
    Meeting.fix(home, start + dt.timedelta(days=14))
    summary = Summary.begin(meeting)[0]
    Addition.put(summary, people[1], "Le café était fermé, on s'est vus chez Zoé", f"{meeting.id}:9")
    return summary


def _remember(meeting: Meeting, people: list[Person]) -> None:
    for n, (kind, words) in enumerate(NOTES):
        owner = people[n - 2] if kind == "action" else None
        Note.put(meeting, people[0], kind, words, source=f"{meeting.id}:{n}", owner=owner, due=meeting.start.date())
    seats = [
        HotSeat.create(
            group=meeting.group, meeting=meeting, person=person, state="done", share=share, step=6,
            started_at=db.now(), problem="Je n'ose pas augmenter mes prix", request="Un premier pas",
        )
        for person, share in ((people[2], True), (people[3], None))
    ]  # fmt: skip
    for seat in seats:
        Advice.create(hotseat=seat, person=people[1], words="Commence par les nouveaux clients", stars=1)
    Draw.create(meeting=meeting, mission=Mission.common("venue"), person=people[1], state=HELD)
    Thanks.say(meeting, people[0], people[2], "Merci à Zoé pour les gâteaux")
    for person in people[:3]:
        Rating.put(meeting, person, 3)


def link(summary: Summary, days: int = 30) -> str:
    return doors.summary_link(summary, db.now() + dt.timedelta(days=days))


# ------------------------------------------------------------------ what it says, and to whom


def test_the_page_has_all_that_may_be_told(service: Service) -> None:
    status, headers, html = french(service, link(evening()))
    assert status == 200 and '<html lang="fr">' in html and "Café des Arts" in html
    for words in ("Marc, Léa, Zoé", "On garde le jeudi", "Un pique-nique", "chez Zoé", "Merci à Zoé", "Lieu", "😀"):
        assert words in html, words
    assert html.count("augmenter mes prix") == 1 and html.count("Commence par les nouveaux clients") == 1
    assert "Paul a eu le hot seat" in html and "Note vocale de Marc" in html
    assert "Petit" not in html and "Le Gall" not in html, "first names alone"
    assert headers["Cache-Control"] == "private, no-store" and headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "<script" not in html and "La prochaine réunion" in html


def test_it_is_in_the_readers_language(service: Service) -> None:
    where = path(link(evening()))
    html = get(service, where, **{"Accept-Language": "en-GB"})[2].decode()
    assert "Decisions" in html and "Hot seat of Zoé" in html and "had the hot seat" in html
    assert "Décisions" in get(service, where + "?lang=fr", **{"Accept-Language": "en"})[2].decode()


def test_the_markdown_file_says_the_same(service: Service) -> None:
    where = path(link(evening()))
    status, headers, body = get(service, f"{where}.md", **{"Accept-Language": "fr"})
    text = body.decode()
    assert status == 200 and headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert text.startswith("# Compte rendu : Les indés de Nantes\n") and "## Décisions\n" in text
    assert "- On garde le jeudi, une fois sur deux\n" in text and "<https://exemple.org/un_guide_des_prix>" in text
    assert text.count("augmenter mes prix") == 1 and "Paul a eu le hot seat" in text
    assert "# Summary" in get(service, f"{where}.md?lang=en")[2].decode()


def test_a_summary_of_nothing_has_a_page(service: Service) -> None:
    home = Group.create(name="Les indés", state="live")
    meeting = Meeting.fix(home, db.now() - dt.timedelta(hours=3))
    summary = Summary.begin(meeting)[0]
    status, _headers, html = french(service, link(summary))
    assert status == 200 and "Rien n'a été noté" in html.replace("&#39;", "'")
    assert report.of(meeting).empty and get(service, path(link(summary)) + ".md")[0] == 200


def test_a_forged_or_old_link_is_no_page(service: Service) -> None:
    one, other = evening(), evening()
    good = path(link(one)).removeprefix("/s/")
    number, day, seal = good.split("_", 2)
    later = f"{int(day, 16) + 30:x}"
    forged = [f"{other.id}_{day}_{seal}", f"{number}_{later}_{seal}", f"{number}_{day}_", number, "x" * 300, "%00"]
    forged += [f"{number}_{day}_{seal}x", f"0{good}", f"{number}_{day}_{seal[:-1]}é", path(link(one, days=-1))[3:]]
    for token in forged:
        for end in ("", ".md"):
            status, _headers, html = french(service, "/s/" + token.replace("é", "%C3%A9") + end)
            assert status == 404 and "compte rendu" in html, token
    assert french(service, "/s/" + good)[0] == 200
    db.shift_clock(db._offset[0] + (LINK_LIFE + dt.timedelta(days=1)).total_seconds())
    assert french(service, "/s/" + good)[0] == 404


def test_s16_s28_words_stay_words(service: Service) -> None:
    """S16, S28."""
    summary = evening(title="<b>Fête</b> {{ 7*7 }}")
    facts = {"source": "y:1"}
    Note.put(
        summary.meeting, summary.group.members()[0].person, "decision", "<script>x</script> # titre *gras*", **facts
    )
    words = 'javascript:alert(1) https://ok.example/"onclick=x'
    Note.put(summary.meeting, summary.group.members()[0].person, "link", words, source="y:2")
    html = french(service, link(summary))[2]
    assert "<script" not in html and "<b>Fête" not in html and "{{ 7*7 }}" in html
    assert 'href="javascript' not in html and '"onclick' not in html
    text = get(service, path(link(summary)) + ".md")[2].decode()
    assert "\\<script\\>" in text and "\\# titre \\*gras\\*" in text


def test_no_log_line_holds_the_address(service: Service) -> None:
    """S7."""
    where = path(link(evening()))
    assert where.removeprefix("/s/") not in SECRETS.sub("…", f"GET {where} failed")


# ------------------------------------------------------------------ how it looks


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(service: Service, browser: Browser, size: str, scheme: Any, language: str) -> None:
    """Nothing overflows, everything can be tapped, headings in order; on paper only what is read."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=f"{language}-{language.upper()}", color_scheme=scheme
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    ARTIFACTS.mkdir(exist_ok=True)
    shown = link(evening())
    for name, where in (("summary", shown), ("summary-gone", settings.current().public_url + "/s/1_2_3")):
        page.goto(f"{where}?lang={language}")
        page.screenshot(path=ARTIFACTS / f"page-{name}-{size}-{scheme}-{language}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert page.evaluate(SMALL) == [], name
        assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
    page.goto(f"{shown}?lang={language}")
    assert page.locator("section h2").count() == page.locator("section").count() > 5
    page.emulate_media(media="print")
    assert not page.locator(".ways").is_visible() and not page.locator("header").is_visible()
    page.screenshot(path=ARTIFACTS / f"print-summary-{size}-{scheme}-{language}.png", full_page=True)
    paper = Path(ARTIFACTS / f"summary-{language}.pdf")
    page.pdf(path=paper, format="A4")
    assert paper.stat().st_size > 5000
    context.close()
    assert not [line for line in said if "404" not in line]

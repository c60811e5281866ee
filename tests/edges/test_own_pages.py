"""Pages of groups and of one's own over real HTTP: who gets in, by what, and how they look in a browser (S24-S28)."""

import datetime as dt
import http.client
import io
import os
import re
import urllib.parse
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from handlers.kit import doors, entry
from jobs.logs import SECRETS
from storage import db, settings
from storage.groups import ORGANIZER, ApplyLink, Group, Membership
from storage.meetings import Attendance, Feed, Meeting
from storage.outbox import Post
from storage.passes import Pass
from storage.people import Address, Person, meet
from storage.portraits import Portrait
from tests.edges.test_calendar_pages import PARIS, SIZES, browser, french, path
from tests.edges.test_pages import Service, get
from tests.edges.test_playground import ARTIFACTS

__all__ = ["browser"]
NAMES = (
    "Marc Petit",
    "Léa Roy",
    "Zoé Blin",
    "Paul Le Gall",
    "Émilie Noël",
    "Sofiane Ait",
    "Ana",
    "Jean-Baptiste Roux",
)
Visit = tuple[int, dict[str, str], str]


def home(**facts: Any) -> Group:
    """A group as it is after some months: meetings, a core, newcomers, silent and unreachable people."""
    about = {
        "name": "Les indés de Nantes",
        "city": "Nantes",
        "state": "live",
        "purpose": "On s'entraide entre indépendants : un regard sur ton site, un coup de main, un café.",
        "expectations": "Venir deux fois par mois, et dire quand on ne peut pas.",
        "charter": "- On vient\n- On écoute\n- Ce qui se dit ici reste ici",
    }
    group = Group.create(**about | facts)
    for n, name in enumerate(NAMES, 1):
        address = meet("telegram" if n % 2 else "whatsapp", str(n) if n % 2 else f"+3360000000{n}", name=name)
        seat = Membership.welcome(group, address.person, address, ORGANIZER if n == 1 else "member")
        long_ago = db.now() - dt.timedelta(days=10 if n > 6 else 200)
        said = "Graphiste, je cherche des gens avec qui déjeuner le mardi." if n != 3 else "Secret"
        Membership.update(joined_at=long_ago, introduction=said, introduced_at=None if n == 3 else long_ago).where(
            Membership.id == seat.id
        ).execute()
    return group


def met(group: Group, *counts: int) -> None:
    """Meetings every other week, with so many of the eldest members."""
    people = [seat.person for seat in group.members()]
    for back, count in enumerate(reversed(counts), 1):
        start = dt.datetime.combine(db.now().date() - dt.timedelta(days=14 * back), dt.time(19, 30), PARIS)
        meeting = Meeting.fix(group, start)
        for n, person in enumerate(people[: count + 1]):
            Attendance.create(
                meeting=meeting,
                person=person,
                answer="yes",
                present=n < count,
                answered_at=start - dt.timedelta(days=3),
            )
        meeting.close(count)
    Meeting.fix(group, dt.datetime.combine(db.now().date() + dt.timedelta(days=9), dt.time(19, 30), PARIS))


def sent(group: Group) -> None:
    for n in range(24):
        platform = "whatsapp" if n % 3 else "telegram"
        facts = {"state": "sent", "template": n % 4 == 1} if n > 2 else {"state": "pending", "waits": "window"}
        Post.create(platform=platform, chat="1", group=group, payload={"text": "x"}, **facts)


def who(group: Group, name: str) -> Person:
    return next(seat.person for seat in group.members() if seat.person.name.startswith(name))


def shown(group: Group, name: str) -> None:
    """A photo that they sent for the group."""
    seat = Membership.of(group, who(group, name))
    assert seat is not None
    kept = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((320, 320)).save(kept, "JPEG")
    Portrait.put(seat, "telegram", "x", "yes").keep(kept.getvalue())


class Visitor:
    """A browser without a screen: it keeps cookies, and sends what browsers send with a form."""

    def __init__(self, service: "Service | str") -> None:
        where = service if isinstance(service, str) else str(service[1].url)
        self.host = urllib.parse.urlsplit(where).netloc
        self.cookies: dict[str, str] = {}
        self.flags = ""

    def opens(self, where: str, form: dict[str, str] | None = None, **headers: str) -> Visit:
        """One request; redirects are followed."""
        link = http.client.HTTPConnection(self.host, timeout=20)
        body = urllib.parse.urlencode(form) if form is not None else None
        kept = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"} if body else {}
        if form == {}:
            kind = {"Sec-Fetch-Site": "same-origin"}
        method = "GET" if form is None else "POST"
        link.request(method, path(where), body, {"Accept-Language": "fr"} | kept | kind | headers)
        answer = link.getresponse()
        text, facts = answer.read().decode(errors="replace"), dict(answer.getheaders())
        link.close()
        if cookie := facts.get("Set-Cookie"):
            self.flags = cookie
            name, _sign, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status == 303:
            return self.opens(facts["Location"])
        return answer.status, facts, text.replace("\u00a0", " ").replace("&#39;", "'")

    def enters(self, person: Person, page: str, group: Group | None = None) -> Visit:
        """Follow a fresh link and press its button."""
        return self.opens(entry.link(person, page, group), {})


def seal(html: str) -> str:
    found = re.search(r'name="seal" value="(\w+)"', html)
    assert found
    return found[1]


# ------------------------------------------------------------------ the door


def test_a_link_opens_by_a_press_and_once(service: Service) -> None:
    """S24: a robot that looks at the link spends nothing; the second press opens nothing."""
    marc, visitor = who(home(), "Marc"), Visitor(service)
    link = entry.link(marc, entry.ME)
    for _robot in range(3):
        status, headers, html = french(service, link)
        assert status == 200 and "Ouvrir la page" in html and "Marc" not in html
        assert headers["Referrer-Policy"] == "no-referrer" and headers["Cache-Control"] == "private, no-store"
    status, _headers, html = visitor.opens(link, {})
    assert status == 200 and "Marc Petit" in html
    assert Visitor(service).opens(link, {})[0] == 404 and french(service, link)[0] == 404
    assert "bot" in french(service, link)[2]


def test_a_cookie_is_kept_from_scripts_and_other_sites(service: Service) -> None:
    """S25."""
    visitor = Visitor(service)
    visitor.enters(who(home(), "Marc"), entry.ME)
    assert "HttpOnly" in visitor.flags and "SameSite=Lax" in visitor.flags and "Max-Age=43200" in visitor.flags
    assert "Secure" not in visitor.flags, "on loopback; headers.keep adds it on https"
    assert visitor.cookies["me"] not in " ".join(str(row.__data__) for row in Pass.select())


def test_old_forged_and_foreign_links_open_nothing(service: Service) -> None:
    """S24, S25."""
    marc, visitor = who(home(), "Marc"), Visitor(service)
    for secret in ("x", "A" * 22, "%00", "%F0%9F%99%82", "x" * 3000):
        assert french(service, "/in/" + secret)[0] == 404 and visitor.opens("/in/" + secret, {})[0] == 404
    link = entry.link(marc, entry.ME)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert visitor.opens(link, {}, **foreign)[0] == 403 and not visitor.cookies
    db.shift_clock(db._offset[0] + 16 * 60)
    assert visitor.opens(link, {})[0] == 404


def test_nothing_is_open_without_a_pass(service: Service) -> None:
    group = home()
    for where in ("/me", f"/people/{group.id}", f"/card/{group.id}", "/people/999", "/card/0", "/people/1/1.jpg"):
        for cookies in ({}, {"Cookie": "me=x; people-1=y; card-1=z"}):
            status, headers, html = french(service, where, **cookies)
            assert status == 404 and "fermée" in html and group.name not in html
            assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert Visitor(service).opens("/me/dial", {"dial": "all"})[0] == 404
    for huge in ("2147483648", "9" * 40):
        assert get(service, f"/card/{huge}")[0] == get(service, f"/people/1/{huge}.jpg")[0] == 404
        assert Visitor(service).opens("/out", {"page": "card", "group": huge})[0] == 404


def test_a_pass_opens_its_own_page_alone(service: Service) -> None:
    group, other = home(), home(name="Les autres")
    visitor = Visitor(service)
    assert visitor.enters(who(group, "Léa"), entry.FACES, group)[0] == 200
    for where in ("/me", f"/card/{group.id}", f"/people/{other.id}"):
        assert visitor.opens(where)[0] == 404, where


def test_a_visit_ends_by_a_press_or_after_twelve_hours(service: Service) -> None:
    """S25."""
    group = home()
    visitor, other = Visitor(service), Visitor(service)
    html = visitor.enters(who(group, "Marc"), entry.ME)[2]
    stolen = dict(visitor.cookies)
    assert visitor.opens("/out", {"page": "me", "seal": "made up"})[0] == 404 and visitor.opens("/me")[0] == 200
    assert visitor.opens("/out", {"page": "me", "seal": seal(html)})[0] == 200
    visitor.cookies = stolen
    assert visitor.opens("/me")[0] == 404
    other.enters(who(group, "Marc"), entry.ME)
    db.shift_clock(db._offset[0] + 12 * 3600 + 1)
    assert other.opens("/me")[0] == 404


def test_no_log_line_holds_a_link(service: Service) -> None:
    """S7."""
    link = entry.link(who(home(), "Marc"), entry.ME)
    assert link.rpartition("/")[2] not in SECRETS.sub("…", f"Exception on {path(link)} [POST]")


# ------------------------------------------------------------------ the page of a group


def test_the_page_of_a_group_says_how_to_apply_and_names_nobody(service: Service) -> None:
    group = home()
    met(group, 3)
    link = doors.group_link(group.public_link())
    status, headers, html = french(service, link)
    html = html.replace("&#39;", "'")
    assert status == 200 and group.purpose in html and "Nantes" in html and "Ce qui se dit ici reste ici" in html
    assert "Candidater sur Telegram" in html and "Candidater sur WhatsApp" in html and html.count('class="qr"') == 2
    assert not [name for name in NAMES if name.split()[0] in html] and "Prochaine réunion" not in html
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    group.open_page(True)
    _status, headers, html = french(service, link)
    assert "Prochaine réunion" in html and "X-Robots-Tag" not in headers
    assert "What each of us commits to" in get(service, path(link) + "?lang=en")[2].decode()


def test_a_closed_or_unknown_code_is_no_page(service: Service) -> None:
    group = home()
    cohort = ApplyLink.open(group, "cohort", label="Printemps")
    link = doors.group_link(cohort)
    assert french(service, link)[0] == 200 and f"a_{cohort.code}" in french(service, link)[2]
    cohort.revoke()
    draft = Group.create(name="Brouillon", state="founding").public_link()
    for code in (cohort.code, draft.code, "XXXXXXXX", "x" * 300, "%00"):
        assert french(service, f"/g/{code}")[0] == 404


def test_s28_words_on_these_pages_stay_words(service: Service) -> None:
    """S28."""
    nasty = '<script>alert(1)</script>"onload="x'
    group = home(name=nasty, purpose=nasty, charter=nasty, expectations="{{ 7*7 }}", city="<b>x</b>")
    marc = who(group, "Marc")
    Person.update(name=nasty[:64]).where(Person.id == marc.id).execute()
    Membership.update(introduction=nasty, introduced_at=db.now()).execute()
    pages = [french(service, doors.group_link(group.public_link()))[2]]
    pages += [Visitor(service).enters(marc, entry.ME)[2], Visitor(service).enters(marc, entry.FACES, group)[2]]
    pages.append(Visitor(service).enters(marc, entry.CARD, group)[2])
    for html in pages:
        assert not re.search(r"<script|<b>|onload=\"x\"", html)
    assert "{{ 7*7 }}" in pages[0]


# ------------------------------------------------------------------ one's own page


def test_my_page_has_my_groups_and_what_is_known_of_me(service: Service) -> None:
    group = home()
    met(group, 3)
    lea = who(group, "Léa")
    status, headers, html = Visitor(service).enters(lea, entry.ME)
    assert status == 200 and headers["Cache-Control"] == "private, no-store"
    for words in ("Léa Roy", "finit par 02", "Membre depuis le", "Prochaine date", 'href="/data"', "oublie-moi"):
        assert words in html, words
    assert "+3360000000" not in html and "La santé du groupe" not in html
    assert Feed.select().count() == 0, "looking makes no calendar address"
    feed = Feed.open_of(lea)
    assert doors.feed_page(feed) in Visitor(service).enters(lea, entry.ME)[2]


def test_i_choose_what_i_hear_on_my_page(service: Service) -> None:
    group = home()
    lea, visitor = who(group, "Léa"), Visitor(service)
    html = visitor.enters(lea, entry.ME)[2]
    mine, other = Membership.of(group, lea), Membership.of(group, who(group, "Zoé"))
    assert mine is not None and other is not None
    mine.set_dial("pause", db.now() + dt.timedelta(days=9))
    form = {"seat": str(mine.id), "dial": "digest", "seal": seal(html)}
    status, _headers, html = visitor.opens("/me/dial", form)
    assert status == 200 and "C'est noté." in html
    assert Membership.get_by_id(mine.id).dial == "digest"

    visitor.opens("/me/dial", form | {"seat": str(other.id)})
    assert Membership.get_by_id(other.id).dial == "all", "somebody else's"
    assert visitor.opens("/me/dial", form | {"dial": "all", "seal": "x"})[0] == 404
    visitor.opens("/me/dial", form | {"dial": "loud"})
    for wrong in ("１", "-1", "9" * 10, "9" * 40):
        visitor.opens("/me/dial", form | {"seat": wrong, "dial": "all"})
    assert visitor.opens("/me/dial", form | {"dial": "all"}, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert Membership.get_by_id(mine.id).dial == "digest"


# ------------------------------------------------------------------ the trombinoscope and the health card


def test_members_see_each_other_and_what_was_meant_for_them(service: Service) -> None:
    group = home()
    visitor, lea = Visitor(service), who(group, "Léa")
    html = visitor.enters(lea, entry.FACES, group)[2]
    assert all(name in html for name in NAMES) and "déjeuner le mardi" in html and "Secret" not in html
    seat = Membership.of(group, lea)
    assert seat is not None and seat.leave()
    assert visitor.opens(f"/people/{group.id}")[0] == 404, "whoever has left"


def test_organizers_alone_see_the_health_card(service: Service) -> None:
    group = home()
    met(group, 3, 5, 4, 4)
    sent(group)
    Address.update(state="blocked").where(Address.person == who(group, "Paul")).execute()
    visitor = Visitor(service)
    html = visitor.enters(who(group, "Marc"), entry.CARD, group)[2]
    assert html.count("<rect") == 4 and html.count('<th scope="row"') == 4
    assert "4 en moyenne, 4 la dernière fois" in html and "Paul (m'a bloqué)" in html
    assert "4 fois quelqu'un avait dit oui" in html and "Ana" in html
    assert "dont 3 modèles" in html and "0,16 $" in html and "dont 3 jusqu'à" in html
    seat = Membership.of(group, who(group, "Marc"))
    assert seat is not None
    Membership.update(role="member").where(Membership.id == seat.id).execute()
    assert visitor.opens(f"/card/{group.id}")[0] == 404, "no organizer any more"
    assert Visitor(service).enters(who(group, "Léa"), entry.CARD, group)[0] == 404


def test_a_young_group_has_a_health_page(service: Service) -> None:
    group = Group.create(name="Les nouveaux", state="live")
    address = meet("telegram", "77", name="Marc")
    Membership.welcome(group, address.person, address, ORGANIZER)
    status, _headers, html = Visitor(service).enters(address.person, entry.CARD, group)
    assert status == 200 and "<rect" not in html and "le graphique viendra" in html


# ------------------------------------------------------------------ in a browser


LOOSE = """() => {
  const faults = [];
  const small = [...document.querySelectorAll('a, button, input:not([type=hidden]):not([type=radio]), label.choice')]
    .filter((e) => { const b = e.getBoundingClientRect(); return b.width && (b.width < 43.5 || b.height < 43.5); });
  small.forEach((e) => faults.push('small: ' + e.outerHTML.slice(0, 80)));
  const levels = [...document.querySelectorAll('h1,h2,h3')].map((h) => +h.tagName[1]);
  if (levels[0] !== 1 || levels.filter((n) => n === 1).length !== 1) faults.push('h1: ' + levels);
  levels.forEach((n, i) => { if (i && n > levels[i - 1] + 1) faults.push('heading skipped: ' + levels); });
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  if (new Set(ids).size !== ids.length) faults.push('an id twice');
  document.querySelectorAll('[aria-labelledby]').forEach((e) => {
    if (!document.getElementById(e.getAttribute('aria-labelledby'))) faults.push('no label: ' + e.className);
  });
  document.querySelectorAll('input:not([type=hidden])').forEach((e) => {
    if (!e.labels.length) faults.push('input without label: ' + e.name);
  });
  if (document.querySelector('svg:not([aria-hidden]):not([role=img])')) faults.push('svg without a role');
  if (document.querySelectorAll('table:not(:has(caption))').length) faults.push('table without caption');
  if (document.documentElement.scrollWidth > innerWidth) faults.push('too wide');
  if (document.querySelector('script, [style]:not([style=""]), [onclick]')) faults.push('script or inline style');
  const light = (c) => {
    const [r, g, b] = c.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const rgb = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.checkVisibility()) continue;
    const style = getComputedStyle(e);
    const ink = e instanceof SVGElement ? rgb(style.fill) : rgb(style.color);
    const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push('contrast ' + ratio.toFixed(2) + ': ' + walker.currentNode.data.trim().slice(0, 40));
  }
  return faults;
}"""
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
SHOWN = {"wide": "light", "narrow": "dark"}  # what is kept to be looked at; NOYAU_ALL=1 keeps both
WEIGHT = 60_000  # bytes of the heaviest page with its style sheet


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("size", SIZES)
def test_these_pages_in_a_browser(service: Service, browser: Browser, size: str) -> None:
    """Labels, headings, contrast and sizes as they must be, in both languages, by day and night; no script."""
    group = home()
    met(group, 3, 5, 4, 6, 2, 4)
    sent(group)
    group.open_page(True)
    Address.update(state="blocked").where(Address.person == who(group, "Paul")).execute()
    marc = who(group, "Marc")
    Feed.open_of(marc)
    shown(group, "Léa")
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    ARTIFACTS.mkdir(exist_ok=True)
    page.goto(entry.link(marc, entry.ME))
    _look(page, "enter-fr", size)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me")
    for name, where in _pages(group).items():
        both = size == "narrow" or os.environ.get("NOYAU_ALL")
        for language in ("fr", "en") if both else ("fr",):
            page.goto(f"{settings.current().public_url}{where}?lang={language}")
            _look(page, f"{name}-{language}", size)
    _by_keyboard(page, f"{settings.current().public_url}/me?lang=fr")
    context.close()
    assert not [line for line in said if "404" not in line]


def _pages(group: Group) -> dict[str, str]:
    own = {"me": "/me", "people": f"/people/{group.id}", "health": f"/card/{group.id}", "closed": "/card/999"}
    return own | {"group": path(doors.group_link(group.public_link()))}


def _look(page: Page, name: str, size: str) -> None:
    weight = page.evaluate(
        "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))"
        ".reduce((sum, one) => sum + one.decodedBodySize, 0)"
    )
    assert weight < WEIGHT, f"{name}: {weight} bytes"
    assert page.locator("main").count() == 1 and page.locator("html[lang]").count() == 1
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        faults = page.evaluate(LOOSE)
        if faults or os.environ.get("NOYAU_ALL") or scheme == SHOWN[size]:
            page.screenshot(path=ARTIFACTS / f"page-{name}-{size}-{scheme}.png", full_page=True)
        assert not faults, (name, scheme, faults)


def _by_keyboard(page: Page, link: str) -> None:
    """Every control is reached in the order of reading, and a choice is made by keys alone."""
    page.goto(link)
    page.locator("input[name=dial]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Garder ce choix"
    page.keyboard.press("Enter")
    page.wait_for_url("**kept=1**")
    assert page.locator("input[name=dial]:checked").get_attribute("value") == "essential"
    assert page.get_by_role("status").is_visible()

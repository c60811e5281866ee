"""The playground in a real browser: `python -m webhook` as a newcomer starts it, and the way in by clicks."""

import datetime as dt
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.services import free_port
from webhook.playground.nearby import asks, lock

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
ANSWERS = (
    "Illustratrice pour l'édition jeunesse depuis six ans, dont deux à mon compte, seule dans mon salon de Rezé.",
    "Je n'ai plus de commande pour janvier, et je repousse l'appel aux anciens clients parce que je n'ose pas.",
    "J'apporte un œil : je relis volontiers une page d'accueil ou une plaquette, et je dessine en écoutant.",
    "Quelqu'un qui me demande tous les quinze jours où j'en suis, et des collègues à qui dire bonjour le matin.",
)
SMALL = """() => [...document.querySelectorAll('button:not(.command), .top a, .phone input, .phone textarea')]
  .filter((e) => e.checkVisibility() && !e.closest('[hidden]'))
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([box]) => box.width && (box.width < 43.5 || box.height < 43.5))
  .map(([box, e]) => `${e.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]


def chromium() -> str | None:
    """A Chromium that is there: Debian's, Chrome, or Playwright's own."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    with sync_playwright() as player:
        own = player.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        missing = "no Chromium is installed: the playground's page was not tried in a browser"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that `make run` prints last, of a service of our own."""
    folder = tmp_path_factory.mktemp("run")
    started = start(folder)
    yield started[1]
    stop(started[0])


def start(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    surroundings = os.environ | {"NOYAU_RUN": str(folder), "PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "webhook"], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True
    )
    said = []
    for line in process.stdout or ():
        said.append(line)
        if line.strip().startswith("http://") and line.strip().endswith("/playground"):
            return process, line.strip()
    raise AssertionError(f"the playground did not start:\n{''.join(said)}")


def stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


class Desk:
    """A page with phones, at one size, and what its console said."""

    def __init__(self, browser: Browser, address: str, size: str) -> None:
        width, height = SIZES[size]
        self.size, self.console = size, list[str]()
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="fr-FR", reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self.console.append(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        self.page.goto(address)
        expect(self.page.get_by_test_id("phone")).to_have_count(8)

    def phone(self, name: str) -> Locator:
        """That person's phone, in view."""
        phone = self.page.locator(f"[data-testid=phone][data-name^='{name}']")
        self.page.locator("[data-testid=chip]").filter(has_text=name).click()
        expect(phone).to_be_in_viewport()
        return phone

    def says(self, phone: Locator, text: str) -> None:
        """Write and press Enter; it is there once the phone shows it."""
        phone.get_by_test_id("say").fill(text)
        phone.get_by_test_id("say").press("Enter")
        expect(phone.get_by_test_id("bubble").filter(has_text=text[:60]).last).to_be_visible()

    def reads(self, phone: Locator, words: str | re.Pattern[str]) -> None:
        """The phone shows these words, said by the bot."""
        expect(phone.locator("[data-from=bot]").filter(has_text=words).last).to_be_visible()

    def check(self, name: str) -> None:
        """Nothing overflows, everything can be tapped, the console is silent; and a picture of it."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"playground-{self.size}-{name}.png")
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it overflows"
        assert self.page.evaluate(SMALL) == []
        assert self.console == []


@pytest.fixture(params=SIZES)
def desk(request: pytest.FixtureRequest, browser: Browser, playground: str) -> Iterator[Desk]:
    opened = Desk(browser, playground, request.param)
    yield opened
    opened.context.close()


def test_somebody_applies_is_accepted_and_introduced_by_clicks(desk: Desk) -> None:
    name = {"wide": "Zoé", "narrow": "Yann"}[desk.size]
    applicant = desk.phone(name)
    desk.check("1-before")
    applicant.get_by_test_id("door").first.click()
    if desk.size == "narrow":
        applicant.get_by_test_id("send").click()
    for number, text in enumerate(ANSWERS, 1):
        desk.reads(applicant, f"Question {number} sur 4")
        desk.says(applicant, text)
    applicant.get_by_role("button", name="J'accepte").last.click()
    desk.reads(applicant, "est chez les organisateurs")
    desk.check("2-applied")

    organizer = desk.phone("Camille")
    card = organizer.get_by_test_id("bubble").filter(has_text=re.compile(f"{name}.* veut rejoindre"))
    card.get_by_role("button", name="Accepter").click()
    desk.reads(organizer, "Acceptation par Camille")
    desk.check("3-accepted")

    newcomer = desk.phone(name)
    newcomer.get_by_role("button", name="Publier").last.click()
    desk.reads(newcomer, "C'est publié")
    desk.check("4-published")
    member = desk.phone("Léa")
    member.get_by_test_id("tab").last.click()
    desk.reads(member, re.compile(f"{name}.* nous rejoint"))
    desk.check("5-group")


def test_a_date_is_proposed_voted_and_answered_by_clicks(browser: Browser, playground: str) -> None:
    """One poll on both messengers: buttons in the Telegram group, words on WhatsApp; then the meeting's card."""
    desk = Desk(browser, playground, "wide")
    proposer = desk.phone("Noé")
    desk.says(proposer, "sondage : dans 9 jours à 19h ou dans 11 jours à 12h30")
    desk.reads(proposer, "Tu proposes")
    desk.check("7-proposed")
    proposer.get_by_role("button", name="Lancer le vote").last.click()
    desk.reads(proposer, "Le vote est ouvert")

    voter = desk.phone("Léa")
    voter.get_by_test_id("tab").last.click()
    desk.reads(voter, "demande : on se voit quand")
    voter.get_by_role("button", name="2 oui").last.click()
    desk.reads(voter, re.compile(r"2\. .* 2 oui .*Léa", re.S))
    desk.check("8-voted-telegram")
    other = desk.phone("Marc")
    desk.says(other, "2, et 1 si besoin")
    desk.reads(other, "C'est noté")
    desk.check("9-voted-whatsapp")

    proposer = desk.phone("Noé")
    desk.says(proposer, "clore le vote")
    proposer.get_by_role("button", name="Clore").last.click()
    desk.reads(desk.phone("Marc"), "Tu viens")
    coming = desk.phone("Camille")
    coming.get_by_test_id("tab").last.click()
    coming.get_by_role("button", name="Je viens").last.click()
    desk.reads(coming, re.compile("Viennent .*Camille"))
    desk.check("10-coming")
    desk.context.close()

    narrow = Desk(browser, playground, "narrow")
    narrow.phone("Marc")
    narrow.check("11-whatsapp")
    narrow.phone("Léa").get_by_test_id("tab").last.click()
    narrow.check("12-telegram")
    narrow.context.close()


def shown(clock: Locator) -> dt.datetime:
    """The moment that the page's clock shows."""
    return dt.datetime.fromisoformat((clock.get_attribute("datetime") or "").replace("Z", "+00:00"))


def test_time_goes_on_and_an_empty_world_is_empty(browser: Browser, playground: str) -> None:
    desk = Desk(browser, playground, "wide")
    clock = desk.page.get_by_test_id("clock")
    before = shown(clock)
    desk.page.get_by_test_id("clock-day").click()
    expect(desk.page.get_by_test_id("clock-day")).to_be_enabled(timeout=60_000)
    deadline = time.monotonic() + 30
    while shown(clock) - before < dt.timedelta(hours=23):
        assert time.monotonic() < deadline, "the page's clock stands still"
        desk.page.wait_for_timeout(100)

    desk.page.get_by_test_id("world-empty").click()
    desk.page.get_by_test_id("sure-yes").click()
    expect(desk.page.get_by_test_id("world-empty")).to_be_enabled(timeout=60_000)
    expect(desk.page.get_by_test_id("bubble")).to_have_count(0)
    expect(desk.page.get_by_test_id("door")).to_have_count(0)
    desk.check("6-empty")
    desk.context.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "elsewhere.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_a_page_from_elsewhere_cannot_wipe_the_world(playground: str, headers: dict[str, str], status: int) -> None:
    import httpx

    sent = {"Content-Type": "application/json"} | headers
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{playground}/world", content='{"kind": "empty"}', headers=sent)
    assert answer.status_code == status


def test_a_second_start_finds_everybody_and_another_start_is_refused(tmp_path: Path) -> None:
    process, address = start(tmp_path)
    port = int(address.split(":")[2].split("/")[0])
    held = lock(tmp_path / "lock")
    assert held is None
    again = subprocess.run(
        [sys.executable, "-m", "webhook"],
        cwd=ROOT,
        env=os.environ | {"NOYAU_RUN": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1 and address in again.stdout
    stop(process)
    assert asks(port, "GET", "/health") == 0

    process, address = start(tmp_path)
    assert asks(int(address.split(":")[2].split("/")[0]), "GET", "/playground/links") == 200
    stop(process)
    assert "First start" not in (tmp_path / "logs" / "setup.log").read_text()
    assert (tmp_path / "phones").stat().st_size > 10_000

"""A member's photo: sent in private, seen by the members alone, gone with the yes (87, R2, S13)."""

import contextlib
import gzip
import io
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from handlers.kit import entry
from jobs import portraits
from storage import settings
from storage.groups import Membership
from storage.portraits import Portrait
from storage.rights import Consent
from tests.edges.test_own_pages import Visitor
from tests.stories.hands import carried, press
from tests.story import Actor, Story


def seat(actor: Actor, story: Story) -> Membership:
    found = Membership.of(story.home(), actor.person)
    assert found is not None
    return found


def sees(story: Story, viewer: Actor, of: Actor) -> tuple[bool, int]:
    """Is the photo on the page of that viewer, and does its address answer?"""
    visitor = Visitor(story.known.public_url)
    where = f"/people/{story.home().id}/{seat(of, story).id}.jpg"
    html = visitor.enters(viewer.person, entry.FACES, story.home())[2]
    return where in html, visitor.opens(where)[0]


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600)) -> bytes:
    kept = io.BytesIO()
    notes = Image.Exif()
    notes[0x8825] = {1: "N", 2: (47.0, 13.0, 6.0)}
    Image.new("RGB", size, "#c08040").save(kept, kind, exif=notes)
    return kept.getvalue()


def test_a_member_shows_their_photo_and_takes_it_away(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    lea.says("ma photo")
    lea.hears("Envoie-moi la photo")
    lea.says("la voici")
    lea.hears("une image, pas un fichier")
    assert Consent.select().count() == 0
    lea.sends("photo")
    assert lea.hears("Voilà comment les membres").media
    portrait = Portrait.get()
    assert portrait.body is not None and portrait.source == ""
    assert sees(story, marc, lea) == (True, 200)
    press(lea, "Enlever ma photo")
    lea.hears("Ta photo n'est plus")
    assert Portrait.select().count() == 0 and Consent.standing(lea.person) == []
    assert sees(story, marc, lea) == (False, 404)


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_who_takes_the_yes_back_or_leaves_is_not_seen(story: Story) -> None:
    """R2."""
    marc, lea, zoe = story.organizer("Marc"), story.member("Léa"), story.stranger("Zoé")
    lea.says("my photo")
    lea.sends("photo")
    where = f"/people/{story.home().id}/{seat(lea, story).id}.jpg"
    assert Visitor(story.known.public_url).opens(where)[0] == 404, "nobody without a pass"
    zoe.says("aide")
    zoe.taps(0, raw_data=carried(lea, "Enlever ma photo"))
    assert Portrait.select().count() == 1, "somebody else's button"
    Consent.standing(lea.person)[0].withdraw()
    assert sees(story, marc, lea) == (False, 404)
    Portrait.tidy()
    assert Portrait.select().count() == 0


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_no_photo_after_all_or_none_that_can_be_read(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("ma photo")
    lea.sends("voice")
    lea.hears("une image, pas un fichier")
    lea.says("annuler")
    lea.hears("pas de photo")
    lea.says("ma photo")
    lea.sends("photo", settle=False)
    story.emu.world.files.clear()
    story.settle()
    assert lea.hears("Voilà comment").filename == "photo.png", "a card that says why not"
    assert Portrait.select().count() == 0
    lea.says("enlève ma photo")
    lea.hears("Il n'y a pas de photo de toi")


def test_a_photo_is_made_small_and_says_nothing_of_its_place() -> None:
    """S13: what a camera noted is gone."""
    body = portraits.small(picture())
    with Image.open(io.BytesIO(body)) as made:
        assert made.size == (320, 320) and made.format == "JPEG" and not dict(made.getexif())
    for wrong in (b"", b"GIF89a", b"<svg/>", picture("PNG")[:200]):
        with pytest.raises(portraits.Refused):
            portraits.small(wrong)


def test_a_small_file_that_unfolds_to_a_huge_picture_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """S13."""
    monkeypatch.setattr(portraits, "PIXELS", 1000)
    with pytest.raises(portraits.Refused):
        portraits.small(picture())


@pytest.mark.usefixtures("service")
def test_only_the_platforms_own_hosts_are_asked() -> None:
    """S13."""
    known = settings.current()
    good = f"{known.twilio_api_base}/2010-04-01/Accounts/{known.twilio_account}/Messages/MM1/Media/ME1"
    assert portraits.twilios(good)
    for wrong in (
        "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", good + "?x=1", good + "/../../x",
        good.replace("://", "://evil.example@"), good.replace(known.twilio_account, "AC" + "9" * 32), "",
    ):  # fmt: skip
        assert not portraits.twilios(wrong), wrong
    for told in (b'{"file_path": "../x"}', b'{"file_path": "http://evil/x"}', b'{"file_path": "/etc"}', b"{}", b"["):
        with pytest.raises(portraits.Refused):
            portraits._path(told)


def stores(story: Story, *hosts: str) -> list[str]:
    """Have Twilio send on whoever fetches a media, from host to host; where each is."""
    port = story.known.twilio_api_base.rpartition(":")[2]
    places = [f"http://{host}:{port}/store/{number}" for number, host in enumerate(hosts)]
    story.emu.world.stores[:] = places
    return places


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_s13_a_photo_is_fetched_from_where_twilio_keeps_it(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """S13: Twilio's API sends on to its own store, twice here; our password does not go along."""
    lea = story.member("Léa")
    places = stores(story, "localhost", "127.0.0.1")
    monkeypatch.setattr(portraits, "KEPT_AT", tuple(f"{place}/" for place in places))
    lea.says("ma photo")
    lea.sends("photo")
    lea.hears("Voilà comment les membres")
    assert Portrait.get().body is not None


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
@pytest.mark.parametrize("known", [0, 1, 5])
def test_s13_a_photo_that_leads_elsewhere_is_not_fetched(
    story: Story, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    """S13: at the first address or the second, and never for ever."""
    lea = story.member("Léa")
    places = stores(story, *["localhost", "127.0.0.1"] * 3)
    monkeypatch.setattr(portraits, "KEPT_AT", tuple(f"{place}/" for place in places[:known]))
    lea.says("ma photo")
    lea.sends("photo")
    assert lea.hears("Voilà comment").media, "a card that says why not"
    assert Portrait.select().count() == 0


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://mms.twiliocdn.com/AC1/abc?Expires=1&Signature=a~b_&Key-Pair-Id=K", True),
        ("https://media.twiliocdn.com/AC1/abc", True),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/abc", True),
        ("https://s3-external-1.amazonaws.com/somebody-else/abc", False),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/../somebody-else/abc", False),
        ("http://mms.twiliocdn.com/AC1/abc", False),
        ("https://mms.twiliocdn.com.evil.example/AC1/abc", False),
        ("https://mms.twiliocdn.com@evil.example/", False),
        ("https://mms.twiliocdn.com:8443/AC1/abc", False),
        ("https://evil.example\\@mms.twiliocdn.com/", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("//mms.twiliocdn.com/x", False),
        ("file:///etc/passwd", False),
        ("/etc/passwd", False),
    ],
)
def test_s13_only_where_twilio_keeps_media_is_one_sent_on(address: str, good: bool) -> None:
    """S13."""
    assert portraits.keeps_media(address) == good


class Drip(BaseHTTPRequestHandler):
    """A byte now and then, or more than anybody sends, or a small body that unfolds to a huge one."""

    def do_GET(self) -> None:
        """What the path says."""
        folded = gzip.compress(b"0" * 20_000_000)
        self.send_response(200)
        if self.path == "/folded":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(folded) if self.path == "/folded" else 10**9))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(folded if self.path == "/folded" else b"x")
            while self.path != "/folded":
                self.wfile.write(b"x" * (1 if self.path == "/drip" else 1_000_000))
                time.sleep(0.02)

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("path", ["/drip", "/flood", "/folded"])
def test_s13_a_slow_endless_or_folded_answer_is_let_go(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """S13: 5 MB as they unfold, and so many seconds in all."""
    monkeypatch.setattr(portraits, "LONGEST", 0.3)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    began = time.monotonic()
    with pytest.raises(portraits.Refused):
        portraits._get(f"http://127.0.0.1:{server.server_port}{path}")
    assert time.monotonic() - began < 10
    server.shutdown()
    server.server_close()

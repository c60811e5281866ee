"""What a post looks like to Telegram and to Twilio: keyboards, numbered lines, links, plain words (111)."""

import asyncio
import contextlib
import dataclasses
import re
import socket
from collections.abc import Iterator

import pytest

from jobs import contents, telegram, whatsapp
from jobs.errors import Refused, Sent
from jobs.whatsapp import BaseAddressClient, Outgoing, WhatsApp
from storage import settings
from storage.outbox import Content, Post
from storage.people import TELEGRAM, WHATSAPP
from tests.properties.bare import a_group, memory, undone
from tests.services import Web, free_port

AB = [["Oui", "1:a"], ["Non", "1:b"]]


def rows(**payload: object) -> list[list[str]]:
    """The titles of the keyboard, row by row."""
    made = telegram._keyboard(payload)
    return [[one["text"] for one in row] for row in made["inline_keyboard"]] if made else []


def test_short_buttons_stand_two_in_a_row() -> None:
    assert rows(buttons=[*AB, ["Peut-être", "1:c"]]) == [["Oui", "Non"], ["Peut-être"]]
    assert rows(buttons=[["a" * 13, "x"], ["b" * 13, "y"]]) == [["a" * 13, "b" * 13]]
    assert rows(buttons=[["a" * 13, "x"], ["b" * 14, "y"]]) == [["a" * 13], ["b" * 14]]


@pytest.mark.parametrize(("columns", "shape"), [(1, [1, 1, 1, 1]), (3, [3, 1]), (4, [4])])
def test_as_many_in_a_row_as_asked(columns: int, shape: list[int]) -> None:
    four = [[str(n), "x"] for n in range(4)]
    assert [len(row) for row in rows(buttons=four, columns=columns)] == shape


def test_links_stand_below_each_in_its_row() -> None:
    made = telegram._keyboard({"buttons": AB, "urls": [["Carte", "https://a"], ["Page", "https://b"]]})
    assert made is not None
    assert made["inline_keyboard"] == [
        [{"text": "Oui", "callback_data": "1:a"}, {"text": "Non", "callback_data": "1:b"}],
        [{"text": "Carte", "url": "https://a"}],
        [{"text": "Page", "url": "https://b"}],
    ]


def test_a_message_without_buttons_has_no_keyboard_and_marks_only_when_they_are_meant() -> None:
    assert telegram._message({"text": "<b>x</b>"}) == {
        "text": "<b>x</b>",
        "link_preview_options": {"is_disabled": True},
        "parse_mode": "HTML",
    }
    assert "parse_mode" not in telegram._message({"text": "x", "plain": True})
    assert "reply_markup" in telegram._message({"text": "x", "buttons": AB})


# ------------------------------------------------------------------ WhatsApp


@pytest.fixture(scope="module")
def opened() -> Iterator[None]:
    with memory():
        yield


@pytest.fixture
def adapter(opened: None) -> Iterator[WhatsApp]:
    with undone():
        yield WhatsApp()


def post(**payload: object) -> Post:
    return Post(platform=WHATSAPP, chat="+33600000001", payload={"text": "Qui vient ?", "language": "fr"} | payload)


def make(name: str, approval: str = "approved", language: str = "fr") -> None:
    """A content as setup makes it."""
    Content.create(name=name, language=language, sid=f"HX{name}", approval=approval, digest="")


def test_three_buttons_are_quick_replies_and_four_a_list(adapter: WhatsApp) -> None:
    for name in ("choice2", "choice3", "list4"):
        make(name)
    for count, name in ((2, "choice2"), (3, "choice3"), (4, "list4")):
        buttons = [[f"Choix {n}", f"1:x:{n}"] for n in range(count)]
        out = adapter.prepare(post(buttons=buttons), None)
        most = contents.TITLE if count <= 3 else contents.ITEM
        assert (out.content, out.variables) == (f"HX{name}", contents.variables("Qui vient ?", buttons, most))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("count", range(1, 11))
def test_every_content_has_a_place_for_each_value_and_a_value_for_each_place(count: int, language: str) -> None:
    made = contents.choice(count, language) if count <= 3 else contents.pick(count, language)
    titles = [f"Choix {n}" for n in range(1, count + 1)]
    values = contents.variables("Qui vient ?", [[title, f"1:x:{title}"] for title in titles], contents.ITEM)
    assert made.name == f"{'choice' if count <= 3 else 'list'}{count}" and not made.template
    assert values.keys() == made.variables.keys() and len(set(made.variables.values())) == 2 * count + 1
    (kind,) = made.types.values()
    shown = [
        [
            re.sub(r"{{(\d+)}}", lambda place: values[place[1]], one[key])
            for key in ("title", "item", "id")
            if key in one
        ]
        for one in kind.get("actions", kind.get("items"))
    ]
    assert shown == [[title, f"1:x:{title}"] for title in titles]
    assert "{{1}}" in kind["body"] and values["1"] == "Qui vient ?"


def test_a_value_is_never_empty_nor_full_of_blanks_and_a_title_never_too_long() -> None:
    assert contents.tidy("\t ") == "…" and contents.tidy("a\tb") == "a b"
    assert contents.tidy("a" + " " * 12 + "b") == "a    b" == contents.tidy("a    b")
    assert contents.short("x" * 20, 20) == "x" * 20
    assert contents.short("x" * 18 + " yz", 20) == "x" * 18 + "…"
    assert contents.short("a\nb", 20) == "a b"


def test_what_has_no_content_is_numbered(adapter: WhatsApp) -> None:
    numbered = Outgoing(body="Qui vient ?\n\n1. Oui\n2. Non")
    assert adapter.prepare(post(buttons=AB), None) == numbered
    make("choice2", language="en")
    assert adapter.prepare(post(buttons=AB), None) == numbered
    make("choice2")
    assert adapter.prepare(post(buttons=AB), None).content == "HXchoice2"
    assert adapter.prepare(post(buttons=AB, plain=True), None) == numbered
    assert adapter.prepare(post(buttons=AB), "https://a/media/x") == Outgoing(
        body=numbered.body, media="https://a/media/x"
    )


def test_what_is_too_long_for_a_content_is_numbered(adapter: WhatsApp) -> None:
    make("choice2")
    most = contents.BODY - 80
    assert adapter.prepare(post(text="x" * most, buttons=AB), None).content
    assert adapter.prepare(post(text="x" * (most + 1), buttons=AB), None).content is None


def test_a_text_without_buttons_is_itself_and_its_links_are_lines(adapter: WhatsApp) -> None:
    assert adapter.prepare(post(), None) == Outgoing(body="Qui vient ?")
    assert adapter.prepare(post(urls=[["Carte", "https://a"]]), None).body == "Qui vient ?\n\nCarte : https://a"
    assert len(adapter.prepare(post(text="x" * 5000), None).body or "") == whatsapp.BODY


def test_only_an_approved_template_opens_a_window(adapter: WhatsApp) -> None:
    """F20: WhatsApp takes nothing else outside of it."""
    group = a_group("Les indés\tde Nantes", chat=False)
    closed = Post(platform=WHATSAPP, chat="+33600000001", group=group, payload={"language": "fr"})
    assert adapter.opener(closed) is None
    make("news", approval="pending")
    assert adapter.opener(closed) is None
    Content.update(approval="approved").execute()
    out = adapter.opener(closed)
    assert out is not None and out.content == "HXnews" and out.body is None
    assert out.variables is not None and out.variables["1"] == "Les indés de Nantes"
    nameless = adapter.opener(Post(platform=WHATSAPP, chat="+33600000001", payload={"language": "fr"}))
    assert nameless is not None and nameless.variables is not None and nameless.variables["1"] == "Noyau"


@pytest.mark.parametrize(
    ("given", "taken"),
    [("a" + " " * 9 + "b", "a    b"), ("a\tb ", "a b"), ("  ", "…"), ("", "…"), ("a    b", "a    b")],
)
def test_a_value_of_a_content_is_never_empty_and_has_no_five_spaces_in_a_row(given: str, taken: str) -> None:
    """Twilio: 63013."""
    assert contents.tidy(given) == taken


# ------------------------------------------------------------------ on the way to the messengers


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of somebody who takes every call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@pytest.fixture
def hello() -> Iterator[str]:
    """The address of somebody who answers, without TLS."""
    web = Web(lambda environ, start: (start("200 OK", []), [environ["PATH_INFO"].encode()])[1])
    yield web.url
    web.stop()


@contextlib.contextmanager
def answering(status: str, body: str) -> Iterator[str]:
    """The address of a Telegram that gives this answer to everything."""
    web = Web(lambda _environ, start: (start(status, []), [body.encode()])[1])
    yield web.url
    web.stop()


def tried(base: str, kind: str = "text") -> Sent | Refused:
    """What a call to the Telegram at that address comes to."""
    settings.use(dataclasses.replace(settings.current(), telegram_api_base=f"{base}/bot"))
    post = Post(platform=TELEGRAM, chat="7", kind=kind, payload={"text": "Bonjour"})

    async def once() -> Sent | Refused:
        adapter = telegram.Telegram()
        try:
            return await adapter.send(post, None, (b"%PDF", "application/pdf", "a.pdf"))
        finally:
            await adapter.close()

    return asyncio.run(once())


@pytest.mark.parametrize("kind", ["text", "picture", "file"])
def test_f12_what_telegram_took_is_sent_however_little_it_says(kind: str) -> None:
    """Bot API: fields come and go; an answer that lacks one is still that of a message which is there."""
    for said, message in (('{"message_id": 5}', "5"), ("{}", None), ("true", None)):
        with answering("200 OK", f'{{"ok": true, "result": {said}}}') as base:
            assert tried(base, kind) == Sent(message)


@pytest.mark.parametrize(
    ("status", "body", "what"),
    [
        ("401 Unauthorized", '{"ok": false, "error_code": 401, "description": "Unauthorized"}', "stop"),
        ("200 OK", "<h1>Hello</h1>", "uncertain"),
        ("502 Bad Gateway", "<h1>Bad gateway</h1>", "again"),
    ],
)
def test_what_an_answer_of_telegram_that_is_none_means(status: str, body: str, what: str) -> None:
    with answering(status, body) as base:
        result = tried(base)
    assert isinstance(result, Refused) and result.verdict.what == what


def test_f12_only_a_call_to_telegram_that_may_have_arrived_is_uncertain(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for port, what in ((free_port(), "again"), (silent, "uncertain")):
        result = tried(f"http://127.0.0.1:{port}")
        assert isinstance(result, Refused) and result.verdict.what == what
        monkeypatch.setattr(telegram, "READ_TIMEOUT", 0.3)


def sent(base: str) -> str:
    """What is done with a post that was sent to that address."""
    settings.use(dataclasses.replace(settings.current(), twilio_api_base=base))
    result = WhatsApp().send("+33600000001", Outgoing(body="Bonjour"))
    assert isinstance(result, Refused)
    return result.verdict.what


def test_f12_only_a_call_to_twilio_that_may_have_arrived_is_uncertain(
    silent: int, hello: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12, F17: refused and not understood before the request left, it is tried again."""
    assert sent(f"http://127.0.0.1:{free_port()}") == "again"
    assert sent(hello.replace("http://", "https://")) == "again"
    monkeypatch.setattr(whatsapp, "TIMEOUT", 0.3)
    assert sent(f"http://127.0.0.1:{silent}") == "uncertain"


def test_only_another_base_moves_a_call_to_another_address(hello: str) -> None:
    assert BaseAddressClient("").request("GET", f"{hello}/v1/Content").text == "/v1/Content"
    assert BaseAddressClient(f"{hello}/all/").request("GET", "https://x.twilio.com/v1").text == "/all/v1"


@pytest.mark.parametrize(
    ("status", "body", "what", "reason"),
    [
        ("500 Oops", b"<h1>oops</h1>", "again", "Twilio 500"),
        ("503 Later", b'{"code": 20503, "message": "later"}', "again", "Twilio 503"),
        ("400 No", b'{"code": 21211, "message": "no number"}', "dead", "Twilio 21211"),
        ("404 No", b'{"message": "none"}', "dead", "Twilio 404"),
    ],
)
def test_f17_a_twilio_that_is_unwell_is_tried_again_and_a_refusal_is_told_by_its_code(
    status: str, body: bytes, what: str, reason: str
) -> None:
    web = Web(lambda environ, start: (start(status, [("Content-Type", "application/json")]), [body])[1])
    settings.use(dataclasses.replace(settings.current(), twilio_api_base=web.url))
    result = WhatsApp().send("+33600000001", Outgoing(body="Bonjour"))
    web.stop()
    assert isinstance(result, Refused)
    assert (result.verdict.what, result.reason) == (what, reason)


def test_all_contents_that_a_message_may_need_are_declared_once_in_each_language() -> None:
    names = [(one.language, one.name) for one in contents.declared()]
    needed = {*(f"choice{n}" for n in range(1, 4)), *(f"list{n}" for n in range(4, 11)), *contents.TEMPLATES}
    assert sorted(names) == sorted((language, name) for language in ("fr", "en") for name in needed)

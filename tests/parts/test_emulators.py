"""The emulated platforms: what they deliver, what they refuse, and how they break on demand."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import flask
import httpx
import pytest
import telegram
import twilio.rest
from telegram.request import HTTPXRequest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator

from webhook.playground import page
from webhook.playground.cast import furnish
from webhook.playground.server import Emulators
from webhook.playground.telegram_people import a_picture

TOKEN = "7000000001:AAtest"
Json = dict[str, Any]
HTTP = httpx.Client(trust_env=False)
BUTTON = {"inline_keyboard": [[{"text": "Oui, là", "callback_data": "v:1:oui"}]]}


class Product:
    """A web application that only remembers what it was told; `answer` is what it says back."""

    def __init__(self) -> None:
        self.updates: list[Json] = []
        self.forms: list[dict[str, str]] = []
        self.statuses: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}
        self.status, self.answer, self.content_type = 200, b"", "text/plain"
        self.pictures: dict[str, bytes] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        product = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                product.take(self.path, body, dict(self.headers))
                self.reply(product.status, product.answer, product.content_type)

            def do_GET(self) -> None:
                found = product.pictures.get(self.path)
                self.reply(200 if found else 404, found or b"", "image/png")

            def reply(self, status: int, body: bytes, content_type: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def take(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        self.headers = headers
        if path == "/webhook/telegram":
            self.updates.append(json.loads(body))
            return
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        url = self.url + path
        signed = RequestValidator("secret").validate(url, form, headers["X-Twilio-Signature"])
        assert signed, "the signature must hold"
        (self.statuses if path.endswith("status") else self.forms).append(form)

    def kinds(self) -> list[str]:
        return [next(key for key in update if key != "update_id") for update in self.updates]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    emu = Emulators(token=TOKEN, secret="s3cret", auth_token="secret", limits=False).start()
    yield emu
    emu.stop()


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()
    yield product
    product.server.shutdown()
    product.server.server_close()


@pytest.fixture
def emu(running: Emulators, product: Product) -> Emulators:
    running.reset()
    running.public_url, running.limits, running.privacy = product.url, False, True
    return running


def call(emu: Emulators, method: str, **params: Any) -> Json:
    """One Bot API call; its body, with the HTTP status beside it."""
    got = HTTP.post(f"{emu.telegram_base}{TOKEN}/{method}", json=params)
    body: Json = got.json()
    assert body.get("error_code", 200) == got.status_code
    return body


def send(emu: Emulators, **form: str) -> Json:
    """One WhatsApp message; Twilio's answer with its HTTP status."""
    url = f"{emu.twilio_base}/2010-04-01/Accounts/{emu.account_sid}/Messages.json"
    whole = {"From": emu.whatsapp_from, "StatusCallback": f"{emu.public_url}/webhook/whatsapp/status"} | form
    got = HTTP.post(url, data=whole, auth=(emu.account_sid, "secret"))
    body: Json = {"http": got.status_code} | got.json()
    return body


def content(emu: Emulators, types: Json, variables: dict[str, str] | None = None) -> str:
    said = {"friendly_name": "c", "language": "fr", "variables": variables or {}, "types": types}
    auth = (emu.account_sid, "secret")
    got = HTTP.post(f"{emu.twilio_base}/v1/Content", json=said, auth=auth)
    assert got.status_code == 201, got.text
    return str(got.json()["sid"])


def approve(emu: Emulators, sid: str) -> None:
    url = f"{emu.twilio_base}/v1/Content/{sid}/ApprovalRequests/whatsapp"
    said = {"name": f"n_{sid.lower()}", "category": "UTILITY"}
    assert HTTP.post(url, json=said, auth=(emu.account_sid, "secret")).status_code == 201
    assert emu.approve_all() == 1


def quick_replies(*titles: str) -> Json:
    actions = [{"title": title, "id": f"v:{n}"} for n, title in enumerate(titles)]
    return {"twilio/quick-reply": {"body": "Bonjour {{1}} !", "actions": actions}}


# Telegram, people to bot


def test_a_start_arrives_as_telegram_sends_it(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé", username="zoe_tanguy")

    assert zoe.starts("a_7Qm3") == 200

    message = product.updates[0]["message"]
    assert message["text"] == "/start a_7Qm3"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert message["chat"] == {"id": zoe.id, "type": "private", "first_name": "Zoé", "username": "zoe_tanguy"}
    assert product.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    parsed = telegram.Update.de_json(product.updates[0], None)
    assert parsed.effective_user and parsed.effective_user.first_name == "Zoé"


def test_the_bot_answers_and_a_tap_shows_a_toast(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    call(emu, "sendMessage", chat_id=zoe.id, text="<b>Tu</b> viens &amp; restes ?", parse_mode="HTML",
         reply_markup=BUTTON)  # fmt: skip
    assert zoe.last().text == "Tu viens & restes ?"
    assert zoe.last().buttons == [[("Oui, là", "v:1:oui")]]
    assert zoe.heard("tu VIENS")

    product.content_type, product.answer = "application/json", b"{}"
    zoe.taps("oui, la")
    assert zoe.toast is None
    query = product.updates[-1]["callback_query"]
    assert query["data"] == "v:1:oui" and query["message"]["message_id"] == zoe.last().id
    assert call(emu, "answerCallbackQuery", callback_query_id=query["id"], text="Noté")["ok"]
    assert zoe.toast == "Noté"


def test_a_method_in_the_webhook_answer_is_run(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    call(emu, "sendMessage", chat_id=zoe.id, text="?", reply_markup=BUTTON)
    number = next(emu.world.query_ids) + 1
    said = {"method": "answerCallbackQuery", "callback_query_id": str(number), "text": "Merci"}
    product.content_type, product.answer = "application/json", json.dumps(said).encode()

    zoe.taps(0)

    assert zoe.toast == "Merci"


def test_no_such_button_says_what_is_on_the_screen(emu: Emulators) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    call(emu, "sendMessage", chat_id=zoe.id, text="Une question", reply_markup=BUTTON)
    with pytest.raises(AssertionError, match="Une question"):
        zoe.taps("Non")


def test_a_card_is_edited_in_place_and_an_old_one_can_be_forged(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    number = call(emu, "sendMessage", chat_id=zoe.id, text="1", reply_markup=BUTTON)["result"]["message_id"]
    call(emu, "editMessageText", chat_id=zoe.id, message_id=number, text="2")
    bubble = zoe.last()
    assert (bubble.text, bubble.edits, bubble.buttons) == ("2", 1, [])
    again = call(emu, "editMessageText", chat_id=zoe.id, message_id=number, text="2")
    assert "message is not modified: specified new" in again["description"]

    zoe.taps(raw_data="x" * 64, message_id=number)
    assert product.updates[-1]["callback_query"]["data"] == "x" * 64
    call(emu, "deleteMessage", chat_id=zoe.id, message_id=number)
    zoe.taps(raw_data="old", message_id=number)
    assert product.updates[-1]["callback_query"]["message"]["date"] == 0


def test_other_things_than_text_parse(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    for kind in ("photo", "voice", "sticker", "location", "document", "contact"):
        zoe.sends(kind, caption="là" if kind == "photo" else None)
        assert kind in product.updates[-1]["message"]
        assert telegram.Update.de_json(product.updates[-1], None).message
    zoe.says("Bonjour")
    zoe.edits(zoe.last(), "Bonsoir")
    assert product.updates[-1]["edited_message"]["text"] == "Bonsoir"


def test_a_group_is_quiet_in_privacy_mode(emu: Emulators, product: Product) -> None:
    zoe, ben = emu.telegram_person("Zoé"), emu.telegram_person("Ben")
    group = emu.telegram_group("Nantes", members=[zoe, ben])
    assert group.add_bot(by=zoe, payload="g_1") == 200
    assert product.kinds() == ["my_chat_member", "message", "message"]
    assert product.updates[-1]["message"]["text"] == "/start@noyau_demo_bot g_1"

    assert ben.says("on fait quoi ?", chat=group) == 0
    assert ben.says("/aide", chat=group) == 0
    assert ben.says("/aide@noyau_demo_bot", chat=group) == 200
    call(emu, "sendMessage", chat_id=group.id, text="Bonjour à tous")
    assert ben.says("/aide", chat=group) == 200
    assert ben.says("merci", chat=group, reply_to=group.heard("Bonjour")[0]) == 200
    assert product.updates[-1]["message"]["reply_to_message"]["from"]["is_bot"]
    group.promote_bot(by=zoe)
    assert ben.says("tout s'entend", chat=group) == 200
    assert group.says_anonymously("/valider") == 200
    assert product.updates[-1]["message"]["from"]["id"] == 1087968824


def test_people_enter_by_a_link_once(emu: Emulators, product: Product) -> None:
    zoe, ben, lea = (emu.telegram_person(name) for name in ("Zoé", "Ben", "Léa"))
    group = emu.telegram_group("Nantes", members=[zoe])
    group.add_bot(by=zoe)
    refused = call(emu, "createChatInviteLink", chat_id=group.id)
    assert "not enough rights" in refused["description"]
    group.promote_bot(by=zoe)
    link = call(emu, "createChatInviteLink", chat_id=group.id, member_limit=1, name="a-1")["result"]["invite_link"]

    ben.follows(link)
    lea.follows(link)

    joined = [u["chat_member"] for u in product.updates if "chat_member" in u]
    assert [j["invite_link"]["name"] for j in joined] == ["a-1"]
    assert joined[0]["new_chat_member"]["user"]["id"] == ben.id
    assert product.updates[-1]["message"]["new_chat_members"][0]["id"] == ben.id
    assert not lea.messages(group)
    assert group.remove(ben, by=zoe) == 200
    assert product.updates[-1]["message"]["left_chat_member"]["id"] == ben.id


def test_a_request_to_join_lets_the_bot_write_for_five_minutes(emu: Emulators, product: Product) -> None:
    zoe, ben = emu.telegram_person("Zoé"), emu.telegram_person("Ben", bio="Potier")
    group = emu.telegram_group("Nantes", members=[zoe])
    group.add_bot(by=zoe, admin=True)
    link = call(emu, "createChatInviteLink", chat_id=group.id, creates_join_request=True)["result"]
    assert call(emu, "sendMessage", chat_id=ben.id, text="?")["error_code"] == 403

    ben.follows(link["invite_link"])

    assert product.updates[-1]["chat_join_request"]["bio"] == "Potier"
    assert call(emu, "sendMessage", chat_id=ben.id, text="Qui es-tu ?")["ok"]
    assert call(emu, "approveChatJoinRequest", chat_id=group.id, user_id=ben.id)["ok"]
    emu.settle()
    assert product.updates[-2]["chat_member"]["via_join_request"]
    twice = call(emu, "approveChatJoinRequest", chat_id=group.id, user_id=ben.id)
    assert twice["description"] == "Bad Request: USER_ALREADY_PARTICIPANT"


def test_a_group_becomes_a_supergroup(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    group = emu.telegram_group("Nantes", "group", [zoe])
    group.add_bot(by=zoe)
    old, seen = group.id, len(product.updates)
    new = group.migrate()
    assert new == group.id != old
    assert product.kinds()[seen:] == ["my_chat_member", "message", "message"]
    assert product.updates[-2]["message"]["migrate_to_chat_id"] == new
    body = call(emu, "sendMessage", chat_id=old, text="x")
    assert body["parameters"] == {"migrate_to_chat_id": new}


# Telegram, refusals


def long(n: int) -> str:
    return "é" * n


def keys(rows: int, data: str) -> Json:
    return {"inline_keyboard": [[{"text": "x", "callback_data": data}]] * rows}


REFUSED: list[tuple[str, Json, int, str]] = [
    ("sendMessage", {"text": " \n "}, 400, "message text is empty"),
    ("sendMessage", {"text": long(4097)}, 400, "message is too long"),
    ("sendMessage", {"text": "🙂" * 2049}, 400, "message is too long"),
    ("sendMessage", {"text": "<p>x</p>", "parse_mode": "HTML"}, 400, 'Unsupported start tag "p" at byte'),
    ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"}, 400, 'end tag corresponding to start tag "b"'),
    ("sendMessage", {"text": "a < b", "parse_mode": "HTML"}, 400, "can't parse entities"),
    ("sendMessage", {"text": "x", "reply_markup": keys(1, long(33))}, 400, "BUTTON_DATA_INVALID"),
    ("sendMessage", {"text": "x", "reply_markup": keys(101, "y")}, 400, "reply markup is too long"),
    ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 9}}, 400, "to be replied not found"),
    ("sendMessage", {"text": "x", "chat_id": 99}, 400, "Bad Request: chat not found"),
    ("sendMessage", {"text": "x", "chat_id": 7000000001}, 403, "can't send messages to the bot"),
    ("editMessageText", {"text": "x", "message_id": 9}, 400, "message to edit not found"),
    ("deleteMessage", {"message_id": 9}, 400, "message to delete not found"),
    ("answerCallbackQuery", {"callback_query_id": "9"}, 400, "query is too old"),
    ("setMyCommands", {"commands": [{"command": "idée", "description": "x"}]}, 400, "BOT_COMMAND_INVALID"),
    ("noSuchMethod", {}, 404, "Not Found: method not found"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "params", "status", "text"), REFUSED)
def test_telegram_refuses(emu: Emulators, method: str, params: Json, status: int, text: str) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    body = call(emu, method, **({"chat_id": zoe.id} | params))
    assert (body["error_code"], body["ok"]) == (status, False)
    assert text in body["description"]
    assert not [bubble for bubble in zoe.messages() if bubble.from_bot]


def test_who_blocked_or_never_started_is_out_of_reach(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    assert "can't initiate conversation" in call(emu, "sendMessage", chat_id=zoe.id, text="x")["description"]
    zoe.starts()
    zoe.blocks()
    assert product.updates[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    blocked = call(emu, "sendMessage", chat_id=zoe.id, text="x")
    assert blocked["description"] == "Forbidden: bot was blocked by the user"
    zoe.unblocks()
    assert call(emu, "sendMessage", chat_id=zoe.id, text="x")["ok"]


def test_a_kicked_bot_and_a_link_with_both_limits(emu: Emulators) -> None:
    zoe = emu.telegram_person("Zoé")
    group = emu.telegram_group("Nantes", members=[zoe])
    assert "chat not found" in call(emu, "sendMessage", chat_id=group.id, text="x")["description"]
    group.add_bot(by=zoe, admin=True)
    both = call(emu, "createChatInviteLink", chat_id=group.id, member_limit=1, creates_join_request=True)
    assert both["error_code"] == 400
    missing = call(emu, "declineChatJoinRequest", chat_id=group.id, user_id=99)
    assert missing["description"] == "Bad Request: HIDE_REQUESTER_MISSING"
    group.kick_bot(by=zoe)
    kicked = call(emu, "sendMessage", chat_id=group.id, text="x")
    assert kicked["description"] == "Forbidden: bot was kicked from the supergroup chat"


def test_too_many_messages_wait(emu: Emulators) -> None:
    emu.limits = True
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    answers = [call(emu, "sendMessage", chat_id=zoe.id, text=str(n)) for n in range(5)]
    assert [a["ok"] for a in answers[:3]] == [True] * 3
    refused = [a for a in answers if not a["ok"]]
    assert refused and refused[0]["parameters"]["retry_after"] == 1
    assert emu.count_429 == len(refused)


# The webhook's own troubles


def test_what_the_product_refuses_can_be_delivered_later(emu: Emulators, product: Product) -> None:
    zoe = emu.telegram_person("Zoé")
    product.status = 503
    assert zoe.says("bonjour") == 503
    product.status = 200
    assert emu.redeliver() == 1
    assert product.updates[0] == product.updates[1]
    assert emu.deliver_again(times=3) == 200
    assert len({update["update_id"] for update in product.updates}) == 1
    assert [got.status for got in emu.received] == [503, 200, 200, 200, 200]


def test_two_people_act_at_the_same_time(emu: Emulators, product: Product) -> None:
    phones = [emu.telegram_person(f"P{n}") for n in range(8)]
    assert emu.concurrently(*(lambda phone=phone: phone.says("moi") for phone in phones)) == [200] * 8
    assert len({update["update_id"] for update in product.updates}) == 8


def test_faults(emu: Emulators) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()
    emu.fault("sendMessage", "429", retry_after=7)
    assert call(emu, "sendMessage", chat_id=zoe.id, text="x")["parameters"] == {"retry_after": 7}
    emu.fault("sendMessage", "502html", chat=zoe.id)
    url = f"{emu.telegram_base}{TOKEN}/sendMessage"
    assert HTTP.post(url, data={"chat_id": zoe.id, "text": "x"}).text.startswith("<html>")
    emu.fault("sendMessage", "400:TOPIC_CLOSED")
    assert call(emu, "sendMessage", chat_id=zoe.id, text="x")["description"] == "TOPIC_CLOSED"
    for kind, arrived in (("drop", 0), ("lost", 1)):
        emu.fault("*", kind)
        with pytest.raises(httpx.TransportError):
            call(emu, "sendMessage", chat_id=zoe.id, text=kind)
        assert len(zoe.heard(kind)) == arrived
    assert [c.http_status for c in emu.calls] == [429, 502, 400, 0, 200]


# Telegram, with the real library


def test_the_real_telegram_client(emu: Emulators, product: Product) -> None:
    zoe, ben = emu.telegram_person("Zoé"), emu.telegram_person("Ben")
    zoe.starts()
    group = emu.telegram_group("Nantes", members=[zoe, ben])
    group.add_bot(by=zoe, admin=True)

    async def talk() -> None:
        request = HTTPXRequest(httpx_kwargs={"trust_env": False})
        async with telegram.Bot(TOKEN, base_url=emu.telegram_base, request=request) as bot:
            assert bot.username == "noyau_demo_bot"
            keyboard = telegram.InlineKeyboardMarkup.from_button(
                telegram.InlineKeyboardButton("Va", callback_data="v")
            )
            sent = await bot.send_message(zoe.id, "<i>Salut</i>", parse_mode="HTML", reply_markup=keyboard)
            await sent.edit_text("Re")
            await bot.send_photo(zoe.id, a_picture(), caption="Affiche")
            await bot.send_document(group.id, b"BEGIN:VCALENDAR", filename="reunion.ics")
            pictures = [
                telegram.InputMediaPhoto(a_picture(), caption="un"),
                telegram.InputMediaPhoto(a_picture()),
            ]
            assert len(await bot.send_media_group(zoe.id, pictures)) == 2
            link = await bot.create_chat_invite_link(group.id, member_limit=1)
            await bot.revoke_chat_invite_link(group.id, link.invite_link)
            assert (await bot.get_chat(group.id)).title == "Nantes"
            assert (await bot.get_chat_member(group.id, bot.id)).status == "administrator"
            assert len(await bot.get_chat_administrators(group.id)) == 2
            await bot.pin_chat_message(group.id, (await bot.send_poll(group.id, "Quand ?", ["a", "b"])).message_id)
            await bot.set_webhook(
                f"{emu.public_url}/webhook/telegram", secret_token="s3cret", allowed_updates=["message"]
            )
            assert (await bot.get_webhook_info()).allowed_updates == ("message",)
            await bot.set_my_commands([("aide", "De l'aide")], language_code="fr")
            await bot.ban_chat_member(group.id, ben.id)
            with pytest.raises(telegram.error.BadRequest, match="owner"):
                await bot.ban_chat_member(group.id, zoe.id)

    asyncio.run(talk())
    emu.settle()
    assert zoe.heard("Affiche")[0].content == a_picture()
    assert group.messages()[-1].service and zoe.last().media == "photo"
    assert [m.filename for m in group.messages() if m.media == "document"] == ["reunion.ics"]


# WhatsApp


def test_whatsapp_messages_arrive_signed(emu: Emulators, product: Product) -> None:
    ben = emu.whatsapp_person("Benoît", "+33639980012")
    assert ben.says("  Mardi 18h30 🙂\n") == 200
    form = product.forms[0]
    assert (form["From"], form["WaId"], form["Body"]) == (
        "whatsapp:+33639980012",
        "33639980012",
        "  Mardi 18h30 🙂\n",
    )
    assert form["MessageSid"].startswith("SM") and len(form["MessageSid"]) == 34
    token = product.headers["I-Twilio-Idempotency-Token"]
    emu.deliver_again()
    assert product.forms[0] == product.forms[1] and product.headers["I-Twilio-Idempotency-Token"] == token

    ben.sends("photo", "Le tableau")
    media = product.forms[-1]
    assert (media["MessageType"], media["NumMedia"], media["Body"]) == ("image", "1", "Le tableau")
    assert HTTP.get(media["MediaUrl0"], auth=(emu.account_sid, "secret")).content == a_picture()
    ben.hides_number("FR.1502576394655843")
    ben.follows("https://wa.me/14155238886?text=rejoindre%20NANTES-7Qm3")
    form = product.forms[-1]
    assert form["From"] == form["ExternalUserId"] == "whatsapp:FR.1502576394655843"
    assert "WaId" not in form and form["Body"] == "rejoindre NANTES-7Qm3"
    assert send(emu, To=form["From"], Body="Bienvenue")["status"] == "queued"
    emu.settle()
    assert ben.last().status == "delivered"


def test_buttons_and_lists_on_whatsapp(emu: Emulators, product: Product) -> None:
    ben = emu.whatsapp_person("Benoît")
    ben.says("bonjour")
    sid = content(emu, quick_replies("Je viens", "Pas là"), {"1": "toi"})
    send(emu, To=ben.address, ContentSid=sid, ContentVariables='{"1": "Ben"}')
    assert ben.last().text == "Bonjour Ben !"
    ben.taps("pas la")
    form = product.forms[-1]
    assert (form["ButtonPayload"], form["ButtonText"], form["MessageType"]) == (
        "v:1",
        "Pas là",
        "interactive",
    )
    assert form["OriginalRepliedMessageSid"].startswith("MM")

    items = [{"item": f"Mission {n}", "id": f"m:{n}", "description": "une heure"} for n in range(3)]
    sid = content(emu, {"twilio/list-picker": {"body": "Choisis", "button": "Voir", "items": items}})
    send(emu, To=ben.address, ContentSid=sid)
    ben.taps(1)
    assert (product.forms[-1]["ListId"], product.forms[-1]["ListTitle"]) == ("m:1", "Mission 1")


def test_statuses_follow_and_pictures_are_fetched(emu: Emulators, product: Product) -> None:
    ben = emu.whatsapp_person("Benoît")
    ben.says("bonjour")
    product.pictures["/media/affiche.png"] = a_picture()
    good = send(emu, To=ben.address, Body="Voici", MediaUrl=f"{product.url}/media/affiche.png")
    emu.settle()
    assert [s["MessageStatus"] for s in product.statuses if s["MessageSid"] == good["sid"]] == [
        "sent",
        "delivered",
    ]
    assert ben.last().content == a_picture()
    send(emu, To=ben.address, Body="Raté", MediaUrl=f"{product.url}/media/absent.png")
    emu.settle()
    assert product.statuses[-1]["ErrorCode"] == "63019"
    assert emu.send_status(good["sid"], "read") == 200
    assert product.statuses[-1]["EventType"] == "READ"


def test_twilio_refuses_at_once(emu: Emulators) -> None:
    ben = emu.whatsapp_person("Benoît")
    assert send(emu, To=ben.address, Body="x" * 1601)["code"] == 21617
    assert send(emu, To="whatsapp:+33", Body="x")["code"] == 21211
    assert send(emu, To=ben.address, From="whatsapp:+33100000000", Body="x")["code"] == 63007
    assert send(emu, To=ben.address, ContentSid="HX0", Body="x")["code"] == 21655
    url = f"{emu.twilio_base}/2010-04-01/Accounts/{emu.account_sid}/Messages.json"
    wrong = HTTP.post(url, data={"To": ben.address}, auth=(emu.account_sid, "wrong"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, 20003)
    emu.limits = True
    with httpx.Client(auth=(emu.account_sid, "secret")) as client:
        form = {"To": ben.address, "From": emu.whatsapp_from, "Body": "x"}
        codes = [client.post(url, data=form).status_code for _ in range(90)]
    assert set(codes) == {201, 429} and emu.count_429 == codes.count(429)


FAILS: list[tuple[str, bool, bool, Json, int]] = [
    ("free text outside the window", False, False, {"Body": "x"}, 63016),
    ("unapproved content outside the window", False, False, {"1": "Ben"}, 63016),
    ("approved content outside the window", False, True, {"1": "Ben"}, 0),
    ("empty variable", True, True, {"1": " "}, 63013),
    ("five spaces", True, True, {"1": "a     b"}, 63013),
    ("too long once filled", True, True, {"1": "a" * 1024}, 63021),
]


@pytest.mark.parametrize(("case", "opened", "approved", "said", "error"), FAILS)
def test_whatsapp_fails_later(
    emu: Emulators, product: Product, case: str, opened: bool, approved: bool, said: Json, error: int
) -> None:
    ben = emu.whatsapp_person("Benoît")
    if opened:
        ben.says("bonjour")
    if "Body" in said:
        got = send(emu, To=ben.address, **said)
    else:
        sid = content(emu, quick_replies("Oui", "Non"), {"1": "toi"})
        if approved:
            approve(emu, sid)
        got = send(emu, To=ben.address, ContentSid=sid, ContentVariables=json.dumps(said))
    emu.settle()
    assert (got["http"], got["status"]) == (201, "queued"), case
    expected = ("failed", str(error)) if error else ("delivered", None)
    assert (product.statuses[-1]["MessageStatus"], product.statuses[-1].get("ErrorCode")) == expected
    assert bool(ben.heard("Bonjour") or ben.heard("x")) == (not error)


def test_strangers_and_four_buttons_in_session(emu: Emulators, product: Product) -> None:
    send(emu, To="whatsapp:+33639989999", Body="x")
    emu.settle()
    assert (product.statuses[-1]["MessageStatus"], product.statuses[-1]["ErrorCode"]) == (
        "undelivered",
        "63024",
    )
    ben = emu.whatsapp_person("Benoît")
    ben.says("bonjour")
    send(emu, To=ben.address, ContentSid=content(emu, quick_replies("1", "2", "3", "4"), {"1": "a"}))
    emu.settle()
    assert product.statuses[-1]["ErrorCode"] == "63005"
    emu.fault("Messages", "status:63032")
    send(emu, To=ben.address, Body="x")
    emu.settle()
    assert product.statuses[-1]["ErrorCode"] == "63032" and ben.refused()[-1].error == 63032


class ToEmulator:
    """Twilio's client, with every host replaced."""

    def __init__(self, base: str) -> None:
        self.base, self.client = base, TwilioHttpClient(timeout=10)

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        path = "/" + url.split("/", 3)[3]
        return self.client.request(method, self.base + path, *args, **more)


def test_the_real_twilio_client(emu: Emulators, product: Product) -> None:
    ben = emu.whatsapp_person("Benoît")
    ben.says("bonjour")
    client = twilio.rest.Client(emu.account_sid, "secret", http_client=ToEmulator(emu.twilio_base))
    sent = client.messages.create(to=ben.address, from_=emu.whatsapp_from, body="Salut")
    assert client.messages(sent.sid).fetch().body == "Salut"
    assert [m.direction for m in client.messages.list(limit=10)] == ["outbound-api", "inbound"]
    assert len(client.messages.list(to=ben.address, page_size=1)) == 1
    for n in range(3):
        content(emu, quick_replies(f"Oui {n}", "Non"), {"1": "toi"})
    assert len(client.content.v1.contents.list(page_size=2)) == 3
    assert len(client.content.v1.content_and_approvals.list()) == 3
    sid = client.content.v1.contents.list(limit=1)[0].sid
    approve(emu, str(sid))
    assert client.content.v1.contents(sid).approval_fetch().fetch().whatsapp["status"] == "approved"
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to="whatsapp:+1", from_=emu.whatsapp_from, body="x")
    assert caught.value.code == 21211


# The page's own routes


def test_the_page_sees_and_moves_the_world(emu: Emulators, product: Product) -> None:
    furnish(emu)
    world = HTTP.get(f"{emu.base}/world").json()
    names = [phone["name"] for phone in world["phones"]]
    assert names[:2] == ["Camille Arnoux", "Marc"] and len(names) == 8
    origin = {"Origin": product.url}
    said = {"phone": world["phones"][1]["id"], "do": "say", "text": "bonjour"}
    got = HTTP.post(f"{emu.base}/world/act", json=said, headers=origin)
    assert got.json() == {"status": 200} and got.headers["Access-Control-Allow-Origin"] == product.url
    assert product.forms[0]["Body"] == "bonjour"
    camille, group = world["phones"][0]["id"], world["groups"][0]["id"]
    HTTP.post(f"{emu.base}/world/act", json={"phone": camille, "do": "add_bot", "group": group})
    after = HTTP.get(f"{emu.base}/world?since={world['version']}").json()
    assert after["groups"][0]["bot"] == "member" and after["version"] > world["version"]
    assert HTTP.post(f"{emu.base}/world/act", json={"phone": camille, "do": "say"}).status_code == 400


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_the_page_routes_are_for_this_machine_alone(emu: Emulators, headers: dict[str, str]) -> None:
    assert HTTP.get(f"{emu.base}/world", headers=headers).status_code == 403
    assert HTTP.post(f"{emu.base}/world/reset", content=b"{}").status_code == 415


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_phones_allows_nothing_foreign(language: str) -> None:
    root = str(Path(page.__file__).parents[1])
    app = flask.Flask("webhook", root_path=root)
    app.register_blueprint(page.blueprint("http://127.0.0.1:8081"))
    got = app.test_client().get(f"/playground?lang={language}")
    policy = got.headers["Content-Security-Policy"]
    assert got.status_code == 200 and f'<html lang="{language}">' in got.text
    assert "connect-src 'self' http://127.0.0.1:8081" in policy and "unsafe" not in policy
    assert " style=" not in got.text and "<style" not in got.text and got.text.count("<script") == 1
    assert page.WORDS["fr"].keys() == page.WORDS["en"].keys()


def test_the_emulators_are_fast(emu: Emulators) -> None:
    zoe = emu.telegram_person("Zoé")
    zoe.starts()

    async def flood() -> float:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=8)) as client:
            started = time.process_time()
            url, form = f"{emu.telegram_base}{TOKEN}/sendMessage", {"chat_id": str(zoe.id), "text": "x"}
            for _ in range(40):
                await asyncio.gather(*(client.post(url, data=form) for _ in range(8)))
            return time.process_time() - started

    # The client costs most of it: the bound only catches an emulator gone slow.
    assert asyncio.run(flood()) < 20
    assert len(zoe.messages()) == 321

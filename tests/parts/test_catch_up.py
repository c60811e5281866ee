"""What Twilio kept while we were away has its effect once, as if it had come by the webhook (F42, F25)."""

import contextlib
import datetime as dt
from collections.abc import Iterator

import pytest

from jobs import catch_up
from storage import db, facts
from storage.outbox import Post, Question, Seen
from storage.people import WHATSAPP, Address
from tests.properties.bare import event
from tests.story import Actor, Story

pytestmark = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)


@contextlib.contextmanager
def away(story: Story) -> Iterator[None]:
    """Nobody answers at our address, and Twilio soon gives up."""
    there, story.emu.public_url = story.emu.public_url, "http://127.0.0.1:9"
    try:
        yield
    finally:
        story.emu.public_url = there
        story.emu.undelivered.clear()


def writes(story: Story, who: Actor, *texts: str) -> None:
    """Words that Twilio takes while we are away."""
    with away(story):
        for text in texts:
            who.says(text, settle=False)


def looks(story: Story, **later: float) -> int:
    """The look of the next quarter of an hour, and what follows from it."""
    story.later(**(later or {"minutes": 15}))
    taken = catch_up.run()
    story.settle()
    return taken


def test_f42_words_lost_with_the_webhook_are_answered_once(story: Story) -> None:
    lea = story.member("Léa")
    looks(story)
    writes(story, lea, "aide")
    assert lea.said() == []

    assert looks(story) == 1
    assert lea.count() == 1
    assert looks(story) == 0
    assert lea.count() == 1
    assert facts.fresh(catch_up.FETCHED) == "0"


def test_f42_only_the_ones_that_had_no_effect_yet_are_taken_up(story: Story) -> None:
    lea = story.member("Léa").address
    events = [event(lea, text=str(n)) for n in range(1200)]
    for had in events[::3]:
        Seen.first(had.key)
    assert catch_up._unknown(events) == [one for n, one in enumerate(events) if n % 3]


def test_f42_what_the_webhook_brought_is_not_taken_again_nor_the_other_way_round(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("aide")
    assert (looks(story), lea.count()) == (0, 1)

    writes(story, lea, "aide")
    assert looks(story) == 1
    signed_anew = story.emu.whatsapp._post("/webhook/whatsapp", story.emu.last_form, "late", None, "inbound")
    assert story.emu.run(signed_anew) == 200
    story.settle()
    assert lea.count() == 2


def test_f25_five_messages_of_an_outage_get_one_answer(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.stranger("Zoé")
    looks(story)
    writes(story, lea, "langue", "langue", "langue", "langue")
    writes(story, zoe, "bonjour")

    assert looks(story, hours=5) == 5
    assert (lea.count(), zoe.count()) == (1, 1)
    assert Post.select().where(Post.reason.startswith("said in post")).count() >= 2


def test_a_stranger_who_wrote_meanwhile_is_met_and_the_window_counts_from_the_writing(story: Story) -> None:
    """F42; Twilio: 63016."""
    looks(story)
    zoe = story.stranger("Zoé")
    writes(story, zoe, "bonjour")
    assert looks(story, hours=30) == 1

    address = Address.get(Address.platform == WHATSAPP, Address.address == zoe.id)
    assert not address.window_open(db.now())
    assert db.now() - address.last_inbound_at > dt.timedelta(hours=29)


def test_a_button_pressed_meanwhile_means_the_same_by_its_title(story: Story) -> None:
    """F42: Twilio's list knows a press only as words."""
    lea = story.member("Léa")
    lea.says("langue")
    looks(story)
    with away(story):
        lea.taps("Français", settle=False)

    assert looks(story) == 1
    lea.hears("Désormais je te parle français")


def test_fresh_words_are_left_to_the_webhook(story: Story) -> None:
    looks(story)
    writes(story, story.member("Léa"), "aide")
    assert catch_up.run() == 0
    assert looks(story) == 1


def test_s4_what_we_sent_others_wrote_or_another_channel_brought_is_no_message_to_us(story: Story) -> None:
    """S4: only messages to this account and number, only WhatsApp."""
    looks(story)
    lea = story.member("Léa")
    lea.says("aide")
    before = Seen.select().count()
    record = dict(story.emu.world.messages[story.emu.last_form["MessageSid"]])
    for sid, change in (
        ("SM" + "1" * 32, {"from": "+33639980055"}),
        ("SM" + "2" * 32, {"account_sid": "AC" + "2" * 32}),
        ("SM" + "4" * 32, {"to": "whatsapp:+14155230000"}),
        ("SM" + "3" * 32, {"direction": "outbound-api", "from": "whatsapp:+33639980055"}),
    ):
        story.emu.world.messages[sid] = record | {"sid": sid} | change
    assert looks(story) == 0
    assert Seen.select().count() == before


def test_f41_a_lost_receipt_is_read_from_the_list(story: Story) -> None:
    """F41, F42: a message that failed after 201 is not taken for delivered."""
    looks(story)
    story.emu.world.status_callbacks = False
    try:
        lea = story.member("Léa")
        story.emu.fault("Messages", "status:63024")
        lea.says("aide")
        post = Post.select().where(Post.platform == WHATSAPP).order_by(Post.id.desc()).get()
        assert (post.state, post.status) == ("sent", "queued")
        looks(story)
        assert Post.get_by_id(post.id).state == "dead"
    finally:
        story.emu.world.status_callbacks = True


@pytest.mark.parametrize("kind", ["500", "502html", "drop", "429", "401"])
def test_f17_a_twilio_that_does_not_answer_is_asked_again_and_nothing_is_lost(story: Story, kind: str) -> None:
    """F17: the moment up to which all was taken only moves when all was taken."""
    lea = story.member("Léa")
    looks(story)
    writes(story, lea, "aide")
    story.later(minutes=15)
    before = facts.fresh(catch_up.LOOKED)
    story.emu.fault("Messages.list", kind, times=1)
    assert catch_up.run() == 0
    assert facts.fresh(catch_up.LOOKED) == before
    assert bool(facts.fresh(catch_up.REFUSED)) == (kind == "401")
    assert looks(story) == 1
    assert facts.fresh(catch_up.REFUSED) == ""


def test_a_look_costs_one_call_and_none_right_after_another(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def calls() -> int:
        return sum(call.method == "Messages.list" for call in story.emu.calls)

    looks(story)
    before = calls()
    catch_up.now_and_then()
    assert calls() == before
    story.later(minutes=15)
    catch_up.now_and_then()
    assert calls() == before + 1


def test_more_than_a_page_is_read_to_the_end(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "PAGE", 2)
    looks(story)
    writes(story, story.member("Léa"), "aide", "langue", "aide", "langue", "aide")
    assert looks(story) == 5


def test_without_whatsapp_nobody_is_asked(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from storage import settings

    settings.use(dataclasses.replace(settings.current(), twilio_account=""))
    before = len(story.emu.calls)
    assert catch_up.run() == 0
    assert len(story.emu.calls) == before


def test_f22_late_words_press_no_card_and_answer_no_question_that_came_after_them(story: Story) -> None:
    """F22, F42: "1" means what stood there when it was written."""
    lea = story.member("Léa")
    lea.says("langue")
    story.later(minutes=5)
    looks(story)
    writes(story, lea, "2", "Léa la potière")
    story.later(minutes=5)
    with db.transaction():
        address = lea.address
        later = story.another_group("Les potiers")
        Post.create(
            platform=WHATSAPP,
            chat=lea.id,
            address=address,
            group=later,
            payload={"text": "?", "buttons": [["Non", "x"], ["Oui", "y"]]},
            choices=True,
            state="sent",
            sent_at=db.now(),
        )
        Question.ask(address, "welcome.introduce.story", {}, None)

    assert looks(story) == 2
    lea.hears("From now on I speak English")
    assert Question.of(address) is not None

"""What becomes of a post when a platform refuses, hesitates or keeps silent (F5, F12, F16 to F19, F49)."""

import datetime as dt

import pytest

from handlers.kit import say
from handlers.kit.speak import Turn
from handlers.kit.texts import _
from jobs.outbox import Deliverer
from storage import db, outbox
from storage.groups import Chat, Group
from storage.outbox import Card, Post
from storage.people import Address
from tests.story import Actor, Story
from webhook.playground.world import Call

on_telegram = pytest.mark.parametrize("platform", ["telegram"], indirect=True)
on_whatsapp = pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)


def tell(story: Story, who: Actor, words: str = "Bonjour", **how: object) -> Post:
    """Something for one person; its row as it stands when nothing is due any more."""
    with db.transaction():
        Turn().carry_out([say.tell(who.person, _("{words}", words=words), group=story.home(), **how)])
    row = Post.select().order_by(Post.id.desc()).get()
    story.settle()
    return Post.get_by_id(row.id)


def calls(story: Story, method: str) -> int:
    """How many calls of that method the platform counted."""
    return sum(call.method == method for call in story.emu.calls)


def refused(story: Story) -> list[Call]:
    """The calls that the platform refused."""
    return [call for call in story.emu.calls if call.http_status in (400, 403)]


def post_many(story: Story, numbers: range) -> None:
    """Posts to the group, all at once."""
    with db.transaction():
        for n in numbers:
            Turn().carry_out([say.post(story.home(), _("{n}", n=f"mot {n:02}"))])


@on_telegram
def test_f16_a_429_is_waited_for_and_the_post_goes_out_once(story: Story) -> None:
    lea = story.member("Léa")
    story.emu.fault(method="sendMessage", kind="429", times=1, retry_after=1)

    row = tell(story, lea)

    assert row.state == "sent"
    assert lea.count("Bonjour") == 1


@on_telegram
def test_f16_a_429_of_one_chat_is_waited_out_without_a_call_while_the_others_go_on(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.member("Zoé")
    story.emu.fault(method="sendMessage", kind="429", times=1, retry_after=60, chat=lea.id)
    for who, words in ((lea, "un"), (zoe, "deux"), (zoe, "trois")):
        tell(story, who, words)
    story.later(seconds=40)
    assert (lea.said(), zoe.said(), calls(story, "sendMessage")) == ([], ["deux", "trois"], 3)

    story.later(seconds=30)
    assert lea.said() == ["un"]


@on_telegram
@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("kind", ["500", "502html"])
def test_f17_a_platform_that_is_unwell_is_tried_again(story: Story, kind: str, times: int) -> None:
    lea = story.member("Léa")
    story.emu.fault(method="sendMessage", kind=kind, times=times)

    row = tell(story, lea)
    story.later(minutes=1)

    assert Post.get_by_id(row.id).state == "sent"
    assert (lea.count("Bonjour"), calls(story, "sendMessage")) == (1, times + 1)


@on_telegram
@pytest.mark.parametrize("kind", ["500", "429"])
def test_f17_what_was_not_sent_stays_before_all_that_its_chat_hears_next(story: Story, kind: str) -> None:
    lea, zoe = story.member("Léa"), story.member("Zoé")
    story.emu.fault(method="sendMessage", kind=kind, times=1, chat=lea.id)
    with db.transaction():
        for n in range(6):
            for who in (lea, zoe):
                Turn().carry_out([say.tell(who.person, _("{n}", n=f"mot {n}"), group=story.home())])
    story.settle()
    story.later(minutes=1)

    assert lea.said() == zoe.said() == [f"mot {n}" for n in range(6)]


@on_telegram
def test_f17_what_was_made_days_ahead_has_its_own_day_of_tries(story: Story) -> None:
    lea = story.member("Léa")
    row = tell(story, lea, at=db.now() + dt.timedelta(days=3))
    story.later(days=2, hours=23)
    story.emu.fault(method="sendMessage", kind="500", times=1)
    story.later(hours=2)

    assert Post.get_by_id(row.id).state == "sent" and lea.count("Bonjour") == 1


@on_telegram
@pytest.mark.parametrize("kind", ["lost", "drop"])
def test_f12_an_answer_that_never_came_is_uncertain_and_not_said_twice(story: Story, kind: str) -> None:
    """From here nobody can tell whether the call was made."""
    lea = story.member("Léa")
    story.emu.fault(method="sendMessage", kind=kind, times=1)

    row = tell(story, lea)
    story.later(hours=1)

    assert Post.get_by_id(row.id).state == "uncertain"
    assert (lea.count("Bonjour"), calls(story, "sendMessage")) == (kind == "lost", 1)


@on_telegram
def test_f12_a_lost_answer_to_an_edit_is_edited_again(story: Story) -> None:
    lea = story.member("Léa")
    tell(story, lea, "un", key="carte")
    story.emu.fault(method="editMessageText", kind="lost", times=1)

    tell(story, lea, "deux", key="carte")
    story.later(minutes=1)

    assert lea.said() == ["deux"]
    assert not story.unsent()


@on_telegram
def test_f49_not_modified_counts_as_done_and_is_what_the_card_shows(story: Story) -> None:
    """The edit whose answer was lost had been made: going back to the words before it is a change again."""
    lea = story.member("Léa")
    tell(story, lea, "un", key="carte")
    story.emu.fault(method="editMessageText", kind="lost", times=1)
    row = tell(story, lea, "deux", key="carte")
    story.later(minutes=1)
    assert Post.get_by_id(row.id).state == "sent" and calls(story, "editMessageText") == 2

    tell(story, lea, "un", key="carte")
    assert lea.said() == ["un"]


@on_telegram
def test_f49_a_card_is_edited_in_place_and_an_equal_one_not_at_all(story: Story) -> None:
    """113."""
    lea = story.member("Léa")
    for words in ("un", "deux", "deux"):
        tell(story, lea, words, key="carte")

    assert lea.said() == ["deux"]
    assert calls(story, "sendMessage") == 1
    assert calls(story, "editMessageText") == 1


@on_telegram
def test_a_card_that_was_deleted_is_said_anew(story: Story) -> None:
    lea = story.member("Léa")
    tell(story, lea, "un", key="carte")
    story.emu.fault(method="editMessageText", kind="400:Bad Request: message to edit not found", times=1)

    tell(story, lea, "deux", key="carte")

    assert "deux" in lea.said()
    assert not story.unsent()


@on_telegram
def test_f48_many_changes_of_a_card_are_one_edit(story: Story) -> None:
    """What waits is replaced, not queued."""
    lea = story.member("Léa")
    with db.transaction():
        for n in range(50):
            Turn().carry_out([say.tell(lea.person, _("{n} voix", n=n), group=story.home(), key="carte")])
    story.settle()

    assert lea.said() == ["49 voix"]
    assert calls(story, "sendMessage") == 1


@on_telegram
def test_f48_a_vote_every_seventh_of_a_second_for_ten_seconds_is_three_edits(story: Story) -> None:
    """The limits are not lifted here; the clock goes ten times as fast as usual."""
    speaker, start = Deliverer(), db.now()
    for n in range(70):
        with db.transaction():
            Turn().carry_out([say.post(story.home(), _("{n} voix", n=n), key="carte")])
        db.shift_clock((start - db.real_now()).total_seconds() + n / 7)
        speaker.run(0.5, linger=0)
    assert calls(story, "sendMessage") == 1 and calls(story, "editMessageText") <= 3
    db.shift_clock((start - db.real_now()).total_seconds() + 15)
    speaker.run(1, linger=0)
    speaker.close()
    assert story.chat and [bubble.text for bubble in story.chat.messages()] == ["69 voix"]


@on_telegram
@pytest.mark.parametrize(("how", "told"), [("blocked", "m'a bloqué"), ("deactivated", "n'existe plus")])
def test_f18_of_five_posts_to_who_is_gone_one_is_refused_and_the_organizer_told(
    story: Story, how: str, told: str
) -> None:
    """No update said so before."""
    camille, lea = story.organizer("Camille"), story.member("Léa")
    setattr(lea.phone.user, how, True)
    with db.transaction():
        for n in range(5):
            Turn().carry_out([say.tell(lea.person, _("{n} heures", n=n), group=story.home())])
    story.settle()
    story.later(hours=1)

    assert len(refused(story)) == 1
    assert camille.count(told) == camille.count() == 1


@on_telegram
@pytest.mark.parametrize("kind", ["403:Forbidden: something new", "400:Bad Request: something new"])
def test_f18_a_refusal_that_nobody_knows_ends_one_post_and_no_more(story: Story, kind: str) -> None:
    lea = story.member("Léa")
    story.emu.fault(method="sendMessage", kind=kind, times=1)
    assert tell(story, lea, "un").state == "dead"
    assert tell(story, lea, "deux").state == "sent"
    assert Address.get(Address.address == lea.id).state == "ok"


@on_telegram
def test_f18_a_person_who_blocked_the_bot_is_called_no_more_and_is_back_when_they_unblock(story: Story) -> None:
    story.organizer("Camille")
    lea = story.member("Léa")
    lea.phone.blocks()
    story.settle()

    tell(story, lea, "un")
    tell(story, lea, "deux")
    assert Address.get(Address.address == lea.id).state == "blocked"
    lea.phone.unblocks()
    story.settle()

    assert Address.get(Address.address == lea.id).state == "ok"
    tell(story, lea, "trois")
    lea.hears("trois")


@on_telegram
def test_who_never_pressed_start_gets_what_waited_in_one_message(story: Story) -> None:
    story.organizer("Camille")
    lea = story.member("Léa", started=False)

    tell(story, lea, "un")
    tell(story, lea, "deux")
    assert Post.select().where(Post.waits == "start").count() == 2
    lea.phone.starts()
    story.settle()

    lea.hears("un")
    lea.hears("deux")
    assert not Post.select().where(Post.waits == "start").count()


@on_telegram
@pytest.mark.parametrize("order", [("mine", "to", "from"), ()])
def test_f19_twenty_posts_arrive_though_the_group_moves_in_the_middle(story: Story, order: tuple[str, ...]) -> None:
    """Told by the service messages, or by nothing but the refusal."""
    camille = story.organizer("Camille")
    assert story.chat
    story.chat.chat.members[camille.phone.id] = "creator"
    before = story.chat.chat
    post_many(story, range(5))
    story.settle()
    post_many(story, range(5, 20))
    story.chat.migrate(order=order)
    story.settle()
    story.later(seconds=20)

    heard = [bubble.text for chat in (before, story.chat.chat) for bubble in chat.bubbles if bubble.from_bot]
    assert [text for text in heard if "mot" in text] == [f"mot {n:02}" for n in range(20)]
    assert len(refused(story)) <= 1 and not story.unsent()


@on_telegram
def test_f19_posts_follow_a_group_that_became_a_supergroup(story: Story) -> None:
    home, camille = story.home(), story.organizer("Camille")
    assert story.chat
    story.chat.chat.members[camille.phone.id] = "creator"
    old = story.chat.id
    with db.transaction():
        Turn().carry_out([say.post(home, _("{n}", n="Bonjour à tous"))])
    story.emu.fault(
        method="sendMessage",
        kind="400:Bad Request: can't parse entities: Unsupported start tag",
        times=1,
    )
    story.settle()
    assert story.chat.heard("Bonjour à tous")
    new = story.chat.migrate()
    story.settle()
    with db.transaction():
        Turn().carry_out([say.post(home, _("{n}", n="Encore là"))])
    story.settle()

    assert Chat.select().where(Chat.chat_id == new).count() == 1 and old != new
    assert not story.unsent()


@on_telegram
@pytest.mark.parametrize(
    "text",
    [
        "Forbidden: user is deactivated",
        "Bad Request: have no write access to the chat",
        "Bad Request: something nobody has seen before",
    ],
)
def test_a_final_refusal_is_kept_with_its_reason(story: Story, text: str) -> None:
    lea = story.member("Léa")
    status = "403" if text.startswith("Forbidden") else "400"
    story.emu.fault(method="sendMessage", kind=f"{status}:{text}", times=1)

    row = tell(story, lea)

    assert row.state == "dead" and row.reason
    assert calls(story, "sendMessage") <= 2


@on_whatsapp
@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("kind", ["429", "500", "502html"])
def test_f17_twilio_that_is_unwell_is_tried_again(story: Story, kind: str, times: int) -> None:
    lea = story.member("Léa")
    story.emu.fault(method="Messages", kind=kind, times=times, retry_after=1)

    tell(story, lea)
    story.later(minutes=5)

    assert (lea.count("Bonjour"), calls(story, "Messages")) == (1, times + 1)


@on_whatsapp
def test_f12_a_lost_answer_of_twilio_is_uncertain_and_not_said_twice(story: Story) -> None:
    lea = story.member("Léa")
    story.emu.fault(method="Messages", kind="lost", times=1)

    row = tell(story, lea)
    story.later(hours=1)

    assert Post.get_by_id(row.id).state in ("uncertain", "sent")
    assert lea.count("Bonjour") == 1


@on_whatsapp
def test_a_number_that_is_not_on_whatsapp_is_marked_and_left_alone(story: Story) -> None:
    story.organizer("Camille")
    lea = story.member("Léa")
    story.emu.fault(method="Messages", kind="status:63024", times=1)

    tell(story, lea)

    assert Address.get(Address.address == lea.id).state == "invalid"


@on_whatsapp
def test_a_picture_is_fetched_from_a_signed_address(story: Story) -> None:
    camille = story.organizer("Camille")

    row = tell(story, camille, "L'affiche", picture=("poster", story.home().id))

    assert row.state == "sent"
    picture = next(b for b in camille.bubbles() if b.media)
    assert picture.content and picture.content[:4] == b"\x89PNG"


@on_telegram
def test_a_picture_is_uploaded_to_telegram(story: Story) -> None:
    camille = story.organizer("Camille")

    tell(story, camille, "L'affiche", picture=("poster", story.home().id))

    picture = next(b for b in camille.bubbles() if b.media)
    assert picture.content and picture.content[:4] == b"\x89PNG"


@on_telegram
def test_f9_a_flushed_redis_loses_nothing(story: Story) -> None:
    """The bell is forgotten, the row is not."""
    from jobs import bell

    lea = story.member("Léa")
    with db.transaction():
        Turn().carry_out([say.tell(lea.person, _("{n}", n="Bonjour"), group=story.home())])
    bell.for_worker().flushall()
    story.settle()

    lea.hears("Bonjour")


@on_telegram
def test_a_card_key_is_one_message_per_chat(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.member("Zoé")
    for who in (lea, zoe):
        tell(story, who, "un", key="carte")
    assert Card.select().count() == 2


@on_telegram
def test_f35_a_chat_that_threw_us_out_unseen_is_left_alone_and_the_group_hears_in_private(story: Story) -> None:
    """F18: no update told it; one call is refused, and there is no second one."""
    camille, lea = story.organizer("Camille"), story.member("Léa")
    assert story.chat is not None
    story.chat.chat.bot_status = "kicked"
    for hour in (18, 19):
        with db.transaction():
            Turn().carry_out([say.post(Group.get(), _("{n} heures", n=hour))])
        story.settle()

    chat = Group.get().chat
    assert len(refused(story)) == 1 and chat is not None and not chat.present
    assert (lea.count("18 heures"), lea.count("19 heures")) == (0, 1)
    assert camille.count("Ajoute-moi à nouveau") == 1


@on_telegram
@pytest.mark.parametrize(
    "text",
    [
        "403:Forbidden: bot was kicked from the supergroup chat",
        "403:Forbidden: the group chat was deleted",
        "400:Bad Request: chat not found",
    ],
)
def test_f35_of_five_posts_to_a_closed_chat_one_is_refused_and_the_others_wait(story: Story, text: str) -> None:
    """F18: the organizers read that nothing is lost: what waited goes out when I am brought back the same day."""
    camille = story.organizer("Camille")
    assert story.chat
    gone = story.emu.fault(method="sendMessage", kind=text, times=None, chat=story.chat.id)
    post_many(story, range(5))
    story.settle()
    story.later(hours=1)
    assert len(refused(story)) == 1 and camille.count("joute-moi") == camille.count() == 1

    gone.times = 0
    story.chat.chat.bot_status = "left"
    story.chat.add_bot(camille.phone, admin=True)
    story.settle()
    assert [b.text for b in story.chat.heard("mot")] == [f"mot {n:02}" for n in range(1, 5)]


@on_telegram
@pytest.mark.parametrize("tidied", [False, True])
def test_f35_what_waited_for_a_chat_more_than_a_day_is_stale(story: Story, tidied: bool) -> None:
    """Also where nobody brings me back: nothing is kept for ever."""
    camille = story.organizer("Camille")
    assert story.chat
    story.chat.chat.bot_status = "kicked"
    post_many(story, range(3))
    story.settle()
    story.later(hours=25)
    if tidied:
        outbox.tidy()
        assert not Post.select().where(Post.waits == "chat", Post.state == "pending").exists()
    story.chat.add_bot(camille.phone, admin=True)
    story.settle()
    assert not story.chat.heard("mot")
    assert {row.state for row in Post.select().where(Post.chat == str(story.chat.id))} == {"dead", "dropped"}

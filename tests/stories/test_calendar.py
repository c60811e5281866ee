"""One's meetings in the phone's calendar: an address, a file, and a page that outsiders may read (39, M18)."""

import urllib.error
import urllib.request

from handlers.kit import doors
from storage.meetings import Feed, Meeting
from storage.people import TELEGRAM
from tests.stories.hands import carried, press
from tests.stories.meetings import fix
from tests.stories.test_agenda import another, bot, mixed, on_telegram
from tests.story import Actor, Story


def fetched(link: str) -> str:
    """What a calendar application gets there; empty when it is gone."""
    try:
        with urllib.request.urlopen(link) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError:
        return ""


def address(actor: Actor) -> str:
    return doors.feed_link(Feed.open_of(actor.person))


def page(actor: Actor) -> str:
    return doors.feed_page(Feed.open_of(actor.person))


def shown(actor: Actor) -> str:
    """The last message with its links."""
    return f"{actor.last} {[choice.value for choice in actor.bubbles()[-1].choices]}"


def test_a_member_gets_an_address_of_their_own(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    meeting = fix(story)
    lea.says("mon calendrier")
    marc.says("/calendrier")
    assert page(lea) in shown(lea) and page(lea) not in shown(marc) and page(marc) in shown(marc)
    assert "iPhone" in lea.last and "Google" in lea.last
    assert f"{meeting.uid}@noyau" in fetched(address(lea))


def test_the_address_can_be_revoked(story: Story) -> None:
    lea = story.member("Léa")
    lea.says("calendrier")
    old, old_page = address(lea), page(lea)
    assert "VCALENDAR" in fetched(old)
    lea.says("révoque mon calendrier")
    assert "Voici la nouvelle" in lea.last and old_page not in shown(lea) and page(lea) in shown(lea)
    assert fetched(old) == "" and "VCALENDAR" in fetched(address(lea))


def test_the_next_meeting_alone(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("calendrier")
    press(lea, "Juste la prochaine")
    if lea.platform == TELEGRAM:
        sent = lea.bubbles()[-1]
        assert sent.media == "document" and "Ouvre ce fichier" in sent.text
    else:
        assert f"UID:{meeting.uid}" in fetched(doors.ics_link(meeting)) and doors.ics_link(meeting) in lea.last


@mixed
def test_add_to_my_calendar_in_words(story: Story) -> None:
    lea, marc = story.member("Léa"), story.member("Marc")
    lea.says("ajouter à mon agenda")
    lea.hears("Aucune date n'est fixée")
    fix(story)
    lea.says("ajouter à mon agenda")
    lea.hears("Ouvre ce fichier")
    marc.says("add to my calendar")
    assert "/c/" in marc.last


@mixed
def test_a_stranger_has_no_calendar(story: Story) -> None:
    story.home()
    zoe = story.stranger("Zoé")
    for words in ("calendrier", "ajouter à mon agenda"):
        zoe.says(words)
        assert "aucun groupe" in zoe.last
    assert Feed.select().count() == 0


@on_telegram
def test_in_the_chat_no_address_is_given_away(story: Story) -> None:
    lea = story.member("Léa")
    meeting = fix(story)
    lea.says("/calendrier", chat=story.chat)
    told = lea.bubbles(chat=story.chat)[-1]
    assert "calendrier" in told.text and "/calendar/" not in str(told)
    assert doors.meeting_link(meeting) in str(told.choices)
    lea.says(f"{bot(story)} révoque mon calendrier", chat=story.chat)
    assert "/calendar/" not in str(lea.bubbles(chat=story.chat)[-1])


@on_telegram
def test_an_old_button_for_a_meeting_that_is_cancelled(story: Story) -> None:
    lea, zoe = story.member("Léa"), story.stranger("Zoé")
    meeting = fix(story)
    lea.says("calendrier")
    data = carried(lea, "Juste la prochaine")
    zoe.says("bonjour")
    zoe.taps(0, raw_data=data)
    zoe.hears("réservé aux membres")
    meeting.cancel()
    lea.taps(0, raw_data=data)
    lea.hears("passée ou annulée")


@mixed
def test_two_groups_one_calendar(story: Story) -> None:
    lea = story.member("Léa")
    rennes = another(story, lea)
    nantes, there = fix(story), fix(story, group=rennes)
    lea.says("calendrier")
    body = fetched(address(lea))
    assert nantes.uid in body and there.uid in body


# ------------------------------------------------------------------ the page for outsiders


def test_the_organizers_open_and_close_the_public_page(story: Story) -> None:
    marc = story.organizer("Marc")
    meeting = fix(story)
    marc.says("page publique")
    assert "est fermée" in marc.last
    press(marc, "Ouvrir la page")
    assert doors.event_link(meeting) in marc.last and "19h30" in fetched(doors.event_link(meeting))
    marc.says("page publique non")
    assert "est fermée" in marc.last and fetched(doors.event_link(meeting)) == ""
    marc.says("page publique oui")
    press(marc, "Fermer la page")
    assert fetched(doors.event_link(meeting)) == ""


@mixed
def test_a_member_cannot_open_it(story: Story) -> None:
    _marc, lea = story.organizer("Marc"), story.member("Léa")
    meeting = fix(story)
    lea.says("page publique oui")
    lea.hears("Seuls les organisateurs")
    assert not Meeting.get_by_id(meeting.id).group.public_page


@mixed
def test_open_before_there_is_a_date(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("page publique oui")
    marc.hears("avec la prochaine date")

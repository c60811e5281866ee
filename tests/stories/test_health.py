"""How the group is doing: for its organizers, when they ask and once a month, in private (118)."""

import datetime as dt

import pytest

from storage import db
from storage.groups import Membership
from storage.health import Health, NoCard
from storage.meetings import Attendance, Meeting
from storage.people import Address
from tests.stories.hands import carried, press
from tests.stories.meetings import PARIS, fix
from tests.story import Actor, Story


def met(story: Story, days: int, *there: Actor, missed: Actor | None = None) -> Meeting:
    """A meeting so many days ago, with these people."""
    start = (db.now() - dt.timedelta(days=days)).astimezone(PARIS)
    with db.transaction():
        meeting = Meeting.fix(story.home(), start)
        for actor in there:
            Attendance.create(meeting=meeting, person=actor.person, answer="yes", present=True)
        if missed is not None:
            Attendance.create(meeting=meeting, person=missed.person, answer="yes", present=False)
        meeting.close(len(there))
    return meeting


def joined(actor: Actor, days: int) -> None:
    seat = Membership.get(Membership.person == actor.person)
    Membership.update(joined_at=db.now() - dt.timedelta(days=days)).where(Membership.id == seat.id).execute()
    Address.update(last_inbound_at=db.now() - dt.timedelta(days=days)).where(Address.id == actor.address.id).execute()


def test_an_organizer_asks_how_the_group_is_doing(story: Story) -> None:
    marc, lea, zoe, paul = (
        story.organizer("Marc"), story.member("Léa"), story.member("Zoé"), story.member("Paul"),
    )  # fmt: skip
    for actor in (marc, lea, paul):
        joined(actor, 90)
    met(story, 28, marc, lea)
    met(story, 14, marc, lea, missed=zoe)
    Address.update(state="blocked").where(Address.id == paul.address.id).execute()
    fix(story)

    marc.says("santé du groupe")
    card = marc.hears("La santé du groupe Les indés de Nantes")
    assert card.media, "a picture"
    for words in ("jeudi 12 mars à 19h30", "2 en moyenne, 2 la dernière fois", "Noyau dur : Marc et Léa"):
        marc.hears(words)
    marc.hears("Nouvelles têtes, pas encore vues : Zoé")
    marc.hears("Sans nouvelles depuis deux mois : Paul")
    marc.hears("Injoignables : Paul (m'a bloqué)")
    press(marc, "Tous les chiffres")
    marc.hears("il s'ouvre une fois")
    assert "/in/" in str(marc.bubbles()[-1]) and len(card.text) < 1024


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_member_reads_nothing_of_it(story: Story) -> None:
    marc, lea = story.organizer("Marc"), story.member("Léa")
    marc.says("santé du groupe")
    pressed = carried(marc, "Tous les chiffres")
    lea.says("santé du groupe")
    lea.hears("Seuls les organisateurs")
    lea.says("aide")
    lea.taps(0, raw_data=pressed)
    assert not [text for text in lea.said() if "/in/" in text or "noyau dur" in text.lower()]


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_in_the_groups_chat_nobody_hears_of_it(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("/health", chat=story.chat)
    assert not marc.said(story.chat)


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_it_comes_on_the_first_of_the_month_until_one_wants_it_no_more(story: Story) -> None:
    marc, lea, zoe = story.organizer("Marc"), story.organizer("Léa"), story.member("Zoé")
    from jobs import schedule

    schedule.tidy()
    _wait_until(story, dt.datetime(2026, 4, 1, 12, 0, tzinfo=PARIS))
    marc.hears("La santé du groupe")
    assert marc.count("La santé du groupe") == 1
    zoe.never_hears("La santé du groupe")
    lea.taps("Lire")  # the window was closed
    lea.hears("La santé du groupe")
    press(marc, "Plus de fiche")
    marc.hears("plus de fiche chaque mois")
    assert NoCard.select().count() == 1
    marc.taps("Plus de fiche")
    assert NoCard.select().count() == 1
    _wait_until(story, dt.datetime(2026, 5, 1, 12, 0, tzinfo=PARIS))
    assert marc.count("La santé du groupe") == 1
    press(marc, "L'avoir chaque mois")
    assert NoCard.select().count() == 0


def _wait_until(story: Story, moment: dt.datetime) -> None:
    """Nothing else of these weeks matters: no stop on the way."""
    db.shift_clock((moment - db.real_now()).total_seconds())
    story.settle()


@pytest.mark.parametrize("platform", ["mixed"], indirect=True)
def test_a_group_that_never_met_has_a_card(story: Story) -> None:
    marc = story.organizer("Marc")
    marc.says("health card")
    marc.hears("aucune pour l'instant")
    found = Health(story.home())
    assert (
        found.core == []
        and found.newcomers == []
        and found.mean is None
        and found.silent == []
        and found.no_shows == 0
    )


@pytest.mark.parametrize("platform", ["whatsapp"], indirect=True)
def test_messages_and_their_cost_are_counted(story: Story) -> None:
    marc = story.organizer("Marc")
    fix(story)
    found = Health(story.home()).sent
    assert found.whatsapp >= 1 and found.telegram == 0
    assert found.cost == pytest.approx(0.005 * found.whatsapp + 0.03 * found.templates)
    marc.says("santé du groupe")
    marc.hears("sur WhatsApp (environ 0,0")

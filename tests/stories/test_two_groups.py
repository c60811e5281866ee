"""A person in several groups, several groups on one bot: named, asked, never mixed (117, S12)."""

import itertools

import pytest

from handlers.kit import on
from handlers.kit.buttons import data_for
from storage.applications import Application
from storage.groups import ApplyLink, Group, Membership
from storage.models import MODELS
from tests.stories.applying import LONG, apply, follow
from tests.story import Actor, Story


def two_groups(story: Story) -> tuple[Actor, Actor, Actor, Group]:
    """Léa is in both groups; Camille organizes the first, Bruno the second."""
    camille, lea = story.organizer("Camille"), story.member("Léa")
    other = story.another_group("Les voisins")
    bruno = story.stranger("Bruno")
    story.seat(bruno, other, "organizer")
    story.seat(lea, other)
    return camille, lea, bruno, other


def test_what_is_said_to_one_group_is_not_heard_in_the_other(story: Story) -> None:
    camille, lea, bruno, _other = two_groups(story)

    lea.says("dis au groupe : le café est à 9 h")
    lea.hears("De quel groupe")
    lea.taps("Les indés de Nantes")

    if camille.platform == "telegram" and story.chat:
        assert story.chat.heard("le café est à 9 h")
    else:
        camille.hears("le café est à 9 h")
    bruno.never_hears("le café")


def test_private_messages_name_their_group(story: Story) -> None:
    _camille, lea, _bruno, _other = two_groups(story)

    lea.says("réglages")
    lea.taps("Les voisins")

    assert "Les voisins" in lea.last


def test_an_organizer_sees_the_applications_of_their_own_group_only(story: Story) -> None:
    camille, _lea, bruno, other = two_groups(story)
    zoe = story.stranger("Zoé")
    apply(story, zoe, other.public_link().code)

    camille.says("les candidatures")

    camille.never_hears("Zoé")
    bruno.hears("Zoé veut rejoindre Les voisins")


def test_somebody_may_apply_to_two_groups_and_each_gets_its_own(story: Story) -> None:
    camille, _lea, bruno, other = two_groups(story)
    zoe = story.stranger("Zoé")
    apply(story, zoe)
    follow(story, zoe, other.public_link().code)
    for _question in range(4):
        zoe.says(LONG)
    zoe.taps("J'accepte")

    camille.taps("Accepter")

    assert Membership.of(story.home(), zoe.person)
    assert Membership.of(other, zoe.person) is None
    assert Application.select().count() == 2
    bruno.hears("Zoé veut rejoindre Les voisins")


@pytest.mark.parametrize("platform", ["telegram"], indirect=True)
def test_s9_s12_no_button_of_another_group_has_any_effect(story: Story) -> None:
    """S9, S12: every kind of button, about every record of the other group, pressed by a foreign organizer."""
    camille, _lea, bruno, other = two_groups(story)
    zoe = story.stranger("Zoé")
    apply(story, zoe, other.public_link().code)
    ApplyLink.open(other, "cohort", label="Promo")
    before = snapshot()
    camille.says("bonjour")

    for known in list(on.load().buttons.values()):
        if known.model is None or known.only is None:
            continue
        for record in known.model.select():
            group = getattr(record, "group", None)
            if isinstance(group, Group) and group.id == other.id:
                camille.taps(raw_data=data_for(known.code, record.id), settle=False)
    story.settle()

    assert snapshot() == before
    bruno.never_hears("Camille")


def snapshot() -> list[tuple[str, int, str]]:
    """What the features keep, without messages and events."""
    kept = [
        m for m in MODELS if m.__name__ in ("Group", "Membership", "Application", "ApplyLink", "Invite", "Exchange")
    ]
    rows = itertools.chain.from_iterable(
        ((m.__name__, row.id, repr(sorted(row.__data__.items()))) for row in m.select().order_by(m.id)) for m in kept
    )
    return list(rows)

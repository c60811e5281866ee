"""Applications by the dozen, and again and again: the organizers keep their peace (S21, S37, S15)."""

import pytest

from handlers.kit import inbox
from storage.applications import Application
from storage.outbox import Post
from storage.people import Address, own_name
from tests.properties.bare import a_group, event, memory, seat, somebody
from tests.stories.applying import LONG


def apply(who: Address, code: str) -> None:
    for text in (f"rejoindre {code}", LONG, LONG, LONG, LONG, "oui"):
        inbox.receive(event(who, text=text))


def told(who: Address) -> list[str]:
    return [post.payload["text"] for post in Post.select().where(Post.chat == who.address).order_by(Post.id)]


def test_s21_a_flood_of_applications_is_a_word_an_hour_for_the_organizers() -> None:
    with memory():
        group, camille = a_group("Les indés"), somebody("Camille")
        seat(group, camille, "organizer")
        code = group.public_link().code

        for number in range(20):
            apply(somebody(f"Zoé{number}"), code)

        assert Application.select().where(Application.state == "waiting").count() == 20
        assert len([text for text in told(camille) if "veut rejoindre" in text]) == 8
        assert len([text for text in told(camille) if "attendent" in text]) == 1
        inbox.receive(event(camille, text="les candidatures"))
        assert "15 autres attendent" in told(camille)[-1] or "15" in told(camille)[-1]


def test_s21_one_open_application_a_person() -> None:
    with memory():
        group, zoe = a_group("Les indés"), somebody("Zoé")
        seat(group, somebody("Camille"), "organizer")
        code = group.public_link().code

        apply(zoe, code)
        apply(zoe, code)

        assert Application.select().count() == 1


def test_s37_a_fourth_application_after_three_refusals_waits_a_month() -> None:
    with memory():
        group, camille, zoe = a_group("Les indés"), somebody("Camille"), somebody("Zoé")
        seat(group, camille, "organizer")
        code = group.public_link().code
        for _time in range(3):
            apply(zoe, code)
            Application.get(Application.state == "waiting").refuse(camille.person, "Trop court.")

        apply(zoe, code)

        assert "Laisse passer un peu de temps" in "".join(told(zoe))
        assert Application.select().count() == 3
        lea = somebody("Léa")
        apply(lea, code)
        assert Application.select().count() == 4


@pytest.mark.parametrize(
    "name", ["Admin", "N0yau", "noyau bot", "Аdmin", "ADMINISTRATEUR", "Ｔｅｌｅｇｒａｍ", "Sup\u200bport"]
)
def test_s15_a_name_that_poses_as_us_is_marked(name: str) -> None:
    assert own_name(name).endswith(" (?)")
    assert own_name(own_name(name)) == own_name(name)


@pytest.mark.parametrize("name", ["Camille", "Noyaud", "Adminata", "Zoé Support-Martin", "Иван"])
def test_s15_a_persons_name_stays_as_it_is(name: str) -> None:
    assert own_name(name) == name

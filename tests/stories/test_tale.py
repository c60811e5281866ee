"""The tale that `make story` tells: it is true, and it says what a newcomer should read."""

import re

import pytest

from storage.groups import Membership
from tests.story import Story
from tests.tell import tell

IN_ORDER = (
    "1. Camille fonde un groupe",
    "Camille · Telegram",
    "je veux créer un groupe",
    "Comment s'appelle le groupe",
    r"\[Fonder\]",
    "Les indés de Nantes est fondé, et c'est toi qui l'organises",
    "Noyau entre dans le groupe Telegram",
    "je peux inviter",
    "Marc rejoint depuis WhatsApp",
    "Tu candidates au groupe Les indés de Nantes",
    "Marc nous rejoint",
    "Zoé candidate sur Telegram, Yann sur WhatsApp",
    "Zoé veut rejoindre Les indés de Nantes",
    r"\[Accepter\] \[Demander\] \[Attendre\] \[Refuser\]",
    "Marc pose une question à Zoé",
    "Zoé répond : Oui, à vélo",
    "une décision compte",
    "Acceptation par (Camille|Marc)",
    "Les indés de Nantes t'accueille",
    "Zoé entre par son lien à elle",
    "Zoé nous rejoint",
    "Yann nous rejoint",
    "Yann, au groupe :",
    "Yann souffle un peu",
    "Écris REPRENDRE",
    "Te revoilà",
)


@pytest.mark.parametrize("platform", ["mixed"])
def test_the_tale_reads_as_it_happened(story: Story) -> None:
    told: list[str] = []
    tell(story, told.append)

    text, at = re.sub(r"\n│ +(?=\S)", " ", "\n".join(told)), 0
    for words in IN_ORDER:
        found = re.compile(words).search(text, at)
        assert found, f"{words!r} is missing after:\n{text[max(0, at - 1500) : at]}"
        at = found.start()
    assert "None" not in text and "{" not in text
    seats = Membership.select().where(Membership.group == story.home(), Membership.state == "in")
    assert {seat.person.name: seat.role for seat in seats} == {
        "Camille": "organizer",
        "Marc": "organizer",
        "Zoé": "member",
        "Yann": "member",
    }
    stopped = next(part for part in text.split("┌ ") if part.startswith("Yann · WhatsApp") and "STOP" in part)
    assert "12 h 30" not in stopped
    assert not story.unsent()

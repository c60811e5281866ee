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
    "Zoé propose des dates",
    "À quelle heure, mardi 10 mars",
    "1. mardi 10 mars à 18h30",
    "On vote sur Telegram d'un tap",
    "oui pour jeu. 12 mars à 12h, sam. 14 mars à 19h30 ; si besoin pour mar. 10 mars",
    "C'est décidé : jeudi 12 mars à 12h",
    "Tu viens toujours demain",
    "Marc aura 10 minutes de retard",
    "La réunion a commencé",
    "Hot seat : Camille · étape 4 sur 6",
    "C'est noté pour Camille",
    r"Action, Marc : j'appelle le café \(d'ici mardi 17 mars\)",
    "On clôt : pas de fin sans prochaine date",
    "Ta carte mission",
    "C'est fixé : jeudi 26 mars à 12h",
    "Le compte rendu, dans la minute",
    r"Étaient là \(4\) : Camille, Zoé, Marc et Yann",
    "Décidé : on garde le jeudi midi",
    "Prochaine date : jeudi 26 mars à 12h",
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
    assert not re.search(r"(?<![\w/.])/[a-zé]{3,}", text), "a command: nobody should have to learn one"
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

"""What is asked about a meeting, in words; and what is not asked at all."""

import pytest

from handlers.kit.reading.inquiry import WHEN_WORDS, WHERE_WORDS, WHO_WORDS, wanted
from handlers.kit.texts import fold

ASKED = {
    "when": """
        c'est quand la prochaine ? | C'est quand ? | Salut, c'est quand la prochaine réunion ?
        prochaine réunion ?
        la prochaine c'est quand | la prochaine, c'est quand déjà ? | Prochain rdv ?
        quand est la prochaine rencontre
        à quelle heure ? | c'est à quelle heure ? | À quelle heure commence la réunion ? | quel jour ? | quand ?
        quand a lieu la prochaine séance ? | notre prochaine réunion, c'est quel jour ? | Next meeting?
        when is it?
        When is the next meeting? | hi, when's the next one? | when do we meet next?
        what time? | vers quelle heure
        what time is the meeting? | What time does it start? | bonjour ! c'est quand la prochaine stp
        la prochaine ?
        quelle est la date de la prochaine réunion ? | et la prochaine c'est quand ? | when does it start
        ça commence quand ?
        dis, c'est pour quand la prochaine ? | la réunion est à quelle heure | rdv quand ?
        on commence à quelle heure ?
    """,
    "where": """
        où ? | c'est où ? | Où est-ce que c'est ? | ça se passe où ?
        c'est où la prochaine ? | Où a lieu la réunion ?
        quelle est l'adresse ? | l'adresse stp | c'est à quel endroit ? | rdv où ?
        où est la prochaine réunion | où ça ?
        where? | Where is it? | where's the next meeting? | what's the address?
        where do we meet? | c'est quoi le lieu ?
        salut, c'est où déjà ? | on se retrouve où ? | la prochaine, c'est où ? | dans quel café ?
    """,
    "who": """
        qui vient ? | Qui vient jeudi ? | qui vient à la prochaine ? | qui sera là ?
        qui participe ? | c'est qui qui vient ?
        who's coming? | Who is coming to the next meeting? | who will be there?
        who comes? | qui vient demain ?
        whos coming | la liste des participants | salut, qui vient à la réunion ?
    """,
}
NOT_ASKED = """
    je viens | oui | jeudi à 19h | la prochaine réunion est jeudi | où en suis-je | quand je serai grand
    c'est quand tu veux | qui vient de loin ? | où tu veux
    quelle heure est-il ? | on se voit quand vous voulez
    je propose jeudi prochain | la réunion était super | ou alors jeudi | what time is it?
    where am i | who am i
    quand on se retrouve, je raconte | la dernière fois | une date | date
    la prochaine fois je viens | rendez-vous jeudi
    qui vient m'aider à déménager samedi ? | l'adresse de mon site est cassée | je ne sais pas où aller
    next week
    combien on sera ? | when I come | where there is a will
    who is Zoé | c'est où que ça coince dans mon devis ?
"""


def of(table: str) -> list[str]:
    """The sentences of a table."""
    return [part.strip() for part in table.replace("\n", "|").split("|") if part.strip()]


@pytest.mark.parametrize(("meant", "text"), [(meant, text) for meant, table in ASKED.items() for text in of(table)])
def test_a_question_is_understood(meant: str, text: str) -> None:
    assert wanted(fold(text)) == meant


@pytest.mark.parametrize("text", of(NOT_ASKED))
def test_ordinary_words_ask_nothing(text: str) -> None:
    assert wanted(fold(text)) is None


@pytest.mark.parametrize(("meant", "words"), [("when", WHEN_WORDS), ("where", WHERE_WORDS), ("who", WHO_WORDS)])
def test_the_phrases_of_the_group_mean_the_same(meant: str, words: tuple[str, ...]) -> None:
    assert [wanted(fold(text)) for text in words] == [meant] * len(words)

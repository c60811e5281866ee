"""What a message notes: kind, whose it is, by when, in which words; and what is only chatter."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from handlers.kit.reading import note_words
from storage.people import Person

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = dt.datetime(2026, 3, 3, 19, 45, tzinfo=PARIS)
NAMES = ("Marc Petit", "Léa Roy", "Zoé Blin", "Marc Durand", "Inès Roux", "Hugo Faure")
GROUP = [Person(id=number, name=name) for number, name in enumerate(NAMES, 1)]

NOTES = """
#décision on garde le jeudi | decision | | | on garde le jeudi
#decision on garde le jeudi | decision | | | on garde le jeudi
#Décision : on garde le jeudi | decision | | | on garde le jeudi
#DÉCISION on garde le jeudi | decision | | | on garde le jeudi
On garde le jeudi #décision | decision | | | On garde le jeudi
Finalement, on garde le jeudi. #decision | decision | | | Finalement, on garde le jeudi.
décision : on garde le jeudi | decision | | | on garde le jeudi
Décision: la cotisation reste à 5 € | decision | | | la cotisation reste à 5 €
- décision : on change de café | decision | | | on change de café
une décision : on change de café | decision | | | on change de café
decided: we keep Thursdays | decision | | | we keep Thursdays
#decision we keep Thursdays | decision | | | we keep Thursdays
#décision on se voit à 19h30 le mardi | decision | | | on se voit à 19h30 le mardi
@noyau_bot #décision on garde le jeudi | decision | | | on garde le jeudi
#idée un pique-nique en juin | idea | | | un pique-nique en juin
#idee un pique-nique | idea | | | un pique-nique
#idea a picnic in June | idea | | | a picnic in June
idée : inviter une comptable | idea | | | inviter une comptable
idea: invite an accountant | idea | | | invite an accountant
Et si on invitait une comptable ? #idée | idea | | | Et si on invitait une comptable ?
#lien https://exemple.fr/guide | link | | | https://exemple.fr/guide
#link https://exemple.fr/guide#prix | link | | | https://exemple.fr/guide#prix
lien : https://exemple.fr/a | link | | | https://exemple.fr/a
link: https://exemple.fr/a | link | | | https://exemple.fr/a
https://exemple.fr/a #lien | link | | | https://exemple.fr/a
#action j'appelle le café avant mardi | action | me | 2026-03-10 | j'appelle le café
action : j'appelle le café avant mardi | action | me | 2026-03-10 | j'appelle le café
Action: j’appelle le café d’ici vendredi | action | me | 2026-03-06 | j’appelle le café
#action je réserve la salle | action | me | | je réserve la salle
#action Je m'occupe du devis pour samedi | action | me | 2026-03-07 | Je m'occupe du devis
#action j'écris à la mairie demain | action | me | 2026-03-04 | j'écris à la mairie
#action j'écris à la mairie après-demain | action | me | 2026-03-05 | j'écris à la mairie
#action j'écris le 15 mars | action | me | 2026-03-15 | j'écris
#action j'écris avant le 12 | action | me | 2026-03-12 | j'écris
#action j'envoie le devis d'ici 2 semaines | action | me | 2026-03-17 | j'envoie le devis
#action je relance Luc dans 10 jours | action | me | 2026-03-13 | je relance Luc
#action je range le local jeudi de la semaine prochaine | action | me | 2026-03-12 | je range le local
#action moi, je range | action | me | | je range
#action moi : ranger le local | action | me | | ranger le local
#action I'll call the venue by Friday | action | me | 2026-03-06 | I'll call the venue
action: I call the café before Tuesday | action | me | 2026-03-10 | I call the café
#todo I write to the town hall by the 12th | action | me | 2026-03-12 | I write to the town hall
todo: I book the room tomorrow | action | me | 2026-03-04 | I book the room
to do: I book the room | action | me | | I book the room
à faire : je loue un vélo | action | me | | je loue un vélo
j'appelle le café #action avant mardi | action | me | 2026-03-10 | j'appelle le café
j'appelle le café #action | action | me | | j'appelle le café
#action avant mardi, j'appelle le café | action | me | 2026-03-10 | j'appelle le café
#action on réserve la salle | action | us | | on réserve la salle
#action nous écrivons à la mairie avant vendredi | action | us | 2026-03-06 | nous écrivons à la mairie
#action we book the room | action | us | | we book the room
#action réserver la salle | action | us | | réserver la salle
#action réserver la salle avant le 12 mars | action | us | 2026-03-12 | réserver la salle
à faire : louer un vélo | action | us | | louer un vélo
#action quelqu'un appelle le traiteur | action | us | | quelqu'un appelle le traiteur
#action Hugo et moi, on range | action | us | | Hugo et moi, on range
#action prévoir 12 chaises | action | us | | prévoir 12 chaises
#action préparer la réunion de jeudi | action | us | | préparer la réunion de jeudi
#action relire les notes de la semaine | action | us | | relire les notes de la semaine
#action chercher un lieu pour 12 personnes | action | us | | chercher un lieu pour 12 personnes
#action appeler lundi le café | action | us | | appeler lundi le café
#action ranger avant 18h | action | us | | ranger avant 18h
#action ranger avant fin mars | action | us | | ranger avant fin mars
#action ranger le 31 février | action | us | | ranger le 31 février
#action ranger la semaine prochaine | action | us | | ranger la semaine prochaine
#action ranger avant le 2 mars | action | us | | ranger avant le 2 mars
#action appeler Hugo avant jeudi | action | us | 2026-03-05 | appeler Hugo
#action Léa réserve la salle | action | Léa Roy | | Léa réserve la salle
#action lea réserve la salle d'ici vendredi | action | Léa Roy | 2026-03-06 | lea réserve la salle
#action @Léa réserver la salle | action | Léa Roy | | réserver la salle
#action Léa : réserver la salle avant mardi | action | Léa Roy | 2026-03-10 | réserver la salle
#action Inés relit le texte demain | action | Inès Roux | 2026-03-04 | Inés relit le texte
#action Hugoo range | action | Hugo Faure | | Hugoo range
#action appeler le traiteur (Hugo) | action | Hugo Faure | | appeler le traiteur
#action appeler le traiteur → Hugo | action | Hugo Faure | | appeler le traiteur
#action devis à faire par Hugo | action | Hugo Faure | | devis à faire
#action appeler le traiteur avant mardi (Hugo) | action | Hugo Faure | 2026-03-10 | appeler le traiteur
#action Hugo → devis pour samedi prochain | action | Hugo Faure | 2026-03-07 | devis
#action avant mardi, Zoé relit le texte | action | Zoé Blin | 2026-03-10 | Zoé relit le texte
#action Marc Durand appelle Luc | action | Marc Durand | | Marc Durand appelle Luc
#action Marc appelle Luc | action | Marc Petit, Marc Durand | | Marc appelle Luc
action: Zoé will call the café by Friday | action | Zoé Blin | 2026-03-06 | Zoé will call the café
#action Yann apporte le café | action | us | | Yann apporte le café
#décision | decision | | |
#action : | action | | |
"""

SEVERAL = {
    "#idée un pique-nique #lien https://a.fr/x": [("idea", "un pique-nique"), ("link", "https://a.fr/x")],
    "#décision on garde\n#action je range": [("decision", "on garde"), ("action", "je range")],
    "on garde #décision je range #action": [("decision", "on garde"), ("action", "je range")],
    "#décision #action changer de café": [("decision", "changer de café"), ("action", "changer de café")],
    "#action\n- j'appelle Luc\n- Hugo range": [("action", "j'appelle Luc"), ("action", "Hugo range")],
    "Décisions :\n1. on garde\n2. on paie\n\nà demain": [("decision", "on garde"), ("decision", "on paie")],
    "#décision on garde le jeudi\net on change d'heure": [("decision", "on garde le jeudi et on change d'heure")],
    "bonsoir\n\n#idée un quiz\n\nà demain": [("idea", "un quiz")],
}

CHATTER = """
on garde le jeudi
quelle belle action !
bonne idée
j'ai une idée géniale
une action par mois, c'est bien
la décision est prise
voir https://exemple.fr/#action
https://exemple.fr/page?x=1&#idee
#aventure
#actionner
#1
# action
prix#action
c'est mon idée : un quiz
ma décision : je reste
le lien ne marche pas
actions en bourse
todo
décision
"""


def read(text: str) -> list[note_words.Said]:
    english = any(word in text.split() for word in ("by", "before", "I", "I'll", "we"))
    return note_words.read(text, GROUP, TUESDAY, PARIS, "en" if english else "fr")


@pytest.mark.parametrize("row", NOTES.strip().splitlines())
def test_one_note(row: str) -> None:
    text, kind, owner, due, words = (part.strip() for part in row.split(" |"))
    (said,) = read(text)
    whose = ", ".join(person.name for person in said.people) or said.owner
    assert (said.kind, whose, said.due.isoformat() if said.due else "", said.words) == (kind, owner, due, words)
    assert note_words.holds(text)


@pytest.mark.parametrize("text", SEVERAL)
def test_several_notes(text: str) -> None:
    assert [(said.kind, said.words) for said in read(text)] == SEVERAL[text]
    assert note_words.holds(text)


@pytest.mark.parametrize("text", CHATTER.strip().splitlines())
def test_chatter_is_no_note(text: str) -> None:
    assert read(text) == []
    assert not note_words.holds(text)


@pytest.mark.parametrize("text", ["#action je range avant fin mars", "#action je range le 31 février"])
def test_a_day_that_is_not_sure_is_said_so(text: str) -> None:
    (said,) = read(text)
    assert said.due is None and said.unsure


@pytest.mark.parametrize(
    "text", ["", "#", "##action", "#action\n\n", "\n\n\n", "#" * 500, "#décision " * 200, "：#action x"]
)
def test_nothing_breaks_it(text: str) -> None:
    read(text)
    note_words.holds(text)

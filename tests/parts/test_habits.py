"""Habits: how a group meets, told in one sentence, French or English."""

import datetime as dt

import pytest

from handlers.kit.reading.habits import Habits, read

HALF_SIX = dt.time(18, 30)
CASES = [
    (
        "on se voit toutes les deux semaines, le mardi ou le jeudi, de 18h30 à 20h30",
        Habits(14, (1, 3), HALF_SIX, 120),
    ),
    ("Every two weeks on Tuesday or Thursday, 18:30 to 20:30", Habits(14, (1, 3), HALF_SIX, 120)),
    ("every two weeks on Tuesdays, 6:30pm-8:30pm", Habits(14, (1,), HALF_SIX, 120)),
    ("Weekly on Mondays from 6 to 8pm", Habits(7, (0,), dt.time(18), 120)),
    ("tous les mardis à 19h", Habits(7, (1,), dt.time(19))),
    ("un mardi sur deux à midi", Habits(14, (1,), dt.time(12))),
    ("une semaine sur deux le jeudi midi et demi", Habits(14, (3,), dt.time(12, 30))),
    ("toutes les trois semaines", Habits(21)),
    ("tous les quinze jours, jeudi, 12h30-14h", Habits(14, (3,), dt.time(12, 30), 90)),
    ("le premier jeudi du mois à 19h30", Habits(30, (3,), dt.time(19, 30))),
    ("chaque mois, le mercredi", Habits(30, (2,))),
    ("every other Wednesday at noon", Habits(14, (2,), dt.time(12))),
    ("2 fois par mois en semaine", Habits(14, (0, 1, 2, 3, 4))),
    ("du lundi au jeudi, 18h", Habits(None, (0, 1, 2, 3), dt.time(18))),
    ("le week-end", Habits(None, (5, 6))),
    ("quorum 4", Habits(quorum=4)),
    ("quorum de cinq personnes", Habits(quorum=5)),
    ("au moins 4 personnes", Habits(quorum=4)),
    ("sans quorum", Habits(quorum=1)),
    ("quorum 400", Habits()),
    ("le sondage dure 3 jours", Habits(poll_days=3)),
    ("3 jours pour voter", Habits(poll_days=3)),
    ("poll open 5 days", Habits(poll_days=5)),
    ("évite les jours fériés", Habits(avoids_holidays=True)),
    ("n'évite plus les jours fériés", Habits(avoids_holidays=False)),
    ("évite les vacances scolaires zone B", Habits(school_zone="B")),
    ("évite les vacances scolaires de la zone c", Habits(school_zone="C")),
    ("évite les vacances scolaires", Habits(school_zone="?")),
    ("n'évite plus les vacances scolaires", Habits(school_zone="")),
    ("avoid school holidays zone A", Habits(school_zone="A")),
    ("même pendant les vacances", Habits(school_zone="")),
    ("propose les dates toi-même", Habits(proposes=True)),
    ("ne propose plus les dates", Habits(proposes=False)),
    ("propose the next dates yourself", Habits(proposes=True)),
    ("mardi ou mercredi, pendant 1h30", Habits(None, (1, 2), None, 90)),
    ("ça dure 2 heures", Habits(length=120)),
    ("it lasts 90 minutes", Habits(length=90)),
    (
        "une réunion toutes les 3 semaines, mardi 18h30, quorum 4, vote 3 jours",
        Habits(21, (1,), HALF_SIX, None, 4, 3),
    ),
    ("18h30", Habits(start=HALF_SIX)),
    ("à 20h", Habits(start=dt.time(20))),
    ("7pm", Habits(start=dt.time(19))),
    ("à 25h", Habits()),
    ("tous les 6 mois", Habits()),
    ("bonjour, comment ça va ?", Habits()),
    ("<b>=1+1</b> 🙂", Habits()),
    ("", Habits()),
]


@pytest.mark.parametrize(("words", "habits"), CASES, ids=[words for words, _ in CASES])
def test_a_sentence_tells_the_habits(words: str, habits: Habits) -> None:
    assert read(words) == habits
    assert bool(read(words)) == (habits != Habits())

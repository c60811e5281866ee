"""Votes in words: what people write under a poll, and the ordinary chatter that must never be a vote."""

import datetime as dt
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from handlers.kit.reading.choices import Named
from handlers.kit.reading.spoken_votes import Said, mentioned, read

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Line:
    """A line of a card."""

    id: int
    local: dt.datetime | None
    name: str = ""


def on(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=PARIS)


# 1 Tuesday 10 at 18:30, 2 Thursday 12 at 12:00, 3 Saturday 14 at 19:30
DATES: list[Named] = [Line(1, on(10, 18, 30)), Line(2, on(12, 12)), Line(3, on(14, 19, 30))]
PLACES: list[Named] = [Line(7, None, "Café des Arts"), Line(8, None, "La Cantine"), Line(9, None, "Chez Zoé")]


def told(said: Said | None, lines: list[Named]) -> str | None:
    """y, m, n or - for each line; ? for an answer without a vote; None for no vote."""
    if said is None or said.unsure:
        return None if said is None else "?"
    return "".join("nmy"[said.votes[line.id]] if line.id in said.votes else "-" for line in lines)


# y: yes, m: if needed, n: no, -: nothing said of it; None: not a vote at all
PHRASES: tuple[tuple[str, str | None], ...] = (
    ("1 et 3", "y-y"),
    ("1", "y--"),
    ("1 oui 2 si besoin 3 non", "ymn"),
    ("le 1 et le 3, si besoin le 2", "ymy"),
    ("1 et 3, 2 si besoin", "ymy"),
    ("aucune", "nnn"),
    ("aucune ne va", "nnn"),
    ("aucune ne me convient", "nnn"),
    ("toutes", "yyy"),
    ("toutes sauf jeudi", "yny"),
    ("tout sauf le 14", "yyn"),
    ("toutes me vont", "yyy"),
    ("oui pour jeudi", "-y-"),
    ("jeudi oui, mardi si besoin", "my-"),
    ("je peux pas le 14", "--n"),
    ("plutôt la 2", "-y-"),
    ("ça me va", "yyy"),
    ("n'importe", "yyy"),
    ("je ne sais pas encore", "?"),
    ("I can do Thursday", "-y-"),
    ("can't do 3", "--n"),
    ("1 and 3, 2 if needed", "ymy"),
    ("none", "nnn"),
    ("none of them work", "nnn"),
    ("all but Thursday", "yny"),
    ("any", "yyy"),
    ("not sure yet", "?"),
    ("jeudi", "-y-"),
    ("mardi et samedi", "y-y"),
    ("mardi ou jeudi", "yy-"),
    ("je suis dispo mardi", "y--"),
    ("je peux mardi et jeudi, pas samedi", "yyn"),
    ("jeudi je peux pas", "-n-"),
    ("non pour le 14, oui pour les autres", "yyn"),
    ("1, 2 et 3", "yyy"),
    ("1 2 3", "yyy"),
    ("1,2", "yy-"),
    ("2 non", "-n-"),
    ("1 oui, le reste non", "ynn"),
    ("jeudi 12", "-y-"),
    ("jeudi 12 mars à 12h", "-y-"),
    ("le 10 et le 14", "y-y"),
    ("mardi si besoin", "m--"),
    ("si besoin 3", "--m"),
    ("la première", "y--"),
    ("la dernière si besoin", "--m"),
    ("the second one", "-y-"),
    ("non", None),
    ("bonjour", None),
    ("merci", None),
    ("à jeudi !", None),
    ("jeudi ?", None),
    ("c'est quand la prochaine", None),
    ("oui", None),
    ("ok", None),
    ("yes", None),
    ("ça marche", "yyy"),
    ("ça va ?", None),
    ("ça va", None),
    ("tout mais pas jeudi", "yny"),
    ("all but not thursday", "yny"),
    ("any but 2", "yny"),
    ("on mange où", None),
    ("je viens jeudi", None),
    ("je suis malade", None),
    ("jeudi j'ai vu un film", None),
    ("il y avait 3 personnes", None),
    ("j'ai 2 enfants", None),
    ("vendredi", None),
    ("je peux vendredi", None),
    ("aucune idée", None),
    ("tout va bien", None),
    ("super réunion", None),
    ("j'en suis", None),
    ("tous les jours je cours", None),
    ("le 12", "-y-"),
    ("dispo le 10, le 12 si besoin", "ym-"),
    ("mardi impossible, jeudi ok", "ny-"),
    ("pas mardi", "n--"),
    ("pas mardi ni jeudi", "nn-"),
    ("sauf jeudi", "yny"),
    ("tout me va sauf mardi", "nyy"),
    ("aucune sauf jeudi", "nyn"),
    ("peut-être mardi", "m--"),
    ("mardi peut-être", "m--"),
    ("oui mardi, non jeudi, si besoin samedi", "ynm"),
    ("1:oui 2:non 3:si besoin", "ynm"),
    ("1=oui, 2=non", "yn-"),
    ("je préfère jeudi", "-y-"),
    ("va pour jeudi", "-y-"),
    ("la 2 me va", "-y-"),
    ("la 1 et la 3 me vont", "y-y"),
    ("les deux premières", "yy-"),
    ("toutes si besoin", "mmm"),
    ("both", "yyy"),
    ("Thursday works for me", "-y-"),
    ("tuesday 6:30pm", "y--"),
    ("Sat 14 is fine", "--y"),
    ("i can't make tuesday", "n--"),
    ("maybe thursday", "-m-"),
    ("only the 14th", "--y"),
    ("yes to 1, no to 2", "yn-"),
    ("1 yes 2 no 3 maybe", "ynm"),
    ("18h30", "y--"),
    ("pas de souci pour jeudi", "-y-"),
    ("je ne suis pas dispo mardi", "n--"),
    ("mardi je ne suis pas libre", "n--"),
    ("je ne peux aucune", "nnn"),
    ("rien ne me va", "nnn"),
    ("peu importe", "yyy"),
    ("all of them", "yyy"),
    ("whatever", "yyy"),
    ("mardi oui jeudi non samedi si besoin", "ynm"),
    ("ok pour le 10 mais pas le 12", "yn-"),
    ("👍 1", "y--"),
    ("1 ✅ 2 ❌", "yn-"),
    ("samedi c'est mort", "--n"),
    ("jsp", "?"),
    ("je verrai", "?"),
    ("jeudi à la rigueur", "-m-"),
    ("je prends la 2", None),
    ("dispo toutes", "yyy"),
    ("je suis dispo pour toutes", "yyy"),
    ("moi je peux 1 et 2", "yy-"),
    ("1 & 2", "yy-"),
    ("1+3", "y-y"),
    ("n°2", "-y-"),
    ("choix 3", "--y"),
    ("12 mars", "-y-"),
    ("12/03", "-y-"),
    ("le samedi 14 à 19h30", "--y"),
    ("samedi 20h", None),
    ("5", None),
    ("le 25", None),
    ("je serai absent", None),
    ("quel jour ?", None),
    ("impossible pour moi", None),
    ("jeudi et samedi si besoin", "-mm"),
    ("2 si besoin, 1 et 3 non", "nmn"),
    ("2 de préférence", None),
    ("mardi 10 oui et samedi 14 non", "y-n"),
    ("no", None),
    ("not thursday", "-n-"),
    ("except the 12th", "yny"),
    ("je ne peux ni mardi ni jeudi", "nn-"),
    ("pas dispo le 10", "n--"),
    ("indisponible le 12", "-n-"),
    ("bof pour mardi", "m--"),
    ("Bonjour, 1 et 2 pour moi, merci !", "yy-"),
    ("désolée, aucune", "nnn"),
    ("aucune ne m'arrange", "nnn"),
    ("toutes les dates me vont", "yyy"),
    ("aucune date", "nnn"),
    ("je ne peux pas", None),
    ("si besoin", None),
    ("le midi me va", "-y-"),
    ("pas le soir", "n-n"),
    ("evenings are no good for me", "n-n"),
    ("only the lunch one", "-y-"),
    ("je ne peux que le midi", "nyn"),
    ("I can only do the lunch one", "nyn"),
    ("ce soir je regarde", None),
    ("bonsoir", None),
    ("le douze et le quatorze", "-yy"),
    ("les 3 me vont", "yyy"),
    ("pas le midi, sinon oui à tout", "yny"),
)
THURSDAYS: list[Named] = [Line(1, on(12, 19)), Line(2, on(17, 19)), Line(3, on(19, 12, 30))]


@pytest.mark.parametrize(("words", "expected"), PHRASES)
def test_a_vote_in_words_is_read_as_it_is_meant(words: str, expected: str | None) -> None:
    assert told(read(words, DATES), DATES) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("la Cantine", "-y-"),
        ("Café des Arts si besoin", "m--"),
        ("café oui, cantine non", "yn-"),
        ("1 et 3", "y-y"),
        ("chez Zoé", "--y"),
        ("aucun", "nnn"),
        ("partout sauf la cantine", None),
        ("tous sauf la cantine", "yny"),
        ("jeudi", None),
    ],
)
def test_a_place_is_voted_for_by_its_name(words: str, expected: str | None) -> None:
    assert told(read(words, PLACES), PLACES) == expected


@pytest.mark.parametrize(
    ("words", "expected"), [("oui", None), ("ok pour moi", "y"), ("je peux pas", "n"), ("1", "y")]
)
def test_of_one_date_a_bare_answer_is_enough(words: str, expected: str | None) -> None:
    assert told(read(words, DATES[:1]), DATES[:1]) == (expected or "y")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("les deux jeudis", "y-y"),
        ("both thursdays work", "y-y"),
        ("either thursday, not tuesday", "yny"),
        ("tout sauf jeudi midi", "yyn"),
        ("jeudi soir oui, jeudi midi non", "y-n"),
    ],
)
def test_of_two_thursdays_the_one_meant_is_voted_for(words: str, expected: str) -> None:
    assert told(read(words, THURSDAYS), THURSDAYS) == expected


def test_a_date_is_found_among_other_words() -> None:
    assert mentioned("enlève la 2 et samedi", DATES) == [2, 3]


def test_no_text_whatever_takes_long_or_fails() -> None:
    begun = time.process_time()
    for words in ("1 " * 80, "a" * 5000, "oui " * 40, "si besoin, " * 14, "\n,;.", "1" * 159, "🎉🎉", "'" * 9):
        read(words, DATES)
    assert time.process_time() - begun < 5  # it catches what never ends

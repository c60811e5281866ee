"""What people say when they have no day in mind yet: seasons, holidays, one of these days; it is asked."""

import datetime as dt
import re

from handlers.kit.when.page import Doubt, Value
from handlers.kit.when.reckon import AMBIGUOUS, PAST, compiled
from handlers.kit.when.words import MONTH, WEEKDAY


def _vague(match: re.Match[str], today: dt.date) -> Value:
    """à la rentrée, after Easter, cet été, l'année prochaine"""
    return Doubt("month only")


def _ambiguous(match: re.Match[str], today: dt.date) -> Value:
    """un de ces quatre, dans quelques jours, ce week-end ou le suivant"""
    return AMBIGUOUS


def _repeated(match: re.Match[str], today: dt.date) -> Value:
    """une fois par mois, chaque 15 du mois"""
    return Doubt("repeated")


def _past(match: re.Match[str], today: dt.date) -> Value:
    """en décembre dernier, last year"""
    return PAST


FEAST = (
    r"(?:noel|christmas|xmas|x-mas|(?:le |the )?(?:nouvel an|new year)(?:'?s)?(?: eve| day)?|"
    r"(?:la )?saint[- ]sylvestre|"
    r"(?:le )?jour de l'an|(?:le )?reveillon|paques|easter|(?:la )?pentecote|whitsun|(?:l')?ascension|"
    r"(?:la )?toussaint|thanksgiving|halloween|(?:le )?ramadan|(?:l')?aid|carnaval|(?:la )?rentree|"
    r"(?:the )?half[- ]term|(?:the )?spring break|(?:la )?saint[- ]jean|(?:la )?fete (?:nationale|du travail|"
    r"des meres|"
    r"de la musique)|(?:the )?bank holiday|labou?r day|(?:les |des |the )?(?:fetes|ponts)|(?:la )?chandeleur|"
    r"(?:le |les )?(?:ponts?|jours? feries?)(?: de mai| du \d+ \w+)?|mardi gras)"
)
NEAR = (
    r"(?:avant|apres|pendant|durant|vers|autour d[eu]|entre|a|a la|au|aux|a l'|pour la|d'ici|sur|juste apres|"
    r"over|at|around|before|after|during|by|between|until|jusqu'a|jusqu'au|depuis|since)"
)
BREAKS = (
    r"(?:les|des|the|my|mes|nos|our|ces|aux|school|summer|winter|easter|christmas|grandes)?(?: school| grandes|"
    r" summer| winter| easter| "
    r"christmas| prochaines)* (?:vacances|holidays|vacs?)"
)
WHOSE = rf"(?: scolaires| d'hiver| d'ete| d'automne| de printemps| (?:de (?:la )?|d')(?:{FEAST}|{MONTH}))*"
SEASON = "(?:printemps|automne|hiver|spring|summer|autumn|winter)"
UNITS = "(?:jours|semaines|mois|days|weeks|months)"

VAGUE_RULES = compiled((
    (rf"\b(?:{NEAR}|des|debut|fin|mi|toutes) (?:la fin |le debut )?(?:d[eu]s? |de la )?{BREAKS}{WHOSE}", _vague),
    (rf"\b(?:(?:le |the )?(?:lundi|jeudi|vendredi|samedi|weekend|monday|friday|week|semaine) (?:de |d'|of |"
     rf"after |apres |"
     rf"avant |before )|{NEAR} ){FEAST}(?: (?:et|and) {FEAST})?\b|\b(?:easter|bank holiday) (?:monday|weekend)\b|"
     rf"\b(?:le )?mardi gras\b", _vague),
    (rf"\b(?:au|cet|cette|en|l'|d'|a l'|this|next|in|in the|the|sometime in|during the|early|late|fin|"
     rf"debut)(?: the)? "
     rf"?{SEASON}(?: prochaine?)?\b|\b(?:cet|en|(?<!d)l'|fin d'|debut d') ?ete\b|\bin (?:the )?fall\b", _vague),
    (r"\b(?:l'annee|l'an|the|next)(?: scolaire)? (?:prochaine?|year)\b|\b(?:le trimestre|l'annee|"
     r"le semestre) prochaine?\b|"
     r"\bnext (?:year|term|semester|quarter)\b|\bthe new year\b|\bcourant de l'annee\b", _vague),
    (rf"\b(?:en )?{MONTH} dernier\b|\blast (?:{MONTH}|year|summer|winter|spring|autumn)\b|\bl'(?:an|"
     rf"annee) derniere?\b|"
     r"\b(?:l'ete|l'hiver) dernier\b|\bl'autre (?:jour|soir|fois)\b|\bthe other (?:day|night)\b", _past),
    (rf"\b(?:un|une) de ces (?:\w+)|\bone of these (?:days|evenings)\b|\b(?:dans|d'ici|in|within)(?: les|"
     rf" the)?(?: a)? "
     rf"(?:quelques|prochaine?s|few|couple of|couple|next few|coming) {UNITS}\b", _ambiguous),
    (rf"\b(?:dans|d'ici) (?:environ )?(?:une )?(?:dizaine|quinzaine|vingtaine) de jours\b|"
     rf"\b(?:dans|d'ici|in) (?:les )?\d+ ?(?:ou|or|-|a|to) ?\d+ {UNITS}\b|\b(?:a|the) long weekend\b|"
     rf"\b(?:in a |d'ici une |dans une )(?:week|semaine|month|mois) (?:or so|or two|ou deux|ou 2)\b", _ambiguous),
    (r"\b(?:\d+|une?|once|twice|deux) ?(?:x|fois )? ?(?:par|a) (?:mois|semaine|month|week)\b|"
     r"\b(?:chaque|tous les|every) \d{1,2} du mois\b|\bmensuel(?:lement)?\b", _repeated),
    (r"\b(?:decal|repouss|avanc|report|mov|push|delay|postpon)\w* (?:\w+ )?(?:it )?(?:d'|de |by |back )(?:une?|"
     r"a|one|\d+) ?"
     r"(?:jours?|semaines?|h|heures?|mois|days?|weeks?|hours?)\b", _ambiguous),
    (rf"\b(?:premiere|1ere|2e|2eme|deuxieme|seconde|derniere|first|second) (?:quinzaine|moitie|half) (?:de |d'|"
     rf"du |of )"
     rf"(?:{MONTH}|mois)\b", _vague),
    (r"\bun (?:midi|soir|matin|aprem)\b", _ambiguous),
    (r"\b(?:plutot|surtout|que) (?:le |les |en )?weekends?\b|\bweekends? (?:de preference|preferably)\b", _ambiguous),
    (rf"\b(?:(?:le )?weekend|weekends|weekdays|evenings|le soir|les soirs|(?:le )?{WEEKDAY}s?) (?:only|"
     rf"uniquement|seulement)\b",
     _ambiguous),
))  # fmt: skip

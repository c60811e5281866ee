"""What people say when they have no day in mind yet: seasons, holidays, one of these days; it is asked."""

import re

from handlers.kit.reading.when.page import Doubt, Rule
from handlers.kit.reading.when.words import MONTH, WEEKDAY

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
HOLIDAYS = (
    r"(?:les|des|the|my|mes|nos|our|ces|aux|school|summer|winter|easter|christmas|grandes)?"
    r"(?: school| grandes| summer| winter| easter| christmas| prochaines)* (?:vacances|holidays|vacs?)"
)
WHOSE = rf"(?: scolaires| d'hiver| d'ete| d'automne| de printemps| (?:de (?:la )?|d')(?:{FEAST}|{MONTH}))*"
SEASON = "(?:printemps|automne|hiver|spring|summer|autumn|winter)"
UNITS = "(?:jours|semaines|mois|days|weeks|months)"

FAR = [
    rf"(?:{NEAR}|des|debut|fin|mi|toutes) (?:la fin |le debut )?(?:d[eu]s? |de la )?{HOLIDAYS}{WHOSE}",
    rf"{NEAR} {FEAST}(?: (?:et|and) {FEAST})?\b",  # à la rentrée, entre Noël et nouvel an
    rf"(?:le |the )?(?:lundi|jeudi|vendredi|samedi|weekend|monday|friday|week|semaine) "
    rf"(?:de |d'|of |after |apres |avant |before ){FEAST}\b",  # lundi de Pâques
    r"(?:easter|bank holiday) (?:monday|weekend)\b",
    r"(?:le )?mardi gras\b",
    rf"(?:au|cet|cette|en|l'|d'|a l'|this|next|in|in the|the|sometime in|during the|early|late|fin|debut)(?: the)? "
    rf"?{SEASON}(?: prochaine?)?\b",  # au printemps, this summer
    r"(?:cet|en|(?<!d)l'|fin d'|debut d') ?ete\b",
    r"in (?:the )?fall\b",
    r"l'an(?:nee)?(?: scolaire)? prochaine?\b",
    r"(?:le trimestre|le semestre) prochain\b",
    r"next (?:year|term|semester|quarter)\b",
    r"the new year\b",
    r"courant de l'annee\b",
    rf"(?:premiere|1ere|2e|2eme|deuxieme|seconde|derniere|first|second) (?:quinzaine|moitie|half) "
    rf"(?:de |d'|du |of )(?:{MONTH}|mois)\b",
]
GONE = [
    rf"(?:en )?{MONTH} dernier\b",
    rf"last (?:{MONTH}|year|summer|winter|spring|autumn)\b",
    r"l'(?:an|annee|ete|hiver) derniere?\b",
    r"l'autre (?:jour|soir|fois)\b",
    r"the other (?:day|night)\b",
]
AGAIN = [
    r"(?:\d+|une?|once|twice|deux) ?(?:x|fois )? ?(?:par|a) (?:mois|semaine|month|week)\b",  # 1x par mois
    r"(?:chaque|tous les|every) \d{1,2} du mois\b",
    r"mensuel(?:lement)?\b",
]
WHICH_ONE = [
    r"une? de ces \w+",  # un de ces quatre
    r"one of these (?:days|evenings)\b",
    rf"(?:dans|d'ici|in|within)(?: les| the)?(?: a)? "
    rf"(?:quelques|prochaine?s|few|couple of|couple|next few|coming) {UNITS}\b",
    r"(?:dans|d'ici) (?:environ )?(?:une )?(?:dizaine|quinzaine|vingtaine) de jours\b",
    rf"(?:dans|d'ici|in) (?:les )?\d+ ?(?:ou|or|-|a|to) ?\d+ {UNITS}\b",  # dans 2 ou 3 semaines
    r"(?:a|the) long weekend\b",
    r"(?:in a |d'ici une |dans une )(?:week|semaine|month|mois) (?:or so|or two|ou deux|ou 2)\b",
    r"(?:decal|repouss|avanc|report|mov|push|delay|postpon)\w* (?:\w+ )?(?:it )?(?:d'|de |by |back )"
    r"(?:une?|a|one|\d+) ?(?:jours?|semaines?|h|heures?|mois|days?|weeks?|hours?)\b",  # on décale d'une semaine
    r"un (?:midi|soir|matin|aprem)\b",
    r"(?:plutot|surtout|que) (?:le |les |en )?weekends?\b",
    r"weekends? (?:de preference|preferably)\b",
    rf"(?:(?:le )?weekend|weekends|weekdays|evenings|le soir|les soirs|(?:le )?{WEEKDAY}s?) "
    r"(?:only|uniquement|seulement)\b",
]


def _asked(kind: str, patterns: list[str]) -> tuple["re.Pattern[str]", Rule]:
    """One sweep for all the patterns that lead to the same question."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})"), lambda match, today: Doubt(kind)


VAGUE_RULES = (
    _asked("month only", FAR),
    _asked("past", GONE),
    _asked("repeated", AGAIN),
    _asked("ambiguous", WHICH_ONE),
)

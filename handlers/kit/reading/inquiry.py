"""What somebody wants to know about a meeting, in both languages: when it is, where, or who comes."""

import re

HELLO = (
    r"^(?:(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dis|dites|dis[- ]moi|et|alors|au fait|s'il te plait|stp|svp|"
    r"question|rappelle[- ]moi|tell me|remind me|please|so|and|by the way)"
    r"(?: (?:tout le monde|noyau|toi|a tous|there|everyone|all))?[ ,:!?.]+)*"
)
THANKS = (
    r"(?:[ ,]+(?:stp|svp|s'il (?:te|vous) plait|please|deja|exactement|merci|thanks|thank you|au juste|du coup|again|"
    r"alors|then|finalement|en fait|cette fois|this time|exactly|prevue?|au fait))*[ ?!.]*$"
)
NAMED = (
    r"(?:reunions?|rencontres?|rendez[- ]vous|rdv|seances?|sessions?|dates?|fois|meetings?|meet-?ups?|get-togethers?)"
)
OURS = r"(?:(?:la|le|les|notre|nos|ma|mon|the|our|my|cette|this|de la|du) )?"
NEXT = rf"{OURS}(?:prochaine?s?|next)(?: (?:{NAMED}|one))?(?: (?:du groupe|de groupe|ensemble))?"
MEETING = rf"(?:{NEXT}|{OURS}{NAMED}(?: (?:du groupe|de groupe|prochaine?))?|it|ca|cela)"
DAY = (
    r"(?:(?:ce|cette|on|le) )?(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|ce soir|soir|midi|"
    r"tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?: (?:soir|midi|prochain|evening))?"
)
IS = (
    r"(?:c'est|ce sera|ca sera|ca tombe|ca commence|on commence|ca demarre|est-ce|est|sera|a lieu|aura lieu|commence)"
)
AT = r"(?:c'est|ce sera|ca sera|ca se passe|on se retrouve|on va|rendez-vous|rdv|est|sera|a lieu|aura lieu|se passe)"
AT_WHAT = r"(?:quand|quel jour|(?:a|vers) quelle heure|quelle date)"
IN_WHAT = r"(?:ou|a quel endroit|dans quel (?:lieu|cafe|bar|endroit))"
DOES = r"(?:'s| is| are we| do we| does| will it be| will)?"


def _whole(*shapes: str) -> str:
    """A text that is one of these questions and nothing else, but for a greeting and a thank-you."""
    return HELLO + "(?:" + "|".join(shapes) + ")" + THANKS


WHEN = _whole(
    rf"(?:{IS} )?(?:pour )?{AT_WHAT}(?: (?:est-ce que )?{IS})?(?: {MEETING})?",
    rf"quelle est (?:la date|l'heure|la prochaine date)(?: (?:de |du )?{MEETING})?",
    rf"{MEETING}[ ,]+(?:{IS} )?{AT_WHAT}",
    rf"{NEXT}",
    rf"(?:when|what day|which day){DOES}(?: {MEETING})?(?: (?:start|begin|meet|meet next|meeting))?",
    rf"what time(?:{DOES} {MEETING} (?:start|begin)|(?:'s| is) (?:{NEXT}|the {NAMED})|{DOES} (?:meet|start))?",
)
WHERE = _whole(
    rf"(?:{AT} )?{IN_WHAT}(?: (?:est-ce que? ?)?{AT})?(?: {MEETING})?",
    rf"(?:quelle est |c'est quoi )?l'adresse(?: (?:de |du |pour )?{MEETING})?",
    rf"(?:quel est|c'est quoi) (?:le lieu|l'endroit)(?: (?:de |du |pour )?{MEETING})?",
    rf"{MEETING}[ ,]+(?:{AT} )?ou",
    rf"where{DOES}(?: {MEETING})?(?: (?:meet|meeting|happening|held|be))?",
    rf"(?:what(?:'s| is) )?the (?:address|place|venue)(?: (?:of|for) {MEETING})?",
)
WHO = _whole(
    rf"(?:c'est )?qui (?:est-ce )?(?:qui )?(?:vient|viendra|sera la|participe|y sera|y va|sera present)"
    rf"(?: (?:a |pour )?(?:{MEETING}|{DAY}))?",
    r"(?:la )?liste des (?:presents|participants)",
    rf"who(?:'s| is| will be|s)? ?(?:coming|there|going|comes|taking part)(?: (?:to |for )?(?:{MEETING}|{DAY}))?",
)

WHEN_WORDS = (
    "c'est quand la prochaine",
    "c'est quand la prochaine réunion",
    "c'est quand",
    "quand est la prochaine réunion",
    "la prochaine c'est quand",
    "prochaine réunion",
    "prochaine date",
    "la prochaine",
    "à quelle heure",
    "c'est à quelle heure",
    "quel jour",
    "when is the next meeting",
    "when's the next meeting",
    "when is the next one",
    "next meeting",
    "when is it",
    "what time",
    "what time does it start",
)
WHERE_WORDS = ("où", "c'est où", "c'est où la prochaine", "où ça", "l'adresse", "where", "where is it", "the address")
WHO_WORDS = ("qui vient", "qui sera là", "qui participe", "who is coming", "who's coming", "who will be there")


def aloud(text: str, asked: bool) -> bool:
    """Is it really asked? While we wait for an answer, only a whole question is one."""
    return not asked or ("?" in text and len(text.split()) > 2)


def wanted(folded: str) -> str | None:
    """ "when", "where" or "who": what the folded text asks, if it asks nothing else."""
    shapes = {"when": WHEN, "where": WHERE, "who": WHO}
    return next((name for name, shape in shapes.items() if re.search(shape, folded)), None)

"""The words of votes in French and English: values, mentions of dates, and what may stand beside them."""

import re
from dataclasses import dataclass

from handlers.kit.reading.days import DAY_NUMBER, MONTH_NUMBER, SHORT_DAYS
from storage.polls import IF_NEEDED, NO, YES


@dataclass(frozen=True)
class Value:
    """oui, si besoin or non; flips: "sauf", which turns what was said of the others."""

    value: int
    flips: bool = False


UNSURE = re.compile(
    r"(?:(?:moi )?(?:je |j'|j )?(?:ne |n')?(?:sais|c|ses|se) ?pas(?: encore| trop| du tout)*|chais pas|jsp|"
    r"pas encore(?: sur| sure| decidee?)?|je (?:vous |te |vs )?(?:dirai|redis|dis)(?: ca)?(?: plus tard|"
    r" demain| bientot)?|"
    r"je (?:vais voir|verrai|regarde)(?: plus tard| demain| mon agenda)?|a voir|"
    r"i (?:don't|dont|do not) know(?: yet)?|don't know(?: yet)?|dunno(?: yet)?|not sure(?: yet)?|no idea(?: yet)?|"
    r"i'?ll (?:see|check|let you know)|can't say yet)"
)
NOBODY = re.compile(
    r"(?:aucune?s?(?: d'elles| des (?:dates|lieux|deux|trois|quatre))?(?: dates?| jours?| creneaux?| lieux?)?|"
    r"rien|none(?: of (?:them|these|those|the dates))?|neither|no dates?)(?!\w)"
)
ALL = re.compile(
    r"(?:(?:toutes|tous|tous|tout)(?: les (?:dates|jours|creneaux|lieux|deux|trois|quatre))?|les (?:deux|"
    r"trois|quatre)"
    r"(?! (?:si|non))|n'importe(?: quand| laquelle| lequel| quelle date| ou)?|peu importe|c'est egal|"
    r"m'est egal|"
    r"both|all(?: of (?:them|these)| (?:the )?dates| days)?|any(?: of them| date| day|thing|time)?|every ?thing|"
    r"whatever|whichever|either(?: (?:one|date|day|way|of (?:them|the two))| (?=(?:is|works?|suits?)\b))?)(?!\w)"
)
REST = re.compile(
    r"(?:(?:pour )?(?:le|les) (?:reste|autres)(?: dates| jours)?|"
    r"(?:pour )?l'autre(?: date| jour)?|the (?:rest|other (?:one|date|day)|others?)|other(?:s| dates))(?!\w)"
)
# Each line: a value and how it is said; longer ways first, since the first that fits is taken.
VALUES: tuple[tuple[Value, str], ...] = (
    (Value(YES), r"(?:pas|no|sans) (?:de |aucun )?(?:soucis?|problemes?|problems?|worries)"),
    (Value(IF_NEEDED), r"pourquoi pas|pas (?:sure?|certaine?)|not sure(?: about)?|pas ideale?"),
    (
        Value(NO),
        r"(?:je |on )?(?:ne |n')?(?:peux|peut|suis) (?:dispo |libre )?ni|"
        r"(?:je |j'|j |moi je |on )?(?:ne |n')?(?:peux|peut|pourrai|pourrais|suis|serai|sera) (?:vraiment )?pas"
        r"(?: etre)?(?: la| dispo(?:nible)?s?| libre)?|(?:ca )?(?:ne )?(?:me |m')?"
        r"(?:va|vont|convient|conviennent|arrange|arrangent|marche|marchent) pas|"
        r"pas (?:possible|dispo(?:nible)?s?|libre|la)|"
        r"i (?:can't|cannot|cant|can not|won't)(?: (?:do|make|come))?|(?:can't|cannot|cant)(?: (?:do|make))?|"
        r"(?:does|do|will|is)(?:n't| not) (?:work|good|possible)|doesn't work|don't work|won't work",
    ),
    (Value(NO), r"impossible|indispo(?:nible)?|mort|non|nope|nan|ko|doesn't|don't|no|not|pas|ni|out|❌|👎"),
    (
        Value(NO, flips=True),
        r"sauf|a part|hormis|excepte|except(?: for)?|(?:(?<=all )|(?<=any )|(?<=none )|(?<=thing ))but(?! not)",
    ),
    (
        Value(IF_NEEDED),
        r"(?:(?:seulement|only|uniquement|juste) )?(?:si (?:besoin|necessaire|il le faut|faut|vraiment)|"
        r"s'il (?:le )?faut|"
        r"(?:si (?:il )?|s'il )?(?:y'?a|n'y a|y a) (?:vraiment )?(?:pas le|pas d'autre|aucun autre) choix|"
        r"faute de mieux|"
        r"if there(?:'s| is) (?:really )?(?:no (?:other )?(?:choice|option|way)|nothing else)|"
        r"au besoin|si c'est necessaire|if (?:need(?:ed)?(?: be)?|necessary|i must|we must|nothing else)|"
        r"as a last resort)|"
        r"peut[- ]etre|eventuellement|a la rigueur|au pire|a la limite|en dernier recours|perhaps|maybe|possible|"
        r"(?:c'est )?possible|complique|difficile|tricky|at a pinch|bof",
    ),
    (
        Value(YES),
        r"(?:(?:ca |elle |c'est |tout )?(?:me |m')?(?:va|vont|convien\w+|convient|arrange|arrangent|marche|"
        r"marchent|passe|passent|"
        r"colle|parle)(?: bien| mieux| tres bien| parfaitement)?)|(?:works?|suits?|is|are)(?: (?:for )?me)?"
        r"(?: (?:well|best|fine|good|perfect|ok|great))?",
    ),
    (
        Value(YES),
        r"oui|ouais|yes|yep|yeah|yup|ok|okay|d'accord|dac|volontiers|avec plaisir|partante?|nickel|top|"
        r"parfait|super|"
        r"ideal|direct|sans hesiter|"
        r"(?:je |moi je |i )?(?:peux|can(?: only)?)(?: (?:do|make|come))?|(?:je |moi je )?prefere(?:rais)?|"
        r"(?:je suis |suis |i'm |i am )?(?:dispo(?:nible)?s?|libre|free|available|in|good|fine)|va pour|"
        r"plutot|rather|"
        r"(?:i'd |i )?prefer|perfect|great|bien|bon|bonne|👍|✅|✔",
    ),
)
HARMLESS = re.compile(
    r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|merci(?: beaucoup| a tous| a toi)?|thanks?(?: you)?|stp|"
    r"svp|please|"
    r"pour|for|moi|me|mon|ma|je|j|i|on|le|la|les|l|un|une|the|a|an|au|aux|du|de|des|et|and|ou|or|puis|then|"
    r"aussi|too|"
    r"also|en|c'est|ca|ce|it|that|this|est|sera|serait|is|are|votes?|dates?|jours?|days?|numeros?|no|choix|"
    r"options?|"
    r"seulement|only|uniquement|juste|que|qui|parfaitement|perso|personnellement|adresse|proposition|creneau|"
    r"franchement|honnetement|tbh|to be honest|honestly|personally|"
    r"bises|bisous|tous|tout le monde|toutes|vraiment|desolee?|sorry|helas|malheureusement|"
    r"alors|donc|"
    r"so|vers|at|midi|soir|matin|apres-midi|aprem|evening|morning|noon|afternoon|prochaine?|next|ones?|celle|"
    r"celui|y|"
    r"to|with|avec|mieux|bien|tres|ne|n|m|be)(?!\w)|(?:n°|[#:()!=/&+'-]|🙂|😊|🙏|😉)"
)
SUITS = re.compile(
    r"\b(?:va|vont|convient|marche|arrange|colle|dispo\w*|peux|can|works?|suits?|available|free|good for me)\b"
)
CHATTER = re.compile(
    r"(?:oui,? |et toi,? |moi )?(?:ca|tout)(?: me)? va(?: tres)?(?: bien| super| mieux)+(?: et (?:toi|"
    r"vous).*)?|ca va(?: et (?:toi|vous))?|"
    rf"(?:a|see you|rendez-vous|rdv)(?: on)? (?:{'|'.join(DAY_NUMBER)}).*"
)
STOP = re.compile(r"[,;.]|(?:mais|sinon|but)(?!\w)")
MONTH = "(?:" + "|".join(sorted(map(re.escape, MONTH_NUMBER), key=len, reverse=True)) + ")"
WEEKDAY_OF = {**DAY_NUMBER, **{f"{name}s": n for name, n in DAY_NUMBER.items()}}
WEEKDAY_OF |= {"mardi": 1, "merc": 2, "tues": 1, "thurs": 3, "thur": 3, "weds": 2}
for _short in SHORT_DAYS.values():
    WEEKDAY_OF |= _short
WEEKDAY = "(?:" + "|".join(sorted(WEEKDAY_OF, key=len, reverse=True)) + ")"
ORDINALS = {
    **dict.fromkeys(("premier", "premiere", "first", "1er", "1ere", "1st"), 1),
    **dict.fromkeys(("deuxieme", "seconde", "second", "2e", "2eme", "2nd"), 2),
    **dict.fromkeys(("troisieme", "third", "3e", "3eme", "3rd"), 3),
    **dict.fromkeys(("quatrieme", "fourth", "4e", "4eme", "4th"), 4),
    **dict.fromkeys(("cinquieme", "fifth", "5e", "5eme", "5th"), 5),
    **dict.fromkeys(("derniere", "dernier", "last"), -1),
}
HOUR = (
    r"(?:(?:a|at|vers|de) )?(?P<hour>\d{1,2})(?:(?: ?h ?|:)(?P<minute>\d{2})?|"
    r"(?= ?[ap]m\b))(?: ?(?P<half>[ap]m)\b)?"
)
DAY = re.compile(
    rf"(?:le |la |the |on )?(?:(?P<weekday>{WEEKDAY})\b\.?)"
    rf"(?: (?:le |the )?(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\b(?! ?(?:h|:|"
    rf"[ap]m)))?(?: (?P<month>{MONTH})\b\.?)?(?: {HOUR}(?!\w))?"
)
DATE = re.compile(
    rf"(?:le |la |the |on )?(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)? (?P<month>{MONTH})\b\.?|"
    rf"(?P<month2>{MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b|"
    rf"(?P<day3>\d{{1,2}})/(?P<month3>\d{{1,2}}))(?: {HOUR}(?!\w))?"
)
ORDINAL = re.compile(
    rf"(?:la |le |the )?(?P<ordinal>{'|'.join(sorted(ORDINALS, key=len, reverse=True))})\b(?: (?:date|option|"
    rf"choix|one))?"
)
NUMBER = re.compile(
    r"(?:(?P<lead>le|la|the|date|option|choix|n°|no|numero|number|#) ?)*(?P<number>\d{1,2})(?![\d/%€]|"
    r":\d)(?! ?(?:h\b|h\d|[ap]m\b))(?P<th>st|nd|rd|th)?\b"
)
# "le midi", "les soirs": the choices of that part of the day.
PARTS = {
    **dict.fromkeys(("matin", "matins", "matinee", "morning", "mornings"), (0, 12)),
    **dict.fromkeys(("midi", "midis", "dejeuner", "lunch", "lunchtime", "noon"), (11, 15)),
    **dict.fromkeys(("apres-midi", "aprem", "afternoon", "afternoons"), (13, 18)),
    **dict.fromkeys(("soir", "soirs", "soiree", "soirees", "evening", "evenings"), (17, 24)),
}
PART = re.compile(
    rf"(?:(?:celles?|ceux|celui) (?:du |de |en )?|(?:le|la|les|l'|du|au|en|the|in the|at) ?)?"
    rf"(?P<part>{'|'.join(sorted(PARTS, key=len, reverse=True))})(?: ones?)?(?!\w)"
)
FIRST_FEW = re.compile(
    r"(?:(?:les|the) )?(?:(?P<count>deux|trois|two|three|2|3) (?P<which>premiere?s?|derniere?s?|first|last)|"
    r"(?P<which2>first|last) (?P<count2>two|three|2|3))(?: (?:dates?|ones?|choix|options?))?(?!\w)"
)
BOTH_DAYS = re.compile(rf"(?:(?:les|the) )?(?:deux|trois|2|3|two|three|both|either|all|tous les) (?={WEEKDAY}\b)")
EACH_ONE = re.compile(
    r"(?:(?:toutes |tous )?les|all(?: the)?|the) (?P<count>deux|trois|quatre|two|three|four|[2-9])(?!\w|/)"
)
HOW_MANY = {"deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4}
BY_HOUR = re.compile(rf"(?:celle |celui )?{HOUR}(?!\w)")
KNOWN = [(value, re.compile(rf"(?:{pattern})(?!\w)")) for value, pattern in VALUES]
DENIALS, WORDS = KNOWN[:5], KNOWN[5:]  # what denies is looked for first: "pas la 2" is no 2

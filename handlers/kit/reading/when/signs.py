"""The words that turn a date round: not that day, busy, until then, rather than, no sorry."""

import re

from handlers.kit.reading.when.page import Doubt, Page, Rule, Sign, Value


def find_signs(page: Page) -> None:
    """Mark "sauf" and "avant" where they stand near a day, and what turns its day in a way nobody can tell."""
    if "@" in page.left or "#" in page.left:
        for pattern, rule in SIGNS:
            page.sweep(pattern, rule)
    if "@" in page.left:
        for pattern, rule in BESIDE_A_DAY:
            page.sweep(pattern, rule)


def _always(value: Value) -> Rule:
    return lambda match, today: value


# Who is not there: said of oneself, before the day or behind it.
AWAY = (
    "absente?|indispo(?:nible)?|en (?:deplacement|vacances|conges?|voyage|formation|rtt|repos|stage|mission|arret|"
    "reunion|seminaire)|de (?:garde|service|permanence|sortie|repos|mariage|bapteme)|d'astreinte|a l'etranger|"
    "overbooke|"
    "unavailable|out of (?:town|office|the office|the country)|on (?:holiday|leave|vacation|call|shift|a trip)|"
    "tied up|fully booked|booked|travell?ing|abroad|busy"
)
I_AM = r"(?:je suis|j'suis|jsuis|chuis|suis|je serai|serai|i'm|i am|im|i'll be|i will be)"
ONLY_AS_MINE = (
    "prise?|occupee?|malade|away|out|off|working|sick|at work|au (?:boulot|taf|travail)|chez (?:mes|ma|mon)"
)
I_WORK = (
    r"(?:je|j'|i)? ?(?:bosse|taffe|travaille)(?! (?:pas|sur|avec))|je garde (?:les|mes|le|la|mon|ma)|je pars|"
    r"je voyage|"
    r"i (?:work|fly|travel|leave)"
)
I_HAVE = r"(?:j'ai|jai|j ai|ai|i have|i've got|ive got|i've|i got|got)(?: deja| already)?"
WHICH = (
    "(?: un| une| mon| ma| mes| le| la| les| l'| du| des| d'| de| a| an| my| the| chez| at| autre| petit| gros| big)*"
)
ENGAGED = (
    "dentist[es]?|kine|medecin|docteur|doctors?|toubib|ophtalmo|osteo|psy|gyneco|hopital|hospital|irm|piscine|sport|"
    "foot|football|gym|yoga|danse|dance|chorale|choir|judo|tennis|basket|rugby|piano|guitare|theatre|cours|class|"
    "classes|ecole|school|reunions?|meetings?|conseil|examens?|exams?|partiels?|boulot|taf|travail|work|shift|train|"
    "avion|flight|mariage|wedding|enterrement|funeral|anniv|anniversaire|birthday|bapteme|repas|diner|dinner|rdv|"
    "rendez-vous|appointment|appt|truc|chose|something|plans?|enfants|kids|fille|fils|mere|formation|entretien|"
    "interview|soutenance|concert|spectacle|match|demenagement|controle|garde|invites|famille|visio|call|"
    "empechement|imprevu|permanence|deplacement"
)
BUSY = (
    rf"(?:(?:{AWAY})|(?:^|(?<=, ))(?:away|working|off)|{I_AM}(?: deja| already)? (?:{ONLY_AS_MINE})|{I_WORK}|"
    rf"{I_HAVE}{WHICH} ?(?:{ENGAGED}))\b"
)
# "j'ai" and a word that nobody knows: an engagement, or something else?
HAVE_WHAT = (
    rf"{I_HAVE}{WHICH} (?:deja )?(?!{WHICH} ?(?:que|qu'|envie|hate|rien|besoin|idee|temps|creneau|dispo|libre|bien))"
    r"[a-z]{3,}(?<![eiu])(?<!is)\b"
)

CANNOT = (
    r"(?:je |j'|j|on |ca |i |we )?(?:ne |n')?(?:peux|peut|pourrai|pourra|pourrais|serai|suis|sera|viens|viendrai|"
    r"arrange|va|marche|convient|passe)? ?(?:pas|(?<=[xiast] )plus)(?: du tout| vraiment| trop| forcement| toujours)?"
    r"(?: dispos?| disponibles?| libres?| possible| la| ok| bon| facile| evident| ideal| pratique| venir|"
    r" etre la)?(?: pour)?|"
    r"(?:i |we )?(?:can't|cant|cannot|can not|couldn't|won't|wont|don't|am not|i'm not|im not|not)"
    r"(?: do| make| come| be| free| available| around| there| possible)*(?: it)?(?: on)?"
)
TAKE_AWAY = (
    r"(?<!pas )(?<!n')(?<!don't )(?:annule[rz]?|annulons|enleve[rz]?|enlevons|retire[rz]?|retirons|supprime[rz]?|"
    r"vire[rz]?|efface[rz]?|oublie[rz]?|oublions|laisse tomber|cancel(?:l?ing)?|drop|remove|delete|scrap|skip|forget)"
)
EXCEPT = (
    r"sauf|hormis|excepte|a part|a l'exception d[eu]|except(?: for)?|apart from|other than|but not|impossible"
    r"(?: pour moi)?|jamais|never|ni|neither|any(?:thing|one|day|time| \w+) but"
)
ARTICLE = r"(?: le| la| l'| on| the| du)?(?=\W|$)"
NOT = re.compile(rf"\b(?:{CANNOT}|{TAKE_AWAY}){ARTICLE}")
ALL_BUT = re.compile(
    rf"\b(?:{EXCEPT}){ARTICLE}|"
    r"\b(?:sans|hors|sf|(?:on )?evite[rz]?|evitons|avoid|excluding|without)(?: le| the)?(?= ?@)"
)
LINK = (
    r"(?:ca|c'est|cest|est|sera|serait|is|was|isn't|looks|it's|just|trop|un peu|vraiment|malheureusement|"
    r"pour moi|pr moi|for me|moi|ca va etre|a|too|really|la|ce jour|,|:)"
)
REFUSED = (
    r"mort|tendu|dur|rape|cuit|exclu|fichu|foutu|complique|impossible|ferie|complet|annulee?s?|cancell?ed|off|"
    r"bad|out|"
    r"no good|not good|no go|no-go|not great|not possible|tricky|difficult|hard|full|taken|"
    r"trop (?:tot|tard|court|juste)|too (?:early|soon|late)|(?:c'est|c|c est|c mort|cest) (?:\w+ )?chaud|"
    r"c(?: est)? (?:mort|rape|complique|impossible|non|ferie)|"
    r"(?:ca )?(?:ne )?(?:m'|me |nous )?(?:va|marche|convient|colle|arrange|ira|passe|fait) pas|"
    r"(?:doesn't|doesnt|does not|won't|wont|isn't|isnt) (?:work|good|great|possible|suit)|"
    r"i (?:can't|cant)(?! (?:(?:do|make|come|be|free|there|on|the|next) )*@)|nope|"
    r"non(?=[ ,.;!]*(?:@|#|$|plutot|mais|dispo))|no(?=[ ,.;!]+(?:@|#|$))"
)
NOT_THAT = re.compile(rf"(?<=[@#~])(?:[ ,]+{LINK})*[ ,]+(?:{REFUSED})\b(?! ?\?)")
# "mardi, euh non pardon, mercredi" takes the Tuesday back; "mardi, non ?" doesn't.
TAKEN_BACK = re.compile(
    r"(?<=[@#])[ ?!,.;]+(?:(?:euh|heu|ah|ha|oups|oops|mince|zut|en fait|wait|actually|sorry|no|non|pardon)[ ,.;!]+)*"
    r"(?:non|nan|no|pardon|sorry|nope)\b(?! ?\?)(?! (?:worries|problem|pb|prob|stress|rush))(?=.*@)"
)
FINE_THAT = re.compile(
    r"(?<=[@#])(?:[ ,]+(?:ca|c'est|c|la|moi|je|pour moi|pr moi|for me|is|'s|would be|serait|par contre))*[ ,]+"
    r"(?:oui|ok|okay|yes|nickel|parfait|possible|bon|top|works|fine|good|free|great|better|(?:va|marche|"
    r"peux)(?! pas))\b"
    r"(?! ?(?:pour |le |la |l')*@)"
)
RATHER_THAN = re.compile(
    r"\b(?:(?:au lieu|a la place) d[eu]|instead of|rather than|plutot que)(?: le| the| on)?(?= ?@)"
)

LAST_DAY = (
    r"(?:au plus tard|avant|jusqu'a|jusqu'au|jusqu'|jusque|d'ici|d'ici a|before|by|until|till|no later than|"
    r"(?:the )?(?:deadline|cut-?off|last day to \w+)|date limite|date butoir|reponses? (?:attendues?|"
    r"souhaitees?) (?:pour|avant)|cloture(?: du sondage| des votes)?|"
    r"votes? closes?|(?:le )?(?:sondage|vote) (?:ferme|se termine|finit|cloture)|dernier delai|(?:le )?delai|limite)"
)
UNTIL = re.compile(rf"\b{LAST_DAY}(?: is| est| c'est| pour \w+| to \w+)?(?: :|:| =)?(?: le| the| du| au| on)?(?= ?@)")
UNTIL_THAT = re.compile(r"(?<=[@#])[ ,(]+(?:au plus tard|dernier delai|at the latest|latest|date limite|deadline)\b")
# Away until the 20th is no last day to answer.
AWAY_UNTIL = re.compile(rf"\b{BUSY}[^@#,;.!?]*\b(?:jusqu'au|jusqu'a|until|till|til)(?: le| the)?(?= ?@)")

# "jeudi je suis au ski", "on part en vacances": probably not then. "mardi si besoin" is a vote.
SOMEWHERE = re.compile(
    r"\b(?:je suis|jsuis|je serai|on est|on sera) (?:au|aux|a la|en|chez|dans|a) (?!ligne|visio|forme|retard|"
    r"l'heure)[a-z]+|"
    r"\b(?:on part|nous partons|we leave|we're going|i'm going) (?:en|au|a|chez|to|on)\b"
)
THERE_IS = re.compile(
    r"\b(?:(?:il )?y a|ya|there's|there is)(?: un| une| le| la| des| du| a| the)* "
    r"(?!reunion|rdv|rendez-vous|place|moyen|quelqu'un|atelier|seance|personne|un |une |a |the )[a-z]{3,}"
)
IF_NEEDED = re.compile(r"\b(?:si (?:besoin|necessaire|vraiment)|if (?:needed|need be|necessary|i must))\b")
# "à partir de 18h" begins at 18:00; "à partir du 5" is no single day.
OPEN = re.compile(r"\b(?:pas (?:possible |dispo )?avant|apres|after|a partir de|des|from|not before)(?= ?#)")
UNCLEAR = [
    (
        r"\b(?:vers|autour|aux alentours|aux environs|around|(?<!how )(?<!what )about|circa)(?: d[ue]| le|"
        r" the)? ?(?=@)"
    ),
    (
        r"\b(?:pas apres|not after|pas plus tard que|no later than)(?= ?#)|"
        r"(?<!#)(?<!# )\b(?:jusqu'a|until|till)(?= ?#)"
    ),
    (
        r"\b(?:a partir|a compter|des|from|since|starting|depuis|pas(?: \w+)? avant|not before|after|apres)"
        r"(?: d[ue]| le| the| on)? ?(?=@)"
    ),
    (
        r"\b(?:au lieu|instead of|rather than|plutot que|repousser?|decaler?|decalons|reporter?|move)"
        r"\b(?= d[eu] @| @.* (?:a|au|to) @)"
    ),
    r"(?:(?<=@)|(?<=#)) (?:que|than) (?=[@#])|(?<=@) ?-+>? ?(?=@)|(?<=@)[ ?!,.;]+(?:pardon|euh|sorry)\b",
    r"(?<=#) (?:au lieu|a la place|instead|plutot|rather)(?: d[eu]| of| que| than) (?=#)",
    r"\b(?:pass|mov|decal|avanc|repouss|shift)\w* (?:\w+ )?(?:de|from)(?= #)",
    r"(?<=#) ?/ ?(?=#)|(?<=#) (?:grand max|max)(?: #)",
    r"(?<=@) (?:suivant|d'apres|after next)\b",
]
SAME_HOUR = re.compile(r"\b(?:a la |au |at the )?(?:meme heure|meme horaire|same (?:time|hour))\b")

SIGNS: list[tuple[re.Pattern[str], Rule]] = [
    (AWAY_UNTIL, _always(Doubt("ambiguous"))),
    (RATHER_THAN, _always(Sign("not one"))),
    (TAKEN_BACK, _always(Sign("not that"))),
    (re.compile("|".join(UNCLEAR)), _always(Doubt("ambiguous"))),
    (OPEN, _always(Sign("noise"))),
    (UNTIL_THAT, _always(Sign("until that"))),
    (UNTIL, _always(Sign("until"))),
    (SAME_HOUR, _always(Sign("same hour"))),
]
BESIDE_A_DAY: list[tuple[re.Pattern[str], Rule]] = [
    (NOT_THAT, _always(Sign("not that"))),
    (re.compile("(?<=[@#~]) ?[👎❌🚫⛔🙅]"), _always(Sign("not that"))),
    (ALL_BUT, _always(Sign("except"))),
    (NOT, _always(Sign("not"))),
    (re.compile(rf"\b{BUSY}(?: le| on)?"), _always(Sign("busy"))),
    (SOMEWHERE, _always(Doubt("ambiguous"))),
    (IF_NEEDED, _always(Doubt("ambiguous"))),
    (THERE_IS, _always(Doubt("ambiguous"))),
    (re.compile(rf"\b{HAVE_WHAT}(?=[^,;.!?@#]{{0,25}}@)"), _always(Doubt("ambiguous"))),
    (FINE_THAT, _always(Sign("fine that"))),
]

"""The words with which people say whether they come, with whom and how late, as folded patterns in both languages."""

import re

from handlers.kit.reading.days import DAY_NUMBER


def _or(words: str) -> str:
    """The alternatives of a table, one a line or several between bars with a space on either side."""
    return "(?:" + "|".join(part.strip() for part in words.replace("\n", " | ").split(" | ") if part.strip()) + ")"


YES_CORE = _or(
    """je viens (?:avec vous|parmi vous|aussi) | (?:je|moi je) viens | je viendrai | je vais venir | je peux venir
    j'y serai | j'y vais | j'en suis | j'en serai | je serai (?:la|des votres|presente?|parmi vous|de la partie)
    je confirme (?:que je viens|ma (?:presence|venue|participation)) | je me joins a vous | on y sera | je serai dispo
    je suis (?:partante?|de la partie|des votres|de la fete|in) | je participe | je participerai | je pourrai venir
    (?:tu peux |vous pouvez )?compte[rz]? sur moi | comptez-moi | compte-moi | on vient | nous venons | partante?
    (?:i'm|i am|im) (?:in|coming|going) | i(?:'ll| will) (?:be there|come|attend|join|make it) | count me in
    i can (?:come|make it|be there|join) | we(?:'ll| will) (?:be there|come) | (?:we are|we're) coming"""
)
YES_LOOSE = _or(
    """oui | ouais | yes | yep | yeah | volontiers | presente? | je confirme | avec (?:grand )?plaisir
    je suis (?:la|dispo|disponible|ok|libre|presente?|chaude?) | ca me va | 👍 | ✅ | with pleasure | i'm free
    i am free | (?:ok|c'est bon|ca marche|c'est ok|ca roule|good|fine) (?:pour moi|for me) | carrement | chaude?
    definitely | absolument"""
)
NO_CORE = _or(
    """je (?:ne |n')?(?:viens|viendrai|participe|participerai|serai) (?:pas|plus)
    je (?:ne )?serai (?:pas|plus) (?:la|des votres|presente?)
    je (?:ne )?(?:peux|pourrai|pourrais) (?:pas|plus)(?: venir| etre la| y etre| participer| me joindre a vous)?
    je (?:ne )?(?:vais|crois) pas (?:pouvoir|venir|pouvoir venir|pouvoir etre la|etre la|y etre)
    je (?:dois|suis obligee? d') ?annuler | (?:c'est |ce sera |ca va etre )?impossible(?: pour moi)
    (?:ce sera |ca sera )?sans moi | ne comptez pas sur moi | je decline | (?:je suis |c'est )?mort | i'll pass
    je (?:ne )?(?:suis|serai) pas (?:dispo|disponible|libre) | (?:je )?(?:ne )?(?:peux|pourrai) finalement pas
    can't do it | (?:i )?can't do | (?:je )?passe mon tour | pas cette fois(?:-ci)? | je serai absente?
    (?:ce n'est |c'est )?plus possible(?: pour moi)? | je me desiste | je suis empechee? | j'ai un empechement
    i (?:can't|cannot|can not|cant|won't|wont|will not)(?: be able to)? (?:come|make it|be there|attend|join)
    (?:can't|cannot|cant|won't) make it | (?:i'm|i am|im) not coming | count me out | not this time | i have to cancel
    i'm out | i am out | i must cancel"""
)
NO_LOOSE = _or(
    """non | no | nope | nan | absente? | pas dispo(?:nible)? | je (?:ne )?suis pas (?:la|dispo|disponible|libre)
    impossible | une autre fois | la prochaine fois | next time | pas possible | i'm busy | i am busy | 👎"""
)
MAYBE_CORE = _or(
    """je (?:viens|viendrai|serai la) (?:peut-etre|peut etre|si je peux)
    (?:peut-etre|peut etre) que je (?:viens|viendrai)
    je (?:ne )?sais pas (?:encore )?si je (?:viens|viendrai|peux venir|pourrai venir|pourrai|serai la|peux)
    je (?:ne )?suis pas (?:encore )?sure? (?:de venir|de pouvoir venir|d'etre la|de pouvoir)
    (?:i|maybe i) (?:might|may|could) (?:come|be there|make it|join)
    je (?:vais essayer|essaie|essaierai) de venir | (?:i'll|i will) try to (?:come|make it|be there)
    (?:i'm |i am )?not sure (?:yet )?(?:if |that )?i(?:'ll| can| will)? (?:come|make it|be there)"""
)
MAYBE_LOOSE = _or(
    """peut-etre(?: bien)? | peut etre | je (?:ne )?sais pas(?: encore)? | (?:je (?:ne )?suis )?pas (?:encore )?sure?
    a voir | je verrai | ca depend | it depends | depends | i'll let you know | can't say yet | 50 ?/ ?50
    je (?:te|vous) (?:redis|dirai|dis ca|dis) | maybe | perhaps | possible | possiblement
    (?:i'm |i am )?not sure(?: yet)? | i don't know(?: yet)? | si je peux"""
)

# ------------------------------------------------------------------ what may stand around them

OPENING = _or(
    """bonjour | bonsoir | salut | coucou | hello | hi | hey | ok | oui | non | yes | no | merci | super | parfait
    genial | (?:je suis )?(?:vraiment )?desolee? | sorry | oups | zut | mince | helas | bon | alors | finalement
    en fait | moi | pour moi
    je me suis (?:emmelee?|trompee?|plantee?) | my mistake | my bad | i got it wrong
    ah | oh | aie | top | cool | malheureusement | unfortunately | well | tout le monde
    a tous | a toutes | everyone | all | great | perfect | youpi | chic | finally | actually"""
)
FILL = _or(
    """bien sur | avec (?:grand )?plaisir | volontiers | aussi | merci(?: beaucoup)? | evidemment | sans faute
    promis | c'est sur | sure | of course | too | thanks | thank you | (?:vraiment )?desolee? | sorry
    a (?:tous|toutes|bientot|plus) | cette fois(?:-ci)? | this time | finalement | quand meme | du coup
    malheureusement | helas | unfortunately | cette semaine | this week | to the meeting
    a la (?:reunion|rencontre|prochaine)(?: reunion| rencontre)?
    (?:pour|for) (?:moi|me|cette fois|la prochaine|la reunion|la rencontre) | avec vous | parmi vous | with you
    anymore | any more | toujours | still | bien | 👍 | 🙂 | 😊 | :\\) | tout le monde | everyone"""
)
WHEN = (
    r"(?:pour |a |on |for |this |ce |le |de )?"
    rf"(?P<day>demain|tomorrow|ce soir|tonight|aujourd'hui|today|{'|'.join(DAY_NUMBER)})"
    r"(?: (?:soir|midi|matin|apres-midi|prochain|evening|noon))?"
)
NUMBERS = {"un": 1, "une": 1, "one": 1, "a": 1, "an": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4}
NUMBERS |= {"four": 4, "cinq": 5, "five": 5, "dix": 10, "ten": 10, "quinze": 15, "fifteen": 15, "vingt": 20}
NUMBERS |= {"twenty": 20, "trente": 30, "thirty": 30}
COUNT = r"(?:\d{1,2}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
PEOPLE = _or(
    """amie?s? | personnes? | copains? | copines? | invitee?s? | collegues? | accompagnante?s? | friends? | people
    guests? | person | colleagues? | others? | autres? | enfants? | kids? | potes? | associee?s? | mates? | voisine?s?
    buddies | collaborateurs? | collaboratrices?"""
)
KIN = _or(
    """soeur | frere | mere | pere | mari | femme | conjointe? | compagnon | compagne | cherie? | copain | copine
    amie? | pote | cousine? | fils | fille | associee? | collegue | voisine? | coloc | beau-frere | belle-soeur
    stagiaire | sister | brother | wife | husband | partner | girlfriend | boyfriend | friend | mate | flatmate
    roommate | colleague | son | daughter | kid | mum | mom | dad | cousin | neighbour | neighbor
    intern | guest | plus one"""
)
BRING = r"(?:(?:et |and )?(?:je |j'|i'll |i'm |i am |i )?(?:ramene|amene|emmene|bring(?:ing)?|come with|coming with))"
WITH = rf"(?:avec|with|plus|\+|(?:et )?je viens avec|{BRING})"
AND_ME = r"(?:(?:moi|me|myself)(?:,| et| and)? )?"
ONE_MORE = r"(?:mon|ma|my|un|une|a|an|quelqu'un|somebody|someone)"
ALL_OF_US = r"(?:a|on sera|on est|nous serons|on (?:viendra|vient) a|we are|we're|we'll be|there will be|there'll be)"
GUESTS = (
    rf"(?:{AND_ME}(?:avec|with|\+|plus|et|and|{BRING}) ?(?P<guests>{COUNT})(?: (?:autres? |other )?{PEOPLE})?"
    r"(?: \w+)?(?: de plus| en plus| extra| more)?"
    r"|(?P<alone>(?:tout |toute )?seule?|sans personne|on my own|by myself|alone)"
    rf"|(?P<own>{WITH} {ONE_MORE}(?: [\w'-]+)?(?: along)?|accompagnee?|plus one)"
    rf"|{ALL_OF_US} (?P<all>{COUNT})(?: of us)?)"
)
# "j'amène ma sœur" says that both come; "j'amène un gâteau" says nothing.
BRINGS = (
    rf"(?:{BRING}|(?:je |i )?(?:viens|viendrai|vais venir|come|coming) (?:avec|with)) (?:aussi |also )?"
    rf"(?:(?P<own>(?:{ONE_MORE} {KIN}|quelqu'un|somebody|someone)(?: \w+)?)|"
    rf"(?P<guests>{COUNT}) (?:autres? |other )?{PEOPLE}(?: \w+)?)(?: aussi| too| along| avec moi| with me)*"
    rf"|(?:moi|me) (?:et|plus|and) (?P<friends>{COUNT}) (?:autres? |other )?{PEOPLE}(?: \w+)?"
    rf"|(?:on (?:viendra|vient)|nous (?:viendrons|venons)) a (?P<all>{COUNT})"
)
IF_ALLOWED = (
    r"(?: si (?:ca|cela) (?:ne )?(?:gene|derange|embete) (?:pas|personne)|"
    r" if (?:that's|that is|it's) (?:ok|okay|fine|all ?right))?"
)
HOURS = (
    r"(?P<hours>(?:a|vers|jusqu'a|a partir de|apres|avant|des|until|from|around|at|after|before) (?:environ |about )?"
    r"(?:\d{1,2}[\w :.]{0,12}|midi|noon))"
)

# ------------------------------------------------------------------ late

MINUTES = rf"{COUNT} ?(?:min(?:utes?|s)?|mn|m|')(?!\w)"
SPANS = (
    (r"\bquart d'heure|quarter of an hour", 15),
    (r"\bdemi[- ]heure|half an hour|half hour", 30),
    (r"\bdizaine de min", 10),
    (r"\b(?:une|1) ?h(?:eure)?\b|\ban hour\b", 60),
)
SPAN = (
    rf"(?:{MINUTES}|(?:d'|de )?(?:une? |1 |a )?(?:petite? |bonne |small )?(?:quart d'heure|quarter of an hour"
    r"|demi[- ]heure|half an hour|half hour|dizaine de minutes|heure|hour|1 ?h))"
)
_ABOUT = r"(?:peut-etre |surement |un peu |legerement |probablement |environ )*"
LATE_CORE = "(?:" + "|".join(
    (
        r"(?:(?:je (?:serai|suis|vais etre|risque d'etre|pense etre|vais arriver|viens|viendrai|arriverai|arrive)"
        r"|j'arrive|j'arriverai|j'aurai|j'ai|je vais avoir|il y aura) )?"
        rf"{_ABOUT}(?:{SPAN} )?(?:en|du|de|un peu de|a la) (?:retard|bourre)(?: (?:de|d'environ) {_ABOUT}{SPAN})?",
        rf"(?:j'arrive|je serai la|j'y serai|je suis la|i'll be there|be there|arriving) (?:dans|in) {SPAN}",
        r"(?:(?:i'm|i am|im|i'll be|i will be|i'm going to be|i might be|be) )?(?:running )?"
        rf"(?:a bit |a little |about |probably )*(?:{SPAN} )?late(?: by {SPAN})?",
    )
)
LATE_CORE += ")"
# "j'arriverai vers 19h20": late by what that is after the beginning.
ARRIVES = (
    r"(?:j'arrive|j'arriverai|je vais arriver|je pense arriver|je ne pourrai arriver|je ne serai la|je serai la que|"
    r"je serai la seulement|i'll arrive|i will arrive|arriving|i'll join|i'll only be there|i can only be there)"
    r"(?: que| seulement| plutot| only| you)*(?: qu')? ?"
)
AT_HOUR = re.compile(
    rf"(?:{OPENING}[ ,]+)*(?:{WHEN.replace('<day>', '<day0>')} )?{ARRIVES}"
    r"(?:a|vers|pas avant|at|around|about|not before|by) (?P<hour>\d{1,2})"
    r"(?: ?(?:h|:|\.) ?(?P<minute>\d{2})?)?(?: ?[ap]m)?"
    rf"(?: max| environ)?(?: {WHEN})?(?: {FILL})?"
)

# ------------------------------------------------------------------ between two of them

BREAK = re.compile(
    r"[,.;!\n…]+(?=\s|$)|\s[-–—]\s|\b(?:mais|but|donc|car|because|par contre)\b"
    r"|\b(?:et|and)\b(?= (?:je|j['’]|i\b))"
    r"|(?<=\w )(?=(?:j['’]ai(?! (?:du|\d|un peu|peur))|parce|vu que|puisque|[çc]a d[ée]pend|trop de|because|i have|"
    r"i've|stuck|je dois|je suis (?:malade|en|au|à)|je garde|depends)\b)",
    re.I,
)
HEDGE = re.compile(r"(?:ou|or|enfin|sauf si|unless)\b")


def around(core: str) -> str:
    """The core with what may stand before and after it; groups of the second thing after it end in 2."""
    after = rf"(?:{WHEN}|{FILL}|{GUESTS}|{HOURS})"
    second = re.sub(r"\?P<(\w+)>", r"?P<\g<1>2>", after)
    before = rf"(?:{OPENING}[ ,]+)*(?:{WHEN.replace('<day>', '<day0>')} )?"
    return rf"{before}(?:{core})(?: {after})?(?: {second})?"


CHATTER = re.compile(rf"(?:{OPENING}|{FILL}|[ ,!.:)])*")
LATE_CLAUSE = re.compile(around(LATE_CORE))
BRINGING = re.compile(rf"(?:{OPENING}[ ,]+)*(?:{BRINGS})(?: {WHEN})?(?: {FILL})?{IF_ALLOWED}")

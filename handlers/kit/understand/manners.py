"""Takes off what people put around a wish: greetings, "est-ce que tu peux", "stp", "merci d'avance"."""

import functools
import re


def _or(words: str) -> str:
    parts = (part.strip() for part in words.replace("\n", " | ").split(" | "))
    return "(?:" + "|".join(sorted((part for part in parts if part), key=len, reverse=True)) + ")"


GREETING = _or(
    """salut | bonjour | bonsoir | coucou | hello | hi | hey | yo | hola | re | rebonjour | good morning
    good evening | salut (?:a )?(?:toi|tous|toutes|le bot|noyau) | bonjour (?:a )?(?:tous|toutes|noyau)
    hello (?:there|everyone|all) | hi (?:there|all|everyone) | hey (?:there|all|everyone) | noyau | le bot
    cher bot | les amis | tout le monde | ca va | comment ca va | comment vas-tu | tu vas bien | how are you
    bon matin | excuse-moi | excusez-moi | pardon | desole de (?:te |vous )?(?:deranger|derange)
    sorry to bother(?: you)? | j'espere que tu vas bien"""
)
OPENING = _or(
    """dis | dis-moi | dis moi | dites | dites-moi | alors | bon | bon alors | euh | heu | hum | du coup
    au fait | sinon | en fait | ben | bah | bon ben | bon bah | et | et sinon | mais | donc | ok | okay
    ok alors | d'accord | tiens | ah | oh | oups | oui | merci | super | juste | petite question | une question
    question | j'ai une question | voila | so | well | btw | by the way | just | also | and | actually
    quick question | one question | um | oh hey | listen | please | stp | svp | s'il te plait | s'il vous plait
    finalement | apres reflexion | ecoute | tu sais quoi | allez | allez hop | hop | go | maintenant | now
    attends | attendez | attend | wait | hold on | une seconde | deux secondes | une minute | one second
    cette fois | pour info | fyi | du calme | never mind | nevermind"""
)
WISH = _or(
    r"""
    (?:est-ce que |est ce que )?(?:tu|vous) (?:peux|pourrais|pouvez|pourriez|veux bien|voudrais bien)(?: me| nous)?
    (?:est-ce qu'|est ce qu')?on (?:peut|pourrait|va|doit|devrait) | (?:tu )?(?:peux|pourrais)-tu(?: me| nous)?
    j'aimerais(?: bien)?(?: que tu| qu'on)? | je voudrais(?: bien)?(?: que tu| qu'on)?
    j'ai (?:envie|besoin) (?:de|d') | je veux(?: bien)?(?: que tu| qu'on)? | je souhaite(?:rais)? | je peux
    je pourrais | puis-je | est-ce que je peux | il faut(?: que tu| qu'on)? | il faudrait(?: que tu| qu'on)?
    faut(?: que tu| qu'on)? | faudrait(?: que tu| qu'on)?
    (?:est-ce (?:que c'est )?|c'est |serait-il |ce serait )?possible (?:de|d') | y a moyen (?:de|d')
    moyen (?:de|d') | (?:est-ce qu')?il y a moyen (?:de|d')
    comment (?:je )?(?:fais|fait|faire|on fait)(?: pour| si je veux)? | comment (?:je peux|on peut|puis-je)
    ca te derange (?:de|d') | on peut pas | on pourrait pas | tu pourrais pas
    (?:could|can|would|will) (?:you|we|i) | (?:i'd|i would) (?:like|love) (?:to|you to)
    i (?:want|need|have) to | let's | we (?:should|could|can|need to|have to) | is it possible to
    how (?:do|can) (?:i|we) | is there a way to | (?:do|would) you mind | please | je compte | je vais
    i'm going to | i will | i'll | pense a | n'oublie pas de"""
)
ASKING = _or(
    r"""
    (?:me |nous )?(?:rappeler|rappelle|redire|redis|dire|confirmer|confirme|preciser|expliquer|donner|indiquer)
    (?:de )?(?:me |nous )?(?:rappeler|redire|dire|confirmer|preciser) | rappelle-moi | redis-moi | dis-nous
    donne-moi | (?:remind|tell) (?:me|us)(?: again)?
    je (?:voulais|voudrais|veux|sais (?:plus|pas)|ne sais (?:plus|pas))(?: savoir)? | j'aimerais savoir
    je me demand(?:e|ais)(?: si)? | (?:tu |vous )?sa(?:is|vez)(?:-tu)? | (?:est-ce que |tu )tu sais
    (?:do )?you know | i (?:wanted|want|would like|'d like) to know | i(?:'m| was| am) wondering(?: if)?
    remember | on sait | est-ce qu'on sait | savoir | quelqu'un sait | do we know | any idea | une idee de
    t'as une idee de | tu te rappelles | tu te souviens | j'ai oublie | i forgot | je me souviens plus
    je me rappelle plus"""
)
ENDING = _or(
    """stp | svp | s'il te plait | s'il vous plait | please | merci | merci d'avance | merci beaucoup
    merci bien | merci a toi | thanks | thank you | thanks a lot | thanks in advance | cheers | hein | deja
    finalement | du coup | en fait | quoi | mdr | lol | ptdr | haha | ahah | bises | bisous | bonne journee
    bonne soiree | a plus | a bientot | a tout | bye | tu sais | si tu peux | si possible | si c'est possible
    si tu veux bien | if you can | if possible | for me | again | desole | desolee | sorry | je crois | je pense
    i think | i guess | tout de suite | maintenant | now | right now | pour moi | ok | d'accord | voila | alors
    donc | sinon | au fait | btw | noyau | tiens | mon ami | la | encore | tout le monde | les amis | everyone
    guys | le bot | ca marche | c'est tout | merci pour tout | a toute | bref"""
)
STOPS = r"[\s,.!?;:…()«»\"“”-]*"
NOT = r"(?! (?:pas|plus|not|jamais|never)\b)"
BEFORE = [re.compile(rf"{STOPS}{words}(?![\w'’-]){STOPS}", re.I) for words in (GREETING, OPENING)]
WISHES = re.compile(rf"{STOPS}{WISH}(?:(?<=')|(?![\w'’-])){NOT}{STOPS}", re.I)
ASKS = re.compile(rf"{STOPS}{ASKING}(?![\w'’-]){STOPS}", re.I)
AFTER = re.compile(rf"{STOPS}(?<![\w'’-]){ENDING}{STOPS}$", re.I)
MOST = 8


@functools.lru_cache(maxsize=256)
def bare(folded: str) -> tuple[tuple[tuple[int, int], bool], ...]:
    """Where in a folded text the wish itself may stand, the longest first: (start, end), and was a wish cut off?"""
    start, end = _greeted(folded, 0), _ended(folded)
    spans = [((0, len(folded)), False), ((0, end), False), ((start, len(folded)), False), ((start, end), False)]
    for shape in (WISHES, ASKS, WISHES, ASKS):
        if match := shape.match(folded, start):
            start = _greeted(folded, match.end())
            spans += [((start, len(folded)), True), ((start, end), True)]
    kept: dict[tuple[int, int], bool] = {}
    for span, wish in spans:
        kept.setdefault(_trimmed(folded, *span), wish)
    return tuple((span, wish) for span, wish in kept.items() if span[0] < span[1])


def _greeted(text: str, start: int) -> int:
    for _time in range(MOST):
        match = next((found for shape in BEFORE if (found := shape.match(text, start))), None)
        if match is None or match.end() >= len(text):
            break
        start = match.end()
    return start


def _ended(text: str) -> int:
    end = len(text)
    for _time in range(MOST):
        match = AFTER.search(text[:end])
        if match is None or match.start() == 0:
            break
        end = match.start()
    return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    signs = " ,.!?;:…"
    while start < end and text[start] in signs:
        start += 1
    while end > start and text[end - 1] in signs:
        end -= 1
    return start, end

"""The words that no rule has read: harmless ones, ordinary ones, and those that smell of a date."""

import re

from handlers.kit.when.words import COUNT_OF, DAY_OF, MONTH_OF, ORDINAL, PART_OF

HARMLESS = frozenset(
    """
    between til till through libre free
    a ai defaut pire ah alors amis an and any ans are as at au aux aussi autour avec b be because been bien bisous bon
    bonjour bonsoir bonne but by c ca can car ce cela ces cest cet cette ceux chaud chez ci coucou d dac dans
    de des devant disons dispo dispos disponible do does donc du e elle en encore entre envie environ es est
    et etre eu faire fais fait fasse ferait for from g good great ha had has have he hello here hey hi how i
    idee if ils in is it j jai je jo jsuis juste k l la le les let let's lets leur lieu like lui m ma mais
    mange manger marche me meme mes met mettre mieux moi mon my n ne ni nickel nos not notre nous o of oh oic
    ok okay on or ou oui our ouais par parce parfait partant pas peut peux please plus plutot possible pour
    pouvez prefer prefere proche propose proposer proposition puis qu quand que quel quelle qui quoi r rdv
    rendez-vous rdvs re retrouve reunion rencontre s sa salut se sera serait serais si sinon so soit son sont
    stp suis suggest suit suits super sur svp t ta te thanks merci that the their them then there these they
    think this to tous tout toute tu um un une us va vais vers very veux vient vois voit vos votre vous vu
    want we were what when will with work works would y yep yes you your about around sharp pile precises
    precise tapantes max environ heure locale paris prochain prochaine meeting meet dinner diner dejeuner dej
    lunch cafe resto restaurant apero verre maison maybe perhaps how's day days jour le lendemain all everyone
    monde tlm ensemble same place endroit part toi bye bises cool fine perfect dit disait dirait aller allez
    arrive arriver venir viens soir-la case date dates creneau creneaux slot option options either sounds
    could shall everybody seance point appel visio call zoom atelier
    """.split()
)
# Words of the calendar, and those that turn a date round: who is away doesn't propose it.
CALENDAR = """
semaine semaines week weeks mois month months jours weekend avant apres before after jusqu'a until demi midi
minuit noon midnight heures hour hours dernier last veille lendemain eve sauf except ferie vacances noel
paques christmas easter matins soirs minutes min fin debut end pas not suivant suivante following weekdays
weekday half quarter past til lieu instead non ago next depuis since out away vacances conge conges
deplacement complique holiday holidays bad
""".split()
SUSPECT = frozenset([*COUNT_OF, *DAY_OF, *MONTH_OF, *ORDINAL, *PART_OF, *CALENDAR])
SMELLS, BETWEEN, ORDINARY = 0.3, 0.26, 0.09
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def unread(left: str) -> tuple[str, ...]:
    """The words left that might have meant something."""
    words = WORD.findall(re.sub(r"\b(?:l|d|j|m|t|s|n|c|qu|jusqu)'(?!s\b|ll\b|m\b|t\b)", " ", left))
    return tuple(
        word for word in words if word not in HARMLESS and not word.endswith(("'s", "'ll", "'m", "'d", "'re"))
    )


def doubt(left: str) -> float:
    """What the words left take from the confidence: those between two dates the most, they may turn the sense."""
    marks = [place for place, sign in enumerate(left) if sign in "@#"]
    within = left[marks[0] : marks[-1]] if marks else ""
    between = sum(max(BETWEEN, weight(word)) for word in unread(within))
    return between + sum(
        weight(word) for word in unread(left[: marks[0]] + " " + left[marks[-1] :] if marks else left)
    )


def weight(word: str) -> float:
    """What an unread word takes from the confidence: a number or a word of the calendar, as much as asks."""
    return SMELLS if word in SUSPECT or any(sign.isdigit() for sign in word) else ORDINARY

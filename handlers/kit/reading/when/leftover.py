"""The words that no rule has read: harmless ones, ordinary ones, and those that smell of a date."""

import re

from handlers.kit.reading.when.words import COUNT_OF, DAY_OF, MONTH_OF, ORDINAL, PART_OF

HARMLESS = frozenset(
    """
    between til till through libre free a ai defaut pire ah alors amis an and any ans are as at au aux aussi autour
    avec b be because been bien bisous bon bonjour bonsoir bonne but by c ca can car ce cela ces cest cet cette
    ceux chaud chez ci coucou d dac dans de des devant disons dispo dispos disponible do does donc du e elle en
    encore entre envie environ es est et etre eu faire fais fait fasse ferait for from g good great ha had has have
    he hello here hey hi how i idee if ils in is it j jai je jo jsuis juste k l la le les let let's lets leur lieu
    like lui m ma mais mange manger marche me meme mes met mettre mieux moi mon my n ne ni nickel nos not notre
    nous o of oh oic ok okay on or ou oui our ouais par parce parfait partant pas peut peux please plus plutot
    possible pour pouvez prefer prefere proche propose proposer proposition puis qu quand que quel quelle qui quoi
    r rdv rendez-vous rdvs re retrouve reunion rencontre s sa salut se sera serait serais si sinon so soit son sont
    stp suis suggest suit suits super sur svp t ta te thanks merci that the their them then there these they think
    this to tous tout toute tu um un une us va vais vers very veux vient vois voit vos votre vous vu want we were
    what when will with work works would y yep yes you your about around sharp pile precises precise tapantes max
    heure locale paris prochain prochaine meeting meet dinner diner dejeuner dej lunch cafe resto restaurant apero
    verre maison maybe perhaps how's day days jour lendemain all everyone monde tlm ensemble same place endroit
    part toi bye bises cool fine perfect dit disait dirait aller allez arrive arriver venir viens soir-la case date
    dates creneau creneaux slot option options either sounds could shall everybody seance point appel visio call
    zoom atelier slt cc yo bjr tt tte ts toutes vs ns pr jpeux jveux jserai serai serons seront irait iraient
    pourrait pourrais pourrions pourra voulez veulent voudrais aimerais preferer prefererais preference convient
    est-ce voila rien il faut aurai aura auront avons avez ont deux dsl desole desolee sorry pardon finalement
    maintenant enfin bref mets mettons ajoute ajoutez rajoute note notez garde valide rappel rappelle reserve
    reservez annonce voir revoir retrouver retrouvons retrouvez rejoindre ramenez ramene amenez apporte apportez
    boire repas brunch drinks beer biere bieres pizza salle parc gare mairie bar square mediatheque biblio
    bibliotheque ecole stade boulodrome bureau terrasse jardin cinema theatre musee quai port eglise centre local
    asso association somebody someone anyone people guys folks team gang copains potes gars filles quelqu'un
    personne personnes tjs toujours vraiment carrement trop tres bcp beaucoup peu happy see say nice lovely
    brilliant awesome best better actually make add need more get gets hate content contente ravi ravie heureux
    heureuse plaisir partants motive motives chaude chauds fois pensez penser dites dire dis repondez reponse
    reponses sil plait pls thx important rigueur besoin questions question idees avis ton tes ses boulot taf
    travail tard petites petits cale calons calez frere soeur mari femme enfants prends prend prenons budget
    valider fille fils neige grossesse preparer vote votes votez rentre aie comme instead avant-premiere ouvert
    arrange facilement femmes journee sondage precis tapante petante petantes finish decalons restantes places
    reste parle reparle confirme confirmez confirmer dernieres nouvelles info infos date-la theme sujet ordre
    groupe cercle suite seconde animateur accueil debut horaire horaires lien teams visioconference ligne distance
    presentiel rendez tiens tient commence commencer demarre demarrage finir fini fait-on propositions preferez
    arrivez soyez ponctuels sera-t-il possible-la envoie envoyez dispo-la cherche trouve trouver voiture covoit
    covoiturage velo metro bus sonnez sonner code interphone etage adresse habituelle habituel habitude d'hab usual
    starts start begin begins doors bring food join joining link hosting host hosts house home garden office
    library pub downtown perso petit petite chaussons rv tlj train maman papa vite mercis biz kiss kisses xx xo lol
    mdr ptdr haha finis tot mere pere parents cousin cousine voisin voisine copine copain appelle appelez rappelez
    preferee galette crepes raclette fondue barbecue bbq pique-nique dinatoire rois fete fetes fetons soiree
    concert spectacle film match jeu jeux rando randonnee balade sortie visite tournoi petanque foot ski plage mer
    montagne lac foret creche derriere entree angle coin face cote pres dessous gauche droite porte batiment cour
    morning afternoon evening lads mates friends ladies dears did done going go come coming came park station
    corner outside inside room hall church sens utile peux-tu pouvez-vous c'est-a-dire nous-memes celui celle
    ceux-ci lesquels laquelle avait avions aviez etions etiez serait-ce vas allons viennent viendra viendrai
    viendront vient-on propre petit-comite equipe atelier-cv cv entretien entraide mutuelle coup main aide projet
    emploi photo photos merci-bcp bonne-nuit salutations cordialement chers cheres
    nor rsvp peut-etre vont repart repartons
    """.split()
)
# Words of the calendar, and those that turn a date round: who is away doesn't propose it.
CALENDAR = """
semaine semaines week weeks mois month months jours weekend avant apres before after jusqu'a until demi midi minuit
noon midnight heures hour hours dernier last veille lendemain eve sauf except ferie vacances noel paques christmas
easter matins soirs minutes min fin debut end pas not suivant suivante following weekdays weekday half quarter past
til lieu instead non ago next depuis since out away conge conges recupere emmene accompagne picking ski debarque
debarquent annule annulee remplace remplacer remplacons move moved moving shift decale decaler repousse repousser
reporte reporter avance avancer change changer passe cloture close closes ferme working bosse travaille dentiste
kine medecin dentist doctor bof tendu dur hard pont limite deadline delai erreur enleve retire supprime cancel
deplacement complique holiday holidays bad
""".split()
SUSPECT = frozenset([*COUNT_OF, *DAY_OF, *MONTH_OF, *ORDINAL, *PART_OF, *CALENDAR])
SMELLS, CLOSE, ORDINARY = 0.3, 0.26, 0.09
# "repousser au 28": one day only, so it is clear where to.
MOVED_TO = re.compile(
    r"\b(?:repouss|decal|report|avanc|mov|shift|postpon)\w*(?: it| ca| la reunion| la date)?"
    r"(?: au| a| to| pour| until)?(?= [@#])"
)
PLACE = re.compile(
    r"\b(?:chez|devant|place|rue|cafe|bar|resto|restaurant|parc|salle|a la|au|aux|avec|with|at|at the|near)"
    r" (?!@|#)[^\W\d_]+(?:'s)?\b"
)
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def unread(left: str) -> tuple[str, ...]:
    """The words left that might have meant something."""
    words = WORD.findall(re.sub(r"\b(?:l|d|j|m|t|s|n|c|qu|jusqu)'(?!s\b|ll\b|m\b|t\b)", " ", left))
    return tuple(
        word for word in words if word not in HARMLESS and not word.endswith(("'s", "'ll", "'m", "'d", "'re"))
    )


def doubt(left: str) -> float:
    """What the words left take from the confidence: those between two dates and those right beside one the most.

    They may turn the sense; the name of a place ("chez Zoé", "at Leo's") can't.
    """
    left = MOVED_TO.sub(" ", PLACE.sub(" ", left))
    marks = [place for place, sign in enumerate(left) if sign in "@#"]
    if not marks:
        return sum(weight(word) for word in unread(left))
    before, within, after = left[: marks[0]], left[marks[0] : marks[-1]], left[marks[-1] + 1 :]
    close = sum(max(CLOSE, weight(word)) for word in unread(within + _beside(before, after)))
    return (
        close
        + sum(weight(word) for word in unread(before + " " + after))
        - sum(weight(word) for word in unread(_beside(before, after)))
    )


def _beside(before: str, after: str) -> str:
    """The two words in front of the first date and the two behind the last one."""
    ahead, behind = re.search(r"(?:[^\s,;.!?]+ +){1,2}$", before), re.match(r"(?: +[^\s,;.!?]+){1,2}", after)
    return f" {ahead.group() if ahead else ''} {behind.group() if behind else ''}"


def weight(word: str) -> float:
    """What an unread word takes from the confidence: a number or a word of the calendar, as much as asks."""
    return SMELLS if word in SUSPECT or any(sign.isdigit() for sign in word) else ORDINARY

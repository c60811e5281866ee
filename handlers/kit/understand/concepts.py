"""Words that mean the same to us, in both languages: what a guess sees beside the letters."""

import functools
import re

from handlers.kit.reading.days import DAY_NUMBER, MONTH_NUMBER

# One line a meaning; * stands for any ending.
TABLE = """
meeting reunion* rencontre* seance* rendez-vous meeting* session* rdv
vote vote* voter sondage* poll* ballot scrutin
close clore clos clot* ferme* finir fini* termine* cloture* close* closing end* wrap* conclu* arrete* stop*
cancel annul* supprim* cancel* drop* abandon* retir* enlev* remove* delete* efface* vire*
move decal* deplac* report* repouss* move* postpone* reschedul* bouge* shift* chang*
earlier avanc* forward earlier tot
many combien nombre many headcount effectif
when quand heure when date* jour time
where ou where lieu* endroit* adresse* place* venue* local salle* address spot
who qui who whose quel* lequel
coming vient viennent viens venir participe* present* coming come* attend* inscrit*
card carte* mission* card*
action action* tache* truc* todo task* chose* engagement*
summary resume* recap* compte-rendu compte rendu summary write-up cr synthese minutes
pause pause* sourdine vacances break mute* silence* absent* repos couper coupe
message message* notif* notification* rappel* reminder* ping* reglage* setting*
calendar calendrier* agenda* ics calendar* google planning
invite invit* parrain* coopt* invite* recommand* amener vouch*
leave quitt* part* leav* sort* desinscri* go file* filer bye
group groupe* group* collectif
here la here arrive* arrived present
start commenc* demarr* start* begin* lanc* debut* kick*
seat hot-seat seat hotseat hot
round tour round
note note* notes
topic sujet* theme* topic* subject*
idea idee* idea*
organize organis* admin* organizer*
animate anim* facilit* lead* mener
hand donn* pass* transf* give* hand* confi* delegu* deleg* filer
done fait* fini* done did boucle* regle* termine*
apply candidat* postul* appl* rejoin* join* candidature*
language langue* francais* anglais* english french language
help aide* help* comment faire
undo defai* undo revien* arriere reprend* repren*
table table* resto restaurant reserv* book*
guest accompagn* ami* copain* copine* friend* guest* invite* +1
public page* public* site
rhythm rythme* frequence* toutes semaine* mois every week* month* rhythm* regul*
remove retir* enlev* remove* supprim*
correct corrig* correct* modif* chang* fix* rectif*
take prend* charge* occup* take* grab*
swap echang* swap* troc*
who-said parl* spoken
intro present* introdu* bio profil*
tell dis dire previen* transmet* relay* tell* annonc*
timezone fuseau* timezone zone horaire*
log journal histori* log change*
next prochain* next suivant* futur*
last dernier* last passe*
my mes mon ma my moi
"""
DAYS = frozenset(DAY_NUMBER) | frozenset(MONTH_NUMBER) | {"demain", "tomorrow", "weekend", "midi", "soir", "tonight"}


@functools.cache
def _stems() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    whole: dict[str, tuple[str, ...]] = {}
    begun: dict[str, tuple[str, ...]] = {}
    for line in TABLE.split("\n"):
        name, *words = line.split() or [""]
        for word in words:
            into = begun if word.endswith("*") else whole
            into[word.rstrip("*")] = (*into.get(word.rstrip("*"), ()), name)
    return whole, begun


@functools.lru_cache(maxsize=4096)
def of(word: str) -> tuple[str, ...]:
    """What a folded word means to us; nothing for most."""
    if re.fullmatch(r"\d{1,2}[h:]\d{0,2}|\d{1,2}(?:am|pm)", word):
        return ("@hour",)
    if word.isdigit():
        return ("@number",)
    if word in DAYS:
        return ("@day",)
    whole, begun = _stems()
    found = list(whole.get(word, ()))
    for end in range(len(word), 1, -1):
        found += begun.get(word[:end], ())
    return tuple(f"@{name}" for name in dict.fromkeys(found))

"""Writes out what phones shorten: SMS spelling, missing apostrophes, drawn-out letters, emojis."""

import functools
import re

from handlers.kit.texts import fold

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*['’]?|[^\w\s]|_", re.UNICODE)
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
SIGNS = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]+")
SMILES = re.compile(r"(?:(?<=\s)|^)(?:[:;=]-?[)(dpo/|]+|<3|\^\^|xd+)(?=\s|$)", re.I)
YES_SIGNS, NO_SIGNS = "👍👌✅✔🙋", "👎❌🙅✖"

# How it is written -> what is meant; only what means nothing else in either language.
SHORT = {
    "g": "j'ai", "jai": "j'ai", "jé": "j'ai", "c": "c'est", "cest": "c'est", "cé": "c'est", "sé": "c'est",
    "jsuis": "je suis", "chuis": "je suis", "chui": "je suis", "jsui": "je suis", "suis-je": "suis-je",
    "jserai": "je serai", "jserais": "je serai", "jsrai": "je serai", "jpeux": "je peux", "jpeu": "je peux",
    "jpe": "je peux", "jpx": "je peux", "jpourrai": "je pourrai", "jpourrais": "je pourrai", "peu": "peux",
    "jviens": "je viens", "jvien": "je viens", "vien": "viens", "jviendrai": "je viendrai", "jveux": "je veux",
    "jveu": "je veux", "jvx": "je veux", "jvoudrais": "je voudrais", "jvais": "je vais", "jvai": "je vais",
    "jdois": "je dois", "jpars": "je pars", "jfais": "je fais", "jprends": "je prends", "jpropose": "je propose",
    "jprend": "je prends", "jarrive": "j'arrive", "jariv": "j'arrive", "jarive": "j'arrive", "jen": "j'en",
    "jy": "j'y", "jaimerais": "j'aimerais", "jaimerai": "j'aimerais", "jvous": "je vous", "jte": "je te",
    "jme": "je me", "jsais": "je sais", "jsai": "je sais", "chais": "je sais", "jsp": "je sais pas",
    "pa": "pas", "ps": "pas", "po": "pas", "koi": "quoi", "kwa": "quoi", "kan": "quand", "kand": "quand",
    "qd": "quand", "quan": "quand", "qand": "quand", "ki": "qui", "ke": "que", "keske": "qu'est-ce que",
    "kel": "quel", "kelle": "quelle", "keskon": "qu'est-ce qu'on", "kil": "qu'il", "kon": "qu'on",
    "dsl": "désolé", "dsle": "désolée", "desole": "désolé", "dézolé": "désolé", "dsolé": "désolé",
    "proch": "prochaine", "slt": "salut", "bjr": "bonjour", "bsr": "bonsoir", "cc": "coucou", "svp": "svp",
    "mrc": "merci", "mci": "merci", "thx": "thanks", "tks": "thanks", "ty": "thanks", "pls": "please",
    "plz": "please", "bcp": "beaucoup", "bq": "beaucoup", "tt": "tout", "ts": "tous", "tlm": "tout le monde",
    "pr": "pour", "ac": "avec", "avc": "avec", "av": "avec", "ds": "dans", "ms": "mais", "dc": "donc",
    "qqn": "quelqu'un", "qq1": "quelqu'un", "qqun": "quelqu'un", "qqch": "quelque chose", "rdv": "rendez-vous",
    "rdvs": "rendez-vous", "reu": "réunion", "réu": "réunion", "reun": "réunion", "reuf": "réunion",
    "ajd": "aujourd'hui", "auj": "aujourd'hui", "aujourdhui": "aujourd'hui", "ojd": "aujourd'hui",
    "dem1": "demain", "2m1": "demain", "2main": "demain", "demin": "demain", "ptet": "peut-être",
    "ptetre": "peut-être", "ptête": "peut-être", "ptêt": "peut-être", "petetre": "peut-être", "pe": "peut-être",
    "peutetre": "peut-être", "tjs": "toujours", "tjrs": "toujours", "jms": "jamais", "mtn": "maintenant",
    "mnt": "maintenant", "tps": "temps", "nb": "nombre", "msg": "message", "msgs": "messages", "grp": "groupe",
    "gp": "groupe", "pb": "problème", "wé": "oui", "ui": "oui", "oué": "ouais", "vi": "oui", "nn": "non",
    "dac": "d'accord", "dacc": "d'accord", "dak": "d'accord", "daccord": "d'accord", "okay": "ok", "oki": "ok",
    "okey": "ok", "comen": "comment", "coment": "comment", "cmt": "comment", "cb": "combien",
    "combi1": "combien", "combien": "combien", "voi": "voit", "estce": "est-ce", "esce": "est-ce",
    "esk": "est-ce que",
    "estceque": "est-ce que", "ya": "il y a", "yaura": "il y aura", "kelkun": "quelqu'un", "kk1": "quelqu'un",
    "lundii": "lundi", "vendrdi": "vendredi", "mercrdi": "mercredi", "merkredi": "mercredi", "jeudii": "jeudi",
    "dim": "dim", "sam": "sam", "cant": "can't", "dont": "don't", "wont": "won't", "im": "i'm", "ive": "i've",
    "id": "i'd", "cannot": "can't", "lets": "let's", "whats": "what's", "whos": "who's", "whens": "when's",
    "wheres": "where's", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "thats": "that's", "u": "you",
    "ur": "your", "tmrw": "tomorrow", "tmr": "tomorrow", "tomorow": "tomorrow", "tmrow": "tomorrow",
    "tonite": "tonight", "2nite": "tonight", "thurs": "thursday", "gonna": "going to", "wanna": "want to",
    "gotta": "have to", "plus1": "+1", "rapel": "rappel", "chez-moi": "chez moi", "quorom": "quorum",
}  # fmt: skip
AFTER_NE = {"peut": "peux", "peus": "peux", "vien": "viens", "vient": "viens", "sai": "sais", "sui": "suis"}
IMPERATIVE = {"met": "mets", "di": "dis", "fai": "fais", "donnes": "donne", "rappel": "rappelle", "prend": "prends"}
APOSTROPHE = re.compile(
    r"(?P<first>j|n)(?=ai$|ais$|avais$|aurai$|etais$|y$)(?P<rest>\w+)|(?P<first2>c|n|qu)(?=est$|etait$)(?P<rest2>\w+)|"
    r"(?P<first3>qu)(?=on$|un$|une$|il$|ils$|elle$|elles$)(?P<rest3>\w+)|(?P<first4>d)(?=un$|une$|accord$|habitude$)"
    r"(?P<rest4>\w+)|(?P<first5>[jnmts])(?=arrive|aime|annule|anime|ajoute|accueille|appelle|attends|enleve|envoie|invite|"
    r"organise|oublie|essaie|habite|hesite|espere|ouvre)(?P<rest5>\w+)|(?P<first6>[ld])(?=heure$|adresse$|annonce$|agenda$|"
    r"animateur$|ordre$|apres$|endroit$|action$|hote$|accueil$)(?P<rest6>\w+)"
)


def plain(text: str) -> str:
    """The text as it would be written out; what is not shortened stays as it is."""
    found: str = _plain(text)
    return found


@functools.lru_cache(maxsize=256)
def _plain(text: str) -> str:
    text = _signs(text)
    text = DRAWN_OUT.sub(r"\1", text)
    return " ".join(_joined([_written(word) for word in text.split()])).strip()


def _signs(text: str) -> str:
    """Emojis mean nothing, unless nothing else is said: a thumb is yes or no."""
    bare = SMILES.sub(" ", SIGNS.sub(" ", text)).strip()
    if bare or not text.strip():
        return bare
    if any(sign in text for sign in NO_SIGNS):
        return "non"
    return "oui" if any(sign in text for sign in YES_SIGNS) else ""


def _written(word: str) -> str:
    """One word, with the stops that cling to it."""
    match = re.fullmatch(r"([^\w]*)(.*?)([^\w]*)", word)
    before, core, after = match.groups() if match else ("", word, "")
    if not core or (not core[0].isalpha() and not core.endswith("1") and core not in SHORT):
        return word
    folded = fold(core)
    if core in SHORT or folded in SHORT:
        return before + SHORT.get(core, SHORT.get(folded, core)) + after
    if match := APOSTROPHE.fullmatch(folded):
        cut = len(next(part for name, part in match.groupdict().items() if name.startswith("first") and part))
        return f"{before}{core[:cut]}'{core[cut:]}{after}"
    return word


def _joined(words: list[str]) -> list[str]:
    """ "je peut pas", "j ai": what only the word before makes clear."""
    told: list[str] = []
    for word in words:
        last = fold(told[-1]) if told else ""
        if last in ("j", "c", "d", "l", "n", "s", "m", "t", "qu") and word[:1].isalpha():
            told[-1] = f"{told[-1]}'{word}"
        elif last in IMPERATIVE and fold(word) in ("moi", "nous"):
            told[-1:] = [IMPERATIVE[last], word]
        elif last in ("je", "ne") and fold(word) in AFTER_NE:
            told.append(AFTER_NE[fold(word)])
        else:
            told.append(word)
    return told

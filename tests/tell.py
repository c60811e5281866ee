"""`python -m tests.tell`: the story of a group through the real webhooks, told phone by phone."""

import contextlib
import logging
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import structlog
from babel.dates import format_datetime

from handlers.kit.doors import startgroup_link, telegram_apply_link, whatsapp_apply_link
from storage import db
from storage.groups import Group
from storage.people import TELEGRAM, WHATSAPP
from tests.stage import stage
from tests.story import Actor, Story
from webhook.playground.phones import TelegramGroup
from webhook.playground.world import Bubble

PARIS = ZoneInfo("Europe/Paris")
WIDTH, LONGEST = 84, 14  # columns of a line, lines of a message
BOLD = re.compile(r"(?<!\w)\*(\S[^*\n]*?)\*(?!\w)")  # WhatsApp's own signs, which a phone does not show
PRESSED = re.compile(r"/start(@\w+)? \w+")  # what Telegram sends for a tap on Start: nobody writes it
NAME = "Les indés de Nantes"
MESSENGER = {TELEGRAM: "Telegram", WHATSAPP: "WhatsApp"}

ANSWERS = {
    "Marc": (
        "Je répare des vélos depuis huit ans, dont trois dans mon propre atelier, à Doulon, avec un apprenti.",
        "Mes devis : j'en ai douze en retard, je les fais le dimanche soir, et je voudrais retrouver mes dimanches.",
        "Je sais tenir un atelier, négocier avec des fournisseurs, et je prête volontiers la salle du fond le midi.",
        "Des gens qui tiennent leurs promesses, avec qui parler de prix sans rougir, toutes les deux semaines.",
    ),
    "Zoé": (
        "Illustratrice pour l'édition jeunesse depuis six ans, dont deux à mon compte, seule dans mon salon de Rezé.",
        "Je n'ai plus de commande pour janvier, et je repousse l'appel aux anciens clients parce que je n'ose pas.",
        "J'apporte un œil : je relis volontiers une page d'accueil ou une plaquette, et je dessine en écoutant.",
        "Quelqu'un qui me demande tous les quinze jours où j'en suis, et des collègues à qui dire bonjour le matin.",
    ),
    "Yann": (
        "Je suis menuisier, je fabrique des cuisines en bois local ; je me suis mis à mon compte l'année dernière.",
        "Je travaille beaucoup et je gagne peu : je crois que mes prix sont trop bas, mais je n'en parle à personne.",
        "Je peux prêter des outils, aider à poser une étagère et raconter comment j'ai trouvé mes premiers clients.",
        "Un regard honnête sur mes chiffres, et des gens du coin à qui rendre la pareille de temps en temps.",
    ),
}


@dataclass
class Screen:
    """One conversation on one phone, and how far it was told."""

    title: str
    look: Callable[[], list[Bubble]]
    shared: bool = False
    told: dict[object, Bubble] = field(default_factory=dict)

    def news(self) -> list[tuple[Bubble, Bubble | None]]:
        """What came since the last look, and what was changed in place with what it was before."""
        found = []
        for bubble in self.look():
            before = self.told.get(bubble.id)
            if bubble.service or (before and (before.text, before.choices) == (bubble.text, bubble.choices)):
                continue
            found.append((bubble, before))
            self.told[bubble.id] = bubble
        return found


@dataclass
class Teller:
    """Writes down what every phone shows, scene by scene."""

    story: Story
    write: Callable[[str], None]
    screens: list[Screen] = field(default_factory=list)
    toasts: dict[str, int] = field(default_factory=dict)
    scenes: int = 0
    people: list[Actor] = field(default_factory=list)

    def meets(self, actor: Actor) -> Actor:
        """From now on this phone is told too."""
        self.people.append(actor)
        self.screens.append(Screen(f"{actor.name} · {MESSENGER[actor.platform]}", actor.phone.messages))
        return actor

    def visits(self, chat: TelegramGroup) -> TelegramGroup:
        """From now on this group chat is told too."""
        self.screens.append(Screen(f"{chat.chat.title} · groupe Telegram", chat.messages, shared=True))
        return chat

    @contextlib.contextmanager
    def scene(self, title: str, **later: float) -> Iterator[None]:
        """Some time later; what happens inside is told at its end."""
        self.story.later(**later)
        self.scenes += 1
        self.write(f"\n━━ {self.scenes}. {title} ".ljust(WIDTH, "━"))
        self.write(format_datetime(db.now().astimezone(PARIS), "EEEE d MMMM, HH:mm", locale="fr"))
        yield
        for screen in sorted(self.screens, key=lambda screen: screen.shared):
            self._show(screen)

    def _show(self, screen: Screen) -> None:
        news = screen.news()
        if not news:
            return
        self.write(f"\n┌ {screen.title}")
        for bubble, before in news:
            self._bubble(bubble, before)
        for actor in self.people:
            self._toast(actor, screen)

    def _bubble(self, bubble: Bubble, before: Bubble | None) -> None:
        who = "Noyau" if bubble.from_bot else bubble.sender
        text = PRESSED.sub("(appuie sur Démarrer)", BOLD.sub(r"\1", bubble.text))
        self.write(f"│ {bubble.at.astimezone(PARIS):%H:%M} {who}{' (ce message change)' if before else ''}")
        if bubble.media:
            self.write(f"│       ({'image' if bubble.media in ('photo', 'image') else bubble.media})")
        if before:
            text = changed(BOLD.sub(r"\1", before.text), text)
        for line in wrapped(text):
            self.write(f"│       {line}".rstrip())
        if bubble.choices:
            self.write("│       " + " ".join(f"[{choice.label}]" for choice in bubble.choices))

    def _toast(self, actor: Actor, screen: Screen) -> None:
        user = getattr(actor.phone, "user", None)
        if (
            user is None
            or not screen.title.startswith(f"{actor.name} ·")
            or user.toasts == self.toasts.get(actor.name, 0)
        ):
            return
        self.toasts[actor.name] = user.toasts
        if user.toast:
            self.write(f"│       « {user.toast} » (s'affiche un instant)")


def changed(before: str, after: str) -> str:
    """The lines that were not there before, under the first one."""
    first, *others = after.splitlines() or [""]
    known = set(before.splitlines())
    fresh = [line for line in others if line not in known]
    return after if first not in known else "\n".join([first, "…", *fresh] if fresh else [first, "…"])


def wrapped(text: str) -> list[str]:
    """The lines of a message as a narrow screen shows them; the end of a long one is only counted."""
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, WIDTH - 8) or [""]]
    if len(lines) <= LONGEST:
        return lines
    return [*lines[: LONGEST - 2], f"… ({len(lines) - LONGEST + 2} lignes de plus)"]


def tell(story: Story, write: Callable[[str], None]) -> None:
    """The whole tale, from an idea to a group that goes on by itself; everything happens for real."""
    teller = Teller(story, write)
    camille = teller.meets(story.stranger("Camille", on=TELEGRAM))
    found(story, teller, camille)
    move_in(story, teller, camille)
    marc = teller.meets(story.stranger("Marc", on=WHATSAPP))
    co_organize(story, teller, camille, marc)
    zoe = teller.meets(story.stranger("Zoé", on=TELEGRAM, started=False))
    yann = teller.meets(story.stranger("Yann", on=WHATSAPP))
    apply(story, teller, zoe, yann)
    ask(teller, marc, zoe)
    accept(story, teller, camille, marc, zoe)
    introduce(teller, zoe, yann)
    speak(teller, zoe, yann)
    propose(teller, zoe)
    vote(story, teller, camille, marc, zoe, yann)
    come(story, teller, marc, yann)
    meet(story, teller, camille, marc, zoe, yann)
    part(story, teller, camille, marc, zoe)
    rest(story, teller, marc, yann)


def found(story: Story, teller: Teller, camille: Actor) -> None:
    with teller.scene("Camille fonde un groupe, en tête à tête"):
        camille.says("je veux créer un groupe")
        camille.says(NAME)
        camille.says("Pour les indépendants de Nantes. Se voir souvent et avancer ensemble.")
        camille.says("Nantes")
        camille.taps("Oui, c'est ça")
        camille.taps("Toutes les 2 semaines")
        camille.taps("Prendre l'exemple")
        camille.taps("Garder la charte")
        camille.taps("Les deux")
        camille.taps("Fonder")
    story.group = Group.get(Group.name == NAME)


def move_in(story: Story, teller: Teller, camille: Actor) -> None:
    story.chat = teller.visits(story.emu.telegram_group(NAME, members=[camille.phone]))
    with teller.scene("Noyau entre dans le groupe Telegram", minutes=10):
        camille.follows(startgroup_link(story.home()), into=story.chat)


def co_organize(story: Story, teller: Teller, camille: Actor, marc: Actor) -> None:
    with teller.scene("Marc rejoint depuis WhatsApp, et Camille partage l'organisation", hours=1):
        follow(story, marc)
        answer(marc)
        camille.taps("Accepter")
        marc.taps("Publier")
        camille.says("nomme Marc organisateur")
        camille.taps("Oui, je confirme")


def apply(story: Story, teller: Teller, zoe: Actor, yann: Actor) -> None:
    with teller.scene("Zoé candidate sur Telegram, Yann sur WhatsApp", hours=3):
        follow(story, zoe)
        answer(zoe)
        follow(story, yann)
        answer(yann)


def ask(teller: Teller, marc: Actor, zoe: Actor) -> None:
    with teller.scene("Marc pose une question à Zoé avant de décider", minutes=35):
        tap_on(marc, "Zoé", "Demander")
        marc.says("Le jeudi midi, tu pourrais venir à Doulon ?")
        zoe.says("Oui, à vélo c'est vingt minutes, et le jeudi je n'ai pas cours.")


def accept(story: Story, teller: Teller, camille: Actor, marc: Actor, zoe: Actor) -> None:
    with teller.scene("Camille et Marc acceptent Zoé au même instant : une décision compte", minutes=20):
        story.emu.concurrently(
            lambda: tap_on(camille, "Zoé", "Accepter", settle=False),
            lambda: tap_on(marc, "Zoé", "Accepter", settle=False),
        )
        story.settle()
        tap_on(camille, "Yann", "Accepter")


def introduce(teller: Teller, zoe: Actor, yann: Actor) -> None:
    with teller.scene("Zoé entre par son lien à elle ; tous deux se présentent", hours=2):
        zoe.taps("Entrer dans le groupe")
        zoe.taps("Publier")
        yann.taps("Publier")


def speak(teller: Teller, zoe: Actor, yann: Actor) -> None:
    with teller.scene("Yann parle à tous depuis WhatsApp, Zoé depuis Telegram", hours=15):
        yann.says("dis au groupe : j'apporte le café jeudi, qui apporte un gâteau ?")
        zoe.says("dis au groupe : le gâteau, c'est pour moi.")


def propose(teller: Teller, zoe: Actor) -> None:
    with teller.scene("Zoé propose des dates comme on parle, et corrige d'un mot", hours=1):
        zoe.says("je propose jeudi 12 à midi, ou le 14 à 19h30, ou mardi prochain, au Café des Arts")
        zoe.says("19h")
        zoe.says("la 1 plutôt à 18h30")
        zoe.taps("Lancer le vote")


def vote(story: Story, teller: Teller, camille: Actor, marc: Actor, zoe: Actor, yann: Actor) -> None:
    with teller.scene("On vote sur Telegram d'un tap, sur WhatsApp en quelques mots : un seul décompte", hours=2):
        camille.taps("2 oui", chat=story.chat)
        camille.taps("1 si besoin", chat=story.chat)
        marc.says("2 et 3, 1 si besoin")
        yann.says("toutes sauf le 14")
    with teller.scene("Tout le monde a répondu : la date est fixée, chacun l'apprend une fois", minutes=10):
        zoe.says("qui vient ?")


def come(story: Story, teller: Teller, marc: Actor, yann: Actor) -> None:
    with teller.scene("La veille, une vraie question ; et qui réserve la table sait combien", days=7, hours=2):
        yann.says("oui, je viens")
        marc.says("combien on sera ?")
    with teller.scene("Le jour même, Marc sera en retard : seuls ceux qui viennent l'apprennent", hours=22):
        marc.says("j'arrive en retard de 10 min")


def meet(story: Story, teller: Teller, camille: Actor, marc: Actor, zoe: Actor, yann: Actor) -> None:
    with teller.scene("Midi : on commence, et chacun dit qu'il est là", minutes=46):
        camille.taps("On commence", chat=story.chat)
        zoe.taps("Je suis là", chat=story.chat)
        marc.says("je suis là")
        yann.says("présent")
    with teller.scene("Le hot seat : six étapes à la montre, des conseils des deux messageries", minutes=10):
        zoe.taps("Hot seat", chat=story.chat)
        camille.taps("On y va", chat=story.chat)
        for _step in range(3):
            camille.taps("suivante", chat=story.chat)
        zoe.says("#conseil appelle tes trois derniers clients avant d'en chercher d'autres", chat=story.chat)
        yann.says("conseil : double tes prix pour les nouveaux clients")
    with teller.scene("Des notes au fil de la discussion, et le plan de Camille", minutes=15):
        marc.says("action : j'appelle le café avant mardi")
        zoe.says("#décision on garde le jeudi midi", chat=story.chat)
        camille.taps("suivante", chat=story.chat)
        camille.taps("⭐ 1")
        camille.taps("Écrire mon plan")
        camille.says("appeler trois clients avant vendredi en huit")
        camille.taps("suivante", chat=story.chat)
        camille.taps("Terminer", chat=story.chat)
        camille.taps("Oui, il peut")
        camille.says("Mes devis traînent, et je n'ose pas relancer.")


def part(story: Story, teller: Teller, camille: Actor, marc: Actor, zoe: Actor) -> None:
    with teller.scene("On clôt : pas de fin sans prochaine date, et chacun tire une carte mission", minutes=20):
        camille.taps("Clore", chat=story.chat)
        zoe.taps("Terminer", chat=story.chat)
        zoe.taps("Tirer", chat=story.chat)
        marc.says("je prends la carte photo")
        camille.taps("Des dates", chat=story.chat)
        camille.says("jeudi 26 à midi")
        camille.taps("Fixer")
    with teller.scene("Le compte rendu, dans la minute", minutes=2):
        zoe.taps("😀", chat=story.chat)
        zoe.taps("Terminer", chat=story.chat)


def rest(story: Story, teller: Teller, marc: Actor, yann: Actor) -> None:
    with teller.scene("Yann souffle un peu, puis revient", hours=1):
        yann.says("STOP")
        marc.says("dis au groupe : jeudi, c'est à 12 h 30.")
        story.later(hours=25)
        yann.says("REPRENDRE")


def follow(story: Story, who: Actor) -> None:
    """Follow the group's public link on whatever phone it is."""
    link = story.home().public_link()
    who.follows(telegram_apply_link(link) if who.platform == TELEGRAM else whatsapp_apply_link(link, "fr"))


def answer(who: Actor) -> None:
    """Answer the four questions and accept the charter."""
    for text in ANSWERS[who.name]:
        who.says(text)
    who.taps("J'accepte")


def tap_on(who: Actor, about: str, label: str, settle: bool = True) -> int:
    """Press a button of the newest card about somebody; where it shows numbers, quote it and write the word."""
    seen = who.phone.messages()
    place = max(n for n, b in enumerate(seen) if b.from_bot and about in b.text and label in b.text + repr(b.choices))
    if not any(choice.label == label for choice in seen[place].choices):
        return who.says(label, settle=settle, quoting=seen[place])
    newer = sum(any(label in choice.label for choice in b.choices) for b in seen[place + 1 :])
    return who.taps(label, settle=settle, nth_from_last=newer)


def main() -> int:
    """Tell it in the terminal."""
    with stage() as story:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        print(
            "Un groupe, de l'idée aux premiers jours (tout passe par les vrais webhooks, sur des plateformes émulées)"
        )
        tell(story, lambda line: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.tell`: the story of a group through the real webhooks, told phone by phone."""

import contextlib
import os
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from storage.groups import Group
from storage.people import TELEGRAM, WHATSAPP
from tests.stage import stage
from tests.story import Actor, Story
from webhook.playground.phones import TelegramGroup
from webhook.playground.world import Bubble

PARIS = ZoneInfo("Europe/Paris")
WIDTH, LONGEST = 84, 14  # columns of a line, lines of a message
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
        "J'apporte un œil : je relis volontiers une page d'accueil ou une plaquette, et je dessine pendant que j'écoute.",
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
    told: dict[object, str] = field(default_factory=dict)

    def news(self) -> list[tuple[Bubble, bool]]:
        """What came since the last look, and what was changed in place (True)."""
        found = []
        for bubble in self.look():
            sign = bubble.text + repr(bubble.choices)
            if bubble.service or bubble.deleted or self.told.get(bubble.id) == sign:
                continue
            found.append((bubble, bubble.id in self.told))
            self.told[bubble.id] = sign
        return found


@dataclass
class Teller:
    """Writes down what every phone shows, scene by scene."""

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
        self.screens.append(Screen(f"{chat.chat.title} · groupe Telegram", chat.messages))
        return chat

    @contextlib.contextmanager
    def scene(self, title: str):  # type: ignore[no-untyped-def]
        """What happens inside is told at its end."""
        self.scenes += 1
        self.write(f"\n━━ {self.scenes}. {title} ".ljust(WIDTH, "━"))
        yield
        for screen in self.screens:
            self._show(screen)

    def _show(self, screen: Screen) -> None:
        news = screen.news()
        if not news:
            return
        self.write(f"\n┌ {screen.title}")
        for bubble, changed in news:
            self._bubble(bubble, changed)
        for actor in self.people:
            self._toast(actor, screen)

    def _bubble(self, bubble: Bubble, changed: bool) -> None:
        who = "Noyau" if bubble.from_bot else bubble.sender
        at = f"{bubble.at.astimezone(PARIS):%H:%M}"
        self.write(f"│ {at} {who}{' (message modifié)' if changed else ''}")
        if bubble.media:
            self.write(f"│       ({'image' if bubble.media in ('photo', 'image') else bubble.media})")
        for line in wrapped(bubble.text):
            self.write(f"│       {line}".rstrip())
        if bubble.choices:
            self.write("│       " + " ".join(f"[{choice.label}]" for choice in bubble.choices))

    def _toast(self, actor: Actor, screen: Screen) -> None:
        user = getattr(actor.phone, "user", None)
        if user is None or not screen.title.startswith(f"{actor.name} ·") or user.toasts == self.toasts.get(actor.name, 0):
            return
        self.toasts[actor.name] = user.toasts
        if user.toast:
            self.write(f"│       « {user.toast} » (s'affiche un instant)")


def wrapped(text: str) -> list[str]:
    """The lines of a message as a narrow screen shows them; the end of a long one is only counted."""
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, WIDTH - 8) or [""]]
    if len(lines) <= LONGEST:
        return lines
    return [*lines[: LONGEST - 2], f"… ({len(lines) - LONGEST + 2} lignes de plus)"]

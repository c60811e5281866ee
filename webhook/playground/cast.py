"""The people of the playground: two organizers, members and applicants on both messengers, one group."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import Emulators

GROUP = "Les indés de Nantes"
ORGANIZERS = ("Camille", "Marc")
MEMBERS = ("Léa", "Bénédicte", "Noé", "Idris")


def furnish(emulators: "Emulators") -> None:
    """Put the demo cast into an empty world; the bot is in no group yet."""
    camille = emulators.telegram_person("Camille", "Arnoux", "camille_arnoux")
    emulators.whatsapp_person("Marc")
    lea = emulators.telegram_person("Léa", "Marchetti")
    emulators.whatsapp_person("Bénédicte")
    noe = emulators.telegram_person("Noé", "Le Goff", "noe_legoff")
    emulators.whatsapp_person("Idris")
    emulators.telegram_person("Zoé", "Tanguy", bio="Illustratrice à Rezé, je cherche un groupe d'entraide.")
    emulators.whatsapp_person("Yann")
    emulators.telegram_group(GROUP, members=[camille, lea, noe])

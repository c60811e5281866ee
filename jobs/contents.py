"""WhatsApp contents, declared once: generic choices, lists and utility templates, in French and English.

`python -m jobs contents` creates or updates them at Twilio and says how far their approval got
(Twilio: Content API; WhatsApp: template rules: no variable first, last, or beside another).
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("fr", "en")
TITLE, ITEM, BODY = 20, 24, 1024  # Twilio: quick reply title, list item, body


@dataclass(frozen=True)
class Declared:
    """A content as Twilio is asked to keep it."""

    name: str
    language: str
    types: dict[str, Any]
    variables: dict[str, str]
    template: bool

    @property
    def friendly_name(self) -> str:
        """Lower case, digits and underscores only, with the version of its wording."""
        return f"noyau_{self.name}_{self.language}_{self.digest[:6]}"

    @property
    def digest(self) -> str:
        """A fingerprint of the wording: another one is another content."""
        body = json.dumps([self.types, self.variables], sort_keys=True)
        return hashlib.sha256(body.encode()).hexdigest()[:16]


LEAD = {"fr": "💬 ", "en": "💬 "}
TAIL = {
    "fr": "\n\n(Touche un bouton, ou réponds par son numéro.)",
    "en": "\n\n(Tap a button, or answer with its number.)",
}
LIST_TAIL = {
    "fr": "\n\n(Ouvre la liste, ou réponds par un numéro.)",
    "en": "\n\n(Open the list, or answer with a number.)",
}
OPEN_LIST = {"fr": "Choisir", "en": "Choose"}
SAMPLES = {"fr": ("Les indés de Nantes", "Oui"), "en": ("The Nantes indies", "Yes")}

# name -> language -> (body, button): facts about something the person joined, nothing promotional.
TEMPLATES: dict[str, dict[str, tuple[str, str]]] = {
    "news": {
        "fr": (
            "Tu as un message du groupe {{1}}, que tu as contacté ou rejoint ici. Touche le bouton pour le lire.",
            "Lire",
        ),
        "en": (
            "You have a message from the group {{1}}, which you contacted or joined here. Tap the button to read it.",
            "Read",
        ),
    },
    "accepted": {
        "fr": ("Ta candidature au groupe {{1}} a reçu une réponse. Touche le bouton pour la lire.", "Lire"),
        "en": ("Your application to the group {{1}} has been answered. Tap the button to read it.", "Read"),
    },
    "reminder": {
        "fr": (
            "Rappel du groupe {{1}} : ta prochaine réunion approche. Touche le bouton pour les détails.",
            "Voir",
        ),
        "en": (
            "Reminder from the group {{1}}: your next meeting is near. Tap the button for details.",
            "See",
        ),
    },
    "vote": {
        "fr": (
            "Le groupe {{1}}, dont tu es membre, choisit sa prochaine date. Touche le bouton pour voter.",
            "Voter",
        ),
        "en": (
            "The group {{1}}, which you joined, is choosing its next date. Tap the button to vote.",
            "Vote",
        ),
    },
    "mission": {
        "fr": (
            "Le groupe {{1}}, dont tu es membre, te propose une mission. Touche le bouton pour la voir.",
            "Voir",
        ),
        "en": ("The group {{1}}, which you joined, offers you a mission. Tap the button to see it.", "See"),
    },
}


def choice(count: int, language: str) -> Declared:
    """Quick replies: {{1}} is the text, then a title and an id for each button."""
    sample = {"1": SAMPLES[language][0]}
    actions = []
    for n in range(count):
        title, key = str(2 + 2 * n), str(3 + 2 * n)
        actions.append({"type": "QUICK_REPLY", "title": f"{{{{{title}}}}}", "id": f"{{{{{key}}}}}"})
        sample |= {title: f"{SAMPLES[language][1]} {n + 1}", key: f"id{n + 1}"}
    body = LEAD[language] + "{{1}}" + TAIL[language]
    return Declared(
        f"choice{count}", language, {"twilio/quick-reply": {"body": body, "actions": actions}}, sample, False
    )


def pick(count: int, language: str) -> Declared:
    """A list: {{1}} is the text, then an item and an id for each line. It never opens a conversation."""
    sample = {"1": SAMPLES[language][0]}
    items = []
    for n in range(count):
        item, key = str(2 + 2 * n), str(3 + 2 * n)
        items.append({"item": f"{{{{{item}}}}}", "id": f"{{{{{key}}}}}", "description": ""})
        sample |= {item: f"{SAMPLES[language][1]} {n + 1}", key: f"id{n + 1}"}
    body = LEAD[language] + "{{1}}" + LIST_TAIL[language]
    facts = {"body": body, "button": OPEN_LIST[language], "items": items}
    return Declared(f"list{count}", language, {"twilio/list-picker": facts}, sample, False)


def template(name: str, language: str) -> Declared:
    """A utility template with one quick reply, whose tap opens the window; {{2}} is the button's id."""
    body, title = TEMPLATES[name][language]
    action = {"type": "QUICK_REPLY", "title": title, "id": "{{2}}"}
    sample = {"1": SAMPLES[language][0], "2": "1:wa.open:0:AAAAAAAA"}
    return Declared(name, language, {"twilio/quick-reply": {"body": body, "actions": [action]}}, sample, True)


def declared() -> list[Declared]:
    """Everything we need at Twilio."""
    generic = [choice(n, lang) for lang in LANGUAGES for n in (1, 2, 3)]
    lists = [pick(n, lang) for lang in LANGUAGES for n in range(4, 11)]
    return generic + lists + [template(name, lang) for lang in LANGUAGES for name in TEMPLATES]


def variables(text: str, buttons: list[list[str]], most: int) -> dict[str, str]:
    """The values of a choice or list; never empty, never five spaces in a row (Twilio: 63013)."""
    values = {"1": tidy(text)}
    for n, (title, data) in enumerate(buttons):
        values |= {str(2 + 2 * n): short(title, most), str(3 + 2 * n): data}
    return values


def tidy(text: str) -> str:
    """A value that Twilio takes: not empty, no run of more than four spaces, no tab."""
    text = text.replace("\t", " ").strip() or "…"
    while "     " in text:
        text = text.replace("     ", "    ")
    return text


def short(title: str, most: int) -> str:
    """A title of at most that many signs."""
    title = tidy(title.replace("\n", " "))
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"

"""Language: French or English, as each person likes; asked once when nothing tells."""

from handlers.kit import Message, Says, Tap, _, on, say
from handlers.kit.events import Spoken

WHICH = _("Which language shall I speak to you?")
# Both are said in the language that the reader has just written, so their French is English, and the contrary.
OTHER = (_("Tu préfères le français ? Écris « en français »."), _("Rather in English? Write “in English please”."))
BOTH = _("En français ou en anglais ? / In French or in English?")


@on.command("langue", "language", "lang", help=_("speak French or English"))
@on.phrase("changer de langue", "change language", "quelle langue", "which language")
@on.tells
@on.like(
    "tu parles quelles langues", "changer la langue", "which languages do you speak",
    "quelles langues tu comprends", "je veux changer la langue", "can I change the language",
)  # fmt: skip
def ask(msg: Message) -> Says:
    yield say.tell(msg.person, WHICH, say.button(french), say.button(english), address=msg.address)


@on.event("language_unknown")
def nobody_told(spoken: Spoken) -> Says:
    """First words that told no language: one bilingual line, never again."""
    yield say.tell(spoken.person, BOTH, say.button(french), say.button(english), address=spoken.address)


@on.event("language_other")
def wrote_the_other(spoken: Spoken) -> Says:
    """A whole sentence in the other language: told once, without a button, since a card may await an answer."""
    yield say.tell(
        spoken.person,
        OTHER[spoken.person.language == "fr"],
        address=spoken.address,
        once=f"language:{spoken.person.id}",
    )


# Commands, not phrases: they are understood in the middle of a dialogue too.
@on.command("english", "anglais", "in english", "in english please", "english please", "speak english", "en anglais")
@on.phrase("in english if you please", "can you speak english", "do you speak english", "parle anglais")
@on.like(
    "parle-moi en anglais", "speak english please", "could you write in english", "switch to english",
    "english from now on",
    "I'd rather have it in english", "english would be better for me", "I don't speak french",
    "passe en anglais",
)  # fmt: skip
def to_english(msg: Message) -> Says:
    yield from _speak(msg, "en")


@on.command("francais", "french", "en francais", "en francais s'il te plait", "francais s'il te plait", "in french")
@on.phrase("en français s'il vous plaît", "parle français", "parlez français", "tu parles français")
@on.like(
    "parle-moi en français", "switch to french", "tu peux parler en français", "write in french", "en français stp",
    "je préfère le français", "je parle pas anglais", "repasse en français", "back to french please",
)  # fmt: skip
def to_french(msg: Message) -> Says:
    yield from _speak(msg, "fr")


@on.tap("lg.fr", None, _("Français"))
def french(tap: Tap) -> Says:
    yield from _speak(tap, "fr")


@on.tap("lg.en", None, _("English"))
def english(tap: Tap) -> Says:
    yield from _speak(tap, "en")


def _speak(spoken: Spoken, language: str) -> Says:
    spoken.person.choose_language(language)
    yield say.tell(spoken.person, _("From now on I speak English to you."), address=spoken.address)

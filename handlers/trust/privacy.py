"""Privacy: who keeps what, told at the first contact; consents, taken back by one tap (115, R1, R2)."""

from handlers.kit import Message, Says, Tap, Text, _, lines, on, say
from handlers.kit.cards import privacy_words
from handlers.kit.texts import Day
from storage.db import now
from storage.noise import zone_of
from storage.people import Person
from storage.rights import Consent


@on.event("first_contact")
def inform(msg: Message) -> Says:
    """Before anything else is said to somebody in private."""
    if msg.person.inform(now()):
        yield say.tell(msg.person, privacy_words.first(msg.platform), address=msg.address)


@on.command("confidentialite", "privacy", help=_("what I hear and keep"), word=_("privacy"), group=True)
@on.phrase(
    *("vie privée", "que sais-tu de moi", "qu'est-ce que tu sais de moi", "que gardes-tu", "qu'est-ce que tu gardes"),
    *("qu'est-ce que tu écoutes", "tu écoutes quoi", "rgpd", "protection des données", "données personnelles"),
    *("what do you know about me", "what do you keep", "what do you hear", "data protection", "gdpr"),
)
def told(msg: Message) -> Says:
    text = lines(
        _("In a group I only hear what is said to me: commands, answers to me, and during a meeting its notes."),
        _("I keep what your groups need – who, when, what you decided – and never what you chat about."),
        _("“my data” shows all I know of you, “forget me” deletes it, “my consents” lists what you allowed."),
        _("The whole in plain words: {link}", link=privacy_words.page_link()),
    )
    yield say.reply(text)


# ------------------------------------------------------------------ consents


@on.command("mesaccords", "consents", "myconsents")
@on.phrase("mes accords", "mes consentements", "mes autorisations", "my consents", "what did I agree to")
def consents(msg: Message) -> Says:
    if msg.private:
        yield _card(msg.person)
    else:
        yield say.reply(_("Let's talk about it in private: write “my consents” to me there."))


@on.tap("pc.less", Consent, _("Withdraw it"), only="self")
def withdraw(tap: Tap) -> Says:
    """One tap, at once; said again by whoever asks for it (set, never toggle: a press may come twice)."""
    consent = tap.about(Consent)
    if consent.withdraw():
        yield say.signal("consent_withdrawn", consent)
    yield say.toast(_("Taken back."))
    yield _card(tap.person)


def _card(person: Person) -> say.Tell:
    standing = Consent.standing(person)
    if not standing:
        none = _("You have allowed nothing beyond what your groups need: all the rest is off until you say yes.")
        return say.tell(person, none, key=f"consents:{person.id}")
    told = [_("• {what}, since {day}", what=_what(one), day=_day(person, one)) for one in standing]
    buttons = [say.button(withdraw, one, _("Not any more: {what}", what=_what(one))) for one in standing[:9]]
    text = lines(_("<b>What you have allowed</b>, beyond what your groups need:"), *told, _("One tap takes it back:"))
    return say.tell(person, text, *buttons, key=f"consents:{person.id}")


def _what(consent: Consent) -> Text:
    kind = privacy_words.CONSENTS[consent.kind]
    return kind.given(group=consent.group.name) if consent.group is not None else kind


def _day(person: Person, consent: Consent) -> Day:
    return Day(consent.given_at.astimezone(zone_of(person, consent.group)).date())

"""Deck: the mission cards a group plays with; anybody proposes one of its own, an organizer keeps it (61; A03)."""

from handlers.kit import Message, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import missions
from handlers.kit.texts import Text, fold
from storage.groups import ORGANIZER, Group
from storage.missions import OWN, Mission
from storage.people import clean

LONGEST, MOST = 40, 12
UNDO = _("Undo")
WHICH = _("What should the card say? For example: add a card: bring the cake")


@on.command("jeu", "deck", help=_("the deck of mission cards: add one, remove one"), only="member", group=True)
@on.phrase("jeu de cartes", "le jeu de cartes", "quelles cartes", "the deck", "deck of cards", only="member")
@on.tells
@on.like(
    "c'est quoi les cartes possibles", "quelles cartes existent", "which cards exist", "show the deck",
    "le jeu contient quoi", "quelles missions existent", "what's in the deck", "what missions are there",
)  # fmt: skip
def show(msg: Message) -> Says:
    shown = [missions.name(card) for card in Mission.deck(msg.home())]
    yield say.reply(
        lines(
            _("<b>Our mission cards</b>: {cards}", cards=shown),
            _("To add one: “add a card: bring the cake”. To remove one: “remove the card photo”."),
        )
    )


# ------------------------------------------------------------------ one more


@on.phrase(
    "ajoute une carte", "ajouter une carte", "ajoute la carte", "nouvelle carte", "une carte de plus", "add a card",
    "add the card", "new card", "one more card",
    only="member", prefix=True,
)  # fmt: skip
@on.like(
    "on pourrait ajouter une carte musique", "crée une carte gâteau", "create a card for cakes",
    "let's add a music card", "nouvelle carte : apporter un gâteau", "il faudrait une carte gâteau",
    "we should have a cake card",
    "mets une carte goûter en plus", "ajoute une mission pour ranger les chaises",
    "une carte pour celui qui apporte à boire", "put a drinks card in the deck", "add a mission for tidying up",
    "il manque une carte dans le jeu",
)  # fmt: skip
def add(msg: Message) -> Says:
    group, title = msg.home(), _titled(msg.words)
    if not title:
        yield say.reply(WHICH)
    elif len(title) > LONGEST:
        yield say.reply(_("A card is read at a glance: {n} letters at most. What is its shortest name?", n=LONGEST))
    elif (known := missions.find(Mission.deck(group), title)) is not None and _same(known, title):
        yield say.reply(_("“{card}” is in the deck already.", card=missions.name(known)))
    elif sum(card.code == OWN for card in Mission.deck(group)) >= MOST:
        yield say.reply(_("The deck is full: remove one first, for example “remove the card photo”."))
    else:
        yield from _add(msg, group, title)


def _titled(words: str) -> str:
    words = " ".join(clean(words).split()).strip(" .:“”«»\"'")
    return words[:1].upper() + words[1:]


def _same(known: Mission, title: str) -> bool:
    return known.code != OWN or fold(known.title) == fold(title)


def _add(msg: Message, group: Group, title: str) -> Says:
    kept = msg.seat().role == ORGANIZER
    card, fresh = Mission.propose(group, title, fold(title), msg.person, kept)
    if kept:
        text = _("“{card}” is in the deck. It comes with the next draw.", card=missions.name(card))
        yield say.reply(text, say.button(remove_it, card, UNDO))
        yield say.signal("did", card, what="deck", press="mk.out")
        return
    yield say.reply(_("Thank you! I asked the organizers whether “{card}” joins the deck.", card=missions.name(card)))
    if fresh:
        for person in group.organizers():
            yield say.tell(
                person,
                _("{name} proposes a mission card: <b>{card}</b>.", name=names.first(msg.person), card=title),
                say.button(keep, card),
                say.button(leave, card),
                group=group,
            )


@on.tap("mk.keep", Mission, _("Into the deck"), only="organizer")
def keep(tap: Tap) -> Says:
    card = tap.about(Mission)
    if card.turn("kept", "proposed"):
        yield say.reply(_("“{card}” is in the deck. It comes with the next draw.", card=missions.name(card)))
        yield say.signal("did", card, what="deck", press="mk.out")
        if card.by is not None and card.by.id != tap.person.id and tap.home().membership_of(card.by):
            text = _("Your card “{card}” is in the deck. Thank you!", card=missions.name(card))
            yield say.tell(card.by, text, group=tap.home())
    else:
        yield say.reply(_settled(card))


@on.tap("mk.leave", Mission, _("Rather not"), only="organizer")
def leave(tap: Tap) -> Says:
    card = tap.about(Mission)
    if card.turn("removed", "proposed"):
        yield say.reply(_("All right, it stays out. Anybody may propose another one."))
        yield say.signal("did", card, what="deck", press="mk.back")
        if card.by is not None and tap.home().membership_of(card.by):
            text = _("Thank you for your card “{card}”. For now, the deck stays as it is.", card=missions.name(card))
            yield say.tell(card.by, text, group=tap.home())
    else:
        yield say.reply(_settled(card))


def _settled(card: Mission) -> Text:
    if card.state == "kept":
        return _("“{card}” is in the deck already.", card=missions.name(card))
    return _("“{card}” is not in the deck: somebody settled that.", card=missions.name(card))


# ------------------------------------------------------------------ one less


@on.phrase(
    "enlève la carte", "retire la carte", "supprime la carte", "enlever la carte", "retirer la carte",
    "remove the card", "drop the card", "delete the card",
    only="member", prefix=True,
)  # fmt: skip
@on.like(
    "on n'a plus besoin de la carte photo", "vire la carte brise-glace", "we don't need the photo card",
    "get rid of the icebreaker card",
    "la carte photo ne sert à rien, enlève-la du jeu", "plus besoin de la mission accueil",
    "take the photo card out of the deck", "la carte brise-glace, on l'enlève",
)  # fmt: skip
def remove(msg: Message) -> Says:
    group = msg.home()
    card = missions.find(Mission.deck(group), msg.words)
    if card is None:
        yield say.reply(
            _("Which card? The deck: {cards}.", cards=[missions.name(one) for one in Mission.deck(group)])
        )
    elif msg.seat().role != ORGANIZER:
        yield say.reply(
            _("The organizers keep the deck: ask one of them to remove “{card}”.", card=missions.name(card))
        )
    else:
        row = Mission.remove(group, card)
        yield say.reply(_removed(row), say.button(put_back, row))
        yield say.signal("did", row, what="deck", press="mk.back")


def _removed(card: Mission) -> Text:
    return _("“{card}” is out of the deck. Cards that are held already stay.", card=missions.name(card))


@on.tap("mk.out", Mission, _("Remove it"), only="organizer")
def remove_it(tap: Tap) -> Says:
    card = tap.about(Mission)
    if card.turn("removed"):
        yield say.reply(_removed(card), say.button(put_back, card))
        yield say.signal("taken_back", card, press="mk.out")
        yield say.signal("did", card, what="deck", press="mk.back")
    else:
        yield say.reply(_settled(card))


@on.tap("mk.back", Mission, _("Put it back"), only="organizer")
def put_back(tap: Tap) -> Says:
    card = tap.about(Mission)
    if card.turn("kept"):
        yield say.reply(_("“{card}” is in the deck again.", card=missions.name(card)))
        yield say.signal("taken_back", card, press="mk.back")
        yield say.signal("did", card, what="deck", press="mk.out")
    else:
        yield say.reply(_settled(card))

"""Finds the function that an event is for, in one fixed order, and runs it.

Texts: stop words, control words and commands, the open question, a card's button by number or title,
a phrase, else silence in a group and a short help in private (decisions: order of reading a text).
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import fuzz, process

from handlers.kit import duties, guess, on, say, waiting
from handlers.kit.buttons import read as read_data
from handlers.kit.events import Happening, Incoming, Message, Sender, Tap, WrongGroup
from handlers.kit.speak import Turn
from handlers.kit.texts import _, fold, language_of
from handlers.kit.understand import phrases, weighing
from handlers.kit.understand.weighing import Offer
from storage import settings
from storage.applications import Application
from storage.db import Record, now
from storage.groups import ORGANIZER, Chat, Group, Invite, Membership
from storage.knocks import Knock
from storage.outbox import Post, Question
from storage.people import TELEGRAM, WHATSAPP, Address, Person, find_address, meet

BACK = {"retour", "back", "precedent"}
NO = {"non", "no", "nope", "nan", "non merci", "no thanks"}
CANCEL = {"annuler", "annule", "cancel", "laisse tomber", "abandonner"}
GIVEN_UP = re.compile(
    r"(?:(?:non|bon|ok|en fait|finalement|no|actually)[ ,]+)*(?:[ ,]*(?:laisse tomber|oublie|annule|abandonne|"
    r"forget|cancel|drop|never ?mind|scrap)(?: (?:ca|tout ca|tout|cette (?:date|proposition|idee)|ma proposition|"
    r"it|that|this (?:date|proposal|idea)|everything))?(?: (?:stp|svp|please|merci|thanks))?)+"
    r"(?:[ ,.!]*(?:j'ai change d'avis|c'etait une (?:erreur|mauvaise idee)|je me suis trompee?|i changed my mind|"
    r"i've changed my mind|that was a mistake))?"
)
NUMBER = re.compile(r"^(?:le |la |n°|no |numero |number |#)?(\d{1,2})[.)!]?$")
TITLE_AGE_DAYS = 14
LATE = dt.timedelta(minutes=1)
SEEN = ("quoted", "last", "last_said", "open")
NOT_YOURS = _("Only the organizers of {group} can do that. Write “help” to me to see what you can do.")
NOT_MEMBER = _("That is for the members of {group}. Ask them for their application link.")
OLD_BUTTON = _("This button no longer works. Write “where am I” to me and I'll show you where things stand.")


@dataclass(frozen=True)
class Meant:
    """The button that a number or a title stands for, and when its card was made."""

    button: on.Button
    record: int
    shown_at: dt.datetime


@dataclass
class Screen:
    """What the writer has before them, each looked up once: the card quoted, and the last one with buttons."""

    message: Message
    unread: frozenset[int] = frozenset()

    @functools.cached_property
    def quoted(self) -> Post | None:
        """The card that the words answer, if they quote one."""
        event = self.message.event
        return Post.to_message(self.message.platform, event.chat, event.quoted) if event.quoted else None

    @functools.cached_property
    def last(self) -> Post | None:
        """The last card with buttons; none while it only goes out now, because it waited."""
        card = Post.last_choices(self.message.address, _written_late(self.message.event))
        return card if card is not None and card.id not in self.unread else None

    @functools.cached_property
    def last_said(self) -> bool:
        """Was nothing said to them since that card?"""
        return self.last is not None and self.last.is_last

    @functools.cached_property
    def open(self) -> list[tuple[Membership, on.About, list[Record]]]:
        """What words without a card may mean in the person's groups, or in the one that is meant."""
        seats = Membership.all_of(self.message.person)
        meant = _meant(self.message, None, seats)
        return [found for seat in ([meant] if meant else seats) for found in _open_for(seat)]

    def saying(self, text: str) -> "Screen":
        """The same screen, before other words of the same person; what was looked up stays so."""
        other = Screen(replace(self.message, text=text), self.unread)
        other.__dict__ |= {name: value for name, value in self.__dict__.items() if name in SEEN}
        return other


def _open_for(seat: Membership) -> list[tuple[Membership, on.About, list[Record]]]:
    cards = on.registry.cards.values()
    return [(seat, about, list(about.finds(seat.group))) for about in cards if about.finds]


def answer(event: Incoming) -> Turn:
    """Run what the event is for; the turn says the toast and whether anything was written."""
    on.load()
    turn = Turn(event)
    if event.kind == "tap":
        _tapped(event, turn)
    elif event.kind in ("text", "media"):
        _told(event, turn)
    else:
        _happened(event, turn)
    return turn


def run(turn: Turn, function: Callable[..., Any], given: Any) -> None:
    """Call a feature and carry out what it says; a foreign record is an old button."""
    turn.ran.append(named(function))
    try:
        turn.carry_out(function(given))
    except WrongGroup:
        turn.carry_out([say.reply(OLD_BUTTON)])
    if turn.again is not None and turn.event is not None and turn.spoken is not None:
        words, turn.again = turn.again, None
        facts = {"group_id": words.group.id if words.group else None}
        event = replace(turn.event, kind="text", text=words.text, quoted="", facts=facts)
        message = Message(turn.spoken.person, turn.spoken.address, event, text=words.text)
        if words.meant is None:
            understand(turn, message)
        else:
            _run_in_group(turn, message, (_as_phrase(words.meant), phrases.rest(words.text, words.meant)), None)


def _as_phrase(function: Callable[..., Any]) -> on.Phrase:
    """The right to a function is that of its words."""
    only = next((one.only for one in on.declared() if one.function is function), None)
    return on.Phrase(function, "", only, prefix=True)


def named(function: Callable[..., Any]) -> str:
    """ "meet.vote.show": how a feature's function is called where one counts what was understood."""
    return f"{function.__module__.removeprefix('handlers.')}.{getattr(function, '__name__', '?')}"


# ------------------------------------------------------------------ who speaks


def greet(sender: Sender, event: Incoming, turn: Turn) -> Address:
    """The address of whoever spoke, brought up to date: reachable, window open, language known."""
    language = language_of(sender.language)
    address = meet(sender.platform, sender.address, sender.external, sender.name, language, alone=True)
    if event.private:
        was_closed = not address.window_open(now()) or address.state != "ok"
        if address.platform == WHATSAPP or address.state != "ok":
            address.heard(now())
        if was_closed:
            turn.unread = waiting.release(address)
    return address


def _seat(group: Group | None, address: Address, chat: bool) -> Membership | None:
    """The speaker's membership; who was in the group's own Telegram chat before us is a member (learn them)."""
    if group is None:
        return None
    seat = Membership.of(group, address.person)
    if seat is None and chat and group.state == "live":
        known = Membership.get_or_none((Membership.group == group) & (Membership.person == address.person))
        if known is None and not _came_since(group, address):
            return Membership.welcome(group, address.person, address)
    return seat


def _came_since(group: Group, address: Address) -> bool:
    """Has this account to do with the gate? Then the organizers, or the link's owner, decide about it (25)."""
    return (
        Knock.known(group, address)
        or Invite.in_doubt(group, address)
        or Application.latest_of(group, address.person) is not None
    )


# ------------------------------------------------------------------ taps


def _tapped(event: Incoming, turn: Turn) -> None:
    if event.sender is None:
        return
    address = greet(event.sender, event, turn)
    spoken = Tap(address.person, address, event)
    turn.spoken = spoken
    pressed = read_data(event.data)
    known = on.registry.buttons.get(pressed.code) if pressed else None
    if pressed is None or known is None:
        turn.carry_out([say.reply(OLD_BUTTON)])
        return
    press(turn, spoken, known, pressed.record)


def press(turn: Turn, tap: Tap, known: on.Button, record_id: int) -> None:
    """Press a button for somebody: load the record, check the right now, run (promise 5, S9, S10)."""
    record: Record | None = known.model.get_or_none(id=record_id) if known.model else None
    if known.model is not None and record is None:
        turn.carry_out([say.reply(OLD_BUTTON)])
        return
    group = _group_of(record)
    in_chat = not tap.event.private and _is_home(group, tap.event)
    seat = _own_seat(record, tap.person) or _seat(group, tap.address, in_chat)
    if record is not None and getattr(record, "person_id", None) == tap.person.id:
        setattr(record, "person", tap.person)  # noqa: B010 - a record of whoever taps needs no look-up
    tap = replace(tap, group=group, membership=seat, record=record)
    turn.spoken = tap
    if refusal := _refusal(known.only, known.function, tap, record):
        turn.carry_out([refusal])
    else:
        run(turn, known.function, tap)


def _own_seat(record: Record | None, person: Person) -> Membership | None:
    """The seat that the button is about, when it is the tapper's: no need to look it up twice."""
    if isinstance(record, Membership) and record.person_id == person.id and record.state == "in":
        return record
    return None


def _group_of(record: Record | None) -> Group | None:
    group = getattr(record, "group", None)
    return group if isinstance(group, Group) else None


def _is_home(group: Group | None, event: Incoming) -> bool:
    chat = group.chat if group else None
    return chat is not None and str(chat.chat_id) == event.chat


def _refusal(
    only: on.Only, function: Callable[..., Any], spoken: Tap | Message, record: Record | None = None
) -> say.Say | None:
    seat, name = spoken.membership, spoken.group.name if spoken.group else ""
    if only is None:
        return None
    if only == "self":
        mine = getattr(record, "person_id", None) == spoken.person.id or record == spoken.person
        return None if mine else say.reply(_("This button is somebody else's."))
    if seat is None:
        return say.reply(replace(NOT_MEMBER, values={"group": name}))
    if only == ORGANIZER and not duties.may(seat, function):
        return say.reply(replace(NOT_YOURS, values={"group": name}))
    return None


# ------------------------------------------------------------------ texts


def _told(event: Incoming, turn: Turn) -> None:
    if event.sender is None:
        return
    if event.private:
        _told_in_private(event, event.sender, turn)
    elif _overheard(turn, event, event.sender):
        return
    elif event.addressed:
        _told_in_group(event, event.sender, turn)


def _overheard(turn: Turn, event: Incoming, sender: Sender) -> bool:
    """Words that a feature hears in a group though they aren't said to us: a member's, while it wants them."""
    if event.facts.get("forwarded") or event.text.startswith("/"):
        return False
    functions = [(wanted, function) for holds, wanted, function in on.registry.overheard if holds(event.text)]
    chat = Chat.get_or_none(Chat.chat_id == int(event.chat)) if functions else None
    group = chat.group if chat else None
    function = next((function for wanted, function in functions if group and wanted(group)), None)
    address = find_address(TELEGRAM, sender.address) if function else None
    seat = Membership.of(group, address.person) if group and address else None
    if function is None or address is None or seat is None:
        return False
    message = Message(address.person, address, event, group, seat, event.text)
    turn.spoken = message
    run(turn, function, message)
    return True


def _told_in_group(event: Incoming, sender: Sender, turn: Turn) -> None:
    """In a group: commands and sentences said to us; everything else is none of our business."""
    chat = Chat.get_or_none(Chat.chat_id == int(event.chat))
    group = chat.group if chat else None
    known = _command(event.text) or _phrase(_unnamed(event.text))
    if known is None and group is None:
        return
    if known and isinstance(known[0], on.Command) and not known[0].group:
        return
    address = greet(sender, event, turn)
    seat = _seat(group, address, True)
    facts = {"chat": chat}
    message = Message(address.person, address, event, group, seat, event.text, known[1] if known else "", facts)
    turn.spoken = message
    if known is not None:
        _check_and_run(turn, known[0].function, known[0].only, message)
    elif not _about_quoted(turn, Screen(message)) and seat is not None:
        _said_to_us_here(turn, replace(message, text=_unnamed(event.text)), seat)


def _said_to_us_here(turn: Turn, message: Message, seat: Membership) -> None:
    """Words said to us in the group, by name: what is open there, a phrase said otherwise, or silence."""
    screen = Screen(message)
    screen.open = [
        (seat, about, list(about.finds(seat.group))) for about in on.registry.cards.values() if about.finds
    ]
    ways = phrases.ways(message.text)
    if any(_about_open_here(turn, screen.saying(way.text)) for way in ways if not way.wish):
        return
    found = (phrases.strict(way.text) or phrases.loose(way.text) or phrases.mistyped(way.text) for way in ways)
    if known := _meaning(next((one for one in found if one), None)):
        _check_and_run(turn, known[0].function, known[0].only, replace(message, words=known[1]))
        return
    language = _language(message)
    likely = weighing.offers(message.text, language, seat, screen.open, least=weighing.SAID_ALOUD)
    if likely and Question.of(message.address) is None:
        _offer(turn, message, likely)


def _about_open_here(turn: Turn, screen: Screen) -> bool:
    """May what is open in the group be what the words mean?"""
    here = ((about, record) for _seat, about, records in screen.open for record in records)
    return any(_read_about(turn, screen.message, about, record) for about, record in here)


def _told_in_private(event: Incoming, sender: Sender, turn: Turn) -> None:
    address = greet(sender, event, turn)
    _learn_language(address.person, sender, event.text)
    message = Message(address.person, address, event, text=event.text, media=event.facts.get("media", ""))
    turn.spoken = message
    if address.person.informed_at is None and _stop(message) is None:
        for inform in on.registry.events["first_contact"]:  # before anything else is said (R1)
            turn.carry_out(inform(message))
    if event.facts.get("forwarded"):  # quoted words never act (S22)
        run(turn, on.registry.events["not_understood"][0], replace(message, media="forwarded"))
    else:
        _tell_language(turn, message)
        understand(turn, message)
    _ask_language(turn, address.person)


def understand(turn: Turn, message: Message) -> None:
    """Find what a private text means, in the order that the module's first lines say."""
    words = fold(message.text).strip(" .!?…")
    if stop := _stop(message):
        run(turn, stop, message)
        return
    if message.address.stopped:
        _told_after_stop(turn, message)
        return
    question = Question.of(message.address)
    unread = _unread(turn, question)
    question = None if unread else question
    if _controlled(turn, message, words, question):
        return
    if question is None and _sent(turn, message):
        return
    asked = on.registry.asked.get(question.code) if question else None
    if not (asked and asked.free) and (shaped := _asked_by_the_way(message.text, question)):
        run(turn, shaped, _with_only_group(message, question))
        return
    screen = Screen(message, turn.unread)
    if known := _command(message.text):
        _run_in_group(turn, message, known, question)
    elif _about_quoted(turn, screen) or (question and _answered(turn, screen, question)):
        return
    elif pressed := _by_word(screen, words):
        press(turn, Tap(message.person, message.address, message.event), pressed.button, pressed.record)
    elif _about_last_said(turn, screen):
        return
    elif known := _phrase(message.text):
        _run_in_group(turn, message, known, question)
    elif _about_card(turn, screen) or _said_otherwise(turn, screen, question):
        return
    elif not unread:  # what they read now asks them something: that is answer enough
        _ask_what_is_meant(turn, screen)


def _unread(turn: Turn, question: Question | None) -> bool:
    """Is the open question only being said now, because it waited? Then no text answers it yet."""
    late = _written_late(turn.event) if turn.event else None
    if question is not None and late is not None and question.asked_at > late:
        return True
    if question is None or not turn.unread:
        return False
    post = Post.asking(question)
    return post is not None and post.id in turn.unread


def _stop(message: Message) -> Callable[..., Any] | None:
    """Who answers these words if they are STOP or its kin, which come before everything else."""
    opted_out = message.event.facts.get("opt_out") == "STOP"  # Twilio: OptOutType
    words = fold(message.text).strip(" .!?…").lstrip("/")
    said = set(re.split(r"[ ,.!]+", words))
    if len(said) == 1:
        words = said.pop()  # "stop stop stop"
    return on.registry.stops.get("stop" if opted_out else words)


def _written_late(event: Incoming) -> dt.datetime | None:
    """When words that reach us late were written: they mean nothing that was said since (F22, F42)."""
    waited = event.platform == TELEGRAM and now() - event.at > LATE  # Telegram keeps them for a day
    return event.at if waited or event.facts.get("late") else None


def _sent(turn: Turn, message: Message) -> bool:
    """Something without words that a feature wants from this person now."""
    wanted, function = on.registry.media.get(message.media, (None, None))
    if wanted is None or function is None or message.text.strip() or not wanted(message.person):
        return False
    run(turn, function, message)
    return True


def _asked_by_the_way(text: str, question: Question | None) -> Callable[..., Any] | None:
    """The function whose pattern the text has; beside an open question, whatever politeness is around it."""
    ways = [text, *(way.text + "?" for way in phrases.ways(text) if not way.wish)] if "?" in text else [text]
    found = (_shaped(way, fold(way).strip(" .!?…"), question is not None) for way in ways)
    return next((function for function in found if function), None)


def _shaped(text: str, words: str, asked: bool) -> Callable[..., Any] | None:
    """The function whose pattern the text has, if it is really meant."""
    shapes = on.registry.patterns
    return next((found for shape, fits, found in shapes if shape.search(words) and fits(text, asked)), None)


def _told_after_stop(turn: Turn, message: Message) -> None:
    """Who said STOP may still speak where a feature says `always`; else it is for REPRENDRE."""
    known = _command(message.text) or _meaning(phrases.strict(message.text))
    if known and known[0].always:
        _run_in_group(turn, message, known, None)
    else:
        run(turn, on.registry.events["stopped"][0], message)


def _controlled(turn: Turn, message: Message, words: str, question: Question | None) -> bool:
    """ "retour" and "annuler" work inside a dialogue; the dialogue says what they do."""
    asked = on.registry.asked.get(question.code) if question else None
    if asked is None or question is None:
        return False
    words = words.lstrip("/")
    if words not in BACK and words not in CANCEL and not GIVEN_UP.fullmatch(words):
        return False
    hook = asked.back if words in BACK else asked.cancel
    hook = hook or on.registry.events["no_way_back" if words in BACK else "cancelled"][0]
    run(turn, hook, _in_question(turn, message, question))
    return True


def _in_question(turn: Turn, message: Message, question: Question) -> Message:
    told = replace(message.about(question.group), answers=question.answers)
    turn.spoken = told
    return told


def _answered(turn: Turn, screen: Screen, question: Question) -> bool:
    """The next text goes to the function that asked; a button under the question counts first."""
    message, asked = screen.message, on.registry.asked.get(question.code)
    if asked is None:
        return False
    words = fold(message.text).strip(" .!?…")
    if (pressed := _by_word(screen, words)) and pressed.shown_at >= question.asked_at:
        press(turn, Tap(message.person, message.address, message.event), pressed.button, pressed.record)
        return True
    run(turn, asked.function, _in_question(turn, message, question))
    return True


def _by_word(screen: Screen, words: str) -> Meant | None:
    """The button that a number or title means: of the quoted card, else of the last one shown (111)."""
    if not words or len(words) > 60:
        return None
    card = screen.quoted if screen.quoted and screen.quoted.choices else screen.last
    if card is None or (now() - card.created_at).days > TITLE_AGE_DAYS:
        return None
    if words in CANCEL and not screen.message.event.quoted and not screen.last_said:
        return None  # "annuler" long after a card with such a button means what was done since (116)
    buttons: list[list[str]] = card.payload.get("buttons", [])
    if words in CANCEL | NO and (screen.last_said or card is screen.quoted):
        named_ = (_named(data, card) for _title, data in buttons)
        if refusal := next((one for one in named_ if one and one.button.function in on.registry.refuses), None):
            return refusal
    if number := NUMBER.match(words):
        grid = screen.message.platform == TELEGRAM and card.payload.get("columns")
        if grid and (card.card or "").partition(":")[0] in on.registry.cards:
            return None  # several buttons a line: the number is the line's, and the card reads it
        index = int(number.group(1)) - 1
        return _named(buttons[index][1], card) if 0 <= index < len(buttons) else None
    near = [(fuzz.ratio(words, _bare(title)), data) for title, data in buttons if _numbers(title) == _numbers(words)]
    likeness, data = max(near, default=(0, ""), key=lambda found: found[0])
    return _named(data, card) if likeness >= 88 else None


def _numbers(text: str) -> list[str]:
    """ "Every 2 weeks" and "every 3 weeks" are nearly the same words, but not the same."""
    return re.findall(r"\d+", text)


def _bare(title: str) -> str:
    return re.sub(r"[^\w' -]", "", fold(title)).strip()


def _named(data: str, card: Post) -> Meant | None:
    pressed = read_data(data)
    known = on.registry.buttons.get(pressed.code) if pressed else None
    return Meant(known, pressed.record, card.created_at) if known and pressed else None


# ------------------------------------------------------------------ words about a card


def _about_quoted(turn: Turn, screen: Screen) -> bool:
    """Words that answer a quoted card concern it, whatever else is open."""
    return screen.quoted is not None and _on_card(turn, screen.message, screen.quoted, quoted=True)


def _about_last_said(turn: Turn, screen: Screen) -> bool:
    """Words right after a card: "oui" answers it, and is no chatter, while nothing was said since."""
    if not screen.message.text.strip() or screen.last is None or not screen.last_said:
        return False
    return _on_card(turn, screen.message, screen.last)


def _about_card(turn: Turn, screen: Screen) -> bool:
    """Words about the last card shown, else about what is open in the person's groups."""
    message, last = screen.message, screen.last
    if not message.text.strip():
        return False
    fresh = last is not None and (now() - last.created_at).days <= TITLE_AGE_DAYS
    if last is not None and fresh and not screen.last_said and _on_card(turn, message, last):
        return True
    return _in_the_open(turn, screen)


def _on_card(turn: Turn, message: Message, card: Post, quoted: bool = False) -> bool:
    kind, _colon, number = (card.card or "").partition(":")
    about = on.registry.cards.get(kind)
    record = about.model.get_or_none(id=int(number)) if about and number.isdigit() else None
    if about is not None and quoted and about.quoted:
        about = replace(about, reads=about.quoted)
    return about is not None and record is not None and _read_about(turn, message, about, record)


def _in_the_open(turn: Turn, screen: Screen) -> bool:
    """Words without a card: what they may mean in the groups of the person; in several groups, which one is asked."""
    message, found = screen.message, {}
    for seat, about, records in screen.open:
        readable = (record for record in records if _reading(message, about, record) is not None)
        if seat.id not in found and (record := next(readable, None)) is not None:
            found[seat.id] = (seat, about, record)
    if len(found) > 1:
        seats = [seat for seat, _about, _record in found.values()]
        run(turn, on.registry.events["which_group"][0], replace(message, answers={"seats": seats}))
    for _seat, about, record in found.values() if len(found) == 1 else ():
        _read_about(turn, message, about, record)
    return bool(found)


def _reading(message: Message, about: on.About, record: Record) -> Any:
    return about.reads(message.text, record, _language(message))


def _language(message: Message) -> str:
    return message.person.language or settings.current().language


def _read_about(turn: Turn, message: Message, about: on.About, record: Record) -> bool:
    """Let the card's feature have the words, if it can read them; rights are those of its buttons."""
    reading = _reading(message, about, record)
    if reading is None:
        return False
    told = replace(message.about(_group_of(record)), record=record, reading=reading, words=message.text)
    turn.spoken = told
    _check_and_run(turn, about.function, about.only, told)
    return True


# ------------------------------------------------------------------ said otherwise, half understood


def _said_otherwise(turn: Turn, screen: Screen, question: Question | None) -> bool:
    """The same once more, with what phones shorten written out and without what is only polite (31)."""
    message = screen.message
    ways = [way for way in phrases.ways(message.text) if fold(way.text) != fold(message.text)]
    said = [screen.saying(way.text) for way in ways if not way.wish]
    for other in said:
        if (pressed := _by_word(other, fold(other.message.text).strip(" .!?…"))) is not None:
            press(turn, Tap(message.person, message.address, message.event), pressed.button, pressed.record)
            return True
        if _about_last_said(turn, other):
            return True
    for way in ways:
        if known := _command(way.text) or _phrase(way.text):
            _run_in_group(turn, replace(message, text=way.text), known, question)
            return True
    if any(_about_card(turn, other) for other in said):
        return True
    for way in phrases.ways(message.text):
        if known := _meaning(phrases.loose(way.text) or phrases.mistyped(way.text)):
            _run_in_group(turn, replace(message, text=way.text), known, question)
            return True
    return False


Known = tuple[on.Command | on.Phrase, str]


def _phrase(text: str) -> Known | None:
    """The phrase that the text is or begins with, unless it likely means something else."""
    found = phrases.strict(text)
    return _meaning(found) if found and not weighing.misleads(found, text) else None


def _meaning(found: phrases.Found | None) -> Known | None:
    return (found.phrase, found.words) if found else None


def _ask_what_is_meant(turn: Turn, screen: Screen) -> None:
    """A guess alone never acts: it is offered by buttons, or nothing was understood."""
    message = _with_only_group(screen.message)
    known = message.membership, screen.open
    likely = weighing.offers(message.text, _language(message), *known) if not message.media else []
    if told := weighing.clear(likely, message.text):
        rest = phrases.rest(message.text, told.function)
        _run_in_group(turn, screen.message, (_as_phrase(told.function), rest), None)
    elif likely:
        _offer(turn, message, likely)
    else:
        instead = [] if message.media else _buttons_before_them(screen)
        turn.offered += [named(offer.function) for offer in instead]
        run(turn, on.registry.events["not_understood"][0], replace(message, reading=instead))


def _buttons_before_them(screen: Screen) -> list[Offer]:
    """What they were last asked by buttons and may still be answering; else whether they come to what is next."""
    card = screen.last if screen.last is not None and screen.last.card else None
    if card is not None and (now() - card.created_at).days <= TITLE_AGE_DAYS:
        found = [_named(data, card) for _title, data in card.payload.get("buttons", [])]
        known = [
            (one.button, one.button.model.get_or_none(id=one.record)) for one in found if one and one.button.model
        ]
        shown = [Offer(button.function, record=record) for button, record in known if record and button.label]
        if shown:
            return shown[: weighing.OFFERED]
    ahead = (record for _seat, about, records in screen.open if about.kind == "coming" for record in records)
    meeting = next(ahead, None)
    return [Offer(on.tapped(code), record=meeting) for code in ("at.yes", "at.maybe", "at.no")] if meeting else []


def _offer(turn: Turn, message: Message, likely: list[Offer]) -> None:
    turn.offered += [named(offer.function) for offer in likely]
    run(turn, on.registry.events["half_understood"][0], replace(message, reading=likely))


# ------------------------------------------------------------------ commands and phrases


def _command(text: str) -> Known | None:
    """/name words, or the bare name; a mistyped /name is guessed."""
    first, _space, rest = text.strip().partition(" ")
    if first.startswith("/"):
        name = fold(first[1:].partition("@")[0]).replace("_", "")
        found = on.registry.commands.get(name)
        if found is None and len(name) > 3:
            near = process.extractOne(name, list(on.registry.commands), scorer=fuzz.ratio, score_cutoff=75)
            found = on.registry.commands[near[0]] if near else None
        return (found, rest.strip()) if found else None
    found = on.registry.commands.get(fold(text).strip(" .!?…"))
    return (found, "") if found else None


def _unnamed(text: str) -> str:
    """Without our name."""
    return re.sub(r"@\w+[ ,:]*", "", text).strip()


def _run_in_group(turn: Turn, message: Message, known: Known, question: Question | None) -> None:
    """Run a command or phrase in the group it means; ask which one when several fit."""
    what, words = known
    message = replace(message, words=words)
    if what.only is None:
        run(turn, what.function, _with_only_group(message, question))
        return
    seats = Membership.all_of(message.person)
    if what.only == ORGANIZER:  # a plain member is refused in the name of a group
        seats = [seat for seat in seats if duties.may(seat, what.function)] or seats[:1]
    meant = _meant(message, question, seats)
    if meant is None and len(seats) > 1:
        run(turn, on.registry.events["which_group"][0], replace(message, answers={"seats": seats}))
        return
    seat = meant or (seats[0] if seats else None)
    message = replace(message, group=seat.group if seat else None, membership=seat)
    turn.spoken = message
    _check_and_run(turn, what.function, what.only, message)


def _meant(message: Message, question: Question | None, seats: list[Membership]) -> Membership | None:
    """The seat in the group of the quoted card, else of the group named or last asked about."""
    group_id = message.event.facts.get("group_id")
    if group_id is None and message.event.quoted:
        card = Post.to_message(message.platform, message.event.chat, message.event.quoted)
        group_id = card.group_id if card else None
    if group_id is None and question:
        group_id = question.group_id
    return next((seat for seat in seats if seat.group_id == group_id), None)


def _with_only_group(message: Message, question: Question | None = None) -> Message:
    """The message in the only group it can mean, if there is just one."""
    seats = Membership.all_of(message.person)
    seat = _meant(message, question, seats) or (seats[0] if len(seats) == 1 else None)
    return replace(message, group=seat.group if seat else None, membership=seat)


def _check_and_run(turn: Turn, function: Callable[..., Any], only: on.Only, message: Message) -> None:
    if refusal := _refusal(only, function, message):
        turn.carry_out([refusal if message.group else say.reply(_NO_GROUP)])
    else:
        run(turn, function, message)


_NO_GROUP = _("You are in no group yet. Use the application link that a group gave you, or write “create a group”.")


# ------------------------------------------------------------------ languages


def _learn_language(person: Person, sender: Sender, text: str) -> None:
    """First words: the platform's hint, else the words themselves, else the number's country."""
    if person.language:
        return
    found = guess.language(text) or (guess.by_number(sender.address) if sender.platform == WHATSAPP else None)
    if found:
        person.language = found
        person.save(only=[Person.language])


def _tell_language(turn: Turn, message: Message) -> None:
    """A whole sentence in the other language, by somebody who never chose: how to have it, before the answer."""
    person = message.person
    if person.language_chosen or message.address.stopped:
        return
    if guess.only_in(message.text) not in (None, person.language):
        run(turn, on.registry.events["language_other"][0], message)


def _ask_language(turn: Turn, person: Person) -> None:
    """Nothing told us: the deployment's language from now on, and one question, once."""
    if person.language is None:
        person.language = settings.current().language
        person.save(only=[Person.language])
        run(turn, on.registry.events["language_unknown"][0], turn.spoken)


# ------------------------------------------------------------------ the rest


def _happened(event: Incoming, turn: Turn) -> None:
    """A chat changed: every feature that listens is called."""
    functions: Iterable[Callable[..., Any]] = on.registry.events.get(event.kind, ())
    address = None
    if event.kind == "edited":
        address = find_address(TELEGRAM, event.sender.address) if event.sender else None
        if address is None:
            return  # whoever we don't know has said nothing to us
        turn.spoken = Message(address.person, address, event, text=event.text)
    elif event.sender is not None and functions:
        address = meet(
            TELEGRAM,
            event.sender.address,
            name=event.sender.name,
            language=language_of(event.sender.language),
        )
    person = address.person if address else None
    for function in functions:
        run(turn, function, Happening(event.kind, event, person, address, None, event.facts))

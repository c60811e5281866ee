"""Turns what a feature says into rows: posts, questions and timers of the same transaction."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from unicodedata import combining

from handlers.kit import say
from handlers.kit.buttons import data_for
from handlers.kit.events import Happening, Incoming, Spoken
from handlers.kit.on import registry
from handlers.kit.texts import Reader, Sayable, _, lines, show
from storage import db, settings
from storage.db import Record, now
from storage.groups import Group, Membership, destinations
from storage.noise import zone_of
from storage.outbox import ANSWER, BROADCAST, CONSEQUENCE, READ, UNSAID, Card, Post, Question, Reminder
from storage.people import TELEGRAM, WHATSAPP, Address, Person

LIMITS = {TELEGRAM: 4096, WHATSAPP: 1600}  # Bot API: sendMessage; Twilio: Body
WITH_BUTTONS = {TELEGRAM: 4096, WHATSAPP: 900}  # a WhatsApp content holds 1024 with its own words
ZWJ, LONGEST_SIGN = "\u200d", 24  # a family of four with its skins is eleven; some letters carry many marks
JOINING = {ZWJ, "\ufe0e", "\ufe0f", "\u20e3", *map(chr, range(0x1F3FB, 0x1F400))}
FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of them make a flag
TOAST = 200  # Bot API: answerCallbackQuery
LATE = dt.timedelta(hours=1)  # the platforms deliver what came in an absence up to a day later
SHOWN = ("text", "language", "buttons", "urls")  # what of a payload is said again


@dataclass
class Turn:
    """One event being answered: who spoke, the toast, and whether anything is to be delivered."""

    event: Incoming | None = None
    spoken: Spoken | None = None
    toast: str | None = None
    spoke: bool = False
    several: dict[int, bool] = field(default_factory=dict)
    again: say.Replay | None = None
    mute: str = ""  # why nothing is said: a timer that rings days late only changes what is true (F26)
    unread: frozenset[int] = frozenset()  # posts that waited for this person and go out only now
    ran: list[str] = field(default_factory=list)  # what was understood: the features' names, in order
    offered: list[str] = field(default_factory=list)  # what was only offered, by buttons

    def carry_out(self, effects: Iterable[say.Say] | None) -> None:
        """Write each effect, in the order in which it was said."""
        for effect in effects or ():
            self._write(effect)

    def _write(self, effect: say.Say) -> None:
        match effect:
            case say.Reply():
                self._reply(effect)
            case say.Toast():
                self._pop(effect.text)
            case say.Tell():
                self._tell(effect)
            case say.PostTo():
                self._post(effect)
            case say.InChat():
                self._in_chat(effect)
            case say.Ask():
                self._ask(effect)
            case say.Errand():
                self._errand(effect)
            case say.Later():
                code = registry.codes[effect.function]
                Reminder.put(code, type(effect.record).__name__, effect.record.id, effect.at)
            case say.Never():
                code = registry.codes[effect.function]
                Reminder.cancel(code, type(effect.record).__name__, effect.record.id)
            case say.Repeat():
                self._repeat(effect.post)
            case say.Replay():
                self.again = effect  # the router does it, once the feature has finished
            case say.Signal():
                for function in registry.events.get(effect.kind, ()):
                    by = self.spoken.person if self.spoken else None
                    given = Happening(effect.kind, self.event, by, record=effect.record, facts=effect.facts)
                    self.carry_out(function(given))
            case say.Done():
                address = effect.address or (self.spoken and self.spoken.address)
                if address:
                    Question.close(address)

    def _reply(self, effect: say.Reply) -> None:
        spoken = self.spoken
        if spoken is None:
            return
        if spoken.private:
            group = spoken.group
            level = self._level()
            self._save(self._row(spoken.address, group, effect.text, effect.buttons, urgency=ANSWER, level=level))
        elif self.event and self.event.callback:
            self._pop(effect.text)
        else:
            self._reply_in_group(effect)

    def _level(self) -> str:
        """An answer, but to words of hours ago: nobody waits for it any more (F22)."""
        late = self.event is not None and now() - self.event.at > LATE
        return "essential" if late else "answer"

    def _reply_in_group(self, effect: say.Reply) -> None:
        spoken = self.spoken
        if spoken is None or self.event is None:
            return
        reader = reader_of(spoken.person, spoken.group, TELEGRAM)
        self._save(
            {
                "platform": TELEGRAM,
                "chat": self.event.chat,
                "group": spoken.group,
                "urgency": ANSWER,
                "payload": payload_of(effect.text, effect.buttons, reader)
                | {"reply": self.event.message, "thread": self.event.facts.get("thread"), "silent": True},
            }
        )

    def _pop(self, text: Sayable) -> None:
        if self.spoken and self.event and self.event.callback:
            reader = Reader(reader_of(self.spoken.person, self.spoken.group, TELEGRAM).language)
            self.toast = clip(show(text, reader), TOAST)

    def _tell(self, effect: say.Tell) -> None:
        address = effect.address or self._address_of(effect.person, effect.group)
        if address is None:
            return
        if effect.in_place and address.platform == WHATSAPP:
            return
        mine = self.spoken is not None and self.spoken.address.id == address.id and not effect.unasked
        unsaid = self._unsaid(effect, address)
        short = effect.brief if address.platform == WHATSAPP and unsaid is None else None
        if effect.key and mine and self._typed() and not effect.in_place:
            parts = Card.key.startswith(f"{effect.key}/")
            Card.delete().where(Card.chat == address.address, (Card.key == effect.key) | parts).execute()
        row = self._row(
            address,
            effect.group,
            short or effect.text,
            effect.buttons,
            urgency=ANSWER if mine else CONSEQUENCE,
            level=self._level() if mine else "essential",
            card=effect.key,
            key=effect.once,
            unasked=effect.unasked,
            due=effect.at,
            valid_until=effect.until,
        )
        if effect.in_place and (unsaid is None or unsaid.payload.get("in_place")):
            row["payload"]["in_place"] = True
        row["payload"] |= _form(effect)
        for kind, made in (("picture", effect.picture), ("file", effect.file)):
            if made:
                row |= {"kind": kind}
                row["payload"]["made_by"] = list(made)
        self._save(row)

    def _unsaid(self, effect: say.Tell, address: Address) -> Post | None:
        """The card as it still waits there: whoever has not read it must get the whole of it."""
        if not effect.key or not (effect.brief or effect.in_place):
            return None
        return UNSAID.first(address.address, effect.key)

    def _typed(self) -> bool:
        """Were words written to us? Their answer comes under them, not in a card far above."""
        return self.spoken is not None and self.spoken.event.kind in ("text", "media")

    def _address_of(self, person: Person, group: Group | None) -> Address | None:
        if self.spoken and self.spoken.person.id == person.id:
            return self.spoken.address
        seat = Membership.of(group, person) if group else None
        if seat and seat.address:
            return seat.address
        newest = person.addresses.order_by(Address.last_inbound_at.desc(nulls="LAST"), Address.id.desc())
        return next(iter(newest.limit(1)), None)

    def _post(self, effect: say.PostTo) -> None:
        group = effect.group
        shared = {
            "group": group,
            "card": effect.key,
            "level": effect.level,
            "unasked": effect.unasked,
            "urgency": CONSEQUENCE,
            "due": effect.at,
            "valid_until": effect.until,
        }
        if effect.chat and group.chat is not None and group.chat.present:
            reader = Reader(group.language, zone_of(None, group), TELEGRAM)
            payload = payload_of(effect.text, effect.buttons, reader) | {"silent": effect.silent} | _form(effect)
            if effect.in_place and self._said(str(group.chat.chat_id), effect.key):
                payload["in_place"] = True
            row = {"platform": TELEGRAM, "chat": str(group.chat.chat_id), "payload": payload, "copy": False}
            self._save(shared | row | {"key": effect.once and f"{effect.once}:chat"})
        nobody = effect.among is not None and not effect.among
        for seat in () if nobody else destinations(group, effect.but):
            if effect.among is None or seat.person_id in effect.among:
                self._copy(effect, seat, shared)

    def _said(self, chat: str, key: str | None) -> bool:
        """Does the card stand there already, or only wait to be changed in place?"""
        unsaid = UNSAID.first(chat, key) if key else None
        return unsaid is None or bool(unsaid.payload.get("in_place"))

    def _copy(self, effect: say.PostTo, seat: Membership, shared: dict[str, Any]) -> None:
        if seat.address is None or (effect.in_place and seat.address.platform == WHATSAPP):
            return
        own = effect.also.get(seat.person_id)
        text = lines(_("<b>{group}</b>", group=effect.group.name), effect.text, own)
        row = self._row(seat.address, effect.group, text, effect.buttons, person=seat.person, named=True)
        row["payload"] |= _form(effect)
        if effect.in_place and self._said(seat.address.address, effect.key):
            row["payload"]["in_place"] = True
        key = effect.once and f"{effect.once}:{seat.id}"
        self._save(row | shared | {"urgency": BROADCAST, "copy": True, "key": key})

    def _in_chat(self, effect: say.InChat) -> None:
        group = effect.chat.group
        reader = reader_of(None, group, TELEGRAM)
        reader = replace(reader, language=effect.language or reader.language)
        payload = payload_of(effect.text, effect.buttons, reader) | {"silent": True}
        self._save(
            {
                "platform": TELEGRAM,
                "chat": str(effect.chat.chat_id),
                "group": group,
                "key": effect.once,
                "unasked": effect.unasked,
                "payload": payload | ({"reply": effect.reply} if effect.reply else {}),
            }
        )

    def _ask(self, effect: say.Ask) -> None:
        person = effect.person or (self.spoken.person if self.spoken else None)
        if person is None:
            return
        group = effect.group or (self.spoken.group if self.spoken else None)
        address = effect.address or self._address_of(person, group)
        if address is None:
            return
        Question.ask(address, registry.codes[effect.function], effect.answers, group)
        mine = self.spoken is not None and self.spoken.person.id == person.id
        urgency, level = (ANSWER, self._level()) if mine else (CONSEQUENCE, "essential")
        self._save(
            self._row(address, group, effect.text, effect.buttons, urgency=urgency, level=level, person=person)
        )

    def _repeat(self, post: Post) -> None:
        if self.spoken is None:
            return
        shown = {name: post.payload[name] for name in SHOWN if name in post.payload}
        address = self.spoken.address
        self._save(
            {
                "platform": address.platform,
                "chat": address.address,
                "address": address,
                "group": post.group_id,
                "payload": shown,
                "urgency": ANSWER,
                "level": "answer",
            }
        )

    def _errand(self, effect: say.Errand) -> None:
        self._save(
            {
                "platform": TELEGRAM,
                "kind": effect.kind,
                "chat": str(effect.chat),
                "group": effect.group,
                "payload": effect.facts,
                "key": effect.once,
            }
        )

    def _row(
        self,
        address: Address,
        group: Group | None,
        text: Sayable,
        buttons: tuple[say.Button, ...],
        person: Person | None = None,
        named: bool = False,
        **facts: Any,
    ) -> dict[str, Any]:
        person = person or address.person
        reader = reader_of(person, group, address.platform)
        if group is not None and not named and group.name and self._in_several(person):
            text = lines(_("<b>{group}</b>", group=group.name), text)
        return {
            "platform": address.platform,
            "chat": address.address,
            "address": address,
            "group": group,
            "payload": payload_of(text, buttons, reader),
        } | facts

    def _in_several(self, person: Person) -> bool:
        if person.id not in self.several:
            self.several[person.id] = Membership.several(person)
        return self.several[person.id]

    def _save(self, row: dict[str, Any]) -> None:
        """Write the row, or change the one of the same card that still waits: its bell has rung."""
        payload = row["payload"]
        buttons = bool(payload.get("buttons") or payload.get("urls"))
        limit = (WITH_BUTTONS if buttons else LIMITS)[row["platform"]]
        parts = split(payload.get("text", ""), limit) if row.get("kind", "text") == "text" else []
        for number, part in enumerate(parts[:-1]):
            card = row.get("card") and f"{row['card']}/{number}"  # a long card is several: each is edited
            said = {"text": part, "in_place": payload.get("in_place", False)}
            self._put(row | {"payload": said, "card": card, "key": None, "choices": False})
        if len(parts) > 1:
            row = row | {"payload": payload | {"text": parts[-1]}}
        self._put(row | {"choices": bool(payload.get("buttons")) and row.get("address") is not None})

    def _put(self, row: dict[str, Any]) -> None:
        """One message; of a card that still waits there, only what it says changes."""
        chat, card = row["chat"], row.get("card")
        if card and Post.coalesce(chat, card, row["payload"], row["choices"], row.get("due")):
            return
        self.spoke = True
        if self.mute and row.get("kind", "text") in READ:
            row = row | {"state": "dropped", "reason": self.mute}
        db.add(Post, **{"due": now()} | {name: value for name, value in row.items() if value is not None})


def reader_of(person: Person | None, group: Group | None, platform: str) -> Reader:
    """How this person reads: own language and zone, else the group's, else the deployment's."""
    language = (person and person.language) or (group and group.language) or settings.current().language
    return Reader(language, zone_of(person, group), platform)


def payload_of(text: Sayable, buttons: tuple[say.Button, ...], reader: Reader) -> dict[str, Any]:
    """What a post carries: the text for its messenger, buttons [title, data] and links [title, address]."""
    plain = Reader(reader.language, reader.zone)
    payload: dict[str, Any] = {"text": show(text, reader), "language": reader.language}
    buttons = tuple(b for b in buttons if b.only in (None, reader.platform))
    pressed = [[_title(b, plain), _data(b)] for b in buttons if b.function]
    opened = [[_title(b, plain), b.url] for b in buttons if b.url]
    return payload | ({"buttons": pressed} if pressed else {}) | ({"urls": opened} if opened else {})


def _form(effect: say.Tell | say.PostTo) -> dict[str, Any]:
    """How a payload is to look or to be announced."""
    return {name: value for name in ("template", "columns") if (value := getattr(effect, name))}


def _title(button: say.Button, reader: Reader) -> str:
    label = button.label
    if label is None and button.function is not None:
        label = registry.buttons[registry.codes[button.function]].label
    return clip(show(label or "?", reader).replace("\n", " "), 60)


def _data(button: say.Button) -> str:
    record: Record | None = button.record
    if button.function is None:
        return ""
    return data_for(registry.codes[button.function], record.id if record else 0)


def clip(text: str, most: int) -> str:
    """At most that many characters, ended by … when cut; never inside a surrogate or accent."""
    return text if len(text) <= most else text[: _between_signs(text, most - 1)].rstrip() + "…"


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units (the safe reading for WhatsApp too)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int) -> list[str]:
    """Parts of at most that many units, cut at paragraphs, then lines, then words; bold goes on (F44)."""
    parts, rest = [], text
    while units(rest) > limit:
        at = _cut(rest, limit - 8)
        part, rest = rest[:at].rstrip(), rest[at:].lstrip()
        bold = part.count("<b>") > part.count("</b>")
        parts.append(part + "</b>" if bold else part)
        rest = "<b>" + rest if bold else rest
    return [*parts, rest]


def _cut(text: str, limit: int) -> int:
    window = text[:limit]
    while units(window) > limit:
        window = window[:-1]
    for mark in ("\n\n", "\n", " "):
        at = window.rfind(mark)
        if at > len(window) // 3:
            return at
    tail = re.search(r"&#?\w{0,6}$|</?b?$", window)  # never inside an entity or a tag
    return tail.start() if tail and tail.start() > len("<b>") else _between_signs(text, len(window))


def _between_signs(text: str, at: int) -> int:
    """There or a little before, so that no accent, flag or emoji of several signs is cut in two (UAX 29)."""
    for cut in range(at, max(at - LONGEST_SIGN, 0), -1):
        if cut >= len(text) or not _joined(text, cut):
            return cut
    return at


def _joined(text: str, at: int) -> bool:
    """Does the sign at that place belong to the one before it?"""
    if text[at] in FLAGS:
        return (at - len(text[:at].rstrip(FLAGS))) % 2 == 1
    return text[at] in JOINING or bool(combining(text[at])) or text[at - 1] == ZWJ


def delay(seconds: float) -> dt.datetime:
    """The moment that many seconds from now."""
    return now() + dt.timedelta(seconds=seconds)

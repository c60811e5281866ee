"""Seats: the organizers say how many there are, and whether one may bring somebody; one tap undoes it (33)."""

import re
from collections.abc import Callable

from handlers.kit import Message, Says, Tap, Text, _, _n, lines, on, say
from handlers.kit.cards import gathering
from handlers.kit.cards.reminders import DAY
from handlers.kit.reading.rsvp_words import NUMBERS
from handlers.kit.texts import fold
from storage.groups import Group
from storage.meetings import Meeting
from storage.rhythms import Rhythm

MOST_SEATS = 200
MOST_REMINDERS = 3
SOONEST, EARLIEST = 15, 14 * DAY  # minutes
UNITS = {"j": DAY, "d": DAY, "h": 60, "m": 1, "s": 7 * DAY, "w": 7 * DAY, "v": DAY}
NONE = {"sans", "aucun", "aucune", "illimite", "illimitees", "none", "unlimited", "no", "zero"}
NO_REMINDER = {"sans", "aucun", "aucune", "none", "no", "non", "off", "zero", "jamais", "never"}
YES_WORDS, NO_WORDS = {"oui", "yes", "ok", "on", "autorises", "allowed"}, {"non", "no", "sans", "off", "interdits"}


# ------------------------------------------------------------------ how many


@on.command("capacite", "capacity", "seats", only="organizer")
@on.phrase("places", "nombre de places", "capacité", "seats", "capacity", only="organizer", prefix=True)
@on.like(
    "on est limités à 8 places", "pas plus de huit personnes", "limite la réunion à 10 personnes",
    "maximum 12 personnes", "il n'y a que 6 places", "mets 8 places", "only eight seats",
    "limit the meeting to 10 people", "at most 12 people", "set the capacity to 8",
    "12 places maxi", "huit personnes maximum", "on ne peut pas être plus de dix", "la salle n'a que 15 places",
    "no more than ten people", "room for eight only", "max 12 people",
)  # fmt: skip
def seats(msg: Message) -> Says:
    group, words = msg.home(), fold(msg.words)
    number = re.search(r"\d{1,4}", words)
    if not words:
        yield say.reply(lines(_seats_line(Rhythm.of(group).capacity), _("Write “seats 8”, or “seats unlimited”.")))
    elif set(words.split()) & NONE:
        yield from _set(msg, capacity=None)
    elif number is None or not 1 <= int(number.group()) <= MOST_SEATS:
        yield say.reply(_("How many seats are there? Write for example “seats 8”, or “seats unlimited”."))
    else:
        yield from _set(msg, capacity=int(number.group()))


@on.phrase("sans limite de places", "places illimitées", "no seat limit", only="organizer")
@on.like(
    "enlève la limite de places", "tout le monde peut venir, pas de limite", "plus de limite", "remove the limit",
    "unlimited seats", "as many as want",
    "on n'a pas de maximum", "pas de plafond", "no cap on people", "everybody fits, no limit",
)  # fmt: skip
def no_limit(msg: Message) -> Says:
    yield from _set(msg, capacity=None)


@on.command("accompagnants", "guests", only="organizer")
@on.phrase("accompagnants", "invités", "guests", "plus ones", only="organizer", prefix=True)
@on.like(
    "autorise un invité par personne", "on peut venir accompagné", "interdis les accompagnants", "pas d'invités",
    "chacun peut amener une personne", "est-ce qu'on peut amener quelqu'un", "allow guests", "no guests please",
    "everyone may bring one person", "can people bring a friend",
    "on peut ramener des gens", "chacun peut venir avec quelqu'un", "may we bring people",
    "members can bring someone along",
)  # fmt: skip
def guests(msg: Message) -> Says:
    words = set(fold(msg.words).split())
    if words & YES_WORDS:
        yield from _set(msg, plus_ones=True)
    elif words & NO_WORDS:
        yield from _set(msg, plus_ones=False)
    else:
        now_ = _guests_line(Rhythm.of(msg.home()).plus_ones)
        yield say.reply(lines(now_, _("Write “guests yes” or “guests no”.")))


# ------------------------------------------------------------------ reminders


@on.command("rappels", "reminders", only="organizer")
@on.phrase("rappels", "rappel", "reminders", "remind us", "rappelle-nous", only="organizer", prefix=True)
@on.like(
    "rappelle aux gens la veille", "mets un rappel 3 jours avant", "envoie un rappel la veille",
    "change les rappels", "un rappel deux heures avant", "quand envoies-tu les rappels",
    "send a reminder the day before", "change the reminders", "remind everyone two hours before",
    "préviens tout le monde un jour avant", "tu peux relancer la veille", "nudge everyone the day before",
    "rappelle la réunion deux jours avant",
)  # fmt: skip
def reminders(msg: Message) -> Says:
    words = fold(msg.words)
    minutes = read_spans(words)
    if not words:
        shown = _reminders_line(list(Rhythm.of(msg.home()).reminders))
        yield say.reply(lines(shown, _("Write for example “reminders 2 days and 2 hours”, or “no reminders”.")))
    elif minutes and len(minutes) <= MOST_REMINDERS and all(SOONEST <= one <= EARLIEST for one in minutes):
        yield from _set(msg, reminders=minutes)
    elif minutes:
        yield say.reply(_("Three reminders at most, between a quarter of an hour and two weeks before."))
    elif set(words.split()) & NO_REMINDER:
        yield from _set(msg, reminders=[])
    else:
        yield say.reply(_("How long before? Write for example “reminders 2 days and 2 hours”."))


@on.phrase("sans rappel", "sans rappels", "pas de rappel", "pas de rappels", "no reminder", "no reminders",
           only="organizer")  # fmt: skip
@on.like(
    "enlève les rappels", "arrête les rappels", "plus de rappels", "n'envoie plus de rappel avant la réunion",
    "stop sending reminders", "turn the reminders off", "no more reminders",
    "arrête de rappeler les réunions", "on n'a pas besoin de rappel", "we don't need reminders",
)  # fmt: skip
def no_reminders(msg: Message) -> Says:
    yield from _set(msg, reminders=[])


def read_spans(words: str) -> list[int]:
    """The minutes of "2 jours et 2 heures", "la veille et 3 h avant"; longest first."""
    number = r"(\d{1,3}|" + "|".join(NUMBERS) + r")"
    unit = r"(jours?|j|days?|d|heures?|hours?|h|minutes?|mins?|mn|semaines?|weeks?)"
    found = {_count(count) * UNITS[name[0]] for count, name in re.findall(rf"\b{number} ?{unit}\b", words)}
    return sorted(found | ({DAY} if re.search(r"\bveille\b|\bday before\b", words) else set()), reverse=True)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


# ------------------------------------------------------------------ kept, told, undone


def _set(msg: Message, **facts: object) -> Says:
    """Keep it for the next meetings and the ones that are set; what it replaces is kept for one undo."""
    rhythm = Rhythm.of(msg.home())
    rhythm.before = {name: getattr(rhythm, name) for name in facts}
    yield from _apply(rhythm, msg.home(), dict(facts))
    yield say.reply(_told(rhythm, set(facts)), say.button(undo, msg.home()))
    yield say.signal("did", msg.home(), what="seats", press="st.undo")


def _apply(rhythm: Rhythm, group: Group, facts: dict[str, object]) -> Says:
    for name, value in facts.items():
        setattr(rhythm, name, value)
    rhythm.keep()
    for meeting in Meeting.coming_of(group):
        ours = {name: value for name, value in facts.items() if name in ("capacity", "plus_ones")}
        if ours:
            Meeting.update(**ours).where(Meeting.id == meeting.id).execute()
            yield from _anew(Meeting.get_by_id(meeting.id))
        if "reminders" in facts:
            yield say.signal("reminders_changed", meeting)


def _anew(meeting: Meeting) -> Says:
    yield from gathering.fill(meeting)
    yield gathering.refresh(meeting)


@on.tap("st.undo", Group, _("Undo this change"), only="organizer")
def undo(tap: Tap) -> Says:
    group = tap.about(Group)
    rhythm = Rhythm.of(group)
    before = {name: value for name, value in dict(rhythm.before).items() if name in SHOWN}
    if not before:
        yield say.reply(_("There is nothing to undo any more."))
        return
    rhythm.before = {}
    yield from _apply(rhythm, group, before)
    yield say.reply(lines(_("As before:"), _told(rhythm, set(before))))
    yield say.signal("taken_back", group, press="st.undo")


def _told(rhythm: Rhythm, names: set[str]) -> Text:
    name = next(name for name in SHOWN if name in names)
    return SHOWN[name](getattr(rhythm, name))


def _seats_line(capacity: int | None) -> Text:
    if capacity is None:
        return _("There is no limit of seats.")
    return _n("There is {n} seat, then a waiting list.", "There are {n} seats, then a waiting list.", n=capacity)


def _guests_line(allowed: bool) -> Text:
    return _("Members may bring somebody.") if allowed else _("Members come without guests.")


def _reminders_line(minutes: list[int]) -> Text:
    if not minutes:
        return _("No reminders, and no question the day before.")
    return _("Reminders: {spans} before the meeting.", spans=[_span(one) for one in minutes])


def _span(minutes: int) -> Text:
    if minutes % DAY == 0:
        return _n("{n} day", "{n} days", n=minutes // DAY)
    if minutes % 60 == 0:
        return _n("{n} hour", "{n} hours", n=minutes // 60)
    return _n("{n} minute", "{n} minutes", n=minutes)


SHOWN: dict[str, Callable[..., Text]] = {
    "capacity": _seats_line,
    "plus_ones": _guests_line,
    "reminders": _reminders_line,
}

"""What one sentence corrects of a vote being prepared: another date, another hour, one more, one less (27, 31)."""

import datetime as dt
import re

from handlers.kit.cards import draft
from handlers.kit.cards.draft import ADD, Understood
from handlers.kit.reading import shift, spoken_votes
from handlers.kit.texts import fold
from handlers.kit.understand import spelling
from storage.db import now
from storage.people import Person
from storage.polls import Choice, Poll

HOUR_ALONE = re.compile(
    r"(?:(?:non|no|ok|plutot|rather|en fait|vers|a|at|around|disons|let's say|mettons)[ ,]+)*"
    r"(?:\d{1,2} ?(?:h|:)(?: ?\d{2})?|\d{1,2}(?::\d{2})? ?[ap]m|midi(?: trente| et demie?)?|noon)"
    r"(?:[ ,]+(?:plutot|instead|rather|stp|please|pour tou(?:te)?s|en fait|finalement))*"
)
REMOVE = re.compile(
    r"^(?:non|no)?[ ,]*(?:(?:enleve|enlever|retire|retirer|supprime|supprimer|sans|pas|"
    r"remove|drop|delete|not|without)(?: le| la| the)?)\b ?(?P<rest>.+)$"
)
INSTEAD = re.compile(r"^(?:non|no|plutot|en fait|rather|actually|finalement)\b|\b(?:plutot|instead)$")
MEANT = re.compile(
    r"^(?:(?:ah|oh|euh|enfin|oups|oops|pardon|desolee?|sorry|attends|wait|non|no|je (?:voulais|veux) dire|"
    r"j'ai voulu dire|i meant|i mean|(?:let's )?make (?:it|that)|mets(?: plutot)?|c'est|ce serait|ce sera|plutot|"
    r"finalement|en fait|erreur|aie|mince|zut|faute de frappe|petite erreur|typo|mistake|my bad|"
    r"je me suis (?:tromp|emmel|gour)\w+(?: de (?:jour|date|heure))?|(?:je |moi je )?prefere(?:rais)?|"
    r"i(?:'d)? (?:prefer|rather)|je voulais (?:ecrire|mettre|taper))"
    r"[ ,]+)+(?=\S)"
)
NOT_BUT = re.compile(
    r"^(?P<new>.+?)(?:,? (?:en fait|plutot|finalement|actually|rather))?,? (?:et )?"
    r"(?:(?<!est )(?<!peux )(?<!peut )(?<!va )(?<!suis )pas|not|(?:au lieu|a la place) d[eu]|plutot que|instead of|"
    r"rather than) (?P<old>.+)$"
)
SWAP = re.compile(
    r"^(?:(?:remplac|chang|echang|pass|decal|deplac|boug|report|repouss|avanc)\w*|swap|switch|replace|move|push)"
    r"(?:-la| la| le| ca| it)?(?: (?P<old>.+?))?? (?:par|pour|en|au|a|avec|with|for|to|by) "
    r"(?P<new>(?:le |la |the )?\S.*)$"
)
SHIFTED = re.compile(
    r"^(?P<moves>(?:decal|deplac|boug|report|repouss|avanc|retard)\w*|move|push|shift|delay|bring) (?P<which>.+?) "
    r"(?P<by>(?:d'|de |by |au |a la |to the |une? |an? |half |\d).+)$"
)
OTHER = re.compile(
    r"[,;]| mais | but | et (?=mets |ajoute|propose)| and (?=add |put |make )| plutot | rather |"
    r"(?<=\d) (?=(?:le|the) \d)"
)
THE_WHOLE = re.compile(
    r"(?:(?:la|le|les|l'|the|this|cette) ?)?(?:date|jour|heure|horaire|rendez-vous|reunion|time|day)?"
)
OTHER_HOUR = re.compile(r"pas (?P<old>\d{1,2}), (?P<new>\d{1,2})")
EXCUSE = re.compile(
    r"[ ,;.(]+(?:je me suis \w+|(?:c'est )?(?:une |ma )?(?:petite )?(?:erreur|faute)(?: de (?:frappe|ma part))?|"
    r"desolee?|sorry|pardon|my (?:bad|mistake)|oups|oops|(?:(?:a )?la )?meme heure|(?:at the )?same time)[).!]*$"
)
WANTED = re.compile(
    r"^(?:c'est |c'etait |it's |it was )?(?P<date>.+?) "
    r"(?:que je (?:voulais|veux|pensais)(?: \w+)?|i (?:meant|wanted)(?: to \w+)?)$"
)


def correct(poll: Poll, text: str, person: Person, asked: str = "") -> Understood:
    """Change the draft as the sentence says. asked: the words ("fin mars") that the last question was about."""
    text, choices = _plainly(text), poll.choices()
    words = fold(text).strip(" .!?")
    if choices and (shifted := _shifted(poll, words, person)):
        return shifted
    if choices and (hour := _other_hour(words, choices)):
        draft.set_hours(poll, hour, every=True)
        return Understood(changed=True)
    if HOUR_ALONE.fullmatch(words) and choices:
        return _set_hour(poll, text, person, [one for one in choices if not one.timed] or choices)
    if named := _named_hour(words, choices):
        return _set_hour(poll, named[1], person, named[0])
    if choices and _only_hour(poll, text, person):
        return _set_hour(poll, text, person, [one for one in choices if not one.timed] or choices)
    if (found := REMOVE.match(words)) and (gone := _meant(found["rest"], choices)):
        return _replace(poll, gone, found["rest"], person)
    Choice.forget_doubts(poll)
    if asked:
        within = f"{asked} {text}" if re.search(r"sem|week", asked) else f"{text} {asked}"
        narrowed = draft.add(poll, within, person)
        if narrowed.ask is None and narrowed.changed:
            return narrowed
        Choice.forget_doubts(poll)
    if gone := _refused(poll, text, person, choices):
        return _given_up(poll, text, person, gone)
    if INSTEAD.search(words) and choices:
        return _instead(poll, text, person, choices)
    if ADD.match(words) and choices:
        return draft.add(poll, text, person, _one_hour(choices), _week_of(choices[0]))
    return draft.add(poll, text, person)


def _shifted(poll: Poll, words: str, person: Person) -> Understood | None:
    """ "une heure plus tard", "décale la 2 au lendemain", "ajoute la semaine d'après"."""
    choices = [one for one in poll.choices() if one.timed]
    if more := ADD.match(words):
        start = shift.beside(words[more.end() :], choices[-1].start) if choices else None
        return _moved(poll, [], [start], person) if start else None
    found = SHIFTED.match(words)
    named = [one for one in _meant(found["which"], choices) if one.timed] if found else []
    if found and named:
        words, choices = f"{found['moves']} {found['by']}", named
    starts = [shift.beside(words, one.start) for one in choices]
    return _moved(poll, choices, [start for start in starts if start], person) if starts and all(starts) else None


def _moved(poll: Poll, gone: list[Choice], starts: list[dt.datetime], person: Person) -> Understood:
    """Other moments for these dates, as far as they are still to come."""
    lengths = [one.length for one in gone] or [None] * len(starts)
    for choice in gone:
        choice.delete_instance()
    for start, length in zip(starts, lengths, strict=True):
        if start > now():
            Choice.date(poll, start, length, by=person)
    return Understood(changed=True)


def _other_hour(words: str, choices: list[Choice]) -> dt.time | None:
    """ "8 not 7": the hour instead of the one that stands there, in the same half of the day."""
    found, hour = OTHER_HOUR.fullmatch(words), _one_hour(choices)
    if (
        found is None
        or hour is None
        or int(found["new"]) > 23
        or any(one.start.day == int(found["old"]) for one in choices)
    ):
        return None
    if int(found["old"]) not in (hour.hour, hour.hour % 12):
        return None
    later = 12 if hour.hour >= 12 and int(found["old"]) < 12 and int(found["new"]) < 12 else 0
    return dt.time(int(found["new"]) + later, hour.minute)


def _one_hour(choices: list[Choice]) -> dt.time | None:
    """The hour that all the dates have, if it is one."""
    times = {choice.start.time() for choice in choices if choice.timed}
    return times.pop() if len(times) == 1 else None


def _only_hour(poll: Poll, text: str, person: Person) -> bool:
    """Is an hour all that the sentence names, as in "plutôt 18h30 en fait"? The days stay."""
    reading = draft.reading_of(poll, text, person)
    return len(reading.options) == 1 and reading.options[0].said == "hour" and not ADD.match(fold(text))


def _plainly(text: str) -> str:
    """ "je voulais dire le 19, pas le 12", "make it 8pm": in the words of the shapes below."""
    written = fold(spelling.plain(text)).strip(" .!?")
    words = EXCUSE.sub("", EXCUSE.sub("", written)) if not EXCUSE.fullmatch(written) else written
    if REMOVE.match(words):
        return words if words != written else text
    opened = MEANT.match(words)
    rest = words[opened.end() :] if opened else words
    if wanted := WANTED.match(rest):
        return f"plutôt {wanted['date']}"
    if words != written:
        text = words
    if swap := SWAP.match(rest):
        return _swapped(swap["old"] or "", swap["new"])
    if (swapped := NOT_BUT.match(rest)) and not REMOVE.match(rest):
        return f"pas {swapped['old']}, {swapped['new']}"
    if opened is None or REMOVE.match(rest):
        return rest if opened else text
    return f"plutôt {rest}"


def _swapped(old: str, new: str) -> str:
    """ "change jeudi par vendredi", "décale à 20h", "change jeudi à 20h": in the words of the shapes above."""
    if THE_WHOLE.fullmatch(old):
        return f"plutôt {new}"
    return f"{old} à {new}" if HOUR_ALONE.fullmatch(new) else f"pas {old}, {new}"


def _set_hour(poll: Poll, text: str, person: Person, choices: list[Choice]) -> Understood:
    option = next(iter(draft.reading_of(poll, text, person).options), None)
    if option is None or option.hour is None:
        return Understood(unread=(text,))
    for choice in choices:
        choice.set_hour(option.hour)
    poll.forget_passed()
    return Understood(changed=True)


NAMED_HOUR = re.compile(
    r"^(?:non|no|plutot)?[ ,]*(?P<which>.+?)(?: plutot| rather)? (?:a |at |vers |around )?"
    r"(?P<hour>\d{1,2} ?(?:h|:)(?: ?\d{2})?|\d{1,2}(?::\d{2})? ?[ap]m|midi|noon)(?: plutot| instead)?$"
)


def _named_hour(words: str, choices: list[Choice]) -> tuple[list[Choice], str] | None:
    """ "la 1 à 18h", "jeudi plutôt 18h": the dates of the draft that are named, and their hour."""
    found = NAMED_HOUR.match(words)
    said = spoken_votes.read(found["which"], choices) if found else None
    if found is None or said is None or not said.votes:
        return None
    return [choice for choice in choices if choice.id in said.votes], found["hour"]


def _meant(words: str, choices: list[Choice]) -> list[Choice]:
    """The dates that the first part of the sentence names."""
    first = OTHER.split(words)[0]
    ids = spoken_votes.mentioned(first, choices)
    return [choice for choice in choices if choice.id in ids]


def _replace(poll: Poll, gone: list[Choice], words: str, person: Person) -> Understood:
    """ "non, pas mardi, jeudi": one goes, the other comes at its hour."""
    rest = OTHER.split(words, maxsplit=1)[1:]
    hour, week = gone[0].start.time() if gone[0].timed else None, _week_of(gone[0])
    for choice in gone:
        choice.delete_instance()
    if rest and rest[0].strip():
        more = draft.add(poll, rest[0], person, hour, week)
        return Understood(True, more.ask, more.unread)
    return Understood(changed=True)


def _refused(poll: Poll, text: str, person: Person, choices: list[Choice]) -> list[Choice]:
    """The dates of the draft that don't suit, where another one is said: "jeudi c'est pas possible, le 19"."""
    reading = draft.reading_of(poll, text, person)
    if not reading.options:
        return []
    by_name = set(reading.excluded_weekdays)
    days = {day for day in reading.excluded if day.weekday() not in by_name}
    return [one for one in choices if one.start.date() in days or one.start.weekday() in by_name]


def _given_up(poll: Poll, text: str, person: Person, gone: list[Choice]) -> Understood:
    """Those go, and what else is said comes at their hour."""
    hour, week = _one_hour(gone), _week_of(gone[0])
    more = draft.add(poll, text, person, hour, week)
    for choice in gone:
        choice.delete_instance()
    return Understood(True, more.ask, more.unread)


def _week_of(choice: Choice) -> dt.datetime:
    """From when the days are counted that correct a date: the Monday before it, if that is still ahead."""
    monday = choice.start - dt.timedelta(days=choice.start.weekday())
    return max(now(), monday.replace(hour=0, minute=0))


def _instead(poll: Poll, text: str, person: Person, choices: list[Choice]) -> Understood:
    """ "plutôt jeudi": what stood there goes, if the sentence says a date; the hour stays when they had one."""
    before = {choice.id for choice in choices}
    said = re.sub(
        r"(?i)^(?:non|no)?[ ,]*(?:plut[oô]t|en fait|rather|actually|finalement)?[ ,]*|\s*(?:plut[oô]t|instead)$",
        "",
        text,
    )
    more = draft.add(poll, said, person, _one_hour(choices), _week_of(choices[0]))
    fresh = [choice for choice in poll.choices() if choice.id not in before]
    if fresh:
        Choice.delete().where(Choice.id.in_(before)).execute()
    return more

"""Dial: each member chooses what to hear of a group: all, the essential, a digest, or nothing for a while."""

import datetime as dt

from handlers.kit import Day, Due, Join, Message, Says, Tap, Text, _, asked, lines, on, say
from handlers.kit.cards import welcome_back
from handlers.kit.reading.days import read_day
from storage.db import now
from storage.deeds import Deed
from storage.groups import Group, Membership
from storage.noise import zone_of
from storage.people import Person

BACK_AT = dt.time(9)  # in the member's zone: a pause never ends at night
LONGEST = dt.timedelta(days=366)

EVERYTHING = _("Everything")
ESSENTIAL = _("Only the essential")
DIGEST = _("A weekly digest")
CHOICES = {
    "all": (EVERYTHING, _("<b>Everything</b>: each message of the group, when it is said.")),
    "essential": (ESSENTIAL, _("<b>Only the essential</b>: dates, decisions, whatever needs your answer.")),
    "digest": (
        DIGEST,
        _("<b>A weekly digest</b>: the essential, and the rest on Sunday evening in one message."),
    ),
}
UNTIL = _("Until when? Write a day, for example “5 January” or “3 weeks”, or choose:")


@on.command(
    "reglages",
    "settings",
    "mesreglages",
    help=_("choose what you hear, or take a break"),
    word=_("settings"),
    only="member",
)
@on.phrase("mes réglages", "my settings", "notifications", "mes notifications", only="member")
@on.tells
@on.like(
    "je veux moins de messages", "tu m'envoies trop de messages", "changer mes notifications",
    "régler les notifications", "choisir ce que je reçois", "fewer messages please", "too many messages",
    "change my notifications", "what do I receive", "tu m'écris trop souvent", "tu m'écris un peu trop",
    "calme-toi sur les messages", "you write too often", "you message me too much",
    "ça fait beaucoup de messages", "je reçois trop de trucs de toi", "so many notifications",
    "less noise please",
)  # fmt: skip
def settings(msg: Message) -> Says:
    yield _card(msg.seat(), msg.home())


@on.phrase("je veux tout recevoir", "tout recevoir", "I want everything", "send me everything", only="member")
@on.like(
    "remets toutes les notifications", "je veux tous les messages", "envoie-moi tout", "give me all messages",
    "I want to hear everything",
    "je veux être au courant de tout", "notifie-moi de tout", "keep me posted on everything",
)  # fmt: skip
@on.own
def hear_all(msg: Message) -> Says:
    yield from _choose(msg, "all")


@on.phrase(
    "seulement l'essentiel",
    "l'essentiel",
    "juste l'essentiel",
    "only the essential",
    "just the essentials",
    only="member",
)
@on.like(
    "que l'essentiel", "le strict minimum", "le strict nécessaire", "the bare minimum",
    "ne m'envoie que ce qui est important", "juste les choses importantes",
    "only what's important", "just the important stuff", "seulement quand c'est important",
    "juste les dates et rien d'autre", "nothing but the important things",
    "préviens-moi seulement pour les trucs importants", "seulement ce qui compte",
    "ping me only when it matters",
)  # fmt: skip
@on.own
def hear_essential(msg: Message) -> Says:
    yield from _choose(msg, "essential")


@on.phrase("un résumé", "en résumé", "juste un résumé", "a digest", "a weekly digest", only="member")
@on.like(
    "un seul message par semaine", "un récap par semaine", "résumé hebdomadaire", "one message a week",
    "weekly summary please",
    "résume-moi la semaine en une fois", "regroupe tes messages", "bundle everything once a week",
    "un point par semaine me suffit",
)  # fmt: skip
@on.own
def hear_digest(msg: Message) -> Says:
    yield from _choose(msg, "digest")


def _choose(msg: Message, dial: str) -> Says:
    yield from _turn(msg.seat(), dial)
    yield _card(msg.seat(), msg.home())


# ------------------------------------------------------------------ the card's buttons


@on.tap("dl.all", Membership, EVERYTHING, only="self")
def tap_all(tap: Tap) -> Says:
    yield from _set(tap, "all")


@on.tap("dl.ess", Membership, ESSENTIAL, only="self")
def tap_essential(tap: Tap) -> Says:
    yield from _set(tap, "essential")


@on.tap("dl.digest", Membership, DIGEST, only="self")
def tap_digest(tap: Tap) -> Says:
    yield from _set(tap, "digest")


def _set(tap: Tap, dial: str) -> Says:
    seat = tap.about(Membership)
    if tap.membership is None:
        yield say.reply(_gone(tap.home()))
        return
    yield from _turn(seat, dial)
    yield say.toast(CHOICES[dial][0])
    yield _card(seat, tap.home())


@on.tap("dl.pause", Membership, _("Pause"), only="self")
def tap_pause(tap: Tap) -> Says:
    if tap.membership is None:
        yield say.reply(_gone(tap.home()))
    else:
        yield _until_when(tap.membership, tap.home())


# ------------------------------------------------------------------ pause, until a day


@on.command("pause", only="member")
@on.phrase("pause", "mets en pause", "mets-moi en pause", "en pause", only="member", prefix=True)
@on.phrase("je fais une pause", "faire une pause", "take a break", "pause me", only="member", prefix=True)
@on.phrase(
    "plus de messages pendant", "pas de messages pendant", "plus de messages jusqu'au", "pas de messages jusqu'au",
    "ne m'écris plus pendant", "no messages for", "no messages until", "don't write to me until",
    only="member", prefix=True,
)  # fmt: skip
@on.like(
    "mets-moi en sourdine deux semaines", "ne m'écris plus pendant une semaine",
    "je pars en vacances, coupe les messages", "fiche-moi la paix jusqu'à lundi", "silence pendant 15 jours",
    "je suis absent jusqu'au 20 mars", "mute me for two weeks", "leave me alone for a week",
    "I'm on holiday until monday", "stop writing to me for a while", "coupe-moi tout jusqu'à lundi",
    "je m'absente deux semaines", "pas de message pendant mes congés", "je coupe jusqu'au 20",
    "I'm off until monday, no messages", "snooze for a week", "silence radio jusqu'au 20 mars",
    "je pars en Espagne, silence jusqu'au 20", "off grid till march 20", "mute me please",
    "laisse-moi tranquille quelques jours", "lâche-moi un peu", "arrête tes messages quelque temps",
    "plus de messages pendant un mois", "je suis débordé, pas de messages cette semaine",
    "give me a break for two weeks", "stop messaging me for a while", "quiet please until friday",
    "no messages this week",
)  # fmt: skip
@on.own
def pause(msg: Message) -> Says:
    if msg.words:
        yield from _pause_until(msg.seat(), msg.home(), msg.person, msg.words)
    else:
        yield _until_when(msg.seat(), msg.home())


def _until_when(seat: Membership, group: Group, text: Text = UNTIL) -> say.Say:
    lengths = [say.button(function, seat) for function in (one_week, two_weeks, one_month)]
    return say.ask(until, text, *lengths, group=group)


@on.answer("dl.until")
def until(msg: Message) -> Says:
    if msg.membership is None:
        yield say.done()
        yield say.reply(_gone(msg.home()))
    else:
        yield from _pause_until(msg.membership, msg.home(), msg.person, msg.text)


@on.cancel(until)
@on.back(until)
def keep(msg: Message) -> Says:
    yield say.done()
    yield _card(msg.seat(), msg.home())


@on.tap("dl.week", Membership, _("One week"), only="self")
def one_week(tap: Tap) -> Says:
    yield from _pause_for(tap, 7)


@on.tap("dl.weeks", Membership, _("Two weeks"), only="self")
def two_weeks(tap: Tap) -> Says:
    yield from _pause_for(tap, 14)


@on.tap("dl.month", Membership, _("One month"), only="self")
def one_month(tap: Tap) -> Says:
    yield from _pause_for(tap, 30)


def _pause_for(tap: Tap, days: int) -> Says:
    if tap.membership is None:
        yield say.reply(_gone(tap.home()))
    else:
        seat, group = tap.membership, tap.home()
        yield from _pause(seat, group, tap.person, _today(tap.person, group) + dt.timedelta(days=days))


def _pause_until(seat: Membership, group: Group, person: Person, words: str) -> Says:
    today = _today(person, group)
    day = read_day(words, today, person.language or "fr")
    if day is None:
        yield _until_when(seat, group, _("I found no day in that. Write for example “5 January” or “3 weeks”:"))
    elif day <= today:
        past = _("{day} has passed. Until which day to come? For example “5 January” or “3 weeks”:", day=Day(day))
        yield _until_when(seat, group, past)
    elif day > today + LONGEST:
        yield _until_when(seat, group, _("A pause lasts a year at most. Until which day before then?"))
    else:
        yield from _pause(seat, group, person, day)


def _pause(seat: Membership, group: Group, person: Person, day: dt.date) -> Says:
    end = dt.datetime.combine(day, BACK_AT, zone_of(person, group)).astimezone(dt.UTC)
    yield from _turn(seat, "pause", end)
    yield say.done()
    yield _card(seat, group)


def _turn(seat: Membership, dial: str, until: dt.datetime | None = None) -> Says:
    """Set, never toggled: a press may come twice. What held before can be taken back."""
    before = _standing(seat)
    yield from _end_timer(seat)
    seat.set_dial(dial, until)
    if until is not None:
        yield say.later(back, seat, until)
    if (now_is := _standing(seat)) != before:
        yield say.signal("did", seat, what="dial", was=before, now=now_is)


def _standing(seat: Membership) -> list[str | None]:
    until = seat.paused_until.isoformat() if seat.dial == "pause" and seat.paused_until else None
    return [seat.dial, until]


@on.event("undo_dial")
def as_before(msg: Message) -> Says:
    """ "annuler": what one heard before, a pause included (116)."""
    deed, seat = msg.about_card(Deed), msg.seat()
    dial, until = deed.facts["was"]
    end = dt.datetime.fromisoformat(until) if until else None
    if _standing(seat) != deed.facts["now"] or (end is not None and end <= now()):
        deed.keep()
        yield say.reply(_("That has changed again meanwhile: “settings” shows what you hear."))
        return
    yield from _turn(seat, dial, end)
    yield say.reply(_("Taken back: you hear what you heard before."))
    yield _card(seat, msg.home())


def _today(person: Person, group: Group) -> dt.date:
    return now().astimezone(zone_of(person, group)).date()


def _end_timer(seat: Membership) -> Says:
    if seat.dial == "pause":
        yield say.never(back, seat)


@on.due("dl.back", Membership)
def back(due: Due) -> Says:
    seat = due.about(Membership)
    over = seat.paused_until is not None and seat.paused_until <= now()
    if over and seat.end_pause() and seat.state == "in":
        yield say.tell(seat.person, _back_text(seat), group=seat.group)


# ------------------------------------------------------------------ back before the day


@on.command("reprendre", "resume")
@on.phrase(
    "reprends",
    "je reprends",
    "fin de la pause",
    "je suis de retour",
    "I am back",
    "I'm back",
    "end the pause",
)
@on.like(
    "je suis rentré de vacances", "tu peux me réécrire", "réactive mes messages", "fin de ma pause",
    "I'm back from holiday", "you can write to me again", "unmute me",
    "c'est bon tu peux m'écrire", "remets-moi les messages", "I'm reachable again", "you may message me again",
)  # fmt: skip
@on.own
def resume(msg: Message) -> Says:
    paused = [seat for seat in Membership.all_of(msg.person) if seat.dial == "pause"]
    for seat in paused:
        before = _standing(seat)
        yield say.never(back, seat)
        seat.end_pause()
        yield say.signal("did", seat, what="dial", was=before, now=_standing(seat))
        yield say.tell(msg.person, _back_text(seat), group=seat.group)
    if paused:
        return
    if open_again := list(asked.again(msg.address)):
        yield from open_again
    elif Group.draft_of(msg.person):
        yield say.replay("je veux créer un groupe")
    else:
        yield say.reply(_("Nothing is paused. Write “settings” to choose what you hear, or “help”."))


# ------------------------------------------------------------------ the one card


def _card(seat: Membership, group: Group) -> say.Tell:
    """The live card of the dial: what is chosen, and what each choice means."""
    return say.tell(seat.person, _explained(seat, group), *_buttons(seat), group=group, key=f"dial:{seat.id}")


def _explained(seat: Membership, group: Group) -> Join:
    if seat.dial == "pause" and seat.paused_until:
        until = Day(seat.paused_until.astimezone(zone_of(seat.person, group)).date())
        chosen = _("{group}: <b>pause until {until}</b>, nothing before that.", group=group.name, until=until)
        return lines(chosen, _("To come back earlier, write “resume” or choose:"), *_meanings())
    choice = CHOICES.get(seat.dial, CHOICES["all"])[0]
    chosen = _("For {group} you have chosen: <b>{choice}</b>.", group=group.name, choice=choice)
    return lines(chosen, *_meanings(), _("<b>Pause</b>: nothing until the day you say."))


def _meanings() -> list[Text]:
    return [meaning for _label, meaning in CHOICES.values()]


def _buttons(seat: Membership) -> list[say.Button]:
    taps = {"all": tap_all, "essential": tap_essential, "digest": tap_digest}
    shown = [say.button(taps[dial], seat, _marked(dial, seat.dial)) for dial in CHOICES]
    return [*shown, say.button(tap_pause, seat)]


def _marked(dial: str, chosen: str) -> Text:
    label = CHOICES[dial][0]
    return _("✓ {choice}", choice=label) if dial == chosen else label


def _back_text(seat: Membership) -> Join:
    choice = CHOICES.get(seat.dial, CHOICES["all"])[0]
    back = _("Your pause is over, good to have you back. You hear: {choice}.", choice=choice)
    return lines(back, welcome_back.coming(seat.group))


def _gone(group: Group) -> Text:
    return _("You are no longer in {group}: there is nothing to choose.", group=group.name)

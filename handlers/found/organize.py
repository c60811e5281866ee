"""Organize: what organizers look up and change: the group's card, questions and words, who decides."""

import re
from collections.abc import Callable

from rapidfuzz import fuzz

from handlers.kit import Message, Says, Tap, _, _n, doors, lines, on, paragraphs, say
from handlers.kit.cards import announcement
from handlers.kit.cards.questions import questions_of
from handlers.kit.reading import fields, towns
from handlers.kit.reading.places import City
from handlers.kit.texts import Sayable, fold
from handlers.kit.waiting import waiting_for
from storage.applications import Application
from storage.groups import ORGANIZER, Group, Membership
from storage.people import TELEGRAM, WHATSAPP, Person

MOST_QUESTIONS, QUESTION = 8, 300
MOST_WORDS = 60
PAGE = 8
WHATSAPP_LINK = re.compile(r"https://chat\.whatsapp\.com/[A-Za-z0-9_-]{10,64}(?:\?[\w=&-]*)?")
DONE = {
    "c'est bon",
    "fini",
    "termine",
    "ok",
    "oui",
    "merci",
    "done",
    "that's it",
    "finished",
    "thanks",
    "yes",
}
LOST_RIGHT = _("Only organizers can do that. Write “help” to see what you can do.")


# ------------------------------------------------------------------ the group's card


@on.command("groupe", "group", help=_("see the group: members, applications, links"), only="organizer")
@on.phrase("mon groupe", "my group", "l'état du groupe", only="organizer")
@on.tells
@on.like(
    "montre-moi le groupe", "infos du groupe", "réglages du groupe", "comment est réglé le groupe",
    "combien de membres dans le groupe", "group settings", "show me the group", "group info",
    "c'est quoi les réglages de mon groupe", "où en est mon groupe", "fais voir la fiche du groupe",
    "how is the group set up", "show the group's settings",
)  # fmt: skip
def show(msg: Message) -> Says:
    yield say.tell(msg.person, card(msg.home(), msg.person), *card_buttons(msg.home()), group=msg.home())


def card(group: Group, reader: Person) -> Sayable:
    return paragraphs(
        announcement.summary(group),
        lines(counted(group), waiting(group), unreachable(group), chat_line(group)),
        lines(_("To apply:"), announcement.how_to_apply(group, reader.language or group.language)),
    )


def counted(group: Group) -> Sayable:
    seats = group.members()
    on_whatsapp = sum(seat.address is not None and seat.address.platform == WHATSAPP for seat in seats)
    return _n(
        "{n} member ({telegram} on Telegram, {whatsapp} on WhatsApp)",
        "{n} members ({telegram} on Telegram, {whatsapp} on WhatsApp)",
        len(seats),
        telegram=len(seats) - on_whatsapp,
        whatsapp=on_whatsapp,
    )


def waiting(group: Group) -> Sayable:
    count = len(Application.waiting_in(group))
    if not count:
        return _("No application is waiting.")
    return _n(
        "{n} application is waiting for you: write “applications”",
        "{n} applications are waiting for you: write “applications”",
        count,
    )


def unreachable(group: Group) -> Sayable | None:
    names = sorted({address.person.name or "?" for address in waiting_for(group)})
    return _("I can't reach for now: {names}", names=names) if names else None


def chat_line(group: Group) -> Sayable | None:
    if group.chat is None:
        return _("No Telegram chat yet.") if group.on_telegram and TELEGRAM in doors.platforms() else None
    if not group.chat.present:
        return _("I am no longer in the Telegram chat {title}.", title=group.chat.title)
    if not group.chat.may_invite:
        return _("Telegram chat: {title}; I may not invite there yet.", title=group.chat.title)
    return _("Telegram chat: {title}.", title=group.chat.title)


def card_buttons(group: Group) -> list[say.Button]:
    return [
        say.button(modify, group),
        say.button(see_questions, group),
        say.button(see_announcement, group),
        say.button(name_somebody, group),
    ]


@on.tap("og.announce", Group, _("Announcement"), only="organizer")
def see_announcement(tap: Tap) -> Says:
    yield announcement.kit(tap.home(), tap.person)


# ------------------------------------------------------------------ the application questions


@on.command("questions", help=_("choose what applicants are asked"), only="organizer")
@on.like(
    "changer les questions de candidature", "les questions posées aux candidats", "modifie le questionnaire",
    "change the application questions", "what do you ask applicants",
    "qu'est-ce que tu demandes à ceux qui candidatent", "je veux d'autres questions pour les candidats",
    "add a question for applicants", "which questions do applicants get",
)  # fmt: skip
def questions(msg: Message) -> Says:
    if msg.words:
        yield from follow(msg.home(), lambda: change(msg.home(), msg.words))
    else:
        yield listed(msg.home())


@on.tap("og.questions", Group, _("Questions"), only="organizer")
def see_questions(tap: Tap) -> Says:
    yield listed(tap.home())


def listed(group: Group, before: Sayable | None = None) -> say.Say:
    """The questions, numbered, and how to change them; the next texts are changes."""
    kept = [_("{n}. {question}", n=n, question=text) for n, text in enumerate(current(group), 1)]
    text = paragraphs(
        before,
        lines(_("Whoever applies to <b>{name}</b> is asked:", name=group.name), *kept),
        _("“add: …”, “remove 2”, “replace 2: …”, or send the whole list, one a line. Then “done”."),
    )
    buttons = [say.button(original, group)] if group.questions else []
    return say.ask(questions_told, text, *buttons, group=group)


def current(group: Group) -> list[str]:
    return questions_of(group, group.language)


@on.answer("og.questions")
def questions_told(msg: Message) -> Says:
    if not decides(msg):
        yield from lost_right()
    elif fold(msg.text).strip(" .!") in DONE:
        yield from leave_it(msg)
    else:
        yield from follow(msg.home(), lambda: change(msg.home(), msg.text))


@on.back(questions_told)
@on.cancel(questions_told)
def leave_it(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right. It holds for the next applications."))


ADD = re.compile(r"^(?:ajoute[rz]?|add)\b\s*:?\s*(.+)$", re.I | re.S)
REMOVE = re.compile(r"^(?:enl[eè]ve[rz]?|retire[rz]?|supprime[rz]?|remove|delete)\b\D*(\d{1,2})\s*\.?$", re.I)
REPLACE = re.compile(
    r"^(?:remplace[rz]?|change[rz]?|replace)\b\D*(\d{1,2})\s*(?::|par|by|with)\s*:?\s*(.+)$", re.I | re.S
)
ORIGINAL = re.compile(r"origin", re.I)


def change(group: Group, text: str) -> Says:
    """ "add: …", "remove 2", "replace 2: …", the original ones, or a whole list."""
    now_asked, text = current(group), text.strip()
    rows = [re.sub(r"^\s*(?:\d{1,2}[.)]|[-•])\s*", "", row).strip() for row in text.splitlines() if row.strip()]
    if found := ADD.match(text):
        yield keep(group, [*now_asked, " ".join(found.group(1).split())])
    elif found := REMOVE.match(text):
        yield without(group, now_asked, int(found.group(1)))
    elif found := REPLACE.match(text):
        yield replaced(group, now_asked, int(found.group(1)), " ".join(found.group(2).split()))
    elif len(rows) > 1:
        yield keep(group, rows)
    elif ORIGINAL.search(text) and len(text) < 60:
        yield keep(group, [])
    else:
        yield listed(group, _("I didn't understand that; nothing has changed."))


def without(group: Group, asked: list[str], number: int) -> say.Say:
    if not 1 <= number <= len(asked):
        return listed(group, _("There is no question {n}.", n=number))
    if len(asked) == 1:
        return listed(group, _("One question at least must stay: replace it instead."))
    return keep(group, asked[: number - 1] + asked[number:])


def replaced(group: Group, asked: list[str], number: int, text: str) -> say.Say:
    if not 1 <= number <= len(asked):
        return listed(group, _("There is no question {n}.", n=number))
    return keep(group, [*asked[: number - 1], text, *asked[number:]])


def keep(group: Group, wanted: list[str]) -> say.Say:
    """Keep the list, if it is one that people will answer; an empty one means the usual questions."""
    if len(wanted) > MOST_QUESTIONS:
        return listed(group, _("Eight questions at most: people give up before that. Remove one first."))
    if any(len(text) > QUESTION or not fields.has_words(text) for text in wanted):
        return listed(group, _("A question is made of words, {most} characters at most.", most=QUESTION))
    group.questions = wanted
    group.save(only=[Group.questions])
    return listed(group, _("Noted. “undo” takes it back."))


@on.tap("og.original", Group, _("The usual questions"), only="organizer")
def original(tap: Tap) -> Says:
    yield from follow(tap.home(), lambda: iter([keep(tap.home(), [])]))


# ------------------------------------------------------------------ the effort asked


@on.command("effort", help=_("choose how many words an answer needs: /effort 15"), only="organizer")
@on.like(
    "exiger plus de mots dans les réponses", "demande des réponses plus longues", "longueur minimale des réponses",
    "ask for longer answers", "minimum number of words", "il faut au moins 20 mots par réponse",
    "réponses trop courtes, demande plus", "at least 20 words an answer",
    "ne demande plus de longues réponses aux candidats", "enlève l'obligation d'écrire tant de caractères",
    "pas de minimum de caractères pour candidater", "les candidats doivent écrire plus",
    "désactive le minimum de mots", "no minimum length for applications", "applicants have to write too much",
)  # fmt: skip
def effort(msg: Message) -> Says:
    group, number = msg.home(), re.search(r"\d+", msg.words[:20])
    if number is None or int(number.group()) > MOST_WORDS:
        yield say.reply(
            _(
                "An answer needs {n} words at the moment. Write “/effort 15” to change it (0 to {most}).",
                n=group.words_required,
                most=MOST_WORDS,
            )
        )
    else:
        yield from follow(group, lambda: asks_for(group, int(number.group())))


def asks_for(group: Group, words: int) -> Says:
    group.words_required = words
    group.save(only=[Group.words_required])
    yield say.reply(_n("From now on, an answer needs {n} word.", "From now on, an answer needs {n} words.", words))


# ------------------------------------------------------------------ what the group says about itself


@on.command(
    "modifier",
    "edit",
    help=_("change the name, purpose, town, rhythm, commitment or charter"),
    only="organizer",
)
@on.like(
    "je veux changer le nom du groupe", "modifier la charte", "changer la description du groupe",
    "change the name of the group", "edit the charter", "change the description of the group",
    "le groupe change de nom", "je voudrais réécrire la charte", "corrige la description", "rename the group",
    "update what our group is about", "je veux modifier la présentation du groupe",
)  # fmt: skip
def modify_by_word(msg: Message) -> Says:
    yield choose_field(msg.home(), msg.person)


@on.tap("og.modify", Group, _("Change"), only="organizer")
def modify(tap: Tap) -> Says:
    yield choose_field(tap.home(), tap.person)


def choose_field(group: Group, person: Person) -> say.Say:
    known = FIELDS if len(doors.platforms()) > 1 else FIELDS[:-1]
    buttons = [say.button(function, group) for function in known]
    return say.tell(person, _("What shall we change?"), *buttons, group=group)


def asked(group: Group, field: str) -> say.Say:
    """What stands there now, and what to send; the next text is the new one."""
    shown = lines(_("Now:"), _("{words}", words=NOW[field](group)))
    return say.ask(field_told, paragraphs(shown, HOW[field]), group=group, field=field)


NOW: dict[str, Callable[[Group], Sayable | str]] = {
    "name": lambda group: group.name,
    "purpose": lambda group: group.purpose,
    "city": lambda group: group.city,
    "rhythm": lambda group: fields.rhythm(group.rhythm_days),
    "expectations": lambda group: group.expectations,
    "charter": lambda group: group.charter,
    "place": lambda group: fields.place(group),
}
HOW: dict[str, Sayable] = {
    "name": _("Send the new name, or “cancel”."),
    "purpose": _("For whom and why, in two sentences at most? Or “cancel”."),
    "city": _("In which town do you meet from now on (or “online”)? Or “cancel”."),
    "rhythm": _("How often from now on? “every two weeks”, “every month”… Or “cancel”."),
    "expectations": _("What does each member commit to? Or “cancel”."),
    "charter": _("Send the new charter, one rule a line. Or “cancel”."),
    "place": _("“Telegram”, “WhatsApp” or “both”? Or “cancel”."),
}


def _field(name: str, code: str, label: Sayable) -> Callable[[Tap], Says]:
    @on.tap(f"og.f.{code}", Group, label, only="organizer")
    def choose(tap: Tap) -> Says:
        yield asked(tap.home(), name)

    return choose


FIELDS = [
    _field("name", "name", _("The name")),
    _field("purpose", "purpose", _("For whom and why")),
    _field("city", "city", _("The town")),
    _field("rhythm", "rhythm", _("The rhythm")),
    _field("expectations", "expect", _("The commitment")),
    _field("charter", "charter", _("The charter")),
    _field("place", "place", _("The messengers")),
]


@on.answer("og.field")
def field_told(msg: Message) -> Says:
    field = str(msg.answers.get("field", ""))
    if not decides(msg):
        yield from lost_right()
    elif not msg.text.strip():
        yield say.reply(_("I need words here: I can't look at pictures nor listen to voice notes yet."))
    else:
        yield from follow(msg.home(), lambda: new_city(msg) if field == "city" else new_words(msg, field))


def new_words(msg: Message, field: str) -> Says:
    if refusal := fields.put(msg.home(), field, msg.text):
        yield say.reply(refusal)
    else:
        yield from changed(msg.home())


def follow(group: Group, change: Callable[[], Says]) -> Says:
    """Carry a change out, and tell what it changed, so that it can be looked up and taken back (116)."""
    was = group.words()
    yield from change()
    now_is = group.words()
    if differs := [name for name, value in now_is.items() if value != was[name]]:
        facts = {"was": {name: was[name] for name in differs}, "now": {name: now_is[name] for name in differs}}
        yield say.signal("words_changed", group, **facts)


def new_city(msg: Message) -> Says:
    """The likeliest town at once, the others one tap away."""
    group = msg.home()
    if refusal := towns.refusal(msg.text):
        yield say.reply(refusal)
        return
    cities = towns.candidates(msg.text, msg.address, msg.person.language or group.language)
    group.note(cities=[[city.name, city.country, city.zone] for city in cities])
    if cities:
        towns.keep(group, cities[0].name, cities[0].country, cities[0].zone)
    else:
        towns.keep(group, " ".join(msg.text.split()), "", group.timezone)
    yield from moved_to(group)


def moved_to(group: Group) -> Says:
    """The new town, its hour, and the other towns that were perhaps meant."""
    language = group.language
    found = [City(*city) for city in group.draft.get("cities", [])]
    buttons = [
        say.button(button, group, towns.label(city, language))
        for button, city in zip(TOWNS, found, strict=False)
        if len(found) > 1
    ]
    hour = towns.hour(group.timezone, language)
    yield from changed(group, _("{city}: it is {hour} there.", city=group.city, hour=hour), *buttons)


def changed(group: Group, more: Sayable | None = None, *buttons: say.Button) -> Says:
    done = _("Changed; the announcement follows: “announcement” shows the new texts.")
    yield say.done()
    yield say.reply(paragraphs(done, announcement.summary(group), more), *buttons)


def _town(number: int) -> Callable[[Tap], Says]:
    @on.tap(f"og.city{number}", Group, only="organizer")
    def choose(tap: Tap) -> Says:
        group = tap.home()
        cities = group.draft.get("cities", [])
        yield from follow(group, lambda: other_town(group, cities, number))

    return choose


def other_town(group: Group, cities: list[list[str]], number: int) -> Says:
    if number < len(cities):
        towns.keep(group, *cities[number])
    yield from moved_to(group)


TOWNS = [_town(number) for number in range(towns.MOST)]


@on.back(field_told)
@on.cancel(field_told)
def unchanged(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("Nothing has changed."))


def decides(msg: Message) -> bool:
    """Rights are asked again at each answer: somebody may have stepped down meanwhile."""
    return msg.membership is not None and msg.membership.role == ORGANIZER


def lost_right() -> Says:
    yield say.done()
    yield say.reply(LOST_RIGHT)


# ------------------------------------------------------------------ the group's own WhatsApp chat


@on.command(
    "lienwhatsapp",
    "whatsapplink",
    help=_("give the link of the members' own WhatsApp group"),
    only="organizer",
)
@on.like(
    "lien du groupe whatsapp", "donne le lien whatsapp", "changer le lien whatsapp", "the whatsapp group link",
    "set the whatsapp link",
    "je voudrais le lien whatsapp à partager", "le lien d'invitation whatsapp du groupe",
    "file-moi le lien whatsapp pour mes contacts", "I need the whatsapp link to share",
    "how can people join by whatsapp",
)  # fmt: skip
def whatsapp_link(msg: Message) -> Says:
    group, found = msg.home(), WHATSAPP_LINK.search(msg.words)
    if found:
        yield from _give_link(group, found.group())
        yield say.reply(_("Noted. I give it only to people you accept, one by one, never in public."))
    elif fold(msg.words) in ("non", "no", "aucun", "none", "enleve", "remove"):
        yield from _give_link(group, None)
        yield say.reply(_("Forgotten: I no longer give a WhatsApp link."))
    else:
        known = _("One is noted already; “/whatsapplink none” forgets it.") if group.whatsapp_link else None
        yield say.reply(
            lines(
                known,
                _("Send me the link like this: /whatsapplink https://chat.whatsapp.com/…"),
                _("In WhatsApp: open the group, tap its name, then “Invite via link”, “Copy link”."),
            )
        )


def _give_link(group: Group, link: str | None) -> Says:
    """The one before is kept for one undo, outside of the journal: it lets people in."""
    if group.whatsapp_link != link:
        group.note(whatsapp_before=group.whatsapp_link)
        group.whatsapp_link = link
        group.save(only=[Group.whatsapp_link])
        yield say.signal("did", group, what="whatsapp")


# ------------------------------------------------------------------ who else decides


AS = re.compile(
    r"\b(?:comme |en tant qu'|as |an? )?(?:co-?)?organi[sz](?:ateur|atrice|er)\b", re.I
)  # "Marc organisateur"


@on.command("organisateur", "organizer", help=_("name another organizer"), only="organizer")
@on.phrase("nommer un organisateur", "name an organizer", only="organizer")
@on.phrase("nomme organisateur", "nomme organisatrice", "nomme", "name as organizer", only="organizer", prefix=True)
@on.like(
    "je voudrais un deuxième organisateur", "nomme Karim organisateur", "fais de Zoé une organisatrice",
    "ajoute un organisateur", "make Karim an organizer", "add another organizer", "I want a co-organizer",
    "je voudrais qu'Ana organise avec moi", "donne les droits à Karim", "Zoé doit pouvoir tout faire comme moi",
    "give Ana the same rights as me", "promote Karim",
)  # fmt: skip
def organizer(msg: Message) -> Says:
    words = AS.sub("", msg.words).strip()
    found = named(msg.home(), words) if words else []
    if len(found) == 1:
        yield confirm(found[0], msg.person)
    elif words and not found:
        yield pick(msg.home(), msg.person, _("I find no member called “{name}”.", name=words[:60]))
    else:
        yield pick(msg.home(), msg.person, among=found)


@on.tap("og.organizer", Group, _("Name an organizer"), only="organizer")
def name_somebody(tap: Tap) -> Says:
    yield pick(tap.home(), tap.person)


def named(group: Group, words: str) -> list[Membership]:
    """Members who bear that name, or nearly."""
    wanted = fold(words).strip(" .")
    seats = group.members("member")
    exact = [seat for seat in seats if wanted in (fold(seat.person.name), fold(seat.person.name).split(" ")[0])]
    return exact or [seat for seat in seats if fuzz.ratio(wanted, fold(seat.person.name)) >= 80]


def pick(
    group: Group,
    person: Person,
    before: Sayable | None = None,
    among: list[Membership] | None = None,
    after: int = 0,
) -> say.Say:
    """Members as buttons, eight a page."""
    seats = [seat for seat in among or sorted(group.members("member"), key=lambda seat: seat.id) if seat.id > after]
    buttons = [say.button(ask_sure, seat, label=seat.person.name or "?") for seat in seats[:PAGE]]
    if len(seats) > PAGE:
        buttons.append(say.button(next_page, seats[PAGE - 1]))
    question = _("Who shall decide with you in <b>{name}</b>?", name=group.name)
    nobody = _("Everybody here decides already, or is still alone. Accept members first.")
    return say.tell(person, lines(before, question if buttons else nobody), *buttons, group=group)


@on.tap("og.next", Membership, _("Others"), only="organizer")
def next_page(tap: Tap) -> Says:
    yield pick(tap.home(), tap.person, after=tap.about(Membership).id)


@on.tap("og.sure", Membership, only="organizer")
def ask_sure(tap: Tap) -> Says:
    yield confirm(tap.about(Membership), tap.person)


def confirm(seat: Membership, person: Person) -> say.Say:
    text = _(
        "<b>{name}</b> would decide like you: applications, the group's words, its organizers. Right?",
        name=seat.person.name,
    )
    return say.tell(person, text, say.button(name_them, seat), say.button(name_nobody, seat), group=seat.group)


@on.tap("og.not", Membership, _("Not yet"), only="organizer")
@on.refuses
def name_nobody(tap: Tap) -> Says:
    yield say.reply(_("All right, nothing has changed."))


@on.tap("og.name", Membership, _("Yes, name them"), only="organizer")
def name_them(tap: Tap) -> Says:
    seat, group = tap.about(Membership), tap.home()
    if seat.state != "in":
        yield say.reply(_("{name} has left the group meanwhile.", name=seat.person.name))
    elif not seat.promote():
        yield say.reply(_("{name} is an organizer already.", name=seat.person.name))
    else:
        yield say.reply(_("<b>{name}</b> is now an organizer, and I'm telling them.", name=seat.person.name))
        yield say.signal("did", seat, what="organizer")
        yield say.tell(
            seat.person,
            lines(
                _("{by} named you an organizer of <b>{name}</b>.", by=tap.person.name, name=group.name),
                _("You receive the applications and decide with the others. Write “group” to see everything."),
            ),
            say.button(renounce, seat),
            group=group,
        )


@on.tap("og.renounce", Membership, _("I'd rather not"), only="self")
def renounce(tap: Tap) -> Says:
    seat = tap.about(Membership)
    if seat.role != ORGANIZER:
        yield say.reply(_("You are a member, not an organizer: nothing to give back."))
    elif not seat.step_down():
        yield say.reply(_("You are the only organizer left: name another one first, by writing “organizer”."))
    else:
        yield say.reply(_("Done: you are a member like the others."))
        yield say.signal("did", seat, what="stepped_down")
        for person in seat.group.organizers():
            yield say.tell(
                person, _("{name} gave back the organizer's role.", name=tap.person.name), group=seat.group
            )

"""Help: what can be said, where somebody stands, and a kind word when nothing was understood."""

import datetime as dt
from collections.abc import Callable

from handlers.kit import Day, Join, Message, Says, Tap, Text, _, _n, asked, lines, on, paragraphs, say
from handlers.kit.texts import LANGUAGES, Sayable, fold
from storage.applications import DRAFT_LIFE, Application
from storage.db import now
from storage.groups import ORGANIZER, Group, Invite, Membership
from storage.noise import zone_of
from storage.outbox import Post, Question
from storage.people import LinkCode, Person

A_PAGE = 6
ALBUM = dt.timedelta(minutes=1)
RANK = {ORGANIZER: 0, "member": 1, None: 2}

FIRST_LINE = _("Write to me in your own words, for example:")
STOP_LINE = _("“where am I” tells where things stand, “stop” silences me.")
NOT_UNDERSTOOD = _("I did not understand that. Shall I:")
TOLD_NOTHING = _("I only read words. Write it to me, and I'll see what I can do.")
MEDIA = {
    "voice": _("I can't listen to voice notes yet: write it to me in a few words."),
    "photo": _("I can't look at pictures yet: tell me in a few words what it is about."),
    "sticker": _("A sticker! I only read words, though: write me what you would like."),
    "location": _("I can't read places on a map yet: write me the address or the town."),
    "document": _("I can't open files yet: write me what matters in it."),
    "contact": _("I take no contacts: to bring somebody in, write “invite”, and pass your link on to them."),
    "poll": _("I can't read polls: write me your question."),
    "forwarded": _("I don't act on forwarded messages: write it to me yourself."),
}
MEDIA |= {"audio": MEDIA["voice"], "video_note": MEDIA["voice"], "video": MEDIA["photo"]}


@on.command("aide", "help", "?", help=_("what I can do for you"))
@on.phrase("que peux-tu faire", "que sais-tu faire", "comment ça marche", "what can you do", "how does it work")
@on.tells
@on.like(
    "à quoi tu sers", "c'est quoi ici", "what is this", "what is this about", "how do I use this",
    "tu sais faire quoi", "comment tu fonctionnes", "aide-moi", "je suis perdu",
    "je ne comprends pas comment ça marche", "tu peux faire quoi", "c'est quoi ce bot", "what are you for",
    "how do you work", "I'm lost", "what do you do", "I need help using this",
    "je suis paumé tu fais quoi exactement", "qu'est-ce que tu sais faire exactement",
    "explique-moi ce que tu fais", "no clue what you actually do", "what exactly do you do", "explain how you work",
    "on peut faire quoi avec toi", "t'es qui toi", "tu sers à quoi au juste", "c'est quoi le principe",
    "who are you", "what's the point of this", "show me what you can do", "how can you help me",
)  # fmt: skip
def help_me(msg: Message) -> Says:
    name = _meant(msg.words) if msg.words else None
    if name:
        yield from _page(msg.person, msg, name)
    else:
        yield _first_page(msg.person, msg)


@on.tap("hp.help", None, _("Help"))
def tap_help(tap: Tap) -> Says:
    yield _first_page(tap.person, tap)


@on.tap("hp.more", None, _("More"))
def more(tap: Tap) -> Says:
    """The button of a help that was shown before there were subjects."""
    yield _first_page(tap.person, tap)


def _first_page(person: Person, to: Message | Tap) -> say.Say:
    """At most ten lines: one thing of each subject that this person may say."""
    subjects = _subjects(person)
    lead = [commands[0] for commands in subjects.values()][:A_PAGE]
    text = lines(FIRST_LINE, *(_line(command, person) for command in lead), STOP_LINE, _open(to))
    several = [say.button(SUBJECTS[name][1], None, SUBJECTS[name][0]) for name in subjects]
    return say.tell(person, text, *(several if len(subjects) > 1 else ()), address=to.address)


def _subjects(person: Person) -> dict[str, list[on.Command]]:
    """What this person may say, by subject, in the order of the table of contents."""
    roles = {seat.role for seat in Membership.all_of(person)}
    may = {None} | ({"member"} if roles else set()) | ({ORGANIZER} if ORGANIZER in roles else set())
    found: dict[str, list[on.Command]] = {name: [] for name in SUBJECTS}
    for command in on.helps():
        if command.only in may and command.function not in (help_me, where):  # those have their own lines
            found[command.function.__module__.split(".")[1]].append(command)
    for name in ("welcome", "found"):  # where organizers have most to do
        found[name].sort(key=lambda one: RANK.get(one.only, 2))
    return {name: known for name, known in found.items() if known}


def _subject(name: str) -> Callable[[Tap], Says]:
    @on.tap(f"hp.s.{name}", None)
    def open_subject(tap: Tap) -> Says:
        yield from _page(tap.person, tap, name)

    return open_subject


SUBJECTS: dict[str, tuple[Text, Callable[[Tap], Says]]] = {
    "welcome": (_("Applications"), _subject("welcome")),
    "meet": (_("Meeting dates"), _subject("meet")),
    "during": (_("At the meeting"), _subject("during")),
    "after": (_("After the meeting"), _subject("after")),
    "govern": (_("Who does what"), _subject("govern")),
    "trust": (_("You and the group"), _subject("trust")),
    "found": (_("Life of the group"), _subject("found")),
}


def _page(person: Person, to: Message | Tap, name: str) -> Says:
    """All that may be said about a subject."""
    known = _subjects(person).get(name)
    if not known:
        yield _first_page(person, to)
        return
    title = _("<b>{subject}</b>", subject=SUBJECTS[name][0])
    told = lines(title, *(_line(command, person) for command in known), _open(to))
    yield say.tell(person, told, say.button(tap_help), address=to.address)


def _meant(words: str) -> str | None:
    """The subject that is named after "help": "aide réunion"."""
    given = fold(words)
    names = {
        name: {fold(title.plain(language)) for language in LANGUAGES} for name, (title, _tap) in SUBJECTS.items()
    }
    return next((name for name, titles in names.items() if any(given in title for title in titles)), None)


def _line(command: on.Command, person: Person) -> Sayable:
    """ "settings: choose what you hear"; a line that quotes its own words stands by itself."""
    if command.word is None and "“" in getattr(command.help, "message", ""):
        return _("• {help}", help=command.help)
    names = command.names[:2]
    word = command.word or names[-1 if person.language == "en" else 0]
    return _("• <b>{word}</b> – {help}", word=word, help=command.help)


def _open(to: Message | Tap) -> Text | None:
    question = asked.gist(to.address)
    if question is None:
        return None
    if not question:
        return _("I am waiting for your answer: just write it, or “back”, or “cancel”.")
    return _("I was asking you: “{question}” Just answer, or write “back” or “cancel”.", question=question)


# ------------------------------------------------------------------ where am I


@on.command("etat", "status", help=_("where things stand for you"), word=_("where am I"))
@on.command("ou j'en suis", "ou en suis-je", "ou en suis je", "ou en est-on", "where am i", "where was i")
@on.phrase("où en est ma candidature", "where does my application stand", "que dois-je faire", "what now")
@on.tells
@on.like(
    "j'en suis où", "où en est ma demande", "qu'est-ce que j'ai à faire maintenant",
    "est-ce que ma candidature est acceptée", "what's my status", "has my application been accepted",
    "what should I do next",
)  # fmt: skip
def where(msg: Message) -> Says:
    told = [*_founding(msg.person), *_applying(msg.person), *_seated(msg.person), *_linking(msg.person)]
    nothing = _("Nothing is under way. Found a group (“create a group”), or follow the link of one.")
    yield say.tell(msg.person, paragraphs(*(told or [nothing])), address=msg.address)
    yield from asked.again(msg.address)


def _founding(person: Person) -> list[Sayable]:
    draft = Group.draft_of(person)
    name = draft.name if draft and draft.name else _("your group")
    return [_("You are founding <b>{group}</b>: write “resume” to go on.", group=name)] if draft else []


def _applying(person: Person) -> list[Sayable]:
    waiting = [_application(application) for application in Application.all_open_of(person)]
    return waiting + [_ended(application) for application in Application.ended_lately(person)]


def _application(application: Application) -> Sayable:
    name = application.group.name
    if application.state == "waiting":
        return _(
            "<b>{group}</b>: the organizers have had your application since {sent}. "
            "Their answer comes here, usually within a few days.",
            group=name,
            sent=application.sent_at,
        )
    return _(
        "<b>{group}</b>: {done} of {total} questions answered, your draft is kept until {until}. "
        "Write “join” to go on.",
        group=name,
        done=application.step,
        total=len(application.questions),
        until=application.touched_at + DRAFT_LIFE,
    )


def _ended(application: Application) -> Sayable:
    if application.state == "refused":
        return _(
            "<b>{group}</b>: not accepted this time. Its link lets you apply again.",
            group=application.group.name,
        )
    return _("<b>{group}</b>: your draft ran out. Its link lets you begin again.", group=application.group.name)


def _seated(person: Person) -> list[Sayable]:
    return [_seat(seat, person) for seat in Membership.all_of(person)]


def _seat(seat: Membership, person: Person) -> Join:
    organizes = seat.role == ORGANIZER
    role = _("<b>{group}</b>: you organize it.") if organizes else _("<b>{group}</b>: you are a member.")
    return lines(
        role.given(group=seat.group.name),
        _hears(seat, person),
        _to_introduce(seat),
        _way_in(seat, person),
        _to_decide(seat.group) if organizes else None,
    )


def _hears(seat: Membership, person: Person) -> Text:
    if seat.dial == "pause" and seat.paused_until:
        until = Day(seat.paused_until.astimezone(zone_of(person, seat.group)).date())
        return _("You are on pause until {until}: “resume” brings you back.", until=until)
    hears = {
        "all": _("You hear everything: “settings” changes that."),
        "essential": _("You hear only the essential: “settings” changes that."),
        "digest": _("You get a weekly digest: “settings” changes that."),
    }
    return hears.get(seat.dial, hears["all"])


def _to_introduce(seat: Membership) -> Text | None:
    if seat.introduced_at or seat.role == ORGANIZER:
        return None
    return _("Still to do: introduce yourself to the others, by writing “introduce”.")


def _way_in(seat: Membership, person: Person) -> Text | None:
    links = [invite.link for invite in Invite.pending_of(seat.group, person) if invite.link]
    return _("Your way into the Telegram group: {link}", link=links[-1]) if links else None


def _to_decide(group: Group) -> Text | None:
    count = len(Application.waiting_in(group))
    if not count:
        return None
    return _n(
        "{n} application waits for your decision: write “applications”.",
        "{n} applications wait for your decision: write “applications”.",
        n=count,
    )


def _linking(person: Person) -> list[Sayable]:
    code = LinkCode.open_of(person)
    return [_("A code to link your accounts is good until {until}.", until=code.expires_at)] if code else []


# ------------------------------------------------------------------ back and cancel


@on.phrase("annuler", "annule", "cancel", "/annuler", "/cancel", "laisse tomber", "oublie", "oublie ça", "forget it")
@on.like(
    "laisse", "non rien", "never mind", "annule ce que je viens de dire",
)  # fmt: skip
def nothing_to_cancel(msg: Message) -> Says:
    """No question is open: a feature may still have something of theirs to take back."""
    for undo in on.registry.events.get("undo", ()):
        if said := list(undo(msg)):
            yield from said
            return
    yield say.reply(_("There is nothing to cancel. “where am I” shows where things stand."))


@on.phrase("retour", "back", "précédent", "/retour", "/back")
def nowhere_to_go_back(msg: Message) -> Says:
    yield say.reply(_("There is no question open to go back from. “where am I” shows where things stand."))


@on.event("cancelled")
def cancelled(msg: Message) -> Says:
    """A question whose feature says nothing about it is simply closed."""
    yield say.done()
    yield say.reply(_("All right, let's drop that. Write “help” to see what I can do."))


@on.event("no_way_back")
def no_way_back(msg: Message) -> Says:
    yield say.reply(_("This is the first question: answer it, or write “cancel”."))
    yield from asked.again(msg.address)


# ------------------------------------------------------------------ small talk


@on.phrase("bonjour", "salut", "coucou", "bonsoir", "hello", "hi", "hey", "good morning", "good evening")
@on.tells
@on.like(
    "salut toi", "bonjour noyau", "hello there", "re bonjour", "bonjour à tous", "bonjour à vous",
    "salut la compagnie", "hello hello", "bien le bonjour",
)  # fmt: skip
def hello(msg: Message) -> Says:
    if _known(msg.person):
        name = msg.person.name.split()[0] if msg.person.name.strip() else ""
        greeting = (
            _("Hello {name}! What can I do for you?", name=name) if name else _("Hello! What can I do for you?")
        )
        yield say.reply(greeting, *_guesses(msg.person))
    else:
        yield say.replay("/start")


@on.phrase("merci", "merci beaucoup", "thanks", "thank you", "thanks a lot", "super merci", "merci !")
@on.tells
@on.like(
    "merci à toi", "c'est gentil", "trop bien merci", "merci bien", "great thanks", "cheers", "many thanks",
    "super sympa merci", "t'es un chef", "merci noyau", "un grand merci", "tu gères", "you're the best",
    "merci pour l'info", "appreciate it", "merci t'es au top", "mille mercis", "merci infiniment",
    "c'est sympa merci", "parfait merci à toi", "thanks so much", "thank you so much", "ta",
    "nickel merci", "ok merci beaucoup", "super, merci à toi", "impec merci", "brilliant, thank you",
    "perfect thanks", "merciiii",
)  # fmt: skip
def thanks(msg: Message) -> Says:
    yield say.reply(_("You're welcome!"))


@on.phrase("ok", "d'accord", "ça marche", "super", "parfait", "oui", "yes", "non", "no", "great", "fine", "👍")
@on.like(
    "ça roule", "très bien", "ok super", "ok merci", "nickel", "c'est noté", "got it", "sounds good", "alright",
    "ok thanks",
)  # fmt: skip
def fine(msg: Message) -> Says:
    yield say.reply(_("All right. Nothing is open between us: “help” shows what I can do."))


# ------------------------------------------------------------------ not understood


@on.event("not_understood")
def not_understood(msg: Message) -> Says:
    if msg.media:
        yield from _only_words(msg, MEDIA.get(msg.media, TOLD_NOTHING))
    else:
        instead = [say.button(offer.function, offer.record) for offer in msg.reading or ()]
        yield say.reply(NOT_UNDERSTOOD, *(instead or _guesses(msg.person)))


def _only_words(msg: Message, text: Text) -> Says:
    """Once for an album, or for several in a row (Bot API: each picture of an album is a message)."""
    last = Post.last_choices(msg.address)
    told = last is not None and last.is_last and last.created_at > now() - ALBUM
    if last is None or not told or last.payload["text"] != text.plain(last.payload["language"]):
        once = f"media:{msg.address.id}:{msg.media}:{now():%y%m%d%H%M%S}"  # two of them at the very same time
        yield say.tell(msg.person, text, *_guesses(msg.person), address=msg.address, once=once)


def _known(person: Person) -> bool:
    return bool(Membership.all_of(person) or Application.all_open_of(person) or Group.draft_of(person))


def _guesses(person: Person) -> list[say.Button]:
    """Three things that this person most likely wants (Twilio: three quick replies at most)."""
    roles = {seat.role for seat in Membership.all_of(person)}
    if ORGANIZER in roles:
        return [say.button(see_applications), say.button(see_settings), say.button(tap_help)]
    if roles:
        return [say.button(speak_up), say.button(see_settings), say.button(tap_help)]
    if _known(person):
        return [say.button(see_status), say.button(tap_help)]
    return [say.button(create), say.button(have_link), say.button(tap_help)]


@on.tap("hp.apps", None, _("Applications"))
def see_applications(tap: Tap) -> Says:
    yield say.replay("candidatures")


@on.tap("hp.settings", None, _("Settings"))
def see_settings(tap: Tap) -> Says:
    yield say.replay("reglages")


@on.tap("hp.tell", None, _("Tell the group"))
def speak_up(tap: Tap) -> Says:
    yield say.replay("dire")


@on.tap("hp.status", None, _("Where am I?"))
def see_status(tap: Tap) -> Says:
    yield say.replay("etat")


@on.tap("hp.create", None, _("Create a group"))
def create(tap: Tap) -> Says:
    yield say.replay("creer")


@on.tap("hp.link", None, _("I have a link"))
def have_link(tap: Tap) -> Says:
    yield say.replay("candidater")


# ------------------------------------------------------------------ which group


@on.event("which_group")
def which_group(msg: Message) -> Says:
    """The words fit several groups of the person: ask, and then do what they said."""
    groups = [seat.group for seat in msg.answers["seats"]]
    yield _ask_which(groups, msg.text)


def _ask_which(groups: list[Group], text: str) -> say.Say:
    buttons = [say.button(this_one, group, group.name) for group in groups[:10]]
    ids = [group.id for group in groups]
    return say.ask(which, _("Which group do you mean?"), *buttons, words=text, groups=ids)


@on.answer("hp.which")
def which(msg: Message) -> Says:
    """A group's name in other words than its button; anything else is a new subject."""
    yield say.done()
    groups = list(Group.select().where(Group.id.in_(msg.answers["groups"])))
    named = [group for group in groups if fold(msg.text) and fold(msg.text) in fold(group.name)]
    if len(named) == 1:
        yield say.replay(msg.answers["words"], named[0])
    elif named or not msg.text.strip():
        yield _ask_which(named or groups, msg.answers["words"])
    else:
        yield say.replay(msg.text)


@on.tap("hp.this", Group, only="member")
def this_one(tap: Tap) -> Says:
    question = Question.of(tap.address)
    if question and question.code == "hp.which":
        yield say.done()
        yield say.replay(question.answers["words"], tap.about(Group))
    else:
        again = _("That was a while ago: tell me again what you would like in {group}.", group=tap.home().name)
        yield say.reply(again)

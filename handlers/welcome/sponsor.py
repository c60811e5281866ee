"""Sponsor: a member vouches for somebody with a link of their own; organizers open links for a cohort."""

from handlers.kit import Join, Message, Says, Tap, _, _n, doors, lines, on, paragraphs, say
from handlers.kit.texts import Sayable
from storage.groups import ApplyLink, Group, lock_group
from storage.people import clean_name

NAME = _("Which cohort is it? One name, for example “June training”.")
NAME_TOO_LONG = _("That name is too long: 40 characters at most, for example “June training”.")
NO_COHORT = _("There is no cohort link yet.")
LONGEST = 40


@on.command(
    "parrainer", "invite", "inviter", help=_("invite somebody you vouch for"), word=_("invite"), only="member"
)
@on.phrase(
    "inviter quelqu'un",
    "je veux inviter quelqu'un",
    "parrainer quelqu'un",
    "coopter quelqu'un",
    "invite someone",
    "I want to invite someone",
    only="member",
)
@on.tells
@on.like(
    "comment je peux inviter une copine", "j'ai un ami qui voudrait venir dans le groupe",
    "je connais quelqu'un pour le groupe", "je veux parrainer une amie", "donne-moi un lien pour inviter quelqu'un",
    "je voudrais faire entrer un collègue", "I have a friend who wants to join", "how do I invite a friend",
    "give me an invite link", "I'd like to recommend somebody", "je peux amener quelqu'un dans le groupe",
    "je peux ramener un pote dans le groupe", "faire entrer un ami dans le groupe", "how would I get a friend in",
    "can a friend of mine join the group", "bring a friend into the group",
    "je voudrais proposer une copine pour le groupe", "un pote aimerait nous rejoindre",
    "comment on fait entrer quelqu'un", "my colleague would like to join us", "I'd like to bring a mate in",
)  # fmt: skip
def vouch(msg: Message) -> Says:
    group = msg.home()
    lock_group(group)
    link = ApplyLink.of_sponsor(group, msg.person)
    yield say.reply(
        lines(
            _("Here is your own link. Forward the next message to somebody you would vouch for."),
            _("They apply like everybody, and the organizers see that you sent them."),
        )
    )
    yield say.tell(msg.person, _invitation(group, link, msg.person.language or "fr"), address=msg.address)


def _invitation(group: Group, link: ApplyLink, language: str) -> Join:
    return paragraphs(
        _("Hello! I belong to {group}, and I thought of you.", group=group.name),
        _("“{purpose}”", purpose=group.purpose) if group.purpose else None,
        _("It is for people who come and who help each other, no tourists. To apply, tell who you are here:"),
        _ways_in(link, language),
    )


def _ways_in(link: ApplyLink, language: str) -> Sayable:
    ways = [_("{messenger}: {url}", messenger=name, url=url) for name, url in doors.apply_links(link, language)]
    return lines(*ways) if ways else doors.join_words(link.code)


# ------------------------------------------------------------------ cohorts


@on.command(
    "cohorte",
    "cohort",
    help=_("a link for one cohort, after a training for example"),
    word=_("cohort"),
    only="organizer",
)
@on.phrase("cohorte", "cohort", prefix=True, only="organizer")
@on.like(
    "lance une cohorte", "nouvelle cohorte", "ouvre une cohorte de 6", "start a cohort", "a new cohort",
    "on recrute une nouvelle cohorte", "ouvrir une promo", "open a new cohort of five",
    "on lance une nouvelle promo", "on ouvre les inscriptions pour cinq personnes", "open a new intake",
)  # fmt: skip
def cohort(msg: Message) -> Says:
    if msg.words:
        yield from _open(msg, msg.words)
    else:
        yield _list(msg.home())
        yield say.ask(name, NAME, group=msg.home())


@on.command("cohortes", "cohorts", only="organizer")
@on.like(
    "montre les cohortes", "où en sont les cohortes", "show the cohorts", "list cohorts",
    "liste des promos", "les promos en cours", "quelles cohortes on a", "which cohorts are open",
    "list the intakes",
)  # fmt: skip
def cohorts(msg: Message) -> Says:
    yield _list(msg.home())


@on.answer("sp.cohort")
def name(msg: Message) -> Says:
    if msg.membership is None or msg.membership.role != "organizer":
        yield say.done()
        yield say.reply(_("Only organizers open cohorts. To invite somebody yourself, write “invite”."))
    elif not clean_name(msg.text):
        yield say.ask(name, NAME, group=msg.home())
    else:
        yield from _open(msg, msg.text)


def _open(msg: Message, words: str) -> Says:
    group, label = msg.home(), clean_name(words)
    if len(" ".join(words.split())) > LONGEST:
        yield say.ask(name, NAME_TOO_LONG, group=group)
        return
    lock_group(group)
    known = [link.id for link in ApplyLink.cohorts(group)]
    link = ApplyLink.of_cohort(group, label)
    if link.id not in known:
        yield say.signal("did", link, what="door_open", press="sp.close")
    yield say.done()
    yield say.reply(
        lines(
            _("The link of the cohort <b>{label}</b>, to give to its people alone:", label=link.label or label),
            _ways_in(link, msg.person.language or "fr"),
            _("It works until you close it."),
        ),
        say.button(close, link),
    )


def _list(group: Group) -> say.Say:
    links = ApplyLink.cohorts(group)[:10]
    if not links:
        return say.reply(NO_COHORT)
    shown = [_n("{label}: used {n} time", "{label}: used {n} times", n=link.uses, label=link.label) for link in links]
    buttons = [say.button(close, link, _("Close {label}", label=link.label)) for link in links]
    return say.reply(lines(_("The cohorts' links:"), *shown), *buttons)


@on.tap("sp.close", ApplyLink, _("Close this link"), only="organizer")
def close(tap: Tap) -> Says:
    link = tap.about(ApplyLink)
    if link.revoke():
        yield say.signal("taken_back", link, press="sp.close")
        yield say.signal("did", link, what="door_closed", press="sp.reopen")
    closed = _("The link of {label} is closed: nobody can apply by it any more.", label=link.label or "?")
    yield say.reply(closed, say.button(reopen, link))


@on.tap("sp.reopen", ApplyLink, _("Open it again"), only="organizer")
def reopen(tap: Tap) -> Says:
    link = tap.about(ApplyLink)
    if link.reopen():
        yield say.signal("taken_back", link, press="sp.reopen")
        yield say.signal("did", link, what="door_open", press="sp.close")
    yield say.reply(_("The link of {label} works again.", label=link.label or "?"), say.button(close, link))

"""Link accounts: one person with Telegram and WhatsApp is one person, and chooses where each group writes."""

import re

from handlers.kit import Message, Says, Tap, Text, _, doors, lines, on, say
from handlers.kit.events import Spoken
from handlers.kit.texts import fold
from storage.applications import Application
from storage.groups import Group, Membership, unite
from storage.outbox import Question
from storage.people import TELEGRAM, WHATSAPP, Address, LinkCode, Person

NAMES = {TELEGRAM: "Telegram", WHATSAPP: "WhatsApp"}
OTHER = {TELEGRAM: WHATSAPP, WHATSAPP: TELEGRAM}
MINUTES = 15

WRONG = _("This code is wrong, used or older than 15 minutes. Write “link” on your other messenger for a new one.")
EIGHT = _("A code has eight digits. Copy it as it stands, for example: link 12345678")
MINE = _("That is your own code. Write it to me on your other messenger, not here.")
NOT_DONE = _("Nothing has been linked.")
FIRST_TAP = _("Tap a button: are both accounts yours?")


@on.command("lier", "link", help=_("link your Telegram and your WhatsApp"), word=_("link"))
@on.phrase(
    "j'ai aussi telegram",
    "j'ai aussi whatsapp",
    "relier mes comptes",
    "I also have telegram",
    "I also have whatsapp",
    "I also use telegram",
    "I also use whatsapp",
)
@on.phrase("lier", "link", "relier", prefix=True)
@on.like(
    "j'utilise aussi telegram", "je voudrais passer sur whatsapp", "recevoir sur whatsapp plutôt",
    "j'ai changé de téléphone", "relier whatsapp et telegram", "I'm on whatsapp too", "link my telegram",
    "I want to get it on whatsapp",
    "j'ai deux comptes, mets-les ensemble", "je suis aussi sur l'autre messagerie",
    "I have both, join my accounts", "move me to telegram",
)  # fmt: skip
def link(msg: Message) -> Says:
    digits = re.sub(r"\D", "", msg.words)
    if len(digits) == 8:
        yield from _try(msg, digits)
    elif digits:
        yield say.reply(EIGHT)
    elif msg.person.address_on(OTHER[msg.platform]):
        yield _where(msg.person, msg.address, _("Your Telegram and your WhatsApp are linked."))
    elif OTHER[msg.platform] not in doors.platforms():
        only = NAMES[msg.platform]
        yield say.reply(_("I only speak {messenger} here: there is nothing to link yet.", messenger=only))
    else:
        yield _code(msg)


@doors.opens("l")
def opened(msg: Message) -> Says:
    """The link with the code was followed on Telegram."""
    yield from _try(msg, re.sub(r"\D", "", msg.words))


def _code(msg: Message) -> say.Say:
    code, other = LinkCode.issue(msg.person), OTHER[msg.platform]
    words = _("link {code}", code=code)
    written = words.plain(msg.person.language or "fr")
    url = doors.start_link(f"l_{code}") if other == TELEGRAM else doors.whatsapp_link(written)
    text = lines(
        _("On {messenger}, write to me: <b>{words}</b>", messenger=NAMES[other], words=written),
        _("The code is good once, for {n} minutes. Keep it to yourself.", n=MINUTES),
    )
    doorway = [say.link(_("Open {messenger}", messenger=NAMES[other]), url)] if url else []
    return say.tell(msg.person, text, *doorway, address=msg.address)


# ------------------------------------------------------------------ the code arrives on the other side


def _try(msg: Message, digits: str) -> Says:
    code = LinkCode.find(digits)
    if code is None:
        yield say.reply(WRONG)
    elif code.person == msg.person:
        yield say.reply(MINE)
    elif _known_here(msg.person):
        # Else somebody could send an organizer a link with their own code, and become that organizer.
        text = _(
            "This code comes from the {messenger} account of <b>{name}</b>. Whoever holds it will be you "
            "in your groups. Are both accounts yours?",
            messenger=NAMES[OTHER[msg.platform]],
            name=code.person.name or "?",
        )
        yield say.ask(confirm, text, say.button(yes), say.button(no), code=code.id)
    else:
        yield from _join(msg, code)


def _known_here(person: Person) -> bool:
    founder = Group.select().where(Group.founder == person).exists()
    return bool(founder or Membership.all_of(person) or Application.all_open_of(person))


@on.answer("la.confirm")
def confirm(msg: Message) -> Says:
    words = fold(msg.text).strip(" .!")
    if words in ("oui", "yes"):
        yield from _confirmed(msg)
    elif words in ("non", "no"):
        yield from give_up(msg)
    else:
        yield say.reply(FIRST_TAP, say.button(yes), say.button(no))


@on.tap("la.yes", None, _("Yes, both are mine"))
def yes(tap: Tap) -> Says:
    yield from _confirmed(tap)


def _confirmed(spoken: Spoken) -> Says:
    question = Question.of(spoken.address)
    asked = question.answers.get("code") if question and question.code == "la.confirm" else None
    code = LinkCode.get_or_none(LinkCode.id == asked) if asked else None
    yield say.done()
    if code is None:
        yield say.reply(WRONG)
    else:
        yield from _join(spoken, code)


@on.tap("la.no", None, _("No"))
def no(tap: Tap) -> Says:
    yield say.done()
    yield say.reply(NOT_DONE)


@on.cancel(confirm)
@on.back(confirm)
def give_up(msg: Message) -> Says:
    yield say.done()
    yield say.reply(NOT_DONE)


def _join(spoken: Spoken, code: LinkCode) -> Says:
    if not code.use():
        yield say.reply(WRONG)
        return
    kept, first = code.person, code.person.address_on(OTHER[spoken.platform])
    unite(kept, spoken.person)
    _tidy_applications(kept)
    here = Address.get_by_id(spoken.address.id)
    yield _where(kept, here, _("Done: your Telegram and your WhatsApp are one person for me now."))
    if first is not None:
        news = _("Your {messenger} account is now linked to this one.", messenger=NAMES[spoken.platform])
        yield say.tell(kept, news, address=first)


def _tidy_applications(person: Person) -> None:
    """One open application a group, and none where the person has a seat (S21)."""
    seen = {seat.group_id for seat in Membership.all_of(person)}
    for application in Application.all_open_of(person):
        if application.group.id in seen:
            application.withdraw()
        seen.add(application.group.id)


# ------------------------------------------------------------------ where each group writes


def _where(person: Person, address: Address, first: Text) -> say.Say:
    """One line and one button per group: where it writes now, and the other messenger."""
    seats = [seat for seat in Membership.all_of(person) if seat.address is not None]
    now = [_("{group}: I write to you on {messenger}.", group=s.group.name, messenger=_messenger(s)) for s in seats]
    more = _("You may change that, group by group:") if seats else None
    return say.tell(person, lines(first, *now, more), *map(_switch, seats[:10]), address=address)


def _messenger(seat: Membership) -> str:
    return NAMES[seat.address.platform] if seat.address else "?"


def _switch(seat: Membership) -> say.Button:
    on_telegram = seat.address is not None and seat.address.platform == TELEGRAM
    function, messenger = (to_whatsapp, "WhatsApp") if on_telegram else (to_telegram, "Telegram")
    return say.button(function, seat, _("{messenger}: {group}", messenger=messenger, group=seat.group.name))


@on.tap("la.tg", Membership, _("Telegram"), only="self")
def to_telegram(tap: Tap) -> Says:
    yield from _move(tap, TELEGRAM)


@on.tap("la.wa", Membership, _("WhatsApp"), only="self")
def to_whatsapp(tap: Tap) -> Says:
    yield from _move(tap, WHATSAPP)


def _move(tap: Tap, platform: str) -> Says:
    seat = tap.about(Membership)
    address = tap.address if tap.platform == platform else tap.person.address_on(platform)
    if address is None:
        yield say.reply(_("I don't know your {messenger} yet: write “link” first.", messenger=NAMES[platform]))
    else:
        seat.write_to(address)
        address.opt_in(tap.event.text or f"link: {NAMES[platform]}")
        where = _("From now on {group} writes to you on {messenger}.")
        yield say.reply(where.given(group=tap.home().name, messenger=NAMES[platform]))

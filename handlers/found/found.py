"""Found: from "I want to create a group" to a live group, in one conversation that can be resumed."""

from collections.abc import Callable

from handlers.kit import Message, Says, Tap, _, doors, lines, on, paragraphs, say
from handlers.kit.cards import announcement, settling
from handlers.kit.events import WrongGroup
from handlers.kit.reading import fields, towns
from handlers.kit.reading.places import City
from handlers.kit.texts import Sayable, fold
from storage.groups import ORGANIZER, Chat, Group, Membership
from storage.people import TELEGRAM, WHATSAPP, Address, Person

STEPS = ("name", "purpose", "city", "rhythm", "expectations", "charter", "place", "recap")
STARTS = (
    "je veux créer un groupe",
    "je voudrais créer un groupe",
    "j'aimerais créer un groupe",
    "je souhaite créer un groupe",
    "je veux monter un groupe",
    "créer un groupe",
    "créer mon groupe",
    "monter un groupe",
    "lancer un groupe",
    "fonder un groupe",
    "I want to create a group",
    "I'd like to create a group",
    "I want to start a group",
    "create a group",
    "start a group",
    "found a group",
)
GREETINGS = {"bonjour", "bonsoir", "salut", "coucou", "hello", "hi", "hey", "good morning", "good evening"}
YES = {"oui", "yes", "ok", "okay", "d'accord", "c'est bon", "c'est ca", "oui c'est ca", "parfait", "yep"}
RESUME = YES | {"reprendre", "continuer", "continue", "resume", "go on", "on continue"}
KEEP = YES | {"garde", "garder", "je garde", "keep", "keep it", "comme ca"}
CHAT_GONE = _("This link no longer works. Add me to the Telegram group again, and I'll give you a new one.")


# ------------------------------------------------------------------ how it begins, and begins again


@on.command("creer", "create", help=_("create a group: “create a group”"))
@on.phrase(*STARTS, prefix=True)
@on.like(
    "je veux lancer un groupe d'entraide", "comment créer un groupe", "monter un nouveau groupe",
    "comment on fait pour lancer son groupe", "je voudrais fonder mon propre groupe",
    "I'd like to start my own group", "how do I create a group", "set up a new group",
)  # fmt: skip
def start(msg: Message) -> Says:
    if not msg.private:
        link = doors.start_link("new")
        yield say.reply(_("Gladly! Let's do that in private."), *([say.link(_("Write to me"), link)] if link else []))
    elif draft := Group.draft_of(msg.person):
        yield offer(draft)
    else:
        yield from begin(msg.person, msg.address, msg.text)


@on.tap("fd.new", label=_("Create a group"))
def new(tap: Tap) -> Says:
    if draft := Group.draft_of(tap.person):
        yield offer(draft)
    else:
        yield from begin(tap.person, tap.address, tap.event.text or "fd.new")


@doors.opens("new")
def arrive(msg: Message) -> Says:
    yield from start(msg)


@doors.opens("f")
def found_here(msg: Message) -> Says:
    """The link shown in a Telegram chat without a group: only for whoever added the bot there."""
    number = doors.unsealed("f", msg.words)
    chat = Chat.get_or_none(Chat.id == number) if number else None
    if chat is None or not chat.present or chat.moved_to:
        yield say.reply(CHAT_GONE)
    elif chat.group:
        yield say.reply(_("A group already lives in that chat: <b>{name}</b>.", name=chat.group.name))
    elif chat.added_by != msg.person:
        yield say.reply(
            _("Only the person who added me to that chat can found its group. Ask them to press the button.")
        )
    else:
        yield from begin(msg.person, msg.address, msg.text, chat)


def begin(person: Person, address: Address, words: str, chat: Chat | None = None) -> Says:
    """The first question; or, if there is a draft, the choice to go on."""
    address.opt_in(words)
    group = Group.begin(person, **({"language": person.language} if person.language else {}))
    if chat:
        group.note(chat=chat.id)
    if group.draft.get("step"):
        yield offer(group)
    else:
        hello = _("Let's create your group: a few short questions. You can stop at any time and come back later.")
        yield ask(group, "name", lines(hello, _("“Back” goes one question back, “cancel” puts everything aside.")))


def offer(group: Group) -> say.Say:
    """The draft that is there: go on, begin again, or leave it."""
    known = _("You have begun to found <b>{name}</b>. Shall we go on?", name=group.name)
    text = known if group.name else _("You have begun to found a group. Shall we go on?")
    buttons = say.button(resume, group), say.button(restart, group), say.button(erase, group)
    return say.ask(offered, text, *buttons, group=group)


@on.answer("fd.offered")
def offered(msg: Message) -> Says:
    group = msg.group
    if group is None or group.state != "founding":
        yield from start(msg)
    elif plain(msg.text) in RESUME:
        yield ask(group, step_of(group))
    else:
        yield offer(group)


@on.tap("fd.resume", Group, _("Resume"))
def resume(tap: Tap) -> Says:
    yield ask(mine(tap), step_of(mine(tap)))


@on.tap("fd.restart", Group, _("Start over"))
def restart(tap: Tap) -> Says:
    mine(tap).start_over()
    yield from begin(tap.person, tap.address, tap.event.text or "fd.restart")


@on.tap("fd.erase", Group, _("Erase the draft"))
def erase(tap: Tap) -> Says:
    mine(tap).delete_instance()
    yield say.done(tap.address)
    yield say.tell(tap.person, _("Erased. Whenever you like, write “create a group”."))


def mine(tap: Tap) -> Group:
    """The draft under the button; an old button, or another person's, has no effect."""
    group = tap.about(Group)
    if group.state != "founding" or group.founder_id != tap.person.id:
        raise WrongGroup
    return group


def plain(text: str) -> str:
    return fold(text).strip(" .,!?…")


# ------------------------------------------------------------------ one answer after the other


@on.answer("fd.answer")
def answered(msg: Message) -> Says:
    group = msg.group
    if group is None or group.state != "founding":
        yield say.done()
        yield say.reply(_("This draft is closed. To found another group, write “create a group”."))
    elif not msg.text.strip():
        yield say.reply(_("I need words here: I can't look at pictures nor listen to voice notes yet."))
    elif plain(msg.text) in {fold(words) for words in STARTS}:
        yield offer(group)
    elif plain(msg.text) in GREETINGS:
        yield ask(group, step_of(group), _("Hello! We were creating your group:"))
    else:
        yield from TAKERS.get(step_of(group), take)(msg, group)


def take(msg: Message, group: Group) -> Says:
    """The answer to a plain question: kept, or kindly refused."""
    step = step_of(group)
    offered_text = DEFAULTS.get(step) if plain(msg.text) in KEEP else None
    if refusal := fields.put(group, step, offered_text.plain(group.language) if offered_text else msg.text):
        yield say.reply(refusal)
    else:
        yield onward(group, step)


def take_city(msg: Message, group: Group) -> Says:
    if refusal := towns.refusal(msg.text):
        yield say.reply(refusal)
        return
    cities = towns.candidates(msg.text, msg.address, group.language)
    group.note(cities=[[city.name, city.country, city.zone] for city in cities])
    if not cities:
        towns.keep(group, " ".join(msg.text.split()), "", group.timezone)
    yield ask(group, "zone")


def take_zone(msg: Message, group: Group) -> Says:
    """Yes, another town, or (for a town we don't know) a big town with the same time."""
    cities = group.draft.get("cities", [])
    if cities and plain(msg.text) in YES:
        yield choose_city(group, 0)
    elif cities:
        yield from take_city(msg, group)
    elif near := towns.candidates(msg.text, msg.address, group.language):
        towns.keep(group, group.city, near[0].country, near[0].zone)
        yield onward(group, "zone")
    else:
        yield say.reply(_("I don't know that town. Choose a time above, or write a big town, such as “Paris”."))


def choose_city(group: Group, number: int) -> say.Say:
    cities = group.draft.get("cities", [])
    if number >= len(cities):
        return ask(group, "city")
    towns.keep(group, *cities[number])
    return onward(group, "zone")


def take_recap(msg: Message, group: Group) -> Says:
    if plain(msg.text) in YES:
        yield from establish(group, msg.person, msg.address)
    else:
        yield ask(group, "recap", _("Press “Found it”, or “Change an answer”."))


TAKERS: dict[str, Callable[[Message, Group], Says]] = {
    "city": take_city,
    "zone": take_zone,
    "recap": take_recap,
}
DEFAULTS = {"expectations": fields.EXAMPLE, "charter": fields.DEFAULT_CHARTER}


# ------------------------------------------------------------------ where we are


def step_of(group: Group) -> str:
    return str(group.draft.get("step", "name"))


def onward(group: Group, answered_step: str) -> say.Say:
    """The next question; the recap after a correction, the open question when an old button was pressed."""
    current = step_of(group)
    if group.draft.get("editing") or current == "recap":
        return ask(group, "recap")
    if main(answered_step) != main(current):
        return ask(group, current)
    upcoming = STEPS[STEPS.index(main(current)) + 1]
    return ask(group, "recap" if upcoming == "place" and one_messenger(group) else upcoming)


def main(step: str) -> str:
    return "city" if step == "zone" else step


def one_messenger(group: Group) -> bool:
    """With one messenger connected there is nothing to choose: the group lives there."""
    connected = doors.platforms()
    if len(connected) == 1:
        fields.put(group, "place", connected[0])
    return len(connected) == 1


@on.back(answered)
def go_back(msg: Message) -> Says:
    group = msg.home()
    at = STEPS.index(main(step_of(group)))
    if group.draft.get("editing"):
        yield ask(group, "recap")
    elif at == 0:
        yield ask(group, "name", _("This is the first question; “cancel” puts everything aside."))
    else:
        before = STEPS[at] if step_of(group) == "zone" else STEPS[at - 1]
        yield ask(group, "charter" if before == "place" and one_messenger(group) else before)


@on.cancel(answered)
def put_aside(msg: Message) -> Says:
    yield say.done()
    text = _("Put aside, nothing is lost: write “create a group” and we go on from here.")
    yield say.reply(text, say.button(erase, msg.home()))


@on.back(offered)
def back_to_offer(msg: Message) -> Says:
    yield offer(msg.home())


@on.cancel(offered)
def leave_it(msg: Message) -> Says:
    yield from put_aside(msg)


# ------------------------------------------------------------------ the questions


def ask(group: Group, step: str, before: Sayable | None = None) -> say.Say:
    """Put the question of that step; it is the open one from now on."""
    group.note(step=step, editing=bool(group.draft.get("editing")) and step != "recap")
    text, buttons = QUESTIONS[step](group)
    counted = step in STEPS[:-1] and not group.draft["editing"]
    number = _("<b>{n} of {all}</b>", n=STEPS.index(step) + 1, all=len(STEPS) - 1) if counted else None
    return say.ask(answered, paragraphs(before, lines(number, text)), *buttons, group=group)


Asked = tuple[Sayable, list[say.Button]]


def ask_name(group: Group) -> Asked:
    title = chat_title(group)
    text = _("What is the group called? ({most} characters at most)", most=fields.NAME)
    return text, [say.button(take_title, group, label=title)] if title else []


def ask_purpose(group: Group) -> Asked:
    question = _("<b>{name}</b>: for whom, and why? Two sentences at most.", name=group.name)
    example = _("Example: “For self-employed people in Nantes. To help each other and feel less alone.”")
    return lines(question, example), []


def ask_city(group: Group) -> Asked:
    return _("In which town do you meet? (or “online”)"), []


def ask_zone(group: Group) -> Asked:
    cities = [City(*city) for city in group.draft.get("cities", [])]
    labels = [towns.label(city, group.language) for city in cities]
    if not cities:
        text = _("“{city}”: what time is it there? Or write a big town with the same time.", city=group.city)
        known = zip(ZONES, towns.zones(group.language), strict=False)
        return text, [say.button(zone, group, towns.zone_label(name, group.language)) for zone, name in known]
    other = say.button(other_zone, group)
    if len(cities) > 1:
        buttons = [say.button(city, group, label) for city, label in zip(CITIES, labels, strict=False)]
        return _("Which one? If it is none of these, write the town with its country."), [*buttons, other]
    text = _(
        "<b>{town}</b>: it is {hour} there. Right?",
        town=labels[0],
        hour=towns.hour(cities[0].zone, group.language),
    )
    return text, [say.button(CITIES[0], group, label=_("Yes, that's it")), other]


def ask_rhythm(group: Group) -> Asked:
    text = _("How often do you meet? Every two weeks is a good start. Your own words will do too.")
    return text, [say.button(button, group) for button in RHYTHMS]


def ask_expectations(group: Group) -> Asked:
    question = _("What does a member commit to? (You too.)")
    example = _("Example: “{example}”", example=fields.EXAMPLE)
    return lines(question, example), [say.button(take_example, group)]


def ask_charter(group: Group) -> Asked:
    before, after = _("Here is a charter to begin with:"), _("Keep it, or write yours: one rule a line.")
    return paragraphs(before, fields.DEFAULT_CHARTER, after), [say.button(take_charter, group)]


def ask_place(group: Group) -> Asked:
    text = lines(
        _("Where will it live?"),
        _("• <b>Telegram</b>: a group chat with buttons, free; but everybody needs the app."),
        _("• <b>WhatsApp</b>: I write to each member in private, no group chat with me; paid per message."),
        _("• <b>Both</b>: one group with two doors; each member picks one, and I pass on what matters."),
    )
    return text, [say.button(button, group) for button in PLACES]


def ask_recap(group: Group) -> Asked:
    alone = len(doors.platforms()) == 1
    text = paragraphs(
        announcement.summary(group),
        _("No other messenger than {place} is connected here.", place=fields.only_place(group)) if alone else None,
        _("You keep the same promises as your members. Shall we found it?"),
    )
    return text, [say.button(found, group), say.button(edit, group)]


def chat_title(group: Group) -> str:
    chat = Chat.get_or_none(Chat.id == group.draft["chat"]) if group.draft.get("chat") else None
    return " ".join(chat.title.split())[: fields.NAME] if chat else ""


QUESTIONS: dict[str, Callable[[Group], Asked]] = {
    "name": ask_name,
    "purpose": ask_purpose,
    "city": ask_city,
    "zone": ask_zone,
    "rhythm": ask_rhythm,
    "expectations": ask_expectations,
    "charter": ask_charter,
    "place": ask_place,
    "recap": ask_recap,
}


# ------------------------------------------------------------------ the buttons under them


@on.tap("fd.title", Group)
def take_title(tap: Tap) -> Says:
    group = mine(tap)
    if refusal := fields.put(group, "name", chat_title(group)):
        yield say.reply(refusal)
    else:
        yield onward(group, "name")


@on.tap("fd.example", Group, _("Take the example"))
def take_example(tap: Tap) -> Says:
    yield from take_default(mine(tap), "expectations")


@on.tap("fd.charter", Group, _("Keep this charter"))
def take_charter(tap: Tap) -> Says:
    yield from take_default(mine(tap), "charter")


def take_default(group: Group, step: str) -> Says:
    fields.put(group, step, DEFAULTS[step].plain(group.language))
    yield onward(group, step)


@on.tap("fd.otherzone", Group, _("Another time zone"))
def other_zone(tap: Tap) -> Says:
    group = mine(tap)
    if cities := group.draft.get("cities"):
        towns.keep(group, cities[0][0], "", group.timezone)
        group.note(cities=[])
    yield ask(group, "zone")


Answer = Callable[[Tap], Says]


def _city(number: int) -> Answer:
    @on.tap(f"fd.city{number}", Group)
    def choose(tap: Tap) -> Says:
        yield choose_city(mine(tap), number)

    return choose


def _zone(number: int) -> Answer:
    @on.tap(f"fd.zone{number}", Group)
    def choose(tap: Tap) -> Says:
        group = mine(tap)
        towns.keep(group, group.city, "", towns.zones(group.language)[number])
        yield onward(group, "zone")

    return choose


def _rhythm(days: int, label: Sayable) -> Answer:
    @on.tap(f"fd.days{days}", Group, label)
    def choose(tap: Tap) -> Says:
        fields.put(mine(tap), "rhythm", str(days))
        yield onward(mine(tap), "rhythm")

    return choose


def _place(name: str, label: Sayable) -> Answer:
    @on.tap(f"fd.{name}", Group, label)
    def choose(tap: Tap) -> Says:
        fields.put(mine(tap), "place", name)
        yield onward(mine(tap), "place")

    return choose


def _edit(step: str, code: str, label: Sayable) -> Answer:
    @on.tap(f"fd.e.{code}", Group, label)
    def change(tap: Tap) -> Says:
        group = mine(tap)
        group.note(editing=True)
        yield ask(group, step)

    return change


CITIES = [_city(number) for number in range(towns.MOST)]
ZONES = [_zone(number) for number in range(towns.MOST)]
RHYTHMS = [
    _rhythm(7, _("Every week")),
    _rhythm(14, _("Every two weeks")),
    _rhythm(21, _("Every three weeks")),
    _rhythm(30, _("Every month")),
]
PLACES = [
    _place("both", _("Both")),
    _place(TELEGRAM, _("Telegram only")),
    _place(WHATSAPP, _("WhatsApp only")),
]
EDITS = [
    _edit("name", "name", _("The name")),
    _edit("purpose", "purpose", _("For whom and why")),
    _edit("city", "city", _("The town")),
    _edit("rhythm", "rhythm", _("The rhythm")),
    _edit("expectations", "expect", _("What is expected")),
    _edit("charter", "charter", _("The charter")),
    _edit("place", "place", _("The messengers")),
]


# ------------------------------------------------------------------ the end


@on.tap("fd.edit", Group, _("Change an answer"))
def edit(tap: Tap) -> Says:
    buttons = EDITS if len(doors.platforms()) > 1 else EDITS[:-1]
    choices = [say.button(button, mine(tap)) for button in buttons]
    yield say.ask(answered, _("What shall we change?"), *choices, group=mine(tap))


@on.tap("fd.found", Group, _("Found it"))
def found(tap: Tap) -> Says:
    group = tap.about(Group)
    if group.state == "live" and group.founder_id == tap.person.id:
        yield say.reply(
            _("<b>{name}</b> is founded already. Its announcement: write “announcement”.", name=group.name)
        )
    else:
        yield from establish(mine(tap), tap.person, tap.address)


def establish(group: Group, person: Person, address: Address) -> Says:
    """The group opens, its founder is its first organizer; what makes it known follows."""
    chat_id = group.draft.get("chat")
    if missing := next((field for field in STEPS[:-2] if not getattr(group, COLUMNS.get(field, field))), None):
        yield ask(group, missing)
        return
    if not group.found():
        return
    group = Group.get_by_id(group.id)
    Membership.welcome(group, person, address, ORGANIZER)
    yield say.done()
    yield say.tell(
        person,
        lines(
            _("🎉 <b>{name}</b> is founded, and you are its organizer.", name=group.name),
            _("You keep the same promises as everybody, and I'll remind you first."),
            _("Now make it known. Here is your announcement, long and short, ready to paste:"),
        ),
    )
    chat = Chat.get_or_none(Chat.id == chat_id) if chat_id else None
    if chat and chat.present:
        yield from settling.settle(group, chat)
    yield from announcement.materials(group, person)


COLUMNS = {"rhythm": "rhythm_days"}

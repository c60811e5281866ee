"""An urgent matter: any member asks to be first in the hot seat, and whoever animates agrees by one tap (45)."""

from handlers.kit import Message, Says, Tap, _, lines, names, on, say
from handlers.kit.cards import hot_seats
from storage.groups import Group, Membership
from storage.hotseats import HotSeat
from storage.meetings import Meeting
from storage.people import Person
from storage.sessions import Session

LONGEST = 300  # signs


@on.phrase("c'est urgent", "j'ai une urgence", "urgent", "it's urgent", "it is urgent", only="member", prefix=True)
@on.like(
    "j'ai un problème urgent", "c'est urgent j'ai besoin d'aide", "urgence avec un client", "I have an emergency",
    "it's urgent, I need help", "urgent problem",
    "c'est super urgent, je peux passer en premier", "je suis en galère, faut que je passe ce soir",
    "mon client me lâche, c'est urgent", "it can't wait, I need to go first",
    "big problem, can I go first tonight",
)  # fmt: skip
def urgent_words(msg: Message) -> Says:
    if msg.words.strip(" .!:"):
        yield from _ask_first(msg.seat(), msg.words)
    else:
        yield say.ask(matter, _("What is it about? One sentence, for whoever animates."), group=msg.home())


@on.tap("hq.urgent", Membership, _("It's urgent"), only="self")
def urgent(tap: Tap) -> Says:
    yield say.ask(matter, _("What is it about? One sentence, for whoever animates."), group=tap.home())


@on.answer("hq.matter")
def matter(msg: Message) -> Says:
    if not msg.text.strip():
        yield say.ask(matter, _("I only read words: what is it about, in one sentence?"), group=msg.group)
    elif msg.membership is None:
        yield say.done()
        yield say.reply(_("You are no longer in {group}.", group=msg.home().name))
    else:
        yield say.done()
        yield from _ask_first(msg.membership, msg.text)


def _ask_first(seat: Membership, words: str) -> Says:
    group, person, words = seat.group, seat.person, words.strip()[:LONGEST]
    meeting, comers = hot_seats.comers(group)
    mine = HotSeat.prepare(group, person)
    running = HotSeat.running_in(group)
    if running is not None and running.person_id == person.id:
        yield say.reply(_("You are in the hot seat right now: tell the group."))
    elif meeting is not None and not any(one.id == person.id for one in comers):
        yield say.reply(
            hot_seats.NOT_COMING.given(when=hot_seats.moment(meeting)), say.button(on.tapped("at.yes"), meeting)
        )
    elif mine.urgent:
        yield say.reply(_("You are first in the queue already."))
    else:
        mine.note(urgent_words=words, passes=None)
        yield from _put_to(mine, meeting)


def _put_to(seat: HotSeat, meeting: Meeting | None) -> Says:
    """Who animates decides; when that is the asker, the deputy, and alone nobody needs to."""
    judges = [one for one in _judges(seat.group) if one.id != seat.person_id]
    if not judges:
        yield from _agreed(seat, seat.person, meeting)
        return
    yield say.reply(_("I've asked {name}: the answer comes here.", name=names.first(judges[0])))
    yield say.tell(
        judges[0],
        lines(
            _("{name} asks for the next hot seat, at once:", name=names.first(seat.person)),
            _("“{words}”", words=seat.urgent_words),
            _("Shall {name} be first in the queue?", name=names.first(seat.person)),
        ),
        say.button(agree, seat),
        say.button(disagree, seat),
        group=seat.group,
        template="vote",
    )


def _judges(group: Group) -> list[Person]:
    session = Session.running_in(group)
    animator = [session.animator] if session is not None and session.animator is not None else []
    return [*animator, *group.in_charge()]


@on.tap("hq.agree", HotSeat, _("Yes, first"), only="member")
def agree(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    if not _may_judge(tap, seat):
        yield say.reply(_("Whoever animates decides that."))
    elif seat.agree(tap.person):
        yield say.reply(_("Done: {name} is first in the queue.", name=names.first(seat.person)))
        yield from _agreed(seat, tap.person, hot_seats.comers(seat.group)[0])
    else:
        yield say.reply(_("That was decided already, or {name} no longer asks.", name=names.first(seat.person)))


@on.tap("hq.disagree", HotSeat, _("Not this time"), only="member")
def disagree(tap: Tap) -> Says:
    seat = tap.about(HotSeat)
    if not _may_judge(tap, seat):
        yield say.reply(_("Whoever animates decides that."))
    elif not seat.urgent and seat.calm_down():
        yield say.reply(_("All right: {name} keeps their place in the queue.", name=names.first(seat.person)))
        kept = _("Your hot seat can't come first this time; your place in the queue is kept.")
        sooner = _("You may still change places: “swap with” and a first name.")
        yield say.tell(seat.person, lines(kept, sooner), group=seat.group)
    else:
        yield say.reply(_("That was decided already, or {name} no longer asks.", name=names.first(seat.person)))


def _may_judge(tap: Tap, seat: HotSeat) -> bool:
    return any(one.id == tap.person.id for one in _judges(seat.group))


def _agreed(seat: HotSeat, by: Person, meeting: Meeting | None) -> Says:
    seat.agree(by)
    first = _("You are first in the queue of the hot seat. Three questions help you to get ready.")
    yield say.tell(seat.person, first, say.button(on.tapped("br.begin"), seat), group=seat.group)
    if meeting is not None:
        seat.plan_for(meeting)
        yield say.signal("queue_changed", meeting)

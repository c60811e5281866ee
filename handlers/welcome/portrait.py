"""Portrait: a member sends the photo that the others see beside their name, and takes it away again (87, R2)."""

from handlers.kit import Happening, Message, Says, Tap, _, lines, on, say
from storage.groups import Group, Membership
from storage.portraits import Portrait

PRIVATE = _("Send me your photo in private: write “my photo” to me there.")
WANTED = _("Send me a photo of you as a picture, please, not as a file. Or write “cancel”.")
NONE = _("There is no photo of you in {group}.")


@on.command(
    "maphoto", "myphoto", help=_("your photo beside your name"), word=_("my photo"), only="member", group=True
)
@on.phrase("ma photo", "ajouter ma photo", "changer ma photo", "mettre ma photo", only="member")
@on.phrase("my photo", "add my photo", "change my photo", only="member")
def photo(msg: Message) -> Says:
    yield _asked(msg.home()) if msg.private else say.reply(PRIVATE)


def _asked(group: Group) -> say.Say:
    text = lines(
        _("Send me the photo that the members of <b>{group}</b> may see beside your name.", group=group.name),
        _("They alone see it, on the page of the faces. “Remove my photo” takes it away, whenever you like."),
    )
    return say.ask(sent, text, group=group)


@on.answer("po.sent")
def sent(msg: Message) -> Says:
    source = str(msg.event.facts.get("file") or "")
    if msg.membership is None:
        yield say.done()
        yield say.reply(_("You are no longer in {group}.", group=msg.home().name))
    elif msg.media != "photo" or not source:
        yield say.reply(WANTED)
    else:
        yield say.done()
        yield from _taken(msg, msg.membership, source)


def _taken(msg: Message, seat: Membership, source: str) -> Says:
    agreed = "sent a photo after: the members of the group may see it"
    portrait = Portrait.put(seat, msg.platform, source, agreed)
    text = _("Thank you! This is how the members of {group} see you.", group=msg.home().name)
    yield say.tell(msg.person, text, say.button(remove, seat), group=seat.group, picture=("portrait", portrait.id))


@on.cancel(sent)
@on.back(sent)
def none(msg: Message) -> Says:
    yield say.done()
    yield say.reply(_("All right, no photo."))


@on.phrase("enlève ma photo", "supprime ma photo", "retire ma photo", "efface ma photo", only="member")
@on.phrase("remove my photo", "delete my photo", "take my photo away", only="member")
def remove_in_words(msg: Message) -> Says:
    yield _removed(msg.seat(), msg.home())


@on.tap("po.remove", Membership, _("Remove my photo"), only="self")
def remove(tap: Tap) -> Says:
    yield _removed(tap.about(Membership), tap.home())


def _removed(seat: Membership, group: Group) -> say.Say:
    if Portrait.take_away(seat):
        return say.reply(_("Your photo is gone from {group}.", group=group.name))
    return say.reply(NONE.given(group=group.name))


@on.event("hour_passed")
def forget(happening: Happening) -> Says:
    Portrait.tidy()
    yield from ()

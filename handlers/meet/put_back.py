"""Put back: a meeting cancelled by mistake takes place after all, within ten minutes (116)."""

from handlers.kit import Message, Says, Tap, _, on, say
from handlers.kit.texts import When
from storage.changes import Change
from storage.db import now
from storage.groups import Group
from storage.meetings import Meeting


@on.tap("ch.revive", Change, _("Put it back"), only="organizer")
def revive(tap: Tap) -> Says:
    yield from _put_back(tap.about(Change), tap.home())


@on.phrase(
    "rétablis la réunion", "rétablir la réunion", "remets la réunion", "put the meeting back", only="organizer"
)
@on.like(
    "finalement la réunion a lieu", "la réunion n'est plus annulée", "on la fait quand même la réunion",
    "remets la réunion annulée", "the meeting is on again", "bring the meeting back", "uncancel the meeting",
    "the meeting is happening after all",
    "en fait jeudi est maintenu", "la réunion est maintenue finalement",
    "it's happening after all, put it back",
)  # fmt: skip
def revive_in_words(msg: Message) -> Says:
    change = Change.last_cancel(msg.home())
    if change is None:
        yield say.reply(_("No meeting was cancelled in the last ten minutes. Fix a new one: “the next meeting is …”"))
    else:
        yield from _put_back(change, msg.home())


def _put_back(change: Change, group: Group) -> Says:
    meeting = Meeting.get_by_id(change.meeting_id)
    if meeting.state == "fixed":
        yield say.reply(_("The meeting of {when} is on.", when=When(meeting.start)))
    elif not change.undoable or meeting.starts_at <= now() or not meeting.revive():
        late = _("More than ten minutes have passed, and everyone was told. Fix a new one: “the next meeting is …”")
        yield say.reply(late, say.button(other_dates, group))
    else:
        yield say.reply(_("It is on again: <b>{when}</b>. I'm telling everyone.", when=When(meeting.start)))
        yield say.signal("meeting_revived", meeting)


@on.tap("ch.dates", Group, _("Propose other dates"), only="member")
def other_dates(tap: Tap) -> Says:
    yield say.replay("/dates", tap.home())

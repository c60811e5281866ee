"""Thanks: "merci à Zoé pour les gâteaux", said by anybody present, shown on the closing card and kept (59)."""

import re
from dataclasses import dataclass

from handlers.kit import Message, Says, Tap, _, names, on, say
from handlers.kit.cards import closing, evening
from handlers.kit.texts import fold
from storage.deeds import Deed
from storage.meetings import Meeting
from storage.missions import FINE, GREAT, LOW, Thanks
from storage.people import Person
from storage.sessions import Session

MOST = 160  # signs
THANKS = re.compile(
    r"^(?:un |a |grand |big |mille )*(?:merci|mercis|thanks|thank you|thanx|thx)"
    r"(?: (?:beaucoup|infiniment|so much|a lot))? (?:a |au |to )?"
    r"(?P<names>[^,.!?]{2,60}?)(?: (?:pour|d'avoir|de|d'|for|because|parce que|qui)\b.*)?[ .!]*$"
)
EVERYBODY = {"tous", "toutes", "tout le monde", "everybody", "everyone", "all", "vous tous", "all of you", "vous"}
FACES = {"😀": GREAT, "😃": GREAT, "😄": GREAT, "🙂": FINE, "😊": FINE, "😐": LOW, "😕": LOW, "🙁": LOW}


@dataclass(frozen=True)
class Thanked:
    """Whom the words thank; person: none for everybody or several."""

    words: str
    person: Person | None


def read(text: str, meeting: Meeting, language: str) -> Thanked | int | None:
    """Thanks to somebody of the group, or one of the faces; nothing else."""
    bare = text.strip()
    if bare.strip("\ufe0f ") in FACES:
        return FACES[bare.strip("\ufe0f ")]
    found = THANKS.match(fold(bare))
    if found is None or len(bare) > MOST:
        return None
    if found["names"] in EVERYBODY:
        return Thanked(bare, None)
    members = [seat.person for seat in meeting.group.members()]
    meant = [names.find(members, part) for part in evening.AND.split(found["names"])]
    if not all(len(people) == 1 for people in meant):
        return None
    return Thanked(bare, meant[0][0] if len(meant) == 1 else None)


@on.card("close", Meeting, reads=read, finds=closing.open_in, only="member")
def in_words(msg: Message) -> Says:
    meeting, said = msg.about_card(Meeting), msg.reading
    session = Session.of(meeting)
    if session is None or (closing.ended(session) and isinstance(said, Thanked)):
        yield say.reply(closing.OVER)
    elif isinstance(said, int):
        yield from on.tapped(f"rt.{said}")(
            Tap(msg.person, msg.address, msg.event, msg.group, msg.membership, meeting)
        )
    elif not closing.may(session, msg):
        yield say.reply(closing.NOT_HERE)
    elif Thanks.say(meeting, msg.person, said.person, _short(said.words)):
        yield say.reply(_("Lovely: I keep it for the summary."))
        yield say.signal("thanked", session)
        yield say.signal("did", meeting, what="thanked")
    else:
        yield say.reply(_("I have that already."))


@on.event("undo_thanked")
def unsaid(msg: Message) -> Says:
    """ "annuler", before the summary goes out: the last thanks are forgotten (116)."""
    deed = msg.about_card(Deed)
    session = Session.of(Meeting.get_by_id(deed.facts["record"]))
    if session is None or closing.ended(session) or not Thanks.unsay(session.meeting, msg.person):
        deed.keep()
        yield say.reply(closing.OVER)
    else:
        yield say.reply(_("Taken back: these thanks are not in the summary."))
        yield say.signal("thanked", session)


def _short(words: str) -> str:
    """Without the word that everybody says: the card's line begins with a heart."""
    return " ".join(words.split()).strip(" .!")

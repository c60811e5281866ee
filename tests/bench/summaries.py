"""The summary of a full evening: 12 present, 3 hot seats, 60 notes; queries and time to build, post and show it."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from handlers.kit import inbox
from handlers.kit.cards import report
from handlers.kit.texts import Reader
from jobs import minutes
from storage import db
from storage.hotseats import Advice, HotSeat
from storage.meetings import Attendance, Meeting
from storage.missions import COMMON, HELD, Draw, Mission, Thanks
from storage.notes import Note
from storage.people import TELEGRAM, WHATSAPP, Person
from storage.sessions import Session
from storage.summaries import Summary
from tests.bench import crowd
from tests.bench.figures import Table
from tests.bench.measures import at_home

PRESENT, SEATS, NOTES = 12, 3, 60
KINDS = ("decision", "action", "idea", "link", "action")
ROUNDS = 20


def summary(table: Table, folder: Path) -> None:
    """Half of the group on Telegram, half on WhatsApp."""
    url = f"sqlite:///{folder}/summary.db"
    crowd.settle(url, 0)
    with at_home(url):
        sessions = [_evening(n) for n in range(ROUNDS + 1)]
        posting = [_timed(partial(_close, session)) for session in sessions[:ROUNDS]]
        statements = _counted(partial(_close, sessions[ROUNDS]))
        meeting = sessions[0].meeting
        found = report.of(meeting)
        page = [_timed(partial(_page, meeting)) for _round in range(ROUNDS)]
        gathering = _counted(partial(report.of, meeting))
        assert len(found.notes) == NOTES and len(found.seats) == SEATS and len(found.present) == PRESENT
    what = f"{PRESENT} present, {SEATS} hot seats, {NOTES} notes"
    table.below(f"{what}: SQL statements to gather a summary", gathering, 20)
    table.tell("  and to close the meeting, every feature included", statements, "")
    table.below("  the summary and its copies, from the closing on", posting, 500, "ms")
    table.below("  the page's parts and the Markdown file", page, 200, "ms")


def _evening(n: int) -> Session:
    """A group of its own, so that rounds do not differ."""
    with db.transaction():
        group = crowd.a_group(f"Soir {n}")
        people = []
        for one in range(PRESENT):
            platform = TELEGRAM if one % 2 else WHATSAPP
            number = 1000 * (n + 1) + one
            place = str(crowd.telegram_id(number)) if platform == TELEGRAM else crowd.number(number)
            people.append(crowd.seat(group, platform, place, 200_000 + number).person)
        meeting = Meeting.fix(group, db.now())
        session, _fresh = Session.begin(meeting, people[0])
        for person in people:
            Attendance.create(meeting=meeting, person=person, answer="yes", present=True, arrived_at=db.now())
        _remember(meeting, people)
    return session


def _remember(meeting: Meeting, people: list[Person]) -> None:
    for n in range(NOTES):
        owner = people[n % PRESENT] if KINDS[n % 5] == "action" else None
        words = f"note {n} : une phrase comme on en écrit un soir de réunion"
        Note.put(meeting, people[n % PRESENT], KINDS[n % 5], words, source=f"{meeting.id}:{n}", owner=owner)
    for person in people[:SEATS]:
        seat = HotSeat.create(group=meeting.group, meeting=meeting, person=person, state="done", share=True, step=6,
                              problem="Comment fixer mes prix ?", started_at=db.now(), ended_at=db.now())  # fmt: skip
        for n, other in enumerate(people[SEATS:]):
            Advice.create(hotseat=seat, person=other, words=f"conseil {n}", stars=int(n == 4))
    for person, code in zip(people, COMMON, strict=False):
        Draw.create(meeting=meeting, mission=Mission.common(code), person=person, state=HELD)
    Thanks.say(meeting, people[0], people[1], "Merci pour les gâteaux")


def _close(session: Session) -> None:
    with db.transaction():
        session.close(None)
        session.tell()
        inbox.happen("session_closed", session)
    assert Summary.of(session.meeting) is not None


def _page(meeting: Meeting) -> None:
    found = report.of(meeting)
    for part in minutes.parts(found):
        part.title.render(Reader("fr"))
    minutes.markdown(found, "fr")


def _timed(work: Callable[[], None]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _counted(work: Callable[[], object]) -> float:
    """SQL statements of one run, on whichever connection it takes."""
    seen: list[str] = []
    _listen(seen.append)
    work()
    _listen(None)
    return float(len(seen))


def _listen(call: Callable[[str], None] | None) -> None:
    db.real.connection().set_trace_callback(call)

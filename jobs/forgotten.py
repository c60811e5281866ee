"""`python -m jobs forgotten`: whom an older backup would bring back; after a restore, forget them again (R5).

The list holds numbers and moments, nobody's name: it may be kept for as long as the backups.
"""

import datetime as dt
import sys
from collections.abc import Iterable

from handlers.kit import inbox
from jobs.bell import wake
from storage import db
from storage.people import Person
from storage.rights import Erasure

USAGE = """python -m jobs forgotten > FILE        whom we have forgotten: keep it beside the backups
python -m jobs forgotten again < FILE  after a restore: forget them again
"""


def run(words: list[str], lines: Iterable[str] = sys.stdin) -> int:
    """Run the command; returns the exit status."""
    match words:
        case []:
            for person in Person.select().where(Person.erased_at.is_null(False)).order_by(Person.id):
                print(person.id, person.erased_at.isoformat())
            return 0
        case ["again"]:
            count = again(lines)
            print(f"{count} forgotten again")
            return 0
    print(USAGE, end="")
    return 2


def again(lines: Iterable[str]) -> int:
    """Forget whoever stands on the list and is back; returns how many. Raises ValueError for another kind of file."""
    back = [person for person in (_back(*line.split()) for line in lines if line.strip()) if person is not None]
    for person in back:
        with db.transaction():
            inbox.happen("forget", Erasure.ask(person))
    if back:
        wake()
    return len(back)


def _back(number: str, at: str) -> Person | None:
    """The person, if they are there again: not somebody new who has been given their number since."""
    moment = dt.datetime.fromisoformat(at)
    mine = (Person.id == int(number)) & Person.erased_at.is_null() & (Person.created_at < moment)
    return Person.get_or_none(mine)

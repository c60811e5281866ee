"""A feature for the faults alone: its answers carry the number of the input, so that each can be counted."""

import datetime as dt
import os
import signal

from handlers.kit import Due, Message, Says, _, on, say
from storage.db import now
from storage.people import Person
from tests.faults.words import ANNOUNCE_EACH, REMIND_EACH


@on.command("mot", only="member")
def word(msg: Message) -> Says:
    number = int(msg.words)
    yield say.reply(_("écho {n}", n=number))
    if number % REMIND_EACH == 0:
        yield say.later(remind, msg.person, now() + dt.timedelta(seconds=1))
    if number % ANNOUNCE_EACH == 0:
        yield say.post(msg.home(), _("annonce {n}", n=number))


@on.due("zz.remind", Person)
def remind(due: Due) -> Says:
    yield say.tell(due.about(Person), _("rappel"))


@on.command("foudre")
def strike(_msg: Message) -> Says:
    """What kills the process that reads it, whoever it is."""
    os.kill(os.getpid(), signal.SIGKILL)
    yield say.reply(_("jamais"))


@on.command("mourir")
def doom(msg: Message) -> Says:
    yield say.later(die, msg.person, now())
    yield say.reply(_("adieu"))


@on.due("zz.die", Person)
def die(due: Due) -> Says:
    """What out-of-memory does to a process."""
    os.kill(os.getpid(), signal.SIGKILL)
    yield say.tell(due.about(Person), _("jamais"))

"""`python -m jobs doctor`: looks at everything Noyau needs; each line is good, or says what to do where."""

import os
from collections.abc import Iterator

import jobs.doctor.ground as ground
import jobs.doctor.telegram as telegram
import jobs.doctor.whatsapp as whatsapp
from handlers.kit.texts import LANGUAGES, Text, _
from jobs.doctor.lines import BAD, Line, bad, good, note
from jobs.setup import Report
from storage import settings

ALL_WELL = _("All is well.")
SO_MUCH_TO_DO = _("To be mended: {n}. After mending, run `python -m jobs doctor` again.")


def run(report: Report = print, language: str = "") -> bool:
    """Report line by line, as each is found; True when nothing is wrong."""
    spoken = language or settings.current().language
    spoken = spoken if spoken in LANGUAGES else "fr"
    wrong = 0
    for line in look():
        wrong += line.mark == BAD
        report(line.plain(spoken))
    report((SO_MUCH_TO_DO.given(n=wrong) if wrong else ALL_WELL).plain(spoken))
    return not wrong


def look() -> Iterator[Line]:
    """Every line, nearest things first: what is far needs what is near."""
    known = settings.current()
    faults = settings.check(known, dict(os.environ))
    yield from (bad("settings", Text(fault)) for fault in faults)
    if not faults:
        yield good("settings", _("nothing is missing."))
    with ground.opened() as error:
        yield from ground.database(error)
        yield from ground.redis()
        yield from ground.public()
        yield from ground.processes()
        if known.telegram:
            yield from telegram.look(error is None)
        else:
            yield note("Telegram", _("not connected: TELEGRAM_BOT_TOKEN is empty."))
        if known.whatsapp:
            yield from whatsapp.look(error is None)
        else:
            yield note("WhatsApp", _("not connected: the TWILIO_ variables are empty."))
